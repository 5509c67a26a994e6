//! What is read again and what is thrown away: webhook bodies, sessions that ended.

use crate::doubles::meta::NUMBER;
use crate::gateways::{TOTAL, open as open_shop, order, order_lunch, paystack_body, unread};
use crate::harness::{self, TestApp, text_hook};
use crate::intake::Parrot;
use std::sync::Arc;
use steward::domain::error::Kind;
use steward::domain::id::Id;
use steward::domain::job::Job;
use steward::domain::shop::gateway::Gateway;
use steward::domain::shop::order::Status;
use steward::domain::time::DAY_MS;
use steward::store::control::{member, session};
use steward::store::{inbox, jobs};

const ADA: &str = "2348031234567";

async fn replay(t: &TestApp, inbox_id: i64) {
    let add = move |tx: &mut steward::store::tx::Tx<'_>| {
        let now = tx.now;
        jobs::enqueue_job(tx, &Job::ReplayHook { inbox_id }, now, None)
    };
    t.file().write(add).await.unwrap();
    t.settle().await;
}

#[tokio::test]
async fn a_gateways_news_that_is_read_again_is_the_gateways() {
    let (t, double) = open_shop(Gateway::Paystack).await;
    order_lunch(&t).await;
    let (n, reference) = double.customer_pays(TOTAL, "NGN");
    // One that is of nobody's order stays so, with its own sentence.
    let why = "Paystack tells of a payment with the reference elsewhere-1, which is no payment of an order here. Nothing was changed.";
    let stray = paystack_body(99, "elsewhere-1", TOTAL, "NGN").into_bytes();
    let id = t.file().write(move |tx| inbox::insert_inbox(tx, "paystack", &stray, Some(why))).await.unwrap();
    replay(&t, id).await;
    assert_eq!(unread(&t).await, [why]);
    // One that is of an order here, and was kept for another reason, is a reason to ask the gateway.
    let ours = paystack_body(n, &reference, TOTAL, "NGN").into_bytes();
    let id = t.file().write(move |tx| inbox::insert_inbox(tx, "paystack", &ours, Some("Kept by mistake."))).await.unwrap();
    replay(&t, id).await;
    assert_eq!(unread(&t).await, [why]);
    assert_eq!(order(&t).await.status, Status::Paid);
    // A body of a sender nobody here knows is not taken for Meta's.
    let hook = text_hook(NUMBER, ADA, "wamid.odd", "hello").to_string().into_bytes();
    let id = t.file().write(move |tx| inbox::insert_inbox(tx, "pigeon", &hook, Some("Odd."))).await.unwrap();
    let before = t.sent_to(ADA).len();
    replay(&t, id).await;
    t.pass_ms(10_000).await;
    assert!(unread(&t).await[0].contains("pigeon") && t.sent_to(ADA).len() == before);
}

#[tokio::test]
async fn a_body_that_comes_again_is_kept_once() {
    let t = harness::open(Arc::new(Parrot)).await;
    let hook = text_hook(NUMBER, ADA, "wamid.1", "do you have jollof rice today?");
    for _ in 0..3 {
        assert_eq!(t.post_hook(&hook).await, 200);
    }
    let odd = b"[\"no hook of anybody\"]".to_vec();
    for _ in 0..3 {
        assert_eq!(t.post_raw(odd.clone(), harness::APP_SECRET).await, 200);
    }
    t.pass_ms(10_000).await;
    let file = t.file();
    let kept = |id: i64| file.read(move |tx| inbox::find_inbox(tx, id));
    assert!(kept(1).await.is_ok() && kept(2).await.is_ok());
    assert_eq!(kept(3).await.unwrap_err().kind, Kind::NotFound);
    assert_eq!(t.read(inbox::list_unread).await.len(), 1);
}

#[tokio::test]
async fn what_ended_long_ago_is_not_kept() {
    let t = harness::open(Arc::new(Parrot)).await;
    let business = t.business.id;
    let add = move |tx: &mut steward::store::tx::Tx<'_>| {
        let who = member::insert_member(tx, "owner@example.com", "Nkechi", None)?;
        let ends = tx.now.plus_ms(DAY_MS);
        session::insert_session(tx, "hash", who, Some(business), "browser", ends)?;
        Ok(who)
    };
    let who: Id = t.app.store.control_write(add).await.unwrap();
    t.file().write(|tx| inbox::insert_inbox(tx, "meta", b"{}", Some("Odd."))).await.unwrap();
    let last = async || t.app.store.control_read(move |tx| session::find_last_business(tx, who)).await.unwrap();
    t.pass_ms(3 * DAY_MS).await;
    assert_eq!(last().await, Some(business), "whoever was away for a while finds their business again");
    t.pass_ms(30 * DAY_MS).await;
    assert_eq!(last().await, None);
    assert_eq!(t.read(inbox::list_unread).await.len(), 1, "the owner may still look at it");
    t.pass_ms(60 * DAY_MS).await;
    assert!(t.read(inbox::list_unread).await.is_empty());
}
