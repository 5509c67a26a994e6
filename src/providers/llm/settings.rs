//! How to reach a model: from configuration. Known services have presets; no model name is compiled in, because they are
//! retired several times a year.

use crate::domain::secret::Secret;
use crate::net::client::Net;
use crate::providers::llm::Model;
use crate::providers::llm::anthropic::Anthropic;
use crate::providers::llm::openai::OpenAi;
use std::sync::Arc;

/// Which wire format a server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// `POST {base}/chat/completions`: OpenAI and all that copy it.
    OpenAi,
    /// `POST {base}/messages`: Anthropic.
    Anthropic,
}

/// One model at one server.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The service's name in traces: "groq".
    pub service: String,
    /// The wire format.
    pub wire: Wire,
    /// Up to and including the version, without a slash at the end.
    pub base_url: String,
    /// The key; empty for servers that want none.
    pub key: Secret,
    /// The model's name there.
    pub model: String,
    /// The field that limits the tokens of an answer: `max_completion_tokens` (OpenAI since 2024) or `max_tokens`.
    pub token_field: String,
    /// The limit itself, in tokens.
    pub max_tokens: u32,
    /// More headers, such as OpenRouter's `HTTP-Referer`.
    pub headers: Vec<(String, String)>,
    /// More fields of the request body, such as `temperature` or `reasoning_effort`. They win over ours.
    pub extra: serde_json::Map<String, serde_json::Value>,
    /// Marks tools as strict (OpenAI); other servers may not know the field.
    pub strict_tools: bool,
    /// Asks for the answer piece by piece.
    pub stream: bool,
    /// Asks for token counts at the end of a stream.
    pub include_usage: bool,
    /// Anthropic's `anthropic-version` header.
    pub version: String,
    /// Somebody who does not run this server entered the address: private ones are refused unless the operator named them.
    pub outside: bool,
    /// Time for one request from connection to the last word, in milliseconds.
    pub timeout_ms: u64,
}

/// A service Steward knows the address of: its name, wire format, base URL, token field.
type Preset = (&'static str, Wire, &'static str, &'static str);

/// Addresses from the services' own documentation, November 2026. `llama` (Meta's API) was shut down in July 2026; the
/// name stays for servers that offer the same under another `LLAMA_BASE_URL`.
const PRESETS: [Preset; 7] = [
    ("openai", Wire::OpenAi, "https://api.openai.com/v1", "max_completion_tokens"),
    ("groq", Wire::OpenAi, "https://api.groq.com/openai/v1", "max_completion_tokens"),
    ("cerebras", Wire::OpenAi, "https://api.cerebras.ai/v1", "max_completion_tokens"),
    ("deepseek", Wire::OpenAi, "https://api.deepseek.com", "max_tokens"),
    ("openrouter", Wire::OpenAi, "https://openrouter.ai/api/v1", "max_tokens"),
    ("llama", Wire::OpenAi, "https://api.llama.com/compat/v1", "max_completion_tokens"),
    ("anthropic", Wire::Anthropic, "https://api.anthropic.com/v1", "max_tokens"),
];

impl Settings {
    /// The names that have a preset.
    pub fn presets() -> impl Iterator<Item = &'static str> {
        PRESETS.iter().map(|p| p.0)
    }
    /// Settings for a known service; none when the name is not one of [`Self::presets`].
    pub fn preset(service: &str, key: Secret, model: &str) -> Option<Self> {
        let (name, wire, base_url, token_field) = *PRESETS.iter().find(|p| p.0 == service)?;
        let mut extra = serde_json::Map::new();
        if name == "deepseek" {
            // Thinks aloud by default (its documentation, 2026), which a customer in a chat will not wait for.
            extra.insert("thinking".into(), serde_json::json!({"type": "disabled"}));
        }
        Some(Self {
            service: name.to_owned(),
            wire,
            base_url: base_url.to_owned(),
            key,
            model: model.to_owned(),
            token_field: token_field.to_owned(),
            max_tokens: 1_024,
            headers: Vec::new(),
            extra,
            strict_tools: name == "openai",
            stream: true,
            include_usage: true,
            version: "2023-06-01".to_owned(),
            outside: false,
            timeout_ms: 40_000,
        })
    }
    /// The same service at another address, as `NAME_BASE_URL` says. A bare host gets the path the service itself has, and
    /// Anthropic's its `/v1`, since that is how the services' own SDKs read the variable. A server of one's own usually
    /// knows the older `max_tokens` only, no strict tools and none of the service's special fields.
    pub fn at(mut self, base_url: &str) -> Self {
        let mut at = base_url.trim().trim_end_matches('/').to_owned();
        if at == self.base_url || at.is_empty() {
            return self;
        }
        if let (Ok(new), Ok(own)) = (url::Url::parse(&at), url::Url::parse(&self.base_url))
            && new.path() == "/"
        {
            at.push_str(own.path().trim_end_matches('/'));
        }
        if self.wire == Wire::Anthropic && !at.ends_with("/v1") {
            at.push_str("/v1");
        }
        self.extra.remove("thinking");
        Self { base_url: at, token_field: "max_tokens".to_owned(), strict_tools: false, ..self }
    }
    /// The model behind these settings. Its base URL is trusted from now on, unless it came from outside.
    pub fn connect(self, net: &Arc<Net>) -> Arc<dyn Model> {
        if !self.outside {
            net.trust(&self.base_url);
        }
        match self.wire {
            Wire::OpenAi => Arc::new(OpenAi::new(Arc::clone(net), self)),
            Wire::Anthropic => Arc::new(Anthropic::new(Arc::clone(net), self)),
        }
    }
    /// The name in traces: "groq:some-model".
    pub fn name(&self) -> String {
        format!("{}:{}", self.service, self.model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_known_and_the_key_is_not_printed() {
        for name in Settings::presets() {
            let s = Settings::preset(name, Secret::new("sk-hush"), "m").unwrap();
            assert!(!format!("{s:?}").contains("hush"));
            assert!(s.base_url.starts_with("https://") && !s.base_url.ends_with('/'), "{name}");
        }
        let own = Settings::preset("openai", Secret::default(), "m").unwrap().at("http://127.0.0.1:11434/v1/");
        assert_eq!((own.base_url.as_str(), own.token_field.as_str(), own.strict_tools), ("http://127.0.0.1:11434/v1", "max_tokens", false));
        for (service, at, want) in [
            ("openai", "http://127.0.0.1:9", "http://127.0.0.1:9/v1"),
            ("groq", "http://127.0.0.1:9/", "http://127.0.0.1:9/openai/v1"),
            ("groq", "http://127.0.0.1:9/x", "http://127.0.0.1:9/x"),
            ("deepseek", "http://127.0.0.1:9", "http://127.0.0.1:9"),
            ("anthropic", "http://127.0.0.1:9", "http://127.0.0.1:9/v1"),
            ("anthropic", "http://127.0.0.1:9/anthropic", "http://127.0.0.1:9/anthropic/v1"),
            ("anthropic", "https://api.anthropic.com/v1", "https://api.anthropic.com/v1"),
            ("cerebras", "", "https://api.cerebras.ai/v1"),
        ] {
            assert_eq!(Settings::preset(service, Secret::default(), "m").unwrap().at(at).base_url, want, "{service} {at}");
        }
        assert!(Settings::preset("nobody", Secret::default(), "m").is_none());
    }
}
