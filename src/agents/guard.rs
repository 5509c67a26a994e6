//! The last look at words before they are sent: every figure must stand in a row or a tool result, and every deed must
//! have been done. Models word replies; they do not make facts.
//!
//! The built-in model's words are phrases that code fills from rows and results, so only their figures are compared. Words of any other
//! model are looked at sentence by sentence: whose price it is, who said a number first, what was done and by whom.

mod deeds;
mod figures;
mod hours;
mod known;
mod links;
mod names;
mod numerals;
mod prices;
mod sentences;
mod stems;
mod strict;
#[cfg(test)]
mod tests;
mod times;

use crate::domain::arabic::digits;
use crate::domain::house::briefing::Briefing;
use crate::providers::llm::{Said, ToolResult};
use figures::figures;
use known::Known;
use regex::Regex;
use std::sync::OnceLock;

/// What words may draw on.
pub struct Facts<'a> {
    /// Rows.
    pub briefing: &'a Briefing,
    /// Tool results of this turn.
    pub results: &'a [&'a ToolResult],
    /// What was said before: a figure may be repeated, and what a person promised holds.
    pub said: &'a [Said],
    /// The customer's new words.
    pub new: &'a [String],
    /// Sums that code reckoned from rows for these words, in minor units.
    pub reckoned: &'a [i64],
    /// The words are the built-in model's.
    pub built_in: bool,
}

/// What is wrong with these words, one sentence a fault for the model and the owner. Empty: they may be sent.
pub fn objections(words: &str, facts: &Facts<'_>) -> Vec<String> {
    let words = &*digits(words);
    let mut out = if facts.built_in { unproved(words, facts) } else { strict::objections(words, facts) };
    out.dedup();
    out
}

/// Every number in some words, in thousandths and in each way it can be read.
pub fn numbers_in(words: &str) -> Vec<i64> {
    let mut out = Vec::new();
    figures::values(&digits(words), |milli| out.push(milli));
    out
}

/// Figures that stand nowhere. All that is done with every reply of the built-in model: no pattern unless it speaks of hours.
fn unproved(words: &str, facts: &Facts<'_>) -> Vec<String> {
    let mut out = Vec::new();
    let times = times::stated(words);
    let figures = figures(words, &times);
    let references = references(words);
    if figures.is_empty() && times.is_empty() && references.is_empty() {
        return out;
    }
    let known = Known::of(facts);
    out.extend(figures.iter().filter(|f| !known.has(f)).map(|f| no_record(&f.text)));
    out.extend(times.iter().filter(|t| !known.has_time(t)).map(|t| no_record(&t.text)));
    let holds = |r: &String| [&known.rows, &known.ours, &known.theirs].iter().any(|o| o.text.contains(r.as_str()));
    out.extend(references.iter().filter(|r| !holds(r)).map(|r| no_reference(r)));
    out
}

fn no_record(text: &str) -> String {
    format!("\"{text}\" stands in no record.")
}

fn no_reference(text: &str) -> String {
    format!("\"{text}\" is not a reference of this customer.")
}

fn pattern(cell: &'static OnceLock<Regex>, text: &str) -> &'static Regex {
    cell.get_or_init(|| Regex::new(text).expect("a fixed pattern"))
}

/// Words of six with letters and digits mixed, as our references are.
fn references(words: &str) -> Vec<String> {
    let parts = words.split(|c: char| !c.is_ascii_alphanumeric());
    let like = |w: &&str| {
        w.len() == 6
            && w.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
            && w.chars().any(|c| c.is_ascii_digit())
            && w.chars().any(|c| c.is_ascii_uppercase())
    };
    parts.filter(like).map(str::to_owned).collect()
}
