//! Bookings as programs see them.

use crate::domain::house::business::Profile;
use crate::domain::id::Id;
use crate::domain::money::Money;
use crate::domain::reception::booking::{Booking, BookingStatus};
use crate::domain::reception::resource::ResourceKind;
use crate::domain::reception::slots::Fit;
use crate::domain::reception::waitlist::Waiting;
use crate::domain::time::Time;
use crate::store::reception::booking::BookingChange;
use serde::Serialize;
use utoipa::ToSchema;

/// "2026-11-27T20:00" on the clock of a zone.
pub fn local(at: Time, zone: &str) -> String {
    at.in_zone(zone).strftime("%Y-%m-%dT%H:%M").to_string()
}

/// One thing a booking has.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceOut {
    /// The resource.
    pub resource_id: Id,
    /// Its name when it was booked.
    pub name: String,
    /// Which of several alike, from 0.
    pub unit: i64,
}

/// A booking.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookingOut {
    /// Its id.
    pub id: Id,
    /// The number people say.
    pub number: i64,
    /// Whose it is.
    pub contact_id: Id,
    /// Where news about it is sent.
    pub conversation_id: Option<Id>,
    /// Where it stands.
    pub status: BookingStatus,
    /// States a person may set next.
    #[schema(value_type = Vec<BookingStatus>)]
    pub next: &'static [BookingStatus],
    /// What sort of thing is booked.
    pub kind: ResourceKind,
    /// What it has; several when tables are put together.
    pub places: Vec<PlaceOut>,
    /// Begins.
    pub starts_at: Time,
    /// Ends.
    pub ends_at: Time,
    /// The start on the business's clock.
    pub local_start: String,
    /// How many people.
    pub party: i64,
    /// In whose name.
    pub name: String,
    /// Wishes.
    pub note: String,
    /// Deposit asked for.
    pub deposit: Money,
    /// When a held one is given up.
    pub hold_until: Option<Time>,
    /// Why it was cancelled.
    pub reason: String,
    /// When it was made.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

impl BookingOut {
    /// A booking of a business.
    pub fn of(b: Booking, p: &Profile) -> Self {
        Self {
            id: b.id,
            number: b.number,
            contact_id: b.contact_id,
            conversation_id: b.conversation_id,
            status: b.status,
            next: b.status.next(),
            kind: b.kind,
            places: b.places.into_iter().map(|p| PlaceOut { resource_id: p.resource_id, name: p.name, unit: p.unit }).collect(),
            starts_at: b.starts_at,
            ends_at: b.ends_at,
            local_start: local(b.starts_at, &p.time_zone),
            party: b.party,
            name: b.name,
            note: b.note,
            deposit: Money::new(b.deposit_minor, p.currency),
            hold_until: b.hold_until,
            reason: b.reason,
            created_at: b.created_at,
            updated_at: b.updated_at,
        }
    }
}

/// A line of a booking's history.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookingChangeOut {
    /// When.
    pub at: Time,
    /// "confirmed", "changed", "reminded".
    pub what: String,
    /// Who.
    pub actor: String,
    /// Why, or from when to when.
    pub note: String,
}

impl From<BookingChange> for BookingChangeOut {
    fn from(c: BookingChange) -> Self {
        Self { at: c.at, what: c.what, actor: c.actor, note: c.note }
    }
}

/// A booking with its history.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookingDetail {
    /// The booking.
    #[serde(flatten)]
    pub booking: BookingOut,
    /// Its calendar file, for the customer.
    pub calendar_url: Option<String>,
    /// What became of it, oldest first.
    pub history: Vec<BookingChangeOut>,
}

/// Somebody who waits for a place.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingOut {
    /// Its id.
    pub id: Id,
    /// Who.
    pub contact_id: Id,
    /// What sort of thing.
    pub kind: ResourceKind,
    /// Wanted from then.
    pub starts_at: Time,
    /// How many people.
    pub party: i64,
    /// waiting, offered, taken or gone.
    pub state: &'static str,
    /// Since when.
    pub created_at: Time,
}

impl From<Waiting> for WaitingOut {
    fn from(w: Waiting) -> Self {
        Self {
            id: w.id,
            contact_id: w.contact_id,
            kind: w.kind,
            starts_at: w.starts_at,
            party: w.party,
            state: w.state.as_str(),
            created_at: w.created_at,
        }
    }
}

/// What a wish became: a booking, or a place on the waitlist.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Made {
    /// A booking.
    Booked(Box<BookingDetail>),
    /// A place on the waitlist.
    Waits {
        /// The place on the waitlist.
        waiting: WaitingOut,
    },
}

/// A start that is free.
#[derive(Debug, Serialize, ToSchema)]
pub struct SlotOut {
    /// Begins.
    pub starts_at: Time,
    /// Ends.
    pub ends_at: Time,
    /// The start on the business's clock.
    pub local_start: String,
    /// What would be given.
    pub places: Vec<String>,
}

impl SlotOut {
    /// A fit on the clock of a zone.
    pub fn of(f: Fit, zone: &str) -> Self {
        let places = f.places.into_iter().map(|p| p.name).collect();
        Self { local_start: local(f.starts_at, zone), starts_at: f.starts_at, ends_at: f.ends_at, places }
    }
}

/// What is free on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct Free {
    /// The day.
    pub date: String,
    /// What sort of thing.
    pub kind: ResourceKind,
    /// For how many people.
    pub party: i64,
    /// Free starts, in order.
    pub slots: Vec<SlotOut>,
    /// Why there are none.
    pub reason: Option<String>,
    /// The nearest free starts when there are none.
    pub nearest: Vec<SlotOut>,
}
