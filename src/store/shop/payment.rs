//! Payments.

use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::shop::payment::{Payment, PaymentState};
use crate::store::tx::{Read, Tx, id_at, maybe_time_at, word_at};
use rusqlite::{Row, params};

fn payment(r: &Row<'_>) -> rusqlite::Result<Payment> {
    Ok(Payment {
        id: id_at(r, 0)?,
        order_id: id_at(r, 1)?,
        state: word_at(r, 2, PaymentState::from_word)?,
        amount_minor: r.get(3)?,
        claimed_at: maybe_time_at(r, 4)?,
        decided_at: maybe_time_at(r, 5)?,
        decided_by: r.get(6)?,
        note: r.get(7)?,
    })
}

/// Money is expected for an order.
pub fn insert_payment(tx: &mut Tx<'_>, order: Id, amount_minor: i64) -> Result<()> {
    let id = Id::new(tx.now);
    tx.run(
        "insert into payments (id, order_id, state, amount_minor) values (?1, ?2, 'expected', ?3)",
        params![id.to_string(), order.to_string(), amount_minor],
    )
    .map(drop)
}

/// The payment of an order.
pub fn find_payment(tx: &Read<'_>, order: Id) -> Result<Payment> {
    tx.one(
        "select id, order_id, state, amount_minor, claimed_at, decided_at, decided_by, note from payments where order_id = ?1",
        [order.to_string()],
        payment,
    )?
    .ok_or_else(|| Error::not_found("payment"))
}

/// The customer says it was sent.
pub fn update_claimed(tx: &mut Tx<'_>, order: Id) -> Result<()> {
    let now = tx.now.millis();
    tx.run(
        "update payments set state = 'claimed', claimed_at = ?2 where order_id = ?1 and state in ('expected', 'rejected')",
        params![order.to_string(), now],
    )
    .map(drop)
}

/// A person decided. False when it was approved before.
pub fn update_decided(tx: &mut Tx<'_>, order: Id, to: PaymentState, by: &str, note: &str) -> Result<bool> {
    let now = tx.now.millis();
    let n = tx.run(
        "update payments set state = ?2, decided_at = ?3, decided_by = ?4, note = ?5 where order_id = ?1 and state in ('expected', 'claimed', 'rejected')",
        params![order.to_string(), to.as_str(), now, by, note],
    )?;
    Ok(n > 0)
}

/// What became of money that came. False when it never did.
pub fn update_after(tx: &mut Tx<'_>, order: Id, to: PaymentState, note: &str) -> Result<bool> {
    let n = tx.run(
        "update payments set state = ?2, note = ?3 where order_id = ?1 and state in ('approved', 'part_refunded', 'refunded', 'disputed')",
        params![order.to_string(), to.as_str(), note],
    )?;
    Ok(n > 0)
}
