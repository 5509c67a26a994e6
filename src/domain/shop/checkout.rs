//! A payment page of a gateway for one order.

use crate::domain::id::Id;
use crate::domain::money::Money;
use crate::domain::shop::gateway::{Gateway, Seen};
use crate::domain::time::Time;

/// What is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckoutState {
    /// To be made.
    Wanted,
    /// Being made.
    Making,
    /// The customer can pay there.
    Open,
    /// The gateway has the money.
    Paid,
    /// It could not be made; `problem` says why.
    Failed,
}

impl CheckoutState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Wanted, Self::Making, Self::Open, Self::Paid, Self::Failed];
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wanted => "wanted",
            Self::Making => "making",
            Self::Open => "open",
            Self::Paid => "paid",
            Self::Failed => "failed",
        }
    }
    /// From the word.
    pub fn from_word(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.as_str() == s)
    }
}

/// A payment page.
#[derive(Debug, Clone)]
pub struct Checkout {
    /// Its id.
    pub id: Id,
    /// For this order; an order has one.
    pub order_id: Id,
    /// At this gateway.
    pub gateway: Gateway,
    /// Our reference there, new with every attempt to make the page: a page whose address got lost is never paid on.
    pub reference: String,
    /// What is to be paid there.
    pub amount: Money,
    /// What is known.
    pub state: CheckoutState,
    /// Names the built-in pay page.
    pub token: String,
    /// Where the customer pays; empty until it is made.
    pub url: String,
    /// The gateway's id of the page.
    pub provider_id: String,
    /// The gateway's id of the money; empty until it came.
    pub payment_id: String,
    /// What is wrong, for the owner.
    pub problem: String,
    /// How often it was tried to make it.
    pub attempts: u32,
    /// When it was asked for.
    pub created_at: Time,
    /// When the money came, or it was given up.
    pub settled_at: Option<Time>,
}

impl Checkout {
    /// Why the money a gateway reports is not the money of this page; none when it is.
    pub fn mismatch(&self, seen: &Seen) -> Option<String> {
        let name = self.gateway.title();
        let own = self.amount.currency.code();
        if seen.reference != self.reference {
            return Some(format!("{name} answered about another payment than the one of this order."));
        }
        if seen.currency != own {
            return Some(format!("{name} reports money in {}, and this order is in {own}.", seen.currency));
        }
        if seen.amount_minor < self.amount.amount_minor {
            let got = Money::new(seen.amount_minor, self.amount.currency);
            return Some(format!("{name} reports {got}, and this order costs {}.", self.amount));
        }
        None
    }
}
