//! People who wait for a place.

use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::reception::resource::ResourceKind;
use crate::domain::reception::waitlist::{WaitState, Waiting};
use crate::domain::time::Time;
use crate::store::tx::{Read, Tx, id_at, maybe_id_at, time_at, word_at};
use rusqlite::{Row, params};

const COLUMNS: &str = "id, contact_id, conversation_id, kind, starts_at, nights, party, name, state, booking_id, created_at";

fn waiting(r: &Row<'_>) -> rusqlite::Result<Waiting> {
    Ok(Waiting {
        id: id_at(r, 0)?,
        contact_id: id_at(r, 1)?,
        conversation_id: maybe_id_at(r, 2)?,
        kind: word_at(r, 3, |w| ResourceKind::from_word(w).ok())?,
        starts_at: time_at(r, 4)?,
        nights: r.get(5)?,
        party: r.get(6)?,
        name: r.get(7)?,
        state: word_at(r, 8, WaitState::from_word)?,
        booking_id: maybe_id_at(r, 9)?,
        created_at: time_at(r, 10)?,
    })
}

/// Adds somebody.
pub fn insert_waiting(tx: &mut Tx<'_>, w: &Waiting) -> Result<()> {
    tx.run(
        &format!("insert into waitlist ({COLUMNS}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"),
        params![
            w.id.to_string(),
            w.contact_id.to_string(),
            w.conversation_id.map(|c| c.to_string()),
            w.kind.as_str(),
            w.starts_at.millis(),
            w.nights,
            w.party,
            w.name,
            w.state.as_str(),
            w.booking_id.map(|b| b.to_string()),
            w.created_at.millis()
        ],
    )
    .map(drop)
}

/// Sets where an entry stands.
pub fn update_waiting(tx: &mut Tx<'_>, id: Id, state: WaitState, booking: Option<Id>) -> Result<()> {
    tx.run(
        "update waitlist set state = ?2, booking_id = ?3 where id = ?1",
        params![id.to_string(), state.as_str(), booking.map(|b| b.to_string())],
    )
    .map(drop)
}

/// One entry.
pub fn find_waiting(tx: &Read<'_>, id: Id) -> Result<Waiting> {
    tx.one(&format!("select {COLUMNS} from waitlist where id = ?1"), [id.to_string()], waiting)?
        .ok_or_else(|| Error::not_found("entry of the waitlist"))
}

/// The entry a booking is kept for.
pub fn find_waiting_for(tx: &Read<'_>, booking: Id) -> Result<Option<Waiting>> {
    tx.one(
        &format!("select {COLUMNS} from waitlist where state in ('waiting', 'offered') and state = 'offered' and booking_id = ?1"),
        [booking.to_string()],
        waiting,
    )
}

/// Open entries between two moments, in the order they came.
pub fn list_waiting(tx: &Read<'_>, from: Time, to: Time) -> Result<Vec<Waiting>> {
    tx.all(
        &format!("select {COLUMNS} from waitlist where state in ('waiting', 'offered') and starts_at >= ?1 and starts_at < ?2 order by id limit 500"),
        params![from.millis(), to.millis()],
        waiting,
    )
}

/// Open entries of a contact, in the order they came.
pub fn list_waiting_of(tx: &Read<'_>, contact: Id) -> Result<Vec<Waiting>> {
    tx.all(
        &format!("select {COLUMNS} from waitlist where contact_id = ?1 and state in ('waiting', 'offered') and starts_at > ?2 order by id limit 50"),
        params![contact.to_string(), tx.now.millis()],
        waiting,
    )
}
