//! Corrections: remove, swap, bare numbers, one more.

use super::memo::Ask;
use super::plan::Planner;
use super::read::Wish;
use crate::domain::shop::basket::{ChangeLine, Pick};

impl Planner<'_> {
    /// "remove the chicken", "remove it", "no extra cheese".
    pub fn remove(&mut self, wishes: &[Wish], choices: &[usize]) {
        if self.draft.lines.is_empty() {
            return self.say("basket_empty", &[]);
        }
        if wishes.is_empty() && !choices.is_empty() {
            return self.remove_choices(choices);
        }
        let lines = self.lines_of(wishes);
        if lines.is_empty() {
            let said = wishes.first().map_or("", |w| &w.said).to_owned();
            self.out.go_on = true;
            return self.say("not_in_basket", &[("item", &said)]);
        }
        if wishes.is_empty() {
            return self.drop_line(lines[0]);
        }
        let some = wishes.iter().find_map(|w| w.quantity);
        for line in lines.into_iter().rev() {
            let has = self.draft.lines[line - 1].quantity;
            let i = self.ix.place.get(&self.draft.lines[line - 1].item_id).copied();
            match (some.filter(|n| *n < has), i) {
                (Some(n), Some(i)) => {
                    self.change(ChangeLine { line, quantity: Some(has - n), item_id: None, options: None, note: None }, i);
                }
                _ => self.drop_line(line),
            }
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
            let line = crate::domain::shop::basket::AddLine {
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
        match focus.and_then(|id| self.ix.place.get(&id).copied()) {
            Some(_) if self.draft.lines.iter().any(|l| Some(l.item_id) == focus) => self.modify(&[], Some(n), &[], ""),
            // "how much is the chicken?" – "give me 2"
            Some(i) => self.act_add(Wish { items: vec![i], quantity: Some(n), ..Wish::default() }),
            None => {}
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
