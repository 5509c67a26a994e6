//! Bringing in a bank's statement: try it, take it in, say for which orders its lines are.

use crate::app::media;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::member::Role;
use crate::domain::id::{Id, token};
use crate::domain::shop::statement::{Row, Sheet, State, read};
use crate::domain::time::Time;
use crate::services::house::once;
use crate::services::shop::statement::{self as statements, Matched, Report};
use crate::store::house::erasure::unused_media;
use crate::store::house::import::{Import, find_import, forget_files};
use crate::store::meta;
use crate::store::shop::{order, statement as rows};
use crate::store::tx::{Read, Tx};
use crate::web::error::status;
use crate::web::pages::answer::{Answer, html_as};
use crate::web::pages::house::item::Parts;
use crate::web::pages::house::settings::{Fields, text};
use crate::web::pages::session::{Here, View};
use crate::web::view::shop::statement::{StatementLine, StatementPage, StatementReport};
use crate::web::view::{Errors, Pill};
use axum::Form;
use axum::extract::{Multipart, Path};

/// Lines shown of one file.
const SHOWN: usize = 200;
/// Proposals shown at once.
const PROPOSED: u32 = 50;

/// `GET /app/payments/statement`.
pub async fn page(here: Here) -> Answer {
    here.require(Role::Manager)?;
    here.page(&blank(&here, Errors::default()).await?)
}

async fn blank(here: &Here, errors: Errors) -> Result<StatementPage> {
    let here = here.clone().at("/app/payments/statement");
    here.view("orders", |_, v| Ok(StatementPage { key: token(9), errors, chrome: v.chrome, report: None })).await
}

/// `POST /app/payments/statement`: tries a file.
pub async fn try_file(here: Here, body: Multipart) -> Answer {
    here.require(Role::Manager)?;
    let parts = Parts::read(body).await?;
    match tried(&here, parts).await {
        Ok(id) => Ok(here.back(&format!("/app/payments/statement/{id}"), "")),
        Err(e) if e.kind == Kind::Invalid => html_as(status(&e), &blank(&here, Errors::from(&e)).await?),
        Err(e) => Err(e.into()),
    }
}

async fn tried(here: &Here, parts: Parts) -> Result<Id> {
    let once = here.once(&parts.text("key"), "statement", &parts.content());
    let (name, bytes) = parts.file.ok_or_else(|| Error::field("file", "Choose a file first."))?;
    let sheet = sheet(here, bytes.clone()).await?;
    let file = media::keep(&here.app, here.business.id, bytes).await?;
    here.write(move |tx| {
        if let Some(before) = once::find(tx, &once)? {
            return before.body.parse().map_err(|_| Error::internal("An import's id cannot be read."));
        }
        let report = statements::rehearse(tx, sheet)?;
        let x = statements::written(tx, Id::new(tx.now), &name, &file, &report)?;
        once::keep(tx, &once, 200, &x.id.to_string())?;
        Ok(x.id)
    })
    .await
}

async fn sheet(here: &Here, bytes: Vec<u8>) -> Result<Sheet> {
    let currency = here.file.read(|tx| Ok(meta::find_profile(tx)?.currency)).await?;
    let read = tokio::task::spawn_blocking(move || read::read(&bytes, currency));
    read.await.map_err(|e| Error::internal("The file could not be read.").with_source(e))?
}

/// `GET /app/payments/statement/ID`.
pub async fn report(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Manager)?;
    let x = here.file.read(move |tx| statement(tx, id)).await?;
    let again = match x.outcome.file.as_str() {
        "" => None,
        file => Some(sheet(&here, media::read(&here.app, here.business.id, file).await?).await?),
    };
    let page = here.view("orders", move |tx, v| {
        let report = match again {
            Some(sheet) => shown(&v, &x, statements::rehearse(tx, sheet)?),
            None => counted(&x),
        };
        Ok(StatementPage { report: Some(report), key: token(9), errors: Errors::default(), chrome: v.chrome })
    });
    here.page(&page.await?)
}

fn statement(tx: &Read<'_>, id: Id) -> Result<Import> {
    let x = find_import(tx, id)?;
    if x.kind == "statement" { Ok(x) } else { Err(Error::not_found("statement")) }
}

/// What is kept of a statement that was taken in: counts.
fn counted(x: &Import) -> StatementReport {
    StatementReport {
        id: x.id.to_string(),
        filename: x.file_name.clone(),
        dry: false,
        seen: x.outcome.changed,
        proposed: x.outcome.proposed,
        open: x.outcome.added,
        known: x.outcome.same,
        out: x.total - x.failed - x.outcome.changed - x.outcome.proposed - x.outcome.added - x.outcome.same,
        lines: Vec::new(),
        problems: x.outcome.rows.iter().map(|r| (r.line, r.problem.clone())).collect(),
    }
}

fn shown(v: &View, x: &Import, r: Report) -> StatementReport {
    let mut lines = r.lines;
    // What concerns an order first; the rest as the bank has it.
    lines.sort_by_key(|m| (m.known, m.order.is_none()));
    StatementReport {
        dry: true,
        seen: r.seen,
        proposed: r.proposed,
        open: r.open,
        known: r.known,
        out: r.out,
        lines: lines.into_iter().take(SHOWN).map(|m| tried_line(v, m)).collect(),
        ..counted(x)
    }
}

fn tried_line(v: &View, m: Matched) -> StatementLine {
    let pill = match (m.known, m.state) {
        (true, _) => Pill::new("", "Here before"),
        (_, State::Seen) => Pill::new("ok", "Seen"),
        (_, State::Proposed) => Pill::new("warn", "Perhaps"),
        _ => Pill::new("", "No order"),
    };
    StatementLine {
        day: m.line.day.to_string(),
        amount: v.money(m.line.amount_minor),
        text: words(&m.line.payer, &m.line.narration, &m.line.bank_reference),
        order: m.order.as_ref().map_or_else(String::new, |o| format!("#{}", o.number)),
        url: m.order.map_or_else(String::new, |o| format!("/app/orders/{}", o.id)),
        pill,
        note: m.note,
        ..StatementLine::default()
    }
}

/// What the bank wrote, in one line.
fn words(payer: &str, narration: &str, reference: &str) -> String {
    [payer, narration, reference].into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join(", ")
}

/// `POST /app/payments/statement/ID/run`: does what was tried.
pub async fn run(here: Here, Path(id): Path<Id>, Form(form): Form<Fields>) -> Answer {
    here.require(Role::Manager)?;
    let once = here.once(&text(&form, "key"), &format!("statement {id}"), b"");
    let seen = once.clone();
    if let Some(before) = here.file.read(move |tx| once::find(tx, &seen)).await? {
        return Ok(here.back(&format!("/app/payments/statement/{}", before.body), ""));
    }
    let x = here.file.read(move |tx| statement(tx, id)).await?;
    if x.outcome.file.is_empty() {
        return Err(Error::conflict("This statement was taken in already. Choose the file again if you want to try it once more.").into());
    }
    let sheet = sheet(&here, media::read(&here.app, here.business.id, &x.outcome.file).await?).await?;
    let name = x.file_name;
    let taken = here.write(move |tx: &mut Tx<'_>| {
        let (done, report) = statements::take(tx, &name, sheet)?;
        once::keep(tx, &once, 200, &done.id.to_string())?;
        // What was tried is of the past now; the files are not kept.
        let files = forget_files(tx, "statement", Time::from_millis(i64::MAX))?;
        Ok((done.id, report.seen, unused_media(tx, files)?))
    });
    let (done, seen, files) = taken.await?;
    for file in files {
        media::remove(&here.app, here.business.id, &file).await?;
    }
    let said = match seen {
        0 => "Taken in. No payment was surely found.".to_owned(),
        1 => "1 payment was seen at the bank. It waits for your tap.".to_owned(),
        n => format!("{n} payments were seen at the bank. They wait for your tap."),
    };
    Ok(here.back(&format!("/app/payments/statement/{done}"), &said))
}

/// Lines that may be for an order, for the queue.
pub fn proposals(tx: &Read<'_>, v: &View) -> Result<Vec<StatementLine>> {
    rows::list_rows(tx, State::Proposed, None, PROPOSED)?.into_iter().map(|r| line(tx, v, r)).collect()
}

fn line(tx: &Read<'_>, v: &View, r: Row) -> Result<StatementLine> {
    use crate::domain::shop::order::Status;
    let o = r.order_id.map(|id| order::find_order(tx, id)).transpose()?;
    Ok(StatementLine {
        id: r.id.to_string(),
        day: r.day,
        amount: v.money(r.amount_minor),
        text: words(&r.payer, &r.narration, &r.bank_reference),
        order: o.as_ref().map_or_else(String::new, |o| format!("#{}", o.number)),
        url: o.as_ref().map_or_else(String::new, |o| format!("/app/orders/{}", o.id)),
        pill: Pill::new("warn", "Perhaps"),
        note: r.note,
        can_confirm: o.is_some_and(|o| matches!(o.status, Status::AwaitingPayment | Status::AwaitingConfirmation)),
    })
}

/// "Seen at the bank on 2026-11-21: ₦18,500, NIP/ADA OBI". Empty when it was not.
pub fn seen(tx: &Read<'_>, v: &View, order: Id) -> Result<String> {
    let lines = rows::list_seen(tx, order)?.into_iter().map(|r| {
        let said = words(&r.payer, &r.narration, &r.bank_reference);
        format!("Seen at the bank on {}: {}{}{said}.", r.day, v.money(r.amount_minor), if said.is_empty() { "" } else { ", " })
    });
    Ok(lines.collect::<Vec<_>>().join(" "))
}

/// `POST /app/payments/rows/ID/confirm`.
pub async fn confirm(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Manager)?;
    let actor = here.actor();
    here.write(move |tx| statements::confirm(tx, id, None, &actor).map(drop)).await?;
    Ok(here.back("/app/payments", "Noted. The payment waits for your tap."))
}

/// `POST /app/payments/rows/ID/dismiss`.
pub async fn dismiss(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Manager)?;
    let actor = here.actor();
    here.write(move |tx| statements::dismiss(tx, id, &actor).map(drop)).await?;
    Ok(here.back("/app/payments", "Put away."))
}
