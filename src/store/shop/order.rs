//! Orders and their history.

use crate::domain::error::{Error, Result};
use crate::domain::house::briefing::OpenOrder;
use crate::domain::id::Id;
use crate::domain::shop::draft::Fulfilment;
use crate::domain::shop::order::{Order, Status};
use crate::domain::time::Time;
use crate::store::tx::{Read, Tx, id_at, json, json_at, maybe_id_at, maybe_time_at, time_at, word_at};
use rusqlite::{Row, params};

const COLUMNS: &str = "id, number, contact_id, conversation_id, status, lines, subtotal_minor, delivery_minor, total_minor, fulfilment, address, reference, expires_at, created_at, updated_at, note";

fn fulfilment(word: &str) -> Option<Fulfilment> {
    match word {
        "pickup" => Some(Fulfilment::Pickup),
        "delivery" => Some(Fulfilment::Delivery),
        _ => None,
    }
}

fn order(r: &Row<'_>) -> rusqlite::Result<Order> {
    Ok(Order {
        id: id_at(r, 0)?,
        number: r.get(1)?,
        contact_id: id_at(r, 2)?,
        conversation_id: maybe_id_at(r, 3)?,
        status: word_at(r, 4, |w| Status::from_word(w).ok())?,
        lines: json_at(r, 5)?,
        subtotal_minor: r.get(6)?,
        delivery_minor: r.get(7)?,
        total_minor: r.get(8)?,
        fulfilment: word_at(r, 9, fulfilment)?,
        address: r.get(10)?,
        reference: r.get(11)?,
        expires_at: maybe_time_at(r, 12)?,
        created_at: time_at(r, 13)?,
        updated_at: time_at(r, 14)?,
        note: r.get(15)?,
    })
}

/// One order.
pub fn find_order(tx: &Read<'_>, id: Id) -> Result<Order> {
    tx.one(&format!("select {COLUMNS} from orders where id = ?1"), [id.to_string()], order)?.ok_or_else(|| Error::not_found("order"))
}

/// The order with a number.
pub fn find_order_by_number(tx: &Read<'_>, number: i64) -> Result<Option<Order>> {
    tx.one(&format!("select {COLUMNS} from orders where number = ?1"), [number], order)
}

/// The number of the next order: 1001 and up.
pub fn next_order_number(tx: &Read<'_>) -> Result<i64> {
    tx.value("select coalesce(max(number), 1000) + 1 from orders", [])
}

/// Adds an order.
pub fn insert_order(tx: &mut Tx<'_>, o: &Order) -> Result<()> {
    tx.run(
        &format!("insert into orders ({COLUMNS}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)"),
        params![
            o.id.to_string(),
            o.number,
            o.contact_id.to_string(),
            o.conversation_id.map(|c| c.to_string()),
            o.status.as_str(),
            json(&o.lines)?,
            o.subtotal_minor,
            o.delivery_minor,
            o.total_minor,
            if o.fulfilment == Fulfilment::Pickup { "pickup" } else { "delivery" },
            o.address,
            o.reference,
            o.expires_at.map(Time::millis),
            o.created_at.millis(),
            o.updated_at.millis(),
            o.note
        ],
    )
    .map(drop)
}

/// Moves an order on, if it is still in `from`, and writes its history. False when somebody was faster.
pub fn update_status(tx: &mut Tx<'_>, id: Id, from: Status, to: Status, actor: &str, note: &str) -> Result<bool> {
    let now = tx.now.millis();
    let n = tx.run(
        "update orders set status = ?3, updated_at = ?4, expires_at = case when ?3 = 'awaiting_payment' then expires_at else null end where id = ?1 and status = ?2",
        params![id.to_string(), from.as_str(), to.as_str(), now],
    )?;
    if n > 0 {
        insert_history(tx, id, Some(from), to, actor, note)?;
    }
    Ok(n > 0)
}

/// Sets until when an unpaid order keeps its stock.
pub fn update_expiry(tx: &mut Tx<'_>, id: Id, at: Time) -> Result<()> {
    tx.run("update orders set expires_at = ?2 where id = ?1", params![id.to_string(), at.millis()]).map(drop)
}

/// Adds a line to an order's history.
pub fn insert_history(tx: &mut Tx<'_>, id: Id, from: Option<Status>, to: Status, actor: &str, note: &str) -> Result<()> {
    let now = tx.now.millis();
    tx.run(
        "insert into order_history (order_id, at, from_status, to_status, actor, note) values (?1, ?2, ?3, ?4, ?5, ?6)",
        params![id.to_string(), now, from.map(Status::as_str), to.as_str(), actor, note],
    )
    .map(drop)
}

/// A line of an order's history.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Change {
    /// When.
    pub at: Time,
    /// From where; none when it was made.
    pub from: Option<Status>,
    /// To where.
    pub to: Status,
    /// Who.
    pub actor: String,
    /// Why.
    pub note: String,
}

/// An order's history, oldest first.
pub fn list_history(tx: &Read<'_>, id: Id) -> Result<Vec<Change>> {
    tx.all("select at, from_status, to_status, actor, note from order_history where order_id = ?1 order by id", [id.to_string()], |r| {
        Ok(Change {
            at: time_at(r, 0)?,
            from: r.get_ref(1)?.as_str_or_null()?.and_then(|w| Status::from_word(w).ok()),
            to: word_at(r, 2, |w| Status::from_word(w).ok())?,
            actor: r.get(3)?,
            note: r.get(4)?,
        })
    })
}

/// Orders of a contact that are not finished, newest first.
pub fn list_open_orders(tx: &Read<'_>, contact: Id) -> Result<Vec<OpenOrder>> {
    let orders = list_orders_of(tx, contact, 20)?;
    Ok(orders.iter().filter(|o| !o.status.is_final()).map(brief).collect())
}

/// The short form of an order that models read.
pub fn brief(o: &Order) -> OpenOrder {
    OpenOrder {
        id: o.id,
        number: o.number,
        reference: o.reference.clone(),
        status: o.status,
        total_minor: o.total_minor,
        summary: o.words(),
    }
}

/// Orders of a contact, newest first.
pub fn list_orders_of(tx: &Read<'_>, contact: Id, most: u32) -> Result<Vec<Order>> {
    page_orders_of(tx, contact, None, most)
}

/// Orders of a contact, newest first, before `before`.
pub fn page_orders_of(tx: &Read<'_>, contact: Id, before: Option<Id>, most: u32) -> Result<Vec<Order>> {
    let before = before.map_or_else(|| "~".to_owned(), |b| b.to_string());
    tx.all(
        &format!("select {COLUMNS} from orders where contact_id = ?1 and id < ?2 order by id desc limit ?3"),
        params![contact.to_string(), before, most],
        order,
    )
}

/// An order with its customer's name.
#[derive(Debug, Clone, serde::Serialize)]
pub struct OrderRow {
    /// The order.
    #[serde(flatten)]
    pub order: Order,
    /// The customer's name, maybe empty.
    pub contact_name: String,
    /// The customer's phone, when known.
    pub contact_phone: Option<String>,
}

/// Orders in one state (or in any), newest first, before `before`.
pub fn list_orders(tx: &Read<'_>, status: Option<Status>, before: Option<Id>, most: u32) -> Result<Vec<OrderRow>> {
    let before = before.map_or_else(|| "~".to_owned(), |b| b.to_string());
    let columns = COLUMNS.split(", ").map(|c| format!("o.{c}")).collect::<Vec<_>>().join(", ");
    tx.all(
        &format!(
            "select {columns}, c.name as contact_name,
               (select value from identities i where i.contact_id = c.id and i.kind = 'phone' limit 1) as contact_phone
             from orders o join contacts c on c.id = o.contact_id where (?1 is null or o.status = ?1) and o.id < ?2 order by o.id desc limit ?3"
        ),
        params![status.map(Status::as_str), before, most],
        |r| Ok(OrderRow { order: order(r)?, contact_name: r.get("contact_name")?, contact_phone: r.get("contact_phone")? }),
    )
}

/// How many orders are in each state.
pub fn count_by_status(tx: &Read<'_>) -> Result<Vec<(Status, i64)>> {
    tx.all("select status, count(*) from orders group by status", [], |r| Ok((word_at(r, 0, |w| Status::from_word(w).ok())?, r.get(1)?)))
}

/// How many orders were paid between two moments and what they came to, in minor units. Orders that were given up are no sale: their money
/// is to be given back.
pub fn sum_paid(tx: &Read<'_>, from: Time, to: Time) -> Result<(i64, i64)> {
    let found = tx.one(
        "select count(*), coalesce(sum(p.amount_minor), 0) from payments p join orders o on o.id = p.order_id
         where p.state in ('approved', 'part_refunded', 'disputed') and p.decided_at >= ?1 and p.decided_at < ?2 and o.status not in ('cancelled', 'expired')",
        params![from.millis(), to.millis()],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    Ok(found.unwrap_or((0, 0)))
}

/// Orders whose number, reference or customer's name contains `q`, newest first.
pub fn search_orders(tx: &Read<'_>, q: &str, most: u32) -> Result<Vec<OrderRow>> {
    let columns = COLUMNS.split(", ").map(|c| format!("o.{c}")).collect::<Vec<_>>().join(", ");
    let like = format!("%{}%", q.trim().trim_start_matches('#').replace('%', ""));
    tx.all(
        &format!(
            "select {columns}, c.name as contact_name,
               (select value from identities i where i.contact_id = c.id and i.kind = 'phone' limit 1) as contact_phone
             from orders o join contacts c on c.id = o.contact_id
             where cast(o.number as text) like ?1 or o.reference like ?1 or c.name like ?1 order by o.id desc limit ?2"
        ),
        params![like, most],
        |r| Ok(OrderRow { order: order(r)?, contact_name: r.get("contact_name")?, contact_phone: r.get("contact_phone")? }),
    )
}

/// How many orders are in a state, and their sum in minor units.
pub fn sum_status(tx: &Read<'_>, status: Status) -> Result<(i64, i64)> {
    let found = tx.one("select count(*), coalesce(sum(total_minor), 0) from orders where status = ?1", [status.as_str()], |r| {
        Ok((r.get(0)?, r.get(1)?))
    })?;
    Ok(found.unwrap_or((0, 0)))
}

/// How many orders were handed over since `since`, and their sum in minor units.
pub fn sum_completed_since(tx: &Read<'_>, since: Time) -> Result<(i64, i64)> {
    let found = tx.one(
        "select count(*), coalesce(sum(total_minor), 0) from orders where status = 'completed' and updated_at >= ?1",
        [since.millis()],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    Ok(found.unwrap_or((0, 0)))
}

/// How many orders were made since `since`, and their sum in minor units; those given up left out.
pub fn sum_made_since(tx: &Read<'_>, since: Time) -> Result<(i64, i64)> {
    let found = tx.one(
        "select count(*), coalesce(sum(total_minor), 0) from orders where created_at >= ?1 and status <> 'cancelled' and status <> 'expired'",
        [since.millis()],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    Ok(found.unwrap_or((0, 0)))
}

/// How many of each item were sold since `since`, orders given up left out.
pub fn sum_sold_since(tx: &Read<'_>, since: Time) -> Result<Vec<(Id, i64)>> {
    tx.all(
        "select json_extract(l.value, '$.item_id'), sum(json_extract(l.value, '$.quantity')) from orders o, json_each(o.lines) l
         where o.created_at >= ?1 and o.status not in ('cancelled', 'expired') group by 1",
        [since.millis()],
        |r| Ok((id_at(r, 0)?, r.get(1)?)),
    )
}

/// Whether there is any.
pub fn is_any(tx: &Read<'_>) -> Result<bool> {
    tx.value("select exists (select 1 from orders)", [])
}
