//! Tests of the jobs that send messages: one a message, found by its key, also when an older version stored it.

use super::*;
use crate::store::schema::Kind;
use crate::store::tx::After;
use rusqlite::Connection;

const NOW: Time = Time::from_millis(1_000_000);

fn open() -> Connection {
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch(Kind::Business.sql()).unwrap();
    conn
}

fn tx(conn: &Connection) -> Tx<'_> {
    Tx::new(conn, NOW, After::default(), None)
}

fn count(conn: &Connection) -> i64 {
    conn.query_row("select count(*) from jobs", [], |r| r.get(0)).unwrap()
}

fn send(conn: &Connection, message_id: Id) {
    enqueue_job(&mut tx(conn), &Job::SendMessage { message_id }, NOW, None).unwrap();
}

#[test]
fn a_message_is_sent_by_one_job() {
    let (conn, one, other) = (open(), Id::new(NOW), Id::new(NOW));
    [one, one, other].into_iter().for_each(|id| send(&conn, id));
    assert_eq!(count(&conn), 2);
    hold_send(&mut tx(&conn), one, NOW.plus_ms(5)).unwrap();
    assert_eq!(find_held_until(&tx(&conn), one).unwrap(), Some(NOW.plus_ms(5)));
    assert_eq!(find_send_due(&tx(&conn), other).unwrap(), Some(NOW));
    assert!(delete_held_send(&mut tx(&conn), one).unwrap() && !delete_held_send(&mut tx(&conn), one).unwrap());
}

#[test]
fn what_an_older_version_stored_is_found_after_a_start() {
    let (conn, id) = (open(), Id::new(NOW));
    send(&conn, id);
    send(&conn, Id::new(NOW));
    // It gave them no keys, and now and then stored a second one.
    conn.execute("update jobs set dedupe = null, state = 'leased', lease_until = 5", []).unwrap();
    conn.execute("insert into jobs (kind, payload, due_at, state, created_at) select kind, payload, 9, 'dead', 1 from jobs", []).unwrap();
    conn.execute("insert into jobs (kind, payload, due_at, state, created_at) select kind, payload, 9, 'ready', 1 from jobs", []).unwrap();
    assert_eq!(find_send_due(&tx(&conn), id).unwrap(), None);
    release_leases(&mut tx(&conn)).unwrap();
    assert_eq!(find_send_due(&tx(&conn), id).unwrap(), Some(NOW));
    let keyed: i64 = conn.query_row("select count(*) from jobs where dedupe is not null", [], |r| r.get(0)).unwrap();
    assert_eq!(keyed, 2, "one a message");
}

#[test]
fn a_failed_send_that_is_revived_is_found_again() {
    let (conn, id) = (open(), Id::new(NOW));
    send(&conn, id);
    let job = lease_jobs(&mut tx(&conn), 9).unwrap().remove(0).id;
    fail_job(&mut tx(&conn), job, "It failed.", None).unwrap();
    assert_eq!(find_send_due(&tx(&conn), id).unwrap(), None);
    revive_job(&mut tx(&conn), job).unwrap();
    assert_eq!(find_send_due(&tx(&conn), id).unwrap(), Some(NOW));
    // Where another one is at it already, both are kept, and whichever comes second finds nothing to do.
    fail_job(&mut tx(&conn), job, "It failed.", None).unwrap();
    send(&conn, id);
    revive_job(&mut tx(&conn), job).unwrap();
    assert_eq!((count(&conn), find_send_due(&tx(&conn), id).unwrap()), (2, Some(NOW)));
}

#[test]
fn a_number_is_given_once() {
    let conn = open();
    let mut seen = Vec::new();
    for _ in 0..5 {
        enqueue_job(&mut tx(&conn), &Job::Embed, NOW, None).unwrap();
        let job = lease_jobs(&mut tx(&conn), 9).unwrap().remove(0);
        finish_job(&mut tx(&conn), job.id).unwrap();
        seen.push(job.id);
    }
    // Also above what a process before this one gave.
    let far = seen[4] + 1_000_000;
    conn.execute(
        "insert into jobs (id, kind, payload, due_at, state, created_at) values (?1, 'prune', '{\"job\":\"prune\"}', 1, 'dead', 1)",
        [far],
    )
    .unwrap();
    for _ in 0..2 {
        enqueue_job(&mut tx(&conn), &Job::Embed, NOW, None).unwrap();
        let job = lease_jobs(&mut tx(&conn), 9).unwrap().remove(0);
        finish_job(&mut tx(&conn), job.id).unwrap();
        seen.push(job.id);
    }
    assert!(seen.windows(2).all(|w| w[0] < w[1]) && seen[5] > far, "{seen:?}");
}
