//! What a text is about, learned from examples in milliseconds: a linear machine over pieces of words, words, pairs of words and the
//! embedding. Languages the embedding does not carry across (Hausa, Yoruba, Igbo) are learned from examples of their own.

mod features;
mod machine;
mod packed;
mod shipped;

use crate::providers::embed::Embedder;
use crate::providers::embed::builtin::BuiltIn;
use features::{BLOCKS, Features, Sparse, each_hash, length, weight};
use packed::{Header, LANES, Packed};
use std::borrow::Cow;

pub use shipped::shipped;

/// Of the held-out examples, this part is let in by a score of one half.
const LET_IN: f32 = 0.95;
/// Every so manieth example is held out to measure how sure to be.
const HELD_OUT: usize = 5;
/// With more examples than this, only a third of the others are learned for that measurement: it would take most of the time.
const PLENTY: usize = 3_000;

/// A trained classifier.
pub struct Intents {
    header: Header,
    packed: Packed,
}

/// What one text scores for each intent.
struct Decided {
    scores: Vec<f32>,
    inside: f32,
}

impl Intents {
    /// Learns from examples: text and intent.
    pub fn train<T: AsRef<str>, I: AsRef<str>>(examples: &[(T, I)]) -> Self {
        Self::train_with(examples, &[])
    }

    /// The same with examples of what belongs to no intent.
    pub fn train_with<T: AsRef<str>, I: AsRef<str>>(examples: &[(T, I)], outside: &[T]) -> Self {
        let rows: Vec<(&str, Option<&str>)> =
            (examples.iter().map(|(t, i)| (t.as_ref(), Some(i.as_ref())))).chain(outside.iter().map(|t| (t.as_ref(), None))).collect();
        let part = |held: bool| rows.iter().enumerate().filter(move |(n, _)| (n % HELD_OUT == HELD_OUT - 1) == held).map(|(_, r)| *r);
        let every = if rows.len() > PLENTY { 3 } else { 1 };
        let learned: Vec<_> = part(false).step_by(every).collect();
        let (sharpness, border) = Self::fit(&learned, 1.0, 0.0).measure(&part(true).collect::<Vec<_>>());
        Self::fit(&rows, sharpness, border)
    }

    fn fit(rows: &[(&str, Option<&str>)], sharpness: f32, border: f32) -> Self {
        let mut names: Vec<String> = rows.iter().filter_map(|(_, i)| i.map(str::to_owned)).collect();
        names.sort_unstable();
        names.dedup();
        let knows_outside = rows.iter().any(|(_, i)| i.is_none());
        let features = Features::learn(rows.iter().map(|(t, _)| *t));
        let vectors: Vec<Sparse> = rows.iter().map(|(t, _)| features.of(t)).collect();
        let class = |i: Option<&str>| i.map_or(names.len(), |i| names.binary_search_by(|n| n.as_str().cmp(i)).unwrap_or(names.len()));
        let classes: Vec<usize> = rows.iter().map(|(_, i)| class(*i)).collect();
        let header = Header { names, knows_outside, sharpness, border, mark: mark(rows) };
        let columns = header.columns();
        let places = features.len();
        let mut weights = vec![0f32; places * columns];
        for column in 0..columns {
            let of_class = machine::train(&vectors, |n| classes[n] == column, places);
            of_class.into_iter().enumerate().for_each(|(place, w)| weights[place * columns + column] = w);
        }
        let row = |place: usize| &weights[place * columns..(place + 1) * columns];
        let pieces: Vec<(u64, f32, &[f32])> = features.pieces().map(|(hash, place, rare)| (hash, rare, row(place))).collect();
        let dense =
            (0..columns).flat_map(|c| (pieces.len()..places).map(move |place| (place, c))).map(|(place, c)| row(place)[c]).collect();
        Self { packed: Packed::pack(&header, &pieces, dense), header }
    }

    /// One that was trained before from these very examples; none when it was from others, or its bytes are not whole.
    fn read<T: AsRef<str>, I: AsRef<str>>(bytes: &'static [u8], examples: &[(T, I)]) -> Option<Self> {
        let rows: Vec<(&str, Option<&str>)> = examples.iter().map(|(t, i)| (t.as_ref(), Some(i.as_ref()))).collect();
        let (header, packed) = Packed::read(Cow::Borrowed(bytes))?;
        let is_ours = header.mark == mark(&rows) && Some(packed.dims()) == BuiltIn::shared().dims();
        is_ours.then_some(Self { header, packed })
    }

    /// Whether it knows any intent.
    pub fn is_empty(&self) -> bool {
        self.header.names.is_empty()
    }

    /// Every intent with its probability, likeliest first; the probabilities are measured on held-out examples and add up to one.
    pub fn classify(&self, text: &str) -> Vec<(String, f32)> {
        let scores = self.decide(text).scores;
        let shares = shares(&scores, self.header.sharpness);
        let mut out: Vec<(String, f32)> = self.header.names.iter().cloned().zip(shares).collect();
        out.sort_by(|a, b| b.1.total_cmp(&a.1));
        out
    }

    /// The likeliest intent with its probability.
    pub fn likeliest(&self, text: &str) -> Option<(&str, f32)> {
        let shares = shares(&self.decide(text).scores, self.header.sharpness);
        let best = shares.into_iter().enumerate().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
        self.header.names.get(best.0).map(|name| (name.as_str(), best.1))
    }

    /// How surely a text belongs to any of the intents, from 0 to 1. Of the texts that do, about nineteen in twenty score one half or more.
    pub fn score_in_scope(&self, text: &str) -> f32 {
        if self.is_empty() {
            return 0.0;
        }
        1.0 / (1.0 + (-4.0 * (self.decide(text).inside - self.header.border)).exp())
    }

    fn decide(&self, text: &str) -> Decided {
        let embedding = BuiltIn::shared().embed_now(text).unwrap_or_default();
        let mut scores: Vec<f32> = self.packed.dense(&embedding).collect();
        let mut sums = vec![[0f32; LANES]; self.packed.scales().len() / LANES];
        let mut seen = vec![0u64; self.packed.count() / 64 + 1];
        let mut slots = [const { Vec::new() }; BLOCKS];
        each_hash(text, |block, hash| {
            if let Some(slot) = self.packed.find(hash) {
                slots[block].push(slot);
            }
        });
        for block in &slots {
            sums.fill([0.0; LANES]);
            let by = 1.0 / length(self.add(block, &mut seen, &mut sums));
            for ((score, sum), scale) in scores.iter_mut().zip(sums.as_flattened()).zip(self.packed.scales()) {
                *score += sum * scale * by;
            }
        }
        let outside = if self.header.knows_outside { scores.pop().unwrap_or(0.0) } else { 0.0 };
        let best = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        Decided { inside: best - outside, scores }
    }

    /// Adds the weights of what is in the slots of one block; answers the squares of what they count. `seen` has a bit for each slot, all zero.
    fn add(&self, block: &[u32], seen: &mut [u64], sums: &mut [[f32; LANES]]) -> f32 {
        let (mut squares, mut again) = (0.0, Vec::new());
        for slot in block.iter().copied() {
            let bits = &mut seen[slot as usize / 64];
            if *bits & (1 << (slot % 64)) != 0 {
                again.push(slot);
                continue;
            }
            *bits |= 1 << (slot % 64);
            let Some(piece) = self.packed.piece(slot) else { continue };
            squares += piece.rare * piece.rare;
            piece.add(piece.rare, sums);
        }
        // Few pieces occur twice: what they count more is added afterwards.
        again.sort_unstable();
        for same in again.chunk_by(|a, b| a == b) {
            let Some(piece) = same.first().and_then(|slot| self.packed.piece(*slot)) else { continue };
            let x = weight(same.len() + 1, piece.rare);
            squares += x * x - piece.rare * piece.rare;
            piece.add(x - piece.rare, sums);
        }
        squares
    }

    /// How sharp probabilities should be, by the likelihood of held-out examples, and where the border of the scope lies.
    fn measure(&self, held: &[(&str, Option<&str>)]) -> (f32, f32) {
        let known = |i: &str| self.header.names.iter().position(|n| n == i);
        let judged: Vec<(Decided, usize)> = held
            .iter()
            .filter_map(|(t, i)| i.and_then(known).map(|class| (self.decide(t), class)))
            .filter(|(d, _)| !d.scores.is_empty())
            .collect();
        if judged.is_empty() {
            return (4.0, -0.5);
        }
        let surprise = |sharpness: f32| -> f32 {
            judged.iter().map(|(d, class)| -shares(&d.scores, sharpness).get(*class).copied().unwrap_or(0.0).max(1e-6).ln()).sum()
        };
        let tried = [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 14.0];
        let sharpness = tried.into_iter().min_by(|a, b| surprise(*a).total_cmp(&surprise(*b))).unwrap_or(4.0);
        let mut inside: Vec<f32> = judged.iter().map(|(d, _)| d.inside).collect();
        inside.sort_by(f32::total_cmp);
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a short list")]
        let at = (inside.len() as f32 * (1.0 - LET_IN)) as usize;
        (sharpness, inside.get(at).copied().unwrap_or(-0.5))
    }
}

/// What some examples are known by, so that a machine is never taken for that of others. FNV-1a, 64 bits.
fn mark(rows: &[(&str, Option<&str>)]) -> u64 {
    // Moves on with how texts become numbers, and with how machines are trained.
    const VERSION: &str = "1";
    let parts = rows.iter().flat_map(|(text, intent)| [*text, intent.unwrap_or("\u{2}")]);
    [VERSION].into_iter().chain(parts).fold(features::start(3), |h, part| features::hash(features::hash(h, part), "\u{1}"))
}

/// Scores as parts of one (softmax).
fn shares(scores: &[f32], sharpness: f32) -> Vec<f32> {
    let best = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let raised: Vec<f32> = scores.iter().map(|s| ((s - best) * sharpness).exp()).collect();
    let sum: f32 = raised.iter().sum();
    raised.into_iter().map(|r| r / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desk() -> Intents {
        let examples: Vec<(&str, &str)> = [
            ("booking", "book a table for two|reserve a room for friday|i want a table tomorrow night|can i make a reservation|a room for three nights please|table for six at eight"),
            ("hours", "when do you open|what time do you close on sunday|are you open today|opening hours please|do you open on public holidays|until when can i come"),
            ("price", "how much is a room|what does the buffet cost|price of a bottle of wine|how expensive is parking|what do you charge for breakfast|is it cheaper for children"),
            ("person", "let me talk to a human|i want to speak with the manager|connect me to a person|can somebody call me|give me a real person|i need your staff"),
        ]
        .iter()
        .flat_map(|(intent, texts)| texts.split('|').map(move |t| (t, *intent)))
        .collect();
        Intents::train(&examples)
    }

    #[test]
    fn a_few_examples_are_enough_and_other_words_are_understood() {
        let desk = desk();
        for (text, want) in [
            ("reserve a table for friday evening", "booking"),
            ("quanto custa um quarto?", "price"),
            ("at what time do you close", "hours"),
            ("je veux parler à une personne", "person"),
        ] {
            let got = desk.classify(text);
            assert_eq!(got[0].0, want, "{text}: {got:?}");
            assert!((got.iter().map(|g| g.1).sum::<f32>() - 1.0).abs() < 1e-4);
        }
    }

    #[test]
    fn what_is_out_of_scope_scores_lower() {
        let desk = desk();
        let lowest = ["book a table for four", "when do you close", "how much is breakfast"]
            .map(|t| desk.score_in_scope(t))
            .into_iter()
            .fold(1.0, f32::min);
        let highest = ["explain quantum gravity", "who won the match yesterday", "translate dog into latin"]
            .map(|t| desk.score_in_scope(t))
            .into_iter()
            .fold(0.0, f32::max);
        assert!(lowest > highest, "{lowest} {highest}");
    }

    #[test]
    fn hausa_is_learned_from_hausa() {
        let i = Intents::train(&[
            ("ina so in yi odar shinkafa", "order"),
            ("ka kara mini kaza biyu", "order"),
            ("ina son sayan shinkafa", "order"),
            ("nawa ne kudin shinkafa", "price"),
            ("nawa ne farashin kaza", "price"),
            ("kudin nawa ne wannan", "price"),
        ]);
        assert_eq!(i.classify("nawa ne kudin kaza")[0].0, "price");
        assert_eq!(i.classify("ina so in yi odar kaza")[0].0, "order");
    }

    #[test]
    fn no_examples_and_one_intent_are_no_accident() {
        let none = Intents::train::<&str, &str>(&[]);
        assert!(none.is_empty() && none.classify("x").is_empty() && none.score_in_scope("x") == 0.0);
        assert_eq!(Intents::train(&[("hello", "greet")]).classify("hello")[0].0, "greet");
        assert_eq!(desk().classify("").len(), 4);
    }
}
