//! Money given back for an order.

use crate::domain::id::Id;
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// What is known of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// To be handed to the gateway.
    Planned,
    /// Being handed over.
    Sending,
    /// The gateway has taken it; the money is on its way.
    Taken,
    /// The money is back with the customer.
    Done,
    /// It was refused: nothing was given back.
    Failed,
    /// Nobody knows whether the gateway got it. Never sent again before somebody knows.
    Unknown,
}

impl RefundState {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Planned, Self::Sending, Self::Taken, Self::Done, Self::Failed, Self::Unknown];
    /// The word in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Sending => "sending",
            Self::Taken => "taken",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }
    /// From the word.
    pub fn from_word(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == s)
    }
    /// Its name for the owner.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Planned | Self::Sending => "Being sent",
            Self::Taken => "On its way",
            Self::Done => "Given back",
            Self::Failed => "Not given back",
            Self::Unknown => "Nobody knows",
        }
    }
    /// The money has left, or may have: it cannot be given back a second time.
    pub const fn counts(self) -> bool {
        !matches!(self, Self::Failed)
    }
    /// Surely given back.
    pub const fn is_given(self) -> bool {
        matches!(self, Self::Taken | Self::Done)
    }
}

/// Money given back.
#[derive(Debug, Clone)]
pub struct Refund {
    /// Its id.
    pub id: Id,
    /// Of this order.
    pub order_id: Id,
    /// The gateway's word, or empty when a person gives it back by hand.
    pub gateway: String,
    /// In minor units of the business's currency.
    pub amount_minor: i64,
    /// Why.
    pub reason: String,
    /// What is known.
    pub state: RefundState,
    /// The gateway's id of it.
    pub provider_id: String,
    /// Why it failed, or why nobody knows.
    pub problem: String,
    /// Who asked for it.
    pub asked_by: String,
    /// When.
    pub created_at: Time,
    /// When its end was known.
    pub settled_at: Option<Time>,
}

/// Money that came for an order which was given up, and is still here.
#[derive(Debug, Clone)]
pub struct Owed {
    /// The order.
    pub order_id: Id,
    /// Its number.
    pub number: i64,
    /// Whose money it is.
    pub contact_id: Id,
    /// In minor units of the business's currency.
    pub amount_minor: i64,
    /// Since when the order is given up.
    pub since: Time,
}
