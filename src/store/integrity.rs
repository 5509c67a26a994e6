//! Whether a database is whole.

use super::tx::Read;
use crate::domain::error::Result;

/// What SQLite finds wrong in this file; nothing when it is whole.
pub fn problems(tx: &Read<'_>) -> Result<Vec<String>> {
    let pages: Vec<String> = tx.all("select integrity_check from pragma_integrity_check limit 20", [], |r| r.get(0))?;
    let rows: Vec<String> = tx.all("select \"table\" from pragma_foreign_key_check limit 20", [], |r| r.get(0))?;
    let orphans = rows.into_iter().map(|table| format!("a row of {table} points to nothing"));
    Ok(pages.into_iter().filter(|p| p != "ok").chain(orphans).collect())
}
