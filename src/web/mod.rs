//! The only axum: pages, API, webhooks, live streams.

pub mod api;
pub mod assets;
pub mod error;
pub mod extract;
pub mod format;
pub mod handover;
pub mod hooks;
pub mod live;
pub mod mcp;
pub mod pages;
pub mod tongue;
pub mod view;

use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::telemetry::metrics;
use axum::Router;
use axum::http::{HeaderName, HeaderValue};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;

/// What handlers share.
pub type Shared = Arc<App>;

/// How long open requests may take to finish after `stop`, in milliseconds.
const FINISH_MS: u64 = 3_000;

/// Serves until `stop` is done, then lets open requests finish. Streams are cut: their clients come back by themselves.
pub async fn serve(app: Shared, listener: TcpListener, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
    if let Ok(bound) = listener.local_addr() {
        app.serves_at(bound);
    }
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    let (stopped, stopping) = tokio::sync::oneshot::channel();
    let served = axum::serve(listener, service).with_graceful_shutdown(async move {
        stop.await;
        let _ = stopped.send(());
    });
    let cut = async {
        let _ = stopping.await;
        tokio::time::sleep(Duration::from_millis(FINISH_MS)).await;
    };
    tokio::select! {
        done = served => done.map_err(|e| Error::internal(format!("The server stopped: {e}."))),
        () = cut => Ok(()),
    }
}

/// Counts an answer, by its route: addresses themselves hold ids and are without number.
async fn counted(req: axum::extract::Request, next: axum::middleware::Next) -> axum::response::Response {
    let began = std::time::Instant::now();
    let route = req.extensions().get::<axum::extract::MatchedPath>().map(|p| p.as_str().to_owned());
    let method = req.method().clone();
    let answer = next.run(req).await;
    metrics::request(route.as_deref().unwrap_or("other"), method.as_str(), answer.status().as_u16(), began.elapsed().as_secs_f64());
    answer
}

/// Everything this server answers.
pub fn router(app: Shared) -> Router {
    let header = |name: &'static str, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(HeaderName::from_static(name), HeaderValue::from_static(value))
    };
    Router::new()
        .merge(hooks::routes())
        .merge(api::routes())
        .merge(pages::routes())
        .merge(mcp::http::routes())
        .layer(CatchPanicLayer::custom(error::panicked))
        .layer(axum::middleware::from_fn(counted))
        .layer(header("x-content-type-options", "nosniff"))
        .layer(header("referrer-policy", "same-origin"))
        .with_state(app)
}
