//! A write that may be repeated: under the same key it happens once, and the first answer is given again.

use crate::domain::error::{Error, Result};
use crate::store::idempotency::{self, Given};
use crate::store::tx::{Read, Tx};
use serde::Serialize;

/// The key of a write and the fingerprint of what was asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Once {
    /// The client's key, made unique to the client; none when it sent none.
    pub key: Option<String>,
    /// SHA-256 of method, address and body.
    pub request: String,
}

/// An answer, and whether it is an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// JSON; empty for none.
    pub body: String,
    /// It was given before.
    pub repeated: bool,
}

/// The answer given before under this key; an error when the key was used for something else.
pub fn find(tx: &Read<'_>, once: &Once) -> Result<Option<Answer>> {
    let Some(key) = &once.key else { return Ok(None) };
    let Some(g) = idempotency::find_given(tx, key)? else { return Ok(None) };
    if g.request != once.request {
        return Err(Error::field("Idempotency-Key", "This Idempotency-Key was used for another request. Use a new one."));
    }
    Ok(Some(Answer { status: g.status, body: g.body, repeated: true }))
}

/// Does `f` unless its answer was given before; keeps the answer in the same transaction.
pub fn once<T: Serialize>(tx: &mut Tx<'_>, once: &Once, status: u16, f: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<Answer> {
    if let Some(before) = find(tx, once)? {
        return Ok(before);
    }
    let value = f(tx)?;
    let body = serde_json::to_string(&value).map_err(|e| Error::internal("An answer could not be written.").with_source(e))?;
    keep(tx, once, status, &body)?;
    Ok(Answer { status, body, repeated: false })
}

/// Keeps an answer under its key.
pub fn keep(tx: &mut Tx<'_>, once: &Once, status: u16, body: &str) -> Result<()> {
    let Some(key) = &once.key else { return Ok(()) };
    idempotency::insert_given(tx, key, &Given { request: once.request.clone(), status, body: body.to_owned() })
}
