//! Whom the business buys from, what they delivered, and the pretended ones.

use crate::domain::buying::delivery::Checked;
use crate::domain::buying::seller::Seller;
use crate::domain::buying::vendor::Vendor;
use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::phone::Phone;
use crate::domain::search::Kind;
use crate::store::tx::{Read, Tx, id_at, json, json_at};
use crate::store::vector;
use rusqlite::params;

/// Writes a vendor, new or known; one that was taken off comes back.
pub fn upsert_vendor(tx: &mut Tx<'_>, v: &Vendor) -> Result<()> {
    tx.run(
        "insert into vendors (id, name, phone, data) values (?1, ?2, ?3, ?4)
         on conflict (id) do update set name = excluded.name, phone = excluded.phone, data = excluded.data, deleted_at = null",
        params![v.id.to_string(), v.name, v.phone.as_ref().map(Phone::e164), json(v)?],
    )?;
    vector::put(tx, Kind::Vendor, v.id, &v.searched_text())
}

/// One vendor that was not taken off.
pub fn find_vendor(tx: &Read<'_>, id: Id) -> Result<Vendor> {
    let found = tx.one("select data from vendors where id = ?1 and deleted_at is null", [id.to_string()], |r| json_at(r, 0))?;
    found.ok_or_else(|| Error::not_found("vendor"))
}

/// The vendor with a number.
pub fn find_vendor_by_phone(tx: &Read<'_>, phone: &Phone) -> Result<Option<Vendor>> {
    tx.one("select data from vendors where phone = ?1 and deleted_at is null", [phone.e164()], |r| json_at(r, 0))
}

/// The vendor of a name, in any letter case.
pub fn find_vendor_by_name(tx: &Read<'_>, name: &str) -> Result<Option<Vendor>> {
    tx.one("select data from vendors where name = ?1 collate nocase and deleted_at is null order by id limit 1", [name], |r| json_at(r, 0))
}

/// Whether one of these numbers, or the address, is a vendor's: of the book, or taken off it and not to be contacted.
pub fn is_known(tx: &Read<'_>, phones: &[Phone], email: &str) -> Result<bool> {
    let numbers: Vec<&str> = phones.iter().map(Phone::e164).collect();
    tx.value(
        "select exists (select 1 from vendors where (deleted_at is null or json_extract(data, '$.do_not_contact'))
           and (phone in (select value from json_each(?1)) or (?2 <> '' and json_extract(data, '$.email') = ?2 collate nocase)))",
        params![json(&numbers)?, email.trim()],
    )
}

/// The name of every vendor, with its id.
pub fn list_names(tx: &Read<'_>) -> Result<Vec<(Id, String)>> {
    tx.all("select id, name from vendors where deleted_at is null", [], |r| Ok((id_at(r, 0)?, r.get(1)?)))
}

/// Vendors in the order they were written down, after `after`; with a name or product that holds `q`.
pub fn list_vendors(tx: &Read<'_>, q: &str, after: &str, most: u32) -> Result<Vec<Vendor>> {
    let like = format!("%{}%", q.replace('%', ""));
    tx.all(
        "select data from vendors where deleted_at is null and id > ?2 and (?1 = '%%' or name like ?1 or data like ?1) order by id limit ?3",
        params![like, after, most],
        |r| json_at(r, 0),
    )
}

/// How many vendors there are.
pub fn count_vendors(tx: &Read<'_>) -> Result<i64> {
    tx.value("select count(*) from vendors where deleted_at is null", [])
}

/// Takes a vendor off the book; purchases keep its name.
pub fn delete_vendor(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    let now = tx.now.millis();
    let n = tx.run("update vendors set deleted_at = ?2 where id = ?1 and deleted_at is null", params![id.to_string(), now])?;
    if n == 0 { Err(Error::not_found("vendor")) } else { vector::remove(tx, Kind::Vendor, id) }
}

/// Keeps how a delivery was. False when one of this vendor for this purchase was checked before.
pub fn insert_delivery(tx: &mut Tx<'_>, purchase: Id, vendor: Id, checked: &Checked) -> Result<bool> {
    let (id, now) = (Id::new(tx.now), tx.now.millis());
    let n = tx.run(
        "insert into deliveries (id, purchase_id, vendor_id, data, at) values (?1, ?2, ?3, ?4, ?5) on conflict do nothing",
        params![id.to_string(), purchase.to_string(), vendor.to_string(), json(checked)?, now],
    )?;
    Ok(n > 0)
}

/// Deliveries of a vendor, newest first.
pub fn list_deliveries(tx: &Read<'_>, vendor: Id, most: u32) -> Result<Vec<Checked>> {
    tx.all("select data from deliveries where vendor_id = ?1 order by at desc, id desc limit ?2", params![vendor.to_string(), most], |r| {
        json_at(r, 0)
    })
}

/// Vendors of a purchase whose delivery was checked.
pub fn list_delivered(tx: &Read<'_>, purchase: Id) -> Result<Vec<(Id, Checked)>> {
    tx.all("select vendor_id, data from deliveries where purchase_id = ?1 order by id", [purchase.to_string()], |r| {
        Ok((id_at(r, 0)?, json_at(r, 1)?))
    })
}

/// Puts a pretended seller behind a simulated phone.
pub fn upsert_seller(tx: &mut Tx<'_>, phone: &str, seller: &Seller) -> Result<()> {
    tx.run(
        "insert into simulator_sellers (phone, data) values (?1, ?2) on conflict (phone) do update set data = excluded.data",
        params![phone, json(seller)?],
    )
    .map(drop)
}

/// The pretended seller behind a simulated phone.
pub fn find_seller(tx: &Read<'_>, phone: &str) -> Result<Option<Seller>> {
    tx.one("select data from simulator_sellers where phone = ?1", [phone], |r| json_at(r, 0))
}
