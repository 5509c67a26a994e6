//! Bookings by chat, beside the same wishes over the API; and a server that is killed while it books.

use crate::bookings::thing;
use crate::harness::{self, TestApp};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use steward::app::App;
use steward::config::Config;
use steward::domain::house::member::Role;
use steward::domain::reception::booking::{Booking, BookingStatus};
use steward::domain::reception::resource::ResourceKind;
use steward::domain::time::Clock;
use steward::providers::llm::builtin::BuiltIn;
use steward::services::house::member;
use steward::services::reception::{booking as bookings, desk};
use steward::store::reception::{booking, resource, waitlist};

const ADA: &str = "2348031234567";
const BAYO: &str = "2348039999999";

async fn open() -> TestApp {
    open_at(Some("http://steward.test")).await
}

/// A server that knows how the world reaches it, or does not.
async fn open_at(public_url: Option<&str>) -> TestApp {
    let public_url = public_url.map(str::to_owned);
    let clock = steward::domain::time::Clock::starting_at(harness::noon());
    let t = harness::open_with(Arc::new(BuiltIn::new()), clock, |c| c.server.public_url = public_url).await;
    t.file().write(|tx| desk::save_resource(tx, &thing(tx.now, "Table 1", ResourceKind::Table, 4))).await.unwrap();
    t
}

async fn all(t: &TestApp) -> Vec<Booking> {
    t.read(|tx| booking::list_bookings(tx, None, None, 200)).await
}

/// One round: as many by chat as over the API want the last table at once.
async fn round(t: &TestApp, n: usize, each: usize) {
    let day = 24 + n % 6;
    let time = format!("{:02}:00", 12 + 2 * (n / 6));
    let chat = (0..each).map(|i| {
        let body = json!({ "contact": { "phone": format!("+23480{n:03}{i:05}"), "name": format!("Guest {i}") },
            "text": format!("Please book a table for 4 on {day} November 2026 at {time}") });
        let r = t.http.post(format!("{}/api/v1/chat/messages", t.url)).bearer_auth(&t.key).json(&body);
        async move {
            let a = r.send().await.unwrap();
            (a.status().as_u16(), a.json::<Value>().await.unwrap())
        }
    });
    let rest = (0..each).map(|i| {
        let body = json!({ "contact": { "phone": format!("+23481{n:03}{i:05}") }, "name": "Guest", "starts_at": format!("2026-11-{day}T{time}"), "party": 4 });
        let r = t.http.post(format!("{}/api/v1/bookings", t.url)).bearer_auth(&t.key).json(&body);
        async move { r.send().await.unwrap().status().as_u16() }
    });
    let before = all(t).await.len();
    let (said, made) = tokio::join!(futures_util::future::join_all(chat), futures_util::future::join_all(rest));
    assert_eq!(all(t).await.len(), before + 1, "round {n}: one booking");
    let told = |s: &Value| s["reply"].as_str().or_else(|| s["reply"]["text"].as_str()).unwrap_or_default().to_owned();
    let booked = said.iter().filter(|(_, s)| told(s).contains("is booked")).count() + made.iter().filter(|s| **s == 201).count();
    assert_eq!(booked, 1, "round {n}: one is told so: {made:?} {:?}", said.iter().map(|(_, s)| told(s)).collect::<Vec<_>>());
    let answered = said.iter().filter(|(s, b)| *s == 200 && (told(b).contains("is booked") || told(b).contains("fully booked"))).count();
    assert_eq!(answered, each, "round {n}: nobody is lost by chat: {said:?}");
    assert_eq!(made.iter().filter(|s| matches!(s, 201 | 409)).count(), each, "round {n}: nobody is lost over the API: {made:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_table_by_chat_and_over_the_api() {
    let t = open().await;
    for n in 0..2 {
        round(&t, n, 25).await;
    }
}

/// A hundred rounds: `cargo nextest run a_hundred_rounds --run-ignored only`.
#[ignore = "takes a minute"]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_rounds() {
    let mut t = open().await;
    let business = t.business.id;
    t.file()
        .write(|tx| {
            let mut p = resource::find_policy(tx)?;
            p.horizon_days = 400;
            desk::save_policy(tx, &p)
        })
        .await
        .unwrap();
    for n in 0..100 {
        if n > 0 && n % 24 == 0 {
            // One key may call 3,000 times a minute.
            let made = t.app.store.control_write(move |tx| Ok(member::add_key(tx, business, &format!("round {n}"), Role::Owner)?.1));
            t.key = made.await.unwrap();
            for b in all(&t).await {
                t.file()
                    .write(move |tx| {
                        bookings::set_status(tx, b.id, BookingStatus::Cancelled, "", &steward::domain::house::member::Actor::Steward)
                    })
                    .await
                    .unwrap();
            }
        }
        round(&t, n % 24, 25).await;
    }
}

#[tokio::test]
async fn a_server_that_does_not_know_its_address_sends_no_link_to_nowhere() {
    let t = open_at(None).await;
    let said = t.says(ADA, "Good afternoon, can I reserve a table for 3 on Tuesday at half past seven in the evening?").await.join("\n");
    assert!(said.contains("Tuesday 24 November, 19:30") && !said.contains("http") && !said.contains(".ics"), "{said}");
    let b = all(&t).await.remove(0);
    let address = t.read(move |tx| steward::services::reception::notice::address(tx, &b)).await.unwrap();
    assert!(address.starts_with("/b/"), "owners and programs still have its path: {address}");
    assert_eq!(t.http.get(format!("{}{address}", t.url)).send().await.unwrap().status().as_u16(), 200);
}

#[tokio::test]
async fn a_guest_books_changes_and_cancels_by_chat() {
    let t = open().await;
    let said = t.says(ADA, "Good afternoon, can I reserve a table for 3 on Tuesday at half past seven in the evening?").await.join("\n");
    assert!(said.contains("Tuesday 24 November, 19:30") && said.contains(".ics"), "{said}");
    let b = all(&t).await.remove(0);
    assert_eq!((b.party, b.name.as_str(), b.status), (3, "Ada", BookingStatus::Confirmed));
    let link = said.lines().find_map(|l| l.split_once("http").map(|(_, r)| format!("http{r}"))).unwrap();
    let file = t.http.get(format!("{}{}", t.url, &link[link.find("/b/").unwrap()..])).send().await.unwrap();
    assert!(file.text().await.unwrap().contains("DTSTART:20261124T183000Z"));
    let said = t.says(ADA, "please change it to 8pm").await.join("\n");
    assert!(said.contains("20:00"), "{said}");
    for text in ["cancel booking 101", "yes"] {
        let said = t.says(BAYO, text).await.join("\n");
        assert!(!said.contains("20:00") && !said.contains("24 November"), "{said}");
    }
    assert_eq!(all(&t).await[0].status, BookingStatus::Confirmed, "nobody cancels another's booking");
    t.says(ADA, "I need to cancel my booking").await;
    let said = t.says(ADA, "yes").await.join("\n");
    assert!(said.contains("cancelled"), "{said}");
    assert_eq!(all(&t).await[0].status, BookingStatus::Cancelled);
}

#[tokio::test]
async fn full_then_waitlist_then_a_place_by_chat() {
    let t = open().await;
    t.says(ADA, "book a table for 4 on Tuesday at 8pm").await;
    let said = t.says(BAYO, "book a table for 4 on Tuesday at 8pm").await.join("\n");
    assert!(said.contains("fully booked") && said.contains("waitlist"), "{said}");
    let said = t.says(BAYO, "waitlist please").await.join("\n");
    assert!(said.contains("on the waitlist"), "{said}");
    t.says(ADA, "cancel my booking").await;
    let before = t.sent_to(BAYO).len();
    t.says(ADA, "yes").await;
    let news = t.sent_to(BAYO).split_off(before);
    assert!(news.len() == 1 && news[0].contains("Good news"), "{news:?}");
    let said = t.says(BAYO, "yes").await.join("\n");
    assert!(said.contains("is booked"), "{said}");
    let open: Vec<_> = all(&t).await.into_iter().filter(|b| b.status == BookingStatus::Confirmed).collect();
    assert_eq!(open.len(), 1);
    let waits = t.read(move |tx| waitlist::list_waiting_of(tx, open[0].contact_id)).await;
    assert!(waits.is_empty(), "they wait no more");
}

struct Process {
    child: Child,
    url: String,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn serve(dir: &Path, place: Option<&str>) -> Process {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut c = Command::new(env!("CARGO_BIN_EXE_steward"));
    c.env_clear().env("STEWARD_DATA", dir).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    c.args(["serve", "--listen", &format!("127.0.0.1:{port}")]);
    if let Some(place) = place {
        c.env("STEWARD_BREAK_AT", place);
    }
    let process = Process { child: c.spawn().unwrap(), url: format!("http://127.0.0.1:{port}") };
    for _ in 0..400 {
        if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            return process;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the server did not start");
}

#[tokio::test]
async fn killed_while_booking_leaves_nothing_half_made() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    for place in ["booking.pieces_taken", "booking.before_commit"] {
        let dir = tempfile::tempdir().unwrap();
        let key = {
            let app = App::open(Config::for_testing(dir.path()), Clock::System).await.unwrap();
            let b = harness::add_business(&app, "Mama Put", "100200300").await;
            app.store
                .business(b.id)
                .unwrap()
                .write(|tx| desk::save_resource(tx, &thing(tx.now, "Table 1", ResourceKind::Table, 4)))
                .await
                .unwrap();
            app.store.control_write(move |tx| member::add_key(tx, b.id, "test", Role::Owner)).await.unwrap().1
        };
        let start = jiff::Timestamp::from_millisecond(Clock::System.now().millis())
            .unwrap()
            .to_zoned(jiff::tz::TimeZone::get("Africa/Lagos").unwrap())
            .date()
            .tomorrow()
            .unwrap()
            .to_string()
            + "T20:00";
        let http = reqwest::Client::builder().build().unwrap();
        let book = |url: String, phone: &'static str| {
            let body = json!({ "contact": { "phone": phone }, "name": "Ada", "starts_at": start, "party": 4 });
            http.post(format!("{url}/api/v1/bookings")).bearer_auth(&key).header("idempotency-key", phone).json(&body).send()
        };
        let p = serve(dir.path(), Some(place)).await;
        assert!(book(p.url.clone(), "+2348031234567").await.is_err(), "{place}: it died");
        drop(p);
        let p = serve(dir.path(), None).await;
        assert_eq!(book(p.url.clone(), "+2348031234567").await.unwrap().status(), 201, "{place}: the same wish again");
        assert_eq!(book(p.url.clone(), "+2348031234567").await.unwrap().status(), 201, "{place}: the same answer again");
        assert_eq!(book(p.url.clone(), "+2348039999999").await.unwrap().status(), 409, "{place}: and it is taken");
        drop(p);
        let app = App::open(Config::for_testing(dir.path()), Clock::System).await.unwrap();
        let id = app.directory().businesses().next().unwrap().id;
        let made = app.store.business(id).unwrap().read(|tx| booking::list_bookings(tx, None, None, 9)).await.unwrap();
        assert_eq!(made.len(), 1, "{place}");
    }
}
