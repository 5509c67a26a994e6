//! Bodies of pages and Instagram accounts, and what is made of them by chance.

use super::parse::{carrier, parse};
use crate::domain::house::contact::IdentityKind;
use crate::domain::house::hook::HookItem;
use crate::domain::house::line::Carrier;
use crate::domain::house::message::{Content, Delivery, Inbound, MediaKind};
use crate::domain::time::Time;
use proptest::prelude::*;
use serde_json::{Value, json};

fn body(object: &str, event: &Value) -> Vec<u8> {
    json!({ "object": object, "entry": [{ "id": "900", "time": 1_763_722_800_000_i64, "messaging": [event] }] }).to_string().into_bytes()
}

fn event(message: &Value) -> Value {
    json!({ "sender": { "id": "77" }, "recipient": { "id": "900" }, "timestamp": 1_763_722_800_000_i64, "message": message })
}

fn read(carrier: Carrier, event: &Value) -> Vec<HookItem> {
    parse(carrier, &body("page", event), Time::from_millis(5)).unwrap()
}

fn message(carrier: Carrier, m: &Value) -> Inbound {
    match read(carrier, &event(m)).pop() {
        Some(HookItem::Message { inbound, .. }) => *inbound,
        other => panic!("{other:?}"),
    }
}

#[test]
fn tells_pages_from_whatsapp() {
    assert_eq!(carrier(&body("page", &json!({}))), Some(Carrier::Messenger));
    assert_eq!(carrier(&body("instagram", &json!({}))), Some(Carrier::Instagram));
    for other in [&b"{\"object\":\"whatsapp_business_account\",\"entry\":[]}"[..], b"{}", b"", b"{\"object\":5}"] {
        assert_eq!(carrier(other), None);
    }
}

#[test]
fn reads_words_taps_files_and_places() {
    let m = message(Carrier::Messenger, &json!({ "mid": "m1", "text": "2 jollof", "reply_to": { "mid": "m0" } }));
    assert_eq!((m.provider_id.as_str(), m.content, m.reply_to.as_deref()), ("m1", Content::text("2 jollof"), Some("m0")));
    assert_eq!((m.identities[0].kind, m.identities[0].value.as_str()), (IdentityKind::MessengerUser, "77"));
    let m = message(Carrier::Instagram, &json!({ "mid": "m2", "text": "Large", "quick_reply": { "payload": "size:large" } }));
    assert_eq!(m.identities[0].kind, IdentityKind::InstagramUser);
    assert!(matches!(m.content, Content::Tapped { id, title } if id == "size:large" && title == "Large"));
    let audio = json!({ "mid": "m3", "attachments": [{ "type": "audio", "payload": { "url": "https://cdn.fbsbx.com/a" } }] });
    let audio = message(Carrier::Messenger, &audio).content;
    assert!(matches!(audio, Content::Media { media: MediaKind::Audio, file } if file.voice && file.provider_id.is_some()));
    let place = json!({ "mid": "m4", "attachments": [{ "type": "location", "payload": { "coordinates": { "lat": 6.5, "long": 3.4 } } }] });
    assert!(matches!(message(Carrier::Messenger, &place).content, Content::Location { .. }));
    let story = json!({ "mid": "m5", "attachments": [{ "type": "story_mention", "payload": {} }] });
    assert!(matches!(message(Carrier::Instagram, &story).content, Content::Unknown { type_word, .. } if type_word == "story_mention"));
}

#[test]
fn reads_what_happened_to_messages() {
    let base = |key: &str, inner: Value| {
        let mut e = json!({ "sender": { "id": "77" }, "recipient": { "id": "900" }, "timestamp": 9 });
        e[key] = inner;
        e
    };
    let items = read(Carrier::Messenger, &base("delivery", json!({ "mids": ["a", "b"], "watermark": 9 })));
    assert!(
        items.iter().all(|i| matches!(i, HookItem::Receipt { receipt, .. } if receipt.delivery == Delivery::Delivered)) && items.len() == 2
    );
    let items = read(Carrier::Instagram, &base("read", json!({ "mid": "a" })));
    assert!(
        matches!(&items[..], [HookItem::Receipt { account, receipt }] if account == "instagram:900" && receipt.delivery == Delivery::Read)
    );
    let items = read(Carrier::Messenger, &base("postback", json!({ "title": "Start", "payload": "START" })));
    assert!(
        matches!(&items[..], [HookItem::Message { inbound, .. }] if matches!(&inbound.content, Content::Tapped { id, .. } if id == "START"))
    );
    let echo = json!({ "sender": { "id": "900" }, "recipient": { "id": "77" }, "timestamp": 9, "message": { "mid": "e", "text": "Kemi here", "is_echo": true } });
    let items = read(Carrier::Messenger, &echo);
    assert!(matches!(&items[..], [HookItem::Message { inbound, .. }] if inbound.echo && inbound.identities[0].value == "77"));
    let mut ours = echo;
    ours["message"]["app_id"] = json!(66_601);
    assert!(matches!(&read(Carrier::Messenger, &ours)[..], [HookItem::Other { .. }]), "our own reply is no person taking over");
}

proptest! {
    /// Whatever is done to a body, it is read or refused; nothing else.
    #[test]
    fn no_body_breaks_the_reader(cut in 0usize..260, bytes in proptest::collection::vec(any::<u8>(), 0..40), at in 0usize..260) {
        let mut body = body("page", &event(&json!({ "mid": "m", "text": "x", "attachments": [{ "type": "image", "payload": { "url": "u" } }] })));
        body.truncate(cut);
        let at = at.min(body.len());
        body.splice(at..at, bytes);
        let _ = carrier(&body);
        let _ = parse(Carrier::Messenger, &body, Time::from_millis(5));
    }
}
