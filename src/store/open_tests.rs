//! Tests of opening and closing files: one writer for each, and nobody waits for the file of another business.

use super::*;
use crate::domain::error::Kind;
use crate::domain::time::Time;
use crate::store::meta::{find_meta, upsert_meta};
use std::sync::mpsc::channel;
use std::time::Duration;
use tokio::runtime::Handle;

fn id(n: i64) -> Id {
    Id::new(Time::from_millis(n))
}

fn store(dir: &Path) -> Arc<Store> {
    Store::open(dir, Clock::starting_at(Time::from_millis(1_000))).unwrap()
}

async fn said(file: &File) -> Option<String> {
    file.read(|tx| find_meta(tx, "said")).await.unwrap()
}

#[tokio::test]
async fn others_go_on_while_a_file_closes_and_it_has_one_writer_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let (slow, other, third) = (id(1), id(2), id(3));
    for b in [slow, other, third] {
        store.create_business(b).unwrap().ready().await.unwrap();
    }
    // Somebody writes and goes away without waiting for it; the writer is kept busy until the test lets it go on.
    let file = store.business(slow).unwrap();
    let (go, stopped) = channel::<()>();
    let (begun, begins) = tokio::sync::oneshot::channel();
    let writing = Handle::current().spawn(async move {
        let write = file.write(move |tx| {
            let _ = begun.send(());
            let said = if stopped.recv_timeout(Duration::from_secs(20)).is_ok() { "let go" } else { "waited for" };
            upsert_meta(tx, "said", said)
        });
        write.await
    });
    begins.await.unwrap();
    writing.abort();
    let _ = writing.await;
    store.business(other).unwrap();
    store.business(third).unwrap();
    // One more than may be open: the one nobody used for longest closes.
    store.lock_open().most = 2;
    store.create_business(id(4)).unwrap();
    let again = store.business(slow).unwrap();
    assert!(!store.all_open().contains(&slow), "its writer has not ended, so there is no other yet");
    let theirs = store.business(other).unwrap();
    theirs.write(|tx| upsert_meta(tx, "said", "hello")).await.unwrap();
    assert_eq!(said(&theirs).await.as_deref(), Some("hello"));
    go.send(()).unwrap();
    assert_eq!(said(&again).await.as_deref(), Some("let go"));
    assert!(store.all_open().contains(&slow));
    again.write(|tx| upsert_meta(tx, "said", "once more")).await.unwrap();
}

#[tokio::test]
async fn all_who_ask_for_a_file_at_once_get_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let of = id(1);
    store(dir.path()).create_business(of).unwrap().ready().await.unwrap();
    let store = store(dir.path());
    let ask = || {
        let store = store.clone();
        std::thread::spawn(move || store.business(of).unwrap())
    };
    let asking: Vec<_> = std::iter::repeat_with(ask).take(8).collect();
    let files: Vec<_> = asking.into_iter().map(|a| a.join().unwrap()).collect();
    assert!(files.iter().all(|f| Arc::ptr_eq(f, &files[0])));
    assert_eq!((said(&files[7]).await, store.all_open()), (None, vec![of]));
}

#[tokio::test]
async fn a_damaged_file_is_named_to_all_who_wait_and_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let of = id(1);
    store(dir.path()).create_business(of).unwrap().write(|tx| upsert_meta(tx, "said", "hello")).await.unwrap();
    let path = dir.path().join(format!("businesses/{of}/business.db"));
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, "no database at all").unwrap();
    let store = store(dir.path());
    let file = store.business(of).unwrap();
    let (read, written) = tokio::join!(file.read(|tx| find_meta(tx, "said")), file.write(|tx| upsert_meta(tx, "said", "?")));
    for e in [read.map(drop).unwrap_err(), written.unwrap_err(), file.rewrite().await.unwrap_err()] {
        assert_eq!(e.kind, Kind::Unavailable);
        assert!(e.message.contains("business.db is damaged") && e.source.is_some(), "{e:?}");
    }
    assert_eq!(store.all_open(), []);
    std::fs::write(&path, whole).unwrap();
    assert_eq!(said(&store.business(of).unwrap()).await.as_deref(), Some("hello"));
    assert!(file.ready().await.is_err(), "who asked before holds nothing that could write");
}
