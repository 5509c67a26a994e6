//! A message to a group, sent once to each.

use crate::domain::id::Id;
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// Where a campaign stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CampaignState {
    /// Being written; nobody got anything.
    Draft,
    /// On its way, or waiting for the end of quiet hours.
    Sending,
    /// Everybody got it or was left out.
    Done,
    /// Stopped by a person.
    Stopped,
}

impl CampaignState {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sending => "sending",
            Self::Done => "done",
            Self::Stopped => "stopped",
        }
    }
    /// From the word in the database.
    pub fn from_word(s: &str) -> Option<Self> {
        [Self::Draft, Self::Sending, Self::Done, Self::Stopped].into_iter().find(|x| x.as_str() == s)
    }
}

/// A message to a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// Its id.
    pub id: Id,
    /// Its name for the team.
    pub name: String,
    /// To whom; none when the group was removed since.
    pub segment_id: Option<Id>,
    /// What it says; `{name}` is the customer's.
    pub text: String,
    /// The approved message for those whose 24 hours are over; empty for none.
    pub template: String,
    /// Where it stands.
    pub state: CampaignState,
    /// Who made it.
    pub actor: String,
    /// When it was made.
    pub created_at: Time,
    /// When it was started.
    pub started_at: Option<Time>,
    /// When it ended.
    pub ended_at: Option<Time>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Results {
    /// Still to be sent.
    pub planned: i64,
    /// Sent.
    pub sent: i64,
    /// Left out after all.
    pub skipped: i64,
    /// Wrote within seven days of it.
    pub replied: i64,
    /// Ordered within seven days of it.
    pub ordered: i64,
    /// What those orders come to, in minor units, without those given up.
    pub revenue_minor: i64,
}

/// The words with the customer's first name, or without a name when we know none.
pub fn words_for(text: &str, name: &str) -> String {
    let first = name.split_whitespace().next().unwrap_or("");
    if first.is_empty() {
        return text.replace(" {name}", "").replace("{name} ", "").replace("{name}", "").trim().to_owned();
    }
    text.replace("{name}", first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_said_when_it_is_known() {
        assert_eq!(words_for("Hello {name}, we miss you", "Ada Obi"), "Hello Ada, we miss you");
        assert_eq!(words_for("Hello {name}, we miss you", ""), "Hello, we miss you");
    }
}
