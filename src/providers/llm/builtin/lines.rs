//! Wishes become lines of the basket: added, changed, or told why not.

use super::acts::Edit;
use super::cues::{is_manner, is_plain};
use super::index::key_of;
use super::plan::Planner;
use super::read::counts::BROKEN;
use super::read::{Part, Wish};
use super::units::is_divisible;
use super::words::cut;
use crate::domain::house::briefing::OpenOrder;
use crate::domain::id::Id;
use crate::domain::shop::basket::{self, AddLine, AddToBasket, ChangeLine, Pick, RemoveLine, SetFulfilment};
use crate::domain::shop::draft::Fulfilment;
use crate::domain::shop::order::Status;

impl Planner<'_> {
    /// Choices that `item` has, as picks; a later choice of a group wins unless many are allowed.
    pub fn picks(&self, item: usize, choices: &[usize]) -> Vec<Pick> {
        let mut out: Vec<Pick> = Vec::new();
        for c in choices {
            let Some((_, g, k)) = self.ix.choices[*c].at.iter().find(|(i, _, _)| *i == item) else { continue };
            let group = &self.item(item).options[*g];
            if !group.many {
                out.retain(|p| p.group != group.name);
            }
            out.push(Pick { group: group.name.clone(), choice: group.choices[*k].name.clone() });
        }
        out
    }

    /// Adds what was named, or asks which one is meant.
    pub fn add(&mut self, wishes: Vec<Wish>) {
        let mut wishes = wishes;
        if let Some(first) = wishes.first_mut().filter(|w| w.note.is_empty()) {
            first.note = std::mem::take(&mut self.note);
        }
        let alone = wishes.len() == 1;
        let wishes = self.without_none(wishes);
        let wishes = self.told_apart_later(wishes);
        for w in self.noted_where_it_fits(wishes) {
            let spoken = w.mine && !self.lines_of(std::slice::from_ref(&w)).is_empty();
            if let ([i], true, false) = (w.items.as_slice(), alone, spoken)
                && let Some(size) = self.size_not_had(*i, &w)
            {
                self.tell_sizes(*i, size);
                continue;
            }
            let w = self.sized(w);
            let mut w = self.without_held(w);
            if self.asks_how_many(&mut w) || self.other_unit(&w) {
                continue;
            }
            let in_basket = !self.draft.lines.is_empty() && !self.lines_of(std::slice::from_ref(&w)).is_empty();
            if in_basket && (w.mine || self.correcting) && !(w.choices.is_empty() && w.note.is_empty()) && self.of_those(&w) {
                let edit = Edit { quantity: w.quantity.filter(|_| w.mine), choices: w.choices.clone(), note: w.note.clone(), part: w.mine };
                self.modify(std::slice::from_ref(&w), &edit);
                continue;
            }
            if w.odd {
                self.odd(&w);
            } else if w.items.len() > 1 {
                let narrowed = self.narrow(&w);
                match narrowed.as_slice() {
                    [one] => self.add_one(*one, &w),
                    _ => self.which(w.items.clone(), &w),
                }
            } else if let Some(i) = w.items.first() {
                self.add_one(*i, &w);
            }
        }
    }

    /// What is in the basket stays as it is; the rest is added.
    pub fn remind(&mut self, wishes: Vec<Wish>) {
        let missing: Vec<Wish> = wishes.into_iter().filter(|w| self.lines_of(std::slice::from_ref(w)).is_empty()).collect();
        if missing.is_empty() {
            self.out.show = true;
        }
        self.out.go_on = true;
        self.add(missing);
    }

    /// "jollof rice 2500" says what it costs, "emzor 500" which of them it is: neither says how many.
    fn sized(&self, w: Wish) -> Wish {
        let Some(n) = w.quantity.filter(|n| w.behind && *n >= 10) else { return w };
        let price = n.checked_mul(10i64.pow(self.b.profile.currency.exponent()));
        if n >= 100 && price.is_some_and(|p| w.items.iter().any(|i| self.item(*i).price_minor == p)) {
            return Wish { quantity: None, ..w };
        }
        if w.items.iter().any(|i| self.is_size_of(*i, n)) {
            return Wish { quantity: None, ..w };
        }
        // "Panadol 500mg", "Peak milk 900g"
        let measure =
            |word: &str| word.strip_prefix(&n.to_string()).is_some_and(|unit| !unit.is_empty() && unit.chars().all(char::is_alphabetic));
        let of = |i: &usize| cut(&self.item(*i).name).iter().any(|word| measure(&word.text));
        let those: Vec<usize> = w.items.iter().copied().filter(of).collect();
        if those.is_empty() { w } else { Wish { items: those, quantity: None, ..w } }
    }

    /// "1 carton of noodles" where noodles are sold by the pack: what a carton costs a person says.
    fn other_unit(&mut self, w: &Wish) -> bool {
        let Some(unit) = w.unit.as_deref() else { return false };
        let sold_so = |i: &usize| {
            let item = self.item(*i);
            [&item.unit, &item.name].iter().any(|t| key_of(t).split(' ').any(|x| x == super::words::stem(unit)))
        };
        if w.items.is_empty() || w.items.iter().any(sold_so) || unit == BROKEN || is_divisible(unit) {
            return false;
        }
        let question = format!("{} {unit} {}", w.quantity.unwrap_or(1), w.said);
        self.say_prices(&w.items);
        self.offer_person("not_sure", &question);
        true
    }

    /// "4 croissants, 2 chocolate 2 butter": what is told apart behind it is not asked about.
    fn told_apart_later(&self, wishes: Vec<Wish>) -> Vec<Wish> {
        let wishes: Vec<Wish> = wishes.iter().enumerate().flat_map(|(n, w)| self.parts_of_others(&wishes[..n], w)).collect();
        let mut out: Vec<Wish> = Vec::with_capacity(wishes.len());
        for (n, w) in wishes.iter().enumerate() {
            let named = |p: &Part| {
                let says = |i: &&usize| p.choices.iter().any(|c| self.ix.keys[**i][0].contains(&self.ix.choices[*c].key));
                let mut fit = w.items.iter().filter(says);
                fit.next().copied().filter(|_| fit.next().is_none())
            };
            let parts: Vec<Wish> = w
                .parts
                .iter()
                .filter_map(|p| named(p).map(|i| Wish { items: vec![i], quantity: Some(p.quantity), full: true, ..Wish::default() }))
                .collect();
            let later = wishes[n + 1..].iter().filter(|l| l.items.len() == 1 && w.items.contains(&l.items[0]));
            let sum: i64 = later.chain(&parts).map(|l| l.quantity.unwrap_or(1)).sum();
            if w.items.len() > 1 && sum > 0 && sum == w.quantity.unwrap_or(1) {
                out.extend(parts);
            } else {
                out.push(w.clone());
            }
        }
        out
    }

    /// "4 croissants, 2 butter and 2 chocolate": the chocolate ones are no butter croissants but others of those four.
    fn parts_of_others(&self, before: &[Wish], w: &Wish) -> Vec<Wish> {
        let [part] = w.parts.as_slice() else { return vec![w.clone()] };
        let sorts = before.iter().rev().find(|b| b.items.len() > 1 && w.items.iter().all(|i| b.items.contains(i)));
        let says = |i: &&usize| {
            !w.items.contains(i) && part.choices.iter().any(|c| self.ix.keys[**i][0].split(' ').any(|x| x == self.ix.choices[*c].key))
        };
        match sorts.and_then(|b| b.items.iter().find(says)) {
            Some(i) => {
                let other = Wish { items: vec![*i], quantity: Some(part.quantity), full: true, ..Wish::default() };
                vec![Wish { parts: Vec::new(), ..w.clone() }, other]
            }
            None => vec![w.clone()],
        }
    }

    /// "2 of the cokes should be cold": no more of a thing are spoken of than its line in the basket has.
    fn of_those(&self, w: &Wish) -> bool {
        let line = self.lines_of(std::slice::from_ref(w)).first().copied();
        let has = line.map_or(0, |l| self.draft.lines[l - 1].quantity);
        w.quantity.is_none_or(|n| n == 1 || w.mine && n <= has)
    }

    /// "2 jollof and a coke, no pepper": what was said last is about the dish that can have pepper.
    fn noted_where_it_fits(&self, mut wishes: Vec<Wish>) -> Vec<Wish> {
        let Some((last, before)) = wishes.split_last_mut() else { return wishes };
        let words: Vec<String> = cut(&last.note).into_iter().map(|w| w.text).filter(|w| w.len() > 3 && !is_plain(w)).collect();
        let knows = |w: &Wish| {
            let of = |i: &usize| {
                let item = self.item(*i);
                let choices = item.options.iter().flat_map(|g| g.choices.iter().map(|c| c.name.as_str()));
                [item.name.as_str(), item.description.as_str()].into_iter().chain(choices).any(|t| {
                    let there = cut(t);
                    words.iter().any(|w| there.iter().any(|t| t.text == *w))
                })
            };
            w.items.iter().any(of)
        };
        if last.parts.is_empty()
            && !words.is_empty()
            && !knows(last)
            && let Some(fits) = before.iter_mut().rev().find(|w| w.note.is_empty() && w.parts.is_empty() && knows(w))
        {
            fits.note = std::mem::take(&mut last.note);
        }
        wishes
    }

    /// Of several items, those that are to be had and have the choices that were said.
    fn narrow(&self, w: &Wish) -> Vec<usize> {
        let has = |i: &usize| w.choices.iter().all(|c| self.ix.choices[*c].at.iter().any(|(x, _, _)| x == i));
        let fit: Vec<usize> = w.items.iter().copied().filter(has).collect();
        let fit = if fit.is_empty() { w.items.clone() } else { fit };
        let there: Vec<usize> = fit.iter().copied().filter(|i| self.item(*i).can_sell() != Some(0)).collect();
        if there.is_empty() { fit } else { there }
    }

    /// The lines a wish makes: one, or one a part.
    pub fn lines(&self, i: usize, w: &Wish) -> Vec<AddLine> {
        let all = w.quantity.unwrap_or(1).max(1);
        let line = |quantity, choices: &[usize], note: &str| AddLine {
            item_id: self.item(i).id,
            quantity,
            options: self.picks(i, choices),
            note: note.to_owned(),
        };
        let mut out = Vec::new();
        let mut left = all;
        for p in &w.parts {
            let n = p.quantity.min(left);
            if n < 1 {
                continue;
            }
            left -= n;
            let choices: Vec<usize> = w.choices.iter().chain(&p.choices).copied().collect();
            out.push(line(n, &choices, if p.note.is_empty() { &w.note } else { &p.note }));
        }
        if left > 0 {
            out.push(line(left, &w.choices, &w.note));
        }
        out
    }

    fn add_one(&mut self, i: usize, w: &Wish) {
        if self.is_too_dear(i, w) {
            return;
        }
        let lines = self.lines(i, w);
        self.add_lines(i, lines);
    }

    /// Adds lines of one item, or says why not and what else there is.
    pub fn add_lines(&mut self, i: usize, lines: Vec<AddLine>) {
        let item = self.item(i);
        self.memo.focus = vec![item.id];
        let args = AddToBasket { lines };
        if self.draft.lines.is_empty() && self.b.draft.lines.is_empty() {
            self.begins_another();
        }
        match basket::add(&mut self.draft, &self.b.menu, &args) {
            Ok(()) => self.push_add(args),
            Err(_) => self.cannot(i, &args.lines),
        }
        self.out.go_on = true;
    }

    /// Beside an order that waits for its money a new one begins, and the customer shall know.
    fn begins_another(&mut self) {
        let waits = |o: &&OpenOrder| matches!(o.status, Status::AwaitingPayment | Status::AwaitingConfirmation);
        if let Some(number) = self.b.open_orders.iter().find(waits).map(|o| o.number.to_string()) {
            self.say("new_beside", &[("number", &number)]);
        }
    }

    /// Adds of one turn are one call as long as nothing else came between.
    fn push_add(&mut self, args: AddToBasket) {
        if let Some(last) = self.calls.last_mut().filter(|c| c.name == "add_to_basket")
            && let (Some(list), Ok(more)) = (last.arguments["lines"].as_array_mut(), serde_json::to_value(&args.lines))
        {
            list.extend(more.as_array().cloned().unwrap_or_default());
            return;
        }
        self.call("add_to_basket", &args);
    }

    fn cannot(&mut self, i: usize, lines: &[AddLine]) {
        let item = self.item(i);
        let held: i64 = self.b.draft.lines.iter().filter(|l| l.item_id == item.id).map(|l| l.quantity).sum();
        match item.can_sell() {
            Some(0) => {
                self.say("sold_out", &[("item", &item.name)]);
                let near = self.near_item(i);
                self.offer(&near, lines.first().map_or(1, |l| l.quantity));
            }
            Some(left) => {
                let left = left.to_string();
                let key = if held > 0 { "only_left_more" } else { "only_left" };
                self.say(key, &[("item", &item.name), ("left", &left)]);
                if held == 0 {
                    self.offer_left(i, lines);
                }
            }
            None => self.say("quantity_bounds", &[]),
        }
    }

    /// A number or a choice without an item, a change of a line that was named.
    pub fn modify(&mut self, of: &[Wish], edit: &Edit) {
        let Edit { quantity, choices, note, part } = edit;
        let lines = match of {
            // "make the large 3"
            [w] if w.items.is_empty() && !w.choices.is_empty() => self.lines_with(&w.choices),
            _ => self.with_choices(self.lines_of(of), of),
        };
        if lines.is_empty() {
            return self.modify_nothing(of, edit);
        }
        if of.is_empty() && choices.is_empty() && quantity.is_none() && self.without_extra(note) {
            return;
        }
        // Of "make the large jollof 1" the large one is not made large.
        let already = !of.is_empty()
            && !choices.is_empty()
            && lines.first().is_some_and(|l| self.has(*l, choices) && !self.picks_of(*l, choices).is_empty());
        let settled = already && quantity.is_some() && !part;
        let choosing = !(choices.is_empty() || settled);
        if let (true, true, None, [line]) = (of.is_empty() && choosing, !note.is_empty(), quantity, self.lines_with(choices).as_slice())
            && basket::missing_options(&self.draft, &self.b.menu).is_empty()
            && let Some(i) = self.ix.place.get(&self.draft.lines[*line - 1].item_id).copied()
        {
            // "the large one should have no veg": it is large already.
            return self.change(ChangeLine { line: *line, quantity: None, item_id: None, options: None, note: Some(note.clone()) }, i);
        }
        // A bare choice answers every line that still waits for it: "large" for two plates that lack a size.
        let wide = of.is_empty() && choosing && quantity.is_none();
        let targets = if wide { self.lines_for(choices, &lines) } else { vec![lines[0]] };
        for line in targets {
            let id = self.draft.lines[line - 1].item_id;
            let Some(i) = self.ix.place.get(&id).copied() else { continue };
            let options = choosing.then(|| self.with_options(line, i, choices));
            let has = self.draft.lines[line - 1].quantity;
            if let Some(n) = quantity.filter(|n| *n < has && (choosing || *part && !note.is_empty())) {
                // "make one of them decaf", "two of them without sugar"
                let options = options.unwrap_or_else(|| self.with_options(line, i, &[]));
                let note = if note.is_empty() { self.draft.lines[line - 1].note.clone() } else { note.clone() };
                self.change(ChangeLine { line, quantity: Some(has - n), item_id: None, options: None, note: None }, i);
                self.add_lines(i, vec![AddLine { item_id: id, quantity: n, options, note }]);
                continue;
            }
            let note = (!note.is_empty()).then(|| note.clone());
            let quantity = quantity.filter(|_| !part);
            self.change(ChangeLine { line, quantity, item_id: None, options, note }, i);
        }
    }

    fn modify_nothing(&mut self, of: &[Wish], edit: &Edit) {
        let choices = &edit.choices;
        if !edit.note.is_empty() {
            self.note.clone_from(&edit.note);
        }
        if of.is_empty() && self.draft.lines.is_empty() && !self.memo.focus.is_empty() && choices.is_empty() {
            return;
        }
        let mut named: Vec<Wish> = of.iter().filter(|w| !w.items.is_empty()).cloned().collect();
        if named.is_empty() && of.is_empty() && self.draft.lines.is_empty() {
            named.extend(self.of_what_was_asked(edit).or_else(|| self.called_like(edit)));
        }
        if named.is_empty() && of.is_empty() {
            named.extend(self.only_of(edit));
        }
        if named.is_empty() && of.is_empty() && self.comes_with(edit) {
            // It is told what it belongs to.
        } else if named.is_empty() {
            self.out.go_on = true;
        } else {
            self.add(named);
        }
    }

    /// "jollof is 2000 right? give me 2 regular": so many and so of what the question was about.
    fn of_what_was_asked(&self, edit: &Edit) -> Option<Wish> {
        edit.quantity?;
        let mut about = self.memo.focus.iter().filter_map(|id| self.ix.place.get(id).copied());
        let i = about.next().filter(|_| about.next().is_none())?;
        let fits = !self.picks(i, &edit.choices).is_empty();
        fits.then(|| Wish {
            items: vec![i],
            choices: edit.choices.clone(),
            quantity: edit.quantity,
            note: edit.note.clone(),
            ..Wish::default()
        })
    }

    /// "a large pepperoni": what is named like a choice is the thing itself, where nothing is ordered yet.
    fn called_like(&self, edit: &Edit) -> Option<Wish> {
        let of = |c: &usize| -> Vec<usize> {
            let key = &self.ix.choices[*c].key;
            (0..self.b.menu.items.len()).filter(|i| self.ix.keys[*i][0].split(' ').any(|w| w == key)).collect()
        };
        // "hot" tells how, whatever else is called hot chocolate.
        let named = edit.choices.iter().filter(|c| !is_manner(&self.ix.choices[**c].key));
        let (choice, items) = named.map(|c| (*c, of(c))).find(|(_, items)| !items.is_empty())?;
        let choices = edit.choices.iter().copied().filter(|c| *c != choice).collect();
        Some(Wish { items, choices, quantity: edit.quantity, note: edit.note.clone(), ..Wish::default() })
    }

    /// Lines that a bare choice is about: those that lack it, else the ones talked about, else all that have it.
    fn lines_for(&self, choices: &[usize], focus: &[usize]) -> Vec<usize> {
        let takes = |line: usize| {
            let id = self.draft.lines[line - 1].item_id;
            let i = self.ix.place.get(&id);
            i.is_some_and(|i| choices.iter().any(|c| self.ix.choices[*c].at.iter().any(|(x, _, _)| x == i)))
        };
        let open: Vec<usize> = basket::missing_options(&self.draft, &self.b.menu)
            .into_iter()
            .filter(|m| {
                takes(m.line)
                    && m.group.choices.iter().any(|x| choices.iter().any(|c| self.ix.choices[*c].key == super::index::key_of(&x.name)))
            })
            .map(|m| m.line)
            .collect();
        if !open.is_empty() {
            return open;
        }
        let focus: Vec<usize> = focus.iter().copied().filter(|l| takes(*l)).take(1).collect();
        if !focus.is_empty() {
            return focus;
        }
        (1..=self.draft.lines.len()).rev().filter(|l| takes(*l)).take(1).collect()
    }

    pub fn with_options(&self, line: usize, i: usize, choices: &[usize]) -> Vec<Pick> {
        let new = self.picks(i, choices);
        let many = |g: &str| self.item(i).options.iter().any(|x| x.name == g && x.many);
        let old = self.draft.lines[line - 1].options.iter().map(|o| Pick { group: o.group.clone(), choice: o.choice.clone() });
        let kept = old.filter(|o| !new.contains(o) && (many(&o.group) || !new.iter().any(|n| n.group == o.group)));
        kept.chain(new.clone()).collect()
    }

    /// Changes a line, or says why not.
    pub fn change(&mut self, args: ChangeLine, i: usize) {
        self.memo.focus = vec![self.item(args.item_id.and_then(|id| self.ix.place.get(&id).copied()).unwrap_or(i)).id];
        if args.quantity == Some(0) {
            return self.drop_line(args.line);
        }
        match basket::change(&mut self.draft, &self.b.menu, &args) {
            Ok(()) => self.call("change_line", &args),
            Err(_) => self.cannot(args.item_id.and_then(|id| self.ix.place.get(&id).copied()).unwrap_or(i), &[]),
        }
        self.out.go_on = true;
    }

    /// Takes a line out.
    pub fn drop_line(&mut self, line: usize) {
        let args = RemoveLine { line };
        if basket::remove(&mut self.draft, &args).is_ok() {
            self.call("remove_line", &args);
        }
        self.out.go_on = true;
        self.out.show = true;
    }

    /// Lines that wishes mean; without wishes the ones talked about last.
    pub fn lines_of(&self, of: &[Wish]) -> Vec<usize> {
        let find =
            |ids: &dyn Fn(Id) -> bool| (1..=self.draft.lines.len()).filter(|l| ids(self.draft.lines[l - 1].item_id)).collect::<Vec<_>>();
        if !of.is_empty() {
            let items: Vec<Id> = of.iter().flat_map(|w| w.items.iter().map(|i| self.item(*i).id)).collect();
            return find(&|id| items.contains(&id));
        }
        let mut lines = find(&|id| self.memo.focus.contains(&id));
        lines.reverse();
        if lines.is_empty() && !self.draft.lines.is_empty() {
            lines.push(self.draft.lines.len());
        }
        lines
    }

    /// Sets how the customer gets it.
    pub fn fulfil(&mut self, how: Fulfilment, address: Option<String>) {
        let args = SetFulfilment { how, address };
        match basket::set_fulfilment(&mut self.draft, &self.b.profile, &args) {
            Ok(()) => self.call("set_fulfilment", &args),
            Err(_) if how == Fulfilment::Delivery => self.say("deliver_no", &[]),
            Err(_) => self.say("pickup_no", &[]),
        }
        self.out.go_on = true;
    }

    /// Delivery to a place the customer names: an address, or "my office" that they told us of before.
    pub fn deliver_to(&mut self, address: String, text: &str) {
        let known = self.known_place(&address);
        if known.is_none() {
            self.keep_address(&address, text);
        }
        self.fulfil(Fulfilment::Delivery, Some(known.unwrap_or(address)));
    }
}
