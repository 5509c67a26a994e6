//! Parts of a wish that differ, measures, and notes: what a number or a word beside an item means.

use super::super::cues::{Cue, is_filler, is_manner};
use super::super::scan::What;
use super::super::words::{Gap, Words};
use super::{Part, Reader, Wish};

/// Words that say something is left out.
const LACKS: [&str; 7] = ["no", "without", "babu", "laisi", "bila", "بدون", "بلا"];
/// Words that begin a note of how a thing shall be.
const NOTE_LEADS: [&str; 11] = ["extra", "less", "light", "lightly", "well", "super", "not", "very", "really", "double", "hold"];
/// Words that end it.
const NOTE_ENDS: [&str; 19] = [
    "and",
    "with",
    "please",
    "pls",
    "plz",
    "abeg",
    "to",
    "for",
    "but",
    "in",
    "on",
    "from",
    "that",
    "thank",
    "thanks",
    "na",
    "tafadhali",
    "و",
    "مع",
];

impl Reader<'_> {
    /// "a shot of", "two pumps of": counts a measure, not a thing.
    pub(super) fn measures(&self, i: usize) -> bool {
        let next = if i + 1 < self.to { self.word(i + 1) } else { Default::default() };
        static MEASURES: Words = Words::new(
            "shot shots pump pumps splash touch bit little dash drizzle drop drops lot side teaspoon teaspoons spoon spoons scoop scoops addition pinch",
        );
        let choice =
            self.scan.words[i].number.is_some_and(|n| n > 1) && self.scan.span_at(i + 1).is_some_and(|s| matches!(s.what, What::Choice(_)));
        // "jollof 3 large" counts the jollof.
        let counts = self.found.wishes.last().is_some_and(|w| w.quantity.is_none())
            && self.scan.spans.iter().any(|s| s.to == i && matches!(s.what, What::Items(_)))
            && self.scan.span_at(i + 1).is_some_and(|s| matches!(s.what, What::Choice(c) if !self.ix.choices[c].many));
        let then_item = self.scan.spans.iter().any(|s| s.from > i && s.to <= self.to && matches!(s.what, What::Items(_)));
        // "a margherita with one pepperoni"
        let with_one = i > 0 && self.word(i - 1) == "with" && self.found.wishes.last().is_some_and(|w| w.quantity.unwrap_or(1) == 1);
        let extra = with_one && self.scan.span_at(i + 1).is_some_and(|s| matches!(s.what, What::Choice(c) if self.ix.choices[c].many));
        !self.found.wishes.is_empty() && (MEASURES.has(next) || extra || choice && !then_item && !counts)
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

    /// "1 large, 1 regular" of what was talked about before.
    pub(super) fn is_part_of_nothing(&self, i: usize) -> bool {
        let next = i + 1 + usize::from(i + 1 < self.to && matches!(self.word(i + 1), "in" | "with"));
        let choice = self.scan.span_at(next).is_some_and(|s| s.to <= self.to && matches!(s.what, What::Choice(_)));
        let items = self.scan.spans.iter().any(|s| s.to > i && s.to <= self.to && matches!(s.what, What::Items(_)));
        choice && !items && self.found.wishes.is_empty()
    }

    /// "3 large and 1 coke": so many and so of what was talked about, where the thing that follows cannot be so.
    pub(super) fn part_alone(&mut self, i: usize) {
        let next = self.scan.spans.iter().find(|s| s.from > i && s.to <= self.to && matches!(s.what, What::Items(_)));
        let Some(What::Items(items)) = next.map(|s| &s.what) else { return };
        let fits = |c: &usize| self.ix.choices[*c].at.iter().any(|(x, _, _)| items.contains(x));
        if !self.found.wishes.is_empty() || !self.found.parts.is_empty() || self.choices.is_empty() || self.choices.iter().any(fits) {
            return;
        }
        if let Some(quantity) = self.quantity {
            let choices = std::mem::take(&mut self.choices);
            self.found.parts.push(Part { quantity, choices, note: std::mem::take(&mut self.note) });
        }
    }

    /// "2 jollof with coleslaw on one": so many of the last wish have its last choice.
    pub(super) fn is_on_some(&self, i: usize, n: i64) -> bool {
        let on = i.checked_sub(1).is_some_and(|b| matches!(self.word(b), "on" | "in" | "for"));
        let ends = i + 1 >= self.to || self.scan.words[i].after != Gap::None || matches!(self.word(i + 1), "of" | "only");
        let wish = self.found.wishes.last();
        let special = |w: &Wish| !(w.choices.is_empty() && w.note.is_empty() && self.note.is_empty() && self.choices.is_empty());
        on && ends && wish.is_some_and(|w| w.parts.is_empty() && special(w) && n < w.quantity.unwrap_or(1))
    }

    pub(super) fn on_some(&mut self, quantity: i64) {
        let pending = std::mem::take(&mut self.note);
        // "2 large jollof, put egg for one"
        let named = std::mem::take(&mut self.choices);
        let Some(w) = self.found.wishes.last_mut() else { return };
        let note = if pending.is_empty() { std::mem::take(&mut w.note) } else { pending };
        // "no onions on one of them", "with coleslaw on one"
        let choices = match named.is_empty() {
            false => named,
            true if note.is_empty() => w.choices.pop().into_iter().collect(),
            true => Vec::new(),
        };
        w.parts.push(Part { quantity, choices, note });
    }

    /// "2 large jollof and 1 regular": no part of the two can be regular, so it is one more.
    pub(super) fn opposes(&self, i: usize) -> bool {
        let Some(w) = self.found.wishes.last().filter(|w| w.parts.is_empty()) else { return false };
        let unit = usize::from(i + 1 < self.to && self.is_unit(i + 1));
        let Some(What::Choice(new)) = self.scan.span_at(i + 1 + unit).filter(|s| s.to <= self.to).map(|s| &s.what) else { return false };
        let group = |c: usize| self.ix.choices[c].at.iter().find(|(item, _, _)| w.items.contains(item)).map(|(_, g, _)| *g);
        let single = |c: usize| !self.ix.choices[c].many;
        let same = |old: &usize| *old != *new && group(*old).is_some() && group(*old) == group(*new);
        single(*new) && w.choices.iter().any(same) && !self.scan.has(Cue::Change, 0, self.scan.words.len()) && self.only_choices(i)
    }

    /// "matcha letta": a word like one of the menu.
    pub(super) fn is_misspelt(&self, i: usize) -> bool {
        let w = self.word(i);
        self.ix.words().any(|m| m.len() > 3 && strsim::normalized_damerau_levenshtein(m, w) > 0.55)
    }

    /// "Dangote cement": part of a name, and then a word of its own that makes it another thing than the menu has.
    pub(super) fn is_other_thing(&self, to: usize) -> bool {
        let free = |k: usize| self.scan.span_at(k).is_none() && !self.scan.is_told(k);
        let own = |w: &str| w.len() > 3 && !is_filler(w) && !is_manner(w);
        let breath = to < self.to && self.scan.words[to - 1].after == Gap::None;
        let brand = self.scan.span_at(to.saturating_sub(1)).is_some_and(|s| s.to - s.from == 1);
        breath && brand && free(to) && own(self.word(to)) && self.scan.words[to].number.is_none() && self.wants && !self.is_misspelt(to)
    }

    pub(super) fn again(&mut self, n: i64) {
        self.flush();
        let Some(last) = self.found.wishes.last() else { return };
        let wish = Wish { items: last.items.clone(), said: last.said.clone(), full: last.full, quantity: Some(n), ..Wish::default() };
        self.found.wishes.push(wish);
        self.apart = false;
        self.quantity = None;
    }

    /// "2 regular 1 large": a choice follows, and another number with one.
    pub(super) fn other_part_follows(&self, i: usize) -> bool {
        let choice = |k: usize| self.scan.span_at(k).filter(|s| s.to <= self.to && matches!(s.what, What::Choice(_))).map(|s| s.to);
        let Some(mut next) = choice(i + 1) else { return false };
        next += usize::from(next < self.to && self.word(next) == "and");
        next < self.to && self.scan.words[next].number.is_some() && choice(next + 1).is_some()
    }

    /// Choices follow, and no item.
    pub(super) fn only_choices(&self, i: usize) -> bool {
        let mut seen = false;
        let mut j = i + 1;
        while j < self.to && !(seen && self.scan.words[j].number.is_some()) {
            match self.scan.span_at(j).map(|s| (&s.what, s.to)) {
                // "one without plantain"
                Some((What::Items(_), to)) if LACKS.contains(&self.word(j - 1)) && j > i + 1 => {
                    seen = true;
                    j = to;
                }
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
            if taken > 0 && taken == w.quantity.unwrap_or(1) {
                w.quantity = Some(taken + quantity);
            }
            w.parts.push(Part { quantity, ..Part::default() });
        }
    }

    /// "no onions", "extra spicy", "should be cold": words that tell how, up to the next pause.
    pub(super) fn noted(&mut self, i: usize) -> Option<usize> {
        if let Some(next) = self.left_out(i) {
            return Some(next);
        }
        let w = self.word(i);
        if w == "half" {
            return self.halved(i).or_else(|| self.half(i));
        }
        if let Some(next) = self.not_that(i) {
            return Some(next);
        }
        if matches!(w, "no" | "not")
            && self.scan.span_at(i + 1).is_some_and(|s| s.full && matches!(s.what, What::Items(_)))
            && self.word(i.saturating_sub(1)) != "with"
        {
            return None;
        }
        let from = self.tells_from(i)?;
        let lacks = LACKS.contains(&w);
        if matches!(w, "no" | "not") && i + 1 < self.to && answers(self.word(i + 1)) {
            return None;
        }
        let start = if from > i { from } else { i + 1 };
        let mut j = start;
        let mut content = false;
        while j < self.to && j < start + 4 && self.scan.words[j - 1].after == Gap::None {
            let t = self.word(j);
            if self.scan.cue_at(j).is_some_and(|c| matches!(c.cue, Cue::Want | Cue::Change | Cue::Stock | Cue::Actually | Cue::Done)) {
                // "No, can I get…" is an answer and a wish.
                break;
            }
            let span = self.scan.span_at(j);
            let item =
                span.is_some_and(|s| matches!(s.what, What::Items(_)) && !(matches!(w, "no" | "without") && self.found.wishes.is_empty()));
            if item || NOTE_ENDS.contains(&t) || self.scan.words[j].number.is_some() {
                break;
            }
            content |= !is_filler(t) && t.len() > 2;
            j += 1;
        }
        if !content || !lacks && self.choice_in(i + 1, j) {
            return None;
        }
        // "no milk" with a choice of that name was found as a span before this.
        let note = self.slice(from, j);
        self.flush_strange(None);
        if self.found.wishes.is_empty() || self.apart && self.item_follows(j) {
            join(&mut self.note, &note);
        } else {
            self.give(&[], &note);
        }
        Some(j)
    }

    /// Where words that tell how begin, when they do at `i`: there, or after "should be".
    fn tells_from(&self, i: usize) -> Option<usize> {
        let w = self.word(i);
        let before = i.checked_sub(1).map_or("", |b| self.word(b));
        // "No wait, leave it" answers.
        if self.scan.cue_at(i).is_some_and(|c| c.cue == Cue::Actually) {
            return None;
        }
        // "We'll swing by" says nothing of how.
        if w == "well" && self.slice(i, i + 1).contains(['\'', '’', '‘', 'ʼ']) {
            return None;
        }
        // "Hold the onions" is a note; "we want to hold a conference" is what somebody does.
        if w == "hold" && matches!(before, "to" | "will" | "can" | "could" | "would" | "may" | "shall" | "i" | "we") {
            return None;
        }
        let should = w == "should" && i + 2 < self.to && self.word(i + 1) == "be" && self.scan.span_at(i + 2).is_none();
        should.then_some(i + 2).or_else(|| (LACKS.contains(&w) || NOTE_LEADS.contains(&w)).then_some(i))
    }

    /// "half portion of", "half a plate": said to whoever cooks, as nothing on the menu is half.
    fn half(&mut self, i: usize) -> Option<usize> {
        static OF: Words = Words::new("portion portions plate pack bowl size order loaf carton bag crate box tray");
        let of = |k: usize| k < self.to && OF.has(self.word(k));
        let end = if of(i + 1) { i + 2 } else { i + 3 };
        if !of(end - 1) || end == i + 3 && self.word(i + 1) != "a" {
            return self.halves(i);
        }
        let note = self.slice(i, end);
        self.flush_strange(None);
        join(&mut self.note, &note);
        // "half a loaf of sourdough": the loaf is part of the name.
        Some(if self.scan.span_at(end - 1).is_some() { end - 1 } else { end })
    }

    /// "half pepperoni half mushroom": one thing with two sides, said to whoever makes it.
    fn halves(&mut self, i: usize) -> Option<usize> {
        let second = (i + 2..self.to.min(i + 6)).find(|k| self.word(*k) == "half").filter(|k| k + 1 < self.to)?;
        let side = |k: usize| self.scan.span_at(k).map_or((None, k + 1), |s| (Some(s.what.clone()), s.to));
        let ((one, first), (other, end)) = (side(i + 1), side(second + 1));
        let breath = first == second || first + 1 == second && self.word(first) == "and";
        if end > self.to || !breath {
            return None;
        }
        let more = self.scan.spans.iter().any(|s| s.to <= i || s.from >= end && s.to <= self.to);
        let begins = self.found.wishes.is_empty();
        let (mut item, mut choices) = (None, Vec::new());
        match (one, other) {
            (Some(What::Items(a)), Some(b)) if a.len() == 1 && begins && self.has_side(a[0], &b) => item = Some(a[0]),
            // "half chicken half onion", where several things are of chicken: of what was talked about.
            (Some(What::Items(a)), _) if a.len() > 1 && begins && !more && self.quantity.is_none() => {}
            (Some(What::Items(_)), _) | (_, Some(What::Items(_))) => return None,
            (Some(What::Choice(a)), Some(What::Choice(b))) => {
                let has = |w: &Wish| [a, b].iter().all(|c| self.ix.choices[*c].at.iter().any(|at| w.items.contains(&at.0)));
                match self.found.wishes.last().is_some_and(has) {
                    // Both are paid for: half of a topping has no price.
                    true => choices = vec![a, b],
                    false if more || !begins => return None,
                    false => {}
                }
            }
            _ => {}
        }
        let note = self.slice(i, end);
        self.flush_strange(None);
        if choices.is_empty() {
            join(&mut self.note, &note);
        } else {
            self.give(&choices, &note);
        }
        if let Some(one) = item {
            self.item(i + 1, first, vec![one], true);
        }
        Some(end)
    }

    /// Whether a thing may be half of that: "half margherita half pepperoni". Half chips and half coleslaw are two things.
    fn has_side(&self, one: usize, other: &What) -> bool {
        let kind = |k: usize| self.ix.categories.iter().position(|c| c.1.contains(&k));
        let topped = || self.ix.choices.iter().any(|c| c.many && c.at.iter().any(|at| at.0 == one));
        match other {
            What::Items(others) => kind(one).is_some() && topped() && others.iter().any(|k| kind(*k) == kind(one)),
            What::Choice(c) => self.ix.choices[*c].at.iter().any(|at| at.0 == one),
            What::Category(_) => false,
        }
    }

    /// "not large, regular": what it shall not be is no wish.
    fn not_that(&self, i: usize) -> Option<usize> {
        let at = if self.word(i) == "no" && i + 1 < self.to && self.word(i + 1) == "not" { i + 1 } else { i };
        let single = |c: usize| !self.ix.choices[c].many;
        let span = self.scan.span_at(at + 1).filter(|s| s.to <= self.to && matches!(s.what, What::Choice(c) if single(c)))?;
        (self.word(at) == "not").then_some(span.to)
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

    /// Strange words are an unknown item when something was asked for there: a number, an article or "I want" before.
    pub(super) fn strange_at(&mut self, f: usize, t: usize) {
        // "for my party" says why, not what.
        let said = |k: &usize| self.scan.cues.iter().any(|c| c.from <= *k && *k < c.to && c.cue == Cue::Stock);
        let why = (0..f).rev().filter(|k| !said(k)).map(|k| self.word(k)).find(|w| !matches!(*w, "my" | "the" | "a" | "an" | "our"));
        if matches!(why, Some("for" | "at" | "because" | "from" | "about" | "since" | "by")) {
            return;
        }
        if (f..t).all(|k| is_manner(self.word(k))) && self.some_so(f, t) {
            return;
        }
        let counted = self.quantity.is_some()
            || (f..t).any(|k| super::super::words::is_measure(self.word(k)))
            || self.apart && self.wants && self.found.wishes.is_empty()
            || self.after_and(f);
        if counted && t - f <= 4 {
            let said = self.slice(f, t);
            self.found.unknown.push((said, Vec::new()));
            self.quantity = None;
        }
    }

    /// "three coke, two of them cold": how some of the last thing shall be. True when that was said.
    fn some_so(&mut self, f: usize, t: usize) -> bool {
        let of_them = f > 1 && self.word(f - 2) == "of" && matches!(self.word(f - 1), "them" | "those" | "it");
        let note = self.slice(f, t);
        let Some(n) = self.quantity.filter(|_| of_them) else { return false };
        let Some(w) = self.found.wishes.last_mut().filter(|w| w.parts.is_empty() && w.quantity.is_some_and(|all| n <= all)) else {
            return false;
        };
        w.parts.push(Part { quantity: n, note, ..Part::default() });
        self.quantity = None;
        true
    }

    /// "jollof rice and shawarma": after "and" a thing follows. "with beef" names one too.
    fn after_and(&self, f: usize) -> bool {
        let Some(b) = f.checked_sub(1) else { return false };
        let joined = matches!(self.word(b), "and" | "plus" | "with" | "some" | "و") || self.scan.words[b].after == Gap::Comma;
        joined && !self.found.wishes.is_empty() && self.scan.words[b].after <= Gap::Comma
    }

    pub(super) fn item_follows(&self, j: usize) -> bool {
        self.scan.span_at(j).is_some_and(|s| matches!(s.what, What::Items(_)))
    }
}

/// Behind "no" or "not": an answer rather than something left out. "No problem", "no leave it", "not eating again".
fn answers(next: &str) -> bool {
    matches!(
        next,
        "problem"
            | "problems"
            | "wahala"
            | "issue"
            | "issues"
            | "worry"
            | "worries"
            | "leave"
            | "dont"
            | "need"
            | "vex"
            | "rush"
            | "hurry"
            | "pickup"
            | "delivery"
            | "i"
            | "we"
            | "it"
            | "its"
            | "thats"
            | "you"
            | "eating"
            | "coming"
            | "going"
            | "now"
            | "yet"
            | "sure"
            | "way"
    )
}

/// Puts more words behind a note.
pub(super) fn join(note: &mut String, more: &str) {
    if more.is_empty() {
        return;
    }
    if !note.is_empty() {
        note.push_str(", ");
    }
    note.push_str(more);
}
