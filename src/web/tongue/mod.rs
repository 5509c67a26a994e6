//! The dashboard in French. Templates and view code speak English only, which is also the source, as in gettext; when the reader's
//! language is French, the finished page is walked over once and each piece of our own text is replaced from a catalogue
//! (`templates/dashboard/fr`). English readers pay nothing, and what people wrote is never touched. Today or the orders of a busy shop
//! (13 KB) take some 50 µs, a page with much text 300 µs; the first French page reads the catalogue, which takes 10 ms.

pub mod catalogue;
pub mod page;
mod times;

use axum::Form;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_LANGUAGE, CONTENT_DISPOSITION, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue, SET_COOKIE, VARY,
};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

/// The cookie that keeps what a reader chose.
pub const COOKIE: &str = "tongue";
/// A year, in seconds.
const YEAR_S: u32 = 31_536_000;

/// A language of the dashboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    /// As the pages are written.
    English,
    /// By the catalogue.
    French,
}

impl Tongue {
    /// The language code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }

    fn named(code: &str) -> Option<Self> {
        match code {
            "en" => Some(Self::English),
            "fr" => Some(Self::French),
            _ => None,
        }
    }

    /// What the reader chose, else what their browser asks for, else English.
    pub fn of(headers: &HeaderMap) -> Self {
        let chosen = CookieJar::from_headers(headers).get(COOKIE).and_then(|c| Self::named(c.value()));
        let asked = || headers.get(ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).and_then(asked);
        chosen.or_else(asked).unwrap_or(Self::English)
    }
}

/// The language of ours that a browser likes best: `fr-CA,fr;q=0.9,en;q=0.8`.
fn asked(list: &str) -> Option<Tongue> {
    let mut best: Option<(Tongue, u32)> = None;
    for entry in list.split(',') {
        let mut words = entry.trim().split(';');
        let code = words.next().unwrap_or_default().trim().to_ascii_lowercase();
        let Some(tongue) = Tongue::named(code.split('-').next().unwrap_or_default()) else { continue };
        let weight = words.find_map(|w| w.trim().strip_prefix("q=").map(thousandths)).unwrap_or(1_000);
        if weight > 0 && best.is_none_or(|(_, w)| weight > w) {
            best = Some((tongue, weight));
        }
    }
    best.map(|(tongue, _)| tongue)
}

/// "0.8" as 800; what is no such number counts as nothing.
fn thousandths(q: &str) -> u32 {
    let (whole, rest) = q.split_once('.').unwrap_or((q, ""));
    let digits: String = rest.chars().chain("000".chars()).take(3).collect();
    whole.parse::<u32>().ok().zip(digits.parse::<u32>().ok()).map_or(0, |(w, r)| (w.min(1) * 1_000 + r).min(1_000))
}

/// Whether the pages under this address are the dashboard's.
fn is_dashboard(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    matches!(first, "app" | "sign-in" | "set-up" | "approvals") && !path.starts_with("/app/media/")
}

/// The page in French.
pub fn french(html: &str) -> String {
    let words = catalogue::french();
    page::walk(html, Some(Tongue::French.as_str()), &mut |_, text| words.say(text))
}

/// The step every response passes: pages of the dashboard in the reader's language.
pub async fn speak(request: Request, next: Next) -> Response {
    if !is_dashboard(request.uri().path()) {
        return next.run(request).await;
    }
    let tongue = Tongue::of(request.headers());
    let mut response = next.run(request).await;
    let is_html = response.headers().get(CONTENT_TYPE).is_some_and(|v| v.as_bytes().starts_with(b"text/html"));
    if !is_html || response.headers().contains_key(CONTENT_DISPOSITION) {
        return response;
    }
    response.headers_mut().append(VARY, HeaderValue::from_static("cookie, accept-language"));
    response.headers_mut().insert(CONTENT_LANGUAGE, HeaderValue::from_static(tongue.as_str()));
    if tongue == Tongue::English {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // A page is made whole in memory before it comes here, so this neither waits nor fails.
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let said = match std::str::from_utf8(&bytes) {
        Ok(html) => Body::from(french(html)),
        Err(_) => Body::from(bytes),
    };
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, said)
}

/// What the switch sends.
#[derive(Debug, Deserialize)]
pub struct Choice {
    tongue: String,
    #[serde(default)]
    back: String,
}

/// `POST /tongue`: keeps the language and goes back.
pub async fn switch(Form(choice): Form<Choice>) -> Response {
    let back = if is_dashboard(&choice.back) && is_local(&choice.back) { choice.back.as_str() } else { "/app" };
    let mut response = Redirect::to(back).into_response();
    if let Some(tongue) = Tongue::named(&choice.tongue) {
        let cookie = format!("{COOKIE}={}; Path=/; Max-Age={YEAR_S}; HttpOnly; SameSite=Lax", tongue.as_str());
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(SET_COOKIE, value);
        }
    }
    response
}

/// A form field must not lead away from this server.
fn is_local(to: &str) -> bool {
    to.starts_with('/') && !to.contains("//") && !to.contains('\\') && !to.contains(char::is_control)
}

#[cfg(test)]
mod template_tests;
#[cfg(test)]
mod tests;
