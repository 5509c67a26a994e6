//! What models ask about bookings and what they are answered: the same words whether a database or a test answers.

use super::booking::Booking;
use super::refusal::Refusal;
use super::resource::ResourceKind;
use super::slots::{Bookable, Fit, Moment, Wish, moment, moment_or_next, wall};
use super::words::time_words;
use crate::domain::error::{Error, Result};
use crate::domain::time::Time;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Arguments of `check_availability` and `join_waitlist`, and the core of `make_booking`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// What sort of thing.
    pub kind: ResourceKind,
    /// The day, "2026-11-27".
    pub date: String,
    /// The time, "19:30"; none for rooms, or to see all times of the day.
    pub time: Option<String>,
    /// People.
    pub party: i64,
    /// Nights, for rooms.
    pub nights: Option<i64>,
}

/// Arguments of `make_booking`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Make {
    /// What sort of thing.
    pub kind: ResourceKind,
    /// The day.
    pub date: String,
    /// The time; none for rooms.
    pub time: Option<String>,
    /// People.
    pub party: i64,
    /// Nights, for rooms.
    pub nights: Option<i64>,
    /// In whose name.
    pub name: String,
    /// Wishes; else empty.
    pub note: String,
}

impl Make {
    /// What is wanted, without name and wishes.
    pub fn ask(&self) -> Ask {
        Ask { kind: self.kind, date: self.date.clone(), time: self.time.clone(), party: self.party, nights: self.nights }
    }
}

/// Arguments of `change_booking`; what is none stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The booking's number.
    pub number: i64,
    /// New day.
    pub date: Option<String>,
    /// New time.
    pub time: Option<String>,
    /// New number of people.
    pub party: Option<i64>,
    /// New number of nights.
    pub nights: Option<i64>,
}

/// Arguments of `cancel_booking`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cancel {
    /// The booking's number.
    pub number: i64,
}

/// "2026-11-27" as a day.
pub fn date(text: &str) -> Result<Date> {
    text.parse().map_err(|_| Error::field("date", "A date is written 2026-11-27."))
}

/// "19:30" as a minute of the day.
pub fn minute(text: &str) -> Result<i64> {
    let wrong = || Error::field("time", "A time is written 19:30.");
    let (h, m) = text.split_once(':').ok_or_else(wrong)?;
    let (h, m): (i64, i64) = (h.parse().map_err(|_| wrong())?, m.parse().map_err(|_| wrong())?);
    if (0..24).contains(&h) && (0..60).contains(&m) { Ok(h * 60 + m) } else { Err(wrong()) }
}

/// The wish of these arguments; none of an hour the clock jumps over, with the next that exists.
pub fn wish(desk: &Bookable, a: &Ask) -> Result<std::result::Result<Wish, (Wish, Time)>> {
    let day = date(&a.date)?;
    let of = |at| Wish { kind: a.kind, at, minutes: None, nights: a.nights.unwrap_or(1), party: a.party };
    if a.kind.by_night() {
        return Ok(Ok(of(moment_or_next(day, desk.policy.check_in, &desk.zone))));
    }
    let time = a.time.as_deref().ok_or_else(|| Error::field("time", "The time is missing."))?;
    Ok(match moment(day, minute(time)?, &desk.zone) {
        Moment::At(at) => Ok(of(at)),
        Moment::Skipped(next) => Err((of(next), next)),
    })
}

fn at_json(at: Time, desk: &Bookable) -> Value {
    let (day, minute) = wall(at, &desk.zone);
    json!({ "date": day.to_string(), "time": time_words(minute) })
}

/// A no, with what is possible instead.
pub fn refused(desk: &Bookable, asked: &Ask, why: &Refusal, nearest: &[Fit]) -> Value {
    let mut out = json!({
        "free": false,
        "kind": asked.kind, "date": asked.date, "time": asked.time, "party": asked.party, "nights": asked.nights,
        "why": why.code(),
        "error": why.sentence(),
        "nearest": nearest.iter().map(|f| at_json(f.starts_at, desk)).collect::<Vec<_>>(),
    });
    match why {
        Refusal::TooMany { most } => out["most"] = json!(most),
        Refusal::Closed { reason } => out["reason"] = json!(reason),
        Refusal::Outside { open } => {
            let spans: Vec<String> =
                open.iter().map(|(f, t)| format!("{}–{}", time_words(i64::from(*f)), time_words(i64::from(*t)))).collect();
            out["hours"] = json!(spans.join(", "));
        }
        _ => {}
    }
    out
}

/// The no for an hour the clock jumps over.
pub fn skipped(desk: &Bookable, asked: &Ask, next: Time) -> Value {
    let mut out = refused(desk, asked, &Refusal::Skipped, &[]);
    out["nearest"] = json!([at_json(next, desk)]);
    out
}

/// A yes to a question.
pub fn free(desk: &Bookable, asked: &Ask, fit: &Fit) -> Value {
    let at = at_json(fit.starts_at, desk);
    let (until, _) = wall(fit.ends_at, &desk.zone);
    json!({ "free": true, "kind": asked.kind, "date": at["date"], "time": at["time"], "until": until.to_string(), "party": asked.party, "nights": asked.nights })
}

/// Times of a day that are free.
pub fn free_times(desk: &Bookable, asked: &Ask, fits: &[Fit]) -> Value {
    let times: Vec<String> = fits.iter().map(|f| time_words(wall(f.starts_at, &desk.zone).1)).collect();
    json!({ "free": !times.is_empty(), "kind": asked.kind, "date": asked.date, "party": asked.party, "times": times })
}

/// A booking as models see it.
pub fn booking(desk: &Bookable, b: &Booking) -> Value {
    let ((day, minute), (until, _)) = (wall(b.starts_at, &desk.zone), wall(b.ends_at, &desk.zone));
    json!({
        "number": b.number,
        "kind": b.kind,
        "date": day.to_string(),
        "time": time_words(minute),
        "until": until.to_string(),
        "party": b.party,
        "name": b.name,
        "status": b.status,
    })
}
