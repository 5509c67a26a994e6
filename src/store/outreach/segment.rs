//! Groups of customers.

use crate::domain::error::Result;
use crate::domain::id::Id;
use crate::domain::outreach::segment::{Filter, Segment};
use crate::domain::time::DAY_MS;
use crate::store::tx::{Read, Tx, id_at, json, json_at};
use rusqlite::{Row, params};

fn segment(r: &Row<'_>) -> rusqlite::Result<Segment> {
    Ok(Segment { id: id_at(r, 0)?, name: r.get(1)?, filter: json_at(r, 2)? })
}

/// All groups by name.
pub fn list_segments(tx: &Read<'_>) -> Result<Vec<Segment>> {
    tx.all("select id, name, filter from segments order by name", [], segment)
}

/// One group.
pub fn find_segment(tx: &Read<'_>, id: Id) -> Result<Option<Segment>> {
    tx.one("select id, name, filter from segments where id = ?1", [id.to_string()], segment)
}

/// Adds a group.
pub fn insert_segment(tx: &mut Tx<'_>, s: &Segment) -> Result<()> {
    let now = tx.now.millis();
    tx.run(
        "insert into segments (id, name, filter, created_at) values (?1, ?2, ?3, ?4)",
        params![s.id.to_string(), s.name, json(&s.filter)?, now],
    )
    .map(drop)
}

/// Removes a group; false when it was not there.
pub fn delete_segment(tx: &mut Tx<'_>, id: Id) -> Result<bool> {
    Ok(tx.run("delete from segments where id = ?1", [id.to_string()])? > 0)
}

/// Who is in a group now, newest first, before `before`.
pub fn list_members(tx: &Read<'_>, f: &Filter, before: Option<Id>, most: u32) -> Result<Vec<Id>> {
    let since = |days: Option<i64>| days.map(|d| tx.now.plus_ms(-d * DAY_MS).millis());
    tx.all(
        "select c.id from contacts c where c.erased_at is null and c.id < ?1
           and (?2 is null or exists (select 1 from contact_tags t where t.contact_id = c.id and t.tag = ?2))
           and (?3 is null or exists (select 1 from orders o where o.contact_id = c.id and o.created_at >= ?3 and o.status not in ('cancelled', 'expired')))
           and (?4 is null or not exists (select 1 from orders o where o.contact_id = c.id and o.created_at >= ?4)
             and not exists (select 1 from conversations v where v.contact_id = c.id and v.last_inbound_at >= ?4))
           and (?5 is null or ?5 <= (select coalesce(sum(total_minor), 0) from orders o where o.contact_id = c.id
             and o.status in ('paid', 'preparing', 'ready_for_pickup', 'out_for_delivery', 'completed')))
           and (?6 is null or ?6 <= (select count(*) from orders o where o.contact_id = c.id and o.status not in ('cancelled', 'expired')))
           and (?7 is null or c.language = ?7)
         order by c.id desc limit ?8",
        params![
            before.map_or_else(|| "~".to_owned(), |b| b.to_string()),
            f.tag,
            since(f.bought_within_days),
            since(f.not_seen_for_days),
            f.spent_from_minor,
            f.orders_from,
            f.language.map(crate::domain::lang::Lang::code),
            most
        ],
        |r| id_at(r, 0),
    )
}
