//! Drafts what a person could answer. A draft that cannot be made is none: people write themselves.

use super::Work;
use crate::domain::error::Result;
use crate::domain::id::Id;

pub(super) async fn run(w: &Work<'_>, conversation: Id) -> Result<()> {
    if let Err(e) = w.turns.suggest(&w.business, &w.file, conversation).await {
        tracing::warn!(conversation = %conversation, error = %e, "no reply could be suggested");
    }
    w.finish().await
}
