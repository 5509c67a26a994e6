//! The real process is killed at every named place between a webhook and its reply. Whatever the place, nothing is
//! lost and nothing is sent twice.

use crate::doubles::meta::{Meta, NUMBER, TOKEN};
use crate::doubles::openai;
use crate::doubles::script::Stage;
use crate::harness::{APP_SECRET, VERIFY, count_jobs, text_hook};
use serde_json::Value;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use steward::app::App;
use steward::channels::signature;
use steward::config::Config;
use steward::domain::house::message::{Author, Delivery, Message};
use steward::domain::secret::Secret;
use steward::domain::time::Clock;
use steward::store::house::conversation::{Which, list_conversations};
use steward::store::house::message::list_messages;
use steward::telemetry::breakpoint::{PLACES, READING_PLACES};

const ADA: &str = "2348031234567";

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

fn steward(dir: &Path) -> Command {
    let mut c = Command::new(env!("CARGO_BIN_EXE_steward"));
    c.env_clear().env("STEWARD_DATA", dir).env("RUST_LOG", "warn").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    c
}

/// A server with one number on Meta's double and, when there is one, a model; it dies at `place`.
async fn start(dir: &Path, meta: &Meta, model: Option<&Stage>, place: Option<&str>) -> Process {
    // Whoever was first has installed it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}");
    let mut c = steward(dir);
    c.args(["serve", "--listen", &format!("127.0.0.1:{port}")]);
    c.envs([
        ("WHATSAPP_TOKEN", TOKEN),
        ("WHATSAPP_PHONE_NUMBER_ID", NUMBER),
        ("WHATSAPP_APP_SECRET", APP_SECRET),
        ("WHATSAPP_VERIFY_TOKEN", VERIFY),
    ]);
    c.env("WHATSAPP_BASE_URL", &meta.url);
    if let Some(m) = model {
        c.envs([("OPENAI_API_KEY", openai::KEY), ("OPENAI_MODEL", "test"), ("OPENAI_BASE_URL", &m.url)]);
    }
    if let Some(place) = place {
        c.env("STEWARD_BREAK_AT", place);
    }
    let process = Process { child: c.spawn().unwrap(), url };
    for _ in 0..200 {
        if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            return process;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the server did not start");
}

async fn post(url: &str, body: &Value) -> Option<u16> {
    let body = body.to_string().into_bytes();
    let signed = signature::sign(&Secret::new(APP_SECRET), &body);
    let sent = reqwest::Client::builder()
        .build()
        .unwrap()
        .post(format!("{url}/webhooks/meta"))
        .header("x-hub-signature-256", signed)
        .body(body)
        .send();
    sent.await.ok().map(|a| a.status().as_u16())
}

fn sent(meta: &Meta) -> usize {
    meta.sent().iter().filter(|m| m["to"] == ADA && m["status"].is_null()).count()
}

/// What the data folder holds once no process has it: the thread, and how many jobs are left.
async fn kept(dir: &Path) -> (Vec<Message>, i64) {
    let app = App::open(Config::for_testing(dir), Clock::System).await.unwrap();
    let id = app.directory().businesses().next().unwrap().id;
    let file = app.store.business(id).unwrap();
    let said = file.read(|tx| {
        let threads = list_conversations(tx, Which::Open, "", i64::MAX, 10)?;
        assert_eq!(threads.len(), 1, "one customer, one thread");
        list_messages(tx, threads[0].conversation.id, None, 50)
    });
    let said = said.await.unwrap();
    let (ready, leased, dead) = count_jobs(&file);
    (said, ready + leased + dead)
}

/// Kills the server at a place, starts it again, lets the provider repeat what was not acknowledged, and looks.
async fn dies_at(place: &str, model: bool) {
    let dir = tempfile::tempdir().unwrap();
    let meta = Meta::open().await;
    let acts = || vec![openai::calls_tool("set_name", "{\"name\":\"Ada\"}"), openai::says("Good to hear from you, Ada.")];
    let made = steward(dir.path()).args(["business", "add", "Mama Put", "--template", "restaurant"]).status().unwrap();
    assert!(made.success());
    let first = if model { Some(openai::open(acts()).await) } else { None };
    let mut p = start(dir.path(), &meta, first.as_ref(), Some(place)).await;
    let hook = text_hook(NUMBER, ADA, "wamid.crash", "good morning, my name is Ada");
    post(&p.url, &hook).await;
    for _ in 0..400 {
        if p.child.try_wait().unwrap().is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert!(p.child.try_wait().unwrap().is_some_and(|s| !s.success()), "{place}: it died");
    drop(p);
    let again = if model { Some(openai::open(acts().split_off(usize::from(place == "turn.tools_saved"))).await) } else { None };
    let p = start(dir.path(), &meta, again.as_ref(), None).await;
    assert_eq!(post(&p.url, &hook).await, Some(200), "{place}");
    let unknown = place.starts_with("send.departing") || place.starts_with("send.handed");
    for _ in 0..200 {
        if sent(&meta) > 0 || place == "send.departing" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    tokio::time::sleep(Duration::from_millis(700)).await;
    drop(p);
    let (messages, left) = kept(dir.path()).await;
    let delivered = messages.iter().find(|m| m.author == Author::Steward).map(|m| m.delivery);
    // When a turn is done, its reply is on its way already: the kill may come between "it leaves" and its leaving, and nobody knows then.
    let cut_off = place == "turn.done" && delivered == Some(Delivery::Unknown);
    let unknown = unknown || cut_off;
    assert!(sent(&meta) == usize::from(place != "send.departing") || cut_off && sent(&meta) == 0, "{place}: sent {}", sent(&meta));
    assert_eq!(messages.iter().filter(|m| m.author == Author::Customer).count(), 1, "{place}: received once");
    let ours: Vec<_> = messages.iter().filter(|m| m.author == Author::Steward).collect();
    assert_eq!(ours.len(), 1, "{place}: one reply, {messages:?}");
    let wanted = if unknown { Delivery::Unknown } else { Delivery::Sent };
    assert_eq!(ours[0].delivery, wanted, "{place}");
    assert!(left <= 1, "{place}: nothing is stuck but the look at an unknown send");
}

#[tokio::test]
async fn killed_anywhere_with_the_built_in_model() {
    // Its turn is done in the transaction that stores the message, so it passes fewer places.
    for place in PLACES.iter().filter(|p| !matches!(**p, "turn.begun" | "turn.tools_saved" | "turn.done")) {
        dies_at(place, false).await;
    }
}

#[tokio::test]
async fn killed_anywhere_with_a_model_on_the_network() {
    for place in ["turn.begun", "turn.tools_saved", "turn.before_commit", "turn.done"] {
        dies_at(place, true).await;
    }
}

/// A document of many passages, so that it is written in several parts.
fn long_document() -> String {
    (0..900).map(|n| format!("## Rule {n}\n\nThe rule with the number {n} says that guests of room {n} are welcome.\n\n")).collect()
}

/// Kills the server while it reads a document, starts it again, and looks whether all of it is there, once.
async fn dies_reading_at(place: &str) {
    let dir = tempfile::tempdir().unwrap();
    let meta = Meta::open().await;
    let made = steward(dir.path()).args(["business", "add", "Mama Put", "--template", "hotel"]).status().unwrap();
    assert!(made.success());
    let key = steward(dir.path())
        .args(["key", "add", "test", "--business", "mama-put", "--role", "manager", "--json"])
        .stdout(Stdio::piped())
        .output()
        .unwrap();
    let key: Value = serde_json::from_slice(&key.stdout).unwrap();
    let key = key["key"].as_str().unwrap().to_owned();
    let mut p = start(dir.path(), &meta, None, Some(place)).await;
    let http = reqwest::Client::builder().build().unwrap();
    let body = serde_json::json!({ "title": "Rules", "text": long_document() });
    let sent = http.post(format!("{}/api/v1/knowledge/documents", p.url)).bearer_auth(&key).json(&body).send().await;
    assert!(sent.is_err(), "{place}: it died before it answered");
    assert!(p.child.wait().unwrap().code() != Some(0), "{place}");
    drop(p);
    let p = start(dir.path(), &meta, None, None).await;
    let mut list = Value::Null;
    for _ in 0..400 {
        list = http.get(format!("{}/api/v1/knowledge/documents", p.url)).bearer_auth(&key).send().await.unwrap().json().await.unwrap();
        if list["items"][0]["state"] == "ready" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let documents = list["items"].as_array().unwrap();
    assert_eq!(documents.len(), 1, "{place}: {list}");
    assert_eq!((documents[0]["state"].as_str(), documents[0]["passages"].as_i64()), (Some("ready"), Some(900)), "{place}: {list}");
    let search = http.post(format!("{}/api/v1/knowledge/search", p.url)).bearer_auth(&key);
    let found: Value = search.json(&serde_json::json!({ "query": "what does rule 37 say?" })).send().await.unwrap().json().await.unwrap();
    let same = found["passages"].as_array().unwrap().iter().filter(|c| c["section"] == "Rule 37").count();
    assert_eq!(same, 1, "{place}: each passage is found once: {found}");
}

#[tokio::test]
async fn killed_while_a_document_is_read() {
    for place in READING_PLACES {
        dies_reading_at(place).await;
    }
}
