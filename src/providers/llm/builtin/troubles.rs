//! What went wrong before: a thing that is returned, missing or not what was ordered is a complaint, and orders nothing.

use super::acts::Act;
use super::cues::Cue;
use super::scan::Scan;
use super::sums::wants;

/// "I ordered 3 and got 2", "the milk you sold me was bad": something of the past, told as a complaint.
pub fn complains(scan: &Scan, from: usize, to: usize) -> bool {
    let words = &scan.words[from..to];
    let any = |list: &str| words.iter().any(|w| list.split(' ').any(|x| x == w.text));
    let at = |list: &str| words.iter().position(|w| list.split(' ').any(|x| x == w.text));
    let bought = at("ordered bought");
    let after = |from: usize, list: &str| words[from..].iter().any(|w| list.split(' ').any(|x| x == w.text));
    let came = bought.is_some_and(|b| after(b, "got received gave sent came brought see saw but instead"));
    let sold =
        any("sold gave brought sent") && any("you una your") && any("bad wrong fake old small broken damaged rotten spoilt missing less");
    let lacks = any("missing incomplete") && any("order my last had two one was were is");
    (came || sold || lacks) && !wants(scan, from, to)
}

/// Of a text that complains or wants money back, what is left to do: what it names is not wanted now.
pub fn without_orders(scan: &Scan, acts: Vec<Act>) -> Vec<Act> {
    let trouble = acts.iter().any(|a| matches!(a, Act::Say(Cue::Anger | Cue::Refund)));
    if !trouble || wants(scan, 0, scan.words.len()) {
        return acts;
    }
    let keeps = |a: &Act| matches!(a, Act::Say(_) | Act::Address(_) | Act::Name(_) | Act::About(_) | Act::Note(_));
    acts.into_iter().filter(keeps).collect()
}
