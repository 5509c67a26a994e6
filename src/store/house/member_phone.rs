//! Phones from which members decide.

use crate::domain::error::Result;
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::store::tx::{Read, Tx, id_at};
use rusqlite::{Row, params};

/// A member's phone, verified or on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberPhone {
    /// Whose it is.
    pub member_id: Id,
    /// Their name when it was asked for.
    pub name: String,
    /// The number in international form; none until it is verified.
    pub phone: Option<String>,
    /// What must be written from the phone; empty when nothing is asked for.
    pub code: String,
    /// Until when that counts.
    pub code_until: Time,
}

fn phone(r: &Row<'_>) -> rusqlite::Result<MemberPhone> {
    let until = Time::from_millis(r.get(4)?);
    Ok(MemberPhone { member_id: id_at(r, 0)?, name: r.get(1)?, phone: r.get(2)?, code: r.get(3)?, code_until: until })
}

/// Keeps the code a member must write from the phone.
pub fn upsert_code(tx: &mut Tx<'_>, member: Id, name: &str, code: &str, until: Time) -> Result<()> {
    tx.run(
        "insert into member_phones (member_id, name, code, code_until) values (?1, ?2, ?3, ?4)
         on conflict (member_id) do update set name = excluded.name, code = excluded.code, code_until = excluded.code_until",
        params![member.to_string(), name, code, until.millis()],
    )
    .map(drop)
}

/// The phone of a member.
pub fn find_phone(tx: &Read<'_>, member: Id) -> Result<Option<MemberPhone>> {
    let sql = "select member_id, name, phone, code, code_until from member_phones where member_id = ?1";
    tx.one(sql, [member.to_string()], phone)
}

/// Whose verified phone this is.
pub fn find_member_of(tx: &Read<'_>, number: &str) -> Result<Option<MemberPhone>> {
    tx.one("select member_id, name, phone, code, code_until from member_phones where phone = ?1", [number], phone)
}

/// Whose code this is, while it counts.
pub fn find_by_code(tx: &Read<'_>, code: &str) -> Result<Option<MemberPhone>> {
    let sql = "select member_id, name, phone, code, code_until from member_phones where code = ?1 and code <> '' and code_until > ?2";
    tx.one(sql, params![code, tx.now.millis()], phone)
}

/// The phone is this member's from now on, and nobody else's.
pub fn update_verified(tx: &mut Tx<'_>, member: Id, number: &str) -> Result<()> {
    let now = tx.now.millis();
    tx.run("update member_phones set phone = null, verified_at = null where phone = ?1", [number])?;
    tx.run(
        "update member_phones set phone = ?2, verified_at = ?3, code = '', code_until = 0 where member_id = ?1",
        params![member.to_string(), number, now],
    )
    .map(drop)
}

/// Every verified phone.
pub fn list_verified(tx: &Read<'_>) -> Result<Vec<MemberPhone>> {
    tx.all("select member_id, name, phone, code, code_until from member_phones where phone is not null order by member_id", [], phone)
}

/// Forgets a member's phone.
pub fn delete_phone(tx: &mut Tx<'_>, member: Id) -> Result<()> {
    tx.run("delete from member_phones where member_id = ?1", [member.to_string()]).map(drop)
}
