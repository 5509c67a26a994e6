//! Our messages to the JSON of `POST /{phone_number_id}/messages`. Titles and captions are cut to Meta's limits; what must not be cut
//! (the words themselves) is refused here; `services/house/outbound` splits what is too long before it is stored.

use super::fit::{self, cut};
use crate::domain::error::{Error, Result};
use crate::domain::house::contact::{Identity, IdentityKind};
use crate::domain::house::message::{Choice, Content, File, MediaKind};
use crate::domain::house::template::{Part, Place};
use crate::domain::text::{is_longer, units};
use serde_json::{Map, Value, json};

/// Longest text that comes back with every status of the message.
pub const CALLBACK_MAX: usize = 512;
const BUTTON_ID_MAX: usize = 256;
const ROW_ID_MAX: usize = 200;

/// The request body that sends `content` to a phone number or, for people who hide it, a WhatsApp user id. `reply_to` is the provider's
/// id of the message answered; `callback` (at most 512 characters) comes back with every status. `Invalid` when WhatsApp would refuse it.
pub fn build(to: &Identity, content: &Content, reply_to: Option<&str>, callback: Option<&str>) -> Result<Value> {
    let mut out = Map::new();
    out.insert("messaging_product".into(), "whatsapp".into());
    out.insert("recipient_type".into(), "individual".into());
    let (key, address) = address(to)?;
    out.insert(key.into(), address.into());
    if let Some(id) = reply_to.filter(|_| !matches!(content, Content::Reaction { .. })) {
        out.insert("context".into(), json!({ "message_id": id }));
    }
    if let Some(callback) = callback {
        if units(callback) > CALLBACK_MAX {
            return Err(Error::invalid("The callback text is too long for WhatsApp."));
        }
        out.insert("biz_opaque_callback_data".into(), callback.into());
    }
    let (kind, body) = body(content)?;
    out.insert("type".into(), kind.into());
    out.insert(kind.into(), body);
    Ok(Value::Object(out))
}

/// The request body that marks a customer's message (and all before it) as read; with `typing` the customer sees that an answer is
/// being written, until it arrives or 25 seconds pass.
pub fn mark_read(id: &str, typing: bool) -> Value {
    let mut out = json!({ "messaging_product": "whatsapp", "status": "read", "message_id": id });
    if typing {
        out["typing_indicator"] = json!({ "type": "text" });
    }
    out
}

fn address(to: &Identity) -> Result<(&'static str, String)> {
    match to.kind {
        IdentityKind::Phone => {
            let digits: String = to.value.chars().filter(char::is_ascii_digit).collect();
            if digits.len() < 5 { Err(Error::invalid("This is not a phone number WhatsApp knows.")) } else { Ok(("to", digits)) }
        }
        IdentityKind::WhatsappUser if !to.value.is_empty() => Ok(("recipient", to.value.clone())),
        _ => Err(Error::invalid("This contact cannot be reached on WhatsApp.")),
    }
}

fn body(content: &Content) -> Result<(&'static str, Value)> {
    Ok(match content {
        Content::Text { text } => ("text", json!({ "body": words(text, fit::TEXT_MAX)?, "preview_url": has_link(text) })),
        Content::Media { media, file } => (media.as_str(), media_body(*media, file)?),
        Content::Location { latitude, longitude, name, address } => {
            ("location", location(*latitude, *longitude, name.as_deref(), address.as_deref())?)
        }
        Content::Cards { lines } => ("contacts", cards(lines)?),
        Content::Reaction { to, emoji } => ("reaction", json!({ "message_id": to, "emoji": emoji })),
        Content::Buttons { text, choices } => ("interactive", buttons(text, choices)?),
        Content::List { text, button, choices } => ("interactive", list(text, button, choices)?),
        Content::Link { text, label, url } => ("interactive", link(text, label, url)?),
        Content::Template { name, language, places, .. } => ("template", template(name, language, places)?),
        Content::Tapped { .. }
        | Content::Form { .. }
        | Content::CatalogueOrder { .. }
        | Content::Edited { .. }
        | Content::Deleted { .. }
        | Content::System { .. }
        | Content::Unknown { .. } => return Err(Error::invalid("A message of this kind can only be received on WhatsApp.")),
    })
}

fn words(text: &str, max: usize) -> Result<&str> {
    if text.trim().is_empty() {
        return Err(Error::invalid("The message is empty."));
    }
    if is_longer(text, max) {
        return Err(Error::invalid(format!("The message is longer than the {max} characters WhatsApp allows.")));
    }
    Ok(text)
}

fn has_link(text: &str) -> bool {
    text.contains("https://") || text.contains("http://")
}

fn media_body(kind: MediaKind, file: &File) -> Result<Value> {
    let mut out = Map::new();
    match (&file.provider_id, &file.link) {
        (Some(id), _) => out.insert("id".into(), id.as_str().into()),
        (None, Some(link)) if link.starts_with("https://") || link.starts_with("http://") => {
            out.insert("link".into(), link.as_str().into())
        }
        _ => return Err(Error::invalid("The file must be handed to WhatsApp before it can be sent.")),
    };
    let captioned = matches!(kind, MediaKind::Image | MediaKind::Video | MediaKind::Document);
    if let Some(caption) = file.caption.as_deref().filter(|c| captioned && !c.trim().is_empty()) {
        out.insert("caption".into(), cut(caption, fit::CAPTION_MAX).into());
    }
    if let Some(name) = file.filename.as_deref().filter(|n| kind == MediaKind::Document && !n.is_empty()) {
        out.insert("filename".into(), cut(name, 240).into());
    }
    if kind == MediaKind::Audio && file.voice {
        out.insert("voice".into(), true.into());
    }
    Ok(Value::Object(out))
}

fn location(latitude: f64, longitude: f64, name: Option<&str>, address: Option<&str>) -> Result<Value> {
    // Written so that "not a number" is refused too.
    if !(latitude.abs() <= 90.0 && longitude.abs() <= 180.0) {
        return Err(Error::invalid("This is not a place on Earth."));
    }
    let mut out = json!({ "latitude": latitude, "longitude": longitude });
    for (key, value) in [("name", name), ("address", address)] {
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            out[key] = value.into();
        }
    }
    Ok(out)
}

/// A card is a line "name, number, number", as cards are read.
fn cards(lines: &[String]) -> Result<Value> {
    let card = |line: &String| {
        let mut parts = line.split(", ").map(str::trim).filter(|p| !p.is_empty());
        let name = parts.next()?;
        let phones: Vec<Value> = parts.map(|p| json!({ "phone": p, "type": "CELL" })).collect();
        Some(json!({ "name": { "formatted_name": name, "first_name": name }, "phones": phones }))
    };
    let cards: Vec<Value> = lines.iter().filter_map(card).collect();
    if cards.is_empty() { Err(Error::invalid("The contact card is empty.")) } else { Ok(Value::Array(cards)) }
}

fn buttons(text: &str, choices: &[Choice]) -> Result<Value> {
    count(choices, 3, "buttons")?;
    let titles = titles(choices, fit::BUTTON_MAX)?;
    let ids = ids(choices, BUTTON_ID_MAX)?;
    let buttons: Vec<Value> =
        ids.zip(titles).map(|(id, title)| json!({ "type": "reply", "reply": { "id": id, "title": title } })).collect();
    Ok(json!({ "type": "button", "body": { "text": words(text, fit::BODY_MAX)? }, "action": { "buttons": buttons } }))
}

fn list(text: &str, button: &str, choices: &[Choice]) -> Result<Value> {
    count(choices, 10, "rows")?;
    let titles = titles(choices, fit::ROW_MAX)?;
    let row = |((id, title), choice): ((&str, String), &Choice)| {
        let mut row = json!({ "id": id, "title": title });
        if !choice.description.trim().is_empty() {
            row["description"] = cut(&choice.description, fit::ROW_NOTE_MAX).into();
        }
        row
    };
    let rows: Vec<Value> = ids(choices, ROW_ID_MAX)?.zip(titles).zip(choices).map(row).collect();
    let action = json!({ "button": cut(words(button, usize::MAX)?, fit::BUTTON_MAX), "sections": [{ "rows": rows }] });
    Ok(json!({ "type": "list", "body": { "text": words(text, fit::BODY_MAX)? }, "action": action }))
}

fn link(text: &str, label: &str, url: &str) -> Result<Value> {
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Err(Error::invalid("A link starts with https://."));
    }
    let parameters = json!({ "display_text": cut(words(label, usize::MAX)?, fit::BUTTON_MAX), "url": url });
    Ok(
        json!({ "type": "cta_url", "body": { "text": words(text, fit::BODY_MAX)? }, "action": { "name": "cta_url", "parameters": parameters } }),
    )
}

fn count(choices: &[Choice], max: usize, what: &str) -> Result<()> {
    if choices.is_empty() || choices.len() > max {
        return Err(Error::invalid(format!("WhatsApp allows 1 to {max} {what}, not {}.", choices.len())));
    }
    Ok(())
}

/// The ids, which must be unique: what comes back has to name one choice.
fn ids(choices: &[Choice], max: usize) -> Result<impl Iterator<Item = &str>> {
    for (at, choice) in choices.iter().enumerate() {
        if choice.id.is_empty() || units(&choice.id) > max || choices[..at].iter().any(|c| c.id == choice.id) {
            return Err(Error::invalid("Every choice needs an id of its own that is short enough for WhatsApp."));
        }
    }
    Ok(choices.iter().map(|c| c.id.as_str()))
}

/// The titles cut to `max`; a title that is taken, perhaps only after the cut, gets a number.
fn titles(choices: &[Choice], max: usize) -> Result<Vec<String>> {
    let mut out: Vec<String> = Vec::with_capacity(choices.len());
    for choice in choices {
        let wanted = words(choice.title.trim(), usize::MAX)?;
        let mut title = cut(wanted, max);
        let mut n = 2;
        while out.contains(&title) {
            let tail = format!(" {n}");
            title = cut(wanted, max - tail.len()) + &tail;
            n += 1;
        }
        out.push(title);
    }
    Ok(out)
}

fn template(name: &str, language: &str, places: &[Place]) -> Result<Value> {
    if name.is_empty() || language.is_empty() {
        return Err(Error::invalid("A template needs its name and language at Meta."));
    }
    let mut out = json!({ "name": name, "language": { "code": language } });
    let mut components: Vec<(Part, Value)> = Vec::new();
    for place in places {
        let parameter = parameter(place);
        match components.iter_mut().find(|(part, _)| *part == place.part) {
            Some((_, c)) => c["parameters"].as_array_mut().into_iter().for_each(|all| all.push(parameter.clone())),
            None => components.push((place.part, component(place.part, parameter))),
        }
    }
    if !components.is_empty() {
        out["components"] = components.into_iter().map(|(_, c)| c).collect();
    }
    Ok(out)
}

/// What fills a place: words, the address of a file, or a code.
fn parameter(place: &Place) -> Value {
    match place.part {
        Part::File(kind) => json!({ "type": kind.as_str(), kind.as_str(): { "link": place.value } }),
        Part::Code(_) => json!({ "type": "coupon_code", "coupon_code": place.value }),
        _ => {
            let mut words = json!({ "type": "text", "text": value(&place.value) });
            if !place.is_numbered() {
                words["parameter_name"] = place.name.as_str().into();
            }
            words
        }
    }
}

fn component(part: Part, parameter: Value) -> Value {
    match part {
        Part::Code(n) => json!({ "type": "button", "sub_type": "copy_code", "index": n.to_string(), "parameters": [parameter] }),
        Part::Header | Part::File(_) => json!({ "type": "header", "parameters": [parameter] }),
        Part::Body => json!({ "type": "body", "parameters": [parameter] }),
        Part::Button(n) => json!({ "type": "button", "sub_type": "url", "index": n.to_string(), "parameters": [parameter] }),
    }
}

/// A value as Meta accepts it in a template: no line breaks, tabs or long gaps, and not empty.
fn value(value: &str) -> String {
    let flat = value.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.is_empty() { "-".into() } else { cut(&flat, fit::PARAMETER_MAX) }
}
