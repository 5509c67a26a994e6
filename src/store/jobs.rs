//! Background work as rows: ready, leased or dead.

use super::tx::{LeasedJob, Read, Tx, json};
use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::time::{HOUR_MS, MINUTE_MS, Time};
use rusqlite::{Row, params};
use std::sync::atomic::{AtomicI64, Ordering};

/// A lease lasts this long; then the job may be taken again.
pub const LEASE_MS: i64 = 120_000;

/// A job as the owner sees it when it has failed for good.
#[derive(Debug, Clone, serde::Serialize)]
pub struct DeadJob {
    /// Its row.
    pub id: i64,
    /// Its kind.
    pub kind: String,
    /// Why it failed the last time.
    pub error: String,
    /// When it was made.
    pub created_at: Time,
}

/// The newest number of a job in this process, over all files. SQLite gives the number of a row that went to the next one; a job that is
/// still in memory when its row goes, as when its customer is erased, would then end a job of somebody else.
static NEWEST: AtomicI64 = AtomicI64::new(0);

/// The key under which the send of a message waits: there is one at most, and it is found without looking at all jobs.
fn send_key(message_id: Id) -> String {
    format!("send:{message_id}")
}

/// Adds a job. While another with its `dedupe` key waits or runs, nothing is added. When it is due now and this process runs
/// the queue, the lease is taken here at once: no second commit is needed to start it.
pub fn enqueue_job(tx: &mut Tx<'_>, job: &Job, due: Time, dedupe: Option<&str>) -> Result<()> {
    let now = tx.now;
    let mine = tx.after.hand_over && due <= now;
    let lease = mine.then(|| now.plus_ms(LEASE_MS).millis());
    let own = if let Job::SendMessage { message_id } = job { Some(send_key(*message_id)) } else { None };
    let key = dedupe.or(own.as_deref());
    let number = NEWEST.fetch_add(1, Ordering::Relaxed) + 1;
    let changed = tx.run(
        "insert into jobs (id, kind, payload, dedupe, due_at, state, lease_until, created_at)
         values (max(?8, (select coalesce(max(id), 0) + 1 from jobs)), ?1, ?2, ?3, ?4, ?5, ?6, ?7)
         on conflict do nothing",
        params![job.kind(), json(job)?, key, due.millis(), if mine { "leased" } else { "ready" }, lease, now.millis(), number],
    )?;
    if changed == 0 {
        return Ok(());
    }
    let id = tx.last_row();
    NEWEST.fetch_max(id, Ordering::Relaxed);
    if mine {
        tx.after.jobs.push(LeasedJob { id, job: job.clone(), attempts: 0 });
    } else {
        tx.after.due = Some(tx.after.due.map_or(due, |d| d.min(due)));
    }
    Ok(())
}

/// Does a job before this transaction ends, when somebody can; else adds it. Only without another job of this key.
pub fn do_now_or_enqueue(tx: &mut Tx<'_>, job: &Job, key: &str) -> Result<()> {
    let now = tx.now;
    if !tx.after.can_do_now {
        return enqueue_job(tx, job, now, Some(key));
    }
    if !tx.after.now.iter().any(|(_, k)| k == key) {
        tx.after.now.push_back((job.clone(), key.to_owned()));
    }
    Ok(())
}

/// Whether a job with this key waits to run (true) or runs already (false); none when there is none.
pub fn find_job_by_key(tx: &Read<'_>, key: &str) -> Result<Option<bool>> {
    tx.one("select state = 'ready' from jobs where dedupe = ?1", [key], |r| r.get(0))
}

/// Moves a waiting job with this key to another time. False when there is none, or it runs already.
pub fn move_job(tx: &mut Tx<'_>, dedupe: &str, due: Time) -> Result<bool> {
    let moved = tx.run("update jobs set due_at = ?2 where dedupe = ?1 and state = 'ready'", params![dedupe, due.millis()])? > 0;
    if moved {
        tx.after.due = Some(tx.after.due.map_or(due, |d| d.min(due)));
    }
    Ok(moved)
}

/// Takes back a job with this key that has not begun.
pub fn delete_waiting_job(tx: &mut Tx<'_>, dedupe: &str) -> Result<()> {
    tx.run("delete from jobs where dedupe = ?1 and state = 'ready'", [dedupe]).map(drop)
}

/// Lets the job that would send a message wait until `due`: it was enqueued in this transaction or an earlier one, and has not begun.
pub fn hold_send(tx: &mut Tx<'_>, message_id: Id, due: Time) -> Result<()> {
    let held = tx.run(
        "update jobs set state = 'ready', due_at = ?2, lease_until = null where dedupe = ?1",
        params![send_key(message_id), due.millis()],
    )?;
    if held > 0 {
        let job = Job::SendMessage { message_id };
        tx.after.jobs.retain(|j| j.job != job);
        tx.after.due = Some(tx.after.due.map_or(due, |d| d.min(due)));
    }
    Ok(())
}

/// Until when a message's send is held; none when it is due or gone.
pub fn find_held_until(tx: &Read<'_>, message_id: Id) -> Result<Option<Time>> {
    let at: Option<i64> = tx.one(
        "select due_at from jobs where dedupe = ?1 and state = 'ready' and due_at > ?2",
        params![send_key(message_id), tx.now.millis()],
        |r| r.get(0),
    )?;
    Ok(at.map(Time::from_millis))
}

/// When a message's send is due, which is now while it runs; none when no job sends it.
pub fn find_send_due(tx: &Read<'_>, message_id: Id) -> Result<Option<Time>> {
    let at: Option<i64> = tx.one(
        "select case state when 'leased' then ?2 else due_at end from jobs where dedupe = ?1 and state <> 'dead'",
        params![send_key(message_id), tx.now.millis()],
        |r| r.get(0),
    )?;
    Ok(at.map(Time::from_millis))
}

/// Takes back the send of a message that is still held. False when it has begun or is gone.
pub fn delete_held_send(tx: &mut Tx<'_>, message_id: Id) -> Result<bool> {
    Ok(tx.run("delete from jobs where dedupe = ?1 and state = 'ready'", [send_key(message_id)])? > 0)
}

fn leased(r: &Row<'_>) -> rusqlite::Result<LeasedJob> {
    Ok(LeasedJob { id: r.get(0)?, job: super::tx::json_at(r, 1)?, attempts: r.get(2)? })
}

/// Takes the lease of jobs that are due, oldest first, and of those whose lease ran out.
pub fn lease_jobs(tx: &mut Tx<'_>, most: usize) -> Result<Vec<LeasedJob>> {
    let now = tx.now.millis();
    let jobs = tx.all(
        "update jobs set state = 'leased', lease_until = ?2 where id in (
           select id from jobs where (state = 'ready' and due_at <= ?1) or (state = 'leased' and lease_until <= ?1) order by due_at limit ?3)
         returning id, payload, attempts",
        params![now, now + LEASE_MS, i64::try_from(most).unwrap_or(i64::MAX)],
        leased,
    )?;
    Ok(jobs)
}

/// This process is still at these jobs: of their leases, those that ran out go on.
pub fn renew_leases(tx: &mut Tx<'_>, held: &[i64]) -> Result<()> {
    let now = tx.now.millis();
    let ran_out: Vec<i64> = tx.all("select id from jobs where state = 'leased' and lease_until <= ?1", [now], |r| r.get(0))?;
    for id in ran_out.into_iter().filter(|id| held.contains(id)) {
        tx.run("update jobs set lease_until = ?2 where id = ?1", [id, now + LEASE_MS])?;
    }
    Ok(())
}

/// When the next job is due, or its lease runs out.
pub fn next_due(tx: &Read<'_>) -> Result<Option<Time>> {
    let at: Option<i64> = tx.value(
        "select min(at) from (select min(due_at) as at from jobs where state = 'ready' union all select min(lease_until) from jobs where state = 'leased')",
        [],
    )?;
    Ok(at.map(Time::from_millis))
}

/// After a start: leases of the process before are void, and sends that a version before this one stored get their key. How many jobs wait.
pub fn release_leases(tx: &mut Tx<'_>) -> Result<usize> {
    tx.run(
        "update or ignore jobs set dedupe = 'send:' || json_extract(payload, '$.message_id')
         where kind = 'send_message' and dedupe is null and state <> 'dead'",
        [],
    )?;
    tx.run("update jobs set state = 'ready', lease_until = null where state = 'leased'", [])
}

/// The longest pause before another try that any of our jobs sets itself, and the longest of a message, for which a carrier may ask.
const PAUSES_MS: (i64, i64) = (15 * MINUTE_MS, 8 * HOUR_MS);

/// The clock was set back, by so many milliseconds when that is known: what waits by the time it told before is due as much earlier.
/// What has a time of its own, such as a reminder of a booking, keeps it.
pub fn clock_went_back(tx: &mut Tx<'_>, by: Option<i64>) -> Result<()> {
    let (now, by) = (tx.now, by.unwrap_or(0));
    let at = now.millis();
    // Made while the clock ran ahead: what it waits for counts from now.
    tx.run("update jobs set due_at = due_at - (created_at - ?1), created_at = ?1 where state = 'ready' and created_at > ?1", [at])?;
    tx.run("update jobs set lease_until = ?1 where state = 'leased' and lease_until > ?1", [at + LEASE_MS])?;
    tx.run(
        "update jobs set due_at = max(due_at - ?2, ?1) where state = 'ready' and due_at > ?1 and (kind = 'send_message' or attempts > 0)",
        params![at, by],
    )?;
    tx.run(
        "update jobs set due_at = ?1 where state = 'ready' and attempts > 0 and kind <> 'send_message' and due_at > ?1 + ?2",
        params![at, PAUSES_MS.0],
    )?;
    // A message knows when it was tried the last time: if that is still to come, so is its pause.
    tx.run(
        "update jobs set due_at = ?1 where state = 'ready' and kind = 'send_message' and due_at > ?1 and (due_at > ?1 + ?2 or exists (
           select 1 from messages m where m.id = json_extract(payload, '$.message_id') and m.settled_at > ?1))",
        params![at, PAUSES_MS.1],
    )?;
    tx.run("update schedules set next_at = ?1 + every_ms where next_at > ?1 + every_ms", [at])?;
    tx.after.due = Some(now);
    Ok(())
}

/// The job is done. Belongs in the transaction of its effects.
pub fn finish_job(tx: &mut Tx<'_>, id: i64) -> Result<()> {
    tx.run("delete from jobs where id = ?1", [id]).map(drop)
}

/// The job failed: tried again at `due`, or never when there is none.
pub fn fail_job(tx: &mut Tx<'_>, id: i64, error: &str, due: Option<Time>) -> Result<()> {
    let state = if due.is_some() { "ready" } else { "dead" };
    tx.run(
        "update jobs set state = ?2, attempts = attempts + 1, error = ?3, due_at = coalesce(?4, due_at), lease_until = null,
           dedupe = case when ?2 = 'dead' then null else dedupe end where id = ?1",
        params![id, state, error, due.map(Time::millis)],
    )?;
    if let Some(due) = due {
        tx.after.due = Some(tx.after.due.map_or(due, |d| d.min(due)));
    }
    Ok(())
}

/// Gives a leased job back untouched, to run at `due`.
pub fn put_back_job(tx: &mut Tx<'_>, id: i64, due: Time) -> Result<()> {
    give_back(tx, id, due, None)
}

fn give_back(tx: &mut Tx<'_>, id: i64, due: Time, why: Option<&str>) -> Result<()> {
    let row = params![id, due.millis(), why];
    tx.run("update jobs set state = 'ready', due_at = ?2, lease_until = null, error = ?3 where id = ?1", row)?;
    tx.after.due = Some(tx.after.due.map_or(due, |d| d.min(due)));
    Ok(())
}

/// What is noted with a send that waits for the message before it.
const BEHIND: &str = "waits for the message before it";

/// Gives a leased send back to wait for the message before it: until that is gone ([`go_on_behind`]), at most until `due`.
pub fn wait_behind(tx: &mut Tx<'_>, id: i64, due: Time) -> Result<()> {
    give_back(tx, id, due, Some(BEHIND))
}

/// The message before it is gone: a send that waited for that runs now.
pub fn go_on_behind(tx: &mut Tx<'_>, message_id: Id) -> Result<()> {
    let now = tx.now;
    let woken = tx.run(
        "update jobs set due_at = ?2, error = null where dedupe = ?1 and state = 'ready' and error = ?3",
        params![send_key(message_id), now.millis(), BEHIND],
    )?;
    if woken > 0 {
        tx.after.due = Some(now);
    }
    Ok(())
}

/// The same for a job that another run may have ended meanwhile, as when the machine slept for longer than the lease: it is stored anew.
pub fn put_back_or_add(tx: &mut Tx<'_>, id: i64, job: &Job, due: Time) -> Result<()> {
    if tx.one("select 1 from jobs where id = ?1", [id], |r| r.get::<_, i64>(0))?.is_some() {
        return put_back_job(tx, id, due);
    }
    enqueue_job(tx, job, due, None)
}

/// Jobs that failed for good, newest first.
pub fn list_dead_jobs(tx: &Read<'_>) -> Result<Vec<DeadJob>> {
    tx.all("select id, kind, coalesce(error, ''), created_at from jobs where state = 'dead' order by id desc limit 200", [], |r| {
        Ok(DeadJob { id: r.get(0)?, kind: r.get(1)?, error: r.get(2)?, created_at: super::tx::time_at(r, 3)? })
    })
}

/// A person asks to try a dead job again.
pub fn revive_job(tx: &mut Tx<'_>, id: i64) -> Result<()> {
    let now = tx.now;
    let n =
        tx.run("update jobs set state = 'ready', attempts = 0, due_at = ?2 where id = ?1 and state = 'dead'", params![id, now.millis()])?;
    if n == 0 {
        return Err(Error::not_found("failed job"));
    }
    // Another job may send the message already; then this one finds nothing to do.
    tx.run(
        "update or ignore jobs set dedupe = 'send:' || json_extract(payload, '$.message_id') where id = ?1 and kind = 'send_message'",
        [id],
    )?;
    tx.after.due = Some(now);
    Ok(())
}

/// Whether a job with this key waits or runs.
pub fn is_waiting(tx: &Read<'_>, dedupe: &str) -> Result<bool> {
    tx.value("select exists (select 1 from jobs where dedupe = ?1 and state in ('ready', 'leased'))", [dedupe])
}

/// Makes sure a recurring job exists.
pub fn upsert_schedule(tx: &mut Tx<'_>, name: &str, job: &Job, every_ms: i64) -> Result<()> {
    let next = tx.now.plus_ms(every_ms);
    tx.run(
        "insert into schedules (name, payload, every_ms, next_at) values (?1, ?2, ?3, ?4)
         on conflict (name) do update set payload = excluded.payload, every_ms = excluded.every_ms",
        params![name, json(job)?, every_ms, next.millis()],
    )?;
    tx.after.due = Some(tx.after.due.map_or(next, |d| d.min(next)));
    Ok(())
}

/// Ends recurring work.
pub fn delete_schedule(tx: &mut Tx<'_>, name: &str) -> Result<()> {
    tx.run("delete from schedules where name = ?1", [name]).map(drop)
}

/// Enqueues recurring jobs whose time has come, once however many turns were missed.
pub fn fire_schedules(tx: &mut Tx<'_>) -> Result<()> {
    let now = tx.now;
    let due: Vec<(String, Job, i64)> =
        tx.all("select name, payload, every_ms from schedules where next_at <= ?1", [now.millis()], |r| {
            Ok((r.get(0)?, super::tx::json_at(r, 1)?, r.get(2)?))
        })?;
    for (name, job, every_ms) in due {
        enqueue_job(tx, &job, now, Some(&format!("schedule:{name}")))?;
        let next = now.plus_ms(every_ms);
        tx.run("update schedules set next_at = ?2 where name = ?1", params![name, next.millis()])?;
    }
    Ok(())
}

/// When the next recurring job fires.
pub fn next_schedule(tx: &Read<'_>) -> Result<Option<Time>> {
    let at: Option<i64> = tx.value("select min(next_at) from schedules", [])?;
    Ok(at.map(Time::from_millis))
}

#[cfg(test)]
#[path = "jobs_tests.rs"]
mod tests;
