//! How much later or earlier: "one day later", "push it back by an hour", "same time next week".

use crate::domain::reception::when::text::number;
use jiff::ToSpan;
use jiff::civil::Date;
use regex::{Captures, Regex};
use std::sync::OnceLock;

/// By how much a booking moves; less than nothing is earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    days: i64,
    minutes: i64,
}

/// Minutes of a day.
const DAY: i64 = 24 * 60;

impl Shift {
    /// Where a booking of a day and minute comes to lie; none beyond the calendar.
    pub fn from(self, date: Date, minute: i64) -> Option<(Date, i64)> {
        let minutes = minute.checked_add(self.minutes)?;
        let days = self.days.checked_add(minutes.div_euclid(DAY))?;
        let days = i32::try_from(days).ok().filter(|d| d.abs() < 1_000)?;
        Some((date.checked_add(days.days()).ok()?, minutes.rem_euclid(DAY)))
    }

    /// Whether the time of the day stays.
    pub const fn only_days(self) -> bool {
        self.minutes == 0
    }
}

/// The shift that a folded text asks for.
pub fn shift(folded: &str) -> Option<Shift> {
    static RE: OnceLock<[Regex; 3]> = OnceLock::new();
    let [told, moved, next] = RE.get_or_init(|| {
        let amount = r"(?P<half>half\s+)?(?P<n>an?|one|two|three|four|five|six|seven|ten|fifteen|twenty|thirty|couple of|\d{1,3})?\s*(?:more |full )?(?P<unit>minutes?|mins?|hours?|hrs?|days?|weeks?)";
        [
            format!(r"\b{amount}\s+(?P<way>later|earlier|sooner|before that|after that)\b"),
            format!(r"\b(?P<way>push|postpone|delay|bring(?: [a-z]+){{0,3}} forward)\b[a-z ]{{0,30}}?\b{amount}\b"),
            r"\b(?:the )?(?:(?P<day>next|following) day\b|same (?:time|day)[a-z ]{0,12} (?:next|following) (?P<week>week)\b|(?:to|for) the (?:next|following) (?P<week2>week)\b)".to_owned(),
        ]
        .map(|p| Regex::new(&p).expect("a fixed pattern"))
    });
    if let Some(c) = told.captures(folded).or_else(|| moved.captures(folded)) {
        let way = c.name("way").map_or("", |w| w.as_str());
        let earlier = matches!(way, "earlier" | "sooner" | "before that") || way.starts_with("bring");
        let minutes = amount(&c)?;
        let by = if earlier { -minutes } else { minutes };
        return Some(if by % DAY == 0 { Shift { days: by / DAY, minutes: 0 } } else { Shift { days: 0, minutes: by } });
    }
    let c = next.captures(folded)?;
    Some(Shift { days: if c.name("day").is_some() { 1 } else { 7 }, minutes: 0 })
}

/// "an hour", "half an hour", "2 days" in minutes.
fn amount(c: &Captures<'_>) -> Option<i64> {
    let unit = match c.name("unit")?.as_str().as_bytes()[0] {
        b'm' => 1,
        b'h' => 60,
        b'd' => DAY,
        _ => 7 * DAY,
    };
    let n = match c.name("n").map(|n| n.as_str()) {
        None if c.name("half").is_none() => return None,
        None | Some("a" | "an") => 1,
        Some("couple of") => 2,
        Some(n) => number(n)?,
    };
    Some(if c.name("half").is_some() { n * unit / 2 } else { n * unit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_and_earlier() {
        let days = |d| Some(Shift { days: d, minutes: 0 });
        let minutes = |m| Some(Shift { days: 0, minutes: m });
        for (text, want) in [
            ("move it one day later", days(1)),
            ("can we make it a day earlier?", days(-1)),
            ("2 days later please", days(2)),
            ("an hour later", minutes(60)),
            ("can you push it back by half an hour", minutes(30)),
            ("postpone my booking by 2 weeks", days(14)),
            ("bring it forward an hour", minutes(-60)),
            ("30 mins earlier", minutes(-30)),
            ("same time next week", days(7)),
            ("move it to the next day", days(1)),
            ("later", None),
            ("for 2 days", None),
            ("we will be 20 minutes late", None),
            ("i will call you later", None),
        ] {
            assert_eq!(shift(text), want, "{text}");
        }
    }

    #[test]
    fn over_midnight() {
        let day: Date = "2026-11-30".parse().unwrap();
        let later = shift("2 hours later").unwrap().from(day, 23 * 60).unwrap();
        assert_eq!(later, ("2026-12-01".parse().unwrap(), 60));
        let earlier = shift("one hour earlier").unwrap().from(day, 30).unwrap();
        assert_eq!(earlier, ("2026-11-29".parse().unwrap(), 23 * 60 + 30));
    }
}
