//! Chat Completions.

use super::{model, request, second_request, shown};
use crate::doubles::openai::{self, KEY, calls, chunk, error, event, fragment, raw, says, stream, usage};
use crate::doubles::script::{Act, Stage, hangs_up, nobody};
use serde_json::{Value, json};
use steward::providers::llm::{ModelError, Reply};

async fn ask(acts: Vec<Act>) -> (Result<Reply, ModelError>, Stage) {
    ask_within(10_000, acts).await
}

async fn ask_within(ms: u64, acts: Vec<Act>) -> (Result<Reply, ModelError>, Stage) {
    let stage = openai::open(acts).await;
    let outcome = model("openai", KEY, &stage.url, |s| s.timeout_ms = ms).propose(&request(), None).await;
    // What it cost is looked at where it is settled.
    (outcome.map_err(|e| e.apart().0), stage)
}

#[tokio::test]
async fn words_are_shown_as_they_come_and_counted() {
    let stage = openai::open(vec![says("Two jollof, coming up.")]).await;
    let (tx, mut rx) = tokio::sync::mpsc::unbounded_channel();
    let m = model("openai", KEY, &stage.url, |s| s.headers.push(("X-Title".into(), "Steward".into())));
    let reply = m.propose(&request(), Some(&tx)).await.unwrap();
    assert_eq!((reply.text.as_str(), reply.calls.len()), ("Two jollof, coming up.", 0));
    assert_eq!((reply.usage.prompt_tokens, reply.usage.completion_tokens), (5, 7));
    assert_eq!(shown(&mut rx), reply.text);
    assert_eq!(m.name(), "openai:model-of-the-day");
    let seen = &stage.seen()[0];
    let body = seen.json();
    assert_eq!((seen.header("x-title"), &body["model"], &body["stream"]), ("Steward", &json!("model-of-the-day"), &json!(true)));
    assert_eq!((&body["max_completion_tokens"], &body["stream_options"]), (&json!(1024), &json!({"include_usage": true})));
    assert_eq!(body["messages"][1], json!({"role": "user", "content": "two jollof please"}));
    assert!(body["messages"][0]["content"].as_str().unwrap().contains("customers of Mama Put"));
    assert_eq!((&body["tools"][0]["function"]["name"], &body["tools"][0]["function"]["strict"]), (&json!("add_item"), &json!(true)));
}

#[tokio::test]
async fn tool_calls_come_in_fragments_whole_or_without_index() {
    let in_fragments = vec![
        calls(&[fragment(Some(0), Some("call_1"), Some("add_item"), "")]),
        calls(&[fragment(Some(0), None, None, "{\"n\":")]),
        calls(&[fragment(Some(0), None, None, "2}")]),
        calls(&[fragment(Some(1), Some("call_2"), Some("see"), "{}")]),
    ];
    let whole = vec![calls(&[
        fragment(Some(0), Some("call_1"), Some("add_item"), "{\"n\":2}"),
        fragment(Some(1), Some("call_2"), Some("see"), ""),
    ])];
    let without_index = vec![
        calls(&[fragment(None, Some("call_1"), Some("add_item"), "{\"n\":2}")]),
        calls(&[fragment(None, Some("call_2"), Some("see"), "{}")]),
    ];
    for mut chunks in [in_fragments, whole, without_index] {
        chunks.extend([chunk(&json!({}), Some("tool_calls")), usage(9, 4)]);
        let (reply, _) = ask(vec![stream(&chunks)]).await;
        let calls = reply.unwrap().calls;
        assert_eq!(calls.len(), 2, "{chunks:?}");
        assert_eq!((calls[0].id.as_str(), calls[0].name.as_str(), &calls[0].arguments), ("call_1", "add_item", &json!({"n": 2})));
        assert_eq!((calls[1].name.as_str(), &calls[1].arguments), ("see", &json!({})));
    }
}

#[tokio::test]
async fn rounds_and_objections_are_told_as_the_provider_wants_them() {
    let stage = openai::open(vec![says("Done.")]).await;
    model("openai", KEY, &stage.url, |_| ()).propose(&second_request(), None).await.unwrap();
    let body = stage.seen()[0].json();
    let roles: Vec<&str> = body["messages"].as_array().unwrap().iter().map(|m| m["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["system", "user", "assistant", "tool", "tool", "user"]);
    assert_eq!(body["messages"][2]["tool_calls"][0]["function"]["arguments"], json!("{\"n\":2}"));
    assert_eq!(body["messages"][3]["tool_call_id"], json!("c1"));
    assert!(body["messages"][4]["content"].as_str().unwrap().starts_with("NOT DONE. "));
    assert!(body["messages"][5]["content"].as_str().unwrap().contains("₦9 is not known."));
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let busy = |r: &Result<Reply, ModelError>, ms| matches!(r, Err(ModelError::Busy { retry_after_ms }) if *retry_after_ms == ms);
    let (r, stage) = ask(vec![error(429, "rate_limit_exceeded").with("retry-after", "20")]).await;
    assert!(busy(&r, Some(20_000)), "{r:?}");
    assert_eq!(stage.times(), 1, "the router tries again, not the driver");
    let (r, _) = ask(vec![error(429, "rate_limit_exceeded")]).await;
    assert!(busy(&r, None), "{r:?}");
    let (r, _) = ask(vec![error(429, "insufficient_quota").with("retry-after", "20")]).await;
    assert!(matches!(r, Err(ModelError::OutOfCredit(_))), "{r:?}");
    let (r, _) = ask(vec![error(402, "x")]).await;
    assert!(matches!(r, Err(ModelError::OutOfCredit(_))), "{r:?}");
    let (r, _) = ask(vec![error(404, "model_not_found")]).await;
    assert!(matches!(&r, Err(ModelError::Refused(m)) if m.contains("told: model_not_found")), "{r:?}");
    for status in [408, 500, 502, 503] {
        let (r, _) = ask(vec![error(status, "server_error")]).await;
        assert!(matches!(r, Err(ModelError::Away(_))), "{status} {r:?}");
    }
    let (r, _) = ask(vec![Act::Whole { status: 502, headers: vec![], body: "<html>bad gateway</html>".into() }]).await;
    assert!(matches!(&r, Err(ModelError::Away(m)) if m.contains("bad gateway")), "{r:?}");
}

#[tokio::test]
async fn a_wrong_key_is_refused_and_not_repeated_in_the_error() {
    let stage = openai::open(vec![says("x")]).await;
    let r = model("openai", "sk-wrong-key", &stage.url, |_| ()).propose(&request(), None).await;
    assert!(matches!(&r, Err(ModelError::Refused(m)) if m.contains("Incorrect API key") && !m.contains("sk-wrong-key")), "{r:?}");
}

#[tokio::test]
async fn errors_behind_status_200_and_in_the_middle_of_a_stream() {
    let body = json!({"error": {"code": 429, "message": "slow down", "metadata": {}}});
    let (r, _) = ask(vec![Act::json(200, body.clone())]).await;
    assert!(matches!(r, Err(ModelError::Busy { .. })), "{r:?}");
    let begun = event(&chunk(&json!({"content": "Two jo"}), None));
    let middle = |v: Value| raw(&[": OPENROUTER PROCESSING\n\n", &begun, &event(&v)]);
    let broke = json!({"id": "x", "error": {"code": 502, "message": "upstream died"}, "choices": [{"index": 0, "delta": {}, "finish_reason": "error"}]});
    let (r, _) = ask(vec![middle(broke)]).await;
    assert!(matches!(&r, Err(ModelError::Away(m)) if m.contains("upstream died")), "{r:?}");
    let (r, _) =
        ask(vec![middle(json!({"error": {"message": "queue full", "type": "too_many", "code": "queue_exceeded"}, "status_code": 429}))])
            .await;
    assert!(matches!(r, Err(ModelError::Busy { .. })), "{r:?}");
    let (r, _) = ask(vec![middle(json!({"error": {"code": 402, "message": "no credits"}}))]).await;
    assert!(matches!(r, Err(ModelError::OutOfCredit(_))), "{r:?}");
}

#[tokio::test]
async fn what_is_cut_slow_or_broken_is_no_answer() {
    let begun = event(&chunk(&json!({"content": "Two jo"}), None));
    let ended = event(&chunk(&json!({"content": "Two jo"}), Some("length")));
    let acts = [
        ("cut line", raw(&[&begun]).cut()),
        ("ends early", raw(&[&begun])),
        ("nothing", raw(&["data: [DONE]\n\n"])),
        ("no JSON", raw(&["data: {\"choices\":\n\n"])),
        ("bytes", raw(&["\u{0}\u{1}\n\n\n"])),
        ("whole, no JSON", Act::Whole { status: 200, headers: vec![], body: "hello".into() }),
        ("whole, empty", Act::json(200, json!({"choices": []}))),
        ("slow", says("one two three four five six").slow(150)),
        ("silent", Act::Hang),
    ];
    for (name, act) in acts {
        let (r, _) = ask_within(400, vec![act]).await;
        assert!(matches!(r, Err(ModelError::Away(_))), "{name}: {r:?}");
    }
    let (r, _) = ask(vec![raw(&[&ended, "data: [DONE]\n\n"])]).await;
    assert!(matches!(r, Err(ModelError::Cut(_))), "{r:?}");
    let (url, _) = hangs_up().await;
    for url in [url, nobody().await] {
        let r = model("openai", KEY, &url, |_| ()).propose(&request(), None).await;
        assert!(matches!(r, Err(ModelError::Away(_))), "{r:?}");
    }
}

#[tokio::test]
async fn a_model_that_will_not_answer_is_a_refusal() {
    let refused = vec![chunk(&json!({"refusal": "I cannot help with that."}), None), chunk(&json!({}), Some("stop"))];
    let filtered = vec![chunk(&json!({"content": "x"}), Some("content_filter"))];
    for chunks in [refused, filtered] {
        let (r, _) = ask(vec![stream(&chunks)]).await;
        assert!(matches!(r, Err(ModelError::Declined(_))), "{r:?}");
    }
}

#[tokio::test]
async fn other_servers_are_understood() {
    let seen_whole = json!({"id": "x", "choices": [{"index": 0, "finish_reason": "tool_calls", "message": {"role": "assistant", "content": null,
        "reasoning_content": "hm", "tool_calls": [{"id": "", "type": "function", "function": {"name": "add_item", "arguments": {"n": 1}}}]}}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}});
    let stage = openai::open(vec![Act::json(200, seen_whole), raw(&[
        &event(&json!({"choices": [{"delta": {"content": "<think>they want", "reasoning": "x"}}], "time_info": {}})),
        &event(&json!({"choices": [{"delta": {"content": " food</think>\n\nSure"}, "finish_reason": null}]})),
        &event(&json!({"choices": [{"delta": {}, "finish_reason": "stop"}], "x_groq": {"usage": {"prompt_tokens": 8, "completion_tokens": 1}}})),
    ]), raw(&["data: {\"choices\":[{\"delta\":{\"content\":\"Yes\"},\"finish_reason\":\"stop\"}]}"])])
    .await;
    let m = model("openai", KEY, &stage.url, |s| {
        s.stream = false;
        "max_tokens".clone_into(&mut s.token_field);
        s.extra.insert("temperature".into(), json!(0));
    });
    let whole = m.propose(&request(), None).await.unwrap();
    assert_eq!((whole.calls[0].id.as_str(), &whole.calls[0].arguments, whole.usage.tokens()), ("call_0", &json!({"n": 1}), 5));
    let body = stage.seen()[0].json();
    assert_eq!((&body["max_tokens"], &body["temperature"], body.get("stream")), (&json!(1024), &json!(0), None));
    let thought = m.propose(&request(), None).await.unwrap();
    assert_eq!((thought.text.as_str(), thought.usage.prompt_tokens), ("Sure", 8));
    let bare = m.propose(&request(), None).await.unwrap();
    assert_eq!(bare.text, "Yes");
    assert!(bare.usage.prompt_tokens > 100, "not reported, so guessed");
}
