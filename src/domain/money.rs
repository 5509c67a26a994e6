//! Money: whole minor units and a currency. No floating point anywhere.

use super::error::{Error, Result};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Currencies people pay with, from ISO 4217 list one as of 2025: without funds, metals and units of account.
const IN_USE: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC \
    CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR \
    ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK \
    MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE \
    SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF \
    XPF YER ZAR ZMW ZWG";

/// An ISO 4217 currency code, three capital letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// The Nigerian naira.
    pub const NGN: Self = Self(*b"NGN");
    /// The code, "NGN".
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }
    /// A code that is in use: what a person types may be a slip, what is stored is taken as it is.
    pub fn in_use(s: &str) -> Result<Self> {
        let c: Self = s.parse()?;
        if IN_USE.split(' ').any(|code| code == c.code()) {
            return Ok(c);
        }
        Err(Error::field("currency", format!("{} is no currency. Write its three letters, such as NGN or USD.", c.code())))
    }
    /// Digits after the point, from ISO 4217 list one.
    pub fn exponent(&self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF" | b"UGX" | b"UYI" | b"VND" | b"VUV"
            | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }
    /// The sign people write before an amount, or the code and a space.
    pub fn sign(&self) -> String {
        match &self.0 {
            b"NGN" => "₦".into(),
            b"USD" => "$".into(),
            b"EUR" => "€".into(),
            b"GBP" => "£".into(),
            b"GHS" => "GH₵".into(),
            b"KES" => "KSh ".into(),
            b"ZAR" => "R".into(),
            b"INR" => "₹".into(),
            b"JPY" => "¥".into(),
            _ => format!("{} ", self.code()),
        }
    }
}
impl FromStr for Currency {
    type Err = Error;
    fn from_str(s: &str) -> Result<Self> {
        let b = s.trim().to_ascii_uppercase().into_bytes();
        match <[u8; 3]>::try_from(b) {
            Ok(code) if code.iter().all(u8::is_ascii_uppercase) => Ok(Self(code)),
            _ => Err(Error::field("currency", "A currency is three letters, such as NGN or USD.")),
        }
    }
}
impl TryFrom<String> for Currency {
    type Error = Error;
    fn try_from(s: String) -> Result<Self> {
        s.parse()
    }
}
impl From<Currency> for String {
    fn from(c: Currency) -> Self {
        c.code().to_owned()
    }
}
impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount of money. `{"amount_minor": 123450, "currency": "NGN"}` in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// Whole minor units: kobo, cents.
    pub amount_minor: i64,
    /// Of this currency.
    pub currency: Currency,
}

impl Money {
    /// `amount_minor` minor units.
    pub const fn new(amount_minor: i64, currency: Currency) -> Self {
        Self { amount_minor, currency }
    }
    /// The sum, or an error when the currencies differ or it does not fit.
    pub fn plus(self, other: Self) -> Result<Self> {
        if self.currency != other.currency {
            return Err(Error::invalid(format!("{} and {} cannot be added.", self.currency.code(), other.currency.code())));
        }
        let sum = self.amount_minor.checked_add(other.amount_minor);
        sum.map(|m| Self::new(m, self.currency)).ok_or_else(|| Error::invalid("That amount is too large."))
    }
    /// This amount `n` times, or an error when it does not fit.
    pub fn times(self, n: i64) -> Result<Self> {
        let product = self.amount_minor.checked_mul(n);
        product.map(|m| Self::new(m, self.currency)).ok_or_else(|| Error::invalid("That amount is too large."))
    }
    /// Reads "18,500", "18500.50", "₦18,500", "NGN 18500", "12,50" or "1.234,50 €" as people and spreadsheets write them: no thousands
    /// are written with one or two digits. More digits after the point than the currency has are refused, not rounded.
    pub fn parse(text: &str, currency: Currency) -> Result<Self> {
        let bad =
            || Error::field("price", format!("\"{}\" is not an amount. Write it like 1500 or 1,500.50.", super::text::clip(text, 40)));
        let text = super::arabic::digits(text);
        let t = text.trim();
        let t = t.strip_prefix(currency.sign().trim()).unwrap_or(t);
        let t = t.strip_prefix(currency.code()).unwrap_or(t);
        let t = t.strip_suffix(currency.code()).unwrap_or(t).trim();
        let t = t.strip_suffix(currency.sign().trim()).unwrap_or(t).trim();
        if t.is_empty() || !t.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-')) {
            return Err(bad());
        }
        let plain = if has_decimal_comma(t) { t.replace('.', "").replace(',', ".") } else { t.replace(',', "") };
        let d = Decimal::from_str(&plain).map_err(|_| bad())?;
        let minor = d.checked_mul(Decimal::from(10i64.pow(currency.exponent()))).ok_or_else(bad)?;
        if !minor.fract().is_zero() {
            return Err(bad());
        }
        minor.to_i64().map(|m| Self::new(m, currency)).ok_or_else(bad)
    }
    /// The number alone, "18,500" or "18,500.50": the fraction is left out when it is zero.
    pub fn plain(self) -> String {
        let unit = 10u64.pow(self.currency.exponent());
        let abs = self.amount_minor.unsigned_abs();
        let (whole, frac) = (abs / unit, abs % unit);
        let mut out = super::text::group_digits(whole);
        if frac != 0 {
            out.push_str(&format!(".{frac:0width$}", width = self.currency.exponent() as usize));
        }
        if self.amount_minor < 0 { format!("-{out}") } else { out }
    }
}

/// "12,50" and "1.234,5": one comma, with one or two digits behind it, and points at most where thousands end.
fn has_decimal_comma(t: &str) -> bool {
    let Some((whole, after)) = t.split_once(',') else { return false };
    let thousands = whole.split('.').skip(1).all(|group| group.len() == 3);
    (1..=2).contains(&after.len()) && after.bytes().all(|b| b.is_ascii_digit()) && thousands
}

/// As a shopkeeper writes it: "₦18,500".
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.plain();
        match plain.strip_prefix('-') {
            Some(p) => write!(f, "-{}{p}", self.currency.sign()),
            None => write!(f, "{}{plain}", self.currency.sign()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_slip_is_no_currency_and_what_is_stored_is_read_all_the_same() {
        assert_eq!(Currency::in_use(" ngn ").unwrap(), Currency::NGN);
        assert!(["XXQ", "NGM", "XAU", "N"].iter().all(|slip| Currency::in_use(slip).is_err()));
        assert_eq!("XXQ".parse::<Currency>().unwrap().code(), "XXQ");
        assert!(IN_USE.split(' ').all(|code| code.len() == 3), "the list has a gap");
    }

    #[test]
    fn reads_what_people_write() {
        let ngn = Currency::NGN;
        for (text, minor) in [
            ("1500", 150_000),
            ("1,500.50", 150_050),
            ("₦ 18,500", 1_850_000),
            ("NGN 20", 2_000),
            ("0.05", 5),
            ("٢٬٥٠٠", 250_000),
            ("2,20", 220),
            ("3,5", 350),
            ("1.234,50", 123_450),
            ("1,234", 123_400),
        ] {
            assert_eq!(Money::parse(text, ngn).unwrap().amount_minor, minor, "{text}");
        }
        for text in ["", "abc", "1,2,3.4.5", "12.34,56", "1.005", "1e9", "--3", "99999999999999999999"] {
            assert!(Money::parse(text, ngn).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(minor in -1_000_000_000_000i64..1_000_000_000_000) {
            let m = Money::new(minor, Currency::NGN);
            prop_assert_eq!(Money::parse(&m.plain(), Currency::NGN).unwrap(), m);
        }
        #[test]
        fn parsing_never_panics(text in ".*") {
            let _ = Money::parse(&text, Currency::NGN);
        }
    }
}
