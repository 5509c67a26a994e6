//! API keys. Only their SHA-256 is kept.

use crate::domain::error::{Error, Result};
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::store::tx::{Read, Tx, id_at, maybe_time_at, time_at, word_at};
use rusqlite::params;

/// A key in a list.
#[derive(Debug, Clone, serde::Serialize)]
pub struct KeyRow {
    /// Its id.
    pub id: Id,
    /// What it is for.
    pub name: String,
    /// Its first characters.
    pub hint: String,
    /// What it may do.
    pub role: Role,
    /// When it was made.
    pub created_at: Time,
    /// When it was revoked.
    pub revoked_at: Option<Time>,
}

/// Adds a key.
pub fn insert_key(tx: &mut Tx<'_>, business: Id, name: &str, hash: &str, hint: &str, role: Role) -> Result<Id> {
    let (id, now) = (Id::new(tx.now), tx.now.millis());
    tx.run(
        "insert into keys (id, business_id, name, hash, hint, role, created_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![id.to_string(), business.to_string(), name, hash, hint, role.as_str(), now],
    )?;
    Ok(id)
}

/// The business, name and role of a key that is not revoked.
pub fn find_key(tx: &Read<'_>, hash: &str) -> Result<Option<(Id, String, Role)>> {
    tx.one("select business_id, name, role from keys where hash = ?1 and revoked_at is null", [hash], |r| {
        Ok((id_at(r, 0)?, r.get(1)?, word_at(r, 2, |w| w.parse().ok())?))
    })
}

/// Keys of a business, newest first.
pub fn list_keys(tx: &Read<'_>, business: Id) -> Result<Vec<KeyRow>> {
    tx.all(
        "select id, name, hint, role, created_at, revoked_at from keys where business_id = ?1 order by id desc",
        [business.to_string()],
        |r| {
            Ok(KeyRow {
                id: id_at(r, 0)?,
                name: r.get(1)?,
                hint: r.get(2)?,
                role: word_at(r, 3, |w| w.parse().ok())?,
                created_at: time_at(r, 4)?,
                revoked_at: maybe_time_at(r, 5)?,
            })
        },
    )
}

/// Ends a key.
pub fn revoke_key(tx: &mut Tx<'_>, business: Id, id: Id) -> Result<()> {
    let now = tx.now.millis();
    let n = tx.run(
        "update keys set revoked_at = ?3 where id = ?1 and business_id = ?2 and revoked_at is null",
        params![id.to_string(), business.to_string(), now],
    )?;
    if n == 0 { Err(Error::not_found("key")) } else { Ok(()) }
}
