//! The built-in gateway's pay page.

use crate::web::view::filters;
use askama::Template;

/// `/b/SLUG/pay/TOKEN`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "showcase/pay.html")]
pub struct PayPage {
    /// The business's name.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
    /// Its initials.
    pub initials: String,
    /// The order's number.
    pub number: String,
    /// What was ordered: words and price.
    pub lines: Vec<(String, String)>,
    /// What is to be paid.
    pub total: String,
    /// Names this page.
    pub token: String,
    /// It is paid.
    pub paid: bool,
    /// Why it cannot be paid now; empty when it can.
    pub open: String,
}
