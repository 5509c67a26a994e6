//! Conversations people take care of: whose each is, drafts and private notes.

use super::page::Page;
use super::shapes::{AssigneeOut, ConversationOut};
use crate::domain::error::{Error, Result};
use crate::domain::house::case::{AnswerTime, Assignee};
use crate::domain::house::member::{Actor, Member, Role};
use crate::domain::house::timeline::Note;
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::services::house::case as cases;
use crate::services::house::timeline as people;
use crate::store::control::member as members;
use crate::store::house::{conversation as threads, timeline};
use crate::store::tx::Tx;
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::Json;
use crate::web::extract::caller::Caller;
use crate::web::extract::write::{Nothing, PathId, Write};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(assign))
        .routes(routes!(unassign))
        .routes(routes!(suggest))
        .routes(routes!(notes, add_note))
        .routes(routes!(remove_note))
        .routes(routes!(answer_time, set_answer_time))
        .routes(routes!(team))
}

/// Notes of a conversation given at once.
const NOTES: u32 = 200;

/// Somebody of the team.
#[derive(Serialize, ToSchema)]
struct TeamMember {
    #[serde(flatten)]
    who: AssigneeOut,
    /// What they may do.
    role: Role,
}

/// The name members are shown with.
pub(in crate::web) fn shown(m: &Member) -> String {
    if m.name.is_empty() { m.email.clone() } else { m.name.clone() }
}

/// The people of the business, to give conversations to.
#[utoipa::path(get, path = "/team", operation_id = "list_team", tag = "conversations", responses((status = 200, body = Page<TeamMember>)))]
async fn team(State(app): State<Shared>, caller: Caller) -> ApiResult<Json<Page<TeamMember>>> {
    let business = caller.business.id;
    let all = app.store.control_read(move |tx| members::list_members(tx, business)).await?;
    let one = |m: Member| TeamMember { who: AssigneeOut { member_id: m.id, name: shown(&m) }, role: m.role };
    Ok(Json(Page::whole(all.into_iter().map(one).collect())))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AssignTo {
    /// The member who takes care of it from now on.
    member_id: Id,
}

/// A member of the business who may answer customers.
pub(in crate::web) async fn assignee(app: &Shared, business: Id, member: Id) -> Result<Assignee> {
    let found = app.store.control_read(move |tx| members::find_member(tx, member, business)).await?;
    if found.role < Role::Agent {
        return Err(Error::field("member_id", format!("{} may only look, not answer customers.", shown(&found))));
    }
    Ok(Assignee { id: found.id, name: shown(&found) })
}

/// Give a conversation to a member.
#[utoipa::path(post, path = "/conversations/{id}/assign", operation_id = "assign_conversation", tag = "conversations", params(("id" = Id, Path)), request_body = AssignTo, responses((status = 200, body = ConversationOut)))]
async fn assign(
    State(app): State<Shared>,
    caller: Caller,
    PathId(id): PathId,
    Write { body, once }: Write<AssignTo>,
) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    let to = assignee(&app, caller.business.id, body.member_id).await?;
    let given = move |tx: &mut Tx<'_>, actor: &Actor| {
        cases::assign(tx, id, Some(&to), actor)?;
        Ok(ConversationOut::from(threads::find_conversation_row(tx, id)?))
    };
    caller.write(once, StatusCode::OK, given).await
}

/// Nobody takes care of a conversation from now on.
#[utoipa::path(post, path = "/conversations/{id}/unassign", operation_id = "unassign_conversation", tag = "conversations", params(("id" = Id, Path)), responses((status = 200, body = ConversationOut)))]
async fn unassign(caller: Caller, PathId(id): PathId, w: Write<Nothing>) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    let taken = move |tx: &mut Tx<'_>, actor: &Actor| {
        cases::assign(tx, id, None, actor)?;
        Ok(ConversationOut::from(threads::find_conversation_row(tx, id)?))
    };
    caller.write(w.once, StatusCode::OK, taken).await
}

/// Draft a reply for a person. It shows up as `suggested_reply` of the conversation and is never sent by itself.
#[utoipa::path(post, path = "/conversations/{id}/suggest", operation_id = "suggest_reply", tag = "conversations", params(("id" = Id, Path)), responses((status = 202, body = ConversationOut)))]
async fn suggest(caller: Caller, PathId(id): PathId, w: Write<Nothing>) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    let asked = move |tx: &mut Tx<'_>, _: &Actor| {
        cases::suggest(tx, id)?;
        Ok(ConversationOut::from(threads::find_conversation_row(tx, id)?))
    };
    caller.write(w.once, StatusCode::ACCEPTED, asked).await
}

/// Private notes of the team in a conversation, oldest first. No customer and no model ever reads them.
#[utoipa::path(get, path = "/conversations/{id}/notes", operation_id = "list_conversation_notes", tag = "conversations", params(("id" = Id, Path)), responses((status = 200, body = Page<serde_json::Value>)))]
async fn notes(caller: Caller, PathId(id): PathId) -> ApiResult<Json<Page<Note>>> {
    let found = caller.file.read(move |tx| {
        threads::find_conversation(tx, id)?;
        timeline::list_notes_in(tx, id, Time::from_millis(0), NOTES)
    });
    Ok(Json(Page::whole(found.await?)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ThreadNote {
    /// What the team should know.
    text: String,
}

#[derive(Serialize, ToSchema)]
struct ThreadNoteId {
    id: Id,
}

/// Add a private note to a conversation.
#[utoipa::path(post, path = "/conversations/{id}/notes", operation_id = "add_conversation_note", tag = "conversations", params(("id" = Id, Path)), request_body = ThreadNote, responses((status = 201, body = ThreadNoteId)))]
async fn add_note(caller: Caller, PathId(id): PathId, Write { body, once }: Write<ThreadNote>) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    let added = move |tx: &mut Tx<'_>, actor: &Actor| {
        let contact = threads::find_conversation(tx, id)?.contact_id;
        Ok(ThreadNoteId { id: people::add_note(tx, contact, Some(id), actor, &body.text)? })
    };
    caller.write(once, StatusCode::CREATED, added).await
}

/// Take a private note away.
#[utoipa::path(delete, path = "/conversations/{id}/notes/{note}", operation_id = "remove_conversation_note", tag = "conversations", params(("id" = Id, Path), ("note" = Id, Path)), responses((status = 204)))]
async fn remove_note(caller: Caller, Path((id, note)): Path<(String, String)>, w: Write<Nothing>) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    let (id, note): (Id, Id) = (id.parse()?, note.parse()?);
    let removed = move |tx: &mut Tx<'_>, _: &Actor| {
        let contact = threads::find_conversation(tx, id)?.contact_id;
        people::remove_note(tx, contact, note)
    };
    caller.write(w.once, StatusCode::NO_CONTENT, removed).await
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AnswerTimeOut {
    /// Minutes of opening hours within which a person should answer; 0 switches the clock off.
    minutes: i64,
}

/// Within how many minutes of opening hours a person should answer.
#[utoipa::path(get, path = "/conversations/answer-time", operation_id = "get_answer_time", tag = "conversations", responses((status = 200, body = AnswerTimeOut)))]
async fn answer_time(caller: Caller) -> ApiResult<Json<AnswerTimeOut>> {
    let time = caller.file.read(cases::answer_time).await?;
    Ok(Json(AnswerTimeOut { minutes: time.minutes }))
}

/// Set within how many minutes of opening hours a person should answer. Clocks that run already go on as they are.
#[utoipa::path(put, path = "/conversations/answer-time", operation_id = "set_answer_time", tag = "conversations", request_body = AnswerTimeOut, responses((status = 200, body = AnswerTimeOut)))]
async fn set_answer_time(caller: Caller, Write { body, once }: Write<AnswerTimeOut>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    let set = move |tx: &mut Tx<'_>, _: &Actor| {
        cases::set_answer_time(tx, AnswerTime { minutes: body.minutes })?;
        Ok(body)
    };
    caller.write(once, StatusCode::OK, set).await
}
