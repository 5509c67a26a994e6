//! Bookings over the real server: a time is given once however many ask, clocks that jump, rules, the waitlist, calendars.

use crate::harness::{self, TestApp, noon};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;
use steward::domain::id::Id;
use steward::domain::reception::booking::BookingStatus;
use steward::domain::reception::policy::Policy;
use steward::domain::reception::resource::{Resource, ResourceKind};
use steward::domain::time::Time;
use steward::providers::llm::builtin::BuiltIn;
use steward::services::reception::desk;
use steward::store::file::File;
use steward::store::meta;
use steward::store::reception::booking;

const ADA: &str = "2348031234567";

pub fn thing(now: Time, name: &str, kind: ResourceKind, seats: i64) -> Resource {
    Resource {
        id: Id::new(now),
        name: name.into(),
        kind,
        seats_min: 1,
        seats_max: seats,
        units: 1,
        area: "Inside".into(),
        combines: false,
        minutes: 90,
        pause_min: 0,
        hours: None,
        active: true,
    }
}

/// One table for four, so that everybody wants the same.
async fn open() -> TestApp {
    let t = harness::open(Arc::new(BuiltIn::new())).await;
    one_table(&t.file(), "Africa/Lagos").await;
    t
}

async fn one_table(file: &File, zone: &'static str) {
    file.write(move |tx| {
        let mut p = meta::find_profile(tx)?;
        p.time_zone = zone.into();
        meta::update_profile(tx, &p)?;
        desk::save_policy(tx, &Policy { terms: String::new(), ..Policy::default() })?;
        let table = thing(tx.now, "Table 1", ResourceKind::Table, 4);
        desk::save_resource(tx, &table)
    })
    .await
    .unwrap();
}

impl TestApp {
    async fn send(&self, method: reqwest::Method, path: &str, body: Value) -> (StatusCode, Value) {
        let r = self.http.request(method, format!("{}/api/v1/{path}", self.url)).bearer_auth(&self.key);
        let r = if body.is_null() { r } else { r.json(&body) };
        let answer = r.send().await.unwrap();
        (answer.status(), answer.json().await.unwrap_or(Value::Null))
    }
    async fn book(&self, phone: &str, start: &str, party: i64) -> (StatusCode, Value) {
        let body = json!({ "contact": { "phone": phone }, "name": "Guest", "starts_at": start, "party": party });
        self.send(reqwest::Method::POST, "bookings", body).await
    }
    async fn patch(&self, id: &Value, body: Value) -> (StatusCode, Value) {
        self.send(reqwest::Method::PATCH, &format!("bookings/{}", id.as_str().unwrap()), body).await
    }
}

fn phone(n: usize) -> String {
    format!("+23480300{n:05}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_at_once_get_one_table() {
    let t = open().await;
    for round in 0..3 {
        let start = format!("2026-11-{}T20:00", 24 + round);
        let asked = futures_util::future::join_all((0..50).map(|n| {
            let (t, start) = (&t, start.clone());
            async move { t.book(&phone(round * 100 + n), &start, 4).await }
        }));
        let answers = asked.await;
        let made = answers.iter().filter(|(s, _)| *s == StatusCode::CREATED).count();
        let full: Vec<_> = answers.iter().filter(|(s, _)| *s == StatusCode::CONFLICT).collect();
        assert_eq!((made, full.len()), (1, 49), "one table, nobody lost");
        assert!(full.iter().all(|(_, b)| b["detail"].as_str().unwrap().contains("Nearest: 2026-11-")), "{:?}", full[0]);
    }
}

#[tokio::test]
async fn the_same_key_books_once() {
    let t = open().await;
    let body = json!({ "contact": { "phone": phone(1) }, "starts_at": "2026-11-24T20:00", "party": 2 });
    let mut ids = Vec::new();
    for _ in 0..2 {
        let r = t.http.post(format!("{}/api/v1/bookings", t.url)).bearer_auth(&t.key).header("idempotency-key", "k1").json(&body);
        let answer = r.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
        ids.push(answer.json::<Value>().await.unwrap()["id"].clone());
    }
    assert_eq!(ids[0], ids[1]);
    assert_eq!(t.read(|tx| booking::list_bookings(tx, None, None, 9)).await.len(), 1);
}

#[tokio::test]
async fn what_cannot_be_says_why_and_what_can() {
    let t = open().await;
    for (start, party, says) in [
        ("2026-11-20T20:00", 2, "passed"),
        ("2026-11-24T20:00", 400, "At most 4 people"),
        ("2026-11-24T20:00", 0, "at least one"),
        ("2026-11-24T23:30", 2, "08:00 to 22:00"),
        ("2026-11-24T20:05", 2, "every 15 minutes"),
        ("2029-11-24T20:00", 2, "180 days"),
        ("yesterday", 2, "business's clock"),
    ] {
        let (status, body) = t.book(&phone(1), start, party).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{start}: {body}");
        let told = body["detail"].as_str().unwrap();
        assert!(told.contains(says), "{start}: {told}");
        assert!(
            told.contains("Nearest: 2026-1") || told.contains("2029") || start == "yesterday" || start.starts_with("2029"),
            "{start}: {told}"
        );
    }
    assert!(t.read(|tx| booking::list_bookings(tx, None, None, 9)).await.is_empty(), "nothing half stored");
}

#[tokio::test]
async fn clocks_that_jump() {
    let t = open().await;
    let file = t.file();
    one_hour_of_madrid(&file).await;
    let (status, body) = t.book(&phone(1), "2027-03-28T02:30", 2).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        body["detail"].as_str().unwrap().contains("clocks go forward") && body["detail"].as_str().unwrap().contains("2027-03-28T03:30"),
        "{body}"
    );
    let (status, body) = t.book(&phone(1), "2027-03-28T03:30", 2).await;
    assert_eq!((status, body["starts_at"].as_str().unwrap()), (StatusCode::CREATED, "2027-03-28T01:30:00.000Z"));
}

async fn one_hour_of_madrid(file: &File) {
    file.write(|tx| {
        let mut p = meta::find_profile(tx)?;
        p.time_zone = "Europe/Madrid".into();
        p.hours = steward::domain::house::hours::Hours::daily(0, 1440);
        meta::update_profile(tx, &p)
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_booking_moves_and_ends() {
    let t = open().await;
    t.says(ADA, "hello").await;
    let (_, made) = t.book(&format!("+{ADA}"), "2026-11-24T20:00", 2).await;
    t.settle().await;
    let told = t.sent_to(ADA);
    assert!(told.last().unwrap().contains("Tuesday 24 November, 20:00"), "{told:?}");
    let id = made["id"].clone();
    let (status, moved) = t.patch(&id, json!({ "starts_at": "2026-11-24T20:30", "party": 3 })).await;
    assert_eq!((status, moved["local_start"].as_str().unwrap(), moved["party"].as_i64()), (StatusCode::OK, "2026-11-24T20:30", Some(3)));
    let (status, _) = t.patch(&id, json!({ "party": 40 })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (_, again) = t.send(reqwest::Method::GET, &format!("bookings/{}", id.as_str().unwrap()), Value::Null).await;
    assert_eq!(again["party"], 3, "what does not fit changes nothing");
    let before = t.sent_to(ADA).len();
    let (status, gone) = t.patch(&id, json!({ "status": "cancelled", "reason": "The oven broke." })).await;
    assert_eq!((status, gone["status"].as_str().unwrap()), (StatusCode::OK, "cancelled"));
    t.patch(&id, json!({ "status": "cancelled" })).await;
    t.settle().await;
    let news = t.sent_to(ADA).split_off(before);
    assert_eq!(news.iter().filter(|n| n.contains("The oven broke.")).count(), 1, "{news:?}");
    assert_eq!(t.book(&phone(7), "2026-11-24T20:30", 4).await.0, StatusCode::CREATED, "its place is free");
    assert_eq!(t.patch(&id, json!({ "status": "confirmed" })).await.0, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_reminder_comes_once_and_only_within_whatsapps_window() {
    let t = open().await;
    t.says(ADA, "hello").await;
    t.book(&format!("+{ADA}"), "2026-11-21T20:00", 2).await;
    t.book(&format!("+{ADA}"), "2026-11-25T20:00", 2).await;
    t.settle().await;
    let before = t.sent_to(ADA).len();
    for _ in 0..10 {
        t.pass_ms(3_600_000).await;
    }
    let news = t.sent_to(ADA).split_off(before);
    assert_eq!(news.iter().filter(|n| n.contains("reminder")).count(), 1, "{news:?}");
    t.pass_ms(5 * 86_400_000).await;
    let later = t.sent_to(ADA).split_off(before);
    assert_eq!(later.len(), 1, "the 24 hours are over: {later:?}");
}

#[tokio::test]
async fn who_waits_is_offered_what_becomes_free() {
    let t = open().await;
    t.says(ADA, "hello").await;
    let (_, first) = t.book(&phone(1), "2026-11-24T20:00", 4).await;
    let body = json!({ "contact": { "phone": format!("+{ADA}") }, "starts_at": "2026-11-24T20:00", "party": 4, "waitlist": true });
    let (status, waits) = t.send(reqwest::Method::POST, "bookings", body).await;
    assert_eq!((status, waits["waiting"]["state"].as_str()), (StatusCode::CREATED, Some("waiting")), "{waits}");
    let before = t.sent_to(ADA).len();
    t.patch(&first["id"], json!({ "status": "cancelled" })).await;
    t.settle().await;
    let news = t.sent_to(ADA).split_off(before);
    assert!(news.len() == 1 && news[0].contains("Good news"), "{news:?}");
    assert_eq!(t.book(&phone(2), "2026-11-24T20:00", 4).await.0, StatusCode::CONFLICT, "it is kept");
    t.pass_ms(31 * 60_000).await;
    assert_eq!(t.book(&phone(2), "2026-11-24T20:00", 4).await.0, StatusCode::CREATED, "and given up when nobody answers");
    let told = t.sent_to(ADA).pop().unwrap();
    assert!(told.contains("could not keep"), "{told}");
}

#[tokio::test]
async fn calendars_of_two_businesses() {
    let t = open().await;
    let (_, made) = t.book(&phone(1), "2026-11-24T20:00", 2).await;
    let token = t.file().write(desk::feed_token).await.unwrap();
    let other = harness::add_business(&t.app, "Other", "100200300").await;
    let feed = |business: Id, token: String| {
        let t = &t;
        async move { t.http.get(format!("{}/api/v1/bookings/feed.ics?token={business}.{token}", t.url)).send().await.unwrap() }
    };
    let answer = feed(t.business.id, token.clone()).await;
    assert_eq!(answer.headers()["content-type"], "text/calendar; charset=utf-8");
    let text = answer.text().await.unwrap();
    assert!(text.contains("DTSTART:20261124T190000Z\r\n"), "{text}");
    assert_eq!(feed(other.id, token.clone()).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(feed(t.business.id, "x".repeat(32)).await.status(), StatusCode::NOT_FOUND);
    t.file().write(desk::new_feed_token).await.unwrap();
    assert_eq!(feed(t.business.id, token).await.status(), StatusCode::NOT_FOUND, "the old address is shut");
    let link = made["calendar_url"].as_str().unwrap();
    let path = &link[link.find("/b/").unwrap()..];
    let own = t.http.get(format!("{}{path}", t.url)).send().await.unwrap();
    assert_eq!(own.status(), StatusCode::OK);
    assert!(own.text().await.unwrap().contains("BEGIN:VEVENT"));
    let elsewhere = t.http.get(format!("{}{}", t.url, path.replace(&t.business.slug, &other.slug))).send().await.unwrap();
    assert_eq!(elsewhere.status(), StatusCode::NOT_FOUND);
    let id: Id = made["id"].as_str().unwrap().parse().unwrap();
    let found = t.app.store.business(other.id).unwrap().read(move |tx| booking::find_booking(tx, id)).await;
    assert!(found.is_err(), "another business has no such booking");
}

#[tokio::test]
async fn availability_of_a_day() {
    let t = open().await;
    let (_, free) = t.send(reqwest::Method::GET, "bookings/availability?date=2026-11-24&party=2", Value::Null).await;
    assert_eq!(free["slots"].as_array().unwrap().len(), 51, "08:00 to 20:30 every quarter");
    t.book(&phone(1), "2026-11-24T12:00", 2).await;
    let (_, free) = t.send(reqwest::Method::GET, "bookings/availability?date=2026-11-24&party=2", Value::Null).await;
    let starts: Vec<&str> = free["slots"].as_array().unwrap().iter().map(|s| s["local_start"].as_str().unwrap()).collect();
    assert!(!starts.contains(&"2026-11-24T12:00") && !starts.contains(&"2026-11-24T10:45") && starts.contains(&"2026-11-24T10:30"));
    let (_, none) = t.send(reqwest::Method::GET, "bookings/availability?date=2026-11-24&party=40", Value::Null).await;
    assert!(none["reason"].as_str().unwrap().contains("At most 4") && !none["nearest"].as_array().unwrap().is_empty());
    assert!(noon() < t.app.clock().now().plus_ms(1));
    let (_, list) = t.send(reqwest::Method::GET, "bookings?from=2026-11-24", Value::Null).await;
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(list["items"][0]["status"], BookingStatus::Confirmed.as_str());
}
