//! Bank statements: what came, and for which orders it is.

use super::imports::{Upload, upload};
use super::page::{Page, id_cursor, most};
use crate::domain::error::{Error, Result};
use crate::domain::house::member::{Actor, Role};
use crate::domain::id::Id;
use crate::domain::limits;
use crate::domain::money::{Currency, Money};
use crate::domain::shop::statement::{Row, State, read};
use crate::domain::time::Time;
use crate::services::shop::statement::{self as statements, Report};
use crate::store::meta;
use crate::store::shop::statement as rows;
use crate::store::tx::Tx;
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::{Json, Params};
use crate::web::extract::caller::Caller;
use crate::web::extract::write::{Nothing, PathId, Write, once_of};
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    let size = DefaultBodyLimit::max(limits::UPLOAD_BYTES);
    OpenApiRouter::new().routes(routes!(read_statement).layer(size)).routes(routes!(list)).routes(routes!(confirm)).routes(routes!(dismiss))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct How {
    /// Only say what would match; write nothing.
    #[serde(default)]
    dry_run: bool,
}

/// A line of the file that cannot be taken.
#[derive(Serialize, ToSchema)]
struct StatementRefusedOut {
    /// Its number in the spreadsheet.
    row: i64,
    message: String,
}

/// A line by which money came.
#[derive(Serialize, ToSchema)]
struct StatementLineOut {
    /// Its number in the spreadsheet.
    row: usize,
    /// The day, "2026-11-21".
    day: String,
    #[schema(value_type = Object)]
    amount: Money,
    narration: String,
    /// It was here before and changes nothing.
    known: bool,
    /// seen: the money of its order; proposed: may be; open: no order was found.
    state: &'static str,
    /// reference, receipt or name; empty for none.
    how: &'static str,
    order_id: Option<Id>,
    order_number: Option<i64>,
    /// What a person should know.
    note: String,
}

/// What a statement says.
#[derive(Serialize, ToSchema)]
struct StatementOut {
    /// Null for a dry run.
    id: Option<Id>,
    dry_run: bool,
    /// Payments seen at the bank: each waits for one approval.
    seen: i64,
    /// Lines that may be for an order.
    proposed: i64,
    /// Lines for which no order was found.
    open: i64,
    /// Lines that were here before.
    known: i64,
    /// Lines by which money went; they are passed over.
    money_out: i64,
    /// The first 500 lines by which money came.
    lines: Vec<StatementLineOut>,
    /// What is wrong with others.
    errors: Vec<StatementRefusedOut>,
}

impl StatementOut {
    fn of(id: Option<Id>, r: Report, currency: Currency) -> Self {
        let line = |m: statements::Matched| StatementLineOut {
            row: m.line.number,
            day: m.line.day.to_string(),
            amount: Money::new(m.line.amount_minor, currency),
            narration: m.line.narration,
            known: m.known,
            state: m.state.as_str(),
            how: m.how,
            order_id: m.order.as_ref().map(|o| o.id),
            order_number: m.order.as_ref().map(|o| o.number),
            note: m.note,
        };
        Self {
            id,
            dry_run: id.is_none(),
            seen: r.seen,
            proposed: r.proposed,
            open: r.open,
            known: r.known,
            money_out: r.out,
            lines: r.lines.into_iter().map(line).collect(),
            errors: r.refused.into_iter().map(|p| StatementRefusedOut { row: p.line, message: p.problem }).collect(),
        }
    }
}

/// Read a bank's statement saved as CSV: form data with a `file`, or the text itself.
///
/// Columns are found by the line that names them: a date, a credit or an amount, and as the bank has them narration, reference, payer,
/// debit, type and currency. A line with our payment reference and the right amount makes the payment seen at the bank; a person then
/// approves. The same line again changes nothing.
#[utoipa::path(post, path = "/payments/statements", operation_id = "read_statement", tag = "orders", params(How),
    request_body(content((String = "text/csv"), (Upload = "multipart/form-data"))), responses((status = 200, body = StatementOut)))]
async fn read_statement(caller: Caller, Params(how): Params<How>, req: Request) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    let (headers, path) = (req.headers().clone(), req.uri().to_string());
    let (name, bytes) = upload(req, Some("statement.csv".into())).await?;
    let once = once_of(&headers, "POST", &path, &bytes)?;
    let currency = caller.file.read(|tx| Ok(meta::find_profile(tx)?.currency)).await?;
    let sheet = tokio::task::spawn_blocking(move || read::read(&bytes, currency));
    let sheet = sheet.await.map_err(|e| Error::internal("The file could not be read.").with_source(e))??;
    if how.dry_run {
        let report = caller.file.read(move |tx| statements::rehearse(tx, sheet)).await?;
        return Ok(Json(StatementOut::of(None, report, currency)).into_response());
    }
    let taken = move |tx: &mut Tx<'_>, _: &Actor| {
        let (x, report) = statements::take(tx, &name, sheet)?;
        Ok(StatementOut::of(Some(x.id), report, currency))
    };
    caller.write(once, StatusCode::OK, taken).await
}

/// A line of a statement as it is kept.
#[derive(Serialize, ToSchema)]
struct StatementRowOut {
    id: Id,
    /// The statement it came with.
    statement_id: Id,
    /// The day, "2026-11-21".
    day: String,
    #[schema(value_type = Object)]
    amount: Money,
    narration: String,
    payer: String,
    /// The bank's number of it.
    bank_reference: String,
    order_id: Option<Id>,
    state: &'static str,
    /// reference, receipt, name or person; empty for none.
    how: String,
    /// What a person should know.
    note: String,
    at: Time,
}

impl StatementRowOut {
    fn of(r: Row, currency: Currency) -> Self {
        Self {
            id: r.id,
            statement_id: r.import_id,
            day: r.day,
            amount: Money::new(r.amount_minor, currency),
            narration: r.narration,
            payer: r.payer,
            bank_reference: r.bank_reference,
            order_id: r.order_id,
            state: r.state.as_str(),
            how: r.how,
            note: r.note,
            at: r.at,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// proposed (when absent), seen, open or dismissed.
    state: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Lines of statements by which money came, newest first.
#[utoipa::path(get, path = "/payments/statement-rows", operation_id = "list_statement_rows", tag = "orders", params(Filter), responses((status = 200, body = Page<StatementRowOut>)))]
async fn list(caller: Caller, Params(f): Params<Filter>) -> ApiResult<Json<Page<StatementRowOut>>> {
    let (before, most) = (id_cursor(f.cursor.as_deref())?, most(f.limit));
    let state = f.state.as_deref().map_or(Ok(State::Proposed), State::from_word)?;
    let found = caller.file.read(move |tx| Ok((rows::list_rows(tx, state, before, most + 1)?, meta::find_profile(tx)?.currency)));
    let (found, currency) = found.await?;
    Ok(Json(Page::cut(found, most, |r| r.id.to_string(), |r| StatementRowOut::of(r, currency))))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StatementFor {
    /// The order it is for; the proposed one when absent.
    #[serde(default)]
    order_id: Option<Id>,
}

/// Say for which order a line is. Its payment then waits for one approval.
#[utoipa::path(post, path = "/payments/statement-rows/{id}/confirm", operation_id = "confirm_statement_row", tag = "orders", params(("id" = Id, Path)), request_body = StatementFor, responses((status = 200, body = StatementRowOut)))]
async fn confirm(caller: Caller, PathId(id): PathId, Write { body, once }: Write<StatementFor>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    let said = move |tx: &mut Tx<'_>, actor: &Actor| -> Result<StatementRowOut> {
        let row = statements::confirm(tx, id, body.order_id, actor)?;
        Ok(StatementRowOut::of(row, meta::find_profile(tx)?.currency))
    };
    caller.write(once, StatusCode::OK, said).await
}

/// Say that a line is for no order.
#[utoipa::path(post, path = "/payments/statement-rows/{id}/dismiss", operation_id = "dismiss_statement_row", tag = "orders", params(("id" = Id, Path)), responses((status = 200, body = StatementRowOut)))]
async fn dismiss(caller: Caller, PathId(id): PathId, w: Write<Nothing>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    let said = move |tx: &mut Tx<'_>, actor: &Actor| -> Result<StatementRowOut> {
        let row = statements::dismiss(tx, id, actor)?;
        Ok(StatementRowOut::of(row, meta::find_profile(tx)?.currency))
    };
    caller.write(w.once, StatusCode::OK, said).await
}
