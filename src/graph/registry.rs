//! Graphs by name and version, behind one face for all their types.

use super::deed::Deeds;
use super::{Budget, Ctx, Effect, Event, Graph, Next, Stepped};
use crate::domain::error::{Error, Result};
use crate::domain::house::approval::Question;
use crate::domain::id::Id;
use crate::store::tx::Tx;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::Arc;

/// A graph whose types are forgotten: states are JSON, steps are words.
pub trait AnyGraph: Send + Sync {
    /// Its name.
    fn name(&self) -> &'static str;
    /// Its version.
    fn version(&self) -> u32;
    /// One sentence for people.
    fn about(&self) -> &'static str;
    /// How far a run may go.
    fn budget(&self) -> Budget;
    /// The first state and step.
    fn begin(&self, input: &Value, cx: Ctx) -> Result<Stepped>;
    /// One step.
    fn step(&self, node: &str, state: &Value, event: Event, cx: Ctx) -> Result<Stepped>;
    /// Takes over a run of an older version: its state and step.
    fn migrate(&self, from: u32, node: &str, state: &Value) -> Result<Option<(Value, String)>>;
    /// Deeds that clear up.
    fn clear_up(&self, state: &Value, why: &str) -> Vec<Effect>;
}

impl<G: Graph> AnyGraph for G {
    fn name(&self) -> &'static str {
        Graph::name(self)
    }
    fn version(&self) -> u32 {
        Graph::version(self)
    }
    fn about(&self) -> &'static str {
        Graph::about(self)
    }
    fn budget(&self) -> Budget {
        Graph::budget(self)
    }
    fn begin(&self, input: &Value, mut cx: Ctx) -> Result<Stepped> {
        let input = serde_json::from_value(input.clone())
            .map_err(|e| Error::field("input", format!("This cannot start a run of {}: {e}.", Graph::name(self))))?;
        let (state, node) = Graph::begin(self, input, &mut cx)?;
        stepped(to_json(&state)?, Next::Go(word(node)?), cx)
    }
    fn step(&self, node: &str, state: &Value, event: Event, mut cx: Ctx) -> Result<Stepped> {
        let mut typed: G::State = from_json(state, "state")?;
        let next = Graph::step(self, from_json(&Value::from(node), "step")?, &mut typed, event, &mut cx);
        let next = next.named()?;
        stepped(to_json(&typed)?, next, cx)
    }
    fn migrate(&self, from: u32, node: &str, state: &Value) -> Result<Option<(Value, String)>> {
        let Some((state, node)) = Graph::migrate(self, from, node, state) else { return Ok(None) };
        Ok(Some((to_json(&state)?, word(node)?)))
    }
    fn clear_up(&self, state: &Value, why: &str) -> Vec<Effect> {
        serde_json::from_value::<G::State>(state.clone()).map(|s| Graph::clear_up(self, &s, why)).unwrap_or_default()
    }
}

fn stepped(state: Value, next: Next<String>, cx: Ctx) -> Result<Stepped> {
    Ok(Stepped { state, next, note: cx.note, title: cx.title, listen: cx.listen })
}

fn to_json(state: &impl Serialize) -> Result<Value> {
    serde_json::to_value(state).map_err(|e| Error::internal("A run's state could not be written as JSON.").with_source(e))
}

/// Not transient: the same state would not parse the next time either.
fn from_json<T: DeserializeOwned>(value: &Value, what: &str) -> Result<T> {
    serde_json::from_value(value.clone()).map_err(|e| Error::conflict(format!("The run's {what} does not fit its graph: {e}.")))
}

fn word(node: impl Serialize) -> Result<String> {
    match serde_json::to_value(node) {
        Ok(Value::String(word)) => Ok(word),
        _ => Err(Error::internal("A step of a graph must be a variant without fields.")),
    }
}

impl<N: Serialize> Next<N> {
    /// The same with steps as words.
    fn named(self) -> Result<Next<String>> {
        Ok(match self {
            Self::Go(n) => Next::Go(word(n)?),
            Self::Do { effects, then } => Next::Do { effects, then: word(then)? },
            Self::Branch { children, at_once, until, then } => Next::Branch { children, at_once, until, then: word(then)? },
            Self::Sleep { until, then } => Next::Sleep { until, then: word(then)? },
            Self::Listen { keys, until, then } => Next::Listen { keys, until, then: word(then)? },
            Self::Ask { question, then } => Next::Ask { question, then: word(then)? },
            Self::Done(value) => Next::Done(value),
            Self::Fail(why) => Next::Fail(why),
        })
    }
}

/// Every graph, in every version that may still have unfinished runs.
#[derive(Clone, Default)]
pub struct Graphs(Vec<Arc<dyn AnyGraph>>);

impl Graphs {
    /// Adds a graph.
    #[must_use]
    pub fn with(mut self, graph: impl Graph) -> Self {
        self.0.push(Arc::new(graph));
        self
    }
    /// The newest version of a name.
    pub fn newest(&self, name: &str) -> Option<&Arc<dyn AnyGraph>> {
        self.0.iter().filter(|g| g.name() == name).max_by_key(|g| g.version())
    }
    /// This version of a name.
    pub fn exactly(&self, name: &str, version: u32) -> Option<&Arc<dyn AnyGraph>> {
        self.0.iter().find(|g| g.name() == name && g.version() == version)
    }
    /// The newest version of each, by name.
    pub fn list(&self) -> Vec<&Arc<dyn AnyGraph>> {
        let mut names: Vec<&str> = self.0.iter().map(|g| g.name()).collect();
        names.sort_unstable();
        names.dedup();
        names.into_iter().filter_map(|n| self.newest(n)).collect()
    }
}

/// How a run asks a person: the rule is a service's, which this layer does not know. The approval's id.
pub type Asks = fn(tx: &mut Tx<'_>, run: Id, question: &Question) -> Result<Id>;
/// How the open questions of a run that ended are taken back.
pub type Withdraws = fn(tx: &mut Tx<'_>, run: Id) -> Result<()>;

/// Everything the machine needs to take runs further.
#[derive(Clone)]
pub struct Runtime {
    /// The graphs.
    pub graphs: Graphs,
    /// What they can do.
    pub deeds: Deeds,
    /// How they ask a person.
    pub ask: Asks,
    /// How they take a question back.
    pub withdraw: Withdraws,
}
