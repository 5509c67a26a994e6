//! What one text says about a booking, read once.

use super::cues::{Cues, cues};
use super::talk::{BookTalk, What};
use crate::domain::reception::resource::{Resource, ResourceKind};
use crate::domain::reception::slots::Bookable;
use crate::domain::reception::when::text::number;
use crate::domain::reception::when::{Asked, Part, Said, hour, read, stay};
use crate::domain::text::fold;
use crate::providers::llm::builtin::cues::Cue;
use crate::providers::llm::builtin::plan::Planner;
use crate::providers::llm::builtin::scan::Scan;
use jiff::civil::Date;
use regex::{Match, Regex};
use std::sync::OnceLock;

/// Cues of questions and troubles that have nothing to do with a booking.
pub const ELSE: &[Cue] = &[
    Cue::Price,
    Cue::Menu,
    Cue::DeliverQ,
    Cue::Fee,
    Cue::PayQ,
    Cue::Contents,
    Cue::Recommend,
    Cue::Basket,
    Cue::Status,
    Cue::Person,
    Cue::Anger,
    Cue::Refund,
    Cue::Bot,
    Cue::Inject,
    Cue::Paid,
    Cue::Where,
    Cue::Hours,
    Cue::HowLong,
    Cue::Delivery,
    Cue::Pickup,
];

/// What one text says.
pub struct Heard {
    /// The text, with the days of a stay said in full.
    pub text: String,
    /// What it wants.
    pub cues: Cues,
    /// Days, times, people, names.
    pub said: Said,
    /// A yes or no and nothing else.
    pub verdict: Option<bool>,
    /// The text folded.
    pub folded: String,
    /// "Friday, not Saturday": one of the days is denied.
    pub negated: bool,
    /// Who or which room is named.
    pub wanted: Option<String>,
    /// Tables are kept here.
    pub tables: bool,
    rooms: bool,
    people: bool,
}

/// "my appointment", without a word that makes one.
fn speaks_of_own(folded: &str) -> bool {
    let makes = |w: &str| matches!(w, "book" | "reserve" | "schedule" | "make" | "get" | "another" | "new" | "rebook");
    let own = ["my appointment", "my viewing", "my booking", "my reservation"].iter().any(|o| folded.contains(o));
    own && !folded.split(|c: char| !c.is_alphanumeric()).any(makes)
}

impl Planner<'_> {
    /// What is not about the booking although one is talked about or there: a goodbye, and giving up an order that is none.
    pub(super) fn beside_booking(&mut self, heard: &Heard, scan: &Scan) -> Option<bool> {
        let said = &heard.said;
        if scan.has(Cue::Bye, 0, scan.words.len()) && said.days.is_empty() && said.hours.is_empty() && self.memo.booking.is_some() {
            self.memo.booking = None;
            return Some(false);
        }
        let order = scan.words.iter().any(|w| matches!(w.text.as_str(), "order" | "orders" | "pedido" | "commande" | "encomenda"));
        if !heard.cues.cancel || heard.cues.named || !order || self.b.bookings.is_empty() || self.memo.booking.is_some() {
            return None;
        }
        if self.draft.lines.is_empty() && self.b.open_orders.is_empty() {
            self.say("nothing_to_cancel", &[]);
            self.call("my_bookings", &serde_json::json!({}));
            return Some(true);
        }
        Some(false)
    }
}

impl Heard {
    /// Reads a text, given what is booked here and what was asked.
    pub fn new(text: &str, desk: &Bookable, talk: Option<&BookTalk>, booked: Option<ResourceKind>, verdict: Option<bool>) -> Self {
        let kinds = desk.kinds();
        let folded = fold(text);
        let mut cues = cues(&folded);
        // "when is my appointment?" books none.
        cues.book &= !speaks_of_own(&folded);
        let kind = talk.and_then(|t| t.kind).or(cues.kind).or(booked).or(if let [one] = kinds.as_slice() { Some(*one) } else { None });
        let stays = kind.is_some_and(ResourceKind::by_night);
        let text = if stays { stay::in_full(text) } else { text.to_owned() };
        let asked = asked(&folded, talk);
        let mut said = read(&text, asked);
        // "Friday, not Saturday"
        let not = |from: usize| text.get(..from).is_some_and(|b| fold(b).trim_end().ends_with("not"));
        let days = said.days.len();
        if days > 1 {
            said.days.retain(|d| !not(d.from));
        }
        let negated = said.days.len() < days;
        let has = |k: ResourceKind| kinds.contains(&k);
        let people = has(ResourceKind::Person) || has(ResourceKind::Viewing);
        let wanted = wanted(desk, &folded);
        Self {
            negated,
            text,
            cues,
            said,
            verdict,
            folded,
            wanted,
            tables: has(ResourceKind::Table),
            rooms: has(ResourceKind::Room),
            people,
        }
    }

    /// Whether it says anything that a booking is made of.
    pub fn anything(&self) -> bool {
        let s = &self.said;
        !s.days.is_empty() || !s.hours.is_empty() || !s.party.is_empty() || !s.names.is_empty() || s.nights.is_some()
    }

    /// Whether a word of it names a booking.
    pub fn about_booking(&self) -> bool {
        let c = &self.cues;
        c.book || c.named || c.wait || c.free && c.kind.is_some()
    }

    /// "dinner for two, 19:00", "22 people Saturday night", "3 nights from the 4th": without a word of booking.
    pub fn means_booking(&self) -> bool {
        static GOODS: OnceLock<Regex> = OnceLock::new();
        let goods = GOODS.get_or_init(|| {
            Regex::new(r"\b(?:plates?|packs?|cakes?|trays?|portions?|deliver\w*|orders?|food|buy|price|cost|how much|bottles?|cartons?|cater\w*|cook|music|fix)\b").expect("a fixed pattern")
        });
        let s = &self.said;
        let (people, when) = (!s.party.is_empty(), !s.days.is_empty() || !s.hours.is_empty());
        let table = self.tables && people && when && !goods.is_match(&self.folded);
        let stay = self.rooms && (self.cues.kind == Some(ResourceKind::Room) || s.nights.is_some()) && !s.days.is_empty();
        let seen = self.people && when && !goods.is_match(&self.folded);
        table || stay || seen || self.cues.free && people && !s.days.is_empty()
    }

    /// "what happens if I cancel?", "is viewing free?", "what time is breakfast on Sunday?": a question about how things are, which the
    /// documents or a person answer, and no wish for a time.
    pub fn asks_how_it_is(&self) -> bool {
        static RE: OnceLock<Regex> = OnceLock::new();
        let re = RE.get_or_init(|| {
            Regex::new(r"\b(?:what happens|what if|if i (?:have to )?cancel|what time (?:is|does|do you|are you) .{0,20}(?:breakfast|lunch|dinner|brunch|check ?-?(?:in|out)|open|close)|(?:is|and) breakfast included)\b")
                .expect("a fixed pattern")
        });
        static MONEY: OnceLock<Regex> = OnceLock::new();
        let money = MONEY.get_or_init(|| {
            Regex::new(r"\b(?:how much|(?:do|must|should|will) (?:i|we) (?:have to )?pay|is (?:the )?(?:viewing|inspection|visit) free|fees?|cheapest|charges?|price)\b").expect("a fixed pattern")
        });
        re.is_match(&self.folded)
            || money.is_match(&self.folded)
                && self.said.days.is_empty()
                && self.said.hours.is_empty()
                && !["book", "reserv"].iter().any(|w| self.folded.contains(w))
    }

    /// "27 December?": a day and nothing else.
    pub fn only_a_day(&self) -> bool {
        let [day] = self.said.days.as_slice() else { return false };
        let rest = format!("{} {}", self.text.get(..day.from).unwrap_or(""), self.text.get(day.to..).unwrap_or(""));
        rest.split_whitespace()
            .all(|w| w.chars().all(|c| !c.is_alphanumeric()) || matches!(w.to_lowercase().as_str(), "on" | "for" | "the" | "hi" | "hello"))
    }

    /// "can't make it tomorrow, can we do Saturday": wants another time, not to give it up.
    pub fn moves(&self) -> bool {
        static RE: OnceLock<Regex> = OnceLock::new();
        let re = RE.get_or_init(|| {
            Regex::new(r"\b(?:can|could|may) (?:we|i|you|u) (?:do|make it|come at|come on|come by|have it|check in|check out)\b|\b(?:instead|rather|move|reschedule|rebook|book for|shift|postpone|change)\b")
                .expect("a fixed pattern")
        });
        let again = ["rebook", "book for", "instead"].iter().any(|w| self.folded.contains(w));
        let up = self.folded.contains("cancel") && !again || self.said.days.is_empty() && self.said.hours.is_empty();
        let beside = [" also ", " with ", "remind", " too"].iter().any(|w| self.folded.contains(w));
        !up && !beside && re.is_match(self.folded.split_once("make it").map_or(self.folded.as_str(), |(_, rest)| rest))
    }

    /// "no wait, 8th December", "I meant the 4th".
    pub fn corrects(&self) -> bool {
        static RE: OnceLock<Regex> = OnceLock::new();
        let re = RE.get_or_init(|| {
            Regex::new(r"^\W*(?:no|wait|sorry|oops|actually|i meant|i mean)\b(?:[ ,.]+(?:no|wait|sorry|i meant|i mean|make it|actually|it should be|for|on|at|the))*[ ,.]*(?:\d|mon|tue|wed|thu|fri|sat|sun|tomorrow|today|tonight|half|noon|next)")
                .expect("a fixed pattern")
        });
        re.is_match(&self.folded)
    }

    /// "one more night", "extend it by 2 nights".
    pub fn more_nights(&self) -> Option<i64> {
        static RE: OnceLock<Regex> = OnceLock::new();
        let re = RE.get_or_init(|| {
            Regex::new(r"\b(?:(?P<a>one|two|three|a|an|\d{1,2})\s+(?:more|extra|additional)\s+nights?|(?:another|extra)\s+night|extend\b.{0,20}?\b(?P<b>one|two|three|a|\d{1,2})\s+nights?)\b")
                .expect("a fixed pattern")
        });
        let c = re.captures(&self.folded)?;
        Some(number_or_one(c.name("a").or_else(|| c.name("b"))))
    }

    /// "we are 5 now": so many come.
    pub fn says_party(&self) -> bool {
        static RE: OnceLock<Regex> = OnceLock::new();
        let re = RE.get_or_init(|| {
            Regex::new(r"\bwe(?:'re| are| will be|'ll be) (?:now |only |just |actually |going to be )*(?:\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?: people| persons| now| instead| in total)?\W*$").expect("a fixed pattern")
        });
        !self.said.party.is_empty() && re.is_match(&self.folded)
    }

    /// "add one more guest", "plus 2 people": so many more than were booked.
    pub fn more_people(&self) -> Option<i64> {
        static RE: OnceLock<Regex> = OnceLock::new();
        let re = RE.get_or_init(|| {
            Regex::new(r"\b(?:add|adding|plus|bring|bringing)\s+(?:(?P<n>one|two|three|four|another|\d{1,2})\s*(?:more|extra|additional)?|(?:an?\s+)?(?:more|extra|additional))\s*(?:persons?|people|guests?|friends?)\b").expect("a fixed pattern")
        });
        Some(number_or_one(re.captures(&self.folded)?.name("n")))
    }
}

/// Which of several people or rooms a text names: "with Ada", "the deluxe suite". Whoever keeps the book sees it with the booking.
fn wanted(desk: &Bookable, folded: &str) -> Option<String> {
    let own = |name: &str| -> Vec<String> {
        let words = fold(name);
        words
            .split_whitespace()
            .filter(|w| !matches!(*w, "room" | "rooms" | "suite" | "table" | "the" | "chair" | "viewing"))
            .map(str::to_owned)
            .collect()
    };
    let said: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).collect();
    let named = |r: &&Resource| {
        let words = own(&r.name);
        let all = !words.is_empty() && words.iter().all(|w| w.len() > 2 && said.contains(&w.as_str()));
        !matches!(r.kind, ResourceKind::Table) && all && desk.resources.iter().any(|o| o.kind == r.kind && own(&o.name) != words)
    };
    desk.resources.iter().find(named).map(|r| r.name.clone())
}

/// A number in letters or digits; one where there is none, as in "another".
fn number_or_one(word: Option<Match<'_>>) -> i64 {
    word.and_then(|m| number(m.as_str())).unwrap_or(1)
}

/// What a bare number is: what we asked for; after "no" what was told last.
fn asked(folded: &str, talk: Option<&BookTalk>) -> &'static [Asked] {
    static RE: OnceLock<Regex> = OnceLock::new();
    let corrects = RE.get_or_init(|| {
        Regex::new(r"^(?:no|sorry|oops|i mean|i meant|actually)\b\W*(?:i mean |i meant |make it )?\d").expect("a fixed pattern")
    });
    let told = talk.and_then(|t| t.told).filter(|_| corrects.is_match(folded));
    told.or(talk.and_then(|t| t.asked)).map_or(&[], What::asked)
}

/// From when to when something can begin on a day.
pub fn start_spans(desk: &Bookable, kind: Option<ResourceKind>, date: Date) -> Vec<(i64, i64)> {
    let kinds = kind.map_or_else(|| desk.kinds(), |k| vec![k]);
    let all = kinds.into_iter().flat_map(|k| desk.of_kind(k));
    let spans = all.flat_map(|r| desk.open(r, date).iter().map(move |s| (i64::from(s.from), i64::from(s.to) - r.minutes)));
    spans.filter(|(f, t)| f <= t).collect()
}

/// The day of a time that was said without one: today while it is still to come, else tomorrow.
pub fn today_or_next(desk: &Bookable, kind: Option<ResourceKind>, today: Date, now: i64, h: hour::Hour, part: Option<Part>) -> Date {
    let minute = match hour::meant(h, part, &start_spans(desk, kind, today), now) {
        hour::Meant::Is(m) => m,
        hour::Meant::Either(m) => m + 720,
    };
    if minute > now { today } else { today.tomorrow().unwrap_or(today) }
}

/// A bare number in an answer to what we offered: "8", "the 7:30 one".
pub fn hours_of(heard: &Heard) -> Option<hour::Hour> {
    read(&heard.text, &[Asked::Hour]).hours.first().map(|h| h.value)
}
