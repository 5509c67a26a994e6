//! Purchases: ask for one, follow it, decide about it, and what comes after.

use super::deliveries;
use super::page::{Page, id_cursor, most};
use super::shapes::buying::{CallOut, PurchaseDetail, PurchaseOut};
use crate::agents::buying;
use crate::domain::buying::need::{Item, MOST_ITEMS, Need};
use crate::domain::buying::purchase::Status;
use crate::domain::buying::unit::{MOST, Measure, Quantity, Unit, read_number};
use crate::domain::error::{Error, Result};
use crate::domain::house::approval::Way;
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::domain::money::Money;
use crate::domain::text::clip;
use crate::domain::time::Time;
use crate::services::buying::{paper, payment, purchase as services};
use crate::services::house::approval::Answer;
use crate::store::buying::{call, purchase};
use crate::store::meta;
use crate::store::tx::Read;
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::{Json, Params};
use crate::web::extract::caller::Caller;
use crate::web::extract::write::{PathId, Write};
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_purchases, request_purchase))
        .routes(routes!(purchase_detail))
        .routes(routes!(approve_purchase))
        .routes(routes!(cancel_purchase))
        .routes(routes!(record_purchase_payment))
        .routes(routes!(purchase_ach_file))
        .routes(routes!(purchase_order_file))
        .routes(routes!(settle_purchase_payment))
        .routes(routes!(list_calls))
        .routes(routes!(call_detail))
        .routes(routes!(call_said))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// asking, awaiting_approval, ordering, payment_unknown, confirmed, delivered, failed or cancelled; all when absent.
    status: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Purchases, newest first.
#[utoipa::path(get, path = "/purchases", tag = "buying", params(Filter), responses((status = 200, body = Page<PurchaseOut>)))]
async fn list_purchases(caller: Caller, Params(f): Params<Filter>) -> ApiResult<Json<Page<PurchaseOut>>> {
    let words = || Status::ALL.map(Status::as_str).join(", ");
    let wrong = || Error::field("status", format!("A status is one of {}.", words()));
    let status = f.status.as_deref().map(|s| Status::from_word(s).ok_or_else(wrong)).transpose()?;
    let (before, most) = (id_cursor(f.cursor.as_deref())?, most(f.limit));
    let found = caller.file.read(move |tx| Ok((purchase::list_purchases(tx, status, before, most + 1)?, meta::find_profile(tx)?.currency)));
    let (rows, c) = found.await?;
    Ok(Json(Page::cut(rows, most, |p| p.id.to_string(), |p| PurchaseOut::of(&p, c))))
}

/// One thing that is needed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PurchaseItemIn {
    /// "eggs".
    name: String,
    /// 12, or "2.5".
    #[schema(value_type = Object)]
    quantity: serde_json::Value,
    /// dozen, kg, litre, crate …; pieces when absent.
    #[serde(default)]
    unit: String,
    /// What one pack holds, such as {"quantity": 30} or {"quantity": 25, "unit": "kg"}; for crates, bags and the like.
    #[schema(value_type = Option<Object>)]
    holds: Option<HoldsIn>,
    /// What would do as well.
    #[serde(default)]
    substitutes: Vec<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HoldsIn {
    #[schema(value_type = Object)]
    quantity: serde_json::Value,
    #[serde(default)]
    unit: String,
}

/// What to buy: in words, or item by item.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RequestIn {
    /// "12 dozen eggs and 10 kg flour by Friday, max $90".
    text: Option<String>,
    #[serde(default)]
    items: Vec<PurchaseItemIn>,
    /// When it must be here.
    deadline: Option<Time>,
    /// The most it may cost, delivered. Sellers never learn it.
    ceiling: Option<Money>,
}

/// Things that would do as well as one at most.
const SUBSTITUTES: usize = 10;
/// The longest name of a thing.
const NAME_CHARS: usize = 120;

fn quantity(v: &serde_json::Value) -> Result<i64> {
    let text = v.as_str().map_or_else(|| v.to_string(), str::to_owned);
    let bad = || Error::field("quantity", format!("\"{}\" is no quantity. Send a number such as 12 or 2.5.", clip(&text, 20)));
    let n = read_number(&text).filter(|n| *n > 0).ok_or_else(bad)?;
    if n > MOST {
        return Err(Error::field("quantity", format!("\"{}\" is too much. Send a smaller quantity.", clip(&text, 20))));
    }
    Ok(n)
}

fn unit(word: &str) -> Result<Unit> {
    if word.is_empty() {
        return Ok(Unit::Piece);
    }
    Unit::read(&word.to_lowercase()).ok_or_else(|| Error::field("unit", format!("\"{}\" is no unit Steward knows.", clip(word, 20))))
}

impl PurchaseItemIn {
    fn read(self) -> Result<Item> {
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > NAME_CHARS {
            return Err(Error::field("name", format!("A thing has a name of 1 to {NAME_CHARS} characters.")));
        }
        let substitutes: Vec<String> = self.substitutes.iter().map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect();
        if substitutes.len() > SUBSTITUTES || substitutes.iter().any(|s| s.chars().count() > NAME_CHARS) {
            let most = format!("A thing has at most {SUBSTITUTES} substitutes, each of at most {NAME_CHARS} characters.");
            return Err(Error::field("substitutes", most));
        }
        let of = unit(&self.unit)?;
        let measure = match self.holds {
            Some(h) if of.is_pack() => Measure::pack(of, quantity(&h.quantity)?, unit(&h.unit)?),
            _ => Measure::plain(of),
        };
        Ok(Item { substitutes, ..Item::new(name, Quantity::new(quantity(&self.quantity)?, measure)) })
    }
}

/// Ask for a purchase. It answers at once; vendors are asked in the background.
#[utoipa::path(post, path = "/purchases", tag = "buying", request_body = RequestIn, responses((status = 201, body = PurchaseDetail)))]
async fn request_purchase(caller: Caller, Write { body, once }: Write<RequestIn>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    caller
        .write(once, StatusCode::CREATED, move |tx, actor| {
            let profile = meta::find_profile(tx)?;
            let mut need = match &body.text {
                Some(text) => services::read_need(text, &profile, tx.now)?,
                None => Need { items: Vec::new(), deadline: None, ceiling_minor: None },
            };
            for item in body.items {
                need.items.push(item.read()?);
            }
            if need.items.is_empty() || need.items.len() > MOST_ITEMS {
                return Err(Error::field("items", format!("Say what to buy: 1 to {MOST_ITEMS} things, as text or items.")));
            }
            if let Some(c) = body.ceiling {
                if c.currency != profile.currency || c.amount_minor <= 0 {
                    return Err(Error::field("ceiling", format!("A ceiling is more than nothing, in {}.", profile.currency.code())));
                }
                need.ceiling_minor = Some(c.amount_minor);
            }
            need.deadline = body.deadline.or(need.deadline);
            let words = body.text.unwrap_or_else(|| need.items.iter().map(Item::words).collect::<Vec<_>>().join(", "));
            let p = buying::request(tx, &words, need, actor, None)?;
            whole(tx, p.id)
        })
        .await
}

pub(super) fn whole(tx: &Read<'_>, id: Id) -> Result<PurchaseDetail> {
    let (p, c) = (purchase::find_purchase(tx, id)?, meta::find_profile(tx)?.currency);
    let calls = call::list_calls_of(tx, id)?;
    let mut out = Vec::with_capacity(calls.len());
    for x in calls {
        out.push(CallOut::find(tx, x, &p.need.items, c)?);
    }
    let detail = PurchaseDetail::of(&p, out, &payment::list(tx, id)?, &services::taste(tx)?, c);
    Ok(PurchaseDetail { deliveries: deliveries::all(tx, &p)?, ..detail })
}

/// One purchase with its talks, offers and payments.
#[utoipa::path(get, path = "/purchases/{id}", tag = "buying", params(("id" = Id, Path)), responses((status = 200, body = PurchaseDetail)))]
async fn purchase_detail(caller: Caller, PathId(id): PathId) -> ApiResult<Json<PurchaseDetail>> {
    Ok(Json(caller.file.read(move |tx| whole(tx, id)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ApproveIn {
    /// Take this vendor's offer instead of the proposed one. It may not cost more.
    vendor_id: Option<Id>,
    #[serde(default)]
    note: String,
}

/// Approve what is proposed. The first answer counts, whichever way it comes; a later one is 409 and says what was decided, by whom.
#[utoipa::path(post, path = "/purchases/{id}/approve", tag = "buying", params(("id" = Id, Path)), request_body = ApproveIn, responses((status = 200, body = PurchaseDetail)))]
async fn approve_purchase(caller: Caller, PathId(id): PathId, Write { body, once }: Write<ApproveIn>) -> ApiResult<Response> {
    let role = caller.role;
    caller
        .write(once, StatusCode::OK, move |tx, actor| {
            let answer = Answer { actor, role, yes: true, note: &body.note, way: Way::Api };
            buying::decide(tx, id, body.vendor_id, &answer)?;
            whole(tx, id)
        })
        .await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CancelPurchaseIn {
    /// Why, for the history.
    #[serde(default)]
    reason: String,
}

/// Give a purchase up: talks end, an order that was sent is taken back.
#[utoipa::path(post, path = "/purchases/{id}/cancel", tag = "buying", params(("id" = Id, Path)), request_body = CancelPurchaseIn, responses((status = 200, body = PurchaseDetail)))]
async fn cancel_purchase(caller: Caller, PathId(id): PathId, Write { body, once }: Write<CancelPurchaseIn>) -> ApiResult<Response> {
    let role = caller.role;
    caller
        .write(once, StatusCode::OK, move |tx, actor| {
            buying::cancel(tx, id, actor, role, &body.reason)?;
            whole(tx, id)
        })
        .await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RecordIn {
    payment_id: Id,
    /// The bank's reference.
    #[serde(default)]
    reference: String,
}

/// A person has paid a vendor at the bank.
#[utoipa::path(post, path = "/purchases/{id}/payments", tag = "buying", params(("id" = Id, Path)), request_body = RecordIn, responses((status = 200, body = PurchaseDetail)))]
async fn record_purchase_payment(caller: Caller, PathId(id): PathId, Write { body, once }: Write<RecordIn>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    caller
        .write(once, StatusCode::OK, move |tx, _| {
            payment::record(tx, id, body.payment_id, &body.reference)?;
            whole(tx, id)
        })
        .await
}

/// The NACHA file with what is due to vendors of this purchase, for the bank.
#[utoipa::path(get, path = "/purchases/{id}/payments.ach", tag = "buying", params(("id" = Id, Path)), responses((status = 200, body = String, content_type = "text/plain")))]
async fn purchase_ach_file(caller: Caller, PathId(id): PathId) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    let text = caller.file.read(move |tx| payment::ach_file(tx, id)).await?;
    let headers =
        [(header::CONTENT_TYPE, "text/plain; charset=us-ascii"), (header::CONTENT_DISPOSITION, "attachment; filename=\"payments.ach\"")];
    Ok((headers, text).into_response())
}

/// The order to a vendor of this purchase as a PDF, once it is ordered.
#[utoipa::path(get, path = "/purchases/{id}/orders/{vendor_id}", tag = "buying", params(("id" = Id, Path), ("vendor_id" = Id, Path)), responses((status = 200, body = Vec<u8>, content_type = "application/pdf")))]
async fn purchase_order_file(caller: Caller, Path((id, vendor)): Path<(String, String)>) -> ApiResult<Response> {
    let (id, vendor): (Id, Id) = (id.parse()?, vendor.parse()?);
    let business = caller.business.name.clone();
    let made = caller.file.read(move |tx| paper::order(tx, id, vendor, &business)).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", made.file_name)),
    ];
    Ok((headers, made.paper.pdf()?).into_response())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SettlePaymentIn {
    payment_id: Id,
    /// Whether the bank has paid.
    happened: bool,
}

/// A person says whether the bank has paid, when nobody else knows. What was found out meanwhile counts more.
#[utoipa::path(post, path = "/purchases/{id}/payments/settle", tag = "buying", params(("id" = Id, Path)), request_body = SettlePaymentIn, responses((status = 200, body = PurchaseDetail)))]
async fn settle_purchase_payment(caller: Caller, PathId(id): PathId, Write { body, once }: Write<SettlePaymentIn>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    caller
        .write(once, StatusCode::OK, move |tx, actor| {
            payment::settle_unknown(tx, id, body.payment_id, actor, body.happened)?;
            whole(tx, id)
        })
        .await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CallFilter {
    /// Only those of this purchase.
    #[param(value_type = Option<String>)]
    purchase_id: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Talks with vendors, newest first.
#[utoipa::path(get, path = "/calls", tag = "buying", params(CallFilter), responses((status = 200, body = Page<CallOut>)))]
async fn list_calls(caller: Caller, Params(f): Params<CallFilter>) -> ApiResult<Json<Page<CallOut>>> {
    let (before, most) = (id_cursor(f.cursor.as_deref())?, most(f.limit));
    let purchase_id = f.purchase_id.as_deref().map(str::parse::<Id>).transpose()?;
    let found = caller.file.read(move |tx| {
        let c = meta::find_profile(tx)?.currency;
        let rows = match purchase_id {
            Some(id) => call::list_calls_of(tx, purchase::find_purchase(tx, id)?.id)?,
            None => call::list_calls(tx, before, most + 1)?,
        };
        let shown = rows.into_iter().map(|x| {
            let items = purchase::find_purchase(tx, x.purchase_id)?.need.items;
            CallOut::find(tx, x, &items, c)
        });
        shown.collect::<Result<Vec<_>>>()
    });
    let rows = found.await?;
    Ok(Json(if purchase_id.is_some() { Page::whole(rows) } else { Page::cut(rows, most, |x| x.id.to_string(), |x| x) }))
}

/// One talk with what was said.
#[utoipa::path(get, path = "/calls/{id}", tag = "buying", params(("id" = Id, Path)), responses((status = 200, body = CallOut)))]
async fn call_detail(caller: Caller, PathId(id): PathId) -> ApiResult<Json<CallOut>> {
    let found = caller.file.read(move |tx| {
        let x = call::find_call(tx, id)?;
        let items = purchase::find_purchase(tx, x.purchase_id)?.need.items;
        CallOut::find(tx, x, &items, meta::find_profile(tx)?.currency)
    });
    Ok(Json(found.await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SaidIn {
    /// What the vendor said.
    text: String,
}

/// A person talks to the vendor and writes down what they said; the answer to give follows in the talk.
#[utoipa::path(post, path = "/calls/{id}/said", tag = "buying", params(("id" = Id, Path)), request_body = SaidIn, responses((status = 202, body = CallOut)))]
async fn call_said(caller: Caller, PathId(id): PathId, Write { body, once }: Write<SaidIn>) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    caller
        .write(once, StatusCode::ACCEPTED, move |tx, _| {
            let x = buying::said(tx, id, &body.text)?;
            let items = purchase::find_purchase(tx, x.purchase_id)?.need.items;
            CallOut::find(tx, x, &items, meta::find_profile(tx)?.currency)
        })
        .await
}
