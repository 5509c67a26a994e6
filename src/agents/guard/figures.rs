//! Numbers in words: what a reply states, and what records hold. By hand, for every reply comes through here, and a pattern is dear.

use super::times::Stated;
use std::ops::Range;

/// What a number says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// An amount: it stands beside a sign, a code or the name of a currency.
    Money,
    /// How many are left.
    Stock,
    /// A part of a hundred.
    Percent,
    /// A length of time, or another thing that is never just counted.
    Counted,
    /// Anything else.
    Bare,
}

/// A number in the words.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figure {
    /// As it was written, with what belongs to it.
    pub(super) text: String,
    /// Where that is.
    pub(super) at: Range<usize>,
    /// Thousandths, so 1,500.5 and 1500.50 are the same.
    pub(super) milli: i64,
    /// The other way to read it: 1.500 is a thousand and a half, or one and a half.
    pub(super) or: Option<i64>,
    pub(super) sort: Sort,
    /// Digits in it.
    pub(super) digits: usize,
}

impl Figure {
    /// Whether it is one of these.
    pub(super) fn is_in(&self, known: &[i64]) -> bool {
        known.contains(&self.milli) || self.or.is_some_and(|o| known.contains(&o))
    }
}

/// Signs that may stand before or after a number.
const SIGNS: [char; 9] = ['₦', '$', '€', '£', '₹', '¥', '₵', '₱', '₩'];
/// Codes and names of currencies beside a number, folded.
const NAMES: [&str; 58] = [
    "ngn",
    "naira",
    "nairas",
    "usd",
    "us",
    "dollar",
    "dollars",
    "dolares",
    "eur",
    "euro",
    "euros",
    "gbp",
    "pound",
    "pounds",
    "quid",
    "ghs",
    "cedi",
    "cedis",
    "kes",
    "ksh",
    "kshs",
    "tzs",
    "tsh",
    "ugx",
    "ush",
    "shilling",
    "shillings",
    "shilingi",
    "zar",
    "rand",
    "rands",
    "inr",
    "rs",
    "rupee",
    "rupees",
    "xof",
    "xaf",
    "cfa",
    "fcfa",
    "franc",
    "francs",
    "francos",
    "peso",
    "pesos",
    "reais",
    "real",
    "brl",
    "mxn",
    "aed",
    "dirham",
    "dirhams",
    "egp",
    "sar",
    "riyal",
    "riyals",
    "rwf",
    "nera",
    "نايرا",
];
/// Letters that stand for a currency when they touch a number of three digits or more.
const LETTERS: [&str; 3] = ["n", "r", "f"];
/// Words after a number that make it a statement, however small it is.
const STOCK: [&str; 4] = ["left", "remaining", "available", "in stock"];
/// Lengths and the like.
const LENGTHS: [&str; 5] = ["minutes", "mins", "hours", "days", "percent"];

/// Numbers that state something: all of two digits or more, and single digits that are money or a count of what is
/// left. "1." before a list line, "1, 2 or 3" and "2 jollof" need no record; the basket's own figures are checked by code.
pub(super) fn figures(words: &str, times: &[Stated]) -> Vec<Figure> {
    if !words.bytes().any(|b| b.is_ascii_digit()) {
        return Vec::new();
    }
    let is_time = |at: &Range<usize>| times.iter().any(|t| t.at.start < at.end && at.start < t.at.end);
    let mut out = Vec::new();
    each(words, |f| {
        if (f.digits > 1 || f.sort != Sort::Bare) && !is_time(&f.at) {
            out.push(f);
        }
    });
    out
}

/// Every number with what it says, in order.
pub(super) fn all(words: &str) -> Vec<Figure> {
    let mut out = Vec::new();
    each(words, |f| out.push(f));
    out
}

fn each(words: &str, mut found: impl FnMut(Figure)) {
    numbers(words, |n| {
        if let Some(f) = figure(words, &n) {
            found(f);
        }
    });
}

/// The thousandths of every number of a record, in each way it can be read.
pub(super) fn values(words: &str, mut known: impl FnMut(i64)) {
    numbers(words, |n| {
        known(n.milli);
        n.or.map(&mut known);
    });
}

/// A number as it stands, without what is around it.
struct Number {
    at: Range<usize>,
    milli: i64,
    or: Option<i64>,
    digits: usize,
}

/// Groups of digits that a number may have at most.
const GROUPS: usize = 7;

/// Reads numbers: "1,500.50", "3.200,00", "3 200" are one each, "7,8,9" are three.
fn numbers(words: &str, mut found: impl FnMut(Number)) {
    let bytes = words.as_bytes();
    let mut at = 0;
    while let Some(from) = bytes[at..].iter().position(u8::is_ascii_digit).map(|n| at + n) {
        let mut groups: [(char, usize, usize); GROUPS] = [(' ', 0, 0); GROUPS];
        let mut n = 0;
        let (mut sign, mut start) = (' ', from);
        loop {
            let end = bytes[start..].iter().position(|b| !b.is_ascii_digit()).map_or(bytes.len(), |k| start + k);
            groups[n] = (sign, start, end);
            n += 1;
            at = end;
            let Some((s, next)) = joined(words, end).filter(|_| n < GROUPS) else { break };
            if is_blank(s) && !goes_on(words, &groups[..n], next) {
                break;
            }
            (sign, start) = (s, next);
        }
        tell(words, &groups[..n], &mut found);
    }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}')
}

/// The sign between two groups of digits, and where the second begins.
fn joined(words: &str, end: usize) -> Option<(char, usize)> {
    let mut rest = words[end..].chars();
    let sign = rest.next().filter(|c| matches!(c, ',' | '.' | '\'' | '’' | '٬' | '٫') || is_blank(*c))?;
    rest.next().filter(char::is_ascii_digit)?;
    Some((sign, end + sign.len_utf8()))
}

/// Whether digits behind a blank are the rest of an amount: exactly three, with a currency at either end of it all.
fn goes_on(words: &str, groups: &[(char, usize, usize)], next: usize) -> bool {
    let long = |from: usize| words[from..].bytes().take_while(u8::is_ascii_digit).count();
    let (_, from, to) = groups[0];
    let blanks = groups[1..].iter().all(|(s, _, _)| is_blank(*s));
    if long(next) != 3 || to - from > 3 || !blanks {
        return false;
    }
    // A narrow blank is written for nothing else.
    let narrow = !words[..next].ends_with(' ');
    let mut end = next + 3;
    while let Some((s, more)) = joined(words, end) {
        match (is_blank(s), long(more)) {
            (true, 3) => end = more + 3,
            (false, cents @ 1..=2) => {
                end = more + cents;
                break;
            }
            _ => break,
        }
    }
    narrow || before(words, from, 3).is_some() || after(words, end).is_some()
}

/// One number of these groups, or each of them for itself when they make none together.
fn tell(words: &str, groups: &[(char, usize, usize)], found: &mut impl FnMut(Number)) {
    let (first, last) = (groups[0], groups[groups.len() - 1]);
    let whole = |groups: &[(char, usize, usize)]| {
        let thousands = groups[1..].iter().all(|(_, from, to)| to - from == 3) && (groups.len() == 1 || groups[0].2 - groups[0].1 <= 3);
        let digits = groups.iter().flat_map(|(_, from, to)| words[*from..*to].bytes());
        let sum = digits.clone().try_fold(0i64, |n, b| n.checked_mul(10)?.checked_add(i64::from(b - b'0')));
        if thousands { Some((sum?.checked_mul(1000)?, digits.count())) } else { None }
    };
    let same = groups[1..].iter().all(|g| g.0 == groups[1].0 || is_blank(g.0) && is_blank(groups[1].0));
    let part = |upto: &[(char, usize, usize)]| {
        let (milli, digits) = whole(upto)?;
        let (_, from, to) = last;
        let text = words[from..to].bytes().chain(*b"000").take(3);
        let part = text.fold(0, |n, b| n * 10 + i64::from(b - b'0'));
        Some((milli.checked_add(part)?, digits + to - from))
    };
    // The last group is a part of one when its sign is another, or when it is not three digits long.
    let parted = groups.len() > 1
        && !is_blank(last.0)
        && matches!(last.0, '.' | ',' | '٫')
        && (groups.len() == 2 || groups[1..groups.len() - 1].iter().all(|g| g.0 != last.0))
        && (last.2 - last.1 != 3 || !same || last.0 == '.');
    // "1,2" may be a list, too: no more than its digits alone does it state anything.
    let read = match (whole(groups).filter(|_| same), parted.then(|| part(&groups[..groups.len() - 1])).flatten()) {
        (Some((w, d)), p) => Some((w, p.map(|p| p.0).filter(|p| *p != w), d)),
        (None, Some((p, d))) => Some((p, None, if last.0 == ',' && d == 2 { 1 } else { d })),
        (None, None) => None,
    };
    match read {
        Some((milli, or, digits)) => found(Number { at: first.1..last.2, milli, or, digits }),
        None if groups.len() > 1 => groups.iter().for_each(|g| tell(words, std::slice::from_ref(g), found)),
        None => {}
    }
}

/// Where the currency before a number begins.
fn before(words: &str, from: usize, digits: usize) -> Option<usize> {
    let head = &words[..from];
    let near = head.strip_suffix(char::is_whitespace).unwrap_or(head);
    if let Some(rest) = near.strip_suffix(SIGNS) {
        return Some(rest.len());
    }
    let near = if near.ends_with('.') && near.len() > 2 { &near[..near.len() - 1] } else { near };
    let run = near.len() - near.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
    let free = !near[..run].ends_with(char::is_alphanumeric);
    (free && is_currency(&near[run..], near.len() == head.len(), digits)).then_some(run)
}

/// Where the currency behind a number ends.
fn after(words: &str, to: usize) -> Option<usize> {
    let rest = &words[to..];
    let near = rest.strip_prefix(char::is_whitespace).unwrap_or(rest);
    let gap = rest.len() - near.len();
    if let Some(sign) = near.chars().next().filter(|c| SIGNS.contains(c)) {
        // "3 $5 cards": the sign belongs to what follows.
        let follows = near[sign.len_utf8()..].starts_with(|c: char| c.is_ascii_digit());
        return (!follows).then_some(to + gap + sign.len_utf8());
    }
    let run: usize = near.chars().take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum();
    if matches!(&near[..run], "F" | "f") && near[run..].trim_start().to_ascii_lowercase().starts_with("cfa") {
        return Some(to + gap + run);
    }
    (near[..run] != *"us" && is_currency(&near[..run], false, 0)).then_some(to + gap + run)
}

fn is_currency(run: &str, touches: bool, digits: usize) -> bool {
    if run.is_empty() || run.len() > 16 {
        return false;
    }
    let is = |name: &&str| run.eq_ignore_ascii_case(name);
    // "us 3" is a word, "US 3" and "R 300" may be money.
    let word = matches!(run, "us" | "rs" | "real" | "Us") && !touches;
    NAMES.iter().any(is) && !word || touches && digits > 2 && LETTERS.iter().any(is)
}

/// What a number says by what is around it. None when it belongs to a word, as in "4K7-2PQ".
fn figure(words: &str, n: &Number) -> Option<Figure> {
    let (mut milli, mut or, mut at) = (n.milli, n.or, n.at.clone());
    let money = before(words, at.start, n.digits).map(|start| at.start = start).is_some();
    let rest = &words[at.end..];
    let near = rest.strip_prefix(char::is_whitespace).unwrap_or(rest);
    let gap = rest.len() - near.len();
    let ends = |skip: usize| !near[skip..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let thousand = near.starts_with('k') && ends(1) || gap == 0 && near.starts_with('K') && ends(1) && money;
    if thousand {
        (milli, or) = (milli.checked_mul(1000)?, or.and_then(|o| o.checked_mul(1000)));
        at.end += gap + 1;
    }
    let sort = if money {
        Sort::Money
    } else if let Some(end) = after(words, at.end) {
        at.end = end;
        Sort::Money
    } else if near.starts_with('%') {
        at.end += gap + 1;
        Sort::Percent
    } else {
        let unit = rest.trim_start();
        let gap = rest.len() - unit.len();
        let found = |list: &[&'static str]| list.iter().find(|c| gap > 0 && unit.starts_with(**c)).copied();
        match (found(&STOCK), found(&LENGTHS)) {
            (Some(w), _) => {
                at.end += gap + w.len();
                Sort::Stock
            }
            (_, Some(w)) => {
                at.end += gap + w.len();
                if w == "percent" { Sort::Percent } else { Sort::Counted }
            }
            _ if thousand => Sort::Counted,
            _ => Sort::Bare,
        }
    };
    if sort != Sort::Money {
        let head = words[..n.at.start].chars().next_back().is_some_and(|c| c.is_ascii_alphabetic());
        let tail = words[n.at.end..].starts_with(|c: char| c.is_ascii_uppercase());
        if head || tail {
            return None;
        }
    }
    Some(Figure { text: words[at.clone()].trim().to_owned(), at, milli, or, sort, digits: n.digits })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Vec<(i64, Sort)> {
        all(words).into_iter().map(|f| (f.milli / 1000, f.sort)).collect()
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        use Sort::{Bare, Counted, Money, Percent, Stock};
        for amount in [
            "₦3,200",
            "₦3.200,00",
            "3 200 ₦",
            "3 200 FCFA",
            "3\u{202f}200 F CFA",
            "N3,200",
            "NGN3200",
            "3200 naira",
            "₦3.2k",
            "3.200 €",
            "3,200.00 USD",
        ] {
            assert_eq!(read(amount), [(3200, Money)], "{amount}");
        }
        assert_eq!(read("1 250 000 FCFA"), [(1_250_000, Money)]);
        assert_eq!(read("7,8,9 or 10, 11"), [(7, Bare), (8, Bare), (9, Bare), (10, Bare), (11, Bare)]);
        assert_eq!(read("20% of 5 %, 3 left, 45 minutes, 3k"), [(20, Percent), (5, Percent), (3, Stock), (45, Counted), (3000, Counted)]);
        assert_eq!(read("2 jollof and 300 ml"), [(2, Bare), (300, Bare)]);
        assert_eq!(read("K7PQ2M, room 7A, x3"), []);
        let half = &all("1.5 kg and 1,5 kg and 1.500 kg");
        assert_eq!((half[0].milli, half[1].milli, half[2].milli, half[2].or), (1500, 1500, 1_500_000, Some(1500)));
        assert_eq!(read("99999999999999999999"), []);
    }

    #[test]
    fn small_numbers_state_nothing_by_themselves() {
        let stated = |words: &str| figures(words, &[]).into_iter().map(|f| f.text).collect::<Vec<_>>();
        assert_eq!(stated("1 Fried rice (Large): ₦3,600\n2 Coke\n1. Jollof\n 3 x Fanta\nChoose 1, 2 or 3."), ["₦3,600"]);
        assert_eq!(stated("5 naira, 3 left, 12"), ["5 naira", "3 left", "12"]);
    }

    proptest::proptest! {
        /// Every run of digits is in one number, none in two.
        #[test]
        fn every_digit_is_read_once(words in "[0-9 ,.₦kNa%]{0,24}") {
            let mut seen = vec![0u8; words.len()];
            numbers(&words, |n| n.at.for_each(|i| seen[i] += 1));
            let long = words.split(|c: char| !c.is_ascii_digit()).any(|d| d.len() > 15);
            for (i, b) in words.bytes().enumerate().filter(|_| !long) {
                proptest::prop_assert!(seen[i] <= 1 && (seen[i] == 1 || !b.is_ascii_digit()), "{:?} at {}", words, i);
            }
        }
    }
}
