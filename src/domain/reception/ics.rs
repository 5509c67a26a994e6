//! Calendar files, RFC 5545: lines of at most 75 octets ending in CRLF, text escaped, times in UTC.

use super::booking::{Booking, BookingStatus};
use crate::domain::time::Time;
use std::fmt::Write;

/// Longest line in octets, without its end (RFC 5545, 3.1).
const LINE_OCTETS: usize = 75;

/// What a calendar file says beside the bookings.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// The business.
    pub name: &'a str,
    /// Where it is.
    pub address: &'a str,
    /// Names customers may be seen; not in a customer's own file.
    pub for_owner: bool,
    /// Now, the stamp of every entry.
    pub now: Time,
}

/// A calendar with these bookings.
pub fn calendar(frame: &Frame<'_>, bookings: &[Booking]) -> String {
    let mut out = String::new();
    for l in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Steward//Bookings//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"] {
        line(&mut out, l);
    }
    line(&mut out, &format!("X-WR-CALNAME:{}", escaped(frame.name)));
    if frame.for_owner {
        // How often a subscriber looks again: RFC 7986 and the older name of it.
        line(&mut out, "REFRESH-INTERVAL;VALUE=DURATION:PT15M");
        line(&mut out, "X-PUBLISHED-TTL:PT15M");
    }
    bookings.iter().for_each(|b| entry(&mut out, frame, b));
    line(&mut out, "END:VCALENDAR");
    out
}

fn entry(out: &mut String, f: &Frame<'_>, b: &Booking) {
    let summary = match (f.for_owner, b.name.is_empty()) {
        (true, false) => format!("{}, {} ({})", b.place_words(), b.name, b.party),
        (true, true) => format!("{} ({})", b.place_words(), b.party),
        (false, _) => format!("{}: {} ({})", f.name, b.kind.title(), b.party),
    };
    let status = match b.status {
        BookingStatus::Requested | BookingStatus::Held => "TENTATIVE",
        BookingStatus::Cancelled | BookingStatus::NoShow => "CANCELLED",
        BookingStatus::Confirmed | BookingStatus::Seated | BookingStatus::Done => "CONFIRMED",
    };
    line(out, "BEGIN:VEVENT");
    line(out, &format!("UID:{}@steward", b.id));
    line(out, &format!("DTSTAMP:{}", utc(f.now)));
    line(out, &format!("LAST-MODIFIED:{}", utc(b.updated_at)));
    line(out, &format!("SEQUENCE:{}", b.version - 1));
    line(out, &format!("DTSTART:{}", utc(b.starts_at)));
    line(out, &format!("DTEND:{}", utc(b.ends_at)));
    line(out, &format!("SUMMARY:{}", escaped(&summary)));
    line(out, &format!("STATUS:{status}"));
    let mut about = format!("#{}", b.number);
    if f.for_owner && !b.note.is_empty() {
        let _ = write!(about, "\n{}", b.note);
    }
    line(out, &format!("DESCRIPTION:{}", escaped(&about)));
    if !f.address.is_empty() {
        line(out, &format!("LOCATION:{}", escaped(f.address)));
    }
    line(out, "END:VEVENT");
}

/// "20261127T193000Z".
fn utc(at: Time) -> String {
    at.stamp().strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Text as RFC 5545, 3.3.11 wants it; control characters are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Adds a line, folded so that no piece is longer than allowed and no letter is cut.
fn line(out: &mut String, text: &str) {
    let mut room = LINE_OCTETS;
    for c in text.chars() {
        if c.len_utf8() > room {
            out.push_str("\r\n ");
            // The space counts.
            room = LINE_OCTETS - 1;
        }
        room -= c.len_utf8();
        out.push(c);
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::Id;
    use crate::domain::reception::booking::Place;
    use crate::domain::reception::resource::ResourceKind;
    use icalendar::{Calendar, CalendarComponent, Component, EventLike};
    use proptest::prelude::*;

    fn booking(name: &str, note: &str) -> Booking {
        let at = Time::parse("2026-11-27T19:30:00Z").unwrap();
        Booking {
            id: Id::NIL,
            number: 101,
            contact_id: Id::NIL,
            conversation_id: None,
            status: BookingStatus::Confirmed,
            kind: ResourceKind::Table,
            places: vec![Place { resource_id: Id::NIL, name: "Table 4".into(), unit: 0 }],
            starts_at: at,
            ends_at: at.plus_ms(90 * 60_000),
            party: 4,
            name: name.into(),
            note: note.into(),
            deposit_minor: 0,
            hold_until: None,
            reason: String::new(),
            version: 3,
            token: String::new(),
            created_at: at,
            updated_at: at,
        }
    }

    fn written(name: &str, note: &str) -> String {
        let f = Frame { name: "Mama's; Kitchen, Lagos", address: "14 Bode Thomas Street, Surulere", for_owner: true, now: Time::default() };
        calendar(&f, &[booking(name, note)])
    }

    #[test]
    fn another_reader_reads_the_same() {
        let text = written("Ọlá, \"the; great\"", "by the window\nno nuts");
        let read: Calendar = text.parse().unwrap();
        let event = read.components.iter().find_map(CalendarComponent::as_event).unwrap();
        assert_eq!(event.get_summary(), Some("Table 4, Ọlá, \"the; great\" (4)"));
        assert_eq!(event.get_description(), Some("#101\nby the window\nno nuts"));
        assert_eq!(event.get_location(), Some("14 Bode Thomas Street, Surulere"));
        assert_eq!(event.property_value("DTSTART"), Some("20261127T193000Z"));
        assert_eq!(event.property_value("DTEND"), Some("20261127T210000Z"));
        assert_eq!(event.get_sequence(), Some(2));
    }

    proptest! {
        /// Whatever customers call themselves: lines stay short, nothing breaks out of its line, and it reads back.
        #[test]
        fn any_text_stays_in_its_place(name in "\\PC{1,60}", note in "(\\PC|\n|\r|\t){0,200}") {
            let text = written(&name, &note);
            for l in text.split_terminator("\r\n") {
                prop_assert!(l.len() <= LINE_OCTETS, "{l}");
                prop_assert!(!l.contains('\n') && !l.contains('\r'));
            }
            let unfolded = text.replace("\r\n ", "");
            prop_assert_eq!(unfolded.lines().filter(|l| l.starts_with("BEGIN:VEVENT")).count(), 1);
            prop_assert_eq!(unfolded.lines().filter(|l| l.starts_with("SUMMARY:")).count(), 1);
        }
    }
}
