//! A payment file for a bank of the United States: NACHA's ACH format, 94 characters a record, ten records a block.
//!
//! Records as in the Nacha Operating Rules, appendix three: file header (1), batch header (5), entry (6), batch control (8), file
//! control (9). One batch of CCD credits (22 to a checking, 32 to a savings account).

use super::vendor::Bank;
use crate::domain::error::{Error, Result};
use crate::domain::text::fold;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

/// Who pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// The routing number of our bank.
    pub bank_routing: String,
    /// Our bank's name.
    pub bank_name: String,
    /// Our name.
    pub company: String,
    /// The ten characters the bank knows us by, often "1" and the tax number.
    pub company_id: String,
}

/// One payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// To whom.
    pub bank: &'a Bank,
    /// Cents.
    pub amount_minor: i64,
    /// Our word for it, up to 15 characters: the purchase's number.
    pub id: String,
}

const RECORD: usize = 94;
const BLOCK: usize = 10;
/// The largest amount of an entry: ten digits.
const MOST: i64 = 9_999_999_999;

/// The check digit of a routing number: weights 3, 7, 1 add up to a multiple of ten.
pub fn is_routing(number: &str) -> bool {
    let digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = digits.iter().zip([3, 7, 1].iter().cycle()).map(|(d, w)| d * w).sum();
    number.len() == 9 && digits.len() == 9 && sum > 0 && sum.is_multiple_of(10)
}

/// An error unless money can be sent there.
pub fn check_bank(bank: &Bank) -> Result<()> {
    if !is_routing(&bank.routing) {
        return Err(Error::field(
            "routing",
            "A routing number has nine digits, the last of which checks the others. This one does not fit.",
        ));
    }
    let plain = |s: &str| s.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if bank.account.is_empty() || bank.account.len() > 17 || !plain(&bank.account) {
        return Err(Error::field("account", "An account number has 1 to 17 digits or letters."));
    }
    if bank.holder.trim().is_empty() {
        return Err(Error::field("holder", "Write whose account it is, as the bank knows them."));
    }
    Ok(())
}

/// Letters the format allows, cut or filled to a width.
fn text(s: &str, width: usize) -> String {
    let plain: String = fold(s)
        .to_ascii_uppercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || " .-&/".contains(c) { c } else { ' ' })
        .take(width)
        .collect();
    format!("{plain:<width$}")
}

/// Writes the file. `at` is now on the business's clock; `modifier` tells files of one day apart; the entries are to arrive on the
/// next banking day.
pub fn write(origin: &Origin, entries: &[Entry<'_>], at: DateTime, modifier: char) -> Result<String> {
    let id = check_origin(origin)?;
    if entries.is_empty() || entries.len() > 999_999 {
        return Err(Error::invalid("A payment file holds at least one payment."));
    }
    let dfi = origin.bank_routing.get(..8).unwrap_or("");
    let mut lines = headers(origin, &id, dfi, at, modifier);
    let mut totals = Totals::default();
    for (n, e) in entries.iter().enumerate() {
        totals.add(e)?;
        lines.push(detail(e, n + 1, dfi));
    }
    let (count, sum, hash) = (entries.len(), totals.sum, totals.hash % 10_000_000_000);
    lines.push(format!("8220{count:06}{hash:010}{:012}{sum:012}{id:>10}{}{dfi}0000001", 0, " ".repeat(25)));
    let blocks = (lines.len() + 1).div_ceil(BLOCK);
    lines.push(format!("9000001{blocks:06}{count:08}{hash:010}{:012}{sum:012}{}", 0, " ".repeat(39)));
    while !lines.len().is_multiple_of(BLOCK) {
        lines.push("9".repeat(RECORD));
    }
    let file = format!("{}\n", lines.join("\n"));
    validate(&file).map_err(|e| Error::internal(format!("The payment file does not hold together: {}", e.message)))?;
    Ok(file)
}

/// Checks who pays; the company's id at the bank.
fn check_origin(origin: &Origin) -> Result<String> {
    if !is_routing(&origin.bank_routing) {
        return Err(Error::field(
            "bank_routing",
            "Your bank's routing number has nine digits, the last of which checks the others. This one does not fit.",
        ));
    }
    let id = origin.company_id.trim().to_owned();
    if id.is_empty() || id.len() > 10 || !id.is_ascii() {
        return Err(Error::field("company_id", "Your company's id at the bank has up to ten letters and digits."));
    }
    Ok(id)
}

/// The header of the file, and that of its only batch.
fn headers(origin: &Origin, id: &str, dfi: &str, at: DateTime, modifier: char) -> Vec<String> {
    let (day, time) = (at.strftime("%y%m%d").to_string(), at.strftime("%H%M").to_string());
    let due = banking_day(at).strftime("%y%m%d").to_string();
    let file = format!(
        "101 {}{:>10}{day}{time}{modifier}094101{}{}{}",
        origin.bank_routing,
        id,
        text(&origin.bank_name, 23),
        text(&origin.company, 23),
        " ".repeat(8)
    );
    let batch = format!(
        "5220{}{}{}CCD{}{}{due}   1{dfi}0000001",
        text(&origin.company, 16),
        " ".repeat(20),
        format_args!("{id:>10}"),
        text("PURCHASE", 10),
        text("", 6)
    );
    vec![file, batch]
}

/// The record of one payment, the `n`th.
fn detail(e: &Entry<'_>, n: usize, dfi: &str) -> String {
    let (head, check) = (e.bank.routing.get(..8).unwrap_or(""), e.bank.routing.get(8..).unwrap_or(""));
    let code = if e.bank.savings { "32" } else { "22" };
    let account = format!("{:<17}", e.bank.account.to_ascii_uppercase());
    format!("6{code}{head}{check}{account}{:010}{}{}  0{dfi}{n:07}", e.amount_minor, text(&e.id, 15), text(&e.bank.holder, 22))
}

/// What the records at the end add up.
#[derive(Default)]
struct Totals {
    sum: i64,
    hash: u64,
}

impl Totals {
    fn add(&mut self, e: &Entry<'_>) -> Result<()> {
        check_bank(e.bank)?;
        if e.amount_minor <= 0 || e.amount_minor > MOST {
            return Err(Error::field("amount", "A payment is between one cent and 99,999,999.99 dollars."));
        }
        self.sum = self.sum.checked_add(e.amount_minor).ok_or_else(|| Error::invalid("The payments add up to too much."))?;
        self.hash += e.bank.routing.get(..8).unwrap_or("").parse::<u64>().unwrap_or(0);
        Ok(())
    }
}

/// The next day that is no Saturday or Sunday. Holidays of the Federal Reserve are left to the bank, which moves such entries on.
fn banking_day(at: DateTime) -> jiff::civil::Date {
    let mut day = at.date();
    loop {
        day = day.tomorrow().unwrap_or(day);
        if day.weekday().to_monday_zero_offset() < 5 {
            return day;
        }
    }
}

/// Checks a file by the rules of the format; an error names the record and the rule.
pub fn validate(file: &str) -> Result<()> {
    let bad = |n: usize, what: &str| Error::invalid(format!("Record {}: {what}.", n + 1));
    let lines: Vec<&str> = file.lines().collect();
    if lines.is_empty() || !lines.len().is_multiple_of(BLOCK) {
        return Err(Error::invalid("The number of records is not a multiple of ten."));
    }
    let number = |l: &str, from: usize, to: usize| l.get(from..to).and_then(|s| s.parse::<u64>().ok());
    let (mut hash, mut sum, mut count, mut in_batch, mut closed, mut trace) = (0u64, 0u64, 0u64, false, false, 0u64);
    for (n, l) in lines.iter().enumerate() {
        if l.len() != RECORD || !l.is_ascii() {
            return Err(bad(n, "it does not have 94 plain characters"));
        }
        match l.as_bytes().first() {
            Some(b'1') if n == 0 => {
                if l.get(1..4) != Some("01 ") || l.get(34..39) != Some("09410") || !is_routing(l.get(4..13).unwrap_or("")) {
                    return Err(bad(n, "the file header is not right"));
                }
            }
            Some(b'5') if n > 0 && !in_batch && !closed => in_batch = true,
            Some(b'6') if in_batch => {
                let routing = l.get(3..12).unwrap_or("");
                if !is_routing(routing) {
                    return Err(bad(n, "the routing number's check digit does not fit"));
                }
                if !matches!(l.get(1..3), Some("22" | "32")) {
                    return Err(bad(n, "it is no credit"));
                }
                let amount = number(l, 29, 39).filter(|a| *a > 0).ok_or_else(|| bad(n, "it has no amount"))?;
                let this = number(l, 79, 94).ok_or_else(|| bad(n, "it has no trace number"))?;
                if this <= trace {
                    return Err(bad(n, "trace numbers must grow"));
                }
                trace = this;
                hash += number(l, 3, 11).unwrap_or(0);
                sum += amount;
                count += 1;
            }
            Some(b'8') if in_batch => {
                in_batch = false;
                closed = true;
                if number(l, 4, 10) != Some(count) || number(l, 10, 20) != Some(hash % 10_000_000_000) || number(l, 32, 44) != Some(sum) {
                    return Err(bad(n, "the batch's totals do not add up"));
                }
            }
            Some(b'9') if closed => {
                if l.bytes().all(|b| b == b'9') {
                    continue;
                }
                let blocks = u64::try_from(lines.len() / BLOCK).unwrap_or(0);
                let totals = [number(l, 1, 7), number(l, 7, 13), number(l, 13, 21), number(l, 21, 31), number(l, 43, 55)];
                if totals != [Some(1), Some(blocks), Some(count), Some(hash % 10_000_000_000), Some(sum)] {
                    return Err(bad(n, "the file's totals do not add up"));
                }
            }
            _ => return Err(bad(n, "it is out of place")),
        }
    }
    if closed { Ok(()) } else { Err(Error::invalid("The file has no batch.")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bank(routing: &str) -> Bank {
        Bank { routing: routing.into(), account: "123456789".into(), savings: false, holder: "Adéyẹmí Farms".into() }
    }
    fn origin() -> Origin {
        Origin {
            bank_routing: "021000021".into(),
            bank_name: "First Bank".into(),
            company: "Corner Bakery".into(),
            company_id: "1234567890".into(),
        }
    }
    fn at() -> DateTime {
        jiff::civil::date(2026, 11, 20).at(14, 5, 0, 0)
    }

    #[test]
    fn a_file_holds_to_the_format_s_rules() {
        let banks = [bank("011401533"), bank("091000019")];
        let entries: Vec<Entry<'_>> = banks.iter().map(|b| Entry { bank: b, amount_minor: 6_120, id: "P-7".into() }).collect();
        let file = write(&origin(), &entries, at(), 'A').unwrap();
        validate(&file).unwrap();
        let lines: Vec<&str> = file.lines().collect();
        assert_eq!(lines.len(), 10);
        assert_eq!(&lines[0][..35], "101 0210000211234567890261120140".to_owned() + "5A0");
        assert_eq!(&lines[2][..39], "622011401533123456789        0000006120");
        assert_eq!(&lines[2][54..76], "ADEYEMI FARMS         ");
        assert_eq!(&lines[1][69..75], "261123", "a Friday's file is due on Monday");
        assert_eq!(&lines[4][..44], "82200000020010240154000000000000000000012240");
    }

    #[test]
    fn a_changed_file_is_found_out() {
        let b = bank("011401533");
        let file = write(&origin(), &[Entry { bank: &b, amount_minor: 6_120, id: "P-7".into() }], at(), 'A').unwrap();
        assert!(validate(&file.replacen("0000006120", "0000006121", 1)).is_err());
        assert!(validate(&file.replace("011401533", "011401534")).is_err());
        assert!(validate(file.trim_end().rsplit_once('\n').unwrap().0).is_err());
        assert!(write(&origin(), &[Entry { bank: &bank("123456789"), amount_minor: 1, id: String::new() }], at(), 'A').is_err());
        assert!(write(&origin(), &[], at(), 'A').is_err());
    }
}
