//! The WhatsApp client against a Graph API that is strict and has bad days.

use crate::doubles::meta::{Fault, Meta, NUMBER, TOKEN};
use std::sync::Arc;
use steward::channels::meta::build::build;
use steward::channels::meta::client::{Client, SendError, Settings};
use steward::domain::error::Kind;
use steward::domain::house::contact::{Identity, IdentityKind};
use steward::domain::house::message::{Choice, Content, File, MediaKind, ProblemClass};
use steward::domain::house::template::{Part, Place};
use steward::domain::secret::Secret;
use steward::domain::time::Clock;
use steward::net::client::Net;

fn client_with(meta: &Meta, change: impl FnOnce(&mut Settings)) -> Client {
    let mut settings = Settings { base_url: meta.url.clone(), ..Settings::new(NUMBER, Secret::new(TOKEN)) };
    change(&mut settings);
    Client::new(Arc::new(Net::new(Clock::System)), settings)
}

fn client(meta: &Meta) -> Client {
    client_with(meta, |_| ())
}

fn ada() -> Identity {
    Identity { kind: IdentityKind::Phone, value: "+2348031110001".into() }
}

fn hidden() -> Identity {
    Identity { kind: IdentityKind::WhatsappUser, value: "NG.71234".into() }
}

fn hello() -> serde_json::Value {
    build(&ada(), &Content::text("Hello"), None, Some("msg-1")).expect("a message that Meta takes")
}

fn choices(n: usize) -> Vec<Choice> {
    (0..n)
        .map(|i| Choice { id: format!("c{i}"), title: format!("A rather long title of number {i}"), description: "d".repeat(99) })
        .collect()
}

#[tokio::test]
async fn meta_takes_every_kind_we_build() {
    let meta = Meta::open().await;
    let client = client(&meta);
    let s = str::to_owned;
    let place = |name: &str, value: &str| Place { part: Part::Body, name: s(name), value: s(value) };
    let file =
        File { provider_id: Some(s("77")), caption: Some("c".repeat(2000)), voice: true, filename: Some(s("a.pdf")), ..File::default() };
    let mut all = vec![
        Content::text("x".repeat(4096)),
        Content::Location { latitude: 6.5, longitude: 3.4, name: Some(s("Shop")), address: None },
        Content::Cards { lines: vec![s("Bola, +2348031110002")] },
        Content::Reaction { to: s("wamid.1"), emoji: s("") },
        Content::Buttons { text: s("Which?"), choices: choices(3) },
        Content::List { text: s("Menu"), button: s("See all of the long menu"), choices: choices(10) },
        Content::Link { text: s("Pay"), label: s("Pay with your card or bank"), url: s("https://pay.example/1") },
        Content::Template { name: s("ready"), language: s("en"), places: vec![place("1", "a\n    b"), place("2", "")], text: s("x") },
    ];
    let kinds = [MediaKind::Image, MediaKind::Video, MediaKind::Audio, MediaKind::Document, MediaKind::Sticker];
    all.extend(kinds.map(|media| Content::Media { media, file: file.clone() }));
    let count = all.len();
    for (content, to) in all.into_iter().zip([ada(), hidden()].into_iter().cycle()) {
        let sent = client.send(&build(&to, &content, Some("wamid.9"), Some("msg-1")).unwrap()).await;
        assert!(sent.is_ok(), "{content:?}: {sent:?}");
    }
    assert_eq!(meta.sent().len(), count);
}

#[tokio::test]
async fn the_double_is_as_strict_as_meta() {
    let meta = Meta::open().await;
    let client = client(&meta);
    let mut long = hello();
    long["text"]["body"] = "x".repeat(4097).into();
    let mut twins = build(&ada(), &Content::Buttons { text: "?".into(), choices: choices(2) }, None, None).unwrap();
    twins["interactive"]["action"]["buttons"][1] = twins["interactive"]["action"]["buttons"][0].clone();
    let mut nobody = hello();
    nobody["to"] = "+234".into();
    for bad in [long, twins, nobody, serde_json::json!({})] {
        assert!(matches!(client.send(&bad).await, Err(SendError::Refused(p)) if p.class == ProblemClass::Content));
    }
    assert!(meta.sent().is_empty());
}

#[tokio::test]
async fn token_and_app_secret_are_proved() {
    let meta = Meta::open().await;
    let proved = client_with(&meta, |s| s.app_secret = Some(Secret::new("appsecret")));
    assert_eq!(proved.send(&hello()).await.unwrap().provider_id, "wamid.OUT1");
    let (path, _) = meta.seen().remove(0);
    assert!(path.starts_with("/v23.0/55501/messages?appsecret_proof=") && path.len() == 38 + 64, "{path}");
    let wrong = client_with(&meta, |s| s.token = Secret::new("old"));
    assert!(matches!(wrong.send(&hello()).await, Err(SendError::Refused(p)) if p.class == ProblemClass::Auth && p.code == 190));
}

#[tokio::test]
async fn each_refusal_asks_for_its_own_reaction() {
    let meta = Meta::open().await;
    let client = client(&meta);
    let later = [
        (Fault::Graph(400, 130_429), ProblemClass::Rate, 2_000),
        (Fault::Wait(429, 130_429, 7), ProblemClass::Rate, 7_000),
        (Fault::Graph(400, 131_056), ProblemClass::PairRate, 6_000),
        (Fault::Graph(500, 131_000), ProblemClass::Transient, 5_000),
        (Fault::Graph(503, 131_016), ProblemClass::Transient, 5_000),
        (Fault::Graph(400, 131_057), ProblemClass::Transient, 60_000),
    ];
    for (fault, class, ms) in later {
        meta.fail(fault.clone());
        let e = client.send(&hello()).await.unwrap_err();
        assert!(
            matches!(&e, SendError::NotSent { retryable: true, after_ms, problem } if problem.class == class && *after_ms == ms),
            "{fault:?}: {e:?}"
        );
    }
    let never =
        [(190, ProblemClass::Auth), (131_047, ProblemClass::Window), (131_026, ProblemClass::Recipient), (132_001, ProblemClass::Template)];
    for (code, class) in never {
        meta.fail(Fault::Graph(400, code));
        assert!(matches!(client.send(&hello()).await, Err(SendError::Refused(p)) if p.class == class && p.code == code));
    }
    assert!(meta.sent().is_empty());
    assert_eq!(meta.seen().len(), 10, "each was tried once");
}

#[tokio::test]
async fn what_may_have_been_sent_is_unknown_and_never_sent_again() {
    for (fault, taken) in [(Fault::Slow(2_000), 1), (Fault::CutAfterAccept, 1), (Fault::Gateway(502), 0)] {
        let meta = Meta::open().await;
        let client = client_with(&meta, |s| s.timeout_ms = 300);
        meta.fail(fault.clone());
        let outcome = client.send(&hello()).await;
        assert!(matches!(outcome, Err(SendError::Unknown(_))), "{fault:?}: {outcome:?}");
        assert_eq!((meta.seen().len(), meta.sent().len()), (1, taken), "{fault:?}");
    }
}

#[tokio::test]
async fn nobody_there_is_certainly_not_sent() {
    let meta = Meta::open().await;
    let gone = client_with(&meta, |s| s.base_url = "http://127.0.0.1:1".into());
    assert!(matches!(gone.send(&hello()).await, Err(SendError::NotSent { retryable: true, .. })));
    assert_eq!(gone.check().await.unwrap_err().class, ProblemClass::Transient);
    let odd = client_with(&meta, |s| s.base_url = "graph".into());
    assert!(matches!(odd.send(&hello()).await, Err(SendError::NotSent { retryable: false, .. })));
}

#[tokio::test]
async fn reading_and_typing_are_shown() {
    let meta = Meta::open().await;
    client(&meta).mark_read("wamid.1", true).await.unwrap();
    assert_eq!(meta.sent()[0]["typing_indicator"]["type"], "text");
}

#[tokio::test]
async fn the_settings_page_learns_about_the_number() {
    let meta = Meta::open().await;
    let facts = client(&meta).check().await.unwrap();
    assert_eq!((facts.number.as_str(), facts.name.as_str()), ("+234 700 000 0001", "Mama Nkechi Kitchen"));
    assert!(facts.quality.starts_with("Good"));
    meta.fail(Fault::Graph(401, 190));
    assert!(client(&meta).check().await.unwrap_err().meaning.contains("token"));
}

#[tokio::test]
async fn files_are_fetched_and_checked() {
    let meta = Meta::open().await;
    let client = client(&meta);
    meta.keep("900", "image/jpeg", b"jpeg");
    let file = client.fetch_media("900", MediaKind::Image).await.unwrap();
    assert_eq!((file.bytes.as_slice(), file.mime.as_str(), file.sha256.len()), (&b"jpeg"[..], "image/jpeg", 64));
    meta.fail(Fault::WrongDigest);
    assert_eq!(client.fetch_media("900", MediaKind::Image).await.unwrap_err().kind, Kind::Unavailable);
    for elsewhere in [
        "http://169.254.169.254/",
        "https://evil.example/x",
        "https://lookaside.fbsbx.com.evil.example/",
        "http://lookaside.fbsbx.com/x",
        "x",
    ] {
        meta.fail(Fault::Elsewhere(elsewhere.into()));
        assert_eq!(client.fetch_media("900", MediaKind::Image).await.unwrap_err().kind, Kind::Denied, "{elsewhere}");
    }
    assert_eq!(client.fetch_media("404", MediaKind::Image).await.unwrap_err().kind, Kind::NotFound);
    assert_eq!(client.fetch_media("../x", MediaKind::Image).await.unwrap_err().kind, Kind::Invalid);
    meta.fail(Fault::Graph(401, 190));
    assert_eq!(client.fetch_media("900", MediaKind::Image).await.unwrap_err().kind, Kind::Denied);
}

#[tokio::test]
async fn a_file_larger_than_its_kind_may_be_is_not_taken() {
    let meta = Meta::open().await;
    let client = client(&meta);
    meta.keep("1", "image/webp", &vec![0; 501 << 10]);
    let mut found = client.media_lookup("1").await.unwrap();
    assert_eq!(client.media_download(&found, MediaKind::Sticker).await.unwrap_err().kind, Kind::TooLarge);
    found.file_size = Some(5);
    assert_eq!(client.media_download(&found, MediaKind::Sticker).await.unwrap_err().kind, Kind::TooLarge, "the size told was a lie");
}

#[tokio::test]
async fn our_files_are_uploaded() {
    let meta = Meta::open().await;
    let id = client(&meta).upload("menu.pdf", "application/pdf", b"%PDF".to_vec()).await.unwrap();
    assert_eq!(meta.file(&id), Some(("application/pdf".into(), b"%PDF".to_vec())));
}

#[tokio::test]
async fn quotas_name_the_number_and_the_pair() {
    let meta = Meta::open().await;
    let [number, pair] = client(&meta).quota_keys(&ada(), 80);
    assert!(number.0 != pair.0 && number.1.burst == 80 && pair.1.burst == 45);
}
