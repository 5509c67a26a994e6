//! Phoning vendors: making a call, finding out whether one was made, and reading what its carrier tells.

pub mod news;
pub mod vapi;

use crate::domain::buying::phone::{Report, Script};
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::net::failure::Failure;
use async_trait::async_trait;

/// Why a request did not do its work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// It certainly did not happen and will not: the sentence says why.
    #[error("{0}")]
    Refused(String),
    /// It certainly did not happen; it may work later.
    #[error("{0}")]
    NotSent(String),
    /// It may have happened.
    #[error("{0}")]
    Unknown(String),
}

impl Trouble {
    /// What a failed request means; `said` is the carrier's own words about it.
    fn of(f: Failure, name: &str, said: Option<String>) -> Self {
        let (sure, passing) = (f.nothing_happened(), f.is_passing());
        let told = match said {
            Some(words) => format!("{name} says: {words}"),
            None => f.into_error(name).message,
        };
        match (sure, passing) {
            (true, true) => Self::NotSent(told),
            (true, false) => Self::Refused(told),
            (false, _) => Self::Unknown(told),
        }
    }
}

/// A call that was found at its carrier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The carrier's id.
    pub provider_id: String,
    /// Where it stands, in the carrier's word.
    pub status: String,
    /// How it went; none while it goes on.
    pub report: Option<Report>,
}

/// Somebody who phones.
#[async_trait]
pub trait Phones: Send + Sync {
    /// Makes a call, once. The carrier's id of it.
    async fn dial(&self, script: &Script) -> Result<String, Trouble>;
    /// Whether a call of ours was made since then, by our own id of it. None: certainly not.
    async fn find(&self, call: Id, since: Time) -> Result<Option<Seen>, Trouble>;
    /// Ends a call that goes on. Some: it had ended already, and this is how it went. None: its carrier was told to end it. Telling it twice
    /// harms nobody.
    async fn hang_up(&self, provider_id: &str) -> Result<Option<Seen>, Trouble>;
    /// How a call stands.
    async fn look(&self, provider_id: &str) -> Result<Seen, Trouble>;
}
