//! Answers that are given again.

use super::page::Page;
use crate::domain::house::member::Role;
use crate::domain::house::saved_answer::SavedAnswer;
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::time::Time;
use crate::services::house::saved_answer as answers;
use crate::store::house::saved_answer as rows;
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::Json;
use crate::web::extract::caller::Caller;
use crate::web::extract::write::{Nothing, PathId, Write};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Answers shown at once.
const SHOWN: u32 = 200;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(saved_answers, forget_saved_answers)).routes(routes!(forget_saved_answer))
}

/// An answer that is given again to whoever asks the same.
#[derive(Debug, Serialize, ToSchema)]
struct SavedOut {
    id: Id,
    /// Whose words, by name; empty for the business's own.
    assistant: String,
    #[schema(value_type = String)]
    language: Lang,
    question: String,
    answer: String,
    /// Where it stands.
    source: String,
    /// How often it was given again.
    hits: i64,
    created_at: Time,
    /// When it was given last.
    used_at: Option<Time>,
    age_seconds: i64,
}

impl SavedOut {
    fn of(s: SavedAnswer, now: Time) -> Self {
        Self {
            id: s.id,
            assistant: s.assistant,
            language: s.language,
            question: s.question,
            answer: s.answer,
            source: s.source,
            hits: s.hits,
            created_at: s.created_at,
            used_at: s.used_at,
            age_seconds: now.since_ms(s.created_at) / 1000,
        }
    }
}

/// The saved answers with how often they served.
#[derive(Serialize, ToSchema)]
struct Cache {
    /// Questions the documents were asked.
    asked: i64,
    /// Of these, answered from a saved answer.
    served: i64,
    /// The share of it, 0 to 1.
    hit_rate: f64,
    #[serde(flatten)]
    page: Page<SavedOut>,
}

/// Answers that may be given now, the most used first. What was made from something edited since is gone.
#[utoipa::path(get, path = "/knowledge/cache", tag = "knowledge", responses((status = 200, body = Cache)))]
async fn saved_answers(caller: Caller) -> ApiResult<Json<Cache>> {
    let found = caller.file.read(|tx| Ok((rows::list_saved(tx, SHOWN)?, rows::counts(tx)?, tx.now)));
    let (list, (asked, served), now) = found.await?;
    #[expect(clippy::cast_precision_loss, reason = "counts of questions")]
    let hit_rate = if asked > 0 { served as f64 / asked as f64 } else { 0.0 };
    Ok(Json(Cache { asked, served, hit_rate, page: Page::whole(list.into_iter().map(|s| SavedOut::of(s, now)).collect()) }))
}

/// Forget every saved answer; the next question of each kind is looked up anew.
#[utoipa::path(delete, path = "/knowledge/cache", tag = "knowledge", responses((status = 204)))]
async fn forget_saved_answers(caller: Caller, w: Write<Nothing>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    caller.write(w.once, StatusCode::NO_CONTENT, move |tx, _| answers::clear(tx).map(drop)).await
}

/// Forget one saved answer.
#[utoipa::path(delete, path = "/knowledge/cache/{id}", tag = "knowledge", params(("id" = Id, Path)), responses((status = 204)))]
async fn forget_saved_answer(caller: Caller, PathId(id): PathId, w: Write<Nothing>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    caller.write(w.once, StatusCode::NO_CONTENT, move |tx, _| rows::delete_saved(tx, id)).await
}
