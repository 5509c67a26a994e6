//! Lines of bank statements by which money came.

use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::shop::statement::{Row, State};
use crate::store::tx::{Read, Tx, id_at, maybe_id_at, time_at, word_at};
use rusqlite::{Row as Found, params};

const COLUMNS: &str = "id, import_id, line, booked_on, amount_minor, narration, payer, bank_reference, order_id, state, how, note, at";

fn row(r: &Found<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        id: id_at(r, 0)?,
        import_id: id_at(r, 1)?,
        line: r.get(2)?,
        day: r.get(3)?,
        amount_minor: r.get(4)?,
        narration: r.get(5)?,
        payer: r.get(6)?,
        bank_reference: r.get(7)?,
        order_id: maybe_id_at(r, 8)?,
        state: word_at(r, 9, |w| State::from_word(w).ok())?,
        how: r.get(10)?,
        note: r.get(11)?,
        at: time_at(r, 12)?,
    })
}

/// Keeps a line. False when it was here before.
pub fn insert_row(tx: &mut Tx<'_>, x: &Row, fingerprint: &str) -> Result<bool> {
    let n = tx.run(
        "insert into statement_rows (id, fingerprint, import_id, line, booked_on, amount_minor, narration, payer, bank_reference, order_id, state, how, note, at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) on conflict (fingerprint) do nothing",
        params![
            x.id.to_string(),
            fingerprint,
            x.import_id.to_string(),
            x.line,
            x.day,
            x.amount_minor,
            x.narration,
            x.payer,
            x.bank_reference,
            x.order_id.map(|o| o.to_string()),
            x.state.as_str(),
            x.how,
            x.note,
            x.at.millis()
        ],
    )?;
    Ok(n > 0)
}

/// Whether a line is here.
pub fn is_known(tx: &Read<'_>, fingerprint: &str) -> Result<bool> {
    tx.value("select exists (select 1 from statement_rows where fingerprint = ?1)", [fingerprint])
}

/// One line.
pub fn find_row(tx: &Read<'_>, id: Id) -> Result<Row> {
    tx.one(&format!("select {COLUMNS} from statement_rows where id = ?1"), [id.to_string()], row)?
        .ok_or_else(|| Error::not_found("line of a statement"))
}

/// Lines in one state, newest first, before `before`.
pub fn list_rows(tx: &Read<'_>, state: State, before: Option<Id>, most: u32) -> Result<Vec<Row>> {
    let before = before.map_or_else(|| "~".to_owned(), |b| b.to_string());
    tx.all(
        &format!("select {COLUMNS} from statement_rows where state = ?1 and id < ?2 order by id desc limit ?3"),
        params![state.as_str(), before, most],
        row,
    )
}

/// The money of an order that was seen at the bank.
pub fn list_seen(tx: &Read<'_>, order: Id) -> Result<Vec<Row>> {
    tx.all(
        &format!("select {COLUMNS} from statement_rows where order_id = ?1 and state = 'seen' order by id limit 5"),
        [order.to_string()],
        row,
    )
}

/// Says for which order a line is, and who said so.
pub fn update_row(tx: &mut Tx<'_>, id: Id, order: Option<Id>, state: State, how: &str, by: &str) -> Result<()> {
    tx.run(
        "update statement_rows set order_id = ?2, state = ?3, how = ?4, decided_by = ?5 where id = ?1",
        params![id.to_string(), order.map(|o| o.to_string()), state.as_str(), how, by],
    )
    .map(drop)
}

/// The order with a payment reference.
pub fn find_referenced(tx: &Read<'_>, reference: &str) -> Result<Option<Id>> {
    tx.one("select id from orders where reference = ?1", [reference], |r| id_at(r, 0))
}

/// The order for which a receipt with one of these numbers of a transfer was sent.
pub fn find_by_mark(tx: &Read<'_>, mark: &str) -> Result<Option<Id>> {
    tx.one(
        "select r.order_id from receipt_marks m join receipts r on r.id = m.receipt_id where m.mark = ?1 and r.order_id is not null limit 1",
        [mark],
        |r| id_at(r, 0),
    )
}

/// Orders that wait for exactly this money and were made before a moment (milliseconds), each with its customer's name.
pub fn list_expecting(tx: &Read<'_>, amount_minor: i64, before: i64) -> Result<Vec<(Id, String)>> {
    tx.all(
        "select o.id, c.name from orders o join contacts c on c.id = o.contact_id
         where o.status in ('awaiting_payment', 'awaiting_confirmation') and o.total_minor = ?1 and o.created_at < ?2 order by o.id limit 100",
        params![amount_minor, before],
        |r| Ok((id_at(r, 0)?, r.get(1)?)),
    )
}
