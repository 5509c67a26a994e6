//! The checklist of a new business.

use crate::web::view::{Chrome, Note, Pill, filters};
use askama::Template;

/// `/app/set-up`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/set_up.html")]
pub struct SetUpPage {
    /// The frame.
    pub chrome: Chrome,
    /// "About 10 minutes left. You can stop and come back."
    pub sub: String,
    /// Steps done.
    pub done: i64,
    /// Steps in all.
    pub all: i64,
    /// "next: connect WhatsApp"; empty when all is done.
    pub next: String,
    /// The steps.
    pub steps: Vec<SetUpStep>,
    /// What customers notice of this now.
    pub note: Option<Note>,
    /// The public page.
    pub page_url: String,
    /// The line to paste into another page.
    pub widget: String,
}

/// A step.
#[derive(Debug, Clone, Default)]
pub struct SetUpStep {
    /// Its number.
    pub number: i64,
    /// "Add what you sell".
    pub title: String,
    /// "38 things", or how long it takes.
    pub sub: String,
    /// Done.
    pub done: bool,
    /// Shown open.
    pub open: bool,
    /// What is wrong with it.
    pub pill: Option<Pill>,
    /// What to do and why.
    pub text: String,
    /// Where it is done.
    pub url: String,
    /// The button's words.
    pub button: String,
}
