//! Durable runs: a graph of steps that survives anything, with people and the outside world in the loop.
//!
//! A graph is pure. Each step gets its state and what happened, and answers with the next thing: another step, deeds to do,
//! branches to run side by side, a time, a message or a person to wait for. The machine (`machine`) writes a checkpoint and
//! the deeds of a step in one transaction, and deeds outside of the process are done from their rows (`outside`). So a run
//! that waits is only a row, and one that was killed goes on from its last checkpoint.
//!
//! Because a step is pure, the same events give the same states: branches are runs of their own that share nothing and are
//! joined in the order they were named, replay needs the recorded events only, and a fork can be tried without doing anything.

pub mod deed;
pub mod delta;
pub mod machine;
pub mod outside;
mod registry;
pub mod trial;
mod wait;

pub use registry::{AnyGraph, Graphs, Runtime};

use crate::domain::error::Result;
use crate::domain::house::approval::{Question, Verdict};
use crate::domain::house::run::{Ended, Outcome};
use crate::domain::id::Id;
use crate::domain::time::{DAY_MS, Time};
use crate::domain::usage::Usage;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A longer piece of work as steps. Pure: no clock, no randomness, no database; all of that comes in by events and `Ctx`.
pub trait Graph: Send + Sync + 'static {
    /// What a run is started with. What does not parse is refused before anything is stored.
    type Input: DeserializeOwned;
    /// What a run knows. Kept small: every change of it is written down.
    type State: Serialize + DeserializeOwned;
    /// The steps: an enum without fields.
    type Node: Serialize + DeserializeOwned + Copy;

    /// Its name in addresses and rows, such as "purchase".
    fn name(&self) -> &'static str;
    /// Grows whenever an unfinished run could not go on with the changed steps.
    fn version(&self) -> u32;
    /// One sentence for people.
    fn about(&self) -> &'static str;
    /// The first state and step. An error refuses the input and names what to mend.
    fn begin(&self, input: Self::Input, cx: &mut Ctx) -> Result<(Self::State, Self::Node)>;
    /// What a step does with what happened.
    fn step(&self, node: Self::Node, state: &mut Self::State, event: Event, cx: &mut Ctx) -> Next<Self::Node>;
    /// How far a run may go.
    fn budget(&self) -> Budget {
        Budget::default()
    }
    /// Takes over an unfinished run of an older version, at the step it waits before; none when a person must look.
    fn migrate(&self, _from: u32, _node: &str, _state: &Value) -> Option<(Self::State, Self::Node)> {
        None
    }
    /// Deeds that clear up when a run is stopped or fails: what was begun outside is called off. Nobody waits for them.
    fn clear_up(&self, _state: &Self::State, _why: &str) -> Vec<Effect> {
        Vec::new()
    }
}

/// What a step decides.
#[derive(Debug, Clone, PartialEq)]
pub enum Next<N> {
    /// Go to a step at once: `Event::Went`.
    Go(N),
    /// Do these deeds; then the step hears of all of them in this order: `Event::Done`.
    Do {
        /// What to do.
        effects: Vec<Effect>,
        /// The step after.
        then: N,
    },
    /// Run these side by side, at most `at_once` of them; then the step hears of all in this order: `Event::Joined`.
    Branch {
        /// The runs to make.
        children: Vec<Child>,
        /// How many run at once; 0 for all.
        at_once: usize,
        /// When those that have not ended are stopped.
        until: Option<Time>,
        /// The step after.
        then: N,
    },
    /// Wait for a time: `Event::Time`.
    Sleep {
        /// When to go on.
        until: Time,
        /// The step after.
        then: N,
    },
    /// Wait for a letter under one of these keys: `Event::Letter`, or `Event::Late` when none came in time. From the first
    /// time it is listened for, a key's letters are kept until they are read or the run ends (see also `Ctx::listen`).
    Listen {
        /// Such as "call:ID".
        keys: Vec<String>,
        /// How long.
        until: Option<Time>,
        /// The step after.
        then: N,
    },
    /// Ask a person, as the business's policy says: `Event::Decided`.
    Ask {
        /// What.
        question: Box<Question>,
        /// The step after.
        then: N,
    },
    /// The end, with what came of it.
    Done(Value),
    /// The end that was not wanted, with one sentence why.
    Fail(String),
}

/// What happened, as a step hears it. Recorded with the step, so that a replay hears the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The run begins.
    Begun,
    /// The step before went here.
    Went,
    /// Every deed is settled.
    Done {
        /// In the order of the deeds.
        outcomes: Vec<Outcome>,
    },
    /// Every branch has ended.
    Joined {
        /// In the order of the branches.
        ended: Vec<Ended>,
    },
    /// It is time.
    Time,
    /// A letter came.
    Letter {
        /// Under which key.
        key: String,
        /// What it says.
        data: Value,
    },
    /// Nothing came in time.
    Late,
    /// A person, or the policy, has decided.
    Decided {
        /// How.
        verdict: Verdict,
    },
}

/// A deed with an effect beyond the run's own state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// What it means, never where it stands: "pay:PURCHASE:VENDOR". In one business a key is done once; planned again, its
    /// outcome is heard again, and only one that surely failed is tried again.
    pub key: String,
    /// The name of the deed, as registered.
    pub deed: String,
    /// What it needs.
    pub input: Value,
}

impl Effect {
    /// A deed under its key.
    pub fn new(key: impl Into<String>, deed: impl Into<String>, input: Value) -> Self {
        Self { key: key.into(), deed: deed.into(), input }
    }
}

/// A run within a run: a branch, or a sub-run when there is one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Child {
    /// The name of its graph; the newest version of it.
    pub graph: String,
    /// What it is started with.
    pub input: Value,
}

/// How far a run may go. Beyond it the run fails and clears up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Steps.
    pub steps: u32,
    /// Milliseconds from its start.
    pub ms: i64,
    /// What models may cost, in millionths of a US dollar.
    pub cost_micros: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self { steps: 1_000, ms: 30 * DAY_MS, cost_micros: 1_000_000 }
    }
}

/// What a step may know and leave besides its state.
#[derive(Debug)]
pub struct Ctx {
    /// The run.
    pub run: Id,
    /// The number of this step in it, from 0.
    pub seq: u32,
    /// When the step is taken; a replay sees the same.
    pub now: Time,
    made: u32,
    note: String,
    title: Option<String>,
    listen: Vec<String>,
}

impl Ctx {
    /// Of a step of a run.
    pub(crate) fn new(run: Id, seq: u32, now: Time) -> Self {
        Self { run, seq, now, made: 0, note: String::new(), title: None, listen: Vec::new() }
    }
    /// A new id: the same in a replay.
    pub fn id(&mut self) -> Id {
        self.made += 1;
        Id::derived(self.now, format!("{}/{}/{}", self.run, self.seq, self.made).as_bytes())
    }
    /// One sentence about this step, for the owner.
    pub fn note(&mut self, sentence: impl Into<String>) {
        self.note = sentence.into();
    }
    /// What the whole run is about, one line for lists.
    pub fn title(&mut self, line: impl Into<String>) {
        self.title = Some(line.into());
    }
    /// From now on letters under this key are kept for the run, also while it does other things.
    pub fn listen(&mut self, key: impl Into<String>) {
        self.listen.push(key.into());
    }
}

/// What one step of any graph left.
#[derive(Debug)]
pub struct Stepped {
    /// The state after it.
    pub state: Value,
    /// What is next.
    pub next: Next<String>,
    /// Its sentence.
    pub note: String,
    /// A new title, if it set one.
    pub title: Option<String>,
    /// Keys to listen under.
    pub listen: Vec<String>,
}

/// What a performer needs to know besides the deed's input.
#[derive(Debug, Clone)]
pub struct At {
    /// The business.
    pub business: Id,
    /// The run; none for a deed that clears up after one that is gone.
    pub run: Id,
    /// The deed's key; what providers take as idempotency key.
    pub key: String,
    /// How often it was tried before.
    pub attempts: u32,
}

/// What came of a deed outside.
#[derive(Debug, Clone, PartialEq)]
pub enum Performed {
    /// It happened.
    Confirmed {
        /// What it gave back.
        result: Value,
        /// What models used for it.
        usage: Usage,
    },
    /// It surely did not happen, and trying again would not help.
    Failed(String),
    /// It surely did not happen; it may be tried again after so many milliseconds.
    NotDone {
        /// Why.
        problem: String,
        /// How long to wait at least.
        after_ms: i64,
    },
    /// Nobody knows whether it happened.
    Unknown(String),
}

impl Performed {
    /// It happened, with a result.
    pub fn confirmed(result: Value) -> Self {
        Self::Confirmed { result, usage: Usage::default() }
    }
}
