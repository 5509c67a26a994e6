//! What customers mean: recent words with how they were read, and the examples they are read by.

use crate::web::view::{Chrome, Errors, Pick, filters};
use askama::Template;

/// `/app/intents`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/intents.html")]
pub struct IntentsPage {
    /// The frame.
    pub chrome: Chrome,
    /// Recent words of customers, newest first.
    pub rows: Vec<MeantRow>,
    /// Every intent with its examples.
    pub intents: Vec<IntentPart>,
    /// The program's intents, for what an own one acts as.
    pub acts: Vec<Pick>,
    /// What is wrong with a form.
    pub errors: Errors,
}

impl IntentsPage {
    /// Whether the business named this intent itself.
    pub fn is_own(&self, pick: &Pick) -> bool {
        self.intents.iter().any(|i| i.own && i.name == pick.value)
    }
}

/// Words of a customer.
#[derive(Debug, Clone, Default)]
pub struct MeantRow {
    /// The message.
    pub id: String,
    /// The words.
    pub text: String,
    /// Their language.
    pub lang: String,
    /// Where they stand.
    pub url: String,
    /// "97 % sure", "you said so".
    pub sure: String,
    /// Each intent; the one it was read as is on.
    pub picks: Vec<Pick>,
}

/// An intent with its examples.
#[derive(Debug, Clone, Default)]
pub struct IntentPart {
    /// Its name.
    pub name: String,
    /// For people.
    pub title: String,
    /// "38 examples, 2 of yours".
    pub count: String,
    /// The owner added it.
    pub own: bool,
    /// Its examples, the owner's first.
    pub examples: Vec<ExampleLine>,
}

/// An example.
#[derive(Debug, Clone, Default)]
pub struct ExampleLine {
    /// Of the owner's: its id; empty for the program's.
    pub id: String,
    /// The text.
    pub text: String,
    /// "English".
    pub language: &'static str,
    /// Taken away from the program's.
    pub removed: bool,
}
