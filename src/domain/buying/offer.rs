//! What a seller offers, put together from what was said, and what it comes to at our door.

use super::need::Item;
use super::unit::{Measure, Quantity};
use crate::domain::error::Result;
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// A price for one of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// Minor units.
    pub minor: i64,
    /// For one of this.
    pub per: Measure,
}

/// A lower price from so many on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tier {
    /// From so many.
    pub from: Quantity,
    /// Minor units for one of the line's measure.
    pub minor: i64,
}

/// The price of one thing we need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its place in the list of what is needed.
    pub item: usize,
    /// The price.
    pub price: Price,
    /// Lower prices for more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<Tier>,
    /// The least they sell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<Quantity>,
}

/// What bringing it costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carriage {
    /// Nobody has said.
    #[default]
    Unknown,
    /// It is in the price.
    Free,
    /// Minor units on top.
    Fee(i64),
    /// We must fetch it.
    Collect,
}

/// An offer as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Offer {
    /// Prices of single things.
    pub lines: Vec<Line>,
    /// One price for all of it, when the talk is about that; it replaces the single prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_minor: Option<i64>,
    /// Delivery.
    #[serde(default)]
    pub carriage: Carriage,
    /// Days until it is here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_days: Option<i64>,
    /// Until when the price stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Time>,
    /// Things they do not have, by their place in the list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<usize>,
}

/// An offer in money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Landed {
    /// The things.
    pub goods_minor: i64,
    /// Bringing them; 0 while unknown.
    pub carriage_minor: i64,
    /// Both.
    pub total_minor: i64,
    /// Which of the things needed are in it, each with what it costs without delivery.
    pub items: Vec<(usize, i64)>,
}

/// What must be asked before an offer can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// What it costs.
    Price,
    /// What one pack holds.
    Holds,
    /// What delivery costs.
    Carriage,
    /// When it comes.
    Lead,
}

impl Line {
    /// What so much costs: the tier that applies, the least they sell, whole packs.
    pub fn cost(&self, needed: Quantity) -> Result<i64> {
        let mut bought = needed;
        if let Some(least) = self.least
            && !needed.reaches(least)?
        {
            bought = least;
        }
        let mut minor = self.price.minor;
        for t in &self.tiers {
            if bought.reaches(t.from)? {
                minor = minor.min(t.minor);
            }
        }
        bought.cost(minor, self.price.per)
    }
}

impl Offer {
    /// The line of a thing.
    pub fn line(&self, item: usize) -> Option<&Line> {
        self.lines.iter().find(|l| l.item == item)
    }
    /// The one price for everything. For nothing nobody sells: that is a slip, or a trap.
    fn package(&self) -> Option<i64> {
        self.package_minor.filter(|all| *all > 0)
    }
    /// What it comes to for what is needed; none until there is a price that can be counted and is more than nothing.
    pub fn landed(&self, items: &[Item]) -> Option<Landed> {
        let mut parts = Vec::new();
        for (n, item) in items.iter().enumerate() {
            if let Some(cost) = self.line(n).and_then(|l| l.cost(item.quantity).ok()).filter(|c| *c > 0) {
                parts.push((n, cost));
            }
        }
        let carriage_minor = if let Carriage::Fee(fee) = self.carriage { fee } else { 0 };
        let sum: i64 = parts.iter().map(|(_, c)| *c).try_fold(0i64, i64::checked_add)?;
        let goods_minor = match self.package() {
            Some(all) => {
                parts = spread(&parts, all, items.len(), &self.without);
                all
            }
            None if parts.is_empty() => return None,
            None => sum,
        };
        let total_minor = goods_minor.checked_add(carriage_minor)?;
        Some(Landed { goods_minor, carriage_minor, total_minor, items: parts })
    }
    /// The first thing that is still unknown.
    pub fn missing(&self, items: &[Item]) -> Option<Question> {
        if self.package().is_none() {
            let free = |n: usize, l: &Line| items.get(n).is_some_and(|i| l.cost(i.quantity).is_ok_and(|c| c <= 0));
            let known = |n: usize| self.line(n).is_some_and(|l| !free(n, l)) || self.without.contains(&n);
            if self.lines.is_empty() || !(0..items.len()).all(known) {
                return Some(Question::Price);
            }
            let uncountable = |l: &Line| items.get(l.item).is_some_and(|i| l.cost(i.quantity).is_err());
            if self.lines.iter().any(uncountable) {
                return Some(Question::Holds);
            }
        }
        match (self.carriage, self.lead_days) {
            (Carriage::Unknown, _) => Some(Question::Carriage),
            (_, None) => Some(Question::Lead),
            _ => None,
        }
    }
    /// The pack whose content is unknown.
    pub fn unknown_pack(&self, items: &[Item]) -> Option<Measure> {
        self.lines.iter().find(|l| items.get(l.item).is_some_and(|i| l.cost(i.quantity).is_err())).map(|l| l.price.per)
    }
}

/// One price for all, shared out as the single prices were; evenly where there are none.
fn spread(parts: &[(usize, i64)], all: i64, items: usize, without: &[usize]) -> Vec<(usize, i64)> {
    let sum: i64 = parts.iter().map(|(_, c)| *c).fold(0, i64::saturating_add);
    let even: Vec<(usize, i64)> = (0..items).filter(|n| !without.contains(n)).map(|n| (n, 1)).collect();
    let (shares, sum) = if sum > 0 { (parts.to_vec(), sum) } else { (even.clone(), i64::try_from(even.len()).unwrap_or(1).max(1)) };
    let share = |c: i64| i64::try_from(i128::from(all) * i128::from(c) / i128::from(sum)).unwrap_or(0);
    let mut out: Vec<(usize, i64)> = shares.iter().map(|(n, c)| (*n, share(*c))).collect();
    let given: i64 = out.iter().map(|(_, c)| *c).fold(0, i64::saturating_add);
    if let Some(first) = out.first_mut() {
        first.1 = first.1.saturating_add(all.saturating_sub(given));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::buying::unit::Unit;

    fn eggs() -> Item {
        Item::new("eggs", Quantity::new(12_000, Measure::plain(Unit::Dozen)))
    }

    #[test]
    fn tiers_minimums_and_whole_packs_count() {
        let per = Measure::pack(Unit::Crate, 30_000, Unit::Piece);
        let mut line = Line { item: 0, price: Price { minor: 500, per }, tiers: vec![], least: None };
        assert_eq!(line.cost(eggs().quantity).unwrap(), 2_500);
        line.tiers.push(Tier { from: Quantity::new(4_000, per), minor: 450 });
        assert_eq!(line.cost(eggs().quantity).unwrap(), 2_250);
        line.least = Some(Quantity::new(10_000, per));
        assert_eq!(line.cost(eggs().quantity).unwrap(), 4_500);
    }

    #[test]
    fn an_offer_asks_for_what_it_lacks_and_adds_delivery() {
        let items = [eggs()];
        let mut offer = Offer::default();
        assert_eq!(offer.missing(&items), Some(Question::Price));
        offer.lines.push(Line { item: 0, price: Price { minor: 500, per: Measure::plain(Unit::Crate) }, tiers: vec![], least: None });
        assert_eq!(offer.missing(&items), Some(Question::Holds));
        assert!(offer.landed(&items).is_none());
        offer.lines[0].price.per = Measure::pack(Unit::Crate, 30_000, Unit::Piece);
        assert_eq!(offer.missing(&items), Some(Question::Carriage));
        offer.carriage = Carriage::Fee(700);
        assert_eq!(offer.missing(&items), Some(Question::Lead));
        offer.lead_days = Some(1);
        assert_eq!(offer.missing(&items), None);
        assert_eq!(offer.landed(&items).unwrap().total_minor, 3_200);
        offer.package_minor = Some(2_800);
        offer.carriage = Carriage::Free;
        assert_eq!(offer.landed(&items).unwrap().items, [(0, 2_800)]);
    }

    #[test]
    fn a_price_of_nothing_is_no_price() {
        let items = [eggs()];
        let free = Line { item: 0, price: Price { minor: 0, per: Measure::plain(Unit::Dozen) }, tiers: vec![], least: None };
        let mut offer = Offer { lines: vec![free], carriage: Carriage::Fee(500), lead_days: Some(1), ..Offer::default() };
        assert_eq!((offer.landed(&items), offer.missing(&items)), (None, Some(Question::Price)));
        offer.lines.clear();
        offer.package_minor = Some(0);
        assert_eq!((offer.landed(&items), offer.missing(&items)), (None, Some(Question::Price)));
        offer.package_minor = Some(1);
        assert_eq!((offer.landed(&items).unwrap().total_minor, offer.missing(&items)), (501, None));
    }
}
