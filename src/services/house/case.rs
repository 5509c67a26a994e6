//! Threads people take care of: whose each is, the clock until somebody answers, a draft for the person. And wordings to pick from.

use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::house::case::{AnswerTime, Assignee, CannedReply};
use crate::domain::house::member::Actor;
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::text::clip;
use crate::domain::time::{MINUTE_MS, Time};
use crate::store::events::{About, insert_event};
use crate::store::house::{case, contact, conversation as threads};
use crate::store::tx::{Read, Tx};
use crate::store::{jobs, meta};
use serde_json::json;

/// Where the owner's choice of minutes is kept.
const MINUTES: &str = "answer_minutes";
/// Wordings at most.
const CANNED: usize = 200;

/// Within how many minutes of open doors a person should answer.
pub fn answer_time(tx: &Read<'_>) -> Result<AnswerTime> {
    let minutes = meta::find_meta(tx, MINUTES)?.and_then(|m| m.parse().ok());
    Ok(minutes.map_or_else(AnswerTime::default, |minutes| AnswerTime { minutes }))
}

/// Sets that. Clocks that run already go on as they are.
pub fn set_answer_time(tx: &mut Tx<'_>, time: AnswerTime) -> Result<()> {
    meta::upsert_meta(tx, MINUTES, &time.checked()?.minutes.to_string())
}

fn clock_key(conversation: Id) -> String {
    format!("overdue:{conversation}")
}

/// A person is wanted: the clock begins, unless it runs already, and a reply is drafted.
pub(super) fn opened(tx: &mut Tx<'_>, conversation_id: Id) -> Result<()> {
    let profile = meta::find_profile(tx)?;
    let due = answer_time(tx)?.due(&profile.hours, &profile.time_zone, tx.now);
    if case::open_case(tx, conversation_id, due)?
        && let Some(due_at) = due
    {
        let key = clock_key(conversation_id);
        jobs::delete_waiting_job(tx, &key)?;
        jobs::enqueue_job(tx, &Job::TellOverdue { conversation_id, due_at }, due_at, Some(&key))?;
    }
    suggest(tx, conversation_id)
}

/// Asks for a draft; asking again before it is made changes nothing.
pub fn suggest(tx: &mut Tx<'_>, conversation_id: Id) -> Result<()> {
    threads::find_conversation(tx, conversation_id)?;
    let now = tx.now;
    jobs::enqueue_job(tx, &Job::SuggestReply { conversation_id }, now, Some(&format!("suggest:{conversation_id}")))
}

/// Keeps a draft; it is for the person only. Dropped when Steward answers that thread and nobody is wanted.
pub fn keep_suggestion(tx: &mut Tx<'_>, conversation_id: Id, text: &str, made_for: &str) -> Result<()> {
    let text = clip(text.trim(), 2_000);
    case::update_suggestion(tx, conversation_id, &text, made_for)?;
    insert_event(tx, event::HAND, About::conversation(conversation_id), json!({ "suggested": true }))
}

/// Gives a thread to a member, or takes it from whoever has it.
pub fn assign(tx: &mut Tx<'_>, conversation_id: Id, to: Option<&Assignee>, actor: &Actor) -> Result<()> {
    let thread = threads::find_conversation(tx, conversation_id)?;
    if thread.closed && to.is_some() {
        return Err(Error::conflict("This conversation is done. It can be given to somebody when the customer writes again."));
    }
    if case::find_case(tx, conversation_id)?.assignee.as_ref().map(|a| a.id) == to.map(|a| a.id) {
        return Ok(());
    }
    case::update_assignee(tx, conversation_id, to)?;
    let name = to.map(|a| a.name.as_str());
    insert_event(tx, event::HAND, About::conversation(conversation_id), json!({ "assigned": name.unwrap_or(""), "by": actor.name() }))
}

/// Whoever takes a thread over takes care of it; a program does not.
pub(super) fn taken(tx: &mut Tx<'_>, conversation_id: Id, actor: &Actor) -> Result<()> {
    let Actor::Member { id, name } = actor else { return Ok(()) };
    case::update_assignee(tx, conversation_id, Some(&Assignee { id: *id, name: name.clone() }))
}

/// A person wrote: a thread that was nobody's is theirs.
pub(super) fn wrote(tx: &mut Tx<'_>, conversation_id: Id, actor: &Actor) -> Result<()> {
    if case::find_case(tx, conversation_id)?.assignee.is_none() {
        taken(tx, conversation_id, actor)?;
    }
    Ok(())
}

/// A person has answered: the clock stops.
pub(super) fn answered(tx: &mut Tx<'_>, conversation_id: Id) -> Result<()> {
    case::update_answered(tx, conversation_id)?;
    jobs::delete_waiting_job(tx, &clock_key(conversation_id))
}

/// Steward answers again, or the thread is done: nobody takes care of it.
pub(super) fn ended(tx: &mut Tx<'_>, conversation_id: Id) -> Result<()> {
    case::delete_case(tx, conversation_id)?;
    jobs::delete_waiting_job(tx, &clock_key(conversation_id))
}

/// The time is over. What the owner is told, and the intent that tells it once; none when somebody answered meanwhile.
pub fn overdue(tx: &mut Tx<'_>, conversation_id: Id, due_at: Time) -> Result<Option<(String, String)>> {
    let Ok(thread) = threads::find_conversation(tx, conversation_id) else { return Ok(None) };
    let k = case::find_case(tx, conversation_id)?;
    if k.due_at != Some(due_at) || thread.closed {
        return Ok(None);
    }
    insert_event(tx, event::HAND, About::conversation(conversation_id), json!({ "overdue": true }))?;
    let who = contact::find_contact(tx, thread.contact_id)?.display_name();
    let minutes = answer_time(tx)?.minutes;
    let whose = k.assignee.map_or_else(String::new, |a| format!(" {} has it.", a.name));
    let why = if thread.waiting_reason.is_empty() { String::new() } else { format!(" {}.", thread.waiting_reason.trim_end_matches('.')) };
    let text = format!("{who} has waited {minutes} minutes of your opening hours for a person.{why}{whose} Answer in Messages.");
    Ok(Some((text, format!("overdue:{conversation_id}:{}", due_at.millis() / MINUTE_MS))))
}

/// Adds a wording, or changes the one with this id.
pub fn save_canned(tx: &mut Tx<'_>, id: Option<Id>, name: &str, text: &str) -> Result<CannedReply> {
    let (name, text) = CannedReply::checked(name, text)?;
    let id = match id {
        Some(id) => case::find_canned(tx, id)?.id,
        None if case::list_canned(tx)?.len() >= CANNED => {
            return Err(Error::conflict("There are 200 ready replies already. Remove one first."));
        }
        None => Id::new(tx.now),
    };
    let c = CannedReply { id, name, text };
    case::upsert_canned(tx, &c)?;
    Ok(c)
}

/// Takes a wording away.
pub fn remove_canned(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    if case::delete_canned(tx, id)? { Ok(()) } else { Err(Error::not_found("ready reply")) }
}

/// A wording filled for the customer of a thread.
pub fn filled(tx: &Read<'_>, conversation_id: Id, c: &CannedReply, business: &str) -> Result<String> {
    let who = contact::find_contact(tx, threads::find_conversation(tx, conversation_id)?.contact_id)?;
    Ok(c.filled(&who.name, business))
}

/// Words as a person typed them: `/name` alone stands for the wording of that name.
pub fn typed(tx: &Read<'_>, conversation_id: Id, text: &str, business: &str) -> Result<String> {
    let text = text.trim();
    let named = text.strip_prefix('/').map(str::to_lowercase);
    match named.map(|n| case::find_canned_named(tx, &n)).transpose()?.flatten() {
        Some(c) => filled(tx, conversation_id, &c, business),
        None => Ok(text.to_owned()),
    }
}
