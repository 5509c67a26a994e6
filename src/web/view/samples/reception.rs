//! A day of bookings.

use super::*;
use crate::web::view::house::settings::DayForm;
use crate::web::view::reception::booking::{BookingForm, BookingPage, BookingsPage, DayCard, Lane, Slot, WaitRow};
use crate::web::view::reception::desk::*;

fn slot(i: usize, open: bool) -> Slot {
    Slot {
        url: format!("/app/bookings/{i}"),
        time: s("19:30–21:00"),
        who: s("Ọlá <i>smashed</i>, 4"),
        place: s("Table 4"),
        x: 400,
        w: 120,
        pill: if open { Pill::new("warn", "To confirm") } else { Pill::new("ok", "Confirmed") },
        open,
    }
}

fn pick(value: &str, label: &str, on: bool) -> Pick {
    Pick { value: s(value), label: s(label), on }
}

fn form() -> BookingForm {
    BookingForm {
        name: s("Ọlá"),
        phone: s("0803 123 4567"),
        kinds: vec![pick("table", "Table", true), pick("room", "Room", false)],
        resources: vec![pick("", "Whichever fits", true), pick("1", "Table 4", false)],
        date: s("2026-11-27"),
        time: s("19:30"),
        party: s("4"),
        nights: s("1"),
        rooms: true,
        note: s("by the window"),
        key: s("k"),
    }
}

fn calendar(week: bool) -> BookingsPage {
    let lane = |name: &str, bookings| Lane { name: s(name), about: s("2 to 4 people"), bookings };
    let day = |n: usize, bookings: Vec<Slot>| DayCard {
        name: format!("Friday {n}"),
        url: s("/app/bookings?date=2026-11-27"),
        now: n == 27,
        sub: s("2 bookings, 8 people"),
        bookings,
    };
    BookingsPage {
        chrome: chrome("bookings", "/app/bookings"),
        title: s("Friday 27 November 2026"),
        sub: s("3 bookings, 12 people. 1 to confirm."),
        date: s("2026-11-27"),
        week,
        before_url: s("/app/bookings?date=2026-11-26"),
        after_url: s("/app/bookings?date=2026-11-28"),
        today_url: s("/app/bookings?date=2026-11-21"),
        day_url: s("/app/bookings?date=2026-11-27"),
        week_url: s("/app/bookings?date=2026-11-27&view=week"),
        closed: if week { s("") } else { s("Closed on this day: Christmas.") },
        hours: vec![(0, s("12:00")), (500, s("17:00"))],
        lanes: vec![lane("Table 1", vec![]), lane("Table 4", vec![slot(1, false), slot(2, true)])],
        days: vec![day(26, vec![]), day(27, vec![slot(1, false)])],
        waiting: vec![WaitRow { id: s("w"), who: s("Ada, 2"), when: s("Fri 27 Nov, 20:00"), pill: Pill::new("", "Waits") }],
        form: Some(form()),
        errors: Errors { fields: vec![], message: if week { s("") } else { s("That time is fully booked.") } },
    }
}

pub(super) fn pages() -> Rendered {
    let mut out: Rendered = Vec::new();
    for (name, week) in [("bookings-day", false), ("bookings-week", true)] {
        out.push((name, calendar(week).render()));
    }
    out.push(("bookings-none", BookingsPage { form: None, lanes: vec![], waiting: vec![], ..calendar(false) }.render()));
    let one = BookingPage {
        chrome: chrome("bookings", "/app/bookings/1"),
        id: s("1"),
        number: s("Booking 101"),
        name: s("Ọlá <b>now</b>"),
        pill: Pill::new("ok", "Confirmed"),
        day_url: s("/app/bookings?date=2026-11-27"),
        contact_url: s("/app/customers/1"),
        chat_url: s("/app/messages/1"),
        ics_url: s("/b/kemis-bakery/booking/0.ics"),
        facts: vec![(s("From"), s("Friday 27 November 2026, 19:30")), (s("People"), s("4"))],
        moves: vec![(s("seated"), s("They are here")), (s("no_show"), s("Nobody came"))],
        open: true,
        form: BookingForm { rooms: false, ..form() },
        errors: Errors::default(),
        rail: rail(),
    };
    out.push(("booking", one.render()));
    let resource = |id: &str, open| ResourceForm {
        id: s(id),
        name: if id == "new" { s("") } else { s("Table 4") },
        about: s("Table, 2 to 4 people"),
        kinds: vec![pick("table", "Table", true)],
        seats_min: s("2"),
        seats_max: s("4"),
        units: s("1"),
        area: s("Inside"),
        combines: true,
        minutes: s("90"),
        pause_min: s("15"),
        own_hours: id != "new",
        days: vec![DayForm { index: 0, name: s("Monday"), open: true, from: s("18:00"), to: s("22:00") }],
        active: true,
        open,
    };
    let desk = DeskPage {
        chrome: chrome("bookings", "/app/bookings/set-up"),
        resources: vec![resource("1", true), resource("new", false)],
        policy: PolicyForm {
            numbers: vec![("every_min", "A start every … minutes", s("15"), "15, 30, 60"), ("notice_min", "Notice", s("30"), "")],
            sign: s("₦"),
            deposit: s("5,000"),
            closures: s("2026-12-24 to 2026-12-26 Christmas"),
            terms: s("We keep the table for 15 minutes."),
        },
        feed_url: s("https://steward.example/api/v1/bookings/feed.ics?token=x.y"),
        errors: Errors { fields: vec![], message: s("A name has 1 to 80 characters.") },
        wrong: s("1"),
    };
    out.push(("bookings-set-up", desk.render()));
    out
}
