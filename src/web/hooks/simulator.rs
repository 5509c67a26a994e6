//! The pretended Meta's file store: serves what simulated phones sent, in the two steps of the Graph API, to whoever shows the pretended
//! number's token. Only for simulated numbers; the client that fetches is the one that fetches from Meta.

use crate::app::directory::WhatsappNumber;
use crate::app::media;
use crate::channels::signature;
use crate::domain::error::{Error, Result};
use crate::web::Shared;
use crate::web::error::ApiResult;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::{Value, json};

/// The number whose file is asked for.
#[derive(Debug, Deserialize)]
pub struct Of {
    phone_number_id: String,
}

fn number(app: &Shared, account: &str, headers: &HeaderMap) -> Result<WhatsappNumber> {
    let token = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer ")).unwrap_or("");
    let directory = app.directory();
    let known = directory.number(account).filter(|n| n.simulated && signature::same(&n.token, token));
    known.cloned().ok_or_else(|| Error::not_found("file"))
}

/// `GET /simulator/graph/VERSION/ID?phone_number_id=`: where a file is.
pub async fn look_up(
    State(app): State<Shared>,
    Path((_, id)): Path<(String, String)>,
    Query(of): Query<Of>,
    headers: HeaderMap,
) -> ApiResult<Json<Value>> {
    let number = number(&app, &of.phone_number_id, &headers)?;
    let bytes = media::read(&app, number.business_id, &id).await?;
    let url = format!("{}/files/{}/{id}", app.simulator_url().ok_or_else(|| Error::not_found("file"))?, number.phone_number_id);
    let mime = media::shown_as(&bytes).unwrap_or("application/octet-stream");
    Ok(Json(json!({ "messaging_product": "whatsapp", "url": url, "mime_type": mime, "sha256": id, "file_size": bytes.len(), "id": id })))
}

/// `GET /simulator/graph/files/NUMBER/ID`: the file.
pub async fn file(
    State(app): State<Shared>,
    Path((account, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> ApiResult<impl IntoResponse> {
    let number = number(&app, &account, &headers)?;
    let bytes = media::read(&app, number.business_id, &id).await?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], bytes))
}
