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
const CONTROL_STEPS: &[(i64, &str)] = &[(2, include_str!("steps/control-2.sql"))];
const BUSINESS_STEPS: &[(i64, &str)] = &[(2, include_str!("steps/business-2.sql")), (3, include_str!("steps/business-3.sql"))];

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
        let copy = path.with_extension(format!("before-{want}.db"));
        conn.execute("vacuum into ?1", [copy.to_string_lossy()]).map_err(failed)?;
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

#[cfg(test)]
#[path = "schema_tests.rs"]
mod tests;
