//! Messages: the list, one thread, answering it.

use super::case;
use super::thread::{number, thread};
use crate::domain::error::Result;
use crate::domain::house::conversation::{Channel, Mode};
use crate::domain::house::member::Role;
use crate::domain::house::message::Content;
use crate::domain::id::Id;
use crate::domain::limits;
use crate::services::house::{case as cases, conversation as talks, hold, outbound};
use crate::store::house::conversation::{self as threads, ConversationRow as Row, Which};
use crate::store::house::{contact, message};
use crate::store::tx::Read;
use crate::web::format;
use crate::web::pages::answer::Answer;
use crate::web::pages::session::{Here, TROUBLE_MS, View};
use crate::web::view::house::conversation::{ConversationList, ConversationPage, ConversationRow};
use crate::web::view::{Chip, Pill};
use axum::Form;
use axum::extract::{Path, Query};
use serde::Deserialize;

/// What the list is asked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Ask {
    show: String,
    q: String,
    until: i64,
    before: Option<Id>,
    undone: Option<Id>,
    put: String,
}

/// `GET /app/messages`.
pub async fn list(here: Here, Query(ask): Query<Ask>) -> Answer {
    let me = here.member.id;
    let page = here.view("messages", move |tx, v| {
        Ok(ConversationPage { list: conversations(tx, &v, &ask, None, me)?, thread: None, chrome: v.chrome })
    });
    here.page(&page.await?)
}

/// `GET /app/messages/ID`.
pub async fn page(here: Here, Path(id): Path<Id>, Query(ask): Query<Ask>) -> Answer {
    let page = one(&here, id, ask).await?;
    here.write(move |tx| threads::update_read(tx, id)).await?;
    here.page(&page)
}

/// The page with one conversation open.
pub async fn one(here: &Here, id: Id, ask: Ask) -> Result<ConversationPage> {
    let (team, me, business) = (case::team(here).await?, here.member.id, here.business.name.clone());
    here.view("messages", move |tx, v| {
        let mut open = thread(tx, &v, id, ask.before)?;
        open.care = case::care(tx, &v, id, &business, me, &team)?;
        case::put(&mut open.composer, &open.care, &ask.put);
        if let Some(m) = ask.undone.map(|m| message::find_message(tx, m)).transpose()?.filter(|m| m.conversation_id == id) {
            open.composer.text = m.content.words();
        }
        Ok(ConversationPage { list: conversations(tx, &v, &ask, Some(id), me)?, thread: Some(open), chrome: v.chrome })
    })
    .await
}

fn conversations(tx: &Read<'_>, v: &View, ask: &Ask, open: Option<Id>, me: Id) -> Result<ConversationList> {
    let (need, steward) = threads::count_conversations(tx)?;
    let until = if ask.until > 0 { ask.until } else { i64::MAX };
    let most = limits::LIST_DEFAULT;
    let mut found: Vec<(Which, Row)> = Vec::new();
    let parts: &[Which] = match ask.show.as_str() {
        "mine" => &[Which::Of(me)],
        "needs" => &[Which::NeedPerson],
        "steward" => &[Which::Steward],
        "done" => &[Which::Closed],
        "undelivered" => &[Which::Unsettled(v.now.plus_ms(-TROUBLE_MS))],
        _ if ask.q.is_empty() => &[Which::NeedPerson, Which::Steward],
        _ => &[Which::NeedPerson, Which::Steward, Which::Closed],
    };
    for which in parts {
        found.extend(threads::list_conversations(tx, *which, &ask.q, until, most)?.into_iter().map(|r| (*which, r)));
    }
    let in_time = |r: &Row| r.conversation.closed || !r.case.is_late(v.now);
    if ask.until == 0 && ask.q.is_empty() && matches!(ask.show.as_str(), "" | "needs") {
        // Who has waited too long stands first, however old the last words are.
        found.retain(|(_, r)| in_time(r));
        let first = threads::list_conversations(tx, Which::Late, "", i64::MAX, most)?;
        found.splice(0..0, first.into_iter().map(|r| (Which::NeedPerson, r)));
    } else if ask.show == "mine" {
        found.sort_by_key(|(_, r)| in_time(r));
    }
    let full = parts.len() == 1 && found.len() >= most as usize;
    let last = found.last().map_or(0, |(_, r)| r.conversation.last_message_at.millis());
    let next = if full { format!("/app/messages?show={}&until={last}", ask.show) } else { String::new() };
    let (mut rows, mut part) = (Vec::new(), Which::NeedPerson);
    for (which, r) in found {
        let heading = match which {
            _ if which == part || parts.len() == 1 => "",
            Which::Closed => "Done",
            _ => "With Steward now",
        };
        part = which;
        rows.push(row(tx, v, r, open, heading)?);
    }
    let chip = |label: &str, word: &str, n: i64| Chip {
        label: label.into(),
        count: if n > 0 { n.to_string() } else { String::new() },
        url: if word.is_empty() { "/app/messages".into() } else { format!("/app/messages?show={word}") },
        on: ask.show == word,
    };
    let mut chips = vec![
        chip("Open", "", 0),
        chip("Need you", "needs", need),
        chip("Mine", "mine", 0),
        chip("Steward", "steward", steward),
        chip("Done", "done", 0),
    ];
    if ask.show == "undelivered" {
        chips.push(chip("Not delivered", "undelivered", 0));
    }
    Ok(ConversationList { chips, show: ask.show.clone(), q: ask.q.clone(), rows, next })
}

fn row(tx: &Read<'_>, v: &View, r: Row, open: Option<Id>, heading: &str) -> Result<ConversationRow> {
    let c = &r.conversation;
    let name = contact::find_contact(tx, c.contact_id)?.display_name();
    let over = outbound::window_problem(c, v.now).is_some();
    let pill = if let Some(late) = super::case::clock(r.case.due_at, v.now).filter(|_| r.case.is_late(v.now) && !c.closed) {
        Some(late)
    } else if c.waiting_since.is_some() {
        Some(Pill::new("bad", "Needs you"))
    } else if c.mode == Mode::Human {
        Some(Pill::new("info", r.case.assignee.as_ref().map_or_else(|| "A person answers".to_owned(), |a| format!("{} answers", a.name))))
    } else if c.closed {
        Some(Pill::new("", "Done"))
    } else if over {
        Some(Pill::new("wait", "Approved messages only"))
    } else {
        None
    };
    let icon = match (r.last_author.as_str(), c.channel) {
        ("steward" | "person", _) => "reply",
        (_, Channel::Web) => "globe",
        _ => "",
    };
    Ok(ConversationRow {
        id: c.id.to_string(),
        url: format!("/app/messages/{}", c.id),
        initials: format::initials(&name),
        name,
        time: v.short(c.last_message_at),
        icon,
        last: r.last_text.clone(),
        unread: c.waiting_since.is_some() || (c.mode == Mode::Human && r.unread > 0),
        pill,
        current: open == Some(c.id),
        heading: heading.into(),
    })
}

/// Conversations of a customer, as lines.
pub fn rows_of(tx: &Read<'_>, v: &View, contact_id: Id) -> Result<Vec<ConversationRow>> {
    let who = contact::find_contact(tx, contact_id)?;
    let found = threads::list_conversations_of(tx, contact_id)?;
    Ok(found
        .into_iter()
        .map(|(c, last)| ConversationRow {
            id: c.id.to_string(),
            url: format!("/app/messages/{}", c.id),
            initials: format::initials(&who.display_name()),
            name: match number(&who).filter(|_| c.channel == Channel::Whatsapp) {
                Some(n) => format!("{}, {n}", c.channel.title()),
                None => c.channel.title().into(),
            },
            time: v.short(c.last_message_at),
            last,
            ..ConversationRow::default()
        })
        .collect())
}

/// What a person writes.
#[derive(Debug, Deserialize)]
pub struct Words {
    text: String,
    key: String,
}

/// `POST /app/messages/ID/send`.
pub async fn send(here: Here, Path(id): Path<Id>, Form(form): Form<Words>) -> Answer {
    here.require(Role::Agent)?;
    let (actor, business) = (here.actor(), here.business.name.clone());
    here.write(move |tx| {
        let content = Content::text(cases::typed(tx, id, &form.text, &business)?);
        hold::write(tx, id, &actor, &content, &form.key)
    })
    .await?;
    Ok(here.back(&format!("/app/messages/{id}"), ""))
}

/// `POST /app/messages/ID/undo`: the id is the message's. Its words go back where they were written.
pub async fn undo(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Agent)?;
    let m = here.write(move |tx| hold::take_back(tx, id)).await?;
    Ok(here.back(&format!("/app/messages/{}?undone={id}", m.conversation_id), "Not sent. Your words are back in the box."))
}

/// `POST /app/messages/ID/takeover`.
pub async fn take_over(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Agent)?;
    let actor = here.actor();
    here.write(move |tx| talks::take_over(tx, id, &actor)).await?;
    Ok(here.back(&format!("/app/messages/{id}"), ""))
}

/// `POST /app/messages/ID/handback`.
pub async fn hand_back(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Agent)?;
    let actor = here.actor();
    here.write(move |tx| talks::hand_back(tx, id, &actor)).await?;
    Ok(here.back(&format!("/app/messages/{id}"), ""))
}

/// `POST /app/messages/ID/close`.
pub async fn close(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Agent)?;
    let actor = here.actor();
    here.write(move |tx| talks::close(tx, id, true, &actor)).await?;
    Ok(here.back(&format!("/app/messages/{id}"), "Marked as done. It comes back when the customer writes."))
}

/// `POST /app/messages/ID/again`: the id is the message's.
pub async fn again(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Agent)?;
    let thread = here
        .write(move |tx| {
            outbound::send_again(tx, id)?;
            Ok(message::find_message(tx, id)?.conversation_id)
        })
        .await?;
    Ok(here.back(&format!("/app/messages/{thread}"), "It is being sent again."))
}
