//! An invoice or receipt as it was issued, and the tax it states.

use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::money::Money;
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// Which paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// What is to be paid.
    Invoice,
    /// What was paid.
    Receipt,
}

impl Kind {
    /// The word in the database and in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::Receipt => "receipt",
        }
    }
    /// From the word.
    pub fn from_word(s: &str) -> Option<Self> {
        [Self::Invoice, Self::Receipt].into_iter().find(|k| k.as_str() == s)
    }
    /// Its name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Invoice => "Invoice",
            Self::Receipt => "Receipt",
        }
    }
}

/// The tax prices hold, as the owner states it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Tax {
    /// "VAT".
    pub name: String,
    /// In hundredths of a per cent: 750 is 7.5 %.
    pub rate_bp: i64,
    /// The number the tax office gave the business.
    pub number: String,
}

impl Tax {
    /// An error when it makes no sense.
    pub fn check(&self) -> Result<()> {
        if !(0..=10_000).contains(&self.rate_bp) {
            return Err(Error::field("tax_rate", "A tax is 0 to 100 per cent."));
        }
        if self.rate_bp > 0 && self.name.trim().is_empty() {
            return Err(Error::field("tax_name", "Name the tax, such as VAT."));
        }
        if self.name.chars().count() > 40 || self.number.chars().count() > 60 {
            return Err(Error::field("tax_number", "That is too long."));
        }
        Ok(())
    }
    /// The tax within a total that holds it already: total · rate ÷ (1 + rate), to the nearest minor unit.
    pub fn within(&self, total_minor: i64) -> i64 {
        let whole = 10_000 + i128::from(self.rate_bp);
        let part = (i128::from(total_minor) * i128::from(self.rate_bp) * 2 + whole) / (whole * 2);
        i64::try_from(part).unwrap_or(0)
    }
    /// "7.5 %".
    pub fn percent(&self) -> String {
        let (whole, rest) = (self.rate_bp / 100, self.rate_bp % 100);
        match rest {
            0 => format!("{whole} %"),
            r if r % 10 == 0 => format!("{whole}.{} %", r / 10),
            r => format!("{whole}.{r:02} %"),
        }
    }
    /// Hundredths of a per cent of "7.5" or "7.5 %".
    pub fn rate_of(text: &str) -> Result<i64> {
        let bad = || Error::field("tax_rate", "Write the rate as a number of per cent, such as 7.5.");
        let t = text.trim().trim_end_matches('%').trim();
        if t.is_empty() {
            return Ok(0);
        }
        let (whole, part) = t.split_once(['.', ',']).unwrap_or((t, ""));
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.len() > 2 || whole.is_empty() {
            return Err(bad());
        }
        let whole: i64 = whole.parse().map_err(|_| bad())?;
        let part: i64 = format!("{part:0<2}").parse().map_err(|_| bad())?;
        whole.checked_mul(100).map(|w| w + part).ok_or_else(bad)
    }
}

/// A line of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What.
    pub what: String,
    /// How many.
    pub quantity: i64,
    /// For all of them, in minor units.
    pub total_minor: i64,
}

/// An invoice or receipt, as it was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoice {
    /// Which paper.
    pub kind: Kind,
    /// Its number: 1 and up, none missing within a kind.
    pub number: i64,
    /// Of this order.
    pub order_id: Id,
    /// The order's number.
    pub order_number: i64,
    /// The order's reference.
    pub reference: String,
    /// Who sold: the name, then the address.
    pub seller: Vec<String>,
    /// Who bought.
    pub buyer: String,
    /// Where it was brought; empty for none.
    pub address: String,
    /// What was sold.
    pub rows: Vec<Row>,
    /// The tax that was stated.
    pub tax: Tax,
    /// How much of the total it is, in minor units.
    pub tax_minor: i64,
    /// What is to be paid, or was.
    pub total: Money,
    /// When the money came.
    pub paid_at: Option<Time>,
    /// Who saw it.
    pub paid_by: String,
    /// Days are told on this clock.
    pub time_zone: String,
    /// When it was issued.
    pub issued_at: Time,
}

impl Invoice {
    /// "Invoice 7".
    pub fn title(&self) -> String {
        format!("{} {}", self.kind.title(), self.number)
    }
    /// "invoice-7.pdf".
    pub fn file_name(&self) -> String {
        format!("{}-{}.pdf", self.kind.as_str(), self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn vat(rate_bp: i64) -> Tax {
        Tax { name: "VAT".into(), rate_bp, number: String::new() }
    }

    #[test]
    fn tax_is_within_the_price() {
        assert_eq!(vat(750).within(107_500), 7_500);
        assert_eq!(vat(2_000).within(120), 20);
        assert_eq!((vat(0).within(500), vat(750).within(0)), (0, 0));
        assert_eq!((vat(750).percent(), vat(2_000).percent(), vat(525).percent()), ("7.5 %".into(), "20 %".into(), "5.25 %".into()));
    }

    #[test]
    fn a_rate_is_read_as_it_is_written() {
        for (text, bp) in [("7.5", 750), ("7,5 %", 750), ("20%", 2_000), ("", 0), ("5.25", 525)] {
            assert_eq!(Tax::rate_of(text).unwrap(), bp, "{text}");
        }
        for text in ["x", "-5", "7.555", ".5", "1e2", "99999999999999999999"] {
            assert!(Tax::rate_of(text).is_err(), "{text}");
        }
        assert!(vat(10_001).check().is_err() && Tax { rate_bp: 5, ..Tax::default() }.check().is_err() && Tax::default().check().is_ok());
    }

    proptest! {
        #[test]
        fn the_tax_is_never_more_than_the_price(total in 0i64..1_000_000_000_000, rate in 0i64..=10_000) {
            let tax = vat(rate).within(total);
            prop_assert!(tax >= 0 && tax * 2 <= total + 1);
        }
    }
}
