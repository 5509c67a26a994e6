//! Orders: the board, one order, and the payment to check.

use crate::web::view::shop::money::MoneyCard;
use crate::web::view::shop::receipt::ReceiptCard;
use crate::web::view::{Chip, Chrome, Note, Pill, RailPoint, filters};
use askama::Template;

/// `/app/orders`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/shop/orders.html")]
pub struct OrdersPage {
    /// The frame.
    pub chrome: Chrome,
    /// "16 open, ₦231,900. 8 finished today."
    pub sub: String,
    /// What is searched for.
    pub q: String,
    /// Filters.
    pub chips: Vec<Chip>,
    /// The columns.
    pub lanes: Vec<Lane>,
    /// No order was ever made.
    pub empty: bool,
}

/// A column of the board.
#[derive(Debug, Clone, Default)]
pub struct Lane {
    /// Unique on the page, for links that jump here.
    pub id: String,
    /// "Waiting for money".
    pub title: String,
    /// How many.
    pub count: i64,
    /// Their sum.
    pub sum: String,
    /// Needs a person.
    pub hot: bool,
    /// The orders.
    pub tiles: Vec<Tile>,
    /// Orders that are not shown: "8 finished today"; empty for none.
    pub more: String,
    /// Where that line leads.
    pub more_url: String,
}

/// An order on the board.
#[derive(Debug, Clone, Default)]
pub struct Tile {
    /// Its id.
    pub id: String,
    /// Where it leads.
    pub url: String,
    /// For whom.
    pub name: String,
    /// "₦10,000".
    pub total: String,
    /// "4 large breads, 6 doughnuts".
    pub words: String,
    /// "#1055".
    pub number: String,
    /// "truck" or "store".
    pub icon: &'static str,
    /// "Delivery" or "Pick-up".
    pub how: String,
    /// What the customer wishes for the order as a whole; empty when nothing.
    pub wish: String,
    /// How long it stands here.
    pub age: String,
    /// What to know.
    pub pill: Option<Pill>,
    /// The next state a click moves it to; empty for none.
    pub next: String,
    /// "Start preparing".
    pub next_label: String,
    /// So that moving twice moves once.
    pub key: String,
}

/// `/app/orders/ID`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/shop/order.html")]
pub struct OrderPage {
    /// The frame.
    pub chrome: Chrome,
    /// Its id.
    pub id: String,
    /// "#1047".
    pub number: String,
    /// For whom.
    pub name: String,
    /// Their page.
    pub contact_url: String,
    /// The thread; empty for none.
    pub chat_url: String,
    /// Where it stands.
    pub pill: Pill,
    /// What to know first.
    pub note: Option<Note>,
    /// A payment to check.
    pub review: Option<Review>,
    /// Its money.
    pub money: MoneyCard,
    /// Receipts that were sent for it, newest first.
    pub receipts: Vec<ReceiptCard>,
    /// A receipt may still be added.
    pub can_add: bool,
    /// What was ordered: words and price.
    pub lines: Vec<(String, String)>,
    /// "₦18,500".
    pub total: String,
    /// Name and value: how, address, reference, made.
    pub facts: Vec<(String, String)>,
    /// What a person may do next.
    pub moves: Vec<Move>,
    /// What happened, newest first.
    pub rail: Vec<RailPoint>,
}

/// A payment a person must look at.
#[derive(Debug, Clone, Default)]
pub struct Review {
    /// "₦18,500".
    pub amount: String,
    /// When the customer said so: "09:51".
    pub claimed: String,
    /// The customer's words; may be empty.
    pub said: String,
    /// That the bank's statement has the money; empty when it has not.
    pub seen: String,
    /// What to look for in the bank app: field and value.
    pub expect: Vec<(String, String)>,
    /// Pictures and files the customer sent about it.
    pub proofs: Vec<Proof>,
    /// What the customer will get when it is approved.
    pub approve_text: String,
    /// What the customer will get when it is not.
    pub reject_text: String,
    /// So that deciding twice decides once.
    pub key: String,
}

/// A picture or file the customer sent.
#[derive(Debug, Clone, Default)]
pub struct Proof {
    /// Its address.
    pub url: String,
    /// A picture (else a file to open).
    pub image: bool,
    /// "Picture sent 09:51".
    pub label: String,
}

/// What a person may do with an order.
#[derive(Debug, Clone, Default)]
pub struct Move {
    /// The state's word.
    pub to: String,
    /// "Start preparing".
    pub label: String,
    /// The expected next step.
    pub primary: bool,
    /// It gives the order up.
    pub danger: bool,
    /// What came and would have to be given back, with its sign: "₦5,200"; empty for nothing.
    pub paid_said: String,
    /// The same as the form sends it, so that money which came meanwhile is asked about.
    pub paid: String,
    /// What the customer will get; empty when nothing is sent.
    pub text: String,
    /// So that moving twice moves once.
    pub key: String,
}
