//! "one chicken one onion", "margherita and pepperoni, both large": several of the things we asked about, each with its number.

use super::cues::{Cue, is_filler};
use super::plan::Planner;
use super::scan::{Scan, What};
use super::words::{Gap, Word};
use crate::domain::shop::basket::{AddLine, Pick};

/// One of the things that were offered, and what was said of it.
struct Taken {
    place: usize,
    quantity: Option<i64>,
    choices: Vec<usize>,
}

/// Where a text is cut: at pauses, before "and" and before numbers.
fn stretches(scan: &Scan) -> Vec<(usize, usize)> {
    let begins = |k: usize| {
        let w = &scan.words[k];
        let counts = w.number.is_some() && !scan.is_named(k) && !is_and(&scan.words[k - 1]);
        scan.words[k - 1].after != Gap::None || is_and(w) || counts || is_all(w) && !is_and(&scan.words[k - 1])
    };
    let mut cuts: Vec<usize> = (1..scan.words.len()).filter(|k| begins(*k)).collect();
    cuts.push(scan.words.len());
    let mut from = 0;
    cuts.into_iter().map(|to| (std::mem::replace(&mut from, to), to)).collect()
}

fn is_and(w: &Word) -> bool {
    matches!(w.text.as_str(), "and" | "plus" | "n")
}

fn is_all(w: &Word) -> bool {
    matches!(w.text.as_str(), "both" | "all")
}

impl Planner<'_> {
    /// Takes several of those that were offered, when the text names no less than two and says nothing else. It asks nothing, and names
    /// nothing that was not offered.
    pub fn takes_several(&mut self, places: &[usize], line: &AddLine, scan: &Scan) -> bool {
        let Some((taken, all)) = self.several(places, scan) else { return false };
        let share = (line.quantity / i64::try_from(taken.len()).unwrap_or(1)).max(1);
        for t in taken {
            let item = self.item(t.place);
            let has = |p: &Pick| item.options.iter().any(|g| g.name == p.group);
            let (item_id, quantity) = (item.id, t.quantity.unwrap_or(share));
            let mut options: Vec<Pick> = line.options.iter().filter(|p| has(p)).cloned().collect();
            let choices: Vec<usize> = all.iter().chain(&t.choices).copied().collect();
            options.extend(self.picks(t.place, &choices));
            self.add_lines(t.place, vec![AddLine { item_id, quantity, options, note: line.note.clone() }]);
        }
        true
    }

    /// What is taken, and the choices of all of it.
    fn several(&self, places: &[usize], scan: &Scan) -> Option<(Vec<Taken>, Vec<usize>)> {
        let small = |c: Cue| matches!(c, Cue::Yes | Cue::Want | Cue::Thanks | Cue::More);
        if scan.words.len() > 16 || scan.cues.iter().any(|c| !small(c.cue)) {
            return None;
        }
        let (mut taken, mut all): (Vec<Taken>, Vec<usize>) = (Vec::new(), Vec::new());
        for (from, to) in stretches(scan) {
            let words = &scan.words[from..to];
            let place = self.named_among(places, words);
            let choices = self.choices_within(place, scan, from, to);
            match place {
                Some(place) if taken.iter().any(|t| t.place == place) => return None,
                Some(place) => taken.push(Taken { place, quantity: number_of(scan, from, to), choices }),
                None if !choices.is_empty() && words.iter().any(is_all) => all.extend(choices),
                // "margherita, large, and pepperoni"
                None if !choices.is_empty() => taken.last_mut()?.choices.extend(choices),
                None if words.iter().enumerate().all(|(k, w)| is_filler(&w.text) || scan.is_told(from + k)) => {}
                None => return None,
            }
        }
        (taken.len() > 1).then_some((taken, all))
    }

    /// The choices that words name beside the thing itself: the pepperoni of a pepperoni pizza is none.
    fn choices_within(&self, place: Option<usize>, scan: &Scan, from: usize, to: usize) -> Vec<usize> {
        let inside = scan.spans.iter().filter(|s| s.from >= from && s.to <= to);
        let choices = inside.filter_map(|s| if let What::Choice(c) = s.what { Some(c) } else { None });
        let in_name = |c: &usize| place.is_some_and(|i| self.ix.keys[i][0].split(' ').any(|w| w == self.ix.choices[*c].key));
        choices.filter(|c| !in_name(c)).collect()
    }
}

fn number_of(scan: &Scan, from: usize, to: usize) -> Option<i64> {
    (from..to).find_map(|k| scan.words[k].number.filter(|_| !scan.is_named(k)))
}
