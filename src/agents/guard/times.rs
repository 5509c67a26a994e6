//! Times of day in words: "7 pm", "at 7", "19:30". A time that is stated must stand in a row, a tool result or what was said.

use super::pattern;
use std::sync::OnceLock;

/// Minutes of half a day.
const HALF_DAY: u16 = 12 * 60;

/// A time that words state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stated {
    /// As it was written.
    pub(super) text: String,
    /// Where its number stands in the words.
    pub(super) at: std::ops::Range<usize>,
    /// Minute of the day; of the first half of it when the words do not say which.
    pub(super) minute: u16,
    /// The words say which half of the day.
    pub(super) sure: bool,
}

impl Stated {
    /// Whether a time of the day that is known is this one.
    pub(super) fn is(&self, known: u16) -> bool {
        if self.sure { known % (2 * HALF_DAY) == self.minute } else { known % HALF_DAY == self.minute % HALF_DAY }
    }
}

/// What stands before and after each number of some words.
fn numbers(words: &str) -> impl Iterator<Item = (&str, &str)> {
    let bytes = words.as_bytes();
    let digit = move |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let starts = (0..bytes.len()).filter(move |at| digit(*at) && !(*at > 0 && digit(at - 1)));
    starts.map(move |from| {
        let to = (from..bytes.len()).find(|at| !digit(*at)).unwrap_or(bytes.len());
        (&words[..from], &words[to..])
    })
}

/// Whether a number after these words may be an hour. Wider than the pattern, which is dear: most numbers are none.
fn leads(before: &str) -> bool {
    let bare = before.trim_end();
    if bare.len() == before.len() {
        return false;
    }
    let word = bare.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default().to_lowercase();
    matches!(word.as_str(), "at" | "by" | "until" | "till" | "before" | "after" | "la" | "las" | "à" | "á" | "â" | "às" | "ás" | "âs")
}

/// Whether what follows a number may say which half of the day it is, or that it is an hour.
fn is_half(after: &str) -> bool {
    let mut letters = after.chars();
    let first = letters.next().filter(|c| !c.is_whitespace()).or_else(|| letters.next());
    first.is_some_and(|c| matches!(c.to_ascii_lowercase(), 'a' | 'p' | 'o' | 'h'))
}

/// Times said the spoken way: with "am" or "pm", or a bare hour after "at" and its like.
pub(super) fn stated(words: &str) -> Vec<Stated> {
    static TIME: OnceLock<regex::Regex> = OnceLock::new();
    if !numbers(words).any(|(before, after)| leads(before) || is_half(after)) {
        return Vec::new();
    }
    let re = pattern(
        &TIME,
        r"(?i)(?P<lead>\b(?:at|by|until|till|before|after|a las|a la|hasta las|desde las)\s+|(?:^|\s)[àáâ]s?\s+)?(?:\b|^)(?P<h>\d{1,2})(?:[:.](?P<m>\d\d))?(?P<half>\s?(?:[ap]\.?\s?m\b\.?|o['’]?\s?clock\b|h\b))?",
    );
    re.captures_iter(words)
        .filter_map(|c| {
            let (h, half) = (c.name("h")?, c.name("half").map(|m| m.as_str().trim().to_lowercase()));
            let rest = &words[c.get(0)?.end()..];
            let goes_on = rest.starts_with(|x: char| x.is_ascii_alphanumeric() || matches!(x, '%' | ':' | '-'))
                || rest.starts_with([',', '.']) && rest[1..].starts_with(|x: char| x.is_ascii_digit());
            let before = words[..h.start()].chars().next_back();
            let part =
                before.is_some_and(|x| x.is_alphanumeric() || matches!(x, ':' | '.' | ',' | '-' | '+' | '#' | '₦' | '$' | '€' | '£'));
            let hour: u16 = h.as_str().parse().ok()?;
            let minute: u16 = c.name("m").map_or(Some(0), |m| m.as_str().parse().ok())?;
            // Two digits after "at" are a figure like any other; so is 19:30.
            let bare = half.is_none() && c.name("lead").is_some() && c.name("m").is_none() && hour < 10;
            if goes_on && half.is_none() || part || hour > 23 || minute > 59 || half.is_none() && !bare {
                return None;
            }
            let pm = half.as_ref().is_some_and(|h| h.starts_with('p'));
            let sure = half.as_ref().is_some_and(|h| h.starts_with(['a', 'p'])) || hour > 12;
            let base = if sure && hour <= 12 { hour % 12 * 60 + if pm { HALF_DAY } else { 0 } } else { hour * 60 };
            let text = words[h.start()..c.get(0)?.end()].trim().to_owned();
            Some(Stated { text, at: h.start()..c.get(0)?.end(), minute: base + minute, sure })
        })
        .collect()
}

/// Times written as on a clock: "19:30", "07:00", "19h30". One before ten without a zero may be of either half of the day.
pub(super) fn clocks(words: &str) -> Vec<Stated> {
    let mut out = Vec::new();
    for (before, after) in numbers(words) {
        let from = before.len();
        let digits = words.len() - after.len() - from;
        let hour = words[from..from + digits].parse::<u16>().ok().filter(|h| digits < 3 && *h < 24);
        let rest = after.strip_prefix([':', 'h', 'H']).unwrap_or_default();
        let two = rest.len() >= 2 && rest.as_bytes()[..2].iter().all(u8::is_ascii_digit);
        let goes_on = two && rest[2..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == ':');
        let alone = !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ':' | '.' | ',' | '+' | '/'));
        let half = rest.get(2..).unwrap_or_default().trim_start().to_ascii_lowercase();
        // With "am" or "pm" it is told already.
        let told = ["am", "pm", "a.m", "p.m", "a m", "p m"].iter().any(|h| half.starts_with(h));
        let minute = if two { rest[..2].parse::<u16>().ok().filter(|m| *m < 60) } else { None };
        if let (Some(hour), Some(minute), true, false, false) = (hour, minute, alone, goes_on, told) {
            let sure = hour >= 10 || digits == 2;
            let at = from..from + digits + 3;
            out.push(Stated { text: words[at.clone()].to_owned(), at, minute: hour * 60 + minute, sure });
        }
    }
    out
}

/// Times of the day a text holds, in minutes; of an hour that may be either half of the day both.
pub(super) fn known(text: &str, into: &mut Vec<u16>) {
    static CLOCK: OnceLock<regex::Regex> = OnceLock::new();
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return;
    }
    for s in stated(text) {
        into.push(s.minute);
        if !s.sure {
            into.push(s.minute + HALF_DAY);
        }
    }
    if !numbers(text).any(|(_, after)| after.starts_with([':', 'h', 'H'])) {
        return;
    }
    let re = pattern(&CLOCK, r"(?:^|[^\d:+])(\d{1,2})[:hH](\d\d)?");
    let of = |c: regex::Captures<'_>| -> Option<u16> {
        let (h, m): (u16, u16) = (c.get(1)?.as_str().parse().ok()?, c.get(2).map_or(Some(0), |m| m.as_str().parse().ok())?);
        (h < 24 && m < 60).then_some(h * 60 + m)
    };
    into.extend(re.captures_iter(text).filter_map(of));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(words: &str) -> Vec<(u16, bool)> {
        stated(words).into_iter().map(|s| (s.minute, s.sure)).collect()
    }

    #[test]
    fn spoken_times_are_read() {
        assert_eq!(all("Your table is at 7."), [(420, false)]);
        assert_eq!(all("at 7 pm, or at 9 tomorrow"), [(1140, true), (540, false)]);
        assert_eq!(all("We open at 8am and close by 10.30 p.m."), [(480, true), (1350, true)]);
        assert_eq!(all("12 am and 12 pm"), [(0, true), (720, true)]);
        assert_eq!(all("7 o'clock"), [(420, false)]);
        assert_eq!(all("la mesa es a las 8"), [(480, false)]);
        assert_eq!(all("c'est à 8 h"), [(480, false)]);
    }

    #[test]
    fn other_numbers_are_not_times() {
        for words in
            ["2 jollof", "at 3,500 naira", "₦7 each", "at 19:30", "for 4 people", "number 12", "order 7", "at 10", "room 7a", "4K7-2PQ"]
        {
            assert!(stated(words).is_empty(), "{words}: {:?}", stated(words));
        }
    }

    #[test]
    fn what_is_known_is_read_in_every_way_it_is_written() {
        let of = |text: &str| {
            let mut all = Vec::new();
            known(text, &mut all);
            all
        };
        assert_eq!(of("2026-11-27T19:00:00+01:00"), [1140]);
        assert_eq!(of("can we come at 7?"), [420, 1140]);
        assert_eq!(of("19h30"), [1170]);
        assert!(of("3 rooms").is_empty());
    }
}
