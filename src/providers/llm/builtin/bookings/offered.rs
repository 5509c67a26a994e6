//! What a customer says to "shall I cancel it?" and to the times we offered.

use super::change::time_of;
use super::heard::{Heard, hours_of, start_spans};
use super::talk::{BookTalk, Deed};
use crate::domain::reception::slots::{Bookable, wall};
use crate::domain::reception::tool::{Ask, Cancel};
use crate::domain::reception::when::hour::{self, Meant};
use crate::domain::reception::words::time_words;
use crate::providers::llm::builtin::plan::Planner;
use std::sync::Arc;

impl Planner<'_> {
    /// To "shall I cancel it?".
    pub(super) fn answer_cancelling(&mut self, talk: &mut BookTalk, heard: &Heard, desk: &Arc<Bookable>) -> bool {
        let Some(number) = talk.number else { return false };
        match heard.verdict.or(heard.cues.cancel.then_some(true)) {
            Some(true) => {
                self.call("cancel_booking", &Cancel { number });
                self.memo.booking = None;
                true
            }
            Some(false) if heard.anything() || heard.cues.change && !heard.cues.stop => {
                self.of_one(Deed::Change, heard, BookTalk { deed: Deed::Change, ..BookTalk::default() }, desk)
            }
            Some(false) => {
                self.say("book_kept", &[("number", &number.to_string())]);
                self.memo.booking = None;
                true
            }
            None => false,
        }
    }

    /// To "eight o'clock or eight people?".
    pub(super) fn answer_number(&mut self, desk: &Arc<Bookable>, talk: &mut BookTalk, heard: &Heard) -> Option<bool> {
        let (n, number) = (talk.bare?, talk.number?);
        let one = self.b.bookings.iter().find(|b| b.number == number)?;
        if heard.anything() {
            // "8pm", "8 people": says it all.
            return None;
        }
        let says = |list: &[&str]| heard.folded.split(|c: char| !c.is_alphanumeric()).any(|w| list.contains(&w));
        if says(&["people", "persons", "person", "guests", "us", "second"]) {
            talk.party = Some(n);
        } else if says(&["time", "clock", "oclock", "hour", "first"]) {
            talk.minute = time_of(desk, one.kind, wall(one.starts_at, &desk.zone).0, n);
        } else {
            return None;
        }
        Some(self.change_or_ask(number, talk.clone()))
    }

    /// One of the times we offered, the waitlist, or no.
    pub(super) fn answer_near(&mut self, desk: &Arc<Bookable>, talk: &mut BookTalk, heard: &Heard) -> Option<bool> {
        if heard.cues.wait && talk.full {
            let (Some(kind), Some(date), Some(party)) = (talk.kind, talk.date, talk.party) else { return None };
            let ask = Ask { kind, date: date.to_string(), time: talk.minute.map(time_words), party, nights: talk.nights };
            self.call("join_waitlist", &ask);
            self.memo.booking = Some(talk.clone());
            return Some(true);
        }
        let ordinal = ["first", "second", "third"].iter().position(|w| heard.folded.split(|c: char| !c.is_alphanumeric()).any(|x| x == *w));
        let alone = (talk.offered.len() == 1 && heard.verdict == Some(true)).then_some(0);
        let by_time = heard.said.hours.first().map(|h| h.value).or_else(|| hours_of(heard));
        let open = start_spans(desk, talk.kind, talk.date.unwrap_or_default());
        let (_, now) = wall(self.b.now, &desk.zone);
        let by_time = by_time.and_then(|h| {
            let fits = |m: i64| talk.offered.iter().position(|(_, o)| *o == m);
            match hour::meant(h, heard.said.part, &open, now) {
                Meant::Is(m) => fits(m).or_else(|| fits((m + 720) % 1440)),
                Meant::Either(m) => fits(m).or_else(|| fits(m + 720)),
            }
        });
        let picked = by_time
            .or(ordinal)
            .or(alone)
            .and_then(|i| talk.offered.get(i).copied())
            .filter(|_| heard.said.days.is_empty() || by_time.is_none());
        if let Some((date, minute)) = picked {
            (talk.date, talk.minute, talk.half) = (Some(date), Some(minute), None);
            talk.offered.clear();
            let talk = talk.clone();
            match (talk.deed, talk.number) {
                (Deed::Change, Some(n)) => self.change_or_ask(n, talk),
                _ => {
                    self.ask_or_book(talk);
                    true
                }
            };
            return Some(true);
        }
        if heard.verdict == Some(false) && !heard.anything() {
            self.memo.booking = None;
            self.say("book_stopped", &[]);
            return Some(true);
        }
        None
    }
}
