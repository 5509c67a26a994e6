//! Tests of the steps: a folder of the first version opens with everything in it, and ends with the schema of a new one.

use super::*;
use crate::domain::id::Id;
use crate::domain::time::{Clock, Time};
use crate::store::Store;
use rusqlite::types::Value;
use rusqlite::{OpenFlags, params_from_iter};

/// The schema as version 1 had it.
const FIRST: &str = include_str!("../../tests/fixtures/schema-v1.sql");

fn connect(path: &Path) -> Connection {
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE).unwrap();
    conn.execute_batch("pragma foreign_keys=off").unwrap();
    conn
}

/// Tables that hold rows of their own; those behind an index of words are its business.
fn tables(conn: &Connection) -> Vec<String> {
    let sql = "select name from pragma_table_list where schema = 'main' and type = 'table' and name not like 'sqlite_%' order by name";
    let mut s = conn.prepare(sql).unwrap();
    s.query_map([], |r| r.get(0)).unwrap().map(|r| r.unwrap()).collect()
}

/// One row of a table, different in each column.
fn fill(conn: &Connection, table: &str) {
    let mut s = conn.prepare("select name, type from pragma_table_info(?1)").unwrap();
    let columns: Vec<(String, String)> = s.query_map([table], |r| Ok((r.get(0)?, r.get(1)?))).unwrap().map(|c| c.unwrap()).collect();
    let value = |(n, (name, kind)): (usize, &(String, String))| match kind.as_str() {
        "INTEGER" => Value::Integer(i64::try_from(n).unwrap() + 1),
        "BLOB" => Value::Blob(format!("{table} {name}").into_bytes()),
        _ => Value::Text(format!("{table} {name}")),
    };
    let values: Vec<Value> = columns.iter().enumerate().map(value).collect();
    let names: Vec<&str> = columns.iter().map(|(n, _)| n.as_str()).collect();
    let sql = format!("insert into {table} ({}) values ({})", names.join(", "), vec!["?"; names.len()].join(", "));
    conn.execute(&sql, params_from_iter(values)).unwrap_or_else(|e| panic!("{table}: {e}"));
}

/// The first columns of every row of a table, as text; all of them without a number.
fn rows(conn: &Connection, table: &str, first: Option<usize>) -> Vec<String> {
    let mut s = conn.prepare(&format!("select * from {table}")).unwrap();
    let n = first.unwrap_or_else(|| s.column_count());
    let row = |r: &rusqlite::Row<'_>| (0..n).map(|i| r.get::<_, Value>(i)).collect::<rusqlite::Result<Vec<_>>>();
    s.query_map([], row).unwrap().map(|r| format!("{:?}", r.unwrap())).collect()
}

fn columns(conn: &Connection, table: &str) -> usize {
    conn.prepare(&format!("select * from {table}")).unwrap().column_count()
}

/// A file of version 1 with a row in each table; how many columns each has, and its rows.
fn old(path: &Path, sql: &str) -> Vec<(String, usize, Vec<String>)> {
    let conn = connect(path);
    conn.execute_batch(sql).unwrap();
    conn.execute_batch("pragma user_version = 1").unwrap();
    let all = tables(&conn);
    all.iter().for_each(|t| fill(&conn, t));
    all.into_iter().map(|t| (t.clone(), columns(&conn, &t), rows(&conn, &t, None))).collect()
}

/// All that makes up a schema, without what SQLite counts for its own plans.
fn shape(path: &Path) -> Vec<(String, String, Option<String>)> {
    let conn = connect(path);
    let mut s = conn.prepare("select type, name, sql from sqlite_master where name not like 'sqlite_stat%' order by type, name").unwrap();
    // A column added later stands in the same line as the one before it.
    let words = |sql: Option<String>| sql.map(|s| s.split_whitespace().collect::<Vec<_>>().join(" ").replace(" )", ")").replace(" ,", ","));
    s.query_map([], |r| Ok((r.get(0)?, r.get(1)?, words(r.get(2)?)))).unwrap().map(|r| r.unwrap()).collect()
}

#[test]
fn a_folder_of_the_first_version_opens_with_everything_in_it() {
    let (dir, fresh, clock) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), Clock::starting_at(Time::from_millis(5)));
    let id = Id::new(Time::from_millis(5));
    let (control, business) = (dir.path().join("steward.db"), dir.path().join(format!("businesses/{id}/business.db")));
    std::fs::create_dir_all(business.parent().unwrap()).unwrap();
    let (of_control, of_business) = FIRST.split_once(BUSINESS_MARK).unwrap();
    let before_control = old(&control, of_control);
    let before_business = old(&business, of_business.split_once('\n').unwrap().1);
    assert!(before_control.len() > 6 && before_business.len() > 60);
    {
        let store = Store::open(dir.path(), clock.clone()).unwrap();
        store.business(id).unwrap();
        let new = Store::open(fresh.path(), clock.clone()).unwrap();
        new.create_business(id).unwrap();
    }
    for (path, before, newest) in [(&control, before_control, 3), (&business, before_business, 4)] {
        let conn = connect(path);
        assert_eq!(conn.query_row("pragma user_version", [], |r| r.get::<_, i64>(0)).unwrap(), newest);
        for (table, columns, was) in before {
            assert_eq!(rows(&conn, &table, Some(columns)), was, "{table}");
        }
        let aside = path.with_extension(format!("before-{newest}.db"));
        assert_eq!(connect(&aside).query_row("pragma user_version", [], |r| r.get::<_, i64>(0)).unwrap(), 1, "the copy taken before");
        assert_eq!(shape(path), shape(&fresh.path().join(path.strip_prefix(dir.path()).unwrap())), "{}", path.display());
    }
    // Opened once more, nothing is left to do.
    Store::open(dir.path(), clock).unwrap().business(id).unwrap();
}

/// Killed while the copy is taken: what is left of it is made anew, and one that is whole is kept.
#[test]
fn a_copy_that_was_cut_off_is_taken_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("business.db");
    let (_, of_business) = FIRST.split_once(BUSINESS_MARK).unwrap();
    old(&path, of_business.split_once('\n').unwrap().1);
    std::fs::write(path.with_extension("before-4.part"), b"half a cop").unwrap();
    bring_up_to_date(&mut connect(&path), &path, Kind::Business).unwrap();
    let copy = path.with_extension("before-4.db");
    let version = |p: &Path| connect(p).query_row("pragma user_version", [], |r| r.get::<_, i64>(0)).unwrap();
    assert_eq!((version(&copy), version(&path), path.with_extension("before-4.part").exists()), (1, 4, false));
    // Killed between the copy and the step: the copy is there, the file is old, and the next start goes on.
    std::fs::copy(&copy, &path).unwrap();
    bring_up_to_date(&mut connect(&path), &path, Kind::Business).unwrap();
    assert_eq!((version(&copy), version(&path)), (1, 4));
}

#[test]
fn a_newer_file_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    connect(&dir.path().join("steward.db")).execute_batch("pragma user_version = 99").unwrap();
    let refused = Store::open(dir.path(), Clock::starting_at(Time::from_millis(5))).err().unwrap();
    assert!(refused.message.contains("newer steward"), "{}", refused.message);
}

/// The words of a step are those of the schema, so that neither is changed without the other.
#[test]
fn steps_lead_to_the_schema() {
    for kind in [Kind::Control, Kind::Business] {
        for (_, sql) in kind.steps() {
            // What a step does to rows stands in no schema.
            let sql = sql.split("-- ==== data").next().unwrap();
            let (added, words): (Vec<&str>, Vec<&str>) =
                sql.lines().skip(1).filter(|l| !l.starts_with("drop ")).partition(|l| l.starts_with("alter table "));
            let column = |l: &&str| l.split_once(" add column ").map(|(_, c)| c.trim_end_matches(';').to_owned());
            let parts = added.iter().map(|l| column(l).expect("a column")).chain([words.join("\n").trim().to_owned()]);
            for part in parts {
                assert!(kind.sql().contains(&part), "a step of {kind:?} is not in schema.sql: {part}");
            }
        }
    }
}
