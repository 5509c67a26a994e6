//! Webhook bodies of pages and Instagram accounts to our own words: entries, each with a list of events of one page.

use crate::domain::house::contact::{Identity, IdentityKind};
use crate::domain::house::hook::HookItem;
use crate::domain::house::line::Carrier;
use crate::domain::house::message::{Content, Delivery, File, Inbound, MediaKind, Receipt};
use crate::domain::text::clip;
use crate::domain::time::Time;
use serde_json::Value;

/// Who carries a body of Meta's, by its `object`: a page, an Instagram account; anything else is WhatsApp's or not ours.
pub fn carrier(body: &[u8]) -> Option<Carrier> {
    #[derive(serde::Deserialize)]
    struct Envelope<'a> {
        #[serde(borrow)]
        object: std::borrow::Cow<'a, str>,
    }
    // Cheap to tell for nearly every body: WhatsApp's name themselves first.
    let head = body.get(..64).unwrap_or(body);
    if head.windows(8).any(|w| w == b"whatsapp") {
        return None;
    }
    match serde_json::from_slice::<Envelope<'_>>(body).ok()?.object.as_ref() {
        "page" => Some(Carrier::Messenger),
        "instagram" => Some(Carrier::Instagram),
        _ => None,
    }
}

fn text(v: &Value, path: &[&str]) -> String {
    match path.iter().try_fold(v, |at, key| at.get(key)) {
        Some(Value::String(s)) => s.clone(),
        Some(Value::Number(n)) => n.to_string(),
        _ => String::new(),
    }
}

fn some(v: &Value, path: &[&str]) -> Option<String> {
    Some(text(v, path)).filter(|t| !t.trim().is_empty())
}

fn list<'a>(v: &'a Value, key: &str) -> &'a [Value] {
    v.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Reads a body. Check its signature first. `Err` says why it is none.
pub fn parse(carrier: Carrier, body: &[u8], now: Time) -> Result<Vec<HookItem>, String> {
    let v: Value = serde_json::from_slice(body).map_err(|e| e.to_string())?;
    let mut out = Vec::new();
    for entry in list(&v, "entry") {
        let page = text(entry, &["id"]);
        let account = carrier.account(&page);
        for event in list(entry, "messaging") {
            out.extend(event_items(carrier, &page, &account, event, now));
        }
        for change in list(entry, "changes") {
            out.push(HookItem::Other { waba: None, account: Some(account.clone()), field: text(change, &["field"]), raw: change.clone() });
        }
    }
    Ok(out)
}

fn event_items(carrier: Carrier, page: &str, account: &str, event: &Value, now: Time) -> Vec<HookItem> {
    let at = text(event, &["timestamp"]).parse().ok().filter(|ms| *ms > 0).map_or(now, Time::from_millis);
    if let Some(delivered) = event.get("delivery") {
        let of = |mid: &Value| Some(receipt(account, mid.as_str()?, Delivery::Delivered, at));
        return list(delivered, "mids").iter().filter_map(of).collect();
    }
    // Instagram names the message that was seen; Messenger only a moment, which names nothing we keep.
    if let Some(read) = event.get("read") {
        return some(read, &["mid"]).map(|mid| receipt(account, &mid, Delivery::Read, at)).into_iter().collect();
    }
    match inbound(carrier, page, event, at) {
        Some(inbound) => vec![HookItem::Message { account: account.to_owned(), waba: String::new(), inbound: Box::new(inbound) }],
        None => vec![HookItem::Other { waba: None, account: Some(account.to_owned()), field: "messaging".into(), raw: event.clone() }],
    }
}

fn receipt(account: &str, mid: &str, delivery: Delivery, at: Time) -> HookItem {
    let receipt = Receipt { provider_id: mid.to_owned(), callback: None, delivery, at, problem: None, price_category: None };
    HookItem::Receipt { account: account.to_owned(), receipt }
}

/// The apps in which people answer by hand: the inboxes of a page and of Instagram. What any other app sends comes back as an echo
/// too, Steward's own replies first of all, and is no person taking over.
const INBOXES: [&str; 2] = ["263902037430900", "1217981644879628"];

fn inbound(carrier: Carrier, page: &str, event: &Value, at: Time) -> Option<Inbound> {
    let message = event.get("message");
    let echo = message.is_some_and(|m| m.get("is_echo") == Some(&Value::Bool(true)));
    if message.is_some_and(|m| echo && some(m, &["app_id"]).is_some_and(|app| !INBOXES.contains(&app.as_str()))) {
        return None;
    }
    let who = some(event, &[if echo { "recipient" } else { "sender" }, "id"]).filter(|id| id != page)?;
    let kind = if carrier == Carrier::Instagram { IdentityKind::InstagramUser } else { IdentityKind::MessengerUser };
    let (provider_id, content) = match (message, event.get("postback"), event.get("reaction")) {
        (Some(m), ..) => (some(m, &["mid"])?, content(m)),
        (_, Some(p), _) => {
            let title = some(p, &["title"])?;
            // Older postbacks have no id: who tapped what, when, is one.
            let id = some(p, &["mid"]).unwrap_or_else(|| format!("postback:{page}:{who}:{}", at.millis()));
            (id, Content::Tapped { id: some(p, &["payload"]).unwrap_or_else(|| title.clone()), title })
        }
        (_, _, Some(r)) => {
            let to = some(r, &["mid"])?;
            let emoji = if text(r, &["action"]) == "unreact" { String::new() } else { text(r, &["emoji"]) };
            (format!("reaction:{to}:{}", at.millis()), Content::Reaction { to, emoji })
        }
        _ => return None,
    };
    Some(Inbound {
        provider_id,
        identities: vec![Identity { kind, value: who }],
        name: None,
        at,
        content,
        reply_to: message.and_then(|m| some(m, &["reply_to", "mid"])),
        forwarded: false,
        referral: message.and_then(|m| m.get("referral")).or_else(|| event.get("referral")).cloned(),
        echo,
    })
}

fn content(m: &Value) -> Content {
    if m.get("is_deleted") == Some(&Value::Bool(true)) {
        return Content::Deleted { of: text(m, &["mid"]) };
    }
    if let Some(id) = some(m, &["quick_reply", "payload"]) {
        return Content::Tapped { title: some(m, &["text"]).unwrap_or_else(|| id.clone()), id };
    }
    let words = some(m, &["text"]);
    match list(m, "attachments").first() {
        Some(a) => attachment(a, words.clone()).or_else(|| words.map(Content::text)).unwrap_or_else(|| unknown(m)),
        None => words.map_or_else(|| unknown(m), Content::text),
    }
}

fn unknown(m: &Value) -> Content {
    let type_word = list(m, "attachments").first().map(|a| text(a, &["type"])).unwrap_or_default();
    Content::Unknown { type_word: clip(&type_word, 40), reason: None, raw: Some(m.clone()) }
}

fn attachment(a: &Value, caption: Option<String>) -> Option<Content> {
    let media = match text(a, &["type"]).as_str() {
        "image" => MediaKind::Image,
        "audio" => MediaKind::Audio,
        "video" | "ig_reel" | "reel" => MediaKind::Video,
        "file" => MediaKind::Document,
        "location" => {
            let degrees = |key: &str| a.get("payload")?.get("coordinates")?.get(key)?.as_f64();
            let (latitude, longitude) = (degrees("lat")?, degrees("long")?);
            let real = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
            return real.then(|| Content::Location { latitude, longitude, name: some(a, &["title"]), address: None });
        }
        _ => return None,
    };
    let file = File { provider_id: some(a, &["payload", "url"]), voice: media == MediaKind::Audio, caption, ..File::default() };
    file.provider_id.is_some().then_some(Content::Media { media, file })
}
