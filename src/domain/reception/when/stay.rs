//! Stays: from which day until which.

use super::Found;
use super::day::{Day, MONTH, meant};
use jiff::Unit;
use jiff::civil::Date;
use regex::Regex;
use std::sync::OnceLock;

const TO: &str = r"\s*(?:to|till?|until|-|–|—|through)\s*";
/// Nobody stays longer by chat.
const MOST: i64 = 90;

/// The text with each day of a stay said in full: "27 to 29 November" is "27 November to 29 November", "leaving 22" "leaving 22th".
pub fn in_full(text: &str) -> String {
    static ALL: OnceLock<[(Regex, &str); 4]> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let re = |p: String| Regex::new(&p).expect("a fixed pattern");
        let day = r"\d{1,2}(?:st|nd|rd|th)?";
        [
            (re(format!(r"(?i)\b(?P<a>{day}){TO}(?P<b>{day})\s+(?:of\s+)?(?P<m>{MONTH})\b")), "$a $m to $b $m"),
            (re(format!(r"(?i)\b(?P<m>{MONTH})\s+(?P<a>{day}){TO}(?P<b>{day})\b")), "$a $m to $b $m"),
            (
                re(r"(?i)\b(?P<w>leaving|leave|checking out|check out|checkout|till|until|departing)(?P<o>(?: on)?(?: the)?) (?P<a>1[3-9]|2\d|3[01])(?P<e>[.!?]?\s*)$".into()),
                "$w$o ${a}th$e",
            ),
            (re(format!(r"(?i)\b(?P<a>\d{{1,2}}){TO}(?P<b>\d{{1,2}})(?P<e>[.!?]?\s*)$")), "${a}th to ${b}th$e"),
        ]
    });
    all.iter().fold(text.to_owned(), |t, (re, to)| re.replace(&t, *to).into_owned())
}

/// Whether the words before a day make it the one somebody leaves on.
fn leaves(before: &str) -> bool {
    static RE: OnceLock<Regex> = OnceLock::new();
    let re = RE.get_or_init(|| {
        Regex::new(r"(?i)(?:\bto|\btill?|\buntil|-|–|—|\bleav(?:e|ing)|\bcheck(?:ing)?[ -]?out(?: day| date)?|\bdepart(?:ing|ure)?|\bout|\bthrough)(?: is| on| the| next| this|:)*\s*$")
            .expect("a fixed pattern")
    });
    re.is_match(before) && !moves(before)
}

/// "change it to": what follows is when it begins.
fn moves(before: &str) -> bool {
    static RE: OnceLock<Regex> = OnceLock::new();
    let re = RE.get_or_init(|| {
        Regex::new(r"(?i)\b(?:change|move|shift|switch|push|make|reschedule)\b[a-z' ]* to\s*(?:the )?$").expect("a fixed pattern")
    });
    re.is_match(before)
}

/// When a stay begins and how many nights it is, from the days a text says and the beginning that is known already. `base` is the
/// day from which bare days of a month are counted.
pub fn stay(text: &str, days: &[Found<Day>], known: Option<Date>, base: Date, day_first: bool) -> (Option<Date>, Option<i64>) {
    let read = |d: &Found<Day>| meant(d.value, base, day_first).map(|m| m.date);
    let last = |d: &&Found<Day>| leaves(text.get(..d.from).unwrap_or(""));
    let (out, inn): (Vec<&Found<Day>>, Vec<&Found<Day>>) = days.iter().partition(last);
    // "Friday and Sunday" without a word between them: the second is the end.
    let end = out.last().copied().or_else(|| inn.get(1).copied());
    let from = inn.first().and_then(|d| read(d)).or(known);
    let (Some(from), Some(end)) = (from, end) else { return (from, None) };
    let Some(mut until) = meant(end.value, from, day_first).map(|m| m.date) else { return (Some(from), None) };
    if until <= from && matches!(end.value, Day::On { .. }) {
        until = until.checked_add(jiff::Span::new().days(7)).unwrap_or(until);
    }
    let nights = from.until((Unit::Day, until)).map(|s| i64::from(s.get_days())).ok();
    (Some(from), nights.filter(|n| (1..=MOST).contains(n)))
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    #[test]
    fn stays_are_read_from_two_days() {
        let today = Date::constant(2026, 11, 19);
        let of = |t: &str, known: Option<Date>| {
            let text = in_full(t);
            let (from, nights) = stay(&text, &read(&text, &[]).days, known, today, true);
            (from.map(|d| d.to_string()), nights)
        };
        let is = |d: &str, n| (Some(d.to_owned()), n);
        assert_eq!(of("do you have a room from 27th to 29th November?", None), is("2026-11-27", Some(2)));
        assert_eq!(of("a double room 3 to 6 December for 2 adults", None), is("2026-12-03", Some(3)));
        assert_eq!(of("room dec 10-12", None), is("2026-12-10", Some(2)));
        assert_eq!(of("from Friday till Sunday", None), is("2026-11-20", Some(2)));
        assert_eq!(of("20th to 22nd", None), is("2026-11-20", Some(2)));
        assert_eq!(of("arriving 20 Nov leaving 23 Nov", None), is("2026-11-20", Some(3)));
        assert_eq!(of("Check in 1 Dec check out 5 Dec, 2 guests", None), is("2026-12-01", Some(4)));
        let tomorrow = Some(Date::constant(2026, 11, 20));
        assert_eq!(of("checking out on the 22nd", tomorrow), is("2026-11-20", Some(2)));
        assert_eq!(of("actually leaving 22", tomorrow), is("2026-11-20", Some(2)));
        assert_eq!(of("change it to 28 to 30", tomorrow), is("2026-11-28", Some(2)));
        assert_eq!(of("change am to 21st to 23rd", tomorrow), is("2026-11-21", Some(2)));
        assert_eq!(of("change it to Saturday", tomorrow), is("2026-11-21", None));
        assert_eq!(of("can I extend to Sunday", tomorrow), is("2026-11-20", Some(2)));
        assert_eq!(of("tomorrow", None), is("2026-11-20", None));
    }
}
