//! Days, times, people and names in what customers write: English, French, Spanish, Portuguese, Pidgin, Swahili and Arabic.
//!
//! Reading and meaning are two steps. Reading finds the words, with their place in the text; meaning makes a day of
//! them, given today, or a time, given when the doors are open. What can mean two things stays two things.

pub mod day;
mod east;
pub mod hour;
pub mod name;
pub mod party;
pub mod stay;
pub mod text;

use day::Day;
use hour::Hour;
use name::Name;
use text::Folded;

/// What we have just asked for: it decides what a bare "13" is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// Which day.
    Day,
    /// What time.
    Hour,
    /// How many people.
    Party,
    /// How many nights.
    Nights,
    /// The first name.
    FirstName,
    /// The last name.
    LastName,
}

/// Something that was found, with its place in the text in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<T> {
    /// First byte.
    pub from: usize,
    /// One past the last byte.
    pub to: usize,
    /// What it says.
    pub value: T,
}

/// A part of the day, said beside or instead of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Before noon.
    Morning,
    /// Noon to evening.
    Afternoon,
    /// From late afternoon on.
    Evening,
}

impl Part {
    /// Whether a minute of the day lies in it.
    pub const fn has(self, minute: i64) -> bool {
        match self {
            Self::Morning => minute < 12 * 60,
            Self::Afternoon => minute >= 12 * 60 && minute < 17 * 60,
            Self::Evening => minute >= 17 * 60,
        }
    }
}

/// Everything a text says about a booking.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// Days, in order.
    pub days: Vec<Found<Day>>,
    /// Times, in order.
    pub hours: Vec<Found<Hour>>,
    /// People, in order; none where the number is not said ("my friends").
    pub party: Vec<Found<Option<i64>>>,
    /// First and last names, in order.
    pub names: Vec<Found<Name>>,
    /// Nights.
    pub nights: Option<i64>,
    /// A part of the day.
    pub part: Option<Part>,
}

/// Reads a text; `asked` is what we have just asked for.
pub fn read(text: &str, asked: &[Asked]) -> Said {
    let t = Folded::new(text);
    let mut taken: Vec<(usize, usize)> = Vec::new();
    let part = hour::part(&t).or_else(|| east::part(&t));
    let nights = party::nights(&t, asked, &mut taken).or_else(|| east::nights(&t, asked, &mut taken));
    let mut said = Said { part, nights, ..Said::default() };
    let days = day::find(&t, asked, &mut taken);
    let mut hours = hour::find(&t, &mut taken);
    if hours.is_empty() {
        hours = hour::moved(&t, &mut taken);
    }
    let names = name::find(&t, text, asked, &mut taken);
    let mut people = party::find(&t, asked, &mut taken);
    if people.is_empty() {
        people = east::people(&t, asked, &mut taken);
    }
    if hours.is_empty() {
        hours = hour::find_bare(&t, asked, people.is_empty(), &mut taken);
        hours.extend(if hours.is_empty() { east::bare_hour(&t, asked, &mut taken) } else { None });
    }
    if people.is_empty() {
        people = party::find_bare(&t, asked, &mut taken);
    }
    let place = |(from, to): (usize, usize)| t.original(from, to);
    said.days = days.into_iter().map(|(s, value)| found(place(s), value)).collect();
    said.hours = hours.into_iter().map(|(s, value)| found(place(s), value)).collect();
    said.party = people.into_iter().map(|(s, value)| found(place(s), value)).collect();
    said.names = names;
    said
}

fn found<T>((from, to): (usize, usize), value: T) -> Found<T> {
    Found { from, to, value }
}

/// A place in the folded text.
type Place = (usize, usize);

/// Takes a place unless part of it is taken.
fn claim(taken: &mut Vec<Place>, at: Place) -> bool {
    let free = taken.iter().all(|(f, t)| at.1 <= *f || *t <= at.0);
    if free {
        taken.push(at);
    }
    free
}

#[cfg(test)]
mod tests;
