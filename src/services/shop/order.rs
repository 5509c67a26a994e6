//! Orders: made from a basket, moved by people, given up or expired. Stock is taken when an order is made and given
//! back when it is given up.

use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::house::briefing::Menu;
use crate::domain::house::business::Profile;
use crate::domain::house::item::Item;
use crate::domain::house::member::{Actor, Role};
use crate::domain::house::message::Content;
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::limits;
use crate::domain::money::Money;
use crate::domain::phrase::say;
use crate::domain::shop::basket;
use crate::domain::shop::draft::{Draft, Fulfilment, Line};
use crate::domain::shop::order::{Order, Status};
use crate::domain::shop::reference::reference;
use crate::services::house::outbound;
use crate::services::shop::checkout;
use crate::services::shop::loyalty;
use crate::store::events::{About, insert_event};
use crate::store::house::item::Taken;
use crate::store::house::message::NewMessage;
use crate::store::house::{contact, conversation as threads, item};
use crate::store::shop::{order, payment};
use crate::store::tx::{Read, Tx};
use crate::store::{jobs, meta};
use serde_json::json;

/// For whom an order is made, and where news about it goes.
#[derive(Debug, Clone, Copy)]
pub struct For {
    /// The customer.
    pub contact_id: Id,
    /// The thread for news.
    pub conversation_id: Option<Id>,
}

/// Makes an order of a basket: prices and stock by the catalogue as it is now. The basket is left alone when it
/// cannot be ordered as it was agreed, and so is the stock of what could have been.
pub fn place(tx: &mut Tx<'_>, profile: &Profile, menu: &Menu, draft: &Draft, whose: For, actor: &Actor) -> Result<Order> {
    tx.attempt(|tx| place_whole(tx, profile, menu, draft, whose, actor))
}

fn place_whole(tx: &mut Tx<'_>, profile: &Profile, menu: &Menu, draft: &Draft, whose: For, actor: &Actor) -> Result<Order> {
    basket::ready_to_place(draft, menu, profile).map_err(|m| missing(&m))?;
    same_prices(draft, menu)?;
    let mut o = new_order(tx, profile, draft, whose)?;
    for line in &mut o.lines {
        let taken = item::take_stock(tx, line.item_id, line.quantity)?;
        if taken == Taken::No {
            let left = item::find_item(tx, line.item_id).ok().and_then(|i| i.can_sell()).unwrap_or(0);
            return Err(Error::conflict(format!("Only {left} of {} left.", line.name)));
        }
        line.uncounted = taken == Taken::Uncounted;
        low_stock(tx, line)?;
    }
    order::insert_order(tx, &o)?;
    order::insert_history(tx, o.id, None, o.status, actor.name(), "")?;
    payment::insert_payment(tx, o.id, o.total_minor)?;
    if let Some(due) = o.expires_at {
        jobs::enqueue_job(tx, &Job::ExpireOrder { order_id: o.id }, due, None)?;
    }
    stock_changed(tx, &o.lines)?;
    moved(tx, &o, None)?;
    checkout::want(tx, &o)?;
    Ok(o)
}

/// The owner is told when this order takes something below what is low.
fn low_stock(tx: &mut Tx<'_>, line: &Line) -> Result<()> {
    let left = item::find_item(tx, line.item_id)?.stock;
    match left {
        Some(left) if left <= limits::LOW_STOCK && left + line.quantity > limits::LOW_STOCK => {
            let now = tx.now;
            let key = format!("low:{}", line.item_id);
            jobs::enqueue_job(tx, &Job::TellLowStock { item_id: line.item_id }, now, Some(&key))
        }
        _ => Ok(()),
    }
}

fn new_order(tx: &Read<'_>, profile: &Profile, draft: &Draft, whose: For) -> Result<Order> {
    let number = order::next_order_number(tx)?;
    let how = basket::fulfilment_of(draft, profile).unwrap_or(Fulfilment::Pickup);
    let n = u32::try_from(number).map_err(|_| Error::conflict("This business has run out of order numbers."))?;
    Ok(Order {
        id: Id::new(tx.now),
        number,
        contact_id: whose.contact_id,
        conversation_id: whose.conversation_id,
        status: Status::AwaitingPayment,
        lines: draft.lines.clone(),
        subtotal_minor: draft.subtotal_minor()?,
        delivery_minor: basket::delivery_minor(draft, profile),
        total_minor: basket::total_minor(draft, profile)?,
        fulfilment: how,
        address: if how == Fulfilment::Delivery { draft.address.clone() } else { String::new() },
        note: draft.note.clone(),
        reference: reference(n),
        expires_at: Some(tx.now.plus_ms(limits::RESERVATION_MS)),
        created_at: tx.now,
        updated_at: tx.now,
    })
}

fn missing(m: &basket::Missing) -> Error {
    use basket::Missing;
    match m {
        Missing::Empty => Error::conflict("The basket is empty."),
        Missing::Stock { name, left: 0, .. } => Error::conflict(format!("{name} is sold out.")),
        Missing::Stock { name, left, .. } => Error::conflict(format!("Only {left} of {name} left.")),
        Missing::Option(o) => Error::conflict(format!("{} of {} is not chosen yet.", o.group.name, o.item)),
        Missing::Fulfilment => Error::conflict("Pickup or delivery is not chosen yet."),
        Missing::Address => Error::conflict("The delivery address is missing."),
    }
}

/// A price that changed since it was told must be told again first.
fn same_prices(draft: &Draft, menu: &Menu) -> Result<()> {
    for line in &draft.lines {
        let it = basket::item(menu, line.item_id)?;
        if repriced(line, it)? != *line {
            return Err(Error::conflict(format!("The price of {} has changed. Add it again to see the new one.", line.name)));
        }
    }
    Ok(())
}

fn repriced(line: &Line, it: &Item) -> Result<Line> {
    let wanted: Vec<_> = line.options.iter().map(|o| (o.group.clone(), o.choice.clone())).collect();
    let mut fresh = Line::of(it, line.quantity, &wanted, &line.note)?;
    fresh.name.clone_from(&line.name);
    Ok(fresh)
}

fn stock_changed(tx: &mut Tx<'_>, lines: &[Line]) -> Result<()> {
    let mut counted = false;
    for l in lines {
        counted |= item::find_item(tx, l.item_id).is_ok_and(|i| i.stock.is_some());
    }
    if counted { item::bump_menu(tx).map(drop) } else { Ok(()) }
}

fn moved(tx: &mut Tx<'_>, o: &Order, from: Option<Status>) -> Result<()> {
    let data = json!({ "number": o.number, "from": from, "to": o.status });
    insert_event(tx, event::ORDER, About::order(o.id, o.conversation_id), data)
}

/// A person sets an order's state. The customer is told once, in their language.
pub fn set_status(tx: &mut Tx<'_>, id: Id, to: Status, actor: &Actor, note: &str) -> Result<Order> {
    let o = order::find_order(tx, id)?;
    if o.status == to {
        return Ok(o);
    }
    o.status.check_move(to, o.fulfilment)?;
    change(tx, o, to, actor, note)
}

/// The customer gives an order up. Once they say that it is paid or somebody works on it, a person must decide: what was paid would be
/// lost from sight with it.
pub fn cancel_by_customer(tx: &mut Tx<'_>, id: Id) -> Result<Order> {
    let o = order::find_order(tx, id)?;
    if o.status != Status::AwaitingPayment {
        return Err(Error::conflict(format!(
            "Order {} is {} and cannot be cancelled here. A person must look at it.",
            o.number,
            o.status.title().to_lowercase()
        )));
    }
    // The reply of the turn tells the customer; a second notice would repeat it.
    transition(tx, o, Status::Cancelled, &Actor::Customer, "")
}

/// Gives the stock of an unpaid order back. Nothing happens when somebody has paid or says so.
pub fn expire(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    let o = order::find_order(tx, id)?;
    if o.status != Status::AwaitingPayment || o.expires_at.is_none_or(|at| at > tx.now) {
        return Ok(());
    }
    change(tx, o, Status::Expired, &Actor::Steward, "Not paid in time.").map(drop)
}

/// Moves an order and tells the customer.
pub(super) fn change(tx: &mut Tx<'_>, o: Order, to: Status, actor: &Actor, note: &str) -> Result<Order> {
    let o = transition(tx, o, to, actor, note)?;
    if let Some(key) = notice(o.status) {
        notify(tx, &o, key, &format!("order:{}:{}", o.id, o.status.as_str()), note)?;
    }
    Ok(o)
}

/// Moves an order, with its history, stock and event.
pub(super) fn transition(tx: &mut Tx<'_>, mut o: Order, to: Status, actor: &Actor, note: &str) -> Result<Order> {
    let from = o.status;
    if !order::update_status(tx, o.id, from, to, actor.name(), note)? {
        return Err(Error::conflict("Somebody else has just changed this order. Look again."));
    }
    o.status = to;
    if from.holds_stock() && matches!(to, Status::Cancelled | Status::Expired) {
        give_stock_back(tx, &o, |l| !l.uncounted)?;
    }
    loyalty::on_order(tx, &o)?;
    moved(tx, &o, Some(from))?;
    Ok(o)
}

/// These lines of an order are on the shelf again.
pub(super) fn give_stock_back(tx: &mut Tx<'_>, o: &Order, which: impl Fn(&Line) -> bool) -> Result<()> {
    for line in o.lines.iter().filter(|l| which(l)) {
        item::give_stock(tx, line.item_id, line.quantity)?;
    }
    stock_changed(tx, &o.lines)
}

/// The phrase a state is announced with, if it is.
pub const fn notice(s: Status) -> Option<&'static str> {
    match s {
        Status::Paid => Some("status_paid"),
        Status::Preparing => Some("status_preparing"),
        Status::ReadyForPickup => Some("status_ready_for_pickup"),
        Status::OutForDelivery => Some("status_out_for_delivery"),
        Status::Completed => Some("status_completed"),
        Status::Cancelled => Some("status_cancelled"),
        Status::Expired => Some("status_expired"),
        Status::AwaitingPayment | Status::AwaitingConfirmation => None,
    }
}

/// The words a customer gets for a phrase about an order.
pub fn notice_text(tx: &Read<'_>, o: &Order, key: &str, reason: &str) -> Result<String> {
    let profile = meta::find_profile(tx)?;
    let language = contact::find_contact(tx, o.contact_id)?.language;
    let (number, total) = (o.number.to_string(), Money::new(o.total_minor, profile.currency).to_string());
    Ok(say(language, key, &[("number", &number), ("total", &total), ("reference", &o.reference), ("reason", reason), ("business", "")]))
}

/// Tells the customer about an order, once for each intent.
pub(super) fn notify(tx: &mut Tx<'_>, o: &Order, key: &str, intent: &str, reason: &str) -> Result<()> {
    let text = notice_text(tx, o, key, reason)?;
    tell(tx, o, text, intent)
}

/// The same with places of the phrase's own, beside the order's number.
pub(super) fn notify_with(tx: &mut Tx<'_>, o: &Order, key: &str, intent: &str, places: &[(&str, &str)]) -> Result<()> {
    let language = contact::find_contact(tx, o.contact_id)?.language;
    let number = o.number.to_string();
    let text = say(language, key, &[&[("number", number.as_str())], places].concat());
    tell(tx, o, text, intent)
}

fn tell(tx: &mut Tx<'_>, o: &Order, text: String, intent: &str) -> Result<()> {
    let Some(thread) = o.conversation_id else { return Ok(()) };
    let thread = threads::find_conversation(tx, thread)?;
    let content = Content::text(text);
    let m = NewMessage::of_steward(thread.id, &content, intent);
    outbound::plan(tx, &thread, &m).map(drop)
}

/// The role needed to move orders.
pub const MOVES: Role = Role::Agent;
