//! The vendor book, how the business buys, and what its owner likes.

use super::page::{Page, most};
use super::shapes::buying::{VendorOut, WeightOut};
use crate::app::gateways;
use crate::domain::buying::ach::Origin;
use crate::domain::buying::payment::Method;
use crate::domain::buying::taste::Choice;
use crate::domain::buying::vendor::{Bank, Reach, Vendor, phone};
use crate::domain::error::{Error, Result};
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::services::buying::settings::Settings;
use crate::services::buying::{decision, delivery, purchase as purchases, settings, vendor as services};
use crate::store::buying::{purchase, vendor};
use crate::store::meta;
use crate::store::tx::Tx;
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::{Json, Params};
use crate::web::extract::caller::Caller;
use crate::web::extract::write::{Nothing, PathId, Write};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_vendors, add_vendor))
        .routes(routes!(vendor_detail, change_vendor, remove_vendor))
        .routes(routes!(buying_settings, set_buying_settings))
        .routes(routes!(taste, forget_taste))
        .routes(routes!(suggestions))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Part of a name or product.
    #[serde(default)]
    q: String,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Vendors, in the order they were written down.
#[utoipa::path(get, path = "/vendors", tag = "buying", params(Filter), responses((status = 200, body = Page<VendorOut>)))]
async fn list_vendors(caller: Caller, Params(f): Params<Filter>) -> ApiResult<Json<Page<VendorOut>>> {
    let (most, after) = (most(f.limit), f.cursor.unwrap_or_default());
    let rows = caller.file.read(move |tx| vendor::list_vendors(tx, f.q.trim(), &after, most + 1)).await?;
    Ok(Json(Page::cut(rows, most, |v| v.id.to_string(), VendorOut::from)))
}

/// A vendor, new or changed. What is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VendorIn {
    name: Option<String>,
    /// Its own number; emergency and premium numbers are refused. Empty takes it away.
    phone: Option<String>,
    /// any (WhatsApp, or by hand), sms, call or hand.
    reach: Option<String>,
    email: Option<String>,
    products: Option<Vec<String>>,
    /// One of the languages of messages, such as en or sw.
    language: Option<String>,
    /// Of 100.
    quality_score: Option<i64>,
    /// Of 100.
    reliability_score: Option<i64>,
    certifications: Option<Vec<String>>,
    distance_km: Option<i64>,
    do_not_contact: Option<bool>,
    note: Option<String>,
    /// For payment files to banks of the United States.
    bank: Option<BankIn>,
    /// Its account at Stripe that is connected to yours, acct_…; empty takes it away.
    stripe_account: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BankIn {
    /// Nine digits.
    routing: String,
    account: String,
    /// A savings account (else checking).
    #[serde(default)]
    savings: bool,
    /// Whose it is.
    holder: String,
}

impl VendorIn {
    fn put(self, v: Vendor, country: &str) -> Result<Vendor> {
        let bank = self.bank.map(|b| Bank { routing: b.routing, account: b.account, savings: b.savings, holder: b.holder });
        Ok(Vendor {
            name: self.name.map_or(v.name, |n| n.trim().to_owned()),
            phone: match self.phone {
                Some(text) => phone(&text, country)?,
                None => v.phone,
            },
            reach: match self.reach.as_deref() {
                Some(word) => Reach::from_word(word).ok_or_else(|| Error::field("reach", "This is any, sms, call or hand."))?,
                None => v.reach,
            },
            email: self.email.unwrap_or(v.email),
            products: self.products.map_or(v.products, |all| all.iter().map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect()),
            language: self.language.as_deref().map_or(v.language, Lang::from_code),
            quality: self.quality_score.or(v.quality),
            reliability: self.reliability_score.or(v.reliability),
            certifications: self.certifications.unwrap_or(v.certifications),
            distance_km: self.distance_km.or(v.distance_km),
            do_not_contact: self.do_not_contact.unwrap_or(v.do_not_contact),
            note: self.note.unwrap_or(v.note),
            bank: bank.or(v.bank),
            stripe: self.stripe_account.map_or(v.stripe, |t| t.trim().to_owned()),
            ..v
        })
    }
}

fn keep(tx: &mut Tx<'_>, body: VendorIn, v: Vendor) -> Result<VendorOut> {
    let country = meta::find_profile(tx)?.country;
    let v = body.put(v, &country)?;
    services::save(tx, &v)?;
    Ok(v.into())
}

/// Write a vendor down.
#[utoipa::path(post, path = "/vendors", tag = "buying", request_body = VendorIn, responses((status = 201, body = VendorOut)))]
async fn add_vendor(caller: Caller, Write { body, once }: Write<VendorIn>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    caller
        .write(once, StatusCode::CREATED, move |tx, _| {
            let v = Vendor::new(Id::new(tx.now), "", tx.now);
            keep(tx, body, v)
        })
        .await
}

/// One vendor.
#[utoipa::path(get, path = "/vendors/{id}", tag = "buying", params(("id" = Id, Path)), responses((status = 200, body = VendorOut)))]
async fn vendor_detail(caller: Caller, PathId(id): PathId) -> ApiResult<Json<VendorOut>> {
    Ok(Json(caller.file.read(move |tx| vendor::find_vendor(tx, id)).await?.into()))
}

/// Change a vendor.
#[utoipa::path(patch, path = "/vendors/{id}", tag = "buying", params(("id" = Id, Path)), request_body = VendorIn, responses((status = 200, body = VendorOut)))]
async fn change_vendor(caller: Caller, PathId(id): PathId, Write { body, once }: Write<VendorIn>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    caller
        .write(once, StatusCode::OK, move |tx, _| {
            let v = vendor::find_vendor(tx, id)?;
            keep(tx, body, v)
        })
        .await
}

/// Take a vendor off the book; purchases keep its name.
#[utoipa::path(delete, path = "/vendors/{id}", tag = "buying", params(("id" = Id, Path)), responses((status = 204)))]
async fn remove_vendor(caller: Caller, PathId(id): PathId, w: Write<Nothing>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    caller.write(w.once, StatusCode::NO_CONTENT, move |tx, _| services::remove(tx, id)).await
}

/// How the business buys.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BuyingSettings {
    /// Vendors talked to at once.
    at_once: usize,
    /// Vendors asked for one purchase at most.
    vendors: usize,
    /// Minutes a vendor has to answer before it is reminded, and again before it is given up.
    patience_minutes: i64,
    /// Days a price stands when the vendor says nothing.
    price_days: i64,
    /// An order every week may be offered for a lower price.
    may_offer_weekly: bool,
    /// transfer, ach, stripe or sandbox.
    pay_by: String,
    /// For payment files.
    origin: Option<OriginIn>,
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OriginIn {
    /// The routing number of your bank.
    bank_routing: String,
    bank_name: String,
    company: String,
    /// The ten characters the bank knows you by.
    company_id: String,
}

impl From<Settings> for BuyingSettings {
    fn from(s: Settings) -> Self {
        let origin =
            |o: Origin| OriginIn { bank_routing: o.bank_routing, bank_name: o.bank_name, company: o.company, company_id: o.company_id };
        Self {
            at_once: s.at_once,
            vendors: s.vendors,
            patience_minutes: s.patience_minutes,
            price_days: s.price_days,
            may_offer_weekly: s.may_offer_weekly,
            pay_by: s.pay_by.as_str().into(),
            origin: s.origin.map(origin),
        }
    }
}

impl BuyingSettings {
    fn read(self) -> Result<Settings> {
        let words = || Method::ALL.map(Method::as_str).join(", ");
        let origin =
            |o: OriginIn| Origin { bank_routing: o.bank_routing, bank_name: o.bank_name, company: o.company, company_id: o.company_id };
        Ok(Settings {
            at_once: self.at_once,
            vendors: self.vendors,
            patience_minutes: self.patience_minutes,
            price_days: self.price_days,
            may_offer_weekly: self.may_offer_weekly,
            pay_by: Method::from_word(&self.pay_by).ok_or_else(|| Error::field("pay_by", format!("This is one of {}.", words())))?,
            origin: self.origin.map(origin),
        })
    }
}

/// How the business buys.
#[utoipa::path(get, path = "/buying/settings", tag = "buying", responses((status = 200, body = BuyingSettings)))]
async fn buying_settings(caller: Caller) -> ApiResult<Json<BuyingSettings>> {
    Ok(Json(caller.file.read(settings::find).await?.into()))
}

/// Change how the business buys.
#[utoipa::path(put, path = "/buying/settings", tag = "buying", request_body = BuyingSettings, responses((status = 200, body = BuyingSettings)))]
async fn set_buying_settings(
    State(app): State<Shared>,
    caller: Caller,
    Write { body, once }: Write<BuyingSettings>,
) -> ApiResult<Response> {
    caller.role.require(Role::Owner)?;
    if body.pay_by == Method::Stripe.as_str() {
        gateways::payer(&app, caller.business.id)?;
    }
    caller
        .write(once, StatusCode::OK, move |tx, _| {
            settings::save(tx, &body.read()?)?;
            Ok(BuyingSettings::from(settings::find(tx)?))
        })
        .await
}

/// What was learned of the owner's taste, and the choices it was learned from.
#[derive(Serialize, ToSchema)]
struct TasteOut {
    weights: Vec<WeightOut>,
    /// "Took Adeyemi Farms over Mile 12: better reliability, though worse price."
    choices: Vec<String>,
}

/// Choices that are told.
const TOLD: u32 = 20;

/// What offers are scored by, and why.
#[utoipa::path(get, path = "/buying/taste", tag = "buying", responses((status = 200, body = TasteOut)))]
async fn taste(caller: Caller) -> ApiResult<Json<TasteOut>> {
    let (t, choices) = caller.file.read(move |tx| Ok((purchases::taste(tx)?, purchase::list_choices(tx, TOLD)?))).await?;
    let weights = t.percents().into_iter().map(|(name, percent)| WeightOut { name, percent }).collect();
    Ok(Json(TasteOut { weights, choices: choices.iter().map(Choice::words).collect() }))
}

/// Forget what was learned.
#[utoipa::path(delete, path = "/buying/taste", tag = "buying", responses((status = 204)))]
async fn forget_taste(caller: Caller, w: Write<Nothing>) -> ApiResult<Response> {
    caller.role.require(Role::Owner)?;
    caller.write(w.once, StatusCode::NO_CONTENT, decision_forget).await
}

fn decision_forget(tx: &mut Tx<'_>, _: &crate::domain::house::member::Actor) -> Result<()> {
    decision::forget_taste(tx)
}

/// Something to buy again soon.
#[derive(Serialize, ToSchema)]
struct SuggestionOut {
    name: String,
    /// How many are left.
    left: i64,
    /// For how many days that lasts at the pace of the last four weeks.
    days: i64,
    /// As it is written into a request.
    text: String,
}

/// What runs out soon, from stock and pace.
#[utoipa::path(get, path = "/buying/suggestions", tag = "buying", responses((status = 200, body = Page<SuggestionOut>)))]
async fn suggestions(caller: Caller) -> ApiResult<Json<Page<SuggestionOut>>> {
    let all = caller.file.read(delivery::suggestions).await?;
    Ok(Json(Page::whole(all.into_iter().map(|s| SuggestionOut { name: s.name, left: s.left, days: s.days, text: s.words }).collect())))
}
