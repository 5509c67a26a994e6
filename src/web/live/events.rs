//! Server-sent events that miss nothing: what the table holds after `Last-Event-ID`, then what commits bring.

use crate::app::App;
use crate::domain::error::Result;
use crate::domain::event::Event;
use crate::domain::id::Id;
use crate::store::events;
use crate::store::file::File;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::sse::{Event as Frame, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt, stream};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

/// Events read from the table at once.
const PAGE: u32 = 500;

/// Follows a business from an event id on; a negative one means from now.
struct Follower {
    file: Arc<File>,
    live: Receiver<Arc<Event>>,
    last: i64,
    ready: Vec<Arc<Event>>,
    behind: bool,
}

/// Where a client was: its header after a lost connection, or the query of a first one.
pub fn last_seen(headers: &HeaderMap, query: Option<i64>) -> Option<i64> {
    let sent = headers.get("last-event-id").and_then(|v| v.to_str().ok()).map(str::trim).filter(|v| !v.is_empty());
    // What is no number of ours says that something was seen: everything kept comes again rather than nothing.
    sent.map(|v| v.parse().ok().filter(|n| *n >= 0).unwrap_or(0)).or(query)
}

/// Every event of a business after `since`, as they come; none means from now on.
pub async fn follow(app: &App, business: Id, since: Option<i64>) -> Result<impl Stream<Item = Arc<Event>> + Send + use<>> {
    let live = app.feeds.follow(business);
    let file = app.store.business(business)?;
    let (_, newest) = file.read(events::event_bounds).await?;
    let last = since.filter(|s| *s >= 0).map_or(newest, |s| s.min(newest));
    let follower = Follower { file, live, last, ready: Vec::new(), behind: last < newest };
    Ok(stream::unfold(follower, |mut f| async move {
        let event = f.next().await?;
        Some((event, f))
    }))
}

impl Follower {
    async fn next(&mut self) -> Option<Arc<Event>> {
        loop {
            if let Some(event) = self.ready.pop() {
                self.last = event.id;
                return Some(event);
            }
            if self.behind {
                self.catch_up().await?;
                continue;
            }
            match self.live.recv().await {
                Ok(e) if e.id <= self.last => {}
                Ok(e) if e.id == self.last + 1 => self.ready.push(e),
                // Commits may be published a moment out of order, or we were too slow: the table knows.
                Ok(_) | Err(RecvError::Lagged(_)) => self.behind = true,
                Err(RecvError::Closed) => return None,
            }
        }
    }
    async fn catch_up(&mut self) -> Option<()> {
        let after = self.last;
        let mut page = self.file.read(move |tx| events::list_events_after(tx, after, PAGE)).await.ok()?;
        self.behind = page.len() >= PAGE as usize;
        page.reverse();
        self.ready = page.into_iter().map(Arc::new).collect();
        Some(())
    }
}

/// Whether a client was away so long that what came meanwhile is no longer kept: then it loads its page anew.
pub async fn is_too_old(app: &App, business: Id, since: i64) -> Result<bool> {
    let (oldest, newest) = app.store.business(business)?.read(events::event_bounds).await?;
    Ok(newest > 0 && since + 1 < oldest)
}

/// A stream of frames as an answer, with a comment every 15 s so that proxies keep it open.
pub fn answer(frames: impl Stream<Item = Frame> + Send + 'static) -> Response {
    let sse = Sse::new(frames.map(Ok::<_, Infallible>)).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)));
    let mut response = sse.into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}
