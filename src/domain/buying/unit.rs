//! Units people buy in, and how they turn into each other. Exact: thousandths and fractions, no floating point.

use crate::domain::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// What a unit measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// Pieces.
    Count,
    /// Grams.
    Mass,
    /// Millilitres.
    Volume,
}

/// A unit. A pack ("crate", "bag") holds what its seller puts in it and converts only when that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each says its own name")]
pub enum Unit {
    Piece,
    Pair,
    Dozen,
    Gross,
    Gram,
    Kilogram,
    Tonne,
    Ounce,
    Pound,
    Millilitre,
    Centilitre,
    Litre,
    Gallon,
    Crate,
    Tray,
    Box,
    Carton,
    Case,
    Bag,
    Sack,
    Bale,
    Bottle,
    Tin,
    Jar,
    Keg,
    Drum,
    Bunch,
    Basket,
    Roll,
    Packet,
    Bundle,
}

/// Every spelling, longest first within a unit; plural `s` and `es` are taken off before looking.
const SPELLINGS: &[(Unit, &[&str])] = &[
    (Unit::Piece, &["piece", "pc", "pcs", "unit", "each", "item", "one", "head"]),
    (Unit::Pair, &["pair"]),
    (Unit::Dozen, &["dozen", "doz", "dz"]),
    (Unit::Gross, &["gross"]),
    (Unit::Gram, &["gram", "gramme", "g", "gr", "gm"]),
    (Unit::Kilogram, &["kilogram", "kilogramme", "kilo", "kg", "kgs"]),
    (Unit::Tonne, &["tonne", "metric ton", "ton"]),
    (Unit::Ounce, &["ounce", "oz"]),
    (Unit::Pound, &["pound", "lb", "lbs"]),
    (Unit::Millilitre, &["millilitre", "milliliter", "ml"]),
    (Unit::Centilitre, &["centilitre", "centiliter", "cl"]),
    (Unit::Litre, &["litre", "liter", "ltr", "lt", "l"]),
    (Unit::Gallon, &["gallon", "gal"]),
    (Unit::Crate, &["crate"]),
    (Unit::Tray, &["tray", "flat"]),
    (Unit::Box, &["box"]),
    (Unit::Carton, &["carton", "ctn"]),
    (Unit::Case, &["case"]),
    (Unit::Bag, &["bag"]),
    (Unit::Sack, &["sack"]),
    (Unit::Bale, &["bale"]),
    (Unit::Bottle, &["bottle"]),
    (Unit::Tin, &["tin", "can"]),
    (Unit::Jar, &["jar"]),
    (Unit::Keg, &["keg"]),
    (Unit::Drum, &["drum"]),
    (Unit::Bunch, &["bunch"]),
    (Unit::Basket, &["basket"]),
    (Unit::Roll, &["roll"]),
    (Unit::Packet, &["packet", "pack", "pkt"]),
    (Unit::Bundle, &["bundle"]),
];

impl Unit {
    /// Reads one word (or "metric ton"), singular or plural.
    pub fn read(word: &str) -> Option<Self> {
        let word = word.trim().trim_end_matches('.');
        let find = |w: &str| SPELLINGS.iter().find(|(_, all)| all.contains(&w)).map(|(u, _)| *u);
        find(word)
            .or_else(|| word.strip_suffix("es").and_then(find))
            .or_else(|| word.strip_suffix('s').filter(|w| w.len() > 1).and_then(find))
    }
    /// A pattern that finds any unit's spelling; for building larger ones.
    pub fn pattern() -> String {
        Self::pattern_without(&[])
    }
    /// The same without words that mostly mean something else: "I can do", "that one".
    pub fn sure_pattern() -> String {
        Self::pattern_without(&["can", "one", "each", "item", "head", "flat", "case"])
    }
    fn pattern_without(words: &[&str]) -> String {
        let mut all: Vec<&str> = SPELLINGS.iter().flat_map(|(_, s)| s.iter().copied()).filter(|w| !words.contains(w)).collect();
        all.sort_by_key(|s| std::cmp::Reverse(s.len()));
        format!("(?:{})(?:es|s)?", all.join("|"))
    }
    /// "crate", as one of it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gram => "g",
            Self::Kilogram => "kg",
            Self::Ounce => "oz",
            Self::Pound => "lb",
            Self::Millilitre => "ml",
            Self::Centilitre => "cl",
            Self::Litre => "litre",
            _ => SPELLINGS.iter().find(|(u, _)| *u == self).and_then(|(_, s)| s.first().copied()).unwrap_or("piece"),
        }
    }
    /// "12 crates", "1 kg": the word after so many thousandths of it.
    pub fn named(self, thousandths: i64) -> String {
        let name = self.name();
        let short = matches!(
            self,
            Self::Gram | Self::Kilogram | Self::Ounce | Self::Pound | Self::Millilitre | Self::Centilitre | Self::Dozen | Self::Gross
        );
        match name {
            _ if short || thousandths == 1_000 => name.to_owned(),
            n if n.ends_with('x') || n.ends_with("ch") || n.ends_with("ss") => format!("{n}es"),
            n => format!("{n}s"),
        }
    }
    /// Its size in pieces, grams or millilitres as a fraction; none for packs. Pound, ounce (1959 agreement) and US gallon (231 cubic inches) are exact.
    fn size(self) -> Option<(Dimension, i128, i128)> {
        use Dimension::{Count, Mass, Volume};
        Some(match self {
            Self::Piece => (Count, 1, 1),
            Self::Pair => (Count, 2, 1),
            Self::Dozen => (Count, 12, 1),
            Self::Gross => (Count, 144, 1),
            Self::Gram => (Mass, 1, 1),
            Self::Kilogram => (Mass, 1_000, 1),
            Self::Tonne => (Mass, 1_000_000, 1),
            Self::Ounce => (Mass, 28_349_523_125, 1_000_000_000),
            Self::Pound => (Mass, 45_359_237, 100_000),
            Self::Millilitre => (Volume, 1, 1),
            Self::Centilitre => (Volume, 10, 1),
            Self::Litre => (Volume, 1_000, 1),
            Self::Gallon => (Volume, 3_785_411_784, 1_000_000),
            _ => return None,
        })
    }
    /// Whether it is a pack, sold whole.
    pub fn is_pack(self) -> bool {
        self.size().is_none()
    }
}

/// An amount of a plain unit: what one pack holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Thousandths of the unit.
    pub thousandths: i64,
    /// The unit; not a pack.
    pub unit: Unit,
}

/// A unit with what one of it holds, where it is a pack and that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// The unit.
    pub unit: Unit,
    /// What one holds; none when unknown, and for units that are no pack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds: Option<Content>,
}

/// So much of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantity {
    /// Thousandths of the unit: 12 000 is twelve.
    pub thousandths: i64,
    /// Of this.
    pub of: Measure,
}

impl Measure {
    /// A unit by itself.
    pub const fn plain(unit: Unit) -> Self {
        Self { unit, holds: None }
    }
    /// A pack that holds so much.
    pub const fn pack(unit: Unit, thousandths: i64, of: Unit) -> Self {
        Self { unit, holds: Some(Content { thousandths, unit: of }) }
    }
    /// Its size as a fraction of pieces, grams or millilitres; none for a pack of unknown content.
    fn size(self) -> Option<(Dimension, i128, i128)> {
        if let Some(size) = self.unit.size() {
            return Some(size);
        }
        let holds = self.holds.filter(|h| h.thousandths > 0)?;
        let (dimension, n, d) = holds.unit.size()?;
        Some((dimension, n * i128::from(holds.thousandths), d * 1_000))
    }
    /// "crate of 30", "kg".
    pub fn words(self) -> String {
        match self.holds {
            Some(c) if c.unit == Unit::Piece => format!("{} of {}", self.unit.name(), plain(c.thousandths)),
            Some(c) => format!("{} of {} {}", self.unit.name(), plain(c.thousandths), c.unit.named(c.thousandths)),
            None => self.unit.name().to_owned(),
        }
    }
}

/// Thousandths as people write them: "12", "2.5".
pub fn plain(thousandths: i64) -> String {
    let (whole, rest) = (thousandths / 1_000, (thousandths % 1_000).abs());
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:03}").trim_end_matches('0').to_owned() }
}

/// Reads "12", "1,500" or "2.5" as thousandths; more digits than that are refused.
pub fn read_number(text: &str) -> Option<i64> {
    let text = text.trim().replace(',', "");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    if whole.is_empty() || rest.len() > 3 || !whole.bytes().chain(rest.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let fraction: i64 = format!("{rest:0<3}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(1_000)?.checked_add(fraction)
}

/// The most of anything that is bought, or that one pack holds, in thousandths.
pub const MOST: i64 = 1_000_000_000_000;

/// Reads a number that says how much of something: more than nothing, and not beyond what anybody buys.
pub fn read_quantity(text: &str) -> Option<i64> {
    read_number(text).filter(|n| (1..=MOST).contains(n))
}

fn too_large() -> Error {
    Error::field("quantity", "That quantity is too large.")
}

impl Quantity {
    /// So many thousandths of a measure.
    pub const fn new(thousandths: i64, of: Measure) -> Self {
        Self { thousandths, of }
    }
    /// "12 dozen", "2 crates of 30".
    pub fn words(self) -> String {
        let rest = match self.of.holds {
            Some(_) => self.of.words().split_once(' ').map(|(_, r)| format!(" {r}")).unwrap_or_default(),
            None => String::new(),
        };
        format!("{} {}{rest}", plain(self.thousandths), self.of.unit.named(self.thousandths))
    }
    /// How many of `other` this is, as an exact fraction. An error says what is missing.
    pub fn count_of(self, other: Measure) -> Result<(i128, i128)> {
        let known = |m: Measure| {
            m.size().ok_or_else(|| {
                let n = m.unit.name();
                Error::field("unit", format!("What does one {n} hold? Write it like \"{n} of 30\" or \"{n} of 25 kg\"."))
            })
        };
        if self.of.unit == other.unit && (self.of.holds == other.holds || self.of.holds.is_none() || other.holds.is_none()) {
            return Ok((i128::from(self.thousandths), 1_000));
        }
        let ((d1, n1, q1), (d2, n2, q2)) = (known(self.of)?, known(other)?);
        if d1 != d2 {
            return Err(Error::field("unit", format!("{} cannot be turned into {}.", self.of.words(), other.unit.named(2_000))));
        }
        let product = |a: i128, b: i128, c: i128| a.checked_mul(b).and_then(|ab| ab.checked_mul(c)).ok_or_else(too_large);
        Ok((product(i128::from(self.thousandths), n1, q2)?, product(1_000, q1, n2)?))
    }
    /// Whether it is at least as much as `least`.
    pub fn reaches(self, least: Self) -> Result<bool> {
        let (n, d) = self.count_of(least.of)?;
        let (have, want) = (n.checked_mul(1_000), i128::from(least.thousandths).checked_mul(d));
        Ok(have.ok_or_else(too_large)? >= want.ok_or_else(too_large)?)
    }
    /// The same amount in another measure, in thousandths rounded up.
    pub fn into(self, other: Measure) -> Result<Self> {
        let (n, d) = self.count_of(other)?;
        let thousandths = n.checked_mul(1_000).and_then(|n| rounded_up(n, d)).and_then(|n| i64::try_from(n).ok());
        Ok(Self::new(thousandths.ok_or_else(too_large)?, other))
    }
    /// What it costs at `price_minor` for one of `other`. Packs are bought whole; rounded up to a minor unit.
    pub fn cost(self, price_minor: i64, other: Measure) -> Result<i64> {
        let (n, d) = self.count_of(other)?;
        let (n, d) = if other.unit.is_pack() { (rounded_up(n, d).ok_or_else(too_large)?, 1) } else { (n, d) };
        let minor = n.checked_mul(i128::from(price_minor)).and_then(|n| rounded_up(n, d)).and_then(|n| i64::try_from(n).ok());
        minor.ok_or_else(|| Error::field("price", "That amount is too large."))
    }
}

/// `n / d`, rounded up.
fn rounded_up(n: i128, d: i128) -> Option<i128> {
    n.checked_add(d - 1)?.checked_div(d)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CRATE: Measure = Measure::pack(Unit::Crate, 30_000, Unit::Piece);

    #[test]
    fn units_turn_into_each_other_where_they_can() {
        let dozens = Quantity::new(12_000, Measure::plain(Unit::Dozen));
        assert_eq!(dozens.into(Measure::plain(Unit::Piece)).unwrap().thousandths, 144_000);
        assert_eq!(dozens.into(CRATE).unwrap().thousandths, 4_800);
        assert_eq!(dozens.cost(500, CRATE).unwrap(), 2_500, "crates are bought whole");
        let flour = Quantity::new(10_000, Measure::plain(Unit::Kilogram));
        assert_eq!(flour.into(Measure::plain(Unit::Pound)).unwrap().thousandths, 22_047);
        assert_eq!(flour.cost(120, Measure::plain(Unit::Kilogram)).unwrap(), 1_200);
        assert_eq!(flour.cost(2_000, Measure::pack(Unit::Bag, 25_000, Unit::Kilogram)).unwrap(), 2_000);
        let e = flour.into(Measure::plain(Unit::Dozen)).unwrap_err();
        assert!(e.message.contains("kg cannot be turned into dozen"), "{e}");
        let e = dozens.into(Measure::plain(Unit::Crate)).unwrap_err();
        assert!(e.message.contains("What does one crate hold?"), "{e}");
        let crates = Quantity::new(3_000, Measure::plain(Unit::Crate));
        assert_eq!(crates.cost(500, CRATE).unwrap(), 1_500, "a crate is a crate");
    }

    #[test]
    fn words_are_read_in_both_numbers() {
        for (word, unit) in [
            ("dozen", Unit::Dozen),
            ("boxes", Unit::Box),
            ("kgs", Unit::Kilogram),
            ("bunches", Unit::Bunch),
            ("l", Unit::Litre),
            ("cans", Unit::Tin),
        ] {
            assert_eq!(Unit::read(word), Some(unit), "{word}");
        }
        assert_eq!(Unit::read("eggs"), None);
        assert_eq!(Quantity::new(2_000, CRATE).words(), "2 crates of 30");
        assert_eq!(read_number("1,500.5"), Some(1_500_500));
        assert_eq!(read_number("1.23456"), None);
        assert_eq!((read_quantity("0"), read_quantity("1000000000"), read_quantity("1000000001")), (None, Some(MOST), None));
    }

    #[test]
    fn what_nobody_could_count_is_an_error_and_no_wrong_number() {
        let huge = Quantity::new(i64::MAX, Measure::pack(Unit::Crate, i64::MAX, Unit::Ounce));
        let kegs = Measure::pack(Unit::Keg, 7, Unit::Ounce);
        assert!(huge.count_of(kegs).is_err() && huge.cost(5, kegs).is_err() && huge.into(kegs).is_err());
        assert!(huge.reaches(Quantity::new(1_000, kegs)).is_err());
        let nothing = Measure::pack(Unit::Crate, 0, Unit::Piece);
        assert!(Quantity::new(12_000, Measure::plain(Unit::Piece)).cost(500, nothing).unwrap_err().message.contains("hold"));
        let dozens = Quantity::new(10_000, Measure::plain(Unit::Dozen));
        assert!(dozens.reaches(Quantity::new(4_000, CRATE)).unwrap() && !dozens.reaches(Quantity::new(4_001, CRATE)).unwrap());
    }

    proptest! {
        #[test]
        fn there_and_back_loses_nothing(n in 1i64..1_000_000) {
            let grams = Quantity::new(n * 1_000, Measure::plain(Unit::Gram));
            let back = grams.into(Measure::plain(Unit::Kilogram)).unwrap().into(Measure::plain(Unit::Gram)).unwrap();
            prop_assert_eq!(back.thousandths, n * 1_000);
        }
        #[test]
        fn reading_never_panics(text in ".*") {
            let _ = read_number(&text);
            let _ = Unit::read(&text);
        }
    }
}
