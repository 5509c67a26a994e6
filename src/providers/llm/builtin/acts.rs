//! Cuts a text into clauses and tells what each one does.

use super::changes::{of_those, that_one};
use super::clause::clause;
use super::cues::Cue;
use super::days::Day;
use super::index::Index;
use super::places::{address, asks_whether, street};
use super::questions::{Question, has_only};
use super::read::{Found, Part, Wish};
use super::remarks::{supposed, without_headings};
use super::repairs;
use super::same;
use super::scan::{Scan, What};
use super::sums::{about, counts_things, wants};
use super::troubles::without_orders;
use super::words::{Gap, POLITE};

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
    /// "both iced", "all should be XL".
    All(Edit),
    /// "1 white L", "add a blue one": a sort of its own beside what was talked about, when it is one; "add" was said.
    Beside(Edit, bool),
    /// "the oat one iced", "one of the large ones without veg": of the lines that are so, what is different.
    Of(Vec<usize>, Edit),
    /// "1 large, 1 regular": what was talked about, so and so.
    Parts(Vec<Part>),
    /// "another one with pepper": one more of what was talked about, but so.
    Another(Edit),
    /// The old and the new.
    Swap(Box<(Wish, Wish)>),
    /// The same where the old is in the basket; else the new alone: "zobo, not coke".
    Rather(Box<(Wish, Wish)>),
    /// This where there is any, otherwise that.
    Otherwise(Vec<Wish>, Vec<Wish>),
    /// Whichever of these costs least.
    Cheaper(Wish),
    Ask(Question),
    /// A cue that is a deed by itself.
    Say(Cue),
    Address(String),
    Name(String),
    Number(i64),
    /// "2, and a coke": so many of what was asked about, beside what is named.
    OfIt(i64),
    /// So many more of what was talked about.
    More(i64),
    /// "I don't want pepper": not so.
    Refuse(Vec<usize>),
    /// "remove everything except the plasters", "I only want the bread".
    Keep(Vec<Wish>),
    /// A wish for whoever makes the order.
    Note(String),
    /// The same, or the thing itself where nothing is ordered yet: "zobo instead of malt".
    NoteOr(String, Box<Wish>),
    /// "don't forget the coke": added only where it is not there yet.
    Remind(Vec<Wish>),
    /// "the second one" of the basket is taken out.
    Drop(usize),
    /// So many of everything in the basket: "2 each".
    Each(i64),
    /// So many of each line in its order: "make it 4 and 5".
    EachOwn(Vec<i64>),
    /// Numbers said with a payment or about an order: its own, or its sum.
    About(Vec<i64>),
}

/// What a text does, in order.
pub fn acts(scan: &Scan, ix: &Index, text: &str) -> Vec<Act> {
    let turns = repairs::turns(scan);
    let mut parts: Vec<Vec<Act>> = Vec::new();
    let mut out = Vec::new();
    let mut from = 0;
    while from < scan.words.len() {
        let turn = turns.get(parts.len()).filter(|t| t.at <= from);
        if let Some(turn) = turn {
            // What follows is said instead of what was said so far.
            parts.push(std::mem::take(&mut out));
            from = turn.next.max(from);
            continue;
        }
        let end = turns.get(parts.len()).map_or(usize::MAX, |t| t.at);
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
        let to = clause_end(scan, from).min(street.map_or(usize::MAX, |(start, _)| start)).min(end);
        clause(scan, ix, text, from, to, &mut out);
        from = to;
    }
    parts.push(out);
    let mut out = repairs::mended(parts);
    if out.contains(&Act::Say(Cue::Paid)) && !wants(scan, 0, scan.words.len()) {
        // "paid. 6600, from Ada Obi": all of it is about the payment.
        out.retain(|a| !matches!(a, Act::Number(_) | Act::Unknown(..) | Act::About(_)));
        out.insert(0, about(scan, 0, scan.words.len()));
    }
    let without = |c: &super::cues::CueAt| c.cue == Cue::Delivery && c.from > 0 && scan.words[c.from - 1].text == "without";
    if out.iter().any(|a| matches!(a, Act::Ask(Question::Price(_) | Question::Basket))) && scan.cues.iter().any(without) {
        // "how much without delivery" changes nothing.
        out.retain(|a| *a != Act::Say(Cue::Pickup));
    }
    if let Some(Act::Ask(Question::Hours(days))) = out.iter_mut().find(|a| matches!(a, Act::Ask(Question::Hours(_)))) {
        // "I want to come tomorrow, what time do you open?", "are you open on Monday and on Tuesday?" ask once.
        let now = scan.words.iter().any(|w| matches!(w.text.as_str(), "now" | "today" | "tonight"));
        *days = super::days::days(scan, 0, scan.words.len());
        if now && !days.is_empty() {
            days.insert(0, Day::Ahead(0));
        }
        let mut asked = false;
        out.retain(|a| !matches!(a, Act::Ask(Question::Hours(_))) || !std::mem::replace(&mut asked, true));
    }
    if out.iter().any(|a| matches!(a, Act::Add(_) | Act::Parts(_))) && has_only(scan) && !scan.has(Cue::Discount, 0, scan.words.len()) {
        // "I have only 5000, give me 2 cokes" haggles over nothing.
        out.retain(|a| *a != Act::Ask(Question::Discount));
    }
    if out.iter().any(|a| matches!(a, Act::Address(_))) {
        // "change the address to 6 Toyin street" says to what.
        out.retain(|a| *a != Act::Say(Cue::Change));
    }
    without_orders(scan, without_headings(scan, supposed(scan, asked_of_all(scan, out))))
}

/// "price of: milo, bournvita", "pepper soup, is it spicy?": what is only named is what the question is about.
fn asked_of_all(scan: &Scan, acts: Vec<Act>) -> Vec<Act> {
    let named = |a: &Act| matches!(a, Act::Add(ws) if ws.iter().all(|w| w.quantity.is_none() && !w.mine));
    if wants(scan, 0, scan.words.len()) {
        return acts;
    }
    match acts.as_slice() {
        [Act::Ask(Question::Price(none)), rest @ ..] if none.is_empty() && !rest.is_empty() && rest.iter().all(named) => {
            let all = rest.iter().flat_map(|a| if let Act::Add(ws) = a { ws.clone() } else { Vec::new() });
            vec![Act::Ask(Question::Price(all.collect()))]
        }
        // "the sourdough, is it halal?"
        [Act::Add(ws), Act::Ask(Question::Diet(diet))] if diet.items.is_empty() && ws.len() == 1 && named(&acts[0]) => {
            vec![Act::Ask(Question::Diet(super::diets::Diet { items: ws[0].items.clone(), ..diet.clone() }))]
        }
        [Act::Add(ws), Act::Ask(Question::Quality)] if ws.len() == 1 && named(&acts[0]) => {
            vec![Act::Ask(Question::Inside(ws[0].items.clone()))]
        }
        _ => acts,
    }
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
    Cue::Bill,
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
        let inside = inside_name(scan, i);
        let joint = matches!(scan.words[i].text.as_str(), "and" | "but" | "then" | "also" | "ati" | "kuma")
            // "…, today I want 5"
            || gap == Gap::Comma && matches!(scan.words[i].text.as_str(), "today" | "now" | "tonight");
        // "…, same for my wife but no egg, and the kids…"
        let once_more = gap == Gap::Comma && (same::begins(scan, i) || (from..from + 3).any(|k| k < i && same::begins(scan, k)));
        if !inside_name(scan, i) && (once_more || joint && same::begins(scan, i + 1)) {
            return i;
        }
        // "no onions" is a wish about the item before; "no, thanks" is not.
        let answer = |c: &super::cues::CueAt| !matches!(c.cue, Cue::Yes | Cue::No) || scan.words[c.to - 1].after != Gap::None;
        let head = |k: usize| scan.cue_at(k).is_some_and(|c| HEADS.contains(&c.cue) && answer(c));
        if !inside && !on && (gap == Gap::Comma && head(i) || joint && head(i + 1) || gap == Gap::Comma && joint && head(i + 1)) {
            return i;
        }
        // "make that two and water": the change ends with its number.
        let counted = |s: &super::scan::Span| {
            s.from > i && matches!(s.what, What::Items(_)) && scan.words.get(s.to).is_some_and(|w| w.number.is_some())
        };
        let number_alone = || {
            scan.words
                .get(i + 1)
                .is_some_and(|w| w.number.is_some() && (w.after != Gap::None || scan.words[i + 2..].iter().all(|w| POLITE.has(&w.text))))
        };
        // "forget the zobo, and 1 less coke"
        let fewer = |k: usize| {
            let word = |k: usize| scan.words.get(k).map_or("", |w| w.text.as_str());
            scan.words.get(k).is_some_and(|w| w.number.is_some())
                && matches!(word(k + 1), "less" | "fewer")
                && scan.span_at(k + 2).is_some_and(|s| matches!(s.what, What::Items(_)))
        };
        if !inside && (joint && fewer(i + 1) || gap == Gap::Comma && fewer(i)) {
            return i;
        }
        if joint
            && scan.words[i - 1].number.is_some()
            && scan.has(Cue::Change, from, i)
            && !scan.spans.iter().any(counted)
            && !number_alone()
        {
            return i;
        }
        if !inside && scan.cue_at(i).is_some_and(|c| ABRUPT.contains(&c.cue))
            || gap == Gap::Comma && (that_one(scan, i).is_some() || scan.words[i].text == "if")
        {
            return i;
        }
        i += 1;
    }
    n
}

/// Whether a name or a turn of phrase goes on at `i`.
fn inside_name(scan: &Scan, i: usize) -> bool {
    scan.spans.iter().any(|s| s.from < i && i < s.to) || scan.cues.iter().any(|c| c.from < i && i < c.to)
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
        // "what's in the ogbono? I'll take one with fufu": asked, and then ordered.
        && !(scan.words[i - 1].after == Gap::Ask && asked_before(scan, from, i))
        && (counts || scan.words[i - 1].after == Gap::Stop)
}

/// Whether the words up to a question mark ask about a thing rather than for one.
fn asked_before(scan: &Scan, from: usize, to: usize) -> bool {
    let asks = |c: Cue| matches!(c, Cue::Contents | Cue::Stock | Cue::Price | Cue::Recommend);
    let begins = matches!(scan.words[from].text.as_str(), "is" | "are" | "does" | "what" | "whats");
    let cues = || scan.cues.iter().any(|c| c.from >= from && c.to <= to && asks(c.cue));
    !wants(scan, from, to) && (begins || cues())
}

/// "another 2", "5 more", "plus 1", "and one for my wife"; "less 1", "one less".
fn more_or_less(f: &Found, scan: &Scan, from: usize, to: usize) -> Option<Act> {
    let word = |list: &[&str]| scan.words[from..to].iter().any(|w| list.contains(&w.text.as_str()));
    if !f.wishes.is_empty()
        || !f.choices.is_empty()
        || !f.note.is_empty()
        || !f.unknown.is_empty()
        || to - from > 6
        || scan.words[to - 1].after == Gap::Ask
    {
        return None;
    }
    let n = f.number.or_else(|| scan.words[from..to].iter().find_map(|w| w.number)).filter(|n| counts_things(scan, from, to, *n))?;
    if word(&["less", "minus", "fewer"]) {
        return Some(Act::Remove(vec![Wish { quantity: Some(n), ..Wish::default() }], Vec::new()));
    }
    let more = word(&["another", "more", "extra", "additional", "plus", "add"]) || matches!(scan.words[from].text.as_str(), "and" | "also");
    more.then_some(Act::More(n))
}

/// The number in "2, and a coke", "ok give me one with a coke": it counts no coke.
fn of_it(scan: &Scan, from: usize, to: usize) -> Option<i64> {
    let item = scan.spans.iter().find(|s| s.from >= from && s.to <= to)?.from;
    let at = (from..item).find(|k| scan.words[*k].number.is_some())?;
    let small = |w: &str| matches!(w, "of" | "it" | "that" | "them" | "please" | "pls" | "abeg");
    let next = (at + 1..item).find(|k| !small(&scan.words[*k].text))?;
    matches!(scan.words[next].text.as_str(), "and" | "with" | "plus").then_some(scan.words[at].number?)
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

/// Whether "both" or "all" is said. "That's all" says nothing of all.
fn of_all(scan: &Scan, from: usize, to: usize) -> bool {
    let told = |k: usize| scan.is_told(k);
    (from..to).any(|k| matches!(scan.words[k].text.as_str(), "both" | "all") && !told(k))
}

/// The number in "add egg to one", "cheese on 2 of them", "oat milk in 2 of them": so many of what was talked about.
fn on_some(scan: &Scan, from: usize, to: usize) -> Option<i64> {
    // "in 2" alone says when, "in one" does not.
    let of_them = |k: usize| scan.words[k].text == "one" || scan.words.get(k + 1).is_some_and(|w| w.text == "of") && k + 2 < to;
    let onto = |k: &usize| {
        let leads = |w: &str| matches!(w, "to" | "on") || matches!(w, "in" | "for") && of_them(*k);
        leads(&scan.words[k - 1].text) && scan.words[*k].number.is_some()
    };
    let at = (from + 1..to).rfind(onto)?;
    let ends =
        at + 1 == to || scan.words[at].after != Gap::None || matches!(scan.words[at + 1].text.as_str(), "of" | "please" | "pls" | "only");
    scan.words[at].number.filter(|_| ends)
}

/// What is named without more is wanted; a number or a choice alone is about what was talked about.
pub fn deeds(f: Found, scan: &Scan, from: usize, to: usize, out: &mut Vec<Act>) {
    let number = f.number.filter(|n| counts_things(scan, from, to, *n));
    if let Some(act) = more_or_less(&f, scan, from, to) {
        return out.push(act);
    }
    if !f.wishes.is_empty() {
        out.extend(of_it(scan, from, to).map(Act::OfIt));
        if let [p] = f.parts.as_slice() {
            let edit = Edit { quantity: Some(p.quantity), choices: p.choices.clone(), note: p.note.clone(), part: false };
            out.push(Act::Beside(edit, true));
        }
        let also: Vec<Act> = f.also.iter().map(|(c, n)| Act::Category(*c, *n)).collect();
        out.push(Act::Add(f.wishes));
        out.extend(also);
    } else if f.parts.len() > 1 && !is_another(scan, from, to) {
        out.push(Act::Parts(f.parts));
    } else if !f.choices.is_empty() || !f.note.is_empty() {
        let with =
            scan.words[from..to].windows(2).any(|w| w[0].number.is_some() && matches!(w[1].text.as_str(), "with" | "without" | "should"));
        let some = on_some(scan, from, to);
        let number = some.or(number);
        let part = of_those(scan, from, to) || with || some.is_some();
        let edit = Edit { quantity: number.filter(|_| part || !f.choices.is_empty()), choices: f.choices, note: f.note, part };
        // "The kids will have 2 regular": beside what was named for others.
        let adds = scan.words[from..to].iter().any(|w| {
            matches!(
                w.text.as_str(),
                "add"
                    | "plus"
                    | "also"
                    | "same"
                    | "too"
                    | "another"
                    | "kids"
                    | "children"
                    | "wife"
                    | "husband"
                    | "son"
                    | "daughter"
                    | "she"
                    | "he"
            )
        });
        out.push(match () {
            () if is_another(scan, from, to) => Act::Another(edit),
            () if of_all(scan, from, to) && number.is_none() => Act::All(edit),
            () if !edit.choices.is_empty() && !part && (adds || edit.quantity.is_some()) => Act::Beside(edit, adds),
            () => Act::Modify(Vec::new(), edit),
        });
    } else if let Some(c) = f.categories.first().filter(|_| f.unknown.is_empty()) {
        out.push(Act::Category(*c, number));
    } else if let (Some(n), true) = (number, f.unknown.is_empty()) {
        let more = scan.has(Cue::More, from, to);
        // "make both 2"
        out.push(if of_all(scan, from, to) && !more { Act::Each(n) } else { Act::Number(n) });
        if more {
            out.push(Act::Say(Cue::More));
        }
    } else if scan.has(Cue::More, from, to) && f.unknown.is_empty() {
        out.push(Act::Say(Cue::More));
    }
    out.extend(f.unknown.into_iter().map(|(s, near)| Act::Unknown(s, near)));
}
