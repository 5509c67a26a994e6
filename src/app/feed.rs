//! Live events: every commit's new lines go to whoever follows the business, read once however many follow.

use crate::domain::event::Event;
use crate::domain::id::Id;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::broadcast;

/// Lines a slow follower may be behind before it reads the table instead.
const BEHIND: usize = 256;

/// Followers by business.
#[derive(Default)]
pub struct Feeds(Mutex<HashMap<Id, broadcast::Sender<Arc<Event>>>>);

impl Feeds {
    /// Follows a business from now on.
    pub fn follow(&self, business: Id) -> broadcast::Receiver<Arc<Event>> {
        let mut feeds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        feeds.entry(business).or_insert_with(|| broadcast::channel(BEHIND).0).subscribe()
    }
    /// Tells the followers of a business, in the order of the table.
    pub fn publish(&self, business: Id, events: Vec<Event>) {
        let mut feeds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(feed) = feeds.get(&business) else { return };
        for event in events {
            if feed.send(Arc::new(event)).is_err() {
                feeds.remove(&business); // nobody follows any more
                return;
            }
        }
    }
}
