//! Takes up what a member wrote to have bought: what they may do is looked up now, and they are told what follows.

use super::Work;
use crate::agents::buying;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::member::{Actor, Member, Role};
use crate::domain::id::Id;
use crate::domain::money::Money;
use crate::services::buying::purchase;
use crate::services::house::member_phone;
use crate::store::control::member;
use crate::store::house::{conversation as threads, message};
use crate::store::jobs;
use crate::store::meta;
use crate::store::tx::Tx;

pub(super) async fn run(w: &Work<'_>, member_id: Id, message_id: Id, conversation: Id) -> Result<()> {
    let business = w.business.id;
    let found = w.app.store.control_read(move |tx| member::find_member(tx, member_id, business)).await;
    let who = match found {
        Ok(m) => m,
        // No member any more: nothing is bought, and nothing is told to a stranger.
        Err(e) if e.kind == Kind::NotFound => return w.finish().await,
        Err(e) => return Err(e),
    };
    let job = w.id;
    w.file
        .write(move |tx| {
            let told = match tx.attempt(|tx| ask(tx, &who, message_id, conversation)) {
                Ok(told) => told,
                Err(e) if e.is_transient() => return Err(e),
                Err(e) => e.message,
            };
            let thread = threads::find_conversation(tx, conversation)?;
            member_phone::say(tx, &thread, message_id, &told)?;
            jobs::finish_job(tx, job)
        })
        .await
}

fn ask(tx: &mut Tx<'_>, who: &Member, message_id: Id, conversation: Id) -> Result<String> {
    who.role.require(Role::Manager).map_err(|_| Error::denied("Only an owner or a manager may have something bought."))?;
    let actor = Actor::Member { id: who.id, name: if who.name.is_empty() { who.email.clone() } else { who.name.clone() } };
    let text = message::find_message(tx, message_id)?.content.words();
    let profile = meta::find_profile(tx)?;
    let need = purchase::read_need(&text, &profile, tx.now)?;
    let p = buying::request(tx, &text, need, &actor, Some(conversation))?;
    let by = p.need.deadline.map(|d| format!(", by {}", d.in_zone(&profile.time_zone).strftime("%A %-d %B")));
    let most = p.need.ceiling_minor.map(|m| format!(", at most {}", Money::new(m, profile.currency)));
    Ok(format!(
        "Purchase {}: {}{}{}. I ask your vendors now and come back to you with the best offer.",
        p.number,
        p.title(),
        by.unwrap_or_default(),
        most.unwrap_or_default()
    ))
}
