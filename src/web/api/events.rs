//! The business's feed as server-sent events.

use crate::domain::event::Event;
use crate::domain::id::Id;
use crate::store::events;
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::Params;
use crate::web::extract::caller::{self, Caller};
use crate::web::extract::limit;
use crate::web::live::events as live;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::response::sse::Event as Frame;
use futures_util::{StreamExt, future, stream};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(follow))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    order_id: Option<Id>,
    run_id: Option<Id>,
    conversation_id: Option<Id>,
    /// Kinds, separated by commas: chat.message, chat.delivery, chat.hand, order.moved, payment.read, run.done (a run began, went on, waits or
    /// ended: `data.state`), item.changed, channel.news, import.progress, doc.progress, gap.news, search.embedding, booking.moved,
    /// purchase.moved, call_update, run.deed, contact.changed, approval.moved.
    types: Option<String>,
    /// As the header `Last-Event-ID`, for a first connection.
    last_event_id: Option<i64>,
}

impl Filter {
    fn takes(&self, e: &Event) -> bool {
        let same = |wanted: Option<Id>, has: Option<Id>| wanted.is_none_or(|w| has == Some(w));
        let kind = self.types.as_deref().is_none_or(|t| t.split(',').any(|k| k.trim() == e.kind));
        kind && same(self.order_id, e.order_id) && same(self.run_id, e.run_id) && same(self.conversation_id, e.conversation_id)
    }
}

/// What happens in the business, as it happens.
///
/// Frames carry `id`, `event` (the kind) and `data` (JSON). After a lost connection send the last `id` as
/// `Last-Event-ID`: nothing is missed. When that was too long ago, one event `reset` comes first: read everything anew.
#[utoipa::path(get, path = "/events/stream", tag = "events", params(Filter), responses((status = 200, body = String, content_type = "text/event-stream")))]
async fn follow(State(app): State<Shared>, caller: Caller, headers: HeaderMap, Params(f): Params<Filter>) -> ApiResult<Response> {
    let business = caller.business.id;
    let held = limit::hold(business)?;
    let mut since = live::last_seen(&headers, f.last_event_id);
    let mut first = Vec::new();
    if let Some(last) = since
        && live::is_too_old(&app, business, last).await?
    {
        let (_, newest) = caller.file.read(events::event_bounds).await?;
        first.push(Frame::default().event("reset").id(newest.to_string()).data("{}"));
        since = Some(newest);
    }
    let later = live::follow(&app, business, since).await?;
    let later = caller::while_in(app, headers, business, later).filter_map(move |e| {
        let _open = &held;
        future::ready(f.takes(&e).then(|| frame(&e)))
    });
    Ok(live::answer(stream::iter(first).chain(later)))
}

fn frame(e: &Event) -> Frame {
    Frame::default().event(&e.kind).id(e.id.to_string()).data(serde_json::json!(e).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::ALL;
    use std::collections::BTreeSet;

    #[test]
    fn the_description_names_every_kind() {
        let params = Filter::into_params(|| None);
        let types = params.iter().find(|p| p.name == "types").and_then(|p| p.description.clone()).unwrap();
        let named: BTreeSet<&str> = types.split([' ', ',', '\n']).map(|w| w.trim_end_matches('.')).filter(|w| ALL.contains(w)).collect();
        assert_eq!(named, ALL.iter().copied().collect());
        let words = types.split([' ', ',', '\n', '(', ')', '`']).map(|w| w.trim_end_matches('.'));
        let unknown: Vec<&str> = words.filter(|w| w.contains(['.', '_']) && *w != "data.state" && !ALL.contains(w)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
