//! Money for orders: the customer says it was sent, a person says whether it came.

use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::house::device::Waits;
use crate::domain::house::member::Actor;
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::limits;
use crate::domain::shop::order::{Order, Status};
use crate::domain::shop::payment::PaymentState;
use crate::services::house::push;
use crate::services::shop::order as orders;
use crate::store::events::{About, insert_event};
use crate::store::jobs;
use crate::store::shop::{order, payment};
use crate::store::tx::Tx;
use serde_json::json;

/// The customer says an order is paid: a person must look now. Saying it twice changes nothing.
pub fn claim(tx: &mut Tx<'_>, id: Id) -> Result<Order> {
    let o = order::find_order(tx, id)?;
    match o.status {
        Status::AwaitingConfirmation => Ok(o),
        Status::AwaitingPayment => {
            payment::update_claimed(tx, id)?;
            let o = orders::transition(tx, o, Status::AwaitingConfirmation, &Actor::Customer, "Says it is paid.")?;
            insert_event(tx, event::PAYMENT, About::order(id, o.conversation_id), json!({ "number": o.number, "state": "claimed" }))?;
            push::tell(tx, Waits::Payment, id)?;
            Ok(o)
        }
        _ => Err(Error::conflict(format!("Order {} is {} already.", o.number, o.status.title().to_lowercase()))),
    }
}

/// The bank's statement has the money of an order: it waits for a person's tap, and nobody is told yet. Receipts and statements call a
/// person; neither approves.
pub(super) fn seen_at_bank(tx: &mut Tx<'_>, o: Order, actor: &Actor) -> Result<()> {
    said(tx, &o, "seen_at_bank")?;
    if o.status == Status::AwaitingPayment {
        payment::update_claimed(tx, o.id)?;
        orders::transition(tx, o, Status::AwaitingConfirmation, actor, "The bank's statement has the money.")?;
    }
    Ok(())
}

/// A person has seen the money. Two people at once record one payment; the second is told.
pub fn approve(tx: &mut Tx<'_>, id: Id, actor: &Actor) -> Result<Order> {
    let o = order::find_order(tx, id)?;
    if !matches!(o.status, Status::AwaitingPayment | Status::AwaitingConfirmation) {
        let by = payment::find_payment(tx, id)?.decided_by;
        let who = if by.is_empty() { String::new() } else { format!(" {by} decided about the payment.") };
        return Err(Error::conflict(format!("Order {} is {} already.{who}", o.number, o.status.title().to_lowercase())));
    }
    if !payment::update_decided(tx, id, PaymentState::Approved, actor.name(), "")? {
        return Err(Error::conflict("This payment was approved already."));
    }
    said(tx, &o, "approved")?;
    orders::change(tx, o, Status::Paid, actor, "")
}

/// A gateway has the money: nobody needs to look. False when somebody was faster, or the order was given up.
pub(super) fn came(tx: &mut Tx<'_>, o: Order, gateway: &str) -> Result<bool> {
    if !matches!(o.status, Status::AwaitingPayment | Status::AwaitingConfirmation)
        || !payment::update_decided(tx, o.id, PaymentState::Approved, gateway, "")?
    {
        return Ok(false);
    }
    said(tx, &o, "approved")?;
    orders::change(tx, o, Status::Paid, &Actor::Steward, &format!("{gateway} has the money."))?;
    Ok(true)
}

/// A line of the feed about the money of an order.
pub(super) fn said(tx: &mut Tx<'_>, o: &Order, state: &str) -> Result<()> {
    insert_event(tx, event::PAYMENT, About::order(o.id, o.conversation_id), json!({ "number": o.number, "state": state }))
}

/// A person looked and did not find the money. The customer is told why and can say so again.
pub fn reject(tx: &mut Tx<'_>, id: Id, actor: &Actor, reason: &str) -> Result<Order> {
    let o = order::find_order(tx, id)?;
    if o.status != Status::AwaitingConfirmation {
        return Err(Error::conflict(format!("Order {} is {}; no payment waits for a look.", o.number, o.status.title().to_lowercase())));
    }
    payment::update_decided(tx, id, PaymentState::Rejected, actor.name(), reason)?;
    let claimed_at = payment::find_payment(tx, id)?.claimed_at;
    insert_event(tx, event::PAYMENT, About::order(id, o.conversation_id), json!({ "number": o.number, "state": "rejected" }))?;
    let o = orders::transition(tx, o, Status::AwaitingPayment, actor, reason)?;
    // It waits for money anew, and not for ever.
    let due = tx.now.plus_ms(limits::RESERVATION_MS);
    order::update_expiry(tx, id, due)?;
    jobs::enqueue_job(tx, &Job::ExpireOrder { order_id: id }, due, None)?;
    // Each claim can be rejected once; a later claim is a new intent.
    let intent = format!("order:{id}:rejected:{}", claimed_at.map_or(0, crate::domain::time::Time::millis));
    orders::notify(tx, &o, "payment_rejected", &intent, reason)?;
    Ok(o)
}
