//! The durable queue's engine. Knows no kind of job: it takes leases, keeps lanes apart, waits, and tries again.
//!
//! Jobs that a commit leaves behind arrive with their lease already taken; jobs of later arrive by the clock. One
//! engine serves every business.

use crate::domain::error::{Error, Result};
use crate::domain::id::{Id, fill_random};
use crate::domain::job::Line;
use crate::domain::limits;
use crate::domain::time::{Clock, Time};
use crate::store::Store;
use crate::store::jobs;
use crate::store::tx::LeasedJob;
use crate::telemetry::metrics;
use async_trait::async_trait;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// Jobs that wait in memory before no more are leased.
const WAITING: usize = 1_024;
/// A clock that goes back by less is only being corrected.
const STEP_MS: i64 = 2_000;
/// Jobs leased in one go from one business.
const LEASE_BATCH: usize = 64;

/// Does the work. It calls `finish_job` in the transaction of the job's effects; an error here means "try again".
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Does one job of one business.
    async fn handle(&self, business: Id, job: &LeasedJob) -> Result<()>;
}

/// Something the engine should know.
enum Ring {
    Jobs(Id, Vec<LeasedJob>),
    Due(Id, Time),
    Settle(oneshot::Sender<()>),
    Stop,
}

/// Tells the engine of work; cheap to clone.
#[derive(Clone)]
pub struct Doorbell(mpsc::UnboundedSender<Ring>);

impl Doorbell {
    /// Work whose lease this process holds.
    pub fn jobs(&self, business: Id, jobs: Vec<LeasedJob>) {
        let _ = self.0.send(Ring::Jobs(business, jobs));
    }
    /// A business has work at this time.
    pub fn due(&self, business: Id, at: Time) {
        let _ = self.0.send(Ring::Due(business, at));
    }
    /// Waits until nothing runs and nothing is due by the clock.
    pub async fn settle(&self) {
        let (reply, done) = oneshot::channel();
        let _ = self.0.send(Ring::Settle(reply));
        let _ = done.await;
    }
    /// Takes no new work; the engine ends when what runs has ended.
    pub fn stop(&self) {
        let _ = self.0.send(Ring::Stop);
    }
}

/// The engine; `run` is its whole life.
pub struct Engine {
    store: Arc<Store>,
    clock: Clock,
    rings: mpsc::UnboundedReceiver<Ring>,
    due: BTreeSet<(Time, Id)>,
    lines: [Waiting; Line::ALL.len()],
    /// Lanes with a running job, and who waits behind it.
    lanes: HashMap<Lane, VecDeque<(Id, LeasedJob)>>,
    /// All jobs in memory, by business and number. Their leases are renewed, however long they take, so that none runs twice at once.
    held: BTreeMap<(Id, i64), Held>,
    settling: Vec<oneshot::Sender<()>>,
    stopping: bool,
    /// The latest time the clock has told.
    newest: Time,
}

/// One line: who waits in it, and how many of it run.
#[derive(Default)]
struct Waiting {
    jobs: VecDeque<(Id, LeasedJob)>,
    running: usize,
}

/// What is known of a job in memory.
#[derive(Default)]
struct Held {
    begun: bool,
    /// It was put back and leased again before whoever did it has returned: it runs once more then.
    again: Option<LeasedJob>,
}

/// A business and the name of one of its lanes.
type Lane = (Id, String);

/// A job that ended.
struct Ended {
    business: Id,
    id: i64,
    line: Line,
    lane: Option<Lane>,
    /// When its lease ends, if it could not be put back.
    lease_end: Option<Time>,
}

type Running = FuturesUnordered<BoxFuture<'static, Ended>>;

/// A new engine and its doorbell.
pub fn engine(store: Arc<Store>) -> (Engine, Doorbell) {
    let (tx, rings) = mpsc::unbounded_channel();
    let clock = store.clock().clone();
    let engine = Engine {
        newest: clock.now(),
        store,
        clock,
        rings,
        due: BTreeSet::new(),
        lines: Default::default(),
        lanes: HashMap::new(),
        held: BTreeMap::new(),
        settling: Vec::new(),
        stopping: false,
    };
    (engine, Doorbell(tx))
}

impl Engine {
    /// Runs until stopped.
    pub async fn run(mut self, handler: Arc<dyn Handler>) {
        let mut running: Running = FuturesUnordered::new();
        loop {
            self.heed_clock().await;
            self.take_due(&mut running, &handler).await;
            self.start_waiting(&mut running, &handler);
            if running.is_empty() && self.waiting() == 0 {
                if self.stopping {
                    return;
                }
                if !self.something_due() && self.rings.is_empty() {
                    self.settling.drain(..).for_each(|s| {
                        let _ = s.send(());
                    });
                }
            }
            let wait = self.wait();
            tokio::select! {
                biased;
                done = running.next(), if !running.is_empty() => {
                    if let Some(ended) = done { self.free(ended) }
                }
                ring = self.rings.recv() => match ring {
                    Some(ring) => self.heed(ring),
                    None => self.stopping = true,
                },
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    fn heed(&mut self, ring: Ring) {
        match ring {
            Ring::Jobs(business, jobs) => self.join(business, jobs),
            Ring::Due(business, at) => {
                self.due.insert((at, business));
            }
            Ring::Settle(reply) => self.settling.push(reply),
            Ring::Stop => self.stopping = true,
        }
    }

    fn something_due(&self) -> bool {
        self.due.first().is_some_and(|(at, _)| *at <= self.clock.now())
    }

    /// How long nothing is due; a clock that is moved by hand is looked at often.
    fn wait(&self) -> Duration {
        let most = if self.clock.is_virtual() { 5 } else { 60_000 };
        // What is due cannot be taken while so much waits, or at the end; a job that ends wakes us.
        let ms = self
            .due
            .first()
            .filter(|_| !self.stopping && self.waiting() < WAITING)
            .map_or(most, |(at, _)| at.since_ms(self.clock.now()).clamp(0, most));
        Duration::from_millis(u64::try_from(ms).unwrap_or(0))
    }

    /// A clock that was set back would let everything wait until it is where it was.
    async fn heed_clock(&mut self) {
        let now = self.clock.now();
        let back = self.newest.since_ms(now);
        self.newest = if back > STEP_MS { now } else { self.newest.max(now) };
        if back <= STEP_MS {
            return;
        }
        tracing::warn!(seconds = back / 1_000, "the clock was set back; what waits is due as much earlier");
        let businesses: BTreeSet<Id> = std::mem::take(&mut self.due).into_iter().map(|(_, business)| business).collect();
        for business in businesses {
            let mended = match self.store.business(business) {
                Ok(file) => file.write(move |tx| jobs::clock_went_back(tx, Some(back))).await,
                Err(e) => Err(e),
            };
            if let Err(e) = mended {
                tracing::error!(error = %e, "what waits in a business could not be moved");
            }
            self.due.insert((now, business));
        }
    }

    /// Leases what is due in each business whose time has come.
    async fn take_due(&mut self, running: &mut Running, handler: &Arc<dyn Handler>) {
        let now = self.clock.now();
        while !self.stopping && self.waiting() < WAITING && self.due.first().is_some_and(|(at, _)| *at <= now) {
            let Some((_, business)) = self.due.pop_first() else { return };
            let next = (Time::from_millis(i64::MIN), business);
            let stale: Vec<_> = self.due.iter().filter(|(at, b)| *b == business && *at <= now && (*at, *b) != next).copied().collect();
            self.due.retain(|d| !stale.contains(d));
            match lease(&self.store, business, self.held_of(business)).await {
                Ok((jobs, again)) => {
                    // What was handed over meanwhile may be among them, when its lease ran out on the way.
                    while let Ok(ring) = self.rings.try_recv() {
                        self.heed(ring);
                    }
                    self.join(business, jobs);
                    self.due.extend(again.map(|at| (at, business)));
                }
                Err(e) if e.kind == crate::domain::error::Kind::NotFound => {}
                Err(e) => {
                    tracing::error!(error = %e, "the queue of a business could not be read");
                    self.due.insert((now.plus_ms(5_000), business));
                }
            }
            self.start_waiting(running, handler);
        }
    }

    fn waiting(&self) -> usize {
        self.lines.iter().map(|l| l.jobs.len()).sum()
    }

    fn held_of(&self, business: Id) -> Vec<i64> {
        self.held.range((business, i64::MIN)..=(business, i64::MAX)).map(|((_, id), _)| *id).collect()
    }

    fn join(&mut self, business: Id, jobs: Vec<LeasedJob>) {
        for job in jobs {
            match self.held.entry((business, job.id)) {
                Entry::Vacant(new) => {
                    new.insert(Held::default());
                    self.lines[job.job.line() as usize].jobs.push_back((business, job));
                }
                Entry::Occupied(mut held) if held.get().begun => held.get_mut().again = Some(job),
                // The same once more: its lease ran out on its way to us.
                Entry::Occupied(_) => {}
            }
        }
    }

    fn start_waiting(&mut self, running: &mut Running, handler: &Arc<dyn Handler>) {
        if self.stopping {
            // Leases of what never started run out, or the next start frees them.
            self.lines.iter_mut().for_each(|l| l.jobs.clear());
        }
        for line in Line::ALL {
            while self.lines[line as usize].running < line.places() {
                let Some((business, job)) = self.lines[line as usize].jobs.pop_front() else { break };
                let lane = job.job.lane().map(|lane| (business, lane));
                if let Some(lane) = &lane {
                    if let Some(behind) = self.lanes.get_mut(lane) {
                        behind.push_back((business, job));
                        continue;
                    }
                    self.lanes.insert(lane.clone(), VecDeque::new());
                }
                self.lines[line as usize].running += 1;
                self.held.entry((business, job.id)).or_default().begun = true;
                running.push(Box::pin(one(self.store.clone(), handler.clone(), business, job, lane)));
            }
        }
    }

    fn free(&mut self, ended: Ended) {
        let again = self.held.remove(&(ended.business, ended.id)).and_then(|held| held.again);
        // Nothing was committed for it, so nobody else rings when it may be taken again.
        self.due.extend(ended.lease_end.map(|at| (at, ended.business)));
        let l = &mut self.lines[ended.line as usize];
        l.running -= 1;
        if let Some(mut behind) = ended.lane.and_then(|lane| self.lanes.remove(&lane)) {
            behind.drain(..).rev().for_each(|next| l.jobs.push_front(next));
        }
        self.join(ended.business, again.into_iter().collect());
    }
}

/// Leases what is due in a business; `held` are those that this process is at already.
async fn lease(store: &Store, business: Id, held: Vec<i64>) -> Result<(Vec<LeasedJob>, Option<Time>)> {
    let file = store.business(business)?;
    file.write(move |tx| {
        jobs::fire_schedules(tx)?;
        jobs::renew_leases(tx, &held)?;
        let got = jobs::lease_jobs(tx, LEASE_BATCH)?;
        let next = [jobs::next_due(tx)?, jobs::next_schedule(tx)?].into_iter().flatten().min();
        Ok((got, next))
    })
    .await
}

/// Runs one job; on failure puts it back for later, or among the dead letters.
async fn one(store: Arc<Store>, handler: Arc<dyn Handler>, business: Id, job: LeasedJob, lane: Option<Lane>) -> Ended {
    let began = Instant::now();
    // One task runs the jobs of everybody: a panic is a failed try of the job that brought it about, and of no other.
    let done = AssertUnwindSafe(handler.handle(business, &job)).catch_unwind().await;
    let done = done.unwrap_or_else(|_| Err(Error::internal("Something went wrong on our side. It is in the log.")));
    metrics::job(job.job.kind(), if done.is_ok() { "done" } else { "failed" }, began.elapsed().as_secs_f64());
    let mut lease_end = None;
    if let Err(e) = done {
        tracing::warn!(kind = job.job.kind(), attempts = job.attempts, error = %e, "a job failed");
        if let Err(e) = put_back(&store, business, &job, &e).await {
            tracing::error!(error = %e, "a failed job could not be put back; its lease will run out");
            lease_end = Some(store.clock().now().plus_ms(jobs::LEASE_MS));
        }
    }
    Ended { business, id: job.id, line: job.job.line(), lane, lease_end }
}

async fn put_back(store: &Store, business: Id, job: &LeasedJob, error: &Error) -> Result<()> {
    let (id, tried, text) = (job.id, job.attempts + 1, error.message.clone());
    let again = error.is_transient() && tried < limits::JOB_ATTEMPTS;
    let file = store.business(business)?;
    file.write(move |tx| {
        let due = again.then(|| tx.now.plus_ms(backoff_ms(tried)));
        jobs::fail_job(tx, id, &text, due)
    })
    .await
}

/// 1 s, 2 s, 4 s … at most ten minutes, with up to a quarter more by chance.
fn backoff_ms(tried: u32) -> i64 {
    let base = 1_000i64.saturating_mul(1 << tried.saturating_sub(1).min(20)).min(600_000);
    let mut byte = [0u8];
    fill_random(&mut byte);
    base + base * i64::from(byte[0]) / 1024
}
