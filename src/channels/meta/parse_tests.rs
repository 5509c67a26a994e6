//! Reading of webhooks, against the fixtures in `tests/fixtures/meta`.

use super::parse::{Hook, parse};
use crate::domain::house::contact::{Identity, IdentityKind};
use crate::domain::house::hook::HookItem;
use crate::domain::house::message::{Content, Delivery, Inbound, MediaKind, ProblemClass, Receipt};
use crate::domain::time::Time;
use proptest::prelude::*;
use std::path::Path;

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/meta")
}

fn hook(name: &str) -> Hook {
    parse(&std::fs::read(folder().join(format!("{name}.json"))).unwrap()).unwrap()
}

fn inbound(name: &str) -> Inbound {
    match hook(name).items.as_slice() {
        [HookItem::Message { account, waba, inbound }] => {
            assert_eq!((account.as_str(), waba.as_str()), ("55501", "880011"), "{name}");
            (**inbound).clone()
        }
        other => panic!("{name}: {other:?}"),
    }
}

fn content(name: &str) -> Content {
    inbound(name).content
}

fn receipts(name: &str) -> Vec<Receipt> {
    let items = hook(name).items;
    items.into_iter().filter_map(|i| if let HookItem::Receipt { receipt, .. } = i { Some(receipt) } else { None }).collect()
}

fn user(id: &str) -> Identity {
    Identity { kind: IdentityKind::WhatsappUser, value: id.into() }
}

fn phone(e164: &str) -> Identity {
    Identity { kind: IdentityKind::Phone, value: e164.into() }
}

#[test]
fn text_with_everything_around_it() {
    let m = inbound("text");
    assert_eq!(m.provider_id, "wamid.IN.text");
    assert!(m.identities == [user("NG.70011"), phone("+2348031110001")]);
    assert_eq!(m.name.as_deref(), Some("Ada Obi"));
    assert_eq!(m.at, Time::from_secs(1_795_252_200));
    assert_eq!(m.content, Content::text("Good morning! 2 plates of jollof rice to Yaba, how much? ₦"));
    assert!(!m.echo && !m.forwarded && m.reply_to.is_none() && m.referral.is_none());
}

#[test]
fn files_of_every_kind() {
    let all = [
        ("image", MediaKind::Image, "900101"),
        ("video", MediaKind::Video, "900102"),
        ("document", MediaKind::Document, "900103"),
        ("voice_note", MediaKind::Audio, "900104"),
        ("sticker", MediaKind::Sticker, "900105"),
    ];
    for (name, kind, id) in all {
        let Content::Media { media, file } = content(name) else { panic!("{name}") };
        assert_eq!((media, file.provider_id.as_deref()), (kind, Some(id)), "{name}");
        assert_eq!(file.voice, name == "voice_note");
        assert_eq!(file.caption.is_some(), name == "image");
        assert_eq!(file.filename.is_some(), name == "document");
        assert!(!file.mime.is_empty());
    }
}

#[test]
fn places_cards_and_reactions() {
    let Content::Location { latitude, longitude, name, address } = content("location") else { panic!() };
    assert!((latitude - 6.5095).abs() < 1e-9 && (longitude - 3.3711).abs() < 1e-9);
    assert_eq!((name.as_deref(), address.as_deref()), (Some("Tejuosho Market"), Some("Yaba, Lagos")));
    assert_eq!(content("contacts"), Content::Cards { lines: vec!["Bola Ade, +234 803 111 0002".into(), "Chi, +2348031110003".into()] });
    assert_eq!(content("reaction"), Content::Reaction { to: "wamid.OUT.1".into(), emoji: "👍".into() });
    assert_eq!(content("reaction_removed"), Content::Reaction { to: "wamid.OUT.1".into(), emoji: String::new() });
}

#[test]
fn taps_and_forms() {
    let tapped = |id: &str, title: &str| Content::Tapped { id: id.into(), title: title.into() };
    assert_eq!(content("template_button"), tapped("reorder:17", "Order again"));
    assert_eq!(content("button_reply"), tapped("pay:17", "I have paid"));
    assert_eq!(inbound("button_reply").reply_to.as_deref(), Some("wamid.OUT.3"));
    assert_eq!(content("list_reply"), tapped("item:4", "Jollof rice"));
    assert_eq!(content("form_reply"), Content::Form { fields: serde_json::json!({ "flow_token": "t-9", "guests": 4, "name": "Adé" }) });
}

#[test]
fn prices_of_a_catalogue_order_stay_text() {
    let Content::CatalogueOrder { text, lines } = content("order") else { panic!() };
    assert_eq!(text.as_deref(), Some("Please deliver today"));
    let lines: Vec<_> = lines.iter().map(|l| (l.retailer_id.as_str(), l.quantity, l.price.as_str(), l.currency.as_str())).collect();
    assert_eq!(lines, [("RICE-50", 2, "92500.10", "NGN"), ("OIL-5", 1, "8200", "NGN")]);
}

#[test]
fn what_cannot_be_read_is_kept_whole() {
    let expected = [
        ("interactive_without_object", "interactive", Some("The form answer could not be read")),
        ("interactive_unknown", "call_permission_reply", None),
        ("unsupported_poll", "poll", Some("Message type is currently not supported")),
        ("unknown_type", "hologram", None),
    ];
    for (name, word, why) in expected {
        let Content::Unknown { type_word, reason, raw } = content(name) else { panic!("{name}") };
        assert_eq!((type_word.as_str(), reason.as_deref()), (word, why), "{name}");
        assert!(raw.is_some_and(|r| r["id"].as_str().is_some_and(|id| id.starts_with("wamid.IN."))), "{name}");
    }
}

#[test]
fn news_of_accounts_edits_and_deletions() {
    let m = inbound("system_number_changed");
    assert!(m.identities == [user("NG.70011"), phone("+2348031110001")]);
    assert!(matches!(m.content, Content::System { new_wa_id: Some(ref n), new_user_id: None, .. } if n == "2348031110009"));
    let m = inbound("system_user_id_changed");
    assert!(m.identities == [user("NG.70011")]);
    assert!(matches!(m.content, Content::System { new_wa_id: None, new_user_id: Some(ref n), .. } if n == "GH.80022"));
    assert_eq!(content("edit_text"), Content::Edited { of: "wamid.IN.text".into(), text: "3 plates, sorry".into() });
    assert_eq!(content("edit_caption"), Content::Edited { of: "wamid.IN.image".into(), text: "The red one".into() });
    assert_eq!(content("revoke"), Content::Deleted { of: "wamid.IN.text".into() });
}

#[test]
fn where_a_message_comes_from() {
    assert!(inbound("forwarded").forwarded);
    assert_eq!(inbound("product_question").referral.unwrap()["referred_product"]["product_retailer_id"], "BAG-1");
    assert_eq!(inbound("ad_referral").referral.unwrap()["headline"], "Fresh cakes");
    let hidden = inbound("user_id_only");
    assert!(hidden.identities == [user("NG.71234")] && hidden.name.as_deref() == Some("Hidden Hadiza"));
    let echo = inbound("echo");
    assert!(echo.echo && echo.identities == [user("NG.70011"), phone("+2348031110001")]);
    assert!(matches!(&hook("group").items[..], [HookItem::Other { field, .. }] if field == "messages.group"));
}

#[test]
fn receipts_in_any_order_with_their_reasons() {
    let sent = receipts("status_sent").remove(0);
    assert_eq!((sent.provider_id.as_str(), sent.callback.as_deref(), sent.delivery), ("wamid.OUT.5", Some("msg-5"), Delivery::Sent));
    assert_eq!((sent.price_category.as_deref(), sent.problem), (Some("service"), None));
    let all: Vec<_> = receipts("status_all").iter().map(|r| r.delivery).collect();
    assert_eq!(all, [Delivery::Delivered, Delivery::Read, Delivery::Read]);
    assert!(hook("status_all").items.iter().any(|i| matches!(i, HookItem::Other { field, .. } if field == "statuses")));
    let failed = receipts("status_failed");
    let problem = failed[0].problem.clone().unwrap();
    assert_eq!((problem.class, problem.detail.as_str()), (ProblemClass::Window, "More than 24 hours have passed"));
    assert_eq!(failed[1].problem.clone().unwrap().class, ProblemClass::Other);
}

#[test]
fn problems_preferences_and_the_rest() {
    assert!(matches!(&hook("value_errors").items[..], [HookItem::Problem { problem, .. }] if problem.class == ProblemClass::Rate));
    let wanted: Vec<_> = hook("preferences").items.into_iter().collect();
    assert!(matches!(&wanted[0], HookItem::Preference { marketing: false, identity, .. } if *identity == phone("+2348031110001")));
    assert!(matches!(&wanted[1], HookItem::Preference { marketing: true, identity, .. } if *identity == user("NG.70011")));
    assert!(matches!(&hook("call").items[..], [HookItem::Other { account: Some(_), field, .. }] if field == "calls"));
    let items = hook("account_update").items;
    assert!(matches!(&items[..], [HookItem::Other { account: None, field, .. }] if field == "account_update"));
}

#[test]
fn one_bad_message_does_not_lose_the_others() {
    let items = hook("batch_with_bad_ones").items;
    let read: Vec<(&str, &str)> = items
        .iter()
        .filter_map(|i| {
            if let HookItem::Message { account, inbound, .. } = i { Some((account.as_str(), inbound.provider_id.as_str())) } else { None }
        })
        .collect();
    let expected = ["B1", "B2", "B3", "B4"].map(|b| ("55501", format!("wamid.{b}")));
    assert!(read[..4].iter().zip(&expected).all(|(r, e)| r.0 == e.0 && r.1 == e.1), "{read:?}");
    assert_eq!(read[4..], [("55502", "wamid.B5"), ("55503", "wamid.B6")]);
    assert_eq!(items.iter().filter(|i| matches!(i, HookItem::Other { .. })).count(), 3);
}

#[test]
fn every_fixture_yields_something() {
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let hook = parse(&std::fs::read(&path).unwrap()).unwrap();
        assert!(!hook.items.is_empty(), "{}", path.display());
    }
}

/// Names a folder of recorded webhooks in `STEWARD_FIXTURES` to read all of them.
#[test]
#[expect(clippy::disallowed_methods, reason = "a switch of this test, not an option of the program")]
#[expect(clippy::print_stderr, reason = "the person who names a folder wants to know what was in it")]
fn reads_recorded_webhooks() {
    let Ok(folder) = std::env::var("STEWARD_FIXTURES") else { return };
    let paths = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "json"));
    let mut kinds = std::collections::BTreeMap::new();
    for path in paths {
        let hook = parse(&std::fs::read(&path).unwrap()).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        for item in &hook.items {
            let kind = match item {
                HookItem::Message { inbound, .. } => inbound.content.kind().to_owned(),
                HookItem::Receipt { receipt, .. } => receipt.delivery.as_str().to_owned(),
                HookItem::Other { field, .. } => panic!("{}: unread {field}", path.display()),
                HookItem::Problem { .. } | HookItem::Preference { .. } | HookItem::Template { .. } => "news".to_owned(),
            };
            *kinds.entry(kind).or_insert(0) += 1;
        }
        assert!(!hook.items.is_empty(), "{}", path.display());
    }
    assert!(!kinds.is_empty(), "no JSON files there");
    eprintln!("{kinds:?}");
}

/// `cargo test --release -- --ignored --nocapture speed` tells how long one text webhook takes.
#[test]
#[ignore = "a measurement, not a check"]
#[expect(clippy::print_stderr, reason = "the measurement is what the person runs it for")]
fn speed_of_a_text_webhook() {
    let pretty = std::fs::read(folder().join("text.json")).unwrap();
    let body = serde_json::to_vec(&serde_json::from_slice::<serde_json::Value>(&pretty).unwrap()).unwrap();
    let rounds = 200_000;
    let start = std::time::Instant::now();
    for _ in 0..rounds {
        std::hint::black_box(parse(std::hint::black_box(&body)).unwrap());
    }
    eprintln!("{} bytes: {:.2} microseconds", body.len(), start.elapsed().as_secs_f64() * 1e6 / f64::from(rounds));
}

fn bodies() -> Vec<Vec<u8>> {
    let mut paths: Vec<_> = std::fs::read_dir(folder()).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|p| std::fs::read(p).unwrap()).collect()
}

proptest! {
    #[test]
    fn never_panics_on_any_bytes(body in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&body);
    }
    #[test]
    fn never_panics_on_spoilt_fixtures(which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), with in ".{0,3}", drop in 0usize..12) {
        let mut body = which.get(&bodies()).clone();
        let at = at.index(body.len());
        let end = (at + drop).min(body.len());
        body.splice(at..end, with.into_bytes());
        let _ = parse(&body);
    }
    /// A value of the wrong type anywhere must cost at most its own message.
    #[test]
    fn never_panics_on_values_of_the_wrong_type(which in any::<prop::sample::Index>(), skip in 0usize..60, kind in 0usize..5) {
        let mut body: serde_json::Value = serde_json::from_slice(which.get(&bodies()).as_slice()).unwrap();
        let mut left = skip;
        replace(&mut body, &mut left, &[serde_json::json!(null), serde_json::json!(7.5), serde_json::json!([]), serde_json::json!({}), serde_json::json!("x")][kind]);
        let _ = parse(&serde_json::to_vec(&body).unwrap());
    }
}

/// Puts `with` in the place of the `left`th value.
fn replace(value: &mut serde_json::Value, left: &mut usize, with: &serde_json::Value) {
    if *left == 0 {
        *value = with.clone();
        *left = usize::MAX;
        return;
    }
    *left -= 1;
    match value {
        serde_json::Value::Array(items) => items.iter_mut().for_each(|v| replace(v, left, with)),
        serde_json::Value::Object(map) => map.values_mut().for_each(|v| replace(v, left, with)),
        _ => {}
    }
}
