//! The waitlist: who comes first is offered a place that became free, and it is kept for them for a while.

use super::booking::{self, NewBooking, Stands};
use super::notice;
use crate::domain::error::{Error, Result};
use crate::domain::house::member::Actor;
use crate::domain::id::Id;
use crate::domain::reception::booking::{Booking, BookingStatus};
use crate::domain::reception::refusal::Refusal;
use crate::domain::reception::slots::Wish;
use crate::domain::reception::waitlist::{WaitState, Waiting};
use crate::domain::text::clip;
use crate::domain::time::{DAY_MS, MINUTE_MS};
use crate::services::shop::order::For;
use crate::store::reception::{booking as bookings, resource, waitlist};
use crate::store::tx::Tx;

/// Puts somebody on the waitlist for a time that is full. Asked twice, they stand there once.
pub fn join(tx: &mut Tx<'_>, whose: For, wish: &Wish, name: &str) -> Result<Waiting> {
    let desk = resource::find_bookable(tx)?;
    match booking::fit(tx, &desk, wish, None)? {
        Ok(_) => return Err(Error::conflict("That time is free: book it.")),
        Err((Refusal::Full, _)) => {}
        Err((why, near)) => {
            let near: Vec<String> = near.iter().map(|f| f.starts_at.rfc3339()).collect();
            return Err(why.error(&near));
        }
    }
    let same = |w: &Waiting| w.kind == wish.kind && w.starts_at == wish.at && w.party == wish.party;
    if let Some(had) = waitlist::list_waiting_of(tx, whose.contact_id)?.into_iter().find(same) {
        return Ok(had);
    }
    let w = Waiting {
        id: Id::new(tx.now),
        contact_id: whose.contact_id,
        conversation_id: whose.conversation_id,
        kind: wish.kind,
        starts_at: wish.at,
        nights: wish.nights,
        party: wish.party,
        name: clip(name.trim(), 80),
        state: WaitState::Waiting,
        booking_id: None,
        created_at: tx.now,
    };
    waitlist::insert_waiting(tx, &w)?;
    let about = crate::store::events::About { conversation: w.conversation_id, ..Default::default() };
    crate::store::events::insert_event(
        tx,
        crate::domain::event::BOOKING,
        about,
        serde_json::json!({ "waiting_id": w.id, "what": "waits" }),
    )?;
    Ok(w)
}

/// Takes somebody off the waitlist.
pub fn leave(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    let w = waitlist::find_waiting(tx, id)?;
    if w.state == WaitState::Waiting {
        waitlist::update_waiting(tx, id, WaitState::Gone, None)?;
    }
    Ok(())
}

/// Offers what a booking gave back to those who wait for it, first come first served.
pub(super) fn promote(tx: &mut Tx<'_>, freed: &Booking) -> Result<()> {
    let (from, to) = (freed.starts_at.plus_ms(-DAY_MS).max(tx.now), freed.ends_at.plus_ms(DAY_MS));
    let waiting = waitlist::list_waiting(tx, from, to)?;
    if waiting.is_empty() {
        return Ok(());
    }
    let mut desk = resource::find_bookable(tx)?;
    // Whoever waits has asked in time.
    desk.policy.notice_min = 0;
    for w in waiting.into_iter().filter(|w| w.state == WaitState::Waiting && w.kind == freed.kind) {
        let wish = Wish { kind: w.kind, at: w.starts_at, minutes: None, nights: w.nights, party: w.party };
        let Ok(fit) = booking::fit(tx, &desk, &wish, None)? else { continue };
        let until = tx.now.plus_ms(desk.policy.offer_min * MINUTE_MS).min(fit.starts_at);
        let whose = For { contact_id: w.contact_id, conversation_id: w.conversation_id };
        let new = NewBooking { whose, wish, name: w.name.clone(), note: String::new(), resource_id: None };
        let stands = Stands { status: BookingStatus::Held, hold_until: Some(until), deposit_minor: 0 };
        let b = booking::insert(tx, &new, fit, stands, &Actor::Steward)?;
        waitlist::update_waiting(tx, w.id, WaitState::Offered, Some(b.id))?;
        notice::tell(tx, &b, "booking_offer", "offer")?;
    }
    Ok(())
}

/// The customer says yes to the place kept for them.
pub(super) fn accept(tx: &mut Tx<'_>, mut b: Booking, actor: &Actor) -> Result<Booking> {
    b.status = BookingStatus::Confirmed;
    b.hold_until = None;
    b.version += 1;
    b.updated_at = tx.now;
    bookings::upsert_booking(tx, &b)?;
    bookings::insert_history(tx, b.id, "confirmed", actor.name(), "")?;
    taken(tx, &b)?;
    let desk = resource::find_bookable(tx)?;
    booking::set_reminder(tx, &desk, &b)?;
    notice::moved(tx, &b, "confirmed")?;
    Ok(b)
}

/// The kept place was taken: they wait no more.
pub(super) fn taken(tx: &mut Tx<'_>, b: &Booking) -> Result<()> {
    match waitlist::find_waiting_for(tx, b.id)? {
        Some(w) => waitlist::update_waiting(tx, w.id, WaitState::Taken, Some(b.id)),
        None => Ok(()),
    }
}

/// The kept place was given up: they wait no more.
pub(super) fn closed(tx: &mut Tx<'_>, b: &Booking) -> Result<()> {
    match waitlist::find_waiting_for(tx, b.id)? {
        Some(w) => waitlist::update_waiting(tx, w.id, WaitState::Gone, Some(b.id)),
        None => Ok(()),
    }
}
