//! Who answers customers.

use crate::domain::error::{Error, Result};
use crate::domain::house::assistant::{Assistant, Tone};
use crate::domain::id::Id;
use crate::store::tx::{Read, Tx, id_at, json, json_at, word_at};
use rusqlite::{Row, params};

const COLUMNS: &str = "id, name, title, tone, languages, hours, channels, documents, greeting, sign_off, desks, is_default";

fn assistant(r: &Row<'_>) -> rusqlite::Result<Assistant> {
    let maybe = |at: usize| r.get_ref(at).map(|v| v.as_str_or_null().ok().flatten().is_some());
    Ok(Assistant {
        id: id_at(r, 0)?,
        name: r.get(1)?,
        title: r.get(2)?,
        tone: word_at(r, 3, Tone::from_word)?,
        languages: json_at(r, 4)?,
        hours: if maybe(5)? { Some(json_at(r, 5)?) } else { None },
        channels: json_at(r, 6)?,
        documents: if maybe(7)? { Some(json_at(r, 7)?) } else { None },
        greeting: r.get(8)?,
        sign_off: r.get(9)?,
        desks: json_at(r, 10)?,
        is_default: r.get(11)?,
    })
}

/// All of a business, oldest first.
pub fn list_assistants(tx: &Read<'_>) -> Result<Vec<Assistant>> {
    tx.all(&format!("select {COLUMNS} from assistants order by id"), [], assistant)
}

/// One by its id.
pub fn find_assistant(tx: &Read<'_>, id: Id) -> Result<Assistant> {
    let found = tx.one(&format!("select {COLUMNS} from assistants where id = ?1"), [id.to_string()], assistant)?;
    found.ok_or_else(|| Error::not_found("assistant"))
}

/// One by its name in addresses.
pub fn find_assistant_by_name(tx: &Read<'_>, name: &str) -> Result<Option<Assistant>> {
    tx.one(&format!("select {COLUMNS} from assistants where name = ?1"), [name], assistant)
}

/// Writes one, new or known.
pub fn upsert_assistant(tx: &mut Tx<'_>, a: &Assistant) -> Result<()> {
    let now = tx.now.millis();
    tx.run(
        "insert into assistants (id, name, title, tone, languages, hours, channels, documents, greeting, sign_off, desks, is_default, created_at, updated_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13)
         on conflict (id) do update set title = excluded.title, tone = excluded.tone, languages = excluded.languages, hours = excluded.hours,
           channels = excluded.channels, documents = excluded.documents, greeting = excluded.greeting, sign_off = excluded.sign_off,
           desks = excluded.desks, is_default = excluded.is_default, updated_at = excluded.updated_at",
        params![
            a.id.to_string(),
            a.name,
            a.title,
            a.tone.as_str(),
            json(&a.languages)?,
            a.hours.as_ref().map(json).transpose()?,
            json(&a.channels)?,
            a.documents.as_ref().map(json).transpose()?,
            a.greeting,
            a.sign_off,
            json(&a.desks)?,
            a.is_default,
            now
        ],
    )
    .map(drop)
}

/// Takes one away.
pub fn delete_assistant(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    let n = tx.run("delete from assistants where id = ?1", [id.to_string()])?;
    if n == 0 { Err(Error::not_found("assistant")) } else { Ok(()) }
}
