//! What we keep about a menu to read texts fast: its words, and which names and choices they belong to.

use super::cues;
use super::units::unit_key;
use super::words::{WordMap, cut, stem};
use crate::domain::house::briefing::Menu;
use crate::domain::id::Id;
use std::collections::HashMap;

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// An item, by its place in the menu.
    Item(usize),
    /// A choice: place in `Index::choices`.
    Choice(usize),
    /// A category: place in `Index::categories`.
    Category(usize),
}

/// A name customers may use.
#[derive(Debug)]
pub struct Name {
    /// What it stands for.
    pub thing: Thing,
    /// Its words.
    pub words: Vec<u32>,
    /// The weight of all its words.
    pub weight: f32,
}

/// A choice with everything it may mean.
#[derive(Debug)]
pub struct ChoiceRefs {
    /// Its folded name.
    pub key: String,
    /// Of a group that takes many: "extra chocolate" is more of it, while "extra hot" is a wish.
    pub many: bool,
    /// Item, group and choice by their places.
    pub at: Vec<(usize, usize, usize)>,
}

/// A menu made ready for reading.
#[derive(Debug, Default)]
pub struct Index {
    vocabulary: WordMap<String, u32>,
    list: Vec<String>,
    /// Letters of each word as bits; nothing for words that are never misspelt into.
    bits: Vec<Option<u32>>,
    /// How much a word tells: rare words tell more.
    pub tells: Vec<f32>,
    /// Every name.
    pub names: Vec<Name>,
    /// Names by word.
    pub by_word: Vec<Vec<u32>>,
    /// Choices.
    pub choices: Vec<ChoiceRefs>,
    /// What each item is called, ready to be compared: its name, then its other names.
    pub keys: Vec<Vec<String>>,
    /// Categories and their items.
    pub categories: Vec<(String, Vec<usize>)>,
    /// What the things of this menu are counted by: "yard", "wrap".
    units: Vec<String>,
    /// Items by id.
    pub place: HashMap<Id, usize>,
}

impl Index {
    /// Reads a menu.
    pub fn new(menu: &Menu) -> Self {
        let mut ix = Self::default();
        for (i, item) in menu.items.iter().enumerate() {
            ix.place.insert(item.id, i);
            ix.name(Thing::Item(i), &item.name);
            item.aliases.iter().for_each(|a| ix.name(Thing::Item(i), a));
            ix.keys.push(std::iter::once(&item.name).chain(&item.aliases).map(|n| key_of(n)).collect());
            ix.category(&item.category, i);
            ix.units.extend(cut(&item.unit).into_iter().filter(|w| w.number.is_none()).map(|w| unit_key(&w.text).to_owned()));
            ix.options(menu, i);
        }
        ix.units.sort_unstable();
        ix.units.dedup();
        for c in 0..ix.categories.len() {
            let name = ix.categories[c].0.clone();
            ix.name(Thing::Category(c), &name);
        }
        ix.weigh();
        ix
    }

    fn options(&mut self, menu: &Menu, i: usize) {
        for (g, group) in menu.items[i].options.iter().enumerate() {
            for (c, choice) in group.choices.iter().enumerate() {
                let key = key_of(&choice.name);
                if let Some(known) = self.choices.iter_mut().find(|k| k.key == key) {
                    known.at.push((i, g, c));
                    continue;
                }
                let thing = Thing::Choice(self.choices.len());
                self.choices.push(ChoiceRefs { key, many: group.many, at: vec![(i, g, c)] });
                self.name(thing, &choice.name);
                if let Some(short) = without(&choice.name, &group.name) {
                    self.name(thing, &short);
                }
                if let Some(size) = size_of(&choice.name) {
                    self.name(thing, size);
                }
                // "Decaf" in the group "Caffeine" is what "without caffeine" means.
                if ["de", "no", "without"].iter().any(|no| choice.name.to_lowercase().starts_with(no)) {
                    for no in ["no", "without", "zero"] {
                        self.name(thing, &format!("{no} {}", group.name));
                    }
                    self.name(thing, &format!("{} free", group.name));
                }
            }
        }
    }

    fn category(&mut self, name: &str, item: usize) {
        if name.trim().is_empty() {
            return;
        }
        match self.categories.iter_mut().find(|(n, _)| n == name) {
            Some((_, items)) => items.push(item),
            None => self.categories.push((name.to_owned(), vec![item])),
        }
    }

    fn name(&mut self, thing: Thing, text: &str) {
        // What stands in brackets explains; customers do not say it.
        let said = text.split('(').next().filter(|t| !t.trim().is_empty()).unwrap_or(text);
        let words: Vec<String> = cut(said).iter().map(|w| stem(&w.text).to_owned()).collect();
        if words.is_empty() {
            return;
        }
        // "oatmilk" and "jollofrice" are written as one word too.
        if words.len() == 2 && words[0].len() + words[1].len() >= 6 {
            let ids = vec![self.word(&words.concat())];
            self.keep(thing, ids);
        }
        let ids: Vec<u32> = words.iter().map(|w| self.word(w)).collect();
        self.keep(thing, ids);
    }

    fn keep(&mut self, thing: Thing, ids: Vec<u32>) {
        if self.names.iter().any(|n| n.thing == thing && n.words == ids) {
            return;
        }
        let n = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        for id in &ids {
            let list = &mut self.by_word[*id as usize];
            if list.last() != Some(&n) {
                list.push(n);
            }
        }
        self.names.push(Name { thing, words: ids, weight: 0.0 });
    }

    fn word(&mut self, w: &str) -> u32 {
        if let Some(id) = self.vocabulary.get(w) {
            return *id;
        }
        let id = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.vocabulary.insert(w.to_owned(), id);
        self.list.push(w.to_owned());
        self.by_word.push(Vec::new());
        id
    }

    fn weigh(&mut self) {
        self.tells = (0..self.list.len())
            .map(|i| {
                #[expect(clippy::cast_precision_loss, reason = "a count of names")]
                let often = self.by_word[i].len().max(1) as f32;
                if cues::is_filler(&self.list[i]) { 0.2 } else { 1.0 / (1.0 + often.ln() * 0.25) }
            })
            .collect();
        let near = |w: &String| (size(w) >= 4 && !cues::is_plain(w)).then(|| letters(w));
        self.bits = self.list.iter().map(near).collect();
        for n in &mut self.names {
            n.weight = n.words.iter().map(|w| self.tells[*w as usize]).sum();
        }
    }

    /// "1 cok": a word of the menu without its last letter, where a thing is counted.
    pub fn cut_short(&self, text: &str) -> Option<u32> {
        let whole = |w: &String| w.len() == 4 && w.starts_with(text) && w.ends_with('e');
        let found = (text.len() == 3 && !cues::is_plain(text)).then(|| self.list.iter().position(whole)).flatten()?;
        u32::try_from(found).ok()
    }

    /// Whether things of this menu are counted by a word.
    pub fn is_unit(&self, word: &str) -> bool {
        self.units.iter().any(|u| u == unit_key(word))
    }

    /// The menu's words.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(String::as_str)
    }

    /// The menu's word that is written the same.
    pub fn exact(&self, text: &str) -> Option<u32> {
        self.vocabulary.get(stem(text)).or_else(|| self.vocabulary.get(text)).copied()
    }

    /// The menu's word for a customer's word: the same, its plural, a long form, or a misspelling of it.
    pub fn word_of(&self, text: &str) -> Option<u32> {
        let s = stem(text);
        if let Some(id) = self.vocabulary.get(s).or_else(|| self.vocabulary.get(text)) {
            return Some(*id);
        }
        if let Some(long) = long_form(text) {
            return self.vocabulary.get(long).copied();
        }
        if size(s) < 4 || cues::is_manner(text) || cues::is_plain(text) || cues::is_plain(s) || s.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        let most = if size(s) >= 7 { 2 } else { 1 };
        let mut best: Option<(usize, u32)> = None;
        let mine = letters(s);
        for (i, w) in self.list.iter().enumerate() {
            let Some(bits) = self.bits[i] else { continue };
            // A wrong letter changes two bits at most, so most words are told apart without counting.
            if (bits ^ mine).count_ones() as usize > 2 * most && !s.starts_with(w.as_str()) {
                continue;
            }
            let Some(d) = distance(s, w, most) else { continue };
            if best.is_none_or(|(b, _)| d < b) {
                best = Some((d, u32::try_from(i).unwrap_or(0)));
            }
        }
        best.map(|b| b.1)
    }
}

/// The letters of a word as bits, whatever their order.
fn letters(w: &str) -> u32 {
    w.chars().fold(0, |bits, c| bits | 1 << (c as u32 & 31))
}

/// How many letters a word has.
fn size(w: &str) -> usize {
    if w.is_ascii() { w.len() } else { w.chars().count() }
}

/// How far a misspelling is from a word; none when they are not the same word.
fn distance(s: &str, w: &str, most: usize) -> Option<usize> {
    let (long, other) = (size(s), size(w));
    if other >= 5 && long >= other + 4 && s.starts_with(w) {
        return Some(2);
    }
    let most = if other < 6 { 1 } else { most };
    if long.abs_diff(other) > most {
        return None;
    }
    let first = s.chars().next() == w.chars().next();
    let d = strsim::osa_distance(s, w);
    (d <= most && (first || d == 1 && long > 5)).then_some(d)
}

/// A name reduced to its words, for comparing.
pub fn key_of(name: &str) -> String {
    cut(name).iter().map(|w| stem(&w.text).to_owned()).collect::<Vec<_>>().join(" ")
}

/// What customers write short.
fn long_form(word: &str) -> Option<&'static str> {
    match word {
        "reg" | "rgl" => Some("regular"),
        "lg" | "lrg" | "lge" | "big" => Some("large"),
        "sml" | "sm" => Some("small"),
        "med" => Some("medium"),
        "xtra" => Some("extra"),
        _ => None,
    }
}

/// What customers call a size that the menu writes with letters.
fn size_of(choice: &str) -> Option<&'static str> {
    match choice.trim() {
        "S" | "s" => Some("small"),
        "M" | "m" => Some("medium"),
        "L" | "l" => Some("large"),
        "XL" | "xl" => Some("extra large"),
        "XXL" | "xxl" => Some("double extra large"),
        _ => None,
    }
}

/// "Oat milk" in the group "Milk" is also just "oat".
fn without(choice: &str, group: &str) -> Option<String> {
    let of_group: Vec<String> = cut(group).iter().map(|w| stem(&w.text).to_owned()).collect();
    let words = cut(choice);
    let rest: Vec<String> = words.iter().filter(|w| !of_group.iter().any(|g| g == stem(&w.text))).map(|w| w.text.clone()).collect();
    (rest.iter().any(|w| !cues::is_filler(w)) && rest.len() < words.len()).then(|| rest.join(" "))
}
