//! Words shown while a model writes: only what states nothing, before the whole reply was checked.

use crate::doubles::openai::{self, KEY, chunk, event, raw, says};
use crate::doubles::script::Stage;
use crate::harness::{self, TestApp};
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use steward::config::models::{ModelServer, Protocol};
use steward::domain::secret::Secret;
use steward::domain::time::Clock;
use steward::providers::llm::builtin::BuiltIn;

/// A Steward whose environment names this model.
async fn open(stage: &Stage) -> TestApp {
    let base_url = format!("{}/v1", stage.url);
    harness::open_with(Arc::new(BuiltIn::new()), Clock::System, move |config| {
        let server = ModelServer {
            name: "openai",
            protocol: Protocol::OpenAi,
            api_key: Secret::new(KEY),
            base_url,
            model: "m".into(),
            own_address: true,
        };
        config.models.servers = vec![server];
    })
    .await
}

/// One event of the stream: when, its name, its data.
type Seen = (Duration, String, Value);

async fn listen(t: &TestApp, text: &str) -> Vec<Seen> {
    let request = t.http.post(format!("{}/api/v1/chat/messages", t.url)).bearer_auth(&t.key).header("accept", "text/event-stream");
    let began = Instant::now();
    let answer = request.header("content-type", "application/json").body(json!({ "text": text }).to_string()).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    let (mut body, mut text, mut out) = (answer.bytes_stream(), String::new(), Vec::new());
    while let Some(piece) = body.next().await {
        text.push_str(&String::from_utf8_lossy(&piece.unwrap()));
        while let Some((frame, rest)) = text.split_once("\n\n").map(|(f, r)| (f.to_owned(), r.to_owned())) {
            text = rest;
            let field = |name: &str| frame.lines().find_map(|l| l.strip_prefix(name)).map(|v| v.trim().to_owned());
            if let (Some(name), Some(data)) = (field("event:"), field("data:")) {
                out.push((began.elapsed(), name, serde_json::from_str(&data).unwrap()));
            }
        }
    }
    out
}

fn of<'a>(seen: &'a [Seen], name: &str) -> Vec<&'a Value> {
    seen.iter().filter(|(_, n, _)| n == name).map(|(_, _, data)| data).collect()
}

/// What a client shows at the end that follows the rule: the words of the highest draft.
fn shown(seen: &[Seen]) -> String {
    let tokens = of(seen, "token");
    let last = tokens.iter().map(|t| t["draft"].as_u64().unwrap()).max().unwrap();
    tokens.iter().filter(|t| t["draft"] == last).map(|t| t["text"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn harmless_sentences_come_while_the_rest_is_written() {
    let stage = openai::open(vec![says("Good afternoon, my dear! The meat pie is 900 naira. It is fresh.").slow(60)]).await;
    let t = open(&stage).await;
    let seen = listen(&t, "How much is the meat pie?").await;
    let (at, _, first) = seen.iter().find(|(_, n, _)| n == "token").unwrap();
    let (end, _, done) = seen.last().unwrap();
    assert_eq!(first["text"], "Good afternoon, my dear! ");
    assert!(*end > *at + Duration::from_millis(300), "shown {at:?}, over {end:?}");
    assert_eq!(
        (done["state"].as_str(), done["reply"].as_str()),
        (Some("answered"), Some("Good afternoon, my dear! The meat pie is 900 naira. It is fresh."))
    );
    assert_eq!(shown(&seen), done["reply"].as_str().unwrap());
    let price = seen.iter().find(|(_, n, d)| n == "token" && d["text"].as_str().unwrap().contains("900")).unwrap();
    assert!(*end - price.0 < Duration::from_millis(200), "the price waits for the check: {:?} of {end:?}", price.0);
}

#[tokio::test]
async fn a_refused_reply_is_withdrawn_and_its_figure_never_seen() {
    let stage =
        openai::open(vec![says("Welcome here! The meat pie is 123,456 naira."), says("Good day! The meat pie is 900 naira.")]).await;
    let t = open(&stage).await;
    let seen = listen(&t, "How much is the meat pie?").await;
    assert!(!seen.iter().any(|(_, _, d)| d.to_string().contains("123,456")), "{seen:?}");
    let drafts: Vec<u64> = of(&seen, "token").iter().map(|t| t["draft"].as_u64().unwrap()).collect();
    assert!(drafts.first() < drafts.last(), "{drafts:?}");
    assert_eq!(shown(&seen), "Good day! The meat pie is 900 naira.");
    assert_eq!(of(&seen, "message")[0]["text"], "Good day! The meat pie is 900 naira.");
}

#[tokio::test]
async fn a_cut_stream_ends_in_another_answer() {
    let piece = |words: &str| event(&chunk(&json!({ "content": words }), None));
    let stage = openai::open(vec![raw(&[&piece("Hello there! "), &piece("The meat p")]).cut()]).await;
    let t = open(&stage).await;
    let seen = listen(&t, "How much is the meat pie?").await;
    let done = of(&seen, "done");
    let reply = done[0]["reply"].as_str().unwrap();
    assert!(reply.contains("900") && !reply.contains("Hello there!"), "the built-in model answers: {reply}");
    assert_eq!(shown(&seen), reply, "half an answer is withdrawn");
}

#[tokio::test]
async fn the_chat_page_sees_the_words_too() {
    let stage = openai::open(vec![says("Welcome to you! The meat pie is 900 naira.")]).await;
    let t = open(&stage).await;
    let session = "abcdefghijklmnopqrstuvwxyz012345";
    let live = t.http.get(format!("{}/b/mama-put/chat/live?session={session}&after=0", t.url)).send().await.unwrap();
    let mut body = live.bytes_stream();
    let form = format!("session={session}&key=k1&embed=1&text=How+much+is+the+meat+pie%3F");
    let say = t.http.post(format!("{}/b/mama-put/chat", t.url)).header("content-type", "application/x-www-form-urlencoded").body(form);
    assert!(say.send().await.unwrap().status().as_u16() < 400);
    let mut text = String::new();
    let read = async {
        while !text.contains("event: run.done") && !text.contains("event:run.done") {
            text.push_str(&String::from_utf8_lossy(&body.next().await.unwrap().unwrap()));
        }
    };
    tokio::time::timeout(Duration::from_secs(20), read).await.unwrap();
    assert!(text.contains("Welcome to you! ") && !text.contains("900"), "{text}");
}
