//! What can be booked and under which rules, set by the owner; the feed's address.

use crate::domain::error::{Error, Result};
use crate::domain::house::hours::{Hours, WEEKDAYS};
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::domain::money::{Currency, Money};
use crate::domain::reception::closure::Closure;
use crate::domain::reception::policy::Policy;
use crate::domain::reception::resource::{Resource, ResourceKind};
use crate::services::reception::desk;
use crate::store::meta;
use crate::store::reception::resource;
use crate::store::tx::Read;
use crate::web::error::status;
use crate::web::pages::answer::{Answer, html_as};
use crate::web::pages::house::settings::{base_url, hours_form, read_hours};
use crate::web::pages::session::Here;
use crate::web::view::house::settings::DayForm;
use crate::web::view::reception::desk::{DeskPage, PolicyForm, ResourceForm};
use crate::web::view::{Errors, Pick};
use axum::Form;
use axum::extract::Path;
use axum::http::HeaderMap;
use std::collections::HashMap;

type Fields = HashMap<String, String>;

/// `GET /app/bookings/set-up`.
pub async fn page(here: Here, headers: HeaderMap) -> Answer {
    here.require(Role::Manager)?;
    let page = shown(&here, &headers, None, Errors::default()).await?;
    here.page(&page)
}

/// The page; `typed` is the form that was wrong: its id and its fields.
async fn shown(here: &Here, headers: &HeaderMap, typed: Option<(String, Fields)>, errors: Errors) -> Result<DeskPage> {
    let token = here.write(desk::feed_token).await?;
    let feed_url = format!("{}/api/v1/bookings/feed.ics?token={}.{token}", base_url(here, headers), here.business.id);
    let view = here.clone().at("/app/bookings/set-up");
    let page = view.view("bookings", move |tx, v| {
        let wrong = typed.as_ref().map(|(id, _)| id.clone()).unwrap_or_default();
        let mut resources: Vec<ResourceForm> = resource::list_resources(tx)?.iter().map(|r| form_of(r, &v.profile.hours)).collect();
        let open = resources.is_empty();
        resources.push(ResourceForm { id: "new".into(), open, ..form_of(&blank(), &v.profile.hours) });
        if let Some((id, f)) = &typed
            && let Some(r) = resources.iter_mut().find(|r| r.id == *id)
        {
            *r = retyped(r, f);
        }
        let mut policy = policy_form(&resource::find_policy(tx)?, meta::find_profile(tx)?.currency);
        if let Some((_, f)) = typed.as_ref().filter(|(id, _)| id == "policy") {
            for n in &mut policy.numbers {
                n.2 = f.get(n.0).cloned().unwrap_or_default();
            }
            policy.deposit = f.get("deposit").cloned().unwrap_or_default();
            policy.closures = f.get("closures").cloned().unwrap_or_default();
            policy.terms = f.get("terms").cloned().unwrap_or_default();
        }
        Ok(DeskPage { chrome: v.chrome, resources, policy, feed_url, errors, wrong })
    });
    page.await
}

fn blank() -> Resource {
    Resource {
        id: Id::NIL,
        name: String::new(),
        kind: ResourceKind::Table,
        seats_min: 1,
        seats_max: 4,
        units: 1,
        area: String::new(),
        combines: false,
        minutes: 90,
        pause_min: 0,
        hours: None,
        active: true,
    }
}

fn kinds(on: &str) -> Vec<Pick> {
    ResourceKind::ALL.into_iter().map(|k| Pick { value: k.as_str().into(), label: k.title().into(), on: k.as_str() == on }).collect()
}

fn form_of(r: &Resource, usual: &Hours) -> ResourceForm {
    let seats = if r.seats_min == r.seats_max { r.seats_max.to_string() } else { format!("{} to {}", r.seats_min, r.seats_max) };
    let alike = if r.units > 1 { format!(", {} alike", r.units) } else { String::new() };
    let own = if r.hours.is_some() { ", own hours" } else { "" };
    let off = if r.active { "" } else { ", switched off" };
    ResourceForm {
        id: r.id.to_string(),
        name: r.name.clone(),
        about: format!("{}, {seats} {}{alike}{own}{off}", r.kind.title(), if r.seats_max == 1 { "person" } else { "people" }),
        kinds: kinds(r.kind.as_str()),
        seats_min: r.seats_min.to_string(),
        seats_max: r.seats_max.to_string(),
        units: r.units.to_string(),
        area: r.area.clone(),
        combines: r.combines,
        minutes: r.minutes.to_string(),
        pause_min: r.pause_min.to_string(),
        own_hours: r.hours.is_some(),
        days: hours_form(r.hours.as_ref().unwrap_or(usual)),
        active: r.active,
        open: false,
    }
}

fn retyped(r: &ResourceForm, f: &Fields) -> ResourceForm {
    let text = |k: &str| f.get(k).cloned().unwrap_or_default();
    ResourceForm {
        id: r.id.clone(),
        about: r.about.clone(),
        name: text("name"),
        kinds: kinds(&text("kind")),
        seats_min: text("seats_min"),
        seats_max: text("seats_max"),
        units: text("units"),
        area: text("area"),
        combines: f.contains_key("combines"),
        minutes: text("minutes"),
        pause_min: text("pause_min"),
        own_hours: f.contains_key("own_hours"),
        days: (0..7).zip(WEEKDAYS).map(|(n, name)| day_retyped(n, name, f)).collect(),
        active: f.contains_key("active"),
        open: true,
    }
}

fn day_retyped(index: usize, name: &str, f: &Fields) -> DayForm {
    let text = |k: String| f.get(&k).cloned().unwrap_or_default();
    let open = f.contains_key(&format!("open_{index}"));
    DayForm { index, name: name.to_owned(), open, from: text(format!("from_{index}")), to: text(format!("to_{index}")) }
}

/// The hours of one thing alone; none when those of the business hold for it.
fn own_hours(f: &Fields) -> Result<Option<Hours>> {
    if !f.contains_key("own_hours") {
        return Ok(None);
    }
    let mut hours = Hours { days: Default::default() };
    let read = read_hours(f).map_err(|e| Error::field("hours", e.message))?;
    for (day, span) in read {
        if let Some(d) = hours.days.get_mut(day) {
            *d = span.into_iter().collect();
        }
    }
    if hours.days.iter().all(Vec::is_empty) {
        return Err(Error::field("hours", "Choose at least one day, or switch its own hours off."));
    }
    Ok(Some(hours))
}

fn number(f: &Fields, field: &str) -> Result<i64> {
    let text = f.get(field).map(|t| t.trim()).unwrap_or_default();
    text.parse().map_err(|_| Error::field(field, "Write a whole number."))
}

/// An amount in the business's money; nothing is none.
fn amount(tx: &Read<'_>, f: &Fields, field: &str) -> Result<i64> {
    match f.get(field).map_or("", |t| t.trim()) {
        "" => Ok(0),
        text => {
            let read = Money::parse(text, meta::find_profile(tx)?.currency).map_err(|e| Error::field(field, e.message))?;
            if read.amount_minor < 0 { Err(Error::field(field, "An amount cannot be below zero.")) } else { Ok(read.amount_minor) }
        }
    }
}

/// `POST /app/bookings/resources/ID`, with "new" for another one.
pub async fn save(here: Here, headers: HeaderMap, Path(id): Path<String>, Form(f): Form<Fields>) -> Answer {
    here.require(Role::Manager)?;
    let (which, fields) = (id.clone(), f.clone());
    let saved = here.write(move |tx| {
        let before = if which == "new" { None } else { Some(resource::find_resource(tx, which.parse()?)?) };
        let text = |k: &str| f.get(k).map(|t| t.trim().to_owned()).unwrap_or_default();
        let r = Resource {
            id: before.as_ref().map_or_else(|| Id::new(tx.now), |b| b.id),
            name: text("name"),
            kind: ResourceKind::from_word(&text("kind"))?,
            seats_min: number(&f, "seats_min")?,
            seats_max: number(&f, "seats_max")?,
            units: number(&f, "units")?,
            area: text("area"),
            combines: f.contains_key("combines"),
            minutes: number(&f, "minutes")?,
            pause_min: number(&f, "pause_min")?,
            hours: own_hours(&f)?,
            active: f.contains_key("active"),
        };
        desk::save_resource(tx, &r)?;
        Ok(r.name)
    });
    answer(&here, &headers, saved.await.map(|name| format!("{name} is saved.")), (id, fields)).await
}

/// `POST /app/bookings/resources/ID/remove`.
pub async fn remove(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Manager)?;
    here.write(move |tx| desk::remove_resource(tx, id)).await?;
    Ok(here.back("/app/bookings/set-up", "Removed. What has bookings is switched off and keeps them."))
}

/// `POST /app/bookings/policy`.
pub async fn policy(here: Here, headers: HeaderMap, Form(f): Form<Fields>) -> Answer {
    here.require(Role::Manager)?;
    let fields = f.clone();
    let saved = here.write(move |tx| {
        let before = resource::find_policy(tx)?;
        let p = Policy {
            every_min: number(&f, "every_min")?,
            notice_min: number(&f, "notice_min")?,
            horizon_days: number(&f, "horizon_days")?,
            approve_from: number(&f, "approve_from")?,
            cancel_min: number(&f, "cancel_min")?,
            remind_min: number(&f, "remind_min")?,
            offer_min: number(&f, "offer_min")?,
            deposit_minor: amount(tx, &f, "deposit")?,
            deposit_from: number(&f, "deposit_from")?,
            deposit_min: number(&f, "deposit_min")?,
            closures: closures(f.get("closures").map_or("", String::as_str))?,
            terms: f.get("terms").map(|t| t.trim().to_owned()).unwrap_or_default(),
            ..before
        };
        desk::save_policy(tx, &p)
    });
    answer(&here, &headers, saved.await.map(|()| "The rules are saved.".to_owned()), ("policy".into(), fields)).await
}

/// `POST /app/bookings/feed`.
pub async fn new_feed(here: Here) -> Answer {
    here.require(Role::Manager)?;
    here.write(desk::new_feed_token).await?;
    Ok(here.back("/app/bookings/set-up", "The feed has a new address. Calendars that use the old one see nothing any more."))
}

async fn answer(here: &Here, headers: &HeaderMap, done: Result<String>, typed: (String, Fields)) -> Answer {
    match done {
        Ok(said) => Ok(here.back("/app/bookings/set-up", &said)),
        Err(e) if status(&e).is_client_error() && !e.fields.is_empty() => {
            let page = shown(here, headers, Some(typed), Errors::from(&e)).await?;
            html_as(status(&e), &page)
        }
        Err(e) => Err(e.into()),
    }
}

fn policy_form(p: &Policy, currency: Currency) -> PolicyForm {
    let n = |v: i64| v.to_string();
    PolicyForm {
        sign: currency.sign(),
        deposit: if p.deposit_minor > 0 { Money::new(p.deposit_minor, currency).plain() } else { String::new() },
        numbers: vec![
            ("every_min", "A start every … minutes", n(p.every_min), "15, 30, 60"),
            ("notice_min", "Booked at least … minutes before", n(p.notice_min), ""),
            ("horizon_days", "Booked at most … days before", n(p.horizon_days), ""),
            ("cancel_min", "Cancelled or changed by customers until … minutes before", n(p.cancel_min), "120 is two hours"),
            ("remind_min", "Reminder … minutes before", n(p.remind_min), "0 for none"),
            ("approve_from", "A person confirms from … people", n(p.approve_from), "0 for never"),
            ("offer_min", "A free place is kept for the waitlist … minutes", n(p.offer_min), ""),
            ("deposit_from", "Deposit from … people", n(p.deposit_from), ""),
            ("deposit_min", "Deposit due within … minutes", n(p.deposit_min), "1440 is a day"),
        ],
        closures: p
            .closures
            .iter()
            .map(|c| format!("{} to {} {}", c.from, c.to, c.reason).trim().to_owned())
            .collect::<Vec<_>>()
            .join("\n"),
        terms: p.terms.clone(),
    }
}

/// "2026-12-24 to 2026-12-26 Christmas", one a line; a single day without "to".
fn closures(text: &str) -> Result<Vec<Closure>> {
    let wrong = |l: &str| Error::field("closures", format!("\"{l}\" is not read. Write 2026-12-24 to 2026-12-26 Christmas."));
    let lines = text.lines().map(str::trim).filter(|l| !l.is_empty());
    lines
        .map(|l| {
            let mut words = l.split_whitespace().peekable();
            let from = words.next().and_then(|w| w.parse().ok()).ok_or_else(|| wrong(l))?;
            let mut to = from;
            if words.peek() == Some(&"to") {
                words.next();
                to = words.next().and_then(|w| w.parse().ok()).ok_or_else(|| wrong(l))?;
            }
            Ok(Closure { from, to, reason: words.collect::<Vec<_>>().join(" ") })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_hours_are_read_day_by_day() {
        let form = |rows: &[(&str, &str)]| rows.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect::<Fields>();
        assert_eq!(own_hours(&form(&[("open_0", "on"), ("from_0", "09:00"), ("to_0", "12:00")])).unwrap(), None);
        let monday = form(&[("own_hours", "on"), ("open_0", "on"), ("from_0", "09:00"), ("to_0", "23:59")]);
        let hours = own_hours(&monday).unwrap().unwrap();
        assert_eq!((hours.days[0][0].from, hours.days[0][0].to, hours.days[1].len()), (540, 1440, 0));
        let wrong = form(&[("own_hours", "on"), ("open_0", "on"), ("from_0", "12:00"), ("to_0", "09:00")]);
        assert_eq!(own_hours(&wrong).unwrap_err().fields[0].0, "hours");
        assert!(own_hours(&form(&[("own_hours", "on")])).is_err());
    }

    #[test]
    fn closed_days_are_read_line_by_line() {
        let c = closures("2026-12-24 to 2026-12-26 Christmas\n\n2027-01-01").unwrap();
        assert_eq!((c.len(), c[0].reason.as_str(), c[1].from == c[1].to), (2, "Christmas", true));
        assert!(closures("next week").unwrap_err().message.contains("next week"));
    }
}
