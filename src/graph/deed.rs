//! Deeds: what a run can do. Registered by name; a graph names them and never calls them.

use super::{At, Performed};
use crate::domain::error::Result;
use crate::store::tx::Tx;
use async_trait::async_trait;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// A deed done in the transaction of its step: reading rows, calling a service. It leaves nothing when it refuses.
pub trait Here: Send + Sync + 'static {
    /// Its name in effects.
    fn name(&self) -> &'static str;
    /// Does it. An error that trying again may mend undoes the step; any other is the deed's outcome.
    fn perform(&self, tx: &mut Tx<'_>, at: &At, input: &Value) -> Result<Value>;
    /// What a trial assumes it gives back, when nothing was recorded.
    fn pretend(&self, _input: &Value) -> Value {
        Value::Null
    }
}

/// A deed outside of the process, done by a job from its row.
#[async_trait]
pub trait Outside: Send + Sync + 'static {
    /// Its name in effects.
    fn name(&self) -> &'static str;
    /// Does it, once. Anything that may have happened is `Unknown`.
    async fn perform(&self, at: &At, input: &Value) -> Performed;
    /// Looks whether it happened, after nobody knew. `Unknown` leaves it to a person.
    async fn look(&self, _at: &At, _input: &Value) -> Performed {
        Performed::Unknown("Nobody can be asked whether it happened.".into())
    }
    /// Whether doing it again under the same key changes nothing, because the other side keeps the key. Then an unknown
    /// outcome is found out by doing it again.
    fn keeps_key(&self) -> bool {
        false
    }
    /// What a trial assumes it gives back, when nothing was recorded.
    fn pretend(&self, _input: &Value) -> Value {
        Value::Null
    }
}

/// A deed of either kind.
#[derive(Clone)]
pub enum Deed {
    /// In the transaction.
    Here(Arc<dyn Here>),
    /// By a job.
    Outside(Arc<dyn Outside>),
}

/// All deeds by name.
#[derive(Clone, Default)]
pub struct Deeds(HashMap<&'static str, Deed>);

impl Deeds {
    /// Adds a deed of the transaction.
    #[must_use]
    pub fn here(mut self, deed: impl Here) -> Self {
        self.0.insert(deed.name(), Deed::Here(Arc::new(deed)));
        self
    }
    /// Adds a deed outside.
    #[must_use]
    pub fn outside(mut self, deed: impl Outside) -> Self {
        self.0.insert(deed.name(), Deed::Outside(Arc::new(deed)));
        self
    }
    /// The deed of a name.
    pub fn get(&self, name: &str) -> Option<&Deed> {
        self.0.get(name)
    }
}
