//! Words of replies while a model writes them: shown to whoever watches, kept nowhere. The stored message takes their place.

use crate::domain::id::Id;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::broadcast;

/// Pieces a slow watcher may be behind; it then sees the stored message only.
const BEHIND: usize = 64;

/// A piece of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// To this conversation.
    pub conversation: Id,
    /// Which draft of the turn, from 1. Words of an earlier one are withdrawn.
    pub draft: u32,
    /// The words.
    pub text: String,
}

/// Watchers by business.
#[derive(Default)]
pub struct Writing(Mutex<HashMap<Id, broadcast::Sender<Arc<Written>>>>);

impl Writing {
    /// Watches a business's replies from now on.
    pub fn watch(&self, business: Id) -> broadcast::Receiver<Arc<Written>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(business).or_insert_with(|| broadcast::channel(BEHIND).0).subscribe()
    }
    /// Whether anybody watches.
    pub fn is_watched(&self, business: Id) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&business).is_some_and(|w| w.receiver_count() > 0)
    }
    /// Shows a piece to those who watch.
    pub fn show(&self, business: Id, piece: Written) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(watchers) = all.get(&business)
            && watchers.send(Arc::new(piece)).is_err()
        {
            all.remove(&business); // nobody watches any more
        }
    }
}
