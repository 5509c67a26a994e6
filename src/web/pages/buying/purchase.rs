//! Purchases: the list with a new request, one with its talks and offers, and everything a person decides about it.

use super::shown;
use crate::agents::buying;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::approval::Way;
use crate::domain::house::member::Role;
use crate::domain::id::{Id, token};
use crate::domain::text::clip;
use crate::services::buying::{delivery as deliveries, payment, purchase as services};
use crate::services::house::approval::Answer as Said;
use crate::services::house::once::once;
use crate::store::buying::{call, purchase as rows, vendor};
use crate::store::meta;
use crate::store::tx::Read;
use crate::web::error::status;
use crate::web::format::count;
use crate::web::pages::answer::{Answer, html_as};
use crate::web::pages::session::{Here, View};
use crate::web::view::Errors;
use crate::web::view::buying::purchase::{PurchasesPage, Suggested};
use axum::Form;
use axum::extract::{Path, Query};
use serde::Deserialize;

/// Purchases listed at once.
const LISTED: u32 = 50;
/// Things to buy again that are shown.
const SUGGESTED: usize = 6;

/// What the list is asked for, and what a new request says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Ask {
    text: String,
    key: String,
    before: String,
}

/// `GET /app/buying`. With `text` the request is filled in, not sent.
pub async fn list(here: Here, Query(ask): Query<Ask>) -> Answer {
    let page = here.view("buying", move |tx, v| listed(tx, v, ask, Errors::default())).await?;
    here.page(&page)
}

fn listed(tx: &Read<'_>, v: View, ask: Ask, errors: Errors) -> Result<PurchasesPage> {
    let before = if ask.before.is_empty() { None } else { Some(ask.before.parse()?) };
    let mut all = rows::list_purchases(tx, None, before, LISTED + 1)?;
    let more = all.len() > LISTED as usize;
    all.truncate(LISTED as usize);
    let older = all.last().filter(|_| more).map_or_else(String::new, |p| format!("/app/buying?before={}", p.id));
    let soon = deliveries::suggestions(tx)?
        .into_iter()
        .take(SUGGESTED)
        .map(|s| Suggested { why: format!("{} left, about {}", s.left, count(s.days, "day", "days")), words: s.words });
    let open = rows::count_open_purchases(tx)?;
    Ok(PurchasesPage {
        sub: if open == 0 { "Nothing under way".into() } else { format!("{open} under way") },
        typed: ask.text,
        errors,
        rows: all.iter().map(|p| shown::row(&v, p)).collect(),
        older,
        suggestions: soon.collect(),
        no_vendors: vendor::count_vendors(tx)? == 0,
        key: token(9),
        chrome: v.chrome,
    })
}

/// `POST /app/buying`: asks for a purchase; the same form sent twice asks once.
pub async fn request(here: Here, Form(ask): Form<Ask>) -> Answer {
    here.require(Role::Manager)?;
    let (actor, text) = (here.actor(), ask.text.trim().to_owned());
    let key = here.once(&ask.key, "purchase", text.as_bytes());
    let asked = here.write(move |tx| {
        let begun = once(tx, &key, 303, |tx| {
            let profile = meta::find_profile(tx)?;
            let need = services::read_need(&text, &profile, tx.now)?;
            Ok(buying::request(tx, &text, need, &actor, None)?.id)
        })?;
        serde_json::from_str::<Id>(&begun.body).map_err(|e| Error::internal("A purchase's id cannot be read.").with_source(e))
    });
    match asked.await {
        Ok(id) => Ok(here.back(&at(id), "Vendors are being asked.")),
        Err(e) if e.kind == Kind::Invalid => {
            let (code, errors) = (status(&e), Errors::from(&e));
            let here = here.at("/app/buying");
            let page = here.view("buying", move |tx, v| listed(tx, v, ask, errors)).await?;
            html_as(code, &page)
        }
        Err(e) => Err(e.into()),
    }
}

fn at(id: Id) -> String {
    format!("/app/buying/{id}")
}

/// `GET /app/buying/ID`.
pub async fn page(here: Here, Path(id): Path<Id>) -> Answer {
    let member = here.member.clone();
    let page = here.view("buying", move |tx, v| shown::page(tx, v, id, &member)).await?;
    here.page(&page)
}

/// Back to the purchase with what came of it; a conflict is told there.
pub(super) fn told(here: &Here, id: Id, done: Result<String>) -> Answer {
    match done {
        Ok(words) => Ok(here.back(&at(id), &words)),
        Err(e) if matches!(e.kind, Kind::Conflict | Kind::Invalid) => Ok(here.back(&at(id), &e.message)),
        Err(e) => Err(e.into()),
    }
}

/// The owner's word.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Decision {
    decision: String,
    vendor: String,
}

/// `POST /app/buying/ID/approve`: yes or no to what is proposed, or yes to another vendor's offer.
pub async fn decide(here: Here, Path(id): Path<Id>, Form(d): Form<Decision>) -> Answer {
    let vendor: Option<Id> = if d.vendor.is_empty() { None } else { Some(d.vendor.parse()?) };
    let yes = vendor.is_some() || d.decision == "approve";
    if !yes && d.decision != "reject" {
        return Err(Error::invalid("Choose to approve or to reject.").into());
    }
    let (actor, role) = (here.actor(), here.member.role);
    let done = here.write(move |tx| {
        let p = buying::decide(tx, id, vendor, &Said { actor: &actor, role, yes, note: "", way: Way::Page })?;
        Ok(format!("{}: {}", if yes { "Approved" } else { "Rejected" }, p.title()))
    });
    told(&here, id, done.await)
}

/// `POST /app/buying/ID/cancel`.
pub async fn cancel(here: Here, Path(id): Path<Id>) -> Answer {
    let (actor, role) = (here.actor(), here.member.role);
    let done = here.write(move |tx| buying::cancel(tx, id, &actor, role, "").map(|_| "Stopped.".to_owned()));
    told(&here, id, done.await)
}

/// What a vendor said.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Words {
    text: String,
}

/// `POST /app/buying/ID/talks/CALL`: a person writes down what the vendor said.
pub async fn said(here: Here, Path((id, talk)): Path<(Id, Id)>, Form(w): Form<Words>) -> Answer {
    here.require(Role::Agent)?;
    let done = here.write(move |tx| {
        if call::find_call(tx, talk)?.purchase_id != id {
            return Err(Error::not_found("talk"));
        }
        buying::said(tx, talk, &clip(&w.text, 4_000)).map(|_| "Written down. What to answer follows.".to_owned())
    });
    told(&here, id, done.await)
}

/// What a person knows of a payment.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Money {
    payment: String,
    reference: String,
    happened: String,
}

/// `POST /app/buying/ID/paid`: a person paid at the bank.
pub async fn paid(here: Here, Path(id): Path<Id>, Form(m): Form<Money>) -> Answer {
    here.require(Role::Manager)?;
    let of: Id = m.payment.parse()?;
    let done = here.write(move |tx| {
        let x = payment::record(tx, id, of, &clip(&m.reference, 100))?;
        Ok(format!("Noted: {} is paid.", x.vendor_name))
    });
    told(&here, id, done.await)
}

/// `POST /app/buying/ID/settle`: a person says whether the bank paid, when nobody else knows.
pub async fn settle(here: Here, Path(id): Path<Id>, Form(m): Form<Money>) -> Answer {
    here.require(Role::Manager)?;
    let (of, happened): (Id, bool) = (m.payment.parse()?, m.happened == "yes");
    let actor = here.actor();
    let done = here.write(move |tx| payment::settle_unknown(tx, id, of, &actor, happened).map(|()| "Noted.".to_owned()));
    told(&here, id, done.await)
}
