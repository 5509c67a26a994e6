//! Customers who want replies spoken: noted on their card, and which replies are. A spoken reply is the written one as a sound with its
//! words beside it; whatever goes wrong, the words go instead, once.

use crate::domain::error::Result;
use crate::domain::house::conversation::{Conversation, Mode};
use crate::domain::house::line;
use crate::domain::house::message::{Author, Content, Delivery, Direction, Message, Problem, ProblemClass};
use crate::domain::house::spoken::{self, Sound, may_be_spoken, sounds, voice_of, wish};
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::phrase::say;
use crate::services::house::outbound;
use crate::store::house::message::NewMessage;
use crate::store::house::{contact, conversation as threads, message};
use crate::store::meta;
use crate::store::tx::{Read, Tx};

/// The languages somebody speaks here, with spaces between; kept at every start.
const OFFERED: &str = "voices";

/// Keeps which languages somebody speaks.
pub fn offer(tx: &mut Tx<'_>, langs: &[&str]) -> Result<()> {
    meta::upsert_meta(tx, OFFERED, &langs.join(" "))
}

/// Whether somebody speaks a customer's language.
pub fn is_offered(tx: &Read<'_>, lang: Lang) -> Result<bool> {
    let spoken = meta::find_meta(tx, OFFERED)?;
    Ok(spoken.is_some_and(|langs| langs.split_whitespace().any(|l| l == voice_of(lang))))
}

fn carries(thread: &Conversation) -> &'static [Sound] {
    sounds(line::split(&thread.account).0, thread.channel)
}

/// Heeds a message that is nothing but the wish for spoken or for written replies. True when it was one; then no turn follows.
pub fn heed(tx: &mut Tx<'_>, thread: &Conversation, content: &Content, message_id: Id) -> Result<bool> {
    let Content::Text { text } = content else { return Ok(false) };
    let Some(on) = wish(text).filter(|_| !carries(thread).is_empty()) else { return Ok(false) };
    let mut who = contact::find_contact(tx, thread.contact_id)?;
    let can = is_offered(tx, who.language)?;
    let key = match (on, can) {
        (true, false) => "voice_cannot",
        (true, true) => "voice_on",
        (false, _) => "voice_off",
    };
    if !on || can {
        who.spoken = on;
        contact::update_contact(tx, &who)?;
    }
    if !meta::find_profile(tx)?.answers || thread.mode == Mode::Human {
        return Ok(true);
    }
    let (content, intent) = (Content::text(say(who.language, key, &[])), format!("spoken:{message_id}"));
    let new = NewMessage::of_steward(thread.id, &content, &intent);
    outbound::plan_note(tx, thread, &new, message_id)?;
    Ok(true)
}

/// A reply that is to be spoken.
#[derive(Debug)]
pub struct Wanted {
    /// The words.
    pub text: String,
    /// The language a voice must have.
    pub lang: &'static str,
    /// The sounds the channel carries, the best first.
    pub sounds: &'static [Sound],
}

/// Whether a message of ours is to be spoken before it leaves: the reply of a turn, in words that may be heard, to somebody who wants that.
pub fn wanted(tx: &Read<'_>, m: &Message, thread: &Conversation) -> Result<Option<Wanted>> {
    let Content::Text { text } = &m.content else { return Ok(None) };
    let reply = m.direction == Direction::Out && m.author == Author::Steward && m.run_id.is_some() && m.delivery == Delivery::Queued;
    let sounds = carries(thread);
    if !reply || sounds.is_empty() || !may_be_spoken(text) {
        return Ok(None);
    }
    // Tried before: its sound was not taken.
    if message::find_send_state(tx, m.id)?.0 > 0 {
        return Ok(None);
    }
    let who = contact::find_person(tx, thread.contact_id)?;
    let lang = voice_of(who.language);
    Ok(who.spoken.then(|| Wanted { text: text.clone(), lang, sounds }))
}

/// A reply was spoken: it leaves as the sound, its words are kept with it. False when it left meanwhile and stays as it is.
pub fn became_sound(tx: &mut Tx<'_>, id: Id, media: String, sound: Sound) -> Result<bool> {
    let m = message::find_message(tx, id)?;
    match (&m.content, m.delivery) {
        (Content::Text { text }, Delivery::Queued) => {
            message::update_content(tx, id, &spoken::as_sound(text, media, sound))?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// The carrier would not take the sound, and nothing has left: the words go instead. False when the message is no spoken reply.
pub fn back_to_words(tx: &mut Tx<'_>, id: Id) -> Result<bool> {
    let m = message::find_message(tx, id)?;
    let Some(text) = own_words(&m) else { return Ok(false) };
    message::update_content(tx, id, &Content::text(text))?;
    outbound::departed(tx, id, &outbound::Departed::NotSent(None))?;
    Ok(true)
}

/// The carrier took the sound and then told that it will not arrive: the words are sent in its place, once.
pub fn failed(tx: &mut Tx<'_>, m: &Message, problem: Option<&Problem>) -> Result<()> {
    let about_the_file = problem.is_none_or(|p| matches!(p.class, ProblemClass::Content | ProblemClass::Other));
    let Some(text) = own_words(m).filter(|_| about_the_file) else { return Ok(()) };
    let thread = threads::find_conversation(tx, m.conversation_id)?;
    let (content, intent) = (Content::text(text), format!("unspoken:{}", m.id));
    let new = NewMessage { turn_epoch: Some(thread.turn_epoch), ..NewMessage::of_steward(thread.id, &content, &intent) };
    outbound::plan(tx, &thread, &new).map(drop)
}

/// The words of a reply of ours that went, or goes, as a sound.
fn own_words(m: &Message) -> Option<String> {
    let ours = m.direction == Direction::Out && m.author == Author::Steward;
    spoken::words_of(&m.content).filter(|_| ours).map(str::to_owned)
}
