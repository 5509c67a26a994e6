//! Two customers who are one person.

use crate::domain::error::Result;
use crate::domain::house::contact::Contact;
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::services::house::merge;
use crate::store::house::{contact, conversation, merge as rows};
use crate::store::tx::Read;
use crate::web::pages::answer::Answer;
use crate::web::pages::session::{Here, View};
use crate::web::view::Pick;
use crate::web::view::house::contact::MergeRow;
use axum::Form;
use axum::extract::Path;
use serde::Deserialize;

/// Candidates that are offered.
const OFFERED: usize = 30;

/// What was joined with a customer, and who else may be them.
pub fn parts(tx: &Read<'_>, v: &View, of: &Contact) -> Result<(Vec<MergeRow>, Vec<Pick>)> {
    let mut done = Vec::new();
    for m in rows::list_merges(tx, of.id)? {
        let name = contact::find_person(tx, m.gone)?.display_name();
        done.push(MergeRow { id: m.id.to_string(), name, time: v.moment(m.at), by: m.by });
    }
    let mut twins = Vec::new();
    for c in merge::candidates(tx, of, OFFERED)? {
        let wrote = conversation::find_latest_conversation(tx, c.id)?;
        let on = wrote.map_or_else(String::new, |w| format!(", {}, {}", w.channel.title(), v.short(w.last_message_at)));
        twins.push(Pick { value: c.id.to_string(), label: format!("{}{on}", c.display_name()), on: false });
    }
    Ok((done, twins))
}

/// Who else it is.
#[derive(Debug, Deserialize)]
pub struct Twin {
    contact_id: Id,
}

/// `POST /app/customers/ID/merge`.
pub async fn join(here: Here, Path(id): Path<Id>, Form(form): Form<Twin>) -> Answer {
    here.require(Role::Agent)?;
    let actor = here.actor();
    here.write(move |tx| merge::merge(tx, id, form.contact_id, &actor)).await?;
    Ok(here.back(&format!("/app/customers/{id}"), "They are one customer now."))
}

/// `POST /app/customers/ID/merges/MERGE/undo`.
pub async fn undo(here: Here, Path((id, of)): Path<(Id, Id)>) -> Answer {
    here.require(Role::Agent)?;
    here.write(move |tx| merge::undo(tx, id, of)).await?;
    Ok(here.back(&format!("/app/customers/{id}"), "They are two customers again."))
}
