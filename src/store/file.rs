//! One database file: a writer thread that groups commits, and a few read-only connections.
//!
//! Many transactions share one commit, and callers are told once it is on the disk (`writer`, `sync`): an answer means that it survives
//! power loss. A reader may see it before, as long as the disk takes. The writer's thread also opens the file, which may mean new tables, a
//! long log to empty and the end of the writer before it, and closes it.

use super::house::message;
use super::schema;
use super::sync::{Log, Syncer, Syncs, log_of};
use super::tx::{LeasedJob, Read, Tx, failed};
use super::writer::{Task, Writer, Writing};
use crate::domain::error::{Error, Result};
use crate::domain::event::Event;
use crate::domain::id::Id;
use crate::domain::time::{Clock, Time};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use tokio::sync::{Semaphore, SetOnce, oneshot};

/// Reading connections of one file.
const READERS: usize = 4;

/// What the transactions of one commit leave to do in memory.
#[derive(Debug)]
pub struct Committed {
    /// The business whose file it was.
    pub business: Id,
    /// New lines of its feed.
    pub events: Vec<Event>,
    /// Jobs to run now, leased to this process.
    pub jobs: Vec<LeasedJob>,
    /// When the next stored job is due.
    pub due: Option<Time>,
}

/// What came of opening a file.
type Opened = std::result::Result<Arc<Syncs>, Arc<Error>>;

/// Reading connections that wait for a reader.
pub(super) type Readers = Arc<Mutex<Vec<Connection>>>;

/// An open database file, or one that is being opened.
pub struct File {
    path: PathBuf,
    writer: Option<Sender<Task>>,
    thread: Option<JoinHandle<()>>,
    opened: Arc<SetOnce<Opened>>,
    readers: Readers,
    /// Places for readers: more would open connections only to throw them away.
    places: Arc<Semaphore>,
    clock: Clock,
}

impl File {
    /// Opens a file, brings its schema up to date and starts its writer.
    pub(super) fn open(
        path: &Path,
        kind: schema::Kind,
        business: Option<Id>,
        clock: Clock,
        listener: super::Listener,
    ) -> Result<Arc<Self>> {
        Self::open_with(path, kind, business, clock, listener, |log| log)
    }

    /// As `open`; `log` may put something before the log's syncs.
    fn open_with(
        path: &Path,
        kind: schema::Kind,
        business: Option<Id>,
        clock: Clock,
        listener: super::Listener,
        log: impl FnOnce(Log) -> Log,
    ) -> Result<Arc<Self>> {
        let ready = prepare(path, kind, &clock, log)?;
        Self::start(path, business, clock, listener, move || Ok(ready))
    }

    /// As `open`, but at once: the file is opened by its writer's thread, after `before` has ended.
    pub(super) fn open_soon(
        path: &Path,
        kind: schema::Kind,
        business: Option<Id>,
        clock: Clock,
        listener: super::Listener,
        before: Option<Closing>,
    ) -> Result<Arc<Self>> {
        let (at, now) = (path.to_owned(), clock.clone());
        Self::start(path, business, clock, listener, move || {
            before.into_iter().for_each(Closing::wait);
            prepare(&at, kind, &now, |log| log)
        })
    }

    /// Starts the thread that makes the file ready and writes it.
    fn start(
        path: &Path,
        business: Option<Id>,
        clock: Clock,
        listener: super::Listener,
        ready: impl FnOnce() -> Result<(Connection, Arc<Syncs>)> + Send + 'static,
    ) -> Result<Arc<Self>> {
        let (writer, work) = channel();
        let (opened, readers): (Arc<SetOnce<Opened>>, Readers) = Default::default();
        let (told, kept, now) = (opened.clone(), readers.clone(), clock.clone());
        let run = move || {
            // Whoever waits is answered, whatever happens.
            let stopped = |_| Err(Error::internal("Opening the database stopped unexpectedly."));
            match catch_unwind(AssertUnwindSafe(ready)).unwrap_or_else(stopped) {
                Ok((conn, syncs)) => {
                    let _ = told.set(Ok(syncs.clone()));
                    Writer { conn, work, syncer: Syncer::new(syncs), business, clock: now, listener, readers: kept }.run();
                }
                Err(e) => drop(told.set(Err(Arc::new(e)))),
            }
        };
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(run)
            .map_err(|e| Error::unavailable(format!("No thread could be started: {e}.")))?;
        let places = Arc::new(Semaphore::new(READERS));
        Ok(Arc::new(Self { path: path.to_owned(), writer: Some(writer), thread: Some(thread), opened, readers, places, clock }))
    }

    /// Waits until the file is open; an error says why it cannot be.
    pub async fn ready(&self) -> Result<()> {
        // Each who asks is told, and the cause is kept for the log.
        let told = |e: &Arc<Error>| Error::new(e.kind, e.message.clone()).with_source(e.clone());
        let opened = match self.opened.get() {
            Some(opened) => opened,
            None => self.opened.wait().await,
        };
        opened.as_ref().map(drop).map_err(told)
    }

    /// Hands the writer something to do.
    async fn hand_over(&self, work: Task) -> Result<()> {
        self.ready().await?;
        let writer = self.writer.as_ref().ok_or_else(closing)?;
        writer.send(work).map_err(|_| closing())
    }

    /// Runs `f` in a write transaction and answers once it is on disk.
    pub async fn write<T: Send + 'static>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        let (reply, done) = oneshot::channel();
        let work = Task::Grouped(Box::new(Writing::new(f, reply)));
        self.hand_over(work).await?;
        done.await.map_err(|_| closing())?
    }

    /// Rewrites the whole file, so that nothing deleted is left in free pages, and empties the log beside it. Writers wait meanwhile.
    pub async fn rewrite(&self) -> Result<()> {
        let (reply, done) = oneshot::channel();
        let work = Task::Alone(Box::new(move |conn: std::result::Result<&Connection, String>| {
            let _ = reply.send(conn.map_err(Error::unavailable).and_then(|conn| {
                conn.execute_batch("vacuum").map_err(failed)?;
                empty_log(conn).map_err(failed)
            }));
        }));
        self.hand_over(work).await?;
        match done.await.map_err(|_| closing())?? {
            true => Ok(()),
            false => Err(Error::unavailable("The database is being read, so its log could not be emptied. Try again.")),
        }
    }

    /// Whether it was opened.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.opened.get(), Some(Ok(_)))
    }

    /// Whether it could not be opened.
    pub(super) fn is_unusable(&self) -> bool {
        matches!(self.opened.get(), Some(Err(_)))
    }

    /// Whether it may be closed once nobody holds it: one that is being opened is about to be used, and one whose disk refused something
    /// stays as it is until the process ends.
    pub(super) fn may_close(&self) -> bool {
        self.opened.get().is_some_and(|o| o.as_ref().map_or(true, |syncs| syncs.failed().is_none()))
    }

    /// Lets the writer finish what waits and close the file; what tells when it has.
    pub(super) fn close(mut self) -> Option<Closing> {
        self.let_go()
    }

    fn let_go(&mut self) -> Option<Closing> {
        self.writer = None;
        self.thread.take().map(|thread| Closing { thread, opened: self.opened.clone() })
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs `f` on a consistent snapshot, off the async threads.
    pub async fn read<T: Send + 'static>(&self, f: impl FnOnce(&Read<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        self.ready().await?;
        // Never closed, so there is always a place in the end.
        let place = self.places.clone().acquire_owned().await.map_err(|_| closing())?;
        let (readers, path, now) = (self.readers.clone(), self.path.clone(), self.clock.now());
        let done = tokio::task::spawn_blocking(move || {
            let kept = lock(&readers).pop();
            let conn = match kept {
                Some(c) => c,
                None => connect(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)?,
            };
            conn.execute_batch("begin").map_err(failed)?;
            let out = f(&Read::new(&conn, now));
            conn.execute_batch("commit").map_err(failed)?;
            lock(&readers).push(conn);
            drop(place);
            out
        });
        done.await.map_err(|e| Error::internal("A query stopped unexpectedly.").with_source(e))?
    }
}

impl Drop for File {
    fn drop(&mut self) {
        self.let_go().into_iter().for_each(Closing::wait);
    }
}

/// A writer that finishes what waits and closes its file.
pub(super) struct Closing {
    thread: JoinHandle<()>,
    opened: Arc<SetOnce<Opened>>,
}

impl Closing {
    /// Whether the file is closed.
    pub(super) fn is_over(&self) -> bool {
        self.thread.is_finished()
    }

    /// Waits until the file is closed, unless it is closed by the caller's own thread.
    pub(super) fn wait(self) {
        let syncs_here = matches!(self.opened.get(), Some(Ok(syncs)) if syncs.are_here());
        if self.thread.thread().id() != std::thread::current().id() && !syncs_here {
            let _ = self.thread.join();
        }
    }
}

fn closing() -> Error {
    Error::unavailable("The database is closing.")
}

/// Opens the writer's connection and brings the schema up to date.
fn prepare(path: &Path, kind: schema::Kind, clock: &Clock, log: impl FnOnce(Log) -> Log) -> Result<(Connection, Arc<Syncs>)> {
    let mut conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    schema::bring_up_to_date(&mut conn, path, kind).map_err(|e| named(path, e))?;
    if kind == schema::Kind::Business
        && let Some(newest) = message::find_newest(&Read::new(&conn, clock.now())).map_err(|e| named(path, e))?
    {
        newest.go_on_after();
    }
    // What an unclean end left: memory may hold more of it than the disk does, so nothing is written behind it.
    empty_log(&conn).map_err(|e| open_failed(path, e))?;
    // The log lies beside the file that SQLite found, wherever links led it.
    let beside = conn.path().map_or_else(|| path.to_owned(), PathBuf::from);
    let syncs = Syncs::new(log(log_of(&beside).map_err(|e| unopened(path, e))?));
    Ok((conn, syncs))
}

/// Copies the log into the database, puts that on the disk and begins the log anew; false while a reader still looks at what was.
fn empty_log(conn: &Connection) -> rusqlite::Result<bool> {
    conn.query_row("pragma wal_checkpoint(truncate)", [], |r| r.get::<_, i64>(0)).map(|busy| busy == 0)
}

pub(super) fn lock<T>(m: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    m.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// One place for pragmas, each with its reason.
fn connect(path: &Path, flags: OpenFlags) -> Result<Connection> {
    let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(|e| open_failed(path, e))?;
    let writes = flags.contains(OpenFlags::SQLITE_OPEN_READ_WRITE);
    if writes {
        // Readers never wait for the writer.
        let mode: String = conn.query_row("pragma journal_mode=wal", [], |r| r.get(0)).map_err(|e| open_failed(path, e))?;
        if mode != "wal" {
            return Err(Error::unavailable(format!(
                "{} lies on a disk that SQLite cannot write a log on. Move the data folder.",
                path.display()
            )));
        }
    }
    conn.execute_batch(
        "pragma synchronous=normal;       -- the log is synced beside the writer, before a commit is answered (`sync`)
         pragma checkpoint_fullfsync=on;  -- as much on macOS as the log gets
         pragma foreign_keys=on;
         pragma busy_timeout=5000;
         pragma temp_store=memory;
         pragma cache_size=-4000;         -- 4 MB a connection
         pragma wal_autocheckpoint=4000;  -- fewer, larger checkpoints",
    )
    .map_err(|e| open_failed(path, e))?;
    if !writes {
        conn.execute_batch("pragma query_only=on").map_err(|e| open_failed(path, e))?;
    }
    // With STAT4 compiled in, SQLite plans a statement anew whenever a bound value changes: measured at a sixth of a turn.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(|e| open_failed(path, e))?;
    conn.set_prepared_statement_cache_capacity(256);
    Ok(conn)
}

fn open_failed(path: &Path, e: rusqlite::Error) -> Error {
    use rusqlite::ErrorCode::{DatabaseCorrupt, DiskFull, NotADatabase};
    // What SQLite says when there is no room for the index of its log.
    let no_room = e.sqlite_error().is_some_and(|e| e.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE);
    match e.sqlite_error_code() {
        Some(DatabaseCorrupt | NotADatabase) => {
            Error::unavailable(format!("{} is damaged or not a database. Restore it from a backup.", path.display())).with_source(e)
        }
        code if code == Some(DiskFull) || no_room => {
            Error::unavailable(format!("The disk is full: {} cannot be opened. Make room and try again.", path.display())).with_source(e)
        }
        _ => unopened(path, e),
    }
}

/// Whoever mends it must know which file it is.
fn named(path: &Path, mut e: Error) -> Error {
    let name = path.display().to_string();
    if !e.message.contains(&name) {
        e.message = format!("{name} cannot be opened: {}", e.message);
    }
    e
}

fn unopened(path: &Path, e: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::unavailable(format!("{} cannot be opened: {e}.", path.display())).with_source(e)
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
