//! An agent over a WebSocket.

use crate::harness;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use steward::providers::llm::builtin::BuiltIn;
use steward::store::control::key::{list_keys, revoke_key};
use steward::store::tx::Tx;
use tokio_tungstenite::tungstenite::{ClientRequestBuilder, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

/// Names of the events of one turn, and what the last of them says.
async fn turn(socket: &mut Socket) -> (Vec<String>, Value) {
    let mut names = Vec::new();
    loop {
        let frame = socket.next().await.unwrap().unwrap().into_text().unwrap();
        let news: Value = serde_json::from_str(&frame).unwrap();
        let name = news["event"].as_str().unwrap().to_owned();
        names.push(name.clone());
        if matches!(name.as_str(), "done" | "error") {
            return (names, news["data"].clone());
        }
    }
}

#[tokio::test]
async fn an_agent_is_talked_to_over_a_socket() {
    let t = harness::open(Arc::new(BuiltIn::new())).await;
    let ask = |path: &str| t.http.get(format!("{}/api/v1{path}", t.url)).bearer_auth(&t.key).send();
    let opened = t.http.post(format!("{}/api/v1/chat/sessions", t.url)).bearer_auth(&t.key).json(&json!({})).send().await.unwrap();
    let session: Value = serde_json::from_str(&opened.text().await.unwrap()).unwrap();
    let conversation = session["conversation_id"].as_str().unwrap();
    let base = format!("{}/api/v1/agents", t.url.replace("http://", "ws://"));
    let address = format!("{base}/turn/{conversation}");
    assert!(connect_async(&address).await.is_err(), "without a key");
    let with_key =
        |address: &str| ClientRequestBuilder::new(address.parse().unwrap()).with_header("authorization", format!("Bearer {}", t.key));
    assert!(connect_async(with_key(&format!("{base}/nobody/{conversation}"))).await.is_err(), "no such agent");
    let nowhere = steward::domain::id::Id::NIL;
    assert!(connect_async(with_key(&format!("{base}/turn/{nowhere}"))).await.is_err(), "no such conversation");

    let (mut socket, _) = connect_async(with_key(&address)).await.unwrap();
    // Twice with one key is once.
    for _ in 0..2 {
        socket.send(Message::text(json!({ "text": "How much is meat pie?", "key": "k1" }).to_string())).await.unwrap();
        let (events, done) = turn(&mut socket).await;
        assert!(events.contains(&"message".to_owned()) && events.contains(&"token".to_owned()), "{events:?}");
        assert!(done["reply"].as_str().unwrap().contains("eat pie"), "{done}");
    }
    socket.send(Message::text(r#"{"words": 1}"#)).await.unwrap();
    let (_, refused) = turn(&mut socket).await;
    assert!(refused["detail"].as_str().unwrap().contains("plain words"), "{refused}");
    socket.send(Message::binary(vec![1, 2])).await.unwrap();
    assert!(turn(&mut socket).await.1["detail"].as_str().unwrap().contains("text frames"));
    socket.send(Message::text("Thank you")).await.unwrap();
    assert_eq!(turn(&mut socket).await.1["state"], "answered");
    let kept = ask(&format!("/conversations/{conversation}/messages")).await.unwrap().text().await.unwrap();
    let kept: Value = serde_json::from_str(&kept).unwrap();
    let heard = kept["items"].as_array().unwrap().iter().filter(|m| m["direction"] == "in").count();
    assert_eq!(heard, 2, "{kept}");
    // A key that is revoked says nothing more on a socket it opened, and hears no more on a stream.
    let mut feed = ask("/events/stream").await.unwrap();
    let business = t.business.id;
    let revoke = move |tx: &mut Tx<'_>| list_keys(tx, business)?.iter().try_for_each(|k| revoke_key(tx, business, k.id));
    t.app.store.control_write(revoke).await.unwrap();
    socket.send(Message::text("Two meat pies please")).await.unwrap();
    let (events, refused) = turn(&mut socket).await;
    assert_eq!((events, refused["detail"].as_str().unwrap().contains("API key")), (vec!["error".to_owned()], true), "{refused}");
    t.pass_ms(31_000).await;
    t.says("2348031234567", "Are you open today?").await;
    while let Some(chunk) = tokio::time::timeout(Duration::from_secs(10), feed.chunk()).await.expect("the stream ends").unwrap() {
        assert!(!String::from_utf8_lossy(&chunk).contains("chat.message"));
    }
}
