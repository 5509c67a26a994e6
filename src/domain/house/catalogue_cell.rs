//! Single cells of a catalogue spreadsheet.

use crate::domain::house::item::{OptionChoice, OptionGroup};
use crate::domain::money::{Currency, Money};
use crate::domain::text::{clip, fold};
use std::borrow::Cow;

type Told<T> = std::result::Result<T, String>;

/// What Windows-1252 has between 0x80 and 0x9f.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–',
    '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The text of a file: UTF-8, UTF-16 with its mark, or what old Windows programs write.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let wide = |pair: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|p| pair([p[0], p[1]])).collect();
        Cow::Owned(String::from_utf16_lossy(&units))
    };
    match bytes {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(bytes.iter().map(|b| letter(*b)).collect()),
        },
    }
}

fn letter(b: u8) -> char {
    match b {
        0x80..=0x9f => WINDOWS[usize::from(b - 0x80)],
        _ => char::from(b),
    }
}

/// The separator of a file: the one its first line has most of, outside quotes.
pub(super) fn sniff(text: &str) -> u8 {
    let mut counts = [(b',', 0usize), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for b in text.trim_start().bytes() {
        match b {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            _ => counts.iter_mut().filter(|(c, _)| *c == b).for_each(|(_, n)| *n += 1),
        }
    }
    // The first of equals: a comma unless another is more frequent.
    counts.into_iter().rev().max_by_key(|(_, n)| *n).map_or(b',', |(c, _)| c)
}

/// A price of zero or more, in minor units.
pub(super) fn price(text: &str, currency: Currency) -> Told<i64> {
    let money = Money::parse(text, currency).map_err(|e| e.message)?;
    if money.amount_minor < 0 { Err("A price cannot be below zero.".into()) } else { Ok(money.amount_minor) }
}

/// Other names, separated by `|`, `;` or `,`.
pub(super) fn aliases(text: &str) -> Vec<String> {
    text.split(['|', ';', ',']).map(str::trim).filter(|a| !a.is_empty()).map(str::to_owned).collect()
}

/// How many are left; nothing, "-" and "unlimited" mean that nobody counts.
pub(super) fn stock(text: &str) -> Told<Option<i64>> {
    if matches!(fold(text).as_str(), "" | "-" | "unlimited" | "n/a" | "any") {
        return Ok(None);
    }
    let plain = text.replace(',', "");
    let whole = plain.strip_suffix(".0").or_else(|| plain.strip_suffix(".00")).unwrap_or(&plain);
    match whole.parse::<i64>() {
        Ok(n) if n >= 0 => Ok(Some(n)),
        _ => Err(format!("\"{}\" is not a whole number of zero or more. Leave it empty when nobody counts.", clip(text, 40))),
    }
}

/// Yes or no; nothing means yes.
pub(super) fn yes(text: &str) -> Told<bool> {
    match fold(text).as_str() {
        "" | "yes" | "y" | "true" | "1" | "on" | "active" | "enabled" | "available" | "in stock" => Ok(true),
        "no" | "n" | "false" | "0" | "off" | "inactive" | "disabled" | "unavailable" | "sold out" | "out of stock" => Ok(false),
        _ => Err(format!("\"{}\" is not yes or no.", clip(text, 40))),
    }
}

/// `Size*: Small, Large +500; Extras+: Egg +200`.
pub(super) fn options(text: &str, currency: Currency) -> Told<Vec<OptionGroup>> {
    let groups = text.split([';', '\n']).map(str::trim).filter(|g| !g.is_empty());
    let groups = groups.map(|g| group(g, currency)).collect::<Told<Vec<_>>>()?;
    if groups.len() > 20 || groups.iter().any(|g| g.choices.len() > 50) {
        return Err("At most 20 options with 50 choices each.".into());
    }
    Ok(groups)
}

fn group(text: &str, currency: Currency) -> Told<OptionGroup> {
    let bad = || format!("\"{}\" is not an option. Write it like Size*: Small, Large +500.", clip(text, 60));
    let (head, tail) = text.split_once(':').ok_or_else(bad)?;
    let name = head.trim().trim_end_matches(['*', '+', ' ']);
    let marks = &head.trim()[name.len()..];
    let choices = tail.split(',').map(str::trim).filter(|c| !c.is_empty());
    let choices = choices.map(|c| choice(c, currency)).collect::<Told<Vec<_>>>()?;
    if name.is_empty() || choices.is_empty() {
        return Err(bad());
    }
    Ok(OptionGroup { name: name.to_owned(), choices, required: marks.contains('*'), many: marks.contains('+') })
}

fn choice(text: &str, currency: Currency) -> Told<OptionChoice> {
    let priced = text.rfind([' ', '\t']).map(|i| (text[..i].trim(), text[i..].trim()));
    if let Some((name, amount)) = priced
        && amount.starts_with(['+', '-'])
        && amount.len() > 1
        && !name.is_empty()
    {
        let money = Money::parse(amount.trim_start_matches('+'), currency).map_err(|e| e.message)?;
        return Ok(OptionChoice { name: name.to_owned(), price_minor: money.amount_minor });
    }
    Ok(OptionChoice { name: text.to_owned(), price_minor: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_as_people_write_them() {
        let o = options("Size*: Small, Large +500; Extras+: Egg +200, No onions", Currency::NGN).unwrap();
        assert_eq!((o[0].name.as_str(), o[0].required, o[0].many), ("Size", true, false));
        assert_eq!((o[0].choices[1].name.as_str(), o[0].choices[1].price_minor), ("Large", 50_000));
        assert_eq!((o[1].required, o[1].many, o[1].choices[1].name.as_str()), (false, true, "No onions"));
        assert!(options("Size Small", Currency::NGN).is_err());
        assert!(options("Size: Large +x", Currency::NGN).is_err());
        assert!(options("", Currency::NGN).unwrap().is_empty());
    }

    #[test]
    fn cells_of_many_habits() {
        assert_eq!(price("12,50", Currency::NGN).unwrap(), 1_250);
        assert_eq!(price("1,500", Currency::NGN).unwrap(), 150_000);
        assert!(price("-5", Currency::NGN).is_err());
        assert_eq!(stock("1,000").unwrap(), Some(1000));
        assert_eq!(stock("Unlimited").unwrap(), None);
        assert!(!yes("Sold out").unwrap());
        assert_eq!((sniff("a\tb\tc,d"), sniff("\"a,b\";c"), sniff("name")), (b'\t', b';', b','));
    }
}
