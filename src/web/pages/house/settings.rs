//! Settings, a part at a time.

use crate::app::businesses;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::business::Profile;
use crate::domain::house::hours::{Hours, Span, WEEKDAYS, clock};
use crate::domain::house::line::Carrier;
use crate::domain::house::member::Role;
use crate::domain::job::Job;
use crate::domain::lang::Lang;
use crate::domain::money::{Currency, Money};
use crate::domain::shop::gateway::Gateway;
use crate::services::house::conversation;
use crate::store::house::item;
use crate::store::shop::order;
use crate::store::{inbox, jobs, meta};
use crate::web::error::status;
use crate::web::pages::answer::{Answer, html_as};
use crate::web::pages::house::access::{keys_form, people_form};
use crate::web::pages::house::echo::echo;
use crate::web::pages::house::{channels, device, model, payments, whatsapp};
use crate::web::pages::session::{Here, View};
use crate::web::view::house::settings::{DayForm, HookRow, Part, ProfileForm, SettingsPage};
use crate::web::view::{Chip, Errors, Pick};
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use serde::Deserialize;
use std::collections::HashMap;

const PARTS: [(&str, &str); 10] = [
    ("business", "Business"),
    ("hours", "Hours"),
    ("whatsapp", "WhatsApp"),
    ("channels", "Channels"),
    ("payments", "Payments"),
    ("models", "Model"),
    ("people", "People"),
    ("keys", "Keys"),
    ("devices", "This phone"),
    ("unread", "Not read"),
];
const ZONES: [&str; 12] = [
    "Africa/Lagos",
    "Africa/Accra",
    "Africa/Nairobi",
    "Africa/Johannesburg",
    "Africa/Cairo",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
    "Asia/Kolkata",
    "Asia/Dubai",
    "Etc/UTC",
];

/// Which part is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Ask {
    part: String,
}

/// How this server is reached from outside: as it was told, or as this browser reached it.
pub fn base_url(here: &Here, headers: &HeaderMap) -> String {
    let server = &here.app.config.server;
    let host = headers.get("host").and_then(|h| h.to_str().ok()).unwrap_or("127.0.0.1:8080");
    server.public_url.clone().unwrap_or_else(|| format!("http://{host}"))
}

/// The business's public page, and the line that puts its chat on another page.
pub fn share(here: &Here, headers: &HeaderMap) -> (String, String) {
    let page = format!("{}/b/{}", base_url(here, headers), here.business.slug);
    let widget = format!("<script src=\"{page}/widget.js\" async></script>");
    (page, widget)
}

/// `GET /app/settings`.
pub async fn page(here: Here, headers: HeaderMap, Query(ask): Query<Ask>) -> Answer {
    here.require(Role::Owner)?;
    let part = part(&here, &headers, &ask.part).await?;
    let page = frame(&here, part, Errors::default()).await?;
    here.page(&page)
}

/// The page around a part.
pub async fn frame(here: &Here, part: Part, errors: Errors) -> Result<SettingsPage> {
    let open = match &part {
        Part::Business(_) => "business",
        Part::Hours(_) => "hours",
        Part::Whatsapp(_) => "whatsapp",
        Part::Channels(_) => "channels",
        Part::Payments(_) => "payments",
        Part::Models(_) => "models",
        Part::People(_) => "people",
        Part::Keys(_) => "keys",
        Part::Devices(_) => "devices",
        Part::Unread(_) => "unread",
    };
    let view = here.view("settings", move |tx, v| {
        let unread = inbox::list_unread(tx)?.len();
        let count = |word: &str| if word == "unread" && unread > 0 { unread.to_string() } else { String::new() };
        let chip = |(word, label): &(&str, &str)| Chip {
            label: (*label).into(),
            count: count(word),
            url: format!("/app/settings?part={word}"),
            on: *word == open,
        };
        let mut parts: Vec<Chip> = PARTS.iter().map(chip).collect();
        parts.push(Chip { label: "Ready replies".into(), url: "/app/ready-replies".into(), ..Chip::default() });
        Ok((parts, v.chrome))
    });
    let (parts, chrome) = view.await?;
    Ok(SettingsPage { chrome, parts, part, errors })
}

async fn part(here: &Here, headers: &HeaderMap, word: &str) -> Result<Part> {
    let (page_url, widget) = share(here, headers);
    let name = here.business.name.clone();
    match word {
        "hours" => Ok(Part::Hours(hours_form(&here.file.read(meta::find_profile).await?.hours))),
        "whatsapp" => whatsapp::form(here, headers).await.map(Part::Whatsapp),
        "channels" => Ok(Part::Channels(channels::form(here, headers).await?)),
        "payments" => payments::form(here, headers).await.map(Part::Payments),
        "models" => model::form(here).await.map(Part::Models),
        "people" => people_form(here, String::new(), String::new()).await.map(Part::People),
        "keys" => keys_form(here, String::new(), String::new()).await.map(Part::Keys),
        "devices" => {
            let devices = device::list(here).await?;
            here.view("settings", |_, v| Ok(Part::Devices(device::card(&v, devices, "/app/settings?part=devices")))).await
        }
        "unread" => {
            here.view("settings", |tx, v| Ok(Part::Unread(inbox::list_unread(tx)?.into_iter().map(|u| hook(&v, u)).collect()))).await
        }
        _ => here.view("settings", move |_, v| Ok(Part::Business(ProfileForm { name, page_url, widget, ..profile_form(&v) }))).await,
    }
}

fn hook(v: &View, u: inbox::Unread) -> HookRow {
    let gateway = Gateway::from_word(&u.channel).map(|g| g.title().to_owned());
    let channel = gateway.or_else(|| Carrier::from_word(&u.channel).map(|c| c.title().to_owned())).unwrap_or(u.channel);
    HookRow { id: u.id.to_string(), time: v.moment(u.received_at), channel, problem: u.problem, body: u.excerpt, waiting: false }
}

fn profile_form(v: &View) -> ProfileForm {
    let p = &v.profile;
    let mut zones: Vec<&str> = ZONES.to_vec();
    if !zones.contains(&p.time_zone.as_str()) {
        zones.insert(0, &p.time_zone);
    }
    let zone = |z: &&str| {
        let place = z.rsplit('/').next().unwrap_or(z).replace('_', " ");
        Pick { value: (*z).into(), label: format!("{place} ({})", v.now.in_zone(z).strftime("%H:%M")), on: *z == p.time_zone }
    };
    ProfileForm {
        name: String::new(),
        about: p.about.clone(),
        address: p.address.clone(),
        owner_name: p.owner_name.clone(),
        zones: zones.iter().map(zone).collect(),
        currency: p.currency.code().into(),
        sign: p.currency.sign(),
        languages: Lang::ALL.iter().map(|l| Pick { value: l.code().into(), label: l.name().into(), on: p.languages.contains(l) }).collect(),
        pickup: p.pickup,
        delivery: p.delivery,
        delivery_fee: Money::new(p.delivery_fee_minor, p.currency).plain(),
        payment_instructions: p.payment_instructions.clone(),
        public: p.public,
        page_url: String::new(),
        widget: String::new(),
    }
}

/// What a form sends.
pub type Fields = HashMap<String, String>;

/// The text of a field; empty when it was not sent.
pub fn text(form: &Fields, name: &str) -> String {
    form.get(name).map(|t| t.trim().to_owned()).unwrap_or_default()
}

/// Shows a part again with what is wrong, as it was typed.
pub async fn again(here: Here, headers: &HeaderMap, word: &str, sent: &Fields, e: Error) -> Answer {
    if !matches!(e.kind, Kind::Invalid | Kind::Conflict) {
        return Err(e.into());
    }
    let here = here.at(format!("/app/settings?part={word}"));
    let mut part = part(&here, headers, word).await?;
    echo(&mut part, sent);
    html_as(status(&e), &frame(&here, part, Errors::from(&e)).await?)
}

/// `POST /app/settings/business`.
pub async fn business(here: Here, headers: HeaderMap, Form(form): Form<Fields>) -> Answer {
    here.require(Role::Owner)?;
    match save_business(&here, &form).await {
        Ok(()) => Ok(here.back("/app/settings?part=business", "Saved.")),
        Err(e) => again(here, &headers, "business", &form, e).await,
    }
}

async fn save_business(here: &Here, form: &Fields) -> Result<()> {
    let old: Profile = here.file.read(meta::find_profile).await?;
    let currency = Currency::in_use(&text(form, "currency"))?;
    if currency != old.currency && here.file.read(|tx| Ok(order::is_any(tx)? || item::is_any(tx)?)).await? {
        let told = format!("Prices or orders are in {} already, and would be read as other money.", old.currency.code());
        return Err(Error::field("currency", told));
    }
    let fee = text(form, "delivery_fee");
    let fee =
        if fee.is_empty() { 0 } else { Money::parse(&fee, currency).map_err(|e| Error::field("delivery_fee", e.message))?.amount_minor };
    let languages: Vec<Lang> = Lang::ALL.into_iter().filter(|l| form.contains_key(&format!("language_{}", l.code()))).collect();
    let zone = text(form, "time_zone");
    if jiff::tz::TimeZone::get(&zone).is_err() {
        return Err(Error::field("time_zone", "That time zone is not known."));
    }
    let profile = Profile {
        time_zone: zone,
        currency,
        languages: if languages.is_empty() { vec![Lang::En] } else { languages },
        address: text(form, "address"),
        about: text(form, "about"),
        owner_name: text(form, "owner_name"),
        pickup: form.contains_key("pickup"),
        delivery: form.contains_key("delivery"),
        delivery_fee_minor: fee,
        payment_instructions: text(form, "payment_instructions"),
        public: form.contains_key("public"),
        ..old
    };
    if !profile.pickup && !profile.delivery {
        return Err(Error::invalid("Customers must be able to collect, or you must deliver."));
    }
    businesses::save_profile(&here.app, here.business.id, &text(form, "name"), profile).await?;
    here.noted().await
}

/// `POST /app/settings/answers`: the switch in the menu.
pub async fn answers(here: Here, Form(form): Form<Fields>) -> Answer {
    here.require(Role::Owner)?;
    let on = form.contains_key("answers");
    here.write(move |tx| {
        let profile = Profile { answers: on, ..meta::find_profile(tx)? };
        meta::update_profile(tx, &profile)?;
        if on { conversation::answer_what_waits(tx) } else { Ok(()) }
    })
    .await?;
    let words = if on { "Steward answers again." } else { "Steward is off. Everything waits for a person." };
    Ok(here.back(&text(&form, "back"), words))
}

/// Hours as a form shows them, a day a line.
pub fn hours_form(hours: &Hours) -> Vec<DayForm> {
    let day = |(index, (name, spans)): (usize, (&&str, &Vec<Span>))| {
        let span = spans.first().copied().unwrap_or(Span { from: 8 * 60, to: 20 * 60 });
        DayForm { index, name: (*name).into(), open: !spans.is_empty(), from: clock(span.from), to: clock(span.to.min(1439)) }
    };
    WEEKDAYS.iter().zip(&hours.days).enumerate().map(day).collect()
}

/// Hours as somebody typed them, to be mended.
fn hours_typed(form: &Fields) -> Vec<DayForm> {
    let day = |(index, name): (usize, &&str)| DayForm {
        index,
        name: (*name).into(),
        open: form.contains_key(&format!("open_{index}")),
        from: text(form, &format!("from_{index}")),
        to: text(form, &format!("to_{index}")),
    };
    WEEKDAYS.iter().enumerate().map(day).collect()
}

/// `POST /app/settings/hours`.
pub async fn hours(here: Here, Form(form): Form<Fields>) -> Answer {
    here.require(Role::Owner)?;
    let days = match read_hours(&form) {
        Ok(days) => days,
        Err(e) => {
            let here = here.at("/app/settings?part=hours");
            return html_as(status(&e), &frame(&here, Part::Hours(hours_typed(&form)), Errors::from(&e)).await?);
        }
    };
    here.write(move |tx| {
        let mut profile = meta::find_profile(tx)?;
        for (day, span) in days {
            profile.hours.days[day] = span.into_iter().collect();
        }
        meta::update_profile(tx, &profile)
    })
    .await?;
    Ok(here.back("/app/settings?part=hours", "Saved."))
}

/// Hours as a form sent them: weekday, and when it is open.
pub fn read_hours(form: &Fields) -> Result<Vec<(usize, Option<Span>)>> {
    let minute = |t: &str| -> Option<u16> {
        let (h, m) = t.split_once(':')?;
        let (h, m): (u16, u16) = (h.parse().ok()?, m.get(..2)?.parse().ok()?);
        (h < 24 && m < 60).then_some(h * 60 + m)
    };
    (0..7)
        .map(|day| {
            if !form.contains_key(&format!("open_{day}")) {
                return Ok((day, None));
            }
            let span = minute(&text(form, &format!("from_{day}"))).zip(minute(&text(form, &format!("to_{day}"))));
            match span {
                // 23:59 stands for midnight.
                Some((from, to)) if from < to => Ok((day, Some(Span { from, to: if to == 1439 { 1440 } else { to } }))),
                _ => Err(Error::invalid(format!("On {} the closing time must come after the opening time.", WEEKDAYS[day]))),
            }
        })
        .collect()
}

/// `POST /app/settings/unread/ID/replay`.
pub async fn replay(here: Here, Path(id): Path<i64>) -> Answer {
    here.require(Role::Owner)?;
    here.write(move |tx| {
        inbox::find_inbox(tx, id)?;
        let now = tx.now;
        jobs::enqueue_job(tx, &Job::ReplayHook { inbox_id: id }, now, Some(&format!("replay:{id}")))
    })
    .await?;
    Ok(here.back("/app/settings?part=unread", "It is being read again. If it is understood now, it leaves this list."))
}
