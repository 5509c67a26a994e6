//! Money that came, as banks write it down: a statement saved as CSV, and which order each line may be for.
//!
//! Columns are found by the words of the line that names them, wherever it stands: banks put their address and the balance above it.

pub mod cell;
pub mod find;
pub mod read;

use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// A line of a statement by which money came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number in the spreadsheet; the first is 1.
    pub number: usize,
    /// The day.
    pub day: jiff::civil::Date,
    /// How much, in minor units; above zero.
    pub amount_minor: i64,
    /// What the bank wrote about it.
    pub narration: String,
    /// Who sent it, when the bank has a column for that.
    pub payer: String,
    /// The bank's own number of it; maybe empty.
    pub bank_reference: String,
    /// The same for the same line of the same bank, whenever it is read.
    pub fingerprint: String,
}

/// A line that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its number in the spreadsheet.
    pub number: usize,
    /// What is wrong.
    pub why: String,
}

/// What a file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Money that came.
    pub lines: Vec<Line>,
    /// Lines that cannot be taken.
    pub refused: Vec<Refused>,
    /// Lines by which money went; they are passed over.
    pub out: usize,
}

impl Sheet {
    /// Lines in all.
    pub fn total(&self) -> usize {
        self.lines.len() + self.refused.len() + self.out
    }
}

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The money of its order: somebody may approve with one tap.
    Seen,
    /// It may be for its order; a person says whether.
    Proposed,
    /// No order was found.
    Open,
    /// A person said that it is for no order.
    Dismissed,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Seen, Self::Proposed, Self::Open, Self::Dismissed];
    /// The word in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Proposed => "proposed",
            Self::Open => "open",
            Self::Dismissed => "dismissed",
        }
    }
    /// From the word.
    pub fn from_word(s: &str) -> Result<Self> {
        let wrong = || Error::field("state", "A state is seen, proposed, open or dismissed.");
        Self::ALL.into_iter().find(|x| x.as_str() == s).ok_or_else(wrong)
    }
}

/// A line as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its id.
    pub id: Id,
    /// The statement it came with.
    pub import_id: Id,
    /// Its number there.
    pub line: i64,
    /// The day, "2026-11-21".
    pub day: String,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// What the bank wrote.
    pub narration: String,
    /// Who sent it; maybe empty.
    pub payer: String,
    /// The bank's number of it; maybe empty.
    pub bank_reference: String,
    /// The order it is for, or may be for.
    pub order_id: Option<Id>,
    /// Where it stands.
    pub state: State,
    /// How its order was found: reference, name, person; empty for none.
    pub how: String,
    /// What a person should know; maybe empty.
    pub note: String,
    /// When it was read.
    pub at: Time,
}
