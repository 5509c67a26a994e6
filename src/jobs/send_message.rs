//! Hands a message to its carrier, once. Whether it may leave is decided in the transaction that marks it as leaving.

use super::carriers::{Post, problem};
use super::{Work, not_connected, simulate_hook, speak};
use crate::channels::meta::client::Client;
use crate::channels::outcome::{SendError, Sent};
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::conversation::Conversation;
use crate::domain::house::message::{Author, Direction, Problem, ProblemClass};
use crate::domain::house::spoken::words_of;
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::limits;
use crate::domain::time::MINUTE_MS;
use crate::services::house::outbound::{self, Departed, Departing};
use crate::services::house::spoken;
use crate::store::house::{conversation as threads, message};
use crate::store::jobs;
use crate::telemetry::breakpoint;

pub(super) async fn run(w: &Work<'_>, message_id: Id) -> Result<()> {
    let found = w.file.read(move |tx| {
        let m = message::find_message(tx, message_id)?;
        threads::find_conversation(tx, m.conversation_id)
    });
    let thread = match found.await {
        Err(e) if e.kind == Kind::NotFound => return w.finish().await,
        found => found?,
    };
    if w.is_simulated(&thread.account) {
        speak::prepare(w, message_id).await?;
        return simulate_hook::carry(w, message_id).await;
    }
    let Some(post) = w.post(&thread.account) else { return refuse(w, message_id, &not_connected()).await };
    if let Some(wait_ms) = too_fast(w, &post, &thread, &message_id.to_string()) {
        let id = w.id;
        return w.file.write(move |tx| jobs::put_back_job(tx, id, tx.now.plus_ms(wait_ms))).await;
    }
    speak::prepare(w, message_id).await?;
    let (id, leaving) = (w.id, message_id);
    let departing = w.file.write(move |tx| {
        if let Some(until) = outbound::waits_until(tx, leaving)? {
            jobs::wait_behind(tx, id, until)?;
            return Ok(None);
        }
        let d = outbound::depart(tx, leaving)?;
        if d.is_none() {
            jobs::finish_job(tx, id)?;
        }
        Ok(d)
    });
    match departing.await? {
        Some(d) => hand_over(w, &post, d).await,
        None => Ok(()),
    }
}

/// Milliseconds to wait until the number and the customer may be written to again.
fn too_fast(w: &Work<'_>, post: &Post, thread: &Conversation, message: &str) -> Option<i64> {
    let per_second = w.app.config.whatsapp.messages_per_second;
    let keys = post.quota_keys(&thread.account, thread.channel, &thread.id.to_string(), per_second);
    let keys: Vec<_> = keys.iter().map(|(k, r)| (k.as_str(), *r)).collect();
    let wait = w.app.quota.take_or_book(message, &keys).err()?;
    Some(i64::try_from(wait).unwrap_or(1_000).max(1))
}

async fn hand_over(w: &Work<'_>, post: &Post, d: Departing) -> Result<()> {
    let id = d.message.id;
    breakpoint::reach("send.departing");
    let outcome = post.send(w, &d).await;
    breakpoint::reach("send.handed_over");
    if let Err(SendError::NotSent { retryable: true, after_ms, problem }) = &outcome
        && w.app.clock().now().since_ms(d.message.created_at) < limits::SENDING_MS
    {
        let wait = i64::try_from(*after_ms).unwrap_or(1_000).max(500);
        // WhatsApp asks to wait four times longer with each try at one customer.
        let factor = if problem.class == ProblemClass::PairRate { 4i64.saturating_pow(d.attempts.min(6)) } else { 1 };
        return try_later(w, id, wait.saturating_mul(factor).max(pause_ms(d.attempts)), problem.clone()).await;
    }
    if certainly_not_sent(&outcome) && words_of(&d.message.content).is_some() && in_words(w, id).await? {
        return Ok(());
    }
    let sent = outcome.is_ok();
    settle(w, id, departed(outcome)).await?;
    breakpoint::reach("send.settled");
    if let Post::Meta(client) = post
        && sent
        && d.message.author == Author::Steward
        && d.message.run_id.is_some()
    {
        show_read(w, client, d.message.conversation_id).await;
    }
    Ok(())
}

/// Between two tries: 1 s, 2 s, 4 s … at most five minutes, so that what waits leaves soon after a line is back.
fn pause_ms(attempts: u32) -> i64 {
    (1_000i64 << attempts.min(10)).min(5 * MINUTE_MS)
}

const fn certainly_not_sent(outcome: &std::result::Result<Sent, SendError>) -> bool {
    matches!(outcome, Err(SendError::Refused(_) | SendError::NotSent { .. }))
}

/// The carrier would not have a spoken reply, and nothing has left: its words go next. False when it is none.
async fn in_words(w: &Work<'_>, message_id: Id) -> Result<bool> {
    let id = w.id;
    w.file
        .write(move |tx| {
            let back = spoken::back_to_words(tx, message_id)?;
            if back {
                let now = tx.now;
                jobs::put_back_or_add(tx, id, &Job::SendMessage { message_id }, now)?;
            }
            Ok(back)
        })
        .await
}

fn departed(outcome: std::result::Result<Sent, SendError>) -> Departed {
    match outcome {
        Ok(sent) => Departed::Sent(sent.provider_id),
        Err(SendError::Refused(p) | SendError::NotSent { problem: p, .. }) => Departed::Failed(p.for_good()),
        Err(SendError::Unknown(why)) => Departed::Unknown(why),
    }
}

/// The customer sees that the message was read when the reply comes. Not worth failing for.
async fn show_read(w: &Work<'_>, client: &Client, conversation: Id) {
    let newest = w.file.read(move |tx| {
        let newest = message::list_messages(tx, conversation, None, 5)?;
        Ok(newest.into_iter().rev().find(|m| m.direction == Direction::In).and_then(|m| m.provider_id))
    });
    if let Ok(Some(provider_id)) = newest.await
        && let Err(e) = client.mark_read(&provider_id, false).await
    {
        tracing::debug!(error = %e, "a read mark was not taken");
    }
}

async fn try_later(w: &Work<'_>, message_id: Id, wait_ms: i64, why: Problem) -> Result<()> {
    let id = w.id;
    w.file
        .write(move |tx| {
            outbound::departed(tx, message_id, &Departed::NotSent(Some(why)))?;
            jobs::put_back_or_add(tx, id, &Job::SendMessage { message_id }, tx.now.plus_ms(wait_ms))
        })
        .await
}

async fn settle(w: &Work<'_>, message_id: Id, outcome: Departed) -> Result<()> {
    let id = w.id;
    w.file
        .write(move |tx| {
            outbound::departed(tx, message_id, &outcome)?;
            jobs::finish_job(tx, id)
        })
        .await
}

async fn refuse(w: &Work<'_>, message_id: Id, e: &Error) -> Result<()> {
    let id = w.id;
    let p = problem(&e.message, ProblemClass::Auth);
    w.file
        .write(move |tx| {
            if outbound::depart(tx, message_id)?.is_some() {
                outbound::departed(tx, message_id, &Departed::Failed(p))?;
            }
            jobs::finish_job(tx, id)
        })
        .await
}
