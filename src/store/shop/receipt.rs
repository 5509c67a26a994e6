//! Receipts, and the numbers of transfers on them.

use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::shop::receipt::verdict::Earlier;
use crate::domain::shop::receipt::{Receipt, State};
use crate::domain::time::Time;
use crate::store::tx::{Read, Tx, id_at, json, json_at, maybe_id_at, maybe_time_at, time_at, word_at};
use rusqlite::{Row, params};

const COLUMNS: &str =
    "id, order_id, contact_id, message_id, media, name, state, reader, seen, fields, verdict, problem, created_at, read_at";
/// Earlier receipts whose look is compared.
const LOOKS: u32 = 3_000;

fn receipt(r: &Row<'_>) -> rusqlite::Result<Receipt> {
    Ok(Receipt {
        id: id_at(r, 0)?,
        order_id: maybe_id_at(r, 1)?,
        contact_id: id_at(r, 2)?,
        message_id: maybe_id_at(r, 3)?,
        media: r.get(4)?,
        name: r.get(5)?,
        state: word_at(r, 6, State::from_word)?,
        reader: r.get(7)?,
        seen: json_at(r, 8)?,
        fields: json_at(r, 9)?,
        verdict: json_at(r, 10)?,
        problem: r.get(11)?,
        created_at: time_at(r, 12)?,
        read_at: maybe_time_at(r, 13)?,
    })
}

/// A receipt came. False when one of its message is here already.
pub fn insert_receipt(tx: &mut Tx<'_>, r: &Receipt) -> Result<bool> {
    let n = tx.run(
        "insert into receipts (id, order_id, contact_id, message_id, media, name, state, created_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         on conflict (message_id) do nothing",
        params![
            r.id.to_string(),
            r.order_id.map(|o| o.to_string()),
            r.contact_id.to_string(),
            r.message_id.map(|m| m.to_string()),
            r.media,
            r.name,
            r.state.as_str(),
            r.created_at.millis()
        ],
    )?;
    Ok(n > 0)
}

/// One receipt.
pub fn find_receipt(tx: &Read<'_>, id: Id) -> Result<Receipt> {
    tx.one(&format!("select {COLUMNS} from receipts where id = ?1"), [id.to_string()], receipt)?.ok_or_else(|| Error::not_found("receipt"))
}

/// The receipts of an order, newest first; pictures of something else left out.
pub fn list_receipts(tx: &Read<'_>, order: Id, most: u32) -> Result<Vec<Receipt>> {
    tx.all(
        &format!("select {COLUMNS} from receipts where order_id = ?1 and state <> 'other' order by id desc limit ?2"),
        params![order.to_string(), most],
        receipt,
    )
}

/// What came of reading a receipt.
pub fn update_receipt(tx: &mut Tx<'_>, r: &Receipt) -> Result<()> {
    let now = tx.now.millis();
    tx.run(
        "update receipts set order_id = ?2, state = ?3, reader = ?4, seen = ?5, fields = ?6, verdict = ?7, look = ?8, problem = ?9, read_at = ?10 where id = ?1",
        params![
            r.id.to_string(),
            r.order_id.map(|o| o.to_string()),
            r.state.as_str(),
            r.reader,
            json(&r.seen)?,
            json(&r.fields)?,
            json(&r.verdict)?,
            r.seen.look,
            r.problem,
            now
        ],
    )?;
    tx.run("delete from receipt_marks where receipt_id = ?1", [r.id.to_string()])?;
    for mark in r.fields.references.iter().filter(|m| m.len() >= 8) {
        tx.run("insert or ignore into receipt_marks (mark, receipt_id) values (?1, ?2)", params![mark, r.id.to_string()])?;
    }
    Ok(())
}

/// How many receipts a customer has sent since `since`, this one left out.
pub fn count_recent(tx: &Read<'_>, contact: Id, since: Time, but: Id) -> Result<i64> {
    tx.value(
        "select count(*) from receipts where contact_id = ?1 and created_at >= ?2 and id <> ?3 and state = 'read'",
        params![contact.to_string(), since.millis(), but.to_string()],
    )
}

/// Receipts a new one is held against: of the same file, of the same transfer, and the newest with a look.
pub fn list_earlier(tx: &Read<'_>, r: &Receipt) -> Result<Vec<Earlier>> {
    let marks = json(&r.fields.references)?;
    let rows = tx.all(
        "select distinct r.id, o.number, r.order_id, r.media, r.look, r.fields, r.created_at from receipts r join orders o on o.id = r.order_id
         where r.id <> ?1 and r.state = 'read' and (
           r.media = ?2
           or r.id in (select receipt_id from receipt_marks where mark in (select value from json_each(?3)))
           or r.id in (select id from receipts where look <> '' order by id desc limit ?4)
         )",
        params![r.id.to_string(), r.media, marks, LOOKS],
        |row| {
            let media: String = row.get(3)?;
            Ok(Earlier {
                number: row.get(1)?,
                other_order: maybe_id_at(row, 2)? != r.order_id,
                same_file: media == r.media,
                look: row.get(4)?,
                fields: json_at(row, 5)?,
                at: time_at(row, 6)?,
            })
        },
    )?;
    Ok(rows)
}
