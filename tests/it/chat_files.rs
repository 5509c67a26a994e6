//! Pictures and PDFs in the web chat: handled like a picture on WhatsApp, shown to their visitor alone, and refused with a sentence
//! when they are too large, of another kind, or bombs.

use crate::harness::{self, TestApp};
use crate::receipts::draw::{Slip, draw, jpeg};
use crate::receipts::slip;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use std::sync::Arc;
use steward::domain::shop::order::Status;
use steward::domain::shop::receipt::State;
use steward::providers::llm::builtin::BuiltIn;
use steward::store::shop::order::{find_order, list_orders};
use steward::store::shop::receipt::list_receipts;

const VISITOR: &str = "visitor-0123456789-abcdef";

async fn open() -> TestApp {
    harness::open(Arc::new(BuiltIn::new())).await
}

fn chat(t: &TestApp) -> String {
    format!("{}/b/{}/chat", t.url, t.business.slug)
}

async fn says(t: &TestApp, session: &str, text: &str) {
    let key = t.new_wamid();
    let form = [("session", session), ("key", key.as_str()), ("text", text), ("embed", "1")];
    let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let sent = t.http.post(chat(t)).header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
    assert_eq!(sent.status(), 200);
    t.pass_ms(5_000).await;
}

/// Sends a file by the page's form; the status and the page that follows.
async fn hands(t: &TestApp, session: &str, name: &str, bytes: Vec<u8>) -> (u16, String) {
    let form = Form::new()
        .text("session", session.to_owned())
        .text("key", t.new_wamid())
        .text("embed", "1")
        .part("file", Part::bytes(bytes).file_name(name.to_owned()));
    let sent = t.http.post(format!("{}/file", chat(t))).multipart(form).send().await.unwrap();
    let status = sent.status().as_u16();
    let page = sent.text().await.unwrap();
    t.pass_ms(5_000).await;
    (status, page)
}

async fn page(t: &TestApp, session: &str) -> String {
    t.http.get(format!("{}?embed=1&session={session}", chat(t))).send().await.unwrap().text().await.unwrap()
}

fn file_link(page: &str) -> String {
    let at = page.find("src=\"/b/").expect("a picture in the chat") + 5;
    page[at..].split('"').next().unwrap().replace("&#38;", "&")
}

fn receipt() -> Vec<u8> {
    jpeg(&draw(&Slip { amount: "NGN 7,600.00".into(), date: "21 Nov 2026, 12:05".into(), ..slip(1) }).image, 80)
}

#[tokio::test]
async fn a_receipt_in_the_web_chat_is_read_like_one_on_whatsapp() {
    let t = open().await;
    says(&t, VISITOR, "Good afternoon, I want 2 large jollof rice and a coke please").await;
    says(&t, VISITOR, "I will pick it up").await;
    says(&t, VISITOR, "yes, place it").await;
    let o = t.read(|tx| list_orders(tx, None, None, 5)).await.remove(0).order;
    let (status, after) = hands(&t, VISITOR, "transfer.jpg", receipt()).await;
    assert_eq!(status, 200, "{after}");
    t.pass_ms(5_000).await;
    let id = o.id;
    let r = t.read(move |tx| list_receipts(tx, id, 5)).await.remove(0);
    assert_eq!((r.state, r.fields.amount_minor, r.message_id.is_some()), (State::Read, Some(760_000), true));
    assert_eq!(t.read(move |tx| find_order(tx, id)).await.status, Status::AwaitingConfirmation, "a person looks; nothing is approved");
    // The visitor sees the picture, and nobody else does.
    let link = file_link(&page(&t, VISITOR).await);
    let shown = t.http.get(format!("{}{link}", t.url)).send().await.unwrap();
    assert_eq!((shown.status().as_u16(), shown.headers()["content-type"].to_str().unwrap()), (200, "image/jpeg"));
    let theirs = link.replace(VISITOR, "somebody-else-0123456789");
    assert_eq!(t.http.get(format!("{}{theirs}", t.url)).send().await.unwrap().status(), 404);
}

/// A PNG that says it is so large and holds next to nothing.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image::GrayImage::new(32, 32).write_to(&mut out, image::ImageFormat::Png).unwrap();
    let mut bytes = out.into_inner();
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let mut crc = !0u32;
    for b in &bytes[12..29] {
        crc ^= u32::from(*b);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    bytes[29..33].copy_from_slice(&(!crc).to_be_bytes());
    bytes
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_with_a_sentence() {
    let t = open().await;
    let script = b"<script>alert(1)</script>".to_vec();
    let large = [b"%PDF-1.7".to_vec(), vec![b' '; 10 * 1024 * 1024]].concat();
    for (n, (name, bytes, says)) in [
        ("page.html", script, "cannot be sent here"),
        ("photo.jpg", bomb(8_000, 5_000), "too large"),
        ("wide.png", bomb(60_000, 60_000), "too large"),
        ("cut.png", b"\x89PNG\r\n\x1a\n but not really".to_vec(), "damaged"),
        ("book.pdf", large, "at most 10 MB"),
        ("nothing.png", Vec::new(), "Choose a picture"),
    ]
    .into_iter()
    .enumerate()
    {
        let who = format!("visitor-of-case-{n}-0123456789");
        let (status, after) = hands(&t, &who, name, bytes).await;
        assert!(status == 200 && after.contains(says), "{name} {status} {after}");
        assert!(!page(&t, &who).await.contains("chat/file/"), "nothing was kept of {name}");
    }
}

#[tokio::test]
async fn too_many_files_at_once_are_slowed_down() {
    let t = open().await;
    let who = "a-visitor-in-a-hurry-0123456789";
    let mut answers = Vec::new();
    for _ in 0..8 {
        answers.push(hands(&t, who, "r.jpg", receipt()).await.1);
    }
    assert!(answers.iter().any(|a| a.contains("Too many tries")), "{answers:?}");
}

#[tokio::test]
async fn a_program_sends_a_file_once() {
    let t = open().await;
    let url = format!("{}/b/{}/chat/files", t.url, t.business.slug);
    let send = |token: &'static str| {
        let form = Form::new()
            .text("token", token)
            .text("client_id", "file-1")
            .text("text", "my receipt")
            .part("file", Part::bytes(receipt()).file_name("r.jpg"));
        t.http.post(&url).multipart(form).send()
    };
    let first = send("a-program-0123456789-abcdef").await.unwrap();
    assert_eq!(first.status(), 201);
    let first: Value = first.json().await.unwrap();
    let second: Value = send("a-program-0123456789-abcdef").await.unwrap().json().await.unwrap();
    assert_eq!(first, second, "the same file again is the same message");
    let list = format!("{}/b/{}/chat/messages?token=a-program-0123456789-abcdef", t.url, t.business.slug);
    let all: Value = t.http.get(list).send().await.unwrap().json().await.unwrap();
    let mine: Vec<&Value> = all["items"].as_array().unwrap().iter().filter(|m| m["mine"] == true).collect();
    assert_eq!(mine.len(), 1);
    assert_eq!((&mine[0]["text"], &mine[0]["file"]["kind"]), (&json!("my receipt"), &json!("image")));
    assert_eq!(send("short").await.unwrap().status(), 422);
}
