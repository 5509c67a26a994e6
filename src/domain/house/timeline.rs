//! What happened with a customer, over all channels and desks.

use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// When.
    pub at: Time,
    /// message, order, order_step, payment, booking, booking_step, run, note, consent, points, outreach.
    pub kind: String,
    /// What it is about: the id of a conversation, order, booking or run; empty for none.
    pub about: String,
    /// Words: of the message or note, or the number of the order.
    pub text: String,
    /// In or out with the channel, or the state it came to.
    pub detail: String,
}

/// A yes or no to being written to first, with its proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Yes or no.
    pub given: bool,
    /// How it was said: "in the chat", "on paper".
    pub way: String,
    /// What was asked or said, word for word.
    pub words: String,
    /// Who wrote it down.
    pub actor: String,
    /// When.
    pub at: Time,
}

/// A note of the team about a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Its id.
    pub id: crate::domain::id::Id,
    /// Who wrote it.
    pub author: String,
    /// What.
    pub text: String,
    /// When.
    pub at: Time,
}
