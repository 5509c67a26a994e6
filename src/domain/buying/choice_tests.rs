//! Tests of choosing.

use super::*;
use crate::domain::buying::offer::{Line, Price};
use crate::domain::buying::unit::{Measure, Quantity, Unit};

fn items() -> Vec<Item> {
    vec![
        Item::new("eggs", Quantity::new(12_000, Measure::plain(Unit::Dozen))),
        Item::new("flour", Quantity::new(10_000, Measure::plain(Unit::Kilogram))),
    ]
}

fn from(name: &str, prices: &[(usize, i64, Unit)], fee: i64, lead: i64) -> (Seller, Offer) {
    let id = Id::new(Time::from_millis(1));
    let seller = Seller {
        vendor_id: id,
        call_id: id,
        quote_id: id,
        name: name.into(),
        quality: None,
        reliability: None,
        certifications: 0,
        distance_km: None,
    };
    let line = |(item, minor, unit): &(usize, i64, Unit)| Line {
        item: *item,
        price: Price { minor: *minor, per: Measure::plain(*unit) },
        tiers: vec![],
        least: None,
    };
    let carriage = if fee == 0 { Carriage::Free } else { Carriage::Fee(fee) };
    (seller, Offer { lines: prices.iter().map(line).collect(), carriage, lead_days: Some(lead), ..Offer::default() })
}

fn rules(items: &[Item], ceiling: Option<i64>) -> Rules<'_> {
    Rules { items, deadline: Some(Time::from_millis(4 * DAY_MS)), ceiling_minor: ceiling, now: Time::from_millis(0) }
}

#[test]
fn delivery_counts_and_late_or_dear_offers_fall_back() {
    let all = items();
    let offers = vec![
        from("Cheap but far", &[(0, 400, Unit::Dozen), (1, 100, Unit::Kilogram)], 2_000, 1),
        from("All in", &[(0, 450, Unit::Dozen), (1, 120, Unit::Kilogram)], 0, 1),
        from("Late", &[(0, 300, Unit::Dozen), (1, 90, Unit::Kilogram)], 0, 9),
    ];
    let c = compare(offers.clone(), rules(&all, None), &Taste::default());
    assert_eq!(c.plan.as_ref().unwrap().shares[0].seller.name, "All in");
    assert!(c.candidates.iter().any(|x| x.late && x.seller.name == "Late"));
    let c = compare(offers, rules(&all, Some(4_000)), &Taste::default());
    assert!(c.plan.is_none_or(|p| p.total_minor <= 4_000), "nothing above the ceiling is proposed");
}

#[test]
fn a_split_is_proposed_when_it_saves_enough() {
    let all = items();
    let offers = vec![
        from("Eggs", &[(0, 300, Unit::Dozen), (1, 400, Unit::Kilogram)], 100, 1),
        from("Flour", &[(0, 700, Unit::Dozen), (1, 100, Unit::Kilogram)], 100, 1),
    ];
    let c = compare(offers, rules(&all, None), &Taste::default());
    let plan = c.plan.unwrap();
    assert_eq!((plan.shares.len(), plan.total_minor), (2, 3_600 + 1_000 + 200));
    assert_eq!(plan.shares.iter().map(|s| s.total_minor).sum::<i64>(), plan.total_minor);
    assert!(c.single_minor.unwrap() > plan.total_minor);
}

#[test]
fn a_seller_without_something_does_not_win_alone() {
    let all = items();
    let c = compare(
        vec![from("Half", &[(0, 100, Unit::Dozen)], 0, 1), from("Whole", &[(0, 450, Unit::Dozen), (1, 120, Unit::Kilogram)], 0, 1)],
        rules(&all, None),
        &Taste::default(),
    );
    assert_eq!(c.candidates[0].seller.name, "Whole");
    assert_eq!(c.plan.unwrap().shares.len(), 2, "half of it cheaper elsewhere");
}
