//! The catalogue. `inventory` is the same under its other name.

use super::page::{Page, id_cursor, most};
use crate::domain::error::{Error, Result};
use crate::domain::house::item::{Item, OptionChoice, OptionGroup};
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::domain::money::{Currency, Money};
use crate::domain::text::clip;
use crate::search::{Filter, Near};
use crate::services::house::item::{self as items, ItemChange};
use crate::store::house::item;
use crate::store::meta;
use crate::store::tx::Read;
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::{Json, Params};
use crate::web::extract::caller::Caller;
use crate::web::extract::write::{Nothing, PathId, Write};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(detail, change, remove))
        .routes(routes!(search_inventory))
        .routes(routes!(inventory_detail))
}

/// One choice of an option.
#[derive(Debug, Serialize, ToSchema)]
struct ChoiceOut {
    name: String,
    /// Added to the price.
    price: Money,
}

/// A question about an item: size, extras.
#[derive(Debug, Serialize, ToSchema)]
struct OptionOut {
    name: String,
    /// Must be answered before the item can be ordered.
    required: bool,
    /// More than one may be chosen.
    many: bool,
    choices: Vec<ChoiceOut>,
}

/// Something sold or let.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ItemOut {
    id: Id,
    /// The owner's own code.
    sku: String,
    name: String,
    /// Other words customers use for it.
    aliases: Vec<String>,
    description: String,
    category: String,
    price: Money,
    /// What one is: "plate".
    unit: String,
    /// How many are left; null when nobody counts.
    stock: Option<i64>,
    /// Offered at all.
    available: bool,
    options: Vec<OptionOut>,
    /// The photo's content-addressed name.
    photo: Option<String>,
    #[schema(value_type = Object)]
    attributes: serde_json::Value,
}

impl ItemOut {
    pub(super) fn of(x: Item, c: Currency) -> Self {
        let option = |g: OptionGroup| OptionOut {
            name: g.name,
            required: g.required,
            many: g.many,
            choices: g.choices.into_iter().map(|o| ChoiceOut { name: o.name, price: Money::new(o.price_minor, c) }).collect(),
        };
        Self {
            id: x.id,
            sku: x.sku,
            name: x.name,
            aliases: x.aliases,
            description: x.description,
            category: x.category,
            price: Money::new(x.price_minor, c),
            unit: x.unit,
            stock: x.stock,
            available: x.available,
            options: x.options.into_iter().map(option).collect(),
            photo: x.photo,
            attributes: x.attributes,
        }
    }
}

/// What is looked for. Texts are compared without case and accents.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Ask {
    /// Words, or what is meant by them. Hits come best first; without, in the order they were added.
    q: Option<String>,
    category: Option<String>,
    /// Can be bought now, or not.
    available: Option<bool>,
    /// The same as `available`.
    in_stock: Option<bool>,
    /// At least this price, in minor units.
    min_price_minor: Option<i64>,
    /// At most this price, in minor units.
    max_price_minor: Option<i64>,
    /// At least this price, as it is written.
    min_price: Option<String>,
    /// At most this price, as it is written.
    max_price: Option<String>,
    /// Attribute `type`: "apartment".
    r#type: Option<String>,
    /// The same as `type`.
    kind: Option<String>,
    /// Attribute `city`.
    city: Option<String>,
    /// Words of city, area, location or address.
    location: Option<String>,
    /// Exactly so many bedrooms.
    beds: Option<f64>,
    min_beds: Option<f64>,
    max_beds: Option<f64>,
    /// Exactly so many bathrooms.
    baths: Option<f64>,
    min_baths: Option<f64>,
    max_baths: Option<f64>,
    /// At least so many square metres.
    min_area_m2: Option<f64>,
    /// At most so many square metres.
    max_area_m2: Option<f64>,
    /// All of these features, with commas between.
    features: Option<String>,
    /// With `lon` and `radius_km`: not farther from here.
    lat: Option<f64>,
    lon: Option<f64>,
    /// Kilometres; 5 when absent.
    radius_km: Option<f64>,
    limit: Option<u32>,
    cursor: Option<String>,
}

impl Ask {
    fn filter(&self, c: Currency) -> Result<Filter> {
        let price = |minor: Option<i64>, text: &Option<String>, field: &str| match (minor, text.as_deref().filter(|t| !t.trim().is_empty()))
        {
            (Some(m), _) => Ok(Some(m)),
            (None, Some(t)) => Money::parse(t, c).map(|m| Some(m.amount_minor)).map_err(|e| Error::field(field, e.message)),
            (None, None) => Ok(None),
        };
        let text = |t: &Option<String>| t.clone().filter(|t| !t.trim().is_empty());
        Ok(Filter {
            min_minor: price(self.min_price_minor, &self.min_price, "min_price")?,
            max_minor: price(self.max_price_minor, &self.max_price, "max_price")?,
            min_beds: self.min_beds.or(self.beds),
            max_beds: self.max_beds.or(self.beds),
            min_baths: self.min_baths.or(self.baths),
            max_baths: self.max_baths.or(self.baths),
            min_area_m2: self.min_area_m2,
            max_area_m2: self.max_area_m2,
            city: text(&self.city),
            location: text(&self.location),
            sort: text(&self.r#type).or_else(|| text(&self.kind)),
            category: text(&self.category),
            in_stock: self.available.or(self.in_stock),
            features: self.features.iter().flat_map(|f| f.split(',')).map(str::to_owned).collect(),
            near: self.near()?,
        }
        .folded())
    }
    fn near(&self) -> Result<Option<Near>> {
        match (self.lat, self.lon) {
            (None, None) => Ok(None),
            (Some(lat), Some(lon)) if lat.abs() <= 90.0 && lon.abs() <= 180.0 => {
                Ok(Some(Near { lat, lon, km: self.radius_km.unwrap_or(5.0).max(0.0) }))
            }
            _ => Err(Error::field("lat", "A place is a latitude (-90 to 90) and a longitude (-180 to 180).")),
        }
    }
}

/// Items: the best for the words of `q`, or all that pass the filters, in the order they were added.
#[utoipa::path(get, path = "/items", tag = "items", params(Ask), responses((status = 200, body = Page<ItemOut>)))]
async fn list(caller: Caller, State(app): State<Shared>, Params(f): Params<Ask>) -> ApiResult<Json<Page<ItemOut>>> {
    found(&caller, &app, f).await
}

/// The same as `items`, for listings.
#[utoipa::path(get, path = "/inventory/search", tag = "items", params(Ask), responses((status = 200, body = Page<ItemOut>)))]
async fn search_inventory(caller: Caller, State(app): State<Shared>, Params(f): Params<Ask>) -> ApiResult<Json<Page<ItemOut>>> {
    found(&caller, &app, f).await
}

async fn found(caller: &Caller, app: &Shared, f: Ask) -> ApiResult<Json<Page<ItemOut>>> {
    let after = id_cursor(f.cursor.as_deref())?;
    let most = most(f.limit);
    let text = clip(f.q.as_deref().unwrap_or_default().trim(), 500);
    let (search, business) = (app.search.clone(), caller.business.id);
    search.prepare(&text).await;
    let found = caller.file.read(move |tx| {
        let c = currency(tx)?;
        let ids = search.items(tx, business, &text, f.filter(c)?, after, most as usize + 1)?;
        Ok((item::find_items(tx, &ids)?, c))
    });
    let (rows, c) = found.await?;
    Ok(Json(Page::cut(rows, most, |x| x.id.to_string(), |x| ItemOut::of(x, c))))
}

fn currency(tx: &Read<'_>) -> Result<Currency> {
    Ok(meta::find_profile(tx)?.currency)
}

async fn one(caller: &Caller, id: Id) -> ApiResult<Json<ItemOut>> {
    let found = caller.file.read(move |tx| Ok(ItemOut::of(item::find_item(tx, id)?, currency(tx)?)));
    Ok(Json(found.await?))
}

/// One item.
#[utoipa::path(get, path = "/items/{id}", tag = "items", params(("id" = Id, Path)), responses((status = 200, body = ItemOut)))]
async fn detail(caller: Caller, PathId(id): PathId) -> ApiResult<Json<ItemOut>> {
    one(&caller, id).await
}

/// The same as `items/ID`, for a listing.
#[utoipa::path(get, path = "/inventory/{id}", tag = "items", params(("id" = Id, Path)), responses((status = 200, body = ItemOut)))]
async fn inventory_detail(caller: Caller, PathId(id): PathId) -> ApiResult<Json<ItemOut>> {
    one(&caller, id).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChoiceIn {
    name: String,
    /// Added to the price; nothing when absent.
    price: Option<Money>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OptionIn {
    name: String,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    many: bool,
    choices: Vec<ChoiceIn>,
}

/// What may be set of an item. A new one needs a name and a price; what is absent stays as it is.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ItemIn {
    sku: Option<String>,
    name: Option<String>,
    aliases: Option<Vec<String>>,
    description: Option<String>,
    category: Option<String>,
    price: Option<Money>,
    unit: Option<String>,
    /// How many are left; null when nobody counts.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>)]
    stock: Option<Option<i64>>,
    available: Option<bool>,
    options: Option<Vec<OptionIn>>,
    photo: Option<String>,
    #[schema(value_type = Option<Object>)]
    attributes: Option<serde_json::Map<String, serde_json::Value>>,
}

/// `null` counts as present.
fn present<'de, D: Deserializer<'de>>(d: D) -> std::result::Result<Option<Option<i64>>, D::Error> {
    Deserialize::deserialize(d).map(Some)
}

impl ItemIn {
    /// The same in the service's words; money must be of the business's currency.
    fn change(self, c: Currency) -> Result<ItemChange> {
        let options = self.options.map(|all| all.into_iter().map(|g| group(g, c)).collect::<Result<Vec<_>>>()).transpose()?;
        Ok(ItemChange {
            sku: self.sku,
            name: self.name,
            aliases: self.aliases,
            description: self.description,
            category: self.category,
            price_minor: self.price.map(|p| minor(p, c, "price")).transpose()?,
            unit: self.unit,
            stock: self.stock,
            available: self.available,
            options,
            photo: self.photo,
            attributes: self.attributes.map(serde_json::Value::Object),
        })
    }
}

fn minor(m: Money, c: Currency, field: &str) -> Result<i64> {
    if m.currency == c { Ok(m.amount_minor) } else { Err(Error::field(field, format!("Prices of this business are in {}.", c.code()))) }
}

fn group(g: OptionIn, c: Currency) -> Result<OptionGroup> {
    let choice = |o: ChoiceIn| {
        let price_minor = o.price.map_or(Ok(0), |p| minor(p, c, "options"))?;
        Ok(OptionChoice { name: o.name, price_minor })
    };
    let choices = g.choices.into_iter().map(choice).collect::<Result<Vec<_>>>()?;
    Ok(OptionGroup { name: g.name, choices, required: g.required, many: g.many })
}

/// Add an item.
#[utoipa::path(post, path = "/items", tag = "items", request_body = ItemIn, responses((status = 201, body = ItemOut)))]
async fn add(caller: Caller, Write { body, once }: Write<ItemIn>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    caller
        .write(once, StatusCode::CREATED, move |tx, _| {
            let c = currency(tx)?;
            Ok(ItemOut::of(items::add(tx, body.change(c)?)?, c))
        })
        .await
}

/// Change an item.
#[utoipa::path(patch, path = "/items/{id}", tag = "items", params(("id" = Id, Path)), request_body = ItemIn, responses((status = 200, body = ItemOut)))]
async fn change(caller: Caller, PathId(id): PathId, Write { body, once }: Write<ItemIn>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    caller
        .write(once, StatusCode::OK, move |tx, _| {
            let c = currency(tx)?;
            Ok(ItemOut::of(items::change(tx, id, body.change(c)?)?, c))
        })
        .await
}

/// Take an item off the catalogue; orders keep its name and price.
#[utoipa::path(delete, path = "/items/{id}", tag = "items", params(("id" = Id, Path)), responses((status = 204)))]
async fn remove(caller: Caller, PathId(id): PathId, w: Write<Nothing>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    caller.write(w.once, StatusCode::NO_CONTENT, move |tx, _| items::remove(tx, id)).await
}
