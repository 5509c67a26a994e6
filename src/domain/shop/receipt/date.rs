//! Days and times on receipts.

use super::Row;
use crate::domain::text::fold;
use jiff::civil::{Date, Time};
use regex::{Captures, Regex};
use std::sync::OnceLock;

/// A day and, where it stands beside it, the time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// The day.
    pub day: Date,
    /// The time, to the minute or the second.
    pub time: Option<Time>,
    /// Its row.
    pub row: usize,
    /// Where the day begins in the row, in bytes.
    pub at: usize,
}

/// Months by their first three letters: English, French, Spanish, Portuguese.
const MONTHS: [(&str, i8); 29] = [
    ("jan", 1),
    ("ene", 1),
    ("feb", 2),
    ("fev", 2),
    ("mar", 3),
    ("apr", 4),
    ("avr", 4),
    ("abr", 4),
    ("may", 5),
    ("mai", 5),
    ("jun", 6),
    ("jui", 6),
    ("jul", 7),
    ("aug", 8),
    ("aou", 8),
    ("ago", 8),
    ("sep", 9),
    ("set", 9),
    ("oct", 10),
    ("out", 10),
    ("okt", 10),
    ("nov", 11),
    ("n0v", 11),
    ("dec", 12),
    ("dic", 12),
    ("dez", 12),
    ("0ct", 10),
    ("5ep", 9),
    ("au6", 8),
];

struct Patterns {
    year_first: Regex,
    numbers: Regex,
    word: Regex,
    word_first: Regex,
    time: Regex,
}

fn patterns() -> &'static Patterns {
    static PATTERNS: OnceLock<Patterns> = OnceLock::new();
    let made = |p: &str| Regex::new(p).expect("a pattern");
    PATTERNS.get_or_init(|| Patterns {
        year_first: made(r"(?P<y>(?:19|20)\d{2})\s?[-/.]\s?(?P<m>\d{1,2})\s?[-/.]\s?(?P<d>\d{1,2})"),
        numbers: made(r"(?P<d>\d{1,2})\s?[-/.]\s?(?P<m>\d{1,2})\s?[-/.]\s?(?P<y>(?:19|20)\d{2}|\d{2})"),
        word: made(r"(?P<d>\d{1,2})(?:st|nd|rd|th|er|º)?\s*(?:de\s+)?[-/. ,]?\s*(?P<m>[A-Za-z0][A-Za-z0-9ûéç]{2,9})\.?\s*(?:de\s+)?[-/. ,']*(?P<y>(?:19|20)\d{2}|\d{2})"),
        word_first: made(r"(?P<m>[A-Za-z0][A-Za-z0-9ûéç]{2,9})\.?[-/ ]*(?P<d>\d{1,2})(?:st|nd|rd|th)?\s?[-/, ]\s*(?P<y>(?:19|20)\d{2}|\d{2})"),
        time: made(r"(?i)(?P<h>\d{1,2})\s?[:h]\s?(?P<m>[0-5]\d)(?:\s?[:.]\s?(?P<s>[0-5]\d))?\s*(?P<half>[ap]\.?m)?"),
    })
}

fn number<T: std::str::FromStr>(c: &Captures<'_>, name: &str) -> Option<T> {
    c.name(name)?.as_str().parse().ok()
}

fn month(word: &str) -> Option<i8> {
    let low = fold(word);
    let start: String = low.chars().take(3).collect();
    // "juin" and "juillet" begin alike.
    let found = MONTHS.iter().find(|(m, _)| *m == start).map(|(_, n)| *n)?;
    Some(if low.starts_with("juil") { 7 } else { found })
}

fn year(c: &Captures<'_>) -> Option<i16> {
    let y: i16 = number(c, "y")?;
    let y = if y < 100 { y + 2000 } else { y };
    (2000..2100).contains(&y).then_some(y)
}

/// The days in a row, and where each begins. Numbers are read day first, as most of the world writes them, unless only month
/// first makes a day.
pub fn days(row: &str) -> Vec<(usize, Date)> {
    let p = patterns();
    let mut out: Vec<(usize, usize, Date)> = Vec::new();
    let mut add = |c: &Captures<'_>, day: Option<Date>| {
        let Some(whole) = c.get(0) else { return };
        let (from, to) = (whole.start(), whole.end());
        let apart = !row.get(..from).unwrap_or_default().ends_with(|c: char| c.is_ascii_digit());
        // A year of two digits is not the beginning of a longer number.
        let ends = c
            .name("y")
            .is_some_and(|y| y.as_str().len() == 4 || !row.get(y.end()..).unwrap_or_default().starts_with(|c: char| c.is_ascii_digit()));
        if let Some(day) = day.filter(|_| apart && ends)
            && !out.iter().any(|(f, t, _)| from < *t && *f < to)
        {
            out.push((from, to, day));
        }
    };
    for c in p.year_first.captures_iter(row) {
        let day = (|| Date::new(number(&c, "y")?, number(&c, "m")?, number(&c, "d")?).ok())();
        add(&c, day);
    }
    for c in p.numbers.captures_iter(row) {
        let (a, b) = (number::<i8>(&c, "d"), number::<i8>(&c, "m"));
        let day = a.zip(b).zip(year(&c)).and_then(|((a, b), y)| Date::new(y, b, a).or_else(|_| Date::new(y, a, b)).ok());
        add(&c, day);
    }
    for c in p.word.captures_iter(row).chain(p.word_first.captures_iter(row)) {
        let m = c.name("m").and_then(|m| month(m.as_str()));
        let day = m.zip(number::<i8>(&c, "d")).zip(year(&c)).and_then(|((m, d), y)| Date::new(y, m, d).ok());
        add(&c, day);
    }
    out.sort_by_key(|(from, ..)| *from);
    out.into_iter().map(|(from, _, day)| (from, day)).collect()
}

/// The first time of day in a row.
pub fn time(row: &str) -> Option<Time> {
    patterns().time.captures_iter(row).find_map(|c| {
        let half = c.name("half").map(|h| h.as_str().to_lowercase());
        let hour: i8 = number(&c, "h")?;
        let hour = match half.as_deref().map(|h| h.starts_with('p')) {
            Some(true) if hour < 12 => hour + 12,
            Some(false) if hour == 12 => 0,
            _ => hour,
        };
        Time::new(hour, number(&c, "m")?, number(&c, "s").unwrap_or(0), 0).ok()
    })
}

/// When the receipt was made: a day beside the word for it or a time, else the first.
pub fn when(rows: &[Row]) -> Option<When> {
    let mut best: Option<(i32, When)> = None;
    for (i, row) in rows.iter().enumerate() {
        for (at, day) in days(&row.text) {
            let low = fold(&row.text);
            let before = i.checked_sub(1).and_then(|j| rows.get(j)).map(|r| fold(&r.text)).unwrap_or_default();
            let has = |words: &[&str]| words.iter().any(|w| low.contains(w));
            let time =
                time(row.text.get(at..).unwrap_or_default().split_once(' ').map_or("", |(_, rest)| rest)).or_else(|| time(&row.text));
            let mut score = 0;
            score += if has(&["date", "data", "fecha", "dated", "dt:"]) { 4 } else { 0 };
            score += if ["date", "data", "fecha"]
                .iter()
                .any(|w| before.ends_with(w) || before.ends_with(&format!("{w}:")) || before.ends_with(&format!("{w} :")))
            {
                3
            } else {
                0
            };
            score += if time.is_some() { 3 } else { 0 };
            score -= if has(&["due", "expir", "valid", "approval", "print", "member", "until", "before"]) { 5 } else { 0 };
            let next = rows.get(i + 1).and_then(|r| self::time(&r.text).filter(|_| r.text.len() < 24));
            if best.as_ref().is_none_or(|(b, _)| score > *b) {
                best = Some((score, When { day, time: time.or(next), row: i, at }));
            }
        }
    }
    best.map(|(_, w)| w)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::shop::receipt::Seen;

    #[test]
    fn days_are_read_as_they_are_written() {
        let day = |t: &str| days(t).first().map(|(_, d)| d.to_string()).unwrap_or_default();
        for text in [
            "21 Nov 2026, 14:07",
            "21/11/2026 14:07:33",
            "2026-11-21T14:07",
            "21-11-26",
            "Nov 21, 2026",
            "November 21st, 2026",
            "21NOV2026",
            "21 de novembro de 2026",
            "21 novembre 2026",
            "21.11.2026",
            "11/21/2026",
            "Date :21/11/202614:07",
        ] {
            assert_eq!(day(text), "2026-11-21", "{text}");
        }
        for text in ["0123456789", "45,750.00", "12 x 3", "FT26325K9QX71", "31/02/2026"] {
            assert_eq!(day(text), "", "{text}");
        }
    }

    #[test]
    fn the_day_of_the_deal_is_the_one_with_a_time() {
        let rows = Seen::of_text("Valid until 31/12/2027\nDate: 21/11/2026 2:07 PM\nDue 01/12/2026").rows();
        let w = when(&rows).unwrap();
        assert_eq!((w.day.to_string(), w.time.map(|t| t.to_string())), ("2026-11-21".into(), Some("14:07:00".into())));
    }
}
