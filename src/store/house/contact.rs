//! Contacts and their identities.

use crate::domain::error::{Error, Result};
use crate::domain::house::contact::{Contact, Identity, IdentityKind};
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::store::tx::{Read, Tx, id_at, time_at, word_at};
use rusqlite::{Row, params};

const COLUMNS: &str = "id, name, language, note, consent, created_at, erased_at is not null, spoken";

fn contact(r: &Row<'_>) -> rusqlite::Result<Contact> {
    Ok(Contact {
        id: id_at(r, 0)?,
        name: r.get(1)?,
        language: Lang::from_code(r.get_ref(2)?.as_str()?),
        note: r.get(3)?,
        consent: r.get(4)?,
        created_at: time_at(r, 5)?,
        identities: Vec::new(),
        erased: r.get(6)?,
        spoken: r.get(7)?,
    })
}

fn with_identities(tx: &Read<'_>, mut c: Contact) -> Result<Contact> {
    c.identities = tx.all("select kind, value from identities where contact_id = ?1 order by kind", [c.id.to_string()], |r| {
        Ok(Identity { kind: word_at(r, 0, IdentityKind::from_word)?, value: r.get(1)? })
    })?;
    Ok(c)
}

/// One contact with its identities.
pub fn find_contact(tx: &Read<'_>, id: Id) -> Result<Contact> {
    let found = tx.one(&format!("select {COLUMNS} from contacts where id = ?1"), [id.to_string()], contact)?;
    with_identities(tx, found.ok_or_else(|| Error::not_found("customer"))?)
}

/// One contact who was not erased: for whoever asks by id.
pub fn find_present(tx: &Read<'_>, id: Id) -> Result<Contact> {
    let found = find_contact(tx, id)?;
    if found.erased { Err(Error::not_found("customer")) } else { Ok(found) }
}

/// One contact without its identities, for those who only speak to it.
pub fn find_person(tx: &Read<'_>, id: Id) -> Result<Contact> {
    let found = tx.one(&format!("select {COLUMNS} from contacts where id = ?1"), [id.to_string()], contact)?;
    found.ok_or_else(|| Error::not_found("customer"))
}

/// Whose identity this is.
pub fn find_contact_id(tx: &Read<'_>, identity: &Identity) -> Result<Option<Id>> {
    tx.one("select contact_id from identities where kind = ?1 and value = ?2", params![identity.kind.as_str(), identity.value], |r| {
        id_at(r, 0)
    })
}

/// A new contact.
pub fn insert_contact(tx: &mut Tx<'_>, name: &str, language: Lang) -> Result<Id> {
    let id = Id::new(tx.now);
    let at = tx.now.millis();
    tx.run(
        "insert into contacts (id, name, language, created_at) values (?1, ?2, ?3, ?4)",
        params![id.to_string(), name, language.code(), at],
    )?;
    Ok(id)
}

/// Adds an identity to a contact; left alone when it is known, whoever has it.
pub fn insert_identity(tx: &mut Tx<'_>, contact: Id, identity: &Identity) -> Result<bool> {
    let n = tx.run(
        "insert into identities (kind, value, contact_id) values (?1, ?2, ?3) on conflict do nothing",
        params![identity.kind.as_str(), identity.value, contact.to_string()],
    )?;
    Ok(n > 0)
}

/// Takes an identity away from a contact.
pub fn delete_identity(tx: &mut Tx<'_>, contact: Id, identity: &Identity) -> Result<()> {
    tx.run(
        "delete from identities where kind = ?1 and value = ?2 and contact_id = ?3",
        params![identity.kind.as_str(), identity.value, contact.to_string()],
    )
    .map(drop)
}

/// Sets what the team may change: name, language, note, consent, whether replies are spoken.
pub fn update_contact(tx: &mut Tx<'_>, c: &Contact) -> Result<()> {
    tx.run(
        "update contacts set name = ?2, language = ?3, note = ?4, consent = ?5, spoken = ?6 where id = ?1",
        params![c.id.to_string(), c.name, c.language.code(), c.note, c.consent, c.spoken],
    )
    .map(drop)
}

/// Sets the language of a contact.
pub fn update_contact_language(tx: &mut Tx<'_>, id: Id, language: Lang) -> Result<()> {
    tx.run("update contacts set language = ?2 where id = ?1", params![id.to_string(), language.code()]).map(drop)
}

/// A contact in a list.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ContactRow {
    /// The contact.
    pub contact: Contact,
    /// How many orders that were not given up.
    pub orders: i64,
    /// What paid orders came to, in minor units.
    pub spent_minor: i64,
}

/// Contacts, newest first, with name or number containing `q`, before `before`.
pub fn list_contacts(tx: &Read<'_>, q: &str, before: Option<Id>, most: u32) -> Result<Vec<ContactRow>> {
    let before = before.map_or_else(|| "~".to_owned(), |b| b.to_string());
    let like = format!("%{}%", q.replace('%', ""));
    let rows = tx.all(
        &format!(
            "select {COLUMNS},
               (select count(*) from orders o where o.contact_id = c.id and o.status not in ('cancelled', 'expired')),
               (select coalesce(sum(total_minor), 0) from orders o where o.contact_id = c.id and o.status in ('paid', 'preparing', 'ready_for_pickup', 'out_for_delivery', 'completed'))
             from contacts c where merged_into is null and id < ?1 and erased_at is null and (?2 = '%%' or name like ?2 or exists (select 1 from identities i where i.contact_id = c.id and i.value like ?2))
             order by id desc limit ?3"
        ),
        params![before, like, most],
        |r| Ok(ContactRow { contact: contact(r)?, orders: r.get(8)?, spent_minor: r.get(9)? }),
    )?;
    rows.into_iter().map(|row| Ok(ContactRow { contact: with_identities(tx, row.contact)?, ..row })).collect()
}

/// These contacts as rows of a list, in their order.
pub fn list_these(tx: &Read<'_>, ids: &[Id]) -> Result<Vec<ContactRow>> {
    let one = |id: &Id| {
        let (orders, spent_minor) = tx
            .one(
                "select count(*), coalesce(sum(case when status in ('paid', 'preparing', 'ready_for_pickup', 'out_for_delivery', 'completed') then total_minor end), 0)
                 from orders where contact_id = ?1 and status not in ('cancelled', 'expired')",
                [id.to_string()],
                |r| Ok((r.get(0)?, r.get(1)?)),
            )?
            .unwrap_or_default();
        Ok(ContactRow { contact: find_contact(tx, *id)?, orders, spent_minor })
    };
    ids.iter().map(one).collect()
}
