//! Gives up a question nobody answered in time.

use super::Work;
use crate::domain::error::Result;
use crate::domain::id::Id;
use crate::services::house::approval;
use crate::store::jobs;

pub(super) async fn run(w: &Work<'_>, id: Id) -> Result<()> {
    let job = w.id;
    w.file
        .write(move |tx| {
            approval::expire(tx, id)?;
            jobs::finish_job(tx, job)
        })
        .await
}
