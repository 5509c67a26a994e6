//! People who would come if a place became free.

use super::resource::ResourceKind;
use crate::domain::id::Id;
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// Where an entry of the waitlist stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitState {
    /// Waiting.
    Waiting,
    /// A place is kept for them; their yes is awaited.
    Offered,
    /// They took it.
    Taken,
    /// Over: they said no, did not answer, or the time has passed.
    Gone,
}

impl WaitState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Offered, Self::Taken, Self::Gone];
    /// The word in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Offered => "offered",
            Self::Taken => "taken",
            Self::Gone => "gone",
        }
    }
    /// From the word in the database.
    pub fn from_word(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|x| x.as_str() == s)
    }
}

/// Somebody who waits for a place.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Waiting {
    /// Its id.
    pub id: Id,
    /// Who.
    pub contact_id: Id,
    /// Where news is sent.
    pub conversation_id: Option<Id>,
    /// What sort of thing.
    pub kind: ResourceKind,
    /// Wanted from this moment.
    pub starts_at: Time,
    /// Nights, for rooms; else 0.
    pub nights: i64,
    /// People.
    pub party: i64,
    /// In whose name.
    pub name: String,
    /// Where it stands.
    pub state: WaitState,
    /// The booking kept for them.
    pub booking_id: Option<Id>,
    /// Since when; first come, first served.
    pub created_at: Time,
}
