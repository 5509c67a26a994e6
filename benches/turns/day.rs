//! A mixed day of many businesses at full speed: customers order, ask, chat and ask for a person, over numbers of their own; every reply's
//! delivery is reported back, and one webhook in twenty comes twice. Afterwards the files are counted: nothing lost, nothing twice.

use super::{SECRET, Server, item, load, proc};
use serde_json::json;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use steward::app::directory::Credentials;
use steward::app::{App, businesses};
use steward::domain::house::business::{Profile, Template};
use steward::domain::id::Id;
use steward::domain::secret::Secret;
use steward::domain::time::Clock;
use steward::store::house::item as items;
use tokio::net::TcpStream;
use tokio::sync::Notify;

/// Messages of one conversation.
const STEPS: usize = 10;
/// What customers of each kind write, in turn.
const TALKS: [[&str; STEPS]; 5] = [
    [
        "Hello.",
        "2 jollof rice and 1 coke please.",
        "Actually make it 3 jollof rice.",
        "How much is egusi soup?",
        "I will pick it up.",
        "Yes.",
        "I paid.",
        "Where is my order?",
        "What time do you open tomorrow?",
        "Thank you.",
    ],
    [
        "Good morning.",
        "What do you have?",
        "How much is fried rice?",
        "Do you have meat pie?",
        "Is it open now?",
        "Where are you?",
        "Do you deliver?",
        "How much is a bottle of water?",
        "Ok.",
        "Thanks a lot.",
    ],
    [
        "How far.",
        "Abeg I wan buy 2 jollof rice.",
        "Add 1 coke.",
        "comot the coke.",
        "I go come carry am.",
        "na so.",
        "I don pay.",
        "How much be meat pie abeg?",
        "wetin una get?",
        "Thank you o.",
    ],
    [
        "Hi, I want chicken and fried rice.",
        "Remove the chicken.",
        "Cancel it.",
        "3 meat pie please.",
        "Pickup.",
        "Yes please.",
        "Cancel my order.",
        "Do you sell shoes?",
        "Never mind.",
        "Bye.",
    ],
    [
        "Hello there.",
        "My order was wrong yesterday.",
        "I want to speak to a person.",
        "Are you there?",
        "It was cold.",
        "And late.",
        "I want my money back.",
        "Please answer.",
        "I am waiting.",
        "Ok I will call.",
    ],
];
/// The kind whose customers are given to a person, and from which message on nobody answers by himself.
const PERSON: (usize, usize) = (4, 2);
/// How long a reply may take before it counts as missing.
const PATIENCE: Duration = Duration::from_secs(5);

/// How much of a day.
pub struct Size {
    pub businesses: u32,
    pub conversations: u32,
    pub at_once: usize,
}

fn number(business: u32) -> String {
    format!("2000000000{business:05}")
}

fn customer(business: u32, n: u32) -> u32 {
    business * 10_000 + n
}

/// Makes the businesses where there are none.
pub async fn open(app: &Arc<App>, count: u32) {
    for b in 0..count {
        let made =
            businesses::create(app, &format!("Bench {b}"), None, Template::Restaurant, Profile::default()).await.expect("a business");
        let c = Credentials { token: "t".into(), app_secret: SECRET.into(), verify_token: "v".into() };
        businesses::connect_whatsapp(app, made.id, &number(b), &c, false).await.expect("connected");
        let names = ["Jollof rice", "Fried rice", "Bottle of water", "Egusi soup", "Meat pie", "Coke", "Chicken"];
        let fill = move |tx: &mut steward::store::tx::Tx<'_>| {
            for (n, name) in names.iter().enumerate() {
                items::upsert_item(tx, &item(Id::new(tx.now), name, 100_000 + 50_000 * i64::try_from(n).unwrap_or(0)))?;
            }
            items::bump_menu(tx).map(drop)
        };
        app.store.business(made.id).expect("its file").write(fill).await.expect("a menu");
    }
}

/// Meta's end: what was handed to it.
#[derive(Default)]
struct Heard {
    /// Replies by customer.
    replies: Mutex<HashMap<String, usize>>,
    /// Hand-overs by callback text; more than one is a message sent twice.
    handed: Mutex<HashMap<String, usize>>,
    news: Notify,
    /// Deliveries to report: number, customer, id, callback.
    delivered: Mutex<Vec<[String; 4]>>,
}

async fn graph(heard: Arc<Heard>) -> String {
    let app = axum::Router::new().fallback(move |uri: axum::http::Uri, body: axum::body::Bytes| {
        let heard = heard.clone();
        async move {
            let v: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
            let id = format!("wamid.{}", Id::new(Clock::System.now()));
            if let (Some(to), Some(callback)) = (v["to"].as_str(), v["biz_opaque_callback_data"].as_str()) {
                let to = to.trim_start_matches('+').to_owned();
                *heard.handed.lock().expect("unpoisoned").entry(callback.to_owned()).or_default() += 1;
                *heard.replies.lock().expect("unpoisoned").entry(to.clone()).or_default() += 1;
                let from = uri.path().split('/').nth(2).unwrap_or_default().to_owned();
                heard.delivered.lock().expect("unpoisoned").push([from, to, id.clone(), callback.to_owned()]);
                heard.news.notify_waiters();
            }
            axum::Json(json!({ "messaging_product": "whatsapp", "success": true, "messages": [{ "id": id }] }))
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

impl Heard {
    fn count(&self, who: &str) -> usize {
        self.replies.lock().expect("unpoisoned").get(who).copied().unwrap_or(0)
    }
    /// Waits for one more reply than `before`.
    async fn more_than(&self, who: &str, before: usize) -> bool {
        let wait = async {
            loop {
                let next = self.news.notified();
                tokio::pin!(next);
                next.as_mut().enable();
                if self.count(who) > before {
                    return;
                }
                next.await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.is_ok()
    }
}

/// What one sender of the load saw.
#[derive(Default)]
struct Seen {
    ms: Vec<f64>,
    posted: usize,
    again: usize,
    refused: usize,
    unanswered: Vec<String>,
}

/// Plays some conversations, each message when the one before was answered.
async fn play(server: std::net::SocketAddr, heard: Arc<Heard>, mine: Vec<(u32, u32)>) -> Seen {
    let secret = Secret::new(SECRET);
    let mut socket = TcpStream::connect(server).await.expect("connected");
    let _ = socket.set_nodelay(true);
    let mut buffer = vec![0u8; 16 * 1024];
    let mut seen = Seen::default();
    for step in 0..STEPS {
        for (b, n) in &mine {
            let (who, kind) = (customer(*b, *n), (*n as usize) % TALKS.len());
            let Some(text) = TALKS[kind].get(step) else { continue };
            let body = load::body(&format!("day.{b}.{n}.{step}"), who, text).replace(super::NUMBER, &number(*b));
            let request = load::post("/webhooks/meta", &secret, &body);
            let address = format!("23480{who:08}");
            let before = heard.count(&address);
            let began = Instant::now();
            // One in twenty comes twice, as Meta's do.
            for _ in 0..if (*n as usize + step).is_multiple_of(20) { 2 } else { 1 } {
                let status = load::exchange(&mut socket, &request, &mut buffer).await;
                seen.posted += 1;
                seen.refused += usize::from(status != Some(200));
            }
            seen.again += usize::from((*n as usize + step).is_multiple_of(20));
            if kind == PERSON.0 && step >= PERSON.1 {
                continue;
            }
            if heard.more_than(&address, before).await {
                seen.ms.push(began.elapsed().as_secs_f64() * 1e3);
            } else {
                seen.unanswered.push(format!("{text:?}"));
            }
        }
    }
    seen
}

/// Reports what was delivered, until told to stop and nothing is left.
async fn report(server: std::net::SocketAddr, heard: Arc<Heard>, over: Arc<std::sync::atomic::AtomicBool>) -> usize {
    let secret = Secret::new(SECRET);
    let mut socket = TcpStream::connect(server).await.expect("connected");
    let mut buffer = vec![0u8; 16 * 1024];
    let mut reported = 0;
    loop {
        let batch = std::mem::take(&mut *heard.delivered.lock().expect("unpoisoned"));
        if batch.is_empty() && over.load(std::sync::atomic::Ordering::Relaxed) {
            return reported;
        }
        for [from, to, id, callback] in batch {
            let status = json!({ "id": id, "status": "delivered", "timestamp": "1750000001", "recipient_id": to, "biz_opaque_callback_data": callback });
            let value = json!({ "messaging_product": "whatsapp", "metadata": { "display_phone_number": "15550783881", "phone_number_id": from }, "statuses": [status] });
            let hook = json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1", "changes": [{ "value": value, "field": "messages" }] }] });
            let request = load::post("/webhooks/meta", &secret, &hook.to_string());
            assert_eq!(load::exchange(&mut socket, &request, &mut buffer).await, Some(200), "a report is taken");
            reported += 1;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What is in the files of all businesses.
#[derive(Debug, Default, PartialEq, Eq)]
struct Kept {
    heard: i64,
    replies: i64,
    delivered: i64,
    open_jobs: i64,
    dead_jobs: i64,
    orders: i64,
}

fn kept(dir: &Path) -> Kept {
    let mut sum = Kept::default();
    for folder in std::fs::read_dir(dir.join("businesses")).expect("a folder").flatten() {
        let path = folder.path().join("business.db");
        let conn = rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).expect("its file");
        let one = |sql: &str| conn.query_row(sql, [], |r| r.get::<_, i64>(0)).expect("a count");
        sum.heard += one("select count(*) from messages where direction = 'in'");
        sum.replies += one("select count(*) from messages where direction = 'out' and kind <> 'system'");
        sum.delivered += one("select count(*) from messages where direction = 'out' and delivery in ('delivered', 'read')");
        sum.open_jobs += one("select count(*) from jobs where state = 'leased' or state = 'ready' and due_at <= unixepoch('now') * 1000");
        sum.dead_jobs += one("select count(*) from jobs where state = 'dead'");
        sum.orders += one("select count(*) from orders");
    }
    sum
}

/// The whole day.
pub async fn all(size: &Size) {
    let dir = tempfile::tempdir().expect("a folder");
    let heard = Arc::new(Heard::default());
    let server = Server::start_as(dir.path(), &graph(heard.clone()).await, &format!("day:{}", size.businesses));
    let mut shares = vec![Vec::new(); size.at_once];
    for n in 0..size.conversations / size.businesses {
        for b in 0..size.businesses {
            shares[(n * size.businesses + b) as usize % size.at_once].push((b, n));
        }
    }
    let over = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let reporter = tokio::spawn(report(server.address, heard.clone(), over.clone()));
    let (began, cpu) = (Instant::now(), proc::cpu_ms(&[server.pid()]));
    let mut most_mb: f64 = 0.0;
    let mut all = tokio::task::JoinSet::new();
    for mine in shares {
        all.spawn(play(server.address, heard.clone(), mine));
    }
    let mut seen = Seen::default();
    let mut look = tokio::time::interval(Duration::from_secs(2));
    loop {
        tokio::select! {
            done = all.join_next() => match done {
                Some(one) => {
                    let one = one.expect("a sender ends");
                    seen.ms.extend(one.ms);
                    seen.unanswered.extend(one.unanswered);
                    (seen.posted, seen.again, seen.refused) = (seen.posted + one.posted, seen.again + one.again, seen.refused + one.refused);
                }
                None => break,
            },
            _ = look.tick() => most_mb = most_mb.max(proc::pss_mb(&[server.pid()])),
        }
    }
    let took = began.elapsed().as_secs_f64();
    let cpu = proc::cpu_ms(&[server.pid()]) - cpu;
    // What was still under way ends: receipts of delivery, and jobs that were due.
    tokio::time::sleep(Duration::from_secs(3)).await;
    over.store(true, std::sync::atomic::Ordering::Relaxed);
    let reported = reporter.await.expect("the reports end");
    let began = Instant::now();
    let mut found = kept(dir.path());
    while found.open_jobs > 0 && began.elapsed() < Duration::from_secs(60) {
        tokio::time::sleep(Duration::from_secs(1)).await;
        found = kept(dir.path());
    }
    let handed = heard.handed.lock().expect("unpoisoned");
    let twice = handed.values().filter(|n| **n > 1).count();
    let sent = seen.posted - seen.again;
    seen.ms.sort_by(f64::total_cmp);
    println!(
        "steward day businesses={} conversations={} messages={sent} came_twice={} per_s={:.0} turn_p50_ms={:.1} turn_p99_ms={:.1} max_ms={:.1} cpu_ms_message={:.3} pss_mb={most_mb:.1}",
        size.businesses,
        size.conversations,
        seen.again,
        sent as f64 / took,
        load::at(&seen.ms, 0.5),
        load::at(&seen.ms, 0.99),
        load::at(&seen.ms, 1.0),
        cpu / sent as f64
    );
    println!(
        "steward day refused={} stored={} lost={} replies={} handed_over={} handed_over_twice={twice} reported={reported} delivered={} orders={} unanswered={} open_jobs={} dead_jobs={}",
        seen.refused,
        found.heard,
        i64::try_from(sent).unwrap_or(i64::MAX) - found.heard,
        found.replies,
        handed.len(),
        found.delivered,
        found.orders,
        seen.unanswered.len(),
        found.open_jobs,
        found.dead_jobs
    );
    for text in seen.unanswered.iter().take(5) {
        println!("steward day unanswered: {text}");
    }
}
