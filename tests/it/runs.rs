//! Runs that last: whatever order things happen in and wherever the process stops, the same comes of them, once.

use crate::errand::{Mood, World, began, deeds, graphs, owner, runtime, word};
use crate::harness;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use steward::agents::runs;
use steward::domain::error::{Kind, Result};
use steward::domain::house::approval::{Approval, Policy, Standing, Way};
use steward::domain::house::member::{Actor, Role};
use steward::domain::house::run::RunState;
use steward::domain::id::Id;
use steward::domain::job::Job;
use steward::domain::time::{Clock, DAY_MS, HOUR_MS, MINUTE_MS};
use steward::graph::machine::{self, NewRun};
use steward::graph::{Runtime, outside};
use steward::services::house::approval::{self as service, Answer};
use steward::services::house::run as services;
use steward::store::Store;
use steward::store::file::File;
use steward::store::house::run::Machine;
use steward::store::house::{approval, effect, run};
use steward::store::jobs;
use steward::store::tx::{LeasedJob, Read, Tx};

/// A business file whose queue is cranked by hand, so that a test chooses what happens next.
pub struct Bench {
    _store: Arc<Store>,
    pub file: Arc<File>,
    pub clock: Clock,
    pub business: Id,
    pub world: Arc<World>,
    pub rt: Runtime,
    pub leased: Vec<LeasedJob>,
    _dir: tempfile::TempDir,
}

/// Whether a run listens under this key.
fn is_listened(b: &Bench, key: &str) -> bool {
    harness::column::<i64>(&b.file, "select count(*) from run_keys where key = ?1", key)[0] > 0
}

impl Bench {
    pub fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Clock::starting_at(began());
        let store = Store::open(dir.path(), clock.clone()).unwrap();
        let business = Id::new(began());
        let file = store.create_business(business).unwrap();
        let world = Arc::new(World::default());
        let rt = runtime(&world, 1);
        Self { _store: store, file, clock, business, world, rt, leased: vec![], _dir: dir }
    }
    pub async fn write<T: Send + 'static>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        self.file.write(f).await
    }
    pub async fn read<T: Send + 'static>(&self, f: impl FnOnce(&Read<'_>) -> Result<T> + Send + 'static) -> T {
        self.file.read(f).await.unwrap()
    }
    pub async fn start(&self, input: Value) -> Result<Id> {
        let rt = self.rt.clone();
        self.write(move |tx| machine::start(tx, &rt, &NewRun { graph: "errand".into(), input, ..NewRun::default() })).await
    }
    /// Leases what is due; how many jobs are at hand.
    pub async fn lease(&mut self) -> usize {
        let more = self.write(|tx| jobs::lease_jobs(tx, 64)).await.unwrap();
        self.leased.extend(more);
        self.leased.len()
    }
    /// Does the job at this place. False when the process died in it: its lease stays.
    pub async fn crank(&mut self, at: usize) -> bool {
        let job = self.leased.swap_remove(at % self.leased.len());
        let (file, rt, business, id) = (self.file.clone(), self.rt.clone(), self.business, job.id);
        match job.job {
            Job::AdvanceRun { run_id } => {
                let done = file.write(move |tx| {
                    jobs::finish_job(tx, id)?;
                    machine::advance(tx, &rt, business, run_id)
                });
                done.await.unwrap();
                true
            }
            Job::DoEffect { effect_id } => {
                let doing = outside::perform(&file, &rt, business, effect_id, id);
                let done = futures_util::FutureExt::catch_unwind(AssertUnwindSafe(doing)).await;
                done.is_ok_and(|d| d.is_ok())
            }
            Job::ExpireApproval { approval_id } => {
                let done = file.write(move |tx| {
                    service::expire(tx, approval_id)?;
                    jobs::finish_job(tx, id)
                });
                done.await.is_ok()
            }
            // A nudge is a message, which `approvals.rs` reads.
            Job::NudgeApproval { .. } => self.write(move |tx| jobs::finish_job(tx, id)).await.is_ok(),
            other => panic!("{other:?} does not belong here"),
        }
    }
    /// Another process takes over: leases are void.
    pub async fn restart(&mut self) {
        self.leased.clear();
        self.write(|tx| {
            jobs::release_leases(tx)?;
            run::wake_stranded(tx)
        })
        .await
        .unwrap();
    }
    /// Does everything that is due, in the order it came.
    pub async fn settle(&mut self) {
        while self.lease().await > 0 {
            if !self.crank(0).await {
                self.restart().await;
            }
        }
    }
    /// Lets time pass in pieces, doing what becomes due.
    pub async fn pass(&mut self, ms: i64) {
        let end = self.clock.now().plus_ms(ms);
        self.settle().await;
        while self.clock.now() < end {
            let step = (MINUTE_MS).min(end.since_ms(self.clock.now()));
            self.clock.advance_ms(step);
            self.settle().await;
        }
    }
    pub async fn run(&self, id: Id) -> Machine {
        self.read(move |tx| run::get_machine(tx, id)).await
    }
    pub async fn letter(&self, seller: &str, price: i64) {
        let key = word(seller);
        self.write(move |tx| run::deliver(tx, &key, &json!({ "price": price }))).await.unwrap();
    }
    pub async fn open_question(&self) -> Option<Approval> {
        self.read(|tx| approval::list_open_approvals(tx, 5)).await.into_iter().next()
    }
    pub async fn answer(&self, id: Id, who: &'static str, yes: bool) -> Result<Approval> {
        self.write(move |tx| {
            let actor = owner(who, 1);
            service::answer(tx, id, &Answer { actor: &actor, role: Role::Owner, yes, note: "", way: Way::Page })
        })
        .await
    }
    /// Answers whatever is asked.
    pub async fn agree(&mut self) {
        self.settle().await;
        let q = self.open_question().await.expect("a question waits");
        self.answer(q.id, "Ada", true).await.unwrap();
        self.settle().await;
    }
}

pub fn sellers() -> Value {
    json!({ "sellers": ["Adaeze", "Bem", "Chidi"], "at_once": 2 })
}

#[tokio::test]
async fn an_errand_goes_its_whole_way() {
    let mut b = Bench::open();
    let id = b.start(sellers()).await.unwrap();
    b.settle().await;
    assert_eq!(b.run(id).await.state, RunState::Waiting);
    let children = b.read(move |tx| run::list_children(tx, id, None)).await;
    assert_eq!(children.len(), 2, "at most two at once");
    b.letter("Adaeze", 9_999).await;
    b.pass(30 * MINUTE_MS).await;
    let q = b.open_question().await.unwrap();
    assert_eq!((q.question.title.as_str(), q.needed), ("Pay Adaeze 9999?", 1));
    b.agree().await;
    assert_eq!(b.world.count(&format!("pay:{id}")), 1);
    assert_eq!(b.run(id).await.state, RunState::Waiting, "it sleeps an hour");
    b.pass(HOUR_MS).await;
    let done = b.run(id).await;
    assert_eq!(done.state, RunState::Done, "{}", done.outcome);
    assert_eq!(done.result["log"], json!(["Adaeze is best", "agreed by Ada", "paid"]));
    assert_eq!(done.usage.cost_micros, 7 * 10, "nine calls and a payment");
    let left = harness::count_jobs(&b.file);
    assert_eq!(left, (0, 0, 0), "nothing is left to do");
    let key = format!("note:{id}");
    let note = b.read(move |tx| steward::store::meta::find_meta(tx, &key)).await;
    assert_eq!(note.as_deref(), Some("Adaeze is best, agreed by Ada, paid"));
}

/// One errand in an order of `choices`: which job is done next, when a letter comes, when the process dies. What came of it.
async fn in_some_order(choices: &[u8], at_once: usize, deaths: &[Mood]) -> Value {
    let mut b = Bench::open();
    b.world.will("call", deaths);
    let id = b.start(json!({ "sellers": ["Adaeze", "Bem", "Chidi"], "at_once": at_once })).await.unwrap();
    let mut letters = vec![("Adaeze", 9_100), ("Bem", 9_050), ("Chidi", 9_075)];
    let mut choices = choices.iter().copied().cycle().map(usize::from);
    for _ in 0..400 {
        let choice = choices.next().unwrap();
        let jobs = b.lease().await;
        if choice % 3 == 0 || jobs == 0 {
            // A letter nobody listens for yet would be nobody's; one that never came would be a price of its own.
            let mut listened = Vec::new();
            for (at, (who, _)) in letters.iter().enumerate() {
                let key = word(who);
                listened.extend(is_listened(&b, &key).then_some(at));
            }
            if !listened.is_empty() {
                let (who, price) = letters.swap_remove(listened[choice % listened.len()]);
                b.letter(who, price).await;
                continue;
            }
        }
        if jobs > 0 {
            if !b.crank(choice).await {
                b.restart().await;
            }
        } else if letters.is_empty() && b.open_question().await.is_some() {
            break;
        } else {
            // Nothing is due: a deed that was cut off is looked for in a minute.
            b.clock.advance_ms(MINUTE_MS);
        }
    }
    b.agree().await;
    b.pass(HOUR_MS + MINUTE_MS).await;
    let m = b.run(id).await;
    assert_eq!(m.state, RunState::Done, "{}", m.outcome);
    let done = b.world.done.lock().unwrap().clone();
    assert!(done.values().all(|n| *n == 1), "every deed was done once: {done:?}");
    assert_eq!(done.len(), 10, "nine calls and a payment: {done:?}");
    assert_eq!(harness::count_jobs(&b.file), (0, 0, 0), "nothing is stuck");
    m.result
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 40, ..ProptestConfig::default() })]
    #[test]
    fn any_order_of_events_comes_to_the_same(
        choices in prop::collection::vec(any::<u8>(), 1..60),
        at_once in 0usize..4,
        deaths in prop::collection::vec(prop_oneof![Just(Mood::Dies), Just(Mood::LostUnknown), Just(Mood::DoneUnknown), Just(Mood::Busy)], 0..4),
    ) {
        let rt = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let result = rt.block_on(in_some_order(&choices, at_once, &deaths));
        prop_assert_eq!(result, json!({ "paid": true, "best": ["Bem", 9_050], "failed": [], "log": ["Bem is best", "agreed by Ada", "paid"] }));
    }
}

/// Takes an errand to its payment.
pub async fn to_payment(b: &mut Bench) -> Id {
    let id = b.start(sellers()).await.unwrap();
    b.pass(40 * MINUTE_MS).await;
    b.agree().await;
    id
}

#[tokio::test]
async fn a_payment_nobody_knows_of_waits_for_a_person_and_is_never_repeated() {
    for (mood, happened) in [(Mood::DoneUnknown, true), (Mood::Dies, true), (Mood::LostUnknown, false)] {
        let mut b = Bench::open();
        b.world.will("pay", &[mood]);
        let id = to_payment(&mut b).await;
        b.pass(HOUR_MS).await;
        assert_eq!(b.world.count(&format!("pay:{id}")), u32::from(happened), "{mood:?}");
        let unknown = b.read(|tx| effect::list_unknown_effects(tx, 5)).await;
        assert_eq!(unknown.len(), 1, "{mood:?}: a person is shown it");
        let (n, paying) = (unknown[0].id, b.run(id).await);
        assert_eq!((paying.state, unknown[0].looks), (RunState::Waiting, 4), "{mood:?}");
        let settle = move |tx: &mut Tx<'_>| services::settle_effect(tx, n, &owner("Ada", 1), happened, "looked at the bank");
        assert_eq!(b.write(settle).await.unwrap().settled_by, "Ada");
        assert_eq!(b.write(settle).await.unwrap_err().kind, Kind::Conflict, "{mood:?}: it is settled once");
        b.pass(2 * HOUR_MS).await;
        let m = b.run(id).await;
        assert_eq!(m.state, if happened { RunState::Done } else { RunState::Failed }, "{mood:?}: {}", m.outcome);
        assert_eq!(b.world.count(&format!("pay:{id}")), u32::from(happened), "{mood:?}: it was not done again");
    }
}

#[tokio::test]
async fn a_refused_deed_fails_and_a_busy_one_is_tried_again() {
    let mut b = Bench::open();
    b.world.will("pay", &[Mood::Busy, Mood::Busy]);
    let id = to_payment(&mut b).await;
    b.pass(2 * HOUR_MS).await;
    assert_eq!(b.run(id).await.state, RunState::Done);
    assert_eq!(b.read(move |tx| effect::list_effects(tx, id)).await[0].attempts, 3);
    let mut b = Bench::open();
    b.world.will("pay", &[Mood::Refused]);
    let id = to_payment(&mut b).await;
    let m = b.run(id).await;
    assert_eq!((m.state, m.outcome.as_str()), (RunState::Failed, "Refused."));
    b.settle().await;
    assert_eq!(b.world.done.lock().unwrap().keys().filter(|k| k.starts_with("sorry:")).count(), 1, "it cleared up");
}

#[tokio::test]
async fn two_answers_at_once_have_one_effect() {
    let mut b = Bench::open();
    let id = b.start(sellers()).await.unwrap();
    b.pass(40 * MINUTE_MS).await;
    let q = b.open_question().await.unwrap().id;
    let (one, two) = tokio::join!(b.answer(q, "Ada", true), b.answer(q, "Bem", true));
    let (won, lost) = if one.is_ok() { (one, two) } else { (two, one) };
    let (won, lost) = (won.unwrap(), lost.unwrap_err());
    assert_eq!((won.standing, won.agreed()), (Standing::Approved, 1));
    assert_eq!(lost.kind, Kind::Conflict);
    assert!(lost.message.contains(&format!("was approved by {} on the dashboard", won.decided_by)), "{}", lost.message);
    b.settle().await;
    assert_eq!(b.world.count(&format!("pay:{id}")), 1);
    let late = b.answer(q, "Chidi", false).await.unwrap_err();
    assert!(late.message.contains("was approved by"), "{}", late.message);
}

#[tokio::test]
async fn a_question_nobody_answers_is_given_up_and_late_answers_are_told() {
    let mut b = Bench::open();
    let id = b.start(sellers()).await.unwrap();
    b.pass(40 * MINUTE_MS).await;
    let q = b.open_question().await.unwrap().id;
    b.pass(DAY_MS).await;
    let m = b.run(id).await;
    assert_eq!((m.state, &m.result), (RunState::Done, &json!({ "paid": false, "why": "expired" })));
    let late = b.answer(q, "Ada", true).await.unwrap_err();
    assert!(late.message.contains("nobody answered in time"), "{}", late.message);
    assert_eq!(b.world.count(&format!("pay:{id}")), 0);
}

#[tokio::test]
async fn the_policy_says_who_must_agree() {
    let policy = |p: Policy| move |tx: &mut Tx<'_>| service::set_policy(tx, &p);
    // Nobody.
    let mut b = Bench::open();
    b.write(policy(Policy { automatic_up_to_minor: 20_000, ..Policy::default() })).await.unwrap();
    let id = b.start(sellers()).await.unwrap();
    b.pass(2 * HOUR_MS).await;
    assert_eq!(b.run(id).await.result["log"][1], "agreed by the policy");
    // Two.
    let mut b = Bench::open();
    b.write(policy(Policy { two_above_minor: Some(100), ..Policy::default() })).await.unwrap();
    let id = b.start(sellers()).await.unwrap();
    b.pass(40 * MINUTE_MS).await;
    let q = b.open_question().await.unwrap();
    assert_eq!(q.needed, 2);
    assert_eq!(b.answer(q.id, "Ada", true).await.unwrap().standing, Standing::Open);
    let again = b.answer(q.id, "Ada", true).await.unwrap_err();
    assert!(again.message.contains("somebody else must agree"), "{}", again.message);
    let key = b.write(move |tx| {
        let actor = steward::domain::house::member::Actor::Key { name: "till".into() };
        service::answer(tx, q.id, &Answer { actor: &actor, role: Role::Owner, yes: true, note: "", way: Way::Api })
    });
    assert_eq!(key.await.unwrap_err().kind, Kind::Denied, "a key does not say who uses it");
    assert_eq!(b.answer(q.id, "Bem", true).await.unwrap().decided_by, "Ada and Bem");
    b.settle().await;
    assert_eq!(b.world.count(&format!("pay:{id}")), 1);
    // The delegate, up to an amount, and nobody below.
    let mut b = Bench::open();
    let (Actor::Member { id: bem, .. }, manager) = (owner("Bem", 1), Role::Manager) else { panic!("a member") };
    b.write(policy(Policy { delegate: Some(bem), delegate_up_to_minor: Some(9_000), ..Policy::default() })).await.unwrap();
    b.start(json!({ "sellers": ["Adaeze"] })).await.unwrap();
    b.settle().await;
    b.letter("Adaeze", 9_001).await;
    b.settle().await;
    let q = b.open_question().await.unwrap().id;
    let as_manager = |who: &'static str| {
        move |tx: &mut Tx<'_>| service::answer(tx, q, &Answer { actor: &owner(who, 1), role: manager, yes: true, note: "", way: Way::Page })
    };
    assert_eq!(b.write(as_manager("Bem")).await.unwrap_err().kind, Kind::Denied, "above the delegate's amount");
    b.write(policy(Policy { delegate: Some(bem), ..Policy::default() })).await.unwrap();
    assert_eq!(b.write(as_manager("Chidi")).await.unwrap_err().kind, Kind::Denied);
    assert_eq!(b.write(as_manager("Bem")).await.unwrap().standing, Standing::Approved);
}

#[tokio::test]
async fn a_stopped_run_takes_back_what_it_planned_and_calls_off_the_rest() {
    let mut b = Bench::open();
    let id = b.start(sellers()).await.unwrap();
    b.settle().await;
    b.write(move |tx| services::stop(tx, id, &owner("Ada", 1), "changed my mind")).await.unwrap();
    b.settle().await;
    let m = b.run(id).await;
    assert_eq!((m.state, m.outcome.as_str()), (RunState::Stopped, "Stopped by Ada: changed my mind"));
    let children = b.read(move |tx| run::list_children(tx, id, None)).await;
    assert!(children.iter().all(|c| c.state == RunState::Stopped), "{children:?}");
    assert!(!is_listened(&b, &word("Adaeze")));
    // At a question: it is withdrawn, and the best seller is told.
    let id = b.start(json!({ "sellers": ["Dayo"] })).await.unwrap();
    b.pass(40 * MINUTE_MS).await;
    let q = b.open_question().await.unwrap().id;
    b.write(move |tx| services::stop(tx, id, &owner("Ada", 1), "")).await.unwrap();
    b.settle().await;
    assert_eq!(b.world.count("sorry:Dayo"), 1);
    assert!(b.answer(q, "Ada", true).await.unwrap_err().message.contains("not needed any more"));
    assert_eq!(b.write(move |tx| services::stop(tx, id, &owner("Ada", 1), "")).await.unwrap_err().kind, Kind::Conflict);
    assert_eq!(harness::count_jobs(&b.file), (0, 0, 0));
}

#[tokio::test]
async fn an_upgrade_drains_migrates_or_parks() {
    let mut b = Bench::open();
    let id = b.start(sellers()).await.unwrap();
    b.settle().await;
    // The old version is still there: it goes on in it, and new runs are of the new one.
    b.rt = runs::with(graphs(1).with(crate::errand::Errand(2)), deeds(&b.world));
    b.pass(40 * MINUTE_MS).await;
    assert_eq!(b.run(id).await.version, 1);
    let new = b.start(sellers()).await.unwrap();
    b.settle().await;
    assert_eq!(b.run(new).await.version, 2);
    // Version 3 takes over 2, and not 1.
    b.rt = runtime(&b.world, 3);
    b.agree().await;
    let parked = b.run(id).await;
    assert_eq!(parked.state, RunState::Parked);
    assert!(parked.outcome.contains("begun by version 1") && parked.outcome.contains("has version 3"), "{}", parked.outcome);
    assert_eq!(b.world.count(&format!("pay:{id}")), 0, "it does nothing while it is parked");
    b.pass(40 * MINUTE_MS).await;
    let taken = b.run(new).await;
    assert_eq!((taken.version, taken.state), (3, RunState::Waiting));
    // Back to the old program, a person lets it go on: the answer was not lost.
    b.rt = runtime(&b.world, 1);
    b.write(move |tx| services::resume(tx, id, "", &Value::Null)).await.unwrap();
    b.settle().await;
    assert_eq!(b.world.count(&format!("pay:{id}")), 1);
}

#[tokio::test]
async fn a_run_is_started_once_for_a_key_and_bad_input_leaves_nothing() {
    let b = Bench::open();
    let start = |graph: &str, input: Value, key: &str| {
        let (rt, new) = (b.rt.clone(), NewRun { graph: graph.into(), input, key: key.into(), ..NewRun::default() });
        b.write(move |tx| machine::start(tx, &rt, &new))
    };
    let one = start("errand", sellers(), "purchase:7").await.unwrap();
    assert_eq!(start("errand", sellers(), "purchase:7").await.unwrap(), one);
    assert_ne!(start("errand", sellers(), "purchase:8").await.unwrap(), one);
    let before = harness::count_jobs(&b.file);
    for (input, field) in [(json!({ "sellers": [] }), "sellers"), (json!({ "seller": "Bem" }), "input"), (json!(7), "input")] {
        assert_eq!(start("errand", input, "").await.unwrap_err().fields[0].0, field);
    }
    assert_eq!(start("nothing", json!({}), "").await.unwrap_err().kind, Kind::NotFound);
    assert_eq!(harness::count_jobs(&b.file), before);
}

#[tokio::test]
async fn a_branch_that_cannot_begin_fails_alone() {
    let mut b = Bench::open();
    let id = b.start(json!({ "sellers": ["", "Bem"] })).await.unwrap();
    b.pass(40 * MINUTE_MS).await;
    b.agree().await;
    b.pass(HOUR_MS).await;
    let m = b.run(id).await;
    assert_eq!(m.result["failed"], json!([": Name the seller."]), "{m:?}");
    assert_eq!(m.result["best"][0], "Bem");
}

#[tokio::test]
async fn a_run_waits_for_news_that_a_person_can_bring() {
    let mut b = Bench::open();
    let id = b.start(json!({ "sellers": ["Bem"] })).await.unwrap();
    b.settle().await;
    let child = b.read(move |tx| run::list_children(tx, id, None)).await[0].id;
    let wrong = b.write(move |tx| services::resume(tx, child, "word:Ada", &Value::Null)).await.unwrap_err();
    assert_eq!(wrong.fields[0].0, "key");
    assert_eq!(b.write(move |tx| services::resume(tx, id, "", &Value::Null)).await.unwrap_err().kind, Kind::Conflict);
    b.write(move |tx| services::resume(tx, child, "", &json!({ "price": 4_444 }))).await.unwrap();
    b.settle().await;
    assert_eq!(b.open_question().await.unwrap().question.title, "Pay Bem 4444?");
}
