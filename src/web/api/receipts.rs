//! Proofs of payment of an order.

use crate::app::media;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::domain::limits;
use crate::domain::money::{Currency, Money};
use crate::domain::shop::receipt::Receipt;
use crate::domain::shop::receipt::verdict::minor;
use crate::domain::time::Time;
use crate::services::house::once;
use crate::services::shop::receipt as receipts;
use crate::store::meta;
use crate::store::shop::{order, receipt};
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::Json;
use crate::web::extract::caller::Caller;
use crate::web::extract::upload::Uploads;
use crate::web::extract::write::{PathId, answered, once_of};
use axum::extract::{DefaultBodyLimit, Request, State as Here};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

/// Receipts shown of one order.
const SHOWN: u32 = 20;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    // The form's reader counts for itself and says what is too large.
    OpenApiRouter::new().routes(routes!(receipts_of_order, add_receipt).layer(DefaultBodyLimit::disable()))
}

/// A field of a receipt held against its order.
#[derive(Serialize, ToSchema)]
struct CheckOut {
    /// amount, date, payee, reference.
    field: String,
    /// same, differs, unknown.
    standing: String,
    /// What the receipt says; empty when it does not.
    read: String,
    /// What was expected.
    expected: String,
}

/// Something that speaks against a receipt.
#[derive(Serialize, ToSchema)]
struct ReasonOut {
    /// A word for programs.
    code: String,
    /// 0 to 100.
    weight: u8,
    /// A sentence for people.
    words: String,
}

/// A proof of payment. It never approves: a person does.
#[derive(Serialize, ToSchema)]
struct ReceiptOut {
    id: Id,
    order_id: Option<Id>,
    /// waiting, read, unreadable.
    state: String,
    /// Who read it.
    reader: String,
    amount: Option<Money>,
    /// The day, YYYY-MM-DD.
    date: Option<String>,
    /// The time, HH:MM:SS.
    time: Option<String>,
    payer: Option<String>,
    payee: Option<String>,
    bank: Option<String>,
    account: Option<String>,
    /// Numbers of the transfer.
    references: Vec<String>,
    checks: Vec<CheckOut>,
    reasons: Vec<ReasonOut>,
    /// 0 to 100.
    risk: u8,
    /// Nothing speaks against it; one tap of a person approves.
    clean: bool,
    /// What a payment gateway said of it; empty when none was asked.
    told: String,
    /// Why it could not be read.
    problem: String,
    created_at: Time,
}

fn word<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

impl ReceiptOut {
    fn of(r: Receipt, c: Currency) -> Self {
        let money = |hundredths: i64| {
            let currency = r.fields.currency.as_deref().and_then(|w| w.parse().ok()).unwrap_or(c);
            minor(hundredths, currency).map(|m| Money::new(m, currency))
        };
        let amount = r.fields.amount_minor.and_then(money);
        let checks = r.verdict.checks.into_iter().map(|c| CheckOut {
            field: word(&c.field),
            standing: word(&c.standing),
            read: c.read,
            expected: c.expected,
        });
        let reasons = r.verdict.reasons.into_iter().map(|r| ReasonOut { code: r.code, weight: r.weight, words: r.words });
        Self {
            id: r.id,
            order_id: r.order_id,
            state: r.state.as_str().into(),
            reader: r.reader,
            amount,
            date: r.fields.day.map(|d| d.to_string()),
            time: r.fields.time.map(|t| t.strftime("%H:%M:%S").to_string()),
            payer: r.fields.payer,
            payee: r.fields.payee,
            bank: r.fields.bank,
            account: r.fields.account,
            references: r.fields.references,
            checks: checks.collect(),
            reasons: reasons.collect(),
            risk: r.verdict.risk,
            clean: r.verdict.clean,
            told: r.verdict.told,
            problem: r.problem,
            created_at: r.created_at,
        }
    }
}

/// The receipts sent for an order, newest first, with what speaks for and against each.
#[derive(Serialize, ToSchema)]
struct ReceiptList {
    items: Vec<ReceiptOut>,
}

/// The receipts sent for an order.
#[utoipa::path(get, path = "/orders/{id}/receipts", tag = "orders", params(("id" = Id, Path)), responses((status = 200, body = ReceiptList)))]
async fn receipts_of_order(caller: Caller, PathId(id): PathId) -> ApiResult<Json<ReceiptList>> {
    let found = caller.file.read(move |tx| {
        order::find_order(tx, id)?;
        let c = meta::find_profile(tx)?.currency;
        Ok(receipt::list_receipts(tx, id, SHOWN)?.into_iter().map(|r| ReceiptOut::of(r, c)).collect())
    });
    Ok(Json(ReceiptList { items: found.await? }))
}

/// A form with the picture or PDF.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a form for the API's description only")]
struct ReceiptIn {
    /// JPEG, PNG, WebP or PDF, at most 16 MB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Add a proof of payment to an order: a picture or a PDF. It is read in the background; ask for the order's receipts, or follow
/// the events.
#[utoipa::path(post, path = "/orders/{id}/receipts", tag = "orders", params(("id" = Id, Path)),
    request_body(content = ReceiptIn, content_type = "multipart/form-data"), responses((status = 201, body = ReceiptOut)))]
async fn add_receipt(Here(app): Here<Shared>, caller: Caller, PathId(id): PathId, req: Request) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    // Of another business, or of nobody: said before the file is read.
    caller.file.read(move |tx| order::find_order(tx, id)).await?;
    let (headers, path) = (req.headers().clone(), req.uri().path().to_owned());
    let mut form = Uploads::read(req).await?;
    let file = form.files.pop().ok_or_else(|| Error::field("file", "Send the receipt as a form field named \"file\"."))?;
    let bytes = file.bytes?;
    check(&bytes)?;
    let once = once_of(&headers, "POST", &path, &bytes)?;
    let own = caller.own(once.clone());
    if let Some(before) = caller.file.read(move |tx| once::find(tx, &own)).await? {
        return Ok(answered(before));
    }
    let media = media::keep(&app, caller.business.id, bytes).await?;
    caller
        .write(once, StatusCode::CREATED, move |tx, _| {
            let r = receipts::upload(tx, id, media, file.name)?;
            Ok(ReceiptOut::of(r, meta::find_profile(tx)?.currency))
        })
        .await
}

/// A file that may be a receipt, by its size and its first bytes.
pub(in crate::web) fn check(bytes: &[u8]) -> Result<()> {
    if bytes.len() > limits::PICTURE_BYTES {
        return Err(Error::new(Kind::TooLarge, "This file is too large for a receipt: at most 16 MB are read."));
    }
    match media::shown_as(bytes) {
        Some("image/jpeg" | "image/png" | "image/webp" | "application/pdf") => Ok(()),
        _ => Err(Error::field("file", "A receipt is a picture (JPEG, PNG, WebP) or a PDF.")),
    }
}
