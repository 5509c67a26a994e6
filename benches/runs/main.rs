//! What durable runs cost: the runtime's own part of a step at 1,000 runs side by side, what runs that wait hold and use, and how soon
//! unfinished ones go on after a start. Run by `make bench-runs`.

#![expect(clippy::print_stdout, clippy::unwrap_used, clippy::cast_precision_loss, reason = "a program of its own: prints figures")]

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use steward::agents::runs;
use steward::app::{App, businesses};
use steward::config::Config;
use steward::domain::error::Result;
use steward::domain::house::business::{Profile, Template};
use steward::domain::id::Id;
use steward::domain::time::Clock;
use steward::graph::deed::{Deeds, Here};
use steward::graph::machine::{self, NewRun};
use steward::graph::{At, Budget, Ctx, Effect, Event, Graph, Graphs, Next, Runtime};
use steward::jobs;
use steward::providers::llm::builtin::BuiltIn;
use steward::store::house::run;
use steward::store::tx::Tx;

/// Runs side by side.
const RUNS: usize = 1_000;
/// Times each of them is called on from outside.
const ROUNDS: u32 = 10;
/// Runs that wait.
const WAITING: usize = 10_000;

/// Each round hears a letter, does a deed in its transaction, and listens again: two steps, each with its checkpoint.
struct Rounds;

#[derive(Serialize, Deserialize)]
struct State {
    left: u32,
    heard: Vec<u32>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Node {
    Listen,
    Heard,
}

impl Graph for Rounds {
    type Input = u32;
    type State = State;
    type Node = Node;
    fn name(&self) -> &'static str {
        "rounds"
    }
    fn version(&self) -> u32 {
        1
    }
    fn about(&self) -> &'static str {
        "Hears letters and does a small deed for each."
    }
    fn budget(&self) -> Budget {
        Budget { steps: 10_000, ..Budget::default() }
    }
    fn begin(&self, rounds: u32, _: &mut Ctx) -> Result<(State, Node)> {
        Ok((State { left: rounds, heard: Vec::new() }, Node::Listen))
    }
    fn step(&self, node: Node, s: &mut State, event: Event, cx: &mut Ctx) -> Next<Node> {
        match (node, event) {
            (Node::Heard, Event::Letter { data, .. }) => {
                s.left = s.left.saturating_sub(1);
                s.heard.push(u32::try_from(data["n"].as_u64().unwrap_or(0)).unwrap_or(0));
                let effect = Effect::new(format!("note:{}:{}", cx.run, s.left), "note", json!({ "left": s.left }));
                Next::Do { effects: vec![effect], then: Node::Listen }
            }
            _ if s.left == 0 => Next::Done(json!(s.heard)),
            _ => Next::Listen { keys: vec![format!("round:{}", cx.run)], until: None, then: Node::Heard },
        }
    }
}

struct Note;

impl Here for Note {
    fn name(&self) -> &'static str {
        "note"
    }
    fn perform(&self, _: &mut Tx<'_>, _: &At, input: &Value) -> Result<Value> {
        Ok(input.clone())
    }
}

fn runtime() -> Runtime {
    runs::with(Graphs::default().with(Rounds), Deeds::default().here(Note))
}

fn main() {
    if !std::env::args().any(|a| a == "--bench") {
        // A test runner that lists or runs all targets comes by here.
        println!("0 tests: run it with `make bench-runs`");
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let dir = tempfile::tempdir().unwrap();
    runtime.block_on(async {
        steps(&dir.path().join("steps")).await;
        waiting(&dir.path().join("waiting")).await;
        resume(&dir.path().join("resume")).await;
    });
}

async fn open(dir: &Path) -> (Arc<App>, Id) {
    let app = App::open(Config::for_testing(dir), Clock::System).await.unwrap();
    let first = app.directory().businesses().next().map(|b| b.id);
    let id = match first {
        Some(id) => id,
        None => businesses::create(&app, "Mama Put", None, Template::Restaurant, Profile::default()).await.unwrap().id,
    };
    (app, id)
}

async fn begun(app: &App, id: Id, runs: usize, rounds: u32) -> Vec<Id> {
    let file = app.store.business(id).unwrap();
    file.write(move |tx| {
        let (rt, new) = (runtime(), NewRun { graph: "rounds".into(), input: json!(rounds), ..NewRun::default() });
        (0..runs).map(|_| machine::start(tx, &rt, &new)).collect()
    })
    .await
    .unwrap()
}

/// Until this many runs are at this many steps or further.
async fn until(app: &App, id: Id, all: &[Id], steps: u32) {
    let file = app.store.business(id).unwrap();
    for run in all {
        let run = *run;
        while file.read(move |tx| run::get_machine(tx, run)).await.unwrap().steps < steps {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

async fn steps(dir: &Path) {
    let (app, id) = open(dir).await;
    jobs::start_with(&app, Arc::new(BuiltIn::new()), runtime()).await.unwrap();
    let all = begun(&app, id, RUNS, ROUNDS).await;
    until(&app, id, &all, 1).await;
    let (cpu, wall) = (cpu_us(), Instant::now());
    for n in 0..ROUNDS {
        let runs = all.clone();
        let file = app.store.business(id).unwrap();
        let called =
            file.write(move |tx| runs.iter().try_for_each(|r| run::deliver(tx, &format!("round:{r}"), &json!({ "n": n })).map(drop)));
        called.await.unwrap();
        until(&app, id, &all, 1 + 2 * (n + 1)).await;
    }
    let steps = (RUNS * ROUNDS as usize * 2) as f64;
    let (cpu, wall) = (cpu_us() - cpu, wall.elapsed().as_secs_f64() * 1e6);
    println!("steps runs={RUNS} steps={steps} wall_us_a_step={:.0} cpu_us_a_step={:.0}", wall / steps, cpu / steps);
    let file = app.store.business(id).unwrap();
    let first = all[0];
    let kept = file.read(move |tx| run::list_steps(tx, first, 0, 1_000)).await.unwrap();
    let bytes: usize = kept
        .iter()
        .map(|s| {
            s.event.to_string().len()
                + s.patch.to_string().len()
                + s.next.to_string().len()
                + s.note.len()
                + s.snapshot.as_ref().map_or(0, |x| x.to_string().len())
        })
        .sum();
    println!("checkpoint bytes_a_step={}", bytes / kept.len());
}

async fn waiting(dir: &Path) {
    let (app, id) = open(dir).await;
    jobs::start_with(&app, Arc::new(BuiltIn::new()), runtime()).await.unwrap();
    let few = begun(&app, id, 100, 1).await;
    until(&app, id, &few, 1).await;
    let before = rss_kb();
    let all = begun(&app, id, WAITING, 1).await;
    until(&app, id, &all, 1).await;
    drop(all);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (held, cpu) = (rss_kb() - before, cpu_us());
    tokio::time::sleep(Duration::from_secs(10)).await;
    let used = (cpu_us() - cpu) / 10e6 * 100.0;
    println!("waiting runs={WAITING} bytes_a_run={:.0} cpu_percent={used:.2}", held * 1024.0 / WAITING as f64);
}

async fn resume(dir: &Path) {
    let (app, id) = open(dir).await;
    let all = begun(&app, id, RUNS, 1).await;
    drop(app);
    let (app, id) = open(dir).await;
    let from = Instant::now();
    jobs::start_with(&app, Arc::new(BuiltIn::new()), runtime()).await.unwrap();
    until(&app, id, &all, 1).await;
    println!("resume runs={RUNS} seconds={:.2}", from.elapsed().as_secs_f64());
}

fn cpu_us() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = text.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
    let ticks = |n: usize| fields.get(n).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) * 1e4
}

/// Resident memory, in kilobytes.
fn rss_kb() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|l| l.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).unwrap_or(0.0)
}
