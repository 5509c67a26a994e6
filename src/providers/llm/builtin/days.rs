//! The days that a question about opening hours names.

use super::index::key_of;
use super::scan::Scan;
use super::words::{Words, stem};
use crate::domain::lang::Lang;
use crate::domain::phrase::say;
use std::sync::OnceLock;

/// A day that is asked about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Day {
    /// So many days from today.
    Ahead(usize),
    /// The first to come, today included; Monday is 0.
    Weekday(usize),
    /// The one of next week.
    Next(usize),
}

/// How English shortens them.
const SHORT: [(&str, usize); 11] = [
    ("mon", 0),
    ("tue", 1),
    ("tues", 1),
    ("wed", 2),
    ("thu", 3),
    ("thur", 3),
    ("thurs", 3),
    ("fri", 4),
    ("sat", 5),
    ("sun", 6),
    ("tmrw", 7),
];

/// Every name of a day in every language, as words.
fn names() -> &'static [(Vec<String>, Day)] {
    static NAMES: OnceLock<Vec<(Vec<String>, Day)>> = OnceLock::new();
    NAMES.get_or_init(|| {
        // Of "segunda-feira" customers say the first word.
        let words = |lang, key: &str| {
            let name = key_of(say(lang, key, &[]).split('-').next().unwrap_or_default());
            name.split(' ').map(str::to_owned).collect::<Vec<_>>()
        };
        let weekdays = |lang| (0..7).map(move |d| (words(lang, &format!("day_{d}")), Day::Weekday(d)));
        let short = SHORT.into_iter().map(|(w, d)| (vec![stem(w).to_owned()], if d < 7 { Day::Weekday(d) } else { Day::Ahead(1) }));
        let long = Lang::ALL.into_iter().flat_map(|l| weekdays(l).chain([(words(l, "tomorrow"), Day::Ahead(1))]));
        long.chain(short).collect()
    })
}

/// The days in some words, in the order they are said: "are you open on Sunday?", "una dey open for weekend?".
pub fn days(scan: &Scan, from: usize, to: usize) -> Vec<Day> {
    let words: Vec<&str> = scan.words[from..to].iter().map(|w| stem(&w.text)).collect();
    let behind = |i: usize| i.checked_sub(1).map_or("", |k| words[k]);
    let mut out = Vec::new();
    for i in 0..words.len() {
        if words[i] == "weekend" {
            out.extend([Day::Weekday(5), Day::Weekday(6)]);
            continue;
        }
        let begins = |name: &[String]| words[i..].len() >= name.len() && name.iter().zip(&words[i..]).all(|(n, w)| n == w);
        let Some((_, day)) = names().iter().find(|(name, _)| begins(name)) else { continue };
        out.push(match (behind(i), *day) {
            // "The day after tomorrow."
            ("after", Day::Ahead(1)) => Day::Ahead(2),
            ("next", Day::Weekday(d)) => Day::Next(d),
            (_, day) => day,
        });
    }
    out.dedup();
    out
}

/// Whether a question is about a day that the hours of the week say nothing of.
pub fn on_a_holiday(scan: &Scan, from: usize, to: usize) -> bool {
    static HOLIDAYS: Words = Words::new("christmas xmas boxing easter eid sallah ramadan holiday holidays");
    static MONTHS: Words =
        Words::new("january february april june july august september october november december jan feb apr jul aug sept oct nov dec");
    let words = &scan.words[from..to];
    let dated = words.iter().any(|w| MONTHS.has(&w.text)) && words.iter().any(|w| w.text.starts_with(|c: char| c.is_ascii_digit()));
    dated || words.iter().any(|w| HOLIDAYS.has(&w.text))
}

#[cfg(test)]
mod tests {
    use super::super::index::Index;
    use super::*;

    #[test]
    fn days_in_questions() {
        let ix = Index::default();
        let of = |t: &str| {
            let scan = Scan::new(t, &ix);
            days(&scan, 0, scan.words.len())
        };
        assert_eq!(of("are you open on Sundays or Mon?"), [Day::Weekday(6), Day::Weekday(0)]);
        assert_eq!(of("the day after tomorrow"), [Day::Ahead(2)]);
        assert_eq!(of("open next Friday"), [Day::Next(4)]);
        assert_eq!(of("at the weekend"), [Day::Weekday(5), Day::Weekday(6)]);
        assert_eq!(of("ṣé ẹ ṣí ní Ọjọ́ Àìkú"), [Day::Weekday(6)], "a name of two words");
        assert_eq!(of("abrem segunda-feira?"), [Day::Weekday(0)]);
        assert_eq!(of("هل انتم مفتوحين يوم الأحد"), [Day::Weekday(6)]);
        assert_eq!(of("2 jollof and a coke"), []);
    }

    #[test]
    fn holidays_are_not_of_the_week() {
        let ix = Index::default();
        let of = |t: &str| {
            let scan = Scan::new(t, &ix);
            on_a_holiday(&scan, 0, scan.words.len())
        };
        assert!(of("are you open on Christmas day") && of("open on 25 December?"));
        assert!(!of("are you open on Sunday") && !of("do you open at 8"));
    }
}
