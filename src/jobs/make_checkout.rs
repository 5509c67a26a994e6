//! Makes the payment page of an order at its gateway. The page moves no money, so an attempt whose outcome is unknown is followed
//! by another with a new reference: nobody has the address of the first.

use super::Work;
use crate::app::gateways;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::id::Id;
use crate::domain::limits;
use crate::domain::shop::gateway::Gateway;
use crate::providers::gateway::Trouble;
use crate::services::shop::checkout;
use crate::store::jobs;

pub(super) async fn run(w: &Work<'_>, id: Id) -> Result<()> {
    let (job, name) = (w.id, w.business.name.clone());
    let begun = w.file.write(move |tx| {
        let Some((c, ask)) = checkout::begin(tx, id, &name)? else {
            jobs::finish_job(tx, job)?;
            return Ok(None);
        };
        if c.gateway != Gateway::Sandbox {
            return Ok(Some((c, ask)));
        }
        let page = checkout::sandbox_page(tx, &c)?;
        checkout::made(tx, id, &page)?;
        jobs::finish_job(tx, job)?;
        Ok(None)
    });
    let (c, ask) = match begun.await {
        Ok(Some(begun)) => begun,
        Ok(None) => return Ok(()),
        Err(e) if e.kind == Kind::NotFound => return w.finish().await,
        Err(e) => return Err(e),
    };
    let name = c.gateway.title();
    if !c.gateway.takes(c.amount.currency) {
        return give_up(w, id, format!("{name} does not take {}. Choose another gateway in Settings, Payments.", c.amount.currency.code()))
            .await;
    }
    let till = match gateways::till(w.app, w.business.id, c.gateway) {
        Ok(till) => till,
        Err(e) => return give_up(w, id, e.message).await,
    };
    match till.page(&ask).await {
        Ok(made) => {
            w.file
                .write(move |tx| {
                    checkout::made(tx, id, &made)?;
                    jobs::finish_job(tx, job)
                })
                .await
        }
        Err(Trouble::Refused(why)) => give_up(w, id, why).await,
        Err(t) if w.attempts + 1 >= limits::JOB_ATTEMPTS => give_up(w, id, t.to_string()).await,
        Err(t) => Err(Error::unavailable(t.to_string())),
    }
}

async fn give_up(w: &Work<'_>, id: Id, why: String) -> Result<()> {
    let job = w.id;
    w.file
        .write(move |tx| {
            checkout::failed(tx, id, &why)?;
            jobs::finish_job(tx, job)
        })
        .await
}
