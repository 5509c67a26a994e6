//! Reading when a seller delivers and how long a price stands.

use super::amount::compiled;
use super::quote::Context;
use crate::domain::reception::when;
use crate::domain::time::{DAY_MS, HOUR_MS, Time};
use regex::Regex;
use std::sync::OnceLock;

/// In how many days a seller says to deliver.
pub(super) fn lead(s: &str, c: &Context<'_>) -> Option<i64> {
    static RE: OnceLock<Regex> = OnceLock::new();
    static HOURS: OnceLock<Regex> = OnceLock::new();
    static DAYS: OnceLock<Regex> = OnceLock::new();
    // Days of how long a price stands are no delivery days.
    let cut = compiled(&RE, VALID).replace_all(s, " ");
    if let Some(n) = compiled(&HOURS, r"\b(?:within|in)\s+(\d{1,3})\s*(?:hours?|hrs?)\b").captures(&cut).and_then(|m| m.get(1)) {
        return n.as_str().parse::<i64>().ok().map(|h| (h + 23) / 24);
    }
    if let Some(n) =
        compiled(&DAYS, r"\b(?:within|in|takes?|about|lead time(?: is| of|:)?|after)?\s*(\d{1,2})\s*(?:working |business )?days?\b")
            .captures(&cut)
            .and_then(|m| m.get(1))
    {
        return n.as_str().parse().ok();
    }
    let today = c.now.in_zone(c.zone).date();
    let said = when::read(&cut, &[]);
    let date = said.days.iter().find_map(|d| when::day::meant(d.value, today, true)).map(|m| m.date)?;
    let days = (date - today).get_days();
    (0..=120).contains(&days).then_some(i64::from(days))
}

const VALID: &str = r"\b(?:valid|good|holds?|stands?|price is for|quote is for|offer is for|only for)\s*(?:(?:until|till|for|only|through|the next)\s*)*(?:(?P<n>\d{1,3})\s*(?P<u>hours?|hrs?|days?|weeks?)|(?P<day>today|tonight|tomorrow|this week|(?:mon|tues|wednes|thurs|fri|satur|sun)day))\b|\b(?P<today>today only|only today|today'?s price)\b";

/// Until when a seller says that a price stands.
pub(super) fn valid(s: &str, c: &Context<'_>) -> Option<Time> {
    static RE: OnceLock<Regex> = OnceLock::new();
    let m = compiled(&RE, VALID).captures(s)?;
    if let (Some(n), Some(u)) = (m.name("n"), m.name("u")) {
        let n: i64 = n.as_str().parse().ok()?;
        let unit = if u.as_str().starts_with('h') {
            HOUR_MS
        } else if u.as_str().starts_with('w') {
            7 * DAY_MS
        } else {
            DAY_MS
        };
        return Some(c.now.plus_ms(n * unit));
    }
    let today = c.now.in_zone(c.zone).date();
    let date = match m.name("day").map(|d| d.as_str()) {
        Some("today" | "tonight") | None => today,
        Some("this week") => today.checked_add(jiff::Span::new().days(6 - i64::from(today.weekday().to_monday_zero_offset()))).ok()?,
        Some(day) => when::read(day, &[]).days.first().and_then(|d| when::day::meant(d.value, today, true)).map(|m| m.date)?,
    };
    let tz = jiff::tz::TimeZone::get(c.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let end = date.at(23, 59, 0, 0).to_zoned(tz).ok()?;
    Some(Time::from_millis(end.timestamp().as_millisecond()))
}
