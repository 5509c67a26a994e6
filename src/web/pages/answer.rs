//! Turning pages and errors into responses.

use crate::domain::error::{Error, Kind};
use crate::web::error::{request_id, status};
use crate::web::view::house::account::ProblemPage;
use askama::Template;
use axum::http::header::{HeaderValue, SET_COOKIE};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// An error as a page.
#[derive(Debug)]
pub struct Problem(pub Error);

/// What a handler of pages answers.
pub type Answer = std::result::Result<Response, Problem>;

impl From<Error> for Problem {
    fn from(e: Error) -> Self {
        Self(e)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = status(&self.0);
        let id = request_id();
        if status.is_server_error() {
            tracing::error!(request_id = id, error = %self.0, source = ?self.0.source, "a page failed");
        }
        let text = match self.0.kind {
            // A link that has ended is no thing of a business.
            Kind::NotFound if self.0.message.starts_with("This link") => "",
            Kind::NotFound => "It may have been removed, or belong to another business.",
            Kind::Conflict => "Nothing was changed.",
            Kind::Unavailable => "Try again in a moment.",
            _ => "",
        };
        let fields = self.0.fields.iter().map(|(_, s)| s.clone()).filter(|s| *s != self.0.message).collect();
        let page =
            ProblemPage { status: status.as_u16(), title: self.0.message, text: text.into(), fields, back: "/app".into(), request_id: id };
        let html = page.render().unwrap_or_else(|_| page.title.clone());
        (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
    }
}

/// A rendered page.
pub fn html(page: &impl Template) -> Answer {
    html_as(StatusCode::OK, page)
}

/// A rendered page with another status.
pub fn html_as(status: StatusCode, page: &impl Template) -> Answer {
    let text = page.render().map_err(|e| Error::internal("This page could not be made.").with_source(e))?;
    Ok((status, [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], text).into_response())
}

/// Adds a cookie.
pub fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}
