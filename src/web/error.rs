//! Failures as answers: RFC 9457 problem documents for programs, a page for people.

use crate::domain::error::{Error, Kind};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// A failed API call.
#[derive(Debug)]
pub struct ApiError(pub Error);

impl From<Error> for ApiError {
    fn from(e: Error) -> Self {
        Self(e)
    }
}

/// The result of an API handler.
pub type ApiResult<T> = Result<T, ApiError>;

/// A problem document (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemDocument {
    /// A stable address of the kind of problem.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The kind in words.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What happened and what to mend.
    pub detail: String,
    /// Errors of single fields.
    pub errors: Vec<FieldError>,
    /// Finds this answer in the log.
    pub request_id: String,
}

/// What is wrong with one field.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldError {
    /// The field.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

/// The HTTP status of a kind of failure.
pub fn status(e: &Error) -> StatusCode {
    match e.kind {
        Kind::Invalid if e.fields.is_empty() => StatusCode::BAD_REQUEST,
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Denied => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn words(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Invalid => ("urn:steward:invalid", "The request cannot be accepted"),
        Kind::Unauthenticated => ("urn:steward:unauthenticated", "Sign in first"),
        Kind::Denied => ("urn:steward:denied", "Not allowed"),
        Kind::NotFound => ("urn:steward:not-found", "Not found"),
        Kind::Conflict => ("urn:steward:conflict", "Not possible now"),
        Kind::TooLarge => ("urn:steward:too-large", "Too large"),
        Kind::RateLimited => ("urn:steward:rate-limited", "Too many requests"),
        Kind::Unavailable => ("urn:steward:unavailable", "Not available now"),
        Kind::Internal => ("urn:steward:internal", "Something went wrong"),
    }
}

/// A short random name for one answer, also in the log.
pub fn request_id() -> String {
    crate::domain::id::token(9)
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (e, id) = (self.0, request_id());
        let status = status(&e);
        if status.is_server_error() {
            tracing::error!(request_id = id, error = %e, cause = ?e.source, "a request failed");
        }
        let (kind, title) = words(e.kind);
        let errors = e.fields.into_iter().map(|(field, message)| FieldError { field, message }).collect();
        let body = ProblemDocument { kind, title, status: status.as_u16(), detail: e.message, errors, request_id: id };
        let mut response = (status, Json(body)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
        }
        response
    }
}

/// The address exists, but not for this method.
pub fn method_not_allowed(allowed: &str) -> Response {
    let status = StatusCode::METHOD_NOT_ALLOWED;
    let body = ProblemDocument {
        kind: "urn:steward:method-not-allowed",
        title: "Not for this method",
        status: status.as_u16(),
        detail: format!("This address takes {allowed}."),
        errors: Vec::new(),
        request_id: request_id(),
    };
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_json()).into_response()
}

impl ProblemDocument {
    fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// A handler panicked: logged by the hook of the runtime, told as a plain failure.
pub fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    ApiError(Error::internal("Something went wrong on our side. It is in the log.")).into_response()
}
