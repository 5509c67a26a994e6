//! What arrives at, and is written on, simulated phones. Only where a number of the business is a simulated one.

use crate::channels::simulator::{Act, Line, Persona, bytes, message, wamid};
use crate::domain::error::{Error, Result};
use crate::domain::house::member::Role;
use crate::domain::time::Time;
use crate::services::house::simulator as phones;
use crate::store::simulator::{self, SimulatorMessage};
use crate::web::Shared;
use crate::web::api::page::{Page, most};
use crate::web::error::ApiResult;
use crate::web::extract::body::{Json, Params};
use crate::web::extract::caller::Caller;
use crate::web::extract::write::Write;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, write))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// The phone: its number, with or without a plus.
    to: Option<String>,
    /// Only messages after this one.
    after: Option<String>,
    /// The same as `after`: `next_cursor` of the answer before.
    cursor: Option<String>,
    limit: Option<u32>,
}

/// A message that arrived at a simulated phone.
#[derive(Serialize, ToSchema)]
struct Arrived {
    id: String,
    /// The phone: digits of its number, or its user id.
    to: String,
    /// text, interactive, image …
    #[serde(rename = "type")]
    kind: String,
    /// The words in it.
    text: String,
    /// The request as it would have gone to the Graph API.
    #[schema(value_type = Object)]
    body: serde_json::Value,
    at: Time,
    provider_id: Option<String>,
    /// What the phone reported: sent, delivered, read, failed.
    delivery: String,
}

impl From<SimulatorMessage> for Arrived {
    fn from(m: SimulatorMessage) -> Self {
        let kind = m.body["type"].as_str().unwrap_or("unknown").to_owned();
        let text = words(&m.body, &kind);
        Self { id: m.id.to_string(), to: m.phone, kind, text, body: m.body, at: m.at, provider_id: m.provider_id, delivery: m.delivery }
    }
}

/// The words in a request to the Graph API.
fn words(body: &serde_json::Value, kind: &str) -> String {
    let inner = &body[kind];
    let found = [&inner["body"], &inner["body"]["text"], &inner["caption"], &inner["name"], &inner["emoji"]];
    found.iter().find_map(|v| v.as_str()).unwrap_or("").to_owned()
}

/// Messages that arrived at simulated phones, oldest first.
#[utoipa::path(get, path = "/simulator/messages", tag = "simulator", params(Filter), responses((status = 200, body = Page<Arrived>)))]
async fn list(State(app): State<Shared>, caller: Caller, Params(f): Params<Filter>) -> ApiResult<Json<Page<Arrived>>> {
    if !app.directory().numbers_of(caller.business.id).any(|n| n.simulated) {
        return Err(Error::not_found("simulated phone: this business has no simulated number").into());
    }
    let after = f.cursor.or(f.after).as_deref().unwrap_or("0").parse().map_err(|_| Error::field("after", "Send the id of a message."))?;
    let phone = f.to.map(|t| t.trim().trim_start_matches('+').replace(' ', "")).filter(|t| !t.is_empty());
    let most = most(f.limit);
    let rows = caller.file.read(move |tx| simulator::list_arrived(tx, phone.as_deref(), after, most + 1)).await?;
    Ok(Json(Page::cut(rows, most, |m| m.id.to_string(), Arrived::from)))
}

/// A tap on a button or a row of a list.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Tap {
    /// The id we gave it.
    id: String,
    /// What it says.
    title: String,
    /// It was a row of a list.
    #[serde(default)]
    row: bool,
}

/// A place.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Place {
    latitude: f64,
    longitude: f64,
    name: Option<String>,
}

/// What somebody does on a simulated phone: one of `text`, `tap`, `location`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Doing {
    /// The phone: digits of its number.
    from: String,
    /// The profile name.
    name: Option<String>,
    /// Which of the business's simulated numbers; the only one when absent.
    phone_number_id: Option<String>,
    text: Option<String>,
    tap: Option<Tap>,
    location: Option<Place>,
    /// The message it answers, by its provider_id.
    reply_to: Option<String>,
}

/// What was written on the phone.
#[derive(Serialize, ToSchema)]
struct Written {
    from: String,
    /// Its id on the wire.
    provider_id: String,
}

impl Doing {
    /// What it is on the wire, and the words the phone shows.
    fn act(&mut self) -> Result<(Act, String)> {
        match (self.text.take(), self.tap.take(), self.location.take()) {
            (Some(text), None, None) if !text.trim().is_empty() => Ok((Act::Text { text: text.clone() }, text)),
            (None, Some(t), None) if t.row => Ok((Act::Row { id: t.id, title: t.title.clone(), description: String::new() }, t.title)),
            (None, Some(t), None) => Ok((Act::Button { id: t.id, title: t.title.clone() }, t.title)),
            (None, None, Some(p)) => {
                let shown = p.name.clone().unwrap_or_else(|| format!("{}, {}", p.latitude, p.longitude));
                Ok((Act::Location { latitude: p.latitude, longitude: p.longitude, name: p.name, address: None }, shown))
            }
            _ => Err(Error::field("text", "Send one of text, tap and location.")),
        }
    }
}

/// Write on a simulated phone. Its webhook takes the same way as WhatsApp's own.
#[utoipa::path(post, path = "/simulator/messages", tag = "simulator", request_body = Doing, responses((status = 201, body = Written)))]
async fn write(State(app): State<Shared>, caller: Caller, Write { mut body, once }: Write<Doing>) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    let wanted = body.phone_number_id.clone();
    let number = app
        .directory()
        .numbers_of(caller.business.id)
        .find(|n| n.simulated && wanted.as_ref().is_none_or(|w| *w == n.phone_number_id))
        .map(|n| n.phone_number_id.clone());
    let id = number.ok_or_else(|| Error::not_found("simulated phone: this business has no simulated number"))?;
    let line = Line { waba: "1".into(), display_number: id.clone(), phone_number_id: id };
    let from: String = body.from.chars().filter(char::is_ascii_digit).collect();
    if !(5..=15).contains(&from.len()) {
        return Err(Error::field("from", "A phone is 5 to 15 digits.").into());
    }
    let (act, shown) = body.act()?;
    caller
        .write(once, StatusCode::CREATED, move |tx, _| {
            let who = Persona { name: body.name.unwrap_or_default(), wa_id: Some(from.clone()), user_id: None };
            let id = wamid();
            let hook = message(&line, &who, &id, tx.now, body.reply_to.as_deref(), &act);
            let hook = String::from_utf8_lossy(&bytes(&hook)).into_owned();
            phones::write(tx, &from, &id, &serde_json::json!({ "text": shown }), hook)?;
            Ok(Written { from, provider_id: id })
        })
        .await
}
