//! Corrections: remove, swap, bare numbers, one more.

use super::acts::Edit;
use super::index::key_of;
use super::memo::Ask;
use super::plan::Planner;
use super::read::{Part, Wish};
use super::same::AS_MANY;
use super::scan::{Scan, What};
use crate::domain::shop::basket::{self, AddLine, ChangeLine, Pick};

impl Planner<'_> {
    /// "remove the chicken", "remove it", "no extra cheese".
    pub fn remove(&mut self, wishes: &[Wish], choices: &[usize]) {
        if self.draft.lines.is_empty() {
            return self.say("basket_empty", &[]);
        }
        if wishes.is_empty() && !choices.is_empty() && !self.tells_lines_apart(choices) {
            return self.remove_choices(choices);
        }
        let named = wishes.iter().any(|w| !w.items.is_empty());
        let so: Vec<usize> =
            if named { Vec::new() } else { wishes.iter().flat_map(|w| w.choices.iter()).chain(choices).copied().collect() };
        let mut lines = if so.is_empty() { self.lines_of(if named { wishes } else { &[] }) } else { self.lines_with(&so) };
        if !named && so.is_empty() {
            lines.truncate(1);
        }
        if lines.is_empty() && wishes.iter().all(|w| w.items.is_empty()) {
            lines = self.lines_called(&so);
        }
        if lines.is_empty() {
            let said = wishes.first().map_or("", |w| &w.said).to_owned();
            self.out.go_on = true;
            return self.say("not_in_basket", &[("item", &said)]);
        }
        let chosen = wishes.iter().any(|w| !w.items.is_empty() && !w.choices.is_empty());
        let lines = self.with_choices(lines, wishes);
        if chosen && !lines.iter().any(|l| wishes.iter().any(|w| self.has(*l, &w.choices))) {
            let said = wishes.first().map_or("", |w| &w.said).to_owned();
            self.out.go_on = true;
            return self.say("not_in_basket", &[("item", &said)]);
        }
        let mut left = wishes.iter().find_map(|w| w.quantity);
        for line in lines.into_iter().rev() {
            if left == Some(0) {
                break;
            }
            let has = self.draft.lines[line - 1].quantity;
            let i = self.ix.place.get(&self.draft.lines[line - 1].item_id).copied();
            match (left.filter(|n| *n < has), i) {
                (Some(n), Some(i)) => {
                    left = Some(0);
                    self.change(ChangeLine { line, quantity: Some(has - n), item_id: None, options: None, note: None }, i);
                }
                _ => {
                    left = left.map(|n| n - has);
                    self.drop_line(line);
                }
            }
        }
    }

    /// "everything except the plasters", "I only want the bread": takes out what was not named.
    pub fn keep_only(&mut self, wishes: Vec<Wish>) {
        let lines = self.lines_of(&wishes);
        if self.draft.lines.is_empty() {
            return self.add(wishes);
        }
        if lines.is_empty() && wishes.iter().all(|w| !w.mine || w.items.len() == 1) {
            // "no, just jollof" of a coke: what is there is shown with it.
            return self.add(wishes);
        }
        if lines.is_empty() {
            let said = wishes.first().map_or("", |w| &w.said).to_owned();
            self.out.go_on = true;
            return self.say("not_in_basket", &[("item", &said)]);
        }
        for line in (1..=self.draft.lines.len()).rev().filter(|l| !lines.contains(l)) {
            self.drop_line(line);
        }
        self.out.go_on = true;
        self.out.show = true;
    }

    /// "remove the large jollof": of two lines of jollof the large one, when there is one.
    pub fn with_choices(&self, lines: Vec<usize>, wishes: &[Wish]) -> Vec<usize> {
        let of = |line: usize| self.ix.place.get(&self.draft.lines[line - 1].item_id);
        let fits =
            |line: &usize, w: &Wish| of(*line).is_some_and(|i| w.items.contains(i)) && !w.choices.is_empty() && self.has(*line, &w.choices);
        let those: Vec<usize> = lines.iter().copied().filter(|l| wishes.iter().any(|w| fits(l, w))).collect();
        if those.is_empty() { lines } else { those }
    }

    /// Whether a line has all of these choices that its item can have.
    pub fn has(&self, line: usize, choices: &[usize]) -> bool {
        let l = &self.draft.lines[line - 1];
        let Some(i) = self.ix.place.get(&l.item_id) else { return false };
        self.picks(*i, choices).iter().all(|p| l.options.iter().any(|o| o.group == p.group && o.choice == p.choice))
    }

    /// Those of these choices that the item of a line can have.
    pub fn picks_of(&self, line: usize, choices: &[usize]) -> Vec<Pick> {
        self.ix.place.get(&self.draft.lines[line - 1].item_id).map_or_else(Vec::new, |i| self.picks(*i, choices))
    }

    /// "the white one": the lines that are so.
    pub fn lines_with(&self, choices: &[usize]) -> Vec<usize> {
        let can =
            |line: &usize| self.ix.place.get(&self.draft.lines[line - 1].item_id).is_some_and(|i| !self.picks(*i, choices).is_empty());
        (1..=self.draft.lines.len()).filter(|l| can(l) && self.has(*l, choices)).collect()
    }

    /// "the chocolate ones" of two sorts of croissant: the lines whose names have those words.
    fn lines_called(&self, choices: &[usize]) -> Vec<usize> {
        let called = |l: &usize, c: usize| key_of(&self.draft.lines[l - 1].name).split(' ').any(|w| w == self.ix.choices[c].key);
        let named = |l: &usize| !choices.is_empty() && choices.iter().all(|c| called(l, *c));
        (1..=self.draft.lines.len()).filter(named).collect()
    }

    /// A size or a colour that each line must have says which line is meant; an extra is something on it.
    fn tells_lines_apart(&self, choices: &[usize]) -> bool {
        let must = |c: &usize| self.ix.choices[*c].at.iter().all(|(i, g, _)| self.item(*i).options[*g].required);
        choices.iter().all(must) && !self.lines_with(choices).is_empty()
    }

    /// "without plantain": takes an extra off that was chosen before. False when nothing has it.
    pub fn without_extra(&mut self, note: &str) -> bool {
        let lacks = ["no ", "without ", "hold "].iter().find_map(|l| note.strip_prefix(l));
        let Some(rest) = lacks else { return false };
        let spans = Scan::new(rest, self.ix).spans;
        let choices: Vec<usize> = spans.iter().filter_map(|s| if let What::Choice(c) = s.what { Some(c) } else { None }).collect();
        let on_it = !choices.is_empty() && !self.lines_with(&choices).is_empty();
        if on_it {
            self.remove_choices(&choices);
        }
        on_it || self.without_thing(note)
    }

    /// "no dettol", "without the coke" of what is in the basket takes it out. False when it is not there.
    fn without_thing(&mut self, note: &str) -> bool {
        let Some(thing) = self.thing_without(note).filter(|t| self.lines_of(std::slice::from_ref(t)).len() == 1) else { return false };
        self.remove(&[thing], &[]);
        true
    }

    /// The thing that a note says shall not be.
    pub fn thing_without(&self, note: &str) -> Option<Wish> {
        const LEADS: [&str; 9] = ["no ", "without ", "minus ", "remove ", "skip ", "drop ", "take out ", "leave out ", "don't add "];
        let rest = LEADS.iter().find_map(|l| note.strip_prefix(l))?;
        let spans = Scan::new(rest, self.ix).spans;
        let [one] = spans.as_slice() else { return None };
        let What::Items(items) = &one.what else { return None };
        Some(Wish { items: items.clone(), ..Wish::default() })
    }

    /// "I don't want pepper" takes an extra off; a size that must be chosen stays until another is said.
    pub fn refuse_choices(&mut self, choices: &[usize]) {
        let free = |c: &&usize| self.ix.choices[**c].at.iter().any(|(i, g, _)| !self.item(*i).options[*g].required);
        let gone: Vec<usize> = choices.iter().filter(free).copied().collect();
        self.out.go_on = true;
        if !gone.is_empty() {
            self.remove_choices(&gone);
        }
    }

    fn remove_choices(&mut self, choices: &[usize]) {
        for line in 1..=self.draft.lines.len() {
            let l = &self.draft.lines[line - 1];
            let Some(i) = self.ix.place.get(&l.item_id).copied() else { continue };
            let gone = self.picks(i, choices);
            let kept: Vec<Pick> =
                l.options.iter().map(|o| Pick { group: o.group.clone(), choice: o.choice.clone() }).filter(|p| !gone.contains(p)).collect();
            if kept.len() < l.options.len() {
                return self.change(ChangeLine { line, quantity: None, item_id: None, options: Some(kept), note: None }, i);
            }
        }
        self.out.go_on = true;
    }

    /// "change the fanta to coke". Without an old item the one talked about last is swapped.
    pub fn swap(&mut self, old: &Wish, new: Wish) {
        // "3 cokes instead": of the coke that is there already.
        let same = if old.items.is_empty() && old.choices.is_empty() { self.lines_of(std::slice::from_ref(&new)) } else { Vec::new() };
        let mut so = self.lines_with(&old.choices);
        if so.is_empty() {
            so = self.lines_called(&old.choices);
        }
        let lines = match old.items.is_empty() {
            true if !old.choices.is_empty() && !so.is_empty() => so,
            true if same.is_empty() => self.lines_of(&[]),
            true => same,
            false => self.lines_of(std::slice::from_ref(old)),
        };
        let (Some(line), Some(i)) = (lines.first().copied(), new.items.first().copied()) else {
            // "coke to the jollof" adds to what is there.
            let added = !old.items.is_empty() && !self.lines_of(std::slice::from_ref(&new)).is_empty();
            self.act_add(if added { old.clone() } else { Wish { quantity: new.quantity.or(old.quantity), ..new } });
            return;
        };
        if new.items.len() > 1 {
            self.drop_line(line);
            return self.which(new.items.clone(), &new);
        }
        let has = self.draft.lines[line - 1].quantity;
        if let (Some(n), Some(was)) = (old.quantity.filter(|n| *n < has), self.ix.place.get(&self.draft.lines[line - 1].item_id).copied()) {
            // "change 1 fanta to coke": the others stay.
            self.change(ChangeLine { line, quantity: Some(has - n), item_id: None, options: None, note: None }, was);
            self.act_add(Wish { quantity: new.quantity.or(Some(n)), ..new });
            return;
        }
        let picks = self.picks(i, &new.choices);
        let options = (!picks.is_empty()).then_some(picks);
        let note = (!new.note.is_empty()).then(|| new.note.clone());
        let item_id = Some(self.item(i).id);
        self.change(ChangeLine { line, quantity: new.quantity, item_id, options, note }, i);
    }

    fn act_add(&mut self, w: Wish) {
        if w.items.len() > 1 {
            return self.which(w.items.clone(), &w);
        }
        if let Some(i) = w.items.first().copied() {
            let line = AddLine {
                item_id: self.item(i).id,
                quantity: w.quantity.unwrap_or(1),
                options: self.picks(i, &w.choices),
                note: w.note.clone(),
            };
            self.add_lines(i, vec![line]);
        }
    }

    /// A number alone: an order's number, or how many of the thing talked about.
    pub fn bare_number(&mut self, n: i64) {
        if self.b.open_orders.iter().chain(&self.b.last_finished).any(|o| o.number == n) {
            self.number = Some(n);
            return;
        }
        if matches!(self.asked, Some(Ask::Cancel { .. } | Ask::CancelAll | Ask::CancelWhich | Ask::PaidWhich)) || n > 9_999 {
            return;
        }
        let focus = self.memo.focus.first().copied();
        let open: Vec<usize> = self.memo.focus.iter().filter_map(|id| self.ix.place.get(id).copied()).collect();
        let none_held = !self.draft.lines.iter().any(|l| self.memo.focus.contains(&l.item_id));
        match focus.and_then(|id| self.ix.place.get(&id).copied()) {
            // "noodles?", "1 carton": which of those that were named?
            Some(_) if none_held && open.len() > 1 => self.which(open, &Wish { quantity: Some(n), ..Wish::default() }),
            Some(_) if self.draft.lines.iter().any(|l| Some(l.item_id) == focus) => {
                self.modify(&[], &Edit { quantity: Some(n), ..Edit::default() })
            }
            // "how much is the chicken?" – "give me 2"
            Some(i) => self.act_add(Wish { items: vec![i], quantity: Some(n), ..Wish::default() }),
            None => {}
        }
    }

    /// "another one with extra pepper": beside the one talked about last, with its size and whatever else it must have.
    pub fn another(&mut self, edit: Edit) {
        let Some(line) = self.lines_of(&[]).first().copied() else { return };
        let l = self.draft.lines[line - 1].clone();
        let Some(i) = self.ix.place.get(&l.item_id).copied() else { return };
        let new = self.picks(i, &edit.choices);
        if new.is_empty() && edit.note.is_empty() || basket::missing_options(&self.draft, &self.b.menu).iter().any(|m| m.line == line) {
            // The line itself still waits for its size.
            return self.modify(&[], &edit);
        }
        let must = |group: &str| self.item(i).options.iter().any(|g| g.required && g.name == group);
        let old = l.options.iter().filter(|o| must(&o.group) && !new.iter().any(|n| n.group == o.group));
        let options = old.map(|o| Pick { group: o.group.clone(), choice: o.choice.clone() }).chain(new.clone()).collect();
        let quantity = edit.quantity.unwrap_or(self.more);
        self.add_lines(i, vec![AddLine { item_id: l.item_id, quantity, options, note: edit.note }]);
    }

    /// "make the oat one iced": the line that is so; without one, what was said is of the line talked about last.
    pub fn of_those_that(&mut self, so: &[usize], edit: Edit) {
        let lines = self.lines_with(so);
        let Some(line) =
            lines.iter().copied().find(|l| self.memo.focus.contains(&self.draft.lines[l - 1].item_id)).or(lines.first().copied())
        else {
            return self.modify(&[], &Edit { choices: so.iter().chain(&edit.choices).copied().collect(), ..edit });
        };
        let l = self.draft.lines[line - 1].clone();
        let Some(i) = self.ix.place.get(&l.item_id).copied() else { return };
        if self.without_extra(&edit.note) {
            return;
        }
        let options = (!edit.choices.is_empty()).then(|| self.with_options(line, i, &edit.choices));
        let note = (!edit.note.is_empty()).then(|| edit.note.clone());
        match edit.quantity.filter(|n| *n < l.quantity) {
            Some(n) => {
                self.change(ChangeLine { line, quantity: Some(l.quantity - n), item_id: None, options: None, note: None }, i);
                let options = options.unwrap_or_else(|| self.with_options(line, i, &[]));
                self.add_lines(i, vec![AddLine { item_id: l.item_id, quantity: n, options, note: note.unwrap_or(l.note) }]);
            }
            None => self.change(ChangeLine { line, quantity: None, item_id: None, options, note }, i),
        }
    }

    /// "1 white L" beside a black M: a line of its own when it names a whole sort, or when "add" was said and it cannot be the one
    /// talked about; else it tells more of that one.
    pub fn beside(&mut self, edit: Edit, adds: bool) {
        let Some(line) = self.lines_of(&[]).first().copied() else { return self.modify(&[], &edit) };
        let l = &self.draft.lines[line - 1];
        let Some(i) = self.ix.place.get(&l.item_id).copied() else { return };
        let new = self.picks(i, &edit.choices);
        let must: Vec<&str> = self.item(i).options.iter().filter(|g| g.required).map(|g| g.name.as_str()).collect();
        let other = |p: &Pick| must.contains(&p.group.as_str()) && l.options.iter().any(|o| o.group == p.group && o.choice != p.choice);
        let whole = must.len() > 1 && must.iter().all(|g| new.iter().any(|p| p.group == *g));
        let waits = basket::missing_options(&self.draft, &self.b.menu).iter().any(|m| m.line == line);
        if !waits && new.iter().any(other) && (whole || adds) {
            self.more = edit.quantity.unwrap_or(1);
            return self.another(edit);
        }
        self.modify(&[], &edit);
    }

    /// "both iced": of every line that can be so.
    pub fn all(&mut self, edit: &Edit) {
        for line in (1..=self.draft.lines.len()).rev() {
            let Some(i) = self.ix.place.get(&self.draft.lines[line - 1].item_id).copied() else { continue };
            if self.picks(i, &edit.choices).is_empty() && !edit.choices.is_empty() {
                continue;
            }
            let options = (!edit.choices.is_empty()).then(|| self.with_options(line, i, &edit.choices));
            let note = (!edit.note.is_empty()).then(|| edit.note.clone());
            self.change(ChangeLine { line, quantity: None, item_id: None, options, note }, i);
        }
        if self.draft.lines.is_empty() {
            self.modify(&[], edit);
        }
    }

    /// "1 large, 1 regular": of the line that waits for a size, else of the one talked about last.
    pub fn parts(&mut self, parts: &[Part]) {
        let takes = |line: &usize| {
            let i = self.ix.place.get(&self.draft.lines[line - 1].item_id);
            // The rest of them may stay as they are.
            let fits = |p: &Part| i.is_some_and(|i| !self.picks(*i, &p.choices).is_empty());
            parts.iter().all(|p| p.choices.is_empty() || fits(p)) && parts.iter().any(fits)
        };
        let open = basket::missing_options(&self.draft, &self.b.menu).into_iter().map(|m| m.line);
        let Some(line) = open.chain(self.lines_of(&[])).find(takes) else { return };
        let Some(i) = self.ix.place.get(&self.draft.lines[line - 1].item_id).copied() else { return };
        let (item_id, note) = (self.item(i).id, self.draft.lines[line - 1].note.clone());
        let with =
            |p: &Part| AddLine { item_id, quantity: p.quantity, options: self.with_options(line, i, &p.choices), note: note.clone() };
        let mut lines: Vec<AddLine> = parts.iter().map(with).collect();
        let first = lines.remove(0);
        self.change(ChangeLine { line, quantity: Some(first.quantity), item_id: None, options: Some(first.options), note: None }, i);
        self.add_lines(i, lines);
    }

    /// "2 each": of every line; from the last, as none of a thing takes its line out.
    pub fn each(&mut self, n: i64) {
        for line in (1..=self.draft.lines.len()).rev() {
            if let Some(i) = self.ix.place.get(&self.draft.lines[line - 1].item_id).copied() {
                self.change(ChangeLine { line, quantity: Some(n), item_id: None, options: None, note: None }, i);
            }
        }
    }

    /// "make it 4 and 5" of two lines; of more or fewer, which is meant is asked.
    pub fn each_own(&mut self, own: &[i64]) {
        if own.len() != self.draft.lines.len() {
            return self.ask_change();
        }
        for (at, n) in own.iter().enumerate().rev() {
            let line = at + 1;
            if let Some(i) = self.ix.place.get(&self.draft.lines[line - 1].item_id).copied() {
                self.change(ChangeLine { line, quantity: Some(*n), item_id: None, options: None, note: None }, i);
            }
        }
    }

    /// "another", "one more": of what was talked about last.
    pub fn one_more(&mut self) {
        let Some(line) = self.lines_of(&[]).first().copied() else { return };
        let l = self.draft.lines[line - 1].clone();
        let more = if self.more == AS_MANY { l.quantity } else { self.more };
        if let Some(i) = self.ix.place.get(&l.item_id).copied() {
            self.change(ChangeLine { line, quantity: Some(l.quantity + more), item_id: None, options: None, note: None }, i);
        }
    }
}
