//! OpenAI's Chat Completions as captured from its own SDK, and the habits of those who copy it.

use super::script::{Act, Seen, Stage};
use serde_json::{Value, json};

/// The key the double accepts.
pub const KEY: &str = "sk-test-1234567890";

/// Opens the double. It refuses a wrong key and a request that OpenAI itself would refuse.
pub async fn open(acts: Vec<Act>) -> Stage {
    Stage::open(acts, check).await
}

/// A stream of these chunks, ended as OpenAI ends it.
pub fn stream(chunks: &[Value]) -> Act {
    let mut pieces: Vec<String> = chunks.iter().map(event).collect();
    pieces.push("data: [DONE]\n\n".into());
    Act::Pieces { pieces, pause_ms: 0, cut: false }
}

/// These bytes as the stream's pieces.
pub fn raw(pieces: &[&str]) -> Act {
    Act::Pieces { pieces: pieces.iter().map(ToString::to_string).collect(), pause_ms: 0, cut: false }
}

pub fn event(chunk: &Value) -> String {
    format!("data: {chunk}\n\n")
}

/// One chunk with this delta and reason to stop.
pub fn chunk(delta: &Value, finish: Option<&str>) -> Value {
    json!({"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "obfuscation": "x1",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})
}

pub fn usage(prompt: u64, completion: u64) -> Value {
    json!({"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [],
        "usage": {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}})
}

/// Says these words, a piece a word, and reports 5 and 7 tokens.
pub fn says(words: &str) -> Act {
    let mut chunks = vec![chunk(&json!({"role": "assistant", "content": null}), None)];
    chunks.extend(words.split_inclusive(' ').map(|w| chunk(&json!({"content": w}), None)));
    chunks.extend([chunk(&json!({}), Some("stop")), usage(5, 7)]);
    stream(&chunks)
}

/// A fragment of a tool call.
pub fn fragment(index: Option<u64>, id: Option<&str>, name: Option<&str>, arguments: &str) -> Value {
    let mut call = json!({"function": {"arguments": arguments}});
    if let Some(i) = index {
        call["index"] = json!(i);
    }
    if let Some(id) = id {
        call["id"] = json!(id);
        call["type"] = json!("function");
    }
    if let Some(n) = name {
        call["function"]["name"] = json!(n);
    }
    call
}

/// A chunk with these fragments.
pub fn calls(fragments: &[Value]) -> Value {
    chunk(&json!({"tool_calls": fragments}), None)
}

pub fn error(status: u16, code: &str) -> Act {
    Act::json(status, json!({"error": {"message": format!("told: {code}"), "type": "some_error", "param": null, "code": code}}))
}

fn check(seen: &Seen) -> Option<Act> {
    if seen.header("authorization") != format!("Bearer {KEY}") {
        let message = format!("Incorrect API key provided: {}", seen.header("authorization"));
        return Some(Act::json(401, json!({"error": {"message": message, "type": "invalid_request_error", "code": "invalid_api_key"}})));
    }
    let body = seen.json();
    let bad = |why: String| Some(Act::json(400, json!({"error": {"message": why, "type": "invalid_request_error", "code": null}})));
    if seen.path != "/v1/chat/completions" || seen.method != "POST" || !body["model"].is_string() {
        return bad(format!("{} {}", seen.method, seen.path));
    }
    match unanswered(&body["messages"]) {
        Some(why) => bad(why),
        None => None,
    }
}

/// Each tool call must be answered by a tool message before anybody else speaks.
fn unanswered(messages: &Value) -> Option<String> {
    let mut open: Vec<&str> = Vec::new();
    for m in messages.as_array()? {
        match m["role"].as_str()? {
            "tool" => {
                let id = m["tool_call_id"].as_str()?;
                let at = open.iter().position(|o| *o == id);
                open.remove(at.or_else(|| panic!("{id} was not called"))?);
            }
            _ if !open.is_empty() => return Some(format!("no answer to {open:?}")),
            "assistant" => {
                for c in m["tool_calls"].as_array().into_iter().flatten() {
                    serde_json::from_str::<Value>(c["function"]["arguments"].as_str()?).ok()?;
                    open.push(c["id"].as_str()?);
                }
                if m["tool_calls"].as_array().is_some_and(Vec::is_empty) {
                    return Some("tool_calls is empty".into());
                }
            }
            "system" | "user" => {}
            other => return Some(format!("role {other}")),
        }
    }
    (!open.is_empty()).then(|| format!("no answer to {open:?}"))
}

/// Calls one tool with these arguments.
pub fn calls_tool(name: &str, arguments: &str) -> Act {
    stream(&[calls(&[fragment(Some(0), Some("call_1"), Some(name), arguments)]), chunk(&json!({}), Some("tool_calls")), usage(5, 7)])
}
