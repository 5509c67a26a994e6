//! What the pages show: plain data a handler fills and a template in `templates/` that renders it. Times and money are
//! already words here.

pub mod buying;
pub mod handover;
pub mod house;
pub mod outreach;
pub mod pay;
pub mod public;
pub mod reception;
pub mod shop;

use crate::domain::house::member::Role;

/// Filters the templates use.
#[expect(missing_docs, reason = "what `filter_fn` generates carries no documentation")]
pub mod filters {
    use askama::filters::Safe;

    /// An icon of the sprite, hidden from screen readers: `{{ "check"|icon }}`.
    #[askama::filter_fn]
    pub fn icon(name: impl std::fmt::Display, _: &dyn askama::Values) -> askama::Result<Safe<String>> {
        let sprite = crate::web::assets::url("icons.svg");
        Ok(Safe(format!("<svg class=\"i\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><use href=\"{sprite}#{name}\"/></svg>")))
    }

    /// An icon that carries meaning, with its words and a tone: `{{ "check"|icon_said("Match", "ok") }}`.
    #[askama::filter_fn]
    pub fn icon_said(name: impl std::fmt::Display, _: &dyn askama::Values, label: &str, tone: &str) -> askama::Result<Safe<String>> {
        let sprite = crate::web::assets::url("icons.svg");
        Ok(Safe(format!(
            "<svg class=\"i {tone}\" viewBox=\"0 0 24 24\" role=\"img\" aria-label=\"{label}\"><use href=\"{sprite}#{name}\"/></svg>"
        )))
    }

    /// The address of a static file with its checksum: `{{ "steward.css"|asset }}`.
    #[askama::filter_fn]
    pub fn asset(name: impl std::fmt::Display, _: &dyn askama::Values) -> askama::Result<String> {
        Ok(crate::web::assets::url(&name.to_string()))
    }
}

/// The frame around every page of the dashboard.
#[derive(Debug, Clone, Default)]
pub struct Chrome {
    /// The business's name.
    pub business_name: String,
    /// Its name in addresses.
    pub slug: String,
    /// Its initials.
    pub initials: String,
    /// Who is signed in.
    pub member_name: String,
    /// Their role in words.
    pub role: String,
    /// May answer customers and move orders.
    pub can_answer: bool,
    /// May approve payments and change the catalogue.
    pub can_decide: bool,
    /// May change settings, members and keys.
    pub can_set: bool,
    /// The page of the menu we are on: "today", "messages", "orders", "bookings", "catalogue", "answers", "customers", "insights", "work-log", "set-up",
    /// "approvals", "settings", "phone".
    pub active: &'static str,
    /// This page's own path and query, which live regions fetch again.
    pub here: String,
    /// Things that need a person.
    pub needs: i64,
    /// Conversations that wait for a person.
    pub waiting: i64,
    /// Orders that are not finished.
    pub open_orders: i64,
    /// Questions that wait for a decision.
    pub approvals: i64,
    /// Steward answers customers.
    pub answers: bool,
    /// One line under that switch: "23 chats in its care. Switch off to answer everything yourself."
    pub answers_note: String,
    /// Set-up steps done, and all of them.
    pub set_up_done: i64,
    /// Set-up steps in all; 0 hides the count.
    pub set_up_all: i64,
    /// The member's other businesses.
    pub businesses: Vec<BusinessLink>,
    /// The last event of the feed this page has seen; the live stream goes on from here.
    pub live_after: i64,
    /// The simulated phone is there (demo, or no channel connected).
    pub has_phone: bool,
    /// What just happened, shown once.
    pub toast: Option<Toast>,
}

impl Chrome {
    /// Fills the `can_…` fields and the role's word.
    pub fn with_role(mut self, role: Role) -> Self {
        self.role = match role {
            Role::Owner => "Owner",
            Role::Manager => "Manager",
            Role::Agent => "Answers customers",
            Role::Viewer => "Looks only",
        }
        .into();
        self.can_answer = role >= Role::Agent;
        self.can_decide = role >= Role::Manager;
        self.can_set = role >= Role::Owner;
        self
    }
    /// "page" where the menu entry is this page.
    pub fn is(&self, page: &str) -> bool {
        self.active == page
    }
}

/// A business a member may switch to.
#[derive(Debug, Clone, Default)]
pub struct BusinessLink {
    /// Its name.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
    /// Its initials.
    pub initials: String,
}

/// What just happened, with a way back where there is one.
#[derive(Debug, Clone, Default)]
pub struct Toast {
    /// "Payment for #1049 confirmed. Aisha has been told."
    pub text: String,
    /// Where the undo button posts to; empty for none.
    pub undo: String,
    /// Something is still to be looked at: no tick.
    pub warn: bool,
}

/// A word with a shape and a tint: "ok", "warn", "bad", "info", "wait" or "".
#[derive(Debug, Clone, Default)]
pub struct Pill {
    /// The tint.
    pub tone: &'static str,
    /// One or two words.
    pub word: String,
}

impl Pill {
    /// A pill.
    pub fn new(tone: &'static str, word: impl Into<String>) -> Self {
        Self { tone, word: word.into() }
    }
}

/// A filter that is a link.
#[derive(Debug, Clone, Default)]
pub struct Chip {
    /// Its words.
    pub label: String,
    /// How many; empty for none.
    pub count: String,
    /// Where it leads.
    pub url: String,
    /// The one that is on.
    pub on: bool,
}

/// A line of news near what it is about.
#[derive(Debug, Clone, Default)]
pub struct Note {
    /// "ok", "warn", "bad", "info" or "".
    pub tone: &'static str,
    /// An icon of the sprite.
    pub icon: &'static str,
    /// What it says, in bold.
    pub title: String,
    /// More.
    pub text: String,
}

/// A choice of a `<select>` or a row of radios.
#[derive(Debug, Clone, Default)]
pub struct Pick {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Chosen now.
    pub on: bool,
}

/// A point of an order of things that happened.
#[derive(Debug, Clone, Default)]
pub struct RailPoint {
    /// "ok", "warn", "bad", "you", "now" or "".
    pub tone: &'static str,
    /// An icon of the sprite; empty for none.
    pub icon: &'static str,
    /// What happened.
    pub title: String,
    /// When, in words.
    pub time: String,
    /// More.
    pub text: String,
    /// Whether what it says is what somebody wrote, which stays in their language.
    pub quoted: bool,
    /// A link's address; empty for none.
    pub url: String,
    /// The link's words.
    pub link: String,
}

/// Errors of a form's fields.
#[derive(Debug, Clone, Default)]
pub struct Errors {
    /// Field and sentence.
    pub fields: Vec<(String, String)>,
    /// What is wrong in all; empty when nothing is.
    pub message: String,
}

impl Errors {
    /// The sentence for this field; empty when it is right.
    pub fn of(&self, field: &str) -> &str {
        self.fields.iter().find(|(f, _)| f == field).map_or("", |(_, s)| s.as_str())
    }
    /// Whether this field is wrong.
    pub fn has(&self, field: &str) -> bool {
        self.fields.iter().any(|(f, _)| f == field)
    }
}

impl From<&crate::domain::error::Error> for Errors {
    fn from(e: &crate::domain::error::Error) -> Self {
        Self { fields: e.fields.clone(), message: e.message.clone() }
    }
}

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
