//! Customers brought in from a spreadsheet. Nobody is written to for it, and a "no" is never turned into a "yes".

use crate::domain::error::Result;
use crate::domain::house::contact_csv::{Row, Sheet};
use crate::domain::house::member::Actor;
use crate::domain::house::sheet::Imported;
use crate::domain::id::Id;
use crate::services::house::chat::find_or_add;
use crate::services::house::timeline as people;
use crate::store::house::{contact, timeline};
use crate::store::tx::Tx;

/// Brings rows in. A row is the customer with its number, else with its address. What the file leaves empty stays; `source` says in the
/// proof of a consent where it is from.
pub fn import(tx: &mut Tx<'_>, sheet: &Sheet, source: &str) -> Result<Imported> {
    let mut done = Imported::with(sheet.errors.clone());
    for (number, row) in &sheet.rows {
        let known = known(tx, row)?;
        match keep(tx, row, known, source) {
            Ok(_) if known.is_none() => done.added += 1,
            Ok(true) => done.changed += 1,
            Ok(false) => done.same += 1,
            Err(e) if e.is_transient() => return Err(e),
            Err(e) => done.refuse(*number, &row.name, &e),
        }
    }
    Ok(done)
}

fn known(tx: &Tx<'_>, row: &Row) -> Result<Option<Id>> {
    for i in &row.identities {
        if let Some(id) = contact::find_contact_id(tx, i)? {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// Writes one row down; whether a known customer changed.
fn keep(tx: &mut Tx<'_>, row: &Row, known: Option<Id>, source: &str) -> Result<bool> {
    let id = find_or_add(tx, &row.identities, &row.name)?;
    let old = contact::find_present(tx, id)?;
    let mut new = old.clone();
    if !row.name.is_empty() {
        new.name.clone_from(&row.name);
    }
    if !row.note.is_empty() {
        new.note.clone_from(&row.note);
    }
    new.language = row.language.unwrap_or(new.language);
    // Who said no here stays away, whatever an older list says.
    if let Some(given) = row.consent.filter(|given| old.consent.is_none() || !given) {
        people::set_consent(tx, id, given, "imported list", source, &Actor::Steward, None)?;
        new.consent = Some(given);
    }
    let mut tags = timeline::list_tags(tx, id)?;
    let before = tags.len();
    tags.extend(row.tags.iter().map(|t| t.to_lowercase()));
    tags.sort();
    tags.dedup();
    if tags.len() > before {
        people::set_tags(tx, id, &tags)?;
    }
    if new != old {
        contact::update_contact(tx, &new)?;
    }
    Ok(known.is_some() && (new != old || tags.len() > before))
}
