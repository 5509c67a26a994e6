//! Makes commits last. A writer commits to SQLite's log, where readers see it at once, and goes on with the next group; here the log
//! is put on the disk, and only then are callers answered and the queue told. One sync serves every commit that waits for it.
//!
//! SQLite would sync within the commit (`synchronous=full`), and the writer would wait for the disk with all that is to be done. What it
//! does with `synchronous=normal` is kept: the log is synced before a checkpoint copies it and when it begins anew, so the order of
//! commits on the disk is theirs (<https://www.sqlite.org/pragma.html#pragma_synchronous>).

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread::{JoinHandle, ThreadId};

/// What is done once a commit is on the disk, or known not to be.
pub(super) type Ended = Box<dyn FnOnce(Result<(), String>) + Send>;

/// Puts on the disk what was written to a log.
pub(super) type Log = Box<dyn Fn() -> io::Result<()> + Send + Sync>;

/// The log of an open database in WAL mode. SQLite keeps the file for as long as it has a connection.
pub(super) fn log_of(database: &Path) -> io::Result<Log> {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    let log = std::fs::File::options().read(true).write(true).open(name)?;
    Ok(Box::new(move || {
        // Whoever takes a file away that SQLite writes leaves nothing that could last.
        #[cfg(unix)]
        if std::os::unix::fs::MetadataExt::nlink(&log.metadata()?) == 0 {
            return Err(io::Error::other("the log of the database was deleted"));
        }
        log.sync_data()
    }))
}

/// What a writer ends its commits with.
pub(super) struct Syncer {
    syncs: Arc<Syncs>,
    /// Started when there is much to do.
    thread: Option<(Sender<Ended>, JoinHandle<()>)>,
}

/// The syncs of one log.
pub(super) struct Syncs {
    log: Log,
    /// Commits handed to the thread that are not ended.
    under_way: AtomicUsize,
    /// Why a sync failed. What a failed sync left on the disk is unknown, and the next may claim to have mended it, so this stays.
    failed: OnceLock<String>,
    thread: OnceLock<ThreadId>,
}

impl Syncer {
    pub(super) fn new(syncs: Arc<Syncs>) -> Self {
        Self { syncs, thread: None }
    }

    /// Why nothing can be made to last any more.
    pub(super) fn failed(&self) -> Option<&String> {
        self.syncs.failed()
    }

    /// Ends a commit after those before it. When little is going on (`quiet`), that is done here: a thread would have to be woken first. What
    /// changed nothing needs no sync of its own.
    pub(super) fn end(&mut self, ended: Ended, changed: bool, quiet: bool) {
        let idle = self.syncs.under_way.load(Ordering::Acquire) == 0;
        if idle && !changed && self.failed().is_none() {
            return tell(ended, Ok(()));
        }
        if idle && quiet {
            return self.syncs.end([ended]);
        }
        if self.thread.is_none() {
            self.thread = start(&self.syncs);
        }
        match &self.thread {
            Some((thread, _)) => {
                self.syncs.under_way.fetch_add(1, Ordering::AcqRel);
                // It ends with its sender only.
                let _ = thread.send(ended);
            }
            None => self.syncs.end([ended]),
        }
    }
}

impl Drop for Syncer {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.thread.take() {
            drop(sender);
            let _ = thread.join();
        }
    }
}

impl Syncs {
    pub(super) fn new(log: Log) -> Arc<Self> {
        Arc::new(Self { log, under_way: AtomicUsize::new(0), failed: OnceLock::new(), thread: OnceLock::new() })
    }

    /// Why nothing can be made to last any more.
    pub(super) fn failed(&self) -> Option<&String> {
        self.failed.get()
    }

    /// Whether the caller runs on the thread that syncs, as who drops the last answer that holds a file might.
    pub(super) fn are_here(&self) -> bool {
        self.thread.get() == Some(&std::thread::current().id())
    }

    fn end(&self, all: impl IntoIterator<Item = Ended>) {
        let synced = self.sync();
        all.into_iter().for_each(|ended| tell(ended, synced.clone()));
    }

    fn sync(&self) -> Result<(), String> {
        if self.failed.get().is_none()
            && let Err(e) = (self.log)()
        {
            tracing::error!(error = %e, "the disk did not take what was written; nothing more is saved in this file");
            let _ = self.failed.set(format!("the disk did not take it ({e}). Nothing is saved until Steward is started again"));
        }
        self.failed.get().map_or(Ok(()), |e| Err(e.clone()))
    }
}

/// Whatever becomes of one, the others of a sync are told.
fn tell(ended: Ended, synced: Result<(), String>) {
    if catch_unwind(AssertUnwindSafe(|| ended(synced))).is_err() {
        tracing::error!("what follows a commit stopped unexpectedly");
    }
}

fn start(syncs: &Arc<Syncs>) -> Option<(Sender<Ended>, JoinHandle<()>)> {
    let (sender, waiting) = channel();
    let syncs = syncs.clone();
    let thread = std::thread::Builder::new().name("syncer".into()).spawn(move || run(&syncs, &waiting));
    thread.map(|t| (sender, t)).ok()
}

fn run(syncs: &Syncs, waiting: &Receiver<Ended>) {
    let _ = syncs.thread.set(std::thread::current().id());
    while let Ok(first) = waiting.recv() {
        let all: Vec<Ended> = std::iter::once(first).chain(waiting.try_iter()).collect();
        let count = all.len();
        syncs.end(all);
        syncs.under_way.fetch_sub(count, Ordering::AcqRel);
    }
}
