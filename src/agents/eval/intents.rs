//! How well intents are learned from a file of examples and told apart in another.

use super::rows;
use crate::domain::error::{Error, Result};
use crate::search::intents::Intents;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::Path;
use std::time::Instant;

#[derive(Debug, Deserialize)]
struct Row {
    text: String,
    #[serde(default)]
    intent: String,
    #[serde(default)]
    oos: bool,
}

/// What came of it.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Examples learned from.
    pub examples: usize,
    /// Intents among them.
    pub intents: usize,
    /// Texts tried that belong to an intent.
    pub in_scope: usize,
    /// Texts tried that belong to none.
    pub out_of_scope: usize,
    /// Part of the texts in scope whose likeliest intent is the right one.
    pub accuracy: f64,
    /// How likely a text in scope scores higher than one out of scope; none without such texts.
    pub auroc: Option<f64>,
    /// Part of the texts out of scope that score one half or more; none without such texts.
    pub false_accept_rate: Option<f64>,
    /// Part of the texts in scope that score less than one half.
    pub false_reject_rate: f64,
    /// Milliseconds to learn.
    pub train_ms: f64,
    /// Microseconds for a text, scope and intent.
    pub micros_per_text: f64,
}

/// Learns from `train`, tries `test`.
pub fn run(folder: Option<&Path>, train: Option<&Path>, test: Option<&Path>) -> Result<Report> {
    let train = rows::choose(train, folder, &["train.jsonl"], "train")?;
    let test = rows::choose(test, folder, &["test.jsonl", "val.jsonl", "valid.jsonl", "validate.jsonl", "dev.jsonl"], "test")?;
    let (train, test): (Vec<Row>, Vec<Row>) = (rows::read(&train)?, rows::read(&test)?);
    let inside: Vec<(&str, &str)> = train.iter().filter(|r| !r.oos).map(|r| (r.text.as_str(), r.intent.as_str())).collect();
    let outside: Vec<&str> = train.iter().filter(|r| r.oos).map(|r| r.text.as_str()).collect();
    if inside.is_empty() {
        return Err(Error::invalid("The examples name no intent."));
    }
    let began = Instant::now();
    let intents = Intents::train_with(&inside, &outside);
    let train_ms = began.elapsed().as_secs_f64() * 1e3;
    let mut names: Vec<&str> = inside.iter().map(|(_, i)| *i).collect();
    names.sort_unstable();
    names.dedup();
    Ok(tried(&intents, &test, Report { examples: train.len(), intents: names.len(), train_ms, ..Report::empty() }))
}

impl Report {
    const fn empty() -> Self {
        Self {
            examples: 0,
            intents: 0,
            in_scope: 0,
            out_of_scope: 0,
            accuracy: 0.0,
            auroc: None,
            false_accept_rate: None,
            false_reject_rate: 0.0,
            train_ms: 0.0,
            micros_per_text: 0.0,
        }
    }
}

fn tried(intents: &Intents, test: &[Row], mut report: Report) -> Report {
    let (mut scores_in, mut scores_out, mut right) = (Vec::new(), Vec::new(), 0usize);
    let began = Instant::now();
    for row in test {
        let score = intents.score_in_scope(&row.text);
        if row.oos {
            scores_out.push(score);
            continue;
        }
        scores_in.push(score);
        right += usize::from(intents.classify(&row.text).first().is_some_and(|(name, _)| *name == row.intent));
    }
    report.micros_per_text = began.elapsed().as_secs_f64() * 1e6 / part_of(test.len());
    let passed = |scores: &[f32]| part_of(scores.iter().filter(|s| **s >= 0.5).count()) / part_of(scores.len());
    report.accuracy = part_of(right) / part_of(scores_in.len());
    report.false_reject_rate = 1.0 - passed(&scores_in);
    (report.in_scope, report.out_of_scope) = (scores_in.len(), scores_out.len());
    if !scores_out.is_empty() && !scores_in.is_empty() {
        report.auroc = Some(auroc(&scores_in, &scores_out));
        report.false_accept_rate = Some(passed(&scores_out));
    }
    report
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows")]
fn part_of(n: usize) -> f64 {
    n as f64
}

/// The area under the curve of hits over false alarms: the part of pairs in the right order, ties counting half.
fn auroc(inside: &[f32], outside: &[f32]) -> f64 {
    let mut outside = outside.to_vec();
    outside.sort_by(f32::total_cmp);
    let below: f64 = inside
        .iter()
        .map(|s| {
            let less = outside.partition_point(|o| o < s);
            let same = outside.partition_point(|o| o <= s) - less;
            part_of(less) + part_of(same) / 2.0
        })
        .sum();
    below / (part_of(inside.len()) * part_of(outside.len()))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} examples of {} intents, learned in {:.0} ms", self.examples, self.intents, self.train_ms)?;
        writeln!(f, "accuracy in scope      {:.4}  ({} texts)", self.accuracy, self.in_scope)?;
        if let (Some(auroc), Some(accepted)) = (self.auroc, self.false_accept_rate) {
            writeln!(f, "AUROC out of scope     {auroc:.4}  ({} texts)", self.out_of_scope)?;
            writeln!(f, "false-accept rate      {accepted:.4}  (score of one half or more)")?;
        }
        writeln!(f, "false-reject rate      {:.4}", self.false_reject_rate)?;
        writeln!(f, "microseconds a text    {:.1}", self.micros_per_text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auroc_counts_pairs() {
        assert!((auroc(&[0.9, 0.8], &[0.1, 0.8]) - 0.875).abs() < 1e-9);
        assert!((auroc(&[1.0], &[0.0]) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_folder_is_learned_and_tried() {
        let dir = tempfile::tempdir().unwrap();
        let examples = ["book a table", "reserve a table", "table for two"].map(|t| format!("{{\"text\":\"{t}\",\"intent\":\"booking\"}}"));
        let others =
            ["what time do you open", "when are you open", "opening hours"].map(|t| format!("{{\"text\":\"{t}\",\"intent\":\"hours\"}}"));
        std::fs::write(dir.path().join("train.jsonl"), examples.into_iter().chain(others).collect::<Vec<_>>().join("\n")).unwrap();
        let test = "{\"text\":\"a table please\",\"intent\":\"booking\"}\n\n{\"text\":\"zebra\",\"intent\":\"\",\"oos\":true}";
        std::fs::write(dir.path().join("test.jsonl"), test).unwrap();
        let report = run(Some(dir.path()), None, None).unwrap();
        assert_eq!((report.examples, report.intents, report.in_scope, report.out_of_scope), (6, 2, 1, 1));
        assert!(report.accuracy > 0.99 && report.auroc.is_some());
        std::fs::write(dir.path().join("test.jsonl"), "{").unwrap();
        let told = run(Some(dir.path()), None, None).unwrap_err().message;
        assert!(told.contains("line 1"), "{told}");
        assert!(run(None, None, None).unwrap_err().message.contains("--train"));
    }
}
