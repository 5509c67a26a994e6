//! Pictures and PDFs in the web chat, for programs: a form with the visitor's token, an id of the client's own and the file.

use super::webchat::{Stored, shop};
use crate::services::house::chat::visitor;
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::Json;
use crate::web::extract::limit::{self, What};
use crate::web::extract::upload::{Caps, Uploads};
use crate::web::extract::write::Peer;
use crate::web::pages::chat_file::take;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::StatusCode;
use axum::routing::post;

/// Where files are sent. The form's reader counts for itself and says what is too large.
pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/b/{slug}/chat/files", post(send).layer(DefaultBodyLimit::disable()))
}

async fn send(
    State(app): State<Shared>,
    Path(slug): Path<String>,
    Peer(peer): Peer,
    req: Request,
) -> ApiResult<(StatusCode, Json<Stored>)> {
    let (b, file) = shop(&app, &slug)?;
    limit::check(What::ChatFilePeer, &peer)?;
    let mut form = Uploads::within(req, &Caps::CHAT).await?;
    let who = visitor(form.text("token"))?;
    let key = form.text("client_id").to_owned();
    form.texts.insert("key".into(), key);
    let r = take(&app, b.id, &file, who, form).await?;
    Ok((StatusCode::CREATED, Json(Stored { conversation_id: r.conversation_id, message_id: r.message_id })))
}
