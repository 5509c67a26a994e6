//! Templates as Meta lists them.

use super::template::read;
use crate::domain::house::template::Part;
use serde_json::json;

#[test]
fn reads_places_of_every_part() {
    let t = read(&json!({ "id": "594425479261596", "name": "order_ready", "language": "en_US", "status": "APPROVED", "category": "UTILITY",
        "components": [
            { "type": "HEADER", "format": "TEXT", "text": "Order {{1}}", "example": { "header_text": ["#1001"] } },
            { "type": "BODY", "text": "Hello {{1}}, {{2}} is ready.", "example": { "body_text": [["Ada", "your cake"]] } },
            { "type": "FOOTER", "text": "Mama Put" },
            { "type": "BUTTONS", "buttons": [
                { "type": "QUICK_REPLY", "text": "On my way" },
                { "type": "URL", "text": "See it", "url": "https://shop.example/o/{{1}}", "example": ["https://shop.example/o/1001"] } ] } ] }))
    .unwrap();
    let places: Vec<(Part, &str, &str)> = t.places.iter().map(|p| (p.part, p.name.as_str(), p.value.as_str())).collect();
    let wanted = [
        (Part::Header, "1", "#1001"),
        (Part::Body, "1", "Ada"),
        (Part::Body, "2", "your cake"),
        (Part::Button(1), "1", "https://shop.example/o/1001"),
    ];
    assert_eq!(places, wanted);
    assert_eq!((t.hindrance(), t.buttons.len()), (None, 2));
}

#[test]
fn named_places_have_their_examples() {
    let t = read(&json!({ "name": "hi", "language": "en", "status": "APPROVED", "category": "MARKETING", "parameter_format": "NAMED",
        "components": [{ "type": "body", "text": "Hi {{first_name}}",
            "example": { "body_text_named_params": [{ "param_name": "first_name", "example": "Ada" }] } }] }))
    .unwrap();
    assert_eq!((t.places[0].name.as_str(), t.places[0].value.as_str(), t.places[0].is_numbered()), ("first_name", "Ada", false));
}

#[test]
fn files_above_the_words_and_codes_to_copy_are_places() {
    let t = read(&json!({ "name": "sale", "language": "en", "status": "APPROVED", "category": "MARKETING", "components": [
        { "type": "HEADER", "format": "IMAGE", "example": { "header_handle": ["https://meta.example/runs-out"] } },
        { "type": "BODY", "text": "Hello {{1}}", "example": { "body_text": [["Ada"]] } },
        { "type": "BUTTONS", "buttons": [
            { "type": "QUICK_REPLY", "text": "Stop" }, { "type": "COPY_CODE", "text": "Copy", "example": ["CAKE10"] } ] } ] }))
    .unwrap();
    let places: Vec<(String, &str)> = t.places.iter().map(|p| (p.key(), p.value.as_str())).collect();
    assert_eq!(places, [("header_file".into(), ""), ("1".into(), "Ada"), ("button_1_code".to_owned(), "CAKE10")]);
    assert_eq!(t.hindrance(), None);
}

#[test]
fn what_cannot_be_filled_in_says_so() {
    let with = |component: serde_json::Value| {
        read(&json!({ "name": "x", "language": "en", "status": "APPROVED", "category": "UTILITY", "components": [component] })).unwrap()
    };
    for (component, word) in [
        (json!({ "type": "HEADER", "format": "LOCATION" }), "place"),
        (json!({ "type": "BUTTONS", "buttons": [{ "type": "OTP", "text": "Copy" }] }), "code"),
        (json!({ "type": "BUTTONS", "buttons": [{ "type": "FLOW", "text": "Book" }] }), "form"),
        (json!({ "type": "CAROUSEL", "cards": [] }), "part"),
    ] {
        assert!(with(component.clone()).hindrance().is_some_and(|w| w.contains(word)), "{component}");
    }
    let refused =
        read(&json!({ "name": "x", "language": "en", "status": "REJECTED", "category": "UTILITY", "rejected_reason": "SCAM" })).unwrap();
    assert!(refused.problem.contains("fraud") && refused.hindrance().is_some());
    assert!(read(&json!({ "language": "en" })).is_none());
}
