//! Tests of what an answer means: it comes after the disk, in order, and a disk that refuses is told.

use super::*;
use crate::store::Listening;
use crate::store::at_once::{Doer, Undone};
use crate::store::meta::{find_meta, upsert_meta};
use std::sync::Condvar;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::runtime::Handle;

/// A disk of a test: it may be slow, and it may refuse.
#[derive(Default)]
struct Disk {
    held: Mutex<bool>,
    released: Condvar,
    refuses: Mutex<bool>,
    syncs: AtomicUsize,
}

impl Disk {
    fn hold(&self, held: bool) {
        *lock(&self.held) = held;
        self.released.notify_all();
    }
    fn sync(&self, log: &Log) -> std::io::Result<()> {
        // A test that fails while it holds the disk ends, too.
        drop(self.released.wait_timeout_while(lock(&self.held), Duration::from_secs(10), |held| *held).unwrap());
        self.syncs.fetch_add(1, Ordering::SeqCst);
        if *lock(&self.refuses) { Err(std::io::Error::other("bad sector")) } else { log() }
    }
}

struct Open {
    disk: Arc<Disk>,
    file: Arc<File>,
    /// What the queue was told, by the jobs' due times.
    told: Arc<Mutex<Vec<Option<Time>>>>,
    /// How often memory was to forget something.
    forgotten: Arc<AtomicUsize>,
}

fn open(dir: &Path) -> Open {
    let (disk, told) = (Arc::new(Disk::default()), Arc::new(Mutex::new(Vec::new())));
    let listening = Listening::default();
    let telling = told.clone();
    let _ = listening.commit.set(Arc::new(move |c: Committed| lock(&telling).push(c.due)));
    let forgotten = Arc::new(AtomicUsize::new(0));
    let forget = forgotten.clone();
    let undone: Undone = Arc::new(move |_| {
        let _ = forget.fetch_add(1, Ordering::SeqCst);
    });
    let _ = listening.now.set(Doer { begin: Arc::new(|_, _, _| None), undone });
    let slow = disk.clone();
    let (clock, listener) = (Clock::starting_at(Time::from_millis(1_000)), Arc::new(listening));
    let file =
        File::open_with(&dir.join("b.db"), schema::Kind::Business, Some(Id::new(Time::from_millis(1_000))), clock, listener, |log| {
            Box::new(move || slow.sync(&log))
        });
    Open { disk, file: file.unwrap(), told, forgotten }
}

fn set(file: &Arc<File>, key: &'static str) -> tokio::task::JoinHandle<Result<()>> {
    let file = file.clone();
    Handle::current().spawn(async move { file.write(move |tx| upsert_meta(tx, key, "set")).await })
}

async fn is_set(file: &File, key: &'static str) -> bool {
    file.read(move |tx| find_meta(tx, key)).await.unwrap().is_some()
}

async fn until_set(file: &File, key: &'static str) {
    while !is_set(file, key).await {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// The writer stops for a word; what it is given meanwhile waits in one queue.
fn stop_writer(file: &File) -> Sender<()> {
    let (go, stopped) = channel::<()>();
    let f = move |_: std::result::Result<&Connection, String>| {
        let _ = stopped.recv_timeout(Duration::from_secs(20));
    };
    file.writer.as_ref().unwrap().send(Task::Alone(Box::new(f))).unwrap();
    go
}

#[tokio::test]
async fn an_answer_waits_for_the_disk_and_the_writer_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let Open { disk, file, told, .. } = open(dir.path());
    set(&file, "zero").await.unwrap().unwrap();
    disk.hold(true);
    // Three commits, for what runs alone lies between them.
    let go = stop_writer(&file);
    let mut answers = Vec::new();
    for key in ["one", "two", "three"] {
        answers.push(set(&file, key));
        tokio::task::yield_now().await;
        file.writer.as_ref().unwrap().send(Task::Alone(Box::new(|_| ()))).unwrap();
    }
    go.send(()).unwrap();
    until_set(&file, "three").await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(answers.iter().all(|a| !a.is_finished()), "nobody is answered before the disk has it");
    assert_eq!((lock(&told).len(), disk.syncs.load(Ordering::SeqCst)), (1, 1), "nor is the queue told");
    disk.hold(false);
    for answer in answers {
        answer.await.unwrap().unwrap();
    }
    assert_eq!(lock(&told).len(), 4);
    let syncs = disk.syncs.load(Ordering::SeqCst);
    assert!((2..=3).contains(&syncs), "one sync serves all that wait for it: {syncs}");
}

#[tokio::test]
async fn a_disk_that_refuses_is_told_and_nothing_is_saved_behind_it() {
    let dir = tempfile::tempdir().unwrap();
    let Open { disk, file, told, .. } = open(dir.path());
    set(&file, "zero").await.unwrap().unwrap();
    *lock(&disk.refuses) = true;
    let refused = set(&file, "one").await.unwrap().unwrap_err().to_string();
    assert!(refused.contains("Nobody knows whether it was saved") && refused.contains("bad sector"), "{refused}");
    // The disk says it is well again. What it lost nobody knows.
    *lock(&disk.refuses) = false;
    let refused = set(&file, "two").await.unwrap().unwrap_err().to_string();
    assert!(refused.contains("could not be saved") && refused.contains("until Steward is started again"), "{refused}");
    assert!(file.rewrite().await.is_err(), "nor does what runs alone change anything");
    assert!(is_set(&file, "zero").await && !is_set(&file, "two").await);
    assert_eq!(lock(&told).len(), 1, "the queue hears of what lasts only");
    drop(file);
    let Open { file, .. } = open(dir.path());
    set(&file, "two").await.unwrap().unwrap();
}

#[tokio::test]
async fn a_file_that_is_closed_has_answered_all() {
    let dir = tempfile::tempdir().unwrap();
    let Open { disk, file, told, .. } = open(dir.path());
    disk.hold(true);
    let go = stop_writer(&file);
    let first = set(&file, "one");
    tokio::task::yield_now().await;
    file.writer.as_ref().unwrap().send(Task::Alone(Box::new(|_| ()))).unwrap();
    go.send(()).unwrap();
    until_set(&file, "one").await;
    first.abort();
    let _ = first.await;
    let closing = tokio::task::spawn_blocking(move || drop(file));
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(!closing.is_finished(), "it waits for the disk");
    disk.hold(false);
    closing.await.unwrap();
    assert_eq!(lock(&told).len(), 1);
    assert!(!dir.path().join("b.db-wal").exists(), "and leaves no log");
}

#[tokio::test]
async fn a_commit_that_fails_is_told_and_forgotten_before_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let Open { disk, file, told, forgotten } = open(dir.path());
    set(&file, "zero").await.unwrap().unwrap();
    disk.hold(true);
    let go = stop_writer(&file);
    // News of a call that is not there: SQLite finds out at the commit.
    let of = file.clone();
    let broken = Handle::current().spawn(async move {
        of.write(|tx| {
            tx.run("pragma defer_foreign_keys=on", [])?;
            tx.run("insert into call_news (call_id, news, answer, at) values ('none', 'n', 'a', 0)", []).map(drop)
        })
        .await
    });
    tokio::task::yield_now().await;
    file.writer.as_ref().unwrap().send(Task::Alone(Box::new(|_| ()))).unwrap();
    let (of, seen) = (file.clone(), forgotten.clone());
    let next = Handle::current().spawn(async move { of.write(move |_| Ok(seen.load(Ordering::SeqCst))).await });
    tokio::task::yield_now().await;
    go.send(()).unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    disk.hold(false);
    assert!(broken.await.unwrap().unwrap_err().to_string().contains("could not be saved"));
    assert_eq!(next.await.unwrap().unwrap(), 1, "the next group finds memory without it, however long the disk takes");
    assert_eq!(lock(&told).len(), 2);
}

#[tokio::test]
async fn what_changes_nothing_costs_no_sync() {
    let dir = tempfile::tempdir().unwrap();
    let Open { disk, file, .. } = open(dir.path());
    set(&file, "zero").await.unwrap().unwrap();
    assert!(file.write(|_| Err::<(), _>(Error::invalid("no"))).await.is_err());
    assert_eq!(disk.syncs.load(Ordering::SeqCst), 1);
}
