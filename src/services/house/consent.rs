//! People who want no messages, or want them again: noted on their card, and said back once.

use crate::domain::error::Result;
use crate::domain::house::consent::{Wish, wish};
use crate::domain::house::conversation::Conversation;
use crate::domain::house::member::Actor;
use crate::domain::house::message::Content;
use crate::domain::id::Id;
use crate::domain::phrase::say;
use crate::services::house::{outbound, timeline};
use crate::store::house::contact;
use crate::store::house::message::NewMessage;
use crate::store::meta;
use crate::store::tx::Tx;

/// Heeds a message that is nothing but such a wish. True when it was one; then no turn follows.
pub fn heed(tx: &mut Tx<'_>, thread: &Conversation, content: &Content, message_id: Id) -> Result<bool> {
    let Content::Text { text } = content else { return Ok(false) };
    let Some(wish) = wish(text).filter(|_| thread.channel.is_carried()) else { return Ok(false) };
    let who = contact::find_contact(tx, thread.contact_id)?;
    // "Start" is also how many begin a chat: it is a wish only of those who had said stop.
    if wish == Wish::Start && who.consent != Some(false) {
        return Ok(false);
    }
    timeline::set_consent(tx, who.id, wish == Wish::Start, "a message", text, &Actor::Customer, Some(message_id))?;
    let key = if wish == Wish::Stop { "consent_stopped" } else { "consent_started" };
    let business = meta::find_profile(tx)?;
    if !business.answers {
        return Ok(true);
    }
    let (content, intent) = (Content::text(say(who.language, key, &[])), format!("consent:{message_id}"));
    let new = NewMessage::of_steward(thread.id, &content, &intent);
    outbound::plan_note(tx, thread, &new, message_id)?;
    Ok(true)
}
