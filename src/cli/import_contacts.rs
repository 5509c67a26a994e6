//! `steward import contacts`: customers from spreadsheets. A wrong row is reported and leaves the others alone.

use super::{open, out};
use crate::app::App;
use crate::config::values::Flags;
use crate::domain::error::{Error, Result};
use crate::domain::house::contact_csv::{self, Sheet};
use crate::services::house::contact_import::{self, Imported};
use crate::store::meta;
use std::path::{Path, PathBuf};

/// Customers written down in one transaction.
const CHUNK: usize = 500;

/// Brings every file in.
pub fn run(flags: &Flags, files: &[PathBuf], business: &str, json: bool) -> Result<()> {
    let done = open::with_app(flags, async |app| {
        let mut all = Vec::new();
        for file in files {
            all.push(one(&app, business, file).await?);
        }
        Ok(all)
    })?;
    if json {
        out::json(&done)?;
    }
    for d in done.iter().filter(|_| !json) {
        out::line(&format!("{} added, {} changed, {} unchanged, {} wrong.", d.added, d.changed, d.same, d.failed));
    }
    match done.iter().map(|d| d.failed).sum::<usize>() {
        0 => Ok(()),
        n => Err(Error::conflict(format!("{n} of the rows could not be read; the others are in."))),
    }
}

async fn one(app: &App, business: &str, path: &Path) -> Result<Imported> {
    let file = app.store.business(open::business(app, business)?.id)?;
    let bytes = std::fs::read(path).map_err(|e| Error::invalid(format!("{} cannot be read: {e}.", path.display())))?;
    let country = file.read(meta::find_profile).await?.country;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let sheet = contact_csv::read(&bytes, &country);
    let sheet = sheet.map_err(|e| Error::invalid(format!("{}: {}", path.display(), e.message)))?;
    let bar = out::Bar::new(sheet.rows.len());
    let mut done = Imported { failed: sheet.errors.len(), errors: sheet.errors, ..Imported::default() };
    for (n, part) in sheet.rows.chunks(CHUNK).enumerate() {
        let sheet = Sheet { rows: part.to_vec(), errors: Vec::new() };
        let source = name.clone();
        let more = file.write(move |tx| contact_import::import(tx, &sheet, &source)).await?;
        done.added += more.added;
        done.changed += more.changed;
        done.same += more.same;
        done.failed += more.failed;
        done.errors.extend(more.errors);
        bar.at(n * CHUNK + part.len());
    }
    bar.end();
    for e in &done.errors {
        let column = if e.column.is_empty() { String::new() } else { format!(" ({})", e.column) };
        out::error(&format!("{}, line {}{column}: {}\n    {}", path.display(), e.row, e.message, e.text));
    }
    Ok(done)
}
