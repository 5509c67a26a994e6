//! Copies of database files that are in use, and looking over files before they are trusted. Works beside a running server: a
//! copy is one consistent look.

use super::control::business;
use super::integrity;
use super::schema::{self, Kind};
use super::tx::{Read, failed};
use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::time::Time;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;

/// Writes a consistent copy of a database, in one file without a log beside it.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    super::vector::extension::register();
    // Reading a database with a log needs its index beside it, which a connection that may not write cannot make.
    let source = open(from, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let mut copy = open(to, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    let backup = Backup::new(&source, &mut copy).map_err(failed)?;
    // All pages in one step: in WAL mode that is one look, and no writer waits for it.
    match backup.step(-1).map_err(failed)? {
        StepResult::Done => {}
        _ => return Err(Error::unavailable("The database was busy. Try again.")),
    }
    drop(backup);
    copy.execute_batch("pragma journal_mode=delete").map_err(failed)
}

/// A connection that may change a file nobody else has.
pub(super) fn writable(path: &Path) -> Result<Connection> {
    open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

fn open(path: &Path, flags: OpenFlags) -> Result<Connection> {
    let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|e| Error::unavailable(format!("{} cannot be opened: {e}.", path.display())).with_source(e))?;
    conn.execute_batch("pragma busy_timeout=10000").map_err(failed)?;
    Ok(conn)
}

/// What is wrong with a database file; nothing when it is whole and of a version we know.
pub fn problems(path: &Path, kind: Kind) -> Result<Vec<String>> {
    super::vector::extension::register();
    let conn = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let version: i64 = match conn.query_row("pragma user_version", [], |r| r.get(0)) {
        Ok(v) => v,
        Err(e) => return Ok(vec![format!("it is not a database ({e})")]),
    };
    if version < 1 || version > schema::version(kind) {
        return Ok(vec![format!("it has version {version}, and this steward knows versions 1 to {}", schema::version(kind))]);
    }
    integrity::problems(&Read::new(&conn, Time::from_millis(0)))
}

/// What is wrong with the pages of a copy; nothing when it is whole. Quick: indexes are not compared with their tables.
pub fn damage(path: &Path) -> Result<Vec<String>> {
    super::vector::extension::register();
    let conn = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    integrity::damage(&Read::new(&conn, Time::from_millis(0)))
}

/// Looks into a control file beside a process that may have it open; none when it is not there, or of another version.
pub fn look<T>(control: &Path, now: Time, f: impl FnOnce(&Read<'_>) -> Result<T>) -> Result<Option<T>> {
    if !control.exists() {
        return Ok(None);
    }
    let conn = open(control, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let version: i64 = conn.query_row("pragma user_version", [], |r| r.get(0)).map_err(failed)?;
    if version != schema::version(Kind::Control) {
        return Ok(None);
    }
    conn.execute_batch("pragma query_only=on").map_err(failed)?;
    f(&Read::new(&conn, now)).map(Some)
}

/// The businesses a control file names.
pub fn businesses(control: &Path) -> Result<Vec<Id>> {
    let conn = open(control, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let found = business::list_businesses(&Read::new(&conn, Time::from_millis(0)))?;
    Ok(found.into_iter().map(|b| b.id).collect())
}
