//! Settings: channels beside Meta's WhatsApp.

use crate::web::view::Pill;

/// One carrier.
#[derive(Debug, Clone, Default)]
pub struct ChannelCard {
    /// Its word in addresses.
    pub word: String,
    /// Its name.
    pub title: String,
    /// What it carries.
    pub what: String,
    /// How it stands.
    pub pill: Pill,
    /// What is connected.
    pub lines: Vec<LineRow>,
    /// What to paste there.
    pub pastes: Vec<PasteRow>,
    /// What to type here.
    pub fields: Vec<ChannelField>,
    /// The form is open: nothing is connected, or what was typed must be mended.
    pub open: bool,
}

/// A number or page that is connected.
#[derive(Debug, Clone, Default)]
pub struct LineRow {
    /// The number or id.
    pub line: String,
    /// Set in the environment, so it cannot be disconnected here.
    pub from_environment: bool,
    /// Why nothing comes in over it; empty when all is well.
    pub problem: String,
}

/// Something to paste at the provider.
#[derive(Debug, Clone, Default)]
pub struct PasteRow {
    /// Unique on the page.
    pub id: String,
    /// Where it goes.
    pub label: String,
    /// What it is.
    pub value: String,
}

/// Something to type.
#[derive(Debug, Clone, Default)]
pub struct ChannelField {
    /// Its name, unique on the page.
    pub name: String,
    /// What it is.
    pub label: String,
    /// Not shown while typed.
    pub secret: bool,
    /// Many lines.
    pub area: bool,
    /// What to know.
    pub hint: String,
    /// What was typed; never of a secret.
    pub value: String,
}
