//! Who answers customers: the list, and one of them.

use super::settings::{Fields, hours_form, read_hours, text};
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::assistant::{Assistant, Desk, Post, Tone};
use crate::domain::house::conversation::Channel;
use crate::domain::house::hours::{Hours, clock};
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::services::house::assistant as assistants;
use crate::store::house::{assistant, document};
use crate::store::tx::Read;
use crate::web::error::status;
use crate::web::format;
use crate::web::pages::answer::{Answer, html_as};
use crate::web::pages::session::{Here, View};
use crate::web::view::house::assistant::{AssistantPage, AssistantRow, AssistantsPage};
use crate::web::view::{Errors, Pick, Pill};
use axum::Form;
use axum::extract::Path;

/// `GET /app/assistants`.
pub async fn list(here: Here) -> Answer {
    here.require(Role::Owner)?;
    let page = here.view("assistants", |tx, v| {
        let rows = assistant::list_assistants(tx)?.iter().map(|a| row(&v, a)).collect();
        Ok(AssistantsPage { rows, chrome: v.chrome })
    });
    here.page(&page.await?)
}

fn row(v: &View, a: &Assistant) -> AssistantRow {
    let work: Vec<String> = a.desks.iter().map(|d| d.title().to_owned()).collect();
    let on = |p: &Post| if p.account.is_empty() { p.channel.title().to_owned() } else { format!("{} {}", p.channel.title(), p.account) };
    let mut place: Vec<String> = vec![a.channels.iter().map(on).collect::<Vec<_>>().join(", ")];
    place.push(a.hours.as_ref().map_or_else(|| "at any hour".into(), |h| today(h, v)));
    place.push(a.languages.iter().map(|l| l.name()).collect::<Vec<_>>().join(", "));
    place.retain(|p| !p.is_empty());
    let off = !a.is_on(v.now, &v.profile.time_zone);
    AssistantRow {
        url: format!("/app/assistants/{}", a.id),
        initials: format::initials(&a.title),
        title: a.title.clone(),
        name: a.name.clone(),
        work: work.join(", "),
        place: place.join("; "),
        pill: match (off, a.is_default) {
            (true, _) => Some(Pill::new("wait", "Off now")),
            (false, true) => Some(Pill::new("ok", "Everywhere else")),
            _ => None,
        },
    }
}

/// "today 08:00 to 17:00".
fn today(h: &Hours, v: &View) -> String {
    let day = usize::from(v.now.in_zone(&v.profile.time_zone).weekday().to_monday_zero_offset().unsigned_abs());
    match h.days.get(day).and_then(|d| d.first()) {
        Some(s) => format!("today {} to {}", clock(s.from), clock(s.to)),
        None => "not today".into(),
    }
}

/// `GET /app/assistants/ID`, or `new`.
pub async fn page(here: Here, Path(id): Path<String>) -> Answer {
    here.require(Role::Owner)?;
    let a = match id.as_str() {
        "new" => Assistant::new(),
        id => {
            let id: Id = id.parse()?;
            here.file.read(move |tx| assistant::find_assistant(tx, id)).await?
        }
    };
    let page = form(&here, a, Errors::default()).await?;
    here.page(&page)
}

async fn form(here: &Here, a: Assistant, errors: Errors) -> Result<AssistantPage> {
    let numbers: Vec<String> = here.app.directory().numbers_of(here.business.id).map(|n| n.phone_number_id.clone()).collect();
    here.view("assistants", move |tx, v| {
        let kept = assistant::list_assistants(tx)?;
        let heading = kept.iter().find(|k| k.id == a.id).map_or_else(String::new, |k| k.title.clone());
        let stays_default = kept.is_empty() || kept.iter().any(|k| k.id == a.id && k.is_default);
        let pick = |value: &str, label: &str, on| Pick { value: value.into(), label: label.into(), on };
        Ok(AssistantPage {
            id: if heading.is_empty() { "new".into() } else { a.id.to_string() },
            heading,
            tones: Tone::ALL.into_iter().map(|t| pick(t.as_str(), t.title(), t == a.tone)).collect(),
            desks: Desk::ALL.into_iter().map(|d| pick(d.as_str(), d.title(), a.has(d))).collect(),
            channels: posts(&numbers).iter().map(|p| Pick { on: a.channels.contains(p), ..post_pick(p) }).collect(),
            languages: Lang::ALL.into_iter().map(|l| pick(l.code(), l.name(), a.languages.contains(&l))).collect(),
            documents: documents(tx, &a)?,
            some_documents: a.documents.is_some(),
            own_hours: a.hours.is_some(),
            days: hours_form(a.hours.as_ref().unwrap_or(&v.profile.hours)),
            is_default: a.is_default || stays_default,
            stays_default,
            title: a.title,
            greeting: a.greeting,
            sign_off: a.sign_off,
            errors,
            chrome: v.chrome,
        })
    })
    .await
}

/// The documents, those it may use ticked.
fn documents(tx: &Read<'_>, a: &Assistant) -> Result<Vec<Pick>> {
    let all = document::list_documents(tx, None, 500)?;
    let on = |id: Id| a.documents.as_ref().is_some_and(|d| d.contains(&id));
    Ok(all.into_iter().map(|d| Pick { value: d.id.to_string(), on: on(d.id), label: d.title }).collect())
}

/// Everywhere somebody may answer: each channel, and each number when there are several.
fn posts(numbers: &[String]) -> Vec<Post> {
    let wide = [Channel::Whatsapp, Channel::Web, Channel::Api].map(|channel| Post { channel, account: String::new() });
    let each = numbers.iter().filter(|_| numbers.len() > 1).map(|n| Post { channel: Channel::Whatsapp, account: n.clone() });
    wide.into_iter().chain(each).collect()
}

fn post_pick(p: &Post) -> Pick {
    let value = if p.account.is_empty() { p.channel.as_str().to_owned() } else { format!("{}-{}", p.channel.as_str(), p.account) };
    let label = if p.account.is_empty() { p.channel.title().to_owned() } else { format!("Only the number {}", p.account) };
    Pick { value, label, on: false }
}

/// `POST /app/assistants/ID`, or `new`.
pub async fn save(here: Here, Path(id): Path<String>, Form(fields): Form<Fields>) -> Answer {
    here.require(Role::Owner)?;
    let numbers: Vec<String> = here.app.directory().numbers_of(here.business.id).map(|n| n.phone_number_id.clone()).collect();
    let old = match id.as_str() {
        "new" => Assistant::new(),
        id => {
            let id: Id = id.parse()?;
            here.file.read(move |tx| assistant::find_assistant(tx, id)).await?
        }
    };
    let typed = match typed(&fields, old.clone(), &numbers) {
        Ok(a) => a,
        Err(e) => return again(&here, old, &e).await,
    };
    let a = typed.clone();
    let saved = here.write(move |tx| if a.id == Id::NIL { assistants::add(tx, a) } else { assistants::change(tx, a) });
    match saved.await {
        Ok(a) => Ok(here.back("/app/assistants", &format!("{} is set up. It answers like this from the next message.", a.title))),
        Err(e) if matches!(e.kind, Kind::Invalid | Kind::Conflict) => again(&here, typed, &e).await,
        Err(e) => Err(e.into()),
    }
}

async fn again(here: &Here, a: Assistant, e: &Error) -> Answer {
    html_as(status(e), &form(here, a, Errors::from(e)).await?)
}

fn typed(fields: &Fields, old: Assistant, numbers: &[String]) -> Result<Assistant> {
    let ticked = |kind: &str, value: &str| fields.contains_key(&format!("{kind}_{value}"));
    let mut hours = Hours::default();
    for (day, span) in read_hours(fields)? {
        if let Some(d) = hours.days.get_mut(day) {
            *d = span.into_iter().collect();
        }
    }
    let own = fields.contains_key("own_hours");
    if own && hours.days.iter().all(Vec::is_empty) {
        return Err(Error::field("hours", "Choose at least one day on which it answers."));
    }
    let documents = fields.contains_key("some_documents").then(|| {
        let chosen = fields.keys().filter_map(|k| k.strip_prefix("document_"));
        chosen.filter_map(|d| d.parse::<Id>().ok()).collect()
    });
    Ok(Assistant {
        title: text(fields, "title"),
        tone: Tone::from_word(&text(fields, "tone")).unwrap_or(old.tone),
        languages: Lang::ALL.into_iter().filter(|l| ticked("language", l.code())).collect(),
        hours: own.then_some(hours),
        channels: posts(numbers).into_iter().filter(|p| ticked("channel", &post_pick(p).value)).collect(),
        documents,
        greeting: text(fields, "greeting"),
        sign_off: text(fields, "sign_off"),
        desks: Desk::ALL.into_iter().filter(|d| ticked("desk", d.as_str())).collect(),
        is_default: fields.contains_key("is_default") || old.is_default,
        ..old
    })
}

/// `POST /app/assistants/ID/remove`.
pub async fn remove(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Owner)?;
    here.write(move |tx| assistants::remove(tx, id)).await?;
    Ok(here.back("/app/assistants", "Removed. Whoever is set for its channels answers there now."))
}
