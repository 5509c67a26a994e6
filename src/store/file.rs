//! One database file: a writer thread that groups commits, and a few read-only connections.
//!
//! Many transactions share one commit: the writer takes what is waiting, runs each in a savepoint of its own, commits
//! once, and only then tells the callers. With `synchronous=FULL` an answer therefore means it survives power loss.

use super::at_once::{Doer, Together};
use super::tx::{After, LeasedJob, Read, Tx, failed};
use super::vector::Meaning;
use super::{jobs, schema};
use crate::domain::error::{Error, Result};
use crate::domain::event::Event;
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::time::{Clock, Time};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use tokio::sync::{Semaphore, oneshot};

/// Transactions that share one commit at most.
const GROUP: usize = 128;

/// Jobs of a commit that are looked at before the first of them is finished, at most.
const AT_ONCE: usize = 24;

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

/// A unit of work of the writer: runs inside the open transaction, answers after the commit.
trait Work: Send {
    fn run(&mut self, at: &Group<'_>, left: &mut After) -> bool;
    fn answer(self: Box<Self>, commit: std::result::Result<(), String>);
}

/// What the transactions of one commit share.
struct Group<'a> {
    conn: &'a Connection,
    now: Time,
    hand_over: bool,
    do_now: bool,
    meaning: Option<&'a Arc<dyn Meaning>>,
}

impl Group<'_> {
    /// A transaction of the group, after what the others `left`.
    fn begin(&self, left: &After, can_do_now: bool) -> Tx<'_> {
        let after = After { hand_over: self.hand_over, can_do_now, touched: left.touched, ..After::default() };
        Tx::new(self.conn, self.now, after, self.meaning.cloned())
    }
}

/// What the writer is given.
enum Task {
    /// A transaction that may share a commit with others.
    Grouped(Box<dyn Work>),
    /// Something that must run outside of any transaction.
    Alone(Box<dyn FnOnce(&Connection) + Send>),
}

struct Writing<F, T> {
    f: Option<F>,
    out: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<F, T> Work for Writing<F, T>
where
    F: FnOnce(&mut Tx<'_>) -> Result<T> + Send,
    T: Send,
{
    fn run(&mut self, at: &Group<'_>, left: &mut After) -> bool {
        let Some(f) = self.f.take() else { return false };
        let mut tx = at.begin(left, at.do_now);
        let out = catch_unwind(AssertUnwindSafe(|| f(&mut tx)))
            .unwrap_or_else(|_| Err(Error::internal("Something went wrong on our side. It is in the log.")));
        let ok = out.is_ok();
        left.touched |= tx.after.touched;
        if ok {
            left.take(tx.after);
        }
        self.out = Some(out);
        ok
    }
    fn answer(mut self: Box<Self>, commit: std::result::Result<(), String>) {
        let out = self.out.take().unwrap_or_else(|| Err(Error::internal("The work did not run.")));
        let _ = self.reply.send(match commit {
            Ok(()) => out,
            Err(e) => out.and(Err(Error::unavailable(format!("It could not be saved: {e}.")))),
        });
    }
}

/// An open database file.
pub struct File {
    path: PathBuf,
    writer: Option<Sender<Task>>,
    thread: Option<std::thread::JoinHandle<()>>,
    readers: Arc<Mutex<Vec<Connection>>>,
    /// Places for readers: more would open connections only to throw them away.
    places: Arc<Semaphore>,
    clock: Clock,
}

impl File {
    /// Opens a file, brings its schema up to date and starts its writer.
    pub(super) fn open(path: &Path, kind: schema::Kind, business: Option<Id>, clock: Clock, after: super::Listener) -> Result<Arc<Self>> {
        let mut conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        schema::bring_up_to_date(&mut conn, path, kind)?;
        let (writer, work) = channel();
        let clock_of_writer = clock.clone();
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || write_all(&mut conn, &work, business, &clock_of_writer, &after))
            .map_err(|e| Error::unavailable(format!("No thread could be started: {e}.")))?;
        Ok(Arc::new(Self {
            path: path.to_owned(),
            writer: Some(writer),
            thread: Some(thread),
            readers: Arc::default(),
            places: Arc::new(Semaphore::new(READERS)),
            clock,
        }))
    }

    /// Runs `f` in a write transaction and answers once it is on disk.
    pub async fn write<T: Send + 'static>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        let (reply, done) = oneshot::channel();
        let work = Task::Grouped(Box::new(Writing { f: Some(f), out: None, reply }));
        let gone = || Error::unavailable("The database is closing.");
        self.writer.as_ref().ok_or_else(gone)?.send(work).map_err(|_| gone())?;
        done.await.map_err(|_| gone())?
    }

    /// Rewrites the whole file, so that nothing deleted is left in free pages, and empties the log beside it. Writers wait meanwhile.
    pub async fn rewrite(&self) -> Result<()> {
        let (reply, done) = oneshot::channel();
        let work = Task::Alone(Box::new(move |conn: &Connection| {
            let done = conn.execute_batch("vacuum").and_then(|()| {
                // Busy is 1 while a reader still looks at what was; the caller learns it from the file.
                conn.query_row("pragma wal_checkpoint(truncate)", [], |r| r.get::<_, i64>(0))
            });
            let _ = reply.send(done.map_err(failed));
        }));
        let gone = || Error::unavailable("The database is closing.");
        self.writer.as_ref().ok_or_else(gone)?.send(work).map_err(|_| gone())?;
        match done.await.map_err(|_| gone())?? {
            0 => Ok(()),
            _ => Err(Error::unavailable("The database is being read, so its log could not be emptied. Try again.")),
        }
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs `f` on a consistent snapshot, off the async threads.
    pub async fn read<T: Send + 'static>(&self, f: impl FnOnce(&Read<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        // Never closed, so there is always a place in the end.
        let place = self.places.clone().acquire_owned().await.map_err(|_| Error::unavailable("The database is closing."))?;
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
        self.writer = None; // lets the thread finish what waits and close the file
        if let Some(t) = self.thread.take()
            && t.thread().id() != std::thread::current().id()
        {
            let _ = t.join();
        }
    }
}

fn lock<T>(m: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    m.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// One place for pragmas, each with its reason.
fn connect(path: &Path, flags: OpenFlags) -> Result<Connection> {
    let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(|e| open_failed(path, e))?;
    let writes = flags.contains(OpenFlags::SQLITE_OPEN_READ_WRITE);
    if writes {
        // Readers never wait for the writer.
        conn.execute_batch("pragma journal_mode=wal").map_err(|e| open_failed(path, e))?;
    }
    conn.execute_batch(
        "pragma synchronous=full;         -- a commit is on the disk before it is answered
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
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    match e.sqlite_error_code() {
        Some(DatabaseCorrupt | NotADatabase) => {
            Error::internal(format!("{} is damaged or not a database. Restore it from a backup.", path.display())).with_source(e)
        }
        _ => Error::unavailable(format!("{} cannot be opened: {e}.", path.display())).with_source(e),
    }
}

fn write_all(conn: &mut Connection, work: &Receiver<Task>, business: Option<Id>, clock: &Clock, listener: &super::Listener) {
    let mut alone = None;
    while let Ok(first) = work.recv() {
        let first = match first {
            Task::Grouped(first) => first,
            Task::Alone(f) => {
                f(conn);
                continue;
            }
        };
        let (doer, after) = (business.zip(listener.now.get()), listener.commit.get());
        let mut group = vec![first];
        let mut left = After::default();
        let began = conn.execute_batch("begin immediate").map_err(|e| e.to_string());
        if let Err(e) = began {
            group.into_iter().for_each(|w| w.answer(Err(e.clone())));
            continue;
        }
        let at = Group { conn, now: clock.now(), hand_over: after.is_some(), do_now: doer.is_some(), meaning: listener.meaning.get() };
        let mut wishes = doer.map(|(business, doer)| Wishes::new(business, doer));
        let mut next = 0;
        while next < group.len() {
            let told = left.events.len();
            if run_one(&at, group[next].as_mut(), &mut left)
                && let Some(wishes) = &mut wishes
            {
                wishes.heed(&at, &mut left, told);
            }
            next += 1;
            if group.len() < GROUP && alone.is_none() {
                match work.try_recv() {
                    Ok(Task::Grouped(more)) => group.push(more),
                    Ok(Task::Alone(f)) => alone = Some(f),
                    Err(_) => {}
                }
            }
        }
        if let Some(wishes) = wishes {
            wishes.finish(&at, &mut left);
        }
        let commit = conn.execute_batch("commit").map_err(|e| e.to_string());
        if let Err(e) = &commit {
            tracing::error!(error = %e, "a commit failed");
            let _ = conn.execute_batch("rollback");
            if let Some((business, doer)) = doer {
                (doer.undone)(business);
            }
        } else if let (Some(after), Some(business)) = (after, business) {
            after(Committed { business, events: left.events, jobs: left.jobs, due: left.due });
        }
        group.into_iter().for_each(|w| w.answer(commit.clone()));
        if let Some(f) = alone.take() {
            f(conn);
        }
    }
    let _ = conn.execute_batch("pragma optimize");
}

/// Runs one transaction in a savepoint, so its failure leaves the others of the group alone; whether it did not fail.
fn run_one(at: &Group<'_>, work: &mut dyn Work, left: &mut After) -> bool {
    let step = |sql: &str| {
        if let Err(e) = at.conn.prepare_cached(sql).and_then(|mut s| s.execute([])) {
            tracing::error!(error = %e, sql, "a savepoint failed");
        }
    };
    step("savepoint one");
    let done = work.run(at, left);
    if !done {
        step("rollback to one");
    }
    step("release one");
    done
}

/// The jobs that transactions of a commit wish done before it ends. Each is looked at as soon as it is known, so that others think of it while the
/// next transactions run; all are finished after the last.
struct Wishes<'a> {
    business: Id,
    doer: &'a Doer,
    /// Wanted, not looked at.
    wanted: VecDeque<(Job, String)>,
    together: Together<(Job, String)>,
    /// Must wait for the queue.
    later: Vec<(Job, String)>,
    /// False once a transaction of this commit may have changed anything: looks wait for the last then.
    early: bool,
}

impl<'a> Wishes<'a> {
    fn new(business: Id, doer: &'a Doer) -> Self {
        Self { business, doer, wanted: VecDeque::new(), together: Together::new(), later: Vec::new(), early: true }
    }

    /// After a transaction, before which `told` events were told. What it changed is looked at again, for each job sees what the whole
    /// commit says: its news say which conversations, and without news it may be anything.
    fn heed(&mut self, at: &Group<'_>, left: &mut After, told: usize) {
        let new = std::mem::take(&mut left.now);
        let news = left.events.get(told..).unwrap_or_default();
        let anything = news.iter().any(|e| e.conversation_id.is_none()) || news.is_empty() && new.is_empty();
        let is_about = |id: Id| news.iter().any(|e| e.conversation_id == Some(id));
        let stale = |(job, _): &(Job, String)| anything || matches!(job, Job::RunAgent { conversation_id: id } if is_about(*id));
        for job in self.together.take_back(stale).into_iter().rev() {
            self.wanted.push_front(job);
        }
        for (job, key) in new {
            // Two transactions may want the same; one look sees what both wrote.
            if !self.wanted.iter().any(|(_, k)| *k == key) {
                self.wanted.push_back((job, key));
            }
        }
        self.early &= !anything;
        if self.early {
            self.look(at, left);
        }
    }

    /// Looks at some, for each holds its rows in memory; `seen` is what was done in this commit before.
    fn look(&mut self, at: &Group<'_>, seen: &After) {
        while self.together.len() < AT_ONCE
            && let Some((job, key)) = self.wanted.pop_front()
        {
            let tx = at.begin(seen, false);
            match catch_unwind(AssertUnwindSafe(|| (self.doer.begin)(&tx, self.business, &job))).ok().flatten() {
                Some(work) => self.together.add((job, key), work),
                None => self.later.push((job, key)),
            }
        }
    }

    /// Writes what was thought of in one savepoint, for SQLite copies every page a savepoint changes first. When one of them fails, which
    /// only defects and full disks bring about, none of them leaves a trace, and all are stored as jobs.
    fn finish(mut self, at: &Group<'_>, left: &mut After) {
        let (mut finished, mut kept) = (Vec::new(), After { touched: left.touched, ..After::default() });
        if !self.wanted.is_empty() || self.together.len() > 0 {
            let mut tx = at.begin(left, false);
            let done = tx.tried(|_| {
                loop {
                    self.look(at, &kept);
                    let Some((job, work)) = self.together.next() else { return true };
                    finished.push(job);
                    let mut one = at.begin(&kept, false);
                    if !work.is_some_and(|w| w.finish(&mut one)) {
                        return false;
                    }
                    kept.take(one.after);
                }
            });
            left.touched |= kept.touched;
            if done {
                left.take(kept);
            } else {
                (self.doer.undone)(self.business);
                self.later.extend(finished.into_iter().chain(self.together.rest()).chain(self.wanted));
            }
        }
        self.later.iter().for_each(|(job, key)| store_job(at, job, key, left));
    }
}

fn store_job(at: &Group<'_>, job: &Job, key: &str, left: &mut After) {
    let mut tx = at.begin(left, false);
    if let Err(e) = jobs::enqueue_job(&mut tx, job, at.now, Some(key)) {
        // Only a full disk comes here; the message is kept, and the owner sees it unanswered.
        tracing::error!(error = %e, "a job could not be stored");
    }
    left.take(tx.after);
}
