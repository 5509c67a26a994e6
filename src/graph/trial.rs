//! Replay and trial. A replay hears the recorded events again and calls nobody. A trial takes a run on from one of its
//! checkpoints, perhaps with another state: what was recorded is heard again, what was not is assumed, and nothing is done.

use super::deed::{Deed, Deeds};
use super::machine::{decided, fresh};
use super::wait::Wait;
use super::{AnyGraph, Child, Ctx, Effect, Event, Next, Runtime, delta};
use crate::domain::error::{Error, Result};
use crate::domain::house::approval::Standing;
use crate::domain::house::run::{Ended, Outcome, RunState};
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::domain::usage::Usage;
use crate::store::house::run::{self, Machine, StepRow};
use crate::store::house::{approval, effect};
use crate::store::tx::{Read, Tx};
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// Steps of a run that are looked at.
const STEPS: u32 = 10_000;
/// Steps of a trial at most.
const TRIAL_STEPS: u32 = 500;

/// A step of the past with the states around it.
#[derive(Debug, Clone)]
pub struct Past {
    /// The step.
    pub row: StepRow,
    /// The state before it; none when it was thrown away.
    pub before: Option<Value>,
    /// The state after it.
    pub after: Option<Value>,
}

/// The steps of a run with their states, put together from patches.
pub fn history(tx: &Read<'_>, rt: &Runtime, m: &Machine) -> Result<Vec<Past>> {
    let mut state = match (m.fork, rt.graphs.exactly(&m.graph, m.version)) {
        (None, Some(g)) => g.begin(&m.input, Ctx::new(m.id, 0, m.started_at)).ok().map(|s| s.state),
        _ => None,
    };
    let rows = run::list_steps(tx, m.id, 0, STEPS)?;
    // Where the old states were thrown away, nothing is known before the first whole state.
    let first_kept = rows.iter().find(|r| r.snapshot.is_some()).map_or(u32::MAX, |r| r.seq);
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        let before = state.take().filter(|_| row.seq == 0 || row.seq > first_kept);
        state = match (&row.snapshot, &before) {
            (Some(whole), _) => Some(whole.clone()),
            (None, Some(before)) if row.seq > first_kept => {
                let mut after = before.clone();
                delta::apply(&mut after, &row.patch);
                Some(after)
            }
            _ => None,
        };
        out.push(Past { before, after: state.clone(), row });
    }
    Ok(out)
}

/// What a replay found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// Steps that were taken again.
    pub steps: usize,
    /// The first step that came out differently, with what differs; none when all are the same.
    pub differs: Option<(u32, String)>,
}

/// Takes every step again from what was recorded. It shows whether the graph still decides as it did; nobody is called.
pub fn replay(tx: &Read<'_>, rt: &Runtime, id: Id) -> Result<Replayed> {
    let m = run::get_machine(tx, id)?;
    let graph = pinned(rt, &m)?;
    let mut steps = 0;
    for past in history(tx, rt, &m)? {
        let (Some(before), Some(after)) = (&past.before, &past.after) else { continue };
        let row = &past.row;
        let event = event_of(row)?;
        let again = graph.step(&row.node, before, event, Ctx::new(m.id, row.seq, row.at))?;
        steps += 1;
        let what = match (again.state == *after, decided(&again.next) == row.next) {
            (true, true) => continue,
            (false, _) => delta::changes(after, &again.state).into_iter().map(|(p, ..)| p).collect::<Vec<_>>().join(", "),
            (true, false) => "what is next".into(),
        };
        return Ok(Replayed { steps, differs: Some((row.seq, what)) });
    }
    Ok(Replayed { steps, differs: None })
}

fn pinned(rt: &Runtime, m: &Machine) -> Result<Arc<dyn AnyGraph>> {
    let graph = rt.graphs.exactly(&m.graph, m.version).cloned();
    graph.ok_or_else(|| Error::conflict(format!("Version {} of \"{}\" is not known any more.", m.version, m.graph)))
}

fn event_of(row: &StepRow) -> Result<Event> {
    serde_json::from_value(row.event.clone()).map_err(|e| Error::internal("A recorded event cannot be read.").with_source(e))
}

/// Tries a run again from the step with this number, with `change` laid over the state before it (fields of an object
/// replace those of the state). The trial is kept as a run of its own; its id.
pub fn fork(tx: &mut Tx<'_>, rt: &Runtime, id: Id, from: u32, change: Option<&Value>) -> Result<Id> {
    let m = run::get_machine(tx, id)?;
    if m.fork.is_some() {
        return Err(Error::conflict("This is a trial already. Try the run it was made from."));
    }
    let graph = pinned(rt, &m)?;
    let past = history(tx, rt, &m)?;
    let Some(at) = past.iter().find(|p| p.row.seq == from) else {
        return Err(Error::field("step", format!("This run has no step {from}.")));
    };
    let Some(mut state) = at.before.clone() else {
        return Err(Error::field("step", format!("The state before step {from} was thrown away; choose a later step.")));
    };
    if let Some(change) = change {
        lay_over(&mut state, change)?;
    }
    let letters = past.iter().filter(|p| p.row.seq >= from).filter_map(|p| event_of(&p.row).ok());
    let letters =
        letters.filter(|e| matches!(e, Event::Letter { .. })).skip(usize::from(matches!(event_of(&at.row)?, Event::Letter { .. })));
    let recorded = past.iter().map(|p| (p.row.seq, (p.row.node.clone(), p.row.event.clone(), p.row.at))).collect();
    let mut trial = Trial { tx, rt, graph, run: m.id, now: at.row.at, letters: letters.collect(), recorded, steps: Vec::new(), depth: 0 };
    let ended = trial.run(&at.row.node, state.clone(), event_of(&at.row)?, from)?;
    let steps = trial.steps;
    keep(tx, &m, from, state, ended, steps)
}

fn lay_over(state: &mut Value, change: &Value) -> Result<()> {
    match (state, change) {
        (Value::Object(state), Value::Object(change)) => {
            for (name, value) in change {
                let Some(field) = state.get_mut(name) else {
                    return Err(Error::field("state", format!("The state has no field \"{name}\".")));
                };
                *field = value.clone();
            }
            Ok(())
        }
        _ => Err(Error::field("state", "Give the fields to change as an object.")),
    }
}

fn keep(tx: &mut Tx<'_>, of: &Machine, from: u32, state: Value, ended: TrialEnd, steps: Vec<(StepRow, Value)>) -> Result<Id> {
    let id = Id::new(tx.now);
    let now = tx.now;
    let count = u32::try_from(steps.len()).unwrap_or(u32::MAX);
    let last = steps.last().map_or(state, |(_, s)| s.clone());
    let m = Machine {
        id,
        state: ended.state,
        memory: last,
        result: ended.result,
        outcome: ended.outcome,
        steps: count,
        parent: None,
        fork: Some((of.id, from)),
        usage: Usage::default(),
        wait: json!(Wait::Go),
        started_at: now,
        ended_at: Some(now),
        ..of.clone()
    };
    run::insert_machine(tx, &m, None)?;
    for (row, after) in steps {
        run::insert_step(tx, id, &StepRow { snapshot: Some(after), patch: Value::Null, ..row })?;
    }
    Ok(id)
}

/// How a trial ended.
struct TrialEnd {
    state: RunState,
    result: Value,
    outcome: String,
}

impl TrialEnd {
    fn stopped(outcome: String) -> Self {
        Self { state: RunState::Stopped, result: Value::Null, outcome }
    }
}

/// A run that is only thought through.
struct Trial<'a, 'c> {
    tx: &'a Tx<'c>,
    rt: &'a Runtime,
    graph: Arc<dyn AnyGraph>,
    /// The run it is a trial of: ids and keys come out as its own.
    run: Id,
    now: Time,
    /// Letters the run got from here on, in order.
    letters: VecDeque<Event>,
    /// Step, event and time of what was recorded, by number: what happens as it did happens when it did.
    recorded: HashMap<u32, (String, Value, Time)>,
    steps: Vec<(StepRow, Value)>,
    depth: usize,
}

/// What comes next in a trial.
enum Heard {
    Event(Event, Value),
    End(TrialEnd),
}

impl Trial<'_, '_> {
    fn run(&mut self, node: &str, mut state: Value, mut event: Event, from: u32) -> Result<TrialEnd> {
        let mut node = node.to_owned();
        for seq in from..from.saturating_add(TRIAL_STEPS) {
            if let Some((was, heard, at)) = self.recorded.get(&seq)
                && *was == node
                && *heard == json!(event)
            {
                self.now = self.now.max(*at);
            }
            let s = self.graph.step(&node, &state, event.clone(), Ctx::new(self.run, seq, self.now))?;
            let mut next = decided(&s.next);
            let (row_node, heard) = (node.clone(), json!(event));
            let end = match self.hear(seq, s.next, &mut node)? {
                Heard::Event(e, how) => {
                    next["how"] = how;
                    event = e;
                    None
                }
                Heard::End(end) => Some(end),
            };
            let row = StepRow {
                seq,
                node: row_node,
                at: self.now,
                took_us: 0,
                event: heard,
                patch: Value::Null,
                snapshot: None,
                next,
                note: s.note,
            };
            self.steps.push((row, s.state.clone()));
            state = s.state;
            if let Some(end) = end {
                return Ok(end);
            }
        }
        Ok(TrialEnd::stopped(format!("It was not over after {TRIAL_STEPS} steps.")))
    }

    /// What the next step hears, and how that is known: recorded or assumed.
    fn hear(&mut self, seq: u32, next: Next<String>, node: &mut String) -> Result<Heard> {
        let event = |e: Event, how: Value| Ok(Heard::Event(e, how));
        match next {
            Next::Go(then) => {
                *node = then;
                event(Event::Went, Value::Null)
            }
            Next::Do { effects, then } => {
                *node = then;
                let (outcomes, how) = self.outcomes(&effects)?;
                event(Event::Done { outcomes }, how)
            }
            Next::Branch { children, then, .. } => {
                *node = then;
                let (ended, how) = self.branches(seq, &children)?;
                event(Event::Joined { ended }, how)
            }
            Next::Sleep { until, then } => {
                *node = then;
                self.now = self.now.max(until);
                event(Event::Time, Value::Null)
            }
            Next::Listen { keys, until, then } => {
                *node = then;
                let at = self.letters.iter().position(|e| matches!(e, Event::Letter { key, .. } if keys.contains(key)));
                match (at.and_then(|at| self.letters.remove(at)), until) {
                    (Some(letter), _) => event(letter, json!("recorded")),
                    (None, Some(until)) => {
                        self.now = self.now.max(until);
                        event(Event::Late, json!("assumed"))
                    }
                    (None, None) => Ok(Heard::End(TrialEnd::stopped(format!("It would wait for {}.", keys.join(" or "))))),
                }
            }
            Next::Ask { question, then } => {
                *node = then;
                let asked = approval::find_approval_by_key(self.tx, &question.key)?;
                match asked.filter(|a| a.standing != Standing::Open && a.question.title == question.title) {
                    Some(a) => event(Event::Decided { verdict: a.verdict() }, json!("recorded")),
                    // Another question than was answered: a trial does not put words in anybody's mouth.
                    None => Ok(Heard::End(TrialEnd::stopped(format!("It would ask: {}", question.title)))),
                }
            }
            Next::Done(result) => Ok(Heard::End(TrialEnd { state: RunState::Done, result, outcome: String::new() })),
            Next::Fail(why) => Ok(Heard::End(TrialEnd { state: RunState::Failed, result: Value::Null, outcome: why })),
        }
    }

    /// The recorded outcome of the same deed; for another, what its performer assumes.
    fn outcomes(&self, effects: &[Effect]) -> Result<(Vec<Outcome>, Value)> {
        let (mut out, mut how) = (Vec::new(), Vec::new());
        for e in effects {
            let known = effect::find_effect_by_key(self.tx, &e.key)?;
            match known.filter(|k| k.state.is_settled() && k.deed == e.deed && k.input == e.input) {
                Some(row) => {
                    out.push(row.outcome());
                    how.push(json!({ "key": e.key, "deed": e.deed, "recorded": true }));
                }
                None => {
                    let result = pretend(&self.rt.deeds, e);
                    out.push(Outcome { key: e.key.clone(), ok: true, result, problem: String::new(), usage: Usage::default() });
                    how.push(json!({ "key": e.key, "deed": e.deed, "input": e.input, "recorded": false }));
                }
            }
        }
        Ok((out, Value::Array(how)))
    }

    /// The recorded end of a branch with the same input; another is thought through as well.
    fn branches(&mut self, seq: u32, children: &[Child]) -> Result<(Vec<Ended>, Value)> {
        let recorded = run::list_children(self.tx, self.run, None)?;
        let (mut out, mut how) = (Vec::new(), Vec::new());
        for (place, child) in (0u32..).zip(children) {
            let same = recorded.iter().find(|m| m.graph == child.graph && m.input == child.input && m.state.is_over());
            how.push(json!({ "branch": place, "recorded": same.is_some() }));
            out.push(match same {
                Some(m) => Ended {
                    run: m.id,
                    state: m.state,
                    result: m.result.clone(),
                    problem: if m.state == RunState::Done { String::new() } else { m.outcome.clone() },
                },
                None => self.branch(seq, place, child)?,
            });
        }
        Ok((out, Value::Array(how)))
    }

    fn branch(&self, seq: u32, place: u32, child: &Child) -> Result<Ended> {
        let id = Id::derived(self.now, format!("{}/{seq}/{place}", self.run).as_bytes());
        let failed = |problem: String| Ended { run: id, state: RunState::Failed, result: Value::Null, problem };
        let Some(graph) = self.rt.graphs.newest(&child.graph).filter(|_| self.depth < 4) else {
            return Ok(failed(format!("There is no agent \"{}\".", child.graph)));
        };
        let m = match fresh(graph.as_ref(), id, self.now, &child.input) {
            Ok(m) => m,
            Err(e) => return Ok(failed(e.message)),
        };
        let (graph, letters, recorded) = (graph.clone(), VecDeque::new(), HashMap::new());
        let depth = self.depth + 1;
        let mut trial = Trial { tx: self.tx, rt: self.rt, graph, run: id, now: self.now, letters, recorded, steps: Vec::new(), depth };
        let end = trial.run(&m.node, m.memory, Event::Begun, 0)?;
        Ok(Ended { run: id, state: end.state, result: end.result, problem: end.outcome })
    }
}

fn pretend(deeds: &Deeds, e: &Effect) -> Value {
    match deeds.get(&e.deed) {
        Some(Deed::Here(d)) => d.pretend(&e.input),
        Some(Deed::Outside(d)) => d.pretend(&e.input),
        None => Value::Null,
    }
}

/// What a trial did otherwise than its run.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Steps side by side from where the trial began: the run's and the trial's, and whether they are the same.
    pub steps: Vec<(Option<String>, Option<String>, bool)>,
    /// Fields of the last state that differ: path, in the run, in the trial.
    pub state: Vec<(String, Value, Value)>,
    /// What came of the run and of the trial.
    pub result: (Value, Value),
}

/// Compares a trial with the run it was made from.
pub fn difference(tx: &Read<'_>, trial: Id) -> Result<Difference> {
    let t = run::get_machine(tx, trial)?;
    let Some((of, from)) = t.fork else { return Err(Error::conflict("This run is not a trial.")) };
    let m = run::get_machine(tx, of)?;
    let (ours, theirs) = (run::list_steps(tx, m.id, from, STEPS)?, run::list_steps(tx, t.id, from, STEPS)?);
    let line = |r: &StepRow| if r.note.is_empty() { r.node.replace('_', " ") } else { r.note.clone() };
    let plain = |r: &StepRow| {
        let mut next = r.next.clone();
        if let Some(o) = next.as_object_mut() {
            o.remove("how");
        }
        (r.node.clone(), r.event.clone(), next)
    };
    let steps = (0..ours.len().max(theirs.len())).map(|i| {
        let (a, b) = (ours.get(i), theirs.get(i));
        (a.map(line), b.map(line), a.map(plain) == b.map(plain))
    });
    Ok(Difference { steps: steps.collect(), state: delta::changes(&m.memory, &t.memory), result: (m.result, t.result) })
}
