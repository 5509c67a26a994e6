//! Clauses that say what is not wanted: taken out, left out, cancelled.

use super::acts::Act;
use super::cues::Cue;
use super::index::Index;
use super::read::{Found, Wish, read};
use super::scan::{Scan, What};
use super::words::Gap;

/// "no jollof", "not coke, fanta": a thing that is not wanted, and what is instead.
pub fn not_wanted(scan: &Scan, ix: &Index, text: &str, from: usize, to: usize) -> Option<Act> {
    let thing = |k: usize| scan.span_at(k).filter(|s| s.full && s.to <= to && matches!(s.what, What::Items(_)));
    let no = |k: &usize| matches!(scan.words[*k].text.as_str(), "no" | "not") && scan.words[*k].after == Gap::None;
    let k = (from..to).find(|k| no(k) && thing(k + 1).is_some() && (*k == from || scan.words[k - 1].text != "with"))?;
    let end = thing(k + 1)?.to;
    // "no fish in my ogbono"
    if end < to && matches!(scan.words[end].text.as_str(), "in" | "on" | "inside") {
        return None;
    }
    if (from..k).any(|i| thing(i).is_some()) {
        return None;
    }
    let old = read(scan, ix, text, k + 1, end).wishes.into_iter().next()?;
    match read(scan, ix, text, end, to).wishes.into_iter().next() {
        Some(new) => Some(Act::Swap(Box::new((old, new)))),
        None => Some(Act::Remove(vec![old], Vec::new())),
    }
}

/// "i meant zobo not coke": what is meant, and what is not.
pub fn rather(scan: &Scan, ix: &Index, text: &str, from: usize, to: usize) -> Option<Act> {
    let mut things = scan.spans.iter().filter(|s| s.from >= from && s.to <= to && matches!(s.what, What::Items(_)));
    let (Some(new), Some(old), None) = (things.next(), things.next(), things.next()) else { return None };
    let not = (new.to..old.from).find(|k| scan.words[*k].text == "not")?;
    let small = |k: usize| matches!(scan.words[k].text.as_str(), "the" | "a" | "an" | "my" | "that");
    let ends = (old.to..to).all(|k| super::words::POLITE.has(&scan.words[k].text));
    if !(not + 1..old.from).all(small) || !ends || scan.words[to - 1].after == Gap::Ask {
        return None;
    }
    let wish = |a: usize, b: usize| read(scan, ix, text, a, b).wishes.into_iter().next();
    Some(Act::Rather(Box::new((wish(not + 1, old.to)?, wish(from, not)?))))
}

/// "hold the coke": leaves out a thing that is named whole.
pub fn held(scan: &Scan, ix: &Index, text: &str, from: usize, to: usize) -> Option<Act> {
    let at = (from..to).find(|k| scan.words[*k].text == "hold" && scan.words[*k].after == Gap::None)?;
    if scan.spans.iter().any(|s| s.from >= from && s.to <= at && matches!(s.what, What::Items(_))) {
        // "1 egusi with eba, hold the fish" says how the egusi shall be.
        return None;
    }
    let begins = at + 1 + usize::from(scan.words.get(at + 1).is_some_and(|w| w.text == "the"));
    scan.span_at(begins).filter(|s| s.full && s.to <= to && matches!(s.what, What::Items(_)))?;
    Some(Act::Remove(read(scan, ix, text, at + 1, to).wishes, Vec::new()))
}

pub fn remove(f: Found, (scan, ix): (&Scan, &Index), from: usize, to: usize, out: &mut Vec<Act>) {
    let f = Found {
        wishes: f.wishes.into_iter().map(|w| Wish { quantity: w.quantity.filter(|_| !scan.has(Cue::Clear, from, to)), ..w }).collect(),
        ..f
    };
    let f = if f.wishes.is_empty() && !f.categories.is_empty() {
        // "remove the oil", of which there is one sort
        let of = |c: &usize| Wish {
            items: ix.categories[*c].1.clone(),
            quantity: f.number,
            said: ix.categories[*c].0.clone(),
            ..Wish::default()
        };
        Found { wishes: f.categories.iter().map(of).collect(), ..f }
    } else {
        f
    };
    let all = scan.words[from..to].iter().any(|w| matches!(w.text.as_str(), "everything" | "all"));
    if all && f.wishes.is_empty() && f.choices.is_empty() {
        return out.push(Act::Say(Cue::Clear));
    }
    if let (true, true, Some(n)) = (f.wishes.is_empty() && f.choices.is_empty(), f.unknown.is_empty(), f.number) {
        // "remove 2": two of what was talked about.
        return out.push(Act::Remove(vec![Wish { quantity: Some(n), ..Wish::default() }], Vec::new()));
    }
    if f.wishes.is_empty()
        && !f.choices.is_empty()
        && (f.number.is_some() || scan.words[from..to].iter().any(|w| matches!(w.text.as_str(), "one" | "ones")))
    {
        // "remove the white one", "remove 1 large"
        return out.push(Act::Remove(vec![Wish { quantity: f.number, choices: f.choices, ..Wish::default() }], Vec::new()));
    }
    let mut choices = f.choices;
    choices.extend(f.wishes.iter().flat_map(|w| w.choices.iter().copied()));
    if f.wishes.is_empty() && choices.is_empty() && !f.unknown.is_empty() {
        return out.push(Act::Unknown(f.unknown[0].0.clone(), Vec::new()));
    }
    out.push(Act::Remove(f.wishes, choices));
}

pub fn cancel(f: Found, out: &mut Vec<Act>) {
    if let Some(n) = f.number {
        out.push(Act::Number(n));
    }
    out.push(if f.wishes.is_empty() { Act::Say(Cue::Cancel) } else { Act::Remove(f.wishes, Vec::new()) });
}
