//! Questions to people of the business: what waits, what was decided, and deciding.

use super::page::{Page, id_cursor, most};
use crate::domain::error::{Error, Result};
use crate::domain::house::approval::{Approval, Policy, Standing, Vote, Way};
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::domain::money::Money;
use crate::domain::time::Time;
use crate::services::house::approval::{self as services, Answer};
use crate::store::house::approval;
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::{Json, Params};
use crate::web::extract::caller::Caller;
use crate::web::extract::write::{PathId, Write};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(policy, set_policy)).routes(routes!(detail, decide))
}

/// A question to people of the business.
#[derive(Serialize, ToSchema)]
struct ApprovalOut {
    id: Id,
    title: String,
    facts: Vec<ApprovalFact>,
    /// What approving spends.
    amount: Option<Money>,
    /// The run that waits for it.
    run_id: Option<Id>,
    /// open, approved, rejected, expired or withdrawn.
    state: &'static str,
    /// How many different people must agree; 0 when the policy decided.
    needed: u32,
    answers: Vec<AnswerOut>,
    decided_by: String,
    decided_at: Option<Time>,
    note: String,
    expires_at: Time,
    created_at: Time,
}

/// Something to know before deciding.
#[derive(Serialize, ToSchema)]
struct ApprovalFact {
    name: String,
    value: String,
}

/// One person's answer.
#[derive(Serialize, ToSchema)]
struct AnswerOut {
    name: String,
    /// page, api, whatsapp or link.
    way: &'static str,
    /// approve or reject.
    decision: &'static str,
    note: String,
    at: Time,
}

impl From<Vote> for AnswerOut {
    fn from(v: Vote) -> Self {
        let decision = if v.yes { "approve" } else { "reject" };
        Self { name: v.name, way: v.way.as_str(), decision, note: v.note, at: v.at }
    }
}

impl From<Approval> for ApprovalOut {
    fn from(a: Approval) -> Self {
        Self {
            id: a.id,
            title: a.question.title,
            facts: a.question.facts.into_iter().map(|(name, value)| ApprovalFact { name, value }).collect(),
            amount: a.question.amount,
            run_id: a.run_id,
            state: a.standing.as_str(),
            needed: a.needed,
            answers: a.votes.into_iter().map(Into::into).collect(),
            decided_by: a.decided_by,
            decided_at: a.decided_at,
            note: a.note,
            expires_at: a.expires_at,
            created_at: a.created_at,
        }
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// open, approved, rejected, expired or withdrawn; all when absent.
    state: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Questions, newest first.
#[utoipa::path(get, path = "/approvals", tag = "approvals", params(Filter), responses((status = 200, body = Page<ApprovalOut>)))]
async fn list(caller: Caller, Params(f): Params<Filter>) -> ApiResult<Json<Page<ApprovalOut>>> {
    let wrong = || Error::field("state", "A state is open, approved, rejected, expired or withdrawn.");
    let state = f.state.as_deref().map(|s| Standing::from_word(s).ok_or_else(wrong)).transpose()?;
    let (before, most) = (id_cursor(f.cursor.as_deref())?, most(f.limit));
    let rows = caller.file.read(move |tx| approval::list_approvals(tx, state, before, most + 1)).await?;
    Ok(Json(Page::cut(rows, most, |a| a.id.to_string(), ApprovalOut::from)))
}

/// One question with its answers.
#[utoipa::path(get, path = "/approvals/{id}", tag = "approvals", params(("id" = Id, Path)), responses((status = 200, body = ApprovalOut)))]
async fn detail(caller: Caller, PathId(id): PathId) -> ApiResult<Json<ApprovalOut>> {
    Ok(Json(caller.file.read(move |tx| approval::find_approval(tx, id)).await?.into()))
}

/// An answer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DecideIn {
    /// approve or reject.
    decision: String,
    #[serde(default)]
    note: String,
}

fn is_yes(decision: &str) -> Result<bool> {
    match decision {
        "approve" => Ok(true),
        "reject" => Ok(false),
        _ => Err(Error::field("decision", "A decision is \"approve\" or \"reject\".")),
    }
}

/// Decide. The first answer that suffices counts, whichever way it comes; a later one is 409 and says what was decided, by whom.
#[utoipa::path(post, path = "/approvals/{id}", tag = "approvals", params(("id" = Id, Path)), request_body = DecideIn, responses((status = 200, body = ApprovalOut)))]
async fn decide(caller: Caller, PathId(id): PathId, Write { body, once }: Write<DecideIn>) -> ApiResult<Response> {
    let (yes, role) = (is_yes(&body.decision)?, caller.role);
    caller
        .write(once, StatusCode::OK, move |tx, actor| {
            let answer = Answer { actor, role, yes, note: &body.note, way: Way::Api };
            services::answer(tx, id, &answer).map(ApprovalOut::from)
        })
        .await
}

/// Who must be asked. Amounts are in the business's currency.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PolicyBody {
    /// Up to this, inclusive, nobody is asked; 0 asks always.
    automatic_up_to_minor: i64,
    /// Above this two different people must agree; null never asks two.
    two_above_minor: Option<i64>,
    /// Hours until a question is given up.
    expires_hours: u32,
    /// A member who may decide in an owner's place.
    delegate: Option<Id>,
    /// The most the delegate may approve; null for any amount.
    delegate_up_to_minor: Option<i64>,
    /// When nobody is nudged: minutes of the day, from and to; null for never quiet.
    quiet: Option<(u16, u16)>,
}

impl From<Policy> for PolicyBody {
    fn from(p: Policy) -> Self {
        Self {
            automatic_up_to_minor: p.automatic_up_to_minor,
            two_above_minor: p.two_above_minor,
            expires_hours: p.expires_hours,
            delegate: p.delegate,
            delegate_up_to_minor: p.delegate_up_to_minor,
            quiet: p.quiet,
        }
    }
}

/// The business's rules of asking.
#[utoipa::path(get, path = "/approvals/policy", tag = "approvals", responses((status = 200, body = PolicyBody)))]
async fn policy(caller: Caller) -> ApiResult<Json<PolicyBody>> {
    Ok(Json(caller.file.read(services::policy).await?.into()))
}

/// Change the rules of asking; questions that wait keep the rule they were asked by.
#[utoipa::path(post, path = "/approvals/policy", tag = "approvals", request_body = PolicyBody, responses((status = 200, body = PolicyBody)))]
async fn set_policy(caller: Caller, Write { body, once }: Write<PolicyBody>) -> ApiResult<Response> {
    caller.role.require(Role::Owner)?;
    let policy = Policy {
        automatic_up_to_minor: body.automatic_up_to_minor,
        two_above_minor: body.two_above_minor,
        expires_hours: body.expires_hours,
        delegate: body.delegate,
        delegate_up_to_minor: body.delegate_up_to_minor,
        quiet: body.quiet,
    };
    caller
        .write(once, StatusCode::OK, move |tx, _| {
            services::set_policy(tx, &policy)?;
            Ok(PolicyBody::from(policy))
        })
        .await
}
