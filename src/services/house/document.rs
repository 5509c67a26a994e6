//! Documents: taken in, cut into passages, replaced and removed. Rows and index change in one transaction, so an answer
//! never comes from what is not there any more.

use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::house::document::{Document, Format, Passage, Source, State, check_size, searched, title};
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::search::Kind;
use crate::domain::text::clip;
use crate::store::events::{About, insert_event};
use crate::store::house::document as rows;
use crate::store::tx::{Read, Tx};
use crate::store::{jobs, meta, vector};
use serde_json::json;

/// The counter that moves on with every change of what can be found; keeps kept answers honest.
const VERSION: &str = "documents_version";
/// Documents a business may have.
const MOST: i64 = 5_000;
/// The title of the document that approved answers go to.
pub const ANSWERS_TITLE: &str = "Answers we gave";

/// What somebody gives us to answer from.
#[derive(Debug, Clone)]
pub struct New {
    /// Its title; empty: from the file, the page or the text itself.
    pub title: String,
    /// Where it comes from.
    pub source: Source,
    /// How it is written; a page says it when it is fetched.
    pub format: Format,
    /// The file's name.
    pub file_name: String,
    /// The page's address.
    pub url: String,
    /// The kept bytes: their name and size.
    pub original: Option<(String, usize)>,
    /// The assistant that alone may use it.
    pub assistant: Option<String>,
}

/// What can be found has changed: saved answers made from what was there go at once.
fn touched(tx: &mut Tx<'_>) -> Result<()> {
    meta::bump(tx, VERSION)?;
    crate::services::house::saved_answer::clear(tx).map(drop)
}

/// The number of the last change of what can be found.
pub fn version(tx: &Read<'_>) -> Result<i64> {
    meta::counter(tx, VERSION)
}

/// Takes a document in; it is read in the background.
pub fn add(tx: &mut Tx<'_>, new: New) -> Result<Document> {
    if rows::count_documents(tx)?.0 >= MOST {
        return Err(Error::conflict(format!("There are {MOST} documents. Delete some first.")));
    }
    if let Some(same) = new.original.as_ref().map(|(name, _)| rows::find_by_original(tx, name)).transpose()?.flatten() {
        return Err(Error::conflict(format!("This is here already, as \"{}\".", title(&same.title, &same.file_name, &same.url))));
    }
    let d = draft(tx, new)?;
    rows::upsert_document(tx, &d)?;
    enqueue(tx, d.id)?;
    tell(tx, &d)?;
    Ok(d)
}

/// A document that is not read yet.
pub fn draft(tx: &Read<'_>, new: New) -> Result<Document> {
    if let Some((_, bytes)) = &new.original {
        check_size(*bytes)?;
    }
    let (original, bytes) = new.original.map_or((None, 0), |(name, bytes)| (Some(name), bytes));
    Ok(Document {
        id: Id::new(tx.now),
        assistant: new.assistant,
        title: if new.title.trim().is_empty() { String::new() } else { title(&new.title, "", "") },
        source: new.source,
        format: new.format,
        file_name: clip(&new.file_name, 200),
        url: new.url,
        original,
        bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
        state: State::Waiting,
        problem: String::new(),
        pages: 0,
        passages: 0,
        done: 0,
        used: 0,
        created_at: tx.now,
        updated_at: tx.now,
    })
}

/// Gives a document new content. What it held is found until the new text is in.
pub fn replace(tx: &mut Tx<'_>, id: Id, format: Format, file_name: &str, original: (String, usize)) -> Result<(Document, Option<String>)> {
    check_size(original.1)?;
    let mut d = rows::find_document(tx, id)?;
    if d.source == Source::Answers {
        return Err(Error::conflict("Approved answers are changed one by one."));
    }
    let before = d.original.take().filter(|o| *o != original.0);
    (d.format, d.file_name, d.original, d.bytes) =
        (format, clip(file_name, 200), Some(original.0), i64::try_from(original.1).unwrap_or(i64::MAX));
    if d.source == Source::Page {
        d.source = Source::File;
        d.url.clear();
    }
    again(tx, &mut d)?;
    Ok((d, before))
}

/// Reads a document again: a page that has changed, or one that failed. Also the file it was made of, which is not wanted any
/// more once the page is fetched anew.
pub fn read_again(tx: &mut Tx<'_>, id: Id) -> Result<(Document, Option<String>)> {
    let mut d = rows::find_document(tx, id)?;
    if d.source == Source::Answers || d.source != Source::Page && d.original.is_none() {
        return Err(Error::conflict("There is nothing to read again. Upload the file once more."));
    }
    let before = if d.source == Source::Page { d.original.take() } else { None };
    again(tx, &mut d)?;
    Ok((d, before))
}

fn again(tx: &mut Tx<'_>, d: &mut Document) -> Result<()> {
    (d.state, d.problem, d.updated_at) = (State::Waiting, String::new(), tx.now);
    rows::upsert_document(tx, d)?;
    enqueue(tx, d.id)?;
    tell(tx, d)
}

fn enqueue(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    let now = tx.now;
    jobs::enqueue_job(tx, &Job::ReadDocument { document_id: id }, now, None)
}

/// Its turn has come. None when it was removed or read meanwhile.
pub fn begin(tx: &mut Tx<'_>, id: Id) -> Result<Option<Document>> {
    let Ok(mut d) = rows::find_document(tx, id) else { return Ok(None) };
    if !d.state.is_moving() {
        return Ok(None);
    }
    d.state = State::Reading;
    rows::upsert_document(tx, &d)?;
    tell(tx, &d)?;
    Ok(Some(d))
}

/// What a reader made of a document, ready to be written down.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The title the text gives itself; empty for none.
    pub title: String,
    /// Pages; 0 when it has none.
    pub pages: u32,
    /// Its passages, in order.
    pub passages: Vec<Passage>,
}

/// Writes a part of a document's passages: the first part takes the place of all it held before. False when the document
/// was removed or given other content meanwhile.
pub fn write(tx: &mut Tx<'_>, d: &Document, reading: &Reading, from: usize, to: usize) -> Result<bool> {
    let Ok(mut now) = rows::find_document(tx, d.id) else { return Ok(false) };
    if now.original != d.original || now.state != State::Reading {
        return Ok(false);
    }
    if from == 0 {
        clear(tx, d.id)?;
        if now.title.is_empty() {
            now.title = title(&reading.title, &now.file_name, &now.url);
        }
    }
    let part = reading.passages.get(from..to).unwrap_or_default();
    for (n, p) in part.iter().enumerate() {
        let id = Id::new(tx.now);
        rows::insert_chunk(tx, id, d.id, count(from + n), p)?;
        // Without headings, the document's own title gives its short sentences their meaning.
        let above = if p.section.is_empty() { &now.title } else { &p.section };
        vector::put(tx, Kind::Chunk, id, &searched(above, &p.text))?;
    }
    (now.pages, now.passages, now.done) = (i64::from(reading.pages), count(reading.passages.len()), count(to));
    if to >= reading.passages.len() {
        (now.state, now.updated_at) = (State::Ready, tx.now);
    }
    rows::upsert_document(tx, &now)?;
    touched(tx)?;
    tell(tx, &now)?;
    Ok(true)
}

/// A document cannot be read: nothing of it is kept but the sentence that says why.
pub fn fail(tx: &mut Tx<'_>, d: &Document, why: &str) -> Result<()> {
    let Ok(mut now) = rows::find_document(tx, d.id) else { return Ok(()) };
    if now.original != d.original && now.original.is_some() {
        return Ok(());
    }
    clear(tx, d.id)?;
    if now.title.is_empty() {
        now.title = title("", &now.file_name, &now.url);
    }
    (now.state, now.problem, now.original) = (State::Failed, clip(why, 400), None);
    (now.pages, now.passages, now.done, now.updated_at) = (0, 0, 0, tx.now);
    rows::upsert_document(tx, &now)?;
    touched(tx)?;
    tell(tx, &now)
}

/// Removes a document with everything found by it; the document as it was.
pub fn remove(tx: &mut Tx<'_>, id: Id) -> Result<Document> {
    let d = rows::find_document(tx, id)?;
    clear(tx, id)?;
    rows::delete_document(tx, id)?;
    touched(tx)?;
    insert_event(tx, event::DOCUMENT, About::default(), json!({ "document_id": id, "state": "deleted" }))?;
    Ok(d)
}

fn clear(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    for chunk in rows::list_chunk_ids(tx, id)? {
        vector::remove(tx, Kind::Chunk, chunk)?;
    }
    rows::delete_chunks(tx, id)
}

/// Notes a question nothing answered, once a conversation.
pub fn note_gap(tx: &mut Tx<'_>, conversation: Option<Id>, question: &str) -> Result<()> {
    let question = clip(&question.split_whitespace().collect::<Vec<_>>().join(" "), 300);
    if question.is_empty() || rows::is_gap_open(tx, conversation, &question)? {
        return Ok(());
    }
    let id = rows::insert_gap(tx, conversation, &question)?;
    let about = About { conversation, ..About::default() };
    insert_event(tx, event::GAP, about, json!({ "gap_id": id, "state": "open" }))
}

/// Approves an answer to questions nothing answered: it becomes a passage that can be found at once.
pub fn approve(tx: &mut Tx<'_>, gaps: &[Id], question: &str, answer: &str) -> Result<Document> {
    let (question, answer) = (clip(question.trim(), 300), answer.trim());
    if question.is_empty() {
        return Err(Error::field("question", "Write the question."));
    }
    if answer.is_empty() || answer.chars().count() > 2_000 {
        return Err(Error::field("answer", "Write the answer, in at most 2,000 characters."));
    }
    let mut settled = false;
    for gap in gaps {
        settled |= rows::settle_gap(tx, *gap, "answered")?;
    }
    if !settled {
        return Err(Error::conflict("This question was settled meanwhile."));
    }
    let mut d = match rows::find_answers(tx)? {
        Some(d) => d,
        None => answers(tx)?,
    };
    (d.passages, d.done, d.updated_at) = (d.passages + 1, d.done + 1, tx.now);
    rows::upsert_document(tx, &d)?;
    let id = Id::new(tx.now);
    let passage = Passage { section: question, page: None, text: answer.to_owned() };
    rows::insert_chunk(tx, id, d.id, d.passages - 1, &passage)?;
    vector::put(tx, Kind::Chunk, id, &searched(&passage.section, &passage.text))?;
    touched(tx)?;
    tell(tx, &d)?;
    insert_event(tx, event::GAP, About::default(), json!({ "gap_id": gaps.first(), "state": "answered" }))?;
    Ok(d)
}

fn answers(tx: &Read<'_>) -> Result<Document> {
    let new = New {
        title: ANSWERS_TITLE.into(),
        source: Source::Answers,
        format: Format::Text,
        file_name: String::new(),
        url: String::new(),
        original: None,
        assistant: None,
    };
    let mut d = draft(tx, new)?;
    d.state = State::Ready;
    Ok(d)
}

/// Puts questions aside without an answer.
pub fn dismiss(tx: &mut Tx<'_>, gaps: &[Id]) -> Result<()> {
    let mut settled = false;
    for gap in gaps {
        settled |= rows::settle_gap(tx, *gap, "dismissed")?;
    }
    if !settled {
        return Err(Error::not_found("open question"));
    }
    insert_event(tx, event::GAP, About::default(), json!({ "gap_id": gaps.first(), "state": "dismissed" }))
}

fn tell(tx: &mut Tx<'_>, d: &Document) -> Result<()> {
    let data = json!({ "document_id": d.id, "state": d.state, "percent": d.percent() });
    insert_event(tx, event::DOCUMENT, About::default(), data)
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
