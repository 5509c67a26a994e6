//! A program that calls the API: a key, or a token of a member. Either belongs to one business.

use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::business::Business;
use crate::domain::house::member::{Actor, Role};
use crate::domain::id::Id;
use crate::services::house::member;
use crate::store::control::member as members;
use crate::store::file::File;
use crate::web::Shared;
use crate::web::error::ApiError;
use crate::web::extract::limit::{self, What};
use crate::web::extract::{jwt, visitor};
use crate::web::mcp::Inside;
use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use futures_util::{Stream, StreamExt};
use std::sync::Arc;

/// Who calls, in which business.
pub struct Caller {
    /// The business.
    pub business: Business,
    /// Its file.
    pub file: Arc<File>,
    /// What may be done.
    pub role: Role,
    /// Who it is, for histories.
    pub actor: Actor,
    /// Method and address, for the audit trail.
    pub asked: String,
}

impl FromRequestParts<Shared> for Caller {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> std::result::Result<Self, ApiError> {
        if let Some(Inside { business, role, actor }) = parts.extensions.get::<Inside>().cloned() {
            let (business, file) = app.business(business)?;
            return Ok(Self { business, file, role, actor, asked: format!("{} {}", parts.method, parts.uri.path()) });
        }
        let (id, role, actor) = match credential(&parts.headers) {
            // A stream is one connection, not a call: it has a limit of its own.
            Some(token) => {
                from_token(app, &token, if parts.uri.path().ends_with("/events/stream") { What::Stream } else { What::Api }).await?
            }
            // The dashboard's own script may call the API with its session; the CSRF layer guards writes.
            None => visitor::from_cookie(app, parts).await?.ok_or_else(refused).map(|v| (v.business.id, v.role, v.actor()))?,
        };
        let (business, file) = app.business(id)?;
        // The routes below /api/v1 see their addresses without it.
        let path = parts.extensions.get::<OriginalUri>().map_or(parts.uri.path(), |u| u.0.path());
        let asked = format!("{} {path}", parts.method);
        Ok(Self { business, file, role, actor, asked })
    }
}

/// What is said to whoever sends no key.
pub fn refused() -> Error {
    Error::new(Kind::Unauthenticated, "Send an API key as \"Authorization: Bearer …\" or \"X-API-Secret: …\".")
}

/// Whether a key or token was sent, so that no cookie speaks for the caller.
pub fn has_credential(headers: &HeaderMap) -> bool {
    credential(headers).is_some()
}

/// What the key, token or session of an open connection may do now: it may have been revoked since, its member signed out, taken out or
/// given another role.
pub async fn role_now(app: &Shared, headers: &HeaderMap, business: Id) -> Result<Role> {
    let Some(token) = credential(headers) else { return visitor::role_now(app, headers, business).await?.ok_or_else(refused) };
    let (of, role, _) = from_token(app, &token, What::Api).await?;
    if of == business { Ok(role) } else { Err(refused()) }
}

/// After so long an open stream is looked at again before the next event.
const AGAIN_MS: i64 = 30_000;

/// A stream's events for as long as whoever opened it may hear them.
pub fn while_in<T: Send>(
    app: Shared,
    headers: HeaderMap,
    business: Id,
    events: impl Stream<Item = T> + Send,
) -> impl Stream<Item = T> + Send {
    let mut looked = app.clock().now();
    events.take_while(move |_| {
        let now = app.clock().now();
        let again = now.since_ms(looked) >= AGAIN_MS;
        if again {
            looked = now;
        }
        let with = again.then(|| (app.clone(), headers.clone()));
        async move {
            let Some((app, headers)) = with else { return true };
            !matches!(role_now(&app, &headers, business).await, Err(e) if e.kind == Kind::Unauthenticated)
        }
    })
}

fn credential(headers: &HeaderMap) -> Option<String> {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    let bearer = text("authorization").and_then(|v| v.strip_prefix("Bearer ").or_else(|| v.strip_prefix("bearer ")));
    bearer.or_else(|| text("x-api-secret")).map(|t| t.trim().to_owned())
}

async fn from_token(app: &Shared, token: &str, what: What) -> Result<(Id, Role, Actor)> {
    if let Some(claims) = jwt::verify(app, token) {
        limit::check(what, &format!("{}:{}", claims.biz, claims.sub))?;
        let (sub, biz) = (claims.sub, claims.biz);
        let found = app.store.control_read(move |tx| Ok((members::find_member(tx, sub, biz)?, member::password_mark(tx, sub)?))).await;
        let (m, mark) = found.map_err(|_| refused())?;
        if mark != claims.pwd {
            return Err(refused());
        }
        let name = if m.name.is_empty() { m.email.clone() } else { m.name.clone() };
        return Ok((claims.biz, m.role, Actor::Member { id: m.id, name }));
    }
    let secret = token.to_owned();
    let found = app.store.control_read(move |tx| member::find_by_key(tx, &secret)).await?;
    let (business, name, role) = found.ok_or_else(refused)?;
    limit::check(what, &format!("{business}:{name}"))?;
    Ok((business, role, Actor::Key { name }))
}
