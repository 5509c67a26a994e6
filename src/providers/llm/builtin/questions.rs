//! Questions in a clause: what is asked, and about which things.

use super::acts::Act;
use super::cues::{Cue, is_filler};
use super::index::Index;
use super::read::{Found, Wish};
use super::scan::Scan;
use super::words::Gap;

/// A question the briefing answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    Price(Vec<Wish>),
    Stock {
        items: Vec<usize>,
        said: Vec<String>,
        /// The words say more than the thing: "in red".
        more: bool,
    },
    /// How many there are of what was talked about.
    Left,
    Menu(Vec<usize>),
    Contents(Vec<usize>),
    Hours,
    HowLong,
    Where,
    Deliver,
    Pickup,
    Discount,
    Fee,
    Pay,
    Basket,
    Recommend,
    Cheapest(Vec<usize>),
    /// How the thing talked about is: "is it peppery?", "what size is the regular?".
    Quality,
}

fn items_of(f: &Found) -> Vec<usize> {
    f.wishes.iter().flat_map(|w| w.items.iter().copied()).collect()
}

/// What a question about prices is about: "your rice and chicken" is all the rice, too.
fn priced(ix: &Index, f: &Found) -> Vec<Wish> {
    let all = |c: &usize| Wish { items: ix.categories[*c].1.clone(), ..Wish::default() };
    f.categories.iter().map(all).chain(f.wishes.iter().cloned()).collect()
}

/// Questions. Says whether the clause was one and nothing more.
pub fn question(scan: &Scan, ix: &Index, from: usize, to: usize, f: &Found, out: &mut Vec<Act>) -> bool {
    let has = |c: Cue| scan.has(c, from, to);
    let simple = [
        (Cue::HowLong, Question::HowLong),
        (Cue::Fee, Question::Fee),
        (Cue::DeliverQ, Question::Deliver),
        (Cue::PickupQ, Question::Pickup),
        (Cue::Discount, Question::Discount),
        (Cue::PayQ, Question::Pay),
        (Cue::Hours, Question::Hours),
        (Cue::Where, Question::Where),
    ];
    if let Some((_, q)) = simple.into_iter().find(|(c, _)| has(*c)) {
        out.push(Act::Ask(q));
        return true;
    }
    let asked = scan.words[to - 1].after == Gap::Ask;
    let wants = has(Cue::Want) || f.wishes.iter().any(|w| w.quantity.is_some_and(|q| q > 1));
    if has(Cue::Price) && !(wants && !f.wishes.is_empty() && !asked) {
        out.push(Act::Ask(if has(Cue::Basket) { Question::Basket } else { Question::Price(priced(ix, f)) }));
        return true;
    }
    if checks_price(scan, from, to) && !has(Cue::Want) {
        let wishes = f.wishes.iter().map(|w| Wish { quantity: w.quantity.filter(|q| *q < LEAST_PRICE), ..w.clone() }).collect();
        out.retain(|a| *a != Act::Say(Cue::Yes));
        out.push(Act::Ask(Question::Price(wishes)));
        return true;
    }
    if asks_how_it_is(scan, from, to, f) {
        out.push(Act::Ask(Question::Quality));
        return true;
    }
    let q = if has(Cue::Cheap) && items_of(f).len() > 1 {
        Question::Price(f.wishes.clone())
    } else if has(Cue::Cheap) {
        Question::Cheapest(f.categories.clone())
    } else if has(Cue::Contents) && !items_of(f).is_empty() {
        Question::Contents(items_of(f))
    } else if has(Cue::Recommend) {
        Question::Recommend
    } else if has(Cue::Menu) && (f.wishes.is_empty() || asked) {
        Question::Menu(f.categories.clone())
    } else if has(Cue::Stock)
        && (!proposes(scan, from, to) || names_a_thing(f))
        && (!has(Cue::Want) || asked && f.wishes.iter().all(|w| w.quantity.is_none()))
    {
        stock(f, scan, from, to)
    } else if (asks_about(scan, from, to) || asks_whether_it_is(scan, from)) && !has(Cue::Want) && !f.wishes.is_empty() && !wants {
        let kinds =
            scan.words[from..to].iter().any(|w| matches!(w.text.as_str(), "kind" | "kinds" | "type" | "types" | "choices" | "options"));
        if kinds { stock(f, scan, from, to) } else { Question::Contents(items_of(f)) }
    } else if has(Cue::Basket) && f.wishes.is_empty() {
        Question::Basket
    } else {
        return false;
    };
    out.push(Act::Ask(q));
    true
}

/// "what about", "how about": asks for a thing, or proposes one.
fn proposes(scan: &Scan, from: usize, to: usize) -> bool {
    let about = |c: &super::cues::CueAt| scan.words[c.to - 1].text == "about";
    scan.cues.iter().any(|c| c.cue == Cue::Stock && c.from >= from && c.to <= to && about(c))
}

/// Only a thing, without how many and how: "burger", not "a large one".
fn names_a_thing(f: &Found) -> bool {
    let bare = |w: &Wish| w.quantity.is_none() && w.choices.is_empty() && w.note.is_empty();
    let some = if f.wishes.is_empty() { !f.unknown.is_empty() } else { f.wishes.iter().all(bare) };
    some && f.choices.is_empty()
}

/// A number this large beside "is" is a price.
const LEAST_PRICE: i64 = 100;

/// "is meat pie 900?", "meat pie na 900, right?": asks whether we still ask as much.
fn checks_price(scan: &Scan, from: usize, to: usize) -> bool {
    let words = &scan.words[from..to];
    let is = |w: &str| matches!(w, "is" | "are" | "na" | "be" | "its" | "still" | "was");
    let sum = |w: &super::words::Word| w.amount.is_some() || w.number.is_some_and(|n| n >= LEAST_PRICE);
    let Some(at) = words.iter().position(sum) else { return false };
    let stated = at > 0 && is(&words[at - 1].text);
    let asked = is(&words[0].text) && scan.words[to - 1].after == Gap::Ask;
    (stated || asked) && !words[at..].iter().any(|w| matches!(w.text.as_str(), "street" | "road" | "people" | "guests"))
}

/// "what exactly is in…", "tell me about…": asks about things, does not order them.
fn asks_about(scan: &Scan, from: usize, to: usize) -> bool {
    let head = scan.words[from..to.min(from + 8)].iter();
    head.map(|w| w.text.as_str()).any(|w| {
        matches!(w, "what" | "whats" | "which" | "tell" | "describe" | "wondering" | "know" | "wetin" | "kini" | "gini" | "explain")
    })
}

/// "is the pepper soup spicy", "are the pies fresh": asks how things are.
fn asks_whether_it_is(scan: &Scan, from: usize) -> bool {
    matches!(scan.words[from].text.as_str(), "is" | "are" | "does" | "was" | "were")
}

/// "is it peppery?", "is the food fresh?", "what size is the regular?": nothing is named but asked how it is.
fn asks_how_it_is(scan: &Scan, from: usize, to: usize, f: &Found) -> bool {
    let words = &scan.words[from..to];
    let word = |k: usize| words.get(k).map_or("", |w| w.text.as_str());
    let things =
        matches!(word(1), "it" | "they" | "this" | "that" | "these") || (1..4).any(|k| matches!(word(k), "food" | "meal" | "meals"));
    let is = asks_whether_it_is(scan, from) && things;
    let size = word(0) == "what" && matches!(word(1), "size" | "sizes")
        || word(0) == "how" && matches!(word(1), "big" | "large") && word(2) == "is";
    let other = |c: &super::cues::CueAt| c.from >= from && c.to <= to && !matches!(c.cue, Cue::Menu | Cue::Contents | Cue::Stock);
    let tells = words.iter().any(|w| w.text.len() > 3 && !is_filler(&w.text) && w.number.is_none());
    scan.words[to - 1].after == Gap::Ask
        && (is && tells || size)
        && f.wishes.is_empty()
        && f.number.is_none()
        && !scan.cues.iter().any(other)
}

fn stock(f: &Found, scan: &Scan, from: usize, to: usize) -> Question {
    if f.wishes.is_empty() && !f.categories.is_empty() {
        return Question::Menu(f.categories.clone());
    }
    let left = scan.words[from..to].iter().any(|w| matches!(w.text.as_str(), "left" | "remaining" | "remain"));
    if f.wishes.is_empty() && f.unknown.is_empty() && left {
        return Question::Left;
    }
    let taken = |i: usize| scan.spans.iter().any(|s| s.from <= i && i < s.to) || scan.cues.iter().any(|c| c.from <= i && i < c.to);
    let more = (from..to).any(|i| !taken(i) && scan.words[i].text.len() > 2 && !is_filler(&scan.words[i].text));
    Question::Stock { items: items_of(f), said: f.unknown.iter().map(|u| u.0.clone()).collect(), more }
}
