//! Everything about a person, or about a business, as rows of JSON.

use crate::domain::error::Result;
use crate::domain::id::Id;
use crate::store::tx::Read;
use rusqlite::Row;
use rusqlite::types::ValueRef;
use serde_json::{Map, Value};

/// What is known of a person: a heading and the rows under it, by contact.
const PERSON: &[(&str, &str)] = &[
    ("customer", "select id, name, language, note, consent, created_at from contacts where id = ?1"),
    ("identities", "select kind, value from identities where contact_id = ?1 order by kind"),
    (
        "facts",
        "select kind, text, detail, source, created_at, expires_at from facts where contact_id = ?1 and forgotten_at is null order by id",
    ),
    (
        "conversations",
        "select id, channel, account, mode, closed, waiting_reason, waiting_summary, draft, last_message_at from conversations where contact_id = ?1 order by id",
    ),
    (
        "messages",
        "select m.id, m.conversation_id, m.created_at, m.direction, m.author, m.author_name, m.kind, m.text, m.content, m.delivery
         from messages m join conversations v on v.id = m.conversation_id where v.contact_id = ?1 order by m.id",
    ),
    (
        "mails",
        "select l.message_id, l.subject, l.mail_id, l.media from mails l join messages m on m.id = l.message_id
         join conversations v on v.id = m.conversation_id where v.contact_id = ?1 order by l.message_id",
    ),
    (
        "orders",
        "select id, number, status, lines, subtotal_minor, delivery_minor, total_minor, fulfilment, address, note, reference, created_at, updated_at
         from orders where contact_id = ?1 order by id",
    ),
    (
        "order_history",
        "select o.number, h.at, h.from_status, h.to_status, h.actor, h.note from order_history h join orders o on o.id = h.order_id
         where o.contact_id = ?1 order by h.id",
    ),
    (
        "payments",
        "select o.number, p.state, p.amount_minor, p.claimed_at, p.decided_at, p.decided_by, p.note from payments p
         join orders o on o.id = p.order_id where o.contact_id = ?1 order by p.id",
    ),
    (
        "receipts",
        "select name, media, state, fields, verdict, created_at from receipts where contact_id = ?1 order by id",
    ),
    (
        "refunds",
        "select o.number, f.amount_minor, f.reason, f.state, f.created_at from refunds f join orders o on o.id = f.order_id
         where o.contact_id = ?1 order by f.id",
    ),
    (
        "bookings",
        "select id, number, status, kind, starts_at, ends_at, party, name, note, deposit_minor, reason, created_at from bookings
         where contact_id = ?1 order by id",
    ),
    (
        "waitlist",
        "select id, kind, starts_at, nights, party, name, state, created_at from waitlist where contact_id = ?1 order by id",
    ),
    ("consents", "select given, way, words, actor, at from consents where contact_id = ?1 order by id"),
    ("tags", "select tag from contact_tags where contact_id = ?1 order by tag"),
    ("notes", "select at, author, text from notes where contact_id = ?1 order by id"),
    (
        "cases",
        "select k.conversation_id, k.member_name, k.due_at, k.suggestion from cases k join conversations v on v.id = k.conversation_id
         where v.contact_id = ?1",
    ),
    (
        "bank_statement",
        "select s.booked_on, s.amount_minor, s.narration, s.payer, s.bank_reference, o.number from statement_rows s join orders o on o.id = s.order_id
         where o.contact_id = ?1 order by s.id",
    ),
    ("points", "select at, kind, points, note, expires_at from points where contact_id = ?1 order by id"),
    ("outreach", "select at, state, why from outreach where contact_id = ?1 order by at"),
    (
        "questions_without_answer",
        "select g.question, g.state, g.asked_at from gaps g join conversations v on v.id = g.conversation_id where v.contact_id = ?1",
    ),
    (
        "what_steward_did",
        "select r.id, r.agent, r.state, r.model, r.understood, r.outcome, r.trace, r.started_at, r.ended_at from runs r
         join conversations v on v.id = r.conversation_id where v.contact_id = ?1 order by r.id",
    ),
];

/// Tables of a business that hold only what the machine needs for itself, or what was made from other tables.
const LEFT_OUT: &[&str] =
    &["jobs", "schedules", "idempotency", "events", "erasing", "vectors", "searchables", "models", "run_keys", "run_letters"];

/// All that is known of a person, under headings.
pub fn person(tx: &Read<'_>, contact: Id) -> Result<Vec<(&'static str, Vec<Value>)>> {
    let mut out = Vec::new();
    for (heading, sql) in PERSON {
        out.push((*heading, tx.all(sql, [contact.to_string()], row)?));
    }
    Ok(out)
}

/// The tables of a business that are exported.
pub fn tables(tx: &Read<'_>) -> Result<Vec<String>> {
    let all: Vec<String> = tx.all(
        "select name from pragma_table_list where schema = 'main' and type = 'table' and name not like 'sqlite_%' order by name",
        [],
        |r| r.get(0),
    )?;
    Ok(all.into_iter().filter(|t| !LEFT_OUT.contains(&t.as_str())).collect())
}

/// Gives each row of a table to `take`, as JSON.
pub fn each_row(tx: &Read<'_>, table: &str, take: impl FnMut(Value) -> Result<bool>) -> Result<()> {
    tx.each(&format!("select * from \"{}\"", table.replace('"', "")), [], row, take)
}

fn row(r: &Row<'_>) -> rusqlite::Result<Value> {
    let names: Vec<String> = r.as_ref().column_names().map(str::to_owned).collect();
    let mut out = Map::new();
    for (n, name) in names.into_iter().enumerate() {
        let value = match r.get_ref(n)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(i) if name.ends_with("_at") || name == "at" => time(i),
            ValueRef::Integer(i) => i.into(),
            ValueRef::Real(f) => f.into(),
            ValueRef::Text(t) => text(&String::from_utf8_lossy(t)),
            ValueRef::Blob(b) => text(&String::from_utf8_lossy(b)),
        };
        out.insert(name, value);
    }
    Ok(Value::Object(out))
}

fn time(ms: i64) -> Value {
    crate::domain::time::Time::from_millis(ms).rfc3339().into()
}

/// Columns that hold JSON are given as JSON.
fn text(t: &str) -> Value {
    let is_json = t.starts_with(['{', '[']);
    let parsed = if is_json { serde_json::from_str(t).ok() } else { None };
    parsed.unwrap_or_else(|| t.into())
}

/// Whether a business has this contact, and not as somebody who was erased.
pub fn exists(tx: &Read<'_>, contact: Id) -> Result<bool> {
    tx.value("select exists (select 1 from contacts where id = ?1 and erased_at is null)", [contact.to_string()])
}
