//! Who looks, and at which business: from the session cookie to everything a handler needs.

use crate::app::App;
use crate::domain::error::Result;
use crate::domain::house::business::{Business, Profile};
use crate::domain::house::member::{Actor, Member, Role};
use crate::domain::money::Money;
use crate::domain::time::{DAY_MS, Time};
use crate::services::house::audit;
use crate::services::house::member::digest;
use crate::services::house::once::Once;
use crate::services::shop::refund;
use crate::store::events;
use crate::store::file::File;
use crate::store::house::{approval, case, conversation, effect, message, run};
use crate::store::meta;
use crate::store::shop::order;
use crate::store::tx::{Read, Tx};
use crate::web::extract::visitor::{self, NotIn, Visitor};
use crate::web::format;
use crate::web::pages::answer::{self, Problem};
use crate::web::pages::house::set_up;
use crate::web::view::{BusinessLink, Chrome, Toast};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use std::sync::Arc;

/// The cookie that carries one sentence to the next page.
pub const SAID: &str = "steward_said";
/// Before a sentence that is no good news.
const WARNED: char = '\u{26a0}';
/// Messages that failed are shown for this long.
pub const TROUBLE_MS: i64 = 7 * DAY_MS;

/// A signed-in member looking at one of their businesses.
#[derive(Clone)]
pub struct Here {
    /// What is running.
    pub app: Arc<App>,
    /// The business.
    pub business: Business,
    /// Its file.
    pub file: Arc<File>,
    /// Who looks, with their role here.
    pub member: Member,
    others: Vec<Business>,
    path: String,
    looks: bool,
    said: Option<String>,
}

/// What a page is made with, inside one read.
pub struct View {
    /// The frame, filled.
    pub chrome: Chrome,
    /// What the owner set.
    pub profile: Profile,
    /// Now.
    pub now: Time,
}

impl View {
    /// An amount in the business's currency.
    pub fn money(&self, minor: i64) -> String {
        Money::new(minor, self.profile.currency).to_string()
    }
    /// "10:02", "Thu", "3 Nov".
    pub fn short(&self, at: Time) -> String {
        format::short(at, self.now, &self.profile.time_zone)
    }
    /// "10:02", "Thu 10:02".
    pub fn moment(&self, at: Time) -> String {
        format::moment(at, self.now, &self.profile.time_zone)
    }
    /// "10:02" today, "Sun 10:02" in the coming days.
    pub fn moment_ahead(&self, at: Time) -> String {
        let (a, n) = (at.in_zone(&self.profile.time_zone), self.now.in_zone(&self.profile.time_zone));
        a.strftime(if a.date() == n.date() { "%H:%M" } else { "%a %H:%M" }).to_string()
    }
    /// "31 min".
    pub fn age(&self, at: Time) -> String {
        format::age(at, self.now)
    }
    /// Midnight of today, or of `days` before, on the business's clock.
    pub fn midnight(&self, days: i64) -> Time {
        let z = self.now.in_zone(&self.profile.time_zone);
        let day = z.date().checked_sub(jiff::Span::new().days(days)).unwrap_or(z.date());
        let start = day.to_zoned(z.time_zone().clone()).map(|z| z.timestamp().as_millisecond());
        Time::from_millis(start.unwrap_or(self.now.millis() - days * DAY_MS))
    }
}

impl Here {
    /// An error unless the member may do what needs this role.
    pub fn require(&self, role: Role) -> Result<()> {
        self.member.role.require(role)
    }
    /// Who does it, written beside what was done.
    pub fn actor(&self) -> Actor {
        let name = if self.member.name.is_empty() { &self.member.email } else { &self.member.name };
        Actor::Member { id: self.member.id, name: name.clone() }
    }
    /// The same, with a page of its own as the address live regions fetch again.
    pub fn at(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }
    /// Reads what a page shows, with its frame, in one transaction.
    pub async fn view<T: Send + 'static>(
        &self,
        active: &'static str,
        f: impl FnOnce(&Read<'_>, View) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let here = self.clone();
        self.file
            .read(move |tx| {
                let profile = meta::find_profile(tx)?;
                let chrome = here.chrome(tx, active, &profile)?;
                f(tx, View { chrome, profile, now: tx.now })
            })
            .await
    }
    /// Changes something, and writes down who did. What a look leaves behind (that it was read, a token to paste) is nobody's deed.
    pub async fn write<T: Send + 'static>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        let looks = self.looks;
        let (actor, path) = (self.actor(), self.path.split('?').next().unwrap_or_default().to_owned());
        self.file
            .write(move |tx| {
                let done = f(tx)?;
                if !looks {
                    audit::record(tx, &actor, "on the dashboard", &path)?;
                }
                Ok(done)
            })
            .await
    }
    /// Writes down who did what this request asks, where the change itself is in the control file.
    pub async fn noted(&self) -> Result<()> {
        self.write(|_| Ok(())).await
    }
    /// The key of a form, so that the same form sent twice does its work once. What was changed before it was sent again is another
    /// request, with a key of its own.
    pub fn once(&self, key: &str, what: &str, content: &[u8]) -> Once {
        if key.is_empty() {
            return Once::default();
        }
        let sum = hex::encode(ring::digest::digest(&ring::digest::SHA256, content));
        let request = digest(&format!("{what} {sum}"));
        Once { key: Some(format!("page:{}:{}", self.member.id, digest(&format!("{key} {request}")))), request }
    }
    /// A page, after which the sentence of the last action is forgotten.
    pub fn page(&self, page: &impl askama::Template) -> std::result::Result<Response, Problem> {
        let mut response = answer::html(page)?;
        if self.said.is_some() {
            answer::set_cookie(&mut response, &format!("{SAID}=; Path=/app; Max-Age=0; HttpOnly; SameSite=Lax"));
        }
        Ok(response)
    }
    /// Back to a page, which will say `words` (nothing when empty).
    pub fn back(&self, to: &str, words: &str) -> Response {
        let mut response = Redirect::to(local(to)).into_response();
        if !words.is_empty() {
            // Hexadecimal: whoever reads cookies has a way of their own with "&" and "%".
            let packed = hex::encode(words);
            answer::set_cookie(&mut response, &format!("{SAID}={packed}; Path=/app; Max-Age=60; HttpOnly; SameSite=Lax"));
        }
        response
    }

    /// Back to a page, which will say that something is still to be looked at.
    pub fn back_warned(&self, to: &str, words: &str) -> Response {
        self.back(to, &format!("{WARNED}{words}"))
    }

    fn chrome(&self, tx: &Read<'_>, active: &'static str, profile: &Profile) -> Result<Chrome> {
        let counts = order::count_by_status(tx)?;
        let open_orders = counts.iter().filter(|(s, _)| !s.is_final()).map(|(_, n)| n).sum();
        let (_, in_care) = conversation::count_conversations(tx)?;
        let waiting = conversation::count_waiting(tx)?;
        let to_check = counts.iter().find(|(s, _)| *s == crate::domain::shop::order::Status::AwaitingConfirmation).map_or(0, |(_, n)| *n);
        let failed = message::count_unsettled(tx, tx.now.plus_ms(-TROUBLE_MS))?;
        let approvals = approval::count_open_approvals(tx)?;
        let owed = refund::count_owed(tx)?;
        let doubts = effect::count_unknown_effects(tx)?;
        let steps = set_up::steps(tx, profile, &self.connected())?;
        let chats = format::count(in_care, "chat", "chats");
        let chrome = Chrome {
            business_name: self.business.name.clone(),
            slug: self.business.slug.clone(),
            initials: format::initials(&self.business.name),
            member_name: self.actor().name().to_owned(),
            active,
            here: self.path.clone(),
            needs: waiting + owed + case::count_silent(tx)? + to_check + failed + approvals + doubts + run::count_parked(tx)?,
            waiting,
            open_orders,
            approvals,
            answers: profile.answers,
            answers_note: if profile.answers {
                format!("{chats} in its care. Switch off to answer everything yourself.")
            } else {
                "Everything waits for a person. Switch on to let it answer.".into()
            },
            set_up_done: i64::try_from(steps.iter().filter(|s| s.done).count()).unwrap_or(0),
            set_up_all: i64::try_from(steps.len()).unwrap_or(0),
            businesses: self.others.iter().map(link).collect(),
            live_after: events::event_bounds(tx)?.1,
            has_phone: self.app.directory().numbers_of(self.business.id).any(|n| n.simulated),
            toast: self.said.as_deref().map(toast),
            ..Chrome::default()
        };
        Ok(chrome.with_role(self.member.role))
    }

    /// Which channels carry real messages.
    pub fn connected(&self) -> set_up::Connected {
        let directory = self.app.directory();
        set_up::Connected {
            whatsapp: directory.numbers_of(self.business.id).any(|n| !n.simulated),
            simulated: directory.numbers_of(self.business.id).any(|n| n.simulated),
        }
    }
}

fn toast(said: &str) -> Toast {
    let (text, warn) = said.strip_prefix(WARNED).map_or((said, false), |text| (text, true));
    Toast { text: text.to_owned(), undo: String::new(), warn }
}

fn link(b: &Business) -> BusinessLink {
    BusinessLink { name: b.name.clone(), slug: b.slug.clone(), initials: format::initials(&b.name) }
}

/// Only addresses of our own dashboard: a form field must not lead away.
pub(super) fn local(to: &str) -> &str {
    let plain = !to.contains("//") && !to.contains('\\') && !to.contains(char::is_control);
    if to.starts_with("/app") && plain { to } else { "/app" }
}

impl FromRequestParts<Arc<App>> for Here {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> std::result::Result<Self, Response> {
        let visitor = match visitor::from_cookie(app, parts).await {
            Ok(Some(v)) => v,
            Ok(None) => return Err(sign_in(parts)),
            Err(e) => return Err(Problem(e).into_response()),
        };
        let jar = CookieJar::from_headers(&parts.headers);
        let unpacked = |c: &str| hex::decode(c).ok().and_then(|words| String::from_utf8(words).ok());
        let said = jar.get(SAID).and_then(|c| unpacked(c.value()));
        // A live refresh must not take the sentence away from the page it is meant for.
        let said = said.filter(|s| !s.is_empty() && !parts.headers.contains_key("x-quiet"));
        let path = parts.uri.path_and_query().map_or("/app", |p| p.as_str()).to_owned();
        let Visitor { member, business, file, businesses, .. } = visitor;
        let others = businesses.into_iter().filter(|b| b.id != business.id).collect();
        let looks = parts.method.is_safe();
        Ok(Self { app: app.clone(), business, file, member, others, path, looks, said })
    }
}

/// A browser is sent to the door; a request in the background is told that the door is closed.
fn sign_in(parts: &Parts) -> Response {
    let background = parts.headers.contains_key("hx-request") || parts.uri.path() == "/app/live";
    if background {
        return (StatusCode::UNAUTHORIZED, "Sign in first.").into_response();
    }
    let here = if parts.method == Method::GET { parts.uri.path_and_query().map(ToString::to_string) } else { page_of(&parts.headers) };
    NotIn::SignIn(here.unwrap_or_else(|| "/app".into())).into_response()
}

/// The page a form was on: its own address is none to come back to.
fn page_of(headers: &HeaderMap) -> Option<String> {
    let from = url::Url::parse(headers.get(header::REFERER)?.to_str().ok()?).ok()?;
    let query = from.query().map_or_else(String::new, |q| format!("?{q}"));
    Some(local(&format!("{}{query}", from.path())).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_lead_back_to_the_dashboard_only() {
        assert_eq!(local("/app/orders?show=late"), "/app/orders?show=late");
        for away in ["https://evil.example", "//evil.example", "/app//evil.example", "/\\evil.example", "orders", "/app\r\nSet-Cookie: a=b"]
        {
            assert_eq!(local(away), "/app", "{away}");
        }
    }
}
