//! The inner loops of a scan: dot products of bytes and distances of bits, with AVX2 where the processor has it.
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
    let dims = query.len();
    out.extend(rows.iter().map(|r| codes.get(*r as usize * dims..(*r as usize + 1) * dims).map_or(0, |row| dot_bytes(query, row))));
}

/// In how many bits each row of `bits` differs from `query`.
pub fn distances(query: &[u64], bits: &[u64], out: &mut Vec<u16>) {
    out.clear();
    #[cfg(target_arch = "x86_64")]
    if is_fast() {
        #[expect(unsafe_code, reason = "calls code for a processor that was asked just now")]
        // SAFETY: AVX2 and POPCNT are there.
        unsafe {
            fast::distances(query, bits, out);
        }
        return;
    }
    differences(query, bits, out);
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

fn dot_bytes(query: &[i8], row: &[u8]) -> i32 {
    query.iter().zip(row).map(|(q, c)| i32::from(*q) * i32::from(*c)).sum()
}

#[inline(always)]
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
fn differences(query: &[u64], bits: &[u64], out: &mut Vec<u16>) {
    // Plain loops: a closure would be a function of its own, without the processor's features.
    let words = query.len().max(1);
    out.resize(bits.len() / words, 0);
    // 256 bits, as the built-in model has, without an inner loop.
    if let Ok(q) = <&[u64; 4]>::try_from(query) {
        for (n, b) in out.iter_mut().zip(bits.as_chunks::<4>().0) {
            *n = differing(q[0], b[0]) + differing(q[1], b[1]) + differing(q[2], b[2]) + differing(q[3], b[3]);
        }
        return;
    }
    for (n, row) in out.iter_mut().zip(bits.chunks_exact(words)) {
        for (a, b) in row.iter().zip(query) {
            *n += differing(*a, *b);
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
        __m256i, _mm_add_epi32, _mm_cvtsi128_si32, _mm_shuffle_epi32, _mm256_add_epi32, _mm256_castsi256_si128, _mm256_extracti128_si256,
        _mm256_loadu_si256, _mm256_madd_epi16, _mm256_maddubs_epi16, _mm256_set1_epi16, _mm256_setzero_si256,
    };

    #[target_feature(enable = "avx2")]
    pub(super) fn dots(query: &[i8], codes: &[u8], out: &mut Vec<i32>) {
        out.extend(codes.chunks_exact(query.len()).map(|row| dot_row(query, row)));
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn dots_of(query: &[i8], codes: &[u8], rows: &[u32], out: &mut Vec<i32>) {
        let dims = query.len();
        out.extend(rows.iter().map(|r| codes.get(*r as usize * dims..(*r as usize + 1) * dims).map_or(0, |row| dot_row(query, row))));
    }

    #[target_feature(enable = "avx2,popcnt")]
    pub(super) fn distances(query: &[u64], bits: &[u64], out: &mut Vec<u16>) {
        super::differences(query, bits, out);
    }

    #[target_feature(enable = "avx2,fma")]
    pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
        super::dot_floats(a, b)
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
            let (mut fast, mut slow) = (Vec::new(), Vec::new());
            distances(&a, &bits, &mut fast);
            differences(&a, &bits, &mut slow);
            assert_eq!((fast.len(), &fast), (7, &slow));
            let x: Vec<f32> = (0..dims).map(|i| (i as f32).sin()).collect();
            assert!((dot(&x, &x) - x.iter().map(|v| v * v).sum::<f32>()).abs() < 1e-3);
        }
    }
}
