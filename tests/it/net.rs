//! What becomes of a request: refused, not connected, unknown, or a status; and who may send it again.

use crate::doubles::script::{Act, Seen, Stage, hangs_up, nobody};
use serde_json::json;
use std::sync::atomic::Ordering;
use steward::domain::secret::Secret;
use steward::domain::time::{Clock, Time};
use steward::net::call::{Call, Part, Repeat};
use steward::net::client::Net;
use steward::net::failure::Failure;
use steward::net::retry::Backoff;

fn net() -> Net {
    Net::new(Clock::starting_at(Time::from_millis(1_800_000_000_000)))
}

fn any(_: &Seen) -> Option<Act> {
    None
}

const QUICK: Backoff = Backoff { attempts: 3, base_ms: 1, cap_ms: 2 };

#[tokio::test]
async fn nobody_listens_and_a_hang_up_are_told_apart() {
    let failure = net().send(&Call::post(nobody().await).backoff(QUICK)).await.unwrap_err();
    assert!(matches!(failure, Failure::NotConnected(_)), "{failure}");
    let (url, times) = hangs_up().await;
    let failure = net().send(&Call::post(&url).json(&json!({})).backoff(QUICK)).await.unwrap_err();
    assert!(matches!(failure, Failure::Unknown(_)), "{failure}");
    assert_eq!(times.load(Ordering::SeqCst), 1, "a deed is not sent again when it may have happened");
    assert!(!failure.to_string().contains(&url), "addresses hold tokens");
    let _ = net().send(&Call::get(&url).backoff(QUICK)).await;
    assert_eq!(times.load(Ordering::SeqCst), 4, "reading is tried three times");
}

#[tokio::test]
async fn time_running_out_after_writing_is_unknown() {
    let stage = Stage::open(vec![Act::Hang], any).await;
    let failure = net().send(&Call::post(&stage.url).timeout_ms(1_000).backoff(QUICK)).await.unwrap_err();
    assert!(matches!(failure, Failure::Unknown(ref why) if why.contains("time ran out")), "{failure}");
    assert_eq!(stage.times(), 1);
}

#[tokio::test]
async fn a_deed_is_sent_again_after_429_but_not_after_500() {
    let ok = Act::json(200, json!({"ok": true}));
    let stage = Stage::open(vec![Act::json(429, json!({})).with("retry-after-ms", "5"), ok.clone()], any).await;
    assert_eq!(net().send(&Call::post(&stage.url)).await.unwrap().status, 200);
    let stage = Stage::open(vec![Act::json(500, json!({"why": "x"})), ok.clone()], any).await;
    let failure = net().send(&Call::post(&stage.url).backoff(QUICK)).await.unwrap_err();
    assert!(matches!(&failure, Failure::Status(a) if a.status == 500 && a.text().contains("why")), "{failure}");
    assert!(!failure.nothing_happened());
    let stage = Stage::open(vec![Act::json(500, json!({})), ok], any).await;
    assert!(net().send(&Call::post(&stage.url).backoff(QUICK).repeat(Repeat::Harmless)).await.is_ok());
    let stage = Stage::open(vec![Act::json(429, json!({})).with("retry-after", "60")], any).await;
    assert!(net().send(&Call::post(&stage.url)).await.is_err(), "a long wait is the caller's to make");
    assert_eq!(stage.times(), 1);
}

#[tokio::test]
async fn requests_look_as_they_should() {
    let stage = Stage::open(vec![Act::json(200, json!({}))], any).await;
    let net = net();
    let key = Secret::new("k-123");
    let form = Call::post(format!("{}/a?x=1", stage.url)).basic("u", &key).form(&[("To", "+234 1"), ("Body", "a&b")]).query("y", "2 3");
    net.send(&form).await.unwrap();
    let part = Part { name: "file".into(), file: Some(("a.png".into(), "image/png".into())), bytes: b"png".to_vec() };
    net.send(&Call::post(&stage.url).bearer(&key).multipart(vec![part])).await.unwrap();
    let seen = stage.seen();
    assert_eq!((seen[0].path.as_str(), seen[0].header("authorization")), ("/a?x=1&y=2+3", "Basic dTprLTEyMw=="));
    assert_eq!(seen[0].body, b"To=%2B234+1&Body=a%26b");
    assert!(seen[0].header("user-agent").starts_with("steward/"));
    assert!(
        seen[1].header("content-type").starts_with("multipart/form-data; boundary=") && seen[1].header("authorization") == "Bearer k-123"
    );
    let bad = net.send(&Call::post(&stage.url).header("x", "a\nb")).await.unwrap_err();
    assert!(matches!(bad, Failure::Refused(_)));
    assert!(!format!("{form:?}").contains("k-123") && !format!("{form:?}").contains("x=1"));
}

#[tokio::test]
async fn redirects_are_not_followed_and_large_answers_are_cut() {
    let stage = Stage::open(vec![Act::json(302, json!({})).with("location", "http://127.0.0.1:1/")], any).await;
    assert!(matches!(net().send(&Call::get(&stage.url)).await, Err(Failure::Status(a)) if a.status == 302));
    for act in [Act::json(200, json!("x".repeat(5_000))), Act::Pieces { pieces: vec!["y".repeat(600); 5], pause_ms: 0, cut: false }] {
        let stage = Stage::open(vec![act], any).await;
        let failure = net().send(&Call::get(&stage.url).cap_bytes(2_000)).await.unwrap_err();
        assert!(matches!(failure, Failure::TooLarge { cap_bytes: 2_000 }), "{failure}");
    }
}

#[tokio::test]
async fn links_from_outside_do_not_reach_this_machine() {
    let stage = Stage::open(vec![Act::json(200, json!({}))], any).await;
    let net = net();
    let port = stage.url.rsplit(':').next().unwrap();
    for url in [stage.url.clone(), format!("https://127.0.0.1:{port}/"), format!("https://localhost.localdomain:{port}/")] {
        let failure = net.send(&Call::get(&url).from_outside()).await.unwrap_err();
        assert!(matches!(failure, Failure::Refused(_)), "{url}: {failure}");
    }
    assert_eq!(stage.times(), 0);
    net.trust(&format!("{}/graph/v25.0", stage.url));
    assert!(net.send(&Call::get(format!("{}/media/1", stage.url)).from_outside()).await.is_ok(), "the operator configured this origin");
}

#[tokio::test]
async fn a_failing_host_is_left_alone_for_a_while() {
    let clock = Clock::starting_at(Time::from_millis(1_800_000_000_000));
    let net = Net::new(clock.clone());
    let stage = Stage::open(vec![Act::json(503, json!({}))], any).await;
    let call = Call::post(&stage.url).repeat(Repeat::Never);
    for _ in 0..5 {
        assert!(matches!(net.send(&call).await, Err(Failure::Status(_))));
    }
    assert!(matches!(net.send(&call).await, Err(Failure::Resting { retry_after_ms: 30_000 })));
    assert!(matches!(net.send(&call.clone().breaker("other")).await, Err(Failure::Status(_))), "another name, another breaker");
    clock.advance_ms(30_000);
    assert!(matches!(net.send(&call).await, Err(Failure::Status(_))), "one may try");
    assert!(matches!(net.send(&call).await, Err(Failure::Resting { .. })));
    assert_eq!(stage.times(), 7);
}

#[tokio::test]
async fn bodies_that_break_count_as_failures_too() {
    let net = net();
    let cut = Act::Pieces { pieces: vec!["a".into()], pause_ms: 0, cut: true };
    let stage = Stage::open(vec![cut], any).await;
    let call = Call::post(&stage.url).repeat(Repeat::Never);
    for _ in 0..5 {
        assert!(matches!(net.send(&call).await, Err(Failure::Unknown(_))));
    }
    assert!(matches!(net.send(&call).await, Err(Failure::Resting { .. })));
}
