//! Meta's Send API for pages on this machine: strict with bodies, with its error shapes and bad days.

use super::{of, serve};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

pub const PAGE: &str = "90011";
pub const TOKEN: &str = "EAApage";

#[derive(Default)]
struct Store {
    sent: Vec<Value>,
    /// Status, code and subcode of refusals to come.
    faults: VecDeque<(u16, i64, i64)>,
}

/// The double; copies are the same one.
#[derive(Clone)]
pub struct Page {
    pub url: String,
    store: Arc<Mutex<Store>>,
}

impl Page {
    pub async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let page = Self { url, store: Arc::default() };
        serve(listener, Router::new().route("/{version}/{id}/messages", post(messages)).with_state(page.clone()));
        page
    }
    pub fn fail(&self, status: u16, code: i64, subcode: i64) {
        self.lock().faults.push_back((status, code, subcode));
    }
    pub fn sent(&self) -> Vec<Value> {
        self.lock().sent.clone()
    }
    fn lock(&self) -> MutexGuard<'_, Store> {
        self.store.lock().expect("no panic while held")
    }
}

fn refusal(status: u16, code: i64, sub: i64, message: &str) -> Response {
    let error = json!({ "message": message, "type": "OAuthException", "code": code, "error_subcode": sub, "fbtrace_id": "Ab" });
    (of(status), Json(json!({ "error": error }))).into_response()
}

async fn messages(State(page): State<Page>, Path((_, id)): Path<(String, String)>, headers: HeaderMap, body: Bytes) -> Response {
    if headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()) != Some(&format!("Bearer {TOKEN}")) {
        return refusal(401, 190, 0, "Invalid OAuth access token.");
    }
    if let Some((status, code, sub)) = page.lock().faults.pop_front() {
        return refusal(status, code, sub, "scripted");
    }
    let m: Value = serde_json::from_slice(&body).unwrap_or_default();
    let max = if id == PAGE { 2_000 } else { 1_000 };
    let text = m["message"]["text"].as_str();
    let replies = m["message"]["quick_replies"].as_array().map_or(0, Vec::len);
    let good = m["messaging_type"] == "RESPONSE"
        && m["recipient"]["id"].is_string()
        && (text.is_some_and(|t| !t.is_empty() && t.len() <= max * 4 && t.chars().count() <= max)
            || m["message"]["attachment"]["payload"]["url"].is_string())
        && replies <= 13;
    if !good {
        return refusal(400, 100, 0, "Invalid parameter");
    }
    let mut store = page.lock();
    store.sent.push(m.clone());
    Json(json!({ "recipient_id": m["recipient"]["id"], "message_id": format!("m_{}", store.sent.len()) })).into_response()
}
