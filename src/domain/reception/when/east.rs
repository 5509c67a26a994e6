//! Swahili and Arabic: days, times, people and nights.
//!
//! The Swahili clock begins with the day: "saa mbili" is two hours after six, at eight. With "asubuhi", "mchana", "jioni" or
//! "usiku" beside it a number that fits no Swahili hour of that part is read as on a European clock ("saa 9 asubuhi").

use super::day::{Day, Which};
use super::hour::{Half, Hour};
use super::text::Folded;
use super::{Asked, Part, Place, claim};
use crate::domain::numeral;
use regex::{Captures, Regex};
use std::sync::OnceLock;

/// Number words and figures, as they stand before or behind a word.
const SW: &str = "(?:\\d{1,4}|kumi na \\w+|ishirini na \\w+|moja|mmoja|mbili|wawili|tatu|watatu|nne|wanne|tano|watano|sita|saba|nane|wanane|tisa|kumi|ishirini|thelathini)";
const SW_HOUR: &str = "\\d{1,2}|kumi na moja|kumi na mbili|moja|mbili|tatu|nne|tano|sita|saba|nane|tisa|kumi";
const AR: &str = "(?:\\d{1,4}|واحده?|اثنين|اتنين|ثلاثه?|تلاته?|اربعه?|خمسه?|سته?|سبعه?|ثمانيه?|ثمان|تمانيه?|تسعه?|عشره?|عشرين)";

type ReadDay = fn(&Captures<'_>) -> Option<Day>;

fn text<'t>(c: &Captures<'t>, name: &str) -> Option<&'t str> {
    c.name(name).map(|m| m.as_str())
}

/// A figure, a number word, or several that are one number.
fn number(said: &str) -> Option<i64> {
    let said = said.trim();
    let words: Vec<&str> = said.split_whitespace().collect();
    if said == "wanne" {
        return Some(4);
    }
    said.parse().ok().or_else(|| numeral::joined(&words).map(|(n, _)| n)).or_else(|| numeral::number(words.first()?))
}

fn small(c: &Captures<'_>, name: &str) -> Option<i8> {
    text(c, name).and_then(number).and_then(|n| i8::try_from(n).ok())
}

fn weekday(word: &str) -> Option<i8> {
    const DAYS: [(&str, i8); 16] = [
        ("jumatatu", 0),
        ("اثنين", 0),
        ("اتنين", 0),
        ("jumanne", 1),
        ("ثلاث", 1),
        ("تلات", 1),
        ("jumatano", 2),
        ("اربع", 2),
        ("alhamisi", 3),
        ("خميس", 3),
        ("ijumaa", 4),
        ("جمعه", 4),
        ("jumamosi", 5),
        ("سبت", 5),
        ("jumapili", 6),
        ("احد", 6),
    ];
    DAYS.iter().find(|(w, _)| word.starts_with(w)).map(|(_, n)| *n)
}

const MONTH: &str = "januari|februari|machi|aprili|mei|juni|julai|agosti|septemba|oktoba|novemba|desemba|يناير|فبراير|مارس|ابريل|مايو|يونيو|يوليو|اغسطس|سبتمبر|اكتوبر|نوفمبر|ديسمبر|كانون الثاني|شباط|اذار|نيسان|ايار|حزيران|تموز|اب|ايلول|تشرين الاول|تشرين الثاني|كانون الاول";

fn month(word: &str) -> Option<i8> {
    let at = MONTH.split('|').position(|m| m == word)?;
    i8::try_from(at % 12 + 1).ok()
}

fn of(c: &Captures<'_>) -> Option<Day> {
    let (day, month) = (small(c, "d")?, text(c, "m").and_then(month)?);
    let year = text(c, "y").and_then(|y| y.parse().ok());
    (1..=31).contains(&day).then_some(Day::Of { day, month, year })
}

fn nth(c: &Captures<'_>) -> Option<Day> {
    small(c, "d").filter(|d| (1..=31).contains(d)).map(|day| Day::Nth { day })
}

fn on(c: &Captures<'_>) -> Option<Day> {
    let weekday = text(c, "w").and_then(weekday)?;
    Some(Day::On { weekday, which: if text(c, "a").is_some() { Which::Next } else { Which::Coming } })
}

fn ahead(c: &Captures<'_>) -> Option<Day> {
    let unit = text(c, "u")?;
    let two = unit.ends_with("ين");
    let n = if two { 2 } else { text(c, "n").map_or(Some(1), number)? };
    Some(match unit {
        u if u.starts_with("wiki") || u.starts_with("اسب") || u.starts_with("اساب") => Day::In { days: 7 * n, months: 0 },
        u if u.starts_with("mi") || u.starts_with("mw") || u.starts_with("شه") || u.starts_with("اشه") => {
            Day::In { days: 0, months: n }
        }
        _ => Day::In { days: n, months: 0 },
    })
}

fn near(c: &Captures<'_>) -> Option<Day> {
    let word = c.get(0)?.as_str();
    let days = match word {
        w if w.contains("kutwa") || w.contains("بعد") => 2,
        w if w.contains("kesho") || w.contains("غد") || w.contains("بكر") => 1,
        _ => 0,
    };
    Some(Day::In { days, months: 0 })
}

/// Patterns of days.
pub(super) fn days() -> &'static [(Regex, ReadDay)] {
    static ALL: OnceLock<Vec<(Regex, ReadDay)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let list: Vec<(String, ReadDay)> = vec![
            (format!("\\b(?:tarehe\\s+)?(?P<d>\\d{{1,2}})\\s+(?:ya\\s+|mwezi\\s+(?:wa\\s+)?|من\\s+|شهر\\s+)?(?P<m>{MONTH})\\b(?:\\s+(?P<y>20\\d\\d))?"), of),
            ("\\b(?P<w>jumatatu|jumanne|jumatano|alhamisi|ijumaa|jumamosi|jumapili)\\b(?P<a>\\s+(?:ya\\s+)?wiki\\s+(?:ijayo|inayokuja))?".into(), on),
            ("\\bو?(?:ل?يوم\\s+)?(?:ال|لل)(?P<w>اثنين|اتنين|ثلاثاء|ثلاثا|تلات|اربعاء|اربعا|خميس|جمعه|سبت|احد)\\b(?P<a>\\s+(?:من\\s+)?الاسبوع\\s+(?:القادم|الجاي|المقبل))?".into(), on),
            (format!("\\bbaada ya\\s+(?P<u>siku|wiki|miezi|mwezi)\\s+(?P<n>{SW})\\b"), ahead),
            (format!("\\bبعد\\s+(?:(?P<n>{AR})\\s+)?(?P<u>يومين|يوم|ايام|اسبوعين|اسبوع|اسابيع|شهرين|شهر|اشهر)\\b"), ahead),
            ("\\bkesho kutwa\\b|\\bبعد (?:ال)?(?:غدا?|بكر[ها])\\b".into(), near),
            ("\\bkesho\\b|\\bleo\\b|\\b(?:usiku|jioni) (?:huu|hii)\\b|\\b(?:ال)?غدا?\\b|\\bبكر[ها]\\b|\\bاليوم\\b|\\bالنهارده\\b|\\bال?ليله?\\s*دي\\b|\\bالليله\\b".into(), near),
            ("\\b(?:wikendi|wikiendi|mwisho wa wiki)\\b|\\bنهايه الاسبوع\\b|\\bالويكند\\b".into(), |_| Some(Day::Weekend)),
            ("\\btarehe\\s+(?P<d>\\d{1,2})\\b|\\bيوم\\s+(?P<e>\\d{1,2})\\b".into(), |c| nth(c).or_else(|| small(c, "e").filter(|d| (1..=31).contains(d)).map(|day| Day::Nth { day }))),
        ];
        list.into_iter().map(|(p, read)| (Regex::new(&p).expect("a fixed pattern"), read)).collect()
    })
}

/// Minutes after the hour, or before it, as both languages say them.
fn minutes(c: &Captures<'_>) -> Option<i64> {
    if let Some(m) = text(c, "m") {
        return m.parse().ok().filter(|m| (0..60).contains(m));
    }
    let Some(x) = text(c, "x") else { return Some(0) };
    Some(match x {
        x if x.contains("kasoro") => -15,
        x if x.contains("الا") && x.contains("ثلث") => -20,
        x if x.contains("الا") => -15,
        x if x.contains("nusu") || x.contains("نص") => 30,
        x if x.contains("robo") || x.contains("ربع") => 15,
        x if x.contains("ثلث") => 20,
        x => x.split_whitespace().find_map(number)?,
    })
}

fn at(hour: i64, minutes: i64, half: Half) -> Hour {
    Hour::Clock { minute: (hour * 60 + minutes).rem_euclid(1440), half }
}

/// "saa mbili usiku": eight in the evening.
fn swahili(c: &Captures<'_>) -> Option<Hour> {
    let (h, m) = (text(c, "h").and_then(number)?, minutes(c)?);
    if !(1..=12).contains(&h) {
        return (0..=24).contains(&h).then(|| at(h % 24, m, Half::Sure));
    }
    // The hour on a European clock, of the first half of the day.
    let base = (h + 6) % 12;
    let hour = match text(c, "tail") {
        None if base == 0 => return Some(at(12, m, Half::Open)),
        None => return Some(at(base, m, Half::Open)),
        Some("alfajiri") => base,
        Some("asubuhi") => {
            if (6..=11).contains(&h) {
                h
            } else {
                base
            }
        }
        Some("mchana" | "alasiri") => match h {
            5 => 11,
            6..=10 => base + 12,
            _ => h % 12 + 12,
        },
        Some("jioni") => {
            if (4..=8).contains(&h) {
                h + 12
            } else {
                base + 12
            }
        }
        Some(_) => match h {
            1..=5 => base + 12,
            6 | 12 => 0,
            _ => h + 12,
        },
    };
    Some(at(hour, m, Half::Sure))
}

/// "الساعة السابعة والنصف مساء", "٧ م".
fn arabic(c: &Captures<'_>) -> Option<Hour> {
    let said = text(c, "h")?;
    let h = number(said).or_else(|| ordinal(said)).filter(|h| (0..=24).contains(h))?;
    let m = minutes(c)?;
    if h > 12 || h == 0 {
        return Some(at(h % 24, m, Half::Sure));
    }
    let Some(tail) = text(c, "tail") else { return Some(at(h, m, Half::Open)) };
    let is = |words: &[&str]| words.iter().any(|w| tail.contains(w));
    if is(&["بعد"]) {
        return Some(at(h, m, Half::Later));
    }
    if is(&["صب", "فجر"]) || tail == "ص" {
        return Some(at(h, m, Half::Morning));
    }
    if is(&["ظهر"]) {
        return Some(at(if h >= 11 { h } else { h + 12 }, m, Half::Sure));
    }
    // Twelve at night, and the hours after it.
    let night = h == 12 || is(&["ليل"]) && h <= 3;
    Some(if night { at(h % 12, m, Half::Sure) } else { at(h, m, Half::Later) })
}

const HOURS: [&str; 11] = ["واحد", "ثاني", "ثالث", "رابع", "خامس", "سادس", "سابع", "ثامن", "تاسع", "عاشر", "حادي"];

/// "السابعة" is seven, "الثانية عشرة" twelve.
fn ordinal(word: &str) -> Option<i64> {
    let bare = word.trim_start_matches("ال");
    let teen = word.contains(" عشر");
    let at = HOURS.iter().position(|h| bare.starts_with(h))?;
    let n = i64::try_from(at).ok()? + 1;
    Some(match (n, teen) {
        (2, true) => 12,
        (11, _) | (1, true) => 11,
        _ => n,
    })
}

const TAIL: &str = "(?P<tail>بعد الظهر|في الصباح|في المساء|صباحا|الصباح|الصبح|صباح|فجرا|الفجر|ظهرا|الظهر|عصرا|العصر|المغرب|مساء|المساء|مسا|ليلا|بالليل|الليل|ص|م)\\b";
const PARTS: &str = "(?:\\s*[:.]\\s*(?P<m>[0-5]\\d)|\\s+(?P<x>و ?(?:ال)?نصف?|و ?(?:ال)?ربع|و ?(?:ال)?ثلث|الا (?:ال)?ربع|الا (?:ال)?ثلث))?";

type ReadHour = fn(&Captures<'_>) -> Option<Hour>;

fn clocks() -> &'static [(Regex, ReadHour)] {
    static ALL: OnceLock<Vec<(Regex, ReadHour)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let list: Vec<(String, ReadHour)> = vec![
            (
                format!("\\bsaa\\s+(?P<h>{SW_HOUR})(?:\\s?[:.]\\s?(?P<m>[0-5]\\d)|\\s+(?P<x>na nusu|u ?nusu|na robo|kasoro robo|na dakika (?:{SW})))?(?:\\s+kamili)?(?:\\s+(?:ya\\s+|za\\s+)?(?P<tail>asubuhi|mchana|alasiri|jioni|usiku|alfajiri))?\\b"),
                swahili,
            ),
            (
                format!("\\bو?(?:ال)?ساعه\\s+(?P<h>ال(?:حاديه|ثانيه) عشره?|ال(?:واحده|ثانيه|ثالثه|رابعه|خامسه|سادسه|سابعه|ثامنه|تاسعه|عاشره)|{AR})\\b{PARTS}(?:\\s*{TAIL})?"),
                arabic,
            ),
            (format!("\\b(?:ال)?(?P<h>سابعه|ثامنه|تاسعه|عاشره|سادسه|خامسه|{AR}){PARTS}\\s*{TAIL}"), arabic),
        ];
        list.into_iter().map(|(p, read)| (Regex::new(&p).expect("a fixed pattern"), read)).collect()
    })
}

/// Times, and a bare number word when we asked for the time.
pub(super) fn hours(t: &Folded, taken: &mut Vec<Place>) -> Vec<(Place, Hour)> {
    let mut out = Vec::new();
    for (re, read) in clocks() {
        for c in re.captures_iter(&t.text) {
            let (Some(all), Some(hour)) = (c.get(0), read(&c)) else { continue };
            let at = (all.start(), all.end());
            if claim(taken, at) {
                out.push((at, hour));
            }
        }
    }
    out
}

/// A part of the day, greetings aside.
pub(super) fn part(t: &Folded) -> Option<Part> {
    static RE: OnceLock<[(Regex, Part); 3]> = OnceLock::new();
    static GREETING: OnceLock<Regex> = OnceLock::new();
    let greeting = GREETING.get_or_init(|| {
        Regex::new("\\b(?:habari )?z?y?a (?:asubuhi|mchana|jioni)\\b|\\b(?:صباح|مساء) (?:الخير|النور)").expect("a fixed pattern")
    });
    let list = RE.get_or_init(|| {
        let of = |p: &str, part| (Regex::new(p).expect("a fixed pattern"), part);
        [
            of("\\b(?:jioni|usiku|مساء|المساء|الليله|ليلا|بالليل|عشاء|العشاء|المغرب)\\b", Part::Evening),
            of("\\b(?:mchana|alasiri|ظهرا|الظهر|عصرا|العصر|غداء|الغداء)\\b", Part::Afternoon),
            of("\\b(?:asubuhi|صباحا|الصباح|الصبح|فطور|الفطور|افطار)\\b", Part::Morning),
        ]
    });
    let said = greeting.replace_all(&t.text, "");
    list.iter().find(|(re, _)| re.is_match(&said)).map(|(_, p)| *p)
}

/// How many people, and a bare number word when we asked how many.
pub(super) fn people(t: &Folded, asked: &[Asked], taken: &mut Vec<Place>) -> Vec<(Place, Option<i64>)> {
    static RE: OnceLock<Vec<(Regex, Option<i64>)>> = OnceLock::new();
    let list = RE.get_or_init(|| {
        let of = |p: String, n| (Regex::new(&p).expect("a fixed pattern"), n);
        vec![
            of(format!("\\b(?:watu|wageni|wateja|tuko|tutakuwa|sisi)\\s+(?P<n>{SW})\\b|\\b(?P<k>\\d{{1,3}})\\s+(?:watu|wageni)\\b"), None),
            of("\\b(?:kwa\\s+)?(?P<n>wawili|watatu|watano|wanane)\\b".into(), None),
            of("\\bmtu\\s+(?:mmoja|1)\\b|\\bpeke yangu\\b|\\b[لو]?شخص واحد\\b|\\bلشخص\\b|\\bلوحدي\\b|\\bنفر واحد\\b".into(), Some(1)),
            of("\\b[لو]?(?:شخصين|نفرين|فردين|ضيفين)\\b".into(), Some(2)),
            of(format!("\\bل?(?:عدد )?(?P<n>{AR})\\s*(?:اشخاص|شخصا?|انفار|نفر|ضيوف|ضيفا?|افراد|فردا?|ناس)\\b"), None),
            of(format!("\\b(?:نحن|احنا|حنا|عددنا|سنكون)\\s+(?P<n>{AR})\\b"), None),
            of("\\bل(?P<n>\\d{1,2}|اثنين|اتنين|ثلاثه|اربعه|خمسه|سته|سبعه|ثمانيه|تسعه|عشره)\\b".into(), None),
        ]
    });
    let mut out = Vec::new();
    for (re, fixed) in list {
        for c in re.captures_iter(&t.text) {
            let said = c.name("n").or_else(|| c.name("k"));
            let Some(n) = fixed.or_else(|| said.and_then(|m| number(m.as_str()))).filter(|n| (1..1000).contains(n)) else { continue };
            let at = said.or_else(|| c.get(0)).map(|m| (m.start(), m.end()));
            if let Some(at) = at.filter(|at| claim(taken, *at)) {
                out.push((at, Some(n)));
            }
        }
        if !out.is_empty() {
            return out;
        }
    }
    let alone = asked.contains(&Asked::Party).then(|| alone(t)).flatten();
    if let Some((at, n)) = alone.filter(|(at, _)| claim(taken, *at)) {
        out.push((at, Some(n)));
    }
    out
}

/// The number that a text is, written as a word.
fn alone(t: &Folded) -> Option<(Place, i64)> {
    let word = t.text.trim_matches(|c: char| !c.is_alphanumeric());
    let from = t.text.find(word)?;
    let n = number(word).filter(|n| *n > 0 && !word.bytes().all(|b| b.is_ascii_digit()) && word.split(' ').count() <= 3)?;
    let whole = word == "wanne" || numeral::number(word).is_some() || numeral::joined(&word.split(' ').collect::<Vec<_>>()).is_some();
    whole.then_some(((from, from + word.len()), n))
}

/// A bare number word when we asked for the time.
pub(super) fn bare_hour(t: &Folded, asked: &[Asked], taken: &mut Vec<Place>) -> Option<(Place, Hour)> {
    let (at, h) = asked.contains(&Asked::Hour).then(|| alone(t)).flatten()?;
    let swahili = t.text.bytes().any(|b| b.is_ascii_alphabetic());
    let hour = if swahili { (h + 6) % 12 } else { h };
    ((1..=12).contains(&h) && claim(taken, at)).then_some((at, self::at(if hour == 0 { 12 } else { hour }, 0, Half::Open)))
}

/// Nights.
pub(super) fn nights(t: &Folded, asked: &[Asked], taken: &mut Vec<Place>) -> Option<i64> {
    static RE: OnceLock<Regex> = OnceLock::new();
    let re = RE.get_or_init(|| {
        Regex::new(&format!(
            "\\busiku\\s+(?P<n>{SW})\\b|\\b(?P<k>{AR})\\s+(?:ليالي|ليال|ليله)\\b|\\b(?P<two>ليلتين)\\b|\\bليله (?P<one>واحده)\\b"
        ))
        .expect("a fixed pattern")
    });
    if let Some(c) = re.captures(&t.text) {
        let n = match (c.name("two"), c.name("one")) {
            (Some(_), _) => Some(2),
            (_, Some(_)) => Some(1),
            _ => c.name("n").or_else(|| c.name("k")).and_then(|m| number(m.as_str())),
        };
        if let (Some(all), Some(n)) = (c.get(0), n.filter(|n| (1..=99).contains(n))) {
            claim(taken, (all.start(), all.end()));
            return Some(n);
        }
    }
    let (at, n) = asked.contains(&Asked::Nights).then(|| alone(t)).flatten()?;
    claim(taken, at).then_some(n)
}

/// Words that stand after a name, or instead of one.
pub(super) fn is_no_name(word: &str) -> bool {
    const WORDS: &str = " kwa kesho leo saa watu mtu ya wa za na ni tafadhali asante jioni usiku asubuhi mchana meza chumba siku tarehe ndiyo hapana sawa habari nataka naomba ningependa ghairi badilisha jumatatu jumanne jumatano alhamisi ijumaa jumamosi jumapili الساعه يوم غدا بكره اليوم الليله في من الي مساء صباحا المساء الصباح شكرا لو سمحت طاوله غرفه لشخصين لشخص شخصين اشخاص شخص نعم لا تمام اريد احجز حجز الغاء مرحبا اهلا السلام عليكم ليلتين الجمعه السبت الاحد الاثنين الثلاثاء الاربعاء الخميس هو ";
    word != "nne" && numeral::number(word).is_some() || WORDS.split_whitespace().any(|w| w == word)
}
