//! All SQL. A control file that knows businesses and people, and one file for each business.

pub mod at_once;
pub mod backup;
pub mod buying;
pub mod constraints;
pub mod control;
pub mod events;
pub mod file;
pub mod house;
pub mod idempotency;
pub mod inbox;
pub mod integrity;
pub mod jobs;
pub mod meta;
mod open;
pub mod outreach;
pub mod reception;
pub mod restored;
pub mod runs;
pub mod schema;
pub mod search_all;
pub mod shop;
pub mod simulator;
#[cfg(test)]
mod statements_tests;
mod sync;
pub mod tx;
pub mod usage;
pub mod vector;
mod writer;

use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::limits;
use crate::domain::time::Clock;
use file::{Closing, Committed, File};
use open::Open;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use tx::{Read, Tx};
use vector::Meaning;

/// Called once a commit is on the disk, with what the transactions of it leave to do in memory.
pub type AfterCommit = Arc<dyn Fn(Committed) + Send + Sync>;

/// Where the queue and the search sign up once; files opened earlier see it too.
type Listener = Arc<Listening>;

#[derive(Default)]
struct Listening {
    commit: OnceLock<AfterCommit>,
    now: OnceLock<at_once::Doer>,
    meaning: OnceLock<Arc<dyn Meaning>>,
}

/// Every database of this process.
pub struct Store {
    dir: PathBuf,
    clock: Clock,
    control: Arc<File>,
    open: Mutex<Open>,
    aside: Mutex<BTreeMap<Id, String>>,
    listener: Listener,
    _lock: std::fs::File,
}

impl Store {
    /// Opens the data folder, making it when it is not there. One process at a time: the folder is locked.
    pub fn open(dir: &Path, clock: Clock) -> Result<Arc<Self>> {
        vector::extension::register();
        let unwritable = |e: std::io::Error| match e.kind() {
            std::io::ErrorKind::StorageFull => Error::unavailable(format!(
                "The disk is full: the data folder {} cannot be written. Make room and try again.",
                dir.display()
            )),
            _ => Error::unavailable(format!("The data folder {} cannot be written: {e}.", dir.display())),
        };
        if !dir.exists() {
            make_private(dir).map_err(unwritable)?;
        }
        std::fs::create_dir_all(dir.join("businesses")).map_err(unwritable)?;
        let lock = std::fs::File::create(dir.join("lock")).map_err(unwritable)?;
        lock.try_lock().map_err(|_| {
            Error::conflict(format!(
                "The data folder {} is in use by another steward. Stop it first, or name another with --data.",
                dir.display()
            ))
        })?;
        check_control(dir)?;
        let control = File::open(&dir.join("steward.db"), schema::Kind::Control, None, clock.clone(), Listener::default())?;
        Ok(Arc::new(Self {
            dir: dir.to_owned(),
            clock,
            control,
            open: Mutex::new(Open::new(limits::OPEN_FILES)),
            aside: Mutex::default(),
            listener: Listener::default(),
            _lock: lock,
        }))
    }

    /// The clock of every transaction.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The data folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The folder of one business.
    pub fn business_dir(&self, id: Id) -> PathBuf {
        self.dir.join("businesses").join(id.to_string())
    }

    /// Says who is told after commits of business files. Before that, new jobs wait in their tables.
    pub fn on_commit(&self, after: AfterCommit) {
        let _ = self.listener.commit.set(after);
    }

    /// Says who does jobs that need not wait for a second transaction (`jobs::do_now_or_enqueue`).
    pub fn on_now(&self, doer: at_once::Doer) {
        let _ = self.listener.now.set(doer);
    }

    /// Says who makes vectors of what is written from now on. Before that, only words are kept.
    pub fn on_text(&self, meaning: Arc<dyn Meaning>) {
        let _ = self.listener.meaning.set(meaning);
    }

    /// A read transaction on the control file.
    pub async fn control_read<T: Send + 'static>(&self, f: impl FnOnce(&Read<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        self.control.read(f).await
    }

    /// A write transaction on the control file.
    pub async fn control_write<T: Send + 'static>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        self.control.write(f).await
    }

    /// The file of one business, opened if need be: by a thread of its own, for which its first readers and writers wait, and are told
    /// when it cannot be opened. Nobody waits for the file of another business. The least recently used one beyond the cap is closed as
    /// soon as nobody holds it.
    pub fn business(&self, id: Id) -> Result<Arc<File>> {
        // Whoever asks may be anybody, so where the file lies and what is wrong with it stays in the log.
        let is_aside = self.lock_aside().contains_key(&id);
        if is_aside {
            return Err(Error::unavailable("This business cannot be reached right now. Try again later."));
        }
        self.business_even_aside(id)
    }

    /// Refuses a business from now on, and says why: its file cannot be used.
    pub fn set_aside(&self, id: Id, why: String) {
        self.lock_aside().insert(id, why);
    }

    /// Its file can be used again.
    pub fn take_back(&self, id: Id) {
        self.lock_aside().remove(&id);
    }

    /// The businesses whose files cannot be used, and why.
    pub fn all_aside(&self) -> BTreeMap<Id, String> {
        self.lock_aside().clone()
    }

    /// The businesses whose files are open.
    pub fn all_open(&self) -> Vec<Id> {
        self.lock_open().list()
    }

    /// The file of a business, also when it is set aside.
    pub fn business_even_aside(&self, id: Id) -> Result<Arc<File>> {
        // Looked up before and after the disk is asked: nobody waits for the lock while another looks at a disk.
        if let Some(file) = self.lock_open().find(id) {
            return Ok(file);
        }
        let path = self.business_dir(id).join("business.db");
        // SQLite would make an empty file anew, and the business would begin again with nothing.
        match std::fs::metadata(&path) {
            Ok(file) if file.len() > 0 => {}
            Ok(_) => return Err(Error::unavailable(format!("{} is damaged: it is empty. Restore it from a backup.", path.display()))),
            Err(e) if self.business_dir(id).exists() || e.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::unavailable(format!("{} cannot be opened: {e}. Restore it from a backup.", path.display())));
            }
            Err(_) => return Err(Error::not_found("business")),
        }
        self.lock_open().find_or_open(id, |before| self.open_soon(id, &path, before))
    }

    fn open_soon(&self, id: Id, path: &Path, before: Option<Closing>) -> Result<Arc<File>> {
        File::open_soon(path, schema::Kind::Business, Some(id), self.clock.clone(), self.listener.clone(), before)
    }

    /// Makes the file of a new business. Whoever writes first is told when that did not work.
    pub fn create_business(&self, id: Id) -> Result<Arc<File>> {
        let dir = self.business_dir(id);
        std::fs::create_dir_all(dir.join("media")).map_err(|e| Error::unavailable(format!("{} cannot be made: {e}.", dir.display())))?;
        self.lock_open().find_or_open(id, |before| self.open_soon(id, &dir.join("business.db"), before))
    }

    /// Closes and deletes the files of a business.
    pub async fn delete_business(&self, id: Id) -> Result<()> {
        let (file, closing) = self.lock_open().forget(id);
        self.take_back(id);
        let dir = self.business_dir(id);
        let gone = tokio::task::spawn_blocking(move || {
            drop(file);
            closing.into_iter().for_each(Closing::wait);
            match std::fs::remove_dir_all(&dir) {
                // Somebody deleted it by hand, and then wants to be rid of the business, too.
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                    Err(Error::internal(format!("{} could not be deleted: {e}.", dir.display())))
                }
                _ => Ok(()),
            }
        });
        gone.await.map_err(|e| Error::internal("Deleting stopped unexpectedly.").with_source(e))?
    }

    fn lock_aside(&self) -> MutexGuard<'_, BTreeMap<Id, String>> {
        self.aside.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn lock_open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Makes a folder that only its owner can look into: what customers write is nobody else's, whoever has an account on the machine. The
/// rights of a folder that is there already are whoever's made it.
fn make_private(dir: &Path) -> std::io::Result<()> {
    let mut made = std::fs::DirBuilder::new();
    made.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut made, 0o700);
    made.create(dir)
}

/// Refuses a folder that holds businesses but no control file: a new one would know none of them, and everybody would be a stranger.
pub fn check_control(dir: &Path) -> Result<()> {
    let control = dir.join("steward.db");
    if std::fs::metadata(&control).is_ok_and(|f| f.len() > 0) {
        return Ok(());
    }
    let folders = std::fs::read_dir(dir.join("businesses")).into_iter().flatten().flatten();
    if folders.into_iter().any(|f| f.path().join("business.db").exists()) {
        return Err(Error::unavailable(format!(
            "{} is missing or empty, though {} holds businesses. Put steward.db back from a backup, or move the businesses folder away to begin anew.",
            control.display(),
            dir.join("businesses").display()
        )));
    }
    Ok(())
}

#[cfg(test)]
#[path = "open_tests.rs"]
mod tests;
