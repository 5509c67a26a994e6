//! The Messages API.

use super::{model, request, second_request, shown};
use crate::doubles::anthropic::{self, KEY, begin, end, error, error_body, input, says, start, stop, stream, words};
use crate::doubles::script::{Act, Stage};
use serde_json::json;
use steward::providers::llm::{ModelError, Reply};

async fn ask(acts: Vec<Act>) -> (Result<Reply, ModelError>, Stage) {
    ask_within(10_000, acts).await
}

async fn ask_within(ms: u64, acts: Vec<Act>) -> (Result<Reply, ModelError>, Stage) {
    let stage = anthropic::open(acts).await;
    let outcome = model("anthropic", KEY, &stage.url, |s| s.timeout_ms = ms).propose(&request(), None).await;
    // What it cost is looked at where it is settled.
    (outcome.map_err(|e| e.apart().0), stage)
}

#[tokio::test]
async fn words_are_shown_as_they_come_and_counted() {
    let stage = anthropic::open(vec![says("Two jollof, coming up.")]).await;
    let (tx, mut rx) = tokio::sync::mpsc::unbounded_channel();
    let m = model("anthropic", KEY, &stage.url, |s| s.version = "2026-10-21".into());
    let reply = m.propose(&request(), Some(&tx)).await.unwrap();
    assert_eq!(reply.text, "Two jollof, coming up.");
    assert_eq!((reply.usage.prompt_tokens, reply.usage.completion_tokens), (43, 12));
    assert_eq!(shown(&mut rx), reply.text);
    let seen = &stage.seen()[0];
    let body = seen.json();
    assert_eq!((seen.header("anthropic-version"), &body["max_tokens"]), ("2026-10-21", &json!(1024)));
    assert_eq!(body["system"][0]["cache_control"], json!({"type": "ephemeral"}));
    assert_eq!(body["tools"][0]["input_schema"]["required"], json!(["n"]));
    assert_eq!(body["messages"], json!([{"role": "user", "content": [{"type": "text", "text": "two jollof please"}]}]));
    assert_eq!(body.get("temperature"), None, "newer versions refuse it");
}

#[tokio::test]
async fn tool_input_comes_in_fragments() {
    let mut events = vec![start(), begin(0, &json!({"type": "thinking", "thinking": ""})), stop(0)];
    events.extend([begin(1, &json!({"type": "text", "text": ""})), words(1, "Let me see."), stop(1)]);
    events.push(begin(2, &json!({"type": "tool_use", "id": "toolu_1", "name": "add_item", "input": {}})));
    events.extend([input(2, ""), input(2, "{\"n\":"), input(2, "2}"), stop(2)]);
    events.extend([begin(3, &json!({"type": "tool_use", "id": "toolu_2", "name": "see", "input": {}})), stop(3)]);
    events.extend(end("tool_use"));
    let (reply, _) = ask(vec![stream(&events)]).await;
    let reply = reply.unwrap();
    assert_eq!((reply.text.as_str(), reply.calls.len()), ("Let me see.", 2));
    assert_eq!((reply.calls[0].id.as_str(), &reply.calls[0].arguments), ("toolu_1", &json!({"n": 2})));
    assert_eq!(reply.calls[1].arguments, json!({}));
}

#[tokio::test]
async fn rounds_and_objections_are_told_as_the_provider_wants_them() {
    for with_tools in [true, false] {
        let stage = anthropic::open(vec![says("Done.")]).await;
        let mut request = second_request();
        if !with_tools {
            request.tools = std::sync::Arc::new(vec![]);
        }
        let reply = model("anthropic", KEY, &stage.url, |_| ()).propose(&request, None).await;
        assert!(reply.is_ok(), "{reply:?}");
        let body = stage.seen()[0].json();
        let last = &body["messages"][2]["content"];
        assert_eq!((&last[0]["type"], &last[0]["is_error"], &last[1]["is_error"]), (&json!("tool_result"), &json!(false), &json!(true)));
        assert!(last[2]["text"].as_str().unwrap().contains("₦9 is not known."), "{last}");
        assert_eq!(body["tool_choice"]["type"], json!(if with_tools { "auto" } else { "none" }));
    }
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let (r, _) = ask(vec![error(429, "rate_limit_error", "slow").with("retry-after", "7")]).await;
    assert!(matches!(r, Err(ModelError::Busy { retry_after_ms: Some(7_000) })), "{r:?}");
    let (r, _) = ask(vec![error(529, "overloaded_error", "Overloaded")]).await;
    assert!(matches!(r, Err(ModelError::Busy { .. })), "{r:?}");
    let (r, _) = ask(vec![error(400, "invalid_request_error", "Your credit balance is too low")]).await;
    assert!(matches!(r, Err(ModelError::OutOfCredit(_))), "{r:?}");
    let (r, _) = ask(vec![error(400, "invalid_request_error", "bad schema")]).await;
    assert!(matches!(r, Err(ModelError::Refused(_))), "{r:?}");
    let (r, _) = ask(vec![error(500, "api_error", "oops")]).await;
    assert!(matches!(r, Err(ModelError::Away(_))), "{r:?}");
    let stage = anthropic::open(vec![says("x")]).await;
    let r = model("anthropic", "sk-ant-wrong", &stage.url, |_| ()).propose(&request(), None).await;
    assert!(matches!(&r, Err(ModelError::Refused(m)) if !m.contains("sk-ant-wrong")), "{r:?}");
}

#[tokio::test]
async fn what_is_cut_or_breaks_in_the_middle_is_no_answer() {
    let begun = || vec![start(), begin(0, &json!({"type": "text", "text": ""})), words(0, "Two jo")];
    let with = |more: &[serde_json::Value]| stream(&[&begun()[..], more].concat());
    let (r, _) = ask(vec![with(&[error_body("overloaded_error", "Overloaded")])]).await;
    assert!(matches!(r, Err(ModelError::Busy { .. })), "{r:?}");
    let (r, _) = ask(vec![with(&[error_body("api_error", "oops")])]).await;
    assert!(matches!(r, Err(ModelError::Away(_))), "{r:?}");
    for act in [with(&[]), with(&[]).cut(), says("a b").slow(200), Act::Hang] {
        let (r, _) = ask_within(400, vec![act]).await;
        assert!(matches!(r, Err(ModelError::Away(_))), "{r:?}");
    }
    let (r, _) = ask(vec![with(&end("max_tokens"))]).await;
    assert!(matches!(r, Err(ModelError::Cut(_))), "{r:?}");
    let (r, _) = ask(vec![with(&end("refusal"))]).await;
    assert!(matches!(r, Err(ModelError::Declined(_))), "{r:?}");
}

#[tokio::test]
async fn a_whole_answer_is_understood_too() {
    let body = json!({"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "stop_reason": "tool_use",
        "content": [{"type": "text", "text": "Hm."}, {"type": "tool_use", "id": "t1", "name": "add_item", "input": {"n": 3}}],
        "usage": {"input_tokens": 10, "output_tokens": 4}});
    let (r, _) = ask(vec![Act::json(200, body)]).await;
    let reply = r.unwrap();
    assert_eq!((reply.text.as_str(), &reply.calls[0].arguments, reply.usage.tokens()), ("Hm.", &json!({"n": 3}), 14));
}
