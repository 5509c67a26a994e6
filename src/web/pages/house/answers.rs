//! What Steward answers from: documents, a box to try a question, and questions nothing answered.

use super::gaps;
use crate::agents::library;
use crate::app::reading;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::document::{Document, Source, State, title};
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::domain::limits;
use crate::services::house::document;
use crate::store::house::document as rows;
use crate::web::error::status;
use crate::web::extract::upload::Uploads;
use crate::web::format;
use crate::web::pages::answer::{Answer, html_as};
use crate::web::pages::session::{Here, View};
use crate::web::view::house::answers::{AnswersPage, DocumentPage, DocumentRow, PassageRow};
use crate::web::view::{Errors, Note, Pill};
use axum::Form;
use axum::extract::{Path, Query, Request};
use serde::Deserialize;

/// Passages a document's own page lists.
const LISTED: u32 = 200;

/// What the page is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Ask {
    q: String,
    before: Option<Id>,
}

/// `GET /app/answers`.
pub async fn page(here: Here, Query(ask): Query<Ask>) -> Answer {
    let page = filled(&here, AnswersPage { q: ask.q.trim().to_owned(), ..AnswersPage::default() }, ask.before).await?;
    here.page(&page)
}

async fn filled(here: &Here, page: AnswersPage, before: Option<Id>) -> Result<AnswersPage> {
    let (app, business) = (here.app.clone(), here.business.id);
    here.view("answers", move |tx, v| {
        let found = rows::list_documents(tx, before, limits::LIST_DEFAULT)?;
        let last = found.last().filter(|_| found.len() >= limits::LIST_DEFAULT as usize).map(|d| d.id);
        let (all, passages) = rows::count_documents(tx)?;
        let tried = if page.q.is_empty() { None } else { Some(gaps::tried(&app, tx, business, &page.q, passages)?) };
        Ok(AnswersPage {
            tried,
            gaps: gaps::list(&app, tx, &v)?,
            documents: found.iter().map(|d| row(d, &v)).collect(),
            sub: format!("{}, {}", format::count(all, "document", "documents"), format::count(passages, "passage", "passages")),
            next: last.map_or_else(String::new, |id| format!("/app/answers?before={id}")),
            chrome: v.chrome,
            ..page
        })
    })
    .await
}

fn row(d: &Document, v: &View) -> DocumentRow {
    let kind = match d.source {
        Source::File => d.format.title(),
        Source::Page => "Web page",
        Source::Written => "Written here",
        Source::Answers => "Approved answers",
    };
    let mut about = vec![kind.to_owned()];
    if d.pages > 0 {
        about.push(format::count(d.pages, "page", "pages"));
    }
    about.push(format::count(d.done, "passage", "passages"));
    about.push(v.short(d.updated_at));
    let pill = match d.state {
        State::Waiting => Pill::new("wait", "Waiting"),
        State::Reading => Pill::new("info", "Reading"),
        State::Ready => Pill::new("ok", "Ready"),
        State::Failed => Pill::new("bad", "Failed"),
    };
    DocumentRow {
        id: d.id.to_string(),
        url: format!("/app/answers/documents/{}", d.id),
        title: title(&d.title, &d.file_name, &d.url),
        icon: match d.source {
            Source::Page => "globe",
            Source::Answers => "check",
            _ => "file",
        },
        about: if d.state == State::Failed { d.problem.clone() } else { about.join(", ") },
        used: d.used,
        pill,
        percent: d.state.is_moving().then(|| d.percent()),
    }
}

/// `POST /app/answers/documents`: files, one or several. Good ones are taken although others are not.
pub async fn upload(here: Here, req: Request) -> Answer {
    here.require(Role::Manager)?;
    let form = Uploads::read(req).await?;
    let (mut taken, mut trouble) = (Vec::new(), Vec::new());
    for f in form.files {
        let name = f.name.clone();
        let added = async { library::file(&here.app, here.business.id, "", None, &f.name, &f.mime, f.bytes?).await };
        let added = async { library::add(&here.app, here.business.id, &here.file, added.await?).await };
        match added.await {
            Ok(d) => taken.push(d),
            Err(e) if matches!(e.kind, Kind::Invalid | Kind::Conflict | Kind::TooLarge) => {
                trouble.push(Note { tone: "bad", icon: "alert", title: format!("{name} was not added"), text: e.message });
            }
            Err(e) => return Err(e.into()),
        }
    }
    if taken.is_empty() && trouble.is_empty() {
        let e = Error::field("file", "Choose a file first.");
        return again(&here, AnswersPage::default(), &e).await;
    }
    if trouble.is_empty() {
        let words = format!("{} will be read now.", format::count(i64::try_from(taken.len()).unwrap_or(0), "document", "documents"));
        return Ok(here.back("/app/answers", &words));
    }
    let here = here.at("/app/answers");
    let page = filled(&here, AnswersPage { trouble, ..AnswersPage::default() }, None).await?;
    html_as(axum::http::StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// The page again, with what was wrong.
async fn again(here: &Here, page: AnswersPage, e: &Error) -> Answer {
    let here = here.clone().at("/app/answers");
    let page = filled(&here, AnswersPage { errors: Errors::from(e), ..page }, None).await?;
    html_as(status(e), &page)
}

/// A page to read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PageForm {
    url: String,
}

/// `POST /app/answers/pages`.
pub async fn add_page(here: Here, Form(form): Form<PageForm>) -> Answer {
    here.require(Role::Manager)?;
    let added = async {
        let url = reading::check_address(&here.app, &form.url)?;
        library::add(&here.app, here.business.id, &here.file, library::page("", None, url)).await
    };
    match added.await {
        Ok(_) => Ok(here.back("/app/answers", "The page will be read now.")),
        Err(e) if matches!(e.kind, Kind::Invalid | Kind::Conflict) => {
            again(&here, AnswersPage { typed_url: form.url, ..AnswersPage::default() }, &e).await
        }
        Err(e) => Err(e.into()),
    }
}

/// Words to answer from.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TextForm {
    title: String,
    text: String,
}

/// `POST /app/answers/texts`.
pub async fn add_text(here: Here, Form(form): Form<TextForm>) -> Answer {
    here.require(Role::Manager)?;
    let added = async {
        let new = library::written(&here.app, here.business.id, &form.title, None, &form.text).await?;
        library::add(&here.app, here.business.id, &here.file, new).await
    };
    match added.await {
        Ok(_) => Ok(here.back("/app/answers", "Saved.")),
        Err(e) if matches!(e.kind, Kind::Invalid | Kind::Conflict) => {
            let typed = AnswersPage { typed_title: form.title, typed_text: form.text, ..AnswersPage::default() };
            again(&here, typed, &e).await
        }
        Err(e) => Err(e.into()),
    }
}

/// `GET /app/answers/documents/ID`.
pub async fn show(here: Here, Path(id): Path<Id>) -> Answer {
    let page = shown(&here, id, Errors::default()).await?;
    here.page(&page)
}

async fn shown(here: &Here, id: Id, errors: Errors) -> Result<DocumentPage> {
    here.view("answers", move |tx, v| {
        let d = rows::find_document(tx, id)?;
        let found = rows::list_chunks(tx, id, 0, LISTED)?;
        let original = match (&d.source, &d.original) {
            (Source::Page, _) => d.url.clone(),
            (Source::File, Some(name)) => format!("/app/media/{name}"),
            _ => String::new(),
        };
        let passage = |(n, c): (usize, &rows::Chunk)| PassageRow {
            n: n + 1,
            source: c.passage.page.map_or_else(|| format!("Passage {}", n + 1), |p| format!("Page {p}")),
            url: format!("#p-{}", n + 1),
            section: c.passage.section.clone(),
            parts: vec![(c.passage.text.clone(), false)],
            fit: 0,
            fit_words: "",
        };
        Ok(DocumentPage {
            errors,
            row: row(&d, &v),
            original,
            can_replace: d.source != Source::Answers,
            can_read_again: d.source == Source::Page && !d.state.is_moving(),
            passages: found.iter().enumerate().map(passage).collect(),
            more: (d.done - i64::from(LISTED)).max(0),
            chrome: v.chrome,
        })
    })
    .await
}

/// `POST /app/answers/documents/ID/replace`.
pub async fn replace(here: Here, Path(id): Path<Id>, req: Request) -> Answer {
    here.require(Role::Manager)?;
    let mut form = Uploads::read(req).await?;
    let changed = async {
        let f = form.files.pop().ok_or_else(|| Error::field("file", "Choose a file first."))?;
        library::replace(&here.app, here.business.id, &here.file, id, &f.name, &f.mime, f.bytes?).await
    };
    match changed.await {
        Ok(_) => Ok(here.back(&format!("/app/answers/documents/{id}"), "The new file will be read now.")),
        Err(e) if matches!(e.kind, Kind::Invalid | Kind::Conflict | Kind::TooLarge) => {
            let here = here.at(format!("/app/answers/documents/{id}"));
            html_as(status(&e), &shown(&here, id, Errors::from(&e)).await?)
        }
        Err(e) => Err(e.into()),
    }
}

/// `POST /app/answers/documents/ID/again`.
pub async fn read_again(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Manager)?;
    let (_, before) = here.write(move |tx| document::read_again(tx, id)).await?;
    if let Some(name) = before {
        library::drop_file(&here.app, here.business.id, &here.file, id, &name).await?;
    }
    Ok(here.back(&format!("/app/answers/documents/{id}"), "It will be read now."))
}

/// `POST /app/answers/documents/ID/remove`.
pub async fn remove(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Manager)?;
    let d = library::remove(&here.app, here.business.id, &here.file, id).await?;
    Ok(here.back("/app/answers", &format!("{} is deleted. Nothing is answered from it any more.", title(&d.title, &d.file_name, &d.url))))
}
