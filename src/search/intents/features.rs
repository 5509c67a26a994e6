//! A text as a sparse vector: beginnings, middles and ends of its words, the words, pairs of words, and its embedding.
//!
//! Each block is weighted by how rare its pieces are (tf-idf with logarithmic counts, Salton and Buckley 1988) and has length one.

use crate::domain::words::words;
use crate::providers::embed::Embedder;
use crate::providers::embed::builtin::BuiltIn;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Lengths of pieces of words, in characters.
const PIECES: std::ops::RangeInclusive<usize> = 2..=5;
/// From so many examples on, what occurs in one of them only is left out: it teaches nothing and takes memory.
const MANY: usize = 2_000;

/// A sparse vector: places and numbers.
pub(super) type Sparse = Vec<(u32, f32)>;

/// Which place each piece has, and how rare it is.
pub(super) struct Features {
    places: HashMap<u64, (u32, f32), BuildHasherDefault<AsItIs>>,
    /// Where the embedding begins; the place after it is always one.
    dense: u32,
    dims: u32,
}

/// Keys are hashes already.
#[derive(Default)]
struct AsItIs(u64);
impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|b| self.0 = fnv(self.0, *b));
    }
    fn write_u64(&mut self, n: u64) {
        // The last byte of FNV changes the high bits least, and those are what the table looks at first.
        self.0 = n ^ n.rotate_left(32);
    }
}

/// One step of FNV-1a, 64 bits (Fowler, Noll, Vo).
const fn fnv(h: u64, byte: u8) -> u64 {
    (h ^ byte as u64).wrapping_mul(0x0100_0000_01b3)
}

/// The beginning of a hash, another for each block.
pub(super) const fn start(block: u8) -> u64 {
    fnv(0xcbf2_9ce4_8422_2325, block)
}

pub(super) fn hash(h: u64, text: &str) -> u64 {
    text.bytes().fold(h, fnv)
}

/// The blocks of a text that are counted: pieces of words, then words and pairs.
pub(super) const BLOCKS: usize = 2;

/// Takes the hashes of a text's pieces of words, words and pairs, each with its block and as often as it occurs.
pub(super) fn each_hash(text: &str, mut take: impl FnMut(usize, u64)) {
    let words = words(text);
    let mut padded = String::new();
    for word in &words {
        padded.clear();
        padded.extend([" ", word, " "]);
        for (from, _) in padded.char_indices() {
            each_piece(&padded.as_bytes()[from..], |h| take(0, h));
        }
        take(1, hash(start(1), word));
    }
    for pair in words.windows(2) {
        if let [first, second] = pair {
            take(1, hash(fnv(hash(start(2), first), b' '), second));
        }
    }
}

/// The hashes of the pieces that begin where these bytes do: a longer one goes on from the hash of the shorter.
fn each_piece(bytes: &[u8], mut take: impl FnMut(u64)) {
    let (mut h, mut chars) = (start(0), 0);
    for (n, byte) in bytes.iter().enumerate() {
        h = fnv(h, *byte);
        let is_within = bytes.get(n + 1).is_some_and(|next| next & 0b1100_0000 == 0b1000_0000);
        if is_within {
            continue;
        }
        chars += 1;
        if chars >= *PIECES.start() {
            take(h);
        }
        if chars == *PIECES.end() {
            return;
        }
    }
}

/// The hashes of each block.
fn hashes(text: &str) -> [Vec<u64>; BLOCKS] {
    let mut out = [const { Vec::new() }; BLOCKS];
    each_hash(text, |block, hash| out[block].push(hash));
    out
}

/// What a piece counts that occurs so often in a text.
pub(super) fn weight(often: usize, rare: f32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "how often something stands in one text")]
    let often = if often == 1 { 1.0 } else { 1.0 + (often as f32).ln() };
    often * rare
}

/// The length of a block from the sum of its squares.
pub(super) fn length(squares: f32) -> f32 {
    squares.sqrt().max(1e-9)
}

impl Features {
    /// Learns what occurs in some texts.
    pub(super) fn learn<'a>(texts: impl ExactSizeIterator<Item = &'a str>) -> Self {
        let total = texts.len();
        let mut seen: HashMap<u64, u32, BuildHasherDefault<AsItIs>> = HashMap::default();
        for text in texts {
            for mut of_block in hashes(text) {
                of_block.sort_unstable();
                of_block.dedup();
                of_block.into_iter().for_each(|key| *seen.entry(key).or_insert(0) += 1);
            }
        }
        let least = if total >= MANY { 2 } else { 1 };
        let mut kept: Vec<(u64, u32)> = seen.into_iter().filter(|(_, n)| *n >= least).collect();
        kept.sort_unstable();
        #[expect(clippy::cast_precision_loss, reason = "counts of examples")]
        let rare = |n: u32| ((1.0 + total as f32) / (1.0 + n as f32)).ln() + 1.0;
        let places: HashMap<_, _, _> = kept.into_iter().zip(0u32..).map(|((key, n), place)| (key, (place, rare(n)))).collect();
        let dense = u32::try_from(places.len()).unwrap_or(u32::MAX);
        let dims = BuiltIn::shared().dims().and_then(|d| u32::try_from(d).ok()).unwrap_or(0);
        Self { places, dense, dims }
    }

    /// How many places there are.
    pub(super) fn len(&self) -> usize {
        (self.dense + self.dims + 1) as usize
    }

    /// Every piece: its hash, its place, and how rare it is; in the order of places.
    pub(super) fn pieces(&self) -> impl Iterator<Item = (u64, usize, f32)> {
        let mut all: Vec<_> = self.places.iter().map(|(hash, (place, rare))| (*hash, *place as usize, *rare)).collect();
        all.sort_unstable_by_key(|p| p.1);
        all.into_iter()
    }

    /// A text as a vector.
    pub(super) fn of(&self, text: &str) -> Sparse {
        let mut out = Sparse::new();
        for block in hashes(text) {
            let from = out.len();
            let mut known: Vec<(u32, f32)> = block.iter().filter_map(|key| self.places.get(key).copied()).collect();
            known.sort_unstable_by_key(|(place, _)| *place);
            for same in known.chunk_by(|a, b| a.0 == b.0) {
                out.extend(same.first().map(|(place, rare)| (*place, weight(same.len(), *rare))));
            }
            let length = length(out[from..].iter().map(|(_, x)| x * x).sum());
            out[from..].iter_mut().for_each(|(_, x)| *x /= length);
        }
        out.extend(BuiltIn::shared().embed_now(text).unwrap_or_default().into_iter().zip(self.dense..).map(|(x, place)| (place, x)));
        out.push((self.dense + self.dims, 1.0));
        out
    }
}
