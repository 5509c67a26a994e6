//! What the law gives a person: their data, and being forgotten.

use crate::app::erasing;
use crate::domain::error::Error;
use crate::domain::house::erasure::{Counted, Erasure, Proof};
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::services::house::{audit, erasure, once};
use crate::store::house::erasure as rows;
use crate::web::error::ApiResult;
use crate::web::extract::body::Json;
use crate::web::extract::caller::Caller;
use crate::web::extract::write::{Nothing, PathId, Write, answered};
use crate::web::{Shared, handover};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::io::Read as _;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(export)).routes(routes!(erase)).routes(routes!(report))
}

/// Everything about a person as a zip: `index.html` to read, `data.json` for programs, files in `media/`.
#[utoipa::path(get, path = "/contacts/{id}/export", operation_id = "export_contact", tag = "contacts", params(("id" = Id, Path)),
    responses((status = 200, content_type = "application/zip", body = Vec<u8>)))]
async fn export(State(app): State<Shared>, caller: Caller, PathId(id): PathId) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    let mut file = handover::person(&app, &caller.business, id).await?;
    let actor = caller.actor.clone();
    caller.file.write(move |tx| audit::record(tx, &actor, "exported a customer's data", &id.to_string())).await?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|e| Error::unavailable("The archive could not be read.").with_source(e))?;
    Ok(zip_answer(bytes, &format!("customer-{id}.zip")))
}

/// A zip to keep.
pub(crate) fn zip_answer(bytes: Vec<u8>, name: &str) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    (
        [
            (header::CONTENT_TYPE, "application/zip".to_owned()),
            (header::CONTENT_DISPOSITION, disposition),
            (header::CACHE_CONTROL, "no-store".into()),
        ],
        bytes,
    )
        .into_response()
}

/// What came of an erasure.
#[derive(Debug, Serialize, ToSchema)]
struct ErasureOut {
    /// Of this erasure.
    id: Id,
    /// Leads nowhere now; orders that stay for the books point to it.
    contact_id: Id,
    /// Who did it.
    actor: String,
    /// When the rows went.
    at: Time,
    /// When files, free pages and the log were clean too.
    done_at: Option<Time>,
    /// Nothing of the person was found afterwards.
    clean: bool,
    /// Rows by table.
    #[schema(value_type = Vec<Object>)]
    counts: Vec<Counted>,
    /// How it was looked for, and what was found.
    #[schema(value_type = Object)]
    proof: Option<Proof>,
}

impl From<Erasure> for ErasureOut {
    fn from(e: Erasure) -> Self {
        let clean = e.proof.as_ref().is_some_and(|p| p.searched && p.found.is_empty());
        Self { id: e.id, contact_id: e.contact_id, actor: e.actor, at: e.at, done_at: e.done_at, clean, counts: e.counts, proof: e.proof }
    }
}

/// Erase a person: messages, files, memory, vectors, steps of runs, bodies. Orders and deposits stay for the books, without the person.
#[utoipa::path(delete, path = "/contacts/{id}", operation_id = "erase_contact", tag = "contacts", params(("id" = Id, Path)), responses((status = 200, body = ErasureOut)))]
async fn erase(State(app): State<Shared>, caller: Caller, PathId(id): PathId, Write { once, .. }: Write<Nothing>) -> ApiResult<Response> {
    caller.role.require(Role::Owner)?;
    let (actor, seen) = (caller.actor.clone(), caller.own(once.clone()));
    if let Some(before) = caller.file.read(move |tx| once::find(tx, &seen)).await? {
        return Ok(answered(before));
    }
    let (begun, needles) = caller.file.write(move |tx| erasure::erase(tx, id, &actor)).await?;
    let done = erasing::finish(&app, caller.business.id, begun.id, Some(needles)).await?;
    caller.write(once, StatusCode::OK, move |_, _| Ok(ErasureOut::from(done.unwrap_or(begun)))).await
}

/// The report of an erasure.
#[utoipa::path(get, path = "/erasures/{id}", operation_id = "erasure_report", tag = "contacts", params(("id" = Id, Path)), responses((status = 200, body = ErasureOut)))]
async fn report(caller: Caller, PathId(id): PathId) -> ApiResult<Json<ErasureOut>> {
    let found = caller.file.read(move |tx| rows::find_erasure(tx, id)).await?;
    Ok(Json(found.ok_or_else(|| Error::not_found("erasure"))?.into()))
}
