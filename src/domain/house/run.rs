//! Runs that may last: the words for where they stand, and for what is known of a deed outside.

use crate::domain::usage::Usage;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// It has something to do now.
    Running,
    /// It waits for a deed, a person, a message or the clock; only a row.
    Waiting,
    /// It reached its end.
    Done,
    /// It ended without reaching it.
    Failed,
    /// Somebody stopped it.
    Stopped,
    /// It cannot go on by itself; a person must look.
    Parked,
}

impl RunState {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Running, Self::Waiting, Self::Done, Self::Failed, Self::Stopped, Self::Parked];
    /// The word in the database and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
            Self::Parked => "parked",
        }
    }
    /// The state of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }
    /// Whether nothing more happens by itself and nothing can make it go on.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Stopped)
    }
}

/// What is known of a deed outside of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectState {
    /// Written down; nothing has left.
    Planned,
    /// It may be happening now.
    Sending,
    /// It happened.
    Confirmed,
    /// It surely did not happen.
    Failed,
    /// Nobody knows. Never tried again before somebody does.
    Unknown,
    /// Taken back before it began.
    Dropped,
}

impl EffectState {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Planned, Self::Sending, Self::Confirmed, Self::Failed, Self::Unknown, Self::Dropped];
    /// The word in the database and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Sending => "sending",
            Self::Confirmed => "confirmed",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Dropped => "dropped",
        }
    }
    /// The state of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }
    /// Whether a run may go on with it: it happened, or surely did not.
    pub const fn is_settled(self) -> bool {
        matches!(self, Self::Confirmed | Self::Failed | Self::Dropped)
    }
}

/// What came of a deed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The deed's key: what it means.
    pub key: String,
    /// Whether it happened.
    pub ok: bool,
    /// What it gave back.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub result: Value,
    /// Why it did not happen, one sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub problem: String,
    /// What models used for it.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub usage: Usage,
}

fn is_nothing(u: &Usage) -> bool {
    *u == Usage::default()
}

/// How a branch or sub-run ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ended {
    /// Its run.
    pub run: crate::domain::id::Id,
    /// done, failed or stopped.
    pub state: RunState,
    /// What it gave back; null unless done.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub result: Value,
    /// Why it did not reach its end.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub problem: String,
}
