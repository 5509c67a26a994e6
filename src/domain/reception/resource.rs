//! What can be booked: a table, a room, a viewing, a person's time.

use crate::domain::error::{Error, Result};
use crate::domain::house::hours::Hours;
use crate::domain::id::Id;
use serde::{Deserialize, Serialize};

/// Bookings are kept in pieces of this many minutes; starts, lengths and pauses are whole pieces.
pub const PIECE_MIN: i64 = 15;

/// What sort of thing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceKind {
    /// A table, for some hours.
    Table,
    /// A room, by the night.
    Room,
    /// A visit to a property.
    Viewing,
    /// Somebody's time: a stylist, a doctor, an adviser.
    Person,
}

impl ResourceKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Table, Self::Room, Self::Viewing, Self::Person];
    /// The word in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Room => "room",
            Self::Viewing => "viewing",
            Self::Person => "person",
        }
    }
    /// From the word in the database or the API.
    pub fn from_word(s: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|k| k.as_str() == s)
            .ok_or_else(|| Error::field("kind", "A kind is one of table, room, viewing, person."))
    }
    /// Its name for the owner.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Table => "Table",
            Self::Room => "Room",
            Self::Viewing => "Viewing",
            Self::Person => "Appointment",
        }
    }
    /// Booked by the night, not by the hour.
    pub const fn by_night(self) -> bool {
        matches!(self, Self::Room)
    }
}

/// Something that can be booked. Several alike are one resource with `units`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// Its id.
    pub id: Id,
    /// "Table 4", "Double room".
    pub name: String,
    /// What sort of thing.
    pub kind: ResourceKind,
    /// Fewest people it is given to.
    pub seats_min: i64,
    /// Most people it holds.
    pub seats_max: i64,
    /// How many of it there are.
    pub units: i64,
    /// Where it stands; things of one area may be put together.
    pub area: String,
    /// May be put together with others of its area.
    pub combines: bool,
    /// How long a booking takes, in minutes; not used by the night.
    pub minutes: i64,
    /// Free minutes after a booking.
    pub pause_min: i64,
    /// Its own hours; those of the business when none.
    pub hours: Option<Hours>,
    /// Can be booked now.
    pub active: bool,
}

impl Resource {
    /// An error that names the field unless this can be kept.
    pub fn check(&self) -> Result<()> {
        let wrong = |field: &str, says: &str| Err(Error::field(field, says));
        if self.name.trim().is_empty() || self.name.chars().count() > 80 {
            return wrong("name", "A name has 1 to 80 characters.");
        }
        if self.area.chars().count() > 80 {
            return wrong("area", "An area has at most 80 characters.");
        }
        if !(1..=500).contains(&self.seats_max) || self.seats_min < 1 || self.seats_min > self.seats_max {
            return wrong("seats_max", "Places are 1 to 500, the fewest not above the most.");
        }
        if !(1..=200).contains(&self.units) {
            return wrong("units", "There are 1 to 200 of a kind.");
        }
        if self.minutes % PIECE_MIN != 0 || !(PIECE_MIN..=24 * 60).contains(&self.minutes) {
            return wrong("minutes", "A booking takes 15 minutes to 24 hours, in steps of 15 minutes.");
        }
        if self.pause_min % PIECE_MIN != 0 || !(0..=12 * 60).contains(&self.pause_min) {
            return wrong("pause_min", "The pause is 0 to 12 hours, in steps of 15 minutes.");
        }
        Ok(())
    }
}
