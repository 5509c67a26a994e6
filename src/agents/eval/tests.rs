//! Runs that need a data set; they are skipped where there is none.

use super::orders;
use crate::providers::llm::builtin::BuiltIn;

/// `STEWARD_ORDERS=dev.jsonl cargo test --lib real_orders -- --ignored --nocapture`
#[test]
#[ignore = "needs the path of a data set"]
#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a measurement that a person starts and reads")]
fn real_orders() {
    let Ok(path) = std::env::var("STEWARD_ORDERS") else { return };
    let started = std::time::Instant::now();
    let report = orders::run(path.as_ref(), &BuiltIn::new()).unwrap();
    println!("{report}\n{} turns in {:?}", report.turns, started.elapsed());
    for m in &report.misses {
        println!("MISS {} | {} | gold {} | ours {}", m.why, m.said.join(" // "), m.gold, m.ours);
    }
    assert!(report.all.percent() >= 70.0);
}

/// `cargo test --lib --config profile.test.package.steward.opt-level=3 speed -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
#[expect(clippy::print_stdout, reason = "a measurement that a person starts and reads")]
fn speed() {
    use super::counter::Counter;
    use super::fixture::{self, Shop};
    use std::sync::Arc;
    let restaurant: Shop = fixture::read("restaurant", include_str!("../../../data/evals/restaurant/menu.toml")).unwrap();
    let shop: Shop = fixture::read("shop", include_str!("../../../data/evals/shop/menu.toml")).unwrap();
    let mut menu = restaurant.menu(1);
    menu.items.extend(shop.menu(2).items);
    let menu = Arc::new(menu);
    let model = BuiltIn::new();
    let counter = Counter::new("Both", Arc::new(restaurant.profile()), menu.clone());
    for text in [
        "hi",
        "2 jollof rice large and a coke pls",
        "Abeg I wan buy 2 jollof rice, large",
        "how much is the grilled fish and do you deliver to Yaba?",
        "one large jollof with plantain, no onions and a zobo, deliver to 12 Allen Avenue, Ikeja",
        "2 jolof rise larg and one fannta",
        "who won the football match between arsenal and chelsea last night?",
    ] {
        let request = counter.request(&[text.to_owned()], Vec::new());
        let _warm = model.next(&request);
        let rounds = 2_000u32;
        let started = std::time::Instant::now();
        for _ in 0..rounds {
            std::hint::black_box(model.next(&request));
        }
        println!("{:>8.1} µs  {text}  ({} items)", started.elapsed().as_secs_f64() * 1e6 / f64::from(rounds), menu.items.len());
    }
}

/// `STEWARD_TALK='hi|2 cokes' STEWARD_KIND=bakery cargo test --lib one_talk -- --ignored --nocapture`
#[test]
#[ignore = "a person looks at it"]
#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a person starts and reads it")]
fn one_talk() {
    use super::counter::Counter;
    use super::fixture::{self, Shop};
    use std::sync::Arc;
    let kind = std::env::var("STEWARD_KIND").unwrap_or_else(|_| "restaurant".into());
    let shop: Shop = fixture::read(&kind, &std::fs::read_to_string(format!("data/evals/{kind}/menu.toml")).unwrap()).unwrap();
    let mut c = Counter::new(&shop.name, Arc::new(shop.profile()), Arc::new(shop.menu(1)));
    for text in std::env::var("STEWARD_TALK").unwrap_or_default().split('|') {
        let reply = c.turn(&BuiltIn::new(), &[text.to_owned()]).unwrap();
        println!(
            "> {text}\n[{} {:?}] {}\n    basket: {}\n",
            reply.language.unwrap().code(),
            c.called,
            reply.text.replace('\n', "\n    "),
            c.draft.words()
        );
    }
}

/// Whatever customers write, in whatever order: no panic, no broken basket, no reply without words.
#[test]
fn any_talk_is_answered() {
    use super::counter::Counter;
    use super::fixture::{self, Shop};
    use proptest::prelude::*;
    use std::sync::Arc;
    let shop: Shop = fixture::read("restaurant", include_str!("../../../data/evals/restaurant/menu.toml")).unwrap();
    let (profile, menu, model) = (Arc::new(shop.profile()), Arc::new(shop.menu(1)), BuiltIn::new());
    let words = "2 a the one other another jollof rice large regular coke chicken fanta egusi eba plantain no without extra and , . ? ! yes no make it \
        remove change to instead of deliver 12 Allen street pickup how much is do you have cancel order i paid person hi thanks my name is more \
        all menu drinks soup 👍 ẹ mo fẹ́ ina so biko nye m abeg comot ₦ # 1042 0 99999999999999999999 x3 3x place confirm total second with add half -- '"
        .split_whitespace()
        .collect::<Vec<_>>();
    let texts = proptest::collection::vec(proptest::collection::vec(proptest::sample::select(words), 0..14), 1..7);
    proptest!(ProptestConfig::with_cases(400), |(talk in texts, noise in ".{0,40}")| {
        let mut c = Counter::new(&shop.name, profile.clone(), menu.clone());
        for text in talk.iter().map(|w| w.join(" ")).chain([noise]) {
            let reply = c.turn(&model, std::slice::from_ref(&text)).unwrap();
            prop_assert!(!reply.text.trim().is_empty(), "{}", text);
            prop_assert!(reply.calls.is_empty());
            prop_assert!(c.draft.lines.iter().all(|l| l.quantity > 0 && menu.items.iter().any(|i| i.id == l.item_id && i.price_minor == l.unit_minor)));
            prop_assert!(reply.choices.len() <= 3 && reply.choices.iter().all(|b| b.title.chars().count() <= 20));
        }
    });
}
