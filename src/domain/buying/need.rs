//! Reading what is needed: "12 dozen eggs and 10 kg flour by Friday, max 90".

use super::amount::compiled;
use super::unit::{MOST, Measure, Quantity, Unit, read_number, read_quantity};
use crate::domain::error::{Error, Result};
use crate::domain::money::{Currency, Money};
use crate::domain::reception::when;
use crate::domain::text::clip;
use crate::domain::time::Time;
use jiff::civil::Date;
use regex::Regex;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// One thing that is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What: "eggs".
    pub name: String,
    /// How much.
    pub quantity: Quantity,
    /// What would do as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub substitutes: Vec<String>,
}

impl Item {
    /// A thing with its quantity.
    pub fn new(name: &str, quantity: Quantity) -> Self {
        Self { name: name.to_owned(), quantity, substitutes: Vec::new() }
    }
    /// "12 dozen eggs", "3 crates of 30 eggs", "4 lemons".
    pub fn words(&self) -> String {
        if self.quantity.of.unit == Unit::Piece {
            return format!("{} {}", super::unit::plain(self.quantity.thousandths), self.name);
        }
        format!("{} {}", self.quantity.words(), self.name)
    }
}

/// Everything that is needed, until when and for how much at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// The things.
    pub items: Vec<Item>,
    /// When it must be here.
    pub deadline: Option<Time>,
    /// At most so much for all of it, delivered, in minor units of the business's currency. Sellers never learn it.
    pub ceiling_minor: Option<i64>,
}

/// Where and when a need is read.
#[derive(Debug, Clone, Copy)]
pub struct Here<'a> {
    /// Now.
    pub now: Time,
    /// The business's time zone.
    pub zone: &'a str,
    /// Its currency.
    pub currency: Currency,
    /// Two numbers of a date are day and month, in this order.
    pub day_first: bool,
}

/// Things of one request at most.
pub const MOST_ITEMS: usize = 20;
/// A deadline may be so many days away at most.
const FARTHEST_DAYS: i64 = 366;

/// Reads a request. An error says which words could not be read and how to write them.
pub fn read(text: &str, here: Here<'_>) -> Result<Need> {
    let mut rest = when::text::Folded::new(text.trim()).text;
    let ceiling_minor = take_ceiling(&mut rest, here.currency)?;
    let deadline = take_deadline(&mut rest, here)?;
    let items = items(&rest)?;
    Ok(Need { items, deadline, ceiling_minor })
}

const CEILING: &str = r"(?:,|;|\bfor\b|\bat\b|\bwith a\b|\bmy\b|\bthe\b)?\s*(?:\b(?:max(?:imum)?|at most|no more than|not more than|not over|up to|under|below|within|less than|ceiling|limit|budget|spend)\b(?:\s+(?:of|is|price|budget|total|up|to|spend))*\s*[:=]?\s*)(?P<a>(?:us)?\$|₦|€|£|ngn|usd|eur|gbp|ghs|kes|n)?\s?(?P<n>\d[\d,]*(?:\.\d+)?)(?P<k>\s?k\b)?\s?(?P<b>naira|dollars?|euros?|ngn|usd|eur|gbp|ghs|kes|\$|₦|€)?(?:\s*(?:in total|total|in all|altogether|max(?:imum)?))?";
const CEILING_AFTER: &str = r"[,;]?\s*(?:\bfor\s+)?(?P<a>(?:us)?\$|₦|€|£|ngn|usd|n)\s?(?P<n>\d[\d,]*(?:\.\d+)?)(?P<k>\s?k\b)?\s*(?:max(?:imum)?|at most|tops|limit|budget|in total|total)\b";

/// Finds the ceiling and cuts it out.
fn take_ceiling(rest: &mut String, currency: Currency) -> Result<Option<i64>> {
    static BEFORE: OnceLock<Regex> = OnceLock::new();
    static AFTER: OnceLock<Regex> = OnceLock::new();
    let found = [compiled(&AFTER, CEILING_AFTER), compiled(&BEFORE, CEILING)].into_iter().find_map(|re| {
        re.captures_iter(rest).find(|c| {
            let end = c.get(0).map_or(0, |m| m.end());
            let counted = first_unit(rest.get(end..).unwrap_or(""));
            c.name("a").is_some() || c.name("b").is_some() || !counted
        })
    });
    let Some(c) = found else { return Ok(None) };
    let range = c.get(0).map(|m| m.range()).unwrap_or_default();
    let named = c.name("a").or_else(|| c.name("b")).map(|m| m.as_str());
    if let Some(other) = named.and_then(currency_of).filter(|o| *o != currency) {
        let m =
            format!("The ceiling is in {} but this business pays in {}. Write it in {}.", other.code(), currency.code(), currency.code());
        return Err(Error::field("ceiling", m));
    }
    let amount = Money::parse(c.name("n").map_or("", |m| m.as_str()), currency).map_err(|e| Error::field("ceiling", e.message))?;
    let amount = if c.name("k").is_some() { amount.times(1_000)? } else { amount };
    if amount.amount_minor == 0 {
        return Err(Error::field("ceiling", "A ceiling of nothing buys nothing. Leave it out, or write an amount."));
    }
    rest.replace_range(range, " , ");
    Ok(Some(amount.amount_minor))
}

fn currency_of(word: &str) -> Option<Currency> {
    let code = match word.trim() {
        "$" | "us$" | "dollar" | "dollars" => "usd",
        "₦" | "n" | "naira" => "ngn",
        "€" | "euro" | "euros" => "eur",
        "£" => "gbp",
        other => other,
    };
    code.parse().ok()
}

/// Whether a text begins with a unit or a measure of time: then the number before it is no money.
fn first_unit(after: &str) -> bool {
    let word: String = after.trim_start().chars().take_while(|c| c.is_alphabetic()).collect();
    Unit::read(&word).is_some() || matches!(word.as_str(), "day" | "days" | "hour" | "hours" | "week" | "weeks" | "hrs")
}

const BY: &str = r"\b(?:by|before|until|till|no later than|not later than|latest|on|for|needed|need it|within|in|deadline)\b[\s:]*$";

/// Finds the day (and the hour) and cuts them out.
fn take_deadline(rest: &mut String, here: Here<'_>) -> Result<Option<Time>> {
    let today = here.now.in_zone(here.zone);
    soon(rest, here).map_or_else(|| on_day(rest, here, today.date()), |at| Ok(Some(at)))
}

/// "within 48 hours", "in 3 days".
fn soon(rest: &mut String, here: Here<'_>) -> Option<Time> {
    static RE: OnceLock<Regex> = OnceLock::new();
    let re = compiled(&RE, r"\b(?:within|in)\s+(?:the next\s+)?(?P<n>\d{1,3})\s*(?P<u>hours?|hrs?)\b");
    let c = re.captures(rest)?;
    let hours: i64 = c.name("n")?.as_str().parse().ok()?;
    let range = c.get(0)?.range();
    rest.replace_range(range, " , ");
    Some(here.now.plus_ms(hours * crate::domain::time::HOUR_MS))
}

fn on_day(rest: &mut String, here: Here<'_>, today: Date) -> Result<Option<Time>> {
    let said = when::read(rest, &[]);
    let cannot = |what: &str| {
        Error::field(
            "deadline",
            format!("\"{}\" is no day that can still come. Write it like \"by Friday\" or \"by 5 December\".", clip(what, 40)),
        )
    };
    let Some(day) = said.days.first() else { return no_day(rest, &cannot) };
    let words = rest.get(day.from..day.to).unwrap_or("").to_owned();
    let date = when::day::meant(day.value, today, here.day_first).map(|m| m.date).ok_or_else(|| cannot(&words))?;
    let hour = said.hours.first().filter(|h| h.from >= day.from.saturating_sub(20) && h.from <= day.to + 20);
    // A day alone means its evening.
    let minute = hour.map_or(20 * 60, |h| match when::hour::meant(h.value, said.part, &[], 0) {
        when::hour::Meant::Is(m) | when::hour::Meant::Either(m) => m,
    });
    let at = moment(date, minute, here.zone).ok_or_else(|| cannot(&words))?;
    if date < today || at <= here.now {
        return Err(Error::field("deadline", format!("\"{}\" has passed already. Name a day that is still to come.", clip(&words, 40))));
    }
    if at.since_ms(here.now) > FARTHEST_DAYS * crate::domain::time::DAY_MS {
        return Err(Error::field("deadline", format!("\"{}\" is more than a year away. Name a nearer day.", clip(&words, 40))));
    }
    let (from, to) = hour.map_or((day.from, day.to), |h| (day.from.min(h.from), day.to.max(h.to)));
    cut_with_lead(rest, from, to);
    Ok(Some(at))
}

/// No day was read. Words that look like one are an error rather than part of a thing's name.
fn no_day(rest: &str, cannot: &impl Fn(&str) -> Error) -> Result<Option<Time>> {
    static RE: OnceLock<Regex> = OnceLock::new();
    let re = compiled(
        &RE,
        r"\b(?:by|before|until|till|no later than|not later than|deadline)\s+(?P<d>[^,;]{1,40})|\b(?P<e>\d{1,3}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*|(?:january|february|march|april|june|july|august|september|october|november|december)\s+\d{1,3})\b",
    );
    match re.captures(rest).and_then(|c| c.name("d").or_else(|| c.name("e"))) {
        Some(d) => Err(cannot(d.as_str().trim())),
        None => Ok(None),
    }
}

fn moment(date: Date, minute: i64, zone: &str) -> Option<Time> {
    let tz = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let (h, m) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
    let at = date.at(h, m, 0, 0).to_zoned(tz).ok()?;
    Some(Time::from_millis(at.timestamp().as_millisecond()))
}

fn cut_with_lead(rest: &mut String, from: usize, to: usize) {
    static RE: OnceLock<Regex> = OnceLock::new();
    let before = rest.get(..from).unwrap_or("");
    let start = compiled(&RE, BY).find(before).map_or(from, |m| m.start());
    if rest.get(start..to).is_some() {
        rest.replace_range(start..to, " , ");
    }
}

/// Splits what is left into things.
fn items(rest: &str) -> Result<Vec<Item>> {
    static SPLIT: OnceLock<Regex> = OnceLock::new();
    static LEAD: OnceLock<Regex> = OnceLock::new();
    let lead = compiled(
        &LEAD,
        r"^(?:(?:hi|hello|hey|please|pls|abeg|kindly|also|and|steward|i|we|i'd|we'd|would|like|to|want|need|needs|must|buy|order|get|find|source|restock|me|us|some|of|more|another|can|you|do|source)\b[\s,.!:]*)+",
    );
    let mut out = Vec::new();
    // "salt, pepper and 3 bags rice": a comma inside a number does not split.
    let split = compiled(&SPLIT, r"[;\n]|,\s|,$|\s(?:and|plus|&)\s|\s\+\s|\.\s|\.$");
    for part in split.split(rest) {
        let part = part.trim().trim_matches([',', '.', '-', '•', '*', '!', ':']).trim();
        let part = lead.replace(part, "");
        let part = part.trim();
        if part.is_empty() || !part.chars().any(char::is_alphanumeric) || is_filler(part) {
            continue;
        }
        out.push(item(part)?);
    }
    if out.is_empty() {
        return Err(Error::field("items", "What is needed? Write it like \"12 dozen eggs and 10 kg flour by Friday, max $90\"."));
    }
    if out.len() > MOST_ITEMS {
        return Err(Error::field("items", format!("That is {} things; a request may hold {MOST_ITEMS}. Split it in two.", out.len())));
    }
    Ok(out)
}

fn is_filler(part: &str) -> bool {
    matches!(
        part,
        "thanks" | "thank you" | "delivered" | "asap" | "please" | "urgent" | "urgently" | "by" | "before" | "max" | "for" | "on"
    )
}

const HALF: &str = "half a dozen";

/// One thing: number, unit, name, in the orders people write them.
fn item(part: &str) -> Result<Item> {
    static RE: OnceLock<Regex> = OnceLock::new();
    static AFTER: OnceLock<Regex> = OnceLock::new();
    let unit = Unit::pattern();
    let number = format!("(?:\\d[\\d,]*(?:\\.\\d+)?|{HALF}|an?|{})", when::text::NUMBER);
    let ahead = RE.get_or_init(|| {
        let p = format!(
            r"^(?P<n>{number})\s*(?:x\s+)?(?:(?P<size>\d+(?:\.\d+)?)\s*-?\s*(?P<sizeunit>{unit})\s+)?(?:(?P<unit>{unit})\b\s*(?:\(?\s*(?:of|with|@)?\s*(?P<holds>\d[\d,]*(?:\.\d+)?)\s*(?P<holdsunit>{unit})?\b(?:\s*each)?\s*\)?)?)?\s*(?:of\s+)?(?P<name>.+)$"
        );
        Regex::new(&p).expect("a fixed pattern")
    });
    let behind = AFTER.get_or_init(|| {
        let p = format!(r"^(?P<name>.+?)\s*(?:[:x×-]|\bqty\b)?\s*(?P<n>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>{unit})?$");
        Regex::new(&p).expect("a fixed pattern")
    });
    let c = ahead.captures(part).or_else(|| behind.captures(part)).ok_or_else(|| {
        let name = clip(part, 40);
        Error::field("quantity", format!("How much of \"{name}\"? Write a number and a unit before it, such as \"10 kg {name}\"."))
    })?;
    let of = |name: &str| c.name(name).map(|m| m.as_str());
    let thousandths = of("n").and_then(count).filter(|n| *n > 0);
    let Some(mut thousandths) = thousandths else {
        return Err(Error::field("quantity", format!("\"{}\" is no quantity. Write a number such as 12 or 2.5.", of("n").unwrap_or(""))));
    };
    let (mut name, mut measure) =
        (of("name").unwrap_or("").trim().to_owned(), Measure::plain(of("unit").and_then(Unit::read).unwrap_or(Unit::Piece)));
    if of("n") == Some(HALF) {
        (thousandths, measure) = (6_000, Measure::plain(Unit::Piece));
    }
    let holds = of("holds").zip(Some(of("holdsunit"))).or_else(|| of("size").zip(Some(of("sizeunit"))));
    if let Some((n, u)) = holds.filter(|_| measure.unit.is_pack()) {
        let inner = u.and_then(Unit::read).unwrap_or(Unit::Piece);
        let holds = read_quantity(n).ok_or_else(|| {
            Error::field("quantity", format!("\"{}\" is nothing a pack can hold. Write a number such as 30.", clip(n, 20)))
        })?;
        measure = Measure::pack(measure.unit, holds, inner);
    }
    let substitutes = take_substitutes(&mut name);
    let name = name.trim().trim_start_matches("of ").trim_matches([',', '.', '(', ')', ' ']).to_owned();
    let bare_unit = of("unit").is_none() && Unit::read(&name).is_some();
    if name.is_empty() || bare_unit || !name.chars().any(char::is_alphabetic) {
        return Err(Error::field("items", format!("\"{}\" names no thing. Write what it is after the quantity.", clip(part, 40))));
    }
    if thousandths > MOST {
        return Err(Error::field("quantity", format!("That is too much {}. Write a smaller quantity.", clip(&name, 40))));
    }
    Ok(Item { name, quantity: Quantity::new(thousandths, measure), substitutes })
}

fn count(word: &str) -> Option<i64> {
    match word {
        HALF => Some(6_000),
        "a" | "an" => Some(1_000),
        w if w.starts_with(|c: char| c.is_ascii_digit()) => read_number(w),
        w => when::text::number(w).and_then(|n| n.checked_mul(1_000)),
    }
}

/// "butter (or margarine)", "butter or margarine", "substitute margarine".
fn take_substitutes(name: &mut String) -> Vec<String> {
    static RE: OnceLock<Regex> = OnceLock::new();
    let re = compiled(&RE, r"\s*\(?\s*\b(?:or|substitutes?:?|alternatively)\s+(?P<s>[^()]+)\)?\s*$");
    let Some(c) = re.captures(name) else { return Vec::new() };
    let all = c.name("s").map_or("", |m| m.as_str());
    let out = all.split(" or ").flat_map(|s| s.split('/')).map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect();
    let cut = c.get(0).map_or(name.len(), |m| m.start());
    name.truncate(cut);
    out
}

#[cfg(test)]
#[path = "need_tests.rs"]
mod tests;
