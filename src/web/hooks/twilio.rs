//! Twilio's webhook: messages and statuses, told apart by the form.

use super::store;
use crate::app::intake;
use crate::channels::twilio::Signed;
use crate::domain::error::{Error, Kind};
use crate::telemetry::breakpoint;
use crate::web::Shared;
use crate::web::error::ApiResult;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;

/// Takes a webhook. 200 means it is safe on the disk; what is said to the customer follows by itself, so the answer says nothing.
pub async fn receive(
    State(app): State<Shared>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> ApiResult<impl IntoResponse> {
    let body = body.map_err(|_| Error::new(Kind::TooLarge, "The body is too large."))?;
    let urls = addresses(&app, &uri.to_string(), &headers);
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("");
    let is_form = text("content-type").starts_with("application/x-www-form-urlencoded");
    let signed = Signed { urls: &urls, body: &body, is_form, signature: text("x-twilio-signature") };
    breakpoint::reach("intake.before_store");
    let query = uri.query().unwrap_or("");
    let ours = url::form_urlencoded::parse(query.as_bytes()).find(|(k, _)| k == "m").map(|(_, v)| v.into_owned());
    let news = intake::twilio::read(&app, &signed, ours.as_deref())?;
    store::keep(&app, news, &body).await?;
    Ok(([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>"))
}

/// The addresses Twilio may have been told: that of the configuration first, and those under which it reached us. Only somebody who has
/// the token can sign any of them.
fn addresses(app: &Shared, path: &str, headers: &HeaderMap) -> Vec<String> {
    let path = path.find("://").and_then(|at| path[at + 3..].find('/').map(|slash| &path[at + 3 + slash..])).unwrap_or(path);
    let configured = app.config.server.public_url.as_deref().map(|base| format!("{}{path}", base.trim_end_matches('/')));
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok());
    let seen = host.into_iter().flat_map(|host| [format!("https://{host}{path}"), format!("http://{host}{path}")]);
    configured.into_iter().chain(seen).collect()
}
