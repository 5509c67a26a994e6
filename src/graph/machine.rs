//! The machine: takes a run as far as it goes, one checkpoint a step, all in the transaction it is given.

use super::deed::Deed;
use super::wait::{Wait, decision_key};
use super::{AnyGraph, At, Child, Ctx, Effect, Event, Next, Runtime, Stepped, delta};
use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::house::run::{EffectState, RunState};
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::domain::usage::Usage;
use crate::store::events::{About, insert_event};
use crate::store::house::effect::{self, Settled};
use crate::store::house::run::{self, Machine, StepRow};
use crate::store::tx::Tx;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Instant;

/// Steps taken in one transaction; then others have their turn.
const STEPS_AT_ONCE: u32 = 64;
/// Steps whose states are kept at least; what older steps were stays, their states are thrown away.
const STATES_KEPT: u32 = 256;
/// Sub-runs within sub-runs.
const DEPTH: usize = 8;
/// Branches of one step.
const BRANCHES: usize = 256;
/// Deeds of one step.
const DEEDS: usize = 256;

/// What a run is started with.
#[derive(Debug, Clone, Default)]
pub struct NewRun {
    /// The graph's name.
    pub graph: String,
    /// Its input.
    pub input: Value,
    /// What it is for; a second run of the same key is not made. Empty for none.
    pub key: String,
    /// The conversation it comes from.
    pub conversation_id: Option<Id>,
}

/// Starts a run of the newest version of a graph; its first step is taken by a job. A key that was used before gives the run
/// it was used for. Bad input is refused and leaves nothing.
pub fn start(tx: &mut Tx<'_>, rt: &Runtime, new: &NewRun) -> Result<Id> {
    let graph = rt.graphs.newest(&new.graph).ok_or_else(|| Error::not_found("agent"))?.clone();
    if let Some(known) = run::find_run_by_key(tx, &new.key)? {
        return Ok(known);
    }
    let id = Id::new(tx.now);
    let m = fresh(graph.as_ref(), id, tx.now, &new.input)?;
    let m = Machine { conversation_id: new.conversation_id, ..m };
    run::insert_machine(tx, &m, Some(new.key.as_str()).filter(|k| !k.is_empty()))?;
    tell(tx, &m)?;
    run::wake(tx, id)?;
    Ok(id)
}

/// A run before its first step.
pub(super) fn fresh(graph: &dyn AnyGraph, id: Id, now: Time, input: &Value) -> Result<Machine> {
    let s = graph.begin(input, Ctx::new(id, 0, now))?;
    let Next::Go(node) = s.next else { return Err(Error::internal("A run begins with a step.")) };
    Ok(Machine {
        id,
        graph: graph.name().to_owned(),
        version: graph.version(),
        state: RunState::Running,
        node,
        wait: json!(Wait::Begin),
        memory: s.state,
        steps: 0,
        input: input.clone(),
        result: Value::Null,
        title: s.title.unwrap_or_default(),
        outcome: s.note,
        usage: Usage::default(),
        conversation_id: None,
        parent: None,
        fork: None,
        started_at: now,
        ended_at: None,
    })
}

/// A run at work.
struct Work<'a> {
    rt: &'a Runtime,
    business: Id,
    graph: Arc<dyn AnyGraph>,
    m: Machine,
    wait: Wait,
}

/// Takes a run as far as it goes now. A run that is gone, over or parked is left alone.
pub fn advance(tx: &mut Tx<'_>, rt: &Runtime, business: Id, id: Id) -> Result<()> {
    let Some(m) = run::find_machine(tx, id)? else { return Ok(()) };
    if m.state.is_over() || m.state == RunState::Parked || m.fork.is_some() {
        return Ok(());
    }
    if let Some((_, why)) = run::take_letter(tx, id, &[run::STOP])? {
        return stop(tx, rt, business, m, RunState::Stopped, why.as_str().unwrap_or("It was stopped."));
    }
    let mut w = match take_up(rt, business, m)? {
        Ok(w) => w,
        Err((mut m, why)) => return park_machine(tx, &mut m, &why),
    };
    for _ in 0..STEPS_AT_ONCE {
        w.start_branches(tx)?;
        let Some((event, usage)) = w.hear(tx)? else { return w.rest(tx) };
        w.m.usage.add(usage);
        if let Some(why) = w.spent(tx.now) {
            return stop(tx, rt, business, w.m, RunState::Failed, &why);
        }
        if w.step(tx, event)? {
            return Ok(());
        }
    }
    w.m.state = RunState::Running;
    w.m.wait = json!(w.wait);
    run::update_machine(tx, &w.m)?;
    run::wake(tx, id)
}

/// The run with its graph in the version it is pinned to, or migrated to the newest; else why it cannot go on.
fn take_up(rt: &Runtime, business: Id, mut m: Machine) -> Result<std::result::Result<Work<'_>, (Machine, String)>> {
    let graph = match rt.graphs.exactly(&m.graph, m.version) {
        Some(g) => g.clone(),
        None => {
            let Some(newest) = rt.graphs.newest(&m.graph).cloned() else {
                let why = format!("This Steward knows no \"{}\" any more.", m.graph);
                return Ok(Err((m, why)));
            };
            let Some((state, node)) = newest.migrate(m.version, &m.node, &m.memory)? else {
                let why = format!(
                    "It was begun by version {} of \"{}\"; this Steward has version {} and cannot take it over. Finish it by hand and stop it, or go back to the Steward before.",
                    m.version,
                    m.graph,
                    newest.version()
                );
                return Ok(Err((m, why)));
            };
            (m.memory, m.node, m.version) = (state, node, newest.version());
            newest
        }
    };
    match serde_json::from_value(m.wait.clone()) {
        Ok(wait) => Ok(Ok(Work { rt, business, graph, m, wait })),
        Err(e) => {
            let why = format!("What it waits for cannot be read: {e}.");
            Ok(Err((m, why)))
        }
    }
}

impl Work<'_> {
    /// What the next step hears, if it has come.
    fn hear(&mut self, tx: &mut Tx<'_>) -> Result<Option<(Event, Usage)>> {
        if let Wait::Branches { step, later, until: Some(until), .. } = &mut self.wait
            && tx.now >= *until
        {
            later.clear();
            let step = *step;
            for child in run::list_children(tx, self.m.id, Some(step))? {
                if !child.state.is_over() {
                    stop(tx, self.rt, self.business, child, RunState::Stopped, "It did not end in time.")?;
                }
            }
        }
        self.wait.heard(tx, self.m.id)
    }

    /// Starts branches that wait for a place.
    fn start_branches(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        let Wait::Branches { step, later, at_once, .. } = &mut self.wait else { return Ok(()) };
        while !later.is_empty() {
            let (all, ended) = run::count_children(tx, self.m.id, *step)?;
            if *at_once > 0 && (all - ended) as usize >= *at_once {
                return Ok(());
            }
            let Some((place, child)) = later.pop() else { return Ok(()) };
            start_child(tx, self.rt, &self.m, *step, place, &child)?;
        }
        Ok(())
    }

    /// Why a run may go no further, if so.
    fn spent(&self, now: Time) -> Option<String> {
        let b = self.graph.budget();
        if self.m.steps >= b.steps {
            return Some(format!("It took more than {} steps.", b.steps));
        }
        if now.since_ms(self.m.started_at) > b.ms {
            return Some(format!("It took longer than {} seconds.", b.ms / 1000));
        }
        (self.m.usage.cost_micros > b.cost_micros).then(|| format!("Models cost more than {} millionths of a dollar.", b.cost_micros))
    }

    /// Nothing has come: the run is a row until something does.
    fn rest(mut self, tx: &mut Tx<'_>) -> Result<()> {
        let budget = self.graph.budget();
        let last = self.m.started_at.plus_ms(budget.ms.saturating_add(1));
        if tx.now >= last {
            let why = format!("It took longer than {} seconds.", budget.ms / 1000);
            return stop(tx, self.rt, self.business, self.m, RunState::Failed, &why);
        }
        let at = self.wait.until().map_or(last, |u| u.min(last));
        self.m.state = RunState::Waiting;
        self.m.wait = json!(self.wait);
        run::update_machine(tx, &self.m)?;
        run::wake_at(tx, self.m.id, Some(at))
    }

    /// One step with its checkpoint and its deeds. True when the run is over.
    fn step(&mut self, tx: &mut Tx<'_>, event: Event) -> Result<bool> {
        let (began, seq, now) = (Instant::now(), self.m.steps, tx.now);
        let heard = json!(event);
        let stepped = match self.graph.step(&self.m.node, &self.m.memory, event, Ctx::new(self.m.id, seq, now)) {
            Ok(s) => s,
            Err(e) if e.is_transient() => return Err(e),
            Err(e) => return park_machine(tx, &mut self.m, &e.message).map(|()| true),
        };
        let took_us = i64::try_from(began.elapsed().as_micros()).unwrap_or(i64::MAX);
        let row = StepRow {
            seq,
            node: self.m.node.clone(),
            at: now,
            took_us,
            event: heard,
            patch: delta::diff(&self.m.memory, &stepped.state).unwrap_or(Value::Null),
            snapshot: None,
            next: decided(&stepped.next),
            note: stepped.note.clone(),
        };
        self.checkpoint(tx, row, &stepped.state)?;
        self.m.memory = stepped.state.clone();
        self.m.steps += 1;
        for key in &stepped.listen {
            run::listen(tx, self.m.id, key)?;
        }
        self.go(tx, seq, stepped)
    }

    /// Keeps the step; with the whole state when the patches since the last one are as long as it is.
    fn checkpoint(&self, tx: &mut Tx<'_>, mut row: StepRow, state: &Value) -> Result<()> {
        let seq = row.seq;
        let whole = match run::find_patched(tx, self.m.id)? {
            Some((patched, whole)) => patched + i64::try_from(row.patch.to_string().len()).unwrap_or(0) >= whole.max(1_024),
            None => true,
        };
        if whole {
            row.snapshot = Some(state.clone());
        }
        run::insert_step(tx, self.m.id, &row)?;
        if whole && seq > STATES_KEPT {
            run::delete_states_before(tx, self.m.id, seq - STATES_KEPT)?;
        }
        Ok(())
    }

    /// Does what a step decided. True when the run is over.
    fn go(&mut self, tx: &mut Tx<'_>, seq: u32, s: Stepped) -> Result<bool> {
        if let Some(title) = s.title {
            self.m.title = title;
        }
        if !s.note.is_empty() {
            self.m.outcome = s.note;
        }
        let (wait, node) = match s.next {
            Next::Go(node) => (Wait::Go, node),
            Next::Do { effects, then } => (self.plan(tx, seq, effects)?, then),
            Next::Branch { children, at_once, until, then } => (branches(seq, children, at_once, until)?, then),
            Next::Sleep { until, then } => (Wait::Time { until }, then),
            Next::Listen { keys, until, then } => {
                for key in &keys {
                    run::listen(tx, self.m.id, key)?;
                }
                (Wait::Letter { keys, until }, then)
            }
            Next::Ask { question, then } => {
                // Listens first: the policy may decide at once.
                run::listen(tx, self.m.id, &decision_key(&question.key))?;
                (self.rt.ask)(tx, self.m.id, &question)?;
                (Wait::Decision { key: question.key }, then)
            }
            Next::Done(result) => {
                self.m.result = result;
                return end(tx, self.rt, &mut self.m, RunState::Done).map(|()| true);
            }
            Next::Fail(why) => {
                let m = self.m.clone();
                return stop(tx, self.rt, self.business, m, RunState::Failed, &why).map(|()| true);
            }
        };
        (self.wait, self.m.node) = (wait, node);
        Ok(false)
    }

    fn plan(&mut self, tx: &mut Tx<'_>, seq: u32, effects: Vec<Effect>) -> Result<Wait> {
        if effects.len() > DEEDS {
            return Err(Error::conflict(format!("A step may do at most {DEEDS} deeds.")));
        }
        let mut keys = Vec::with_capacity(effects.len());
        for e in effects {
            plan(tx, self.rt, self.business, self.m.id, seq, &e)?;
            keys.push(e.key);
        }
        Ok(Wait::Deeds { keys, step: seq })
    }
}

fn branches(seq: u32, children: Vec<Child>, at_once: usize, until: Option<Time>) -> Result<Wait> {
    if children.len() > BRANCHES {
        return Err(Error::conflict(format!("A step may have at most {BRANCHES} branches.")));
    }
    let mut later: Vec<(u32, Child)> = (0..).zip(children).collect();
    later.reverse();
    Ok(Wait::Branches { step: seq, later, at_once, until })
}

/// What a step decided, short, for the trace.
pub(super) fn decided(next: &Next<String>) -> Value {
    match next {
        Next::Go(n) => json!({ "go": n }),
        Next::Do { effects, then } => json!({ "do": effects.iter().map(|e| &e.key).collect::<Vec<_>>(), "then": then }),
        Next::Branch { children, then, .. } => json!({ "branches": children.iter().map(|c| &c.graph).collect::<Vec<_>>(), "then": then }),
        Next::Sleep { until, then } => json!({ "until": until, "then": then }),
        Next::Listen { keys, until, then } => json!({ "listen": keys, "until": until, "then": then }),
        Next::Ask { question, then } => json!({ "ask": question.key, "then": then }),
        Next::Done(_) => json!({ "done": true }),
        Next::Fail(why) => json!({ "fail": why }),
    }
}

/// Plans a deed; one of the transaction is done here and now, one outside gets its job.
fn plan(tx: &mut Tx<'_>, rt: &Runtime, business: Id, id: Id, seq: u32, e: &Effect) -> Result<()> {
    let (row, planned) = effect::plan_effect(tx, id, seq, &e.key, &e.deed, &e.input)?;
    if !planned {
        // Another run may have planned it: this one hears when it is settled.
        if !row.state.is_settled() {
            run::listen(tx, id, &effect::settled_key(&e.key))?;
        }
        return Ok(());
    }
    match rt.deeds.get(&e.deed) {
        Some(Deed::Outside(_)) => {
            let now = tx.now;
            effect::enqueue_effect(tx, row.id, now)
        }
        Some(Deed::Here(deed)) => {
            let at = At { business, run: id, key: e.key.clone(), attempts: row.attempts };
            let (deed, input) = (deed.clone(), e.input.clone());
            match tx.attempt(|tx| deed.perform(tx, &at, &input)) {
                Ok(result) => settle_here(tx, row.id, EffectState::Confirmed, &result, ""),
                Err(e) if e.is_transient() => Err(e),
                Err(e) => settle_here(tx, row.id, EffectState::Failed, &Value::Null, &e.message),
            }
        }
        None => settle_here(tx, row.id, EffectState::Failed, &Value::Null, &format!("There is no deed \"{}\".", e.deed)),
    }
}

fn settle_here(tx: &mut Tx<'_>, id: i64, state: EffectState, result: &Value, problem: &str) -> Result<()> {
    effect::settle_effect(tx, id, &Settled { state, result, problem, usage: Usage::default(), by: "" }).map(drop)
}

fn start_child(tx: &mut Tx<'_>, rt: &Runtime, parent: &Machine, step: u32, place: u32, child: &Child) -> Result<()> {
    let id = Id::derived(tx.now, format!("{}/{step}/{place}", parent.id).as_bytes());
    let begun = match rt.graphs.newest(&child.graph) {
        Some(g) if depth(tx, parent)? < DEPTH => fresh(g.as_ref(), id, tx.now, &child.input),
        Some(_) => Err(Error::conflict(format!("Runs may be {DEPTH} deep within each other."))),
        None => Err(Error::conflict(format!("There is no agent \"{}\".", child.graph))),
    };
    let now = tx.now;
    let family = |m: Machine| Machine { parent: Some((parent.id, step, place)), conversation_id: parent.conversation_id, ..m };
    match begun {
        Ok(m) => {
            run::insert_machine(tx, &family(m), None)?;
            run::wake(tx, id)
        }
        Err(e) if e.is_transient() => Err(e),
        // A branch that cannot begin has failed; the others go on, and the join sees it.
        Err(e) => {
            let failed = Machine {
                id,
                graph: child.graph.clone(),
                version: 1,
                state: RunState::Failed,
                input: child.input.clone(),
                outcome: e.message,
                ended_at: Some(now),
                started_at: now,
                title: String::new(),
                memory: Value::Null,
                result: Value::Null,
                wait: json!(Wait::Begin),
                steps: 0,
                node: String::new(),
                usage: Usage::default(),
                ..parent.clone()
            };
            run::insert_machine(tx, &family(failed), None).map(drop)
        }
    }
}

fn depth(tx: &Tx<'_>, m: &Machine) -> Result<usize> {
    let (mut up, mut depth) = (m.parent, 1);
    while let Some((parent, ..)) = up.filter(|_| depth < DEPTH) {
        up = run::find_machine(tx, parent)?.and_then(|p| p.parent);
        depth += 1;
    }
    Ok(depth)
}

/// Ends a run before its end: branches are stopped, planned deeds taken back, and what was begun outside is called off.
pub fn stop(tx: &mut Tx<'_>, rt: &Runtime, business: Id, mut m: Machine, state: RunState, why: &str) -> Result<()> {
    for child in run::list_children(tx, m.id, None)? {
        if !child.state.is_over() {
            stop(tx, rt, business, child, RunState::Stopped, why)?;
        }
    }
    effect::drop_planned_effects(tx, m.id, why)?;
    let graph = rt.graphs.exactly(&m.graph, m.version).or_else(|| rt.graphs.newest(&m.graph)).cloned();
    for e in graph.map(|g| g.clear_up(&m.memory, why)).unwrap_or_default() {
        plan(tx, rt, business, m.id, m.steps, &e)?;
    }
    m.outcome = why.to_owned();
    end(tx, rt, &mut m, state)
}

fn end(tx: &mut Tx<'_>, rt: &Runtime, m: &mut Machine, state: RunState) -> Result<()> {
    m.state = state;
    m.ended_at = Some(tx.now);
    run::update_machine(tx, m)?;
    run::wake_at(tx, m.id, None)?;
    run::close_letters(tx, m.id)?;
    (rt.withdraw)(tx, m.id)?;
    tell(tx, m)?;
    match m.parent {
        Some((parent, ..)) => run::wake(tx, parent),
        None => Ok(()),
    }
}

/// A run that cannot go on by itself waits for a person, who reads why.
pub fn park(tx: &mut Tx<'_>, id: Id, why: &str) -> Result<()> {
    match run::find_machine(tx, id)? {
        Some(mut m) if !m.state.is_over() => park_machine(tx, &mut m, why),
        _ => Ok(()),
    }
}

fn park_machine(tx: &mut Tx<'_>, m: &mut Machine, why: &str) -> Result<()> {
    m.state = RunState::Parked;
    m.outcome = why.to_owned();
    run::update_machine(tx, m)?;
    run::wake_at(tx, m.id, None)?;
    tell(tx, m)
}

fn tell(tx: &mut Tx<'_>, m: &Machine) -> Result<()> {
    let about = About { run: Some(m.id), conversation: m.conversation_id, order: None };
    insert_event(tx, event::RUN, about, json!({ "agent": m.graph, "state": m.state.as_str(), "outcome": m.outcome }))
}
