//! What a channel's webhook tells, in our own words.

use crate::domain::house::contact::Identity;
use crate::domain::house::conversation::Channel;
use crate::domain::house::line::Carrier;
use crate::domain::house::message::{Inbound, Problem, Receipt};

/// Where a webhook's body came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Who carried it; also the word in the inbox, by which it is read again.
    pub carrier: Carrier,
    /// On which channel the messages in it are.
    pub channel: Channel,
}

impl Source {
    /// Meta's WhatsApp.
    pub const META: Self = Self { carrier: Carrier::Meta, channel: Channel::Whatsapp };
}

/// One piece of news. `account` is the phone number id of the business's number.
#[derive(Debug, Clone, PartialEq)]
pub enum HookItem {
    /// A customer wrote, or the owner did in the phone app (`inbound.echo`).
    Message {
        /// To this number.
        account: String,
        /// Of this WhatsApp business account.
        waba: String,
        /// The message.
        inbound: Box<Inbound>,
    },
    /// News of a message we sent.
    Receipt {
        /// From this number.
        account: String,
        /// The news.
        receipt: Receipt,
    },
    /// Meta could not do something for this number.
    Problem {
        /// This number.
        account: String,
        /// What and why.
        problem: Problem,
    },
    /// A customer said whether they want marketing messages.
    Preference {
        /// From this number.
        account: String,
        /// The customer.
        identity: Identity,
        /// They want them.
        marketing: bool,
    },
    /// Meta decided about a template, or changed it.
    Template {
        /// Of this WhatsApp business account.
        waba: String,
        /// The template's name.
        name: String,
        /// Its language code.
        language: String,
        /// Where it stands now, in Meta's word; none when something else changed and the list must be fetched again.
        status: Option<String>,
        /// Meta's word for why.
        reason: String,
    },
    /// Anything else: news of the account, group messages (`messages.group`), and what could not be read.
    Other {
        /// The number, when one is named.
        account: Option<String>,
        /// The WhatsApp business account above it, when no number is named.
        waba: Option<String>,
        /// Meta's name of the field the news is about.
        field: String,
        /// The news as it came.
        raw: serde_json::Value,
    },
}

impl HookItem {
    /// The number it is about, when one is named.
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Message { account, .. }
            | Self::Receipt { account, .. }
            | Self::Problem { account, .. }
            | Self::Preference { account, .. } => Some(account),
            Self::Other { account, .. } => account.as_deref(),
            Self::Template { .. } => None,
        }
    }
    /// The WhatsApp business account it is about, when it names that and no number.
    pub fn business_account(&self) -> Option<&str> {
        match self {
            Self::Template { waba, .. } => Some(waba),
            Self::Other { waba, .. } => waba.as_deref(),
            _ => None,
        }
    }
}
