//! Who did what.

use crate::web::view::{Chrome, filters};
use askama::Template;

/// `/app/audit`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/audit.html")]
pub struct AuditPage {
    /// The frame.
    pub chrome: Chrome,
    /// When, who, what, about what.
    pub rows: Vec<(String, String, String, String)>,
    /// Address of the next page; empty at the end.
    pub next: String,
    /// How long things are kept: field, label, months.
    pub kept: Vec<(&'static str, &'static str, String)>,
}
