//! Conversations: the list, one thread, the customer beside it.

use crate::domain::house::message::Delivery;
use crate::web::view::house::case::{Care, NoteView};
use crate::web::view::{Chip, Chrome, Note, Pill, filters};
use askama::Template;

/// `/app/messages` and `/app/messages/ID`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/conversation.html")]
pub struct ConversationPage {
    /// The frame.
    pub chrome: Chrome,
    /// The list on the left.
    pub list: ConversationList,
    /// The open one.
    pub thread: Option<Thread>,
}

/// The list.
#[derive(Debug, Clone, Default)]
pub struct ConversationList {
    /// Filters.
    pub chips: Vec<Chip>,
    /// Which filter is on, sent along with a search.
    pub show: String,
    /// What is searched for.
    pub q: String,
    /// The conversations.
    pub rows: Vec<ConversationRow>,
    /// Address of the next page; empty at the end.
    pub next: String,
}

/// A line of the list.
#[derive(Debug, Clone, Default)]
pub struct ConversationRow {
    /// Its id.
    pub id: String,
    /// Where it leads.
    pub url: String,
    /// With whom.
    pub name: String,
    /// Their initials.
    pub initials: String,
    /// When the last message came.
    pub time: String,
    /// An icon for what it was; empty for text.
    pub icon: &'static str,
    /// What it said.
    pub last: String,
    /// Why it is worth opening.
    pub pill: Option<Pill>,
    /// Needs a person.
    pub unread: bool,
    /// The open one.
    pub current: bool,
    /// A heading before this line: "With Steward now"; empty for none.
    pub heading: String,
}

/// An open conversation.
#[derive(Debug, Clone, Default)]
pub struct Thread {
    /// Its id.
    pub id: String,
    /// With whom.
    pub name: String,
    /// Their initials.
    pub initials: String,
    /// "WhatsApp, +234 803 ··· 4471".
    pub sub: String,
    /// The language code of the customer's words, "en".
    pub lang: String,
    /// A person answers.
    pub human: bool,
    /// It is done.
    pub closed: bool,
    /// Why it waits for a person, and what that person should know.
    pub waiting: Option<Note>,
    /// WhatsApp's 24 hours; none on channels without them.
    pub window: Option<Window>,
    /// What was said and done, oldest first.
    pub entries: Vec<Entry>,
    /// Address of older messages; empty when all are here.
    pub older: String,
    /// Where to write.
    pub composer: Composer,
    /// Whose it is, and what helps to answer.
    pub care: Care,
    /// The customer.
    pub customer: CustomerPanel,
}

/// WhatsApp's customer-service window.
#[derive(Debug, Clone, Default)]
pub struct Window {
    /// Free text may be sent.
    pub open: bool,
    /// "Sun 10:02".
    pub until: String,
    /// "23 h 46 min".
    pub left: String,
    /// Minutes left, 0 to 1440.
    pub minutes: i64,
}

/// Something in a thread.
#[derive(Debug, Clone)]
pub enum Entry {
    /// A new day.
    Day(String),
    /// A message.
    Message(Box<MessageView>),
    /// What Steward did before the next message.
    Steps(Steps),
    /// Somebody took over or handed back. The flag is for a person of the business.
    Mark(String, bool),
    /// What the team wrote to itself.
    Note(NoteView),
}

impl Entry {
    /// A message.
    pub fn message(m: MessageView) -> Self {
        Self::Message(Box::new(m))
    }
}

/// A message.
#[derive(Debug, Clone, Default)]
pub struct MessageView {
    /// Its id.
    pub id: String,
    /// From us.
    pub out: bool,
    /// From a person of the business.
    pub mine: bool,
    /// Who wrote it, for messages from us.
    pub author: String,
    /// When, "10:02".
    pub time: String,
    /// The words.
    pub text: String,
    /// What it answers.
    pub quote: String,
    /// An icon for what it is; empty for text.
    pub icon: &'static str,
    /// What it is, in words: "Voice note", "Location"; empty for text.
    pub label: String,
    /// Address of its file; empty for none.
    pub media_url: String,
    /// "image", "audio", "video" or "document".
    pub media: &'static str,
    /// The file's name.
    pub filename: String,
    /// Lines under the words: catalogue order, cards.
    pub lines: Vec<String>,
    /// Buttons we offered with it.
    pub choices: Vec<String>,
    /// It was taken back, or something of ours it could not be shown.
    pub faded: bool,
    /// What became of it.
    pub tick: Option<Tick>,
    /// What is wrong with it; empty when nothing is.
    pub problem: String,
    /// It may be sent again.
    pub again: bool,
    /// It waits a few seconds and may be taken back.
    pub undo: bool,
    /// So that sending again twice sends once.
    pub key: String,
}

/// What became of a message of ours: an icon, its words and a tint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tick {
    /// An icon of the sprite.
    pub icon: &'static str,
    /// In words.
    pub label: &'static str,
    /// "", "seen", "warn" or "bad".
    pub tone: &'static str,
}

impl Tick {
    /// What is known, no more: nothing shows as sent before the channel took it.
    pub fn of(delivery: Delivery) -> Option<Self> {
        let (icon, label, tone) = match delivery {
            Delivery::Received => return None,
            Delivery::Queued => ("clock", "Waiting to be sent", ""),
            Delivery::Sending => ("clock", "Being sent", ""),
            Delivery::Unknown => ("help", "Not known whether it arrived", "warn"),
            Delivery::Sent => ("check", "Sent", ""),
            Delivery::Delivered => ("ticks", "Delivered", ""),
            Delivery::Read => ("ticks", "Read", "seen"),
            Delivery::Failed => ("alert", "Not delivered", "bad"),
            Delivery::Stopped => ("stop", "Not sent", "warn"),
        };
        Some(Self { icon, label, tone })
    }
}

/// What Steward did, in a line that opens.
#[derive(Debug, Clone, Default)]
pub struct Steps {
    /// Unique on the page.
    pub id: String,
    /// "Steward did 3 things, then stopped".
    pub summary: String,
    /// "2.4 s".
    pub took: String,
    /// What it did.
    pub steps: Vec<Step>,
    /// Its page in the work log.
    pub url: String,
    /// Shown open.
    pub open: bool,
}

/// One thing Steward did.
#[derive(Debug, Clone, Default)]
pub struct Step {
    /// "ok", "warn" or "bad".
    pub tone: &'static str,
    /// An icon of the sprite.
    pub icon: &'static str,
    /// "Looked up order #1039".
    pub title: String,
    /// "₦24,000, paid".
    pub text: String,
}

/// Where a person writes.
#[derive(Debug, Clone, Default)]
pub struct Composer {
    /// Free text may be sent.
    pub open: bool,
    /// Why not; empty when it may.
    pub closed_why: String,
    /// Approved messages that may be sent when free text may not.
    pub templates: Vec<TemplatePick>,
    /// A half-written text given back after an error.
    pub text: String,
    /// What was wrong with it.
    pub error: String,
    /// So that sending twice sends once.
    pub key: String,
}

/// An approved message.
#[derive(Debug, Clone, Default)]
pub struct TemplatePick {
    /// Its name at Meta.
    pub name: String,
    /// Its language code at Meta.
    pub language: String,
    /// Its name for people: "Order ready".
    pub label: String,
    /// What the customer will read, with places such as `{{1}}`.
    pub text: String,
    /// What is to be filled in.
    pub places: Vec<PlaceField>,
    /// It was chosen, and something was wrong with it.
    pub open: bool,
}

/// A place of an approved message.
#[derive(Debug, Clone, Default)]
pub struct PlaceField {
    /// Its key in the form.
    pub key: String,
    /// As it stands in the words: "{{1}}".
    pub mark: String,
    /// What to write, for people: "1", "Customer name".
    pub label: String,
    /// What Meta was shown when it was approved.
    pub example: String,
    /// What is in the field.
    pub value: String,
    /// What is wrong with it; empty when nothing is.
    pub error: String,
}

/// The customer beside a thread.
#[derive(Debug, Clone, Default)]
pub struct CustomerPanel {
    /// Their page.
    pub url: String,
    /// "Customer since March 2025".
    pub since: String,
    /// Name and value.
    pub facts: Vec<(String, String)>,
    /// What is in the basket now.
    pub basket: Vec<String>,
    /// Its sum; empty for none.
    pub basket_total: String,
    /// Their last orders.
    pub orders: Vec<OrderLink>,
    /// What they told about themselves.
    pub known: Vec<FactRow>,
    /// What the team wrote.
    pub note: String,
}

/// Something a customer told, kept for later.
#[derive(Debug, Clone, Default)]
pub struct FactRow {
    /// Its id.
    pub id: String,
    /// "Allergy".
    pub kind: &'static str,
    /// The word of its kind in forms.
    pub kind_word: &'static str,
    /// "peanuts".
    pub text: String,
    /// "They wrote it on Thu 10:02", or who wrote it down.
    pub source: String,
    /// "until 20 Jan 2027"; empty for no end.
    pub until: String,
    /// The same as a form takes it: "2027-01-20".
    pub until_day: String,
    /// Where the message stands; empty for none.
    pub url: String,
    /// Where it is changed: the customer's page.
    pub of: String,
}

/// An order in a list beside something else.
#[derive(Debug, Clone, Default)]
pub struct OrderLink {
    /// Where it leads.
    pub url: String,
    /// "#1039".
    pub number: String,
    /// "Birthday cake, 10 inch".
    pub words: String,
    /// "₦24,000".
    pub total: String,
    /// Where it stands.
    pub pill: Pill,
    /// When it was made.
    pub time: String,
}

impl TemplatePick {
    /// The id of a place's field, unique on the page.
    pub fn field_id(&self, place: &PlaceField) -> String {
        format!("tpl-{}-{}-{}", self.name, self.language, place.key)
    }
    /// The words with what is filled in so far.
    pub fn preview(&self) -> String {
        let filled = self.places.iter().filter(|p| !p.value.is_empty());
        filled.fold(self.text.clone(), |text, p| text.replace(&p.mark, &p.value))
    }
}
