//! Looking something up in the owner's documents.

use super::{Counter, Outcome};
use crate::agents::library::{self, Looked};
use crate::domain::house::assistant::{Assistant, serving};
use crate::domain::house::saved_answer::SavedAnswer;
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::services::house::{document, saved_answer};
use crate::store::house::document as rows;
use crate::store::house::{assistant, contact};
use crate::store::tx::Tx;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Question {
    query: String,
    /// Nothing else answers it: when the documents do not either, the owner should know.
    needed: bool,
}

/// Passages for a question. What is not found is noted for the owner.
pub(super) fn search(tx: &mut Tx<'_>, at: &Counter, q: &Question) -> Outcome {
    let there = rows::has_passages(tx)?;
    let business = at.menu.business.unwrap_or(Id::NIL);
    let all = assistant::list_assistants(tx)?;
    let all: Vec<&Assistant> = all.iter().collect();
    let who = serving(&all, at.thread.channel, &at.thread.account).copied();
    let language = contact::find_person(tx, at.thread.contact_id)?.language;
    let asked = saved_answer::For { business, assistant: who.map_or("", |a| &a.name), language };
    if there && let Some(saved) = saved_answer::find(tx, asked, &q.query)? {
        saved_answer::used(tx, Some(&saved))?;
        return Ok(again(tx.now, &saved));
    }
    let scope = library::Scope { assistant: who.map(|a| a.name.as_str()), documents: who.and_then(|a| a.documents.as_deref()) };
    let looked = match tx.meaning().filter(|_| there) {
        Some(meaning) => library::look_up(meaning.as_ref(), tx, business, &q.query, scope)?,
        None => Looked::default(),
    };
    match &looked.answer {
        Some(a) => {
            rows::count_use(tx, a.document)?;
            saved_answer::used(tx, None)?;
            saved_answer::keep(tx, asked, &q.query, &a.text, &a.source)?;
        }
        None if q.needed => document::note_gap(tx, Some(at.thread.id), &q.query)?,
        None => {}
    }
    Ok(told(&looked, there))
}

/// What was answered to the same question before, and still holds.
fn again(now: Time, s: &SavedAnswer) -> Value {
    json!({
        "found": true,
        "answer": s.answer,
        "source": s.source,
        "passages": [],
        "has_documents": true,
        "saved": { "question": s.question, "age_ms": now.since_ms(s.created_at), "hits": s.hits + 1 },
    })
}

/// What a model is told: the sentences that answer, and the passages they stand in.
pub fn told(looked: &Looked, there: bool) -> Value {
    let passage = |f: &library::Found| {
        json!({
            "id": f.chunk.id,
            "title": f.chunk.title,
            "page": f.chunk.passage.page,
            "section": f.chunk.passage.section,
            "text": f.chunk.passage.text,
            "fit": f.fit,
        })
    };
    // What does not answer is not handed over: a model could take it for one.
    let answered = looked.answer.is_some();
    json!({
        "found": answered,
        "answer": looked.answer.as_ref().map(|a| a.text.clone()),
        "source": looked.answer.as_ref().map(|a| a.source.clone()),
        "passages": looked.passages.iter().filter(|f| answered && f.fit > 0).map(passage).collect::<Vec<_>>(),
        "has_documents": there,
    })
}
