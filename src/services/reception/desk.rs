//! What can be booked and under which rules, as the owner sets them; what is free; the feed's secret.

use super::booking::token;
use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::id::Id;
use crate::domain::reception::policy::Policy;
use crate::domain::reception::resource::Resource;
use crate::domain::reception::slots::{Bookable, Fit, Wish, moment_or_next};
use crate::domain::time::DAY_MS;
use crate::store::events::{About, insert_event};
use crate::store::meta;
use crate::store::reception::{booking, resource};
use crate::store::tx::{Read, Tx};
use jiff::civil::Date;
use serde_json::json;

/// Adds or changes something that can be booked.
pub fn save_resource(tx: &mut Tx<'_>, r: &Resource) -> Result<()> {
    r.check()?;
    if let Ok(before) = resource::find_resource(tx, r.id)
        && resource::is_used(tx, r.id)?
        && before.kind != r.kind
    {
        return Err(Error::field("kind", "It has bookings, so it stays what it is. Add another and switch this one off."));
    }
    if resource::list_resources(tx)?.len() >= 500 {
        return Err(Error::conflict("At most 500 things can be booked. Give alike ones a number instead."));
    }
    resource::upsert_resource(tx, r)?;
    changed(tx)
}

/// Removes something that can be booked; what has bookings is switched off instead.
pub fn remove_resource(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    let mut r = resource::find_resource(tx, id)?;
    if resource::is_used(tx, id)? {
        r.active = false;
        resource::upsert_resource(tx, &r)?;
    } else {
        resource::delete_resource(tx, id)?;
    }
    changed(tx)
}

/// Keeps the owner's rules.
pub fn save_policy(tx: &mut Tx<'_>, p: &Policy) -> Result<()> {
    p.check()?;
    resource::update_policy(tx, p)?;
    changed(tx)
}

fn changed(tx: &mut Tx<'_>) -> Result<()> {
    insert_event(tx, event::BOOKING, About::default(), json!({ "what": "desk" }))
}

/// Every start of a day that is free for a wish; its `at` is not looked at.
pub fn free_starts(tx: &Read<'_>, desk: &Bookable, day: Date, like: &Wish) -> Result<Vec<Fit>> {
    let from = moment_or_next(day, 0, &desk.zone);
    let taken =
        booking::find_taken(tx, desk, like.kind, from.plus_ms(-DAY_MS), from.plus_ms((like.nights.clamp(0, 60) + 3) * DAY_MS), None)?;
    Ok(desk.free_starts(&taken, day, like, tx.now))
}

const FEED: &str = "booking_feed_token";

/// The secret in the feed's address; made when there is none.
pub fn feed_token(tx: &mut Tx<'_>) -> Result<String> {
    match meta::find_meta(tx, FEED)? {
        Some(t) => Ok(t),
        None => new_feed_token(tx),
    }
}

/// A new secret; the old address stops working.
pub fn new_feed_token(tx: &mut Tx<'_>) -> Result<String> {
    let t = token();
    meta::upsert_meta(tx, FEED, &t)?;
    Ok(t)
}

/// Whether this is the feed's secret.
pub fn is_feed_token(tx: &Read<'_>, given: &str) -> Result<bool> {
    Ok(meta::find_meta(tx, FEED)?
        .is_some_and(|t| crate::services::house::member::digest(&t) == crate::services::house::member::digest(given)))
}
