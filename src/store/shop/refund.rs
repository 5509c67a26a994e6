//! Money given back.

use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::shop::refund::{Owed, Refund, RefundState};
use crate::domain::time::Time;
use crate::store::tx::{Read, Tx, id_at, maybe_time_at, time_at, word_at};
use rusqlite::{Row, params};

const COLUMNS: &str = "id, order_id, gateway, amount_minor, reason, state, provider_id, problem, asked_by, created_at, settled_at";

fn refund(r: &Row<'_>) -> rusqlite::Result<Refund> {
    Ok(Refund {
        id: id_at(r, 0)?,
        order_id: id_at(r, 1)?,
        gateway: r.get(2)?,
        amount_minor: r.get(3)?,
        reason: r.get(4)?,
        state: word_at(r, 5, RefundState::from_word)?,
        provider_id: r.get(6)?,
        problem: r.get(7)?,
        asked_by: r.get(8)?,
        created_at: time_at(r, 9)?,
        settled_at: maybe_time_at(r, 10)?,
    })
}

/// Adds a refund.
pub fn insert_refund(tx: &mut Tx<'_>, f: &Refund) -> Result<()> {
    tx.run(
        &format!("insert into refunds ({COLUMNS}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"),
        params![
            f.id.to_string(),
            f.order_id.to_string(),
            f.gateway,
            f.amount_minor,
            f.reason,
            f.state.as_str(),
            f.provider_id,
            f.problem,
            f.asked_by,
            f.created_at.millis(),
            f.settled_at.map(Time::millis)
        ],
    )
    .map(drop)
}

/// Moves a refund on, if it is still in `from`. False when somebody was faster.
pub fn update_refund(tx: &mut Tx<'_>, f: &Refund, from: RefundState) -> Result<bool> {
    let n = tx.run(
        "update refunds set state = ?3, provider_id = ?4, problem = ?5, settled_at = ?6 where id = ?1 and state = ?2",
        params![f.id.to_string(), from.as_str(), f.state.as_str(), f.provider_id, f.problem, f.settled_at.map(Time::millis)],
    )?;
    Ok(n > 0)
}

/// One refund.
pub fn find_refund(tx: &Read<'_>, id: Id) -> Result<Refund> {
    tx.one(&format!("select {COLUMNS} from refunds where id = ?1"), [id.to_string()], refund)?.ok_or_else(|| Error::not_found("refund"))
}

/// The refunds of an order, oldest first.
pub fn list_refunds(tx: &Read<'_>, order: Id) -> Result<Vec<Refund>> {
    tx.all(&format!("select {COLUMNS} from refunds where order_id = ?1 order by id"), [order.to_string()], refund)
}

/// Orders that were given up although their money came and did not go back: what of it is still here. What the
/// customer's bank wants back (disputed) is the gateway's to decide.
const OWED: &str = "select o.id as id, o.number as number, o.contact_id as contact_id, o.updated_at as since,
     coalesce(c.amount_minor, p.amount_minor) - coalesce((select sum(f.amount_minor) from refunds f where f.order_id = o.id and f.state <> 'failed'), 0) as minor
   from orders o join payments p on p.order_id = o.id left join checkouts c on c.order_id = o.id and c.state = 'paid'
   where o.status in ('cancelled', 'expired') and (p.state in ('approved', 'part_refunded') or (c.id is not null and p.state not in ('disputed', 'refunded')))
     and not exists (select 1 from order_history h where h.order_id = o.id and h.note = ?1)";

/// Money of orders that were given up, oldest first; those whose history has the note `settled` left out.
pub fn list_owed(tx: &Read<'_>, settled: &str, most: u32) -> Result<Vec<Owed>> {
    tx.all(
        &format!("select id, number, contact_id, minor, since from ({OWED}) where minor > 0 order by since, id limit ?2"),
        params![settled, most],
        |r| {
            Ok(Owed { order_id: id_at(r, 0)?, number: r.get(1)?, contact_id: id_at(r, 2)?, amount_minor: r.get(3)?, since: time_at(r, 4)? })
        },
    )
}

/// How many of them there are.
pub fn count_owed(tx: &Read<'_>, settled: &str) -> Result<i64> {
    tx.value(&format!("select count(*) from ({OWED}) where minor > 0"), [settled])
}
