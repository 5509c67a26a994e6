//! Money for vendors, and the pretended bank's own book.

use crate::domain::buying::payment::{Method, Payment, State};
use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::store::tx::{Read, Tx, id_at, maybe_time_at, time_at, word_at};
use rusqlite::{Row, params};

const COLUMNS: &str = "id, purchase_id, vendor_id, vendor_name, method, amount_minor, state, reference, problem, created_at, settled_at";

fn payment(r: &Row<'_>) -> rusqlite::Result<Payment> {
    Ok(Payment {
        id: id_at(r, 0)?,
        purchase_id: id_at(r, 1)?,
        vendor_id: id_at(r, 2)?,
        vendor_name: r.get(3)?,
        method: word_at(r, 4, Method::from_word)?,
        amount_minor: r.get(5)?,
        state: word_at(r, 6, State::from_word)?,
        reference: r.get(7)?,
        problem: r.get(8)?,
        created_at: time_at(r, 9)?,
        settled_at: maybe_time_at(r, 10)?,
    })
}

/// Plans a payment. False when this vendor has one for this purchase.
pub fn insert_purchase_payment(tx: &mut Tx<'_>, p: &Payment) -> Result<bool> {
    let n = tx.run(
        "insert into purchase_payments (id, purchase_id, vendor_id, vendor_name, method, amount_minor, state, created_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) on conflict do nothing",
        params![
            p.id.to_string(),
            p.purchase_id.to_string(),
            p.vendor_id.to_string(),
            p.vendor_name,
            p.method.as_str(),
            p.amount_minor,
            p.state.as_str(),
            p.created_at.millis()
        ],
    )?;
    Ok(n > 0)
}

/// One payment.
pub fn find_purchase_payment(tx: &Read<'_>, id: Id) -> Result<Payment> {
    let found = tx.one(&format!("select {COLUMNS} from purchase_payments where id = ?1"), [id.to_string()], payment)?;
    found.ok_or_else(|| Error::not_found("payment"))
}

/// The payment a key of ours names (`pay:ID`); none when there is no such.
pub fn named(tx: &Read<'_>, key: &str) -> Result<Option<Payment>> {
    let Some(id) = key.strip_prefix("pay:").and_then(|id| id.parse::<Id>().ok()) else { return Ok(None) };
    tx.one(&format!("select {COLUMNS} from purchase_payments where id = ?1"), [id.to_string()], payment)
}

/// Some or all of what had arrived was taken back. False when that is known.
pub fn update_taken_back(tx: &mut Tx<'_>, id: Id, state: State, problem: &str) -> Result<bool> {
    let n = tx.run(
        "update purchase_payments set state = ?2, problem = ?3 where id = ?1 and state = 'paid' and problem <> ?3",
        params![id.to_string(), state.as_str(), problem],
    )?;
    Ok(n > 0)
}

/// Payments of a purchase.
pub fn list_purchase_payments(tx: &Read<'_>, purchase: Id) -> Result<Vec<Payment>> {
    tx.all(&format!("select {COLUMNS} from purchase_payments where purchase_id = ?1 order by id"), [purchase.to_string()], payment)
}

/// What became of a payment. False when it was settled before: money that arrived stays arrived.
pub fn update_purchase_payment(tx: &mut Tx<'_>, id: Id, state: State, reference: &str, problem: &str) -> Result<bool> {
    let now = tx.now.millis();
    let settled = matches!(state, State::Paid | State::Failed).then_some(now);
    let n = tx.run(
        "update purchase_payments set state = ?2, reference = ?3, problem = ?4, settled_at = ?5 where id = ?1 and state <> 'paid'",
        params![id.to_string(), state.as_str(), reference, problem, settled],
    )?;
    Ok(n > 0)
}

/// The pretended bank moves money, once for each key. False when it has moved it before.
pub fn insert_sandbox_payment(tx: &mut Tx<'_>, key: &str, amount_minor: i64, receiver: &str) -> Result<bool> {
    let now = tx.now.millis();
    let n = tx.run(
        "insert into sandbox_payments (key, amount_minor, receiver, at) values (?1, ?2, ?3, ?4) on conflict do nothing",
        params![key, amount_minor, receiver, now],
    )?;
    Ok(n > 0)
}

/// What the pretended bank has moved under a key.
pub fn find_sandbox_payment(tx: &Read<'_>, key: &str) -> Result<Option<i64>> {
    tx.one("select amount_minor from sandbox_payments where key = ?1", [key], |r| r.get(0))
}

/// How often, and how much in all, the pretended bank has moved.
pub fn sum_sandbox_payments(tx: &Read<'_>) -> Result<(i64, i64)> {
    let found = tx.one("select count(*), coalesce(sum(amount_minor), 0) from sandbox_payments", [], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(found.unwrap_or((0, 0)))
}
