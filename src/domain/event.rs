//! The append-only feed that dashboards and clients follow.

use super::id::Id;
use super::time::Time;
use serde::{Deserialize, Serialize};

/// One line of the feed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Event {
    /// Grows by one; the `Last-Event-ID` of SSE.
    pub id: i64,
    /// When.
    pub at: Time,
    /// What happened: one of the constants of this module.
    pub kind: String,
    /// The conversation it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<Id>,
    /// The order it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<Id>,
    /// The run it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_id: Option<Id>,
    /// More, as JSON.
    pub data: serde_json::Value,
}

/// A message was added to a thread.
pub const MESSAGE: &str = "chat.message";
/// A message's delivery changed.
pub const DELIVERY: &str = "chat.delivery";
/// Somebody else answers now, or a person is wanted.
pub const HAND: &str = "chat.hand";
/// An order was made or changed.
pub const ORDER: &str = "order.moved";
/// A customer says an order is paid, or a person decided about it.
pub const PAYMENT: &str = "payment.read";
/// A turn ended.
pub const RUN: &str = "run.done";
/// The catalogue changed.
pub const ITEM: &str = "item.changed";
/// A channel is down, up, or sent something we could not read.
pub const CHANNEL: &str = "channel.news";
/// An import moved on.
pub const IMPORT: &str = "import.progress";
/// A document was added, read further, or removed.
pub const DOCUMENT: &str = "doc.progress";
/// A question found no answer, or somebody gave one.
pub const GAP: &str = "gap.news";
/// Another embedding model takes over: how far its vectors are.
pub const EMBEDDING: &str = "search.embedding";
/// A booking was made or changed, or what can be booked was.
pub const BOOKING: &str = "booking.moved";
/// A purchase was asked for or moved on.
pub const PURCHASE: &str = "purchase.moved";
/// A talk with a vendor moved on.
pub const CALL: &str = "call_update";
/// Nobody knows whether a deed happened, or a person has said.
pub const EFFECT: &str = "run.deed";
/// A customer was changed or erased.
pub const CONTACT: &str = "contact.changed";
/// A question waits for a person, or was decided.
pub const APPROVAL: &str = "approval.moved";
