//! The schema and the steps to it from older files.

use super::tx::failed;
use crate::domain::error::{Error, Result};
use rusqlite::Connection;
use std::path::Path;

/// Both schemas, the whole truth.
const SCHEMA: &str = include_str!("../../schema.sql");
const BUSINESS_MARK: &str = "-- ==== business";

/// Which schema a file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `steward.db`.
    Control,
    /// `businesses/<id>/business.db`.
    Business,
}

/// Steps to a version from the one before it, each as SQL in a file of its own that never changes again.
const CONTROL_STEPS: &[(i64, &str)] = &[(2, include_str!("steps/control-2.sql")), (3, include_str!("steps/control-3.sql"))];
const BUSINESS_STEPS: &[(i64, &str)] =
    &[(2, include_str!("steps/business-2.sql")), (3, include_str!("steps/business-3.sql")), (4, include_str!("steps/business-4.sql"))];

impl Kind {
    /// The schema of this kind as SQL.
    pub fn sql(self) -> &'static str {
        let (control, business) = SCHEMA.split_once(BUSINESS_MARK).unwrap_or((SCHEMA, ""));
        match self {
            Self::Control => control,
            Self::Business => business.split_once('\n').map_or("", |(_, rest)| rest),
        }
    }
    const fn steps(self) -> &'static [(i64, &'static str)] {
        match self {
            Self::Control => CONTROL_STEPS,
            Self::Business => BUSINESS_STEPS,
        }
    }
    fn newest(self) -> i64 {
        self.steps().last().map_or(1, |(v, _)| *v)
    }
}

/// The version this program writes.
pub(super) fn version(kind: Kind) -> i64 {
    kind.newest()
}

/// Makes a new file's tables, or brings an old file up to date, after copying it aside.
pub(super) fn bring_up_to_date(conn: &mut Connection, path: &Path, kind: Kind) -> Result<()> {
    let have: i64 = conn.query_row("pragma user_version", [], |r| r.get(0)).map_err(failed)?;
    let want = kind.newest();
    if have == want {
        return Ok(());
    }
    if have > want {
        return Err(Error::conflict(format!("{} was written by a newer steward. Install that version.", path.display())));
    }
    if have > 0 {
        copy_aside(conn, &path.with_extension(format!("before-{want}.db")))?;
    }
    let tx = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(failed)?;
    if have == 0 {
        tx.execute_batch(kind.sql()).map_err(failed)?;
    } else {
        for (_, sql) in kind.steps().iter().filter(|(v, _)| *v > have) {
            tx.execute_batch(sql).map_err(failed)?;
        }
    }
    tx.pragma_update(None, "user_version", want).map_err(failed)?;
    tx.commit().map_err(failed)
}

/// Copies a file as it is to `copy`, whole or not at all: what was left of a copy that was cut off is made anew, and a whole one stays,
/// as the step it was made for was not done yet.
fn copy_aside(conn: &Connection, copy: &Path) -> Result<()> {
    let io = |e: std::io::Error| Error::conflict(format!("{} cannot be written: {e}.", copy.display()));
    if copy.exists() {
        return Ok(());
    }
    let part = copy.with_extension("part"); // beside it, so that naming it is one step
    match std::fs::remove_file(&part) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(io(e)),
        _ => {}
    }
    conn.execute("vacuum into ?1", [part.to_string_lossy()]).map_err(failed)?;
    std::fs::File::open(&part).and_then(|f| f.sync_all()).map_err(io)?;
    std::fs::rename(&part, copy).map_err(io)
}

#[cfg(test)]
#[path = "schema_tests.rs"]
mod tests;
