//! Talk to Steward as a customer of the business would, from a program.

use super::contacts::Who;
use super::runs::StartIn;
use super::shapes::run::RunOut;
use crate::agents::runs;
use crate::app::writing::Written;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::contact::Identity;
use crate::domain::house::conversation::Channel;
use crate::domain::house::member::Role;
use crate::domain::id::{Id, token};
use crate::services::house::chat::{Words, open_session, say};
use crate::services::house::inbound::Received;
use crate::services::house::once::{self, Once};
use crate::store::house::{assistant, contact, conversation as threads};
use crate::store::runs::{Run, Step};
use crate::store::tx::{Read, Tx};
use crate::web::Shared;
use crate::web::api::shapes::MessageOut;
use crate::web::error::{ApiError, ApiResult};
use crate::web::extract::caller::Caller;
use crate::web::extract::write::{Write, typed};
use crate::web::live::events as live;
use crate::web::live::turn::{Outcome, State as Progress, Waiter};
use crate::web::live::writing;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::Event as Frame;
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::broadcast::Receiver;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(open)).routes(routes!(message)).routes(routes!(invoke)).routes(routes!(stream_agent))
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSession {
    /// Which agent answers, as `GET agents` names them; the business's default when absent.
    agent_id: Option<String>,
    /// Who the customer is; a stranger when absent.
    contact: Option<Who>,
}

#[derive(Serialize, ToSchema)]
struct Session {
    conversation_id: Id,
    contact_id: Id,
}

/// Open a conversation on the API line. A known contact gets the one there is.
#[utoipa::path(post, path = "/chat/sessions", tag = "chat", request_body = NewSession, responses((status = 201, body = Session)))]
async fn open(caller: Caller, Write { body, once }: Write<NewSession>) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    caller
        .write(once, StatusCode::CREATED, move |tx, _| {
            let who = body.contact.unwrap_or_default();
            let identities = who.identities(tx)?;
            let account = account_of(tx, body.agent_id.as_deref())?.unwrap_or_default();
            let thread = open_session(tx, &identities, who.name.as_deref().unwrap_or(""), &account)?;
            Ok(Session { conversation_id: thread.id, contact_id: thread.contact_id })
        })
        .await
}

/// What the customer says.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Said {
    /// Which agent answers, as `GET agents` names them; the business's default when absent.
    agent_id: Option<String>,
    /// In this conversation on the API line, or
    conversation_id: Option<Id>,
    text: String,
    /// from this contact, or, without either, from a stranger.
    contact: Option<Who>,
}

/// Something Steward did while it answered.
#[derive(Debug, Serialize, ToSchema)]
struct Action {
    /// The tool: add_to_basket, place_order, call_person …
    tool: String,
    /// One plain sentence.
    title: String,
    ok: bool,
    #[schema(value_type = Object)]
    arguments: serde_json::Value,
    #[schema(value_type = Object)]
    output: serde_json::Value,
}

/// A turn of a conversation.
#[derive(Debug, Serialize, ToSchema)]
struct Turn {
    conversation_id: Id,
    /// The customer's message.
    message_id: Id,
    /// answered; person: a person will answer; pending: not yet, look at the conversation's messages later.
    state: &'static str,
    /// What the customer reads; null when nothing was said.
    reply: Option<String>,
    actions: Vec<Action>,
    /// The reply's messages.
    messages: Vec<MessageOut>,
}

/// Say something as a customer; the answer holds Steward's reply and what it did.
///
/// With `Accept: text/event-stream` the same turn comes as events: `token` for the reply's words, `step` for each thing
/// done, `message` for each message, `done` with the whole turn, or `error`. A `token` is `{"draft", "text"}`. Sentences
/// that state nothing come while a model still writes; whatever holds a figure, a date or a deed comes after the whole
/// reply was checked. When the check refuses a reply another draft is written: a client shows the words of the highest
/// `draft` only, and replaces them by the text of `message` when it comes, which is the one that is stored. The same
/// `Idempotency-Key` is the same message.
#[utoipa::path(post, path = "/chat/messages", tag = "chat", request_body = InvokeIn,
    responses((status = 200, body = Turn), (status = 202, body = InvokeOut, description = "Not answered within a minute; the answer will be in the conversation.")))]
async fn message(State(app): State<Shared>, caller: Caller, headers: HeaderMap, Write { body, once }: Write<Said>) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    let wants_events = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|a| a.contains("text/event-stream"));
    answer(&app, caller, body, once, wants_events).await
}

/// What an agent is invoked with: words for one that talks, a start for one that works by itself.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the body for OpenAPI; the handler reads it once it knows the agent")]
enum InvokeIn {
    Words(Said),
    Start(StartIn),
}

/// The turn that goes on, or the run that was started.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the answer for OpenAPI")]
enum InvokeOut {
    Turn(Turn),
    Run(Box<RunOut>),
}

/// Has an agent say its next words in a conversation (the same as `chat/messages` with its name as `agent_id`), or starts a
/// run of an agent that works by itself: then the body is `{"input": …, "key": …}` and the answer, at once, is the run.
#[utoipa::path(post, path = "/agents/{name}/invoke", tag = "agents", params(("name" = String, Path)), request_body = InvokeIn,
    responses((status = 200, body = Turn), (status = 202, body = InvokeOut, description = "Not answered within a minute; the answer will be in the conversation. Or the run that was started.")))]
async fn invoke(
    State(app): State<Shared>,
    caller: Caller,
    Path(name): Path<String>,
    Write { body, once }: Write<Value>,
) -> ApiResult<Response> {
    if runs::is_graph(&name) {
        return super::runs::start(caller, name, typed(&body)?, once).await;
    }
    caller.role.require(Role::Agent)?;
    let said = named(&caller, name, typed(&body)?).await?;
    answer(&app, caller, said, once, false).await
}

/// The same as events: `step`, `token`, `message`, `done` or `error`; for a run `run` whenever it moves, and `done` with the
/// whole run.
#[utoipa::path(post, path = "/agents/{name}/stream", tag = "agents", params(("name" = String, Path)), request_body = InvokeIn,
    responses((status = 200, content_type = "text/event-stream", body = String)))]
async fn stream_agent(
    State(app): State<Shared>,
    caller: Caller,
    Path(name): Path<String>,
    Write { body, once }: Write<Value>,
) -> ApiResult<Response> {
    if runs::is_graph(&name) {
        return super::runs::start_and_follow(app, caller, name, typed(&body)?, once).await;
    }
    caller.role.require(Role::Agent)?;
    let said = named(&caller, name, typed(&body)?).await?;
    answer(&app, caller, said, once, true).await
}

impl Said {
    /// Words in a conversation there is.
    pub(super) fn in_conversation(id: Id, text: String) -> Self {
        Self { agent_id: None, conversation_id: Some(id), text, contact: None }
    }
}

/// What is said to the agent of an address; that there is none is not the body's fault.
pub(super) async fn named(caller: &Caller, name: String, body: Said) -> Result<Said> {
    if body.agent_id.as_ref().is_some_and(|other| *other != name) {
        return Err(Error::field("agent_id", "The address names another agent."));
    }
    let asked = name.clone();
    caller.file.read(move |tx| Ok(account_of(tx, Some(&asked)))).await?.map_err(|_| Error::not_found("agent"))?;
    Ok(Said { agent_id: Some(name), ..body })
}

async fn answer(app: &Shared, caller: Caller, body: Said, once: Once, wants_events: bool) -> ApiResult<Response> {
    if wants_events {
        return Ok(stream_turn(Watching::begin(app, &caller, body, once).await?));
    }
    let waiter = Waiter::new(app, caller.business.id, caller.file.clone());
    let once = caller.own(once);
    let received = caller.file.write(move |tx| store(tx, body, &once)).await?;
    let turn = turn(received, waiter.wait(received).await?);
    let status = if turn.state == "pending" { StatusCode::ACCEPTED } else { StatusCode::OK };
    Ok((status, axum::Json(turn)).into_response())
}

/// Stores the message with the events and the turn it sets in motion. A repeated key is the message it was.
fn store(tx: &mut Tx<'_>, body: Said, once: &Once) -> Result<Received> {
    let repeated = once::find(tx, once)?.is_some();
    let (account, identities, name) = speaker(tx, &body, once)?;
    let id = once.key.clone().unwrap_or_else(|| token(24));
    let words = Words { channel: Channel::Api, account, provider_id: format!("api:{id}"), identities, name, text: body.text };
    let received = say(tx, &words)?;
    if !repeated {
        once::keep(tx, once, 200, "")?;
    }
    Ok(received)
}

/// The account of the API line that stands for an agent; none when no agent was named.
fn account_of(tx: &Read<'_>, agent: Option<&str>) -> Result<Option<String>> {
    match agent {
        None => Ok(None),
        Some("turn") => Ok(Some(String::new())),
        Some(name) => match assistant::find_assistant_by_name(tx, name)? {
            Some(a) => Ok(Some(a.name)),
            None => Err(Error::field("agent_id", "There is no such agent. GET agents lists them.")),
        },
    }
}

/// Who speaks, and to which agent.
fn speaker(tx: &mut Tx<'_>, body: &Said, once: &Once) -> Result<(String, Vec<Identity>, Option<String>)> {
    let account = account_of(tx, body.agent_id.as_deref())?;
    if let Some(id) = body.conversation_id {
        let thread = threads::find_conversation(tx, id)?;
        if thread.channel != Channel::Api {
            return Err(Error::conflict(format!("This conversation is on {}: the customer writes there.", thread.channel.title())));
        }
        if account.as_ref().is_some_and(|a| *a != thread.account) {
            return Err(Error::conflict("This conversation is with another agent. Leave agent_id out, or start a new conversation."));
        }
        return Ok((thread.account, contact::find_contact(tx, thread.contact_id)?.identities, None));
    }
    let who = body.contact.clone().unwrap_or_default();
    let mut identities = who.identities(tx)?;
    if identities.is_empty() {
        // A stranger; the same stranger when the request is repeated.
        let seed = once.key.clone().unwrap_or_else(|| token(24));
        identities.push(crate::services::house::chat::visitor(&format!("stranger-{seed}"))?);
    }
    Ok((account.unwrap_or_default(), identities, who.name))
}

fn turn(m: Received, o: Outcome) -> Turn {
    let state = match o.state {
        Progress::Answered => "answered",
        Progress::Person => "person",
        Progress::Pending => "pending",
    };
    let words: Vec<String> = o.messages.iter().map(|m| m.content.words()).filter(|w| !w.is_empty()).collect();
    Turn {
        conversation_id: m.conversation_id,
        message_id: m.message_id,
        state,
        reply: (!words.is_empty()).then(|| words.join("\n\n")),
        actions: o.runs.iter().flat_map(actions).collect(),
        messages: o.messages.into_iter().map(MessageOut::from).collect(),
    }
}

fn actions(r: &Run) -> Vec<Action> {
    let tools = r.trace.iter().filter(|s| s.kind == "tool");
    let action = |s: &Step| Action {
        tool: s.detail["tool"].as_str().unwrap_or("").to_owned(),
        title: s.title.clone(),
        ok: s.ok,
        arguments: s.detail["arguments"].clone(),
        output: s.detail["output"].clone(),
    };
    tools.map(action).collect()
}

/// One event of a turn: its name and what it says.
pub(super) type News = (&'static str, Value);

/// A turn on its way to a client that reads it as it happens.
pub(super) struct Watching {
    waiting: Pin<Box<dyn Future<Output = Result<Outcome>> + Send>>,
    written: Receiver<Arc<Written>>,
    said: Received,
    /// The draft that is shown, and its words so far.
    draft: u32,
    shown: String,
    over: bool,
}

fn stream_turn(watching: Watching) -> Response {
    let news = stream::unfold(watching, |mut w| async move { w.next().await.map(|news| (news, w)) });
    let frame = |(name, data): News| Frame::default().event(name).data(data.to_string());
    live::answer(news.flat_map(stream::iter).map(frame))
}

impl Watching {
    /// Stores what was said, and watches the turn that answers it.
    pub(super) async fn begin(app: &Shared, caller: &Caller, body: Said, once: Once) -> Result<Self> {
        let waiter = Waiter::new(app, caller.business.id, caller.file.clone());
        // Watched from before the message is stored, so that no word is missed.
        let written = app.writing.watch(caller.business.id);
        let once = caller.own(once);
        let said = caller.file.write(move |tx| store(tx, body, &once)).await?;
        let waiting = Box::pin(waiter.wait(said));
        Ok(Self { waiting, written, said, draft: 0, shown: String::new(), over: false })
    }

    /// What is new; none when the turn is over and everything was told.
    pub(super) async fn next(&mut self) -> Option<Vec<News>> {
        while !self.over {
            tokio::select! {
                biased;
                Some(piece) = writing::next(&mut self.written) => {
                    if piece.conversation == self.said.conversation_id {
                        return Some(vec![self.token(piece.draft, &piece.text)]);
                    }
                }
                outcome = &mut self.waiting => {
                    self.over = true;
                    return Some(match outcome {
                        Ok(outcome) => self.end(&turn(self.said, outcome)),
                        Err(e) => vec![failed(e)],
                    });
                }
            }
        }
        None
    }

    fn token(&mut self, draft: u32, text: &str) -> News {
        if self.draft != draft {
            (self.draft, self.shown) = (draft, String::new());
        }
        self.shown.push_str(text);
        token_of(draft, text)
    }

    /// What was done, the words that were not shown yet, and the messages as they are stored.
    fn end(&mut self, t: &Turn) -> Vec<News> {
        let mut out: Vec<News> = t.actions.iter().map(|a| ("step", json!(a))).collect();
        for m in &t.messages {
            let rest = match m.text.strip_prefix(&self.shown) {
                Some(rest) if !self.shown.is_empty() => rest,
                // Another text than the one that was being written: a draft of its own.
                _ => {
                    self.draft += 1;
                    m.text.as_str()
                }
            };
            out.extend(rest.split_inclusive(' ').map(|w| token_of(self.draft, w)));
            out.push(("message", json!(m)));
            self.shown.clear();
        }
        if t.state == "pending" {
            out.push(failed(Error::new(Kind::Unavailable, "No answer within a minute; it will be in the conversation.")));
        } else {
            out.push(("done", json!(t)));
        }
        out
    }
}

fn token_of(draft: u32, text: &str) -> News {
    ("token", json!({ "draft": draft, "text": text }))
}

pub(super) fn failed(e: Error) -> News {
    let status = crate::web::error::status(&e).as_u16();
    let ApiError(e) = e.into();
    ("error", json!({ "status": status, "detail": e.message }))
}
