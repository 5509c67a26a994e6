//! What the documents say to a question: passages that fit, and of the best one the sentences that answer. Nothing is
//! worded anew, so nothing can be made up.

use super::source;
use crate::domain::error::Result;
use crate::domain::house::document::searched;
use crate::domain::house::gap::cosine;
use crate::domain::house::passage::{gives_orders, sentences};
use crate::domain::id::Id;
use crate::domain::search::Kind;
use crate::domain::words::{self, Term, Tongue};
use crate::store::house::document as rows;
use crate::store::tx::Read;
use crate::store::vector::{self, Meaning};

/// Passages that are looked at closely.
const LOOKED: usize = 8;
/// The same when only some documents may be used.
const SCOPED: usize = 64;
/// Passages that are given back.
const GIVEN: usize = 5;
/// Characters of an answer.
const ANSWER: usize = 420;
/// Sentences of an answer, and entries of a list in one.
const SENTENCES: usize = 3;
/// A passage this short is answered with whole.
const SHORT: usize = 170;
/// A sentence beside the best one belongs to the answer when it fits this well in comparison.
const BESIDE: f32 = 0.82;

/// How well a passage must fit before it answers. Chosen on `data/evals/hotel/questions.toml`, where it answers 37 of 50 questions
/// right, 1 wrong, and none of 28 that the documents do not answer; checked on `data/evals/electronics` (14 of 19 right, none wrong, 1 of 12).
/// `steward eval answers` prints what other thresholds do.
pub const ANSWERS: f32 = 0.44;

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Looked {
    /// Passages, best first.
    pub passages: Vec<Found>,
    /// The answer, when one fits well enough.
    pub answer: Option<Extract>,
    /// How well the best passage fits, 0 to 1, whether it answers or not.
    pub fit: f32,
    /// The sentences of the best passage, for measuring.
    pub best: Option<Extract>,
    /// What speaks for it, for measuring.
    pub signs: Signs,
}

/// A passage that was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The passage.
    pub chunk: rows::Chunk,
    /// How well it fits, 0 to 100.
    pub fit: i64,
}

/// The sentences that answer.
#[derive(Debug, Clone)]
pub struct Extract {
    /// The passage they stand in.
    pub chunk: Id,
    /// Its document.
    pub document: Id,
    /// "House rules, page 2".
    pub source: String,
    /// The sentences as they stand there.
    pub sentences: Vec<String>,
    /// The same together.
    pub text: String,
}

/// Which documents may be used.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scope<'a> {
    /// Those of this assistant and of everybody; all when none.
    pub assistant: Option<&'a str>,
    /// Only these; all when none.
    pub documents: Option<&'a [Id]>,
}

impl Scope<'_> {
    fn holds(self, c: &rows::Chunk) -> bool {
        let others = c.assistant.as_deref().is_some_and(|a| self.assistant.is_some_and(|mine| mine != a));
        !others && self.documents.is_none_or(|d| d.contains(&c.document_id))
    }
}

/// What the documents say to a question; only documents in scope are looked at.
pub fn look_up(by: &dyn Meaning, tx: &Read<'_>, business: Id, question: &str, scope: Scope<'_>) -> Result<Looked> {
    // What is out of scope is dropped after the search, so a narrow scope looks further.
    let looked = if scope.documents.is_some() || scope.assistant.is_some() { SCOPED } else { LOOKED };
    let hits = by.best(tx, business, Kind::Chunk, question, looked)?;
    let asked = Asked::new(by, tx, question)?;
    let mut seen = Vec::new();
    for hit in hits {
        let Some(chunk) = rows::find_chunk(tx, hit.id)? else { continue };
        if !scope.holds(&chunk) {
            continue;
        }
        if seen.len() >= LOOKED {
            break;
        }
        let weighed = asked.weigh(&chunk, hit.cosine.unwrap_or(0.0));
        seen.push((chunk, weighed));
    }
    // What speaks to us instead of the reader is shown to the owner and said to nobody.
    seen.iter_mut().filter(|(c, _)| gives_orders(&c.passage.text)).for_each(|(_, w)| w.fit = 0.0);
    seen.sort_by(|a, b| b.1.fit.total_cmp(&a.1.fit));
    let fit = seen.first().map_or(0.0, |s| s.1.fit);
    let best = seen.first().map(|(chunk, w)| extract(chunk, w));
    let answer = best.clone().filter(|_| fit >= ANSWERS);
    let signs = seen.first().map(|s| s.1.signs).unwrap_or_default();
    let found = |(chunk, w): (rows::Chunk, Weighed)| Found { chunk, fit: percent(w.fit) };
    Ok(Looked { passages: seen.into_iter().take(GIVEN).map(found).collect(), answer, fit, best, signs })
}

#[expect(clippy::cast_possible_truncation, reason = "between 0 and 100")]
fn percent(fit: f32) -> i64 {
    (fit.clamp(0.0, 1.0) * 100.0).round() as i64
}

/// A question, ready to be compared.
struct Asked<'a> {
    by: &'a dyn Meaning,
    model: String,
    vector: Option<Vec<f32>>,
    /// The vector of what it is about, without its small words, which lean towards texts of their own language.
    gist: Option<Vec<f32>>,
    /// Its words, with how much each tells: a word of every passage tells nothing.
    terms: Vec<(Term, f32)>,
    /// The languages its small words are of.
    tongues: Vec<Tongue>,
    /// No document has any of its words, and it need not be English.
    unheard: bool,
}

/// What speaks for a passage, each between 0 and 1: how near it is as a whole, its nearest sentence, its heading; the part of
/// the question's words it shares, and its best sentence does.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub struct Signs {
    /// Cosine of the whole passage.
    pub near: f32,
    /// Cosine of its best sentence, under its heading or alone.
    pub close: f32,
    /// Cosine of its heading.
    pub head: f32,
    /// Words of the question in the passage.
    pub shared: f32,
    /// Words of the question in its best sentence and heading.
    pub said: f32,
    /// The question is in another language.
    pub foreign: bool,
}

impl Signs {
    /// How well it fits, 0 to 1.
    fn fit(self) -> f32 {
        let words = 0.5 * self.shared + 0.5 * self.said;
        let fit = 0.3 * self.near + 0.25 * self.close + 0.15 * self.head + 0.3 * words;
        if self.foreign { (0.4 * self.near + 0.4 * self.close + 0.2 * self.head) * FOREIGN + 0.3 * words } else { fit }
    }
}

/// A question in another language than the passage shares no words with it. What meaning alone says then is lower, and is
/// brought to the scale of the others, so that one threshold serves both. Measured like [`ANSWERS`]: of 26 questions in Spanish, French and
/// Portuguese about English documents 13 are answered right and none wrong, of 20 that the documents do not answer 1 is answered.
const FOREIGN: f32 = 1.5;
/// Words of a question without a sign of its language, at least, before it may be taken for one in another language.
const UNHEARD_WORDS: usize = 3;

/// Words of questions that tell little about what is asked, folded. "Light" is electricity in Nigerian English, which no document writes.
const LIGHT: &str = "much many long far time cost price costs happens happen problem get give need want like someone anybody anyone please possible \
    allowed available offer provide accept take bring use go come make people person day days thing things something way place kind good know tell \
    light may might must shall let also still already then ask say hello hi hey thanks thank sir ma abeg una dey wey fit una";
/// So few passages say nothing about which words are rare; they are counted as if there were more.
const FEW: i64 = 8;
/// As how many.
const FEW_COUNT_AS: i64 = 50;
/// How much such a word tells beside the others.
const LITTLE: f32 = 0.25;

/// How a passage fits, sentence by sentence.
struct Weighed {
    fit: f32,
    signs: Signs,
    sentences: Vec<(String, f32)>,
}

impl<'a> Asked<'a> {
    fn new(by: &'a dyn Meaning, tx: &Read<'_>, question: &str) -> Result<Self> {
        let model = vector::active_model(tx)?.unwrap_or_else(|| by.model().to_owned());
        let vector = by.vector(&model, question);
        let all = rows::count_documents(tx)?.1;
        let all = to_f32(if all < FEW { FEW_COUNT_AS } else { all });
        let (mut terms, mut known) = (Vec::new(), 0.0);
        for term in words::terms(question) {
            let holding = to_f32(vector::words::count(tx, Kind::Chunk, &term)?);
            known += holding;
            let little = if LIGHT.split_whitespace().any(|w| w == term.word) { LITTLE } else { 1.0 };
            terms.push((term, ((all + 1.0) / (holding + 0.5)).ln().max(0.1) * little));
        }
        let all_words = words::words(question);
        let tongues = words::tongues(&all_words);
        let shared = tongues.len() > 1 && all_words.len() >= UNHEARD_WORDS;
        let strange = question.chars().any(|c| c == '¿' || c.is_alphabetic() && !c.is_ascii());
        let unheard = known == 0.0 && tongues.len() != 1 && (shared || strange);
        let gist = by.vector(&model, &words::gist(question));
        Ok(Self { by, model, vector, gist, terms, tongues, unheard })
    }

    /// Whether the question is in another language than a text.
    fn is_foreign_to(&self, text: &str) -> bool {
        let theirs = words::tongue(&words::words(text));
        self.unheard || !self.tongues.is_empty() && theirs.is_some_and(|t| !self.tongues.contains(&t))
    }

    /// How near a text is to the question, or to what it is about when it is in another language.
    fn near(&self, text: &str, foreign: bool) -> f32 {
        let theirs = if self.by.is_instant(&self.model) { self.by.vector(&self.model, text) } else { None };
        let mine = if foreign { self.gist.as_ref() } else { self.vector.as_ref() };
        mine.zip(theirs).map_or(0.0, |(mine, theirs)| cosine(mine, &theirs))
    }

    /// The part of the question's words that stand in a text, each by how much it tells.
    fn shared(&self, text: &str) -> f32 {
        let all: f32 = self.terms.iter().map(|t| t.1).sum();
        if all <= 0.0 {
            return 0.0;
        }
        // "Wi-Fi" is "wifi" as well.
        let there = words::standing(self.terms.iter().map(|t| &t.0), &format!("{text} {}", joined(text)));
        self.terms.iter().zip(there).filter(|(_, is_there)| *is_there).map(|(t, _)| t.1).sum::<f32>() / all
    }

    fn weigh(&self, chunk: &rows::Chunk, near: f32) -> Weighed {
        let p = &chunk.passage;
        let above = if p.section.is_empty() { &chunk.title } else { &p.section };
        let heading = above.rsplit(" › ").next().unwrap_or_default();
        let whole = searched(above, &p.text);
        let foreign = self.is_foreign_to(&whole);
        // The index gives the nearest part, which is often the heading alone: that counts on its own, as `head`.
        let (own, head, shared) = (self.near(&whole, foreign), self.near(heading, foreign), self.shared(&whole));
        let near = if own == 0.0 { near } else { own };
        let mut signs = Signs { near, head, shared, foreign, ..Signs::default() };
        let mut best = f32::MIN;
        let one = |s: &str| {
            let headed = format!("{heading}\n{s}");
            let close = self.near(s, foreign).max(self.near(&headed, foreign));
            let said = self.shared(&headed);
            let weight = close + 0.5 * self.shared(s) + 0.5 * said;
            if weight > best {
                best = weight;
                (signs.close, signs.said) = (close, said);
            }
            (s.to_owned(), weight)
        };
        let sentences: Vec<(String, f32)> = sentences(&p.text).into_iter().map(one).collect();
        Weighed { fit: signs.fit(), signs, sentences }
    }
}

/// Words with hyphens, without them.
fn joined(text: &str) -> String {
    text.split_whitespace().filter(|w| w.contains('-')).map(|w| w.replace('-', "")).collect::<Vec<_>>().join(" ")
}

#[expect(clippy::cast_precision_loss, reason = "counts of passages")]
const fn to_f32(n: i64) -> f32 {
    n as f32
}

/// Of a passage, the best sentence and its neighbours that fit nearly as well, in their order.
fn extract(chunk: &rows::Chunk, w: &Weighed) -> Extract {
    let best = w.sentences.iter().enumerate().max_by(|a, b| a.1.1.total_cmp(&b.1.1)).map_or(0, |(i, _)| i);
    let short = chunk.passage.text.chars().count() <= SHORT;
    let top = w.sentences.get(best).map_or(0.0, |s| s.1);
    let (mut from, mut to) = (best, best + 1);
    let fits = |i: usize| w.sentences.get(i).is_some_and(|s| short || s.1 >= top * BESIDE);
    let most = if short { usize::MAX } else { SENTENCES };
    let size = |from: usize, to: usize| w.sentences.get(from..to).unwrap_or_default().iter().map(|s| s.0.len() + 1).sum::<usize>();
    // "We have:" says nothing without its list.
    while w.sentences.get(to - 1).is_some_and(|s| s.0.ends_with(':')) && to < w.sentences.len() {
        to += 1;
        while to < w.sentences.len() && size(from, to + 1) <= ANSWER {
            to += 1;
        }
    }
    while to < w.sentences.len() && to - from < most && fits(to) && size(from, to + 1) <= ANSWER {
        to += 1;
    }
    while from > 0 && to - from < most && fits(from - 1) && size(from - 1, to) <= ANSWER {
        from -= 1;
    }
    let sentences: Vec<String> = w.sentences.get(from..to).unwrap_or_default().iter().map(|s| s.0.clone()).collect();
    let lines = chunk.passage.text.lines().count() > 1 && chunk.passage.text.lines().any(|l| sentences.iter().any(|s| s == l.trim()));
    let text = sentences.join(if lines { "\n" } else { " " });
    Extract { chunk: chunk.id, document: chunk.document_id, source: source(chunk), sentences, text }
}
