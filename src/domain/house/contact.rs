//! A person the business talks to, known by one or more identities.

use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// What an identity's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityKind {
    /// An E.164 phone number.
    Phone,
    /// A WhatsApp user id of a person who hides the number: `NG.1349…`.
    WhatsappUser,
    /// A person on Messenger, by the id Meta gave them for one page.
    MessengerUser,
    /// A person on Instagram, by the id Meta gave them for one account.
    InstagramUser,
    /// An e-mail address.
    Email,
    /// A browser that chatted on the web.
    WebSession,
}

impl IdentityKind {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Phone, Self::WhatsappUser, Self::MessengerUser, Self::InstagramUser, Self::Email, Self::WebSession];
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::WhatsappUser => "whatsapp_user",
            Self::MessengerUser => "messenger_user",
            Self::InstagramUser => "instagram_user",
            Self::Email => "email",
            Self::WebSession => "web_session",
        }
    }
    /// From the word in the database.
    pub fn from_word(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == s)
    }
}

/// One way a person is known to us.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identity {
    /// What `value` is.
    pub kind: IdentityKind,
    /// The number, user id, address or session.
    pub value: String,
}
/// Redacted: logs never hold who a customer is.
impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}(···)", self.kind.as_str())
    }
}

/// A person the business talks to.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Contact {
    /// Their id.
    pub id: Id,
    /// The name they gave, or their profile's; may be empty.
    pub name: String,
    /// The language of their last messages.
    pub language: Lang,
    /// How they are known; the first is the main one.
    pub identities: Vec<Identity>,
    /// What the team wrote about them.
    pub note: String,
    /// May be written to first: yes, no, or nobody asked.
    pub consent: Option<bool>,
    /// Wants replies spoken, where the channel carries sound.
    #[serde(default)]
    pub spoken: bool,
    /// First seen.
    pub created_at: Time,
    /// Asked to be forgotten: only an order or a deposit without a name still points here.
    #[serde(default)]
    pub erased: bool,
}

impl Contact {
    /// A name to show: theirs, or the end of the number, or a plain word.
    pub fn display_name(&self) -> String {
        if self.erased {
            return "Erased customer".into();
        }
        if !self.name.trim().is_empty() {
            return self.name.clone();
        }
        match self.identities.iter().find(|i| i.kind == IdentityKind::Phone) {
            Some(p) if p.value.len() > 8 => format!("{} ··· {}", &p.value[..7.min(p.value.len() - 4)], &p.value[p.value.len() - 4..]),
            _ => "Visitor".into(),
        }
    }
}
