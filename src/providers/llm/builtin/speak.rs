//! Words the reply: from the tools' results, the basket as it is, and the phrase files.

use super::bookings;
use super::memo::{Aside, Ask, Memo};
use crate::domain::house::briefing::Briefing;
use crate::domain::house::fact::Kind;
use crate::domain::house::message::Choice;
use crate::domain::lang::Lang;
use crate::domain::money::Money;
use crate::domain::phrase::{self, say};
use crate::domain::shop::basket::{self, Missing};
use crate::domain::shop::draft::Line;
use crate::providers::llm::{Reply, ToolResult};
use serde_json::Value;

type Question = (Ask, String, Vec<(String, String)>);

/// The reply to a turn whose tools, if any, have run.
pub fn reply(b: &Briefing, mut aside: Aside, results: &[&ToolResult]) -> Reply {
    let lang = aside.language.unwrap_or(b.language);
    let mut parts = std::mem::take(&mut aside.said);
    let placed = results.iter().any(|r| r.ok && r.call.name == "place_order");
    let changed = results.iter().any(|r| r.ok && is_basket(&r.call.name));
    for r in results {
        let quiet = aside.only_refusals && r.call.name == "check_availability" && r.output["why"].is_null();
        match bookings::words::result(lang, r, &mut aside.memo) {
            Some(told) => parts.extend(told.into_iter().filter(|_| !quiet)),
            None => parts.extend(result(b, lang, r)),
        }
    }
    let mut memo = aside.memo;
    let show = (changed && !placed || aside.show) && !b.draft.lines.is_empty();
    if show {
        parts.push(basket_text(b, lang));
    } else if changed && !placed && b.draft.lines.is_empty() && !results.iter().any(|r| r.call.name == "clear_basket" || !r.ok) {
        parts.push(say(lang, if results.iter().any(|r| r.call.name == "remove_line") { "now_empty" } else { "how_can_i_help" }, &[]));
    }
    closed(b, lang, &mut memo, changed || placed, &mut parts);
    memo.seen = show || memo.seen && !changed && !placed;
    let next = question(b, lang, &mut aside.ask, aside.go_on || changed, placed, &mut memo);
    let mut choices = Vec::new();
    if let Some((ask, text, buttons)) = next {
        parts.push(text);
        choices = buttons.into_iter().take(3).map(|(id, title)| Choice { id, title, description: String::new() }).collect();
        memo.ask = Some(ask);
    } else if let Some((text, buttons)) =
        memo.booking.as_ref().filter(|_| !aside.booking_asked).and_then(|t| bookings::words::question(b, t, lang))
    {
        parts.push(text);
        choices = buttons.into_iter().map(|(id, title)| Choice { id, title, description: String::new() }).collect();
    }
    if parts.is_empty() {
        parts.push(say(lang, "how_can_i_help", &[]));
    }
    parts.dedup();
    Reply {
        text: parts.join("\n\n"),
        choices,
        understood: aside.understood.join("; "),
        language: Some(lang),
        memo: serde_json::to_string(&memo).ok(),
        reckoned: aside.reckoned,
        ..Reply::default()
    }
}

fn question(b: &Briefing, lang: Lang, asked: &mut Option<Question>, go_on: bool, placed: bool, memo: &mut Memo) -> Option<Question> {
    if let Some(q) = asked.take() {
        return Some(q);
    }
    if placed || !go_on || b.draft.lines.is_empty() {
        return None;
    }
    // A question of ours that is still open comes back by itself.
    if memo.ask.is_some() {
        return None;
    }
    Some(next_question(b, lang))
}

fn is_basket(name: &str) -> bool {
    matches!(name, "add_to_basket" | "change_line" | "remove_line" | "clear_basket" | "set_fulfilment" | "note_order")
}

/// Says once that the doors are closed, and that the order is taken all the same.
fn closed(b: &Briefing, lang: Lang, memo: &mut Memo, ordering: bool, parts: &mut Vec<String>) {
    let p = &b.profile;
    if !ordering || memo.closed || p.hours.is_open(b.now, &p.time_zone) {
        return;
    }
    let Some((ahead, day, minute)) = p.hours.next_opening(b.now, &p.time_zone) else { return };
    let word = match ahead {
        0 => say(lang, "today", &[]),
        1 => say(lang, "tomorrow", &[]),
        _ => say(lang, &format!("day_{day}"), &[]),
    };
    let when = format!("{word} {}", crate::domain::house::hours::clock(minute));
    parts.push(say(lang, "closed_note", &[("when", &when)]));
    memo.closed = true;
}

/// "2 × Jollof rice (Large): ₦5,000", line by line, and the total.
pub fn basket_text(b: &Briefing, lang: Lang) -> String {
    let money = |m: i64| Money::new(m, b.profile.currency).to_string();
    let mut out = vec![say(lang, "basket_head", &[])];
    for l in &b.draft.lines {
        out.push(format!("{} × {}{}: {}", l.quantity, l.name, details(l), money(l.total_minor().unwrap_or(0))));
    }
    let fee = basket::delivery_minor(&b.draft, &b.profile);
    if fee > 0 {
        out.push(say(lang, "delivery_line", &[("fee", &money(fee))]));
    }
    out.push(say(lang, "total_line", &[("total", &money(basket::total_minor(&b.draft, &b.profile).unwrap_or(0)))]));
    match b.draft.fulfilment {
        Some(crate::domain::shop::draft::Fulfilment::Delivery) if !b.draft.address.is_empty() => {
            out.push(say(lang, "delivery_to", &[("address", &b.draft.address)]));
        }
        Some(crate::domain::shop::draft::Fulfilment::Pickup) => out.push(say(lang, "for_pickup", &[])),
        _ => {}
    }
    if !b.draft.note.is_empty() {
        out.push(say(lang, "note_line", &[("note", &b.draft.note)]));
    }
    out.join("\n")
}

fn details(l: &Line) -> String {
    let mut extra: Vec<&str> = l.options.iter().map(|o| o.choice.as_str()).collect();
    if !l.note.is_empty() {
        extra.push(&l.note);
    }
    if extra.is_empty() { String::new() } else { format!(" ({})", extra.join(", ")) }
}

/// What the basket still needs, as a question.
fn next_question(b: &Briefing, lang: Lang) -> Question {
    let t = |key: &str| say(lang, key, &[]);
    match basket::ready_to_place(&b.draft, &b.menu, &b.profile) {
        Err(Missing::Option(m)) => {
            let names: Vec<String> = m.group.choices.iter().map(|c| c.name.clone()).collect();
            let text = say(lang, "ask_option", &[("item", &m.item), ("group", &m.group.name), ("choices", &names.join(", "))]);
            let buttons =
                if names.len() <= 3 { names.iter().map(|n| (n.clone(), crate::domain::text::clip(n, 20))).collect() } else { vec![] };
            (Ask::Option { line: m.line, group: m.group.name }, text, buttons)
        }
        Err(Missing::Fulfilment) => {
            (Ask::Fulfilment, t("ask_fulfilment"), vec![("pickup".into(), t("btn_pickup")), ("delivery".into(), t("btn_delivery"))])
        }
        Err(Missing::Address) => super::plan::Planner::same_address(b, lang).unwrap_or_else(|| (Ask::Address, t("ask_address"), vec![])),
        Err(Missing::Stock { name, left, .. }) => {
            (Ask::Change, say(lang, "only_left", &[("item", &name), ("left", &left.to_string())]), vec![])
        }
        Err(Missing::Empty) | Ok(()) => {
            (Ask::Place, t("ask_place"), vec![("yes".into(), t("btn_yes")), ("change".into(), t("btn_change"))])
        }
    }
}

/// What one tool's result is worth saying.
fn result(b: &Briefing, lang: Lang, r: &ToolResult) -> Option<String> {
    if !r.ok && r.call.name == "remember" {
        return None;
    }
    if !r.ok {
        return Some(failure(lang, r));
    }
    let o = &r.output;
    match r.call.name.as_str() {
        super::asks::TOOL => super::asks::answer(lang, o),
        "place_order" => Some(placed(b, lang, o)),
        "cancel_order" => Some(say(lang, "cancelled", &[("number", &text(&o["order"]["number"]))])),
        "report_payment" => {
            Some(say(lang, "payment_claimed", &[("number", &text(&o["order"]["number"])), ("total", &text(&o["order"]["total"]))]))
        }
        "order_status" => Some(statuses(lang, o)),
        "set_name" => Some(say(lang, "name_noted", &[("name", &text(&o["name"]))])),
        "remember" => noted(lang, o),
        "forget" => Some(forgotten(b, lang, r)),
        _ => None,
    }
}

/// What is kept now, in the customer's language; a delivery's own address goes without saying.
fn noted(lang: Lang, o: &Value) -> Option<String> {
    let words = facts_of(lang, &o["remembered"], |f| f["kind"] != "address" || f["text"].as_str().is_some_and(|t| t.contains(": ")));
    (!words.is_empty()).then(|| say(lang, "noted", &[("facts", &words.join("; "))]))
}

fn forgotten(b: &Briefing, lang: Lang, r: &ToolResult) -> String {
    let words = facts_of(lang, &r.output["forgotten"], |_| true);
    match (words.is_empty(), r.call.arguments["about"].is_null()) {
        (_, true) => say(lang, "forgotten_all", &[("business", &b.business_name)]),
        (true, false) => say(lang, "forgotten_none", &[]),
        (false, false) => say(lang, "forgotten", &[("facts", &words.join("; "))]),
    }
}

fn facts_of(lang: Lang, list: &Value, keep: impl Fn(&&Value) -> bool) -> Vec<String> {
    let one = |f: &Value| Some(super::recall::fact_words(lang, Kind::from_word(f["kind"].as_str()?)?, f["text"].as_str()?));
    list.as_array().into_iter().flatten().filter(|f| keep(f)).filter_map(one).collect()
}

fn failure(lang: Lang, r: &ToolResult) -> String {
    if let Some(orders) = r.output["orders"].as_array().filter(|l| !l.is_empty()) {
        let one = |o: &Value| format!("#{} ({}, {})", text(&o["number"]), text(&o["summary"]), text(&o["total"]));
        return say(lang, "paid_which", &[("orders", &orders.iter().map(one).collect::<Vec<_>>().join("; "))]);
    }
    phrase::failure(lang, r.output["error"].as_str().unwrap_or_default())
}

fn placed(b: &Briefing, lang: Lang, o: &Value) -> String {
    let order = &o["order"];
    let places = [("number", text(&order["number"])), ("total", text(&order["total"])), ("reference", text(&order["reference"]))];
    let places: Vec<(&str, &str)> = places.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let mut out = vec![say(lang, "placed", &places)];
    if let Some(note) = order["note"].as_str().filter(|n| !n.is_empty()) {
        out.push(say(lang, "note_line", &[("note", note)]));
    }
    let pay = o["payment_instructions"].as_str().unwrap_or_default();
    if !pay.is_empty() {
        let mut with = places.clone();
        with.push(("instructions", pay));
        out.push(say(lang, "placed_pay", &with));
    }
    if order["fulfilment"] == "pickup" && !b.profile.address.is_empty() {
        out.push(say(lang, "placed_pickup", &[("address", &b.profile.address)]));
    }
    out.join("\n")
}

fn statuses(lang: Lang, o: &Value) -> String {
    let list = o["orders"].as_array().cloned().unwrap_or_default();
    if list.is_empty() {
        return say(lang, "no_orders", &[]);
    }
    let one = |o: &Value| {
        let key = format!("status_{}", text(&o["status"]));
        let number = text(&o["number"]);
        let (total, reference) = (text(&o["total"]), text(&o["reference"]));
        say(lang, &key, &[("number", &number), ("total", &total), ("reference", &reference), ("reason", ""), ("business", "")])
    };
    list.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// A number or a text of a result, as text.
fn text(v: &Value) -> String {
    v.as_str().map_or_else(|| v.to_string(), str::to_owned)
}
