//! What is older than the owner wants to keep.

use crate::domain::error::Result;
use crate::domain::house::erasure::media_names;
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::store::house::mail::find_mail_media;
use crate::store::house::message::id_floor;
use crate::store::tx::{Read, Tx, id_at};
use rusqlite::params;
use std::collections::BTreeSet;

/// Deletes the oldest messages from before a moment, at most `most`; the files they named.
pub fn delete_messages_before(tx: &mut Tx<'_>, before: Time, most: u32) -> Result<Vec<String>> {
    // Ids begin with their birth, so the newer messages, which are nearly all, are not looked at.
    let rows: Vec<(String, Option<String>)> = tx.all(
        "select id, content from messages where id < ?1 and delivery not in ('queued', 'sending') order by id limit ?2",
        params![id_floor(before), most],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    let mut media = BTreeSet::new();
    for (id, content) in rows {
        media.extend(content.as_deref().map(media_names).unwrap_or_default());
        media.extend(find_mail_media(tx, id.parse()?)?);
        tx.run("delete from messages where id = ?1", [&id])?;
    }
    Ok(media.into_iter().collect())
}

/// Deletes turns and runs that ended before a moment, at most `most`, with their steps and deeds.
pub fn delete_runs_before(tx: &mut Tx<'_>, before: Time, most: u32) -> Result<usize> {
    let old: Vec<String> = tx.all(
        "select id from runs where ended_at < ?1 and id not in (select run_id from purchases where run_id is not null) limit ?2",
        params![before.millis(), most],
        |r| r.get(0),
    )?;
    for id in &old {
        tx.run("delete from effects where run_id = ?1", [id])?;
        tx.run("delete from runs where id = ?1", [id])?;
    }
    Ok(old.len())
}

/// Customers who neither wrote, were written to, bought nor booked since a moment.
pub fn list_idle_contacts(tx: &Read<'_>, before: Time, most: u32) -> Result<Vec<Id>> {
    tx.all(
        "select c.id from contacts c where c.erased_at is null and c.created_at < ?1
           and not exists (select 1 from conversations v where v.contact_id = c.id and v.last_message_at >= ?1)
           and not exists (select 1 from orders o where o.contact_id = c.id and o.updated_at >= ?1)
           and not exists (select 1 from bookings b where b.contact_id = c.id and b.ends_at >= ?1)
           and not exists (select 1 from calls a where a.contact_id = c.id)
         limit ?2",
        params![before.millis(), most],
        |r| id_at(r, 0),
    )
}
