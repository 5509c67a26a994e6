//! What a model call used and cost.

use serde::{Deserialize, Serialize};

/// Tokens and money of one or more model calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens read.
    pub prompt_tokens: u64,
    /// Tokens written.
    pub completion_tokens: u64,
    /// Cost in millionths of a US dollar, by the price table; 0 for the built-in model.
    pub cost_micros: u64,
}

impl Usage {
    /// Adds another call's usage to this.
    pub fn add(&mut self, other: Self) {
        self.prompt_tokens += other.prompt_tokens;
        self.completion_tokens += other.completion_tokens;
        self.cost_micros += other.cost_micros;
    }
    /// Tokens in all.
    pub const fn tokens(&self) -> u64 {
        self.prompt_tokens + self.completion_tokens
    }
}
