//! Whether a database is whole, and can be written.

use super::meta;
use super::tx::{Read, Tx};
use crate::domain::error::Result;

/// What SQLite finds wrong in this file; nothing when it is whole.
pub fn problems(tx: &Read<'_>) -> Result<Vec<String>> {
    let pages: Vec<String> = tx.all("select integrity_check from pragma_integrity_check limit 20", [], |r| r.get(0))?;
    let rows: Vec<String> = tx.all("select \"table\" from pragma_foreign_key_check limit 20", [], |r| r.get(0))?;
    let orphans = rows.into_iter().map(|table| format!("a row of {table} points to nothing"));
    Ok(pages.into_iter().filter(|p| p != "ok").chain(orphans).collect())
}

/// The same of the pages alone, which is quick.
pub fn damage(tx: &Read<'_>) -> Result<Vec<String>> {
    let pages: Vec<String> = tx.all("select quick_check from pragma_quick_check limit 20", [], |r| r.get(0))?;
    Ok(pages.into_iter().filter(|p| p != "ok").collect())
}

/// Writes to a business's file for real: when that was.
pub fn write_business(tx: &mut Tx<'_>) -> Result<()> {
    let now = tx.now.millis().to_string();
    meta::upsert_meta(tx, "ready", &now)
}
