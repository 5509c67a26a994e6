//! The chat on a business's page and on foreign ones. No sign-in: a browser is known by a token it keeps, and sees its
//! own conversation only. Outside `/api/v1` and its description: our own page and widget use it.

use crate::domain::error::{Error, Result};
use crate::domain::event::{self, Event};
use crate::domain::house::business::Business;
use crate::domain::house::conversation::{Channel, Mode};
use crate::domain::house::message::{Author, Content, Direction, Message};
use crate::domain::id::{Id, token};
use crate::domain::time::Time;
use crate::services::house::chat::{Words, say, thread_of_visitor, visitor};
use crate::services::house::member::digest;
use crate::store::events;
use crate::store::file::File;
use crate::store::house::{conversation as threads, message};
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::{Json, Params};
use crate::web::extract::limit::{self, What};
use crate::web::extract::write::{Nothing, Peer, Write};
use crate::web::live::events as live;
use crate::web::live::visitor::Own;
use crate::web::live::writing;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::response::sse::Event as Frame;
use axum::routing::{get, post};
use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

/// Messages read at once.
const MOST: u32 = 100;

/// Addresses of the web chat.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/b/{slug}/chat/sessions", post(open))
        .route("/b/{slug}/chat/messages", get(list).post(write))
        .route("/b/{slug}/chat/stream", get(follow))
        .merge(super::webchat_file::routes())
}

pub(super) fn shop(app: &Shared, slug: &str) -> Result<(Business, Arc<File>)> {
    let id = app.directory().by_slug(slug).map(|b| b.id).ok_or_else(|| Error::not_found("business"))?;
    app.business(id)
}

#[derive(Serialize)]
struct Session {
    token: String,
    conversation_id: Option<Id>,
}

async fn open(State(app): State<Shared>, Peer(peer): Peer, Path(slug): Path<String>, _: Write<Nothing>) -> ApiResult<Json<Session>> {
    shop(&app, &slug)?;
    limit::check(What::ChatSession, &peer)?;
    Ok(Json(Session { token: token(24), conversation_id: None }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    token: String,
    /// The client's own id of the message: sent twice, it is stored once.
    client_id: String,
    text: String,
}

/// Where a message is now.
#[derive(Serialize)]
pub(super) struct Stored {
    pub conversation_id: Id,
    pub message_id: Id,
}

async fn write(State(app): State<Shared>, peer: Peer, Path(slug): Path<String>, w: Write<Said>) -> ApiResult<(StatusCode, Json<Stored>)> {
    let (_, file) = shop(&app, &slug)?;
    let who = visitor(&w.body.token)?;
    let asked = who.clone();
    let known = file.read(move |tx| thread_of_visitor(tx, &asked)).await?.is_some();
    limit::check_visitor(&who.value, &peer, known)?;
    if w.body.client_id.is_empty() || w.body.client_id.len() > 100 {
        return Err(Error::field("client_id", "Send an id of your own for this message, at most 100 characters.").into());
    }
    let words = Words {
        channel: Channel::Web,
        account: String::new(),
        provider_id: format!("web:{}", digest(&format!("{} {}", who.value, w.body.client_id))),
        identities: vec![who],
        name: None,
        text: w.body.text,
    };
    let r = file.write(move |tx| say(tx, &words)).await?;
    Ok((StatusCode::CREATED, Json(Stored { conversation_id: r.conversation_id, message_id: r.message_id })))
}

/// A message as the visitor sees it.
#[derive(Serialize)]
struct Shown {
    id: Id,
    /// The visitor wrote it.
    mine: bool,
    /// customer, steward, person.
    author: Author,
    /// The person's name when a person wrote it.
    name: String,
    text: String,
    /// A file: its kind, its name here and what it was called.
    file: Option<serde_json::Value>,
    /// Answers to tap.
    choices: Vec<String>,
    at: Time,
}

impl From<Message> for Shown {
    fn from(m: Message) -> Self {
        let choices = match &m.content {
            Content::Buttons { choices, .. } | Content::List { choices, .. } => choices.iter().map(|c| c.title.clone()).collect(),
            _ => Vec::new(),
        };
        let file = match &m.content {
            Content::Media { media, file } => {
                file.media.as_ref().map(|name| json!({ "kind": media, "name": name, "filename": file.filename }))
            }
            _ => None,
        };
        let text = m.content.words();
        Self { file, id: m.id, mine: m.direction == Direction::In, author: m.author, name: m.author_name, text, choices, at: m.created_at }
    }
}

#[derive(Deserialize)]
struct Since {
    token: String,
    after: Option<Id>,
}

async fn list(State(app): State<Shared>, Path(slug): Path<String>, Params(q): Params<Since>) -> ApiResult<Json<serde_json::Value>> {
    let (_, file) = shop(&app, &slug)?;
    let who = visitor(&q.token)?;
    let found = file.read(move |tx| {
        let (_, newest) = events::event_bounds(tx)?;
        let Some(thread) = thread_of_visitor(tx, &who)? else { return Ok((None, vec![], newest)) };
        let rows = match q.after {
            Some(after) => message::list_messages_after(tx, thread.id, &after.to_string(), MOST)?,
            None => message::list_messages(tx, thread.id, None, MOST)?,
        };
        Ok((Some(thread.id), rows, newest))
    });
    let (conversation_id, rows, newest) = found.await?;
    let items: Vec<Shown> = rows.into_iter().map(Shown::from).collect();
    Ok(Json(json!({ "items": items, "next_cursor": null, "conversation_id": conversation_id, "last_event_id": newest })))
}

#[derive(Deserialize)]
struct Place {
    token: String,
    last_event_id: Option<i64>,
}

async fn follow(
    State(app): State<Shared>,
    peer: Peer,
    headers: HeaderMap,
    Path(slug): Path<String>,
    Params(p): Params<Place>,
) -> ApiResult<Response> {
    let (business, file) = shop(&app, &slug)?;
    let held = limit::hold_visitor(business.id, &peer)?;
    let own = Arc::new(Own::find(file.clone(), visitor(&p.token)?).await?);
    let mut since = live::last_seen(&headers, p.last_event_id);
    let mut first = Vec::new();
    if let Some(last) = since
        && live::is_too_old(&app, business.id, last).await?
    {
        first.push(Frame::default().event("reset").data("{}"));
        since = None;
    }
    let written = app.writing.watch(business.id);
    let later = live::follow(&app, business.id, since).await?;
    let mine = own.clone();
    let later = later.then(move |e| {
        let (own, file) = (own.clone(), file.clone());
        async move { if own.is_about(&e).await { frames(&file, &e).await.unwrap_or_default() } else { vec![] } }
    });
    let words = writing::pieces(written).filter_map(move |w| {
        let frame = mine.is(w.conversation).then(|| writing::frame(w.draft, &w.text));
        async move { frame }
    });
    Ok(live::answer(stream::iter(first).chain(stream::select(later.flat_map(stream::iter), words)).inspect(move |_| {
        let _open = &held;
    })))
}

/// What an event of the visitor's own conversation means for them.
async fn frames(file: &File, e: &Event) -> Result<Vec<Frame>> {
    let Some(conversation) = e.conversation_id.filter(|_| matches!(e.kind.as_str(), event::MESSAGE | event::HAND)) else {
        return Ok(vec![]);
    };
    let id = e.data["message_id"].as_str().and_then(|i| i.parse().ok());
    let found = file.read(move |tx| {
        let said = id.map(|id| message::find_message(tx, id)).transpose()?;
        Ok((said, threads::find_conversation(tx, conversation)?.mode))
    });
    let (said, mode) = found.await?;
    let frame = |kind: &str, data: serde_json::Value| Frame::default().event(kind).id(e.id.to_string()).data(data.to_string());
    let Some(m) = said else { return Ok(vec![frame("hand", json!({ "mode": mode }))]) };
    let asked = m.direction == Direction::In && mode == Mode::Agent;
    let mut out = vec![frame("message", json!(Shown::from(m)))];
    if asked {
        out.push(frame("typing", json!({ "on": true })));
    }
    Ok(out)
}
