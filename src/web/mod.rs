//! The only axum: pages, API, webhooks, live streams.

pub mod api;
pub mod assets;
mod catalogue;
pub mod error;
pub mod extract;
pub mod format;
pub mod handover;
pub mod hooks;
pub mod live;
pub mod mcp;
pub mod pages;
mod serve;
pub mod tongue;
pub mod view;

pub use serve::serve;

use crate::app::App;
use crate::telemetry::metrics;
use axum::Router;
use axum::http::{HeaderName, HeaderValue};
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;

/// What handlers share.
pub type Shared = Arc<App>;

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
