//! Services that hear voice notes, on this machine: OpenAI's protocol, AssemblyAI and Deepgram, each as strict as its own, with bad days.

use super::{of, serve};
use axum::body::Bytes;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

pub const KEY: &str = "ear-key";

#[derive(Default)]
struct Store {
    says: String,
    faults: VecDeque<u16>,
    heard: Vec<(&'static str, usize)>,
    looks: u32,
}

/// The double; copies are the same one.
#[derive(Clone)]
pub struct Ears {
    pub url: String,
    store: Arc<Mutex<Store>>,
}

impl Ears {
    pub async fn open(says: &str) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let ears = Self { url, store: Arc::default() };
        ears.lock().says = says.to_owned();
        let app = Router::new()
            .route("/v1/audio/transcriptions", post(openai))
            .route("/v2/upload", post(upload))
            .route("/v2/transcript", post(wish))
            .route("/v2/transcript/{id}", get(look))
            .route("/v1/listen", post(deepgram))
            .with_state(ears.clone());
        serve(listener, app);
        ears
    }
    /// The next request is answered with this status.
    pub fn fail(&self, status: u16) {
        self.lock().faults.push_back(status);
    }
    /// Who heard how many bytes.
    pub fn heard(&self) -> Vec<(&'static str, usize)> {
        self.lock().heard.clone()
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
        self.lock().faults.pop_front().map(|status| (of(status), "scripted").into_response())
    }
}

async fn openai(State(ears): State<Ears>, headers: HeaderMap, mut form: Multipart) -> Response {
    if let Some(no) = ears.arrive(&headers, &format!("Bearer {KEY}")) {
        return no;
    }
    let (mut file, mut model) = (None, None);
    while let Some(field) = form.next_field().await.expect("a readable form") {
        match field.name().unwrap_or_default() {
            "file" if field.file_name().is_some_and(|n| n.contains('.')) => file = field.bytes().await.ok(),
            "model" => model = field.text().await.ok(),
            "response_format" => assert_eq!(field.text().await.expect("text"), "json"),
            other => return (of(400), format!("unexpected {other}")).into_response(),
        }
    }
    match (file, model) {
        (Some(file), Some(model)) if !file.is_empty() && !model.is_empty() => {
            ears.lock().heard.push(("openai", file.len()));
            let says = ears.lock().says.clone();
            Json(json!({ "text": says })).into_response()
        }
        _ => (of(400), "file and model are required").into_response(),
    }
}

async fn upload(State(ears): State<Ears>, headers: HeaderMap, body: Bytes) -> Response {
    if let Some(no) = ears.arrive(&headers, KEY) {
        return no;
    }
    ears.lock().heard.push(("assemblyai", body.len()));
    Json(json!({ "upload_url": "https://cdn.assemblyai.com/upload/abc" })).into_response()
}

async fn wish(State(ears): State<Ears>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    if let Some(no) = ears.arrive(&headers, KEY) {
        return no;
    }
    if body["audio_url"] != "https://cdn.assemblyai.com/upload/abc" || !body["speech_models"].is_array() {
        return (of(400), Json(json!({ "error": "speech_models is required" }))).into_response();
    }
    Json(json!({ "id": "t-1", "status": "queued" })).into_response()
}

/// Working at the first look, done at the second.
async fn look(State(ears): State<Ears>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    if let Some(no) = ears.arrive(&headers, KEY) {
        return no;
    }
    let mut store = ears.lock();
    store.looks += 1;
    let done = store.looks > 1 && id == "t-1";
    let text = done.then(|| store.says.clone());
    Json(json!({ "id": id, "status": if done { "completed" } else { "processing" }, "text": text, "error": null })).into_response()
}

async fn deepgram(State(ears): State<Ears>, headers: HeaderMap, Query(query): Query<HashMap<String, String>>, body: Bytes) -> Response {
    if let Some(no) = ears.arrive(&headers, &format!("Token {KEY}")) {
        return no;
    }
    let audio = headers.get(header::CONTENT_TYPE).is_some_and(|v| v.as_bytes().starts_with(b"audio/"));
    if !audio || !query.contains_key("model") {
        return (of(400), Json(json!({ "err_code": "Bad Request", "err_msg": "Bad Request: failed to process audio" }))).into_response();
    }
    ears.lock().heard.push(("deepgram", body.len()));
    let says = ears.lock().says.clone();
    Json(json!({ "results": { "channels": [{ "alternatives": [{ "transcript": says, "confidence": 0.9 }] }] } })).into_response()
}
