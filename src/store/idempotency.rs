//! Answers that were given under an `Idempotency-Key`.

use super::tx::{Read, Tx};
use crate::domain::error::Result;
use crate::domain::time::Time;
use rusqlite::params;

/// An answer that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The fingerprint of the request it answered.
    pub request: String,
    /// Its HTTP status.
    pub status: u16,
    /// Its body.
    pub body: String,
}

/// The answer given under a key.
pub fn find_given(tx: &Read<'_>, key: &str) -> Result<Option<Given>> {
    tx.one("select request, status, body from idempotency where key = ?1", [key], |r| {
        Ok(Given { request: r.get(0)?, status: r.get(1)?, body: r.get(2)? })
    })
}

/// Keeps an answer.
pub fn insert_given(tx: &mut Tx<'_>, key: &str, g: &Given) -> Result<()> {
    let at = tx.now.millis();
    tx.run(
        "insert into idempotency (key, request, status, body, at) values (?1, ?2, ?3, ?4, ?5)",
        params![key, g.request, g.status, g.body, at],
    )
    .map(drop)
}

/// Throws away answers given before `before`.
pub fn delete_given_before(tx: &mut Tx<'_>, before: Time) -> Result<usize> {
    tx.run("delete from idempotency where at < ?1", [before.millis()])
}
