//! What a service holds while it works: `Read` to look, `Tx` to change. Writing from a `Read` does not compile.

use crate::domain::error::{Error, Result};
use crate::domain::event::Event;
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::time::Time;
use crate::store::vector::Meaning;
use rusqlite::types::FromSql;
use rusqlite::{Connection, OptionalExtension, Params, Row};
use std::cell::Cell;
use std::collections::VecDeque;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// A consistent look at one file.
pub struct Read<'c> {
    conn: &'c Connection,
    /// Nothing that can be found was changed in the open commit before this look, so what is seen is settled for good.
    settled: Cell<bool>,
    /// When this transaction began; the only clock a service has.
    pub now: Time,
}

/// A transaction that changes one file. Committed when the closure it was given to returns `Ok`.
pub struct Tx<'c> {
    read: Read<'c>,
    meaning: Option<Arc<dyn Meaning>>,
    pub(super) after: After,
}

/// A job that this process holds the lease of.
#[derive(Debug, Clone)]
pub struct LeasedJob {
    /// Its row.
    pub id: i64,
    /// What to do.
    pub job: Job,
    /// How often it was tried before.
    pub attempts: u32,
}

/// What a transaction leaves to do in memory once it is committed.
#[derive(Debug, Default, Clone)]
pub(super) struct After {
    pub(super) events: Vec<Event>,
    pub(super) jobs: Vec<LeasedJob>,
    pub(super) due: Option<Time>,
    pub(super) hand_over: bool,
    /// Whether some jobs can be done before this transaction ends.
    pub(super) can_do_now: bool,
    /// Jobs to do before this transaction ends, each with its key.
    pub(super) now: VecDeque<(Job, String)>,
    /// Something that can be found was changed.
    pub(super) touched: bool,
}

impl After {
    /// Adds what another transaction of the same commit left.
    pub(super) fn take(&mut self, more: Self) {
        self.events.extend(more.events);
        self.jobs.extend(more.jobs);
        self.now.extend(more.now);
        self.touched |= more.touched;
        self.due = match (self.due, more.due) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
}

impl<'c> Read<'c> {
    pub(super) fn new(conn: &'c Connection, now: Time) -> Self {
        Self { conn, now, settled: Cell::new(true) }
    }
    /// Whether what is seen here can neither be undone nor was written by the transaction that looks. Memory may only keep
    /// what is settled.
    pub fn is_settled(&self) -> bool {
        self.settled.get()
    }
    /// The first row, if any.
    pub(super) fn one<T>(&self, sql: &str, params: impl Params, map: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>) -> Result<Option<T>> {
        self.conn.prepare_cached(sql).and_then(|mut s| s.query_row(params, map).optional()).map_err(failed)
    }
    /// All rows.
    pub(super) fn all<T>(&self, sql: &str, params: impl Params, map: impl FnMut(&Row<'_>) -> rusqlite::Result<T>) -> Result<Vec<T>> {
        let mut s = self.conn.prepare_cached(sql).map_err(failed)?;
        let rows = s.query_map(params, map).map_err(failed)?;
        rows.collect::<rusqlite::Result<Vec<T>>>().map_err(failed)
    }
    /// Gives rows to `take` one by one until it answers false.
    pub(super) fn each<T>(
        &self,
        sql: &str,
        params: impl Params,
        map: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
        mut take: impl FnMut(T) -> Result<bool>,
    ) -> Result<()> {
        let mut s = self.conn.prepare_cached(sql).map_err(failed)?;
        let mut rows = s.query(params).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            if !take(map(row).map_err(failed)?)? {
                break;
            }
        }
        Ok(())
    }
    /// One value of a query that always has a row, such as a count.
    pub(super) fn value<T: FromSql>(&self, sql: &str, params: impl Params) -> Result<T> {
        self.conn.prepare_cached(sql).and_then(|mut s| s.query_row(params, |r| r.get(0))).map_err(failed)
    }
}

impl<'c> Tx<'c> {
    /// A transaction of a group: `after` says what the group allows and whether it has touched what can be found.
    pub(super) fn new(conn: &'c Connection, now: Time, after: After, meaning: Option<Arc<dyn Meaning>>) -> Self {
        let read = Read::new(conn, now);
        read.settled.set(!after.touched);
        Self { read, meaning, after }
    }
    /// Tries something in a savepoint; false or a panic leaves no trace.
    pub(super) fn tried(&mut self, f: impl FnOnce(&mut Self) -> bool) -> bool {
        if self.run("savepoint two", []).is_err() {
            return false;
        }
        let done = catch_unwind(AssertUnwindSafe(|| f(self))).unwrap_or(false);
        let kept = done || self.run("rollback to two", []).is_ok();
        if !done {
            self.after = After { hand_over: self.after.hand_over, touched: self.after.touched, ..After::default() };
        }
        self.run("release two", []).is_ok() && done && kept
    }
    /// Tries something in a savepoint: an error leaves no trace of it, neither in the file nor in what is done after the commit.
    pub fn attempt<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let before = self.after.clone();
        self.run("savepoint deed", [])?;
        let done = f(self);
        if done.is_err() {
            self.run("rollback to deed", [])?;
            self.after = After { touched: self.after.touched, ..before };
        }
        self.run("release deed", [])?;
        done
    }
    /// Who makes vectors; none in files that nobody searches.
    pub fn meaning(&self) -> Option<Arc<dyn Meaning>> {
        self.meaning.clone()
    }
    /// Something that can be found changes now.
    pub(super) fn touch(&mut self) {
        self.read.settled.set(false);
        self.after.touched = true;
    }
    /// Runs a change; how many rows it touched.
    pub(super) fn run(&mut self, sql: &str, params: impl Params) -> Result<usize> {
        self.read.conn.prepare_cached(sql).and_then(|mut s| s.execute(params)).map_err(failed)
    }
    /// Runs an insert; the row's number.
    pub(super) fn insert(&mut self, sql: &str, params: impl Params) -> Result<i64> {
        self.run(sql, params)?;
        Ok(self.last_row())
    }
    /// The number of the row inserted last.
    pub(super) fn last_row(&self) -> i64 {
        self.read.conn.last_insert_rowid()
    }
}

impl<'c> Deref for Tx<'c> {
    type Target = Read<'c>;
    fn deref(&self) -> &Self::Target {
        &self.read
    }
}

/// An id in a column.
pub(super) fn id_at(r: &Row<'_>, at: usize) -> rusqlite::Result<Id> {
    let text = r.get_ref(at)?.as_str()?;
    text.parse().map_err(|_| bad(at, "not an id"))
}
/// An id in a column that may be null.
pub(super) fn maybe_id_at(r: &Row<'_>, at: usize) -> rusqlite::Result<Option<Id>> {
    r.get_ref(at)?.as_str_or_null()?.map(|t| t.parse().map_err(|_| bad(at, "not an id"))).transpose()
}
/// A time in a column.
pub(super) fn time_at(r: &Row<'_>, at: usize) -> rusqlite::Result<Time> {
    Ok(Time::from_millis(r.get(at)?))
}
/// A time in a column that may be null.
pub(super) fn maybe_time_at(r: &Row<'_>, at: usize) -> rusqlite::Result<Option<Time>> {
    Ok(r.get::<_, Option<i64>>(at)?.map(Time::from_millis))
}
/// JSON in a column.
pub(super) fn json_at<T: serde::de::DeserializeOwned>(r: &Row<'_>, at: usize) -> rusqlite::Result<T> {
    serde_json::from_str(r.get_ref(at)?.as_str()?).map_err(|_| bad(at, "not the JSON we wrote"))
}
/// A word of ours in a column.
pub(super) fn word_at<T>(r: &Row<'_>, at: usize, read: impl FnOnce(&str) -> Option<T>) -> rusqlite::Result<T> {
    read(r.get_ref(at)?.as_str()?).ok_or_else(|| bad(at, "not a word we know"))
}
fn bad(at: usize, what: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Text, what.into())
}
/// JSON of something of ours.
pub(super) fn json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::internal("Something could not be written as JSON.").with_source(e))
}

/// A failure of SQLite in our own words. Named constraints become errors of fields.
pub(super) fn failed(e: rusqlite::Error) -> Error {
    if let Some(told) = super::constraints::explain(&e) {
        return told;
    }
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseCorrupt, DiskFull, NotADatabase, ReadOnly};
    match e.sqlite_error_code() {
        Some(DiskFull) => Error::unavailable("The disk is full. Make room and try again.").with_source(e),
        Some(DatabaseCorrupt | NotADatabase) => Error::internal("The database file is damaged. Restore it from a backup.").with_source(e),
        Some(ReadOnly) => Error::unavailable("The data folder cannot be written.").with_source(e),
        Some(DatabaseBusy) => Error::unavailable("The database is busy. Try again.").with_source(e),
        _ => {
            tracing::error!(error = %e, "a query failed");
            Error::internal("Something went wrong on our side. It is in the log.").with_source(e)
        }
    }
}
