//! Documents and their passages.

use crate::domain::error::{Error, Result};
use crate::domain::house::document::{Document, Format, Passage, Source, State};
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::store::tx::{Read, Tx, id_at, time_at, word_at};
use rusqlite::{Row, params};

const COLUMNS: &str = "id, assistant, title, source, format, file_name, url, original, bytes, state, problem, pages, passages, done, used, created_at, updated_at";

fn document(r: &Row<'_>) -> rusqlite::Result<Document> {
    Ok(Document {
        id: id_at(r, 0)?,
        assistant: r.get(1)?,
        title: r.get(2)?,
        source: word_at(r, 3, Source::from_word)?,
        format: word_at(r, 4, Format::from_word)?,
        file_name: r.get(5)?,
        url: r.get(6)?,
        original: r.get(7)?,
        bytes: r.get(8)?,
        state: word_at(r, 9, State::from_word)?,
        problem: r.get(10)?,
        pages: r.get(11)?,
        passages: r.get(12)?,
        done: r.get(13)?,
        used: r.get(14)?,
        created_at: time_at(r, 15)?,
        updated_at: time_at(r, 16)?,
    })
}

/// Writes a document, new or known.
pub fn upsert_document(tx: &mut Tx<'_>, d: &Document) -> Result<()> {
    tx.run(
        &format!(
            "insert into documents ({COLUMNS}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
             on conflict (id) do update set assistant = excluded.assistant, title = excluded.title, format = excluded.format,
               file_name = excluded.file_name, url = excluded.url, original = excluded.original, bytes = excluded.bytes,
               state = excluded.state, problem = excluded.problem, pages = excluded.pages, passages = excluded.passages,
               done = excluded.done, updated_at = excluded.updated_at"
        ),
        params![
            d.id.to_string(),
            d.assistant,
            d.title,
            d.source.as_str(),
            d.format.as_str(),
            d.file_name,
            d.url,
            d.original,
            d.bytes,
            d.state.as_str(),
            d.problem,
            d.pages,
            d.passages,
            d.done,
            d.used,
            d.created_at.millis(),
            d.updated_at.millis()
        ],
    )
    .map(drop)
}

/// The document with an id.
pub fn find_document(tx: &Read<'_>, id: Id) -> Result<Document> {
    tx.one(&format!("select {COLUMNS} from documents where id = ?1"), [id.to_string()], document)?
        .ok_or_else(|| Error::not_found("document"))
}

/// The document that holds approved answers, once there is one.
pub fn find_answers(tx: &Read<'_>) -> Result<Option<Document>> {
    tx.one(&format!("select {COLUMNS} from documents where source = 'answers' order by id limit 1"), [], document)
}

/// A document that is made of this file.
pub fn find_by_original(tx: &Read<'_>, name: &str) -> Result<Option<Document>> {
    tx.one(&format!("select {COLUMNS} from documents where original = ?1 limit 1"), [name], document)
}

/// Documents, newest first, older than `before`.
pub fn list_documents(tx: &Read<'_>, before: Option<Id>, most: u32) -> Result<Vec<Document>> {
    let before = before.map_or_else(|| "g".to_owned(), |id| id.to_string());
    tx.all(&format!("select {COLUMNS} from documents where id < ?1 order by id desc limit ?2"), params![before, most], document)
}

/// How many documents there are, and how many passages can be found.
pub fn count_documents(tx: &Read<'_>) -> Result<(i64, i64)> {
    let both = tx.one("select count(*), coalesce(sum(done), 0) from documents", [], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(both.unwrap_or_default())
}

/// Whether any passage can be found.
pub fn has_passages(tx: &Read<'_>) -> Result<bool> {
    tx.value("select exists (select 1 from chunks)", [])
}

/// Deletes a document with its passages. False when there was none.
pub fn delete_document(tx: &mut Tx<'_>, id: Id) -> Result<bool> {
    Ok(tx.run("delete from documents where id = ?1", [id.to_string()])? > 0)
}

/// Answers a document was used for, counted up by one.
pub fn count_use(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    tx.run("update documents set used = used + 1 where id = ?1", [id.to_string()]).map(drop)
}

/// Whether anything but this document keeps the file: another document, an item, a message.
pub fn is_file_used(tx: &Read<'_>, name: &str, but: Id) -> Result<bool> {
    tx.value(
        "select exists (select 1 from documents where original = ?1 and id <> ?2) or exists (select 1 from items where photo = ?1)
           or exists (select 1 from messages where content is not null and instr(content, ?1) > 0)",
        params![name, but.to_string()],
    )
}

/// A passage as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Its id.
    pub id: Id,
    /// The document it belongs to.
    pub document_id: Id,
    /// The document's title.
    pub title: String,
    /// The assistant that alone may use the document.
    pub assistant: Option<String>,
    /// Its page, headings and words.
    pub passage: Passage,
}

fn chunk(r: &Row<'_>) -> rusqlite::Result<Chunk> {
    let page: Option<i64> = r.get(4)?;
    let passage = Passage { section: r.get(3)?, page: page.and_then(|p| u32::try_from(p).ok()), text: r.get(5)? };
    Ok(Chunk { id: id_at(r, 0)?, document_id: id_at(r, 1)?, title: r.get(2)?, passage, assistant: r.get(6)? })
}

/// Keeps a passage of a document.
pub fn insert_chunk(tx: &mut Tx<'_>, id: Id, document: Id, place: i64, p: &Passage) -> Result<()> {
    tx.run(
        "insert into chunks (id, document_id, place, section, page, text) values (?1, ?2, ?3, ?4, ?5, ?6)",
        params![id.to_string(), document.to_string(), place, p.section, p.page, p.text],
    )
    .map(drop)
}

/// The passage with an id; none when its document was changed or removed meanwhile.
pub fn find_chunk(tx: &Read<'_>, id: Id) -> Result<Option<Chunk>> {
    tx.one(
        "select c.id, c.document_id, d.title, c.section, c.page, c.text, d.assistant from chunks c join documents d on d.id = c.document_id where c.id = ?1",
        [id.to_string()],
        chunk,
    )
}

/// The passages of a document, in order, from a place on.
pub fn list_chunks(tx: &Read<'_>, document: Id, from: i64, most: u32) -> Result<Vec<Chunk>> {
    tx.all(
        "select c.id, c.document_id, d.title, c.section, c.page, c.text, d.assistant from chunks c join documents d on d.id = c.document_id
         where c.document_id = ?1 and c.place >= ?2 order by c.place limit ?3",
        params![document.to_string(), from, most],
        chunk,
    )
}

/// The ids of a document's passages.
pub fn list_chunk_ids(tx: &Read<'_>, document: Id) -> Result<Vec<Id>> {
    tx.all("select id from chunks where document_id = ?1 order by place", [document.to_string()], |r| id_at(r, 0))
}

/// Deletes a document's passages.
pub fn delete_chunks(tx: &mut Tx<'_>, document: Id) -> Result<()> {
    tx.run("delete from chunks where document_id = ?1", [document.to_string()]).map(drop)
}

/// A question nothing answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Its id.
    pub id: Id,
    /// Where it was asked; none for the test box and programs.
    pub conversation_id: Option<Id>,
    /// The customer's words.
    pub question: String,
    /// When.
    pub asked_at: Time,
}

/// Notes a question nothing answered.
pub fn insert_gap(tx: &mut Tx<'_>, conversation: Option<Id>, question: &str) -> Result<Id> {
    let id = Id::new(tx.now);
    let now = tx.now.millis();
    tx.run(
        "insert into gaps (id, conversation_id, question, state, asked_at) values (?1, ?2, ?3, 'open', ?4)",
        params![id.to_string(), conversation.map(|c| c.to_string()), question, now],
    )?;
    Ok(id)
}

/// Whether this conversation asked the same and still waits.
pub fn is_gap_open(tx: &Read<'_>, conversation: Option<Id>, question: &str) -> Result<bool> {
    tx.value(
        "select exists (select 1 from gaps where state = 'open' and conversation_id is ?1 and question = ?2)",
        params![conversation.map(|c| c.to_string()), question],
    )
}

/// Open questions, newest first.
pub fn list_open_gaps(tx: &Read<'_>, most: u32) -> Result<Vec<Gap>> {
    tx.all(
        "select id, conversation_id, question, asked_at from gaps where state = 'open' order by asked_at desc, id desc limit ?1",
        [most],
        |r| {
            Ok(Gap {
                id: id_at(r, 0)?,
                conversation_id: crate::store::tx::maybe_id_at(r, 1)?,
                question: r.get(2)?,
                asked_at: time_at(r, 3)?,
            })
        },
    )
}

/// Settles an open question. False when it is settled already.
pub fn settle_gap(tx: &mut Tx<'_>, id: Id, state: &str) -> Result<bool> {
    let now = tx.now.millis();
    Ok(tx.run("update gaps set state = ?2, settled_at = ?3 where id = ?1 and state = 'open'", params![id.to_string(), state, now])? > 0)
}

/// What people of the business wrote in a conversation within a time after a moment, oldest first.
pub fn list_replies(tx: &Read<'_>, conversation: Id, after: Time, within_ms: i64) -> Result<Vec<String>> {
    tx.all(
        "select text from messages where conversation_id = ?1 and author = 'person' and created_at > ?2 and created_at <= ?3 and text <> ''
         order by id limit 3",
        params![conversation.to_string(), after.millis(), after.plus_ms(within_ms).millis()],
        |r| r.get(0),
    )
}
