//! What a customer wishes for an order as a whole: when it is wanted, and what to do at the gate. It is noted in their words and
//! promises nothing; whoever makes the order reads it.

use super::acts::Act;
use super::cues::{CALLS_LATER, Cue};
use super::memo::Ask;
use super::plan::Planner;
use super::questions::Question;
use super::recipients::whom;
use super::scan::Scan;
use super::words::{Gap, TIME, Word, Words, cut};
use crate::domain::shop::basket::{self, NoteOrder};
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// A wish said before anything was ordered counts that long.
const KEPT_MS: i64 = 2 * 60 * 60 * 1000;

static DAYS: Words = Words::new("tomorrow tomoro tmrw tmr tmw tonight monday tuesday wednesday thursday friday saturday sunday weekend");
static PARTS: Words = Words::new("morning afternoon evening night week today later now");
/// Words that lead to a time and go with it.
static LEADS: Words =
    Words::new("at by around about on for before after in from this next the till until between not later than latest and or to");
/// Of those, what stays when it leads.
static TELLING: Words = Words::new("at by around about before after in this next till until between not later");
/// Words of texts that speak of another time than the one the order is wanted at.
static ELSEWHERE: Words = Words::new(
    "pay paid paying payment transfer money open opened opens close closed closes yesterday ordered booking book reserve message inform confirm check ask let wife husband boss",
);

/// A wish that waits for the order it is about.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Wish {
    /// In the customer's words.
    pub note: String,
    /// When it was said.
    pub at: Time,
}

impl Planner<'_> {
    /// Notes what the text wishes for the order as a whole. True when it did.
    pub fn note_wishes(&mut self, scan: &Scan, text: &str, acts: &[Act]) -> bool {
        let quiet = [
            Cue::DeliverQ,
            Cue::Fee,
            Cue::Hours,
            Cue::HowLong,
            Cue::Status,
            Cue::Paid,
            Cue::PayQ,
            Cue::Where,
            Cue::Anger,
            Cue::Refund,
            Cue::Cancel,
        ];
        let of_another = |from: usize, to: usize| {
            scan.cues.iter().any(|c| quiet.contains(&c.cue) && from <= c.from && c.to <= to)
                || scan.words[from..to].iter().any(|w| ELSEWHERE.has(&w.text))
        };
        let elsewhere = of_another(0, scan.words.len());
        let orders = |a: &Act| {
            matches!(
                a,
                Act::Add(_) | Act::Address(_) | Act::Another(_) | Act::Ask(Question::Pickup) | Act::Say(Cue::Pickup | Cue::Delivery)
            )
        };
        let asks = scan.asks() && !acts.iter().any(orders);
        let ordered = || acts.iter().any(|a| matches!(a, Act::Add(_)));
        let said = match (elsewhere || asks, elsewhere && ordered()) {
            (false, _) => when(&scan.words, text),
            // "I need 3 jollof for sunday, are you open": what stands beside the question.
            (true, true) => breaths(&scan.words).filter(|(f, t)| !of_another(*f, *t)).find_map(|(f, t)| when(&scan.words[f..t], text)),
            (true, false) => None,
        };
        let whom = if self.draft.lines.is_empty() || elsewhere { Vec::new() } else { whom(&scan.words, text) };
        let noted: Vec<&str> = said.into_iter().chain(at_the_door(&scan.words, text)).chain(whom).collect();
        if noted.is_empty() {
            return false;
        }
        let of_order = self.draft.lines.is_empty() && !self.b.open_orders.is_empty();
        if of_order && !scan.has(Cue::Want, 0, scan.words.len()) {
            // Said of the order that is placed, it is no wish for the next one.
            return false;
        }
        self.wish(&noted.join("; "))
    }

    /// "ok, Saturday then" once the order is placed.
    pub fn tells_when(&self, text: &str) -> bool {
        let words = cut(text);
        // "I will be there by 7" only tells that they come.
        words.len() < 9 && words.iter().any(|w| DAYS.has(&w.text)) && !words.iter().any(|w| ELSEWHERE.has(&w.text))
    }

    /// "make it 3pm" changes when, and nothing in the basket.
    pub fn changes_when(&self, scan: &Scan, text: &str) -> bool {
        !self.draft.lines.is_empty() && when(&scan.words, text).is_some()
    }

    /// Notes a wish for the order, or keeps it until there is one.
    pub fn wish(&mut self, note: &str) -> bool {
        if self.draft.lines.is_empty() {
            let said = self.out.said.len();
            self.memo.wish = self.when_open_then(note).map(|note| Wish { note, at: self.b.now });
            return self.out.said.len() > said;
        }
        let Some(note) = self.when_open_then(note) else { return true };
        let note = note.as_str();
        let old = self.draft.note.clone();
        let note = beside(&old, note);
        if note != old {
            let args = NoteOrder { note };
            basket::note_order(&mut self.draft, &args);
            self.call("note_order", &args);
        }
        self.out.go_on = true;
        true
    }

    /// The wish, unless it is for a day the doors are closed: then that is said, another day is asked for, and of the wish the hour is
    /// kept.
    fn when_open_then(&mut self, note: &str) -> Option<String> {
        let scan = Scan::new(note, self.ix);
        let [day] = super::days::days(&scan, 0, scan.words.len())[..] else { return Some(note.to_owned()) };
        if !self.closed_on(day) {
            return Some(note.to_owned());
        }
        if !self.draft.lines.is_empty() {
            self.put(Ask::Change, crate::domain::phrase::say(self.lang, "book_ask_date", &[]), vec![]);
        }
        let left = without_days(note);
        let left = if left == self.draft.note { String::new() } else { left };
        self.out.go_on = true;
        (!left.is_empty()).then_some(left)
    }

    /// A wish said a moment before the first thing was ordered: "I need lunch for tomorrow", "5 jollof".
    pub fn remembered_wish(&mut self) {
        if self.draft.lines.is_empty() {
            return;
        }
        if let Some(w) = self.memo.wish.take().filter(|w| self.b.now.since_ms(w.at) < KEPT_MS && self.draft.note.is_empty()) {
            self.wish(&w.note);
        }
    }
}

/// "saturday", "tomorrow morning": days and parts of days alone.
pub fn is_day(said: &str) -> bool {
    let words = cut(said);
    words.iter().any(|w| DAYS.has(&w.text)) && words.iter().all(|w| DAYS.has(&w.text) || PARTS.has(&w.text) || LEADS.has(&w.text))
}

/// The stretches of words between two pauses.
fn breaths(words: &[Word]) -> impl Iterator<Item = (usize, usize)> {
    let ends = (1..=words.len()).filter(|to| *to == words.len() || words[to - 1].after != Gap::None);
    ends.scan(0, |from, to| Some((std::mem::replace(from, to), to)))
}

/// A new wish beside the old one: another time takes its place, a time without a day keeps the day ("tomorrow", then "at 12"),
/// and a word about the gate stands beside it.
fn beside(old: &str, new: &str) -> String {
    // "pickup in 20" was noted as "in 20".
    let tells = |said: &&str| when(&cut(said), said).is_some() || said.strip_prefix("in ").is_some_and(|n| n.parse::<u8>().is_ok());
    let (times, doors): (Vec<&str>, Vec<&str>) = old.split("; ").filter(|p| !p.is_empty() && *p != new).partition(tells);
    let told = if tells(&new) { vec![at_another_time(&times.join("; "), new)] } else { times.into_iter().map(str::to_owned).collect() };
    let said = (!tells(&new)).then_some(new);
    told.into_iter().chain(doors.into_iter().chain(said).map(str::to_owned)).collect::<Vec<_>>().join("; ")
}

/// "on Sunday at 2pm" without its day.
fn without_days(note: &str) -> String {
    let words = cut(note);
    if !words.iter().any(|w| w.text == TIME) {
        return String::new();
    }
    let day = |w: &Word| DAYS.has(&w.text) || PARTS.has(&w.text) && w.text == "week";
    let gone = |k: usize| {
        day(&words[k])
            || words.get(k + 1).is_some_and(day) && matches!(words[k].text.as_str(), "on" | "for" | "this" | "next" | "from" | "coming")
    };
    let kept: Vec<&str> = (0..words.len()).filter(|k| !gone(*k)).map(|k| &note[words[k].from..words[k].to]).collect();
    kept.join(" ")
}

/// The new time, with what is left of the old one.
fn at_another_time(old: &str, new: &str) -> String {
    let day = |said: &str| cut(said).into_iter().find(|w| DAYS.has(&w.text)).map(|w| said[w.from..w.to].to_owned());
    let hour = |said: &str| cut(said).iter().any(|w| w.text == TIME || w.number.is_some());
    match (day(old), day(new)) {
        (Some(day), None) if hour(new) => format!("{day} {new}"),
        (None, Some(_)) if hour(old) && !hour(new) => format!("{new} {old}"),
        _ => new.to_owned(),
    }
}

/// "tomorrow at 1pm", "by 6:30", "on Saturday": the longest stretch of words that says when.
fn when<'t>(words: &[Word], text: &'t str) -> Option<&'t str> {
    let tells = |w: &Word| w.text == TIME || DAYS.has(&w.text);
    let near = |i: usize| words[i].after <= Gap::Comma;
    let goes = |w: &Word| tells(w) || PARTS.has(&w.text) || LEADS.has(&w.text) || w.number.is_some_and(|n| n < 24) && w.text.len() < 3;
    let at = words.iter().position(tells)?;
    let mut from = at;
    while from > 0 && words[from - 1].after == Gap::None && (LEADS.has(&words[from - 1].text) || PARTS.has(&words[from - 1].text)) {
        from -= 1;
    }
    let mut to = at + 1;
    while to < words.len() && near(to - 1) && goes(&words[to]) {
        to += 1;
    }
    // "by 2pm to 4 Marina road" goes on with a house.
    let ends = |to: usize| {
        to == words.len() || words[to - 2].text != "to" || words[to - 1].after != Gap::None || super::cues::is_plain(&words[to].text)
    };
    let second = |to: usize| {
        words[to - 1].number.is_some() && matches!(words[to - 2].text.as_str(), "or" | "and" | "to" | "till" | "until") && ends(to)
    };
    while to > at + 1 && !tells(&words[to - 1]) && !PARTS.has(&words[to - 1].text) && !second(to) {
        to -= 1;
    }
    while from < at && !TELLING.has(&words[from].text) {
        from += 1;
    }
    let said = &text[words[from].from..words[to - 1].to];
    // "give me 5 minutes" says how long, "in 5 minutes" when.
    let long = said.trim_start_matches(|c: char| c.is_ascii_digit());
    let lasts = long.len() < said.len() && ["min", "hour", "hr", "day", "week", "month"].iter().any(|u| long.trim_start().starts_with(u));
    (!lasts).then_some(said)
}

/// "call me when you get to the gate", "leave it with the security man": the words up to the stop.
pub fn at_the_door<'t>(words: &[Word], text: &'t str) -> Option<&'t str> {
    let word = |i: usize| words.get(i).map_or("", |w| w.text.as_str());
    let begins = |i: usize| match word(i) {
        "call" | "ring" | "phone" | "text" => word(i + 1) == "me" && CALLS_LATER.contains(&word(i + 2)) || word(i + 1) == "first",
        "leave" | "drop" | "give" | "hand" => {
            matches!(word(i + 1), "it" | "them" | "am") && matches!(word(i + 2), "at" | "with" | "for" | "to" | "by" | "outside")
        }
        "dont" => matches!(word(i + 1), "ring" | "knock" | "call"),
        "ask" | "look" => {
            let number = words.get(i + 2).is_none_or(|w| w.number.is_some());
            word(i + 1) == "for" && !number && !matches!(word(i + 2), "the" | "a" | "another" | "price" | "more")
        }
        "tell" | "let" => matches!((word(i + 1), word(i + 2)), ("the" | "your" | "una", "rider" | "driver" | "dispatch" | "delivery")),
        _ => false,
    };
    let from = (0..words.len()).find(|i| begins(*i))?;
    let to = (from + 1..words.len()).find(|i| words[*i - 1].after >= Gap::Stop).unwrap_or(words.len());
    Some(&text[words[from].from..words[to - 1].to])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_of_words_says_when() {
        let of = |t: &'static str| when(&cut(t), t);
        assert_eq!(of("can I pick up tomorrow at 1pm? 2 meat pies"), Some("tomorrow at 1pm"));
        assert_eq!(of("5 packs for a meeting at 12 noon tomorrow, please"), Some("at 12 noon tomorrow"));
        assert_eq!(of("I will come by 6:30"), Some("by 6:30"));
        assert_eq!(of("bring it on Saturday morning before 10am"), Some("Saturday morning before 10am"));
        assert_eq!(of("in 20 minutes"), Some("in 20 minutes"));
        assert_eq!(of("I go come carry am tonight"), Some("tonight"));
        assert_eq!(of("2 jollof rice and a coke"), None);
        assert_eq!(of("next week Friday"), Some("next week Friday"));
        assert_eq!(of("at 10 in the morning"), Some("at 10 in the morning"));
        assert_eq!(of("10 in the morning please"), Some("10 in the morning"));
    }

    #[test]
    fn the_hour_of_a_day_that_is_closed() {
        assert_eq!(without_days("on Sunday at 2pm"), "at 2pm");
        assert_eq!(without_days("Sunday 2pm"), "2pm");
        assert_eq!(without_days("this Sunday morning"), "");
    }

    #[test]
    fn a_new_time_keeps_the_day() {
        assert_eq!(beside("tomorrow", "12 noon"), "tomorrow 12 noon");
        assert_eq!(beside("tomorrow at 1pm", "2pm"), "tomorrow 2pm");
        assert_eq!(beside("2pm", "on Saturday"), "on Saturday 2pm");
        assert_eq!(beside("on Friday", "on Saturday"), "on Saturday");
        assert_eq!(beside("by 6:30", "call me when you are outside"), "by 6:30; call me when you are outside");
        assert_eq!(beside("tomorrow; leave it with the gateman", "12 noon"), "tomorrow 12 noon; leave it with the gateman");
    }

    #[test]
    fn words_for_the_door() {
        let of = |t: &'static str| at_the_door(&cut(t), t);
        assert_eq!(of("5 Allen Avenue. Call me when you get to the gate. Thanks"), Some("Call me when you get to the gate"));
        assert_eq!(of("leave it with the security man"), Some("leave it with the security man"));
        assert_eq!(of("please call me now"), None);
        assert_eq!(of("12 Bode Thomas, ask for David at reception"), Some("ask for David at reception"));
    }
}
