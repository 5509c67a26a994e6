//! What a message is about: seven intents of the program, and those an owner adds, each with examples.

use crate::domain::error::{Error, Result};
use crate::domain::house::business::Template;
use crate::domain::lang::Lang;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// An intent of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// A time, a table, a room, a viewing.
    Booking,
    /// Something documents or settings answer.
    Faq,
    /// What something costs.
    Pricing,
    /// Interest in something large.
    Lead,
    /// Buying, changing or following an order, paying.
    Order,
    /// A person, a complaint, money back.
    Escalation,
    /// None of these.
    Unknown,
}

impl Intent {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::Booking, Self::Faq, Self::Pricing, Self::Lead, Self::Order, Self::Escalation, Self::Unknown];
    /// The word in files, the database and traces.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Booking => "booking",
            Self::Faq => "faq",
            Self::Pricing => "pricing",
            Self::Lead => "lead",
            Self::Order => "order",
            Self::Escalation => "escalation",
            Self::Unknown => "unknown",
        }
    }
    /// From its word.
    pub fn from_word(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|i| i.as_str() == s)
    }
    /// For the owner.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Booking => "Booking",
            Self::Faq => "Question",
            Self::Pricing => "Price",
            Self::Lead => "Interest",
            Self::Order => "Order",
            Self::Escalation => "Needs a person",
            Self::Unknown => "Something else",
        }
    }
}

/// What a text was read as.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Meant {
    /// The intent's name: one of the program's words, or the owner's own.
    pub name: String,
    /// The program's intent it acts as.
    pub intent: Intent,
    /// How sure, in percent.
    pub confidence: u8,
}

/// Reads what a text is about, in microseconds.
pub trait ReadsIntents: std::fmt::Debug + Send + Sync {
    /// What it is about.
    fn read(&self, text: &str) -> Meant;
}

/// Reads one text once, however often it is asked for: the model decides by it, and the trace tells it.
#[derive(Debug)]
pub struct ReadsOnce {
    reader: Arc<dyn ReadsIntents>,
    last: OnceLock<(String, Meant)>,
}

impl ReadsOnce {
    /// Nothing read yet.
    pub fn new(reader: Arc<dyn ReadsIntents>) -> Self {
        Self { reader, last: OnceLock::new() }
    }
}

impl ReadsIntents for ReadsOnce {
    fn read(&self, text: &str) -> Meant {
        let (first, meant) = self.last.get_or_init(|| (text.to_owned(), self.reader.read(text)));
        if first == text { meant.clone() } else { self.reader.read(text) }
    }
}

/// An intent an owner added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnIntent {
    /// Its name.
    pub name: String,
    /// For people.
    pub title: String,
    /// The program's intent it acts as.
    pub acts_as: Intent,
}

impl OwnIntent {
    /// What is wrong with it.
    pub fn check(&self) -> Result<()> {
        if self.name.is_empty() || self.title.chars().count() > 60 {
            return Err(Error::field("title", "Give it a name of 1 to 60 characters, with letters or digits."));
        }
        if Intent::from_word(&self.name).is_some() {
            return Err(Error::field("title", "There is an intent of this name already."));
        }
        Ok(())
    }
}

/// An example: a text and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The text.
    pub text: String,
    /// The intent's name.
    pub intent: String,
    /// Its language.
    pub language: Lang,
}

/// Characters of an example at most.
pub const EXAMPLE_CHARS: usize = 300;

type File = HashMap<String, HashMap<String, Vec<String>>>;

const COMMON: &str = include_str!("../../../data/intents/common.toml");

const fn file_of(t: Template) -> &'static str {
    match t {
        Template::Shop => include_str!("../../../data/intents/shop.toml"),
        Template::Restaurant => include_str!("../../../data/intents/restaurant.toml"),
        Template::Hotel => include_str!("../../../data/intents/hotel.toml"),
        Template::RealEstate => include_str!("../../../data/intents/real-estate.toml"),
        Template::B2b => include_str!("../../../data/intents/b2b.toml"),
    }
}

fn read(text: &str) -> Vec<Example> {
    let file: File = toml::from_str(text).expect("files of examples are checked by a test");
    let mut out: Vec<Example> = Vec::new();
    for (intent, languages) in file {
        for (code, texts) in languages {
            let language = Lang::from_code(&code);
            out.extend(texts.into_iter().map(|text| Example { text, intent: intent.clone(), language }));
        }
    }
    // Files have no order; what is learned from them must not change from start to start.
    out.sort_by(|a, b| (&a.text, &a.intent).cmp(&(&b.text, &b.intent)));
    out
}

/// The examples a kind of business begins with.
pub fn seeds(t: Template) -> &'static [Example] {
    static ALL: [OnceLock<Vec<Example>>; Template::ALL.len()] = [const { OnceLock::new() }; Template::ALL.len()];
    let place = Template::ALL.iter().position(|x| *x == t).unwrap_or(0);
    ALL[place].get_or_init(|| {
        let mut all = read(COMMON);
        all.extend(read(file_of(t)));
        // Mixed, so that every part of the list has every intent.
        all.sort_by_cached_key(|e| (mark(&e.text), e.text.clone()));
        all
    })
}

/// FNV-1a, 32 bits (Fowler, Noll, Vo).
fn mark(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::fold;

    #[derive(Debug, Default)]
    struct Counts(std::sync::atomic::AtomicUsize);

    impl ReadsIntents for Counts {
        fn read(&self, text: &str) -> Meant {
            self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            Meant { name: text.to_owned(), intent: Intent::Unknown, confidence: 1 }
        }
    }

    #[test]
    fn a_text_is_read_once_and_another_is_another() {
        let counts = Arc::new(Counts::default());
        let once = ReadsOnce::new(counts.clone());
        assert_eq!([once.read("a").name, once.read("a").name, once.read("b").name, once.read("a").name], ["a", "a", "b", "a"]);
        assert_eq!(counts.0.load(std::sync::atomic::Ordering::Relaxed), 2);
    }

    #[test]
    fn every_kind_of_business_has_examples_of_every_intent() {
        for t in Template::ALL {
            let all = seeds(t);
            for i in Intent::ALL {
                let of = |l: Lang| all.iter().filter(|e| e.intent == i.as_str() && e.language == l).count();
                assert!(of(Lang::En) >= 8, "{} {}", t.as_str(), i.as_str());
                assert!(Lang::ALL.into_iter().all(|l| of(l) >= 3), "{} {}: languages", t.as_str(), i.as_str());
            }
            assert!(all.iter().all(|e| Intent::from_word(&e.intent).is_some()));
        }
    }

    #[test]
    fn no_text_is_an_example_of_two_intents() {
        for t in Template::ALL {
            let mut seen: HashMap<String, &str> = HashMap::new();
            for e in seeds(t) {
                let before = seen.insert(fold(&e.text), &e.intent);
                assert!(before.is_none_or(|b| b == e.intent), "{}: {before:?} and {}", e.text, e.intent);
            }
        }
    }
}
