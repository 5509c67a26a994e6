//! Forgetting a person: what went, what stayed without them, and the proof that nothing of them is left.

use crate::domain::id::Id;
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// What happened to the rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// The table.
    pub table: String,
    /// "deleted", or "anonymised" for money that books must keep.
    pub what: String,
    /// Rows.
    pub rows: u64,
}

/// Where something of the person was still found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// A table and column, or a file.
    pub place: String,
    /// "number or address" or "words": words may be somebody else's too.
    pub what: String,
    /// How often.
    pub times: u64,
}

/// How it was looked for afterwards.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Numbers, addresses, names and sentences that were looked for.
    pub looked_for: u64,
    /// Tables searched, row by row.
    pub tables: u64,
    /// Word indexes asked.
    pub indexes: u64,
    /// Bytes of the database and its log read raw, free pages included.
    pub bytes: u64,
    /// Files of theirs that were deleted.
    pub files_deleted: u64,
    /// What is left; empty is the proof.
    pub found: Vec<Trace>,
    /// Where copies made before may still hold the person.
    pub copies: Vec<String>,
    /// False when the process was stopped in between and only the cleaning was finished, for what to look for was gone too.
    pub searched: bool,
}

/// That somebody was erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// Its id.
    pub id: Id,
    /// Who the person was: an id that leads nowhere now.
    pub contact_id: Id,
    /// Who did it.
    pub actor: String,
    /// Rows by table.
    pub counts: Vec<Counted>,
    /// When the rows went.
    pub at: Time,
    /// When files, free pages and log were clean too.
    pub done_at: Option<Time>,
    /// The search afterwards; none until it is done.
    pub proof: Option<Proof>,
}

/// What to look for afterwards. Lives in memory only.
#[derive(Clone, Default)]
pub struct Needles {
    /// Numbers, addresses, user ids.
    pub identities: Vec<String>,
    /// Names and sentences.
    pub words: Vec<String>,
}
/// Redacted: logs never hold who a customer is.
impl std::fmt::Debug for Needles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Needles({} and {})", self.identities.len(), self.words.len())
    }
}

/// Names of kept files (SHA-256 in hex) in a text.
pub fn media_names(text: &str) -> Vec<String> {
    let is_hex = |b: &u8| b.is_ascii_digit() || (b'a'..=b'f').contains(b);
    let found = text.as_bytes().split(|b| !is_hex(b)).filter(|run| run.len() == 64);
    found.filter_map(|run| std::str::from_utf8(run).ok().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_read_out_of_json() {
        let name = "0a".repeat(32);
        assert_eq!(media_names(&format!("{{\"media\":\"{name}\",\"id\":\"0123abcd\"}}")), [name]);
        assert!(media_names("no file here").is_empty());
    }
}
