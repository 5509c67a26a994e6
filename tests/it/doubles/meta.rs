//! Meta's Graph API on this machine: as strict with payloads as Meta, with its error shapes, and with its bad days on demand.

use super::{of, serve};
use axum::body::{Body, Bytes};
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// The number the double serves.
pub const NUMBER: &str = "55501";
/// The business account above the number.
pub const WABA: &str = "88801";
/// The token it accepts.
pub const TOKEN: &str = "EAAtest";

/// A bad day for one request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// An error of the Graph API with this HTTP status and code.
    Graph(u16, i64),
    /// The same with a `Retry-After` of so many seconds.
    Wait(u16, i64, u32),
    /// A page of something between us and Meta.
    Gateway(u16),
    /// The message is taken, the answer comes after so many milliseconds.
    Slow(u64),
    /// The message is taken, but the line breaks before the answer is there.
    CutAfterAccept,
    /// The answer to a look-up or a download lies: another digest, or an address elsewhere.
    WrongDigest,
    /// The look-up names this address.
    Elsewhere(String),
}

#[derive(Default)]
struct Store {
    faults: VecDeque<Fault>,
    sent: Vec<Value>,
    seen: Vec<(String, HeaderMap)>,
    files: HashMap<String, (String, Vec<u8>)>,
    templates: Vec<Value>,
    refuses_files: bool,
}

/// The running double.
#[derive(Clone)]
pub struct Meta {
    pub url: String,
    store: Arc<Mutex<Store>>,
}

impl Meta {
    pub async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let meta = Self { url, store: Arc::default() };
        let app = Router::new()
            .route("/{version}/{id}/messages", post(messages))
            .route("/{version}/{id}/media", post(upload))
            .route("/{version}/{id}/message_templates", get(templates))
            .route("/{version}/{id}", get(look_up))
            .route("/files/at/{id}", get(download))
            .with_state(meta.clone());
        serve(listener, app);
        meta
    }
    /// The next request has this bad day; several wait in line.
    pub fn fail(&self, fault: Fault) {
        self.lock().faults.push_back(fault);
    }
    /// Messages that were taken, also when the answer was lost.
    pub fn sent(&self) -> Vec<Value> {
        self.lock().sent.clone()
    }
    /// Path with query, and headers, of every request.
    pub fn seen(&self) -> Vec<(String, HeaderMap)> {
        self.lock().seen.clone()
    }
    /// Whether files we hand over are refused from now on.
    pub fn refuse_files(&self, yes: bool) {
        self.lock().refuses_files = yes;
    }
    /// Keeps a file as if a customer had sent it.
    pub fn keep(&self, id: &str, mime: &str, bytes: &[u8]) {
        self.lock().files.insert(id.into(), (mime.into(), bytes.into()));
    }
    /// A file that is kept.
    pub fn file(&self, id: &str) -> Option<(String, Vec<u8>)> {
        self.lock().files.get(id).cloned()
    }
    /// What the business account has approved, and what it has not.
    pub fn set_templates(&self, all: Vec<Value>) {
        self.lock().templates = all;
    }
    fn lock(&self) -> MutexGuard<'_, Store> {
        self.store.lock().expect("no panic while held")
    }
    /// Notes the request, checks the token, and plays what is left of the bad days that need no more.
    fn arrive(&self, uri: &Uri, headers: &HeaderMap) -> Result<Option<Fault>, Box<Response>> {
        let mut store = self.lock();
        store.seen.push((uri.to_string(), headers.clone()));
        if headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()) != Some(&format!("Bearer {TOKEN}")) {
            return Err(Box::new(graph_error(401, 190, "Invalid OAuth access token.")));
        }
        match store.faults.pop_front() {
            Some(Fault::Graph(status, code)) => Err(Box::new(graph_error(status, code, "scripted"))),
            Some(Fault::Wait(status, code, seconds)) => {
                Err(Box::new(([("retry-after", seconds.to_string())], graph_error(status, code, "scripted")).into_response()))
            }
            Some(Fault::Gateway(status)) => Err(Box::new((of(status), "<html>Bad gateway</html>").into_response())),
            other => Ok(other),
        }
    }
}

fn graph_error(status: u16, code: i64, details: &str) -> Response {
    let error = json!({ "message": format!("(#{code}) {details}"), "type": "OAuthException", "code": code,
        "error_data": { "messaging_product": "whatsapp", "details": details }, "fbtrace_id": "AbCdEf" });
    (of(status), Json(json!({ "error": error }))).into_response()
}

async fn messages(
    State(meta): State<Meta>,
    Path((_, number)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fault = match meta.arrive(&uri, &headers) {
        Ok(fault) => fault,
        Err(refusal) => return *refusal,
    };
    if number != NUMBER {
        return graph_error(400, 33, "Object does not exist or cannot be loaded");
    }
    let Ok(message) = serde_json::from_slice::<Value>(&body) else { return graph_error(400, 100, "Invalid JSON") };
    if let Err((code, details)) = judge(&message) {
        return graph_error(400, code, &details);
    }
    let n = {
        let mut store = meta.lock();
        store.sent.push(message.clone());
        store.sent.len()
    };
    match fault {
        Some(Fault::Slow(ms)) => tokio::time::sleep(Duration::from_millis(ms)).await,
        Some(Fault::CutAfterAccept) => {
            let cut = futures_util::stream::iter([Ok("{\"messaging_product\":"), Err(std::io::Error::other("cut"))]);
            return Body::from_stream(cut).into_response();
        }
        _ => {}
    }
    if message["status"] == "read" {
        return Json(json!({ "success": true })).into_response();
    }
    let input = message["to"].as_str().or(message["recipient"].as_str()).unwrap_or_default();
    let sent = json!({ "messaging_product": "whatsapp", "contacts": [{ "input": input, "wa_id": input }], "messages": [{ "id": format!("wamid.OUT{n}") }] });
    Json(sent).into_response()
}

async fn upload(State(meta): State<Meta>, uri: Uri, headers: HeaderMap, mut form: Multipart) -> Response {
    if let Err(refusal) = meta.arrive(&uri, &headers) {
        return *refusal;
    }
    if meta.lock().refuses_files {
        return graph_error(400, 131_053, "Unsupported media");
    }
    let (mut product, mut kind, mut file) = (None, None, None);
    while let Some(field) = form.next_field().await.expect("a readable form") {
        match field.name().unwrap_or_default() {
            "messaging_product" => product = field.text().await.ok(),
            "type" => kind = field.text().await.ok(),
            "file" if field.file_name().is_some() => file = field.bytes().await.ok(),
            other => return graph_error(400, 100, &format!("Unexpected field {other}")),
        }
    }
    match (product.as_deref(), kind, file) {
        (Some("whatsapp"), Some(kind), Some(file)) => {
            let id = format!("up{}", meta.lock().files.len() + 1);
            meta.keep(&id, &kind, &file);
            Json(json!({ "id": id })).into_response()
        }
        _ => graph_error(400, 100, "The parameters messaging_product, type and file are required."),
    }
}

async fn look_up(State(meta): State<Meta>, Path((_, id)): Path<(String, String)>, uri: Uri, headers: HeaderMap) -> Response {
    let fault = match meta.arrive(&uri, &headers) {
        Ok(fault) => fault,
        Err(refusal) => return *refusal,
    };
    if id == NUMBER && uri.query().is_some_and(|q| q.contains("health_status")) {
        let entity = |kind: &str, id: &str| json!({ "entity_type": kind, "id": id, "can_send_message": "AVAILABLE" });
        let entities = json!([entity("PHONE_NUMBER", NUMBER), entity("WABA", WABA), entity("BUSINESS", "77701"), entity("APP", "66601")]);
        return Json(json!({ "health_status": { "can_send_message": "AVAILABLE", "entities": entities }, "id": id })).into_response();
    }
    if id == NUMBER {
        let number = json!({ "display_phone_number": "+234 700 000 0001", "verified_name": "Mama Nkechi Kitchen", "quality_rating": "GREEN", "id": id });
        return Json(number).into_response();
    }
    let Some((mime, bytes)) = meta.file(&id) else {
        return graph_error(400, 100, "Unsupported get request. Object with ID does not exist");
    };
    let mut sha256 = steward::channels::signature::sha256_hex(&bytes);
    let mut url = format!("{}/files/at/{id}", meta.url);
    match fault {
        Some(Fault::WrongDigest) => sha256 = "0".repeat(64),
        Some(Fault::Elsewhere(address)) => url = address,
        _ => {}
    }
    let found =
        json!({ "messaging_product": "whatsapp", "url": url, "mime_type": mime, "sha256": sha256, "file_size": bytes.len(), "id": id });
    Json(found).into_response()
}

async fn download(State(meta): State<Meta>, Path(id): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    if let Err(refusal) = meta.arrive(&uri, &headers) {
        return *refusal;
    }
    match meta.file(&id) {
        Some((mime, bytes)) => ([(header::CONTENT_TYPE, mime)], bytes).into_response(),
        None => of(404).into_response(),
    }
}

/// Two templates a page, whatever is asked for, so that every test turns pages.
async fn templates(State(meta): State<Meta>, Path((_, account)): Path<(String, String)>, uri: Uri, headers: HeaderMap) -> Response {
    if let Err(refusal) = meta.arrive(&uri, &headers) {
        return *refusal;
    }
    if account != WABA {
        return graph_error(400, 100, "Unsupported get request. Object with ID does not exist");
    }
    let query: HashMap<String, String> = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    if !query.get("fields").is_some_and(|f| f.contains("components")) {
        return graph_error(400, 100, "The double wants to be asked for components");
    }
    let from: usize = query.get("after").map_or(0, |a| a.trim_start_matches("QVFI").parse().expect("a cursor of ours"));
    let all = meta.lock().templates.clone();
    let page: Vec<Value> = all.iter().skip(from).take(2).cloned().collect();
    let (before, after) = (format!("QVFI{from}"), format!("QVFI{}", from + page.len()));
    let mut paging = json!({ "cursors": { "before": before, "after": after } });
    if from + page.len() < all.len() {
        paging["next"] = "https://elsewhere.example/never-to-be-followed".into();
    }
    Json(json!({ "data": page, "paging": paging })).into_response()
}

type Verdict = Result<(), (i64, String)>;

fn wrong<T>(code: i64, details: impl Into<String>) -> Result<T, (i64, String)> {
    Err((code, details.into()))
}

/// What Meta says to a request body.
fn judge(m: &Value) -> Verdict {
    if m["messaging_product"] != "whatsapp" {
        return wrong(100, "The parameter messaging_product is required.");
    }
    if m["status"] == "read" {
        return text(&m["message_id"], 1, 512, "message_id");
    }
    match (m["to"].as_str(), m["recipient"].as_str()) {
        (Some(to), None) if to.len() >= 5 && to.bytes().all(|b| b.is_ascii_digit()) => {}
        (None, Some(user)) if user.split_once('.').is_some_and(|(c, id)| c.len() == 2 && !id.is_empty()) => {}
        _ => return wrong(131_009, "Parameter value is not valid: to or recipient"),
    }
    if !m["biz_opaque_callback_data"].is_null() {
        text(&m["biz_opaque_callback_data"], 1, 512, "biz_opaque_callback_data")?;
    }
    if !m["context"].is_null() {
        text(&m["context"]["message_id"], 1, 512, "context.message_id")?;
    }
    let kind = m["type"].as_str().unwrap_or("text");
    let body = &m[kind];
    match kind {
        "text" => text(&body["body"], 1, 4096, "text.body"),
        "image" | "video" | "audio" | "document" | "sticker" => media(kind, body),
        "location" if body["latitude"].is_number() && body["longitude"].is_number() => Ok(()),
        "reaction" => text(&body["message_id"], 1, 512, "reaction.message_id"),
        "contacts" => text(&body[0]["name"]["formatted_name"], 1, 512, "contacts.name.formatted_name"),
        "interactive" => interactive(body),
        "template" => template(body),
        _ => wrong(100, format!("Param {kind} is not a valid message type or lacks its body")),
    }
}

fn text(v: &Value, min: usize, max: usize, name: &str) -> Verdict {
    let Some(s) = v.as_str() else { return wrong(131_008, format!("Required parameter is missing: {name}")) };
    let units = s.encode_utf16().count();
    if (min..=max).contains(&units) && (min == 0 || !s.trim().is_empty()) {
        return Ok(());
    }
    wrong(100, format!("Param {name} must be between {min} and {max} characters long"))
}

fn media(kind: &str, body: &Value) -> Verdict {
    if body["id"].is_string() == body["link"].is_string() {
        return wrong(131_008, format!("Exactly one of id and link is required for {kind}"));
    }
    let allowed: &[&str] = match kind {
        "audio" => &["id", "link", "voice"],
        "sticker" => &["id", "link"],
        "document" => &["id", "link", "caption", "filename"],
        _ => &["id", "link", "caption"],
    };
    let extra = body.as_object().into_iter().flatten().map(|(k, _)| k.as_str()).find(|k| !allowed.contains(k));
    if let Some(extra) = extra {
        return wrong(100, format!("Unexpected key {extra} on param {kind}"));
    }
    if body["caption"].is_null() { Ok(()) } else { text(&body["caption"], 1, 1024, "caption") }
}

fn interactive(body: &Value) -> Verdict {
    text(&body["body"]["text"], 1, 1024, "interactive.body.text")?;
    if !body["footer"].is_null() {
        text(&body["footer"]["text"], 1, 60, "interactive.footer.text")?;
    }
    let action = &body["action"];
    match body["type"].as_str() {
        Some("button") => choices(action["buttons"].as_array(), 3, 20, 256, |b| &b["reply"]),
        Some("list") => {
            text(&action["button"], 1, 20, "action.button")?;
            let sections = action["sections"].as_array().map_or(&[][..], Vec::as_slice);
            if sections.is_empty() || sections.len() > 10 || (sections.len() > 1 && sections.iter().any(|s| s["title"].is_null())) {
                return wrong(131_009, "1 to 10 sections, with titles when there are several");
            }
            let rows: Vec<Value> = sections.iter().filter_map(|s| s["rows"].as_array()).flatten().cloned().collect();
            for row in rows.iter().filter(|r| !r["description"].is_null()) {
                text(&row["description"], 1, 72, "row.description")?;
            }
            choices(Some(&rows), 10, 24, 200, |r| r)
        }
        Some("cta_url") if action["name"] == "cta_url" => {
            text(&action["parameters"]["display_text"], 1, 20, "display_text")?;
            text(&action["parameters"]["url"], 8, 2000, "url")
        }
        _ => wrong(131_009, "Parameter value is not valid: interactive.type"),
    }
}

fn choices(all: Option<&Vec<Value>>, most: usize, title_max: usize, id_max: usize, inner: fn(&Value) -> &Value) -> Verdict {
    let all = all.map_or(&[][..], Vec::as_slice);
    if all.is_empty() || all.len() > most {
        return wrong(131_009, format!("1 to {most} choices are allowed"));
    }
    for (at, choice) in all.iter().map(inner).enumerate() {
        text(&choice["title"], 1, title_max, "title")?;
        text(&choice["id"], 1, id_max, "id")?;
        if all[..at].iter().map(inner).any(|c| c["id"] == choice["id"] || c["title"] == choice["title"]) {
            return wrong(131_009, "Duplicate id or title");
        }
    }
    Ok(())
}

fn template(body: &Value) -> Verdict {
    text(&body["name"], 1, 512, "template.name")?;
    text(&body["language"]["code"], 2, 10, "template.language.code")?;
    for parameter in body["components"].as_array().into_iter().flatten().filter_map(|c| c["parameters"].as_array()).flatten() {
        text(&parameter["text"], 1, 1024, "parameter.text").map_err(|(_, d)| (132_012, d))?;
        if parameter["text"].as_str().is_some_and(|t| t.contains(['\n', '\t']) || t.contains("    ")) {
            return wrong(132_012, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces");
        }
    }
    Ok(())
}
