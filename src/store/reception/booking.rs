//! Bookings, the pieces of time they have, and their history.

use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::reception::booking::{Booking, BookingStatus};
use crate::domain::reception::resource::ResourceKind;
use crate::domain::reception::slots::{Bookable, Piece, Taken, pieces_between};
use crate::domain::time::Time;
use crate::store::tx::{Read, Tx, id_at, json, json_at, maybe_id_at, maybe_time_at, time_at, word_at};
use rusqlite::{Row, params};

const COLUMNS: &str = "id, number, contact_id, conversation_id, status, kind, places, starts_at, ends_at, party, name, note, deposit_minor, hold_until, reason, version, token, created_at, updated_at";

fn status(w: &str) -> Option<BookingStatus> {
    BookingStatus::from_word(w).ok()
}

fn booking(r: &Row<'_>) -> rusqlite::Result<Booking> {
    Ok(Booking {
        id: id_at(r, 0)?,
        number: r.get(1)?,
        contact_id: id_at(r, 2)?,
        conversation_id: maybe_id_at(r, 3)?,
        status: word_at(r, 4, status)?,
        kind: word_at(r, 5, |w| ResourceKind::from_word(w).ok())?,
        places: json_at(r, 6)?,
        starts_at: time_at(r, 7)?,
        ends_at: time_at(r, 8)?,
        party: r.get(9)?,
        name: r.get(10)?,
        note: r.get(11)?,
        deposit_minor: r.get(12)?,
        hold_until: maybe_time_at(r, 13)?,
        reason: r.get(14)?,
        version: r.get(15)?,
        token: r.get(16)?,
        created_at: time_at(r, 17)?,
        updated_at: time_at(r, 18)?,
    })
}

/// One booking.
pub fn find_booking(tx: &Read<'_>, id: Id) -> Result<Booking> {
    tx.one(&format!("select {COLUMNS} from bookings where id = ?1"), [id.to_string()], booking)?.ok_or_else(|| Error::not_found("booking"))
}

/// The booking with a number.
pub fn find_booking_by_number(tx: &Read<'_>, number: i64) -> Result<Option<Booking>> {
    tx.one(&format!("select {COLUMNS} from bookings where number = ?1"), [number], booking)
}

/// The booking whose calendar file this token opens.
pub fn find_booking_by_token(tx: &Read<'_>, token: &str) -> Result<Option<Booking>> {
    tx.one(&format!("select {COLUMNS} from bookings where token = ?1"), [token], booking)
}

/// The number of the next booking: 101 and up.
pub fn next_booking_number(tx: &Read<'_>) -> Result<i64> {
    tx.value("select coalesce(max(number), 100) + 1 from bookings", [])
}

/// Adds a booking, or replaces what is kept of it.
pub fn upsert_booking(tx: &mut Tx<'_>, b: &Booking) -> Result<()> {
    tx.run(
        &format!(
            "insert into bookings ({COLUMNS}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
             on conflict (id) do update set conversation_id = excluded.conversation_id, status = excluded.status, places = excluded.places,
               starts_at = excluded.starts_at, ends_at = excluded.ends_at, party = excluded.party, name = excluded.name, note = excluded.note,
               deposit_minor = excluded.deposit_minor, hold_until = excluded.hold_until, reason = excluded.reason, version = excluded.version,
               updated_at = excluded.updated_at"
        ),
        params![
            b.id.to_string(),
            b.number,
            b.contact_id.to_string(),
            b.conversation_id.map(|c| c.to_string()),
            b.status.as_str(),
            b.kind.as_str(),
            json(&b.places)?,
            b.starts_at.millis(),
            b.ends_at.millis(),
            b.party,
            b.name,
            b.note,
            b.deposit_minor,
            b.hold_until.map(Time::millis),
            b.reason,
            b.version,
            b.token,
            b.created_at.millis(),
            b.updated_at.millis()
        ],
    )
    .map(drop)
}

/// Takes pieces of time for a booking. An error when one of them is another's: nothing can have it twice.
pub fn insert_pieces(tx: &mut Tx<'_>, booking: Id, pieces: &[Piece]) -> Result<()> {
    for (resource, unit, piece) in pieces {
        tx.run(
            "insert into booking_slots (resource_id, unit, piece, booking_id) values (?1, ?2, ?3, ?4)",
            params![resource.to_string(), unit, piece, booking.to_string()],
        )?;
    }
    Ok(())
}

/// Gives back what a booking had taken.
pub fn delete_pieces(tx: &mut Tx<'_>, booking: Id) -> Result<()> {
    tx.run("delete from booking_slots where booking_id = ?1", [booking.to_string()]).map(drop)
}

/// What is taken of a kind between two moments, without what `but` has.
pub fn find_taken(tx: &Read<'_>, desk: &Bookable, kind: ResourceKind, from: Time, to: Time, but: Option<Id>) -> Result<Taken> {
    let (but, [pieces, days]) = (but.map(|b| b.to_string()).unwrap_or_default(), pieces_between(from, to));
    let (first, last) = if kind.by_night() { days } else { pieces };
    let mut taken = Taken::new();
    for r in desk.of_kind(kind) {
        let rows = tx.all(
            "select unit, piece from booking_slots where resource_id = ?1 and unit between 0 and 10000 and piece between ?2 and ?3 and booking_id <> ?4",
            params![r.id.to_string(), first, last, but],
            |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)),
        )?;
        taken.extend(rows.into_iter().map(|(unit, piece)| (r.id, unit, piece)));
    }
    Ok(taken)
}

/// Adds a line to a booking's history.
pub fn insert_history(tx: &mut Tx<'_>, id: Id, what: &str, actor: &str, note: &str) -> Result<()> {
    let now = tx.now.millis();
    tx.run(
        "insert into booking_history (booking_id, at, what, actor, note) values (?1, ?2, ?3, ?4, ?5)",
        params![id.to_string(), now, what, actor, note],
    )
    .map(drop)
}

/// A line of a booking's history.
#[derive(Debug, Clone, serde::Serialize)]
pub struct BookingChange {
    /// When.
    pub at: Time,
    /// "confirmed", "moved", "reminded".
    pub what: String,
    /// Who.
    pub actor: String,
    /// Why, or from when to when.
    pub note: String,
}

/// A booking's history, oldest first.
pub fn list_history(tx: &Read<'_>, id: Id) -> Result<Vec<BookingChange>> {
    tx.all("select at, what, actor, note from booking_history where booking_id = ?1 order by id", [id.to_string()], |r| {
        Ok(BookingChange { at: time_at(r, 0)?, what: r.get(1)?, actor: r.get(2)?, note: r.get(3)? })
    })
}

/// Bookings that touch the time between two moments, earliest first.
pub fn list_between(tx: &Read<'_>, from: Time, to: Time, most: u32) -> Result<Vec<Booking>> {
    // No stay is longer than 61 days, so earlier starts need no look.
    let first = from.plus_ms(-61 * crate::domain::time::DAY_MS);
    tx.all(
        &format!(
            "select {COLUMNS} from bookings where starts_at >= ?1 and starts_at < ?2 and ends_at > ?3 order by starts_at, number limit ?4"
        ),
        params![first.millis(), to.millis(), from.millis(), most],
        booking,
    )
}

/// Bookings in one state (or in any), newest first, before `before`.
pub fn list_bookings(tx: &Read<'_>, status: Option<BookingStatus>, before: Option<Id>, most: u32) -> Result<Vec<Booking>> {
    let before = before.map_or_else(|| "~".to_owned(), |b| b.to_string());
    tx.all(
        &format!("select {COLUMNS} from bookings where (?1 is null or status = ?1) and id < ?2 order by id desc limit ?3"),
        params![status.map(BookingStatus::as_str), before, most],
        booking,
    )
}

/// Bookings of a contact that are not over, earliest first.
pub fn list_open_of(tx: &Read<'_>, contact: Id) -> Result<Vec<Booking>> {
    tx.all(
        &format!("select {COLUMNS} from bookings where contact_id = ?1 and ends_at > ?2 and status in ('requested', 'held', 'confirmed', 'seated') order by starts_at limit 20"),
        params![contact.to_string(), tx.now.millis()],
        booking,
    )
}

/// Bookings to come that wait for a person's decision, earliest first.
pub fn list_undecided(tx: &Read<'_>, most: u32) -> Result<Vec<Booking>> {
    tx.all(
        &format!("select {COLUMNS} from bookings where status in ('requested', 'held') and status = 'requested' and ends_at > ?1 order by starts_at limit ?2"),
        params![tx.now.millis(), most],
        booking,
    )
}
