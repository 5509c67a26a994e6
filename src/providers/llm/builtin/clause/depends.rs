//! Wishes that depend on what there is: "2 suya if available, otherwise 2 chicken".

use super::{Act, Clause, Cue, What, Wish, read};

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

    /// "2 coke but if you don't have coke give me zobo".
    fn unless(&self) -> Option<Act> {
        let Self { scan, ix, text, from, to } = *self;
        let word = |k: usize| if k < to { scan.words[k].text.as_str() } else { "" };
        let none = |w: &str| matches!(w, "no" | "not" | "dont" | "isnt" | "finished" | "unavailable" | "out");
        let at = (from + 1..to).find(|k| word(*k) == "if" && (k + 1..k + 6).any(|n| none(word(n))))?;
        let gives = scan.cues.iter().find(|c| c.cue == Cue::Want && c.from > at && c.to < to)?;
        let (this, that) = (read(scan, ix, text, from, at).wishes, read(scan, ix, text, gives.to, to).wishes);
        (!this.is_empty() && !that.is_empty()).then_some(Act::Otherwise(this, that))
    }
}
