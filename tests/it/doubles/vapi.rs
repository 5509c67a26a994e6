//! Vapi's API on this machine: as strict with calls as Vapi, with its error shapes, and with its bad days on demand. What happens in a
//! call is said by the test, as the webhooks Vapi would send.

use super::{of, serve};
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

pub const KEY: &str = "vapi-private-key";

/// A bad day, for one request to make a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Refused with this status.
    Refuse(u16),
    /// The call is made, but the answer is cut off.
    CutAfterCalling,
    /// The line is cut before anything is done.
    CutBefore,
}

/// A bad day, for one request to end a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deaf {
    /// Refused with this status.
    Refuse(u16),
    /// Taken, and the call goes on.
    GoesOn,
    /// The call ends, but the answer is cut off.
    CutAfterEnding,
}

#[derive(Default)]
struct Store {
    calls: Vec<Value>,
    faults: VecDeque<Fault>,
    deaf: VecDeque<Deaf>,
    asked: u32,
    told_to_end: Vec<String>,
}

/// The double; copies are the same one.
#[derive(Clone)]
pub struct Vapi {
    pub url: String,
    store: Arc<Mutex<Store>>,
}

impl Vapi {
    pub async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let vapi = Self { url, store: Arc::default() };
        let app = Router::new()
            .route("/call", post(make).get(list))
            .route("/call/{id}", get(look))
            .route("/phone-number", get(numbers))
            .route("/control/{id}", post(control))
            .with_state(vapi.clone());
        serve(listener, app);
        vapi
    }
    /// The next request for a call has this bad day; several wait in line.
    pub fn fail(&self, fault: Fault) {
        self.lock().faults.push_back(fault);
    }
    /// Calls of somebody else with the same account.
    pub fn others(&self, n: usize) {
        let other = |i: usize| json!({ "id": format!("other_{i}"), "customer": { "number": "+14155550001" }, "status": "ended" });
        self.lock().calls.extend((0..n).map(other));
    }
    /// Every call that was really made, as Vapi knows it.
    pub fn calls(&self) -> Vec<Value> {
        self.lock().calls.clone()
    }
    /// How often a call was asked for.
    pub fn asked(&self) -> u32 {
        self.lock().asked
    }
    /// The next request to end a call has this bad day.
    pub fn is_deaf(&self, how: Deaf) {
        self.lock().deaf.push_back(how);
    }
    /// Calls that were told to end, in order.
    pub fn told_to_end(&self) -> Vec<String> {
        self.lock().told_to_end.clone()
    }
    /// Where a call stands now, and nobody is told.
    pub fn stands(&self, n: usize, word: &str) {
        self.lock().calls[n]["status"] = json!(word);
    }
    /// The address at which a call is controlled.
    pub fn controlled_at(&self, n: usize, url: &str) {
        self.lock().calls[n]["monitor"]["controlUrl"] = json!(url);
    }
    /// A call ends like this; nobody is told.
    pub fn end(&self, n: usize, reason: &str, messages: &Value) {
        let mut store = self.lock();
        let c = &mut store.calls[n];
        (c["status"], c["endedReason"], c["cost"]) = (json!("ended"), json!(reason), json!(0.21));
        c["artifact"] = json!({ "messages": messages });
    }
    /// News of a call, as Vapi posts it.
    pub fn news(&self, n: usize, mut message: Value) -> Vec<u8> {
        let call = self.lock().calls[n].clone();
        message["assistant"] = call["assistant"].clone();
        message["customer"] = call["customer"].clone();
        message["call"] = call;
        json!({ "message": message }).to_string().into_bytes()
    }
    fn lock(&self) -> MutexGuard<'_, Store> {
        self.store.lock().expect("no panic while held")
    }
}

fn refused(status: u16, why: &str) -> Response {
    (of(status), Json(json!({ "message": [why], "error": "Bad Request", "statusCode": status }))).into_response()
}

/// Declares more than it sends, so the caller sees the line break.
fn cut() -> Response {
    let broken = futures_util::stream::iter([Err::<Bytes, _>(std::io::Error::other("cut"))]);
    Response::builder().status(201).header("content-length", "100").body(Body::from_stream(broken)).expect("a response")
}

fn stranger(headers: &HeaderMap) -> Option<Response> {
    let known = headers.get("authorization").is_some_and(|v| v == format!("Bearer {KEY}").as_str());
    (!known).then(|| refused(401, "Invalid Key. Hot tip, you may be using the private key instead of the public key, or vice versa."))
}

/// What Vapi's own checks would say about a request.
fn wrong(v: &Value) -> Option<&'static str> {
    const KNOWN: [&str; 4] = ["name", "assistant", "phoneNumberId", "customer"];
    const OF_CUSTOMER: [&str; 3] = ["number", "name", "externalId"];
    const OF_ASSISTANT: [&str; 8] =
        ["name", "firstMessage", "firstMessageMode", "model", "maxDurationSeconds", "serverMessages", "server", "metadata"];
    let only = |v: &Value, known: &[&str]| v.as_object().is_some_and(|o| o.keys().all(|k| known.contains(&k.as_str())));
    if !only(v, &KNOWN) || !only(&v["customer"], &OF_CUSTOMER) || !only(&v["assistant"], &OF_ASSISTANT) {
        return Some("property should not exist");
    }
    let short = |v: &Value| v.as_str().is_none_or(|s| s.chars().count() <= 40);
    if !short(&v["name"]) || !short(&v["customer"]["name"]) || !short(&v["customer"]["externalId"]) || !short(&v["assistant"]["name"]) {
        return Some("must be shorter than or equal to 40 characters");
    }
    let number = v["customer"]["number"].as_str().unwrap_or("");
    if !number.starts_with('+') || !number[1..].bytes().all(|b| b.is_ascii_digit()) {
        return Some("customer.number must be a valid phone number in the E.164 format");
    }
    if v["phoneNumberId"] != "pn_1" {
        return Some("phoneNumberId must be a UUID");
    }
    let model = &v["assistant"]["model"];
    if !model["provider"].is_string() || !model["model"].is_string() || !model["messages"].is_array() {
        return Some("assistant.model must be an object");
    }
    const MESSAGES: [&str; 4] = ["status-update", "transcript[transcriptType=\"final\"]", "tool-calls", "end-of-call-report"];
    let messages = v["assistant"]["serverMessages"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !messages.iter().all(|m| m.as_str().is_some_and(|m| MESSAGES.contains(&m))) {
        return Some("assistant.serverMessages must be one of the following values");
    }
    None
}

async fn make(State(vapi): State<Vapi>, headers: HeaderMap, body: Bytes) -> Response {
    if let Some(no) = stranger(&headers) {
        return no;
    }
    let mut store = vapi.lock();
    store.asked += 1;
    let fault = store.faults.pop_front();
    match fault {
        Some(Fault::Refuse(status)) => return refused(status, "Over Concurrency Limit"),
        Some(Fault::CutBefore) => return cut(),
        _ => {}
    }
    let v: Value = serde_json::from_slice(&body).expect("JSON");
    if let Some(why) = wrong(&v) {
        return refused(400, why);
    }
    let mut call = v;
    let n = store.calls.len();
    call["id"] = json!(format!("call_{n}"));
    (call["orgId"], call["type"], call["status"]) = (json!("org"), json!("outboundPhoneCall"), json!("queued"));
    call["createdAt"] = json!("2026-11-21T11:00:00.000Z");
    call["monitor"] =
        json!({ "listenUrl": format!("{}/listen/call_{n}", vapi.url), "controlUrl": format!("{}/control/call_{n}", vapi.url) });
    store.calls.push(call.clone());
    if fault == Some(Fault::CutAfterCalling) { cut() } else { (of(201), Json(call)).into_response() }
}

async fn list(State(vapi): State<Vapi>, headers: HeaderMap) -> Response {
    stranger(&headers).unwrap_or_else(|| Json(Value::Array(vapi.calls())).into_response())
}

async fn look(State(vapi): State<Vapi>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    if let Some(no) = stranger(&headers) {
        return no;
    }
    match vapi.calls().into_iter().find(|c| c["id"] == id.as_str()) {
        Some(call) => Json(call).into_response(),
        None => refused(404, "Couldn't find Call"),
    }
}

/// The address of a live call: no key is wanted there, and only a call somebody is on listens.
async fn control(State(vapi): State<Vapi>, headers: HeaderMap, Path(id): Path<String>, Json(v): Json<Value>) -> Response {
    assert!(headers.get("authorization").is_none(), "our key goes to Vapi's API alone");
    let mut store = vapi.lock();
    store.told_to_end.push(id.clone());
    let deaf = store.deaf.pop_front();
    match deaf {
        Some(Deaf::Refuse(status)) => return refused(status, "Call control is not available"),
        Some(Deaf::GoesOn) => return Json(json!({})).into_response(),
        _ => {}
    }
    let Some(call) = store.calls.iter_mut().find(|c| c["id"] == id.as_str()) else { return refused(404, "Couldn't find Call") };
    if v != json!({ "type": "end-call" }) || call["status"] == "queued" || call["status"] == "ended" {
        return refused(400, "Call is not active");
    }
    (call["status"], call["endedReason"], call["cost"]) = (json!("ended"), json!("manually-canceled"), json!(0.05));
    call["artifact"] = json!({ "messages": [] });
    if deaf == Some(Deaf::CutAfterEnding) { cut() } else { Json(json!({})).into_response() }
}

async fn numbers(headers: HeaderMap) -> Response {
    stranger(&headers).unwrap_or_else(|| Json(json!([{ "id": "pn_1", "provider": "twilio", "number": "+14155550000" }])).into_response())
}
