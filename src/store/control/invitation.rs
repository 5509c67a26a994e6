//! Invitations that were not followed yet. Only the SHA-256 of their token is kept.

use crate::domain::error::{Error, Result};
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::store::tx::{Read, Tx, id_at, word_at};
use rusqlite::{Row, params};

/// Somebody who may join a business.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Its row.
    pub id: Id,
    /// The business.
    pub business: Id,
    /// The address it was made for; whoever follows it may take another.
    pub email: String,
    /// What the inviting person calls them.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

const COLUMNS: &str = "id, business_id, email, name, role";

fn invitation(r: &Row<'_>) -> rusqlite::Result<Invitation> {
    Ok(Invitation { id: id_at(r, 0)?, business: id_at(r, 1)?, email: r.get(2)?, name: r.get(3)?, role: word_at(r, 4, |w| w.parse().ok())? })
}

/// Adds an invitation; one that was made before for the same address ends.
pub fn insert_invitation(tx: &mut Tx<'_>, hash: &str, of: &Invitation, expires: Time) -> Result<()> {
    let now = tx.now.millis();
    tx.run("delete from invitations where business_id = ?1 and email = ?2", params![of.business.to_string(), of.email])?;
    tx.run(
        "insert into invitations (id, hash, business_id, email, name, role, created_at, expires_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![of.id.to_string(), hash, of.business.to_string(), of.email, of.name, of.role.as_str(), now, expires.millis()],
    )
    .map(drop)
}

/// An invitation that can still be followed.
pub fn find_invitation(tx: &Read<'_>, hash: &str) -> Result<Option<Invitation>> {
    tx.one(&format!("select {COLUMNS} from invitations where hash = ?1 and expires_at > ?2"), params![hash, tx.now.millis()], invitation)
}

/// Invitations of a business that can still be followed.
pub fn list_invitations(tx: &Read<'_>, business: Id) -> Result<Vec<Invitation>> {
    tx.all(
        &format!("select {COLUMNS} from invitations where business_id = ?1 and expires_at > ?2 order by email"),
        params![business.to_string(), tx.now.millis()],
        invitation,
    )
}

/// Ends an invitation of a business.
pub fn delete_invitation(tx: &mut Tx<'_>, business: Id, id: Id) -> Result<()> {
    let n = tx.run("delete from invitations where business_id = ?1 and id = ?2", params![business.to_string(), id.to_string()])?;
    if n == 0 { Err(Error::not_found("invitation")) } else { Ok(()) }
}
