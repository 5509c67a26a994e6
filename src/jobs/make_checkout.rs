//! Makes the payment page of an order at its gateway. The page moves no money, so an attempt whose outcome is unknown is followed
//! by another with a new reference: nobody has the address of the first.

use super::Work;
use crate::app::gateways;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::id::Id;
use crate::domain::limits;
use crate::domain::shop::checkout::Checkout;
use crate::domain::shop::gateway::Gateway;
use crate::providers::gateway::Trouble;
use crate::services::shop::checkout;
use crate::store::jobs;
use crate::store::tx::Tx;

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
        checkout::made(tx, id, &c.reference, &page)?;
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
        return give_up(w, &c, format!("{name} does not take {}. Choose another gateway in Settings, Payments.", c.amount.currency.code()))
            .await;
    }
    let till = match gateways::till(w.app, w.business.id, c.gateway) {
        Ok(till) => till,
        Err(e) => return give_up(w, &c, e.message).await,
    };
    match till.page(&ask).await {
        Ok(made) => {
            w.file
                .write(move |tx| {
                    let settled = checkout::made(tx, id, &c.reference, &made)?;
                    end(tx, job, settled)
                })
                .await
        }
        Err(Trouble::Refused(why)) => give_up(w, &c, why).await,
        Err(t) if w.attempts + 1 >= limits::JOB_ATTEMPTS => give_up(w, &c, t.to_string()).await,
        Err(t) => Err(Error::unavailable(t.to_string())),
    }
}

async fn give_up(w: &Work<'_>, c: &Checkout, why: String) -> Result<()> {
    let (job, id, reference) = (w.id, c.id, c.reference.clone());
    w.file
        .write(move |tx| {
            let settled = checkout::failed(tx, id, &reference, &why)?;
            end(tx, job, settled)
        })
        .await
}

/// The price changed while this job was at the gateway: it is the one that makes the next page, too.
fn end(tx: &mut Tx<'_>, job: i64, settled: bool) -> Result<()> {
    let now = tx.now;
    if settled { jobs::finish_job(tx, job) } else { jobs::put_back_job(tx, job, now) }
}
