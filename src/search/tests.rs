//! An index in memory and rows that are forgotten.

use super::*;
use crate::domain::time::{Clock, Time};
use crate::store::Store;
use crate::store::file::File;

async fn change(file: &File, search: &Arc<Search>, go: impl FnOnce(&Search, &mut Tx<'_>) -> Result<()> + Send + 'static) {
    let search = search.clone();
    file.write(move |tx| go(&search, tx)).await.unwrap();
}

fn id(n: u8) -> Id {
    format!("00000000-0000-7000-8000-0000000000{n:02}").parse().unwrap()
}

#[tokio::test]
async fn an_index_that_slept_through_a_purge_forgets_what_went() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), Clock::starting_at(Time::from_millis(0))).unwrap();
    let search = Arc::new(Search::new(None));
    store.on_text(search.clone());
    let business = id(99);
    let file = store.create_business(business).unwrap();
    change(&file, &search, |s, tx| {
        s.put(tx, Kind::Fact, id(1), "the sauna is warm")?;
        s.put(tx, Kind::Fact, id(2), "the pool is cold")
    })
    .await;
    let find = |search: Arc<Search>| {
        file.read(move |tx| search.find(tx, business, &Query { kind: Kind::Fact, text: "sauna", filter: Filter::default(), limit: 9 }))
    };
    assert_eq!(find(search.clone()).await.unwrap().len(), 2);
    let gone = file.read(|tx| vector::find_number(tx, Kind::Fact, id(1))).await.unwrap().unwrap();
    let holds = |n: i64| search.shared(business, Kind::Fact).read().unwrap().holds(n);
    assert!(holds(gone));
    // It goes while nobody looks, and upkeep comes by until no row tells of it any more.
    change(&file, &search, |s, tx| s.remove(tx, Kind::Fact, id(1))).await;
    let mut forgotten = 0;
    for text in ["the pool is cool", "the pool is warm", "the pool is deep"] {
        change(&file, &search, move |s, tx| s.put(tx, Kind::Fact, id(2), text)).await;
        forgotten += file.write(|tx| vector::forget_gone(tx, Kind::Fact)).await.unwrap();
    }
    assert_eq!(forgotten, 1);
    assert!(holds(gone), "nobody has told the index yet");
    let seen: Vec<Id> = find(search.clone()).await.unwrap().into_iter().map(|h| h.id).collect();
    assert_eq!(seen, [id(2)]);
    assert!(!holds(gone), "it was read anew");
    assert_eq!(file.write(|tx| vector::forget_gone(tx, Kind::Fact)).await.unwrap(), 0);
}

#[tokio::test]
async fn upkeep_never_gives_a_number_of_a_change_twice() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), Clock::starting_at(Time::from_millis(0))).unwrap();
    let search = Arc::new(Search::new(None));
    store.on_text(search.clone());
    let file = store.create_business(id(99)).unwrap();
    change(&file, &search, |s, tx| {
        s.put(tx, Kind::Fact, id(1), "the sauna is warm")?;
        s.remove(tx, Kind::Fact, id(1))
    })
    .await;
    let newest = file.read(|tx| vector::newest_rev(tx, Kind::Fact)).await.unwrap();
    for _ in 0..3 {
        file.write(|tx| vector::forget_gone(tx, Kind::Fact)).await.unwrap();
        assert_eq!(file.read(|tx| vector::newest_rev(tx, Kind::Fact)).await.unwrap(), newest);
    }
}
