//! Price lists with photos by address and in a zip, and from a table at Airtable.

use crate::doubles::photos::{Photos, png};
use crate::doubles::script::{Act, Seen, Stage};
use crate::harness::{self, TestApp};
use crate::intake::Parrot;
use serde_json::{Value, json};
use std::io::{Cursor, Write};
use std::sync::Arc;
use steward::app::media;
use steward::domain::house::item::Item;
use steward::domain::secret::Secret;
use steward::domain::time::Clock;
use steward::store::house::item::find_menu;
use zip::write::SimpleFileOptions;

const TOKEN: &str = "pat-test";

async fn open() -> TestApp {
    harness::open(Arc::new(Parrot)).await
}

async fn brings_in(t: &TestApp, mime: &str, bytes: Vec<u8>) -> Value {
    let url = format!("{}/api/v1/items/import/csv?file_name=menu", t.url);
    let sent = t.http.post(url).bearer_auth(&t.key).header("content-type", mime).body(bytes).send().await.unwrap();
    assert_eq!(sent.status(), 200);
    sent.json().await.unwrap()
}

async fn item(t: &TestApp, name: &'static str) -> Item {
    let all = t.read(|tx| find_menu(tx, None)).await.items;
    all.into_iter().find(|i| i.name == name).unwrap()
}

#[tokio::test]
async fn a_photo_is_fetched_once_and_a_bad_one_harms_no_row() {
    let (t, photos) = (open().await, Photos::open().await);
    t.app.net.trust_as(steward::net::trust::Named::AsPage, &photos.url);
    let at = &photos.url;
    let list = format!(
        "name,price,photo url\nMoi moi,500,{at}/rice.png\nAkara,300,{at}/rice.png\nEba,400,{at}/page.png\nAmala,450,{at}/large.png\nFufu,350,{at}/gone.png\nSuya,900,http://127.0.0.1:9/x.png\nZobo,200,zobo.png\nPuff,100,\n"
    );
    let done = brings_in(&t, "text/csv", list.clone().into_bytes()).await;
    assert_eq!((&done["created"], &done["failed"]), (&json!(8), &json!(0)), "{done}");
    let wrong: Vec<&str> = done["errors"].as_array().unwrap().iter().map(|e| e["text"].as_str().unwrap()).collect();
    assert_eq!(wrong, ["Eba", "Amala", "Fufu", "Suya", "Zobo"], "{done}");
    assert!(done["errors"].to_string().contains("private network"), "{done}");
    let photo = item(&t, "Moi moi").await.photo.unwrap();
    assert_eq!(media::read(&t.app, t.business.id, &photo).await.unwrap(), png(200));
    assert_eq!(item(&t, "Akara").await.photo.as_deref(), Some(photo.as_str()));
    assert!(item(&t, "Suya").await.photo.is_none());
    let asked = photos.asked().len();
    // What is here is not fetched again, and nothing changes.
    let again = brings_in(&t, "text/csv", format!("{list}\n").into_bytes()).await;
    assert_eq!((&again["created"], &again["updated"], &again["unchanged"]), (&json!(0), &json!(0), &json!(8)), "{again}");
    assert!(photos.asked()[asked..].iter().all(|name| name != "rice.png"), "{:?}", photos.asked());
}

#[tokio::test]
async fn a_zip_holds_the_list_and_its_photos() {
    let t = open().await;
    let mut w = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in
        [("shop/menu.csv", b"name,price,photo\nMoi moi,500,Moi.PNG\nEba,400,eba.png\n".to_vec()), ("shop/pics/moi.png", png(90))]
    {
        w.start_file(name, SimpleFileOptions::default()).unwrap();
        w.write_all(&bytes).unwrap();
    }
    let done = brings_in(&t, "application/zip", w.finish().unwrap().into_inner()).await;
    assert_eq!(done["created"], 2, "{done}");
    assert!(done["errors"].to_string().contains("no file of this name"), "{done}");
    let photo = item(&t, "Moi moi").await.photo.unwrap();
    assert_eq!(media::read(&t.app, t.business.id, &photo).await.unwrap(), png(90));
    let url = format!("{}/api/v1/items/import/csv", t.url);
    let sent = t.http.post(url).bearer_auth(&t.key).body(b"PK\x03\x04 but not really".to_vec()).send().await.unwrap();
    assert_eq!(sent.status(), 422);
}

fn check(seen: &Seen) -> Option<Act> {
    if seen.header("authorization") != format!("Bearer {TOKEN}") {
        return Some(Act::json(401, json!({ "error": { "type": "AUTHENTICATION_REQUIRED", "message": "Authentication required" } })));
    }
    let fits = seen.path.starts_with("/v0/appABC123/Menu%20list?pageSize=100");
    (!fits).then(|| Act::json(404, json!({ "error": "NOT_FOUND" })))
}

fn page(records: &Value, offset: Option<&str>) -> Act {
    let all: Vec<Value> =
        records.as_array().unwrap().iter().map(|f| json!({ "id": "rec1", "createdTime": "2026-01-01", "fields": f })).collect();
    let mut body = json!({ "records": all });
    if let Some(o) = offset {
        body["offset"] = json!(o);
    }
    Act::json(200, body)
}

async fn with_airtable(acts: Vec<Act>, token: &str) -> (TestApp, Stage) {
    let stage = Stage::open(acts, check).await;
    let (url, token) = (stage.url.clone(), Secret::new(token));
    let t = harness::open_with(Arc::new(Parrot), Clock::starting_at(harness::noon()), |c| {
        c.airtable.base_url = url;
        c.airtable.token = token;
    })
    .await;
    (t, stage)
}

async fn from_airtable(t: &TestApp, table: &str) -> (u16, Value) {
    let url = format!("{}/api/v1/items/import/airtable", t.url);
    let sent = t.http.post(url).bearer_auth(&t.key).json(&json!({ "base": "appABC123", "table": table })).send().await.unwrap();
    (sent.status().as_u16(), sent.json().await.unwrap())
}

#[tokio::test]
async fn a_table_is_read_page_by_page_as_slowly_as_airtable_asks_and_again_it_updates() {
    let busy = Act::json(429, json!({ "errors": [{ "error": "RATE_LIMIT_REACHED" }] })).with("retry-after", "0");
    let acts = vec![
        page(&json!([{ "Name": "Moi moi", "Price": 500, "Available": true }]), Some("itr1/rec1")),
        busy,
        page(&json!([{ "Name": "Eba", "Price": 400.5 }, {}]), None),
        page(&json!([{ "Name": "Moi moi", "Price": 550, "Available": true }, { "Name": "Eba", "Price": 400.5 }]), None),
    ];
    let (t, stage) = with_airtable(acts, TOKEN).await;
    let (status, done) = from_airtable(&t, "Menu list").await;
    assert_eq!((status, &done["created"], &done["failed"]), (200, &json!(2), &json!(0)), "{done}");
    assert!(stage.seen()[1].path.ends_with("&offset=itr1%2Frec1") && stage.seen()[2].path == stage.seen()[1].path);
    assert_eq!((item(&t, "Moi moi").await.price_minor, item(&t, "Eba").await.available), (50_000, false));
    let (_, again) = from_airtable(&t, " Menu list").await;
    assert_eq!((&again["updated"], &again["unchanged"], &again["created"]), (&json!(1), &json!(1), &json!(0)), "{again}");
    assert_eq!(item(&t, "Moi moi").await.price_minor, 55_000);
}

#[tokio::test]
async fn what_airtable_refuses_is_said_in_a_sentence() {
    let (t, stage) = with_airtable(vec![], "another").await;
    let (status, told) = from_airtable(&t, "Menu list").await;
    assert!(status == 409 && told.to_string().contains("does not accept AIRTABLE_TOKEN"), "{status} {told}");
    let (t2, _stage) = with_airtable(vec![], TOKEN).await;
    let (status, told) = from_airtable(&t2, "Other").await;
    assert!(status == 422 && told.to_string().contains("no such base or table"), "{status} {told}");
    assert_eq!((from_airtable(&t2, "..").await.0, stage.times()), (422, 1));
    let t3 = open().await;
    let (status, told) = from_airtable(&t3, "Menu list").await;
    assert!(status == 409 && told.to_string().contains("Set AIRTABLE_TOKEN"), "{status} {told}");
}
