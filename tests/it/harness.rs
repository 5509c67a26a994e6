//! A whole Steward on a folder of its own, with Meta's double at the other end. Helpers are what people do.

use crate::doubles::meta::{Meta, NUMBER, TOKEN};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use steward::app::directory::Credentials;
use steward::app::{App, businesses};
use steward::channels::signature;
use steward::config::Config;
use steward::domain::house::business::{Business, Profile, Template};
use steward::domain::house::item::{Item, OptionChoice, OptionGroup};
use steward::domain::house::member::{Actor, Role};
use steward::domain::id::Id;
use steward::domain::secret::Secret;
use steward::domain::time::{Clock, Time};
use steward::jobs;
use steward::providers::llm::Model;
use steward::services::house::member;
use steward::store::file::File;
use steward::store::house::item as items;
use steward::store::tx::Read;

pub const APP_SECRET: &str = "shh-app-secret";
pub const VERIFY: &str = "verify-me";

/// A running Steward.
pub struct TestApp {
    pub app: Arc<App>,
    pub url: String,
    pub meta: Meta,
    pub business: Business,
    pub key: String,
    pub http: reqwest::Client,
    _dir: tempfile::TempDir,
    next: AtomicU32,
}

/// Saturday noon in Lagos.
pub fn noon() -> Time {
    Time::parse("2026-11-21T11:00:00Z").unwrap()
}

/// Opens a Steward with one restaurant on the Meta double, under a clock that tests move.
pub async fn open(model: Arc<dyn Model>) -> TestApp {
    open_with(model, Clock::starting_at(noon()), |_| {}).await
}

pub async fn open_with(model: Arc<dyn Model>, clock: Clock, change: impl FnOnce(&mut Config)) -> TestApp {
    open_graphs(model, clock, change, steward::agents::runs::runtime).await
}

/// The same with other graphs than the house's.
pub async fn open_graphs(
    model: Arc<dyn Model>,
    clock: Clock,
    change: impl FnOnce(&mut Config),
    graphs: impl FnOnce(&Arc<App>) -> steward::graph::Runtime,
) -> TestApp {
    let dir = tempfile::tempdir().unwrap();
    let meta = Meta::open().await;
    let mut config = Config::for_testing(dir.path());
    config.whatsapp.base_url.clone_from(&meta.url);
    config.reader_program = Some(env!("CARGO_BIN_EXE_steward").into());
    change(&mut config);
    let app = App::open(config, clock).await.unwrap();
    let business = add_business(&app, "Mama Put", NUMBER).await;
    let id = business.id;
    let (_, key) = app.store.control_write(move |tx| member::add_key(tx, id, "test", Role::Owner)).await.unwrap();
    let runtime = graphs(&app);
    jobs::start_with(&app, model, runtime).await.unwrap();
    let url = serve(&app).await;
    TestApp { app, url, meta, business, key, http: reqwest::Client::builder().build().unwrap(), _dir: dir, next: AtomicU32::new(1) }
}

pub async fn serve(app: &Arc<App>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let shared = app.clone();
    app.tasks.spawn("web", async move { steward::web::serve(shared, listener, std::future::pending()).await.unwrap() });
    url
}

/// A restaurant with a small menu on a WhatsApp number.
pub async fn add_business(app: &App, name: &str, number: &str) -> Business {
    let profile = Profile {
        delivery_fee_minor: 50_000,
        payment_instructions: "GTBank 0123456789, Mama Put".into(),
        owner_name: "Nkechi".into(),
        hours: steward::domain::house::hours::Hours::daily(480, 1320),
        public: true,
        ..Profile::default()
    };
    let b = businesses::create(app, name, None, Template::Restaurant, profile).await.unwrap();
    let credentials = Credentials { token: TOKEN.into(), app_secret: APP_SECRET.into(), verify_token: VERIFY.into() };
    businesses::connect_whatsapp(app, b.id, number, &credentials, false).await.unwrap();
    let file = app.store.business(b.id).unwrap();
    file.write(|tx| {
        for x in menu(tx.now) {
            items::upsert_item(tx, &x)?;
        }
        items::bump_menu(tx).map(drop)
    })
    .await
    .unwrap();
    b
}

fn menu(now: Time) -> Vec<Item> {
    let choice = |name: &str, price_minor| OptionChoice { name: name.into(), price_minor };
    let size =
        OptionGroup { name: "Size".into(), choices: vec![choice("Regular", 0), choice("Large", 100_000)], required: true, many: false };
    let item = |name: &str, price_minor, stock, options| Item {
        id: Id::new(now),
        sku: name.to_lowercase().replace(' ', "-"),
        name: name.into(),
        aliases: vec![],
        description: String::new(),
        category: "Food".into(),
        price_minor,
        unit: "plate".into(),
        stock,
        available: true,
        options,
        photo: None,
        attributes: json!({}),
    };
    vec![
        item("Jollof rice", 250_000, None, vec![size]),
        item("Grilled chicken", 200_000, None, vec![]),
        item("Coke", 60_000, Some(10), vec![]),
        item("Meat pie", 90_000, Some(3), vec![]),
    ]
}

impl TestApp {
    pub fn file(&self) -> Arc<File> {
        self.app.store.business(self.business.id).unwrap()
    }
    pub async fn read<T: Send + 'static>(&self, f: impl FnOnce(&Read<'_>) -> steward::domain::error::Result<T> + Send + 'static) -> T {
        self.file().read(f).await.unwrap()
    }
    pub fn owner(&self) -> Actor {
        Actor::Member { id: Id::NIL, name: "Nkechi".into() }
    }
    /// Runs everything that is due; jobs that wait run when the clock says so.
    pub async fn settle(&self) {
        self.app.bell.due(self.business.id, self.app.clock().now());
        self.app.bell.settle().await;
    }
    /// Moves the clock and runs what became due.
    pub async fn pass_ms(&self, ms: i64) {
        self.app.clock().advance_ms(ms);
        self.settle().await;
    }
    pub fn new_wamid(&self) -> String {
        format!("wamid.T{}", self.next.fetch_add(1, Ordering::Relaxed))
    }
    /// Posts a webhook with the right signature; the status.
    pub async fn post_hook(&self, body: &Value) -> u16 {
        self.post_raw(body.to_string().into_bytes(), APP_SECRET).await
    }
    pub async fn post_raw(&self, body: Vec<u8>, secret: &str) -> u16 {
        let signed = signature::sign(&Secret::new(secret), &body);
        let answer =
            self.http.post(format!("{}/webhooks/meta", self.url)).header("x-hub-signature-256", signed).body(body).send().await.unwrap();
        answer.status().as_u16()
    }
    /// A customer writes on WhatsApp.
    pub async fn writes(&self, from: &str, text: &str) {
        let body = text_hook(NUMBER, from, &self.new_wamid(), text);
        assert_eq!(self.post_hook(&body).await, 200);
    }
    /// A customer writes, and everything that follows happens; what we sent them since, as text.
    pub async fn says(&self, from: &str, text: &str) -> Vec<String> {
        let before = self.sent_to(from).len();
        self.writes(from, text).await;
        self.pass_ms(10_000).await;
        self.sent_to(from).split_off(before)
    }
    /// The words of every message the double took for a customer, oldest first.
    pub fn sent_to(&self, to: &str) -> Vec<String> {
        let words = |m: &Value| {
            let text = m["text"]["body"].as_str().or_else(|| m["interactive"]["body"]["text"].as_str());
            text.unwrap_or_default().to_owned()
        };
        let sent = self.meta.sent();
        sent.iter().filter(|m| m["status"].is_null() && (m["to"] == to || m["recipient"] == to)).map(words).collect()
    }
}

/// A column out of a business's file, for what no part of the program asks for.
pub fn column<T: rusqlite::types::FromSql>(file: &File, sql: &str, about: &str) -> Vec<T> {
    let conn = rusqlite::Connection::open_with_flags(file.path(), rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut rows = conn.prepare(sql).unwrap();
    rows.query_map([about], |r| r.get(0)).unwrap().map(|r| r.unwrap()).collect()
}

/// Statements run in a business's file beside its writer, to break it or to mend it.
pub fn meddle(file: &File, sql: &str) {
    let conn = rusqlite::Connection::open_with_flags(file.path(), rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
    conn.execute_batch(sql).unwrap();
}

/// How many jobs are ready, leased and dead.
pub fn count_jobs(file: &File) -> (i64, i64, i64) {
    let n = |state| column(file, "select count(*) from jobs where state = ?1", state)[0];
    (n("ready"), n("leased"), n("dead"))
}

/// A text webhook as Meta writes it.
pub fn text_hook(number: &str, from: &str, wamid: &str, text: &str) -> Value {
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1", "changes": [{ "field": "messages", "value": {
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "15550000001", "phone_number_id": number },
        "contacts": [{ "profile": { "name": "Ada" }, "wa_id": from }],
        "messages": [{ "from": from, "id": wamid, "timestamp": "1763722800", "type": "text", "text": { "body": text } }],
    } }] }] })
}
