//! Rate limits by key: who guesses passwords or floods the chat is slowed down.

use crate::domain::error::{Error, Kind, Result};
use crate::domain::id::Id;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Passwords, by e-mail address and by caller: 10 a minute.
    SignIn,
    /// Messages of one web chat: 30 a minute.
    Chat,
    /// Files of one web chat: 6 a minute.
    ChatFile,
    /// Files of web chats by caller: 20 a minute.
    ChatFilePeer,
    /// New web chats by caller: 20 a minute.
    ChatSession,
    /// API calls of one key: 3,000 a minute.
    Api,
    /// New event streams of one key: 20,000 a minute, so that all its clients may come back at once after a restart.
    Stream,
}

/// Event streams one business may have open at once.
pub const STREAMS: usize = 20_000;

fn limiter(what: What) -> &'static DefaultKeyedRateLimiter<String> {
    static LIMITERS: [OnceLock<DefaultKeyedRateLimiter<String>>; 7] = [const { OnceLock::new() }; 7];
    let (slot, per_minute) = match what {
        What::SignIn => (0, 10),
        What::Chat => (1, 30),
        What::ChatSession => (2, 20),
        What::Api => (3, 3000),
        What::Stream => (4, 20_000),
        What::ChatFile => (5, 6),
        What::ChatFilePeer => (6, 20),
    };
    LIMITERS[slot].get_or_init(|| RateLimiter::keyed(Quota::per_minute(NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN))))
}

/// Counts one; an error when it is one too many.
pub fn check(what: What, key: &str) -> Result<()> {
    let limiter = limiter(what);
    if limiter.len() > 50_000 {
        limiter.retain_recent();
    }
    limiter.check_key(&key.to_owned()).map_err(|_| Error::new(Kind::RateLimited, "Too many tries. Wait a minute."))
}

fn open_streams() -> MutexGuard<'static, HashMap<Id, usize>> {
    static OPEN: OnceLock<Mutex<HashMap<Id, usize>>> = OnceLock::new();
    OPEN.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner)
}

/// An open event stream; it is counted until this is dropped.
#[derive(Debug)]
pub struct Held(Id);

impl Drop for Held {
    fn drop(&mut self) {
        let mut open = open_streams();
        if let Some(n) = open.get_mut(&self.0) {
            *n = n.saturating_sub(1);
            if *n == 0 {
                open.remove(&self.0);
            }
        }
    }
}

/// Counts an open stream of a business; an error when it has [`STREAMS`] already.
pub fn hold(business: Id) -> Result<Held> {
    let mut open = open_streams();
    let n = open.entry(business).or_default();
    if *n >= STREAMS {
        return Err(Error::new(Kind::RateLimited, format!("This business has {STREAMS} streams open already. Close some.")));
    }
    *n += 1;
    Ok(Held(business))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Time;

    #[test]
    fn streams_count_while_they_are_open() {
        let id = Id::new(Time::from_millis(1));
        let mut all: Vec<Held> = (0..STREAMS).map(|_| hold(id).unwrap()).collect();
        assert!(hold(id).is_err());
        all.pop();
        let again = hold(id);
        assert!(again.is_ok());
        drop((all, again));
        assert!(!open_streams().contains_key(&id), "nothing is kept of a business without streams");
    }
}
