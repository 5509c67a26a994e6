//! Messages Meta has approved: chosen in a thread whose 24 hours are over, and listed in the settings.

use super::conversation::{Ask, one};
use super::settings::Fields;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::contact::Contact;
use crate::domain::house::conversation::{Channel, Conversation};
use crate::domain::house::member::Role;
use crate::domain::house::template::{APPROVED, Part, Place, Template, status_words};
use crate::domain::id::Id;
use crate::domain::text::clip;
use crate::services::house::template::{self, Chosen};
use crate::store::house::template as rows;
use crate::store::tx::Read;
use crate::web::error::status;
use crate::web::format;
use crate::web::pages::answer::{Answer, html_as};
use crate::web::pages::session::Here;
use crate::web::view::Pill;
use crate::web::view::house::conversation::{PlaceField, TemplatePick};
use crate::web::view::house::settings::{TemplateRow, TemplatesForm};
use axum::Form;
use axum::extract::Path;
use std::collections::BTreeMap;

/// Messages that may be sent in a thread now.
pub fn picks(tx: &Read<'_>, c: &Conversation, who: &Contact) -> Result<Vec<TemplatePick>> {
    if c.channel != Channel::Whatsapp {
        return Ok(Vec::new());
    }
    let all = rows::list_templates(tx, &c.account, true)?;
    Ok(all.into_iter().filter(|t| t.hindrance().is_none()).map(|t| pick(&t, who)).collect())
}

fn pick(t: &Template, who: &Contact) -> TemplatePick {
    // Places of different parts may share a number: the marks shown are those of the words.
    let marked: Vec<Place> = t.places.iter().map(|p| Place { value: mark(p), ..p.clone() }).collect();
    TemplatePick {
        name: t.name.clone(),
        language: t.language.clone(),
        label: title(&t.name),
        text: t.words(&marked),
        places: t.places.iter().map(|p| field(p, who)).collect(),
        open: false,
    }
}

/// "order_ready" as "Order ready".
fn title(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn mark(p: &Place) -> String {
    format!("[{}]", p.key().replace('_', " "))
}

fn field(p: &Place, who: &Contact) -> PlaceField {
    let label = match (p.part, p.is_numbered()) {
        (Part::Header, _) => format!("In the heading: {}", p.name),
        (Part::Button(n), _) => format!("End of the address of button {}", n + 1),
        (Part::File(_), _) => format!("Address of the {}, https://…", p.name),
        (Part::Code(n), _) => format!("Code that button {} copies", n + 1),
        (Part::Body, true) => format!("Place {}", p.name),
        (Part::Body, false) => title(&p.name),
    };
    let is_name = matches!(p.name.as_str(), "name" | "first_name" | "customer_name" | "customer");
    PlaceField {
        key: p.key(),
        mark: mark(p),
        label,
        example: p.value.clone(),
        value: if is_name { who.name.clone() } else { String::new() },
        error: String::new(),
    }
}

/// `POST /app/messages/ID/template`.
pub async fn send(here: Here, Path(id): Path<Id>, Form(form): Form<Fields>) -> Answer {
    here.require(Role::Agent)?;
    let actor = here.actor();
    let text = |name: &str| form.get(name).cloned().unwrap_or_default();
    let values: BTreeMap<String, String> =
        form.iter().filter_map(|(k, v)| Some((k.strip_prefix("place_")?.to_owned(), v.clone()))).collect();
    let chosen = Chosen { name: text("template"), language: text("language"), values };
    let (key, asked) = (text("key"), chosen.clone());
    match here.write(move |tx| template::send(tx, id, &actor, &asked, &key)).await {
        Ok(_) => Ok(here.back(&format!("/app/messages/{id}"), "")),
        Err(e) if e.kind == Kind::Invalid => again(here, id, &chosen, &e).await,
        Err(e) => Err(e.into()),
    }
}

/// The thread again, with what was typed and what is wrong with it.
async fn again(here: Here, id: Id, chosen: &Chosen, e: &Error) -> Answer {
    let here = here.at(format!("/app/messages/{id}"));
    let mut page = one(&here, id, Ask::default()).await?;
    if let Some(thread) = &mut page.thread {
        thread.composer.error.clone_from(&e.message);
        for p in thread.composer.templates.iter_mut().filter(|p| p.name == chosen.name && p.language == chosen.language) {
            p.open = true;
            for f in &mut p.places {
                f.value = chosen.values.get(&f.key).cloned().unwrap_or_default();
                f.error = e.fields.iter().find(|(name, _)| *name == f.key).map(|(_, why)| why.clone()).unwrap_or_default();
            }
        }
    }
    html_as(status(e), &page)
}

/// The number whose templates are shown: the real one, else the simulated one.
fn account(here: &Here) -> Option<(String, bool)> {
    let directory = here.app.directory();
    let mut numbers: Vec<_> = directory.numbers_of(here.business.id).collect();
    numbers.sort_by_key(|n| (n.simulated, n.phone_number_id.clone()));
    numbers.first().map(|n| (n.phone_number_id.clone(), n.simulated))
}

/// The list in the settings.
pub async fn form(here: &Here) -> Result<TemplatesForm> {
    let Some((account, simulated)) = account(here) else { return Ok(TemplatesForm::default()) };
    here.view("settings", move |tx, v| {
        let look = template::last_look(tx, &account)?;
        let rows = rows::list_templates(tx, &account, false)?;
        Ok(TemplatesForm {
            known: true,
            simulated,
            rows: rows.iter().map(row).collect(),
            waiting: look.as_ref().is_some_and(|l| l.waiting),
            problem: look.as_ref().map_or_else(String::new, |l| l.problem.clone()),
            fetched: look.filter(|l| !l.waiting).map_or_else(String::new, |l| format::moment(l.at, v.now, &v.profile.time_zone)),
        })
    })
    .await
}

fn row(t: &Template) -> TemplateRow {
    let tone = match t.status.as_str() {
        APPROVED if t.unfit.is_empty() => "ok",
        APPROVED | "PENDING" | "IN_APPEAL" => "wait",
        _ => "bad",
    };
    TemplateRow {
        name: title(&t.name),
        language: t.language.clone(),
        category: clip(&title(&t.category.to_lowercase()), 30),
        pill: Pill::new(tone, status_words(&t.status)),
        text: t.words(&[]),
        buttons: t.buttons.clone(),
        note: if t.problem.is_empty() { t.unfit.clone() } else { t.problem.clone() },
    }
}

/// `POST /app/settings/whatsapp/templates`: fetches them from WhatsApp.
pub async fn fetch(here: Here) -> Answer {
    here.require(Role::Owner)?;
    let (account, _) = account(&here).ok_or_else(|| Error::conflict("No WhatsApp number is connected yet."))?;
    here.write(move |tx| template::ask(tx, &account)).await?;
    Ok(here.back("/app/settings?part=whatsapp", ""))
}
