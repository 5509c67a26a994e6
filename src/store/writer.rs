//! The thread that writes one file: it takes what is waiting, runs each transaction in a savepoint of its own, does what they wish done at
//! once, and commits. `sync` tells the callers when the commit lasts, while the next group is written.

use super::at_once::{Doer, Together};
use super::file::{Committed, Readers, lock};
use super::sync::Syncer;
use super::tx::{After, Tx};
use super::vector::Meaning;
use super::{Listener, jobs};
use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::time::{Clock, Time};
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use tokio::sync::oneshot;

/// Transactions that share one commit at most.
const GROUP: usize = 128;

/// Jobs of a commit that are looked at before the first of them is finished, at most.
const AT_ONCE: usize = 24;

/// A unit of work of the writer: runs inside the open transaction, answers after the commit.
pub(super) trait Work: Send {
    fn run(&mut self, at: &Group<'_>, left: &mut After) -> bool;
    /// `commit` says in a sentence why it does not last.
    fn answer(self: Box<Self>, commit: Saved);
}

/// Whether something lasts, or a sentence that tells why not.
type Saved = std::result::Result<(), String>;

/// What the transactions of one commit share.
pub(super) struct Group<'a> {
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
pub(super) enum Task {
    /// A transaction that may share a commit with others.
    Grouped(Box<dyn Work>),
    /// Something that must run outside of any transaction.
    Alone(Box<dyn FnOnce(std::result::Result<&Connection, String>) + Send>),
}

/// A transaction that a caller waits for.
pub(super) struct Writing<F, T> {
    f: Option<F>,
    out: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<F, T> Writing<F, T> {
    pub(super) fn new(f: F, reply: oneshot::Sender<Result<T>>) -> Self {
        Self { f: Some(f), out: None, reply }
    }
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
    fn answer(self: Box<Self>, commit: Saved) {
        let _ = self.reply.send(match (self.out, commit) {
            (Some(Err(own)), _) => Err(own),
            (_, Err(e)) => Err(Error::unavailable(e)),
            (Some(out), Ok(())) => out,
            (None, Ok(())) => Err(Error::internal("The work did not run.")),
        });
    }
}

/// The writer of one file.
pub(super) struct Writer {
    pub(super) conn: Connection,
    pub(super) work: Receiver<Task>,
    pub(super) syncer: Syncer,
    pub(super) business: Option<Id>,
    pub(super) clock: Clock,
    pub(super) listener: Listener,
    pub(super) readers: Readers,
}

impl Writer {
    /// Writes until the file is closed.
    pub(super) fn run(mut self) {
        let mut next = None;
        while let Some(task) = next.take().or_else(|| self.work.recv().ok()) {
            match task {
                Task::Alone(f) => f(self.trusted().map(|()| &self.conn)),
                Task::Grouped(first) => next = self.write(first),
            }
        }
        let trusted = self.trusted().is_ok();
        drop(self.syncer); // all are answered before the file is closed
        lock(&self.readers).clear(); // the last to close empties and deletes the log, which a reader may not
        let closed = match trusted {
            true => self.conn.execute_batch("pragma optimize"),
            // What the disk did not take is not to be called good now.
            false => self.conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map(drop),
        };
        let _ = closed.inspect_err(|e| tracing::warn!(error = %e, "a file was not closed as it should be"));
    }

    /// An error once the disk refused something.
    fn trusted(&self) -> Saved {
        self.syncer.failed().map_or(Ok(()), |e| Err(format!("It could not be saved: {e}.")))
    }

    /// Writes a group; what waits behind it.
    fn write(&mut self, first: Box<dyn Work>) -> Option<Task> {
        let not_saved = |e: rusqlite::Error| format!("It could not be saved: {e}.");
        let began = self.trusted().and_then(|()| self.conn.execute_batch("begin immediate").map_err(not_saved));
        if let Err(e) = began {
            first.answer(Err(e));
            return None;
        }
        let before = self.conn.total_changes();
        let doer = self.business.zip(self.listener.now.get());
        let (group, left, next) = self.fill(first, doer);
        let commit = self.conn.execute_batch("commit").map_err(not_saved);
        if let Err(e) = &commit {
            tracing::error!(error = %e, "a commit failed");
            let _ = self.conn.execute_batch("rollback");
            // Before the next group looks at what memory holds.
            if let Some((business, doer)) = doer {
                (doer.undone)(business);
            }
        }
        let next = next.or_else(|| self.work.try_recv().ok());
        let (changed, quiet) = (self.conn.total_changes() != before, group.len() == 1 && next.is_none());
        let (business, listener) = (self.business, self.listener.clone());
        let ended = move |synced: Saved| {
            let lasts = commit.and_then(|()| synced.map_err(|e| format!("Nobody knows whether it was saved: {e}.")));
            if let (Ok(()), Some(business), Some(after)) = (&lasts, business, listener.commit.get()) {
                after(Committed { business, events: left.events, jobs: left.jobs, due: left.due });
            }
            group.into_iter().for_each(|w| w.answer(lasts.clone()));
        };
        self.syncer.end(Box::new(ended), changed, quiet);
        next
    }

    /// Runs what waits in one open transaction, and does what it wishes done at once; also something that must run alone, if it waits next.
    fn fill(&self, first: Box<dyn Work>, doer: Option<(Id, &Doer)>) -> (Vec<Box<dyn Work>>, After, Option<Task>) {
        let at = Group {
            conn: &self.conn,
            now: self.clock.now(),
            hand_over: self.listener.commit.get().is_some(),
            do_now: doer.is_some(),
            meaning: self.listener.meaning.get(),
        };
        let mut wishes = doer.map(|(business, doer)| Wishes::new(business, doer));
        let (mut group, mut left, mut next) = (Vec::new(), After::default(), Some(Task::Grouped(first)));
        while let Some(Task::Grouped(mut work)) = next {
            let told = left.events.len();
            if run_one(&at, work.as_mut(), &mut left)
                && let Some(wishes) = &mut wishes
            {
                wishes.heed(&at, &mut left, told);
            }
            group.push(work);
            next = if group.len() < GROUP { self.work.try_recv().ok() } else { None };
        }
        if let Some(wishes) = wishes {
            wishes.finish(&at, &mut left);
        }
        (group, left, next)
    }
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
