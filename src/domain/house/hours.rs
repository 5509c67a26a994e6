//! Opening hours by weekday.

use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// Minutes after midnight from and to; `to` may be up to 1440.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Opens at this minute of the day.
    pub from: u16,
    /// Closes at this minute of the day.
    pub to: u16,
}

/// Monday first; an empty list is a closed day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// Seven days.
    pub days: [Vec<Span>; 7],
}

impl Default for Hours {
    fn default() -> Self {
        let day = || vec![Span { from: 8 * 60, to: 20 * 60 }];
        Self { days: [day(), day(), day(), day(), day(), day(), vec![]] }
    }
}

/// English names, Monday first.
pub const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

impl Hours {
    /// Open from `from` to `to` (minutes of the day) every day.
    pub fn daily(from: u16, to: u16) -> Self {
        Self { days: std::array::from_fn(|_| vec![Span { from, to }]) }
    }
    /// Whether the doors are open at `at` on the clocks of `zone`.
    pub fn is_open(&self, at: Time, zone: &str) -> bool {
        let (day, minute) = day_minute(at, zone);
        self.days[day].iter().any(|s| s.from <= minute && minute < s.to)
    }
    /// The next opening after `at`: days ahead (0 is today), weekday (0 is Monday) and minute of that day.
    pub fn next_opening(&self, at: Time, zone: &str) -> Option<(usize, usize, u16)> {
        let (day, minute) = day_minute(at, zone);
        (0..8).find_map(|ahead| {
            let d = (day + ahead) % 7;
            let span = self.days[d].iter().filter(|s| ahead > 0 || s.from > minute).min_by_key(|s| s.from)?;
            Some((ahead, d, span.from))
        })
    }
}

fn day_minute(at: Time, zone: &str) -> (usize, u16) {
    let z = at.in_zone(zone);
    let day = usize::from(z.weekday().to_monday_zero_offset().unsigned_abs());
    (day, u16::from(z.hour().unsigned_abs()) * 60 + u16::from(z.minute().unsigned_abs()))
}

/// 510 as "08:30".
pub fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_by_the_clock_of_the_zone() {
        let h = Hours::daily(8 * 60, 20 * 60);
        let at = Time::parse("2026-11-21T07:30:00Z").unwrap(); // 08:30 in Lagos
        assert!(h.is_open(at, "Africa/Lagos"));
        assert!(!h.is_open(at, "Etc/UTC"));
        assert_eq!(h.next_opening(at, "Etc/UTC"), Some((0, 5, 480)));
    }
}
