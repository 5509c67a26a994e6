//! What happens at a start: unfinished work goes on, and what cannot be used is set aside, so that the others are served.

use super::link_base;
use crate::app::{App, gateways};
use crate::domain::error::Result;
use crate::domain::house::business::Business;
use crate::domain::house::line::Carrier;
use crate::domain::job::Job;
use crate::domain::time::HOUR_MS;
use crate::services::house::{import, mail, outbound, spoken};
use crate::services::reception::notice::LINK_BASE;
use crate::services::shop::gateway;
use crate::store::house::run;
use crate::store::{jobs, meta, vector};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// Between two looks whether a business that was set aside can be used again.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// After a start: leases are void, what was leaving has an unknown outcome, recurring work is known. A business whose file cannot be
/// used is set aside and named; when none is left to serve, that is the error.
pub(super) async fn all(app: &Arc<App>) -> Result<()> {
    let all: Vec<Business> = app.directory().businesses().cloned().collect();
    let mut wrong = Vec::new();
    for b in &all {
        if let Err(e) = one(app, b).await {
            wrong.push((b.id, e));
        }
    }
    if wrong.len() == all.len()
        && let Some((_, e)) = wrong.pop()
    {
        return Err(e);
    }
    if wrong.is_empty() {
        return Ok(());
    }
    for (id, e) in wrong {
        tracing::error!(business = %id, cause = ?e.source, "{} The others are served.", e.message);
        app.store.set_aside(id, e.message);
    }
    app.tasks.spawn("set aside", look_again(Arc::downgrade(app), app.tasks.stopping()));
    Ok(())
}

/// One business begins where the process before this one stopped.
async fn one(app: &App, b: &Business) -> Result<()> {
    let (id, base, given, voices) = (b.id, link_base(app, b), gateways::given(&app.config), app.mouths.langs());
    let has_mailbox = app.directory().lines_of(id).any(|l| l.carrier == Carrier::Email);
    let file = app.file_of(b).await?;
    let waiting = file.write(move |tx| {
        meta::upsert_meta(tx, LINK_BASE, &base)?;
        gateway::offer(tx, given)?;
        spoken::offer(tx, &voices)?;
        let waiting = jobs::release_leases(tx)?;
        jobs::clock_went_back(tx, None)?;
        outbound::forget_departing(tx)?;
        run::wake_stranded(tx)?;
        import::end_cut_off(tx)?;
        jobs::upsert_schedule(tx, "prune", &Job::Prune, 6 * HOUR_MS)?;
        jobs::upsert_schedule(tx, "digest", &Job::Digest, HOUR_MS / 2)?;
        vector::embed_missing(tx)?;
        if has_mailbox {
            mail::watch(tx)?;
        }
        Ok(waiting)
    });
    let waiting = waiting.await.map_err(|e| app.blamed(b, e))?;
    if waiting > 0 {
        tracing::info!(business = %id, waiting, "unfinished work goes on");
    }
    app.bell.due(id, app.clock().now());
    Ok(())
}

/// Tries what was set aside again: its file may have been put back, or a disk come back.
pub(super) async fn try_again(app: &App) {
    for (id, before) in app.store.all_aside() {
        let Some(b) = app.directory().business(id).cloned() else { continue };
        match one(app, &b).await {
            Ok(()) => {
                app.store.take_back(id);
                tracing::info!(business = %id, "it can be used again, and is served");
            }
            Err(e) if e.message == before => {}
            Err(e) => {
                tracing::error!(business = %id, cause = ?e.source, "{}", e.message);
                app.store.set_aside(id, e.message);
            }
        }
    }
}

async fn look_again(app: Weak<App>, mut stopping: tokio::sync::watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(LOOK_AGAIN) => {}
        }
        let Some(app) = app.upgrade() else { return };
        try_again(&app).await;
        if app.store.all_aside().is_empty() {
            return;
        }
    }
}
