//! What an extra or a size costs, and taking it.

use super::acts::{Act, Edit};
use super::cues::Cue;
use super::memo::Ask;
use super::plan::Planner;
use super::questions::Question;
use super::read::Wish;
use crate::domain::phrase::say;
use crate::domain::shop::basket::{AddLine, ChangeLine, Pick};

/// A choice of more things than these belongs to none of them.
const MOST_HOMES: usize = 4;
/// Prices that one answer holds.
const PRICES: usize = 12;

impl Planner<'_> {
    /// "how much is extra cheese?": of the thing talked about, else of what is in the basket, else wherever it stands.
    pub fn price_of_choices(&mut self, choices: &[usize]) {
        let ix = self.ix;
        let has = |i: &usize| choices.iter().any(|c| ix.choices[*c].at.iter().any(|(x, _, _)| x == i));
        let in_basket = |i: &usize| self.draft.lines.iter().any(|l| l.item_id == self.item(*i).id);
        let about = self.memo.focus.first().and_then(|id| ix.place.get(id).copied()).filter(|i| has(i) && !in_basket(i));
        let mut held: Vec<usize> = self.draft.lines.iter().filter_map(|l| ix.place.get(&l.item_id).copied()).filter(has).collect();
        held.dedup();
        let items: Vec<usize> = match about {
            Some(i) => vec![i],
            None if held.is_empty() => (0..self.b.menu.items.len()).filter(has).collect(),
            None => held.clone(),
        };
        let mut lines: Vec<String> = Vec::new();
        for i in &items {
            for line in self.prices(*i, choices, &items) {
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
        if lines.len() > PRICES {
            return self.price(&[]);
        }
        self.out.said.push(lines.join("\n"));
        if let [i] = items.as_slice() {
            self.about(&[*i]);
            self.offer_later(&[Wish { items: vec![*i], choices: choices.to_vec(), ..Wish::default() }]);
            self.memo.extra = !held.is_empty();
        }
    }

    /// "jollof is 2000, right? give me 2 regular": of what was talked about; "4 yards of the mustard one": of the one thing that must be
    /// chosen so.
    pub fn only_of(&self, edit: &Edit) -> Option<Wish> {
        let items = self.homes(&edit.choices);
        let about = || self.memo.focus.iter().filter_map(|id| self.ix.place.get(id)).find(|i| items.contains(i)).copied();
        let (choice, must) = edit.choices.first().map(|c| (&self.ix.choices[*c], self.must_be_chosen(*c)))?;
        let alone = || items.first().copied().filter(|_| must && items.len() == 1 && choice.key.parse::<i64>().is_err());
        let item = about().or_else(alone)?;
        Some(Wish { items: vec![item], choices: edit.choices.clone(), quantity: edit.quantity, note: edit.note.clone(), ..Wish::default() })
    }

    /// What can be had with all of these choices.
    fn homes(&self, choices: &[usize]) -> Vec<usize> {
        let has = |i: &usize| choices.iter().all(|c| self.ix.choices[*c].at.iter().any(|(x, _, _)| x == i));
        (0..self.b.menu.items.len()).filter(|i| !choices.is_empty() && has(i) && self.item(*i).can_sell() != Some(0)).collect()
    }

    fn must_be_chosen(&self, choice: usize) -> bool {
        self.ix.choices[choice].at.iter().all(|(i, g, _)| self.item(*i).options[*g].required)
    }

    /// "3 boiled eggs", "just pounded yam": what is only chosen with something else. Told with what it comes, and which is asked. False
    /// where it comes with half of the menu, as a size does.
    pub fn comes_with(&mut self, edit: &Edit) -> bool {
        let items = self.homes(&edit.choices);
        let Some(choice) = edit.choices.first().copied().filter(|_| (1..=MOST_HOMES).contains(&items.len()) && self.calls.is_empty())
        else {
            return false;
        };
        let (i, g, k) = self.ix.choices[choice].at[0];
        let name = &self.item(i).options[g].choices[k].name;
        if name.trim().parse::<i64>().is_ok() {
            return false;
        }
        let list: Vec<&str> = items.iter().map(|i| self.item(*i).name.as_str()).collect();
        self.say("comes_with", &[("choice", name), ("items", &list.join(", "))]);
        let must = self.must_be_chosen(choice);
        let quantity = edit.quantity.filter(|_| must);
        let wish = Wish { items: items.clone(), choices: edit.choices.clone(), note: edit.note.clone(), quantity, ..Wish::default() };
        if items.len() > 1 && must {
            self.which(items, &wish);
        } else {
            self.about(&items);
            self.offer_later(&[wish]);
        }
        self.out.go_on = true;
        true
    }

    /// What each of these choices costs with an item, one a line; what is in the basket is told as it would be then.
    fn prices(&mut self, i: usize, choices: &[usize], among: &[usize]) -> Vec<String> {
        let item = self.item(i);
        let held = self.draft.lines.iter().rev().find(|l| l.item_id == item.id).cloned();
        let ix = self.ix;
        let places = choices.iter().flat_map(|c| &ix.choices[*c].at).filter(|(x, _, _)| *x == i);
        places
            .map(|(_, g, c)| {
                let (group, choice) = (&item.options[*g], &item.options[*g].choices[*c]);
                let out = if item.can_sell() == Some(0) { format!(" ({})", say(self.lang, "word_sold_out", &[])) } else { String::new() };
                if group.required {
                    let others =
                        held.as_ref().map_or(0, |l| l.options.iter().filter(|o| o.group != group.name).map(|o| o.price_minor).sum());
                    let each = self.sum(item.price_minor + others + choice.price_minor);
                    return format!("{} ({}): {each}{out}", item.name, choice.name);
                }
                // The same extra may cost more on one kind of thing than on another.
                let kind = match (among, &held) {
                    ([_], _) => String::new(),
                    (_, Some(_)) => format!(" ({})", item.name),
                    (_, None) if item.category.is_empty() => String::new(),
                    (_, None) => format!(" ({})", item.category),
                };
                format!("{}{kind}: +{}{out}", choice.name, self.money(choice.price_minor))
            })
            .collect()
    }

    /// "I want plantain, how much?" where nothing is ordered that it could be on: what it costs is asked.
    pub fn prices_choice(&self, list: Vec<Act>) -> Vec<Act> {
        let asked = match list.as_slice() {
            [Act::Modify(of, edit), Act::Ask(Question::Price(none))] if of.is_empty() && none.is_empty() => edit.choices.clone(),
            [Act::Beside(edit, _), Act::Ask(Question::Price(none))] if none.is_empty() => edit.choices.clone(),
            _ => Vec::new(),
        };
        let nothing = self.draft.lines.is_empty() && self.memo.focus.is_empty();
        if asked.is_empty() || !nothing { list } else { vec![Act::Ask(Question::PriceOf(asked))] }
    }

    /// Whether these cost more than the customer is ready to pay for them.
    pub fn is_over_limit(&self, choices: &[usize]) -> bool {
        let price = |(i, g, c): &(usize, usize, usize)| self.item(*i).options[*g].choices[*c].price_minor;
        let least = |c: &usize| self.ix.choices[*c].at.iter().map(price).min();
        self.limit.is_some_and(|limit| choices.iter().filter_map(least).any(|price| price > limit))
    }

    /// Tells what it costs when that is more than the customer is ready to pay, and adds nothing. True when so.
    pub fn is_too_dear(&mut self, i: usize, w: &Wish) -> bool {
        let Some(limit) = self.limit else { return false };
        let item = self.item(i);
        let of = |p: &Pick| {
            let group = item.options.iter().find(|g| g.name == p.group)?;
            group.choices.iter().find(|c| c.name == p.choice).map(|c| c.price_minor)
        };
        let each = item.price_minor + self.picks(i, &w.choices).iter().filter_map(of).sum::<i64>();
        if each <= limit {
            return false;
        }
        self.price(std::slice::from_ref(w));
        self.out.go_on = true;
        true
    }

    /// "ok add it", once the price of an extra for what is in the basket was told. A yes answers what we asked instead, when that was
    /// whether to place the order. True when it was taken.
    pub fn takes_extra(&mut self, offer: &[AddLine], list: &[Act], wants: bool) -> bool {
        let ([extra], Some(line)) = (offer, offer.first().and_then(|o| self.draft.lines.iter().position(|l| l.item_id == o.item_id)))
        else {
            return false;
        };
        let beside = |a: &Act| matches!(a, Act::Say(Cue::Yes | Cue::Thanks | Cue::More) | Act::More(1) | Act::Number(1));
        let agrees = list.contains(&Act::Say(Cue::Yes)) && !matches!(self.asked, Some(Ask::Place));
        if !list.iter().all(beside) || !(wants || agrees) {
            return false;
        }
        let Some(i) = self.ix.place.get(&extra.item_id).copied() else { return false };
        let item = self.item(i);
        let is = |(x, g, c): &(usize, usize, usize)| {
            let group = &item.options[*g];
            *x == i && extra.options.iter().any(|o| o.group == group.name && o.choice == group.choices[*c].name)
        };
        let choices: Vec<usize> =
            (0..self.ix.choices.len()).filter(|c| self.ix.choices[*c].at.iter().any(|at| at.0 == i && is(at))).collect();
        let options = Some(self.with_options(line + 1, i, &choices));
        self.change(ChangeLine { line: line + 1, quantity: None, item_id: None, options, note: None }, i);
        self.out.go_on = true;
        true
    }
}
