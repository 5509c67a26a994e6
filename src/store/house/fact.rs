//! What customers told about themselves.

use crate::domain::error::{Error, Result};
use crate::domain::house::fact::{Fact, Kind};
use crate::domain::id::Id;
use crate::domain::search::Kind as Searched;
use crate::domain::time::Time;
use crate::store::tx::{Read, Tx, id_at, maybe_id_at, maybe_time_at, time_at, word_at};
use crate::store::vector;
use rusqlite::{Row, params};

const COLUMNS: &str = "id, kind, text, detail, message_id, source, confidence, created_at, expires_at";

fn fact(r: &Row<'_>) -> rusqlite::Result<Fact> {
    Ok(Fact {
        id: id_at(r, 0)?,
        kind: word_at(r, 1, Kind::from_word)?,
        text: r.get(2)?,
        detail: r.get(3)?,
        message_id: maybe_id_at(r, 4)?,
        source: r.get(5)?,
        confidence: r.get(6)?,
        created_at: time_at(r, 7)?,
        expires_at: maybe_time_at(r, 8)?,
    })
}

/// What is known of a contact now, oldest first: neither forgotten nor expired.
pub fn list_facts(tx: &Read<'_>, contact: Id) -> Result<Vec<Fact>> {
    let mut facts =
        tx.all(&format!("select {COLUMNS} from facts where contact_id = ?1 and forgotten_at is null"), [contact.to_string()], fact)?;
    facts.retain(|f| f.expires_at.is_none_or(|e| e > tx.now));
    facts.sort_by_key(|f| f.id);
    Ok(facts)
}

/// A fact of a contact that is not forgotten.
pub fn find_fact(tx: &Read<'_>, contact: Id, id: Id) -> Result<Fact> {
    let found = tx.one(
        &format!("select {COLUMNS} from facts where contact_id = ?1 and id = ?2 and forgotten_at is null"),
        params![contact.to_string(), id.to_string()],
        fact,
    )?;
    found.ok_or_else(|| Error::not_found("fact"))
}

/// Keeps a fact; what stood in its slot is replaced and keeps its id. The id it has.
pub fn upsert_fact(tx: &mut Tx<'_>, contact: Id, slot: &str, f: &Fact) -> Result<Id> {
    tx.run(
        "insert into facts (id, contact_id, slot, kind, text, detail, message_id, source, confidence, created_at, expires_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         on conflict (contact_id, slot) where forgotten_at is null do update set kind = excluded.kind, text = excluded.text, detail = excluded.detail,
           message_id = excluded.message_id, source = excluded.source, confidence = excluded.confidence, created_at = excluded.created_at,
           expires_at = excluded.expires_at",
        params![
            f.id.to_string(),
            contact.to_string(),
            slot,
            f.kind.as_str(),
            f.text,
            f.detail,
            f.message_id.map(|m| m.to_string()),
            f.source,
            f.confidence,
            f.created_at.millis(),
            f.expires_at.map(Time::millis)
        ],
    )?;
    let id = tx.one(
        "select id from facts where contact_id = ?1 and slot = ?2 and forgotten_at is null",
        params![contact.to_string(), slot],
        |r| id_at(r, 0),
    )?;
    let id = id.ok_or_else(|| Error::internal("A fact was not kept."))?;
    vector::put(tx, Searched::Fact, id, &format!("{}: {}", f.kind.title(), f.text))?;
    Ok(id)
}

/// Forgets facts of a contact: their words go, only that something was forgotten stays. Those it forgot.
pub fn forget_facts(tx: &mut Tx<'_>, contact: Id, which: &[Id]) -> Result<usize> {
    let now = tx.now.millis();
    let mut n = 0;
    for id in which {
        vector::remove(tx, Searched::Fact, *id)?;
        n += tx.run(
            "update facts set forgotten_at = ?3, slot = id, text = '', detail = '', message_id = null where contact_id = ?1 and id = ?2 and forgotten_at is null",
            params![contact.to_string(), id.to_string(), now],
        )?;
    }
    Ok(n)
}

/// Removes everything about a contact with all traces, before the contact itself is erased.
pub fn erase_facts(tx: &mut Tx<'_>, contact: Id) -> Result<()> {
    let all: Vec<Id> = tx.all("select id from facts where contact_id = ?1", [contact.to_string()], |r| id_at(r, 0))?;
    for id in all {
        vector::remove(tx, Searched::Fact, id)?;
    }
    tx.run("delete from facts where contact_id = ?1", [contact.to_string()]).map(drop)
}
