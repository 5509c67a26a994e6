//! The calendar: a day by table, room and person, or a week by day.

use crate::domain::error::Result;
use crate::domain::id::token;
use crate::domain::reception::booking::{Booking, BookingStatus};
use crate::domain::reception::slots::{Bookable, moment_or_next, wall};
use crate::domain::reception::waitlist::{WaitState, Waiting};
use crate::domain::reception::words::time_words;
use crate::store::reception::{booking, resource, waitlist};
use crate::store::tx::Read;
use crate::web::format::count;
use crate::web::pages::answer::Answer;
use crate::web::pages::session::{Here, View};
use crate::web::view::reception::booking::{BookingForm, BookingsPage, DayCard, Lane, Slot, WaitRow};
use crate::web::view::{Errors, Pick, Pill};
use axum::extract::Query;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

/// What the calendar is asked for.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Ask {
    /// The day; today when absent or unreadable.
    pub date: String,
    /// "week" for seven days.
    pub view: String,
}

/// A booking's state as a pill.
pub fn pill(s: BookingStatus) -> Pill {
    let tone = match s {
        BookingStatus::Requested => "warn",
        BookingStatus::Held => "wait",
        BookingStatus::Confirmed => "ok",
        BookingStatus::Seated => "info",
        BookingStatus::Done => "",
        BookingStatus::Cancelled | BookingStatus::NoShow => "bad",
    };
    Pill::new(tone, s.title())
}

/// `GET /app/bookings`.
pub async fn page(here: Here, Query(ask): Query<Ask>) -> Answer {
    let page = here.view("bookings", move |tx, v| shown(tx, v, &ask, None, Errors::default()));
    here.page(&page.await?)
}

/// The calendar with the form of a new booking as it was typed.
pub fn shown(tx: &Read<'_>, v: View, ask: &Ask, typed: Option<BookingForm>, errors: Errors) -> Result<BookingsPage> {
    let desk = resource::find_bookable(tx)?;
    let (today, now) = wall(v.now, &desk.zone);
    let day: Date = ask.date.parse().unwrap_or(today);
    let week = ask.view == "week";
    let first = if week { day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days()) } else { day };
    let days = if week { 7 } else { 1 };
    let last = first.saturating_add((days - 1).days());
    let at = |d: Date| moment_or_next(d, 0, &desk.zone);
    let mut all = booking::list_between(tx, at(first), at(last.saturating_add(1.days())), 2_000)?;
    all.retain(|b| b.status != BookingStatus::Cancelled);
    let people: i64 = all.iter().filter(|b| b.status.keeps_place()).map(|b| b.party).sum();
    let asks = booking::list_undecided(tx, 100)?.len();
    let mut sub = format!("{}, {people} people.", count(i64::try_from(all.len()).unwrap_or(0), "booking", "bookings"));
    if asks > 0 {
        sub.push_str(&format!(" {asks} to confirm."));
    }
    let url = |d: Date, w: bool| format!("/app/bookings?date={d}{}", if w { "&view=week" } else { "" });
    let waiting =
        waitlist::list_waiting(tx, at(first).max(v.now.plus_ms(-crate::domain::time::HOUR_MS)), at(last.saturating_add(1.days())))?;
    let minute = if day == today { (now / 15 + 1) * 15 } else { 19 * 60 };
    Ok(BookingsPage {
        title: title(first, last),
        sub,
        date: day.to_string(),
        week,
        before_url: url(day.saturating_sub(days.days()), week),
        after_url: url(day.saturating_add(days.days()), week),
        today_url: url(today, week),
        day_url: url(day, false),
        week_url: url(day, true),
        closed: if week { String::new() } else { closed_words(&desk, day) },
        hours: if week { vec![] } else { scale(&desk, day).2 },
        lanes: if week { vec![] } else { lanes(&desk, day, &all) },
        days: if week { (0..7).map(|n| day_card(&desk, first.saturating_add(n.days()), today, &all)).collect() } else { vec![] },
        waiting: waiting.iter().map(|w| wait_row(w, &desk)).collect(),
        form: (!desk.kinds().is_empty()).then(|| typed.unwrap_or_else(|| blank(&desk, day, minute))),
        errors,
        chrome: v.chrome,
    })
}

fn title(first: Date, last: Date) -> String {
    if first == last {
        return first.strftime("%A %-d %B %Y").to_string();
    }
    format!("{} to {}", first.strftime("%-d %B"), last.strftime("%-d %B %Y"))
}

fn closed_words(desk: &Bookable, day: Date) -> String {
    if desk.kinds().is_empty() {
        return String::new();
    }
    match desk.closure(day) {
        Some("") => "Closed on this day.".into(),
        Some(reason) => format!("Closed on this day: {reason}."),
        None if desk.resources.iter().all(|r| desk.open(r, day).is_empty()) => "Closed on this weekday.".into(),
        None => String::new(),
    }
}

/// First and last minute shown of a day, and its hours along 0 to 1000.
fn scale(desk: &Bookable, day: Date) -> (i64, i64, Vec<(i64, String)>) {
    let spans = desk.resources.iter().flat_map(|r| desk.open(r, day));
    let (from, to) = spans.fold((1440, 0), |(f, t), s| (f.min(i64::from(s.from)), t.max(i64::from(s.to))));
    let (from, to) = if from < to { (from / 60 * 60, (to + 59) / 60 * 60) } else { (8 * 60, 22 * 60) };
    let step = if to - from > 12 * 60 { 240 } else { 120 };
    let marks =
        (from..to).step_by(usize::try_from(step).unwrap_or(120)).map(|m| ((m - from) * 1000 / (to - from), time_words(m))).collect();
    (from, to, marks)
}

fn slot(desk: &Bookable, day: Date, b: &Booking) -> Slot {
    let (from, to, _) = scale(desk, day);
    let minute = |at| {
        let (d, m) = wall(at, &desk.zone);
        if d < day {
            0
        } else if d > day {
            1440
        } else {
            m
        }
    };
    let (a, z) = (minute(b.starts_at).clamp(from, to), minute(b.ends_at).clamp(from, to));
    let x = (a - from) * 1000 / (to - from);
    let time = if b.kind.by_night() {
        format!("{} to {}", wall(b.starts_at, &desk.zone).0.strftime("%-d %b"), wall(b.ends_at, &desk.zone).0.strftime("%-d %b"))
    } else {
        format!("{}–{}", time_words(wall(b.starts_at, &desk.zone).1), time_words(wall(b.ends_at, &desk.zone).1))
    };
    let name = if b.name.is_empty() { "Guest" } else { &b.name };
    Slot {
        url: format!("/app/bookings/{}", b.id),
        time,
        who: format!("{name}, {}", b.party),
        place: b.place_words(),
        x,
        w: ((z - from) * 1000 / (to - from) - x).max(8),
        pill: pill(b.status),
        open: matches!(b.status, BookingStatus::Requested | BookingStatus::Held),
    }
}

fn lanes(desk: &Bookable, day: Date, all: &[Booking]) -> Vec<Lane> {
    let of = |id| all.iter().filter(move |b| b.places.iter().any(|p| p.resource_id == id));
    let shown = desk.resources.iter().filter(|r| r.active || of(r.id).next().is_some());
    let lane = shown.map(|r| {
        let seats = if r.seats_min == r.seats_max { r.seats_max.to_string() } else { format!("{} to {}", r.seats_min, r.seats_max) };
        let alike = if r.units > 1 { format!(", {} alike", r.units) } else { String::new() };
        let people = if r.seats_max == 1 { "person" } else { "people" };
        Lane { name: r.name.clone(), about: format!("{seats} {people}{alike}"), bookings: of(r.id).map(|b| slot(desk, day, b)).collect() }
    });
    lane.collect()
}

fn day_card(desk: &Bookable, day: Date, today: Date, all: &[Booking]) -> DayCard {
    let mine: Vec<&Booking> =
        all.iter().filter(|b| wall(b.starts_at, &desk.zone).0 <= day && day <= wall(b.ends_at.plus_ms(-1), &desk.zone).0).collect();
    let people: i64 = mine.iter().map(|b| b.party).sum();
    let closed = closed_words(desk, day);
    let sub = match (mine.len(), closed.is_empty()) {
        (0, true) => "Nothing booked".to_owned(),
        (0, false) => closed,
        (n, _) => format!("{}, {people} people", count(i64::try_from(n).unwrap_or(0), "booking", "bookings")),
    };
    DayCard {
        name: day.strftime("%A %-d").to_string(),
        url: format!("/app/bookings?date={day}"),
        now: day == today,
        sub,
        bookings: mine.into_iter().map(|b| slot(desk, day, b)).collect(),
    }
}

fn wait_row(w: &Waiting, desk: &Bookable) -> WaitRow {
    let name = if w.name.is_empty() { "Guest" } else { &w.name };
    let asked = w.state == WaitState::Offered;
    WaitRow {
        id: w.id.to_string(),
        who: format!("{name}, {}", w.party),
        when: w.starts_at.in_zone(&desk.zone).strftime("%a %-d %b, %H:%M").to_string(),
        pill: if asked { Pill::new("wait", "Asked") } else { Pill::new("", "Waits") },
    }
}

/// A blank form of a new booking.
pub fn blank(desk: &Bookable, day: Date, minute: i64) -> BookingForm {
    let kinds = desk.kinds();
    BookingForm {
        kinds: kinds.iter().enumerate().map(|(n, k)| Pick { value: k.as_str().into(), label: k.title().into(), on: n == 0 }).collect(),
        resources: picks(desk, ""),
        date: day.to_string(),
        time: time_words(minute),
        party: "2".into(),
        nights: "1".into(),
        rooms: kinds.iter().any(|k| k.by_night()),
        key: token(9),
        ..BookingForm::default()
    }
}

/// Things that can be booked, with "any" first.
pub fn picks(desk: &Bookable, chosen: &str) -> Vec<Pick> {
    let any = Pick { value: String::new(), label: "Whichever fits".into(), on: chosen.is_empty() };
    let one = |r: &crate::domain::reception::resource::Resource| Pick {
        value: r.id.to_string(),
        label: r.name.clone(),
        on: r.id.to_string() == chosen,
    };
    std::iter::once(any).chain(desk.resources.iter().filter(|r| r.active).map(one)).collect()
}
