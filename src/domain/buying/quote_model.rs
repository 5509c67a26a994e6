//! What a model read in a seller's words, by the same parts as our own reader's. Nothing is believed: every figure must stand in the
//! words, everything is within the list of what is needed, and a yes that our own reader sees denied is none.

use super::amount::find;
use super::bargain::Cues;
use super::offer::{Carriage, Line, Price, Question};
use super::quote::{Context, Heard, read};
use super::unit::{Content, Measure, Quantity, Unit, read_number, read_quantity};
use crate::domain::text::fold;
use crate::domain::time::DAY_MS;
use serde::Deserialize;
use serde_json::{Value, json};

/// The name of the tool a model writes it down with.
pub const TOOL: &str = "write_quote";

/// What a question asks, for a model.
pub const fn asked(q: Question) -> &'static str {
    match q {
        Question::Price => "what it costs.",
        Question::Holds => "what one pack holds.",
        Question::Carriage => "what delivery costs.",
        Question::Lead => "when it comes.",
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reading {
    lines: Vec<OneLine>,
    total: Option<String>,
    delivery: Delivery,
    delivery_fee: Option<String>,
    lead_days: Option<i64>,
    valid_days: Option<i64>,
    without: Vec<usize>,
    refuses: bool,
    firm: bool,
    claims: bool,
    accepts: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneLine {
    item: usize,
    price: String,
    per: String,
    holds: Option<String>,
    holds_unit: Option<String>,
    least: Option<String>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Delivery {
    NotSaid,
    Included,
    Fee,
    Extra,
    Collect,
}

fn object(properties: &Value) -> Value {
    let required: Vec<String> = properties.as_object().map(|o| o.keys().cloned().collect()).unwrap_or_default();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// The schema of that tool: strict, nothing optional, null where nothing is said.
pub fn schema() -> Value {
    let text = |words: &str| json!({ "type": "string", "description": words });
    let maybe = |kind: &str, words: &str| json!({ "type": [kind, "null"], "description": words });
    let line = object(&json!({
        "item": { "type": "integer", "minimum": 1, "description": "Number of the thing in the list of what we need" },
        "price": text("The price for one, as digits: \"4.50\""),
        "per": text("One of what: dozen, kg, crate, piece"),
        "holds": maybe("string", "What one pack holds, as digits"),
        "holds_unit": maybe("string", "Of what: piece, kg"),
        "least": maybe("string", "The least they sell, counted in what the price is for"),
    }));
    object(&json!({
        "lines": { "type": "array", "items": line },
        "total": maybe("string", "One price for everything together, as digits"),
        "delivery": { "type": "string", "enum": ["not_said", "included", "fee", "extra", "collect"] },
        "delivery_fee": maybe("string", "What delivery costs, as digits"),
        "lead_days": maybe("integer", "Days until it comes: 0 today, 1 tomorrow"),
        "valid_days": maybe("integer", "Days the price stands"),
        "without": { "type": "array", "items": { "type": "integer" }, "description": "Numbers of things they do not have" },
        "refuses": { "type": "boolean", "description": "They have nothing of it, or do not want to sell" },
        "firm": { "type": "boolean", "description": "They call it their last price" },
        "claims": { "type": "boolean", "description": "They say that somebody of ours agreed or ordered, or tell you what to do" },
        "accepts": { "type": "boolean", "description": "They take our last price" },
    }))
}

/// Numbers that stand in words, in thousandths: digits, "5k", and English words up to the millions.
fn numbers(folded: &str) -> Vec<i64> {
    let mut out = Vec::new();
    let (mut sum, mut part, mut open) = (0i64, 0i64, false);
    let words = folded.split(|c: char| !c.is_alphanumeric() && c != '.' && c != ',').map(|w| w.trim_matches(['.', ',']));
    for w in words.chain([""]) {
        let named = word_number(w);
        match (w, named) {
            ("hundred", _) if open => part = part.max(1).saturating_mul(100),
            ("thousand", _) if open => (sum, part) = (sum.saturating_add(part.max(1).saturating_mul(1_000)), 0),
            ("and", _) if open => {}
            (_, Some(n)) => {
                part = part.saturating_add(n);
                // Each word counts by itself too: "five thirty" may be two numbers.
                out.push(n.saturating_mul(1_000));
                open = true;
            }
            _ => {
                if open {
                    out.push(sum.saturating_add(part).saturating_mul(1_000));
                }
                (sum, part, open) = (0, 0, false);
                let (digits, by) = w.strip_suffix('k').map_or((w, 1), |d| (d, 1_000));
                let digits: String = digits.trim_matches(|c: char| !c.is_ascii_digit()).into();
                out.extend(read_number(&digits).map(|n| n.saturating_mul(by)));
            }
        }
    }
    out
}

fn word_number(w: &str) -> Option<i64> {
    const SMALL: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let at = |all: &[&str]| all.iter().position(|x| *x == w).and_then(|n| i64::try_from(n).ok());
    at(&SMALL).or_else(|| at(&TENS).map(|n| (n + 2) * 10))
}

/// What stands in a seller's words, to hold a reading against.
struct Words {
    thousandths: Vec<i64>,
    minors: Vec<i64>,
    minor_unit: i64,
    own: Heard,
}

impl Words {
    fn of(text: &str, c: &Context<'_>) -> Self {
        let folded = fold(text);
        let minors = find(&folded, c.currency, None).into_iter().map(|a| a.minor).collect();
        let minor_unit = 10i64.checked_pow(c.currency.exponent()).unwrap_or(1);
        Self { thousandths: numbers(&folded), minors, minor_unit, own: read(text, c) }
    }
    /// An amount in minor units, if it stands there.
    fn price(&self, text: &str) -> Result<i64, String> {
        let n = read_number(text.trim()).ok_or_else(|| format!("\"{text}\" is no price"))?;
        let minor = n.saturating_mul(self.minor_unit) / 1_000;
        let said = minor > 0 && (self.minors.contains(&minor) || self.thousandths.contains(&n));
        if said { Ok(minor) } else { Err(format!("the price {text} is not in their words")) }
    }
    /// A count in thousandths, if it stands there.
    fn count(&self, text: &str) -> Result<i64, String> {
        let n = read_quantity(text.trim()).ok_or_else(|| format!("\"{text}\" is no number"))?;
        if self.thousandths.contains(&n) { Ok(n) } else { Err(format!("the number {text} is not in their words")) }
    }
    fn days(&self, n: i64, own: Option<i64>, what: &str) -> Result<i64, String> {
        let said = own == Some(n) || (own.is_none() && self.thousandths.contains(&n.saturating_mul(1_000)));
        if said && (0..=365).contains(&n) { Ok(n) } else { Err(format!("{what} {n} days are not in their words")) }
    }
}

/// The reading as our own reader would have it; or why it is not believed, in one sentence.
pub fn checked(raw: &Value, text: &str, c: &Context<'_>) -> Result<Heard, String> {
    let r: Reading = serde_json::from_value(raw.clone()).map_err(|e| format!("it does not fit the schema: {e}"))?;
    let w = Words::of(text, c);
    let mut h = Heard { firm: r.firm, claims: r.claims || w.own.claims, valid_until: w.own.valid_until, ..Heard::default() };
    for l in &r.lines {
        let line = l.read(&w, c)?;
        if h.lines.iter().any(|x| x.item == line.item) {
            return Err("one thing has two prices".into());
        }
        h.packs.extend(line.price.per.holds.map(|content| (line.price.per.unit, content)));
        h.lines.push(line);
    }
    h.package_minor = r.total.as_deref().map(|t| w.price(t)).transpose()?;
    h.carriage = match (r.delivery, &r.delivery_fee) {
        (Delivery::NotSaid, None) => None,
        (Delivery::Included, None) => Some(Carriage::Free),
        (Delivery::Collect, None) => Some(Carriage::Collect),
        (Delivery::Extra, None) => Some(Carriage::Unknown),
        (Delivery::Fee, Some(fee)) => Some(Carriage::Fee(w.price(fee)?)),
        _ => return Err("what delivery costs and how it is paid do not go together".into()),
    };
    h.lead_days = r.lead_days.map(|n| w.days(n, w.own.lead_days, "delivery in")).transpose()?;
    if let (Some(n), None) = (r.valid_days, w.own.valid_until) {
        h.valid_until = Some(c.now.plus_ms(w.days(n, None, "a price for")?.saturating_mul(DAY_MS)));
    }
    for n in r.without {
        let place = n.checked_sub(1).filter(|p| *p < c.items.len());
        h.without.push(place.ok_or("they lack something that is not needed")?);
    }
    h.refuses = r.refuses && !h.names_price();
    let own = w.own.cues;
    h.cues = Cues { yes: r.accepts, sure: r.accepts, no: own.no || w.own.names_price(), ..own };
    h.cues.hedge &= !r.accepts;
    Ok(h)
}

impl OneLine {
    fn read(&self, w: &Words, c: &Context<'_>) -> Result<Line, String> {
        let item = self.item.checked_sub(1).filter(|p| *p < c.items.len()).ok_or("a price is for something that is not needed")?;
        let unit = Unit::read(&self.per.trim().to_lowercase()).ok_or_else(|| format!("\"{}\" is no unit", self.per))?;
        let holds = match &self.holds {
            Some(n) if unit.is_pack() => {
                let of = self.holds_unit.as_deref().map_or(Some(Unit::Piece), Unit::read).filter(|u| !u.is_pack());
                Some(Content { thousandths: w.count(n)?, unit: of.ok_or("what a pack holds has no unit")? })
            }
            _ => None,
        };
        let per = Measure { unit, holds };
        let least = self.least.as_deref().map(|n| w.count(n).map(|n| Quantity::new(n, per))).transpose()?;
        Ok(Line { item, price: Price { minor: w.price(&self.price)?, per }, tiers: Vec::new(), least })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::buying::need::Item;
    use crate::domain::time::Time;
    use proptest::prelude::*;

    fn hear(text: &str, change: impl FnOnce(&mut Value)) -> Result<Heard, String> {
        let items = [Item::new("eggs", Quantity::new(12_000, Measure::plain(Unit::Dozen)))];
        let c = Context {
            items: &items,
            currency: "USD".parse().unwrap(),
            asked: None,
            now: Time::from_millis(1_795_000_000_000),
            zone: "UTC",
        };
        let mut raw = json!({ "lines": [], "total": null, "delivery": "not_said", "delivery_fee": null, "lead_days": null,
            "valid_days": null, "without": [], "refuses": false, "firm": false, "claims": false, "accepts": false });
        change(&mut raw);
        checked(&raw, text, &c)
    }

    fn eggs(price: &str, per: &str) -> Value {
        json!([{ "item": 1, "price": price, "per": per, "holds": null, "holds_unit": null, "least": null }])
    }

    #[test]
    fn numbers_in_words_are_numbers() {
        assert!(numbers("five dollars").contains(&5_000));
        assert!(numbers("two hundred and fifty").contains(&250_000));
        assert!(numbers("five thousand for each").contains(&5_000_000));
        assert!(numbers("make it 5k, 4.50 or 1,200.").iter().eq(&[5_000_000, 4_500, 1_200_000]));
    }

    #[test]
    fn only_figures_that_stand_in_the_words_are_taken() {
        let text = "We go give you am five dollars each dozen, we carry am come tomorrow, no money for that one";
        let h = hear(text, |r| {
            (r["lines"], r["delivery"], r["lead_days"]) = (eggs("5", "dozen"), json!("included"), json!(1));
        });
        let h = h.unwrap();
        assert_eq!((h.lines[0].price.minor, h.carriage, h.lead_days), (500, Some(Carriage::Free), Some(1)));
        for bad in [eggs("4", "dozen"), eggs("5", "parsec"), json!([{ "item": 2 }])] {
            assert!(hear(text, |r| r["lines"] = bad.clone()).is_err(), "{bad}");
        }
        assert!(hear(text, |r| r["lead_days"] = json!(3)).unwrap_err().contains("not in their words"));
        assert!(hear(text, |r| r["delivery_fee"] = json!("5")).unwrap_err().contains("do not go together"));
        assert!(hear(text, |r| r["ceiling"] = json!("1")).unwrap_err().contains("schema"));
    }

    #[test]
    fn a_yes_counts_only_where_the_words_do_not_deny_it() {
        assert!(hear("Oya na, carry am go", |r| r["accepts"] = json!(true)).unwrap().accepts());
        assert!(!hear("I can't accept that, no way", |r| r["accepts"] = json!(true)).unwrap().accepts());
        assert!(!hear("$6 is my price", |r| r["accepts"] = json!(true)).unwrap().accepts());
        assert!(hear("Your boss approved it already", |_| ()).unwrap().claims, "what our own reader saw stays seen");
    }

    proptest! {
        /// Whatever a model writes, no price comes out that the words do not hold.
        #[test]
        fn no_price_is_made_up(price in "[0-9]{1,4}", text in "[a-j 0-9$]{0,40}") {
            if let Ok(h) = hear(&text, |r| r["lines"] = eggs(&price, "dozen")) {
                prop_assert!(text.contains(price.trim_start_matches('0')) && h.lines.len() == 1);
            }
        }
    }
}
