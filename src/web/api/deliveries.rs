//! What vendors brought: counted thing by thing, judged, and what follows for their scores.

use super::purchases::whole;
use super::shapes::buying::{CameOut, DeliveryOut, PurchaseDetail};
use crate::domain::buying::need::Need;
use crate::domain::buying::purchase::Purchase;
use crate::domain::buying::unit::{plain, read_number};
use crate::domain::error::{Error, Result};
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::domain::text::clip;
use crate::services::buying::delivery::{self, Report};
use crate::store::buying::{purchase, vendor};
use crate::store::tx::Read;
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::caller::Caller;
use crate::web::extract::write::{PathId, Write};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(check_purchase_delivery))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DeliveryIn {
    vendor_id: Id,
    /// How much of each thing came, in the measure it was ordered in.
    #[serde(default)]
    received: Vec<ReceivedIn>,
    /// Whether all of it came; needed only where `received` is absent.
    complete: Option<bool>,
    /// It came in time.
    in_time: bool,
    /// How good it was, 1 to 5; absent when nothing came.
    #[serde(default)]
    stars: i64,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReceivedIn {
    /// The thing's name, as in the purchase.
    name: String,
    /// 10, or "2.5".
    #[schema(value_type = Object)]
    quantity: serde_json::Value,
}

impl ReceivedIn {
    fn read(&self, need: &Need) -> Result<(usize, i64)> {
        let place = need.items.iter().position(|i| i.name.eq_ignore_ascii_case(self.name.trim()));
        let unknown = || Error::field("received", format!("\"{}\" is not in this purchase.", clip(&self.name, 40)));
        let text = self.quantity.as_str().map_or_else(|| self.quantity.to_string(), str::to_owned);
        let bad = || Error::field("received", format!("\"{}\" is no quantity. Send a number such as 10 or 2.5.", clip(&text, 20)));
        Ok((place.ok_or_else(unknown)?, read_number(&text).ok_or_else(bad)?))
    }
}

/// Somebody checked what came; it makes the vendor's scores.
#[utoipa::path(post, path = "/purchases/{id}/delivery", tag = "buying", params(("id" = Id, Path)), request_body = DeliveryIn, responses((status = 200, body = PurchaseDetail)))]
async fn check_purchase_delivery(caller: Caller, PathId(id): PathId, Write { body, once }: Write<DeliveryIn>) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    caller
        .write(once, StatusCode::OK, move |tx, _| {
            let need = purchase::find_purchase(tx, id)?.need;
            let received = body.received.iter().map(|r| r.read(&need)).collect::<Result<Vec<_>>>()?;
            let report = Report { received, complete: body.complete, in_time: body.in_time, stars: body.stars, note: body.note };
            delivery::check(tx, id, body.vendor_id, &report)?;
            whole(tx, id)
        })
        .await
}

/// Every checked delivery of a purchase.
pub(super) fn all(tx: &Read<'_>, p: &Purchase) -> Result<Vec<DeliveryOut>> {
    let shares: Vec<_> = p.comparison.iter().filter_map(|c| c.plan.as_ref()).flat_map(|plan| &plan.shares).collect();
    let name = |id: Id| shares.iter().find(|s| s.seller.vendor_id == id).map(|s| s.seller.name.clone()).unwrap_or_default();
    let found = vendor::list_delivered(tx, p.id)?;
    let out = found.into_iter().map(|(vendor_id, c)| DeliveryOut {
        vendor_id,
        name: name(vendor_id),
        complete: c.complete,
        in_time: c.in_time,
        stars: (c.stars > 0).then_some(c.stars),
        note: c.note,
        received: c
            .came
            .iter()
            .map(|x| CameOut {
                name: x.name.clone(),
                unit: x.ordered.of.words(),
                ordered: plain(x.ordered.thousandths),
                received: plain(x.received.thousandths),
            })
            .collect(),
    });
    Ok(out.collect())
}
