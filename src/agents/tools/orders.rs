//! Tools about orders and payments of the customer in this thread, and of nobody else.

use super::{Counter, Outcome, Refused};
use crate::domain::error::Error;
use crate::domain::house::briefing::OpenOrder;
use crate::domain::house::member::Actor;
use crate::domain::money::Money;
use crate::domain::shop::draft::Draft;
use crate::domain::shop::order::{Order, Status};
use crate::services::shop::{order as orders, payment};
use crate::store::shop::order;
use crate::store::tx::Tx;
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) fn place(tx: &mut Tx<'_>, at: &mut Counter) -> Outcome {
    let whose = orders::For { contact_id: at.thread.contact_id, conversation_id: Some(at.thread.id) };
    let o = orders::place(tx, &at.profile, &at.menu, &at.draft, whose, &Actor::Customer)?;
    at.draft = Draft::default();
    Ok(json!({ "order": order_json(at, &o), "payment_instructions": at.profile.payment_instructions }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Number {
    number: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MaybeNumber {
    number: Option<i64>,
}

pub(super) fn cancel(tx: &mut Tx<'_>, at: &Counter, n: &Number) -> Outcome {
    let o = own_order(tx, at, n.number)?;
    let o = orders::cancel_by_customer(tx, o.id)?;
    Ok(json!({ "order": order_json(at, &o) }))
}

pub(super) fn report_payment(tx: &mut Tx<'_>, at: &Counter, n: &MaybeNumber) -> Outcome {
    let number = match n.number {
        Some(n) => n,
        None => the_unpaid_one(tx, at)?,
    };
    let o = own_order(tx, at, number)?;
    let o = payment::claim(tx, o.id)?;
    Ok(json!({ "order": order_json(at, &o) }))
}

/// The one order that waits for money, or a refusal that lists them.
fn the_unpaid_one(tx: &Tx<'_>, at: &Counter) -> Result<i64, Refused> {
    let open = order::list_open_orders(tx, at.thread.contact_id)?;
    let unpaid: Vec<_> = open.iter().filter(|o| o.status == Status::AwaitingPayment).collect();
    let claimed = open.iter().find(|o| o.status == Status::AwaitingConfirmation);
    match (unpaid.as_slice(), claimed) {
        ([one], _) => Ok(one.number),
        ([], Some(c)) => Ok(c.number),
        ([], None) => Err(Error::conflict("No order of this customer waits for a payment.").into()),
        (many, _) => Err(Refused {
            error: Error::conflict("Several orders wait for a payment. Ask which one."),
            detail: json!({ "orders": many.iter().map(|o| brief_json(at, o)).collect::<Vec<_>>() }),
        }),
    }
}

pub(super) fn status(tx: &Tx<'_>, at: &Counter, n: &MaybeNumber) -> Outcome {
    if let Some(number) = n.number {
        let o = own_order(tx, at, number)?;
        return Ok(json!({ "orders": [order_json(at, &o)] }));
    }
    let all = order::list_orders_of(tx, at.thread.contact_id, 5)?;
    let open: Vec<_> = all.iter().filter(|o| !o.status.is_final()).collect();
    let shown = if open.is_empty() { all.iter().take(1).collect() } else { open };
    Ok(json!({ "orders": shown.iter().map(|o| order_json(at, o)).collect::<Vec<_>>() }))
}

/// Another customer's order does not exist here.
fn own_order(tx: &Tx<'_>, at: &Counter, number: i64) -> Result<Order, Error> {
    let found = order::find_order_by_number(tx, number)?.filter(|o| o.contact_id == at.thread.contact_id);
    found.ok_or_else(|| Error::not_found("order of this customer"))
}

fn order_json(at: &Counter, o: &Order) -> Value {
    json!({
        "number": o.number,
        "reference": o.reference,
        "status": o.status,
        "total": Money::new(o.total_minor, at.profile.currency).to_string(),
        "total_minor": o.total_minor,
        "fulfilment": o.fulfilment,
        "address": o.address,
        "note": o.note,
        "summary": o.words(),
    })
}

fn brief_json(at: &Counter, o: &OpenOrder) -> Value {
    json!({
        "number": o.number,
        "reference": o.reference,
        "status": o.status,
        "total": Money::new(o.total_minor, at.profile.currency).to_string(),
        "total_minor": o.total_minor,
        "summary": o.summary,
    })
}
