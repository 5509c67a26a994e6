//! Bringing in a price list.

use super::item::Parts;
use super::settings::{Fields, text};
use crate::app::{catalogue, media};
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::member::Role;
use crate::domain::id::{Id, token};
use crate::services::house::import as imports;
use crate::services::house::once::{self, Once};
use crate::store::house::import::{Import, find_import};
use crate::store::meta;
use crate::web::catalogue::bring_in;
use crate::web::error::status;
use crate::web::pages::answer::{Answer, html_as};
use crate::web::pages::session::Here;
use crate::web::view::Errors;
use crate::web::view::house::import::{ImportPage, ImportProblem, ImportReport};
use axum::Form;
use axum::extract::{Multipart, Path};

/// Wrong rows the page lists.
const SHOWN: usize = 100;

/// `GET /app/catalogue/import`.
pub async fn page(here: Here) -> Answer {
    here.require(Role::Manager)?;
    let airtable = here.app.config.airtable.is_ready();
    let page = here.view("catalogue", move |_, v| Ok(ImportPage { key: token(9), airtable, chrome: v.chrome, ..ImportPage::default() }));
    here.page(&page.await?)
}

/// `POST /app/catalogue/import/airtable`: tries a table at Airtable.
pub async fn try_airtable(here: Here, Form(form): Form<Fields>) -> Answer {
    here.require(Role::Manager)?;
    let (base, table) = (text(&form, "base"), text(&form, "table"));
    let once = here.once(&text(&form, "key"), "import", format!("{base}/{table}").as_bytes());
    let begun = match catalogue::airtable(&here.app, &base, &table).await {
        Ok(bytes) => begin(&here, &format!("Airtable, {}", table.trim()), bytes, true, once).await,
        Err(e) => Err(e),
    };
    told(here, begun).await
}

/// `POST /app/catalogue/import`: tries a file.
pub async fn try_file(here: Here, body: Multipart) -> Answer {
    here.require(Role::Manager)?;
    let parts = Parts::read(body).await?;
    let once = here.once(&parts.text("key"), "import", &parts.content());
    let begun = match parts.file {
        // A browser sends an empty file without a name when none was chosen.
        Some((name, _)) if name.is_empty() => Err(Error::field("file", "Choose a file first.")),
        Some((_, bytes)) if bytes.is_empty() => Err(Error::field("file", "This file is empty.")),
        Some((name, bytes)) => begin(&here, &name, bytes, true, once).await,
        None => Err(Error::field("file", "Choose a file first.")),
    };
    told(here, begun).await
}

/// To the report of an import that began, or back to the form with what is wrong.
async fn told(here: Here, begun: Result<Id>) -> Answer {
    match begun {
        Ok(id) => Ok(here.back(&format!("/app/catalogue/import/{id}"), "")),
        Err(e) if matches!(e.kind, Kind::Invalid | Kind::Conflict | Kind::Unavailable) => {
            let (code, errors, airtable) = (status(&e), Errors::from(&e), here.app.config.airtable.is_ready());
            let here = here.at("/app/catalogue/import");
            let page = here.view("catalogue", move |_, v| {
                Ok(ImportPage { key: token(9), errors, airtable, chrome: v.chrome, ..ImportPage::default() })
            });
            html_as(code, &page.await?)
        }
        Err(e) => Err(e.into()),
    }
}

/// `POST /app/catalogue/import/ID/run`: does what was tried.
pub async fn run(here: Here, Path(id): Path<Id>, Form(form): Form<Fields>) -> Answer {
    here.require(Role::Manager)?;
    let tried = here.file.read(move |tx| find_import(tx, id)).await?;
    if !tried.dry_run || tried.state != "done" {
        return Err(Error::conflict("Only a file that was tried can be brought in.").into());
    }
    if tried.outcome.file.is_empty() {
        return Err(Error::conflict("This file is not kept any more. Choose it again.").into());
    }
    let bytes = media::read(&here.app, here.business.id, &tried.outcome.file).await?;
    let once = here.once(&text(&form, "key"), &format!("import {id}"), b"");
    let id = begin(&here, &tried.file_name, bytes, false, once).await?;
    Ok(here.back(&format!("/app/catalogue/import/{id}"), ""))
}

/// Keeps the file, writes the import down and reads it in the background; the same form sent twice is one import.
async fn begin(here: &Here, name: &str, bytes: Vec<u8>, dry: bool, once: Once) -> Result<Id> {
    let currency = here.file.read(|tx| Ok(meta::find_profile(tx)?.currency)).await?;
    let (list, bytes) = catalogue::read_aside(bytes, currency).await?;
    let (file, name) = (media::keep(&here.app, here.business.id, bytes).await?, name.to_owned());
    let begun = here.write(move |tx| {
        if let Some(before) = once::find(tx, &once)? {
            return Ok(Err(before.body));
        }
        let x = imports::begin(tx, &name, &file, dry, list.sheet())?;
        once::keep(tx, &once, 200, &x.id.to_string())?;
        Ok(Ok((x, list)))
    });
    let (x, list) = match begun.await? {
        Ok(begun) => begun,
        Err(id) => return id.parse().map_err(|_| Error::internal("An import's id cannot be read.")),
    };
    let (id, whose, app, business) = (x.id, here.file.clone(), here.app.clone(), here.business.id);
    here.app.tasks.spawn("import", async move {
        if let Err(e) = bring_in(&app, business, &whose, x, list).await {
            tracing::warn!(error = %e, "an import stopped");
        }
    });
    Ok(id)
}

/// `GET /app/catalogue/import/ID`.
pub async fn report(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Manager)?;
    let page = here.view("catalogue", move |tx, v| {
        let x = find_import(tx, id)?;
        Ok(ImportPage { report: Some(shown(x)), key: token(9), chrome: v.chrome, ..ImportPage::default() })
    });
    here.page(&page.await?)
}

fn shown(x: Import) -> ImportReport {
    let listed = i64::try_from(x.outcome.rows.len().min(SHOWN)).unwrap_or(0);
    ImportReport {
        id: x.id.to_string(),
        filename: x.file_name,
        dry: x.dry_run,
        running: x.state == "running",
        failed: x.outcome.stopped,
        done: x.done,
        total: x.total,
        added: x.outcome.added,
        changed: x.outcome.changed,
        same: x.outcome.same,
        wrong: x.failed,
        rows: x
            .outcome
            .rows
            .into_iter()
            .take(SHOWN)
            .map(|r| ImportProblem { line: r.line, row: r.row, column: r.column, problem: r.problem })
            .collect(),
        more: x.failed - listed,
    }
}
