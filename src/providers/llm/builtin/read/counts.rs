//! What numbers in a stretch of words count: by which unit, whole or broken, and of which thing.

use super::super::cues::is_filler;
use super::super::scan::{Scan, What};
use super::super::units::{is_broken, is_measured, is_unit};
use super::super::words::Gap;
use super::{Reader, is_article};

/// A part of a thing was asked for: "2.5 yards".
pub const BROKEN: &str = "<broken>";

impl Reader<'_> {
    /// "yards" of "5 yards of lace", "wraps" of "4 wraps of moi moi": counts, and names nothing.
    pub(super) fn is_unit(&self, i: usize) -> bool {
        let w = self.word(i);
        if is_measured(w) {
            return true;
        }
        let own = self.ix.is_unit(w);
        if !own && !is_unit(w) || i == 0 || self.scan.words[i - 1].after != Gap::None {
            return false;
        }
        let before = self.word(i - 1);
        if self.scan.words[i - 1].number.is_none() && !is_article(before) && !is_broken(before) {
            return false;
        }
        let ends = i + 1 >= self.to || self.scan.words[i].after != Gap::None;
        let of = || self.word(i + 1) == "of";
        let names = || self.scan.span_at(i + 1).is_some_and(|s| !matches!(s.what, What::Category(_)));
        own || if ends { !self.found.wishes.is_empty() } else { of() || names() }
    }

    /// The length or volume a number counts: "3 metres".
    fn measure_behind(&self, i: usize) -> Option<String> {
        let next = (i + 1 < self.to && self.scan.words[i].after == Gap::None).then(|| self.word(i + 1))?;
        is_measured(next).then(|| next.to_owned())
    }

    /// "2.5" before a unit or a thing.
    pub(super) fn breaks(&self, i: usize) -> bool {
        let next = i + 1;
        is_broken(self.word(i))
            && next < self.to
            && self.scan.words[i].after == Gap::None
            && (self.is_unit(next) || is_plain_unit(self.word(next)) || self.scan.span_at(next).is_some_and(|s| s.full))
    }

    /// Takes "2.5" as two of a thing of which parts are not sold; what is said of it then, the planner tells.
    pub(super) fn broken(&mut self, i: usize) -> usize {
        let whole = self.word(i).split('.').next().and_then(|n| n.parse().ok()).unwrap_or(1i64).max(1);
        self.flush_strange(None);
        match self.found.wishes.last_mut().filter(|w| w.quantity.is_none() && w.parts.is_empty()) {
            Some(w) if !self.scan.spans.iter().any(|s| s.from > i && s.to <= self.to && matches!(s.what, What::Items(_))) => {
                (w.quantity, w.unit) = (Some(whole), Some(BROKEN.to_owned()));
            }
            _ => {
                self.boundary();
                (self.quantity, self.unit) = (Some(whole), Some(BROKEN.to_owned()));
            }
        }
        i + 1
    }

    /// "jollof (large) - 2", "ankara blue 8 yards,": a number behind a thing and its choices, with nothing behind it.
    pub(super) fn counts_last(&mut self, i: usize, n: i64) -> bool {
        let Some(last) = self.scan.spans.iter().rev().find(|s| s.to <= i && matches!(s.what, What::Items(_))) else { return false };
        let from = last.to;
        let choice = |k: usize| self.scan.spans.iter().any(|s| s.from <= k && k < s.to && matches!(s.what, What::Choice(_)));
        let between = (from..i).all(|k| self.scan.words[k].after <= Gap::Comma && (choice(k) || self.word(k) == "size"));
        let unit = |k: usize| k < self.to && (self.is_unit(k) || is_plain_unit(self.word(k)));
        let behind = if self.scan.words[i].after == Gap::None && unit(i + 1) { i + 1 } else { i };
        let ends = behind + 1 >= self.to
            || self.scan.words[behind].after != Gap::None
            || (behind + 1..self.to).all(|k| is_filler(self.word(k)) && self.scan.words[k].number.is_none())
            || behind > i && self.word(behind + 1) == "and";
        if from == i && !ends || from < i && !between || !ends || self.scan.words[last.from..from].is_empty() {
            return false;
        }
        let unit = self.measure_behind(i);
        let Some(w) = self.found.wishes.last_mut().filter(|w| w.quantity.is_none() && w.parts.is_empty()) else { return false };
        w.quantity = Some(n);
        w.behind = true;
        w.unit = w.unit.take().or(unit);
        true
    }

    /// "16" of "gown 16 and 16 gele": written like a size, it counts the thing behind it, which has no such size.
    pub(super) fn counts_next(&self, i: usize) -> Option<i64> {
        let s = self.scan.span_at(i).filter(|s| s.to == i + 1 && self.scan.words[i].after == Gap::None)?;
        let What::Choice(c) = s.what else { return None };
        let n = self.scan.words[i].number?;
        let has = |items: &[usize]| self.ix.choices[c].at.iter().any(|(x, _, _)| items.contains(x));
        let next = self.scan.span_at(i + 1).filter(|s| s.to <= self.to)?;
        matches!(&next.what, What::Items(items) if !has(items)).then_some(n)
    }
}

/// Words for what things come in that every menu may use.
fn is_plain_unit(word: &str) -> bool {
    matches!(
        word,
        "pcs" | "pc" | "piece" | "pieces" | "plate" | "plates" | "bottle" | "bottles" | "pack" | "packs" | "portion" | "portions" | "cups" | "cup"
    )
}

/// "coke 2, fanta 1" and "shinkafa biyu": numbers follow the things they count.
pub(super) fn trailing(scan: &Scan, from: usize, to: usize) -> bool {
    let items: Vec<_> = scan.spans.iter().filter(|s| s.from >= from && s.to <= to && matches!(s.what, What::Items(_))).collect();
    let (Some(first), Some(last)) = (items.first(), items.last()) else { return false };
    // "the Emzor one" counts nothing.
    let stands = |i: usize| {
        scan.words[i].text == "one"
            && items.iter().any(|s| s.to == i && s.from > 0 && matches!(scan.words[s.from - 1].text.as_str(), "the" | "that"))
    };
    let counted = |i: usize| i < to && scan.words[i].number.is_some() && scan.span_at(i).is_none() && !stands(i);
    let behind = last.to + usize::from(is_piece(scan, last.to));
    !(from..first.from).any(|i| counted(i) || is_article(&scan.words[i].text)) && counted(behind)
}

/// "guda" of Hausa, between a thing and how many.
pub(super) fn is_piece(scan: &Scan, i: usize) -> bool {
    scan.words.get(i).is_some_and(|w| w.text == "guda")
}
