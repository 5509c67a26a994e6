//! Calls, what was said in them, and the quotes they came to.

use crate::domain::buying::call::{Call, Quote, Said};
use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::time::{DAY_MS, Time};
use crate::store::tx::{Read, Tx, id_at, json, json_at, time_at};
use rusqlite::{Row, params};

/// A new call. False when this vendor is asked for this purchase already.
pub fn insert_call(tx: &mut Tx<'_>, c: &Call) -> Result<bool> {
    let n = tx.run(
        "insert into calls (id, purchase_id, vendor_id, state, data) values (?1, ?2, ?3, ?4, ?5) on conflict do nothing",
        params![c.id.to_string(), c.purchase_id.to_string(), c.vendor_id.to_string(), c.state.as_str(), json(c)?],
    )?;
    Ok(n > 0)
}

/// Writes a call as it is now; `contact` is who it goes to, once known.
pub fn update_call(tx: &mut Tx<'_>, c: &Call, contact: Option<Id>) -> Result<()> {
    tx.run(
        "update calls set state = ?2, data = ?3, contact_id = coalesce(?4, contact_id) where id = ?1",
        params![c.id.to_string(), c.state.as_str(), json(c)?, contact.map(|x| x.to_string())],
    )
    .map(drop)
}

/// One call.
pub fn find_call(tx: &Read<'_>, id: Id) -> Result<Call> {
    let found = tx.one("select data from calls where id = ?1", [id.to_string()], |r| json_at(r, 0))?;
    found.ok_or_else(|| Error::not_found("call"))
}

/// Calls of a purchase, in the order they were made.
pub fn list_calls_of(tx: &Read<'_>, purchase: Id) -> Result<Vec<Call>> {
    tx.all("select data from calls where purchase_id = ?1 order by id", [purchase.to_string()], |r| json_at(r, 0))
}

/// Calls, newest first, before `before`.
pub fn list_calls(tx: &Read<'_>, before: Option<Id>, most: u32) -> Result<Vec<Call>> {
    let before = before.map_or_else(|| "~".to_owned(), |b| b.to_string());
    tx.all("select data from calls where id < ?1 order by id desc limit ?2", params![before, most], |r| json_at(r, 0))
}

/// Days after which a vendor whose order is out writes as a customer again, whether or not somebody checked the delivery.
const ORDERED_DAYS: i64 = 14;

/// Calls with a contact whose purchase somebody is still at work on, newest first; then it is as a vendor that they write.
pub fn list_open_calls_with(tx: &Read<'_>, contact: Id) -> Result<Vec<Call>> {
    let lately = tx.now.plus_ms(-ORDERED_DAYS * DAY_MS).millis();
    tx.all(
        "select c.data from calls c join purchases p on p.id = c.purchase_id where c.contact_id = ?1
         and (p.status in ('asking', 'awaiting_approval', 'ordering', 'payment_unknown') or (p.status = 'confirmed' and p.updated_at > ?2))
         order by c.id desc limit 20",
        params![contact.to_string(), lately],
        |r| json_at(r, 0),
    )
}

/// Vendors that were ever talked to through a contact.
pub fn list_vendors_with(tx: &Read<'_>, contact: Id) -> Result<Vec<Id>> {
    tx.all("select distinct vendor_id from calls where contact_id = ?1", [contact.to_string()], |r| id_at(r, 0))
}

/// Writes down a line. False when its message is written down already.
pub fn insert_line(tx: &mut Tx<'_>, call: Id, ours: bool, text: &str, message: Option<Id>) -> Result<bool> {
    let now = tx.now.millis();
    let n = tx.run(
        "insert into call_lines (call_id, ours, text, message_id, at) values (?1, ?2, ?3, ?4, ?5) on conflict do nothing",
        params![call.to_string(), ours, text, message.map(|m| m.to_string()), now],
    )?;
    Ok(n > 0)
}

/// What was said, in order.
pub fn list_lines(tx: &Read<'_>, call: Id) -> Result<Vec<Said>> {
    tx.all("select ours, text, at from call_lines where call_id = ?1 order by id limit 500", [call.to_string()], |r| {
        Ok(Said { ours: r.get(0)?, text: r.get(1)?, at: time_at(r, 2)? })
    })
}

fn quote(r: &Row<'_>) -> rusqlite::Result<Quote> {
    Ok(Quote {
        id: id_at(r, 0)?,
        call_id: id_at(r, 1)?,
        vendor_id: id_at(r, 2)?,
        offer: json_at(r, 3)?,
        total_minor: r.get(4)?,
        valid_until: Time::from_millis(r.get(5)?),
        created_at: time_at(r, 6)?,
    })
}

/// A price that stands.
pub fn insert_quote(tx: &mut Tx<'_>, q: &Quote) -> Result<()> {
    tx.run(
        "insert into quotes (id, call_id, vendor_id, offer, total_minor, valid_until, created_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            q.id.to_string(),
            q.call_id.to_string(),
            q.vendor_id.to_string(),
            json(&q.offer)?,
            q.total_minor,
            q.valid_until.millis(),
            q.created_at.millis()
        ],
    )
    .map(drop)
}

/// The newest quote of a call.
pub fn find_quote_of(tx: &Read<'_>, call: Id) -> Result<Option<Quote>> {
    tx.one(
        "select id, call_id, vendor_id, offer, total_minor, valid_until, created_at from quotes where call_id = ?1 order by id desc limit 1",
        [call.to_string()],
        quote,
    )
}
