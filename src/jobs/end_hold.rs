//! Gives up a place that was kept for a deposit or an answer that did not come.

use super::Work;
use crate::domain::error::Result;
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::services::reception::booking;
use crate::store::jobs;

pub(super) async fn run(w: &Work<'_>, booking_id: Id, until: Time) -> Result<()> {
    let id = w.id;
    w.file
        .write(move |tx| {
            booking::end_hold(tx, booking_id, until)?;
            jobs::finish_job(tx, id)
        })
        .await
}
