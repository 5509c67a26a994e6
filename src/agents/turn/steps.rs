//! What happened in a turn, in an owner's words.

use crate::domain::shop::draft::Draft;
use crate::domain::text::clip;
use crate::providers::llm::ToolResult;
use crate::store::runs::Step;
use serde_json::{Value, json};

/// A step of the trace.
pub(super) fn step(kind: &str, title: impl Into<String>, ok: bool, at_us: i64, took_us: i64, detail: Value) -> Step {
    Step { kind: kind.into(), title: title.into(), ok, at_us, took_us, detail }
}

/// A tool's result as a sentence.
pub(super) fn tool_title(r: &ToolResult) -> String {
    let s = |v: &Value| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
    let (a, o) = (&r.call.arguments, &r.output);
    if !r.ok {
        return format!("Could not {}: {}", deed(&r.call.name), s(&o["error"]));
    }
    match r.call.name.as_str() {
        "add_to_basket" | "change_line" | "remove_line" => format!("Basket: {}", basket_words(&o["basket"])),
        "clear_basket" => "Emptied the basket".into(),
        "set_fulfilment" => match a["address"].as_str() {
            Some(address) => format!("{} to {}", s(&a["how"]), clip(address, 60)),
            None => format!("Chose {}", s(&a["how"])),
        },
        "note_order" => format!("Noted for the order: {}", clip(&s(&a["note"]), 80)),
        "place_order" => format!("Placed order #{}: {}", o["order"]["number"], s(&o["order"]["total"])),
        "cancel_order" => format!("Cancelled order #{}", o["order"]["number"]),
        "report_payment" => format!("Says order #{} is paid; waits for you", o["order"]["number"]),
        "order_status" => match o["orders"].as_array().map_or(0, Vec::len) {
            1 => "Looked up 1 order".into(),
            n => format!("Looked up {n} orders"),
        },
        "search_knowledge" if !o["saved"].is_null() => format!("Answered from a saved answer: {}", clip(&s(&o["answer"]), 80)),
        "search_knowledge" => "Looked in your documents".into(),
        "remember" => format!("Will remember: {}", fact_words(&o["remembered"])),
        "forget" => match fact_words(&o["forgotten"]) {
            words if words.is_empty() => "Had nothing to forget".into(),
            words => format!("Forgot: {words}"),
        },
        "search_menu" => format!("Looked in the catalogue for \"{}\"", s(&a["query"])),
        "call_person" => format!("Asked for a person: {}", s(&a["summary"])),
        "set_name" => format!("Noted the name {}", s(&o["name"])),
        other => other.replace('_', " "),
    }
}

fn deed(tool: &str) -> &'static str {
    match tool {
        "add_to_basket" => "add to the basket",
        "change_line" | "remove_line" | "clear_basket" => "change the basket",
        "set_fulfilment" => "set pickup or delivery",
        "note_order" => "note that for the order",
        "place_order" => "place the order",
        "cancel_order" => "cancel the order",
        "report_payment" => "note the payment",
        "order_status" => "look the order up",
        "call_person" => "ask for a person",
        "remember" => "remember that",
        "search_knowledge" => "look in the documents",
        _ => "do that",
    }
}

fn fact_words(facts: &Value) -> String {
    let one = |f: &Value| f["text"].as_str().map(str::to_owned);
    clip(&facts.as_array().into_iter().flatten().filter_map(one).collect::<Vec<_>>().join(", "), 120)
}

fn basket_words(basket: &Value) -> String {
    let lines = basket["lines"].as_array().map(Vec::as_slice).unwrap_or_default();
    if lines.is_empty() {
        return "empty".into();
    }
    let words: Vec<String> = lines.iter().map(|l| format!("{} {}", l["quantity"], l["name"].as_str().unwrap_or(""))).collect();
    format!("{}, {}", words.join(", "), basket["total"].as_str().unwrap_or(""))
}

/// The rows a turn drew on, for "why".
pub(super) fn rows_used(menu_version: i64, items: usize, draft: &Draft, open_orders: usize) -> Value {
    json!({ "catalogue_version": menu_version, "items": items, "basket": draft.words(), "open_orders": open_orders })
}
