//! Plans nudges to the devices of those whom something waits for.

use super::Work;
use crate::domain::error::Result;
use crate::domain::house::device::{Device, Waits};
use crate::domain::house::member::Member;
use crate::domain::id::Id;
use crate::services::house::push;
use crate::store::control::{device, member};
use crate::store::jobs;

pub(super) async fn run(w: &Work<'_>, about: Waits, id: Id) -> Result<()> {
    let (members, devices) = people(w).await?;
    let job = w.id;
    w.file
        .write(move |tx| {
            jobs::finish_job(tx, job)?;
            push::plan(tx, about, id, &members, &devices)
        })
        .await
}

/// Members of the business and their devices.
pub(super) async fn people(w: &Work<'_>) -> Result<(Vec<Member>, Vec<Device>)> {
    let business = w.business.id;
    let read = move |tx: &crate::store::tx::Read<'_>| Ok((member::list_members(tx, business)?, device::list_devices(tx, business, None)?));
    w.app.store.control_read(read).await
}
