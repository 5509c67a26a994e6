//! Cleans up after an erasure whose process was stopped before its files and free pages were clean. Nothing is left to do when it was not.

use super::Work;
use crate::app::erasing;
use crate::domain::error::Result;
use crate::domain::id::Id;

pub(super) async fn run(w: &Work<'_>, id: Id) -> Result<()> {
    erasing::finish(w.app, w.business.id, id, None).await?;
    w.finish().await
}
