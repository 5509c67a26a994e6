//! One negotiation with one vendor.

use super::phone::Leg;
use super::policy::{End, Ledger};
use super::vendor::Reach;
use crate::domain::id::Id;
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// Where a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It has not begun.
    Waiting,
    /// They talk.
    Talking,
    /// A price stands.
    Quoted,
    /// They do not have it, or it was too dear.
    Refused,
    /// They did not answer.
    NoAnswer,
    /// They could not be reached.
    Failed,
    /// It was called off.
    Stopped,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::Waiting, Self::Talking, Self::Quoted, Self::Refused, Self::NoAnswer, Self::Failed, Self::Stopped];
    /// The word in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Talking => "talking",
            Self::Quoted => "quoted",
            Self::Refused => "refused",
            Self::NoAnswer => "no_answer",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }
    /// From the word in the database.
    pub fn from_word(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|x| x.as_str() == s)
    }
    /// Its name for the owner.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Waiting => "Next",
            Self::Talking => "Talking",
            Self::Quoted => "Quote in",
            Self::Refused => "No deal",
            Self::NoAnswer => "No answer",
            Self::Failed => "Not reached",
            Self::Stopped => "Stopped",
        }
    }
    /// Nothing more is said in it.
    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Waiting | Self::Talking)
    }
    /// How a talk ended.
    pub const fn after(end: End) -> Self {
        match end {
            End::Silent => Self::NoAnswer,
            End::Refused | End::TooDear | End::Unclear => Self::Refused,
        }
    }
}

/// How a vendor is talked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// WhatsApp messages.
    Whatsapp,
    /// Letters from and to a mailbox of ours.
    Email,
    /// Text messages.
    Sms,
    /// A call by telephone: a voice speaks with them, and says what the rules say.
    Call,
    /// A person calls or meets them and writes down what they say; Steward says what to answer.
    Hand,
}

/// What our side of the line can do now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ways {
    /// There is a WhatsApp number.
    pub whatsapp: bool,
    /// There is a mailbox that reads answers.
    pub email: bool,
    /// There is a number for text messages.
    pub sms: bool,
    /// There is somebody who phones.
    pub calls: bool,
}

impl By {
    /// The word in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Whatsapp => "whatsapp",
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Call => "call",
            Self::Hand => "hand",
        }
    }
    /// From the word in the database.
    pub fn from_word(s: &str) -> Option<Self> {
        [Self::Whatsapp, Self::Email, Self::Sms, Self::Call, Self::Hand].into_iter().find(|x| x.as_str() == s)
    }
    /// How a vendor is reached, who wants to be reached so and may have a number or an address; by hand where our side has nothing that
    /// fits.
    pub const fn of(wanted: Reach, has_number: bool, has_address: bool, ways: Ways) -> Self {
        match wanted {
            Reach::Any if has_number && ways.whatsapp => Self::Whatsapp,
            Reach::Any | Reach::Email if has_address && ways.email => Self::Email,
            Reach::Sms if has_number && ways.sms => Self::Sms,
            Reach::Call if has_number && ways.calls => Self::Call,
            _ => Self::Hand,
        }
    }
}

/// One negotiation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// Its id.
    pub id: Id,
    /// For this purchase.
    pub purchase_id: Id,
    /// With this vendor.
    pub vendor_id: Id,
    /// The vendor's name.
    pub vendor_name: String,
    /// How.
    pub by: By,
    /// The thread, when it goes by messages.
    pub conversation_id: Option<Id>,
    /// Where it stands.
    pub state: State,
    /// What was asked and offered.
    pub ledger: Ledger,
    /// What the owner should know.
    pub problem: String,
    /// The call by telephone, as its carrier knows it; none before it is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Leg>,
    /// When it began.
    pub started_at: Option<Time>,
    /// When it ended.
    pub ended_at: Option<Time>,
}

/// A line of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// We said it (else the seller).
    pub ours: bool,
    /// The words.
    pub text: String,
    /// When.
    pub at: Time,
}

/// A price that stands, from one message of a vendor. Nothing is ordered without one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    /// Its id.
    pub id: Id,
    /// The call.
    pub call_id: Id,
    /// The vendor.
    pub vendor_id: Id,
    /// What is offered.
    pub offer: super::offer::Offer,
    /// What it comes to, delivered.
    pub total_minor: i64,
    /// Until when it may be ordered on.
    pub valid_until: Time,
    /// When it was given.
    pub created_at: Time,
}
