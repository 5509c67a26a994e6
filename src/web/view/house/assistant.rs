//! Who answers customers.

use crate::web::view::house::settings::DayForm;
use crate::web::view::{Chrome, Errors, Pick, Pill, filters};
use askama::Template;

/// `/app/assistants`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/assistants.html")]
pub struct AssistantsPage {
    /// The frame.
    pub chrome: Chrome,
    /// One line each.
    pub rows: Vec<AssistantRow>,
}

/// A line of the list.
#[derive(Debug, Clone, Default)]
pub struct AssistantRow {
    /// Where it is changed.
    pub url: String,
    /// Its name.
    pub title: String,
    /// Its initials.
    pub initials: String,
    /// Its name in the API.
    pub name: String,
    /// "Takes orders, answers from your documents".
    pub work: String,
    /// "WhatsApp, Web chat; 08:00 to 20:00; English".
    pub place: String,
    /// "Answers everywhere else", "Off now".
    pub pill: Option<Pill>,
}

/// `/app/assistants/ID`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/assistant.html")]
pub struct AssistantPage {
    /// The frame.
    pub chrome: Chrome,
    /// Its id, or "new".
    pub id: String,
    /// Its name as it is kept; empty for a new one.
    pub heading: String,
    /// Its name as it is typed.
    pub title: String,
    /// How it sounds.
    pub tones: Vec<Pick>,
    /// What it does.
    pub desks: Vec<Pick>,
    /// Where it answers.
    pub channels: Vec<Pick>,
    /// In which languages; none chosen means all.
    pub languages: Vec<Pick>,
    /// Which documents it may use.
    pub documents: Vec<Pick>,
    /// It may use only the chosen documents.
    pub some_documents: bool,
    /// It has hours of its own.
    pub own_hours: bool,
    /// These.
    pub days: Vec<DayForm>,
    /// First words.
    pub greeting: String,
    /// Last words.
    pub sign_off: String,
    /// Answers where nobody else is set.
    pub is_default: bool,
    /// It cannot be made somebody else's work here: another must be chosen first.
    pub stays_default: bool,
    /// What is wrong with the form.
    pub errors: Errors,
}
