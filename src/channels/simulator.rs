//! The phone's side of WhatsApp, for the simulator: the webhook bodies a customer's phone would cause, and what a phone would show of
//! a send request of ours. Pure; storing and posting is the caller's. The bodies are those of the protocol, not a shortcut.

use crate::channels::meta::{problems, template};
use crate::domain::house::message::{CatalogueLine, Choice, Delivery, MediaKind};
use crate::domain::house::template::{Part, Place, Template};
use crate::domain::time::Time;
use base64::Engine;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The business's side of the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The WhatsApp business account's id.
    pub waba: String,
    /// The number's id.
    pub phone_number_id: String,
    /// The number, digits only.
    pub display_number: String,
}

/// A customer to play. At least one of `wa_id` and `user_id` is set; without `wa_id` the number is hidden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Persona {
    /// The profile name.
    pub name: String,
    /// The number, digits only.
    pub wa_id: Option<String>,
    /// The user id, "NG.1349…".
    pub user_id: Option<String>,
}

/// What the customer does on the phone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// Writes.
    Text {
        /// The words.
        text: String,
    },
    /// Sends a file that the stand-in for Meta keeps under `media_id`.
    File {
        /// Its kind; a voice note is `Audio` with `voice`.
        kind: MediaKind,
        /// Its id.
        media_id: String,
        /// Its MIME type.
        mime: String,
        /// Its SHA-256 in base64.
        sha256: String,
        /// Words under it.
        caption: Option<String>,
        /// Its name.
        filename: Option<String>,
        /// Spoken into the phone.
        voice: bool,
    },
    /// Taps a button of ours.
    Button {
        /// The id we gave it.
        id: String,
        /// What it says.
        title: String,
    },
    /// Taps a row of a list of ours.
    Row {
        /// The id we gave it.
        id: String,
        /// What it says.
        title: String,
        /// Its second line.
        description: String,
    },
    /// Sends a place.
    Location {
        /// Degrees north.
        latitude: f64,
        /// Degrees east.
        longitude: f64,
        /// Its name.
        name: Option<String>,
        /// Its address.
        address: Option<String>,
    },
    /// Orders from the catalogue in WhatsApp.
    Order {
        /// Words beside it.
        text: Option<String>,
        /// The lines.
        lines: Vec<CatalogueLine>,
    },
    /// Reacts to a message; an empty emoji takes it back.
    Reaction {
        /// The message.
        to: String,
        /// The emoji.
        emoji: String,
    },
    /// Takes a message back.
    Delete {
        /// The message.
        of: String,
    },
}

/// A fresh message id of the form WhatsApp uses.
pub fn wamid() -> String {
    let mut raw = [0u8; 27];
    crate::domain::id::fill_random(&mut raw);
    format!("wamid.{}", base64::engine::general_purpose::STANDARD.encode(raw))
}

/// The webhook a customer's act causes. The same `id` again is the duplicate WhatsApp sometimes sends.
pub fn message(line: &Line, persona: &Persona, id: &str, at: Time, reply_to: Option<&str>, act: &Act) -> Value {
    let (kind, body) = act_body(act);
    let mut message = json!({ "id": id, "timestamp": (at.millis() / 1000).to_string(), "type": kind });
    message[kind] = body;
    if let Some(number) = &persona.wa_id {
        message["from"] = number.as_str().into();
    }
    if let Some(user) = &persona.user_id {
        message["from_user_id"] = user.as_str().into();
    }
    if let Some(replied) = reply_to {
        message["context"] = json!({ "from": line.display_number, "id": replied });
    }
    envelope(line, json!({ "contacts": [card(persona)], "messages": [message] }))
}

/// The webhook of news about a message we sent. `delivery` is sent, delivered, read or failed; anything else has no webhook. A failure
/// names an error `code` of Meta (131047: the 24 hours are over).
pub fn status(line: &Line, persona: &Persona, of: &Sent<'_>, delivery: Delivery, at: Time, code: Option<i64>) -> Option<Value> {
    let word = match delivery {
        Delivery::Sent | Delivery::Delivered | Delivery::Read | Delivery::Failed => delivery.as_str(),
        _ => return None,
    };
    let mut status = json!({ "id": of.provider_id, "status": word, "timestamp": (at.millis() / 1000).to_string() });
    if let Some(number) = &persona.wa_id {
        status["recipient_id"] = number.as_str().into();
    }
    if let Some(user) = &persona.user_id {
        status["recipient_user_id"] = user.as_str().into();
    }
    if let Some(callback) = of.callback {
        status["biz_opaque_callback_data"] = callback.into();
    }
    if delivery == Delivery::Failed {
        let code = code.unwrap_or(131_026);
        let details = problems::explain(code).1;
        status["errors"] =
            json!([{ "code": code, "title": "Simulated failure", "message": "Simulated failure", "error_data": { "details": details } }]);
    } else {
        status["pricing"] = json!({ "billable": false, "pricing_model": "PMP", "type": "free_customer_service", "category": "service" });
    }
    Some(envelope(line, json!({ "statuses": [status] })))
}

/// The message a status is about.
#[derive(Debug, Clone, Copy)]
pub struct Sent<'a> {
    /// Its id, as the stand-in for Meta gave it.
    pub provider_id: &'a str,
    /// The callback text that was sent with it.
    pub callback: Option<&'a str>,
}

/// The bytes of a body as Meta writes them: letters beyond ASCII and slashes escaped. Sign these very bytes.
pub fn bytes(body: &Value) -> Vec<u8> {
    let mut out = String::new();
    for c in body.to_string().chars() {
        match c {
            '/' => out.push_str("\\/"),
            c if c.is_ascii() => out.push(c),
            c => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}"))),
        }
    }
    out.into_bytes()
}

fn act_body(act: &Act) -> (&'static str, Value) {
    match act {
        Act::Text { text } => ("text", json!({ "body": text })),
        Act::File { kind, media_id, mime, sha256, caption, filename, voice } => {
            let mut file = json!({ "id": media_id, "mime_type": mime, "sha256": sha256 });
            for (key, value) in [("caption", caption), ("filename", filename)] {
                if let Some(value) = value {
                    file[key] = value.as_str().into();
                }
            }
            match kind {
                MediaKind::Audio => file["voice"] = (*voice).into(),
                MediaKind::Sticker => file["animated"] = false.into(),
                _ => {}
            }
            (kind.as_str(), file)
        }
        Act::Button { id, title } => ("interactive", json!({ "type": "button_reply", "button_reply": { "id": id, "title": title } })),
        Act::Row { id, title, description } => {
            ("interactive", json!({ "type": "list_reply", "list_reply": { "id": id, "title": title, "description": description } }))
        }
        Act::Location { latitude, longitude, name, address } => {
            ("location", json!({ "latitude": latitude, "longitude": longitude, "name": name, "address": address }))
        }
        Act::Order { text, lines } => {
            ("order", json!({ "catalog_id": "1", "text": text, "product_items": lines.iter().map(item).collect::<Vec<_>>() }))
        }
        Act::Reaction { to, emoji } if emoji.is_empty() => ("reaction", json!({ "message_id": to })),
        Act::Reaction { to, emoji } => ("reaction", json!({ "message_id": to, "emoji": emoji })),
        Act::Delete { of } => ("revoke", json!({ "original_message_id": of })),
    }
}

fn item(line: &CatalogueLine) -> Value {
    // Meta writes a price as a bare number; a text that is no number stays text.
    let price = serde_json::from_str::<serde_json::Number>(&line.price).map_or_else(|_| Value::from(line.price.as_str()), Value::Number);
    json!({ "product_retailer_id": line.retailer_id, "quantity": line.quantity, "item_price": price, "currency": line.currency })
}

fn card(persona: &Persona) -> Value {
    let mut card = json!({ "profile": { "name": persona.name } });
    for (key, value) in [("wa_id", &persona.wa_id), ("user_id", &persona.user_id)] {
        if let Some(value) = value {
            card[key] = value.as_str().into();
        }
    }
    card
}

fn envelope(line: &Line, news: Value) -> Value {
    let mut value = json!({ "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": line.display_number, "phone_number_id": line.phone_number_id } });
    if let (Value::Object(into), Value::Object(from)) = (&mut value, news) {
        into.extend(from);
    }
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": line.waba, "changes": [{ "value": value, "field": "messages" }] }] })
}

/// A request to the stand-in for Meta's `messages` address, as a phone sees it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Outgoing {
    /// A message to show.
    Bubble(Box<Bubble>),
    /// Our side has read a message, and perhaps is writing.
    Read {
        /// The customer's message.
        provider_id: String,
        /// Shows that an answer is being written.
        typing: bool,
    },
}

/// A message as a phone draws it. What it does not have is empty.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Bubble {
    /// To this number (digits) or user id.
    pub to: String,
    /// It answers this message.
    pub reply_to: Option<String>,
    /// Comes back with statuses.
    pub callback: Option<String>,
    /// The words, or the caption.
    pub text: String,
    /// Buttons under the words.
    pub buttons: Vec<Choice>,
    /// What opens the list.
    pub list_button: Option<String>,
    /// The rows of the list.
    pub rows: Vec<Choice>,
    /// A button that opens a page: what it says, and the page.
    pub link: Option<(String, String)>,
    /// A file.
    pub file: Option<Picture>,
    /// A place: degrees north, degrees east, name.
    pub place: Option<(f64, f64, String)>,
    /// A reaction: to which message, the emoji.
    pub reaction: Option<(String, String)>,
    /// A template: its name and the values put in.
    pub template: Option<(String, Vec<String>)>,
}

/// A file of ours on the phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// Its kind.
    pub kind: MediaKind,
    /// Its id at the stand-in for Meta.
    pub id: Option<String>,
    /// Its address.
    pub link: Option<String>,
    /// Its name.
    pub filename: Option<String>,
}

/// Reads a send request. None when it is not one a phone could show; the stand-in then answers as Meta does, with error 100.
pub fn outgoing(request: &Value) -> Option<Outgoing> {
    let owned = |v: &Value| v.as_str().map(str::to_owned);
    if request["status"] == "read" {
        let typing = request["typing_indicator"].is_object();
        return Some(Outgoing::Read { provider_id: owned(&request["message_id"])?, typing });
    }
    let kind = request["type"].as_str().unwrap_or("text");
    let body = &request[kind];
    let mut bubble = Bubble {
        to: owned(&request["to"]).or_else(|| owned(&request["recipient"]))?,
        reply_to: owned(&request["context"]["message_id"]),
        callback: owned(&request["biz_opaque_callback_data"]),
        ..Bubble::default()
    };
    match kind {
        "text" => bubble.text = owned(&body["body"])?,
        "location" => {
            bubble.place = Some((body["latitude"].as_f64()?, body["longitude"].as_f64()?, owned(&body["name"]).unwrap_or_default()))
        }
        "reaction" => bubble.reaction = Some((owned(&body["message_id"])?, owned(&body["emoji"]).unwrap_or_default())),
        "contacts" => bubble.text = list(body, |c| owned(&c["name"]["formatted_name"])).join("\n"),
        "template" => {
            let values = list(&body["components"], |c| Some(list(&c["parameters"], |p| owned(&p["text"])))).concat();
            bubble.template = Some((owned(&body["name"])?, values));
            bubble.text = template_words(request);
        }
        "interactive" => interactive(&mut bubble, body)?,
        _ => file(&mut bubble, kind, body)?,
    }
    Some(Outgoing::Bubble(Box::new(bubble)))
}

/// The templates the pretended Meta has: approved ones, one it is still looking at, one with a picture.
pub fn templates() -> Vec<Template> {
    let listed: Vec<Value> = serde_json::from_str(include_str!("../../data/demo/templates.json")).unwrap_or_default();
    listed.iter().filter_map(template::read).collect()
}

/// What a template says on the phone; its name and values when the pretended Meta does not have it.
pub fn template_words(request: &Value) -> String {
    let body = &request["template"];
    let known = templates().into_iter().find(|t| body["name"] == t.name.as_str() && body["language"]["code"] == t.language.as_str());
    let components: Vec<&Value> = body["components"].as_array().into_iter().flatten().collect();
    let part_of = |c: &Value| match c["type"].as_str() {
        Some("header") => Part::Header,
        Some("button") => Part::Button(c["index"].as_str().and_then(|n| n.parse().ok()).unwrap_or(0)),
        _ => Part::Body,
    };
    let mut places = Vec::new();
    for c in components {
        for (n, p) in c["parameters"].as_array().into_iter().flatten().enumerate() {
            let name = p["parameter_name"].as_str().map_or_else(|| (n + 1).to_string(), str::to_owned);
            let link = |kind: MediaKind| Some((Part::File(kind), p[kind.as_str()]["link"].as_str()?));
            let kinds = [MediaKind::Image, MediaKind::Video, MediaKind::Document];
            let code = p["coupon_code"].as_str().map(|code| (Part::Code(0), code));
            let (part, value) = kinds.into_iter().find_map(link).or(code).unwrap_or((part_of(c), p["text"].as_str().unwrap_or_default()));
            places.push(Place { part, name, value: value.to_owned() });
        }
    }
    match known {
        Some(t) => t.words(&places),
        None => {
            let values: Vec<&str> = places.iter().map(|p| p.value.as_str()).collect();
            format!("{}: {}", body["name"].as_str().unwrap_or_default(), values.join(", "))
        }
    }
}

fn interactive(bubble: &mut Bubble, body: &Value) -> Option<()> {
    let action = &body["action"];
    bubble.text = body["body"]["text"].as_str()?.to_owned();
    bubble.buttons = list(&action["buttons"], |b| choice(&b["reply"]));
    bubble.list_button = action["button"].as_str().map(str::to_owned);
    bubble.rows = list(&action["sections"], |s| Some(list(&s["rows"], choice))).concat();
    let page = &action["parameters"];
    bubble.link = page["url"].as_str().map(|url| (page["display_text"].as_str().unwrap_or_default().to_owned(), url.to_owned()));
    Some(())
}

fn file(bubble: &mut Bubble, kind: &str, body: &Value) -> Option<()> {
    let all = [MediaKind::Image, MediaKind::Video, MediaKind::Audio, MediaKind::Document, MediaKind::Sticker];
    let text = |key: &str| body[key].as_str().map(str::to_owned);
    let kind = all.into_iter().find(|k| k.as_str() == kind)?;
    bubble.text = text("caption").unwrap_or_default();
    bubble.file = Some(Picture { kind, id: text("id"), link: text("link"), filename: text("filename") });
    Some(())
}

fn choice(v: &Value) -> Option<Choice> {
    let text = |key: &str| v[key].as_str().unwrap_or_default().to_owned();
    v["id"].as_str().map(|id| Choice { id: id.to_owned(), title: text("title"), description: text("description") })
}

fn list<T>(v: &Value, read: impl Fn(&Value) -> Option<T>) -> Vec<T> {
    v.as_array().into_iter().flatten().filter_map(read).collect()
}

#[cfg(test)]
#[path = "simulator_tests.rs"]
mod tests;
