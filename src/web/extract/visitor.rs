//! A person in a browser: signed in by a cookie, looking at one of their businesses.

use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::business::Business;
use crate::domain::house::member::{Actor, Member, Role};
use crate::domain::id::Id;
use crate::services::house::member::{SESSION_MS, digest};
use crate::store::control::{member as members, session};
use crate::store::file::File;
use crate::web::Shared;
use crate::web::error::ApiError;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::Cookie;
use std::sync::Arc;

/// A signed-in person and the business they look at.
pub struct Visitor {
    /// The person, with the role in this business.
    pub member: Member,
    /// The business.
    pub business: Business,
    /// Its file.
    pub file: Arc<File>,
    /// What they may do here.
    pub role: Role,
    /// All their businesses.
    pub businesses: Vec<Business>,
}

impl Visitor {
    /// Who acts, for histories.
    pub fn actor(&self) -> Actor {
        Actor::Member { id: self.member.id, name: self.name().to_owned() }
    }
    /// The name colleagues see.
    pub fn name(&self) -> &str {
        if self.member.name.is_empty() { &self.member.email } else { &self.member.name }
    }
}

/// Why a page was not shown.
pub enum NotIn {
    /// Not signed in: to the sign-in page, and back here after.
    SignIn(String),
    /// Something failed.
    Failed(ApiError),
}

impl IntoResponse for NotIn {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn(back) => {
                Redirect::to(&format!("/sign-in?to={}", url::form_urlencoded::byte_serialize(back.as_bytes()).collect::<String>()))
                    .into_response()
            }
            Self::Failed(e) => e.into_response(),
        }
    }
}

impl FromRequestParts<Shared> for Visitor {
    type Rejection = NotIn;
    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> std::result::Result<Self, NotIn> {
        match from_cookie(app, parts).await {
            Ok(Some(v)) => Ok(v),
            Ok(None) => Err(NotIn::SignIn(parts.uri.path_and_query().map_or_else(|| "/app".into(), ToString::to_string))),
            Err(e) => Err(NotIn::Failed(e.into())),
        }
    }
}

/// The cookie's name. The `__Host-` prefix ties it to this host, and browsers take that over HTTPS only.
pub fn cookie_name(app: &Shared) -> &'static str {
    if app.config.server.is_https() { "__Host-steward" } else { "steward" }
}

/// The cookie of a new session; the browser forgets it when we do.
pub fn cookie(app: &Shared, token: String) -> Cookie<'static> {
    let secure = if app.config.server.is_https() { "; Secure" } else { "" };
    let text = format!("{}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{secure}", cookie_name(app), SESSION_MS / 1_000);
    // Written as text because the builder wants a duration of a crate of its own; what we write is always a cookie.
    Cookie::parse(text).unwrap_or_else(|_| Cookie::new(cookie_name(app), ""))
}

/// Who a request's cookie stands for. `?b=SLUG` chooses the business and is remembered.
pub async fn from_cookie(app: &Shared, parts: &Parts) -> Result<Option<Visitor>> {
    let jar = CookieJar::from_headers(&parts.headers);
    let Some(token) = jar.get(cookie_name(app)).map(|c| digest(c.value())) else { return Ok(None) };
    let hash = token.clone();
    let found = app.store.control_read(move |tx| {
        let Some((member, business)) = session::find_session(tx, &hash, "browser")? else { return Ok(None) };
        Ok(Some((member, business, members::list_businesses_of(tx, member)?)))
    });
    let Some((member_id, last, all)) = found.await? else { return Ok(None) };
    let wanted = query_value(parts, "b");
    let chosen = choose(&all, wanted.as_deref(), last).ok_or_else(|| Error::not_found("business"))?;
    if last != Some(chosen.id) {
        let id = chosen.id;
        app.store.control_write(move |tx| session::update_session_business(tx, &token, id)).await?;
    }
    let (id, business_id) = (member_id, chosen.id);
    let member = app.store.control_read(move |tx| members::find_member(tx, id, business_id)).await?;
    let (business, file) = app.business(chosen.id)?;
    let role = member.role;
    Ok(Some(Visitor { member, business, file, role, businesses: all.into_iter().map(|(b, _)| b).collect() }))
}

/// The role of a cookie's member in a business, as it is now; none when the session ended or they belong there no more.
pub async fn role_now(app: &Shared, headers: &HeaderMap, business: Id) -> Result<Option<Role>> {
    let Some(hash) = CookieJar::from_headers(headers).get(cookie_name(app)).map(|c| digest(c.value())) else { return Ok(None) };
    let found = app.store.control_read(move |tx| {
        let Some((member, _)) = session::find_session(tx, &hash, "browser")? else { return Ok(None) };
        match members::find_member(tx, member, business) {
            Ok(m) => Ok(Some(m.role)),
            Err(e) if e.kind == Kind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    });
    found.await
}

/// A business named in the address must be one of theirs; another's does not exist for them.
fn choose(all: &[(Business, Role)], wanted: Option<&str>, last: Option<Id>) -> Option<Business> {
    if let Some(slug) = wanted {
        return all.iter().find(|(b, _)| b.slug == slug).map(|(b, _)| b.clone());
    }
    let remembered = last.and_then(|id| all.iter().find(|(b, _)| b.id == id));
    remembered.or_else(|| all.first()).map(|(b, _)| b.clone())
}

fn query_value(parts: &Parts, name: &str) -> Option<String> {
    let query = parts.uri.query()?;
    url::form_urlencoded::parse(query.as_bytes()).find(|(k, _)| k == name).map(|(_, v)| v.into_owned())
}
