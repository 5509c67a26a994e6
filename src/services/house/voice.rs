//! Voice notes: kept as they came, heard by a service when there is one, and answered like words. What was heard is read back, because
//! hearing is unsure and amounts fail first; where nobody hears, the customer is asked to type.

use crate::domain::error::Result;
use crate::domain::event;
use crate::domain::house::conversation::{Conversation, Mode};
use crate::domain::house::message::{Author, Content, Message};
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::phrase::say;
use crate::domain::text::clip;
use crate::services::buying::{call as talk, vendor_chat};
use crate::services::house::{inbound, outbound, spoken};
use crate::store::events::{About, insert_event};
use crate::store::house::message::NewMessage;
use crate::store::house::{contact, conversation as threads, message};
use crate::store::tx::Tx;
use crate::store::{jobs, meta};

/// Characters of a transcript that are read back; all of it is kept and shown to the team.
const READ_BACK_CHARS: usize = 300;

/// Why a note became no words, as the customer is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unheard {
    /// Nobody hears here, or nobody could.
    Deaf,
    /// It lasts too long.
    TooLong,
    /// Its format is not known, or it is damaged.
    Unreadable,
}

impl Unheard {
    const fn phrase(self) -> &'static str {
        match self {
            Self::Deaf => "voice_please_type",
            Self::TooLong => "voice_too_long",
            Self::Unreadable => "voice_unreadable",
        }
    }
}

/// A file of a message was fetched, or could not be: a voice note is heard next, and one that never came is not waited for.
pub fn fetched(tx: &mut Tx<'_>, message_id: Id, content: &Content) -> Result<()> {
    match content.unheard() {
        Some(true) => {
            let now = tx.now;
            jobs::enqueue_job(tx, &Job::HearNote { message_id }, now, Some(&format!("hear:{message_id}")))
        }
        Some(false) => ask_to_type(tx, &message::find_message(tx, message_id)?, Unheard::Unreadable),
        None => Ok(()),
    }
}

/// A note was heard: its words are kept with it, read back, and answered.
pub fn heard(tx: &mut Tx<'_>, message_id: Id, text: &str) -> Result<()> {
    let m = message::find_message(tx, message_id)?;
    let Some(true) = m.content.unheard() else { return Ok(()) };
    if text.trim().is_empty() {
        return unheard(tx, message_id, Unheard::Unreadable, "Nothing was said in the note, or nobody could understand it.");
    }
    keep(tx, &m, |file| file.transcript = Some(text.trim().to_owned()))?;
    let thread = threads::find_conversation(tx, m.conversation_id)?;
    // A vendor's words are heard by their talk, whoever answers customers.
    if talk::heed(tx, &thread, message_id)? {
        return Ok(());
    }
    if !answers(tx, &thread)? || spoken::heed(tx, &thread, &Content::text(text.trim()), message_id)? {
        return Ok(());
    }
    let language = contact::find_person(tx, thread.contact_id)?.language;
    let said = clip(text.trim(), READ_BACK_CHARS);
    tell(tx, &thread, message_id, &say(language, "voice_heard", &[("text", &said)]))?;
    inbound::plan_turn_now(tx, thread.id)
}

/// Nobody heard a note: why is written beside its player, and the customer is asked to type.
pub fn unheard(tx: &mut Tx<'_>, message_id: Id, why: Unheard, sentence: &str) -> Result<()> {
    let m = message::find_message(tx, message_id)?;
    let Some(true) = m.content.unheard() else { return Ok(()) };
    keep(tx, &m, |file| file.problem = Some(sentence.to_owned()))?;
    ask_to_type(tx, &m, why)
}

fn ask_to_type(tx: &mut Tx<'_>, m: &Message, why: Unheard) -> Result<()> {
    let thread = threads::find_conversation(tx, m.conversation_id)?;
    let (answers, vendor) = (answers(tx, &thread)?, vendor_chat::is_vendor(tx, &thread)?);
    if answers || (vendor && thread.mode == Mode::Agent) {
        let language = contact::find_person(tx, thread.contact_id)?.language;
        tell(tx, &thread, m.id, &say(language, why.phrase(), &[]))?;
    }
    // A vendor's talk waits for what they type. Words of a customer that came beside it have waited.
    if talk::heed(tx, &thread, m.id)? || !answers {
        return Ok(());
    }
    inbound::plan_turn_now(tx, thread.id)
}

fn answers(tx: &Tx<'_>, thread: &Conversation) -> Result<bool> {
    Ok(thread.mode == Mode::Agent && meta::find_profile(tx)?.answers)
}

fn keep(tx: &mut Tx<'_>, m: &Message, change: impl FnOnce(&mut crate::domain::house::message::File)) -> Result<()> {
    let Content::Media { media, mut file } = m.content.clone() else { return Ok(()) };
    change(&mut file);
    message::update_content(tx, m.id, &Content::Media { media, file })?;
    let data = serde_json::json!({ "message_id": m.id, "file": true });
    insert_event(tx, event::MESSAGE, About::conversation(m.conversation_id), data)
}

fn tell(tx: &mut Tx<'_>, thread: &Conversation, message_id: Id, text: &str) -> Result<()> {
    let (content, intent) = (Content::text(text), format!("voice:{message_id}"));
    let new = NewMessage {
        conversation_id: thread.id,
        author: Author::Steward,
        author_name: "",
        content: &content,
        run_id: None,
        intent: &intent,
        turn_epoch: Some(thread.turn_epoch),
    };
    outbound::plan(tx, thread, &new).map(drop)
}
