//! Runs as programs read them.

use crate::agents::runs::Difference;
use crate::domain::house::run::RunState;
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::services::house::run::{self, Whole};
use crate::store::house::effect::EffectRow;
use crate::store::house::run::Machine;
use crate::store::runs::{Run, Step};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// One step of a run.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepOut {
    /// Of a turn: understood, tool, model, guard, reply, stopped, person. Of longer work: step, deed, branch, asked.
    kind: String,
    /// One plain sentence.
    title: String,
    ok: bool,
    /// Microseconds after the run began.
    at_us: i64,
    /// Microseconds it took.
    took_us: i64,
    #[schema(value_type = Object)]
    detail: Value,
}

impl From<Step> for StepOut {
    fn from(s: Step) -> Self {
        Self { kind: s.kind, title: s.title, ok: s.ok, at_us: s.at_us, took_us: s.took_us, detail: s.detail }
    }
}

/// One execution of an agent.
#[derive(Serialize, ToSchema)]
pub struct RunOut {
    id: Id,
    agent: String,
    conversation_id: Option<Id>,
    /// running, waiting, done, failed, stopped, or parked: it cannot go on by itself and a person must look.
    state: String,
    /// Which model answered.
    model: String,
    understood: String,
    outcome: String,
    prompt_tokens: u64,
    completion_tokens: u64,
    /// Millionths of a US dollar.
    cost_micros: u64,
    trace: Vec<StepOut>,
    started_at: Time,
    ended_at: Option<Time>,
    /// More about longer work; absent for turns and in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    work: Option<WorkOut>,
}

/// Longer work: where it stands and what it did.
#[derive(Serialize, ToSchema)]
pub struct WorkOut {
    /// The graph's version it is pinned to.
    version: u32,
    /// The step it takes next.
    node: String,
    /// What it waits for, in words; empty when it does not wait.
    waits_for: String,
    /// Steps taken.
    steps: u32,
    #[schema(value_type = Object)]
    input: Value,
    /// What it knows now.
    #[schema(value_type = Object)]
    state: Value,
    /// What came of it; null until it is done.
    #[schema(value_type = Option<Object>)]
    result: Value,
    effects: Vec<EffectOut>,
    branches: Vec<BranchOut>,
    /// Questions to people: approvals with these ids.
    approvals: Vec<Id>,
    trials: Vec<BranchOut>,
    /// The run whose branch this is.
    parent_id: Option<Id>,
    /// The run this is a trial of.
    fork_of: Option<Id>,
}

/// A deed beyond the run's own state.
#[derive(Serialize, ToSchema)]
pub struct EffectOut {
    id: String,
    /// What it means; done once in the business.
    key: String,
    deed: String,
    step: u32,
    /// planned, sending, confirmed, failed, unknown or dropped.
    state: &'static str,
    #[schema(value_type = Object)]
    input: Value,
    #[schema(value_type = Option<Object>)]
    result: Value,
    problem: String,
    tries: u32,
    cost_micros: u64,
    planned_at: Time,
    settled_at: Option<Time>,
    settled_by: String,
}

impl From<EffectRow> for EffectOut {
    fn from(e: EffectRow) -> Self {
        Self {
            id: e.id.to_string(),
            key: e.key,
            deed: e.deed,
            step: e.step,
            state: e.state.as_str(),
            input: e.input,
            result: e.result,
            problem: e.problem,
            tries: e.attempts,
            cost_micros: e.usage.cost_micros,
            planned_at: e.planned_at,
            settled_at: e.settled_at,
            settled_by: e.settled_by,
        }
    }
}

/// A run that belongs to another.
#[derive(Serialize, ToSchema)]
pub struct BranchOut {
    id: Id,
    agent: String,
    title: String,
    state: &'static str,
    outcome: String,
    #[schema(value_type = Option<Object>)]
    result: Value,
}

impl From<Machine> for BranchOut {
    fn from(m: Machine) -> Self {
        Self { id: m.id, agent: m.graph, title: m.title, state: m.state.as_str(), outcome: m.outcome, result: m.result }
    }
}

impl From<Run> for RunOut {
    fn from(r: Run) -> Self {
        Self {
            id: r.id,
            agent: r.agent,
            conversation_id: r.conversation_id,
            state: r.state,
            model: r.model,
            understood: r.understood,
            outcome: r.outcome,
            prompt_tokens: r.usage.prompt_tokens,
            completion_tokens: r.usage.completion_tokens,
            cost_micros: r.usage.cost_micros,
            trace: r.trace.into_iter().map(StepOut::from).collect(),
            started_at: r.started_at,
            ended_at: r.ended_at,
            work: None,
        }
    }
}

impl RunOut {
    /// The same with what longer work has more.
    pub fn with(mut self, whole: Option<Whole>) -> Self {
        self.work = whole.map(|w| WorkOut {
            waits_for: run::waits_for(&w.machine),
            version: w.machine.version,
            node: w.machine.node,
            steps: w.machine.steps,
            input: w.machine.input,
            state: w.machine.memory,
            result: w.machine.result,
            effects: w.effects.into_iter().map(Into::into).collect(),
            branches: w.branches.into_iter().map(Into::into).collect(),
            approvals: w.questions.iter().map(|q| q.id).collect(),
            trials: w.trials.into_iter().map(Into::into).collect(),
            parent_id: w.machine.parent.map(|(p, ..)| p),
            fork_of: w.machine.fork.map(|(f, _)| f),
        });
        self
    }
    /// Whether nothing more comes by itself.
    pub fn is_over(&self) -> bool {
        RunState::from_word(&self.state).is_none_or(|s| s.is_over() || s == RunState::Parked)
    }
}

/// What a replay found.
#[derive(Serialize, ToSchema)]
pub struct ReplayOut {
    /// Every step came out as it was recorded.
    pub same: bool,
    /// Steps taken again; those whose states were thrown away are not.
    pub steps: usize,
    /// The first step that came out differently.
    pub differs_at: Option<u32>,
    /// In what.
    pub differs_in: String,
    /// What was recorded.
    pub trace: Vec<StepOut>,
}

/// What a trial did otherwise than its run.
#[derive(Serialize, ToSchema)]
pub struct DifferenceOut {
    /// Steps side by side.
    steps: Vec<StepPair>,
    /// Fields of the last state that differ.
    state: Vec<FieldPair>,
    #[schema(value_type = Option<Object>)]
    result_of_run: Value,
    #[schema(value_type = Option<Object>)]
    result_of_trial: Value,
}

/// A step of the run and the one in its place in the trial.
#[derive(Serialize, ToSchema)]
pub struct StepPair {
    of_run: Option<String>,
    of_trial: Option<String>,
    same: bool,
}

/// A field of the state that differs.
#[derive(Serialize, ToSchema)]
pub struct FieldPair {
    path: String,
    #[schema(value_type = Object)]
    of_run: Value,
    #[schema(value_type = Object)]
    of_trial: Value,
}

impl From<Difference> for DifferenceOut {
    fn from(d: Difference) -> Self {
        Self {
            steps: d.steps.into_iter().map(|(of_run, of_trial, same)| StepPair { of_run, of_trial, same }).collect(),
            state: d.state.into_iter().map(|(path, of_run, of_trial)| FieldPair { path, of_run, of_trial }).collect(),
            result_of_run: d.result.0,
            result_of_trial: d.result.1,
        }
    }
}
