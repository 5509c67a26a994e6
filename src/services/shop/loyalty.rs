//! Points: earned when an order is paid, taken at an order, given back and taken back with it, expired. The ledger is only added to.

use crate::domain::error::{Error, Result};
use crate::domain::house::member::Actor;
use crate::domain::house::message::Content;
use crate::domain::id::Id;
use crate::domain::money::Money;
use crate::domain::phrase::say;
use crate::domain::shop::loyalty::{Entry, Terms, expired};
use crate::domain::shop::order::{Order, Status};
use crate::domain::time::{DAY_MS, Time};
use crate::services::house::outbound;
use crate::services::shop::checkout;
use crate::store::house::message::NewMessage;
use crate::store::house::{contact, conversation as threads};
use crate::store::meta;
use crate::store::shop::{loyalty as rows, order};
use crate::store::tx::{Read, Tx};

const TERMS: &str = "loyalty";
/// Ledgers looked at in one go.
const MOST: u32 = 500;

/// The terms as they are.
pub fn terms(tx: &Read<'_>) -> Result<Terms> {
    Ok(meta::find_meta(tx, TERMS)?.and_then(|t| serde_json::from_str(&t).ok()).unwrap_or_default())
}

/// Keeps the terms. What was earned stays as it was earned.
pub fn save_terms(tx: &mut Tx<'_>, t: Terms) -> Result<()> {
    let t = t.checked()?;
    meta::upsert_meta(tx, TERMS, &serde_json::json!(t).to_string())
}

fn entry(kind: &str, points: i64, note: String, expires_at: Option<Time>, at: Time) -> Entry {
    Entry { kind: kind.into(), points, note, expires_at, at }
}

/// An order has moved: points come when it is paid, go when it is given up after that, and come back when it is given up unpaid.
pub fn on_order(tx: &mut Tx<'_>, o: &Order) -> Result<()> {
    match o.status {
        Status::Paid => earn(tx, o),
        Status::Cancelled | Status::Expired => undo(tx, o),
        _ => Ok(()),
    }
}

fn earn(tx: &mut Tx<'_>, o: &Order) -> Result<()> {
    let t = terms(tx)?;
    let points = t.earned(o.total_minor);
    if !t.on || points == 0 || contact::find_person(tx, o.contact_id)?.erased {
        return Ok(());
    }
    let expires = (t.expires_days > 0).then(|| tx.now.plus_ms(t.expires_days * DAY_MS));
    let e = entry("earn", points, format!("Order {}", o.number), expires, tx.now);
    if !rows::insert_points(tx, o.contact_id, Some(o.id), &format!("earn:{}", o.id), &e)? {
        return Ok(());
    }
    if t.visits > 0 && t.visit_points > 0 && rows::count_visits(tx, o.contact_id)? % t.visits == 0 {
        let e = entry("visit", t.visit_points, format!("Every {} orders", t.visits), expires, tx.now);
        rows::insert_points(tx, o.contact_id, Some(o.id), &format!("visit:{}", o.id), &e)?;
    }
    let got = points + rows::find_points_of(tx, o.id, "visit")?;
    let balance = rows::find_balance(tx, o.contact_id)?;
    let worth = Money::new(balance * t.worth_minor, meta::find_profile(tx)?.currency).to_string();
    let places = [("n", got.to_string()), ("balance", balance.to_string()), ("worth", worth)];
    tell(tx, o, "points_earned", &format!("points:earned:{}", o.id), &places)
}

/// Money of a paid order goes back: what it brought in points goes with it, by the part that is given back, as far as it is still there.
pub fn on_refund(tx: &mut Tx<'_>, o: &Order, refund: Id, amount_minor: i64) -> Result<()> {
    let brought = rows::find_points_of(tx, o.id, "earn")? + rows::find_points_of(tx, o.id, "visit")?;
    let taken = -rows::sum_of_kind(tx, o.id, "reverse")?;
    let part = if o.total_minor > 0 { i128::from(brought) * i128::from(amount_minor) / i128::from(o.total_minor) } else { 0 };
    let part = i64::try_from(part).unwrap_or(brought).min(brought - taken);
    let gone = part.min(rows::find_balance(tx, o.contact_id)?);
    if gone > 0 {
        let e = entry("reverse", -gone, format!("Money of order {} was given back", o.number), None, tx.now);
        rows::insert_points(tx, o.contact_id, Some(o.id), &format!("refund:{refund}"), &e)?;
    }
    Ok(())
}

/// Money that was on its way back did not arrive: the points that went with it are there again, unless the order was given up meanwhile.
pub fn on_refund_failed(tx: &mut Tx<'_>, o: &Order, refund: Id) -> Result<()> {
    let gone = -rows::find_points_of(tx, refund, "refund")?;
    if gone > 0 && !matches!(o.status, Status::Cancelled | Status::Expired) {
        let expires = rows::find_expiry(tx, o.id)?;
        let e = entry("reverse", gone, format!("Money of order {} was not given back after all", o.number), expires, tx.now);
        rows::insert_points(tx, o.contact_id, Some(o.id), &format!("unrefund:{refund}"), &e)?;
    }
    Ok(())
}

/// What the order brought goes, as far as it is still there; what was taken at it comes back.
fn undo(tx: &mut Tx<'_>, o: &Order) -> Result<()> {
    let back = -rows::find_points_of(tx, o.id, "redeem")?;
    if back > 0 {
        let e = entry("return", back, format!("Order {} was given up", o.number), None, tx.now);
        rows::insert_points(tx, o.contact_id, Some(o.id), &format!("return:{}", o.id), &e)?;
    }
    // What went with money that was given back went before.
    let refunded = -rows::sum_of_kind(tx, o.id, "reverse")?;
    let brought = rows::find_points_of(tx, o.id, "earn")? + rows::find_points_of(tx, o.id, "visit")? - refunded;
    let balance = rows::find_balance(tx, o.contact_id)?;
    let gone = brought.min(balance);
    if gone > 0 {
        let short = if gone < brought { format!(", {} of {brought} were spent already", brought - gone) } else { String::new() };
        let e = entry("reverse", -gone, format!("Order {} was given up{short}", o.number), None, tx.now);
        rows::insert_points(tx, o.contact_id, Some(o.id), &format!("reverse:{}", o.id), &e)?;
    }
    Ok(())
}

/// Takes points off an unpaid order, once an order. The order's new total.
pub fn redeem(tx: &mut Tx<'_>, order_id: Id, wanted: i64, actor: &Actor) -> Result<Order> {
    let (t, o) = (terms(tx)?, order::find_order(tx, order_id)?);
    if !t.on {
        return Err(Error::conflict("Points are switched off."));
    }
    if o.status != Status::AwaitingPayment {
        return Err(Error::conflict("Points are taken before an order is paid."));
    }
    let (points, minor) = t.taken(wanted, rows::find_balance(tx, o.contact_id)?, o.total_minor)?;
    let e = entry("redeem", -points, format!("Order {}, by {}", o.number, actor.name()), None, tx.now);
    if !rows::insert_points(tx, o.contact_id, Some(o.id), &format!("redeem:{}", o.id), &e)? {
        return Err(Error::conflict("Points were taken at this order already."));
    }
    if !rows::take_off(tx, o.id, minor)? {
        return Err(Error::conflict("This order has changed. Look again."));
    }
    let currency = meta::find_profile(tx)?.currency;
    let off = Money::new(minor, currency).to_string();
    order::insert_history(tx, o.id, Some(o.status), o.status, actor.name(), &format!("{points} points took {off} off."))?;
    let o = order::find_order(tx, o.id)?;
    checkout::reprice(tx, &o)?;
    let places = [
        ("n", points.to_string()),
        ("off", off),
        ("total", Money::new(o.total_minor, currency).to_string()),
        ("number", o.number.to_string()),
    ];
    tell(tx, &o, "points_redeemed", &format!("points:redeemed:{}", o.id), &places)?;
    Ok(o)
}

/// A person gives points, or takes some: never more than there are.
pub fn give(tx: &mut Tx<'_>, contact_id: Id, points: i64, note: &str, actor: &Actor, key: &str) -> Result<i64> {
    contact::find_present(tx, contact_id)?;
    let (t, balance) = (terms(tx)?, rows::find_balance(tx, contact_id)?);
    if points == 0 || points.abs() > 1_000_000 {
        return Err(Error::field("points", "Points are a number from -1,000,000 to 1,000,000, and not 0."));
    }
    if balance + points < 0 {
        return Err(Error::field("points", format!("There are only {balance} points.")));
    }
    let expires = (points > 0 && t.expires_days > 0).then(|| tx.now.plus_ms(t.expires_days * DAY_MS));
    let words = if note.trim().is_empty() { format!("By {}", actor.name()) } else { format!("{}, by {}", note.trim(), actor.name()) };
    let e = entry("gift", points, words, expires, tx.now);
    if !rows::insert_points(tx, contact_id, None, &format!("gift:{key}"), &e)? {
        return Err(Error::conflict("This was written down already."));
    }
    rows::find_balance(tx, contact_id)
}

/// Writes down what is worth nothing any more; how many ledgers it touched.
pub fn expire(tx: &mut Tx<'_>) -> Result<usize> {
    let mut touched = 0;
    for id in rows::list_expiring(tx, MOST)? {
        let gone = expired(&rows::list_points(tx, id)?, tx.now);
        if gone > 0 {
            let e = entry("expire", -gone, "Too old".into(), None, tx.now);
            let intent = format!("expire:{id}:{}", tx.now.millis());
            touched += usize::from(rows::insert_points(tx, id, None, &intent, &e)?);
        }
    }
    Ok(touched)
}

fn tell(tx: &mut Tx<'_>, o: &Order, key: &str, intent: &str, places: &[(&str, String)]) -> Result<()> {
    let Some(thread) = o.conversation_id else { return Ok(()) };
    let thread = threads::find_conversation(tx, thread)?;
    let language = contact::find_person(tx, o.contact_id)?.language;
    let places: Vec<(&str, &str)> = places.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let content = Content::text(say(language, key, &places));
    let m = NewMessage::of_steward(thread.id, &content, intent);
    outbound::plan(tx, &thread, &m).map(drop)
}
