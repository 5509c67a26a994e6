//! The simulated phone: customers who do not exist, on a network that can be made to misbehave.

use crate::web::view::house::conversation::Tick;
use crate::web::view::{Chrome, RailPoint, filters};
use askama::Template;

/// `/app/phone`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/phone.html")]
pub struct PhonePage {
    /// The frame.
    pub chrome: Chrome,
    /// Who can write.
    pub personas: Vec<Persona>,
    /// The phone of the one who writes now.
    pub chat: PhoneChat,
    /// How the network behaves.
    pub network: Network,
    /// What Steward did in the last turn.
    pub steps: Vec<RailPoint>,
    /// "2.4 s, free"; empty when nothing was done.
    pub steps_sub: String,
    /// The thread in Messages; empty before the first message.
    pub thread_url: String,
    /// The last turn in the work log; empty for none.
    pub run_url: String,
    /// Things to try, each a message.
    pub ideas: Vec<String>,
    /// A connected channel sends real messages too: what to know about it.
    pub warning: String,
}

/// A pretended customer.
#[derive(Debug, Clone, Default)]
pub struct Persona {
    /// The number, without plus.
    pub number: String,
    /// Their name.
    pub name: String,
    /// Their initials.
    pub initials: String,
    /// Who they are: "Writes Pidgin, orders often".
    pub about: String,
    /// Opens their phone.
    pub url: String,
    /// The one who writes now.
    pub on: bool,
    /// Messages on their phone.
    pub messages: i64,
}

/// What a phone shows.
#[derive(Debug, Clone, Default)]
pub struct PhoneChat {
    /// Whose phone.
    pub number: String,
    /// Whose phone.
    pub name: String,
    /// The messages, oldest first.
    pub messages: Vec<PhoneMessage>,
    /// The other side is writing.
    pub writing: bool,
    /// So that sending twice sends once.
    pub key: String,
}

/// A message on the phone; `mine` is the pretended customer's.
#[derive(Debug, Clone, Default)]
pub struct PhoneMessage {
    /// The provider's id.
    pub id: String,
    /// From the pretended customer.
    pub mine: bool,
    /// The words.
    pub text: String,
    /// Address of its picture or file; empty for none.
    pub media_url: String,
    /// "image", "audio", "video" or "document".
    pub media: &'static str,
    /// A button that opens a page: its words and the address; empty for none.
    pub link: (String, String),
    /// When.
    pub time: String,
    /// What became of it, for the pretended customer's own.
    pub tick: Option<Tick>,
    /// Buttons under it.
    pub buttons: Vec<PhoneChoice>,
    /// A list behind this button; empty for none.
    pub list_button: String,
    /// What the list holds.
    pub list: Vec<PhoneChoice>,
}

/// Something to tap.
#[derive(Debug, Clone, Default)]
pub struct PhoneChoice {
    /// What is sent back.
    pub id: String,
    /// What is read.
    pub title: String,
    /// More.
    pub description: String,
}

/// How the simulated network behaves.
#[derive(Debug, Clone, Copy, Default)]
pub struct Network {
    /// Every webhook comes twice.
    pub duplicate: bool,
    /// Webhooks come late and out of order.
    pub late: bool,
    /// Delivery statuses get lost.
    pub lost: bool,
    /// Messages to customers are refused.
    pub failing: bool,
}
