//! Runs as they are shown, turns of conversations and runs of graphs alike, and the rows of turns. How the run of a graph goes on is in
//! `house::run`.

use super::tx::{Read, Tx, id_at, json, json_at, maybe_id_at, maybe_time_at, time_at};
use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::domain::usage::Usage;
use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};

/// One step of a run, in words an owner can read, with the detail for those who want it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// "understood", "tool", "model", "guard", "reply", "stopped", "person".
    pub kind: String,
    /// One plain sentence.
    pub title: String,
    /// Whether it worked.
    pub ok: bool,
    /// When it began, in microseconds after the run did.
    pub at_us: i64,
    /// How long it took, in microseconds.
    pub took_us: i64,
    /// Input, output, rows used, usage.
    #[serde(default)]
    pub detail: serde_json::Value,
}

/// One execution.
#[derive(Debug, Clone, Serialize)]
pub struct Run {
    /// Its id.
    pub id: Id,
    /// Which agent.
    pub agent: String,
    /// In which conversation.
    pub conversation_id: Option<Id>,
    /// "running", "done", "failed", "stopped".
    pub state: String,
    /// The graph's version; 0 for a turn.
    pub version: u32,
    /// Which model answered.
    pub model: String,
    /// What was understood.
    pub understood: String,
    /// What came of it, one sentence.
    pub outcome: String,
    /// What it used.
    pub usage: Usage,
    /// Its steps.
    pub trace: Vec<Step>,
    /// When it began.
    pub started_at: Time,
    /// When it ended.
    pub ended_at: Option<Time>,
}

const COLUMNS: &str = "id, agent, conversation_id, state, model, understood, outcome, prompt_tokens, completion_tokens, cost_micros, trace, started_at, ended_at, version";

fn run(r: &Row<'_>) -> rusqlite::Result<Run> {
    let count = |at: usize| -> rusqlite::Result<u64> { Ok(u64::try_from(r.get::<_, i64>(at)?).unwrap_or(0)) };
    Ok(Run {
        id: id_at(r, 0)?,
        agent: r.get(1)?,
        conversation_id: maybe_id_at(r, 2)?,
        state: r.get(3)?,
        model: r.get(4)?,
        understood: r.get(5)?,
        outcome: r.get(6)?,
        usage: Usage { prompt_tokens: count(7)?, completion_tokens: count(8)?, cost_micros: count(9)? },
        trace: json_at(r, 10)?,
        started_at: time_at(r, 11)?,
        ended_at: maybe_time_at(r, 12)?,
        version: r.get(13)?,
    })
}

/// Writes a run, new or known, with the state it is in now and its checkpoint when it is not over.
pub fn upsert_run(tx: &mut Tx<'_>, x: &Run, checkpoint: Option<&str>) -> Result<()> {
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    tx.run(
        "insert into runs (id, agent, conversation_id, state, model, understood, outcome, prompt_tokens, completion_tokens, cost_micros, trace, started_at, ended_at, checkpoint)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
         on conflict (id) do update set state = excluded.state, model = excluded.model, understood = excluded.understood, outcome = excluded.outcome,
           prompt_tokens = excluded.prompt_tokens, completion_tokens = excluded.completion_tokens, cost_micros = excluded.cost_micros,
           trace = excluded.trace, ended_at = excluded.ended_at, checkpoint = excluded.checkpoint",
        params![
            x.id.to_string(),
            x.agent,
            x.conversation_id.map(|c| c.to_string()),
            x.state,
            x.model,
            x.understood,
            x.outcome,
            count(x.usage.prompt_tokens),
            count(x.usage.completion_tokens),
            count(x.usage.cost_micros),
            json(&x.trace)?,
            x.started_at.millis(),
            x.ended_at.map(Time::millis),
            checkpoint
        ],
    )
    .map(drop)
}

/// One run.
pub fn find_run(tx: &Read<'_>, id: Id) -> Result<Run> {
    tx.one(&format!("select {COLUMNS} from runs where id = ?1"), [id.to_string()], run)?.ok_or_else(|| Error::not_found("run"))
}

/// The run of a conversation that is not over, with its checkpoint.
pub fn find_open_run(tx: &Read<'_>, conversation: Id) -> Result<Option<(Run, Option<String>)>> {
    tx.one(
        &format!("select {COLUMNS}, checkpoint from runs indexed by runs_open where state = 'running' and conversation_id = ?1 and version = 0 order by id desc limit 1"),
        [conversation.to_string()],
        |r| Ok((run(r)?, r.get(14)?)),
    )
}

/// Ends the turns of a conversation that are not over; what they did stays in their traces.
pub fn close_open_runs(tx: &mut Tx<'_>, conversation: Id, state: &str, outcome: &str) -> Result<()> {
    let now = tx.now.millis();
    tx.run(
        "update runs indexed by runs_open set state = ?2, outcome = ?3, ended_at = ?4, checkpoint = null
         where state = 'running' and conversation_id = ?1 and version = 0",
        params![conversation.to_string(), state, outcome, now],
    )
    .map(drop)
}

/// Runs, newest first, before `before` when given; without branches and trials.
pub fn list_runs(tx: &Read<'_>, before: Option<Id>, most: u32) -> Result<Vec<Run>> {
    let before = before.map_or_else(|| "~".to_owned(), |b| b.to_string());
    tx.all(
        &format!("select {COLUMNS} from runs where id < ?1 and parent_id is null and fork_of is null order by id desc limit ?2"),
        params![before, most],
        run,
    )
}

/// Runs of one conversation, oldest first.
pub fn list_runs_of(tx: &Read<'_>, conversation: Id, most: u32) -> Result<Vec<Run>> {
    let mut runs = tx.all(
        &format!("select {COLUMNS} from runs where conversation_id = ?1 order by id desc limit ?2"),
        params![conversation.to_string(), most],
        run,
    )?;
    runs.reverse();
    Ok(runs)
}
