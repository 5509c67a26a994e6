//! A proof of payment beside its order, and the queue of payments to check.

use crate::web::view::shop::statement::StatementLine;
use crate::web::view::{Chrome, Pill, filters};
use askama::Template;

/// `/app/payments`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/shop/reviews.html")]
pub struct ReviewsPage {
    /// The frame.
    pub chrome: Chrome,
    /// "3 payments wait for a look."
    pub sub: String,
    /// The payments, the oldest first.
    pub reviews: Vec<Waiting>,
    /// Lines of a bank's statement that may be for an order.
    pub proposals: Vec<StatementLine>,
}

/// A payment in the queue.
#[derive(Debug, Clone, Default)]
pub struct Waiting {
    /// The order's id.
    pub id: String,
    /// Its page.
    pub url: String,
    /// "#1047".
    pub number: String,
    /// For whom.
    pub name: String,
    /// "₦18,500".
    pub amount: String,
    /// What was ordered.
    pub words: String,
    /// Since when it waits.
    pub age: String,
    /// That the bank's statement has the money; empty when it has not.
    pub seen: String,
    /// The newest receipt.
    pub receipt: Option<ReceiptCard>,
    /// So that deciding twice decides once.
    pub key: String,
}

/// A receipt.
#[derive(Debug, Clone, Default)]
pub struct ReceiptCard {
    /// Its id, unique on the page.
    pub id: String,
    /// The file's address.
    pub url: String,
    /// The picture's size; 0 when it is a PDF or could not be read.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// Places of what was read.
    pub marks: Vec<Mark>,
    /// "Picture sent 09:51".
    pub label: String,
    /// "Nothing speaks against it".
    pub pill: Pill,
    /// What a payment gateway said of it; empty when none was asked.
    pub told: String,
    /// What speaks against it.
    pub reasons: Vec<String>,
    /// Field by field.
    pub checks: Vec<CheckRow>,
    /// Still being read.
    pub waiting: bool,
    /// Nothing speaks against it.
    pub clean: bool,
}

/// A rectangle on the picture.
#[derive(Debug, Clone, Default)]
pub struct Mark {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width.
    pub w: u32,
    /// Height.
    pub h: u32,
    /// Which field, and "differs" when it does.
    pub tone: String,
    /// "Amount: ₦18,500".
    pub title: String,
}

/// A field of the receipt beside the order's.
#[derive(Debug, Clone, Default)]
pub struct CheckRow {
    /// "Amount".
    pub field: String,
    /// What the receipt says.
    pub read: String,
    /// What was expected.
    pub expected: String,
    /// "ok", "bad" or empty.
    pub tone: &'static str,
    /// "As expected", "Differs", "Not known".
    pub word: &'static str,
}

impl Waiting {
    /// The bank has the money, or nothing speaks against the receipt: approving is the main button.
    pub fn is_clean(&self) -> bool {
        !self.seen.is_empty() || self.receipt.as_ref().is_some_and(|r| r.clean)
    }
}
