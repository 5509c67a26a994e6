//! When to try again: as the other side asks, else exponential with full jitter (AWS Architecture Blog, 2015).

use crate::domain::time::Time;

/// How often to try, and how far apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// Attempts in all, the first included.
    pub attempts: u32,
    /// The first wait is at most this, in milliseconds; each further one twice the one before.
    pub base_ms: u64,
    /// No wait is longer.
    pub cap_ms: u64,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { attempts: 3, base_ms: 500, cap_ms: 8_000 }
    }
}

impl Backoff {
    /// One attempt only.
    pub const ONCE: Self = Self { attempts: 1, base_ms: 0, cap_ms: 0 };

    /// The longest wait after the attempt of this number (from 0).
    pub fn ceiling_ms(&self, attempt: u32) -> u64 {
        self.base_ms.saturating_mul(1u64.checked_shl(attempt).unwrap_or(u64::MAX)).min(self.cap_ms)
    }
    /// A random wait of 0 to the ceiling: many clients that failed together do not come back together.
    pub fn wait_ms(&self, attempt: u32) -> u64 {
        let mut raw = [0u8; 8];
        crate::domain::id::fill_random(&mut raw);
        u64::from_le_bytes(raw) % self.ceiling_ms(attempt).saturating_add(1)
    }
}

/// What the other side asks us to wait, in milliseconds, from its headers (names in lower case): `retry-after-ms`,
/// `retry-after` (seconds or an HTTP date), else the reset of a rate limit of which nothing remains, as OpenAI and
/// Groq write it (`x-ratelimit-reset-tokens: 2m59.56s`) or Anthropic (`anthropic-ratelimit-tokens-reset`, RFC 3339).
/// None when nothing is said or it makes no sense (negative, `-1`). Never more than a day.
pub fn asked_wait_ms<'a>(header: &dyn Fn(&str) -> Option<&'a str>, now: Time) -> Option<u64> {
    const DAY_MS: u64 = 86_400_000;
    let stated = header("retry-after-ms")
        .and_then(|v| millis_of(v.trim().parse::<f64>().ok()?))
        .or_else(|| header("retry-after").and_then(|v| retry_after_ms(v.trim(), now)));
    stated.or_else(|| reset_ms(header, now)).map(|ms| ms.min(DAY_MS))
}

fn retry_after_ms(v: &str, now: Time) -> Option<u64> {
    if let Ok(seconds) = v.parse::<f64>() {
        return millis_of(seconds * 1_000.0);
    }
    let until = jiff::fmt::rfc2822::parse(v).ok()?.timestamp().as_millisecond();
    u64::try_from(until.saturating_sub(now.millis()).max(0)).ok()
}

fn reset_ms<'a>(header: &dyn Fn(&str) -> Option<&'a str>, now: Time) -> Option<u64> {
    let spent = |name: &str| header(name).is_some_and(|v| v.trim() == "0");
    let plain = ["requests", "tokens"].into_iter().filter(|d| spent(&format!("x-ratelimit-remaining-{d}"))).filter_map(|d| {
        let wait = duration_ms(header(&format!("x-ratelimit-reset-{d}"))?.trim())?;
        (wait > 0).then_some(wait)
    });
    let kinds = ["requests", "tokens", "input-tokens", "output-tokens"];
    let dated = kinds.into_iter().filter(|d| spent(&format!("anthropic-ratelimit-{d}-remaining"))).filter_map(|d| {
        let until = Time::parse(header(&format!("anthropic-ratelimit-{d}-reset"))?.trim())?;
        u64::try_from(until.since_ms(now)).ok()
    });
    plain.chain(dated).max()
}

/// "12ms", "6m0s", "2m59.56s", "1h2m", "7.5" (seconds) in milliseconds.
pub fn duration_ms(text: &str) -> Option<u64> {
    if let Ok(seconds) = text.parse::<f64>() {
        return millis_of(seconds * 1_000.0);
    }
    let (mut sum, mut rest) = (0.0f64, text);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest.get(..digits)?.parse().ok()?;
        rest = rest.get(digits..)?;
        let unit_len = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let unit_ms = match rest.get(..unit_len)? {
            "us" | "µs" => 0.001,
            "ms" => 1.0,
            "s" => 1_000.0,
            "m" => 60_000.0,
            "h" => 3_600_000.0,
            "d" => 86_400_000.0,
            _ => return None,
        };
        sum += number * unit_ms;
        rest = rest.get(unit_len..)?;
    }
    if text.is_empty() { None } else { millis_of(sum) }
}

/// Rounded up, so that we never come a moment too early. None for what is not a time to wait.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be finite, not negative and below 2^53")]
fn millis_of(ms: f64) -> Option<u64> {
    (ms.is_finite() && ms >= 0.0).then(|| ms.min(9e15).ceil() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn asked(headers: &[(&'static str, &'static str)]) -> Option<u64> {
        let now = Time::parse("2026-11-21T08:00:00Z").unwrap();
        asked_wait_ms(&|n| headers.iter().find(|(k, _)| *k == n).map(|(_, v)| *v), now)
    }

    #[test]
    fn reads_what_providers_write() {
        assert_eq!(asked(&[("retry-after", "20")]), Some(20_000));
        assert_eq!(asked(&[("retry-after", "0.5")]), Some(500));
        assert_eq!(asked(&[("retry-after-ms", "1500"), ("retry-after", "20")]), Some(1_500));
        assert_eq!(asked(&[("retry-after", "Sat, 21 Nov 2026 08:00:07 GMT")]), Some(7_000));
        assert_eq!(asked(&[("retry-after", "Sat, 21 Nov 2026 07:00:00 GMT")]), Some(0));
        assert_eq!(asked(&[("x-ratelimit-reset-requests", "6m0s")]), None, "requests remain");
        assert_eq!(asked(&[("x-ratelimit-reset-requests", "6m0s"), ("x-ratelimit-remaining-requests", "0")]), Some(360_000));
        let both = [
            ("x-ratelimit-remaining-requests", "0"),
            ("x-ratelimit-reset-requests", "12ms"),
            ("x-ratelimit-remaining-tokens", "0"),
            ("x-ratelimit-reset-tokens", "2m59.56s"),
        ];
        assert_eq!(asked(&both), Some(179_560));
        let anthropic = [("anthropic-ratelimit-tokens-remaining", "0"), ("anthropic-ratelimit-tokens-reset", "2026-11-21T08:00:03Z")];
        assert_eq!(asked(&anthropic), Some(3_000));
        assert_eq!(asked(&[("retry-after", "999999999")]), Some(86_400_000));
    }

    #[test]
    fn ignores_what_makes_no_sense() {
        assert_eq!(asked(&[]), None);
        for bad in ["-1", "soon", "NaN", "", "inf"] {
            assert_eq!(asked(&[("retry-after", bad)]), None, "{bad}");
        }
        for bad in ["-1", "0", "5x", "s", ""] {
            assert_eq!(asked(&[("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", bad)]), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,20}", n in 0u32..80) {
            let _ = duration_ms(&text);
            let now = Time::from_millis(0);
            let _ = asked_wait_ms(&|_| Some(&text), now);
            let b = Backoff::default();
            prop_assert!(b.wait_ms(n) <= b.ceiling_ms(n) && b.ceiling_ms(n) <= b.cap_ms);
        }
    }
}
