//! Webhook bodies as they came.

use super::tx::{Read, Tx, time_at};
use crate::domain::error::{Error, Result};
use crate::domain::time::Time;
use rusqlite::params;

/// A body we could not read, for the owner.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Unread {
    /// Its row.
    pub id: i64,
    /// From which channel.
    pub channel: String,
    /// When it came.
    pub received_at: Time,
    /// What was wrong with it.
    pub problem: String,
    /// The body's beginning.
    pub excerpt: String,
}

/// Keeps a body. A `problem` lists it for the owner.
pub fn insert_inbox(tx: &mut Tx<'_>, channel: &str, body: &[u8], problem: Option<&str>) -> Result<i64> {
    let at = tx.now.millis();
    tx.insert(
        "insert into inbox (channel, received_at, body, state, problem) values (?1, ?2, ?3, ?4, ?5)",
        params![channel, at, body, if problem.is_some() { "failed" } else { "done" }, problem],
    )
}

/// A body and its channel.
pub fn find_inbox(tx: &Read<'_>, id: i64) -> Result<(String, Vec<u8>)> {
    tx.one("select channel, body from inbox where id = ?1", [id], |r| Ok((r.get(0)?, r.get(1)?)))?
        .ok_or_else(|| Error::not_found("webhook body"))
}

/// Sets what came of a body.
pub fn update_inbox(tx: &mut Tx<'_>, id: i64, problem: Option<&str>) -> Result<()> {
    tx.run(
        "update inbox set state = ?2, problem = ?3 where id = ?1",
        params![id, if problem.is_some() { "failed" } else { "done" }, problem],
    )
    .map(drop)
}

/// Bodies we could not read, newest first.
pub fn list_unread(tx: &Read<'_>) -> Result<Vec<Unread>> {
    tx.all(
        "select id, channel, received_at, coalesce(problem, ''), body from inbox where state = 'failed' order by id desc limit 100",
        [],
        |r| {
            let body: Vec<u8> = r.get(4)?;
            let excerpt = crate::domain::text::clip(&String::from_utf8_lossy(&body), 300);
            Ok(Unread { id: r.get(0)?, channel: r.get(1)?, received_at: time_at(r, 2)?, problem: r.get(3)?, excerpt })
        },
    )
}

/// Whether a body with this trouble is listed for the owner already.
pub fn is_listed(tx: &Read<'_>, channel: &str, problem: &str) -> Result<bool> {
    let found =
        tx.one("select 1 from inbox where channel = ?1 and problem = ?2 and state = 'failed' limit 1", params![channel, problem], |r| {
            r.get::<_, i64>(0)
        })?;
    Ok(found.is_some())
}

/// Whether this very body is listed already, with this trouble.
pub fn is_kept(tx: &Read<'_>, channel: &str, body: &[u8], problem: &str) -> Result<bool> {
    tx.value(
        "select exists (select 1 from inbox where state = 'failed' and channel = ?1 and problem = ?2 and body = ?3)",
        params![channel, problem, body],
    )
}

/// Throws away bodies that came before `read` when they were read, and before `unread` when they could not be.
pub fn delete_inbox_before(tx: &mut Tx<'_>, read: Time, unread: Time) -> Result<usize> {
    let bounds = params![read.millis(), unread.millis()];
    tx.run("delete from inbox where received_at < case state when 'failed' then ?2 else ?1 end", bounds)
}
