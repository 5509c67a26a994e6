//! What every webhook does once it is proved: each business's news is on its disk before the answer.

use crate::app::intake::News;
use crate::domain::error::Result;
use crate::services::house::hook;
use crate::telemetry::{breakpoint, metrics};
use crate::web::Shared;
use axum::body::Bytes;

/// Stores the news with all it sets in motion; when this returns, it is safe.
pub(super) async fn keep(app: &Shared, all: Vec<News>, body: &Bytes) -> Result<()> {
    for news in all {
        let file = app.store.business(news.business)?;
        let (body, shelf) = (body.clone(), app.shelf.clone());
        let (carrier, outcome) = (news.source.carrier.as_str(), if news.problem.is_some() { "unread" } else { "stored" });
        file.write(move |tx| {
            let profile = shelf.profile(tx, news.business)?;
            hook::accept(tx, &profile, news.source, &body, &news.items, news.problem.as_deref())
        })
        .await?;
        metrics::hook(carrier, outcome);
    }
    breakpoint::reach("intake.stored");
    Ok(())
}
