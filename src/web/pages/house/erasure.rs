//! A customer's data handed over, and a customer erased.

use crate::app::erasing;
use crate::domain::error::Error;
use crate::domain::house::contact::Contact;
use crate::domain::house::erasure::Erasure;
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::services::house::{audit, erasure};
use crate::store::house::erasure as rows;
use crate::store::house::{contact, export};
use crate::store::tx::Read;
use crate::web::api::privacy::zip_answer;
use crate::web::pages::answer::Answer;
use crate::web::pages::session::{Here, View};
use crate::web::view::house::erasure::{ErasePage, ErasurePage};
use crate::web::view::{Errors, Note};
use crate::web::{format, handover};
use axum::Form;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;
use std::io::Read as _;

/// `GET /app/customers/ID/export`.
pub async fn export(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Manager)?;
    let mut file = handover::person(&here.app, &here.business, id).await?;
    let actor = here.actor();
    here.file.write(move |tx| audit::record(tx, &actor, "exported a customer's data", &id.to_string())).await?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|e| Error::unavailable("The archive could not be read.").with_source(e))?;
    Ok(zip_answer(bytes, &format!("customer-{id}.zip")))
}

/// What must be typed: their name, or a plain word for those without.
fn word(who: &Contact) -> String {
    if who.name.trim().is_empty() { "erase".into() } else { who.name.trim().to_owned() }
}

/// Where to go instead of a page of somebody who was erased meanwhile: to the report.
pub(super) async fn gone(here: &Here, contact: Id) -> Option<Response> {
    let found = here.file.read(move |tx| rows::find_erasure_of(tx, contact)).await.ok()??;
    Some(here.back(&format!("/app/erasures/{}", found.id), ""))
}

/// `GET /app/customers/ID/erase`.
pub async fn ask(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Owner)?;
    if let Some(report) = gone(&here, id).await {
        return Ok(report);
    }
    question(here, id, Errors::default()).await
}

async fn question(here: Here, id: Id, errors: Errors) -> Answer {
    here.require(Role::Owner)?;
    let page = here.view("customers", move |tx, v| {
        let who = contact::find_present(tx, id)?;
        Ok(ErasePage { id: id.to_string(), name: who.display_name(), word: word(&who), holds: holds(tx, id)?, errors, chrome: v.chrome })
    });
    here.page(&page.await?)
}

fn holds(tx: &Read<'_>, id: Id) -> crate::domain::error::Result<Vec<(String, String)>> {
    let mut out = Vec::new();
    for (heading, found) in export::person(tx, id)? {
        let what = match heading {
            "customer" | "order_history" => continue,
            "orders" | "payments" => "kept without name, address and chat",
            "bookings" => "deleted; with a deposit, kept without the name",
            _ => "deleted",
        };
        if !found.is_empty() {
            let (one, many) = named(heading);
            out.push((format::count(i64::try_from(found.len()).unwrap_or(i64::MAX), &one, &many), what.to_owned()));
        }
    }
    Ok(out)
}

/// What people call the rows of a table: one, and many.
const NAMED: &[(&str, &str, &str)] = &[
    ("identities", "number or address", "numbers and addresses"),
    ("conversations", "conversation", "conversations"),
    ("messages", "message", "messages"),
    ("inbox", "message as it came in", "messages as they came in"),
    ("simulator_messages", "message on the simulated phone", "messages on the simulated phone"),
    ("mails", "letter", "letters"),
    ("facts", "remembered fact", "remembered facts"),
    ("notes", "note", "notes"),
    ("tags", "tag", "tags"),
    ("contact_tags", "tag", "tags"),
    ("consents", "word about being written to", "words about being written to"),
    ("outreach", "message of a campaign", "messages of campaigns"),
    ("points", "entry of points", "entries of points"),
    ("orders", "order", "orders"),
    ("order_history", "step of an order", "steps of orders"),
    ("payments", "payment", "payments"),
    ("refunds", "refund", "refunds"),
    ("receipts", "receipt", "receipts"),
    ("bank_statement", "line of a bank statement", "lines of bank statements"),
    ("statement_rows", "line of a bank statement", "lines of bank statements"),
    ("bookings", "booking", "bookings"),
    ("waitlist", "place on the waiting list", "places on the waiting list"),
    ("cases", "request for a person", "requests for a person"),
    ("questions_without_answer", "question without an answer", "questions without an answer"),
    ("gaps", "question without an answer", "questions without an answer"),
    ("what_steward_did", "answer Steward worked out", "answers Steward worked out"),
    ("runs", "answer Steward worked out", "answers Steward worked out"),
    ("run_steps", "step of such work", "steps of such work"),
    ("events", "line of news", "lines of news"),
    ("jobs", "piece of work to do", "pieces of work to do"),
    ("idempotency", "form that was sent", "forms that were sent"),
    ("searchables", "entry of the search", "entries of the search"),
    ("vectors", "entry of the search by meaning", "entries of the search by meaning"),
    ("contacts", "customer", "customers"),
];

fn named(table: &str) -> (String, String) {
    let known = NAMED.iter().find(|(t, ..)| *t == table).map(|(_, one, many)| ((*one).to_owned(), (*many).to_owned()));
    known.unwrap_or_else(|| (table.replace('_', " "), table.replace('_', " ")))
}

/// What was typed.
#[derive(Debug, Deserialize)]
pub struct Typed {
    typed: String,
}

/// `POST /app/customers/ID/erase`.
pub async fn erase(here: Here, Path(id): Path<Id>, Form(form): Form<Typed>) -> Answer {
    here.require(Role::Owner)?;
    let who = here.file.read(move |tx| contact::find_present(tx, id)).await?;
    if form.typed.trim().to_lowercase() != word(&who).to_lowercase() {
        let e = Error::field("typed", format!("Type {} exactly. Nothing was erased.", word(&who)));
        return question(here, id, Errors::from(&e)).await;
    }
    let actor = here.actor();
    let (begun, needles) = here.write(move |tx| erasure::erase(tx, id, &actor)).await?;
    erasing::finish(&here.app, here.business.id, begun.id, Some(needles)).await?;
    Ok(here.back(&format!("/app/erasures/{}", begun.id), ""))
}

/// `GET /app/erasures/ID`.
pub async fn report(here: Here, Path(id): Path<Id>) -> Answer {
    let page = here.view("customers", move |tx, v| {
        let found = rows::find_erasure(tx, id)?.ok_or_else(|| Error::not_found("erasure"))?;
        Ok(shown(v, found))
    });
    here.page(&page.await?)
}

fn shown(v: View, e: Erasure) -> ErasurePage {
    let sub = format!("By {}, {}", e.actor, v.moment(e.at));
    let counts = e.counts.iter().map(|c| (named(&c.table).1, format!("{} {}", c.rows, c.what))).collect();
    let note = |tone, icon, title: &str, text: &str| Note { tone, icon, title: title.into(), text: text.into() };
    let Some(p) = e.proof else {
        let note = note("warn", "clock", "Not finished yet", "The rows are gone. Files and free pages are cleaned within some minutes.");
        return ErasurePage { sub, note, counts, chrome: v.chrome, ..ErasurePage::default() };
    };
    let numbers_left = p.found.iter().any(|t| t.what != "words");
    let note = match (p.searched, p.found.is_empty(), numbers_left) {
        (false, _, _) => {
            note("warn", "alert", "Cleaned, not searched", "Steward was stopped in between, and what to look for was gone by then.")
        }
        (true, true, _) => note("ok", "check", "Nothing of this person is left", "Not in a table, an index, a free page or the log."),
        (true, false, false) => note("info", "help", "Some of the same words are elsewhere", "No number or address was found."),
        (true, false, true) => note("bad", "alert", "A number or address is still stored elsewhere", "See below where."),
    };
    let proof = vec![
        ("Numbers, names and sentences looked for".to_owned(), p.looked_for.to_string()),
        ("Tables read".to_owned(), p.tables.to_string()),
        ("Word indexes asked".to_owned(), p.indexes.to_string()),
        ("Read byte by byte".to_owned(), format!("{} kB", p.bytes / 1_000)),
        ("Files deleted".to_owned(), p.files_deleted.to_string()),
    ];
    let found = p
        .found
        .iter()
        .map(|t| (t.place.clone(), format!("{}, {}", t.what, format::count(i64::try_from(t.times).unwrap_or(i64::MAX), "time", "times"))));
    ErasurePage { sub, note, counts, proof, found: found.collect(), copies: p.copies, chrome: v.chrome }
}
