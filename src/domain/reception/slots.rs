//! When something is free. Pure: hours, rules and what is taken in; places or the reason why not out.
//!
//! Time is cut into pieces of 15 minutes since 1970 (every zone in use is a multiple of that away from UTC); a room is
//! taken by the night, whose piece is the number of its day. A place is a resource, which of several alike, and a piece:
//! the database holds each at most once.

use super::booking::Place;
use super::policy::Policy;
use super::refusal::Refusal;
use super::resource::{PIECE_MIN, Resource, ResourceKind};
use crate::domain::house::hours::{Hours, Span};
use crate::domain::id::Id;
use crate::domain::time::{MINUTE_MS, Time};
use jiff::civil::Date;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{ToSpan, Zoned};
use std::collections::HashSet;

const PIECE_MS: i64 = PIECE_MIN * MINUTE_MS;
/// Longest stay.
const NIGHTS_MAX: i64 = 60;
/// Tables put together at most.
const TOGETHER: usize = 4;
/// Tables of an area that are tried together.
const TRIED: usize = 12;

/// A resource, which of several alike, and a piece of time.
pub type Piece = (Id, i64, i64);

/// Everything a business lends out, and its rules.
#[derive(Debug, Clone, Default)]
pub struct Bookable {
    /// The owner's rules.
    pub policy: Policy,
    /// What can be booked.
    pub resources: Vec<Resource>,
    /// Opening hours of the business.
    pub hours: Hours,
    /// IANA time zone.
    pub zone: String,
}

/// What is taken.
pub type Taken = HashSet<Piece>;

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// What sort of thing.
    pub kind: ResourceKind,
    /// From when; for rooms any moment of the first day.
    pub at: Time,
    /// How long, when not as usual.
    pub minutes: Option<i64>,
    /// Nights, for rooms.
    pub nights: i64,
    /// People.
    pub party: i64,
}

/// A wish that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    /// Begins.
    pub starts_at: Time,
    /// Ends.
    pub ends_at: Time,
    /// What it gets.
    pub places: Vec<Place>,
    /// What it takes.
    pub pieces: Vec<Piece>,
}

/// A time on the wall, in a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// It exists. Of an hour that comes twice, the first.
    At(Time),
    /// The clock jumps over it; it shows this first afterwards.
    Skipped(Time),
}

/// The moment when the clocks of `zone` show `minute` of the day on `date`.
pub fn moment(date: Date, minute: i64, zone: &str) -> Moment {
    let tz = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let (date, minute) = if minute >= 1440 { (date.saturating_add(1.day()), minute - 1440) } else { (date, minute) };
    let wall = date.to_datetime(jiff::civil::Time::midnight()).saturating_add(minute.clamp(0, 1439).minutes());
    let at = tz.to_ambiguous_zoned(wall);
    let skipped = matches!(at.offset(), AmbiguousOffset::Gap { .. });
    let time = |z: Zoned| Time::from_millis(z.timestamp().as_millisecond());
    match at.compatible() {
        Ok(z) if skipped => Moment::Skipped(time(z)),
        Ok(z) => Moment::At(time(z)),
        Err(_) => Moment::At(Time::default()),
    }
}

/// The moment, whether the clock jumps over it or not.
pub fn moment_or_next(date: Date, minute: i64, zone: &str) -> Time {
    let (Moment::At(t) | Moment::Skipped(t)) = moment(date, minute, zone);
    t
}

/// Day and minute of the day on the clocks of `zone`.
pub fn wall(at: Time, zone: &str) -> (Date, i64) {
    let z = at.in_zone(zone);
    (z.date(), i64::from(z.hour()) * 60 + i64::from(z.minute()))
}

fn weekday(day: Date) -> usize {
    usize::from(day.weekday().to_monday_zero_offset().unsigned_abs())
}

fn day_number(day: Date) -> i64 {
    let since = day.since((jiff::Unit::Day, Date::constant(1970, 1, 1)));
    since.map_or(0, |s| i64::from(s.get_days()))
}

impl Bookable {
    /// The kinds that can be booked, in the order of [`ResourceKind::ALL`].
    pub fn kinds(&self) -> Vec<ResourceKind> {
        ResourceKind::ALL.into_iter().filter(|k| self.of_kind(*k).next().is_some()).collect()
    }
    /// Active resources of a kind.
    pub fn of_kind(&self, kind: ResourceKind) -> impl Iterator<Item = &Resource> {
        self.resources.iter().filter(move |r| r.active && r.kind == kind)
    }
    /// The largest party that fits when everything is free.
    pub fn most(&self, kind: ResourceKind) -> i64 {
        let alone = self.of_kind(kind).map(|r| r.seats_max).max().unwrap_or(0);
        let areas: HashSet<&str> = self.of_kind(kind).filter(|r| r.combines).map(|r| r.area.as_str()).collect();
        let together = areas.into_iter().map(|a| {
            let mut seats: Vec<i64> =
                self.of_kind(kind).filter(|r| r.combines && r.area == a).flat_map(|r| (0..r.units).map(|_| r.seats_max)).collect();
            seats.sort_unstable_by(|a, b| b.cmp(a));
            seats.iter().take(TOGETHER).sum()
        });
        together.max().unwrap_or(0).max(alone)
    }
    /// The closure of a day, if any.
    pub fn closure(&self, day: Date) -> Option<&str> {
        self.policy.closures.iter().find(|c| c.covers(day)).map(|c| c.reason.as_str())
    }
    /// When a resource may be used on a day.
    pub fn open<'r>(&'r self, r: &'r Resource, day: Date) -> &'r [Span] {
        if self.closure(day).is_some() {
            return &[];
        }
        let hours = r.hours.as_ref().unwrap_or(&self.hours);
        hours.days.get(weekday(day)).map_or(&[], Vec::as_slice)
    }
    /// When anything of a kind may be used on a day, from and to.
    pub fn open_any(&self, kind: ResourceKind, day: Date) -> Vec<(u16, u16)> {
        let mut all: Vec<(u16, u16)> = self.of_kind(kind).flat_map(|r| self.open(r, day)).map(|s| (s.from, s.to)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether `from..to` lies within the hours of a resource. Hours that meet at midnight are one.
    fn within(&self, r: &Resource, from: Time, to: Time) -> bool {
        let mut at = from;
        for _ in 0..3 {
            let (day, minute) = wall(at, &self.zone);
            let Some(span) = self.open(r, day).iter().find(|s| i64::from(s.from) <= minute && minute < i64::from(s.to)) else {
                return false;
            };
            let end = moment_or_next(day, i64::from(span.to), &self.zone);
            if to <= end {
                return true;
            }
            if span.to < 1440 || end <= at {
                return false;
            }
            at = end;
        }
        false
    }

    /// Gives a wish its places, or says why not.
    pub fn fit(&self, taken: &Taken, wish: &Wish, now: Time) -> Result<Fit, Refusal> {
        self.allowed(wish, now)?;
        if wish.kind.by_night() { self.fit_nights(taken, wish) } else { self.fit_minutes(taken, wish) }
    }

    /// The rules that do not depend on what is taken.
    fn allowed(&self, wish: &Wish, now: Time) -> Result<(), Refusal> {
        if self.of_kind(wish.kind).next().is_none() {
            return Err(Refusal::Nothing);
        }
        if wish.party < 1 {
            return Err(Refusal::Nobody);
        }
        let most = self.most(wish.kind);
        if wish.party > most {
            return Err(Refusal::TooMany { most });
        }
        let (day, minute) = wall(wish.at, &self.zone);
        let (today, _) = wall(now, &self.zone);
        let p = &self.policy;
        if wish.kind.by_night() {
            if day < today {
                return Err(Refusal::Past);
            }
            if !(1..=NIGHTS_MAX).contains(&wish.nights) {
                return Err(Refusal::Nights);
            }
        } else {
            if wish.at < now {
                return Err(Refusal::Past);
            }
            if wish.at < now.plus_ms(p.notice_min * MINUTE_MS) {
                return Err(Refusal::TooSoon { notice_min: p.notice_min });
            }
        }
        if day > today.saturating_add(p.horizon_days.days()) {
            return Err(Refusal::TooFar { days: p.horizon_days });
        }
        if let Some(reason) = self.closure(day) {
            return Err(Refusal::Closed { reason: reason.to_owned() });
        }
        if !wish.kind.by_night() {
            let open = self.open_any(wish.kind, day);
            if open.is_empty() {
                return Err(Refusal::Closed { reason: String::new() });
            }
            if !self.of_kind(wish.kind).any(|r| self.within(r, wish.at, wish.at.plus_ms(self.length(r, wish)))) {
                return Err(Refusal::Outside { open });
            }
            if minute % p.every_min != 0 || wish.at.millis() % PIECE_MS != 0 {
                return Err(Refusal::OffGrid { every_min: p.every_min });
            }
        }
        Ok(())
    }

    /// How long a wish takes on a resource, in milliseconds.
    fn length(&self, r: &Resource, wish: &Wish) -> i64 {
        wish.minutes.unwrap_or(r.minutes).max(PIECE_MIN) * MINUTE_MS
    }

    fn fit_minutes(&self, taken: &Taken, wish: &Wish) -> Result<Fit, Refusal> {
        let mut alone: Vec<&Resource> = self.of_kind(wish.kind).filter(|r| r.seats_max >= wish.party).collect();
        // The smallest that holds them; one meant for more people only when nothing else is left.
        alone.sort_by_key(|r| (r.seats_min > wish.party, r.seats_max));
        for r in alone {
            let to = wish.at.plus_ms(self.length(r, wish));
            if self.within(r, wish.at, to)
                && let Some(unit) = (0..r.units).find(|u| free(taken, &pieces(r, *u, wish.at, to)))
            {
                return Ok(fitted(wish.at, to, &[(r, unit)]));
            }
        }
        self.fit_together(taken, wish).ok_or(Refusal::Full)
    }

    /// Tables of one area put together: as few as possible, then as few empty chairs as possible.
    fn fit_together(&self, taken: &Taken, wish: &Wish) -> Option<Fit> {
        let mut areas: Vec<&str> = self.of_kind(wish.kind).filter(|r| r.combines).map(|r| r.area.as_str()).collect();
        areas.sort_unstable();
        areas.dedup();
        let mut best: Option<(usize, i64, Fit)> = None;
        for area in areas {
            let here: Vec<&Resource> = self.of_kind(wish.kind).filter(|r| r.combines && r.area == area).collect();
            let length = here.iter().map(|r| self.length(r, wish)).max().unwrap_or(0);
            let to = wish.at.plus_ms(length);
            let mut spare: Vec<(&Resource, i64)> = Vec::new();
            for r in here.into_iter().filter(|r| self.within(r, wish.at, to)) {
                spare.extend((0..r.units).filter(|u| free(taken, &pieces(r, *u, wish.at, to))).map(|u| (r, u)));
            }
            spare.sort_by_key(|(r, u)| (std::cmp::Reverse(r.seats_max), *u));
            spare.truncate(TRIED);
            let Some((some, waste)) = fewest(&spare, wish.party) else { continue };
            if best.as_ref().is_none_or(|(n, w, _)| (some.len(), waste) < (*n, *w)) {
                best = Some((some.len(), waste, fitted(wish.at, to, &some)));
            }
        }
        best.map(|(_, _, f)| f)
    }

    fn fit_nights(&self, taken: &Taken, wish: &Wish) -> Result<Fit, Refusal> {
        let (day, _) = wall(wish.at, &self.zone);
        let first = day_number(day);
        for n in 0..wish.nights {
            if let Some(reason) = self.closure(day.saturating_add(n.days())) {
                return Err(Refusal::Closed { reason: reason.to_owned() });
            }
        }
        let mut rooms: Vec<&Resource> = self.of_kind(wish.kind).filter(|r| r.seats_max >= wish.party).collect();
        rooms.sort_by_key(|r| (r.seats_min > wish.party, r.seats_max));
        for r in rooms {
            let nights = |u: i64| (first..first + wish.nights).map(|n| (r.id, u, n)).collect::<Vec<Piece>>();
            if let Some(unit) = (0..r.units).find(|u| free(taken, &nights(*u))) {
                let from = moment_or_next(day, self.policy.check_in, &self.zone);
                let to = moment_or_next(day.saturating_add(wish.nights.days()), self.policy.check_out, &self.zone);
                let place = Place { resource_id: r.id, name: r.name.clone(), unit };
                return Ok(Fit { starts_at: from, ends_at: to, places: vec![place], pieces: nights(unit) });
            }
        }
        Err(Refusal::Full)
    }

    /// Every start of a day that fits, in order.
    pub fn free_starts(&self, taken: &Taken, day: Date, like: &Wish, now: Time) -> Vec<Fit> {
        if like.kind.by_night() {
            let at = moment_or_next(day, self.policy.check_in, &self.zone);
            return self.fit(taken, &Wish { at, ..*like }, now).into_iter().collect();
        }
        let every = self.policy.every_min.max(PIECE_MIN);
        let starts = (0..1440 / every).filter_map(|n| match moment(day, n * every, &self.zone) {
            Moment::At(at) => Some(at),
            Moment::Skipped(_) => None,
        });
        starts.filter_map(|at| self.fit(taken, &Wish { at, ..*like }, now).ok()).collect()
    }

    /// Up to `most` starts that fit, the nearest to the wish first: of its day, then of the days around it.
    pub fn nearest(&self, taken: &Taken, wish: &Wish, now: Time, most: usize) -> Vec<Fit> {
        let wish = Wish { party: wish.party.clamp(1, self.most(wish.kind).max(1)), ..*wish };
        let wish = if wish.kind.by_night() { Wish { nights: wish.nights.clamp(1, NIGHTS_MAX), ..wish } } else { wish };
        let ms = |d: Date| moment_or_next(d, wall(wish.at, &self.zone).1, &self.zone).since_ms(wish.at).abs();
        let (today, _) = wall(now, &self.zone);
        let last = today.saturating_add(self.policy.horizon_days.days());
        let day = wall(wish.at, &self.zone).0.clamp(today, last);
        let mut found: Vec<Fit> = Vec::new();
        for away in 0..LOOK_DAYS {
            let mut days = vec![day.saturating_add(away.days())];
            if away > 0 {
                days.push(day.saturating_sub(away.days()));
            }
            days.retain(|d| (today..=last).contains(d));
            days.sort_by_key(|d| ms(*d));
            for d in days {
                let mut here = self.free_starts(taken, d, &wish, now);
                let (_, want) = wall(wish.at, &self.zone);
                here.sort_by_key(|f| (wall(f.starts_at, &self.zone).1 - want).abs());
                found.extend(here.into_iter().take(most - found.len()));
                if found.len() >= most {
                    return found;
                }
            }
            if !found.is_empty() {
                break;
            }
        }
        found
    }

    /// From and to which piece a look at this wish's days can reach; what is taken there must be known.
    pub fn reach(&self, wish: &Wish, now: Time) -> (Time, Time) {
        let far = (LOOK_DAYS + wish.nights.clamp(0, NIGHTS_MAX) + 2) * crate::domain::time::DAY_MS;
        (wish.at.min(now).plus_ms(-far), wish.at.max(now).plus_ms(far))
    }
}

/// Days around a wish that are looked at for something near.
const LOOK_DAYS: i64 = 15;

/// The pieces and nights between two moments, for a look at what is taken: by the hour, and by the night.
pub fn pieces_between(from: Time, to: Time) -> [(i64, i64); 2] {
    let day = crate::domain::time::DAY_MS;
    let by = |ms: i64| (from.millis().div_euclid(ms) - 1, to.millis().div_euclid(ms) + 1);
    [by(PIECE_MS), by(day)]
}

fn pieces(r: &Resource, unit: i64, from: Time, to: Time) -> Vec<Piece> {
    let to = to.plus_ms(r.pause_min.max(0) * MINUTE_MS);
    let first = from.millis().div_euclid(PIECE_MS);
    let last = (to.millis() - 1).div_euclid(PIECE_MS);
    (first..=last).map(|n| (r.id, unit, n)).collect()
}

fn free(taken: &Taken, pieces: &[Piece]) -> bool {
    pieces.iter().all(|p| !taken.contains(p))
}

fn fitted(from: Time, to: Time, some: &[(&Resource, i64)]) -> Fit {
    let place = |(r, unit): &(&Resource, i64)| Place { resource_id: r.id, name: r.name.clone(), unit: *unit };
    Fit {
        starts_at: from,
        ends_at: to,
        places: some.iter().map(place).collect(),
        pieces: some.iter().flat_map(|(r, u)| pieces(r, *u, from, to)).collect(),
    }
}

/// The fewest of these that seat a party, with the fewest chairs left empty.
fn fewest<'r>(spare: &[(&'r Resource, i64)], party: i64) -> Option<(Vec<(&'r Resource, i64)>, i64)> {
    (2..=TOGETHER.min(spare.len())).find_map(|n| {
        let mut best: Option<(i64, Vec<usize>)> = None;
        choose(spare, party, n, 0, &mut Vec::new(), 0, &mut best);
        best.map(|(waste, at)| (at.into_iter().filter_map(|i| spare.get(i).copied()).collect(), waste))
    })
}

fn choose(
    spare: &[(&Resource, i64)],
    party: i64,
    n: usize,
    from: usize,
    held: &mut Vec<usize>,
    seats: i64,
    best: &mut Option<(i64, Vec<usize>)>,
) {
    if held.len() == n {
        let waste = seats - party;
        if waste >= 0 && best.as_ref().is_none_or(|(w, _)| waste < *w) {
            *best = Some((waste, held.clone()));
        }
        return;
    }
    for (i, (r, _)) in spare.iter().enumerate().skip(from) {
        held.push(i);
        choose(spare, party, n, i + 1, held, seats + r.seats_max, best);
        held.pop();
    }
}

#[cfg(test)]
#[path = "slots_tests.rs"]
mod tests;
