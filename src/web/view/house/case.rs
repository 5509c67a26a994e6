//! What a person needs to answer: whose a thread is, the clock, a draft, ready replies. And the page where those are kept.

use crate::web::view::{Chrome, Errors, Pick, Pill, filters};
use askama::Template;

/// Beside the box of an open thread.
#[derive(Debug, Clone, Default)]
pub struct Care {
    /// Who has it; empty for nobody.
    pub assignee: String,
    /// It is the one who looks.
    pub mine: bool,
    /// To whom it can be given; the first is nobody.
    pub picks: Vec<Pick>,
    /// "12 min left" or "8 min late".
    pub clock: Option<Pill>,
    /// A draft; empty for none.
    pub suggestion: String,
    /// The customer has written since.
    pub stale: bool,
    /// A draft may be asked for.
    pub can_ask: bool,
    /// Wordings, filled for this customer.
    pub ready: Vec<ReadyReply>,
}

/// A wording to pick.
#[derive(Debug, Clone, Default)]
pub struct ReadyReply {
    /// Its id.
    pub id: String,
    /// "thanks".
    pub name: String,
    /// The words; filled in the composer, with places on its own page.
    pub text: String,
}

/// A private note between messages.
#[derive(Debug, Clone, Default)]
pub struct NoteView {
    /// Its id.
    pub id: String,
    /// Who wrote it.
    pub author: String,
    /// When, "10:02".
    pub time: String,
    /// What.
    pub text: String,
}

/// `/app/ready-replies`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/ready_replies.html")]
pub struct ReadyRepliesPage {
    /// The frame.
    pub chrome: Chrome,
    /// Wordings, by name.
    pub rows: Vec<ReadyReply>,
    /// A new one that could not be kept, as it was typed.
    pub typed: ReadyReply,
    /// Minutes until somebody should have answered.
    pub minutes: String,
    /// What is wrong with a form.
    pub errors: Errors,
}
