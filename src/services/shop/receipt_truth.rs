//! Which payment of a gateway a receipt or a message is about, so that the gateway can be asked and its word counts.

use crate::domain::error::Result;
use crate::domain::house::message::Content;
use crate::domain::id::Id;
use crate::domain::shop::checkout::{Checkout, CheckoutState};
use crate::domain::shop::gateway::{Gateway, Seen, Standing};
use crate::domain::shop::receipt::Receipt;
use crate::domain::shop::receipt::fields::Fields;
use crate::domain::shop::receipt::truth::{self, Truth};
use crate::domain::shop::receipt::verdict::Verdict;
use crate::services::shop::{checkout, gateway, receipt};
use crate::store::shop::{checkout as pages, order};
use crate::store::tx::{Read, Tx};

/// Payment pages whose references are looked for on a receipt, the newest.
const PAGES: u32 = 2_000;

/// The payment page a receipt is about: the one it names, else the open or paid one of its order. True with it when it is named.
pub fn page_of(tx: &Read<'_>, r: &Receipt, text: &str, fields: &Fields) -> Result<Option<(Checkout, bool)>> {
    let named = pages::list_named(tx, PAGES)?;
    if named.is_empty() {
        return Ok(None);
    }
    let said = fields.references.iter().chain(&fields.note).fold(text.to_owned(), |all, t| format!("{all}\n{t}"));
    if let Some(id) = truth::named(&said, &named) {
        return Ok(Some((pages::find_checkout(tx, id)?, true)));
    }
    if r.message_id.is_some() && !fields.is_receipt() {
        return Ok(None);
    }
    let Some(order_id) = receipt::order_of(tx, r, fields)? else { return Ok(None) };
    let page = pages::find_checkout_of(tx, order_id)?.filter(|c| matches!(c.state, CheckoutState::Open | CheckoutState::Paid));
    Ok(page.map(|c| (c, false)))
}

/// What the built-in gateway would say: its books are the pages themselves.
pub fn sandbox_says(c: &Checkout) -> Seen {
    let paid = c.state == CheckoutState::Paid;
    Seen {
        standing: if paid { Standing::Paid } else { Standing::Pending },
        reference: c.reference.clone(),
        amount_minor: c.amount.amount_minor,
        currency: c.amount.currency.code().to_owned(),
        payment_id: c.payment_id.clone(),
    }
}

/// The gateway's word settles its own payment, whatever the receipt looks like.
pub(super) fn settle(tx: &mut Tx<'_>, t: &Truth) -> Result<()> {
    match &t.said {
        Ok(seen) => checkout::settle(tx, t.checkout.id, seen),
        Err(_) => Ok(()),
    }
}

/// Lets the gateway's word count in a verdict about an order.
pub(super) fn over(tx: &Read<'_>, t: &Truth, order_id: Id, verdict: &mut Verdict) -> Result<()> {
    let number = order::find_order(tx, t.checkout.order_id)?.number;
    t.over(verdict, number, t.checkout.order_id != order_id);
    Ok(())
}

/// A message may name a payment at a gateway: "I paid, ref 1001-…". Then the gateway is asked.
pub fn heed(tx: &mut Tx<'_>, content: &Content) -> Result<()> {
    let Content::Text { text } = content else { return Ok(()) };
    let Some(reference) = truth::reference_in(text) else { return Ok(()) };
    match pages::find_checkout_by_reference(tx, reference)? {
        Some(c) if c.gateway != Gateway::Sandbox && c.state != CheckoutState::Paid => gateway::look_at(tx, c.id, "", "said"),
        _ => Ok(()),
    }
}
