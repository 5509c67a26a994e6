//! What models cost.

use crate::domain::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A model's price, in millionths of a US dollar for a million tokens: 0.15 dollars are 150 000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// For a million tokens read.
    pub prompt_micros_per_million: u64,
    /// For a million tokens written.
    pub completion_micros_per_million: u64,
}

impl Price {
    /// What so many tokens cost, in millionths of a dollar, rounded up.
    pub fn cost_micros(&self, prompt_tokens: u64, completion_tokens: u64) -> u64 {
        let part = |tokens: u64, price: u64| u128::from(tokens) * u128::from(price);
        let read = part(prompt_tokens, self.prompt_micros_per_million);
        let sum = read.saturating_add(part(completion_tokens, self.completion_micros_per_million));
        u64::try_from(sum.div_ceil(1_000_000)).unwrap_or(u64::MAX)
    }
}

/// Prices by model name. A model without a price costs 0; its tokens are still counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(transparent)]
pub struct Prices(HashMap<String, Price>);

impl Prices {
    /// Reads a table such as
    /// ```toml
    /// ["some-model"]
    /// prompt_micros_per_million = 150000
    /// completion_micros_per_million = 600000
    /// ```
    pub fn parse(toml_text: &str) -> Result<Self> {
        toml::from_str(toml_text).map_err(|e| Error::field("prices", format!("The price table cannot be read: {e}")))
    }
    /// The prices this program ships with; see `data/prices.toml`.
    pub fn shipped() -> Self {
        Self::parse(include_str!("../../data/prices.toml")).unwrap_or_default()
    }
    /// These prices, with others where they name the same model.
    #[must_use]
    pub fn but(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }
    /// The price of a model by its name at the provider. A dated name ("…-2025-04-14", "…-20250414") costs what the plain one does,
    /// and so does one with a maker before it ("openai/…").
    pub fn of(&self, model: &str) -> Option<Price> {
        let bare = model.rsplit('/').next().unwrap_or(model);
        [model, bare, undated(bare)].into_iter().find_map(|name| self.0.get(name)).copied()
    }
}

fn undated(model: &str) -> &str {
    let end = model.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
    let digits = model[end.len()..].bytes().filter(u8::is_ascii_digit).count();
    if digits == 8 && model[end.len()..].starts_with('-') { end } else { model }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_come_from_a_table() {
        let p = Prices::parse("[\"m-1\"]\nprompt_micros_per_million = 150000\ncompletion_micros_per_million = 600000\n").unwrap();
        let price = p.of("m-1").unwrap();
        assert_eq!(price.cost_micros(1_000_000, 1_000_000), 750_000);
        assert_eq!(price.cost_micros(1, 0), 1, "rounded up");
        let dear = Price { prompt_micros_per_million: u64::MAX, completion_micros_per_million: u64::MAX };
        assert_eq!(dear.cost_micros(u64::MAX, u64::MAX), u64::MAX);
        assert_eq!(p.of("m-2"), None);
        assert_eq!(Prices::parse("").unwrap(), Prices::default());
        let e = Prices::parse("[\"m\"]\nprompt = 1\n").unwrap_err();
        let shipped = Prices::shipped();
        assert!(shipped.of("gpt-4o-mini").is_some() && shipped.of("gpt-4o-mini-2024-07-18") == shipped.of("openai/gpt-4o-mini"));
        assert_eq!(shipped.of("gpt-4o-mini-tts"), None);
        let own = shipped.but(p);
        assert_eq!(own.of("m-1"), Some(price));
        assert!(e.message.contains("line 2") || e.message.contains("unknown field"), "{e}");
    }
}
