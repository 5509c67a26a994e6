//! Campaigns, groups, reminders and points.

use crate::web::view::{Chrome, Errors, Pick, Pill, filters};
use askama::Template;

/// `/app/outreach`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/outreach/outreach.html")]
pub struct OutreachPage {
    /// The frame.
    pub chrome: Chrome,
    /// Campaigns, newest first.
    pub campaigns: Vec<CampaignRow>,
    /// Groups: id, name, who is in it, how many now.
    pub groups: Vec<(String, String, String, String)>,
    /// Groups to choose from.
    pub picks: Vec<Pick>,
    /// Approved messages to choose from.
    pub templates: Vec<Pick>,
    /// Languages to choose from.
    pub languages: Vec<Pick>,
    /// What was typed for a new campaign.
    pub typed_name: String,
    /// Its words.
    pub typed_text: String,
    /// Reminders are on.
    pub nudges: bool,
    /// Minutes of silence before one.
    pub nudge_after: String,
    /// "20:00".
    pub quiet_from: String,
    /// "08:00".
    pub quiet_to: String,
    /// Days between two campaign messages.
    pub pause_days: String,
    /// Points are given.
    pub points_on: bool,
    /// The numbers of the terms: field, label, value, hint.
    pub terms: Vec<(&'static str, &'static str, String, String)>,
    /// "1,240 points given, 310 taken."
    pub points_sum: String,
    /// What is wrong with a form.
    pub errors: Errors,
}

/// A campaign in the list.
#[derive(Debug, Clone, Default)]
pub struct CampaignRow {
    /// Where it leads.
    pub url: String,
    /// Its name.
    pub name: String,
    /// To whom.
    pub group: String,
    /// Where it stands.
    pub pill: Pill,
    /// "41 sent, 12 replied".
    pub results: String,
}

/// `/app/outreach/ID`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/outreach/campaign.html")]
pub struct CampaignPage {
    /// The frame.
    pub chrome: Chrome,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who made it and when.
    pub sub: String,
    /// Where it stands.
    pub pill: Pill,
    /// What it says.
    pub text: String,
    /// To whom.
    pub group: String,
    /// Who would get it: name and number.
    pub preview: Vec<(String, String)>,
    /// It can be started, with so many messages.
    pub can_start: bool,
    /// How many would get it.
    pub count: String,
    /// Words on when it goes out, when that is not now.
    pub waits: String,
    /// It is being sent.
    pub can_stop: bool,
    /// What came of it: name and number.
    pub results: Vec<(String, String)>,
}
