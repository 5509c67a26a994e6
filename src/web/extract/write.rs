//! A write: its JSON body, and the key that makes it safe to repeat.

use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::services::house::audit;
use crate::services::house::member::digest;
use crate::services::house::once::{self, Answer, Once};
use crate::store::tx::Tx;
use crate::web::error::{ApiError, ApiResult};
use crate::web::extract::body::{body_bytes, is_json, not_json, parse};
use crate::web::extract::caller::Caller;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A JSON body with the request's key. An empty body is an empty object.
pub struct Write<T> {
    /// What was sent.
    pub body: T,
    /// Makes it happen once.
    pub once: Once,
}

/// The body of a write that needs none.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Write<T> {
    type Rejection = ApiError;
    async fn from_request(req: Request, state: &S) -> Result<Self, ApiError> {
        let (method, uri, headers) = (req.method().clone(), req.uri().clone(), req.headers().clone());
        let bytes = body_bytes(req, state).await?;
        let once = once_of(&headers, method.as_str(), uri.path(), &bytes)?;
        if bytes.is_empty() {
            return Ok(Self { body: parse(b"{}")?, once });
        }
        if !is_json(&headers) {
            return Err(not_json().into());
        }
        Ok(Self { body: parse(&bytes)?, once })
    }
}

/// A body that is read only once it is known what it must be.
pub fn typed<T: DeserializeOwned>(body: &serde_json::Value) -> ApiResult<T> {
    Ok(parse(body.to_string().as_bytes())?)
}

/// The key a client sent with the fingerprint of its request.
pub fn once_of(headers: &HeaderMap, method: &str, path: &str, body: &[u8]) -> ApiResult<Once> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(Once::default()) };
    let key = key.to_str().map(str::trim).unwrap_or("");
    if key.is_empty() || key.len() > 255 {
        return Err(Error::field("Idempotency-Key", "An Idempotency-Key is 1 to 255 plain characters.").into());
    }
    let sum = hex::encode(ring::digest::digest(&ring::digest::SHA256, body));
    Ok(Once { key: Some(key.to_owned()), request: digest(&format!("{method} {path} {sum}")) })
}

impl Caller {
    /// The key of a write, made this caller's own: two clients may choose the same key, and two people may have one name.
    pub fn own(&self, once: Once) -> Once {
        Once { key: once.key.map(|k| digest(&format!("{}\n{k}", self.actor.mark()))), ..once }
    }

    /// Writes once: under the same key it happens once, and the first answer is given again.
    pub async fn write<T, F>(&self, once: Once, status: StatusCode, f: F) -> ApiResult<Response>
    where
        T: Serialize + 'static,
        F: FnOnce(&mut Tx<'_>, &crate::domain::house::member::Actor) -> crate::domain::error::Result<T> + Send + 'static,
    {
        let (once, actor, asked) = (self.own(once), self.actor.clone(), self.asked.clone());
        let work = move |tx: &mut Tx<'_>| {
            once::once(tx, &once, status.as_u16(), |tx| {
                let done = f(tx, &actor)?;
                audit::record(tx, &actor, "through the API", &asked)?;
                Ok(done)
            })
        };
        let answer = self.file.write(work).await?;
        Ok(answered(answer))
    }
}

/// An answer of `once` over HTTP.
pub fn answered(a: Answer) -> Response {
    let status = StatusCode::from_u16(a.status).unwrap_or(StatusCode::OK);
    if status == StatusCode::NO_CONTENT {
        return status.into_response();
    }
    let mut response = (status, [(header::CONTENT_TYPE, "application/json")], a.body).into_response();
    if a.repeated {
        response.headers_mut().insert("idempotent-replayed", axum::http::HeaderValue::from_static("true"));
    }
    response
}

/// An id in the address. What is no id names nothing.
pub struct PathId(pub Id);

impl<S: Send + Sync> FromRequestParts<S> for PathId {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let text = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Error::not_found("thing"))?;
        Ok(Self(text.parse()?))
    }
}

/// A row number in the address.
pub struct PathRow(pub i64);

impl<S: Send + Sync> FromRequestParts<S> for PathRow {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let text = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Error::not_found("thing"))?;
        Ok(Self(text.parse().map_err(|_| Error::not_found("thing"))?))
    }
}

/// The address a request comes from, for limits.
#[derive(Debug, Clone)]
pub struct Peer(pub String);

impl Peer {
    /// A program of this machine, not somebody behind a proxy here.
    pub fn is_local(&self) -> bool {
        self.0 == "local" || self.0.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let connected = parts.extensions.get::<axum::extract::ConnectInfo<std::net::SocketAddr>>().map(|c| c.0.ip());
        // Behind a proxy of our own machine, the last address it noted is the caller's; what came before it anybody may have written.
        let noted = parts.headers.get_all("x-forwarded-for").iter().next_back();
        let noted = noted.and_then(|v| v.to_str().ok()).and_then(|v| v.rsplit(',').next());
        let local = connected.is_none_or(|ip| ip.is_loopback());
        let peer = noted.filter(|_| local).map(|n| n.trim().to_owned());
        Ok(Self(peer.or_else(|| connected.map(|ip| ip.to_string())).unwrap_or_else(|| "local".into())))
    }
}
