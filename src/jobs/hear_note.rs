//! Turns a voice note into words: judged and decoded away from the threads that serve, then heard by the services that are set.

use super::Work;
use crate::app::media;
use crate::domain::error::{Error, Result};
use crate::domain::house::message::{Content, MediaKind};
use crate::domain::id::Id;
use crate::providers::speech::note::{self, Refusal};
use crate::providers::speech::{Deaf, Heard};
use crate::services::house::voice::{self, Unheard};
use crate::store::house::message;
use crate::store::jobs;

/// Tries before the customer is asked to type: people wait for an answer.
const TRIES: u32 = 3;

pub(super) async fn run(w: &Work<'_>, message_id: Id) -> Result<()> {
    let m = w.file.read(move |tx| message::find_message(tx, message_id)).await?;
    let Content::Media { media: MediaKind::Audio, file } = &m.content else { return w.finish().await };
    let (Some(name), Some(true)) = (&file.media, m.content.unheard()) else { return w.finish().await };
    let bytes = match media::read(w.app, w.business.id, name).await {
        Ok(bytes) => bytes,
        Err(e) if e.is_transient() && w.attempts + 1 < TRIES => return Err(e),
        Err(e) => return settle(w, message_id, Err((Unheard::Unreadable, format!("The note could not be read: {}", e.message)))).await,
    };
    // A panic of a decoder ends its own task: the note is then a damaged one.
    let judged = tokio::task::spawn_blocking(move || note::read(bytes)).await.unwrap_or(Err(Refusal::Damaged));
    let outcome = match judged {
        Err(refusal) => {
            let why = if refusal == Refusal::TooLong { Unheard::TooLong } else { Unheard::Unreadable };
            Err((why, refusal.sentence()))
        }
        Ok(_) if !w.app.ears.are_open() => Err((Unheard::Deaf, "No service that turns speech into words is set up.".to_owned())),
        Ok(note) => match w.app.ears.hear(&note).await {
            Ok(heard) => Ok(heard),
            Err(Deaf::Later(why)) if w.attempts + 1 < TRIES => return Err(Error::unavailable(why)),
            Err(e) => Err((Unheard::Deaf, e.to_string())),
        },
    };
    settle(w, message_id, outcome).await
}

async fn settle(w: &Work<'_>, message_id: Id, outcome: std::result::Result<Heard, (Unheard, String)>) -> Result<()> {
    let id = w.id;
    w.file
        .write(move |tx| {
            match &outcome {
                Ok(heard) => {
                    tracing::info!(message = %message_id, by = heard.by, "a voice note was heard");
                    voice::heard(tx, message_id, &heard.text)?;
                }
                Err((why, sentence)) => voice::unheard(tx, message_id, *why, &format!("{sentence} The customer was asked to type."))?,
            }
            jobs::finish_job(tx, id)
        })
        .await
}
