//! Paystack, Flutterwave and Stripe in one small server with a book of pages, payments and refunds. It can do what it was asked and then
//! hang up, answer with errors, or forget to list a refund.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// How the next requests of a kind go.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub enum Mood {
    #[default]
    Fine,
    /// Does it, then answers with 500.
    DoneButBroken,
    /// Refuses for good.
    Refuses,
    /// Is not itself: 503 without doing anything it says, which the caller cannot know.
    Down,
}

/// A payment page.
#[derive(Clone, Debug)]
pub struct Page {
    pub reference: String,
    pub amount: i64,
    pub currency: String,
    pub email: String,
    pub paid: Option<(i64, String)>,
}

/// A refund that really happened.
#[derive(Clone, Debug)]
pub struct Refunded {
    pub key: String,
    pub amount: i64,
}

#[derive(Default)]
struct Book {
    pages: Vec<Page>,
    refunds: Vec<Refunded>,
    page_mood: Mood,
    refund_mood: Mood,
    look_mood: Mood,
    looks: u32,
}

/// The server.
#[derive(Clone)]
pub struct Gateway {
    pub url: String,
    book: Arc<Mutex<Book>>,
}

type Shared = State<Arc<Mutex<Book>>>;

impl Gateway {
    pub async fn open() -> Self {
        let book: Arc<Mutex<Book>> = Arc::default();
        let routes = Router::new()
            .route("/transaction/initialize", post(paystack_page))
            .route("/transaction/verify/{reference}", get(paystack_look))
            .route("/refund", post(paystack_refund).get(paystack_refunds))
            .route("/payments", post(flutterwave_page))
            .route("/transactions/{id}/verify", get(flutterwave_look))
            .route("/transactions/verify_by_reference", get(flutterwave_look_by_reference))
            .route("/transactions/{id}/refund", post(flutterwave_refund))
            .route("/v1/checkout/sessions", post(stripe_page))
            .route("/v1/checkout/sessions/{id}", get(stripe_look))
            .route("/v1/refunds", post(stripe_refund).get(stripe_refunds))
            .with_state(book.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { url, book }
    }
    pub fn pages(&self) -> Vec<Page> {
        self.book.lock().unwrap().pages.clone()
    }
    pub fn refunds(&self) -> Vec<Refunded> {
        self.book.lock().unwrap().refunds.clone()
    }
    pub fn looks(&self) -> u32 {
        self.book.lock().unwrap().looks
    }
    pub fn pages_go(&self, mood: Mood) {
        self.book.lock().unwrap().page_mood = mood;
    }
    pub fn looks_go(&self, mood: Mood) {
        self.book.lock().unwrap().look_mood = mood;
    }
    pub fn refunds_go(&self, mood: Mood) {
        self.book.lock().unwrap().refund_mood = mood;
    }
    /// The customer pays on the newest page: so much, in this currency. The number of the payment.
    pub fn customer_pays(&self, amount: i64, currency: &str) -> (usize, String) {
        let mut book = self.book.lock().unwrap();
        let n = book.pages.len() - 1;
        book.pages[n].paid = Some((amount, currency.to_owned()));
        (n, book.pages[n].reference.clone())
    }
}

#[expect(clippy::disallowed_methods, reason = "a double lives as long as its test's runtime")]
fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(task);
}

fn add(book: &Arc<Mutex<Book>>, page: Page) -> Result<usize, Response> {
    let mut b = book.lock().unwrap();
    match b.page_mood {
        Mood::Refuses => {
            return Err((StatusCode::BAD_REQUEST, Json(json!({ "status": false, "message": "Invalid amount" }))).into_response());
        }
        Mood::Down => return Err(StatusCode::SERVICE_UNAVAILABLE.into_response()),
        _ => {}
    }
    assert!(b.pages.iter().all(|p| p.reference != page.reference), "a reference is used once");
    b.pages.push(page);
    if b.page_mood == Mood::DoneButBroken {
        b.page_mood = Mood::Fine;
        return Err(StatusCode::INTERNAL_SERVER_ERROR.into_response());
    }
    Ok(b.pages.len() - 1)
}

fn give_back(book: &Arc<Mutex<Book>>, r: Refunded) -> Result<(), Response> {
    let mut b = book.lock().unwrap();
    match b.refund_mood {
        Mood::Refuses => {
            return Err((
                StatusCode::BAD_REQUEST,
                Json(json!({ "message": "Refund not allowed", "error": { "message": "Refund not allowed" } })),
            )
                .into_response());
        }
        Mood::Down => return Err(StatusCode::SERVICE_UNAVAILABLE.into_response()),
        _ => {}
    }
    b.refunds.push(r);
    if b.refund_mood == Mood::DoneButBroken {
        return Err(StatusCode::INTERNAL_SERVER_ERROR.into_response());
    }
    Ok(())
}

async fn paystack_page(State(book): Shared, Json(v): Json<Value>) -> Response {
    let page = Page {
        reference: v["reference"].as_str().unwrap().into(),
        amount: v["amount"].as_i64().unwrap(),
        currency: v["currency"].as_str().unwrap().into(),
        email: v["email"].as_str().unwrap().into(),
        paid: None,
    };
    let reference = page.reference.clone();
    match add(&book, page) {
        Ok(n) => Json(json!({ "status": true, "message": "Authorization URL created",
            "data": { "authorization_url": format!("https://checkout.example.com/{n}"), "access_code": "a", "reference": reference } }))
        .into_response(),
        Err(r) => r,
    }
}

async fn paystack_look(State(book): Shared, Path(reference): Path<String>) -> Response {
    let mut b = book.lock().unwrap();
    b.looks += 1;
    if b.look_mood == Mood::Down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let Some((n, p)) = b.pages.iter().enumerate().find(|(_, p)| p.reference == reference) else {
        return (StatusCode::NOT_FOUND, Json(json!({ "status": false, "message": "Transaction reference not found" }))).into_response();
    };
    let (amount, currency) = p.paid.clone().unwrap_or((p.amount, p.currency.clone()));
    let status = if p.paid.is_some() { "success" } else { "ongoing" };
    Json(json!({ "status": true, "data": { "id": 5000 + n, "status": status, "reference": reference, "amount": amount, "currency": currency } })).into_response()
}

async fn paystack_refund(State(book): Shared, Json(v): Json<Value>) -> Response {
    let r = Refunded { key: v["merchant_note"].as_str().unwrap().into(), amount: v["amount"].as_i64().unwrap() };
    match give_back(&book, r) {
        Ok(()) => Json(json!({ "status": true, "data": { "id": 77, "status": "pending" } })).into_response(),
        Err(r) => r,
    }
}

async fn paystack_refunds(State(book): Shared) -> Response {
    let all: Vec<Value> = book
        .lock()
        .unwrap()
        .refunds
        .iter()
        .map(|r| json!({ "id": 77, "status": "processed", "amount": r.amount, "merchant_note": r.key }))
        .collect();
    Json(json!({ "status": true, "data": all })).into_response()
}

async fn flutterwave_page(State(book): Shared, body: Bytes) -> Response {
    let text = String::from_utf8(body.to_vec()).unwrap();
    let v: Value = serde_json::from_str(&text).unwrap();
    let page = Page {
        reference: v["tx_ref"].as_str().unwrap().into(),
        amount: steward::domain::money::Money::parse(&v["amount"].to_string(), v["currency"].as_str().unwrap().parse().unwrap())
            .unwrap()
            .amount_minor,
        currency: v["currency"].as_str().unwrap().into(),
        email: v["customer"]["email"].as_str().unwrap().into(),
        paid: None,
    };
    match add(&book, page) {
        Ok(n) => {
            Json(json!({ "status": "success", "message": "Hosted Link", "data": { "link": format!("https://checkout.example.com/{n}") } }))
                .into_response()
        }
        Err(r) => r,
    }
}

async fn flutterwave_look(State(book): Shared, Path(id): Path<String>, Query(q): Query<HashMap<String, String>>) -> Response {
    let mut b = book.lock().unwrap();
    b.looks += 1;
    let found = b.pages.iter().enumerate().find(|(n, p)| (5000 + n).to_string() == id || q.get("tx_ref") == Some(&p.reference));
    let Some((n, p)) = found else {
        return (StatusCode::NOT_FOUND, Json(json!({ "status": "error", "message": "No transaction was found for this id" })))
            .into_response();
    };
    let (amount, currency) = p.paid.clone().unwrap_or((p.amount, p.currency.clone()));
    let status = if p.paid.is_some() { "successful" } else { "pending" };
    Json(json!({ "status": "success", "data": { "id": 5000 + n, "tx_ref": p.reference, "status": status, "amount": amount / 100, "currency": currency } }))
        .into_response()
}

async fn flutterwave_look_by_reference(book: Shared, q: Query<HashMap<String, String>>) -> Response {
    flutterwave_look(book, Path(String::new()), q).await
}

async fn flutterwave_refund(State(book): Shared, Json(v): Json<Value>) -> Response {
    let r = Refunded { key: v["comments"].as_str().unwrap().into(), amount: v["amount"].as_i64().unwrap() * 100 };
    match give_back(&book, r) {
        Ok(()) => Json(json!({ "status": "success", "data": { "id": 9, "status": "completed" } })).into_response(),
        Err(r) => r,
    }
}

fn form(body: &Bytes) -> HashMap<String, String> {
    url::form_urlencoded::parse(body).into_owned().collect()
}

async fn stripe_page(State(book): Shared, headers: HeaderMap, body: Bytes) -> Response {
    let f = form(&body);
    assert_eq!(headers["stripe-version"], "2026-10-28.endive");
    assert!(headers.contains_key("idempotency-key"), "Stripe is asked by key");
    let page = Page {
        reference: f["client_reference_id"].clone(),
        amount: f["line_items[0][price_data][unit_amount]"].parse().unwrap(),
        currency: f["line_items[0][price_data][currency]"].clone(),
        email: String::new(),
        paid: None,
    };
    match add(&book, page) {
        Ok(n) => Json(json!({ "id": format!("cs_{n}"), "object": "checkout.session", "url": format!("https://checkout.example.com/{n}"), "status": "open" }))
            .into_response(),
        Err(r) => r,
    }
}

async fn stripe_look(State(book): Shared, Path(id): Path<String>) -> Response {
    let mut b = book.lock().unwrap();
    b.looks += 1;
    let Some(p) = id.strip_prefix("cs_").and_then(|n| n.parse::<usize>().ok()).and_then(|n| b.pages.get(n)) else {
        return (StatusCode::NOT_FOUND, Json(json!({ "error": { "message": "No such checkout.session" } }))).into_response();
    };
    let (amount, currency) = p.paid.clone().unwrap_or((p.amount, p.currency.clone()));
    let paid = p.paid.is_some();
    Json(json!({ "id": id, "client_reference_id": p.reference, "status": if paid { "complete" } else { "open" },
        "payment_status": if paid { "paid" } else { "unpaid" }, "amount_total": amount, "currency": currency.to_lowercase(),
        "payment_intent": if paid { json!(id.replace("cs", "pi")) } else { Value::Null } }))
    .into_response()
}

async fn stripe_refund(State(book): Shared, headers: HeaderMap, body: Bytes) -> Response {
    let f = form(&body);
    let key = headers["idempotency-key"].to_str().unwrap().to_owned();
    // The same key does it once and answers the same.
    if !book.lock().unwrap().refunds.iter().any(|r| r.key == key)
        && let Err(r) = give_back(&book, Refunded { key: key.clone(), amount: f["amount"].parse().unwrap() })
    {
        return r;
    }
    Json(json!({ "id": "re_1", "status": "succeeded", "metadata": { "refund": f["metadata[refund]"] } })).into_response()
}

async fn stripe_refunds(State(book): Shared) -> Response {
    let all: Vec<Value> = book
        .lock()
        .unwrap()
        .refunds
        .iter()
        .map(|r| json!({ "id": "re_1", "status": "succeeded", "metadata": { "refund": r.key } }))
        .collect();
    Json(json!({ "object": "list", "data": all })).into_response()
}
