//! Answers that are given again.

use crate::domain::error::{Error, Result};
use crate::domain::house::saved_answer::SavedAnswer;
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::search::Kind;
use crate::domain::time::Time;
use crate::store::meta;
use crate::store::tx::{Read, Tx, id_at, maybe_time_at, time_at};
use crate::store::vector;
use rusqlite::{Row, params};

const COLUMNS: &str = "id, assistant, language, question, answer, source, stamp, hits, created_at, used_at";

/// Under these keys stands how often documents were asked, and how often a saved answer served.
const ASKED: &str = "answers_asked";
const SERVED: &str = "answers_served";

fn saved(r: &Row<'_>) -> rusqlite::Result<SavedAnswer> {
    Ok(SavedAnswer {
        id: id_at(r, 0)?,
        assistant: r.get(1)?,
        language: Lang::from_code(r.get_ref(2)?.as_str()?),
        question: r.get(3)?,
        answer: r.get(4)?,
        source: r.get(5)?,
        stamp: r.get(6)?,
        hits: r.get(7)?,
        created_at: time_at(r, 8)?,
        used_at: maybe_time_at(r, 9)?,
    })
}

/// What an answer is made from, as of now: changes with every edit of documents, catalogue, hours, settings and assistants.
pub fn stamp(tx: &Read<'_>) -> Result<String> {
    let versions: Vec<String> = tx.all(
        "select key || '=' || value from meta where key in ('documents_version', 'items_version', 'profile_version') order by key",
        [],
        |r| r.get(0),
    )?;
    Ok(versions.join(" "))
}

/// Where an answer is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Shelf<'a> {
    /// Whose words.
    pub assistant: &'a str,
    /// In which language.
    pub language: Lang,
    /// Made from what holds now.
    pub stamp: &'a str,
    /// Not older than this.
    pub since: Time,
}

/// The answer to a question written the same.
pub fn find_by_norm(tx: &Read<'_>, at: Shelf<'_>, norm: &str) -> Result<Option<SavedAnswer>> {
    tx.one(
        &format!(
            "select {COLUMNS} from saved_answers where assistant = ?1 and language = ?2 and norm = ?3 and stamp = ?4 and created_at >= ?5"
        ),
        params![at.assistant, at.language.code(), norm, at.stamp, at.since.millis()],
        saved,
    )
}

/// An answer to a question that means the same.
pub fn find_by_meaning(tx: &Read<'_>, at: Shelf<'_>, meaning: &str) -> Result<Option<SavedAnswer>> {
    tx.one(
        &format!("select {COLUMNS} from saved_answers where assistant = ?1 and language = ?2 and meaning = ?3 and stamp = ?4 and created_at >= ?5 limit 1"),
        params![at.assistant, at.language.code(), meaning, at.stamp, at.since.millis()],
        saved,
    )
}

/// An answer by its id, when it stands on this shelf.
pub fn find_saved(tx: &Read<'_>, at: Shelf<'_>, id: Id) -> Result<Option<SavedAnswer>> {
    let found = tx.one(&format!("select {COLUMNS} from saved_answers where id = ?1"), [id.to_string()], saved)?;
    Ok(found.filter(|s| s.assistant == at.assistant && s.language == at.language && s.stamp == at.stamp && s.created_at >= at.since))
}

/// Keeps an answer; one to a question written the same is replaced.
pub fn insert_saved(tx: &mut Tx<'_>, s: &SavedAnswer, norm: &str, meaning: &str) -> Result<()> {
    let old: Option<Id> = tx.one(
        "select id from saved_answers where assistant = ?1 and language = ?2 and norm = ?3",
        params![s.assistant, s.language.code(), norm],
        |r| id_at(r, 0),
    )?;
    if let Some(old) = old {
        delete_saved(tx, old)?;
    }
    tx.run(
        "insert into saved_answers (id, assistant, language, norm, meaning, question, answer, source, stamp, created_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            s.id.to_string(),
            s.assistant,
            s.language.code(),
            norm,
            meaning,
            s.question,
            s.answer,
            s.source,
            s.stamp,
            s.created_at.millis()
        ],
    )?;
    vector::put(tx, Kind::Answer, s.id, &s.question)
}

/// It was given again.
pub fn count_hit(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    let now = tx.now.millis();
    tx.run("update saved_answers set hits = hits + 1, used_at = ?2 where id = ?1", params![id.to_string(), now]).map(drop)
}

/// The documents were asked something; `served` from a saved answer.
pub fn count_asked(tx: &mut Tx<'_>, served: bool) -> Result<()> {
    meta::bump(tx, ASKED)?;
    if served {
        meta::bump(tx, SERVED)?;
    }
    Ok(())
}

/// How often documents were asked, and how often a saved answer served.
pub fn counts(tx: &Read<'_>) -> Result<(i64, i64)> {
    Ok((meta::counter(tx, ASKED)?, meta::counter(tx, SERVED)?))
}

/// Answers that may be given now, the most used first.
pub fn list_saved(tx: &Read<'_>, most: u32) -> Result<Vec<SavedAnswer>> {
    let stamp = stamp(tx)?;
    tx.all(
        &format!("select {COLUMNS} from saved_answers where stamp = ?1 order by hits desc, id desc limit ?2"),
        params![stamp, most],
        saved,
    )
}

/// Takes one away.
pub fn delete_saved(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    let n = tx.run("delete from saved_answers where id = ?1", [id.to_string()])?;
    if n == 0 {
        return Err(Error::not_found("saved answer"));
    }
    vector::remove(tx, Kind::Answer, id)
}

/// Takes away what was made from anything but `stamp`, or everything. How many.
pub fn delete_all_but(tx: &mut Tx<'_>, stamp: Option<&str>) -> Result<usize> {
    let old: Vec<Id> = tx.all("select id from saved_answers where ?1 is null or stamp <> ?1", [stamp], |r| id_at(r, 0))?;
    for id in &old {
        delete_saved(tx, *id)?;
    }
    Ok(old.len())
}
