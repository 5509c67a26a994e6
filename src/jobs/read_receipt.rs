//! Reads a receipt: a PDF's text, or a picture by the built-in reader, each in a process of its own. Killed anywhere, it begins
//! again and ends the same.

use super::Work;
use crate::app::media;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::document::Format;
use crate::domain::id::Id;
use crate::domain::limits;
use crate::domain::shop::receipt::{Seen, State};
use crate::services::shop::receipt;
use crate::store::jobs;
use crate::store::shop::receipt as rows;

/// How often a reader that cannot be started is tried.
const TRIES: u32 = 3;

pub(super) async fn run(w: &Work<'_>, receipt_id: Id) -> Result<()> {
    let found = w.file.read(move |tx| rows::find_receipt(tx, receipt_id)).await;
    let r = match found {
        Ok(r) if r.state == State::Waiting => r,
        Ok(_) => return w.finish().await,
        // Its customer was erased meanwhile.
        Err(e) if e.kind == Kind::NotFound => return w.finish().await,
        Err(e) => return Err(e),
    };
    let seen = match see(w, &r.media).await {
        Err(e) if e.is_transient() && w.attempts + 1 < TRIES => return Err(e),
        seen => seen,
    };
    let (id, business) = (w.id, w.business.name.clone());
    w.file
        .write(move |tx| {
            receipt::settle(tx, receipt_id, &business, "built-in", seen)?;
            jobs::finish_job(tx, id)
        })
        .await
}

async fn see(w: &Work<'_>, media: &str) -> Result<Seen> {
    let bytes = media::read(w.app, w.business.id, media).await?;
    if bytes.len() > limits::PICTURE_BYTES {
        return Err(Error::invalid("This file is too large for a receipt: at most 16 MB are read."));
    }
    if !bytes.starts_with(b"%PDF-") {
        return w.app.reader.see(bytes).await;
    }
    let content = w.app.reader.read(Format::Pdf, bytes).await?;
    let text: Vec<&str> = content.blocks.iter().map(|b| b.text.as_str()).collect();
    Ok(Seen::of_text(&text.join("\n")))
}
