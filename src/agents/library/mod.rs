//! The library agents answer from: puts documents into it and takes them out, rows, index and files together.

mod look;

pub use look::{ANSWERS, Extract, Found, Looked, Scope, Signs, look_up};

use crate::app::{App, media};
use crate::domain::error::{Error, Result};
use crate::domain::house::document::{Content, Document, Format, Source, check_size};
use crate::domain::house::passage::cut;
use crate::domain::id::Id;
use crate::services::house::document::{self, New, Reading};
use crate::store::file::File;
use crate::store::house::document as rows;
use crate::store::jobs;
use crate::telemetry::breakpoint;
use std::sync::Arc;

/// Passages that are written in one transaction. What is smaller changes at once; what is larger shows how far it is.
const PART: usize = 400;

/// Makes a text that was read findable, part by part, in place of what the document held. `job` is finished with the last
/// part; `told` hears how many of how many passages are in. False when the document was removed or changed meanwhile.
pub async fn write(file: &File, d: &Document, content: &Content, job: Option<i64>, told: impl Fn(usize, usize)) -> Result<bool> {
    let passages = cut(content);
    let all = passages.len();
    let reading = Arc::new(Reading { title: content.title.clone(), pages: content.pages, passages });
    let mut from = 0;
    while from < all {
        let to = (from + PART).min(all);
        let (d, reading) = (d.clone(), reading.clone());
        let went_on = file.write(move |tx| {
            let went_on = document::write(tx, &d, &reading, from, to)?;
            if let Some(job) = job.filter(|_| to == all || !went_on) {
                jobs::finish_job(tx, job)?;
            }
            Ok(went_on)
        });
        if !went_on.await? {
            return Ok(false);
        }
        told(to, all);
        breakpoint::reach("document.part");
        from = to;
    }
    Ok(true)
}

/// Removes a document and its file.
pub async fn remove(app: &App, business: Id, file: &File, id: Id) -> Result<Document> {
    let d = file.write(move |tx| document::remove(tx, id)).await?;
    if let Some(name) = &d.original {
        drop_file(app, business, file, id, name).await?;
    }
    Ok(d)
}

/// A document cannot be read: says why and keeps nothing else. `job` is finished.
pub async fn fail(app: &App, business: Id, file: &File, d: Document, why: &str, job: Option<i64>) -> Result<()> {
    let (id, why) = (d.id, why.to_owned());
    let dropped = file.write(move |tx| {
        let now = rows::find_document(tx, id).ok().and_then(|d| d.original);
        document::fail(tx, &d, &why)?;
        if let Some(job) = job {
            jobs::finish_job(tx, job)?;
        }
        Ok([now, d.original].into_iter().flatten().collect::<Vec<_>>())
    });
    for name in dropped.await? {
        drop_file(app, business, file, Id::NIL, &name).await?;
    }
    Ok(())
}

/// Throws a file away unless something else still shows it.
pub async fn drop_file(app: &App, business: Id, file: &File, but: Id, name: &str) -> Result<()> {
    let wanted = name.to_owned();
    if file.read(move |tx| rows::is_file_used(tx, &wanted, but)).await? {
        return Ok(());
    }
    media::remove(app, business, name).await
}

/// A file to add; its bytes are kept.
pub async fn file(app: &App, business: Id, title: &str, assistant: Option<String>, name: &str, mime: &str, bytes: Vec<u8>) -> Result<New> {
    check_size(bytes.len())?;
    let (format, size) = (Format::of(name, mime, &bytes)?, bytes.len());
    let original = Some((media::keep(app, business, bytes).await?, size));
    Ok(New { title: title.to_owned(), source: Source::File, format, file_name: name.to_owned(), url: String::new(), original, assistant })
}

/// A page to add.
pub fn page(title: &str, assistant: Option<String>, url: String) -> New {
    New { title: title.to_owned(), source: Source::Page, format: Format::Html, file_name: String::new(), url, original: None, assistant }
}

/// Words to add, plain or Markdown; they are kept.
pub async fn written(app: &App, business: Id, title: &str, assistant: Option<String>, text: &str) -> Result<New> {
    if title.trim().is_empty() {
        return Err(Error::field("title", "Give it a title; answers name it as their source."));
    }
    if text.trim().is_empty() {
        return Err(Error::field("text", "Write the text."));
    }
    let new = file(app, business, title, assistant, "text.md", "text/markdown", text.as_bytes().to_vec()).await?;
    Ok(New { source: Source::Written, file_name: String::new(), ..new })
}

/// Takes a document in; when it cannot be, its file is not left behind.
pub async fn add(app: &App, business: Id, at: &File, new: New) -> Result<Document> {
    let kept = new.original.clone();
    match at.write(move |tx| document::add(tx, new)).await {
        Ok(d) => Ok(d),
        Err(e) => {
            if let Some((name, _)) = kept {
                drop_file(app, business, at, Id::NIL, &name).await?;
            }
            Err(e)
        }
    }
}

/// Gives a document a new file.
pub async fn replace(app: &App, business: Id, at: &File, id: Id, name: &str, mime: &str, bytes: Vec<u8>) -> Result<Document> {
    let new = file(app, business, "", None, name, mime, bytes).await?;
    let Some(original) = new.original.clone() else { return Err(Error::internal("A file was not kept.")) };
    let kept = original.0.clone();
    let changed = at.write(move |tx| document::replace(tx, id, new.format, &new.file_name, original)).await;
    match changed {
        Ok((d, before)) => {
            if let Some(before) = before {
                drop_file(app, business, at, id, &before).await?;
            }
            Ok(d)
        }
        Err(e) => {
            drop_file(app, business, at, Id::NIL, &kept).await?;
            Err(e)
        }
    }
}

/// Where a passage comes from, as customers and owners read it: "House rules, page 2".
pub fn source(c: &rows::Chunk) -> String {
    match c.passage.page {
        Some(page) => format!("{}, page {page}", c.title),
        None => c.title.clone(),
    }
}
