//! Ids: UUID version 7 (RFC 9562), so they sort by birth.

use super::time::Time;
use ring::rand::SecureRandom;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

/// The id of anything we keep.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Id(Uuid);

/// Bits that count the ids of one millisecond.
const COUNTER_BITS: u32 = 18;
/// The birth of the newest id of this process: milliseconds, then the counter. Clocks are set back, ids never are: whatever is compared by
/// its id would else come before what it followed.
static NEWEST: AtomicU64 = AtomicU64::new(0);

impl Id {
    /// A new id born at `now`, larger than every one before it. Ids of one millisecond keep their order by a counter in the 18 bits
    /// after the time; a counter that is full goes on into the next.
    pub fn new(now: Time) -> Self {
        let first = u64::try_from(now.millis()).unwrap_or(0) << COUNTER_BITS;
        let next = |newest: u64| first.max(newest.saturating_add(1));
        let before = NEWEST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |newest| Some(next(newest)));
        let born = next(before.unwrap_or_else(|newest| newest));
        let mut tail = [0u8; 10];
        tail[3..].copy_from_slice(&tell_apart());
        tail[0] = ((born >> 14) & 0x0f) as u8;
        tail[1] = ((born >> 6) & 0xff) as u8;
        tail[2] = (born & 0x3f) as u8;
        Self(uuid::Builder::from_unix_timestamp_millis(born >> COUNTER_BITS, &tail).into_uuid())
    }
    /// Whatever is made from now on comes after this one, which a process before this one made. Its clock may have run ahead.
    pub fn go_on_after(self) {
        let bytes = self.0.as_bytes();
        let millis = bytes.iter().take(6).fold(0u64, |ms, b| ms << 8 | u64::from(*b));
        NEWEST.fetch_max((millis + 1) << COUNTER_BITS, Ordering::Relaxed);
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
        let now = Time::from_millis(4_100_000_000_000);
        let ids: Vec<Id> = (0..1000).map(|_| Id::new(now)).collect();
        assert!(ids.windows(2).all(|w| w[0].to_string() < w[1].to_string()));
        let mut ends: Vec<String> = ids.iter().map(|id| id.to_string().split_off(24)).collect();
        ends.sort_unstable();
        ends.dedup();
        assert_eq!(ends.len(), ids.len(), "and differ in more than the counter");
    }

    #[test]
    fn ids_never_go_back_when_the_clock_does() {
        let now = Time::from_millis(4_000_000_000_000);
        let before = Id::new(now);
        let after: Vec<Id> = (0..300_000).map(|_| Id::new(now.plus_ms(-3_600_000))).collect();
        assert!(before < after[0] && after.windows(2).all(|w| w[0].to_string() < w[1].to_string()));
        let ahead = Id::derived(now.plus_ms(86_400_000), b"of a process whose clock ran ahead");
        ahead.go_on_after();
        assert!(Id::new(now) > ahead);
    }
}
