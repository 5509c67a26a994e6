//! A trained machine as bytes: read where they lie, so that one which comes with the program costs little start and hardly any memory.
//!
//! All numbers are little-endian: `STI1`; the mark of the examples (u64); sharpness and border (f32); how many columns there are
//! (u32) and whether the last stands for what is out of scope (u8); how many intents (u32), each name with its length before it (u8);
//! how many numbers an embedding has (u32), then for each column its weights of the embedding and of what is always one (f32); the
//! scale of each column (f32); how many slots there are (u32); the slots. A slot is a piece of words: its key (u32, 0 when empty),
//! how rare it is (u16, in steps of 1/4096) and one weight a column (i8, times the column's scale), filled up with zeros to a multiple of
//! eight, which a processor multiplies at once. The slot of a key is where `key * slots >> 32` points to, or one of the next.

use crate::domain::bytes::Cursor;
use crate::domain::kernel;
use std::borrow::Cow;

const MAGIC: &[u8] = b"STI1";
/// The key and how rare it is.
const HEAD: usize = 6;
/// Weights that are multiplied at once.
pub(super) const LANES: usize = 8;
/// Steps of how rare a piece is.
const STEPS: f32 = 4_096.0;
/// Of five slots four are taken.
const ROOM: (usize, usize) = (5, 4);

/// The machine.
pub(super) struct Packed {
    pub(super) bytes: Cow<'static, [u8]>,
    /// Where the slots begin.
    slots: usize,
    count: usize,
    /// One for each column, and for what fills them up.
    scales: Vec<f32>,
    columns: usize,
    /// Column by column: one weight for each number of an embedding, then the one that is always added.
    dense: Vec<f32>,
    known: Known,
}

/// One bit for the upper half of each key: nine pieces of ten that nobody knows need not be looked for.
struct Known(Vec<u64>);

impl Known {
    fn of(keys: impl Iterator<Item = u32>) -> Self {
        let mut bits = vec![0u64; 1 << 10];
        keys.for_each(|key| bits[(key >> 22) as usize] |= 1 << (key >> 16 & 63));
        Self(bits)
    }
    fn may_have(&self, key: u32) -> bool {
        self.0[(key >> 22) as usize] & 1 << (key >> 16 & 63) != 0
    }
}

/// One piece of words.
#[derive(Clone, Copy)]
pub(super) struct Piece<'a> {
    /// How rare it is.
    pub(super) rare: f32,
    weights: &'a [[u8; LANES]],
}

impl Piece<'_> {
    /// Adds its weights so many times, still to be multiplied by `Packed::scales`.
    pub(super) fn add(&self, times: f32, sums: &mut [[f32; LANES]]) {
        kernel::add_times(self.weights.as_flattened(), times, sums.as_flattened_mut());
    }
}

/// What stands before the weights.
pub(super) struct Header {
    pub(super) names: Vec<String>,
    pub(super) knows_outside: bool,
    /// Decisions are multiplied by this before they become probabilities.
    pub(super) sharpness: f32,
    /// The decision that a score of one half stands for.
    pub(super) border: f32,
    /// What its examples are known by.
    pub(super) mark: u64,
}

impl Header {
    /// One for each intent, then one for what is out of scope when there were examples of that.
    pub(super) fn columns(&self) -> usize {
        self.names.len() + usize::from(self.knows_outside)
    }
}

/// A key from a hash; two pieces in some thousands of millions share one.
fn key(hash: u64) -> u32 {
    #[expect(clippy::cast_possible_truncation, reason = "halves of a hash are mixed")]
    let mixed = ((hash ^ (hash >> 32)) as u32).wrapping_mul(0x9e37_79b1);
    mixed.max(1)
}

fn slot(key: u32, slots: usize) -> usize {
    usize::try_from((u64::from(key) * slots as u64) >> 32).unwrap_or(0)
}

#[expect(clippy::cast_possible_truncation, reason = "held between the ends of the type")]
fn quantised(v: f32, scale: f32) -> u8 {
    ((v / scale).round().clamp(-127.0, 127.0) as i8).cast_unsigned()
}

impl Packed {
    /// Packs a machine: hash, how rare, and one weight a column for each piece; `dense` as it is kept.
    pub(super) fn pack(header: &Header, pieces: &[(u64, f32, &[f32])], dense: Vec<f32>) -> Self {
        let columns = header.columns();
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes();
        let mut out = MAGIC.to_vec();
        out.extend(header.mark.to_le_bytes());
        out.extend([header.sharpness, header.border].iter().flat_map(|v| v.to_le_bytes()));
        out.extend(number(columns));
        out.push(u8::from(header.knows_outside));
        out.extend(number(header.names.len()));
        for name in &header.names {
            let name = name.get(..name.floor_char_boundary(usize::from(u8::MAX))).unwrap_or_default();
            out.push(u8::try_from(name.len()).unwrap_or(0));
            out.extend(name.as_bytes());
        }
        out.extend(number((dense.len() / columns.max(1)).saturating_sub(1)));
        out.extend(dense.iter().flat_map(|v| v.to_le_bytes()));
        let largest = |column: usize| pieces.iter().filter_map(|p| p.2.get(column)).fold(1e-9_f32, |m, v| m.max(v.abs()));
        let mut scales: Vec<f32> = (0..columns).map(|c| largest(c) / 127.0).collect();
        out.extend(scales.iter().flat_map(|v| v.to_le_bytes()));
        scales.resize(filled(columns), 0.0);
        let (count, size) = (pieces.len() * ROOM.0 / ROOM.1 + 1, HEAD + scales.len());
        out.extend(number(count));
        let from = out.len();
        out.resize(from + count * size, 0);
        for (hash, rare, weights) in pieces {
            let key = key(*hash);
            let mut at = slot(key, count);
            let mut place = &mut out[from + at * size..];
            while place[..4] != [0; 4] {
                at = (at + 1) % count;
                place = &mut out[from + at * size..];
            }
            place[..4].copy_from_slice(&key.to_le_bytes());
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held between the ends of the type")]
            let rare = (rare * STEPS).round().clamp(0.0, f32::from(u16::MAX)) as u16;
            place[4..HEAD].copy_from_slice(&rare.to_le_bytes());
            place[HEAD..].iter_mut().zip(weights.iter().zip(&scales)).for_each(|(b, (w, s))| *b = quantised(*w, *s));
        }
        let known = Known::of(pieces.iter().map(|p| key(p.0)));
        Self { bytes: out.into(), slots: from, count, scales, columns, dense, known }
    }

    /// Reads what `pack` wrote; none when it is not whole.
    pub(super) fn read(bytes: Cow<'static, [u8]>) -> Option<(Header, Self)> {
        let mut at = Cursor(&bytes);
        if at.take(MAGIC.len())? != MAGIC {
            return None;
        }
        let mark = u64::from_le_bytes(at.take(8)?.try_into().ok()?);
        let (sharpness, border) = (at.float()?, at.float()?);
        let (columns, knows_outside, named) = (at.number()?, at.take(1)? == [1], at.number()?);
        let mut names = Vec::new();
        for _ in 0..named {
            let length = usize::from(*at.take(1)?.first()?);
            names.push(std::str::from_utf8(at.take(length)?).ok()?.to_owned());
        }
        let header = Header { names, knows_outside, sharpness, border, mark };
        let dims = at.number()?;
        let dense = at.floats(columns.checked_mul(dims.checked_add(1)?)?)?;
        let mut scales = at.floats(columns)?;
        scales.resize(filled(columns), 0.0);
        let count = at.number()?;
        let whole = columns == header.columns() && at.0.len() == count.checked_mul(HEAD + scales.len())?;
        let slots = bytes.len() - at.0.len();
        let keys = bytes[slots..].chunks_exact(HEAD + scales.len()).filter_map(|slot| slot.first_chunk().map(|k| u32::from_le_bytes(*k)));
        let known = Known::of(keys.filter(|key| *key != 0));
        whole.then_some((header, Self { bytes, slots, count, scales, columns, dense, known }))
    }

    /// One for each column, and for what fills them up.
    pub(super) fn scales(&self) -> &[f32] {
        &self.scales
    }

    /// How many numbers an embedding has.
    pub(super) fn dims(&self) -> usize {
        (self.dense.len() / self.columns.max(1)).saturating_sub(1)
    }

    /// How many slots there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// What the embedding adds to each column.
    pub(super) fn dense(&self, embedding: &[f32]) -> impl Iterator<Item = f32> {
        let rows = self.dense.chunks_exact((self.dense.len() / self.columns.max(1)).max(1));
        rows.map(|row| {
            let (one, row) = row.split_last().map_or((0.0, row), |(one, row)| (*one, row));
            kernel::dot(embedding, row) + one
        })
    }

    /// The slot of a piece.
    pub(super) fn find(&self, hash: u64) -> Option<u32> {
        let key = key(hash);
        if self.known.may_have(key) { self.slot_of(key) } else { None }
    }

    fn slot_of(&self, key: u32) -> Option<u32> {
        let (size, slots) = (HEAD + self.scales.len(), self.bytes.get(self.slots..)?);
        let mut at = slot(key, self.count);
        for _ in 0..self.count {
            match u32::from_le_bytes(*slots.get(at * size..)?.first_chunk()?) {
                0 => return None,
                k if k == key => return u32::try_from(at).ok(),
                _ => at = if at + 1 == self.count { 0 } else { at + 1 },
            }
        }
        None
    }

    /// What is in a slot.
    pub(super) fn piece(&self, slot: u32) -> Option<Piece<'_>> {
        let size = HEAD + self.scales.len();
        let from = self.slots + slot as usize * size;
        let bytes = self.bytes.get(from..from + size)?;
        let rare = u16::from_le_bytes([bytes[4], bytes[5]]);
        Some(Piece { rare: f32::from(rare) / STEPS, weights: bytes[HEAD..].as_chunks().0 })
    }
}

/// Columns with what fills them up.
fn filled(columns: usize) -> usize {
    columns.next_multiple_of(LANES)
}
