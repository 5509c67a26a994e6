//! Corrections: remove, swap, bare numbers, one more.

use super::acts::Edit;
use super::memo::Ask;
use super::plan::Planner;
use super::read::{Part, Wish};
use crate::domain::shop::basket::{self, AddLine, ChangeLine, Pick};

impl Planner<'_> {
    /// "remove the chicken", "remove it", "no extra cheese".
    pub fn remove(&mut self, wishes: &[Wish], choices: &[usize]) {
        if self.draft.lines.is_empty() {
            return self.say("basket_empty", &[]);
        }
        if wishes.is_empty() && !choices.is_empty() {
            return self.remove_choices(choices);
        }
        let named = wishes.iter().any(|w| !w.items.is_empty());
        let mut lines = self.lines_of(if named { wishes } else { &[] });
        if !named {
            lines.truncate(1);
        }
        if lines.is_empty() {
            let said = wishes.first().map_or("", |w| &w.said).to_owned();
            self.out.go_on = true;
            return self.say("not_in_basket", &[("item", &said)]);
        }
        let lines = self.with_choices(lines, wishes);
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

    /// "remove the large jollof": of two lines of jollof the large one, when there is one.
    fn with_choices(&self, lines: Vec<usize>, wishes: &[Wish]) -> Vec<usize> {
        let has = |line: &usize| {
            let l = &self.draft.lines[line - 1];
            let Some(i) = self.ix.place.get(&l.item_id).copied() else { return false };
            let of = wishes.iter().filter(|w| w.items.contains(&i) && !w.choices.is_empty());
            of.into_iter()
                .any(|w| self.picks(i, &w.choices).iter().all(|p| l.options.iter().any(|o| o.group == p.group && o.choice == p.choice)))
        };
        let those: Vec<usize> = lines.iter().copied().filter(has).collect();
        if those.is_empty() { lines } else { those }
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
        let same = if old.items.is_empty() { self.lines_of(std::slice::from_ref(&new)) } else { Vec::new() };
        let lines = match old.items.is_empty() {
            true if same.is_empty() => self.lines_of(&[]),
            true => same,
            false => self.lines_of(std::slice::from_ref(old)),
        };
        let (Some(line), Some(i)) = (lines.first().copied(), new.items.first().copied()) else {
            self.act_add(new);
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
        if matches!(self.asked, Some(Ask::Cancel { .. } | Ask::CancelWhich | Ask::PaidWhich)) || n > 9_999 {
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

    /// "1 large, 1 regular": of the line that waits for a size, else of the one talked about last.
    pub fn parts(&mut self, parts: &[Part]) {
        let takes = |line: &usize| {
            let i = self.ix.place.get(&self.draft.lines[line - 1].item_id);
            i.is_some_and(|i| parts.iter().all(|p| !self.picks(*i, &p.choices).is_empty()))
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

    /// "another", "one more": of what was talked about last.
    pub fn one_more(&mut self) {
        let Some(line) = self.lines_of(&[]).first().copied() else { return };
        let l = self.draft.lines[line - 1].clone();
        if let Some(i) = self.ix.place.get(&l.item_id).copied() {
            self.change(ChangeLine { line, quantity: Some(l.quantity + self.more), item_id: None, options: None, note: None }, i);
        }
    }
}
