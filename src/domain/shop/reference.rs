//! Payment references: five characters people can read out and one that catches a wrong one.
//!
//! Alphabet: 31 characters of Crockford's base 32 (no I, L, O, U and no Z). The check character is a weighted sum
//! modulo 31, a prime: every single wrong character and every swap of neighbours in the body changes it.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKMNPQRSTVWXY";
const BODY: usize = 5;

fn value(c: u8) -> Option<u32> {
    let c = match c.to_ascii_uppercase() {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        c => c,
    };
    ALPHABET.iter().position(|a| *a == c).and_then(|p| u32::try_from(p).ok())
}

/// The check character of a body. Weights 2, 3, 4… modulo 31, a prime: no single change and no swap of neighbours
/// keeps the sum.
fn check(body: &[u8]) -> Option<u8> {
    let mut sum = 0;
    for (c, weight) in body.iter().zip(2u32..) {
        sum = (sum + value(*c)? * weight) % 31;
    }
    ALPHABET.get(sum as usize).copied()
}

/// The reference made from a number: the body spells `n` in base 31, spread so that neighbours do not look alike.
/// Different `n` below 28,629,151 give different references.
pub fn reference(n: u32) -> String {
    const ALL: u64 = 31u64.pow(5);
    // 12,345,677 has no factor 31, so multiplying by it only shuffles the bodies.
    let mut x = (u64::from(n) * 12_345_677 + 7_654_321) % ALL;
    let mut body = [0u8; BODY];
    for slot in body.iter_mut().rev() {
        *slot = ALPHABET[(x % 31) as usize];
        x /= 31;
    }
    let mut out = String::from_utf8_lossy(&body).into_owned();
    out.push(char::from(check(&body).unwrap_or(b'0')));
    out
}

/// Reads a reference as people type it ("4k7-2pq"); none when the check character is wrong.
pub fn parse(text: &str) -> Option<String> {
    let clean: Vec<u8> = text.bytes().filter(|b| !matches!(b, b' ' | b'-')).collect();
    if clean.len() != BODY + 1 {
        return None;
    }
    let mut canon = Vec::with_capacity(BODY + 1);
    for c in &clean {
        canon.push(ALPHABET[value(*c)? as usize]);
    }
    (check(&canon[..BODY])? == canon[BODY]).then(|| String::from_utf8_lossy(&canon).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn reads_back(n in 0u32..28_629_151) {
            let r = reference(n);
            prop_assert_eq!(parse(&r.to_lowercase()), Some(r));
        }
        #[test]
        fn a_wrong_character_is_caught(n in 0u32..28_629_151, at in 0usize..6, to in 0usize..31) {
            let r = reference(n);
            let mut wrong = r.clone().into_bytes();
            prop_assume!(wrong[at] != ALPHABET[to]);
            wrong[at] = ALPHABET[to];
            prop_assert_eq!(parse(std::str::from_utf8(&wrong).unwrap()), None);
        }
        #[test]
        fn swapped_neighbours_are_caught(n in 0u32..28_629_151, at in 0usize..4) {
            let mut wrong = reference(n).into_bytes();
            prop_assume!(wrong[at] != wrong[at + 1]);
            wrong.swap(at, at + 1);
            prop_assert_eq!(parse(std::str::from_utf8(&wrong).unwrap()), None);
        }
        #[test]
        fn different_numbers_differ(a in 0u32..28_629_151, b in 0u32..28_629_151) {
            prop_assume!(a != b);
            prop_assert_ne!(reference(a), reference(b));
        }
        #[test]
        fn reading_never_panics(text in ".*") {
            let _ = parse(&text);
        }
    }
}
