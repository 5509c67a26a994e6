//! What the built-in model keeps from one turn to the next: the question it asked, and what was talked about last.

use super::bookings::talk::BookTalk;
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::shop::basket::AddLine;
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// A question that waits for its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Ask {
    /// Which of these items; the rest of the line is known.
    Which {
        /// The items.
        items: Vec<Id>,
        /// The line without the item.
        line: AddLine,
    },
    /// We offered these instead of what is not there.
    Instead {
        /// What to add on yes.
        line: AddLine,
    },
    /// A required option.
    Option {
        /// The line, from 1.
        line: usize,
        /// The group.
        group: String,
    },
    /// Pickup or delivery.
    Fulfilment,
    /// Where to bring it.
    Address,
    /// Whether to bring it where it was brought before.
    SameAddress {
        /// That place.
        address: String,
    },
    /// Whether to place the order.
    Place,
    /// Whether to cancel this order.
    Cancel {
        /// Its number.
        number: i64,
    },
    /// Whether to cancel all orders that are not paid.
    CancelAll,
    /// Which order to cancel.
    CancelWhich,
    /// Which order is paid.
    PaidWhich,
    /// Whether to empty the basket.
    Clear,
    /// What to change.
    Change,
    /// Whether to ask a person what no document says.
    Person {
        /// The customer's question.
        question: String,
    },
}

/// Whether a field is as in a note of nothing, and need not be written: a note is kept with every turn.
fn is_usual<T: Default + PartialEq>(field: &T) -> bool {
    *field == T::default()
}

/// The note itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memo {
    /// The question we asked.
    #[serde(skip_serializing_if = "is_usual")]
    pub ask: Option<Ask>,
    /// Items talked about last: what "it" means.
    #[serde(skip_serializing_if = "is_usual")]
    pub focus: Vec<Id>,
    /// What was asked about last: what "I'll take it" takes.
    #[serde(skip_serializing_if = "is_usual")]
    pub offer: Vec<AddLine>,
    /// What a list of ours named, in its order: what "the first one" means.
    #[serde(skip_serializing_if = "is_usual")]
    pub listed: Vec<Id>,
    /// The basket before the last message that changed it: what "put it back" brings back.
    #[serde(skip_serializing_if = "is_usual")]
    pub before: Option<Vec<AddLine>>,
    /// That was an extra for what is in the basket.
    #[serde(skip_serializing_if = "is_usual")]
    pub extra: bool,
    /// The customer has seen the basket as it is.
    #[serde(skip_serializing_if = "is_usual")]
    pub seen: bool,
    /// The whole menu was our last answer.
    #[serde(skip_serializing_if = "is_usual")]
    pub menu: bool,
    /// We said who we are.
    #[serde(skip_serializing_if = "is_usual")]
    pub met: bool,
    /// We said that we are closed.
    #[serde(skip_serializing_if = "is_usual")]
    pub closed: bool,
    /// Turns in a row that we did not understand.
    #[serde(skip_serializing_if = "is_usual")]
    pub lost: u8,
    /// A person was asked to come.
    #[serde(skip_serializing_if = "is_usual")]
    pub person: bool,
    /// When that was.
    #[serde(skip_serializing_if = "is_usual")]
    pub called: Option<Time>,
    /// Things the customer was warned of.
    #[serde(skip_serializing_if = "is_usual")]
    pub warned: Vec<Id>,
    /// We said that nobody answers at this hour.
    #[serde(skip_serializing_if = "is_usual")]
    pub away: bool,
    /// What was wished for an order that is yet to come.
    #[serde(skip_serializing_if = "is_usual")]
    pub wish: Option<super::whens::Wish>,
    /// The booking that is being talked about.
    #[serde(skip_serializing_if = "is_usual")]
    pub booking: Option<BookTalk>,
}

/// A question of ours with its words and its buttons (id and title).
pub type Asked = (Ask, String, Vec<(String, String)>);

/// What is to be said after the tools have run; travels beside the calls.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Aside {
    /// Paragraphs that do not depend on the tools.
    #[serde(skip_serializing_if = "is_usual")]
    pub said: Vec<String>,
    /// A question of ours with its words and buttons (id and title).
    #[serde(skip_serializing_if = "is_usual")]
    pub ask: Option<Asked>,
    /// Sums in `said` that were reckoned from rows, in minor units.
    #[serde(skip_serializing_if = "is_usual")]
    pub reckoned: Vec<i64>,
    /// Go on to what the basket still needs.
    #[serde(skip_serializing_if = "is_usual")]
    pub go_on: bool,
    /// Show the basket though nothing changed.
    #[serde(skip_serializing_if = "is_usual")]
    pub show: bool,
    /// The open question about a booking is in `said` already.
    #[serde(skip_serializing_if = "is_usual")]
    pub booking_asked: bool,
    /// Of a look at what is free only a no is told; the yes waits until all is known.
    #[serde(skip_serializing_if = "is_usual")]
    pub only_refusals: bool,
    /// The note for the next turn.
    #[serde(skip_serializing_if = "is_usual")]
    pub memo: Memo,
    /// The language of the customer's words.
    #[serde(skip_serializing_if = "is_usual")]
    pub language: Option<Lang>,
    /// For the trace.
    #[serde(skip_serializing_if = "is_usual")]
    pub understood: Vec<String>,
    /// The replies when the documents that are asked do not say, one a question.
    #[serde(skip_serializing_if = "is_usual")]
    pub otherwise: Vec<super::asks::Otherwise>,
}
