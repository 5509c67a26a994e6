//! Quotas: how long to wait before the next message may go. Never sleeps itself, so the queue can do other work.
//!
//! The generic cell rate algorithm (ITU-T I.371): a token bucket that needs one number a key.

use crate::domain::time::Clock;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// A token bucket: `burst` at once, then `tokens` every `per_ms` milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many may go at once after a rest.
    pub burst: u32,
    /// How many come back …
    pub tokens: u32,
    /// … in this many milliseconds.
    pub per_ms: u32,
}

impl Rate {
    /// WhatsApp Cloud API, one business number to one customer: 1 in 6 seconds, 45 at once (Meta's pair rate limit).
    pub const WHATSAPP_PAIR: Self = Self { burst: 45, tokens: 1, per_ms: 6_000 };

    fn spacing_us(self) -> i64 {
        (i64::from(self.per_ms) * 1_000 / i64::from(self.tokens.max(1))).max(1)
    }
}

/// Buckets by key. Kept in memory: after a restart all are full, which providers forgive.
#[derive(Debug)]
pub struct Quota {
    /// When the bucket is full again, in microseconds of [`Self::now_us`].
    full_at: Mutex<HashMap<String, i64>>,
    /// When those who were told to wait may go, in the same.
    booked: Mutex<HashMap<String, i64>>,
    clock: Clock,
    steady: Mutex<Steady>,
}

/// What makes time out of a clock that may be set back, in microseconds.
#[derive(Debug, Default)]
struct Steady {
    newest: i64,
    /// How far the clock was set back in all.
    back: i64,
}

/// Keys kept before the full buckets are forgotten.
const KEYS_MAX: usize = 20_000;

impl Quota {
    /// All buckets full.
    pub fn new(clock: Clock) -> Self {
        Self { full_at: Mutex::default(), booked: Mutex::default(), clock, steady: Mutex::default() }
    }
    /// Time that never goes back: whoever waits would wait for as long as the clock was set back.
    fn now_us(&self) -> i64 {
        let clock = self.clock.now().millis().saturating_mul(1_000);
        let mut steady = self.steady.lock().unwrap_or_else(PoisonError::into_inner);
        let now = clock.saturating_add(steady.back);
        steady.back += (steady.newest - now).max(0);
        steady.newest = steady.newest.max(now);
        steady.newest
    }
    /// Takes one token from each of these buckets, or none and the milliseconds to wait.
    pub fn take(&self, from: &[(&str, Rate)]) -> Result<(), u64> {
        let now = self.now_us();
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let mut wait_us = 0;
        for (key, rate) in from {
            let full = full_at.get(*key).copied().unwrap_or(now).max(now);
            let room = rate.spacing_us().saturating_mul(i64::from(rate.burst.max(1)) - 1);
            wait_us = wait_us.max(full - now - room);
        }
        if wait_us > 0 {
            return Err(u64::try_from(wait_us).unwrap_or(0).div_ceil(1_000));
        }
        if full_at.len() > KEYS_MAX {
            full_at.retain(|_, full| *full > now);
        }
        for (key, rate) in from {
            let full = full_at.entry((*key).to_owned()).or_insert(now);
            *full = (*full).max(now).saturating_add(rate.spacing_us());
        }
        Ok(())
    }
    /// Like [`Self::take`], but whoever must wait has a place from now on: when `ticket` comes again after the wait it goes,
    /// whoever came since. A crowd then leaves in order, each asking twice, instead of racing for every token.
    pub fn take_or_book(&self, ticket: &str, from: &[(&str, Rate)]) -> Result<(), u64> {
        let now = self.now_us();
        let mut booked = self.booked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = booked.get(ticket).copied() {
            if at > now {
                return Err(u64::try_from(at - now).unwrap_or(0).div_ceil(1_000));
            }
            booked.remove(ticket);
            return Ok(());
        }
        let Err(wait_ms) = self.take(from) else { return Ok(()) };
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, rate) in from {
            let full = full_at.entry((*key).to_owned()).or_insert(now);
            *full = (*full).max(now).saturating_add(rate.spacing_us());
        }
        if booked.len() > KEYS_MAX {
            booked.retain(|_, at| *at > now);
        }
        booked.insert(ticket.to_owned(), now.saturating_add(i64::try_from(wait_ms).unwrap_or(i64::MAX / 2_000).saturating_mul(1_000)));
        Err(wait_ms)
    }
    /// The provider says it was too much: nothing goes from this bucket for `ms` milliseconds.
    pub fn hold(&self, key: &str, rate: Rate, ms: u64) {
        let now = self.now_us();
        let room = rate.spacing_us().saturating_mul(i64::from(rate.burst.max(1)) - 1);
        let until = now.saturating_add(i64::try_from(ms).unwrap_or(i64::MAX / 4_000).saturating_mul(1_000)).saturating_add(room);
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let full = full_at.entry(key.to_owned()).or_insert(until);
        *full = (*full).max(until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Time;
    use proptest::prelude::*;

    fn at(ms: i64) -> (Clock, Quota) {
        let clock = Clock::starting_at(Time::from_millis(ms));
        (clock.clone(), Quota::new(clock))
    }

    #[test]
    fn a_pair_may_burst_45_and_then_one_in_six_seconds() {
        let (clock, q) = at(1_000_000);
        let pair = [("p", Rate::WHATSAPP_PAIR)];
        assert!((0..45).all(|_| q.take(&pair).is_ok()));
        assert_eq!(q.take(&pair), Err(6_000));
        clock.advance_ms(5_999);
        assert_eq!(q.take(&pair), Err(1));
        clock.advance_ms(1);
        assert_eq!(q.take(&pair), Ok(()));
        assert_eq!(q.take(&pair), Err(6_000));
        assert_eq!(q.take(&[("other", Rate::WHATSAPP_PAIR)]), Ok(()));
    }

    #[test]
    fn a_crowd_leaves_in_order() {
        let (clock, q) = at(0);
        let rate = [("n", Rate { burst: 1, tokens: 1, per_ms: 1_000 })];
        let ask = |who: &str| q.take_or_book(who, &rate);
        assert_eq!((ask("a"), ask("b"), ask("c")), (Ok(()), Err(1_000), Err(2_000)));
        clock.advance_ms(1_000);
        assert_eq!((ask("c"), ask("b"), ask("d")), (Err(1_000), Ok(()), Err(2_000)));
        clock.advance_ms(1_000);
        assert_eq!((ask("d"), ask("c")), (Err(1_000), Ok(())));
    }

    #[test]
    fn nobody_waits_for_a_clock_that_was_set_back() {
        let (clock, q) = at(100_000_000);
        let rate = [("n", Rate { burst: 1, tokens: 1, per_ms: 1_000 })];
        assert_eq!((q.take_or_book("a", &rate), q.take_or_book("b", &rate)), (Ok(()), Err(1_000)));
        clock.advance_ms(-3_600_000);
        assert_eq!(q.take_or_book("b", &rate), Err(1_000));
        clock.advance_ms(1_000);
        assert_eq!((q.take_or_book("b", &rate), q.take(&rate)), (Ok(()), Err(1_000)));
    }

    #[test]
    fn all_buckets_or_none() {
        let (_, q) = at(0);
        let slow = Rate { burst: 1, tokens: 1, per_ms: 1_000 };
        assert!(q.take(&[("a", slow)]).is_ok());
        assert_eq!(q.take(&[("b", slow), ("a", slow)]), Err(1_000));
        assert!(q.take(&[("b", slow)]).is_ok(), "b was not touched");
        q.hold("c", slow, 5_000);
        assert_eq!(q.take(&[("c", slow)]), Err(5_000));
    }

    proptest! {
        /// Whatever the pauses: never more than the burst and what came back since; and the wait told is enough.
        #[test]
        fn never_more_than_allowed(pauses in proptest::collection::vec(0i64..40, 1..200)) {
            let (clock, q) = at(1);
            let rate = Rate { burst: 5, tokens: 80, per_ms: 1_000 };
            let (mut sent, mut passed) = (0i64, 0i64);
            for p in pauses {
                clock.advance_ms(p);
                passed += p;
                if let Err(wait) = q.take(&[("n", rate)]) {
                    let wait = i64::try_from(wait).unwrap();
                    clock.advance_ms(wait);
                    passed += wait;
                    prop_assert!(q.take(&[("n", rate)]).is_ok());
                }
                sent += 1;
                prop_assert!(sent <= 5 + passed * 80 / 1_000 + 1);
            }
        }
    }
}
