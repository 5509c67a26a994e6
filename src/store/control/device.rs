//! Devices on which members are told that something waits, and keys this server made for itself.

use crate::domain::error::{Error, Result};
use crate::domain::house::device::Device;
use crate::domain::id::Id;
use crate::store::tx::{Read, Tx, id_at, maybe_time_at, time_at};
use rusqlite::{Row, params};

const COLUMNS: &str = "id, member_id, name, mark, problem, created_at, told_at";

fn device(r: &Row<'_>) -> rusqlite::Result<Device> {
    Ok(Device {
        id: id_at(r, 0)?,
        member_id: id_at(r, 1)?,
        name: r.get(2)?,
        mark: r.get(3)?,
        problem: r.get(4)?,
        created_at: time_at(r, 5)?,
        told_at: maybe_time_at(r, 6)?,
    })
}

/// A device that is to be told something.
#[derive(Debug, Clone, Copy)]
pub struct NewDevice<'a> {
    /// Its id.
    pub id: Id,
    /// Whose.
    pub member_id: Id,
    /// In this business.
    pub business_id: Id,
    /// Its name.
    pub name: &'a str,
    /// The SHA-256 of its address.
    pub mark: &'a str,
    /// Its address and keys, encrypted.
    pub sealed: &'a [u8],
}

/// Adds a device; the same address in the same business is the newest member's who signed in there.
pub fn insert_device(tx: &mut Tx<'_>, d: &NewDevice<'_>) -> Result<()> {
    let now = tx.now.millis();
    tx.run("delete from devices where business_id = ?1 and mark = ?2", params![d.business_id.to_string(), d.mark])?;
    tx.run(
        "insert into devices (id, member_id, business_id, name, mark, sealed, created_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![d.id.to_string(), d.member_id.to_string(), d.business_id.to_string(), d.name, d.mark, d.sealed, now],
    )
    .map(drop)
}

/// Devices of a business, with those of one member only when one is named.
pub fn list_devices(tx: &Read<'_>, business: Id, member: Option<Id>) -> Result<Vec<Device>> {
    tx.all(
        &format!("select {COLUMNS} from devices where business_id = ?1 and member_id = coalesce(?2, member_id) order by id"),
        params![business.to_string(), member.map(|m| m.to_string())],
        device,
    )
}

/// A device of a business, with its sealed address. None: it was forgotten.
pub fn find_device(tx: &Read<'_>, business: Id, id: Id) -> Result<Option<(Device, Vec<u8>)>> {
    tx.one(
        &format!("select {COLUMNS}, sealed from devices where id = ?1 and business_id = ?2"),
        params![id.to_string(), business.to_string()],
        |r| Ok((device(r)?, r.get(7)?)),
    )
}

/// Forgets a device of a member.
pub fn delete_device(tx: &mut Tx<'_>, business: Id, member: Id, id: Id) -> Result<()> {
    let n = tx.run(
        "delete from devices where id = ?1 and business_id = ?2 and member_id = ?3",
        params![id.to_string(), business.to_string(), member.to_string()],
    )?;
    if n == 0 { Err(Error::not_found("phone")) } else { Ok(()) }
}

/// Forgets a device that has taken its address back, for every business.
pub fn delete_address(tx: &mut Tx<'_>, mark: &str) -> Result<()> {
    tx.run("delete from devices where mark = ?1", [mark]).map(drop)
}

/// What came of telling a device; an empty problem: it was told.
pub fn update_told(tx: &mut Tx<'_>, id: Id, problem: &str) -> Result<()> {
    let told = problem.is_empty().then_some(tx.now.millis());
    tx.run("update devices set problem = ?2, told_at = coalesce(?3, told_at) where id = ?1", params![id.to_string(), problem, told])
        .map(drop)
}

/// Every device with its sealed address.
pub fn list_sealed(tx: &Read<'_>) -> Result<Vec<(Id, Vec<u8>)>> {
    tx.all("select id, sealed from devices", [], |r| Ok((id_at(r, 0)?, r.get(1)?)))
}

/// Keeps an address that was sealed anew.
pub fn update_sealed(tx: &mut Tx<'_>, id: Id, sealed: &[u8]) -> Result<()> {
    tx.run("update devices set sealed = ?2 where id = ?1", params![id.to_string(), sealed]).map(drop)
}

/// A key this server made for itself, sealed.
pub fn find_own_key(tx: &Read<'_>, name: &str) -> Result<Option<Vec<u8>>> {
    tx.one("select sealed from own_keys where name = ?1", [name], |r| r.get(0))
}

/// All of them.
pub fn list_own_keys(tx: &Read<'_>) -> Result<Vec<(String, Vec<u8>)>> {
    tx.all("select name, sealed from own_keys", [], |r| Ok((r.get(0)?, r.get(1)?)))
}

/// Keeps a key this server made for itself, unless there is one; the one that holds.
pub fn insert_own_key(tx: &mut Tx<'_>, name: &str, sealed: &[u8]) -> Result<Vec<u8>> {
    let now = tx.now.millis();
    tx.run("insert into own_keys (name, sealed, created_at) values (?1, ?2, ?3) on conflict do nothing", params![name, sealed, now])?;
    tx.value("select sealed from own_keys where name = ?1", [name])
}

/// Puts another in its place, or the same sealed anew.
pub fn update_own_key(tx: &mut Tx<'_>, name: &str, sealed: &[u8]) -> Result<()> {
    tx.run("update own_keys set sealed = ?2 where name = ?1", params![name, sealed]).map(drop)
}
