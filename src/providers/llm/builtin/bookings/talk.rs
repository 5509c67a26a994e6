//! What is known so far of a booking that is being talked about.

use crate::domain::reception::resource::ResourceKind;
use crate::domain::reception::when::{Asked, Part};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What we asked last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A table, a room?
    Kind,
    /// Which day?
    Date,
    /// What time?
    Time,
    /// Morning or evening?
    Half,
    /// How many people?
    Party,
    /// How many nights?
    Nights,
    /// In which name?
    Name,
    /// It is free: shall it be booked?
    Sure,
    /// Which of the times we offered, or the waitlist?
    Near,
    /// Really cancel?
    Cancel,
    /// Which booking is meant?
    Which,
    /// What to change?
    Change,
    /// Is the number a time or a number of people?
    Number,
}

impl What {
    /// What a bare answer is then.
    pub const fn asked(self) -> &'static [Asked] {
        match self {
            Self::Date => &[Asked::Day],
            Self::Time | Self::Half => &[Asked::Hour],
            Self::Party => &[Asked::Party],
            Self::Nights => &[Asked::Nights],
            Self::Name => &[Asked::FirstName, Asked::LastName],
            Self::Kind | Self::Sure | Self::Near | Self::Cancel | Self::Which | Self::Change | Self::Number => &[],
        }
    }
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// A new booking.
    #[default]
    Book,
    /// Another time or number of people for one there is.
    Change,
    /// Giving one up.
    Cancel,
}

/// The talk about a booking.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BookTalk {
    /// What is being done.
    pub deed: Deed,
    /// What sort of thing.
    pub kind: Option<ResourceKind>,
    /// The day.
    pub date: Option<Date>,
    /// The minute of that day.
    pub minute: Option<i64>,
    /// A time that may be in the morning or in the evening, and the words for it.
    pub half: Option<(i64, String)>,
    /// The part of the day, said without a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
    /// People.
    pub party: Option<i64>,
    /// Nights.
    pub nights: Option<i64>,
    /// In whose name.
    pub name: String,
    /// Who or which room was asked for by name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub wanted: String,
    /// The booking that is changed or cancelled.
    pub number: Option<i64>,
    /// A number that is a time or a number of people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bare: Option<i64>,
    /// Times we offered: day and minute.
    pub offered: Vec<(Date, i64)>,
    /// The time asked for is full, so the waitlist is open.
    pub full: bool,
    /// Whether it is free was asked, and nothing was booked yet: a yes comes first.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub asks: bool,
    /// What we asked last.
    pub asked: Option<What>,
    /// What was told last, for "no, 7".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told: Option<What>,
}
