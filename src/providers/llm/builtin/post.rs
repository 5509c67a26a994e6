//! Whoever answers, as the owner set them up: their first and last words, their hours, the work they do.

use super::acts::Act;
use super::cues::Cue;
use super::plan::Planner;
use crate::domain::house::assistant::{Assistant, Desk};
use crate::domain::house::hours::clock;
use crate::domain::house::intent::Intent;
use crate::domain::phrase::say;
use serde_json::json;

/// A complaint this sure goes to a person although no word of it asks for one, in percent.
const ESCALATES: u8 = 60;
/// The same for interest in something large.
const INTERESTS: u8 = 60;

impl Planner<'_> {
    /// Says who answers: the owner's words when there are any, and always that it is an AI assistant.
    pub fn introduce(&mut self) {
        let places: &[(&str, &str)] = &[("business", &self.b.business_name)];
        let own = self.b.assistant.as_ref().map(|a| a.greeting.trim()).filter(|g| !g.is_empty());
        let Some(own) = own else { return self.say("greet_new", places) };
        let note = say(self.lang, "ai_note", places);
        self.out.said.push(format!("{own}\n{note}"));
    }

    /// The owner's last words.
    pub fn sign_off(&mut self) {
        let own = self.b.assistant.as_ref().map(|a| a.sign_off.trim()).filter(|s| !s.is_empty());
        if let Some(own) = own {
            self.out.said.push(own.to_owned());
        }
    }

    /// Outside the hours of whoever answers: says when they are back, and leaves the message to a person. True when so.
    pub fn is_away(&mut self, texts: &[String]) -> bool {
        let zone = &self.b.profile.time_zone;
        let Some(a) = self.b.assistant.as_deref().filter(|a| !a.is_on(self.b.now, zone)) else {
            self.memo.away = false;
            return false;
        };
        let words = texts.join(" / ");
        let summary = format!("Wrote outside the hours of {}: {}", a.title, crate::domain::text::clip(&words, 400));
        self.call("call_person", &json!({ "reason": "other", "summary": summary }));
        self.out.understood.push("writes outside the opening hours".into());
        match (self.memo.away, self.back(a)) {
            (true, _) => self.say("away_more", &[]),
            (false, Some(when)) => self.say("away", &[("name", &a.title), ("when", &when)]),
            (false, None) => self.say("away_open", &[("name", &a.title)]),
        }
        self.memo.away = true;
        true
    }

    /// "tomorrow 08:00": when whoever answers is back.
    fn back(&self, a: &Assistant) -> Option<String> {
        let (ahead, day, minute) = a.hours.as_ref()?.next_opening(self.b.now, &self.b.profile.time_zone)?;
        let word = match ahead {
            0 => say(self.lang, "today", &[]),
            1 => say(self.lang, "tomorrow", &[]),
            _ => say(self.lang, &format!("day_{day}"), &[]),
        };
        Some(format!("{word} {}", clock(minute)))
    }

    /// What the text is about decides where its words do not: a complaint or great interest goes to a person. True when so.
    pub fn by_intent(&mut self, text: &str, acts: &[Act]) -> bool {
        let vague =
            acts.iter().all(|a| matches!(a, Act::Unknown(..) | Act::Number(_) | Act::Say(Cue::Yes | Cue::No | Cue::Greet | Cue::Actually)));
        if !vague || self.asked.is_some() || self.memo.person || text.split_whitespace().count() < 3 {
            return false;
        }
        let Some(meant) = self.b.meant(&[text.to_owned()]) else { return false };
        let (reason, key) = match meant.intent {
            Intent::Escalation if meant.confidence >= ESCALATES => ("The customer is not content", "angry"),
            Intent::Lead if meant.confidence >= INTERESTS => ("The customer is interested", "lead_noted"),
            _ => return false,
        };
        self.out.understood.push(format!("{} {} %", meant.name, meant.confidence));
        self.say(key, &[]);
        self.call_somebody(&format!("{reason}: {}", crate::domain::text::clip(text, 300)));
        true
    }

    /// "Change it to delivery", once the order is placed and nothing is in the basket: only a person can change what others work on already.
    pub fn of_placed_order(&mut self, text: &str, acts: &[Act]) -> bool {
        let Some(order) = self.b.open_orders.first().filter(|_| self.draft.lines.is_empty()) else { return false };
        if tells_rider(text) && !acts.iter().any(orders) {
            let summary = format!("For order {}: {}", order.number, crate::domain::text::clip(text, 300));
            self.out.understood.push(format!("has a word about order #{}", order.number));
            self.call_somebody(&summary);
            return true;
        }
        let about = |a: &Act| {
            matches!(
                a,
                Act::Address(_)
                    | Act::Modify(..)
                    | Act::Remove(..)
                    | Act::Of(..)
                    | Act::Rather(_)
                    | Act::Say(Cue::Change | Cue::Delivery | Cue::Pickup)
            )
        };
        let beside = |a: &Act| matches!(a, Act::Say(Cue::Actually | Cue::No | Cue::Yes | Cue::Thanks | Cue::Greet));
        if acts.iter().all(beside) && self.asked.is_none() && self.tells_when(text) {
            self.out.understood.push(format!("says when for order #{}", order.number));
            let summary = format!("For order {}: {}", order.number, crate::domain::text::clip(text, 300));
            self.call_somebody(&summary);
            return true;
        }
        let joins = joins(text) || mends(text) || self.edited;
        let about = |a: &Act| about(a) || joins && matches!(a, Act::Add(_) | Act::Swap(_) | Act::Unknown(..) | Act::Number(_));
        let only = acts.iter().any(about) && acts.iter().all(|a| about(a) || beside(a));
        if !only || self.asked.is_some() {
            return false;
        }
        let summary = format!("Wants order {} changed: {}", order.number, crate::domain::text::clip(text, 300));
        self.out.understood.push(format!("changes order #{}", order.number));
        self.call_somebody(&summary);
        true
    }

    /// Asks a person to come, and says so.
    pub fn call_somebody(&mut self, summary: &str) {
        self.call("call_person", &json!({ "reason": "other", "summary": summary }));
        let owner = self.b.profile.owner_name.clone();
        let who = if owner.is_empty() { "person_will_reply" } else { "person_named" };
        self.say(who, &[("name", &owner), ("business", &self.b.business_name)]);
        self.memo.person = true;
    }

    /// Takes out what whoever answers does not do, and says so once.
    pub fn within_desks(&mut self, acts: Vec<Act>) -> Vec<Act> {
        if self.b.assistant.as_ref().is_none_or(|a| a.has(Desk::Orders)) {
            return acts;
        }
        let all = acts.len();
        let kept: Vec<Act> = acts.into_iter().filter(|a| !orders(a)).collect();
        if kept.len() < all {
            self.say("no_orders_here", &[]);
        }
        kept
    }
}

/// "add a coke to that", "with my order": belongs to what was ordered already.
fn joins(text: &str) -> bool {
    let words: Vec<String> = super::words::cut(text).into_iter().map(|w| w.text).collect();
    let to = |w: &[String]| matches!(w[0].as_str(), "to" | "with" | "in" | "on" | "join");
    let it = |w: &[String]| {
        matches!(w[1].as_str(), "that" | "it" | "am")
            || matches!(w[1].as_str(), "my" | "the" | "this") && w.get(2).is_some_and(|o| o == "order")
    };
    (1..words.len()).any(|i| i + 1 < words.len() && words[i..].len() > 1 && to(&words[i..]) && it(&words[i..]))
}

/// "tell the rider to call me", "I'm outside": for whoever brings it or hands it over.
fn tells_rider(text: &str) -> bool {
    let folded = crate::domain::text::fold(text).replace('\'', "");
    const HERE: [&str; 12] = [
        "im outside",
        "i am outside",
        "i dey outside",
        "im here",
        "i am here",
        "i have arrived",
        "i don reach",
        "im at the gate",
        "i am at the gate",
        "im at the shop",
        "we are outside",
        "im downstairs",
    ];
    HERE.iter().any(|h| folded.contains(h)) || super::whens::at_the_door(&super::words::cut(text), text).is_some()
}

/// "I made a mistake", "it should be 3": mends what was ordered.
fn mends(text: &str) -> bool {
    let folded = crate::domain::text::fold(text);
    ["mistake", "it should be", "should have been", "supposed to be", "i meant"].iter().any(|m| folded.contains(m))
}

/// Whether an act is part of taking an order.
fn orders(a: &Act) -> bool {
    match a {
        Act::Add(_)
        | Act::Remove(..)
        | Act::Modify(..)
        | Act::Another(_)
        | Act::Parts(_)
        | Act::Swap(..)
        | Act::Rather(_)
        | Act::Otherwise(..)
        | Act::Cheaper(_)
        | Act::Category(..)
        | Act::Address(_) => true,
        Act::Say(c) => {
            matches!(c, Cue::Place | Cue::Clear | Cue::Pickup | Cue::Delivery | Cue::More | Cue::Again | Cue::Change | Cue::Undo)
        }
        _ => false,
    }
}
