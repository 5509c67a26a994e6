//! How well haggling is read and done: rows as in CraigslistBargain, and games against pretended sellers.

use super::rows;
use crate::domain::buying::bargain::{Side, Turn, Verdict, read};
use crate::domain::buying::policy::Tactic;
use crate::domain::buying::seller::Temper;
use crate::domain::buying::simulate::{Dice, Tally, play};
use crate::domain::error::Result;
use crate::domain::money::Currency;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// The seed of the games.
const SEED: u64 = 20_261_121;
/// Games of each tactic.
pub const GAMES: u32 = 10_000;

#[derive(Debug, Deserialize)]
struct Row {
    #[serde(default)]
    list_price: f64,
    final_price: Option<f64>,
    deal: bool,
    events: Vec<Said>,
}

#[derive(Debug, Deserialize)]
struct Said {
    role: String,
    action: String,
    #[serde(default)]
    text: Option<String>,
}

/// Right ones of all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Share {
    /// Right.
    pub right: usize,
    /// Of so many.
    pub of: usize,
    /// In hundredths.
    pub percent: f64,
}

impl Share {
    #[expect(clippy::cast_precision_loss, reason = "counts of rows are small")]
    pub(super) fn count(&mut self, right: bool) {
        self.of += 1;
        self.right += usize::from(right);
        self.percent = self.right as f64 * 100.0 / self.of as f64;
    }
}

/// What was read of recorded dialogues, from their words alone: the buttons that were pressed are the truth and are not read.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// Dialogues.
    pub rows: usize,
    /// Prices of deals whose words name the price: read right to half a hundredth.
    pub price: Share,
    /// Prices of every deal, also of those whose price was never said.
    pub price_of_all: Share,
    /// Dialogues whose words say yes or no to a price: the outcome was that.
    pub acceptance: Share,
    /// Every dialogue; silence counts as no deal.
    pub outcome_of_all: Share,
}

/// Reads a file of dialogues.
pub fn run(path: &Path) -> Result<Report> {
    let all: Vec<Row> = rows::read(path)?;
    let dollars: Currency = "USD".parse()?;
    let mut report = Report { rows: all.len(), ..Report::default() };
    for row in &all {
        one(row, dollars, &mut report);
    }
    Ok(report)
}

#[expect(clippy::cast_possible_truncation, reason = "prices of rows are far below 2^52 cents")]
fn cents(dollars: f64) -> i64 {
    (dollars * 100.0).round() as i64
}

fn one(row: &Row, dollars: Currency, report: &mut Report) {
    let side = |role: &str| if role == "buyer" { Side::Buyer } else { Side::Seller };
    let turns: Vec<Turn<'_>> = row
        .events
        .iter()
        .filter(|e| e.action == "message")
        .filter_map(|e| Some(Turn { side: side(&e.role), text: e.text.as_deref()? }))
        .collect();
    let usual = Some(cents(row.list_price)).filter(|p| *p > 0);
    let r = read(&turns, dollars, usual);
    if let Some(paid) = row.final_price.filter(|_| row.deal).map(cents) {
        let near = |minor: i64| minor.abs_diff(paid) <= (paid.unsigned_abs() / 200).max(50);
        let right = r.price_minor.is_some_and(near);
        report.price_of_all.count(right);
        if r.named.iter().any(|n| near(*n)) {
            report.price.count(right);
        }
    }
    let agreed = r.verdict == Verdict::Agreed;
    report.outcome_of_all.count(agreed == row.deal);
    if r.verdict != Verdict::Open {
        report.acceptance.count(agreed == row.deal);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line =
            |f: &mut fmt::Formatter<'_>, what: &str, s: &Share| writeln!(f, "{what:<58} {:>5.1} %  ({} of {})", s.percent, s.right, s.of);
        writeln!(f, "{} dialogues, read from their words alone", self.rows)?;
        line(f, "price of deals whose words name it", &self.price)?;
        line(f, "price of every deal", &self.price_of_all)?;
        line(f, "outcome where the words say yes or no", &self.acceptance)?;
        line(f, "outcome of every dialogue, silence taken as no deal", &self.outcome_of_all)
    }
}

/// Results of the games by temper, and the same deals played by equal steps.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Games {
    /// The seed; the same gives the same games.
    pub seed: u64,
    /// All of them.
    pub all: Tally,
    /// By temper.
    pub by_temper: BTreeMap<String, Tally>,
    /// The same sellers and limits, conceding by equal steps.
    pub linear: Tally,
}

/// Plays games against sellers of every temper.
pub fn games(count: u32) -> Games {
    let mut out = Games { seed: SEED, all: Tally::default(), by_temper: BTreeMap::new(), linear: Tally::default() };
    for (n, temper) in (0..count).zip(Temper::TALKING.into_iter().cycle()) {
        let seed = SEED.wrapping_add(u64::from(n));
        let game = play(&mut Dice::new(seed), temper, Tactic::Paced);
        out.all.add(&game);
        out.by_temper.entry(format!("{temper:?}")).or_default().add(&game);
        out.linear.add(&play(&mut Dice::new(seed), temper, Tactic::Linear));
    }
    out
}

impl fmt::Display for Games {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} games in words, seed {}", self.all.games, self.seed)?;
        writeln!(
            f,
            "{:<16} {:>8} {:>8} {:>12} {:>11} {:>9} {:>9}",
            "seller", "possible", "closed", "above limit", "limit told", "zone won", "messages"
        )?;
        let rows = self.by_temper.iter().map(|(n, t)| (n.as_str(), t)).chain([("all", &self.all), ("linear, all", &self.linear)]);
        for (name, t) in rows {
            let (closed, won) = (t.closed_percent(), t.share_won);
            writeln!(
                f,
                "{name:<16} {:>8} {closed:>7.1}% {:>12} {:>11} {won:>8.1}% {:>9.1}",
                t.possible, t.above_limit, t.told_limit, t.messages
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_dialogues_is_scored() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("rows.jsonl");
        let rows = r#"{"list_price": 100, "final_price": 80, "deal": true, "events": [{"role": "buyer", "action": "message", "text": "Would you take $70?"}, {"role": "seller", "action": "message", "text": "I could do 80"}, {"role": "buyer", "action": "message", "text": "ok deal"}, {"role": "buyer", "action": "offer", "offer": {"price": 80}}, {"role": "seller", "action": "accept"}]}
{"list_price": 100, "final_price": null, "deal": false, "events": [{"role": "buyer", "action": "message", "text": "Would you take $40?"}, {"role": "seller", "action": "message", "text": "No way, sorry"}, {"role": "buyer", "action": "message", "text": "No thanks, good luck"}]}
{"list_price": 100, "final_price": 90, "deal": true, "events": [{"role": "buyer", "action": "message", "text": "hello"}]}"#;
        std::fs::write(&file, rows).unwrap();
        let r = run(&file).unwrap();
        assert_eq!((r.rows, r.price.right, r.price.of, r.price_of_all.of), (3, 1, 1, 2));
        assert_eq!((r.acceptance.right, r.acceptance.of, r.outcome_of_all.right), (2, 2, 2));
    }
}
