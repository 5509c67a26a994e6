//! "without plantain", "no fish", "minus the plantain": things of the menu that are named because they are not wanted.

use super::super::cues::{Cue, is_filler};
use super::super::scan::What;
use super::super::words::Gap;
use super::Reader;

impl Reader<'_> {
    /// A thing that is left out of what was named before it is said to whoever makes that, and not ordered. Answers where it ends.
    pub(super) fn left_out(&mut self, i: usize) -> Option<usize> {
        let begins = self.found.wishes.is_empty();
        if self.word(i) == "not" && self.counts_not(i + 1) {
            return Some(i + 2);
        }
        let (after, corrects) = self.refuses(i)?;
        let small = |w: &str| matches!(w, "the" | "any" | "some" | "my" | "your" | "that");
        let mut at = after;
        while at < self.to && small(self.word(at)) {
            at += 1;
        }
        let end = self.things(at).or_else(|| self.other_thing(i, at))?;
        // "no fish in my ogbono"
        if begins && !(end < self.to && matches!(self.word(end), "in" | "on" | "inside") && self.scan.spans.iter().any(|s| s.from > end)) {
            return None;
        }
        // "no, moi moi instead" is what is wanted.
        if end < self.to && self.word(end) == "instead" {
            return None;
        }
        self.flush_strange(None);
        if !corrects {
            let note = self.slice(i, end);
            if begins {
                super::join(&mut self.note, &note);
            } else {
                self.give(&[], &note);
            }
        }
        self.quantity = None;
        Some(end)
    }

    /// "leave out the liver": what is on no menu, too, behind a verb.
    fn other_thing(&self, i: usize, at: usize) -> Option<usize> {
        let verb = matches!(self.word(i), "skip" | "remove" | "drop" | "leave" | "take");
        let own = at < self.to && self.scan.span_at(at).is_none() && !is_filler(self.word(at)) && self.scan.words[at].number.is_none();
        (verb && own).then_some(at + 1)
    }

    /// "any colour except mustard": a choice that is not wanted.
    pub(super) fn is_excepted(&self, i: usize) -> bool {
        let back = |n: usize| i.checked_sub(n).map_or("", |k| self.word(k));
        let gone = || [Cue::Remove, Cue::Clear, Cue::Cancel].iter().any(|c| self.scan.has(*c, 0, self.scan.words.len()));
        // "one of every colour except mustard" is counted colour by colour.
        let each = || (0..i).any(|k| matches!(self.word(k), "every" | "each"));
        (matches!(back(1), "except" | "excluding") || (back(2), back(1)) == ("apart", "from")) && !gone() && !each()
    }

    /// The 3 of "2 zobo not 3", which counts nothing.
    fn counts_not(&self, at: usize) -> bool {
        let ends = at + 1 >= self.to || self.scan.words[at].after != Gap::None || super::super::words::POLITE.has(self.word(at + 1));
        at < self.to && self.scan.words[at].number.is_some() && self.scan.words[at - 1].after == Gap::None && ends
    }

    /// Where words that refuse what follows end, and whether they only say what was not meant: "not coke".
    fn refuses(&self, i: usize) -> Option<(usize, bool)> {
        let breath = |k: usize| k > 0 && self.scan.words[k - 1].after == Gap::None;
        let next = |n: usize| if i + n < self.to { self.word(i + n) } else { "" };
        let puts = |w: &str| matches!(w, "put" | "add" | "include" | "want" | "give" | "bring" | "need" | "like");
        let (to, corrects) = match (self.word(i), next(1)) {
            ("no" | "dont" | "not", verb) if puts(verb) => (i + 2, false),
            ("do", "not") if puts(next(2)) => (i + 3, false),
            ("i" | "we", "dont" | "no") if puts(next(2)) || next(2) == "wan" => (i + 3, false),
            ("skip" | "remove" | "drop", _) if self.scan.cue_at(i).is_none() => (i + 1, false),
            ("leave" | "take", "out" | "off" | "away") if self.scan.cue_at(i).is_none() => (i + 2, false),
            ("no", _) => (i + 1, false),
            ("not", _) => (i + 1, true),
            ("without" | "minus" | "babu" | "laisi" | "bila" | "hold", _) => (i + 1, false),
            ("except" | "excluding", _) => (i + 1, true),
            ("but", "not") => (i + 2, true),
            _ => return None,
        };
        (i + 1..=to).all(breath).then_some((to, corrects))
    }

    /// One thing or several, "fish or chicken", up to the last of them. A number or an article before one orders it.
    fn things(&self, at: usize) -> Option<usize> {
        let named = |what: &What| matches!(what, What::Items(_) | What::Category(_));
        let thing = |k: usize| self.scan.span_at(k).filter(|s| s.to <= self.to && named(&s.what)).map(|s| s.to);
        let mut end = thing(at)?;
        while end < self.to
            && matches!(self.word(end), "or" | "nor")
            && let Some(to) = thing(end + 1)
        {
            end = to;
        }
        Some(end)
    }
}
