//! Documents as owners and customers meet them: taken in, asked, replaced and removed; hostile files and addresses.

use crate::harness::{self, TestApp};
use serde_json::{Value, json};
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;
use steward::domain::id::Id;
use steward::providers::llm::builtin::BuiltIn;
use steward::store::house::document;

const ADA: &str = "2348031234567";
const RULES: &str = "# House rules\n\n## Pets\n\nSmall dogs may stay in ground-floor rooms for 5,000 naira a night. Cats may not.\n\n## Swimming pool\n\nThe pool is open from 07:00 to 19:00. Children swim only with an adult.\n\n## Late arrival\n\nAfter 22:00 ring the bell at the side gate; the guard lets you in.\n";

async fn open() -> TestApp {
    harness::open(Arc::new(BuiltIn::new())).await
}

/// Status and body of a call with the business's key.
async fn call(t: &TestApp, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
    let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
    let mut request =
        t.http.request(method, format!("{}/api/v1/knowledge{path}", t.url)).bearer_auth(&t.key).timeout(Duration::from_secs(30));
    if let Some(body) = body {
        request = request.json(&body);
    }
    got(request.send().await.unwrap()).await
}

async fn got(answer: reqwest::Response) -> (u16, Value) {
    (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
}

/// Uploads a file.
async fn send(t: &TestApp, name: &str, bytes: Vec<u8>) -> (u16, Value) {
    let part = reqwest::multipart::Part::bytes(bytes).file_name(name.to_owned());
    let form = reqwest::multipart::Form::new().part("file", part);
    let url = format!("{}/api/v1/knowledge/documents", t.url);
    got(t.http.post(url).bearer_auth(&t.key).multipart(form).timeout(Duration::from_secs(90)).send().await.unwrap()).await
}

async fn ask(t: &TestApp, question: &str) -> Value {
    let (status, body) = call(t, "POST", "/search", Some(json!({ "query": question }))).await;
    assert_eq!(status, 200, "{body}");
    body
}

/// What is kept: documents, passages, findable things and files.
async fn kept(t: &TestApp) -> (i64, i64, usize) {
    let (documents, passages) = t.read(document::count_documents).await;
    let media = t.app.store.business_dir(t.business.id).join("media");
    (documents, passages, std::fs::read_dir(media).unwrap().count())
}

/// A Word file whose body is this XML.
fn word(body: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(body.as_bytes()).unwrap();
    zip.finish().unwrap().into_inner()
}

/// A PDF with one line of text a page, or nothing but a drawing on it.
fn pdf(pages: &[&str], locked: bool) -> Vec<u8> {
    let mut objects = vec!["<< /Type /Catalog /Pages 2 0 R >>".to_owned()];
    let kids: Vec<String> = (0..pages.len()).map(|n| format!("{} 0 R", 4 + 2 * n)).collect();
    objects.push(format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), pages.len()));
    objects.push("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".into());
    for (n, text) in pages.iter().enumerate() {
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {} 0 R /Resources << /Font << /F1 3 0 R >> >> >>",
            5 + 2 * n
        ));
        let lines: Vec<String> =
            text.lines().enumerate().map(|(i, l)| format!("BT /F1 12 Tf 72 {} Td ({l}) Tj ET", 720 - 40 * i)).collect();
        let drawn = if text.is_empty() { "10 10 200 200 re f".to_owned() } else { lines.join("\n") };
        objects.push(format!("<< /Length {} >>\nstream\n{drawn}\nendstream", drawn.len()));
    }
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (n, o) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n{o}\nendobj\n", n + 1).bytes());
    }
    let table = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    places.iter().for_each(|p| out.extend(format!("{p:010} 00000 n \n").bytes()));
    let lock = "/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A> /U <0021C2D4F5A6B7980021C2D4F5A6B79800000000000000000000000000000000> >> /ID [<aa> <aa>]";
    let lock = if locked { lock } else { "" };
    out.extend(format!("trailer\n<< /Size {} /Root 1 0 R {lock} >>\nstartxref\n{table}\n%%EOF", objects.len() + 1).bytes());
    out
}

#[tokio::test]
async fn every_format_answers_with_its_source() {
    let t = open().await;
    let files: [(&str, Vec<u8>, &str, &str); 6] = [
        ("rules.md", RULES.as_bytes().to_vec(), "may my dog stay in the room?", "Small dogs may stay"),
        (
            "delivery areas.csv",
            b"Area,Fee,Days\nYaba,1000,same day\nIkorodu,3500,next day\n".to_vec(),
            "what is the delivery fee for Ikorodu?",
            "Ikorodu, Fee: 3500",
        ),
        (
            "warranty.docx",
            word(
                "<w:document><w:body><w:p><w:r><w:t>Blenders carry a warranty of twelve months from the date of purchase.</w:t></w:r></w:p></w:body></w:document>",
            ),
            "how long is the warranty on a blender?",
            "twelve months",
        ),
        (
            "spa.html",
            b"<h1>Spa</h1><p>Massages are booked one day ahead at the desk.</p><script>bad()</script>".to_vec(),
            "how do I book a massage?",
            "one day ahead",
        ),
        (
            "parking.txt",
            b"PARKING\n\nGuests park free of charge behind the building.\n".to_vec(),
            "is there parking for guests?",
            "park free of charge",
        ),
        (
            "menu.pdf",
            pdf(&["Welcome to our house", "Breakfast is served from half past six to ten"], false),
            "when is breakfast served?",
            "half past six",
        ),
    ];
    for (name, bytes, question, want) in files {
        let (status, d) = send(&t, name, bytes).await;
        assert_eq!((status, d["state"].as_str()), (201, Some("ready")), "{name}: {d}");
        assert!(d["passages"].as_i64().unwrap() > 0, "{name}: {d}");
        let found = ask(&t, question).await;
        assert!(found["answer"].as_str().is_some_and(|a| a.contains(want)), "{name}: {found}");
    }
    let found = ask(&t, "when is breakfast served?").await;
    assert_eq!(found["source"], "menu, page 2", "{found}");
    assert_eq!(ask(&t, "may my dog stay in the room?").await["source"], "House rules");
    let unknown = ask(&t, "who won the football match last night?").await;
    assert_eq!(unknown["answer"], Value::Null, "{unknown}");
}

#[tokio::test]
async fn hostile_files_are_told_and_leave_nothing() {
    let t = open().await;
    let before = kept(&t).await;
    let bomb = word(&"0".repeat(80 * 1024 * 1024));
    let cases: Vec<(&str, Vec<u8>, u16, &str)> = vec![
        ("bomb.docx", bomb, 422, "unpacks"),
        ("locked.pdf", pdf(&["secret"], true), 422, "locked with a password"),
        ("scan.pdf", pdf(&["", ""], false), 422, "only pictures"),
        ("broken.pdf", b"%PDF-1.7 broken".to_vec(), 422, "damaged"),
        ("program.exe", b"MZ\x90\0".to_vec(), 422, "cannot be read"),
        ("empty.txt", Vec::new(), 422, "empty"),
        ("large.txt", vec![b'a'; 40 * 1024 * 1024], 413, "at most 32 MB"),
    ];
    for (name, bytes, want, words) in cases {
        let (status, problem) = send(&t, name, bytes).await;
        assert_eq!(status, want, "{name}: {problem}");
        let said = problem.to_string().to_lowercase();
        assert!(said.contains(&words.to_lowercase()), "{name}: {problem}");
        assert_eq!(kept(&t).await, before, "{name}");
    }
}

#[tokio::test]
async fn a_file_of_200_megabytes_is_told_its_limit() {
    let t = open().await;
    let before = kept(&t).await;
    let (status, problem) = send(&t, "everything.pdf", vec![b'a'; 200 * 1024 * 1024]).await;
    assert_eq!(status, 413, "{problem}");
    assert!(problem.to_string().to_lowercase().contains("at most 32 mb"), "{problem}");
    assert_eq!(kept(&t).await, before);
    assert_eq!(call(&t, "GET", "/documents", None).await.0, 200, "the server goes on");
}

#[tokio::test]
async fn pages_are_fetched_once_and_never_from_our_own_network() {
    let t = open().await;
    for url in ["https://127.0.0.1/x", "http://169.254.169.254/latest", "https://localhost/", "ftp://example.com/", "not a url at all"] {
        let (status, problem) = call(&t, "POST", "/documents", Some(json!({ "url": url }))).await;
        assert_eq!(status, 422, "{url}: {problem}");
    }
    // A site the operator trusts, with a page that sends us to a place nobody trusts.
    let site = site().await;
    t.app.net.trust_as(steward::net::trust::Named::AsPage, &site);
    let (status, problem) = call(&t, "POST", "/documents", Some(json!({ "url": format!("{site}/away") }))).await;
    assert_eq!(status, 422, "{problem}");
    assert!(problem.to_string().contains("private network"), "{problem}");
    assert_eq!(kept(&t).await, (0, 0, 0));
    let (status, d) = call(&t, "POST", "/documents", Some(json!({ "url": format!("{site}/spa") }))).await;
    assert_eq!((status, d["title"].as_str()), (201, Some("Our spa")), "{d}");
    assert!(ask(&t, "is the sauna mixed?").await["answer"].as_str().is_some_and(|a| a.contains("women")), "{d}");
}

/// A small site: `/spa` is a page, `/hop` leads to it, `/away` leads to our own network.
async fn site() -> String {
    use axum::response::{Html, Redirect};
    use axum::routing::get;
    let page =
        "<title>Our spa</title><p>The sauna is open to women on Mondays and to everybody on other days; it is not mixed on Mondays.</p>";
    let app = axum::Router::new()
        .route("/spa", get(move || async move { Html(page) }))
        .route("/away", get(|| async { Redirect::temporary("http://127.0.0.1:9/secret") }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    #[expect(clippy::disallowed_methods, reason = "a double lives as long as its test's runtime")]
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    url
}

#[tokio::test]
async fn what_is_replaced_or_deleted_answers_nothing_more() {
    let t = open().await;
    let (_, d) = send(&t, "rules.md", RULES.as_bytes().to_vec()).await;
    let id: Id = d["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(send(&t, "again.md", RULES.as_bytes().to_vec()).await.0, 409, "the same file twice");
    assert!(ask(&t, "can my dog stay?").await["answer"].is_string());
    let new = "# House rules\n\n## Smoking\n\nSmoking is allowed on the terrace only.\n";
    let business = t.business.id;
    steward::agents::library::replace(&t.app, business, &t.file(), id, "rules.md", "", new.as_bytes().to_vec()).await.unwrap();
    t.settle().await;
    assert_eq!(ask(&t, "can my dog stay?").await["answer"], Value::Null);
    assert!(ask(&t, "where can I smoke?").await["answer"].is_string());
    assert_eq!(kept(&t).await.2, 1, "the old file is gone");
    assert_eq!(call(&t, "DELETE", &format!("/documents/{id}"), None).await.0, 204);
    assert_eq!(ask(&t, "where can I smoke?").await["passages"], json!([]));
    assert_eq!(kept(&t).await, (0, 0, 0));
    assert_eq!(call(&t, "DELETE", &format!("/documents/{id}"), None).await.0, 404);
}

#[tokio::test]
async fn two_businesses_never_cross() {
    let mut t = open().await;
    send(&t, "rules.md", RULES.as_bytes().to_vec()).await;
    let other = harness::add_business(&t.app, "Bright Autos", "200").await;
    let id = other.id;
    let (_, key) = t
        .app
        .store
        .control_write(move |tx| steward::services::house::member::add_key(tx, id, "k", steward::domain::house::member::Role::Owner))
        .await
        .unwrap();
    let (_, mine) = call(&t, "GET", "/documents", None).await;
    t.key = key;
    let theirs = t;
    assert_eq!(ask(&theirs, "can my dog stay?").await["passages"], json!([]));
    assert_eq!(call(&theirs, "GET", "/documents", None).await.1["items"], json!([]));
    let path = format!("/documents/{}", mine["items"][0]["id"].as_str().unwrap());
    assert_eq!(call(&theirs, "GET", &path, None).await.0, 404);
    assert_eq!(call(&theirs, "DELETE", &path, None).await.0, 404);
}

#[tokio::test]
async fn a_question_in_the_middle_of_an_order_goes_back_to_the_order() {
    let t = open().await;
    send(&t, "rules.md", RULES.as_bytes().to_vec()).await;
    t.says(ADA, "2 meat pies please").await;
    let said = t.says(ADA, "can I bring my small dog?").await.join("\n");
    assert!(said.contains("Small dogs may stay") && said.contains("House rules"), "{said}");
    assert!(said.contains("?"), "asks on about the order: {said}");
    let said = t.says(ADA, "pickup").await.join("\n");
    assert!(said.contains("Meat pie"), "{said}");
}

#[tokio::test]
async fn what_is_not_known_becomes_an_answer_by_one_click() {
    let t = open().await;
    send(&t, "rules.md", RULES.as_bytes().to_vec()).await;
    let said = t.says(ADA, "do you have a generator for power cuts?").await.join("\n");
    assert!(said.to_lowercase().contains("not in my documents"), "{said}");
    let gaps = t.read(|tx| document::list_open_gaps(tx, 10)).await;
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    let id = gaps[0].id;
    t.file()
        .write(move |tx| {
            let answer = "Yes, a generator starts within a minute when the power goes.";
            steward::services::house::document::approve(tx, &[id], "Do you have a generator?", answer)
        })
        .await
        .unwrap();
    let said = t.says("2348030000002", "is there a generator when power goes?").await.join("\n");
    assert!(said.contains("within a minute") && said.contains("Answers we gave"), "{said}");
    assert!(t.read(|tx| document::list_open_gaps(tx, 10)).await.is_empty());
}
