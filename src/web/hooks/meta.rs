//! Meta's webhook: WhatsApp, pages and Instagram accounts, told apart by the body.

use super::store;
use crate::app::intake;
use crate::app::lines::Keys;
use crate::channels::meta::verify_challenge;
use crate::channels::page;
use crate::domain::error::{Error, Kind};
use crate::domain::secret::Secret;
use crate::telemetry::breakpoint;
use crate::web::Shared;
use crate::web::error::{ApiError, ApiResult};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;

/// Answers Meta's question when the address is entered there.
pub async fn challenge(State(app): State<Shared>, RawQuery(query): RawQuery) -> ApiResult<String> {
    let query = query.unwrap_or_default();
    let directory = app.directory();
    let pages = directory.lines().filter_map(|l| match &l.keys {
        Keys::Page { verify_token, .. } => Some(Secret::new(verify_token)),
        _ => None,
    });
    let mut tokens = directory.numbers().map(|n| n.verify_token.clone()).chain(pages);
    let answer = tokens.find_map(|token| verify_challenge(&query, &token).ok());
    answer.ok_or_else(|| ApiError(Error::denied("The verify token is not the one entered in Steward.")))
}

/// Takes a webhook. 200 means it is safe on the disk.
pub async fn receive(State(app): State<Shared>, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> ApiResult<impl IntoResponse> {
    let body = body.map_err(|_| Error::new(Kind::TooLarge, "The body is too large."))?;
    let signed = headers.get("x-hub-signature-256").and_then(|v| v.to_str().ok()).unwrap_or("");
    breakpoint::reach("intake.before_store");
    let news = match page::parse::carrier(&body) {
        Some(carrier) => intake::page::read(&app, carrier, signed, &body)?,
        None => intake::read(&app, signed, &body)?,
    };
    store::keep(&app, news, &body).await?;
    Ok(StatusCode::OK)
}
