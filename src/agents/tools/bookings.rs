//! Tools about bookings of the customer in this thread, and of nobody else.

use super::{Counter, Outcome, Refused};
use crate::domain::error::Error;
use crate::domain::house::member::Actor;
use crate::domain::reception::booking::Booking;
use crate::domain::reception::slots::{Bookable, wall};
use crate::domain::reception::tool::{self, Ask, Cancel, Change, Make};
use crate::services::reception::booking::{self as bookings, Attempt, ChangeBooking, NewBooking};
use crate::services::reception::{desk as lends, notice, waitlist};
use crate::services::shop::order::For;
use crate::store::house::contact;
use crate::store::reception::booking;
use crate::store::tx::Tx;
use serde_json::{Value, json};

fn desk(tx: &Tx<'_>) -> Result<Bookable, Error> {
    bookings::desk_for(tx, &Actor::Customer, None)
}

fn no(detail: Value) -> Refused {
    Refused { error: Error::conflict(detail["error"].as_str().unwrap_or_default()), detail }
}

pub(super) fn check(tx: &Tx<'_>, _at: &Counter, a: &Ask) -> Outcome {
    let desk = desk(tx)?;
    if a.time.is_none() && !a.kind.by_night() {
        let noon = Ask { time: Some("12:00".into()), ..a.clone() };
        let like = tool::wish(&desk, &noon)?.unwrap_or_else(|(wish, _)| wish);
        let fits = lends::free_starts(tx, &desk, tool::date(&a.date)?, &like)?;
        if fits.is_empty() {
            return Ok(why_none(tx, &desk, a)?);
        }
        return Ok(tool::free_times(&desk, a, &fits));
    }
    let wish = match tool::wish(&desk, a)? {
        Ok(wish) => wish,
        Err((_, next)) => return Ok(tool::skipped(&desk, a, next)),
    };
    Ok(match bookings::fit(tx, &desk, &wish, None)? {
        Ok(fit) => tool::free(&desk, a, &fit),
        Err((why, nearest)) => tool::refused(&desk, a, &why, &nearest),
    })
}

/// Why a day has no free time at all, told by its first opening.
fn why_none(tx: &Tx<'_>, desk: &Bookable, a: &Ask) -> Result<Value, Error> {
    let day = tool::date(&a.date)?;
    let open = desk.open_any(a.kind, day).first().map_or(12 * 60, |(from, _)| i64::from(*from));
    let at = crate::domain::reception::slots::moment_or_next(day, open, &desk.zone);
    let wish = tool::wish(desk, &Ask { time: Some("12:00".into()), ..a.clone() })?.unwrap_or_else(|(wish, _)| wish);
    let fit = bookings::fit(tx, desk, &crate::domain::reception::slots::Wish { at, ..wish }, None)?;
    Ok(fit.map_or_else(|(why, nearest)| tool::refused(desk, a, &why, &nearest), |fit| tool::free_times(desk, a, &[fit])))
}

fn whose(at: &Counter) -> For {
    For { contact_id: at.thread.contact_id, conversation_id: Some(at.thread.id) }
}

pub(super) fn make(tx: &mut Tx<'_>, at: &Counter, m: &Make) -> Outcome {
    let (desk, ask) = (desk(tx)?, m.ask());
    let wish = match tool::wish(&desk, &ask)? {
        Ok(wish) => wish,
        Err((_, next)) => return Err(no(tool::skipped(&desk, &ask, next))),
    };
    let new = NewBooking { whose: whose(at), wish, name: m.name.clone(), note: m.note.clone(), resource_id: None };
    match bookings::book(tx, &new, &Actor::Customer)? {
        Attempt::Made(b) => told(tx, &desk, at, &b),
        Attempt::Refused { why, nearest } => Err(no(tool::refused(&desk, &ask, &why, &nearest))),
    }
}

/// A booking with the words the customer may be told: deposit, rules, calendar file.
fn told(tx: &Tx<'_>, desk: &Bookable, at: &Counter, b: &Booking) -> Outcome {
    let lang = contact::find_person(tx, at.thread.contact_id)?.language;
    let mut out = json!({ "booking": tool::booking(desk, b) });
    if let Some(key) = notice::key_of(b.status) {
        out["words"] = json!(notice::words(tx, b, key, lang)?);
    }
    out["calendar"] = json!(notice::link(tx, b)?);
    Ok(out)
}

pub(super) fn change(tx: &mut Tx<'_>, at: &Counter, c: &Change) -> Outcome {
    let (desk, b) = (desk(tx)?, own(tx, at, c.number)?);
    let (day, minute) = wall(b.starts_at, &desk.zone);
    let ask = Ask {
        kind: b.kind,
        date: c.date.clone().unwrap_or_else(|| day.to_string()),
        time: Some(c.time.clone().unwrap_or_else(|| crate::domain::reception::words::time_words(minute))).filter(|_| !b.kind.by_night()),
        party: c.party.unwrap_or(b.party),
        nights: c.nights.or_else(|| b.kind.by_night().then(|| bookings::nights_of(&b, &desk.zone))),
    };
    let wish = match tool::wish(&desk, &ask)? {
        Ok(wish) => wish,
        Err((_, next)) => return Err(no(tool::skipped(&desk, &ask, next))),
    };
    let moved = c.date.is_some() || c.time.is_some();
    let conversation_id = Some(at.thread.id);
    let new = ChangeBooking { at: moved.then_some(wish.at), party: c.party, nights: c.nights, conversation_id, ..ChangeBooking::default() };
    match bookings::change(tx, b.id, &new, &Actor::Customer)? {
        Attempt::Made(b) => told(tx, &desk, at, &b),
        Attempt::Refused { why, nearest } => Err(no(tool::refused(&desk, &ask, &why, &nearest))),
    }
}

pub(super) fn cancel(tx: &mut Tx<'_>, at: &Counter, c: &Cancel) -> Outcome {
    let (desk, b) = (desk(tx)?, own(tx, at, c.number)?);
    let b = bookings::cancel(tx, b.id, "", &Actor::Customer)?;
    Ok(json!({ "booking": tool::booking(&desk, &b) }))
}

pub(super) fn mine(tx: &Tx<'_>, at: &Counter) -> Outcome {
    let desk = desk(tx)?;
    let all = booking::list_open_of(tx, at.thread.contact_id)?;
    Ok(json!({ "bookings": all.iter().map(|b| tool::booking(&desk, b)).collect::<Vec<_>>() }))
}

pub(super) fn wait(tx: &mut Tx<'_>, at: &Counter, a: &Ask) -> Outcome {
    let desk = desk(tx)?;
    let wish = match tool::wish(&desk, a)? {
        Ok(wish) => wish,
        Err((_, next)) => return Err(no(tool::skipped(&desk, a, next))),
    };
    let name = contact::find_person(tx, at.thread.contact_id)?.name;
    waitlist::join(tx, whose(at), &wish, &name)?;
    Ok(json!({ "waits": true, "kind": a.kind, "date": a.date, "time": a.time, "party": a.party, "nights": a.nights }))
}

/// Another customer's booking does not exist here.
fn own(tx: &Tx<'_>, at: &Counter, number: i64) -> Result<Booking, Error> {
    let found = booking::find_booking_by_number(tx, number)?.filter(|b| b.contact_id == at.thread.contact_id);
    found.ok_or_else(|| Error::not_found("booking of this customer"))
}
