//! Asks a gateway how a payment stands. Reading moves nothing, so it is tried until there is an answer.

use super::Work;
use crate::app::gateways;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::id::Id;
use crate::domain::shop::gateway::Standing;
use crate::providers::gateway::Trouble;
use crate::services::shop::checkout;
use crate::store::jobs;
use crate::store::shop::checkout as pages;

/// How often it is asked again while the money is not there yet.
const PATIENCE: u32 = 3;

pub(super) async fn run(w: &Work<'_>, id: Id, payment_id: &str) -> Result<()> {
    let c = match w.file.read(move |tx| pages::find_checkout(tx, id)).await {
        Err(e) if e.kind == Kind::NotFound => return w.finish().await,
        found => found?,
    };
    let till = gateways::till(w.app, w.business.id, c.gateway)?;
    match till.look(&c.reference, &c.provider_id, payment_id).await {
        // A webhook may be faster than the gateway's own books.
        Ok(seen) if seen.standing == Standing::Pending && w.attempts < PATIENCE => {
            Err(Error::unavailable(format!("{} says that the money is not there yet.", c.gateway.title())))
        }
        Ok(seen) => {
            let job = w.id;
            w.file
                .write(move |tx| {
                    checkout::settle(tx, id, &seen)?;
                    jobs::finish_job(tx, job)
                })
                .await
        }
        // It stays in the list of work that failed, with this sentence.
        Err(Trouble::Refused(why)) => Err(Error::conflict(why)),
        Err(t) => Err(Error::unavailable(t.to_string())),
    }
}
