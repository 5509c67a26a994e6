//! Clauses that hang on something: "2 suya, otherwise 2 chicken", "everything but the zobo", "5 zobo in total", "no fish" of what was named.

use super::Clause;
use crate::providers::llm::builtin::acts::Act;
use crate::providers::llm::builtin::cues::Cue;
use crate::providers::llm::builtin::read::{Found, Wish, read};
use crate::providers::llm::builtin::removals::not_wanted;
use crate::providers::llm::builtin::scan::What;

impl Clause<'_> {
    /// "2 suya if available otherwise 2 chicken", "jollof or fried rice, whichever is cheaper".
    pub(super) fn depends(&self) -> Option<Act> {
        let Self { scan, ix, text, from, to } = *self;
        let word = |k: usize| if k < to { scan.words[k].text.as_str() } else { "" };
        let things = |a: usize, b: usize| read(scan, ix, text, a, b).wishes;
        if let Some(at) = (from + 1..to).find(|k| matches!(word(*k), "otherwise" | "else") || word(*k) == "if" && word(k + 1) == "not") {
            let condition = (from + 1..at).find(|k| word(*k) == "if").unwrap_or(at);
            let (this, that) = (things(from, condition), things(at + 1, to));
            let both = !this.is_empty() && !that.is_empty() && (condition < at || word(at) == "if" || word(at - 1) == "or");
            return both.then_some(Act::Otherwise(this, that));
        }
        if let Some(act) = self.unless() {
            return Some(act);
        }
        let at = (from + 1..to).find(|k| matches!(word(*k), "whichever" | "whatever") && scan.has(Cue::Cheap, *k, to))?;
        let mut all = things(from, at);
        let mut choices: Vec<usize> = scan
            .spans
            .iter()
            .filter(|s| s.from >= at && s.to <= to)
            .filter_map(|s| if let What::Choice(c) = s.what { Some(c) } else { None })
            .collect();
        let first = (!all.is_empty()).then(|| all.remove(0))?;
        let items: Vec<usize> = first.items.iter().copied().chain(all.iter().flat_map(|w| w.items.iter().copied())).collect();
        choices.extend(first.choices.iter().copied());
        let quantity = first.quantity.or(all.iter().find_map(|w| w.quantity));
        (items.len() > 1).then_some(Act::Cheaper(Wish { items, choices, quantity, ..first }))
    }

    /// "2 jollof. No pepper, no fish": how the jollof shall be, where no fish was ordered. True when that was all.
    pub(super) fn is_about_named(&self, out: &mut [Act]) -> bool {
        let Self { scan, ix, text, from, to } = *self;
        let only = scan.words[from].text == "no" && !self.any(|c| !matches!(c.cue, Cue::No | Cue::Thanks));
        let Some(Act::Add(wishes)) = out.iter_mut().rev().find(|a| matches!(a, Act::Add(_))).filter(|_| only) else { return false };
        let Some(Act::Remove(gone, _)) = not_wanted(scan, ix, text, from, to) else { return false };
        let named = |w: &Wish| gone.iter().any(|g| g.items.iter().any(|i| w.items.contains(i)));
        let ends = scan.spans.iter().filter(|s| s.from >= from && s.to <= to && matches!(s.what, What::Items(_))).map(|s| s.to).max();
        let (false, Some(last), Some(end)) = (wishes.iter().any(named), wishes.last_mut(), ends) else { return false };
        let note = &text[scan.words[from].from..scan.words[end - 1].to];
        last.note = if last.note.is_empty() { note.to_owned() } else { format!("{}, {note}", last.note) };
        true
    }

    /// "2 coke but if you don't have coke give me zobo".
    pub(super) fn unless(&self) -> Option<Act> {
        let Self { scan, ix, text, from, to } = *self;
        let word = |k: usize| if k < to { scan.words[k].text.as_str() } else { "" };
        let none = |w: &str| matches!(w, "no" | "not" | "dont" | "isnt" | "finished" | "unavailable" | "out");
        let at = (from + 1..to).find(|k| word(*k) == "if" && (k + 1..k + 6).any(|n| none(word(n))))?;
        let gives = scan.cues.iter().find(|c| c.cue == Cue::Want && c.from > at && c.to < to)?;
        let (this, that) = (read(scan, ix, text, from, at).wishes, read(scan, ix, text, gives.to, to).wishes);
        (!this.is_empty() && !that.is_empty()).then_some(Act::Otherwise(this, that))
    }

    /// "2 zobo not 3", "I said 2 zobo, not 3", "5 zobo in total": how many there shall be, and not how many more.
    pub(super) fn tells_how_many(&self, f: &Found) -> bool {
        let word = |k: usize| if k < self.to { self.scan.words[k].text.as_str() } else { "" };
        let not = |k: &usize| {
            let counted = *k + 1 < self.to && self.scan.words[k + 1].number.is_some();
            word(*k) == "not" && counted && self.scan.span_at(k + 2).is_none_or(|s| s.from >= self.to)
        };
        let not_so_many = (self.from..self.to).any(|k| not(&k));
        let should = |k: &usize| {
            let counted = *k + 1 < self.to && self.scan.words[k + 1].number.is_some();
            word(*k) == "be" && counted && (1..3).any(|b| *k >= b && matches!(word(k - b), "should" | "supposed"))
        };
        let should_be = f.wishes.iter().all(Wish::is_plain) && (self.from..self.to).any(|k| should(&k));
        let in_all = should_be
            || (self.from..self.to)
                .any(|k| matches!((word(k), word(k + 1)), ("in" | "a" | "for", "total") | ("in", "all")) || word(k) == "altogether");
        let sorted = f.wishes.iter().any(|w| !w.parts.is_empty());
        !self.has(Cue::More)
            && (not_so_many || in_all)
            && !sorted
            && !self.asks()
            && !f.wishes.is_empty()
            && f.wishes.iter().all(|w| w.quantity.is_some())
    }

    /// "everything but the zobo", "leave the zobo out", "less 2 coke", "not 2 coke, 3": taken out, or the number there shall be.
    pub(super) fn lets_out(&self, f: &Found) -> Option<Act> {
        let word = |k: usize| if k < self.to { self.scan.words[k].text.as_str() } else { "" };
        let thing = self.scan.spans.iter().find(|s| s.from >= self.from && s.to <= self.to && matches!(s.what, What::Items(_)))?;
        let w = f.wishes.first()?;
        let first = (self.from..self.to).find(|k| !matches!(word(*k), "please" | "pls" | "no" | "oh" | "sorry" | "and" | "abeg"))?;
        let counted = self.scan.words[(first + 1).min(self.to - 1)].number.is_some();
        let alone = w.is_plain() && !self.has(Cue::Want) && !self.asks();
        let bare = alone && w.quantity.is_none() && !self.has(Cue::Clear) && !self.has(Cue::Remove);
        let all_but = (self.from..thing.from)
            .any(|k| matches!(word(k), "everything" | "all") && matches!(word(k + 1), "but" | "except" | "excluding"));
        let out_of_it = matches!(word(first), "leave" | "take") && matches!(word(thing.to), "out" | "off" | "away");
        let gone = |quantity: Option<i64>| Act::Remove(vec![Wish { quantity, note: String::new(), ..w.clone() }], Vec::new());
        match word(first) {
            _ if bare && (all_but || out_of_it) => Some(gone(None)),
            "less" | "minus" if alone && counted => Some(gone(w.quantity)),
            "not" if alone && counted => {
                let n = (thing.to..self.to).rev().find_map(|k| self.scan.words[k].number)?;
                Some(Act::Number(n))
            }
            _ => None,
        }
    }
}
