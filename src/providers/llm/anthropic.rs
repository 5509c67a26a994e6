//! Anthropic's Messages API. What does not change between turns is marked for its prompt cache.

use crate::net::call::{Call, Repeat};
use crate::net::client::Net;
use crate::providers::llm::assembly::{Assembly, Stop};
use crate::providers::llm::exchange::{Reader, Told, ask, ask_about, count_at, text_at};
use crate::providers::llm::look::Look;
use crate::providers::llm::prompt::{self, Line};
use crate::providers::llm::settings::Settings;
use crate::providers::llm::sse::Event;
use crate::providers::llm::{Model, ModelError, Reply, Request, Round, Sink, ToolSpec};
use async_trait::async_trait;
use serde_json::{Value, json};
use std::sync::Arc;

/// A model behind the Messages API.
pub struct Anthropic {
    net: Arc<Net>,
    settings: Settings,
    name: String,
}

impl Anthropic {
    /// A model reached through `net`.
    pub fn new(net: Arc<Net>, settings: Settings) -> Self {
        Self { net, name: settings.name(), settings }
    }

    fn call(&self, body: &Value) -> Call {
        let s = &self.settings;
        let call = Call::post(format!("{}/messages", s.base_url)).json(body).timeout_ms(s.timeout_ms).repeat(Repeat::Never);
        let call = call.header("anthropic-version", &s.version);
        let call = if s.key.is_empty() { call } else { call.secret_header("x-api-key", &s.key) };
        let call = if s.outside { call.from_outside() } else { call };
        s.headers.iter().fold(call, |c, (name, value)| c.header(name, value))
    }
}

#[async_trait]
impl Model for Anthropic {
    fn name(&self) -> &str {
        &self.name
    }
    async fn propose(&self, request: &Request, sink: Option<&Sink>) -> Result<Reply, ModelError> {
        let body = body_of(&self.settings, request)?;
        let call = self.call(&body);
        let reader = Events { assembly: Assembly::new(sink) };
        ask(&self.net, &call, &self.settings.key, &body, reader).await
    }
    async fn look(&self, look: &Look) -> Result<Reply, ModelError> {
        let call = self.call(&look.body(&self.settings));
        ask_about(&self.net, &call, &self.settings.key, look.tokens(), Events { assembly: Assembly::new(None) }).await
    }
}

fn body_of(s: &Settings, request: &Request) -> Result<Value, ModelError> {
    let prompt = prompt::system(request)?;
    let system = json!([
        {"type": "text", "text": prompt.standing.trim(), "cache_control": {"type": "ephemeral"}},
        {"type": "text", "text": prompt.moment.trim()},
    ]);
    let mut messages: Vec<Value> = Vec::new();
    for line in prompt::lines(request) {
        match line {
            Line::User(text) => say(&mut messages, "user", json!({"type": "text", "text": text})),
            Line::Assistant(text) => say(&mut messages, "assistant", json!({"type": "text", "text": text})),
            Line::Round(round) => round_of(&mut messages, round),
        }
    }
    let mut body = json!({"model": s.model, "system": system, "messages": messages, s.token_field.as_str(): s.max_tokens});
    // A talk that holds tool calls is refused without the list of tools, so it is sent and closed instead.
    let closed = request.tools.is_empty();
    if !closed || !request.rounds.is_empty() {
        body["tools"] = if closed { named_in(&request.rounds) } else { request.tools.iter().map(tool_of).collect() };
        body["tool_choice"] = json!({"type": if closed { "none" } else { "auto" }});
    }
    if s.stream {
        body["stream"] = json!(true);
    }
    for (name, value) in &s.extra {
        body[name.as_str()] = value.clone();
    }
    Ok(body)
}

fn tool_of(t: &ToolSpec) -> Value {
    json!({"name": t.name, "description": t.description, "input_schema": t.parameters})
}

fn named_in(rounds: &[Round]) -> Value {
    let mut names: Vec<&str> = rounds.iter().flat_map(|r| &r.results).map(|r| r.call.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(|n| json!({"name": n, "description": "Not available now.", "input_schema": {"type": "object"}})).collect()
}

/// Adds a block; blocks of one speaker in a row become one message.
fn say(messages: &mut Vec<Value>, role: &str, block: Value) {
    match messages.last_mut() {
        Some(last) if last["role"] == role => {
            if let Some(blocks) = last["content"].as_array_mut() {
                blocks.push(block);
            }
        }
        _ => messages.push(json!({"role": role, "content": [block]})),
    }
}

fn round_of(messages: &mut Vec<Value>, round: &Round) {
    if !round.text.is_empty() {
        say(messages, "assistant", json!({"type": "text", "text": round.text}));
    }
    for r in &round.results {
        let input = if r.call.arguments.is_object() { r.call.arguments.clone() } else { json!({}) };
        say(messages, "assistant", json!({"type": "tool_use", "id": r.call.id, "name": r.call.name, "input": input}));
    }
    for r in &round.results {
        let block = json!({"type": "tool_result", "tool_use_id": r.call.id, "content": prompt::result(r), "is_error": !r.ok});
        say(messages, "user", block);
    }
}

struct Events<'a> {
    assembly: Assembly<'a>,
}

impl<'a> From<Events<'a>> for Assembly<'a> {
    fn from(reader: Events<'a>) -> Self {
        reader.assembly
    }
}

impl Reader for Events<'_> {
    fn event(&mut self, event: &Event) -> Result<bool, ModelError> {
        let v: Value = serde_json::from_str(&event.data).map_err(|_| ModelError::Away("a piece of the answer is not JSON".into()))?;
        let index = v.get("index").and_then(Value::as_u64);
        match text_at(&v, "type") {
            "error" => return Err(Told::from(&v).into_error(None)),
            "message_start" => self.usage(v.pointer("/message/usage")),
            "content_block_start" => self.block(v.get("content_block").unwrap_or(&Value::Null), index, false),
            "content_block_delta" => self.delta(v.get("delta").unwrap_or(&Value::Null), index),
            "message_delta" => {
                self.usage(v.get("usage"));
                self.stopped(v.pointer("/delta/stop_reason").and_then(Value::as_str).unwrap_or_default())?;
            }
            "message_stop" => return Ok(true),
            _ => {}
        }
        Ok(false)
    }
    fn whole(&mut self, answer: &Value) -> Result<(), ModelError> {
        if text_at(answer, "type") == "error" {
            return Err(Told::from(answer).into_error(None));
        }
        for (i, block) in answer.get("content").and_then(Value::as_array).into_iter().flatten().enumerate() {
            self.block(block, Some(i as u64), true);
        }
        self.usage(answer.get("usage"));
        self.stopped(text_at(answer, "stop_reason"))
    }
}

impl Events<'_> {
    /// A block. In a stream its input is empty at first and comes in deltas.
    fn block(&mut self, block: &Value, index: Option<u64>, whole: bool) {
        match text_at(block, "type") {
            "text" => self.assembly.words(text_at(block, "text")),
            "tool_use" => {
                let input = block.get("input").map(Value::to_string).unwrap_or_default();
                self.assembly.call(index, text_at(block, "id"), text_at(block, "name"), if whole { &input } else { "" });
                // Some servers send the whole input here, and no deltas after it.
                if !whole && block.get("input").and_then(Value::as_object).is_some_and(|o| !o.is_empty()) {
                    self.assembly.given(input);
                }
            }
            _ => {}
        }
    }
    fn delta(&mut self, delta: &Value, index: Option<u64>) {
        match text_at(delta, "type") {
            "text_delta" => self.assembly.words(text_at(delta, "text")),
            "input_json_delta" => self.assembly.call(index, "", "", text_at(delta, "partial_json")),
            _ => {}
        }
    }
    /// Counts are cumulative, and each event tells only some of them.
    fn usage(&mut self, usage: Option<&Value>) {
        let Some(u) = usage else { return };
        let read: u64 = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"].iter().map(|k| count_at(u, k)).sum();
        let total = &mut self.assembly.usage;
        total.prompt_tokens = total.prompt_tokens.max(read);
        total.completion_tokens = total.completion_tokens.max(count_at(u, "output_tokens"));
    }
    fn stopped(&mut self, reason: &str) -> Result<(), ModelError> {
        self.assembly.stop = match reason {
            "" => return Ok(()),
            "max_tokens" => Some(Stop::Length),
            "refusal" => Some(Stop::Filtered),
            "model_context_window_exceeded" => return Err(ModelError::Refused("the talk is too long for this model".into())),
            "pause_turn" => return Err(ModelError::Away("the model paused in the middle".into())),
            _ => Some(Stop::Done),
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// JSON of any shape with the words of this format in it.
    fn any_json() -> impl Strategy<Value = Value> {
        let word = || "type|content|content_block|delta|message|usage|index|tool_use|text|error|message_delta|content_block_start|content_block_delta|input_json_delta|stop_reason|[a-z]{0,3}";
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            word().prop_map(Value::from)
        ];
        leaf.prop_recursive(6, 48, 4, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                proptest::collection::vec((word(), inner), 0..4).prop_map(|kv| kv.into_iter().collect()),
            ]
        })
    }

    #[test]
    fn an_input_that_comes_whole_at_the_start_is_used_and_deltas_count_more() {
        let of = |more: &[&str]| {
            let mut reader = Events { assembly: Assembly::new(None) };
            let mut feed = |data: &str| reader.event(&Event { name: String::new(), data: data.into() }).map(drop);
            feed(r#"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"see","input":{"n":3}}}"#)?;
            more.iter().try_for_each(|m| feed(m))?;
            feed(r#"{"type":"message_delta","delta":{"stop_reason":"tool_use"}}"#)?;
            reader.assembly.into_reply(1).map(|r| r.calls[0].arguments.clone())
        };
        assert_eq!(of(&[]).unwrap(), json!({"n": 3}));
        let delta = r#"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"n\":4}"}}"#;
        assert_eq!(of(&[delta]).unwrap(), json!({"n": 4}));
    }

    proptest! {
        #[test]
        fn whatever_a_server_sends_nothing_panics(answers in proptest::collection::vec(any_json(), 1..6)) {
            let mut reader = Events { assembly: Assembly::new(None) };
            for a in &answers {
                let _ = reader.event(&Event { name: String::new(), data: a.to_string() });
                let _ = reader.whole(a);
            }
            let _ = reader.assembly.into_reply(1);
        }
    }
}
