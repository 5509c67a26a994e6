//! `POST /mcp`: the protocol's streamable HTTP, each request answered at once as JSON. There is nothing to stream and no session to keep.

use super::{Inside, Mcp};
use crate::web::Shared;
use crate::web::extract::caller::Caller;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::Value;

/// Its address. Whoever has a key or a token of the API may speak; what may be done is what its role may do.
pub fn routes() -> Router<Shared> {
    Router::new().route("/mcp", post(answer)).layer(DefaultBodyLimit::max(crate::domain::limits::BODY_BYTES))
}

async fn answer(State(app): State<Shared>, caller: Caller, headers: HeaderMap, body: String) -> Response {
    // A browser's session does not count here: a page of another site could use it.
    if !headers.contains_key(header::AUTHORIZATION) && !headers.contains_key("x-api-secret") {
        return (StatusCode::UNAUTHORIZED, "Send an API key as \"Authorization: Bearer …\".").into_response();
    }
    let who = Inside { business: caller.business.id, role: caller.role, actor: caller.actor };
    match Mcp::new(app, who, true).line(&body).await {
        Some(message) => ([(header::CONTENT_TYPE, "application/json")], Value::to_string(&message)).into_response(),
        None => StatusCode::ACCEPTED.into_response(),
    }
}
