//! Building of send requests.

use super::build::{build, mark_read};
use super::fit::BODY_MAX;
use crate::domain::house::contact::{Identity, IdentityKind};
use crate::domain::house::message::{Choice, Content, File, MediaKind};
use crate::domain::house::template::{Part, Place};
use crate::domain::text::{split, units};
use proptest::prelude::*;
use serde_json::{Value, json};

fn ada() -> Identity {
    Identity { kind: IdentityKind::Phone, value: "+2348031110001".into() }
}

fn choice(id: &str, title: &str) -> Choice {
    Choice { id: id.into(), title: title.into(), description: String::new() }
}

fn choices(n: usize) -> Vec<Choice> {
    (0..n).map(|i| choice(&format!("c{i}"), &format!("Choice {i}"))).collect()
}

fn built(content: &Content) -> Value {
    build(&ada(), content, None, None).unwrap()
}

fn buttons(choices: Vec<Choice>) -> Content {
    Content::Buttons { text: "Which?".into(), choices }
}

#[test]
fn text_to_a_number_and_to_a_hidden_person() {
    let content = Content::text("Hello");
    let expected = json!({ "messaging_product": "whatsapp", "recipient_type": "individual", "to": "2348031110001",
        "context": { "message_id": "wamid.1" }, "biz_opaque_callback_data": "msg-1", "type": "text",
        "text": { "body": "Hello", "preview_url": false } });
    assert_eq!(build(&ada(), &content, Some("wamid.1"), Some("msg-1")).unwrap(), expected);
    let hidden = Identity { kind: IdentityKind::WhatsappUser, value: "NG.71234".into() };
    let json = build(&hidden, &content, None, None).unwrap();
    assert_eq!((&json["recipient"], json.get("to")), (&json!("NG.71234"), None));
    let mail = Identity { kind: IdentityKind::Email, value: "a@b.c".into() };
    assert!(build(&mail, &content, None, None).is_err());
}

#[test]
fn refuses_what_meta_would_refuse() {
    let refused = [
        Content::text(" "),
        Content::text("x".repeat(4097)),
        buttons(vec![]),
        buttons(choices(4)),
        buttons(vec![choice("a", "A"), choice("a", "B")]),
        buttons(vec![choice("a", "")]),
        Content::List { text: "x".into(), button: "Open".into(), choices: choices(11) },
        Content::Location { latitude: f64::NAN, longitude: 0.0, name: None, address: None },
        Content::Media { media: MediaKind::Image, file: File::default() },
        Content::Link { text: "x".into(), label: "Pay".into(), url: "javascript:alert(1)".into() },
        Content::Deleted { of: "x".into() },
        Content::Cards { lines: vec![] },
    ];
    for content in refused {
        assert!(build(&ada(), &content, None, None).is_err(), "{content:?}");
    }
    assert!(build(&ada(), &Content::text("x"), None, Some(&"c".repeat(513))).is_err());
}

#[test]
fn long_titles_are_cut_and_stay_different() {
    let json = built(&buttons(vec![choice("a", "Jollof rice with chicken"), choice("b", "Jollof rice with chips"), choice("c", "No")]));
    let titles: Vec<&str> = (0..3).map(|i| json["interactive"]["action"]["buttons"][i]["reply"]["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["Jollof rice with ch…", "Jollof rice with 2", "No"].map(|t| t.replace("with 2", "with… 2")));
    assert!(titles.iter().all(|t| units(t) <= 20));
}

#[test]
fn lists_links_and_templates() {
    let mut rows = choices(10);
    rows[0].description = "d".repeat(100);
    let list = built(&Content::List { text: "Menu".into(), button: "See the whole long menu".into(), choices: rows });
    let action = &list["interactive"]["action"];
    assert_eq!(action["sections"][0]["rows"].as_array().unwrap().len(), 10);
    assert!(units(action["button"].as_str().unwrap()) <= 20);
    assert_eq!(units(action["sections"][0]["rows"][0]["description"].as_str().unwrap()), 72);
    let link = built(&Content::Link { text: "Pay here".into(), label: "Pay".into(), url: "https://pay.example/1".into() });
    assert_eq!(link["interactive"]["action"]["parameters"], json!({ "display_text": "Pay", "url": "https://pay.example/1" }));
    let place = |part, name: &str, value: &str| Place { part, name: name.into(), value: value.into() };
    let places = vec![
        place(Part::Header, "1", "#1001"),
        place(Part::Body, "first_name", "Ada\n\tObi"),
        place(Part::Body, "dish", ""),
        place(Part::Button(1), "1", "1001"),
    ];
    let template = Content::Template { name: "ready".into(), language: "en_US".into(), places, text: "x".into() };
    let text = |t: &str| json!({ "type": "text", "text": t });
    let named = |n: &str, t: &str| json!({ "type": "text", "text": t, "parameter_name": n });
    let components = json!([
        { "type": "header", "parameters": [text("#1001")] },
        { "type": "body", "parameters": [named("first_name", "Ada Obi"), named("dish", "-")] },
        { "type": "button", "sub_type": "url", "index": "1", "parameters": [text("1001")] },
    ]);
    assert_eq!(built(&template)["template"]["components"], components);
    let places = vec![place(Part::File(MediaKind::Image), "picture", "https://x.example/a.jpg"), place(Part::Code(0), "code", "CAKE10")];
    let template = Content::Template { name: "sale".into(), language: "en".into(), places, text: "x".into() };
    let components = json!([
        { "type": "header", "parameters": [{ "type": "image", "image": { "link": "https://x.example/a.jpg" } }] },
        { "type": "button", "sub_type": "copy_code", "index": "0", "parameters": [{ "type": "coupon_code", "coupon_code": "CAKE10" }] },
    ]);
    assert_eq!(built(&template)["template"]["components"], components);
}

#[test]
fn files_by_id_or_link() {
    let media = |media, file| built(&Content::Media { media, file });
    let file = File { provider_id: Some("77".into()), voice: true, caption: Some("x".into()), ..File::default() };
    assert_eq!(media(MediaKind::Audio, file.clone())["audio"], json!({ "id": "77", "voice": true }));
    assert_eq!(media(MediaKind::Image, file)["image"], json!({ "id": "77", "caption": "x" }));
    let file = File { link: Some("https://x.example/a.pdf".into()), filename: Some("a.pdf".into()), ..File::default() };
    assert_eq!(media(MediaKind::Document, file)["document"], json!({ "link": "https://x.example/a.pdf", "filename": "a.pdf" }));
}

#[test]
fn reactions_places_cards_and_reading() {
    let reaction = build(&ada(), &Content::Reaction { to: "wamid.1".into(), emoji: String::new() }, Some("wamid.1"), None).unwrap();
    assert_eq!((&reaction["reaction"], reaction.get("context")), (&json!({ "message_id": "wamid.1", "emoji": "" }), None));
    let place = Content::Location { latitude: 6.5, longitude: 3.4, name: Some("Shop".into()), address: None };
    assert_eq!(built(&place)["location"], json!({ "latitude": 6.5, "longitude": 3.4, "name": "Shop" }));
    let cards = built(&Content::Cards { lines: vec!["Bola, +2348031110002".into()] });
    assert_eq!(cards["contacts"][0]["phones"][0]["phone"], "+2348031110002");
    assert_eq!(mark_read("wamid.1", true)["typing_indicator"]["type"], "text");
    assert!(mark_read("wamid.1", false).get("typing_indicator").is_none());
}

proptest! {
    /// Whatever the words and titles: what was split is accepted, and the list's titles stay within the limits and different.
    #[test]
    fn what_was_split_can_be_built(text in "[^\\s]\\PC{0,3000}", titles in proptest::collection::vec("[a-c👍🏽]{1,60}", 1..=10)) {
        let choices: Vec<Choice> = titles.iter().enumerate().map(|(i, t)| choice(&format!("c{i}"), t)).collect();
        for part in split(&text, BODY_MAX) {
            let list = Content::List { text: part.into(), button: "Open".into(), choices: choices.clone() };
            let json = build(&ada(), &list, None, None);
            prop_assert!(json.is_ok(), "{json:?}");
            let json = json.unwrap_or_default();
            let Some(rows) = json["interactive"]["action"]["sections"][0]["rows"].as_array() else { continue };
            let mut shown: Vec<&str> = rows.iter().filter_map(|r| r["title"].as_str()).collect();
            prop_assert!(shown.iter().all(|t| units(t) <= 24 && !t.is_empty()));
            shown.sort_unstable();
            shown.dedup();
            prop_assert_eq!(shown.len(), titles.len());
        }
    }
}
