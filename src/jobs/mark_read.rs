//! Shows the customer that a message was read and that a reply is being written.

use super::Work;
use crate::domain::error::Result;
use crate::domain::id::Id;
use crate::store::house::conversation;

pub(super) async fn run(w: &Work<'_>, conversation_id: Id, provider_id: &str) -> Result<()> {
    let account = w.file.read(move |tx| Ok(conversation::find_conversation(tx, conversation_id)?.account)).await?;
    if let Some(client) = w.client(&account)
        && let Err(e) = client.mark_read(provider_id, true).await
    {
        // A courtesy: the reply itself matters, so this is not tried again.
        tracing::debug!(error = %e, "a read mark was not taken");
    }
    w.finish().await
}
