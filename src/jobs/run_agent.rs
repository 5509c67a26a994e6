//! Answers what is new in a conversation.

use super::Work;
use crate::app::writing::Written;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::id::Id;
use crate::domain::limits;
use crate::services::house::conversation;
use crate::store::{jobs, runs};
use crate::telemetry::breakpoint;

pub(super) async fn run(w: &Work<'_>, conversation: Id) -> Result<()> {
    match take(w, conversation).await {
        Err(e) if e.kind == Kind::NotFound => w.finish().await,
        Err(e) if w.attempts + 1 >= limits::JOB_ATTEMPTS || !e.is_transient() => give_to_person(w, conversation, &e).await,
        done => {
            breakpoint::reach("turn.done");
            done
        }
    }
}

/// Takes the turn. When somebody watches this business's chats, words are shown while a model writes them.
async fn take(w: &Work<'_>, conversation: Id) -> Result<()> {
    if !w.app.writing.is_watched(w.business.id) {
        return w.turns.take(&w.business, &w.file, conversation, Some(w.id), None).await;
    }
    let (sink, mut pieces) = tokio::sync::mpsc::unbounded_channel::<String>();
    let mut turn = std::pin::pin!(w.turns.take(&w.business, &w.file, conversation, Some(w.id), Some(&sink)));
    let mut draft = 0;
    loop {
        tokio::select! {
            biased;
            Some(text) = pieces.recv() => {
                // An empty piece begins another draft; it is not shown before it has words.
                if text.is_empty() {
                    draft += 1;
                } else {
                    w.app.writing.show(w.business.id, Written { conversation, draft, text });
                }
            }
            done = &mut turn => return done,
        }
    }
}

/// A turn that cannot be done must not be silent: a person is asked.
async fn give_to_person(w: &Work<'_>, conversation: Id, e: &Error) -> Result<()> {
    tracing::error!(conversation = %conversation, error = %e, "a turn failed for good");
    let (id, why) = (w.id, e.message.clone());
    w.file
        .write(move |tx| {
            conversation::ask_person(tx, conversation, "Steward could not answer", &why)?;
            // What failed is not taken up again: the customer's next words begin a turn of their own.
            runs::close_open_runs(tx, conversation, "failed", &why)?;
            jobs::finish_job(tx, id)
        })
        .await
}
