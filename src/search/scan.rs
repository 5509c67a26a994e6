//! Vectors in memory and the nearest of them: bytes are scanned, the best are compared exactly; among very many, bits say first
//! who is worth a look.
//!
//! Bits are the signs after a random rotation (signs and Hadamard transform, as in Ailon and Chazelle 2009), which spreads what
//! the first numbers of a vector hold over all of them. The exact comparison makes the answer exact as long as the true
//! neighbours are among those looked at; `benches/search` measures how often they are.

use crate::domain::kernel::{self, Differences};
use crate::providers::embed::normalise;

/// From so many vectors on, bits go first. Below, a scan of all bytes is quicker than choosing.
const BITS_FROM: usize = 24_000;
/// Compared exactly for each one that is wanted, at least.
const EXACT: usize = 4;
const EXACT_LEAST: usize = 48;

/// A growing, shrinking heap of vectors of one length; a slot is a vector's place in it.
#[derive(Default)]
pub struct Scan {
    dims: usize,
    /// Numbers of a row of `codes`: `dims` rounded up to what the loops like.
    width: usize,
    codes: Vec<u8>,
    scales: Vec<f32>,
    bits: Vec<u64>,
    exact: Vec<f32>,
    signs: Vec<f32>,
}

impl Scan {
    /// For vectors of so many numbers.
    pub fn new(dims: usize) -> Self {
        Self { dims, width: dims.next_multiple_of(32), signs: signs(dims.next_power_of_two().max(64)), ..Self::default() }
    }

    /// How many vectors it holds.
    pub fn len(&self) -> usize {
        self.scales.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.scales.is_empty()
    }

    /// How many numbers a vector has.
    pub fn dims(&self) -> usize {
        self.dims
    }

    /// Bytes it takes in memory.
    pub fn bytes(&self) -> usize {
        self.codes.len() + 4 * (self.scales.len() + self.exact.len()) + 8 * self.bits.len()
    }

    /// Adds a vector of length one; its slot. None when it has another number of numbers.
    pub fn push(&mut self, v: &[f32]) -> Option<u32> {
        if v.len() != self.dims || self.dims == 0 {
            return None;
        }
        let slot = u32::try_from(self.len()).ok()?;
        let largest = v.iter().fold(0f32, |m, x| m.max(x.abs())).max(f32::MIN_POSITIVE);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 1 and 255 by the scale")]
        self.codes.extend(v.iter().map(|x| ((x / largest * 127.0).round() + 128.0) as u8));
        self.codes.resize(self.len_in(self.width) + self.width, 128);
        self.scales.push(largest / 127.0);
        self.exact.extend_from_slice(v);
        let rotated = self.rotated(v);
        self.bits.extend(sign_bits(&rotated));
        Some(slot)
    }

    fn len_in(&self, width: usize) -> usize {
        self.len() * width
    }

    /// Takes a slot away; the last vector moves into it.
    pub fn swap_remove(&mut self, slot: u32) {
        let at = slot as usize;
        if at >= self.len() {
            return;
        }
        let words = self.signs.len() / 64;
        remove_row(&mut self.codes, at, self.width);
        remove_row(&mut self.exact, at, self.dims);
        remove_row(&mut self.bits, at, words);
        self.scales.swap_remove(at);
    }

    /// The cosine of a query of length one with a vector.
    pub fn cosine(&self, slot: u32, query: &[f32]) -> Option<f32> {
        self.vector(slot).filter(|v| v.len() == query.len()).map(|v| kernel::dot(query, v))
    }

    fn vector(&self, slot: u32) -> Option<&[f32]> {
        let from = slot as usize * self.dims;
        self.exact.get(from..from + self.dims)
    }

    /// About the `most` nearest slots, best first with exact cosines. With `only`, no others are looked at.
    pub fn nearest(&self, query: &[f32], most: usize, only: Option<&[u32]>) -> Vec<(u32, f32)> {
        if query.len() != self.dims || self.is_empty() || most == 0 {
            return Vec::new();
        }
        let (mut dots, coarse) = (Vec::new(), self.coarse(query));
        let chosen;
        let rows: Option<&[u32]> = match only {
            Some(rows) => Some(rows),
            None if self.len() >= BITS_FROM => {
                chosen = self.alike(query, self.worth_a_look(most));
                Some(&chosen)
            }
            None => None,
        };
        match rows {
            Some(rows) => kernel::dots_of(&coarse, &self.codes, rows, &mut dots),
            None => kernel::dots(&coarse, &self.codes, &mut dots),
        }
        // Codes stand 128 too high, so every dot product is this much too large.
        let shift = 128 * coarse.iter().map(|q| i32::from(*q)).sum::<i32>();
        let mut best = Best::new((most * EXACT).max(EXACT_LEAST));
        #[expect(clippy::cast_precision_loss, reason = "sums of bytes stay below 2^24")]
        let about = |dot: i32, slot: u32| (dot - shift) as f32 * self.scales[slot as usize];
        match rows {
            Some(rows) => dots.iter().zip(rows).for_each(|(d, slot)| best.offer(about(*d, *slot), *slot)),
            None => dots.iter().zip(0u32..).for_each(|(d, slot)| best.offer(about(*d, slot), slot)),
        }
        let mut near = best.take();
        near.iter().filter_map(|n| self.vector(n.1)).for_each(kernel::ask_for);
        for n in &mut near {
            n.0 = self.cosine(n.1, query).unwrap_or(f32::NEG_INFINITY);
        }
        near.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        near.into_iter().take(most).map(|(cosine, slot)| (slot, cosine)).collect()
    }

    /// A query as numbers from -63 to 63; what `width` has over `dims` is zero and counts nothing.
    fn coarse(&self, query: &[f32]) -> Vec<i8> {
        let largest = query.iter().fold(0f32, |m, x| m.max(x.abs())).max(f32::MIN_POSITIVE);
        #[expect(clippy::cast_possible_truncation, reason = "within -63 and 63 by the scale")]
        let mut out: Vec<i8> = query.iter().map(|x| (x / largest * 63.0).round() as i8).collect();
        out.resize(self.width, 0);
        out
    }

    /// How many of all are compared by bytes: measured so that the true ten nearest are nearly always among them.
    fn worth_a_look(&self, most: usize) -> usize {
        (self.len() / 192).max(2_000).max(most * 32)
    }

    /// The slots whose bits differ least, at least `wanted` of them.
    fn alike(&self, query: &[f32], wanted: usize) -> Vec<u32> {
        let rotated = self.rotated(query);
        let bits: Vec<u64> = sign_bits(&rotated).collect();
        Differences::new(&bits, &self.bits).least(wanted)
    }

    fn rotated(&self, v: &[f32]) -> Vec<f32> {
        let mut out = v.to_vec();
        out.resize(self.signs.len(), 0.0);
        for _ in 0..2 {
            out.iter_mut().zip(&self.signs).for_each(|(x, s)| *x *= s);
            hadamard(&mut out);
        }
        normalise(&mut out);
        out
    }
}

/// Ones and minus ones that look random but are the same in every process (splitmix64, Steele 2014).
fn signs(n: usize) -> Vec<f32> {
    let mut state = 0u64;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb)
    };
    (0..n).map(|_| if next() >> 63 == 0 { 1.0 } else { -1.0 }).collect()
}

/// The fast Walsh-Hadamard transform, in place; the length is a power of two.
fn hadamard(v: &mut [f32]) {
    let mut step = 1;
    while step < v.len() {
        for block in v.chunks_exact_mut(step * 2) {
            let (low, high) = block.split_at_mut(step);
            for (a, b) in low.iter_mut().zip(high) {
                (*a, *b) = (*a + *b, *a - *b);
            }
        }
        step *= 2;
    }
}

fn sign_bits(v: &[f32]) -> impl Iterator<Item = u64> {
    v.chunks(64).map(|c| c.iter().enumerate().fold(0, |bits, (i, x)| bits | (u64::from(*x > 0.0) << i)))
}

fn remove_row<T: Copy>(rows: &mut Vec<T>, at: usize, width: usize) {
    let last = rows.len() - width;
    rows.copy_within(last.., at * width);
    rows.truncate(last);
}

/// Keeps the largest of many: what is below the least of those kept is passed over at once.
struct Best {
    most: usize,
    least: f32,
    kept: Vec<(f32, u32)>,
}

impl Best {
    fn new(most: usize) -> Self {
        Self { most, least: f32::NEG_INFINITY, kept: Vec::with_capacity(most * 4) }
    }
    #[inline]
    fn offer(&mut self, score: f32, slot: u32) {
        if score > self.least {
            self.kept.push((score, slot));
            if self.kept.len() >= self.most * 4 {
                self.cut();
            }
        }
    }
    fn cut(&mut self) {
        if self.kept.len() > self.most {
            let (_, last, _) = self.kept.select_nth_unstable_by(self.most - 1, |a, b| b.0.total_cmp(&a.0));
            self.least = last.0;
            self.kept.truncate(self.most);
        }
    }
    fn take(mut self) -> Vec<(f32, u32)> {
        self.cut();
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vectors(n: usize, dims: usize) -> Vec<Vec<f32>> {
        let mut seed = 7u64;
        let mut next = move || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed >> 40) as f32 / (1u64 << 24) as f32 - 0.5
        };
        (0..n)
            .map(|_| {
                let mut v: Vec<f32> = (0..dims).map(|i| next() / (1.0 + i as f32).sqrt()).collect();
                normalise(&mut v);
                v
            })
            .collect()
    }

    fn exact(all: &[Vec<f32>], q: &[f32], most: usize) -> Vec<u32> {
        let mut by: Vec<(f32, u32)> = all.iter().zip(0..).map(|(v, n)| (v.iter().zip(q).map(|(a, b)| a * b).sum(), n)).collect();
        by.sort_by(|a, b| b.0.total_cmp(&a.0));
        by.into_iter().take(most).map(|(_, n)| n).collect()
    }

    #[test]
    fn the_nearest_are_the_nearest_after_many_removals_too() {
        for dims in [256, 100] {
            let mut all = vectors(600, dims);
            let mut scan = Scan::new(dims);
            all.iter().for_each(|v| assert!(scan.push(v).is_some()));
            for slot in [0u32, 5, 597, 300, 17] {
                scan.swap_remove(slot);
                all.swap_remove(slot as usize);
            }
            assert_eq!((scan.len(), scan.push(&[0.0; 3])), (595, None));
            for q in vectors(20, dims) {
                let got: Vec<u32> = scan.nearest(&q, 10, None).into_iter().map(|n| n.0).collect();
                assert_eq!(got, exact(&all, &q, 10));
            }
            let some: Vec<u32> = (0..595).step_by(50).collect();
            let got = scan.nearest(&all[100].clone(), 3, Some(&some));
            assert!(got.len() == 3 && got[0].0 == 100 && (got[0].1 - 1.0).abs() < 1e-5);
        }
    }

    #[test]
    fn among_very_many_bits_go_first_and_hardly_anything_is_missed() {
        let all = vectors(BITS_FROM + 1_000, 64);
        let mut scan = Scan::new(64);
        all.iter().for_each(|v| assert!(scan.push(v).is_some()));
        let (mut right, mut of) = (0, 0);
        for q in vectors(12, 64) {
            let want = exact(&all, &q, 10);
            right += scan.nearest(&q, 10, None).iter().filter(|n| want.contains(&n.0)).count();
            of += 10;
        }
        assert!(right * 100 >= of * 90, "{right} of {of}");
    }
}
