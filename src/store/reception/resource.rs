//! What can be booked.

use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::reception::policy::Policy;
use crate::domain::reception::resource::{Resource, ResourceKind};
use crate::domain::reception::slots::Bookable;
use crate::store::meta;
use crate::store::tx::{Read, Tx, id_at, json, word_at};
use rusqlite::{Row, params};

const COLUMNS: &str = "id, name, kind, seats_min, seats_max, units, area, combines, minutes, pause_min, hours, active";

fn resource(r: &Row<'_>) -> rusqlite::Result<Resource> {
    let hours: Option<String> = r.get(10)?;
    Ok(Resource {
        id: id_at(r, 0)?,
        name: r.get(1)?,
        kind: word_at(r, 2, |w| ResourceKind::from_word(w).ok())?,
        seats_min: r.get(3)?,
        seats_max: r.get(4)?,
        units: r.get(5)?,
        area: r.get(6)?,
        combines: r.get(7)?,
        minutes: r.get(8)?,
        pause_min: r.get(9)?,
        hours: hours.and_then(|h| serde_json::from_str(&h).ok()),
        active: r.get(11)?,
    })
}

/// Everything that can be booked, in the owner's order.
pub fn list_resources(tx: &Read<'_>) -> Result<Vec<Resource>> {
    tx.all(&format!("select {COLUMNS} from resources order by position, name"), [], resource)
}

/// One resource.
pub fn find_resource(tx: &Read<'_>, id: Id) -> Result<Resource> {
    tx.one(&format!("select {COLUMNS} from resources where id = ?1"), [id.to_string()], resource)?
        .ok_or_else(|| Error::not_found("resource"))
}

/// Adds or changes a resource.
pub fn upsert_resource(tx: &mut Tx<'_>, x: &Resource) -> Result<()> {
    tx.run(
        &format!(
            "insert into resources ({COLUMNS}, position) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,
               (select coalesce(max(position), 0) + 1 from resources))
             on conflict (id) do update set name = excluded.name, kind = excluded.kind, seats_min = excluded.seats_min, seats_max = excluded.seats_max,
               units = excluded.units, area = excluded.area, combines = excluded.combines, minutes = excluded.minutes, pause_min = excluded.pause_min,
               hours = excluded.hours, active = excluded.active"
        ),
        params![
            x.id.to_string(),
            x.name,
            x.kind.as_str(),
            x.seats_min,
            x.seats_max,
            x.units,
            x.area,
            x.combines,
            x.minutes,
            x.pause_min,
            x.hours.as_ref().map(json).transpose()?,
            x.active
        ],
    )?;
    meta::bump(tx, VERSION).map(drop)
}

/// Removes a resource that no booking has.
pub fn delete_resource(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    tx.run("delete from resources where id = ?1", [id.to_string()])?;
    meta::bump(tx, VERSION).map(drop)
}

/// Whether a booking, past or to come, has this resource.
pub fn is_used(tx: &Read<'_>, id: Id) -> Result<bool> {
    tx.value("select exists (select 1 from booking_slots where resource_id = ?1)", [id.to_string()])
}

const VERSION: &str = "desk_version";
const POLICY: &str = "booking_policy";

/// Grows with every change of resources and rules.
pub fn desk_version(tx: &Read<'_>) -> Result<i64> {
    meta::counter(tx, VERSION)
}

/// The owner's rules; defaults for what is not set.
pub fn find_policy(tx: &Read<'_>) -> Result<Policy> {
    let Some(text) = meta::find_meta(tx, POLICY)? else { return Ok(Policy::default()) };
    serde_json::from_str(&text).map_err(|e| Error::internal("The booking rules cannot be read.").with_source(e))
}

/// Keeps the owner's rules.
pub fn update_policy(tx: &mut Tx<'_>, p: &Policy) -> Result<()> {
    meta::upsert_meta(tx, POLICY, &json(p)?)?;
    meta::bump(tx, VERSION).map(drop)
}

/// Everything that is lent out, with its rules.
pub fn find_bookable(tx: &Read<'_>) -> Result<Bookable> {
    let profile = meta::find_profile(tx)?;
    Ok(Bookable { policy: find_policy(tx)?, resources: list_resources(tx)?, hours: profile.hours, zone: profile.time_zone })
}
