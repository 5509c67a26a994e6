//! Bookings in memory: the tools of a turn against the same rules, so a model can be measured without a store.

use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::reception::booking::{Booking, BookingStatus};
use crate::domain::reception::refusal::Refusal;
use crate::domain::reception::slots::{Bookable, Fit, Piece, Taken, Wish, wall};
use crate::domain::reception::tool::{self, Ask, Cancel, Change, Make};
use crate::domain::time::Time;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;

/// What can be booked and what is.
#[derive(Debug, Default)]
pub struct Bookings {
    desk: Option<Arc<Bookable>>,
    made: Vec<(Booking, Vec<Piece>)>,
    /// Wishes on the waitlist, as they were asked.
    pub waiting: Vec<Ask>,
    /// Numbers of bookings that were cancelled.
    pub cancelled: Vec<i64>,
}

impl Bookings {
    /// A desk with nothing booked; none when it lends nothing.
    pub fn new(desk: Bookable) -> Self {
        Self { desk: Some(desk).filter(|d| !d.kinds().is_empty()).map(Arc::new), ..Self::default() }
    }
    /// What can be booked.
    pub fn desk(&self) -> Option<Arc<Bookable>> {
        self.desk.clone()
    }
    /// Bookings that are not over, earliest first.
    pub fn mine(&self, now: Time) -> Vec<Booking> {
        let mut open: Vec<Booking> = self.made.iter().map(|(b, _)| b.clone()).filter(|b| !b.status.is_final() && b.ends_at > now).collect();
        open.sort_by_key(|b| b.starts_at);
        open
    }
    /// "table 2026-11-27 19:30 4 Ada", one for each open booking.
    pub fn lines(&self, now: Time) -> Vec<String> {
        let Some(desk) = &self.desk else { return Vec::new() };
        let one = |b: &Booking| {
            let v = tool::booking(desk, b);
            let text = |k: &str| v[k].as_str().map_or_else(|| v[k].to_string(), str::to_owned);
            let when = if b.kind.by_night() {
                format!("{} {}", text("date"), text("until"))
            } else {
                format!("{} {}", text("date"), text("time"))
            };
            format!("{} {when} {} {}", text("kind"), b.party, b.name).trim().to_owned()
        };
        self.mine(now).iter().map(one).collect()
    }
    /// Books for others until a time is full.
    pub fn fill(&mut self, ask: &Ask, now: Time) -> Result<()> {
        let desk = self.lends()?;
        for _ in 0..1000 {
            let Ok(wish) = tool::wish(&desk, ask)? else { break };
            let Ok(fit) = desk.fit(&self.taken(None), &wish, now) else { break };
            let mut other = self.new_booking(&wish, fit, "", now);
            other.0.status = BookingStatus::Done;
            self.made.push(other);
        }
        Ok(())
    }
    fn lends(&self) -> Result<Arc<Bookable>> {
        self.desk.clone().ok_or_else(|| Error::conflict("Nothing can be booked here."))
    }
    fn taken(&self, but: Option<i64>) -> Taken {
        let kept = self.made.iter().filter(|(b, _)| b.status.keeps_place() && Some(b.number) != but);
        kept.flat_map(|(_, p)| p.iter().copied()).collect()
    }
    fn new_booking(&self, wish: &Wish, fit: Fit, name: &str, now: Time) -> (Booking, Vec<Piece>) {
        let b = Booking {
            id: Id::NIL,
            number: 101 + i64::try_from(self.made.len()).unwrap_or(0),
            contact_id: Id::NIL,
            conversation_id: None,
            status: BookingStatus::Confirmed,
            kind: wish.kind,
            places: fit.places,
            starts_at: fit.starts_at,
            ends_at: fit.ends_at,
            party: wish.party,
            name: name.to_owned(),
            note: String::new(),
            deposit_minor: 0,
            hold_until: None,
            reason: String::new(),
            version: 1,
            token: String::new(),
            created_at: now,
            updated_at: now,
        };
        (b, fit.pieces)
    }

    /// Runs a tool.
    pub fn run(&mut self, name: &str, a: &Value, now: Time) -> Result<Value> {
        let desk = self.lends()?;
        match name {
            "check_availability" => self.check(&desk, &args(a)?, now),
            "make_booking" => self.make(&desk, &args(a)?, now),
            "change_booking" => self.change(&desk, &args(a)?, now),
            "cancel_booking" => self.cancel(&desk, &args(a)?),
            "join_waitlist" => {
                let ask: Ask = args(a)?;
                self.waiting.push(ask.clone());
                Ok(json!({ "waits": true, "kind": ask.kind, "date": ask.date, "time": ask.time, "party": ask.party, "nights": ask.nights }))
            }
            _ => Ok(json!({ "bookings": self.mine(now).iter().map(|b| tool::booking(&desk, b)).collect::<Vec<_>>() })),
        }
    }

    fn no(&self, desk: &Bookable, a: &Ask, wish: &Wish, why: &Refusal, now: Time) -> Value {
        tool::refused(desk, a, why, &desk.nearest(&self.taken(None), wish, now, 3))
    }

    fn check(&self, desk: &Bookable, a: &Ask, now: Time) -> Result<Value> {
        if a.time.is_none() && !a.kind.by_night() {
            let like = tool::wish(desk, &Ask { time: Some("12:00".into()), ..a.clone() })?.unwrap_or_else(|(w, _)| w);
            let fits = desk.free_starts(&self.taken(None), tool::date(&a.date)?, &like, now);
            if !fits.is_empty() {
                return Ok(tool::free_times(desk, a, &fits));
            }
            let why = desk.fit(&self.taken(None), &like, now).err().unwrap_or(Refusal::Full);
            return Ok(self.no(desk, a, &like, &why, now));
        }
        Ok(match tool::wish(desk, a)? {
            Err((_, next)) => tool::skipped(desk, a, next),
            Ok(wish) => match desk.fit(&self.taken(None), &wish, now) {
                Ok(fit) => tool::free(desk, a, &fit),
                Err(why) => self.no(desk, a, &wish, &why, now),
            },
        })
    }

    fn make(&mut self, desk: &Bookable, m: &Make, now: Time) -> Result<Value> {
        let ask = m.ask();
        let wish = match tool::wish(desk, &ask)? {
            Ok(wish) => wish,
            Err((_, next)) => return Ok(tool::skipped(desk, &ask, next)),
        };
        match desk.fit(&self.taken(None), &wish, now) {
            Ok(fit) => {
                let made = self.new_booking(&wish, fit, &m.name, now);
                let told = json!({ "booking": tool::booking(desk, &made.0), "calendar": null });
                self.made.push(made);
                Ok(told)
            }
            Err(why) => Ok(self.no(desk, &ask, &wish, &why, now)),
        }
    }

    fn change(&mut self, desk: &Bookable, c: &Change, now: Time) -> Result<Value> {
        let at = self.made.iter().position(|(b, _)| b.number == c.number).ok_or_else(|| Error::not_found("booking"))?;
        let had = self.made[at].0.clone();
        let v = tool::booking(desk, &had);
        let nights = wall(had.ends_at, &desk.zone)
            .0
            .since((jiff::Unit::Day, wall(had.starts_at, &desk.zone).0))
            .map_or(1, |s| i64::from(s.get_days()));
        let ask = Ask {
            kind: had.kind,
            date: c.date.clone().unwrap_or_else(|| v["date"].as_str().unwrap_or_default().to_owned()),
            time: c.time.clone().or_else(|| v["time"].as_str().map(str::to_owned)),
            party: c.party.unwrap_or(had.party),
            nights: c.nights.or(Some(nights)),
        };
        let Ok(wish) = tool::wish(desk, &ask)? else { return Err(Error::conflict("That time does not exist.")) };
        match desk.fit(&self.taken(Some(c.number)), &wish, now) {
            Ok(fit) => {
                let (b, pieces) = &mut self.made[at];
                (b.starts_at, b.ends_at, b.places, b.party, *pieces) = (fit.starts_at, fit.ends_at, fit.places, wish.party, fit.pieces);
                Ok(json!({ "booking": tool::booking(desk, b) }))
            }
            Err(why) => Ok(self.no(desk, &ask, &wish, &why, now)),
        }
    }

    fn cancel(&mut self, desk: &Bookable, c: &Cancel) -> Result<Value> {
        let found = self.made.iter_mut().find(|(b, _)| b.number == c.number && !b.status.is_final());
        let (b, _) = found.ok_or_else(|| Error::not_found("booking"))?;
        b.status = BookingStatus::Cancelled;
        self.cancelled.push(c.number);
        Ok(json!({ "booking": tool::booking(desk, b) }))
    }
}

fn args<T: DeserializeOwned>(a: &Value) -> Result<T> {
    serde_json::from_value(a.clone()).map_err(|e| Error::invalid(format!("The arguments do not fit: {e}.")))
}
