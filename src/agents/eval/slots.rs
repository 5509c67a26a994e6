//! How well days, times, people and names are found in what customers write: rows as in RESTAURANTS-8K.

use crate::domain::error::{Error, Result};
use crate::domain::reception::when::name::Name;
use crate::domain::reception::when::{Asked, read};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

#[derive(Debug, Deserialize)]
struct Row {
    text: String,
    #[serde(default)]
    requested: Vec<String>,
    #[serde(default)]
    slots: Vec<Slot>,
}

#[derive(Debug, Deserialize)]
struct Slot {
    slot: String,
    start: usize,
    end: usize,
}

/// How well one slot was found: the same slot at the same letters counts.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Score {
    /// Found and right.
    pub right: usize,
    /// In the rows.
    pub gold: usize,
    /// Found.
    pub found: usize,
    /// Of what was found, the share that is right.
    pub precision: f64,
    /// Of what is there, the share that was found.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
}

impl Score {
    #[expect(clippy::cast_precision_loss, reason = "counts of rows are small")]
    fn finish(&mut self) {
        let share = |n: usize, of: usize| if of == 0 { 0.0 } else { n as f64 / of as f64 };
        (self.precision, self.recall) = (share(self.right, self.found), share(self.right, self.gold));
        let sum = self.precision + self.recall;
        self.f1 = if sum > 0.0 { 2.0 * self.precision * self.recall / sum } else { 0.0 };
    }
}

/// How well each slot was found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// Texts read.
    pub rows: usize,
    /// By slot.
    pub slots: BTreeMap<String, Score>,
    /// All slots together.
    pub all: Score,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} texts", self.rows)?;
        writeln!(f, "{:<12} {:>6} {:>6} {:>6} {:>9} {:>9} {:>9}", "slot", "gold", "found", "right", "precision", "recall", "F1")?;
        let row = |f: &mut fmt::Formatter<'_>, n: &str, s: &Score| {
            writeln!(f, "{n:<12} {:>6} {:>6} {:>6} {:>9.3} {:>9.3} {:>9.3}", s.gold, s.found, s.right, s.precision, s.recall, s.f1)
        };
        self.slots.iter().try_for_each(|(n, s)| row(f, n, s))?;
        row(f, "all", &self.all)
    }
}

/// Reads every text of a JSONL file, or of `test.jsonl` in a folder, with the reader of the built-in model.
pub fn run(path: &Path) -> Result<Report> {
    let file = if path.is_dir() { path.join("test.jsonl") } else { path.to_owned() };
    let text = std::fs::read_to_string(&file).map_err(|e| Error::invalid(format!("{} cannot be read.", file.display())).with_source(e))?;
    let mut report = Report::default();
    for (n, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let row: Row = serde_json::from_str(line).map_err(|e| Error::invalid(format!("Line {} is not a row: {e}.", n + 1)))?;
        score(&row, &mut report);
    }
    for s in report.slots.values() {
        report.all.right += s.right;
        report.all.gold += s.gold;
        report.all.found += s.found;
    }
    report.slots.values_mut().for_each(Score::finish);
    report.all.finish();
    Ok(report)
}

fn asked(word: &str) -> Option<Asked> {
    match word {
        "date" => Some(Asked::Day),
        "time" => Some(Asked::Hour),
        "people" => Some(Asked::Party),
        "first_name" => Some(Asked::FirstName),
        "last_name" => Some(Asked::LastName),
        _ => None,
    }
}

fn score(row: &Row, report: &mut Report) {
    report.rows += 1;
    let asked: Vec<Asked> = row.requested.iter().filter_map(|r| asked(r)).collect();
    let ours = found(&row.text, &asked);
    let gold: BTreeSet<(&str, usize, usize)> = row.slots.iter().map(|s| (s.slot.as_str(), s.start, s.end)).collect();
    for name in ["date", "first_name", "last_name", "people", "time"] {
        let of = |set: &BTreeSet<(&str, usize, usize)>| set.iter().filter(|s| s.0 == name).count();
        let s = report.slots.entry(name.to_owned()).or_default();
        s.gold += of(&gold);
        s.found += of(&ours);
        s.right += gold.intersection(&ours).filter(|x| x.0 == name).count();
    }
}

/// What we find, by slot and place in letters.
fn found(text: &str, asked: &[Asked]) -> BTreeSet<(&'static str, usize, usize)> {
    let said = read(text, asked);
    let letters = |byte: usize| text.get(..byte).map_or(0, |t| t.chars().count());
    let mut out = BTreeSet::new();
    out.extend(said.days.iter().map(|f| ("date", letters(f.from), letters(f.to))));
    out.extend(said.hours.iter().map(|f| ("time", letters(f.from), letters(f.to))));
    out.extend(said.party.iter().map(|f| ("people", letters(f.from), letters(f.to))));
    out.extend(
        said.names.iter().map(|f| (if f.value == Name::First { "first_name" } else { "last_name" }, letters(f.from), letters(f.to))),
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_scored_by_slot() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("test.jsonl");
        let rows = r#"{"text": "A table for 9 people on August 23rd at 8pm", "requested": [], "slots": [{"slot": "people", "value": "9 people", "start": 12, "end": 20}, {"slot": "date", "value": "August 23rd", "start": 24, "end": 35}, {"slot": "time", "value": "8pm", "start": 39, "end": 42}]}
{"text": "13", "requested": ["people"], "slots": [{"slot": "people", "value": "13", "start": 0, "end": 2}]}
{"text": "no date at all", "requested": [], "slots": [{"slot": "date", "value": "date", "start": 3, "end": 7}]}"#;
        std::fs::write(&file, rows).unwrap();
        let r = run(dir.path()).unwrap();
        assert_eq!((r.rows, r.slots["people"].right, r.slots["people"].gold, r.slots["time"].right), (3, 2, 2, 1));
        assert_eq!((r.slots["date"].right, r.slots["date"].gold), (1, 2));
        assert!((r.slots["date"].recall - 0.5).abs() < 1e-9 && r.to_string().contains("people"));
    }
}
