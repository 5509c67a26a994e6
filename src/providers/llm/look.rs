//! A question about one picture, with an answer by schema: how it is put to servers of each wire format.

use crate::providers::llm::settings::{Settings, Wire};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// Tokens a picture counts as when the provider does not say: OpenAI's and Anthropic's documentation have about 1,600 for the largest
/// they look at.
const PICTURE_TOKENS: u64 = 2_000;

/// A picture and what is asked about it.
#[derive(Debug, Clone)]
pub struct Look {
    ask: &'static str,
    name: &'static str,
    schema: Value,
    mime: &'static str,
    data: String,
}

impl Look {
    /// Asks `ask` about a picture; the answer is JSON of `schema`, which is called `name`.
    pub fn new(ask: &'static str, name: &'static str, schema: Value, mime: &'static str, bytes: &[u8]) -> Self {
        Self { ask, name, schema, mime, data: STANDARD.encode(bytes) }
    }
    /// About how many tokens it is as a prompt.
    pub fn tokens(&self) -> u64 {
        PICTURE_TOKENS + (self.ask.len() + self.schema.to_string().len()) as u64 / 3
    }
    /// The request's body for a server.
    pub(super) fn body(&self, s: &Settings) -> Value {
        let mut body = match s.wire {
            Wire::OpenAi => self.openai(s),
            Wire::Anthropic => self.anthropic(s),
        };
        for (name, value) in &s.extra {
            body[name.as_str()] = value.clone();
        }
        body
    }

    fn openai(&self, s: &Settings) -> Value {
        let url = format!("data:{};base64,{}", self.mime, self.data);
        // Servers that copy the protocol know plain JSON; only OpenAI itself is sure to know schemas.
        let (format, ask) = if s.strict_tools {
            (
                json!({ "type": "json_schema", "json_schema": { "name": self.name, "strict": true, "schema": self.schema } }),
                self.ask.to_owned(),
            )
        } else {
            (json!({ "type": "json_object" }), format!("{}\n\nThe JSON schema:\n{}", self.ask, self.schema))
        };
        let content = json!([{ "type": "text", "text": ask }, { "type": "image_url", "image_url": { "url": url } }]);
        json!({ "model": s.model, "messages": [{ "role": "user", "content": content }], s.token_field.as_str(): s.max_tokens, "response_format": format })
    }

    fn anthropic(&self, s: &Settings) -> Value {
        let image = json!({ "type": "image", "source": { "type": "base64", "media_type": self.mime, "data": self.data } });
        let content = json!([image, { "type": "text", "text": self.ask }]);
        json!({
            "model": s.model,
            "messages": [{ "role": "user", "content": content }],
            s.token_field.as_str(): s.max_tokens,
            "tools": [{ "name": self.name, "description": "Takes what was read.", "input_schema": self.schema }],
            "tool_choice": { "type": "tool", "name": self.name },
        })
    }
}
