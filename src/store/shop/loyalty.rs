//! The ledger of points. Rows are only added.

use crate::domain::error::Result;
use crate::domain::id::Id;
use crate::domain::shop::loyalty::Entry;
use crate::domain::time::Time;
use crate::store::tx::{Read, Tx, id_at, maybe_time_at, time_at};
use rusqlite::params;

/// The whole ledger of a contact, oldest first.
pub fn list_points(tx: &Read<'_>, contact: Id) -> Result<Vec<Entry>> {
    tx.all("select kind, points, note, expires_at, at from points where contact_id = ?1 order by id", [contact.to_string()], |r| {
        Ok(Entry { kind: r.get(0)?, points: r.get(1)?, note: r.get(2)?, expires_at: maybe_time_at(r, 3)?, at: time_at(r, 4)? })
    })
}

/// How many points somebody has.
pub fn find_balance(tx: &Read<'_>, contact: Id) -> Result<i64> {
    tx.value("select coalesce(sum(points), 0) from points where contact_id = ?1", [contact.to_string()])
}

/// The points of one kind that an order brought or took, or a refund.
pub fn find_points_of(tx: &Read<'_>, cause: Id, kind: &str) -> Result<i64> {
    tx.value("select coalesce(sum(points), 0) from points where intent = ?1", [format!("{kind}:{cause}")])
}

/// When what an order brought is worth nothing any more.
pub fn find_expiry(tx: &Read<'_>, order: Id) -> Result<Option<Time>> {
    let at = tx.one("select expires_at from points where intent = ?1", [format!("earn:{order}")], |r| maybe_time_at(r, 0))?;
    Ok(at.flatten())
}

/// All points of one kind that an order brought or took.
pub fn sum_of_kind(tx: &Read<'_>, order: Id, kind: &str) -> Result<i64> {
    tx.value("select coalesce(sum(points), 0) from points where order_id = ?1 and kind = ?2", [order.to_string().as_str(), kind])
}

/// Adds a line; false when it was there before.
pub fn insert_points(tx: &mut Tx<'_>, contact: Id, order: Option<Id>, intent: &str, e: &Entry) -> Result<bool> {
    let n = tx.run(
        "insert or ignore into points (contact_id, order_id, kind, points, intent, note, expires_at, at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![contact.to_string(), order.map(|o| o.to_string()), e.kind, e.points, intent, e.note, e.expires_at.map(Time::millis), e.at.millis()],
    )?;
    Ok(n > 0)
}

/// How many orders of a contact brought points and were not reversed.
pub fn count_visits(tx: &Read<'_>, contact: Id) -> Result<i64> {
    tx.value(
        "select count(*) from points p where contact_id = ?1 and kind = 'earn'
           and (select coalesce(sum(r.points), 0) from points r where r.contact_id = ?1 and r.kind = 'reverse' and r.order_id = p.order_id) = 0",
        [contact.to_string()],
    )
}

/// Contacts with points that are worth nothing any more and were not taken since: what is written down as expired is taken, so none comes twice.
pub fn list_expiring(tx: &Read<'_>, most: u32) -> Result<Vec<Id>> {
    tx.all(
        "select p.contact_id from points p indexed by points_expiring where p.expires_at is not null and p.expires_at <= ?1 and p.points > 0
         group by p.contact_id
         having sum(p.points) > (select coalesce(sum(-b.points), 0) from points b where b.contact_id = p.contact_id and b.points < 0) limit ?2",
        params![tx.now.millis(), most],
        |r| id_at(r, 0),
    )
}

/// Points given and taken in all, as two positive numbers.
pub fn sum_points(tx: &Read<'_>) -> Result<(i64, i64)> {
    let given = tx.value("select coalesce(sum(points), 0) from points where points > 0", [])?;
    let taken: i64 = tx.value("select coalesce(sum(points), 0) from points where points < 0", [])?;
    Ok((given, -taken))
}

/// Takes points off what an unpaid order costs; false when it is paid, claimed or smaller.
pub fn take_off(tx: &mut Tx<'_>, order: Id, minor: i64) -> Result<bool> {
    let (id, now) = (order.to_string(), tx.now.millis());
    let n = tx.run(
        "update orders set total_minor = total_minor - ?2, updated_at = ?3 where id = ?1 and status = 'awaiting_payment' and total_minor >= ?2",
        params![id, minor, now],
    )?;
    let p = tx.run(
        "update payments set amount_minor = amount_minor - ?2 where order_id = ?1 and state in ('expected', 'rejected') and amount_minor >= ?2",
        params![id, minor],
    )?;
    Ok(n > 0 && p > 0)
}
