//! Days.

use super::text::{Folded, NUMBER, number};
use super::{Asked, Place, claim};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use regex::{Captures, Regex};
use std::sync::OnceLock;

/// A day as people say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// So many days, weeks and months from today.
    In {
        /// Days.
        days: i64,
        /// Months.
        months: i64,
    },
    /// A weekday.
    On {
        /// Monday is 0.
        weekday: i8,
        /// Which one.
        which: Which,
    },
    /// A day of a month, maybe of a year.
    Of {
        /// The day.
        day: i8,
        /// The month.
        month: i8,
        /// The year, when it was said.
        year: Option<i16>,
    },
    /// Two numbers that may be day and month or month and day.
    Pair {
        /// The first.
        first: i8,
        /// The second.
        second: i8,
        /// The year, when it was said.
        year: Option<i16>,
    },
    /// A day of this month or the next: "the 5th".
    Nth {
        /// The day.
        day: i8,
    },
    /// A weekday of a month: "the first Monday in May".
    NthOf {
        /// The first is 1, the last -1.
        nth: i8,
        /// Monday is 0.
        weekday: i8,
        /// The month.
        month: i8,
    },
    /// The coming Saturday or Sunday.
    Weekend,
    /// A time without a day: "end of April".
    Vague,
}

/// Which of several weekdays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The first to come.
    Coming,
    /// Today, if it is that day, else the first to come.
    This,
    /// That of next week: "next Friday".
    Next,
    /// A week after the first to come: "Friday week".
    WeekAfter,
    /// One that is over: "last Friday".
    Past,
}

/// What a day means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meant {
    /// The day.
    pub date: Date,
    /// How sure, of a hundred.
    pub sure: u8,
    /// What it may mean as well.
    pub or: Option<Date>,
}

const WEEKDAY: &str = "(monday|mon|tuesday|tues|tue|wednesday|wednes|wed|thursday|thurs|thur|thu|friday|fri|saturday|sat|sunday|sun|lunes|martes|miercoles|jueves|viernes|sabado|domingo|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|segunda(?:[- ]feira)?|terca(?:[- ]feira)?|quarta(?:[- ]feira)?|quinta(?:[- ]feira)?|sexta(?:[- ]feira)?)";
/// Names of months in the languages written with Latin letters.
pub(super) const MONTH: &str = "(january|jan|february|feb|march|mar|april|apr|may|june|jun|july|jul|august|aug|september|sept|sep|october|oct|november|nov|december|dec|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|janeiro|fevereiro|marco|maio|junho|julho|setembro|outubro|novembro|dezembro)";
const ORDINAL: &str = "(\\d{1,2}|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth|premier|primero|primeiro)";

fn weekday(word: &str) -> Option<i8> {
    const STARTS: [(&str, i8); 21] = [
        ("mon", 0),
        ("lun", 0),
        ("seg", 0),
        ("tue", 1),
        ("mard", 1),
        ("mart", 1),
        ("wed", 2),
        ("mie", 2),
        ("mer", 2),
        ("thu", 3),
        ("jue", 3),
        ("jeu", 3),
        ("fri", 4),
        ("vie", 4),
        ("ven", 4),
        ("sat", 5),
        ("sab", 5),
        ("sam", 5),
        ("sun", 6),
        ("dom", 6),
        ("dim", 6),
    ];
    const PORTUGUESE: [(&str, i8); 4] = [("ter", 1), ("qua", 2), ("qui", 3), ("sex", 4)];
    STARTS.iter().chain(&PORTUGUESE).find(|(w, _)| word.starts_with(w)).map(|(_, n)| *n)
}

fn month(word: &str) -> Option<i8> {
    const STARTS: [(&str, i8); 24] = [
        ("jan", 1),
        ("ene", 1),
        ("feb", 2),
        ("fev", 2),
        ("mar", 3),
        ("apr", 4),
        ("abr", 4),
        ("avr", 4),
        ("may", 5),
        ("mai", 5),
        ("jun", 6),
        ("juin", 6),
        ("jul", 7),
        ("juil", 7),
        ("aug", 8),
        ("ago", 8),
        ("aou", 8),
        ("sep", 9),
        ("set", 9),
        ("oct", 10),
        ("out", 10),
        ("nov", 11),
        ("dec", 12),
        ("di", 12),
    ];
    STARTS.iter().find(|(w, _)| word.starts_with(w)).map(|(_, n)| *n).or_else(|| word.starts_with("dez").then_some(12))
}

type Read = fn(&Captures<'_>) -> Option<Day>;

fn text<'t>(c: &Captures<'t>, name: &str) -> Option<&'t str> {
    c.name(name).map(|m| m.as_str())
}

fn small(c: &Captures<'_>, name: &str) -> Option<i8> {
    text(c, name).and_then(number).and_then(|n| i8::try_from(n).ok())
}

fn year(c: &Captures<'_>) -> Option<i16> {
    let y: i16 = text(c, "y")?.parse().ok()?;
    Some(if y < 100 { 2000 + y } else { y })
}

fn of(c: &Captures<'_>) -> Option<Day> {
    let (day, month) = (small(c, "d")?, text(c, "m").and_then(month)?);
    // "35 April" is a day that does not exist, and no reason to take another.
    Some(Day::Of { day, month, year: year(c) })
}

fn nth_of(c: &Captures<'_>) -> Option<Day> {
    let nth = if text(c, "o")? == "last" { -1 } else { small(c, "o").or_else(|| text(c, "o")?.get(..1)?.parse().ok())? };
    Some(Day::NthOf { nth, weekday: text(c, "w").and_then(weekday)?, month: text(c, "m").and_then(month)? })
}

fn from_now(c: &Captures<'_>) -> Option<Day> {
    let all = c.get(0)?.as_str();
    let weeks = if all.contains("fortnight") { 2 } else { 1 };
    Some(Day::In { days: 7 * weeks + i64::from(all.contains("tomorrow")), months: 0 })
}

fn ymd(c: &Captures<'_>) -> Option<Day> {
    let (day, month) = (small(c, "d")?, small(c, "n")?);
    ((1..=31).contains(&day) && (1..=12).contains(&month)).then_some(Day::Of { day, month, year: year(c) })
}

fn pair(c: &Captures<'_>) -> Option<Day> {
    let (first, second) = (small(c, "d")?, small(c, "n")?);
    let fits = (1..=31).contains(&first) && (1..=31).contains(&second) && (first <= 12 || second <= 12);
    fits.then_some(Day::Pair { first, second, year: year(c) })
}

fn nth(c: &Captures<'_>) -> Option<Day> {
    small(c, "d").filter(|d| (1..=39).contains(d)).map(|day| Day::Nth { day })
}

fn on(c: &Captures<'_>) -> Option<Day> {
    let weekday = text(c, "w").and_then(weekday)?;
    let before = text(c, "b").unwrap_or("").trim();
    let after = text(c, "a").unwrap_or("").trim();
    let which = match (before, after) {
        (_, "week") | ("week on" | "a week on", _) => Which::WeekAfter,
        ("next" | "next week" | "next week on", _) | (_, "next week" | "of next week") => Which::Next,
        ("this", _) => Which::This,
        ("last" | "this past", _) => Which::Past,
        _ => Which::Coming,
    };
    Some(Day::On { weekday, which })
}

fn ahead(c: &Captures<'_>) -> Option<Day> {
    let n = text(c, "n").and_then(number)?;
    let more = text(c, "k").and_then(number).unwrap_or(0);
    let unit = text(c, "u")?;
    let day = match unit {
        u if u.starts_with("fortnight") => Day::In { days: 14 * n, months: 0 },
        u if u.starts_with("w") || u.starts_with("sem") => Day::In { days: 7 * n + more, months: 0 },
        u if u.starts_with("mo") || u.starts_with("mes") => Day::In { days: more, months: n },
        _ => Day::In { days: n + if text(c, "t").is_some_and(|t| t.contains("tomorrow")) { 1 } else { 0 }, months: 0 },
    };
    Some(day)
}

fn near(c: &Captures<'_>) -> Option<Day> {
    let word = c.get(0)?.as_str();
    let days = match word {
        w if w.contains("after tomorrow")
            || w.starts_with("next tomorrow")
            || w.starts_with("pasado")
            || w.starts_with("apres")
            || w.starts_with("depois") =>
        {
            2
        }
        w if w.starts_with("tom")
            || w.starts_with("tm")
            || w.starts_with("2m")
            || w.starts_with("manana")
            || w.starts_with("demain")
            || w.starts_with("amanha") =>
        {
            1
        }
        _ => 0,
    };
    Some(Day::In { days, months: 0 })
}

fn feast(c: &Captures<'_>) -> Option<Day> {
    let word = c.get(0)?.as_str();
    let (day, month) = match word {
        w if w.starts_with("christmas eve") || w.contains("nochebuena") => (24, 12),
        w if w.contains("christmas") || w.contains("navidad") || w.contains("noel") || w.contains("natal") => (25, 12),
        w if w.contains("boxing") => (26, 12),
        w if w.contains("eve") || w.contains("nochevieja") => (31, 12),
        w if w.contains("new year") => (1, 1),
        w if w.contains("valentine") => (14, 2),
        _ => return None,
    };
    Some(Day::Of { day, month, year: None })
}

fn patterns() -> &'static Vec<(Regex, Read)> {
    static ALL: OnceLock<Vec<(Regex, Read)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let w = format!("{WEEKDAY}\\b");
        let lead = format!("(?:{w}[.,]*\\s+(?:on\\s+)?(?:the\\s+|le\\s+|el\\s+|dia\\s+)?)?");
        let tail = format!("(?:[.,]?\\s*(?:of\\s+|de\\s+|del\\s+)?(?P<y>20\\d\\d))?(?:\\s*,?\\s+(?:on\\s+)?(?:a\\s+)?{w})?");
        let d = format!("(?P<d>{ORDINAL})");
        let m = format!("(?P<m>{MONTH})\\b");
        let unit = "(?P<u>days?|weeks?|fortnights?|months?|dias?|semanas?|meses|mes|jours?|semaines?|mois)\\b";
        let n = format!("(?P<n>{NUMBER}|an?|(?:a\\s+)?(?:couple|few)(?:\\s+of)?)");
        let list: Vec<(String, Read)> = vec![
            (format!("\\b(?:the\\s+)?(?P<o>first|second|third|fourth|last|1st|2nd|3rd|4th)\\s+(?P<w>{w})\\s+(?:in|of)\\s+{m}"), nth_of),
            (format!("(?:{w},?\\s+)?\\b(?P<y>20\\d\\d)[-/.](?P<n>\\d{{1,2}})[-/.](?P<d>\\d{{1,2}})\\b"), ymd),
            (format!("\\b{lead}{d}\\s?(?:st|nd|rd|th|er|º|ª)?\\s*,?(?:of\\s+|de\\s+|do\\s+)?{m}{tail}"), of),
            (format!("\\b{lead}{m}\\.?,?\\s+(?:the\\s+)?{d}\\s?(?:st|nd|rd|th)?\\b{tail}"), of),
            (format!("(?:\\b{w},?\\s+)?\\b(?P<d>\\d{{1,2}})/(?P<n>\\d{{1,2}})(?:/(?P<y>\\d{{4}}|\\d\\d))?\\b"), pair),
            ("\\b(?P<d>\\d{1,2})(?:-|\\.)(?P<n>\\d{1,2})(?:-|\\.)(?P<y>\\d{4}|\\d\\d)\\b".into(), pair),
            ("\\b(?P<d>[0-3]?\\d)\\.\\s?(?P<n>0?[1-9]|1[0-2])\\.(?:$|[^\\d])".into(), pair),
            (format!("\\b{w},?\\s+(?:the\\s+)?(?P<d>{ORDINAL})(?:st|nd|rd|th)\\b"), nth),
            ("\\b(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\\s+(?:le\\s+|dia\\s+)?(?P<d>\\d{1,2})\\b".into(), nth),
            (
                format!("(?:\\b(?P<b>this coming|this past|this|last|next week on|next week|next|coming|a week on|week on|proxim[oa]|est[ea]|ce)\\s+)?\\b(?P<w>{w})\\.?(?:\\s+(?P<a>of next week|next week|week\\b|que viene|que vem|prochaine?|proxim[oa]))?"),
                on,
            ),
            (format!("\\b(?:in|within|after|dentro de|en|dans|em|daqui a|d'ici)\\s+(?:about\\s+|around\\s+|like\\s+)?{n}\\s*{unit}(?:\\s+and\\s+(?P<k>{NUMBER})\\s+days?)?(?:'?\\s+time\\b)?"), ahead),
            (format!("\\b{n}\\s*{unit}\\s+(?P<t>from (?:now|today|tomorrow)|hence|time)\\b"), ahead),
            ("\\b(?:a|one)\\s+(?:week|fortnight)\\s+(?:from\\s+)?(?:today|tomorrow)\\b|\\b(?:today|tomorrow)\\s+(?:week|fortnight)\\b".into(), from_now),
            ("\\b(?:the\\s+)?day after tomorrow\\b|\\bnext tomorrow\\b|\\bpasado manana\\b|\\bapres[- ]demain\\b|\\bdepois de amanha\\b".into(), near),
            ("\\btomorrow\\b|\\b2mor+ow\\b|\\b2moro\\b|\\b2mr+w\\b|\\btomor+o\\b|\\btmo?r+o?w?\\b|\\b2nite\\b|\\b2night\\b|\\b2day\\b|\\btommorrow\\b|\\btomorow\\b|\\btmrw?\\b|\\btonight\\b|\\btonite\\b|\\btoday\\b|\\bthis (?:evening|morning|afternoon|night|lunchtime)\\b|\\baujourd'?hui\\b|\\bce soir\\b|\\bce midi\\b|\\bdemain\\b|\\bmanana\\b|\\bhoy\\b|\\besta (?:noche|tarde|noite)\\b|\\bhoje\\b|\\bamanha\\b".into(), near),
            ("\\bchristmas(?: eve| day)?\\b|\\bboxing day\\b|\\bnew year'?s?(?: eve| day)?\\b|\\bvalentine'?s?(?: day)?\\b|\\bnochebuena\\b|\\bnochevieja\\b|\\bnavidad\\b|\\bnoel\\b".into(), feast),
            ("\\b(?:this|the|next)\\s+weekend\\b|\\beste fin de semana\\b|\\bce week-end\\b|\\beste fim de semana\\b".into(), |_| Some(Day::Weekend)),
            (format!("\\b{ORDINAL}(?:st|nd|rd|th)\\b"), |c| c.get(1).and_then(|m| number(m.as_str())).and_then(|n| i8::try_from(n).ok()).filter(|d| (1..=39).contains(d)).map(|day| Day::Nth { day })),
            (format!("\\b(?:(?:end|beginning|start|middle|first week|last week)\\s+of|early|late|mid|sometime\\s+in|in|during)\\s+{m}"), |_| Some(Day::Vague)),
            ("\\b(?:dia|el dia|el|le)\\s+(?P<d>\\d{1,2})\\b".into(), nth),
            ("\\b(?:in (?:about |around )?(?:an|half an|a couple of|a few|\\d+|one|two|three|four|five) (?:hours?|minutes?|mins?)(?: and a half)?|(?:an|\\d+|two|three) hours? from now)\\b|^\\W*(?:right )?now\\W*$".into(), |_| Some(Day::In { days: 0, months: 0 })),
        ];
        list.into_iter().map(|(p, read)| (Regex::new(&p).expect("a fixed pattern"), read)).collect()
    })
}

/// Whether a bare day number is really a time or a count.
fn goes_on(rest: &str) -> bool {
    static MORE: OnceLock<Regex> = OnceLock::new();
    MORE.get_or_init(|| {
        Regex::new("^\\s*(?:[:.]\\d|h\\b|h\\d|heures?|horas?|am\\b|pm\\b|a\\.m|p\\.m|person|people|pessoas|adult|o'?clock)")
            .expect("a fixed pattern")
    })
    .is_match(rest)
}

/// Days in a text.
pub(super) fn find(t: &Folded, asked: &[Asked], taken: &mut Vec<Place>) -> Vec<(Place, Day)> {
    let mut out: Vec<(Place, Day)> = Vec::new();
    for (n, (re, read)) in patterns().iter().chain(super::east::days()).enumerate() {
        for c in re.captures_iter(&t.text) {
            let (Some(all), Some(day)) = (c.get(0), read(&c)) else { continue };
            let after = t.after(all.end()).trim_start();
            let feast = matches!(day, Day::Nth { .. }) && ["birthday", "anniversary", "floor"].iter().any(|w| after.starts_with(w));
            let ago = after.starts_with("ago") || feast || is_no_day(t.before(all.start()), &day);
            let bare = matches!(day, Day::Nth { .. }) && c.name("d").is_some() && goes_on(t.after(all.end()));
            let at = trimmed(&t.text, (all.start(), all.end()));
            // "in an hour" says the time as well, so it is not taken from it.
            let soon = n + 1 == patterns().len();
            let overlaps = out.iter().any(|((f, e), _)| at.0 < *e && *f < at.1);
            if !ago && !bare && !overlaps && !of_week(t, at, &day) && (soon || claim(taken, at)) {
                out.push((at, day));
            }
        }
    }
    if out.is_empty() && asked.contains(&Asked::Day) {
        out.extend(bare(t, taken));
    }
    out.sort_by_key(|(at, _)| at.0);
    out
}

/// "sun" and "mar" and "sat" in running text are not days unless they stand like one.
fn of_week(t: &Folded, at: Place, day: &Day) -> bool {
    let word = t.text.get(at.0..at.1).unwrap_or("");
    let before = t.before(at.0).trim_end();
    // "de la manana" is the morning.
    if word == "manana" && before.ends_with(" la") {
        return true;
    }
    matches!(day, Day::On { .. })
        && matches!(word, "sat" | "sun" | "wed" | "mar")
        && ["the", "in", "we", "i", "have", "a"].iter().any(|w| before.ends_with(w))
}

/// "at 8.10." is a time, "born 3.4.2019" a birthday.
fn is_no_day(before: &str, day: &Day) -> bool {
    let before = before.trim_end();
    let timed = matches!(day, Day::Pair { year: None, .. }) && ["at", "um", "by", "around", "@"].iter().any(|w| before.ends_with(w));
    timed || ["born", "born on", "dob", "dob:", "geboren"].iter().any(|w| before.ends_with(w))
}

fn trimmed(text: &str, (from, to): Place) -> Place {
    let word = text.get(from..to).unwrap_or("");
    let start = from + (word.len() - word.trim_start().len());
    (start, start + word.trim().trim_end_matches([',', '.']).len())
}

/// A bare number when we asked for the day.
fn bare(t: &Folded, taken: &mut Vec<Place>) -> Option<(Place, Day)> {
    static ONLY: OnceLock<Regex> = OnceLock::new();
    let re = ONLY.get_or_init(|| Regex::new("^\\W*(?:on |the |le |el )*(?P<d>\\d{1,2})\\W*$").expect("a fixed pattern"));
    let c = re.captures(&t.text)?;
    let at = c.name("d").map(|m| (m.start(), m.end()))?;
    let day = nth(&c)?;
    claim(taken, at).then_some((at, day))
}

/// The day that is meant, given today. `day_first` tells how two numbers are read where both ways are possible.
pub fn meant(day: Day, today: Date, day_first: bool) -> Option<Meant> {
    let sure = |date| Some(Meant { date, sure: 100, or: None });
    match day {
        Day::In { days, months } => sure(today.checked_add(months.months()).ok()?.checked_add(days.days()).ok()?),
        Day::On { weekday, which } => on_weekday(weekday, which, today),
        Day::Of { day, month, year } => sure(dated(day, month, year, today)?),
        Day::Nth { day } => {
            let mut first = today.first_of_month();
            for _ in 0..3 {
                match Date::new(first.year(), first.month(), day) {
                    Ok(d) if d >= today => return Some(Meant { date: d, sure: 95, or: None }),
                    _ => first = first.checked_add(1.month()).ok()?,
                }
            }
            None
        }
        Day::Pair { first, second, year } => {
            let ways = if day_first { [(first, second), (second, first)] } else { [(second, first), (first, second)] };
            let mut dates = ways.into_iter().filter_map(|(d, m)| dated(d, m, year, today));
            let date = dates.next()?;
            let or = dates.next().filter(|o| *o != date);
            Some(Meant { date, sure: if or.is_some() { 80 } else { 100 }, or })
        }
        Day::NthOf { nth, weekday, month } => {
            let weekday = Weekday::from_monday_zero_offset(weekday).ok()?;
            let of = |year| Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok();
            sure(of(today.year()).filter(|d| *d >= today).or_else(|| of(today.year() + 1))?)
        }
        Day::Vague => None,
        Day::Weekend => {
            let date = coming(5, today, true)?;
            Some(Meant { date, sure: 50, or: date.tomorrow().ok() })
        }
    }
}

fn dated(day: i8, month: i8, year: Option<i16>, today: Date) -> Option<Date> {
    match year {
        Some(y) => Date::new(y, month, day).ok(),
        // The next such day; of one that passed lately the passed one is meant, and told as passed.
        None => {
            let this = Date::new(today.year(), month, day).ok();
            let lately = today.checked_sub(14.days()).ok()?;
            this.filter(|d| *d >= lately).or_else(|| Date::new(today.year() + 1, month, day).ok())
        }
    }
}

/// The day that is meant beside one that is talked about: "Tuesday instead" of Monday 30 November is the day after it, and not next
/// Tuesday.
pub fn beside(day: Day, known: Option<Date>, today: Date, day_first: bool) -> Option<Meant> {
    if let (Day::On { weekday, which: Which::Coming }, Some(known)) = (day, known.filter(|k| *k > today)) {
        let monday = known.checked_sub(i64::from(known.weekday().to_monday_zero_offset()).days()).ok()?;
        let date = monday.checked_add(i64::from(weekday).days()).ok()?;
        return if date >= today { Some(Meant { date, sure: 80, or: None }) } else { meant(day, today, day_first) };
    }
    meant(day, today, day_first)
}

fn coming(weekday: i8, today: Date, with_today: bool) -> Option<Date> {
    let wd = Weekday::from_monday_zero_offset(weekday).ok()?;
    if with_today && today.weekday() == wd {
        return Some(today);
    }
    today.nth_weekday(1, wd).ok()
}

fn on_weekday(weekday: i8, which: Which, today: Date) -> Option<Meant> {
    let first = coming(weekday, today, which == Which::This)?;
    let (date, or) = match which {
        Which::Past => return None,
        Which::Coming | Which::This => (first, None),
        Which::WeekAfter => (first.checked_add(7.days()).ok()?, None),
        Which::Next => {
            let monday = today.checked_add((7 - i64::from(today.weekday().to_monday_zero_offset())).days()).ok()?;
            let date = monday.checked_add(i64::from(weekday).days()).ok()?;
            (date, Some(first).filter(|f| *f != date))
        }
    };
    Some(Meant { date, sure: if or.is_some() { 70 } else { 100 }, or })
}
