//! Customers: the list and one of them.

use crate::web::view::house::conversation::{ConversationRow, FactRow, OrderLink};
use crate::web::view::{Chip, Chrome, Errors, Pick, RailPoint, filters};
use askama::Template;

/// `/app/customers`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/contacts.html")]
pub struct ContactsPage {
    /// The frame.
    pub chrome: Chrome,
    /// "214 customers, 12 new this week".
    pub sub: String,
    /// What is searched for.
    pub q: String,
    /// The customers.
    pub rows: Vec<ContactRow>,
    /// Groups of customers, as filters.
    pub groups: Vec<Chip>,
    /// Address of the next page; empty at the end.
    pub next: String,
}

/// A line of the list.
#[derive(Debug, Clone, Default)]
pub struct ContactRow {
    /// Where it leads.
    pub url: String,
    /// Who.
    pub name: String,
    /// Their initials.
    pub initials: String,
    /// How they are reached: "+234 803 ··· 4471".
    pub reach: String,
    /// Orders.
    pub orders: String,
    /// What they spent.
    pub spent: String,
    /// When they last wrote.
    pub last: String,
}

/// `/app/customers/ID`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/contact.html")]
pub struct ContactPage {
    /// The frame.
    pub chrome: Chrome,
    /// Their id.
    pub id: String,
    /// Who.
    pub name: String,
    /// Their initials.
    pub initials: String,
    /// "Customer since March 2025".
    pub since: String,
    /// The name as it may be changed; may be empty.
    pub typed_name: String,
    /// What the team wrote.
    pub note: String,
    /// May be written to first: "yes", "no" or "" (nobody asked).
    pub consent: Vec<Pick>,
    /// Wants replies spoken: "yes" or "no".
    pub spoken: Vec<Pick>,
    /// Whether any service that speaks is set.
    pub voices: bool,
    /// Name and value: how they are reached, language, orders, spent.
    pub facts: Vec<(String, String)>,
    /// What they told about themselves.
    pub known: Vec<FactRow>,
    /// What a fact may be about.
    pub kinds: Vec<Pick>,
    /// Their orders, newest first.
    pub orders: Vec<OrderLink>,
    /// Their conversations.
    pub conversations: Vec<ConversationRow>,
    /// Customers that were made part of this one.
    pub merges: Vec<MergeRow>,
    /// Who else this may be.
    pub twins: Vec<Pick>,
    /// What happened, newest first.
    pub moments: Vec<RailPoint>,
    /// Tags, with commas.
    pub tags: String,
    /// Notes of the team: id, who and when, words.
    pub notes: Vec<(String, String, String)>,
    /// The newest yes or no with its proof; empty when there is none.
    pub proof: String,
    /// Points, and what they are worth; empty when points are off.
    pub points: String,
    /// Unpaid orders at which points may be taken: id and number.
    pub redeemable: Vec<(String, String)>,
    /// What is wrong with the form.
    pub errors: Errors,
}

/// A customer that was made part of another.
#[derive(Debug, Clone, Default)]
pub struct MergeRow {
    /// The merge's id.
    pub id: String,
    /// Who it was.
    pub name: String,
    /// When they were joined.
    pub time: String,
    /// By whom.
    pub by: String,
}
