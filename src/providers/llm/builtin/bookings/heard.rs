//! What one text says about a booking, read once.

use super::cues::{Cues, cues};
use super::shift::{Shift, shift};
use super::spoken::{as_meant, bare_name};
use super::talk::{BookTalk, What};
use super::wishes::wishes;
use crate::domain::reception::resource::{Resource, ResourceKind};
use crate::domain::reception::slots::Bookable;
use crate::domain::reception::when::name::Name;
use crate::domain::reception::when::text::number;
use crate::domain::reception::when::{Asked, Found, Part, Said, hour, read, stay};
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
    /// What whoever keeps the book should know.
    pub wishes: Option<String>,
    /// By how much what is booked moves.
    pub shift: Option<Shift>,
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
        let text = if stays { stay::in_full(text) } else { as_meant(text) };
        let asked = asked(&folded, talk);
        let mut said = read(&text, asked);
        if asked.contains(&Asked::FirstName)
            && said.names.is_empty()
            && let Some((from, to)) = bare_name(&text)
        {
            // "May" and "Will" are names to who asked for one.
            said.days.retain(|d| d.from >= to);
            said.names.push(Found { from, to, value: Name::First });
        }
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
        let (wishes, shift) = (wishes(&text), shift(&folded));
        Self {
            wishes,
            shift,
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
            Regex::new(r"\b(?:what happens|what if|if i (?:have to )?cancel|(?:when|until when|till when) (?:do|does|are|is) (?:you|u|it|the \w+) (?:usually |still )*(?:open|close|closed|closing|opening|start|finish|end)|(?:are|r) (?:you|u|they) (?:open|closed)\b|(?:is|does) \w+ (?:in|work|working|off|there) (?:on|today|tomorrow|this|next)|(?:does|do) (?:a|an|the) (?:viewing|consultation|appointment|visit)s? cost|what (?:should|do|must|shall|can) (?:i|we) (?:have to |need to )?bring|what time (?:is|does|do you|are you) .{0,20}(?:breakfast|lunch|dinner|brunch|check ?-?(?:in|out)|open|close)|(?:is|and) breakfast included)\b")
                .expect("a fixed pattern")
        });
        static MONEY: OnceLock<Regex> = OnceLock::new();
        let money = MONEY.get_or_init(|| {
            Regex::new(r"\b(?:how much|(?:do|must|should|will) (?:i|we) (?:have to )?pay|is (?:the )?(?:viewing|inspection|visit) free|fees?|cheapest|charges?|price)\b").expect("a fixed pattern")
        });
        let books = self.cues.book && ["book", "reserv", "can i", "can we", "could i", "could we"].iter().any(|w| self.folded.contains(w));
        re.is_match(&self.folded) || money.is_match(&self.folded) && !books
    }

    /// "two rooms", "a table for 6 and another table for 2": more than one is wanted at once.
    pub fn several(&self, desk: &Bookable) -> bool {
        static RE: OnceLock<Regex> = OnceLock::new();
        let re = RE.get_or_init(|| {
            Regex::new(r"\b(?:me|i) and my \w+ (?:both |each |also |all )*(?:want|need|would like) (?:a |an )?(?P<cut>\w+)|\b(?:2|two|3|three|4|four|5|five|6|six|7|8|9|10|both|couple of)\s+(?:separate |single |double |standard |twin |deluxe |family |different |more |of your |of the )*(?P<of>rooms|suites|tables|appointments|haircuts|viewings)\b|\band\s+(?:another|one more|a second) (?P<and>room|table|appointment)\b")
                .expect("a fixed pattern")
        });
        let Some(c) = re.captures(&self.folded) else { return false };
        let kind = match c.name("of").or_else(|| c.name("and")).map_or("", |m| m.as_str()) {
            "" if !matches!(
                c.name("cut").map_or("", |m| m.as_str()),
                "cut" | "haircut" | "appointment" | "trim" | "checkup" | "cleaning"
            ) =>
            {
                return false;
            }
            "rooms" | "suites" | "room" => ResourceKind::Room,
            "tables" | "table" => ResourceKind::Table,
            "viewings" => ResourceKind::Viewing,
            _ => ResourceKind::Person,
        };
        desk.kinds().contains(&kind)
    }

    /// "change it to 8", "actually 7", "make it 7 instead of 6": eight o'clock or eight people; and what it is said to be now.
    pub fn bare_number(&self) -> Option<(i64, Option<i64>)> {
        static RE: OnceLock<Regex> = OnceLock::new();
        let re = RE.get_or_init(|| {
            let n = r"\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve";
            let it = r"(?:(?:it|that|this|the (?:table|booking|reservation|appointment)|my (?:table|booking|reservation|appointment))\s+)?";
            Regex::new(&format!(r"(?:\b(?:change|make|switch|update)\s+{it}(?:to\s+|into\s+)?|^\W*(?:no|actually|sorry|rather|oops)\W+)(?P<n>{n})(?:\s+(?:instead of|rather than|and not|not)\s+(?P<was>{n}))?(?:\s+(?:please|pls|instead|now))*\W*$"))
                .expect("a fixed pattern")
        });
        let c = re.captures(&self.folded)?;
        Some((number(c.name("n")?.as_str())?, c.name("was").and_then(|m| number(m.as_str()))))
    }

    /// Days were said, and none that there is: "30 February", "end of April".
    pub fn no_such_day(&self, read: impl Fn(&crate::domain::reception::when::day::Day) -> bool) -> bool {
        !self.said.days.is_empty() && !self.said.days.iter().any(|d| read(&d.value))
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

    /// "move our table": there is one to move, says the customer.
    pub fn moves_own(&self) -> bool {
        static RE: OnceLock<Regex> = OnceLock::new();
        let re = RE.get_or_init(|| {
            Regex::new(r"\b(?:move|change|reschedule|postpone|shift|push|switch|bring)\b.{0,12}\b(?:my|our) (?:table|booking|reservation|appointment|room|stay|viewing)\b")
                .expect("a fixed pattern")
        });
        re.is_match(&self.folded)
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

    /// "one more night", "add a night", "a day longer", "one night less": so many nights more than were booked.
    pub fn more_nights(&self) -> Option<i64> {
        static RE: OnceLock<[Regex; 2]> = OnceLock::new();
        let [more, less] = RE.get_or_init(|| {
            let n = r"(?:one|two|three|four|five|an?|another|\d{1,2})";
            [
                format!(r"\b(?:(?P<a>{n})\s+(?:more|extra|additional)\s+(?:nights?|days?)|(?:another|extra)\s+(?:night|day)|(?:extend|add|adding)\b[a-z ]{{0,20}}?\b(?P<b>{n})\s+(?:(?:more|extra|additional)\s+)?(?:nights?|days?)|(?P<c>{n})\s+(?:nights?|days?)\s+(?:more|longer|extra)|(?:leave|check ?-?out|checkout|go)\s+(?P<d>{n})\s+(?:nights?|days?)\s+later)\b"),
                format!(r"\b(?:(?P<a>{n})\s+(?:nights?|days?)\s+(?:less|fewer|shorter)|(?P<b>{n})\s+(?:less|fewer)\s+(?:nights?|days?)|(?:leave|check ?-?out|checkout|go)\s+(?P<c>{n})\s+(?:nights?|days?)\s+(?:earlier|sooner))\b"),
            ]
            .map(|p| Regex::new(&p).expect("a fixed pattern"))
        });
        let count = |c: &regex::Captures<'_>| number_or_one(["a", "b", "c", "d"].iter().find_map(|g| c.name(g)));
        less.captures(&self.folded).map(|c| -count(&c)).or_else(|| more.captures(&self.folded).map(|c| count(&c)))
    }

    /// "come a day earlier": the stay begins then and ends as it did.
    pub fn arrives(&self) -> bool {
        ["come", "arrive", "arriving", "check in", "checkin", "check-in"].iter().any(|w| self.folded.contains(w))
    }

    /// "we are 5 now": so many come.
    pub fn says_party(&self) -> bool {
        static RE: OnceLock<Regex> = OnceLock::new();
        let re = RE.get_or_init(|| {
            Regex::new(r"\bwe(?:'re| are| will be|'ll be) (?:now |only |just |actually |going to be )*(?:\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?: people| persons| now| instead| in total)?\W*$").expect("a fixed pattern")
        });
        !self.said.party.is_empty() && re.is_match(&self.folded)
    }

    /// "add one more guest", "3 more people are coming", "one person less": so many more than were booked.
    pub fn more_people(&self) -> Option<i64> {
        static RE: OnceLock<[Regex; 2]> = OnceLock::new();
        let [more, less] = RE.get_or_init(|| {
            let who = "(?:persons?|people|guests?|friends?)";
            let n = r"one|two|three|four|five|six|another|\d{1,2}";
            [
                format!(r"\b(?:add|adding|plus|bring|bringing)\s+(?:(?P<a>{n})\s*(?:more|extra|additional)?|(?:an?\s+)?(?:more|extra|additional))\s*{who}\b|\b(?P<b>{n})\s+(?:more|extra|additional)\s+{who}\b"),
                format!(r"\b(?:(?P<a>{n})\s+{who}\s+(?:less|fewer)|(?P<b>{n})\s+(?:less|fewer)\s+{who}|(?P<c>{n})\s+(?:of us|{who})\s+(?:can'?t|cannot|won'?t|will not|is not|isn'?t|are not|aren'?t)\s+(?:come|coming|make it))\b"),
            ]
            .map(|p| Regex::new(&p).expect("a fixed pattern"))
        });
        let count = |c: &regex::Captures<'_>, groups: &[&str]| number_or_one(groups.iter().find_map(|g| c.name(g)));
        let fewer = less.captures(&self.folded).map(|c| -count(&c, &["a", "b", "c"]));
        fewer.or_else(|| more.captures(&self.folded).map(|c| count(&c, &["a", "b"])))
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
