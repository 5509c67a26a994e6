//! What numbers in a stretch of words count: by which unit, whole or broken, and of which thing.

use super::super::cues::is_filler;
use super::super::scan::{Scan, What};
use super::super::sums::{LEAST_PRICE, thousands};
use super::super::units::{is_broken, is_divisible, is_plain_unit, is_unit};
use super::super::words::Gap;
use super::{Reader, is_article};

/// A part of a thing was asked for: "2.5 yards".
pub const BROKEN: &str = "<broken>";

impl Reader<'_> {
    /// "yards" of "5 yards of lace", "wraps" of "4 wraps of moi moi": counts, and names nothing.
    pub(super) fn is_unit(&self, i: usize) -> bool {
        let w = self.word(i);
        if is_divisible(w) {
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
        is_divisible(next).then(|| next.to_owned())
    }

    /// "₦2,000 chin chin", "2k worth of chin chin": what it shall cost, said before it.
    pub(super) fn worth_before(&self, from: usize) -> Option<i64> {
        let lead = |w: &str| matches!(w, "of" | "worth" | "naira" | "ngn");
        let at = (0..from).rev().find(|k| !lead(self.word(*k)))?;
        let worth = (at + 1..from).any(|k| self.word(k) == "worth");
        let (w, before) = (&self.scan.words[at], at.checked_sub(1).map_or("", |k| self.word(k)));
        let limit = matches!(before, "under" | "below" | "than" | "is" | "for" | "if" | "have" | "only" | "pay" | "paid");
        if limit || (at..from).any(|k| self.scan.words[k].after != Gap::None) {
            return None;
        }
        let large = w.number.filter(|n| worth && *n >= LEAST_PRICE);
        w.amount.or(large).or_else(|| thousands(&w.text).filter(|_| worth))
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
        let leads = |k: usize| matches!(self.word(k), "and" | "with") && k + 1 < i && choice(k + 1);
        let between = (from..i).all(|k| self.scan.words[k].after <= Gap::Comma && (choice(k) || self.word(k) == "size" || leads(k)));
        let unit = |k: usize| k < self.to && (self.is_unit(k) || is_plain_unit(self.word(k)));
        let behind = if self.scan.words[i].after == Gap::None && unit(i + 1) { i + 1 } else { i };
        let ends = behind + 1 >= self.to
            || self.scan.words[behind].after != Gap::None
            || (behind + 1..self.to).all(|k| is_filler(self.word(k)) && self.scan.words[k].number.is_none())
            || behind > i && self.word(behind + 1) == "and";
        if !between || !ends || from == i && behind == i {
            return false;
        }
        let unit = self.measure_behind(i);
        let Some(w) = self.found.wishes.last_mut().filter(|w| w.quantity.is_none() && w.parts.is_empty()) else { return false };
        w.quantity = Some(n);
        w.behind = behind == i;
        w.unit = w.unit.take().or(unit);
        true
    }

    /// "of 5k", "worth 12k" behind a thing: what it shall cost.
    pub(super) fn worth_behind(&self, to: usize) -> Option<i64> {
        let leads = to + 1 < self.to && matches!(self.word(to), "of" | "worth") && self.scan.words[to - 1].after == Gap::None;
        let at = to + 1 + usize::from(leads && self.word(to + 1) == "of");
        let w = self.scan.words.get(at).filter(|_| leads && at < self.to)?;
        w.amount.or(w.number.filter(|n| *n >= LEAST_PRICE)).or_else(|| thousands(&w.text))
    }

    /// "half with pepper, half without" of an even number of things: as many of each.
    pub(super) fn halved(&mut self, i: usize) -> Option<usize> {
        let w = self.found.wishes.last()?;
        let all = w.quantity.filter(|n| *n > 1 && n % 2 == 0)?;
        let open = w.parts.is_empty() || w.parts.len() == 1 && w.parts[0].quantity * 2 == all;
        let of_them = usize::from(i + 2 < self.to && self.word(i + 1) == "of") * 2;
        let next = i + 1 + of_them;
        let how = || matches!(self.word(next), "with" | "without" | "no" | "plain" | "should" | "be");
        // "Half large half regular" are plates; half pepperoni is a side of a pizza.
        let size = || self.scan.span_at(next).is_some_and(|s| matches!(s.what, What::Choice(c) if !self.ix.choices[c].many));
        if !open || next >= self.to || !how() && !size() {
            return None;
        }
        self.flush_strange(None);
        self.open_part(i, all / 2);
        Some(next)
    }

    /// "both with egg" behind "1 large 1 regular": of all the parts.
    pub(super) fn of_all_parts(&self, i: usize) -> bool {
        let parts = self.found.wishes.last().is_some_and(|w| !w.parts.is_empty());
        parts && i + 1 < self.to && (matches!(self.word(i + 1), "with" | "without") || self.scan.span_at(i + 1).is_some())
    }

    /// "all with egg except one": so many of the last wish have not its last choice.
    pub(super) fn all_but(&mut self, i: usize, n: i64) -> bool {
        let but = i > 0 && matches!(self.word(i - 1), "except" | "but" | "excluding");
        let ends = i + 1 >= self.to || self.scan.words[i].after != Gap::None || matches!(self.word(i + 1), "of" | "please");
        let all = self.found.wishes.last().filter(|w| w.parts.is_empty() && !w.choices.is_empty()).and_then(|w| w.quantity);
        let Some(all) = all.filter(|all| but && ends && n < *all) else { return false };
        self.on_some(all - n);
        true
    }

    /// "2-3", "2 or 3" before a thing: how many at most, and where that ends.
    pub(super) fn range(&self, i: usize, n: i64) -> Option<(i64, usize)> {
        let at = |k: usize| (k < self.to).then(|| self.scan.words[k].number).flatten().filter(|m| *m > n && *m <= n + 5);
        let dash =
            |k: usize| self.text.get(self.scan.words[k - 1].to..self.scan.words[k].from).is_some_and(|t| matches!(t.trim(), "-" | "–"));
        let breath = self.scan.words[i].after == Gap::None && self.scan.span_at(i).is_none();
        let end = match at(i + 1) {
            Some(_) if breath && dash(i + 1) => i + 1,
            None if breath && i + 2 < self.to && matches!(self.word(i + 1), "or" | "to") => i + 2,
            None if breath && i > 0 && self.word(i - 1) == "between" && i + 2 < self.to && self.word(i + 1) == "and" => i + 2,
            _ => return None,
        };
        let most = at(end)?;
        let unit = |k: usize| k < self.to && (self.is_unit(k) || is_plain_unit(self.word(k)) || self.word(k) == "of");
        let mut next = end + 1;
        while unit(next) {
            next += 1;
        }
        let sized = self.scan.span_at(next).filter(|s| matches!(s.what, What::Choice(_))).map_or(next, |s| s.to);
        matches!(self.scan.span_at(sized), Some(s) if s.to <= self.to && matches!(s.what, What::Items(_))).then_some((most, end + 1))
    }

    /// "2 boiled eggs" with one plate: no option says how many of it, so whoever makes it is told.
    pub(super) fn note_several(&mut self, i: usize) {
        let several = self.scan.words[i].number.is_some_and(|n| n > 1) && self.measures(i);
        let extra = self.scan.span_at(i + 1).filter(|s| s.to <= self.to && matches!(s.what, What::Choice(c) if self.ix.choices[c].many));
        let one = self.found.wishes.last().is_some_and(|w| w.quantity.unwrap_or(1) == 1 && w.parts.is_empty());
        if let Some(to) = extra.map(|s| s.to).filter(|_| several && one && !self.counts_a_sort(i)) {
            let note = self.slice(i, to);
            self.give(&[], &note);
        }
    }
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
