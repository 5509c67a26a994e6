//! The simulated phone.

use super::item::Parts;
use super::thread::{step_icon, tone, took};
use crate::app::media;
use crate::channels::simulator::{self, Act, Bubble, Line, Outgoing, Persona as Who};
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::contact::{Identity, IdentityKind};
use crate::domain::house::conversation::Channel;
use crate::domain::house::member::Role;
use crate::domain::house::message::{Choice, Delivery, Direction, MediaKind};
use crate::domain::id::{Id, fill_random, token};
use crate::domain::text::clip;
use crate::services::house::simulator::{Switches, set_switches, switches, write};
use crate::store::house::{contact, conversation as threads, item, message};
use crate::store::simulator::{SimulatorMessage, list_simulator};
use crate::store::tx::Read;
use crate::store::{meta, runs};
use crate::web::format;
use crate::web::pages::answer::Answer;
use crate::web::pages::session::{Here, View};
use crate::web::view::RailPoint;
use crate::web::view::house::conversation::Tick;
use crate::web::view::house::phone::{Network, Persona, PhoneChat, PhoneChoice, PhoneMessage, PhonePage};
use axum::Form;
use axum::extract::{Multipart, Query};
use base64::Engine;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// People who are there from the start: number, name, a word about them.
const CAST: [(&str, &str, &str); 5] = [
    ("2348030000001", "Ada Obi", "writes English"),
    ("2348030000002", "Tunde Bakare", "writes Pidgin"),
    ("2348030000003", "Ṣọlá Adéyẹmí", "writes Yoruba"),
    ("2348030000004", "Musa Bello", "writes Hausa"),
    ("2348030000005", "Chidinma Okafor", "writes Igbo"),
];

/// A person who was added.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Added {
    number: String,
    name: String,
}

/// Whose phone is looked at.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Ask {
    #[serde(rename = "as")]
    number: String,
}

fn added(tx: &Read<'_>) -> Result<Vec<Added>> {
    Ok(meta::find_meta(tx, "personas")?.and_then(|t| serde_json::from_str(&t).ok()).unwrap_or_default())
}

fn cast(tx: &Read<'_>) -> Result<Vec<(String, String, String)>> {
    let known = CAST.iter().map(|(n, name, about)| ((*n).to_owned(), (*name).to_owned(), (*about).to_owned()));
    Ok(known.chain(added(tx)?.into_iter().map(|a| (a.number, a.name, String::new()))).collect())
}

/// Our side of the line.
fn line(here: &Here) -> Result<Line> {
    let directory = here.app.directory();
    let number = directory.numbers_of(here.business.id).find(|n| n.simulated);
    let number = number.ok_or_else(|| Error::conflict("This business has no simulated phone."))?;
    let id = number.phone_number_id.clone();
    Ok(Line { waba: "1".into(), display_number: id.clone(), phone_number_id: id })
}

/// `GET /app/phone`.
pub async fn page(here: Here, Query(ask): Query<Ask>) -> Answer {
    let line = line(&here)?;
    let page = here.view("phone", move |tx, v| one(tx, v, &line, &ask.number));
    here.page(&page.await?)
}

fn one(tx: &Read<'_>, v: View, line: &Line, wanted: &str) -> Result<PhonePage> {
    let cast = cast(tx)?;
    let (number, name, _) = cast.iter().find(|(n, ..)| n == wanted).unwrap_or(&cast[0]).clone();
    let shown = list_simulator(tx, Some(&number), 0, 80)?;
    let personas = cast.iter().map(|(n, name, about)| Persona {
        number: n.clone(),
        name: name.clone(),
        initials: format::initials(name),
        about: about.clone(),
        url: format!("/app/phone?as={n}"),
        on: *n == number,
        messages: 0,
    });
    let identity = Identity { kind: IdentityKind::Phone, value: format!("+{number}") };
    let thread = match contact::find_contact_id(tx, &identity)? {
        Some(c) => threads::find_conversation_with(tx, c, Channel::Whatsapp, &line.phone_number_id)?,
        None => None,
    };
    let last = match &thread {
        Some(t) => runs::list_runs_of(tx, t.id, 1)?.pop(),
        None => None,
    };
    let steps = last.iter().flat_map(|r| &r.trace).map(|s| RailPoint {
        tone: tone(&s.kind, s.ok),
        icon: step_icon(&s.kind, s.ok),
        title: s.title.clone(),
        quoted: s.kind == "reply",
        ..RailPoint::default()
    });
    let answered = match &thread {
        Some(t) => message::list_messages(tx, t.id, None, 20)?.into_iter().rev().find(|m| m.direction == Direction::Out).map(|m| m.id),
        None => None,
    };
    let mut messages = Vec::new();
    for m in &shown {
        let mine = if m.direction == "out" { ticks(tx, m, answered)? } else { Delivery::Received };
        messages.extend(bubble(&v, m, mine));
    }
    let now = v.now;
    let sub = |r: &runs::Run| format!("{}, {}", took(r, now), format::cost(r.usage.cost_micros));
    let s = switches(tx)?;
    Ok(PhonePage {
        personas: personas.collect(),
        chat: PhoneChat { messages, writing: last.as_ref().is_some_and(|r| r.state == "running"), key: token(9), number, name },
        network: Network { duplicate: s.duplicate, late: s.late, lost: s.lost, failing: s.failing },
        steps: steps.collect(),
        steps_sub: last.as_ref().map_or_else(String::new, sub),
        thread_url: thread.map_or_else(String::new, |t| format!("/app/messages/{}", t.id)),
        run_url: last.map_or_else(String::new, |r| format!("/app/work-log/{}", r.id)),
        ideas: ideas(tx)?,
        warning: String::new(),
        chrome: v.chrome,
    })
}

fn ideas(tx: &Read<'_>) -> Result<Vec<String>> {
    let some = item::list_items(tx, "", "", 2)?;
    let mut ideas = vec!["What do you have today?".to_owned()];
    if let [a, b] = some.as_slice() {
        ideas.push(format!("2 {} and 1 {}, please", a.name.to_lowercase(), b.name.to_lowercase()));
    }
    ideas
        .extend(["Where are you and when do you open?", "I have paid", "Where is my order?", "Let me talk to a person"].map(str::to_owned));
    Ok(ideas)
}

fn kind_of(word: &str) -> Option<MediaKind> {
    [MediaKind::Image, MediaKind::Audio, MediaKind::Video, MediaKind::Document].into_iter().find(|k| k.as_str() == word)
}

/// What the customer's phone knows of a message written on it: one tick until it reached us, blue ones once it was answered.
fn ticks(tx: &Read<'_>, m: &SimulatorMessage, answered: Option<Id>) -> Result<Delivery> {
    let stored = m.provider_id.as_deref().map(|id| message::find_message_by_provider(tx, id)).transpose()?.flatten();
    Ok(match stored {
        Some(s) if answered.is_some_and(|a| a > s.id) => Delivery::Read,
        Some(_) => Delivery::Delivered,
        None => Delivery::Sent,
    })
}

/// A message as the phone draws it; none for what a phone does not show. `mine` is what is known of one written on it.
fn bubble(v: &View, m: &SimulatorMessage, mine: Delivery) -> Option<PhoneMessage> {
    let id = m.provider_id.clone().unwrap_or_else(|| m.id.to_string());
    let time = m.at.in_zone(&v.profile.time_zone).strftime("%H:%M").to_string();
    if m.direction == "out" {
        let text = m.body["text"].as_str().unwrap_or_default().to_owned();
        let media_url = m.body["media"].as_str().map_or_else(String::new, |name| format!("/app/media/{name}"));
        let media = m.body["kind"].as_str().and_then(kind_of).map_or("", MediaKind::as_str);
        return Some(PhoneMessage { id, mine: true, text, media_url, media, time, tick: Tick::of(mine), ..PhoneMessage::default() });
    }
    let Outgoing::Bubble(b) = simulator::outgoing(&m.body)? else { return None };
    let Bubble { text, buttons, list_button, rows, file, place, link, .. } = *b;
    let text = match &place {
        Some((north, east, name)) => format!("{name} {north}, {east}"),
        None => text,
    };
    let media = file.as_ref().map_or("", |f| if f.kind == MediaKind::Sticker { "image" } else { f.kind.as_str() });
    let choice = |c: Choice| PhoneChoice { id: c.id, title: c.title, description: c.description };
    Some(PhoneMessage {
        id,
        mine: false,
        link: link.or_else(|| own_page(&text)).unwrap_or_default(),
        text,
        media_url: file.and_then(|f| f.link.or_else(|| f.id.map(|name| format!("/app/media/{name}")))).unwrap_or_default(),
        media,
        time,
        tick: None,
        buttons: buttons.into_iter().map(choice).collect(),
        list_button: list_button.unwrap_or_default(),
        list: rows.into_iter().map(choice).collect(),
    })
}

/// A page of this server at the end of a text: without a public address messages hold its path alone.
fn own_page(text: &str) -> Option<(String, String)> {
    let last = text.lines().last()?.trim();
    (last.starts_with("/b/") && !last.contains(char::is_whitespace)).then(|| ("Open the page".to_owned(), last.to_owned()))
}

async fn act(here: &Here, number: &str, reply_to: Option<String>, act: Act, shown: serde_json::Value) -> Result<()> {
    here.require(Role::Agent)?;
    let (line, number) = (line(here)?, number.to_owned());
    here.write(move |tx| {
        let known = cast(tx)?.into_iter().find(|(n, ..)| *n == number);
        let (number, name, _) = known.ok_or_else(|| Error::not_found("phone"))?;
        let who = Who { name, wa_id: Some(number.clone()), user_id: None };
        let id = simulator::wamid();
        let hook = simulator::message(&line, &who, &id, tx.now, reply_to.as_deref(), &act);
        let body = String::from_utf8_lossy(&simulator::bytes(&hook)).into_owned();
        write(tx, &number, &id, &shown, body)
    })
    .await
}

/// What the phone's typing line sends.
#[derive(Debug, Deserialize)]
pub struct Words {
    #[serde(rename = "as")]
    number: String,
    text: String,
}

/// `POST /app/phone/send`.
pub async fn send(here: Here, Form(form): Form<Words>) -> Answer {
    let text = form.text.trim().to_owned();
    if text.is_empty() {
        return Err(Error::field("text", "Write something first.").into());
    }
    let shown = json!({ "text": text });
    act(&here, &form.number, None, Act::Text { text }, shown).await?;
    Ok(here.back(&format!("/app/phone?as={}", form.number), ""))
}

/// What a tap on a button or a row sends.
#[derive(Debug, Deserialize)]
pub struct Tap {
    #[serde(rename = "as")]
    number: String,
    message: String,
    choice: String,
}

/// `POST /app/phone/tap`.
pub async fn tap(here: Here, Form(form): Form<Tap>) -> Answer {
    let number = form.number.clone();
    let shown = here.file.read(move |tx| list_simulator(tx, Some(&number), 0, 80)).await?;
    let tapped = shown.iter().find(|m| m.provider_id.as_deref() == Some(form.message.as_str()));
    let Some(Outgoing::Bubble(b)) = tapped.and_then(|m| simulator::outgoing(&m.body)) else {
        return Err(Error::not_found("message").into());
    };
    let Bubble { buttons, rows, .. } = *b;
    let button = buttons.into_iter().find(|c| c.id == form.choice).map(|c| (c.title.clone(), Act::Button { id: c.id, title: c.title }));
    let row = || {
        rows.into_iter()
            .find(|c| c.id == form.choice)
            .map(|c| (c.title.clone(), Act::Row { id: c.id, title: c.title, description: c.description }))
    };
    let (words, what) = button.or_else(row).ok_or_else(|| Error::not_found("button"))?;
    act(&here, &form.number, Some(form.message.clone()), what, json!({ "text": words })).await?;
    Ok(here.back(&format!("/app/phone?as={}", form.number), ""))
}

/// `POST /app/phone/file`: a picture, a voice note or a file, with words under it.
pub async fn file(here: Here, body: Multipart) -> Answer {
    here.require(Role::Agent)?;
    let parts = Parts::read(body).await?;
    let (filename, bytes) = parts.file.as_ref().ok_or_else(|| Error::field("file", "Choose a file first."))?;
    let mime = media::shown_as(bytes).ok_or_else(|| Error::field("file", "Send a picture, a sound or a PDF."))?;
    let kind = match mime.split_once('/') {
        Some(("image", _)) => MediaKind::Image,
        Some(("audio", _)) => MediaKind::Audio,
        Some(("video", _)) => MediaKind::Video,
        _ => MediaKind::Document,
    };
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > kind.cap_bytes() {
        let message = format!("WhatsApp takes at most {} MB of this kind.", kind.cap_bytes() >> 20);
        return Err(Error::new(Kind::TooLarge, message).into());
    }
    let name = media::keep(&here.app, here.business.id, bytes.clone()).await?;
    let caption = Some(parts.text("text")).filter(|t| !t.is_empty() && kind != MediaKind::Audio);
    // WhatsApp writes the digest in base64 here, and in hex when it is asked for the file.
    let digest = base64::engine::general_purpose::STANDARD.encode(hex::decode(&name).unwrap_or_default());
    let what = Act::File {
        kind,
        media_id: name.clone(),
        mime: mime.into(),
        sha256: digest,
        caption: caption.clone(),
        filename: (kind == MediaKind::Document).then(|| clip(filename, 120)),
        voice: kind == MediaKind::Audio,
    };
    let shown = json!({ "text": caption.unwrap_or_default(), "media": name, "kind": kind.as_str() });
    let number = parts.text("as");
    act(&here, &number, None, what, shown).await?;
    Ok(here.back(&format!("/app/phone?as={number}"), ""))
}

/// A place somebody sends.
#[derive(Debug, Deserialize)]
pub struct PlaceForm {
    #[serde(rename = "as")]
    number: String,
    latitude: String,
    longitude: String,
    #[serde(default)]
    name: String,
}

/// `POST /app/phone/place`.
pub async fn place(here: Here, Form(form): Form<PlaceForm>) -> Answer {
    let degrees = |name: &str, text: &str, most: f64| {
        let read = text.trim().parse::<f64>().ok().filter(|d| d.abs() <= most);
        read.ok_or_else(|| Error::field(name, format!("Write degrees from -{most} to {most}, such as 6.5244.")))
    };
    let (latitude, longitude) = (degrees("latitude", &form.latitude, 90.0)?, degrees("longitude", &form.longitude, 180.0)?);
    let name = clip(form.name.trim(), 100);
    let shown = if name.is_empty() { format!("{latitude}, {longitude}") } else { format!("{name} ({latitude}, {longitude})") };
    let what = Act::Location { latitude, longitude, name: Some(name).filter(|n| !n.is_empty()), address: None };
    act(&here, &form.number, None, what, json!({ "text": shown })).await?;
    Ok(here.back(&format!("/app/phone?as={}", form.number), ""))
}

/// What the form for another person sends.
#[derive(Debug, Deserialize)]
pub struct NewPersona {
    name: String,
}

/// `POST /app/phone/persona`.
pub async fn persona(here: Here, Form(form): Form<NewPersona>) -> Answer {
    here.require(Role::Agent)?;
    let name = crate::domain::text::clip(form.name.trim(), 60);
    if name.is_empty() {
        return Err(Error::field("name", "A person has a name.").into());
    }
    let mut raw = [0u8; 4];
    fill_random(&mut raw);
    let number = format!("234803{:07}", u32::from_be_bytes(raw) % 10_000_000);
    let new = Added { number: number.clone(), name };
    here.write(move |tx| {
        let mut all = added(tx)?;
        all.push(new);
        meta::upsert_meta(tx, "personas", &serde_json::json!(all).to_string())
    })
    .await?;
    Ok(here.back(&format!("/app/phone?as={number}"), ""))
}

/// What the switches send.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewNetwork {
    duplicate: Option<String>,
    late: Option<String>,
    lost: Option<String>,
    failing: Option<String>,
    back: String,
}

/// `POST /app/phone/network`.
pub async fn network(here: Here, Form(form): Form<NewNetwork>) -> Answer {
    here.require(Role::Agent)?;
    let s = Switches {
        duplicate: form.duplicate.is_some(),
        late: form.late.is_some(),
        lost: form.lost.is_some(),
        failing: form.failing.is_some(),
    };
    here.write(move |tx| set_switches(tx, s)).await?;
    Ok(here.back(&form.back, ""))
}
