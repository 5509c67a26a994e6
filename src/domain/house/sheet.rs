//! Lists of people in a spreadsheet's CSV, whatever program wrote it. A bad row is told by its number and harms no other.

use super::catalogue_cell as cell;
use super::catalogue_csv::{RowError, blank_lines};
use crate::domain::error::{Error, Result};
use crate::domain::text::{clip, fold};
use csv::{ReaderBuilder, StringRecord};
use serde::Serialize;

/// A row, with the number people see beside it; the header is 1.
pub type Numbered = (usize, StringRecord);

/// Rows that can be kept, with their numbers, and what is wrong with the others.
pub type Sorted<T> = (Vec<(usize, T)>, Vec<RowError>);

/// What came of bringing a list in.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Imported {
    /// New ones.
    pub added: usize,
    /// Known ones that have changed.
    pub changed: usize,
    /// Known ones that are the same.
    pub same: usize,
    /// What is wrong with the other rows.
    #[serde(skip)]
    pub errors: Vec<RowError>,
    /// How many rows were not taken.
    pub failed: usize,
}

impl Imported {
    /// Before anything is brought in: what is wrong already.
    pub fn with(errors: Vec<RowError>) -> Self {
        Self { failed: errors.len(), errors, ..Self::default() }
    }
    /// Notes a row that was not taken.
    pub fn refuse(&mut self, row: usize, text: &str, e: &Error) {
        self.failed += 1;
        self.errors.push(refused(row, text, e));
    }
    /// Adds what came of another part of the list.
    pub fn join(&mut self, more: Self) {
        self.added += more.added;
        self.changed += more.changed;
        self.same += more.same;
        self.failed += more.failed;
        self.errors.extend(more.errors);
    }
}

fn refused(row: usize, text: &str, e: &Error) -> RowError {
    let column = e.fields.first().map_or("", |f| f.0.as_str());
    RowError { row, text: clip(text, 60), column: column.to_owned(), message: e.message.clone() }
}

/// A column's name without case, accents, spaces and signs.
pub fn word(header: &str) -> String {
    fold(header).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The header and the rows under it; empty rows are left out. An error for what is no table, or has more than `most` rows.
pub fn rows(bytes: &[u8], most: usize) -> Result<(StringRecord, Vec<Numbered>)> {
    let text = cell::decode(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(cell::sniff(text)).from_reader(text.as_bytes());
    let (mut number, mut header, mut rows) = (0, None, Vec::new());
    for record in reader.records() {
        let record = record.map_err(|e| Error::field("file", format!("This is no table: {e}.")))?;
        number += 1 + blank_lines(text, &record);
        if record.iter().all(|c| c.trim().is_empty()) {
            continue;
        }
        match &header {
            None => header = Some(record),
            Some(_) => rows.push((number, record)),
        }
        if rows.len() > most {
            return Err(Error::field("file", format!("The file has more than {most} rows. Split it.")));
        }
    }
    Ok((header.unwrap_or_default(), rows))
}

/// Reads each row; those it refuses are told.
pub fn each<T>(rows: &[Numbered], read: impl Fn(&StringRecord) -> Result<T>) -> Sorted<T> {
    let (mut good, mut errors) = (Vec::new(), Vec::new());
    for (number, record) in rows {
        match read(record) {
            Ok(row) => good.push((*number, row)),
            Err(e) => errors.push(refused(*number, record.iter().find(|c| !c.trim().is_empty()).unwrap_or(""), &e)),
        }
    }
    (good, errors)
}
