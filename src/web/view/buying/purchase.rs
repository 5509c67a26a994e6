//! Purchases: the list, and one with its talks, its comparison and its money.

use crate::web::view::{Chrome, Errors, Note, Pill, filters};
use askama::Template;

/// `/app/buying`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/buying/purchases.html")]
pub struct PurchasesPage {
    /// The frame.
    pub chrome: Chrome,
    /// "2 under way".
    pub sub: String,
    /// What was typed.
    pub typed: String,
    /// What is wrong with it.
    pub errors: Errors,
    /// Purchases, newest first.
    pub rows: Vec<PurchaseRow>,
    /// Where older ones are; empty for none.
    pub older: String,
    /// What runs out soon, as it would be asked for.
    pub suggestions: Vec<Suggested>,
    /// Nobody is in the vendor book.
    pub no_vendors: bool,
    /// So that asking twice asks once.
    pub key: String,
}

/// A purchase in the list.
#[derive(Debug, Clone, Default)]
pub struct PurchaseRow {
    /// Where it leads.
    pub url: String,
    /// "12 dozen eggs, 10 kg flour".
    pub title: String,
    /// "#7, by Friday".
    pub about: String,
    /// What it comes to; empty until known.
    pub total: String,
    /// When.
    pub time: String,
    /// Where it stands.
    pub pill: Pill,
}

/// Something to buy again.
#[derive(Debug, Clone, Default)]
pub struct Suggested {
    /// "11 crates eggs".
    pub words: String,
    /// "3 left, about 3 days".
    pub why: String,
}

/// `/app/buying/ID`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/buying/purchase.html")]
pub struct PurchasePage {
    /// The frame.
    pub chrome: Chrome,
    /// Its id.
    pub id: String,
    /// "12 dozen eggs, 10 kg flour".
    pub title: String,
    /// "#7, by Friday 27 November, at most $90".
    pub sub: String,
    /// Where it stands.
    pub pill: Pill,
    /// The way through: word, "done", "now" or "".
    pub stages: Vec<(&'static str, &'static str)>,
    /// What to know first.
    pub note: Option<Note>,
    /// It can be given up.
    pub may_stop: bool,
    /// Talks.
    pub talks: Vec<Talk>,
    /// "3 prices in, 1 still talking".
    pub talks_sub: String,
    /// Offers, best first.
    pub offers: Vec<OfferRow>,
    /// "Price 40 %, speed 15 % …".
    pub weights: String,
    /// What is asked of the owner.
    pub ask: Option<Decide>,
    /// Money for vendors.
    pub payments: Vec<PayRow>,
    /// A payment file can be made.
    pub ach_url: String,
    /// Deliveries to check.
    pub checks: Vec<Check>,
    /// Deliveries that were checked.
    pub came: Vec<CameRow>,
    /// The run that carries it.
    pub run_url: String,
}

/// A talk with a vendor.
#[derive(Debug, Clone, Default)]
pub struct Talk {
    /// Its id.
    pub id: String,
    /// The vendor.
    pub name: String,
    /// Where it stands.
    pub pill: Pill,
    /// "By telephone", "Ringing", "By text message"; empty for other ways.
    pub how: &'static str,
    /// It is on.
    pub on: bool,
    /// The newest lines: who, words.
    pub last: Vec<(&'static str, String)>,
    /// Every line, when there are more.
    pub all: Vec<(&'static str, String)>,
    /// "$61.20 all in" or nothing.
    pub asks: String,
    /// Their prices as they fell: "$64, $62.50, $61.20".
    pub steps: String,
    /// What to know.
    pub problem: String,
    /// The thread; empty for none.
    pub chat_url: String,
    /// A person holds it and writes down what is said.
    pub by_hand: bool,
}

/// An offer of the comparison.
#[derive(Debug, Clone, Default)]
pub struct OfferRow {
    /// The vendor's id.
    pub vendor: String,
    /// The vendor.
    pub name: String,
    /// It is proposed.
    pub best: bool,
    /// Goods.
    pub goods: String,
    /// Delivery.
    pub delivery: String,
    /// Both.
    pub total: String,
    /// When it comes.
    pub arrives: String,
    /// It comes too late.
    pub late: bool,
    /// What speaks against it; empty for nothing.
    pub against: String,
    /// The last deliveries: "8 of 8 as ordered"; empty for none.
    pub record: String,
    /// Of 100.
    pub score: String,
    /// It may be taken instead.
    pub may_take: bool,
    /// "Take this for $65".
    pub take: String,
}

/// What is asked of the owner.
#[derive(Debug, Clone, Default)]
pub struct Decide {
    /// "Lowest price all in, most reliable."
    pub why: String,
    /// "Approve $61.20".
    pub yes: String,
    /// "Given up Sun 10:20 unless somebody decides."
    pub until: String,
    /// Whoever looks may decide.
    pub may: bool,
}

/// Money for a vendor.
#[derive(Debug, Clone, Default)]
pub struct PayRow {
    /// Its id.
    pub id: String,
    /// To whom.
    pub name: String,
    /// How much.
    pub amount: String,
    /// How.
    pub how: &'static str,
    /// Where it stands.
    pub pill: Pill,
    /// The bank's word, or what went wrong.
    pub text: String,
    /// A person is to pay and record it.
    pub may_record: bool,
    /// Nobody knows whether it was paid: a person looks and says.
    pub may_settle: bool,
    /// The order as a PDF.
    pub order_url: String,
}

/// A delivery to check.
#[derive(Debug, Clone, Default)]
pub struct Check {
    /// The vendor's id.
    pub vendor: String,
    /// The vendor.
    pub name: String,
    /// What to count.
    pub lines: Vec<CheckLine>,
}

/// One thing to count.
#[derive(Debug, Clone, Default)]
pub struct CheckLine {
    /// The field's name.
    pub field: String,
    /// "eggs".
    pub label: String,
    /// "12".
    pub ordered: String,
    /// "dozen", "crate of 30".
    pub unit: String,
}

/// A delivery that was checked.
#[derive(Debug, Clone, Default)]
pub struct CameRow {
    /// The vendor.
    pub name: String,
    /// "10 of 12 dozen eggs"; empty where nobody counted.
    pub counted: String,
    /// "in time. Quality 4 of 5. Two trays were broken".
    pub text: String,
    /// As ordered, or not.
    pub pill: Pill,
}
