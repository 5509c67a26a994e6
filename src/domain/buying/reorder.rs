//! What should be bought again soon: from what is left and how fast it goes.

use serde::Serialize;

/// A counted thing of the catalogue with its pace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stocked {
    /// What.
    pub name: String,
    /// In what it is counted; may be empty.
    pub unit: String,
    /// How many are left.
    pub left: i64,
    /// How many went in the days looked at.
    pub gone: i64,
}

/// Something to buy again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// What.
    pub name: String,
    /// How many are left.
    pub left: i64,
    /// For how many days that lasts.
    pub days: i64,
    /// How many to buy.
    pub buy: i64,
    /// As it is written into a request: "40 crates of eggs".
    pub words: String,
}

/// Days looked back.
pub const DAYS_BACK: i64 = 28;
/// It is time when what is left lasts no longer than so many days.
const SOON_DAYS: i64 = 5;
/// What is bought lasts so many days.
const ENOUGH_DAYS: i64 = 14;

/// What to buy again, the most urgent first.
pub fn suggest(all: &[Stocked]) -> Vec<Suggestion> {
    let mut out: Vec<Suggestion> = all.iter().filter(|s| s.gone > 0).filter_map(one).collect();
    out.sort_by(|a, b| a.days.cmp(&b.days).then(a.name.cmp(&b.name)));
    out
}

fn one(s: &Stocked) -> Option<Suggestion> {
    let days = s.left.max(0) * DAYS_BACK / s.gone;
    if days > SOON_DAYS {
        return None;
    }
    let buy = ((s.gone * ENOUGH_DAYS + DAYS_BACK - 1) / DAYS_BACK - s.left).max(1);
    let unit = if s.unit.is_empty() { String::new() } else { format!("{} ", s.unit) };
    Some(Suggestion { name: s.name.clone(), left: s.left, days, buy, words: format!("{buy} {unit}{}", s.name) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_out_is_bought_again() {
        let s = |name: &str, left, gone| Stocked { name: name.into(), unit: "crate".into(), left, gone };
        let found = suggest(&[s("eggs", 3, 28), s("flour", 100, 28), s("salt", 0, 0), s("oil", 1, 14)]);
        assert_eq!(found.iter().map(|f| f.words.as_str()).collect::<Vec<_>>(), ["6 crate oil", "11 crate eggs"]);
    }
}
