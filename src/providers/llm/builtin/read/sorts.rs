//! Sorts of a thing, and which numbers count any: "3 shirts: black M, black L, white M", "one pepperoni, one veggie", "iphone 12".

use super::super::scan::What;
use super::super::words::{Gap, Words};
use super::{Part, Reader, Wish, is_article};

impl Reader<'_> {
    /// "3 shirts: black M, black L, white M", "2 shirts, size L and XL": as many sorts as things are one of each.
    pub(super) fn variants(&self, w: Wish) -> Wish {
        let both = |c: usize| {
            let ends = self.scan.spans.iter().filter(|s| s.what == What::Choice(c)).map(|s| s.to);
            ends.into_iter().any(|e| {
                e + 1 < self.to && self.word(e) == "and" && self.scan.span_at(e + 1).is_some_and(|s| matches!(s.what, What::Choice(_)))
            })
        };
        // "in white and pink" is one of each.
        let pair = w.quantity.is_none() && w.choices.iter().any(|c| both(*c));
        let count = w.quantity.unwrap_or(if pair { 2 } else { 1 });
        let turns = |k: usize| matches!(self.word(k), "sorry" | "or" | "not" | "no" | "actually" | "wait" | "rather");
        // "With eba and fufu respectively" shares them out among several things.
        let shares = |k: usize| self.word(k) == "respectively";
        if (0..self.to).any(shares) || count < 2 || !w.parts.is_empty() || w.choices.len() < 2 || (0..self.to).any(turns) {
            return w;
        }
        let group = |c: usize| {
            let at = self.ix.choices[c].at.iter().find(|(item, _, _)| w.items.contains(item)).map(|(_, g, _)| *g);
            at.filter(|_| !self.ix.choices[c].many)
        };
        let mut sorts: Vec<Vec<usize>> = vec![Vec::new()];
        for c in &w.choices {
            let Some(g) = group(*c) else { continue };
            let last = sorts.len() - 1;
            if sorts[last].iter().any(|x| group(*x) == Some(g)) {
                sorts.push(vec![*c]);
            } else {
                sorts[last].push(*c);
            }
        }
        if sorts.len() < 2 || i64::try_from(sorts.len()).ok() != Some(count) {
            return w;
        }
        // What is said of one alone is of all: "black, size L and XL".
        let all: Vec<usize> = sorts.concat();
        let common = |sort: &[usize]| all.iter().copied().filter(|c| !sort.iter().any(|x| group(*x) == group(*c))).collect::<Vec<_>>();
        let parts = sorts.iter().map(|s| Part {
            quantity: 1,
            choices: common(s).into_iter().chain(s.iter().copied()).collect(),
            ..Part::default()
        });
        let many = w.choices.iter().copied().filter(|c| group(*c).is_none()).collect();
        Wish { parts: parts.collect(), choices: many, quantity: Some(count), ..w }
    }

    /// "black M 2 pieces, white L 1 piece", "2 M and 3 L black shirts": one thing, and in each part of the text a sort with its number.
    pub(super) fn counted_sorts(&mut self, from: usize) {
        let inside = |s: &&crate::providers::llm::builtin::scan::Span| s.from >= from && s.to <= self.to;
        let mut things = self.scan.spans.iter().filter(inside).filter(|s| matches!(s.what, What::Items(_)));
        let (Some(_), None, [w]) = (things.next(), things.next(), self.found.wishes.as_slice()) else { return };
        let mut parts: Vec<Part> = vec![Part::default()];
        for i in from..self.to {
            let last = parts.len() - 1;
            if let Some(What::Choice(c)) = self.scan.span_at(i).map(|s| &s.what) {
                parts[last].choices.push(*c);
            } else if let Some(n) = self.scan.words[i].number.filter(|_| self.scan.span_at(i).is_none()) {
                if parts[last].quantity > 0 {
                    return;
                }
                parts[last].quantity = n;
            }
            let ends = self.scan.words[i].after == Gap::Comma || i + 1 < self.to && self.word(i + 1) == "and";
            if ends && parts[last] != Part::default() {
                parts.push(Part::default());
            }
        }
        parts.retain(|p| *p != Part::default());
        let whole = parts.len() > 1 && w.note.is_empty() && parts.iter().all(|p| p.quantity > 0 && !p.choices.is_empty());
        let group = |c: usize| self.ix.choices[c].at.iter().find(|(item, _, _)| w.items.contains(item)).map(|(_, g, _)| *g);
        let common = |a: &Part, b: &Part| a.choices.iter().any(|x| b.choices.iter().any(|y| group(*x).is_some() && group(*x) == group(*y)));
        let whole = whole && parts.iter().all(|a| parts.iter().all(|b| common(a, b)));
        if !whole || parts.iter().flat_map(|p| &p.choices).any(|c| group(*c).is_none()) {
            return;
        }
        // "black" was said once for all of them.
        let said: Vec<usize> = parts.iter().flat_map(|p| p.choices.clone()).collect();
        for p in &mut parts {
            let own: Vec<Option<usize>> = p.choices.iter().map(|c| group(*c)).collect();
            let more: Vec<usize> = said.iter().copied().filter(|c| !own.contains(&group(*c))).collect();
            let single = more.iter().all(|c| more.iter().filter(|x| group(**x) == group(*c)).count() == 1);
            p.choices.extend(more.into_iter().filter(|_| single));
        }
        let quantity = Some(parts.iter().map(|p| p.quantity).sum());
        let wish = Wish { quantity, choices: Vec::new(), parts, ..w.clone() };
        self.found.wishes = vec![wish];
        self.found.parts.clear();
    }

    /// "one pepperoni, one veggie": a topping that is counted like the things beside it is the pizza named after it.
    pub(super) fn counted_sort(&self, i: usize, to: usize) -> Option<usize> {
        let number = |k: usize| self.scan.words[k].number.is_some() || is_article(self.word(k));
        let last = self.scan.spans.iter().filter(|s| s.to <= i && matches!(s.what, What::Items(_))).map(|s| s.to).max().unwrap_or(0);
        let on_it = (last..i).any(|k| matches!(self.word(k), "with" | "on" | "plus"));
        let lead = self.behind_size(i);
        if to != i + 1 || lead == 0 || !number(lead - 1) || on_it {
            return None;
        }
        let thing = |k: usize| self.scan.span_at(k).is_some_and(|s| matches!(s.what, What::Items(_)));
        let next = to + usize::from(to < self.to && self.word(to) == "and");
        let beside = next + 1 < self.to && number(next) && thing(next + 1);
        let ends = beside || to == self.to || self.scan.words[i].after != Gap::None || next > to;
        let word = super::super::words::stem(self.word(i));
        let named = |k: &usize| self.ix.keys[*k][0].split(' ').any(|w| w == word);
        let mut sorts = (0..self.ix.keys.len()).filter(named);
        let item = sorts.next().filter(|_| ends && sorts.next().is_none())?;
        // "2 milkshakes, one chocolate" is one of the two.
        let kind = |k: usize| self.ix.categories.iter().position(|c| c.1.contains(&k));
        let like = |w: &Wish| (w.quantity == Some(1) || lead < i) && w.parts.is_empty() && w.items.iter().all(|k| kind(*k) == kind(item));
        self.found.wishes.last().map_or(beside, like).then_some(item)
    }

    /// Where the size before a word begins: "medium" of "one medium pepperoni".
    fn behind_size(&self, i: usize) -> usize {
        let size = |c: usize| !self.ix.choices[c].many;
        let before = self.scan.spans.iter().find(|s| s.to == i && matches!(s.what, What::Choice(c) if size(c)));
        before.filter(|s| self.scan.words[s.to - 1].after == Gap::None).map_or(i, |s| s.from)
    }

    /// A number before such a topping.
    pub(super) fn counts_a_sort(&self, i: usize) -> bool {
        let extra = |c: usize| self.ix.choices[c].many;
        let size = self.scan.span_at(i + 1).filter(|s| matches!(s.what, What::Choice(c) if !extra(c))).map_or(i + 1, |s| s.to);
        let topping = self.scan.span_at(size).filter(|s| s.to <= self.to && matches!(s.what, What::Choice(c) if extra(c)));
        topping.is_some_and(|s| self.counted_sort(s.from, s.to).is_some())
    }

    /// "boxes of 6 cupcakes": the name goes on behind its measure; "pick me up from the airport": it is said in two parts.
    pub(super) fn is_same_thing(&self, from: usize, items: &[usize], full: bool) -> bool {
        let parts = |w: &Wish| !full && !w.full && w.items == *items && items.len() == 1 && w.at > 0 && w.at < from;
        let joined = |w: &Wish| (w.at..from).any(|k| matches!(self.word(k), "and" | "plus") || self.scan.words[k - 1].after != Gap::None);
        if self.quantity.is_none() && self.found.wishes.last().is_some_and(|w| parts(w) && !joined(w)) {
            return true;
        }
        let last = self.scan.spans.iter().rev().find(|s| s.to <= from && matches!(s.what, What::Items(_)));
        let between = |k: usize| matches!(self.word(k), "of") || self.scan.words[k].number.is_some();
        let near = last.is_some_and(|s| s.to < from && (s.to..from).all(|k| between(k) && self.scan.words[k - 1].after == Gap::None));
        near && self.quantity.is_none() && self.found.wishes.last().is_some_and(|w| w.items == *items)
    }

    /// "iphone 12", "size 43", "25 watts", "3 times daily", "a pack of 12": a number that says what it is, not how many.
    fn tells_what(&self, i: usize) -> bool {
        static UNITS: Words = Words::new("watts watt inches inch layers layer mah gb tb volts volt sugars");
        let next = |n: usize| if i + n < self.to { self.word(i + n) } else { "" };
        let unit = UNITS.has(next(1)) && !self.is_thing(i + 1);
        let times = next(1) == "times" && matches!(next(2), "a" | "per" | "daily" | "in");
        unit || times || self.is_model(i) || self.is_size(i) || self.is_of_pack(i)
    }

    fn is_thing(&self, k: usize) -> bool {
        self.scan.spans.iter().any(|s| s.from <= k && k < s.to && matches!(s.what, What::Items(_)))
    }
    /// The word so many before `i`.
    fn back(&self, i: usize, n: usize) -> &str {
        i.checked_sub(n).map_or("", |k| self.word(k))
    }

    /// "iphone 12 charger", "infinix hot 10", and not "iphone 2 screen protectors".
    fn is_model(&self, i: usize) -> bool {
        static BRANDS: Words =
            Words::new("iphone samsung galaxy redmi infinix tecno itel nokia xiaomi huawei oppo vivo pixel playstation macbook windows");
        static SERIES: Words = Words::new("galaxy note redmi hot spark pop camon pro");
        let behind = |n: usize| {
            let breath = || (1..=n).all(|b| self.scan.words[i - b].after == Gap::None);
            i >= n && BRANDS.has(self.back(i, n)) && !self.is_thing(i - n) && breath()
        };
        let several = self.scan.span_at(i + 1).is_some_and(|s| s.to <= self.to && self.word(s.to - 1).ends_with('s'));
        let pieces = i + 1 < self.to && matches!(self.word(i + 1), "pieces" | "pcs" | "piece");
        (behind(1) || behind(2) && SERIES.has(self.back(i, 1))) && !several && !pieces
    }

    /// "size 43"; "large size 2" is two of them.
    fn is_size(&self, i: usize) -> bool {
        let choice = |k: usize| self.scan.spans.iter().any(|s| s.from <= k && k < s.to && matches!(s.what, What::Choice(_)));
        let told = || i > 1 && (choice(i - 2) || matches!(self.word(i - 2), "large" | "small" | "big" | "same" | "any" | "medium"));
        self.back(i, 1) == "size" && !told()
    }

    /// "a pack of 12 toilet rolls", which are sold so.
    fn is_of_pack(&self, i: usize) -> bool {
        static PACKS: Words = Words::new("pack packs packet packets box boxes carton cartons tray trays bag bags set crate crates");
        let holds = |item: &usize| {
            let whole = |w: &str| w.trim_end_matches(char::is_alphabetic).parse().ok() == self.scan.words[i].number;
            self.ix.keys[*item].iter().any(|name| name.split(' ').any(whole))
        };
        let sold_so = || matches!(self.scan.span_at(i + 1).map(|s| &s.what), Some(What::Items(items)) if items.iter().any(holds));
        self.back(i, 1) == "of" && PACKS.has(self.back(i, 2)) && sold_so()
    }

    /// "one" in "that one" counts nothing.
    pub(super) fn counts(&self, i: usize) -> bool {
        let people = |w: &str| matches!(w, "people" | "persons" | "person" | "guests" | "adults" | "pax");
        // "Three of us want jollof": whoever asks is counted, and the jollof by that.
        let of_us = i + 2 < self.to && self.word(i + 1) == "of" && self.word(i + 2) == "us";
        if i + 1 < self.to && people(self.word(i + 1)) || of_us || self.tells_what(i) {
            return false;
        }
        let before = i.checked_sub(1).filter(|b| self.scan.words[*b].after == Gap::None).map_or("", |b| self.word(b));
        let after = self.scan.span_at(i + 1).is_some_and(|s| matches!(s.what, What::Choice(_)));
        match before {
            "that" | "this" | "the" | "which" | "other" | "first" | "second" | "third" | "last" => self.word(i) != "one",
            // "one large one regular" counts twice, "a large one" once.
            "large" | "small" | "big" => self.word(i) != "one" || after,
            _ => self.word(i) != "one" || after || !self.stands_for(i),
        }
    }

    /// "the white one", "the Emzor one": "one" behind a name stands for the thing.
    fn stands_for(&self, i: usize) -> bool {
        let breath = i > 0 && self.scan.words[i - 1].after == Gap::None;
        let that = |from: usize| from > 0 && matches!(self.word(from - 1), "the" | "that");
        breath && self.scan.spans.iter().any(|s| s.to == i && (matches!(s.what, What::Choice(_)) || that(s.from)))
    }
}
