//! A message whose outcome nobody knew: its status has come by now, or a person is shown it.

use super::Work;
use crate::domain::error::Result;
use crate::domain::house::message::Delivery;
use crate::domain::id::Id;
use crate::services::house::conversation;
use crate::store::house::message;
use crate::store::jobs;

pub(super) async fn run(w: &Work<'_>, message_id: Id) -> Result<()> {
    let id = w.id;
    w.file
        .write(move |tx| {
            let m = message::find_message(tx, message_id)?;
            if m.delivery == Delivery::Unknown {
                let said = crate::domain::text::clip(&m.content.words(), 120);
                conversation::ask_to_look(tx, m.conversation_id, "A message may not have arrived", &said)?;
            }
            jobs::finish_job(tx, id)
        })
        .await
}
