//! Groups of customers, campaigns, points at an order, and who did what.

use super::page::{Page, most};
use super::shapes::OrderOut;
use crate::domain::error::{Error, Result};
use crate::domain::house::audit::Entry;
use crate::domain::house::member::{Actor, Role};
use crate::domain::id::Id;
use crate::domain::outreach::campaign::{Campaign, Results};
use crate::domain::outreach::segment::{Filter, Segment};
use crate::services::outreach::{campaign, segment};
use crate::services::shop::loyalty;
use crate::store::house::audit;
use crate::store::meta;
use crate::store::outreach::{campaign as campaigns, segment as segments};
use crate::store::tx::{Read, Tx};
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::{Json, Params};
use crate::web::extract::caller::Caller;
use crate::web::extract::write::{Nothing, PathId, Write};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_groups, add_group))
        .routes(routes!(remove_group))
        .routes(routes!(list_campaigns, add_campaign))
        .routes(routes!(one_campaign))
        .routes(routes!(start_campaign))
        .routes(routes!(stop_campaign))
        .routes(routes!(redeem))
        .routes(routes!(trail))
}

/// Groups of customers by name.
#[utoipa::path(get, path = "/segments", operation_id = "list_segments", tag = "outreach", responses((status = 200, body = Page<serde_json::Value>)))]
async fn list_groups(caller: Caller) -> ApiResult<Json<Page<Segment>>> {
    Ok(Json(Page::whole(caller.file.read(segments::list_segments).await?)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewGroup {
    name: String,
    /// tag, bought_within_days, not_seen_for_days, spent_from_minor, orders_from, language; all of those given must hold.
    #[schema(value_type = Object)]
    filter: Filter,
}

/// Keep a group of customers.
#[utoipa::path(post, path = "/segments", operation_id = "add_segment", tag = "outreach", request_body = NewGroup, responses((status = 201, body = serde_json::Value)))]
async fn add_group(caller: Caller, Write { body, once }: Write<NewGroup>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    caller.write(once, StatusCode::CREATED, move |tx, _| segment::add(tx, &body.name, body.filter)).await
}

/// Remove a group. Its customers stay.
#[utoipa::path(delete, path = "/segments/{id}", operation_id = "remove_segment", tag = "outreach", params(("id" = Id, Path)), responses((status = 204)))]
async fn remove_group(caller: Caller, PathId(id): PathId, Write { once, .. }: Write<Nothing>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    caller.write(once, StatusCode::NO_CONTENT, move |tx, _| segment::remove(tx, id)).await
}

/// Campaigns, newest first.
#[utoipa::path(get, path = "/campaigns", operation_id = "list_campaigns", tag = "outreach", responses((status = 200, body = Page<serde_json::Value>)))]
async fn list_campaigns(caller: Caller) -> ApiResult<Json<Page<Campaign>>> {
    Ok(Json(Page::whole(caller.file.read(|tx| campaigns::list_campaigns(tx, 100)).await?)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCampaign {
    name: String,
    /// To this group.
    segment_id: Id,
    /// What it says; {name} is the customer's first name.
    text: String,
    /// The name of an approved WhatsApp message for those whose 24 hours are over.
    #[serde(default)]
    template: String,
}

/// Write a campaign. Nobody gets it before it is started.
#[utoipa::path(post, path = "/campaigns", operation_id = "add_campaign", tag = "outreach", request_body = NewCampaign, responses((status = 201, body = serde_json::Value)))]
async fn add_campaign(caller: Caller, Write { body, once }: Write<NewCampaign>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    let made = move |tx: &mut Tx<'_>, actor: &Actor| campaign::draft(tx, &body.name, body.segment_id, &body.text, &body.template, actor);
    caller.write(once, StatusCode::CREATED, made).await
}

#[derive(Serialize, ToSchema)]
struct CampaignOut {
    #[schema(value_type = Object)]
    campaign: Campaign,
    /// Who would get it now, and why others would not.
    #[schema(value_type = Object)]
    preview: campaign::Preview,
    /// What came of it.
    #[schema(value_type = Object)]
    results: Results,
    /// Those left out when it was sent, by reason.
    skipped: Vec<(String, i64)>,
}

fn shown(tx: &Read<'_>, id: Id) -> Result<CampaignOut> {
    let c = campaigns::find_campaign(tx, id)?;
    let (preview, results, skipped) = (campaign::preview(tx, &c)?, campaigns::find_results(tx, id)?, campaigns::count_skipped(tx, id)?);
    Ok(CampaignOut { campaign: c, preview, results, skipped })
}

/// One campaign: who gets it, and what came of it.
#[utoipa::path(get, path = "/campaigns/{id}", operation_id = "get_campaign", tag = "outreach", params(("id" = Id, Path)), responses((status = 200, body = CampaignOut)))]
async fn one_campaign(caller: Caller, PathId(id): PathId) -> ApiResult<Json<CampaignOut>> {
    Ok(Json(caller.file.read(move |tx| shown(tx, id)).await?))
}

/// Send a campaign: once to each, not at night.
#[utoipa::path(post, path = "/campaigns/{id}/start", operation_id = "start_campaign", tag = "outreach", params(("id" = Id, Path)), responses((status = 200, body = serde_json::Value)))]
async fn start_campaign(caller: Caller, PathId(id): PathId, Write { once, .. }: Write<Nothing>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    caller.write(once, StatusCode::OK, move |tx, _| campaign::start(tx, id)).await
}

/// Stop a campaign: who did not get it yet does not get it.
#[utoipa::path(post, path = "/campaigns/{id}/stop", operation_id = "stop_campaign", tag = "outreach", params(("id" = Id, Path)), responses((status = 204)))]
async fn stop_campaign(caller: Caller, PathId(id): PathId, Write { once, .. }: Write<Nothing>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    caller.write(once, StatusCode::NO_CONTENT, move |tx, _| campaign::stop(tx, id)).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Redeem {
    /// How many of the customer's points.
    points: i64,
}

/// Take points off an unpaid order, once an order.
#[utoipa::path(post, path = "/orders/{id}/redeem-points", operation_id = "redeem_points", tag = "orders", params(("id" = Id, Path)), request_body = Redeem, responses((status = 200, body = OrderOut)))]
async fn redeem(caller: Caller, PathId(id): PathId, Write { body, once }: Write<Redeem>) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    let taken = move |tx: &mut Tx<'_>, actor: &Actor| {
        let o = loyalty::redeem(tx, id, body.points, actor)?;
        Ok(OrderOut::of(o, meta::find_profile(tx)?.currency))
    };
    caller.write(once, StatusCode::OK, taken).await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Part {
    limit: Option<u32>,
    /// From the entry with this number back.
    cursor: Option<String>,
}

/// Who did what, newest first. Each entry is sealed with the hash of the one before it; `steward doctor` checks them.
#[utoipa::path(get, path = "/audit", operation_id = "list_audit", tag = "audit", params(Part), responses((status = 200, body = Page<serde_json::Value>)))]
async fn trail(caller: Caller, Params(p): Params<Part>) -> ApiResult<Json<Page<Entry>>> {
    caller.role.require(Role::Owner)?;
    let wrong = || Error::field("cursor", "That is no cursor of this list.");
    let before = p.cursor.as_deref().map(str::parse::<i64>).transpose().map_err(|_| wrong())?;
    let most = most(p.limit);
    let rows = caller.file.read(move |tx| audit::list_entries(tx, before, most + 1)).await?;
    Ok(Json(Page::cut(rows, most, |e| e.n.to_string(), |e| e)))
}
