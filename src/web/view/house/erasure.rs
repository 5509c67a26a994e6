//! Erasing a customer: the question, and the report.

use crate::web::view::{Chrome, Errors, Note, filters};
use askama::Template;

/// `/app/customers/ID/erase`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/erase.html")]
pub struct ErasePage {
    /// The frame.
    pub chrome: Chrome,
    /// Their id.
    pub id: String,
    /// Who.
    pub name: String,
    /// What must be typed.
    pub word: String,
    /// What is stored and what happens to it.
    pub holds: Vec<(String, String)>,
    /// What is wrong with the form.
    pub errors: Errors,
}

/// `/app/erasures/ID`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/erasure.html")]
pub struct ErasurePage {
    /// The frame.
    pub chrome: Chrome,
    /// Who did it and when.
    pub sub: String,
    /// Whether anything is left.
    pub note: Note,
    /// Table and what happened to how many rows.
    pub counts: Vec<(String, String)>,
    /// How it was looked for.
    pub proof: Vec<(String, String)>,
    /// What was found, and where.
    pub found: Vec<(String, String)>,
    /// Copies that may still hold the person.
    pub copies: Vec<String>,
}
