//! An order and the states it may go through.

use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::shop::draft::{Fulfilment, Line};
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Ordered, stock reserved, payment asked for.
    AwaitingPayment,
    /// The customer says it is paid; a person must look.
    AwaitingConfirmation,
    /// A person has seen the money.
    Paid,
    /// Being made or packed.
    Preparing,
    /// Waiting for the customer to collect it.
    ReadyForPickup,
    /// On its way to the customer.
    OutForDelivery,
    /// Handed over.
    Completed,
    /// Given up before it was handed over.
    Cancelled,
    /// Not paid in time; stock released.
    Expired,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::AwaitingPayment,
        Self::AwaitingConfirmation,
        Self::Paid,
        Self::Preparing,
        Self::ReadyForPickup,
        Self::OutForDelivery,
        Self::Completed,
        Self::Cancelled,
        Self::Expired,
    ];
    /// The word in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AwaitingPayment => "awaiting_payment",
            Self::AwaitingConfirmation => "awaiting_confirmation",
            Self::Paid => "paid",
            Self::Preparing => "preparing",
            Self::ReadyForPickup => "ready_for_pickup",
            Self::OutForDelivery => "out_for_delivery",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
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
            Self::AwaitingPayment => "Unpaid",
            Self::AwaitingConfirmation => "Payment to check",
            Self::Paid => "Paid",
            Self::Preparing => "Preparing",
            Self::ReadyForPickup => "Ready",
            Self::OutForDelivery => "On its way",
            Self::Completed => "Completed",
            Self::Cancelled => "Cancelled",
            Self::Expired => "Expired",
        }
    }
    /// Nothing more will happen to it.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled | Self::Expired)
    }
    /// Holds stock that goes back to the shelf if it is given up.
    pub const fn holds_stock(self) -> bool {
        !self.is_final()
    }
    /// The states a person may set next. Money is not set here: `paid` comes by approving the payment.
    pub fn next(self, fulfilment: Fulfilment) -> &'static [Self] {
        match (self, fulfilment) {
            (Self::AwaitingPayment | Self::AwaitingConfirmation, _) => &[Self::Cancelled],
            (Self::Paid, _) => &[Self::Preparing, Self::Cancelled],
            (Self::Preparing, Fulfilment::Pickup) => &[Self::ReadyForPickup, Self::Cancelled],
            (Self::Preparing, Fulfilment::Delivery) => &[Self::OutForDelivery, Self::Cancelled],
            (Self::ReadyForPickup | Self::OutForDelivery, _) => &[Self::Completed, Self::Cancelled],
            (Self::Completed | Self::Cancelled | Self::Expired, _) => &[],
        }
    }
    /// An error unless a person may set `to` now.
    pub fn check_move(self, to: Self, fulfilment: Fulfilment) -> Result<()> {
        if self.next(fulfilment).contains(&to) {
            return Ok(());
        }
        Err(Error::conflict(format!("An order that is {} cannot become {}.", self.title().to_lowercase(), to.title().to_lowercase())))
    }
}

/// A sale.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Order {
    /// Its id.
    pub id: Id,
    /// The number people say.
    pub number: i64,
    /// Whose it is.
    pub contact_id: Id,
    /// The thread it came from, where news about it is sent.
    pub conversation_id: Option<Id>,
    /// Where it stands.
    pub status: Status,
    /// What was ordered.
    pub lines: Vec<Line>,
    /// Lines added up, in minor units.
    pub subtotal_minor: i64,
    /// Delivery, in minor units.
    pub delivery_minor: i64,
    /// What is to be paid, in minor units.
    pub total_minor: i64,
    /// How the customer gets it.
    pub fulfilment: Fulfilment,
    /// Where to bring it.
    pub address: String,
    /// What the customer wishes for it as a whole, in their words: when, what to do at the gate.
    #[serde(default)]
    pub note: String,
    /// The payment reference.
    pub reference: String,
    /// Unpaid orders give their stock back then.
    pub expires_at: Option<Time>,
    /// When it was ordered.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

impl Order {
    /// "2 jollof rice, 1 water".
    pub fn words(&self) -> String {
        self.lines.iter().map(Line::words).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// However a person pushes an order about, it ends, and nothing follows the end.
        #[test]
        fn every_walk_ends(steps in proptest::collection::vec(0usize..3, 0..20), delivery: bool) {
            let how = if delivery { Fulfilment::Delivery } else { Fulfilment::Pickup };
            let mut s = Status::Paid;
            let mut moves = 0;
            for i in steps {
                let next = s.next(how);
                if next.is_empty() { break }
                let to = next[i % next.len()];
                prop_assert!(s.check_move(to, how).is_ok());
                s = to;
                moves += 1;
            }
            prop_assert!(moves <= 4);
            if s.is_final() { prop_assert!(s.next(how).is_empty()) }
        }
        #[test]
        fn money_states_are_never_set_by_hand(i in 0usize..9, delivery: bool) {
            let how = if delivery { Fulfilment::Delivery } else { Fulfilment::Pickup };
            let next = Status::ALL[i].next(how);
            prop_assert!(!next.contains(&Status::Paid) && !next.contains(&Status::AwaitingConfirmation));
        }
    }
}
