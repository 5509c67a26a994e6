//! Runs that go on for long: their budget, the size of their checkpoints, what is thrown away and what is found again.

use crate::errand::deeds;
use crate::runs::{Bench, sellers, to_payment};
use serde_json::{Value, json};
use steward::agents::runs;
use steward::domain::error::Result;
use steward::domain::house::run::RunState;
use steward::domain::time::HOUR_MS;
use steward::graph::machine::{self, NewRun};
use steward::graph::{Budget, Ctx, Event, Graph, Graphs, Next, trial};
use steward::store::house::run;
use steward::store::jobs;

#[derive(Clone, Copy, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum Only {
    Count,
}

/// Counts, and keeps a long list, until it is told to stop.
struct Counter {
    until: u64,
}

impl Graph for Counter {
    type Input = Value;
    type State = Value;
    type Node = Only;
    fn name(&self) -> &'static str {
        "counter"
    }
    fn version(&self) -> u32 {
        1
    }
    fn about(&self) -> &'static str {
        "Counts."
    }
    fn begin(&self, _: Value, _: &mut Ctx) -> Result<(Value, Only)> {
        Ok((json!({ "n": 0, "list": [], "text": "What a state of some length looks like. ".repeat(100) }), Only::Count))
    }
    fn budget(&self) -> Budget {
        Budget { steps: 600, ..Budget::default() }
    }
    fn step(&self, _: Only, s: &mut Value, _: Event, cx: &mut Ctx) -> Next<Only> {
        let n = s["n"].as_u64().unwrap_or(0) + 1;
        s["n"] = json!(n);
        if n.is_multiple_of(10) {
            s["list"].as_array_mut().unwrap().push(json!({ "id": cx.id(), "n": n, "note": "an offer with some words about it" }));
        }
        if n == self.until { Next::Done(json!(n)) } else { Next::Go(Only::Count) }
    }
}

#[tokio::test]
async fn a_run_that_goes_in_circles_is_ended_by_its_budget() {
    let mut b = Bench::open();
    b.rt = runs::with(Graphs::default().with(Counter { until: u64::MAX }), deeds(&b.world));
    let rt = b.rt.clone();
    let id = b.write(move |tx| machine::start(tx, &rt, &NewRun { graph: "counter".into(), ..NewRun::default() })).await.unwrap();
    b.settle().await;
    let m = b.run(id).await;
    assert_eq!((m.state, m.outcome.as_str(), m.steps), (RunState::Failed, "It took more than 600 steps.", 600));
}

#[tokio::test]
async fn checkpoints_stay_small_and_old_states_are_thrown_away() {
    let mut b = Bench::open();
    b.rt = runs::with(Graphs::default().with(Counter { until: 580 }), deeds(&b.world));
    let rt = b.rt.clone();
    let id = b.write(move |tx| machine::start(tx, &rt, &NewRun { graph: "counter".into(), ..NewRun::default() })).await.unwrap();
    b.settle().await;
    let m = b.run(id).await;
    assert_eq!((m.state, &m.result), (RunState::Done, &json!(580)));
    let steps = b.read(move |tx| run::list_steps(tx, id, 0, 1_000)).await;
    let whole = |s: &run::StepRow| s.snapshot.as_ref().map_or(0, |v| v.to_string().len());
    let bytes: usize =
        steps.iter().map(|s| whole(s) + s.patch.to_string().len() + s.event.to_string().len() + s.next.to_string().len()).sum();
    let average = bytes / steps.len();
    assert!(average <= 2_048, "{average} bytes a step for a state of {} bytes", m.memory.to_string().len());
    let rt = b.rt.clone();
    let past = b.read(move |tx| trial::history(tx, &rt, &run::get_machine(tx, id)?)).await;
    assert!(past[0].after.is_none() && past[0].row.next["go"] == "count", "what old steps were stays, their states do not");
    let kept: Vec<_> = past.iter().filter_map(|p| Some((p.row.seq, p.after.clone()?))).collect();
    assert!(kept.len() >= 256, "{} states are kept", kept.len());
    assert!(kept.iter().all(|(seq, s)| s["n"] == json!(seq + 1)), "each kept state is that of its step");
    assert_eq!(kept.last().unwrap().1, m.memory);
}

#[tokio::test]
async fn steps_of_runs_that_ended_long_ago_are_thrown_away() {
    let mut b = Bench::open();
    let id = to_payment(&mut b).await;
    b.pass(2 * HOUR_MS).await;
    let waiting = b.start(sellers()).await.unwrap();
    b.settle().await;
    let later = b.clock.now().plus_ms(1);
    b.write(move |tx| run::delete_steps_before(tx, later)).await.unwrap();
    let left = b.read(move |tx| Ok((run::list_steps(tx, id, 0, 10)?.len(), run::list_steps(tx, waiting, 0, 10)?.len()))).await;
    assert_eq!(left, (0, 1));
    assert_eq!(b.run(id).await.state, RunState::Done, "what came of it stays");
}

#[tokio::test]
async fn a_run_whose_job_was_lost_is_found_at_the_next_start() {
    let mut b = Bench::open();
    let id = b.start(sellers()).await.unwrap();
    let lost = format!("run:{id}");
    b.write(move |tx| jobs::delete_waiting_job(tx, &lost)).await.unwrap();
    b.settle().await;
    assert_eq!(b.run(id).await.steps, 0);
    b.restart().await;
    b.settle().await;
    assert_eq!(b.run(id).await.steps, 1);
}
