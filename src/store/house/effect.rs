//! Deeds of runs beyond their own state: each is there once, under a key that says what it means.

use crate::domain::error::{Error, Result};
use crate::domain::house::run::{EffectState, Outcome};
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::time::Time;
use crate::domain::usage::Usage;
use crate::store::house::run;
use crate::store::jobs;
use crate::store::tx::{Read, Tx, id_at, json_at, maybe_time_at, time_at, word_at};
use rusqlite::{Row, params};
use serde_json::Value;

/// A deed, as known now.
#[derive(Debug, Clone)]
pub struct EffectRow {
    /// Its row.
    pub id: i64,
    /// What it means.
    pub key: String,
    /// The run that planned it (last).
    pub run_id: Id,
    /// The step that planned it.
    pub step: u32,
    /// The name of the deed.
    pub deed: String,
    /// What it needs.
    pub input: Value,
    /// What is known.
    pub state: EffectState,
    /// What it gave back.
    pub result: Value,
    /// Why it did not happen, or why nobody knows.
    pub problem: String,
    /// How often it was begun.
    pub attempts: u32,
    /// How often it was looked whether it happened.
    pub looks: u32,
    /// What models used for it.
    pub usage: Usage,
    /// When it was planned.
    pub planned_at: Time,
    /// When it was begun last.
    pub sent_at: Option<Time>,
    /// When it was known.
    pub settled_at: Option<Time>,
    /// The person who settled it; empty for Steward.
    pub settled_by: String,
}

impl EffectRow {
    /// What a run hears of it.
    pub fn outcome(&self) -> Outcome {
        let ok = self.state == EffectState::Confirmed;
        Outcome { key: self.key.clone(), ok, result: self.result.clone(), problem: self.problem.clone(), usage: self.usage }
    }
}

const COLUMNS: &str = "id, key, run_id, step, deed, input, state, result, problem, attempts, looks, prompt_tokens, completion_tokens, cost_micros, planned_at, sent_at, settled_at, settled_by";

fn effect(r: &Row<'_>) -> rusqlite::Result<EffectRow> {
    let count = |at: usize| -> rusqlite::Result<u64> { Ok(u64::try_from(r.get::<_, i64>(at)?).unwrap_or(0)) };
    Ok(EffectRow {
        id: r.get(0)?,
        key: r.get(1)?,
        run_id: id_at(r, 2)?,
        step: r.get(3)?,
        deed: r.get(4)?,
        input: json_at(r, 5)?,
        state: word_at(r, 6, EffectState::from_word)?,
        result: json_at(r, 7)?,
        problem: r.get(8)?,
        attempts: r.get(9)?,
        looks: r.get(10)?,
        usage: Usage { prompt_tokens: count(11)?, completion_tokens: count(12)?, cost_micros: count(13)? },
        planned_at: time_at(r, 14)?,
        sent_at: maybe_time_at(r, 15)?,
        settled_at: maybe_time_at(r, 16)?,
        settled_by: r.get(17)?,
    })
}

/// Plans a deed. One that is planned, under way, done or unknown stays as it is; one that surely did not happen may be
/// planned again. The row, and whether it was planned now.
pub fn plan_effect(tx: &mut Tx<'_>, run: Id, step: u32, key: &str, deed: &str, input: &Value) -> Result<(EffectRow, bool)> {
    let now = tx.now.millis();
    let planned = tx.run(
        "insert into effects (key, run_id, step, deed, input, state, planned_at) values (?1, ?2, ?3, ?4, ?5, 'planned', ?6)
         on conflict (key) do update set run_id = excluded.run_id, step = excluded.step, deed = excluded.deed, input = excluded.input,
           state = 'planned', result = 'null', problem = '', planned_at = excluded.planned_at, settled_at = null, settled_by = ''
         where state in ('failed', 'dropped')",
        params![key, run.to_string(), step, deed, input.to_string(), now],
    )?;
    let row = find_effect_by_key(tx, key)?.ok_or_else(|| Error::internal("A deed was planned and is not there."))?;
    Ok((row, planned > 0))
}

/// Enqueues the job that does a deed, or looks whether it happened, at `due`.
pub fn enqueue_effect(tx: &mut Tx<'_>, id: i64, due: Time) -> Result<()> {
    jobs::enqueue_job(tx, &Job::DoEffect { effect_id: id }, due, Some(&format!("effect:{id}")))
}

/// One deed by its key.
pub fn find_effect_by_key(tx: &Read<'_>, key: &str) -> Result<Option<EffectRow>> {
    tx.one(&format!("select {COLUMNS} from effects where key = ?1"), [key], effect)
}

/// One deed.
pub fn find_effect(tx: &Read<'_>, id: i64) -> Result<EffectRow> {
    tx.one(&format!("select {COLUMNS} from effects where id = ?1"), [id], effect)?.ok_or_else(|| Error::not_found("deed"))
}

/// The deeds a run planned, in order.
pub fn list_effects(tx: &Read<'_>, run: Id) -> Result<Vec<EffectRow>> {
    tx.all(&format!("select {COLUMNS} from effects where run_id = ?1 order by step, id"), [run.to_string()], effect)
}

/// Deeds of which nobody knows whether they happened, oldest first.
pub fn list_unknown_effects(tx: &Read<'_>, most: u32) -> Result<Vec<EffectRow>> {
    tx.all(&format!("select {COLUMNS} from effects where state = 'unknown' order by id limit ?1"), [most], effect)
}

/// How many deeds there are of which nobody knows whether they happened, and of which a person is asked.
pub fn count_unknown_effects(tx: &Read<'_>) -> Result<i64> {
    tx.value("select count(*) from effects where state = 'unknown'", [])
}

/// It begins now.
pub fn begin_effect(tx: &mut Tx<'_>, id: i64) -> Result<()> {
    let now = tx.now.millis();
    tx.run("update effects set state = 'sending', attempts = attempts + 1, sent_at = ?2 where id = ?1", params![id, now]).map(drop)
}

/// It surely did not happen and is tried again. False when it was settled meanwhile: what is known for good stays.
pub fn replan_effect(tx: &mut Tx<'_>, id: i64, problem: &str) -> Result<bool> {
    let sql = "update effects set state = 'planned', problem = ?2 where id = ?1 and state in ('sending', 'unknown')";
    Ok(tx.run(sql, params![id, problem])? > 0)
}

/// Nobody knows. Looked for once more.
pub fn doubt_effect(tx: &mut Tx<'_>, id: i64, problem: &str, looked: bool) -> Result<()> {
    tx.run(
        "update effects set state = 'unknown', problem = ?2, looks = looks + ?3 where id = ?1 and state in ('sending', 'unknown')",
        params![id, problem, looked],
    )
    .map(drop)
}

/// What is known of a deed for good.
#[derive(Debug, Clone)]
pub struct Settled<'a> {
    /// Confirmed, failed or dropped.
    pub state: EffectState,
    /// What it gave back.
    pub result: &'a Value,
    /// Why it did not happen.
    pub problem: &'a str,
    /// What models used for it.
    pub usage: Usage,
    /// The person who knew; empty for Steward.
    pub by: &'a str,
}

/// Settles a deed, once. False when it was settled before.
pub fn settle_effect(tx: &mut Tx<'_>, id: i64, s: &Settled<'_>) -> Result<bool> {
    let now = tx.now.millis();
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let n = tx.run(
        "update effects set state = ?2, result = ?3, problem = ?4, prompt_tokens = prompt_tokens + ?5, completion_tokens = completion_tokens + ?6,
           cost_micros = cost_micros + ?7, settled_at = ?8, settled_by = ?9 where id = ?1 and state in ('planned', 'sending', 'unknown')",
        params![
            id,
            s.state.as_str(),
            s.result.to_string(),
            s.problem,
            count(s.usage.prompt_tokens),
            count(s.usage.completion_tokens),
            count(s.usage.cost_micros),
            now,
            s.by
        ],
    )?;
    Ok(n > 0)
}

/// Takes back what a run planned and nobody began; how many.
pub fn drop_planned_effects(tx: &mut Tx<'_>, run: Id, why: &str) -> Result<usize> {
    let now = tx.now.millis();
    tx.run(
        "update effects set state = 'dropped', problem = ?2, settled_at = ?3 where run_id = ?1 and state = 'planned'",
        params![run.to_string(), why, now],
    )
}

/// The key under which runs other than its own hear that a deed is settled.
pub fn settled_key(effect: &str) -> String {
    format!("effect:{effect}")
}

/// Settles a deed, once, and rings whoever waits for it. False when it was settled before.
pub fn settle_and_ring(tx: &mut Tx<'_>, row: &EffectRow, s: &Settled<'_>) -> Result<bool> {
    if !settle_effect(tx, row.id, s)? {
        return Ok(false);
    }
    run::wake(tx, row.run_id)?;
    run::deliver(tx, &settled_key(&row.key), &Value::Null)?;
    Ok(true)
}
