//! The words for a cake: in quotation marks, or behind "write" and "that says". They are no order; they go with the thing ordered.

use super::cues::is_filler;
use super::plan::Planner;
use super::scan::{Scan, What};
use super::words::{Gap, Words, cut, stem};
use crate::domain::shop::basket::ChangeLine;
use std::ops::Range;

/// Beginnings of the words an inscription is led by, so that other texts are hardly looked at.
const BEGINNINGS: [&str; 10] =
    ["essage", "writ", "Writ", "say", "Say", "nscription", "reads", "should read", "ame on it", "ame on the cake"];

impl Planner<'_> {
    /// The text without the words for a cake. They are noted with the thing that is ordered beside them, or was ordered last.
    pub fn without_inscription(&mut self, text: &str) -> String {
        if !text.contains(is_mark) && !BEGINNINGS.iter().any(|b| text.contains(b)) {
            return text.to_owned();
        }
        let things = |part: &str| Scan::new(part, self.ix).spans.iter().any(|s| s.full && matches!(s.what, What::Items(_)));
        let two = text.matches(is_mark).count() > 3 && !text.split(is_mark).skip(1).step_by(2).any(things);
        if two && !self.draft.lines.is_empty() {
            // Words for two cakes: whoever makes them reads which is which.
            self.wish(text);
            self.heard = true;
            return String::new();
        }
        let Some((whole, words)) = self.quoted(text).or_else(|| self.led(text)) else { return text.to_owned() };
        let rest = format!("{}{}", &text[..whole.start], &text[whole.end..]);
        let names = Scan::new(&rest, self.ix).spans.iter().any(|s| matches!(s.what, What::Items(_) | What::Category(_)));
        let note = format!("\"{words}\"");
        if names {
            self.note = note;
            return rest;
        }
        let onto = onto(text, &whole);
        if let Some(order) = self.b.open_orders.first()
            && !self.is_in_basket(onto.as_deref())
            && (self.draft.lines.is_empty() || onto.as_deref().is_some_and(|o| crate::domain::text::fold(&order.summary).contains(o)))
        {
            // The cake is ordered already: only a person can change what others work on.
            let summary = format!("Wants order {} changed: {}", order.number, crate::domain::text::clip(text, 300));
            self.call_somebody(&summary);
            self.heard = true;
            return String::new();
        }
        let line = self.lines_of(&[]).into_iter().chain(1..=self.draft.lines.len()).find(|l| self.is_line(*l, onto.as_deref()));
        let Some(line) = line.or_else(|| self.lines_of(&[]).first().copied().filter(|_| onto.is_none())) else { return text.to_owned() };
        let l = &self.draft.lines[line - 1];
        let Some(i) = self.ix.place.get(&l.item_id).copied() else { return text.to_owned() };
        // Other words take the place of those before; "no nuts" stays.
        let kept = l.note.split('"').next().unwrap_or_default().trim_end_matches([',', ' ']).to_owned();
        let note = if kept.is_empty() { note } else { format!("{kept}, {note}") };
        self.change(ChangeLine { line, quantity: None, item_id: None, options: None, note: Some(note) }, i);
        let leads =
            |w: &str| matches!(w, "write" | "message" | "words" | "inscription" | "say" | "saying" | "says" | "card" | "cake" | "change");
        let more = cut(&rest).iter().any(|w| !is_filler(&w.text) && !leads(&w.text));
        if more { rest } else { String::new() }
    }

    /// Whether a line of the basket is such a thing: "cake" of a birthday cake, or of one of the cakes.
    fn is_line(&self, line: usize, onto: Option<&str>) -> bool {
        let Some(onto) = onto else { return true };
        let Some(i) = self.draft.lines.get(line - 1).and_then(|l| self.ix.place.get(&l.item_id)) else { return false };
        let of = |name: &str| crate::domain::text::fold(name).split(|c: char| !c.is_alphanumeric()).any(|w| stem(w) == stem(onto));
        of(&self.item(*i).name) || of(&self.item(*i).category)
    }

    fn is_in_basket(&self, onto: Option<&str>) -> bool {
        (1..=self.draft.lines.len()).any(|l| self.is_line(l, onto))
    }

    /// What stands in one pair of quotation marks, when it is no order itself.
    fn quoted<'t>(&self, text: &'t str) -> Option<(Range<usize>, &'t str)> {
        let mut at = text.match_indices(is_mark);
        let ((from, a), (to, b)) = (at.next()?, at.next()?);
        let inside = text[from + a.len()..to].trim();
        let scan = Scan::new(inside, self.ix);
        let alone = scan.words.len() < 2 && self.draft.lines.is_empty();
        let order = alone || scan.words.is_empty() || !scan.cues.is_empty() || !scan.spans.is_empty() || at.next().is_some();
        (!order).then_some((from..to + b.len(), inside))
    }

    /// "that says Happy 40th Ada", "write Happy birthday Tolu on it", "with Mum written on top".
    fn led<'t>(&self, text: &'t str) -> Option<(Range<usize>, &'t str)> {
        if text.contains(is_mark) {
            return None;
        }
        led(&Scan::new(text, self.ix), text)
    }
}

/// The thing the words shall stand on: "cake" of "write Happy Birthday on the cake". None where only "it" is said.
fn onto(text: &str, whole: &Range<usize>) -> Option<String> {
    let words = cut(text);
    let at = words.iter().position(|w| w.from >= whole.start && matches!(w.text.as_str(), "on" | "onto" | "for"))?;
    let the = |w: &str| matches!(w, "top" | "of" | "the" | "my" | "our" | "that" | "this");
    let thing = words[at + 1..].iter().find(|w| !the(&w.text))?;
    let some = words[at + 1..].first().is_some_and(|w| the(&w.text));
    (some
        && matches!(
            thing.text.as_str(),
            "cake" | "cakes" | "tart" | "cupcake" | "cupcakes" | "cookie" | "cookies" | "card" | "box" | "mug" | "shirt"
        ))
    .then(|| thing.text.clone())
}

/// What inscriptions begin with.
static GREETS: Words = Words::new("happy congrats congratulations best love get welcome thank merry bon feliz joyeux");

fn is_mark(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

/// Where an inscription stands in a text with the words that lead to it, and its own words.
fn led<'t>(scan: &Scan, text: &'t str) -> Option<(Range<usize>, &'t str)> {
    let word = |k: usize| scan.words.get(k).map_or("", |w| w.text.as_str());
    let count = scan.words.len();
    let behind = |k: usize| k.checked_sub(1).map_or("", |b| word(b));
    let (lead, first) = (0..count).find_map(|k| match word(k) {
        "written" if matches!(word(k + 1), "on" | "") => {
            let with = (0..k).rev().find(|b| matches!(word(*b), "with" | "have"))?;
            Some((with, with + 1))
        }
        "write" | "written" => Some((k, k + 1)),
        "says" | "reads" if matches!(behind(k), "that" | "it" | "which") => Some((k - 1, k + 1)),
        "say" | "read" if matches!(behind(k), "should" | "to" | "must") => Some((k, k + 1)),
        "saying" => Some((k, k + 1)),
        "name" if word(k + 1) == "on" && matches!(word(k + 2), "it" | "cake" | "the" | "top") => Some((k, k + 2)),
        "inscription" => Some((k, k + 1)),
        // "With message" is chosen and paid for; only the words behind it are taken out.
        "message" if scan.words.get(k + 1).is_some_and(|w| GREETS.has(&w.text)) => Some((k + 1, k + 1)),
        _ => None,
    })?;
    let skipped =
        |k: &usize| matches!(word(*k), "on" | "it" | "am" | "the" | "cake" | "top" | "is" | "should" | "be" | "read" | "say" | "na" | "a");
    let start = (first..count).find(|k| !skipped(k))?;
    let cue = |k: usize| scan.cue_at(k).is_some();
    let short = |k: usize| {
        let end = (k + 1..=count).find(|e| scan.words[e - 1].after != Gap::None).unwrap_or(count);
        end - k <= 5 && !scan.cues.iter().any(|c| c.from < end && k < c.to) && !scan.spans.iter().any(|s| s.from < end && k < s.to)
    };
    let ends = |k: &usize| {
        let gap = scan.words[k - 1].after;
        let joint = matches!(word(*k), "and" | "then" | "but") && cue(k + 1);
        gap >= Gap::Stop || gap == Gap::Comma && !short(*k) || joint || word(*k) == "written"
    };
    let stop = (start + 1..count).find(ends).unwrap_or(count);
    let mut end = stop;
    let trails = |k: usize| {
        matches!(word(k), "on" | "it" | "top" | "of" | "the" | "cake" | "am" | "please" | "pls" | "abeg" | "for" | "me" | "biko")
    };
    while end > start && trails(end - 1) {
        end -= 1;
    }
    let on_it = (end..stop).any(|k| word(k) == "on") || word(stop) == "written" || matches!(word(lead), "inscription" | "name");
    let greets = GREETS.has(word(start));
    let that = matches!(word(lead), "that" | "which") || word(lead) == "saying";
    let place = scan.words.iter().any(|w| matches!(w.text.as_str(), "address" | "receipt" | "page" | "website"));
    let capital = that && text[scan.words[start].from..].starts_with(char::is_uppercase);
    if !on_it && !greets && !capital || place {
        // "My wife is saying it is late."
        return None;
    }
    let own = (start..end).any(|k| !is_filler(word(k)) || scan.words[k].number.is_some());
    // "Can you write on cakes?" asks, and "says who" writes nothing.
    if !own || scan.spans.iter().any(|s| s.from < end && start < s.to && matches!(s.what, What::Items(_)) && s.full) {
        return None;
    }
    let to = if word(stop) == "written" { (stop + 1..count).find(|k| !trails(*k)).unwrap_or(count) } else { stop };
    Some((scan.words[lead].from..scan.words[to - 1].to, &text[scan.words[start].from..scan.words[end - 1].to]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::llm::builtin::index::Index;

    #[test]
    fn words_for_a_cake_are_told_from_other_words() {
        let ix = Index::default();
        let of =
            |t: &'static str| led(&Scan::new(t, &ix), t).map(|(whole, words)| (format!("{}{}", &t[..whole.start], &t[whole.end..]), words));
        let found = |rest: &str, words| Some((rest.to_owned(), words));
        assert_eq!(of("a cake that says Happy 40th Ada, deliver to Yaba"), found("a cake , deliver to Yaba", "Happy 40th Ada"));
        assert_eq!(of("write Happy birthday, Mum on it please"), found("", "Happy birthday, Mum"));
        assert_eq!(of("with Tolu and Ada written on top"), found("", "Tolu and Ada"));
        assert_eq!(of("inscription: happy 5th Zara and deliver it to Lekki"), found(" and deliver it to Lekki", "happy 5th Zara"));
        assert_eq!(of("my wife is saying it is late"), None);
        assert_eq!(of("can you write on cakes?"), None);
        assert_eq!(of("please write me a receipt"), None);
    }
}
