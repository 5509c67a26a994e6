//! The main job: a customer orders in plain words, pays, and the owner sees and decides.

use crate::doubles::meta::NUMBER;
use crate::harness::{self, TestApp, text_hook};
use crate::pages::Browser;
use std::sync::Arc;
use steward::domain::house::member::Role;
use steward::domain::id::Id;
use steward::domain::shop::order::Status;
use steward::providers::llm::builtin::BuiltIn;
use steward::services::shop::{order, payment};
use steward::store::house::item::{Taken, list_items, take_stock, upsert_item};
use steward::store::shop::order::{OrderRow, list_orders};

const ADA: &str = "2348031234567";
const BAYO: &str = "2348039999999";

async fn open() -> TestApp {
    harness::open(Arc::new(BuiltIn::new())).await
}

async fn orders(t: &TestApp) -> Vec<OrderRow> {
    t.read(|tx| list_orders(tx, None, None, 50)).await
}

/// Orders two large jollof and a coke for pickup; the last reply.
async fn order_lunch(t: &TestApp, who: &str) -> String {
    t.says(who, "Good afternoon, I want 2 large jollof rice and a coke please").await;
    t.says(who, "I will pick it up").await;
    t.says(who, "yes, place it").await.join("\n")
}

async fn stock(t: &TestApp, name: &'static str) -> Option<i64> {
    t.read(move |tx| list_items(tx, name, "", 1)).await[0].stock
}

#[tokio::test]
async fn a_customer_orders_pays_and_the_owner_decides() {
    let t = open().await;
    let said = order_lunch(&t, ADA).await;
    let o = orders(&t).await.remove(0).order;
    assert_eq!((o.status, o.total_minor, o.number), (Status::AwaitingPayment, 2 * 350_000 + 60_000, 1001));
    for part in ["₦7,600", "1001", o.reference.as_str(), "0123456789"] {
        assert!(said.contains(part), "{part} is in {said}");
    }
    assert_eq!(stock(&t, "Coke").await, Some(9), "reserved at order");
    let said = t.says(ADA, "I have paid").await.join("\n");
    assert!(!said.is_empty());
    assert_eq!(orders(&t).await[0].order.status, Status::AwaitingConfirmation);
    let (id, owner) = (o.id, t.owner());
    let before = t.sent_to(ADA).len();
    t.file().write(move |tx| payment::approve(tx, id, &owner)).await.unwrap();
    for to in [Status::Preparing, Status::ReadyForPickup, Status::Completed] {
        let owner = t.owner();
        t.file().write(move |tx| order::set_status(tx, id, to, &owner, "")).await.unwrap();
    }
    t.pass_ms(1_000).await;
    let news = t.sent_to(ADA).split_off(before);
    assert_eq!(news.len(), 4, "one each: {news:?}");
    assert!(news.iter().all(|n| n.contains("1001")), "{news:?}");
}

/// When it is wanted stands on the order, where whoever makes it reads it; what the words try besides is nothing but words.
#[tokio::test]
async fn what_is_wished_for_an_order_reaches_the_kitchen() {
    let t = open().await;
    t.says(ADA, "2 meat pies for tomorrow at 1pm, I will pick it up").await;
    t.says(ADA, "leave it with <b>Tunde</b> at the gate").await;
    let said = t.says(ADA, "yes").await.join("\n");
    let o = orders(&t).await.remove(0).order;
    assert_eq!(o.note, "tomorrow at 1pm; leave it with <b>Tunde</b> at the gate");
    assert!(said.contains("Note: tomorrow at 1pm"), "{said}");
    let b = Browser::of(&t, Role::Owner).await;
    for page in [format!("/app/orders/{}", o.id), "/app/orders".to_owned()] {
        let (status, html) = b.get(&page).await;
        assert!(status == 200 && html.contains("tomorrow at 1pm; leave it with") && !html.contains("<b>Tunde"), "{page}: {html}");
    }
}

#[tokio::test]
async fn two_owners_at_once_record_one_payment() {
    let t = open().await;
    order_lunch(&t, ADA).await;
    let id = orders(&t).await[0].order.id;
    let file = t.file();
    let approve = || {
        let owner = t.owner();
        file.write(move |tx| payment::approve(tx, id, &owner))
    };
    let (a, b) = tokio::join!(approve(), approve());
    assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1);
    let told = a.err().or(b.err()).unwrap();
    assert!(told.message.contains("paid") && told.message.contains("Nkechi"), "{told}");
}

#[tokio::test]
async fn a_rejected_payment_is_explained_and_can_be_claimed_again() {
    let t = open().await;
    order_lunch(&t, ADA).await;
    t.says(ADA, "I paid").await;
    let (id, owner) = (orders(&t).await[0].order.id, t.owner());
    let before = t.sent_to(ADA).len();
    t.file().write(move |tx| payment::reject(tx, id, &owner, "Nothing has come in yet.")).await.unwrap();
    t.settle().await;
    let news = t.sent_to(ADA).split_off(before);
    assert_eq!(news.len(), 1);
    assert!(news[0].contains("Nothing has come in yet."), "{news:?}");
    t.says(ADA, "I have paid now").await;
    assert_eq!(orders(&t).await[0].order.status, Status::AwaitingConfirmation);
}

/// What was paid would be lost from sight with a cancelled order.
#[tokio::test]
async fn an_order_that_is_said_to_be_paid_is_given_up_by_a_person() {
    let t = open().await;
    order_lunch(&t, ADA).await;
    t.says(ADA, "I paid").await;
    let said = t.says(ADA, "I want to cancel my order 1001").await.join("\n");
    assert!(!said.contains("cancelled"), "{said}");
    let o = orders(&t).await.remove(0).order;
    assert_eq!(o.status, Status::AwaitingConfirmation);
    let id = o.id;
    let refused = t.file().write(move |tx| order::cancel_by_customer(tx, id)).await.unwrap_err();
    assert!(refused.message.contains("A person must look at it"), "{refused}");
}

#[tokio::test]
async fn unpaid_orders_give_their_stock_back() {
    let t = open().await;
    order_lunch(&t, ADA).await;
    assert_eq!(stock(&t, "Coke").await, Some(9));
    t.pass_ms(3 * 3_600_000).await;
    assert_eq!(orders(&t).await[0].order.status, Status::Expired);
    assert_eq!(stock(&t, "Coke").await, Some(10));
}

#[tokio::test]
async fn the_last_ones_are_sold_once() {
    let t = open().await;
    let pies = |who: &'static str| {
        let t = &t;
        async move {
            t.says(who, "3 meat pies please, for pickup").await;
            t.says(who, "yes please").await
        }
    };
    pies(ADA).await;
    pies(BAYO).await;
    let placed = orders(&t).await;
    assert_eq!((placed.len(), stock(&t, "Meat pie").await), (1, Some(0)));
    assert!(
        !t.file()
            .write(|tx| {
                let id = list_items(tx, "Meat pie", "", 1)?[0].id;
                Ok(take_stock(tx, id, 1)? == Taken::Yes)
            })
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn what_was_not_counted_when_ordered_does_not_come_back_as_stock() {
    let t = open().await;
    order_lunch(&t, ADA).await;
    let id = orders(&t).await[0].order.id;
    assert_eq!((stock(&t, "Jollof rice").await, stock(&t, "Coke").await), (None, Some(9)));
    t.file()
        .write(|tx| {
            let mut jollof = list_items(tx, "Jollof rice", "", 1)?.remove(0);
            jollof.stock = Some(20);
            upsert_item(tx, &jollof)
        })
        .await
        .unwrap();
    let owner = t.owner();
    t.file().write(move |tx| order::set_status(tx, id, Status::Cancelled, &owner, "")).await.unwrap();
    assert_eq!((stock(&t, "Jollof rice").await, stock(&t, "Coke").await), (Some(20), Some(10)));
}

#[tokio::test]
async fn who_comes_too_late_for_one_thing_holds_no_stock_of_another() {
    let t = open().await;
    let who: Vec<String> = (0..8).map(|n| format!("23480312345{n:02}")).collect();
    for w in &who {
        t.says(w, "1 coke and 3 meat pies please, for pickup").await;
    }
    let hooks: Vec<_> = who.iter().map(|w| text_hook(NUMBER, w, &format!("wamid.yes.{w}"), "yes, place it")).collect();
    let answers = futures_util::future::join_all(hooks.iter().map(|h| t.post_hook(h))).await;
    assert!(answers.iter().all(|s| *s == 200));
    t.pass_ms(10_000).await;
    assert_eq!((orders(&t).await.len(), stock(&t, "Meat pie").await, stock(&t, "Coke").await), (1, Some(0), Some(9)));
    let refused = who.iter().filter(|w| t.sent_to(w).last().is_some_and(|said| !said.contains("1001"))).count();
    assert_eq!(refused, 7, "each of the others is told");
}

#[tokio::test]
async fn one_customer_cannot_touch_anothers_order() {
    let t = open().await;
    order_lunch(&t, ADA).await;
    for text in ["cancel order 1001 please", "I paid for order 1001", "what is the status of order 1001?"] {
        let said = t.says(BAYO, text).await.join("\n");
        assert!(!said.contains("7,600"), "{said}");
    }
    assert_eq!(orders(&t).await[0].order.status, Status::AwaitingPayment);
}

#[tokio::test]
async fn a_wish_for_a_person_reaches_the_owner() {
    let t = open().await;
    let said = t.says(ADA, "I want to speak to a human being please").await.join("\n");
    assert!(said.contains("Nkechi"), "{said}");
    let rows = t
        .read(|tx| {
            steward::store::house::conversation::list_conversations(
                tx,
                steward::store::house::conversation::Which::NeedPerson,
                "",
                i64::MAX,
                5,
            )
        })
        .await;
    assert_eq!(rows.len(), 1);
    assert!(rows[0].conversation.waiting_since.is_some());
    let _: Id = rows[0].conversation.id;
}
