//! The receptionist through HTTP: pages taken in, answers found and answers kept, a large catalogue searched with filters, and
//! what a restart costs.

use super::{Server, load, nobody, proc};
use serde_json::{Value, json};
use std::fmt::Write;
use std::time::{Duration, Instant};

/// Documents, and pages in each.
const DOCUMENTS: usize = 100;
const PAGES: usize = 10;
const ITEMS: usize = 10_000;
const QUESTIONS: usize = 200;

const PLACES: [&str; 10] = ["garden", "library", "sauna", "workshop", "gallery", "kitchen", "terrace", "theatre", "harbour", "observatory"];
const NAMES: [&str; 20] = [
    "Adaora", "Bamidele", "Chinwe", "Danjuma", "Efe", "Folake", "Gbenga", "Halima", "Ikenna", "Jumoke", "Kelechi", "Lateef", "Musa",
    "Ngozi", "Obinna", "Patience", "Rukayat", "Segun", "Tunde", "Uche",
];

/// What a page is about; each name and place meet in few documents only.
fn topic(document: usize, page: usize) -> (String, usize) {
    let n = document * PAGES + page;
    (format!("{} {} {}", NAMES[n % 20], PLACES[n / 20 % 10], n / 200 + 1), n)
}

/// About 2,400 characters a page, as a printed page has.
fn document(number: usize) -> String {
    let mut text = String::new();
    for page in 0..PAGES {
        let (name, n) = topic(number, page);
        let _ = write!(
            text,
            "# The {name}\n\nThe {name} opens at {:02}:{:02} and closes in the evening. Tickets for the {name} cost {} naira.\n\n",
            6 + n % 6,
            n * 7 % 60,
            500 + n * 10
        );
        for part in 0..12 {
            let _ = write!(
                text,
                "Part {part} of these notes was written for guests who come by road or by water, with their luggage, their children and their questions, and who read slowly. It says where the path leads and who keeps the lamps in order.\n\n"
            );
        }
    }
    text
}

struct Client {
    http: reqwest::Client,
    base: String,
    key: String,
}

impl Client {
    async fn post(&self, path: &str, body: &Value) -> Value {
        let answer = self.http.post(format!("{}{path}", self.base)).bearer_auth(&self.key).json(body).send().await.expect("answered");
        assert!(answer.status().is_success(), "{path}: {} {}", answer.status(), answer.text().await.unwrap_or_default());
        answer.json().await.expect("JSON")
    }
    async fn get(&self, path: &str) -> Value {
        let answer = self.http.get(format!("{}{path}", self.base)).bearer_auth(&self.key).send().await.expect("answered");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.expect("JSON")
    }
    /// Asks as a customer; milliseconds and the reply.
    async fn ask(&self, text: &str) -> (f64, String) {
        let began = Instant::now();
        let turn = self.post("/chat/messages", &json!({ "text": text })).await;
        (began.elapsed().as_secs_f64() * 1e3, turn["reply"].as_str().unwrap_or_default().to_owned())
    }
}

fn client(server: &Server, key: &str) -> Client {
    // The program's own client brings its cryptography along; this one takes what the process has. It may be there already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client { http: reqwest::Client::new(), base: format!("http://{}/api/v1", server.address), key: key.to_owned() }
}

fn told(name: &str, mut ms: Vec<f64>, more: &str) {
    ms.sort_by(f64::total_cmp);
    println!(
        "steward {name} n={} p50_ms={:.2} p95_ms={:.2} p99_ms={:.2} {more}",
        ms.len(),
        load::at(&ms, 0.5),
        load::at(&ms, 0.95),
        load::at(&ms, 0.99)
    );
}

/// All of it, one after the other, on one data folder.
pub async fn all() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(dir.path(), &nobody().await);
    let key = std::fs::read_to_string(dir.path().join("bench.key")).expect("a key");
    let c = client(&server, &key);
    pages(&c, &server).await;
    answers(&c).await;
    items(&c, &server).await;
    drop(server);
    let began = Instant::now();
    let server = Server::start(dir.path(), &nobody().await);
    let (_, reply) = client(&server, &key).ask("When does the Uche observatory 3 open?").await;
    println!(
        "steward restart passages_and_items={} start_to_first_answer_ms={:.0} pss_mb={:.1} answered={}",
        DOCUMENTS * PAGES + ITEMS,
        began.elapsed().as_secs_f64() * 1e3,
        proc::pss_mb(&[server.pid()]),
        reply.contains("Uche observatory 3")
    );
}

async fn pages(c: &Client, server: &Server) {
    let (cpu, began) = (proc::cpu_ms(&[server.pid()]), Instant::now());
    for n in 0..DOCUMENTS {
        c.post("/knowledge/documents", &json!({ "title": format!("Notes {n}"), "text": document(n) })).await;
    }
    loop {
        let list = c.get("/knowledge/documents?limit=100").await;
        let states: Vec<&str> = list["items"].as_array().expect("a list").iter().filter_map(|d| d["state"].as_str()).collect();
        if states.len() == DOCUMENTS && states.iter().all(|s| *s == "ready") {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(300) && !states.contains(&"failed"), "{list}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "steward ingest pages={} s={seconds:.2} pages_s={:.0} cpu_ms_page={:.2} pss_mb={:.1}",
        DOCUMENTS * PAGES,
        (DOCUMENTS * PAGES) as f64 / seconds,
        (proc::cpu_ms(&[server.pid()]) - cpu) / (DOCUMENTS * PAGES) as f64,
        proc::pss_mb(&[server.pid()])
    );
}

/// Each question of a stranger of its own, then all of them again.
async fn answers(c: &Client) {
    let _ = c.ask("hello").await;
    for (name, round) in [("answer_found", 0), ("answer_again", 1)] {
        let (mut ms, mut right) = (Vec::new(), 0);
        for q in 0..QUESTIONS {
            let (topic, n) = topic(q * 5 / PAGES, q * 5 % PAGES);
            let (took, reply) = c.ask(&format!("When does the {topic} open?")).await;
            right += usize::from(reply.contains(&format!("{:02}:{:02}", 6 + n % 6, n * 7 % 60)));
            ms.push(took);
        }
        let from_cache = if round == 1 { c.get("/knowledge/cache").await.to_string() } else { String::new() };
        told(name, ms, &format!("right={right} {}", from_cache.chars().take(160).collect::<String>()));
    }
}

async fn items(c: &Client, server: &Server) {
    let mut csv = String::from("sku,name,price,category,description,stock,unit\n");
    for n in 0..ITEMS {
        let (name, place) = (NAMES[n % 20], PLACES[n / 20 % 10]);
        let _ = writeln!(csv, "B{n:05},{name} {place} chair {n},{},Furniture,Seat number {n} for the {place},{},piece", 1_000 + n, n % 3);
    }
    let headers = format!("Authorization: Bearer {}\r\n", c.key);
    let (status, body) = load::upload(server.address, "/api/v1/items/import/csv", &headers, &csv).await;
    assert_eq!(status, 200, "{body}");
    // Until the last of them is found by meaning too.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let mut ms = Vec::new();
    let mut found = 0;
    for q in 0..QUESTIONS * 2 {
        let path = format!(
            "/items?q={}%20{}%20seat&min_price={}&max_price={}&in_stock=true&limit=10",
            NAMES[q % 20],
            PLACES[q / 20 % 10],
            1_000 + q * 20,
            3_000 + q * 20
        );
        let began = Instant::now();
        let got = c.get(&path).await;
        ms.push(began.elapsed().as_secs_f64() * 1e3);
        found += got["items"].as_array().map_or(0, Vec::len);
    }
    told("items_10000", ms, &format!("filters=price,in_stock found={found} pss_mb={:.1}", proc::pss_mb(&[server.pid()])));
}
