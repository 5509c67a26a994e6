//! A moment to think again: what a person sends waits a few seconds, and may be taken back until it leaves.

use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::house::member::Actor;
use crate::domain::house::message::{Author, Content, Delivery, Message};
use crate::domain::id::Id;
use crate::domain::time::{SECOND_MS, Time};
use crate::services::house::outbound;
use crate::store::events::{About, insert_event};
use crate::store::house::{conversation as threads, message};
use crate::store::jobs;
use crate::store::tx::{Read, Tx};

/// How long a message waits.
pub const HOLD_MS: i64 = 5 * SECOND_MS;

/// A person writes; where somebody carries it, the message leaves after [`HOLD_MS`]. Elsewhere the customer reads it from here at once.
pub fn write(tx: &mut Tx<'_>, conversation_id: Id, actor: &Actor, content: &Content, key: &str) -> Result<Id> {
    let id = outbound::write_as_person(tx, conversation_id, actor, content, key)?;
    if threads::find_conversation(tx, conversation_id)?.channel.is_carried() {
        let due = tx.now.plus_ms(HOLD_MS);
        jobs::hold_send(tx, id, due)?;
    }
    Ok(id)
}

/// Until when a message may be taken back; none when it may not.
pub fn until(tx: &Read<'_>, m: &Message) -> Result<Option<Time>> {
    if m.author != Author::Person || m.delivery != Delivery::Queued {
        return Ok(None);
    }
    jobs::find_held_until(tx, m.id)
}

/// Takes a message back before it leaves: job and message change together, so it is either sent or not.
pub fn take_back(tx: &mut Tx<'_>, id: Id) -> Result<Message> {
    let m = message::find_message(tx, id)?;
    let late = || Error::conflict("It is too late: this message has left already.");
    if until(tx, &m)?.is_none() || !jobs::delete_held_send(tx, id)? {
        return Err(late());
    }
    message::update_delivery(tx, id, Delivery::Stopped, None, None)?;
    let data = serde_json::json!({ "message_id": id, "delivery": Delivery::Stopped.as_str() });
    insert_event(tx, event::DELIVERY, About::conversation(m.conversation_id), data)?;
    Ok(m)
}
