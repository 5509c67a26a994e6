//! A bank's statement: trying it, what came of it, and lines that may be for an order.

use crate::web::view::{Chrome, Errors, Pill, filters};
use askama::Template;

/// `/app/payments/statement`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/shop/statement.html")]
pub struct StatementPage {
    /// The frame.
    pub chrome: Chrome,
    /// So that trying twice tries once.
    pub key: String,
    /// What is wrong with the file.
    pub errors: Errors,
    /// What a file says.
    pub report: Option<StatementReport>,
}

/// What a file says, or did.
#[derive(Debug, Clone, Default)]
pub struct StatementReport {
    /// Its id.
    pub id: String,
    /// The file's name.
    pub filename: String,
    /// Only tried.
    pub dry: bool,
    /// Payments seen.
    pub seen: i64,
    /// Lines that may be for an order.
    pub proposed: i64,
    /// Lines without an order.
    pub open: i64,
    /// Lines that were here before.
    pub known: i64,
    /// Lines by which money went.
    pub out: i64,
    /// The lines, those with an order first.
    pub lines: Vec<StatementLine>,
    /// Line number and what is wrong.
    pub problems: Vec<(i64, String)>,
}

/// Money that came.
#[derive(Debug, Clone, Default)]
pub struct StatementLine {
    /// Its id; empty when it was only tried.
    pub id: String,
    /// "2026-11-21".
    pub day: String,
    /// "₦18,500".
    pub amount: String,
    /// What the bank wrote.
    pub text: String,
    /// "#1047"; empty for none.
    pub order: String,
    /// Its page.
    pub url: String,
    /// How sure it is.
    pub pill: Pill,
    /// What a person should know.
    pub note: String,
    /// A person may say that it is for that order.
    pub can_confirm: bool,
}
