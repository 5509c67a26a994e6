//! What went wrong before: a thing that is returned, missing or not what was ordered is a complaint, and orders nothing.

use super::acts::Act;
use super::cues::Cue;
use super::scan::Scan;
use super::sums::wants;
use super::words::{Gap, TIME, Word, Words};

/// "I ordered 3 and got 2", "the milk you sold me was bad": something of the past, told as a complaint.
pub fn complains(scan: &Scan, from: usize, to: usize) -> bool {
    static BOUGHT: Words = Words::new("ordered bought");
    static CAME: Words = Words::new("got received gave sent came brought see saw but instead");
    static SOLD: Words = Words::new("sold gave brought sent");
    static YOU: Words = Words::new("you una your");
    static BAD: Words = Words::new("bad wrong fake old small broken damaged rotten spoilt missing less");
    static LACKS: Words = Words::new("missing incomplete");
    static OF: Words = Words::new("order my last had two one was were is");
    static NOT: Words = Words::new("not never hasnt havent isnt didnt");
    static HERE: Words = Words::new("here come came arrived arrive delivered reached reach received");
    let words = &scan.words[from..to];
    let any = |list: &Words| words.iter().any(|w| list.has(&w.text));
    if announces(scan, from, to) || ails(words) || is_late(&scan.words) {
        return true;
    }
    let bought = words.iter().position(|w| BOUGHT.has(&w.text));
    let came = bought.is_some_and(|b| words[b..].iter().any(|w| CAME.has(&w.text)));
    let sold = any(&SOLD) && any(&YOU) && any(&BAD);
    let lacks = any(&LACKS) && any(&OF);
    // "The jacket I ordered is not here", and not "I have not ordered yet".
    let behind = |list: &Words| bought.is_some_and(|b| words[b..].iter().any(|w| list.has(&w.text)));
    let late = behind(&NOT) && behind(&HERE);
    (came || sold || lacks || late || breaks(scan, from, to)) && !wants(scan, from, to) || bought.is_some() && gives_back(words)
}

/// "I want to complain", "I have a complaint about yesterday": whoever says so complains, and orders no complaint.
fn announces(scan: &Scan, from: usize, to: usize) -> bool {
    static WORDS: Words = Words::new(
        "complain complaint complaints complaining queja quejarme reclamo reclamar reclamacion plainte reclamation reclamacao reclamar malalamiko شكوي",
    );
    static NONE: Words = Words::new("no not cant never dont without isnt any");
    let before = |k: usize| &scan.words[from.max(k.saturating_sub(2))..k];
    let said = |k: &usize| WORDS.has(&scan.words[*k].text) && !scan.is_named(*k);
    (from..to).filter(said).any(|k| !before(k).iter().any(|w| NONE.has(&w.text)))
}

/// "I fell sick after eating your egusi": what a person must hear of at once.
fn ails(words: &[Word]) -> bool {
    static ILL: Words = Words::new("sick ill vomit vomiting vomited diarrhea diarrhoea poisoned poisoning hospital purging");
    static ATE: Words = Words::new("eating ate eat chop chopped drinking drank food meal after your");
    words.iter().any(|w| ILL.has(&w.text)) && words.iter().any(|w| ATE.has(&w.text))
}

/// "my order is late", "rider has not arrived and it's been 2 hours", "you forgot my coke".
pub fn is_late(words: &[Word]) -> bool {
    static WHAT: Words = Words::new("order food delivery rider driver dispatch it una e");
    static LATE: Words = Words::new("late delayed");
    static WAITS: Words = Words::new("waiting waited wait");
    let word = |i: usize| words.get(i).map_or("", |w| w.text.as_str());
    let any = |list: &Words| words.iter().any(|w| list.has(&w.text));
    // "is it too late to order?", "running late" of a guest
    let asks = words.last().is_some_and(|w| w.after == Gap::Ask)
        || words.iter().any(|w| matches!(w.text.as_str(), "too" | "running" | "i" | "im" | "we" | "open" | "close"));
    let late = any(&WHAT) && any(&LATE) && !asks;
    let forgot = (0..words.len())
        .any(|i| word(i) == "you" && matches!(word(i + 1), "forgot" | "forget") && matches!(word(i + 2), "my" | "the" | "to" | "our"));
    let lasts = any(&LONG) || words.iter().any(|w| w.text == TIME);
    let never = (0..words.len()).any(|i| {
        matches!(word(i), "never" | "not" | "hasnt" | "didnt")
            && matches!(word(i + 1), "came" | "come" | "arrived" | "arrive" | "showed")
            && any(&WHAT)
            && lasts
    });
    let long = any(&WAITS) && lasts && words.iter().any(|w| matches!(w.text.as_str(), "been" | "since" | "dey"));
    late || forgot || never || long
}

/// "I paid twice", "paid 2000 instead of 1600", "refund me": more than that it is paid.
pub fn is_odd_payment(words: &[Word]) -> bool {
    static ODD: Words = Words::new("twice mistake mistakenly refund instead excess wrong double");
    words.iter().any(|w| ODD.has(&w.text))
}

/// "I paid the agency fee yesterday": of a payment of another day.
pub fn was_before(words: &[Word]) -> bool {
    static BEFORE: Words = Words::new("yesterday ago last monday tuesday wednesday thursday friday saturday sunday");
    words.iter().any(|w| BEFORE.has(&w.text))
}

/// Words that say how long somebody has waited.
static LONG: Words = Words::new("hour hours hrs minutes mins since morning yesterday long");

/// "can I exchange the dress I bought", "I want to return it".
fn gives_back(words: &[Word]) -> bool {
    let what = |w: &str| matches!(w, "it" | "them" | "this" | "these" | "the" | "my");
    words.windows(2).any(|w| matches!(w[0].text.as_str(), "exchange" | "return" | "returning") && what(&w[1].text))
}

/// "my charger stopped working", "the earphone don spoil": what one has and what became of it.
fn breaks(scan: &Scan, from: usize, to: usize) -> bool {
    static BROKE: Words = Words::new("spoil spoilt spoiled broke broken faulty cracked");
    let words = &scan.words[from..to];
    let own = words.iter().any(|w| matches!(w.text.as_str(), "my" | "this" | "the" | "our"));
    let works = words.windows(2).any(|w| {
        matches!(w[0].text.as_str(), "stopped" | "not" | "stop" | "isnt") && w[1].text == "working"
            || w[0].text == "doesnt" && w[1].text == "work"
    });
    let asks = words.last().is_some_and(|w| w.after == Gap::Ask);
    // "Broken rice" is sold so.
    let named = |k: usize| scan.is_named(k);
    own && !asks && (works || (from..to).any(|k| BROKE.has(&scan.words[k].text) && !named(k)))
}

/// Of a text that complains or wants money back, what is left to do: what it names is not wanted now.
pub fn without_orders(scan: &Scan, acts: Vec<Act>) -> Vec<Act> {
    let trouble = acts.iter().any(|a| matches!(a, Act::Say(Cue::Anger | Cue::Refund)));
    if !trouble || wants(scan, 0, scan.words.len()) && !announces(scan, 0, scan.words.len()) {
        return acts;
    }
    let keeps = |a: &Act| matches!(a, Act::Say(_) | Act::Address(_) | Act::Name(_) | Act::About(_) | Act::Note(_));
    acts.into_iter().filter(keeps).collect()
}
