//! Anthropic's Messages API as captured from its own SDK.

use super::script::{Act, Seen, Stage};
use serde_json::{Value, json};

/// The key the double accepts.
pub const KEY: &str = "sk-ant-test";

/// Opens the double. It refuses a wrong key and a request that Anthropic itself would refuse.
pub async fn open(acts: Vec<Act>) -> Stage {
    Stage::open(acts, check).await
}

/// A stream of these events.
pub fn stream(events: &[Value]) -> Act {
    let pieces = events.iter().map(|e| format!("event: {}\ndata: {e}\n\n", e["type"].as_str().unwrap_or("x"))).collect();
    Act::Pieces { pieces, pause_ms: 0, cut: false }
}

pub fn start() -> Value {
    json!({"type": "message_start", "message": {"id": "msg_1", "type": "message", "role": "assistant", "content": [], "model": "m",
        "stop_reason": null, "usage": {"input_tokens": 3, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 40, "output_tokens": 1}}})
}

pub fn begin(index: u64, block: &Value) -> Value {
    json!({"type": "content_block_start", "index": index, "content_block": block})
}

pub fn words(index: u64, text: &str) -> Value {
    json!({"type": "content_block_delta", "index": index, "delta": {"type": "text_delta", "text": text}})
}

pub fn input(index: u64, part: &str) -> Value {
    json!({"type": "content_block_delta", "index": index, "delta": {"type": "input_json_delta", "partial_json": part}})
}

pub fn stop(index: u64) -> Value {
    json!({"type": "content_block_stop", "index": index})
}

/// The last two events.
pub fn end(reason: &str) -> [Value; 2] {
    let delta = json!({"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": null}, "usage": {"output_tokens": 12}});
    [delta, json!({"type": "message_stop"})]
}

/// Says these words in two pieces.
pub fn says(text: &str) -> Act {
    let (a, b) = text.split_at(text.len() / 2);
    let mut events =
        vec![start(), begin(0, &json!({"type": "text", "text": ""})), json!({"type": "ping"}), words(0, a), words(0, b), stop(0)];
    events.extend(end("end_turn"));
    stream(&events)
}

pub fn error(status: u16, kind: &str, message: &str) -> Act {
    Act::json(status, error_body(kind, message))
}

pub fn error_body(kind: &str, message: &str) -> Value {
    json!({"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"})
}

fn check(seen: &Seen) -> Option<Act> {
    if seen.header("x-api-key") != KEY {
        return Some(error(401, "authentication_error", &format!("invalid x-api-key {}", seen.header("x-api-key"))));
    }
    let body = seen.json();
    let bad = |why: &str| Some(error(400, "invalid_request_error", why));
    if seen.path != "/v1/messages" || seen.header("anthropic-version").is_empty() || !body["max_tokens"].is_u64() {
        return bad("path, version or max_tokens");
    }
    let messages = body["messages"].as_array().cloned().unwrap_or_default();
    if messages.first().is_none_or(|m| m["role"] != "user") {
        return bad("the first message must be the user's");
    }
    let blocks = |m: &Value, kind: &str, key: &str| -> Vec<String> {
        let of_kind = m["content"].as_array().into_iter().flatten().filter(|b| b["type"] == kind);
        of_kind.map(|b| b[key].as_str().unwrap_or_default().to_owned()).collect()
    };
    for (i, m) in messages.iter().enumerate() {
        let wanted = blocks(m, "tool_use", "id");
        let told = messages.get(i + 1).map(|n| blocks(n, "tool_result", "tool_use_id")).unwrap_or_default();
        if wanted != told {
            return bad("each tool_use needs its tool_result in the next message");
        }
        if !wanted.is_empty() && body["tools"].as_array().is_none_or(Vec::is_empty) {
            return bad("tool blocks without tools");
        }
    }
    None
}
