//! What did not work: webhooks nobody could read, background work that failed for good.

use super::page::Page;
use crate::domain::house::member::Role;
use crate::domain::job::Job;
use crate::domain::time::Time;
use crate::store::{inbox, jobs};
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::Json;
use crate::web::extract::caller::Caller;
use crate::web::extract::write::{Nothing, PathRow, Write};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(unread)).routes(routes!(replay)).routes(routes!(dead)).routes(routes!(retry))
}

/// A webhook nobody could read.
#[derive(Serialize, ToSchema)]
struct UnreadOut {
    id: String,
    channel: String,
    received_at: Time,
    problem: String,
    /// The body's beginning.
    excerpt: String,
}

/// Work that failed for good.
#[derive(Serialize, ToSchema)]
struct DeadOut {
    id: String,
    kind: String,
    error: String,
    created_at: Time,
}

/// The work will be done again.
#[derive(Serialize, ToSchema)]
struct Again {
    /// Always "queued".
    state: &'static str,
}

/// Webhooks nobody could read, newest first.
#[utoipa::path(get, path = "/inbox/unread", tag = "upkeep", responses((status = 200, body = Page<UnreadOut>)))]
async fn unread(caller: Caller) -> ApiResult<Json<Page<UnreadOut>>> {
    caller.role.require(Role::Manager)?;
    let rows = caller.file.read(inbox::list_unread).await?;
    let out = |u: inbox::Unread| UnreadOut {
        id: u.id.to_string(),
        channel: u.channel,
        received_at: u.received_at,
        problem: u.problem,
        excerpt: u.excerpt,
    };
    Ok(Json(Page::whole(rows.into_iter().map(out).collect())))
}

/// Read a stored webhook again.
#[utoipa::path(post, path = "/inbox/{id}/replay", tag = "upkeep", params(("id" = String, Path)), responses((status = 202, body = Again)))]
async fn replay(caller: Caller, PathRow(id): PathRow, w: Write<Nothing>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    caller
        .write(w.once, StatusCode::ACCEPTED, move |tx, _| {
            inbox::find_inbox(tx, id)?;
            let now = tx.now;
            jobs::enqueue_job(tx, &Job::ReplayHook { inbox_id: id }, now, Some(&format!("replay:{id}")))?;
            Ok(Again { state: "queued" })
        })
        .await
}

/// Background work that failed for good, newest first.
#[utoipa::path(get, path = "/jobs/dead", tag = "upkeep", responses((status = 200, body = Page<DeadOut>)))]
async fn dead(caller: Caller) -> ApiResult<Json<Page<DeadOut>>> {
    caller.role.require(Role::Manager)?;
    let rows = caller.file.read(jobs::list_dead_jobs).await?;
    let out = |j: jobs::DeadJob| DeadOut { id: j.id.to_string(), kind: j.kind, error: j.error, created_at: j.created_at };
    Ok(Json(Page::whole(rows.into_iter().map(out).collect())))
}

/// Try failed work again.
#[utoipa::path(post, path = "/jobs/{id}/retry", tag = "upkeep", params(("id" = String, Path)), responses((status = 202, body = Again)))]
async fn retry(caller: Caller, PathRow(id): PathRow, w: Write<Nothing>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    caller
        .write(w.once, StatusCode::ACCEPTED, move |tx, _| {
            jobs::revive_job(tx, id)?;
            Ok(Again { state: "queued" })
        })
        .await
}
