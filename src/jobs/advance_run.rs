//! Takes a run further.

use super::Work;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::id::Id;
use crate::domain::limits;
use crate::graph::machine;
use crate::store::jobs;
use crate::telemetry::breakpoint;

pub(super) async fn run(w: &Work<'_>, run: Id) -> Result<()> {
    let (rt, business, id) = (w.runtime.clone(), w.business.id, w.id);
    let done = w.file.write(move |tx| {
        // First, so that what rings the run from here on rings it anew.
        jobs::finish_job(tx, id)?;
        machine::advance(tx, &rt, business, run)
    });
    match done.await {
        Err(e) if e.kind == Kind::NotFound || w.attempts + 1 >= limits::JOB_ATTEMPTS || !e.is_transient() => {
            give_to_person(w, run, &e).await
        }
        done => {
            breakpoint::reach("run.advanced");
            done
        }
    }
}

/// A run that cannot go on must not be silent: it is parked with the reason.
async fn give_to_person(w: &Work<'_>, run: Id, e: &Error) -> Result<()> {
    tracing::error!(run = %run, error = %e, "a run cannot go on");
    let (id, why) = (w.id, e.message.clone());
    w.file
        .write(move |tx| {
            machine::park(tx, run, &why)?;
            jobs::finish_job(tx, id)
        })
        .await
}
