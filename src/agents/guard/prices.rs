//! Amounts beside names: what is said to be the price of a thing must be its price, or a sum of such.

use super::figures::Figure;
use super::known::Known;
use super::names::{Names, is_named, words_of};
use super::sentences::Sentence;
use crate::domain::house::item::Item;
use crate::domain::limits::QUANTITY_MAX;

/// Sums of one reply that are kept at most.
const MOST: usize = 4096;
/// Choices that are added up at most.
const CHOICES: usize = 10;

/// What amounts are judged by.
pub(super) struct Till<'a> {
    pub(super) known: &'a Known,
    pub(super) names: &'a Names<'a>,
    /// What it costs to bring, in thousandths.
    pub(super) fee: i64,
    /// Numbers of things that the customer or the reply says.
    pub(super) counts: Vec<i64>,
    /// Words of the customer and of the reply, for the choices they name.
    pub(super) words: Vec<String>,
    /// Amounts of this reply that were found right.
    pub(super) told: Vec<i64>,
    /// What is talked about when a sentence names nothing.
    pub(super) topic: Vec<usize>,
    /// The thousandths in the smallest coin.
    pub(super) coins: i64,
}

impl Till<'_> {
    /// The amounts of a sentence that are nobody's price and no sum, as they were written.
    pub(super) fn wrong(&mut self, s: &Sentence, amounts: &[&Figure]) -> Vec<String> {
        let named = self.names.in_sentence(s);
        let mut out = Vec::new();
        for (n, f) in amounts.iter().enumerate() {
            let own = pair(&named, amounts, s, n);
            let right = [Some(f.milli), f.or].into_iter().flatten().find(|milli| self.is_right(*milli, &own, &named, s));
            match right {
                Some(milli) => self.told.push(milli),
                None => out.push(f.text.clone()),
            }
        }
        if !named.is_empty() {
            self.topic = named.iter().map(|(i, _)| *i).collect();
        }
        out
    }

    fn is_right(&self, milli: i64, own: &[usize], named: &[(usize, usize)], s: &Sentence) -> bool {
        let sum = (own.len() != 1 || s.has(TOTAL)) && self.is_sum_of_told(milli);
        if sum || self.known.is_due(milli) || milli == self.fee || self.is_choice(milli, s) {
            return true;
        }
        let about = if own.is_empty() && s.has(IT) { self.topic.as_slice() } else { own };
        if self.is_price_of(milli, about) || named.len() > 1 && own.len() > 1 && self.is_sum_of(milli, own) {
            return true;
        }
        if !about.is_empty() {
            return false;
        }
        let topic = self.topic.as_slice();
        self.known.menu.contains(&milli) || self.known.was_said(milli) || self.is_price_of(milli, topic) || self.is_sum_of(milli, topic)
    }

    /// So many of one of these, with what was chosen, and perhaps brought.
    fn is_price_of(&self, milli: i64, items: &[usize]) -> bool {
        let fits =
            |each: i64| self.counts.iter().any(|n| [0, self.fee].iter().any(|fee| each.saturating_mul(*n).saturating_add(*fee) == milli));
        items.iter().any(|i| self.each(self.names.item(*i)).into_iter().any(fits))
    }

    /// These together, each so many times, and perhaps brought.
    fn is_sum_of(&self, milli: i64, items: &[usize]) -> bool {
        let mut sums: Vec<i64> = vec![0];
        for i in items.iter().take(6) {
            let each: Vec<i64> =
                self.each(self.names.item(*i)).iter().flat_map(|e| self.counts.iter().map(move |n| e.saturating_mul(*n))).collect();
            let more: Vec<i64> = sums.iter().flat_map(|s| each.iter().map(move |e| s.saturating_add(*e))).take(MOST).collect();
            sums.extend(more);
            sums.sort_unstable();
            sums.dedup();
            sums.truncate(MOST);
        }
        sums.contains(&milli) || sums.contains(&(milli - self.fee))
    }

    /// Amounts told before in the same reply, added up.
    fn is_sum_of_told(&self, milli: i64) -> bool {
        let mut sums: Vec<i64> = vec![0];
        for told in self.told.iter().rev().take(9) {
            sums.extend(sums.clone().into_iter().map(|s| s.saturating_add(*told)));
        }
        // One alone is no sum: it belongs to what it was told of.
        let single = |m: &i64| self.told.contains(m);
        sums.iter().any(|s| *s == milli && !single(s)) || sums.iter().any(|s| *s != 0 && s.saturating_add(self.fee) == milli)
    }

    /// What a choice that the sentence names adds.
    fn is_choice(&self, milli: i64, s: &Sentence) -> bool {
        let words: Vec<String> = s.tokens.iter().map(|t| t.text.clone()).collect();
        let all = self.names.items().iter().flat_map(|i| &i.options).flat_map(|g| &g.choices);
        all.filter(|c| self.thousandths(c.price_minor) == milli).any(|c| is_named(&c.name, &words))
    }

    fn thousandths(&self, minor: i64) -> i64 {
        minor.saturating_mul(1000) / self.coins
    }

    /// What one of these may cost: alone, with any one choice, and with the choices that are talked of.
    fn each(&self, item: &Item) -> Vec<i64> {
        let base = self.thousandths(item.price_minor);
        let mut sums = vec![base];
        for g in &item.options {
            let talked = g.choices.iter().filter(|c| c.price_minor != 0 && is_named(&c.name, &self.words)).take(CHOICES);
            let mut more: Vec<i64> = Vec::new();
            for c in talked {
                let add = self.thousandths(c.price_minor);
                let onto = if g.many { sums.iter().chain(&more).copied().collect::<Vec<_>>() } else { sums.clone() };
                more.extend(onto.into_iter().map(|s| s.saturating_add(add)));
                more.truncate(MOST);
            }
            sums.extend(more);
            sums.truncate(MOST);
        }
        sums.extend(item.options.iter().flat_map(|g| &g.choices).map(|c| base.saturating_add(self.thousandths(c.price_minor))));
        sums
    }

    /// Notes what the customer's words are about.
    pub(super) fn about(&mut self, sentences: &[Sentence]) {
        let named: Vec<usize> = sentences.iter().flat_map(|s| self.names.in_sentence(s)).map(|(i, _)| i).collect();
        self.topic.extend(named);
        self.topic.sort_unstable();
        self.topic.dedup();
    }
}

/// Words for what was named before.
const IT: &str = "it|its|that|thats|this|they|these|each|per|cest|elle|ils|cela|ca|eso|esto|cuesta|cuestan|cada|isso|ele|ela|custa|custam|coute|coutent|\
    costs|cost|price|price is|comes|prix|precio|preco|na|am|ni|bei|kudi|owo";

/// Words for a sum.
const TOTAL: &str = "so|total|totals|totalling|altogether|together|comes to|in all|makes|brings|all|both|plus|au total|en tout|ensemble|en total|juntos|tudo|\
    todo|jimla|jumla|lapapo|apapo|المجموع|الاجمالي";

/// The things one amount of a sentence may be about: its own where names and amounts take turns, else all that are named.
fn pair(named: &[(usize, usize)], amounts: &[&Figure], s: &Sentence, n: usize) -> Vec<usize> {
    let all = || named.iter().map(|(i, _)| *i).collect();
    if named.len() < 2 || named.len() != amounts.len() {
        return all();
    }
    let place = |f: &Figure| s.tokens.iter().take_while(|t| t.at < f.at.start).count();
    let turns = |ends: bool| {
        (0..named.len()).all(|k| {
            let (name, amount) = (named[k].1, place(amounts[k]));
            let next = named.get(k + 1).map_or(usize::MAX, |x| x.1);
            let before = k.checked_sub(1).map_or(0, |p| named[p].1 + 1);
            if ends { name < amount && amount <= next } else { before <= amount && amount <= name }
        })
    };
    if turns(true) || turns(false) { vec![named[n].0] } else { all() }
}

/// How many the words speak of: one, and every number in them that may count things.
pub(super) fn counts<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<i64> {
    let mut out = vec![1];
    for text in texts {
        super::figures::values(text, |milli| out.push(milli / 1000));
        out.extend(super::numerals::small(text));
    }
    out.retain(|n| (1..=QUANTITY_MAX).contains(n));
    out.sort_unstable();
    out.dedup();
    out.truncate(40);
    out
}

/// The words of texts, for the choices they name.
pub(super) fn spoken<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut out: Vec<String> = texts.flat_map(words_of).collect();
    out.sort_unstable();
    out.dedup();
    out
}
