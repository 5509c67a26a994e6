//! Parts of a wish that differ, measures, and notes: what a number or a word beside an item means.

use super::super::cues::{Cue, is_filler};
use super::super::scan::What;
use super::super::words::Gap;
use super::{Part, Reader, Wish, join};

impl Reader<'_> {
    /// "a shot of", "two pumps of": counts a measure, not a thing.
    pub(super) fn measures(&self, i: usize) -> bool {
        let next = if i + 1 < self.to { self.word(i + 1) } else { Default::default() };
        const MEASURES: &str = "shot shots pump pumps splash touch bit little dash drizzle drop drops lot side teaspoon teaspoons spoon spoons scoop scoops addition pinch";
        let choice =
            self.scan.words[i].number.is_some_and(|n| n > 1) && self.scan.span_at(i + 1).is_some_and(|s| matches!(s.what, What::Choice(_)));
        let then_item = self.scan.spans.iter().any(|s| s.from > i && s.to <= self.to && matches!(s.what, What::Items(_)));
        !self.found.wishes.is_empty() && (MEASURES.split(' ').any(|m| m == next) || choice && !then_item)
    }

    /// Whether a number or "the other" begins a part of the last wish: choices follow, and no item.
    pub(super) fn part_head(&self, i: usize) -> bool {
        let Some(w) = self.found.wishes.last() else { return false };
        (w.quantity.unwrap_or(1) >= 2 || !w.parts.is_empty()) && self.only_choices(i)
    }

    /// "one latte with oat milk and another one with almond milk": one more of the same.
    pub(super) fn same_again(&self, i: usize) -> bool {
        self.found.wishes.last().is_some_and(|w| w.quantity == Some(1) && w.parts.is_empty()) && self.only_choices(i)
    }

    pub(super) fn again(&mut self, n: i64) {
        self.flush();
        let Some(last) = self.found.wishes.last() else { return };
        let wish = Wish { items: last.items.clone(), said: last.said.clone(), full: last.full, quantity: Some(n), ..Wish::default() };
        self.found.wishes.push(wish);
        self.apart = false;
        self.quantity = None;
    }

    /// Choices follow, and no item.
    pub(super) fn only_choices(&self, i: usize) -> bool {
        let mut seen = false;
        let mut j = i + 1;
        while j < self.to {
            match self.scan.span_at(j).map(|s| (&s.what, s.to)) {
                Some((What::Items(_), _)) => return false,
                Some((What::Choice(_), to)) => {
                    seen = true;
                    j = to;
                }
                _ => {
                    seen |= matches!(self.word(j), "regular" | "normal" | "plain" | "no" | "without" | "isnt" | "extra" | "less");
                    j += 1;
                }
            }
            if self.scan.words[j - 1].after != Gap::None || j < self.to && self.word(j) == "and" {
                break;
            }
        }
        seen
    }

    pub(super) fn open_part(&mut self, _i: usize, quantity: i64) {
        self.flush();
        self.in_part = true;
        self.apart = false;
        if let Some(w) = self.found.wishes.last_mut() {
            let taken: i64 = w.parts.iter().map(|p| p.quantity).sum();
            let left = (w.quantity.unwrap_or(1) - taken).max(1);
            let quantity = if quantity == 0 { left } else { quantity };
            w.parts.push(Part { quantity, ..Part::default() });
        }
    }

    /// "no onions", "extra spicy", "not too hot": words that tell how, up to the next pause.
    pub(super) fn noted(&mut self, i: usize) -> Option<usize> {
        let w = self.word(i);
        // "Hold the onions" is a note; "we want to hold a conference" is what somebody does.
        if w == "hold" && i > 0 && matches!(self.word(i - 1), "to" | "will" | "can" | "could" | "would" | "may" | "shall" | "i" | "we") {
            return None;
        }
        if !matches!(
            w,
            "no" | "without"
                | "extra"
                | "less"
                | "light"
                | "lightly"
                | "well"
                | "super"
                | "not"
                | "very"
                | "really"
                | "double"
                | "hold"
                | "babu"
                | "laisi"
                | "bila"
                | "بدون"
                | "بلا"
        ) {
            return None;
        }
        let mut j = i + 1;
        let mut content = false;
        while j < self.to && j < i + 5 && self.scan.words[j - 1].after == Gap::None {
            let t = self.word(j);
            if self.scan.cue_at(j).is_some_and(|c| matches!(c.cue, Cue::Want | Cue::Change | Cue::Stock)) {
                // "No, can I get…" is an answer and a wish.
                break;
            }
            let span = self.scan.span_at(j);
            let item =
                span.is_some_and(|s| matches!(s.what, What::Items(_)) && !(matches!(w, "no" | "without") && self.found.wishes.is_empty()));
            let ends = matches!(
                t,
                "and"
                    | "with"
                    | "please"
                    | "pls"
                    | "plz"
                    | "abeg"
                    | "to"
                    | "for"
                    | "but"
                    | "in"
                    | "on"
                    | "from"
                    | "that"
                    | "thank"
                    | "thanks"
                    | "na"
                    | "tafadhali"
                    | "و"
                    | "مع"
            );
            if item || ends || self.scan.words[j].number.is_some() {
                break;
            }
            content |= !is_filler(t) && t.len() > 2;
            j += 1;
        }
        if !content || self.choice_in(i + 1, j) && !matches!(w, "no" | "without" | "babu" | "laisi" | "bila" | "بدون" | "بلا") {
            return None;
        }
        // "no milk" with a choice of that name was found as a span before this.
        let note = self.slice(i, j);
        self.flush_strange(None);
        if self.found.wishes.is_empty() || self.apart && self.item_follows(j) {
            join(&mut self.note, &note);
        } else {
            self.give(&[], &note);
        }
        Some(j)
    }

    /// Whether the words name a choice that the item they are about has.
    pub(super) fn choice_in(&self, from: usize, to: usize) -> bool {
        let many = |c: usize| self.ix.choices[c].many;
        let of = self.found.wishes.last().filter(|_| !self.item_follows(to)).map(|w| &w.items);
        let has = |c: usize| of.is_none_or(|items| self.ix.choices[c].at.iter().any(|(i, _, _)| items.contains(i)));
        self.scan.spans.iter().any(|s| s.from >= from && s.to <= to && matches!(s.what, What::Choice(c) if has(c) && many(c)))
    }

    /// Whether a choice is one of the item it stands beside: of the last one, or of the next one in the same breath.
    pub(super) fn fits_near(&self, c: usize, i: usize, to: usize) -> bool {
        let has = |items: &[usize]| self.ix.choices[c].at.iter().any(|(x, _, _)| items.contains(x));
        let counted = self.quantity.is_some() && self.apart;
        if self.found.wishes.last().is_some_and(|w| has(&w.items)) && !counted {
            return true;
        }
        let next = self.scan.spans.iter().find(|s| s.from >= to && s.full && matches!(s.what, What::Items(_)));
        let Some(What::Items(items)) = next.map(|s| &s.what) else { return false };
        let end = next.map_or(to, |s| s.from);
        let breath = (i..end).all(|k| self.scan.words[k].after == Gap::None && self.word(k) != "and" && self.word(k) != "with");
        breath && has(items)
    }

    pub(super) fn item_follows(&self, j: usize) -> bool {
        self.scan.span_at(j).is_some_and(|s| matches!(s.what, What::Items(_)))
    }
}
