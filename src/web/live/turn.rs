//! Waits for the turn that answers a message.

use crate::app::App;
use crate::domain::error::Result;
use crate::domain::event::{self, Event};
use crate::domain::house::conversation::Mode;
use crate::domain::house::message::{Direction, Message};
use crate::domain::id::Id;
use crate::services::house::inbound::{Received, turn_key};
use crate::store::file::File;
use crate::store::house::{conversation as threads, message};
use crate::store::runs::{self, Run};
use crate::store::tx::Read;
use crate::store::{jobs, meta};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

/// How long an answer may take, in milliseconds.
const WAIT_MS: u64 = 60_000;

/// A business's feed, followed since before a message was stored: no answer to it can be missed.
pub struct Waiter {
    file: Arc<File>,
    live: Receiver<Arc<Event>>,
}

/// How far the answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The turn is over.
    Answered,
    /// A person will answer.
    Person,
    /// Not yet; it will come.
    Pending,
}

/// What came of a message.
#[derive(Debug)]
pub struct Outcome {
    /// How far the answer is.
    pub state: State,
    /// Our messages after it, oldest first.
    pub messages: Vec<Message>,
    /// The runs that answered it.
    pub runs: Vec<Run>,
}

impl Waiter {
    /// Follows a business. Call it before the message is stored.
    pub fn new(app: &App, business: Id, file: Arc<File>) -> Self {
        Self { live: app.feeds.follow(business), file }
    }

    /// Waits until the turn is over, a person must answer, or a minute has passed.
    pub async fn wait(mut self, m: Received) -> Result<Outcome> {
        let deadline = tokio::time::Instant::now() + Duration::from_millis(WAIT_MS);
        loop {
            let outcome = self.file.read(move |tx| look(tx, m)).await?;
            if outcome.state != State::Pending {
                return Ok(outcome);
            }
            if tokio::time::timeout_at(deadline, self.news_of(m.conversation_id)).await.is_err() {
                return Ok(outcome);
            }
        }
    }

    /// Waits until something happened that may be the answer.
    async fn news_of(&mut self, conversation: Id) {
        loop {
            match self.live.recv().await {
                Ok(e) if e.conversation_id == Some(conversation) && matches!(e.kind.as_str(), event::RUN | event::HAND) => return,
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => return,
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}

fn look(tx: &Read<'_>, m: Received) -> Result<Outcome> {
    let thread = threads::find_conversation(tx, m.conversation_id)?;
    let taken = threads::find_turn_state(tx, m.conversation_id)?.taken_up_to.as_str() >= m.message_id.to_string().as_str();
    let person = thread.mode == Mode::Human || !meta::find_profile(tx)?.answers;
    let given_up = thread.waiting_since.is_some() && !taken && runs::find_open_run(tx, thread.id)?.is_none() && !is_planned(tx, m)?;
    let state = match (taken, person || given_up) {
        (true, _) => State::Answered,
        (false, true) => State::Person,
        (false, false) => State::Pending,
    };
    let after = message::list_messages_after(tx, m.conversation_id, &m.message_id.to_string(), 50)?;
    let messages = after.into_iter().filter(|x| x.direction == Direction::Out).collect();
    let runs = runs::list_runs_of(tx, m.conversation_id, 10)?.into_iter().filter(|r| r.id > m.message_id).collect();
    Ok(Outcome { state, messages, runs })
}

/// A turn for this conversation still waits or works.
fn is_planned(tx: &Read<'_>, m: Received) -> Result<bool> {
    jobs::is_waiting(tx, &turn_key(m.conversation_id))
}
