//! The dashboard in French: every page of lived-in businesses, and the switch between the languages.

use crate::harness::{self, TestApp};
use crate::pages::Browser;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use steward::app::App;
use steward::cli::demo;
use steward::config::Config;
use steward::domain::house::member::Role;
use steward::domain::time::Clock;
use steward::jobs;
use steward::providers::llm::builtin::BuiltIn;
use steward::web::tongue::{catalogue, page};

/// Pages of one shape that are looked at.
const OF_A_KIND: usize = 2;

/// The sample businesses, with somebody signed in who owns them all.
struct Demo {
    app: Arc<App>,
    http: reqwest::Client,
    url: String,
    cookie: String,
    _dir: tempfile::TempDir,
}

impl Demo {
    async fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let app = App::open(Config::for_testing(dir.path()), Clock::starting_at(harness::noon())).await.unwrap();
        let url = harness::serve(&app).await;
        let demo = demo::seed(&app, &url).await.unwrap();
        jobs::start_with(&app, Arc::new(BuiltIn::new()), steward::agents::runs::runtime(&app)).await.unwrap();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let entered = http.get(&demo.sign_in_url).send().await.unwrap();
        let cookie = entered.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        Self { app, http, url, cookie, _dir: dir }
    }
    async fn settle(&self) {
        self.app.clock().advance_ms(10_000);
        for b in self.app.directory().businesses() {
            self.app.bell.due(b.id, self.app.clock().now());
        }
        self.app.bell.settle().await;
    }
    async fn get(&self, path: &str, tongue: &str) -> (u16, String, String) {
        let request = self.http.get(format!("{}{path}", self.url)).header("cookie", &self.cookie).header("accept-language", tongue);
        let answer = request.send().await.unwrap();
        let kind = answer.headers().get("content-type").map_or("", |v| v.to_str().unwrap()).to_owned();
        (answer.status().as_u16(), kind, String::from_utf8_lossy(&answer.bytes().await.unwrap()).into_owned())
    }
    async fn post(&self, path: &str, form: &[(&str, &str)]) -> u16 {
        let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self.http.post(format!("{}{path}", self.url)).header("cookie", &self.cookie);
        let answer = request.header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
        self.settle().await;
        answer.status().as_u16()
    }
    /// A customer writes on the simulated phone.
    async fn says(&self, words: &[&str]) {
        let (_, _, phone) = self.get("/app/phone", "en").await;
        let number = Regex::new("name=\"as\" value=\"([0-9]+)\"").unwrap().captures(&phone).unwrap()[1].to_owned();
        for (i, text) in words.iter().enumerate() {
            assert_eq!(self.post("/app/phone/send", &[("as", &number), ("text", text), ("key", &format!("{number}-{i}"))]).await, 303);
        }
    }
    /// Every page of the dashboard that can be reached from Today by links, each kind a few times; what is not in French there.
    async fn crawl(&self) -> (usize, BTreeSet<String>) {
        let link = Regex::new("href=\"(/app[^\"#]*)").unwrap();
        let id = Regex::new("[0-9a-f]{8}-[0-9a-f-]{27}|=[0-9][^&]*").unwrap();
        let skip = Regex::new(r"^/app/(media|live)|/export$|\.(csv|pdf|ach|ics)|[?&]b=|/insights/").unwrap();
        let (mut waiting, mut kinds) = (VecDeque::from(["/app".to_owned()]), BTreeMap::new());
        let (mut seen, mut missing) = (BTreeSet::new(), BTreeSet::new());
        while let Some(path) = waiting.pop_front() {
            let kind = id.replace_all(&path, "…").into_owned();
            let many = kinds.entry(kind).or_insert(0);
            if skip.is_match(&path) || *many >= OF_A_KIND || !seen.insert(path.clone()) {
                continue;
            }
            *many += 1;
            let (status, kind, html) = self.get(&path, "en").await;
            if !kind.starts_with("text/html") || status == 303 {
                continue;
            }
            assert!(status < 500, "{path}: {status}");
            missing.extend(untold(&path, &html));
            let (_, _, french) = self.get(&path, "fr").await;
            assert!(french.contains("<html lang=\"fr\">"), "{path}");
            waiting.extend(link.captures_iter(&html).map(|c| c[1].replace("&amp;", "&")));
        }
        (seen.len(), missing)
    }
}

/// The pieces of a page that French readers would read in English.
fn untold(path: &str, html: &str) -> Vec<String> {
    let words = catalogue::french();
    let left = page::pieces(html).into_iter().filter(|(_, text)| !catalogue::is_neutral(text) && words.say(text).is_none());
    left.map(|(_, text)| format!("{text}    ({path})")).collect()
}

fn nothing_left(what: &str, missing: &BTreeSet<String>) {
    assert!(
        missing.is_empty(),
        "{what}: {} texts stay English:\n{}",
        missing.len(),
        missing.iter().cloned().collect::<Vec<_>>().join("\n")
    );
}

#[tokio::test]
async fn every_page_of_the_samples_is_french() {
    let t = Demo::open().await;
    t.says(&["Hello, my name is Ada Obi and I am allergic to peanuts", "I want 2 large jollof rice please", "I will pick it up"]).await;
    t.says(&["yes, place it", "I have paid", "Do you have parking for a bus?", "I want to speak to a person please"]).await;
    let vendors = t.get("/app/buying/vendors", "en").await.2;
    assert!(vendors.contains("<html"), "{vendors}");
    let forms: &[(&str, &[(&str, &str)])] = &[
        ("/app/buying", &[("text", "12 dozen eggs by Friday, max 90000"), ("key", "b1")]),
        ("/app/ready-replies", &[("name", "thanks"), ("text", "Thank you {name}")]),
        ("/app/answers/texts", &[("title", "House rules"), ("text", "# Parking\nThere is no parking for buses.")]),
        ("/app/outreach/groups", &[("name", "Friends"), ("tag", "vip"), ("bought", "30"), ("language", "")]),
        ("/app/settings/keys", &[("name", "Till"), ("role", "agent"), ("key", "k1")]),
        ("/app/settings/members", &[("name", "Bola"), ("email", "bola@demo.example"), ("role", "agent")]),
    ];
    for (path, form) in forms {
        let status = t.post(path, form).await;
        assert!(status < 400, "{path}: {status}");
    }
    // Vendors answer, a person steps in, an order moves on.
    for _ in 0..30 {
        t.settle().await;
    }
    let one = async |list: &str| {
        let id = Regex::new(&format!("{list}/[0-9a-f]{{8}}-[0-9a-f-]{{27}}")).unwrap();
        id.find(&t.get(list, "en").await.2).unwrap().as_str().to_owned()
    };
    let (order, chat) = (one("/app/orders").await, one("/app/messages").await);
    for (path, form) in [
        (format!("{order}/approve-payment"), [("key", "o1"), ("back", "/app")]),
        (format!("{order}/status"), [("to", "preparing"), ("key", "o2")]),
        (format!("{order}/refunds"), [("amount", "100"), ("reason", "One was cold")]),
        (format!("{chat}/takeover"), [("key", ""), ("back", "")]),
        (format!("{chat}/note"), [("text", "A friend of the house"), ("key", "n1")]),
        (format!("{chat}/send"), [("text", "Hello Ada, I am here."), ("key", "s1")]),
        ("/app/intents".to_owned(), [("title", "Orders"), ("acts_as", "question")]),
        ("/app/assistants/new".to_owned(), [("title", "Front desk"), ("desk_orders", "on")]),
    ] {
        let status = t.post(&path, &form).await;
        assert!(status < 400 || status == 422, "{path}: {status}");
    }
    let (pages, missing) = t.crawl().await;
    assert!(pages > 60, "only {pages} pages");
    nothing_left("a kitchen", &missing);
    for (slug, words) in
        [("harbour-house", "I want to book a table for 4 people tomorrow at 7pm"), ("bright-homes", "Can I see the flat tomorrow at 10am?")]
    {
        assert!(t.get(&format!("/app?b={slug}"), "en").await.0 < 400, "{slug}");
        t.says(&["Hello, my name is Tunde", words, "yes"]).await;
        nothing_left(slug, &t.crawl().await.1);
    }
}

async fn ordered(t: &TestApp) {
    const ADA: &str = "2348031234567";
    t.says(ADA, "Good afternoon, I want 2 large jollof rice and a coke please").await;
    t.says(ADA, "I will pick it up").await;
    t.says(ADA, "yes, place it").await;
    t.says(ADA, "I have paid").await;
}

#[tokio::test]
async fn what_was_chosen_is_spoken_and_what_people_wrote_is_left() {
    let t = harness::open(Arc::new(BuiltIn::new())).await;
    ordered(&t).await;
    let b = Browser::of(&t, Role::Owner).await;
    let item = serde_json::json!({ "name": "Orders", "price": { "amount_minor": 50_000, "currency": "NGN" } });
    let added = t.http.post(format!("{}/api/v1/items", t.url)).bearer_auth(&t.key).json(&item).send().await.unwrap();
    assert_eq!(added.status(), 201);
    let ask = |path: &str, more: &str| {
        let request = t.http.get(format!("{}{path}", t.url)).header("cookie", format!("{}; {more}", b.cookie()));
        async move { request.send().await.unwrap() }
    };
    let page = ask("/app/catalogue", "tongue=fr").await;
    assert_eq!(page.headers()["content-language"], "fr");
    assert!(page.headers().get_all("vary").iter().any(|v| v.to_str().unwrap().contains("accept-language")));
    let html = page.text().await.unwrap();
    assert!(html.contains("<html lang=\"fr\">") && html.contains(">Commandes<") && html.contains("Chercher un article"), "{html}");
    assert!(html.contains("dir=\"auto\">Orders</a>") && html.contains("aria-label=\"Orders peut être commandé\""), "{html}");
    let today = ask("/app", "tongue=fr").await.text().await.unwrap();
    assert!(today.contains("Ada dit que la commande n° 1001 est payée, ₦7,600") && today.contains("Approuver ₦7,600"), "{today}");
    let said = hex::encode("#1001 is paid.");
    let told = ask("/app/orders", &format!("tongue=fr; steward_said={said}")).await.text().await.unwrap();
    assert!(told.contains("N° 1001\u{a0}: payé."), "{told}");
    // Without a choice the browser's languages count; JSON and public pages stay as they are.
    let english = ask("/app", "").await.text().await.unwrap();
    assert!(english.contains("<html lang=\"en\">") && english.contains("Approve ₦7,600"));
    for path in ["/b/mama-put", "/", "/api/v1/openapi.json"] {
        let answer = ask(path, "tongue=fr").await;
        assert!(answer.headers().get("content-language").is_none(), "{path}");
        assert!(!answer.text().await.unwrap().contains("Commandes"), "{path}");
    }
    // A page that is not there, and one that wants a sign-in.
    let gone = ask("/app/orders/0193e2a0-0000-7000-8000-000000000000", "tongue=fr").await;
    assert_eq!(gone.status(), 404);
    let gone = gone.text().await.unwrap();
    assert!(gone.contains("Cette commande n’existe pas.") && gone.contains("Revenir"), "{gone}");
    let door = t.http.get(format!("{}/sign-in", t.url)).header("accept-language", "fr-FR,fr;q=0.9").send().await.unwrap();
    assert!(door.text().await.unwrap().contains("Se connecter"));
}

#[tokio::test]
async fn the_switch_keeps_the_language_and_leads_back() {
    let t = harness::open(Arc::new(BuiltIn::new())).await;
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let choose = async |form: &'static str| {
        let request = http.post(format!("{}/tongue", t.url)).header("content-type", "application/x-www-form-urlencoded").body(form);
        let answer = request.send().await.unwrap();
        let cookie = answer.headers().get("set-cookie").map(|v| v.to_str().unwrap().to_owned());
        (answer.headers()["location"].to_str().unwrap().to_owned(), cookie)
    };
    let (to, cookie) = choose("tongue=fr&back=/app/orders%3Fshow%3Dopen").await;
    let cookie = cookie.unwrap();
    assert_eq!(to, "/app/orders?show=open");
    assert!(cookie.starts_with("tongue=fr;") && cookie.contains("Max-Age=31536000") && cookie.contains("SameSite=Lax"), "{cookie}");
    assert_eq!(choose("tongue=fr&back=https://evil.example/app").await.0, "/app");
    assert_eq!(choose("tongue=en&back=/sign-in").await.0, "/sign-in");
    assert_eq!(choose("tongue=de&back=/app").await.1, None);
}
