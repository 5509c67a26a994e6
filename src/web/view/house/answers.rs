//! What Steward answers from: documents, a box to try a question, and questions nothing answered.

use crate::web::view::{Chrome, Errors, Note, Pill, filters};
use askama::Template;

/// `/app/answers`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/answers.html")]
pub struct AnswersPage {
    /// The frame.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub errors: Errors,
    /// The same, file by file.
    pub trouble: Vec<Note>,
    /// What was typed for a page.
    pub typed_url: String,
    /// What was typed as a title.
    pub typed_title: String,
    /// What was typed as a text.
    pub typed_text: String,
    /// The question being tried; empty for none.
    pub q: String,
    /// What came of it.
    pub tried: Option<Tried>,
    /// Questions nothing answered.
    pub gaps: Vec<GapRow>,
    /// The documents, newest first.
    pub documents: Vec<DocumentRow>,
    /// "6 documents, 212 passages".
    pub sub: String,
    /// Address of the next page; empty at the end.
    pub next: String,
}

/// What came of a tried question.
#[derive(Debug, Clone, Default)]
pub struct Tried {
    /// What a customer would be told; empty when the documents do not say.
    pub answer: String,
    /// "House rules, page 2".
    pub source: String,
    /// "4 ms. Looked at 212 passages."
    pub facts: String,
    /// The passages that fit best, best first.
    pub passages: Vec<PassageRow>,
}

/// A passage that was found.
#[derive(Debug, Clone, Default)]
pub struct PassageRow {
    /// Its place in the list, from 1.
    pub n: usize,
    /// "House rules, page 2".
    pub source: String,
    /// Where its document is shown.
    pub url: String,
    /// The headings above it.
    pub section: String,
    /// Its words, cut where `true` parts are the answer.
    pub parts: Vec<(String, bool)>,
    /// How well it fits, 0 to 100.
    pub fit: i64,
    /// The same in words.
    pub fit_words: &'static str,
}

/// A question nothing answered, with the like of it.
#[derive(Debug, Clone, Default)]
pub struct GapRow {
    /// An id for the page.
    pub id: String,
    /// The ids of all of them, separated by commas.
    pub ids: String,
    /// The question as it was asked last.
    pub question: String,
    /// The others, in their words.
    pub others: Vec<String>,
    /// "3 people".
    pub count: String,
    /// When it was asked last.
    pub time: String,
    /// What a person replied; empty when nobody did.
    pub draft: String,
    /// The conversation; empty when there is none.
    pub url: String,
}

/// A line of the documents.
#[derive(Debug, Clone, Default)]
pub struct DocumentRow {
    /// Its id.
    pub id: String,
    /// Its page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// An icon of the sprite.
    pub icon: &'static str,
    /// "PDF, 4 pages, 38 passages", or why it cannot be read.
    pub about: String,
    /// Answers it was used for.
    pub used: i64,
    /// Its state.
    pub pill: Pill,
    /// How much was read; only while it is.
    pub percent: Option<i64>,
}

/// `/app/answers/documents/ID`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/document.html")]
pub struct DocumentPage {
    /// The frame.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub errors: Errors,
    /// The document.
    pub row: DocumentRow,
    /// Where its file or page is; empty for none.
    pub original: String,
    /// It can be given other content.
    pub can_replace: bool,
    /// It can be fetched or read again.
    pub can_read_again: bool,
    /// Its passages in order.
    pub passages: Vec<PassageRow>,
    /// Passages that are not listed.
    pub more: i64,
}
