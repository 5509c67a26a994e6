//! Pages without sign-in: the showcase, one business, its chat.

use crate::web::view::filters;
use askama::Template;

/// `/`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "showcase/showcase.html")]
pub struct ShowcasePage {
    /// Somebody is signed in.
    pub signed_in: bool,
    /// Businesses that want to be listed.
    pub businesses: Vec<ShowcaseCard>,
    /// Address of the next page; empty at the end.
    pub next: String,
}

/// A business in the showcase.
#[derive(Debug, Clone, Default)]
pub struct ShowcaseCard {
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its initials.
    pub initials: String,
    /// One or two sentences.
    pub about: String,
    /// "Bakery", "Hotel".
    pub kind: String,
    /// Open at this moment.
    pub open: bool,
    /// "until 20:00", "opens Monday 08:00".
    pub hours: String,
    /// Where it is.
    pub address: String,
}

/// `/b/SLUG`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "showcase/business.html")]
pub struct BusinessPage {
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its initials.
    pub initials: String,
    /// One or two sentences.
    pub about: String,
    /// Where it is; may be empty.
    pub address: String,
    /// Open at this moment.
    pub open: bool,
    /// "until 20:00 today".
    pub hours_now: String,
    /// "Delivery from ₦1,500"; empty for none.
    pub delivery: String,
    /// "Pick-up"; empty for none.
    pub pickup: bool,
    /// `https://wa.me/…`; empty without WhatsApp.
    pub whatsapp_url: String,
    /// What it sells, by category.
    pub sections: Vec<Section>,
    /// Day and times.
    pub hours: Vec<(String, String)>,
    /// The chat.
    pub chat: Chat,
}

/// A category of the menu.
#[derive(Debug, Clone, Default)]
pub struct Section {
    /// For links that jump here.
    pub id: String,
    /// "Today’s bakes".
    pub title: String,
    /// The things.
    pub items: Vec<Good>,
}

/// Something on the menu.
#[derive(Debug, Clone, Default)]
pub struct Good {
    /// What it is called.
    pub name: String,
    /// "₦1,900".
    pub price: String,
    /// One or two sentences.
    pub description: String,
    /// Its photo; empty for none.
    pub photo_url: String,
    /// Cannot be ordered now.
    pub sold_out: bool,
    /// What to write in the chat to order it.
    pub order: String,
}

/// `/b/SLUG/chat`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "showcase/chat.html")]
pub struct ChatPage {
    /// The chat.
    pub chat: Chat,
}

/// The chat of a business with one visitor.
#[derive(Debug, Clone, Default)]
pub struct Chat {
    /// The business's name in addresses.
    pub slug: String,
    /// The business's name.
    pub name: String,
    /// Its initials.
    pub initials: String,
    /// "You are chatting with … AI assistant. Write “person” to reach Kẹ́mi."
    pub disclosure: String,
    /// The visitor's secret; sent with every message and kept by the embedding page.
    pub session: String,
    /// Shown inside a foreign page.
    pub embed: bool,
    /// What was said, oldest first.
    pub messages: Vec<ChatMessage>,
    /// Short answers to tap under the last message.
    pub quick: Vec<String>,
    /// A person answers now: their name; empty when Steward does.
    pub person: String,
    /// The last event of the feed this page has seen.
    pub live_after: i64,
    /// A text given back after an error.
    pub text: String,
    /// What was wrong with it.
    pub error: String,
    /// So that sending twice sends once.
    pub key: String,
}

/// A file in the chat.
#[derive(Debug, Clone, Default)]
pub struct ChatFile {
    /// Where it is.
    pub url: String,
    /// Its name.
    pub label: String,
    /// A picture.
    pub image: bool,
    /// A sound.
    pub sound: bool,
}

/// A line of the chat.
#[derive(Debug, Clone, Default)]
pub struct ChatMessage {
    /// Its id.
    pub id: String,
    /// From the visitor.
    pub mine: bool,
    /// Who wrote, when it was a person of the business.
    pub author: String,
    /// The words.
    pub text: String,
    /// A picture or file.
    pub file: Option<ChatFile>,
    /// A button that opens a page: its words and the address; empty for none.
    pub link: (String, String),
    /// "10:14".
    pub time: String,
}
