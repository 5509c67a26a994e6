//! What came of an order: how much, how good, in time or not; and what that says about the vendor.

use serde::{Deserialize, Serialize};

/// A delivery as somebody checked it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// All of it came.
    pub complete: bool,
    /// It came in time.
    pub in_time: bool,
    /// How good it was, 1 to 5.
    pub stars: i64,
    /// What was wrong; may be empty.
    pub note: String,
}

impl Checked {
    /// Whether it was as ordered.
    pub const fn is_good(&self) -> bool {
        self.complete && self.in_time && self.stars >= 3
    }
}

/// Deliveries that count.
const COUNTED: usize = 20;

/// Quality and reliability of 100 from the newest deliveries, newest first. Reliability is the rule of succession (Laplace): with little
/// known it stays in the middle.
pub fn scores(newest: &[Checked]) -> Option<(i64, i64)> {
    let counted: Vec<&Checked> = newest.iter().take(COUNTED).collect();
    let n = i64::try_from(counted.len()).unwrap_or(0);
    if n == 0 {
        return None;
    }
    let stars: i64 = counted.iter().map(|c| c.stars.clamp(1, 5)).sum();
    let kept = i64::try_from(counted.iter().filter(|c| c.complete && c.in_time).count()).unwrap_or(0);
    Some(((stars * 100 - n * 100) / (n * 4), (kept + 1) * 100 / (n + 2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deliveries_make_scores() {
        let good = Checked { complete: true, in_time: true, stars: 5, note: String::new() };
        let late = Checked { in_time: false, stars: 3, ..good.clone() };
        assert_eq!(scores(&[]), None);
        assert_eq!(scores(std::slice::from_ref(&good)), Some((100, 66)));
        assert_eq!(scores(&[late, good.clone(), good.clone(), good]), Some((87, 66)));
    }
}
