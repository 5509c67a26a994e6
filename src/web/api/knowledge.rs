//! Documents to answer from.

use super::page::{Page, Part, id_cursor, most};
use crate::agents::library;
use crate::app::reading;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::document::{Document, Format, Source, State};
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::domain::limits;
use crate::domain::time::Time;
use crate::services::house::document::New;
use crate::services::house::once;
use crate::store::house::document as rows;
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::{Json, Params, body_bytes, parse};
use crate::web::extract::caller::Caller;
use crate::web::extract::upload::{Upload, Uploads};
use crate::web::extract::write::{Nothing, PathId, Write, answered, once_of};
use axum::extract::{DefaultBodyLimit, Request, State as Here};
use axum::http::{StatusCode, header};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

/// How long an upload waits for its document to be read, in milliseconds.
const WAIT_MS: u64 = 10_000;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    // The form's reader counts for itself and says what is too large.
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(add).layer(DefaultBodyLimit::disable()))
        .routes(routes!(detail, remove))
        .routes(routes!(search))
}

/// A document.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DocumentOut {
    id: Id,
    title: String,
    /// file, page, written, answers.
    #[schema(value_type = String)]
    source: Source,
    /// pdf, docx, html, markdown, text, csv.
    #[schema(value_type = String)]
    format: Format,
    /// The file's name; empty for others.
    file_name: String,
    /// The page's address; empty for others.
    url: String,
    /// waiting, reading, ready, failed.
    #[schema(value_type = String)]
    state: State,
    /// How much of it has been read.
    percent: i64,
    /// Why it cannot be read; empty when it can.
    problem: String,
    /// Pages; 0 when it has none.
    pages: i64,
    /// Passages that can be found.
    passages: i64,
    /// Answers it was used for.
    used: i64,
    bytes: i64,
    /// The assistant that alone may use it; null: all may.
    assistant: Option<String>,
    created_at: Time,
    updated_at: Time,
}

impl DocumentOut {
    fn of(d: Document) -> Self {
        Self {
            percent: d.percent(),
            id: d.id,
            title: crate::domain::house::document::title(&d.title, &d.file_name, &d.url),
            source: d.source,
            format: d.format,
            file_name: d.file_name,
            url: d.url,
            state: d.state,
            problem: d.problem,
            pages: d.pages,
            passages: d.done,
            used: d.used,
            bytes: d.bytes,
            assistant: d.assistant,
            created_at: d.created_at,
            updated_at: d.updated_at,
        }
    }
}

/// Documents, newest first.
#[utoipa::path(get, path = "/knowledge/documents", tag = "knowledge", params(Part), responses((status = 200, body = Page<DocumentOut>)))]
async fn list(caller: Caller, Params(p): Params<Part>) -> ApiResult<Json<Page<DocumentOut>>> {
    let (before, most) = (id_cursor(p.cursor.as_deref())?, most(p.limit));
    let found = caller.file.read(move |tx| rows::list_documents(tx, before, most + 1)).await?;
    Ok(Json(Page::cut(found, most, |d| d.id.to_string(), DocumentOut::of)))
}

/// One document.
#[utoipa::path(get, path = "/knowledge/documents/{id}", tag = "knowledge", params(("id" = Id, Path)), responses((status = 200, body = DocumentOut)))]
async fn detail(caller: Caller, PathId(id): PathId) -> ApiResult<Json<DocumentOut>> {
    Ok(Json(DocumentOut::of(caller.file.read(move |tx| rows::find_document(tx, id)).await?)))
}

/// A text, or the address of a page.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct DocumentIn {
    /// What it is called in answers.
    title: String,
    /// Its words, plain or Markdown.
    text: Option<String>,
    /// A public page, fetched once: https.
    url: Option<String>,
    /// The assistant that alone may use it.
    assistant: Option<String>,
}

/// A file as form data.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form for OpenAPI; the handler reads its parts one by one")]
struct FileIn {
    title: Option<String>,
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Adds a document: a file as form data (PDF, DOCX, HTML, Markdown, text, CSV; 32 MB), or a text or page as JSON.
///
/// The answer waits until it is read: 201. What takes longer is answered 202 with its `state`, and goes on. What cannot be
/// read is answered 422 with the reason, and nothing of it is kept.
#[utoipa::path(post, path = "/knowledge/documents", tag = "knowledge",
    request_body(content((DocumentIn = "application/json"), (FileIn = "multipart/form-data"))),
    responses((status = 201, body = DocumentOut), (status = 202, body = DocumentOut)))]
async fn add(Here(app): Here<Shared>, caller: Caller, req: Request) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    let (headers, path) = (req.headers().clone(), req.uri().path().to_owned());
    let sent = read(req).await?;
    let once = once_of(&headers, "POST", &path, &sent.fingerprint())?;
    let seen = caller.own(once.clone());
    if let Some(before) = caller.file.read(move |tx| once::find(tx, &seen)).await? {
        return Ok(answered(before));
    }
    let new = sent.prepare(&app, caller.business.id).await?;
    let d = library::add(&app, caller.business.id, &caller.file, new).await?;
    let d = settled(&caller, d).await?;
    if d.state == State::Failed {
        library::remove(&app, caller.business.id, &caller.file, d.id).await?;
        return Err(Error::field(if d.source == Source::Page { "url" } else { "file" }, d.problem).into());
    }
    let status = if d.state.is_moving() { StatusCode::ACCEPTED } else { StatusCode::CREATED };
    caller.write(once, status, move |_, _| Ok(DocumentOut::of(d))).await
}

/// The document once it is read, or after a while as it is.
async fn settled(caller: &Caller, mut d: Document) -> Result<Document> {
    let (id, mut waited) = (d.id, 0);
    while d.state.is_moving() && waited < WAIT_MS {
        tokio::time::sleep(Duration::from_millis(20)).await;
        waited += 20;
        d = caller.file.read(move |tx| rows::find_document(tx, id)).await?;
    }
    Ok(d)
}

/// What was sent.
enum Sent {
    Words(DocumentIn),
    File(String, Option<String>, Upload),
}

async fn read(req: Request) -> ApiResult<Sent> {
    let form = req.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).is_some_and(|v| v.starts_with("multipart/form-data"));
    if !form {
        // Axum's own limit is off for the sake of forms.
        let (parts, body) = req.into_parts();
        let limited =
            axum::body::to_bytes(body, 2 * limits::BODY_BYTES).await.map_err(|_| Error::new(Kind::TooLarge, "The body is too large."))?;
        let bytes = body_bytes(Request::from_parts(parts, limited.into()), &()).await?;
        return Ok(Sent::Words(parse(&bytes)?));
    }
    let mut form = Uploads::read(req).await?;
    if form.files.len() > 1 {
        return Err(Error::field("file", "Send one file at a time.").into());
    }
    let title = form.text("title").to_owned();
    let assistant = Some(form.text("assistant").to_owned()).filter(|a| !a.is_empty());
    let file = form.files.pop().ok_or_else(|| Error::field("file", "Send the document as a form field named \"file\"."))?;
    Ok(Sent::File(title, assistant, file))
}

impl Sent {
    fn fingerprint(&self) -> Vec<u8> {
        match self {
            Self::Words(w) => format!("{w:?}").into_bytes(),
            Self::File(title, _, f) => {
                let mut out = format!("{title}\n{}\n", f.name).into_bytes();
                out.extend(f.bytes.as_deref().unwrap_or_default());
                out
            }
        }
    }

    /// Checks what was sent and keeps its bytes.
    async fn prepare(self, app: &Shared, business: Id) -> Result<New> {
        let (words, url) = match self {
            Self::File(title, assistant, f) => {
                let bytes = f.bytes?;
                return library::file(app, business, &title, assistant, &f.name, &f.mime, bytes).await;
            }
            Self::Words(w) => match (&w.text, &w.url) {
                (Some(_), None) => (w, None),
                (None, Some(url)) => {
                    let url = reading::check_address(app, url)?;
                    (w, Some(url))
                }
                _ => return Err(Error::field("text", "Send a text or a url, one of them.")),
            },
        };
        match url {
            Some(url) => Ok(library::page(&words.title, words.assistant, url)),
            None => library::written(app, business, &words.title, words.assistant, &words.text.unwrap_or_default()).await,
        }
    }
}

/// Deletes a document with its passages and its file; from now on nothing is answered from it.
#[utoipa::path(delete, path = "/knowledge/documents/{id}", tag = "knowledge", params(("id" = Id, Path)), responses((status = 204)))]
async fn remove(Here(app): Here<Shared>, caller: Caller, PathId(id): PathId, _: Write<Nothing>) -> ApiResult<StatusCode> {
    caller.role.require(Role::Manager)?;
    library::remove(&app, caller.business.id, &caller.file, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A question for the documents.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct QuestionIn {
    /// In the asker's words.
    #[serde(alias = "q", alias = "question")]
    query: String,
    /// Passages at most, 1 to 5.
    limit: Option<usize>,
    /// Only documents this assistant may use.
    assistant: Option<String>,
}

/// A passage that was found.
#[derive(Debug, Serialize, ToSchema)]
struct PassageOut {
    id: Id,
    document_id: Id,
    /// The document's title.
    title: String,
    /// The headings above it.
    section: String,
    page: Option<u32>,
    text: String,
    /// How well it fits, 0 to 1.
    score: f64,
}

/// What the documents say.
#[derive(Debug, Serialize, ToSchema)]
struct FoundOut {
    /// The sentences that answer, as they stand in the document; null when the documents do not say.
    answer: Option<String>,
    /// Where they stand: "House rules, page 2".
    source: Option<String>,
    /// Passages, best first.
    passages: Vec<PassageOut>,
}

/// Asks the documents. Nothing is noted and no customer sees it.
#[utoipa::path(post, path = "/knowledge/search", tag = "knowledge", request_body = QuestionIn, responses((status = 200, body = FoundOut)))]
async fn search(Here(app): Here<Shared>, caller: Caller, Json(q): Json<QuestionIn>) -> ApiResult<Json<FoundOut>> {
    if q.query.trim().is_empty() || q.query.chars().count() > 2_000 {
        return Err(Error::field("query", "Write a question of at most 2,000 characters.").into());
    }
    app.search.prepare(&q.query).await;
    let (search, business) = (app.search.clone(), caller.business.id);
    let looked = caller
        .file
        .read(move |tx| {
            let scope = library::Scope { assistant: q.assistant.as_deref(), documents: None };
            Ok((library::look_up(search.as_ref(), tx, business, &q.query, scope)?, q.limit))
        })
        .await?;
    let (looked, limit) = looked;
    let (answer, source) = looked.answer.map(|a| (a.text, a.source)).unzip();
    let out = |f: library::Found| PassageOut {
        id: f.chunk.id,
        document_id: f.chunk.document_id,
        title: f.chunk.title,
        section: f.chunk.passage.section,
        page: f.chunk.passage.page,
        text: f.chunk.passage.text,
        score: f64::from(i32::try_from(f.fit).unwrap_or(0)) / 100.0,
    };
    let passages = looked.passages.into_iter().take(limit.unwrap_or(5).clamp(1, 5)).map(out).collect();
    Ok(Json(FoundOut { answer, source, passages }))
}
