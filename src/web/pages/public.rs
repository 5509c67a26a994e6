//! Pages without sign-in: the showcase, one business, its chat and its widget.

use crate::app::App;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::business::{Business, Profile, Template};
use crate::domain::house::contact::{Identity, IdentityKind};
use crate::domain::house::conversation::{Channel, Conversation, Mode};
use crate::domain::house::hours::{WEEKDAYS, clock};
use crate::domain::house::item::Item;
use crate::domain::house::message::{Author, Content, MediaKind, Message};
use crate::domain::id::{Id, token};
use crate::domain::money::Money;
use crate::domain::reception::ics::{Frame, calendar};
use crate::domain::time::Time;
use crate::services::house::chat::{Words as Heard, say as hear_words, thread_of_visitor};
use crate::services::house::member::digest;
use crate::store::control::business as businesses;
use crate::store::file::File;
use crate::store::house::{item, message};
use crate::store::reception::booking;
use crate::store::tx::Read;
use crate::store::{events, meta};
use crate::web::Shared;
use crate::web::api::bookings::calendar_file;
use crate::web::assets::Static;
use crate::web::extract::limit;
use crate::web::extract::visitor::cookie_name;
use crate::web::extract::write::Peer;
use crate::web::format;
use crate::web::live::events::{answer, follow, last_seen};
use crate::web::live::visitor::Own;
use crate::web::live::writing;
use crate::web::pages::answer::{Answer, html, set_cookie};
use crate::web::pages::{CSP_EMBED, live as feed};
use crate::web::view::public::{BusinessPage, Chat, ChatFile, ChatMessage, ChatPage, Good, Section, ShowcaseCard, ShowcasePage};
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::CookieJar;
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use std::sync::Arc;

/// Businesses on the showcase.
const SHOWN: u32 = 24;
/// The cookie of a visitor's chat.
const COOKIE: &str = "steward_chat";

/// Where a visitor is in the list.
#[derive(Debug, Default, Deserialize)]
pub struct Place {
    after: Option<Id>,
}

/// `GET /`.
pub async fn showcase(State(app): State<Shared>, Query(place): Query<Place>, jar: CookieJar) -> Answer {
    // One more than is shown tells whether there are more.
    let mut listed = app.store.control_read(move |tx| businesses::list_public(tx, place.after, SHOWN + 1)).await?;
    let more = listed.len() > SHOWN as usize;
    listed.truncate(SHOWN as usize);
    let next = listed.last().filter(|_| more).map_or_else(String::new, |(b, _)| format!("/?after={}", b.id));
    let mut cards = Vec::new();
    for (b, about) in listed {
        // One whose file cannot be used hides nobody else.
        let Ok(file) = app.store.business(b.id) else { continue };
        let Ok(profile) = file.read(meta::find_profile).await else { continue };
        let now = app.clock().now();
        let (open, hours) = open_words(&profile, now);
        cards.push(ShowcaseCard {
            initials: format::initials(&b.name),
            about,
            kind: kind(b.template).into(),
            open,
            hours,
            address: profile.address,
            slug: b.slug,
            name: b.name,
        });
    }
    let signed_in = jar.get(cookie_name(&app)).is_some();
    html(&ShowcasePage { signed_in, businesses: cards, next })
}

/// `GET /b/SLUG/booking/TOKEN.ics`: a customer's booking for their calendar.
pub async fn booking_file(State(app): State<Shared>, Path((slug, name)): Path<(String, String)>) -> Answer {
    let b = app.directory().by_slug(&slug).cloned().ok_or_else(|| Error::not_found("business"))?;
    let token = name.strip_suffix(".ics").filter(|t| t.len() == 32).ok_or_else(|| Error::not_found("booking"))?.to_owned();
    let file = app.store.business(b.id)?;
    let text = file.read(move |tx| {
        let found = booking::find_booking_by_token(tx, &token)?.ok_or_else(|| Error::not_found("booking"))?;
        let profile = meta::find_profile(tx)?;
        let frame = Frame { name: &b.name, address: &profile.address, for_owner: false, now: tx.now };
        Ok(calendar(&frame, &[found]))
    });
    Ok(calendar_file(text.await?, "booking.ics"))
}

const fn kind(t: Template) -> &'static str {
    match t {
        Template::Shop => "Shop",
        Template::Restaurant => "Restaurant",
        Template::Hotel => "Hotel",
        Template::RealEstate => "Property agency",
        Template::B2b => "Supplier",
    }
}

/// Whether it is open, and "until 20:00" or "opens Monday 08:00".
fn open_words(p: &Profile, now: Time) -> (bool, String) {
    let open = p.hours.is_open(now, &p.time_zone);
    let z = now.in_zone(&p.time_zone);
    let day = usize::from(z.weekday().to_monday_zero_offset().unsigned_abs());
    let minute = u16::from(z.hour().unsigned_abs()) * 60 + u16::from(z.minute().unsigned_abs());
    if open {
        let end = p.hours.days[day].iter().find(|s| s.from <= minute && minute < s.to).map_or(0, |s| s.to);
        return (true, format!("until {}", clock(end)));
    }
    let words = match p.hours.next_opening(now, &p.time_zone) {
        Some((0, _, at)) => format!("Opens {}", clock(at)),
        Some((1, _, at)) => format!("Opens tomorrow {}", clock(at)),
        Some((_, day, at)) => format!("Opens {} {}", WEEKDAYS[day], clock(at)),
        None => "Closed".into(),
    };
    (false, words)
}

pub(super) fn find(app: &App, slug: &str) -> Result<(Business, Arc<File>)> {
    let id = app.directory().by_slug(slug).map(|b| b.id).ok_or_else(|| Error::not_found("business"))?;
    app.business(id)
}

/// What a visitor's chat is asked with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Ask {
    pub(super) session: String,
    embed: String,
    after: Option<i64>,
}

/// `GET /b/SLUG`.
pub async fn business(State(app): State<Shared>, Path(slug): Path<String>, jar: CookieJar) -> Answer {
    let (b, file) = find(&app, &slug)?;
    let own = secret("", &jar);
    let real = app.directory().numbers_of(b.id).any(|n| !n.simulated);
    let (who, key) = (b.clone(), own.text.clone());
    let page = file.read(move |tx| {
        let p = meta::find_profile(tx)?;
        let menu = item::find_menu(tx, Some(who.id))?;
        let (open, hours_now) = open_words(&p, tx.now);
        let money = |minor: i64| Money::new(minor, p.currency).to_string();
        let hours = WEEKDAYS.iter().zip(&p.hours.days).map(|(day, spans)| {
            let words: Vec<String> = spans.iter().map(|s| format!("{} to {}", clock(s.from), clock(s.to))).collect();
            ((*day).to_owned(), if words.is_empty() { "closed".into() } else { words.join(", ") })
        });
        Ok(BusinessPage {
            initials: format::initials(&who.name),
            about: p.about.clone(),
            address: p.address.clone(),
            open,
            hours_now,
            delivery: if !p.delivery {
                String::new()
            } else if p.delivery_fee_minor > 0 {
                format!("Delivery {}", money(p.delivery_fee_minor))
            } else {
                "Delivery".into()
            },
            pickup: p.pickup,
            whatsapp_url: if real { whatsapp_url(tx)? } else { String::new() },
            sections: sections(&who.slug, &menu.items, &money),
            hours: hours.collect(),
            chat: chat_view(tx, &who, &p, &key, false)?,
            slug: who.slug,
            name: who.name,
        })
    });
    let mut response = html(&page.await?)?;
    remember(&app, &mut response, &own);
    Ok(response)
}

/// Opens a chat with the number Meta named when the connection was checked; empty before that.
fn whatsapp_url(tx: &Read<'_>) -> Result<String> {
    let digits = meta::find_meta(tx, "whatsapp_number")?.filter(|d| d.len() >= 5 && d.bytes().all(|b| b.is_ascii_digit()));
    Ok(digits.map_or_else(String::new, |d| format!("https://wa.me/{d}")))
}

fn sections(slug: &str, items: &[Item], money: &impl Fn(i64) -> String) -> Vec<Section> {
    let mut out: Vec<Section> = Vec::new();
    for i in items.iter().take(400) {
        let title = if i.category.is_empty() { "What we have" } else { i.category.as_str() };
        let good = Good {
            name: i.name.clone(),
            price: money(i.price_minor),
            description: i.description.clone(),
            photo_url: i.photo.as_ref().map_or_else(String::new, |p| format!("/b/{slug}/photo/{p}")),
            sold_out: i.can_sell() == Some(0),
            order: format!("1 {}, please", i.name),
        };
        match out.iter_mut().find(|s| s.title == title) {
            Some(s) => s.items.push(good),
            None => out.push(Section { id: format!("c{}", out.len() + 1), title: title.to_owned(), items: vec![good] }),
        }
    }
    out
}

/// Whether a page is asked for inside a frame. An address alone does not make it one: opened as a page of its own it is the plain chat.
fn in_frame(embed: &str, headers: &HeaderMap) -> bool {
    !embed.is_empty() && headers.get("sec-fetch-dest").is_none_or(|d| d != "document")
}

/// A visitor's secret.
pub(super) struct Secret {
    /// As it stands in addresses and forms.
    pub(super) text: String,
    /// Their cookie may keep it. What was sent is known to whoever made up the address or the form.
    own: bool,
}

/// A visitor's secret: the one they send, the one of their cookie, or a new one.
pub(super) fn secret(sent: &str, jar: &CookieJar) -> Secret {
    let fits = |s: &&str| s.len() >= 20 && s.len() <= 64 && s.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_=".contains(&b));
    if let Some(sent) = Some(sent).filter(fits) {
        return Secret { text: sent.to_owned(), own: false };
    }
    let kept = jar.get(COOKIE).map(|c| c.value().to_owned()).filter(|k| fits(&k.as_str()));
    Secret { text: kept.unwrap_or_else(|| token(24)), own: true }
}

fn remember(app: &App, response: &mut axum::response::Response, of: &Secret) {
    if of.own {
        let secure = if app.config.server.is_https() { "; Secure" } else { "" };
        set_cookie(response, &format!("{COOKIE}={}; Path=/b; Max-Age=7776000; HttpOnly; SameSite=Lax{secure}", of.text));
    }
}

/// Back to the chat, after something was said in it.
pub(super) fn back(app: &App, slug: &str, of: &Secret, embed: bool) -> axum::response::Response {
    let packed: String = url::form_urlencoded::byte_serialize(of.text.as_bytes()).collect();
    let query = if embed { format!("?session={packed}&embed=1") } else { String::new() };
    let mut response = Redirect::to(&format!("/b/{slug}/chat{query}")).into_response();
    if !embed {
        remember(app, &mut response, of);
    }
    response
}

/// Whom a secret stands for. Only its digest is kept.
pub(super) fn identity(session: &str) -> Identity {
    Identity { kind: IdentityKind::WebSession, value: digest(session) }
}

pub(super) fn thread_of(tx: &Read<'_>, session: &str) -> Result<Option<Conversation>> {
    thread_of_visitor(tx, &identity(session))
}

fn chat_view(tx: &Read<'_>, b: &Business, p: &Profile, session: &str, embed: bool) -> Result<Chat> {
    let thread = thread_of(tx, session)?;
    let found = match &thread {
        Some(t) => message::list_messages(tx, t.id, None, 100)?,
        None => Vec::new(),
    };
    let quick = match found.last().map(|m| &m.content) {
        Some(Content::Buttons { choices, .. } | Content::List { choices, .. }) => choices.iter().map(|c| c.title.clone()).collect(),
        _ => Vec::new(),
    };
    let shown = |m: &Message| !m.content.words().is_empty() || matches!(&m.content, Content::Media { file, .. } if file.media.is_some());
    let messages = found.into_iter().filter(shown).map(|m| ChatMessage {
        file: chat_file(&b.slug, session, &m.content),
        id: m.id.to_string(),
        mine: m.author == Author::Customer,
        author: if m.author == Author::Person { m.author_name.clone() } else { String::new() },
        link: match &m.content {
            Content::Link { label, url, .. } => (label.clone(), url.clone()),
            _ => Default::default(),
        },
        text: if m.author == Author::Customer { m.content.words() } else { format::without_stars(&m.content.words()) },
        time: m.created_at.in_zone(&p.time_zone).strftime("%H:%M").to_string(),
    });
    let person = if p.owner_name.is_empty() { "a person" } else { p.owner_name.as_str() };
    let human = thread.as_ref().is_some_and(|t| t.mode == Mode::Human);
    Ok(Chat {
        slug: b.slug.clone(),
        name: b.name.clone(),
        initials: format::initials(&b.name),
        disclosure: format!("You are chatting with the AI assistant of {}. Write “person” to reach {person}.", b.name),
        session: session.to_owned(),
        embed,
        messages: messages.collect(),
        quick,
        person: if human { if p.owner_name.is_empty() { "A person".into() } else { p.owner_name.clone() } } else { String::new() },
        live_after: events::event_bounds(tx)?.1,
        text: String::new(),
        error: String::new(),
        key: token(12),
    })
}

/// A file of the chat, for the visitor who may see it.
fn chat_file(slug: &str, session: &str, content: &Content) -> Option<ChatFile> {
    let Content::Media { media, file } = content else { return None };
    let packed: String = url::form_urlencoded::byte_serialize(session.as_bytes()).collect();
    let url = format!("/b/{slug}/chat/file/{}?session={packed}", file.media.as_ref()?);
    let label = file.filename.clone().unwrap_or_else(|| if *media == MediaKind::Image { "Picture".into() } else { "File".into() });
    Some(ChatFile { url, label, image: *media == MediaKind::Image, sound: *media == MediaKind::Audio })
}

/// `GET /b/SLUG/chat`: the chat alone; with `embed` inside a frame of a foreign page, which keeps the secret itself. Elsewhere a secret in
/// the address counts for nothing: whoever made up the link would read along.
pub async fn chat(
    State(app): State<Shared>,
    Path(slug): Path<String>,
    Query(ask): Query<Ask>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Answer {
    let embed = in_frame(&ask.embed, &headers);
    let sent = if embed { ask.session.as_str() } else { "" };
    show(&app, &slug, &secret(sent, &jar), embed, "", "").await
}

pub(super) async fn show(app: &Shared, slug: &str, of: &Secret, embed: bool, text: &str, error: &str) -> Answer {
    let (b, file) = find(app, slug)?;
    let key = of.text.clone();
    let view = file.read(move |tx| chat_view(tx, &b, &meta::find_profile(tx)?, &key, embed)).await?;
    let chat = Chat { text: text.to_owned(), error: error.to_owned(), ..view };
    let mut response = html(&ChatPage { chat })?;
    if embed {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP_EMBED));
    } else {
        remember(app, &mut response, of);
    }
    Ok(response)
}

/// What a visitor writes.
#[derive(Debug, Deserialize)]
pub struct Words {
    text: String,
    key: String,
    #[serde(default)]
    session: String,
    #[serde(default)]
    embed: String,
}

/// `POST /b/SLUG/chat`.
pub async fn say(State(app): State<Shared>, peer: Peer, Path(slug): Path<String>, jar: CookieJar, Form(form): Form<Words>) -> Answer {
    let of = secret(&form.session, &jar);
    let embed = !form.embed.is_empty();
    match hear(&app, &peer, &slug, &of.text, &form).await {
        Ok(()) => Ok(back(&app, &slug, &of, embed)),
        Err(e) if matches!(e.kind, Kind::Invalid | Kind::RateLimited) => show(&app, &slug, &of, embed, &form.text, &e.message).await,
        Err(e) => Err(e.into()),
    }
}

async fn hear(app: &Shared, peer: &Peer, slug: &str, session: &str, form: &Words) -> Result<()> {
    let (_, file) = find(app, slug)?;
    let (who, asked) = (identity(session), session.to_owned());
    let known = file.read(move |tx| thread_of(tx, &asked)).await?.is_some();
    limit::check_visitor(&who.value, peer, known)?;
    let words = Heard {
        channel: Channel::Web,
        account: String::new(),
        provider_id: format!("web:{}:{}", &who.value[..16], crate::domain::text::clip(&form.key, 60)),
        identities: vec![who],
        name: None,
        text: form.text.clone(),
    };
    file.write(move |tx| hear_words(tx, &words).map(drop)).await
}

/// `GET /b/SLUG/chat/live`.
pub async fn live(
    State(app): State<Shared>,
    Path(slug): Path<String>,
    Query(ask): Query<Ask>,
    peer: Peer,
    jar: CookieJar,
    headers: HeaderMap,
) -> Answer {
    let (b, file) = find(&app, &slug)?;
    let held = limit::hold_visitor(b.id, &peer)?;
    let session = secret(&ask.session, &jar).text;
    let written = app.writing.watch(b.id);
    let events = follow(&app, b.id, last_seen(&headers, ask.after)).await?;
    // Before the first message there is no conversation: it is looked for until it is there.
    let own = Arc::new(Own::find(file, identity(&session)).await?);
    let mine = own.clone();
    let ours = events.filter(move |e| {
        let (own, e) = (own.clone(), e.clone());
        async move { own.is_about(&e).await }
    });
    let words = writing::pieces(written).filter_map(move |w| {
        let frame = mine.is(w.conversation).then(|| writing::frame(w.draft, &w.text));
        async move { frame }
    });
    Ok(answer(stream::select(ours.map(|e| feed::frame(&e)), words).inspect(move |_| {
        let _open = &held;
    })))
}

/// `GET /b/SLUG/widget.js`: for any page.
pub async fn widget(State(app): State<Shared>, Path(slug): Path<String>) -> Answer {
    find(&app, &slug)?;
    let script = Static::get("widget.js").ok_or_else(|| Error::not_found("script"))?;
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    Ok((headers, script.data).into_response())
}
