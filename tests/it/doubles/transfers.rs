//! Stripe paying out, in one small server with a book of transfers: as strict as Stripe about keys that were used before, and with bad days
//! on demand.

use super::{of, serve};
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

pub const KEY: &str = "sk_test_0123456789";

/// A bad day, for one request to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Refused with this status and code.
    Refuse(u16, &'static str),
    /// The money moves, and the answer is an error.
    PaidThenBroken,
    /// The money moves, and the answer is cut off.
    PaidThenCut,
    /// Nothing is done, and the answer is an error that does not say so.
    Down,
}

/// What was answered under a key: status and body.
type Said = (u16, Value);

#[derive(Default)]
struct Book {
    transfers: Vec<Value>,
    /// What was asked and answered under a key.
    keys: HashMap<String, (HashMap<String, String>, Said)>,
    faults: VecDeque<Fault>,
    asked: u32,
    lists_nothing: bool,
}

/// The double; copies are the same one.
#[derive(Clone)]
pub struct Transfers {
    pub url: String,
    book: Arc<Mutex<Book>>,
}

impl Transfers {
    pub async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let double = Self { url, book: Arc::default() };
        serve(listener, Router::new().route("/v1/transfers", post(pay).get(list)).with_state(double.clone()));
        double
    }
    /// The next request to pay has this bad day; several wait in line.
    pub fn fail(&self, fault: Fault) {
        self.lock().faults.push_back(fault);
    }
    /// Whether the list of transfers can be read.
    pub fn lists_nothing(&self, broken: bool) {
        self.lock().lists_nothing = broken;
    }
    /// Money that really moved.
    pub fn transfers(&self) -> Vec<Value> {
        self.lock().transfers.clone()
    }
    /// How often money was asked for.
    pub fn asked(&self) -> u32 {
        self.lock().asked
    }
    fn lock(&self) -> MutexGuard<'_, Book> {
        self.book.lock().expect("no panic while held")
    }
}

fn error(status: u16, kind: &str, code: &str, param: &str) -> Said {
    (status, json!({ "error": { "type": kind, "code": code, "param": param, "message": format!("Stripe's own words for {code}.") } }))
}

fn stranger(headers: &HeaderMap) -> bool {
    headers.get("authorization").is_none_or(|v| v != format!("Bearer {KEY}").as_str()) || headers.get("stripe-version").is_none()
}

async fn pay(State(double): State<Transfers>, headers: HeaderMap, body: Bytes) -> Response {
    let mut book = double.lock();
    book.asked += 1;
    if stranger(&headers) {
        let (status, body) = error(401, "invalid_request_error", "", "");
        return (of(status), Json(body)).into_response();
    }
    let key = headers["idempotency-key"].to_str().expect("a key").to_owned();
    let form: HashMap<String, String> = url::form_urlencoded::parse(&body).into_owned().collect();
    let fault = book.faults.pop_front();
    // A request that fails before it is looked at leaves nothing under its key.
    match fault {
        Some(Fault::Down) => return of(503).into_response(),
        Some(Fault::Refuse(status, code)) => {
            let (status, body) = error(status, "invalid_request_error", code, "");
            return (of(status), Json(body)).into_response();
        }
        _ => {}
    }
    let before = book.keys.get(&key).cloned();
    let (status, body) = match before {
        Some((asked, said)) if asked == form => said,
        Some(_) => error(400, "idempotency_error", "", ""),
        None => {
            let (status, body) = moved(&mut book, &form);
            let said = if fault == Some(Fault::PaidThenBroken) { error(500, "api_error", "", "") } else { (status, body) };
            book.keys.insert(key, (form, said.clone()));
            said
        }
    };
    if fault == Some(Fault::PaidThenCut) {
        let broken = futures_util::stream::iter([Err::<Bytes, _>(std::io::Error::other("cut"))]);
        return Response::builder().status(200).header("content-length", "100").body(Body::from_stream(broken)).expect("a response");
    }
    (of(status), Json(body)).into_response()
}

fn moved(book: &mut Book, form: &HashMap<String, String>) -> Said {
    let of = |name: &str| form.get(name).map_or("", String::as_str);
    let amount = of("amount").parse::<i64>().ok().filter(|a| *a > 0);
    let Some(amount) = amount else { return error(400, "invalid_request_error", "parameter_invalid_integer", "amount") };
    let currency = of("currency");
    if currency.len() != 3 || currency != currency.to_lowercase() {
        return error(400, "invalid_request_error", "", "currency");
    }
    if !of("destination").starts_with("acct_") || of("destination").contains("Unknown") {
        return error(400, "invalid_request_error", "resource_missing", "destination");
    }
    let transfer = json!({
        "id": format!("tr_{}", book.transfers.len() + 1), "object": "transfer", "amount": amount, "amount_reversed": 0, "currency": currency,
        "destination": of("destination"), "transfer_group": of("transfer_group"), "description": of("description"), "reversed": false,
    });
    book.transfers.push(transfer.clone());
    (200, transfer)
}

async fn list(State(double): State<Transfers>, headers: HeaderMap, Query(q): Query<HashMap<String, String>>) -> Response {
    let book = double.lock();
    if stranger(&headers) || book.lists_nothing {
        return of(500).into_response();
    }
    let group = q.get("transfer_group").cloned().unwrap_or_default();
    let all: Vec<&Value> = book.transfers.iter().filter(|t| t["transfer_group"] == group.as_str()).collect();
    Json(json!({ "object": "list", "data": all, "has_more": false })).into_response()
}
