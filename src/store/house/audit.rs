//! The audit trail. Rows are only added.

use crate::domain::error::Result;
use crate::domain::house::audit::Entry;
use crate::store::tx::{Read, Tx, time_at};
use rusqlite::{Row, params};

const COLUMNS: &str = "n, at, actor, deed, about, hash";

fn entry(r: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry { n: r.get(0)?, at: time_at(r, 1)?, actor: r.get(2)?, deed: r.get(3)?, about: r.get(4)?, hash: r.get(5)? })
}

/// The number and hash of the newest entry.
pub fn find_head(tx: &Read<'_>) -> Result<Option<(i64, String)>> {
    tx.one("select n, hash from audit order by n desc limit 1", [], |r| Ok((r.get(0)?, r.get(1)?)))
}

/// Adds an entry.
pub fn insert_entry(tx: &mut Tx<'_>, e: &Entry) -> Result<()> {
    tx.run(
        "insert into audit (n, at, actor, deed, about, hash) values (?1, ?2, ?3, ?4, ?5, ?6)",
        params![e.n, e.at.millis(), e.actor, e.deed, e.about, e.hash],
    )
    .map(drop)
}

/// Entries, newest first, before number `before`.
pub fn list_entries(tx: &Read<'_>, before: Option<i64>, most: u32) -> Result<Vec<Entry>> {
    let before = before.unwrap_or(i64::MAX);
    tx.all(&format!("select {COLUMNS} from audit where n < ?1 order by n desc limit ?2"), params![before, most], entry)
}

/// Gives every entry to `take`, oldest first, until it answers false.
pub fn each_entry(tx: &Read<'_>, take: impl FnMut(Entry) -> Result<bool>) -> Result<()> {
    tx.each(&format!("select {COLUMNS} from audit order by n"), [], entry, take)
}
