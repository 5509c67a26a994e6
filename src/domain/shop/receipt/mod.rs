//! Proofs of payment people send: what is read on them, and what speaks for and against them. Pure: a picture has been turned into
//! pieces of text with their places before (`providers/ocr`). A receipt is evidence and never money.

pub mod amount;
pub mod claim;
pub mod date;
pub mod fields;
pub mod truth;
pub mod verdict;

use crate::domain::id::Id;
use crate::domain::time::Time;
use fields::Fields;
use serde::{Deserialize, Serialize};
use verdict::Verdict;

/// How far a receipt is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Will be read.
    Waiting,
    /// Read and judged.
    Read,
    /// The file could not be read; a person must look.
    Unreadable,
    /// A picture of something else.
    Other,
}

impl State {
    /// The word in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Read => "read",
            Self::Unreadable => "unreadable",
            Self::Other => "other",
        }
    }
    /// From the word in the database.
    pub fn from_word(s: &str) -> Option<Self> {
        [Self::Waiting, Self::Read, Self::Unreadable, Self::Other].into_iter().find(|x| x.as_str() == s)
    }
}

/// A proof of payment somebody sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Its id.
    pub id: Id,
    /// The order it is for; none until it is read, when the customer has several.
    pub order_id: Option<Id>,
    /// Who sent it.
    pub contact_id: Id,
    /// The message it came in; none when a person uploaded it.
    pub message_id: Option<Id>,
    /// The file: SHA-256 of its bytes in hex.
    pub media: String,
    /// The file's name, when it has one.
    pub name: String,
    /// How far it is.
    pub state: State,
    /// Who read it: "built-in", and a model's name behind it when one looked too.
    pub reader: String,
    /// What was seen.
    pub seen: Seen,
    /// What was read.
    pub fields: Fields,
    /// What speaks for and against it.
    pub verdict: Verdict,
    /// Why it could not be read, for people.
    pub problem: String,
    /// When it came.
    pub created_at: Time,
    /// When it was read.
    pub read_at: Option<Time>,
}

impl Fields {
    /// Whether this is a proof of payment at all and not a picture of a cake.
    pub fn is_receipt(&self) -> bool {
        self.amount_minor.is_some() && (self.day.is_some() || !self.references.is_empty() || self.payee.is_some())
            || !self.references.is_empty() && (self.day.is_some() || self.payee.is_some())
    }
}

/// A piece of text on a picture: where it stands in pixels, and in which row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Piece {
    /// The row it is in, counted from 0 at the top.
    pub row: u32,
    /// What it says.
    pub text: String,
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width.
    pub w: u32,
    /// Height.
    pub h: u32,
    /// How sure the reader is, in hundredths.
    pub sure: u8,
}

/// Something about the picture itself that makes one look twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "sign", rename_all = "snake_case")]
pub enum Sign {
    /// A program for editing pictures has left its name in the file.
    Program {
        /// The name.
        name: String,
    },
    /// The surface around a piece of text is smoother, rougher or of another colour than around the others: pasted over.
    Patch {
        /// The piece's text.
        text: String,
    },
}

/// What a reader saw on a picture or in a PDF.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Seen {
    /// Width of the picture the places are in, in pixels; 0 when there is no picture.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// The pieces of text, row by row from the top, from left to right.
    pub pieces: Vec<Piece>,
    /// What the picture looks like, 256 bits in hex: alike pictures differ in few. Empty without a picture.
    pub look: String,
    /// What makes one look twice.
    pub signs: Vec<Sign>,
}

impl Seen {
    /// Text without places: each line is a row.
    pub fn of_text(text: &str) -> Self {
        let rows = text.lines().map(str::trim).filter(|l| !l.is_empty()).zip(0u32..);
        let pieces = rows.map(|(l, row)| Piece { row, text: l.to_owned(), sure: 100, ..Piece::default() }).collect();
        Self { pieces, ..Self::default() }
    }

    /// The rows: the numbers of their pieces, and the pieces' text put together.
    pub fn rows(&self) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        let mut last = None;
        for (i, p) in self.pieces.iter().enumerate() {
            if last != Some(p.row) {
                rows.push(Row::default());
                last = Some(p.row);
            }
            if let Some(r) = rows.last_mut() {
                if !r.text.is_empty() {
                    r.text.push_str("  ");
                }
                r.starts.push((r.text.len(), i));
                r.text.push_str(&p.text);
            }
        }
        rows
    }
}

/// A row of text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Its pieces from left to right, two spaces between.
    pub text: String,
    /// Where each piece begins in it, and the piece's number.
    pub starts: Vec<(usize, usize)>,
}

impl Row {
    /// The number of the piece that holds this byte of the row.
    pub fn piece_at(&self, byte: usize) -> Option<usize> {
        self.starts.iter().rev().find(|(from, _)| *from <= byte).map(|(_, piece)| *piece)
    }
}
