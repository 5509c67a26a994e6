//! How the business buys: whom it asks at once, how long it waits, what it may trade, how it pays.

use crate::domain::buying::ach::{Origin, is_routing};
use crate::domain::buying::payment::Method;
use crate::domain::buying::policy::Trade;
use crate::domain::error::{Error, Result};
use crate::store::meta;
use crate::store::tx::{Read, Tx};
use serde::{Deserialize, Serialize};

const KEY: &str = "buying";

/// The owner's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Vendors talked to at once.
    pub at_once: usize,
    /// Vendors asked for one purchase at most.
    pub vendors: usize,
    /// Minutes a vendor has to answer before it is reminded, and again before it is given up.
    pub patience_minutes: i64,
    /// Days a price stands when the vendor says nothing.
    pub price_days: i64,
    /// An order every week may be offered for a lower price.
    pub may_offer_weekly: bool,
    /// How vendors are paid.
    pub pay_by: Method,
    /// For payment files.
    pub origin: Option<Origin>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            at_once: 3,
            vendors: 6,
            patience_minutes: 120,
            price_days: 3,
            may_offer_weekly: false,
            pay_by: Method::Transfer,
            origin: None,
        }
    }
}

impl Settings {
    /// What may be traded.
    pub fn trades(&self) -> Vec<Trade> {
        let weekly = self.may_offer_weekly.then_some(Trade::Weekly);
        [Trade::DeliveryIncluded, Trade::PayAtOnce].into_iter().chain(weekly).collect()
    }
    fn check(&self) -> Result<()> {
        let within = |n: i64, low: i64, high: i64, field: &str| {
            if (low..=high).contains(&n) { Ok(()) } else { Err(Error::field(field, format!("This is a number from {low} to {high}."))) }
        };
        within(i64::try_from(self.at_once).unwrap_or(i64::MAX), 1, 50, "at_once")?;
        within(i64::try_from(self.vendors).unwrap_or(i64::MAX), 1, 50, "vendors")?;
        within(self.patience_minutes, 1, 7 * 24 * 60, "patience_minutes")?;
        within(self.price_days, 1, 60, "price_days")?;
        match &self.origin {
            Some(o) if !is_routing(&o.bank_routing) => Err(Error::field(
                "bank_routing",
                "A routing number has nine digits, the last of which checks the others. This one does not fit.",
            )),
            None if self.pay_by == Method::Ach => Err(Error::field("pay_by", "For payment files, write down your bank and company first.")),
            _ => Ok(()),
        }
    }
}

/// The settings as they are.
pub fn find(tx: &Read<'_>) -> Result<Settings> {
    Ok(meta::find_meta(tx, KEY)?.and_then(|t| serde_json::from_str(&t).ok()).unwrap_or_default())
}

/// Keeps the settings.
pub fn save(tx: &mut Tx<'_>, s: &Settings) -> Result<()> {
    s.check()?;
    meta::upsert_meta(tx, KEY, &serde_json::json!(s).to_string())
}
