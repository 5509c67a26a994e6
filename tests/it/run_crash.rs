//! A real process with runs in it is killed at every named place and at random moments; another goes on where it was.
//! The world outside keeps its own list of what was really done: nothing may be on it twice, and nothing may be missing.

use crate::errand::{World, runtime, word};
use crate::harness::count_jobs;
use serde_json::json;
use std::collections::HashMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use steward::app::{App, businesses};
use steward::config::Config;
use steward::domain::house::approval::Way;
use steward::domain::house::business::{Profile, Template};
use steward::domain::house::member::Role;
use steward::domain::house::run::RunState;
use steward::domain::id::Id;
use steward::domain::time::Clock;
use steward::graph::machine::{self, NewRun};
use steward::jobs;
use steward::providers::llm::builtin::BuiltIn;
use steward::services::house::approval::{self as service, Answer};
use steward::store::house::{approval, effect, run};
use steward::telemetry::breakpoint::{self, RUN_PLACES};

/// What the process below is told.
const DIR: &str = "STEWARD_TEST_RUN_DIR";
const PLACE: &str = "STEWARD_TEST_BREAK_AT";

fn world(dir: &Path) -> Arc<World> {
    let log = dir.join("done.log");
    let world = World { log: Some(log.clone()), ..World::default() };
    for key in std::fs::read_to_string(log).unwrap_or_default().lines() {
        *world.done.lock().unwrap().entry(key.to_owned()).or_default() += 1;
    }
    Arc::new(world)
}

/// The process that is killed: the whole program's worker with the errand. It answers questions and letters by itself, so that
/// the errand ends without anybody.
#[tokio::test]
#[ignore = "started by the tests below as a process of its own"]
#[expect(clippy::disallowed_methods, reason = "how a test tells the process it starts what to do")]
async fn the_process() {
    let Some(dir) = std::env::var_os(DIR) else { return };
    let dir = Path::new(&dir);
    if let Ok(place) = std::env::var(PLACE) {
        breakpoint::arm(&place);
    }
    let app = App::open(Config::for_testing(dir), Clock::System).await.unwrap();
    let id = app.directory().businesses().next().unwrap().id;
    jobs::start_with(&app, Arc::new(BuiltIn::new()), runtime(&world(dir), 1)).await.unwrap();
    let file = app.store.business(id).unwrap();
    loop {
        file.write(|tx| {
            for seller in ["Adaeze", "Bem", "Chidi"] {
                // Once the last call is over, the seller's last word comes; again, if nobody read the one before.
                run::deliver(tx, &word(seller), &json!({ "price": 9_000 + seller.len() }))?;
            }
            for a in approval::list_open_approvals(tx, 9)? {
                let actor = crate::errand::owner("Ada", 1);
                service::answer(tx, a.id, &Answer { actor: &actor, role: Role::Owner, yes: true, note: "", way: Way::Api })?;
            }
            Ok(())
        })
        .await
        .unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn begin(dir: &Path, place: Option<&str>) -> Killed {
    let mut c = Command::new(std::env::current_exe().unwrap());
    c.args(["--exact", "run_crash::the_process", "--ignored"])
        .env(DIR, dir)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if let Some(place) = place {
        c.env(PLACE, place);
    }
    Killed(c.spawn().unwrap())
}

/// A folder with `runs` errands that have not begun.
async fn prepared(dir: &Path, runs: usize) -> Vec<Id> {
    let app = App::open(Config::for_testing(dir), Clock::System).await.unwrap();
    let b = businesses::create(&app, "Mama Put", None, Template::Restaurant, Profile::default()).await.unwrap();
    let rt = runtime(&world(dir), 1);
    let file = app.store.business(b.id).unwrap();
    file.write(move |tx| {
        let new = NewRun { graph: "errand".into(), input: json!({ "sellers": ["Adaeze", "Bem", "Chidi"] }), ..NewRun::default() };
        (0..runs).map(|_| machine::start(tx, &rt, &new)).collect()
    })
    .await
    .unwrap()
}

/// Where the runs stand: how many wait for their hour or are done; what was done outside, and what nobody knows of.
async fn looked(dir: &Path, runs: &[Id]) -> (usize, HashMap<String, u32>, usize, i64) {
    let app = App::open(Config::for_testing(dir), Clock::System).await.unwrap();
    let id = app.directory().businesses().next().unwrap().id;
    let runs = runs.to_vec();
    let file = app.store.business(id).unwrap();
    let (over, unknown) = file
        .read(move |tx| {
            let all: Vec<_> = runs.iter().map(|r| run::get_machine(tx, *r)).collect::<steward::domain::error::Result<_>>()?;
            let over = all.iter().filter(|m| m.state == RunState::Done || m.wait["for"] == "time").count();
            Ok((over, effect::list_unknown_effects(tx, 50)?.iter().filter(|e| e.deed == "pay").count()))
        })
        .await
        .unwrap();
    let dead = count_jobs(&file).2;
    let mut done: HashMap<String, u32> = HashMap::new();
    for key in std::fs::read_to_string(dir.join("done.log")).unwrap_or_default().lines() {
        *done.entry(key.to_owned()).or_default() += 1;
    }
    (over, done, unknown, dead)
}

/// Lets the process work until every run rests, or a deed of nobody knows keeps it; what is there then.
async fn finished(dir: &Path, runs: &[Id], most_unknown: usize) -> (HashMap<String, u32>, usize) {
    for _ in 0..40 {
        let p = begin(dir, None);
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        drop(p);
        let (over, done, unknown, dead) = looked(dir, runs).await;
        assert_eq!(dead, 0, "no job is dead");
        assert!(done.values().all(|n| *n == 1), "nothing was done twice: {done:?}");
        if over + unknown.min(most_unknown) >= runs.len() {
            return (done, unknown);
        }
    }
    panic!("the runs are stuck: {:?}", looked(dir, runs).await);
}

#[tokio::test]
async fn killed_at_every_place_a_run_passes() {
    for place in RUN_PLACES {
        for nth in [1, 4] {
            let dir = tempfile::tempdir().unwrap();
            let runs = prepared(dir.path(), 1).await;
            let mut p = begin(dir.path(), Some(&format!("{place}@{nth}")));
            for _ in 0..400 {
                if p.0.try_wait().unwrap().is_some() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
            assert!(p.0.try_wait().unwrap().is_some_and(|s| !s.success()), "{place}@{nth}: it died");
            drop(p);
            // A call that was cut off is looked for at once; a seller knows whether it came.
            let (done, unknown) = finished(dir.path(), &runs, 1).await;
            assert!(unknown <= 1, "{place}@{nth}");
            assert!(done.len() >= 4, "{place}@{nth}: {done:?}");
        }
    }
}

#[tokio::test]
async fn killed_at_random_moments_nothing_is_done_twice_or_lost() {
    // Ten runs at once; moments from a seed, so that a failure can be seen again.
    let dir = tempfile::tempdir().unwrap();
    let runs = prepared(dir.path(), 10).await;
    let mut seed: u64 = 20_261_121;
    for _ in 0..12 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let p = begin(dir.path(), None);
        tokio::time::sleep(Duration::from_millis(150 + (seed >> 33) % 400)).await;
        drop(p);
    }
    let (done, unknown) = finished(dir.path(), &runs, runs.len()).await;
    let paid = done.keys().filter(|k| k.starts_with("pay:")).count();
    assert!(paid + unknown >= runs.len(), "each errand paid, or a person is asked whether it did: {paid} paid, {unknown} unknown");
}
