//! How long things about customers are kept when nobody asks for anything.

use crate::domain::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// The owner's rules, in months; 0 keeps for ever.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Retention {
    /// Messages with their files.
    pub messages_months: i64,
    /// How Steward came to its answers: turns and runs that ended.
    pub runs_months: i64,
    /// Customers who neither wrote nor bought: they are erased, with what is theirs.
    pub customers_months: i64,
}

impl Retention {
    /// The rules when they can be kept.
    pub fn checked(self) -> Result<Self> {
        let fields =
            [("messages_months", self.messages_months), ("runs_months", self.runs_months), ("customers_months", self.customers_months)];
        match fields.into_iter().find(|(_, n)| !(0..=240).contains(n)) {
            Some((field, _)) => Err(Error::field(field, "Months are a number from 0 to 240; 0 keeps for ever.")),
            None => Ok(self),
        }
    }
}
