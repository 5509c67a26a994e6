//! Money for a vendor.

use crate::domain::id::Id;
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// How vendors are paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// A person pays at the bank and says so here.
    #[default]
    Transfer,
    /// A NACHA file for the bank; a person hands it in and says so here.
    Ach,
    /// From our Stripe account to the vendor's.
    Stripe,
    /// The pretended bank of the demo: no money moves.
    Sandbox,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Transfer, Self::Ach, Self::Stripe, Self::Sandbox];
    /// The word in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::Ach => "ach",
            Self::Stripe => "stripe",
            Self::Sandbox => "sandbox",
        }
    }
    /// From the word.
    pub fn from_word(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|x| x.as_str() == s)
    }
    /// Its name for the owner.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Transfer => "Bank transfer by hand",
            Self::Ach => "ACH file for the bank",
            Self::Stripe => "Stripe, to the vendor’s Stripe account",
            Self::Sandbox => "Pretended bank",
        }
    }
    /// A person does it outside and records it.
    pub const fn by_hand(self) -> bool {
        matches!(self, Self::Transfer | Self::Ach)
    }
}

/// Where a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// A person is to pay.
    Due,
    /// It is on its way.
    Sending,
    /// It arrived at the provider, or a person recorded it.
    Paid,
    /// It surely did not happen.
    Failed,
    /// It was paid, and all of it was taken back.
    TakenBack,
    /// Nobody knows.
    Unknown,
}

impl State {
    /// The word in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Sending => "sending",
            Self::Paid => "paid",
            Self::Failed => "failed",
            Self::TakenBack => "taken_back",
            Self::Unknown => "unknown",
        }
    }
    /// From the word in the database.
    pub fn from_word(s: &str) -> Option<Self> {
        [Self::Due, Self::Sending, Self::Paid, Self::Failed, Self::TakenBack, Self::Unknown].into_iter().find(|x| x.as_str() == s)
    }
    /// Its name for the owner.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Due => "To pay",
            Self::Sending => "Being paid",
            Self::Paid => "Paid",
            Self::Failed => "Not paid",
            Self::TakenBack => "Taken back",
            Self::Unknown => "Unknown",
        }
    }
}

/// Money for one vendor of one purchase: at most one payment each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Its id.
    pub id: Id,
    /// For this purchase.
    pub purchase_id: Id,
    /// To this vendor.
    pub vendor_id: Id,
    /// The vendor's name.
    pub vendor_name: String,
    /// How.
    pub method: Method,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// Where it stands.
    pub state: State,
    /// The provider's id of it, or what a person wrote down.
    pub reference: String,
    /// What went wrong.
    pub problem: String,
    /// When it was planned.
    pub created_at: Time,
    /// When it was settled.
    pub settled_at: Option<Time>,
}
