//! Single cells of a bank's statement.

use crate::domain::money::Currency;
use crate::domain::text::clip;
use jiff::civil::Date;

/// What is wrong with a cell.
pub type Told<T> = std::result::Result<T, String>;

/// An amount as a cell has it: minor units, below zero for money that went.
pub fn amount(text: &str, currency: Currency) -> Told<Option<i64>> {
    let bad = || format!("\"{}\" is not an amount.", clip(text, 40));
    let plain = text.replace(['\u{a0}', '\u{202f}', '\'', '’'], " ");
    let mut rest = plain.trim();
    if rest.is_empty() || matches!(rest, "-" | "--" | "—" | "N/A" | "nil" | "Nil") {
        return Ok(None);
    }
    let mut negative = false;
    if let Some(inner) = rest.strip_prefix('(').and_then(|r| r.strip_suffix(')')) {
        (negative, rest) = (true, inner.trim());
    }
    let upper = rest.to_uppercase();
    let mut body = upper.as_str();
    for (mark, out) in [("CR", false), ("DR", true), ("C", false), ("D", true)] {
        let after = body.strip_suffix(mark).filter(|b| b.ends_with(|c: char| c.is_ascii_digit() || c == ' ' || c == '.'));
        if let Some(cut) =
            after.or_else(|| body.strip_prefix(mark).filter(|b| b.starts_with([' ', '.']) || b.starts_with(|c: char| c.is_ascii_digit())))
        {
            (negative, body) = (negative != out, cut.trim());
            break;
        }
    }
    let code = currency.code();
    let sign = currency.sign().to_uppercase();
    for word in [code, sign.as_str(), "N", "₦", "$", "€", "£"] {
        if let Some(cut) = body.strip_prefix(word).or_else(|| body.strip_suffix(word)).filter(|_| !word.is_empty()) {
            body = cut.trim();
            break;
        }
    }
    for (mark, out) in [('-', true), ('−', true), ('+', false)] {
        if let Some(cut) = body.strip_prefix(mark).or_else(|| body.strip_suffix(mark)) {
            (negative, body) = (negative != out, cut.trim());
            break;
        }
    }
    // The sign of money may stand behind the minus too.
    let body = body.strip_prefix(sign.as_str()).filter(|_| !sign.is_empty()).or_else(|| body.strip_prefix(code)).unwrap_or(body).trim();
    let minor = digits(body, currency.exponent()).ok_or_else(bad)?;
    Ok(Some(if negative { -minor } else { minor }))
}

/// "1,234.50", "1.234,50", "1 234,5": the last of two different marks is the decimal one; a single mark is, unless three digits follow.
fn digits(body: &str, exponent: u32) -> Option<i64> {
    if body.is_empty() || !body.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ')) {
        return None;
    }
    let marks: Vec<(usize, char)> = body.char_indices().filter(|(_, c)| matches!(c, '.' | ',')).collect();
    let decimal = match marks.as_slice() {
        [] => None,
        [(at, mark)] => (body.len() - at - 1 != 3 || exponent == 3 && *mark == '.').then_some(*at),
        [.., (_, before), (at, last)] => (before != last).then_some(*at),
    };
    let (whole, part) = decimal.map_or((body, ""), |at| (&body[..at], &body[at + 1..]));
    // Groups are of three digits; India's of two are let through, "1,23,4" is not.
    let groups: Vec<&str> = whole.split(['.', ',', ' ']).collect();
    let grouped = groups.len() == 1
        || groups.last().is_some_and(|g| g.len() == 3)
            && groups[1..].iter().all(|g| (2..=3).contains(&g.len()))
            && (1..=3).contains(&groups[0].len());
    let whole: String = groups.concat();
    if !grouped || whole.len() + part.len() == 0 || whole.len() > 15 || !part.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let places = usize::try_from(exponent).ok()?;
    let (kept, beyond) = part.split_at(part.len().min(places));
    if beyond.chars().any(|c| c != '0') {
        return None;
    }
    let kept = format!("{kept:0<places$}");
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part: i64 = if kept.is_empty() { 0 } else { kept.parse().ok()? };
    whole.checked_mul(10i64.checked_pow(exponent)?)?.checked_add(part)
}

/// Whether days or months stand first in "03/04/2026".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As nearly everywhere.
    DayFirst,
    /// As in the United States.
    MonthFirst,
}

/// Three numbers of a date as they stand, when none of them is a name.
fn numbers(text: &str) -> Option<[i32; 3]> {
    let head = text.trim().split([' ', 'T']).next()?;
    let parts: Vec<&str> = head.split(['/', '-', '.']).collect();
    let [a, b, c] = parts.as_slice() else { return None };
    let number = |s: &str| (!s.is_empty() && s.len() <= 4).then(|| s.parse::<i32>().ok()).flatten();
    Some([number(a)?, number(b)?, number(c)?])
}

/// What the dates of a file say about their order: a number above twelve gives it away.
pub fn order<'a>(dates: impl Iterator<Item = &'a str>) -> Order {
    let (mut day, mut month) = (0, 0);
    for [a, b, _] in dates.filter_map(numbers).filter(|[a, ..]| *a <= 31) {
        day += usize::from(a > 12);
        month += usize::from(b > 12);
    }
    if month > 0 && day == 0 { Order::MonthFirst } else { Order::DayFirst }
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A day: "2026-11-21", "21/11/2026 09:31", "21-Nov-26", "Nov 21, 2026", "20261121".
pub fn day(text: &str, order: Order) -> Told<Date> {
    let bad = || format!("\"{}\" is not a date.", clip(text, 40));
    if text.trim().is_empty() {
        return Err("The date is missing.".into());
    }
    plain_day(text, order).or_else(|| named_day(text)).ok_or_else(bad)
}

fn made(year: i32, month: i32, day: i32) -> Option<Date> {
    let year = if (10..100).contains(&year) { 2000 + year } else { year };
    if !(1990..=2100).contains(&year) {
        return None;
    }
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn plain_day(text: &str, order: Order) -> Option<Date> {
    let head = text.trim().split([' ', 'T']).next()?;
    if head.len() == 8 && head.bytes().all(|b| b.is_ascii_digit()) {
        return made(head[..4].parse().ok()?, head[4..6].parse().ok()?, head[6..].parse().ok()?);
    }
    let [a, b, c] = numbers(text)?;
    match order {
        _ if a > 31 => made(a, b, c),
        Order::DayFirst => made(c, b, a),
        Order::MonthFirst => made(c, a, b),
    }
}

/// A day with its month in letters.
fn named_day(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty()).take(4).collect();
    let month_of = |p: &str| {
        let p = p.to_lowercase();
        let found = MONTHS.iter().position(|m| p.starts_with(m) && p.len() <= 9 && p.chars().all(char::is_alphabetic));
        found.and_then(|m| i32::try_from(m + 1).ok())
    };
    let [first, second, third, ..] = parts.as_slice() else { return None };
    let number = |s: &str| s.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse::<i32>().ok();
    match (month_of(first), month_of(second)) {
        (Some(month), _) => made(number(third)?, month, number(second)?),
        (_, Some(month)) => match number(first)? {
            year if year > 31 => made(year, month, number(third)?),
            day => made(number(third)?, month, day),
        },
        _ => None,
    }
}

/// Whether a cell would be run by a spreadsheet: such text has no place in a bank's statement.
pub fn is_formula(text: &str) -> bool {
    let text = text.trim_start();
    let told = |c: char| text.contains(c);
    match text.chars().next() {
        Some('=' | '@' | '\t' | '\r') => true,
        Some('+' | '-') => text[1..].starts_with(|c: char| c.is_alphabetic()) && (told('(') || told('!') || told('|')),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ngn(text: &str) -> Told<Option<i64>> {
        amount(text, Currency::NGN)
    }

    #[test]
    fn amounts_of_many_banks() {
        for (text, minor) in [
            ("18,500.00", 1_850_000),
            ("18.500,00", 1_850_000),
            ("18 500,5", 1_850_050),
            ("₦18,500", 1_850_000),
            ("NGN 18500", 1_850_000),
            ("N18,500.00", 1_850_000),
            ("18,500.00CR", 1_850_000),
            ("18,500.00 Cr", 1_850_000),
            ("18,500.00 DR", -1_850_000),
            ("(18,500.00)", -1_850_000),
            ("-18,500.00", -1_850_000),
            ("-₦18,500.00", -1_850_000),
            ("18,500.00-", -1_850_000),
            ("+18500.5", 1_850_050),
            ("1,234,567.89", 123_456_789),
            ("12,34,567.00", 123_456_700),
            ("1'250.00", 125_000),
            ("0.00", 0),
            (".50", 50),
            ("18.500", 1_850_000),
        ] {
            assert_eq!(ngn(text), Ok(Some(minor)), "{text}");
        }
        for none in ["", " ", "-", "N/A"] {
            assert_eq!(ngn(none), Ok(None), "{none}");
        }
        for bad in ["abc", "12.345.6", "1,23,4", "18,500.005", "=1+1", "1e5", "99999999999999999999", "CR", "."] {
            assert!(ngn(bad).is_err(), "{bad}: {:?}", ngn(bad));
        }
        assert_eq!(amount("1.234", "KWD".parse().unwrap()), Ok(Some(1_234)));
        assert_eq!(amount("5,000.00", "XOF".parse().unwrap()), Ok(Some(5_000)));
        assert!(amount("5,000.50", "XOF".parse().unwrap()).is_err());
    }

    #[test]
    fn days_of_many_banks() {
        let is = |text: &str, order, y, m, d| assert_eq!(day(text, order), Ok(Date::constant(y, m, d)), "{text}");
        for text in [
            "2026-11-21",
            "21/11/2026",
            "21-11-26",
            "21.11.2026 09:31:05",
            "21-Nov-2026",
            "21 November 2026",
            "Nov 21, 2026",
            "20261121",
            "2026-11-21T09:31:05Z",
            "21st Nov 2026",
            "21-NOV-26",
        ] {
            is(text, Order::DayFirst, 2026, 11, 21);
        }
        is("04/03/2026", Order::DayFirst, 2026, 3, 4);
        is("04/03/2026", Order::MonthFirst, 2026, 4, 3);
        for bad in ["", "yesterday", "32/01/2026", "2026-13-01", "21/11", "Total", "00/00/0000", "1/1/1", "01/01/1889"] {
            assert!(day(bad, Order::DayFirst).is_err(), "{bad}");
        }
        assert_eq!(order(["04/03/2026", "04/23/2026"].into_iter()), Order::MonthFirst);
        assert_eq!(order(["04/03/2026", "23/04/2026", "04/23/2026"].into_iter()), Order::DayFirst);
    }

    #[test]
    fn formulas_are_known() {
        for bad in ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-HYPERLINK(\"x\")", " =A1"] {
            assert!(is_formula(bad), "{bad}");
        }
        for good in ["TRF FROM ADA", "- transfer", "+234 803", "-18,500.00", "+5"] {
            assert!(!is_formula(good), "{good}");
        }
    }

    proptest! {
        #[test]
        fn cells_never_panic(text in ".{0,40}") {
            let _ = (ngn(&text), day(&text, Order::DayFirst), day(&text, Order::MonthFirst), is_formula(&text));
        }
        #[test]
        fn what_is_written_is_read(minor in 0i64..1_000_000_000_000) {
            let (whole, part) = (minor / 100, minor % 100);
            let grouped = |mark: char| {
                let digits = whole.to_string();
                let mut out = String::new();
                for (i, c) in digits.chars().enumerate() {
                    if i > 0 && (digits.len() - i) % 3 == 0 { out.push(mark) }
                    out.push(c);
                }
                out
            };
            prop_assert_eq!(ngn(&format!("{}.{part:02}", grouped(','))), Ok(Some(minor)));
            prop_assert_eq!(ngn(&format!("{},{part:02}", grouped('.'))), Ok(Some(minor)));
            prop_assert_eq!(ngn(&format!("({}.{part:02})", grouped(','))), Ok(Some(-minor)));
        }
    }
}
