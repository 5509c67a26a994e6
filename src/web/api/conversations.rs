//! Conversations: read, answer, take over, hand back, close.

use super::page::{Page, id_cursor, most};
use super::shapes::{ConversationOut, MessageOut};
use crate::domain::error::{Error, Result};
use crate::domain::house::member::{Actor, Role};
use crate::domain::house::message::Content;
use crate::domain::id::Id;
use crate::services::house::case as cases;
use crate::services::house::once::Once;
use crate::services::house::{conversation, outbound, template};
use crate::store::house::case;
use crate::store::house::conversation::{self as threads, ConversationRow, Which};
use crate::store::house::message;
use crate::store::tx::Tx;
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::{Json, Params};
use crate::web::extract::caller::Caller;
use crate::web::extract::write::{Nothing, PathId, Write};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(detail))
        .routes(routes!(messages, reply))
        .routes(routes!(takeover))
        .routes(routes!(handback))
        .routes(routes!(close))
        .routes(routes!(send_again))
}

/// Which conversations.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Show {
    /// All.
    #[default]
    All,
    /// Not closed.
    Open,
    /// Waiting for a person, or answered by one.
    NeedPerson,
    /// A person should have answered by now.
    Late,
    /// Answered by Steward.
    Steward,
    /// Closed.
    Closed,
}

impl Show {
    const fn which(self) -> Which {
        match self {
            Self::All => Which::All,
            Self::Open => Which::Open,
            Self::NeedPerson => Which::NeedPerson,
            Self::Late => Which::Late,
            Self::Steward => Which::Steward,
            Self::Closed => Which::Closed,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Which: all, open, need_person, late, steward, closed.
    #[param(inline)]
    show: Option<Show>,
    /// Only open ones this member takes care of; `show` is then not heeded.
    assigned_to: Option<Id>,
    /// Part of the customer's name or number.
    q: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Conversations, newest words first.
#[utoipa::path(get, path = "/conversations", tag = "conversations", params(Filter), responses((status = 200, body = Page<ConversationOut>)))]
async fn list(caller: Caller, Params(f): Params<Filter>) -> ApiResult<Json<Page<ConversationOut>>> {
    let (at, id) = place(f.cursor.as_deref())?;
    let which = f.assigned_to.map_or_else(|| f.show.unwrap_or_default().which(), Which::Of);
    let most = most(f.limit);
    let q = f.q.unwrap_or_default();
    let rows = caller.file.read(move |tx| threads::page_conversations(tx, which, q.trim(), (at, &id), most + 1)).await?;
    let cursor = |r: &ConversationRow| format!("{}_{}", r.conversation.last_message_at.millis(), r.conversation.id);
    Ok(Json(Page::cut(rows, most, cursor, ConversationOut::from)))
}

fn place(cursor: Option<&str>) -> Result<(i64, String)> {
    let Some(cursor) = cursor.filter(|c| !c.is_empty()) else { return Ok((i64::MAX, String::new())) };
    let read = cursor.split_once('_').and_then(|(at, id)| Some((at.parse().ok()?, id.to_owned())));
    read.ok_or_else(|| Error::field("cursor", "This cursor is none of ours."))
}

/// One conversation.
#[utoipa::path(get, path = "/conversations/{id}", tag = "conversations", params(("id" = Id, Path)), responses((status = 200, body = ConversationOut)))]
async fn detail(caller: Caller, PathId(id): PathId) -> ApiResult<Json<ConversationOut>> {
    let row = caller.file.read(move |tx| threads::find_conversation_row(tx, id)).await?;
    Ok(Json(row.into()))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct MessagePart {
    limit: Option<u32>,
    /// `next_cursor` of the answer before: goes on to older messages.
    cursor: Option<String>,
    /// Only messages after this one, oldest first.
    after: Option<String>,
}

/// Messages of a conversation: newest first, or after one of them oldest first.
#[utoipa::path(get, path = "/conversations/{id}/messages", tag = "conversations", params(("id" = Id, Path), MessagePart), responses((status = 200, body = Page<MessageOut>)))]
async fn messages(caller: Caller, PathId(id): PathId, Params(p): Params<MessagePart>) -> ApiResult<Json<Page<MessageOut>>> {
    let (before, after, most) = (id_cursor(p.cursor.as_deref())?, id_cursor(p.after.as_deref())?, most(p.limit));
    let rows = caller.file.read(move |tx| {
        threads::find_conversation(tx, id)?;
        if let Some(after) = after {
            return message::list_messages_after(tx, id, &after.to_string(), most + 1);
        }
        // One more than asked for tells whether there are older ones.
        let mut rows = message::list_messages(tx, id, before, most + 1)?;
        rows.reverse();
        Ok(rows)
    });
    let mut page = Page::cut(rows.await?, most, |m| m.id.to_string(), MessageOut::from);
    if after.is_some() {
        page.next_cursor = None;
    }
    Ok(Json(page))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Reply {
    /// What the customer will read. Either this, `canned_reply` or `template`.
    #[serde(default)]
    text: Option<String>,
    /// The name of a ready reply, filled for this customer.
    #[serde(default)]
    canned_reply: Option<String>,
    /// A message Meta has approved: the only one WhatsApp takes when the customer has not written for 24 hours.
    #[serde(default)]
    template: Option<TemplateIn>,
}

/// A message Meta has approved, with its places filled.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TemplateIn {
    name: String,
    /// Language code at Meta; may be absent when there is one only.
    #[serde(default)]
    language: String,
    /// A value for every place, by its key as `GET templates` lists them.
    #[serde(default)]
    values: BTreeMap<String, String>,
}

/// A person replies, or sends an approved message. That takes the conversation over.
#[utoipa::path(post, path = "/conversations/{id}/messages", tag = "conversations", params(("id" = Id, Path)), request_body = Reply, responses((status = 201, body = MessageOut)))]
async fn reply(caller: Caller, PathId(id): PathId, Write { body, once }: Write<Reply>) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    let key = caller.own(once.clone()).key.unwrap_or_else(|| crate::domain::id::token(16));
    let business = caller.business.name.clone();
    caller
        .write(once, StatusCode::CREATED, move |tx, actor| {
            let sent = match (body.text, body.canned_reply, body.template) {
                (Some(text), None, None) => outbound::write_as_person(tx, id, actor, &Content::text(text.trim()), &key)?,
                (None, Some(name), None) => {
                    let named = case::find_canned_named(tx, &name.to_lowercase())?.ok_or_else(|| Error::not_found("ready reply"))?;
                    let text = cases::filled(tx, id, &named, &business)?;
                    outbound::write_as_person(tx, id, actor, &Content::text(text), &key)?
                }
                (None, None, Some(t)) => {
                    let chosen = template::Chosen { name: t.name, language: t.language, values: t.values };
                    template::send(tx, id, actor, &chosen, &key)?
                }
                _ => return Err(Error::field("text", "Send one of text, canned_reply and template.")),
            };
            Ok(MessageOut::from(message::find_message(tx, sent)?))
        })
        .await
}

async fn hand(
    caller: &Caller,
    once: Once,
    id: Id,
    act: impl FnOnce(&mut Tx<'_>, &Actor) -> Result<()> + Send + 'static,
) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    caller
        .write(once, StatusCode::OK, move |tx, actor| {
            threads::find_conversation(tx, id)?;
            act(tx, actor)?;
            Ok(ConversationOut::from(threads::find_conversation_row(tx, id)?))
        })
        .await
}

/// A person answers from now on.
#[utoipa::path(post, path = "/conversations/{id}/takeover", tag = "conversations", params(("id" = Id, Path)), responses((status = 200, body = ConversationOut)))]
async fn takeover(caller: Caller, PathId(id): PathId, w: Write<Nothing>) -> ApiResult<Response> {
    hand(&caller, w.once, id, move |tx, who| conversation::take_over(tx, id, who)).await
}

/// Steward answers again.
#[utoipa::path(post, path = "/conversations/{id}/handback", tag = "conversations", params(("id" = Id, Path)), responses((status = 200, body = ConversationOut)))]
async fn handback(caller: Caller, PathId(id): PathId, w: Write<Nothing>) -> ApiResult<Response> {
    hand(&caller, w.once, id, move |tx, who| conversation::hand_back(tx, id, who)).await
}

/// The conversation is done; it opens again when the customer writes.
#[utoipa::path(post, path = "/conversations/{id}/close", tag = "conversations", params(("id" = Id, Path)), responses((status = 200, body = ConversationOut)))]
async fn close(caller: Caller, PathId(id): PathId, w: Write<Nothing>) -> ApiResult<Response> {
    hand(&caller, w.once, id, move |tx, who| conversation::close(tx, id, true, who)).await
}

/// Send a message again that failed, or whose outcome nobody knows.
#[utoipa::path(post, path = "/messages/{id}/send-again", tag = "conversations", params(("id" = Id, Path)), responses((status = 200, body = MessageOut)))]
async fn send_again(caller: Caller, PathId(id): PathId, w: Write<Nothing>) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    caller
        .write(w.once, StatusCode::OK, move |tx, _| {
            outbound::send_again(tx, id)?;
            Ok(MessageOut::from(message::find_message(tx, id)?))
        })
        .await
}
