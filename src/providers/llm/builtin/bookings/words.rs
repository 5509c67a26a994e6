//! What the built-in model says about bookings: our questions, and what came of the tools.

use super::talk::{BookTalk, Deed, What};
use crate::domain::house::briefing::Briefing;
use crate::domain::lang::Lang;
use crate::domain::phrase::{self, say};
use crate::domain::reception::resource::ResourceKind;
use crate::domain::reception::tool;
use crate::domain::reception::when::Part;
use crate::domain::reception::words::{day_words, kind_words, time_words};
use crate::providers::llm::ToolResult;
use crate::providers::llm::builtin::memo::Memo;
use jiff::civil::Date;
use serde_json::Value;

/// A question and its buttons.
pub type Question = (String, Vec<(String, String)>);

/// The question that is open in a talk.
pub fn question(b: &Briefing, talk: &BookTalk, lang: Lang) -> Option<Question> {
    let plain = |key: &str| Some((say(lang, key, &[]), Vec::new()));
    let desk = b.desk.as_ref()?;
    match talk.asked? {
        What::Kind => {
            let kinds: Vec<String> = desk.kinds().into_iter().map(|k| kind_words(lang, k)).collect();
            let buttons = if kinds.len() <= 3 { kinds.iter().map(|k| (k.clone(), k.clone())).collect() } else { Vec::new() };
            Some((say(lang, "book_which", &[("kinds", &kinds.join(", "))]), buttons))
        }
        What::Date => plain("book_ask_date"),
        What::Time => plain("book_ask_time"),
        What::Party => plain("book_ask_party"),
        What::Nights => plain("book_ask_nights"),
        What::Name => plain("book_ask_name"),
        What::Change => plain("book_change_what"),
        What::Which => Some((format!("{}\n{}", say(lang, "book_of_which", &[]), list(b, lang)), Vec::new())),
        What::Number => {
            let n = talk.bare?.to_string();
            Some((say(lang, "book_time_or_people", &[("n", &n)]), Vec::new()))
        }
        What::Half => talk.half.as_ref().map(|(_, words)| (say(lang, "book_half", &[("hour", words)]), Vec::new())),
        What::Cancel => {
            let x = b.bookings.iter().find(|x| Some(x.number) == talk.number)?;
            let text = line(lang, "book_cancel_ask", &tool::booking(desk, x));
            Some((text, vec![("yes".into(), say(lang, "btn_yes", &[])), ("no".into(), say(lang, "btn_no", &[]))]))
        }
        What::Sure => {
            let text = say(lang, "book_ask_sure", &[]);
            Some((text, vec![("yes".into(), say(lang, "btn_yes", &[])), ("no".into(), say(lang, "btn_no", &[]))]))
        }
        What::Near => {
            let times = times(lang, &talk.offered);
            if talk.offered.is_empty() {
                return plain("book_near_none");
            }
            let key = if talk.full && talk.deed == Deed::Book { "book_near_or_wait" } else { "book_near" };
            Some((say(lang, key, &[("times", &times)]), Vec::new()))
        }
    }
}

/// The customer's bookings, one a line.
pub fn list(b: &Briefing, lang: Lang) -> String {
    let Some(desk) = &b.desk else { return String::new() };
    b.bookings.iter().map(|x| line(lang, "book_line", &tool::booking(desk, x))).collect::<Vec<_>>().join("\n")
}

/// "19:00, 20:30" of one day, or with their days.
fn times(lang: Lang, offered: &[(Date, i64)]) -> String {
    let one_day = offered.windows(2).all(|w| w[0].0 == w[1].0);
    let one = |(n, (day, minute)): (usize, &(Date, i64))| {
        if one_day && n > 0 { time_words(*minute) } else { format!("{}, {}", day_words(lang, *day), time_words(*minute)) }
    };
    let sep = if one_day { ", " } else { "; " };
    offered.iter().enumerate().map(one).collect::<Vec<_>>().join(sep)
}

fn text(v: &Value) -> String {
    v.as_str().map_or_else(|| if v.is_null() { String::new() } else { v.to_string() }, str::to_owned)
}

fn day(v: &Value) -> Option<Date> {
    v.as_str()?.parse().ok()
}

/// Day and time of a result, in words; for rooms the days.
fn when(lang: Lang, o: &Value) -> String {
    let Some(from) = day(&o["date"]) else { return String::new() };
    let words = day_words(lang, from);
    if o["kind"] == ResourceKind::Room.as_str() {
        return match day(&o["until"]) {
            Some(to) => format!("{words} – {}", day_words(lang, to)),
            None => words,
        };
    }
    match o["time"].as_str() {
        Some(t) => format!("{words}, {t}"),
        None => words,
    }
}

fn kind(o: &Value) -> ResourceKind {
    o["kind"].as_str().and_then(|k| ResourceKind::from_word(k).ok()).unwrap_or(ResourceKind::Table)
}

/// A phrase with the places of a booking.
fn line(lang: Lang, key: &str, o: &Value) -> String {
    let (number, party, name) = (text(&o["number"]), text(&o["party"]), text(&o["name"]));
    let (what, when) = (kind_words(lang, kind(o)), when(lang, o));
    say(lang, key, &[("number", &number), ("party", &party), ("name", &name), ("what", &what), ("when", &when), ("reason", "")])
}

/// What came of a tool; the talk goes on from it.
pub fn result(lang: Lang, r: &ToolResult, memo: &mut Memo) -> Option<Vec<String>> {
    let o = &r.output;
    match r.call.name.as_str() {
        "make_booking" | "change_booking" if r.ok => {
            memo.booking = None;
            Some(std::iter::once(done(lang, r)).chain(kept(lang, r)).collect())
        }
        "cancel_booking" if r.ok => {
            memo.booking = None;
            Some(vec![line(lang, "booking_cancelled", &o["booking"])])
        }
        "join_waitlist" if r.ok => {
            memo.booking = None;
            Some(vec![line(lang, "book_waits", o)])
        }
        "my_bookings" if r.ok => Some(vec![if o["bookings"].as_array().is_none_or(Vec::is_empty) {
            say(lang, "book_none", &[])
        } else {
            let all = o["bookings"].as_array().map(Vec::as_slice).unwrap_or_default();
            let key = |x: &Value| if x["status"] == "requested" { "booking_requested" } else { "book_line" };
            let lines: Vec<String> = all.iter().map(|x| line(lang, key(x), x)).collect();
            format!("{}\n{}", say(lang, "book_mine", &[]), lines.join("\n"))
        }]),
        "check_availability" | "make_booking" | "change_booking" if o["why"].is_string() => Some(refusal(lang, o, memo)),
        "check_availability" if o["times"].is_array() => Some(vec![free_times(lang, o, memo.booking.as_ref().and_then(|t| t.part))]),
        "check_availability" if r.ok => Some(vec![line(lang, "book_free", o)]),
        "make_booking" | "change_booking" | "cancel_booking" | "join_waitlist" => {
            memo.booking = None;
            let late = r.call.arguments["number"].as_i64().filter(|_| text(&o["error"]).contains("minutes before"));
            Some(vec![match late {
                Some(n) => say(lang, "booking_late", &[("number", &n.to_string())]),
                None => phrase::failure(lang, o["error"].as_str().unwrap_or_default()),
            }])
        }
        _ => None,
    }
}

/// A booking that was made or changed, in words; the service's own words say about deposits and rules.
fn done(lang: Lang, r: &ToolResult) -> String {
    let o = &r.output["booking"];
    let changed = r.call.name == "change_booking";
    match o["status"].as_str() {
        Some("requested") => line(lang, "booking_requested", o),
        // How to pay the deposit of what was changed is told in a message of its own.
        Some("held") if !changed => r.output["words"].as_str().map_or_else(|| line(lang, "booking_requested", o), str::to_owned),
        _ if changed => line(lang, "booking_moved", o),
        _ => {
            let made = line(lang, "booking_confirmed", o);
            match r.output["calendar"].as_str() {
                Some(link) => format!("{made}\n{}", say(lang, "booking_link", &[("link", link)])),
                None => made,
            }
        }
    }
}

/// The wishes that were kept with a booking; none when there were none.
fn kept(lang: Lang, r: &ToolResult) -> Option<String> {
    let note = r.call.arguments["note"].as_str().filter(|n| !n.is_empty())?;
    Some(say(lang, "note_line", &[("note", note)]))
}

/// Times of a day, of the part that was asked for where there are any: all when they are few, else spread over it.
fn free_times(lang: Lang, o: &Value, part: Option<Part>) -> String {
    let all: Vec<&str> = o["times"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let fits = |t: &&str| part.is_none_or(|p| tool::minute(t).is_ok_and(|m| p.has(m)));
    let of_part: Vec<&str> = all.iter().copied().filter(|t| fits(t)).collect();
    let all = if of_part.is_empty() { all } else { of_part };
    let every = all.len().div_ceil(8).max(1);
    let some: Vec<&str> = all.iter().step_by(every).copied().collect();
    let words = day(&o["date"]).map(|d| day_words(lang, d)).unwrap_or_default();
    say(lang, "book_free_list", &[("day", &words), ("times", &some.join(", "))])
}

/// Why not; the talk then waits for one of the nearest times, or for what else is possible.
fn refusal(lang: Lang, o: &Value, memo: &mut Memo) -> Vec<String> {
    let why = text(&o["why"]);
    let key = if why == "closed" && !text(&o["reason"]).is_empty() { "book_no_closed_why".to_owned() } else { format!("book_no_{why}") };
    let words = day(&o["date"]).map(|d| day_words(lang, d)).unwrap_or_default();
    let (when, party, most) = (when(lang, o), text(&o["party"]), text(&o["most"]));
    let places = [
        ("when", when.as_str()),
        ("day", &words),
        ("party", &party),
        ("most", &most),
        ("reason", &text(&o["reason"])),
        ("hours", &text(&o["hours"])),
    ];
    let said = vec![say(lang, &key, &places.map(|(k, v)| (k, v)))];
    let near = o["nearest"].as_array().into_iter().flatten();
    let near: Vec<(Date, i64)> = near.filter_map(|n| Some((day(&n["date"])?, tool::minute(n["time"].as_str()?).ok()?))).collect();
    let talk = memo.booking.get_or_insert_default();
    talk.full = why == "full";
    talk.offered = near;
    talk.asked = Some(What::Near);
    match why.as_str() {
        // Another number of people is wanted, not another time.
        "too_many" | "nobody" => {
            talk.party = None;
            talk.offered = Vec::new();
            talk.asked = Some(What::Party);
        }
        "nothing" => memo.booking = None,
        "nights" => {
            talk.nights = None;
            talk.asked = Some(What::Nights);
        }
        _ if talk.kind.is_some_and(ResourceKind::by_night) => {
            talk.minute = None;
        }
        _ => {}
    }
    said
}
