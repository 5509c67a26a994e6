//! What a customer sends: stored with everything it sets in motion, once.

use crate::domain::error::Result;
use crate::domain::event;
use crate::domain::house::business::Profile;
use crate::domain::house::contact::{Identity, IdentityKind};
use crate::domain::house::conversation::{Channel, Conversation, Mode};
use crate::domain::house::line;
use crate::domain::house::message::{Content, Delivery, Direction, Inbound, Receipt};
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::limits;
use crate::domain::phone::Phone;
use crate::domain::time::Time;
use crate::services::buying::{call as talk, vendor_chat};
use crate::services::house::{consent, conversation, member_phone, spoken};
use crate::services::shop::receipt_truth;
use crate::store::events::{About, insert_event};
use crate::store::house::conversation::{Heard, Known};
use crate::store::house::{contact, conversation as threads, message};
use crate::store::jobs;
use crate::store::tx::{Read, Tx};
use crate::telemetry::metrics;

/// What came of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// The thread it is in.
    pub conversation_id: Id,
    /// The message.
    pub message_id: Id,
}

/// Stores one message of a customer, or one the owner typed in the phone app. None when it was here before.
pub fn receive(
    tx: &mut Tx<'_>,
    profile: &Profile,
    channel: Channel,
    account: &str,
    m: &Inbound,
    raw: Option<&str>,
) -> Result<Option<Received>> {
    let heard = find_or_add_thread(tx, profile, channel, account, m)?;
    let thread = &heard.thread;
    let tapped = as_tapped(tx, thread, m)?;
    let m = tapped.as_ref().unwrap_or(m);
    let Some(message_id) = message::insert_inbound(tx, thread.id, &m.provider_id, m, raw)? else { return Ok(None) };
    metrics::message(channel.as_str(), if m.echo { "out" } else { "in" });
    if m.echo {
        own_words(tx, thread, &m.content)?;
    } else {
        customer_words(tx, profile, &heard, m, message_id)?;
    }
    let data = serde_json::json!({ "message_id": message_id, "direction": if m.echo { "out" } else { "in" } });
    insert_event(tx, event::MESSAGE, About::conversation(thread.id), data)?;
    Ok(Some(Received { conversation_id: thread.id, message_id }))
}

/// Stores a message that nobody answers: a machine wrote it, or its sender is in doubt. None when it was here before.
pub fn keep(tx: &mut Tx<'_>, profile: &Profile, channel: Channel, account: &str, m: &Inbound) -> Result<Option<Received>> {
    let thread = find_or_add_thread(tx, profile, channel, account, m)?.thread;
    let Some(message_id) = message::insert_inbound(tx, thread.id, &m.provider_id, m, None)? else { return Ok(None) };
    threads::update_on_inbound(tx, thread.id, &preview(&m.content), written_at(m, tx.now))?;
    fetch_file(tx, &thread, &m.content, message_id)?;
    let data = serde_json::json!({ "message_id": message_id, "direction": "in" });
    insert_event(tx, event::MESSAGE, About::conversation(thread.id), data)?;
    Ok(Some(Received { conversation_id: thread.id, message_id }))
}

/// Where there are no buttons, choices are numbered: a customer who answers with the number has tapped one.
fn as_tapped(tx: &Read<'_>, thread: &Conversation, m: &Inbound) -> Result<Option<Inbound>> {
    let Content::Text { text } = &m.content else { return Ok(None) };
    if m.echo || text.len() > 4 || line::split(&thread.account).0.has_buttons(thread.channel) || !thread.channel.is_carried() {
        return Ok(None);
    }
    let newest = message::list_messages(tx, thread.id, None, 3)?;
    let asked = newest.iter().rev().find(|m| m.direction == Direction::Out);
    let Some(Content::Buttons { choices, .. } | Content::List { choices, .. }) = asked.map(|m| &m.content) else { return Ok(None) };
    let choice = line::chosen(text, choices);
    Ok(choice.map(|c| Inbound { content: Content::Tapped { id: c.id.clone(), title: c.title.clone() }, ..m.clone() }))
}

/// The owner typed in the phone app: that is a person taking over.
fn own_words(tx: &mut Tx<'_>, thread: &Conversation, content: &Content) -> Result<()> {
    threads::update_on_outbound(tx, thread.id, &preview(content), "person")?;
    conversation::person_took_over(tx, thread, "the phone app")
}

/// The customer has another number from now on; the old one may be given to somebody else.
fn moved_number(tx: &mut Tx<'_>, who: Id, m: &Inbound, phone: &Phone) -> Result<()> {
    let new = Identity { kind: IdentityKind::Phone, value: phone.e164().to_owned() };
    if !contact::insert_identity(tx, who, &new)? {
        return Ok(());
    }
    for old in m.identities.iter().filter(|i| i.kind == IdentityKind::Phone && **i != new) {
        contact::delete_identity(tx, who, old)?;
    }
    Ok(())
}

fn customer_words(tx: &mut Tx<'_>, profile: &Profile, heard: &Heard, m: &Inbound, message_id: Id) -> Result<()> {
    let thread = &heard.thread;
    threads::update_on_inbound(tx, thread.id, &preview(&m.content), written_at(m, tx.now))?;
    fetch_file(tx, thread, &m.content, message_id)?;
    if let Content::System { new_wa_id: Some(new), .. } = &m.content
        && let Some(phone) = Phone::from_wa_id(new)
    {
        moved_number(tx, thread.contact_id, m, &phone)?;
    }
    // A member who decides from the phone is no customer.
    if member_phone::heed(tx, thread, m, message_id)? {
        return Ok(());
    }
    // A vendor we are buying from is no customer either: the talk hears what they say, or ends when they want no messages.
    if !vendor_chat::stopped(tx, thread, &m.content, message_id)? && talk::heed(tx, thread, message_id)? {
        return Ok(());
    }
    // Somebody who wants no messages is heard at once, whoever answers.
    if consent::heed(tx, thread, &m.content, message_id)? {
        return Ok(());
    }
    if spoken::heed(tx, thread, &m.content, message_id)? {
        return Ok(());
    }
    receipt_truth::heed(tx, &m.content)?;
    // A voice note is answered once it was heard.
    let fetched = thread.channel.is_carried() && m.content.unheard() == Some(true);
    if thread.mode == Mode::Agent && profile.answers && m.content.wants_reply() && !fetched {
        plan_turn(tx, heard, &m.content)?;
    } else if thread.mode == Mode::Agent && !profile.answers && m.content.wants_reply() && thread.waiting_since.is_none() {
        conversation::ask_to_look(tx, thread.id, conversation::OFF, &preview(&m.content))?;
    }
    Ok(())
}

/// A file that is still with its carrier is fetched.
fn fetch_file(tx: &mut Tx<'_>, thread: &Conversation, content: &Content, message_id: Id) -> Result<()> {
    let now = tx.now;
    match content {
        Content::Media { file, .. } if file.provider_id.is_some() && thread.channel.is_carried() => {
            jobs::enqueue_job(tx, &Job::FetchMedia { message_id }, now, None)
        }
        _ => Ok(()),
    }
}

/// When the customer wrote: Meta brings what it could not deliver for up to seven days, and its 24 hours count from then. What claims
/// another age has a wrong clock, and counts from now.
fn written_at(m: &Inbound, now: Time) -> Time {
    let age = now.since_ms(m.at);
    if (0..limits::REDELIVERED_MS).contains(&age) { m.at } else { now }
}

/// One line for lists.
pub fn preview(c: &Content) -> String {
    let words = c.words();
    if words.is_empty() { format!("[{}]", c.kind().replace('_', " ")) } else { words }
}

/// The thread a message belongs to. Identities nobody has become the contact's.
fn find_or_add_thread(tx: &mut Tx<'_>, profile: &Profile, channel: Channel, account: &str, m: &Inbound) -> Result<Heard> {
    let mut known: Option<Known> = None;
    let mut missing = Vec::new();
    for identity in &m.identities {
        match threads::find_known(tx, identity, channel, account)? {
            Some(k) => known = known.or(Some(k)),
            None => missing.push(identity),
        }
    }
    let known = match known {
        Some(k) => k,
        None => {
            let language = profile.languages.first().copied().unwrap_or_default();
            Known { contact_id: contact::insert_contact(tx, m.name.as_deref().unwrap_or(""), language)?, thread: None }
        }
    };
    for identity in missing {
        contact::insert_identity(tx, known.contact_id, identity)?;
    }
    match known.thread {
        Some(heard) => Ok(heard),
        None => {
            let thread = threads::insert_conversation(tx, known.contact_id, channel, account)?;
            Ok(Heard { thread, asked: false, burst_since: None })
        }
    }
}

/// The key that keeps turns of a conversation to one waiting job.
pub fn turn_key(conversation: Id) -> String {
    format!("turn:{conversation}")
}

/// Plans a turn at once, after something that came before could be read.
pub fn plan_turn_now(tx: &mut Tx<'_>, conversation_id: Id) -> Result<()> {
    let (key, now) = (turn_key(conversation_id), tx.now);
    match jobs::find_job_by_key(tx, &key)? {
        Some(true) => jobs::move_job(tx, &key, now).map(drop),
        _ => jobs::enqueue_job(tx, &Job::RunAgent { conversation_id }, now, Some(&key)),
    }
}

/// Plans a turn: at once when the words look whole, after a short silence when more is likely to follow. Only carried channels
/// wait: on the web and by API somebody looks at the screen.
fn plan_turn(tx: &mut Tx<'_>, heard: &Heard, content: &Content) -> Result<()> {
    let (conversation_id, now) = (heard.thread.id, tx.now);
    let at_once = !heard.thread.channel.is_carried() || is_whole(content, heard.asked);
    let due = if at_once { now } else { quiet_until(now, heard.burst_since) };
    let key = turn_key(conversation_id);
    let job = Job::RunAgent { conversation_id };
    match jobs::find_job_by_key(tx, &key)? {
        Some(true) => jobs::move_job(tx, &key, due).map(drop),
        // A turn that works takes up what came meanwhile before it ends.
        Some(false) => Ok(()),
        None if at_once => jobs::do_now_or_enqueue(tx, &job, &key),
        None => jobs::enqueue_job(tx, &job, due, Some(&key)),
    }
}

fn quiet_until(now: Time, burst_since: Option<Time>) -> Time {
    let latest = burst_since.unwrap_or(now).plus_ms(limits::BURST_MAX_MS);
    now.plus_ms(limits::BURST_QUIET_MS).min(latest).max(now)
}

/// Whether words look complete. People send "hi", then "2 jollof", then "and a coke": short pieces wait for the rest,
/// unless they answer a question of ours.
fn is_whole(content: &Content, asked: bool) -> bool {
    let text = match content {
        Content::Text { text } => text.trim(),
        Content::Tapped { .. } | Content::CatalogueOrder { .. } | Content::Form { .. } => return true,
        // Words often follow a picture.
        _ => return false,
    };
    let words = text.split_whitespace().count();
    let goes_on = text.ends_with([',', ':', '-', '…']) || text.ends_with(" and") || text.ends_with("...");
    !goes_on && (asked || words >= 4 || text.ends_with(['?', '؟', '!', '.']))
}

/// Stores news about a message of ours. False when it changes nothing.
pub fn settle(tx: &mut Tx<'_>, r: &Receipt) -> Result<bool> {
    let by_callback = || {
        r.callback.as_deref().and_then(|c| c.parse::<Id>().ok()).map(|id| message::find_message(tx, id)).and_then(std::result::Result::ok)
    };
    let found = match message::find_message_by_provider(tx, &r.provider_id)? {
        Some(m) => Some(m),
        // A status may come before the answer to our send, or settle a send whose answer was lost.
        None => by_callback(),
    };
    let Some(m) = found else { return Ok(false) };
    if !m.delivery.may_become(r.delivery) {
        return Ok(false);
    }
    let problem = r.problem.clone().map(|p| if r.delivery == Delivery::Failed { p.for_good() } else { p });
    message::update_delivery(tx, m.id, r.delivery, Some(&r.provider_id), problem.as_ref())?;
    if r.delivery == Delivery::Failed {
        tracing::info!(message = %m.id, code = r.problem.as_ref().map(|p| p.code), "a message was not delivered");
        spoken::failed(tx, &m, r.problem.as_ref())?;
    }
    let data = serde_json::json!({ "message_id": m.id, "delivery": r.delivery.as_str() });
    insert_event(tx, event::DELIVERY, About::conversation(m.conversation_id), data)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_pieces_wait_for_the_rest() {
        let whole = |t: &str, asked| is_whole(&Content::text(t), asked);
        assert!(!whole("hi", false));
        assert!(!whole("2 jollof", false));
        assert!(!whole("I want jollof rice and", false));
        assert!(whole("2 jollof rice please", false));
        assert!(whole("are you open?", false));
        assert!(whole("large", true), "it answers our question");
        assert!(!whole("yes,", true));
    }
}
