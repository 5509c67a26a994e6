//! Sends a letter to a member about a question that waits, once.

use super::Work;
use crate::app::{links, mailbox};
use crate::channels::outcome::SendError;
use crate::domain::error::{Kind, Result};
use crate::domain::house::mail::address;
use crate::domain::house::message::Delivery;
use crate::domain::id::Id;
use crate::domain::limits;
use crate::services::house::mail;
use crate::store::control::member;
use crate::store::house::mail as rows;
use crate::store::{jobs, meta};
use crate::telemetry::breakpoint;

pub(super) async fn run(w: &Work<'_>, id: Id) -> Result<()> {
    let business = w.business.id;
    let departing = w.file.write(move |tx| Ok((mail::depart_letter(tx, id)?, meta::find_profile(tx)?.time_zone)));
    let (row, a, zone) = match departing.await {
        Ok((Some((row, a)), zone)) => (row, a, zone),
        Ok((None, _)) => return w.finish().await,
        // The question is gone, and the letter with it.
        Err(e) if e.kind == Kind::NotFound => return w.finish().await,
        Err(e) => return Err(e),
    };
    let members = w.app.store.control_read(move |tx| member::list_members(tx, business)).await?;
    let to = members.iter().find(|m| m.id == row.member_id).and_then(|m| address(&m.email));
    let (Some(to), Some(client)) = (to, mailbox::for_members(w.app, business)) else {
        return settle(w, id, Delivery::Stopped, String::new()).await;
    };
    // Whoever reads mail on a phone cannot open this machine's own address.
    let base = w.app.config.server.public_url.as_deref();
    let link = base.map(|base| format!("{}{}", base.trim_end_matches('/'), links::approval_link(w.app, a.id, business, row.member_id)));
    let letter = mail::about_question(&a, client.name(), &to, id, link, &zone, w.app.clock().now());
    breakpoint::reach("letter.departing");
    let outcome = client.send(&letter).await;
    breakpoint::reach("letter.handed_over");
    match outcome {
        Ok(_) => settle(w, id, Delivery::Sent, String::new()).await,
        Err(SendError::NotSent { retryable: true, after_ms, .. }) if row.attempts + 1 < limits::JOB_ATTEMPTS => {
            let (job, wait) = (w.id, i64::try_from(after_ms).unwrap_or(60_000));
            let later = w.file.write(move |tx| {
                rows::update_letter(tx, id, Delivery::Queued, "")?;
                jobs::put_back_job(tx, job, tx.now.plus_ms(wait))
            });
            later.await
        }
        Err(SendError::Unknown(why)) => settle(w, id, Delivery::Unknown, why).await,
        Err(SendError::Refused(p) | SendError::NotSent { problem: p, .. }) => {
            tracing::info!(letter = %id, class = ?p.class, "a letter to a member was not sent");
            settle(w, id, Delivery::Failed, format!("{} {}", p.meaning, p.detail)).await
        }
    }
}

async fn settle(w: &Work<'_>, id: Id, to: Delivery, problem: String) -> Result<()> {
    let job = w.id;
    let settled = w.file.write(move |tx| {
        rows::update_letter(tx, id, to, &problem)?;
        jobs::finish_job(tx, job)
    });
    settled.await
}
