//! Does a deed of a run outside of the process, or looks whether it happened.

use super::Work;
use crate::domain::error::{Kind, Result};
use crate::graph::outside;

pub(super) async fn run(w: &Work<'_>, effect: i64) -> Result<()> {
    match outside::perform(&w.file, w.runtime, w.business.id, effect, w.id).await {
        Err(e) if e.kind == Kind::NotFound => w.finish().await,
        done => done,
    }
}
