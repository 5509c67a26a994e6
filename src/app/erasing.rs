//! The part of an erasure no transaction can do: deleting files, rewriting the database, and looking for what is left.

use super::{App, media};
use crate::domain::error::Result;
use crate::domain::house::erasure::{Erasure, Needles, Proof, Trace};
use crate::domain::id::Id;
use crate::store::file::File;
use crate::store::house::erasure as rows;
use crate::store::search_all;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Cleans up after the rows of a person have gone and proves it. Without `needles` (the process was stopped in between) it only
/// cleans. Done twice, it changes nothing.
pub async fn finish(app: &App, business: Id, id: Id, needles: Option<Needles>) -> Result<Option<Erasure>> {
    let file = app.store.business(business)?;
    let found = file.read(move |tx| Ok((rows::find_erasure(tx, id)?, rows::find_media_to_delete(tx, id)?))).await?;
    let (Some(mut erasure), names) = found else { return Ok(None) };
    let Some(names) = names else { return Ok(Some(erasure)) };
    for name in &names {
        media::remove(app, business, name).await?;
    }
    file.rewrite().await?;
    let mut proof = Proof { files_deleted: names.len() as u64, copies: copies(app), searched: needles.is_some(), ..Proof::default() };
    if let Some(needles) = needles {
        search(&file, &needles, &mut proof).await?;
    }
    erasure.proof = Some(proof);
    erasure.done_at = Some(app.clock().now());
    let done = erasure.clone();
    file.write(move |tx| rows::update_erasure_done(tx, &done)).await?;
    Ok(Some(erasure))
}

async fn search(file: &Arc<File>, needles: &Needles, proof: &mut Proof) -> Result<()> {
    for (what, wanted) in [("number or address", &needles.identities), ("words", &needles.words)] {
        proof.looked_for += wanted.len() as u64;
        let Some(pattern) = search_all::pattern(wanted)? else { continue };
        let (in_rows, in_words) = (pattern.clone(), wanted.clone());
        let (rows, words) = file.read(move |tx| Ok((search_all::in_tables(tx, &in_rows)?, search_all::in_words(tx, &in_words)?))).await?;
        let of = file.clone();
        let read = tokio::task::spawn_blocking(move || search_all::in_bytes(&of, &pattern)).await;
        let bytes = read.map_err(|e| crate::domain::error::Error::internal("A search stopped unexpectedly.").with_source(e))??;
        (proof.tables, proof.indexes, proof.bytes) = (rows.1, words.1, bytes.1);
        let add = |found: BTreeMap<String, u64>| found.into_iter().map(|(place, times)| Trace { place, what: what.into(), times });
        proof.found.extend(add(rows.0));
        proof.found.extend(add(words.0));
        proof.found.extend(add(bytes.0));
    }
    Ok(())
}

/// Copies on this machine made before: backups, and those taken before a schema change. Only names; what is in them is not opened.
fn copies(app: &App) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(app.config.paths.backups()) else { return Vec::new() };
    let mut names: Vec<String> = entries.filter_map(|e| Some(format!("backups/{}", e.ok()?.file_name().to_string_lossy()))).collect();
    names.sort();
    names
}
