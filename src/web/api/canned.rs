//! Ready replies: wordings the team picks from.

use super::page::Page;
use crate::domain::house::case::CannedReply;
use crate::domain::house::member::{Actor, Role};
use crate::domain::id::Id;
use crate::services::house::case as cases;
use crate::store::house::case;
use crate::store::tx::Tx;
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::Json;
use crate::web::extract::caller::Caller;
use crate::web::extract::write::{Nothing, PathId, Write};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(change, remove))
}

/// A wording.
#[derive(Serialize, ToSchema)]
struct CannedReplyOut {
    id: Id,
    /// What it is found by; `/name` typed alone stands for it.
    name: String,
    /// The words, with `{name}` for the customer and `{business}` for us.
    text: String,
}

impl From<CannedReply> for CannedReplyOut {
    fn from(c: CannedReply) -> Self {
        Self { id: c.id, name: c.name, text: c.text }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CannedReplyIn {
    /// One word of letters, digits and hyphens.
    name: String,
    /// The words, with `{name}` for the customer and `{business}` for us.
    text: String,
}

/// Ready replies, by name.
#[utoipa::path(get, path = "/canned-replies", operation_id = "list_canned_replies", tag = "conversations", responses((status = 200, body = Page<CannedReplyOut>)))]
async fn list(caller: Caller) -> ApiResult<Json<Page<CannedReplyOut>>> {
    Ok(Json(Page::whole(caller.file.read(case::list_canned).await?.into_iter().map(CannedReplyOut::from).collect())))
}

/// Add a ready reply.
#[utoipa::path(post, path = "/canned-replies", operation_id = "add_canned_reply", tag = "conversations", request_body = CannedReplyIn, responses((status = 201, body = CannedReplyOut)))]
async fn add(caller: Caller, Write { body, once }: Write<CannedReplyIn>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    let added = move |tx: &mut Tx<'_>, _: &Actor| Ok(CannedReplyOut::from(cases::save_canned(tx, None, &body.name, &body.text)?));
    caller.write(once, StatusCode::CREATED, added).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CannedReplyChange {
    name: Option<String>,
    text: Option<String>,
}

/// Change a ready reply.
#[utoipa::path(patch, path = "/canned-replies/{id}", operation_id = "change_canned_reply", tag = "conversations", params(("id" = Id, Path)), request_body = CannedReplyChange, responses((status = 200, body = CannedReplyOut)))]
async fn change(caller: Caller, PathId(id): PathId, Write { body, once }: Write<CannedReplyChange>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    let changed = move |tx: &mut Tx<'_>, _: &Actor| {
        let old = case::find_canned(tx, id)?;
        let (name, text) = (body.name.unwrap_or(old.name), body.text.unwrap_or(old.text));
        Ok(CannedReplyOut::from(cases::save_canned(tx, Some(id), &name, &text)?))
    };
    caller.write(once, StatusCode::OK, changed).await
}

/// Remove a ready reply.
#[utoipa::path(delete, path = "/canned-replies/{id}", operation_id = "remove_canned_reply", tag = "conversations", params(("id" = Id, Path)), responses((status = 204)))]
async fn remove(caller: Caller, PathId(id): PathId, w: Write<Nothing>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    caller.write(w.once, StatusCode::NO_CONTENT, move |tx: &mut Tx<'_>, _: &Actor| cases::remove_canned(tx, id)).await
}
