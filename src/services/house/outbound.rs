//! What we send: planned in the transaction that causes it, checked in the transaction that sends it.

use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::house::contact::Identity;
use crate::domain::house::conversation::{Channel, Conversation, Mode};
use crate::domain::house::line;
use crate::domain::house::member::Actor;
use crate::domain::house::message::{Author, Content, Delivery, Direction, Message, Problem, ProblemClass};
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::limits;
use crate::domain::text;
use crate::domain::time::{MINUTE_MS, Time};
use crate::services::house::{case, conversation, inbound};
use crate::store::events::{About, insert_event};
use crate::store::house::conversation::TurnEnd;
use crate::store::house::message::NewMessage;
use crate::store::house::{contact, conversation as threads, message};
use crate::store::jobs;
use crate::store::outreach::campaign;
use crate::store::tx::{Read, Tx};
use crate::telemetry::metrics;

/// How long a status may take to settle a message whose outcome is unknown, before a person is asked to look.
const SETTLE_MS: i64 = 2 * MINUTE_MS;

/// Messages looked at for one that waits for a turn.
const WAITING: u32 = 50;

/// The words of a message and how long they may be where the conversation is. None where nobody carries them, or nothing can be split.
fn length<'c>(thread: &Conversation, content: &'c Content) -> Option<(&'c str, usize)> {
    let carrier = line::split(&thread.account).0;
    match content {
        Content::Text { text } => Some((text, carrier.text_max(thread.channel))),
        Content::Buttons { text, .. } | Content::List { text, .. } | Content::Link { text, .. } => {
            thread.channel.is_carried().then(|| (text.as_str(), carrier.above_max(thread.channel)))
        }
        _ => None,
    }
}

/// Plans a message. None when its intent was planned before: nothing is said twice.
pub fn plan(tx: &mut Tx<'_>, thread: &Conversation, m: &NewMessage<'_>) -> Result<Option<Id>> {
    if let Some((words, max)) = length(thread, m.content).filter(|(words, max)| text::is_longer(words, *max)) {
        return plan_parts(tx, thread, m, &text::split(words, max));
    }
    let Some(id) = message::insert_outbound(tx, m)? else { return Ok(None) };
    let author = message::author_word(m.author);
    threads::update_on_outbound(tx, thread.id, &inbound::preview(m.content), author)?;
    hand_over(tx, thread, id)?;
    Ok(Some(id))
}

/// Plans the reply that ends a turn, with what the turn leaves in its thread.
pub fn plan_reply(tx: &mut Tx<'_>, thread: &Conversation, m: &NewMessage<'_>, end: &TurnEnd<'_>) -> Result<()> {
    let words = inbound::preview(m.content);
    if length(thread, m.content).is_some_and(|(words, max)| text::is_longer(words, max)) {
        plan(tx, thread, m)?;
    } else if let Some(id) = message::insert_outbound(tx, m)? {
        hand_over(tx, thread, id)?;
    }
    threads::update_on_reply(tx, thread, &words, end)
}

/// Answers a message that needs no turn, such as a wish. What came before it and still waits for a turn goes on waiting.
pub fn plan_note(tx: &mut Tx<'_>, thread: &Conversation, m: &NewMessage<'_>, message_id: Id) -> Result<()> {
    let taken = threads::find_turn_state(tx, thread.id)?.taken_up_to;
    let before = message::list_messages_after(tx, thread.id, &taken, WAITING)?;
    let waits = before.iter().any(|b| b.id != message_id && b.direction == Direction::In && b.content.wants_reply());
    if waits {
        return plan(tx, thread, m).map(drop);
    }
    plan_reply(tx, thread, m, &TurnEnd { memo: None, taken_up_to: &message_id.to_string(), draft: None })
}

/// Gives a planned message to its channel.
fn hand_over(tx: &mut Tx<'_>, thread: &Conversation, id: Id) -> Result<()> {
    metrics::message(thread.channel.as_str(), "out");
    if thread.channel.is_carried() {
        let now = tx.now;
        jobs::enqueue_job(tx, &Job::SendMessage { message_id: id }, now, None)?;
    } else {
        // A browser or program reads it from here: being stored is being sent.
        message::update_delivery(tx, id, Delivery::Sent, None, None)?;
    }
    let data = serde_json::json!({ "message_id": id, "direction": "out" });
    insert_event(tx, event::MESSAGE, About::conversation(thread.id), data)
}

/// One message for each part; choices and links stay under the last one.
fn plan_parts(tx: &mut Tx<'_>, thread: &Conversation, m: &NewMessage<'_>, parts: &[&str]) -> Result<Option<Id>> {
    let mut first = None;
    for (n, part) in parts.iter().enumerate() {
        let content = if n + 1 == parts.len() { m.content.with_words(part) } else { Content::text(*part) };
        let intent = format!("{}:{n}", m.intent);
        let id = plan(tx, thread, &NewMessage { content: &content, intent: &intent, ..*m })?;
        first = first.or(id);
    }
    Ok(first)
}

/// A person writes to the customer. That takes the conversation over.
pub fn write_as_person(tx: &mut Tx<'_>, conversation_id: Id, actor: &Actor, content: &Content, key: &str) -> Result<Id> {
    let thread = threads::find_conversation(tx, conversation_id)?;
    if content.words().trim().is_empty() && matches!(content, Content::Text { .. }) {
        return Err(Error::field("text", "Write something first."));
    }
    if !matches!(content, Content::Template { .. })
        && let Some(problem) = window_problem(&thread, tx.now)
    {
        return Err(Error::conflict(problem.meaning));
    }
    conversation::person_took_over(tx, &thread, actor.name())?;
    case::wrote(tx, thread.id, actor)?;
    let intent = format!("person:{key}");
    let new = NewMessage {
        conversation_id,
        author: Author::Person,
        author_name: actor.name(),
        content,
        run_id: None,
        intent: &intent,
        turn_epoch: None,
    };
    plan(tx, &thread, &new)?.ok_or_else(|| Error::conflict("This message was sent already."))
}

/// When Meta's 24 hours end for this conversation; none on other channels or before the customer ever wrote.
pub fn window_ends(thread: &Conversation) -> Option<Time> {
    if !thread.channel.has_window() {
        return None;
    }
    thread.last_inbound_at.map(|at| at.plus_ms(limits::WHATSAPP_WINDOW_MS))
}

/// Why free text cannot be sent now, if it cannot.
pub fn window_problem(thread: &Conversation, now: Time) -> Option<Problem> {
    let over = thread.channel.has_window() && window_ends(thread).is_none_or(|end| end <= now);
    over.then(|| Problem {
        code: 131_047,
        detail: "More than 24 hours have passed since the customer last wrote.".into(),
        meaning: if thread.channel == Channel::Whatsapp {
            "WhatsApp's 24 hours are over for this customer. Send an approved template, or wait until they write.".into()
        } else {
            format!("{}'s 24 hours are over for this customer. Wait until they write.", thread.channel.title())
        },
        class: ProblemClass::Window,
    })
}

/// A message that may leave now, and where to.
#[derive(Debug)]
pub struct Departing {
    /// The message.
    pub message: Message,
    /// How it travels.
    pub channel: Channel,
    /// Our account.
    pub account: String,
    /// The customer's identities.
    pub to: Vec<Identity>,
    /// How often it was tried before.
    pub attempts: u32,
}

/// The last look before a message leaves, in the transaction that marks it as leaving. None when it must not: it left
/// before, a person has taken over, or the 24 hours are over. One that is leaving already was given up by whoever sent it, as the
/// jobs of a message run one after another: what became of it could not be written down, so nobody knows.
pub fn depart(tx: &mut Tx<'_>, id: Id) -> Result<Option<Departing>> {
    let m = message::find_message(tx, id)?;
    if m.delivery == Delivery::Sending {
        departed(tx, id, &Departed::Unknown("What became of it could not be written down.".into()))?;
        return Ok(None);
    }
    if m.direction != Direction::Out || m.delivery != Delivery::Queued {
        return Ok(None);
    }
    let thread = threads::find_conversation(tx, m.conversation_id)?;
    let (attempts, epoch) = message::find_send_state(tx, id)?;
    if epoch.is_some_and(|e| e != thread.turn_epoch || thread.mode == Mode::Human) {
        settle_own(tx, &m, Delivery::Stopped, None, None)?;
        return Ok(None);
    }
    // What we write first waits for its turn, too: somebody may have said no meanwhile, or taken over.
    let unwanted = thread.mode == Mode::Human || contact::find_person(tx, thread.contact_id)?.consent == Some(false);
    if unwanted && campaign::is_outreach(tx, thread.contact_id, id)? {
        settle_own(tx, &m, Delivery::Stopped, None, None)?;
        return Ok(None);
    }
    if !matches!(m.content, Content::Template { .. })
        && let Some(problem) = window_problem(&thread, tx.now)
    {
        settle_own(tx, &m, Delivery::Failed, None, Some(&problem))?;
        return Ok(None);
    }
    message::update_delivery(tx, id, Delivery::Sending, None, None)?;
    let to = contact::find_contact(tx, thread.contact_id)?.identities;
    Ok(Some(Departing { message: m, channel: thread.channel, account: thread.account, to, attempts }))
}

/// How long after what must leave first is due, or is leaving, what comes after it looks again by itself.
const BEHIND_MS: i64 = 2_000;
/// What was tried so much oftener than what comes after it does not hold that up any longer: it may fail for a reason of its own.
const STUCK_TRIES: u32 = 5;

/// Until when a message waits so that what was written before it in its conversation leaves first.
pub fn waits_until(tx: &Read<'_>, id: Id) -> Result<Option<Time>> {
    let m = message::find_message(tx, id)?;
    let tries = message::find_send_state(tx, id)?.0;
    let mut until = None;
    for before in message::list_unsent_before(tx, m.conversation_id, id)? {
        let Some(due) = jobs::find_send_due(tx, before)? else { continue };
        if due <= tx.now || message::find_send_state(tx, before)?.0 < tries + STUCK_TRIES {
            until = until.max(Some(due.max(tx.now).plus_ms(BEHIND_MS)));
        }
    }
    Ok(until)
}

/// What became of a message that left.
#[derive(Debug)]
pub enum Departed {
    /// The provider has it under this id.
    Sent(String),
    /// It did not leave, for this reason when it is known; it is tried again.
    NotSent(Option<Problem>),
    /// It will not arrive.
    Failed(Problem),
    /// Nobody knows: its status will tell, or a person must look.
    Unknown(String),
}

/// Writes down what became of a message. Where nobody knows, a look is taken in a while: its status has come by then, or a person is
/// asked.
pub fn departed(tx: &mut Tx<'_>, id: Id, outcome: &Departed) -> Result<()> {
    let m = message::find_message(tx, id)?;
    match outcome {
        Departed::Sent(provider_id) if m.delivery.may_become(Delivery::Sent) => settle_own(tx, &m, Delivery::Sent, Some(provider_id), None),
        // Its status was faster than the answer.
        Departed::Sent(provider_id) => message::update_delivery(tx, id, m.delivery, Some(provider_id), m.problem.as_ref()),
        Departed::NotSent(why) if m.delivery == Delivery::Sending => settle_own(tx, &m, Delivery::Queued, None, why.as_ref()),
        Departed::Failed(p) if m.delivery.may_become(Delivery::Failed) => settle_own(tx, &m, Delivery::Failed, None, Some(p)),
        Departed::Unknown(why) if m.delivery.may_become(Delivery::Unknown) => {
            settle_own(tx, &m, Delivery::Unknown, None, Some(&unknown(why)))?;
            let due = tx.now.plus_ms(SETTLE_MS);
            jobs::enqueue_job(tx, &Job::Reconcile { message_id: id }, due, None)
        }
        _ => Ok(()),
    }
}

fn unknown(why: &str) -> Problem {
    Problem {
        code: 0,
        detail: why.to_owned(),
        meaning: "Nobody can say whether this message arrived. It is not sent again by itself. Ask the customer, or send it again.".into(),
        class: ProblemClass::Other,
    }
}

fn settle_own(tx: &mut Tx<'_>, m: &Message, to: Delivery, provider_id: Option<&str>, problem: Option<&Problem>) -> Result<()> {
    message::update_delivery(tx, m.id, to, provider_id, problem)?;
    if !matches!(to, Delivery::Queued | Delivery::Sending) {
        for behind in message::list_queued_after(tx, m.conversation_id, m.id)? {
            jobs::go_on_behind(tx, behind)?;
        }
    }
    let data = serde_json::json!({ "message_id": m.id, "delivery": to.as_str() });
    insert_event(tx, event::DELIVERY, About::conversation(m.conversation_id), data)
}

/// A person asks to send a message again that failed or whose outcome nobody knows.
pub fn send_again(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    let m = message::find_message(tx, id)?;
    if !matches!(m.delivery, Delivery::Failed | Delivery::Unknown) {
        return Err(Error::conflict("Only a message that failed, or whose outcome is unknown, can be sent again."));
    }
    settle_own(tx, &m, Delivery::Queued, None, None)?;
    let now = tx.now;
    jobs::enqueue_job(tx, &Job::SendMessage { message_id: id }, now, None)
}

/// After a start: what was leaving when the process before stopped has an unknown outcome.
pub fn forget_departing(tx: &mut Tx<'_>) -> Result<usize> {
    let ids = message::list_sending(tx)?;
    for id in &ids {
        departed(tx, *id, &Departed::Unknown("Steward was stopped while it was being sent.".into()))?;
    }
    Ok(ids.len())
}
