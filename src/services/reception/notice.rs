//! What customers are told about a booking, once for each step and in their language.

use crate::domain::error::Result;
use crate::domain::event;
use crate::domain::house::message::Content;
use crate::domain::lang::Lang;
use crate::domain::money::Money;
use crate::domain::phrase::say;
use crate::domain::reception::booking::{Booking, BookingStatus};
use crate::domain::reception::words::{kind_words, span_words, when_words};
use crate::services::house::outbound;
use crate::store::events::{About, insert_event};
use crate::store::house::message::NewMessage;
use crate::store::house::{contact, conversation as threads};
use crate::store::meta;
use crate::store::tx::{Read, Tx};
use serde_json::json;

/// The key under which the address of this business's public page is kept: whole when the owner said how the world reaches the
/// server, otherwise its path only.
pub const LINK_BASE: &str = "link_base";

/// The address of a booking's calendar file; only its path where the server's own address is not known.
pub fn address(tx: &Read<'_>, b: &Booking) -> Result<Option<String>> {
    Ok(meta::find_meta(tx, LINK_BASE)?.map(|base| format!("{base}/booking/{}.ics", b.token)))
}

/// The same for a customer, who has nothing of a path: none until the server's own address is known.
pub fn link(tx: &Read<'_>, b: &Booking) -> Result<Option<String>> {
    Ok(address(tx, b)?.filter(|a| a.starts_with("http")))
}

/// The phrase a state is announced with.
pub const fn key_of(s: BookingStatus) -> Option<&'static str> {
    match s {
        BookingStatus::Requested => Some("booking_requested"),
        BookingStatus::Held => Some("booking_deposit"),
        BookingStatus::Confirmed => Some("booking_confirmed"),
        BookingStatus::Cancelled => Some("booking_cancelled"),
        BookingStatus::Seated | BookingStatus::Done | BookingStatus::NoShow => None,
    }
}

/// The words for a phrase about a booking, with the rules and the calendar file where it is agreed.
pub fn words(tx: &Read<'_>, b: &Booking, key: &str, lang: Lang) -> Result<String> {
    let profile = meta::find_profile(tx)?;
    let zone = &profile.time_zone;
    let (what, when) = (kind_words(lang, b.kind), span_words(lang, b, zone));
    let until = b.hold_until.map(|t| when_words(lang, t, zone)).unwrap_or_default();
    let deposit = Money::new(b.deposit_minor, profile.currency).to_string();
    let (party, number) = (b.party.to_string(), b.number.to_string());
    let places = [
        ("what", what.as_str()),
        ("when", &when),
        ("party", &party),
        ("name", &b.name),
        ("number", &number),
        ("reason", &b.reason),
        ("until", &until),
        ("deposit", &deposit),
        ("instructions", &profile.payment_instructions),
    ];
    let mut text = say(lang, key, &places).trim().to_owned();
    if matches!(key, "booking_confirmed" | "booking_moved") {
        let terms = crate::store::reception::resource::find_policy(tx)?.terms;
        if !terms.is_empty() {
            text = format!("{text}\n{terms}");
        }
        if let Some(link) = link(tx, b)? {
            text = format!("{text}\n{}", say(lang, "booking_link", &[("link", &link)]));
        }
    }
    Ok(text)
}

/// Tells the customer, once for each step. Nothing is said where there is no thread.
pub fn tell(tx: &mut Tx<'_>, b: &Booking, key: &str, step: &str) -> Result<bool> {
    let Some(thread) = b.conversation_id else { return Ok(false) };
    let thread = threads::find_conversation(tx, thread)?;
    if outbound::window_problem(&thread, tx.now).is_some() {
        // WhatsApp would refuse it: 24 hours have passed since the customer wrote.
        crate::store::reception::booking::insert_history(tx, b.id, "not_told", "Steward", "WhatsApp's 24 hours are over.")?;
        return Ok(false);
    }
    let lang = contact::find_contact(tx, b.contact_id)?.language;
    let content = Content::text(words(tx, b, key, lang)?);
    let intent = format!("booking:{}:{step}", b.id);
    let m = NewMessage::of_steward(thread.id, &content, &intent);
    Ok(outbound::plan(tx, &thread, &m)?.is_some())
}

/// A line of the feed: pages look again.
pub fn moved(tx: &mut Tx<'_>, b: &Booking, what: &str) -> Result<()> {
    let about = About { conversation: b.conversation_id, ..About::default() };
    insert_event(tx, event::BOOKING, about, json!({ "booking_id": b.id, "number": b.number, "status": b.status, "what": what }))
}
