//! Businesses.

use crate::domain::error::{Error, Result};
use crate::domain::house::business::Business;
use crate::domain::id::Id;
use crate::store::tx::{Read, Tx, id_at, word_at};
use rusqlite::{Row, params};

const COLUMNS: &str = "id, slug, name, template";

fn business(r: &Row<'_>) -> rusqlite::Result<Business> {
    Ok(Business { id: id_at(r, 0)?, slug: r.get(1)?, name: r.get(2)?, template: word_at(r, 3, |w| w.parse().ok())? })
}

/// Adds a business.
pub fn insert_business(tx: &mut Tx<'_>, b: &Business) -> Result<()> {
    let now = tx.now.millis();
    tx.run(
        "insert into businesses (id, slug, name, template, created_at) values (?1, ?2, ?3, ?4, ?5)",
        params![b.id.to_string(), b.slug, b.name, b.template.as_str(), now],
    )
    .map(drop)
}

/// All businesses, oldest first.
pub fn list_businesses(tx: &Read<'_>) -> Result<Vec<Business>> {
    tx.all(&format!("select {COLUMNS} from businesses order by id"), [], business)
}

/// The business with an id.
pub fn find_business(tx: &Read<'_>, id: Id) -> Result<Business> {
    tx.one(&format!("select {COLUMNS} from businesses where id = ?1"), [id.to_string()], business)?
        .ok_or_else(|| Error::not_found("business"))
}

/// Businesses that want to be listed, with what they say about themselves, by name; those behind `after`.
pub fn list_public(tx: &Read<'_>, after: Option<Id>, most: u32) -> Result<Vec<(Business, String)>> {
    tx.all(
        &format!(
            "select {COLUMNS}, about from businesses where public = 1
               and (?1 is null or (name, id) > (select name, id from businesses where id = ?1)) order by name, id limit ?2"
        ),
        params![after.map(|a| a.to_string()), most],
        |r| Ok((business(r)?, r.get(4)?)),
    )
}

/// Copies what the showcase shows from the profile.
pub fn update_public(tx: &mut Tx<'_>, id: Id, name: &str, public: bool, about: &str) -> Result<()> {
    tx.run("update businesses set name = ?2, public = ?3, about = ?4 where id = ?1", params![id.to_string(), name, public, about]).map(drop)
}

/// Whether it wants to be listed.
pub fn is_public(tx: &Read<'_>, id: Id) -> Result<bool> {
    Ok(tx.one("select public from businesses where id = ?1", [id.to_string()], |r| r.get(0))?.unwrap_or(false))
}

/// Forgets a business with its members' rights, keys and connections.
pub fn delete_business(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    tx.run("delete from businesses where id = ?1", [id.to_string()]).map(drop)
}

/// Writes to the control file for real, and leaves nothing behind.
pub fn write_nothing(tx: &mut Tx<'_>) -> Result<()> {
    tx.run("insert into links (hash, kind, expires_at) values ('ready', 'ready', 0) on conflict do nothing", [])?;
    tx.run("delete from links where hash = 'ready'", []).map(drop)
}
