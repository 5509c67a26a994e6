//! Intents and examples of the owner's own, beside those of the program.

use crate::domain::error::{Error, Result};
use crate::domain::house::intent::{Example, Intent, OwnIntent};
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::text::fold;
use crate::store::tx::{Read, Tx, id_at, maybe_id_at, word_at};
use rusqlite::{Row, params};

/// An example as the owner changed it.
#[derive(Debug, Clone)]
pub struct ExampleRow {
    /// Its id.
    pub id: Id,
    /// The example.
    pub example: Example,
    /// The customer's message it was taken from.
    pub message_id: Option<Id>,
    /// Taken away from the program's.
    pub removed: bool,
}

/// Intents the owner added.
pub fn list_intents(tx: &Read<'_>) -> Result<Vec<OwnIntent>> {
    tx.all("select name, title, acts_as from intents order by created_at, name", [], |r| {
        Ok(OwnIntent { name: r.get(0)?, title: r.get(1)?, acts_as: word_at(r, 2, Intent::from_word)? })
    })
}

/// Adds an intent, or changes its title and what it acts as.
pub fn upsert_intent(tx: &mut Tx<'_>, i: &OwnIntent) -> Result<()> {
    let now = tx.now.millis();
    tx.run(
        "insert into intents (name, title, acts_as, created_at) values (?1, ?2, ?3, ?4)
         on conflict (name) do update set title = excluded.title, acts_as = excluded.acts_as",
        params![i.name, i.title, i.acts_as.as_str(), now],
    )
    .map(drop)
}

/// Takes an intent of the owner's away with its examples.
pub fn delete_intent(tx: &mut Tx<'_>, name: &str) -> Result<()> {
    let n = tx.run("delete from intents where name = ?1", [name])?;
    tx.run("delete from intent_examples where intent = ?1", [name])?;
    if n == 0 { Err(Error::not_found("intent")) } else { Ok(()) }
}

fn row(r: &Row<'_>) -> rusqlite::Result<ExampleRow> {
    Ok(ExampleRow {
        id: id_at(r, 0)?,
        example: Example { text: r.get(1)?, intent: r.get(2)?, language: Lang::from_code(r.get_ref(3)?.as_str()?) },
        message_id: maybe_id_at(r, 4)?,
        removed: r.get(5)?,
    })
}

/// What the owner added and took away, newest first.
pub fn list_examples(tx: &Read<'_>) -> Result<Vec<ExampleRow>> {
    tx.all("select id, text, intent, language, message_id, removed from intent_examples order by id desc", [], row)
}

/// Adds an example; the same text as before now means this.
pub fn upsert_example(tx: &mut Tx<'_>, e: &Example, message: Option<Id>, removed: bool) -> Result<()> {
    let (id, now) = (Id::new(tx.now), tx.now.millis());
    tx.run(
        "insert into intent_examples (id, folded, text, intent, language, message_id, removed, created_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         on conflict (folded) do update set text = excluded.text, intent = excluded.intent, language = excluded.language,
           message_id = coalesce(excluded.message_id, message_id), removed = excluded.removed",
        params![id.to_string(), fold(e.text.trim()), e.text.trim(), e.intent, e.language.code(), message.map(|m| m.to_string()), removed, now],
    )
    .map(drop)
}

/// Takes an example of the owner's away, or gives back one of the program's.
pub fn delete_example(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    let n = tx.run("delete from intent_examples where id = ?1", [id.to_string()])?;
    if n == 0 { Err(Error::not_found("example")) } else { Ok(()) }
}

/// The newest words of customers, newest first: message, conversation, language of the customer, words.
pub fn list_recent_words(tx: &Read<'_>, most: u32) -> Result<Vec<(Id, Id, Lang, String)>> {
    tx.all(
        "select m.id, m.conversation_id, c.language, m.text from messages m
         join conversations v on v.id = m.conversation_id join contacts c on c.id = v.contact_id
         where m.direction = 'in' and m.author = 'customer' and m.kind = 'text' and m.text <> '' order by m.id desc limit ?1",
        [most],
        |r| Ok((id_at(r, 0)?, id_at(r, 1)?, Lang::from_code(r.get_ref(2)?.as_str()?), r.get(3)?)),
    )
}
