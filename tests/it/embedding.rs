//! The process is killed while everything is embedded anew: it goes on where it was, the old vectors are searched until the
//! new ones are complete, and nothing is embedded or kept twice.

use crate::harness;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use steward::app::App;
use steward::config::Config;
use steward::config::models::EmbeddingServer;
use steward::domain::id::Id;
use steward::domain::secret::Secret;
use steward::domain::time::Clock;
use steward::jobs;
use steward::providers::llm::builtin::BuiltIn;
use steward::search::{Filter, Kind, Query};
use steward::store::vector;
use steward::telemetry::breakpoint::EMBEDDING_PLACES;

/// Passages: three requests and a bit.
const THINGS: usize = 200;
const OLD: &str = "steward-embed-v1";
const NEW: &str = "openai:letters";

/// A server that gives every text three numbers by its letters, and keeps what it was asked.
async fn letters() -> (String, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = asked.clone();
    let answer = move |axum::Json(body): axum::Json<Value>| {
        let kept = kept.clone();
        async move {
            let texts: Vec<String> = body["input"].as_array().unwrap().iter().map(|t| t.as_str().unwrap().to_owned()).collect();
            kept.lock().unwrap().extend(texts.clone());
            let count = |t: &str, c: char| t.matches(c).count() as f64 + 0.1;
            let row = |(n, t): (usize, &String)| json!({ "index": n, "embedding": [count(t, 'a'), count(t, 'e'), count(t, 'o')] });
            axum::Json(json!({ "data": texts.iter().enumerate().map(row).collect::<Vec<_>>() }))
        }
    };
    let app = axum::Router::new().route("/v1/embeddings", axum::routing::post(answer));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    #[expect(clippy::disallowed_methods, reason = "a double lives as long as its test's runtime")]
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    (url, asked)
}

fn serve(dir: &Path, embedding: &str, place: &str) -> Child {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut c = Command::new(env!("CARGO_BIN_EXE_steward"));
    c.env_clear().env("STEWARD_DATA", dir).env("RUST_LOG", "warn").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    c.envs([("OPENAI_EMBEDDING_MODEL", "letters"), ("OPENAI_EMBEDDING_BASE_URL", embedding)]);
    c.env("STEWARD_BREAK_AT", place);
    c.args(["serve", "--listen", &format!("127.0.0.1:{port}")]).spawn().unwrap()
}

fn with_letters(dir: &Path, embedding: &str) -> Config {
    let mut config = Config::for_testing(dir);
    config.models.embedding =
        Some(EmbeddingServer { name: "openai", api_key: Secret::default(), base_url: embedding.into(), model: "letters".into() });
    config
}

/// What the folder holds while no server runs: the model that is searched, how much has vectors of the new one, and whether a
/// search still finds by meaning.
async fn looked(dir: &Path, business: Id, embedding: &str) -> (String, i64, bool) {
    let app = App::open(with_letters(dir, embedding), Clock::System).await.unwrap();
    look(&app, business).await
}

async fn look(app: &App, business: Id) -> (String, i64, bool) {
    app.search.prepare("opening hours of the rooms").await;
    let (search, file) = (app.search.clone(), app.store.business(business).unwrap());
    let look = file.read(move |tx| {
        let model = vector::active_model(tx)?.unwrap();
        let q = Query { kind: Kind::Chunk, text: "opening hours of the rooms", filter: Filter::default(), limit: 5 };
        let hits = search.find(tx, business, &q)?;
        Ok((model, vector::count_embedded(tx, NEW)?.1, hits.len() == 5 && hits.iter().all(|h| h.cosine.is_some())))
    });
    look.await.unwrap()
}

async fn dies_at(place: &str) {
    let dir = tempfile::tempdir().unwrap();
    let (url, asked) = letters().await;
    let business = {
        let app = App::open(Config::for_testing(dir.path()), Clock::System).await.unwrap();
        let business = harness::add_business(&app, "Mama Put", "100").await;
        let (search, file) = (app.search.clone(), app.store.business(business.id).unwrap());
        let put = file.write(move |tx| {
            (0..THINGS).try_for_each(|n| search.put(tx, Kind::Chunk, Id::new(tx.now), &format!("Room {n} opens at {n} o'clock")))
        });
        put.await.unwrap();
        business
    };
    let mut child = serve(dir.path(), &url, place);
    let died = tokio::task::spawn_blocking(move || child.wait().unwrap()).await.unwrap();
    assert!(!died.success(), "{place}");
    let (model, done, finds) = looked(dir.path(), business.id, &url).await;
    assert_eq!(model, OLD, "{place}: the new one is not complete");
    assert!(done >= 64 && finds, "{place}: {done} done, the old vectors serve");
    let before: HashSet<String> = asked.lock().unwrap().drain(..).collect();

    let app = App::open(with_letters(dir.path(), &url), Clock::System).await.unwrap();
    jobs::start(&app, Arc::new(BuiltIn::new())).await.unwrap();
    let file = app.store.business(business.id).unwrap();
    for _ in 0..200 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        if file.read(vector::active_model).await.unwrap().as_deref() == Some(NEW) {
            break;
        }
    }
    let now = look(&app, business.id).await;
    assert_eq!((now.0.as_str(), now.2), (NEW, true), "{place}: it took over");
    let again: Vec<String> = asked.lock().unwrap().iter().filter(|t| t.starts_with("Room")).cloned().collect();
    let once: HashSet<&String> = again.iter().collect();
    assert_eq!(once.len(), again.len(), "{place}: nothing is asked twice");
    assert!(once.iter().all(|t| !before.contains(*t)), "{place}: what was kept is not asked again");
    let (all, vectors, numbers) = file
        .read(move |tx| {
            let (mut vectors, mut numbers) = (0usize, HashSet::new());
            vector::every_vector(tx, Kind::Chunk, NEW, |n, _| {
                vectors += 1;
                numbers.insert(n);
            })?;
            vector::every_vector(tx, Kind::Chunk, OLD, |_, _| vectors += 1)?;
            Ok((vector::count_embedded(tx, NEW)?, vectors, numbers.len()))
        })
        .await
        .unwrap();
    assert_eq!(all.0, all.1, "{place}: everything has a vector");
    assert_eq!((vectors, numbers), (THINGS, THINGS), "{place}: one each, none of the old model");
}

#[tokio::test]
async fn killed_while_everything_is_embedded_anew() {
    for place in EMBEDDING_PLACES {
        dies_at(if place == "embed.part" { "embed.part@2" } else { place }).await;
    }
}
