//! Services that speak, on this machine: OpenAI's protocol, Deepgram and Cartesia, each as strict as its own, with bad days.

use super::{of, serve};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use steward::providers::speech::note::silence;

pub const KEY: &str = "mouth-key";

#[derive(Default)]
struct Store {
    faults: VecDeque<u16>,
    said: Vec<(&'static str, String)>,
}

/// The double; copies are the same one.
#[derive(Clone)]
pub struct Mouths {
    pub url: String,
    store: Arc<Mutex<Store>>,
}

impl Mouths {
    pub async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let mouths = Self { url, store: Arc::default() };
        let app = Router::new()
            .route("/v1/audio/speech", post(openai))
            .route("/v1/speak", post(deepgram))
            .route("/tts/bytes", post(cartesia))
            .with_state(mouths.clone());
        serve(listener, app);
        mouths
    }
    /// The next request is answered with this status; 299 is a page instead of sound.
    pub fn fail(&self, status: u16) {
        self.lock().faults.push_back(status);
    }
    /// Who spoke what.
    pub fn said(&self) -> Vec<(&'static str, String)> {
        self.lock().said.clone()
    }
    fn lock(&self) -> MutexGuard<'_, Store> {
        self.store.lock().expect("no panic while held")
    }
    fn arrive(&self, headers: &HeaderMap, wanted: &str) -> Option<Response> {
        let given = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
        if given != Some(wanted) {
            return Some(
                (of(401), Json(json!({ "error": { "message": "Incorrect API key", "type": "invalid_request_error" } }))).into_response(),
            );
        }
        match self.lock().faults.pop_front() {
            Some(299) => Some((of(200), "<html>All fine here</html>").into_response()),
            fault => fault.map(|status| (of(status), "scripted").into_response()),
        }
    }
    fn speak(&self, by: &'static str, text: &str, format: &str) -> Response {
        self.lock().said.push((by, text.to_owned()));
        let (mime, bytes) = match format {
            "opus" => ("audio/ogg", silence(20)),
            "mp3" => ("audio/mpeg", [b"ID3\x04\0\0\0\0\0\0".to_vec(), vec![0; 200]].concat()),
            _ => ("audio/wav", b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0".to_vec()),
        };
        ([(header::CONTENT_TYPE, mime)], bytes).into_response()
    }
}

fn word<'a>(body: &'a Value, key: &str) -> &'a str {
    body[key].as_str().unwrap_or_default()
}

async fn openai(State(m): State<Mouths>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    if let Some(no) = m.arrive(&headers, &format!("Bearer {KEY}")) {
        return no;
    }
    let fine = !word(&body, "model").is_empty() && !word(&body, "voice").is_empty() && word(&body, "input").chars().count() <= 4096;
    if !fine || !["opus", "mp3", "wav"].contains(&word(&body, "response_format")) {
        return (of(400), Json(json!({ "error": { "message": "bad request", "type": "invalid_request_error" } }))).into_response();
    }
    m.speak("openai", word(&body, "input"), word(&body, "response_format"))
}

async fn deepgram(
    State(m): State<Mouths>,
    headers: HeaderMap,
    Query(q): Query<HashMap<String, String>>,
    Json(body): Json<Value>,
) -> Response {
    if let Some(no) = m.arrive(&headers, &format!("Token {KEY}")) {
        return no;
    }
    let of_query = |key: &str| q.get(key).map(String::as_str).unwrap_or_default();
    let fits = matches!((of_query("encoding"), of_query("container")), ("opus", "ogg") | ("mp3", "") | ("linear16", "wav"));
    if !fits || !of_query("model").starts_with("aura-2-") {
        return (of(400), Json(json!({ "err_code": "INVALID_QUERY_PARAMETER", "err_msg": "no", "request_id": "r" }))).into_response();
    }
    m.speak("deepgram", word(&body, "text"), of_query("encoding"))
}

async fn cartesia(State(m): State<Mouths>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    if let Some(no) = m.arrive(&headers, &format!("Bearer {KEY}")) {
        return no;
    }
    let format = word(&body["output_format"], "container");
    if !headers.contains_key("cartesia-version") || body["voice"]["mode"] != "id" || !["mp3", "wav"].contains(&format) {
        return (of(400), "bad request").into_response();
    }
    m.speak("cartesia", word(&body, "transcript"), format)
}
