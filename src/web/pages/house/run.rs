//! The work log.

use super::thread::{micro, step_icon, took};
use super::work;
use crate::app::App;
use crate::domain::error::Result;
use crate::domain::house::intent::{Intent, Meant};
use crate::domain::house::message::Direction;
use crate::domain::house::run::RunState;
use crate::domain::id::Id;
use crate::domain::limits;
use crate::domain::text::group_digits;
use crate::services::house::run as services;
use crate::store::house::{contact, conversation, message};
use crate::store::runs::{self, Run, Step};
use crate::store::tx::Read;
use crate::web::format;
use crate::web::pages::answer::Answer;
use crate::web::pages::session::{Here, View};
use crate::web::view::house::run::{RunPage, RunRow, RunsPage, Span, StepDetail, Tick, UsedRow};
use crate::web::view::{Note, Pill};
use axum::extract::{Path, Query};
use serde::Deserialize;
use std::sync::Arc;

/// What the list or one turn is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Ask {
    before: Option<Id>,
    step: usize,
    at: Option<u32>,
    replay: Option<u8>,
}

fn pill(run: &Run) -> Pill {
    if let Some(state) = RunState::from_word(&run.state).filter(|_| run.version > 0) {
        return work::pill(state);
    }
    match run.state.as_str() {
        "running" => Pill::new("info", "Working"),
        "done" if run.trace.iter().any(|s| s.kind == "tool" && s.detail["tool"] == "call_person") => Pill::new("warn", "Asked for you"),
        "done" => Pill::new("ok", "Answered"),
        "stopped" => Pill::new("", "Stopped"),
        _ => Pill::new("bad", "Failed"),
    }
}

/// What was understood; what two messages of a burst both say is told once.
fn once_each(understood: &str) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for part in understood.split("; ").filter(|p| !p.is_empty()) {
        if !told.iter().any(|t| t == part) {
            told.push(part.to_owned());
        }
    }
    told
}

/// What a turn did, in one sentence: its last deed, or what was understood.
fn title(run: &Run) -> String {
    let deed = run.trace.iter().rev().find(|s| s.kind == "tool" && s.ok).map(|s| s.title.clone());
    deed.or_else(|| (!run.understood.is_empty()).then(|| format!("Understood: {}", once_each(&run.understood).join("; "))))
        .unwrap_or_else(|| "Answered a message".into())
}

fn who(tx: &Read<'_>, run: &Run) -> Result<String> {
    let Some(c) = run.conversation_id else { return Ok(String::new()) };
    let Ok(c) = conversation::find_conversation(tx, c) else { return Ok(String::new()) };
    Ok(contact::find_contact(tx, c.contact_id)?.display_name())
}

/// `GET /app/work-log`.
pub async fn list(here: Here, Query(ask): Query<Ask>) -> Answer {
    let page = here.view("work-log", move |tx, v| {
        let found = runs::list_runs(tx, ask.before, limits::LIST_DEFAULT)?;
        let last = found.last().filter(|_| found.len() >= limits::LIST_DEFAULT as usize).map(|r| r.id);
        let mut rows = Vec::new();
        for r in &found {
            rows.push(RunRow {
                url: format!("/app/work-log/{}", r.id),
                title: title(r),
                who: who(tx, r)?,
                time: v.moment(r.started_at),
                took: took(r, v.now),
                cost: format::cost(r.usage.cost_micros),
                model: r.model.clone(),
                pill: pill(r),
            });
        }
        let next = last.map_or_else(String::new, |id| format!("/app/work-log?before={id}"));
        Ok(RunsPage { sub: "What Steward did for each message, and why".into(), chips: vec![], rows, next, chrome: v.chrome })
    });
    here.page(&page.await?)
}

/// `GET /app/work-log/ID`.
pub async fn page(here: Here, Path(id): Path<Id>, Query(ask): Query<Ask>) -> Answer {
    let app = here.app.clone();
    let page = here.view("work-log", move |tx, v| one(&app, tx, v, id, &ask));
    here.page(&page.await?)
}

fn one(app: &Arc<App>, tx: &Read<'_>, v: View, id: Id, ask: &Ask) -> Result<RunPage> {
    let (run, whole) = services::find(tx, id)?;
    let at = ask.step;
    let look = work::Look { at: ask.at, replay: ask.replay.is_some() };
    let longer = whole.as_ref().map(|w| work::work(app, tx, w, &look)).transpose()?;
    let tools = run.trace.iter().filter(|s| s.kind == "tool").count();
    let steps = i64::try_from(run.trace.len()).unwrap_or(0);
    let numbers = vec![
        (took(&run, v.now), if longer.is_some() { "from start to end" } else { "from message to reply" }.to_owned()),
        (format::cost(run.usage.cost_micros), "cost".to_owned()),
        (group_digits(run.usage.tokens()), format!("tokens, {} in", group_digits(run.usage.prompt_tokens))),
        (format::count(steps, "step", "steps"), format!("{tools} did something")),
        if longer.is_some() { (run.agent.clone(), "what works".to_owned()) } else { (run.model.clone(), "model".to_owned()) },
    ];
    let end_us = run.trace.iter().map(|s| s.at_us + s.took_us).max().unwrap_or(1).max(1);
    Ok(RunPage {
        title: title(&run),
        pill: pill(&run),
        chat_url: run.conversation_id.map_or_else(String::new, |c| format!("/app/messages/{c}")),
        who: who(tx, &run)?,
        numbers,
        asked: asked(tx, &run)?,
        understood: once_each(&run.understood),
        answered: run.outcome.clone(),
        why: if longer.is_some() { ended(&run) } else { why(&run) },
        used: used(&run),
        spans: run.trace.iter().enumerate().map(|(i, s)| span(&run, i, s, end_us, at)).collect(),
        scale: scale(end_us),
        step: run.trace.get(at).map(|s| detail(&run, s)),
        work: longer,
        chrome: v.chrome,
    })
}

/// The customer's words this turn answered: those right before its reply.
fn asked(tx: &Read<'_>, run: &Run) -> Result<String> {
    let Some(c) = run.conversation_id else { return Ok(String::new()) };
    let mut messages = message::list_messages(tx, c, None, limits::LIST_MAX)?;
    match messages.iter().position(|m| m.run_id == Some(run.id)) {
        Some(at) => messages.truncate(at),
        None => messages.retain(|m| m.created_at <= run.started_at),
    }
    let mut words: Vec<String> = messages
        .iter()
        .rev()
        .take_while(|m| m.direction == Direction::In)
        .map(|m| crate::services::house::inbound::preview(&m.content))
        .collect();
    words.reverse();
    Ok(words.join("\n"))
}

/// How longer work ended, or why it does not go on.
fn ended(run: &Run) -> Option<Note> {
    let (tone, icon) = match RunState::from_word(&run.state)? {
        RunState::Failed | RunState::Parked => ("bad", "alert"),
        RunState::Stopped => ("info", "stop"),
        _ => return None,
    };
    Some(Note { tone, icon, title: run.outcome.clone(), text: String::new() })
}

fn why(run: &Run) -> Option<Note> {
    let guard = run.trace.iter().rfind(|s| s.kind == "guard");
    let stopped = run.trace.iter().find(|s| s.kind == "stopped" || s.kind == "person");
    let s = stopped.or(guard)?;
    Some(Note { tone: "warn", icon: "hand", title: s.title.clone(), text: String::new() })
}

fn used(run: &Run) -> Vec<UsedRow> {
    let mut rows: Vec<UsedRow> = Vec::new();
    let Some(facts) = run.trace.iter().rev().find(|s| s.kind == "reply").map(|s| &s.detail) else { return rows };
    let plain = |text: String, url: &str| UsedRow { text, url: url.into() };
    if let (Some(n), Some(version)) = (facts["items"].as_i64(), facts["catalogue_version"].as_i64()) {
        rows.push(plain(format!("Catalogue: {}, change {version}", format::count(n, "item", "items")), "/app/catalogue"));
    }
    if let Some(basket) = facts["basket"].as_str().filter(|b| !b.is_empty()) {
        rows.push(plain(format!("Basket: {basket}"), ""));
    }
    if let Some(n) = facts["open_orders"].as_i64().filter(|n| *n > 0) {
        rows.push(plain(format!("{} of this customer", format::count(n, "open order", "open orders")), "/app/orders"));
    }
    rows
}

fn span(run: &Run, i: usize, s: &Step, end_us: i64, at: usize) -> Span {
    let share = |us: i64| us.clamp(0, end_us) * 1000 / end_us;
    let outside = s.kind == "understood" && run.model != "built-in";
    Span {
        url: format!("/app/work-log/{}?step={i}#step", run.id),
        icon: step_icon(&s.kind, s.ok),
        failed: !s.ok,
        name: s.title.clone(),
        kind: match (s.ok, s.kind.as_str()) {
            (false, _) => "f",
            (_, "deed" | "branch") => "o",
            (_, "asked") => "w",
            (_, "model" | "understood") if outside || s.kind == "model" => "m",
            _ => "",
        },
        x: share(s.at_us).min(995),
        w: share(s.took_us).max(4),
        took: micro(s.took_us),
        cost: String::new(),
        current: i == at,
    }
}

fn scale(end_us: i64) -> Vec<Tick> {
    (0..5).map(|i| Tick { x: i * 200, label: micro(end_us * i / 5) }).collect()
}

fn detail(run: &Run, s: &Step) -> StepDetail {
    let pretty = |v: &serde_json::Value| match v {
        serde_json::Value::Null => String::new(),
        serde_json::Value::Object(o) if o.is_empty() => String::new(),
        v => serde_json::to_string_pretty(v).unwrap_or_default(),
    };
    let (output, input) = if matches!(s.kind.as_str(), "tool" | "deed") {
        (pretty(&s.detail["output"]), pretty(&s.detail["arguments"]))
    } else {
        (pretty(&s.detail), String::new())
    };
    let mut facts = vec![("Started after".to_owned(), micro(s.at_us)), ("Took".to_owned(), micro(s.took_us))];
    if s.kind == "understood" || s.kind == "model" {
        facts.insert(0, ("Model".to_owned(), run.model.clone()));
    }
    if let Ok(meant) = Meant::deserialize(&s.detail["intent"]) {
        let title = Intent::from_word(&meant.name).map_or_else(|| meant.name.clone(), |i| i.title().to_owned());
        facts.insert(0, ("Read as".to_owned(), format!("{title}, {} % sure", meant.confidence)));
    }
    StepDetail { title: s.title.clone(), facts, output, input, note: None, quoted: s.kind == "reply" }
}
