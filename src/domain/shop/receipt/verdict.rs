//! What speaks for and against a receipt as proof that an order was paid. Every finding is a sentence for the owner. Nothing here
//! approves anything: the cleanest receipt is one tap of a person away from it.

use super::fields::{Field, Fields};
use super::{Seen, Sign};
use crate::domain::id::Id;
use crate::domain::money::{Currency, Money};
use crate::domain::shop::reference;
use crate::domain::text::{clip, fold};
use crate::domain::time::{DAY_MS, MINUTE_MS, Time};
use serde::{Deserialize, Serialize};

/// From this weight on, a reason keeps a receipt from being clean.
const DOUBT: u8 = 30;
/// Bits of 256 in which two saved copies of one picture differ at most: copies saved anew, made smaller or cropped a little. Chosen,
/// not measured.
const LOOKS_ALIKE: u32 = 20;
/// Clocks of banks and phones differ; a receipt may be this much older than its order.
const SLACK_MS: i64 = 10 * MINUTE_MS;
/// Receipts of one customer within a day after which one looks twice.
const MANY: i64 = 5;

/// What a receipt is held against.
#[derive(Debug, Clone)]
pub struct Expected {
    /// What is to be paid, in minor units.
    pub total_minor: i64,
    /// In this currency.
    pub currency: Currency,
    /// The order's reference.
    pub reference: String,
    /// When it was ordered.
    pub ordered_at: Time,
    /// The business's time zone.
    pub zone: String,
    /// How to pay, as customers are told: holds the accounts that are ours.
    pub instructions: String,
    /// The business's name.
    pub business: String,
    /// When the receipt came.
    pub now: Time,
    /// Receipts of the same customer within a day before, this one left out.
    pub recent: i64,
}

/// A receipt that came before, for another order or another file for this one.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// Its order's number.
    pub number: i64,
    /// Another order than the one in question.
    pub other_order: bool,
    /// The very same file.
    pub same_file: bool,
    /// What it looks like.
    pub look: String,
    /// What was read on it.
    pub fields: Fields,
    /// When it came.
    pub at: Time,
}

/// How a field stands to what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// As expected.
    Same,
    /// Otherwise.
    Differs,
    /// Not on the receipt, or nothing to hold it against.
    Unknown,
}

/// A field held against the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Which.
    pub field: Field,
    /// How it stands.
    pub standing: Standing,
    /// What the receipt says; empty when it does not.
    pub read: String,
    /// What was expected; may be empty.
    pub expected: String,
}

/// Something that speaks against a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// A word for programs: "reused_file", "amount".
    pub code: String,
    /// How much it weighs, 0 to 100.
    pub weight: u8,
    /// For the owner.
    pub words: String,
}

/// Everything found out about a receipt.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Verdict {
    /// Field by field.
    pub checks: Vec<Check>,
    /// What speaks against it, the heaviest first.
    pub reasons: Vec<Reason>,
    /// 0 to 100: the heaviest reason and a little for each other.
    pub risk: u8,
    /// Nothing speaks against it, and what must be there is.
    pub clean: bool,
    /// What a payment gateway said when it was asked; empty when none was.
    pub told: String,
}

impl Verdict {
    /// More that speaks against it. What is weighed already is not weighed again.
    pub fn add(&mut self, more: impl IntoIterator<Item = Reason>) {
        for r in more {
            if !self.reasons.iter().any(|old| old.code == r.code) {
                self.reasons.push(r);
            }
        }
        self.weigh();
    }

    fn weigh(&mut self) {
        self.reasons.sort_by_key(|r| std::cmp::Reverse(r.weight));
        let heaviest = self.reasons.first().map_or(0, |r| r.weight);
        let more = u8::try_from(self.reasons.len().saturating_sub(1) * 4).unwrap_or(100);
        self.risk = heaviest.saturating_add(more).min(100);
        let must = |f: Field| self.checks.iter().any(|c| c.field == f && c.standing == Standing::Same);
        let wrong = self.checks.iter().any(|c| c.standing == Standing::Differs);
        self.clean = heaviest < DOUBT && !wrong && must(Field::Amount) && must(Field::Date);
    }
}

struct Court<'a> {
    e: &'a Expected,
    f: &'a Fields,
    out: Verdict,
}

/// Holds a receipt against an order and against every receipt before.
pub fn judge(e: &Expected, seen: &Seen, f: &Fields, before: &[Earlier]) -> Verdict {
    let mut c = Court { e, f, out: Verdict::default() };
    c.amount();
    c.date();
    c.payee();
    c.reference();
    for b in before {
        c.earlier(b, seen);
    }
    for s in &seen.signs {
        c.sign(s);
    }
    if e.recent + 1 >= MANY {
        c.against("velocity", 40, format!("This customer has sent {} receipts within a day.", e.recent + 1));
    }
    c.done()
}

/// Bits in which two looks differ; none when one is missing.
pub fn distance(a: &str, b: &str) -> Option<u32> {
    let (a, b) = (hex::decode(a).ok()?, hex::decode(b).ok()?);
    (a.len() == b.len() && !a.is_empty()).then(|| a.iter().zip(&b).map(|(a, b)| (a ^ b).count_ones()).sum())
}

/// The minor units of a currency for hundredths as they are read; none when they would be cut.
pub fn minor(hundredths: i64, currency: Currency) -> Option<i64> {
    match currency.exponent() {
        0 => (hundredths % 100 == 0).then_some(hundredths / 100),
        3 => hundredths.checked_mul(10),
        _ => Some(hundredths),
    }
}

impl Court<'_> {
    fn against(&mut self, code: &str, weight: u8, words: String) {
        if !self.out.reasons.iter().any(|r| r.code == code) {
            self.out.reasons.push(Reason { code: code.into(), weight, words });
        }
    }

    fn check(&mut self, field: Field, standing: Standing, read: String, expected: String) {
        self.out.checks.push(Check { field, standing, read, expected });
    }

    fn money(&self, minor: i64) -> String {
        Money::new(minor, self.e.currency).to_string()
    }

    fn amount(&mut self) {
        let expected = self.money(self.e.total_minor);
        if let Some(other) = self.f.currency.as_deref().filter(|c| *c != self.e.currency.code()) {
            let words = format!("The receipt is in {other}, the order in {}.", self.e.currency.code());
            self.against("currency", 80, words);
        }
        let Some(read) = self.f.amount_minor.and_then(|m| minor(m, self.e.currency)) else {
            self.check(Field::Amount, Standing::Unknown, String::new(), expected);
            return self.against("amount_unread", 50, "The amount could not be read.".into());
        };
        let shown = self.money(read);
        let difference = read - self.e.total_minor;
        if difference == 0 {
            return self.check(Field::Amount, Standing::Same, shown, expected);
        }
        let by = self.money(difference.abs());
        let swapped = digits(read) == digits(self.e.total_minor);
        let guess = if swapped { " The same digits in another order: perhaps a slip." } else { "" };
        let words = format!("The receipt is {by} {} than the order.{guess}", if difference < 0 { "less" } else { "more" });
        self.against("amount", if difference < 0 { 80 } else { 60 }, words);
        self.check(Field::Amount, Standing::Differs, shown, expected);
    }

    fn date(&mut self) {
        let ordered = self.e.ordered_at.in_zone(&self.e.zone);
        let expected = format!("after {}", ordered.strftime("%-d %b %Y, %H:%M"));
        let Some(day) = self.f.day else {
            self.check(Field::Date, Standing::Unknown, String::new(), expected);
            return self.against("date_unread", 35, "The date could not be read.".into());
        };
        let zone = ordered.time_zone().clone();
        let at =
            self.f.time.and_then(|t| day.to_datetime(t).to_zoned(zone).ok()).map(|z| Time::from_millis(z.timestamp().as_millisecond()));
        let read = match self.f.time {
            Some(t) => format!("{}, {}", day.strftime("%-d %b %Y"), t.strftime("%H:%M")),
            None => day.strftime("%-d %b %Y").to_string(),
        };
        let early = at.map_or(day < ordered.date(), |at| self.e.ordered_at.since_ms(at) > SLACK_MS);
        let tomorrow = self.e.now.plus_ms(DAY_MS).in_zone(&self.e.zone).date();
        let late = at.map_or(day >= tomorrow, |at| at.since_ms(self.e.now) > SLACK_MS.max(60 * MINUTE_MS));
        if early {
            self.against(
                "early",
                80,
                format!("The receipt is from {read}, before the order was made ({}).", ordered.strftime("%-d %b, %H:%M")),
            );
        }
        if late {
            self.against("future", 80, format!("The receipt is from {read}, which is still to come."));
        }
        let standing = if early || late { Standing::Differs } else { Standing::Same };
        self.check(Field::Date, standing, read, expected);
    }

    fn payee(&mut self) {
        let ours = fold(&format!("{} {}", self.e.instructions, self.e.business));
        let accounts = numbers(&self.e.instructions);
        let read = [self.f.payee.as_deref(), self.f.account.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let expected = clip(&self.e.instructions.replace('\n', ", "), 80);
        let known = !self.e.instructions.trim().is_empty();
        let account = self.f.account.as_deref().map(|a| numbers(a).concat()).filter(|a| a.len() >= 5);
        let wrong_account = account.as_ref().is_some_and(|a| !accounts.is_empty() && !accounts.iter().any(|own| same_account(own, a)));
        let right_account = account.is_some() && !accounts.is_empty() && !wrong_account;
        let name = self.f.payee.as_deref().map(|n| share_of_words(n, &ours));
        let standing = match (known, wrong_account, right_account, name) {
            (false, ..) => Standing::Unknown,
            (_, true, ..) => Standing::Differs,
            (_, _, true, _) => Standing::Same,
            (_, _, _, Some(share)) if share >= 50 => Standing::Same,
            (_, _, _, Some(_)) => Standing::Differs,
            _ => Standing::Unknown,
        };
        if standing == Standing::Differs {
            let to = if read.is_empty() { "somebody else".to_owned() } else { clip(&read, 60) };
            self.against("payee", 75, format!("The money went to {to}, which is not your account."));
        }
        self.check(Field::Payee, standing, read, expected);
    }

    fn reference(&mut self) {
        let own = self.e.reference.to_uppercase();
        let texts: Vec<&str> = self.f.note.as_deref().into_iter().chain(self.f.references.iter().map(String::as_str)).collect();
        let words = || texts.iter().flat_map(|t| t.split(|c: char| !c.is_ascii_alphanumeric()));
        let there = words().any(|w| reference::parse(w).as_deref() == Some(own.as_str()));
        // A reference of ours has a check character, so another one is rarely a chance.
        let other = self.f.note.as_deref().and_then(|n| {
            n.split(|c: char| !c.is_ascii_alphanumeric())
                .filter(|w| w.len() == 6 && w.chars().any(|c| c.is_ascii_digit()))
                .find_map(reference::parse)
        });
        let read = self.f.note.clone().or_else(|| self.f.references.first().cloned()).unwrap_or_default();
        let standing = match (there, &other) {
            (true, _) => Standing::Same,
            (false, Some(_)) => Standing::Differs,
            (false, None) => Standing::Unknown,
        };
        if let Some(other) = other.filter(|_| !there) {
            self.against("reference", 60, format!("The receipt names the reference {other}; this order has {own}."));
        }
        self.check(Field::Reference, standing, clip(&read, 60), own);
    }

    fn earlier(&mut self, b: &Earlier, seen: &Seen) {
        let day = b.at.in_zone(&self.e.zone).strftime("%-d %b").to_string();
        let of = format!("order #{}, on {day}", b.number);
        let shared = self
            .f
            .references
            .iter()
            .find(|r| r.len() >= 8 && b.fields.references.contains(r) && !r.eq_ignore_ascii_case(&self.e.reference))
            .cloned();
        let same_amount = self.f.amount_minor.is_some() && self.f.amount_minor == b.fields.amount_minor;
        let moment = self.f.day.zip(self.f.time);
        let same_moment = moment.is_some() && moment == b.fields.day.zip(b.fields.time);
        let alike = distance(&seen.look, &b.look).is_some_and(|d| d <= LOOKS_ALIKE);
        let other_amount = self.f.amount_minor.is_some() && b.fields.amount_minor.is_some() && !same_amount;
        if (shared.is_some() || same_moment && alike) && other_amount {
            let was = b.fields.amount_minor.and_then(|m| minor(m, self.e.currency)).map_or_else(String::new, |m| self.money(m));
            self.against(
                "changed_copy",
                100,
                format!("The same transfer came for {of} with another amount, {was}. One of them was changed."),
            );
        }
        if !b.other_order {
            return;
        }
        if b.same_file {
            return self.against("reused_file", 100, format!("This very file was sent for {of}."));
        }
        if let Some(r) = shared {
            return self.against("reused_transfer", 95, format!("The transfer {} was used for {of}.", clip(&r, 24)));
        }
        let nothing_read = self.f.references.is_empty() && moment.is_none();
        if alike && (same_moment && same_amount || nothing_read) {
            self.against("reused_look", 90, format!("This picture looks like the one sent for {of}."));
        } else if same_moment && same_amount && self.f.payer == b.fields.payer {
            self.against("reused_moment", 70, format!("A receipt of the same minute and amount came for {of}."));
        }
    }

    fn sign(&mut self, s: &Sign) {
        match s {
            Sign::Program { name } => self.against("program", 60, format!("The file was saved by {name}, a program for editing pictures.")),
            Sign::Patch { text } => {
                let words = format!("The paper under “{}” differs from the rest of the picture: it may be pasted over.", clip(text, 30));
                self.against("patch", 65, words);
            }
        }
    }

    fn done(mut self) -> Verdict {
        self.out.weigh();
        self.out
    }
}

fn digits(minor: i64) -> Vec<char> {
    let mut d: Vec<char> = minor.to_string().chars().collect();
    d.sort_unstable();
    d
}

/// Numbers of five digits and more in a text.
fn numbers(text: &str) -> Vec<String> {
    let joined = text.replace([' ', '-'], "");
    joined.split(|c: char| !c.is_ascii_digit()).filter(|n| n.len() >= 5).map(str::to_owned).collect()
}

/// Receipts hide digits: "****6789" or "012****789" are the account 0123456789 as far as they say.
fn same_account(own: &str, read: &str) -> bool {
    own == read || own.ends_with(read) || read.ends_with(own)
}

/// How many of a name's words, in hundredths, stand in a text.
fn share_of_words(name: &str, text: &str) -> usize {
    let name = fold(name);
    let words: Vec<&str> =
        name.split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() >= 3 && w.chars().all(char::is_alphabetic)).collect();
    let plain = ["ltd", "limited", "enterprise", "enterprises", "ventures", "nigeria", "bank", "account", "shop", "store", "and"];
    let telling: Vec<&&str> = words.iter().filter(|w| !plain.contains(*w)).collect();
    if telling.is_empty() {
        return 100;
    }
    telling.iter().filter(|w| text.contains(**w)).count() * 100 / telling.len()
}

/// The id and number of an order a receipt may be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Open {
    /// The order.
    pub id: Id,
    /// What is to be paid, in hundredths.
    pub total: i64,
}

/// Which open order a receipt is for: the one whose reference it names, then the one of its amount, then the newest. `open` is
/// newest first.
pub fn choose(open: &[(Open, String)], f: &Fields) -> Option<Id> {
    let said = f.note.iter().chain(&f.references).map(|t| t.to_uppercase()).collect::<Vec<_>>().join(" ");
    let named = open.iter().find(|(_, r)| !r.is_empty() && said.split(|c: char| !c.is_ascii_alphanumeric()).any(|w| w == r));
    let equal = || open.iter().find(|(o, _)| Some(o.total) == f.amount_minor);
    named.or_else(equal).or_else(|| open.first()).map(|(o, _)| o.id)
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
