//! The API as a program meets it: over HTTP, with a key, beside another business that must not be seen.

use crate::harness::{self, TestApp};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use steward::domain::house::business::Business;
use steward::domain::house::member::Role;
use steward::domain::id::Id;
use steward::providers::llm::builtin::BuiltIn;
use steward::services::house::member;

async fn open() -> TestApp {
    harness::open(Arc::new(BuiltIn::new())).await
}

/// An answer.
struct Got {
    status: u16,
    kind: String,
    replayed: bool,
    body: Value,
}

impl std::ops::Index<&str> for Got {
    type Output = Value;
    fn index(&self, key: &str) -> &Value {
        &self.body[key]
    }
}

async fn call(t: &TestApp, key: &str, method: &str, path: &str, body: Option<Value>, again: Option<&str>) -> Got {
    let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
    let mut request = t.http.request(method, format!("{}{path}", t.url)).timeout(Duration::from_secs(20));
    if !key.is_empty() {
        request = request.bearer_auth(key);
    }
    if let Some(again) = again {
        request = request.header("idempotency-key", again);
    }
    if let Some(body) = body {
        request = request.json(&body);
    }
    got(request.send().await.unwrap()).await
}

async fn got(answer: reqwest::Response) -> Got {
    let text = |name: &str| answer.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
    let (status, kind, replayed) = (answer.status().as_u16(), text("content-type"), text("idempotent-replayed") == "true");
    let body = serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default();
    Got { status, kind, replayed, body }
}

async fn get(t: &TestApp, path: &str) -> Got {
    call(t, &t.key, "GET", &format!("/api/v1{path}"), None, None).await
}

async fn post(t: &TestApp, path: &str, body: Value) -> Got {
    call(t, &t.key, "POST", &format!("/api/v1{path}"), Some(body), None).await
}

async fn neighbour(t: &TestApp) -> (Business, String) {
    let b = harness::add_business(&t.app, "Bright Autos", "200").await;
    let key = key(t, b.id, Role::Owner).await;
    (b, key)
}

async fn key(t: &TestApp, business: Id, role: Role) -> String {
    t.app.store.control_write(move |tx| Ok(member::add_key(tx, business, role.as_str(), role)?.1)).await.unwrap()
}

/// The item with a name.
async fn item(t: &TestApp, name: &str) -> Value {
    let found = get(t, "/items").await;
    found["items"].as_array().unwrap().iter().find(|i| i["name"] == name).unwrap().clone()
}

async fn order_pies(t: &TestApp) -> Got {
    let pie = item(t, "Meat pie").await;
    let body = json!({ "contact": { "phone": "0803 123 4567", "name": "Ada" }, "fulfilment": "pickup",
        "lines": [{ "item_id": pie["id"], "quantity": 2 }] });
    post(t, "/orders", body).await
}

#[tokio::test]
async fn every_path_asks_who_calls() {
    let t = open().await;
    let doc = call(&t, "", "GET", "/api/v1/openapi.json", None, None).await;
    assert_eq!((doc.status, doc["openapi"].as_str()), (200, Some("3.1.0")));
    let mut closed = 0;
    for (path, operations) in doc["paths"].as_object().unwrap() {
        let there = path.replace("{id}", &Id::NIL.to_string()).replace("{slug}", "mama-put");
        for (method, operation) in operations.as_object().unwrap() {
            let answer = call(&t, "", &method.to_uppercase(), &there, (method != "get").then(|| json!({})), None).await;
            if operation["security"].is_array() {
                assert!(!matches!(answer.status, 401 | 404 | 405) || path.contains("/auth/"), "{method} {path}: {}", answer.status);
            } else {
                assert_eq!((answer.status, answer.kind.as_str()), (401, "application/problem+json"), "{method} {path}");
                let wrong = call(&t, "sk_wrong", &method.to_uppercase(), &there, None, None).await;
                assert_eq!(wrong.status, 401, "{method} {path}");
                closed += 1;
            }
        }
    }
    assert!(closed > 35, "{closed} paths need a key");
    let page = t.http.get(format!("{}/api/v1/docs", t.url)).send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    let page = page.text().await.unwrap();
    assert!(policy.contains("script-src 'self'") && page.contains("/api/v1/orders/{id}/approve-payment"), "{page}");
}

fn refs<'a>(v: &'a Value, out: &mut Vec<&'a str>) {
    match v {
        Value::Object(m) => m.iter().for_each(|(k, v)| match v.as_str() {
            Some(text) if k == "$ref" => out.push(text),
            _ => refs(v, out),
        }),
        Value::Array(a) => a.iter().for_each(|v| refs(v, out)),
        _ => {}
    }
}

#[test]
fn the_description_is_whole() {
    let doc = json!(steward::web::api::openapi());
    let mut named = Vec::new();
    refs(&doc, &mut named);
    assert!(named.len() > 50, "{}", named.len());
    for name in named {
        let schema = doc.pointer(name.strip_prefix('#').unwrap());
        assert!(schema.is_some(), "{name} is described");
    }
    let operations = || doc["paths"].as_object().unwrap().values().flat_map(|p| p.as_object().unwrap().values());
    for (status, response) in operations().flat_map(|o| o["responses"].as_object().unwrap()) {
        assert!(response["description"].as_str().is_some_and(|d| !d.is_empty()), "{status}: {response}");
    }
    let writes = doc["paths"]["/api/v1/buying/settings"]["put"].clone();
    assert!(writes["responses"]["default"].is_object() && writes["parameters"].to_string().contains("Idempotency-Key"), "{writes}");
    let mut ids: Vec<&str> = operations().map(|o| o["operationId"].as_str().unwrap()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "{ids:?}");
    for about in ["bearer", "secret"] {
        assert!(doc["components"]["securitySchemes"][about].is_object(), "{about}");
    }
    assert_eq!(doc["components"]["schemas"]["Money"]["required"], json!(["amount_minor", "currency"]));
}

#[tokio::test]
async fn a_foreign_page_cannot_write_with_the_cookie() {
    let t = open().await;
    let send = |site: &'static str| {
        let request = t.http.post(format!("{}/api/v1/contacts/identify", t.url)).bearer_auth(&t.key).header("sec-fetch-site", site);
        request.json(&json!({ "phone": "08031234567" })).send()
    };
    assert_eq!(send("cross-site").await.unwrap().status(), 403);
    assert_eq!(send("same-origin").await.unwrap().status(), 200);
}

#[tokio::test]
async fn what_is_not_there_is_told_as_a_problem() {
    let t = open().await;
    let nothing = get(&t, "/nothing").await;
    assert_eq!((nothing.status, nothing.kind.as_str()), (404, "application/problem+json"));
    let method = call(&t, &t.key, "DELETE", "/api/v1/orders", None, None).await;
    assert_eq!((method.status, method.kind.as_str(), method["status"].as_u64()), (405, "application/problem+json", Some(405)));
    let typo = post(&t, "/items", json!({ "name": "Tea", "prize": 3 })).await;
    assert_eq!((typo.status, typo["errors"][0]["field"].as_str()), (422, Some("prize")), "{}", typo.body);
    let broken = t.http.post(format!("{}/api/v1/items", t.url)).bearer_auth(&t.key).header("content-type", "application/json");
    assert_eq!(got(broken.body("{").send().await.unwrap()).await.status, 400);
    let inner = post(&t, "/items", json!({ "name": "Tea", "price": { "amount_minor": "3", "currency": "NGN" } })).await;
    assert_eq!((inner.status, inner["errors"][0]["field"].as_str()), (422, Some("price.amount_minor")), "{}", inner.body);
    let list = post(&t, "/contacts/identify", json!(["+2348012377777", null, "x"])).await;
    assert_eq!((list.status, list["errors"][0]["field"].as_str()), (422, Some("body")), "{}", list.body);
    let line = json!([{ "item_id": Id::NIL, "quantity": 1 }]);
    for (field, order) in [
        ("fulfilment", json!({ "contact": { "phone": "08031234567" }, "lines": line })),
        ("lines", json!({ "contact": { "phone": "08031234567" }, "lines": [], "fulfilment": "pickup" })),
        ("address", json!({ "contact": { "phone": "08031234567" }, "lines": line, "fulfilment": "delivery", "address": " " })),
    ] {
        let lacks = post(&t, "/orders", order).await;
        assert_eq!((lacks.status, lacks["errors"][0]["field"].as_str()), (422, Some(field)), "{}", lacks.body);
    }
    let query = get(&t, "/items?limit=many").await;
    assert_eq!((query.status, query["errors"][0]["field"].as_str()), (422, Some("limit")), "{}", query.body);
    let socket = get(&t, &format!("/agents/turn/{}", Id::NIL)).await;
    assert_eq!((socket.status, socket.kind.as_str()), (400, "application/problem+json"), "{}", socket.body);
    assert!(nothing["detail"].as_str().unwrap().contains("/api/v1/nothing"), "{}", nothing.body);
    assert_eq!(get(&t, "/items/none").await.status, 404);
    for path in ["/health", "/ready", "/metrics"] {
        assert_eq!(call(&t, "", "GET", path, None, None).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn businesses_do_not_see_each_other() {
    let t = open().await;
    let (_, theirs) = neighbour(&t).await;
    let order = order_pies(&t).await;
    assert_eq!(order.status, 201, "{}", order.body);
    let said = post(&t, "/chat/messages", json!({ "text": "Are you open today?" })).await;
    let item = item(&t, "Coke").await;
    let (order, contact) = (order["id"].as_str().unwrap(), order["contact_id"].as_str().unwrap());
    let (thread, message) = (said["conversation_id"].as_str().unwrap(), said["message_id"].as_str().unwrap());
    let item = item["id"].as_str().unwrap();
    let run = get(&t, "/runs").await["items"][0]["id"].as_str().unwrap().to_owned();
    let looks = [
        format!("/orders/{order}"),
        format!("/contacts/{contact}"),
        format!("/contacts/{contact}/orders"),
        format!("/conversations/{thread}"),
        format!("/conversations/{thread}/messages"),
        format!("/items/{item}"),
        format!("/inventory/{item}"),
        format!("/runs/{run}"),
    ];
    for path in looks {
        assert_eq!(get(&t, &path).await.status, 200, "{path}");
        let there = call(&t, &theirs, "GET", &format!("/api/v1{path}"), None, None).await;
        assert_eq!(there.status, 404, "{path}");
    }
    let acts = [
        (format!("/orders/{order}/approve-payment"), json!({})),
        (format!("/orders/{order}/reject-payment"), json!({ "reason": "no" })),
        (format!("/orders/{order}/status"), json!({ "status": "cancelled" })),
        (format!("/conversations/{thread}/takeover"), json!({})),
        (format!("/conversations/{thread}/handback"), json!({})),
        (format!("/conversations/{thread}/close"), json!({})),
        (format!("/conversations/{thread}/messages"), json!({ "text": "hello" })),
        (format!("/messages/{message}/send-again"), json!({})),
        ("/chat/messages".into(), json!({ "text": "hello", "conversation_id": thread })),
        ("/orders".into(), json!({ "contact_id": contact, "lines": [{ "item_id": item, "quantity": 1 }], "fulfilment": "pickup" })),
        (
            "/orders".into(),
            json!({ "contact": { "phone": "08031234567" }, "lines": [{ "item_id": item, "quantity": 1 }], "fulfilment": "pickup" }),
        ),
        ("/inbox/1/replay".into(), json!({})),
        ("/jobs/1/retry".into(), json!({})),
    ];
    for (path, body) in acts {
        let answer = call(&t, &theirs, "POST", &format!("/api/v1{path}"), Some(body), None).await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.body);
    }
    for path in [format!("/items/{item}"), format!("/contacts/{contact}")] {
        let answer = call(&t, &theirs, "PATCH", &format!("/api/v1{path}"), Some(json!({ "name": "Mine" })), None).await;
        assert_eq!(answer.status, 404, "{path}");
    }
    assert_eq!(call(&t, &theirs, "DELETE", &format!("/api/v1/items/{item}"), None, None).await.status, 404);
    assert_eq!(call(&t, &theirs, "GET", "/api/v1/orders", None, None).await["items"], json!([]));
}

#[tokio::test]
async fn roles_are_kept_apart() {
    let t = open().await;
    let order = order_pies(&t).await;
    let id = order["id"].as_str().unwrap();
    let (viewer, agent) = (key(&t, t.business.id, Role::Viewer).await, key(&t, t.business.id, Role::Agent).await);
    let approve = format!("/api/v1/orders/{id}/approve-payment");
    assert_eq!(call(&t, &viewer, "GET", "/api/v1/orders", None, None).await.status, 200);
    assert_eq!(call(&t, &viewer, "POST", "/api/v1/chat/messages", Some(json!({ "text": "hi" })), None).await.status, 403);
    assert_eq!(call(&t, &agent, "POST", &approve, None, None).await.status, 403);
    assert_eq!(call(&t, &agent, "POST", "/api/v1/items", Some(json!({ "name": "Tea" })), None).await.status, 403);
    assert_eq!(call(&t, &t.key, "POST", &approve, None, None).await["status"], "paid");
    let moved = call(&t, &agent, "POST", &format!("/api/v1/orders/{id}/status"), Some(json!({ "status": "preparing" })), None).await;
    assert_eq!((moved.status, moved["history"].as_array().unwrap().len()), (200, 3), "{}", moved.body);
}

#[tokio::test]
async fn a_repeated_write_happens_once() {
    let t = open().await;
    let tea = json!({ "name": "Tea", "price": { "amount_minor": 30000, "currency": "NGN" } });
    let add = |body: Value, k: &'static str| call(&t, &t.key, "POST", "/api/v1/items", Some(body), Some(k));
    let first = add(tea.clone(), "k1").await;
    let second = add(tea.clone(), "k1").await;
    assert_eq!((first.status, second.status), (201, 201));
    assert_eq!((first.body.clone(), first.replayed, second.replayed), (second.body.clone(), false, true));
    let other = add(json!({ "name": "Coffee", "price": { "amount_minor": 1, "currency": "NGN" } }), "k1").await;
    assert_eq!((other.status, other["errors"][0]["field"].as_str()), (422, Some("Idempotency-Key")));
    let named = get(&t, "/items?q=tea").await;
    assert_eq!(named["items"].as_array().unwrap().len(), 1);
    let dollars = add(json!({ "name": "Cake", "price": { "amount_minor": 1, "currency": "USD" } }), "k2").await;
    assert_eq!(dollars.status, 422);
    // A failure is not kept: the same key may be tried again.
    assert_eq!(add(tea, "k2").await.status, 201);
    // What is longer than a transaction, too.
    let words = || Some(json!({ "title": "Parking", "text": "Guests park behind the house." }));
    let read = call(&t, &t.key, "POST", "/api/v1/knowledge/documents", words(), Some("k3")).await;
    let again = call(&t, &t.key, "POST", "/api/v1/knowledge/documents", words(), Some("k3")).await;
    assert_eq!((read.status, again.status, again.replayed), (201, 201, true), "{}", again.body);
    let person = post(&t, "/contacts/identify", json!({ "phone": "08031234567" })).await;
    let path = format!("/api/v1/contacts/{}", person["contact"]["id"].as_str().unwrap());
    let (gone, told) =
        (call(&t, &t.key, "DELETE", &path, None, Some("k4")).await, call(&t, &t.key, "DELETE", &path, None, Some("k4")).await);
    assert_eq!((gone.status, told.status, &gone.body), (200, 200, &told.body));
    // Another client's key of the same words is its own.
    let agent = key(&t, t.business.id, Role::Manager).await;
    let theirs = call(
        &t,
        &agent,
        "POST",
        "/api/v1/items",
        Some(json!({ "name": "Zobo", "price": { "amount_minor": 1, "currency": "NGN" } })),
        Some("k1"),
    )
    .await;
    assert_eq!(theirs.status, 201);
}

/// Two members and a program, all of one name, choose the same key: each has done what they asked.
#[tokio::test]
async fn people_of_one_name_do_not_share_their_keys() {
    let t = open().await;
    let id = t.business.id;
    let hash = member::hash_password("correct horse").unwrap();
    t.app
        .store
        .control_write(move |tx| {
            ["ada@example.com", "ada@example.org"].into_iter().try_for_each(|email| {
                let (m, _) = member::add(tx, email, id, Role::Manager)?;
                steward::store::control::member::update_name_once(tx, m, "Ada")?;
                steward::store::control::member::update_password(tx, m, &hash)
            })
        })
        .await
        .unwrap();
    let program = t.app.store.control_write(move |tx| Ok(member::add_key(tx, id, "Ada", Role::Manager)?.1)).await.unwrap();
    let mut all = vec![program];
    for email in ["ada@example.com", "ada@example.org"] {
        let words = json!({ "email": email, "password": "correct horse", "business": t.business.slug });
        let tokens = call(&t, "", "POST", "/api/v1/auth/token", Some(words), None).await;
        all.push(tokens["access_token"].as_str().unwrap().to_owned());
    }
    let tea = || Some(json!({ "name": "Tea", "price": { "amount_minor": 30000, "currency": "NGN" } }));
    for who in &all {
        let (done, again) = (
            call(&t, who, "POST", "/api/v1/items", tea(), Some("k1")).await,
            call(&t, who, "POST", "/api/v1/items", tea(), Some("k1")).await,
        );
        assert_eq!((done.status, done.replayed, again.replayed), (201, false, true), "{}", done.body);
        assert_eq!(done["id"], again["id"]);
    }
    assert_eq!(get(&t, "/items?q=tea").await["items"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn lists_come_in_parts() {
    let t = open().await;
    let mut seen = Vec::new();
    let mut path = "/items?limit=3".to_owned();
    loop {
        let page = get(&t, &path).await;
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 3);
        seen.extend(items.iter().map(|i| i["id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/items?limit=3&cursor={cursor}");
    }
    seen.dedup();
    assert_eq!(seen.len(), 4);
    for n in 0..5 {
        post(&t, "/chat/sessions", json!({ "contact": { "phone": format!("0803123456{n}") } })).await;
    }
    let first = get(&t, "/conversations?limit=2").await;
    let next = get(&t, &format!("/conversations?limit=10&cursor={}", first["next_cursor"].as_str().unwrap())).await;
    assert_eq!(next["items"].as_array().unwrap().len(), 3, "all were opened in one moment: {}", next.body);
    assert!(next["next_cursor"].is_null());
    for path in ["/contacts", "/orders", "/runs", "/agents", "/orders/payment-reviews", "/inbox/unread", "/jobs/dead", "/inventory/search"]
    {
        let list = get(&t, path).await;
        assert_eq!(list.status, 200, "{path}");
        assert!(list["items"].is_array() && list.body.as_object().unwrap().contains_key("next_cursor"), "{path}");
    }
    assert_eq!(get(&t, "/items?cursor=x").await.status, 422);
}

#[tokio::test]
async fn a_turn_is_answered() {
    let t = open().await;
    let said = call(&t, &t.key, "POST", "/api/v1/chat/messages", Some(json!({ "text": "2 meat pie" })), Some("say-1")).await;
    assert_eq!((said.status, said["state"].as_str()), (200, Some("answered")), "{}", said.body);
    assert!(!said["reply"].as_str().unwrap().is_empty());
    assert!(said["actions"].as_array().unwrap().iter().any(|a| a["tool"] == "add_to_basket"), "{}", said.body);
    let again = call(&t, &t.key, "POST", "/api/v1/chat/messages", Some(json!({ "text": "2 meat pie" })), Some("say-1")).await;
    assert_eq!(again["message_id"], said["message_id"]);
    let thread = said["conversation_id"].as_str().unwrap();
    let messages = get(&t, &format!("/conversations/{thread}/messages")).await;
    assert_eq!(messages["items"].as_array().unwrap().len(), 2, "{}", messages.body);
    post(&t, &format!("/conversations/{thread}/takeover"), json!({})).await;
    let quiet = post(&t, "/chat/messages", json!({ "text": "Hello?", "conversation_id": thread })).await;
    assert_eq!((quiet["state"].as_str(), quiet["reply"].is_null()), (Some("person"), true), "{}", quiet.body);
}

#[tokio::test]
async fn a_turn_comes_as_events() {
    let t = open().await;
    let request = t.http.post(format!("{}/api/v1/chat/messages", t.url)).bearer_auth(&t.key).header("accept", "text/event-stream");
    let text = request.json(&json!({ "text": "2 meat pie" })).send().await.unwrap().text().await.unwrap();
    let kinds: Vec<&str> = text.lines().filter_map(|l| l.strip_prefix("event: ")).collect();
    assert_eq!((kinds.first(), kinds.last()), (Some(&"step"), Some(&"done")), "{text}");
    assert!(kinds.contains(&"token") && kinds.contains(&"message"), "{text}");
}

/// Reads a stream until `most` frames came; id and kind of each.
async fn frames(t: &TestApp, path: &str, key: &str, since: Option<i64>, most: usize) -> Vec<(i64, String)> {
    let mut request = t.http.get(format!("{}{path}", t.url));
    if !key.is_empty() {
        request = request.bearer_auth(key);
    }
    if let Some(since) = since {
        request = request.header("last-event-id", since.to_string());
    }
    let mut answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let mut text = String::new();
    while text.matches("\n\n").count() < most {
        let chunk = tokio::time::timeout(Duration::from_secs(10), answer.chunk()).await;
        text.push_str(&String::from_utf8_lossy(&chunk.expect("frames come").unwrap().unwrap()));
    }
    let field = |f: &str, name: &str| f.lines().find_map(|l| l.strip_prefix(name).map(str::to_owned)).unwrap_or_default();
    let all = text.split("\n\n").filter(|f| f.contains("event:"));
    all.map(|f| (field(f, "id: ").parse().unwrap_or(-1), field(f, "event: "))).collect()
}

#[tokio::test]
async fn a_follower_that_comes_back_misses_nothing() {
    let t = open().await;
    for n in 0..6 {
        post(&t, "/chat/messages", json!({ "text": "Are you open today?", "contact": { "phone": format!("0803123456{n}") } })).await;
    }
    let all: Vec<i64> = t.read(|tx| steward::store::events::list_events_after(tx, 0, 500)).await.iter().map(|e| e.id).collect();
    let half = all.len() / 2;
    let first = frames(&t, "/api/v1/events/stream", &t.key, Some(0), half).await;
    let last = first[half - 1].0;
    let rest = frames(&t, "/api/v1/events/stream", &t.key, Some(last), all.len() - half).await;
    let got: Vec<i64> = first[..half].iter().chain(&rest).map(|f| f.0).collect();
    assert_eq!(got, all);
    let runs = frames(&t, "/api/v1/events/stream?types=run.done", &t.key, Some(0), 6).await;
    assert!(runs.iter().all(|f| f.1 == "run.done"), "{runs:?}");
    // A client that missed very many gets every one of them.
    let data = || json!({});
    let about = steward::store::events::About::default;
    t.file()
        .write(move |tx| (0..5_100).try_for_each(|_| steward::store::events::insert_event(tx, "item.changed", about(), data())))
        .await
        .unwrap();
    let missed = frames(&t, "/api/v1/events/stream", &t.key, Some(last), 5_100).await;
    assert_eq!((missed[0].0, missed.iter().any(|f| f.1 == "reset")), (last + 1, false));
    t.file()
        .write(|tx| {
            let far = tx.now.plus_ms(1).millis();
            steward::store::events::delete_events_before(tx, far).map(drop)
        })
        .await
        .unwrap();
    let reset = frames(&t, "/api/v1/events/stream", &t.key, Some(1), 1).await;
    assert_eq!(reset[0].1, "reset");
}

#[tokio::test]
async fn a_visitor_sees_only_its_own_chat() {
    let t = open().await;
    let shop = format!("/b/{}/chat", t.business.slug);
    let token = call(&t, "", "POST", &format!("{shop}/sessions"), None, None).await["token"].as_str().unwrap().to_owned();
    let say = json!({ "token": token, "client_id": "1", "text": "Are you open today?" });
    let sent = call(&t, "", "POST", &format!("{shop}/messages"), Some(say.clone()), None).await;
    assert_eq!(sent.status, 201, "{}", sent.body);
    assert_eq!(call(&t, "", "POST", &format!("{shop}/messages"), Some(say), None).await["message_id"], sent["message_id"]);
    t.settle().await;
    let mine = call(&t, "", "GET", &format!("{shop}/messages?token={token}"), None, None).await;
    assert_eq!(mine["items"].as_array().unwrap().len(), 2, "{}", mine.body);
    let other = call(&t, "", "GET", &format!("{shop}/messages?token={}", "x".repeat(32)), None, None).await;
    assert_eq!(other["items"], json!([]));
    assert_eq!(call(&t, "", "GET", &format!("{shop}/messages?token=short"), None, None).await.status, 422);
    let frames = frames(&t, &format!("{shop}/stream?token={token}&last_event_id=0"), "", None, 3).await;
    let kinds: Vec<&str> = frames.iter().map(|f| f.1.as_str()).collect();
    assert_eq!(kinds, ["message", "typing", "message"]);
}

#[tokio::test]
async fn a_chat_that_is_open_before_its_first_message_hears_its_own_only() {
    let t = open().await;
    let shop = format!("{}/b/{}/chat", t.url, t.business.slug);
    let token = |c: &str| c.repeat(32);
    let mut stream = t.http.get(format!("{shop}/stream?token={}", token("m"))).send().await.unwrap();
    for (who, text) in [("x", "Is it you?"), ("m", "Are you open today?"), ("x", "Hello?")] {
        let body = json!({ "token": token(who), "client_id": text, "text": text });
        assert_eq!(t.http.post(format!("{shop}/messages")).json(&body).send().await.unwrap().status(), 201);
        t.settle().await;
    }
    let mut text = String::new();
    while text.matches("event: message").count() < 2 {
        let chunk = tokio::time::timeout(Duration::from_secs(10), stream.chunk()).await;
        text.push_str(&String::from_utf8_lossy(&chunk.expect("frames come").unwrap().unwrap()));
    }
    assert!(text.contains("Are you open today?") && !text.contains("Is it you?") && !text.contains("Hello?"), "{text}");
}

#[tokio::test]
async fn a_file_is_imported_though_some_rows_are_wrong() {
    let t = open().await;
    let csv = "Item;Price;Qty;Options\nSuya;1,500;5;\"Size*: Small, Large +500\"\n\nBad;abc;1;\nCoke;700;;\nAsun;2000;x;\n";
    let send = |query: &str, k: &'static str| {
        let url = format!("{}/api/v1/items/import/csv{query}", t.url);
        t.http.post(url).bearer_auth(&t.key).header("content-type", "text/csv").header("idempotency-key", k).body(csv).send()
    };
    let tried = got(send("?dry_run=true", "a").await.unwrap()).await;
    assert_eq!((tried["created"].as_u64(), tried["updated"].as_u64(), tried["id"].is_null()), (Some(1), Some(1), true), "{}", tried.body);
    assert!(get(&t, "/items?q=suya").await["items"].as_array().unwrap().is_empty(), "a try writes nothing");
    let done = got(send("", "b").await.unwrap()).await;
    let rows: Vec<(u64, &str)> =
        done["errors"].as_array().unwrap().iter().map(|e| (e["row"].as_u64().unwrap(), e["column"].as_str().unwrap())).collect();
    assert_eq!(rows, [(4, "price"), (6, "stock")], "{}", done.body);
    assert_eq!((done["created"].as_u64(), done["updated"].as_u64(), done["failed"].as_u64()), (Some(1), Some(1), Some(2)));
    let progress = get(&t, &format!("/items/imports/{}", done["id"].as_str().unwrap())).await;
    assert_eq!((progress["state"].as_str(), progress["total"].as_u64(), progress["done"].as_u64()), (Some("done"), Some(4), Some(4)));
    let suya = item(&t, "Suya").await;
    assert_eq!((suya["price"]["amount_minor"].as_i64(), suya["stock"].as_i64()), (Some(150_000), Some(5)));
    assert_eq!(suya["options"][0]["choices"][1]["price"]["amount_minor"], 50_000);
    assert_eq!(item(&t, "Coke").await["stock"], Value::Null);
    assert!(got(send("", "b").await.unwrap()).await.replayed);
    let form = reqwest::multipart::Form::new().part("file", reqwest::multipart::Part::text(csv).file_name("menu.csv"));
    let again = t.http.post(format!("{}/api/v1/items/import/csv", t.url)).bearer_auth(&t.key).multipart(form).send().await.unwrap();
    let again = got(again).await;
    assert_eq!((again["unchanged"].as_u64(), again["file_name"].as_str()), (Some(2), Some("menu.csv")), "{}", again.body);
    let bad = t.http.post(format!("{}/api/v1/items/import/csv", t.url)).bearer_auth(&t.key).body("a,b\n1,2\n").send().await.unwrap();
    assert_eq!(bad.status(), 422);
}

#[tokio::test]
async fn members_get_tokens() {
    let t = open().await;
    let id = t.business.id;
    let hash = member::hash_password("correct horse").unwrap();
    t.app
        .store
        .control_write(move |tx| {
            let (m, _) = member::add(tx, "ada@example.com", id, Role::Manager)?;
            steward::store::control::member::update_password(tx, m, &hash)
        })
        .await
        .unwrap();
    let sign_in = |password: &str| json!({ "email": "Ada@example.com", "password": password, "business": t.business.slug });
    let wrong = call(&t, "", "POST", "/api/v1/auth/token", Some(sign_in("wrong horse")), None).await;
    assert_eq!(wrong.status, 401);
    let tokens = call(&t, "", "POST", "/api/v1/auth/token", Some(sign_in("correct horse")), None).await;
    assert_eq!(tokens["expires_in"], 3600, "{}", tokens.body);
    assert_eq!(call(&t, tokens["access_token"].as_str().unwrap(), "GET", "/api/v1/orders", None, None).await.status, 200);
    let refresh = json!({ "refresh_token": tokens["refresh_token"] });
    let next = call(&t, "", "POST", "/api/v1/auth/refresh", Some(refresh.clone()), None).await;
    assert_eq!(next.status, 200, "{}", next.body);
    assert_eq!(call(&t, "", "POST", "/api/v1/auth/refresh", Some(refresh), None).await.status, 401, "a refresh token works once");
}

#[tokio::test]
async fn people_are_known_by_their_number() {
    let t = open().await;
    let first = post(&t, "/contacts/identify", json!({ "phone": "0803 123 4567", "name": "Ada" })).await;
    let again = post(&t, "/contacts/identify", json!({ "phone": "+234 803 123 4567", "email": "ada@example.com" })).await;
    assert_eq!((first["created"].as_bool(), again["created"].as_bool()), (Some(true), Some(false)));
    assert_eq!(first["contact"]["id"], again["contact"]["id"]);
    assert_eq!(again["contact"]["identities"].as_array().unwrap().len(), 2);
    assert_eq!(post(&t, "/contacts/identify", json!({ "phone": "12" })).await.status, 422);
    let path = format!("/api/v1/contacts/{}", first["contact"]["id"].as_str().unwrap());
    let changed = call(&t, &t.key, "PATCH", &path, Some(json!({ "note": "Likes pies", "consent": true })), None).await;
    assert_eq!(
        (changed["note"].as_str(), changed["name"].as_str(), changed["consent"].as_bool()),
        (Some("Likes pies"), Some("Ada"), Some(true))
    );
}

#[tokio::test]
async fn the_public_sees_who_wants_to_be_seen() {
    let t = open().await;
    let list = call(&t, "", "GET", "/api/v1/public/businesses", None, None).await;
    assert_eq!(list["items"][0]["slug"].as_str(), Some(t.business.slug.as_str()), "{}", list.body);
    let profile = steward::domain::house::business::Profile { public: true, ..Default::default() };
    let shop = steward::domain::house::business::Template::Shop;
    steward::app::businesses::create(&t.app, "Zulu Shop", None, shop, profile).await.unwrap();
    let first = call(&t, "", "GET", "/api/v1/public/businesses?limit=1", None, None).await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = call(&t, "", "GET", &format!("/api/v1/public/businesses?limit=1&cursor={cursor}"), None, None).await;
    assert_eq!((second["items"][0]["name"].as_str(), second["next_cursor"].as_str()), (Some("Zulu Shop"), None), "{}", second.body);
    let one = call(&t, "", "GET", &format!("/api/v1/public/businesses/{}", t.business.slug), None, None).await;
    assert_eq!((one["open_now"].as_bool(), one["delivery_fee"]["amount_minor"].as_i64()), (Some(true), Some(50_000)), "{}", one.body);
    assert_eq!(call(&t, "", "GET", "/api/v1/public/businesses/nobody", None, None).await.status, 404);
}

#[tokio::test]
async fn a_simulated_phone_writes_and_reads() {
    let t = open().await;
    assert_eq!(get(&t, "/simulator/messages").await.status, 404, "no number of this business is simulated");
    let credentials = steward::app::directory::Credentials { token: "t".into(), app_secret: "s".into(), verify_token: "v".into() };
    steward::app::businesses::connect_whatsapp(&t.app, t.business.id, "300", &credentials, true).await.unwrap();
    let written =
        post(&t, "/simulator/messages", json!({ "from": "+234 803 123 4567", "name": "Ada", "text": "Are you open today?" })).await;
    assert_eq!((written.status, written["from"].as_str()), (201, Some("2348031234567")), "{}", written.body);
    for _ in 0..4 {
        t.pass_ms(3_000).await;
    }
    let arrived = get(&t, "/simulator/messages?to=%2B2348031234567").await;
    let m = &arrived["items"][0];
    assert_eq!((m["to"].as_str(), m["body"]["messaging_product"].as_str()), (Some("2348031234567"), Some("whatsapp")), "{}", arrived.body);
    assert!(!m["text"].as_str().unwrap().is_empty(), "{m}");
    let after = get(&t, &format!("/simulator/messages?after={}", arrived["items"].as_array().unwrap().len() + 100)).await;
    assert_eq!(after["items"], json!([]));
    let both = post(&t, "/simulator/messages", json!({ "from": "2348031234567", "text": "a", "tap": { "id": "1", "title": "b" } })).await;
    assert_eq!(both.status, 422);
}

#[tokio::test]
async fn one_key_at_once_is_one_order() {
    let t = Arc::new(open().await);
    let coke = item(&t, "Coke").await;
    let body =
        json!({ "contact": { "phone": "08031234567" }, "fulfilment": "pickup", "lines": [{ "item_id": coke["id"], "quantity": 2 }] });
    let tries = (0..8).map(|_| call(&t, &t.key, "POST", "/api/v1/orders", Some(body.clone()), Some("once")));
    let answers = futures_util::future::join_all(tries).await;
    assert!(answers.iter().all(|a| a.status == 201 && a["id"] == answers[0]["id"]));
    assert_eq!(answers.iter().filter(|a| !a.replayed).count(), 1);
    assert_eq!(item(&t, "Coke").await["stock"], 8);
}

#[tokio::test]
async fn a_large_file_is_imported_in_steps() {
    let t = open().await;
    let rows: String = (0..3_000).map(|n| format!("Thing {},{},T{n}\n", n % 700, n + 1)).collect();
    let send = || {
        let url = format!("{}/api/v1/items/import/csv", t.url);
        t.http.post(url).bearer_auth(&t.key).header("content-type", "text/csv").body(format!("name,price,code\n{rows}")).send()
    };
    let done = got(send().await.unwrap()).await;
    assert_eq!((done["created"].as_u64(), done["failed"].as_u64()), (Some(3_000), Some(0)), "{}", done.body);
    let told = t.read(|tx| steward::store::events::list_events_after(tx, 0, 100)).await;
    assert_eq!(told.iter().filter(|e| e.kind == "import.progress").count(), 7, "six steps and the end");
    assert_eq!(got(send().await.unwrap()).await["unchanged"], 3_000);
    let nameless: String = (0..300).map(|_| "Same name,5\n").collect();
    let url = format!("{}/api/v1/items/import/csv", t.url);
    let same = || t.http.post(&url).bearer_auth(&t.key).header("content-type", "text/csv").body(format!("name,price\n{nameless}")).send();
    assert_eq!(got(same().await.unwrap()).await["created"], 300);
    assert_eq!(got(same().await.unwrap()).await["unchanged"], 300, "each row finds the item it made before");
}
