//! Language models behind one trait: the built-in one, any OpenAI-compatible server, Anthropic, and the router that
//! chooses among them.

pub mod anthropic;
mod assembly;
pub mod builtin;
mod exchange;
pub mod look;
pub mod openai;
mod plain;
pub mod prices;
pub mod prompt;
pub mod router;
pub mod settings;
pub mod sse;
pub mod tools;

use crate::domain::house::briefing::Briefing;
use crate::domain::lang::Lang;
use crate::domain::usage::Usage;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A tool a model may call, as a model is told of it.
#[derive(Debug, Clone)]
pub struct ToolSpec {
    /// Its name: letters, digits, underscore.
    pub name: &'static str,
    /// What it does and when to use it.
    pub description: &'static str,
    /// JSON Schema (2020-12) of its arguments, strict: no additional properties, every property required.
    pub parameters: serde_json::Value,
}

/// A model's wish to call a tool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    /// The model's own id for the call, given back with the result.
    pub id: String,
    /// The tool.
    pub name: String,
    /// Its arguments.
    pub arguments: serde_json::Value,
}

/// What a tool answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolResult {
    /// The call it answers.
    pub call: ToolCall,
    /// Whether the deed was done.
    pub ok: bool,
    /// Facts, or for a failure `{"error": sentence}`.
    pub output: serde_json::Value,
}

/// A line of the talk so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "who", rename_all = "snake_case")]
pub enum Said {
    /// The customer. The last lines of a request are the ones to answer.
    Customer {
        /// The words; untrusted.
        text: String,
    },
    /// Steward.
    Steward {
        /// The words.
        text: String,
    },
    /// A person of the business; what they promised holds.
    Person {
        /// Their name.
        name: String,
        /// The words.
        text: String,
    },
}

/// One question to a model: everything it may know.
#[derive(Debug, Clone)]
pub struct Request {
    /// Facts from rows.
    pub briefing: Arc<Briefing>,
    /// The talk before the new words, oldest first.
    pub history: Vec<Said>,
    /// The customer's new words: one text a message of the burst, untrusted.
    pub new: Vec<String>,
    /// Rounds of tools already run in this turn, oldest first. Empty at first.
    pub rounds: Vec<Round>,
    /// What the guard did not accept in the last proposed reply; the model must mend it.
    pub objections: Vec<String>,
    /// Tools it may call; empty when it must answer in words now.
    pub tools: Arc<Vec<ToolSpec>>,
    /// Other work than a turn: what to do instead of answering the customer; the new words are its material.
    pub task: Option<Arc<str>>,
}

/// One round of a turn: what the model wanted and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Round {
    /// Words the model said beside its calls; not sent.
    pub text: String,
    /// The results, in the order of the calls.
    pub results: Vec<ToolResult>,
}

/// What a model proposes: calls to make first, or words to send.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// Words for the customer. Sent only when there are no calls, and only after the guard.
    pub text: String,
    /// Buttons under the words (id, title), at most three; only the built-in model offers them.
    #[serde(default)]
    pub choices: Vec<crate::domain::house::message::Choice>,
    /// Tools to run before it can answer.
    pub calls: Vec<ToolCall>,
    /// What was understood, for the trace: "order: 2 jollof rice".
    #[serde(default)]
    pub understood: String,
    /// The language of the customer's new words, when the model tells.
    #[serde(default)]
    pub language: Option<Lang>,
    /// What the model wants to know again next turn, as it wrote it; opaque to everybody else.
    #[serde(default)]
    pub memo: Option<String>,
    /// Sums in its words that code reckoned from rows, in minor units; only the built-in model has any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reckoned: Vec<i64>,
    /// What it used.
    pub usage: Usage,
}

/// Why a model did not answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ModelError {
    /// The request is wrong and will stay wrong: key, model name, size.
    #[error("{0}")]
    Refused(String),
    /// Too many requests; try after so many milliseconds when known.
    #[error("the model is busy")]
    Busy {
        /// What the provider asked us to wait.
        retry_after_ms: Option<u64>,
    },
    /// No answer, a cut answer, or a server error.
    #[error("{0}")]
    Away(String),
    /// The account has no credit left.
    #[error("{0}")]
    OutOfCredit(String),
    /// An answer that asking again would not better: it ran into the token limit, or is too long to send.
    #[error("{0}")]
    Cut(String),
    /// The model is well and will not answer this talk.
    #[error("{0}")]
    Declined(String),
    /// What went wrong with an answer that was paid for all the same.
    #[error("{error}")]
    Billed {
        /// What went wrong.
        error: Box<ModelError>,
        /// What was read and written until then.
        usage: Usage,
    },
}

impl ModelError {
    /// The same with what it cost.
    pub fn billed(self, usage: Usage) -> Self {
        Self::Billed { error: Box::new(self), usage }
    }
    /// What went wrong, and what it cost.
    pub fn apart(self) -> (Self, Usage) {
        match self {
            Self::Billed { error, usage } => (error.apart().0, usage),
            other => (other, Usage::default()),
        }
    }
}

/// Receives words while a model writes them. They are shown as "writing", never stored or sent before the guard. An empty piece says
/// that another draft begins and what came before is withdrawn.
pub type Sink = tokio::sync::mpsc::UnboundedSender<String>;

/// The name of the model that is always there.
pub const BUILT_IN: &str = "built-in";

/// A language model.
#[async_trait]
pub trait Model: Send + Sync {
    /// Its name in traces: "built-in", "openai:gpt-…".
    fn name(&self) -> &str;
    /// Proposes the next step of a turn.
    async fn propose(&self, request: &Request, sink: Option<&Sink>) -> Result<Reply, ModelError>;
    /// The same without waiting, for a model that needs no network: then a whole turn runs in one transaction.
    fn propose_now(&self, _request: &Request) -> Option<Reply> {
        None
    }
    /// Answers a question about a picture: JSON as its text, or as the arguments of its only call.
    async fn look(&self, _look: &look::Look) -> Result<Reply, ModelError> {
        Err(ModelError::Refused("this model cannot look at pictures".into()))
    }
}
