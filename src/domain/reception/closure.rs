//! Days on which nothing is given out.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// From one day to another, both included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closure {
    /// First closed day.
    pub from: Date,
    /// Last closed day.
    pub to: Date,
    /// "Christmas"; told to customers.
    #[serde(default)]
    pub reason: String,
}

impl Closure {
    /// Whether it covers a day.
    pub fn covers(&self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }
}
