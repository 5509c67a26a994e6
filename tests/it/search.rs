//! Finding things: nothing deleted, nothing of others, nothing that was undone; what was just written at once.

use crate::harness::{self, TestApp};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::Arc;
use steward::domain::error::Error;
use steward::domain::house::item::Item;
use steward::domain::id::Id;
use steward::providers::llm::builtin::BuiltIn;
use steward::search::{Filter, Hit, Kind, Query};
use steward::store::house::item as items;
use steward::store::vector;

async fn open() -> TestApp {
    harness::open(Arc::new(BuiltIn::new())).await
}

fn q(kind: Kind, text: &str, limit: usize) -> Query<'_> {
    Query { kind, text, filter: Filter::default(), limit }
}

async fn find(t: &TestApp, kind: Kind, text: &'static str) -> Vec<Hit> {
    let (search, business) = (t.app.search.clone(), t.business.id);
    t.read(move |tx| search.find(tx, business, &q(kind, text, 10))).await
}

async fn put(t: &TestApp, kind: Kind, text: &str) -> Id {
    let (search, text) = (t.app.search.clone(), text.to_owned());
    let id = Id::new(t.app.clock().now());
    t.file().write(move |tx| search.put(tx, kind, id, &text)).await.unwrap();
    id
}

async fn api(t: &TestApp, path: &str) -> Vec<Value> {
    let got = t.http.get(format!("{}/api/v1{path}", t.url)).bearer_auth(&t.key).send().await.unwrap();
    assert_eq!(got.status().as_u16(), 200, "{path}");
    got.json::<Value>().await.unwrap()["items"].as_array().unwrap().clone()
}

fn names(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|r| r["name"].as_str().unwrap()).collect()
}

async fn listing(t: &TestApp, name: &str, price_minor: i64, attributes: Value) {
    let now = t.app.clock().now();
    let x = Item {
        id: Id::new(now),
        sku: name.into(),
        name: name.into(),
        aliases: vec![],
        description: "A home to let".into(),
        category: "Listings".into(),
        price_minor,
        unit: String::new(),
        stock: None,
        available: true,
        options: vec![],
        photo: None,
        attributes,
    };
    t.file().write(move |tx| items::upsert_item(tx, &x)).await.unwrap();
}

#[tokio::test]
async fn a_question_finds_by_word_and_by_meaning_in_other_languages() {
    let t = open().await;
    let breakfast = put(&t, Kind::Chunk, "Breakfast\nBreakfast is served from seven to ten in the garden restaurant.").await;
    let pets = put(&t, Kind::Chunk, "Animals\nDogs and cats are welcome and sleep in your room for free.").await;
    put(&t, Kind::Chunk, "Parking\nThe car park behind the house is free for guests.").await;
    for (question, want) in [
        ("when is breakfast served?", breakfast),
        ("¿A qué hora se sirve el desayuno?", breakfast),
        ("à quelle heure est le petit déjeuner ?", breakfast),
        ("can I bring my dog", pets),
        ("animaux acceptés ?", pets),
    ] {
        let hits = find(&t, Kind::Chunk, question).await;
        assert_eq!(hits.first().map(|h| h.id), Some(want), "{question}: {hits:?}");
    }
    let hits = find(&t, Kind::Chunk, "BREAKFASTS").await;
    assert!(hits[0].words.is_some() && hits[0].cosine.is_some());
    assert!(find(&t, Kind::Answer, "breakfast").await.is_empty(), "each kind is its own index");
}

#[tokio::test]
async fn hooked_letters_accents_and_beginnings_are_found_as_people_type_them() {
    let t = open().await;
    for (name, typed) in [
        ("Ẹ̀bà àti ẹ̀fọ́ rírò", "eba"),
        ("Miyan ƙuƙa", "miyan kuka"),
        ("Crème brûlée", "creme brulee"),
        ("Pão de queijo", "pao"),
        ("Ofe ọha", "oha"),
    ] {
        listing(&t, name, 100, json!({})).await;
        let found = api(&t, &format!("/items?q={}", typed.replace(' ', "%20"))).await;
        assert_eq!(names(&found), [name], "{typed}");
    }
    assert_eq!(names(&api(&t, "/items?q=joll").await), ["Jollof rice"]);
    assert_eq!(names(&api(&t, "/items?q=grilled%20chick").await), ["Grilled chicken"]);
    assert!(api(&t, "/items?q=%22%20OR%20*%20NEAR(").await.is_empty(), "words are words, not a query language");
}

#[tokio::test]
async fn among_very_many_passages_common_words_do_not_hide_rare_ones_and_are_found_themselves() {
    let t = open().await;
    let search = t.app.search.clone();
    let file = t.file();
    let ids = file.write(move |tx| {
        let mut ids = Vec::new();
        for n in 0..700 {
            let text = match n {
                17 => "House\nThe pool of the garden opens at 7".to_owned(),
                n if n % 9 == 0 => format!("House\nThe garden opens for guests, part {n}"),
                n => format!("House\nThe door opens for guests, part {n}"),
            };
            let id = Id::new(tx.now);
            search.put(tx, Kind::Chunk, id, &text)?;
            ids.push(id);
        }
        Ok(ids)
    });
    let ids = ids.await.unwrap();
    let by = |text: &'static str, limit| {
        let (search, business) = (t.app.search.clone(), t.business.id);
        t.read(move |tx| search.find_by(tx, business, &q(Kind::Chunk, text, limit), steward::search::By::Words))
    };
    let both = by("when does the garden pool open", 10).await;
    assert_eq!(both[0].id, ids[17], "both rare words and the common one");
    let gardens: Vec<Id> = ids.iter().enumerate().filter(|(n, _)| n % 9 == 0).map(|(_, id)| *id).collect();
    assert!(both[1..].iter().all(|h| gardens.contains(&h.id)), "then the rarer of the others");
    assert!(both.windows(2).all(|w| w[0].score >= w[1].score));
    assert_eq!(by("does the garden open", 300).await.len(), 300, "what only the common word finds comes after");
    assert_eq!(by("open", 20).await.len(), 20);
}

#[tokio::test]
async fn a_narrow_filter_still_has_its_hits() {
    let t = open().await;
    for n in 0..300 {
        let (city, beds) = if n % 30 == 0 { ("Abuja", 4) } else { ("Lagos", 1 + n % 3) };
        let name = format!("Flat {n}");
        listing(
            &t,
            &name,
            i64::from(n) * 100_000,
            json!({"city": city, "type": "Apartment", "beds": beds, "features": ["Pool"], "lat": 9.0, "lon": 7.4}),
        )
        .await;
    }
    let found = api(&t, "/inventory/search?q=a%20quiet%20family%20house%20with%20trees&city=abuja&min_beds=4&limit=10").await;
    assert_eq!(found.len(), 10);
    assert!(found.iter().all(|f| f["attributes"]["city"] == "Abuja"));
    let cheap = api(&t, "/inventory/search?city=Abuja&max_price=90,000").await;
    assert_eq!(names(&cheap), ["Flat 0", "Flat 30", "Flat 60", "Flat 90"]);
    assert_eq!(api(&t, "/items?type=apartment&features=pool&beds=4&limit=200").await.len(), 10);
    assert_eq!(api(&t, "/items?lat=9.05&lon=7.4&radius_km=10&limit=200").await.len(), 200);
    assert!(api(&t, "/items?lat=6.5&lon=3.4&radius_km=10").await.is_empty());
    assert_eq!(api(&t, "/items?category=listings&q=flat&limit=200").await.len(), 200);
}

#[tokio::test]
async fn stock_is_asked_of_the_rows() {
    let t = open().await;
    assert_eq!(names(&api(&t, "/items?q=coke&in_stock=true").await), ["Coke"]);
    let coke: Id = api(&t, "/items?q=coke").await[0]["id"].as_str().unwrap().parse().unwrap();
    t.file().write(move |tx| items::take_stock(tx, coke, 10)).await.unwrap();
    assert!(api(&t, "/items?q=coke&in_stock=true").await.is_empty());
    assert_eq!(names(&api(&t, "/items?q=coke&in_stock=false").await), ["Coke"]);
}

#[tokio::test]
async fn what_was_changed_or_deleted_is_so_at_once() {
    let t = open().await;
    let id = put(&t, Kind::Fact, "Ada likes her pepper soup mild").await;
    assert_eq!(find(&t, Kind::Fact, "pepper soup").await[0].id, id);
    let search = t.app.search.clone();
    t.file().write(move |tx| search.put(tx, Kind::Fact, id, "Ada has moved to Enugu")).await.unwrap();
    assert!(find(&t, Kind::Fact, "pepper").await.iter().all(|h| h.words.is_none()));
    assert_eq!(find(&t, Kind::Fact, "Enugu").await[0].id, id);
    let search = t.app.search.clone();
    t.file().write(move |tx| search.remove(tx, Kind::Fact, id)).await.unwrap();
    assert!(find(&t, Kind::Fact, "Enugu").await.is_empty());
    let search = t.app.search.clone();
    t.file().write(move |tx| search.put(tx, Kind::Fact, id, "Ada is back")).await.unwrap();
    assert_eq!(find(&t, Kind::Fact, "back").await[0].id, id);
}

#[tokio::test]
async fn a_transaction_sees_its_own_writes_and_what_is_undone_was_never_there() {
    let t = open().await;
    let kept = put(&t, Kind::Chunk, "The sauna opens at noon").await;
    assert_eq!(find(&t, Kind::Chunk, "sauna").await.len(), 1);
    let (search, business) = (t.app.search.clone(), t.business.id);
    let (undone, now) = (Id::new(t.app.clock().now()), t.app.clock().now());
    let failed: Result<(), Error> = t
        .file()
        .write(move |tx| {
            search.put(tx, Kind::Chunk, undone, "The sauna is closed")?;
            search.remove(tx, Kind::Chunk, kept)?;
            let seen: Vec<Id> = search.find(tx, business, &q(Kind::Chunk, "sauna", 5))?.into_iter().map(|h| h.id).collect();
            assert_eq!(seen, [undone], "its own writes at {now:?}");
            Err(Error::conflict("undone"))
        })
        .await;
    assert!(failed.is_err());
    let next = put(&t, Kind::Chunk, "The sauna costs nothing").await;
    let seen: HashSet<Id> = find(&t, Kind::Chunk, "sauna").await.into_iter().map(|h| h.id).collect();
    assert_eq!(seen, HashSet::from([kept, next]));
}

#[tokio::test]
async fn the_scan_in_memory_agrees_with_sqlite_vec() {
    let t = open().await;
    let words = ["rice", "water", "room", "bed", "pool", "dog", "car", "night", "music", "price", "garden", "soup"];
    for n in 0..200usize {
        let text: Vec<&str> = (0..6).map(|k| words[(n * 7 + k * k * 5 + n / 9) % words.len()]).collect();
        put(&t, Kind::Example, &text.join(" ")).await;
    }
    let (search, business) = (t.app.search.clone(), t.business.id);
    t.read(move |tx| {
        for text in ["a quiet room for the night", "soup with rice", "where can the dog swim"] {
            let v = search.embed_now(text).unwrap();
            let model = vector::active_model(tx)?.unwrap();
            let exact = vector::nearest_in_sql(tx, Kind::Example, &model, &v, 10)?;
            let ours = search.find_by(tx, business, &q(Kind::Example, text, 10), steward::search::By::Vectors)?;
            assert_eq!(ours.len(), 10);
            for (a, (_, cosine)) in ours.iter().zip(&exact) {
                assert!((a.cosine.unwrap() - cosine).abs() < 1e-4, "{text}: {ours:?} {exact:?}");
            }
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn two_businesses_never_meet() {
    let t = open().await;
    put(&t, Kind::Chunk, "Our secret is the pepper").await;
    let other = harness::add_business(&t.app, "Bright Autos", "200").await;
    let (search, file) = (t.app.search.clone(), t.app.store.business(other.id).unwrap());
    let found = file.read(move |tx| search.find(tx, other.id, &q(Kind::Chunk, "secret pepper", 5))).await.unwrap();
    assert!(found.is_empty());
}

/// A server that gives every text a vector of three numbers, by its letters.
async fn embedding_server() -> String {
    let answer = |axum::Json(body): axum::Json<Value>| async move {
        let texts: Vec<String> = body["input"].as_array().unwrap().iter().map(|t| t.as_str().unwrap().to_lowercase()).collect();
        let count = |t: &str, c: char| t.matches(c).count() as f64;
        let rows: Vec<Value> = texts
            .iter()
            .enumerate()
            .map(|(n, t)| json!({ "index": n, "embedding": [count(t, 'a') + 0.1, count(t, 'e') + 0.1, count(t, 'o') + 0.1] }))
            .collect();
        axum::Json(json!({ "data": rows }))
    };
    let app = axum::Router::new().route("/v1/embeddings", axum::routing::post(answer));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    #[expect(clippy::disallowed_methods, reason = "a double lives as long as its test's runtime")]
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    url
}

#[tokio::test]
async fn another_model_takes_over_once_its_vectors_are_complete_and_the_old_ones_serve_until_then() {
    let dir = tempfile::tempdir().unwrap();
    let config = |server: Option<String>| {
        let mut c = steward::config::Config::for_testing(dir.path());
        c.models.embedding = server.map(|base_url| steward::config::models::EmbeddingServer {
            name: "openai",
            api_key: steward::domain::secret::Secret::default(),
            base_url,
            model: "letters".into(),
        });
        c
    };
    let clock = || steward::domain::time::Clock::starting_at(harness::noon());
    let business = {
        let app = steward::app::App::open(config(None), clock()).await.unwrap();
        harness::add_business(&app, "Mama Put", "100").await
    };
    let app = steward::app::App::open(config(Some(embedding_server().await)), clock()).await.unwrap();
    let file = app.store.business(business.id).unwrap();
    let (search, id) = (app.search.clone(), business.id);
    let found = file.read(move |tx| Ok((vector::active_model(tx)?, search.find(tx, id, &q(Kind::Item, "rice dish", 3))?))).await.unwrap();
    assert_eq!(found.0.as_deref(), Some("steward-embed-v1"));
    assert!(found.1.iter().any(|h| h.cosine.is_some()), "the old vectors serve");
    steward::jobs::start(&app, Arc::new(BuiltIn::new())).await.unwrap();
    app.bell.due(id, app.clock().now());
    app.bell.settle().await;
    app.search.prepare("aaa").await;
    let search = app.search.clone();
    let (model, counted, hits) = file
        .read(move |tx| {
            let model = vector::active_model(tx)?.unwrap();
            Ok((model.clone(), vector::count_embedded(tx, &model)?, search.find(tx, id, &q(Kind::Item, "aaa", 4))?))
        })
        .await
        .unwrap();
    assert_eq!((model.as_str(), counted), ("openai:letters", (4, 4)));
    assert!(hits.len() == 4 && hits.iter().all(|h| h.cosine.is_some_and(|c| c > 0.0)), "{hits:?}");
    // What is written from now on is embedded by the job.
    let (search, new) = (app.search.clone(), Id::new(app.clock().now()));
    file.write(move |tx| search.put(tx, Kind::Fact, new, "banana")).await.unwrap();
    app.bell.settle().await;
    let search = app.search.clone();
    let hits = file.read(move |tx| search.find(tx, id, &q(Kind::Fact, "aaa", 4))).await.unwrap();
    assert!(hits.len() == 1 && hits[0].cosine.is_some_and(|c| c > 0.9), "{hits:?}");
}
