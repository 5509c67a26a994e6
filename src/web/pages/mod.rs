//! The dashboard and the public pages: extract, call a service or a query, render.

pub mod answer;
pub mod buying;
pub mod chat_file;
pub mod house;
pub mod live;
pub mod media;
pub mod outreach;
pub mod pay;
pub mod public;
pub mod reception;
pub mod session;
pub mod shop;

use crate::app::App;
use crate::domain::error::Error;
use crate::domain::limits;
use crate::web::assets::Static;
use crate::web::tongue;
use answer::Problem;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Request};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use house::{
    access, account, answers, approval, assistant, audit, case, channels, contact, conversation, device, erasure, fact, gaps, import,
    insights, intent, item, merge, model, payments, phone, run, saved_answers, set_up, settings, template, today, whatsapp, work,
};
use outreach::campaign;
use reception::{booking, calendar, desk};
use shop::{invoice, money, order, receipt, statement};
use std::sync::Arc;
use tower_http::csrf::CsrfLayer;

/// No page has this address.
async fn nowhere() -> Problem {
    Problem(Error::not_found("page"))
}

/// An address with something in it that cannot be an id is the address of nothing; who follows it needs no programmer's words.
async fn readable(req: Request, next: Next) -> Response {
    let is_looked_at = req.method().is_safe();
    let answer = next.run(req).await;
    let is_bare = answer.headers().get(header::CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"text/plain"));
    if is_looked_at && is_bare && answer.status() == StatusCode::BAD_REQUEST {
        Problem(Error::not_found("page")).into_response()
    } else {
        answer
    }
}

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; \
                   media-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The policy of the chat inside a foreign page: the same, but it may be framed.
pub const CSP_EMBED: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                             font-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors *";

/// Every page, its forms, its live stream and the static files.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(public::showcase))
        .route("/b/{slug}", get(public::business))
        .route("/b/{slug}/widget.js", get(public::widget))
        .route("/b/{slug}/chat", get(public::chat).post(public::say))
        .route("/b/{slug}/chat/live", get(public::live))
        .route("/b/{slug}/chat/file/{name}", get(chat_file::file))
        .route("/b/{slug}/booking/{file}", get(public::booking_file))
        .route("/b/{slug}/photo/{name}", get(media::photo))
        .route("/b/{slug}/pay/{token}", get(pay::page).post(pay::pay))
        .route("/sign-in", get(account::sign_in).post(account::do_sign_in))
        .route("/sign-out", post(account::sign_out))
        .route("/sign-in/{token}", get(account::follow))
        .route("/set-up/{token}", get(account::welcome).post(account::do_welcome))
        .route("/tongue", post(tongue::switch))
        .route("/approvals/{id}", get(approval::by_link).post(approval::decide_by_link))
        .route("/app", get(today::page))
        .route("/app/live", get(live::feed))
        .route("/sw.js", get(device::worker))
        .route("/app/media/{name}", get(media::file))
        .merge(talk())
        .merge(trade())
        .merge(buying::routes())
        .merge(knowledge())
        .merge(lending())
        .merge(setting())
        .layer(DefaultBodyLimit::max(limits::BODY_BYTES))
        .route("/app/catalogue", get(item::list).post(item::add).layer(DefaultBodyLimit::max(limits::UPLOAD_BYTES)))
        .route("/app/catalogue/{id}", get(item::page).post(item::save).layer(DefaultBodyLimit::max(limits::UPLOAD_BYTES)))
        .route("/app/phone/file", post(phone::file).layer(DefaultBodyLimit::max(limits::UPLOAD_BYTES)))
        .route("/app/catalogue/import", get(import::page).post(import::try_file).layer(DefaultBodyLimit::max(limits::UPLOAD_BYTES)))
        .route("/app/payments/statement", get(statement::page).post(statement::try_file).layer(DefaultBodyLimit::max(limits::UPLOAD_BYTES)))
        .route("/app/catalogue/import/airtable", post(import::try_airtable))
        // These read their forms themselves and say what is too large.
        .route("/b/{slug}/chat/file", post(chat_file::send).layer(DefaultBodyLimit::disable()))
        .route("/app/answers/documents", post(answers::upload).layer(DefaultBodyLimit::disable()))
        .route("/app/answers/documents/{id}/replace", post(answers::replace).layer(DefaultBodyLimit::disable()))
        .fallback(nowhere)
        .layer(middleware::from_fn(readable))
        .layer(CsrfLayer::new())
        .layer(middleware::from_fn(tongue::speak))
        .layer(middleware::from_fn(guard))
        .route("/static/{*path}", get(asset))
}

fn talk() -> Router<Arc<App>> {
    Router::new()
        .route("/app/messages", get(conversation::list))
        .route("/app/messages/{id}", get(conversation::page))
        .route("/app/messages/{id}/send", post(conversation::send))
        .route("/app/messages/{id}/takeover", post(conversation::take_over))
        .route("/app/messages/{id}/handback", post(conversation::hand_back))
        .route("/app/messages/{id}/close", post(conversation::close))
        .route("/app/messages/{id}/again", post(conversation::again))
        .route("/app/messages/{id}/undo", post(conversation::undo))
        .route("/app/messages/{id}/assign", post(case::assign))
        .route("/app/messages/{id}/suggest", post(case::suggest))
        .route("/app/messages/{id}/note", post(case::add_note))
        .route("/app/messages/{id}/note/{note}/remove", post(case::remove_note))
        .route("/app/ready-replies", get(case::page).post(case::add_ready))
        .route("/app/ready-replies/clock", post(case::set_clock))
        .route("/app/ready-replies/{id}", post(case::save_ready))
        .route("/app/ready-replies/{id}/remove", post(case::remove_ready))
        .route("/app/messages/{id}/template", post(template::send))
        .route("/app/customers", get(contact::list))
        .route("/app/customers/{id}", get(contact::page).post(contact::save))
        .route("/app/customers/{id}/merge", post(merge::join))
        .route("/app/customers/{id}/merges/{merge}/undo", post(merge::undo))
        .route("/app/customers/{id}/notes", post(contact::add_note))
        .route("/app/customers/{id}/notes/{note}/remove", post(contact::remove_note))
        .route("/app/customers/{id}/points", post(contact::give_points))
        .route("/app/customers/{id}/redeem", post(contact::redeem))
        .route("/app/outreach", get(campaign::page).post(campaign::add))
        .route("/app/outreach/rules", post(campaign::set_rules))
        .route("/app/outreach/points", post(campaign::set_terms))
        .route("/app/outreach/groups", post(campaign::add_group))
        .route("/app/outreach/groups/{id}/remove", post(campaign::remove_group))
        .route("/app/outreach/{id}", get(campaign::one))
        .route("/app/outreach/{id}/start", post(campaign::start))
        .route("/app/outreach/{id}/stop", post(campaign::stop))
        .route("/app/audit", get(audit::page))
        .route("/app/audit/retention", post(audit::keep))
        .route("/app/customers/{id}/export", get(erasure::export))
        .route("/app/customers/{id}/erase", get(erasure::ask).post(erasure::erase))
        .route("/app/erasures/{id}", get(erasure::report))
        .route("/app/customers/{id}/facts", post(fact::add))
        .route("/app/customers/{id}/facts/forget-all", post(fact::forget_all))
        .route("/app/customers/{id}/facts/{fact}", post(fact::save))
        .route("/app/customers/{id}/facts/{fact}/forget", post(fact::forget))
        .route("/app/phone", get(phone::page))
        .route("/app/phone/send", post(phone::send))
        .route("/app/phone/tap", post(phone::tap))
        .route("/app/phone/place", post(phone::place))
        .route("/app/phone/persona", post(phone::persona))
        .route("/app/phone/network", post(phone::network))
}

fn trade() -> Router<Arc<App>> {
    Router::new()
        .route("/app/orders", get(order::list))
        .route("/app/payments", get(receipt::queue))
        .route("/app/payments/statement/{id}", get(statement::report))
        .route("/app/payments/statement/{id}/run", post(statement::run))
        .route("/app/payments/rows/{id}/confirm", post(statement::confirm))
        .route("/app/payments/rows/{id}/dismiss", post(statement::dismiss))
        .route("/app/orders/{id}", get(order::page))
        .route("/app/orders/{id}/receipts", post(receipt::upload))
        .route("/app/orders/{id}/status", post(order::set_status))
        .route("/app/orders/{id}/approve-payment", post(order::approve))
        .route("/app/orders/{id}/reject-payment", post(order::reject))
        .route("/app/orders/{id}/papers/{kind}", post(invoice::file))
        .route("/app/orders/{id}/papers/{kind}/send", post(invoice::send))
        .route("/app/orders/{id}/payment-link", post(money::make))
        .route("/app/orders/{id}/payment-look", post(money::look))
        .route("/app/orders/{id}/payment-seen", post(money::seen))
        .route("/app/orders/{id}/refunds", post(money::give_back))
        .route("/app/orders/{id}/money-settled", post(money::settle))
        .route("/app/orders/{id}/refunds/{refund}", post(money::say_whether))
        .route("/app/catalogue/new", get(item::blank))
        .route("/app/catalogue/{id}/available", post(item::available))
        .route("/app/catalogue/{id}/remove", post(item::remove))
        .route("/app/catalogue/import/{id}", get(import::report))
        .route("/app/catalogue/import/{id}/run", post(import::run))
        .route("/app/insights", get(insights::page))
        .route("/app/insights/{name}", get(insights::table))
        .route("/app/work-log", get(run::list))
        .route("/app/work-log/{id}", get(run::page))
        .route("/app/work-log/{id}/stop", post(work::stop))
        .route("/app/work-log/{id}/resume", post(work::resume))
        .route("/app/work-log/{id}/fork", post(work::fork))
        .route("/app/work-log/{id}/deeds/{deed}", post(work::settle))
        .route("/app/approvals", get(approval::page))
        .route("/app/approvals/policy", post(approval::set_policy))
        .route("/app/approvals/phone", post(approval::ask_phone))
        .route("/app/approvals/phone/forget", post(approval::forget_phone))
        .route("/app/approvals/{id}", post(approval::decide))
        .route("/app/devices", post(device::add))
        .route("/app/devices/key", post(device::key))
        .route("/app/devices/{id}/forget", post(device::forget))
}

fn knowledge() -> Router<Arc<App>> {
    Router::new()
        .route("/app/answers", get(answers::page))
        .route("/app/answers/saved", get(saved_answers::page))
        .route("/app/answers/saved/clear", post(saved_answers::clear))
        .route("/app/answers/saved/{id}/forget", post(saved_answers::forget))
        .route("/app/answers/pages", post(answers::add_page))
        .route("/app/answers/texts", post(answers::add_text))
        .route("/app/answers/documents/{id}", get(answers::show))
        .route("/app/answers/documents/{id}/again", post(answers::read_again))
        .route("/app/answers/documents/{id}/remove", post(answers::remove))
        .route("/app/answers/gaps/approve", post(gaps::approve))
        .route("/app/answers/gaps/dismiss", post(gaps::dismiss))
}

fn lending() -> Router<Arc<App>> {
    Router::new()
        .route("/app/bookings", get(calendar::page).post(booking::add))
        .route("/app/bookings/set-up", get(desk::page))
        .route("/app/bookings/policy", post(desk::policy))
        .route("/app/bookings/feed", post(desk::new_feed))
        .route("/app/bookings/resources/{id}", post(desk::save))
        .route("/app/bookings/resources/{id}/remove", post(desk::remove))
        .route("/app/bookings/waitlist/{id}/remove", post(booking::leave))
        .route("/app/bookings/{id}", get(booking::page))
        .route("/app/bookings/{id}/move", post(booking::change))
        .route("/app/bookings/{id}/status", post(booking::set_status))
}

fn setting() -> Router<Arc<App>> {
    Router::new()
        .route("/app/set-up", get(set_up::page))
        .route("/app/assistants", get(assistant::list))
        .route("/app/assistants/{id}", get(assistant::page).post(assistant::save))
        .route("/app/assistants/{id}/remove", post(assistant::remove))
        .route("/app/intents", get(intent::page).post(intent::add_intent))
        .route("/app/intents/messages/{id}", post(intent::correct))
        .route("/app/intents/examples/remove", post(intent::remove))
        .route("/app/intents/{name}/examples", post(intent::add))
        .route("/app/intents/{name}/remove", post(intent::remove_intent))
        .route("/app/settings", get(settings::page))
        .route("/app/settings/answers", post(settings::answers))
        .route("/app/settings/business", post(settings::business))
        .route("/app/settings/hours", post(settings::hours))
        .route("/app/settings/whatsapp", post(whatsapp::save))
        .route("/app/settings/channels/{carrier}", post(channels::save))
        .route("/app/settings/channels/{carrier}/disconnect", post(channels::disconnect))
        .route("/app/settings/whatsapp/check", post(whatsapp::check))
        .route("/app/settings/whatsapp/templates", post(template::fetch))
        .route("/app/settings/payments", post(payments::save))
        .route("/app/settings/tax", post(invoice::tax))
        .route("/app/settings/models", post(model::limit))
        .route("/app/settings/models/add", post(model::add))
        .route("/app/settings/models/{id}", get(model::edit))
        .route("/app/settings/models/{id}/check", post(model::check))
        .route("/app/settings/models/{id}/up", post(model::up))
        .route("/app/settings/models/{id}/remove", post(model::remove))
        .route("/app/settings/members", post(access::add_member))
        .route("/app/settings/members/{id}/role", post(access::set_role))
        .route("/app/settings/members/{id}/remove", post(access::remove_member))
        .route("/app/settings/invitations/{id}/remove", post(access::remove_invitation))
        .route("/app/settings/keys", post(access::add_key))
        .route("/app/settings/keys/{id}/revoke", post(access::revoke_key))
        .route("/app/settings/unread/{id}/replay", post(settings::replay))
}

/// The headers every page carries, unless its handler set its own.
async fn guard(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &str); 3] =
        [(header::CONTENT_SECURITY_POLICY, CSP), (header::X_CONTENT_TYPE_OPTIONS, "nosniff"), (header::REFERRER_POLICY, "same-origin")];
    for (name, value) in fixed {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.entry(name).or_insert(value);
        }
    }
    response
}

/// A static file. With its checksum in the address it may be kept for ever.
async fn asset(Path(path): Path<String>, uri: Uri) -> Response {
    let Some(file) = Static::get(&path) else { return StatusCode::NOT_FOUND.into_response() };
    let keep = if uri.query().is_some() { "public, max-age=31536000, immutable" } else { "public, max-age=300" };
    let kind = file.metadata.mimetype().to_owned();
    let headers =
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep.to_owned()), (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned())];
    (headers, file.data).into_response()
}
