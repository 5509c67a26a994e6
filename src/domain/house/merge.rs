//! Two contacts found to be one person.

use crate::domain::id::Id;
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// Rows that were moved, by the table they are in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The table.
    pub table: String,
    /// The keys of the rows, each a JSON array.
    pub rows: Vec<String>,
}

/// A merge, as it can be undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// Its id.
    pub id: Id,
    /// The contact that stays.
    pub kept: Id,
    /// The contact that is one with it now.
    pub gone: Id,
    /// What was moved.
    pub moved: Vec<Moved>,
    /// Who did it.
    pub by: String,
    /// When.
    pub at: Time,
    /// When it was undone.
    pub undone_at: Option<Time>,
}
