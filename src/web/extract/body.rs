//! JSON bodies and query strings, with our own errors.

use crate::domain::error::{Error, Kind};
use crate::web::error::ApiError;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A JSON body in, a JSON body out.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;
    async fn from_request(req: Request, state: &S) -> Result<Self, ApiError> {
        let named = is_json(req.headers());
        let bytes = body_bytes(req, state).await?;
        if !named {
            return Err(not_json().into());
        }
        Ok(Self(parse(&bytes)?))
    }
}

/// Whether the body says that it is JSON.
pub fn is_json(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains("json"))
}

/// What to tell whoever sent another kind of body.
pub fn not_json() -> Error {
    Error::invalid("Send the body as JSON, with the header Content-Type: application/json.")
}

/// The whole body.
pub async fn body_bytes<S: Send + Sync>(req: Request, state: &S) -> Result<Bytes, ApiError> {
    Bytes::from_request(req, state).await.map_err(|e| match e.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::new(Kind::TooLarge, "The body is too large.").into(),
        _ => Error::invalid(e.body_text()).into(),
    })
}

/// Reads a JSON object. What is wrong is told with its field.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> crate::domain::error::Result<T> {
    // A list would be taken for the fields in their order.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Error::field("body", "The body must be a JSON object, not a list."));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(&mut json).map_err(|e| (e.path().to_string(), e.into_inner()));
    read.and_then(|v| json.end().map(|()| v).map_err(|e| (".".to_owned(), e))).map_err(|(path, e)| unread(&path, &e))
}

/// Why a body cannot be read; `path` is where, "." for nowhere in particular.
fn unread(path: &str, e: &serde_json::Error) -> Error {
    let told = format!("The body cannot be read: {e}.");
    if e.is_syntax() || e.is_eof() {
        return Error::invalid(told);
    }
    // A missing or unknown field is named in the sentence, between back-ticks.
    let text = e.to_string();
    let named = ["unknown field", "missing field", "duplicate field"].iter().any(|w| text.starts_with(w));
    let within = path.rsplit_once('.').map_or("", |(above, _)| above);
    let field = match text.split('`').nth(1).filter(|_| named) {
        Some(name) if path == "." || path == name => name.to_owned(),
        Some(name) if text.starts_with("missing") => format!("{path}.{name}"),
        Some(name) if within.is_empty() => name.to_owned(),
        Some(name) => format!("{within}.{name}"),
        None if path == "." => "body".to_owned(),
        None => path.to_owned(),
    };
    Error::field(field, told)
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// A query string.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let read = Query::<T>::from_request_parts(parts, state).await;
        read.map(|Query(v)| Self(v)).map_err(|e: QueryRejection| unread_query(&e.body_text()).into())
    }
}

/// The extractor says "…: field: reason" where it knows the field.
fn unread_query(told: &str) -> Error {
    let reason = told.strip_prefix("Failed to deserialize query string: ").unwrap_or(told);
    match reason.split_once(": ").filter(|(field, _)| !field.contains(' ')) {
        Some((field, why)) => Error::field(field, format!("The address cannot be read: {field} has a value it cannot have ({why}).")),
        None => match reason.split('`').nth(1).filter(|_| reason.contains(" field ")) {
            Some(field) => Error::field(field, format!("The address cannot be read: {reason}.")),
            None => Error::invalid(format!("The address cannot be read: {reason}.")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read into")]
    struct Outer {
        name: String,
        price: Option<Price>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read into")]
    struct Price {
        amount_minor: i64,
    }

    #[test]
    fn what_is_wrong_is_told_with_its_field() {
        let field = |json: &str| parse::<Outer>(json.as_bytes()).unwrap_err().fields.first().map(|f| f.0.clone());
        assert_eq!(field(r#"{"name":5}"#).as_deref(), Some("name"));
        assert_eq!(field(r#"{"name":"a","price":5}"#).as_deref(), Some("price"));
        assert_eq!(field(r#"{"name":"a","price":{"amount_minor":"x"}}"#).as_deref(), Some("price.amount_minor"));
        assert_eq!(field(r#"{"name":"a","price":{}}"#).as_deref(), Some("price.amount_minor"));
        assert_eq!(field(r#"{"name":"a","price":{"cents":1}}"#).as_deref(), Some("price.cents"));
        assert_eq!(field(r#"{"price":null}"#).as_deref(), Some("name"));
        assert_eq!(field(r#"{"name":"a","nam":1}"#).as_deref(), Some("nam"));
        assert_eq!(field(r#"["a"]"#).as_deref(), Some("body"));
        assert_eq!(field(r#"{"name":"#), None);
        assert_eq!(field(r#"{"name":"a"} x"#), None);
        assert!(parse::<Outer>(br#" {"name":"a"} "#).is_ok());
    }

    #[test]
    fn what_is_wrong_with_an_address_is_told_with_its_field() {
        let field = |told: &str| unread_query(told).fields.first().map(|f| f.0.clone());
        assert_eq!(field("Failed to deserialize query string: limit: invalid digit found in string").as_deref(), Some("limit"));
        assert_eq!(field("Failed to deserialize query string: missing field `q`").as_deref(), Some("q"));
        assert_eq!(field("Something else"), None);
    }
}
