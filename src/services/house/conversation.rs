//! Who answers a conversation.

use crate::domain::error::Result;
use crate::domain::event;
use crate::domain::house::conversation::{Conversation, Mode};
use crate::domain::house::device::Waits;
use crate::domain::house::member::Actor;
use crate::domain::house::message::{Author, Direction};
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::services::house::inbound::{self, turn_key};
use crate::services::house::{case, push};
use crate::store::events::{About, insert_event};
use crate::store::house::{conversation as threads, message};
use crate::store::jobs;
use crate::store::meta;
use crate::store::tx::Tx;
use serde_json::json;

/// A person answers from now on. Replies Steward has planned but not sent are void.
pub fn take_over(tx: &mut Tx<'_>, id: Id, actor: &Actor) -> Result<()> {
    let thread = threads::find_conversation(tx, id)?;
    case::taken(tx, id, actor)?;
    by_a_person(tx, &thread, actor.name())
}

/// The same, for a person who simply wrote; that also answers.
pub fn person_took_over(tx: &mut Tx<'_>, thread: &Conversation, who: &str) -> Result<()> {
    case::answered(tx, thread.id)?;
    by_a_person(tx, thread, who)
}

fn by_a_person(tx: &mut Tx<'_>, thread: &Conversation, who: &str) -> Result<()> {
    threads::update_not_waiting(tx, thread.id)?;
    if thread.mode == Mode::Human {
        return Ok(());
    }
    threads::update_mode(tx, thread.id, Mode::Human)?;
    insert_event(tx, event::HAND, About::conversation(thread.id), json!({ "mode": "human", "by": who }))
}

/// Steward answers again, knowing what the person said. What the customer wrote since is answered at once.
pub fn hand_back(tx: &mut Tx<'_>, id: Id, actor: &Actor) -> Result<()> {
    let thread = threads::find_conversation(tx, id)?;
    case::ended(tx, id)?;
    threads::update_not_waiting(tx, id)?;
    if thread.mode == Mode::Human {
        threads::update_mode(tx, id, Mode::Agent)?;
        insert_event(tx, event::HAND, About::conversation(id), json!({ "mode": "agent", "by": actor.name() }))?;
    }
    let last = message::list_messages(tx, id, None, 1)?.pop();
    let unanswered = last.is_some_and(|m| m.direction == Direction::In && m.author == Author::Customer && m.content.wants_reply());
    if unanswered && meta::find_profile(tx)?.answers {
        let now = tx.now;
        jobs::enqueue_job(tx, &Job::RunAgent { conversation_id: id }, now, Some(&turn_key(id)))?;
    }
    Ok(())
}

/// Done, or open again.
pub fn close(tx: &mut Tx<'_>, id: Id, closed: bool, actor: &Actor) -> Result<()> {
    let thread = threads::find_conversation(tx, id)?;
    // Done is done: a second tap tells nobody anything new.
    if closed && thread.closed && thread.mode == Mode::Agent && thread.waiting_since.is_none() {
        return Ok(());
    }
    threads::update_closed(tx, id, closed)?;
    case::ended(tx, id)?;
    threads::update_not_waiting(tx, id)?;
    if closed && thread.mode == Mode::Human {
        threads::update_mode(tx, id, Mode::Agent)?;
    }
    insert_event(tx, event::HAND, About::conversation(id), json!({ "closed": closed, "by": actor.name() }))
}

/// A person is wanted: the conversation is listed first. Steward goes on answering until one takes over.
/// The clock until somebody answers begins, and a reply is drafted.
pub fn ask_person(tx: &mut Tx<'_>, id: Id, reason: &str, summary: &str) -> Result<()> {
    case::opened(tx, id)?;
    ask_to_look(tx, id, reason, summary)
}

/// Why a conversation waits that was begun while Steward was switched off.
pub const OFF: &str = "Steward is switched off";

/// Steward is switched on: who wrote meanwhile, and whom nobody has answered since, is answered now.
pub fn answer_what_waits(tx: &mut Tx<'_>) -> Result<()> {
    for (thread, _) in threads::list_waiting(tx, u32::MAX)? {
        if thread.waiting_reason == OFF && thread.mode == Mode::Agent {
            threads::update_not_waiting(tx, thread.id)?;
            inbound::plan_turn_now(tx, thread.id)?;
        }
    }
    Ok(())
}

/// A person should look at a conversation in which no customer waits for an answer: nothing is timed or drafted.
pub fn ask_to_look(tx: &mut Tx<'_>, id: Id, reason: &str, summary: &str) -> Result<()> {
    threads::update_waiting(tx, id, reason, summary)?;
    push::tell(tx, Waits::Person, id)?;
    insert_event(tx, event::HAND, About::conversation(id), json!({ "waiting": true, "reason": reason }))
}
