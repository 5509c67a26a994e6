//! Tells the owners' phones, once, that a customer has waited too long for a person.

use super::{Work, digest};
use crate::domain::error::Result;
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::services::house::case;

pub(super) async fn run(w: &Work<'_>, conversation: Id, due_at: Time) -> Result<()> {
    digest::tell_owners(w, move |tx| case::overdue(tx, conversation, due_at)).await
}
