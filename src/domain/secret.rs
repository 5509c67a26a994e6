//! Text that must not reach a log or a page.

use serde::Deserialize;
use std::fmt;

/// A key, token or password. Prints as `***`.
#[derive(Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret text.
    pub fn new(s: impl Into<String>) -> Self {
        Self(s.into())
    }
    /// The text itself; only where it goes on the wire or into a signature.
    pub fn reveal(&self) -> &str {
        &self.0
    }
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
