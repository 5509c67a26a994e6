//! Vonage's webhooks: messages at one address, statuses at another.

use super::store;
use crate::app::intake::vonage::{Signed, read};
use crate::domain::error::{Error, Kind};
use crate::telemetry::breakpoint;
use crate::web::Shared;
use crate::web::error::ApiResult;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;

/// A message of a customer.
pub async fn inbound(
    State(app): State<Shared>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> ApiResult<impl IntoResponse> {
    take(&app, query, &headers, body, false).await
}

/// News of a message of ours.
pub async fn status(
    State(app): State<Shared>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> ApiResult<impl IntoResponse> {
    take(&app, query, &headers, body, true).await
}

async fn take(
    app: &Shared,
    query: Option<String>,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
    is_status: bool,
) -> ApiResult<StatusCode> {
    let body = body.map_err(|_| Error::new(Kind::TooLarge, "The body is too large."))?;
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("");
    let query = query.unwrap_or_default();
    let is_form = text("content-type").starts_with("application/x-www-form-urlencoded");
    let signed = Signed { authorization: text("authorization"), query: &query, is_form, body: &body, is_status };
    breakpoint::reach("intake.before_store");
    let (news, kept) = read(app, &signed)?;
    store::keep(app, news, &Bytes::from(kept)).await?;
    Ok(StatusCode::OK)
}
