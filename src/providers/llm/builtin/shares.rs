//! Who gets how many: "three of us want jollof and a coke each", "two of both", "with eba and fufu respectively".

use super::index::Index;
use super::read::{Found, Part, Wish};
use super::scan::{Scan, What};
use super::units::is_unit;
use super::words::{Gap, Words};

/// A clause that was read, and what it is read against.
struct Shares<'a> {
    scan: &'a Scan,
    ix: &'a Index,
    from: usize,
    to: usize,
}

/// Gives what was found in the words `from..to` the numbers that are said for all of it.
pub fn share(scan: &Scan, ix: &Index, from: usize, to: usize, f: &mut Found) {
    if f.wishes.is_empty() {
        return;
    }
    let s = Shares { scan, ix, from, to };
    s.respectively(&mut f.wishes);
    s.all_so(&mut f.wishes);
    if let [w] = f.wishes.as_mut_slice() {
        s.of_every_sort(w);
        s.of_named_sorts(w);
    }
    if let Some(people) = s.people() {
        return s.for_people(people, &mut f.wishes);
    }
    if s.each_beside(&mut f.wishes) || s.of_both(f) {
        return;
    }
    // "coke and fanta 2 each"
    if let (true, Some(n)) = (s.says("each"), f.wishes.last().and_then(|w| w.quantity).filter(|_| f.wishes.len() > 1)) {
        f.wishes.iter_mut().for_each(|w| w.quantity = w.quantity.or(Some(n)));
    }
}

impl Shares<'_> {
    fn word(&self, k: usize) -> &str {
        self.scan.words.get(k).map_or("", |w| w.text.as_str())
    }
    fn says(&self, word: &str) -> bool {
        (self.from..self.to).any(|k| self.word(k) == word)
    }
    fn number(&self, k: usize) -> Option<i64> {
        self.scan.words.get(k).and_then(|w| w.number).filter(|n| (1..100).contains(n) && !self.scan.is_named(k))
    }

    /// How many people get what is named: "three of us", "4 people".
    fn people(&self) -> Option<i64> {
        static PEOPLE: Words = Words::new("people persons guys friends staff workers kids children guests adults");
        let of_us = |k: usize| self.word(k + 1) == "of" && self.word(k + 2) == "us";
        let for_all = self.for_each();
        let we_are = |k: usize| for_all && k > 1 && self.word(k - 2) == "we" && matches!(self.word(k - 1), "are" | "be" | "dey");
        // "For me and my two friends" does not count all of them.
        let own = |k: usize| k > 0 && matches!(self.word(k - 1), "my" | "our" | "her" | "his" | "the");
        let who = |k: usize| PEOPLE.has(self.word(k + 1)) && !own(k) || of_us(k) || we_are(k);
        // Of people in another sentence only those are fed that are named again.
        let near = (0..self.from).rev().find(|k| self.scan.words[*k].after >= Gap::Stop).map_or(0, |k| k + 1);
        (near..self.to).rev().find(|k| self.number(*k).is_some() && who(*k)).and_then(|k| self.number(k))
    }

    fn for_each(&self) -> bool {
        ["each", "everyone", "everybody"].iter().any(|w| self.says(w))
    }

    /// "each" says that everybody gets all of it; without it, what was not counted is counted by the people.
    fn for_people(&self, people: i64, wishes: &mut [Wish]) {
        let each = self.for_each();
        let of_us = self.says("us") && self.says("of");
        for w in wishes.iter_mut().filter(|w| w.parts.is_empty()) {
            match w.quantity {
                Some(n) if each => w.quantity = n.checked_mul(people).filter(|n| *n < 1_000).or(w.quantity),
                None if each || of_us => w.quantity = Some(people),
                _ => {}
            }
        }
    }

    /// "3 jollof with a piece of chicken each": as many times that as of the thing before it. True when it was so.
    fn each_beside(&self, wishes: &mut [Wish]) -> bool {
        let Some(each) = (self.from..self.to).find(|k| self.word(*k) == "each") else { return false };
        let Some(at) = wishes.iter().rposition(|w| w.at <= each && w.at > 0) else { return false };
        let Some((lead, last)) = at.checked_sub(1).map(|b| (wishes[b].clone(), wishes[at].clone())) else { return false };
        let near = (last.at..each).all(|k| self.scan.is_named(k) || self.word(k) == "for");
        let one = last.quantity.unwrap_or(1);
        let joined = (lead.at..last.at).any(|k| self.word(k) == "with") || one == 1 && last.quantity.is_some();
        let Some(n) = lead.quantity.filter(|n| near && joined && *n > 1).and_then(|n| n.checked_mul(one)) else { return false };
        wishes[at].quantity = Some(n);
        true
    }

    /// "a coke and a zobo, two of both": so many of all that were named. True when it was so.
    fn of_both(&self, f: &mut Found) -> bool {
        let last = f.wishes.iter().map(|w| w.at).max().unwrap_or(0);
        let all = |k: usize| matches!(self.word(k), "both" | "each" | "all");
        let of_all = |k: &usize| self.number(*k).is_some() && (all(k + 1) || self.word(k + 1) == "of" && all(k + 2));
        // "3 each of coke and zobo"
        let led = |k: &usize| self.number(*k).is_some() && self.word(k + 1) == "each" && self.word(k + 2) == "of";
        let at = (last..self.to).find(of_all).or_else(|| (self.from..last).find(led));
        let Some(n) = at.and_then(|k| self.number(k)) else { return false };
        if f.wishes.len() < 2 || f.wishes.iter().any(|w| w.quantity.is_some_and(|q| q > 1 && q != n) || !w.parts.is_empty()) {
            return false;
        }
        f.wishes.iter_mut().for_each(|w| w.quantity = Some(n));
        f.number = None;
        true
    }

    /// "2 yards of each ankara colour", "one of every flavour except mint": so many of each sort.
    fn of_every_sort(&self, w: &mut Wish) {
        static SORTS: Words =
            Words::new("colour colours color colors size sizes flavour flavours flavor flavors type types kind kinds sort sorts");
        let every = |k: &usize| matches!(self.word(*k), "each" | "every");
        let Some(at) = (self.from..self.to).find(every) else { return };
        let ([item], true) = (w.items.as_slice(), (at + 1..self.to.min(at + 5)).any(|k| SORTS.has(self.word(k)))) else { return };
        let group = |c: usize| self.ix.choices[c].at.iter().find(|(i, _, _)| i == item).map(|(_, g, _)| *g);
        let all: Vec<usize> = (0..self.ix.choices.len()).filter(|c| !self.ix.choices[*c].many && group(*c).is_some()).collect();
        let except = ["except", "but", "excluding"].iter().any(|e| self.says(e));
        if all.windows(2).any(|p| group(p[0]) != group(p[1])) || !w.parts.is_empty() || !w.choices.is_empty() && !except {
            return;
        }
        let quantity = w.quantity.unwrap_or(1);
        let wanted: Vec<usize> = all.into_iter().filter(|c| !w.choices.contains(c)).collect();
        w.parts = wanted.iter().map(|c| Part { quantity, choices: vec![*c], ..Part::default() }).collect();
        w.quantity = Some(w.parts.iter().map(|p| p.quantity).sum());
        w.choices.clear();
    }

    /// "5 yards each of red and blue", "red and blue, 5 each": so many of each sort that was named.
    fn of_named_sorts(&self, w: &mut Wish) {
        if w.parts.len() < 2 || w.parts.iter().any(|p| p.quantity != 1) {
            return;
        }
        let each = |k: usize| self.word(k) == "each";
        let counts = |k: &usize| each(k + 1) || (is_unit(self.word(k + 1)) || self.ix.is_unit(self.word(k + 1))) && each(k + 2);
        let Some(n) = (self.from..self.to).find(|k| self.number(*k).is_some() && counts(k)).and_then(|k| self.number(k)) else { return };
        w.parts.iter_mut().for_each(|p| p.quantity = n);
        w.quantity = Some(w.parts.iter().map(|p| p.quantity).sum());
    }

    /// "one egusi and one ogbono, both with eba": what is said of all of them is of each that can be so.
    fn all_so(&self, wishes: &mut [Wish]) {
        let last = wishes.iter().map(|w| w.at).max().unwrap_or(0);
        let choice = |k: usize| self.scan.span_at(k).and_then(|s| if let What::Choice(c) = s.what { Some((c, s.to)) } else { None });
        let said = |k: &usize| matches!(self.word(*k), "both" | "all") && (self.word(k + 1) == "with" || choice(k + 1).is_some());
        let Some(at) = (last..self.to).find(said).filter(|_| wishes.len() > 1) else { return };
        for c in (at..self.to).filter_map(choice).map(|(c, _)| c) {
            let at = &self.ix.choices[c].at;
            let group = |w: &Wish, c: usize| self.ix.choices[c].at.iter().find(|(i, _, _)| w.items.contains(i)).map(|(_, g, _)| *g);
            for w in wishes.iter_mut().filter(|w| at.iter().any(|(i, _, _)| w.items.contains(i))) {
                let taken = w.choices.iter().any(|x| *x == c || !self.ix.choices[c].many && group(w, *x) == group(w, c));
                if !taken {
                    w.choices.push(c);
                }
            }
        }
    }

    /// "1 egusi and 2 ogbono with eba and fufu respectively": each thing has its own of the choices, in their order.
    fn respectively(&self, wishes: &mut [Wish]) {
        if !self.says("respectively") {
            return;
        }
        let inside = |s: &&super::scan::Span| s.from >= self.from && s.to <= self.to;
        let named = self.scan.spans.iter().filter(inside).filter_map(|s| if let What::Choice(c) = s.what { Some(c) } else { None });
        let choices: Vec<usize> = named.collect();
        let has = |(w, c): (&Wish, &usize)| self.ix.choices[*c].at.iter().any(|(i, _, _)| w.items.contains(i));
        if choices.len() == wishes.len() && wishes.iter().zip(&choices).all(has) {
            for (w, c) in wishes.iter_mut().zip(choices) {
                (w.choices, w.parts) = (vec![c], Vec::new());
            }
        }
    }
}
