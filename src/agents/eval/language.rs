//! How well a customer's language is told from one text alone: rows with a text and its language.

use super::rows;
use crate::domain::error::{Error, Result};
use crate::domain::lang::Lang;
use crate::providers::llm::builtin::tell_language;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(Debug, Deserialize)]
struct Row {
    text: String,
    lang: String,
}

/// How well one language was told.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Score {
    /// Texts in it.
    pub texts: usize,
    /// Told right.
    pub right: usize,
    /// The share told right.
    pub accuracy: f64,
    /// What the others were taken for.
    pub taken_for: BTreeMap<String, usize>,
}

/// How well each language was told.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// Texts read.
    pub rows: usize,
    /// The share told right of all texts.
    pub accuracy: f64,
    /// Time for one text, in microseconds.
    pub micros: f64,
    /// By language.
    pub languages: BTreeMap<String, Score>,
}

/// Reads a file, or every `.jsonl` of a folder (of a folder that holds parts: those of `test`).
pub fn run(path: &Path) -> Result<Report> {
    let mut all: Vec<Row> = Vec::new();
    for file in files(path)? {
        all.extend(rows::read::<Row>(&file)?);
    }
    let began = Instant::now();
    let told: Vec<Lang> = all.iter().map(|r| tell_language(&r.text)).collect();
    let took = began.elapsed();
    let mut report = Report { rows: all.len(), ..Report::default() };
    for (row, lang) in all.iter().zip(told) {
        let wanted = ours(&row.lang)?;
        let score = report.languages.entry(wanted.code().into()).or_default();
        score.texts += 1;
        if lang == wanted {
            score.right += 1;
        } else {
            *score.taken_for.entry(lang.code().into()).or_default() += 1;
        }
    }
    let right = report.languages.values().map(|s| s.right).sum();
    report.accuracy = share(right, report.rows);
    report.micros = took.as_secs_f64() * 1e6 * share(1, report.rows);
    for score in report.languages.values_mut() {
        score.accuracy = share(score.right, score.texts);
    }
    Ok(report)
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows are small")]
fn share(n: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { n as f64 / of as f64 }
}

fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = std::fs::read_dir(path).map_err(|e| Error::invalid(format!("{} cannot be read: {e}.", path.display())))?;
    let mut all: Vec<PathBuf> =
        entries.filter_map(|e| Some(e.ok()?.path())).filter(|p| p.extension().is_some_and(|x| x == "jsonl")).collect();
    all.sort();
    let tests: Vec<PathBuf> = all.iter().filter(|p| p.to_string_lossy().contains("test")).cloned().collect();
    Ok(if tests.is_empty() { all } else { tests })
}

/// Two letters or three, as collections name languages.
fn ours(code: &str) -> Result<Lang> {
    let short = match code {
        "hau" => "ha",
        "ibo" => "ig",
        "yor" => "yo",
        "eng" => "en",
        "spa" => "es",
        "fra" | "fre" => "fr",
        "por" => "pt",
        "swa" => "sw",
        "ara" => "ar",
        other => other,
    };
    Lang::ALL.into_iter().find(|l| l.code() == short).ok_or_else(|| Error::invalid(format!("\"{code}\" is no language Steward tells.")))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "language  texts  right     taken for")?;
        for (lang, s) in &self.languages {
            let others: Vec<String> = s.taken_for.iter().map(|(l, n)| format!("{l} {n}")).collect();
            writeln!(f, "{lang:8}  {:5}  {:5.2} %  {}", s.texts, s.accuracy * 100.0, others.join(", "))?;
        }
        write!(f, "all       {:5}  {:5.2} %  {:.0} microseconds a text", self.rows, self.accuracy * 100.0, self.micros)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_counted_and_unknown_ones_named() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("rows.jsonl");
        std::fs::write(
            &file,
            "{\"text\":\"Nagode sosai, ina kwana\",\"lang\":\"hau\"}\n{\"text\":\"Wetin dey happen\",\"lang\":\"pcm\"}\n",
        )
        .unwrap();
        let r = run(&file).unwrap();
        assert_eq!((r.rows, r.languages["ha"].right, r.languages["pcm"].right), (2, 1, 1), "{r}");
        std::fs::write(&file, "{\"text\":\"x\",\"lang\":\"tlh\"}").unwrap();
        assert!(run(&file).unwrap_err().message.contains("tlh"));
    }
}
