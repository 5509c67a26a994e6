//! Commands from members' own phones, and the day in a few lines. Who may do what is as on the dashboard.

use crate::domain::error::{Error, Result};
use crate::domain::house::command::{Command, HELP};
use crate::domain::house::conversation::Conversation;
use crate::domain::house::item::Item;
use crate::domain::house::member::{Actor, Role};
use crate::domain::house::message::Content;
use crate::domain::id::Id;
use crate::domain::limits;
use crate::domain::money::Money;
use crate::domain::shop::order::Status;
use crate::domain::text::fold;
use crate::domain::time::Time;
use crate::services::house::item::{self as items, ItemChange};
use crate::services::house::outbound;
use crate::services::shop::payment;
use crate::store::house::message::NewMessage;
use crate::store::house::{conversation, item};
use crate::store::meta;
use crate::store::shop::order;
use crate::store::tx::{Read, Tx};

/// The hour of the daily digest, or "off".
const HOUR: &str = "digest_hour";
/// When nobody chose one.
const USUAL_HOUR: u8 = 20;
/// Orders told in one message.
const TOLD: u32 = 12;

/// Does what a member said; the sentence that answers.
pub fn run(tx: &mut Tx<'_>, command: &Command, actor: &Actor, role: Role) -> Result<String> {
    match command {
        Command::Approve(number) => {
            role.require(Role::Manager)?;
            let id = numbered(tx, *number)?;
            let o = payment::approve(tx, id, actor)?;
            Ok(format!("Order {} is paid, {}. The customer has been told.", o.number, money(tx, o.total_minor)?))
        }
        Command::Reject(number, why) => {
            role.require(Role::Manager)?;
            let id = numbered(tx, *number)?;
            let o = payment::reject(tx, id, actor, why)?;
            Ok(format!("The payment of order {} is rejected. The customer has been told.", o.number))
        }
        Command::SoldOut(name) => set_available(tx, name, false, role),
        Command::Back(name) => set_available(tx, name, true, role),
        Command::Orders => open_orders(tx),
        Command::Today => digest(tx),
        Command::DigestAt(hour) => {
            role.require(Role::Owner)?;
            meta::upsert_meta(tx, HOUR, &hour.map_or_else(|| "off".to_owned(), |h| h.to_string()))?;
            Ok(match hour {
                Some(h) => format!("Every day at {h:02}:00 you get the day in a few lines, if you have written here within 24 hours."),
                None => "No more daily messages. Write \"today\" at any time.".into(),
            })
        }
        Command::Help => Ok(HELP.to_owned()),
    }
}

fn numbered(tx: &Read<'_>, number: i64) -> Result<Id> {
    order::find_order_by_number(tx, number)?.map(|o| o.id).ok_or_else(|| Error::not_found(&format!("order {number}")))
}

fn money(tx: &Read<'_>, minor: i64) -> Result<String> {
    Ok(Money::new(minor, meta::find_profile(tx)?.currency).to_string())
}

fn set_available(tx: &mut Tx<'_>, name: &str, on: bool, role: Role) -> Result<String> {
    role.require(Role::Manager)?;
    let x = named(tx, name)?;
    if x.available == on {
        let state = if on { "can be ordered already" } else { "is marked as sold out already" };
        return Ok(format!("{} {state}.", x.name));
    }
    items::change(tx, x.id, ItemChange { available: Some(on), ..ItemChange::default() })?;
    Ok(if !on {
        format!("{} is sold out from now on. Write \"back {}\" when it is there again.", x.name, x.name)
    } else if x.stock == Some(0) {
        format!("{} is back, but none is counted in stock, so it cannot be ordered yet.", x.name)
    } else {
        format!("{} is back.", x.name)
    })
}

/// The one item that is called so, by its whole name or by a part of it.
fn named(tx: &Read<'_>, name: &str) -> Result<Item> {
    let wanted = fold(name);
    let is = |x: &Item| fold(&x.name) == wanted || x.aliases.iter().any(|a| fold(a) == wanted);
    let mut menu = item::find_menu(tx, None)?.items;
    if let Some(at) = menu.iter().position(is) {
        return Ok(menu.swap_remove(at));
    }
    menu.retain(|x| fold(&x.name).contains(&wanted) || x.aliases.iter().any(|a| fold(a).contains(&wanted)));
    if menu.len() > 1 {
        let names: Vec<&str> = menu.iter().take(6).map(|x| x.name.as_str()).collect();
        return Err(Error::conflict(format!("More than one thing is called so: {}. Write the whole name.", names.join(", "))));
    }
    menu.pop().ok_or_else(|| {
        Error::new(
            crate::domain::error::Kind::NotFound,
            format!("Nothing in the catalogue is called \"{}\".", crate::domain::text::clip(name, 60)),
        )
    })
}

fn open_orders(tx: &Read<'_>) -> Result<String> {
    const OPEN: [Status; 6] = [
        Status::AwaitingConfirmation,
        Status::AwaitingPayment,
        Status::Paid,
        Status::Preparing,
        Status::ReadyForPickup,
        Status::OutForDelivery,
    ];
    let (mut lines, mut all) = (Vec::new(), 0);
    for s in OPEN {
        let (n, _) = order::sum_status(tx, s)?;
        all += n;
        for row in order::list_orders(tx, Some(s), None, TOLD)? {
            let o = row.order;
            lines.push(format!("{} {}: {}, {}", o.number, s.title().to_lowercase(), money(tx, o.total_minor)?, o.words()));
        }
    }
    if lines.is_empty() {
        return Ok("No order is open.".into());
    }
    lines.truncate(TOLD as usize);
    let hidden = all - i64::try_from(lines.len()).unwrap_or(all);
    if hidden > 0 {
        lines.push(format!("and {hidden} more"));
    }
    Ok(lines.join("\n"))
}

/// The day so far in a few lines: sales, unpaid, waiting.
pub fn digest(tx: &Read<'_>) -> Result<String> {
    let p = meta::find_profile(tx)?;
    let z = tx.now.in_zone(&p.time_zone);
    let start = z.start_of_day().map_or(tx.now, |d| Time::from_millis(d.timestamp().as_millisecond()));
    let (paid, minor) = order::sum_paid(tx, start, tx.now.plus_ms(1))?;
    let (made, _) = order::sum_made_since(tx, start)?;
    let (unpaid, owed) = order::sum_status(tx, Status::AwaitingPayment)?;
    let (check, in_doubt) = order::sum_status(tx, Status::AwaitingConfirmation)?;
    let waiting = conversation::count_waiting(tx)?;
    let m = |minor| Money::new(minor, p.currency).to_string();
    let n = |n: i64, one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
    let mut lines = vec![
        z.strftime("%A %-d %B").to_string(),
        format!("Sales: {} from {}", m(minor), n(paid, "payment", "payments")),
        format!("New: {}", n(made, "order", "orders")),
        format!("Unpaid: {}, {}", n(unpaid, "order", "orders"), m(owed)),
    ];
    if check > 0 {
        lines.push(format!("To check: {}, {}", n(check, "payment", "payments"), m(in_doubt)));
        for row in order::list_orders(tx, Some(Status::AwaitingConfirmation), None, 5)? {
            lines.push(format!("  {} {}: write \"approve {}\"", row.order.number, m(row.order.total_minor), row.order.number));
        }
    }
    let low: Vec<String> = item::list_low(tx, limits::LOW_STOCK, 6)?.into_iter().map(|(name, n)| format!("{name} {n}")).collect();
    if !low.is_empty() {
        lines.push(format!("Low in stock: {}", low.join(", ")));
    }
    lines.push(format!("Waiting for a person: {}", n(waiting, "chat", "chats")));
    Ok(lines.join("\n"))
}

/// Whether it is the hour of the daily digest; the day it is for.
pub fn digest_due(tx: &Read<'_>) -> Result<Option<String>> {
    let hour = match meta::find_meta(tx, HOUR)?.as_deref() {
        Some("off") => return Ok(None),
        Some(word) => word.parse().unwrap_or(USUAL_HOUR),
        None => USUAL_HOUR,
    };
    let z = tx.now.in_zone(&meta::find_profile(tx)?.time_zone);
    Ok((z.hour().unsigned_abs() == hour).then(|| z.date().to_string()))
}

/// What is low in stock, for the owner; none when it is gone from the catalogue or there is enough again.
pub fn low_stock(tx: &Read<'_>, id: Id) -> Result<Option<String>> {
    let Ok(x) = item::find_item(tx, id) else { return Ok(None) };
    Ok(x.stock.filter(|n| *n <= limits::LOW_STOCK).map(|left| match left {
        0 => format!("{} is sold out: the last one was just ordered.", x.name),
        n => format!("Only {n} of {} left.", x.name),
    }))
}

/// Tells a member something, once for each intent. False when WhatsApp's 24 hours are over: then only the dashboard has it.
pub fn tell(tx: &mut Tx<'_>, thread: &Conversation, text: &str, intent: &str) -> Result<bool> {
    if outbound::window_problem(thread, tx.now).is_some() {
        return Ok(false);
    }
    let content = Content::text(text);
    let m = NewMessage::of_steward(thread.id, &content, intent);
    Ok(outbound::plan(tx, thread, &m)?.is_some())
}
