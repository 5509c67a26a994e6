//! The built-in model: a table of subword pieces, 256 numbers each, summed and scaled to length one. No network, no run
//! time of neural networks. How the table was made stands in `data/models/README.md`.

use super::{EmbedError, Embedder, normalise};
use crate::domain::bytes::Cursor;
use crate::domain::kernel;
use async_trait::async_trait;
use std::sync::OnceLock;
use unicode_normalization::UnicodeNormalization;

/// The file as it is compiled in.
static BYTES: &[u8] = include_bytes!("../../../data/models/steward-embed-v1.bin");
/// The name stored with its vectors.
pub const NAME: &str = "steward-embed-v1";
/// Bytes of a word that are read; longer ones are cut.
const WORD_BYTES: usize = 256;

/// Where pieces are found by their bytes: open addressing over FNV-1a (Fowler, Noll, Vo), which goes on from the hash of a shorter
/// piece. Keys are short pieces of ours, so no hash-flooding to fear.
struct Pieces {
    /// A piece's number below `NUMBER`, some bits of its hash above; 0 is an empty place.
    slots: Vec<u32>,
    /// Where each piece begins in the file: its length, then its bytes.
    begins: Vec<u32>,
}

/// Bits of a slot that are the piece's number.
const NUMBER: u32 = 20;
/// The hash of nothing.
const NOTHING: u64 = 0xcbf2_9ce4_8422_2325;

/// The hash of what was hashed before and one byte more.
const fn longer(hash: u64, byte: u8) -> u64 {
    (hash ^ byte as u64).wrapping_mul(0x0100_0000_01b3)
}

#[expect(clippy::cast_possible_truncation, reason = "some bits of a hash are taken")]
impl Pieces {
    fn new(count: usize) -> Self {
        Self { slots: vec![0; (count * 2).next_power_of_two()], begins: vec![0; count] }
    }
    fn marked(hash: u64, number: u32) -> u32 {
        ((hash >> 40) as u32) << NUMBER | number
    }
    fn place(&self, hash: u64) -> usize {
        (hash ^ (hash >> 29)) as usize & (self.slots.len() - 1)
    }
    /// Adds a piece that begins there in the file; none when there are too many.
    fn add(&mut self, number: usize, begins: usize, piece: &[u8]) -> Option<()> {
        let short = u32::try_from(number).ok().filter(|n| *n < 1 << NUMBER)?;
        *self.begins.get_mut(number)? = u32::try_from(begins).ok()?;
        let hash = piece.iter().fold(NOTHING, |h, b| longer(h, *b));
        let mut at = self.place(hash);
        while self.slots[at] != 0 {
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.slots[at] = Self::marked(hash, short);
        Some(())
    }
    /// The number of a piece with this hash.
    fn find(&self, hash: u64, piece: &[u8]) -> Option<u32> {
        let mut at = self.place(hash);
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                return None;
            }
            let number = slot & ((1 << NUMBER) - 1);
            if slot == Self::marked(hash, number) && self.bytes(number) == piece {
                return Some(number);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }
    fn bytes(&self, number: u32) -> &'static [u8] {
        let at = self.begins[number as usize] as usize;
        let length = usize::from(BYTES.get(at).copied().unwrap_or(0));
        BYTES.get(at + 1..at + 1 + length).unwrap_or_default()
    }
}

/// The table, ready to be read.
pub struct BuiltIn {
    dims: usize,
    pieces: Pieces,
    scores: Vec<f32>,
    scales: Vec<f32>,
    rows: &'static [u8],
    /// How long pieces are at most, by their first two bytes; most cuts need not be looked up.
    reach: Vec<u8>,
    unknown: f32,
}

/// IEEE 754 half precision.
fn half(h: u16) -> f32 {
    let (sign, exponent, fraction) = (h >> 15, i32::from((h >> 10) & 31), f32::from(h & 1023));
    let v = if exponent == 0 { fraction * 2f32.powi(-24) } else { (1.0 + fraction / 1024.0) * 2f32.powi(exponent - 15) };
    if sign == 1 { -v } else { v }
}

impl BuiltIn {
    /// Reads the compiled-in table: an index over the pieces, some milliseconds.
    ///
    /// # Panics
    /// Never: a test reads the same bytes.
    pub fn new() -> Self {
        Self::read(BYTES).expect("the compiled-in model is whole")
    }

    /// The one of this process. It never changes, so nothing is gained by a second.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<BuiltIn> = OnceLock::new();
        SHARED.get_or_init(Self::new)
    }

    fn read(bytes: &'static [u8]) -> Option<Self> {
        let mut at = Cursor(bytes);
        if at.take(4)? != b"STE1" {
            return None;
        }
        let (count, dims) = (at.number()?, at.number()?);
        let mut pieces = Pieces::new(count);
        let mut reach = vec![0u8; 1 << 16];
        for i in 0..count {
            let begins = bytes.len() - at.0.len();
            let length = usize::from(*at.take(1)?.first()?);
            let piece = at.take(length)?;
            if i > 0 {
                pieces.add(i, begins, piece)?;
                if let [first, second, ..] = piece {
                    let reach = &mut reach[usize::from(u16::from_be_bytes([*first, *second]))];
                    *reach = (*reach).max(u8::try_from(length).ok()?);
                }
            }
        }
        let scores = at.floats(count)?;
        let scales = at.take(2 * count)?.as_chunks::<2>().0.iter().map(|c| half(u16::from_le_bytes(*c))).collect();
        let rows = at.take(count * dims)?;
        let unknown = scores.iter().skip(1).copied().fold(f32::MAX, f32::min) - 10.0;
        at.0.is_empty().then_some(Self { dims, pieces, scores, scales, rows, reach, unknown })
    }

    /// The pieces of a text: the likeliest cut of each word (Viterbi over unigram scores, as in SentencePiece). 0 is a
    /// character no piece holds.
    fn pieces_of(&self, text: &str) -> Vec<u32> {
        // What is plain ASCII is in its normal form.
        let lower = match text.is_ascii() {
            true => text.to_ascii_lowercase(),
            false => text.nfkc().collect::<String>().to_lowercase().replace('\u{2019}', "'"),
        };
        let mut out = Vec::new();
        let (mut word, mut best) = (String::new(), Vec::new());
        for w in lower.split_whitespace() {
            word.clear();
            word.push('▁');
            word.push_str(w);
            let end = word.floor_char_boundary(WORD_BYTES);
            self.cut(word.get(..end).unwrap_or(&word), &mut best, &mut out);
        }
        out
    }

    /// How many bytes a piece has at most that these begin with.
    fn reach_of(&self, bytes: &[u8]) -> usize {
        match bytes {
            [first, second, ..] => usize::from(self.reach[usize::from(u16::from_be_bytes([*first, *second]))]).clamp(1, bytes.len()),
            _ => bytes.len(),
        }
    }

    fn cut(&self, word: &str, best: &mut Vec<(f32, usize, u32)>, out: &mut Vec<u32>) {
        best.clear();
        best.resize(word.len() + 1, (f32::NEG_INFINITY, 0, 0));
        best[0].0 = 0.0;
        for (i, c) in word.char_indices() {
            let (so_far, after) = (best[i].0, i + c.len_utf8());
            let mut alone = false;
            let most = self.reach_of(&word.as_bytes()[i..]);
            let mut hash = NOTHING;
            for (n, byte) in word.as_bytes()[i..i + most].iter().enumerate() {
                let j = i + n + 1;
                hash = longer(hash, *byte);
                let Some(id) = self.pieces.find(hash, &word.as_bytes()[i..j]).filter(|_| word.is_char_boundary(j)) else { continue };
                alone |= j == after;
                let score = so_far + self.scores[id as usize];
                if score > best[j].0 {
                    best[j] = (score, i, id);
                }
            }
            if !alone && so_far + self.unknown > best[after].0 {
                best[after] = (so_far + self.unknown, i, 0);
            }
        }
        let (mut i, from) = (word.len(), out.len());
        while i > 0 {
            out.push(best[i].2);
            i = best[i].1;
        }
        out[from..].reverse();
    }
}

impl Default for BuiltIn {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Embedder for BuiltIn {
    fn name(&self) -> &str {
        NAME
    }
    fn dims(&self) -> Option<usize> {
        Some(self.dims)
    }
    fn is_instant(&self) -> bool {
        true
    }
    fn embed_now(&self, text: &str) -> Option<Vec<f32>> {
        let mut v = vec![0f32; self.dims];
        let mut any = false;
        for id in self.pieces_of(text).into_iter().filter(|id| *id > 0) {
            let at = id as usize * self.dims;
            let (Some(row), Some(scale)) = (self.rows.get(at..at + self.dims), self.scales.get(id as usize)) else { continue };
            kernel::add_times(row, *scale, &mut v);
            any = true;
        }
        normalise(&mut v);
        any.then_some(v)
    }
    async fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, EmbedError> {
        Ok(texts.iter().map(|t| self.embed_now(t).unwrap_or_else(|| vec![0.0; self.dims])).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Golden {
        text: String,
        ids: Vec<u32>,
        vec8: Vec<f32>,
    }

    #[test]
    fn it_reads_as_the_program_that_made_it() {
        let golden: Vec<Golden> = serde_json::from_str(include_str!("../../../data/models/golden.json")).unwrap();
        let model = BuiltIn::new();
        assert!(golden.len() >= 9);
        for g in golden {
            assert_eq!(model.pieces_of(&g.text), g.ids, "{}", g.text);
            let v = model.embed_now(&g.text).unwrap();
            assert!(v.iter().zip(&g.vec8).all(|(a, b)| (a - b).abs() < 2e-4), "{}", g.text);
        }
    }

    #[test]
    fn the_file_is_the_one_its_readme_names() {
        let sum = hex::encode(ring::digest::digest(&ring::digest::SHA256, BYTES));
        assert!(include_str!("../../../data/models/README.md").contains(&sum), "{sum}");
    }

    #[test]
    fn a_text_without_words_has_no_vector_and_a_broken_file_no_model() {
        let model = BuiltIn::new();
        assert!(model.embed_now("").is_none());
        assert!(model.embed_now(&"x".repeat(100_000)).is_some());
        assert!(BuiltIn::read(&BYTES[..BYTES.len() - 1]).is_none());
        assert!(BuiltIn::read(b"STE1").is_none());
    }
}
