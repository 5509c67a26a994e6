//! Reads a document: fetches its page, has its text taken out, and makes its passages findable part by part. Killed at any
//! place, it begins again and ends the same.

use super::Work;
use crate::agents::library;
use crate::app::{media, reading};
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::document::{Document, Format, Source};
use crate::domain::id::Id;
use crate::services::house::document;
use crate::store::house::document as rows;
use crate::telemetry::breakpoint;

/// How often a page that cannot be reached, or a reader that cannot be started, is tried.
const TRIES: u32 = 3;

pub(super) async fn run(w: &Work<'_>, document_id: Id) -> Result<()> {
    let Some(d) = w.file.write(move |tx| document::begin(tx, document_id)).await? else { return w.finish().await };
    match read(w, d.clone()).await {
        Ok(()) => Ok(()),
        Err(e) if e.is_transient() && w.attempts + 1 < TRIES => Err(e),
        Err(e) => {
            tracing::info!(error = %e, source = ?e.source, "a document cannot be read");
            library::fail(w.app, w.business.id, &w.file, d, &e.message, Some(w.id)).await
        }
    }
}

async fn read(w: &Work<'_>, mut d: Document) -> Result<()> {
    if d.original.is_none() && d.source == Source::Page {
        let Some(kept) = fetched(w, d).await? else { return w.finish().await };
        d = kept;
    }
    let gone = || Error::invalid("The file is gone. Upload it again.");
    let name = d.original.clone().ok_or_else(gone)?;
    let bytes = media::read(w.app, w.business.id, &name).await.map_err(|e| if e.kind == Kind::NotFound { gone() } else { e })?;
    let content = w.app.reader.read(d.format, bytes).await?;
    breakpoint::reach("document.read");
    library::write(&w.file, &d, &content, Some(w.id), |_, _| {}).await.map(drop)
}

/// Fetches a page's bytes and keeps them; none when the document was removed meanwhile.
async fn fetched(w: &Work<'_>, mut d: Document) -> Result<Option<Document>> {
    let page = reading::fetch(w.app, &d.url).await?;
    d.format = Format::of(file_of(&page.url), &page.mime, &page.bytes)?;
    d.bytes = i64::try_from(page.bytes.len()).unwrap_or(i64::MAX);
    d.original = Some(media::keep(w.app, w.business.id, page.bytes).await?);
    w.file
        .write(move |tx| {
            if rows::find_document(tx, d.id).is_err() {
                return Ok(None);
            }
            rows::upsert_document(tx, &d)?;
            Ok(Some(d))
        })
        .await
}

/// The file's name at the end of an address, when it has an ending that tells its kind.
fn file_of(url: &str) -> &str {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let last = path.rsplit('/').next().unwrap_or_default();
    if [".pdf", ".docx", ".md", ".csv", ".txt"].iter().any(|e| last.ends_with(e)) { last } else { "" }
}
