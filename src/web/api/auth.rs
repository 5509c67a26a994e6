//! Access tokens for members.

use crate::domain::error::{Error, Kind, Result};
use crate::domain::id::{Id, token};
use crate::domain::time::DAY_MS;
use crate::services::house::member::{digest, password_mark};
use crate::store::control::{member as members, session};
use crate::store::tx::Tx;
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::Json;
use crate::web::extract::jwt::{self, Claims};
use crate::web::extract::limit::{self, What};
use crate::web::extract::passwords;
use crate::web::extract::write::{Peer, Write};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How long a refresh token works, in milliseconds.
const REFRESH_MS: i64 = 30 * DAY_MS;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(sign_in)).routes(routes!(refresh))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    email: String,
    password: String,
    /// The business's short name; may be left out by members of one business.
    business: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Refresh {
    refresh_token: String,
}

/// Tokens of a member in one business.
#[derive(Serialize, ToSchema)]
struct Tokens {
    access_token: String,
    /// Works once; the answer holds the next one.
    refresh_token: String,
    /// Always "Bearer".
    token_type: &'static str,
    /// Seconds the access token works.
    expires_in: i64,
}

/// Sign in with e-mail and password.
#[utoipa::path(post, path = "/auth/token", tag = "sign-in", security(()), request_body = SignIn, responses((status = 200, body = Tokens)))]
async fn sign_in(State(app): State<Shared>, peer: Peer, Write { body, .. }: Write<SignIn>) -> ApiResult<Json<Tokens>> {
    let email = body.email.trim().to_lowercase();
    limit::check_sign_in(&email, &peer)?;
    let found = app.store.control_read(move |tx| members::find_login(tx, &email)).await?;
    let hash = found.as_ref().and_then(|(_, h)| h.clone());
    let fits = passwords::verify(body.password, hash).await?;
    let member = found.map(|(id, _)| id).filter(|_| fits).ok_or_else(wrong)?;
    let business = body.business;
    let (business, refresh) = app.store.control_write(move |tx| open(tx, member, business.as_deref())).await?;
    Ok(Json(tokens(&app, member, business, refresh).await?))
}

fn wrong() -> Error {
    Error::new(Kind::Unauthenticated, "The e-mail address, the password or the business is wrong.")
}

fn open(tx: &mut Tx<'_>, member: Id, business: Option<&str>) -> Result<(Id, String)> {
    let mut all = members::list_businesses_of(tx, member)?;
    let chosen = match business {
        Some(slug) => all.into_iter().find(|(b, _)| b.slug == slug).ok_or_else(wrong)?,
        None if all.len() == 1 => all.remove(0),
        None => return Err(Error::field("business", "You belong to several businesses or to none. Name one by its short name.")),
    };
    let refresh = keep_refresh(tx, member, chosen.0.id)?;
    Ok((chosen.0.id, refresh))
}

fn keep_refresh(tx: &mut Tx<'_>, member: Id, business: Id) -> Result<String> {
    let refresh = format!("rt_{}", token(30));
    let expires = tx.now.plus_ms(REFRESH_MS);
    session::insert_session(tx, &digest(&refresh), member, Some(business), "refresh", expires)?;
    Ok(refresh)
}

async fn tokens(app: &Shared, sub: Id, biz: Id, refresh_token: String) -> Result<Tokens> {
    let pwd = app.store.control_read(move |tx| password_mark(tx, sub)).await?;
    let exp = app.clock().now().millis() / 1000 + jwt::ACCESS_S;
    let access_token = jwt::sign(app, &Claims { sub, biz, exp, pwd });
    Ok(Tokens { access_token, refresh_token, token_type: "Bearer", expires_in: jwt::ACCESS_S })
}

/// Trade a refresh token for new tokens. It works once.
#[utoipa::path(post, path = "/auth/refresh", tag = "sign-in", security(()), request_body = Refresh, responses((status = 200, body = Tokens)))]
async fn refresh(State(app): State<Shared>, Peer(peer): Peer, Write { body, .. }: Write<Refresh>) -> ApiResult<Json<Tokens>> {
    limit::check(What::SignInPeer, &format!("refresh:{peer}"))?;
    let hash = digest(&body.refresh_token);
    let traded = app.store.control_write(move |tx| {
        let (member, business) = session::find_session(tx, &hash, "refresh")?.ok_or_else(ended)?;
        let business = business.ok_or_else(ended)?;
        session::delete_session(tx, &hash)?;
        members::find_member(tx, member, business).map_err(|_| ended())?;
        Ok((member, business, keep_refresh(tx, member, business)?))
    });
    let (member, business, refresh) = traded.await?;
    Ok(Json(tokens(&app, member, business, refresh).await?))
}

fn ended() -> Error {
    Error::new(Kind::Unauthenticated, "This refresh token was used or has ended. Sign in again.")
}
