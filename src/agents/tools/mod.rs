//! What a model may do. A tool is a service with typed arguments; a failure is a sentence the model reads.

mod basket;
mod bookings;
pub mod consent;
pub mod knowledge;
mod memory;
mod orders;

use crate::domain::error::{Error, Result};
use crate::domain::house::assistant::{Assistant, Desk};
use crate::domain::house::briefing::Menu;
use crate::domain::house::business::Profile;
use crate::domain::house::conversation::Conversation;
use crate::domain::money::Money;
use crate::domain::search::Kind;
use crate::domain::shop::draft::Draft;
use crate::domain::text::{clip, fold};
use crate::providers::llm::{ToolCall, ToolResult};
use crate::search::items::MEANT;
use crate::services::house::conversation;
use crate::store::house::contact;
use crate::store::tx::Tx;
use crate::store::vector;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;

/// Where tools work: one customer's thread with one business.
pub struct Counter {
    /// What the owner set.
    pub profile: Arc<Profile>,
    /// What is sold.
    pub menu: Arc<Menu>,
    /// The thread.
    pub thread: Conversation,
    /// The basket.
    pub draft: Draft,
    /// Who answers here; none when the owner set nobody up.
    pub assistant: Option<Arc<Assistant>>,
    /// A person was asked for.
    pub person_asked: bool,
}

/// Runs one call. Never fails as a whole: what did not work is told to the model.
pub fn run(tx: &mut Tx<'_>, at: &mut Counter, call: &ToolCall) -> ToolResult {
    if only_fills_basket(&call.name) { fill_basket(at, call) } else { told(dispatch(tx, at, call), call) }
}

/// Runs one call that changes nothing but the basket the counter holds, without a database. Any other is refused.
pub fn fill_basket(at: &mut Counter, call: &ToolCall) -> ToolResult {
    told(filled(at, call), call)
}

fn filled(at: &mut Counter, call: &ToolCall) -> Outcome {
    allowed(at, &call.name)?;
    let a = &call.arguments;
    match call.name.as_str() {
        "add_to_basket" => basket::add(at, &typed(a)?),
        "change_line" => basket::change(at, &typed(a)?),
        "remove_line" => basket::remove(at, &typed(a)?),
        "clear_basket" => basket::clear(at),
        "set_fulfilment" => basket::set_fulfilment(at, &typed(a)?),
        "note_order" => basket::note_order(at, &typed(a)?),
        other => Err(no_tool(other).into()),
    }
}

fn no_tool(name: &str) -> Error {
    Error::invalid(format!("There is no tool {}.", clip(name, 40)))
}

fn told(out: Outcome, call: &ToolCall) -> ToolResult {
    let (ok, output) = match out {
        Ok(v) => (true, v),
        Err(Refused { error, detail }) => (false, with_error(&error, detail)),
    };
    ToolResult { call: call.clone(), ok, output }
}

/// Why a tool did nothing, with what the model can offer instead.
struct Refused {
    error: Error,
    detail: Value,
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self { error, detail: json!({}) }
    }
}

fn with_error(e: &Error, mut detail: Value) -> Value {
    detail["error"] = json!(e.message);
    detail
}

type Outcome = std::result::Result<Value, Refused>;

/// A tool of a desk that whoever answers here does not have is refused, whatever the model thinks.
fn allowed(at: &Counter, tool: &str) -> Result<()> {
    match &at.assistant {
        Some(a) if Desk::of_tool(tool).is_some() && !a.may_call(tool) => {
            Err(Error::denied(format!("{} does not do this. Offer a person.", a.title)))
        }
        _ => Ok(()),
    }
}

/// Whether a tool changes nothing but the basket, which the counter knows: it needs no rows.
pub fn only_fills_basket(tool: &str) -> bool {
    matches!(tool, "add_to_basket" | "change_line" | "remove_line" | "clear_basket" | "set_fulfilment" | "note_order")
}

/// Whether a tool changes no rows: then nothing has to be looked at again.
pub fn changes_nothing(tool: &str) -> bool {
    only_fills_basket(tool) || tool == "search_menu"
}

fn dispatch(tx: &mut Tx<'_>, at: &mut Counter, call: &ToolCall) -> Outcome {
    allowed(at, &call.name)?;
    let a = &call.arguments;
    match call.name.as_str() {
        "search_knowledge" => knowledge::search(tx, at, &typed(a)?),
        "search_menu" => search_menu(tx, at, &typed::<Search>(a)?),
        "place_order" => orders::place(tx, at),
        "cancel_order" => orders::cancel(tx, at, &typed(a)?),
        "report_payment" => orders::report_payment(tx, at, &typed(a)?),
        "order_status" => orders::status(tx, at, &typed(a)?),
        "check_availability" => bookings::check(tx, at, &typed(a)?),
        "make_booking" => bookings::make(tx, at, &typed(a)?),
        "change_booking" => bookings::change(tx, at, &typed(a)?),
        "cancel_booking" => bookings::cancel(tx, at, &typed(a)?),
        "my_bookings" => bookings::mine(tx, at),
        "join_waitlist" => bookings::wait(tx, at, &typed(a)?),
        "call_person" => call_person(tx, at, &typed(a)?),
        "set_name" => set_name(tx, at, &typed(a)?),
        "remember" => memory::remember(tx, at, &typed(a)?),
        "forget" => memory::forget(tx, at, &typed(a)?),
        other => Err(no_tool(other).into()),
    }
}

/// Arguments of the right shape, or a sentence that names what is wrong.
fn typed<T: DeserializeOwned>(a: &Value) -> Result<T> {
    T::deserialize(a).map_err(|e| Error::invalid(format!("The arguments are wrong: {e}.")))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Search {
    query: String,
}

/// Items at most that hold none of the words.
const NEAR: u32 = 8;
/// Items at most in one answer.
const SHOWN: usize = 40;

/// By word; when no item holds the words, by meaning.
fn search_menu(tx: &Tx<'_>, at: &Counter, s: &Search) -> Outcome {
    let wanted: Vec<String> = fold(&s.query).split_whitespace().map(str::to_owned).collect();
    let matches = |i: &&crate::domain::house::item::Item| {
        let text = fold(&format!("{} {} {} {}", i.name, i.category, i.aliases.join(" "), i.description));
        wanted.iter().all(|w| text.contains(w.as_str()))
    };
    let mut found: Vec<_> = at.menu.items.iter().filter(matches).collect();
    if found.is_empty() {
        let near = vector::scan_in_sql(tx, Kind::Item, &s.query, NEAR)?;
        let meant = near.iter().filter(|(_, cosine)| *cosine >= MEANT);
        found = meant.filter_map(|(id, _)| at.menu.items.iter().find(|i| i.id == *id)).collect();
    }
    let items: Vec<Value> = found.iter().take(SHOWN).map(|i| item_json(at, i)).collect();
    Ok(json!({ "items": items, "more": found.len().saturating_sub(SHOWN) }))
}

fn item_json(at: &Counter, i: &crate::domain::house::item::Item) -> Value {
    let money = |m: i64| Money::new(m, at.profile.currency).to_string();
    json!({
        "id": i.id,
        "name": i.name,
        "category": i.category,
        "price": money(i.price_minor),
        "price_minor": i.price_minor,
        "available": i.can_sell() != Some(0),
        "left": i.can_sell(),
        "options": i.options.iter().map(|g| json!({
            "group": g.name,
            "required": g.required,
            "choices": g.choices.iter().map(|c| json!({ "choice": c.name, "adds": money(c.price_minor) })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallPerson {
    reason: String,
    summary: String,
}

fn call_person(tx: &mut Tx<'_>, at: &mut Counter, c: &CallPerson) -> Outcome {
    let reason = match c.reason.as_str() {
        "asked" => "Asked for a person",
        "angry" => "Is upset",
        "confused" => "Steward could not follow",
        "refund" => "Asks for money back",
        _ => "Needs a person",
    };
    conversation::ask_person(tx, at.thread.id, reason, &clip(&c.summary, 500))?;
    at.person_asked = true;
    Ok(json!({ "asked": true, "person": at.profile.owner_name }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetName {
    name: String,
}

fn set_name(tx: &mut Tx<'_>, at: &Counter, n: &SetName) -> Outcome {
    let name = clip(n.name.trim(), 80);
    if name.is_empty() {
        return Err(Error::field("name", "The name is empty.").into());
    }
    let mut c = contact::find_contact(tx, at.thread.contact_id)?;
    c.name.clone_from(&name);
    contact::update_contact(tx, &c)?;
    Ok(json!({ "name": name }))
}
