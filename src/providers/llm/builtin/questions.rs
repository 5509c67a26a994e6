//! Questions in a clause: what is asked, and about which things.

use super::acts::Act;
use super::cues::{Cue, is_filler};
use super::days::{Day, on_a_holiday};
use super::index::Index;
use super::read::{Found, Wish};
use super::scan::{Scan, What};
use super::sums::{LEAST_PRICE, is_sum};
use super::words::{Gap, Words};

/// A question the briefing answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    Price(Vec<Wish>),
    /// What these choices cost: "how much is extra cheese?".
    PriceOf(Vec<usize>),
    Stock {
        items: Vec<usize>,
        said: Vec<String>,
        /// The words say more than the thing: "in red".
        more: bool,
        /// Choices that were named with it.
        choices: Vec<usize>,
    },
    /// How many there are of what was talked about.
    Left,
    Menu(Vec<usize>),
    Contents(Vec<usize>),
    /// When the doors are open, in all or on these days.
    Hours(Vec<Day>),
    HowLong,
    Where,
    Deliver,
    Pickup,
    Discount,
    Fee,
    Pay,
    /// Whether one can pay so: "cash".
    PayBy(String),
    Basket,
    /// What is to be paid, and how.
    Bill,
    /// When it comes or is ready.
    Ready,
    Recommend,
    Cheapest(Vec<usize>),
    /// Something of the house that is not written down: when one checks in.
    House,
    /// Whether something may be eaten, or is in it.
    Diet(super::diets::Diet),
    /// Whether something is in these: "any nuts in the banana bread?".
    Inside(Vec<usize>),
    /// How the thing talked about is: "is it peppery?", "what size is the regular?".
    Quality,
}

fn items_of(f: &Found) -> Vec<usize> {
    f.wishes.iter().flat_map(|w| w.items.iter().copied()).collect()
}

fn choices_of(f: &Found) -> Vec<usize> {
    f.wishes.iter().flat_map(|w| w.choices.iter().copied()).chain(f.choices.iter().copied()).collect()
}

/// What a question about prices is about: "your rice and chicken" is all the rice, too.
fn priced(ix: &Index, f: &Found) -> Vec<Wish> {
    let all = |c: &usize| Wish { items: ix.categories[*c].1.clone(), ..Wish::default() };
    f.categories.iter().map(all).chain(f.wishes.iter().cloned()).collect()
}

/// The price of what was named; of a thing the menu does not have there is none to tell.
fn price(ix: &Index, f: &Found) -> Question {
    const SUMS: &str =
        "bill balance invoice debt charge charges sum deposit receipt payment owe owing together altogether remain remaining";
    match f.unknown.first() {
        Some((said, _)) if f.wishes.is_empty() && f.categories.is_empty() => {
            let sum = said.split_whitespace().any(|w| SUMS.split_whitespace().any(|s| s.eq_ignore_ascii_case(w)));
            if sum {
                Question::Basket
            } else {
                Question::Stock { items: Vec::new(), said: vec![said.clone()], more: false, choices: Vec::new() }
            }
        }
        None if f.wishes.is_empty() && f.categories.is_empty() && !f.choices.is_empty() => Question::PriceOf(f.choices.clone()),
        _ => Question::Price(priced(ix, f)),
    }
}

/// "is extra pepper free?", "is the large bigger?", "the difference between medium and large": asks about choices, takes none.
fn weighs_choices(scan: &Scan, from: usize, to: usize) -> bool {
    let words = &scan.words[from..to];
    let begins = words.first().is_some_and(|w| matches!(w.text.as_str(), "is" | "are" | "does" | "do" | "na"));
    let weighs = |w: &str| matches!(w, "free" | "bigger" | "larger" | "smaller" | "extra" | "included" | "cost" | "costs" | "dearer");
    begins && words.iter().any(|w| weighs(&w.text)) || words.iter().any(|w| w.text == "difference")
}

/// "I have only 5000": what there is to spend.
pub fn has_only(scan: &Scan) -> bool {
    scan.words.windows(2).any(|w| matches!((w[0].text.as_str(), w[1].text.as_str()), ("have" | "get", "only") | ("only", "have" | "get")))
}

/// "can I pay on delivery?", "when it comes".
fn pays_later(scan: &Scan, from: usize, to: usize) -> bool {
    let words = &scan.words[from..to];
    let word = |k: usize| words.get(k).map_or("", |w| w.text.as_str());
    let comes = |k: usize| matches!(word(k), "comes" | "come" | "arrives" | "arrive" | "reaches" | "reach" | "gets");
    (0..words.len()).any(|k| match word(k) {
        "cod" => true,
        "on" | "upon" => matches!(word(k + 1), "delivery" | "arrival"),
        "when" | "once" | "after" => comes(k + 2) || comes(k + 3),
        _ => false,
    })
}

/// "its 2800 at shoprite", "can you do 9000?", "will you take 8k": another price than ours.
fn bargains(scan: &Scan, from: usize, to: usize, f: &Found) -> bool {
    static ELSEWHERE: Words = Words::new("elsewhere outside online market jumia konga shoprite competitor competitors instagram somewhere");
    let words = &scan.words[from..to];
    let counted = |n: i64| f.wishes.iter().any(|w| w.quantity == Some(n));
    let sum = |w: &super::words::Word| is_sum(w) && !w.number.is_some_and(counted);
    let Some(at) = words.iter().position(sum) else { return false };
    let before = |k: usize| at.checked_sub(k).map_or("", |i| words[i].text.as_str());
    let offers = matches!(before(1), "do" | "accept")
        || matches!(
            (before(2), before(1)),
            ("you" | "una", "take" | "collect") | ("give" | "giving", "you" | "una") | ("have" | "get", "only")
        )
        || matches!((before(2), before(1)), ("only", "have" | "get"));
    let there = words.iter().any(|w| ELSEWHERE.has(&w.text));
    let said = words.iter().any(|w| {
        matches!(w.text.as_str(), "its" | "is" | "sell" | "selling" | "sells" | "saw" | "see" | "seen" | "na" | "for" | "bought" | "buy")
    });
    offers || there && said
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
        (Cue::Where, Question::Where),
    ];
    if let Some(q) = super::diets::diet(scan, ix, from, to, f) {
        out.push(Act::Ask(q));
        return true;
    }
    if has(Cue::Bill) && f.wishes.is_empty() {
        // "how much is my bill?" asks for the sum alone.
        out.push(Act::Ask(if has(Cue::Price) { Question::Basket } else { Question::Bill }));
        return true;
    }
    if asks_where(scan, from, to) {
        out.push(Act::Ask(Question::Where));
        return true;
    }
    if asks_when_ready(scan, from, to) {
        out.push(Act::Ask(Question::Ready));
        return true;
    }
    let house = |w: &super::words::Word| matches!(w.text.as_str(), "check" | "checkout" | "checkin" | "breakfast");
    if has(Cue::Hours) && scan.words[from..to].iter().any(house) && f.wishes.is_empty() {
        out.push(Act::Ask(Question::House));
        return true;
    }
    let way = scan.words[from..to]
        .iter()
        .find(|w| matches!(w.text.as_str(), "cash" | "card" | "pos" | "opay" | "cheque" | "crypto" | "instalments"));
    if let (true, Some(way)) = (has(Cue::PayQ), way) {
        out.push(Act::Ask(Question::PayBy(way.text.clone())));
        return true;
    }
    if has(Cue::PayQ) && pays_later(scan, from, scan.words.len()) {
        out.push(Act::Ask(Question::PayBy("delivery".into())));
        return true;
    }
    if (has(Cue::Hours) || opens_then(scan, from, to)) && !simple.iter().any(|(c, _)| *c != Cue::Where && has(*c)) {
        out.push(Act::Ask(if on_a_holiday(scan, from, to) { Question::House } else { Question::Hours(Vec::new()) }));
        return true;
    }
    if let Some((_, q)) = simple.into_iter().find(|(c, _)| has(*c)) {
        out.push(Act::Ask(q));
        return true;
    }
    let asked = scan.words[to - 1].after == Gap::Ask;
    let wants = has(Cue::Want) || f.wishes.iter().any(|w| w.quantity.is_some_and(|q| q > 1));
    if has(Cue::Price) && !(has(Cue::Want) && !f.wishes.is_empty() && !asked) {
        out.push(Act::Ask(if has(Cue::Basket) { Question::Basket } else { price(ix, f) }));
        return true;
    }
    if !has(Cue::Want) && f.wishes.iter().all(|w| w.quantity.is_none()) && weighs_choices(scan, from, to) {
        let choices = choices_of(f);
        if !choices.is_empty() {
            out.push(Act::Ask(Question::PriceOf(choices)));
            return true;
        }
    }
    if !has(Cue::Want) && bargains(scan, from, to, f) {
        out.push(Act::Ask(Question::Discount));
        return true;
    }
    if (checks_price(scan, from, to) || asked && names_price(scan, from, to, f)) && !has(Cue::Want) {
        out.retain(|a| *a != Act::Say(Cue::Yes));
        out.push(Act::Ask(price_without_sums(f)));
        return true;
    }
    // "can 5k buy a burger" wants none, "can I buy" does.
    let wanted = has(Cue::Want) && !(from + 1 < to && is_sum(&scan.words[from + 1]));
    if let (Some(q), false) = (is_enough(scan, from, to, f), wanted) {
        out.push(Act::Ask(q));
        return true;
    }
    if asks_how_it_is(scan, from, to, f) {
        out.push(Act::Ask(Question::Quality));
        return true;
    }
    let begins = matches!(scan.words[from].text.as_str(), "can" | "is" | "should" | "may");
    let asks = asked || begins && f.wishes.iter().all(|w| w.quantity.is_none());
    if asks && !has(Cue::Want) && !has(Cue::Stock) && !f.wishes.is_empty() && asks_whether_it_suits(scan, from, to) {
        out.push(Act::Ask(Question::Inside(items_of(f))));
        return true;
    }
    let many = scan.words[from..to].iter().filter(|w| w.text != "one").find_map(|w| w.number);
    let cheap = has(Cue::Cheap) && (has(Cue::Want) || !asked) && f.wishes.is_empty() && f.unknown.is_empty();
    if let (true, Some(n)) = (cheap, many) {
        // "give me 2 of the cheapest"
        let items = f.categories.iter().flat_map(|c| ix.categories[*c].1.iter().copied()).collect();
        out.push(Act::Cheaper(Wish { items, quantity: Some(n), ..Wish::default() }));
        return true;
    }
    let q = if has(Cue::Cheap) && items_of(f).len() > 1 {
        Question::Price(f.wishes.clone())
    } else if has(Cue::Cheap) && !f.unknown.is_empty() && f.categories.is_empty() {
        // "the cheapest painkiller" is not the cheapest thing there is.
        stock(f, scan, from, to)
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

/// "where do I pick it up?": asks where the shop is, and chooses nothing.
fn asks_where(scan: &Scan, from: usize, to: usize) -> bool {
    let fetches = scan.has(Cue::Pickup, from, to) || scan.has(Cue::PickupQ, from, to);
    let begins = (from..to.min(from + 4)).any(|k| matches!(scan.words[k].text.as_str(), "where" | "donde" | "onde" | "wapi"));
    fetches && begins && !super::sums::wants(scan, from, to)
}

/// "when will my cake be ready?", "what time will it come?": what was ordered, and not the doors.
fn asks_when_ready(scan: &Scan, from: usize, to: usize) -> bool {
    static COMES: Words = Words::new("ready come comes arrive arrives delivered reach reaches here done finished");
    let word = |k: usize| if k < to { scan.words[k].text.as_str() } else { "" };
    let Some(at) = (from..to.min(from + 4)).find(|k| word(*k) == "when" || word(*k) == "what" && word(k + 1) == "time") else {
        return false;
    };
    let verb = at + 1 + usize::from(word(at) == "what");
    let it = matches!(word(verb + 1), "it" | "they" | "my" | "our" | "the" | "everything" | "that");
    let lodging = (verb..to)
        .any(|k| matches!(word(k), "room" | "rooms" | "table" | "breakfast" | "shop" | "store" | "kitchen" | "next" | "i" | "we" | "you"));
    matches!(word(verb), "will" | "is" | "are" | "would" | "does" | "do" | "can")
        && it
        && !lodging
        && (verb + 2..to).any(|k| COMES.has(word(k)))
}

/// The price of what was named; a sum that was said with it counts none.
fn price_without_sums(f: &Found) -> Question {
    Question::Price(f.wishes.iter().map(|w| Wish { quantity: w.quantity.filter(|q| *q < LEAST_PRICE), ..w.clone() }).collect())
}

/// "do I have enough for a coke?", "is 5000 enough for 2 cokes?" ask for a price; for how many people it is enough a person knows.
fn is_enough(scan: &Scan, from: usize, to: usize, f: &Found) -> Option<Question> {
    let words = &scan.words[from..to];
    let any = |list: &[&str]| words.iter().any(|w| list.contains(&w.text.as_str()));
    let asks = words[words.len() - 1].after == Gap::Ask || matches!(words[0].text.as_str(), "is" | "will" | "do" | "does" | "can");
    let does = words.windows(2).any(|w| w[0].text == "do" && w[1].text == "for") || any(&["buy", "reach", "cover"]);
    if f.wishes.is_empty() || !asks || !any(&["enough"]) && !does {
        return None;
    }
    if words.iter().any(is_sum) || words.windows(2).any(|w| w[0].text == "i" && w[1].text == "have") {
        return Some(price_without_sums(f));
    }
    any(&["people", "persons", "person", "guests", "us", "family"]).then(|| Question::Inside(items_of(f)))
}

/// "open sun?"
fn opens_then(scan: &Scan, from: usize, to: usize) -> bool {
    let short = to - from < 5 && scan.words[to - 1].after == Gap::Ask;
    short && scan.words[from].text == "open" && !super::days::days(scan, from, to).is_empty()
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

/// "is meat pie 900?", "meat pie na 900, right?": asks whether we still ask as much.
fn checks_price(scan: &Scan, from: usize, to: usize) -> bool {
    let words = &scan.words[from..to];
    let is = |w: &str| matches!(w, "is" | "are" | "na" | "be" | "its" | "still" | "was");
    let Some(at) = words.iter().position(is_sum) else { return false };
    let stated = at > 0 && is(&words[at - 1].text);
    let asked = is(&words[0].text) && scan.words[to - 1].after == Gap::Ask;
    (stated || asked) && !words[at..].iter().any(|w| matches!(w.text.as_str(), "street" | "road" | "people" | "guests"))
}

/// "coke 500?": a sum behind the thing.
fn names_price(scan: &Scan, from: usize, to: usize, f: &Found) -> bool {
    let [w] = f.wishes.as_slice() else { return false };
    let Some(n) = w.quantity.filter(|n| *n >= LEAST_PRICE) else { return false };
    let item = scan.spans.iter().find(|s| s.from >= from && matches!(s.what, What::Items(_)));
    item.is_some_and(|s| (s.to..to).any(|k| scan.words[k].number == Some(n)))
}

/// "coartem good for pregnant woman?", "pepper soup for a 3 year old?": whether a thing suits somebody.
fn asks_whether_it_suits(scan: &Scan, from: usize, to: usize) -> bool {
    static SUITS: Words = Words::new(
        "together daily dose dosage good safe suitable pregnant pregnancy breastfeeding child children baby babies toddler infant year years old diabetic allergic allergy spicy peppery",
    );
    let named = |k: usize| scan.is_named(k);
    (from..to).any(|k| SUITS.has(&scan.words[k].text) && !named(k))
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
    let tells = words.iter().any(|w| w.text.len() > 2 && !is_filler(&w.text) && w.number.is_none());
    (scan.words[to - 1].after == Gap::Ask || is && from == 0 && to < 6)
        && (is && tells || size)
        && f.wishes.iter().all(|w| !w.full && matches!(word(1), "it" | "they" | "this" | "that"))
        && f.number.is_none()
        && !scan.cues.iter().any(other)
}

fn stock(f: &Found, scan: &Scan, from: usize, to: usize) -> Question {
    if f.wishes.is_empty() && !f.categories.is_empty() {
        return Question::Menu(f.categories.clone());
    }
    if f.wishes.is_empty() && !f.choices.is_empty() && f.unknown.is_empty() {
        // "do you have it in size 12?"
        return Question::Stock { items: Vec::new(), said: Vec::new(), more: true, choices: f.choices.clone() };
    }
    let left = scan.words[from..to].iter().any(|w| matches!(w.text.as_str(), "left" | "remaining" | "remain"));
    if f.wishes.is_empty() && f.unknown.is_empty() && left {
        return Question::Left;
    }
    let within = |s: &super::scan::Span| {
        let before = (from..s.from).rev().find(|k| !matches!(scan.words[*k].text.as_str(), "the" | "your" | "a" | "una" | "this"));
        s.from >= from
            && s.to <= to
            && before.is_some_and(|k| matches!(scan.words[k].text.as_str(), "in" | "inside" | "on" | "contain" | "contains"))
    };
    let which = matches!(scan.words[from].text.as_str(), "what" | "which");
    if !which && !f.wishes.is_empty() && scan.spans.iter().any(within) {
        return Question::Inside(items_of(f));
    }
    let taken = |i: usize| scan.is_named(i) || scan.is_told(i);
    let more = (from..to).any(|i| !taken(i) && scan.words[i].text.len() > 2 && !is_filler(&scan.words[i].text));
    Question::Stock { items: items_of(f), said: f.unknown.iter().map(|u| u.0.clone()).collect(), more, choices: choices_of(f) }
}
