//! Invoices and receipts as they were issued.

use crate::domain::error::Result;
use crate::domain::id::Id;
use crate::domain::shop::invoice::{Invoice, Kind};
use crate::store::tx::{Read, Tx, json, json_at};
use rusqlite::params;

/// The paper of this kind of an order.
pub fn find_invoice(tx: &Read<'_>, order: Id, kind: Kind) -> Result<Option<Invoice>> {
    tx.one("select data from invoices where order_id = ?1 and kind = ?2", params![order.to_string(), kind.as_str()], |r| json_at(r, 0))
}

/// The next number of a kind: one more than the last, so none is missing.
pub fn next_number(tx: &Read<'_>, kind: Kind) -> Result<i64> {
    tx.value("select coalesce(max(number), 0) + 1 from invoices where kind = ?1", [kind.as_str()])
}

/// Keeps a paper.
pub fn insert_invoice(tx: &mut Tx<'_>, i: &Invoice) -> Result<()> {
    tx.run(
        "insert into invoices (kind, number, order_id, data, issued_at) values (?1, ?2, ?3, ?4, ?5)",
        params![i.kind.as_str(), i.number, i.order_id.to_string(), json(i)?, i.issued_at.millis()],
    )
    .map(drop)
}
