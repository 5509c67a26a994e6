//! Vonage's own vector, and bodies that are not as they should be.

use super::jwt::{self, PrivateKey};
use super::parse::{inbound, status};
use crate::domain::house::conversation::Channel;
use crate::domain::house::hook::HookItem;
use crate::domain::house::message::{Content, Delivery, Inbound, ProblemClass};
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use base64::Engine;
use proptest::prelude::*;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

const SECRET: &str = "vonage_signature_secret_32_bytes_xx";
const BODY: &str = r#"{"channel":"whatsapp","message_uuid":"aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab","to":"447700900000","from":"2348012345678","timestamp":"2026-02-03T12:14:25Z","message_type":"text","text":"Hello"}"#;
const TOKEN: &str = "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE1ODc0OTQ5NjIsImp0aSI6ImM1YmE4ZjI0LTFhMTQtNGMxMC1iZmRmLTNmYmU4Y2U1MTFiNSIsImlzcyI6IlZvbmFnZSIsInBheWxvYWRfaGFzaCI6IjZhZGZlNDViNGJkOTQyNjQ4MmE1Yzg1ZDdlYTc2YjVhZmUxMjlhZTZiMGE1YWI3ZmI3N2JmZmExNWYxMzgzYzciLCJhcGlfa2V5IjoiYTFiMmMzZCIsImFwcGxpY2F0aW9uX2lkIjoiYWFhYWFhYWEtYmJiYi1jY2NjLWRkZGQtMDEyMzQ1Njc4OWFiIn0.u7tVSoinkcOZGtWj4yz_sB8icUpjF20Yn4HJ1PIMAvY";
const MADE: i64 = 1_587_494_962;

#[test]
fn accepts_vonages_vector_and_nothing_else() {
    let (secret, now) = (Secret::new(SECRET), Time::from_secs(MADE + 10));
    let claims = jwt::verify(&secret, TOKEN, BODY.as_bytes(), now).unwrap();
    assert_eq!((claims.api_key.as_str(), claims.application_id.as_str()), ("a1b2c3d", "aaaaaaaa-bbbb-cccc-dddd-0123456789ab"));
    assert!(jwt::verify(&secret, TOKEN, b"{}", now).is_none(), "another body");
    assert!(jwt::verify(&secret, TOKEN, BODY.as_bytes(), Time::from_secs(MADE + 400)).is_none(), "too old");
    assert!(jwt::verify(&Secret::new("other"), TOKEN, BODY.as_bytes(), now).is_none());
    assert!(jwt::verify(&Secret::default(), TOKEN, BODY.as_bytes(), now).is_none());
    let (_, rest) = TOKEN.split_once('.').unwrap();
    let unsigned = format!("Bearer {}.{rest}", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#));
    for bad in ["", "Bearer ", "Bearer a.b", "Bearer a.b.c", &unsigned, &TOKEN.replace("PIMAvY", "PIMAvX")] {
        assert!(jwt::verify(&secret, bad, BODY.as_bytes(), now).is_none(), "{bad}");
    }
    let ours = jwt::sign(&secret, "key", BODY.as_bytes(), now);
    assert_eq!(jwt::verify(&secret, &ours, BODY.as_bytes(), now).unwrap().api_key, "key");
}

#[test]
fn signs_requests_with_the_private_key_of_the_application() {
    // Made for these tests; opens nothing.
    let fixture = format!("-----BEGIN PRIVATE KEY-----\n{}-----END PRIVATE KEY-----\n", include_str!("test_key.b64"));
    let key = PrivateKey::read(&Secret::new(fixture.replace('\n', "\\n"))).unwrap();
    let token = key.token("app-1", Time::from_secs(MADE)).unwrap();
    let mut parts = token.reveal().rsplitn(2, '.');
    let url_safe = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let (tag, signed) = (url_safe.decode(parts.next().unwrap()).unwrap(), parts.next().unwrap());
    let public = base64::engine::general_purpose::STANDARD.decode(include_str!("test_key.pub").trim()).unwrap();
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public).verify(signed.as_bytes(), &tag).unwrap();
    let payload = url_safe.decode(signed.split('.').nth(1).unwrap()).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!((claims["application_id"].as_str(), claims["exp"].as_i64()), (Some("app-1"), Some(MADE + 900)));
    assert!(PrivateKey::read(&Secret::new("-----BEGIN PRIVATE KEY-----\nAAAA")).is_err());
}

fn message(body: &str) -> (Channel, Inbound) {
    let hook = inbound(body.as_bytes(), Time::from_millis(5)).unwrap();
    let Some(HookItem::Message { inbound, .. }) = hook.item else { panic!("not a message") };
    (hook.channel, *inbound)
}

#[test]
fn reads_both_channels_and_both_apis() {
    let (channel, m) = message(BODY);
    assert_eq!((channel, m.identities[0].value.as_str(), m.content), (Channel::Whatsapp, "+2348012345678", Content::text("Hello")));
    let old = r#"{"msisdn":"14845552121","to":"16105553939","messageId":"02000000DA7C52E7","text":"Test this.","type":"text"}"#;
    let (channel, m) = message(old);
    assert_eq!((channel, m.provider_id.as_str(), m.content), (Channel::Sms, "02000000DA7C52E7", Content::text("Test this.")));
    let of = |kind: &str, inner: &str| {
        message(&format!(r#"{{"channel":"whatsapp","message_uuid":"u","to":"44","from":"2348012345678","message_type":"{kind}",{inner}}}"#))
            .1
            .content
    };
    assert!(matches!(of("audio", r#""audio":{"url":"https://api.nexmo.com/v3/media/a"}"#), Content::Media { file, .. } if file.voice));
    assert!(matches!(of("reply", r#""reply":{"id":"r1","title":"Large"}"#), Content::Tapped { id, .. } if id == "r1"));
    let order =
        of("order", r#""order":{"product_items":[{"product_retailer_id":"coke","quantity":"2","item_price":"9.99","currency":"NGN"}]}"#);
    assert!(matches!(order, Content::CatalogueOrder { lines, .. } if lines[0].quantity == 2));
    assert!(matches!(of("location", r#""location":{"lat":6.5,"long":"3.4"}"#), Content::Location { .. }));
    assert!(matches!(of("location", r#""location":{"lat":96.5,"long":"3.4"}"#), Content::Unknown { .. }));
    assert!(matches!(of("hologram", r#""x":1"#), Content::Unknown { type_word, .. } if type_word == "hologram"));
}

#[test]
fn reads_statuses_with_what_they_mean() {
    let of = |status_word: &str, rest: &str| {
        let body = format!(
            r#"{{"message_uuid":"u","to":"234801","from":"447700900000","status":"{status_word}","channel":"sms","client_ref":"ours"{rest}}}"#
        );
        status(body.as_bytes(), Time::from_millis(5)).unwrap().item
    };
    let Some(HookItem::Receipt { account, receipt }) = of("rejected", r#","error":{"title":1340,"detail":"late"}"#) else {
        panic!("no receipt")
    };
    assert_eq!((account.as_str(), receipt.delivery, receipt.callback.as_deref()), ("vonage:447700900000", Delivery::Failed, Some("ours")));
    assert_eq!(receipt.problem.unwrap().class, ProblemClass::Window);
    assert!(of("somethingelse", "").is_none());
    assert!(inbound(b"{}", Time::from_millis(5)).is_err() && status(b"[]", Time::from_millis(5)).is_err());
}

proptest! {
    /// Whatever is done to a body, it is read or refused; nothing else.
    #[test]
    fn no_body_breaks_the_readers(cut in 0usize..220, bytes in proptest::collection::vec(any::<u8>(), 0..40), at in 0usize..220) {
        let mut body = BODY.as_bytes().to_vec();
        body.truncate(cut);
        let at = at.min(body.len());
        body.splice(at..at, bytes);
        let _ = (inbound(&body, Time::from_millis(5)), status(&body, Time::from_millis(5)));
        let text = String::from_utf8_lossy(&body);
        prop_assert!(jwt::verify(&Secret::new(SECRET), &text, &body, Time::from_secs(MADE)).is_none());
    }
}
