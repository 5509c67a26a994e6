//! Answers that are given again.

use crate::web::view::{Chrome, filters};
use askama::Template;

/// `/app/answers/saved`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/saved_answers.html")]
pub struct SavedAnswersPage {
    /// The frame.
    pub chrome: Chrome,
    /// "62 of 100 questions were answered from here".
    pub sub: String,
    /// The answers, the most used first.
    pub rows: Vec<SavedAnswerRow>,
}

/// A line of the list.
#[derive(Debug, Clone, Default)]
pub struct SavedAnswerRow {
    /// Its id.
    pub id: String,
    /// The question as it was asked first.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// Where it stands.
    pub source: String,
    /// "given 12 times, 3 days old, English".
    pub facts: String,
}
