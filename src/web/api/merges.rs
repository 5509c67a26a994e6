//! Contacts who are one person: joined, and made two again.

use super::page::Page;
use super::shapes::ContactOut;
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::services::house::merge;
use crate::store::house::contact;
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::Json;
use crate::web::extract::caller::Caller;
use crate::web::extract::write::{PathId, Write};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(merge_contacts)).routes(routes!(unmerge_contacts)).routes(routes!(merges_of))
}

/// Who else a contact is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Twin {
    /// The contact that becomes part of the one in the address.
    contact_id: Id,
}

/// A merge that can be undone.
#[derive(Serialize, ToSchema)]
struct MergeOut {
    id: Id,
    /// The contact that became part of this one.
    contact_id: Id,
    /// Who joined them.
    by: String,
    at: Time,
}

/// A contact as a merge left it.
#[derive(Serialize, ToSchema)]
struct Merged {
    /// To undo it by.
    merge_id: Id,
    contact: ContactOut,
}

/// Make another contact part of this one: its identities, conversations and orders come here.
#[utoipa::path(post, path = "/contacts/{id}/merge", tag = "contacts", params(("id" = Id, Path)), request_body = Twin, responses((status = 200, body = Merged)))]
async fn merge_contacts(caller: Caller, PathId(id): PathId, Write { body, once }: Write<Twin>) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    caller
        .write(once, StatusCode::OK, move |tx, actor| {
            let m = merge::merge(tx, id, body.contact_id, actor)?;
            Ok(Merged { merge_id: m.id, contact: contact::find_contact(tx, id)?.into() })
        })
        .await
}

/// Which merge.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Undo {
    merge_id: Id,
}

/// Make two contacts of one again. What came since stays with this one.
#[utoipa::path(post, path = "/contacts/{id}/unmerge", tag = "contacts", params(("id" = Id, Path)), request_body = Undo, responses((status = 200, body = ContactOut)))]
async fn unmerge_contacts(caller: Caller, PathId(id): PathId, Write { body, once }: Write<Undo>) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    caller
        .write(once, StatusCode::OK, move |tx, _| {
            merge::undo(tx, id, body.merge_id)?;
            Ok(ContactOut::from(contact::find_contact(tx, id)?))
        })
        .await
}

/// What was made part of a contact and can be undone, newest first.
#[utoipa::path(get, path = "/contacts/{id}/merges", tag = "contacts", params(("id" = Id, Path)), responses((status = 200, body = Page<MergeOut>)))]
async fn merges_of(caller: Caller, PathId(id): PathId) -> ApiResult<Json<Page<MergeOut>>> {
    let found = caller.file.read(move |tx| {
        contact::find_contact(tx, id)?;
        crate::store::house::merge::list_merges(tx, id)
    });
    Ok(Json(Page::whole(found.await?.into_iter().map(|m| MergeOut { id: m.id, contact_id: m.gone, by: m.by, at: m.at }).collect())))
}
