//! Ids: UUID version 7 (RFC 9562), so they sort by birth.

use super::time::Time;
use ring::rand::SecureRandom;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};
use uuid::Uuid;

/// The id of anything we keep.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Id(Uuid);

static COUNTER: AtomicU32 = AtomicU32::new(0);

impl Id {
    /// A new id born at `now`. Ids of one millisecond keep their order by a counter in the 18 bits after the time.
    pub fn new(now: Time) -> Self {
        let n = COUNTER.fetch_add(1, Ordering::Relaxed);
        let mut tail = [0u8; 10];
        tail[3..].copy_from_slice(&tell_apart());
        tail[0] = ((n >> 14) & 0x0f) as u8;
        tail[1] = ((n >> 6) & 0xff) as u8;
        tail[2] = (n & 0x3f) as u8;
        let millis = u64::try_from(now.millis()).unwrap_or(0);
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid())
    }
    /// An id born at `now` whose other bits come from `seed` (SHA-256): the same seed gives the same id.
    pub fn derived(now: Time, seed: &[u8]) -> Self {
        let hash = ring::digest::digest(&ring::digest::SHA256, seed);
        let mut tail = [0u8; 10];
        tail.iter_mut().zip(hash.as_ref()).for_each(|(t, h)| *t = *h);
        let millis = u64::try_from(now.millis()).unwrap_or(0);
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid())
    }
    /// The nil id, for rows that stand for "none".
    pub const NIL: Self = Self(Uuid::nil());
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl FromStr for Id {
    type Err = super::error::Error;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(s).map(Self).map_err(|_| super::error::Error::new(super::error::Kind::NotFound, "That is not an id."))
    }
}

/// Random bytes to tell ids of one moment apart. They are no secret, so many are asked for at once: the operating system takes its time each time.
fn tell_apart() -> [u8; 7] {
    const IDS: usize = 64;
    thread_local! {
        static LEFT: RefCell<Vec<[u8; 7]>> = const { RefCell::new(Vec::new()) };
    }
    LEFT.with_borrow_mut(|left| {
        left.pop().unwrap_or_else(|| {
            let mut raw = [[0u8; 7]; IDS];
            fill_random(raw.as_flattened_mut());
            left.extend(&raw[1..]);
            raw[0]
        })
    })
}

/// Fills `out` with random bytes of the operating system.
pub fn fill_random(out: &mut [u8]) {
    ring::rand::SystemRandom::new().fill(out).expect("the operating system gives random bytes");
}

/// The operating system's random bytes, for signing with keys that want them.
pub fn randomness() -> ring::rand::SystemRandom {
    ring::rand::SystemRandom::new()
}

/// A random token of `bytes` bytes in URL-safe base64, for links, sessions and keys.
pub fn token(bytes: usize) -> String {
    use base64::Engine;
    let mut raw = vec![0u8; bytes];
    fill_random(&mut raw);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_millisecond_keep_their_order() {
        let now = Time::from_millis(1_700_000_000_000);
        let ids: Vec<Id> = (0..1000).map(|_| Id::new(now)).collect();
        assert!(ids.windows(2).all(|w| w[0].to_string() < w[1].to_string()));
        let mut ends: Vec<String> = ids.iter().map(|id| id.to_string().split_off(24)).collect();
        ends.sort_unstable();
        ends.dedup();
        assert_eq!(ends.len(), ids.len(), "and differ in more than the counter");
    }
}
