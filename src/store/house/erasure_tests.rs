//! Tests of erasing a person: every table has a fate, and nothing of the person is left.

use super::*;
use crate::domain::time::Time;
use crate::store::schema::Kind as Schema;
use crate::store::search_all;
use crate::store::tx::After;
use rusqlite::Connection;
use std::collections::HashMap;
use std::path::Path;

/// A word nothing else holds, and a number.
const MARK: &str = "zqxmarker";
const PHONE: &str = "+2348031234567";
/// Columns of what stays that hold words of the program or of the team, not of a customer.
const OURS: &[(&str, &[&str])] = &[
    ("orders", &["status", "fulfilment", "reference"]),
    ("order_history", &["from_status", "to_status", "actor"]),
    ("payments", &["state", "decided_by"]),
    ("refunds", &["gateway", "state", "provider_id", "asked_by"]),
    ("invoices", &["kind"]),
    ("bookings", &["status", "kind", "places", "token"]),
    ("booking_slots", &["resource_id"]),
    ("checkouts", &["gateway", "reference", "currency", "state", "token", "provider_id", "payment_id"]),
    ("calls", &["vendor_id", "state", "data", "purchase_id"]),
    ("imports", &["kind", "file_name", "state"]),
    ("statement_rows", &["fingerprint", "import_id", "booked_on", "state", "how"]),
    ("searchables", &["kind", "id", "text"]),
];

fn opened(path: &Path) -> Connection {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE | rusqlite::OpenFlags::SQLITE_OPEN_CREATE;
    let conn = Connection::open_with_flags(path, flags).unwrap();
    conn.execute_batch("pragma journal_mode=wal; pragma foreign_keys=off").unwrap();
    conn
}

fn tables(conn: &Connection) -> Vec<String> {
    let sql = "select name from pragma_table_list where schema = 'main' and type = 'table' and name not like 'sqlite_%'";
    let mut s = conn.prepare(sql).unwrap();
    s.query_map([], |r| r.get(0)).unwrap().map(|r| r.unwrap()).collect()
}

/// One row of a table: ids where columns say so, the marker and the number in every other text.
fn fill(conn: &Connection, table: &str, ids: &HashMap<&str, Id>) {
    let mut s = conn.prepare("select name, type from pragma_table_info(?1)").unwrap();
    let columns = s.query_map([table], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?))).unwrap();
    let ours = OURS.iter().find(|(t, _)| *t == table).map_or(&[][..], |(_, c)| *c);
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for (name, kind) in columns.map(|c| c.unwrap()) {
        let thing = name.strip_suffix("_id").unwrap_or(&name);
        let text = match (table, name.as_str()) {
            (_, "id") if kind == "TEXT" => {
                ids.get(table.trim_end_matches('s')).copied().unwrap_or_else(|| Id::new(Time::from_millis(9))).to_string()
            }
            ("runs", "parent_id" | "fork_of") | ("contacts", "merged_into") => continue,
            ("pushes", "about_id") => ids["conversation"].to_string(),
            ("contact_merges", "kept_id" | "gone_id") => ids["contact"].to_string(),
            ("invoices", "data") => format!("{{\"buyer\":\"{MARK}\",\"address\":\"{MARK} {PHONE}\"}}"),
            ("orders", "lines") => format!("[{{\"name\":\"rice\",\"note\":\"{MARK}\"}}]"),
            ("messages", "direction") => "in".into(),
            (_, _) if ours.contains(&name.as_str()) => format!("x-{table}-{name}"),
            _ => ids.get(thing).map_or_else(|| format!("{MARK} in {table}.{name} {PHONE}"), ToString::to_string),
        };
        let value = match kind.as_str() {
            "INTEGER" if name == "id" => continue,
            "INTEGER" if matches!(name.as_str(), "forgotten_at" | "erased_at") => continue,
            "INTEGER" => rusqlite::types::Value::Integer(1),
            "BLOB" => rusqlite::types::Value::Blob(text.into_bytes()),
            _ => rusqlite::types::Value::Text(text),
        };
        names.push(name);
        values.push(value);
    }
    let places = vec!["?"; names.len()].join(", ");
    let sql = format!("insert into {table} ({}) values ({places})", names.join(", "));
    conn.execute(&sql, rusqlite::params_from_iter(values)).unwrap_or_else(|e| panic!("{table}: {e}"));
}

#[test]
fn every_table_has_a_fate_and_every_fate_a_step() {
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch(Schema::Business.sql()).unwrap();
    let named: BTreeSet<&str> = FATES.iter().map(|(t, _)| *t).collect();
    let missing: Vec<_> = tables(&conn).into_iter().filter(|t| !named.contains(t.as_str())).collect();
    assert!(missing.is_empty(), "say in FATES what erasing a person does to {missing:?}, and do it in STEPS");
    // These go with a row that goes, or by functions of their own.
    let by_itself = ["facts", "intent_examples", "saved_answers", "searchables", "vectors", "booking_slots", "receipt_marks"];
    for (table, fate) in FATES {
        let stepped = STEPS.iter().any(|(t, _, _)| t == table) || by_itself.contains(table);
        assert_eq!(stepped, !matches!(fate, Fate::Nothing(_)), "{table}");
    }
}

#[test]
fn a_marker_in_every_table_is_gone_from_rows_pages_and_log() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("business.db");
    let conn = opened(&path);
    conn.execute_batch(Schema::Business.sql()).unwrap();
    let now = Time::from_millis(1_700_000_000_000);
    let kinds = ["contact", "conversation", "message", "order", "booking", "receipt", "run", "call", "approval"];
    let ids: HashMap<&str, Id> = kinds.into_iter().map(|k| (k, Id::new(now))).collect();
    let filled: Vec<&str> =
        FATES.iter().filter(|(t, f)| !matches!(f, Fate::Nothing(_)) && *t != "vectors" && *t != "searchables").map(|(t, _)| *t).collect();
    for table in &filled {
        fill(&conn, table, &ids);
    }
    conn.execute("update saved_answers set question = (select text from messages)", []).unwrap();
    let mut tx = Tx::new(&conn, now, After::default(), None);
    let fact: Id = tx.one("select id from facts", [], |r| id_at(r, 0)).unwrap().unwrap();
    vector::put(&mut tx, Kind::Fact, fact, &format!("Allergy: {MARK}")).unwrap();
    conn.execute_batch("pragma foreign_keys=on; begin").unwrap();
    let contact = ids["contact"];
    collect(&mut tx, contact, &[PHONE.into(), PHONE[1..].into()]).unwrap();
    let (words, _) = words_and_media(&tx, 10).unwrap();
    assert!(words.iter().any(|w| w.contains(MARK)), "{words:?}");
    let counts = erase_collected(&mut tx, contact).unwrap();
    drop(tx);
    conn.execute_batch("commit; vacuum; pragma wal_checkpoint(truncate)").unwrap();
    let wanted = search_all::pattern(&[MARK.into(), PHONE[1..].into()]).unwrap().unwrap();
    let read = Read::new(&conn, now);
    assert_eq!(search_all::in_tables(&read, &wanted).unwrap().0, Default::default());
    assert_eq!(search_all::in_words(&read, &[MARK.into()]).unwrap().0, Default::default());
    for file in [path.clone(), dir.path().join("business.db-wal")] {
        let bytes = std::fs::read(&file).unwrap_or_default();
        assert!(!wanted.is_match(&bytes), "still in {}", file.display());
    }
    for table in filled.iter().filter(|t| !["booking_slots", "receipt_marks"].contains(t)) {
        assert!(counts.iter().any(|c| c.table == *table && c.rows > 0), "{table} was not counted: {counts:?}");
    }
}

#[test]
fn another_person_keeps_everything() {
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch(Schema::Business.sql()).unwrap();
    let now = Time::from_millis(1_700_000_000_000);
    let kinds = ["contact", "conversation", "message", "order", "booking", "receipt", "run", "call", "approval"];
    let ids: HashMap<&str, Id> = kinds.into_iter().map(|k| (k, Id::new(now))).collect();
    conn.execute_batch("pragma foreign_keys=off").unwrap();
    for (table, fate) in FATES {
        if !matches!(fate, Fate::Nothing(_)) && *table != "vectors" && *table != "searchables" {
            fill(&conn, table, &ids);
        }
    }
    let mut tx = Tx::new(&conn, now, After::default(), None);
    let counts = {
        let somebody = Id::new(now);
        collect(&mut tx, somebody, &["+15550001111".into()]).unwrap();
        erase_collected(&mut tx, somebody).unwrap()
    };
    assert_eq!(counts, Vec::new());
}
