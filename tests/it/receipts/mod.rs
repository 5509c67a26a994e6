//! Receipts from a picture to the order's page, and forty doctored copies of drawn ones: all caught, no clean one refused.

#![expect(clippy::cast_possible_truncation, reason = "places and counts here are small")]

pub mod draw;
mod readers;

use crate::harness::{self, TestApp};
use draw::{Slip, cropped, draw as drawn, jpeg, opened, pasted, png, scaled};
use std::sync::Arc;
use steward::app::media;
use steward::domain::id::Id;
use steward::domain::money::Currency;
use steward::domain::shop::order::{Order, Status};
use steward::domain::shop::receipt::fields::{self, Fields};
use steward::domain::shop::receipt::verdict::{Earlier, Expected, Verdict, judge};
use steward::domain::shop::receipt::{Seen, State};
use steward::domain::time::Time;
use steward::providers::llm::builtin::BuiltIn;
use steward::providers::ocr;
use steward::services::shop::{payment, receipt as receipts};
use steward::store::shop::order::{find_order, list_orders};
use steward::store::shop::receipt::list_receipts;

/// How a copy that is another file is known again.
const ANEW: &[&str] = &["reused_transfer", "reused_look", "reused_moment"];
const ADA: &str = "2348031234567";

pub fn slip(n: usize) -> Slip {
    let amounts = ["NGN 45,750.00", "NGN 7,600.00", "NGN 128,400.00", "NGN 12,050.00", "NGN 9,990.00"];
    Slip {
        amount: amounts[n % 5].into(),
        payee: "Mama Tee Kitchen",
        account: "0123456789",
        payer: ["Chioma Okeke", "Bola Ahmed", "Ngozi Eze", "Musa Bello", "Tunde Ojo"][n % 5],
        date: format!("21 Nov 2026, 14:{:02}", 7 + n),
        reference: format!("FT26325K9QX{}", 70 + n),
        style: n,
    }
}

fn expected(amount: &str) -> Expected {
    let digits: String = amount.chars().filter(char::is_ascii_digit).collect();
    Expected {
        total_minor: digits.parse().unwrap(),
        currency: Currency::NGN,
        reference: "4K72PQ".into(),
        ordered_at: Time::parse("2026-11-21T12:50:00Z").unwrap(),
        zone: "Africa/Lagos".into(),
        instructions: "GTBank 0123456789\nMama Tee Kitchen".into(),
        business: "Mama Tee".into(),
        now: Time::parse("2026-11-21T13:40:00Z").unwrap(),
        recent: 0,
    }
}

fn seen(bytes: &[u8]) -> (Seen, Fields) {
    let seen = ocr::read(bytes).unwrap();
    let fields = fields::read(&seen);
    (seen, fields)
}

fn earlier((seen, fields): (Seen, Fields), same_file: bool) -> Earlier {
    Earlier { number: 1000, other_order: true, same_file, look: seen.look, fields, at: expected("1").now }
}

fn held(bytes: &[u8], amount: &str, before: &[Earlier]) -> Verdict {
    let (s, f) = seen(bytes);
    judge(&expected(amount), &s, &f, before)
}

/// Five copies of one kind, each against what came before.
fn all_caught(kind: &str, copy: impl Fn(usize) -> (Vec<u8>, String, Vec<Earlier>), codes: &[&str]) {
    for n in 0..5 {
        let (bytes, amount, before) = copy(n);
        let v = held(&bytes, &amount, &before);
        let found = v.reasons.iter().any(|r| codes.contains(&r.code.as_str()) && r.weight >= 60);
        assert!(!v.clean && found, "{kind} {n} was not caught: {v:?}");
    }
}

fn original(n: usize) -> (Vec<u8>, Slip) {
    let s = slip(n);
    (jpeg(&drawn(&s).image, 70), s)
}

#[test]
fn clean_receipts_are_not_refused() {
    // Two others were sent before, of the same apps: alike in looks, other transfers.
    let before: Vec<Earlier> = (3..5).map(|n| earlier(seen(&original(n).0), false)).collect();
    for n in 0..3 {
        let s = slip(n);
        let d = drawn(&s);
        let kept = jpeg(&d.image, 72);
        for (how, bytes) in [
            ("png", png(&d.image)),
            ("jpeg", kept.clone()),
            ("smaller", jpeg(&scaled(&d.image, 75), 80)),
            ("twice", jpeg(&opened(&kept), 85)),
        ] {
            let v = held(&bytes, &s.amount, &before);
            assert!(v.clean, "{n} {how}: {v:?}");
        }
    }
}

#[test]
fn the_same_file_for_another_order_is_caught() {
    let copy = |n| {
        let (bytes, s) = original(n);
        let before = vec![earlier(seen(&bytes), true)];
        (bytes, s.amount, before)
    };
    all_caught("same file", copy, &["reused_file"]);
}

#[test]
fn saved_anew_cropped_and_made_smaller_it_is_caught() {
    let again = |how: fn(&image::RgbImage, usize) -> Vec<u8>| {
        move |n: usize| {
            let (bytes, s) = original(n);
            (how(&opened(&bytes), n), s.amount, vec![earlier(seen(&bytes), false)])
        }
    };
    all_caught("saved anew", again(|i, n| jpeg(i, 45 + 8 * n as u8)), ANEW);
    all_caught("cropped", again(|i, n| jpeg(&cropped(i, 4 + 2 * n as u32, 3), 80)), ANEW);
    all_caught("smaller", again(|i, n| jpeg(&scaled(i, 60 + 7 * n as u32), 75)), ANEW);
}

#[test]
fn an_edited_amount_is_caught() {
    let more = ["NGN 95,750.00", "NGN 17,600.00", "NGN 928,400.00", "NGN 82,050.00", "NGN 99,990.00"];
    // Never seen before: only the surface tells.
    let fresh = |n: usize| {
        let (bytes, s) = original(n);
        let copy = pasted(&drawn(&s), &opened(&bytes), more[n], s.style % 3 == 2);
        (jpeg(&copy, 92), more[n].to_owned(), vec![])
    };
    // The surface does not always tell: how many it told of is counted, so that it does not become fewer.
    let told = (0..5)
        .filter(|n| {
            let (bytes, amount, before) = fresh(*n);
            let v = held(&bytes, &amount, &before);
            !v.clean && v.reasons.iter().any(|r| r.code == "patch")
        })
        .collect::<Vec<_>>();
    assert!(told.len() >= 3, "{told:?}");
    // Sent before with its true amount.
    let known = |n: usize| {
        let (bytes, s) = original(n);
        let copy = pasted(&drawn(&s), &opened(&bytes), more[n], s.style % 3 == 2);
        (jpeg(&copy, 70), more[n].to_owned(), vec![earlier(seen(&bytes), false)])
    };
    all_caught("edited copy", known, &["changed_copy"]);
}

#[test]
fn old_ones_and_those_for_somebody_else_are_caught() {
    let old = |n: usize| {
        let s = Slip { date: format!("{} Nov 2026, 14:07", 15 + n), ..slip(n) };
        (jpeg(&drawn(&s).image, 80), s.amount, vec![])
    };
    all_caught("old", old, &["early"]);
    let other = |n: usize| {
        let s = Slip { payee: "Adewale Stores", account: "9988776655", ..slip(n) };
        (jpeg(&drawn(&s).image, 80), s.amount, vec![])
    };
    all_caught("somebody else", other, &["payee"]);
}

async fn an_order(t: &TestApp) -> Order {
    t.says(ADA, "Good afternoon, I want 2 large jollof rice and a coke please").await;
    t.says(ADA, "I will pick it up").await;
    t.says(ADA, "yes, place it").await;
    t.read(|tx| list_orders(tx, None, None, 5)).await.remove(0).order
}

#[tokio::test]
async fn an_uploaded_receipt_is_read_and_approves_nothing() {
    let t = harness::open(Arc::new(BuiltIn::new())).await;
    let o = an_order(&t).await;
    let bytes = jpeg(&drawn(&Slip { amount: "NGN 7,600.00".into(), ..slip(1) }).image, 80);
    let kept = media::keep(&t.app, t.business.id, bytes).await.unwrap();
    let id = o.id;
    t.file().write(move |tx| receipts::upload(tx, id, kept, "transfer.jpg".into())).await.unwrap();
    t.settle().await;
    let r = t.read(move |tx| list_receipts(tx, id, 5)).await.remove(0);
    assert_eq!((r.state, r.fields.amount_minor, r.order_id), (State::Read, Some(760_000), Some(id)), "{r:?}");
    assert!(!r.fields.marks.is_empty() && r.seen.width > 0);
    assert_eq!(t.read(move |tx| find_order(tx, id)).await.status, Status::AwaitingPayment, "a receipt alone approves nothing");
    // What is no picture is refused with a sentence, and hurts nobody.
    let kept = media::keep(&t.app, t.business.id, b"\x89PNG\r\n\x1a\n but not really".to_vec()).await.unwrap();
    t.file().write(move |tx| receipts::upload(tx, id, kept, "bad.png".into())).await.unwrap();
    t.settle().await;
    let r = t.read(move |tx| list_receipts(tx, id, 5)).await.remove(0);
    assert!(r.state == State::Unreadable && r.problem.ends_with('.'), "{r:?}");
}

#[tokio::test]
async fn two_taps_record_one_payment() {
    let t = harness::open(Arc::new(BuiltIn::new())).await;
    let o = an_order(&t).await;
    let (id, file): (Id, _) = (o.id, t.file());
    let tap = |actor| {
        let file = file.clone();
        async move { file.write(move |tx| payment::approve(tx, id, &actor)).await.is_ok() }
    };
    let (a, b) = tokio::join!(tap(t.owner()), tap(t.owner()));
    assert!(a != b, "one of them: {a} {b}");
    assert_eq!(t.read(move |tx| find_order(tx, id)).await.status, Status::Paid);
}
