//! Bookings by chat: what is missing is asked, one thing at a time; corrections, changes and cancelling; a question or
//! an order in the middle does not lose the thread. Dates and times are said only as tools gave them.

mod change;
mod cue_words;
pub mod cues;
mod heard;
mod offered;
mod shift;
mod spoken;
pub mod talk;
mod wishes;
pub mod words;

use super::cues::Cue;
use super::plan::Planner;
use super::scan::{Scan, What as Thing};
use crate::domain::house::assistant::Desk as Work;
use crate::domain::house::gap::is_question;
use crate::domain::reception::booking::{Booking, BookingStatus};
use crate::domain::reception::resource::ResourceKind;
use crate::domain::reception::slots::{Bookable, wall};
use crate::domain::reception::tool::{Ask, Make};
use crate::domain::reception::when::hour::{self, Meant};
use crate::domain::reception::when::{day, stay};
use crate::domain::reception::words::time_words;
use crate::domain::text::clip;
use cues::part_of;
use heard::{ELSE, Heard, start_spans, today_or_next};
use std::sync::Arc;
use talk::{BookTalk, Deed, What};

impl Planner<'_> {
    /// Takes a text that is about a booking. False when it is about something else.
    pub fn booking(&mut self, text: &str, scan: &Scan) -> bool {
        let Some(desk) = self.b.desk.clone() else { return false };
        if self.b.assistant.as_ref().is_some_and(|a| !a.has(Work::Bookings)) {
            return false;
        }
        let talk = self.memo.booking.clone();
        let asked = talk.as_ref().and_then(|t| t.asked);
        let heard = Heard::new(text, &desk, talk.as_ref(), self.booked_kind(), Self::verdict(scan));
        if scan.has(Cue::Status, 0, scan.words.len()) && !self.b.bookings.is_empty() && self.b.open_orders.is_empty() && talk.is_none() {
            // "is it confirmed?"
            self.call("my_bookings", &serde_json::json!({}));
            return true;
        }
        if (talk.is_none() || !heard.cues.book) && heard.asks_how_it_is() {
            return false;
        }
        if heard.several(&desk) && !heard.cues.cancel && !heard.cues.mine && (talk.is_some() || heard.about_booking() || heard.anything()) {
            // Who sleeps or sits where is for a person to say; one booking would be too few.
            self.memo.booking = None;
            self.call_somebody(&format!("More than one at once: {}", clip(text, 300)));
            return true;
        }
        if let Some(done) = self.beside_booking(&heard, scan) {
            return done;
        }
        if self.is_else(&heard, scan, asked) {
            return false;
        }
        let done = match talk {
            Some(talk) => self.go_on_booking(&desk, talk, &heard),
            None => self.begin_booking(&desk, &heard),
        };
        if done {
            self.out.understood.push(format!("about a booking: {}", clip(text, 60)));
        }
        done
    }

    /// What the customer has booked, when that is one sort of thing.
    fn booked_kind(&self) -> Option<ResourceKind> {
        let first = self.b.bookings.first()?.kind;
        self.b.bookings.iter().all(|b| b.kind == first).then_some(first)
    }

    /// Something is ordered or asked that is no booking.
    fn is_else(&self, heard: &Heard, scan: &Scan, asked: Option<What>) -> bool {
        if scan.cues.iter().any(|c| matches!(c.cue, Cue::Anger | Cue::Refund)) {
            // "my room is dirty": no talk about a booking.
            return true;
        }
        // "one person less" asks for nobody.
        if heard.about_booking() || heard.more_people().is_some() && !self.b.bookings.is_empty() {
            return false;
        }
        // "jollof for 4 people tomorrow at 2pm" is food, also by half its name.
        let items = scan.spans.iter().any(|s| matches!(s.what, Thing::Items(_)) && (s.full || heard.tables && asked.is_none()));
        let name = asked == Some(What::Name) && !heard.said.names.is_empty() && scan.words.len() <= 4;
        let asks_else = scan.cues.iter().any(|c| ELSE.contains(&c.cue))
            && !heard.means_booking()
            && !(heard.anything() && asked.is_some() && !heard.folded.contains('?'));
        !name && (items || asks_else)
    }

    fn begin_booking(&mut self, desk: &Arc<Bookable>, heard: &Heard) -> bool {
        let c = &heard.cues;
        let mine = self.b.bookings.clone();
        if let Some(held) = mine.iter().find(|b| b.status == BookingStatus::Held && b.deposit_minor == 0)
            && heard.verdict == Some(true)
            && !heard.about_booking()
        {
            self.take_offer(desk, held);
            return true;
        }
        let orders = !self.b.open_orders.is_empty() && !c.named;
        if c.cancel && (c.named || !mine.is_empty()) && !orders && (mine.is_empty() || !heard.moves()) {
            return self.of_one(Deed::Cancel, heard, BookTalk { deed: Deed::Cancel, ..BookTalk::default() }, desk);
        }
        if !mine.is_empty() && !orders && self.tells_person(heard, &mine) {
            return true;
        }
        if mine.is_empty() && !c.book && heard.moves_own() {
            self.say("book_none", &[]);
            return true;
        }
        let told = heard.more_people().is_some()
            || heard.more_nights().is_some()
            || heard.said.nights.is_some() && heard.said.days.is_empty() && self.booked_kind().is_some_and(ResourceKind::by_night)
            || heard.moves()
            || heard.shift.is_some()
            || heard.bare_number().is_some()
            || heard.corrects() && heard.anything()
            || heard.says_party()
            || heard.negated;
        let books = c.book && !heard.folded.contains("rebook") && !c.cancel;
        let changes = (c.change && (c.named || heard.anything()) || told) && !books && !mine.is_empty() && self.draft.lines.is_empty();
        if changes && !orders {
            return self.of_one(Deed::Change, heard, BookTalk { deed: Deed::Change, ..BookTalk::default() }, desk);
        }
        if c.mine && !c.book || c.named && !c.book && !heard.anything() && !mine.is_empty() {
            self.call("my_bookings", &serde_json::json!({}));
            return true;
        }
        let asks = c.free && (c.kind.is_some() || heard.anything()) && !heard.said.days.is_empty();
        let idle = self.draft.lines.is_empty() && self.b.open_orders.is_empty() && mine.is_empty() && self.asked.is_none();
        if !(c.book || c.named && !c.cancel && !c.change || asks || heard.means_booking() || idle && heard.only_a_day()) {
            return false;
        }
        // "any room free from 1st to 3rd?" asks, and books nothing yet.
        let mut talk = BookTalk { asks: c.free && !c.book && is_question(&heard.text), ..BookTalk::default() };
        self.hear(desk, &mut talk, heard);
        self.ask_or_book(talk);
        true
    }

    /// The place kept for the customer is taken: they said yes to the offer.
    fn take_offer(&mut self, desk: &Bookable, held: &Booking) {
        let (day, minute) = wall(held.starts_at, &desk.zone);
        let nights = crate::domain::reception::slots::wall(held.ends_at, &desk.zone)
            .0
            .since((jiff::Unit::Day, day))
            .map_or(1, |s| i64::from(s.get_days()));
        let night = held.kind.by_night();
        let make = Make {
            kind: held.kind,
            date: day.to_string(),
            time: (!night).then(|| time_words(minute)),
            party: held.party,
            nights: night.then_some(nights),
            name: held.name.clone(),
            note: String::new(),
        };
        self.call("make_booking", &make);
    }

    fn go_on_booking(&mut self, desk: &Arc<Bookable>, mut talk: BookTalk, heard: &Heard) -> bool {
        let c = &heard.cues;
        if c.mine && !c.book && !heard.anything() {
            self.call("my_bookings", &serde_json::json!({}));
            self.memo.booking = None;
            return true;
        }
        if c.stop && talk.asked != Some(What::Cancel) {
            self.memo.booking = None;
            self.say("book_stopped", &[]);
            return true;
        }
        match talk.asked {
            Some(What::Sure) if heard.verdict == Some(true) || c.book => {
                talk.asks = false;
                self.hear(desk, &mut talk, heard);
                self.ask_or_book(talk);
                return true;
            }
            Some(What::Sure) if heard.verdict == Some(false) && !heard.anything() => {
                self.memo.booking = None;
                self.say("book_stopped", &[]);
                return true;
            }
            Some(What::Cancel) => return self.answer_cancelling(&mut talk, heard, desk),
            Some(What::Which) => return self.of_one(talk.deed, heard, talk, desk),
            Some(What::Number) => {
                if let Some(done) = self.answer_number(desk, &mut talk, heard) {
                    return done;
                }
            }
            Some(What::Near) => {
                if let Some(done) = self.answer_near(desk, &mut talk, heard) {
                    return done;
                }
            }
            _ => {}
        }
        if c.cancel && talk.deed == Deed::Book && !c.book && !heard.moves() {
            if self.b.bookings.is_empty() {
                self.memo.booking = None;
                self.say("book_stopped", &[]);
                return true;
            }
            return self.of_one(Deed::Cancel, heard, BookTalk { deed: Deed::Cancel, ..BookTalk::default() }, desk);
        }
        let before = talk.clone();
        self.hear(desk, &mut talk, heard);
        if talk != before {
            talk.told = before.asked;
        }
        if talk == before && !(c.book && talk.deed == Deed::Book) {
            return false;
        }
        match (talk.deed, talk.number) {
            (Deed::Change, Some(n)) => self.change_or_ask(n, talk),
            _ => {
                self.ask_or_book(talk);
                true
            }
        }
    }

    /// Takes what a text says into the talk; what is said anew replaces what was.
    fn hear(&mut self, desk: &Bookable, talk: &mut BookTalk, heard: &Heard) {
        let (today, now_minute) = wall(self.b.now, &desk.zone);
        let said = &heard.said;
        let day_first = self.b.profile.country != "US";
        let kinds = desk.kinds();
        if let Some(k) = heard.cues.kind.filter(|k| kinds.contains(k)) {
            talk.kind = Some(k);
        } else if talk.kind.is_none() && kinds.len() == 1 {
            talk.kind = kinds.first().copied();
        }
        // "27th", after talk of December, is in December.
        let base = talk.date.map_or(today, |d| d.first_of_month().max(today));
        let of_month = |d: day::Day| if matches!(d, day::Day::Nth { .. }) { base } else { today };
        let known = talk.date;
        let meant = |d: &day::Day| day::beside(*d, known, of_month(*d), day_first).map(|m| m.date);
        let no_day = heard.no_such_day(|d| meant(d).is_some());
        if talk.kind.is_some_and(ResourceKind::by_night) && !said.days.is_empty() {
            let (from, nights) = stay::stay(&heard.text, &said.days, talk.date, of_month(said.days[0].value), day_first);
            talk.date = from;
            talk.nights = nights.or(talk.nights);
            talk.offered.clear();
        } else if let Some(date) = said.days.iter().rev().find_map(|d| meant(&d.value)) {
            talk.date = Some(date);
            talk.offered.clear();
        }
        if no_day {
            // "30 February": no other day is taken for it.
            talk.date = None;
        }
        for wish in [&heard.wanted, &heard.wishes].into_iter().flatten() {
            if !talk.wanted.contains(wish.as_str()) {
                let before = if talk.wanted.is_empty() { "" } else { "; " };
                talk.wanted = clip(&[talk.wanted.as_str(), before, wish].concat(), 400);
            }
        }
        talk.part = said.part.or(talk.part);
        let hour = said.hours.last();
        if let Some(h) = hour {
            let had = talk.number.and_then(|n| self.b.bookings.iter().find(|b| b.number == n)).map(|b| wall(b.starts_at, &desk.zone).0);
            // A change without a day is on the day it has; a new booking without one is on the next that fits.
            let date = match (talk.date, had) {
                (Some(d), _) | (None, Some(d)) => d,
                // What was yesterday is on no day that comes; the day is asked for.
                (None, None) if no_day || heard.folded.contains("yesterday") => today,
                (None, None) => *talk.date.insert(today_or_next(desk, talk.kind, today, now_minute, h.value, said.part)),
            };
            let part = said.part.or(if talk.asked == Some(What::Half) { part_of(&heard.folded) } else { None });
            talk.half = None;
            match hour::meant(h.value, part, &start_spans(desk, talk.kind, date), now_minute) {
                Meant::Is(m) => talk.minute = Some(m),
                Meant::Either(m) => {
                    talk.minute = None;
                    talk.half = Some((m, heard.text.get(h.from..h.to).unwrap_or("").to_owned()));
                }
            }
        } else if let Some((m, _)) = talk.half.clone()
            && let Some(part) = said.part.or_else(|| part_of(&heard.folded))
        {
            talk.half = None;
            talk.minute = Some(if part == crate::domain::reception::when::Part::Morning { m } else { m + 720 });
        }
        if let Some(n) = said.party.last().and_then(|p| p.value) {
            talk.party = Some(n);
        }
        if let Some(n) = said.nights {
            talk.nights = Some(n);
        }
        if let (Some(first), Some(last)) = (said.names.first(), said.names.last())
            && let Some(name) = heard.text.get(first.from..last.to.max(first.to))
        {
            talk.name = clip(name.trim(), 80);
        }
    }

    /// Asks for the next thing that is missing; when nothing is, books.
    fn ask_or_book(&mut self, mut talk: BookTalk) {
        if talk.name.is_empty() {
            talk.name.clone_from(&self.b.contact_name);
        }
        let missing = missing(&talk).or(talk.asks.then_some(What::Sure));
        talk.asked = missing;
        let Some(kind) = talk.kind else { return self.memo.booking = Some(talk) };
        let people = if matches!(kind, ResourceKind::Viewing | ResourceKind::Person) { talk.party.or(Some(1)) } else { talk.party };
        let (date, time) = (talk.date.map(|d| d.to_string()), talk.minute.map(time_words));
        let nights = kind.by_night().then(|| talk.nights.unwrap_or(1));
        match (missing, date, people) {
            (None, Some(date), Some(party)) => {
                let make = Make {
                    kind,
                    date,
                    time: time.filter(|_| !kind.by_night()),
                    party,
                    nights,
                    name: talk.name.clone(),
                    note: talk.wanted.clone(),
                };
                self.call("make_booking", &make);
            }
            // What is known is tried before more is asked: nobody gives a name for a time that is full.
            (Some(What::Name | What::Sure), Some(date), Some(party)) => {
                self.call("check_availability", &Ask { kind, date, time: time.filter(|_| !kind.by_night()), party, nights });
            }
            (Some(What::Party), Some(date), None) if !kind.by_night() && time.is_some() => {
                // Closed days, past and skipped hours are told at once.
                self.call("check_availability", &Ask { kind, date, time, party: 1, nights });
                self.out.only_refusals = true;
            }
            (Some(What::Time), Some(date), _) if !kind.by_night() => {
                self.call("check_availability", &Ask { kind, date, time: None, party: people.unwrap_or(1), nights });
                self.out.only_refusals = talk.party.is_none();
            }
            _ => {}
        }
        self.memo.booking = Some(talk);
    }

    /// Nothing was understood while a booking is talked about: the question is put again.
    pub fn booking_lost(&mut self) -> bool {
        let Some(talk) = self.memo.booking.clone() else { return false };
        let Some((question, _)) = words::question(self.b, &talk, self.lang) else { return false };
        self.say("book_unclear", &[("question", &question)]);
        self.out.booking_asked = true;
        true
    }
}

/// What is missing, in the order it is asked for.
fn missing(talk: &BookTalk) -> Option<What> {
    let Some(kind) = talk.kind else { return Some(What::Kind) };
    let alone = matches!(kind, ResourceKind::Viewing | ResourceKind::Person);
    if talk.date.is_none() {
        return Some(What::Date);
    }
    if kind.by_night() {
        if talk.nights.is_none() {
            return Some(What::Nights);
        }
    } else if talk.half.is_some() {
        return Some(What::Half);
    } else if talk.minute.is_none() {
        return Some(What::Time);
    }
    if talk.party.is_none() && !alone {
        return Some(What::Party);
    }
    talk.name.trim().is_empty().then_some(What::Name)
}
