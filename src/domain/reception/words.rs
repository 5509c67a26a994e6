//! Dates, times and things that can be booked in a customer's language.

use super::booking::Booking;
use super::resource::ResourceKind;
use super::slots::wall;
use crate::domain::house::hours::clock;
use crate::domain::lang::Lang;
use crate::domain::phrase::say;
use crate::domain::time::Time;
use jiff::civil::Date;

/// "Friday 27 November".
pub fn day_words(lang: Lang, day: Date) -> String {
    let weekday = say(lang, &format!("day_{}", day.weekday().to_monday_zero_offset()), &[]);
    format!("{weekday} {} {}", day.day(), say(lang, &format!("month_{}", day.month()), &[]))
}

/// "19:30".
pub fn time_words(minute: i64) -> String {
    clock(u16::try_from(minute.clamp(0, 1439)).unwrap_or(0))
}

/// "Friday 27 November, 19:30" on the clocks of `zone`.
pub fn when_words(lang: Lang, at: Time, zone: &str) -> String {
    let (day, minute) = wall(at, zone);
    format!("{}, {}", day_words(lang, day), time_words(minute))
}

/// "table", "room".
pub fn kind_words(lang: Lang, kind: ResourceKind) -> String {
    say(lang, &format!("kind_{}", kind.as_str()), &[])
}

/// When a booking is: day and time, or for rooms the days of arrival and leaving.
pub fn span_words(lang: Lang, b: &Booking, zone: &str) -> String {
    if !b.kind.by_night() {
        return when_words(lang, b.starts_at, zone);
    }
    format!("{} – {}", day_words(lang, wall(b.starts_at, zone).0), day_words(lang, wall(b.ends_at, zone).0))
}
