//! One thread as a page shows it: messages, what Steward did between them, who took over when.

use crate::domain::error::Result;
use crate::domain::event::{self, Event};
use crate::domain::house::contact::Contact;
use crate::domain::house::conversation::{Conversation, Mode};
use crate::domain::house::message::{Author, Content, Delivery, Direction, MediaKind, Message};
use crate::domain::id::{Id, token};
use crate::domain::phone::Phone;
use crate::domain::text::clip;
use crate::domain::time::Time;
use crate::services::house::{hold, outbound};
use crate::store::events::list_events_of;
use crate::store::house::{contact, conversation as threads, message};
use crate::store::runs::{self, Run};
use crate::store::shop::order;
use crate::store::tx::Read;
use crate::web::format;
use crate::web::pages::house::template::picks;
use crate::web::pages::session::View;
use crate::web::pages::shop::order::pill;
use crate::web::view::Note;
use crate::web::view::house::case::Care;
use crate::web::view::house::conversation::{Composer, CustomerPanel, Entry, MessageView, OrderLink, Step, Steps, Thread, Tick, Window};
use std::collections::HashMap;

/// Messages shown at once.
const SHOWN: u32 = 60;

/// The open thread.
pub fn thread(tx: &Read<'_>, v: &View, id: Id, before: Option<Id>) -> Result<Thread> {
    let c = threads::find_conversation(tx, id)?;
    let who = contact::find_contact(tx, c.contact_id)?;
    let messages = message::list_messages(tx, id, before, SHOWN)?;
    let older = match messages.first() {
        Some(m) if messages.len() >= SHOWN as usize => format!("/app/messages/{id}?before={}", m.id),
        _ => String::new(),
    };
    let name = who.display_name();
    let window = window(&c, v);
    let closed = outbound::window_problem(&c, v.now)
        .map(|_| format!("WhatsApp’s 24 hours are over for {name}. When {name} writes again you may answer freely."));
    Ok(Thread {
        id: id.to_string(),
        initials: format::initials(&name),
        sub: reach(&c, &who),
        lang: who.language.code().into(),
        human: c.mode == Mode::Human,
        closed: c.closed,
        waiting: c.waiting_since.map(|since| Note {
            tone: "warn",
            icon: "hand",
            title: format!("{} · {}", c.waiting_reason, v.age(since)),
            text: c.waiting_summary.clone(),
        }),
        window,
        entries: entries(tx, v, &c, messages)?,
        older,
        composer: Composer {
            open: closed.is_none(),
            templates: if closed.is_some() { picks(tx, &c, &who)? } else { Vec::new() },
            closed_why: closed.unwrap_or_default(),
            key: token(12),
            ..Composer::default()
        },
        care: Care::default(),
        customer: customer(tx, v, &c, &who)?,
        name,
    })
}

/// "WhatsApp, +234 803 ··· 4471".
fn reach(c: &Conversation, who: &Contact) -> String {
    match number(who) {
        Some(n) => format!("{}, {n}", c.channel.title()),
        None => c.channel.title().to_owned(),
    }
}

/// The customer's number as it is shown.
pub fn number(who: &Contact) -> Option<String> {
    let phone = who.identities.iter().find(|i| i.kind == crate::domain::house::contact::IdentityKind::Phone)?;
    Phone::from_wa_id(&phone.value).map(|p| p.masked())
}

fn window(c: &Conversation, v: &View) -> Option<Window> {
    if !c.channel.has_window() {
        return None;
    }
    let Some(end) = outbound::window_ends(c) else { return Some(Window { until: "the start".into(), ..Window::default() }) };
    let ms = end.since_ms(v.now).max(0);
    Some(Window { open: ms > 0, until: v.moment_ahead(end), left: format::left(ms), minutes: ms / 60_000 })
}

fn entries(tx: &Read<'_>, v: &View, c: &Conversation, messages: Vec<Message>) -> Result<Vec<Entry>> {
    let known: HashMap<Id, Run> = runs::list_runs_of(tx, c.id, SHOWN)?.into_iter().map(|r| (r.id, r)).collect();
    let words: HashMap<String, String> =
        messages.iter().filter_map(|m| Some((m.provider_id.clone()?, clip(&m.content.words(), 80)))).collect();
    let first = messages.first().map(|m| m.created_at);
    let mut hands: Vec<Event> = list_events_of(tx, c.id, event::HAND, 40)?;
    hands.retain(|e| Some(e.at) >= first);
    hands.reverse(); // popped from the end, oldest first
    let (mut out, mut day, mut shown) = (Vec::new(), String::new(), Vec::new());
    let mut notes = super::case::notes(tx, v, c.id, first.unwrap_or(Time::from_millis(0)))?.into_iter().peekable();
    for m in messages {
        while let Some((_, note)) = notes.next_if(|(at, _)| *at <= m.created_at) {
            out.push(Entry::Note(note));
        }
        while hands.last().is_some_and(|e| e.at < m.created_at || (e.at == m.created_at && m.author == Author::Person)) {
            out.extend(hands.pop().and_then(|e| mark(v, &e)));
        }
        let today = format::day(m.created_at, v.now, &v.profile.time_zone);
        if today != day {
            out.push(Entry::Day(today.clone()));
            day = today;
        }
        if let Some(run) = m.run_id.filter(|r| !shown.contains(r)).and_then(|r| known.get(&r)) {
            shown.push(run.id);
            out.extend(steps(run).map(Entry::Steps));
        }
        let quote = m.reply_to.as_ref().and_then(|r| words.get(r)).cloned().unwrap_or_default();
        let undo = v.chrome.can_answer && hold::until(tx, &m)?.is_some();
        out.push(Entry::message(MessageView { undo, ..message_view(v, m, quote) }));
    }
    out.extend(hands.into_iter().rev().filter_map(|e| mark(v, &e)));
    out.extend(notes.map(|(_, note)| Entry::Note(note)));
    Ok(out)
}

fn mark(v: &View, e: &Event) -> Option<Entry> {
    let by = e.data["by"].as_str().unwrap_or("Somebody");
    let at = v.moment(e.at);
    match e.data["assigned"].as_str() {
        Some("") => return Some(Entry::Mark(format!("{by} took this from whoever had it, {at}"), false)),
        Some(name) if name == by => return Some(Entry::Mark(format!("{by} takes care of this, {at}"), false)),
        Some(name) => return Some(Entry::Mark(format!("{by} gave this to {name}, {at}"), false)),
        None => {}
    }
    match (e.data["mode"].as_str(), e.data["closed"].as_bool(), e.data["waiting"].as_bool()) {
        (Some("human"), ..) => Some(Entry::Mark(format!("{by} took over, {at}"), true)),
        (Some(_), ..) => Some(Entry::Mark(format!("{by} handed back to Steward, {at}"), false)),
        (_, Some(true), _) => Some(Entry::Mark(format!("{by} marked this as done, {at}"), false)),
        (_, _, Some(true)) => Some(Entry::Mark(format!("Steward asked for a person, {at}"), false)),
        _ => None,
    }
}

/// An icon for a step of a turn.
pub fn step_icon(kind: &str, ok: bool) -> &'static str {
    match (kind, ok) {
        (_, false) => "badc",
        ("understood", _) => "bulb",
        ("model", _) => "model",
        ("tool", _) => "check",
        ("deed", _) => "external",
        ("branch", _) => "cols",
        ("asked", _) => "hand",
        ("stopped" | "person", _) => "hand",
        ("reply", _) => "send",
        _ => "check",
    }
}

fn steps(run: &Run) -> Option<Steps> {
    let lines: Vec<Step> = run
        .trace
        .iter()
        .filter(|s| s.kind != "reply")
        .map(|s| Step { tone: tone(&s.kind, s.ok), icon: step_icon(&s.kind, s.ok), title: s.title.clone(), text: String::new() })
        .collect();
    let done = i64::try_from(lines.iter().filter(|s| s.tone == "ok").count()).unwrap_or(0);
    let last = lines.last()?;
    let stopped = matches!(run.state.as_str(), "stopped" | "failed");
    let summary =
        if stopped { format!("Steward did {}, then stopped", format::count(done, "thing", "things")) } else { last.title.clone() };
    let took = if run.ended_at.is_some() { took(run, run.started_at) } else { String::new() };
    Some(Steps { id: format!("s-{}", run.id), summary, took, steps: lines, url: format!("/app/work-log/{}", run.id), open: false })
}

/// How long a turn took, by its steps: the clock's milliseconds are too coarse for the built-in model. The steps themselves are told
/// finely; a whole turn of the built-in model is at once for people.
pub fn took(run: &Run, now: Time) -> String {
    let steps_us = run.trace.iter().map(|s| s.at_us + s.took_us).max().unwrap_or(0);
    format::about((steps_us / 1_000).max(run.ended_at.unwrap_or(now).since_ms(run.started_at)))
}

/// "236 µs", "2.4 s".
pub fn micro(us: i64) -> String {
    if us < 1_000 { format!("{us} µs") } else { format::took(us / 1_000) }
}

/// A step's tint.
pub fn tone(kind: &str, ok: bool) -> &'static str {
    match (kind, ok) {
        ("guard", false) | ("stopped" | "person", _) => "warn",
        (_, false) => "bad",
        _ => "ok",
    }
}

/// A message as it is shown.
pub fn message_view(v: &View, m: Message, quote: String) -> MessageView {
    let out = m.direction == Direction::Out;
    let mut view = MessageView {
        id: m.id.to_string(),
        out,
        mine: m.author == Author::Person,
        author: match m.author {
            Author::Steward => "Steward".into(),
            Author::Person if m.author_name.is_empty() => "Phone app".into(),
            _ => m.author_name.clone(),
        },
        time: m.created_at.in_zone(&v.profile.time_zone).strftime("%H:%M").to_string(),
        text: if out { format::without_stars(&m.content.words()) } else { m.content.words() },
        quote,
        tick: if out { Tick::of(m.delivery) } else { None },
        problem: m.problem.as_ref().map_or_else(String::new, |p| p.meaning.clone()),
        again: out && matches!(m.delivery, Delivery::Failed | Delivery::Unknown) && v.chrome.can_answer,
        key: m.id.to_string(),
        ..MessageView::default()
    };
    match m.content {
        Content::Media { media, file } => media_view(&mut view, media, &file),
        Content::Location { .. } => label(&mut view, "pin", "Location"),
        Content::Cards { lines } => {
            label(&mut view, "user", "Contacts");
            view.text.clear();
            view.lines = lines;
        }
        Content::Reaction { emoji, .. } => {
            view.faded = true;
            view.text = if emoji.is_empty() { "took a reaction back".into() } else { format!("reacted with {emoji}") };
        }
        Content::Tapped { .. } => label(&mut view, "hand", "Tapped"),
        Content::Form { .. } => label(&mut view, "doc", "Filled in a form"),
        Content::CatalogueOrder { lines, .. } => {
            label(&mut view, "orders", "Order from the catalogue");
            view.lines = lines.iter().map(|l| format!("{} × {}", l.quantity, l.retailer_id)).collect();
        }
        Content::Edited { .. } => label(&mut view, "edit", "Changed an earlier message to"),
        Content::Deleted { .. } => {
            view.faded = true;
            view.text = "took a message back".into();
        }
        Content::System { .. } => view.faded = true,
        Content::Unknown { reason, .. } => {
            view.faded = true;
            view.text = reason.unwrap_or_else(|| "sent something WhatsApp does not hand over".into());
        }
        Content::Buttons { choices, .. } => view.choices = choices.into_iter().map(|c| c.title).collect(),
        Content::List { button, choices, .. } => {
            label(&mut view, "list", &button);
            view.choices = choices.into_iter().map(|c| c.title).collect();
        }
        Content::Template { name, .. } => label(&mut view, "doc", &format!("Approved message {name}")),
        Content::Link { label, .. } => view.choices = vec![label],
        Content::Text { .. } => {}
    }
    view
}

fn label(view: &mut MessageView, icon: &'static str, words: &str) {
    view.icon = icon;
    view.label = words.to_owned();
}

fn media_view(view: &mut MessageView, media: MediaKind, file: &crate::domain::house::message::File) {
    let (icon, words) = match media {
        MediaKind::Image => ("image", "Picture"),
        MediaKind::Video => ("video", "Video"),
        MediaKind::Audio if file.voice => ("mic", "Voice note"),
        MediaKind::Audio => ("mic", "Sound"),
        MediaKind::Document => ("doc", "File"),
        MediaKind::Sticker => ("image", "Sticker"),
    };
    view.media = if media == MediaKind::Sticker { "image" } else { media.as_str() };
    view.media_url = file.media.as_ref().map_or_else(String::new, |name| format!("/app/media/{name}"));
    view.filename = file.filename.clone().unwrap_or_else(|| words.to_owned());
    if view.media_url.is_empty() || view.media != "image" {
        label(view, icon, words);
    }
    if let Some(problem) = &file.problem {
        view.problem.clone_from(problem);
    }
}

fn customer(tx: &Read<'_>, v: &View, c: &Conversation, who: &Contact) -> Result<CustomerPanel> {
    let orders = order::list_orders_of(tx, who.id, 50)?;
    let state = threads::find_turn_state(tx, c.id)?;
    let basket: Vec<String> = state.draft.lines.iter().map(crate::domain::shop::draft::Line::words).collect();
    Ok(CustomerPanel {
        url: format!("/app/customers/{}", who.id),
        since: since(v, who),
        facts: facts(v, who, &orders),
        basket_total: if basket.is_empty() { String::new() } else { v.money(state.draft.subtotal_minor()?) },
        basket,
        orders: orders.iter().take(5).map(|o| order_link(v, o)).collect(),
        known: super::fact::rows(tx, v, who.id)?,
        note: who.note.clone(),
    })
}

/// "Customer since March 2025".
pub fn since(v: &View, who: &Contact) -> String {
    format!("Customer since {}", who.created_at.in_zone(&v.profile.time_zone).strftime("%B %Y"))
}

/// What is known of a customer.
pub fn facts(v: &View, who: &Contact, orders: &[crate::domain::shop::order::Order]) -> Vec<(String, String)> {
    use crate::domain::shop::order::Status;
    let paid = |s: Status| !matches!(s, Status::AwaitingPayment | Status::AwaitingConfirmation | Status::Cancelled | Status::Expired);
    let spent: i64 = orders.iter().filter(|o| paid(o.status)).map(|o| o.total_minor).sum();
    let consent = match who.consent {
        Some(true) => "Yes",
        Some(false) => "No",
        None => "Nobody asked",
    };
    let mut facts = vec![
        ("Orders".to_owned(), orders.len().to_string()),
        ("Spent".to_owned(), v.money(spent)),
        ("Writes in".to_owned(), who.language.name().to_owned()),
        ("May be messaged".to_owned(), consent.to_owned()),
    ];
    if let Some(n) = number(who) {
        facts.insert(0, ("Number".to_owned(), n));
    }
    facts
}

/// An order beside something else.
pub fn order_link(v: &View, o: &crate::domain::shop::order::Order) -> OrderLink {
    OrderLink {
        url: format!("/app/orders/{}", o.id),
        number: format!("#{}", o.number),
        words: o.words(),
        total: v.money(o.total_minor),
        pill: pill(o.status),
        time: v.short(o.created_at),
    }
}
