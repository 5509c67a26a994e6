//! Sessions and one-time links. Only the SHA-256 of their tokens is kept.

use crate::domain::error::Result;
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::store::tx::{Read, Tx, id_at, maybe_id_at};
use rusqlite::params;

/// Adds a session ("browser") or a refresh token ("refresh").
pub fn insert_session(tx: &mut Tx<'_>, hash: &str, member: Id, business: Option<Id>, kind: &str, expires: Time) -> Result<()> {
    let now = tx.now.millis();
    tx.run(
        "insert into sessions (hash, member_id, business_id, kind, created_at, expires_at) values (?1, ?2, ?3, ?4, ?5, ?6)",
        params![hash, member.to_string(), business.map(|b| b.to_string()), kind, now, expires.millis()],
    )
    .map(drop)
}

/// The member of a session that has not ended, and the business it last looked at.
pub fn find_session(tx: &Read<'_>, hash: &str, kind: &str) -> Result<Option<(Id, Option<Id>)>> {
    tx.one(
        "select member_id, business_id from sessions where hash = ?1 and kind = ?2 and expires_at > ?3",
        params![hash, kind, tx.now.millis()],
        |r| Ok((id_at(r, 0)?, maybe_id_at(r, 1)?)),
    )
}

/// The business a person looked at last, in a session that may have ended.
pub fn find_last_business(tx: &Read<'_>, member: Id) -> Result<Option<Id>> {
    tx.one(
        "select business_id from sessions where member_id = ?1 and kind = 'browser' and business_id is not null order by created_at desc limit 1",
        [member.to_string()],
        |r| id_at(r, 0),
    )
}

/// Remembers the business a session looks at.
pub fn update_session_business(tx: &mut Tx<'_>, hash: &str, business: Id) -> Result<()> {
    tx.run("update sessions set business_id = ?2 where hash = ?1", params![hash, business.to_string()]).map(drop)
}

/// Ends a session.
pub fn delete_session(tx: &mut Tx<'_>, hash: &str) -> Result<()> {
    tx.run("delete from sessions where hash = ?1", [hash]).map(drop)
}

/// Ends all sessions of a person, after a new password.
pub fn delete_sessions_of(tx: &mut Tx<'_>, member: Id) -> Result<()> {
    tx.run("delete from sessions where member_id = ?1", [member.to_string()]).map(drop)
}

/// Adds a one-time link: "setup", "sign-in" or "password".
pub fn insert_link(tx: &mut Tx<'_>, hash: &str, kind: &str, member: Option<Id>, business: Option<Id>, expires: Time) -> Result<()> {
    tx.run(
        "insert into links (hash, kind, member_id, business_id, expires_at) values (?1, ?2, ?3, ?4, ?5)",
        params![hash, kind, member.map(|m| m.to_string()), business.map(|b| b.to_string()), expires.millis()],
    )
    .map(drop)
}

/// The kind, member and business of a link that can still be used.
pub fn find_link(tx: &Read<'_>, hash: &str) -> Result<Option<(String, Option<Id>, Option<Id>)>> {
    tx.one(
        "select kind, member_id, business_id from links where hash = ?1 and used_at is null and expires_at > ?2",
        params![hash, tx.now.millis()],
        |r| Ok((r.get(0)?, maybe_id_at(r, 1)?, maybe_id_at(r, 2)?)),
    )
}

/// Uses a link up. False when somebody was faster.
pub fn use_link(tx: &mut Tx<'_>, hash: &str) -> Result<bool> {
    let now = tx.now.millis();
    Ok(tx.run("update links set used_at = ?2 where hash = ?1 and used_at is null", params![hash, now])? > 0)
}

/// Throws away the links that are on their way to a member.
pub fn delete_links_of(tx: &mut Tx<'_>, member: Id) -> Result<()> {
    tx.run("delete from links where member_id = ?1 and used_at is null", [member.to_string()]).map(drop)
}

/// Throws away the links a business made for a member.
pub fn delete_links_in(tx: &mut Tx<'_>, member: Id, business: Id) -> Result<()> {
    let of = params![member.to_string(), business.to_string()];
    tx.run("delete from links where member_id = ?1 and business_id = ?2 and used_at is null", of).map(drop)
}

/// Throws away what ended before a moment.
pub fn delete_ended_before(tx: &mut Tx<'_>, before: Time) -> Result<()> {
    let before = before.millis();
    tx.run("delete from sessions where expires_at < ?1", [before])?;
    tx.run("delete from invitations where expires_at < ?1", [before])?;
    tx.run("delete from links where expires_at < ?1 or used_at < ?1", [before]).map(drop)
}
