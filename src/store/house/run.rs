//! Runs of graphs: where they stand, their steps, and their letters. They share their table with turns of conversations; what pages show
//! of both is in `store::runs`.

use crate::domain::error::{Error, Result};
use crate::domain::house::run::RunState;
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::time::Time;
use crate::domain::usage::Usage;
use crate::store::jobs;
use crate::store::tx::{Read, Tx, id_at, json, json_at, maybe_id_at, maybe_time_at, time_at, word_at};
use rusqlite::{Row, params};
use serde_json::Value;

/// The key of the letter that stops a run; what it says is why.
pub const STOP: &str = "steward:stop";

/// A run of a graph, as it stands.
#[derive(Debug, Clone)]
pub struct Machine {
    /// Its id.
    pub id: Id,
    /// The graph's name.
    pub graph: String,
    /// The graph's version.
    pub version: u32,
    /// Where it stands.
    pub state: RunState,
    /// The step it takes next.
    pub node: String,
    /// What it waits for, as the machine wrote it.
    pub wait: Value,
    /// What it knows.
    pub memory: Value,
    /// Steps taken.
    pub steps: u32,
    /// What it was started with.
    pub input: Value,
    /// What came of it; null until it is done.
    pub result: Value,
    /// What it is about, one line.
    pub title: String,
    /// The last sentence about it: why it ended as it did.
    pub outcome: String,
    /// What models used for it.
    pub usage: Usage,
    /// The conversation it came from.
    pub conversation_id: Option<Id>,
    /// Whose branch it is: the run, the step, and its place.
    pub parent: Option<(Id, u32, u32)>,
    /// The run and step it is a trial of.
    pub fork: Option<(Id, u32)>,
    /// When it began.
    pub started_at: Time,
    /// When it ended.
    pub ended_at: Option<Time>,
}

/// One step as it is kept.
#[derive(Debug, Clone)]
pub struct StepRow {
    /// Its number, from 0.
    pub seq: u32,
    /// The step's name.
    pub node: String,
    /// When.
    pub at: Time,
    /// Microseconds the step itself took.
    pub took_us: i64,
    /// What it heard.
    pub event: Value,
    /// How the state changed; null when it did not, or when it was thrown away.
    pub patch: Value,
    /// The whole state after it, now and then.
    pub snapshot: Option<Value>,
    /// What it decided.
    pub next: Value,
    /// Its sentence.
    pub note: String,
}

const COLUMNS: &str = "id, agent, version, state, node, wait, checkpoint, steps, input, result, understood, outcome, prompt_tokens, completion_tokens, cost_micros, conversation_id, parent_id, parent_step, branch, fork_of, fork_step, started_at, ended_at";

fn machine(r: &Row<'_>) -> rusqlite::Result<Machine> {
    let count = |at: usize| -> rusqlite::Result<u64> { Ok(u64::try_from(r.get::<_, i64>(at)?).unwrap_or(0)) };
    let parent = maybe_id_at(r, 16)?;
    let fork = maybe_id_at(r, 19)?;
    Ok(Machine {
        id: id_at(r, 0)?,
        graph: r.get(1)?,
        version: r.get(2)?,
        state: word_at(r, 3, RunState::from_word)?,
        node: r.get(4)?,
        wait: json_at(r, 5)?,
        memory: json_at(r, 6)?,
        steps: r.get(7)?,
        input: json_at(r, 8)?,
        result: json_at(r, 9)?,
        title: r.get(10)?,
        outcome: r.get(11)?,
        usage: Usage { prompt_tokens: count(12)?, completion_tokens: count(13)?, cost_micros: count(14)? },
        conversation_id: maybe_id_at(r, 15)?,
        parent: parent.map(|p| -> rusqlite::Result<_> { Ok((p, r.get(17)?, r.get(18)?)) }).transpose()?,
        fork: fork.map(|f| -> rusqlite::Result<_> { Ok((f, r.get(20)?)) }).transpose()?,
        started_at: time_at(r, 21)?,
        ended_at: maybe_time_at(r, 22)?,
    })
}

/// Writes a new run. False when there is one with this key already, and nothing is written.
pub fn insert_machine(tx: &mut Tx<'_>, m: &Machine, key: Option<&str>) -> Result<bool> {
    let (parent, step, branch) = m.parent.map_or((None, 0, 0), |(p, s, b)| (Some(p.to_string()), s, b));
    let (fork, fork_step) = m.fork.map_or((None, 0), |(f, s)| (Some(f.to_string()), s));
    let n = tx.run(
        "insert into runs (id, agent, version, state, node, wait, checkpoint, steps, input, result, understood, outcome, conversation_id, parent_id, parent_step, branch, fork_of, fork_step, started_at, ended_at, key)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21) on conflict do nothing",
        params![
            m.id.to_string(),
            m.graph,
            m.version,
            m.state.as_str(),
            m.node,
            m.wait.to_string(),
            m.memory.to_string(),
            m.steps,
            m.input.to_string(),
            m.result.to_string(),
            m.title,
            m.outcome,
            m.conversation_id.map(|c| c.to_string()),
            parent,
            step,
            branch,
            fork,
            fork_step,
            m.started_at.millis(),
            m.ended_at.map(Time::millis),
            key
        ],
    )?;
    Ok(n > 0)
}

/// Writes where a run stands now.
pub fn update_machine(tx: &mut Tx<'_>, m: &Machine) -> Result<()> {
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    tx.run(
        "update runs set version = ?2, state = ?3, node = ?4, wait = ?5, checkpoint = ?6, steps = ?7, result = ?8, understood = ?9, outcome = ?10,
           prompt_tokens = ?11, completion_tokens = ?12, cost_micros = ?13, ended_at = ?14 where id = ?1",
        params![
            m.id.to_string(),
            m.version,
            m.state.as_str(),
            m.node,
            m.wait.to_string(),
            m.memory.to_string(),
            m.steps,
            m.result.to_string(),
            m.title,
            m.outcome,
            count(m.usage.prompt_tokens),
            count(m.usage.completion_tokens),
            count(m.usage.cost_micros),
            m.ended_at.map(Time::millis),
        ],
    )
    .map(drop)
}

/// One run of a graph; none when there is no such run, or it is a turn of a conversation.
pub fn find_machine(tx: &Read<'_>, id: Id) -> Result<Option<Machine>> {
    tx.one(&format!("select {COLUMNS} from runs where id = ?1 and version > 0"), [id.to_string()], machine)
}

/// Runs that cannot go on by themselves, oldest first.
pub fn list_parked(tx: &Read<'_>, most: u32) -> Result<Vec<Machine>> {
    tx.all(&format!("select {COLUMNS} from runs where state = 'parked' and version > 0 order by id limit ?1"), [most], machine)
}

/// How many runs cannot go on by themselves.
pub fn count_parked(tx: &Read<'_>) -> Result<i64> {
    tx.value("select count(*) from runs where state = 'parked' and version > 0", [])
}

/// The run that was started for this key.
pub fn find_run_by_key(tx: &Read<'_>, key: &str) -> Result<Option<Id>> {
    tx.one("select id from runs where key = ?1 and key is not null", [key], |r| id_at(r, 0))
}

/// The branches of a run, by step and place; of one step only when it is given.
pub fn list_children(tx: &Read<'_>, parent: Id, step: Option<u32>) -> Result<Vec<Machine>> {
    tx.all(
        &format!("select {COLUMNS} from runs where parent_id = ?1 and parent_id is not null and (?2 is null or parent_step = ?2) order by parent_step, branch"),
        params![parent.to_string(), step],
        machine,
    )
}

/// How many branches of a step there are, and how many of them have ended.
pub fn count_children(tx: &Read<'_>, parent: Id, step: u32) -> Result<(u32, u32)> {
    let found = tx.one(
        "select count(*), coalesce(sum(state in ('done', 'failed', 'stopped')), 0) from runs where parent_id = ?1 and parent_id is not null and parent_step = ?2",
        params![parent.to_string(), step],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    Ok(found.unwrap_or_default())
}

/// Trials that were made from a run, newest first.
pub fn list_forks(tx: &Read<'_>, of: Id) -> Result<Vec<Machine>> {
    tx.all(
        &format!("select {COLUMNS} from runs where fork_of = ?1 and fork_of is not null order by id desc limit 20"),
        [of.to_string()],
        machine,
    )
}

/// Keeps a step.
pub fn insert_step(tx: &mut Tx<'_>, run: Id, s: &StepRow) -> Result<()> {
    tx.run(
        "insert into run_steps (run_id, seq, node, at, took_us, event, patch, snapshot, next, note) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            run.to_string(),
            s.seq,
            s.node,
            s.at.millis(),
            s.took_us,
            s.event.to_string(),
            (!s.patch.is_null()).then(|| s.patch.to_string()),
            s.snapshot.as_ref().map(json).transpose()?,
            s.next.to_string(),
            s.note
        ],
    )
    .map(drop)
}

fn step(r: &Row<'_>) -> rusqlite::Result<StepRow> {
    let maybe = |at: usize| -> rusqlite::Result<Option<Value>> {
        match r.get_ref(at)?.as_str_or_null()? {
            Some(_) => json_at(r, at).map(Some),
            None => Ok(None),
        }
    };
    Ok(StepRow {
        seq: r.get(0)?,
        node: r.get(1)?,
        at: time_at(r, 2)?,
        took_us: r.get(3)?,
        event: json_at(r, 4)?,
        patch: maybe(5)?.unwrap_or(Value::Null),
        snapshot: maybe(6)?,
        next: json_at(r, 7)?,
        note: r.get(8)?,
    })
}

/// The steps of a run from `from`, in order.
pub fn list_steps(tx: &Read<'_>, run: Id, from: u32, most: u32) -> Result<Vec<StepRow>> {
    tx.all(
        "select seq, node, at, took_us, event, patch, snapshot, next, note from run_steps where run_id = ?1 and seq >= ?2 order by seq limit ?3",
        params![run.to_string(), from, most],
        step,
    )
}

/// Bytes of patches since the last whole state, and how long that state was; none when there is no whole state yet.
pub fn find_patched(tx: &Read<'_>, run: Id) -> Result<Option<(i64, i64)>> {
    tx.one(
        "select (select coalesce(sum(length(p.patch)), 0) from run_steps p where p.run_id = s.run_id and p.seq > s.seq), length(s.snapshot)
         from run_steps s where s.run_id = ?1 and s.snapshot is not null order by s.seq desc limit 1",
        [run.to_string()],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}

/// Throws away the states before the newest whole state that is at or before `seq`; what the steps were stays.
pub fn delete_states_before(tx: &mut Tx<'_>, run: Id, seq: u32) -> Result<usize> {
    tx.run(
        "update run_steps set patch = null, snapshot = null where run_id = ?1 and (patch is not null or snapshot is not null)
           and seq < (select max(seq) from run_steps where run_id = ?1 and seq <= ?2 and snapshot is not null)",
        params![run.to_string(), seq],
    )
}

/// Throws away the steps of runs that ended before `before`; the runs themselves stay.
pub fn delete_steps_before(tx: &mut Tx<'_>, before: Time) -> Result<usize> {
    tx.run(
        "delete from run_steps where run_id in (select id from runs where version > 0 and ended_at < ?1 and steps > 0
           and exists (select 1 from run_steps s where s.run_id = runs.id) limit 200)",
        [before.millis()],
    )
}

/// Rings a run: it looks whether it can go on.
pub fn wake(tx: &mut Tx<'_>, run: Id) -> Result<()> {
    let now = tx.now;
    jobs::enqueue_job(tx, &Job::AdvanceRun { run_id: run }, now, Some(&format!("run:{run}")))
}

/// Rings a run at a time; the bell before is taken back.
pub fn wake_at(tx: &mut Tx<'_>, run: Id, at: Option<Time>) -> Result<()> {
    let key = format!("timer:{run}");
    jobs::delete_waiting_job(tx, &key)?;
    match at {
        Some(at) => jobs::enqueue_job(tx, &Job::AdvanceRun { run_id: run }, at, Some(&key)),
        None => Ok(()),
    }
}

/// Rings every run that has something to do and no job that would; how many. After a start, should a job have been lost.
pub fn wake_stranded(tx: &mut Tx<'_>) -> Result<usize> {
    let stranded = tx.all(
        "select id from runs where state = 'running' and version > 0 and fork_of is null
           and not exists (select 1 from jobs where dedupe = 'run:' || runs.id)",
        [],
        |r| id_at(r, 0),
    )?;
    for run in &stranded {
        wake(tx, *run)?;
    }
    Ok(stranded.len())
}

/// From now on letters under this key are kept for the run.
pub fn listen(tx: &mut Tx<'_>, run: Id, key: &str) -> Result<()> {
    tx.run("insert into run_keys (key, run_id) values (?1, ?2) on conflict do nothing", params![key, run.to_string()]).map(drop)
}

/// A run ended: it listens no more, and what it has not read is thrown away.
pub fn close_letters(tx: &mut Tx<'_>, run: Id) -> Result<()> {
    tx.run("delete from run_keys where run_id = ?1", [run.to_string()])?;
    tx.run("delete from run_letters where run_id = ?1", [run.to_string()]).map(drop)
}

/// Brings a letter to every run that listens under its key, and rings them; which they were. The way anything outside tells
/// runs of itself: a reply, a webhook, a decision.
pub fn deliver(tx: &mut Tx<'_>, key: &str, data: &Value) -> Result<Vec<Id>> {
    let runs = tx.all("select run_id from run_keys where key = ?1 order by run_id", [key], |r| id_at(r, 0))?;
    for run in &runs {
        deliver_to(tx, *run, key, data)?;
    }
    Ok(runs)
}

/// Brings a letter to one run, whether it listens or not, and rings it.
pub fn deliver_to(tx: &mut Tx<'_>, run: Id, key: &str, data: &Value) -> Result<()> {
    tx.run("insert into run_letters (run_id, key, data) values (?1, ?2, ?3)", params![run.to_string(), key, data.to_string()])?;
    wake(tx, run)
}

/// The oldest letter under one of these keys, taken out.
pub fn take_letter(tx: &mut Tx<'_>, run: Id, keys: &[&str]) -> Result<Option<(String, Value)>> {
    let found = tx.one(
        "select id, key, data from run_letters where run_id = ?1 and key in (select value from json_each(?2)) order by id limit 1",
        params![run.to_string(), json(&keys)?],
        |r| Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?, json_at::<Value>(r, 2)?)),
    )?;
    let Some((id, key, data)) = found else { return Ok(None) };
    tx.run("delete from run_letters where id = ?1", [id])?;
    Ok(Some((key, data)))
}

/// One run of a graph, or "no such run".
pub fn get_machine(tx: &Read<'_>, id: Id) -> Result<Machine> {
    find_machine(tx, id)?.ok_or_else(|| Error::not_found("run"))
}
