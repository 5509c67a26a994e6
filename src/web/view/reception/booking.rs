//! The calendar, and one booking.

use crate::web::view::{Chrome, Errors, Pick, Pill, RailPoint, filters};
use askama::Template;

/// `/app/bookings`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/reception/bookings.html")]
pub struct BookingsPage {
    /// The frame.
    pub chrome: Chrome,
    /// "Friday 27 November 2026" or "23 to 29 November 2026".
    pub title: String,
    /// "12 bookings, 38 people. 1 waits for your yes."
    pub sub: String,
    /// The day shown, "2026-11-27".
    pub date: String,
    /// Seven days at once.
    pub week: bool,
    /// Where the day or week before is.
    pub before_url: String,
    /// Where the day or week after is.
    pub after_url: String,
    /// Where today is.
    pub today_url: String,
    /// This day alone.
    pub day_url: String,
    /// This week.
    pub week_url: String,
    /// "Closed: Christmas"; empty when open.
    pub closed: String,
    /// Hours along the upper edge: place of 0 to 1000 and "12".
    pub hours: Vec<(i64, String)>,
    /// By table, room or person.
    pub lanes: Vec<Lane>,
    /// By day, in the view of a week.
    pub days: Vec<DayCard>,
    /// People who wait for a place.
    pub waiting: Vec<WaitRow>,
    /// The form of a new booking; none when nothing can be booked yet.
    pub form: Option<BookingForm>,
    /// Errors of that form.
    pub errors: Errors,
}

/// A thing that can be booked with its bookings of a day.
#[derive(Debug, Clone, Default)]
pub struct Lane {
    /// "Table 4".
    pub name: String,
    /// "2 to 4 people".
    pub about: String,
    /// Its bookings.
    pub bookings: Vec<Slot>,
}

/// A booking in the calendar.
#[derive(Debug, Clone, Default)]
pub struct Slot {
    /// Where it leads.
    pub url: String,
    /// "19:30–21:00".
    pub time: String,
    /// "Ada Obi, 4".
    pub who: String,
    /// What it has, in the view of a week.
    pub place: String,
    /// Left edge of its bar, 0 to 1000.
    pub x: i64,
    /// Width of its bar.
    pub w: i64,
    /// Its state.
    pub pill: Pill,
    /// It waits for a yes.
    pub open: bool,
}

/// A day of a week.
#[derive(Debug, Clone, Default)]
pub struct DayCard {
    /// "Friday 27".
    pub name: String,
    /// Where the day is.
    pub url: String,
    /// It is today.
    pub now: bool,
    /// "5 bookings, 14 people" or why it is closed.
    pub sub: String,
    /// Its bookings.
    pub bookings: Vec<Slot>,
}

/// Somebody who waits.
#[derive(Debug, Clone, Default)]
pub struct WaitRow {
    /// Its id.
    pub id: String,
    /// "Ada Obi, 4".
    pub who: String,
    /// "Fri 27 Nov, 20:00".
    pub when: String,
    /// "waits" or "asked".
    pub pill: Pill,
}

/// What is typed for a booking.
#[derive(Debug, Clone, Default)]
pub struct BookingForm {
    /// In whose name.
    pub name: String,
    /// Their number.
    pub phone: String,
    /// Kinds.
    pub kinds: Vec<Pick>,
    /// Things that can be booked; the first is "any".
    pub resources: Vec<Pick>,
    /// The day.
    pub date: String,
    /// The time.
    pub time: String,
    /// People.
    pub party: String,
    /// Nights.
    pub nights: String,
    /// There are rooms, so nights are asked for.
    pub rooms: bool,
    /// Wishes.
    pub note: String,
    /// So that pressing twice books once.
    pub key: String,
}

/// `/app/bookings/ID`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/reception/booking.html")]
pub struct BookingPage {
    /// The frame.
    pub chrome: Chrome,
    /// Its id.
    pub id: String,
    /// "Booking 101".
    pub number: String,
    /// For whom.
    pub name: String,
    /// Its state.
    pub pill: Pill,
    /// Back to its day.
    pub day_url: String,
    /// The customer.
    pub contact_url: String,
    /// The thread; empty for none.
    pub chat_url: String,
    /// The calendar file; empty for none.
    pub ics_url: String,
    /// What is known.
    pub facts: Vec<(String, String)>,
    /// States it may get by one press: word of the state and of the button.
    pub moves: Vec<(String, String)>,
    /// It can be moved and cancelled.
    pub open: bool,
    /// The form to move it.
    pub form: BookingForm,
    /// Errors of that form.
    pub errors: Errors,
    /// What happened, newest first.
    pub rail: Vec<RailPoint>,
}
