//! What another model does in a customer's name: only what they asked for, and told even when the turn had to end.

use crate::bookings::thing;
use crate::doubles::openai::{self, calls, calls_tool, chunk, fragment, says, stream, usage};
use crate::doubles::script::{Act, Stage};
use crate::harness::{self, TestApp};
use crate::own_models;
use serde_json::json;
use std::sync::Arc;
use steward::domain::house::item::Item;
use steward::domain::reception::resource::ResourceKind;
use steward::domain::shop::order::Status;
use steward::domain::time::Clock;
use steward::providers::llm::builtin::BuiltIn;
use steward::services::reception::desk;
use steward::store::house::conversation::{Which, list_conversations};
use steward::store::house::item as items;
use steward::store::reception::booking;
use steward::store::runs;
use steward::store::shop::order;

const ADA: &str = "2348031234567";

async fn open(stage: &Stage) -> TestApp {
    let host = stage.url.clone();
    let t = harness::open_with(Arc::new(BuiltIn::new()), Clock::starting_at(harness::noon()), move |config| {
        config.models.own_hosts = vec![host];
    })
    .await;
    own_models::add(&t, stage, "m-1", None).await;
    t.file()
        .write(|tx| {
            let like = items::list_items(tx, "", "", 1)?.remove(0);
            let bun = Item {
                id: BUN.parse().unwrap(),
                sku: "bun".into(),
                name: "Sweet bun".into(),
                price_minor: 70_000,
                options: vec![],
                stock: None,
                ..like
            };
            items::upsert_item(tx, &bun)?;
            items::bump_menu(tx).map(drop)
        })
        .await
        .unwrap();
    t
}

/// The id of a thing that every test here adds to the menu.
const BUN: &str = "01935abc-4321-7000-8000-000000000077";

/// So many buns into the basket.
fn buns(n: i64) -> Act {
    let line = json!({ "lines": [{ "item_id": BUN, "quantity": n, "options": [], "note": "" }] });
    calls_tool("add_to_basket", &line.to_string())
}

async fn orders(t: &TestApp) -> Vec<Status> {
    t.read(|tx| order::list_orders(tx, None, None, 10)).await.into_iter().map(|o| o.order.status).collect()
}

async fn titles(t: &TestApp) -> Vec<String> {
    t.read(|tx| runs::list_runs(tx, None, 1)).await.remove(0).trace.into_iter().map(|s| s.title).collect()
}

const PLACE: (&str, &str) = ("place_order", "{}");
const DELIVERY: (&str, &str) = ("set_fulfilment", r#"{"how":"delivery","address":"99 Nowhere Street"}"#);
const PICKUP: (&str, &str) = ("set_fulfilment", r#"{"how":"pickup","address":null}"#);

fn call((name, arguments): (&str, &str)) -> Act {
    calls_tool(name, arguments)
}

#[tokio::test]
async fn a_greeting_orders_nothing() {
    let stage = openai::open(vec![buns(2), call(DELIVERY), call(PLACE), says("Hello! What would you like?")]).await;
    let t = open(&stage).await;
    assert_eq!(t.says(ADA, "hi").await, ["Hello! What would you like?"]);
    assert!(orders(&t).await.is_empty());
    let told = titles(&t).await.join("\n");
    assert!(told.contains("did not write this address") && told.contains("has not agreed to this order"), "{told}");
}

#[tokio::test]
async fn what_was_shown_and_agreed_to_is_ordered_and_only_words_that_cancel_cancel() {
    let cancel = || calls_tool("cancel_order", r#"{"number":1001}"#);
    let stage = openai::open(vec![
        buns(2),
        call(PICKUP),
        says("2 Sweet bun for pickup: ₦1,400 in all. Shall I place the order?"),
        call(PLACE),
        says("Your order has been placed. Please pay ₦1,400."),
        cancel(),
        says("You are welcome!"),
        cancel(),
        says("Your order is cancelled."),
    ])
    .await;
    let t = open(&stage).await;
    t.says(ADA, "2 sweet buns, I come for them").await;
    assert!(orders(&t).await.is_empty());
    assert_eq!(t.says(ADA, "yes please").await, ["Your order has been placed. Please pay ₦1,400."]);
    assert_eq!(orders(&t).await, [Status::AwaitingPayment]);
    t.says(ADA, "thanks").await;
    assert_eq!(orders(&t).await, [Status::AwaitingPayment], "thanks cancel nothing");
    assert_eq!(t.says(ADA, "sorry, please cancel it").await, ["Your order is cancelled."]);
    assert_eq!(orders(&t).await, [Status::Cancelled]);
}

#[tokio::test]
async fn who_names_it_all_may_order_at_once() {
    let stage = openai::open(vec![buns(2), call(PICKUP), call(PLACE), says("Your order has been placed. Please pay ₦1,400.")]).await;
    let t = open(&stage).await;
    t.says(ADA, "order 2 sweet buns for pickup, go ahead and place it").await;
    assert_eq!(orders(&t).await, [Status::AwaitingPayment]);
}

#[tokio::test]
async fn a_yes_to_a_question_without_the_sum_is_a_yes() {
    let asks = says("I put 2 Sweet bun in your basket, to pick up. Shall I place the order?");
    let placed = says("Your order has been placed. Please pay ₦1,400.");
    let stage = openai::open(vec![buns(2), call(PICKUP), asks, call(PLACE), placed]).await;
    let t = open(&stage).await;
    t.says(ADA, "2 sweet buns, I come for them").await;
    assert!(orders(&t).await.is_empty());
    t.says(ADA, "yes please").await;
    assert_eq!(orders(&t).await, [Status::AwaitingPayment]);
}

#[tokio::test]
async fn what_was_done_is_told_when_the_turn_had_to_end() {
    let looks: Vec<_> = (0..11).map(|i| fragment(Some(i), Some(&format!("c{i}")), Some("order_status"), r#"{"number":null}"#)).collect();
    let many = stream(&[calls(&looks), chunk(&json!({}), Some("tool_calls")), usage(5, 7)]);
    let stage = openai::open(vec![buns(2), call(PICKUP), call(PLACE), many]).await;
    let t = open(&stage).await;
    let said = t.says(ADA, "order 2 sweet buns for pickup, go ahead and place it").await.join("\n");
    assert!(said.contains("Your order 1001 is placed") && said.contains("₦1,400"), "{said}");
    assert!(said.contains("They will reply to you here") || said.contains("will reply to you here"), "{said}");
    assert!(!said.contains("placed already") && !said.contains("basket is empty"), "{said}");
    assert!(titles(&t).await.iter().any(|s| s.contains("too many steps")));
    let waits = t.read(|tx| list_conversations(tx, Which::NeedPerson, "", i64::MAX, 5)).await;
    assert_eq!(waits.len(), 1);
}

#[tokio::test]
async fn thanks_book_nothing_and_report_no_payment() {
    let make = || {
        calls_tool("make_booking", r#"{"kind":"table","date":"2026-11-24","time":"20:00","party":2,"nights":null,"name":"Ada","note":""}"#)
    };
    let paid = calls_tool("report_payment", r#"{"number":1001}"#);
    let stage = openai::open(vec![
        make(),
        says("Good afternoon!"),
        buns(2),
        call(PICKUP),
        call(PLACE),
        says("Your order has been placed. Please pay ₦1,400."),
        paid.clone(),
        says("You are welcome!"),
        paid,
        says("Thank you, we will look."),
        make(),
        says("See you on Tuesday."),
    ])
    .await;
    let t = open(&stage).await;
    t.file().write(|tx| desk::save_resource(tx, &thing(tx.now, "Table 1", ResourceKind::Table, 4))).await.unwrap();
    let booked = async || t.read(|tx| booking::list_bookings(tx, None, None, 9)).await.len();
    t.says(ADA, "Hello, good afternoon!").await;
    assert_eq!(booked().await, 0);
    assert!(titles(&t).await.join("\n").contains("has not asked for this"));
    t.says(ADA, "order 2 sweet buns for pickup, go ahead and place it").await;
    t.says(ADA, "Thank you!").await;
    assert_eq!(orders(&t).await, [Status::AwaitingPayment]);
    assert!(titles(&t).await.join("\n").contains("has not said that they paid"));
    t.says(ADA, "mo ti sanwó").await;
    assert_eq!(orders(&t).await, [Status::AwaitingConfirmation]);
    t.says(ADA, "Meza ya watu wawili Jumanne saa mbili usiku, asante").await;
    assert_eq!(booked().await, 1, "whatever the language");
}
