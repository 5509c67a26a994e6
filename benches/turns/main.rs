//! What a turn costs, beside the stack the designs name. Run by `make bench`; every figure is printed with the command
//! that made it.
//!
//! `turns server DIR` is the server under load (the same calls as `steward serve`); everything else drives it.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_possible_truncation,
    reason = "a program of its own: prints figures, starts tasks, reads the database beside the server"
)]

mod answers;
mod day;
mod import;
mod load;
mod proc;

use load::{Bodies, Run};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use steward::app::directory::Credentials;
use steward::app::{App, businesses};
use steward::config::Config;
use steward::domain::house::business::{Profile, Template};
use steward::domain::house::item::Item;
use steward::domain::house::member::Role;
use steward::domain::id::Id;
use steward::domain::time::Clock;
use steward::jobs;
use steward::providers::llm::builtin::BuiltIn;
use steward::services::house::member;
use steward::store::house::item as items;
use steward::store::meta;

/// As in the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const NUMBER: &str = "106540352242922";
const SECRET: &str = "benchsecret";
/// Requests a second no server here reaches.
const MOST_PER_SECOND: usize = 20_000;

fn main() {
    let asked = std::env::args().any(|a| a == "--bench");
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    match args.first().map(String::as_str) {
        Some("server") => runtime.block_on(server(&args[1], &args[2], args.get(3).map_or("answers", String::as_str))),
        Some("seed") => runtime.block_on(seed(Path::new(&args[1]), args[2].parse().expect("a number"))),
        _ if asked => runtime.block_on(all(&args)),
        // A test runner that lists or runs all targets comes by here.
        _ => println!("0 tests: run it with `make bench`"),
    }
}

/// The server under load: one restaurant on one number, or with "day:100" a hundred; sends go to `graph`.
async fn server(dir: &str, graph: &str, how: &str) {
    steward::cli::open::raise_open_files();
    let app = match how.strip_prefix("day:").and_then(|n| n.parse().ok()) {
        Some(count) => {
            let app = bare(Path::new(dir), graph).await;
            day::open(&app, count).await;
            app
        }
        None => open(Path::new(dir), graph).await,
    };
    if how == "silent" {
        let id = app.directory().businesses().next().expect("a business").id;
        let silent = Profile { answers: false, ..Profile::default() };
        app.store.business(id).expect("its file").write(move |tx| meta::update_profile(tx, &silent)).await.expect("silenced");
    }
    jobs::start(&app, Arc::new(BuiltIn::new())).await.expect("the queue starts");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    println!("{}", listener.local_addr().expect("an address"));
    steward::web::serve(app.clone(), listener, std::future::pending()).await.expect("served");
}

async fn bare(dir: &Path, graph: &str) -> Arc<App> {
    let mut config = Config::for_testing(dir);
    config.whatsapp.base_url = graph.to_owned();
    config.whatsapp.messages_per_second = 100_000;
    // Documents are read by the program itself, which lies one folder above this one.
    config.reader_program = std::env::current_exe().ok().and_then(|p| Some(p.parent()?.parent()?.join("steward")));
    App::open(config, Clock::System).await.expect("the data folder opens")
}

async fn open(dir: &Path, graph: &str) -> Arc<App> {
    let app = bare(dir, graph).await;
    if app.directory().businesses().next().is_none() {
        let b = businesses::create(&app, "Bench", None, Template::Restaurant, Profile::default()).await.expect("a business");
        let c = Credentials { token: "t".into(), app_secret: SECRET.into(), verify_token: "v".into() };
        businesses::connect_whatsapp(&app, b.id, NUMBER, &c, false).await.expect("connected");
        let file = app.store.business(b.id).expect("its file");
        file.write(|tx| {
            for (n, name) in ["Jollof rice", "Fried rice", "Blue gown", "Bottle of water", "Egusi soup", "Meat pie", "Coke", "Chicken"]
                .iter()
                .enumerate()
            {
                items::upsert_item(tx, &item(Id::new(tx.now), name, 100_000 + 50_000 * i64::try_from(n).unwrap_or(0)))?;
            }
            items::bump_menu(tx).map(drop)
        })
        .await
        .expect("a menu");
        let key = app.store.control_write(move |tx| member::add_key(tx, b.id, "bench", Role::Owner)).await.expect("a key");
        std::fs::write(dir.join("bench.key"), key.1).expect("written");
    }
    app
}

fn item(id: Id, name: &str, price_minor: i64) -> Item {
    Item {
        id,
        sku: name.to_lowercase().replace(' ', "-"),
        name: name.to_owned(),
        aliases: vec![],
        description: String::new(),
        category: "Food".into(),
        price_minor,
        unit: "plate".into(),
        stock: None,
        available: true,
        options: vec![],
        photo: None,
        attributes: serde_json::json!({}),
    }
}

/// Stores `count` old messages of 5,000 customers, for the question whether age makes it slow.
async fn seed(dir: &Path, count: u32) {
    let app = open(dir, "http://127.0.0.1:9").await;
    let id = app.directory().businesses().next().expect("a business").id;
    let file = app.store.business(id).expect("its file");
    let profile = Profile { answers: false, ..Profile::default() };
    for chunk in 0..count.div_ceil(5_000) {
        let profile = profile.clone();
        file.write(move |tx| {
            for n in 0..5_000u32.min(count - chunk * 5_000) {
                let hook = load::body(&format!("old.{chunk}.{n}"), n, "a message from long ago about rice and beans");
                let read = steward::channels::meta::parse::parse(hook.as_bytes()).expect("our own body");
                steward::services::house::hook::act(tx, &profile, steward::domain::house::conversation::Channel::Whatsapp, &read.items)?;
            }
            Ok(())
        })
        .await
        .expect("seeded");
    }
}

struct Server {
    child: Child,
    address: SocketAddr,
    started: Duration,
}

impl Server {
    fn start(dir: &Path, graph: &str) -> Self {
        Self::start_as(dir, graph, "answers")
    }
    /// "answers", "silent" (accepts and stores only), or "day:100" for that many businesses.
    fn start_as(dir: &Path, graph: &str, how: &str) -> Self {
        let began = Instant::now();
        let mut child = Command::new(std::env::current_exe().expect("our own path"))
            .args(["server", &dir.to_string_lossy(), graph, how])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        let mut out = std::io::BufReader::new(child.stdout.take().expect("its output"));
        std::io::BufRead::read_line(&mut out, &mut line).expect("its address");
        Self { child, address: line.trim().parse().expect("an address"), started: began.elapsed() }
    }
    fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How many turns are done, each with its reply stored, read from the file beside the server.
fn turns(dir: &Path) -> i64 {
    let business = std::fs::read_dir(dir.join("businesses")).expect("a folder").flatten().next().expect("a business").path();
    let conn =
        rusqlite::Connection::open_with_flags(business.join("business.db"), rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).expect("its file");
    let one = |sql: &str| conn.query_row(sql, [], |r| r.get::<_, i64>(0)).expect("a count");
    one("select count(*) from runs where state = 'done'")
}

async fn all(args: &[String]) {
    let seconds: u64 = args.iter().position(|a| a == "--seconds").and_then(|i| args[i + 1].parse().ok()).unwrap_or(8);
    let rounds: usize = args.iter().position(|a| a == "--rounds").and_then(|i| args[i + 1].parse().ok()).unwrap_or(3);
    let peer = args.iter().position(|a| a == "--peer").map(|i| args[i + 1].clone());
    let only = args.iter().position(|a| a == "--only").map(|i| args[i + 1].clone());
    let wanted = |name: &str| only.as_deref().is_none_or(|o| o == name);
    if wanted("turns") {
        turn_rounds(seconds, rounds, peer.as_deref()).await;
    }
    if wanted("latency") {
        latency(200, seconds).await;
    }
    if wanted("age") {
        age().await;
    }
    if wanted("followers") {
        followers(10_000).await;
    }
    if wanted("import") {
        let peer = args.iter().position(|a| a == "--peer-import").map(|i| args[i + 1].clone());
        import::rounds(rounds, peer.as_deref()).await;
    }
    if wanted("answers") {
        answers::all().await;
    }
    if wanted("day") {
        let of = |name: &str, usual| args.iter().position(|a| a == name).and_then(|i| args[i + 1].parse().ok()).unwrap_or(usual);
        let (businesses, conversations) = (of("--businesses", 100), of("--conversations", 10_000));
        day::all(&day::Size { businesses, conversations, at_once: of("--at-once", 16) as usize }).await;
    }
    if wanted("size") {
        size().await;
    }
}

/// Nobody answers here: what is sent waits, so that a turn ends with its reply stored for sending.
async fn nobody() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((socket, _)) = listener.accept().await {
            held.push(socket);
        }
    });
    url
}

async fn turn_rounds(seconds: u64, rounds: usize, peer: Option<&str>) {
    let peer: Option<(SocketAddr, Vec<u32>)> = peer.map(|p| {
        let (address, pids) = p.split_once('=').expect("--peer ADDRESS=PID,PID");
        (address.parse().expect("an address"), pids.split(',').filter_map(|p| p.parse().ok()).collect())
    });
    let mut asked = 0;
    for (how, conns) in [("answers", 1usize), ("answers", 32), ("answers", 100), ("silent", 32)] {
        for round in 0..rounds {
            let dir = tempfile::tempdir().expect("a folder");
            let server = Server::start_as(dir.path(), &nobody().await, how);
            let bodies =
                Bodies::new(SECRET, u32::try_from(round).unwrap_or(0)).prepare("/webhooks/meta", MOST_PER_SECOND * seconds as usize);
            let cpu = proc::cpu_ms(&[server.pid()]);
            let run = Run { address: server.address, conns, seconds };
            let r = load::closed_loop(&run, &bodies).await;
            let (done, cpu) = (turns(dir.path()), proc::cpu_ms(&[server.pid()]) - cpu);
            // What is acknowledged is answered: every message has its turn, except where two of one customer became one.
            let name = if how == "silent" { "accept" } else { "turns " };
            println!(
                "steward {name} conns={conns} round={round} per_s={:.0} cpu_ms={:.3} p50_ms={:.2} p99_ms={:.2} pss_mb={:.1} answers={} turns={done} other={}",
                r.rate,
                cpu / r.ok as f64,
                r.p50_ms,
                r.p99_ms,
                proc::pss_mb(&[server.pid()]),
                r.ok,
                r.other
            );
            drop(server);
            if let Some((address, pids)) = &peer {
                // It keeps what it was told: the same words twice would only be known again.
                asked += 1;
                let bodies = Bodies::new(SECRET, 1_000 + asked).prepare("/webhook/whatsapp", 3_000 * seconds as usize);
                let cpu = proc::tree_cpu_ms(pids);
                let run = Run { address: *address, conns, seconds };
                let r = load::closed_loop(&run, &bodies).await;
                let cpu = proc::tree_cpu_ms(pids) - cpu;
                println!(
                    "peer    turns conns={conns} round={round} turns_s={:.0} cpu_ms_turn={:.3} p50_ms={:.2} p99_ms={:.2} pss_mb={:.1} answers={} other={}",
                    r.rate,
                    cpu / r.ok as f64,
                    r.p50_ms,
                    r.p99_ms,
                    proc::pss_mb(&proc::tree(pids)),
                    r.ok,
                    r.other
                );
            }
        }
    }
}

/// Meta's end: notes when the reply for a customer arrives.
async fn graph(arrived: Arc<Mutex<HashMap<String, Instant>>>) -> String {
    let app = axum::Router::new().fallback(move |body: axum::body::Bytes| {
        let arrived = arrived.clone();
        async move {
            let v: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
            if let Some(to) = v["to"].as_str() {
                arrived.lock().expect("unpoisoned").entry(to.to_owned()).or_insert_with(Instant::now);
            }
            let id = Id::new(Clock::System.now()).to_string();
            axum::Json(serde_json::json!({ "messaging_product": "whatsapp", "success": true, "messages": [{ "id": id }] }))
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

/// From webhook posted to reply in the provider's hands, at a steady rate, each message from another customer.
async fn latency(per_second: u32, seconds: u64) {
    let dir = tempfile::tempdir().expect("a folder");
    let ms = webhook_to_reply(dir.path(), per_second, seconds).await;
    println!(
        "steward webhook_to_reply rate={per_second} n={} p50_ms={:.2} p99_ms={:.2} max_ms={:.2}",
        ms.len(),
        load::at(&ms, 0.5),
        load::at(&ms, 0.99),
        load::at(&ms, 1.0)
    );
    let dir = tempfile::tempdir().expect("a folder");
    let ms = webhook_to_reply(dir.path(), 20, seconds).await;
    println!("steward webhook_to_reply rate=20 n={} p50_ms={:.2} p99_ms={:.2}", ms.len(), load::at(&ms, 0.5), load::at(&ms, 0.99));
}

async fn webhook_to_reply(dir: &Path, per_second: u32, seconds: u64) -> Vec<f64> {
    let arrived = Arc::new(Mutex::new(HashMap::new()));
    let server = Server::start(dir, &graph(arrived.clone()).await);
    let sent = load::steady(server.address, SECRET, per_second, seconds).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let arrived = arrived.lock().expect("unpoisoned");
    let mut ms: Vec<f64> = sent.iter().filter_map(|(to, at)| arrived.get(to).map(|a| a.duration_since(*at).as_secs_f64() * 1e3)).collect();
    ms.sort_by(f64::total_cmp);
    assert_eq!(ms.len(), sent.len(), "every customer got a reply");
    ms
}

async fn age() {
    for count in [1_000u32, 1_000_000] {
        let dir = tempfile::tempdir().expect("a folder");
        let seeded = Command::new(std::env::current_exe().expect("our own path"))
            .args(["seed", &dir.path().to_string_lossy(), &count.to_string()])
            .status();
        assert!(seeded.is_ok_and(|s| s.success()), "seeded");
        let ms = webhook_to_reply(dir.path(), 50, 10).await;
        println!("steward age stored={count} rate=50 n={} p50_ms={:.2} p99_ms={:.2}", ms.len(), load::at(&ms, 0.5), load::at(&ms, 0.99));
    }
}

async fn followers(count: usize) {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(dir.path(), &nobody().await);
    let files = steward::cli::open::raise_open_files().unwrap_or(u64::MAX);
    if files < count as u64 + 100 {
        println!("steward followers: only {files} files may be open here; run `ulimit -Hn {}` as root first", count + 1_000);
        return;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = proc::pss_mb(&[server.pid()]);
    let key = std::fs::read_to_string(dir.path().join("bench.key")).unwrap_or_default();
    let open = load::follow(server.address, &key, count).await;
    let after = proc::pss_mb(&[server.pid()]);
    let (news, last_ms) = load::all_hear(&open, server.address, SECRET).await;
    println!("steward followers heard={news} of={} one_message_to_all_ms={last_ms:.1}", open.len());
    println!(
        "steward followers open={} of={count} pss_before_mb={before:.1} pss_after_mb={after:.1} kb_each={:.2}",
        open.len(),
        (after - before) * 1024.0 / open.len().max(1) as f64
    );
}

async fn size() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(dir.path(), &nobody().await);
    let first = server.started;
    drop(server);
    let began = Instant::now();
    let server = Server::start(dir.path(), &nobody().await);
    let ok = load::get(server.address, "/health").await;
    let answered = began.elapsed();
    tokio::time::sleep(Duration::from_secs(2)).await;
    println!(
        "steward idle_pss_mb={:.1} first_start_ms={} start_to_first_answer_ms={} health={ok}",
        proc::pss_mb(&[server.pid()]),
        first.as_millis(),
        answered.as_millis()
    );
    let binary = std::env::current_exe().ok().and_then(|p| p.parent().and_then(Path::parent).map(|d| d.join("steward")));
    if let Some(size) = binary.and_then(|b| std::fs::metadata(b).ok()) {
        println!("steward binary_mb={:.1}", size.len() as f64 / 1e6);
    }
}
