//! Jobs done before the commit ends that wished for them, each in two parts: what needs no database is thought beside the writer's
//! thread, on another core, while the writer stores, looks and writes for the others of the commit.

use super::tx::{Read, Tx};
use crate::domain::id::Id;
use crate::domain::job::Job;
use std::collections::VecDeque;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

/// A job whose rows were looked at.
pub trait AtOnce: Send {
    /// The part that needs no database. It runs on any thread, and may not be reached: `finish` does what it left undone.
    fn think(&mut self);
    /// The part that writes; false when the job must wait for the queue.
    fn finish(self: Box<Self>, tx: &mut Tx<'_>) -> bool;
}

/// Looks at what a job needs, in the transaction that ends with it; none when it must wait for the queue.
pub type Begin = Arc<dyn Fn(&Read<'_>, Id, &Job) -> Option<Box<dyn AtOnce>> + Send + Sync>;

/// Told when what was done in a business's file is undone again, so that nothing of it stays in memory.
pub type Undone = Arc<dyn Fn(Id) + Send + Sync>;

/// Who does jobs at once.
pub struct Doer {
    /// Begins one.
    pub begin: Begin,
    /// Forgets what became of some.
    pub undone: Undone,
}

/// Threads that think beside writers at most, whatever the machine has: writers are many and want cores, too.
const HELPERS: usize = 4;

/// Something that is thought by whoever comes first.
struct Thought {
    state: Mutex<State>,
    done: Condvar,
}

enum State {
    Waiting(Box<dyn AtOnce>),
    Busy,
    Done(Box<dyn AtOnce>),
    /// Taken, or thinking of it failed.
    Gone,
}

impl Thought {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Thinks, unless somebody has begun.
    fn think(&self) {
        let mut state = self.lock();
        if !matches!(*state, State::Waiting(_)) {
            return;
        }
        let State::Waiting(mut work) = std::mem::replace(&mut *state, State::Busy) else { return };
        drop(state);
        let ok = catch_unwind(AssertUnwindSafe(|| work.think())).is_ok();
        *self.lock() = if ok { State::Done(work) } else { State::Gone };
        self.done.notify_all();
    }
    fn is_done(&self) -> bool {
        matches!(*self.lock(), State::Done(_) | State::Gone)
    }
    fn is_waiting(&self) -> bool {
        matches!(*self.lock(), State::Waiting(_))
    }
    /// Nobody need think of it any more.
    fn forget(&self) {
        let mut state = self.lock();
        if !matches!(*state, State::Busy) {
            *state = State::Gone;
        }
    }
    /// What was thought of, once it is; none when that failed.
    fn take(&self) -> Option<Box<dyn AtOnce>> {
        let mut state = self.lock();
        while matches!(*state, State::Busy) {
            state = self.done.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        match std::mem::replace(&mut *state, State::Gone) {
            State::Waiting(work) | State::Done(work) => Some(work),
            State::Busy | State::Gone => None,
        }
    }
}

/// The jobs of one commit, each with what it is known by.
pub(super) struct Together<K> {
    all: VecDeque<(K, Arc<Thought>)>,
}

impl<K> Together<K> {
    pub(super) fn new() -> Self {
        Self { all: VecDeque::new() }
    }
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }
    /// Adds one. Helpers are told of it once there is a second: one alone is thought of sooner where it is.
    pub(super) fn add(&mut self, known_by: K, work: Box<dyn AtOnce>) {
        let thought = Arc::new(Thought { state: Mutex::new(State::Waiting(work)), done: Condvar::new() });
        self.all.push_back((known_by, thought));
        let untold = if self.all.len() == 2 { 0 } else { self.all.len() - 1 };
        if self.all.len() > 1
            && let Some(helpers) = helpers()
        {
            self.all.iter().skip(untold).for_each(|(_, thought)| drop(helpers.send(thought.clone())));
        }
    }
    /// Takes those back that `f` names, thought of or not; what they are known by.
    pub(super) fn take_back(&mut self, f: impl Fn(&K) -> bool) -> Vec<K> {
        if !self.all.iter().any(|(known_by, _)| f(known_by)) {
            return Vec::new();
        }
        let (back, stay): (VecDeque<_>, VecDeque<_>) = std::mem::take(&mut self.all).into_iter().partition(|(known_by, _)| f(known_by));
        self.all = stay;
        back.into_iter()
            .map(|(known_by, thought)| {
                thought.forget();
                known_by
            })
            .collect()
    }
    /// The next to be finished, in the order they came. While others think of it, the rearmost is thought of here: helpers go from the
    /// front, so it would wait longest for them. None in the place of one that failed.
    pub(super) fn next(&mut self) -> Option<(K, Option<Box<dyn AtOnce>>)> {
        while self.all.front().is_some_and(|(_, t)| !t.is_done()) {
            let Some((_, rearmost)) = self.all.iter().rev().find(|(_, t)| t.is_waiting()) else { break };
            rearmost.think();
        }
        let (known_by, thought) = self.all.pop_front()?;
        Some((known_by, thought.take()))
    }
    /// What is left, unthought.
    pub(super) fn rest(self) -> impl Iterator<Item = K> {
        self.all.into_iter().map(|(known_by, _)| known_by)
    }
}

/// Where helpers listen; none on a machine with one core. They start when first needed.
fn helpers() -> Option<&'static Sender<Arc<Thought>>> {
    static ALL: OnceLock<Option<Sender<Arc<Thought>>>> = OnceLock::new();
    ALL.get_or_init(|| {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let (sender, receiver) = channel();
        let shared = Arc::new(Mutex::new(receiver));
        let start = |_| {
            let shared = shared.clone();
            std::thread::Builder::new().name("thinker".into()).spawn(move || help(&shared)).is_ok()
        };
        let started = (0..cores.saturating_sub(1).min(HELPERS)).map(start).filter(|ok| *ok).count();
        (started > 0).then_some(sender)
    })
    .as_ref()
}

fn help(work: &Mutex<Receiver<Arc<Thought>>>) {
    loop {
        let next = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(thought) = next else { return };
        thought.think();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    struct Sum {
        of: u64,
        sum: Option<u64>,
        thought: Arc<AtomicUsize>,
    }
    impl AtOnce for Sum {
        fn think(&mut self) {
            assert!(self.of != 13, "thirteen is not thought of");
            self.thought.fetch_add(1, Ordering::Relaxed);
            self.sum = Some((0..=self.of).sum());
        }
        fn finish(self: Box<Self>, _: &mut Tx<'_>) -> bool {
            true
        }
    }

    #[test]
    fn what_is_taken_back_is_not_finished() {
        let mut all = Together::new();
        let thought = Arc::new(AtomicUsize::new(0));
        (0..40).for_each(|of| all.add(of, Box::new(Sum { of: of * 20, sum: None, thought: thought.clone() })));
        assert_eq!(all.take_back(|of| of % 10 == 3), [3, 13, 23, 33]);
        assert!(all.take_back(|of| *of == 40).is_empty());
        assert_eq!(all.len(), 36);
        let left = std::iter::from_fn(|| all.next()).filter(|(_, work)| work.is_some()).count();
        assert_eq!(left, 36);
    }

    #[test]
    fn each_is_thought_of_once_and_finished_in_order_whoever_fails() {
        let thought = Arc::new(AtomicUsize::new(0));
        for _ in 0..50 {
            let mut all = Together::new();
            (0..40).for_each(|of| all.add(of, Box::new(Sum { of, sum: None, thought: thought.clone() })));
            let mut seen = Vec::new();
            while let Some((of, work)) = all.next() {
                assert_eq!(work.is_none(), of == 13);
                seen.push(of);
            }
            assert_eq!(seen, (0..40).collect::<Vec<_>>());
        }
        assert_eq!(thought.load(Ordering::Relaxed), 50 * 39);
    }
}
