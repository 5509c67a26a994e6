//! Sends the next part of a campaign.

use super::Work;
use crate::domain::error::Result;
use crate::domain::id::Id;
use crate::services::outreach::campaign;
use crate::store::jobs;

pub(super) async fn run(w: &Work<'_>, campaign_id: Id) -> Result<()> {
    let id = w.id;
    w.file
        .write(move |tx| {
            campaign::send_part(tx, campaign_id)?;
            jobs::finish_job(tx, id)
        })
        .await
}
