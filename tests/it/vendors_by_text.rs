//! Vendors asked by text message, and their words read by a model that is not believed where it makes things up.

use crate::buying::{ask, call, get, until};
use crate::doubles::openai::{self, calls_tool};
use crate::doubles::script::Stage;
use crate::doubles::twilio::{self, Twilio};
use crate::harness::{self, TestApp};
use serde_json::{Value, json};
use std::sync::Arc;
use steward::app::lines::{self, Keys};
use steward::config::models::{ModelServer, Protocol};
use steward::domain::house::line::Carrier;
use steward::domain::secret::Secret;
use steward::domain::time::Clock;
use steward::providers::llm::builtin::BuiltIn;

const OURS: &str = "+14155238886";
const NEED: &str = "12 dozen eggs, max ₦90000";

/// A vendor texts us, as Twilio tells it.
async fn texts(t: &TestApp, sid: &str, from: &str, text: &str) {
    let fields = [("MessageSid", sid), ("AccountSid", twilio::SID), ("From", from), ("To", OURS), ("Body", text), ("NumMedia", "0")];
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let url = format!("{}/webhooks/twilio", t.url);
    let signature = steward::channels::twilio::sign(&Secret::new(twilio::TOKEN), &url, body.as_bytes());
    let request = t.http.post(url).header("x-twilio-signature", signature).header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(request.body(body).send().await.unwrap().status().as_u16(), 200);
    t.pass_ms(5_000).await;
}

#[tokio::test]
async fn a_vendor_is_haggled_with_by_text_message() {
    let double = Twilio::open().await;
    let base = double.url.clone();
    let set = move |c: &mut steward::config::Config| c.carriers.twilio.base_url = base;
    let t = harness::open_with(Arc::new(BuiltIn::new()), Clock::starting_at(harness::noon()), set).await;
    let keys = Keys::Twilio { account_sid: twilio::SID.into(), token: twilio::TOKEN.into() };
    lines::connect(&t.app, t.business.id, Carrier::Twilio, OURS, &keys).await.unwrap();
    let vendor = json!({ "name": "Adeyemi Farms", "phone": "08031110001", "reach": "sms", "products": ["eggs"] });
    assert_eq!(call(&t, "POST", "vendors", vendor).await.0, 201);
    let id = ask(&t, NEED).await;
    t.pass_ms(5_000).await;
    let sent = double.sent();
    assert_eq!((sent[0]["To"].as_str(), sent[0]["From"].as_str()), ("+2348031110001", OURS));
    assert!(sent[0]["Body"].contains("12 dozen eggs"), "no approved message is needed: {sent:?}");
    texts(&t, "SM1", "+2348031110001", "₦5,000 per dozen, free delivery, I bring it tomorrow").await;
    texts(&t, "SM1", "+2348031110001", "₦5,000 per dozen, free delivery, I bring it tomorrow").await;
    assert_eq!(double.sent().len(), 2, "the same message twice is answered once");
    texts(&t, "SM2", "+2348031110001", "ok deal").await;
    let p = until(&t, &id, "awaiting_approval").await;
    assert!(p["total"]["amount_minor"].as_i64().unwrap() < 6_000_000 && p["calls"][0]["by"] == "sms", "{p}");
    assert_eq!(call(&t, "POST", &format!("purchases/{id}/approve"), json!({})).await.0, 200);
    until(&t, &id, "confirmed").await;
    let last = double.sent().pop().unwrap();
    assert!(last["Body"].contains("Order confirmed"), "{last:?}");
    assert!(double.sent().iter().all(|m| !m["Body"].contains("90,000")), "the limit is told to nobody");
}

async fn with_model(stage: &Stage) -> TestApp {
    let base_url = format!("{}/v1", stage.url);
    let set = move |c: &mut steward::config::Config| {
        let server = ModelServer {
            name: "openai",
            protocol: Protocol::OpenAi,
            api_key: Secret::new(openai::KEY),
            base_url,
            model: "m".into(),
            own_address: true,
        };
        c.models.servers = vec![server];
    };
    let t = harness::open_with(Arc::new(BuiltIn::new()), Clock::starting_at(harness::noon()), set).await;
    assert_eq!(call(&t, "POST", "vendors", json!({ "name": "Market stall", "products": ["eggs"] })).await.0, 201);
    t
}

fn reading(change: impl FnOnce(&mut Value)) -> String {
    let mut raw = json!({
        "lines": [{ "item": 1, "price": "5000", "per": "dozen", "holds": null, "holds_unit": null, "least": null }], "total": null,
        "delivery": "included", "delivery_fee": null, "lead_days": 1, "valid_days": null, "without": [], "refuses": false,
        "firm": false, "claims": false, "accepts": false,
    });
    change(&mut raw);
    raw.to_string()
}

async fn says(t: &TestApp, id: &str, text: &str) -> Value {
    let talk = get(t, &format!("purchases/{id}")).await["calls"][0]["id"].as_str().unwrap().to_owned();
    let (status, answer) = call(t, "POST", &format!("calls/{talk}/said"), json!({ "text": text })).await;
    assert_eq!(status, 202, "{answer}");
    for _ in 0..4 {
        t.pass_ms(1_000).await;
    }
    get(t, &format!("purchases/{id}")).await["calls"][0].clone()
}

#[tokio::test]
async fn a_model_reads_what_our_own_reader_cannot() {
    let stage = openai::open(vec![calls_tool("write_quote", &reading(|_| {}))]).await;
    let t = with_model(&stage).await;
    let id = ask(&t, NEED).await;
    t.pass_ms(1_000).await;
    let c = says(&t, &id, "We go sell am five thousand each dozen, we go carry am come tomorrow, no extra money").await;
    assert_eq!(c["quoted_price"]["amount_minor"].as_i64(), Some(6_000_000), "{c}");
    let seen = stage.seen();
    assert_eq!(seen.len(), 1);
    let asked = seen[0].json().to_string();
    assert!(asked.contains("five thousand each dozen") && asked.contains("12 dozen eggs") && !asked.contains("90,000"), "{asked}");
    let run = get(&t, &format!("purchases/{id}")).await["run_id"].as_str().unwrap().to_owned();
    assert!(get(&t, &format!("runs/{run}")).await.to_string().contains("Talk with Market stall"));
}

#[tokio::test]
async fn a_figure_the_vendor_did_not_say_is_refused_and_our_own_reader_takes_over() {
    let made_up = reading(|r| r["lines"][0]["price"] = json!("3000"));
    let stage = openai::open(vec![calls_tool("write_quote", &made_up), openai::says("Nice price!"), openai::error(500, "down")]).await;
    let t = with_model(&stage).await;
    for _ in 0..3 {
        let id = ask(&t, NEED).await;
        t.pass_ms(1_000).await;
        let c = says(&t, &id, "₦5,000 per dozen, free delivery, I bring it tomorrow").await;
        assert_eq!(c["quoted_price"]["amount_minor"].as_i64(), Some(6_000_000), "{c}");
        assert_eq!(call(&t, "POST", &format!("purchases/{id}/cancel"), json!({})).await.0, 200);
        t.pass_ms(1_000).await;
    }
    assert!(stage.times() >= 3);
}
