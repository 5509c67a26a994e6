//! Bringing in a price list: try it first, then do it, row by row.

use crate::web::view::{Chrome, Errors, filters};
use askama::Template;

/// `/app/catalogue/import` and `/app/catalogue/import/ID`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/import.html")]
pub struct ImportPage {
    /// The frame.
    pub chrome: Chrome,
    /// Tables at Airtable can be read.
    pub airtable: bool,
    /// What is wrong with the file as a whole.
    pub errors: Errors,
    /// One that runs or ended.
    pub report: Option<ImportReport>,
    /// So that starting twice starts once.
    pub key: String,
}

/// What became of a file.
#[derive(Debug, Clone, Default)]
pub struct ImportReport {
    /// Its id.
    pub id: String,
    /// The file's name.
    pub filename: String,
    /// Nothing was changed: only tried.
    pub dry: bool,
    /// Still running.
    pub running: bool,
    /// Why it stopped; empty when it did not.
    pub failed: String,
    /// Rows done.
    pub done: i64,
    /// Rows in all.
    pub total: i64,
    /// New items.
    pub added: i64,
    /// Items that changed.
    pub changed: i64,
    /// Rows that change nothing.
    pub same: i64,
    /// Rows that cannot be read.
    pub wrong: i64,
    /// What is wrong, row by row; at most a hundred.
    pub rows: Vec<ImportProblem>,
    /// Wrong rows that are not listed.
    pub more: i64,
}

/// A row that cannot be read.
#[derive(Debug, Clone, Default)]
pub struct ImportProblem {
    /// Its line in the file.
    pub line: i64,
    /// What it says.
    pub row: String,
    /// The column at fault; may be empty.
    pub column: String,
    /// What to mend.
    pub problem: String,
}
