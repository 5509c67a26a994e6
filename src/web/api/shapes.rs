//! What several areas answer with.

pub mod booking;
pub mod buying;
pub mod run;

use crate::domain::house::contact::{Contact, Identity, IdentityKind};
use crate::domain::house::conversation::{Channel, Mode};
use crate::domain::house::message::{Author, Delivery, Direction, Message};
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::money::{Currency, Money};
use crate::domain::shop::draft::{Fulfilment, Line};
use crate::domain::shop::order::{Order, Status};
use crate::domain::time::Time;
use crate::services::house::outbound::window_ends;
use crate::store::house::conversation::ConversationRow;
use serde::Serialize;
use utoipa::ToSchema;

/// A message of a conversation.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageOut {
    /// Its id; sorts by time.
    pub id: Id,
    /// In this conversation.
    pub conversation_id: Id,
    /// Which way.
    pub direction: Direction,
    /// Who wrote it.
    pub author: Author,
    /// The person's name when a person wrote it.
    pub author_name: String,
    /// text, image, location, tapped, buttons …
    pub kind: &'static str,
    /// The words in it.
    pub text: String,
    /// All it holds.
    #[schema(value_type = Object)]
    pub content: serde_json::Value,
    /// What is known of it.
    pub delivery: Delivery,
    /// Why it failed and what to do.
    pub problem: Option<String>,
    /// The run that wrote it.
    pub run_id: Option<Id>,
    /// When.
    pub at: Time,
}

impl From<Message> for MessageOut {
    fn from(m: Message) -> Self {
        Self {
            id: m.id,
            conversation_id: m.conversation_id,
            direction: m.direction,
            author: m.author,
            author_name: m.author_name,
            kind: m.content.kind(),
            text: m.content.words(),
            content: serde_json::json!(m.content),
            delivery: m.delivery,
            problem: m.problem.map(|p| p.meaning),
            run_id: m.run_id,
            at: m.created_at,
        }
    }
}

/// A conversation.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConversationOut {
    /// Its id.
    pub id: Id,
    /// With whom.
    pub contact_id: Id,
    /// Their name; may be empty.
    pub contact_name: String,
    /// Their phone, when known.
    pub contact_phone: Option<String>,
    /// On which channel.
    pub channel: Channel,
    /// Who answers.
    pub mode: Mode,
    /// Done.
    pub closed: bool,
    /// Waits for a person since then.
    pub waiting_since: Option<Time>,
    /// Why.
    pub waiting_reason: String,
    /// What a person should know.
    pub waiting_summary: String,
    /// The last words.
    pub last_text: String,
    /// Who said them.
    pub last_author: String,
    /// When.
    pub last_message_at: Time,
    /// Customer messages nobody has looked at.
    pub unread: i64,
    /// WhatsApp takes free text until then.
    pub window_ends_at: Option<Time>,
    /// The member who takes care of it.
    pub assigned_to: Option<AssigneeOut>,
    /// When a person should have answered; null when somebody did, or no clock runs.
    pub answer_due_at: Option<Time>,
    /// A draft for that person. It is never sent by itself.
    pub suggested_reply: Option<String>,
}

/// A member who takes care of a conversation.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssigneeOut {
    /// The member.
    pub member_id: Id,
    /// Their name.
    pub name: String,
}

impl From<ConversationRow> for ConversationOut {
    fn from(r: ConversationRow) -> Self {
        let window_ends_at = window_ends(&r.conversation);
        let c = r.conversation;
        Self {
            id: c.id,
            contact_id: c.contact_id,
            contact_name: r.contact_name,
            contact_phone: r.contact_phone,
            channel: c.channel,
            mode: c.mode,
            closed: c.closed,
            waiting_since: c.waiting_since,
            waiting_reason: c.waiting_reason,
            waiting_summary: c.waiting_summary,
            last_text: r.last_text,
            last_author: r.last_author,
            last_message_at: c.last_message_at,
            unread: r.unread,
            window_ends_at,
            assigned_to: r.case.assignee.map(|a| AssigneeOut { member_id: a.id, name: a.name }),
            answer_due_at: r.case.due_at,
            suggested_reply: Some(r.case.suggestion).filter(|s| !s.is_empty()),
        }
    }
}

/// One way a person is known.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityOut {
    /// What the value is.
    pub kind: IdentityKind,
    /// The number, user id or address.
    pub value: String,
}

impl From<Identity> for IdentityOut {
    fn from(i: Identity) -> Self {
        Self { kind: i.kind, value: i.value }
    }
}

/// A person the business talks to.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactOut {
    /// Their id.
    pub id: Id,
    /// Their name; may be empty.
    pub name: String,
    /// The language of their last messages.
    pub language: Lang,
    /// How they are known.
    pub identities: Vec<IdentityOut>,
    /// What the team wrote about them.
    pub note: String,
    /// May be written to first; null when nobody asked.
    pub consent: Option<bool>,
    /// Wants replies spoken, where the channel carries sound.
    pub answers_by_voice: bool,
    /// First seen.
    pub created_at: Time,
}

impl From<Contact> for ContactOut {
    fn from(c: Contact) -> Self {
        Self {
            id: c.id,
            name: c.name,
            language: c.language,
            identities: c.identities.into_iter().map(IdentityOut::from).collect(),
            note: c.note,
            consent: c.consent,
            answers_by_voice: c.spoken,
            created_at: c.created_at,
        }
    }
}

/// An option that was chosen.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChosenOut {
    /// The option.
    pub group: String,
    /// The choice.
    pub choice: String,
    /// What it added for one.
    pub price: Money,
}

/// A line of an order.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineOut {
    /// The item.
    pub item_id: Id,
    /// Its name when it was ordered.
    pub name: String,
    /// How many.
    pub quantity: i64,
    /// Price of one without options.
    pub unit_price: Money,
    /// Options.
    pub options: Vec<ChosenOut>,
    /// "no onions".
    pub note: String,
    /// Price of the line.
    pub total: Money,
}

impl LineOut {
    fn of(l: Line, c: Currency) -> Self {
        let total = Money::new(l.total_minor().unwrap_or(i64::MAX), c);
        let options = l.options.into_iter();
        let options = options.map(|o| ChosenOut { group: o.group, choice: o.choice, price: Money::new(o.price_minor, c) }).collect();
        let unit_price = Money::new(l.unit_minor, c);
        Self { item_id: l.item_id, name: l.name, quantity: l.quantity, unit_price, options, note: l.note, total }
    }
}

/// An order.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderOut {
    /// Its id.
    pub id: Id,
    /// The number people say.
    pub number: i64,
    /// Whose it is.
    pub contact_id: Id,
    /// The conversation it came from, where news about it is sent.
    pub conversation_id: Option<Id>,
    /// Where it stands.
    pub status: Status,
    /// States a person may set next.
    #[schema(value_type = Vec<Status>)]
    pub next: &'static [Status],
    /// What was ordered.
    pub lines: Vec<LineOut>,
    /// Lines added up.
    pub subtotal: Money,
    /// Delivery.
    pub delivery: Money,
    /// What is to be paid.
    pub total: Money,
    /// How the customer gets it.
    pub fulfilment: Fulfilment,
    /// Where to bring it.
    pub address: String,
    /// What the customer wishes for the order as a whole: when, what to do at the gate.
    pub note: String,
    /// The payment reference.
    pub reference: String,
    /// Unpaid orders give their stock back then.
    pub expires_at: Option<Time>,
    /// When it was ordered.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

impl OrderOut {
    /// An order with its money in a currency.
    pub fn of(o: Order, c: Currency) -> Self {
        let money = |minor| Money::new(minor, c);
        Self {
            id: o.id,
            number: o.number,
            contact_id: o.contact_id,
            conversation_id: o.conversation_id,
            status: o.status,
            next: o.status.next(o.fulfilment),
            lines: o.lines.into_iter().map(|l| LineOut::of(l, c)).collect(),
            subtotal: money(o.subtotal_minor),
            delivery: money(o.delivery_minor),
            total: money(o.total_minor),
            fulfilment: o.fulfilment,
            address: o.address,
            note: o.note,
            reference: o.reference,
            expires_at: o.expires_at,
            created_at: o.created_at,
            updated_at: o.updated_at,
        }
    }
}
