//! Tests of reading needs.

use super::*;
use proptest::prelude::*;

/// Saturday, 21 November 2026, noon in Lagos.
fn here() -> Here<'static> {
    let now = Time::parse("2026-11-21T11:00:00Z").unwrap();
    Here { now, zone: "Africa/Lagos", currency: "USD".parse().unwrap(), day_first: true }
}

fn words(text: &str) -> Vec<String> {
    read(text, here()).unwrap().items.iter().map(Item::words).collect()
}

#[test]
fn the_owner_s_own_words_become_a_need() {
    let n = read("12 dozen eggs and 10 kg flour by Friday, max $90", here()).unwrap();
    assert_eq!(n.items.iter().map(Item::words).collect::<Vec<_>>(), ["12 dozen eggs", "10 kg flour"]);
    assert_eq!(n.ceiling_minor, Some(9_000));
    assert_eq!(n.deadline.unwrap().in_zone("Africa/Lagos").date().to_string(), "2026-11-27");
}

#[test]
fn many_ways_of_writing_mean_the_same() {
    assert_eq!(words("We need 2 crates of 30 eggs, 50kg rice; a dozen lemons"), ["2 crates of 30 eggs", "50 kg rice", "1 dozen lemons"]);
    assert_eq!(words("please order eggs: 4 crates and flour 10kg"), ["4 crates eggs", "10 kg flour"]);
    assert_eq!(words("3 x 25kg bags of flour, half a dozen brooms"), ["3 bags of 25 kg flour", "6 brooms"]);
    assert_eq!(words("1,500 paper cups and twenty five litres of vegetable oil tomorrow").first().unwrap(), "1500 paper cups");
    let n = read("5 kg butter or margarine, up to 40 dollars within 48 hours", here()).unwrap();
    assert_eq!((n.items[0].name.as_str(), n.items[0].substitutes.clone()), ("butter", vec!["margarine".to_owned()]));
    assert_eq!((n.ceiling_minor, n.deadline.unwrap().since_ms(here().now)), (Some(4_000), 48 * 3_600_000));
    assert_eq!(read("10 kg flour, $1.2k max", here()).unwrap().ceiling_minor, Some(120_000));
}

#[test]
fn what_is_missing_or_impossible_is_said() {
    let says = |text: &str, field: &str, part: &str| {
        let e = read(text, here()).unwrap_err();
        assert!(e.fields.iter().any(|(f, _)| f == field) && e.message.contains(part), "{text}: {e} {:?}", e.fields);
    };
    says("eggs by Friday", "quantity", "How much of \"eggs\"?");
    says("10 kg flour and eggs", "quantity", "How much of \"eggs\"?");
    says("10 kg flour by 31 February", "deadline", "31 february");
    says("10 kg flour by 20 November", "deadline", "has passed");
    says("10 kg flour by 45 March", "deadline", "no day");
    says("0 kg flour", "quantity", "no quantity");
    says("10 kg", "items", "names no thing");
    says("", "items", "What is needed?");
    says("10 kg flour max ₦9000", "ceiling", "pays in USD");
    says("10 kg flour, max $0", "ceiling", "buys nothing");
}

proptest! {
    #[test]
    fn reading_never_panics(text in ".{0,80}") {
        let _ = read(&text, here());
    }
    #[test]
    fn nor_with_words_like_ours(text in "([0-9]{1,4} |kg |dozen |crate of |eggs |by |friday |max |\\$|and |, |or |february ){0,12}") {
        let _ = read(&text, here());
    }
}
