//! The simulator speaks the protocol: what it makes is read back by the channel, and the other way round.

use super::*;
use crate::channels::meta::build::{build, mark_read};
use crate::channels::meta::parse::parse;
use crate::domain::house::contact::{Identity, IdentityKind};
use crate::domain::house::hook::HookItem;
use crate::domain::house::message::{Content, File};

fn line() -> Line {
    Line { waba: "88".into(), phone_number_id: "55".into(), display_number: "2347000000001".into() }
}

fn hidden() -> Persona {
    Persona { name: "Hadiza ₦".into(), wa_id: None, user_id: Some("NG.7".into()) }
}

fn read(body: &Value) -> HookItem {
    let mut items = parse(&bytes(body)).unwrap().items;
    assert_eq!(items.len(), 1);
    items.remove(0)
}

fn content(act: &Act) -> Content {
    let HookItem::Message { inbound, .. } = read(&message(&line(), &hidden(), &wamid(), Time::from_secs(5), Some("w.1"), act)) else {
        panic!()
    };
    assert!(inbound.identities == [Identity { kind: IdentityKind::WhatsappUser, value: "NG.7".into() }]);
    assert_eq!((inbound.name.as_deref(), inbound.reply_to.as_deref(), inbound.at), (Some("Hadiza ₦"), Some("w.1"), Time::from_secs(5)));
    inbound.content
}

#[test]
fn every_act_arrives() {
    let s = str::to_owned;
    assert_eq!(content(&Act::Text { text: s("nawa/₦ 👍") }), Content::text("nawa/₦ 👍"));
    let voice = Act::File {
        kind: MediaKind::Audio,
        media_id: s("m"),
        mime: s("audio/ogg"),
        sha256: s(""),
        caption: None,
        filename: None,
        voice: true,
    };
    assert!(matches!(content(&voice), Content::Media { media: MediaKind::Audio, file: File { voice: true, .. } }));
    let tapped = Content::Tapped { id: s("a"), title: s("A") };
    assert_eq!(content(&Act::Button { id: s("a"), title: s("A") }), tapped);
    assert_eq!(content(&Act::Row { id: s("a"), title: s("A"), description: s("d") }), tapped);
    let place = Act::Location { latitude: 6.5, longitude: 3.4, name: Some(s("Yaba")), address: None };
    assert_eq!(content(&place), Content::Location { latitude: 6.5, longitude: 3.4, name: Some(s("Yaba")), address: None });
    let lines = vec![CatalogueLine { retailer_id: s("R"), quantity: 2, price: s("92500.5"), currency: s("NGN") }];
    assert_eq!(content(&Act::Order { text: None, lines: lines.clone() }), Content::CatalogueOrder { text: None, lines });
    assert_eq!(content(&Act::Reaction { to: s("w"), emoji: s("") }), Content::Reaction { to: s("w"), emoji: s("") });
    assert_eq!(content(&Act::Delete { of: s("w") }), Content::Deleted { of: s("w") });
}

#[test]
fn every_status_arrives() {
    let sent = Sent { provider_id: "w.2", callback: Some("job") };
    for delivery in [Delivery::Sent, Delivery::Delivered, Delivery::Read, Delivery::Failed] {
        let body = status(&line(), &hidden(), &sent, delivery, Time::from_secs(9), Some(131_047)).unwrap();
        let HookItem::Receipt { receipt, .. } = read(&body) else { panic!() };
        assert_eq!((receipt.delivery, receipt.callback.as_deref(), receipt.provider_id.as_str()), (delivery, Some("job"), "w.2"));
        assert_eq!(receipt.problem.map(|p| p.code), (delivery == Delivery::Failed).then_some(131_047));
    }
    assert!(status(&line(), &hidden(), &sent, Delivery::Queued, Time::from_secs(9), None).is_none());
}

#[test]
fn a_phone_shows_what_we_send() {
    let to = Identity { kind: IdentityKind::WhatsappUser, value: "NG.7".into() };
    let show = |content: &Content| match outgoing(&build(&to, content, Some("w.1"), Some("job")).unwrap()) {
        Some(Outgoing::Bubble(bubble)) => *bubble,
        other => panic!("{other:?}"),
    };
    let choices = vec![Choice { id: "a".into(), title: "A".into(), description: "more".into() }];
    let bubble = show(&Content::List { text: "Menu".into(), button: "Open".into(), choices: choices.clone() });
    assert_eq!(
        (bubble.to.as_str(), bubble.text.as_str(), bubble.list_button.as_deref(), &bubble.rows),
        ("NG.7", "Menu", Some("Open"), &choices)
    );
    assert_eq!((bubble.reply_to.as_deref(), bubble.callback.as_deref()), (Some("w.1"), Some("job")));
    assert_eq!(show(&Content::Buttons { text: "Ok?".into(), choices }).buttons[0].title, "A");
    let link = Content::Link { text: "Pay".into(), label: "Pay now".into(), url: "https://p.example".into() };
    assert_eq!(show(&link).link, Some(("Pay now".into(), "https://p.example".into())));
    let file = File { provider_id: Some("9".into()), caption: Some("Cake".into()), ..File::default() };
    let bubble = show(&Content::Media { media: MediaKind::Image, file });
    assert_eq!((bubble.text.as_str(), bubble.file.and_then(|f| f.id).as_deref()), ("Cake", Some("9")));
    assert_eq!(outgoing(&mark_read("w.1", true)), Some(Outgoing::Read { provider_id: "w.1".into(), typing: true }));
    assert_eq!(outgoing(&json!({})), None);
    assert_eq!(outgoing(&json!({ "to": "1", "type": "hologram" })), None);
}

#[test]
fn ids_are_fresh() {
    assert!(wamid() != wamid() && wamid().starts_with("wamid."));
}
