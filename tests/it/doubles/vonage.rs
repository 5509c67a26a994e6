//! Vonage's Messages API on this machine: strict with bodies and tokens, with its error shapes and bad days.

use super::{of, serve};
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

pub const APPLICATION: &str = "aaaaaaaa-bbbb-cccc-dddd-0123456789ab";

/// A bad day, for one request.
#[derive(Debug, Clone)]
pub enum Fault {
    /// Refused with this status and code.
    Refuse(u16, i64),
    /// 429 with `Retry-After` in seconds.
    Busy(u64),
    /// Taken, but the answer is cut off.
    CutAfterAccept,
}

#[derive(Default)]
struct Store {
    sent: Vec<Value>,
    faults: VecDeque<Fault>,
}

/// The double; copies are the same one.
#[derive(Clone)]
pub struct Vonage {
    pub url: String,
    store: Arc<Mutex<Store>>,
}

impl Vonage {
    pub async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let vonage = Self { url, store: Arc::default() };
        let app = Router::new().route("/v1/messages", post(messages)).route("/v3/media/{id}", get(file)).with_state(vonage.clone());
        serve(listener, app);
        vonage
    }
    pub fn fail(&self, fault: Fault) {
        self.lock().faults.push_back(fault);
    }
    pub fn sent(&self) -> Vec<Value> {
        self.lock().sent.clone()
    }
    fn lock(&self) -> MutexGuard<'_, Store> {
        self.store.lock().expect("no panic while held")
    }
}

fn refusal(status: u16, code: i64, detail: &str) -> Response {
    let kind = format!("https://developer.vonage.com/api-errors/messages#{code}");
    (of(status), Json(json!({ "type": kind, "title": code, "detail": detail, "instance": "bf0ca0bf927b3b52e3cb03217e1a1ddf" })))
        .into_response()
}

/// Whether the token is signed with the application's key.
fn is_ours(headers: &HeaderMap) -> bool {
    let read = || {
        let token = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?;
        let (signed, tag) = token.rsplit_once('.')?;
        let url_safe = base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let public =
            base64::engine::general_purpose::STANDARD.decode(include_str!("../../../src/channels/vonage/test_key.pub").trim()).ok()?;
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public).verify(signed.as_bytes(), &url_safe.decode(tag).ok()?).ok()?;
        let claims: Value = serde_json::from_slice(&url_safe.decode(signed.split('.').nth(1)?).ok()?).ok()?;
        let life = claims["exp"].as_i64()? - claims["iat"].as_i64()?;
        Some(claims["application_id"] == APPLICATION && claims["jti"].is_string() && life == 900)
    };
    read() == Some(true)
}

async fn messages(State(vonage): State<Vonage>, headers: HeaderMap, body: Bytes) -> Response {
    if !is_ours(&headers) {
        return (of(401), Json(json!({ "type": "https://developer.vonage.com/api-errors#unauthorized", "title": "Unauthorized" })))
            .into_response();
    }
    let fault = vonage.lock().faults.pop_front();
    match &fault {
        Some(Fault::Refuse(status, code)) => return refusal(*status, *code, "scripted"),
        Some(Fault::Busy(seconds)) => return ([("retry-after", seconds.to_string())], refusal(429, 1000, "Throttled")).into_response(),
        _ => {}
    }
    let Ok(m) = serde_json::from_slice::<Value>(&body) else { return refusal(422, 1020, "Invalid JSON") };
    let digits = |v: &Value| v.as_str().is_some_and(|s| s.len() >= 5 && s.bytes().all(|b| b.is_ascii_digit()));
    if !digits(&m["to"]) || !digits(&m["from"]) {
        return refusal(422, 1170, "Invalid number: it has no plus");
    }
    let good = match (m["channel"].as_str(), m["message_type"].as_str()) {
        (Some("sms"), Some("text")) => m["text"].as_str().is_some_and(|t| (1..=1_000).contains(&t.chars().count())),
        (Some("whatsapp"), Some("text")) => m["text"].as_str().is_some_and(|t| (1..=4_096).contains(&t.chars().count())),
        (Some("whatsapp"), Some(kind @ ("image" | "audio" | "video" | "file"))) => m[kind]["url"].is_string(),
        (Some("whatsapp"), Some("custom")) => m["custom"]["type"].is_string(),
        _ => false,
    };
    if !good || m["client_ref"].as_str().is_some_and(|r| r.len() > 100) {
        return refusal(422, 1020, "Invalid params");
    }
    let n = {
        let mut store = vonage.lock();
        store.sent.push(m);
        store.sent.len()
    };
    if matches!(fault, Some(Fault::CutAfterAccept)) {
        let cut = futures_util::stream::iter([Ok("{\"message_uuid\":"), Err(std::io::Error::other("cut"))]);
        return Body::from_stream(cut).into_response();
    }
    (of(202), Json(json!({ "message_uuid": format!("out-{n}") }))).into_response()
}

async fn file(headers: HeaderMap) -> Response {
    if !is_ours(&headers) {
        return of(401).into_response();
    }
    ([(header::CONTENT_TYPE, "image/png")], b"\x89PNG\r\n\x1a\nphoto".to_vec()).into_response()
}
