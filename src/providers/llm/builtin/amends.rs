//! What is taken back from one message to the next: none of a thing, this and not that, undone, put back, the same again, an edited message.

use super::acts::{Act, Edit, acts};
use super::cues::Cue;
use super::memo::Ask;
use super::plan::Planner;
use super::read::Wish;
use super::scan::Scan;
use crate::domain::shop::basket::{self, AddLine, ChangeLine, Pick};
use crate::domain::shop::draft::{Draft, Line};

/// Lines of a basket that are kept for "put it back", at most.
const KEPT: usize = 12;

impl Planner<'_> {
    /// "0 coke": none of it is added, and what is there is taken out.
    pub fn without_none(&mut self, wishes: Vec<Wish>) -> Vec<Wish> {
        let none = |w: &Wish| w.quantity == Some(0) && w.parts.is_empty();
        if !wishes.iter().any(none) {
            return wishes;
        }
        let (gone, wanted): (Vec<Wish>, Vec<Wish>) = wishes.into_iter().partition(none);
        let mut lines = self.lines_of(&gone);
        lines.reverse();
        lines.into_iter().for_each(|l| self.drop_line(l));
        self.out.go_on = true;
        wanted
    }

    /// "1 zobo and no coke": a zobo needs no word about that, and what there is of coke in the basket goes.
    pub fn without_held(&mut self, w: Wish) -> Wish {
        let taken = ["remove ", "skip ", "drop ", "take out "].iter().any(|l| w.note.starts_with(l));
        let held = |t: &Wish| !self.lines_of(std::slice::from_ref(t)).is_empty();
        let other = self.thing_without(&w.note).filter(|thing| self.is_like(thing, &w) || taken && held(thing));
        match other {
            Some(thing) => {
                if !self.lines_of(std::slice::from_ref(&thing)).is_empty() {
                    self.remove(&[thing], &[]);
                }
                Wish { note: String::new(), ..w }
            }
            None => w,
        }
    }

    /// Whether two things are of one kind: no coke beside zobo is another drink less, no fish beside a soup is the soup's.
    fn is_like(&self, a: &Wish, b: &Wish) -> bool {
        let kind = |w: &Wish| w.items.first().map(|i| self.item(*i).category.as_str());
        kind(a).is_some_and(|k| !k.is_empty()) && kind(a) == kind(b)
    }

    /// "zobo, not coke": the coke becomes zobo where there is any; else there is zobo.
    pub fn rather(&mut self, old: &Wish, new: Wish) {
        if !self.lines_of(std::slice::from_ref(old)).is_empty() {
            return self.swap(old, new);
        }
        match new.quantity {
            Some(n) if !self.lines_of(std::slice::from_ref(&new)).is_empty() => {
                let edit = Edit { quantity: Some(n), choices: new.choices.clone(), ..Edit::default() };
                self.modify(&[new], &edit);
            }
            Some(_) => self.add(vec![new]),
            None => self.remind(vec![new]),
        }
    }

    /// The basket as it was before the last message that changed it, line by line. False when nothing is known of it.
    pub fn undo(&mut self) -> bool {
        let Some(before) = self.memo.before.take() else { return false };
        let same = |l: &Line, b: &AddLine| {
            let picked = |p: &Pick| l.options.iter().any(|o| o.group == p.group && o.choice == p.choice);
            l.item_id == b.item_id && l.note == b.note && l.options.len() == b.options.len() && b.options.iter().all(picked)
        };
        for line in (1..=self.draft.lines.len()).rev() {
            let l = &self.draft.lines[line - 1];
            let was = before.iter().find(|b| same(l, b)).map(|b| b.quantity);
            match (was, self.ix.place.get(&l.item_id).copied()) {
                (Some(n), Some(i)) if n != l.quantity => {
                    self.change(ChangeLine { line, quantity: Some(n), item_id: None, options: None, note: None }, i);
                }
                (Some(_), _) => {}
                (None, _) => self.drop_line(line),
            }
        }
        let gone: Vec<AddLine> = before.into_iter().filter(|b| !self.draft.lines.iter().any(|l| same(l, b))).collect();
        for line in gone {
            if let Some(i) = self.ix.place.get(&line.item_id).copied() {
                self.add_lines(i, vec![line]);
            }
        }
        self.out.go_on = true;
        self.out.show = true;
        true
    }

    /// Keeps what the basket was for that, when this turn changes it; of what is ordered nothing can be undone here.
    pub fn keep_before(&mut self) {
        let calls = |names: &[&str]| self.calls.iter().any(|c| names.contains(&c.name.as_str()));
        if calls(&["place_order"]) {
            self.memo.before = None;
        } else if calls(&["add_to_basket", "change_line", "remove_line", "clear_basket"]) {
            self.memo.before = lines_of(&self.b.draft);
        }
    }

    /// "same again please": what was ordered last is in the basket once more; what shall differ is said beside it. Asked what it was, it is told.
    pub fn again(&mut self, asks: bool) {
        let last = self.b.open_orders.first();
        let Some(summary) = last.or(self.b.last_finished.as_ref()).map(|o| o.summary.clone()) else {
            if self.draft.lines.is_empty() {
                self.say("no_last_order", &[]);
            }
            self.out.go_on = true;
            return;
        };
        if asks {
            return self.say("last_order", &[("summary", &summary)]);
        }
        if !self.draft.lines.is_empty() {
            // "same as before but regular": as it stands here.
            self.out.go_on = true;
            return;
        }
        let scan = Scan::new(&summary, self.ix);
        let wishes: Vec<Wish> =
            acts(&scan, self.ix, &summary).into_iter().flat_map(|a| if let Act::Add(w) = a { w } else { Vec::new() }).collect();
        if wishes.is_empty() {
            return self.say("last_order", &[("summary", &summary)]);
        }
        self.add(wishes);
    }

    /// "what was my last order?": asked, and not ordered.
    pub fn asks_of_last(&self, text: &str) -> bool {
        let first = super::words::cut(text).into_iter().find(|w| w.text != "and" && w.text != "please").map(|w| w.text);
        self.asking.is_some() || matches!(first.as_deref(), Some("what" | "whats" | "show" | "see" | "which" | "my"))
    }

    /// "2 suya if available, otherwise 2 chicken".
    pub fn otherwise(&mut self, this: Vec<Wish>, that: Vec<Wish>) {
        let out = |i: &usize| self.item(*i).can_sell() == Some(0);
        let gone: Vec<usize> =
            this.iter().filter(|w| !w.items.is_empty() && w.items.iter().all(out)).flat_map(|w| w.items.first().copied()).collect();
        if gone.is_empty() {
            return self.add(this);
        }
        for i in gone {
            let name = self.item(i).name.clone();
            self.say("sold_out", &[("item", &name)]);
        }
        self.add(that);
    }

    /// "jollof or fried rice, whichever is cheaper".
    pub fn cheaper(&mut self, w: Wish) {
        let listed = if self.memo.listed.is_empty() { &self.memo.focus } else { &self.memo.listed };
        let named: Vec<usize> =
            if w.items.is_empty() { listed.iter().filter_map(|id| self.ix.place.get(id).copied()).collect() } else { w.items.clone() };
        let there = named.iter().copied().filter(|i| self.item(*i).can_sell() != Some(0));
        match there.min_by_key(|i| self.item(*i).price_minor) {
            Some(i) => self.add(vec![Wish { items: vec![i], ..w }]),
            None => self.say("see_menu", &[]),
        }
    }

    /// A sticker or a picture says nothing about what is in the basket. True when it was one.
    pub fn is_wordless(&mut self, text: &str) -> bool {
        let wordless = text.starts_with('[') && text.ends_with(" without words]") && !self.draft.lines.is_empty();
        if wordless {
            self.out.go_on = true;
            self.out.show = matches!(self.asked, Some(Ask::Place));
            self.keep_asking();
        }
        wordless
    }

    /// "sorry I mean yes", "ok she says yes" to "what should I change?": nothing, and it is placed. False when it says anything else.
    pub fn answer_nothing(&mut self, scan: &Scan) -> bool {
        let says = |w: &super::words::Word| matches!(w.text.as_str(), "mean" | "meant" | "says" | "said" | "agrees" | "agreed");
        let known = |c: &super::cues::CueAt| matches!(c.cue, Cue::Yes | Cue::Actually | Cue::Change | Cue::Thanks | Cue::Place);
        let agrees = scan.cues.iter().any(|c| c.cue == Cue::Yes) && scan.words.iter().any(says);
        let alone =
            scan.spans.is_empty() && scan.words.len() < 9 && scan.cues.iter().all(known) && scan.words.iter().all(|w| w.number.is_none());
        if scan.words.len() < 6 && scan.spans.is_empty() && !scan.asks() && scan.words.iter().any(|w| w.text == "nothing") {
            // "nothing, it's fine": it is shown, and asked once more.
            self.out.go_on = true;
            self.out.show = true;
            return true;
        }
        if !agrees || !alone || scan.asks() || basket::ready_to_place(&self.draft, &self.b.menu, &self.b.profile).is_err() {
            return false;
        }
        self.place();
        true
    }

    /// "not yet, let me ask my wife" to "shall I place it?": it waits, and so does the question.
    pub fn waits(&mut self, scan: &Scan) -> bool {
        let word = |k: usize| scan.words.get(k).map_or("", |w| w.text.as_str());
        let waits = (0..scan.words.len()).any(|k| match word(k) {
            "let" | "make" => {
                matches!(word(k + 1), "me" | "us" | "i") && matches!(word(k + 2), "ask" | "check" | "think" | "confirm" | "first")
            }
            "yet" => k > 0 && word(k - 1) == "not",
            "dont" => matches!(word(k + 1), "place" | "order" | "send" | "confirm" | "submit"),
            _ => false,
        });
        // "let me check. ok, good"
        let at_last = scan
            .cues
            .iter()
            .rev()
            .find(|c| matches!(c.cue, Cue::Yes | Cue::Place))
            .is_some_and(|c| c.to + 1 >= scan.words.len() && c.from > 2);
        let refused = scan.words.iter().any(|w| w.text == "dont");
        if at_last && !refused {
            return false;
        }
        if !waits || !scan.spans.is_empty() || scan.asks() || scan.words.iter().any(|w| w.number.is_some()) {
            return false;
        }
        self.say("no_problem", &[]);
        self.memo.ask = Some(Ask::Place);
        true
    }
}

fn lines_of(draft: &Draft) -> Option<Vec<AddLine>> {
    let line = |l: &Line| AddLine {
        item_id: l.item_id,
        quantity: l.quantity,
        options: l.options.iter().map(|o| Pick { group: o.group.clone(), choice: o.choice.clone() }).collect(),
        note: l.note.clone(),
    };
    (draft.lines.len() <= KEPT).then(|| draft.lines.iter().map(line).collect())
}
