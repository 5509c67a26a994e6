//! Times of the day.

use super::text::{Folded, NUMBER, number};
use super::{Asked, Part, Place, claim};
use regex::{Captures, Regex};
use std::sync::OnceLock;

/// A time as people say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hour {
    /// A time on the clock.
    Clock {
        /// Minute of the day as it was said; below noon it may be the other half of the day.
        minute: i64,
        /// Which half of the day, when the words tell.
        half: Half,
    },
    /// So many minutes from now.
    In {
        /// Minutes.
        minutes: i64,
    },
}

/// Which half of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// The words do not tell.
    Open,
    /// As it was said: 19:30, noon, 7 pm.
    Sure,
    /// In the afternoon or evening, as the words beside say.
    Later,
    /// In the morning.
    Morning,
}

/// What a time means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    /// This minute of the day.
    Is(i64),
    /// This minute of the day or twelve hours later.
    Either(i64),
}

/// The minute that is meant. `part` is a part of the day said beside it, `open` when something can begin (from, to
/// included); with them a bare seven is one of two or asks to be asked.
pub fn meant(hour: Hour, part: Option<Part>, open: &[(i64, i64)], now_minute: i64) -> Meant {
    let (minute, half) = match hour {
        Hour::In { minutes } => return Meant::Is(now_minute + minutes),
        Hour::Clock { minute, half } => (minute, half),
    };
    let later = if minute < 720 { minute + 720 } else { minute };
    let earlier = if (720..780).contains(&minute) { minute - 720 } else { minute };
    match (half, part) {
        (Half::Sure, _) => Meant::Is(minute),
        (Half::Later, _) | (Half::Open, Some(Part::Afternoon | Part::Evening)) => Meant::Is(later),
        (Half::Morning, _) | (Half::Open, Some(Part::Morning)) => Meant::Is(if minute < 720 { minute } else { earlier }),
        // Twelve without more is noon.
        (Half::Open, None) if minute >= 720 => Meant::Is(minute),
        (Half::Open, None) => {
            let can = |m: i64| open.iter().any(|(f, t)| *f <= m && m <= *t);
            match (can(minute), can(later)) {
                (true, true) => Meant::Either(minute),
                (true, false) => Meant::Is(minute),
                // Nothing fits: the evening is what people mean by it.
                (false, _) => Meant::Is(later),
            }
        }
    }
}

const AMPM: &str = "(?:a\\.?\\s?m\\b\\.?|p\\.?\\s?m\\b\\.?)";
const TAIL: &str = "(?P<tail>\\s+(?:in the (?:morning|evening|afternoon)|at night|(?:for |de |por |da |du )(?:la )?(?:morning|evening|night|manana|tarde|noche|manha|noite|matin|soir)|de l'apres[- ]midi)\\b)?";

type Read = fn(&Captures<'_>) -> Option<Hour>;

fn text<'t>(c: &Captures<'t>, name: &str) -> Option<&'t str> {
    c.name(name).map(|m| m.as_str())
}

/// Hour and minute of a match with its half of the day.
fn clock(c: &Captures<'_>) -> Option<Hour> {
    let h = text(c, "h").and_then(number)?;
    let m = text(c, "m").map_or(Some(0), minutes)?;
    at(c, h, m)
}

fn minutes(word: &str) -> Option<i64> {
    let w = word.trim();
    match w {
        _ if w.contains("menos cuarto") || w.contains("moins le quart") || w.contains("menos quinze") => Some(-15),
        _ if w.contains("media") || w.contains("meia") || w.contains("demie") => Some(30),
        _ if w.contains("cuarto") || w.contains("quart") => Some(15),
        _ => {
            let parts: Vec<&str> = w.split(['-', ' ']).filter(|p| !matches!(*p, "y" | "e" | "et" | "oh" | "o" | "")).collect();
            let sum = parts.iter().map(|p| number(p)).sum::<Option<i64>>()?;
            (0..60).contains(&sum).then_some(sum)
        }
    }
}

fn at(c: &Captures<'_>, h: i64, m: i64) -> Option<Hour> {
    if !(0..=24).contains(&h) || m > 59 {
        return None;
    }
    let tail = text(c, "tail").unwrap_or("");
    let half = match text(c, "ap").map(|a| a.as_bytes()[0]) {
        Some(b'p') => Half::Later,
        Some(_) => Half::Morning,
        None if tail.contains("mor") || tail.contains("man") || tail.contains("matin") => Half::Morning,
        None if !tail.is_empty() => Half::Later,
        None if !(1..=12).contains(&h) || text(c, "h").is_some_and(|h| h.starts_with('0')) => Half::Sure,
        None => Half::Open,
    };
    // "12 at night" and "12 am" are midnight, "13 pm" is 13.
    let minute = (h % 24) * 60 + m;
    let night = h == 12 && (half == Half::Morning || tail.contains("night") || tail.contains("noche") || tail.contains("noite"));
    let half = if h > 12 || night { Half::Sure } else { half };
    Some(Hour::Clock { minute: (if night { minute - 720 } else { minute }).rem_euclid(1440), half })
}

fn packed(c: &Captures<'_>) -> Option<Hour> {
    let n: i64 = text(c, "h")?.parse().ok()?;
    at(c, n / 100, n % 100)
}

fn around(c: &Captures<'_>) -> Option<Hour> {
    let shift = match text(c, "n")? {
        q if q.starts_with("quarter") => 15,
        "half" => 30,
        n => number(n)?,
    };
    let before = matches!(text(c, "way")?, "to" | "before" | "till" | "til");
    let base = match text(c, "word") {
        Some(w) if w.starts_with("midn") => Hour::Clock { minute: 1440, half: Half::Sure },
        Some(_) => Hour::Clock { minute: 720, half: Half::Sure },
        None => clock(c)?,
    };
    let Hour::Clock { minute, half } = base else { return None };
    Some(Hour::Clock { minute: (minute + if before { -shift } else { shift }).rem_euclid(1440), half })
}

fn half_hour(c: &Captures<'_>) -> Option<Hour> {
    match clock(c)? {
        Hour::Clock { minute, half } => Some(Hour::Clock { minute: minute + 30, half }),
        soon @ Hour::In { .. } => Some(soon),
    }
}

fn noon(c: &Captures<'_>) -> Option<Hour> {
    let word = c.get(0)?.as_str();
    let midnight = ["midnight", "medianoche", "minuit", "meia-noite", "meia noite"].contains(&word);
    Some(Hour::Clock { minute: if midnight { 0 } else { 720 }, half: Half::Sure })
}

fn soon(c: &Captures<'_>) -> Option<Hour> {
    let unit = text(c, "u").unwrap_or("min");
    let n = match text(c, "n") {
        None => 0,
        Some(w) if w.starts_with("half") => 30,
        Some(w) => {
            let n = w.split_whitespace().find_map(number)?;
            if unit.starts_with('h') { n * 60 } else { n }
        }
    };
    let n = if text(c, "more").is_some() { n + 30 } else { n };
    Some(Hour::In { minutes: n })
}

fn patterns() -> &'static Vec<(Regex, Read)> {
    static ALL: OnceLock<Vec<(Regex, Read)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let ap = format!("(?:\\s*(?P<ap>{AMPM}))");
        let h = format!("(?P<h>{NUMBER})");
        let base = format!("(?:(?P<word>noon|midday|midnight)|{h}(?:[:.](?P<m>\\d\\d))?{ap}?)");
        let list: Vec<(String, Read)> = vec![
            (format!("\\b(?:a\\s+)?(?P<n>quarter|half|{NUMBER})[\\s-]*(?:minutes?\\s+|mins?\\s+)(?P<way>past|to|after|before|till|til)\\s+{base}{TAIL}"), around),
            (format!("\\b(?:a\\s+)?(?P<n>quarter|half)[\\s-]+(?P<way>past|to|after|before|till|til)\\s+{base}{TAIL}"), around),
            (format!("\\b(?P<n>{NUMBER})\\s+(?P<way>past|after)\\s+{base}{TAIL}"), around),
            (format!("\\bhalf[\\s-]+{h}\\b{ap}?{TAIL}"), half_hour),
            (format!("\\b(?P<h>[01]?\\d|2[0-4])\\s?[:.]\\s?(?P<m>[0-5]\\d)(?:\\s?-?ish\\b|\\s?h(?:rs?|ours)?\\b)?{ap}?{TAIL}"), clock),
            ("\\b(?P<h>[01]?\\d|2[0-4])\\s?h(?:rs?|eures?|oras)?\\s?(?P<m>[0-5]\\d)?\\b(?P<tail>\\s+(?:du|de|da)\\s+(?:la\\s+)?(?:matin|soir|manana|tarde|noche|manha|noite)\\b)?".into(), clock),
            ("\\b(?P<h>\\d{3,4})\\s?(?:hrs?|hours|h)\\b".into(), packed),
            (format!("\\b(?P<h>\\d{{3,4}}){ap}"), packed),
            (format!("\\b{h}(?:\\s+(?P<m>(?:oh|o)\\s+five|fifteen|thirty|forty(?:[- ]five)?|twenty(?:[- ]five)?|fifty(?:[- ]five)?|ten))?{ap}{TAIL}"), clock),
            (format!("\\b(?P<h>one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)[\\s-]+(?P<m>fifteen|thirty|forty[- ]five|twenty)\\b{TAIL}"), clock),
            (format!("\\b{h}\\s*o'?\\s?clock\\b{ap}?{TAIL}"), clock),
            (format!("\\b{h}\\s?-?ish\\b{ap}?{TAIL}"), clock),
            (format!("\\b{h}(?P<tail>\\s+(?:in the (?:morning|evening|afternoon)|at night|for (?:morning|evening|night))\\b)"), clock),
            ("\\b(?:noon|midday|midnight|medianoche|mediodia|minuit|midi|meio[- ]dia|meia[- ]noite)\\b".into(), noon),
            (format!("\\ba las?\\s+{h}(?:[:.h](?P<m>\\d\\d)|\\s+(?P<x>y (?:media|cuarto|{NUMBER})|menos cuarto))?(?:\\s+horas)?{TAIL}"), spanish),
            (format!("\\bas\\s+{h}(?:\\s+(?P<x>e (?:meia|{NUMBER})))?(?:\\s+horas?)?{TAIL}"), spanish),
            (format!("\\b{h}\\s+heures?(?:\\s+(?P<x>et demie|et quart|moins le quart|\\d\\d))?{TAIL}"), spanish),
            (format!("\\bin\\s+(?:about\\s+|around\\s+)?(?P<n>half an|an|a couple of|a few|{NUMBER})\\s+(?P<u>hours?|minutes?|mins?)(?P<more>\\s+and a half)?\\b|^\\W*(?:right\\s+)?now\\W*$"), soon),
            (format!("\\b(?P<n>half an|an|a couple of|a few|{NUMBER})\\s+(?P<u>hours?|minutes?|mins?)\\s+from now\\b"), soon),
        ];
        list.into_iter().map(|(p, read)| (Regex::new(&p).expect("a fixed pattern"), read)).collect()
    })
}

fn spanish(c: &Captures<'_>) -> Option<Hour> {
    let h = text(c, "h").and_then(number)?;
    let m = match text(c, "x") {
        Some(x) => minutes(x)?,
        None => text(c, "m").map_or(Some(0), minutes)?,
    };
    match at(c, h, m.max(0))? {
        Hour::Clock { minute, half } if m < 0 => Some(Hour::Clock { minute: (minute + m).rem_euclid(1440), half }),
        other => Some(other),
    }
}

/// A range of people or a price is no time.
fn counts(rest: &str) -> bool {
    static MORE: OnceLock<Regex> = OnceLock::new();
    MORE.get_or_init(|| Regex::new("^\\s*(?:person|people|pessoas|adult|kids?\\b|child|guests?|of us|days?\\b|weeks?\\b|nights?\\b|%|,\\d\\d\\d|minutes|mins|hours? from|others?\\b|friends|/\\d)").expect("a fixed pattern"))
        .is_match(rest)
}

/// Times in a text that are told by their form.
pub(super) fn find(t: &Folded, taken: &mut Vec<Place>) -> Vec<(Place, Hour)> {
    let mut out = super::east::hours(t, taken);
    for (re, read) in patterns() {
        for c in re.captures_iter(&t.text) {
            let (Some(all), Some(hour)) = (c.get(0), read(&c)) else { continue };
            let money = t.before(all.start()).ends_with(['$', '£', '€', '₦', '-', '/']);
            if counts(t.after(all.end())) || money {
                continue;
            }
            // "tonight at 8" has its day in "tonight"; "evening at 8" is one thing.
            if let Some(at) = dressed(t, all.start(), all.end()).into_iter().find(|at| claim(taken, *at)) {
                out.push((at, hour));
            }
        }
    }
    out.sort_by_key(|(at, _): &(Place, Hour)| at.0);
    out
}

/// With the "evening at" before it; and without any "at" before and space behind.
fn dressed(t: &Folded, from: usize, to: usize) -> [Place; 2] {
    let word = t.text.get(from..to).unwrap_or("");
    let lead = ["a las ", "a la ", "as ", "a quarter", "a half"]
        .iter()
        .find(|l| word.starts_with(**l))
        .map_or(0, |l| if l.ends_with(' ') { l.len() } else { 2 });
    // "o'clock" says nothing more.
    let end = word.find("o'").or_else(|| word.find("oclock")).filter(|e| *e > 0).unwrap_or(word.len());
    let end = from + word.get(..end).unwrap_or(word).trim_end().len();
    let before = t.before(from);
    let parts = [" evening at ", " night at ", " morning at ", " afternoon at ", " evening around ", " evening for "];
    let back = parts.iter().find(|e| before.ends_with(**e)).map_or(0, |e| e.len() - 1);
    [(if back > 0 { from - back } else { from + lead }, end), (from + lead, end)]
}

/// "move it to 9", "push the table back to 8": people are not moved, times are.
pub(super) fn moved(t: &Folded, taken: &mut Vec<Place>) -> Vec<(Place, Hour)> {
    static RE: OnceLock<Regex> = OnceLock::new();
    let re = RE.get_or_init(|| {
        Regex::new(&format!(
            "\\b(?:move|shift|push|postpone|reschedule|bring)\\b(?: [a-z']+){{0,4}}(?: from {NUMBER})? to (?P<h>{NUMBER})\\b"
        ))
        .expect("a fixed pattern")
    });
    let Some(c) = re.captures(&t.text) else { return Vec::new() };
    let (Some(m), Some(hour)) = (c.name("h"), clock(&c)) else { return Vec::new() };
    let at = (m.start(), m.end());
    let people = super::party::people_follow(t.after(m.end()));
    if people || counts(t.after(m.end())) || !claim(taken, at) { Vec::new() } else { vec![(at, hour)] }
}

/// Bare numbers that are times by what stands before them, or because we asked.
pub(super) fn find_bare(t: &Folded, asked: &[Asked], nobody: bool, taken: &mut Vec<Place>) -> Vec<(Place, Hour)> {
    static NEAR: OnceLock<Regex> = OnceLock::new();
    static ONLY: OnceLock<Regex> = OnceLock::new();
    static ANY: OnceLock<Regex> = OnceLock::new();
    let near = NEAR.get_or_init(|| {
        Regex::new(&format!("\\b(?:at|around|about|by|before|after|from|until|till|vers|sobre|circa|time is|time to)\\s+(?:like\\s+|about\\s+|around\\s+)?(?P<h>{NUMBER})\\b")).expect("a fixed pattern")
    });
    let only = ONLY.get_or_init(|| Regex::new(&format!("^\\W*(?:for |at |around |about |maybe |make it |say |how about |let's say |a las |as |vers )*(?P<h>{NUMBER})(?: please| pls| then| would be (?:good|great|fine)| is (?:good|fine|ok))?\\W*$")).expect("a fixed pattern"));
    let any = ANY.get_or_init(|| Regex::new(&format!("\\b(?P<h>{NUMBER})\\b")).expect("a fixed pattern"));
    let wants = asked.contains(&Asked::Hour);
    let lists = [(near, true), (only, wants && !asked.contains(&Asked::Party)), (any, wants && nobody && !asked.contains(&Asked::Party))];
    for (re, _) in lists.into_iter().filter(|(_, on)| *on) {
        let mut out = Vec::new();
        for c in re.captures_iter(&t.text) {
            let Some(m) = c.name("h") else { continue };
            let hour = if m.as_str().len() >= 3 && m.as_str().bytes().all(|b| b.is_ascii_digit()) { packed(&c) } else { clock(&c) };
            let Some(hour) = hour else { continue };
            if !counts(t.after(m.end())) && claim(taken, (m.start(), m.end())) {
                out.push(((m.start(), m.end()), hour));
            }
        }
        if !out.is_empty() {
            return out;
        }
    }
    Vec::new()
}

/// A part of the day anywhere in a text.
pub(super) fn part(t: &Folded) -> Option<Part> {
    static RE: OnceLock<Vec<(Regex, Part)>> = OnceLock::new();
    let list = RE.get_or_init(|| {
        let of = |p: &str, part| (Regex::new(p).expect("a fixed pattern"), part);
        vec![
            of("\\b(?:evening|tonight|tonite|night|dinner|supper|noche|cena|soir|diner|noite|jantar)\\b", Part::Evening),
            of("\\b(?:afternoon|lunch|lunchtime|tarde|almuerzo|comida|apres[- ]midi|dejeuner|almoco)\\b", Part::Afternoon),
            of("\\b(?:morning|breakfast|brunch|de la manana|por la manana|desayuno|matin|manha|cafe da manha)\\b", Part::Morning),
        ]
    });
    list.iter().find(|(re, _)| re.is_match(&t.text)).map(|(_, p)| *p)
}
