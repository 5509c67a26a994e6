//! What came of an order: how much of each thing, how good, in time or not; and what that says about the vendor.

use super::need::Item;
use super::unit::Quantity;
use serde::{Deserialize, Serialize};

/// One thing that was ordered, and how much of it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Came {
    /// What.
    pub name: String,
    /// So much was ordered.
    pub ordered: Quantity,
    /// So much came, in the same measure.
    pub received: Quantity,
}

impl Came {
    /// So many thousandths of a thing came.
    pub fn of(item: &Item, thousandths: i64) -> Self {
        let received = Quantity::new(thousandths.max(0), item.quantity.of);
        Self { name: item.name.clone(), ordered: item.quantity, received }
    }
    /// How much of what was ordered came, in thousandths; more than all counts as all.
    pub fn share(&self) -> i64 {
        let ordered = i128::from(self.ordered.thousandths.max(1));
        i64::try_from((i128::from(self.received.thousandths) * 1_000 / ordered).min(1_000)).unwrap_or(1_000)
    }
    /// "2 dozen eggs" that did not come; none when all of it did.
    pub fn missing(&self) -> Option<String> {
        let short = self.ordered.thousandths - self.received.thousandths;
        (short > 0).then(|| format!("{} {}", Quantity::new(short, self.ordered.of).words(), self.name))
    }
    /// "10 of 12 dozen eggs".
    pub fn words(&self) -> String {
        format!("{} of {} {}", super::unit::plain(self.received.thousandths), self.ordered.words(), self.name)
    }
}

/// A delivery as somebody checked it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// All of it came.
    pub complete: bool,
    /// It came in time.
    pub in_time: bool,
    /// How good it was, 1 to 5; 0 when nothing came that could be good.
    pub stars: i64,
    /// What was wrong; may be empty.
    pub note: String,
    /// Thing by thing; empty where nobody counted.
    #[serde(default)]
    pub came: Vec<Came>,
}

impl Checked {
    /// A delivery that was counted.
    pub fn counted(came: Vec<Came>, in_time: bool, stars: i64, note: String) -> Self {
        let complete = came.iter().all(|c| c.missing().is_none());
        Self { complete, in_time, stars, note, came }
    }
    /// Whether it was as ordered.
    pub const fn is_good(&self) -> bool {
        self.complete && self.in_time && self.stars >= 3
    }
    /// How much of what was ordered came, in thousandths, every thing counting the same.
    pub fn share(&self) -> i64 {
        match i64::try_from(self.came.len()) {
            Ok(n) if n > 0 => self.came.iter().map(Came::share).sum::<i64>() / n,
            _ if self.complete => 1_000,
            _ => 0,
        }
    }
    /// What did not come: "2 dozen eggs and 1 kg flour"; empty when all of it did or nobody counted.
    pub fn missing(&self) -> String {
        self.came.iter().filter_map(Came::missing).collect::<Vec<_>>().join(" and ")
    }
}

/// Deliveries that count.
const COUNTED: usize = 20;

/// Quality and reliability of 100 from the newest deliveries, newest first; no quality where nothing ever came. Reliability is the rule
/// of succession (Laplace): with little known it stays in the middle. Of a delivery in time counts how much of it came; a late one
/// counts as kept by nobody.
pub fn scores(newest: &[Checked]) -> Option<(Option<i64>, i64)> {
    let counted: Vec<&Checked> = newest.iter().take(COUNTED).collect();
    let n = i64::try_from(counted.len()).unwrap_or(0);
    if n == 0 {
        return None;
    }
    let judged: Vec<i64> = counted.iter().filter(|c| c.stars > 0).map(|c| c.stars.clamp(1, 5)).collect();
    let of = i64::try_from(judged.len()).unwrap_or(0);
    let quality = (of > 0).then(|| (judged.iter().sum::<i64>() * 100 - of * 100) / (of * 4));
    let kept: i64 = counted.iter().filter(|c| c.in_time).map(|c| c.share()).sum();
    Some((quality, (kept + 1_000) * 100 / ((n + 2) * 1_000)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::buying::unit::{Measure, Unit};

    #[test]
    fn deliveries_make_scores() {
        let good = Checked { complete: true, in_time: true, stars: 5, note: String::new(), came: vec![] };
        let late = Checked { in_time: false, stars: 3, ..good.clone() };
        assert_eq!(scores(&[]), None);
        assert_eq!(scores(std::slice::from_ref(&good)), Some((Some(100), 66)));
        assert_eq!(scores(&[late, good.clone(), good.clone(), good]), Some((Some(87), 66)));
    }

    #[test]
    fn what_is_missing_costs_its_share() {
        let eggs = Item::new("eggs", Quantity::new(12_000, Measure::plain(Unit::Dozen)));
        let flour = Item::new("flour", Quantity::new(10_000, Measure::plain(Unit::Kilogram)));
        let came =
            |n, m| Checked::counted(vec![Came::of(&eggs, n), Came::of(&flour, m)], true, if n + m > 0 { 4 } else { 0 }, String::new());
        let short = came(9_000, 10_000);
        assert_eq!((short.complete, short.share(), short.missing().as_str()), (false, 875, "3 dozen eggs"));
        assert_eq!(short.came[0].words(), "9 of 12 dozen eggs");
        assert_eq!(scores(&[short]), Some((Some(75), 62)));
        let more = came(14_000, 10_000);
        assert!(more.complete && more.share() == 1_000, "more than all is all");
        assert_eq!(scores(&[came(0, 0)]), Some((None, 33)), "nothing came: nothing to call good or bad");
    }
}
