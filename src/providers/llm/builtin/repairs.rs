//! "a coke, sorry two coke", "2 large jollof no make that 3 large jollof": what is said anew in the same breath takes the place of what
//! it mends. And "sorry, 3 coke" of what is in the basket.

use super::acts::{Act, Edit};
use super::cues::{Cue, is_filler};
use super::plan::Planner;
use super::read::Wish;
use super::scan::{Scan, What};
use super::words::{Gap, POLITE, Words};

/// Words that take something back, from `at`; what is said instead begins at `next`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// First word that takes back.
    pub at: usize,
    /// First word of what is said instead.
    pub next: usize,
}

/// How sure it is that words take something back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sure {
    /// "no" alone: it may as well leave something out.
    Little,
    /// "sorry", "actually": it may as well begin another wish.
    Some,
    /// "no wait", "i mean", "scratch that".
    Much,
}

/// Where a text takes back what it named itself.
pub fn turns(scan: &Scan) -> Vec<Turn> {
    let mut out = Vec::new();
    let Some(first) = scan.spans.iter().find(|s| matches!(s.what, What::Items(_))) else { return out };
    let mut k = first.to;
    while k < scan.words.len() {
        match taken_back(scan, k) {
            Some(t) => {
                k = t.next;
                out.push(t);
            }
            None => k += 1,
        }
    }
    out
}

fn word(scan: &Scan, k: usize) -> &str {
    scan.words.get(k).map_or("", |w| w.text.as_str())
}

/// Past words without a meaning of their own.
fn past_sounds(scan: &Scan, mut k: usize) -> usize {
    while scan.cue_at(k).is_none()
        && matches!(word(scan, k), "oh" | "uh" | "um" | "er" | "erm" | "hmm" | "ah" | "ooh" | "abeg" | "please" | "pls")
    {
        k += 1;
    }
    k
}

/// The words that take something back at `k`: how sure, and where they end.
fn lead(scan: &Scan, k: usize) -> Option<(Sure, usize)> {
    let cue = scan.cue_at(k);
    let back = |to: usize| word(scan, to) == "that";
    match (word(scan, k), cue) {
        (_, Some(c)) if c.cue == Cue::Actually && word(scan, c.to - 1) != "problem" => {
            Some((if word(scan, k) == "no" { Sure::Much } else { Sure::Some }, c.to))
        }
        ("scrap" | "scratch" | "forget" | "strike", _) if back(k + 1) => Some((Sure::Much, k + 2)),
        ("or" | "no", _) if word(scan, k + 1) == "rather" => Some((Sure::Much, k + 2)),
        ("oops" | "correction", _) => Some((Sure::Some, k + 1)),
        ("i", Some(c)) if c.cue == Cue::Change => Some((Sure::Much, c.to)),
        ("make", Some(c)) if c.cue == Cue::Change && matches!(word(scan, c.to - 1), "that" | "it") => Some((Sure::Some, c.to)),
        ("make" | "change", Some(c)) if c.cue == Cue::Change && word(scan, c.to - 1) == "the" => Some((Sure::Little, c.to)),
        ("no" | "nope" | "nah", _) => Some((Sure::Little, k + 1)),
        _ => None,
    }
}

fn taken_back(scan: &Scan, from: usize) -> Option<Turn> {
    let (mut sure, mut k) = lead(scan, past_sounds(scan, from))?;
    loop {
        k = past_sounds(scan, k);
        match lead(scan, k) {
            Some((more, to)) => {
                // "wait no", "no make that": two of them leave no doubt.
                sure = if more.max(sure) == Sure::Little { Sure::Some } else { Sure::Much };
                k = to;
            }
            None => break,
        }
    }
    // "and actually a zobo too" adds one.
    let before = from.checked_sub(1).map_or("", |b| word(scan, b));
    if matches!(before, "and" | "also" | "plus" | "with" | "if") || scan.is_named(from) {
        return None;
    }
    let next = k;
    let wants = scan.cue_at(k).filter(|c| c.cue == Cue::Want);
    if let Some(c) = wants {
        k = c.to;
    }
    // "wait, is zobo cheaper?"
    if matches!(word(scan, k), "is" | "are" | "do" | "does" | "can" | "how" | "what" | "which") {
        return None;
    }
    let said = begun(scan, k)?;
    let adds = |w: &str| matches!(w, "add" | "also" | "another" | "more" | "extra" | "plus" | "include" | "too" | "instead" | "well");
    let end = (said.to + 2).min(scan.words.len());
    if (next..end).any(|k| adds(word(scan, k))) {
        return None;
    }
    let same = said.item.is_some_and(|at| named_before(scan, at, from));
    // "make it cold" names no cold brew.
    if said.item.is_some_and(|at| scan.span_at(at).is_some_and(|s| !s.full)) && !same && !said.counted {
        return None;
    }
    // "actually make the chicken 3"
    let the = next.checked_sub(1).is_some_and(|b| word(scan, b) == "the");
    let told = match sure {
        _ if the && wants.is_none() => same,
        // "3 zobo, no 4"
        Sure::Little => said.counted && (said.item.is_some() || said.to >= scan.words.len() && behind_thing(scan, from)),
        Sure::Some => wants.is_none() || same,
        Sure::Much => true,
    };
    (told && said.is_whole(scan)).then_some(Turn { at: from, next })
}

/// What is said instead: a thing with how many and how, or only how many.
struct Said {
    item: Option<usize>,
    counted: bool,
    to: usize,
}

impl Said {
    /// A number without a thing is all that is said; a thing may lead a list.
    fn is_whole(&self, scan: &Scan) -> bool {
        let paused = || self.to > 0 && scan.words.get(self.to - 1).is_some_and(|w| w.after != Gap::None);
        self.item.is_some() || paused() || (self.to..scan.words.len()).all(|k| POLITE.has(word(scan, k)))
    }
}

fn begun(scan: &Scan, from: usize) -> Option<Said> {
    static SMALL: Words = Words::new(
        "just only the it its is that say like plates plate bottles bottle cups cup packs pack portions portion of wraps wrap pieces piece",
    );
    let (mut k, mut counted) = (from, false);
    while k < scan.words.len() && k < from + 8 {
        if let Some(s) = scan.span_at(k) {
            match s.what {
                What::Items(_) => return Some(Said { item: Some(k), counted, to: s.to }),
                What::Choice(_) => k = s.to,
                What::Category(_) => return None,
            }
            continue;
        }
        let w = &scan.words[k];
        if w.number.is_some() && !counted || matches!(w.text.as_str(), "a" | "an") {
            counted = true;
        } else if !SMALL.has(&w.text) {
            break;
        }
        k += 1;
        if w.after >= Gap::Stop || counted && w.number.is_some() && w.after == Gap::Comma {
            break;
        }
    }
    let number = (from..k).any(|k| scan.words[k].number.is_some() && !scan.is_named(k));
    (number && counted && (from..k).all(|k| !scan.is_named(k))).then_some(Said { item: None, counted, to: k })
}

/// Whether a thing, or a thing and its number, ends there: "zobo 2 no 3".
fn behind_thing(scan: &Scan, at: usize) -> bool {
    let ends = |at: usize| scan.spans.iter().any(|s| s.to == at && matches!(s.what, What::Items(_)));
    ends(at) || at > 0 && scan.words[at - 1].number.is_some() && ends(at - 1)
}

/// Whether the thing at `at` was named before `end`.
fn named_before(scan: &Scan, at: usize, end: usize) -> bool {
    let Some(What::Items(now)) = scan.span_at(at).map(|s| &s.what) else { return false };
    scan.spans.iter().filter(|s| s.to <= end).any(|s| matches!(&s.what, What::Items(was) if was.iter().any(|i| now.contains(i))))
}

/// What a text does, once each part of it takes back something of the parts before.
pub fn mended(mut parts: Vec<Vec<Act>>) -> Vec<Act> {
    let mut out = if parts.is_empty() { Vec::new() } else { parts.remove(0) };
    for part in parts {
        mend(&mut out, part);
    }
    out
}

fn mend(out: &mut Vec<Act>, part: Vec<Act>) {
    let (mut first, mut done) = (true, Vec::new());
    for act in part {
        match act {
            Act::Add(wishes) => {
                let mut more = Vec::new();
                for w in wishes {
                    if first && changed_anew(out, &w) {
                        first = false;
                        continue;
                    }
                    let old = of_same(out, &w, &done).or_else(|| if first { last_wish(out) } else { None });
                    match old {
                        Some((a, n)) => {
                            put(&mut out[a], n, w);
                            done.push((a, n));
                        }
                        None => more.push(w),
                    }
                    first = false;
                }
                if !more.is_empty() {
                    out.push(Act::Add(more));
                }
            }
            Act::Number(n) | Act::OfIt(n) if first && last_wish(out).is_some() => {
                // "2 coke, no make it 3"
                if let Some((a, k)) = last_wish(out)
                    && let Act::Add(list) = &mut out[a]
                {
                    list[k].quantity = Some(n);
                }
                first = false;
            }
            other => {
                first = false;
                out.push(other);
            }
        }
    }
}

/// "remove 1 coke sorry 2 coke", "make it 3 zobo, sorry 4 zobo": what is corrected adds nothing. False when it was no change of that.
fn changed_anew(acts: &mut [Act], w: &Wish) -> bool {
    let same = |old: &Wish| old.items.iter().any(|i| w.items.contains(i));
    match acts.last_mut() {
        Some(Act::Remove(ws, _)) if w.quantity.is_some() && ws.len() == 1 && same(&ws[0]) => ws[0].quantity = w.quantity,
        Some(Act::Modify(ws, edit)) if w.quantity.is_some() && ws.len() == 1 && same(&ws[0]) => {
            edit.quantity = w.quantity;
            ws[0].quantity = w.quantity;
        }
        _ => return false,
    }
    true
}

/// The wish for the same thing that was said last; of several sorts the one that is so.
fn of_same(acts: &[Act], w: &Wish, done: &[(usize, usize)]) -> Option<(usize, usize)> {
    let same = |(a, n, old): &(usize, usize, &Wish)| !done.contains(&(*a, *n)) && old.items.iter().any(|i| w.items.contains(i));
    let all: Vec<(usize, usize, &Wish)> = wishes(acts).filter(same).collect();
    let alike = all.iter().rev().find(|(_, _, old)| !w.choices.is_empty() && old.choices == w.choices);
    alike.or(all.last()).map(|(a, n, _)| (*a, *n))
}

fn last_wish(acts: &[Act]) -> Option<(usize, usize)> {
    wishes(acts).last().map(|(a, n, _)| (a, n))
}

fn wishes(acts: &[Act]) -> impl Iterator<Item = (usize, usize, &Wish)> {
    acts.iter().enumerate().flat_map(|(a, act)| {
        let list: &[Wish] = if let Act::Add(list) = act { list } else { &[] };
        list.iter().enumerate().map(move |(n, w)| (a, n, w))
    })
}

/// What is not said anew stays as it was said.
fn put(act: &mut Act, n: usize, w: Wish) {
    let Act::Add(list) = act else { return };
    let Some(old) = list.get_mut(n) else { return };
    let choices = if w.choices.is_empty() && w.parts.is_empty() { std::mem::take(&mut old.choices) } else { w.choices };
    let note = if w.note.is_empty() { std::mem::take(&mut old.note) } else { w.note };
    let quantity = w.quantity.or(old.quantity);
    *old = Wish { choices, note, quantity, ..w };
}

impl Planner<'_> {
    /// "sorry, 3 coke" of the coke in the basket: so many shall it be, and not so many more.
    pub fn counted_anew(&self, scan: &Scan, list: Vec<Act>) -> Vec<Act> {
        if list.contains(&Act::Say(Cue::Again)) {
            // "the same again but large" wants one, and it large.
            let so = |act: Act| if let Act::Beside(edit, _) | Act::Another(edit) = act { Act::Modify(Vec::new(), edit) } else { act };
            return list.into_iter().map(so).collect();
        }
        let begins = scan.words.iter().position(|w| !is_filler(&w.text) || w.number.is_some()).unwrap_or(0);
        let marks = |c: &super::cues::CueAt| c.cue == Cue::Actually && word(scan, c.to - 1) != "problem" && c.from <= begins.max(1);
        let back = scan.cues.iter().any(marks)
            || (0..=begins.min(2))
                .any(|k| matches!((word(scan, k), word(scan, k + 1)), ("correction", _) | ("i" | "we", "said" | "asked")));
        let adds = |w: &super::words::Word| {
            matches!(w.text.as_str(), "add" | "also" | "another" | "more" | "extra" | "plus" | "include" | "too" | "and" | "forgot")
        };
        let anew = self.edited || back && !scan.words.iter().any(adds);
        if !anew || self.draft.lines.is_empty() {
            return list;
        }
        let mut out = Vec::with_capacity(list.len());
        for act in list {
            let Act::Add(wishes) = act else {
                out.push(act);
                continue;
            };
            let held = |w: &Wish| w.parts.is_empty() && w.quantity.is_some() && !self.lines_of(std::slice::from_ref(w)).is_empty();
            let (there, new): (Vec<Wish>, Vec<Wish>) = wishes.into_iter().partition(held);
            out.extend(there.into_iter().map(|w| {
                let edit = Edit { quantity: w.quantity, choices: w.choices.clone(), note: w.note.clone(), part: false };
                Act::Modify(vec![w], edit)
            }));
            if !new.is_empty() {
                out.push(Act::Add(new));
            }
        }
        out
    }
}
