//! What is near: items to offer when the one wanted is not there, and the question which of several is meant.

use super::memo::Ask;
use super::plan::Planner;
use super::read::Wish;
use super::words::Words;
use crate::domain::phrase::say;
use crate::domain::shop::basket::AddLine;

/// Words for how a thing is made: whether we have such is not in its name.
fn tells_how(said: &str) -> bool {
    static HOW: Words = Words::new(
        "vegetarian vegan veggie halal kosher gluten dairy lactose organic healthy keto diabetic spicy peppery allergy allergies nuts \
        sugarfree option options catering cater service services event events party parties bulk training vacancy job",
    );
    super::words::cut(said).iter().any(|w| HOW.has(&w.text))
}

impl Planner<'_> {
    /// Available items nearest to one that is not: its category first, then a like price.
    pub fn near_item(&self, i: usize) -> Vec<usize> {
        let it = self.item(i);
        let mut list: Vec<usize> = (0..self.b.menu.items.len()).filter(|k| *k != i && self.item(*k).can_sell() != Some(0)).collect();
        list.sort_by_key(|k| {
            let x = self.item(*k);
            (x.category != it.category, (x.price_minor - it.price_minor).abs())
        });
        let same = list.iter().filter(|k| self.item(**k).category == it.category).count();
        list.truncate(if same > 0 { same.min(3) } else { 0 });
        list
    }

    /// Items whose names look or sound like words the menu does not know.
    fn near_words(&self, said: &str) -> Vec<usize> {
        let said = super::index::key_of(said);
        let likeness = |i: usize| self.ix.keys[i].iter().map(|n| strsim::sorensen_dice(n, &said)).fold(0.0, f64::max);
        let mut list: Vec<(usize, f64)> =
            (0..self.b.menu.items.len()).filter(|i| self.item(*i).can_sell() != Some(0)).map(|i| (i, likeness(i))).collect();
        list.retain(|(_, l)| *l > 0.4);
        list.sort_by(|a, b| b.1.total_cmp(&a.1));
        list.into_iter().map(|(i, _)| i).take(3).collect()
    }

    /// The customer named something the menu does not have.
    pub fn unknown(&mut self, said: &str, near: &[usize]) {
        // A person comes anyway; nothing is looked for in the complaint.
        if self.calls.iter().any(|c| c.name == "call_person") {
            return;
        }
        if let Some(question) = self.asking.clone().filter(|_| self.calls.is_empty() && self.out.ask.is_none()) {
            // Whether there is a pool, or a medicine suits a child, is on no menu.
            return self.not_sure(&question);
        }
        if tells_how(said) && self.calls.is_empty() && self.draft.lines.is_empty() {
            return self.offer_person("not_sure", said);
        }
        let near: Vec<usize> = near.iter().copied().filter(|i| self.item(*i).can_sell() != Some(0)).take(3).collect();
        let near = if near.is_empty() { self.near_words(said) } else { near };
        self.say("no_such", &[("item", said)]);
        // Beside things that were understood it is only told, so the order goes on.
        if self.calls.is_empty() {
            self.offer(&near, 1);
        }
        self.out.go_on = true;
    }

    /// The customer named a kind of a thing that the menu does not have: what it has is offered, with all that was said.
    pub fn odd(&mut self, w: &Wish) {
        if self.calls.iter().any(|c| c.name == "call_person") {
            return;
        }
        self.say("no_such", &[("item", &w.said)]);
        let there: Vec<usize> = w.items.iter().copied().filter(|i| self.item(*i).can_sell() != Some(0)).collect();
        match there.as_slice() {
            [one] => self.offer_line(*one, self.lines(*one, w).into_iter().next()),
            [] => self.say("see_menu", &[]),
            _ => self.which(there, w),
        }
        self.out.go_on = true;
    }

    fn offer_line(&mut self, i: usize, line: Option<AddLine>) {
        let it = self.item(i);
        let text = say(self.lang, "instead", &[("item", &it.name), ("price", &self.money(it.price_minor))]);
        let line = line.unwrap_or(AddLine { item_id: it.id, quantity: 1, options: vec![], note: String::new() });
        let buttons = vec![("yes".into(), say(self.lang, "btn_yes", &[])), ("no".into(), say(self.lang, "btn_no", &[]))];
        self.put(Ask::Instead { line }, text, buttons);
    }

    /// Offers items: one is a yes-or-no question, several a which-one.
    pub fn offer(&mut self, near: &[usize], quantity: i64) {
        match near {
            [] => {
                if self.draft.lines.is_empty() {
                    self.say("see_menu", &[]);
                }
            }
            [one] => {
                let line = AddLine { item_id: self.item(*one).id, quantity, options: vec![], note: String::new() };
                self.offer_line(*one, Some(line));
            }
            several => self.which(several.to_vec(), &Wish { quantity: Some(quantity), ..Wish::default() }),
        }
    }

    /// Offers as many as are left.
    pub fn offer_left(&mut self, i: usize, lines: &[AddLine]) {
        let it = self.item(i);
        let (Some(left), Some(first)) = (it.can_sell(), lines.first()) else { return };
        let line = AddLine { quantity: left, ..first.clone() };
        let text = say(self.lang, "take_left", &[("left", &left.to_string()), ("item", &it.name)]);
        let buttons = vec![("yes".into(), say(self.lang, "btn_yes", &[])), ("no".into(), say(self.lang, "btn_no", &[]))];
        self.put(Ask::Instead { line }, text, buttons);
    }

    /// Asks which of several items is meant.
    pub fn which(&mut self, items: Vec<usize>, w: &Wish) {
        let there: Vec<usize> = items.iter().copied().filter(|i| self.item(*i).can_sell() != Some(0)).take(10).collect();
        let Some(first) = there.first() else { return self.say("none_there", &[]) };
        if there.len() == 1 {
            // "1 oil" where there is one sort of it.
            let lines = self.lines(*first, w);
            return self.add_lines(*first, lines);
        }
        let line = AddLine {
            item_id: self.item(*first).id,
            quantity: w.quantity.unwrap_or(1),
            options: self.picks(*first, &w.choices),
            note: self.lines(*first, w).into_iter().next().map(|l| l.note).unwrap_or_default(),
        };
        self.ask_which(&there, line);
    }

    /// The question which one, for a line of which the rest is known.
    pub fn ask_which(&mut self, there: &[usize], line: AddLine) {
        let list: Vec<String> =
            there.iter().map(|i| format!("{} ({})", self.item(*i).name, self.money(self.item(*i).price_minor))).collect();
        let text = say(self.lang, "which", &[("items", &list.join(", "))]);
        let short = |i: &usize| crate::domain::text::clip(&self.item(*i).name, 20);
        let buttons = if there.len() <= 3 { there.iter().map(|i| (self.item(*i).name.clone(), short(i))).collect() } else { vec![] };
        let ids = there.iter().map(|i| self.item(*i).id).collect();
        self.put(Ask::Which { items: ids, line }, text, buttons);
    }

    /// Puts a question; the first of a turn stays.
    pub fn put(&mut self, ask: Ask, text: String, buttons: Vec<(String, String)>) {
        if self.out.ask.is_none() {
            self.out.ask = Some((ask, text, buttons));
        } else {
            self.out.said.push(text);
        }
    }
}
