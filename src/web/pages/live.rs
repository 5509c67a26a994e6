//! The feed as pages follow it: names only. A page fetches again what an event concerns, so nothing can differ from
//! what a reload would show.

use crate::domain::event::Event;
use crate::web::extract::{caller, limit};
use crate::web::live::events;
use crate::web::pages::answer::Answer;
use crate::web::pages::session::Here;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::response::sse::Event as Frame;
use futures_util::{Stream, StreamExt};
use serde::Deserialize;
use std::sync::Arc;

/// Where a page stands.
#[derive(Debug, Default, Deserialize)]
pub struct From {
    /// The last event it was made with.
    pub after: Option<i64>,
}

/// `GET /app/live`.
pub async fn feed(here: Here, Query(from): Query<From>, headers: HeaderMap) -> Answer {
    let since = events::last_seen(&headers, from.after);
    let business = here.business.id;
    let held = limit::hold(business)?;
    let later = events::follow(&here.app, business, since).await?;
    Ok(answer(caller::while_in(here.app, headers, business, later).inspect(move |_| {
        let _open = &held;
    })))
}

/// The names of events as frames.
pub fn answer(events: impl Stream<Item = Arc<Event>> + Send + 'static) -> Response {
    events::answer(events.map(|e| frame(&e)))
}

/// One name as a frame.
pub fn frame(e: &Event) -> Frame {
    Frame::default().id(e.id.to_string()).event(&e.kind).data("1")
}
