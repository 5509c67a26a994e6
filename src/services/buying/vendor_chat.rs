//! Chats with vendors of unfinished purchases: who writes there as a vendor, which talk a chat is free for, and vendors who want no messages.

use super::call::{self, Desk, Scene};
use crate::domain::buying::call::{By, Call, State};
use crate::domain::buying::purchase::Purchase;
use crate::domain::buying::vendor::Vendor;
use crate::domain::error::Result;
use crate::domain::house::consent::{Wish, wish};
use crate::domain::house::contact::IdentityKind;
use crate::domain::house::conversation::{Channel, Conversation};
use crate::domain::house::message::Content;
use crate::domain::id::Id;
use crate::domain::phone::Phone;
use crate::store::buying::{call as rows, vendor as book};
use crate::store::house::{contact, conversation as threads, run};
use crate::store::tx::{Read, Tx};
use serde_json::json;

/// What stands on a talk whose vendor could not be told of the order.
pub(super) const UNTOLD: &str = "The order is written below. Nobody has told them yet: call them, or send it to them.";

/// Talks of unfinished purchases with whoever writes in a thread, newest first. Whom a letter is from is not proved, so by e-mail only
/// those that go by this thread.
pub(super) fn open_with(tx: &Read<'_>, thread: &Conversation) -> Result<Vec<Call>> {
    let mut all = rows::list_open_calls_with(tx, thread.contact_id)?;
    all.retain(|c| thread.channel != Channel::Email || c.conversation_id == Some(thread.id));
    Ok(all)
}

/// Whether whoever writes in a thread does so as a vendor: then no turn of a customer's is taken.
pub fn is_vendor(tx: &Read<'_>, thread: &Conversation) -> Result<bool> {
    Ok(!open_with(tx, thread)?.is_empty())
}

/// The talk that hears what is said in a thread: the one that goes on there, else one that goes on, else the newest that is over.
pub(super) fn listening<'a>(all: &'a [Call], thread: &Conversation) -> Option<&'a Call> {
    let talking = |c: &&Call| c.state == State::Talking;
    let here = all.iter().find(|c| talking(c) && c.conversation_id == Some(thread.id));
    here.or_else(|| all.iter().find(talking)).or_else(|| all.iter().find(|c| c.state.is_over()))
}

/// The contact of a talk, when another talk with them goes on in a chat: what they say there could mean either. None when this one may
/// begin.
pub(super) fn taken(tx: &mut Tx<'_>, s: &Scene, desk: Desk<'_>) -> Result<Option<Id>> {
    let found = match s.call.by {
        By::Sms => call::thread_with(tx, s, Channel::Sms, desk.sms)?,
        By::Email => call::thread_with(tx, s, Channel::Email, desk.mailbox)?,
        By::Whatsapp => call::thread_with(tx, s, Channel::Whatsapp, desk.account)?,
        By::Call | By::Hand => None,
    };
    let Some((contact, _)) = found else { return Ok(None) };
    let others = rows::list_open_calls_with(tx, contact)?;
    let busy = others.iter().any(|c| c.id != s.call.id && c.state == State::Talking && c.conversation_id.is_some());
    Ok(busy.then_some(contact))
}

/// A talk is over: those that wait for its chat look again, the oldest first.
pub(super) fn make_way(tx: &mut Tx<'_>, over: &Call) -> Result<()> {
    let Some(thread) = over.conversation_id else { return Ok(()) };
    let contact = threads::find_conversation(tx, thread)?.contact_id;
    for c in rows::list_open_calls_with(tx, contact)?.iter().rev().filter(|c| c.state == State::Waiting) {
        run::deliver(tx, &call::letter_key(c.id), &json!({ "free": true }))?;
    }
    Ok(())
}

/// A vendor writes that they want no messages, and nothing else: nobody here writes to them or calls them any more, and talks that go on
/// with them are over. True when it was one; that it is said is still to be noted on their card.
pub fn stopped(tx: &mut Tx<'_>, thread: &Conversation, content: &Content, message: Id) -> Result<bool> {
    let Content::Text { text } = content else { return Ok(false) };
    if wish(text) != Some(Wish::Stop) {
        return Ok(false);
    }
    let vendors = vendors_of(tx, thread.contact_id)?;
    for v in vendors.iter().filter(|v| !v.do_not_contact) {
        book::upsert_vendor(tx, &Vendor { do_not_contact: true, ..v.clone() })?;
    }
    for c in open_with(tx, thread)?.into_iter().filter(|c| !c.state.is_over()) {
        rows::insert_line(tx, c.id, false, text, Some(message))?;
        let c = call::end(tx, c, State::Refused, "They want no messages from us.")?;
        // Its run looks once more and finds it over.
        run::deliver(tx, &call::letter_key(c.id), &json!({ "hung_up": true, "said": tx.now.millis() }))?;
    }
    Ok(!vendors.is_empty())
}

/// Vendors of the book who are this contact: those we talked to through it, and those with a number of theirs.
fn vendors_of(tx: &Read<'_>, contact_id: Id) -> Result<Vec<Vendor>> {
    let ids = rows::list_vendors_with(tx, contact_id)?;
    let mut all: Vec<Vendor> = ids.into_iter().filter_map(|id| book::find_vendor(tx, id).ok()).collect();
    for i in contact::find_contact(tx, contact_id)?.identities.iter().filter(|i| i.kind == IdentityKind::Phone) {
        let Some(phone) = Phone::from_wa_id(&i.value) else { continue };
        let found = book::find_vendor_by_phone(tx, &phone)?;
        if let Some(v) = found.filter(|v| all.iter().all(|known| known.id != v.id)) {
            all.push(v);
        }
    }
    Ok(all)
}

/// Whom nobody could tell of their order, each in a sentence.
pub(super) fn untold(tx: &Read<'_>, p: &Purchase) -> Result<Vec<String>> {
    let mut out = Vec::new();
    for s in p.comparison.iter().filter_map(|c| c.plan.as_ref()).flat_map(|plan| &plan.shares) {
        if rows::find_call(tx, s.seller.call_id)?.problem == UNTOLD {
            out.push(untold_words(&s.seller.name));
        }
    }
    Ok(out)
}

/// What a purchase says of a vendor whom nobody could tell.
pub(super) fn untold_words(name: &str) -> String {
    format!("Nobody has told {name} of the order yet: call them, or send it to them.")
}
