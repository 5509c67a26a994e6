//! The WhatsApp connection: what is pasted where, and whether it works.

use super::settings::{Fields, again, base_url, text};
use super::template;
use crate::app::businesses;
use crate::app::directory::{Credentials, WhatsappNumber};
use crate::channels::meta::client::{Client, Settings};
use crate::domain::error::{Error, Result};
use crate::domain::house::member::Role;
use crate::domain::house::message::ProblemClass;
use crate::domain::id::token;
use crate::domain::time::Time;
use crate::store::meta;
use crate::web::format;
use crate::web::pages::answer::Answer;
use crate::web::pages::session::Here;
use crate::web::view::house::settings::WhatsappForm;
use crate::web::view::{Note, Pill};
use axum::Form;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};

/// The connection as it is typed, with what is known of it.
pub async fn form(here: &Here, headers: &HeaderMap) -> Result<WhatsappForm> {
    let directory = here.app.directory();
    let number = directory.numbers_of(here.business.id).find(|n| !n.simulated).cloned();
    let webhook_url = format!("{}/webhooks/meta", base_url(here, headers));
    let verify_token = match &number {
        Some(n) => n.verify_token.reveal().to_owned(),
        None => here.file.write(kept_verify_token).await?,
    };
    let (look, zone) = here.file.read(|tx| Ok((meta::find_meta(tx, "whatsapp_look")?, meta::find_profile(tx)?.time_zone))).await?;
    let look: Option<Look> = look.and_then(|t| serde_json::from_str(&t).ok());
    let mut checks = lines(number.as_ref(), &webhook_url, look.as_ref());
    if directory.unopened().iter().any(|(of, channel)| *of == here.business.id && channel == "whatsapp") {
        checks.insert(0, locked());
    }
    let now = here.app.clock().now();
    let bad = checks.iter().filter(|n| n.tone == "bad" || n.tone == "warn").count();
    let pill = match (&number, bad) {
        (None, 1..) => Pill::new("bad", "Enter the token again"),
        (None, _) => Pill::new("wait", "Not connected"),
        (Some(_), 0) => Pill::new("ok", "Connected"),
        (Some(_), 1) => Pill::new("warn", "1 thing to look at"),
        (Some(_), n) => Pill::new("warn", format!("{n} things to look at")),
    };
    Ok(WhatsappForm {
        webhook_url,
        verify_token,
        phone_number_id: number.as_ref().map_or_else(String::new, |n| n.phone_number_id.clone()),
        has_token: number.as_ref().is_some_and(|n| !n.token.is_empty()),
        has_secret: number.as_ref().is_some_and(|n| !n.app_secret.is_empty()),
        from_environment: number.as_ref().is_some_and(|n| n.from_environment),
        pill,
        checks,
        business_account: number.as_ref().map_or_else(String::new, |n| n.business_account.clone()),
        templates: template::form(here).await?,
        checked: look.map_or_else(String::new, |l| format::moment(l.at, now, &zone)),
    })
}

/// Another master.key than the one the credentials were sealed with.
pub(super) fn locked() -> Note {
    Note {
        tone: "bad",
        icon: "warn",
        title: "Stored tokens cannot be opened with this server's key.".into(),
        text: "Enter them again under Settings, or have the old master.key put back.".into(),
    }
}

/// Made once, so that what was pasted into Meta stays right.
fn kept_verify_token(tx: &mut crate::store::tx::Tx<'_>) -> Result<String> {
    if let Some(kept) = meta::find_meta(tx, "verify_token")? {
        return Ok(kept);
    }
    let fresh = token(18);
    meta::upsert_meta(tx, "verify_token", &fresh)?;
    Ok(fresh)
}

/// What the last look at the connection found.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Look {
    at: Time,
    fine: bool,
    title: String,
    text: String,
}

/// What is known of the connection: our side, and what Meta said when it was last asked.
fn lines(number: Option<&WhatsappNumber>, webhook_url: &str, look: Option<&Look>) -> Vec<Note> {
    let note = |tone, icon, title: &str, text: &str| Note { tone, icon, title: title.into(), text: text.into() };
    if number.is_none() {
        return Vec::new();
    }
    let mut notes = Vec::new();
    match look {
        Some(l) if l.fine => notes.push(note("ok", "check", &l.title, &l.text)),
        Some(l) => notes.push(note("bad", "alert", &l.title, &l.text)),
        None => {}
    }
    if !webhook_url.starts_with("https://") {
        let text = "Start the server with --public-url and the address people reach it by.";
        notes.push(note("warn", "warn", "Meta only takes an https address", text));
    }
    notes
}

/// `POST /app/settings/whatsapp`.
pub async fn save(here: Here, headers: HeaderMap, Form(form): Form<Fields>) -> Answer {
    here.require(Role::Owner)?;
    match connect(&here, &form).await {
        Ok(()) => {
            let to = "/app/settings?part=whatsapp";
            Ok(if look(&here).await? {
                here.back(to, "Saved. Now paste the two lines beside it into Meta.")
            } else {
                here.back_warned(to, "Saved, but it does not work yet. Why stands under The connection.")
            })
        }
        Err(e) => again(here, &headers, "whatsapp", &form, e).await,
    }
}

async fn connect(here: &Here, form: &Fields) -> Result<()> {
    let directory = here.app.directory();
    let old = directory.numbers_of(here.business.id).find(|n| !n.simulated && !n.from_environment).cloned();
    let kept = |sent: String, old: Option<&str>| if sent.is_empty() { old.unwrap_or_default().to_owned() } else { sent };
    let id = text(form, "phone_number_id");
    let credentials = Credentials {
        token: kept(text(form, "token"), old.as_ref().map(|n| n.token.reveal())),
        app_secret: kept(text(form, "app_secret"), old.as_ref().map(|n| n.app_secret.reveal())),
        verify_token: match &old {
            Some(n) => n.verify_token.reveal().to_owned(),
            None => here.file.write(kept_verify_token).await?,
        },
    };
    if credentials.token.is_empty() {
        return Err(Error::field("token", "Paste the access token from Meta."));
    }
    if credentials.app_secret.is_empty() {
        return Err(Error::field("app_secret", "Paste the app secret. Without it nobody can tell Meta from a stranger."));
    }
    let above = text(form, "business_account");
    if !above.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::field("business_account", "The business account id is the long number Meta shows, digits only."));
    }
    businesses::connect_whatsapp(&here.app, here.business.id, &id, &credentials, false).await?;
    here.noted().await?;
    if !above.is_empty() {
        businesses::learn_business_account(&here.app, &id, &above).await?;
    }
    let account = id.clone();
    here.write(move |tx| crate::services::house::template::ask(tx, &account)).await?;
    if let Some(old) = old.filter(|n| n.phone_number_id != id) {
        businesses::disconnect_whatsapp(&here.app, here.business.id, &old.phone_number_id).await?;
    }
    Ok(())
}

/// `POST /app/settings/whatsapp/check`.
pub async fn check(here: Here) -> Answer {
    here.require(Role::Owner)?;
    look(&here).await?;
    Ok(here.back("/app/settings?part=whatsapp", ""))
}

/// Asks Meta about the number and writes down what it said; whether all is well.
async fn look(here: &Here) -> Result<bool> {
    let directory = here.app.directory();
    let number = directory.numbers_of(here.business.id).find(|n| !n.simulated).cloned();
    let number = number.ok_or_else(|| Error::conflict("No WhatsApp number is connected yet."))?;
    let mut settings = Settings::new(&number.phone_number_id, number.token.clone());
    settings.base_url.clone_from(&here.app.config.whatsapp.base_url);
    settings.version.clone_from(&here.app.config.whatsapp.api_version);
    settings.app_secret = Some(number.app_secret.clone());
    let mut digits = None;
    let (fine, title, text) = match Client::new(here.app.net.clone(), settings).check().await {
        Ok(f) => {
            digits = Some(f.number.chars().filter(char::is_ascii_digit).collect::<String>());
            (true, format!("Meta knows {} as {}", f.number, f.name), f.quality)
        }
        // Nobody has judged what was entered.
        Err(p) if p.class == ProblemClass::Transient => (false, "Meta could not be asked".to_owned(), p.meaning),
        Err(p) => (false, "Meta did not accept this".to_owned(), p.meaning),
    };
    here.write(move |tx| {
        if let Some(digits) = digits {
            // For the link on the public page.
            meta::upsert_meta(tx, "whatsapp_number", &digits)?;
        }
        let found = Look { at: tx.now, fine, title, text };
        meta::upsert_meta(tx, "whatsapp_look", &serde_json::json!(found).to_string())
    })
    .await?;
    Ok(fine)
}
