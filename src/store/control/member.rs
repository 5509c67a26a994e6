//! Members and their roles.

use crate::domain::error::{Error, Result};
use crate::domain::house::business::Business;
use crate::domain::house::member::{Member, Role};
use crate::domain::id::Id;
use crate::store::tx::{Read, Tx, id_at, word_at};
use rusqlite::{Row, params};

fn member(r: &Row<'_>) -> rusqlite::Result<Member> {
    Ok(Member { id: id_at(r, 0)?, email: r.get(1)?, name: r.get(2)?, role: word_at(r, 3, |w| w.parse().ok())? })
}

/// Adds a person, without a role anywhere yet.
pub fn insert_member(tx: &mut Tx<'_>, email: &str, name: &str, password_hash: Option<&str>) -> Result<Id> {
    let (id, now) = (Id::new(tx.now), tx.now.millis());
    tx.run(
        "insert into members (id, email, name, password_hash, created_at) values (?1, ?2, ?3, ?4, ?5)",
        params![id.to_string(), email, name, password_hash, now],
    )?;
    Ok(id)
}

/// The id and password hash behind an e-mail address.
pub fn find_login(tx: &Read<'_>, email: &str) -> Result<Option<(Id, Option<String>)>> {
    tx.one("select id, password_hash from members where email = ?1", [email], |r| Ok((id_at(r, 0)?, r.get(1)?)))
}

/// A person's password hash; none before the first password.
pub fn find_password(tx: &Read<'_>, id: Id) -> Result<Option<String>> {
    tx.one("select password_hash from members where id = ?1", [id.to_string()], |r| r.get::<_, Option<String>>(0)).map(Option::flatten)
}

/// A person's e-mail address.
pub fn find_email(tx: &Read<'_>, id: Id) -> Result<Option<String>> {
    tx.one("select email from members where id = ?1", [id.to_string()], |r| r.get(0))
}

/// Sets a password.
pub fn update_password(tx: &mut Tx<'_>, id: Id, hash: &str) -> Result<()> {
    tx.run("update members set password_hash = ?2 where id = ?1", params![id.to_string(), hash]).map(drop)
}

/// Sets a name where there is none.
pub fn update_name_once(tx: &mut Tx<'_>, id: Id, name: &str) -> Result<()> {
    tx.run("update members set name = ?2 where id = ?1 and name = ''", params![id.to_string(), name]).map(drop)
}

/// Whether a person has a role in another business.
pub fn is_elsewhere(tx: &Read<'_>, id: Id, business: Id) -> Result<bool> {
    tx.value(
        "select exists (select 1 from memberships where member_id = ?1 and business_id <> ?2)",
        params![id.to_string(), business.to_string()],
    )
}

/// Gives a person a role in a business.
pub fn upsert_membership(tx: &mut Tx<'_>, member: Id, business: Id, role: Role) -> Result<()> {
    tx.run(
        "insert into memberships (member_id, business_id, role) values (?1, ?2, ?3) on conflict (member_id, business_id) do update set role = excluded.role",
        params![member.to_string(), business.to_string(), role.as_str()],
    )
    .map(drop)
}

/// An error when nobody but this member owns the business.
pub fn keep_an_owner(tx: &Read<'_>, member: Id, business: Id) -> Result<()> {
    let others: i64 = tx.value(
        "select count(*) from memberships where business_id = ?1 and role = 'owner' and member_id <> ?2",
        params![business.to_string(), member.to_string()],
    )?;
    if others == 0 { Err(Error::conflict("A business keeps at least one owner.")) } else { Ok(()) }
}

/// Takes a person's role in a business away. The last owner stays.
pub fn delete_membership(tx: &mut Tx<'_>, member: Id, business: Id) -> Result<()> {
    keep_an_owner(tx, member, business)?;
    let n =
        tx.run("delete from memberships where member_id = ?1 and business_id = ?2", params![member.to_string(), business.to_string()])?;
    if n == 0 { Err(Error::not_found("member")) } else { Ok(()) }
}

/// A person in one business.
pub fn find_member(tx: &Read<'_>, id: Id, business: Id) -> Result<Member> {
    tx.one(
        "select m.id, m.email, m.name, s.role from members m join memberships s on s.member_id = m.id where m.id = ?1 and s.business_id = ?2",
        params![id.to_string(), business.to_string()],
        member,
    )?
    .ok_or_else(|| Error::not_found("member"))
}

/// People of a business.
pub fn list_members(tx: &Read<'_>, business: Id) -> Result<Vec<Member>> {
    tx.all(
        "select m.id, m.email, m.name, s.role from members m join memberships s on s.member_id = m.id where s.business_id = ?1 order by m.email",
        [business.to_string()],
        member,
    )
}

/// Businesses a person belongs to, with the role there.
pub fn list_businesses_of(tx: &Read<'_>, member: Id) -> Result<Vec<(Business, Role)>> {
    tx.all(
        "select b.id, b.slug, b.name, b.template, s.role from businesses b join memberships s on s.business_id = b.id where s.member_id = ?1 order by b.name",
        [member.to_string()],
        |r| {
            let b = Business { id: id_at(r, 0)?, slug: r.get(1)?, name: r.get(2)?, template: word_at(r, 3, |w| w.parse().ok())? };
            Ok((b, word_at(r, 4, |w| w.parse().ok())?))
        },
    )
}

/// How many people there are.
pub fn count_members(tx: &Read<'_>) -> Result<i64> {
    tx.value("select count(*) from members", [])
}
