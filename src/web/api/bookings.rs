//! Bookings: what is free, made, changed, and the feed calendars subscribe to.

use super::contacts::Who;
use super::page::{Page, id_cursor, most};
use super::shapes::booking::{BookingDetail, BookingOut, Free, Made, SlotOut, WaitingOut, local};
use crate::domain::error::{Error, Result};
use crate::domain::house::member::{Actor, Role};
use crate::domain::id::Id;
use crate::domain::reception::booking::BookingStatus;
use crate::domain::reception::ics::{Frame, calendar};
use crate::domain::reception::refusal::Refusal;
use crate::domain::reception::resource::ResourceKind;
use crate::domain::reception::slots::{Bookable, Fit, Moment, Wish, moment, moment_or_next};
use crate::domain::time::{DAY_MS, Time};
use crate::services::house::chat::find_or_add;
use crate::services::reception::booking::{self as bookings, Attempt, ChangeBooking, NewBooking};
use crate::services::reception::{desk, waitlist};
use crate::services::shop::order::For;
use crate::store::house::{contact, conversation as threads};
use crate::store::meta;
use crate::store::reception::booking;
use crate::store::tx::{Read, Tx};
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::{Json, Params};
use crate::web::extract::caller::Caller;
use crate::web::extract::write::{PathId, Write};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(availability)).routes(routes!(feed)).routes(routes!(detail, change))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only bookings that stand there.
    #[param(value_type = Option<BookingStatus>)]
    status: Option<String>,
    /// Only bookings on or after this day of the business's clock; earliest first then.
    #[param(value_type = Option<String>, example = "2026-11-27")]
    from: Option<Date>,
    /// Only bookings on or before this day; the day of `from` when absent.
    #[param(value_type = Option<String>, example = "2026-11-27")]
    to: Option<Date>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Bookings, newest first; with `from`, those of some days, earliest first.
#[utoipa::path(get, path = "/bookings", tag = "bookings", params(Filter), responses((status = 200, body = Page<BookingOut>)))]
async fn list(caller: Caller, Params(f): Params<Filter>) -> ApiResult<Json<Page<BookingOut>>> {
    let status = f.status.as_deref().map(BookingStatus::from_word).transpose()?;
    let (before, most) = (id_cursor(f.cursor.as_deref())?, most(f.limit));
    let page = caller.file.read(move |tx| {
        let profile = meta::find_profile(tx)?;
        let Some(from) = f.from else {
            let rows = booking::list_bookings(tx, status, before, most + 1)?;
            return Ok(Page::cut(rows, most, |b| b.id.to_string(), |b| BookingOut::of(b, &profile)));
        };
        let to = f.to.unwrap_or(from).max(from).tomorrow().unwrap_or(from);
        let at = |d| moment_or_next(d, 0, &profile.time_zone);
        let rows = booking::list_between(tx, at(from), at(to), most)?;
        let rows = rows.into_iter().filter(|b| status.is_none_or(|s| s == b.status));
        Ok(Page::whole(rows.map(|b| BookingOut::of(b, &profile)).collect()))
    });
    Ok(Json(page.await?))
}

fn whole(tx: &Read<'_>, id: Id) -> Result<BookingDetail> {
    let (b, profile) = (booking::find_booking(tx, id)?, meta::find_profile(tx)?);
    Ok(BookingDetail {
        calendar_url: crate::services::reception::notice::address(tx, &b)?,
        history: booking::list_history(tx, id)?.into_iter().map(Into::into).collect(),
        booking: BookingOut::of(b, &profile),
    })
}

/// One booking with its history.
#[utoipa::path(get, path = "/bookings/{id}", tag = "bookings", params(("id" = Id, Path)), responses((status = 200, body = BookingDetail)))]
async fn detail(caller: Caller, PathId(id): PathId) -> ApiResult<Json<BookingDetail>> {
    Ok(Json(caller.file.read(move |tx| whole(tx, id)).await?))
}

/// A new booking.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BookingIn {
    /// For this contact, or
    contact_id: Option<Id>,
    /// for whoever this is.
    contact: Option<Who>,
    /// Where news about it goes; the contact's latest conversation when absent.
    conversation_id: Option<Id>,
    /// What sort of thing; the business's first kind when absent.
    kind: Option<ResourceKind>,
    /// When it begins: with an offset, or a time on the business's own clock ("2026-11-27T20:00").
    starts_at: String,
    /// How long, when not as usual.
    minutes: Option<i64>,
    /// How many nights, for rooms.
    nights: Option<i64>,
    /// How many people.
    #[serde(alias = "party_size", alias = "people")]
    party: i64,
    /// In whose name; the contact's when absent.
    name: Option<String>,
    /// Wishes.
    #[serde(default)]
    note: String,
    /// This very table, room or person.
    resource_id: Option<Id>,
    /// When it is full, wait for a place instead of an error.
    #[serde(default)]
    waitlist: bool,
}

/// A moment as programs write it, on the business's clock when it has no offset.
fn start_at(text: &str, desk: &Bookable) -> Result<Time> {
    if let Some(t) = Time::parse(text) {
        return Ok(t);
    }
    let wrong = || Error::field("starts_at", "A start is written 2026-11-27T20:00:00+01:00, or 2026-11-27T20:00 on the business's clock.");
    let wall: jiff::civil::DateTime = text.replacen(' ', "T", 1).parse().map_err(|_| wrong())?;
    match moment(wall.date(), i64::from(wall.hour()) * 60 + i64::from(wall.minute()), &desk.zone) {
        Moment::At(t) => Ok(t),
        Moment::Skipped(next) => Err(Refusal::Skipped.error(&[local(next, &desk.zone)])),
    }
}

fn kind_or_first(desk: &Bookable, kind: Option<ResourceKind>) -> Result<ResourceKind> {
    kind.or_else(|| desk.kinds().first().copied()).ok_or_else(|| Refusal::Nothing.error(&[]))
}

fn refused(why: &Refusal, nearest: &[Fit], zone: &str) -> Error {
    why.error(&nearest.iter().map(|f| local(f.starts_at, zone)).collect::<Vec<_>>())
}

/// Make a booking. Each time of each thing is given once: whoever is second gets 409 with the nearest free times, or a
/// place on the waitlist.
#[utoipa::path(post, path = "/bookings", tag = "bookings", request_body = BookingIn, responses((status = 201, body = Made)))]
async fn create(caller: Caller, Write { body, once }: Write<BookingIn>) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    caller.write(once, StatusCode::CREATED, move |tx, actor| make(tx, body, actor)).await
}

fn make(tx: &mut Tx<'_>, body: BookingIn, actor: &Actor) -> Result<Made> {
    let desk = bookings::desk_for(tx, actor, body.resource_id)?;
    let wish = Wish {
        kind: kind_or_first(&desk, body.kind)?,
        at: start_at(&body.starts_at, &desk)?,
        minutes: body.minutes,
        nights: body.nights.unwrap_or(1),
        party: body.party,
    };
    check_minutes(body.minutes)?;
    let whose = whose(tx, &body)?;
    let name = match body.name.as_deref().map(str::trim).filter(|n| !n.is_empty()) {
        Some(n) => n.to_owned(),
        None => contact::find_contact(tx, whose.contact_id)?.name,
    };
    let new = NewBooking { whose, wish, name, note: body.note, resource_id: body.resource_id };
    match bookings::book(tx, &new, actor)? {
        Attempt::Made(b) => whole(tx, b.id).map(|d| Made::Booked(Box::new(d))),
        Attempt::Refused { why: Refusal::Full, .. } if body.waitlist => {
            let w = waitlist::join(tx, new.whose, &new.wish, &new.name)?;
            Ok(Made::Waits { waiting: WaitingOut::from(w) })
        }
        Attempt::Refused { why, nearest } => Err(refused(&why, &nearest, &desk.zone)),
    }
}

fn check_minutes(minutes: Option<i64>) -> Result<()> {
    match minutes {
        Some(m) if m % 15 != 0 || !(15..=24 * 60).contains(&m) => {
            Err(Error::field("minutes", "A length is 15 to 1440 minutes, in steps of 15."))
        }
        _ => Ok(()),
    }
}

fn whose(tx: &mut Tx<'_>, body: &BookingIn) -> Result<For> {
    let contact_id = match (&body.contact_id, &body.contact) {
        (Some(id), None) => contact::find_present(tx, *id)?.id,
        (None, Some(who)) => {
            let identities = who.identities(tx)?;
            if identities.is_empty() {
                return Err(Error::field("contact", "Send the contact's phone number or e-mail address."));
            }
            find_or_add(tx, &identities, who.name.as_deref().or(body.name.as_deref()).unwrap_or(""))?
        }
        _ => return Err(Error::field("contact_id", "Name the contact: contact_id or contact, one of them.")),
    };
    let conversation_id = match body.conversation_id {
        Some(id) if threads::find_conversation(tx, id)?.contact_id != contact_id => return Err(Error::not_found("conversation")),
        Some(id) => Some(id),
        None => threads::find_latest_conversation(tx, contact_id)?.map(|t| t.id),
    };
    Ok(For { contact_id, conversation_id })
}

/// What to change of a booking; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BookingChanges {
    /// New start, written as for a new booking.
    starts_at: Option<String>,
    /// New length.
    minutes: Option<i64>,
    /// New number of nights.
    nights: Option<i64>,
    /// New number of people.
    #[serde(alias = "party_size", alias = "people")]
    party: Option<i64>,
    /// New name.
    name: Option<String>,
    /// New wishes.
    note: Option<String>,
    /// This very table, room or person.
    resource_id: Option<Id>,
    /// Where it stands now: confirmed, seated, done, cancelled, no_show.
    status: Option<BookingStatus>,
    /// Why it is cancelled; told to the customer.
    #[serde(default)]
    reason: String,
}

/// Change, move, cancel or end a booking. When the new time does not fit, the old booking stays.
#[utoipa::path(patch, path = "/bookings/{id}", tag = "bookings", params(("id" = Id, Path)), request_body = BookingChanges, responses((status = 200, body = BookingDetail)))]
async fn change(caller: Caller, PathId(id): PathId, Write { body, once }: Write<BookingChanges>) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    caller
        .write(once, StatusCode::OK, move |tx, actor| {
            booking::find_booking(tx, id)?;
            let desk = bookings::desk_for(tx, actor, None)?;
            check_minutes(body.minutes)?;
            let at = body.starts_at.as_deref().map(|t| start_at(t, &desk)).transpose()?;
            let moves = at.is_some() || body.minutes.is_some() || body.nights.is_some() || body.party.is_some();
            if moves || body.name.is_some() || body.note.is_some() || body.resource_id.is_some() {
                let (minutes, nights, party) = (body.minutes, body.nights, body.party);
                let (name, note, resource_id) = (body.name, body.note, body.resource_id);
                let c = ChangeBooking { at, minutes, nights, party, name, note, resource_id, conversation_id: None };
                if let Attempt::Refused { why, nearest } = bookings::change(tx, id, &c, actor)? {
                    return Err(refused(&why, &nearest, &desk.zone));
                }
            }
            if let Some(to) = body.status {
                bookings::set_status(tx, id, to, body.reason.trim(), actor)?;
            }
            whole(tx, id)
        })
        .await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// The day, on the business's clock.
    #[param(value_type = String, example = "2026-11-27")]
    date: Date,
    /// How many people; 2 when absent.
    #[serde(alias = "party_size", alias = "people")]
    party: Option<i64>,
    /// What sort of thing; the business's first kind when absent.
    kind: Option<ResourceKind>,
    /// How long, when not as usual.
    minutes: Option<i64>,
    /// How many nights, for rooms; 1 when absent.
    nights: Option<i64>,
}

/// The free starts of a day, and when there are none, why and what is nearest.
#[utoipa::path(get, path = "/bookings/availability", tag = "bookings", params(Wanted), responses((status = 200, body = Free)))]
async fn availability(caller: Caller, Params(w): Params<Wanted>) -> ApiResult<Json<Free>> {
    check_minutes(w.minutes)?;
    let actor = caller.actor.clone();
    let free = caller.file.read(move |tx| {
        let lends = bookings::desk_for(tx, &actor, None)?;
        let kind = kind_or_first(&lends, w.kind)?;
        let noon = moment_or_next(w.date, 12 * 60, &lends.zone);
        let wish = Wish { kind, at: noon, minutes: w.minutes, nights: w.nights.unwrap_or(1), party: w.party.unwrap_or(2) };
        let free = desk::free_starts(tx, &lends, w.date, &wish)?;
        let mut out = Free { date: w.date.to_string(), kind, party: wish.party, slots: vec![], reason: None, nearest: vec![] };
        if free.is_empty() {
            // Any start within the hours of the day tells why there is none.
            let open = lends.open_any(kind, w.date).first().map_or(12 * 60, |(from, _)| i64::from(*from));
            let at = if kind.by_night() { noon } else { moment_or_next(w.date, open, &lends.zone) };
            if let Err((why, near)) = bookings::fit(tx, &lends, &Wish { at, ..wish }, None)? {
                out.reason = Some(why.sentence());
                out.nearest = near.into_iter().map(|f| SlotOut::of(f, &lends.zone)).collect();
            }
        }
        out.slots = free.into_iter().map(|f| SlotOut::of(f, &lends.zone)).collect();
        Ok(out)
    });
    Ok(Json(free.await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FeedToken {
    /// The secret of the feed, from the bookings page.
    token: String,
}

/// All bookings as a calendar to subscribe to (Google, Outlook, Apple). The token in the address opens it.
#[utoipa::path(get, path = "/bookings/feed.ics", tag = "bookings", security(()), params(FeedToken), responses((status = 200, body = String, content_type = "text/calendar")))]
async fn feed(State(app): State<Shared>, Params(t): Params<FeedToken>) -> ApiResult<Response> {
    let none = || Error::not_found("feed");
    let (business, secret) = t.token.split_once('.').ok_or_else(none)?;
    let id: Id = business.parse().map_err(|_| none())?;
    let (business, file) = app.business(id).map_err(|_| none())?;
    let secret = secret.to_owned();
    let text = file.read(move |tx| {
        if !desk::is_feed_token(tx, &secret)? {
            return Err(Error::not_found("feed"));
        }
        let profile = meta::find_profile(tx)?;
        let all = booking::list_between(tx, tx.now.plus_ms(-60 * DAY_MS), tx.now.plus_ms(400 * DAY_MS), 5_000)?;
        Ok(calendar(&Frame { name: &business.name, address: &profile.address, for_owner: true, now: tx.now }, &all))
    });
    Ok(calendar_file(text.await?, "bookings.ics"))
}

/// A calendar file as calendars want it.
pub fn calendar_file(text: String, name: &str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("inline; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "private, max-age=300".to_owned()),
    ];
    (headers, text).into_response()
}
