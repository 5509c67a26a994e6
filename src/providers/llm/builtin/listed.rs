//! "give me the first", "2 of the second one and the last": what is taken of the list that was our answer.

use super::cues::{Cue, CueAt, is_filler};
use super::plan::Planner;
use super::read::Wish;
use super::scan::{Scan, What};
use super::words::{Gap, Words};
use crate::domain::id::Id;

/// Words that name a place in a list.
const ORDER: [&str; 5] = ["first", "second", "third", "fourth", "fifth"];
/// Words beside which nothing of the list is wanted: "not the first one", "for the first time".
static NOT: Words = Words::new(
    "not no but except dont what which whats is are was does do how why wait like see know think had have time day week month floor house",
);

/// Things of a list that are taken at once, at most.
const MOST: usize = 6;

/// A text against a list of so many things.
struct Places<'a> {
    scan: &'a Scan,
    count: usize,
}

impl Places<'_> {
    fn word(&self, k: usize) -> &str {
        self.scan.words.get(k).map_or("", |w| w.text.as_str())
    }
    fn before(&self, k: usize, back: usize) -> &str {
        k.checked_sub(back).map_or("", |k| self.word(k))
    }
    /// The place that a word names, from 0.
    fn place(&self, k: usize) -> Option<usize> {
        let last = || (self.word(k) == "last").then(|| self.count.wrapping_sub(1));
        ORDER.iter().position(|o| *o == self.word(k)).or_else(last)
    }
    /// "Give me a second", "at last", "on the first" and "the first two" name nothing of the list, or more than one thing.
    fn is_meant(&self, k: usize) -> bool {
        let the = self.before(k, 1) == "the" && !matches!(self.before(k, 2), "in" | "on" | "at" | "by" | "for");
        let one = self.word(k + 1) == "one" && self.before(k, 1) != "one";
        let counted = self.scan.words.get(k + 1).is_some_and(|w| w.number.is_some() && w.text != "one");
        (the || one) && !(counted && self.scan.words[k].after == Gap::None)
    }
    fn is_choice(&self, k: usize) -> bool {
        self.scan.spans.iter().any(|s| s.from <= k && k < s.to && matches!(s.what, What::Choice(_)))
    }
    /// Whether the text says no more than which, how many and how: `beside` are the words that may stand beside that.
    fn says_only(&self, beside: impl Fn(usize) -> bool) -> bool {
        let small = |c: &CueAt| matches!(c.cue, Cue::Yes | Cue::Want | Cue::Thanks | Cue::More);
        let known = |k: usize| self.scan.is_told(k) || self.is_choice(k) || self.scan.words[k].number.is_some() || beside(k);
        !self.scan.asks() && self.scan.cues.iter().all(small) && (0..self.scan.words.len()).all(known)
    }
    fn are_all(&self) -> bool {
        self.says_only(|k| self.place(k).is_some() || is_filler(self.word(k)) && !NOT.has(self.word(k)))
    }
    /// A number of things: not "one" in "the second one", and no size.
    fn number(&self, k: usize) -> Option<i64> {
        let stands = self.word(k) == "one" && k > 0 && self.place(k - 1).is_some();
        self.scan.words[k].number.filter(|_| !stands && !self.is_choice(k))
    }
    /// How many of what is named at `k`: "2 of the second", or behind it up to `end`, where the next one is named.
    fn quantity(&self, k: usize, end: usize) -> Option<i64> {
        let led = k.checked_sub(3).filter(|_| self.before(k, 2) == "of").and_then(|k| self.number(k));
        let of_next = |b: usize| self.word(b + 1) == "of" && end < self.scan.words.len();
        led.or_else(|| (k + 1..end).filter(|b| !of_next(*b)).find_map(|b| self.number(b)))
    }
    /// "the first two", "both of them", "one of each": which of the list from where to where, and how many of each.
    fn several(&self) -> Option<(std::ops::Range<usize>, i64)> {
        let words = &self.scan.words;
        let number = |k: usize| words.get(k).and_then(|w| w.number).and_then(|n| usize::try_from(n).ok());
        let each = (0..words.len()).any(|k| self.word(k) == "each");
        let at = |list: &[&str]| (0..words.len()).find(|k| list.contains(&self.word(*k)));
        let (range, used) = match at(&["first", "last"]).and_then(|k| Some((k, number(k + 1)?))) {
            Some((k, n)) if self.word(k) == "first" => (0..n, Some(k + 1)),
            Some((k, n)) => (self.count.checked_sub(n)?..self.count, Some(k + 1)),
            None => {
                let all = at(&["both", "all"]);
                all.or_else(|| at(&["each"]))?;
                // "all three of them"
                (0..self.count, all.map(|k| k + 1).filter(|k| number(*k) == Some(self.count)))
            }
        };
        // "the first two and the last" says more than one of these.
        if (0..words.len()).filter(|k| self.place(*k).is_some()).count() > 1 {
            return None;
        }
        let fits = range.end <= self.count && range.len() > 1 && range.len() <= MOST && (at(&["both"]).is_none() || range.len() == 2);
        let counts: Vec<i64> = (0..words.len()).filter(|k| Some(*k) != used).filter_map(|k| self.number(k)).collect();
        let quantity = match counts[..] {
            [] => 1,
            [n] if each && n < 100 => n,
            _ => return None,
        };
        fits.then_some((range, quantity))
    }
    /// Whether the text says no more than that. "All good" takes nothing.
    fn are_some(&self) -> bool {
        static BESIDE: Words = Words::new(
            "both all each of them those these dem the please pls abeg biko jowo one ones a and me i ill just in with yes ok okay first last",
        );
        let all = 0..self.scan.words.len();
        let points = all.clone().any(|k| matches!(self.word(k), "them" | "those" | "these" | "dem" | "each" | "both" | "first" | "last"));
        let wants = self.scan.cues.iter().any(|c| c.cue == Cue::Want) || self.scan.words.iter().any(|w| w.number.is_some());
        (points || wants) && all.len() < 10 && self.says_only(|k| BESIDE.has(self.word(k)))
    }
    fn choices(&self, from: usize, to: usize) -> Vec<usize> {
        let inside = self.scan.spans.iter().filter(|s| s.from >= from && s.to <= to);
        inside.filter_map(|s| if let What::Choice(c) = s.what { Some(c) } else { None }).collect()
    }
}

impl Planner<'_> {
    /// Takes some of a list that stand side by side.
    fn takes_range(&mut self, listed: &[Id], range: std::ops::Range<usize>, quantity: i64, choices: Vec<usize>) -> bool {
        let places: Vec<usize> = listed[range].iter().filter_map(|id| self.ix.place.get(id).copied()).collect();
        let wish = |i: usize| Wish { items: vec![i], quantity: Some(quantity), choices: choices.clone(), full: true, ..Wish::default() };
        let wishes: Vec<Wish> = places.into_iter().map(wish).collect();
        self.add(wishes);
        self.memo.listed = listed.to_vec();
        true
    }

    /// "2 of the cheapest", "give me the cheapest one" of a list. False when nothing is wanted of it.
    pub fn takes_cheapest(&mut self, listed: &[Id], scan: &Scan) -> bool {
        let known = |c: &CueAt| matches!(c.cue, Cue::Cheap | Cue::Want | Cue::Yes | Cue::Thanks);
        let cheap = scan.cues.iter().any(|c| c.cue == Cue::Cheap) && scan.cues.iter().all(known);
        let stands = |k: usize| scan.words[k].text == "one" && k > 0 && scan.is_told(k - 1);
        let number = (0..scan.words.len()).filter(|k| !stands(*k)).find_map(|k| scan.words[k].number);
        let wants = number.is_some() || scan.cues.iter().any(|c| c.cue == Cue::Want);
        if !cheap || !wants || scan.asks() || !scan.spans.is_empty() || scan.words.len() > 10 {
            return false;
        }
        let there = listed.iter().filter_map(|id| self.ix.place.get(id).copied()).filter(|i| self.item(*i).can_sell() != Some(0));
        let Some(i) = there.min_by_key(|i| self.item(*i).price_minor) else { return false };
        self.add(vec![Wish { items: vec![i], quantity: number, full: true, ..Wish::default() }]);
        self.memo.listed = listed.to_vec();
        true
    }

    /// Takes what the text names of a list. False when it names nothing, or says more than that.
    pub fn takes_listed(&mut self, listed: &[Id], scan: &Scan) -> bool {
        let places = Places { scan, count: listed.len() };
        if let Some((range, quantity)) = places.several().filter(|_| places.are_some()) {
            return self.takes_range(listed, range, quantity, places.choices(0, scan.words.len()));
        }
        let named: Vec<usize> = (0..scan.words.len()).filter(|k| places.place(*k).is_some()).collect();
        if named.is_empty() || listed.is_empty() || scan.words.len() > 14 || !named.iter().all(|k| places.is_meant(*k)) || !places.are_all()
        {
            return false;
        }
        let item = |k: usize| places.place(k).and_then(|n| listed.get(n)).and_then(|id| self.ix.place.get(id).copied());
        let wish = |(n, k): (usize, &usize)| {
            let end = named.get(n + 1).copied().unwrap_or(scan.words.len());
            let (quantity, choices) = (places.quantity(*k, end), places.choices(k + 1, end));
            item(*k).map(|i| Wish { items: vec![i], quantity, choices, full: true, ..Wish::default() })
        };
        let Some(wishes) = named.iter().enumerate().map(wish).collect::<Option<Vec<Wish>>>() else { return false };
        self.add(wishes);
        self.memo.listed = listed.to_vec();
        true
    }
}
