//! Messages in both directions, in our own words. Channels translate to and from their wire formats.

use crate::domain::house::contact::Identity;
use crate::domain::house::template::Place;
use crate::domain::id::Id;
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// Which way a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the customer.
    In,
    /// To the customer.
    Out,
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// The customer.
    Customer,
    /// Steward.
    Steward,
    /// A person of the business, in the dashboard, by API, or in the phone app.
    Person,
}

/// What is known of a message we send. Later states never go back, except that `Unknown` may be settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Of the customer: it arrived here.
    Received,
    /// Stored, not yet handed over.
    Queued,
    /// Being handed over.
    Sending,
    /// We do not know whether it left; never tried again blindly.
    Unknown,
    /// The provider has it.
    Sent,
    /// It is on the customer's phone.
    Delivered,
    /// The customer saw it.
    Read,
    /// It will not arrive; the message says why.
    Failed,
    /// Not sent, because a person took over first.
    Stopped,
}

impl Delivery {
    /// All of them.
    pub const ALL: [Self; 9] =
        [Self::Received, Self::Queued, Self::Sending, Self::Unknown, Self::Sent, Self::Delivered, Self::Read, Self::Failed, Self::Stopped];
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Unknown => "unknown",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }
    /// From the word in the database.
    pub fn from_word(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|d| d.as_str() == s)
    }
    const fn rank(self) -> u8 {
        match self {
            Self::Received => 0,
            Self::Queued => 1,
            Self::Sending => 2,
            Self::Unknown => 3,
            Self::Sent => 4,
            Self::Failed | Self::Stopped => 5,
            Self::Delivered => 6,
            Self::Read => 7,
        }
    }
    /// Whether news of `next` changes what is known: reports come twice and out of order.
    pub const fn may_become(self, next: Self) -> bool {
        next.rank() > self.rank()
    }
}

/// The kind of a media file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// Sound; `voice` in the file says whether it was spoken into the phone.
    Audio,
    /// A file.
    Document,
    /// A sticker.
    Sticker,
}

impl MediaKind {
    /// WhatsApp's own word, also ours.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Document => "document",
            Self::Sticker => "sticker",
        }
    }
    /// Largest file of this kind that we download or send, in bytes (WhatsApp's own limits).
    pub const fn cap_bytes(self) -> u64 {
        match self {
            Self::Image => 5 << 20,
            Self::Video | Self::Audio => 16 << 20,
            Self::Document => 100 << 20,
            Self::Sticker => 500 << 10,
        }
    }
}

/// A file in a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct File {
    /// The provider's id to fetch it by.
    pub provider_id: Option<String>,
    /// Our content-addressed name (`sha256` hex) once it is here.
    pub media: Option<String>,
    /// A public address to send it by.
    pub link: Option<String>,
    /// Its MIME type as the sender says.
    pub mime: String,
    /// The name the sender gave it.
    pub filename: Option<String>,
    /// Text under it.
    pub caption: Option<String>,
    /// Spoken into the phone.
    pub voice: bool,
    /// What was said in it, as a service heard it: a customer's words, and as unsure as hearing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transcript: Option<String>,
    /// Why it could not be fetched.
    pub problem: Option<String>,
}

/// A choice the customer can tap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What we get back.
    pub id: String,
    /// What it says. At most 20 characters on a button, 24 in a list.
    pub title: String,
    /// A second line in a list. At most 72 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

/// One line of an order made in WhatsApp's own catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueLine {
    /// Our item code there.
    pub retailer_id: String,
    /// How many; 0 when the channel's number could not be read.
    pub quantity: i64,
    /// Their price as text, never used for our total.
    pub price: String,
    /// Its currency.
    pub currency: String,
}

/// What a message holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Content {
    /// Words.
    Text {
        /// The words.
        text: String,
    },
    /// A file.
    Media {
        /// Its kind.
        media: MediaKind,
        /// The file.
        file: File,
    },
    /// A place.
    Location {
        /// Degrees north.
        latitude: f64,
        /// Degrees east.
        longitude: f64,
        /// Its name.
        name: Option<String>,
        /// Its address.
        address: Option<String>,
    },
    /// Contact cards, as sent.
    Cards {
        /// One line a card: name and number.
        lines: Vec<String>,
    },
    /// A reaction to a message; empty means taken back.
    Reaction {
        /// The provider's id of the message reacted to.
        to: String,
        /// The emoji.
        emoji: String,
    },
    /// The customer tapped a button or a list row of ours.
    Tapped {
        /// The id we gave it.
        id: String,
        /// What it said.
        title: String,
    },
    /// A form the customer filled in.
    Form {
        /// The fields, as JSON.
        fields: serde_json::Value,
    },
    /// An order made in the channel's own catalogue.
    CatalogueOrder {
        /// What was written beside it.
        text: Option<String>,
        /// The lines.
        lines: Vec<CatalogueLine>,
    },
    /// The customer changed an earlier message.
    Edited {
        /// The provider's id of the earlier message.
        of: String,
        /// What it says now.
        text: String,
    },
    /// The customer took an earlier message back.
    Deleted {
        /// The provider's id of the earlier message.
        of: String,
    },
    /// News about the customer's account: a new number.
    System {
        /// What the provider says.
        text: String,
        /// The new WhatsApp id, when the number changed.
        new_wa_id: Option<String>,
        /// The new WhatsApp user id, when that changed (a person who hides the number moved to another one).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        new_user_id: Option<String>,
    },
    /// Something we cannot read; kept and shown.
    Unknown {
        /// The provider's type word.
        type_word: String,
        /// Why, in the provider's words.
        reason: Option<String>,
        /// The message as it came, so that nothing is lost.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        raw: Option<serde_json::Value>,
    },
    /// Words with up to three buttons.
    Buttons {
        /// The words.
        text: String,
        /// The buttons.
        choices: Vec<Choice>,
    },
    /// Words with a list of up to ten rows.
    List {
        /// The words.
        text: String,
        /// What the button that opens the list says.
        button: String,
        /// The rows.
        choices: Vec<Choice>,
    },
    /// Words with one button that opens a web page.
    Link {
        /// The words.
        text: String,
        /// What the button says. At most 20 characters.
        label: String,
        /// The page.
        url: String,
    },
    /// A template Meta has approved.
    Template {
        /// Its name at Meta.
        name: String,
        /// Its language code at Meta, "en_US".
        language: String,
        /// Its places with their values, in the order Meta counts them.
        places: Vec<Place>,
        /// What the customer will read, for our own screen.
        text: String,
    },
}

impl Content {
    /// Plain words.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }
    /// The word for the kind in the database and the API.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Media { media, .. } => media.as_str(),
            Self::Location { .. } => "location",
            Self::Cards { .. } => "contacts",
            Self::Reaction { .. } => "reaction",
            Self::Tapped { .. } => "tapped",
            Self::Form { .. } => "form",
            Self::CatalogueOrder { .. } => "catalogue_order",
            Self::Edited { .. } => "edited",
            Self::Deleted { .. } => "deleted",
            Self::System { .. } => "system",
            Self::Unknown { .. } => "unknown",
            Self::Buttons { .. } => "buttons",
            Self::List { .. } => "list",
            Self::Link { .. } => "link",
            Self::Template { .. } => "template",
        }
    }
    /// The same message with other words above its choices or link; text where it has none.
    #[must_use]
    pub fn with_words(&self, words: &str) -> Self {
        let mut same = self.clone();
        match &mut same {
            Self::Buttons { text, .. } | Self::List { text, .. } | Self::Link { text, .. } => words.clone_into(text),
            _ => return Self::text(words),
        }
        same
    }
    /// The words a person or a model reads for it.
    pub fn words(&self) -> String {
        match self {
            Self::Text { text }
            | Self::Edited { text, .. }
            | Self::Buttons { text, .. }
            | Self::List { text, .. }
            | Self::Link { text, .. }
            | Self::Template { text, .. } => text.clone(),
            Self::Media { file, .. } => file.transcript.clone().or_else(|| file.caption.clone()).unwrap_or_default(),
            Self::Location { name, address, latitude, longitude } => {
                let named: Vec<&str> = [name, address].into_iter().flatten().map(String::as_str).collect();
                if named.is_empty() { format!("{latitude}, {longitude}") } else { named.join(", ") }
            }
            Self::Cards { lines } => lines.join("\n"),
            Self::Reaction { emoji, .. } => emoji.clone(),
            Self::Tapped { title, .. } => title.clone(),
            Self::Form { fields } => fields.to_string(),
            Self::CatalogueOrder { text, .. } => text.clone().unwrap_or_default(),
            Self::Deleted { .. } => String::new(),
            Self::System { text, .. } => text.clone(),
            Self::Unknown { reason, .. } => reason.clone().unwrap_or_default(),
        }
    }
    /// A sound without words: nobody has heard it yet, or nobody could. `None`: it is nothing of the kind; `Some(true)`: it may still be
    /// heard.
    pub const fn unheard(&self) -> Option<bool> {
        match self {
            Self::Media { media: MediaKind::Audio, file } if file.transcript.is_none() && file.caption.is_none() => {
                Some(file.problem.is_none())
            }
            _ => None,
        }
    }
    /// Whether Steward should take a turn on it. Reactions, deletions and news of accounts need no answer.
    pub const fn wants_reply(&self) -> bool {
        !matches!(self, Self::Reaction { .. } | Self::Deleted { .. } | Self::System { .. } | Self::Unknown { .. })
    }
}

/// A message that came in, as a channel read it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inbound {
    /// The provider's id; the same id twice is the same message.
    pub provider_id: String,
    /// How the sender is known, main identity first. For an echo: the customer it went to.
    pub identities: Vec<Identity>,
    /// The sender's profile name.
    pub name: Option<String>,
    /// When the provider says it was written.
    pub at: Time,
    /// What it holds.
    pub content: Content,
    /// The provider's id of the message it answers.
    pub reply_to: Option<String>,
    /// It was forwarded.
    pub forwarded: bool,
    /// The advertisement the customer came by, as JSON, or `{"referred_product": …}` when they ask about a product
    /// of the channel's own catalogue.
    pub referral: Option<serde_json::Value>,
    /// The owner wrote it in the phone app: a person has taken over.
    pub echo: bool,
}

/// News about a message we sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// The provider's id of our message.
    pub provider_id: String,
    /// Our own id of the message, as it was handed over with it.
    pub callback: Option<String>,
    /// What is known now.
    pub delivery: Delivery,
    /// Since when.
    pub at: Time,
    /// Why it failed.
    pub problem: Option<Problem>,
    /// Price category, an open word of the provider ("utility", "service").
    pub price_category: Option<String>,
}

/// A provider's refusal, with what it means for the owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The provider's code.
    pub code: i64,
    /// What the provider says.
    pub detail: String,
    /// What it means and what to do, for the owner.
    pub meaning: String,
    /// What we do about it.
    pub class: ProblemClass,
}

/// What a provider's refusal asks of us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemClass {
    /// Our key is wrong or lacks rights: stop and tell the owner.
    Auth,
    /// Try again later.
    Transient,
    /// Too fast: try again later, slower.
    Rate,
    /// Too fast for this one customer.
    PairRate,
    /// This person cannot be reached.
    Recipient,
    /// The 24 hours are over.
    Window,
    /// We sent something wrong.
    Content,
    /// The template is wrong or paused.
    Template,
    /// Meta has restricted the account.
    Account,
    /// A code we do not know.
    Other,
}

/// What a model reads before the words of a message that replaces an earlier one.
pub const EDITED: &str = "[edited] ";

/// A message of the thread, as stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Message {
    /// Its id; sorts by time.
    pub id: Id,
    /// In this thread.
    pub conversation_id: Id,
    /// Which way.
    pub direction: Direction,
    /// Who wrote it.
    pub author: Author,
    /// The person's name when a person wrote it.
    pub author_name: String,
    /// What it holds.
    pub content: Content,
    /// What is known of it.
    pub delivery: Delivery,
    /// Why it failed, for the owner.
    pub problem: Option<Problem>,
    /// The provider's id.
    pub provider_id: Option<String>,
    /// The provider's id of the message it answers.
    pub reply_to: Option<String>,
    /// The turn that wrote it.
    pub run_id: Option<Id>,
    /// When it was written.
    pub created_at: Time,
}
