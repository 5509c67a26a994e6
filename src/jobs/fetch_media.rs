//! Fetches a file the customer sent, within the size its kind may have.

use super::Work;
use crate::app::media;
use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::house::message::Content;
use crate::domain::id::Id;
use crate::domain::limits;
use crate::services::house::voice;
use crate::services::shop::receipt;
use crate::store::events::{About, insert_event};
use crate::store::house::{conversation, message};
use crate::store::jobs;

pub(super) async fn run(w: &Work<'_>, message_id: Id) -> Result<()> {
    let found = w.file.read(move |tx| {
        let m = message::find_message(tx, message_id)?;
        let account = conversation::find_conversation(tx, m.conversation_id)?.account;
        Ok((m, account))
    });
    let (m, account) = found.await?;
    let Content::Media { media: kind, mut file } = m.content else { return w.finish().await };
    let (Some(provider_id), None) = (file.provider_id.clone(), file.media.clone()) else { return w.finish().await };
    let Some(client) = w.media_client(&account) else { return w.finish().await };
    let fetched = match client.fetch(w, &provider_id, kind).await {
        Ok((bytes, mime)) => media::keep(w.app, w.business.id, bytes).await.map(|name| (name, mime)),
        Err(e) => Err(e),
    };
    match fetched {
        Ok((name, mime)) => (file.media, file.mime) = (Some(name), mime),
        Err(e) if e.is_transient() && w.attempts + 1 < limits::JOB_ATTEMPTS => return Err(e),
        Err(e) => file.problem = Some(told(&e)),
    }
    let id = w.id;
    let kept = file.media.clone();
    let content = Content::Media { media: kind, file };
    let done = w
        .file
        .write(move |tx| {
            message::update_content(tx, message_id, &content)?;
            receipt::heed(tx, &message::find_message(tx, message_id)?)?;
            let data = serde_json::json!({ "message_id": message_id, "file": true });
            insert_event(tx, event::MESSAGE, About::conversation(m.conversation_id), data)?;
            voice::fetched(tx, message_id, &content)?;
            jobs::finish_job(tx, id)
        })
        .await;
    // Its customer was erased meanwhile: nothing of it stays here.
    if done.is_err()
        && let Some(name) = kept
    {
        w.remove_unused(name).await?;
    }
    done
}

fn told(e: &Error) -> String {
    format!("The file could not be fetched: {}", e.message)
}
