//! Sizes that are numbers: "sandals in size 43", where there are 37 to 42.

use super::cues::{Cue, is_filler};
use super::plan::Planner;
use super::read::Wish;
use super::scan::{Scan, What};
use super::words::Gap;
use crate::domain::house::item::OptionGroup;
use std::ops::RangeInclusive;

/// What "in 43" may be a size of; "in 2" counts things.
const SIZES: RangeInclusive<i64> = 4..=60;

/// The size that is named: "size 43", "in 43". "Deliver to house 5 in 24 road" names none.
pub fn size_named(scan: &Scan) -> Option<i64> {
    let word = |k: usize| scan.words.get(k).map_or("", |w| w.text.as_str());
    let other = |k: usize| scan.spans.iter().any(|s| s.from <= k && k < s.to && !matches!(s.what, What::Choice(_)));
    let brought = scan.cues.iter().any(|c| matches!(c.cue, Cue::Delivery | Cue::Pickup | Cue::Address | Cue::DeliverQ | Cue::PickupQ));
    let ends = |k: usize| {
        let then = scan.words[k].after != Gap::None || matches!(word(k + 1), "" | "please" | "pls" | "abeg" | "too" | "instead");
        then || scan.span_at(k + 1).is_some_and(|s| matches!(s.what, What::Choice(_)))
    };
    (1..scan.words.len()).find_map(|k| {
        let n = scan.words[k].number.filter(|_| !other(k))?;
        let so = match word(k - 1) {
            "size" | "sizes" => true,
            "in" => SIZES.contains(&n) && !brought && ends(k),
            _ => false,
        };
        (so && !matches!(word(k + 1), "pair" | "pairs")).then_some(n)
    })
}

/// A size that must be chosen, of which all are numbers.
fn is_of_sizes(group: &OptionGroup) -> bool {
    group.required && !group.choices.is_empty() && group.choices.iter().all(|c| c.name.trim().parse::<i64>().is_ok())
}

impl Planner<'_> {
    /// "sandals 43": a number behind the name of what comes in sizes, too large for one of pairs.
    pub fn is_size_of(&self, i: usize, n: i64) -> bool {
        (21..=60).contains(&n) && self.item(i).options.iter().any(is_of_sizes)
    }

    /// The size that was named and that a thing does not come in. A number behind its name, too large for one of pairs, is a size.
    pub fn size_not_had(&self, i: usize, w: &Wish) -> Option<i64> {
        if !self.item(i).options.iter().any(is_of_sizes) {
            return None;
        }
        let chosen = w.choices.iter().find_map(|c| self.ix.choices[*c].key.parse().ok());
        let size = chosen.or(self.size).or(w.quantity.filter(|n| w.behind && self.is_size_of(i, *n)))?;
        // Trousers have a width and a length.
        let has = self.item(i).options.iter().flat_map(|g| &g.choices).any(|c| c.name.trim().parse() == Ok(size));
        (!has).then_some(size)
    }

    /// "in 43", "make it size 45" and nothing more: of the thing talked about. True when it does not come so, which is told.
    pub fn is_another_size(&mut self, scan: &Scan) -> bool {
        let Some(size) = self.size else { return false };
        let small = |c: &super::cues::CueAt| matches!(c.cue, Cue::Stock | Cue::Want | Cue::Change | Cue::More | Cue::Yes | Cue::Thanks);
        let told = |k: usize| scan.is_told(k);
        let bare = |k: usize| told(k) || scan.words[k].number == Some(size) || is_filler(&scan.words[k].text);
        if !scan.spans.is_empty() || !scan.cues.iter().all(small) || !(0..scan.words.len()).all(bare) || scan.words.len() > 8 {
            return false;
        }
        let about = self.memo.focus.first().and_then(|id| self.ix.place.get(id).copied());
        let lacks = about.and_then(|i| self.size_not_had(i, &Wish::default()).map(|size| (i, size)));
        if let Some((i, size)) = lacks {
            self.tell_sizes(i, size);
            self.keep_asking();
        }
        lacks.is_some()
    }

    /// Tells that a thing does not come so, and what it does come in.
    pub fn tell_sizes(&mut self, i: usize, size: i64) {
        let name = format!("{} ({size})", self.item(i).name);
        self.say("no_such", &[("item", &name)]);
        self.say_prices(&[i]);
        self.about(&[i]);
        self.offer_later(&[Wish { items: vec![i], ..Wish::default() }]);
        self.out.go_on = true;
    }
}
