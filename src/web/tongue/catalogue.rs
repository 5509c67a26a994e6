//! The French of our English: exact texts by a map, texts with places by patterns, and what is put together of both.
//!
//! The files are `templates/dashboard/fr/*.toml`, one line a text: `"{n} open" = "{n} {n|ouvert|ouverts}"`. A place is named for what
//! it takes: `{n}` a number; `{sum}` an amount, or anything else without words; `{when}` a time or a length of time; `{w}` words that
//! are in the catalogue themselves, `{word}` only when they are there whole; `{any}` the same where they are, otherwise as they stand;
//! `{name}` whatever is no sentence; any other place whatever stands there, as it stands. Digits after these tell several of a kind
//! apart (`{n2}`). In the French text a name with a capital begins with one, and `{n|one|many}` is the first word for 0 and 1, else the
//! second. Braces that are meant are doubled.

use super::times;
use std::cell::Cell;
use std::collections::HashMap;
use std::sync::OnceLock;

/// The files, compiled in.
const FILES: &[(&str, &str)] = &[
    ("frame", include_str!("../../../templates/dashboard/fr/frame.toml")),
    ("words", include_str!("../../../templates/dashboard/fr/words.toml")),
    ("today", include_str!("../../../templates/dashboard/fr/today.toml")),
    ("talk", include_str!("../../../templates/dashboard/fr/talk.toml")),
    ("people", include_str!("../../../templates/dashboard/fr/people.toml")),
    ("shop", include_str!("../../../templates/dashboard/fr/shop.toml")),
    ("catalogue", include_str!("../../../templates/dashboard/fr/catalogue.toml")),
    ("answers", include_str!("../../../templates/dashboard/fr/answers.toml")),
    ("settings", include_str!("../../../templates/dashboard/fr/settings.toml")),
    ("reception", include_str!("../../../templates/dashboard/fr/reception.toml")),
    ("buying", include_str!("../../../templates/dashboard/fr/buying.toml")),
    ("devices", include_str!("../../../templates/dashboard/fr/devices.toml")),
    ("outreach", include_str!("../../../templates/dashboard/fr/outreach.toml")),
    ("work", include_str!("../../../templates/dashboard/fr/work.toml")),
    ("channels", include_str!("../../../templates/dashboard/fr/channels.toml")),
    ("deeds", include_str!("../../../templates/dashboard/fr/deeds.toml")),
    ("errors", include_str!("../../../templates/dashboard/fr/errors.toml")),
];

/// Texts longer than this are no sentence of ours.
const LONGEST: usize = 1_500;
/// How deep texts may be put together of texts.
const DEPTH: u8 = 7;
/// How much work one text may make in all; what people write among our words must not keep the server busy.
const WORK: u32 = 30_000;
/// What going through the patterns counts for.
const ROUND: u32 = 100;
/// Words that stand in a sentence and in no name.
const SAYING: &[&str] = &[
    "says", "is", "are", "was", "were", "has", "have", "can", "cannot", "will", "does", "this", "that", "not", "it", "which", "when",
    "they",
];
/// How many tries one pattern gets at one text.
const TRIES: u32 = 400;

/// How much further a look may go: levels, and work in all.
#[derive(Clone, Copy)]
struct Depth<'a> {
    levels: u8,
    left: &'a Cell<u32>,
}

impl Depth<'_> {
    fn down(self) -> Self {
        Self { levels: self.levels.saturating_sub(1), ..self }
    }
    fn is_end(self) -> bool {
        self.levels == 0 || self.left.get() == 0
    }
    /// Counts work; whether any is left.
    fn works(self, n: u32) -> bool {
        self.left.set(self.left.get().saturating_sub(n));
        self.left.get() > 0
    }
}

/// What a place takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Sum,
    When,
    Words,
    Word,
    Any,
    Name,
    Raw,
}

#[derive(Debug)]
enum Part {
    Fixed(String),
    Place(String, Kind),
    /// A word chosen by a number: name of the place, the word for 0 and 1, the word for more.
    Choice(String, String, String),
}

#[derive(Debug)]
struct Pattern {
    from: Vec<Part>,
    to: Vec<Part>,
    /// Letters of fixed text; more of them are tried first.
    weight: usize,
    /// The shortest text it can fit.
    least: usize,
}

/// All texts of one language.
#[derive(Debug, Default)]
pub struct Catalogue {
    exact: HashMap<String, String>,
    /// Patterns by the first letter of their fixed beginning; those that begin with a place under none.
    patterns: HashMap<Option<char>, Vec<Pattern>>,
}

/// The French catalogue.
pub fn french() -> &'static Catalogue {
    static FRENCH: OnceLock<Catalogue> = OnceLock::new();
    FRENCH.get_or_init(|| {
        let mut all = Catalogue::default();
        for (_, text) in FILES {
            all.read(text);
        }
        all.sort();
        all
    })
}

impl Catalogue {
    /// Adds a file; what is no table of texts is passed over (a test reads them all).
    pub fn read(&mut self, text: &str) {
        let table: toml::Table = text.parse().unwrap_or_default();
        for (from, to) in &table {
            if let Some(to) = to.as_str() {
                self.add(from, to);
            }
        }
    }

    fn add(&mut self, from: &str, to: &str) {
        let (from_parts, to_parts) = (parts(from), parts(&typeset(to)));
        if let [Part::Fixed(text)] = from_parts.as_slice() {
            self.exact.insert(text.clone(), to_parts.iter().map(|p| if let Part::Fixed(t) = p { t.as_str() } else { "" }).collect());
            return;
        }
        let fixed = || from_parts.iter().filter_map(|p| if let Part::Fixed(t) = p { Some(t) } else { None });
        let first = match from_parts.first() {
            Some(Part::Fixed(t)) => t.chars().next(),
            _ => None,
        };
        let weight = fixed().map(|t| t.chars().filter(|c| c.is_alphanumeric()).count()).sum();
        let least = fixed().map(String::len).sum::<usize>() + from_parts.iter().filter(|p| matches!(p, Part::Place(..))).count();
        self.patterns.entry(first).or_default().push(Pattern { from: from_parts, to: to_parts, weight, least });
    }

    /// Patterns with more fixed text come first.
    pub fn sort(&mut self) {
        for list in self.patterns.values_mut() {
            list.sort_by_key(|p| std::cmp::Reverse(p.weight));
        }
    }

    /// The French of a text; nothing when it is not (all) ours.
    pub fn say(&self, text: &str) -> Option<String> {
        if text.len() > LONGEST {
            return None;
        }
        let left = Cell::new(WORK);
        let said = self.look(text, Depth { levels: DEPTH, left: &left })?;
        Some(if times::wants_capital(text) { capital(&said) } else { said })
    }

    fn look(&self, text: &str, depth: Depth<'_>) -> Option<String> {
        let said = self.whole(text, depth);
        if depth.is_end() { said } else { said.or_else(|| self.joined(text, depth)).or_else(|| self.trimmed(text, depth)) }
    }

    fn by_pattern(&self, text: &str, depth: Depth<'_>) -> Option<String> {
        if !depth.works(ROUND) {
            return None;
        }
        let first = text.chars().next();
        let near = self.patterns.get(&first).into_iter().flatten();
        let anywhere = self.patterns.get(&None).into_iter().flatten();
        let mut all: Vec<&Pattern> = near.chain(anywhere).filter(|p| p.least <= text.len() && p.ends_like(text)).collect();
        all.sort_by_key(|p| std::cmp::Reverse(p.weight));
        all.into_iter().find_map(|p| {
            let mut found = Vec::new();
            let mut tries = TRIES;
            self.fit(&p.from, text, &mut found, &mut tries, depth).then(|| fill(&p.to, &found))
        })
    }

    /// Whether the parts fit the whole text; the values of the places, already in French where they should be, are pushed to `found`.
    fn fit<'p>(&self, parts: &'p [Part], text: &str, found: &mut Vec<(&'p str, Value)>, tries: &mut u32, depth: Depth<'_>) -> bool {
        if *tries == 0 || !depth.works(1) {
            return false;
        }
        *tries -= 1;
        match parts {
            [] => text.is_empty(),
            [Part::Fixed(f), rest @ ..] => text.strip_prefix(f.as_str()).is_some_and(|t| self.fit(rest, t, found, tries, depth)),
            [Part::Place(name, kind)] => match self.value(*kind, text, depth) {
                Some(v) => {
                    found.push((name, v));
                    true
                }
                None => false,
            },
            [Part::Place(name, kind), rest @ ..] => {
                let Some(Part::Fixed(next)) = rest.first() else { return false };
                for (at, _) in text.match_indices(next.as_str()) {
                    let Some(v) = self.value(*kind, &text[..at], depth) else { continue };
                    let before = found.len();
                    found.push((name, v));
                    if self.fit(rest, &text[at..], found, tries, depth) {
                        return true;
                    }
                    found.truncate(before);
                }
                false
            }
            [Part::Choice(..), ..] => false,
        }
    }

    fn value(&self, kind: Kind, text: &str, depth: Depth<'_>) -> Option<Value> {
        if text.is_empty() || text.starts_with(' ') || text.ends_with(' ') {
            return None;
        }
        let said = match kind {
            Kind::Number => {
                let number = text.strip_prefix(['#', '-', '+']).unwrap_or(text);
                let right = number.starts_with(|c: char| c.is_ascii_digit())
                    && number.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b'.'))
                    && number.ends_with(|c: char| c.is_ascii_digit());
                right.then(|| grouped(text))?
            }
            Kind::Sum => is_neutral(text).then(|| text.to_owned())?,
            Kind::When => times::say(text).or_else(|| is_neutral(text).then(|| text.to_owned()))?,
            Kind::Words => self.words(text, depth.down())?,
            Kind::Word => self.exact.get(&capital(text)).map(|said| small(said)).or_else(|| self.exact.get(text).cloned())?,
            Kind::Any => self.words(text, depth.down()).unwrap_or_else(|| text.to_owned()),
            Kind::Name => is_name(text).then(|| text.to_owned())?,
            Kind::Raw => text.to_owned(),
        };
        Some(Value { was: text.to_owned(), said })
    }

    /// Words inside a sentence: a state as it is written alone, in small letters; else the words as they are.
    fn words(&self, text: &str, depth: Depth<'_>) -> Option<String> {
        if is_neutral(text) {
            return Some(text.to_owned());
        }
        let big = capital(text);
        if big == text {
            return self.look(text, depth);
        }
        let state = self.exact.get(&big).map(|said| small(said));
        state.or_else(|| self.look(text, depth)).or_else(|| self.look(&big, depth).map(|said| small(&said)))
    }

    /// The text without what stands before and after its words.
    fn trimmed(&self, text: &str, depth: Depth<'_>) -> Option<String> {
        const AFTER: &[char] = &['.', ',', ':', ';', '?', '!', '…', ')', '”', '"'];
        const BEFORE: &[char] = &[',', '.', '(', '“', '"', ':', '·', '+', '/'];
        let right = text.trim_end_matches(|c: char| AFTER.contains(&c) || c == ' ');
        let core = right.trim_start_matches(|c: char| BEFORE.contains(&c) || c == ' ');
        if core.len() == text.len() || core.is_empty() {
            return None;
        }
        let (before, after) = (&text[..right.len() - core.len()], &text[right.len()..]);
        let said = self.words(core, depth.down())?;
        let after = if after.starts_with([':', ';', '?', '!']) { format!("\u{a0}{after}") } else { after.to_owned() };
        Some(format!("{before}{said}{after}"))
    }

    /// Sentences after each other, and lists: when every part is known. The first head that is known is taken.
    fn joined(&self, text: &str, depth: Depth<'_>) -> Option<String> {
        const MARKS: &[(&str, &str)] =
            &[(". ", ". "), ("? ", "\u{a0}? "), ("! ", "\u{a0}! "), ("; ", "\u{a0}; "), (" · ", " · "), (", ", ", "), (": ", "\u{a0}: ")];
        MARKS.iter().find_map(|(mark, shown)| {
            let sentence = matches!(*mark, ". " | "? " | "! ");
            let (head, tail) = text.match_indices(mark).take(8).find_map(|(at, _)| {
                let (head, tail) = (&text[..at], &text[at + mark.len()..]);
                let whole = if sentence { &text[..=at] } else { head };
                let said = if is_neutral(head) {
                    head.to_owned()
                } else if let Some(said) = self.piece(whole, depth.down()) {
                    if sentence { return Some((format!("{said} "), tail)) } else { said }
                } else {
                    return None;
                };
                Some((format!("{said}{shown}"), tail))
            })?;
            let said = if is_neutral(tail) { tail.to_owned() } else { self.look(tail, depth.down())? };
            Some(format!("{head}{said}"))
        })
    }

    /// A text that is in a file as it is, or but for its places.
    fn whole(&self, text: &str, depth: Depth<'_>) -> Option<String> {
        let simple = self.exact.get(text).cloned().or_else(|| times::say(text));
        if depth.is_end() { simple } else { simple.or_else(|| self.by_pattern(text, depth)) }
    }

    /// A text that is not put together of several.
    fn piece(&self, text: &str, depth: Depth<'_>) -> Option<String> {
        let said = self.whole(text, depth);
        if depth.is_end() { said } else { said.or_else(|| self.trimmed(text, depth)) }
    }
}

/// What a place held, and what stands for it in French.
struct Value {
    was: String,
    said: String,
}

impl Pattern {
    fn ends_like(&self, text: &str) -> bool {
        match self.from.last() {
            Some(Part::Fixed(t)) => text.ends_with(t.as_str()),
            _ => true,
        }
    }
}

/// Whether a text can be what somebody or something is called, and is no part of a sentence.
fn is_name(text: &str) -> bool {
    !text.contains(". ") && text.split(' ').count() <= 8 && !text.split(' ').any(|w| SAYING.contains(&w))
}

/// Whether a text says nothing in any language: numbers, amounts, codes, addresses.
pub fn is_neutral(text: &str) -> bool {
    text.split([' ', '/', '·']).all(|word| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '#' && c != '+' && c != '@');
        !bare.contains(char::is_alphabetic)
            || bare.contains('@')
            || word.contains("://")
            || bare.len() <= 8 && bare.chars().all(|c| c.is_uppercase() || c.is_ascii_digit() || c == '\u{301}' || c == '\u{300}')
            || bare.contains(|c: char| c.is_ascii_digit()) && !bare.contains(char::is_lowercase)
            || bare.starts_with(['#', '+'])
            || matches!(bare, "KSh" | "R" | "µs" | "kB" | "MB")
            || bare.starts_with("GH₵")
            || bare.starts_with("KSh")
    })
}

/// A text as fixed parts and places.
fn parts(text: &str) -> Vec<Part> {
    let mut out = Vec::new();
    let mut fixed = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("{{").or_else(|| rest.strip_prefix("}}")) {
            fixed.push(c);
            rest = after;
        } else if c == '{'
            && let Some(end) = rest.find('}')
        {
            if !fixed.is_empty() {
                out.push(Part::Fixed(std::mem::take(&mut fixed)));
            }
            let inside = &rest[1..end];
            let mut words = inside.split('|');
            let name = words.next().unwrap_or_default().to_owned();
            out.push(match (words.next(), words.next()) {
                (Some(one), Some(many)) => Part::Choice(name, one.into(), many.into()),
                _ => Part::Place(name.clone(), kind(&name)),
            });
            rest = &rest[end + 1..];
        } else {
            fixed.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    if !fixed.is_empty() {
        out.push(Part::Fixed(fixed));
    }
    out
}

fn kind(name: &str) -> Kind {
    let lower = name.to_lowercase();
    let stem = lower.split('_').next().unwrap_or_default().trim_end_matches(|c: char| c.is_ascii_digit());
    match stem {
        "n" => Kind::Number,
        "sum" | "s" => Kind::Sum,
        "when" => Kind::When,
        "w" => Kind::Words,
        "word" => Kind::Word,
        "any" => Kind::Any,
        "name" => Kind::Name,
        _ => Kind::Raw,
    }
}

fn fill(to: &[Part], found: &[(&str, Value)]) -> String {
    let mut out = String::new();
    for part in to {
        match part {
            Part::Fixed(t) => out.push_str(t),
            Part::Place(name, _) => {
                let begins = name.starts_with(char::is_uppercase);
                let Some((_, v)) = found.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)) else { continue };
                if begins { out.push_str(&capital(&v.said)) } else { out.push_str(&v.said) }
            }
            Part::Choice(name, one, many) => {
                let n = found.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.was.as_str());
                let digits: String = n.chars().filter(char::is_ascii_digit).collect();
                out.push_str(if matches!(digits.as_str(), "0" | "1") { one } else { many });
            }
        }
    }
    out
}

/// "1,200" as "1 200".
fn grouped(number: &str) -> String {
    let mut groups = number.split(',').skip(1);
    if number.contains(',') && !number.contains('.') && groups.all(|g| g.len() == 3) {
        number.replace(',', "\u{202f}")
    } else {
        number.to_owned()
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect())
}

/// With a small first letter, unless the first word is a name in capitals.
fn small(text: &str) -> String {
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return String::new() };
    if letters.clone().next().is_some_and(char::is_uppercase) {
        return text.to_owned();
    }
    first.to_lowercase().chain(letters).collect()
}

/// French marks: the blank before : ; ! ? and inside « » does not break, and the apostrophe is one.
fn typeset(text: &str) -> String {
    let mut out = text.replace('\'', "’");
    for (from, to) in [
        (" :", "\u{a0}:"),
        (" ;", "\u{a0};"),
        (" !", "\u{a0}!"),
        (" ?", "\u{a0}?"),
        (" %", "\u{a0}%"),
        ("« ", "«\u{a0}"),
        (" »", "\u{a0}»"),
    ] {
        out = out.replace(from, to);
    }
    out
}

#[cfg(test)]
#[path = "catalogue_tests.rs"]
mod tests;
