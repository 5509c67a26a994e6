//! Takes a member's answer from the phone: what they may do is looked up now, and they are told what came of it.

use super::Work;
use crate::domain::error::{Kind, Result};
use crate::domain::house::approval::{Standing, Way};
use crate::domain::house::member::Actor;
use crate::domain::id::Id;
use crate::services::house::approval::{self, Answer};
use crate::services::house::member_phone;
use crate::store::control::member;
use crate::store::house::conversation as threads;
use crate::store::jobs;

pub(super) async fn run(w: &Work<'_>, id: Id, member_id: Id, yes: bool, message_id: Id, conversation: Id) -> Result<()> {
    let business = w.business.id;
    let found = w.app.store.control_read(move |tx| member::find_member(tx, member_id, business)).await;
    let who = match found {
        Ok(m) => m,
        // No member any more: nothing is decided, and nothing is told to a stranger.
        Err(e) if e.kind == Kind::NotFound => return w.finish().await,
        Err(e) => return Err(e),
    };
    let job = w.id;
    w.file
        .write(move |tx| {
            let actor = Actor::Member { id: who.id, name: if who.name.is_empty() { who.email.clone() } else { who.name.clone() } };
            let answer = Answer { actor: &actor, role: who.role, yes, note: "", way: Way::Whatsapp };
            let told = match tx.attempt(|tx| approval::answer(tx, id, &answer)) {
                Ok(a) => match a.standing {
                    Standing::Approved => format!("Approved: {}", a.question.title),
                    Standing::Open => format!("Noted. {} more must agree: {}", a.needed - a.agreed().min(a.needed), a.question.title),
                    _ => format!("Rejected: {}", a.question.title),
                },
                Err(e) if e.is_transient() => return Err(e),
                Err(e) => e.message,
            };
            let thread = threads::find_conversation(tx, conversation)?;
            member_phone::say(tx, &thread, message_id, &told)?;
            jobs::finish_job(tx, job)
        })
        .await
}
