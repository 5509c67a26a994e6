//! Why a wish cannot be booked, in words for owners and models. Customers read the phrase files.

use crate::domain::error::{Error, Kind};
use crate::domain::house::hours::clock;

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing of this kind can be booked here.
    Nothing,
    /// No party is that small.
    Nobody,
    /// More people than can sit together.
    TooMany {
        /// The most.
        most: i64,
    },
    /// It is over.
    Past,
    /// Too late to book it.
    TooSoon {
        /// Minutes of notice.
        notice_min: i64,
    },
    /// Too early to book it.
    TooFar {
        /// Days ahead at most.
        days: i64,
    },
    /// The clock jumps over this hour on that day.
    Skipped,
    /// Closed that day.
    Closed {
        /// Why, when the owner said.
        reason: String,
    },
    /// Outside the hours of that day.
    Outside {
        /// Open from and to, minutes of the day.
        open: Vec<(u16, u16)>,
    },
    /// Between two starts.
    OffGrid {
        /// Starts are so many minutes apart.
        every_min: i64,
    },
    /// A stay of so many nights is not possible.
    Nights,
    /// All taken.
    Full,
}

impl Refusal {
    /// The word models and programs read.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Nobody => "nobody",
            Self::TooMany { .. } => "too_many",
            Self::Past => "past",
            Self::TooSoon { .. } => "too_soon",
            Self::TooFar { .. } => "too_far",
            Self::Skipped => "skipped",
            Self::Closed { .. } => "closed",
            Self::Outside { .. } => "outside",
            Self::OffGrid { .. } => "off_grid",
            Self::Nights => "nights",
            Self::Full => "full",
        }
    }
    /// One sentence in English.
    pub fn sentence(&self) -> String {
        match self {
            Self::Nothing => "Nothing of this kind can be booked here.".into(),
            Self::Nobody => "A booking is for at least one person.".into(),
            Self::TooMany { most } => format!("At most {most} people can be booked together."),
            Self::Past => "That time has passed.".into(),
            Self::TooSoon { notice_min } => format!("Bookings are made at least {notice_min} minutes before."),
            Self::TooFar { days } => format!("Bookings are made at most {days} days before."),
            Self::Skipped => "That time does not exist on that day: the clocks go forward over it.".into(),
            Self::Closed { reason } if reason.is_empty() => "We are closed on that day.".into(),
            Self::Closed { reason } => format!("We are closed on that day: {reason}."),
            Self::Outside { open } => {
                let spans: Vec<String> = open.iter().map(|(f, t)| format!("{} to {}", clock(*f), clock(*t))).collect();
                format!("It does not fit into the hours of that day, {}.", spans.join(" and "))
            }
            Self::OffGrid { every_min } => format!("Bookings start every {every_min} minutes."),
            Self::Nights => "A stay is 1 to 60 nights.".into(),
            Self::Full => "That time is fully booked.".into(),
        }
    }
    /// As an error of a field, with what is possible instead.
    pub fn error(&self, nearest: &[String]) -> Error {
        let near = if nearest.is_empty() { String::new() } else { format!(" Nearest: {}.", nearest.join(", ")) };
        let field = match self {
            Self::TooMany { .. } | Self::Nobody => "party",
            Self::Nothing => "kind",
            Self::Nights => "nights",
            _ => "starts_at",
        };
        let mut e = Error::field(field, format!("{}{near}", self.sentence()));
        if *self == Self::Full {
            e.kind = Kind::Conflict;
        }
        e
    }
}
