//! Price lists and the item's form while the shop sells; imports that were cut off; files that nobody needs any more.

use crate::harness::{self, TestApp};
use crate::pages::Browser;
use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Wake};
use steward::app::{App, businesses, catalogue, media};
use steward::config::Config;
use steward::domain::house::business::{Profile, Template};
use steward::domain::house::item::Item;
use steward::domain::house::member::Role;
use steward::domain::id::Id;
use steward::domain::money::Currency;
use steward::domain::time::Clock;
use steward::jobs;
use steward::providers::llm::builtin::BuiltIn;
use steward::services::house::import;
use steward::store::house::import::{Import, find_import};
use steward::store::house::item as items;
use tokio::sync::Notify;

async fn open() -> TestApp {
    harness::open(Arc::new(BuiltIn::new())).await
}

async fn coke(t: &TestApp) -> Item {
    t.read(|tx| items::list_items(tx, "Coke", "", 1)).await.remove(0)
}

/// Rings when a future wants to be polled again.
#[derive(Default)]
struct Rings(Notify);

impl Wake for Rings {
    fn wake(self: Arc<Self>) {
        self.0.notify_one();
    }
}

async fn begun(t: &TestApp, list: &'static str) -> (Import, steward::domain::house::catalogue_csv::Sheet) {
    let sheet = catalogue::read(list.as_bytes(), Currency::NGN).unwrap().without_photos();
    t.file().write(move |tx| Ok((import::begin(tx, "list.csv", "", false, &sheet)?, sheet))).await.unwrap()
}

#[tokio::test]
async fn what_is_sold_while_a_list_comes_in_stays_sold() {
    let t = open().await;
    let (x, sheet) = begun(&t, "sku,name,price\ncoke,Coke,700\nmeat-pie,Meat pie,950\n").await;
    let file = t.file();
    let mut run = std::pin::pin!(import::run(&file, x, sheet));
    let rings = Arc::new(Rings::default());
    // It looks which items there are; before it writes them, the shop sells, and takes one out.
    assert!(run.as_mut().poll(&mut Context::from_waker(&rings.clone().into())).is_pending());
    rings.0.notified().await;
    let (coke_id, pie) = (coke(&t).await.id, t.read(|tx| items::list_items(tx, "Meat pie", "", 1)).await.remove(0));
    t.file()
        .write(move |tx| {
            items::take_stock(tx, coke_id, 3)?;
            items::upsert_item(tx, &Item { available: false, ..pie })
        })
        .await
        .unwrap();
    let done = run.await.unwrap();
    assert_eq!((done.outcome.changed, done.outcome.added, done.failed), (2, 0, 0));
    let left = coke(&t).await;
    assert_eq!((left.price_minor, left.stock), (70_000, Some(7)));
    let pie = t.read(|tx| items::list_items(tx, "Meat pie", "", 1)).await.remove(0);
    assert_eq!((pie.price_minor, pie.stock, pie.available), (95_000, Some(3), false));
}

#[tokio::test]
async fn what_a_list_says_of_the_stock_is_set_and_what_was_taken_out_comes_back_by_its_code() {
    let t = open().await;
    let id = coke(&t).await.id;
    t.file().write(move |tx| items::delete_item(tx, id)).await.unwrap();
    let (x, sheet) = begun(&t, "sku,name,price,stock\ncoke,Coke,700,24\n,Meat pie,950,\n,Zobo,300,\n").await;
    let done = import::run(&t.file(), x, sheet).await.unwrap();
    assert_eq!((done.outcome.changed, done.outcome.added), (1, 2));
    let back = coke(&t).await;
    assert_eq!((back.id, back.stock), (id, Some(24)));
}

impl Browser {
    /// Sends an item's form as it was shown, with these fields typed anew; a box is ticked with "on" and not with "".
    async fn saves(&self, t: &TestApp, id: Id, typed: &[(&str, &str)], shown: &[(String, String)]) {
        let mut form = reqwest::multipart::Form::new();
        for (name, value) in shown {
            let value = typed.iter().find(|(n, _)| n == name).map_or(value.as_str(), |(_, v)| *v);
            if !(name == "available" && value.is_empty()) {
                form = form.text(name.clone(), value.to_owned());
            }
        }
        let sent = t.http.post(format!("{}/app/catalogue/{id}", t.url)).header("cookie", self.cookie()).multipart(form);
        let answer = sent.send().await.unwrap();
        assert!(answer.url().path() == "/app/catalogue", "{}", answer.text().await.unwrap());
    }
}

/// The fields of an item's form as a browser would send them.
async fn form_of(b: &Browser, id: Id) -> Vec<(String, String)> {
    let (_, html) = b.get(&format!("/app/catalogue/{id}")).await;
    let form = html.split("<form class=\"cols\"").nth(1).unwrap().split("</form>").next().unwrap();
    let mut out = Vec::new();
    for tag in form.split('<').filter(|t| t.starts_with("input") || t.starts_with("textarea")) {
        let of = |name: &str| tag.split(&format!(" {name}=\"")).nth(1).and_then(|v| v.split('"').next()).map(str::to_owned);
        let Some(name) = of("name").filter(|n| n != "photo" && n != "remove_photo") else { continue };
        if tag.contains("type=\"checkbox\"") && !tag.contains(" checked") {
            continue;
        }
        let words = if tag.starts_with("textarea") { tag.split_once('>').map(|(_, w)| w.to_owned()) } else { of("value") };
        out.push((name, words.unwrap_or_default()));
    }
    out
}

#[tokio::test]
async fn a_form_sets_the_stock_only_when_somebody_typed_one() {
    let t = open().await;
    let (b, id) = (Browser::of(&t, Role::Owner).await, coke(&t).await.id);
    let shown = form_of(&b, id).await;
    t.file().write(move |tx| items::take_stock(tx, id, 3)).await.unwrap();
    b.saves(&t, id, &[("description", "Cold.")], &shown).await;
    let kept = coke(&t).await;
    assert_eq!((kept.stock, kept.description.as_str(), kept.available), (Some(7), "Cold.", true));
    // Somebody counted.
    let shown = form_of(&b, id).await;
    t.file().write(move |tx| items::take_stock(tx, id, 1)).await.unwrap();
    b.saves(&t, id, &[("stock", "12"), ("available", "")], &shown).await;
    let counted = coke(&t).await;
    assert_eq!((counted.stock, counted.available), (Some(12), false));
    // It is back by the list's switch while the form of before is still open.
    let shown = form_of(&b, id).await;
    t.file().write(move |tx| items::upsert_item(tx, &Item { available: true, ..items::find_item(tx, id)? })).await.unwrap();
    b.saves(&t, id, &[("description", "Very cold."), ("stock", "")], &shown).await;
    let back = coke(&t).await;
    assert_eq!((back.available, back.stock), (true, None), "empty is typed too");
}

#[tokio::test]
async fn an_import_that_was_cut_off_ends_at_the_next_start() {
    let dir = tempfile::tempdir().unwrap();
    let app = App::open(Config::for_testing(dir.path()), Clock::starting_at(harness::noon())).await.unwrap();
    let b = businesses::create(&app, "Mama Put", None, Template::Restaurant, Profile::default()).await.unwrap();
    let file = app.store.business(b.id).unwrap();
    let (x, tried) = file
        .write(|tx| {
            let sheet = catalogue::read(b"name,price\nZobo,300\n", Currency::NGN)?.without_photos();
            Ok((import::begin(tx, "list.csv", "", false, &sheet)?, import::begin(tx, "list.csv", "", true, &sheet)?))
        })
        .await
        .unwrap();
    jobs::start(&app, Arc::new(BuiltIn::new())).await.unwrap();
    for (id, says) in [(x.id, "bring the file in again"), (tried.id, "Choose the file again")] {
        let x = file.read(move |tx| find_import(tx, id)).await.unwrap();
        assert_eq!(x.state, "failed");
        assert!(x.ended_at.is_some() && x.outcome.stopped.contains(says), "{}", x.outcome.stopped);
    }
}

#[tokio::test]
async fn files_of_lists_are_kept_for_a_day() {
    let t = open().await;
    let (old, list) = ("name,price\nZobo,300\n", "name,price\nKunu,200\n");
    let b = Browser::of(&t, Role::Owner).await;
    let tried = async |name: &str, text: &str| {
        let (status, to) = b.upload("/app/catalogue/import", name, text).await;
        assert_eq!(status, 303, "{to}");
        let id: Id = to.rsplit('/').next().unwrap().parse().unwrap();
        t.settle().await;
        loop {
            let x = t.read(move |tx| find_import(tx, id)).await;
            if x.state == "done" {
                return x;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    let (first, second) = (tried("old.csv", old).await, tried("list.csv", list).await);
    t.pass_ms(23 * 3_600_000).await;
    let again = tried("again.csv", list).await;
    assert_eq!(again.outcome.file, second.outcome.file);
    t.pass_ms(7 * 3_600_000).await;
    assert!(media::read(&t.app, t.business.id, &first.outcome.file).await.is_err(), "it was tried and left");
    assert!(media::read(&t.app, t.business.id, &again.outcome.file).await.is_ok(), "it was tried again since");
    let run = |x: &Import| format!("/app/catalogue/import/{}/run", x.id);
    assert_eq!(b.post(&run(&first), &[("key", "k1")]).await, 409);
    assert_eq!(b.post(&run(&again), &[("key", "k2")]).await, 303);
}
