//! Gives back the stock of an order that was not paid in time.

use super::Work;
use crate::domain::error::Result;
use crate::domain::id::Id;
use crate::services::shop::order;
use crate::store::jobs;

pub(super) async fn run(w: &Work<'_>, order_id: Id) -> Result<()> {
    let id = w.id;
    w.file
        .write(move |tx| {
            order::expire(tx, order_id)?;
            jobs::finish_job(tx, id)
        })
        .await
}
