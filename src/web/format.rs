//! Times as people say them. Money has its own words in `domain::money`.

use crate::domain::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Time};

/// "10:02" today, "Thu" within a week, "3 Nov" this year, "3 Nov 2025" before.
pub fn short(at: Time, now: Time, zone: &str) -> String {
    let (a, n) = (at.in_zone(zone), now.in_zone(zone));
    if a.date() == n.date() {
        return a.strftime("%H:%M").to_string();
    }
    if (0..6 * DAY_MS).contains(&now.since_ms(at)) {
        return a.strftime("%a").to_string();
    }
    if a.year() == n.year() { a.strftime("%-d %b").to_string() } else { a.strftime("%-d %b %Y").to_string() }
}

/// "10:02" today, "Thu 10:02" within a week, "3 Nov 10:02", "3 Nov 2025 10:02".
pub fn moment(at: Time, now: Time, zone: &str) -> String {
    let short = short(at, now, zone);
    let clock = at.in_zone(zone).strftime("%H:%M").to_string();
    if short == clock { clock } else { format!("{short} {clock}") }
}

/// "Saturday 21 November, 10:16".
pub fn long(at: Time, zone: &str) -> String {
    at.in_zone(zone).strftime("%A %-d %B, %H:%M").to_string()
}

/// "Today", "Yesterday", "Thursday" within a week, "3 November", "3 November 2025": the separator in a thread.
pub fn day(at: Time, now: Time, zone: &str) -> String {
    let (a, n) = (at.in_zone(zone), now.in_zone(zone));
    if a.date() == n.date() {
        return "Today".into();
    }
    if n.date().yesterday().is_ok_and(|y| y == a.date()) {
        return "Yesterday".into();
    }
    if (0..6 * DAY_MS).contains(&now.since_ms(at)) {
        return a.strftime("%A").to_string();
    }
    if a.year() == n.year() { a.strftime("%-d %B").to_string() } else { a.strftime("%-d %B %Y").to_string() }
}

/// How long ago something was: "14 min ago", "just now".
pub fn ago(at: Time, now: Time) -> String {
    if now.since_ms(at) < MINUTE_MS { "just now".into() } else { format!("{} ago", age(at, now)) }
}

/// How long ago: "now", "31 min", "2 h", "3 days".
pub fn age(at: Time, now: Time) -> String {
    let ms = now.since_ms(at);
    if ms < MINUTE_MS {
        "now".into()
    } else if ms < HOUR_MS {
        format!("{} min", ms / MINUTE_MS)
    } else if ms < DAY_MS {
        format!("{} h", ms / HOUR_MS)
    } else if ms < 2 * DAY_MS {
        "1 day".into()
    } else {
        format!("{} days", ms / DAY_MS)
    }
}

/// How long something takes or is left: "23 h 46 min", "12 min", "under a minute".
pub fn left(ms: i64) -> String {
    if ms < MINUTE_MS {
        return "under a minute".into();
    }
    let (hours, minutes) = (ms / HOUR_MS, ms % HOUR_MS / MINUTE_MS);
    match (hours, minutes) {
        (0, m) => format!("{m} min"),
        (h, 0) => format!("{h} h"),
        (h, m) => format!("{h} h {m} min"),
    }
}

/// How long a machine took: "20 ms", "2.4 s", "1 min 5 s".
pub fn took(ms: i64) -> String {
    if ms < SECOND_MS {
        format!("{ms} ms")
    } else if ms < MINUTE_MS {
        format!("{}.{} s", ms / SECOND_MS, ms % SECOND_MS / 100)
    } else {
        format!("{} min {} s", ms / MINUTE_MS, ms % MINUTE_MS / SECOND_MS)
    }
}

/// The same where less than a second is as good as at once.
pub fn about(ms: i64) -> String {
    if ms < SECOND_MS { "under a second".into() } else { took(ms) }
}

/// Our words without the stars that WhatsApp makes bold headings of: a page shows them as they stand.
pub fn without_stars(text: &str) -> String {
    let bare = |line: &str| line.strip_prefix('*').and_then(|l| l.strip_suffix('*')).filter(|l| !l.contains('*')).map(str::to_owned);
    if !text.contains('*') {
        return text.to_owned();
    }
    text.lines().map(|l| bare(l).unwrap_or_else(|| l.to_owned())).collect::<Vec<_>>().join("\n")
}

/// "KB" for "Kẹ́mi’s Bakery", "18" for a number that ends so.
pub fn initials(name: &str) -> String {
    let digits: String = name.chars().filter(char::is_ascii_digit).collect();
    if name.starts_with('+') && digits.len() > 1 {
        return digits[digits.len() - 2..].to_owned();
    }
    let mut words = name.split(|c: char| c.is_whitespace() || c == '-').filter_map(|w| w.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// A cost in millionths of a US dollar: "free", "$0.0004", "$1.20".
pub fn cost(micros: u64) -> String {
    match micros {
        0 => "free".into(),
        1..10_000 => format!("${}.{:06}", micros / 1_000_000, micros % 1_000_000).trim_end_matches('0').to_owned(),
        m => format!("${}.{:02}", m / 1_000_000, m % 1_000_000 / 10_000),
    }
}

/// "1 order", "2 orders".
pub fn count(n: i64, one: &str, many: &str) -> String {
    let digits = crate::domain::text::group_digits(n.unsigned_abs());
    format!("{digits} {}", if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_lose_their_stars_and_nothing_else_does() {
        assert_eq!(without_stars("*Bread*\nLoaf: €6.50\n2 * 3 = 6\n**"), "Bread\nLoaf: €6.50\n2 * 3 = 6\n");
        assert_eq!(without_stars("*a* and *b*"), "*a* and *b*");
    }

    #[test]
    fn times_as_people_say_them() {
        let now = Time::parse("2026-11-21T09:16:00Z").unwrap();
        let z = "Africa/Lagos";
        let at = |s: &str| Time::parse(s).unwrap();
        assert_eq!(short(at("2026-11-21T09:02:00Z"), now, z), "10:02");
        assert_eq!(short(at("2026-11-19T09:02:00Z"), now, z), "Thu");
        assert_eq!(short(at("2026-11-03T09:02:00Z"), now, z), "3 Nov");
        assert_eq!(short(at("2025-11-03T09:02:00Z"), now, z), "3 Nov 2025");
        assert_eq!(moment(at("2026-11-19T09:02:00Z"), now, z), "Thu 10:02");
        assert_eq!(moment(at("2026-11-21T09:02:00Z"), now, z), "10:02");
        assert_eq!(long(now, z), "Saturday 21 November, 10:16");
        assert_eq!(day(at("2026-11-20T23:30:00Z"), now, z), "Today");
        assert_eq!(day(at("2026-11-20T22:30:00Z"), now, z), "Yesterday");
        assert_eq!(age(at("2026-11-21T08:45:00Z"), now), "31 min");
        assert_eq!(left(23 * HOUR_MS + 46 * MINUTE_MS), "23 h 46 min");
        assert_eq!(took(2_450), "2.4 s");
    }

    #[test]
    fn small_words() {
        assert_eq!(initials("Kẹ́mi’s Bakery"), "KB");
        assert_eq!(initials("+234706 ··· 0118"), "18");
        assert_eq!(initials("Ṣọlá"), "Ṣ");
        assert_eq!(initials(""), "");
        assert_eq!(cost(0), "free");
        assert_eq!(cost(420), "$0.00042");
        assert_eq!(cost(1_200_000), "$1.20");
        assert_eq!(count(1, "order", "orders"), "1 order");
        assert_eq!(count(1200, "order", "orders"), "1,200 orders");
    }
}
