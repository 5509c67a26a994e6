//! The inner loops over vectors: dot products of bytes and distances of bits for a scan, sums of rows for an embedding, with AVX2 where the
//! processor has it.
//!
//! Plain Rust does the same everywhere else; a test compares both. The only `unsafe` is the call into code compiled for a
//! processor that was asked first, and its loads.

/// Whether this processor has what the fast loops need.
fn is_fast() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") && is_x86_feature_detected!("popcnt")
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        false
    }
}

/// The dot product of each row of `codes` with `query`, which holds numbers from -63 to 63: with codes from 0 to 255, two
/// products and their sum always fit 16 bits. Rows are as long as the query.
pub fn dots(query: &[i8], codes: &[u8], out: &mut Vec<i32>) {
    out.clear();
    #[cfg(target_arch = "x86_64")]
    if is_fast() && query.len().is_multiple_of(32) {
        #[expect(unsafe_code, reason = "calls code for a processor that was asked just now")]
        // SAFETY: AVX2 is there.
        unsafe {
            fast::dots(query, codes, out);
        }
        return;
    }
    out.extend(codes.chunks_exact(query.len().max(1)).map(|row| dot_bytes(query, row)));
}

/// The same for chosen rows only.
pub fn dots_of(query: &[i8], codes: &[u8], rows: &[u32], out: &mut Vec<i32>) {
    out.clear();
    #[cfg(target_arch = "x86_64")]
    if is_fast() && query.len().is_multiple_of(32) {
        #[expect(unsafe_code, reason = "calls code for a processor that was asked just now")]
        // SAFETY: AVX2 is there.
        unsafe {
            fast::dots_of(query, codes, rows, out);
        }
        return;
    }
    out.extend(rows.iter().map(|r| row(codes, *r, query.len()).map_or(0, |row| dot_bytes(query, row))));
}

/// A row of so many bytes.
#[inline(always)]
fn row(codes: &[u8], number: u32, length: usize) -> Option<&[u8]> {
    codes.get(number as usize * length..(number as usize + 1) * length)
}

/// A hint that this will be read soon: what stands anywhere in memory takes longer to come than to be worked on.
pub fn ask_for(row: &[f32]) {
    #[cfg(target_arch = "x86_64")]
    fast::ask_for(row);
    #[cfg(not(target_arch = "x86_64"))]
    let _ = row;
}

/// In how many bits rows differ from a query, and how many rows differ by how much.
#[derive(Default)]
pub struct Differences {
    of: Vec<u16>,
    /// Rows by their difference, in four counters each: one alone would wait for itself, since most rows differ by much the same.
    counts: Vec<[u32; 4]>,
}

impl Differences {
    /// Compares each row of `bits` with `query`.
    pub fn new(query: &[u64], bits: &[u64]) -> Self {
        let words = query.len().max(1);
        let mut new = Self { of: vec![0; bits.len() / words], counts: vec![[0; 4]; words * 64 + 1] };
        #[cfg(target_arch = "x86_64")]
        if is_fast() {
            #[expect(unsafe_code, reason = "calls code for a processor that was asked just now")]
            // SAFETY: AVX2 and POPCNT are there.
            unsafe {
                fast::compare(query, bits, &mut new);
            }
            return new;
        }
        compare(query, bits, &mut new);
        new
    }
    /// The rows that differ least, at least so many of them, and all that differ as little as the last of these.
    pub fn least(&self, wanted: usize) -> Vec<u32> {
        let mut sum = 0;
        let last = self.counts.iter().position(|n| {
            sum += n.iter().sum::<u32>() as usize;
            sum >= wanted
        });
        let mut out = Vec::with_capacity(sum);
        let last = last.and_then(|n| u16::try_from(n).ok()).unwrap_or(u16::MAX);
        #[cfg(target_arch = "x86_64")]
        if is_fast() {
            #[expect(unsafe_code, reason = "calls code for a processor that was asked just now")]
            // SAFETY: AVX2 is there.
            unsafe {
                fast::up_to(last, &self.of, &mut out);
            }
            return out;
        }
        up_to(last, 0, &self.of, &mut out);
        out
    }
}

/// The dot product of two vectors of floats.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    #[cfg(target_arch = "x86_64")]
    if is_fast() {
        #[expect(unsafe_code, reason = "calls code for a processor that was asked just now")]
        // SAFETY: AVX2 and FMA are there.
        return unsafe { fast::dot(a, b) };
    }
    dot_floats(a, b)
}

/// Adds a row of signed bytes to sums, each times `by`. It is rounded the same on every processor: what is stored was made on one, what is
/// looked for may be made on another.
pub fn add_times(row: &[u8], by: f32, sums: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    if is_fast() {
        #[expect(unsafe_code, reason = "calls code for a processor that was asked just now")]
        // SAFETY: AVX2 is there.
        unsafe {
            fast::add_times(row, by, sums);
        }
        return;
    }
    add_bytes(row, by, sums);
}

fn add_bytes(row: &[u8], by: f32, sums: &mut [f32]) {
    for (sum, byte) in sums.iter_mut().zip(row) {
        *sum += f32::from(byte.cast_signed()) * by;
    }
}

fn dot_bytes(query: &[i8], row: &[u8]) -> i32 {
    query.iter().zip(row).map(|(q, c)| i32::from(*q) * i32::from(*c)).sum()
}

fn dot_floats(a: &[f32], b: &[f32]) -> f32 {
    const LANES: usize = 16;
    let mut sums = [0f32; LANES];
    let (a_wide, a_rest) = a.as_chunks::<LANES>();
    let (b_wide, b_rest) = b.as_chunks::<LANES>();
    for (x, y) in a_wide.iter().zip(b_wide) {
        for i in 0..LANES {
            sums[i] += x[i] * y[i];
        }
    }
    sums.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum::<f32>()
}

#[inline(always)]
fn compare(query: &[u64], bits: &[u64], to: &mut Differences) {
    // Plain loops: a closure would be a function of its own, without the processor's features.
    let mut lane = 0;
    // 256 bits, as the built-in model has, without an inner loop.
    if let Ok(q) = <&[u64; 4]>::try_from(query) {
        for (n, b) in to.of.iter_mut().zip(bits.as_chunks::<4>().0) {
            *n = differing(q[0], b[0]) + differing(q[1], b[1]) + differing(q[2], b[2]) + differing(q[3], b[3]);
            to.counts[usize::from(*n)][lane] += 1;
            lane = (lane + 1) % 4;
        }
        return;
    }
    for (n, row) in to.of.iter_mut().zip(bits.chunks_exact(query.len().max(1))) {
        for (a, b) in row.iter().zip(query) {
            *n += differing(*a, *b);
        }
        to.counts[usize::from(*n)][lane] += 1;
        lane = (lane + 1) % 4;
    }
}

/// The places of numbers up to `last`; the first of `all` has the place `from`.
#[inline(always)]
fn up_to(last: u16, from: u32, all: &[u16], out: &mut Vec<u32>) {
    for (n, place) in all.iter().zip(from..) {
        if *n <= last {
            out.push(place);
        }
    }
}

/// In how many bits two words differ: at most 64.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "64 at most")]
const fn differing(a: u64, b: u64) -> u16 {
    (a ^ b).count_ones() as u16
}

#[cfg(target_arch = "x86_64")]
mod fast {
    use std::arch::x86_64::{
        __m256i, _MM_HINT_T0, _mm_add_epi32, _mm_add_ps, _mm_add_ss, _mm_cvtsi64_si128, _mm_cvtsi128_si32, _mm_cvtss_f32, _mm_movehdup_ps,
        _mm_movehl_ps, _mm_prefetch, _mm_shuffle_epi32, _mm256_add_epi32, _mm256_add_ps, _mm256_castps256_ps128, _mm256_castsi256_si128,
        _mm256_cmpeq_epi16, _mm256_cvtepi8_epi32, _mm256_cvtepi32_ps, _mm256_extractf128_ps, _mm256_extracti128_si256, _mm256_fmadd_ps,
        _mm256_loadu_ps, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_maddubs_epi16, _mm256_min_epu16, _mm256_movemask_epi8,
        _mm256_mul_ps, _mm256_set1_epi16, _mm256_set1_ps, _mm256_setzero_ps, _mm256_setzero_si256, _mm256_storeu_ps,
    };

    /// So many rows before it is needed, a row that stands anywhere is asked for: memory answers in the time that many take.
    const AHEAD: usize = 12;

    #[target_feature(enable = "avx2")]
    pub(super) fn dots(query: &[i8], codes: &[u8], out: &mut Vec<i32>) {
        out.resize(codes.len() / query.len().max(1), 0);
        for (dot, row) in out.iter_mut().zip(codes.chunks_exact(query.len().max(1))) {
            *dot = dot_row(query, row);
        }
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn dots_of(query: &[i8], codes: &[u8], rows: &[u32], out: &mut Vec<i32>) {
        out.resize(rows.len(), 0);
        for (i, dot) in out.iter_mut().enumerate() {
            if let Some(row) = rows.get(i + AHEAD).and_then(|r| super::row(codes, *r, query.len())) {
                ask_for(row);
            }
            if let Some(row) = super::row(codes, rows[i], query.len()) {
                *dot = dot_row(query, row);
            }
        }
    }

    /// Asks memory for what will be read soon, by lines of 64 bytes.
    #[inline(always)]
    pub(super) fn ask_for<T>(row: &[T]) {
        for line in row.chunks(64 / size_of::<T>()) {
            #[expect(unsafe_code, reason = "takes a pointer, and reads nothing")]
            // SAFETY: a hint; the pointer is to what the line borrows.
            unsafe {
                _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast::<i8>());
            }
        }
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn add_times(row: &[u8], by: f32, sums: &mut [f32]) {
        let times = _mm256_set1_ps(by);
        let (bytes, rest) = row.as_chunks::<8>();
        let (wide, rest_sums) = sums.as_chunks_mut::<8>();
        for (sums, bytes) in wide.iter_mut().zip(bytes) {
            let added = _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_cvtsi64_si128(i64::from_le_bytes(*bytes)))), times);
            #[expect(unsafe_code, reason = "loads from memory and stores to it take a pointer")]
            // SAFETY: the array is 32 bytes long, and neither needs alignment.
            unsafe {
                _mm256_storeu_ps(sums.as_mut_ptr(), _mm256_add_ps(_mm256_loadu_ps(sums.as_ptr()), added));
            }
        }
        super::add_bytes(rest, by, rest_sums);
    }

    #[target_feature(enable = "avx2,popcnt")]
    pub(super) fn compare(query: &[u64], bits: &[u64], to: &mut super::Differences) {
        super::compare(query, bits, to);
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn up_to(last: u16, all: &[u16], out: &mut Vec<u32>) {
        let limit = _mm256_set1_epi16(last.cast_signed());
        let (wide, rest) = all.as_chunks::<16>();
        let mut from = 0;
        for block in wide {
            #[expect(unsafe_code, reason = "loads from memory take a pointer")]
            // SAFETY: the array is 32 bytes long, and the load needs no alignment.
            let numbers = unsafe { _mm256_loadu_si256(block.as_ptr().cast::<__m256i>()) };
            // Equal to the smaller of itself and the limit: not above it.
            if _mm256_movemask_epi8(_mm256_cmpeq_epi16(_mm256_min_epu16(numbers, limit), numbers)) != 0 {
                super::up_to(last, from, block, out);
            }
            from += 16;
        }
        super::up_to(last, from, rest, out);
    }

    #[target_feature(enable = "avx2,fma")]
    pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
        let (a_wide, a_rest) = a.as_chunks::<8>();
        let (b_wide, b_rest) = b.as_chunks::<8>();
        let mut sums = [_mm256_setzero_ps(); 2];
        for (i, (x, y)) in a_wide.iter().zip(b_wide).enumerate() {
            #[expect(unsafe_code, reason = "loads from memory take a pointer")]
            // SAFETY: both arrays are 32 bytes long, and the load needs no alignment.
            let (x, y) = unsafe { (_mm256_loadu_ps(x.as_ptr()), _mm256_loadu_ps(y.as_ptr())) };
            sums[i % 2] = _mm256_fmadd_ps(x, y, sums[i % 2]);
        }
        let sum = _mm256_add_ps(sums[0], sums[1]);
        let half = _mm_add_ps(_mm256_castps256_ps128(sum), _mm256_extractf128_ps::<1>(sum));
        let quarter = _mm_add_ps(half, _mm_movehl_ps(half, half));
        _mm_cvtss_f32(_mm_add_ss(quarter, _mm_movehdup_ps(quarter))) + super::dot_floats(a_rest, b_rest)
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn dot_row(query: &[i8], row: &[u8]) -> i32 {
        let ones = _mm256_set1_epi16(1);
        let mut sum = _mm256_setzero_si256();
        for (q, c) in query.as_chunks::<32>().0.iter().zip(row.as_chunks::<32>().0) {
            #[expect(unsafe_code, reason = "loads from memory take a pointer")]
            // SAFETY: both arrays are 32 bytes long, and the load needs no alignment.
            let (q, c) = unsafe { (_mm256_loadu_si256(q.as_ptr().cast::<__m256i>()), _mm256_loadu_si256(c.as_ptr().cast::<__m256i>())) };
            sum = _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(c, q), ones));
        }
        let half = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256::<1>(sum));
        let quarter = _mm_add_epi32(half, _mm_shuffle_epi32::<0b00_00_11_10>(half));
        _mm_cvtsi128_si32(_mm_add_epi32(quarter, _mm_shuffle_epi32::<0b00_00_00_01>(quarter)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look random but are the same each time (xorshift, Marsaglia 2003).
    fn numbers(mut seed: u64) -> impl FnMut() -> u64 {
        move || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed
        }
    }

    #[test]
    fn the_rows_that_differ_least_are_found_with_all_that_differ_as_little() {
        let mut next = numbers(7);
        let query: Vec<u64> = (0..4).map(|_| next()).collect();
        let bits: Vec<u64> = (0..4 * 1_003).map(|_| next()).collect();
        let by = |row: usize| query.iter().zip(&bits[row * 4..]).map(|(a, b)| (a ^ b).count_ones()).sum::<u32>();
        let all = Differences::new(&query, &bits);
        for wanted in [1, 10, 500, 1_003, 5_000] {
            let found = all.least(wanted);
            let last = found.iter().map(|r| by(*r as usize)).max().unwrap();
            assert!(found.len() >= wanted.min(1_003));
            assert!((0..1_003).all(|r| found.contains(&u32::try_from(r).unwrap()) == (by(r) <= last)), "{wanted}");
            assert!(wanted > 1_003 || found.iter().filter(|r| by(**r as usize) < last).count() < wanted);
        }
    }

    #[test]
    fn the_fast_loops_count_as_the_plain_ones() {
        let mut next = numbers(42);
        for dims in [32usize, 64, 256, 1024, 48, 300] {
            let query: Vec<i8> = (0..dims).map(|i| if i % 2 == 0 { 63 } else { i8::try_from(next() % 127).unwrap() - 63 }).collect();
            let codes: Vec<u8> = (0..dims * 9).map(|i| if i % 3 == 0 { 255 } else { u8::try_from(next() % 256).unwrap() }).collect();
            let plain: Vec<i32> = codes.chunks_exact(dims).map(|row| dot_bytes(&query, row)).collect();
            let mut out = Vec::new();
            dots(&query, &codes, &mut out);
            assert_eq!(out, plain, "{dims}");
            dots_of(&query, &codes, &[8, 0, 3], &mut out);
            assert_eq!(out, [plain[8], plain[0], plain[3]]);
            let (a, bits): (Vec<u64>, Vec<u64>) =
                ((0..dims.div_ceil(64)).map(|_| next()).collect(), (0..dims.div_ceil(64) * 7).map(|_| next()).collect());
            let fast = Differences::new(&a, &bits);
            let mut slow = Differences { of: vec![0; 7], counts: vec![[0; 4]; fast.counts.len()] };
            compare(&a, &bits, &mut slow);
            assert_eq!((fast.of.len(), &fast.of, &fast.counts), (7, &slow.of, &slow.counts));
            let x: Vec<f32> = (0..dims).map(|i| (i as f32).sin()).collect();
            let (mut fast, mut plain) = (x.clone(), x.clone());
            add_times(&codes[..dims], 0.37, &mut fast);
            add_bytes(&codes[..dims], 0.37, &mut plain);
            assert!(fast == plain && fast[0] == -0.37, "{dims}");
            assert!((dot(&x, &x) - x.iter().map(|v| v * v).sum::<f32>()).abs() < 1e-3);
        }
    }
}
