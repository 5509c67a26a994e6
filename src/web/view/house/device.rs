//! Devices on which a member is told that something waits.

/// The card with the button and the list.
#[derive(Debug, Clone, Default)]
pub struct DevicesCard {
    /// Devices of whoever looks.
    pub devices: Vec<DeviceRow>,
    /// The page to come back to.
    pub back: String,
}

/// One device.
#[derive(Debug, Clone, Default)]
pub struct DeviceRow {
    /// Its id.
    pub id: String,
    /// "Chrome on Android".
    pub name: String,
    /// By what the page's script knows that it is this one.
    pub mark: String,
    /// "Told last at 10:02".
    pub when: String,
    /// Why the last nudge did not arrive; empty when it did.
    pub problem: String,
}
