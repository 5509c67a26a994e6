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

/// One constant for each kind, and the list of all.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $kind:literal,)*) => {
        $($(#[$doc])* pub const $name: &str = $kind;)*
        /// Every kind of event.
        pub const ALL: &[&str] = &[$($kind),*];
    };
}

kinds! {
    /// A message was added to a thread.
    MESSAGE = "chat.message",
    /// A message's delivery changed.
    DELIVERY = "chat.delivery",
    /// Somebody else answers now, or a person is wanted.
    HAND = "chat.hand",
    /// An order was made or changed.
    ORDER = "order.moved",
    /// A customer says an order is paid, or a person decided about it.
    PAYMENT = "payment.read",
    /// A run began, went on, waits or ended; `data.state` says which. A turn of a conversation tells its end only.
    RUN = "run.done",
    /// The catalogue changed.
    ITEM = "item.changed",
    /// A channel is down, up, or sent something we could not read.
    CHANNEL = "channel.news",
    /// An import moved on.
    IMPORT = "import.progress",
    /// A document was added, read further, or removed.
    DOCUMENT = "doc.progress",
    /// A question found no answer, or somebody gave one.
    GAP = "gap.news",
    /// Another embedding model takes over: how far its vectors are.
    EMBEDDING = "search.embedding",
    /// A booking was made or changed, or what can be booked was.
    BOOKING = "booking.moved",
    /// A purchase was asked for or moved on.
    PURCHASE = "purchase.moved",
    /// A talk with a vendor moved on. The name is the one integrations know.
    CALL = "call_update",
    /// Nobody knows whether a deed happened, or a person has said.
    EFFECT = "run.deed",
    /// A customer was changed or erased.
    CONTACT = "contact.changed",
    /// A question waits for a person, or was decided.
    APPROVAL = "approval.moved",
}
