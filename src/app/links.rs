//! Signed links: to a file that a carrier fetches to send it, and those that let one member decide one question without signing in.
//! What a link says is signed with a key made from `master.key`; a question is not decided by opening it, only by the button on its page.

use super::App;
use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::time::DAY_MS;

/// What a link stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApprovalLink {
    /// The business.
    pub business: Id,
    /// Who decides with it.
    pub member: Id,
}

fn signed_words(approval: Id, business: Id, member: Id) -> String {
    format!("approval {approval} of {business} by {member}")
}

/// The path and token of the link with which a member decides a question.
pub fn approval_link(app: &App, approval: Id, business: Id, member: Id) -> String {
    let signature = app.vault.sign(&signed_words(approval, business, member));
    format!("/approvals/{approval}?token={business}.{member}.{signature}")
}

/// What a token stands for; "no such approval" when we did not sign it for this question.
pub fn read_approval_token(app: &App, approval: Id, token: &str) -> Result<ApprovalLink> {
    let wrong = || Error::not_found("approval");
    let mut parts = token.splitn(3, '.');
    let mut part = || parts.next().ok_or_else(wrong);
    let (business, member, signature) = (part()?, part()?, part()?);
    let (business, member): (Id, Id) = (business.parse().map_err(|_| wrong())?, member.parse().map_err(|_| wrong())?);
    let signature = hex::decode(signature).map_err(|_| wrong())?;
    if !app.vault.verify(&signed_words(approval, business, member), &signature) {
        return Err(wrong());
    }
    Ok(ApprovalLink { business, member })
}

/// How long a carrier may fetch a file of ours: it does so within minutes, and tries again for a day at most.
const FILE_MS: i64 = 2 * DAY_MS;

fn file_words(business: Id, name: &str, until: i64) -> String {
    format!("file {name} of {business} until {until}")
}

/// The path and token with which a carrier fetches one file of ours.
pub fn file_link(app: &App, business: Id, name: &str) -> String {
    let until = app.clock().now().plus_ms(FILE_MS).millis();
    let signature = app.vault.sign(&file_words(business, name, until));
    format!("/files/{business}/{name}?token={until}.{signature}")
}

/// Whether a token opens a file; "no such file" when we did not sign it, or its time is over.
pub fn check_file_token(app: &App, business: Id, name: &str, token: &str) -> Result<()> {
    let wrong = || Error::not_found("file");
    let (until, signature) = token.split_once('.').ok_or_else(wrong)?;
    let until: i64 = until.parse().map_err(|_| wrong())?;
    let signature = hex::decode(signature).map_err(|_| wrong())?;
    let fits = app.vault.verify(&file_words(business, name, until), &signature);
    if fits && app.clock().now().millis() <= until { Ok(()) } else { Err(wrong()) }
}
