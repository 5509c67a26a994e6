//! What people write, and what it means on Thursday 19 November 2026.

use super::hour::Meant;
use super::*;
use jiff::civil::Date;
use proptest::prelude::*;

const TODAY: Date = Date::constant(2026, 11, 19);
/// Something can begin from noon to half past eight.
const OPEN: [(i64, i64); 1] = [(720, 1230)];

fn day(text: &str) -> String {
    let said = read(text, &[]);
    said.days.last().and_then(|d| day::meant(d.value, TODAY, true)).map_or_else(|| "none".into(), |m| m.date.to_string())
}

fn time(text: &str) -> String {
    let said = read(text, &[]);
    let Some(h) = said.hours.last() else { return "none".into() };
    match hour::meant(h.value, said.part, &OPEN, 600) {
        Meant::Is(m) => format!("{:02}:{:02}", m / 60, m % 60),
        Meant::Either(m) => format!("{}?", m / 60),
    }
}

fn party(text: &str) -> Option<i64> {
    read(text, &[]).party.last().and_then(|p| p.value)
}

#[test]
fn swahili_and_arabic_are_read() {
    for (text, wanted) in [
        ("kesho saa mbili usiku", "2026-11-20"),
        ("kesho kutwa", "2026-11-21"),
        ("Jumamosi saa saba mchana", "2026-11-21"),
        ("Ijumaa wiki ijayo", "2026-11-27"),
        ("tarehe 5 Desemba", "2026-12-05"),
        ("baada ya siku tatu", "2026-11-22"),
        ("غدًا الساعة ٧ مساءً", "2026-11-20"),
        ("بعد بكرة", "2026-11-21"),
        ("يوم الجمعة", "2026-11-20"),
        ("للسبت لو سمحت", "2026-11-21"),
        ("٥ ديسمبر", "2026-12-05"),
        ("بعد أسبوعين", "2026-12-03"),
    ] {
        assert_eq!(day(text), wanted, "{text}");
    }
    for (text, wanted) in [
        ("saa mbili usiku", "20:00"),
        ("saa nane na nusu mchana", "14:30"),
        ("saa 1:30 jioni", "19:30"),
        ("saa kumi na mbili jioni", "18:00"),
        ("saa tatu kasoro robo asubuhi", "08:45"),
        ("saa nane", "14:00"),
        ("saa 9 asubuhi", "09:00"),
        ("saa 19:30", "19:30"),
        ("saa sita mchana", "12:00"),
        ("الساعة ٧ مساء", "19:00"),
        ("الساعة السابعة والنصف مساءً", "19:30"),
        ("٨ ونص بالليل", "20:30"),
        ("الساعة الثانية عشرة ظهرا", "12:00"),
        ("الساعة ٨ إلا ربع مساء", "19:45"),
        ("الساعة 3", "15:00"),
        ("۱۹:۳۰", "19:30"),
    ] {
        assert_eq!(time(text), wanted, "{text}");
    }
    for (text, wanted) in [
        ("meza ya watu wanne", 4),
        ("tuko watu kumi na wawili", 12),
        ("kwa mtu mmoja", 1),
        ("طاولة لشخصين", 2),
        ("طاولة لأربعة أشخاص", 4),
        ("احنا ٦", 6),
        ("١٢ شخصًا", 12),
    ] {
        assert_eq!(party(text), Some(wanted), "{text}");
    }
    let said = read("Naomba meza kesho saa moja usiku kwa watu watatu, kwa jina la Asha Mwangi", &[]);
    assert_eq!((said.days.len(), said.hours.len(), said.party[0].value, said.names.len()), (1, 1, Some(3), 2));
    let said = read("أريد حجز طاولة غدًا الساعة ٨ مساءً لثلاثة أشخاص باسم أحمد", &[]);
    assert_eq!((said.days.len(), said.hours.len(), said.party[0].value, said.names.len()), (1, 1, Some(3), 1));
    assert_eq!(read("sita", &[Asked::Party]).party[0].value, Some(6));
    assert_eq!(read("أربعة", &[Asked::Party]).party[0].value, Some(4));
    assert_eq!((read("usiku mbili", &[]).nights, read("ليلتين", &[]).nights, read("٣ ليالٍ", &[]).nights), (Some(2), Some(2), Some(3)));
    assert_eq!(read("habari za asubuhi", &[]).part, None, "a greeting");
}

#[test]
fn days_in_five_languages() {
    for (text, wanted) in [
        ("tomorrow at half seven", "2026-11-20"),
        ("tonight", "2026-11-19"),
        ("Friday week", "2026-11-27"),
        ("next Tuesday 8pm", "2026-11-24"),
        ("next Friday", "2026-11-27"),
        ("this Saturday", "2026-11-21"),
        ("in two weeks", "2026-12-03"),
        ("3 days from now", "2026-11-22"),
        ("the 5th", "2026-12-05"),
        ("on the 24th please", "2026-11-24"),
        ("24 December", "2026-12-24"),
        ("January 3rd, 2027", "2027-01-03"),
        ("Sat, 05 Dec 2026", "2026-12-05"),
        ("12/03", "2027-03-12"),
        ("2026-12-01", "2026-12-01"),
        ("the day after tomorrow", "2026-11-21"),
        ("el viernes a las ocho", "2026-11-20"),
        ("el próximo martes", "2026-11-24"),
        ("mañana por la noche", "2026-11-20"),
        ("pasado mañana", "2026-11-21"),
        ("el 5 de mayo", "2027-05-05"),
        ("dentro de tres días", "2026-11-22"),
        ("demain à 19h30", "2026-11-20"),
        ("samedi prochain", "2026-11-21"),
        ("dans deux semaines", "2026-12-03"),
        ("amanhã às 20h", "2026-11-20"),
        ("na sexta-feira", "2026-11-20"),
        ("sábado que vem", "2026-11-21"),
        ("abeg book am for next tomorrow", "2026-11-21"),
        ("Christmas Eve", "2026-12-24"),
        ("I booked it 3 days ago", "none"),
        ("a table by the window", "none"),
    ] {
        assert_eq!(day(text), wanted, "{text}");
    }
}

#[test]
fn times_in_five_languages() {
    for (text, wanted) in [
        ("tomorrow at half seven", "19:30"),
        ("at 7", "19:00"),
        ("around 8", "20:00"),
        ("at 12", "12:00"),
        ("noon", "12:00"),
        ("8pm", "20:00"),
        ("20.15", "20:15"),
        ("1930hrs", "19:30"),
        ("quarter to eight", "19:45"),
        ("half past six in the evening", "18:30"),
        ("6:45 in the morning", "06:45"),
        ("seven thirty pm", "19:30"),
        ("eight o'clock", "20:00"),
        ("7ish", "19:00"),
        ("el viernes a las ocho", "20:00"),
        ("a las ocho y media de la tarde", "20:30"),
        ("a las nueve menos cuarto", "20:45"),
        ("demain à 19h30", "19:30"),
        ("à huit heures du soir", "20:00"),
        ("amanhã às 20h", "20:00"),
        ("às sete e meia", "19:30"),
        ("in two hours", "12:00"),
        ("tonight at 9", "21:00"),
        ("for 4 people", "none"),
    ] {
        assert_eq!(time(text), wanted, "{text}");
    }
}

#[test]
fn people() {
    for (text, wanted) in [
        ("a table for 4", Some(4)),
        ("party of six", Some(6)),
        ("2 adults and 3 kids", Some(5)),
        ("me and my wife", Some(2)),
        ("myself, my wife and 2 children", Some(4)),
        ("there will be 11 of us", Some(11)),
        ("two couples", Some(4)),
        ("para cuatro personas", Some(4)),
        ("pour deux", Some(2)),
        ("somos 5", Some(5)),
        ("for 7pm", None),
        ("for 3 nights", None),
        ("my friend is vegan", None),
        ("can you help me", None),
    ] {
        assert_eq!(party(text), wanted, "{text}");
    }
}

#[test]
fn bare_answers_mean_what_was_asked() {
    let p = |asked: &[Asked]| read("13", asked);
    assert_eq!(p(&[Asked::Party]).party[0].value, Some(13));
    assert_eq!(day::meant(p(&[Asked::Day]).days[0].value, TODAY, true).unwrap().date, Date::constant(2026, 12, 13));
    assert_eq!(hour::meant(p(&[Asked::Hour]).hours[0].value, None, &OPEN, 0), Meant::Is(780));
    assert_eq!(p(&[Asked::Nights]).nights, Some(13));
    assert!(p(&[]).party.is_empty() && p(&[]).days.is_empty() && p(&[]).hours.is_empty());
    let name = read("Ada Obi", &[Asked::FirstName, Asked::LastName]).names;
    assert_eq!(name.iter().map(|n| n.value).collect::<Vec<_>>(), [name::Name::First, name::Name::Last]);
}

#[test]
fn two_halves_of_the_day_are_asked_when_both_are_open() {
    let h = read("at 8", &[]).hours[0].value;
    assert_eq!(hour::meant(h, None, &[(420, 1320)], 0), Meant::Either(480));
    assert_eq!(hour::meant(h, None, &OPEN, 0), Meant::Is(1200));
    assert_eq!(hour::meant(h, Some(Part::Morning), &OPEN, 0), Meant::Is(480));
}

proptest! {
    /// Any text: no panic, and every place is one of the text.
    #[test]
    fn places_lie_in_the_text(text in "(\\PC{0,40}|tomorrow|mañana| at | for |half|8|19h30|12/03|\n){0,12}") {
        let said = read(&text, &[Asked::Day, Asked::Hour, Asked::Party, Asked::FirstName]);
        let places = said.days.iter().map(|f| (f.from, f.to)).chain(said.hours.iter().map(|f| (f.from, f.to)));
        for (from, to) in places.chain(said.party.iter().map(|f| (f.from, f.to))).chain(said.names.iter().map(|f| (f.from, f.to))) {
            prop_assert!(from <= to && text.get(from..to).is_some(), "{from}..{to} of {text:?}");
        }
    }
    /// A day of the calendar, written in full, is read back.
    #[test]
    fn a_full_date_reads_back(ahead in 0i64..500, style in 0usize..4) {
        let d = TODAY.checked_add(jiff::ToSpan::days(ahead)).unwrap();
        let text = match style {
            0 => d.to_string(),
            1 => d.strftime("%A %-d %B %Y").to_string(),
            2 => d.strftime("%B %-d, %Y").to_string(),
            _ => d.strftime("%-d/%-m/%Y").to_string(),
        };
        prop_assert_eq!(day(&text), d.to_string(), "{}", text);
    }
}
