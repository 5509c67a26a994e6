//! A replay shows what was recorded and calls nobody; a trial goes on from a checkpoint and does nothing.

use crate::errand::deeds;
use crate::runs::{Bench, to_payment};
use serde_json::json;
use steward::agents::runs;
use steward::domain::error::Result;
use steward::domain::house::run::RunState;
use steward::domain::time::HOUR_MS;
use steward::graph::{Ctx, Event, Graph, Graphs, Next, trial};

#[tokio::test]
async fn a_replay_calls_nobody_and_a_trial_does_nothing() {
    let mut b = Bench::open();
    let id = to_payment(&mut b).await;
    b.pass(2 * HOUR_MS).await;
    let before = b.world.done.lock().unwrap().clone();
    let rt = b.rt.clone();
    let replayed = b.read(move |tx| trial::replay(tx, &rt, id)).await;
    assert_eq!((replayed.steps, &replayed.differs), (6, &None));
    // The same again from the comparison: the recorded answers lead to the same end.
    let rt = b.rt.clone();
    let same = b.write(move |tx| trial::fork(tx, &rt, id, 1, None)).await.unwrap();
    let (tried, run) = (b.run(same).await, b.run(id).await);
    assert_eq!((tried.state, &tried.result), (RunState::Done, &run.result));
    let d = b.read(move |tx| trial::difference(tx, same)).await;
    assert!(d.state.is_empty() && d.steps.iter().all(|s| s.2), "{d:?}");
    // With another seller: another question, which nobody has answered.
    let rt = b.rt.clone();
    let other = b.write(move |tx| trial::fork(tx, &rt, id, 1, Some(&json!({ "best": ["Eze", 1] })))).await.unwrap();
    let tried = b.run(other).await;
    assert_eq!((tried.state, tried.outcome.as_str()), (RunState::Stopped, "It would ask: Pay Eze 1?"));
    let d = b.read(move |tx| trial::difference(tx, other)).await;
    assert!(d.state.iter().any(|(path, ..)| path.starts_with("best")), "{d:?}");
    let rt = b.rt.clone();
    let wrong = b.write(move |tx| trial::fork(tx, &rt, id, 1, Some(&json!({ "bset": 1 })))).await.unwrap_err();
    assert_eq!(wrong.fields[0].0, "state");
    b.settle().await;
    assert_eq!(*b.world.done.lock().unwrap(), before, "nobody was called");
    // A graph that decides otherwise is found out.
    struct Changed;
    impl Graph for Changed {
        type Input = crate::errand::Input;
        type State = crate::errand::State;
        type Node = crate::errand::Node;
        fn name(&self) -> &'static str {
            "errand"
        }
        fn version(&self) -> u32 {
            1
        }
        fn about(&self) -> &'static str {
            "The same name with other rules."
        }
        fn begin(&self, input: Self::Input, cx: &mut Ctx) -> Result<(Self::State, Self::Node)> {
            crate::errand::Errand(1).begin(input, cx)
        }
        fn step(&self, node: Self::Node, s: &mut Self::State, event: Event, cx: &mut Ctx) -> Next<Self::Node> {
            match crate::errand::Errand(1).step(node, s, event, cx) {
                Next::Sleep { then, .. } => Next::Go(then),
                next => next,
            }
        }
    }
    let rt = runs::with(Graphs::default().with(Changed), deeds(&b.world));
    let replayed = b.read(move |tx| trial::replay(tx, &rt, id)).await;
    assert_eq!(replayed.differs, Some((3, "what is next".into())));
}
