//! Amounts of money in what people write: "$4.50", "₦5k", "4,950 naira", "20 off". What is a year, a size or a count is left out.

use crate::domain::money::Currency;
use regex::Regex;
use std::sync::OnceLock;

/// An amount that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// Minor units.
    pub minor: i64,
    /// A sign or a word says that it is money.
    pub marked: bool,
    /// First byte in the folded text.
    pub from: usize,
    /// One past the last byte.
    pub to: usize,
}

/// A pattern compiled once. The patterns of this desk are constants, tested by use.
pub(super) fn compiled(cell: &'static OnceLock<Regex>, pattern: &str) -> &'static Regex {
    cell.get_or_init(|| Regex::new(pattern).expect("a fixed pattern"))
}

const AMOUNT: &str = r"(?:(?P<sign>(?:us)?\$|₦|€|£|ngn|usd|n|#)\s?)?(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?P<rest>\.\d+)?(?P<k>\s?k\b)?(?P<word>\s?(?:dollars?|bucks|usd|naira|ngn|euros?|pounds sterling|cents|\$|₦))?";
/// What makes the number before it no price.
const COUNTED: &str = r#"^\s*-?\s*(?:years?|yrs?|yo\b|months?|days?|weeks?|hours?|hrs?|minutes?|mins?|miles?|mi\b|km\b|blocks?|inch(?:es)?|"|in\b|feet|foot|ft\b|gb\b|mb\b|tb\b|%|percent|pm\b|am\b|bed(?:room)?s?\b|bath\w*|people|person|speeds?|degrees?|o'?clock|th\b|st\b|nd\b|rd\b|sq\b|mph|mpg|cc\b|series|times?\b|more\b|pieces?|pcs\b|chairs|sets?\b|x\b|pounds|lbs?\b|kgs?\b|kilos?|grams?|g\b|litres?|liters?|ml\b|dozens?|crates?|trays?|bags?|sacks?|cartons?|boxes|packs?|pets?|dogs?|cats?|roommates|tires|owners?|cars|bikes|other\b|of (?:them|my|us|those|these)|-\d{3,4})"#;
const OFF: &str = r"^\s*(?:\w+\s)?(?:off\b|less\b|lower\b|discount|down from|below|under (?:the )?(?:list|ask))";

/// The amounts in a folded text. `around` is what the thing usually costs: it drops what is far from it and mends "15" for 1,500.
pub fn find(text: &str, currency: Currency, around: Option<i64>) -> Vec<Amount> {
    static RE: OnceLock<Regex> = OnceLock::new();
    let mut out = Vec::new();
    for c in compiled(&RE, AMOUNT).captures_iter(text) {
        let Some(all) = c.get(0) else { continue };
        let sign = c.name("sign").map(|m| m.as_str());
        let before = text.get(..all.start()).unwrap_or("");
        let rest = text.get(all.end()..).unwrap_or("");
        if before.ends_with(|b: char| b.is_alphanumeric() || b == '.') || rest.starts_with(|a: char| a.is_alphanumeric() || a == '_') {
            continue;
        }
        let marked = sign.is_some() || c.name("word").is_some();
        let text_of = |name: &str| c.name(name).map_or("", |m| m.as_str());
        let cents = text_of("word").trim() == "cents";
        let Some(mut minor) = minor_of(text_of("whole"), text_of("rest"), !text_of("k").is_empty(), cents, currency) else { continue };
        if !marked && is_counted(rest) {
            continue;
        }
        if let Some(usual) = around {
            match near(minor, marked, usual, before, rest, currency) {
                Some(mended) => minor = mended,
                None => continue,
            }
        }
        let from = c.name("sign").or_else(|| c.name("whole")).map_or(all.start(), |m| m.start());
        out.push(Amount { minor, marked, from, to: all.end() });
    }
    out
}

fn is_counted(rest: &str) -> bool {
    static RE: OnceLock<Regex> = OnceLock::new();
    compiled(&RE, COUNTED).is_match(rest)
}

fn minor_of(whole: &str, rest: &str, thousands: bool, cents: bool, currency: Currency) -> Option<i64> {
    let unit = 10i64.checked_pow(currency.exponent())?;
    let whole: i64 = whole.replace(',', "").parse().ok()?;
    let digits: String = rest.trim_start_matches('.').chars().take(6).collect();
    let scale = 10i64.checked_pow(u32::try_from(digits.len()).ok()?)?;
    let millionths = if digits.is_empty() { 0 } else { digits.parse::<i64>().ok()? };
    let factor = if cents { 1 } else { unit.checked_mul(if thousands { 1_000 } else { 1 })? };
    whole.checked_mul(factor)?.checked_add(millionths.checked_mul(factor)? / scale)
}

/// The amount as it is meant beside what the thing usually costs; none when it cannot be a price of it.
fn near(minor: i64, marked: bool, usual: i64, before: &str, rest: &str, currency: Currency) -> Option<i64> {
    static OFF_RE: OnceLock<Regex> = OnceLock::new();
    let unit = 10i64.checked_pow(currency.exponent())?;
    let between = |v: i64, low: i64, high: i64| v >= usual / 100 * low && v <= usual.saturating_mul(high) / 100;
    if !marked && (1_900 * unit..=2_030 * unit).contains(&minor) && !between(minor, 60, 130) {
        return None;
    }
    let mut v = minor;
    let counted_from = before.trim_end().ends_with("for") || before.trim_end().ends_with("to") || before.trim_end().ends_with("at");
    if compiled(&OFF_RE, OFF).is_match(rest) && !counted_from {
        v = usual.checked_sub(minor)?;
    }
    if !marked && usual >= 1_000 * unit && between(v.saturating_mul(1_000), 40, 120) {
        v = v.checked_mul(1_000)?;
    } else if !marked && usual >= 1_000 * unit && between(v.saturating_mul(100), 55, 115) {
        v = v.checked_mul(100)?;
    }
    // Whole units on both sides, so that a usual price of a few cents still has a range.
    (v.saturating_mul(100) >= usual.saturating_mul(25) && v.saturating_mul(100) <= usual.saturating_mul(160)).then_some(v)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::fold;
    use proptest::prelude::*;

    fn minors(text: &str, around: Option<i64>) -> Vec<i64> {
        let usd: Currency = "USD".parse().unwrap();
        find(&fold(text), usd, around).into_iter().map(|a| a.minor).collect()
    }

    #[test]
    fn prices_are_told_from_other_numbers() {
        assert_eq!(minors("I can do $4.50 a dozen, 12 dozen is fine", None), [450]);
        assert_eq!(minors("N4,950 per crate", None), [495_000]);
        assert_eq!(minors("make it 5k last", None), [500_000]);
        assert_eq!(minors("it is 3 years old and has 64gb", None), [0i64; 0]);
        assert_eq!(minors("I'll take 20 off", Some(10_000)), [8_000]);
        assert_eq!(minors("a 2009 with 80,000 miles for 5500", Some(600_000)), [550_000]);
        assert_eq!(minors("could you do 15?", Some(150_000)), [150_000]);
        assert_eq!(minors("call 916-888-5555", Some(250_000)), [0i64; 0]);
    }

    proptest! {
        #[test]
        fn finding_never_panics(text in ".*", around in proptest::option::of(0i64..i64::MAX)) {
            let _ = find(&fold(&text), Currency::NGN, around);
        }
    }
}
