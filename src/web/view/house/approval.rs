//! Questions that wait for a person, and those that were decided.

use crate::web::view::house::device::DevicesCard;
use crate::web::view::{Chrome, Errors, Note, Pick, Pill, filters};
use askama::Template;

/// `/app/approvals`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/approvals.html")]
pub struct ApprovalsPage {
    /// The frame.
    pub chrome: Chrome,
    /// "2 questions wait".
    pub sub: String,
    /// What waits, oldest first.
    pub open: Vec<Ask>,
    /// What was decided, newest first.
    pub past: Vec<PastAsk>,
    /// The rules of asking, for owners.
    pub rules: Option<Rules>,
    /// Deciding from a phone, for those who may decide.
    pub phone: Option<PhoneCard>,
    /// Being told on this phone that something waits.
    pub devices: DevicesCard,
    /// What is wrong with the rules.
    pub errors: Errors,
}

/// A question that waits.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// Its id.
    pub id: String,
    /// "Pay Adaeze Farms ₦84,200 for 12 crates of eggs?"
    pub title: String,
    /// What there is to know.
    pub facts: Vec<(String, String)>,
    /// "Approve ₦84,200".
    pub yes: String,
    /// The page with more; empty for none.
    pub url: String,
    /// The run that waits; empty for none.
    pub run_url: String,
    /// "Asked 14 min ago, given up tomorrow 10:20. Ada agreed; one more person must."
    pub when: String,
    /// Whether whoever looks may decide.
    pub may: bool,
    /// Why not, when they may not.
    pub why_not: String,
    /// A link with which whoever looks decides without signing in.
    pub link: String,
}

/// A question that was decided.
#[derive(Debug, Clone, Default)]
pub struct PastAsk {
    /// What was asked.
    pub title: String,
    /// By whom, which way, with what note.
    pub by: String,
    /// When.
    pub time: String,
    /// How.
    pub pill: Pill,
    /// The run that asked; empty for none.
    pub run_url: String,
}

/// The rules as a form.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// The currency's sign.
    pub sign: String,
    /// Up to this nobody is asked.
    pub automatic: String,
    /// Above this two must agree; empty for never.
    pub two: String,
    /// Hours until a question is given up.
    pub hours: String,
    /// Who may decide in an owner's place.
    pub delegates: Vec<Pick>,
    /// The most they may approve; empty for any amount.
    pub delegate_most: String,
    /// "22:00"; empty for never quiet.
    pub quiet_from: String,
    /// "07:00".
    pub quiet_to: String,
}

/// Deciding from one's own phone.
#[derive(Debug, Clone, Default)]
pub struct PhoneCard {
    /// The verified number; empty for none.
    pub number: String,
    /// What to write to the business to verify a number; empty when none was asked for.
    pub code: String,
    /// No number of the business is connected to write to.
    pub unconnected: bool,
}

/// `/approvals/ID?token=…`: one question, for whoever has the link.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/approval_link.html")]
pub struct ApprovalLinkPage {
    /// The business's name.
    pub business_name: String,
    /// Whose link it is.
    pub member_name: String,
    /// Where the form posts to.
    pub action: String,
    /// What shows that the link is ours.
    pub token: String,
    /// The question.
    pub ask: Ask,
    /// What was decided, when it was.
    pub note: Option<Note>,
}
