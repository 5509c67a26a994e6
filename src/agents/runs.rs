//! Every graph of the house and what its runs can do.

use crate::agents::buying;
use crate::app::App;
use crate::domain::error::Result;
use crate::domain::house::approval::Question;
use crate::domain::id::Id;
use crate::graph::deed::Deeds;
use crate::graph::delta;
use crate::graph::machine;
pub use crate::graph::machine::NewRun;
use crate::graph::trial;
pub use crate::graph::trial::{Difference, Past, Replayed};
use crate::graph::{Graphs, Runtime};
use crate::services::house::approval;
use crate::store::house::run::Machine;
use crate::store::tx::{Read, Tx};
use serde_json::Value;
use std::sync::Arc;

/// All graphs, in every version that may have unfinished runs.
pub fn graphs() -> Graphs {
    buying::graphs(Graphs::default())
}

/// The graphs with their deeds, for the worker.
pub fn runtime(app: &Arc<App>) -> Runtime {
    with(graphs(), buying::deeds(Deeds::default(), app))
}

/// Starts a run of a graph of the house, in the transaction of whatever caused it; with a key that was used before, nothing
/// is started and the run of then is named.
pub fn start(tx: &mut Tx<'_>, new: &NewRun) -> Result<Id> {
    machine::start(tx, &with(graphs(), Deeds::default()), new)
}

/// A graph as people read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Its name in addresses.
    pub name: &'static str,
    /// One sentence.
    pub about: &'static str,
    /// Its newest version.
    pub version: u32,
}

/// Every graph of the house, by name.
pub fn list() -> Vec<About> {
    graphs().list().into_iter().map(|g| About { name: g.name(), about: g.about(), version: g.version() }).collect()
}

/// Whether a graph has this name.
pub fn is_graph(name: &str) -> bool {
    graphs().newest(name).is_some()
}

/// Takes every step of a run again from what was recorded, and calls nobody.
pub fn replay(app: &Arc<App>, tx: &Read<'_>, id: Id) -> Result<Replayed> {
    trial::replay(tx, &runtime(app), id)
}

/// Tries a run again from a step, with some of its state changed, without doing anything; the trial's id.
pub fn fork(app: &Arc<App>, tx: &mut Tx<'_>, id: Id, step: u32, change: Option<&Value>) -> Result<Id> {
    trial::fork(tx, &runtime(app), id, step, change)
}

/// The steps of a run with the states around them.
pub fn history(app: &Arc<App>, tx: &Read<'_>, m: &Machine) -> Result<Vec<Past>> {
    trial::history(tx, &runtime(app), m)
}

/// What changed between two states: path, before, after.
pub fn changes(before: &Value, after: &Value) -> Vec<(String, Value, Value)> {
    delta::changes(before, after)
}

/// What a trial did otherwise than its run.
pub fn difference(tx: &Read<'_>, trial: Id) -> Result<Difference> {
    trial::difference(tx, trial)
}

/// A runtime that asks people as the business's policy says.
pub fn with(graphs: Graphs, deeds: Deeds) -> Runtime {
    Runtime { graphs, deeds, ask, withdraw }
}

fn ask(tx: &mut Tx<'_>, run: Id, question: &Question) -> Result<Id> {
    approval::ask(tx, Some(run), question)
}

fn withdraw(tx: &mut Tx<'_>, run: Id) -> Result<()> {
    approval::withdraw(tx, run)
}
