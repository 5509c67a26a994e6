//! Whether this process is up and can serve, and its numbers.

use crate::app::health::{Part, look};
use crate::telemetry::metrics;
use crate::web::Shared;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(health)).routes(routes!(ready)).routes(routes!(numbers))
}

#[derive(Serialize, ToSchema)]
struct Up {
    /// Always "ok".
    status: &'static str,
    version: &'static str,
}

#[derive(Serialize, ToSchema)]
struct Readiness {
    /// "ready" or "not ready".
    status: &'static str,
    /// Each part that serving needs.
    #[schema(value_type = Vec<Object>)]
    parts: Vec<Part>,
}

/// The process is up.
#[utoipa::path(get, path = "/health", tag = "health", security(()), responses((status = 200, body = Up)))]
async fn health() -> impl IntoResponse {
    axum::Json(Up { status: "ok", version: env!("CARGO_PKG_VERSION") })
}

/// The process can serve. A business that cannot be served is named among the parts; 503 when nothing can be served.
#[utoipa::path(get, path = "/ready", tag = "health", security(()), responses((status = 200, body = Readiness), (status = 503, body = Readiness)))]
async fn ready(State(app): State<Shared>) -> impl IntoResponse {
    let health = look(&app).await;
    let code = if health.serves { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (code, axum::Json(Readiness { status: if health.serves { "ready" } else { "not ready" }, parts: health.parts }))
}

/// Numbers in Prometheus' text format.
#[utoipa::path(get, path = "/metrics", tag = "health", security(()), responses((status = 200, body = String, content_type = "text/plain")))]
async fn numbers() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics::render())
}
