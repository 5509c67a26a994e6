//! The owner's rules for bookings.

use super::closure::Closure;
use super::resource::PIECE_MIN;
use crate::domain::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// Rules that hold for everything that can be booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// A start is offered every so many minutes from midnight.
    pub every_min: i64,
    /// A booking is made at least so many minutes before.
    pub notice_min: i64,
    /// A booking is made at most so many days before.
    pub horizon_days: i64,
    /// From so many people on, a person confirms; 0 for never.
    pub approve_from: i64,
    /// Customers may cancel or change until so many minutes before.
    pub cancel_min: i64,
    /// Customers are reminded so many minutes before; 0 for never.
    pub remind_min: i64,
    /// A place that became free is kept so many minutes for the first on the waitlist.
    pub offer_min: i64,
    /// Deposit in minor units; 0 for none.
    pub deposit_minor: i64,
    /// From so many people on a deposit is asked for.
    pub deposit_from: i64,
    /// The deposit is due so many minutes after booking; unpaid bookings are given up then.
    pub deposit_min: i64,
    /// Rooms are ready at this minute of the day.
    pub check_in: i64,
    /// Rooms are left by this minute of the day.
    pub check_out: i64,
    /// Closed days.
    pub closures: Vec<Closure>,
    /// What customers are told with a confirmation.
    pub terms: String,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            every_min: 15,
            notice_min: 30,
            horizon_days: 180,
            approve_from: 0,
            cancel_min: 120,
            remind_min: 180,
            offer_min: 30,
            deposit_minor: 0,
            deposit_from: 1,
            deposit_min: 24 * 60,
            check_in: 14 * 60,
            check_out: 11 * 60,
            closures: Vec::new(),
            terms: String::new(),
        }
    }
}

impl Policy {
    /// An error that names the field unless these rules can be kept.
    pub fn check(&self) -> Result<()> {
        let within = |field: &str, n: i64, from: i64, to: i64| {
            let fits = (from..=to).contains(&n);
            if fits { Ok(()) } else { Err(Error::field(field, format!("This is {from} to {to}."))) }
        };
        if self.every_min % PIECE_MIN != 0 || !(PIECE_MIN..=240).contains(&self.every_min) {
            return Err(Error::field("every_min", "Starts are 15 to 240 minutes apart, in steps of 15."));
        }
        within("notice_min", self.notice_min, 0, 60 * 24 * 60)?;
        within("horizon_days", self.horizon_days, 1, 730)?;
        within("approve_from", self.approve_from, 0, 1000)?;
        within("cancel_min", self.cancel_min, 0, 60 * 24 * 60)?;
        within("remind_min", self.remind_min, 0, 60 * 24 * 60)?;
        within("offer_min", self.offer_min, 5, 60 * 24 * 7)?;
        within("deposit_minor", self.deposit_minor, 0, 1_000_000_000_000)?;
        within("deposit_from", self.deposit_from, 1, 1000)?;
        within("deposit_min", self.deposit_min, 5, 60 * 24 * 60)?;
        within("check_in", self.check_in, 0, 1439)?;
        within("check_out", self.check_out, 0, 1439)?;
        if self.closures.iter().any(|c| c.from > c.to) || self.closures.len() > 400 {
            return Err(Error::field("closures", "A closed time ends on or after the day it begins; there are at most 400."));
        }
        if self.terms.chars().count() > 1000 {
            return Err(Error::field("terms", "The terms have at most 1,000 characters."));
        }
        Ok(())
    }
    /// The deposit for a party, in minor units.
    pub fn deposit_for(&self, party: i64) -> i64 {
        if party >= self.deposit_from { self.deposit_minor } else { 0 }
    }
}
