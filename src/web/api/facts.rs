//! What customers told about themselves: read, corrected, forgotten.

use super::page::Page;
use crate::domain::error::Result;
use crate::domain::house::fact::{Fact, Kind};
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::services::house::fact::{self as facts, Written};
use crate::store::house::{contact, fact};
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::Json;
use crate::web::extract::caller::Caller;
use crate::web::extract::write::{Nothing, PathId, Write};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list_facts, add_fact, forget_facts)).routes(routes!(change_fact, forget_fact))
}

/// Something a customer told.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FactOut {
    id: Id,
    /// allergy, diet, preference, address, household, budget, area, need, occasion, other.
    kind: &'static str,
    text: String,
    /// The customer's message it was read from; null for what a member wrote down.
    message_id: Option<Id>,
    /// Who read or wrote it.
    source: String,
    /// How sure, in percent.
    confidence: u8,
    created_at: Time,
    /// Not used after; null for as long as it is not forgotten.
    expires_at: Option<Time>,
}

impl From<Fact> for FactOut {
    fn from(f: Fact) -> Self {
        Self {
            id: f.id,
            kind: f.kind.as_str(),
            text: f.text,
            message_id: f.message_id,
            source: f.source,
            confidence: f.confidence,
            created_at: f.created_at,
            expires_at: f.expires_at,
        }
    }
}

/// What is remembered of a contact, oldest first.
#[utoipa::path(get, path = "/contacts/{id}/facts", tag = "contacts", params(("id" = Id, Path)), responses((status = 200, body = Page<FactOut>)))]
async fn list_facts(caller: Caller, PathId(id): PathId) -> ApiResult<Json<Page<FactOut>>> {
    let found = caller.file.read(move |tx| {
        contact::find_person(tx, id)?;
        fact::list_facts(tx, id)
    });
    Ok(Json(Page::whole(found.await?.into_iter().map(FactOut::from).collect())))
}

/// What may be written; what is absent stays.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FactIn {
    text: Option<String>,
    #[schema(value_type = Option<String>)]
    kind: Option<Kind>,
    /// Null for never.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    expires_at: Option<Option<Time>>,
}

/// `null` counts as present.
fn present<'de, D: Deserializer<'de>>(d: D) -> std::result::Result<Option<Option<Time>>, D::Error> {
    Deserialize::deserialize(d).map(Some)
}

impl FactIn {
    fn written(self) -> Written {
        Written { text: self.text, kind: self.kind, expires_at: self.expires_at }
    }
}

/// Write down something about a contact.
#[utoipa::path(post, path = "/contacts/{id}/facts", tag = "contacts", params(("id" = Id, Path)), request_body = FactIn, responses((status = 201, body = FactOut)))]
async fn add_fact(caller: Caller, PathId(id): PathId, Write { body, once }: Write<FactIn>) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    caller
        .write(once, StatusCode::CREATED, move |tx, actor| {
            contact::find_person(tx, id)?;
            Ok(FactOut::from(facts::add(tx, id, &body.written(), actor.name())?))
        })
        .await
}

/// Correct a fact, or say until when it holds.
#[utoipa::path(patch, path = "/contacts/{id}/facts/{fact}", tag = "contacts", params(("id" = Id, Path), ("fact" = Id, Path)), request_body = FactIn, responses((status = 200, body = FactOut)))]
async fn change_fact(caller: Caller, Path((id, fact)): Path<(String, String)>, Write { body, once }: Write<FactIn>) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    let (id, fact) = both(&id, &fact)?;
    caller
        .write(once, StatusCode::OK, move |tx, actor| Ok(FactOut::from(facts::change(tx, id, fact, &body.written(), actor.name())?)))
        .await
}

/// Forget one fact.
#[utoipa::path(delete, path = "/contacts/{id}/facts/{fact}", tag = "contacts", params(("id" = Id, Path), ("fact" = Id, Path)), responses((status = 204)))]
async fn forget_fact(caller: Caller, Path((id, fact)): Path<(String, String)>, w: Write<Nothing>) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    let (id, fact) = both(&id, &fact)?;
    caller.write(w.once, StatusCode::NO_CONTENT, move |tx, _| facts::forget(tx, id, fact)).await
}

fn both(id: &str, fact: &str) -> Result<(Id, Id)> {
    Ok((id.parse()?, fact.parse()?))
}

/// Forget everything a contact told.
#[utoipa::path(delete, path = "/contacts/{id}/facts", tag = "contacts", params(("id" = Id, Path)), responses((status = 204)))]
async fn forget_facts(caller: Caller, PathId(id): PathId, w: Write<Nothing>) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    caller
        .write(w.once, StatusCode::NO_CONTENT, move |tx, _| {
            contact::find_person(tx, id)?;
            facts::forget_about(tx, id, None).map(drop)
        })
        .await
}
