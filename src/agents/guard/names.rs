//! Which things of the menu a sentence names.

use super::sentences::Sentence;
use crate::domain::house::item::Item;
use crate::domain::text::fold;
use std::collections::HashMap;

/// The words of names of more than this many letters may name a thing alone, when no other thing has them.
const ALONE: usize = 3;
/// Words that name nothing, though a name may hold them.
const SMALL: &str = " with without and the for of from plus con sin para avec sans pour com sem delivery pickup order table price total each extra large small \
    medium special fresh full half size plate portion bottle pack set piece ";

/// The names of things, ready to be looked for.
pub(super) struct Names<'a> {
    items: &'a [Item],
    /// Each name and other name of each thing, in stems.
    names: Vec<(usize, Vec<String>)>,
    /// The thing that alone has a word in its name.
    alone: HashMap<String, Option<usize>>,
}

/// A word without its plural.
fn stem(word: &str) -> &str {
    let cut = |end: &str, keep: usize| word.strip_suffix(end).filter(|w| w.len() > keep);
    cut("ches", 2).or_else(|| cut("shes", 2)).map(|_| &word[..word.len() - 2]).or_else(|| cut("s", 2)).unwrap_or(word)
}

fn stems(name: &str) -> Vec<String> {
    let folded = fold(name).replace(['\'', '’'], "");
    folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(|w| stem(w).to_owned()).collect()
}

impl<'a> Names<'a> {
    pub(super) fn of(items: &'a [Item]) -> Self {
        let mut names = Vec::with_capacity(items.len());
        let mut alone: HashMap<String, Option<usize>> = HashMap::new();
        for (i, item) in items.iter().enumerate() {
            for word in stems(&item.name) {
                if word.chars().count() > ALONE && !SMALL.contains(&format!(" {word} ")) && !word.bytes().all(|b| b.is_ascii_digit()) {
                    alone.entry(word).and_modify(|of| *of = of.filter(|o| *o == i)).or_insert(Some(i));
                }
            }
            let all = std::iter::once(&item.name).chain(&item.aliases).map(|n| (i, stems(n)));
            names.extend(all.filter(|(_, n)| !n.is_empty()));
        }
        Self { items, names, alone }
    }

    /// The things a sentence names and where in it: by their whole name, or by a word no other thing has.
    pub(super) fn in_sentence(&self, s: &Sentence) -> Vec<(usize, usize)> {
        let words: Vec<&str> = s.tokens.iter().map(|t| stem(&t.text)).collect();
        let place = |w: &String| words.iter().position(|x| x == w);
        let mut whole: Vec<(usize, Vec<usize>)> = Vec::new();
        for (i, name) in &self.names {
            let Some(mut at) = name.iter().map(place).collect::<Option<Vec<usize>>>() else { continue };
            at.sort_unstable();
            // Words of a name stand together.
            if at.last().zip(at.first()).is_some_and(|(to, from)| to - from < name.len() + 2) {
                whole.push((*i, at));
            }
        }
        // "Rice" is not named by "jollof rice".
        let inside = |a: &[usize], b: &[usize]| a.len() < b.len() && a.iter().all(|x| b.contains(x));
        let mut out: Vec<(usize, usize)> = Vec::new();
        for (i, at) in whole.iter().filter(|(_, at)| !whole.iter().any(|(_, other)| inside(at, other))) {
            if !out.iter().any(|(o, _)| o == i) {
                out.extend(at.first().map(|first| (*i, *first)));
            }
        }
        let taken: Vec<usize> = whole.iter().flat_map(|(_, at)| at.iter().copied()).collect();
        for (at, word) in words.iter().enumerate().filter(|(at, _)| !taken.contains(at)) {
            if let Some(Some(i)) = self.alone.get(*word)
                && !out.iter().any(|(o, _)| o == i)
            {
                out.push((*i, at));
            }
        }
        out.sort_by_key(|(_, at)| *at);
        out
    }

    /// The only thing a sentence names, if it names it whole.
    pub(super) fn only_one(&self, s: &Sentence) -> Option<&'a Item> {
        let [(i, _)] = self.in_sentence(s)[..] else { return None };
        let words: Vec<String> = s.tokens.iter().map(|t| t.text.clone()).collect();
        let item = &self.items[i];
        std::iter::once(&item.name).chain(&item.aliases).any(|n| is_named(n, &words)).then_some(item)
    }

    pub(super) fn items(&self) -> &'a [Item] {
        self.items
    }

    pub(super) fn item(&self, i: usize) -> &'a Item {
        &self.items[i]
    }
}

/// Whether a name stands in folded words, all of it.
pub(super) fn is_named(name: &str, words: &[String]) -> bool {
    let name = stems(name);
    !name.is_empty() && name.iter().all(|w| words.iter().any(|x| stem(x) == w))
}

/// The stems of some words, for `is_named`.
pub(super) fn words_of(text: &str) -> Vec<String> {
    stems(text)
}
