//! Runs of agents: turns of conversations, and longer work that waits for people and the outside world.

use super::page::{Page, Part, id_cursor, most};
use super::shapes::run::{DifferenceOut, ReplayOut, RunOut, StepOut};
use crate::agents::runs as graphs;
use crate::domain::error::{Error, Result};
use crate::domain::house::member::{Actor, Role};
use crate::domain::id::Id;
use crate::domain::text::clip;
use crate::services::house::once::Once;
use crate::services::house::run as services;
use crate::store::house::effect;
use crate::store::runs;
use crate::store::tx::Read;
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::{Json, Params};
use crate::web::extract::caller::Caller;
use crate::web::extract::limit;
use crate::web::extract::write::{PathId, Write};
use crate::web::live::events as live;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::response::sse::Event as Frame;
use futures_util::{StreamExt, future, stream};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_runs))
        .routes(routes!(run_detail))
        .routes(routes!(resume))
        .routes(routes!(cancel))
        .routes(routes!(fork))
        .routes(routes!(replay))
        .routes(routes!(settle))
}

/// Runs, newest first; branches and trials are shown by the run they belong to.
#[utoipa::path(get, path = "/runs", tag = "agents", params(Part), responses((status = 200, body = Page<RunOut>)))]
async fn list_runs(caller: Caller, Params(p): Params<Part>) -> ApiResult<Json<Page<RunOut>>> {
    let (before, most) = (id_cursor(p.cursor.as_deref())?, most(p.limit));
    let rows = caller.file.read(move |tx| runs::list_runs(tx, before, most + 1)).await?;
    Ok(Json(Page::cut(rows, most, |r| r.id.to_string(), RunOut::from)))
}

fn whole(tx: &Read<'_>, id: Id) -> Result<RunOut> {
    let (run, whole) = services::find(tx, id)?;
    Ok(RunOut::from(run).with(whole))
}

/// One run with its steps; of longer work also its deeds, branches, questions and trials.
#[utoipa::path(get, path = "/runs/{id}", tag = "agents", params(("id" = Id, Path)), responses((status = 200, body = RunOut)))]
async fn run_detail(caller: Caller, PathId(id): PathId) -> ApiResult<Json<RunOut>> {
    Ok(Json(caller.file.read(move |tx| whole(tx, id)).await?))
}

/// What a run is started with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StartIn {
    #[schema(value_type = Object)]
    input: Value,
    /// What it is for: a second start under the same key gives the run of the first.
    #[serde(default)]
    key: String,
}

async fn started(caller: &Caller, name: String, body: StartIn, once: Once) -> ApiResult<(Response, Id)> {
    caller.role.require(Role::Manager)?;
    if body.key.len() > 200 {
        return Err(Error::field("key", "A key is at most 200 characters.").into());
    }
    // The key of a program is its own: what the house starts by itself has other keys. People may have one name.
    let who = if let Actor::Key { name } = &caller.actor { name.clone() } else { caller.actor.mark() };
    let key = if body.key.is_empty() { String::new() } else { format!("api:{who}:{}", clip(&body.key, 200)) };
    let new = graphs::NewRun { graph: name, input: body.input, key, conversation_id: None };
    let (tell, told) = std::sync::mpsc::channel();
    let response = caller
        .write(once, StatusCode::ACCEPTED, move |tx, _| {
            let id = graphs::start(tx, &new)?;
            let _ = tell.send(id);
            whole(tx, id)
        })
        .await?;
    // Nothing was started when the same request came before; its answer is given again.
    Ok((response, told.try_recv().unwrap_or(Id::NIL)))
}

/// Starts a run and answers at once.
pub(super) async fn start(caller: Caller, name: String, body: StartIn, once: Once) -> ApiResult<Response> {
    started(&caller, name, body, once).await.map(|(response, _)| response)
}

/// Starts a run and follows it until it is over or waits for a person.
pub(super) async fn start_and_follow(app: Shared, caller: Caller, name: String, body: StartIn, once: Once) -> ApiResult<Response> {
    let held = limit::hold(caller.business.id)?;
    // Followed from before it is started, so that nothing is missed.
    let (_, since) = caller.file.read(crate::store::events::event_bounds).await?;
    let (response, id) = started(&caller, name, body, once).await?;
    if id == Id::NIL {
        return Ok(response);
    }
    let events = live::follow(&app, caller.business.id, Some(since)).await?;
    let file = caller.file;
    let moves = events.filter(move |e| future::ready(e.run_id == Some(id))).then(move |e| {
        let (file, _open) = (file.clone(), &held);
        async move {
            let run = file.read(move |tx| whole(tx, id)).await.ok();
            (e, run)
        }
    });
    let frames = stream::unfold((Box::pin(moves), false), |(mut moves, over)| async move {
        let (event, run) = if over { None } else { moves.next().await }?;
        let over = run.as_ref().is_none_or(RunOut::is_over);
        let kind = if over { "done" } else { "run" };
        let frame = Frame::default().event(kind).id(event.id.to_string()).data(serde_json::json!(run).to_string());
        Some((frame, (moves, over)))
    });
    Ok(live::answer(frames))
}

/// How a run goes on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResumeIn {
    /// Of what it waits for news; may be left out when there is only one such thing.
    #[serde(default)]
    key: String,
    /// The news.
    #[serde(default)]
    #[schema(value_type = Object)]
    data: Value,
}

/// Let a run go on: one that could not go on by itself tries again; one that waits for news gets it.
#[utoipa::path(post, path = "/runs/{id}/resume", tag = "agents", params(("id" = Id, Path)), request_body = ResumeIn, responses((status = 202, body = RunOut)))]
async fn resume(caller: Caller, PathId(id): PathId, Write { body, once }: Write<ResumeIn>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    caller
        .write(once, StatusCode::ACCEPTED, move |tx, _| {
            services::resume(tx, id, &body.key, &body.data)?;
            whole(tx, id)
        })
        .await
}

/// Why a run is stopped.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CancelRunIn {
    #[serde(default)]
    reason: String,
}

/// Stop a run. What it planned is taken back, and what it began outside is called off.
#[utoipa::path(post, path = "/runs/{id}/cancel", tag = "agents", params(("id" = Id, Path)), request_body = CancelRunIn, responses((status = 202, body = RunOut)))]
async fn cancel(caller: Caller, PathId(id): PathId, Write { body, once }: Write<CancelRunIn>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    caller
        .write(once, StatusCode::ACCEPTED, move |tx, actor| {
            services::stop(tx, id, actor, &body.reason)?;
            whole(tx, id)
        })
        .await
}

/// From where a run is tried again, and with what.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ForkIn {
    /// The step's number, from 0.
    step: u32,
    /// Fields of the state before that step, with other values.
    #[schema(value_type = Option<Object>)]
    state: Option<Value>,
}

/// A trial and what it did otherwise.
#[derive(Serialize, ToSchema)]
struct ForkOut {
    run: RunOut,
    difference: DifferenceOut,
}

/// Try a run again from one of its steps. Nothing is done: what was recorded is heard again, the rest is assumed.
#[utoipa::path(post, path = "/runs/{id}/fork", tag = "agents", params(("id" = Id, Path)), request_body = ForkIn, responses((status = 201, body = ForkOut)))]
async fn fork(State(app): State<Shared>, caller: Caller, PathId(id): PathId, Write { body, once }: Write<ForkIn>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    caller
        .write(once, StatusCode::CREATED, move |tx, _| {
            let trial = graphs::fork(&app, tx, id, body.step, body.state.as_ref())?;
            Ok(ForkOut { run: whole(tx, trial)?, difference: DifferenceOut::from(graphs::difference(tx, trial)?) })
        })
        .await
}

/// Take every step of a run again from what was recorded. Nobody is called and nothing is changed.
#[utoipa::path(get, path = "/runs/{id}/replay", tag = "agents", params(("id" = Id, Path)), responses((status = 200, body = ReplayOut)))]
async fn replay(State(app): State<Shared>, caller: Caller, PathId(id): PathId) -> ApiResult<Json<ReplayOut>> {
    let out = caller.file.read(move |tx| {
        let replayed = graphs::replay(&app, tx, id)?;
        let (run, _) = services::find(tx, id)?;
        let (differs_at, differs_in) = replayed.differs.map_or((None, String::new()), |(step, what)| (Some(step), what));
        Ok(ReplayOut {
            same: differs_at.is_none(),
            steps: replayed.steps,
            differs_at,
            differs_in,
            trace: run.trace.into_iter().map(StepOut::from).collect(),
        })
    });
    Ok(Json(out.await?))
}

/// What a person knows of a deed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SettleEffectIn {
    /// Whether it happened.
    happened: bool,
    #[serde(default)]
    note: String,
}

/// Say whether a deed happened of which nobody knew; the run goes on with that.
#[utoipa::path(post, path = "/runs/{id}/effects/{effect}", tag = "agents", params(("id" = Id, Path), ("effect" = String, Path)), request_body = SettleEffectIn, responses((status = 200, body = RunOut)))]
async fn settle(
    caller: Caller,
    Path((id, effect)): Path<(String, String)>,
    Write { body, once }: Write<SettleEffectIn>,
) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    let (id, row): (Id, i64) = (id.parse()?, effect.parse().map_err(|_| Error::not_found("deed"))?);
    caller
        .write(once, StatusCode::OK, move |tx, actor| {
            if effect::find_effect(tx, row)?.run_id != id {
                return Err(Error::not_found("deed"));
            }
            services::settle_effect(tx, row, actor, body.happened, &body.note)?;
            whole(tx, id)
        })
        .await
}
