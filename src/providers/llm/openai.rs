//! Any server that speaks OpenAI's Chat Completions: OpenAI, Groq, Cerebras, DeepSeek, OpenRouter, Ollama, llama.cpp, vLLM.
//!
//! Why not a ready crate (async-openai, genai, rig): they bring their own HTTP client, which would be a second way out of
//! the process without our time limits, breakers and address rules; they turn an error in the middle of a stream or
//! behind HTTP 200 (OpenRouter, Cerebras) into a parse error; and their strict types refuse what half-compatible servers
//! send (no `index`, a number for `code`). The wire format is small enough to own.

use crate::net::call::{Call, Repeat};
use crate::net::client::Net;
use crate::providers::llm::assembly::{Assembly, Stop};
use crate::providers::llm::exchange::{Reader, Told, ask, ask_about, count_at, text_at};
use crate::providers::llm::look::Look;
use crate::providers::llm::prompt::{self, Line};
use crate::providers::llm::settings::Settings;
use crate::providers::llm::sse::Event;
use crate::providers::llm::{Model, ModelError, Reply, Request, Sink, ToolResult, ToolSpec};
use async_trait::async_trait;
use serde_json::{Value, json};
use std::sync::Arc;

/// A model behind Chat Completions.
pub struct OpenAi {
    net: Arc<Net>,
    settings: Settings,
    name: String,
}

impl OpenAi {
    /// A model reached through `net`.
    pub fn new(net: Arc<Net>, settings: Settings) -> Self {
        Self { net, name: settings.name(), settings }
    }

    fn call(&self, body: &Value) -> Call {
        let s = &self.settings;
        let call = Call::post(format!("{}/chat/completions", s.base_url)).json(body).timeout_ms(s.timeout_ms).repeat(Repeat::Never);
        let call = if s.key.is_empty() { call } else { call.bearer(&s.key) };
        let call = if s.outside { call.from_outside() } else { call };
        s.headers.iter().fold(call, |c, (name, value)| c.header(name, value))
    }
}

#[async_trait]
impl Model for OpenAi {
    fn name(&self) -> &str {
        &self.name
    }
    async fn propose(&self, request: &Request, sink: Option<&Sink>) -> Result<Reply, ModelError> {
        let body = body_of(&self.settings, request)?;
        let call = self.call(&body);
        let reader = Chunks { assembly: Assembly::new(sink) };
        ask(&self.net, &call, &self.settings.key, &body, reader).await
    }
    async fn look(&self, look: &Look) -> Result<Reply, ModelError> {
        let call = self.call(&look.body(&self.settings));
        ask_about(&self.net, &call, &self.settings.key, look.tokens(), Chunks { assembly: Assembly::new(None) }).await
    }
}

fn body_of(s: &Settings, request: &Request) -> Result<Value, ModelError> {
    let prompt = prompt::system(request)?;
    let mut messages = vec![json!({"role": "system", "content": format!("{}\n\n{}", prompt.standing.trim(), prompt.moment.trim())})];
    for line in prompt::lines(request) {
        match line {
            Line::User(text) => messages.push(json!({"role": "user", "content": text})),
            Line::Assistant(text) => messages.push(json!({"role": "assistant", "content": text})),
            Line::Round(round) => messages.extend(round_of(&round.text, &round.results)),
        }
    }
    let mut body = json!({"model": s.model, "messages": messages, s.token_field.as_str(): s.max_tokens});
    if !request.tools.is_empty() {
        body["tools"] = request.tools.iter().map(|t| tool_of(t, s.strict_tools)).collect();
        body["tool_choice"] = json!("auto");
    }
    if s.stream {
        body["stream"] = json!(true);
        if s.include_usage {
            body["stream_options"] = json!({"include_usage": true});
        }
    }
    for (name, value) in &s.extra {
        body[name.as_str()] = value.clone();
    }
    Ok(body)
}

fn tool_of(t: &ToolSpec, strict: bool) -> Value {
    let mut function = json!({"name": t.name, "description": t.description, "parameters": t.parameters});
    if strict {
        function["strict"] = json!(true);
    }
    json!({"type": "function", "function": function})
}

fn round_of(text: &str, results: &[ToolResult]) -> Vec<Value> {
    let call = |r: &ToolResult| {
        let arguments = match &r.call.arguments {
            Value::String(raw) => raw.clone(),
            other => other.to_string(),
        };
        json!({"id": r.call.id, "type": "function", "function": {"name": r.call.name, "arguments": arguments}})
    };
    let content = if text.is_empty() { Value::Null } else { json!(text) };
    let asked = json!({"role": "assistant", "content": content, "tool_calls": results.iter().map(call).collect::<Vec<_>>()});
    let told = results.iter().map(|r| json!({"role": "tool", "tool_call_id": r.call.id, "content": prompt::result(r)}));
    std::iter::once(asked).chain(told).collect()
}

struct Chunks<'a> {
    assembly: Assembly<'a>,
}

impl<'a> From<Chunks<'a>> for Assembly<'a> {
    fn from(reader: Chunks<'a>) -> Self {
        reader.assembly
    }
}

impl Reader for Chunks<'_> {
    fn event(&mut self, event: &Event) -> Result<bool, ModelError> {
        if event.data.trim() == "[DONE]" {
            // A stream may end without a reason for it; then what was said must do.
            self.assembly.stop.get_or_insert(Stop::Done);
            return Ok(true);
        }
        let chunk: Value = serde_json::from_str(&event.data).map_err(|_| ModelError::Away("a piece of the answer is not JSON".into()))?;
        self.take(&chunk, "delta")?;
        Ok(false)
    }
    fn whole(&mut self, answer: &Value) -> Result<(), ModelError> {
        self.take(answer, "message")
    }
}

impl Chunks<'_> {
    fn take(&mut self, chunk: &Value, inner: &str) -> Result<(), ModelError> {
        if chunk.get("error").is_some_and(|e| !e.is_null()) {
            return Err(Told::from(chunk).into_error(None));
        }
        for usage in [chunk.get("usage"), chunk.pointer("/x_groq/usage")].into_iter().flatten().filter(|u| u.is_object()) {
            self.assembly.usage.prompt_tokens = count_at(usage, "prompt_tokens");
            self.assembly.usage.completion_tokens = count_at(usage, "completion_tokens");
        }
        let Some(choice) = chunk.pointer("/choices/0") else { return Ok(()) };
        if choice.get("error").is_some_and(|e| !e.is_null()) {
            return Err(Told::from(choice).into_error(None));
        }
        if let Some(piece) = choice.get(inner) {
            self.piece(piece);
        }
        match text_at(choice, "finish_reason") {
            "" => {}
            "length" => self.assembly.stop = Some(Stop::Length),
            "content_filter" => self.assembly.stop = Some(Stop::Filtered),
            "error" => return Err(ModelError::Away("the provider gave up in the middle".into())),
            _ => {
                self.assembly.stop.get_or_insert(Stop::Done);
            }
        }
        Ok(())
    }

    fn piece(&mut self, piece: &Value) {
        match piece.get("content") {
            Some(Value::String(text)) => self.assembly.words(text),
            Some(Value::Array(parts)) => parts.iter().for_each(|p| self.assembly.words(text_at(p, "text"))),
            _ => {}
        }
        if !text_at(piece, "refusal").is_empty() {
            self.assembly.stop = Some(Stop::Filtered);
        }
        for c in piece.get("tool_calls").and_then(Value::as_array).into_iter().flatten() {
            let function = c.get("function").unwrap_or(&Value::Null);
            let arguments = match function.get("arguments") {
                Some(Value::String(s)) => s.clone(),
                Some(v @ Value::Object(_)) => v.to_string(), // Ollama's own habit
                _ => String::new(),
            };
            self.assembly.call(c.get("index").and_then(Value::as_u64), text_at(c, "id"), text_at(function, "name"), &arguments);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// JSON of any shape with the words of this format in it.
    fn any_json() -> impl Strategy<Value = Value> {
        let word =
            || "choices|delta|message|tool_calls|function|arguments|index|id|name|content|error|code|usage|finish_reason|x_groq|[a-z]{0,3}";
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

    proptest! {
        #[test]
        fn whatever_a_server_sends_nothing_panics(answers in proptest::collection::vec(any_json(), 1..6)) {
            let mut reader = Chunks { assembly: Assembly::new(None) };
            for a in &answers {
                let _ = reader.event(&Event { name: String::new(), data: a.to_string() });
                let _ = reader.whole(a);
            }
            let _ = reader.assembly.into_reply(1);
        }
    }
}
