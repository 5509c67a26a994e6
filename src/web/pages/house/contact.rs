//! Customers.

use super::conversation::rows_of;
use super::thread::{facts, number, order_link, since};
use crate::domain::error::Error;
use crate::domain::house::member::Role;
use crate::domain::house::timeline::{Consent, Moment};
use crate::domain::id::Id;
use crate::domain::limits;
use crate::domain::shop::order::Status;
use crate::domain::time::Time;
use crate::services::house::{spoken, timeline as people};
use crate::services::shop::loyalty;
use crate::store::house::{contact, conversation, timeline};
use crate::store::outreach::segment as segments;
use crate::store::shop::{loyalty as ledger, order};
use crate::web::format;
use crate::web::pages::answer::Answer;
use crate::web::pages::session::{Here, View};
use crate::web::view::house::contact::{ContactPage, ContactRow, ContactsPage};
use crate::web::view::{Chip, Errors, Pick, RailPoint};
use axum::Form;
use axum::extract::{Path, Query};
use serde::Deserialize;

/// What the list is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Ask {
    q: String,
    before: Option<Id>,
    group: Option<Id>,
}

/// `GET /app/customers`.
pub async fn list(here: Here, Query(ask): Query<Ask>) -> Answer {
    let page = here.view("customers", move |tx, v| {
        let groups = segments::list_segments(tx)?;
        let found = match ask.group.and_then(|g| groups.iter().find(|s| s.id == g)) {
            Some(s) => contact::list_these(tx, &segments::list_members(tx, &s.filter, ask.before, limits::LIST_DEFAULT)?)?,
            None => contact::list_contacts(tx, &ask.q, ask.before, limits::LIST_DEFAULT)?,
        };
        let last = found.last().filter(|_| found.len() >= limits::LIST_DEFAULT as usize).map(|r| r.contact.id);
        let q: String = url::form_urlencoded::byte_serialize(ask.q.as_bytes()).collect();
        let within = ask.group.map_or_else(String::new, |g| format!("&group={g}"));
        let next = last.map_or_else(String::new, |id| format!("/app/customers?q={q}{within}&before={id}"));
        let chip = |label: &str, url: String, on| Chip { label: label.into(), url, on, ..Chip::default() };
        let everybody = (!groups.is_empty()).then(|| chip("Everybody", "/app/customers".into(), ask.group.is_none()));
        let named = groups.iter().map(|s| chip(&s.name, format!("/app/customers?group={}", s.id), ask.group == Some(s.id)));
        let groups = everybody.into_iter().chain(named).collect();
        let mut rows = Vec::new();
        for r in found {
            let name = r.contact.display_name();
            let wrote = conversation::find_latest_conversation(tx, r.contact.id)?;
            rows.push(ContactRow {
                url: format!("/app/customers/{}", r.contact.id),
                initials: format::initials(&name),
                name,
                reach: number(&r.contact).unwrap_or_else(|| wrote.as_ref().map_or_else(String::new, |c| c.channel.title().into())),
                orders: r.orders.to_string(),
                spent: v.money(r.spent_minor),
                last: wrote.map_or_else(String::new, |c| v.short(c.last_message_at)),
            });
        }
        Ok(ContactsPage { sub: "Newest first".into(), q: ask.q, rows, groups, next, chrome: v.chrome })
    });
    here.page(&page.await?)
}

/// `GET /app/customers/ID`.
pub async fn page(here: Here, Path(id): Path<Id>) -> Answer {
    if let Some(report) = super::erasure::gone(&here, id).await {
        return Ok(report);
    }
    let page = here.view("customers", move |tx, v| {
        let who = contact::find_present(tx, id)?;
        let orders = order::list_orders_of(tx, id, 100)?;
        let pick = |value: &str, label: &str, on| Pick { value: value.into(), label: label.into(), on };
        let consent = vec![
            pick("", "Nobody asked", who.consent.is_none()),
            pick("yes", "Yes", who.consent == Some(true)),
            pick("no", "No", who.consent == Some(false)),
        ];
        let name = who.display_name();
        let (merges, twins) = super::merge::parts(tx, &v, &who)?;
        let consents = timeline::list_consents(tx, id)?;
        let terms = loyalty::terms(tx)?;
        let balance = ledger::find_balance(tx, id)?;
        let unpaid = orders.iter().filter(|o| o.status == Status::AwaitingPayment && terms.on && balance >= terms.least);
        Ok(ContactPage {
            merges,
            twins,
            moments: timeline::list_moments(tx, id, Time::from_millis(i64::MAX), 40)?.into_iter().map(|m| point(&v, m)).collect(),
            tags: timeline::list_tags(tx, id)?.join(", "),
            notes: timeline::list_notes(tx, id, 50)?
                .into_iter()
                .map(|n| (n.id.to_string(), format!("{}, {}", n.author, v.short(n.at)), n.text))
                .collect(),
            proof: consents.first().map_or_else(String::new, |c| proof(&v, c)),
            points: if terms.on || balance > 0 {
                format!("{balance}, worth {}", v.money(balance * terms.worth_minor))
            } else {
                String::new()
            },
            redeemable: unpaid.map(|o| (o.id.to_string(), o.number.to_string())).collect(),
            id: id.to_string(),
            initials: format::initials(&name),
            name,
            since: since(&v, &who),
            typed_name: who.name.clone(),
            note: who.note.clone(),
            consent,
            spoken: vec![pick("no", "Written", !who.spoken), pick("yes", "Spoken, where the channel carries it", who.spoken)],
            voices: spoken::is_offered(tx, who.language)?,
            facts: facts(&v, &who, &orders),
            known: super::fact::rows(tx, &v, id)?,
            kinds: super::fact::kinds(),
            orders: orders.iter().map(|o| order_link(&v, o)).collect(),
            conversations: rows_of(tx, &v, id)?,
            errors: Errors::default(),
            chrome: v.chrome,
        })
    });
    here.page(&page.await?)
}

/// What the form of a customer sends.
#[derive(Debug, Deserialize)]
pub struct Change {
    name: String,
    note: String,
    consent: String,
    #[serde(default)]
    tags: String,
    #[serde(default)]
    way: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    spoken: String,
}

/// `POST /app/customers/ID`.
pub async fn save(here: Here, Path(id): Path<Id>, Form(form): Form<Change>) -> Answer {
    here.require(Role::Agent)?;
    if form.name.chars().count() > 120 || form.note.chars().count() > 2000 {
        return Err(Error::invalid("A name has at most 120 characters and a note 2,000.").into());
    }
    let actor = here.actor();
    here.write(move |tx| {
        let mut who = contact::find_present(tx, id)?;
        let tags: Vec<String> = form.tags.split(',').map(str::to_owned).collect();
        people::set_tags(tx, id, &tags)?;
        let said = match form.consent.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        };
        if let Some(given) = said.filter(|s| who.consent != Some(*s) || !form.way.trim().is_empty() || !form.words.trim().is_empty()) {
            people::set_consent(tx, id, given, &form.way, &form.words, &actor, None)?;
        }
        who.consent = said;
        who.spoken = if form.spoken.is_empty() { who.spoken } else { form.spoken == "yes" };
        form.name.trim().clone_into(&mut who.name);
        form.note.trim().clone_into(&mut who.note);
        contact::update_contact(tx, &who)
    })
    .await?;
    Ok(here.back(&format!("/app/customers/{id}"), "Saved."))
}

/// One thing that happened, for the rail.
fn point(v: &View, m: Moment) -> RailPoint {
    let (icon, title, url, link) = match m.kind.as_str() {
        "message" if m.detail.starts_with("in") => ("inbox", "Wrote", "/app/messages/", "The chat"),
        "message" => ("reply", "Was written to", "/app/messages/", "The chat"),
        "order" => ("orders", "Ordered", "/app/orders/", "The order"),
        "order_step" => ("orders", "The order moved on", "/app/orders/", "The order"),
        "payment" => ("receipt", "A payment was looked at", "/app/orders/", "The order"),
        "booking" | "booking_step" => ("clock", "Booking", "/app/bookings/", "The booking"),
        "run" => ("log", "Steward worked on it", "/app/work-log/", "Work log"),
        "note" => ("note", "The team noted", "/app/messages/", "The chat"),
        "consent" => ("check", "About being written to", "", ""),
        "points" => ("tag", "Points", "/app/orders/", "The order"),
        _ => ("send", "Was written to first", "/app/outreach/", "The campaign"),
    };
    let detail = m.detail.replace('_', " ");
    let text = match m.kind.as_str() {
        "message" => m.text,
        "note" => format!("{detail}: {}", m.text),
        "consent" if m.text.is_empty() => detail,
        "consent" => format!("{detail}: {}", m.text),
        "points" => format!("{}, {detail}", m.text),
        "outreach" => {
            if m.text.is_empty() {
                detail
            } else {
                format!("{detail}: {}", m.text)
            }
        }
        _ => format!("{}, {detail}", m.text),
    };
    let url = if m.about.is_empty() || url.is_empty() { String::new() } else { format!("{url}{}", m.about) };
    let link = if url.is_empty() { String::new() } else { link.to_owned() };
    let quoted = matches!(m.kind.as_str(), "message" | "note");
    RailPoint { tone: "", icon, title: title.into(), time: v.moment(m.at), text, quoted, url, link }
}

/// "Yes, by phone: I would like offers. Written down by Nkechi, 3 Nov."
fn proof(v: &View, c: &Consent) -> String {
    let words = if c.words.is_empty() { String::new() } else { format!(": {}", c.words) };
    format!("{}, {}{words}. Written down by {}, {}.", if c.given { "Yes" } else { "No" }, c.way, c.actor, v.short(c.at))
}

/// A note as it is typed.
#[derive(Debug, Deserialize)]
pub struct NewNote {
    text: String,
}

/// `POST /app/customers/ID/notes`.
pub async fn add_note(here: Here, Path(id): Path<Id>, Form(form): Form<NewNote>) -> Answer {
    here.require(Role::Agent)?;
    let actor = here.actor();
    here.write(move |tx| people::add_note(tx, id, None, &actor, &form.text).map(drop)).await?;
    Ok(here.back(&format!("/app/customers/{id}#notes"), "Noted."))
}

/// `POST /app/customers/ID/notes/NOTE/remove`.
pub async fn remove_note(here: Here, Path((id, note)): Path<(Id, Id)>) -> Answer {
    here.require(Role::Agent)?;
    here.write(move |tx| people::remove_note(tx, id, note)).await?;
    Ok(here.back(&format!("/app/customers/{id}#notes"), "Removed."))
}

/// Points as they are typed.
#[derive(Debug, Deserialize)]
pub struct Given {
    points: i64,
    #[serde(default)]
    note: String,
    order: Option<Id>,
}

/// `POST /app/customers/ID/points`.
pub async fn give_points(here: Here, Path(id): Path<Id>, Form(form): Form<Given>) -> Answer {
    here.require(Role::Manager)?;
    let actor = here.actor();
    let balance = here.write(move |tx| {
        let key = Id::new(tx.now).to_string();
        loyalty::give(tx, id, form.points, &form.note, &actor, &key)
    });
    let balance = balance.await?;
    Ok(here.back(&format!("/app/customers/{id}#points"), &format!("There are {balance} points now.")))
}

/// `POST /app/customers/ID/redeem`.
pub async fn redeem(here: Here, Path(id): Path<Id>, Form(form): Form<Given>) -> Answer {
    here.require(Role::Agent)?;
    let actor = here.actor();
    let order = form.order.ok_or_else(|| Error::not_found("order"))?;
    let done = here.write(move |tx| {
        if order::find_order(tx, order)?.contact_id != id {
            return Err(Error::not_found("order"));
        }
        loyalty::redeem(tx, order, form.points, &actor)
    });
    let o = done.await?;
    Ok(here.back(&format!("/app/customers/{id}#points"), &format!("Taken off order {}. The customer has been told.", o.number)))
}
