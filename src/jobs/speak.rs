//! Speaks a reply before it leaves, for customers who asked for that. Whatever fails, the written reply goes: nothing here keeps a
//! message back.

use super::Work;
use crate::app::media;
use crate::domain::error::Result;
use crate::domain::house::line::{Carrier, split};
use crate::domain::id::Id;
use crate::providers::speech::mouths::Script;
use crate::services::house::spoken::{self, Wanted};
use crate::store::house::{conversation as threads, message};

/// Makes a sound of a message that is to be spoken.
pub(super) async fn prepare(w: &Work<'_>, message_id: Id) -> Result<()> {
    if !w.app.mouths.are_open() {
        return Ok(());
    }
    let found = w.file.read(move |tx| {
        let m = message::find_message(tx, message_id)?;
        let thread = threads::find_conversation(tx, m.conversation_id)?;
        Ok(spoken::wanted(tx, &m, &thread)?.map(|wanted| (wanted, thread.account)))
    });
    let Some((wanted, account)) = found.await? else { return Ok(()) };
    // Other carriers than Meta fetch the file from here.
    if split(&account).0 != Carrier::Meta && w.app.config.server.public_url.is_none() {
        return Ok(());
    }
    if let Err(why) = speak(w, message_id, &wanted).await {
        tracing::info!(message = %message_id, why, "a reply goes in words instead of being spoken");
    }
    Ok(())
}

async fn speak(w: &Work<'_>, message_id: Id, wanted: &Wanted) -> std::result::Result<(), String> {
    let script = Script { text: &wanted.text, lang: wanted.lang, sounds: wanted.sounds };
    let spoken = w.app.mouths.speak(script).await.map_err(|e| e.to_string())?;
    let sound = spoken.sound;
    let media = media::keep(w.app, w.business.id, spoken.bytes).await.map_err(|e| e.message)?;
    let name = media.clone();
    match w.file.write(move |tx| spoken::became_sound(tx, message_id, name, sound)).await {
        Ok(true) => Ok(()),
        // It left meanwhile, or its customer was erased: nothing of it stays here, unless another reply has the same sound.
        other => {
            w.remove_unused(media).await.map_err(|e| e.message)?;
            other.map(drop).map_err(|e| e.message)
        }
    }
}
