//! Reminds customers of baskets they left and orders they did not pay.

use super::Work;
use crate::domain::error::Result;
use crate::services::outreach::nudge;
use crate::store::jobs;

pub(super) async fn run(w: &Work<'_>) -> Result<()> {
    let id = w.id;
    w.file
        .write(move |tx| {
            nudge::remind(tx)?;
            jobs::finish_job(tx, id)
        })
        .await
}
