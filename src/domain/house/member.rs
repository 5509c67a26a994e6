//! People who sign in, and what they may do.

use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use serde::{Deserialize, Serialize};

/// What a member or key may do. Each role may do what the ones below it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Looks.
    Viewer,
    /// Answers customers and moves orders.
    Agent,
    /// Also approves payments and changes the catalogue.
    Manager,
    /// Also changes settings, members and keys.
    Owner,
}

impl Role {
    /// All of them, least first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Agent, Self::Manager, Self::Owner];
    /// The word in the database and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Agent => "agent",
            Self::Manager => "manager",
            Self::Owner => "owner",
        }
    }
    /// An error unless this role includes `needed`.
    pub fn require(self, needed: Self) -> Result<()> {
        if self >= needed {
            return Ok(());
        }
        Err(Error::denied(format!("This needs the role {}; yours is {}.", needed.as_str(), self.as_str())))
    }
}
impl std::str::FromStr for Role {
    type Err = Error;
    fn from_str(s: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == s).ok_or_else(|| Error::field("role", "A role is owner, manager, agent or viewer."))
    }
}

/// A person who signs in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Member {
    /// Their id.
    pub id: Id,
    /// Their e-mail address, lower case.
    pub email: String,
    /// Their name for colleagues.
    pub name: String,
    /// Their role in the business it was looked up for.
    pub role: Role,
}

/// Who does something: decides what is allowed and is written beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "lowercase")]
pub enum Actor {
    /// A signed-in person.
    Member {
        /// Who.
        id: Id,
        /// Name or e-mail, as shown.
        name: String,
    },
    /// A program with an API key.
    Key {
        /// The key's name.
        name: String,
    },
    /// The customer.
    Customer,
    /// Steward itself.
    Steward,
}

impl Actor {
    /// The name shown beside what was done.
    pub fn name(&self) -> &str {
        match self {
            Self::Member { name, .. } | Self::Key { name } => name,
            Self::Customer => "Customer",
            Self::Steward => "Steward",
        }
    }
    /// Tells actors apart, also those of one name. A key is known by its name: a business has one of a name in use, and the one that takes
    /// its place belongs to the same program.
    pub fn mark(&self) -> String {
        match self {
            Self::Member { id, .. } => format!("member {id}"),
            Self::Key { name } => format!("key {name}"),
            Self::Customer => "customer".into(),
            Self::Steward => "steward".into(),
        }
    }
    /// Whether a person of the business acts (not Steward, not the customer).
    pub fn is_person(&self) -> bool {
        matches!(self, Self::Member { .. } | Self::Key { .. })
    }
}

/// An e-mail address as it is kept.
pub fn check_email(text: &str) -> Result<String> {
    let email = text.trim().to_lowercase();
    let well_formed = email
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.'));
    if well_formed && email.len() <= 254 && !email.contains(char::is_whitespace) {
        return Ok(email);
    }
    Err(Error::field("email", "That does not look like an e-mail address."))
}
