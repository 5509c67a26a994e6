//! Turns one stretch of a text into wishes: which items, how many, with which choices and notes.

use super::cues::{Cue, is_filler, is_manner};
use super::index::Index;
use super::scan::{Scan, What};
use super::units::is_divisible;
use super::words::Gap;

/// A part of a wish with its own choices: "one with oat milk".
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Part {
    /// How many.
    pub quantity: i64,
    /// Choices.
    pub choices: Vec<usize>,
    /// A wish that is no option.
    pub note: String,
}

/// Something the customer named, with what was said about it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wish {
    /// The items it may be.
    pub items: Vec<usize>,
    /// How many, when said.
    pub quantity: Option<i64>,
    /// Choices.
    pub choices: Vec<usize>,
    /// A wish that is no option.
    pub note: String,
    /// The customer's words.
    pub said: String,
    /// The whole name was said.
    pub full: bool,
    /// "my latte", "the latte": one that was spoken of before.
    pub mine: bool,
    /// Words before the name make it another thing than the menu has: "pumpkin spice" before "latte".
    pub odd: bool,
    /// Parts that differ.
    pub parts: Vec<Part>,
    /// The number stands behind the name, as a price does.
    pub behind: bool,
    /// "carton", "crate": counted by more than one thing.
    pub unit: Option<String>,
    /// Where its name ends in the text, in words.
    pub at: usize,
    /// "of 5k": the sum it shall come to.
    pub worth: Option<i64>,
    /// "2-3": how many is left open, up to this.
    pub most: Option<i64>,
}

impl Wish {
    /// Only a thing, with or without how many.
    pub fn is_plain(&self) -> bool {
        self.choices.is_empty() && self.note.is_empty()
    }
}

/// What a stretch of words holds.
#[derive(Debug, Default)]
pub struct Found {
    /// Items that were named.
    pub wishes: Vec<Wish>,
    /// Words in the place of an item that the menu does not know, and items near to them.
    pub unknown: Vec<(String, Vec<usize>)>,
    /// Choices without an item.
    pub choices: Vec<usize>,
    /// A note without an item.
    pub note: String,
    /// Of those, the ones named in a list of things: "bread and juice".
    pub also: Vec<(usize, Option<i64>)>,
    /// Numbers with choices and without an item: "1 large, 1 regular".
    pub parts: Vec<Part>,
    /// A number without an item.
    pub number: Option<i64>,
    /// Categories.
    pub categories: Vec<usize>,
}

pub mod counts;
mod left_out;
mod others;
mod parts;
mod sorts;

use parts::join;

struct Reader<'a> {
    scan: &'a Scan,
    ix: &'a Index,
    text: &'a str,
    to: usize,
    found: Found,
    quantity: Option<i64>,
    choices: Vec<usize>,
    note: String,
    /// Something has come between the last item and here.
    apart: bool,
    in_part: bool,
    wants: bool,
    strange: Option<(usize, usize)>,
    trailing: bool,
    unit: Option<String>,
    most: Option<i64>,
    /// "or" stands before.
    either: bool,
    /// Words we do not know.
    crowd: usize,
}

/// Reads the words `from..to`.
pub fn read(scan: &Scan, ix: &Index, text: &str, from: usize, to: usize) -> Found {
    let mut r = Reader {
        scan,
        ix,
        text,
        to,
        found: Found::default(),
        quantity: None,
        choices: Vec::new(),
        note: String::new(),
        apart: false,
        in_part: false,
        wants: [Cue::Want, Cue::Stock, Cue::Price].iter().any(|c| scan.has(*c, from, to)),
        strange: None,
        trailing: counts::trailing(scan, from, to),
        unit: None,
        most: None,
        either: false,
        crowd: 0,
    };
    let mut i = from;
    while i < to {
        i = r.step(i).max(i + 1);
        if scan.words[i - 1].after != Gap::None {
            r.pause();
        }
    }
    r.finish();
    r.counted_sorts(from);
    r.found.wishes = std::mem::take(&mut r.found.wishes).into_iter().map(|w| r.variants(w)).collect();
    // In a sentence of words we do not know, a part of a name is a chance.
    if r.crowd > 2 {
        r.found.wishes.retain(|w| w.full || w.quantity.is_some_and(|q| q > 1));
    }
    r.found
}

fn is_article(w: &str) -> bool {
    matches!(w, "a" | "an" | "another")
}

impl Reader<'_> {
    fn word(&self, i: usize) -> &str {
        &self.scan.words[i].text
    }
    fn slice(&self, from: usize, to: usize) -> String {
        self.text[self.scan.words[from].from..self.scan.words[to - 1].to].to_owned()
    }

    fn step(&mut self, i: usize) -> usize {
        if let Some(s) = self.scan.span_at(i).filter(|s| s.to <= self.to) {
            let (to, mut what, full) = (s.to, s.what.clone(), s.full);
            if let Some(c) = s.or_choice.filter(|c| self.fits_near(*c, i, to)) {
                what = What::Choice(c);
            }
            if let Some(item) = matches!(what, What::Choice(c) if self.ix.choices[c].many).then(|| self.counted_sort(i, to)).flatten() {
                what = What::Items(vec![item]);
            }
            match what {
                What::Items(items) => self.item(i, to, items, full),
                What::Choice(_) if self.is_excepted(i) => {}
                What::Choice(c) => self.choice(c, i, to),
                What::Category(c) => {
                    if self.joined(i) {
                        self.found.also.push((c, self.quantity.take()));
                    }
                    self.found.categories.push(c);
                }
            }
            return to;
        }
        if let Some(c) = self.scan.cue_at(i).filter(|c| c.to <= self.to) {
            if let Some(next) = self.noted(i) {
                return next;
            }
            if c.cue == Cue::More && self.word(i) == "another" && self.part_head(i) {
                self.open_part(i, 1);
                let one = c.to < self.to && self.word(c.to) == "one";
                return c.to + usize::from(one);
            }
            if c.cue == Cue::More && self.word(i) == "another" && self.same_again(i) {
                self.again(1);
                let one = c.to < self.to && self.word(c.to) == "one";
                return c.to + usize::from(one);
            }
            if c.cue == Cue::Instead && matches!(self.word(c.to - 1), "of" | "than" | "ya" | "من" | "عن" | "بدل" | "بدال") {
                // "2% milk instead of whole": what follows is not wanted.
                return self.scan.span_at(c.to).filter(|s| matches!(s.what, What::Choice(_))).map_or(c.to, |s| s.to);
            }
            if matches!(c.cue, Cue::Want | Cue::More | Cue::Stock | Cue::Price) {
                // "Tunde wants fried rice": whoever packs it shall know whose it is.
                let whose = self.strange.take_if(|(_, t)| self.scan.words[i].text == "wants" && *t == i);
                self.boundary();
                if let Some((f, t)) = whose {
                    self.note = format!("for {}", self.slice(f, t));
                }
                self.quantity =
                    self.quantity.or(self.scan.words[i].number).or((c.cue == Cue::More && self.word(i) == "another").then_some(1));
            }
            self.flush_strange(None);
            return c.to;
        }
        if let Some(next) = self.noted(i) {
            return next;
        }
        self.plain(i)
    }

    /// Whether the name at `i` stands in a list: a number, "a", "some" or "and" before it, or "and" behind.
    fn joined(&self, i: usize) -> bool {
        let before = i.checked_sub(1).map_or("and", |b| self.word(b));
        let after = if i + 1 < self.to { self.word(i + 1) } else { "" };
        self.quantity.is_some()
            || i > 0 && self.scan.words[i - 1].after == Gap::Comma
            || matches!(before, "and" | "plus" | "some" | "a" | "an")
            || matches!(after, "and" | "plus") && self.found.wishes.is_empty()
    }

    fn plain(&mut self, i: usize) -> usize {
        let w = self.word(i).to_owned();
        self.note_several(i);
        if self.measures(i) && (is_article(&w) || self.scan.words[i].number.is_some() && !self.part_head(i) && !self.counts_a_sort(i)) {
            return i + 1;
        }
        if let Some(n) = self.scan.words[i].number.filter(|_| self.counts(i)) {
            return self.number(i, n);
        }
        if self.breaks(i) {
            return self.broken(i);
        }
        match w.as_str() {
            "other" | "others" | "rest" | "second" | "first" if self.part_head(i) => self.open_part(i, 0),
            "other" if self.same_again(i) => self.again(1),
            "another" if self.word((i + 1).min(self.to - 1)) != "one" && self.same_again(i) => self.again(1),
            "a" | "an" | "another" => {
                self.boundary();
                self.quantity = Some(1);
            }
            "and" | "plus" | "also" | "ati" | "pelu" | "da" | "na" | "then" | "n" | "with" | "و" | "مع" | "pamoja" => {
                self.flush_strange(None);
                if w != "with" {
                    self.part_alone(i);
                    self.quantity = None;
                    self.boundary();
                }
            }
            "or" => {
                self.flush_strange(None);
                self.boundary();
                self.either = true;
            }
            "regular" | "normal" | "plain" | "reg" => {}
            // "a second zobo" is one more.
            "second" | "third" if i > 0 && is_article(self.word(i - 1)) => {}
            "both" | "all" if self.of_all_parts(i) => self.in_part = false,
            "carton" | "cartons" | "crate" | "crates" | "sack" | "sacks" | "bale" | "bales" if self.quantity.is_some() => {
                self.flush_strange(None);
                self.unit = Some(w);
            }
            // "3 metres": of what is sold by the yard it is told.
            w if self.is_unit(i) => {
                self.flush_strange(None);
                if self.quantity.is_some() && self.unit.is_none() && is_divisible(w) {
                    self.unit = Some(w.to_owned());
                }
            }
            w if is_filler(w) || w.len() < 3 => self.flush_strange(None),
            _ => {
                self.crowd += 1;
                self.strange = Some(self.strange.map_or((i, i + 1), |(f, _)| (f, i + 1)));
            }
        }
        i + 1
    }

    fn number(&mut self, i: usize, n: i64) -> usize {
        if let Some((most, end)) = self.range(i, n) {
            self.boundary();
            (self.quantity, self.most) = (Some(n), Some(most));
            return end;
        }
        if self.all_but(i, n) {
            return i + 1;
        }
        let end = i - usize::from(i > 0 && counts::is_piece(self.scan, i - 1));
        let after_item = self.scan.spans.iter().any(|s| s.to == end && matches!(s.what, What::Items(_)));
        let in_pieces = matches!(self.word((i + 1).min(self.to - 1)), "pair" | "pairs" | "pieces" | "pcs" | "packs");
        if self.trailing
            && (after_item || !self.apart)
            && let Some(w) = self.found.wishes.last_mut().filter(|w| w.quantity.is_none())
        {
            w.quantity = Some(n);
            w.behind = !in_pieces;
            if self.other_part_follows(i) {
                // "jollof 2 regular 1 large": the first part of three.
                self.open_part(i, n);
            }
            return i + 1;
        }
        if self.counts_last(i, n) {
            return i + 1;
        }
        let times = self.word(i).starts_with('x') || self.word(i).ends_with('x');
        // "2 bread, indomie 10"
        let last = i + 1 >= self.to || self.scan.words[i].after != Gap::None;
        if (times || last)
            && after_item
            && let Some(w) = self.found.wishes.last_mut().filter(|w| w.quantity.is_none())
        {
            w.quantity = Some(n);
            return i + 1;
        }
        if self.is_part_of_nothing(i) {
            self.found.parts.push(Part { quantity: n, ..Part::default() });
            self.found.number = Some(n);
        } else if self.is_on_some(i, n) {
            self.on_some(n);
        } else if self.counts_a_sort(i) {
            self.boundary();
            self.quantity = Some(n);
        } else if self.part_head(i) && !self.opposes(i) {
            self.open_part(i, n);
        } else if self.same_again(i) || self.opposes(i) {
            self.again(n);
        } else {
            self.boundary();
            self.quantity = Some(n);
            self.found.number = Some(n);
        }
        i + 1
    }

    fn item(&mut self, from: usize, to: usize, items: Vec<usize>, full: bool) {
        let tail = from > 0 && !self.apart && self.scan.words[from - 1].after == Gap::None;
        if !full && tail && self.scan.spans.iter().any(|s| s.to == from && s.full && matches!(s.what, What::Items(_))) {
            // "jin xuan tea": the last word only says what sort of thing it is.
            return;
        }
        if self.is_same_thing(from, &items, full) {
            return;
        }
        let either = std::mem::take(&mut self.either) && self.quantity.is_none() && self.choices.is_empty();
        if let Some(w) = self.found.wishes.last_mut().filter(|w| either && full && w.full && w.parts.is_empty()) {
            // "milo or bournvita": which of them is asked.
            w.items.extend(items);
            self.apart = false;
            return;
        }
        let mut said = self.slice(from, to);
        let mut odd = false;
        if let Some(start) = self.other_sort(from, &items) {
            // "red gown", where the gown is blue
            said = self.slice(start, to);
            odd = true;
        } else if let Some((start, quantity)) = self.other_kind(from, to, &items) {
            // "fish pepper soup", where it is of goat meat
            self.found.wishes.pop();
            self.quantity = self.quantity.or(quantity);
            said = self.slice(start, to);
            odd = true;
        }
        if let Some((f, t)) = self.strange.take() {
            let near = t == from;
            let how = |k: usize| is_manner(self.word(k));
            if near && (!full || !(f..t).any(how) || self.made_otherwise(f, &items)) {
                // "pumpkin spice coffee" is not the iced coffee we have.
                said = self.slice(f, to);
                odd = true;
            } else if near {
                let words = self.slice(f, t);
                join(&mut self.note, &words);
            } else {
                self.strange_at(f, t);
            }
        }
        self.note_what_it_lacks(from, &items, odd);
        if !full && self.is_other_thing(to) {
            said = self.slice(from, to + 1);
            odd = true;
        }
        let before = (0..from).rev().take_while(|k| !is_article(self.word(*k)) && self.scan.words[*k].number.is_none()).take(3);
        let mine = before.map(|k| self.word(k)).any(|w| matches!(w, "my" | "mine" | "that" | "the"));
        let wish = Wish {
            odd,
            mine,
            items,
            quantity: self.quantity.take(),
            choices: std::mem::take(&mut self.choices),
            note: std::mem::take(&mut self.note),
            said,
            full,
            parts: Vec::new(),
            unit: self.unit.take(),
            behind: false,
            at: to,
            worth: self.worth_behind(to).or_else(|| self.worth_before(from)),
            most: self.most.take(),
        };
        self.found.wishes.push(wish);
        self.found.number = None;
        self.apart = false;
        self.in_part = false;
    }

    fn choice(&mut self, c: usize, from: usize, to: usize) {
        self.flush_strange(None);
        if self.is_no_extra_of_it(c, to) {
            // "pepper soup extra pepper": said to whoever makes it.
            let note = self.slice(from, to);
            return self.give(&[], &note);
        }
        if self.apart || self.found.wishes.is_empty() {
            self.choices.push(c);
            if let Some(p) = self.found.parts.last_mut() {
                p.choices.push(c);
            }
        } else {
            self.give(&[c], "");
        }
    }

    /// Gives choices and a note to the last wish or its open part.
    fn give(&mut self, choices: &[usize], note: &str) {
        let in_part = self.in_part;
        let Some(w) = self.found.wishes.last_mut() else { return };
        match w.parts.last_mut().filter(|_| in_part) {
            Some(p) => {
                p.choices.extend_from_slice(choices);
                join(&mut p.note, note);
            }
            None => {
                w.choices.extend_from_slice(choices);
                join(&mut w.note, note);
            }
        }
    }

    fn pause(&mut self) {
        self.flush_strange(None);
        // "6 yards for a party, blue ankara": what was counted is still to be named.
        if self.unit.is_none() || !self.found.wishes.is_empty() {
            (self.quantity, self.unit, self.most) = (None, None, None);
        }
        self.boundary();
    }

    /// A boundary: what was said since the last one and met no item belongs to the item before.
    fn boundary(&mut self) {
        self.flush_strange(None);
        if !self.found.wishes.is_empty() && self.apart {
            self.flush();
        }
        self.apart = true;
    }

    fn flush(&mut self) {
        if self.found.wishes.is_empty() {
            return;
        }
        let choices = std::mem::take(&mut self.choices);
        let note = std::mem::take(&mut self.note);
        self.give(&choices, &note);
    }

    fn flush_strange(&mut self, _at: Option<usize>) {
        if let Some((f, t)) = self.strange.take() {
            self.strange_at(f, t);
        }
    }

    fn finish(&mut self) {
        self.flush_strange(None);
        if let (Some(n), [w]) = (self.quantity, self.found.wishes.as_mut_slice())
            && w.quantity.is_none()
            && w.parts.is_empty()
            && n < 100
            && self.choices.is_empty()
        {
            // "the Emzor one, 2 packs"
            w.quantity = Some(n);
            w.unit = w.unit.take().or(self.unit.take());
        }
        if self.found.wishes.is_empty() {
            self.found.choices = std::mem::take(&mut self.choices);
            self.found.note = std::mem::take(&mut self.note);
        } else {
            self.flush();
        }
    }
}
