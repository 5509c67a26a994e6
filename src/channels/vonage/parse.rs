//! Vonage's webhooks to our own words: the Messages API's JSON, and the older SMS API's, which has other names for the same.

use super::problems::{self, Fault};
use crate::domain::house::contact::{Identity, IdentityKind};
use crate::domain::house::conversation::Channel;
use crate::domain::house::hook::HookItem;
use crate::domain::house::line::Carrier;
use crate::domain::house::message::{CatalogueLine, Content, Delivery, File, Inbound, MediaKind, Receipt};
use crate::domain::phone::Phone;
use crate::domain::text::clip;
use crate::domain::time::Time;
use serde_json::Value;

/// What one body tells.
#[derive(Debug, Clone, PartialEq)]
pub struct Hook {
    /// Our number, digits alone.
    pub line: String,
    /// On this channel.
    pub channel: Channel,
    /// The news; none when it tells nothing new.
    pub item: Option<HookItem>,
}

/// A text at a path, also when it was written as a number; empty when it is not there.
fn text(v: &Value, path: &[&str]) -> String {
    let found = path.iter().try_fold(v, |at, key| at.get(key));
    match found {
        Some(Value::String(s)) => s.clone(),
        Some(Value::Number(n)) => n.to_string(),
        _ => String::new(),
    }
}

fn some(v: &Value, path: &[&str]) -> Option<String> {
    Some(text(v, path)).filter(|t| !t.trim().is_empty())
}

fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

/// Reads a message. Check its signature first. `Err` says what it lacks.
pub fn inbound(body: &[u8], now: Time) -> Result<Hook, String> {
    let v: Value = serde_json::from_slice(body).map_err(|e| e.to_string())?;
    let old = v.get("msisdn").is_some();
    let channel = channel(&v, old)?;
    let line = digits(&text(&v, &["to"]));
    let id = some(&v, &[if old { "messageId" } else { "message_uuid" }]).ok_or("The body names no message.")?;
    let identities = identities(&v, if old { "msisdn" } else { "from" }, channel);
    if identities.is_empty() {
        return Err("The body does not say who wrote it.".into());
    }
    let inbound = Inbound {
        provider_id: id,
        identities,
        name: some(&v, &["profile", "name"]).map(|n| clip(n.trim(), 120)),
        at: some(&v, &["timestamp"]).and_then(|t| Time::parse(&t)).unwrap_or(now),
        content: content(&v, old),
        reply_to: some(&v, &["context", "message_uuid"]),
        forwarded: false,
        referral: v.get("whatsapp").and_then(|w| w.get("referral")).cloned(),
        echo: false,
    };
    let account = Carrier::Vonage.account(&line);
    let item = HookItem::Message { account, waba: String::new(), inbound: Box::new(inbound) };
    Ok(Hook { line, channel, item: Some(item) })
}

fn channel(v: &Value, old: bool) -> Result<Channel, String> {
    match text(v, &["channel"]).as_str() {
        "whatsapp" => Ok(Channel::Whatsapp),
        "sms" => Ok(Channel::Sms),
        _ if old => Ok(Channel::Sms),
        other => Err(format!("The body is of a channel Steward does not know: {}.", clip(other, 40))),
    }
}

fn identities(v: &Value, from: &str, channel: Channel) -> Vec<Identity> {
    let mut out = Vec::with_capacity(2);
    if let Some(user) = some(v, &["whatsapp", "sender", "user_id"]) {
        out.push(Identity { kind: IdentityKind::WhatsappUser, value: user });
    }
    let from = text(v, &[from]);
    let number =
        if from.bytes().all(|b| b.is_ascii_digit() || b == b'+') { from.clone() } else { text(v, &["whatsapp", "sender", "wa_id"]) };
    match Phone::from_wa_id(&number) {
        Some(phone) => out.push(Identity { kind: IdentityKind::Phone, value: phone.e164().to_owned() }),
        None if channel == Channel::Whatsapp && !from.is_empty() && out.iter().all(|i| i.value != from) => {
            out.push(Identity { kind: IdentityKind::WhatsappUser, value: from });
        }
        None => {}
    }
    out
}

fn content(v: &Value, old: bool) -> Content {
    let kind = if old { "text".to_owned() } else { text(v, &["message_type"]) };
    let known = match kind.as_str() {
        "text" => some(v, &["text"]).map(Content::text),
        "image" => media(v, "image", MediaKind::Image),
        "audio" => media(v, "audio", MediaKind::Audio),
        "video" => media(v, "video", MediaKind::Video),
        "sticker" => media(v, "sticker", MediaKind::Sticker),
        "file" => media(v, "file", MediaKind::Document),
        "location" => location(v),
        "reply" => some(v, &["reply", "title"])
            .map(|title| Content::Tapped { id: some(v, &["reply", "id"]).unwrap_or_else(|| title.clone()), title }),
        "button" => some(v, &["button", "text"])
            .map(|title| Content::Tapped { id: some(v, &["button", "payload"]).unwrap_or_else(|| title.clone()), title }),
        "order" => order(v),
        "reaction" => some(v, &["context", "message_uuid"]).map(|to| Content::Reaction {
            to,
            emoji: if text(v, &["reaction", "action"]) == "unreact" { String::new() } else { text(v, &["reaction", "emoji"]) },
        }),
        _ => None,
    };
    known.unwrap_or_else(|| Content::Unknown { type_word: kind, reason: None, raw: Some(v.clone()) })
}

fn media(v: &Value, key: &str, media: MediaKind) -> Option<Content> {
    let address = some(v, &[key, "url"])?;
    let file = File {
        provider_id: Some(address),
        caption: some(v, &[key, "caption"]),
        filename: some(v, &[key, "name"]),
        // Vonage does not say; on WhatsApp nearly every sound is spoken.
        voice: media == MediaKind::Audio,
        ..File::default()
    };
    Some(Content::Media { media, file })
}

fn location(v: &Value) -> Option<Content> {
    let degrees = |key: &str, max: f64| text(v, &["location", key]).parse::<f64>().ok().filter(|d| d.is_finite() && d.abs() <= max);
    Some(Content::Location {
        latitude: degrees("lat", 90.0)?,
        longitude: degrees("long", 180.0)?,
        name: some(v, &["location", "name"]),
        address: some(v, &["location", "address"]),
    })
}

fn order(v: &Value) -> Option<Content> {
    let items = v.get("order")?.get("product_items")?.as_array()?;
    let line = |item: &Value| {
        Some(CatalogueLine {
            retailer_id: some(item, &["product_retailer_id"])?,
            quantity: text(item, &["quantity"]).parse().unwrap_or(0),
            price: text(item, &["item_price"]),
            currency: text(item, &["currency"]),
        })
    };
    let lines = items.iter().map(line).collect::<Option<Vec<_>>>()?;
    (!lines.is_empty()).then(|| Content::CatalogueOrder { text: some(v, &["order", "text"]), lines })
}

/// Whether a body is news of a message of ours; for bodies whose address is no longer known.
pub fn is_status(body: &[u8]) -> bool {
    serde_json::from_slice::<Value>(body).is_ok_and(|v| v.get("status").is_some())
}

/// Reads news of a message of ours. Check its signature first.
pub fn status(body: &[u8], now: Time) -> Result<Hook, String> {
    let v: Value = serde_json::from_slice(body).map_err(|e| e.to_string())?;
    let old = v.get("msisdn").is_some();
    let channel = channel(&v, old)?;
    // The older API calls our number "to" in receipts too.
    let line = digits(&text(&v, &[if old { "to" } else { "from" }]));
    let id = some(&v, &[if old { "messageId" } else { "message_uuid" }]).ok_or("The body names no message.")?;
    let delivery = match text(&v, &["status"]).as_str() {
        "submitted" | "accepted" | "buffered" => Delivery::Sent,
        "delivered" => Delivery::Delivered,
        "read" => Delivery::Read,
        "rejected" | "undeliverable" | "failed" | "expired" => Delivery::Failed,
        _ => return Ok(Hook { line, channel, item: None }),
    };
    let fault: Option<Fault> = v.get("error").and_then(|e| serde_json::from_value(e.clone()).ok());
    let problem = (delivery == Delivery::Failed).then(|| match &fault {
        Some(fault) => problems::from_fault(fault),
        None => problems::from_code(-1, &text(&v, &["err-code"])),
    });
    let receipt = Receipt {
        provider_id: id,
        callback: some(&v, &["client_ref"]).or_else(|| some(&v, &["client-ref"])),
        delivery,
        at: some(&v, &["timestamp"]).and_then(|t| Time::parse(&t)).unwrap_or(now),
        problem,
        price_category: some(&v, &["whatsapp", "pricing", "category"]),
    };
    let item = HookItem::Receipt { account: Carrier::Vonage.account(&line), receipt };
    Ok(Hook { line, channel, item: Some(item) })
}
