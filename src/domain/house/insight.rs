//! Figures of a stretch of days: what is counted, and how a table of them leaves the house.

use crate::domain::error::{Error, Result};
use crate::domain::time::{DAY_MS, HOUR_MS, Time};
use jiff::Span;
use jiff::civil::Date;

/// Most days one question may cover.
pub const DAYS_MAX: i32 = 366;
/// Days when nobody says.
const DAYS: i32 = 30;

/// A stretch of whole days on the business's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// The days with the moment each begins, oldest first; never empty.
    pub days: Vec<(Date, Time)>,
    /// The moment the last day ends.
    pub to: Time,
}

impl Range {
    /// From a first and a last day ("2026-11-01"), both counted; the last thirty days when neither is given. `now` and `zone` are the
    /// business's.
    pub fn read(from: &str, to: &str, now: Time, zone: &str) -> Result<Self> {
        let today = now.in_zone(zone).date();
        let day = |field: &str, text: &str| -> Result<Option<Date>> {
            let text = text.trim();
            if text.is_empty() {
                return Ok(None);
            }
            // A whole moment is taken as the day it falls on there.
            if let Some(at) = Time::parse(text) {
                return Ok(Some(at.in_zone(zone).date()));
            }
            text.parse().map(Some).map_err(|_| Error::field(field, "A day is written like 2026-11-21."))
        };
        let last = day("to", to)?.unwrap_or(today);
        let back = |d: Date, n: i32| d.checked_sub(Span::new().days(n)).map_err(|_| Error::field("from", "That day is too long ago."));
        let first = match day("from", from)? {
            Some(first) => first,
            None => back(last, DAYS - 1)?,
        };
        Self::of(first, last, zone)
    }
    /// The last `n` days up to and with today.
    pub fn last(n: i32, now: Time, zone: &str) -> Result<Self> {
        let today = now.in_zone(zone).date();
        let first = today.checked_sub(Span::new().days(n.clamp(1, DAYS_MAX) - 1)).unwrap_or(today);
        Self::of(first, today, zone)
    }
    fn of(first: Date, last: Date, zone: &str) -> Result<Self> {
        if first > last {
            return Err(Error::field("from", "The first day comes after the last."));
        }
        let tz = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let start = |d: Date| d.to_zoned(tz.clone()).map(|z| Time::from_millis(z.timestamp().as_millisecond()));
        let bad = || Error::field("from", "Such days are not in the calendar.");
        let mut days = Vec::new();
        let mut at = first;
        while at <= last {
            if days.len() >= usize::try_from(DAYS_MAX).unwrap_or(366) {
                return Err(Error::field("from", format!("At most {DAYS_MAX} days can be asked for at once.")));
            }
            days.push((at, start(at).map_err(|_| bad())?));
            at = at.tomorrow().map_err(|_| bad())?;
        }
        Ok(Self { days, to: start(at).map_err(|_| bad())? })
    }
    /// The moment the first day begins.
    pub fn from(&self) -> Time {
        self.days.first().map_or(self.to, |(_, at)| *at)
    }
    /// The place of the day in which a moment falls.
    pub fn day_of(&self, at: Time) -> Option<usize> {
        if at >= self.to {
            return None;
        }
        self.days.partition_point(|(_, start)| *start <= at).checked_sub(1)
    }
}

/// Orders that wait for money, by how long they have waited.
pub const AGES: [(&str, i64); 4] =
    [("less than an hour", HOUR_MS), ("an hour to a day", DAY_MS), ("one to three days", 3 * DAY_MS), ("longer", i64::MAX)];

/// The place in [`AGES`] of an age in milliseconds.
pub fn age_of(ms: i64) -> usize {
    AGES.iter().position(|(_, most)| ms < *most).unwrap_or(AGES.len() - 1)
}

/// A part of a whole in hundredths of a per cent; none of nothing.
pub fn share(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| i64::try_from(i128::from(part) * 10_000 / i128::from(whole)).unwrap_or(0))
}

/// The middle of some values; none of nothing.
pub fn middle(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}

/// A table as CSV (RFC 4180). A cell that a spreadsheet would calculate gets an apostrophe before it.
pub fn csv(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut out = String::new();
    let mut line = |cells: &mut dyn Iterator<Item = &str>| {
        let all: Vec<String> = cells.map(cell).collect();
        out.push_str(&all.join(","));
        out.push_str("\r\n");
    };
    line(&mut head.iter().copied());
    rows.iter().for_each(|r| line(&mut r.iter().map(String::as_str)));
    out
}

fn cell(text: &str) -> String {
    let number = text.parse::<f64>().is_ok();
    let risky = text.trim_start().starts_with(['=', '+', '-', '@']) || text.starts_with(['\t', '\r', '\n']);
    let safe = if risky && !number { format!("'{text}") } else { text.to_owned() };
    if safe.contains([',', '"', '\n', '\r']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn noon() -> Time {
        Time::parse("2026-11-21T11:00:00Z").unwrap()
    }

    #[test]
    fn days_begin_on_the_businesss_clock() {
        let r = Range::read("2026-11-20", "2026-11-21", noon(), "Africa/Lagos").unwrap();
        assert_eq!(r.from(), Time::parse("2026-11-19T23:00:00Z").unwrap());
        assert_eq!(r.to, Time::parse("2026-11-21T23:00:00Z").unwrap());
        assert_eq!((r.day_of(r.from()), r.day_of(noon()), r.day_of(r.to), r.day_of(r.from().plus_ms(-1))), (Some(0), Some(1), None, None));
        assert_eq!(Range::read("", "", noon(), "Africa/Lagos").unwrap().days.len(), 30);
        // The clocks go back: that day has 25 hours.
        let long = Range::read("2026-10-25", "2026-10-25", noon(), "Europe/Berlin").unwrap();
        assert_eq!(long.to.since_ms(long.from()), 25 * HOUR_MS);
    }

    #[test]
    fn what_makes_no_sense_is_said() {
        for (from, to) in [("yesterday", ""), ("2026-11-22", "2026-11-21"), ("2020-01-01", ""), ("", "2026-13-01")] {
            assert!(!Range::read(from, to, noon(), "Africa/Lagos").unwrap_err().fields.is_empty(), "{from} {to}");
        }
    }

    #[test]
    fn spreadsheets_calculate_nothing() {
        let rows = vec![vec!["=1+1".into(), "-5".into(), "a,\"b\"".into()], vec![" @x".into(), "\t=2".into(), "+234 803".into()]];
        assert_eq!(csv(&["What", "n", "m"], &rows), "What,n,m\r\n'=1+1,-5,\"a,\"\"b\"\"\"\r\n' @x,'\t=2,'+234 803\r\n");
    }

    proptest! {
        #[test]
        fn a_table_reads_back(cells in proptest::collection::vec("[ -~\r\n]{0,12}", 1..6)) {
            // A row of nothing at all is an empty line, which readers skip.
            prop_assume!(cells.iter().any(|c| !c.is_empty()));
            let text = csv(&[], std::slice::from_ref(&cells));
            let mut r = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let read: Vec<String> = r.records().last().unwrap().unwrap().iter().map(str::to_owned).collect();
            for (got, want) in read.iter().zip(&cells) {
                let quoted = format!("'{want}");
                prop_assert!(got == want || *got == quoted);
                prop_assert!(got.parse::<f64>().is_ok() || !got.starts_with(['=', '+', '-', '@']));
            }
        }
    }
}
