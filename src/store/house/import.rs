//! Imports: what became of a file, row by row.

use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::store::tx::{Read, Tx, id_at, json, json_at, maybe_time_at, time_at};
use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};

/// A row that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowProblem {
    /// Its line in the file.
    pub line: i64,
    /// What it says.
    pub row: String,
    /// The column at fault; may be empty.
    pub column: String,
    /// What to mend.
    pub problem: String,
}

/// What is counted while an import runs, and what was wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Outcome {
    /// New.
    pub added: i64,
    /// Changed.
    pub changed: i64,
    /// Rows that change nothing.
    pub same: i64,
    /// Of a statement: lines that may be for an order.
    pub proposed: i64,
    /// Why it stopped; empty when it did not.
    pub stopped: String,
    /// Wrong rows, the first hundred.
    pub rows: Vec<RowProblem>,
    /// The content-addressed name of the file.
    pub file: String,
}

/// An import.
#[derive(Debug, Clone)]
pub struct Import {
    /// Its id.
    pub id: Id,
    /// What is brought in: "items".
    pub kind: String,
    /// The file's name.
    pub file_name: String,
    /// "running", "done" or "failed".
    pub state: String,
    /// Only tried.
    pub dry_run: bool,
    /// Rows in all.
    pub total: i64,
    /// Rows read.
    pub done: i64,
    /// Rows that cannot be read.
    pub failed: i64,
    /// Counts and wrong rows.
    pub outcome: Outcome,
    /// When it began.
    pub started_at: Time,
    /// When it ended.
    pub ended_at: Option<Time>,
}

fn import(r: &Row<'_>) -> rusqlite::Result<Import> {
    Ok(Import {
        id: id_at(r, 0)?,
        kind: r.get(1)?,
        file_name: r.get(2)?,
        state: r.get(3)?,
        dry_run: r.get(4)?,
        total: r.get(5)?,
        done: r.get(6)?,
        failed: r.get(7)?,
        outcome: json_at(r, 8)?,
        started_at: time_at(r, 9)?,
        ended_at: maybe_time_at(r, 10)?,
    })
}

/// Writes an import, new or known.
pub fn upsert_import(tx: &mut Tx<'_>, x: &Import) -> Result<()> {
    tx.run(
        "insert into imports (id, kind, file_name, state, dry_run, total, done, failed, errors, started_at, ended_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         on conflict (id) do update set state = excluded.state, total = excluded.total, done = excluded.done, failed = excluded.failed,
           errors = excluded.errors, ended_at = excluded.ended_at",
        params![
            x.id.to_string(),
            x.kind,
            x.file_name,
            x.state,
            x.dry_run,
            x.total,
            x.done,
            x.failed,
            json(&x.outcome)?,
            x.started_at.millis(),
            x.ended_at.map(Time::millis)
        ],
    )
    .map(drop)
}

const COLUMNS: &str = "id, kind, file_name, state, dry_run, total, done, failed, errors, started_at, ended_at";

/// The import with an id.
pub fn find_import(tx: &Read<'_>, id: Id) -> Result<Import> {
    tx.one(&format!("select {COLUMNS} from imports where id = ?1"), [id.to_string()], import)?.ok_or_else(|| Error::not_found("import"))
}

/// Imports that are under way.
pub fn list_running(tx: &Read<'_>) -> Result<Vec<Import>> {
    tx.all(&format!("select {COLUMNS} from imports where state = 'running'"), [], import)
}

/// The files of imports of one kind that began before then: their rows name them no more. A file that came again since is still wanted.
pub fn forget_files(tx: &mut Tx<'_>, kind: &str, before: Time) -> Result<Vec<String>> {
    let old = "kind = ?1 and started_at < ?2 and state <> 'running' and json_extract(errors, '$.file') <> ''";
    let again =
        "exists (select 1 from imports y where y.started_at >= ?2 and json_extract(y.errors, '$.file') = json_extract(x.errors, '$.file'))";
    let named = format!("select distinct json_extract(errors, '$.file') from imports x where {old} and not {again}");
    let files = tx.all(&named, params![kind, before.millis()], |r| r.get(0))?;
    tx.run(&format!("update imports set errors = json_set(errors, '$.file', '') where {old}"), params![kind, before.millis()])?;
    Ok(files)
}
