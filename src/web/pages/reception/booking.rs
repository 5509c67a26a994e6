//! Bookings by hand: made, looked at, moved, ended; the waitlist.

use super::calendar::{self, Ask, blank, picks, pill};
use crate::domain::error::{Error, Result};
use crate::domain::house::contact::{Identity, IdentityKind};
use crate::domain::house::member::Role;
use crate::domain::id::{Id, token};
use crate::domain::phone::Phone;
use crate::domain::reception::booking::BookingStatus;
use crate::domain::reception::refusal::Refusal;
use crate::domain::reception::resource::ResourceKind;
use crate::domain::reception::slots::{Bookable, Fit, Wish, wall};
use crate::domain::reception::tool;
use crate::domain::reception::words::time_words;
use crate::services::house::chat::find_or_add;
use crate::services::house::once;
use crate::services::reception::booking::{self as bookings, Attempt, ChangeBooking, NewBooking, nights_of};
use crate::services::reception::{notice, waitlist};
use crate::services::shop::order::For;
use crate::store::house::{contact, conversation as threads};
use crate::store::meta;
use crate::store::reception::{booking, resource};
use crate::store::tx::{Read, Tx};
use crate::web::error::status;
use crate::web::pages::answer::{Answer, html_as};
use crate::web::pages::session::{Here, View};
use crate::web::view::reception::booking::{BookingForm, BookingPage};
use crate::web::view::{Errors, Pick, RailPoint};
use axum::Form;
use axum::extract::Path;
use serde::Deserialize;

/// What the forms of a booking send.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Typed {
    name: String,
    phone: String,
    kind: String,
    resource: String,
    date: String,
    time: String,
    party: String,
    nights: String,
    note: String,
    key: String,
    to: String,
    reason: String,
}

impl Typed {
    fn number(&self, field: &str, text: &str) -> Result<i64> {
        text.trim().parse().map_err(|_| Error::field(field, "Write a whole number."))
    }
    fn resource(&self) -> Result<Option<Id>> {
        let r = self.resource.trim();
        if r.is_empty() { Ok(None) } else { r.parse().map(Some).map_err(|_| Error::not_found("resource")) }
    }
    /// The wish that was typed.
    fn wish(&self, desk: &Bookable, kind: ResourceKind) -> Result<Wish> {
        let ask = tool::Ask {
            kind,
            date: self.date.trim().into(),
            time: Some(self.time.trim().to_owned()).filter(|t| !t.is_empty()),
            party: self.number("party", &self.party)?,
            nights: if kind.by_night() { Some(self.number("nights", &self.nights)?) } else { None },
        };
        tool::wish(desk, &ask)?.map_err(|(_, next)| Refusal::Skipped.error(&[local(next, desk)]))
    }
    fn form(&self, desk: &Bookable) -> BookingForm {
        let kinds = desk.kinds();
        let kind = |k: &ResourceKind| Pick { value: k.as_str().into(), label: k.title().into(), on: k.as_str() == self.kind };
        BookingForm {
            name: self.name.clone(),
            phone: self.phone.clone(),
            kinds: kinds.iter().map(kind).collect(),
            resources: picks(desk, &self.resource),
            date: self.date.clone(),
            time: self.time.clone(),
            party: self.party.clone(),
            nights: self.nights.clone(),
            rooms: kinds.iter().any(|k| k.by_night()),
            note: self.note.clone(),
            key: token(9),
        }
    }
}

fn local(at: crate::domain::time::Time, desk: &Bookable) -> String {
    at.in_zone(&desk.zone).strftime("%a %-d %b %H:%M").to_string()
}

fn refused(why: &Refusal, nearest: &[Fit], desk: &Bookable) -> Error {
    why.error(&nearest.iter().map(|f| local(f.starts_at, desk)).collect::<Vec<_>>())
}

/// `POST /app/bookings`.
pub async fn add(here: Here, Form(typed): Form<Typed>) -> Answer {
    here.require(Role::Agent)?;
    let (actor, t) = (here.actor(), typed.clone());
    // Pressed twice, it is booked once.
    let once = once::Once { key: Some(format!("page:{}", t.key)).filter(|_| !t.key.is_empty()), request: format!("{t:?}") };
    let made = here.write(move |tx| {
        let answer = once::once(tx, &once, 201, |tx| make(tx, &t, &actor))?;
        serde_json::from_str::<(String, String)>(&answer.body).map_err(|e| Error::internal("The booking cannot be shown.").with_source(e))
    });
    match made.await {
        Ok((date, said)) => Ok(here.back(&format!("/app/bookings?date={date}"), &said)),
        Err(e) if status(&e).is_client_error() => {
            let (code, errors) = (status(&e), Errors::from(&e));
            let here = here.at("/app/bookings");
            let page = here.view("bookings", move |tx, v| {
                let desk = resource::find_bookable(tx)?;
                let ask = Ask { date: typed.date.clone(), view: String::new() };
                calendar::shown(tx, v, &ask, Some(typed.form(&desk)), errors)
            });
            html_as(code, &page.await?)
        }
        Err(e) => Err(e.into()),
    }
}

fn make(tx: &mut Tx<'_>, t: &Typed, actor: &crate::domain::house::member::Actor) -> Result<(String, String)> {
    let resource_id = t.resource()?;
    let desk = bookings::desk_for(tx, actor, resource_id)?;
    let kind = match resource_id {
        Some(id) => resource::find_resource(tx, id)?.kind,
        None => ResourceKind::from_word(&t.kind)?,
    };
    let wish = t.wish(&desk, kind)?;
    if t.name.trim().is_empty() {
        return Err(Error::field("name", "In whose name is it?"));
    }
    let contact_id = who(tx, t)?;
    let conversation_id = threads::find_latest_conversation(tx, contact_id)?.map(|c| c.id);
    let whose = For { contact_id, conversation_id };
    let new = NewBooking { whose, wish, name: t.name.clone(), note: t.note.clone(), resource_id };
    match bookings::book(tx, &new, actor)? {
        Attempt::Made(b) => {
            Ok((wall(b.starts_at, &desk.zone).0.to_string(), format!("Booking {} for {} is made: {}.", b.number, b.name, b.place_words())))
        }
        Attempt::Refused { why, nearest } => Err(refused(&why, &nearest, &desk)),
    }
}

/// The customer with this number; a new one without any when none is typed.
fn who(tx: &mut Tx<'_>, t: &Typed) -> Result<Id> {
    let profile = meta::find_profile(tx)?;
    if t.phone.trim().is_empty() {
        return contact::insert_contact(tx, t.name.trim(), profile.languages.first().copied().unwrap_or_default());
    }
    let phone = Phone::parse(&t.phone, &profile.country).ok_or_else(|| Error::field("phone", "That is not a phone number."))?;
    find_or_add(tx, &[Identity { kind: IdentityKind::Phone, value: phone.e164().to_owned() }], t.name.trim())
}

/// `GET /app/bookings/ID`.
pub async fn page(here: Here, Path(id): Path<Id>) -> Answer {
    let page = here.view("bookings", move |tx, v| one(tx, v, id, None, Errors::default()));
    here.page(&page.await?)
}

const fn verb(to: BookingStatus) -> &'static str {
    match to {
        BookingStatus::Confirmed => "Confirm",
        BookingStatus::Seated => "They are here",
        BookingStatus::Done => "Over",
        BookingStatus::NoShow => "Nobody came",
        other => other.title(),
    }
}

fn one(tx: &Read<'_>, v: View, id: Id, typed: Option<BookingForm>, errors: Errors) -> Result<BookingPage> {
    let (b, desk) = (booking::find_booking(tx, id)?, resource::find_bookable(tx)?);
    let who = contact::find_contact(tx, b.contact_id)?;
    let (day, minute) = wall(b.starts_at, &desk.zone);
    let when = |t: crate::domain::time::Time| t.in_zone(&desk.zone).strftime("%A %-d %B %Y, %H:%M").to_string();
    let mut facts = vec![
        ("From".to_owned(), when(b.starts_at)),
        ("To".into(), when(b.ends_at)),
        ("People".into(), b.party.to_string()),
        (b.kind.title().to_owned(), b.place_words()),
    ];
    for (label, text) in [("Wishes", &b.note), ("Why", &b.reason)] {
        if !text.is_empty() {
            facts.push((label.into(), text.clone()));
        }
    }
    if b.deposit_minor > 0 {
        facts.push(("Deposit".into(), v.money(b.deposit_minor)));
    }
    if let Some(until) = b.hold_until {
        facts.push(("Kept until".into(), v.moment_ahead(until)));
    }
    let later = b.starts_at > v.now;
    let next = b.status.next().iter().filter(|s| **s != BookingStatus::Cancelled && !(later && **s == BookingStatus::NoShow));
    let resource = if b.places.len() == 1 { b.places[0].resource_id.to_string() } else { String::new() };
    let form = typed.unwrap_or_else(|| BookingForm {
        party: b.party.to_string(),
        nights: nights_of(&b, &desk.zone).to_string(),
        time: time_words(minute),
        resources: picks(&desk, &resource),
        rooms: b.kind.by_night(),
        ..blank(&desk, day, minute)
    });
    let mut rail: Vec<RailPoint> = booking::list_history(tx, id)?.into_iter().map(|c| point(&v, c)).collect();
    rail.reverse();
    Ok(BookingPage {
        id: id.to_string(),
        number: format!("Booking {}", b.number),
        name: if b.name.is_empty() { who.display_name() } else { b.name.clone() },
        pill: pill(b.status),
        day_url: format!("/app/bookings?date={day}"),
        contact_url: format!("/app/customers/{}", who.id),
        chat_url: b.conversation_id.map_or_else(String::new, |c| format!("/app/messages/{c}")),
        ics_url: notice::address(tx, &b)?.and_then(|l| l.find("/b/").map(|i| l[i..].to_owned())).unwrap_or_default(),
        facts,
        moves: next.map(|s| (s.as_str().to_owned(), verb(*s).to_owned())).collect(),
        open: matches!(b.status, BookingStatus::Requested | BookingStatus::Held | BookingStatus::Confirmed),
        form,
        errors,
        rail,
        chrome: v.chrome,
    })
}

fn point(v: &View, c: booking::BookingChange) -> RailPoint {
    let (tone, icon, title) = match c.what.as_str() {
        "cancelled" => ("bad", "x", "Cancelled"),
        "no_show" => ("bad", "x", "Nobody came"),
        "requested" => ("warn", "clock", "Asked for"),
        "held" => ("warn", "clock", "Kept"),
        "changed" => ("ok", "edit", "Changed"),
        "reminded" => ("ok", "msg", "Reminded"),
        "not_told" => ("warn", "alert", "The customer was not told"),
        "seated" => ("ok", "check", "They are here"),
        "done" => ("ok", "check", "Over"),
        _ => ("ok", "check", "Confirmed"),
    };
    let text = if c.note.is_empty() || c.what == "changed" { c.actor.clone() } else { format!("{}: {}", c.actor, c.note) };
    let quoted = text == c.actor && !matches!(c.actor.as_str(), "Customer" | "Steward");
    RailPoint { tone, icon, title: title.into(), time: v.moment(c.at), text, quoted, ..RailPoint::default() }
}

/// `POST /app/bookings/ID/move`.
pub async fn change(here: Here, Path(id): Path<Id>, Form(typed): Form<Typed>) -> Answer {
    here.require(Role::Agent)?;
    let (actor, t) = (here.actor(), typed.clone());
    let done = here.write(move |tx| {
        let b = booking::find_booking(tx, id)?;
        let desk = bookings::desk_for(tx, &actor, None)?;
        let wish = t.wish(&desk, b.kind)?;
        let had = (b.places.len() == 1).then(|| b.places[0].resource_id);
        let nights = b.kind.by_night().then_some(wish.nights);
        let resource_id = t.resource()?.filter(|r| Some(*r) != had);
        let at = Some(wish.at).filter(|at| *at != b.starts_at);
        let c = ChangeBooking { at, party: Some(wish.party), nights, resource_id, ..ChangeBooking::default() };
        match bookings::change(tx, id, &c, &actor)? {
            Attempt::Made(b) => Ok(format!("Booking {} is changed: {}, {}.", b.number, local(b.starts_at, &desk), b.place_words())),
            Attempt::Refused { why, nearest } => Err(refused(&why, &nearest, &desk)),
        }
    });
    match done.await {
        Ok(said) => Ok(here.back(&format!("/app/bookings/{id}"), &said)),
        Err(e) if status(&e).is_client_error() => {
            let (code, errors) = (status(&e), Errors::from(&e));
            let here = here.at(format!("/app/bookings/{id}"));
            let page = here.view("bookings", move |tx, v| {
                let desk = resource::find_bookable(tx)?;
                one(tx, v, id, Some(typed.form(&desk)), errors)
            });
            html_as(code, &page.await?)
        }
        Err(e) => Err(e.into()),
    }
}

/// `POST /app/bookings/ID/status`.
pub async fn set_status(here: Here, Path(id): Path<Id>, Form(typed): Form<Typed>) -> Answer {
    here.require(Role::Agent)?;
    let (to, actor) = (BookingStatus::from_word(&typed.to)?, here.actor());
    let reason = typed.reason.clone();
    let b = here.write(move |tx| bookings::set_status(tx, id, to, reason.trim(), &actor)).await?;
    Ok(here.back(&format!("/app/bookings/{id}"), &format!("Booking {}: {}.", b.number, b.status.title().to_lowercase())))
}

/// `POST /app/bookings/waitlist/ID/remove`.
pub async fn leave(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Agent)?;
    here.write(move |tx| waitlist::leave(tx, id)).await?;
    Ok(here.back("/app/bookings", "Taken off the waitlist."))
}
