//! A request to buy, and the states it goes through.

use super::choice::Comparison;
use super::need::Need;
use crate::domain::id::Id;
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// Where a purchase stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Sellers are being asked.
    Asking,
    /// Offers are in; a person decides.
    AwaitingApproval,
    /// Decided; the order goes out and the money with it.
    Ordering,
    /// Nobody knows whether the money arrived: a person must look.
    PaymentUnknown,
    /// Ordered, and paid or to be paid as agreed.
    Confirmed,
    /// It came and was checked.
    Delivered,
    /// Nobody could sell it within the limits.
    Failed,
    /// Given up by a person.
    Cancelled,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Asking,
        Self::AwaitingApproval,
        Self::Ordering,
        Self::PaymentUnknown,
        Self::Confirmed,
        Self::Delivered,
        Self::Failed,
        Self::Cancelled,
    ];
    /// The word in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asking => "asking",
            Self::AwaitingApproval => "awaiting_approval",
            Self::Ordering => "ordering",
            Self::PaymentUnknown => "payment_unknown",
            Self::Confirmed => "confirmed",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
    /// From the word in the database or the API.
    pub fn from_word(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|x| x.as_str() == s)
    }
    /// Its name for the owner.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Asking => "Asking sellers",
            Self::AwaitingApproval => "Your choice",
            Self::Ordering => "Ordering",
            Self::PaymentUnknown => "Payment unknown",
            Self::Confirmed => "Ordered",
            Self::Delivered => "Delivered",
            Self::Failed => "Not bought",
            Self::Cancelled => "Cancelled",
        }
    }
    /// Somebody is still at work on it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Asking | Self::AwaitingApproval | Self::Ordering | Self::PaymentUnknown)
    }
}

/// A request to buy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Purchase {
    /// Its id.
    pub id: Id,
    /// The number people say.
    pub number: i64,
    /// As it was written.
    pub text: String,
    /// What is needed.
    pub need: Need,
    /// Where it stands.
    pub status: Status,
    /// The run that carries it.
    pub run_id: Option<Id>,
    /// Who asked for it.
    pub asked_by: String,
    /// Offers compared; none before they are.
    pub comparison: Option<Comparison>,
    /// What was agreed on to be paid, in minor units.
    pub total_minor: Option<i64>,
    /// Why it failed or what a person must know.
    pub problem: String,
    /// When it was asked for.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

impl Purchase {
    /// "12 dozen eggs, 10 kg flour".
    pub fn title(&self) -> String {
        self.need.items.iter().map(super::need::Item::words).collect::<Vec<_>>().join(", ")
    }
}
