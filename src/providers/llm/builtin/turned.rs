//! "the coke to 6 and the meat pie to 12", "jollof to large", "both cokes to water": what a thing shall be, without a word for changing.

use super::acts::{Act, Edit};
use super::cues::Cue;
use super::index::Index;
use super::read::{Wish, read};
use super::scan::{Scan, Span, What};
use super::words::{Gap, POLITE, Words};

/// A clause and what it is read against.
struct Turns<'a> {
    scan: &'a Scan,
    ix: &'a Index,
    text: &'a str,
    to: usize,
}

/// Everything that the words `from..to` turn into something else; none when they say anything more.
pub fn turned(scan: &Scan, ix: &Index, text: &str, from: usize, to: usize) -> Option<Vec<Act>> {
    if !scan.words[from..to].iter().any(|w| matches!(w.text.as_str(), "to" | "into")) || scan.words[to - 1].after == Gap::Ask {
        return None;
    }
    let other = |c: &super::cues::CueAt| !matches!(c.cue, Cue::Yes | Cue::No | Cue::Actually | Cue::Thanks | Cue::Instead);
    if scan.cues.iter().any(|c| c.from >= from && c.to <= to && other(c)) {
        return None;
    }
    let turns = Turns { scan, ix, text, to };
    let (mut at, mut out) = (from, Vec::new());
    while at < to {
        at = turns.one(at, &mut out)?;
    }
    Some(out)
}

impl Turns<'_> {
    fn word(&self, k: usize) -> &str {
        if k < self.to { &self.scan.words[k].text } else { "" }
    }
    fn span(&self, k: usize) -> Option<&Span> {
        self.scan.span_at(k).filter(|s| s.to <= self.to)
    }
    fn thing(&self, k: usize) -> Option<&Span> {
        self.span(k).filter(|s| matches!(s.what, What::Items(_)))
    }
    fn number(&self, k: usize) -> Option<i64> {
        if k < self.to { self.scan.words[k].number } else { None }
    }
    /// Past words that only lead on: "and", "please".
    fn past(&self, mut k: usize, list: &Words) -> usize {
        while k < self.to && list.has(self.word(k)) {
            k += 1;
        }
        k
    }

    /// One thing and what it turns into; answers where that ends.
    fn one(&self, from: usize, out: &mut Vec<Act>) -> Option<usize> {
        static LEADS: Words = Words::new("and then also the my those these ok okay no actually but yes");
        let at = self.past(from, &LEADS);
        if self.word(at) == "to" && at == from {
            // "to cappuccino": instead of what was talked about.
            let (new, end) = self.new_thing(at + 1)?;
            out.push(Act::Swap(Box::new((Wish::default(), new))));
            return (end == self.to).then_some(end);
        }
        let every = matches!(self.word(at), "both" | "all");
        let counted = self.number(at).is_some() && self.thing(at).is_none();
        let named = self.past(at + usize::from(every || counted), &LEADS);
        let end = match self.thing(named) {
            Some(old) if matches!(self.word(old.to), "to" | "into") => self.thing_to(at, old, out)?,
            None if (every || counted) && self.word(at + 1) == "to" => self.those_to(at, every, out)?,
            _ => return None,
        };
        let end = self.past(end, &POLITE);
        let goes_on = end >= self.to || self.scan.words[end - 1].after != Gap::None || self.word(end) == "and" || self.thing(end).is_some();
        goes_on.then_some(end)
    }

    /// "both to 5", "one to cappuccino": of what was talked about.
    fn those_to(&self, at: usize, every: bool, out: &mut Vec<Act>) -> Option<usize> {
        let then = at + 2;
        if let (Some(n), true, None) = (self.number(then), every, self.thing(then + 1)) {
            out.push(Act::Each(n));
            return Some(then + 1);
        }
        let (new, end) = self.new_thing(then)?;
        out.push(Act::Swap(Box::new((Wish { quantity: self.number(at).filter(|_| !every), ..Wish::default() }, new))));
        Some(end)
    }

    /// What stands behind "to": a thing, with or without an article.
    fn new_thing(&self, from: usize) -> Option<(Wish, usize)> {
        let at = from + usize::from(matches!(self.word(from), "a" | "an" | "the"));
        let end = self.thing(at)?.to;
        Some((read(self.scan, self.ix, self.text, from, end).wishes.into_iter().next()?, end))
    }

    fn thing_to(&self, from: usize, old: &Span, out: &mut Vec<Act>) -> Option<usize> {
        let was = read(self.scan, self.ix, self.text, from, old.to).wishes.into_iter().next()?;
        let then = old.to + 1;
        if then >= self.to {
            // "jollof to" and an address that was read already: it is in the basket, or is added.
            let bare = was.quantity.is_none();
            out.push(bare.then(|| Act::Remind(vec![was]))?);
            return Some(self.to);
        }
        let mut end = then;
        let mut choices = Vec::new();
        while let Some((What::Choice(c), to)) = self.span(end).map(|s| (&s.what, s.to)) {
            choices.push(*c);
            end = to;
        }
        if !choices.is_empty() {
            let edit = Edit { quantity: was.quantity, choices: choices.clone(), ..Edit::default() };
            out.push(Act::Modify(vec![Wish { choices, ..was }], edit));
            return Some(end);
        }
        // "coke to 6": that is all, or another thing and what it turns into follows.
        let next = |k: usize| self.thing(k).is_some_and(|s| self.word(s.to) == "to");
        let alone = |k: usize| {
            k >= self.to || next(k) || self.thing(k).is_none() && (self.scan.words[k - 1].after != Gap::None || self.word(k) == "and")
        };
        if let Some(n) = self.number(then).filter(|_| was.quantity.is_none() && alone(then + 1)) {
            let wish = Wish { quantity: Some(n), ..was };
            out.push(Act::Modify(vec![wish], Edit { quantity: Some(n), ..Edit::default() }));
            return Some(then + 1);
        }
        if let Some((new, end)) = self.new_thing(then) {
            out.push(Act::Swap(Box::new((was, new))));
            return Some(end);
        }
        self.is_brought(then).then(|| {
            out.extend([Act::Remind(vec![was]), Act::Say(Cue::Delivery)]);
            self.to
        })
    }

    /// "to my house", "to Surulere": where it goes.
    fn is_brought(&self, then: usize) -> bool {
        static HOME: Words = Words::new("house home place office hostel school shop side room");
        let mine = matches!(self.word(then), "my" | "our") && HOME.has(self.word(then + 1)) && then + 2 == self.to;
        let free = |k: usize| !self.scan.is_named(k) && self.number(k).is_none();
        // A town is told from "coke to chill" by its capital.
        let capital = self.text[self.scan.words[then].from..].starts_with(char::is_uppercase);
        let town = self.to - then <= 2 && !super::cues::is_filler(self.word(then)) && capital && (then..self.to).all(free);
        mine || town
    }
}
