//! `steward import statement`: a bank's statement as CSV, held against the orders that wait for money. The same file again changes nothing.

use super::{open, out};
use crate::app::App;
use crate::config::values::Flags;
use crate::domain::error::{Error, Result};
use crate::domain::shop::statement::read;
use crate::services::shop::statement::{self as statements, Report};
use crate::store::meta;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Brings every file in, or only says what would be done.
pub fn run(flags: &Flags, files: &[PathBuf], business: &str, dry_run: bool, as_json: bool) -> Result<()> {
    let done = open::with_app(flags, async |app| {
        let mut all = Vec::new();
        for file in files {
            all.push(one(&app, business, file, dry_run).await?);
        }
        Ok(all)
    })?;
    if as_json {
        out::json(&done.iter().map(told).collect::<Vec<_>>())?;
    }
    let would = if dry_run { "Would be: " } else { "" };
    for r in done.iter().filter(|_| !as_json) {
        let wrong = r.refused.len();
        out::line(&format!(
            "{would}{} payments seen, {} may be for an order, {} without one, {} here before, {} paid out, {wrong} wrong.",
            r.seen, r.proposed, r.open, r.known, r.out
        ));
    }
    match done.iter().map(|r| r.refused.len()).sum::<usize>() {
        0 => Ok(()),
        n => Err(Error::conflict(format!("{n} of the lines could not be read; the others are {}.", if dry_run { "fine" } else { "in" }))),
    }
}

async fn one(app: &App, business: &str, path: &Path, dry_run: bool) -> Result<Report> {
    let file = app.store.business(open::business(app, business)?.id)?;
    let bytes = std::fs::read(path).map_err(|e| Error::invalid(format!("{} cannot be read: {e}.", path.display())))?;
    let currency = file.read(meta::find_profile).await?.currency;
    let sheet = read::read(&bytes, currency).map_err(|e| Error::invalid(format!("{}: {}", path.display(), e.message)))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let report = if dry_run {
        file.read(move |tx| statements::rehearse(tx, sheet)).await?
    } else {
        file.write(move |tx| Ok(statements::take(tx, &name, sheet)?.1)).await?
    };
    for p in &report.refused {
        out::error(&format!("{}, line {}: {}", path.display(), p.line, p.problem));
    }
    Ok(report)
}

fn told(r: &Report) -> Value {
    json!({ "seen": r.seen, "proposed": r.proposed, "open": r.open, "known": r.known, "money_out": r.out, "wrong": r.refused.len() })
}
