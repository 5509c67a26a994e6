//! Agents: whoever answers customers, as the owner set them up.

use super::page::Page;
use crate::agents::runs;
use crate::domain::error::{Error, Result};
use crate::domain::house::assistant::{Assistant, Desk, Post, Tone};
use crate::domain::house::hours::Hours;
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::services::house::{assistant as assistants, run};
use crate::store::house::assistant;
use crate::store::tx::Read;
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::Json;
use crate::web::extract::caller::Caller;
use crate::web::extract::write::{Nothing, Write};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(detail, change, remove))
}

/// Somebody who answers customers.
#[derive(Serialize, ToSchema)]
struct AgentOut {
    /// Its name as `agent_id`. "turn" is whoever the business's settings choose.
    name: String,
    /// Its name for people.
    title: String,
    description: String,
    #[serde(flatten)]
    #[schema(value_type = AgentSettings)]
    settings: Option<AgentSettings>,
}

/// How the owner set it up; absent for those nobody sets up.
#[derive(Serialize, ToSchema)]
struct AgentSettings {
    #[schema(required = false)]
    id: Id,
    /// warm, formal or brief.
    #[schema(required = false)]
    tone: &'static str,
    /// Languages it answers in; all of the business when empty.
    #[schema(required = false)]
    languages: Vec<Lang>,
    /// When it answers, Monday first, in minutes of the day; null for always.
    #[schema(required = false, value_type = Option<Object>)]
    hours: Option<Hours>,
    /// Where it answers: channel, and account on it (empty for all).
    #[schema(required = false, value_type = Vec<Object>)]
    channels: Vec<Post>,
    /// Documents it may use; null for all.
    #[schema(required = false)]
    documents: Option<Vec<Id>>,
    #[schema(required = false)]
    greeting: String,
    #[schema(required = false)]
    sign_off: String,
    /// orders, answers, bookings.
    #[schema(required = false)]
    desks: Vec<&'static str>,
    /// Answers where no other is set.
    #[schema(required = false)]
    is_default: bool,
}

impl AgentOut {
    /// One whose runs last.
    fn graph(g: runs::About) -> Self {
        Self { name: g.name.into(), title: run::sentence(g.name), description: g.about.into(), settings: None }
    }
    fn turn() -> Self {
        Self {
            name: "turn".into(),
            title: "Steward".into(),
            description: "Answers what is new in a conversation: understands it, uses tools on basket, orders, bookings, documents and payments, and replies or asks a person.".into(),
            settings: None,
        }
    }
}

impl From<Assistant> for AgentOut {
    fn from(a: Assistant) -> Self {
        let work: Vec<&str> = a.desks.iter().map(|d| d.title()).collect();
        Self {
            description: format!("{}. {}.", a.tone.title(), work.join(", ")),
            name: a.name,
            title: a.title,
            settings: Some(AgentSettings {
                id: a.id,
                tone: a.tone.as_str(),
                languages: a.languages,
                hours: a.hours,
                channels: a.channels,
                documents: a.documents,
                greeting: a.greeting,
                sign_off: a.sign_off,
                desks: a.desks.iter().map(|d| d.as_str()).collect(),
                is_default: a.is_default,
            }),
        }
    }
}

/// Whoever answers customers of this business, and those that work by themselves: their runs are started by `invoke`.
#[utoipa::path(get, path = "/agents", tag = "agents", responses((status = 200, body = Page<AgentOut>)))]
async fn list(caller: Caller) -> ApiResult<Json<Page<AgentOut>>> {
    let found = caller.file.read(assistant::list_assistants).await?;
    let graphs = runs::list().into_iter().map(AgentOut::graph);
    Ok(Json(Page::whole(std::iter::once(AgentOut::turn()).chain(found.into_iter().map(AgentOut::from)).chain(graphs).collect())))
}

/// What may be set; what is absent stays as it is.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AgentIn {
    title: Option<String>,
    /// warm, formal or brief.
    #[schema(value_type = Option<String>)]
    tone: Option<Tone>,
    languages: Option<Vec<Lang>>,
    /// Null for always.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Object>)]
    hours: Option<Option<Hours>>,
    #[schema(value_type = Option<Vec<Object>>)]
    channels: Option<Vec<Post>>,
    /// Null for all.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<Id>>)]
    documents: Option<Option<Vec<Id>>>,
    greeting: Option<String>,
    sign_off: Option<String>,
    #[schema(value_type = Option<Vec<String>>)]
    desks: Option<Vec<Desk>>,
    is_default: Option<bool>,
}

/// `null` counts as present.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(d: D) -> std::result::Result<Option<Option<T>>, D::Error> {
    Deserialize::deserialize(d).map(Some)
}

impl AgentIn {
    fn over(self, a: Assistant) -> Assistant {
        Assistant {
            title: self.title.map_or(a.title, |t| t.trim().to_owned()),
            tone: self.tone.unwrap_or(a.tone),
            languages: self.languages.unwrap_or(a.languages),
            hours: self.hours.unwrap_or(a.hours),
            channels: self.channels.unwrap_or(a.channels),
            documents: self.documents.unwrap_or(a.documents),
            greeting: self.greeting.map_or(a.greeting, |t| t.trim().to_owned()),
            sign_off: self.sign_off.map_or(a.sign_off, |t| t.trim().to_owned()),
            desks: self.desks.unwrap_or(a.desks),
            is_default: self.is_default.unwrap_or(a.is_default),
            ..a
        }
    }
}

/// Set somebody up to answer customers.
#[utoipa::path(post, path = "/agents", tag = "agents", request_body = AgentIn, responses((status = 201, body = AgentOut)))]
async fn add(caller: Caller, Write { body, once }: Write<AgentIn>) -> ApiResult<Response> {
    caller.role.require(Role::Owner)?;
    caller.write(once, StatusCode::CREATED, move |tx, _| Ok(AgentOut::from(assistants::add(tx, body.over(Assistant::new()))?))).await
}

fn found(tx: &Read<'_>, name: &str) -> Result<Assistant> {
    assistant::find_assistant_by_name(tx, name)?.ok_or_else(|| Error::not_found("agent"))
}

/// One of those who answer.
#[utoipa::path(get, path = "/agents/{name}", tag = "agents", params(("name" = String, Path)), responses((status = 200, body = AgentOut)))]
async fn detail(caller: Caller, Path(name): Path<String>) -> ApiResult<Json<AgentOut>> {
    if let Some(graph) = runs::list().into_iter().find(|g| g.name == name) {
        return Ok(Json(AgentOut::graph(graph)));
    }
    if name == "turn" {
        return Ok(Json(AgentOut::turn()));
    }
    Ok(Json(caller.file.read(move |tx| found(tx, &name)).await?.into()))
}

/// Change how it answers, where and when.
#[utoipa::path(patch, path = "/agents/{name}", tag = "agents", params(("name" = String, Path)), request_body = AgentIn, responses((status = 200, body = AgentOut)))]
async fn change(caller: Caller, Path(name): Path<String>, Write { body, once }: Write<AgentIn>) -> ApiResult<Response> {
    caller.role.require(Role::Owner)?;
    caller
        .write(once, StatusCode::OK, move |tx, _| {
            let old = found(tx, &name)?;
            Ok(AgentOut::from(assistants::change(tx, body.over(old))?))
        })
        .await
}

/// Take it away; its conversations go on with whoever answers there.
#[utoipa::path(delete, path = "/agents/{name}", tag = "agents", params(("name" = String, Path)), responses((status = 204)))]
async fn remove(caller: Caller, Path(name): Path<String>, w: Write<Nothing>) -> ApiResult<Response> {
    caller.role.require(Role::Owner)?;
    caller
        .write(w.once, StatusCode::NO_CONTENT, move |tx, _| {
            let old = found(tx, &name)?;
            assistants::remove(tx, old.id)
        })
        .await
}
