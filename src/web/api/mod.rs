//! JSON for programs, under `/api/v1`, with its description beside it.

mod agent_socket;
mod agents;
mod approvals;
mod auth;
pub mod bookings;
mod cache;
mod canned;
pub(in crate::web) mod cases;
mod chat;
mod contacts;
mod conversations;
mod deliveries;
mod docs;
mod events;
mod facts;
mod health;
mod imports;
mod insights;
mod items;
pub mod knowledge;
mod merges;
mod orders;
mod outreach;
pub mod page;
pub mod privacy;
mod public;
mod purchases;
pub(in crate::web) mod receipts;
mod refunds;
mod runs;
mod schema;
pub mod shapes;
mod simulator;
mod statements;
mod templates;
mod upkeep;
mod vendors;
mod webchat;
mod webchat_file;

use crate::domain::error::{Error, Kind};
use crate::domain::limits;
use crate::web::Shared;
use crate::web::error::ApiError;
use axum::extract::{DefaultBodyLimit, OriginalUri};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Router, middleware};
use tower_http::csrf::CsrfLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// API addresses, health, and the web chat's.
pub fn routes() -> Router<Shared> {
    let (router, _) = described();
    router.merge(webchat::routes()).layer(DefaultBodyLimit::max(limits::BODY_BYTES))
}

/// The description of the API: OpenAPI 3.1.
pub fn openapi() -> &'static OpenApi {
    docs::openapi()
}

fn described() -> (Router<Shared>, OpenApi) {
    let v1 = OpenApiRouter::new()
        .merge(docs::routes())
        .merge(auth::routes())
        .merge(chat::routes())
        .merge(conversations::routes())
        .merge(cases::routes())
        .merge(canned::routes())
        .merge(events::routes())
        .merge(contacts::routes())
        .merge(merges::routes())
        .merge(privacy::routes())
        .merge(outreach::routes())
        .merge(items::routes())
        .merge(imports::routes())
        .merge(insights::routes())
        .merge(knowledge::routes())
        .merge(orders::routes())
        .merge(refunds::routes())
        .merge(receipts::routes())
        .merge(statements::routes())
        .merge(agents::routes())
        .merge(agent_socket::routes())
        .merge(approvals::routes())
        .merge(cache::routes())
        .merge(facts::routes())
        .merge(bookings::routes())
        .merge(runs::routes())
        .merge(upkeep::routes())
        .merge(simulator::routes())
        .merge(templates::routes())
        .merge(purchases::routes())
        .merge(deliveries::routes())
        .merge(vendors::routes())
        .merge(public::routes())
        .fallback(nothing_here)
        .layer(middleware::map_response(method_not_allowed))
        // Browsers send the dashboard's cookie by themselves: writes must come from our own pages, or without a browser.
        .layer(CsrfLayer::new());
    OpenApiRouter::new().merge(health::routes()).nest("/api/v1", v1).split_for_parts()
}

/// No such address.
async fn nothing_here(method: Method, OriginalUri(uri): OriginalUri) -> ApiError {
    Error::new(Kind::NotFound, format!("There is no {method} {}. GET /api/v1/openapi.json lists what there is.", uri.path())).into()
}

/// The router's own 405 becomes a problem document that names what is allowed.
async fn method_not_allowed(response: Response) -> Response {
    if response.status() != StatusCode::METHOD_NOT_ALLOWED || response.headers().contains_key(header::CONTENT_TYPE) {
        return response;
    }
    let allow = response.headers().get(header::ALLOW).cloned();
    let allowed = allow.as_ref().and_then(|a| a.to_str().ok()).unwrap_or("another method").to_owned();
    let mut answer = crate::web::error::method_not_allowed(&allowed).into_response();
    if let Some(allow) = allow {
        answer.headers_mut().insert(header::ALLOW, allow);
    }
    answer
}
