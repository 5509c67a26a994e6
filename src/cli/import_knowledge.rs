//! `steward import knowledge`: documents from files. One that cannot be read is reported and leaves the others alone.

use super::{open, out};
use crate::agents::library;
use crate::app::App;
use crate::config::values::Flags;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::business::Business;
use crate::services::house::document;
use crate::store::file::File;
use crate::store::house::document::find_document;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// What became of a file.
#[derive(Debug, Serialize)]
struct Outcome {
    file: String,
    /// Its title; empty when it was not taken.
    title: String,
    /// Passages that can be found.
    passages: i64,
    /// Why it was not taken; empty when it was.
    problem: String,
}

/// Does it.
pub(super) fn run(flags: &Flags, files: &[PathBuf], business: &str, json: bool) -> Result<()> {
    let done = open::with_app(flags, async |app| {
        let business = open::business(&app, business)?;
        let at = app.store.business(business.id)?;
        let (mut all, bar) = (Vec::new(), out::Bar::new(files.len()));
        for (n, file) in files.iter().enumerate() {
            bar.at(n);
            let outcome = match one(&app, &business, &at, file).await {
                Ok(done) => done,
                Err(e) if matches!(e.kind, Kind::Invalid | Kind::Conflict | Kind::TooLarge) => told(file, e.message),
                Err(e) => return Err(e),
            };
            all.push(outcome);
        }
        bar.at(files.len());
        bar.end();
        Ok(all)
    })?;
    let wrong = done.iter().filter(|o| !o.problem.is_empty());
    wrong.clone().for_each(|o| out::error(&format!("{}: {}", o.file, o.problem)));
    let failed = wrong.count();
    if json {
        out::json(&done)?;
    } else {
        let passages: i64 = done.iter().map(|o| o.passages).sum();
        out::line(&format!("{} added with {passages} passages, {failed} not added.", done.len() - failed));
    }
    if failed == 0 { Ok(()) } else { Err(Error::conflict(format!("{failed} of the files could not be read; the others are in."))) }
}

fn told(file: &Path, problem: String) -> Outcome {
    Outcome { file: file.display().to_string(), title: String::new(), passages: 0, problem }
}

/// Takes one file in and reads it to its end.
async fn one(app: &App, business: &Business, at: &File, path: &Path) -> Result<Outcome> {
    let unreadable = |e: std::io::Error| Error::invalid(format!("It cannot be opened: {e}."));
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    crate::domain::house::document::check_size(usize::try_from(size).unwrap_or(usize::MAX))?;
    let bytes = std::fs::read(path).map_err(unreadable)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let new = library::file(app, business.id, "", None, &name, "", bytes.clone()).await?;
    let d = library::add(app, business.id, at, new).await?;
    let id = d.id;
    let content = match app.reader.read(d.format, bytes).await {
        Ok(content) => content,
        Err(e) => {
            library::remove(app, business.id, at, id).await?;
            return Err(e);
        }
    };
    let Some(d) = at.write(move |tx| document::begin(tx, id)).await? else { return Ok(told(path, "It was removed meanwhile.".into())) };
    library::write(at, &d, &content, None, |_, _| {}).await?;
    let d = at.read(move |tx| find_document(tx, id)).await?;
    Ok(Outcome { file: path.display().to_string(), title: d.title, passages: d.done, problem: String::new() })
}
