//! Channels beside Meta's WhatsApp: what is pasted where, and what is connected.

use super::mailbox;
use super::settings::{Fields, again, base_url, text};
use crate::app::lines::{self, Keys};
use crate::channels::{page, twilio, vonage};
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::line::Carrier;
use crate::domain::house::member::Role;
use crate::domain::id::token;
use crate::domain::secret::Secret;
use crate::web::pages::answer::Answer;
use crate::web::pages::session::Here;
use crate::web::view::Pill;
use crate::web::view::house::channels::{ChannelCard, ChannelField, LineRow, PasteRow};
use axum::Form;
use axum::extract::Path;
use axum::http::HeaderMap;

/// A field of a card: its name behind the carrier's word, its label, whether it is secret or long, and what to know.
type Spec = (&'static str, &'static str, &'static str, &'static str);

const fn specs(carrier: Carrier) -> &'static [Spec] {
    match carrier {
        Carrier::Twilio => &[
            ("line", "Number you send from", "", "With plus and country: +14155238886. A messaging service (MG…) will do too."),
            ("account_sid", "Account SID", "", "It begins with AC."),
            ("token", "Auth token", "secret", "Kept encrypted on your own server. Twilio signs what it sends with it."),
        ],
        Carrier::Vonage => &[
            ("line", "Number you send from", "", "Digits alone, with the country: 447700900000."),
            ("api_key", "API key", "", "On the first page of the Vonage dashboard."),
            ("signature_secret", "Signature secret", "secret", "In the dashboard under Settings. Without it nothing is believed."),
            ("application_id", "Application ID", "", "Of the application that has the number."),
            ("private_key", "Private key", "area", "The whole file, from BEGIN to END. Kept encrypted."),
        ],
        Carrier::Email => mailbox::SPECS,
        Carrier::Instagram => &[
            ("line", "Instagram account ID", "", "The long number Meta shows, not the name."),
            ("token", "Access token", "secret", "Kept encrypted on your own server."),
            ("app_secret", "App secret", "secret", "Of the Meta app the account is in."),
        ],
        _ => &[
            ("line", "Page ID", "", "The long number Meta shows under About, not the name."),
            ("token", "Page access token", "secret", "Kept encrypted on your own server."),
            ("app_secret", "App secret", "secret", "Of the Meta app the page is in."),
        ],
    }
}

const SHOWN: [Carrier; 5] = [Carrier::Email, Carrier::Twilio, Carrier::Vonage, Carrier::Messenger, Carrier::Instagram];

fn shown(word: &str) -> Result<Carrier> {
    Carrier::from_word(word).filter(|c| SHOWN.contains(c)).ok_or_else(|| Error::not_found("channel"))
}

/// The cards, one for each carrier.
pub async fn form(here: &Here, headers: &HeaderMap) -> Result<Vec<ChannelCard>> {
    let base = base_url(here, headers);
    let mut cards: Vec<ChannelCard> = SHOWN.into_iter().map(|carrier| card(here, carrier, &base)).collect();
    for card in cards.iter_mut().filter(|c| c.word == Carrier::Email.as_str()) {
        mailbox::tell(here, card).await?;
    }
    Ok(cards)
}

fn card(here: &Here, carrier: Carrier, base: &str) -> ChannelCard {
    let word = carrier.as_str();
    let directory = here.app.directory();
    let mine: Vec<_> = directory.lines_of(here.business.id).filter(|l| l.carrier == carrier).collect();
    let paste = |id: &str, label: &str, value: String| PasteRow { id: format!("{word}-{id}"), label: label.into(), value };
    let verify = mine.iter().find_map(|l| if let Keys::Page { verify_token, .. } = &l.keys { Some(verify_token.clone()) } else { None });
    let mut pastes = match carrier {
        Carrier::Twilio => vec![paste("hook", "When a message comes in", format!("{base}/webhooks/twilio"))],
        Carrier::Vonage => vec![
            paste("hook", "Inbound URL", format!("{base}/webhooks/vonage/inbound")),
            paste("status", "Status URL", format!("{base}/webhooks/vonage/status")),
        ],
        Carrier::Email => vec![],
        _ => vec![paste("hook", "Callback URL", format!("{base}/webhooks/meta"))],
    };
    pastes.extend(verify.map(|token| paste("verify", "Verify token", token)));
    let field = |(name, label, kind, hint): &Spec| ChannelField {
        name: format!("{word}_{name}"),
        label: (*label).into(),
        secret: *kind == "secret",
        area: *kind == "area",
        hint: (*hint).into(),
        value: String::new(),
    };
    ChannelCard {
        word: word.into(),
        title: carrier.title().into(),
        what: match carrier {
            Carrier::Twilio => "WhatsApp and text messages over a number at Twilio.",
            Carrier::Vonage => "WhatsApp and text messages over a number at Vonage.",
            Carrier::Email => mailbox::WHAT,
            Carrier::Instagram => "Direct messages to your Instagram account.",
            _ => "Messages to your Facebook page.",
        }
        .into(),
        pill: if mine.is_empty() { Pill::new("wait", "Not connected") } else { Pill::new("ok", "Connected") },
        lines: mine
            .iter()
            .map(|l| LineRow { line: l.line.clone(), from_environment: l.from_environment, problem: String::new() })
            .collect(),
        pastes,
        fields: specs(carrier).iter().map(field).collect(),
        open: mine.is_empty(),
    }
}

/// `POST /app/settings/channels/CARRIER`.
pub async fn save(here: Here, headers: HeaderMap, Path(word): Path<String>, Form(form): Form<Fields>) -> Answer {
    here.require(Role::Owner)?;
    let carrier = shown(&word)?;
    if carrier == Carrier::Email {
        return match mailbox::connect(&here, &form).await {
            Ok(told) => Ok(here.back("/app/settings?part=channels", &told)),
            Err(e) => again(here, &headers, "channels", &form, prefixed(carrier, e)).await,
        };
    }
    match connect(&here, carrier, &form).await {
        Ok(known) => {
            let known = if known.is_empty() { String::new() } else { format!(" {} knows it as {known}.", carrier.title()) };
            Ok(here.back("/app/settings?part=channels", &format!("Connected.{known} Now paste the address beside it there.")))
        }
        Err(e) => again(here, &headers, "channels", &form, prefixed(carrier, e)).await,
    }
}

/// Fields of several cards are on one page, so each has its carrier's word before it.
fn prefixed(carrier: Carrier, e: Error) -> Error {
    let fields = e.fields.iter().map(|(name, why)| (format!("{}_{name}", carrier.as_str()), why.clone())).collect();
    Error { fields, ..e }
}

async fn connect(here: &Here, carrier: Carrier, form: &Fields) -> Result<String> {
    let of = |name: &str| text(form, &format!("{}_{name}", carrier.as_str()));
    for (name, label, ..) in specs(carrier) {
        if of(name).is_empty() {
            return Err(Error::field(*name, format!("{label} is missing.")));
        }
    }
    let line = line(carrier, &of("line"))?;
    let (app, net) = (&here.app, here.app.net.clone());
    let keys = match carrier {
        Carrier::Twilio => Keys::Twilio { account_sid: of("account_sid"), token: of("token") },
        Carrier::Vonage => Keys::Vonage {
            api_key: of("api_key"),
            api_secret: String::new(),
            signature_secret: of("signature_secret"),
            application_id: of("application_id"),
            private_key: of("private_key"),
        },
        _ => Keys::Page { token: of("token"), app_secret: of("app_secret"), verify_token: token(18) },
    };
    let refused = |p: crate::domain::house::message::Problem| Error::field("token", p.meaning);
    let known = match &keys {
        Keys::Twilio { account_sid, token } => {
            if !account_sid.starts_with("AC") || !account_sid.bytes().all(|b| b.is_ascii_alphanumeric()) {
                return Err(Error::field("account_sid", "An account SID begins with AC and has letters and digits only."));
            }
            let settings = twilio::client::Settings {
                base_url: app.config.carriers.twilio.base_url.clone(),
                account_sid: account_sid.clone(),
                token: Secret::new(token),
                from: line.clone(),
                callback: None,
            };
            twilio::client::Client::new(net, settings).check().await.map_err(refused)?
        }
        Keys::Vonage { private_key, .. } => {
            vonage::jwt::PrivateKey::read(&Secret::new(private_key))?;
            String::new()
        }
        // A mailbox has a way of its own.
        Keys::Mailbox { .. } => return Err(Error::not_found("channel")),
        Keys::Page { token, app_secret, .. } => {
            let settings = page::client::Settings {
                base_url: app.config.whatsapp.base_url.clone(),
                version: app.config.whatsapp.api_version.clone(),
                id: line.clone(),
                token: Secret::new(token),
                app_secret: Secret::new(app_secret),
            };
            page::client::Client::new(net, settings).check().await.map_err(refused)?
        }
    };
    lines::connect(app, here.business.id, carrier, &line, &keys).await?;
    Ok(known)
}

/// A number or id as it is kept.
fn line(carrier: Carrier, typed: &str) -> Result<String> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let odd = |c: char| !c.is_ascii_digit() && !matches!(c, '+' | ' ' | '-' | '(' | ')');
    let bad = |why: &str| Err(Error::field("line", why));
    match carrier {
        Carrier::Twilio if typed.starts_with("MG") && typed.bytes().all(|b| b.is_ascii_alphanumeric()) => Ok(typed.to_owned()),
        Carrier::Twilio if !typed.starts_with('+') || typed.contains(odd) || digits.len() < 5 => {
            bad("A number begins with + and the country, such as +14155238886.")
        }
        Carrier::Twilio => Ok(format!("+{digits}")),
        _ if typed.contains(odd) || digits.len() < 5 => bad("This is the long number the provider shows: digits only."),
        _ => Ok(digits),
    }
}

/// `POST /app/settings/channels/CARRIER/disconnect`.
pub async fn disconnect(here: Here, Path(word): Path<String>, Form(form): Form<Fields>) -> Answer {
    here.require(Role::Owner)?;
    let carrier = shown(&word)?;
    let line = text(&form, "line");
    let directory = here.app.directory();
    let known = directory.lines_of(here.business.id).find(|l| l.carrier == carrier && l.line == line);
    match known {
        None => return Err(Error::not_found("channel").into()),
        Some(l) if l.from_environment => {
            let why = "This one is set where the server was started, so it cannot be disconnected here.";
            return Err(Error::new(Kind::Conflict, why).into());
        }
        Some(_) => lines::disconnect(&here.app, here.business.id, carrier, &line).await?,
    }
    Ok(here.back("/app/settings?part=channels", "Disconnected. What was written stays."))
}
