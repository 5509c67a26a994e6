//! A bank's statement held against the orders that wait for money. A line with our reference and the right amount makes the payment
//! "seen at the bank": a person approves it with one tap. Nothing here approves; the same statement again changes nothing.

use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::house::member::Actor;
use crate::domain::id::Id;
use crate::domain::money::Money;
use crate::domain::shop::order::{Order, Status};
use crate::domain::shop::statement::{Line, Row, Sheet, State, find};
use crate::domain::text::clip;
use crate::domain::time::{DAY_MS, Time};
use crate::services::shop::payment;
use crate::store::events::{About, insert_event};
use crate::store::house::import::{Import, Outcome, RowProblem, upsert_import};
use crate::store::meta;
use crate::store::shop::{order, statement as rows};
use crate::store::tx::{Read, Tx};
use serde_json::json;
use std::collections::HashSet;

/// Lines kept to be told.
const LISTED: usize = 500;
/// Shortest number of a transfer that is looked for among receipts.
const MARK: usize = 8;

/// A line beside what it may be for.
#[derive(Debug, Clone)]
pub struct Matched {
    /// The line.
    pub line: Line,
    /// It was here before.
    pub known: bool,
    /// The order it is for, or may be for.
    pub order: Option<Order>,
    /// Where it stands.
    pub state: State,
    /// How its order was found: reference, receipt, name; empty for none.
    pub how: &'static str,
    /// What a person should know; maybe empty.
    pub note: String,
}

/// What a statement says, or would do.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The first lines by which money came.
    pub lines: Vec<Matched>,
    /// Payments seen.
    pub seen: i64,
    /// Lines that may be for an order.
    pub proposed: i64,
    /// Lines for which no order was found.
    pub open: i64,
    /// Lines that were here before.
    pub known: i64,
    /// Lines by which money went.
    pub out: i64,
    /// What is wrong with others.
    pub refused: Vec<RowProblem>,
}

fn is_open(o: &Order) -> bool {
    matches!(o.status, Status::AwaitingPayment | Status::AwaitingConfirmation)
}

/// Looks for the order of a line. `taken` are orders whose money an earlier line of the file is.
fn matched(tx: &Read<'_>, line: Line, taken: &mut HashSet<Id>) -> Result<Matched> {
    let mut m =
        Matched { known: rows::is_known(tx, &line.fingerprint)?, order: None, state: State::Open, how: "", note: String::new(), line };
    if m.known {
        return Ok(m);
    }
    let said = format!("{} {} {}", m.line.narration, m.line.bank_reference, m.line.payer);
    for reference in find::references(&said) {
        if let Some(id) = rows::find_referenced(tx, &reference)? {
            let o = order::find_order(tx, id)?;
            m.how = "reference";
            (m.state, m.note) = by_reference(tx, &m.line, &o, taken)?;
            if m.state == State::Seen {
                taken.insert(o.id);
            }
            m.order = Some(o);
            return Ok(m);
        }
    }
    for word in said.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_uppercase) {
        if word.len() >= MARK
            && let Some(id) = rows::find_by_mark(tx, &word)?
        {
            let o = order::find_order(tx, id)?;
            (m.state, m.how, m.note) = (State::Proposed, "receipt", "A receipt with this number was sent for it.".into());
            m.order = Some(o);
            return Ok(m);
        }
    }
    by_name(tx, m, &said, taken)
}

/// The end of a line's day on the clocks of the business.
fn end_of(tx: &Read<'_>, line: &Line) -> Result<Time> {
    let zone = meta::find_profile(tx)?.time_zone;
    let midnight = Time::from_millis(0).in_zone(&zone).time_zone().clone();
    let start = line.day.to_zoned(midnight).map(|z| z.timestamp().as_millisecond());
    Ok(Time::from_millis(start.unwrap_or(i64::MAX - DAY_MS)).plus_ms(DAY_MS))
}

fn by_reference(tx: &Read<'_>, line: &Line, o: &Order, taken: &HashSet<Id>) -> Result<(State, String)> {
    let currency = meta::find_profile(tx)?.currency;
    let money = |minor| Money::new(minor, currency).to_string();
    let difference = line.amount_minor - o.total_minor;
    Ok(if !is_open(o) {
        (State::Proposed, format!("Order {} is {} already.", o.number, o.status.title().to_lowercase()))
    } else if taken.contains(&o.id) || !rows::list_seen(tx, o.id)?.is_empty() {
        (State::Proposed, "Money for this order was seen before. It may have been paid twice.".into())
    } else if end_of(tx, line)? < o.created_at {
        (State::Proposed, "The money came before the order was made.".into())
    } else if difference < 0 {
        (State::Proposed, format!("It is {} less than the order.", money(-difference)))
    } else if difference > 0 {
        (State::Proposed, format!("It is {} more than the order.", money(difference)))
    } else {
        (State::Seen, String::new())
    })
}

/// By amount and the customer's name together: a proposal, when exactly one order fits.
fn by_name(tx: &Read<'_>, mut m: Matched, said: &str, taken: &HashSet<Id>) -> Result<Matched> {
    let waiting = rows::list_expecting(tx, m.line.amount_minor, end_of(tx, &m.line)?.millis())?;
    let mut fitting: Vec<Id> =
        waiting.into_iter().filter(|(id, name)| !taken.contains(id) && find::names(name, said)).map(|(id, _)| id).collect();
    match fitting.len() {
        0 => {}
        1 => {
            m.order = fitting.pop().map(|id| order::find_order(tx, id)).transpose()?;
            (m.state, m.how, m.note) = (State::Proposed, "name", "The amount and the name fit; our reference is not there.".into());
        }
        n => m.note = format!("{n} orders of this amount fit the name."),
    }
    Ok(m)
}

fn counted(report: &mut Report, m: Matched) {
    match (m.known, m.state) {
        (true, _) => report.known += 1,
        (_, State::Seen) => report.seen += 1,
        (_, State::Proposed) => report.proposed += 1,
        _ => report.open += 1,
    }
    if report.lines.len() < LISTED {
        report.lines.push(m);
    }
}

fn begun(sheet: &Sheet) -> Report {
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let told = |r: &crate::domain::shop::statement::Refused| RowProblem {
        line: number(r.number),
        row: String::new(),
        column: String::new(),
        problem: r.why.clone(),
    };
    Report { out: number(sheet.out), refused: sheet.refused.iter().take(LISTED).map(told).collect(), ..Report::default() }
}

/// What a statement would do. Nothing is written.
pub fn rehearse(tx: &Read<'_>, sheet: Sheet) -> Result<Report> {
    let (mut report, mut taken) = (begun(&sheet), HashSet::new());
    for line in sheet.lines {
        let m = matched(tx, line, &mut taken)?;
        counted(&mut report, m);
    }
    Ok(report)
}

/// Writes down that a statement was tried, with the name of its kept `file`, or taken in, when that is empty.
pub fn written(tx: &mut Tx<'_>, id: Id, name: &str, file: &str, report: &Report) -> Result<Import> {
    let failed = i64::try_from(report.refused.len()).unwrap_or(0);
    let total = report.seen + report.proposed + report.open + report.known + report.out + failed;
    let x = Import {
        id,
        kind: "statement".into(),
        file_name: clip(name, 120),
        state: "done".into(),
        dry_run: !file.is_empty(),
        total,
        done: total,
        failed,
        outcome: Outcome {
            added: report.open,
            proposed: report.proposed,
            changed: report.seen,
            same: report.known,
            rows: report.refused.clone(),
            file: file.to_owned(),
            ..Outcome::default()
        },
        started_at: tx.now,
        ended_at: Some(tx.now),
    };
    upsert_import(tx, &x)?;
    Ok(x)
}

/// Takes a statement in: new lines are kept, and payments that are surely there wait for one tap.
pub fn take(tx: &mut Tx<'_>, name: &str, sheet: Sheet) -> Result<(Import, Report)> {
    let mut report = begun(&sheet);
    let (mut taken, import_id) = (HashSet::new(), Id::new(tx.now));
    for line in sheet.lines {
        let m = matched(tx, line, &mut taken)?;
        let row = Row {
            id: Id::new(tx.now),
            import_id,
            line: i64::try_from(m.line.number).unwrap_or(0),
            day: m.line.day.to_string(),
            amount_minor: m.line.amount_minor,
            narration: m.line.narration.clone(),
            payer: m.line.payer.clone(),
            bank_reference: m.line.bank_reference.clone(),
            order_id: m.order.as_ref().map(|o| o.id),
            state: m.state,
            how: m.how.to_owned(),
            note: m.note.clone(),
            at: tx.now,
        };
        if !m.known
            && rows::insert_row(tx, &row, &m.line.fingerprint)?
            && let Some(o) = m.order.clone().filter(|_| m.state == State::Seen)
        {
            payment::seen_at_bank(tx, o, &Actor::Steward)?;
        }
        counted(&mut report, m);
    }
    let x = written(tx, import_id, name, "", &report)?;
    insert_event(tx, event::PAYMENT, About::default(), json!({ "statement": x.id, "seen": report.seen, "proposed": report.proposed }))?;
    Ok((x, report))
}

/// A person says for which order a line is. Its payment then waits for one tap.
pub fn confirm(tx: &mut Tx<'_>, id: Id, order_id: Option<Id>, actor: &Actor) -> Result<Row> {
    let x = rows::find_row(tx, id)?;
    if matches!(x.state, State::Seen | State::Dismissed) {
        return Err(Error::conflict("This line of the statement was decided already."));
    }
    let wanted = order_id.or(x.order_id).ok_or_else(|| Error::field("order_id", "Say for which order it is."))?;
    let o = order::find_order(tx, wanted)?;
    if !is_open(&o) {
        return Err(Error::conflict(format!("Order {} is {} already; it waits for no money.", o.number, o.status.title().to_lowercase())));
    }
    rows::update_row(tx, id, Some(o.id), State::Seen, "person", actor.name())?;
    payment::seen_at_bank(tx, o, actor)?;
    rows::find_row(tx, id)
}

/// A person says that a line is for no order.
pub fn dismiss(tx: &mut Tx<'_>, id: Id, actor: &Actor) -> Result<Row> {
    let x = rows::find_row(tx, id)?;
    if x.state == State::Seen {
        return Err(Error::conflict("This line is the money of an order. Reject its payment instead."));
    }
    rows::update_row(tx, id, None, State::Dismissed, &x.how, actor.name())?;
    insert_event(tx, event::PAYMENT, About::default(), json!({ "statement_row": id, "state": "dismissed" }))?;
    rows::find_row(tx, id)
}
