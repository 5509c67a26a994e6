//! Groups of customers by what they did. Who is in one is asked anew each time.

use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use serde::{Deserialize, Serialize};

/// What somebody must have done to be in a group; what is absent does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// Has this tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Bought within so many days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bought_within_days: Option<i64>,
    /// Neither wrote nor bought for so many days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_seen_for_days: Option<i64>,
    /// Paid at least this much in all, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spent_from_minor: Option<i64>,
    /// Has at least so many orders that were not given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orders_from: Option<i64>,
    /// Writes in this language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Lang>,
}

impl Filter {
    /// The filter with its texts trimmed; an error names the field that cannot be.
    pub fn checked(mut self) -> Result<Self> {
        self.tag = self.tag.map(|t| t.trim().to_lowercase()).filter(|t| !t.is_empty());
        let days = [("bought_within_days", self.bought_within_days), ("not_seen_for_days", self.not_seen_for_days)];
        for (field, value) in days {
            if value.is_some_and(|d| !(1..=3_650).contains(&d)) {
                return Err(Error::field(field, "Days are a number from 1 to 3,650."));
            }
        }
        for (field, value) in [("spent_from_minor", self.spent_from_minor), ("orders_from", self.orders_from)] {
            if value.is_some_and(|n| n < 1) {
                return Err(Error::field(field, "This is a number from 1."));
            }
        }
        Ok(self)
    }
    /// "bought within 30 days, tag vip".
    pub fn words(&self, money: impl Fn(i64) -> String) -> String {
        let mut out = Vec::new();
        out.extend(self.tag.as_ref().map(|t| format!("tag {t}")));
        out.extend(self.bought_within_days.map(|d| format!("bought within {d} days")));
        out.extend(self.not_seen_for_days.map(|d| format!("not seen for {d} days")));
        out.extend(self.spent_from_minor.map(|m| format!("spent {} or more", money(m))));
        out.extend(self.orders_from.map(|n| format!("{n} orders or more")));
        out.extend(self.language.map(|l| format!("writes {}", l.name())));
        if out.is_empty() { "everybody".into() } else { out.join(", ") }
    }
}

/// A group with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Who is in it.
    pub filter: Filter,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_says_what_it_asks() {
        let f = Filter { tag: Some(" VIP ".into()), not_seen_for_days: Some(60), ..Filter::default() }.checked().unwrap();
        assert_eq!(f.words(|m| m.to_string()), "tag vip, not seen for 60 days");
        assert_eq!(Filter::default().words(|m| m.to_string()), "everybody");
        assert!(Filter { bought_within_days: Some(0), ..Filter::default() }.checked().is_err());
    }
}
