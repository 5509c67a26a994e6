//! What a WhatsApp message holds, in our words. A type we do not know, or one that lacks its body, is kept whole as unknown.

use super::problems;
use super::wire::{self, Lax, List, Message, Raw};
use crate::domain::house::message::{CatalogueLine, Content, File, MediaKind};
use serde::Deserialize;
use std::borrow::Cow;

/// The content of `message`. `raw` is the message as it came; `value_errors` are the errors beside the messages.
pub(super) fn content(message: &Message<'_>, raw: Raw<'_>, value_errors: &List<'_>) -> Content {
    let kind = message.kind.as_ref().map_or("", |k| &k.0);
    let known = match kind {
        "text" => wire::read::<Text<'_>>(message.text).map(|t| Content::Text { text: t.body.owned() }),
        "image" => media(MediaKind::Image, message.image),
        "video" => media(MediaKind::Video, message.video),
        "audio" | "voice" => media(MediaKind::Audio, message.audio),
        "document" => media(MediaKind::Document, message.document),
        "sticker" => media(MediaKind::Sticker, message.sticker),
        "location" => location(message.location),
        "contacts" => cards(message.contacts),
        "reaction" => reaction(message.reaction),
        "button" => button(message.button),
        "interactive" => interactive(message.interactive),
        "order" => order(message.order),
        "system" => system(message.system),
        "edit" => edit(message.edit),
        "revoke" => revoke(message.revoke),
        _ => None,
    };
    known.unwrap_or_else(|| unknown(message, raw, value_errors))
}

/// A message whose common parts could not be read.
pub(super) fn unreadable(raw: Raw<'_>) -> Content {
    Content::Unknown { type_word: String::new(), reason: None, raw: Some(wire::value(raw)) }
}

fn unknown(message: &Message<'_>, raw: Raw<'_>, value_errors: &List<'_>) -> Content {
    #[derive(Deserialize)]
    struct Typed<'a> {
        #[serde(borrow, rename = "type")]
        kind: Lax<'a>,
    }
    // The exact word is inside: a poll is "unsupported", a call permission is "interactive".
    let named = wire::read::<Typed<'_>>(message.unsupported.or(message.interactive)).map(|t| t.kind.owned());
    let type_word = named.or_else(|| message.kind.as_ref().map(Lax::owned)).unwrap_or_default();
    let fault = wire::items(message.errors).into_iter().chain(value_errors.0.iter().copied()).next();
    let reason = fault.and_then(|f| wire::read(Some(f))).map(|f| problems::words(&f)).filter(|w| !w.is_empty());
    Content::Unknown { type_word, reason, raw: Some(wire::value(raw)) }
}

#[derive(Deserialize)]
struct Text<'a> {
    #[serde(borrow)]
    body: Lax<'a>,
}

fn media(kind: MediaKind, raw: Option<Raw<'_>>) -> Option<Content> {
    #[derive(Deserialize)]
    struct Media<'a> {
        #[serde(borrow)]
        id: Lax<'a>,
        #[serde(borrow, default)]
        mime_type: Option<Lax<'a>>,
        #[serde(borrow, default)]
        filename: Option<Lax<'a>>,
        #[serde(borrow, default)]
        caption: Option<Lax<'a>>,
        #[serde(default)]
        voice: Option<bool>,
    }
    let m: Media<'_> = wire::read(raw)?;
    let file = File {
        provider_id: Some(m.id.owned()),
        mime: m.mime_type.map(|t| t.owned()).unwrap_or_default(),
        filename: m.filename.map(|t| t.owned()),
        caption: m.caption.map(|t| t.owned()),
        voice: m.voice.unwrap_or(false),
        ..File::default()
    };
    Some(Content::Media { media: kind, file })
}

fn location(raw: Option<Raw<'_>>) -> Option<Content> {
    #[derive(Deserialize)]
    struct Location<'a> {
        #[serde(borrow)]
        latitude: Lax<'a>,
        #[serde(borrow)]
        longitude: Lax<'a>,
        #[serde(borrow, default)]
        name: Option<Lax<'a>>,
        #[serde(borrow, default)]
        address: Option<Lax<'a>>,
    }
    let l: Location<'_> = wire::read(raw)?;
    let degrees = |t: &Lax<'_>, max: f64| t.0.trim().parse::<f64>().ok().filter(|d| d.is_finite() && d.abs() <= max);
    Some(Content::Location {
        latitude: degrees(&l.latitude, 90.0)?,
        longitude: degrees(&l.longitude, 180.0)?,
        name: l.name.map(|t| t.owned()),
        address: l.address.map(|t| t.owned()),
    })
}

fn cards(raw: Option<Raw<'_>>) -> Option<Content> {
    #[derive(Deserialize)]
    struct Card<'a> {
        #[serde(borrow, default)]
        name: Option<Raw<'a>>,
        #[serde(borrow, default)]
        phones: Option<Raw<'a>>,
    }
    #[derive(Deserialize)]
    struct Name<'a> {
        #[serde(borrow, default)]
        formatted_name: Option<Lax<'a>>,
        #[serde(borrow, default)]
        first_name: Option<Lax<'a>>,
    }
    #[derive(Deserialize)]
    struct Number<'a> {
        #[serde(borrow, default)]
        phone: Option<Lax<'a>>,
        #[serde(borrow, default)]
        wa_id: Option<Lax<'a>>,
    }
    let line = |raw: Raw<'_>| {
        let card: Card<'_> = wire::read(Some(raw))?;
        let name = wire::read::<Name<'_>>(card.name).and_then(|n| n.formatted_name.or(n.first_name)).map(|n| n.owned());
        let numbers = wire::items(card.phones).into_iter().filter_map(|p| wire::read::<Number<'_>>(Some(p)));
        let mut parts: Vec<String> = name.into_iter().collect();
        parts.extend(numbers.filter_map(|n| n.phone.map(|p| p.owned()).or_else(|| n.wa_id.map(|w| format!("+{}", w.0)))));
        Some(parts.join(", "))
    };
    let lines: Vec<String> = wire::items(raw).into_iter().filter_map(line).filter(|l| !l.is_empty()).collect();
    (!lines.is_empty()).then_some(Content::Cards { lines })
}

fn reaction(raw: Option<Raw<'_>>) -> Option<Content> {
    #[derive(Deserialize)]
    struct Reaction<'a> {
        #[serde(borrow)]
        message_id: Lax<'a>,
        #[serde(borrow, default)]
        emoji: Option<Lax<'a>>,
    }
    let r: Reaction<'_> = wire::read(raw)?;
    Some(Content::Reaction { to: r.message_id.owned(), emoji: r.emoji.map(|e| e.owned()).unwrap_or_default() })
}

fn button(raw: Option<Raw<'_>>) -> Option<Content> {
    #[derive(Deserialize)]
    struct Button<'a> {
        #[serde(borrow, default)]
        payload: Option<Lax<'a>>,
        #[serde(borrow, default)]
        text: Option<Lax<'a>>,
    }
    let b: Button<'_> = wire::read(raw)?;
    let title = b.text.as_ref().or(b.payload.as_ref())?.owned();
    Some(Content::Tapped { id: b.payload.map_or_else(|| title.clone(), |p| p.owned()), title })
}

fn interactive(raw: Option<Raw<'_>>) -> Option<Content> {
    #[derive(Deserialize)]
    struct Interactive<'a> {
        #[serde(borrow, default)]
        button_reply: Option<Reply<'a>>,
        #[serde(borrow, default)]
        list_reply: Option<Reply<'a>>,
        #[serde(borrow, default)]
        nfm_reply: Option<Form<'a>>,
    }
    #[derive(Deserialize)]
    struct Reply<'a> {
        #[serde(borrow)]
        id: Lax<'a>,
        #[serde(borrow, default)]
        title: Option<Lax<'a>>,
    }
    #[derive(Deserialize)]
    struct Form<'a> {
        #[serde(borrow)]
        response_json: Lax<'a>,
    }
    let i: Interactive<'_> = wire::read(raw)?;
    if let Some(r) = i.button_reply.or(i.list_reply) {
        return Some(Content::Tapped { title: r.title.as_ref().unwrap_or(&r.id).owned(), id: r.id.owned() });
    }
    let text = i.nfm_reply?.response_json;
    let fields = serde_json::from_str(&text.0).unwrap_or_else(|_| serde_json::Value::String(text.owned()));
    Some(Content::Form { fields })
}

fn order(raw: Option<Raw<'_>>) -> Option<Content> {
    #[derive(Deserialize)]
    struct Order<'a> {
        #[serde(borrow, default)]
        text: Option<Lax<'a>>,
        #[serde(borrow, default)]
        product_items: Option<Raw<'a>>,
    }
    #[derive(Deserialize)]
    struct Line<'a> {
        #[serde(borrow)]
        product_retailer_id: Lax<'a>,
        #[serde(borrow, default)]
        quantity: Option<Raw<'a>>,
        #[serde(borrow, default)]
        item_price: Option<Raw<'a>>,
        #[serde(borrow, default)]
        currency: Option<Lax<'a>>,
    }
    let o: Order<'_> = wire::read(raw)?;
    let line = |raw: Raw<'_>| {
        let l: Line<'_> = wire::read(Some(raw))?;
        Some(CatalogueLine {
            retailer_id: l.product_retailer_id.owned(),
            quantity: l.quantity.and_then(whole).unwrap_or(0),
            price: l.item_price.map(digits).unwrap_or_default().into_owned(),
            currency: l.currency.map(|c| c.owned()).unwrap_or_default(),
        })
    };
    let lines = wire::items(o.product_items).into_iter().map(line).collect::<Option<Vec<_>>>()?;
    (!lines.is_empty()).then(|| Content::CatalogueOrder { text: o.text.map(|t| t.owned()).filter(|t| !t.is_empty()), lines })
}

/// A number exactly as written, with or without quotes; no float in between.
fn digits(raw: Raw<'_>) -> Cow<'_, str> {
    if raw.get().starts_with('"') {
        return serde_json::from_str::<String>(raw.get()).map_or(Cow::Borrowed(""), Cow::Owned);
    }
    Cow::Borrowed(raw.get())
}

/// A whole count; "2", 2 and 2.0 are two, anything else is no count.
fn whole(raw: Raw<'_>) -> Option<i64> {
    let text = digits(raw);
    let (units, rest) = text.split_once('.').unwrap_or((&text, ""));
    units.parse().ok().filter(|n| *n >= 0 && rest.bytes().all(|b| b == b'0'))
}

/// The parts of a `system` body that also say who is meant.
#[derive(Deserialize)]
pub(super) struct System<'a> {
    #[serde(borrow, default)]
    pub(super) body: Option<Lax<'a>>,
    #[serde(borrow, default)]
    pub(super) wa_id: Option<Lax<'a>>,
    #[serde(borrow, default)]
    pub(super) new_wa_id: Option<Lax<'a>>,
    #[serde(borrow, default)]
    pub(super) user_id: Option<Lax<'a>>,
    #[serde(borrow, default)]
    pub(super) previous_user_id: Option<Lax<'a>>,
    #[serde(borrow, default, rename = "type")]
    pub(super) kind: Option<Lax<'a>>,
}

fn system(raw: Option<Raw<'_>>) -> Option<Content> {
    let s: System<'_> = wire::read(raw)?;
    let kind = s.kind.as_ref().map_or("", |k| &k.0);
    let changed_number = kind == "user_changed_number" || kind == "customer_changed_number";
    let text = s.body.as_ref().or(s.kind.as_ref()).map(Lax::owned).unwrap_or_default();
    let new_wa_id = s.new_wa_id.or(s.wa_id).filter(|_| changed_number).map(|w| w.owned());
    let new_user_id = s.user_id.filter(|_| changed_number || kind == "user_changed_user_id").map(|u| u.owned());
    Some(Content::System { text, new_wa_id, new_user_id })
}

fn edit(raw: Option<Raw<'_>>) -> Option<Content> {
    #[derive(Deserialize)]
    struct Edit<'a> {
        #[serde(borrow)]
        original_message_id: Lax<'a>,
        #[serde(borrow)]
        message: Raw<'a>,
    }
    let e: Edit<'_> = wire::read(raw)?;
    let inner: Message<'_> = wire::read(Some(e.message))?;
    let depth_one = inner.kind.as_ref().is_some_and(|k| k.0 != "edit");
    let now = depth_one.then(|| content(&inner, e.message, &List::default()))?;
    match now {
        Content::Text { text } => Some(Content::Edited { of: e.original_message_id.owned(), text }),
        Content::Media { file, .. } => Some(Content::Edited { of: e.original_message_id.owned(), text: file.caption.unwrap_or_default() }),
        _ => None,
    }
}

fn revoke(raw: Option<Raw<'_>>) -> Option<Content> {
    #[derive(Deserialize)]
    struct Revoke<'a> {
        #[serde(borrow)]
        original_message_id: Lax<'a>,
    }
    wire::read::<Revoke<'_>>(raw).map(|r| Content::Deleted { of: r.original_message_id.owned() })
}
