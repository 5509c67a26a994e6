//! Deposits: a table is held for one, kept when it came, given up when it did not, and not dodged by asking for more people later.

use crate::bookings::thing;
use crate::harness::{self, TestApp};
use std::sync::Arc;
use steward::domain::house::member::Actor;
use steward::domain::id::Id;
use steward::domain::reception::booking::{Booking, BookingStatus};
use steward::domain::reception::policy::Policy;
use steward::domain::reception::resource::ResourceKind;
use steward::providers::llm::builtin::BuiltIn;
use steward::services::reception::booking::{self as bookings, Attempt, ChangeBooking};
use steward::services::reception::desk;
use steward::store::reception::booking;

const ADA: &str = "2348031234567";

/// One large table; a deposit of ₦5,000 from six people on, within two hours.
async fn open() -> TestApp {
    let t = harness::open(Arc::new(BuiltIn::new())).await;
    t.file()
        .write(|tx| {
            let policy = Policy { deposit_minor: 500_000, deposit_from: 6, deposit_min: 120, ..Policy::default() };
            desk::save_policy(tx, &policy)?;
            desk::save_resource(tx, &thing(tx.now, "Long table", ResourceKind::Table, 20))
        })
        .await
        .unwrap();
    t
}

async fn booked(t: &TestApp) -> Booking {
    let mut all = t.read(|tx| booking::list_bookings(tx, None, None, 9)).await;
    assert_eq!(all.len(), 1);
    all.remove(0)
}

async fn asks_for(t: &TestApp, id: Id, party: i64, actor: Actor) -> Booking {
    let c = ChangeBooking { party: Some(party), ..ChangeBooking::default() };
    let made = t.file().write(move |tx| bookings::change(tx, id, &c, &actor)).await.unwrap();
    let Attempt::Made(b) = made else { panic!("{made:?}") };
    t.settle().await;
    *b
}

async fn set(t: &TestApp, id: Id, to: BookingStatus) {
    let nkechi = t.owner();
    t.file().write(move |tx| bookings::set_status(tx, id, to, "", &nkechi)).await.unwrap();
    t.settle().await;
}

/// How often a customer was asked for the deposit.
fn asked(t: &TestApp) -> usize {
    t.sent_to(ADA).iter().filter(|m| m.contains("₦5,000") && m.contains("GTBank")).count()
}

#[tokio::test]
async fn a_table_is_held_for_its_deposit_and_agreed_when_it_came() {
    let t = open().await;
    let said = t.says(ADA, "Please book a table for 8 on Tuesday at 8pm").await.join("\n");
    assert!(said.contains("deposit of ₦5,000") && said.contains("GTBank") && said.contains("14:00"), "{said}");
    let b = booked(&t).await;
    assert_eq!((b.status, b.deposit_minor), (BookingStatus::Held, 500_000));
    set(&t, b.id, BookingStatus::Confirmed).await;
    t.pass_ms(3 * 3_600_000).await;
    assert_eq!(booked(&t).await.status, BookingStatus::Confirmed, "what is paid is not given up");
}

#[tokio::test]
async fn a_deposit_that_does_not_come_gives_the_table_up() {
    let t = open().await;
    t.says(ADA, "Please book a table for 8 on Tuesday at 8pm").await;
    t.pass_ms(2 * 3_600_000).await;
    assert_eq!(booked(&t).await.status, BookingStatus::Cancelled);
    let told = t.sent_to(ADA).pop().unwrap();
    assert!(told.contains("did not come in time"), "{told}");
}

#[tokio::test]
async fn more_people_later_owe_the_deposit_that_so_many_owe() {
    let t = open().await;
    t.says(ADA, "Please book a table for 2 on Tuesday at 8pm").await;
    let b = booked(&t).await;
    assert_eq!((b.status, b.deposit_minor, asked(&t)), (BookingStatus::Confirmed, 0, 0));
    assert_eq!(asks_for(&t, b.id, 5, Actor::Customer).await.status, BookingStatus::Confirmed, "five owe none");
    let said = t.says(ADA, "please change my booking to 12 people").await.join("\n");
    let b = booked(&t).await;
    assert_eq!((b.party, b.status, b.deposit_minor), (12, BookingStatus::Held, 500_000), "{said}");
    assert_eq!(asked(&t), 1, "{said}");
    t.pass_ms(2 * 3_600_000).await;
    assert_eq!(booked(&t).await.status, BookingStatus::Cancelled, "and it is given up like any other");
}

#[tokio::test]
async fn who_has_paid_is_not_asked_again_and_who_owes_none_any_more_is_not_held() {
    let t = open().await;
    t.says(ADA, "Please book a table for 8 on Tuesday at 8pm").await;
    let id = booked(&t).await.id;
    let fewer = asks_for(&t, id, 4, Actor::Customer).await;
    assert_eq!((fewer.status, fewer.deposit_minor, fewer.hold_until), (BookingStatus::Confirmed, 0, None), "four owe none");
    assert_eq!(asks_for(&t, id, 8, Actor::Customer).await.status, BookingStatus::Held);
    let before = asked(&t);
    set(&t, id, BookingStatus::Confirmed).await;
    asks_for(&t, id, 4, Actor::Customer).await;
    let again = asks_for(&t, id, 10, Actor::Customer).await;
    assert_eq!((again.status, again.deposit_minor), (BookingStatus::Confirmed, 500_000), "it is paid");
    assert_eq!(asked(&t), before);
    t.pass_ms(3 * 3_600_000).await;
    assert_eq!(booked(&t).await.status, BookingStatus::Confirmed);
}

#[tokio::test]
async fn what_a_person_of_the_business_changes_waits_for_no_deposit() {
    let t = open().await;
    t.says(ADA, "Please book a table for 2 on Tuesday at 8pm").await;
    let id = booked(&t).await.id;
    let b = asks_for(&t, id, 12, t.owner()).await;
    assert_eq!((b.status, asked(&t)), (BookingStatus::Confirmed, 0));
    assert_eq!(asks_for(&t, id, 14, Actor::Customer).await.status, BookingStatus::Confirmed, "nor does the customer for what was let pass");
}
