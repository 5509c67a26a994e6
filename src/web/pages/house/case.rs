//! What helps a person to answer: giving a thread to somebody, the clock, drafts, ready replies, private notes.

use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::case::AnswerTime;
use crate::domain::house::member::{Member, Role};
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::services::house::case as cases;
use crate::services::house::timeline as people;
use crate::store::control::member as members;
use crate::store::house::{case, contact, conversation as threads, message, timeline};
use crate::store::tx::Read;
use crate::web::api::cases::{assignee, shown};
use crate::web::error::status;
use crate::web::format;
use crate::web::pages::answer::{Answer, html_as};
use crate::web::pages::session::{Here, View};
use crate::web::view::house::case::{Care, NoteView, ReadyRepliesPage, ReadyReply};
use crate::web::view::house::conversation::Composer;
use crate::web::view::{Errors, Pick, Pill};
use axum::Form;
use axum::extract::Path;
use serde::Deserialize;

/// Notes of a thread shown.
const NOTES: u32 = 60;

/// The people of the business.
pub async fn team(here: &Here) -> Result<Vec<Member>> {
    let business = here.business.id;
    here.app.store.control_read(move |tx| members::list_members(tx, business)).await
}

/// The clock of a thread as a pill.
pub fn clock(due: Option<Time>, now: Time) -> Option<Pill> {
    let ms = due?.since_ms(now);
    Some(if ms > 0 {
        Pill::new("wait", format!("{} left to answer", format::left(ms)))
    } else {
        Pill::new("bad", format!("{} late", format::left(-ms)))
    })
}

/// Whose the thread is and what helps to answer it.
pub fn care(tx: &Read<'_>, v: &View, id: Id, business: &str, me: Id, team: &[Member]) -> Result<Care> {
    let thread = threads::find_conversation(tx, id)?;
    let who = contact::find_contact(tx, thread.contact_id)?;
    let k = case::find_case(tx, id)?;
    let has = k.assignee.as_ref().map(|a| a.id);
    let pick = |m: &Member| Pick { value: m.id.to_string(), label: label(m, me), on: has == Some(m.id) };
    let mut picks = vec![Pick { value: String::new(), label: "Nobody has this".into(), on: has.is_none() }];
    picks.extend(team.iter().filter(|m| m.role >= Role::Agent).map(pick));
    if let Some(gone) = k.assignee.as_ref().filter(|a| !team.iter().any(|m| m.id == a.id)) {
        picks.push(Pick { value: gone.id.to_string(), label: format!("{} (has left)", gone.name), on: true });
    }
    let stale = !k.suggestion.is_empty() && message::is_customer_after(tx, id, &k.suggested_for)?;
    let ready =
        |c: crate::domain::house::case::CannedReply| ReadyReply { id: c.id.to_string(), text: c.filled(&who.name, business), name: c.name };
    Ok(Care {
        mine: has == Some(me),
        assignee: k.assignee.map_or_else(String::new, |a| a.name),
        picks,
        clock: clock(k.due_at, v.now),
        suggestion: k.suggestion,
        stale,
        can_ask: !thread.closed && thread.last_inbound_at.is_some(),
        ready: case::list_canned(tx)?.into_iter().map(ready).collect(),
    })
}

fn label(m: &Member, me: Id) -> String {
    if m.id == me { format!("{} (you)", shown(m)) } else { shown(m) }
}

/// Puts what was picked into the box: the suggestion, or a ready reply by its id.
pub fn put(composer: &mut Composer, care: &Care, what: &str) {
    let picked = care.ready.iter().find(|r| r.id == what).map(|r| r.text.clone());
    if let Some(text) = picked.or_else(|| (what == "suggestion").then(|| care.suggestion.clone())) {
        composer.text = text;
    }
}

/// Private notes of a thread since its oldest message shown, oldest first, each with when it was written.
pub fn notes(tx: &Read<'_>, v: &View, id: Id, since: Time) -> Result<Vec<(Time, NoteView)>> {
    let found = timeline::list_notes_in(tx, id, since, NOTES)?;
    let note = |n: crate::domain::house::timeline::Note| {
        (n.at, NoteView { id: n.id.to_string(), author: n.author, time: v.moment(n.at), text: n.text })
    };
    Ok(found.into_iter().map(note).collect())
}

/// To whom a thread is given.
#[derive(Debug, Deserialize)]
pub struct Whose {
    #[serde(default)]
    member: String,
}

/// `POST /app/messages/ID/assign`.
pub async fn assign(here: Here, Path(id): Path<Id>, Form(form): Form<Whose>) -> Answer {
    here.require(Role::Agent)?;
    let to = match form.member.as_str() {
        "" => None,
        member => Some(assignee(&here.app, here.business.id, member.parse()?).await?),
    };
    let said = to.as_ref().map_or_else(|| "Nobody has this now.".to_owned(), |a| format!("{} has this now.", a.name));
    let actor = here.actor();
    here.write(move |tx| cases::assign(tx, id, to.as_ref(), &actor)).await?;
    Ok(here.back(&format!("/app/messages/{id}"), &said))
}

/// `POST /app/messages/ID/suggest`.
pub async fn suggest(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Agent)?;
    here.write(move |tx| cases::suggest(tx, id)).await?;
    Ok(here.back(&format!("/app/messages/{id}"), ""))
}

/// A note as it is typed.
#[derive(Debug, Deserialize)]
pub struct NewNote {
    text: String,
}

/// `POST /app/messages/ID/note`.
pub async fn add_note(here: Here, Path(id): Path<Id>, Form(form): Form<NewNote>) -> Answer {
    here.require(Role::Agent)?;
    let actor = here.actor();
    here.write(move |tx| {
        let contact = threads::find_conversation(tx, id)?.contact_id;
        people::add_note(tx, contact, Some(id), &actor, &form.text)
    })
    .await?;
    Ok(here.back(&format!("/app/messages/{id}"), "Noted, for your team only."))
}

/// `POST /app/messages/ID/note/NOTE/remove`.
pub async fn remove_note(here: Here, Path((id, note)): Path<(Id, Id)>) -> Answer {
    here.require(Role::Agent)?;
    here.write(move |tx| {
        let contact = threads::find_conversation(tx, id)?.contact_id;
        people::remove_note(tx, contact, note)
    })
    .await?;
    Ok(here.back(&format!("/app/messages/{id}"), "Removed."))
}

/// `GET /app/ready-replies`.
pub async fn page(here: Here) -> Answer {
    let page = ready_page(&here, ReadyReply::default(), Errors::default()).await?;
    here.page(&page)
}

async fn ready_page(here: &Here, typed: ReadyReply, errors: Errors) -> Result<ReadyRepliesPage> {
    let here = here.clone().at("/app/ready-replies");
    here.view("messages", move |tx, v| {
        let row = |c: crate::domain::house::case::CannedReply| ReadyReply { id: c.id.to_string(), name: c.name, text: c.text };
        Ok(ReadyRepliesPage {
            rows: case::list_canned(tx)?.into_iter().map(row).collect(),
            minutes: cases::answer_time(tx)?.minutes.to_string(),
            typed,
            errors,
            chrome: v.chrome,
        })
    })
    .await
}

/// A wording as it is typed.
#[derive(Debug, Deserialize)]
pub struct Wording {
    name: String,
    text: String,
}

/// `POST /app/ready-replies`.
pub async fn add_ready(here: Here, Form(form): Form<Wording>) -> Answer {
    save(here, None, form).await
}

/// `POST /app/ready-replies/ID`.
pub async fn save_ready(here: Here, Path(id): Path<Id>, Form(form): Form<Wording>) -> Answer {
    save(here, Some(id), form).await
}

async fn save(here: Here, id: Option<Id>, form: Wording) -> Answer {
    here.require(Role::Manager)?;
    let typed = ReadyReply { id: String::new(), name: form.name.clone(), text: form.text.clone() };
    match here.write(move |tx| cases::save_canned(tx, id, &form.name, &form.text)).await {
        Ok(c) => Ok(here.back("/app/ready-replies", &format!("/{} is saved.", c.name))),
        Err(e) => again(here, typed, e).await,
    }
}

/// The page with what is wrong.
async fn again(here: Here, typed: ReadyReply, e: Error) -> Answer {
    if !matches!(e.kind, Kind::Invalid | Kind::Conflict) {
        return Err(e.into());
    }
    html_as(status(&e), &ready_page(&here, typed, Errors::from(&e)).await?)
}

/// `POST /app/ready-replies/ID/remove`.
pub async fn remove_ready(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Manager)?;
    here.write(move |tx| cases::remove_canned(tx, id)).await?;
    Ok(here.back("/app/ready-replies", "Removed."))
}

/// How long customers may wait.
#[derive(Debug, Deserialize)]
pub struct Minutes {
    minutes: i64,
}

/// `POST /app/ready-replies/clock`.
pub async fn set_clock(here: Here, Form(form): Form<Minutes>) -> Answer {
    here.require(Role::Manager)?;
    match here.write(move |tx| cases::set_answer_time(tx, AnswerTime { minutes: form.minutes })).await {
        Ok(()) => Ok(here.back("/app/ready-replies", "Saved. It counts for the next who asks for a person.")),
        Err(e) => again(here, ReadyReply::default(), e).await,
    }
}
