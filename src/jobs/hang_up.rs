//! Ends a call by telephone whose talk is over: the carrier is asked how it stands, told to end it, and asked again whether it has.

use super::Work;
use crate::app::calling;
use crate::domain::buying::phone::{News, Told};
use crate::domain::error::{Kind, Result};
use crate::domain::id::Id;
use crate::providers::calling::Seen;
use crate::services::buying::call::Desk;
use crate::services::buying::phone;
use crate::store::jobs;

/// Milliseconds before it is looked whether the call has ended.
const AGAIN_MS: i64 = 10_000;
/// How often the carrier is asked.
const MOST: u32 = 12;

pub(super) async fn run(w: &Work<'_>, id: Id) -> Result<()> {
    let leg = match w.file.write(move |tx| phone::to_hang_up(tx, id)).await {
        Ok(Some(leg)) => leg,
        Ok(None) => return w.finish().await,
        Err(e) if e.kind == Kind::NotFound => return w.finish().await,
        Err(e) => return Err(e),
    };
    let Some(phones) = calling::phones(w.app) else {
        return give_up(w, id, "nobody phones for us any more, so nobody could be told to.").await;
    };
    match phones.hang_up(&leg.provider_id).await {
        Ok(Some(seen)) => heard(w, id, seen).await,
        Ok(None) if leg.hang_ups < MOST => later(w).await,
        Ok(None) => give_up(w, id, "its carrier was told to and goes on.").await,
        // What nobody knows of is looked at before it is told again.
        Err(t) if leg.hang_ups < MOST && !matches!(t, crate::providers::calling::Trouble::Refused(_)) => later(w).await,
        Err(t) => give_up(w, id, &t.to_string()).await,
    }
}

async fn later(w: &Work<'_>) -> Result<()> {
    let job = w.id;
    w.file.write(move |tx| jobs::put_back_job(tx, job, tx.now.plus_ms(AGAIN_MS))).await
}

/// It has ended: how it went is heard as its report, which changes nothing where that came already.
async fn heard(w: &Work<'_>, id: Id, seen: Seen) -> Result<()> {
    let Some(report) = seen.report else { return later(w).await };
    let (business, name, job) = (w.business.id, w.business.name.clone(), w.id);
    let told = Told { provider_id: seen.provider_id, business: Some(business), call: Some(id), news: News::Over(report) };
    w.file
        .write(move |tx| {
            let desk = Desk { account: None, mailbox: None, sms: None, calls: true, business: &name };
            phone::hear(tx, id, &told, calling::REPORT, b"", desk)?;
            jobs::finish_job(tx, job)
        })
        .await
}

async fn give_up(w: &Work<'_>, id: Id, why: &str) -> Result<()> {
    let (job, why) = (w.id, why.to_owned());
    w.file
        .write(move |tx| {
            phone::not_hung_up(tx, id, &why)?;
            jobs::finish_job(tx, job)
        })
        .await
}
