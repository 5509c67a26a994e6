//! "same for my wife but no egg", "Mary: same as John": what was ordered before in the text, once more and a little different.

use super::acts::Act;
use super::cues::Cue;
use super::index::Index;
use super::read::{Found, Wish, read};
use super::scan::{Scan, What};
use super::words::Gap;

/// As many more as there are.
pub const AS_MANY: i64 = 0;

/// Whether "same" at `k` begins such an order.
pub fn begins(scan: &Scan, k: usize) -> bool {
    let word = |k: usize| scan.words.get(k).map_or("", |w| w.text.as_str());
    // "and the same for my friend"
    let k = if word(k) == "the" { k + 1 } else { k };
    let ends = scan.words.get(k).is_some_and(|w| w.after != Gap::None);
    let on = matches!(word(k + 1), "" | "for" | "as" | "but" | "please" | "with" | "without" | "too" | "plus");
    let told = scan.cues.iter().any(|c| c.cue == Cue::Again && c.from <= k + 1 && k < c.to);
    word(k) == "same" && (ends || on) && !told
}

/// What was ordered last in this text, as the words `from..to` want it.
pub fn same(scan: &Scan, ix: &Index, text: &str, from: usize, to: usize, out: &[Act]) -> Option<Act> {
    let at = (from..to.min(from + 4)).find(|k| begins(scan, *k))?;
    // "Mary wants same", and not "make the coke the same".
    if (from..at).any(|k| scan.is_named(k)) {
        return None;
    }
    let at = at + usize::from(scan.words[at].text == "the");
    let before = out.iter().rev().find_map(|a| if let Act::Add(w) = a { Some(w) } else { None });
    let Some(before) = before else {
        // Of what the basket holds: "same for my wife".
        let other = scan.words.get(at + 1).is_some_and(|w| w.text == "for") && !(from..to).any(|k| scan.is_named(k));
        let somebody = scan.words.get(at + 2).is_some_and(|w| matches!(w.text.as_str(), "my" | "him" | "her" | "them" | "the"));
        return (other && somebody && to <= at + 6).then_some(Act::More(AS_MANY));
    };
    let mut wishes = before.clone();
    if at + 1 < to {
        let f = read(scan, ix, text, at + 1, to);
        differ(&mut wishes, f, ix, scan.has(Cue::Instead, at, to));
    }
    Some(Act::Add(wishes))
}

fn differ(wishes: &mut Vec<Wish>, f: Found, ix: &Index, instead: bool) {
    let has = |w: &Wish, c: usize| ix.choices[c].at.iter().any(|(i, _, _)| w.items.contains(i));
    let group = |w: &Wish, c: usize| ix.choices[c].at.iter().find(|(i, _, _)| w.items.contains(i)).map(|(_, g, _)| *g);
    let notes = f.wishes.iter().map(|w| w.note.clone()).chain([f.note.clone()]).filter(|n| !n.is_empty());
    for note in notes {
        without(wishes, &note, ix);
    }
    for c in f.choices {
        for w in wishes.iter_mut().filter(|w| has(w, c)) {
            let g = group(w, c);
            let old = |x: &usize| ix.choices[*x].many || group(&Wish { items: w.items.clone(), ..Wish::default() }, *x) != g;
            w.choices = w.choices.iter().copied().filter(old).chain([c]).collect();
        }
    }
    match f.wishes.as_slice() {
        // "zobo instead of coke"
        [new, old] if instead => {
            for w in wishes.iter_mut().filter(|w| w.items == old.items) {
                *w = Wish { quantity: new.quantity.or(w.quantity), note: String::new(), ..new.clone() };
            }
        }
        more => wishes.extend(more.iter().map(|w| Wish { note: String::new(), ..w.clone() })),
    }
}

/// "no egg": without it where it was said before, else told to whoever makes it.
fn without(wishes: &mut [Wish], note: &str, ix: &Index) {
    let lacks = ["no ", "without "].iter().find_map(|l| note.strip_prefix(l));
    let spans = lacks.map(|rest| Scan::new(rest, ix).spans).unwrap_or_default();
    let named: Vec<usize> = spans.iter().filter_map(|s| if let What::Choice(c) = s.what { Some(c) } else { None }).collect();
    let mut gone = false;
    for w in wishes.iter_mut() {
        let before = w.choices.len();
        w.choices.retain(|c| !named.contains(c));
        gone |= w.choices.len() < before;
    }
    if let (false, Some(w)) = (gone, wishes.first_mut()) {
        note.clone_into(&mut w.note);
    }
}
