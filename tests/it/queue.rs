//! The queue itself: a job runs once at a time however long it takes, a handler that panics costs one try, and what is over touches
//! no other job.

use crate::doubles::meta::NUMBER;
use crate::harness::{self, noon};
use async_trait::async_trait;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use steward::app::App;
use steward::config::Config;
use steward::domain::error::Result;
use steward::domain::id::Id;
use steward::domain::job::Job;
use steward::domain::limits;
use steward::domain::time::Clock;
use steward::queue::Handler;
use steward::store::jobs;
use steward::store::tx::{LeasedJob, Tx};
use tokio::sync::Notify;

async fn open(dir: &std::path::Path) -> (Arc<App>, Id) {
    let app = App::open(Config::for_testing(dir), Clock::starting_at(noon())).await.unwrap();
    let b = harness::add_business(&app, "Mama Put", NUMBER).await;
    (app, b.id)
}

/// Jobs that make vectors do what the test wants; all others are done at once.
struct Odd {
    app: Arc<App>,
    runs: AtomicU32,
    others: Notify,
    go: Notify,
    panics: bool,
}

impl Odd {
    fn start(app: &Arc<App>, panics: bool) -> Arc<Self> {
        let odd = Self { app: app.clone(), runs: AtomicU32::new(0), others: Notify::new(), go: Notify::new(), panics };
        let odd = Arc::new(odd);
        app.tasks.spawn("queue", app.connect_queue().unwrap().run(odd.clone()));
        odd
    }
    fn runs(&self) -> u32 {
        self.runs.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Handler for Odd {
    async fn handle(&self, business: Id, job: &LeasedJob) -> Result<()> {
        if job.job == Job::Embed {
            self.runs.fetch_add(1, Ordering::SeqCst);
            assert!(!self.panics, "a defect of a handler");
            self.go.notified().await;
        }
        let id = job.id;
        self.app.store.business(business)?.write(move |tx| jobs::finish_job(tx, id)).await?;
        if job.job != Job::Embed {
            self.others.notify_one();
        }
        Ok(())
    }
}

fn add(tx: &mut Tx<'_>, job: &Job, in_ms: i64) -> Result<()> {
    let due = tx.now.plus_ms(in_ms);
    jobs::enqueue_job(tx, job, due, None)
}

#[tokio::test]
async fn a_job_that_takes_longer_than_its_lease_runs_once() {
    let dir = tempfile::tempdir().unwrap();
    let (app, id) = open(dir.path()).await;
    let odd = Odd::start(&app, false);
    let file = app.store.business(id).unwrap();
    file.write(|tx| add(tx, &Job::Embed, 0)).await.unwrap();
    for _ in 0..3 {
        // The other one is taken by the clock, with all that is due then.
        file.write(|tx| add(tx, &Job::Nudge, jobs::LEASE_MS)).await.unwrap();
        app.clock().advance_ms(jobs::LEASE_MS + 1);
        odd.others.notified().await;
    }
    assert_eq!(odd.runs(), 1);
    assert_eq!(harness::count_jobs(&file).1, 1, "it is leased all the time");
    odd.go.notify_one();
    app.bell.settle().await;
    assert_eq!((odd.runs(), harness::count_jobs(&file)), (1, (0, 0, 0)));
}

#[tokio::test]
async fn a_handler_that_panics_costs_its_job_a_try_and_no_other_job_anything() {
    let dir = tempfile::tempdir().unwrap();
    let (app, id) = open(dir.path()).await;
    let odd = Odd::start(&app, true);
    let file = app.store.business(id).unwrap();
    file.write(|tx| add(tx, &Job::Embed, 0).and_then(|()| add(tx, &Job::Nudge, 1))).await.unwrap();
    app.bell.settle().await;
    assert_eq!(harness::count_jobs(&file), (2, 0, 0), "it waits for its next try");
    for tries in 2..=limits::JOB_ATTEMPTS {
        app.clock().advance_ms(3_600_000);
        app.bell.settle().await;
        assert_eq!(odd.runs(), tries);
    }
    odd.others.notified().await;
    let dead = file.read(jobs::list_dead_jobs).await.unwrap();
    assert!(dead.len() == 1 && dead[0].kind == "embed" && !dead[0].error.is_empty(), "{dead:?}");
}

#[tokio::test]
async fn what_became_of_a_job_that_is_gone_touches_no_later_one() {
    let dir = tempfile::tempdir().unwrap();
    let (app, id) = open(dir.path()).await;
    let file = app.store.business(id).unwrap();
    file.write(|tx| add(tx, &Job::Embed, 0)).await.unwrap();
    let gone = file.write(|tx| jobs::lease_jobs(tx, 9)).await.unwrap().remove(0).id;
    // As when its customer is erased while it runs.
    file.write(move |tx| jobs::finish_job(tx, gone)).await.unwrap();
    file.write(|tx| add(tx, &Job::Nudge, 0)).await.unwrap();
    let later = file.write(|tx| jobs::lease_jobs(tx, 9)).await.unwrap().remove(0);
    file.write(move |tx| jobs::fail_job(tx, gone, "It failed.", None)).await.unwrap();
    assert!(file.read(jobs::list_dead_jobs).await.unwrap().is_empty());
    file.write(move |tx| jobs::put_back_job(tx, gone, tx.now)).await.unwrap();
    file.write(move |tx| jobs::finish_job(tx, gone)).await.unwrap();
    assert_eq!(harness::count_jobs(&file), (0, 1, 0), "{later:?}");
    // And when it is kept for another try, that is a job of its own.
    let again = move |tx: &mut Tx<'_>| {
        let now = tx.now;
        jobs::put_back_or_add(tx, gone, &Job::Embed, now)
    };
    file.write(again).await.unwrap();
    assert_eq!(harness::count_jobs(&file), (1, 1, 0));
}
