//! Money given back for orders.

use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::domain::money::{Currency, Money};
use crate::domain::shop::refund::{Refund, RefundState};
use crate::domain::time::Time;
use crate::services::shop::refund::{self as refunds, Wish};
use crate::store::meta;
use crate::store::shop::{order, refund};
use crate::web::Shared;
use crate::web::api::page::Page;
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
    OpenApiRouter::new().routes(routes!(list, give_back))
}

/// Money given back.
#[derive(Serialize, ToSchema)]
struct RefundOut {
    id: Id,
    amount: Money,
    reason: String,
    /// planned, sending, taken, done, failed or unknown. What is unknown is never sent again by itself.
    state: &'static str,
    /// The gateway by which it goes; null: by hand.
    gateway: Option<String>,
    /// Why it failed, or why nobody knows.
    problem: String,
    asked_by: String,
    created_at: Time,
    settled_at: Option<Time>,
}

impl RefundOut {
    fn of(f: Refund, c: Currency) -> Self {
        let state: RefundState = f.state;
        Self {
            id: f.id,
            amount: Money::new(f.amount_minor, c),
            reason: f.reason,
            state: state.as_str(),
            gateway: Some(f.gateway).filter(|g| !g.is_empty()),
            problem: f.problem,
            asked_by: f.asked_by,
            created_at: f.created_at,
            settled_at: f.settled_at,
        }
    }
}

/// Money given back for an order, oldest first.
#[utoipa::path(get, path = "/orders/{id}/refunds", operation_id = "list_refunds", tag = "orders", params(("id" = Id, Path)), responses((status = 200, body = Page<RefundOut>)))]
async fn list(caller: Caller, PathId(id): PathId) -> ApiResult<Json<Page<RefundOut>>> {
    let rows = caller.file.read(move |tx| {
        order::find_order(tx, id)?;
        let c = meta::find_profile(tx)?.currency;
        Ok(refund::list_refunds(tx, id)?.into_iter().map(|f| RefundOut::of(f, c)).collect())
    });
    Ok(Json(Page::whole(rows.await?)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GiveBack {
    /// In minor units; all that is left when absent.
    amount_minor: Option<i64>,
    /// The customer reads it.
    reason: String,
    /// The goods of an order that was handed over are on the shelf again.
    #[serde(default)]
    goods_back: bool,
}

/// Give money back, by the gateway that has it or by hand. Never more than came.
#[utoipa::path(post, path = "/orders/{id}/refunds", operation_id = "refund_order", tag = "orders", params(("id" = Id, Path)), request_body = GiveBack, responses((status = 201, body = RefundOut)))]
async fn give_back(caller: Caller, PathId(id): PathId, Write { body, once }: Write<GiveBack>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    caller
        .write(once, StatusCode::CREATED, move |tx, actor| {
            let wish = Wish { amount_minor: body.amount_minor, reason: body.reason, goods_back: body.goods_back };
            let c = meta::find_profile(tx)?.currency;
            Ok(RefundOut::of(refunds::ask(tx, id, &wish, actor)?, c))
        })
        .await
}
