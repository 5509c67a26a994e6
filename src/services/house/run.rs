//! What people do with runs: look at them, stop them, let them go on, say whether a deed happened.

use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::house::approval::{Approval, Standing};
use crate::domain::house::member::Actor;
use crate::domain::house::run::{EffectState, RunState};
use crate::domain::id::Id;
use crate::domain::text::clip;
use crate::domain::time::Time;
use crate::domain::usage::Usage;
use crate::store::events::{About, insert_event};
use crate::store::house::approval;
use crate::store::house::effect::{self, EffectRow, Settled};
use crate::store::house::run::{self, Machine, StepRow};
use crate::store::runs::{self, Run, Step};
use crate::store::tx::{Read, Tx};
use serde_json::{Value, json};

/// Steps shown of one run.
const SHOWN: u32 = 500;
/// The longest sentence of a person.
const NOTE_CHARS: usize = 500;

/// Everything there is to a run of a graph.
#[derive(Debug, Clone)]
pub struct Whole {
    /// Where it stands.
    pub machine: Machine,
    /// Its steps.
    pub steps: Vec<StepRow>,
    /// What it did beyond its own state.
    pub effects: Vec<EffectRow>,
    /// Its branches.
    pub branches: Vec<Machine>,
    /// What it asked.
    pub questions: Vec<Approval>,
    /// Trials made from it.
    pub trials: Vec<Machine>,
}

/// A run with its trace, and everything more when it is a graph's.
pub fn find(tx: &Read<'_>, id: Id) -> Result<(Run, Option<Whole>)> {
    let mut header = runs::find_run(tx, id)?;
    let Some(machine) = run::find_machine(tx, id)? else { return Ok((header, None)) };
    let whole = Whole {
        steps: run::list_steps(tx, id, 0, SHOWN)?,
        effects: effect::list_effects(tx, id)?,
        branches: run::list_children(tx, id, None)?,
        questions: approval::list_approvals_of(tx, id)?,
        trials: run::list_forks(tx, id)?,
        machine,
    };
    header.trace = trace(&whole, tx.now);
    Ok((header, Some(whole)))
}

/// The steps, deeds, branches and questions of a run as one trace, in the order they began.
fn trace(w: &Whole, now: Time) -> Vec<Step> {
    let began = w.machine.started_at;
    let us = |at: Time| at.since_ms(began).max(0).saturating_mul(1_000);
    let took = |from: Time, to: Option<Time>| to.unwrap_or(now).since_ms(from).max(0).saturating_mul(1_000);
    let mut out: Vec<Step> = Vec::new();
    for s in &w.steps {
        let title = if s.note.is_empty() { sentence(&s.node) } else { s.note.clone() };
        let detail = json!({ "seq": s.seq, "node": s.node, "heard": s.event, "changed": s.patch, "next": s.next });
        let ok = s.next.get("fail").is_none();
        out.push(Step { kind: "step".into(), title, ok, at_us: us(s.at), took_us: s.took_us, detail });
    }
    for e in &w.effects {
        let at = e.sent_at.unwrap_or(e.planned_at);
        let title = match e.state {
            EffectState::Unknown => format!("{}: nobody knows whether it happened", sentence(&e.deed)),
            EffectState::Failed => format!("{}: {}", sentence(&e.deed), e.problem),
            EffectState::Dropped => format!("{}: taken back before it began", sentence(&e.deed)),
            _ => sentence(&e.deed),
        };
        let detail = json!({
            "effect_id": e.id, "key": e.key, "deed": e.deed, "state": e.state.as_str(), "arguments": e.input, "output": e.result,
            "problem": e.problem, "tries": e.attempts, "looks": e.looks, "usage": e.usage, "settled_by": e.settled_by,
        });
        let ok = !matches!(e.state, EffectState::Failed | EffectState::Unknown);
        out.push(Step { kind: "deed".into(), title, ok, at_us: us(at), took_us: took(at, e.settled_at), detail });
    }
    for b in &w.branches {
        let title = if b.title.is_empty() { sentence(&b.graph) } else { b.title.clone() };
        let detail = json!({ "run_id": b.id, "state": b.state.as_str(), "output": b.result, "outcome": b.outcome, "usage": b.usage });
        let ok = !matches!(b.state, RunState::Failed | RunState::Parked);
        out.push(Step { kind: "branch".into(), title, ok, at_us: us(b.started_at), took_us: took(b.started_at, b.ended_at), detail });
    }
    for q in &w.questions {
        let detail = json!({ "approval_id": q.id, "state": q.standing.as_str(), "by": q.decided_by, "note": q.note });
        let ok = matches!(q.standing, Standing::Open | Standing::Approved);
        let title = match q.standing {
            Standing::Open => format!("Waits for an answer: {}", q.question.title),
            s => format!(
                "{}, {}{}",
                q.question.title,
                s.as_str(),
                if q.decided_by.is_empty() { String::new() } else { format!(" by {}", q.decided_by) }
            ),
        };
        out.push(Step { kind: "asked".into(), title, ok, at_us: us(q.created_at), took_us: took(q.created_at, q.decided_at), detail });
    }
    out.sort_by_key(|s| (s.at_us, s.kind != "step"));
    out
}

/// "ask_vendors" as "Ask vendors".
pub fn sentence(word: &str) -> String {
    let words = word.replace(['_', '.'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What a run waits for, in words; empty when it does not wait.
pub fn waits_for(m: &Machine) -> String {
    if m.state != RunState::Waiting {
        return String::new();
    }
    let words = |key: &str| {
        let list = m.wait[key].as_array().into_iter().flatten().filter_map(Value::as_str);
        list.collect::<Vec<_>>().join(", ")
    };
    match m.wait["for"].as_str() {
        Some("deeds") => "what it is doing outside".into(),
        Some("branches") => "its branches".into(),
        Some("time") => format!("its time, {}", m.wait["until"].as_str().unwrap_or("")),
        Some("letter") => format!("news of {}", words("keys")),
        Some("decision") => "somebody's decision".into(),
        _ => "its turn".into(),
    }
}

fn open_machine(tx: &Read<'_>, id: Id) -> Result<Machine> {
    let turn = || match runs::find_run(tx, id) {
        Ok(_) => Error::conflict("This is the answer to a message; it is over in a moment and cannot be changed."),
        Err(e) => e,
    };
    let m = run::find_machine(tx, id)?.ok_or_else(turn)?;
    if m.state.is_over() {
        return Err(Error::conflict(format!("This is over already: {}.", m.state.as_str())));
    }
    Ok(m)
}

/// Stops a run: what it planned is taken back, what it began outside is called off.
pub fn stop(tx: &mut Tx<'_>, id: Id, actor: &Actor, why: &str) -> Result<()> {
    let m = open_machine(tx, id)?;
    let why = clip(why.trim(), NOTE_CHARS);
    let told = if why.is_empty() { format!("Stopped by {}.", actor.name()) } else { format!("Stopped by {}: {why}", actor.name()) };
    if m.state == RunState::Parked {
        // A parked run is not looked at; now it is, once, to be stopped.
        run::update_machine(tx, &Machine { state: RunState::Waiting, ..m })?;
    }
    run::deliver_to(tx, id, run::STOP, &json!(told))
}

/// Lets a run go on: a parked one tries again; one that waits for a letter gets this one.
pub fn resume(tx: &mut Tx<'_>, id: Id, key: &str, data: &Value) -> Result<()> {
    let m = open_machine(tx, id)?;
    let keys: Vec<&str> = m.wait["keys"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    match (m.state, m.wait["for"].as_str()) {
        (RunState::Parked, _) => {
            run::update_machine(tx, &Machine { state: RunState::Running, outcome: String::new(), ..m })?;
            run::wake(tx, id)
        }
        (RunState::Waiting, Some("letter")) if keys.contains(&key) || (key.is_empty() && keys.len() == 1) => {
            let key = if key.is_empty() { keys.first().copied().unwrap_or_default() } else { key };
            run::deliver_to(tx, id, key, data)
        }
        (RunState::Waiting, Some("letter")) => {
            Err(Error::field("key", format!("It waits for news of {}. Name one of these as \"key\".", keys.join(", "))))
        }
        (RunState::Waiting, Some("decision")) => Err(Error::conflict("It waits for a decision. Answer it under approvals.")),
        _ => Err(Error::conflict("It goes on by itself; there is nothing to resume.")),
    }
}

/// A person says whether a deed happened of which nobody knew. Its run goes on with that. Of one that was begun and is to be begun again
/// they can still say that it happened.
pub fn settle_effect(tx: &mut Tx<'_>, id: i64, actor: &Actor, happened: bool, note: &str) -> Result<EffectRow> {
    let row = effect::find_effect(tx, id)?;
    let (result, note) = (json!({ "said_by": actor.name() }), clip(note.trim(), NOTE_CHARS));
    let problem = match (happened, note.is_empty()) {
        (true, _) => note,
        (false, true) => format!("{} says that it did not happen.", actor.name()),
        (false, false) => format!("{} says that it did not happen: {note}", actor.name()),
    };
    let state = if happened { EffectState::Confirmed } else { EffectState::Failed };
    let settled = Settled { state, result: &result, problem: &problem, usage: Usage::default(), by: actor.name() };
    let begun = happened && row.state == EffectState::Planned && row.attempts > 0;
    if !(row.state == EffectState::Unknown || begun) || !effect::settle_and_ring(tx, &row, &settled)? {
        return Err(Error::conflict(format!("What came of this is known already: {}.", row.state.as_str())));
    }
    let about = About { run: Some(row.run_id), ..About::default() };
    insert_event(tx, event::EFFECT, about, json!({ "effect_id": id, "key": row.key, "state": state.as_str(), "by": actor.name() }))?;
    effect::find_effect(tx, id)
}
