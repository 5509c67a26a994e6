//! Numbers in words: what a reply states, and what records hold.

use super::times::Stated;
use std::ops::Range;

/// A number in the words.
#[derive(Debug, PartialEq)]
pub(super) struct Figure {
    pub(super) text: String,
    /// Thousandths, so 1,500.5 and 1500.50 are the same.
    pub(super) milli: i64,
}

/// Signs that may stand before a number.
const CURRENCIES: [char; 6] = ['₦', '$', '€', '£', '₹', '¥'];
/// Words after a number that make it a statement, however small it is.
const COUNTED: [&str; 11] =
    ["left", "remaining", "available", "in stock", "minutes", "mins", "hours", "days", "percent", "naira", "dollars"];

/// Numbers that state something: all of two digits or more, and single digits that are money or a count of what is
/// left. "1." before a list line and "2 jollof" need no record; the basket's own figures are checked by code.
pub(super) fn figures(words: &str, times: &[Stated]) -> Vec<Figure> {
    let is_time = |at: &Range<usize>| times.iter().any(|t| t.at.start < at.end && at.start < t.at.end);
    let all = numbers(words).map(|n| with_sign(words, n.start)..with_unit(words, n.end));
    all.filter(|at| !inside_word(words, at.start, at.end) && !is_time(at)).filter_map(|at| figure(&words[at])).collect()
}

/// Where the numbers of some words stand: "1,500.50" is one. By hand, for every reply comes through here, and a pattern is dear.
pub(super) fn numbers(words: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = words.as_bytes();
    let end = |from: usize, goes_on: fn(&u8) -> bool| bytes[from..].iter().position(|b| !goes_on(b)).map_or(bytes.len(), |n| from + n);
    let mut at = 0;
    std::iter::from_fn(move || {
        let from = at + bytes[at..].iter().position(u8::is_ascii_digit)?;
        at = end(from, |b| b.is_ascii_digit() || *b == b',');
        if let [b'.', digit, ..] = bytes[at..]
            && digit.is_ascii_digit()
        {
            at = end(at + 1, u8::is_ascii_digit);
        }
        Some(from..at)
    })
}

/// Where a number begins with its currency, or with the space before it.
fn with_sign(words: &str, from: usize) -> usize {
    let before = &words[..from];
    let before = before.strip_suffix(char::is_whitespace).unwrap_or(before);
    before.strip_suffix(CURRENCIES).unwrap_or(before).len()
}

/// Where a number ends with what it counts: "5 %", "3k", "2 left".
fn with_unit(words: &str, to: usize) -> usize {
    let rest = &words[to..];
    let unit = rest.trim_start();
    let gap = rest.len() - unit.len();
    let near = rest.strip_prefix(char::is_whitespace).unwrap_or(rest).len() == unit.len();
    let is_thousand = |u: &str| u.starts_with('k') && !u[1..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
    if near && (unit.starts_with('%') || is_thousand(unit)) {
        return to + gap + 1;
    }
    let counted = COUNTED.iter().find(|c| gap > 0 && unit.starts_with(**c));
    counted.map_or(to, |c| to + gap + c.len())
}

/// "4K7-2PQ" is a reference, not two numbers.
fn inside_word(words: &str, start: usize, end: usize) -> bool {
    let start = words.len() - words[start..].trim_start().len();
    let before = words[..start].chars().next_back().is_some_and(|c| c.is_ascii_alphabetic());
    let after = words[end..].chars().next().is_some_and(|c| c.is_ascii_uppercase());
    before || after
}

fn figure(found: &str) -> Option<Figure> {
    let digits: String = found.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
    let bare = found.trim_end_matches('.').chars().all(|c| c.is_ascii_digit());
    if bare && digits.trim_end_matches('.').len() < 2 {
        return None;
    }
    let times = if found.trim_end().ends_with('k') { 1000 } else { 1 };
    Some(Figure { text: found.trim().to_owned(), milli: milli(digits.trim_end_matches('.'))?.checked_mul(times)? })
}

/// The thousandths of digits with a point.
pub(super) fn milli(digits: &str) -> Option<i64> {
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    whole.parse::<i64>().ok()?.checked_mul(1000)?.checked_add(part.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;

    #[test]
    fn numbers_are_found_as_a_pattern_finds_them() {
        let re = Regex::new(
            r"[₦$€£₹¥]?\s?[0-9][0-9,]*(?:\.[0-9]+)?(?:\s?%|\s?k\b|\s+(?:left|remaining|available|in stock|minutes|mins|hours|days|percent|naira|dollars))?",
        )
        .unwrap();
        let parts =
            ["₦", "$ ", " ", "  ", "1", "25", ",", ".", "%", "k", "kg", "left", " in stock", "days", "é", "a", "_", "-", "\n", "3,000"];
        let mut seed = 11u32;
        for _ in 0..20_000 {
            let mut words = String::new();
            for _ in 0..8 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                words.push_str(parts[(seed >> 16) as usize % parts.len()]);
            }
            let ours: Vec<_> = numbers(&words).map(|n| with_sign(&words, n.start)..with_unit(&words, n.end)).collect();
            assert_eq!(ours, re.find_iter(&words).map(|m| m.range()).collect::<Vec<_>>(), "{words:?}");
        }
    }
}
