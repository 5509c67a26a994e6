//! An agent over a WebSocket: words in, the turn's events out.

use super::chat::{News, Said, Watching, failed, named};
use crate::domain::error::{Error, Result};
use crate::domain::house::conversation::Channel;
use crate::domain::house::member::Role;
use crate::domain::id::{Id, token};
use crate::services::house::member::digest;
use crate::services::house::once::Once;
use crate::store::house::conversation as threads;
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::caller::{self, Caller};
use crate::web::extract::limit::{self, What};
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The longest frame a client may send, in bytes.
const FRAME_BYTES: usize = 64 * 1024;
/// A socket nobody says anything on is closed after this.
const IDLE: Duration = Duration::from_secs(600);

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(connect))
}

/// What a client sends: these words, or plain text that is no JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Heard {
    text: String,
    /// The same key is the same message.
    key: Option<String>,
}

/// Talk to an agent over a WebSocket, in a conversation that `POST chat/sessions` opened.
///
/// Each text frame is what the customer says: `{"text": "…", "key": "…"}` or plain words. Each answer is the turn as
/// frames `{"event": "token" | "step" | "message" | "done" | "error", "data": …}`, as in `POST chat/messages`. Send the API key as a header:
/// a browser's session does not open it. It is looked at again with every message: once it is revoked or has run out, connect anew.
#[utoipa::path(get, path = "/agents/{name}/{session}", tag = "agents", params(("name" = String, Path), ("session" = String, Path)),
    responses((status = 101, description = "The socket is open.")))]
async fn connect(
    State(app): State<Shared>,
    caller: Caller,
    Path((name, session)): Path<(String, String)>,
    headers: HeaderMap,
    upgrade: std::result::Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> ApiResult<Response> {
    // A page of somebody else could open a socket with the session of whoever looks at it.
    if !caller::has_credential(&headers) {
        return Err(caller::refused().into());
    }
    caller.role.require(Role::Agent)?;
    let session: Id = session.parse().map_err(|_| Error::not_found("session"))?;
    let upgrade = upgrade.map_err(|e| Error::invalid(format!("Open this address as a WebSocket. {}", e.body_text())))?;
    named(&caller, name.clone(), Said::in_conversation(session, String::new())).await?;
    let thread = caller.file.read(move |tx| threads::find_conversation(tx, session)).await?;
    if thread.channel != Channel::Api {
        return Err(Error::not_found("session").into());
    }
    Ok(upgrade.max_message_size(FRAME_BYTES).on_upgrade(move |socket| Box::pin(talk(socket, Line { app, caller, headers, name, session }))))
}

/// Who talks with whom.
struct Line {
    app: Shared,
    caller: Caller,
    /// With the key, which is looked at again with every message.
    headers: HeaderMap,
    name: String,
    session: Id,
}

async fn talk(mut socket: WebSocket, line: Line) {
    loop {
        let Ok(next) = tokio::time::timeout(IDLE, socket.recv()).await else {
            let frame = CloseFrame { code: close_code::NORMAL, reason: "Nothing was said for ten minutes.".into() };
            let _ = socket.send(Message::Close(Some(frame))).await;
            return;
        };
        let text = match next {
            Some(Ok(Message::Text(text))) => text.to_string(),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
            Some(Ok(Message::Binary(_))) => {
                let refused = failed(Error::invalid("Send words as text frames."));
                if tell(&mut socket, vec![refused]).await.is_err() {
                    return;
                }
                continue;
            }
            Some(Ok(Message::Close(_)) | Err(_)) | None => return,
        };
        if answer(&mut socket, &line, &text).await.is_err() {
            return;
        }
    }
}

/// One turn. An error is only that of the socket; what goes wrong in the turn is told.
async fn answer(socket: &mut WebSocket, line: &Line, text: &str) -> std::result::Result<(), axum::Error> {
    match begin(line, text).await {
        Err(e) => tell(socket, vec![failed(e)]).await,
        Ok(mut turn) => {
            while let Some(news) = turn.next().await {
                tell(socket, news).await?;
            }
            Ok(())
        }
    }
}

async fn begin(line: &Line, text: &str) -> Result<Watching> {
    let Line { app, caller, headers, name, session } = line;
    limit::check(What::Api, &format!("{}:{session}", caller.business.id))?;
    caller::role_now(app, headers, caller.business.id).await?.require(Role::Agent)?;
    let heard: Heard = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|e| Error::invalid(format!("Send {{\"text\": \"…\"}} or plain words: {e}.")))?
    } else {
        Heard { text: text.to_owned(), key: None }
    };
    let request = digest(&format!("{name} {session} {}", heard.text));
    let said = named(caller, name.to_owned(), Said::in_conversation(*session, heard.text)).await?;
    let once = Once { key: Some(heard.key.unwrap_or_else(|| token(24))), request };
    Watching::begin(app, caller, said, once).await
}

async fn tell(socket: &mut WebSocket, news: Vec<News>) -> std::result::Result<(), axum::Error> {
    for (event, data) in news {
        socket.send(Message::Text(json!({ "event": event, "data": data }).to_string().into())).await?;
    }
    Ok(())
}
