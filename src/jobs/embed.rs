//! Makes the vectors that are missing. After a change of model this is everything; the old vectors are searched meanwhile, and
//! the new ones take over in one transaction once they are complete.

use super::Work;
use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::words;
use crate::store::events::{About, insert_event};
use crate::store::jobs;
use crate::store::tx::Tx;
use crate::store::vector::{self, Meaning};
use crate::telemetry::breakpoint;
use serde_json::json;

/// Things of one request and one transaction.
const BATCH: u32 = 64;

pub(super) async fn run(w: &Work<'_>) -> Result<()> {
    let model = w.app.search.model().to_owned();
    let mut after = 0;
    loop {
        let wanted = model.clone();
        let batch = w.file.read(move |tx| vector::list_unembedded(tx, &wanted, after, BATCH)).await?;
        let Some((last, _)) = batch.last() else { break };
        after = *last;
        let texts: Vec<Vec<String>> = batch.iter().map(|(_, text)| words::parts(text)).collect();
        let flat: Vec<String> = texts.iter().flatten().cloned().collect();
        let vectors = w.app.search.embed(&flat).await.map_err(|e| Error::unavailable(e.to_string()))?;
        let mut vectors = vectors.into_iter();
        let made: Vec<(i64, String, Vec<Vec<f32>>)> =
            batch.into_iter().zip(&texts).map(|((n, text), parts)| (n, text, vectors.by_ref().take(parts.len()).collect())).collect();
        let wanted = model.clone();
        w.file.write(move |tx| keep(tx, &wanted, made)).await?;
        breakpoint::reach("embed.part");
    }
    breakpoint::reach("embed.before_end");
    let id = w.id;
    w.file.write(move |tx| end(tx, &model, id)).await
}

/// Keeps vectors of texts that are still the same, and tells how far it is.
fn keep(tx: &mut Tx<'_>, model: &str, made: Vec<(i64, String, Vec<Vec<f32>>)>) -> Result<()> {
    for (n, text, vectors) in made {
        if vector::is_text(tx, n, &text)? {
            vector::add_vectors(tx, n, model, &vectors)?;
        }
    }
    let (total, done) = vector::count_embedded(tx, model)?;
    insert_event(tx, event::EMBEDDING, About::default(), json!({ "model": model, "done": done, "total": total }))
}

/// What was written while this ran is embedded by another run; otherwise the model takes over.
fn end(tx: &mut Tx<'_>, model: &str, id: i64) -> Result<()> {
    jobs::finish_job(tx, id)?;
    if !vector::list_unembedded(tx, model, 0, 1)?.is_empty() {
        return vector::embed_missing(tx);
    }
    vector::activate_model(tx, model)
}
