//! Payment pages of gateways, and news of gateways that were heard.

use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::money::Money;
use crate::domain::shop::checkout::{Checkout, CheckoutState};
use crate::domain::shop::gateway::Gateway;
use crate::domain::shop::receipt::truth::Named;
use crate::domain::time::Time;
use crate::store::tx::{Read, Tx, id_at, maybe_time_at, time_at, word_at};
use rusqlite::{Row, params};

const COLUMNS: &str = "id, order_id, gateway, reference, amount_minor, currency, state, token, url, provider_id, payment_id, problem, attempts, created_at, settled_at";

fn checkout(r: &Row<'_>) -> rusqlite::Result<Checkout> {
    let currency = word_at(r, 5, |w| w.parse().ok())?;
    Ok(Checkout {
        id: id_at(r, 0)?,
        order_id: id_at(r, 1)?,
        gateway: word_at(r, 2, Gateway::from_word)?,
        reference: r.get(3)?,
        amount: Money::new(r.get(4)?, currency),
        state: word_at(r, 6, CheckoutState::from_word)?,
        token: r.get(7)?,
        url: r.get(8)?,
        provider_id: r.get(9)?,
        payment_id: r.get(10)?,
        problem: r.get(11)?,
        attempts: r.get(12)?,
        created_at: time_at(r, 13)?,
        settled_at: maybe_time_at(r, 14)?,
    })
}

/// Adds a payment page to be made. False when the order has one.
pub fn insert_checkout(tx: &mut Tx<'_>, c: &Checkout) -> Result<bool> {
    let n = tx.run(
        &format!(
            "insert into checkouts ({COLUMNS}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) on conflict do nothing"
        ),
        params![
            c.id.to_string(),
            c.order_id.to_string(),
            c.gateway.as_str(),
            c.reference,
            c.amount.amount_minor,
            c.amount.currency.code(),
            c.state.as_str(),
            c.token,
            c.url,
            c.provider_id,
            c.payment_id,
            c.problem,
            c.attempts,
            c.created_at.millis(),
            c.settled_at.map(Time::millis)
        ],
    )?;
    Ok(n > 0)
}

/// Keeps what is known now of a payment page.
pub fn update_checkout(tx: &mut Tx<'_>, c: &Checkout) -> Result<()> {
    tx.run(
        "update checkouts set gateway = ?2, reference = ?3, state = ?4, url = ?5, provider_id = ?6, payment_id = ?7, problem = ?8, attempts = ?9,
           settled_at = ?10, amount_minor = ?11 where id = ?1",
        params![
            c.id.to_string(),
            c.gateway.as_str(),
            c.reference,
            c.state.as_str(),
            c.url,
            c.provider_id,
            c.payment_id,
            c.problem,
            c.attempts,
            c.settled_at.map(Time::millis),
            c.amount.amount_minor
        ],
    )
    .map(drop)
}

/// One payment page.
pub fn find_checkout(tx: &Read<'_>, id: Id) -> Result<Checkout> {
    tx.one(&format!("select {COLUMNS} from checkouts where id = ?1"), [id.to_string()], checkout)?
        .ok_or_else(|| Error::not_found("payment page"))
}

/// The payment page of an order.
pub fn find_checkout_of(tx: &Read<'_>, order: Id) -> Result<Option<Checkout>> {
    tx.one(&format!("select {COLUMNS} from checkouts where order_id = ?1"), [order.to_string()], checkout)
}

/// The payment page the built-in gateway shows under a token.
pub fn find_checkout_by_token(tx: &Read<'_>, token: &str) -> Result<Option<Checkout>> {
    tx.one(&format!("select {COLUMNS} from checkouts where token = ?1"), [token], checkout)
}

/// The payment page with our reference, at whatever gateway.
pub fn find_checkout_by_reference(tx: &Read<'_>, reference: &str) -> Result<Option<Checkout>> {
    tx.one(&format!("select {COLUMNS} from checkouts where reference = ?1"), [reference], checkout)
}

/// What the newest payment pages are named by.
pub fn list_named(tx: &Read<'_>, most: u32) -> Result<Vec<Named>> {
    tx.all("select id, reference, payment_id from checkouts order by id desc limit ?1", [most], |r| {
        Ok(Named { checkout_id: id_at(r, 0)?, reference: r.get(1)?, payment_id: r.get(2)? })
    })
}

/// The payment page a gateway's news is about: by our reference, else by the gateway's id of the money.
pub fn find_checkout_named(tx: &Read<'_>, gateway: Gateway, reference: &str, payment_id: &str) -> Result<Option<Checkout>> {
    let by_reference = format!("select {COLUMNS} from checkouts where reference = ?1 and gateway = ?2");
    if let Some(c) = tx.one(&by_reference, [reference, gateway.as_str()], checkout)? {
        return Ok(Some(c));
    }
    if payment_id.is_empty() {
        return Ok(None);
    }
    tx.one(
        &format!("select {COLUMNS} from checkouts where payment_id = ?1 and payment_id <> '' and gateway = ?2"),
        [payment_id, gateway.as_str()],
        checkout,
    )
}

/// Notes that news was heard. False when it was heard before.
pub fn insert_news(tx: &mut Tx<'_>, gateway: Gateway, event: &str) -> Result<bool> {
    let at = tx.now.millis();
    let n = tx.run(
        "insert into gateway_news (gateway, event, at) values (?1, ?2, ?3) on conflict do nothing",
        params![gateway.as_str(), event, at],
    )?;
    Ok(n > 0)
}
