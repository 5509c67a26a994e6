//! Longer work in the work log: its past step by step, and what a person may do with it.

use crate::agents::runs as graphs;
use crate::app::App;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::member::Role;
use crate::domain::house::run::{EffectState, RunState};
use crate::domain::id::Id;
use crate::domain::text::clip;
use crate::services::house::run::{self as services, Whole};
use crate::store::house::effect;
use crate::store::house::run::Machine;
use crate::store::tx::Read;
use crate::web::pages::answer::Answer;
use crate::web::pages::session::Here;
use crate::web::view::house::run::{Doubt, Moment, Otherwise, Relative, Work};
use crate::web::view::{Note, Pill};
use axum::Form;
use axum::extract::Path;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// Changes shown of one step.
const CHANGES: usize = 40;

/// Where a run stands, as a pill.
pub fn pill(s: RunState) -> Pill {
    match s {
        RunState::Running => Pill::new("info", "Working"),
        RunState::Waiting => Pill::new("wait", "Waits"),
        RunState::Done => Pill::new("ok", "Done"),
        RunState::Failed => Pill::new("bad", "Failed"),
        RunState::Stopped => Pill::new("", "Stopped"),
        RunState::Parked => Pill::new("bad", "Needs you"),
    }
}

/// What a page asks of a run's past.
pub struct Look {
    /// The step after which it is shown; the last when none.
    pub at: Option<u32>,
    /// Take all of it again from what was recorded.
    pub replay: bool,
}

/// What longer work has more than a turn.
pub fn work(app: &Arc<App>, tx: &Read<'_>, w: &Whole, look: &Look) -> Result<Work> {
    let m = &w.machine;
    let doubts = w.effects.iter().filter(|e| e.state == EffectState::Unknown).map(|e| Doubt {
        id: e.id.to_string(),
        title: format!("{}: {}", services::sentence(&e.deed), clip(&e.input.to_string(), 200)),
        why: e.problem.clone(),
    });
    let (parent, word) = match (m.parent, m.fork) {
        (Some((p, ..)), _) => (Some(p), "Part of a longer run"),
        (None, Some((f, _))) => (Some(f), "A trial of this run"),
        (None, None) => (None, ""),
    };
    let difference = if m.fork.is_some() { Some(otherwise(tx, m.id)?) } else { None };
    Ok(Work {
        id: m.id.to_string(),
        waits: services::waits_for(m),
        can_stop: !m.state.is_over(),
        parked: m.state == RunState::Parked,
        doubts: doubts.collect(),
        parent_url: parent.map_or_else(String::new, |p| format!("/app/work-log/{p}")),
        parent_word: word.into(),
        branches: w.branches.iter().map(relative).collect(),
        input: pretty(&m.input),
        result: pretty(&m.result),
        moment: moment(app, tx, m, look.at)?,
        replay: if look.replay { Some(replayed(app, tx, m.id)) } else { None },
        trials: w.trials.iter().map(relative).collect(),
        difference,
    })
}

fn relative(m: &Machine) -> Relative {
    let title = match (&m.title, m.fork) {
        (_, Some((_, step))) => format!("From step {}: {}", step + 1, if m.outcome.is_empty() { m.state.as_str() } else { &m.outcome }),
        (t, None) if t.is_empty() => services::sentence(&m.graph),
        (t, None) => t.clone(),
    };
    Relative { url: format!("/app/work-log/{}", m.id), title, pill: pill(m.state) }
}

fn pretty(v: &Value) -> String {
    if v.is_null() { String::new() } else { serde_json::to_string_pretty(v).unwrap_or_default() }
}

fn short(v: &Value) -> String {
    match v {
        Value::Null => "nothing".into(),
        Value::String(s) => clip(s, 120),
        other => clip(&other.to_string(), 120),
    }
}

fn moment(app: &Arc<App>, tx: &Read<'_>, m: &Machine, at: Option<u32>) -> Result<Option<Moment>> {
    let past = graphs::history(app, tx, m)?;
    let place = match at {
        Some(seq) => past.iter().position(|p| p.row.seq == seq),
        None => past.len().checked_sub(1),
    };
    let Some((place, p)) = place.and_then(|i| Some((i, past.get(i)?))) else { return Ok(None) };
    let url = |i: Option<usize>| {
        let to = i.and_then(|i| past.get(i));
        to.map_or_else(String::new, |p| format!("/app/work-log/{}?at={}#moment", m.id, p.row.seq))
    };
    let none = Value::Null;
    let changed = match (&p.before, &p.after) {
        (before, Some(after)) => graphs::changes(before.as_ref().unwrap_or(&none), after),
        _ => Vec::new(),
    };
    Ok(Some(Moment {
        seq: p.row.seq,
        number: p.row.seq + 1,
        of: m.fork.map_or(m.steps, |(_, from)| from + m.steps),
        node: if p.row.note.is_empty() { services::sentence(&p.row.node) } else { p.row.note.clone() },
        before_url: url(place.checked_sub(1)),
        after_url: url(Some(place + 1)),
        heard: pretty(&p.row.event),
        changed: changed.into_iter().take(CHANGES).map(|(path, a, b)| (path, short(&a), short(&b))).collect(),
        state: p.after.as_ref().map_or_else(|| "Thrown away; only later states are kept.".into(), pretty),
        can_try: m.fork.is_none() && p.before.is_some(),
    }))
}

fn replayed(app: &Arc<App>, tx: &Read<'_>, id: Id) -> Note {
    let (tone, icon, title, text) = match graphs::replay(app, tx, id) {
        Ok(r) => match r.differs {
            None => ("ok", "okc", format!("Replayed {} steps: every one came out as it was recorded.", r.steps), "Nobody was called."),
            Some((step, what)) => {
                ("warn", "warn", format!("Step {} would come out differently today: {what}.", step + 1), "Nobody was called.")
            }
        },
        Err(e) => ("warn", "warn", e.message, ""),
    };
    Note { tone, icon, title, text: text.into() }
}

fn otherwise(tx: &Read<'_>, id: Id) -> Result<Otherwise> {
    let d = graphs::difference(tx, id)?;
    let line = |s: Option<String>| s.map_or_else(String::new, |s| services::sentence(&s));
    let mut fields: Vec<_> = d.state.iter().take(CHANGES).map(|(p, a, b)| (p.clone(), short(a), short(b))).collect();
    if d.result.0 != d.result.1 {
        fields.push(("What came of it".into(), short(&d.result.0), short(&d.result.1)));
    }
    Ok(Otherwise { steps: d.steps.into_iter().map(|(a, b, same)| (line(a), line(b), same)).collect(), fields })
}

fn at(id: Id) -> String {
    format!("/app/work-log/{id}")
}

/// `POST /app/work-log/ID/stop`.
pub async fn stop(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Manager)?;
    let actor = here.actor();
    match here.write(move |tx| services::stop(tx, id, &actor, "")).await {
        Ok(()) => Ok(here.back(&at(id), "Stopped.")),
        Err(e) if e.kind == Kind::Conflict => Ok(here.back(&at(id), &e.message)),
        Err(e) => Err(e.into()),
    }
}

/// `POST /app/work-log/ID/resume`.
pub async fn resume(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Manager)?;
    here.write(move |tx| services::resume(tx, id, "", &Value::Null)).await?;
    Ok(here.back(&at(id), "It tries again."))
}

/// What a person says of a deed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Said {
    happened: String,
}

/// `POST /app/work-log/ID/deeds/DEED`.
pub async fn settle(here: Here, Path((id, deed)): Path<(Id, i64)>, Form(said): Form<Said>) -> Answer {
    here.require(Role::Manager)?;
    let (actor, happened) = (here.actor(), said.happened == "yes");
    let done = here.write(move |tx| {
        if effect::find_effect(tx, deed)?.run_id != id {
            return Err(Error::not_found("deed"));
        }
        services::settle_effect(tx, deed, &actor, happened, "")
    });
    match done.await {
        Ok(_) => Ok(here.back(&at(id), "Noted. The work goes on with that.")),
        Err(e) if e.kind == Kind::Conflict => Ok(here.back(&at(id), &e.message)),
        Err(e) => Err(e.into()),
    }
}

/// From where a trial goes.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Try {
    step: u32,
    state: String,
}

/// `POST /app/work-log/ID/fork`.
pub async fn fork(here: Here, Path(id): Path<Id>, Form(t): Form<Try>) -> Answer {
    here.require(Role::Manager)?;
    let change = match t.state.trim() {
        "" => None,
        text => Some(serde_json::from_str::<Value>(text).map_err(|e| Error::field("state", format!("That is not JSON: {e}.")))?),
    };
    let app = here.app.clone();
    let trial = here.write(move |tx| graphs::fork(&app, tx, id, t.step, change.as_ref())).await?;
    Ok(here.back(&at(trial), "Tried. Nothing was done."))
}
