//! What may be done to a basket. Every model and every screen changes a basket through these functions, so a price,
//! a stock or an option is checked in one place and never taken from the caller.

use crate::domain::error::{Error, Result};
use crate::domain::house::briefing::Menu;
use crate::domain::house::business::Profile;
use crate::domain::house::item::{Item, OptionGroup};
use crate::domain::id::Id;
use crate::domain::json::object;
use crate::domain::limits;
use crate::domain::money::Money;
use crate::domain::shop::draft::{Draft, Fulfilment, Line};
use crate::domain::text::{clip, fold};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A choice in an option group, by their names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pick {
    /// The group: "Size".
    pub group: String,
    /// The choice: "Large".
    pub choice: String,
}

/// One line to add.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddLine {
    /// The item.
    pub item_id: Id,
    /// How many.
    pub quantity: i64,
    /// Choices already made; the rest is asked for later.
    #[serde(default)]
    pub options: Vec<Pick>,
    /// A wish that is not an option: "no onions".
    #[serde(default)]
    pub note: String,
}

/// Arguments of `add_to_basket`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddToBasket {
    /// The lines.
    pub lines: Vec<AddLine>,
}

/// Arguments of `change_line`; what is null stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeLine {
    /// The line, counted from 1.
    pub line: usize,
    /// The new number.
    #[serde(default)]
    pub quantity: Option<i64>,
    /// Another item instead; options it does not have are dropped.
    #[serde(default)]
    pub item_id: Option<Id>,
    /// All options of the line; replaces those it had.
    #[serde(default)]
    pub options: Option<Vec<Pick>>,
    /// The new note.
    #[serde(default)]
    pub note: Option<String>,
}

/// Arguments of `remove_line`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveLine {
    /// The line, counted from 1.
    pub line: usize,
}

/// Arguments of a tool that needs none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Arguments of `set_fulfilment`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetFulfilment {
    /// Collect or bring.
    pub how: Fulfilment,
    /// Where to bring it; null keeps the address that is known.
    #[serde(default)]
    pub address: Option<String>,
}

/// Arguments of `note_order`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteOrder {
    /// The customer's wish for the whole order; empty takes back what was noted.
    pub note: String,
}

/// What a basket still needs before it can be ordered; the first thing to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// Nothing is in it.
    Empty,
    /// An item is no longer sold, or fewer are left than wanted.
    Stock {
        /// The line, from 1.
        line: usize,
        /// The item's name.
        name: String,
        /// How many can be sold.
        left: i64,
    },
    /// A required option is open.
    Option(MissingOption),
    /// Pickup or delivery.
    Fulfilment,
    /// Where to bring it.
    Address,
}

/// A required option nobody has answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingOption {
    /// The line, from 1.
    pub line: usize,
    /// The item's name.
    pub item: String,
    /// The option group.
    pub group: OptionGroup,
}

/// The item with this id, or an error when the business has no such item.
pub fn item(menu: &Menu, id: Id) -> Result<&Item> {
    menu.items.iter().find(|i| i.id == id).ok_or_else(|| Error::not_found("item"))
}

/// Adds lines: all of them or, when one cannot be, none.
pub fn add(draft: &mut Draft, menu: &Menu, args: &AddToBasket) -> Result<()> {
    if args.lines.is_empty() {
        return Err(Error::field("lines", "Name at least one item to add."));
    }
    let mut next = draft.clone();
    for a in &args.lines {
        let it = item(menu, a.item_id)?;
        push(&mut next, line_of(it, a.quantity, &a.options, &a.note)?)?;
        check_stock(&next, it)?;
    }
    accept(draft, next)
}

/// Changes one line.
pub fn change(draft: &mut Draft, menu: &Menu, args: &ChangeLine) -> Result<()> {
    let old = draft.lines.get(at(draft, args.line)?).ok_or_else(|| Error::not_found("line"))?.clone();
    let it = item(menu, args.item_id.unwrap_or(old.item_id))?;
    let picks = match &args.options {
        Some(p) => p.clone(),
        None => kept_picks(&old, it),
    };
    let note = args.note.as_deref().unwrap_or(&old.note);
    let line = line_of(it, args.quantity.unwrap_or(old.quantity), &picks, note)?;
    let mut next = draft.clone();
    next.lines[args.line - 1] = line;
    merge(&mut next)?;
    check_stock(&next, it)?;
    accept(draft, next)
}

/// Takes one line out.
pub fn remove(draft: &mut Draft, args: &RemoveLine) -> Result<()> {
    let i = at(draft, args.line)?;
    draft.lines.remove(i);
    Ok(())
}

/// Takes everything out; how the customer gets it is forgotten too.
pub fn clear(draft: &mut Draft) {
    *draft = Draft::default();
}

/// Sets how the customer gets it. An address is kept when pickup is chosen, in case they change their mind.
pub fn set_fulfilment(draft: &mut Draft, profile: &Profile, args: &SetFulfilment) -> Result<()> {
    match args.how {
        Fulfilment::Pickup if !profile.pickup => return Err(Error::field("how", "This business does not offer pickup.")),
        Fulfilment::Delivery if !profile.delivery => return Err(Error::field("how", "This business does not deliver.")),
        _ => {}
    }
    draft.fulfilment = Some(args.how);
    if let Some(a) = args.address.as_deref().map(str::trim).filter(|a| !a.is_empty()) {
        draft.address = clip(a, 300);
    }
    Ok(())
}

/// Keeps what the customer wishes for the order as a whole, in place of what was noted before.
pub fn note_order(draft: &mut Draft, args: &NoteOrder) {
    draft.note = clip(args.note.trim(), limits::ORDER_NOTE_MAX);
}

/// How the customer gets it: as said, or the only way this business offers.
pub fn fulfilment_of(draft: &Draft, profile: &Profile) -> Option<Fulfilment> {
    draft.fulfilment.or(match (profile.pickup, profile.delivery) {
        (true, true) => None,
        (false, true) => Some(Fulfilment::Delivery),
        _ => Some(Fulfilment::Pickup),
    })
}

/// Required options nobody has answered, line by line.
pub fn missing_options(draft: &Draft, menu: &Menu) -> Vec<MissingOption> {
    let mut out = Vec::new();
    for (i, line) in draft.lines.iter().enumerate() {
        let Ok(it) = item(menu, line.item_id) else { continue };
        let open = it.options.iter().filter(|g| g.required && !line.options.iter().any(|o| same(&o.group, &g.name)));
        out.extend(open.map(|g| MissingOption { line: i + 1, item: line.name.clone(), group: g.clone() }));
    }
    out
}

/// Whether the basket can be ordered, and if not, the first thing to ask for.
pub fn ready_to_place(draft: &Draft, menu: &Menu, profile: &Profile) -> std::result::Result<(), Missing> {
    if draft.lines.is_empty() {
        return Err(Missing::Empty);
    }
    for (i, line) in draft.lines.iter().enumerate() {
        let left = item(menu, line.item_id).map_or(Some(0), Item::can_sell);
        if let Some(left) = left.filter(|l| wanted(draft, line.item_id) > *l) {
            return Err(Missing::Stock { line: i + 1, name: line.name.clone(), left });
        }
    }
    if let Some(open) = missing_options(draft, menu).into_iter().next() {
        return Err(Missing::Option(open));
    }
    match fulfilment_of(draft, profile) {
        None => Err(Missing::Fulfilment),
        Some(Fulfilment::Delivery) if draft.address.trim().is_empty() => Err(Missing::Address),
        Some(_) => Ok(()),
    }
}

/// Price of delivery for this basket, in minor units.
pub fn delivery_minor(draft: &Draft, profile: &Profile) -> i64 {
    if fulfilment_of(draft, profile) == Some(Fulfilment::Delivery) { profile.delivery_fee_minor } else { 0 }
}

/// What is to be paid, in minor units.
pub fn total_minor(draft: &Draft, profile: &Profile) -> Result<i64> {
    let sum = draft.subtotal_minor()?.checked_add(delivery_minor(draft, profile));
    sum.ok_or_else(|| Error::invalid("That amount is too large."))
}

/// The basket as tools tell it: `{"lines": […], "fulfilment", "address", "subtotal_minor", …, "total": "₦5,000"}`.
pub fn basket_json(draft: &Draft, profile: &Profile) -> Value {
    let money = |minor: i64| Money::new(minor, profile.currency).to_string();
    let lines: Vec<Value> = draft.lines.iter().enumerate().map(|(i, l)| line_json(i + 1, l, &money)).collect();
    let total = total_minor(draft, profile).unwrap_or(0);
    object([
        ("lines", lines.into()),
        ("fulfilment", json!(draft.fulfilment)),
        ("address", draft.address.as_str().into()),
        ("note", draft.note.as_str().into()),
        ("subtotal_minor", draft.subtotal_minor().unwrap_or(0).into()),
        ("delivery_minor", delivery_minor(draft, profile).into()),
        ("total_minor", total.into()),
        ("total", money(total).into()),
    ])
}

fn line_json(number: usize, l: &Line, money: &dyn Fn(i64) -> String) -> Value {
    let total = l.total_minor().unwrap_or(0);
    json!({
        "line": number,
        "item_id": l.item_id,
        "name": l.name,
        "quantity": l.quantity,
        "options": l.options,
        "note": l.note,
        "each_minor": l.each_minor().unwrap_or(0),
        "total_minor": total,
        "total": money(total),
    })
}

fn line_of(it: &Item, quantity: i64, picks: &[Pick], note: &str) -> Result<Line> {
    let wanted: Vec<(String, String)> = picks.iter().map(|p| (p.group.clone(), p.choice.clone())).collect();
    let mut line = Line::of(it, quantity, &wanted, note)?;
    let mut seen = Vec::new();
    line.options.retain(|o| {
        let new = !seen.contains(&(o.group.clone(), o.choice.clone()));
        seen.push((o.group.clone(), o.choice.clone()));
        new
    });
    Ok(line)
}

/// The options of a line that `it` has as well, so "make it chicken" keeps "large".
fn kept_picks(old: &Line, it: &Item) -> Vec<Pick> {
    let has =
        |group: &str, choice: &str| it.options.iter().any(|g| same(&g.name, group) && g.choices.iter().any(|c| same(&c.name, choice)));
    let kept = old.options.iter().filter(|o| has(&o.group, &o.choice));
    kept.map(|o| Pick { group: o.group.clone(), choice: o.choice.clone() }).collect()
}

fn at(draft: &Draft, line: usize) -> Result<usize> {
    match line.checked_sub(1).filter(|i| *i < draft.lines.len()) {
        Some(i) => Ok(i),
        None => Err(Error::field("line", format!("The basket has no line {line}."))),
    }
}

fn same(a: &str, b: &str) -> bool {
    fold(a) == fold(b)
}

fn alike(a: &Line, b: &Line) -> bool {
    a.item_id == b.item_id && a.options == b.options && fold(&a.note) == fold(&b.note) && a.unit_minor == b.unit_minor
}

fn push(draft: &mut Draft, line: Line) -> Result<()> {
    match draft.lines.iter_mut().find(|l| alike(l, &line)) {
        Some(l) => l.quantity += line.quantity,
        None => draft.lines.push(line),
    }
    match draft.lines.iter().find(|l| l.quantity > limits::QUANTITY_MAX) {
        Some(_) => Err(Error::field("quantity", format!("A quantity is 1 to {}.", limits::QUANTITY_MAX))),
        None => Ok(()),
    }
}

/// Puts lines together that have become the same.
fn merge(draft: &mut Draft) -> Result<()> {
    let lines = std::mem::take(&mut draft.lines);
    lines.into_iter().try_for_each(|l| push(draft, l))
}

fn wanted(draft: &Draft, id: Id) -> i64 {
    draft.lines.iter().filter(|l| l.item_id == id).map(|l| l.quantity).sum()
}

fn check_stock(draft: &Draft, it: &Item) -> Result<()> {
    match it.can_sell() {
        Some(0) => Err(Error::conflict(format!("{} is sold out.", it.name))),
        Some(left) if wanted(draft, it.id) > left => Err(Error::conflict(format!("Only {left} of {} left.", it.name))),
        _ => Ok(()),
    }
}

fn accept(draft: &mut Draft, next: Draft) -> Result<()> {
    if next.lines.len() > limits::ORDER_LINES {
        return Err(Error::field("lines", format!("An order has at most {} lines.", limits::ORDER_LINES)));
    }
    next.subtotal_minor()?;
    *draft = next;
    Ok(())
}

#[cfg(test)]
#[path = "basket_tests.rs"]
mod tests;
