//! Cuts a text into clauses and tells what each one does.

use super::cues::{Cue, is_filler, is_manner};
use super::index::Index;
use super::places::{address, asks_whether, street};
use super::questions::{Question, question};
use super::read::{Found, Part, Wish, read};
use super::scan::{Scan, What};
use super::words::Gap;

/// What is to be different about a line.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Edit {
    /// How many.
    pub quantity: Option<i64>,
    /// Choices.
    pub choices: Vec<usize>,
    /// A wish that is no option.
    pub note: String,
    /// "two of them": the quantity is how many of the line become different.
    pub part: bool,
}

/// What a clause does.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    Add(Vec<Wish>),
    Unknown(String, Vec<usize>),
    Category(usize, Option<i64>),
    Remove(Vec<Wish>, Vec<usize>),
    Modify(Vec<Wish>, Edit),
    /// "1 large, 1 regular": what was talked about, so and so.
    Parts(Vec<Part>),
    /// "another one with pepper": one more of what was talked about, but so.
    Another(Edit),
    Swap(Wish, Wish),
    Ask(Question),
    /// A cue that is a deed by itself.
    Say(Cue),
    Address(String),
    Name(String),
    Number(i64),
    /// So many more of what was talked about.
    More(i64),
    /// So many of everything in the basket: "2 each".
    Each(i64),
    /// Numbers said with a payment or about an order: its own, or its sum.
    About(Vec<i64>),
}

/// What a text does, in order.
pub fn acts(scan: &Scan, ix: &Index, text: &str) -> Vec<Act> {
    let mut out = Vec::new();
    let mut from = 0;
    while from < scan.words.len() {
        if let Some((address, to)) = address(scan, text, from).filter(|(_, to)| !asks_whether(scan, from, *to)) {
            out.push(Act::Address(address));
            from = to;
            continue;
        }
        let street = street(scan, from);
        if let Some((start, end)) = street.filter(|(start, _)| *start == from) {
            out.push(Act::Address(text[scan.words[start].from..scan.words[end - 1].to].to_owned()));
            from = end;
            continue;
        }
        let to = clause_end(scan, from).min(street.map_or(usize::MAX, |(start, _)| start));
        clause(scan, ix, text, from, to, &mut out);
        from = to;
    }
    if out.contains(&Act::Say(Cue::Paid)) && !wants(scan, 0, scan.words.len()) {
        // "paid. 6600, from Ada Obi": all of it is about the payment.
        out.retain(|a| !matches!(a, Act::Number(_) | Act::Unknown(..) | Act::About(_)));
        out.insert(0, about(scan, 0, scan.words.len()));
    }
    out
}

/// Cues that begin a new clause after a pause.
pub const HEADS: &[Cue] = &[
    Cue::Remove,
    Cue::Change,
    Cue::Cancel,
    Cue::Want,
    Cue::Status,
    Cue::Paid,
    Cue::Price,
    Cue::Stock,
    Cue::Hours,
    Cue::Where,
    Cue::DeliverQ,
    Cue::PickupQ,
    Cue::Discount,
    Cue::Fee,
    Cue::PayQ,
    Cue::Menu,
    Cue::Contents,
    Cue::Basket,
    Cue::Person,
    Cue::Name,
    Cue::Pickup,
    Cue::Delivery,
    Cue::Address,
    Cue::Place,
    Cue::Done,
    Cue::Yes,
    Cue::No,
    Cue::Recommend,
    Cue::HowLong,
];
/// Questions that begin a new clause without any pause before them.
const ABRUPT: &[Cue] =
    &[Cue::Hours, Cue::Where, Cue::DeliverQ, Cue::Fee, Cue::PayQ, Cue::Status, Cue::Name, Cue::Address, Cue::Delivery, Cue::Remove];

/// Where the clause that begins at `from` ends: at a stop, or before a word that begins something else.
fn clause_end(scan: &Scan, from: usize) -> usize {
    let n = scan.words.len();
    let mut i = from + 1;
    while i < n {
        let gap = scan.words[i - 1].after;
        let on = goes_on(scan, from, i, n);
        if gap >= Gap::Stop && !on {
            return i;
        }
        let inside = scan.spans.iter().any(|s| s.from < i && i < s.to) || scan.cues.iter().any(|c| c.from < i && i < c.to);
        let joint = matches!(scan.words[i].text.as_str(), "and" | "but" | "then" | "also" | "ati" | "kuma");
        // "no onions" is a wish about the item before; "no, thanks" is not.
        let answer = |c: &super::cues::CueAt| !matches!(c.cue, Cue::Yes | Cue::No) || scan.words[c.to - 1].after != Gap::None;
        let head = |k: usize| scan.cue_at(k).is_some_and(|c| HEADS.contains(&c.cue) && answer(c));
        if !inside && !on && (gap == Gap::Comma && head(i) || joint && head(i + 1) || gap == Gap::Comma && joint && head(i + 1)) {
            return i;
        }
        // "make that two and water": the change ends with its number.
        if joint && scan.words[i - 1].number.is_some() && scan.has(Cue::Change, from, i) {
            return i;
        }
        if !inside && scan.cue_at(i).is_some_and(|c| ABRUPT.contains(&c.cue)) {
            return i;
        }
        i += 1;
    }
    n
}

/// Words that only add choices belong to the item before: "Two mochas. I'd like one with oat milk and one with almond."
fn goes_on(scan: &Scan, from: usize, i: usize, n: usize) -> bool {
    let end = (i + 1..=n).find(|k| scan.words[k - 1].after >= Gap::Stop).unwrap_or(n);
    let inside = |f: usize, t: usize| f >= i && t <= end;
    let mut spans = scan.spans.iter().filter(|s| inside(s.from, s.to)).peekable();
    let items_before = scan.spans.iter().any(|s| s.from >= from && s.to <= i && matches!(s.what, What::Items(_)));
    let counts = scan.words[i..end].iter().any(|w| w.number == Some(1) || matches!(w.text.as_str(), "other" | "another"));
    let fits = |c: Cue| matches!(c, Cue::Thanks | Cue::More) || counts && matches!(c, Cue::Want | Cue::Change);
    let cues = scan.cues.iter().any(|c| inside(c.from, c.to) && !fits(c.cue));
    items_before
        && !cues
        && spans.peek().is_some()
        && spans.all(|s| matches!(s.what, What::Choice(_)))
        && (counts || scan.words[i - 1].after == Gap::Stop)
}

fn clause(scan: &Scan, ix: &Index, text: &str, from: usize, to: usize, out: &mut Vec<Act>) {
    let has = |c: Cue| scan.has(c, from, to);
    if has(Cue::Inject) {
        return out.push(Act::Say(Cue::Inject));
    }
    if has(Cue::Name) {
        return name(scan, text, from, to, out);
    }
    polite(scan, from, to, out);
    let denied = |c: &super::cues::CueAt| {
        c.cue == Cue::Paid && c.from >= from && c.to <= to && denies(scan, from.max(c.from.saturating_sub(3)), c.to)
    };
    if scan.cues.iter().any(denied) {
        return out.push(Act::Ask(Question::Pay));
    }
    let paid = (has(Cue::Paid) || sends_money(scan, from, to)) && scan.words[to - 1].after != Gap::Ask;
    if (paid || has(Cue::Status)) && !wants(scan, from, to) {
        // "I paid 6600 for the jollof", "where is my jollof": what was bought and for how much, not what is wanted.
        out.push(about(scan, from, to));
        out.push(Act::Say(if paid { Cue::Paid } else { Cue::Status }));
        return sides(scan, from, to, out);
    }
    if has(Cue::Refund) && !wants(scan, from, to) {
        // "refund me my 1800": a sum, and what it was for.
        return out.push(Act::Say(Cue::Refund));
    }
    if let Some(act) = not_wanted(scan, ix, text, from, to) {
        out.retain(|a| *a != Act::Say(Cue::No));
        return out.push(act);
    }
    let past = scan.words[from..to].iter().any(|w| matches!(w.text.as_str(), "yesterday" | "ate"));
    if past && !wants(scan, from, to) {
        // "my brother ate 3 meat pies yesterday" orders none.
        return;
    }
    let mut f = read(scan, ix, text, from, to);
    let each = scan.words[from..to].iter().any(|w| w.text == "each");
    if let (true, Some(n)) = (each, f.wishes.last().and_then(|w| w.quantity).filter(|_| f.wishes.len() > 1)) {
        f.wishes.iter_mut().for_each(|w| w.quantity = w.quantity.or(Some(n)));
    }
    if let (true, true, Some(n)) = (each, f.wishes.is_empty() && f.unknown.is_empty(), f.number) {
        return out.push(Act::Each(n));
    }
    // "is delivery 1000?", "is delivery free on Sunday?"
    if scan.words[to - 1].after == Gap::Ask && has(Cue::Delivery) && f.wishes.is_empty() && !has(Cue::Want) && to > 1 {
        return out.push(Act::Ask(Question::Fee));
    }
    if question(scan, ix, from, to, &f, out) {
        return;
    }
    if has(Cue::Clear) && !f.wishes.is_empty() {
        return remove(f, scan, from, to, out);
    }
    if has(Cue::Clear) {
        return out.push(Act::Say(Cue::Clear));
    }
    let refused = |c: &super::cues::CueAt| c.cue == Cue::No && c.from >= from && c.to <= to && scan.words[c.to - 1].text == "want";
    if !f.wishes.is_empty() && scan.cues.iter().any(refused) {
        // "I don't want the coke": no answer to us, but to the coke.
        out.retain(|a| *a != Act::Say(Cue::No));
        return remove(f, scan, from, to, out);
    }
    let asks_what = matches!(scan.words[0].text.as_str(), "what" | "which" | "how");
    if has(Cue::Remove) && asks_what && f.wishes.is_empty() {
        return out.push(Act::Say(Cue::Change));
    }
    if has(Cue::Remove) && f.wishes.is_empty() && f.number.is_some_and(|n| n >= 100) {
        // "abeg remove 500 for me"
        return out.push(Act::Ask(Question::Discount));
    }
    if has(Cue::Remove) {
        return remove(f, scan, from, to, out);
    }
    if has(Cue::Cancel) {
        return cancel(f, out);
    }
    for cue in [Cue::Refund, Cue::Status, Cue::Paid, Cue::Again, Cue::Place] {
        if has(cue) {
            out.push(Act::Say(cue));
        }
    }
    if (has(Cue::Change) || has(Cue::Instead)) && change(&f, scan, text, from, to, out) {
        return sides(scan, from, to, out);
    }
    deeds(f, scan, from, to, out);
    sides(scan, from, to, out);
}

/// "no jollof", "not coke, fanta": a thing that is not wanted, and what is instead.
fn not_wanted(scan: &Scan, ix: &Index, text: &str, from: usize, to: usize) -> Option<Act> {
    let thing = |k: usize| scan.span_at(k).filter(|s| s.full && s.to <= to && matches!(s.what, What::Items(_)));
    let no = |k: &usize| matches!(scan.words[*k].text.as_str(), "no" | "not") && scan.words[*k].after == Gap::None;
    let k = (from..to).find(|k| no(k) && thing(k + 1).is_some() && (*k == from || scan.words[k - 1].text != "with"))?;
    let end = thing(k + 1)?.to;
    if (from..k).any(|i| thing(i).is_some()) {
        return None;
    }
    let old = read(scan, ix, text, k + 1, end).wishes.into_iter().next()?;
    match read(scan, ix, text, end, to).wishes.into_iter().next() {
        Some(new) => Some(Act::Swap(old, new)),
        None => Some(Act::Remove(vec![old], Vec::new())),
    }
}

/// The numbers and sums in some words.
fn about(scan: &Scan, from: usize, to: usize) -> Act {
    Act::About(scan.words[from..to].iter().filter_map(|w| w.number.or(w.amount)).collect())
}

/// Whether something is asked for; "for order 1001" asks for nothing.
fn wants(scan: &Scan, from: usize, to: usize) -> bool {
    let asks = |c: &super::cues::CueAt| matches!(c.cue, Cue::Want | Cue::More) && scan.words[c.from].text != "order";
    scan.cues.iter().any(|c| c.from >= from && c.to <= to && asks(c))
}

/// Whether a number so large in these words is a sum of money rather than of things.
fn speaks_of_money(scan: &Scan, from: usize, to: usize, n: i64) -> bool {
    let money = ["pay", "paid", "paying", "payment", "money", "balance", "deposit", "transfer", "sent", "send", "bank", "account", "price"];
    n >= 100 && scan.words[from..to].iter().any(|w| money.contains(&w.text.as_str()))
}

/// Whether a number without a thing says how many: not in a question, no price, time, size, number of people or of a house.
fn counts_things(scan: &Scan, from: usize, to: usize, n: i64) -> bool {
    const ELSE: &str = "is its isnt was were are or at by around about not said last people persons guests adults size gate flat block house apartment room \
        phone call reach budget worth cash note have had ate price expensive till until between";
    let told = |i: usize| scan.cues.iter().any(|c| c.from <= i && i < c.to && !matches!(c.cue, Cue::Where | Cue::Address));
    let other = |i: usize| !told(i) && ELSE.split_whitespace().any(|w| w == scan.words[i].text);
    let at = (from..to).find(|i| scan.words[*i].number == Some(n));
    let for_them = at.is_some_and(|i| i > from && matches!(scan.words[i - 1].text.as_str(), "for" | "no"));
    let asked = scan.words[to - 1].after == Gap::Ask && !wants(scan, from, to);
    let large = n > 200 && !wants(scan, from, to) && !scan.has(Cue::Change, from, to);
    !(asked || large || for_them || (from..to).any(other) || speaks_of_money(scan, from, to, n))
}

/// "another 2", "5 more", "plus 1", "and one for my wife"; "less 1", "one less".
fn more_or_less(f: &Found, scan: &Scan, from: usize, to: usize) -> Option<Act> {
    let word = |list: &[&str]| scan.words[from..to].iter().any(|w| list.contains(&w.text.as_str()));
    if !f.wishes.is_empty() || !f.choices.is_empty() || !f.unknown.is_empty() || to - from > 6 || scan.words[to - 1].after == Gap::Ask {
        return None;
    }
    let n = f.number.or_else(|| scan.words[from..to].iter().find_map(|w| w.number)).filter(|n| counts_things(scan, from, to, *n))?;
    if word(&["less", "minus", "fewer"]) {
        return Some(Act::Remove(vec![Wish { quantity: Some(n), ..Wish::default() }], Vec::new()));
    }
    let more = word(&["another", "more", "extra", "additional", "plus"]) || matches!(scan.words[from].text.as_str(), "and" | "also");
    more.then_some(Act::More(n))
}

/// "I have not paid yet", "I never pay".
fn denies(scan: &Scan, from: usize, to: usize) -> bool {
    let no = ["not", "never", "havent", "hasnt", "didnt", "dont", "cant", "couldnt", "nt", "yet", "unpaid"];
    scan.words[from..to].iter().any(|w| no.contains(&w.text.as_str()))
}

/// "just sent 6600", "na 6,600 I pay": a sum and a word for what happened with it.
fn sends_money(scan: &Scan, from: usize, to: usize) -> bool {
    let words = &scan.words[from..to];
    let any = |list: &[&str]| words.iter().any(|w| list.contains(&w.text.as_str()));
    let thousands = |w: &str| w.strip_suffix('k').is_some_and(|n| n.parse::<f32>().is_ok());
    let sum = words.iter().any(|w| w.amount.is_some() || w.number.is_some_and(|n| n >= 100) || thousands(&w.text));
    let done = any(&["sent", "transferred", "paid", "deposited"]) || any(&["made", "done", "don", "did"]) && any(&["transfer", "payment"]);
    // "100 bottles of water, I pay on delivery" is an order.
    let things = scan.spans.iter().any(|s| s.from >= from && s.to <= to && matches!(s.what, What::Items(_)));
    let to_come = ["will", "ill", "can", "could", "may", "should", "if", "when", "how", "go", "wan", "want", "delivery"];
    sum && (done || !things && any(&["transfer", "pay"])) && !any(&to_come) && !denies(scan, from, to)
}

/// Pickup, delivery, "that's all": beside whatever else the clause does.
fn sides(scan: &Scan, from: usize, to: usize, out: &mut Vec<Act>) {
    for cue in [Cue::Pickup, Cue::Delivery, Cue::Done] {
        let Some(c) = scan.cues.iter().find(|c| c.cue == cue && c.from >= from && c.to <= to) else { continue };
        let before = &scan.words[c.from.saturating_sub(3)..c.from];
        let refused = before.iter().any(|w| matches!(w.text.as_str(), "no" | "not" | "dont" | "without" | "never"));
        out.push(Act::Say(match cue {
            Cue::Delivery if refused => Cue::Pickup,
            Cue::Pickup if refused => Cue::Delivery,
            _ => cue,
        }));
    }
}

fn polite(scan: &Scan, from: usize, to: usize, out: &mut Vec<Act>) {
    use Cue::{Actually, Anger, Bot, Bye, Greet, HowAreYou, No, Person, Thanks, Yes};
    let cues = scan.cues.iter().filter(|c| c.from >= from && c.to <= to);
    for c in cues {
        match c.cue {
            Yes | No if c.from > from + 1 && scan.words[c.from - 1].after == Gap::None && !scan.cues.iter().any(|p| p.to == c.from) => {}
            Greet | Thanks | Bye | HowAreYou | Bot | Person | Anger | Yes | No | Actually => out.push(Act::Say(c.cue)),
            _ => {}
        }
    }
}

fn name(scan: &Scan, text: &str, from: usize, to: usize, out: &mut Vec<Act>) {
    let Some(c) = scan.cues.iter().find(|c| c.cue == Cue::Name && c.from >= from) else { return };
    let end = (c.to + 1..=to.min(c.to + 3)).find(|k| scan.words[k - 1].after != Gap::None || *k < to && scan.words[*k].text == "and");
    let end = end.unwrap_or(to.min(c.to + 3));
    if c.to < end {
        out.push(Act::Name(text[scan.words[c.to].from..scan.words[end - 1].to].to_owned()));
    }
}

fn remove(f: Found, scan: &Scan, from: usize, to: usize, out: &mut Vec<Act>) {
    let f = Found {
        wishes: f.wishes.into_iter().map(|w| Wish { quantity: w.quantity.filter(|_| !scan.has(Cue::Clear, from, to)), ..w }).collect(),
        ..f
    };
    let all = scan.words[from..to].iter().any(|w| matches!(w.text.as_str(), "everything" | "all"));
    if all && f.wishes.is_empty() && f.choices.is_empty() {
        return out.push(Act::Say(Cue::Clear));
    }
    if let (true, true, Some(n)) = (f.wishes.is_empty() && f.choices.is_empty(), f.unknown.is_empty(), f.number) {
        // "remove 2": two of what was talked about.
        return out.push(Act::Remove(vec![Wish { quantity: Some(n), ..Wish::default() }], Vec::new()));
    }
    let mut choices = f.choices;
    choices.extend(f.wishes.iter().flat_map(|w| w.choices.iter().copied()));
    if f.wishes.is_empty() && choices.is_empty() && !f.unknown.is_empty() {
        return out.push(Act::Unknown(f.unknown[0].0.clone(), Vec::new()));
    }
    out.push(Act::Remove(f.wishes, choices));
}

fn cancel(f: Found, out: &mut Vec<Act>) {
    if let Some(n) = f.number {
        out.push(Act::Number(n));
    }
    out.push(if f.wishes.is_empty() { Act::Say(Cue::Cancel) } else { Act::Remove(f.wishes, Vec::new()) });
}

/// "change X to Y", "make it 3", "Y instead of X". Says whether that is all.
fn change(f: &Found, scan: &Scan, text: &str, from: usize, to: usize, out: &mut Vec<Act>) -> bool {
    let instead = scan.cues.iter().find(|c| c.cue == Cue::Instead && c.from >= from && c.to <= to);
    if let [a, b] = f.wishes.as_slice() {
        let turned =
            instead.is_some_and(|c| matches!(scan.words[c.to - 1].text.as_str(), "of" | "than" | "ya" | "من" | "عن" | "بدل" | "بدال"));
        let (old, new) = if turned { (b, a) } else { (a, b) };
        out.push(Act::Swap(old.clone(), new.clone()));
        return true;
    }
    if scan.has(Cue::Pickup, from, to) || scan.has(Cue::Delivery, from, to) {
        return f.wishes.is_empty();
    }
    if let [w] = f.wishes.as_slice() {
        let quantity = w.quantity.filter(|_| true).or(f.number);
        let only = w.choices.is_empty() && w.note.is_empty() && quantity.is_none();
        if only || instead.is_some() {
            out.push(Act::Swap(Wish::default(), w.clone()));
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

/// "make it warm", "make am hot well well": how it shall be, in words that are no choice and no size.
fn manner<'t>(scan: &Scan, text: &'t str, from: usize, to: usize) -> &'t str {
    let Some(start) = scan.cues.iter().find(|c| c.cue == Cue::Change && c.from >= from && c.to <= to).map(|c| c.to) else { return "" };
    let size = |w: &str| matches!(w, "small" | "medium" | "large" | "big" | "huge" | "tall" | "short" | "tiny" | "jumbo" | "mini");
    let how = |w: &super::words::Word| is_manner(&w.text) && !size(&w.text);
    let Some(first) = (start..to).find(|k| how(&scan.words[*k])) else { return "" };
    let between = scan.words[start..first].iter().all(|w| is_filler(&w.text) && w.number.is_none());
    let end = (first + 1..to).find(|k| scan.words[k - 1].after != Gap::None || !how(&scan.words[*k]) && scan.words[*k].text != "and");
    let end = end.unwrap_or(to);
    if between { &text[scan.words[first].from..scan.words[end - 1].to] } else { "" }
}

/// "two of them", "one of those".
fn of_those(scan: &Scan, from: usize, to: usize) -> bool {
    let those = |w: &str| matches!(w, "them" | "those" | "these" | "dem" | "the" | "my");
    scan.words[from..to].windows(3).any(|w| w[0].number.is_some() && w[1].text == "of" && those(&w[2].text))
}

/// "another one", "two more", "and a white one", and not "more pepper".
fn is_another(scan: &Scan, from: usize, to: usize) -> bool {
    let word = |k: usize| scan.words.get(from + k).map_or("", |w| w.text.as_str());
    let and = matches!(word(0), "and" | "also" | "plus");
    let one = matches!(word(1), "a" | "an" | "one") || scan.words[from..to].iter().any(|w| w.text == "one");
    let for_somebody =
        scan.words[from..to].windows(2).any(|w| w[0].text == "for" && matches!(w[1].text.as_str(), "my" | "him" | "her" | "the"));
    if and && (one || for_somebody) {
        return true;
    }
    let counted = |c: &super::cues::CueAt| scan.words[c.from..c.to].iter().any(|w| w.text == "another" || w.number.is_some());
    scan.cues.iter().any(|c| c.cue == Cue::More && c.from >= from && c.to <= to && counted(c))
}

fn deeds(f: Found, scan: &Scan, from: usize, to: usize, out: &mut Vec<Act>) {
    let number = f.number.filter(|n| counts_things(scan, from, to, *n));
    if let Some(act) = more_or_less(&f, scan, from, to) {
        return out.push(act);
    }
    if !f.wishes.is_empty() {
        let also: Vec<Act> = f.also.iter().map(|(c, n)| Act::Category(*c, *n)).collect();
        out.push(Act::Add(f.wishes));
        out.extend(also);
    } else if f.parts.len() > 1 && !is_another(scan, from, to) {
        out.push(Act::Parts(f.parts));
    } else if !f.choices.is_empty() || !f.note.is_empty() {
        let part = of_those(scan, from, to);
        let edit = Edit { quantity: number.filter(|_| part || !f.choices.is_empty()), choices: f.choices, note: f.note, part };
        out.push(if is_another(scan, from, to) { Act::Another(edit) } else { Act::Modify(Vec::new(), edit) });
    } else if let Some(c) = f.categories.first().filter(|_| f.unknown.is_empty()) {
        out.push(Act::Category(*c, number));
    } else if let (Some(n), true) = (number, f.unknown.is_empty()) {
        let more = scan.has(Cue::More, from, to);
        out.push(Act::Number(n));
        if more {
            out.push(Act::Say(Cue::More));
        }
    } else if scan.has(Cue::More, from, to) && f.unknown.is_empty() {
        out.push(Act::Say(Cue::More));
    }
    out.extend(f.unknown.into_iter().map(|(s, near)| Act::Unknown(s, near)));
}
