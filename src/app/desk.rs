//! What a business set up for its reception, kept in memory beside its profile: whoever answers, and how words are read.

use crate::domain::error::Result;
use crate::domain::house::assistant::{Assistant, serving};
use crate::domain::house::business::{Business, Profile, Template};
use crate::domain::house::conversation::Channel;
use crate::domain::house::intent::{Example, Intent, Meant, OwnIntent, ReadsIntents, seeds};
use crate::domain::id::Id;
use crate::domain::text::fold;
use crate::search::intents::{Intents, shipped};
use crate::store::house::{assistant, intent};
use crate::store::tx::Read;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// The reception of one business.
#[derive(Debug)]
pub struct Desk {
    /// Who answers, oldest first; none when the owner set nobody up.
    pub assistants: Vec<Arc<Assistant>>,
    /// Reads what words are about.
    pub reader: Arc<Reader>,
}

impl Desk {
    /// Who answers on a channel; none when the owner set nobody up.
    pub fn serving(&self, channel: Channel, account: &str) -> Option<Arc<Assistant>> {
        serving(&self.assistants, channel, account).cloned()
    }
}

/// Reads intents; learns when it is first asked.
pub struct Reader {
    examples: Vec<Example>,
    own: Vec<OwnIntent>,
    head: OnceLock<Intents>,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader({} examples)", self.examples.len())
    }
}

/// Below this a text is about nothing we know, in percent: seven intents share a hundred.
const SURE: u8 = 30;

impl Reader {
    /// Learns from these.
    pub fn new(examples: Vec<Example>, own: Vec<OwnIntent>) -> Self {
        Self { examples, own, head: OnceLock::new() }
    }

    /// What a kind of business begins with; learned once for all businesses of the kind.
    pub fn seeded(template: Template) -> Arc<Self> {
        static ALL: [OnceLock<Arc<Reader>>; Template::ALL.len()] = [const { OnceLock::new() }; Template::ALL.len()];
        let place = Template::ALL.iter().position(|t| *t == template).unwrap_or(0);
        ALL[place].get_or_init(|| Arc::new(Self::new(seeds(template).to_vec(), Vec::new()))).clone()
    }

    /// Learns now what it would learn when first asked.
    pub fn learn(&self) {
        self.head();
    }

    fn knows_the_same(&self, other: &Self) -> bool {
        self.own == other.own && self.examples == other.examples
    }

    fn head(&self) -> &Intents {
        self.head.get_or_init(|| {
            let rows: Vec<(&str, &str)> = self.examples.iter().map(|e| (e.text.as_str(), e.intent.as_str())).collect();
            shipped(&rows).unwrap_or_else(|| Intents::train(&rows))
        })
    }
}

impl ReadsIntents for Reader {
    fn read(&self, text: &str) -> Meant {
        let unknown = |confidence| Meant { name: Intent::Unknown.as_str().into(), intent: Intent::Unknown, confidence };
        // What an owner taught word for word is so.
        let (trimmed, folded) = (text.trim(), fold(text.trim()));
        let taught = self.examples.iter().rev().find(|e| e.text.len() == trimmed.len() && fold(&e.text) == folded);
        let (name, confidence) = match taught {
            Some(e) => (e.intent.clone(), 100),
            None => match self.head().likeliest(text) {
                Some((name, share)) => (name.to_owned(), percent(share)),
                None => return unknown(0),
            },
        };
        if confidence < SURE {
            return unknown(confidence);
        }
        let own = || self.own.iter().find(|i| i.name == name).map(|i| i.acts_as);
        let intent = Intent::from_word(&name).or_else(own).unwrap_or(Intent::Unknown);
        Meant { name, intent, confidence }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
fn percent(share: f32) -> u8 {
    (share.clamp(0.0, 1.0) * 100.0).round() as u8
}

type Kept = HashMap<Id, (Arc<Profile>, Arc<Desk>)>;

/// Receptions by business.
#[derive(Debug, Default)]
pub struct Desks {
    kept: Mutex<Kept>,
}

/// Businesses kept; the rest is read anew.
const KEPT: usize = 256;

impl Desks {
    /// The reception that goes with this profile. Every change of it moves the profile's version on, so the same profile
    /// in memory means that nothing has changed: a turn asks the database nothing.
    pub fn of(&self, tx: &Read<'_>, business: &Business, profile: &Arc<Profile>) -> Result<Arc<Desk>> {
        if let Some((_, desk)) = lock(&self.kept).get(&business.id).filter(|(p, _)| Arc::ptr_eq(p, profile)) {
            return Ok(desk.clone());
        }
        let assistants = assistant::list_assistants(tx)?.into_iter().map(Arc::new).collect();
        let fresh = reader(tx, business.template)?;
        let mut kept = lock(&self.kept);
        // Most changes of a profile teach nothing: what was learned is kept.
        let before = kept.get(&business.id).map(|(_, desk)| desk.reader.clone());
        let reader = before.filter(|b| b.knows_the_same(&fresh)).unwrap_or(fresh);
        let fresh = Arc::new(Desk { assistants, reader });
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(business.id, (profile.clone(), fresh.clone()));
        Ok(fresh)
    }
    /// Forgets a business.
    pub fn forget(&self, business: Id) {
        lock(&self.kept).remove(&business);
    }
}

/// The owner's reader; that of the kind of business when nothing was taught.
fn reader(tx: &Read<'_>, template: Template) -> Result<Arc<Reader>> {
    let (own, taught) = (intent::list_intents(tx)?, intent::list_examples(tx)?);
    if taught.is_empty() {
        return Ok(Reader::seeded(template));
    }
    let changed: HashSet<String> = taught.iter().map(|r| fold(&r.example.text)).collect();
    let mut all: Vec<Example> = seeds(template).iter().filter(|e| !changed.contains(&fold(&e.text))).cloned().collect();
    // What was taught is given double weight: it is what this business's customers really write.
    let mine: Vec<Example> = taught.into_iter().filter(|r| !r.removed).map(|r| r.example).collect();
    all.extend(mine.iter().cloned());
    all.extend(mine);
    Ok(Arc::new(Reader::new(all, own)))
}

fn lock(m: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn right(r: &Reader, cases: &[(&str, Intent)]) -> Vec<String> {
        let wrong = |(text, want): &(&str, Intent)| {
            let got = r.read(text);
            (got.intent != *want).then(|| format!("{text}: {} {} %", got.name, got.confidence))
        };
        cases.iter().filter_map(wrong).collect()
    }

    /// None of these is an example.
    #[test]
    fn new_words_are_read_from_examples() {
        let hotel = Reader::seeded(Template::Hotel);
        let cases = [
            ("could you keep a double room for me from Monday to Thursday", Intent::Booking),
            ("at what time do you serve breakfast", Intent::Faq),
            ("is the swimming pool open for children", Intent::Faq),
            ("how much do I pay for one night", Intent::Pricing),
            ("we would like to hire your hall for our company conference", Intent::Lead),
            ("please send two club sandwiches to my room", Intent::Order),
            ("let me talk to your manager right now", Intent::Escalation),
            ("this hotel is terrible, give me my money back", Intent::Escalation),
            ("abeg I wan talk to your oga", Intent::Escalation),
            ("ina so in yi magana da manaja", Intent::Escalation),
            ("mo fẹ́ bá ọ̀gá yín sọ̀rọ̀", Intent::Escalation),
            ("achọrọ m ịgwa onye isi okwu", Intent::Escalation),
            ("thank you so much", Intent::Unknown),
        ];
        let wrong = right(&hotel, &cases);
        assert!(wrong.len() <= 2, "{wrong:?}");
    }

    #[test]
    fn one_correction_is_learned_at_once() {
        let mut all = seeds(Template::Restaurant).to_vec();
        let text = "oga the thing wey una bring no be am";
        all.push(Example { text: text.into(), intent: "escalation".into(), language: crate::domain::lang::Lang::Pcm });
        let r = Reader::new(all, vec![]);
        let meant = r.read(text);
        assert_eq!((meant.intent, meant.confidence), (Intent::Escalation, 100));
    }

    /// `cargo test --release --lib intent_speed -- --ignored --nocapture`
    #[test]
    #[ignore = "a measurement"]
    #[expect(clippy::print_stdout, reason = "a measurement that a person starts and reads")]
    fn intent_speed() {
        let began = std::time::Instant::now();
        let r = Reader::new(seeds(Template::Hotel).to_vec(), vec![]);
        let _ = r.read("warm");
        println!("{} examples learned in {:?}", r.examples.len(), began.elapsed());
        let began = std::time::Instant::now();
        for _ in 0..2_000 {
            std::hint::black_box(r.read("could you keep a double room for me from Monday to Thursday"));
        }
        println!("{:?} a text", began.elapsed() / 2_000);
    }
}
