//! Who did what. Each entry is sealed with the hash of the one before it, so nothing in between can be changed unseen.

use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Grows by one, without holes.
    pub n: i64,
    /// When.
    pub at: Time,
    /// Who: a member's name, a key's, "command line" or "Steward".
    pub actor: String,
    /// What, in words or as the address that was posted to.
    pub deed: String,
    /// What it was about: an id or a name.
    pub about: String,
    /// SHA-256 over the hash before it and this entry, in hex.
    pub hash: String,
}

impl Entry {
    /// What is hashed: lengths before texts, so that no two entries can be written alike.
    pub fn sealed(&self, before: &str) -> String {
        let text = |t: &str| format!("{}:{t}", t.len());
        let (actor, deed, about) = (text(&self.actor), text(&self.deed), text(&self.about));
        format!("{before}|{}|{}|{actor}|{deed}|{about}", self.n, self.at.millis())
    }
}
