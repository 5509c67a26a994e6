//! Handing data over: everything about one person (a data-subject request) or about a business, as one zip.

use crate::app::App;
use crate::app::media::shown_as;
use crate::app::packing::Pack;
use crate::domain::error::{Error, Result};
use crate::domain::house::business::Business;
use crate::domain::house::erasure::media_names;
use crate::domain::id::Id;
use crate::store::house::export;
use crate::web::view::handover::{PersonPage, Row, Section};
use askama::Template;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::sync::Arc;

/// The archive of one person: `index.html` to read, `data.json` for programs, their files in `media/`.
pub async fn person(app: &Arc<App>, business: &Business, contact: Id) -> Result<File> {
    let file = app.store.business(business.id)?;
    let found = file.read(move |tx| {
        if !export::exists(tx, contact)? {
            return Err(Error::not_found("customer"));
        }
        export::person(tx, contact)
    });
    let sections = found.await?;
    let (app, business) = (app.clone(), business.clone());
    off_thread(move || person_archive(&app, &business, &sections)).await
}

fn person_archive(app: &App, business: &Business, sections: &[(&str, Vec<Value>)]) -> Result<File> {
    let mut pack = Pack::new()?;
    let files = add_media(app, business.id, &mut pack, sections.iter().flat_map(|(_, rows)| rows))?;
    let made = app.clock().now().rfc3339();
    let mut data: Map<String, Value> = sections.iter().map(|(h, rows)| ((*h).to_owned(), json!(rows))).collect();
    data.insert("exported_at".into(), json!(made));
    data.insert("business".into(), json!(business.name));
    pack.add("data.json", &to_bytes(&Value::Object(data))?)?;
    let name = sections.iter().find(|(h, _)| *h == "customer").and_then(|(_, rows)| rows.first()?.get("name")?.as_str().map(str::to_owned));
    let name = name.filter(|n| !n.is_empty()).unwrap_or_else(|| "A customer".into());
    let sections = sections.iter().map(|(h, rows)| section(h, rows, &files)).collect();
    let page = PersonPage { business: business.name.clone(), name, made, sections };
    let html = page.render().map_err(|e| Error::internal("The page could not be written.").with_source(e))?;
    pack.add("index.html", html.as_bytes())?;
    pack.finish()
}

/// Adds every file the rows name; where each is in the archive.
fn add_media<'a>(app: &App, business: Id, pack: &mut Pack, rows: impl Iterator<Item = &'a Value>) -> Result<BTreeMap<String, String>> {
    let names: BTreeSet<String> = rows.flat_map(|r| media_names(&r.to_string())).collect();
    let mut files = BTreeMap::new();
    for name in names {
        let called = format!("media/{name}{}", ending(app, business, &name));
        if pack.media(app, business, &name, &called)? {
            files.insert(name, called);
        }
    }
    Ok(files)
}

/// The ending programs know a kept file by.
fn ending(app: &App, business: Id, name: &str) -> &'static str {
    let mut head = [0; 16];
    let path = app.config.paths.media(business).join(name);
    let read = File::open(path).and_then(|mut f| std::io::Read::read(&mut f, &mut head)).unwrap_or(0);
    match head.get(..read).and_then(shown_as) {
        Some("image/jpeg") => ".jpg",
        Some("image/png") => ".png",
        Some("image/gif") => ".gif",
        Some("image/webp") => ".webp",
        Some("audio/ogg") => ".ogg",
        Some("audio/mpeg") => ".mp3",
        Some("audio/webm") => ".webm",
        Some("video/mp4") => ".mp4",
        Some("application/pdf") => ".pdf",
        _ => "",
    }
}

fn section(heading: &str, rows: &[Value], files: &BTreeMap<String, String>) -> Section {
    let rows = rows.iter().map(|r| {
        let media = media_names(&r.to_string()).into_iter().filter_map(|n| files.get(&n).cloned()).collect();
        let cells = r.as_object().into_iter().flatten().filter(|(_, v)| !is_empty(v));
        Row { cells: cells.map(|(k, v)| (k.replace('_', " "), plain(v))).collect(), files: media }
    });
    let title = heading.replace('_', " ");
    let mut letters = title.chars();
    let title = letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect());
    Section { id: heading.into(), title, rows: rows.collect() }
}

fn is_empty(v: &Value) -> bool {
    match v {
        Value::Null => true,
        Value::String(s) => s.is_empty(),
        Value::Array(a) => a.is_empty(),
        Value::Object(o) => o.is_empty(),
        _ => false,
    }
}

fn plain(v: &Value) -> String {
    v.as_str().map_or_else(|| v.to_string(), str::to_owned)
}

fn to_bytes(v: &Value) -> Result<Vec<u8>> {
    serde_json::to_vec_pretty(v).map_err(|e| Error::internal("The data could not be written as JSON.").with_source(e))
}

/// The archive of a business: every table as lines of JSON, every kept file. Sealed credentials are left out.
pub async fn business(app: &Arc<App>, business: &Business) -> Result<File> {
    let file = app.store.business(business.id)?;
    let (inner, b) = (app.clone(), business.clone());
    file.read(move |tx| {
        let mut pack = Pack::new()?;
        let tables = export::tables(tx)?;
        let about =
            json!({ "business": b.name, "slug": b.slug, "template": b.template, "exported_at": tx.now.rfc3339(), "tables": tables });
        pack.add("about.json", &to_bytes(&about)?)?;
        for table in &tables {
            pack.file(&format!("data/{table}.jsonl"))?;
            export::each_row(tx, table, |row| {
                pack.write(format!("{row}\n").as_bytes())?;
                Ok(true)
            })?;
        }
        for name in kept(&inner, b.id) {
            pack.media(&inner, b.id, &name, &format!("media/{name}{}", ending(&inner, b.id, &name)))?;
        }
        pack.finish()
    })
    .await
}

/// The names of all kept files of a business.
fn kept(app: &App, business: Id) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(app.config.paths.media(business)) else { return Vec::new() };
    let mut names: Vec<String> = entries.filter_map(|e| Some(e.ok()?.file_name().to_string_lossy().into_owned())).collect();
    names.sort();
    names
}

async fn off_thread<T: Send + 'static>(f: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(f).await;
    done.map_err(|e| Error::internal("The archive stopped unexpectedly.").with_source(e))?
}
