//! A thread with one contact on one channel.

use crate::domain::id::Id;
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// How messages travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// WhatsApp, whoever carries it: Meta's Cloud API, Twilio, Vonage, or the simulated phone that speaks Meta's format.
    Whatsapp,
    /// Text messages.
    Sms,
    /// Facebook Messenger.
    Messenger,
    /// Direct messages on Instagram.
    Instagram,
    /// E-mail.
    Email,
    /// The chat on the business's page or a foreign one.
    Web,
    /// `POST /api/v1/chat/messages`.
    Api,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::Whatsapp, Self::Sms, Self::Messenger, Self::Instagram, Self::Email, Self::Web, Self::Api];
    /// Whether somebody else carries its messages: they leave by a job and come back by webhooks. In a browser or program being
    /// stored is being sent.
    pub const fn is_carried(self) -> bool {
        !matches!(self, Self::Web | Self::Api)
    }
    /// Whether free words may only be sent within 24 hours of the customer's last message (Meta's rule on all its channels).
    pub const fn has_window(self) -> bool {
        matches!(self, Self::Whatsapp | Self::Messenger | Self::Instagram)
    }
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Whatsapp => "whatsapp",
            Self::Sms => "sms",
            Self::Messenger => "messenger",
            Self::Instagram => "instagram",
            Self::Email => "email",
            Self::Web => "web",
            Self::Api => "api",
        }
    }
    /// From the word in the database.
    pub fn from_word(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.as_str() == s)
    }
    /// Its name for the owner.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Whatsapp => "WhatsApp",
            Self::Sms => "SMS",
            Self::Messenger => "Messenger",
            Self::Instagram => "Instagram",
            Self::Email => "E-mail",
            Self::Web => "Web chat",
            Self::Api => "API",
        }
    }
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Steward answers.
    Agent,
    /// A person answers; Steward stays quiet.
    Human,
}

/// A thread.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Conversation {
    /// Its id.
    pub id: Id,
    /// With whom.
    pub contact_id: Id,
    /// On which channel.
    pub channel: Channel,
    /// Our account on it: WhatsApp's phone number id, or what [`super::line`] makes of another carrier's.
    pub account: String,
    /// Who answers.
    pub mode: Mode,
    /// Waiting for a person since, with why in `waiting_reason`.
    pub waiting_since: Option<Time>,
    /// Why it waits for a person.
    pub waiting_reason: String,
    /// What a person should know when taking over.
    pub waiting_summary: String,
    /// Done: out of the lists until the customer writes again.
    pub closed: bool,
    /// Last message of the customer; WhatsApp's 24 hours count from here.
    pub last_inbound_at: Option<Time>,
    /// Last message of anyone.
    pub last_message_at: Time,
    /// Grows with every change of mode; a reply planned under another number is not sent.
    pub turn_epoch: i64,
}
