//! Files customers sent and photos of items. Only what a browser can show safely is shown; the rest is downloaded.

use crate::app::{App, media};
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::store::house::item;
use crate::web::pages::answer::Answer;
use crate::web::pages::session::Here;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use std::sync::Arc;

/// `GET /app/media/NAME`: for members of the business whose file it is.
pub async fn file(here: Here, Path(name): Path<String>) -> Answer {
    let bytes = media::read(&here.app, here.business.id, &name).await?;
    Ok(shown(bytes, "private"))
}

/// `GET /b/SLUG/photo/NAME`: photos of items only, for everybody.
pub async fn photo(State(app): State<Arc<App>>, Path((slug, name)): Path<(String, String)>) -> Answer {
    let id: Id = app.directory().by_slug(&slug).map(|b| b.id).ok_or_else(|| Error::not_found("business"))?;
    let wanted = name.clone();
    let known = app.store.business(id)?.read(move |tx| item::is_photo(tx, &wanted)).await?;
    if !known {
        return Err(Error::not_found("photo").into());
    }
    Ok(shown(media::read(&app, id, &name).await?, "public"))
}

pub(super) fn shown(bytes: Vec<u8>, whose: &str) -> axum::response::Response {
    let kind = media::shown_as(&bytes);
    let headers = [
        (header::CONTENT_TYPE, kind.unwrap_or("application/octet-stream").to_owned()),
        (header::CONTENT_DISPOSITION, if kind.is_some() { "inline" } else { "attachment" }.to_owned()),
        (header::CACHE_CONTROL, format!("{whose}, max-age=31536000, immutable")),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
    ];
    (headers, bytes).into_response()
}
