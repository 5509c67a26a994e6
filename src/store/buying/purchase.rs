//! Purchases, and the choices they taught.

use crate::domain::buying::purchase::{Purchase, Status};
use crate::domain::buying::taste::Choice;
use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::store::tx::{Read, Tx, json, json_at};
use rusqlite::params;

/// The number of the next purchase.
pub fn next_purchase_number(tx: &Read<'_>) -> Result<i64> {
    tx.value("select coalesce(max(number), 0) + 1 from purchases", [])
}

/// A new purchase.
pub fn insert_purchase(tx: &mut Tx<'_>, p: &Purchase) -> Result<()> {
    tx.run(
        "insert into purchases (id, number, status, run_id, data, created_at, updated_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
        params![p.id.to_string(), p.number, p.status.as_str(), p.run_id.map(|r| r.to_string()), json(p)?, p.created_at.millis()],
    )
    .map(drop)
}

/// Writes a purchase as it is now.
pub fn update_purchase(tx: &mut Tx<'_>, p: &Purchase) -> Result<()> {
    let now = tx.now;
    let p = Purchase { updated_at: now, ..p.clone() };
    tx.run(
        "update purchases set status = ?2, run_id = ?3, data = ?4, updated_at = ?5 where id = ?1",
        params![p.id.to_string(), p.status.as_str(), p.run_id.map(|r| r.to_string()), json(&p)?, now.millis()],
    )
    .map(drop)
}

/// One purchase.
pub fn find_purchase(tx: &Read<'_>, id: Id) -> Result<Purchase> {
    let found = tx.one("select data from purchases where id = ?1", [id.to_string()], |r| json_at(r, 0))?;
    found.ok_or_else(|| Error::not_found("purchase"))
}

/// Purchases, newest first, before `before`; of one status.
pub fn list_purchases(tx: &Read<'_>, status: Option<Status>, before: Option<Id>, most: u32) -> Result<Vec<Purchase>> {
    let before = before.map_or_else(|| "~".to_owned(), |b| b.to_string());
    tx.all(
        "select data from purchases where (?1 is null or status = ?1) and id < ?2 order by id desc limit ?3",
        params![status.map(Status::as_str), before, most],
        |r| json_at(r, 0),
    )
}

/// How many purchases somebody is at work on.
pub fn count_open_purchases(tx: &Read<'_>) -> Result<i64> {
    tx.value("select count(*) from purchases where status in ('asking', 'awaiting_approval', 'ordering', 'payment_unknown')", [])
}

/// Keeps a choice.
pub fn insert_choice(tx: &mut Tx<'_>, purchase: Id, choice: &Choice) -> Result<()> {
    let now = tx.now.millis();
    tx.run("insert into choices (purchase_id, data, at) values (?1, ?2, ?3)", params![purchase.to_string(), json(choice)?, now]).map(drop)
}

/// The newest choices, oldest of them first.
pub fn list_choices(tx: &Read<'_>, most: u32) -> Result<Vec<Choice>> {
    let mut rows: Vec<Choice> = tx.all("select data from choices order by id desc limit ?1", [most], |r| json_at(r, 0))?;
    rows.reverse();
    Ok(rows)
}

/// Forgets every choice.
pub fn delete_choices(tx: &mut Tx<'_>) -> Result<()> {
    tx.run("delete from choices", []).map(drop)
}
