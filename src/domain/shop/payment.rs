//! Money expected for an order, and what is known of it.

use crate::domain::id::Id;
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// Where a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// Asked for.
    Expected,
    /// The customer says it was sent.
    Claimed,
    /// A person has seen it.
    Approved,
    /// A person looked and did not find it.
    Rejected,
    /// It was there, and a part of it was given back.
    PartRefunded,
    /// It was there, and all of it was given back.
    Refunded,
    /// The customer's bank wants it back; the gateway decides.
    Disputed,
}

impl PaymentState {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Expected, Self::Claimed, Self::Approved, Self::Rejected, Self::PartRefunded, Self::Refunded, Self::Disputed];
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expected => "expected",
            Self::Claimed => "claimed",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::PartRefunded => "part_refunded",
            Self::Refunded => "refunded",
            Self::Disputed => "disputed",
        }
    }
    /// From the word in the database.
    pub fn from_word(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.as_str() == s)
    }
    /// The money came, whatever became of it later.
    pub const fn came(self) -> bool {
        matches!(self, Self::Approved | Self::PartRefunded | Self::Refunded | Self::Disputed)
    }
}

/// Money expected for an order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Payment {
    /// Its id.
    pub id: Id,
    /// For this order.
    pub order_id: Id,
    /// Where it stands.
    pub state: PaymentState,
    /// In minor units of the business's currency.
    pub amount_minor: i64,
    /// When the customer said it was sent.
    pub claimed_at: Option<Time>,
    /// When a person decided.
    pub decided_at: Option<Time>,
    /// Who decided.
    pub decided_by: String,
    /// Why it was rejected.
    pub note: String,
}
