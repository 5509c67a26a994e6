//! Signing in, the first owner, and pages that say what went wrong.

use crate::web::view::{Errors, Pick, filters};
use askama::Template;

/// `/sign-in`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/sign_in.html")]
pub struct SignInPage {
    /// What was typed.
    pub email: String,
    /// Where to go afterwards.
    pub next: String,
    /// Why it did not work; empty at first.
    pub error: String,
}

/// The link `steward serve` prints at first start: the first owner and, when there is none yet, the business.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/first_owner.html")]
pub struct FirstOwnerPage {
    /// Where the form posts to.
    pub action: String,
    /// There is no business yet: ask its name and kind.
    pub ask_business: bool,
    /// Somebody signs in with this address already: their password is asked for, not a new one.
    pub has_account: bool,
    /// Somebody known chooses a new password.
    pub new_password: bool,
    /// What was typed.
    pub business_name: String,
    /// Kinds of business.
    pub templates: Vec<Pick>,
    /// What was typed.
    pub name: String,
    /// What was typed.
    pub email: String,
    /// What is wrong.
    pub errors: Errors,
}

/// Anything that cannot be shown: what happened and where to go.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/problem.html")]
pub struct ProblemPage {
    /// The status code.
    pub status: u16,
    /// "There is no such order."
    pub title: String,
    /// What to do.
    pub text: String,
    /// Errors of single fields, as sentences.
    pub fields: Vec<String>,
    /// Where the button leads.
    pub back: String,
    /// The number to tell whoever runs the server.
    pub request_id: String,
}
