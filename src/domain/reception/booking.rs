//! A booking and the states it may go through.

use super::resource::ResourceKind;
use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// Where a booking stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookingStatus {
    /// Asked for; a person must say yes. The place is kept.
    Requested,
    /// Kept until a moment: a deposit is awaited, or the customer's yes to an offer.
    Held,
    /// Agreed.
    Confirmed,
    /// The guests are here.
    Seated,
    /// Over.
    Done,
    /// Given up.
    Cancelled,
    /// Nobody came.
    NoShow,
}

impl BookingStatus {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::Requested, Self::Held, Self::Confirmed, Self::Seated, Self::Done, Self::Cancelled, Self::NoShow];
    /// The word in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Held => "held",
            Self::Confirmed => "confirmed",
            Self::Seated => "seated",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::NoShow => "no_show",
        }
    }
    /// From the word in the database or the API.
    pub fn from_word(s: &str) -> Result<Self> {
        let words = || Self::ALL.map(Self::as_str).join(", ");
        Self::ALL.into_iter().find(|x| x.as_str() == s).ok_or_else(|| Error::field("status", format!("A status is one of {}.", words())))
    }
    /// Its name for the owner.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Requested => "To confirm",
            Self::Held => "Held",
            Self::Confirmed => "Confirmed",
            Self::Seated => "Here",
            Self::Done => "Done",
            Self::Cancelled => "Cancelled",
            Self::NoShow => "No-show",
        }
    }
    /// Nothing more will happen to it.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled | Self::NoShow)
    }
    /// Keeps its place from others.
    pub const fn keeps_place(self) -> bool {
        !matches!(self, Self::Cancelled | Self::NoShow)
    }
    /// The states a person may set next.
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Requested | Self::Held => &[Self::Confirmed, Self::Cancelled],
            Self::Confirmed => &[Self::Seated, Self::Done, Self::NoShow, Self::Cancelled],
            Self::Seated => &[Self::Done],
            Self::Done | Self::Cancelled | Self::NoShow => &[],
        }
    }
    /// An error unless a person may set `to` now.
    pub fn check_move(self, to: Self) -> Result<()> {
        if self.next().contains(&to) {
            return Ok(());
        }
        Err(Error::conflict(format!("A booking that is {} cannot become {}.", self.title().to_lowercase(), to.title().to_lowercase())))
    }
}

/// One thing a booking has: the n-th of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The resource.
    pub resource_id: Id,
    /// Its name when it was booked.
    pub name: String,
    /// Which of several alike, from 0.
    pub unit: i64,
}

/// A reserved time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    /// Its id.
    pub id: Id,
    /// The number people say.
    pub number: i64,
    /// Whose it is.
    pub contact_id: Id,
    /// Where news about it is sent.
    pub conversation_id: Option<Id>,
    /// Where it stands.
    pub status: BookingStatus,
    /// What sort of thing is booked.
    pub kind: ResourceKind,
    /// What it has; several when tables are put together.
    pub places: Vec<Place>,
    /// Begins.
    pub starts_at: Time,
    /// Ends; the pause after it is not counted.
    pub ends_at: Time,
    /// People.
    pub party: i64,
    /// In whose name.
    pub name: String,
    /// Wishes.
    pub note: String,
    /// Deposit asked for, in minor units.
    pub deposit_minor: i64,
    /// When a held one is given up.
    pub hold_until: Option<Time>,
    /// Why it was cancelled.
    pub reason: String,
    /// Grows with every change; news about one version is told once.
    pub version: i64,
    /// Opens its calendar file without sign-in: 32 hexadecimal digits.
    pub token: String,
    /// When it was made.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

impl Booking {
    /// "Table 4 + Table 5".
    pub fn place_words(&self) -> String {
        self.places.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join(" + ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// However a person pushes a booking about, it ends, and nothing follows the end.
        #[test]
        fn every_walk_ends(start in 0usize..7, steps in proptest::collection::vec(0usize..4, 0..20)) {
            let mut s = BookingStatus::ALL[start];
            let mut moves = 0;
            for i in steps {
                let next = s.next();
                if next.is_empty() { break }
                let to = next[i % next.len()];
                prop_assert!(s.check_move(to).is_ok());
                s = to;
                moves += 1;
            }
            prop_assert!(moves <= 3);
            prop_assert_eq!(s.is_final(), s.next().is_empty());
        }
    }
}
