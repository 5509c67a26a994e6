//! Readers in order: the gateway's word over the picture, a model with eyes beside the built-in reader, and each of them on a bad day.

use super::draw::{Slip, draw, jpeg};
use super::{ADA, an_order, slip};
use crate::doubles::gateway::{Gateway as Double, Mood};
use crate::doubles::meta::NUMBER;
use crate::doubles::script::{Act, Stage};
use crate::doubles::{anthropic, openai};
use crate::harness::{self, TestApp, noon};
use serde_json::{Value, json};
use std::sync::Arc;
use steward::app::{gateways, media};
use steward::config::Config;
use steward::config::models::{ModelServer, Protocol};
use steward::domain::price::Prices;
use steward::domain::secret::Secret;
use steward::domain::shop::gateway::Gateway;
use steward::domain::shop::order::{Order, Status};
use steward::domain::shop::receipt::{Receipt, State};
use steward::domain::time::Clock;
use steward::providers::llm::builtin::BuiltIn;
use steward::services::shop::{gateway, receipt as receipts};
use steward::store::meta;
use steward::store::shop::order::find_order;
use steward::store::shop::receipt::list_receipts;
use steward::store::usage::day_cost_micros;

const KEY: &str = "sk_test_0123456789";
const TOTAL: i64 = 760_000;

async fn open(change: impl FnOnce(&mut Config)) -> TestApp {
    harness::open_with(Arc::new(BuiltIn::new()), Clock::starting_at(noon()), change).await
}

/// A restaurant that takes payments by Paystack, with an order whose payment page is open.
async fn with_gateway() -> (TestApp, Double, Order) {
    let double = Double::open().await;
    let url = double.url.clone();
    let t = open(move |c| c.gateways.paystack.base_url = url).await;
    gateways::connect(&t.app, t.business.id, Gateway::Paystack, KEY, "").await.unwrap();
    t.file().write(|tx| gateway::choose(tx, Some(Gateway::Paystack), "")).await.unwrap();
    let o = an_order(&t).await;
    t.pass_ms(1_000).await;
    (t, double, o)
}

fn right() -> Slip {
    Slip { amount: "NGN 7,600.00".into(), date: "21 Nov 2026, 12:05".into(), ..slip(1) }
}

async fn uploaded(t: &TestApp, o: &Order, slip: &Slip) -> Receipt {
    let kept = media::keep(&t.app, t.business.id, jpeg(&draw(slip).image, 80)).await.unwrap();
    let id = o.id;
    t.file().write(move |tx| receipts::upload(tx, id, kept, "transfer.jpg".into())).await.unwrap();
    for _ in 0..4 {
        t.pass_ms(120_000).await;
    }
    newest(t, o).await
}

async fn newest(t: &TestApp, o: &Order) -> Receipt {
    let id = o.id;
    t.read(move |tx| list_receipts(tx, id, 5)).await.remove(0)
}

/// A customer sends a picture on WhatsApp, with words under it.
async fn sends(t: &TestApp, bytes: &[u8], caption: &str) {
    let id = t.new_wamid();
    t.meta.keep("900", "image/jpeg", bytes);
    let mut hook = harness::text_hook(NUMBER, ADA, &id, "");
    let m = &mut hook["entry"][0]["changes"][0]["value"]["messages"][0];
    m["type"] = json!("image");
    m["image"] = json!({ "id": "900", "mime_type": "image/jpeg", "caption": caption });
    m.as_object_mut().unwrap().remove("text");
    assert_eq!(t.post_hook(&hook).await, 200);
    for _ in 0..3 {
        t.pass_ms(10_000).await;
    }
}

async fn status(t: &TestApp, o: &Order) -> Status {
    let id = o.id;
    t.read(move |tx| find_order(tx, id)).await.status
}

fn codes(r: &Receipt) -> Vec<&str> {
    r.verdict.reasons.iter().map(|x| x.code.as_str()).collect()
}

#[tokio::test]
async fn the_gateways_word_counts_over_a_doctored_picture() {
    let (t, double, o) = with_gateway().await;
    double.customer_pays(TOTAL, "NGN");
    let r = uploaded(&t, &o, &Slip { amount: "NGN 99,990.00".into(), ..right() }).await;
    assert!(r.verdict.told.contains("Paystack has ₦7,600"), "{:?}", r.verdict);
    assert!(r.verdict.clean && r.verdict.risk == 0);
    assert_eq!(status(&t, &o).await, Status::Paid, "the gateway paid it, not the picture");
}

#[tokio::test]
async fn a_receipt_of_a_payment_the_gateway_does_not_have_is_caught() {
    let (t, double, o) = with_gateway().await;
    let reference = double.pages().remove(0).reference;
    sends(&t, &jpeg(&draw(&right()).image, 80), &format!("Paid! Ref {reference}")).await;
    let r = newest(&t, &o).await;
    assert!(codes(&r).contains(&"gateway_unpaid") && r.verdict.risk >= 95, "{:?}", r.verdict);
    assert_eq!(status(&t, &o).await, Status::AwaitingConfirmation, "a person looks");
    // The same for money that is not enough.
    double.customer_pays(TOTAL - 100, "NGN");
    let r = uploaded(&t, &o, &right()).await;
    assert!(codes(&r).contains(&"gateway_differs") && !r.verdict.clean, "{:?}", r.verdict);
    assert_eq!(status(&t, &o).await, Status::AwaitingConfirmation);
}

#[tokio::test]
async fn a_transfer_beside_an_open_payment_page_is_judged_as_it_is() {
    let (t, _double, o) = with_gateway().await;
    let r = uploaded(&t, &o, &right()).await;
    assert!(r.verdict.clean && r.verdict.told.contains("has no money for it"), "{:?}", r.verdict);
    assert_eq!(status(&t, &o).await, Status::AwaitingPayment, "a receipt alone approves nothing");
}

#[tokio::test]
async fn a_message_that_names_a_payment_asks_the_gateway() {
    let (t, double, o) = with_gateway().await;
    let (_, reference) = double.customer_pays(TOTAL, "NGN");
    t.says(ADA, "Is 1001-abc paid?").await;
    assert_eq!(double.looks(), 0, "that is none of its references");
    t.says(ADA, &format!("I have paid with the link, ref {reference}")).await;
    t.pass_ms(5_000).await;
    assert_eq!(status(&t, &o).await, Status::Paid);
}

#[tokio::test]
async fn a_gateway_that_is_down_is_asked_again_and_then_left_to_a_person() {
    let (t, double, o) = with_gateway().await;
    double.looks_go(Mood::Down);
    let reference = double.pages().remove(0).reference;
    sends(&t, &jpeg(&draw(&right()).image, 80), &reference).await;
    for _ in 0..6 {
        t.pass_ms(120_000).await;
    }
    let r = newest(&t, &o).await;
    assert_eq!(r.state, State::Read);
    assert!(r.verdict.told.contains("could not be asked") && codes(&r).contains(&"gateway_silent") && !r.verdict.clean, "{:?}", r.verdict);
    assert!(double.looks() >= 3, "it was asked again");
}

// ---- The model with eyes ----

fn eyes(name: &'static str, protocol: Protocol, key: &str, base_url: String) -> ModelServer {
    ModelServer { name, protocol, api_key: Secret::new(key), base_url, model: "eyes".into(), own_address: true }
}

async fn with_eyes(stage: &Stage) -> (TestApp, Order) {
    let server = eyes("openai", Protocol::OpenAi, openai::KEY, format!("{}/v1", stage.url));
    let t = open(move |c| {
        c.models.receipts = Some(server);
        c.models.prices =
            Prices::parse("[\"eyes\"]\nprompt_micros_per_million = 150000\ncompletion_micros_per_million = 600000\n").unwrap();
    })
    .await;
    let o = an_order(&t).await;
    (t, o)
}

fn answer(text: &str) -> Act {
    Act::json(
        200,
        json!({ "id": "c1", "object": "chat.completion", "model": "eyes", "usage": { "prompt_tokens": 1800, "completion_tokens": 90 },
            "choices": [{ "index": 0, "finish_reason": "stop", "message": { "role": "assistant", "content": text } }] }),
    )
}

fn claim(amount: &str, odd: Option<&str>) -> Value {
    json!({ "is_receipt": true, "amount": amount, "currency": "NGN", "date": "2026-11-21", "time": "12:05", "payer": "Bola Ahmed",
        "payee": "Mama Tee Kitchen", "bank": null, "account": "0123456789", "references": [], "note": null, "signs_of_editing": odd })
}

#[tokio::test]
async fn a_model_that_agrees_is_asked_once_and_paid_from_the_day() {
    let stage = openai::open(vec![answer(&claim("7600.00", None).to_string())]).await;
    let (t, o) = with_eyes(&stage).await;
    let r = uploaded(&t, &o, &right()).await;
    assert!(r.verdict.clean, "{:?}", r.verdict);
    assert_eq!(r.reader, "built-in, openai:eyes");
    let seen = stage.seen();
    assert_eq!(seen.len(), 1);
    let body = seen[0].json();
    let content = &body["messages"][0]["content"];
    assert!(content[1]["image_url"]["url"].as_str().unwrap().starts_with("data:image/jpeg;base64,/9j/"), "{}", content[0]);
    assert!(content[0]["text"].as_str().unwrap().contains("signs_of_editing"), "a server of one's own is told the schema in words");
    assert_eq!(body["response_format"], json!({ "type": "json_object" }));
    assert_eq!(t.read(|tx| day_cost_micros(tx, "2026-11-21")).await, 324, "1800 and 90 tokens at their price");
}

#[tokio::test]
async fn what_a_model_contradicts_raises_the_risk_and_what_it_sees_edited_too() {
    let stage = openai::open(vec![answer(&format!("Here it is:\n```json\n{}\n```", claim("76000", Some("The amount is pasted."))))]).await;
    let (t, o) = with_eyes(&stage).await;
    let r = uploaded(&t, &o, &right()).await;
    assert!(codes(&r).contains(&"readers_amount") && codes(&r).contains(&"model_sign"), "{:?}", r.verdict);
    assert!(!r.verdict.clean && r.verdict.risk >= 60);
    assert_eq!(r.fields.amount_minor, Some(TOTAL), "the built-in reader's word stays");
}

#[tokio::test]
async fn a_model_that_fails_leaves_the_built_in_reader() {
    for acts in [
        vec![openai::error(500, "server_error")],
        vec![
            Act::json(429, json!({ "error": { "message": "slow down", "type": "requests", "code": "rate_limit_exceeded" } }))
                .with("retry-after", "30"),
        ],
        vec![openai::error(401, "invalid_api_key")],
        vec![answer("I am sorry, I cannot read receipts.")],
        vec![answer("{\"is_receipt\": \"maybe\"}")],
        vec![answer("")],
    ] {
        let stage = openai::open(acts).await;
        let (t, o) = with_eyes(&stage).await;
        let r = uploaded(&t, &o, &right()).await;
        assert!(r.verdict.clean && r.reader == "built-in", "{} {:?}", r.reader, r.verdict);
        assert!(stage.times() >= 1);
    }
}

#[tokio::test]
async fn a_day_without_money_asks_no_model() {
    let stage = openai::open(vec![answer(&claim("7600", None).to_string())]).await;
    let (t, o) = with_eyes(&stage).await;
    t.file()
        .write(|tx| {
            let mut p = meta::find_profile(tx)?;
            p.daily_limit_micros = 10;
            meta::update_profile(tx, &p)
        })
        .await
        .unwrap();
    let r = uploaded(&t, &o, &right()).await;
    assert_eq!((r.reader.as_str(), stage.times()), ("built-in", 0));
    assert!(r.verdict.clean);
}

#[tokio::test]
async fn anthropic_answers_with_the_tool_it_is_given() {
    let block = json!({ "type": "tool_use", "id": "tu_1", "name": "receipt", "input": claim("7600.00", None) });
    let whole = json!({ "id": "msg_1", "type": "message", "role": "assistant", "model": "eyes", "content": [block], "stop_reason": "tool_use",
        "usage": { "input_tokens": 1700, "output_tokens": 80 } });
    let stage = anthropic::open(vec![Act::json(200, whole)]).await;
    let server = eyes("anthropic", Protocol::Anthropic, anthropic::KEY, stage.url.clone());
    let t = open(move |c| c.models.receipts = Some(server)).await;
    let o = an_order(&t).await;
    let r = uploaded(&t, &o, &right()).await;
    assert_eq!(r.reader, "built-in, anthropic:eyes", "{:?}", r.verdict);
    let body = stage.seen()[0].json();
    assert_eq!(body["messages"][0]["content"][0]["source"]["media_type"], "image/jpeg");
    assert_eq!(body["tool_choice"], json!({ "type": "tool", "name": "receipt" }));
}
