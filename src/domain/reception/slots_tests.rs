//! Rules that hold for any bookings: nothing overlaps, nobody stands, the doors are open, clocks that jump do no harm.

use super::*;
use proptest::prelude::*;

fn table(n: u128, seats: i64, combines: bool) -> Resource {
    Resource {
        id: format!("01900000-0000-7000-8000-{n:012x}").parse().unwrap(),
        name: format!("Table {n}"),
        kind: ResourceKind::Table,
        seats_min: 1,
        seats_max: seats,
        units: 1,
        area: "Inside".into(),
        combines,
        minutes: 90,
        pause_min: 15,
        hours: None,
        active: true,
    }
}

fn desk(zone: &str) -> Bookable {
    let policy = Policy { notice_min: 0, ..Policy::default() };
    let resources = vec![table(1, 2, true), table(2, 4, true), table(3, 4, true), table(4, 8, false)];
    Bookable { policy, resources, hours: Hours::daily(12 * 60, 22 * 60), zone: zone.into() }
}

fn wish(at: Time, party: i64) -> Wish {
    Wish { kind: ResourceKind::Table, at, minutes: None, nights: 0, party }
}

fn at(text: &str) -> Time {
    Time::parse(text).unwrap()
}

const NOW: &str = "2026-11-21T09:00:00Z";

#[test]
fn the_smallest_table_then_tables_together() {
    let (d, now) = (desk("Etc/UTC"), at(NOW));
    let mut taken = Taken::new();
    let mut names = Vec::new();
    for party in [2, 3, 6, 6, 5] {
        match d.fit(&taken, &wish(at("2026-11-21T20:00:00Z"), party), now) {
            Ok(f) => {
                names.push(f.places.iter().map(|p| p.name.clone()).collect::<Vec<_>>().join("+"));
                taken.extend(f.pieces);
            }
            Err(r) => names.push(r.code().into()),
        }
    }
    assert_eq!(names, ["Table 1", "Table 2", "Table 4", "full", "full"]);
    let mut taken = Taken::new();
    let f = d.fit(&taken, &wish(at("2026-11-21T20:00:00Z"), 10), now).unwrap();
    assert_eq!(f.places.len(), 3, "2 + 4 + 4: {:?}", f.places);
    taken.extend(f.pieces);
    assert_eq!(d.fit(&taken, &wish(at("2026-11-21T20:00:00Z"), 10), now), Err(Refusal::Full));
}

#[test]
fn every_no_has_its_reason_and_something_near() {
    let (mut d, now) = (desk("Etc/UTC"), at(NOW));
    d.policy.closures.push(super::super::closure::Closure {
        from: Date::constant(2026, 12, 25),
        to: Date::constant(2026, 12, 26),
        reason: "Christmas".into(),
    });
    let taken = Taken::new();
    let why = |w: &Wish| d.fit(&taken, w, now).unwrap_err().code();
    for (text, party, code) in [
        ("2026-11-20T20:00:00Z", 2, "past"),
        ("2026-11-22T20:00:00Z", 400, "too_many"),
        ("2026-11-22T20:00:00Z", 0, "nobody"),
        ("2026-11-22T21:00:00Z", 2, "outside"),
        ("2026-11-22T03:00:00Z", 2, "outside"),
        ("2026-12-25T20:00:00Z", 2, "closed"),
        ("2026-11-22T20:07:00Z", 2, "off_grid"),
        ("2028-11-22T20:00:00Z", 2, "too_far"),
    ] {
        let w = wish(at(text), party);
        assert_eq!(why(&w), code, "{text}");
        let near = d.nearest(&taken, &w, now, 3);
        assert_eq!(near.len(), 3, "{text}");
        assert!(near.iter().all(|f| d.fit(&taken, &Wish { at: f.starts_at, party: w.party.clamp(1, 10), ..w }, now).is_ok()));
    }
    let near = d.nearest(&taken, &wish(at("2026-12-25T20:00:00Z"), 2), now, 1);
    assert_eq!(near[0].starts_at.rfc3339(), "2026-12-24T20:00:00.000Z");
}

#[test]
fn an_hour_the_clock_jumps_over_is_told_and_one_that_comes_twice_is_the_first() {
    let jump = moment(Date::constant(2027, 3, 28), 150, "Europe/Madrid");
    assert_eq!(jump, Moment::Skipped(at("2027-03-28T01:30:00Z")), "02:30 is shown as 03:30");
    assert_eq!(moment(Date::constant(2026, 10, 25), 150, "Europe/Madrid"), Moment::At(at("2026-10-25T00:30:00Z")), "the first of two");
    assert_eq!(moment(Date::constant(2026, 11, 1), 24 * 60, "America/New_York"), Moment::At(at("2026-11-02T05:00:00Z")));
    let mut d = desk("Europe/Madrid");
    d.hours = Hours::daily(0, 1440);
    let starts = |day| d.free_starts(&Taken::new(), day, &wish(Time::default(), 2), at(NOW)).len();
    assert_eq!(starts(Date::constant(2027, 3, 27)), 96);
    assert_eq!(starts(Date::constant(2027, 3, 28)), 92, "an hour less");
    assert_eq!(starts(Date::constant(2027, 10, 31)), 0, "beyond the horizon");
}

#[test]
fn rooms_are_taken_by_the_night() {
    let mut d = desk("Africa/Lagos");
    d.resources = vec![Resource { kind: ResourceKind::Room, units: 2, combines: false, ..table(9, 2, false) }];
    let (now, mut taken) = (at(NOW), Taken::new());
    let stay = |text: &str, nights| Wish { kind: ResourceKind::Room, at: at(text), minutes: None, nights, party: 2 };
    for _ in 0..2 {
        taken.extend(d.fit(&taken, &stay("2026-11-27T13:00:00Z", 2), now).unwrap().pieces);
    }
    assert_eq!(d.fit(&taken, &stay("2026-11-28T13:00:00Z", 1), now), Err(Refusal::Full));
    assert_eq!(d.fit(&taken, &stay("2026-11-26T13:00:00Z", 2), now), Err(Refusal::Full));
    let f = d.fit(&taken, &stay("2026-11-29T13:00:00Z", 1), now).unwrap();
    assert_eq!((f.starts_at.rfc3339().as_str(), f.ends_at.rfc3339().as_str()), ("2026-11-29T13:00:00.000Z", "2026-11-30T10:00:00.000Z"));
    assert_eq!(d.nearest(&taken, &stay("2026-11-27T13:00:00Z", 1), now, 1).len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    /// Whatever is asked for, in any order: no piece is given twice, no party is larger than its places, and every
    /// booking lies within the hours of its day, also when the clocks change.
    #[test]
    fn nothing_overlaps_nobody_stands_doors_are_open(
        asks in proptest::collection::vec((0i64..8 * 24 * 4, 1i64..14), 1..60),
        zone in proptest::sample::select(vec!["Etc/UTC", "Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
        spring: bool,
        open in 0u16..12, long in 3u16..12,
    ) {
        let mut d = desk(zone);
        d.hours = Hours::daily(open * 60, (open + long) * 60);
        let base = at(if spring { "2027-03-11T00:00:00Z" } else { "2026-10-23T00:00:00Z" });
        let mut taken = Taken::new();
        let mut given = Vec::new();
        for (n, party) in asks {
            let w = wish(base.plus_ms(n * PIECE_MS), party);
            if let Ok(f) = d.fit(&taken, &w, base) {
                let before = taken.len();
                taken.extend(f.pieces.iter().copied());
                prop_assert_eq!(taken.len(), before + f.pieces.len(), "a piece was given twice");
                let seats: i64 = f.places.iter().map(|p| d.resources.iter().find(|r| r.id == p.resource_id).unwrap().seats_max).sum();
                prop_assert!(seats >= party);
                let ((day, from), (last, to)) = (wall(f.starts_at, zone), wall(f.ends_at, zone));
                let to = if last > day { to + 1440 } else { to };
                prop_assert!(from >= i64::from(open) * 60 && to <= i64::from(open + long) * 60, "{from} to {to}");
                prop_assert_eq!(f.ends_at.since_ms(f.starts_at), 90 * MINUTE_MS);
                given.push(f);
            }
        }
        for (i, a) in given.iter().enumerate() {
            for b in &given[i + 1..] {
                let same = a.places.iter().any(|p| b.places.iter().any(|q| p.resource_id == q.resource_id && p.unit == q.unit));
                let apart = a.ends_at.plus_ms(15 * MINUTE_MS) <= b.starts_at || b.ends_at.plus_ms(15 * MINUTE_MS) <= a.starts_at;
                prop_assert!(!same || apart, "{a:?} and {b:?}");
            }
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    /// What is offered can be booked.
    #[test]
    fn what_is_offered_fits(hour in 0i64..400, party in 1i64..11, zone in proptest::sample::select(vec!["Europe/Madrid", "America/New_York"])) {
        let (d, now) = (desk(zone), at("2026-10-20T09:00:00Z"));
        let w = wish(now.plus_ms(hour * 3_600_000), party);
        let mut taken = Taken::new();
        for _ in 0..4 {
            for f in d.nearest(&taken, &w, now, 3) {
                let again = d.fit(&taken, &Wish { at: f.starts_at, ..w }, now);
                prop_assert!(again.is_ok());
            }
            let Some(f) = d.nearest(&taken, &w, now, 1).pop() else { break };
            taken.extend(f.pieces);
        }
    }
}
