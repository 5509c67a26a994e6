//! Gives answers again, and never one that no longer holds: it must be the same question by writing or by meaning, to the
//! same assistant in the same language, and nothing may have been edited since.

use crate::domain::error::Result;
use crate::domain::house::saved_answer::{SavedAnswer, agrees, may_keep, meaning, normal};
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::search::Kind;
use crate::domain::time::DAY_MS;
use crate::store::house::saved_answer::{self as rows, Shelf};
use crate::store::tx::Tx;

/// Days after which an answer is worked out anew.
const DAYS: i64 = 30;
/// Answers of a business at most; the oldest stay until an edit.
const MOST: u32 = 5_000;
/// Questions at least this near in meaning are looked at for a wrong letter. Measured on `data/evals/saved`: of its pairs
/// that differ by one letter all are nearer, and what the words do not confirm is refused whatever its nearness.
pub const NEAR: f32 = 0.72;
/// Near questions looked at.
const LOOKED: usize = 6;

/// Whose answers, in which language.
#[derive(Debug, Clone, Copy)]
pub struct For<'a> {
    /// The business.
    pub business: Id,
    /// The assistant's name; empty when nobody is set up.
    pub assistant: &'a str,
    /// The language of the talk.
    pub language: Lang,
}

/// The saved answer to a question, when there is one that holds.
pub fn find(tx: &Tx<'_>, at: For<'_>, question: &str) -> Result<Option<SavedAnswer>> {
    if !may_keep(question) {
        return Ok(None);
    }
    let stamp = rows::stamp(tx)?;
    let shelf = Shelf { assistant: at.assistant, language: at.language, stamp: &stamp, since: tx.now.plus_ms(-DAYS * DAY_MS) };
    if let Some(same) = rows::find_by_norm(tx, shelf, &normal(question))? {
        return Ok(Some(same));
    }
    if let Some(same) = rows::find_by_meaning(tx, shelf, &meaning(question))? {
        return Ok(Some(same));
    }
    let Some(by) = tx.meaning() else { return Ok(None) };
    for hit in by.best(tx, at.business, Kind::Answer, question, LOOKED)? {
        let near = hit.cosine.is_some_and(|c| c >= NEAR);
        if near
            && let Some(found) = rows::find_saved(tx, shelf, hit.id)?
            && agrees(question, &found.question)
        {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Keeps an answer for the next who asks the same. Personal questions and those of this moment are not kept.
pub fn keep(tx: &mut Tx<'_>, at: For<'_>, question: &str, answer: &str, source: &str) -> Result<()> {
    if !may_keep(question) || answer.trim().is_empty() {
        return Ok(());
    }
    let stamp = rows::stamp(tx)?;
    rows::delete_all_but(tx, Some(&stamp))?;
    if rows::list_saved(tx, MOST)?.len() >= MOST as usize {
        return Ok(());
    }
    let s = SavedAnswer {
        id: Id::new(tx.now),
        assistant: at.assistant.to_owned(),
        language: at.language,
        question: question.trim().to_owned(),
        answer: answer.to_owned(),
        source: source.to_owned(),
        stamp,
        hits: 0,
        created_at: tx.now,
        used_at: None,
    };
    rows::insert_saved(tx, &s, &normal(question), &meaning(question))
}

/// It was given: counted for the page.
pub fn used(tx: &mut Tx<'_>, saved: Option<&SavedAnswer>) -> Result<()> {
    if let Some(s) = saved {
        rows::count_hit(tx, s.id)?;
    }
    rows::count_asked(tx, saved.is_some())
}

/// Forgets all of them.
pub fn clear(tx: &mut Tx<'_>) -> Result<usize> {
    rows::delete_all_but(tx, None)
}
