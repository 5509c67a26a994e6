//! Language models a business has chosen for itself.

use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::price::Price;
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// Models one business may have.
pub const MOST: usize = 12;
/// The service that stands for any other server with OpenAI's protocol.
pub const OWN_SERVER: &str = "openai";

/// What a model is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// Whole turns with tools, and short work.
    All,
    /// Whole turns with tools.
    Smart,
    /// Short work: classifying, summing up.
    Fast,
    /// Reading pictures of receipts, and nothing else.
    Sight,
}

impl Use {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::All, Self::Smart, Self::Fast, Self::Sight];
    /// The word in the database and in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Smart => "smart",
            Self::Fast => "fast",
            Self::Sight => "sight",
        }
    }
    /// From that word.
    pub fn from_word(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|u| u.as_str() == s)
    }
}

/// What came of trying a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// When.
    pub at: Time,
    /// It answered.
    pub fine: bool,
    /// What it said, or why it did not.
    pub words: String,
}

/// A model of a business. Its key is kept sealed beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnModel {
    /// Its id.
    pub id: Id,
    /// The service it is at: one Steward knows the address of.
    pub service: String,
    /// Another address than the service's own; empty for that.
    pub base_url: String,
    /// Its name there.
    pub model: String,
    /// What it is used for.
    pub purpose: Use,
    /// Its place in the chain, from 0.
    pub place: i64,
    /// Its price when the owner set one; none for the price table's.
    pub price: Option<Price>,
    /// What came of trying it last.
    pub look: Option<Look>,
}

impl OwnModel {
    /// Its name in traces and on the command line: "groq:some-model".
    pub fn name(&self) -> String {
        format!("{}:{}", self.service, self.model)
    }
    /// Whether it can be kept. `services` are the known ones.
    ///
    /// # Errors
    /// Names the field that cannot be accepted.
    pub fn check(&self, services: &[&str]) -> Result<()> {
        if !services.contains(&self.service.as_str()) {
            return Err(Error::field("service", "Choose a service from the list."));
        }
        let plain = |c: char| !c.is_control() && !c.is_whitespace();
        if self.model.is_empty() || self.model.len() > 120 || !self.model.chars().all(plain) {
            return Err(Error::field("model", "Write the model's name as the provider spells it, without blanks."));
        }
        if !self.base_url.is_empty() {
            let url = url::Url::parse(&self.base_url).map_err(|_| Error::field("base_url", "An address begins with https://."))?;
            if !matches!(url.scheme(), "https" | "http") || !url.username().is_empty() || url.password().is_some() || url.query().is_some()
            {
                return Err(Error::field("base_url", "An address begins with https:// and holds no name, password or question mark."));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(base_url: &str, model: &str) -> OwnModel {
        OwnModel {
            id: Id::NIL,
            service: "openai".into(),
            base_url: base_url.into(),
            model: model.into(),
            purpose: Use::All,
            place: 0,
            price: None,
            look: None,
        }
    }

    #[test]
    fn addresses_and_names_are_checked() {
        for (url, model, fine) in [
            ("", "gpt-x", true),
            ("https://models.example/v1", "qwen3:4b", true),
            ("ftp://models.example", "m", false),
            ("https://a:b@models.example", "m", false),
            ("models.example", "m", false),
            ("", "two words", false),
            ("", "", false),
        ] {
            assert_eq!(own(url, model).check(&["openai"]).is_ok(), fine, "{url} {model}");
        }
        assert!(own("", "m").check(&["groq"]).is_err());
    }
}
