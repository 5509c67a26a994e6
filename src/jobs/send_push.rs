//! Tells one device that something waits, once.

use super::{Work, nudge_devices};
use crate::app::push as devices;
use crate::channels::push::{self, Sender, Trouble};
use crate::domain::error::{Kind, Result};
use crate::domain::house::message::Delivery;
use crate::domain::id::Id;
use crate::domain::limits;
use crate::services::house::push as service;
use crate::store::control::device;
use crate::store::house::push as rows;
use crate::store::jobs;
use crate::telemetry::breakpoint;

/// Seconds a service is asked to keep a nudge at least and at most.
const KEEP_S: (i64, i64) = (60, 24 * 3_600);

/// What a person reads where the address of a device cannot be opened.
const UNREADABLE: &str = "What this browser gave us cannot be opened any more. Forget it here and connect it again.";

pub(super) async fn run(w: &Work<'_>, id: Id) -> Result<()> {
    let (members, _) = nudge_devices::people(w).await?;
    let row = match w.file.read(move |tx| rows::find_push(tx, id)).await {
        Ok(row) => row,
        // What it was about is gone, and the nudge with it.
        Err(e) if e.kind == Kind::NotFound => return w.finish().await,
        Err(e) => return Err(e),
    };
    let Some((device, to)) = devices::find(w.app, w.business.id, row.device_id).await? else {
        return settle(w, id, Delivery::Stopped, String::new()).await;
    };
    let signer = devices::signer(w.app).await;
    let (Ok(to), Ok(signer)) = (to, signer) else {
        note(w, device.id, UNREADABLE).await?;
        return settle(w, id, Delivery::Failed, UNREADABLE.into()).await;
    };
    let (member, slug) = (members.into_iter().find(|m| m.id == row.member_id && m.id == device.member_id), w.business.slug.clone());
    let departing = w.file.write(move |tx| service::depart(tx, id, member.as_ref(), &slug)).await?;
    let Some(d) = departing else { return w.finish().await };
    let now = w.app.clock().now();
    let contact = w.app.config.server.public_url.as_deref().filter(|u| u.starts_with("https://"));
    let keep_s = (d.until.since_ms(now) / 1_000).clamp(KEEP_S.0, KEEP_S.1);
    breakpoint::reach("push.departing");
    let outcome = push::send(&w.app.net, &to, &d.nudge, Sender { signer: &signer, contact, keep_s, now }).await;
    breakpoint::reach("push.handed_over");
    match outcome {
        Ok(()) => {
            note(w, device.id, "").await?;
            settle(w, id, Delivery::Sent, String::new()).await
        }
        Err(Trouble::Gone) => {
            w.app.store.control_write(move |tx| device::delete_address(tx, &device.mark)).await?;
            settle(w, id, Delivery::Failed, Trouble::Gone.to_string()).await
        }
        Err(Trouble::NotSent { after_ms, .. }) if d.row.attempts + 1 < limits::JOB_ATTEMPTS => {
            let (job, wait) = (w.id, i64::try_from(after_ms).unwrap_or(60_000));
            let later = w.file.write(move |tx| {
                rows::update_push(tx, id, Delivery::Queued, "")?;
                jobs::put_back_job(tx, job, tx.now.plus_ms(wait))
            });
            later.await
        }
        Err(Trouble::Unknown(why)) => settle(w, id, Delivery::Unknown, why).await,
        Err(Trouble::Refused(why) | Trouble::NotSent { why, .. }) => {
            tracing::info!(push = %id, "a nudge to a device was not sent");
            note(w, device.id, &why).await?;
            settle(w, id, Delivery::Failed, why).await
        }
    }
}

/// Writes beside the device what came of it.
async fn note(w: &Work<'_>, device: Id, problem: &str) -> Result<()> {
    let problem = problem.to_owned();
    w.app.store.control_write(move |tx| device::update_told(tx, device, &problem)).await
}

async fn settle(w: &Work<'_>, id: Id, to: Delivery, problem: String) -> Result<()> {
    let job = w.id;
    let settled = w.file.write(move |tx| {
        rows::update_push(tx, id, to, &problem)?;
        jobs::finish_job(tx, job)
    });
    settled.await
}
