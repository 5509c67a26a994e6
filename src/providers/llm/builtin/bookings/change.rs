//! What is changed about a booking, and which one is meant.

use super::heard::{Heard, start_spans};
use super::talk::{BookTalk, Deed, What};
use crate::domain::reception::booking::Booking;
use crate::domain::reception::resource::ResourceKind;
use crate::domain::reception::slots::{Bookable, wall};
use crate::domain::reception::tool::Change;
use crate::domain::reception::when::day;
use crate::domain::reception::words::time_words;
use crate::domain::text::clip;
use crate::providers::llm::builtin::plan::Planner;
use jiff::civil::Date;
use std::sync::Arc;

impl Planner<'_> {
    /// What only a person can do about a booking: another name on it, knowing that somebody comes late.
    pub(super) fn tells_person(&mut self, heard: &Heard, mine: &[Booking]) -> bool {
        let f = &heard.folded;
        let named = heard.cues.change && f.contains("name to") || f.contains("different name");
        let names = heard.wanted.is_some() || heard.wishes.is_some();
        let with = names && heard.said.days.is_empty() && heard.said.hours.is_empty() && heard.said.party.is_empty();
        let late = ["mins late", "minutes late", "be late", "running late", "run late", "little late"].iter().any(|l| f.contains(l));
        let [only] = mine else { return false };
        if !(named || late || with) || heard.cues.book {
            return false;
        }
        self.call_somebody(&format!("About booking {}: {}", only.number, clip(&heard.text, 300)));
        true
    }

    /// Which of the customer's bookings is changed or cancelled.
    pub(super) fn of_one(&mut self, deed: Deed, heard: &Heard, mut talk: BookTalk, desk: &Arc<Bookable>) -> bool {
        let of_kind = |b: &&Booking| heard.cues.kind.is_none_or(|k| b.kind == k);
        let mine: Vec<Booking> = self.b.bookings.iter().filter(of_kind).cloned().collect();
        let mine = if mine.is_empty() { self.b.bookings.clone() } else { mine };
        let numbers: Vec<i64> = heard.folded.split(|c: char| !c.is_ascii_digit()).filter_map(|w| w.parse().ok()).collect();
        let by_number = mine.iter().find(|b| numbers.contains(&b.number));
        let (today, _) = wall(self.b.now, &desk.zone);
        let day_first = self.b.profile.country != "US";
        let first = heard.said.days.first().map(|d| d.value);
        let is_on = |date: Date, d: day::Day| {
            [None, Some(date)].iter().any(|known| day::beside(d, *known, today, day_first).is_some_and(|m| m.date == date))
        };
        let on_day: Vec<&Booking> = mine.iter().filter(|b| first.is_some_and(|d| is_on(wall(b.starts_at, &desk.zone).0, d))).collect();
        let one = match (by_number, mine.as_slice(), on_day.as_slice()) {
            (Some(b), _, _) => Some(b),
            (None, [only], _) => Some(only),
            (None, _, [only]) => Some(*only),
            _ => None,
        };
        let both = heard.folded.split(|c: char| !c.is_alphanumeric()).any(|w| matches!(w, "both" | "all"));
        if deed == Deed::Cancel && both && mine.len() > 1 {
            self.call_somebody("The customer wants to cancel all bookings.");
            self.memo.booking = None;
            return true;
        }
        let Some(one) = one else {
            if mine.is_empty() {
                self.say("book_none", &[]);
                self.memo.booking = None;
                return true;
            }
            talk.asked = Some(What::Which);
            self.memo.booking = Some(talk);
            return true;
        };
        talk.number = Some(one.number);
        talk.kind = Some(one.kind);
        if deed == Deed::Cancel {
            talk.asked = Some(What::Cancel);
            self.memo.booking = Some(talk);
            return true;
        }
        let (number, was_on, was_at) = (one.number, wall(one.starts_at, &desk.zone).0, wall(one.starts_at, &desk.zone).1);
        let (party, kind) = (one.party, one.kind);
        let stays = wall(one.starts_at, &desk.zone).0;
        let nights = stays.until((jiff::Unit::Day, wall(one.ends_at, &desk.zone).0)).map_or(1, |s| i64::from(s.get_days()));
        // "we leave on the 4th", "Tuesday instead": from the day that is booked.
        talk.date = Some(stays);
        self.hear(desk, &mut talk, heard);
        if !kind.by_night() && talk.date == Some(stays) {
            talk.date = None;
        }
        talk.kind = Some(kind);
        if let Some(n) = heard.more_nights() {
            talk.nights = Some(nights + n).filter(|n| *n > 0);
        }
        if kind.by_night() && talk.date == Some(stays) && talk.nights.is_none() && talk.party.is_none() && heard.more_people().is_none() {
            talk.date = None;
            if talk.minute.take().is_some() || talk.half.take().is_some() {
                // "Can we check in at 11?" is for a person to say.
                self.call_somebody(&format!("About booking {}: {}", one.number, clip(&heard.text, 300)));
                self.memo.booking = None;
                return true;
            }
        }
        if let Some(n) = heard.more_people() {
            talk.party = Some(party + n).filter(|n| *n > 0);
        }
        // "change my booking tomorrow at 8 to 9": what it is now only names it.
        if heard.said.days.len() == 1 && talk.date == Some(was_on) && (talk.minute.is_some() || talk.half.is_some() || talk.party.is_some())
        {
            talk.date = None;
        }
        if talk.minute == Some(was_at) && talk.date.is_none() {
            talk.minute = None;
        }
        if let Some((date, minute)) = heard
            .shift
            .filter(|_| heard.more_nights().is_none())
            .and_then(|s| s.from(was_on, was_at).map(|to| (to.0, (!s.only_days()).then_some(to.1))))
        {
            (talk.date, talk.minute, talk.half) = ((date != was_on).then_some(date), minute, None);
            if kind.by_night() && heard.arrives() {
                let earlier = date.until((jiff::Unit::Day, was_on)).map_or(0, |s| i64::from(s.get_days()));
                talk.nights = Some(nights + earlier).filter(|n| *n > 0);
            }
        }
        if !kind.by_night()
            && talk.minute.is_none()
            && talk.half.is_none()
            && let Some((n, was)) = heard.bare_number()
        {
            let as_time = time_of(desk, kind, was_on, n).filter(|at| *at != was_at && was != Some(party));
            let now = was.and_then(|w| time_of(desk, kind, was_on, w)) == Some(was_at);
            let as_people = Some(n).filter(|n| kind == ResourceKind::Table && *n <= desk.most(kind) && *n != party && !now);
            talk.party = if as_time.is_none() { Some(n) } else { None };
            if as_people.is_some() && as_time.is_some() {
                (talk.bare, talk.asked) = (Some(n), Some(What::Number));
                self.memo.booking = Some(talk);
                return true;
            }
            talk.minute = as_time;
        }
        self.change_or_ask(number, talk)
    }

    pub(super) fn change_or_ask(&mut self, number: i64, mut talk: BookTalk) -> bool {
        if talk.half.is_some() {
            talk.asked = Some(What::Half);
        } else if talk.date.is_none() && talk.minute.is_none() && talk.party.is_none() && talk.nights.is_none() {
            talk.asked = Some(What::Change);
        } else {
            let change = Change {
                number,
                date: talk.date.map(|d| d.to_string()),
                time: talk.minute.map(time_words),
                party: talk.party,
                nights: talk.nights,
            };
            self.call("change_booking", &change);
        }
        self.memo.booking = Some(talk);
        true
    }
}

/// A bare number as a minute of the day: in the evening when that is when one comes; none when nobody can come then.
pub fn time_of(desk: &Bookable, kind: ResourceKind, date: Date, n: i64) -> Option<i64> {
    let spans = start_spans(desk, Some(kind), date);
    let fits = |m: &i64| spans.iter().any(|(from, to)| from <= m && m <= to);
    (1..=12).contains(&n).then(|| [n % 12 * 60 + 720, n * 60]).into_iter().flatten().find(fits)
}
