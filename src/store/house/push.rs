//! Nudges to devices of members: each its own outbox row.

use crate::domain::error::{Error, Result};
use crate::domain::house::device::Waits;
use crate::domain::house::message::Delivery;
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::store::tx::{Read, Tx, id_at, word_at};
use rusqlite::params;

/// A nudge to a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushRow {
    /// Its id.
    pub id: Id,
    /// Whose device.
    pub member_id: Id,
    /// Which.
    pub device_id: Id,
    /// What waits.
    pub about: Waits,
    /// The question, conversation or order.
    pub about_id: Id,
    /// What is known of it.
    pub state: Delivery,
    /// How often it was tried.
    pub attempts: u32,
    /// What went wrong.
    pub problem: String,
}

/// Plans a nudge. None when its intent was planned before.
pub fn insert_push(tx: &mut Tx<'_>, member: Id, device: Id, about: Waits, about_id: Id, intent: &str) -> Result<Option<Id>> {
    let (id, now) = (Id::new(tx.now), tx.now.millis());
    let n = tx.run(
        "insert into pushes (id, intent, member_id, device_id, about, about_id, state, created_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, 'queued', ?7) on conflict do nothing",
        params![id.to_string(), intent, member.to_string(), device.to_string(), about.as_str(), about_id.to_string(), now],
    )?;
    Ok((n > 0).then_some(id))
}

/// One nudge.
pub fn find_push(tx: &Read<'_>, id: Id) -> Result<PushRow> {
    let sql = "select id, member_id, device_id, about, about_id, state, attempts, problem from pushes where id = ?1";
    let found = tx.one(sql, [id.to_string()], |r| {
        Ok(PushRow {
            id: id_at(r, 0)?,
            member_id: id_at(r, 1)?,
            device_id: id_at(r, 2)?,
            about: word_at(r, 3, Waits::from_word)?,
            about_id: id_at(r, 4)?,
            state: word_at(r, 5, Delivery::from_word)?,
            attempts: r.get(6)?,
            problem: r.get(7)?,
        })
    })?;
    found.ok_or_else(|| Error::not_found("nudge"))
}

/// Sets what is known of a nudge; a try is counted when it starts.
pub fn update_push(tx: &mut Tx<'_>, id: Id, to: Delivery, problem: &str) -> Result<()> {
    let now = tx.now.millis();
    tx.run(
        "update pushes set state = ?2, problem = ?3, settled_at = ?4, attempts = attempts + (?2 = 'sending') where id = ?1",
        params![id.to_string(), to.as_str(), problem, now],
    )
    .map(drop)
}

/// Throws away nudges that are long settled.
pub fn delete_pushes_before(tx: &mut Tx<'_>, before: Time) -> Result<usize> {
    tx.run("delete from pushes where created_at < ?1 and state not in ('queued', 'sending')", [before.millis()])
}
