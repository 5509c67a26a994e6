//! Twilio, Vonage, pages and Instagram: the same promises as WhatsApp's, over other wires.

use crate::doubles::page::{self, Page};
use crate::doubles::twilio::{self, Twilio};
use crate::doubles::vonage::{self, Vonage};
use crate::harness::{self, APP_SECRET, TestApp};
use crate::intake::Parrot;
use serde_json::{Value, json};
use std::sync::Arc;
use steward::app::lines::{self, Keys};
use steward::channels::vonage::jwt;
use steward::domain::house::conversation::{Channel, Mode};
use steward::domain::house::line::Carrier;
use steward::domain::house::message::{Content, Delivery, Message};
use steward::domain::secret::Secret;
use steward::domain::time::Clock;
use steward::providers::llm::Model;
use steward::providers::llm::builtin::BuiltIn;
use steward::store::house::conversation::{ConversationRow, Which, list_conversations};
use steward::store::house::message::list_messages;
use steward::store::inbox;

const OURS: &str = "+14155238886";
const ADA: &str = "+2348031234567";
const SIGNATURE_SECRET: &str = "vonage_signature_secret_32_bytes_xx";

async fn threads(t: &TestApp) -> Vec<ConversationRow> {
    t.read(|tx| list_conversations(tx, Which::Open, "", i64::MAX, 10)).await
}

async fn messages(t: &TestApp) -> Vec<Message> {
    let id = threads(t).await[0].conversation.id;
    t.read(move |tx| list_messages(tx, id, None, 50)).await
}

// ---- Twilio ----

async fn twilio_with(model: Arc<dyn Model>) -> (TestApp, Twilio) {
    let double = Twilio::open().await;
    let base = double.url.clone();
    let t = harness::open_with(model, Clock::starting_at(harness::noon()), |c| c.carriers.twilio.base_url = base).await;
    let keys = Keys::Twilio { account_sid: twilio::SID.into(), token: twilio::TOKEN.into() };
    lines::connect(&t.app, t.business.id, Carrier::Twilio, OURS, &keys).await.unwrap();
    (t, double)
}

fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

async fn post_form(t: &TestApp, path: &str, body: &str, token: &str) -> (u16, String) {
    let url = format!("{}{path}", t.url);
    let signature = steward::channels::twilio::sign(&Secret::new(token), &url, body.as_bytes());
    let request = t.http.post(url).header("x-twilio-signature", signature).header("content-type", "application/x-www-form-urlencoded");
    let answer = request.body(body.to_owned()).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// A customer writes; `prefix` is "whatsapp:" or nothing.
async fn writes(t: &TestApp, prefix: &str, sid: &str, text: &str) {
    let (from, to) = (format!("{prefix}{ADA}"), format!("{prefix}{OURS}"));
    let fields = [
        ("MessageSid", sid),
        ("AccountSid", twilio::SID),
        ("From", &from),
        ("To", &to),
        ("Body", text),
        ("NumMedia", "0"),
        ("SmsStatus", "received"),
    ];
    let (status, answer) = post_form(t, "/webhooks/twilio", &form(&fields), twilio::TOKEN).await;
    assert_eq!(status, 200);
    assert!(answer.contains("<Response/>"), "{answer}");
    t.pass_ms(10_000).await;
}

#[tokio::test]
async fn a_text_message_is_answered_as_a_text_message() {
    let (t, double) = twilio_with(Arc::new(Parrot)).await;
    writes(&t, "", "SM1", "Do you have jollof rice today?").await;
    let sent = double.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!((sent[0]["To"].as_str(), sent[0]["From"].as_str()), (ADA, OURS));
    assert_eq!(sent[0]["Body"], "You said: Do you have jollof rice today?");
    let thread = threads(&t).await.remove(0).conversation;
    assert_eq!((thread.channel, thread.account.as_str()), (Channel::Sms, "twilio:+14155238886"));
    assert_eq!(messages(&t).await[1].delivery, Delivery::Sent);
    writes(&t, "", "SM1", "Do you have jollof rice today?").await;
    assert_eq!(double.sent().len(), 1, "the same message again changes nothing");
}

#[tokio::test]
async fn whatsapp_over_twilio_is_whatsapp_with_its_window() {
    let (t, double) = twilio_with(Arc::new(Parrot)).await;
    writes(&t, "whatsapp:", "SM1", "good morning, are you open?").await;
    assert_eq!(double.sent()[0]["To"], format!("whatsapp:{ADA}"));
    let thread = threads(&t).await.remove(0).conversation;
    assert_eq!(thread.channel, Channel::Whatsapp);
    t.app.clock().advance_ms(25 * 3_600_000);
    let owner = t.owner();
    let e = t
        .file()
        .write(move |tx| steward::services::house::outbound::write_as_person(tx, thread.id, &owner, &Content::text("Hello?"), "k"))
        .await;
    assert!(e.unwrap_err().message.contains("24 hours"));
}

#[tokio::test]
async fn twilios_other_address_and_wrong_signatures() {
    let (t, _double) = twilio_with(Arc::new(Parrot)).await;
    let body = form(&[("MessageSid", "SM9"), ("AccountSid", twilio::SID), ("From", ADA), ("To", OURS), ("Body", "hello there my friend")]);
    assert_eq!(post_form(&t, "/webhooks/twilio", &body, "another token").await.0, 401);
    assert!(threads(&t).await.is_empty());
    assert!(t.file().read(|tx| inbox::find_inbox(tx, 1)).await.is_err(), "nothing is stored");
    assert_eq!(post_form(&t, "/webhooks/whatsapp", &body, twilio::TOKEN).await.0, 200);
    assert_eq!(threads(&t).await.len(), 1);
    let rubbish = form(&[("AccountSid", twilio::SID), ("To", OURS), ("Hello", "x")]);
    assert_eq!(post_form(&t, "/webhooks/twilio", &rubbish, twilio::TOKEN).await.0, 200);
    let unread = t.read(inbox::list_unread).await;
    assert_eq!((unread.len(), unread[0].channel.as_str()), (1, "twilio"));
}

#[tokio::test]
async fn a_status_settles_what_was_sent() {
    let (t, double) = twilio_with(Arc::new(Parrot)).await;
    double.fail(twilio::Fault::CutAfterAccept);
    writes(&t, "", "SM1", "do you deliver to Yaba today?").await;
    let ours = messages(&t).await.pop().unwrap();
    assert_eq!((ours.delivery, double.sent().len()), (Delivery::Unknown, 1), "never sent again blindly");
    // Its status names our message in the address.
    let news = |status: &str, code: &str| {
        form(&[
            ("MessageSid", "SMout"),
            ("MessageStatus", status),
            ("ErrorCode", code),
            ("AccountSid", twilio::SID),
            ("From", OURS),
            ("To", ADA),
        ])
    };
    let path = format!("/webhooks/twilio?m={}", ours.id);
    assert_eq!(post_form(&t, &path, &news("sent", ""), twilio::TOKEN).await.0, 200);
    assert_eq!(post_form(&t, &path, &news("undelivered", "30003"), twilio::TOKEN).await.0, 200);
    assert_eq!(post_form(&t, &path, &news("sent", ""), twilio::TOKEN).await.0, 200);
    let m = messages(&t).await.pop().unwrap();
    assert_eq!((m.delivery, m.provider_id.as_deref()), (Delivery::Failed, Some("SMout")));
    assert!(m.problem.unwrap().meaning.contains("off or out of reach"));
}

#[tokio::test]
async fn twilios_bad_days_are_told_apart() {
    let (t, double) = twilio_with(Arc::new(Parrot)).await;
    double.fail(twilio::Fault::Busy(3));
    writes(&t, "", "SM1", "are you open now please?").await;
    t.pass_ms(10_000).await;
    assert_eq!(double.sent().len(), 1, "waited and sent");
    double.fail(twilio::Fault::Refuse(400, 21_614));
    writes(&t, "", "SM1b", "and are you open on Sunday?").await;
    let m = messages(&t).await.pop().unwrap();
    assert_eq!((m.delivery, double.sent().len()), (Delivery::Failed, 1), "refused for good, and not tried again");
    assert!(!m.problem.unwrap().meaning.is_empty());
    double.stop(ADA);
    writes(&t, "", "SM2", "and what time do you close?").await;
    let m = messages(&t).await.pop().unwrap();
    assert_eq!(m.delivery, Delivery::Failed);
    assert!(m.problem.unwrap().meaning.contains("STOP"));
    double.fail(twilio::Fault::Gateway(502));
    writes(&t, "whatsapp:", "SM3", "is anybody there at all?").await;
    let outcomes: Vec<Delivery> = {
        let mut all = Vec::new();
        for row in threads(&t).await {
            let id = row.conversation.id;
            all.extend(t.read(move |tx| list_messages(tx, id, None, 50)).await.into_iter().map(|m| m.delivery));
        }
        all
    };
    assert!(outcomes.contains(&Delivery::Unknown), "a gateway's page proves nothing: {outcomes:?}");
}

#[tokio::test]
async fn a_file_is_fetched_with_our_credentials_from_twilio_alone() {
    let (t, double) = twilio_with(Arc::new(Parrot)).await;
    let photo = b"\x89PNG\r\n\x1a\nphoto".to_vec();
    let address = double.keep("ME1", "image/png", &photo);
    let send = |sid: &'static str, url: String| {
        form(&[
            ("MessageSid", sid),
            ("AccountSid", twilio::SID),
            ("From", ADA),
            ("To", OURS),
            ("NumMedia", "1"),
            ("MediaUrl0", &url),
            ("MediaContentType0", "image/png"),
            ("Body", "this one please"),
        ])
    };
    assert_eq!(post_form(&t, "/webhooks/twilio", &send("MM1", address.clone()), twilio::TOKEN).await.0, 200);
    t.pass_ms(10_000).await;
    let of = |m: &Message| if let Content::Media { file, .. } = &m.content { file.clone() } else { panic!("no file") };
    let file = of(&messages(&t).await[0]);
    assert!(file.media.is_some() && file.mime == "image/png", "{file:?}");
    for (sid, wrong) in
        [("MM2", "https://evil.example/x".to_owned()), ("MM3", format!("http://127.0.0.1:1/2010-04-01/Accounts/{}/x", twilio::SID))]
    {
        assert_eq!(post_form(&t, "/webhooks/twilio", &send(sid, wrong), twilio::TOKEN).await.0, 200);
        t.pass_ms(10_000).await;
        let all = messages(&t).await;
        let file = of(all.iter().find(|m| m.provider_id.as_deref() == Some(sid)).unwrap());
        assert!(file.media.is_none() && file.problem.unwrap().contains("not Twilio's"));
    }
    // A redirect into our own network is not followed.
    double.fail(twilio::Fault::Elsewhere("http://127.0.0.1:9/steward.db".into()));
    assert_eq!(post_form(&t, "/webhooks/twilio", &send("MM4", address), twilio::TOKEN).await.0, 200);
    t.pass_ms(10_000).await;
    let all = messages(&t).await;
    assert!(of(all.iter().find(|m| m.provider_id.as_deref() == Some("MM4")).unwrap()).problem.is_some());
}

#[tokio::test]
async fn a_whole_order_by_text_message_where_numbers_are_the_buttons() {
    let (t, double) = twilio_with(Arc::new(BuiltIn::new())).await;
    writes(&t, "", "SM1", "I want 2 jollof rice please").await;
    let asked = double.sent().pop().unwrap()["Body"].clone();
    assert!(asked.contains("1. ") && asked.contains("2. "), "choices are numbered: {asked}");
    writes(&t, "", "SM2", "2").await;
    let all = messages(&t).await;
    assert!(all.iter().any(|m| matches!(&m.content, Content::Tapped { .. })), "the number is a tap");
    let last = double.sent().pop().unwrap()["Body"].clone();
    assert!(last.contains("N7,000") || last.contains("7,000"), "two large plates: {last}");
    assert!(double.sent().iter().all(|m| m["Body"].is_ascii()), "text messages stay in the cheap alphabet");
}

#[tokio::test]
async fn one_business_never_gets_the_others_messages() {
    let (t, _double) = twilio_with(Arc::new(Parrot)).await;
    let other = harness::add_business(&t.app, "Other shop", "55509").await;
    let keys = Keys::Twilio { account_sid: "AC2".into(), token: "another-token".into() };
    let stolen = lines::connect(&t.app, other.id, Carrier::Twilio, OURS, &keys).await;
    assert!(stolen.unwrap_err().message.contains("another business"));
    lines::connect(&t.app, other.id, Carrier::Twilio, "+15559999", &keys).await.unwrap();
    // Signed by the other business's account, but for our number.
    let body = form(&[("MessageSid", "SM7"), ("AccountSid", twilio::SID), ("From", ADA), ("To", OURS), ("Body", "hello")]);
    assert_eq!(post_form(&t, "/webhooks/twilio", &body, "another-token").await.0, 200);
    assert!(threads(&t).await.is_empty(), "one secret says nothing about another's number");
}

// ---- Vonage ----

async fn with_vonage() -> (TestApp, Vonage) {
    let double = Vonage::open().await;
    let base = double.url.clone();
    let t = harness::open_with(Arc::new(Parrot), Clock::starting_at(harness::noon()), |c| c.carriers.vonage.base_url = base).await;
    let keys = Keys::Vonage {
        api_key: "a1b2c3d".into(),
        api_secret: String::new(),
        signature_secret: SIGNATURE_SECRET.into(),
        application_id: vonage::APPLICATION.into(),
        private_key: format!(
            "-----BEGIN PRIVATE KEY-----\n{}-----END PRIVATE KEY-----\n",
            include_str!("../../src/channels/vonage/test_key.b64")
        ),
    };
    lines::connect(&t.app, t.business.id, Carrier::Vonage, "447700900000", &keys).await.unwrap();
    (t, double)
}

async fn post_vonage(t: &TestApp, what: &str, body: &Value, secret: &str) -> u16 {
    let body = body.to_string();
    let proof = jwt::sign(&Secret::new(secret), "a1b2c3d", body.as_bytes(), t.app.clock().now());
    let request =
        t.http.post(format!("{}/webhooks/vonage/{what}", t.url)).header("authorization", proof).header("content-type", "application/json");
    request.body(body).send().await.unwrap().status().as_u16()
}

fn vonage_message(channel: &str, id: &str, rest: &Value) -> Value {
    let mut m = json!({ "channel": channel, "message_uuid": id, "to": "447700900000", "from": "2348031234567", "timestamp": "2026-11-21T11:00:00Z", "profile": { "name": "Ada" } });
    m.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    m
}

#[tokio::test]
async fn vonage_both_ways_on_both_channels() {
    let (t, double) = with_vonage().await;
    let text = json!({ "message_type": "text", "text": "Do you have jollof rice today?" });
    assert_eq!(post_vonage(&t, "inbound", &vonage_message("whatsapp", "u1", &text), "wrong").await, 401);
    assert!(threads(&t).await.is_empty());
    assert_eq!(post_vonage(&t, "inbound", &vonage_message("whatsapp", "u1", &text), SIGNATURE_SECRET).await, 200);
    assert_eq!(post_vonage(&t, "inbound", &vonage_message("whatsapp", "u1", &text), SIGNATURE_SECRET).await, 200);
    t.pass_ms(10_000).await;
    assert_eq!(post_vonage(&t, "inbound", &vonage_message("sms", "u2", &text), SIGNATURE_SECRET).await, 200);
    t.pass_ms(10_000).await;
    let sent = double.sent();
    assert_eq!(sent.len(), 2);
    assert_eq!((sent[0]["channel"].as_str(), sent[1]["channel"].as_str()), (Some("whatsapp"), Some("sms")));
    assert_eq!((sent[0]["to"].as_str(), sent[0]["from"].as_str()), (Some("2348031234567"), Some("447700900000")));
    let rows = threads(&t).await;
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].conversation.contact_id, rows[1].conversation.contact_id, "one person on two channels");
}

#[tokio::test]
async fn vonages_statuses_and_bad_days() {
    let (t, double) = with_vonage().await;
    double.fail(vonage::Fault::Busy(2));
    double.fail(vonage::Fault::CutAfterAccept);
    let text = json!({ "message_type": "text", "text": "are you open now please?" });
    assert_eq!(post_vonage(&t, "inbound", &vonage_message("sms", "u1", &text), SIGNATURE_SECRET).await, 200);
    t.pass_ms(10_000).await;
    t.pass_ms(10_000).await;
    let ours = messages(&t).await.pop().unwrap();
    assert_eq!((ours.delivery, double.sent().len()), (Delivery::Unknown, 1));
    let news = |status: &str| {
        json!({ "message_uuid": "out-1", "to": "2348031234567", "from": "447700900000", "status": status, "channel": "sms",
        "client_ref": ours.id.to_string(), "timestamp": "2026-11-21T11:00:09Z", "error": { "title": 1240, "detail": "Illegal Number" } })
    };
    assert_eq!(post_vonage(&t, "status", &news("delivered"), SIGNATURE_SECRET).await, 200);
    assert_eq!(messages(&t).await.pop().unwrap().delivery, Delivery::Delivered);
    double.fail(vonage::Fault::Refuse(422, 1240));
    assert_eq!(post_vonage(&t, "inbound", &vonage_message("sms", "u2", &text), SIGNATURE_SECRET).await, 200);
    t.pass_ms(10_000).await;
    let m = messages(&t).await.pop().unwrap();
    assert_eq!((m.delivery, m.problem.unwrap().code), (Delivery::Failed, 1240));
}

#[tokio::test]
async fn vonages_files_come_from_vonage_alone() {
    let (t, double) = with_vonage().await;
    let photo = |url: &str| json!({ "message_type": "image", "image": { "url": url, "caption": "this" } });
    let good = vonage_message("whatsapp", "u1", &photo(&format!("{}/v3/media/a", double.url)));
    assert_eq!(post_vonage(&t, "inbound", &good, SIGNATURE_SECRET).await, 200);
    let evil = vonage_message("whatsapp", "u2", &photo("http://169.254.169.254/latest"));
    assert_eq!(post_vonage(&t, "inbound", &evil, SIGNATURE_SECRET).await, 200);
    t.pass_ms(10_000).await;
    let files: Vec<_> = messages(&t)
        .await
        .into_iter()
        .filter_map(|m| if let Content::Media { file, .. } = m.content { Some(file) } else { None })
        .collect();
    assert!(files[0].media.is_some() && files[1].problem.is_some(), "{files:?}");
}

#[tokio::test]
async fn the_older_text_message_api_is_understood_when_it_is_signed() {
    let (t, _double) = with_vonage().await;
    let secs = t.app.clock().now().millis() / 1_000;
    let plain = format!("&messageId=M1&msisdn=2348031234567&text=hello there&timestamp={secs}&to=447700900000&type=text");
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, SIGNATURE_SECRET.as_bytes());
    let sig = hex::encode(ring::hmac::sign(&key, plain.as_bytes()));
    let get = |sig: &str| {
        format!(
            "{}/webhooks/vonage/inbound?msisdn=2348031234567&to=447700900000&messageId=M1&text=hello+there&type=text&timestamp={secs}&sig={sig}",
            t.url
        )
    };
    assert_eq!(t.http.get(get("00")).send().await.unwrap().status().as_u16(), 401);
    assert_eq!(t.http.get(get(&sig)).send().await.unwrap().status().as_u16(), 200);
    assert_eq!(messages(&t).await[0].content, Content::text("hello there"));
}

// ---- pages and Instagram ----

async fn with_page() -> (TestApp, Page) {
    let double = Page::open().await;
    let base = double.url.clone();
    let t = harness::open_with(Arc::new(Parrot), Clock::starting_at(harness::noon()), |c| c.whatsapp.base_url = base).await;
    let keys = Keys::Page { token: page::TOKEN.into(), app_secret: APP_SECRET.into(), verify_token: "page-verify".into() };
    lines::connect(&t.app, t.business.id, Carrier::Messenger, page::PAGE, &keys).await.unwrap();
    lines::connect(&t.app, t.business.id, Carrier::Instagram, "17841", &keys).await.unwrap();
    (t, double)
}

fn page_hook(object: &str, id: &str, message: &Value) -> Value {
    json!({ "object": object, "entry": [{ "id": id, "time": 1, "messaging": [{
        "sender": { "id": "777" }, "recipient": { "id": id }, "timestamp": 1_763_722_800_000_i64, "message": message }] }] })
}

#[tokio::test]
async fn messenger_and_instagram_come_through_metas_address() {
    let (t, double) = with_page().await;
    let words = |mid: &str| json!({ "mid": mid, "text": "Do you have jollof rice today?" });
    assert_eq!(t.post_raw(page_hook("page", page::PAGE, &words("m1")).to_string().into_bytes(), "wrong").await, 401);
    assert_eq!(t.post_hook(&page_hook("page", page::PAGE, &words("m1"))).await, 200);
    assert_eq!(t.post_hook(&page_hook("page", page::PAGE, &words("m1"))).await, 200);
    assert_eq!(t.post_hook(&page_hook("instagram", "17841", &words("m2"))).await, 200);
    assert_eq!(t.post_hook(&page_hook("page", "5555", &words("m3"))).await, 200, "a page nobody has connected");
    t.pass_ms(10_000).await;
    let sent = double.sent();
    assert_eq!(sent.len(), 2);
    assert_eq!((sent[0]["recipient"]["id"].as_str(), sent[0]["messaging_type"].as_str()), (Some("777"), Some("RESPONSE")));
    let channels: Vec<Channel> = threads(&t).await.into_iter().map(|r| r.conversation.channel).collect();
    assert!(channels.contains(&Channel::Messenger) && channels.contains(&Channel::Instagram));
    let asked = format!("{}/webhooks/meta?hub.mode=subscribe&hub.verify_token=page-verify&hub.challenge=42", t.url);
    assert_eq!(t.http.get(asked).send().await.unwrap().text().await.unwrap(), "42");
}

#[tokio::test]
async fn a_page_has_its_window_and_its_people() {
    let (t, double) = with_page().await;
    double.fail(400, 10, 2_018_278);
    assert_eq!(t.post_hook(&page_hook("page", page::PAGE, &json!({ "mid": "m1", "text": "are you open now please?" }))).await, 200);
    t.pass_ms(10_000).await;
    let m = messages(&t).await.pop().unwrap();
    assert_eq!(m.delivery, Delivery::Failed);
    assert!(m.problem.unwrap().meaning.contains("24 hours"));
    // Somebody answers in the page's own inbox: a person has taken over.
    let mut echo =
        page_hook("page", page::PAGE, &json!({ "mid": "m2", "text": "Kemi here", "is_echo": true, "app_id": 263_902_037_430_900_i64 }));
    let event = &mut echo["entry"][0]["messaging"][0];
    event["sender"]["id"] = json!(page::PAGE);
    event["recipient"]["id"] = json!("777");
    assert_eq!(t.post_hook(&echo).await, 200);
    assert_eq!(threads(&t).await[0].conversation.mode, Mode::Human);
}
