//! Clauses that change what is in the basket: swapped, told how it shall be, or how many.

use super::acts::{Act, Edit};
use super::cues::{Cue, is_filler, is_manner};
use super::index::Index;
use super::read::{Found, Part, Wish, read};
use super::scan::{Scan, What};
use super::sums::counts_things;
use super::words::Gap;

/// "change X to Y", "make it 3", "Y instead of X". Says whether that is all.
pub fn change(f: &Found, (scan, ix, text): (&Scan, &Index, &str), from: usize, to: usize, out: &mut Vec<Act>) -> bool {
    let instead = scan.cues.iter().find(|c| c.cue == Cue::Instead && c.from >= from && c.to <= to);
    if f.wishes.len() > 1
        && instead.is_none()
        && f.wishes.iter().all(|w| w.quantity.is_some() && w.choices.is_empty())
        && scan.words[to - 1].number.is_some()
    {
        // "make the chicken 2 and the jollof 3"
        out.extend(f.wishes.iter().map(|w| Act::Modify(vec![w.clone()], Edit { quantity: w.quantity, ..Edit::default() })));
        return true;
    }
    if instead.is_none() && says_both(f, scan, from, to) {
        // "I meant 2 coke and 3 zobo"
        out.extend(
            f.wishes
                .iter()
                .map(|w| Act::Modify(vec![w.clone()], Edit { quantity: w.quantity, choices: w.choices.clone(), ..Edit::default() })),
        );
        return true;
    }
    if let [a, b] = f.wishes.as_slice() {
        let turned =
            instead.is_some_and(|c| matches!(scan.words[c.to - 1].text.as_str(), "of" | "than" | "ya" | "من" | "عن" | "بدل" | "بدال"));
        let (old, new) = if turned { (b, a) } else { (a, b) };
        out.push(Act::Swap(Box::new((old.clone(), new.clone()))));
        return true;
    }
    if scan.has(Cue::Pickup, from, to) || scan.has(Cue::Delivery, from, to) {
        return f.wishes.is_empty();
    }
    if f.wishes.is_empty()
        && let Some((so, new, quantity)) = from_choice_to_choice(scan, from, to)
    {
        out.push(Act::Of(so, Edit { quantity, choices: new, part: quantity.is_some(), ..Edit::default() }));
        return true;
    }
    if let (1, Some((old, new))) = (f.wishes.len(), by_choice(scan, ix, text, from, to)) {
        out.push(Act::Swap(Box::new((old, new))));
        return true;
    }
    if let ([w], Some((n, more))) = (f.wishes.as_slice(), by_so_many(scan, from, to)) {
        let w = Wish { quantity: Some(n), note: String::new(), ..w.clone() };
        out.push(if more { Act::Add(vec![w]) } else { Act::Remove(vec![w], Vec::new()) });
        return true;
    }
    if let (true, Some(n)) = (f.wishes.is_empty() && f.choices.is_empty(), so_many_instead(scan, from, to)) {
        out.push(Act::Number(n));
        return true;
    }
    if let (true, Some(so), Some(n)) = (f.wishes.is_empty(), the_sort(scan, from, to), f.number) {
        out.push(Act::Modify(vec![Wish { choices: so, ..Wish::default() }], Edit { quantity: Some(n), ..Edit::default() }));
        return true;
    }
    if let [w] = f.wishes.as_slice() {
        let quantity = w.quantity.or(f.number);
        let only = w.choices.is_empty() && w.note.is_empty() && quantity.is_none();
        let behind = instead.filter(|c| scan.words[c.to - 1].text == "of" && (c.to..to).any(|k| !is_filler(&scan.words[k].text)));
        if let Some(c) = behind.filter(|c| w.choices.is_empty() && !scan.spans.iter().any(|s| s.from >= c.to && s.to <= to)) {
            // "chicken instead of beef", where no beef is on the menu: said to whoever makes it.
            let start = scan.spans.iter().filter(|s| s.from >= from && s.to <= c.from).map(|s| s.from).min().unwrap_or(from);
            let note = text[scan.words[start].from..scan.words[to - 1].to].to_owned();
            out.push(Act::NoteOr(note, Box::new(w.clone())));
        } else if only || instead.is_some() {
            out.push(Act::Swap(Box::new((Wish::default(), w.clone()))));
        } else {
            let edit = Edit { quantity, choices: w.choices.clone(), note: w.note.clone(), part: of_those(scan, from, to) };
            out.push(Act::Modify(vec![w.clone()], edit));
        }
        return true;
    }
    if f.parts.len() > 1 {
        out.push(Act::Parts(f.parts.clone()));
        return true;
    }
    if let Some(own) = own_numbers(f, scan, from, to) {
        out.push(Act::EachOwn(own));
        return true;
    }
    if f.wishes.is_empty() && f.unknown.is_empty() {
        let some = f.number.is_some() || !f.choices.is_empty() || !f.note.is_empty();
        let note = if f.note.is_empty() { manner(scan, text, from, to).to_owned() } else { f.note.clone() };
        let some = some || !note.is_empty();
        let edit = Edit { quantity: f.number, choices: f.choices.clone(), note, part: of_those(scan, from, to) };
        let act = Act::Modify(Vec::new(), edit);
        out.push(if some { act } else { Act::Say(Cue::Change) });
        return true;
    }
    false
}

/// "increase the zobo by 2", "reduce the coke by 1": so many, and whether more.
fn by_so_many(scan: &Scan, from: usize, to: usize) -> Option<(i64, bool)> {
    let at = (from + 1..to).find(|k| scan.words[*k].text == "by" && k + 1 < to)?;
    let n = scan.words[at + 1].number?;
    let more = scan.words[from..at].iter().find_map(|w| match w.text.as_str() {
        "increase" | "bump" | "raise" => Some(true),
        "reduce" | "decrease" | "lower" => Some(false),
        _ => None,
    })?;
    Some((n, more))
}

/// "I meant 2 coke and 3 zobo", "make it 2 coke and 3 zobo": how many of each, and nothing that becomes something else.
fn says_both(f: &Found, scan: &Scan, from: usize, to: usize) -> bool {
    let words = &scan.words[from..to];
    let it =
        words.windows(2).any(|w| matches!((w[0].text.as_str(), w[1].text.as_str()), ("i", "meant" | "mean") | ("make", "it" | "that")));
    let turns = words.iter().any(|w| matches!(w.text.as_str(), "to" | "for" | "with" | "into" | "not"));
    it && !turns && f.wishes.len() > 1 && f.wishes.iter().all(|w| w.quantity.is_some() && w.parts.is_empty())
}

/// "2 instead of 3".
fn so_many_instead(scan: &Scan, from: usize, to: usize) -> Option<i64> {
    let c = scan.cues.iter().find(|c| c.cue == Cue::Instead && c.from > from && c.to < to && scan.words[c.to - 1].text != "instead")?;
    scan.words[c.to].number?;
    scan.words[c.from - 1].number
}

/// "make the large 3", "make the large ones 3": the lines that are so, before the number of them.
fn the_sort(scan: &Scan, from: usize, to: usize) -> Option<Vec<usize>> {
    let the = (from..to).find(|k| scan.words[*k].text == "the")?;
    let (mut k, mut so) = (the + 1, Vec::new());
    while let Some((What::Choice(c), to)) = scan.span_at(k).map(|s| (&s.what, s.to)) {
        so.push(*c);
        k = to;
    }
    while k < to && matches!(scan.words[k].text.as_str(), "one" | "ones" | "to" | "be" | "into") {
        k += 1;
    }
    let last = k + 1 >= to || scan.words[k + 1..to].iter().all(|w| super::words::POLITE.has(&w.text));
    (!so.is_empty() && k < to && scan.words[k].number.is_some() && last).then_some(so)
}

/// "make it 4 and 5": numbers without names, one behind the other.
fn own_numbers(f: &Found, scan: &Scan, from: usize, to: usize) -> Option<Vec<i64>> {
    if !f.wishes.is_empty() || !f.choices.is_empty() || !f.unknown.is_empty() || !f.note.is_empty() {
        return None;
    }
    let counts: Vec<usize> = (from..to).filter(|k| scan.words[*k].number.is_some()).collect();
    let joined = counts.windows(2).all(|w| w[1] == w[0] + 2 && scan.words[w[0] + 1].text == "and");
    (joined && counts.len() > 1).then(|| counts.iter().filter_map(|k| scan.words[*k].number).collect())
}

/// "2 pls, one large", "make it 3, one brown": how many there shall be, and of those some that are so.
pub fn some_of_all(f: &Found, scan: &Scan, from: usize, to: usize) -> Option<Act> {
    if !f.wishes.is_empty() || f.choices.is_empty() || !f.unknown.is_empty() || f.parts.len() > 1 || scan.words[to - 1].after == Gap::Ask {
        return None;
    }
    let named = |k: usize| scan.is_named(k);
    let counts: Vec<usize> = (from..to).filter(|k| scan.words[*k].number.is_some() && !named(*k)).collect();
    let [first, second] = counts[..] else { return None };
    let apart = (first..second).any(|k| scan.words[k].after != Gap::None || matches!(scan.words[k].text.as_str(), "and" | "with"));
    let so = second + 1 + usize::from(scan.words.get(second + 1).is_some_and(|w| matches!(w.text.as_str(), "in" | "with" | "of")));
    let (all, some) = (scan.words[first].number?, scan.words[second].number?);
    // Before it stands nothing, or what asks and changes: "table 12 and one large" counts no table.
    let told = |k: usize| scan.cues.iter().any(|c| c.from <= k && k < c.to && matches!(c.cue, Cue::Want | Cue::Change | Cue::Yes));
    let leads = (from..first).all(|k| told(k) || matches!(scan.words[k].text.as_str(), "ok" | "okay" | "it" | "me" | "just" | "please"));
    let plain = leads && counts_things(scan, from, to, all) && !(from..second).any(named);
    if !apart || !plain || !(1..all).contains(&some) || !named(so) {
        return None;
    }
    let part = Part { quantity: some, choices: f.choices.clone(), note: f.note.clone() };
    Some(Act::Parts(vec![part, Part { quantity: all - some, ..Part::default() }]))
}

/// "the oat one", "the large ones", "1 of the M": the choices that tell lines apart, where they end, and how many of them.
pub fn that_one(scan: &Scan, from: usize) -> Option<(Vec<usize>, usize, Option<i64>)> {
    let word = |k: usize| scan.words.get(k).map_or("", |w| w.text.as_str());
    let counted = scan.words.get(from).and_then(|w| w.number).filter(|_| word(from + 1) == "of");
    let the = if counted.is_some() { from + 2 } else { from };
    if !matches!(word(the), "the" | "that" | "my") {
        return None;
    }
    let (mut k, mut choices) = (the + 1, Vec::new());
    while let Some((What::Choice(c), to)) = scan.span_at(k).map(|s| (&s.what, s.to)) {
        choices.push(*c);
        k = to;
    }
    let one = matches!(word(k), "one" | "ones");
    let goes_on = scan.words.get(k.wrapping_sub(1)).is_some_and(|w| w.after == Gap::None) && k < scan.words.len();
    (!choices.is_empty() && (one || counted.is_some()) && (goes_on || one)).then_some((choices, k + usize::from(one), counted))
}

/// "make the oat one iced", "the regular one no pepper", "the medium one should be blue".
pub fn of_those_that(scan: &Scan, ix: &Index, text: &str, from: usize, to: usize) -> Option<Act> {
    let wants = |c: &super::cues::CueAt| {
        c.from >= from && c.to <= to && matches!(c.cue, Cue::Remove | Cue::Cancel | Cue::Price | Cue::Stock | Cue::Want)
    };
    if scan.cues.iter().any(wants) || scan.words[to - 1].after == Gap::Ask {
        return None;
    }
    let change = scan.cues.iter().find(|c| c.cue == Cue::Change && c.from == from);
    let lead = change.map_or(from, |c| c.to);
    // "make the" is one turn of phrase, and its "the" belongs to what follows.
    let (so, end, counted) = (lead.saturating_sub(1).max(from)..=lead).find_map(|k| that_one(scan, k))?;
    let end = end + usize::from(end < to && matches!(scan.words[end].text.as_str(), "to" | "with" | "is" | "in"));
    if end >= to {
        return None;
    }
    let f = read(scan, ix, text, end, to);
    let note = if f.note.is_empty() && f.choices.is_empty() { manner_from(scan, text, end, to).to_owned() } else { f.note.clone() };
    if !f.wishes.is_empty() || f.choices.is_empty() && note.is_empty() {
        return None;
    }
    Some(Act::Of(so, Edit { quantity: counted, choices: f.choices, note, part: counted.is_some() }))
}

/// "swap the large one for fried rice": the line that is so, and what comes in its place.
fn by_choice(scan: &Scan, ix: &Index, text: &str, from: usize, to: usize) -> Option<(Wish, Wish)> {
    let verb = scan.cues.iter().find(|c| c.cue == Cue::Change && c.from >= from && c.to <= to)?;
    if !matches!(scan.words[verb.from].text.as_str(), "change" | "swap" | "switch" | "replace" | "exchange") {
        return None;
    }
    let start = verb.to;
    let at = (start + 1..to).find(|k| matches!(scan.words[*k].text.as_str(), "to" | "for" | "with"))?;
    let before = scan.spans.iter().filter(|s| s.from >= start && s.to <= at);
    let choices: Vec<usize> = before.map(|s| if let What::Choice(c) = s.what { Some(c) } else { None }).collect::<Option<_>>()?;
    let that = scan.words[start..at].iter().any(|w| matches!(w.text.as_str(), "the" | "that" | "one"));
    let new = read(scan, ix, text, at + 1, to).wishes.into_iter().next()?;
    (that && !choices.is_empty()).then(|| (Wish { choices, ..Wish::default() }, new))
}

/// "change one S to M": what a line is, what it shall be, and of how many.
fn from_choice_to_choice(scan: &Scan, from: usize, to: usize) -> Option<(Vec<usize>, Vec<usize>, Option<i64>)> {
    let at = (from + 1..to).find(|k| scan.words[*k].text == "to")?;
    let between = |f: usize, t: usize| {
        let spans = scan.spans.iter().filter(|s| s.from >= f && s.to <= t);
        let choices: Option<Vec<usize>> = spans.map(|s| if let What::Choice(c) = s.what { Some(c) } else { None }).collect();
        choices.filter(|c| !c.is_empty())
    };
    let number = scan.words[from..at].iter().find_map(|w| w.number);
    Some((between(from, at)?, between(at + 1, to)?, number))
}

/// "make it warm", "make am hot well well": how it shall be, in words that are no choice and no size.
fn manner<'t>(scan: &Scan, text: &'t str, from: usize, to: usize) -> &'t str {
    let start = scan.cues.iter().find(|c| c.cue == Cue::Change && c.from >= from && c.to <= to).map(|c| c.to);
    start.map_or("", |start| manner_from(scan, text, start, to))
}

fn manner_from<'t>(scan: &Scan, text: &'t str, start: usize, to: usize) -> &'t str {
    let size = |w: &str| matches!(w, "small" | "medium" | "large" | "big" | "huge" | "tall" | "short" | "tiny" | "jumbo" | "mini");
    let how = |w: &super::words::Word| is_manner(&w.text) && !size(&w.text);
    let choice = |k: usize| scan.is_named(k);
    let Some(first) = (start..to).find(|k| how(&scan.words[*k]) && !choice(*k)) else { return "" };
    let between = scan.words[start..first].iter().all(|w| is_filler(&w.text) && w.number.is_none());
    let end = (first + 1..to).find(|k| scan.words[k - 1].after != Gap::None || !how(&scan.words[*k]) && scan.words[*k].text != "and");
    let end = end.unwrap_or(to);
    if between { &text[scan.words[first].from..scan.words[end - 1].to] } else { "" }
}

/// "two of them", "one of those".
pub fn of_those(scan: &Scan, from: usize, to: usize) -> bool {
    let those = |w: &str| matches!(w, "them" | "those" | "these" | "dem" | "the" | "my");
    scan.words[from..to].windows(3).any(|w| w[0].number.is_some() && w[1].text == "of" && those(&w[2].text))
}
