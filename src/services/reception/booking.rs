//! Bookings: made, moved, given up, ended. The pieces of time are taken in the transaction that makes the booking.

use super::{notice, waitlist};
use crate::domain::error::{Error, Result};
use crate::domain::house::member::Actor;
use crate::domain::id::{Id, fill_random};
use crate::domain::job::Job;
use crate::domain::reception::booking::{Booking, BookingStatus};
use crate::domain::reception::refusal::Refusal;
use crate::domain::reception::slots::{Bookable, Fit, Wish, wall};
use crate::domain::text::clip;
use crate::domain::time::{DAY_MS, MINUTE_MS, Time};
use crate::services::shop::order::For;
use crate::store::jobs;
use crate::store::reception::{booking, resource, waitlist as entries};
use crate::store::tx::{Read, Tx};
use crate::telemetry::breakpoint;

/// Starts offered when a wish cannot be met.
pub const OFFERED: usize = 3;

/// What became of a wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// It is kept.
    Made(Box<Booking>),
    /// It cannot be, and what can.
    Refused {
        /// Why not.
        why: Refusal,
        /// The nearest that is possible.
        nearest: Vec<Fit>,
    },
}

/// A booking to make.
#[derive(Debug, Clone)]
pub struct NewBooking {
    /// For whom.
    pub whose: For,
    /// What and when.
    pub wish: Wish,
    /// In whose name.
    pub name: String,
    /// Wishes.
    pub note: String,
    /// This very table, room or person.
    pub resource_id: Option<Id>,
}

/// What lends, as this actor may use it: people of the business need no notice.
pub fn desk_for(tx: &Read<'_>, actor: &Actor, only: Option<Id>) -> Result<Bookable> {
    let mut desk = resource::find_bookable(tx)?;
    if actor.is_person() {
        desk.policy.notice_min = 0;
    }
    if let Some(id) = only {
        resource::find_resource(tx, id)?;
        desk.resources.retain(|r| r.id == id);
    }
    Ok(desk)
}

/// Fits a wish as things stand, leaving out what one booking has.
pub fn fit(tx: &Read<'_>, desk: &Bookable, wish: &Wish, but: Option<Id>) -> Result<std::result::Result<Fit, (Refusal, Vec<Fit>)>> {
    let (from, to) = (wish.at.plus_ms(-DAY_MS), wish.at.plus_ms((wish.nights.clamp(0, 60) + 2) * DAY_MS));
    let near = booking::find_taken(tx, desk, wish.kind, from, to, but)?;
    let why = match desk.fit(&near, wish, tx.now) {
        Ok(fit) => return Ok(Ok(fit)),
        Err(why) => why,
    };
    let (from, to) = desk.reach(wish, tx.now);
    let wide = booking::find_taken(tx, desk, wish.kind, from, to, but)?;
    Ok(Err((why, desk.nearest(&wide, wish, tx.now, OFFERED))))
}

/// Makes a booking, or says why not and what is near. A repeated wish of the same customer changes nothing.
pub fn book(tx: &mut Tx<'_>, new: &NewBooking, actor: &Actor) -> Result<Attempt> {
    if let Some(had) = same_already(tx, new, actor)? {
        return Ok(Attempt::Made(Box::new(had)));
    }
    let desk = desk_for(tx, actor, new.resource_id)?;
    let fit = match fit(tx, &desk, &new.wish, None)? {
        Ok(fit) => fit,
        Err((why, nearest)) => return Ok(Attempt::Refused { why, nearest }),
    };
    let p = &desk.policy;
    let deposit_minor = p.deposit_for(new.wish.party);
    let asks = p.approve_from > 0 && new.wish.party >= p.approve_from && !actor.is_person();
    let status = match (asks, deposit_minor > 0 && !actor.is_person()) {
        (true, _) => BookingStatus::Requested,
        (false, true) => BookingStatus::Held,
        (false, false) => BookingStatus::Confirmed,
    };
    let hold_until = (status == BookingStatus::Held).then(|| deposit_due(&desk, fit.starts_at, tx.now));
    let b = insert(tx, new, fit, Stands { status, hold_until, deposit_minor }, actor)?;
    set_reminder(tx, &desk, &b)?;
    if actor.is_person()
        && let Some(key) = notice::key_of(b.status)
    {
        notice::tell(tx, &b, key, &format!("{}:{}", b.status.as_str(), b.version))?;
    }
    Ok(Attempt::Made(Box::new(b)))
}

/// The customer says the same again, or says yes to a place kept from the waitlist.
fn same_already(tx: &mut Tx<'_>, new: &NewBooking, actor: &Actor) -> Result<Option<Booking>> {
    if actor.is_person() {
        return Ok(None);
    }
    let open = booking::list_open_of(tx, new.whose.contact_id)?;
    let w = &new.wish;
    let same_start = |b: &Booking, zone: &str| {
        if w.kind.by_night() { wall(b.starts_at, zone).0 == wall(w.at, zone).0 } else { b.starts_at == w.at }
    };
    let zone = crate::store::meta::find_profile(tx)?.time_zone;
    let Some(b) = open.into_iter().find(|b| b.kind == w.kind && same_start(b, &zone) && b.party == w.party) else { return Ok(None) };
    if b.status == BookingStatus::Held && entries::find_waiting_for(tx, b.id)?.is_some() {
        return waitlist::accept(tx, b, actor).map(Some);
    }
    Ok(Some(b))
}

/// How a new booking stands.
pub(super) struct Stands {
    pub status: BookingStatus,
    pub hold_until: Option<Time>,
    pub deposit_minor: i64,
}

pub(super) fn insert(tx: &mut Tx<'_>, new: &NewBooking, fit: Fit, s: Stands, actor: &Actor) -> Result<Booking> {
    let now = tx.now;
    let b = Booking {
        id: Id::new(now),
        number: booking::next_booking_number(tx)?,
        contact_id: new.whose.contact_id,
        conversation_id: new.whose.conversation_id,
        status: s.status,
        kind: new.wish.kind,
        places: fit.places,
        starts_at: fit.starts_at,
        ends_at: fit.ends_at,
        party: new.wish.party,
        name: clip(new.name.trim(), 80),
        note: clip(new.note.trim(), 500),
        deposit_minor: s.deposit_minor,
        hold_until: s.hold_until,
        reason: String::new(),
        version: 1,
        token: token(),
        created_at: now,
        updated_at: now,
    };
    booking::upsert_booking(tx, &b)?;
    booking::insert_pieces(tx, b.id, &fit.pieces)?;
    breakpoint::reach("booking.pieces_taken");
    booking::insert_history(tx, b.id, b.status.as_str(), actor.name(), "")?;
    watch_hold(tx, &b)?;
    notice::moved(tx, &b, "made")?;
    breakpoint::reach("booking.before_commit");
    Ok(b)
}

/// Gives a kept place up when its time is over.
fn watch_hold(tx: &mut Tx<'_>, b: &Booking) -> Result<()> {
    let Some(until) = b.hold_until else { return Ok(()) };
    let job = Job::EndHold { booking_id: b.id, until };
    jobs::enqueue_job(tx, &job, until, Some(&format!("hold:{}:{}", b.id, until.millis())))
}

/// Until when a deposit must come: never after the booking begins.
fn deposit_due(desk: &Bookable, starts_at: Time, now: Time) -> Time {
    now.plus_ms(desk.policy.deposit_min * MINUTE_MS).min(starts_at)
}

/// 32 hexadecimal digits nobody can guess.
pub(super) fn token() -> String {
    let mut raw = [0u8; 16];
    fill_random(&mut raw);
    hex::encode(raw)
}

pub(super) fn set_reminder(tx: &mut Tx<'_>, desk: &Bookable, b: &Booking) -> Result<()> {
    let due = b.starts_at.plus_ms(-desk.policy.remind_min * MINUTE_MS);
    if desk.policy.remind_min == 0 || due <= tx.now || b.status.is_final() {
        return Ok(());
    }
    let job = Job::RemindBooking { booking_id: b.id, starts_at: b.starts_at };
    jobs::enqueue_job(tx, &job, due, Some(&format!("remind:{}:{}", b.id, b.starts_at.millis())))
}

/// What to change of a booking; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct ChangeBooking {
    /// New start.
    pub at: Option<Time>,
    /// New length in minutes.
    pub minutes: Option<i64>,
    /// New number of nights.
    pub nights: Option<i64>,
    /// New number of people.
    pub party: Option<i64>,
    /// New name.
    pub name: Option<String>,
    /// New wishes.
    pub note: Option<String>,
    /// This very table, room or person.
    pub resource_id: Option<Id>,
    /// Where it is asked for: news goes there when the booking has no thread yet.
    pub conversation_id: Option<Id>,
}

impl ChangeBooking {
    fn moves(&self) -> bool {
        self.at.is_some() || self.minutes.is_some() || self.nights.is_some() || self.party.is_some() || self.resource_id.is_some()
    }
}

/// Changes a booking. When the new wish does not fit, the old one stays as it was.
pub fn change(tx: &mut Tx<'_>, id: Id, c: &ChangeBooking, actor: &Actor) -> Result<Attempt> {
    let before = booking::find_booking(tx, id)?;
    if before.status.is_final() || before.status == BookingStatus::Seated {
        return Err(Error::conflict(format!("A booking that is {} cannot be changed.", before.status.title().to_lowercase())));
    }
    let desk = desk_for(tx, actor, c.resource_id)?;
    in_time(&desk, &before, tx.now, actor)?;
    let mut b = before.clone();
    b.name = c.name.as_ref().map_or(b.name, |n| clip(n.trim(), 80));
    b.note = c.note.as_ref().map_or(b.note, |n| clip(n.trim(), 500));
    if c.moves() {
        let wish = wish_of(&desk, &before, c);
        let fit = match fit(tx, &desk, &wish, Some(id))? {
            Ok(fit) => fit,
            Err((why, nearest)) => return Ok(Attempt::Refused { why, nearest }),
        };
        booking::delete_pieces(tx, id)?;
        booking::insert_pieces(tx, id, &fit.pieces)?;
        (b.starts_at, b.ends_at, b.places, b.party) = (fit.starts_at, fit.ends_at, fit.places, wish.party);
        b.hold_until = b.hold_until.map(|until| until.min(b.starts_at));
        b.conversation_id = b.conversation_id.or(c.conversation_id);
        stand_anew(&mut b, &before, &desk, tx.now, actor);
    }
    if b == before {
        return Ok(Attempt::Made(Box::new(b)));
    }
    b.version += 1;
    b.updated_at = tx.now;
    booking::upsert_booking(tx, &b)?;
    if b.hold_until != before.hold_until {
        watch_hold(tx, &b)?;
    }
    let from = format!("{} → {}, {} → {}", before.starts_at.rfc3339(), b.starts_at.rfc3339(), before.party, b.party);
    booking::insert_history(tx, id, "changed", actor.name(), &from)?;
    if b.status != before.status {
        booking::insert_history(tx, id, b.status.as_str(), actor.name(), "")?;
    }
    notice::moved(tx, &b, "changed")?;
    if b.starts_at != before.starts_at {
        set_reminder(tx, &desk, &b)?;
    }
    let told = b.starts_at != before.starts_at || b.ends_at != before.ends_at || b.party != before.party;
    if actor.is_person() && told {
        notice::tell(tx, &b, "booking_moved", &format!("moved:{}", b.version))?;
    }
    if b.status == BookingStatus::Held && before.status != BookingStatus::Held {
        notice::tell(tx, &b, "booking_deposit", &format!("held:{}", b.version))?;
    }
    waitlist::promote(tx, &before)?;
    Ok(Attempt::Made(Box::new(b)))
}

/// Where a booking stands when the number of people is another: who passes the number from which the business wants to be asked, or a
/// deposit, is asked like anybody who books for so many. What a person of the business changes needs neither.
fn stand_anew(b: &mut Booking, before: &Booking, desk: &Bookable, now: Time, actor: &Actor) {
    let p = &desk.policy;
    let owed = p.deposit_for(b.party);
    let held = before.status == BookingStatus::Held;
    if held && before.deposit_minor > 0 && owed == 0 {
        (b.status, b.hold_until, b.deposit_minor) = (BookingStatus::Confirmed, None, 0);
    }
    // An agreed booking with a deposit has it, or a person did without: nobody pays twice. What is offered from the waitlist costs none.
    let rises = before.deposit_minor == 0 && !held && owed > p.deposit_for(before.party);
    if rises {
        b.deposit_minor = owed;
    }
    if actor.is_person() {
        return;
    }
    if p.approve_from > 0 && b.party >= p.approve_from && before.party < p.approve_from {
        (b.status, b.hold_until) = (BookingStatus::Requested, None);
    } else if rises && before.status == BookingStatus::Confirmed {
        (b.status, b.hold_until) = (BookingStatus::Held, Some(deposit_due(desk, b.starts_at, now)));
    }
}

fn wish_of(desk: &Bookable, b: &Booking, c: &ChangeBooking) -> Wish {
    let had = b.ends_at.since_ms(b.starts_at) / MINUTE_MS;
    // Its own length is kept only when somebody set one that is not the usual.
    let usual = |m: i64| desk.resources.iter().any(|r| b.places.iter().any(|p| p.resource_id == r.id) && r.minutes == m);
    Wish {
        kind: b.kind,
        at: c.at.unwrap_or(b.starts_at),
        minutes: c.minutes.or_else(|| Some(had).filter(|m| !b.kind.by_night() && !usual(*m))),
        nights: if b.kind.by_night() { c.nights.unwrap_or_else(|| nights_of(b, &desk.zone)) } else { 0 },
        party: c.party.unwrap_or(b.party),
    }
}

/// How many nights a booking has.
pub fn nights_of(b: &Booking, zone: &str) -> i64 {
    let ((from, _), (to, _)) = (wall(b.starts_at, zone), wall(b.ends_at, zone));
    to.since((jiff::Unit::Day, from)).map_or(1, |s| i64::from(s.get_days())).max(1)
}

/// Customers change and cancel until some time before; later a person must.
fn in_time(desk: &Bookable, b: &Booking, now: Time, actor: &Actor) -> Result<()> {
    let free = matches!(b.status, BookingStatus::Requested | BookingStatus::Held);
    if actor.is_person() || *actor == Actor::Steward || free || now.plus_ms(desk.policy.cancel_min * MINUTE_MS) <= b.starts_at {
        return Ok(());
    }
    let hours = desk.policy.cancel_min;
    Err(Error::conflict(format!(
        "Booking {} can be changed or cancelled until {hours} minutes before it begins; now a person must do it.",
        b.number
    )))
}

/// Gives a booking up: its place is free at once, and the first who waits for it is offered it.
pub fn cancel(tx: &mut Tx<'_>, id: Id, reason: &str, actor: &Actor) -> Result<Booking> {
    let b = booking::find_booking(tx, id)?;
    if b.status == BookingStatus::Cancelled {
        return Ok(b);
    }
    let desk = desk_for(tx, actor, None)?;
    in_time(&desk, &b, tx.now, actor)?;
    b.status.check_move(BookingStatus::Cancelled)?;
    let key = if reason.is_empty() { "booking_cancelled" } else { "booking_cancelled_why" };
    let b = end(tx, b, BookingStatus::Cancelled, reason, actor)?;
    if *actor != Actor::Customer {
        notice::tell(tx, &b, key, "cancelled")?;
    }
    Ok(b)
}

/// Ends a booking in a state that keeps no place.
pub(super) fn end(tx: &mut Tx<'_>, mut b: Booking, to: BookingStatus, reason: &str, actor: &Actor) -> Result<Booking> {
    b.status = to;
    b.reason = clip(reason.trim(), 300);
    b.hold_until = None;
    b.version += 1;
    b.updated_at = tx.now;
    booking::upsert_booking(tx, &b)?;
    booking::insert_history(tx, b.id, to.as_str(), actor.name(), &b.reason)?;
    if !to.keeps_place() {
        booking::delete_pieces(tx, b.id)?;
    }
    notice::moved(tx, &b, to.as_str())?;
    if !to.keeps_place() {
        waitlist::closed(tx, &b)?;
        waitlist::promote(tx, &b)?;
    }
    Ok(b)
}

/// A person sets where a booking stands. The customer is told once what concerns them.
pub fn set_status(tx: &mut Tx<'_>, id: Id, to: BookingStatus, reason: &str, actor: &Actor) -> Result<Booking> {
    let mut b = booking::find_booking(tx, id)?;
    if b.status == to {
        return Ok(b);
    }
    if to == BookingStatus::Cancelled {
        return cancel(tx, id, reason, actor);
    }
    b.status.check_move(to)?;
    if to == BookingStatus::NoShow {
        if b.starts_at > tx.now {
            return Err(Error::conflict("Nobody can have missed a booking that is still to come."));
        }
        return end(tx, b, to, reason, actor);
    }
    b.status = to;
    b.hold_until = None;
    b.version += 1;
    b.updated_at = tx.now;
    booking::upsert_booking(tx, &b)?;
    booking::insert_history(tx, id, to.as_str(), actor.name(), reason)?;
    notice::moved(tx, &b, to.as_str())?;
    if to == BookingStatus::Confirmed {
        waitlist::taken(tx, &b)?;
        notice::tell(tx, &b, "booking_confirmed", &format!("confirmed:{}", b.version))?;
    }
    Ok(b)
}

/// Reminds the customer, if the booking still stands at that time.
pub fn remind(tx: &mut Tx<'_>, id: Id, starts_at: Time) -> Result<()> {
    let Ok(b) = booking::find_booking(tx, id) else { return Ok(()) };
    if b.status != BookingStatus::Confirmed || b.starts_at != starts_at || starts_at <= tx.now {
        return Ok(());
    }
    if notice::tell(tx, &b, "booking_reminder", &format!("remind:{}", starts_at.millis()))? {
        booking::insert_history(tx, id, "reminded", "Steward", "")?;
    }
    Ok(())
}

/// A kept place whose time is over is given up: no deposit came, or no yes.
pub fn end_hold(tx: &mut Tx<'_>, id: Id, until: Time) -> Result<()> {
    let Ok(b) = booking::find_booking(tx, id) else { return Ok(()) };
    if b.status != BookingStatus::Held || b.hold_until != Some(until) || until > tx.now {
        return Ok(());
    }
    let offered = entries::find_waiting_for(tx, id)?.is_some();
    let (key, why) = if offered {
        ("booking_offer_over", "No answer to the offer.")
    } else {
        ("booking_deposit_over", "The deposit did not come in time.")
    };
    let b = end(tx, b, BookingStatus::Cancelled, why, &Actor::Steward)?;
    notice::tell(tx, &b, key, "hold_over").map(drop)
}
