//! Catalogue files.

use crate::app::catalogue::{self, Catalogue};
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::domain::limits;
use crate::domain::time::Time;
use crate::services::house::import;
use crate::services::house::once;
use crate::store::house::import::{Import, RowProblem, find_import};
use crate::store::meta;
use crate::web::Shared;
use crate::web::catalogue::bring_in as bring_in_list;
use crate::web::error::ApiResult;
use crate::web::extract::body::{Json, Params, body_bytes};
use crate::web::extract::caller::Caller;
use crate::web::extract::write::{PathId, Write, answered, once_of};
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    let upload = DefaultBodyLimit::max(limits::UPLOAD_BYTES);
    OpenApiRouter::new().routes(routes!(import_csv).layer(upload)).routes(routes!(import_airtable)).routes(routes!(progress))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct How {
    /// Only say what would happen; write nothing.
    #[serde(default)]
    dry_run: bool,
    /// The file's name, for a plain text body.
    file_name: Option<String>,
}

/// A file as form data.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form for OpenAPI; the handler reads its parts one by one")]
pub(super) struct Upload {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// What is wrong with one row.
#[derive(Serialize, ToSchema)]
struct RowErrorOut {
    /// Its number in the spreadsheet; the header is 1.
    row: i64,
    /// What it says, shortened.
    text: String,
    column: String,
    message: String,
}

impl From<RowProblem> for RowErrorOut {
    fn from(e: RowProblem) -> Self {
        Self { row: e.line, text: e.row, column: e.column, message: e.problem }
    }
}

/// What came of an import so far, or would come of it.
#[derive(Serialize, ToSchema)]
struct ImportOut {
    /// Null for a dry run by API, which keeps nothing.
    id: Option<Id>,
    file_name: String,
    dry_run: bool,
    /// running, done, failed.
    state: String,
    /// Rows in all.
    total: i64,
    /// Rows looked at, good and bad.
    done: i64,
    /// New items.
    created: i64,
    /// Items that changed.
    updated: i64,
    /// Rows that change nothing.
    unchanged: i64,
    /// Rows that cannot be imported.
    failed: i64,
    /// What is wrong with them, the first thousand.
    errors: Vec<RowErrorOut>,
    started_at: Time,
    ended_at: Option<Time>,
}

impl ImportOut {
    fn of(x: Import, kept: bool) -> Self {
        Self {
            id: kept.then_some(x.id),
            file_name: x.file_name,
            dry_run: x.dry_run,
            state: if kept { x.state } else { "done".into() },
            total: x.total,
            done: x.done,
            created: x.outcome.added,
            updated: x.outcome.changed,
            unchanged: x.outcome.same,
            failed: x.failed,
            errors: x.outcome.rows.into_iter().map(RowErrorOut::from).collect(),
            started_at: x.started_at,
            ended_at: x.ended_at,
        }
    }
}

/// Import items from CSV, or from a zip with a CSV and photos: form data with a `file`, or the bytes themselves.
///
/// Columns: `name` and `price`, and as you like `sku`, `category`, `description`, `aliases` (separated by `|`), `unit`,
/// `stock` (empty: not counted), `available` (yes or no), `options`
/// (`Size*: Small, Large +500; Extras+: Egg +200`; `*` must be chosen, `+` more than one may be), `photo` (an https address,
/// fetched once; or the name of a file, when a zip holds the CSV and the pictures). Other columns become attributes. A row updates the item with its code, or with its name when it has no code. Good rows are imported
/// although others fail.
#[utoipa::path(post, path = "/items/import/csv", tag = "items", params(How),
    request_body(content((String = "text/csv"), (Upload = "multipart/form-data"))), responses((status = 200, body = ImportOut)))]
async fn import_csv(State(app): State<Shared>, caller: Caller, Params(how): Params<How>, req: Request) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    let (headers, path) = (req.headers().clone(), req.uri().to_string());
    let (name, bytes) = upload(req, how.file_name).await?;
    let once = caller.own(once_of(&headers, "POST", &path, &bytes)?);
    let seen = once.clone();
    if let Some(before) = caller.file.read(move |tx| once::find(tx, &seen)).await? {
        return Ok(answered(before));
    }
    bring_in(&app, &caller, name, bytes, how.dry_run, once).await
}

/// A table at Airtable.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Table {
    /// The base's id: app…
    base: String,
    /// The table's name, or its id.
    table: String,
}

/// Import items from a table at Airtable: its fields are the columns of `import/csv`, files in a field named photo are its photos.
/// Done again, it updates what is there. Needs AIRTABLE_TOKEN.
#[utoipa::path(post, path = "/items/import/airtable", tag = "items", params(How), request_body = Table, responses((status = 200, body = ImportOut)))]
async fn import_airtable(
    State(app): State<Shared>,
    caller: Caller,
    Params(how): Params<How>,
    Write { body, once }: Write<Table>,
) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    let once = caller.own(once);
    let seen = once.clone();
    if let Some(before) = caller.file.read(move |tx| once::find(tx, &seen)).await? {
        return Ok(answered(before));
    }
    let bytes = catalogue::airtable(&app, &body.base, &body.table).await?;
    let name = how.file_name.unwrap_or_else(|| format!("Airtable, {}", body.table.trim()));
    bring_in(&app, &caller, name, bytes.into(), how.dry_run, once).await
}

/// Tries a list, or brings it in and answers when that is done.
async fn bring_in(app: &Shared, caller: &Caller, name: String, bytes: Bytes, dry_run: bool, once: once::Once) -> ApiResult<Response> {
    let currency = caller.file.read(|tx| Ok(meta::find_profile(tx)?.currency)).await?;
    let (list, _) = catalogue::read_aside(bytes, currency).await?;
    if dry_run {
        let sheet = list.without_photos();
        let tried = caller.file.read(move |tx| import::rehearse(tx, import::new(tx.now, &name, "", true, &sheet), sheet)).await?;
        return Ok(Json(ImportOut::of(tried, false)).into_response());
    }
    let report = ImportOut::of(finish(app, caller, name, list).await?, true);
    let body = serde_json::to_string(&report).map_err(|e| Error::internal("An answer could not be written.").with_source(e))?;
    let answer = once::Answer { status: 200, body: body.clone(), repeated: false };
    caller.file.write(move |tx| once::keep(tx, &once, 200, &body)).await?;
    Ok(answered(answer))
}

/// Runs to the end although the client goes away.
async fn finish(app: &Shared, caller: &Caller, name: String, list: Catalogue) -> Result<Import> {
    let (file, (sent, done)) = (caller.file.clone(), tokio::sync::oneshot::channel());
    let (x, list) = file.write(move |tx| Ok((import::begin(tx, &name, "", false, list.sheet())?, list))).await?;
    let (held, business) = (app.clone(), caller.business.id);
    app.tasks.spawn("import", async move {
        let _ = sent.send(bring_in_list(&held, business, &file, x, list).await);
    });
    done.await.map_err(|e| Error::internal("The import stopped.").with_source(e))?
}

pub(super) async fn upload(req: Request, named: Option<String>) -> ApiResult<(String, Bytes)> {
    let form = req.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).is_some_and(|v| v.starts_with("multipart/form-data"));
    let name = named.unwrap_or_else(|| "items.csv".into());
    if !form {
        return Ok((name, body_bytes(req, &()).await?));
    }
    let bad = |e: axum::extract::multipart::MultipartError| match e.status() {
        axum::http::StatusCode::PAYLOAD_TOO_LARGE => Error::new(Kind::TooLarge, "The file is too large."),
        _ => Error::invalid("The form data cannot be read.").with_source(e),
    };
    let mut form = Multipart::from_request(req, &()).await.map_err(|e| Error::invalid(e.body_text()))?;
    while let Some(field) = form.next_field().await.map_err(bad)? {
        if field.name() == Some("file") || field.file_name().is_some() {
            let name = field.file_name().map_or(name, str::to_owned);
            return Ok((name, field.bytes().await.map_err(bad)?));
        }
    }
    Err(Error::field("file", "Send the CSV as a form field named \"file\".").into())
}

/// How far an import has come, and which rows failed.
#[utoipa::path(get, path = "/items/imports/{id}", tag = "items", params(("id" = Id, Path)), responses((status = 200, body = ImportOut)))]
async fn progress(caller: Caller, PathId(id): PathId) -> ApiResult<Json<ImportOut>> {
    let x = caller.file.read(move |tx| find_import(tx, id)).await?;
    Ok(Json(ImportOut::of(x, true)))
}
