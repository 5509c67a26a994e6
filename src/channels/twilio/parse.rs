//! Twilio's forms to our own words. A form is one message or one status; parameters come and go, so none is taken for granted.

use super::problems;
use crate::domain::house::contact::{Identity, IdentityKind};
use crate::domain::house::conversation::Channel;
use crate::domain::house::hook::HookItem;
use crate::domain::house::line::Carrier;
use crate::domain::house::message::{Content, Delivery, File, Inbound, MediaKind, Receipt};
use crate::domain::phone::Phone;
use crate::domain::text::clip;
use crate::domain::time::Time;
use std::collections::HashMap;

/// Most files of one message; Twilio sends ten at most.
const FILES: usize = 10;

/// What one form tells.
#[derive(Debug, Clone, PartialEq)]
pub struct Hook {
    /// Twilio's id of the account it is about.
    pub account_sid: String,
    /// Our number in it, "+14155238886"; empty when none is named.
    pub line: String,
    /// The messaging service the number is in; empty when none.
    pub service: String,
    /// On this channel.
    pub channel: Channel,
    /// The news; a message with several files becomes one a file.
    pub items: Vec<HookItem>,
}

/// A form's parameters; of one sent twice the first counts.
struct Form(HashMap<String, String>);

impl Form {
    fn of(body: &[u8]) -> Self {
        let mut all = HashMap::new();
        for (name, value) in url::form_urlencoded::parse(body).into_owned() {
            all.entry(name).or_insert(value);
        }
        Self(all)
    }
    fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
    fn some(&self, name: &str) -> Option<String> {
        Some(self.get(name)).filter(|v| !v.trim().is_empty()).map(str::to_owned)
    }
}

/// The account and number a form names, before anybody knows whether it is true.
pub fn named(body: &[u8]) -> (String, String) {
    let form = Form::of(body);
    let ours = if is_status(&form) { "From" } else { "To" };
    (form.get("AccountSid").to_owned(), bare(form.get(ours)).to_owned())
}

/// Reads a form; check its signature first. `callback` is our own id of the message a status is about, from the address it came to.
/// `Err` says what it lacks.
pub fn parse(body: &[u8], callback: Option<&str>, now: Time) -> Result<Hook, String> {
    let form = Form::of(body);
    let status = is_status(&form);
    let sid = form.some("MessageSid").or_else(|| form.some("SmsSid")).or_else(|| form.some("SmsMessageSid"));
    let sid = sid.ok_or_else(|| "The form names no message (MessageSid).".to_owned())?;
    let (theirs, ours) = if status { ("To", "From") } else { ("From", "To") };
    let channel = channel(form.get(ours)).or_else(|| channel(form.get(theirs)));
    let channel = channel.ok_or_else(|| "The form is of a channel Steward does not know.".to_owned())?;
    let line = bare(form.get(ours)).to_owned();
    let account = Carrier::Twilio.account(&line);
    let items = if status {
        receipt(&form, &sid, callback, now).map(|receipt| HookItem::Receipt { account, receipt }).into_iter().collect()
    } else {
        messages(&form, &sid, &account, now)?
    };
    Ok(Hook { account_sid: form.get("AccountSid").to_owned(), line, service: form.get("MessagingServiceSid").to_owned(), channel, items })
}

/// A status names how it stands; a message is "received".
fn is_status(form: &Form) -> bool {
    !form.get("MessageStatus").is_empty() && form.get("MessageStatus") != "received"
}

fn channel(address: &str) -> Option<Channel> {
    match address.split_once(':') {
        Some(("whatsapp", _)) => Some(Channel::Whatsapp),
        Some(_) => None,
        None => (!address.is_empty()).then_some(Channel::Sms),
    }
}

/// An address without its channel.
pub(super) fn bare(address: &str) -> &str {
    address.split_once(':').map_or(address, |(_, bare)| bare)
}

fn messages(form: &Form, sid: &str, account: &str, now: Time) -> Result<Vec<HookItem>, String> {
    let identities = identities(form);
    if identities.is_empty() {
        return Err("The form does not say who wrote it.".into());
    }
    let make = |provider_id: String, content: Content| {
        let inbound = Inbound {
            provider_id,
            identities: identities.clone(),
            name: form.some("ProfileName").map(|n| clip(n.trim(), 120)),
            at: now,
            content,
            reply_to: form.some("OriginalRepliedMessageSid"),
            forwarded: form.get("Forwarded") == "true" || form.get("FrequentlyForwarded") == "true",
            referral: referral(form),
            echo: false,
        };
        HookItem::Message { account: account.to_owned(), waba: form.get("AccountSid").to_owned(), inbound: Box::new(inbound) }
    };
    let files = files(form);
    if files.is_empty() {
        return Ok(vec![make(sid.to_owned(), content(form))]);
    }
    let id = |n: usize| if n == 0 { sid.to_owned() } else { format!("{sid}/{n}") };
    Ok(files.into_iter().enumerate().map(|(n, file)| make(id(n), file)).collect())
}

fn identities(form: &Form) -> Vec<Identity> {
    let mut out = Vec::with_capacity(2);
    if let Some(user) = form.some("ExternalUserId") {
        out.push(Identity { kind: IdentityKind::WhatsappUser, value: bare(&user).to_owned() });
    }
    let from = bare(form.get("From"));
    match Phone::from_wa_id(from).filter(|_| from.starts_with('+') || form.get("From").starts_with("whatsapp:")) {
        Some(phone) if from.bytes().all(|b| b.is_ascii_digit() || b == b'+') => {
            out.push(Identity { kind: IdentityKind::Phone, value: phone.e164().to_owned() });
        }
        // A person who hides the number writes from the user id.
        _ if form.get("From").starts_with("whatsapp:") && !from.is_empty() && out.iter().all(|i| i.value != from) => {
            out.push(Identity { kind: IdentityKind::WhatsappUser, value: from.to_owned() });
        }
        _ => {}
    }
    out
}

fn content(form: &Form) -> Content {
    if let Some(title) = form.some("ListTitle").or_else(|| form.some("ButtonText")) {
        let id = form.some("ListId").or_else(|| form.some("ButtonPayload")).unwrap_or_else(|| title.clone());
        return Content::Tapped { id, title };
    }
    if let Some(text) = form.some("InteractiveData").or_else(|| form.some("FlowData")) {
        return Content::Form { fields: serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text)) };
    }
    let degrees = |name: &str, max: f64| form.get(name).trim().parse::<f64>().ok().filter(|d| d.is_finite() && d.abs() <= max);
    if let (Some(latitude), Some(longitude)) = (degrees("Latitude", 90.0), degrees("Longitude", 180.0)) {
        return Content::Location { latitude, longitude, name: form.some("Label"), address: form.some("Address") };
    }
    match form.some("Body") {
        Some(text) => Content::text(text),
        None => Content::Unknown { type_word: form.get("MessageType").to_owned(), reason: None, raw: Some(serde_json::json!(form.0)) },
    }
}

/// The words go under the first file.
fn files(form: &Form) -> Vec<Content> {
    let count = form.get("NumMedia").parse::<usize>().unwrap_or(0).min(FILES);
    let file = |n: usize| {
        let address = form.some(&format!("MediaUrl{n}"))?;
        let mime = form.get(&format!("MediaContentType{n}")).to_owned();
        let media = kind(&mime);
        let file = File {
            provider_id: Some(address),
            voice: media == MediaKind::Audio && mime.starts_with("audio/ogg"),
            caption: form.some("Body").filter(|_| n == 0),
            mime,
            ..File::default()
        };
        Some(Content::Media { media, file })
    };
    (0..count).filter_map(file).collect()
}

/// The kind of a file by its type.
pub fn kind(mime: &str) -> MediaKind {
    match mime.split('/').next() {
        Some("image") => MediaKind::Image,
        Some("audio") => MediaKind::Audio,
        Some("video") => MediaKind::Video,
        _ => MediaKind::Document,
    }
}

fn referral(form: &Form) -> Option<serde_json::Value> {
    let all: serde_json::Map<String, serde_json::Value> = form
        .0
        .iter()
        .filter(|(k, v)| k.starts_with("Referral") && *k != "ReferralNumMedia" && !v.is_empty())
        .map(|(k, v)| (k.trim_start_matches("Referral").to_ascii_lowercase(), v.as_str().into()))
        .collect();
    (!all.is_empty()).then_some(serde_json::Value::Object(all))
}

/// News of our message; none for a state that tells nothing new ("queued").
fn receipt(form: &Form, sid: &str, callback: Option<&str>, now: Time) -> Option<Receipt> {
    let delivery = match form.get("MessageStatus") {
        "sent" | "partially_delivered" => Delivery::Sent,
        "delivered" => Delivery::Delivered,
        "read" => Delivery::Read,
        "failed" | "undelivered" | "canceled" => Delivery::Failed,
        _ => return None,
    };
    let code = form.get("ErrorCode").parse().ok();
    let problem = (delivery == Delivery::Failed).then(|| problems::from_code(code.unwrap_or(-1), form.get("ErrorMessage")));
    let callback = callback.map(str::to_owned);
    Some(Receipt { provider_id: sid.to_owned(), callback, delivery, at: now, problem, price_category: None })
}
