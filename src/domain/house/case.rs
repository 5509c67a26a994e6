//! A thread that a person takes care of, or should: whose it is, by when somebody should have answered, what could be said. And
//! wordings to pick from.

use crate::domain::error::{Error, Result};
use crate::domain::house::hours::Hours;
use crate::domain::id::Id;
use crate::domain::time::{MINUTE_MS, Time};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A member who takes care of a thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignee {
    /// The member.
    pub id: Id,
    /// Their name when it was given to them.
    pub name: String,
}

/// What people need to know of a thread they take care of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Whose it is; none: nobody's yet.
    pub assignee: Option<Assignee>,
    /// When a person should have answered; none: somebody did, or no clock runs.
    pub due_at: Option<Time>,
    /// A draft for the person, never sent by itself; empty for none.
    pub suggestion: String,
    /// The customer's newest message it was made for.
    pub suggested_for: String,
}

impl Case {
    /// Whether somebody should have answered before `now`.
    pub fn is_late(&self, now: Time) -> bool {
        self.due_at.is_some_and(|due| due <= now)
    }
}

/// Within how many minutes of opening hours a person answers who was asked for; 0: no clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerTime {
    /// Minutes in which the doors are open.
    pub minutes: i64,
}

impl Default for AnswerTime {
    fn default() -> Self {
        Self { minutes: 30 }
    }
}

impl AnswerTime {
    /// The same, when it makes sense: at most two days of open doors.
    pub fn checked(self) -> Result<Self> {
        if (0..=2_880).contains(&self.minutes) {
            return Ok(self);
        }
        Err(Error::field("minutes", "Write 0 to 2,880 minutes; 0 switches the clock off."))
    }

    /// When the time is over that begins at `from`, counted while the doors are open on the clocks of `zone`. None without a clock,
    /// and for a business that never opens.
    pub fn due(self, hours: &Hours, zone: &str, from: Time) -> Option<Time> {
        /// Days looked ahead; two days of open doors are found in any week that has an hour.
        const DAYS: i64 = 400;
        let mut left = self.minutes * MINUTE_MS;
        if left <= 0 || hours.days.iter().flatten().all(|s| s.from >= s.to) {
            return None;
        }
        let begin = from.in_zone(zone);
        let mut reached = from;
        for ahead in 0..DAYS {
            let day = begin.date().checked_add(jiff::Span::new().days(ahead)).ok()?;
            let mut spans = hours.days[usize::from(day.weekday().to_monday_zero_offset().unsigned_abs())].clone();
            spans.sort_by_key(|s| s.from);
            for span in spans {
                let (Some(opens), Some(closes)) = (moment(day, span.from, &begin), moment(day, span.to, &begin)) else { continue };
                let start = opens.max(reached);
                let open_ms = closes.since_ms(start);
                if open_ms >= left {
                    return Some(start.plus_ms(left));
                }
                if open_ms > 0 {
                    left -= open_ms;
                    reached = closes;
                }
            }
        }
        None
    }
}

/// A minute of a day on the clocks of `like`; 1440 is the midnight after it.
fn moment(day: Date, minute: u16, like: &jiff::Zoned) -> Option<Time> {
    let day = if minute >= 1_440 { day.tomorrow().ok()? } else { day };
    let minute = minute % 1_440;
    let (hour, minute) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
    let at = day.at(hour, minute, 0, 0).to_zoned(like.time_zone().clone()).ok()?;
    Some(Time::from_millis(at.timestamp().as_millisecond()))
}

/// A wording the team uses again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CannedReply {
    /// Its id.
    pub id: Id,
    /// What it is found by: lower-case letters, digits and hyphens.
    pub name: String,
    /// The words, with `{name}` for the customer's name and `{business}` for ours.
    pub text: String,
}

impl CannedReply {
    /// A name and a text as they may be kept.
    pub fn checked(name: &str, text: &str) -> Result<(String, String)> {
        let name = name.trim().trim_start_matches('/').to_lowercase();
        let plain = !name.is_empty() && name.chars().count() <= 40 && name.chars().all(|c| c.is_alphanumeric() || c == '-');
        if !plain {
            return Err(Error::field("name", "A name is one word of letters, digits and hyphens, at most 40."));
        }
        let text = text.trim();
        if text.is_empty() || text.chars().count() > 1_000 {
            return Err(Error::field("text", "Write 1 to 1,000 characters."));
        }
        let left = text.replace("{name}", "").replace("{business}", "");
        if left.contains(['{', '}']) {
            return Err(Error::field("text", "Only {name} and {business} are filled in. Write other things without braces."));
        }
        Ok((name, text.to_owned()))
    }

    /// The words for a customer; without a name the place closes up.
    pub fn filled(&self, customer: &str, business: &str) -> String {
        let customer = customer.trim();
        let text = if customer.is_empty() { self.text.replace(" {name}", "").replace("{name} ", "") } else { self.text.clone() };
        // One pass over each part, so that a name is never read for places.
        let with_business = |part: &str| part.split("{business}").collect::<Vec<_>>().join(business);
        text.split("{name}").map(with_business).collect::<Vec<_>>().join(customer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::house::hours::Span;
    use proptest::prelude::*;

    fn at(s: &str) -> Time {
        Time::parse(s).unwrap()
    }

    #[test]
    fn only_open_doors_count() {
        let hours = Hours::default(); // Monday to Saturday, 08:00 to 20:00
        let due = |minutes, from: &str| AnswerTime { minutes }.due(&hours, "Africa/Lagos", at(from)).map(Time::rfc3339);
        let said = |s: &str| Some(at(s).rfc3339());
        assert_eq!(due(30, "2026-11-20T10:00:00Z"), said("2026-11-20T10:30:00Z"), "Friday noon");
        assert_eq!(due(30, "2026-11-20T18:50:00Z"), said("2026-11-21T07:20:00Z"), "ten minutes before closing");
        assert_eq!(due(30, "2026-11-21T22:00:00Z"), said("2026-11-23T07:30:00Z"), "Saturday night: Sunday is closed");
        assert_eq!(due(60, "2026-11-20T05:00:00Z"), said("2026-11-20T08:00:00Z"), "before opening");
        assert_eq!(due(0, "2026-11-20T10:00:00Z"), None);
        let never = Hours { days: Default::default() };
        assert_eq!(AnswerTime { minutes: 5 }.due(&never, "Africa/Lagos", at("2026-11-20T10:00:00Z")), None);
        let breaks = Hours { days: std::array::from_fn(|_| vec![Span { from: 840, to: 1_440 }, Span { from: 540, to: 720 }]) };
        let due = AnswerTime { minutes: 60 }.due(&breaks, "Etc/UTC", at("2026-11-20T11:30:00Z")).unwrap();
        assert_eq!(due, at("2026-11-20T14:30:00Z"), "the break does not count");
    }

    #[test]
    fn wordings_are_filled_and_checked() {
        let c = |text: &str| CannedReply { id: Id::NIL, name: "thanks".into(), text: text.into() };
        assert_eq!(c("Hello {name}, thank you. {business}").filled("Ada", "Mama Put"), "Hello Ada, thank you. Mama Put");
        assert_eq!(c("Hello {name}, thank you.").filled("", "Mama Put"), "Hello, thank you.");
        assert_eq!(c("{name}").filled("{business}", "Mama Put"), "{business}", "a name is not read for places");
        assert_eq!(CannedReply::checked(" /Thanks ", " Hi ").unwrap(), ("thanks".into(), "Hi".into()));
        for (name, text) in [("", "x"), ("two words", "x"), ("a", ""), ("a", "Hi {nmae}"), ("a", "{")] {
            assert!(CannedReply::checked(name, text).is_err(), "{name} {text}");
        }
    }

    proptest! {
        #[test]
        fn a_clock_never_runs_out_before_its_minutes(minutes in 1i64..2_880, from in 1_700_000_000_000i64..1_900_000_000_000, a in 0u16..1_440, b in 0u16..1_440) {
            let hours = Hours { days: std::array::from_fn(|d| if d == 6 { vec![] } else { vec![Span { from: a.min(b), to: a.max(b) }] }) };
            let from = Time::from_millis(from);
            if let Some(due) = (AnswerTime { minutes }).due(&hours, "Europe/Berlin", from) {
                prop_assert!(due.since_ms(from) >= minutes * MINUTE_MS);
            } else {
                prop_assert!(a == b || i64::from(a.abs_diff(b)) * 300 < minutes);
            }
        }
    }
}
