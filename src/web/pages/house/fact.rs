//! What customers told about themselves: shown, corrected, forgotten.

use crate::domain::error::{Error, Result};
use crate::domain::house::fact::{Fact, Kind};
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::services::house::fact::{self as facts, Written};
use crate::store::house::{contact, fact, message};
use crate::store::meta;
use crate::store::tx::Read;
use crate::web::pages::answer::Answer;
use crate::web::pages::session::{Here, View};
use crate::web::view::Pick;
use crate::web::view::house::conversation::FactRow;
use axum::Form;
use axum::extract::Path;
use serde::Deserialize;

/// What is remembered of a customer, as rows.
pub fn rows(tx: &Read<'_>, v: &View, contact: Id) -> Result<Vec<FactRow>> {
    fact::list_facts(tx, contact)?.into_iter().map(|f| row(tx, v, contact, f)).collect()
}

fn row(tx: &Read<'_>, v: &View, contact: Id, f: Fact) -> Result<FactRow> {
    let said = f.message_id.and_then(|m| message::find_message(tx, m).ok());
    let day = |at: Time, how: &str| at.in_zone(&v.profile.time_zone).strftime(how).to_string();
    Ok(FactRow {
        id: f.id.to_string(),
        kind: f.kind.title(),
        kind_word: f.kind.as_str(),
        text: f.text,
        source: match &said {
            Some(m) => format!("Written by the customer, {}", v.moment(m.created_at)),
            None => format!("Written down by {}", f.source),
        },
        until: f.expires_at.map_or_else(String::new, |e| day(e, "until %-d %B %Y")),
        until_day: f.expires_at.map_or_else(String::new, |e| day(e, "%Y-%m-%d")),
        url: said.map_or_else(String::new, |m| format!("/app/messages/{}", m.conversation_id)),
        of: format!("/app/customers/{contact}"),
    })
}

/// What a fact may be about.
pub fn kinds() -> Vec<Pick> {
    Kind::ALL.into_iter().map(|k| Pick { value: k.as_str().into(), label: k.title().into(), on: k == Kind::Preference }).collect()
}

/// What the forms send.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    text: String,
    kind: String,
    until: String,
    back: String,
}

impl Typed {
    fn back(&self, contact: Id) -> String {
        if self.back.is_empty() { format!("/app/customers/{contact}#memory") } else { self.back.clone() }
    }
}

/// `POST /app/customers/ID/facts`.
pub async fn add(here: Here, Path(id): Path<Id>, Form(form): Form<Typed>) -> Answer {
    here.require(Role::Agent)?;
    let kind = Kind::from_word(&form.kind).ok_or_else(|| Error::field("kind", "Choose what it is about."))?;
    let (back, actor) = (form.back(id), here.actor());
    here.write(move |tx| {
        contact::find_person(tx, id)?;
        facts::add(tx, id, &Written { text: Some(form.text), kind: Some(kind), expires_at: None }, actor.name())
    })
    .await?;
    Ok(here.back(&back, "Remembered."))
}

/// `POST /app/customers/ID/facts/FACT`.
pub async fn save(here: Here, Path((id, fact)): Path<(Id, Id)>, Form(form): Form<Typed>) -> Answer {
    here.require(Role::Agent)?;
    let (back, actor) = (form.back(id), here.actor());
    here.write(move |tx| {
        let zone = meta::find_profile(tx)?.time_zone;
        let expires_at = Some(end_of(&form.until, &zone)?);
        facts::change(tx, id, fact, &Written { text: Some(form.text), kind: None, expires_at }, actor.name())
    })
    .await?;
    Ok(here.back(&back, "Saved."))
}

/// The end of a day on the business's clock; none for an empty field.
fn end_of(day: &str, zone: &str) -> Result<Option<Time>> {
    if day.trim().is_empty() {
        return Ok(None);
    }
    let wrong = || Error::field("until", "Write the day as YYYY-MM-DD.");
    let date: jiff::civil::Date = day.trim().parse().map_err(|_| wrong())?;
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let end = date.at(23, 59, 59, 0).to_zoned(zone).map_err(|_| wrong())?;
    Ok(Some(Time::from_millis(end.timestamp().as_millisecond())))
}

/// `POST /app/customers/ID/facts/FACT/forget`.
pub async fn forget(here: Here, Path((id, fact)): Path<(Id, Id)>, Form(form): Form<Typed>) -> Answer {
    here.require(Role::Agent)?;
    here.write(move |tx| facts::forget(tx, id, fact)).await?;
    Ok(here.back(&form.back(id), "Forgotten."))
}

/// `POST /app/customers/ID/facts/forget-all`.
pub async fn forget_all(here: Here, Path(id): Path<Id>, Form(form): Form<Typed>) -> Answer {
    here.require(Role::Agent)?;
    here.write(move |tx| facts::forget_about(tx, id, None)).await?;
    Ok(here.back(&form.back(id), "Forgotten. Messages and orders stay."))
}
