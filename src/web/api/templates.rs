//! Messages Meta has approved in advance.

use super::page::Page;
use crate::domain::house::member::Role;
use crate::domain::house::template::Template;
use crate::services::house::template;
use crate::store::house::template as rows;
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::{Json, Params};
use crate::web::extract::caller::Caller;
use crate::web::extract::write::{Nothing, Write};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(fetch))
}

/// A place to fill when the message is sent.
#[derive(Serialize, ToSchema)]
struct TemplatePlaceOut {
    /// Its key in `values`.
    key: String,
    /// The value Meta was shown when it was approved.
    example: String,
}

/// A message Meta has approved, or looks at.
#[derive(Serialize, ToSchema)]
struct TemplateOut {
    /// Meta's id of our number.
    account: String,
    name: String,
    /// Language code at Meta.
    language: String,
    /// Meta's price category, an open word.
    category: String,
    /// Meta's word for where it stands, an open word.
    status: String,
    /// What the customer reads, with its places.
    text: String,
    places: Vec<TemplatePlaceOut>,
    /// Why it cannot be sent now; empty when it can.
    hindrance: String,
}

fn out(account: &str, t: Template) -> TemplateOut {
    TemplateOut {
        account: account.to_owned(),
        text: t.words(&[]),
        places: t.places.iter().map(|p| TemplatePlaceOut { key: p.key(), example: p.value.clone() }).collect(),
        hindrance: t.hindrance().unwrap_or_default(),
        name: t.name,
        language: t.language,
        category: t.category,
        status: t.status,
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only those that may be sent now.
    #[serde(default)]
    sendable: bool,
}

/// Messages Meta has approved for this business's WhatsApp numbers, as they were when they were last fetched.
#[utoipa::path(get, path = "/templates", tag = "templates", params(Filter), responses((status = 200, body = Page<TemplateOut>)))]
async fn list(caller: Caller, State(app): State<Shared>, Params(f): Params<Filter>) -> ApiResult<Json<Page<TemplateOut>>> {
    let mut accounts: Vec<String> = app.directory().numbers_of(caller.business.id).map(|n| n.phone_number_id.clone()).collect();
    accounts.sort();
    let found = caller.file.read(move |tx| {
        let mut all = Vec::new();
        for account in accounts {
            let rows = rows::list_templates(tx, &account, f.sendable)?;
            all.extend(rows.into_iter().filter(|t| !f.sendable || t.hindrance().is_none()).map(|t| out(&account, t)));
        }
        Ok(all)
    });
    Ok(Json(Page { items: found.await?, next_cursor: None }))
}

#[derive(Serialize, ToSchema)]
struct Fetching {
    /// Numbers whose messages are being fetched.
    accounts: Vec<String>,
}

/// Fetch them from WhatsApp, in the background.
#[utoipa::path(post, path = "/templates/fetch", tag = "templates", responses((status = 202, body = Fetching)))]
async fn fetch(caller: Caller, State(app): State<Shared>, w: Write<Nothing>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    let mut accounts: Vec<String> = app.directory().numbers_of(caller.business.id).map(|n| n.phone_number_id.clone()).collect();
    accounts.sort();
    caller
        .write(w.once, StatusCode::ACCEPTED, move |tx, _| {
            accounts.iter().try_for_each(|a| template::ask(tx, a))?;
            Ok(Fetching { accounts })
        })
        .await
}
