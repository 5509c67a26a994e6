//! Tags, notes and consent of customers.

use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::house::member::Actor;
use crate::domain::house::timeline::Consent;
use crate::domain::id::Id;
use crate::store::events::{About, insert_event};
use crate::store::house::contact;
use crate::store::house::timeline as rows;
use crate::store::tx::Tx;
use serde_json::json;

/// Tags a customer may have.
const TAGS: usize = 20;

/// Sets the tags of a customer: lower case, without doubles.
pub fn set_tags(tx: &mut Tx<'_>, contact: Id, tags: &[String]) -> Result<Vec<String>> {
    contact::find_present(tx, contact)?;
    let mut clean: Vec<String> = tags.iter().map(|t| t.trim().to_lowercase()).filter(|t| !t.is_empty()).collect();
    clean.sort();
    clean.dedup();
    if clean.len() > TAGS || clean.iter().any(|t| t.chars().count() > 40 || t.contains(',')) {
        return Err(Error::field("tags", "A customer has at most 20 tags, each of at most 40 characters and without commas."));
    }
    rows::update_tags(tx, contact, &clean)?;
    changed(tx, contact)?;
    Ok(clean)
}

/// Adds a note of the team.
pub fn add_note(tx: &mut Tx<'_>, contact: Id, conversation: Option<Id>, actor: &Actor, text: &str) -> Result<Id> {
    contact::find_present(tx, contact)?;
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 2_000 {
        return Err(Error::field("text", "A note has 1 to 2,000 characters."));
    }
    let id = rows::insert_note(tx, contact, conversation, actor.name(), text)?;
    changed(tx, contact)?;
    Ok(id)
}

/// Takes a note away.
pub fn remove_note(tx: &mut Tx<'_>, contact: Id, note: Id) -> Result<()> {
    if !rows::delete_note(tx, contact, note)? {
        return Err(Error::not_found("note"));
    }
    changed(tx, contact)
}

/// Writes down whether a customer may be written to first, with how and in which words it was said. The same again is not written
/// down twice.
pub fn set_consent(tx: &mut Tx<'_>, contact: Id, given: bool, way: &str, words: &str, actor: &Actor, message: Option<Id>) -> Result<()> {
    contact::find_person(tx, contact)?;
    if way.chars().count() > 120 || words.chars().count() > 1_000 {
        return Err(Error::field("words", "How it was said has at most 120 characters, the words 1,000."));
    }
    let same = rows::list_consents(tx, contact)?.first().is_some_and(|c| c.given == given && c.way == way && c.words == words);
    if same {
        return Ok(());
    }
    let way = if way.trim().is_empty() { "not written down" } else { way.trim() };
    let consent = Consent { given, way: way.into(), words: words.trim().into(), actor: actor.name().to_owned(), at: tx.now };
    rows::insert_consent(tx, contact, &consent, message)?;
    changed(tx, contact)
}

fn changed(tx: &mut Tx<'_>, contact: Id) -> Result<()> {
    insert_event(tx, event::CONTACT, About::default(), json!({ "contact_id": contact }))
}
