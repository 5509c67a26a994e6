//! Which of several orders is called off, and giving up what is in the basket.

use super::acts::Act;
use super::cues::{Cue, CueAt};
use super::memo::Ask;
use super::plan::Planner;
use super::scan::{Scan, What};
use super::words::{POLITE, Word, Words};
use crate::domain::house::briefing::OpenOrder;
use crate::domain::phrase::say;
use crate::domain::text::fold;
use serde_json::json;

impl Planner<'_> {
    /// "cancel the first one", "cancel order number one", "cancel the zobo order", "wait, don't place it": of orders that are placed,
    /// whatever is in the basket. True when it was one of those.
    pub fn calls_off(&mut self, scan: &Scan, list: &[Act]) -> bool {
        let mut orders: Vec<(i64, String)> = self.b.open_orders.iter().map(|o| (o.number, fold(&o.summary))).collect();
        orders.sort_unstable();
        let Some(newest) = orders.last().map(|o| o.0) else { return false };
        let cancels = list.contains(&Act::Say(Cue::Cancel)) || scan.cues.iter().any(|c| c.cue == Cue::Cancel);
        if cancels && orders.len() > 1 && self.draft.lines.is_empty() && is_every(scan) {
            self.cancel_all();
            return true;
        }
        let numbered = |o: &(i64, String)| scan.words.iter().any(|w| w.number == Some(o.0));
        let number = match () {
            () if orders.iter().any(numbered) => None,
            () if cancels => self.ordered_as(scan, &orders),
            () => Some(newest).filter(|_| self.takes_order_back(scan, list)),
        };
        let Some(number) = number else { return false };
        self.number = Some(number);
        self.cancel();
        true
    }

    /// Asks whether to cancel all orders; where one is paid a person looks at them all.
    fn cancel_all(&mut self) {
        let unpaid: Vec<String> = self.unpaid_numbers().iter().map(i64::to_string).collect();
        if unpaid.len() < self.b.open_orders.len() {
            return self.call_somebody("The customer wants to cancel all orders, of which one is paid or said to be, or is worked on.");
        }
        let text = say(self.lang, "cancel_ask", &[("number", &unpaid.join(", "))]);
        let buttons = vec![("yes".into(), say(self.lang, "btn_yes", &[])), ("no".into(), say(self.lang, "btn_no", &[]))];
        self.put(Ask::CancelAll, text, buttons);
    }

    /// To "shall I cancel order 7, 8?".
    pub fn answer_cancel_all(&mut self, scan: &Scan) -> bool {
        match Self::verdict(scan) {
            Some(true) => self.call_each("cancel_order"),
            Some(false) => {
                let kept: Vec<String> = self.unpaid_numbers().iter().map(i64::to_string).collect();
                self.say("kept", &[("number", &kept.join(", "))]);
            }
            None => return false,
        }
        true
    }

    /// Does the same with every order that is not paid.
    pub fn call_each(&mut self, tool: &str) {
        for number in self.unpaid_numbers() {
            self.call(tool, &json!({ "number": number }));
        }
    }

    /// The orders that are not paid, oldest first.
    fn unpaid_numbers(&self) -> Vec<i64> {
        let mut numbers: Vec<i64> = self.unpaid().iter().map(|o| o.number).collect();
        numbers.sort_unstable();
        numbers
    }

    /// The order that is meant by its place among them, oldest first, or by what only it has.
    fn ordered_as(&self, scan: &Scan, orders: &[(i64, String)]) -> Option<i64> {
        let word = |k: usize| scan.words.get(k).map_or("", |w| w.text.as_str());
        let at = |n: usize| orders.get(n).map(|o| o.0);
        for k in 0..scan.words.len() {
            let one = matches!(word(k + 1), "one" | "order" | "");
            match word(k) {
                "first" if one => return at(0),
                "second" if one => return at(1),
                "third" if one => return at(2),
                "previous" | "earlier" | "other" if one && !self.draft.lines.is_empty() => return orders.last().map(|o| o.0),
                "last" | "latest" if one && self.draft.lines.is_empty() => return orders.last().map(|o| o.0),
                "number" | "order" if !scan.is_named(k + 1) => {
                    let n = scan.words.get(k + 1).and_then(|w| w.number).and_then(|n| usize::try_from(n).ok()?.checked_sub(1));
                    if let Some(found) = n.and_then(at) {
                        return Some(found);
                    }
                }
                _ => {}
            }
        }
        let of = (0..scan.words.len()).any(|k| word(k) == "order" || word(k) == "one" && k > 0 && scan.is_named(k - 1));
        let held = |i: &usize| self.draft.lines.iter().any(|l| l.item_id == self.item(*i).id);
        self.order_with(scan, orders.iter().map(|o| (o.0, o.1.as_str()))).filter(|_| of && !items(scan).any(|i| held(&i)))
    }

    /// Of these orders the only one that has what the text names.
    fn order_with<'o>(&self, scan: &Scan, orders: impl Iterator<Item = (i64, &'o str)>) -> Option<i64> {
        let names: Vec<String> = items(scan).map(|i| fold(&self.item(i).name)).collect();
        let mut those = orders.filter(|(_, summary)| names.iter().any(|n| summary.contains(n.as_str())));
        those.next().filter(|_| those.next().is_none()).map(|o| o.0)
    }

    /// "the zobo one" to "which order?".
    pub fn order_named(&self, scan: &Scan, orders: &[&OpenOrder]) -> Option<i64> {
        let folded: Vec<(i64, String)> = orders.iter().map(|o| (o.number, fold(&o.summary))).collect();
        self.order_with(scan, folded.iter().map(|o| (o.0, o.1.as_str())))
    }

    /// "no wait don't place it", "undo that", once it is placed and nothing is in the basket.
    fn takes_order_back(&self, scan: &Scan, list: &[Act]) -> bool {
        let placed = |c: &CueAt| {
            c.cue == Cue::Place && (1..3).any(|b| c.from >= b && matches!(scan.words[c.from - b].text.as_str(), "dont" | "not"))
        };
        let undoes = list.contains(&Act::Say(Cue::Undo)) && self.memo.before.is_none();
        let no_more = scan.words.len() < 8 && refuses(scan) && scan.words.iter().any(|w| AGAIN.has(&w.text));
        let takes = undoes || no_more || scan.cues.iter().any(placed);
        self.draft.lines.is_empty() && self.asked.is_none() && scan.spans.is_empty() && !scan.asks() && takes
    }

    /// "never mind", "I don't want anything again": what is in the basket is given up. After talk of other things "never mind" is about
    /// those. True when so.
    pub fn gives_up(&mut self, scan: &Scan) -> bool {
        let word = |k: usize| scan.words.get(k).map_or("", |w| w.text.as_str());
        let never =
            |w: &str| matches!(w, "never" | "mind" | "nevermind" | "ok" | "okay" | "oh" | "ah" | "just" | "then" | "actually" | "sorry");
        let minds = (0..scan.words.len()).any(|k| word(k) == "nevermind" || word(k) == "never" && word(k + 1) == "mind");
        let alone = (0..scan.words.len()).all(|k| never(word(k)) || POLITE.has(word(k)));
        let focused = self.memo.focus.iter().all(|id| self.draft.lines.iter().any(|l| l.item_id == *id)) && self.memo.offer.is_empty();
        let anything =
            (0..scan.words.len()).any(|k| matches!(word(k), "anything" | "nothing")) && scan.words.iter().any(|w| AGAIN.has(&w.text));
        let all = minds && alone && focused || refuses(scan) && anything && !scan.asks();
        if !all || !scan.spans.is_empty() || self.draft.lines.is_empty() {
            return false;
        }
        self.clear();
        true
    }
}

/// Words that say that something is over.
static AGAIN: Words = Words::new("again anymore longer");

/// "I don't want", "I no need".
fn refuses(scan: &Scan) -> bool {
    scan.words
        .windows(2)
        .any(|w| matches!(w[0].text.as_str(), "dont" | "no" | "not") && matches!(w[1].text.as_str(), "want" | "wan" | "need"))
}

/// "both", "all my orders", and no things of one: every order.
pub fn is_every(scan: &Scan) -> bool {
    // "that's all" is said at the end of anything.
    let ends = |k: usize| k > 0 && matches!(scan.words[k - 1].text.as_str(), "thats" | "that" | "is");
    let every = |(k, w): (usize, &Word)| w.text == "both" || matches!(w.text.as_str(), "all" | "everything") && !ends(k);
    scan.spans.is_empty() && scan.words.iter().enumerate().any(every)
}

/// The things that a text names.
fn items(scan: &Scan) -> impl Iterator<Item = usize> {
    scan.spans.iter().flat_map(|s| if let What::Items(of) = &s.what { of.clone() } else { Vec::new() })
}
