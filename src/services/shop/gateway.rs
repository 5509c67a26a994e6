//! Which gateway a business takes payments by, and what gateways tell by webhook.

use crate::domain::error::Result;
use crate::domain::event;
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::shop::checkout::Checkout;
use crate::domain::shop::gateway::{About, Gateway, News};
use crate::domain::shop::payment::PaymentState;
use crate::services::buying::payment as vendors;
use crate::services::shop::{payment, refund};
use crate::store::events::{About as Of, insert_event};
use crate::store::shop::{checkout, order, payment as payments};
use crate::store::tx::{Read, Tx};
use crate::store::{inbox, jobs, meta};
use serde_json::json;

/// The owner's choice: a gateway's word, or "none".
const CHOSEN: &str = "gateway";
/// The gateway whose keys the environment has; counts while the owner chose nothing.
const GIVEN: &str = "gateway_given";
/// The address gateways are told for customers who have none.
const EMAIL: &str = "gateway_email";

/// By which gateway this business takes payments.
pub fn chosen(tx: &Read<'_>) -> Result<Option<Gateway>> {
    match meta::find_meta(tx, CHOSEN)? {
        Some(word) => Ok(Gateway::from_word(&word)),
        None => Ok(meta::find_meta(tx, GIVEN)?.and_then(|w| Gateway::from_word(&w))),
    }
}

/// The owner chooses; none: customers pay as the order's message says.
pub fn choose(tx: &mut Tx<'_>, gateway: Option<Gateway>, email: &str) -> Result<()> {
    meta::upsert_meta(tx, CHOSEN, gateway.map_or("none", Gateway::as_str))?;
    meta::upsert_meta(tx, EMAIL, email)
}

/// What the environment offers, kept at every start.
pub fn offer(tx: &mut Tx<'_>, gateway: Option<Gateway>) -> Result<()> {
    meta::upsert_meta(tx, GIVEN, gateway.map_or("", Gateway::as_str))
}

/// The address gateways are told for customers who have none.
pub fn fallback_email(tx: &Read<'_>) -> Result<Option<String>> {
    Ok(meta::find_meta(tx, EMAIL)?.filter(|e| !e.is_empty()))
}

/// Whose news it is: the payment page it names, if this business has it.
pub fn named(tx: &Read<'_>, gateway: Gateway, news: &News) -> Result<Option<Checkout>> {
    checkout::find_checkout_named(tx, gateway, &news.reference, &news.payment_id)
}

/// Stores news about one of our payment pages with what follows from it. Seen before: nothing happens again. `signed` says that
/// the body itself is proved; else it is only a reason to ask the gateway.
pub fn hear(tx: &mut Tx<'_>, gateway: Gateway, body: &[u8], news: &News, signed: bool) -> Result<()> {
    if !checkout::insert_news(tx, gateway, &news.event)? {
        return Ok(());
    }
    inbox::insert_inbox(tx, gateway.as_str(), body, None)?;
    if let About::Transfer { taken_back_minor } = news.about {
        return if signed { vendors::taken_back(tx, &news.reference, &news.payment_id, taken_back_minor) } else { Ok(()) };
    }
    let Some(c) = named(tx, gateway, news)? else { return Ok(()) };
    match &news.about {
        About::Payment => look_at(tx, c.id, &news.payment_id, &news.event),
        About::Refund { ok, amount } if signed => refund::heard(tx, &c, *ok, *amount),
        About::Dispute { reason, won } if signed => disputed(tx, &c, reason, *won),
        _ => Ok(()),
    }
}

pub(super) fn look_at(tx: &mut Tx<'_>, id: Id, payment_id: &str, event: &str) -> Result<()> {
    let now = tx.now;
    let job = Job::CheckPayment { checkout_id: id, payment_id: payment_id.to_owned() };
    jobs::enqueue_job(tx, &job, now, Some(&format!("check-payment:{id}:{event}")))
}

/// A person asks the gateway how a payment stands.
pub fn look_again(tx: &mut Tx<'_>, order_id: Id) -> Result<()> {
    match checkout::find_checkout_of(tx, order_id)? {
        Some(c) if c.gateway != Gateway::Sandbox => look_at(tx, c.id, "", "by hand"),
        _ => Ok(()),
    }
}

/// Keeps signed news that is about no payment of this business: shown to the owner, acted on by nobody.
pub fn contain(tx: &mut Tx<'_>, gateway: Gateway, body: &[u8], news: Option<&News>, problem: &str) -> Result<()> {
    if let Some(news) = news
        && !checkout::insert_news(tx, gateway, &news.event)?
    {
        return Ok(());
    }
    inbox::insert_inbox(tx, gateway.as_str(), body, Some(problem))?;
    insert_event(tx, event::CHANNEL, Of::default(), json!({ "channel": gateway.as_str(), "unread": problem }))
}

fn disputed(tx: &mut Tx<'_>, c: &Checkout, reason: &str, won: Option<bool>) -> Result<()> {
    let o = order::find_order(tx, c.order_id)?;
    let name = c.gateway.title();
    let (to, note) = match won {
        None => (PaymentState::Disputed, format!("The customer's bank wants the money back: {reason}. Answer in {name}.")),
        Some(true) => (refund::standing(tx, o.id)?, format!("The dispute is over and the money stays: {reason}.")),
        Some(false) => (PaymentState::Refunded, format!("The dispute is lost and the money went back: {reason}.")),
    };
    if payments::update_after(tx, o.id, to, &note)? {
        if won == Some(false) {
            refund::lost(tx, c, &o, &note)?;
        }
        order::insert_history(tx, o.id, Some(o.status), o.status, name, &note)?;
        payment::said(tx, &o, to.as_str())?;
    }
    Ok(())
}
