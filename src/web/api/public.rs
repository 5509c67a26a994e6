//! Businesses that want to be seen. No sign-in.

use super::page::{Page, id_cursor};
use crate::domain::error::Error;
use crate::domain::house::business::Profile;
use crate::domain::house::hours::{WEEKDAYS, clock};
use crate::domain::lang::Lang;
use crate::domain::limits;
use crate::domain::money::Money;
use crate::store::control::business;
use crate::store::meta;
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::{Json, Params};
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(detail))
}

/// A business in the showcase.
#[derive(Serialize, ToSchema)]
struct PublicBusiness {
    /// Its name in addresses.
    slug: String,
    name: String,
    /// shop, restaurant, hotel, real-estate, b2b.
    template: &'static str,
    about: String,
    /// Where its chat is.
    chat: String,
}

#[derive(Serialize, ToSchema)]
struct OpeningHours {
    day: &'static str,
    /// "08:30"
    from: String,
    to: String,
}

/// A business with what customers need to know.
#[derive(Serialize, ToSchema)]
struct PublicDetail {
    #[serde(flatten)]
    business: PublicBusiness,
    address: String,
    time_zone: String,
    languages: Vec<Lang>,
    open_now: bool,
    hours: Vec<OpeningHours>,
    pickup: bool,
    delivery: bool,
    delivery_fee: Money,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Most {
    /// Businesses at most; 12 when absent.
    limit: Option<u32>,
    /// Where to go on: `next_cursor` of the answer before.
    cursor: Option<String>,
}

/// Businesses that want to be seen, by name.
#[utoipa::path(get, path = "/public/businesses", tag = "public", security(()), params(Most), responses((status = 200, body = Page<PublicBusiness>)))]
async fn list(State(app): State<Shared>, Params(m): Params<Most>) -> ApiResult<Json<Page<PublicBusiness>>> {
    let most = m.limit.unwrap_or(12).clamp(1, limits::LIST_MAX);
    let after = id_cursor(m.cursor.as_deref())?;
    let rows = app.store.control_read(move |tx| business::list_public(tx, after, most + 1)).await?;
    Ok(Json(Page::cut(rows, most, |(b, _)| b.id.to_string(), |(b, about)| card(&b, about))))
}

fn card(b: &crate::domain::house::business::Business, about: String) -> PublicBusiness {
    let chat = format!("/b/{}/chat", b.slug);
    PublicBusiness { slug: b.slug.clone(), name: b.name.clone(), template: b.template.as_str(), about, chat }
}

/// One business that wants to be seen.
#[utoipa::path(get, path = "/public/businesses/{slug}", tag = "public", security(()), params(("slug" = String, Path)), responses((status = 200, body = PublicDetail)))]
async fn detail(State(app): State<Shared>, Path(slug): Path<String>) -> ApiResult<Json<PublicDetail>> {
    let b = app.directory().by_slug(&slug).cloned().ok_or_else(|| Error::not_found("business"))?;
    let id = b.id;
    if !app.store.control_read(move |tx| business::is_public(tx, id)).await? {
        return Err(Error::not_found("business").into());
    }
    let profile = app.store.business(id)?.read(meta::find_profile).await?;
    let open_now = profile.hours.is_open(app.clock().now(), &profile.time_zone);
    Ok(Json(PublicDetail {
        business: card(&b, profile.about.clone()),
        open_now,
        hours: hours(&profile),
        delivery_fee: Money::new(profile.delivery_fee_minor, profile.currency),
        address: profile.address,
        time_zone: profile.time_zone,
        languages: profile.languages,
        pickup: profile.pickup,
        delivery: profile.delivery,
    }))
}

fn hours(p: &Profile) -> Vec<OpeningHours> {
    let days = p.hours.days.iter().enumerate();
    days.flat_map(|(d, spans)| spans.iter().map(move |s| OpeningHours { day: WEEKDAYS[d], from: clock(s.from), to: clock(s.to) })).collect()
}
