//! What a customer wishes for an order as a whole: when it is wanted, and what to do at the gate. It is noted in their words and
//! promises nothing; whoever makes the order reads it.

use super::acts::Act;
use super::cues::{CALLS_LATER, Cue};
use super::plan::Planner;
use super::questions::Question;
use super::scan::{Scan, What};
use super::words::{Gap, TIME, Word, cut};
use crate::domain::shop::basket::{self, NoteOrder};
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// A wish said before anything was ordered counts that long.
const KEPT_MS: i64 = 2 * 60 * 60 * 1000;

const DAYS: &str = "tomorrow tomoro tmrw tmr tmw tonight monday tuesday wednesday thursday friday saturday sunday weekend";
const PARTS: &str = "morning afternoon evening night week today later now";
/// Words that lead to a time and go with it.
const LEADS: &str = "at by around about on for before after in from this next the till until between not later than latest and or to";
/// Of those, what stays when it leads.
const TELLING: &str = "at by around about before after in this next till until between not later";
/// Words of texts that speak of another time than the one the order is wanted at.
const ELSEWHERE: &str = "pay paid paying payment transfer money open opened opens close closed closes yesterday ordered booking book reserve message inform confirm check ask let wife husband boss";

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
        let quiet = [Cue::Hours, Cue::HowLong, Cue::Status, Cue::Paid, Cue::PayQ, Cue::Where, Cue::Anger, Cue::Refund, Cue::Cancel];
        let elsewhere = scan.cues.iter().any(|c| quiet.contains(&c.cue)) || scan.words.iter().any(|w| has(ELSEWHERE, &w.text));
        let orders = |a: &Act| {
            matches!(
                a,
                Act::Add(_) | Act::Address(_) | Act::Another(_) | Act::Ask(Question::Pickup) | Act::Say(Cue::Pickup | Cue::Delivery)
            )
        };
        let asks = scan.words.iter().any(|w| w.after == Gap::Ask) && !acts.iter().any(orders);
        let said = if elsewhere || asks { None } else { when(&scan.words, text) };
        let noted: Vec<&str> = said.into_iter().chain(at_the_door(&scan.words, text)).collect();
        if noted.is_empty() {
            return false;
        }
        self.wish(&noted.join("; "))
    }

    /// "make it 3pm" changes when, and nothing in the basket.
    pub fn changes_when(&self, scan: &Scan, text: &str) -> bool {
        !self.draft.lines.is_empty() && when(&scan.words, text).is_some()
    }

    /// The text without what stands in quotation marks: the words for a cake are no order. They go with the thing ordered.
    pub fn without_quoted(&mut self, text: &str) -> String {
        let marks = |c: char| matches!(c, '"' | '“' | '”' | '„' | '«' | '»');
        let mut at = text.match_indices(marks);
        let (Some((from, a)), Some((to, b))) = (at.next(), at.next()) else { return text.to_owned() };
        let inside = text[from + a.len()..to].trim();
        let scan = Scan::new(inside, self.ix);
        if scan.words.len() < 2 || !scan.cues.is_empty() || !scan.spans.is_empty() || at.next().is_some() {
            return text.to_owned();
        }
        let rest = format!("{}{}", &text[..from], &text[to + b.len()..]);
        let names = Scan::new(&rest, self.ix).spans.iter().any(|s| matches!(s.what, What::Items(_)));
        if names {
            self.note = format!("\"{inside}\"");
            return rest;
        }
        text.to_owned()
    }

    fn wish(&mut self, note: &str) -> bool {
        if self.draft.lines.is_empty() {
            self.memo.wish = Some(Wish { note: note.to_owned(), at: self.b.now });
            return false;
        }
        let old = self.draft.note.clone();
        // Another time takes the place of the one before; a word about the gate stands beside it.
        let replaces = old.is_empty() || when(&cut(&old), &old).is_some() == when(&cut(note), note).is_some();
        let note = if replaces { note.to_owned() } else { format!("{old}; {note}") };
        if note != old {
            let args = NoteOrder { note };
            basket::note_order(&mut self.draft, &args);
            self.call("note_order", &args);
        }
        self.out.go_on = true;
        true
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

fn has(list: &str, word: &str) -> bool {
    list.split(' ').any(|w| w == word)
}

/// "tomorrow at 1pm", "by 6:30", "on Saturday": the longest stretch of words that says when.
fn when<'t>(words: &[Word], text: &'t str) -> Option<&'t str> {
    let tells = |w: &Word| w.text == TIME || has(DAYS, &w.text);
    let near = |i: usize| words[i].after <= Gap::Comma;
    let goes = |w: &Word| tells(w) || has(PARTS, &w.text) || has(LEADS, &w.text) || w.number.is_some_and(|n| n < 24) && w.text.len() < 3;
    let at = words.iter().position(tells)?;
    let mut from = at;
    while from > 0 && words[from - 1].after == Gap::None && (has(LEADS, &words[from - 1].text) || has(PARTS, &words[from - 1].text)) {
        from -= 1;
    }
    let mut to = at + 1;
    while to < words.len() && near(to - 1) && goes(&words[to]) {
        to += 1;
    }
    let second =
        |to: usize| words[to - 1].number.is_some() && matches!(words[to - 2].text.as_str(), "or" | "and" | "to" | "till" | "until");
    while to > at + 1 && !tells(&words[to - 1]) && !has(PARTS, &words[to - 1].text) && !second(to) {
        to -= 1;
    }
    while from < at && !has(TELLING, &words[from].text) {
        from += 1;
    }
    let said = &text[words[from].from..words[to - 1].to];
    // "give me 5 minutes" says how long, "in 5 minutes" when.
    let long = said.trim_start_matches(|c: char| c.is_ascii_digit());
    let lasts = long.len() < said.len() && ["min", "hour", "hr", "day", "week", "month"].iter().any(|u| long.trim_start().starts_with(u));
    (!lasts).then_some(said)
}

/// "call me when you get to the gate", "leave it with the security man": the words up to the stop.
fn at_the_door<'t>(words: &[Word], text: &'t str) -> Option<&'t str> {
    let word = |i: usize| words.get(i).map_or("", |w| w.text.as_str());
    let begins = |i: usize| match word(i) {
        "call" | "ring" | "phone" | "text" => word(i + 1) == "me" && CALLS_LATER.contains(&word(i + 2)) || word(i + 1) == "first",
        "leave" | "drop" | "give" | "hand" => {
            matches!(word(i + 1), "it" | "them" | "am") && matches!(word(i + 2), "at" | "with" | "for" | "to" | "by" | "outside")
        }
        "dont" => matches!(word(i + 1), "ring" | "knock" | "call"),
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
    }

    #[test]
    fn words_for_the_door() {
        let of = |t: &'static str| at_the_door(&cut(t), t);
        assert_eq!(of("5 Allen Avenue. Call me when you get to the gate. Thanks"), Some("Call me when you get to the gate"));
        assert_eq!(of("leave it with the security man"), Some("leave it with the security man"));
        assert_eq!(of("please call me now"), None);
    }
}
