//! Loyalty points: what is earned, what it is worth, and that a balance is never below nothing.

use crate::domain::error::{Error, Result};
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// The owner's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Terms {
    /// Points are given.
    pub on: bool,
    /// A point for so much paid, in minor units.
    pub per_minor: i64,
    /// What a point is worth at the next order, in minor units.
    pub worth_minor: i64,
    /// Every so many paid orders there are extra points; 0 for never.
    pub visits: i64,
    /// How many.
    pub visit_points: i64,
    /// What is earned is worth nothing after so many days; 0 for never.
    pub expires_days: i64,
    /// Fewest points that are taken at once.
    pub least: i64,
}

impl Default for Terms {
    fn default() -> Self {
        Self { on: false, per_minor: 10_000, worth_minor: 100, visits: 10, visit_points: 50, expires_days: 365, least: 50 }
    }
}

impl Terms {
    /// The terms when they can be kept.
    pub fn checked(self) -> Result<Self> {
        let from = |n: i64, low: i64, field: &str| {
            if (low..=1_000_000_000).contains(&n) { Ok(()) } else { Err(Error::field(field, format!("This is a number from {low}."))) }
        };
        from(self.per_minor, 1, "per_minor")?;
        from(self.worth_minor, 1, "worth_minor")?;
        from(self.visits, 0, "visits")?;
        from(self.visit_points, 0, "visit_points")?;
        from(self.expires_days, 0, "expires_days")?;
        from(self.least, 1, "least")?;
        if self.worth_minor >= self.per_minor {
            return Err(Error::field("worth_minor", "A point must be worth less than what is paid for it, or every order would be free."));
        }
        Ok(self)
    }
    /// Points for what was paid.
    pub const fn earned(&self, paid_minor: i64) -> i64 {
        if paid_minor <= 0 { 0 } else { paid_minor / self.per_minor }
    }
    /// What points take off an order: never more than its total, never more than there are. Points and minor units.
    pub fn taken(&self, wanted: i64, balance: i64, total_minor: i64) -> Result<(i64, i64)> {
        if wanted < self.least {
            return Err(Error::field("points", format!("At least {} points are taken at once.", self.least)));
        }
        if wanted > balance {
            return Err(Error::field("points", format!("There are only {balance} points.")));
        }
        let points = wanted.min(total_minor / self.worth_minor);
        if points < 1 {
            return Err(Error::conflict("This order is smaller than what one point is worth."));
        }
        Ok((points, points * self.worth_minor))
    }
}

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// earn, visit, gift, redeem, return, reverse, expire.
    pub kind: String,
    /// More or fewer.
    pub points: i64,
    /// Why.
    pub note: String,
    /// When what was earned is worth nothing any more.
    pub expires_at: Option<Time>,
    /// When.
    pub at: Time,
}

/// What of a ledger is worth nothing any more: what expired less everything that was taken since, for the oldest points go first.
pub fn expired(ledger: &[Entry], now: Time) -> i64 {
    let old: i64 = ledger.iter().filter(|e| e.points > 0 && e.expires_at.is_some_and(|t| t <= now)).map(|e| e.points).sum();
    let taken: i64 = ledger.iter().filter(|e| e.points < 0).map(|e| -e.points).sum();
    let balance: i64 = ledger.iter().map(|e| e.points).sum();
    (old - taken).clamp(0, balance.max(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entry(points: i64, expires: Option<i64>) -> Entry {
        Entry { kind: "earn".into(), points, note: String::new(), expires_at: expires.map(Time::from_millis), at: Time::from_millis(0) }
    }

    #[test]
    fn the_oldest_points_go_first() {
        let now = Time::from_millis(100);
        assert_eq!(expired(&[entry(50, Some(90)), entry(30, Some(200))], now), 50);
        assert_eq!(expired(&[entry(50, Some(90)), entry(30, Some(200)), entry(-40, None)], now), 10);
        assert_eq!(expired(&[entry(50, Some(90)), entry(-50, None), entry(30, Some(200))], now), 0);
        assert_eq!(expired(&[entry(50, None)], now), 0);
    }

    proptest! {
        #[test]
        fn points_never_take_more_than_there_is(wanted in 0i64..10_000, balance in 0i64..5_000, total in 0i64..1_000_000) {
            let t = Terms::default();
            if let Ok((points, minor)) = t.taken(wanted, balance, total) {
                prop_assert!(points > 0 && points <= balance && minor <= total);
            }
        }
        #[test]
        fn expiring_never_goes_below_nothing(rows in proptest::collection::vec((-100i64..100, proptest::option::of(0i64..200)), 0..20)) {
            let ledger: Vec<_> = rows.into_iter().filter(|r| r.0 != 0).map(|(p, e)| entry(p, e)).collect();
            let balance: i64 = ledger.iter().map(|e| e.points).sum();
            let gone = expired(&ledger, Time::from_millis(100));
            prop_assert!(gone >= 0 && gone <= balance.max(0));
        }
    }
}
