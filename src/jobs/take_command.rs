//! Does what a member said from a verified phone: what they may do is looked up now, and they are told what came of it.

use super::Work;
use crate::domain::error::{Kind, Result};
use crate::domain::house::command;
use crate::domain::house::member::Actor;
use crate::domain::id::Id;
use crate::services::house::{command as commands, member_phone};
use crate::store::control::member;
use crate::store::house::{conversation as threads, message};
use crate::store::jobs;

pub(super) async fn run(w: &Work<'_>, member_id: Id, message_id: Id) -> Result<()> {
    let business = w.business.id;
    let who = match w.app.store.control_read(move |tx| member::find_member(tx, member_id, business)).await {
        Ok(m) => m,
        // No member any more: nothing is done, and nothing is told to a stranger.
        Err(e) if e.kind == Kind::NotFound => return w.finish().await,
        Err(e) => return Err(e),
    };
    let job = w.id;
    w.file
        .write(move |tx| {
            jobs::finish_job(tx, job)?;
            let m = message::find_message(tx, message_id)?;
            let Some(said) = command::read(&m.content.words()) else { return Ok(()) };
            let actor = Actor::Member { id: who.id, name: if who.name.is_empty() { who.email.clone() } else { who.name.clone() } };
            let told = match tx.attempt(|tx| commands::run(tx, &said, &actor, who.role)) {
                Ok(told) => told,
                Err(e) if e.is_transient() => return Err(e),
                Err(e) => e.message,
            };
            let thread = threads::find_conversation(tx, m.conversation_id)?;
            member_phone::say(tx, &thread, message_id, &told)
        })
        .await
}
