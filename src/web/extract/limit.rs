//! Rate limits by key: who guesses passwords or floods the chat is slowed down.

use crate::domain::error::{Error, Kind, Result};
use crate::domain::id::Id;
use crate::web::extract::write::Peer;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Passwords for one e-mail address by one caller, so that nobody is locked out by others: 10 a minute.
    SignIn,
    /// Passwords by caller: 30 a minute.
    SignInPeer,
    /// Messages of one web chat: 30 a minute.
    Chat,
    /// Messages of web chats by caller: 120 a minute.
    ChatPeer,
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
    static LIMITERS: [OnceLock<DefaultKeyedRateLimiter<String>>; 9] = [const { OnceLock::new() }; 9];
    let (slot, per_minute) = match what {
        What::SignIn => (0, 10),
        What::Chat => (1, 30),
        What::ChatSession => (2, 20),
        What::Api => (3, 3000),
        What::Stream => (4, 20_000),
        What::ChatFile => (5, 6),
        What::ChatFilePeer => (6, 20),
        What::SignInPeer => (7, 30),
        What::ChatPeer => (8, 120),
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

/// Event streams one visitor's address may have open at once: a family or an office behind one address has few.
pub const STREAMS_OF_PEER: usize = 60;

/// Who has streams open.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Holder {
    Business(Id),
    Peer(String),
}

fn open_streams() -> MutexGuard<'static, HashMap<Holder, usize>> {
    static OPEN: OnceLock<Mutex<HashMap<Holder, usize>>> = OnceLock::new();
    OPEN.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner)
}

/// An open event stream; it is counted until this is dropped.
#[derive(Debug)]
pub struct Held(Holder);

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

fn hold_as(holder: Holder, most: usize, why: impl FnOnce() -> String) -> Result<Held> {
    let mut open = open_streams();
    let n = open.entry(holder.clone()).or_default();
    if *n >= most {
        return Err(Error::new(Kind::RateLimited, why()));
    }
    *n += 1;
    Ok(Held(holder))
}

/// Counts an open stream of a business; an error when it has [`STREAMS`] already.
pub fn hold(business: Id) -> Result<Held> {
    hold_as(Holder::Business(business), STREAMS, || format!("This business has {STREAMS} streams open already. Close some."))
}

/// The same for a visitor, who must not fill the business's streams either. Programs of this machine have none of their own limit.
pub fn hold_visitor(business: Id, peer: &Peer) -> Result<[Option<Held>; 2]> {
    let own = || format!("{STREAMS_OF_PEER} streams are open from your address already. Close some.");
    let theirs = if peer.is_local() { None } else { Some(hold_as(Holder::Peer(peer.0.clone()), STREAMS_OF_PEER, own)?) };
    Ok([theirs, Some(hold(business)?)])
}

/// Counts a try to sign in.
pub fn check_sign_in(email: &str, peer: &Peer) -> Result<()> {
    check(What::SignInPeer, &peer.0)?;
    check(What::SignIn, &format!("{email} {}", peer.0))
}

/// Counts a message of a visitor; `known` is false for who has written nothing yet.
pub fn check_visitor(who: &str, peer: &Peer, known: bool) -> Result<()> {
    check(What::Chat, who)?;
    check(What::ChatPeer, &peer.0)?;
    if known { Ok(()) } else { check(What::ChatSession, &peer.0) }
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
        assert!(!open_streams().contains_key(&Holder::Business(id)), "nothing is kept of a business without streams");
    }

    #[test]
    fn one_visitor_does_not_take_all_streams() {
        let (id, peer) = (Id::new(Time::from_millis(2)), Peer("203.0.113.9".into()));
        let all: Vec<_> = (0..STREAMS_OF_PEER).map(|_| hold_visitor(id, &peer).unwrap()).collect();
        assert!(hold_visitor(id, &peer).is_err());
        assert!(hold_visitor(id, &Peer("203.0.113.10".into())).is_ok(), "another is not held up by it");
        drop(all);
        assert!(hold_visitor(id, &peer).is_ok());
        assert!(!open_streams().contains_key(&Holder::Peer(peer.0)));
    }
}
