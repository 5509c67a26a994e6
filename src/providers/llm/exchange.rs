//! One request and its answer, whether it comes in pieces or whole; and what a provider's refusal means.

use crate::domain::secret::Secret;
use crate::domain::text::clip;
use crate::net::answer::Answer;
use crate::net::call::Call;
use crate::net::client::Net;
use crate::net::failure::Failure;
use crate::net::retry;
use crate::providers::llm::assembly::Assembly;
use crate::providers::llm::sse::{Event, Parser};
use crate::providers::llm::{ModelError, Reply, prompt};
use serde_json::Value;

/// Understands one wire format.
pub(super) trait Reader: Send {
    /// One event of a stream. True when the stream says it is over.
    fn event(&mut self, event: &Event) -> Result<bool, ModelError>;
    /// A whole answer, from servers that do not stream.
    fn whole(&mut self, answer: &Value) -> Result<(), ModelError>;
}

/// Asks with `body` behind `call` and puts the answer together.
pub(super) async fn ask<'a, R>(net: &Net, call: &Call, key: &Secret, body: &Value, reader: R) -> Result<Reply, ModelError>
where
    R: Reader + Into<Assembly<'a>>,
{
    ask_about(net, call, key, prompt::tokens_in(body), reader).await.map(prompt::tidy)
}

/// The same without tidying; `tokens` stands in for what the provider does not count.
pub(super) async fn ask_about<'a, R>(net: &Net, call: &Call, key: &Secret, tokens: u64, mut reader: R) -> Result<Reply, ModelError>
where
    R: Reader + Into<Assembly<'a>>,
{
    let done = exchange(net, call, key, &mut reader).await;
    let assembly: Assembly<'a> = reader.into();
    match done {
        Ok(()) => assembly.into_reply(tokens),
        // What was written until then is paid for.
        Err(e) => Err(assembly.broken(e, tokens)),
    }
}

/// Sends `call` and feeds what comes to `reader`. A body that stops in the middle is told by the reader, which knows
/// whether all was said.
async fn exchange(net: &Net, call: &Call, key: &Secret, reader: &mut dyn Reader) -> Result<(), ModelError> {
    let mut streaming = net.open(call).await.map_err(|f| error_of(&f, net, key))?;
    let in_pieces = streaming.header("content-type").is_some_and(|t| t.trim_start().starts_with("text/event-stream"));
    if !in_pieces {
        let answer = streaming.whole().await.map_err(|f| error_of(&f, net, key))?;
        let value: Value = answer.json().map_err(|_| ModelError::Away("the answer is not JSON".into()))?;
        return reader.whole(&value).map_err(|e| hide(e, key));
    }
    let mut parser = Parser::default();
    loop {
        let piece = streaming.next().await.map_err(|f| error_of(&f, net, key))?;
        let events = match &piece {
            Some(bytes) => parser.push(bytes).map_err(|e| ModelError::Away(e.to_string()))?,
            None => parser.finish().into_iter().collect(),
        };
        for event in &events {
            if reader.event(event).map_err(|e| hide(e, key))? {
                return Ok(());
            }
        }
        if piece.is_none() {
            return Ok(());
        }
    }
}

fn error_of(failure: &Failure, net: &Net, key: &Secret) -> ModelError {
    match failure {
        Failure::Status(answer) => hide(refusal(answer, net), key),
        Failure::Refused(why) => hide(ModelError::Refused(why.clone()), key),
        other => ModelError::Away(other.to_string()),
    }
}

fn refusal(answer: &Answer, net: &Net) -> ModelError {
    let wait = retry::asked_wait_ms(&|n| answer.header(n), net.clock().now());
    let body: Value = answer.json().unwrap_or(Value::Null);
    let mut told = Told::from(&body);
    if told.message.is_empty() {
        told.message = clip(&answer.text(), 200);
    }
    told.status = Some(u64::from(answer.status));
    told.into_error(wait)
}

/// A refusal as providers write it: `{"error": {"message", "type", "code"}}` with `code` a word (OpenAI, Groq) or a
/// number (OpenRouter), `status_code` beside it (Cerebras), or `{"type": "error", "error": {…}}` (Anthropic).
#[derive(Debug, Default)]
pub(super) struct Told {
    status: Option<u64>,
    words: Vec<String>,
    message: String,
}

impl From<&Value> for Told {
    fn from(body: &Value) -> Self {
        let error = body.get("error").unwrap_or(body);
        let word = |v: &Value| v.as_str().map(str::to_lowercase);
        let message = error.as_str().or_else(|| error.get("message").and_then(Value::as_str)).unwrap_or_default();
        let number = |v: &Value| v.as_u64().or_else(|| v.as_str()?.parse().ok());
        Self {
            status: error.get("code").and_then(number).or_else(|| body.get("status_code").and_then(number)),
            words: ["code", "type"].iter().filter_map(|k| error.get(k).and_then(word)).collect(),
            message: clip(message, 300),
        }
    }
}

impl Told {
    /// What it means for us. `wait_ms` is what the headers asked for.
    pub fn into_error(self, wait_ms: Option<u64>) -> ModelError {
        let says = |part: &str| self.words.iter().any(|w| w.contains(part));
        let message = format!("{} {}", self.status.map(|s| s.to_string()).unwrap_or_default(), self.message).trim().to_owned();
        let lower = self.message.to_lowercase();
        let broke = says("insufficient_quota") || says("insufficient_balance") || says("billing") || lower.contains("credit balance");
        match self.status {
            Some(402) => ModelError::OutOfCredit(message),
            _ if broke => ModelError::OutOfCredit(message),
            Some(429 | 529) => ModelError::Busy { retry_after_ms: wait_ms },
            _ if says("rate_limit") || says("overloaded") => ModelError::Busy { retry_after_ms: wait_ms },
            Some(408 | 409 | 425 | 500..) => ModelError::Away(message),
            Some(_) => ModelError::Refused(message),
            None if says("invalid") || says("authentication") || says("permission") || says("not_found") => ModelError::Refused(message),
            None => ModelError::Away(message),
        }
    }
}

/// Some servers repeat the key in their complaint.
fn hide(error: ModelError, key: &Secret) -> ModelError {
    let clean = |m: String| if key.is_empty() { m } else { m.replace(key.reveal(), "***") };
    match error {
        ModelError::Refused(m) => ModelError::Refused(clean(m)),
        ModelError::Away(m) => ModelError::Away(clean(m)),
        ModelError::OutOfCredit(m) => ModelError::OutOfCredit(clean(m)),
        ModelError::Cut(m) => ModelError::Cut(clean(m)),
        ModelError::Declined(m) => ModelError::Declined(clean(m)),
        ModelError::Billed { error, usage } => hide(*error, key).billed(usage),
        busy @ ModelError::Busy { .. } => busy,
    }
}

/// The text at `key`, empty when there is none.
pub(super) fn text_at<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The count at `key`, 0 when there is none. Capped, so that nonsense cannot overflow a sum.
pub(super) fn count_at(value: &Value, key: &str) -> u64 {
    value.get(key).and_then(Value::as_u64).unwrap_or_default().min(1 << 40)
}
