//! Hands a refund to its gateway, once; looks for it when nobody knows whether it got there.

use super::Work;
use crate::app::gateways;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::id::Id;
use crate::domain::limits;
use crate::domain::shop::gateway::Gateway;
use crate::domain::time::MINUTE_MS;
use crate::providers::gateway::Trouble;
use crate::services::shop::refund::{self, Errand, Outcome};
use crate::store::jobs;
use crate::telemetry::breakpoint;

/// How long after a doubt the gateway is asked: it may still be working.
const LOOK_MS: i64 = MINUTE_MS;

pub(super) async fn run(w: &Work<'_>, id: Id) -> Result<()> {
    let errand = match w.file.write(move |tx| refund::begin(tx, id)).await {
        Err(e) if e.kind == Kind::NotFound => return w.finish().await,
        errand => errand?,
    };
    let (by, back, first) = match errand {
        Errand::Nothing => return w.finish().await,
        Errand::Send(by, back) => (by, back, true),
        Errand::Look(by, back) => (by, back, false),
    };
    let till = match gateways::till(w.app, w.business.id, by) {
        Ok(till) => till,
        Err(e) if first => return done(w, id, Outcome::Refused(e.message)).await,
        Err(e) => return Err(e),
    };
    if !first {
        return match till.find_refund(&back).await {
            Ok(Some(r)) => done(w, id, Outcome::Known(r)).await,
            // Stripe does a request with the same key once, however often it is sent. Others might still be working on the first.
            Ok(None) if by == Gateway::Stripe => done(w, id, Outcome::NotSent).await,
            Ok(None) => {
                done(
                    w,
                    id,
                    Outcome::Unknown(format!("{} does not list it. Look on its page and say here whether it is there.", by.title())),
                )
                .await
            }
            Err(Trouble::NotSent(why)) if w.attempts + 1 < limits::JOB_ATTEMPTS => Err(Error::unavailable(why)),
            Err(t) => done(w, id, Outcome::Unknown(t.to_string())).await,
        };
    }
    breakpoint::reach("refund.leaving");
    match till.refund(&back).await {
        Ok(r) => done(w, id, Outcome::Known(r)).await,
        Err(Trouble::Refused(why)) => done(w, id, Outcome::Refused(why)).await,
        Err(Trouble::NotSent(why)) if w.attempts + 1 >= limits::JOB_ATTEMPTS => done(w, id, Outcome::Refused(why)).await,
        Err(Trouble::NotSent(why)) => {
            w.file.write(move |tx| refund::became(tx, id, Outcome::NotSent)).await?;
            Err(Error::unavailable(why))
        }
        Err(Trouble::Unknown(why)) => {
            let job = w.id;
            w.file
                .write(move |tx| {
                    refund::became(tx, id, Outcome::Unknown(why))?;
                    jobs::put_back_job(tx, job, tx.now.plus_ms(LOOK_MS))
                })
                .await
        }
    }
}

async fn done(w: &Work<'_>, id: Id, outcome: Outcome) -> Result<()> {
    let job = w.id;
    w.file
        .write(move |tx| {
            let again = matches!(outcome, Outcome::NotSent);
            refund::became(tx, id, outcome)?;
            if again { jobs::put_back_job(tx, job, tx.now.plus_ms(LOOK_MS)) } else { jobs::finish_job(tx, job) }
        })
        .await
}
