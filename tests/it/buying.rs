//! The buying desk: a whole purchase in words with pretended sellers behind simulated phones, and what can go wrong with it.

use crate::harness::{self, TestApp};
use serde_json::{Value, json};
use std::sync::Arc;
use steward::app::businesses;
use steward::app::directory::Credentials;
use steward::domain::buying::payment::Method;
use steward::domain::buying::seller::{Seller, Temper, Ware};
use steward::domain::buying::unit::{Measure, Unit};
use steward::domain::buying::vendor::{Vendor, phone};
use steward::domain::house::business::{Profile, Template};
use steward::domain::house::member::Role;
use steward::domain::id::Id;
use steward::domain::money::Currency;
use steward::domain::time::{Clock, HOUR_MS};
use steward::providers::llm::builtin::BuiltIn;
use steward::services::buying::payment::{Mood, doubt, key, set_mood};
use steward::services::buying::settings::{Settings, save};
use steward::services::buying::vendor;
use steward::services::house::{member, template};
use steward::store::buying::payment::sum_sandbox_payments;
use steward::store::buying::vendor::upsert_seller;
use steward::store::house::effect;
use steward::store::simulator::list_arrived;

pub const LINE: &str = "55510";

/// A bakery that buys in dollars, on a simulated line.
pub async fn open() -> TestApp {
    open_with(|_| {}).await
}

pub async fn open_with(change: impl FnOnce(&mut steward::config::Config)) -> TestApp {
    let mut t = harness::open_with(Arc::new(BuiltIn::new()), Clock::starting_at(harness::noon()), change).await;
    let profile = Profile { currency: "USD".parse::<Currency>().unwrap(), ..Profile::default() };
    let b = businesses::create(&t.app, "Corner Bakery", None, Template::Shop, profile).await.unwrap();
    let c = Credentials { token: "pretended".into(), app_secret: "s".into(), verify_token: "v".into() };
    businesses::connect_whatsapp(&t.app, b.id, LINE, &c, true).await.unwrap();
    let id = b.id;
    let (_, key) = t.app.store.control_write(move |tx| member::add_key(tx, id, "buyer", Role::Owner)).await.unwrap();
    (t.business, t.key) = (b, key);
    t.file()
        .write(|tx| {
            template::ask(tx, LINE)?;
            save(tx, &Settings { pay_by: Method::Sandbox, ..Settings::default() })
        })
        .await
        .unwrap();
    t.settle().await;
    t
}

/// A vendor with a pretended seller behind its phone; prices in cents: first and least.
pub async fn add(t: &TestApp, name: &str, number: &str, temper: Temper, eggs: (i64, i64), flour: (i64, i64), delivery_minor: i64) -> Id {
    let ware = |name: &str, per, (start_minor, floor_minor)| Ware { name: name.into(), per, start_minor, floor_minor };
    let egg_unit = if temper == Temper::ByCrate { Measure::pack(Unit::Crate, 30_000, Unit::Piece) } else { Measure::plain(Unit::Dozen) };
    let seller = Seller {
        temper,
        wares: vec![ware("eggs", egg_unit, eggs), ware("flour", Measure::plain(Unit::Kilogram), flour)],
        delivery_minor,
        lead_days: 1,
        heard: 0,
        down: 0,
        wanted: vec![],
        quoted: false,
        agreed: false,
    };
    let (name, number) = (name.to_owned(), number.to_owned());
    t.file()
        .write(move |tx| {
            let mut v = Vendor::new(Id::new(tx.now), &name, tx.now);
            v.phone = phone(&number, "NG")?;
            v.products = vec!["eggs".into(), "flour".into()];
            vendor::save(tx, &v)?;
            upsert_seller(tx, number.trim_start_matches('+'), &seller)?;
            Ok(v.id)
        })
        .await
        .unwrap()
}

pub async fn call(t: &TestApp, method: &str, path: &str, body: Value) -> (u16, Value) {
    let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
    let mut request = t.http.request(method.clone(), format!("{}/api/v1/{path}", t.url)).bearer_auth(&t.key);
    if method != reqwest::Method::GET {
        request = request.json(&body);
    }
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or(Value::Null))
}

pub async fn get(t: &TestApp, path: &str) -> Value {
    let (status, body) = call(t, "GET", path, Value::Null).await;
    assert_eq!(status, 200, "{body}");
    body
}

pub async fn ask(t: &TestApp, text: &str) -> String {
    let (status, body) = call(t, "POST", "purchases", json!({ "text": text })).await;
    assert_eq!(status, 201, "{body}");
    body["id"].as_str().unwrap().to_owned()
}

/// Lets time pass until the purchase stands there.
pub async fn until(t: &TestApp, id: &str, status: &str) -> Value {
    for _ in 0..120 {
        t.pass_ms(2_000).await;
        let p = get(t, &format!("purchases/{id}")).await;
        if p["status"] == status {
            return p;
        }
    }
    let p = get(t, &format!("purchases/{id}")).await;
    panic!("never {status}: {}", serde_json::to_string_pretty(&p).unwrap());
}

pub const EGGS: &str = "12 dozen eggs and 10 kg flour by Friday, max $90";

#[tokio::test]
async fn a_purchase_goes_from_words_to_a_paid_order() {
    let t = open().await;
    add(&t, "Adeyemi Farms", "+2348031110001", Temper::Flexible, (520, 420), (140, 110), 500).await;
    add(&t, "Mile 12 Depot", "+2348031110002", Temper::HidesDelivery, (500, 430), (130, 110), 900).await;
    add(&t, "Greenfield", "+2348031110003", Temper::ByCrate, (1_300, 1_150), (150, 120), 400).await;
    add(&t, "Boss Foods", "+2348031110004", Temper::ClaimsApproval, (700, 640), (180, 160), 800).await;
    let id = ask(&t, EGGS).await;
    t.settle().await;
    let p = get(&t, &format!("purchases/{id}")).await;
    let talking = p["calls"].as_array().unwrap().iter().filter(|c| c["status"] == "talking").count();
    assert_eq!((p["calls"].as_array().unwrap().len(), talking), (4, 3), "three at once: {p}");
    let p = until(&t, &id, "awaiting_approval").await;
    let total = p["total"]["amount_minor"].as_i64().unwrap();
    assert!(total <= 9_000 && total > 5_000, "{p}");
    // Nobody read the ceiling or another one's price in what we wrote.
    let arrived = t.read(|tx| list_arrived(tx, None, 0, 1_000)).await;
    let words: Vec<String> = arrived.iter().map(|m| m.body.to_string()).collect();
    assert!(words.iter().all(|w| !w.contains("$90 ") && !w.contains("$90.00")), "{words:?}");
    for name in ["Adeyemi", "Mile 12", "Greenfield", "Boss Foods"] {
        let other = arrived.iter().filter(|m| m.body.to_string().contains(name));
        let phones: std::collections::BTreeSet<&str> = other.map(|m| m.phone.as_str()).collect();
        assert!(phones.len() <= 1, "{name} is named to {phones:?}");
    }
    let boss = p["calls"].as_array().unwrap().iter().find(|c| c["vendor_name"] == "Boss Foods").unwrap();
    assert_eq!(boss["claims_approval"], true);
    // Two people approve at the same moment: one order, one payment.
    let path = format!("purchases/{id}/approve");
    let (a, b) = tokio::join!(call(&t, "POST", &path, json!({})), call(&t, "POST", &path, json!({})));
    let mut codes = [a.0, b.0];
    codes.sort_unstable();
    assert_eq!(codes, [200, 409], "{a:?} {b:?}");
    let p = until(&t, &id, "confirmed").await;
    let paid: i64 = p["payments"].as_array().unwrap().iter().map(|x| x["amount"]["amount_minor"].as_i64().unwrap()).sum();
    assert!(p["payments"].as_array().unwrap().iter().all(|x| x["state"] == "paid"), "{p}");
    let (count, moved) = t.read(sum_sandbox_payments).await;
    assert_eq!((moved, paid), (total, total));
    assert_eq!(count, i64::try_from(p["payments"].as_array().unwrap().len()).unwrap());
    let orders =
        t.read(|tx| list_arrived(tx, None, 0, 1_000)).await.iter().filter(|m| m.body.to_string().contains("Order confirmed")).count();
    assert_eq!(orders, p["plan"]["shares"].as_array().unwrap().len());
    // What came is counted and makes the score.
    let vendor_id = p["plan"]["shares"][0]["vendor_id"].clone();
    let checked = json!({ "vendor_id": vendor_id, "complete": true, "in_time": true, "stars": 5 });
    let (status, _) = call(&t, "POST", &format!("purchases/{id}/delivery"), checked.clone()).await;
    assert_eq!(status, 200);
    assert_eq!(call(&t, "POST", &format!("purchases/{id}/delivery"), checked).await.0, 409);
    let v = get(&t, &format!("vendors/{}", vendor_id.as_str().unwrap())).await;
    assert_eq!((v["quality_score"].as_i64(), v["reliability_score"].as_i64()), (Some(100), Some(66)));
}

#[tokio::test]
async fn two_people_agree_to_the_same_offer() {
    let t = open().await;
    let rules = json!({ "automatic_up_to_minor": 0, "two_above_minor": 1_000, "expires_hours": 24, "delegate": null, "delegate_up_to_minor": null, "quiet": null });
    assert_eq!(call(&t, "POST", "approvals/policy", rules).await.0, 200);
    let farm = add(&t, "Adeyemi Farms", "+2348031110001", Temper::Flexible, (520, 420), (140, 110), 500).await.to_string();
    let depot = add(&t, "Mile 12 Depot", "+2348031110002", Temper::HidesDelivery, (500, 430), (130, 110), 900).await.to_string();
    let id = ask(&t, EGGS).await;
    let p = until(&t, &id, "awaiting_approval").await;
    let asked: Vec<&str> = p["plan"]["shares"].as_array().unwrap().iter().map(|s| s["vendor_id"].as_str().unwrap()).collect();
    let other = [farm, depot].into_iter().find(|v| asked != [v.as_str()]).unwrap();
    let (status, told) = call(&t, "POST", &format!("purchases/{id}/approve"), json!({ "vendor_id": other })).await;
    assert!(status == 409 && told["detail"].as_str().unwrap().contains("to the same offer"), "{told}");
    let html = crate::pages::Browser::of(&t, Role::Owner).await.get(&format!("/app/buying/{id}")).await.1;
    assert!(html.contains("Offers compared") && !html.contains("Take Adeyemi") && !html.contains("Take Mile"), "{html}");
    assert_eq!(get(&t, &format!("purchases/{id}")).await["plan"], p["plan"], "nothing was chosen");
}

#[tokio::test]
async fn what_did_not_come_is_shown_and_costs_the_vendor_its_scores() {
    let t = open().await;
    let vendor_id = add(&t, "Adeyemi Farms", "+2348031110001", Temper::Flexible, (520, 420), (140, 110), 500).await.to_string();
    let id = ask(&t, EGGS).await;
    until(&t, &id, "awaiting_approval").await;
    let path = format!("purchases/{id}/delivery");
    let received = |eggs: Value, flour: Value| json!([{ "name": "eggs", "quantity": eggs }, { "name": "flour", "quantity": flour }]);
    let report = |received: Value, stars: i64| json!({ "vendor_id": vendor_id, "received": received, "in_time": true, "stars": stars, "note": "Two trays were broken" });
    assert_eq!(call(&t, "POST", &path, report(received(json!(12), json!(10)), 5)).await.0, 409, "not ordered yet");
    assert_eq!(call(&t, "POST", &format!("purchases/{id}/approve"), json!({})).await.0, 200);
    until(&t, &id, "confirmed").await;
    for (bad, part) in [
        (report(received(json!(12), json!("some")), 4), "no quantity"),
        (report(received(json!(1_200), json!(10)), 4), "Check how much came"),
        (report(json!([{ "name": "eggs", "quantity": 12 }]), 4), "how much of the flour"),
        (report(json!([{ "name": "rice", "quantity": 1 }]), 4), "not in this purchase"),
        (report(received(json!(12), json!(10)), 6), "1 to 5"),
        (json!({ "vendor_id": vendor_id, "in_time": true, "stars": 4 }), "how much came"),
    ] {
        let (status, answer) = call(&t, "POST", &path, bad.clone()).await;
        assert!(status == 422 && answer["detail"].as_str().unwrap().contains(part), "{bad}: {answer}");
    }
    let (status, p) = call(&t, "POST", &path, report(received(json!(9), json!("10")), 4)).await;
    assert_eq!((status, &p["status"]), (200, &json!("delivered")), "{p}");
    assert_eq!(p["problem"], "Adeyemi Farms did not bring 3 dozen eggs.");
    let d = &p["deliveries"][0];
    assert_eq!((&d["complete"], &d["stars"], &d["received"][0]["received"]), (&json!(false), &json!(4), &json!("9")), "{d}");
    let v = get(&t, &format!("vendors/{vendor_id}")).await;
    assert_eq!((v["quality_score"].as_i64(), v["reliability_score"].as_i64()), (Some(75), Some(62)), "{v}");
}

#[tokio::test]
async fn a_bank_that_falls_silent_after_paying_is_settled_by_a_person_and_paid_once() {
    let t = open().await;
    add(&t, "Adeyemi Farms", "+2348031110001", Temper::Flexible, (520, 420), (140, 110), 500).await;
    t.file().write(|tx| set_mood(tx, Mood::Lost)).await.unwrap();
    let id = ask(&t, EGGS).await;
    until(&t, &id, "awaiting_approval").await;
    assert_eq!(call(&t, "POST", &format!("purchases/{id}/approve"), json!({})).await.0, 200);
    let p = until(&t, &id, "payment_unknown").await;
    assert_eq!(p["payments"][0]["state"], "unknown");
    // A person may not record it beside the provider, and time alone pays nothing again.
    let body = json!({ "payment_id": p["payments"][0]["id"], "reference": "x" });
    assert_eq!(call(&t, "POST", &format!("purchases/{id}/payments"), body).await.0, 409);
    t.pass_ms(3 * HOUR_MS).await;
    assert_eq!(t.read(sum_sandbox_payments).await.0, 1);
    let unknown = t.read(|tx| effect::list_unknown_effects(tx, 10)).await;
    assert_eq!(unknown.len(), 1);
    let (row, actor) = (unknown[0].id, t.owner());
    t.file()
        .write(move |tx| steward::services::house::run::settle_effect(tx, row, &actor, true, "Seen at the bank").map(drop))
        .await
        .unwrap();
    let p = until(&t, &id, "confirmed").await;
    assert_eq!(p["payments"][0]["state"], "paid");
    assert_eq!(t.read(sum_sandbox_payments).await.0, 1);
}

/// A purchase that is approved while the bank is away; its id and the payment's, which is to be tried again.
async fn with_a_bank_that_is_away(t: &TestApp) -> (String, Id) {
    add(t, "Adeyemi Farms", "+2348031110001", Temper::Flexible, (520, 420), (140, 110), 500).await;
    t.file().write(|tx| set_mood(tx, Mood::Away)).await.unwrap();
    let id = ask(t, EGGS).await;
    until(t, &id, "awaiting_approval").await;
    assert_eq!(call(t, "POST", &format!("purchases/{id}/approve"), json!({})).await.0, 200);
    t.pass_ms(1_000).await;
    let p = get(t, &format!("purchases/{id}")).await;
    let payment = p["payments"][0]["id"].as_str().unwrap().parse().unwrap();
    (id, payment)
}

#[tokio::test]
async fn who_saw_the_money_go_keeps_the_bank_from_being_asked_again() {
    let t = open().await;
    let (id, payment) = with_a_bank_that_is_away(&t).await;
    t.file().write(move |tx| doubt(tx, payment, "The bank did not answer.")).await.unwrap();
    let path = format!("purchases/{id}/payments/settle");
    let settle = |happened: bool| json!({ "payment_id": payment, "happened": happened });
    let (status, told) = call(&t, "POST", &path, settle(false)).await;
    assert!(status == 409 && told["detail"].as_str().unwrap().contains("once more"), "{told}");
    assert_eq!(call(&t, "POST", &path, settle(true)).await.0, 200);
    t.file().write(|tx| set_mood(tx, Mood::Fine)).await.unwrap();
    let p = until(&t, &id, "confirmed").await;
    assert_eq!(p["payments"][0]["state"], "paid", "{p}");
    t.pass_ms(HOUR_MS).await;
    assert_eq!(t.read(sum_sandbox_payments).await.0, 0, "it was paid, and not by us again");
}

#[tokio::test]
async fn what_was_stopped_while_nobody_knew_is_not_paid_afterwards() {
    let t = open().await;
    let (id, payment) = with_a_bank_that_is_away(&t).await;
    // It was being asked when everything stopped, and then it knows of nothing.
    t.file()
        .write(move |tx| {
            let row = effect::find_effect_by_key(tx, &key(payment))?.unwrap();
            effect::begin_effect(tx, row.id)?;
            set_mood(tx, Mood::Fine)
        })
        .await
        .unwrap();
    assert_eq!(call(&t, "POST", &format!("purchases/{id}/cancel"), json!({})).await.0, 200);
    t.settle().await;
    assert_eq!(get(&t, &format!("purchases/{id}")).await["status"], "payment_unknown");
    let p = until(&t, &id, "cancelled").await;
    assert_eq!((&p["payments"][0]["state"], t.read(sum_sandbox_payments).await.0), (&json!("failed"), 0), "{p}");
    // What is settled for good is never planned again.
    t.file()
        .write(move |tx| {
            let row = effect::find_effect_by_key(tx, &key(payment))?.unwrap();
            assert!(!effect::replan_effect(tx, row.id, "late news")?);
            Ok(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_doubt_that_is_found_after_a_kill_is_shown_on_the_purchase() {
    let t = open().await;
    let (id, payment) = with_a_bank_that_is_away(&t).await;
    t.file()
        .write(move |tx| {
            let row = effect::find_effect_by_key(tx, &key(payment))?.unwrap();
            effect::begin_effect(tx, row.id)
        })
        .await
        .unwrap();
    let p = until(&t, &id, "payment_unknown").await;
    assert_eq!(p["payments"][0]["state"], "unknown", "{p}");
}

#[tokio::test]
async fn silence_and_refusals_are_shown_and_do_not_sink_the_others() {
    let t = open().await;
    add(&t, "Quiet Farm", "+2348031110005", Temper::Silent, (500, 400), (140, 110), 0).await;
    add(&t, "Adeyemi Farms", "+2348031110001", Temper::Flexible, (520, 420), (140, 110), 500).await;
    add(&t, "Palace Foods", "+2348031110006", Temper::Firm, (2_000, 2_000), (500, 500), 900).await;
    let id = ask(&t, EGGS).await;
    for _ in 0..30 {
        t.pass_ms(2_000).await;
    }
    assert_eq!(get(&t, &format!("purchases/{id}")).await["status"], "asking");
    // Two hours, a reminder it cannot send, two hours more.
    t.pass_ms(2 * HOUR_MS + 60_000).await;
    t.pass_ms(2 * HOUR_MS + 60_000).await;
    let p = until(&t, &id, "awaiting_approval").await;
    let state = |name: &str| p["calls"].as_array().unwrap().iter().find(|c| c["vendor_name"] == name).unwrap()["status"].clone();
    assert_eq!(
        (state("Quiet Farm"), state("Adeyemi Farms"), state("Palace Foods")),
        (json!("no_answer"), json!("quoted"), json!("refused"))
    );
    // Given up: the talk's price is declined, nothing is paid.
    let (status, p) = call(&t, "POST", &format!("purchases/{id}/cancel"), json!({ "reason": "Enough eggs" })).await;
    assert_eq!(status, 200, "{p}");
    until(&t, &id, "cancelled").await;
    assert_eq!(t.read(sum_sandbox_payments).await.0, 0);
}

#[tokio::test]
async fn bad_requests_say_what_to_mend_and_leave_nothing() {
    let t = open().await;
    for (body, part) in [
        (json!({ "text": "eggs by Friday" }), "How much of"),
        (json!({ "text": "10 kg flour by 31 February" }), "no day"),
        (json!({ "text": "10 kg flour max ₦5000" }), "pays in USD"),
        (json!({ "items": [{ "name": "flour", "quantity": 10, "unit": "parsec" }] }), "no unit"),
        (json!({ "items": [{ "name": "flour", "quantity": "lots" }] }), "no quantity"),
        (json!({ "items": [{ "name": "flour", "quantity": 9_000_000_000_000_i64, "unit": "kg" }] }), "too much"),
        (json!({ "items": [{ "name": "flour", "quantity": 1, "unit": "bag", "holds": { "quantity": "9000000000000" } }] }), "too much"),
        (json!({ "items": [{ "name": "flour", "quantity": 1, "substitutes": vec!["rice"; 11] }] }), "at most 10 substitutes"),
        (json!({ "items": [{ "name": "flour", "quantity": 1, "substitutes": ["x".repeat(121)] }] }), "at most 120 characters"),
        (json!({ "text": "3 bags of 0 kg flour" }), "nothing a pack can hold"),
        (json!({}), "Say what to buy"),
    ] {
        let (status, answer) = call(&t, "POST", "purchases", body.clone()).await;
        assert!((400..=422).contains(&status) && answer["detail"].as_str().unwrap().contains(part), "{body}: {status} {answer}");
    }
    assert_eq!(get(&t, "purchases").await["items"], json!([]));
    for (number, part) in [("112", "emergency"), ("+1 900 234 5678", "premium"), ("12", "no number")] {
        let (status, answer) = call(&t, "POST", "vendors", json!({ "name": "X", "phone": number })).await;
        assert!(status >= 400 && answer["detail"].as_str().unwrap().contains(part), "{number}: {answer}");
    }
    // Nobody sells it: the purchase says so.
    let id = ask(&t, "3 boxes candles").await;
    let p = until(&t, &id, "failed").await;
    assert!(p["problem"].as_str().unwrap().contains("Nobody in the vendor book"), "{p}");
    // Another business's purchase is not there.
    let other = harness::add_business(&t.app, "Other", "55511").await.id;
    let (_, key) = t.app.store.control_write(move |tx| member::add_key(tx, other, "o", Role::Owner)).await.unwrap();
    let answer = t.http.get(format!("{}/api/v1/purchases/{id}", t.url)).bearer_auth(&key).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 404);
}

#[tokio::test]
async fn a_talk_by_hand_is_coached_and_a_transfer_is_recorded_once() {
    let t = open().await;
    t.file().write(|tx| save(tx, &Settings::default())).await.unwrap();
    let (status, v) = call(&t, "POST", "vendors", json!({ "name": "Market stall", "products": ["eggs"] })).await;
    assert_eq!(status, 201, "{v}");
    let id = ask(&t, "12 dozen eggs, max $60").await;
    t.settle().await;
    let p = get(&t, &format!("purchases/{id}")).await;
    let talk = p["calls"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!((&p["calls"][0]["by"], &p["calls"][0]["status"]), (&json!("hand"), &json!("talking")));
    let (status, told) = call(&t, "POST", &format!("calls/{talk}/said"), json!({ "text": "x".repeat(4_001) })).await;
    assert!(status == 422 && told["detail"].as_str().unwrap().contains("at most 4000"), "{told}");
    for said in ["$5 per dozen, I bring it tomorrow for free", "ok deal"] {
        let (status, answer) = call(&t, "POST", &format!("calls/{talk}/said"), json!({ "text": said })).await;
        assert_eq!(status, 202, "{answer}");
        t.pass_ms(1_000).await;
    }
    let p = until(&t, &id, "awaiting_approval").await;
    assert!(p["total"]["amount_minor"].as_i64().unwrap() < 6_000, "{p}");
    assert_eq!(call(&t, "POST", &format!("purchases/{id}/approve"), json!({})).await.0, 200);
    let p = until(&t, &id, "confirmed").await;
    assert_eq!((&p["payments"][0]["state"], &p["payments"][0]["method"]), (&json!("due"), &json!("transfer")));
    let short = json!({ "vendor_id": v["id"], "received": [{ "name": "eggs", "quantity": 9 }], "in_time": true, "stars": 4 });
    assert_eq!(call(&t, "POST", &format!("purchases/{id}/delivery"), short).await.0, 200);
    let body = json!({ "payment_id": p["payments"][0]["id"], "reference": "TRF 77".repeat(100) });
    let (status, p) = call(&t, "POST", &format!("purchases/{id}/payments"), body.clone()).await;
    assert_eq!((status, &p["problem"]), (200, &json!("Market stall did not bring 3 dozen eggs.")), "what is missing stays");
    assert!(p["payments"][0]["reference"].as_str().unwrap().chars().count() <= 100, "{p}");
    assert_eq!(call(&t, "POST", &format!("purchases/{id}/payments"), body).await.0, 409);
}
