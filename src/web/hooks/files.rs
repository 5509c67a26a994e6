//! Files of ours that a carrier fetches to send them: each address is signed for a time, and names nothing else.

use crate::app::{links, media};
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::web::Shared;
use crate::web::error::ApiResult;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use serde::Deserialize;

/// What proves that we gave the address away.
#[derive(Debug, Deserialize)]
pub struct Proof {
    #[serde(default)]
    token: String,
}

/// `GET /files/BUSINESS/NAME?token=`.
pub async fn file(
    State(app): State<Shared>,
    Path((business, name)): Path<(String, String)>,
    Query(proof): Query<Proof>,
) -> ApiResult<impl IntoResponse> {
    let business: Id = business.parse().map_err(|_| Error::not_found("file"))?;
    links::check_file_token(&app, business, &name, &proof.token)?;
    let bytes = media::read(&app, business, &name).await?;
    let mime = media::shown_as(&bytes).unwrap_or("application/octet-stream");
    let cache = (header::CACHE_CONTROL, "private, max-age=3600");
    Ok(([(header::CONTENT_TYPE, mime), cache, (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox")], bytes))
}
