//! What happened with a customer; tags, notes and consent.

use crate::domain::error::Result;
use crate::domain::house::timeline::{Consent, Moment, Note};
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::store::tx::{Read, Tx, id_at, time_at};
use rusqlite::params;

/// What happened before a moment, newest first.
pub fn list_moments(tx: &Read<'_>, contact: Id, before: Time, most: u32) -> Result<Vec<Moment>> {
    tx.all(
        "select at, kind, about, text, detail from (
           select m.created_at as at, 'message' as kind, m.conversation_id as about, substr(m.text, 1, 300) as text, m.direction || ' ' || v.channel as detail
             from messages m join conversations v on v.id = m.conversation_id where v.contact_id = ?1
           union all select created_at, 'order', id, cast(number as text), status from orders where contact_id = ?1
           union all select h.at, 'order_step', o.id, cast(o.number as text), h.to_status from order_history h join orders o on o.id = h.order_id
             where o.contact_id = ?1 and h.from_status is not null
           union all select p.decided_at, 'payment', o.id, cast(o.number as text), p.state from payments p join orders o on o.id = p.order_id
             where o.contact_id = ?1 and p.decided_at is not null
           union all select created_at, 'booking', id, cast(number as text), status from bookings where contact_id = ?1
           union all select h.at, 'booking_step', b.id, cast(b.number as text), h.what from booking_history h join bookings b on b.id = h.booking_id
             where b.contact_id = ?1
           union all select r.started_at, 'run', r.id, r.agent, r.state from runs r join conversations v on v.id = r.conversation_id
             where v.contact_id = ?1 and r.version > 0
           union all select at, 'note', coalesce(conversation_id, ''), text, author from notes where contact_id = ?1
           union all select at, 'consent', '', words, case given when 1 then 'yes' else 'no' end || ', ' || way from consents where contact_id = ?1
           union all select at, 'points', coalesce(order_id, ''), cast(points as text), kind from points where contact_id = ?1
           union all select at, 'outreach', coalesce(campaign_id, ''), why, state from outreach where contact_id = ?1 and state <> 'planned'
         ) where at < ?2 order by at desc limit ?3",
        params![contact.to_string(), before.millis(), most],
        |r| Ok(Moment { at: time_at(r, 0)?, kind: r.get(1)?, about: r.get(2)?, text: r.get(3)?, detail: r.get(4)? }),
    )
}

/// The tags of a contact, in order.
pub fn list_tags(tx: &Read<'_>, contact: Id) -> Result<Vec<String>> {
    tx.all("select tag from contact_tags where contact_id = ?1 order by tag", [contact.to_string()], |r| r.get(0))
}

/// Sets the tags of a contact.
pub fn update_tags(tx: &mut Tx<'_>, contact: Id, tags: &[String]) -> Result<()> {
    tx.run("delete from contact_tags where contact_id = ?1", [contact.to_string()])?;
    for tag in tags {
        tx.run("insert or ignore into contact_tags (contact_id, tag) values (?1, ?2)", params![contact.to_string(), tag])?;
    }
    Ok(())
}

/// Notes about a contact, newest first.
pub fn list_notes(tx: &Read<'_>, contact: Id, most: u32) -> Result<Vec<Note>> {
    tx.all(
        "select id, author, text, at from notes where contact_id = ?1 order by id desc limit ?2",
        params![contact.to_string(), most],
        |r| Ok(Note { id: id_at(r, 0)?, author: r.get(1)?, text: r.get(2)?, at: time_at(r, 3)? }),
    )
}

/// Notes written in a thread since a moment, oldest first, at most `most` of the newest.
pub fn list_notes_in(tx: &Read<'_>, conversation: Id, since: Time, most: u32) -> Result<Vec<Note>> {
    let mut notes = tx.all(
        "select id, author, text, at from notes where conversation_id = ?1 and at >= ?2 order by id desc limit ?3",
        params![conversation.to_string(), since.millis(), most],
        |r| Ok(Note { id: id_at(r, 0)?, author: r.get(1)?, text: r.get(2)?, at: time_at(r, 3)? }),
    )?;
    notes.reverse();
    Ok(notes)
}

/// Adds a note.
pub fn insert_note(tx: &mut Tx<'_>, contact: Id, conversation: Option<Id>, author: &str, text: &str) -> Result<Id> {
    let (id, now) = (Id::new(tx.now), tx.now.millis());
    tx.run(
        "insert into notes (id, contact_id, conversation_id, author, text, at) values (?1, ?2, ?3, ?4, ?5, ?6)",
        params![id.to_string(), contact.to_string(), conversation.map(|c| c.to_string()), author, text, now],
    )?;
    Ok(id)
}

/// Takes a note away; false when it was not there.
pub fn delete_note(tx: &mut Tx<'_>, contact: Id, id: Id) -> Result<bool> {
    Ok(tx.run("delete from notes where id = ?1 and contact_id = ?2", params![id.to_string(), contact.to_string()])? > 0)
}

/// What a contact said about being written to, newest first.
pub fn list_consents(tx: &Read<'_>, contact: Id) -> Result<Vec<Consent>> {
    tx.all(
        "select given, way, words, actor, at from consents where contact_id = ?1 order by id desc limit 50",
        [contact.to_string()],
        |r| Ok(Consent { given: r.get(0)?, way: r.get(1)?, words: r.get(2)?, actor: r.get(3)?, at: time_at(r, 4)? }),
    )
}

/// Writes down a yes or no, and sets it at the contact.
pub fn insert_consent(tx: &mut Tx<'_>, contact: Id, c: &Consent, message: Option<Id>) -> Result<()> {
    tx.run(
        "insert into consents (contact_id, given, way, words, actor, message_id, at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![contact.to_string(), c.given, c.way, c.words, c.actor, message.map(|m| m.to_string()), c.at.millis()],
    )?;
    tx.run("update contacts set consent = ?2 where id = ?1", params![contact.to_string(), c.given]).map(drop)
}
