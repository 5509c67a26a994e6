//! `steward import`: what you have in spreadsheets. A wrong row is reported and leaves the others alone.

use super::{import_knowledge, import_list, import_statement, open, out};
use crate::app::App;
use crate::app::catalogue;
use crate::config::values::Flags;
use crate::domain::error::{Error, Result};
use crate::services::house::import;
use crate::store::house::import::{Outcome, RowProblem, find_import};
use crate::store::meta;
use clap::Subcommand;
use std::path::{Path, PathBuf};

/// What is in the files.
#[derive(Debug, Subcommand)]
pub enum What {
    /// Things you sell: columns name and price, and sku, category, description, unit, stock, aliases, available, photo
    Items {
        /// CSV files, or zips with one and its pictures.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// The business, by its name in addresses.
        #[arg(long)]
        business: String,
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
        /// The outcome of each file as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Whom you buy from: columns name, phone, email, products, certifications, quality, reliability, distance_km, note,
    /// routing, account, stripe, reach, language, do_not_contact
    Vendors {
        /// CSV files.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// The business, by its name in addresses.
        #[arg(long)]
        business: String,
        /// The outcome of each file as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Customers: columns name, phone, email, tags, language, consent, note
    Contacts {
        /// CSV files.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// The business, by its name in addresses.
        #[arg(long)]
        business: String,
        /// The outcome of each file as JSON.
        #[arg(long)]
        json: bool,
    },
    /// A bank's statement as CSV: which orders were paid. Approving stays a person's
    Statement {
        /// CSV files.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// The business, by its name in addresses.
        #[arg(long)]
        business: String,
        /// Only say what would match.
        #[arg(long)]
        dry_run: bool,
        /// The outcome of each file as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Documents to answer from: PDF, Word (DOCX), HTML, Markdown, text, CSV
    Knowledge {
        /// The documents.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// The business, by its name in addresses.
        #[arg(long)]
        business: String,
        /// The outcome of each file as JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Does it.
pub fn run(flags: &Flags, what: What) -> Result<()> {
    match what {
        What::Items { files, business, dry_run, json } => items(flags, &files, &business, dry_run, json),
        What::Vendors { files, business, json } => import_list::vendors(flags, &files, &business, json),
        What::Contacts { files, business, json } => import_list::contacts(flags, &files, &business, json),
        What::Statement { files, business, dry_run, json } => import_statement::run(flags, &files, &business, dry_run, json),
        What::Knowledge { files, business, json } => import_knowledge::run(flags, &files, &business, json),
    }
}

fn items(flags: &Flags, files: &[PathBuf], business: &str, dry_run: bool, json: bool) -> Result<()> {
    // What is in before a file fails is told, too.
    let (done, failed) = open::with_app(flags, async |app| {
        let mut all = Vec::new();
        for file in files {
            match one(&app, business, file, dry_run).await {
                Ok(done) => all.push(done),
                Err(e) => return Ok((all, Some(e))),
            }
        }
        Ok((all, None))
    })?;
    if json {
        out::json(&done.iter().map(|(o, _)| o).collect::<Vec<_>>())?;
    }
    let would = if dry_run { "Would be: " } else { "" };
    for (o, wrong) in done.iter().filter(|_| !json) {
        out::line(&format!("{would}{} added, {} changed, {} unchanged, {wrong} wrong.", o.added, o.changed, o.same));
    }
    if let Some(e) = failed {
        return Err(e);
    }
    match done.iter().map(|(_, wrong)| wrong).sum::<i64>() {
        0 => Ok(()),
        n => Err(Error::conflict(format!("{n} of the rows could not be read; the others are {}.", if dry_run { "fine" } else { "in" }))),
    }
}

async fn one(app: &App, business: &str, path: &Path, dry_run: bool) -> Result<(Outcome, i64)> {
    let id = open::business(app, business)?.id;
    let file = app.store.business(id)?;
    let bytes = std::fs::read(path).map_err(|e| Error::invalid(format!("{} cannot be read: {e}.", path.display())))?;
    let currency = file.read(meta::find_profile).await?.currency;
    let list = catalogue::read(&bytes, currency).map_err(|e| Error::invalid(format!("{}: {}", path.display(), e.message)))?;
    let sheet = if dry_run { list.without_photos() } else { list.with_photos(app, id).await? };
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (begun, sheet) = file.write(move |tx| Ok((import::begin(tx, &name, "", dry_run, &sheet)?, sheet))).await?;
    let (id, bar) = (begun.id, out::Bar::new(sheet.total()));
    let mut running = std::pin::pin!(import::run(&file, begun, sheet));
    let done = loop {
        tokio::select! {
            done = &mut running => break done,
            () = tokio::time::sleep(std::time::Duration::from_millis(100)) => {
                let so_far = file.read(move |tx| find_import(tx, id)).await?;
                bar.at(usize::try_from(so_far.done).unwrap_or(0));
            }
        }
    };
    bar.end();
    let done = done?;
    done.outcome.rows.iter().for_each(|p| out::error(&told(path, p)));
    Ok((Outcome { file: path.display().to_string(), ..done.outcome }, done.failed))
}

fn told(path: &Path, p: &RowProblem) -> String {
    let column = if p.column.is_empty() { String::new() } else { format!(" ({})", p.column) };
    format!("{}, line {}{column}: {}\n    {}", path.display(), p.line, p.problem, p.row)
}
