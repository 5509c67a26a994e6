//! Tests of the basket.

use super::*;
use crate::domain::house::item::OptionChoice;
use crate::domain::time::Time;
use proptest::prelude::*;

fn thing(name: &str, price: i64, stock: Option<i64>, options: Vec<OptionGroup>) -> Item {
    Item {
        id: Id::new(Time::from_millis(1)),
        sku: name.into(),
        name: name.into(),
        aliases: vec![],
        description: String::new(),
        category: String::new(),
        price_minor: price,
        unit: String::new(),
        stock,
        available: true,
        options,
        photo: None,
        attributes: Value::Null,
    }
}

fn menu() -> Menu {
    let size = OptionGroup {
        name: "Size".into(),
        choices: vec![OptionChoice { name: "Small".into(), price_minor: 0 }, OptionChoice { name: "Large".into(), price_minor: 50_000 }],
        required: true,
        many: false,
    };
    let items = vec![
        thing("Jollof rice", 250_000, None, vec![size]),
        thing("Coke", 50_000, Some(5), vec![]),
        thing("Cake", 900_000, Some(0), vec![]),
    ];
    Menu { business: None, version: 1, items }
}

fn line(menu: &Menu, i: usize, quantity: i64, picks: &[(&str, &str)]) -> AddToBasket {
    let options = picks.iter().map(|(g, c)| Pick { group: (*g).into(), choice: (*c).into() }).collect();
    AddToBasket { lines: vec![AddLine { item_id: menu.items[i].id, quantity, options, note: String::new() }] }
}

#[test]
fn adds_merges_and_asks_for_what_is_missing() {
    let (menu, profile, mut d) = (menu(), Profile { delivery_fee_minor: 100_000, ..Profile::default() }, Draft::default());
    assert_eq!(ready_to_place(&d, &menu, &profile), Err(Missing::Empty));
    add(&mut d, &menu, &line(&menu, 0, 1, &[])).unwrap();
    assert!(matches!(ready_to_place(&d, &menu, &profile), Err(Missing::Option(m)) if m.group.name == "Size" && m.line == 1));
    let picks = Some(vec![Pick { group: "size".into(), choice: "LARGE".into() }]);
    change(&mut d, &menu, &ChangeLine { line: 1, quantity: None, item_id: None, options: picks, note: None }).unwrap();
    add(&mut d, &menu, &line(&menu, 0, 2, &[("Size", "Large")])).unwrap();
    assert_eq!(d.lines.len(), 1);
    assert_eq!(d.subtotal_minor().unwrap(), 900_000);
    assert_eq!(ready_to_place(&d, &menu, &profile), Err(Missing::Fulfilment));
    set_fulfilment(&mut d, &profile, &SetFulfilment { how: Fulfilment::Delivery, address: None }).unwrap();
    assert_eq!(ready_to_place(&d, &menu, &profile), Err(Missing::Address));
    set_fulfilment(&mut d, &profile, &SetFulfilment { how: Fulfilment::Delivery, address: Some(" 5 Allen ".into()) }).unwrap();
    assert_eq!(ready_to_place(&d, &menu, &profile), Ok(()));
    let json = basket_json(&d, &profile);
    assert_eq!(json["total"], "₦10,000");
    assert_eq!(json["lines"][0]["options"][0]["choice"], "Large");
    assert_eq!(json["fulfilment"], "delivery");
}

#[test]
fn stock_and_bounds_hold() {
    let (menu, mut d) = (menu(), Draft::default());
    assert!(add(&mut d, &menu, &line(&menu, 1, 6, &[])).unwrap_err().message.contains("Only 5"));
    assert!(add(&mut d, &menu, &line(&menu, 2, 1, &[])).unwrap_err().message.contains("sold out"));
    assert!(add(&mut d, &menu, &line(&menu, 1, 0, &[])).is_err());
    assert!(add(&mut d, &menu, &line(&menu, 0, 1, &[("Size", "Huge")])).is_err());
    assert!(add(&mut d, &menu, &AddToBasket { lines: vec![] }).is_err());
    assert!(d.lines.is_empty());
    add(&mut d, &menu, &line(&menu, 1, 5, &[])).unwrap();
    assert!(add(&mut d, &menu, &line(&menu, 1, 1, &[])).is_err());
    assert!(remove(&mut d, &RemoveLine { line: 2 }).is_err());
    assert!(remove(&mut d, &RemoveLine { line: 0 }).is_err());
    remove(&mut d, &RemoveLine { line: 1 }).unwrap();
    assert!(d.lines.is_empty());
}

#[test]
fn only_offered_ways_are_accepted() {
    let mut d = Draft::default();
    let p = Profile { delivery: false, ..Profile::default() };
    assert!(set_fulfilment(&mut d, &p, &SetFulfilment { how: Fulfilment::Delivery, address: None }).is_err());
    assert_eq!(fulfilment_of(&d, &p), Some(Fulfilment::Pickup));
}

#[test]
fn arguments_are_strict() {
    let id = Id::NIL;
    assert!(
        serde_json::from_value::<AddToBasket>(json!({"lines": [{"item_id": id, "quantity": 1, "options": [], "note": "", "price": 1}]}))
            .is_err()
    );
    assert!(serde_json::from_value::<SetFulfilment>(json!({"how": "drone", "address": null})).is_err());
    assert!(
        serde_json::from_value::<ChangeLine>(json!({"line": 1, "quantity": null, "item_id": null, "options": null, "note": null})).is_ok()
    );
}

proptest! {
    /// However a basket is pushed about: never more than the stock, never a line of nothing, never a half-done step.
    #[test]
    fn baskets_stay_sound(steps in proptest::collection::vec((0usize..4, 0usize..3, -2i64..9, 0usize..4), 0..40)) {
        let (menu, mut d) = (menu(), Draft::default());
        for (what, which, n, at) in steps {
            let before = d.clone();
            let done = match what {
                0 => add(&mut d, &menu, &line(&menu, which, n, &[])),
                1 => add(&mut d, &menu, &line(&menu, which, n, &[("Size", "Large")])),
                2 => change(&mut d, &menu, &ChangeLine { line: at, quantity: Some(n), item_id: Some(menu.items[which].id), options: None, note: None }),
                _ => remove(&mut d, &RemoveLine { line: at }),
            };
            if done.is_err() { prop_assert_eq!(&before, &d); }
            prop_assert!(d.lines.iter().all(|l| l.quantity >= 1));
            prop_assert!(wanted(&d, menu.items[1].id) <= 5);
            prop_assert_eq!(wanted(&d, menu.items[2].id), 0);
            let sum: i64 = d.lines.iter().map(|l| l.total_minor().unwrap()).sum();
            prop_assert_eq!(sum, d.subtotal_minor().unwrap());
            for (i, a) in d.lines.iter().enumerate() {
                prop_assert!(!d.lines[i + 1..].iter().any(|b| alike(a, b)));
            }
        }
    }
}
