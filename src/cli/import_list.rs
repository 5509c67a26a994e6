//! `steward import vendors` and `contacts`: lists from spreadsheets. A wrong row is reported and leaves the others alone.

use super::{open, out};
use crate::app::App;
use crate::config::values::Flags;
use crate::domain::buying::vendor_csv;
use crate::domain::error::{Error, Result};
use crate::domain::house::contact_csv;
use crate::domain::house::sheet::{Imported, Sorted};
use crate::domain::time::Time;
use crate::services::buying::vendor;
use crate::services::house::contact_import;
use crate::store::meta;
use crate::store::tx::Tx;
use std::path::{Path, PathBuf};

/// Rows written down in one transaction.
const CHUNK: usize = 500;

/// A kind of list: how its file is read, and how its rows are written down.
struct List<T> {
    read: fn(&Asked<'_>) -> Result<Sorted<T>>,
    write: fn(&mut Tx<'_>, Vec<(usize, T)>, &str) -> Result<Imported>,
}

/// A file of a business.
struct Asked<'a> {
    bytes: &'a [u8],
    country: &'a str,
    name: &'a str,
    now: Time,
}

/// Brings vendors in.
pub fn vendors(flags: &Flags, files: &[PathBuf], business: &str, json: bool) -> Result<()> {
    let list = List {
        read: |a| vendor_csv::read(a.bytes, a.country, a.name, a.now).map(|s| (s.vendors, s.errors)),
        write: |tx, vendors, _| vendor::import(tx, &vendor_csv::Sheet { vendors, errors: Vec::new() }),
    };
    run(flags, files, business, json, &list)
}

/// Brings customers in.
pub fn contacts(flags: &Flags, files: &[PathBuf], business: &str, json: bool) -> Result<()> {
    let list = List {
        read: |a| contact_csv::read(a.bytes, a.country).map(|s| (s.rows, s.errors)),
        write: |tx, rows, name| contact_import::import(tx, &contact_csv::Sheet { rows, errors: Vec::new() }, name),
    };
    run(flags, files, business, json, &list)
}

fn run<T: Clone + Send + 'static>(flags: &Flags, files: &[PathBuf], business: &str, json: bool, list: &List<T>) -> Result<()> {
    let done = open::with_app(flags, async |app| {
        let mut all = Vec::new();
        for file in files {
            all.push(one(&app, business, file, list).await?);
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

async fn one<T: Clone + Send + 'static>(app: &App, business: &str, path: &Path, list: &List<T>) -> Result<Imported> {
    let file = app.store.business(open::business(app, business)?.id)?;
    let bytes = std::fs::read(path).map_err(|e| Error::invalid(format!("{} cannot be read: {e}.", path.display())))?;
    let country = file.read(meta::find_profile).await?.country;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let read = (list.read)(&Asked { bytes: &bytes, country: &country, name: &name, now: app.clock().now() });
    let (rows, errors) = read.map_err(|e| Error::invalid(format!("{}: {}", path.display(), e.message)))?;
    let (bar, mut done, write) = (out::Bar::new(rows.len()), Imported::with(errors), list.write);
    for (n, part) in rows.chunks(CHUNK).enumerate() {
        let (part, from) = (part.to_vec(), name.clone());
        let end = n * CHUNK + part.len();
        done.join(file.write(move |tx| write(tx, part, &from)).await?);
        bar.at(end);
    }
    bar.end();
    for e in &done.errors {
        let column = if e.column.is_empty() { String::new() } else { format!(" ({})", e.column) };
        out::error(&format!("{}, line {}{column}: {}\n    {}", path.display(), e.row, e.message, e.text));
    }
    Ok(done)
}
