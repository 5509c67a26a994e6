//! What can be booked, the rules, and the feed.

use crate::web::view::house::settings::DayForm;
use crate::web::view::{Chrome, Errors, Pick, filters};
use askama::Template;

/// `/app/bookings/set-up`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/reception/desk.html")]
pub struct DeskPage {
    /// The frame.
    pub chrome: Chrome,
    /// What can be booked; the last one is blank, to add another.
    pub resources: Vec<ResourceForm>,
    /// The rules.
    pub policy: PolicyForm,
    /// The address calendars subscribe to.
    pub feed_url: String,
    /// What is wrong.
    pub errors: Errors,
    /// Which form is wrong: the id of a resource, "new" or "policy".
    pub wrong: String,
}

/// Something that can be booked, as typed.
#[derive(Debug, Clone, Default)]
pub struct ResourceForm {
    /// Its id; "new" for the blank one.
    pub id: String,
    /// Its name.
    pub name: String,
    /// "Table, 2 to 4 people".
    pub about: String,
    /// Kinds.
    pub kinds: Vec<Pick>,
    /// Fewest people.
    pub seats_min: String,
    /// Most people.
    pub seats_max: String,
    /// How many alike.
    pub units: String,
    /// Where it stands.
    pub area: String,
    /// May be put together with others.
    pub combines: bool,
    /// Length in minutes.
    pub minutes: String,
    /// Pause in minutes.
    pub pause_min: String,
    /// Has opening hours of its own.
    pub own_hours: bool,
    /// Those, or the usual ones to begin with.
    pub days: Vec<DayForm>,
    /// Can be booked.
    pub active: bool,
    /// Its form is open.
    pub open: bool,
}

/// The rules, as typed.
#[derive(Debug, Clone, Default)]
pub struct PolicyForm {
    /// Number fields: name, label, value, help.
    pub numbers: Vec<(&'static str, &'static str, String, &'static str)>,
    /// The currency's sign.
    pub sign: String,
    /// The deposit; empty for none.
    pub deposit: String,
    /// Closed days, one a line: "2026-12-24 to 2026-12-26 Christmas".
    pub closures: String,
    /// What customers are told.
    pub terms: String,
}
