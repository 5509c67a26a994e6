//! Finds the things of a menu in a text: items, choices, categories and cues, each with the words it takes.

use super::cues::{self, Cue, CueAt};
use super::index::{Index, Name, Thing};
use super::units::{is_plain_unit, is_unit};
use super::words::{Gap, Word, cut, is_measure};

/// What a stretch of words names.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// One of these items; more than one when the words fit several.
    Items(Vec<usize>),
    /// A choice.
    Choice(usize),
    /// A category.
    Category(usize),
}

/// A stretch of words that names something.
#[derive(Debug, Clone)]
pub struct Span {
    /// First word.
    pub from: usize,
    /// One past the last.
    pub to: usize,
    /// What.
    pub what: What,
    /// The whole name was said.
    pub full: bool,
    /// Part of an item's name that may be this choice instead: "chocolate".
    pub or_choice: Option<usize>,
}

/// A text, read once.
#[derive(Debug)]
pub struct Scan {
    /// Its words.
    pub words: Vec<Word>,
    /// Cues, first to last.
    pub cues: Vec<CueAt>,
    /// Names, first to last.
    pub spans: Vec<Span>,
}

impl Scan {
    /// Reads a text against a menu.
    pub fn new(text: &str, ix: &Index) -> Self {
        let words = cut(text);
        let mut cues = cues::find(&words);
        let spans = spans(&words, &cues, ix);
        // A name that was said in full is a name, not a turn of phrase.
        let spans = without_measures(&words, spans, ix);
        let spans = without_units(&words, &cues, spans, ix);
        cues.retain(|c| !spans.iter().any(|s| s.from < c.to && c.from < s.to));
        // "jollof minus the plantain" takes nothing out of a basket: it says how the jollof shall be.
        cues.retain(|c| c.cue != Cue::Remove || !of_what_is_named(&words, &spans, c));
        Self { words, cues, spans }
    }
    /// Whether a cue is anywhere in the words `from..to`.
    pub fn has(&self, cue: Cue, from: usize, to: usize) -> bool {
        self.cues.iter().any(|c| c.cue == cue && c.from >= from && c.to <= to)
    }
    /// Whether a word is part of a turn of phrase.
    pub fn is_told(&self, k: usize) -> bool {
        self.cues.iter().any(|c| c.from <= k && k < c.to)
    }
    /// Whether a word is part of a name.
    pub fn is_named(&self, k: usize) -> bool {
        self.spans.iter().any(|s| s.from <= k && k < s.to)
    }
    /// Whether a question mark stands anywhere.
    pub fn asks(&self) -> bool {
        self.words.iter().any(|w| w.after == Gap::Ask)
    }
    /// The span that begins at a word.
    pub fn span_at(&self, i: usize) -> Option<&Span> {
        self.spans.iter().find(|s| s.from == i)
    }
    /// The cue that begins at a word.
    pub fn cue_at(&self, i: usize) -> Option<&CueAt> {
        self.cues.iter().find(|c| c.from == i)
    }
}

/// Whether what is taken out is left out of a thing named before it: "jollof minus the plantain", "1 jollof, remove the plantain", and not
/// "2 coke and 1 zobo, remove the zobo".
fn of_what_is_named(words: &[Word], spans: &[Span], c: &CueAt) -> bool {
    let verb = words[c.from].text.as_str();
    let puts = c.to == c.from + 2 && words[c.to - 1].text == "add" || words[c.to - 1].text == "out";
    if !matches!(verb, "minus" | "skip" | "remove" | "drop") && !puts {
        return false;
    }
    let thing = |s: &&Span| matches!(s.what, What::Items(_));
    let small = |w: &Word| matches!(w.text.as_str(), "the" | "any" | "some");
    let at = (c.to..words.len()).find(|k| !small(&words[*k]));
    let gone = at.and_then(|k| spans.iter().find(|s| s.from == k));
    // "leave out the liver"
    let other = at.is_some_and(|k| {
        let w = &words[k];
        let which = matches!(w.text.as_str(), "one" | "ones" | "first" | "second" | "third" | "last" | "other" | "half" | "both");
        gone.is_none() && w.number.is_none() && w.text.len() > 2 && !which && !cues::is_filler(&w.text)
    });
    let thing_gone = gone.is_some_and(|s| thing(&s));
    if !other && !thing_gone {
        return false;
    }
    let before: Vec<&Span> = spans.iter().filter(thing).filter(|s| s.to <= c.from).collect();
    let breath = before.last().is_some_and(|s| (s.to - 1..c.from).all(|k| words[k].after < Gap::Stop && words[k].text != "and"));
    let same =
        |s: &&Span| matches!((&s.what, gone.map(|g| &g.what)), (What::Items(a), Some(What::Items(b))) if a.iter().any(|i| b.contains(i)));
    breath && !before.iter().any(same)
}

fn spans(words: &[Word], cues: &[CueAt], ix: &Index) -> Vec<Span> {
    let counted = |i: usize| i > 0 && words[i - 1].number.is_some() && words[i - 1].after == Gap::None;
    let id = |(i, w): (usize, &Word)| match w.number {
        Some(_) => ix.exact(&w.text),
        None => ix.word_of(&w.text).or_else(|| ix.cut_short(&w.text).filter(|_| counted(i))),
    };
    let ids: Vec<Option<u32>> = words.iter().enumerate().map(id).collect();
    let mut out = Vec::new();
    let mut i = 0;
    while i < words.len() {
        let cue = cues.iter().find(|c| c.from <= i && i < c.to);
        match best_at(ix, words, &ids, i).filter(|s| cue.is_none_or(|c| s.full && s.to - s.from >= c.to - c.from)) {
            Some(s) => {
                let parts = apart(ix, words, &ids, &s);
                i = s.to;
                match parts {
                    Some((choice, item)) => {
                        i = item.to;
                        out.extend([choice, item]);
                    }
                    None => out.push(s),
                }
            }
            None => i += 1,
        }
    }
    out
}

/// "5kg semo", "spaghetti 500g": a measure beside a name is of that thing, not another thing that has it in its name.
fn without_measures(words: &[Word], spans: Vec<Span>, ix: &Index) -> Vec<Span> {
    let measure = |s: &Span| s.to == s.from + 1 && !s.full && is_measure(&words[s.from].text);
    if !spans.iter().any(measure) {
        return spans;
    }
    let named = |k: usize| spans.iter().any(|s| s.from <= k && k < s.to && matches!(s.what, What::Items(_)) && !measure(s));
    let own = |k: usize| named(k) || words[k].number.is_none() && !cues::is_plain(&words[k].text);
    let beside = |s: &Span| {
        let of = usize::from(words.get(s.to).is_some_and(|w| w.text == "of"));
        let next = s.to + of < words.len() && words[s.to - 1].after == Gap::None && own(s.to + of);
        next || s.from > 0 && words[s.from - 1].after == Gap::None && own(s.from - 1)
    };
    let gone: Vec<usize> = spans.iter().filter(|s| measure(s) && beside(s)).map(|s| s.from).collect();
    let named = |mut s: Span| {
        // "1kg semo" is the semo of one kilo.
        let before = gone.iter().find(|g| **g + 1 == s.from && words[**g].after == Gap::None);
        if let (Some(at), What::Items(items)) = (before, &s.what) {
            let of = |i: &usize| ix.keys[*i].iter().any(|name| name.split(' ').any(|w| w == words[*at].text));
            let those: Vec<usize> = items.iter().copied().filter(of).collect();
            if !those.is_empty() {
                (s.from, s.what) = (*at, What::Items(those));
            }
        }
        s
    };
    spans.iter().filter(|s| !gone.contains(&s.from)).cloned().map(named).collect()
}

/// "1 set of beads": a set of that thing, not another thing that has it in its name.
fn without_units(words: &[Word], cues: &[CueAt], mut spans: Vec<Span>, ix: &Index) -> Vec<Span> {
    let told = |k: usize| cues.iter().any(|c| c.from <= k && k < c.to);
    let unit = |s: &Span| s.to == s.from + 1 && !s.full && (is_unit(&words[s.from].text) || ix.is_unit(&words[s.from].text));
    let counted = |k: usize| k > 0 && (words[k - 1].number.is_some() || matches!(words[k - 1].text.as_str(), "a" | "an" | "another"));
    let named: Vec<usize> = spans.iter().map(|s| s.from).collect();
    let of_another = |s: &Span| {
        let of = words.get(s.to).is_some_and(|w| w.text == "of");
        words[s.from].after == Gap::None && of && named.contains(&(s.to + 1))
    };
    spans.retain(|s| !(unit(s) && counted(s.from) && of_another(s)));
    // "10 yards red", "gown 16 and 16 gele": written like a size, it counts the yards, and the thing that has no such size.
    let next = |k: usize| spans.iter().find(|s| s.from == k);
    let counts = |s: &Span| {
        let What::Choice(c) = s.what else { return false };
        let has = |items: &[usize]| ix.choices[c].at.iter().any(|(x, _, _)| items.contains(x));
        let other = |o: usize| !ix.choices[o].at.iter().any(|(x, _, _)| has(&[*x]));
        let thing = || {
            next(s.to).is_some_and(|n| match &n.what {
                What::Items(items) => n.full && !has(items),
                What::Choice(o) => other(*o),
                What::Category(_) => false,
            })
        };
        let number = s.to == s.from + 1 && words[s.from].number.is_some() && words[s.from].after == Gap::None;
        let unit = |w: &Word| is_unit(&w.text) || is_plain_unit(&w.text) || ix.is_unit(&w.text);
        let size = s.from > 0 && words[s.from - 1].text == "size";
        number && !size && (words.get(s.to).is_some_and(unit) || thing())
    };
    // "fried" of "fried chicken" is part of other names; the chicken is named whole.
    let made = |s: &Span| {
        let whole = || next(s.to).is_some_and(|n| n.full && matches!(n.what, What::Items(_)));
        let alone = s.to == s.from + 1 && !s.full && matches!(s.what, What::Items(_)) && words[s.from].after == Gap::None;
        alone && cues::is_manner(&words[s.from].text) && whole()
    };
    // "6 yards for aso ebi" says what for, where a part of a name is said.
    let purpose = |s: &Span| {
        let partial = !s.full && s.to == s.from + 1 && matches!(s.what, What::Items(_));
        let strange = || words.get(s.to).is_some_and(|w| w.text.len() > 2 && w.number.is_none() && !cues::is_plain(&w.text));
        let free = || words[s.from].after == Gap::None && !named.contains(&s.to);
        partial && s.from > 0 && words[s.from - 1].text == "for" && !told(s.from - 1) && free() && strange()
    };
    let gone: Vec<usize> = spans.iter().filter(|s| counts(s) || made(s) || purpose(s)).map(|s| s.from).collect();
    spans.retain(|s| !gone.contains(&s.from));
    spans
}

/// "iced latte" is a choice and an item that are both whole, rather than a part of "iced chai latte".
fn apart(ix: &Index, words: &[Word], ids: &[Option<u32>], s: &Span) -> Option<(Span, Span)> {
    if s.full || s.to < s.from + 2 || !matches!(s.what, What::Items(_)) {
        return None;
    }
    let first = best_at(ix, &words[..=s.from], &ids[..=s.from], s.from)?;
    let choice = match first.what {
        What::Choice(c) => c,
        _ => first.or_choice?,
    };
    let item = best_at(ix, words, ids, s.from + 1).filter(|i| i.full && matches!(i.what, What::Items(_)))?;
    Some((Span { what: What::Choice(choice), or_choice: None, ..first }, item))
}

struct Fit {
    thing: Thing,
    weight: f32,
    ratio: f32,
    to: usize,
}

fn best_at(ix: &Index, words: &[Word], ids: &[Option<u32>], i: usize) -> Option<Span> {
    let first = ids[i]?;
    let mut fits: Vec<Fit> = Vec::with_capacity(8);
    for n in &ix.by_word[first as usize] {
        fits.extend(fit(ix, &ix.names[*n as usize], words, ids, i));
    }
    // "Diapers size 3" is not what "make it 3" is about.
    fits.retain(|f| !words[i..f.to].iter().all(|w| w.number.is_some() || w.text == "size") || f.ratio > 0.99);
    let most = fits.iter().map(|f| f.weight).fold(0.0, f32::max);
    if most < 0.25 && !fits.iter().any(|f| f.ratio > 0.99) {
        return None;
    }
    fits.retain(|f| f.weight > most - 0.05);
    let ratio = fits.iter().map(|f| f.ratio).fold(0.0, f32::max);
    let full = ratio > 0.99;
    if full {
        fits.retain(|f| f.ratio > 0.99);
    }
    choose(&fits, i, full, ratio)
}

/// Of equal fits: a whole item, a whole choice, a category, then parts of names.
fn choose(fits: &[Fit], from: usize, full: bool, ratio: f32) -> Option<Span> {
    let to = fits.iter().map(|f| f.to).max()?;
    let mut items: Vec<usize> = Vec::new();
    let mut choices: Vec<usize> = Vec::new();
    let mut category = None;
    let closest = fits.iter().filter(|f| matches!(f.thing, Thing::Choice(_))).map(|f| f.ratio).fold(0.0, f32::max);
    for f in fits {
        match f.thing {
            Thing::Item(n) if !items.contains(&n) => items.push(n),
            Thing::Choice(n) if f.ratio > closest - 0.12 && !choices.contains(&n) => choices.push(n),
            Thing::Category(n) if f.ratio > 0.99 => category = Some(n),
            _ => {}
        }
    }
    let or_choice = (choices.len() == 1 && !full).then(|| choices[0]);
    let span = |what| Some(Span { from, to, what, full, or_choice });
    if full && !items.is_empty() {
        return span(What::Items(items));
    }
    if let Some(c) = category {
        return span(What::Category(c));
    }
    if choices.len() == 1 && (full && closest > ratio - 0.01 || items.is_empty()) {
        return span(What::Choice(choices[0]));
    }
    if !items.is_empty() { span(What::Items(items)) } else { None }
}

/// How far the words from `i` on follow a name: in any order, with small words between.
fn fit(ix: &Index, name: &Name, words: &[Word], ids: &[Option<u32>], i: usize) -> Option<Fit> {
    let (mut used, mut weight, mut to, mut known) = (0u64, 0.0f32, i, 0.0f32);
    let mut j = i;
    while j < words.len() {
        if j > i && words[j - 1].after != Gap::None {
            break;
        }
        match ids[j].and_then(|id| name.words.iter().enumerate().position(|(k, w)| *w == id && used & (1 << (k & 63)) == 0)) {
            Some(k) => {
                used |= 1 << (k & 63);
                weight += ix.tells[name.words[k] as usize];
                if !is_joint(&words[j].text) {
                    (to, known) = (j + 1, weight);
                }
            }
            None if j > i && matches!(words[j].text.as_str(), "of" | "and" | "with" | "n" | "in" | "the" | "flavored" | "flavoured") => {}
            None => break,
        }
        j += 1;
    }
    // "rice and" of "rice and chicken" is no more of "ofada rice and ayamase" than rice is.
    let weight = known;
    let ratio = weight / name.weight.max(0.01);
    if weight <= 0.0 || ratio < 0.3 {
        return None;
    }
    Some(Fit { thing: name.thing, weight, ratio, to })
}

/// Words that only lead on to the next word of a name.
fn is_joint(word: &str) -> bool {
    matches!(word, "and" | "with" | "of" | "n")
}
