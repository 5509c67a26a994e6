//! Throws away what is old: webhook bodies, sessions and links that ended, the feed's far past, the steps of runs that ended long ago, what could be found once.

use super::Work;
use crate::app::media;
use crate::domain::error::Result;
use crate::domain::search::Kind;
use crate::domain::time::DAY_MS;
use crate::services::house::retention;
use crate::services::shop::loyalty;
use crate::store::control::session;
use crate::store::house::erasure::unused_media;
use crate::store::house::{import, mail, push, run};
use crate::store::{events, idempotency, inbox, jobs, vector};

/// Webhook bodies that were read are kept this long.
const BODIES_MS: i64 = 7 * DAY_MS;
/// Webhook bodies that could not be read are listed for the owner this long.
const UNREAD_MS: i64 = 90 * DAY_MS;
/// Sessions, invitations and links are kept this long after they ended: whoever comes back finds the business they looked at last.
const ENDED_MS: i64 = 30 * DAY_MS;
/// Events are kept this long; a client that was away longer starts anew.
const EVENTS_MS: i64 = 30 * DAY_MS;

/// Steps of runs that ended are kept this long; what came of them stays.
const STEPS_MS: i64 = 30 * DAY_MS;

/// Answers to repeatable writes are kept this long.
const ANSWERS_MS: i64 = 2 * DAY_MS;

pub(super) async fn run(w: &Work<'_>) -> Result<()> {
    let id = w.id;
    let done = w
        .file
        .write(move |tx| {
            let now = tx.now;
            inbox::delete_inbox_before(tx, now.plus_ms(-BODIES_MS), now.plus_ms(-UNREAD_MS))?;
            events::delete_events_before(tx, now.plus_ms(-EVENTS_MS).millis())?;
            idempotency::delete_given_before(tx, now.plus_ms(-ANSWERS_MS))?;
            run::delete_steps_before(tx, now.plus_ms(-STEPS_MS))?;
            mail::delete_letters_before(tx, now.plus_ms(-STEPS_MS))?;
            push::delete_pushes_before(tx, now.plus_ms(-STEPS_MS))?;
            loyalty::expire(tx)?;
            for kind in Kind::ALL {
                vector::forget_gone(tx, kind)?;
            }
            let mut media = retention::apply(tx)?;
            // Price lists and statements are not kept once they were brought in, or tried and left.
            for kind in ["items", "statement"] {
                let files = import::forget_files(tx, kind, now.plus_ms(-DAY_MS))?;
                media.extend(unused_media(tx, files)?);
            }
            jobs::finish_job(tx, id)?;
            Ok(media)
        })
        .await;
    for name in done? {
        media::remove(w.app, w.business.id, &name).await?;
    }
    // They are of the whole server, and whichever business is cleaned up takes them along.
    w.app.store.control_write(|tx| session::delete_ended_before(tx, tx.now.plus_ms(-ENDED_MS))).await
}
