//! Things that are named like one of the menu and are another: "red gown" where the gown is blue, "fish pepper soup", "fried chicken".

use super::super::index::key_of;
use super::super::scan::What;
use super::super::words::{Gap, Words};
use super::Reader;
use super::parts::join;

/// Ways to make a thing that are part of its name.
static MADE: Words = Words::new("fried grilled boiled roasted steamed baked smoked");

impl Reader<'_> {
    /// Where a choice begins that the thing behind it has not, as its name holds another one of the same kind: "red" of "red gown".
    pub(super) fn other_sort(&self, from: usize, items: &[usize]) -> Option<usize> {
        let [item] = items else { return None };
        let before = self.scan.spans.iter().find(|s| s.to == from && self.scan.words[from - 1].after == Gap::None)?;
        let What::Choice(c) = before.what else { return None };
        if self.choices.last() != Some(&c) || self.ix.choices[c].at.iter().any(|at| at.0 == *item) {
            return None;
        }
        let like = |o: &super::super::index::ChoiceRefs| {
            o.at.iter().any(|(i, g, _)| self.ix.choices[c].at.iter().any(|(j, h, _)| i == j && g == h))
        };
        let named = |key: &str| self.ix.keys[*item][0].split(' ').any(|w| w == key);
        self.ix.choices.iter().any(|o| like(o) && named(&o.key)).then_some(before.from)
    }

    /// Where the thing before begins that stands in place of a part of this one's name, and how many were said of it: "fish" of
    /// "2 fish pepper soup", where the soup is of goat meat.
    pub(super) fn other_kind(&self, from: usize, to: usize, items: &[usize]) -> Option<(usize, Option<i64>)> {
        let [item] = items else { return None };
        let before = self.scan.spans.iter().find(|s| s.to == from && s.full && matches!(s.what, What::Items(_)))?;
        let breath = self.scan.words[from - 1].after == Gap::None && before.to == before.from + 1 && to - from > 1;
        let said = key_of(&self.slice(from, to));
        let whole = &self.ix.keys[*item][0];
        let rest = whole.strip_suffix(said.as_str()).map(str::trim).filter(|r| !r.is_empty())?;
        let last = self.found.wishes.last().filter(|w| w.at == before.to && w.is_plain() && w.items != items)?;
        (breath && !rest.split(' ').any(|w| w == self.word(before.from))).then_some((before.from, last.quantity))
    }

    /// "fried chicken", where the chicken is grilled.
    pub(super) fn made_otherwise(&self, at: usize, items: &[usize]) -> bool {
        let [item] = items else { return false };
        let how = self.word(at);
        let mut made = self.ix.keys[*item][0].split(' ').filter(|w| MADE.has(w));
        MADE.has(how) && made.next().is_some_and(|w| w != how)
    }

    /// "large water" where water has no sizes: said to whoever packs it.
    pub(super) fn note_what_it_lacks(&mut self, from: usize, items: &[usize], odd: bool) {
        let before = self.scan.spans.iter().find(|s| s.to == from && from > 0 && self.scan.words[from - 1].after == Gap::None);
        let Some((What::Choice(c), start)) = before.map(|s| (&s.what, s.from)) else { return };
        let has = self.ix.choices[*c].at.iter().any(|(i, _, _)| items.contains(i));
        if !odd && !has && self.choices.last() == Some(c) {
            let words = self.slice(start, from);
            join(&mut self.note, &words);
        }
    }

    /// An extra that the last thing has not, and that no thing follows which has it.
    pub(super) fn is_no_extra_of_it(&self, c: usize, to: usize) -> bool {
        let has = |items: &[usize]| self.ix.choices[c].at.iter().any(|(i, _, _)| items.contains(i));
        let follows = self.scan.spans.iter().any(|s| s.from >= to && s.to <= self.to && matches!(&s.what, What::Items(i) if has(i)));
        let last = self.found.wishes.last().filter(|_| !self.apart && !self.in_part);
        self.ix.choices[c].many && !follows && last.is_some_and(|w| !has(&w.items)) && !self.found.wishes.iter().any(|w| has(&w.items))
    }
}
