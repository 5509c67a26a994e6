//! Forgetting a person on request (NDPA, GDPR): everything of theirs goes, money records stay without them.

use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::house::contact::{Contact, IdentityKind};
use crate::domain::house::erasure::{Erasure, Needles};
use crate::domain::house::member::Actor;
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::time::{MINUTE_MS, Time};
use crate::services::house::audit;
use crate::store::events::{About, insert_event};
use crate::store::house::erasure as rows;
use crate::store::house::{contact, import};
use crate::store::jobs;
use crate::store::tx::Tx;
use serde_json::json;

/// Sentences looked for afterwards.
const SENTENCES: usize = 200;

/// Takes the rows of a person away. What is left to do outside of a transaction (files, free pages, the search) is a job, which
/// whoever asked does at once; see `app/erasing`.
pub fn erase(tx: &mut Tx<'_>, id: Id, actor: &Actor) -> Result<(Erasure, Needles)> {
    let who = contact::find_contact(tx, id)?;
    if who.erased {
        return Err(Error::not_found("customer"));
    }
    let identities = ways_written(&who);
    rows::collect(tx, id, &identities)?;
    let (mut words, mut media) = rows::words_and_media(tx, SENTENCES)?;
    // A bank's statement that was tried may name anybody.
    media.extend(import::forget_files(tx, "statement", Time::from_millis(i64::MAX))?);
    if who.name.trim().len() >= 8 && who.name.trim().contains(' ') {
        words.push(who.name.trim().to_owned());
    }
    let counts = rows::erase_collected(tx, id)?;
    let media = rows::unused_media(tx, media)?;
    let erasure =
        Erasure { id: Id::new(tx.now), contact_id: id, actor: actor.name().to_owned(), counts, at: tx.now, done_at: None, proof: None };
    rows::insert_erasure(tx, &erasure, &media)?;
    let due = tx.now.plus_ms(10 * MINUTE_MS);
    jobs::enqueue_job(tx, &Job::FinishErasure { erasure_id: erasure.id }, due, None)?;
    audit::record(tx, actor, "erased a customer", &id.to_string())?;
    insert_event(tx, event::CONTACT, About::default(), json!({ "contact_id": id, "erased": true }))?;
    Ok((erasure, Needles { identities, words }))
}

/// Numbers and addresses in every way they are written in bodies and payloads: with a plus and without.
fn ways_written(who: &Contact) -> Vec<String> {
    let mut out = Vec::new();
    for i in who.identities.iter().filter(|i| i.value.len() >= 5) {
        out.push(i.value.clone());
        if i.kind == IdentityKind::Phone {
            out.push(i.value.trim_start_matches('+').to_owned());
        }
    }
    out.sort();
    out.dedup();
    out
}
