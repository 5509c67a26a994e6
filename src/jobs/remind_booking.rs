//! Reminds a customer of a booking, once and while WhatsApp lets us write.

use super::Work;
use crate::domain::error::Result;
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::services::reception::booking;
use crate::store::jobs;

pub(super) async fn run(w: &Work<'_>, booking_id: Id, starts_at: Time) -> Result<()> {
    let id = w.id;
    w.file
        .write(move |tx| {
            booking::remind(tx, booking_id, starts_at)?;
            jobs::finish_job(tx, id)
        })
        .await
}
