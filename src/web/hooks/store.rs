//! What every webhook does once it is proved: each business's news is on its disk before the answer.

use crate::app::intake::News;
use crate::domain::error::Result;
use crate::services::house::hook;
use crate::telemetry::{breakpoint, metrics};
use crate::web::Shared;
use axum::body::Bytes;

/// Stores the news with all it sets in motion; when this returns, it is safe. What one business cannot take keeps the others' from
/// nobody: it is told at the end, so that the carrier brings everything again, and who has it already changes nothing.
pub(super) async fn keep(app: &Shared, all: Vec<News>, body: &Bytes) -> Result<()> {
    let mut failed = None;
    for news in all {
        let file = match app.store.business(news.business) {
            Ok(file) => file,
            Err(e) => {
                failed = Some(e);
                continue;
            }
        };
        let (body, shelf) = (body.clone(), app.shelf.clone());
        let (carrier, outcome) = (news.source.carrier.as_str(), if news.problem.is_some() { "unread" } else { "stored" });
        let kept = file.write(move |tx| {
            let profile = shelf.profile(tx, news.business)?;
            hook::accept(tx, &profile, news.source, &body, &news.items, news.problem.as_deref())
        });
        match kept.await {
            Ok(_) => metrics::hook(carrier, outcome),
            Err(e) => failed = Some(e),
        }
    }
    breakpoint::reach("intake.stored");
    failed.map_or(Ok(()), Err)
}
