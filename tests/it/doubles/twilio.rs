//! Twilio's API on this machine: as strict with forms as Twilio, with its error shapes, and with its bad days on demand.

use super::{of, serve};
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use serde_json::json;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

pub const SID: &str = "AC00000000000000000000000000000000";
pub const TOKEN: &str = "12345678901234567890123456789012";

/// A bad day, for one request.
#[derive(Debug, Clone)]
pub enum Fault {
    /// Refused with this status and code.
    Refuse(u16, i64),
    /// 429 with `Retry-After` in seconds.
    Busy(u64),
    /// Taken, but the answer is cut off.
    CutAfterAccept,
    /// A page of something in between.
    Gateway(u16),
    /// Files lead to this address.
    Elsewhere(String),
}

#[derive(Default)]
struct Store {
    sent: Vec<HashMap<String, String>>,
    faults: VecDeque<Fault>,
    files: HashMap<String, (String, Vec<u8>)>,
    stopped: Vec<String>,
}

/// The double; copies are the same one.
#[derive(Clone)]
pub struct Twilio {
    pub url: String,
    store: Arc<Mutex<Store>>,
}

impl Twilio {
    pub async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let twilio = Self { url, store: Arc::default() };
        let app = Router::new()
            .route("/2010-04-01/Accounts/{sid}/Messages.json", post(messages))
            .route("/2010-04-01/Accounts/{sid}/Messages/{message}/Media/{id}", get(file))
            .route("/2010-04-01/Accounts/{sid}", get(account))
            .route("/storage/{id}", get(storage))
            .with_state(twilio.clone());
        serve(listener, app);
        twilio
    }
    /// The next request has this bad day; several wait in line.
    pub fn fail(&self, fault: Fault) {
        self.lock().faults.push_back(fault);
    }
    /// Forms that were taken, also when the answer was lost.
    pub fn sent(&self) -> Vec<HashMap<String, String>> {
        self.lock().sent.clone()
    }
    /// This number wrote STOP to Twilio.
    pub fn stop(&self, number: &str) {
        self.lock().stopped.push(number.into());
    }
    /// Keeps a file as if a customer had sent it; its address.
    pub fn keep(&self, id: &str, mime: &str, bytes: &[u8]) -> String {
        self.lock().files.insert(id.into(), (mime.into(), bytes.into()));
        format!("{}/2010-04-01/Accounts/{SID}/Messages/MM1/Media/{id}", self.url)
    }
    fn lock(&self) -> MutexGuard<'_, Store> {
        self.store.lock().expect("no panic while held")
    }
}

fn refusal(status: u16, code: i64, message: &str) -> Response {
    let more = format!("https://www.twilio.com/docs/errors/{code}");
    (of(status), Json(json!({ "code": code, "message": message, "more_info": more, "status": status }))).into_response()
}

fn is_ours(headers: &HeaderMap) -> bool {
    let pair = base64::engine::general_purpose::STANDARD.encode(format!("{SID}:{TOKEN}"));
    headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()) == Some(&format!("Basic {pair}"))
}

async fn messages(State(twilio): State<Twilio>, Path(sid): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    if !is_ours(&headers) || sid != SID {
        return refusal(401, 20003, "Authenticate");
    }
    let form: HashMap<String, String> = url::form_urlencoded::parse(&body).into_owned().collect();
    let fault = twilio.lock().faults.pop_front();
    match &fault {
        Some(Fault::Refuse(status, code)) => return refusal(*status, *code, "scripted"),
        Some(Fault::Busy(seconds)) => {
            return ([("retry-after", seconds.to_string())], refusal(429, 20429, "Too Many Requests")).into_response();
        }
        Some(Fault::Gateway(status)) => return (of(*status), "<html>Bad gateway</html>").into_response(),
        _ => {}
    }
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    let to = field("To").trim_start_matches("whatsapp:");
    if !to.starts_with('+') || to.len() < 8 {
        return refusal(400, 21211, "The 'To' number is not a valid phone number.");
    }
    if field("From").is_empty() == field("MessagingServiceSid").is_empty() {
        return refusal(400, 21603, "A 'From' phone number is required.");
    }
    if !field("From").is_empty() && field("From").starts_with("whatsapp:") != field("To").starts_with("whatsapp:") {
        return refusal(400, 63007, "Twilio could not find a Channel with the specified From address");
    }
    if field("Body").is_empty() && field("MediaUrl").is_empty() && field("PersistentAction").is_empty() {
        return refusal(400, 21602, "Message body is required.");
    }
    if field("Body").encode_utf16().count() > 1_600 {
        return refusal(400, 21617, "The concatenated message body exceeds the 1600 character limit.");
    }
    if twilio.lock().stopped.iter().any(|s| s == to) {
        return refusal(400, 21610, "Attempt to send to unsubscribed recipient");
    }
    let sid = {
        let mut store = twilio.lock();
        store.sent.push(form.clone());
        format!("SM{:032}", store.sent.len())
    };
    if matches!(fault, Some(Fault::CutAfterAccept)) {
        let cut = futures_util::stream::iter([Ok("{\"sid\":"), Err(std::io::Error::other("cut"))]);
        return Body::from_stream(cut).into_response();
    }
    let answer = json!({ "sid": sid, "status": "queued", "account_sid": SID, "to": field("To"), "from": field("From"), "body": field("Body"),
        "num_media": "0", "num_segments": "1", "direction": "outbound-api", "error_code": null, "error_message": null, "price": null });
    (of(201), Json(answer)).into_response()
}

async fn account(State(_): State<Twilio>, Path(sid): Path<String>, headers: HeaderMap) -> Response {
    if !is_ours(&headers) || sid != format!("{SID}.json") {
        return refusal(401, 20003, "Authenticate");
    }
    Json(json!({ "sid": SID, "friendly_name": "Mama Put", "status": "active" })).into_response()
}

/// Leads to the storage, as Twilio does.
async fn file(State(twilio): State<Twilio>, Path((_, _, id)): Path<(String, String, String)>, headers: HeaderMap) -> Response {
    if !is_ours(&headers) {
        return refusal(401, 20003, "Authenticate");
    }
    let fault = twilio.lock().faults.pop_front();
    let next = if let Some(Fault::Elsewhere(address)) = fault { address } else { format!("/storage/{id}") };
    (of(307), [(header::LOCATION, next)]).into_response()
}

async fn storage(State(twilio): State<Twilio>, Path(id): Path<String>) -> Response {
    match twilio.lock().files.get(&id) {
        Some((mime, bytes)) => ([(header::CONTENT_TYPE, mime.clone())], bytes.clone()).into_response(),
        None => of(404).into_response(),
    }
}
