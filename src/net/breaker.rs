//! Circuit breakers: after some failures in a row the other side is left alone for a while, then one request may try.

use crate::domain::time::{Clock, Time};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// When a breaker opens and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Failures in a row that open it.
    pub threshold: u32,
    /// Milliseconds it stays open before one request may try.
    pub cool_down_ms: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { threshold: 5, cool_down_ms: 30_000 }
    }
}

/// What a breaker does with the next request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Lets it through.
    Closed,
    /// Turns it away.
    Open,
    /// One request is trying, or may try now.
    HalfOpen,
}

#[derive(Debug, Default)]
struct Inner {
    failures: u32,
    open_until: Option<Time>,
    probing: bool,
    /// Grows when it opens or closes, so that news of requests from before changes nothing.
    era: u64,
}

/// One breaker.
#[derive(Debug)]
pub struct Breaker {
    inner: Mutex<Inner>,
    settings: Settings,
    clock: Clock,
}

/// Leave to send one request. Say how it went; dropped without a word it counts neither way.
#[derive(Debug)]
#[must_use = "say whether the request worked"]
pub struct Permit {
    breaker: Arc<Breaker>,
    era: u64,
    probe: bool,
}

impl Breaker {
    /// A closed breaker.
    pub fn new(clock: Clock, settings: Settings) -> Self {
        Self { inner: Mutex::default(), settings, clock }
    }
    /// Leave to send, or the milliseconds until it makes sense to ask again.
    pub fn enter(self: &Arc<Self>) -> Result<Permit, u64> {
        let now = self.clock.now();
        let mut inner = self.lock();
        let probe = match inner.open_until {
            None => false,
            Some(until) if now < until => return Err(until.since_ms(now).unsigned_abs()),
            Some(_) if inner.probing => return Err(self.settings.cool_down_ms.unsigned_abs().min(1_000)),
            Some(_) => true,
        };
        inner.probing = inner.probing || probe;
        Ok(Permit { breaker: Arc::clone(self), era: inner.era, probe })
    }
    /// Opens it now for `ms` milliseconds whatever happened before: the account is empty, or we were told to stay away.
    pub fn trip(&self, ms: i64) {
        let until = self.clock.now().plus_ms(ms);
        self.lock().open(until);
    }
    /// What it would do now.
    pub fn state(&self) -> State {
        let now = self.clock.now();
        match self.lock().open_until {
            None => State::Closed,
            Some(until) if now < until => State::Open,
            Some(_) => State::HalfOpen,
        }
    }
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn open(&mut self, until: Time) {
        *self = Self { failures: self.failures, open_until: Some(until), probing: false, era: self.era + 1 };
    }
}

impl Permit {
    /// The other side is well.
    pub fn worked(self) {
        let mut inner = self.breaker.lock();
        if inner.era == self.era {
            inner.failures = 0;
            if inner.open_until.take().is_some() {
                inner.era += 1;
                inner.probing = false;
            }
        }
    }
    /// The other side is not well.
    pub fn failed(self) {
        let until = self.breaker.clock.now().plus_ms(self.breaker.settings.cool_down_ms);
        let mut inner = self.breaker.lock();
        if inner.era == self.era {
            inner.failures = inner.failures.saturating_add(1);
            if self.probe || inner.failures >= self.breaker.settings.threshold {
                inner.open(until);
            }
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut inner = self.breaker.lock();
        if self.probe && inner.era == self.era {
            inner.probing = false;
        }
    }
}

/// Breakers by name.
#[derive(Debug)]
pub struct Breakers {
    all: Mutex<HashMap<String, Arc<Breaker>>>,
    settings: Settings,
    clock: Clock,
}

/// Names kept before the healthy ones are forgotten.
const NAMES_MAX: usize = 1_024;

impl Breakers {
    /// None yet.
    pub fn new(clock: Clock, settings: Settings) -> Self {
        Self { all: Mutex::default(), settings, clock }
    }
    /// The breaker of this name, closed when it is new.
    pub fn of(&self, name: &str) -> Arc<Breaker> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(b) = all.get(name) {
            return Arc::clone(b);
        }
        if all.len() >= NAMES_MAX {
            all.retain(|_, b| b.state() != State::Closed || Arc::strong_count(b) > 1);
        }
        let new = Arc::new(Breaker::new(self.clock.clone(), self.settings));
        all.insert(name.to_owned(), Arc::clone(&new));
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaker() -> (Clock, Arc<Breaker>) {
        let clock = Clock::starting_at(Time::from_millis(1_000_000));
        let b = Arc::new(Breaker::new(clock.clone(), Settings { threshold: 3, cool_down_ms: 1_000 }));
        (clock, b)
    }

    #[test]
    fn opens_after_failures_in_a_row_and_closes_after_one_success() {
        let (clock, b) = breaker();
        b.enter().unwrap().failed();
        b.enter().unwrap().failed();
        b.enter().unwrap().worked();
        b.enter().unwrap().failed();
        b.enter().unwrap().failed();
        assert_eq!(b.state(), State::Closed);
        b.enter().unwrap().failed();
        assert_eq!(b.enter().unwrap_err(), 1_000);
        clock.advance_ms(999);
        assert_eq!(b.enter().unwrap_err(), 1);
        clock.advance_ms(1);
        assert_eq!(b.state(), State::HalfOpen);
        let probe = b.enter().unwrap();
        assert!(b.enter().is_err(), "only one may try");
        probe.failed();
        assert_eq!(b.state(), State::Open);
        clock.advance_ms(1_000);
        b.enter().unwrap().worked();
        assert_eq!(b.state(), State::Closed);
    }

    #[test]
    fn a_probe_that_says_nothing_lets_the_next_one_try() {
        let (clock, b) = breaker();
        b.trip(500);
        clock.advance_ms(500);
        drop(b.enter().unwrap());
        b.enter().unwrap().worked();
        assert_eq!(b.state(), State::Closed);
    }

    #[test]
    fn news_from_before_the_opening_changes_nothing() {
        let (_, b) = breaker();
        let early = b.enter().unwrap();
        b.trip(500);
        early.worked();
        assert_eq!(b.state(), State::Open);
    }
}
