//! Moments and the clock that tells them. Nothing else reads the wall clock.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A moment: milliseconds since 1970-01-01 UTC. RFC 3339 in JSON, an integer in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(i64);

/// One second in milliseconds.
pub const SECOND_MS: i64 = 1_000;
/// One minute in milliseconds.
pub const MINUTE_MS: i64 = 60 * SECOND_MS;
/// One hour in milliseconds.
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
/// One day in milliseconds.
pub const DAY_MS: i64 = 24 * HOUR_MS;

impl Time {
    /// From milliseconds since the epoch.
    pub const fn from_millis(ms: i64) -> Self {
        Self(ms)
    }
    /// From seconds since the epoch, as providers write them.
    pub const fn from_secs(s: i64) -> Self {
        Self(s.saturating_mul(1000))
    }
    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }
    /// This moment moved by `ms` milliseconds.
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }
    /// Milliseconds from `earlier` to here; negative when it is later.
    pub const fn since_ms(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }
    /// RFC 3339 in UTC with milliseconds.
    pub fn rfc3339(self) -> String {
        format!("{:.3}", self.stamp())
    }
    /// The same moment for jiff.
    pub fn stamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or_default()
    }
    /// The same moment on the clocks of `zone` (an IANA name; UTC when unknown).
    pub fn in_zone(self, zone: &str) -> jiff::Zoned {
        let tz = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
        self.stamp().to_zoned(tz)
    }
    /// Parses RFC 3339.
    pub fn parse(s: &str) -> Option<Self> {
        s.parse::<jiff::Timestamp>().ok().map(|t| Self(t.as_millisecond()))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.rfc3339())
    }
}
impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let s = String::deserialize(d)?;
        Self::parse(&s).ok_or_else(|| serde::de::Error::custom("a time is written as in RFC 3339, 2026-11-21T09:30:00Z"))
    }
}

/// Tells the time. The system's, or one that tests move.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The wall clock.
    System,
    /// A clock that stands still until it is moved.
    Virtual(Arc<AtomicI64>),
}

impl Clock {
    /// A virtual clock that starts at `at`.
    pub fn starting_at(at: Time) -> Self {
        Self::Virtual(Arc::new(AtomicI64::new(at.0)))
    }
    /// The time now.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    pub fn now(&self) -> Time {
        match self {
            Self::System => {
                let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
                Time(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }
            Self::Virtual(ms) => Time(ms.load(Ordering::SeqCst)),
        }
    }
    /// Moves a virtual clock forward; a system clock is left alone.
    pub fn advance_ms(&self, by: i64) {
        if let Self::Virtual(ms) = self {
            ms.fetch_add(by, Ordering::SeqCst);
        }
    }
    /// Whether this clock is moved by hand.
    pub fn is_virtual(&self) -> bool {
        matches!(self, Self::Virtual(_))
    }
}
