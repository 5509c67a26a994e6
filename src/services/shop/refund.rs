//! Giving money back: all of it or a part, by the gateway that has it or by hand, and never twice.
//!
//! A refund is a row before it is a request. The job that hands it over marks it as leaving first; when nobody knows whether it
//! left, the gateway is asked, and when that does not tell either, a person says.

use crate::domain::error::{Error, Result};
use crate::domain::house::member::Actor;
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::money::Money;
use crate::domain::shop::checkout::{Checkout, CheckoutState};
use crate::domain::shop::gateway::{Amount, Back, Gateway, Returned};
use crate::domain::shop::order::{Order, Status};
use crate::domain::shop::payment::PaymentState;
use crate::domain::shop::refund::{Owed, Refund, RefundState};
use crate::services::shop::{loyalty, order as orders, payment};
use crate::store::shop::{checkout, order, payment as payments, refund};
use crate::store::tx::{Read, Tx};
use crate::store::{jobs, meta};

/// What a person asks for.
#[derive(Debug, Clone)]
pub struct Wish {
    /// How much, in minor units; none: all that is left.
    pub amount_minor: Option<i64>,
    /// Why; the customer reads it.
    pub reason: String,
    /// The goods came back: they are on the shelf again. Only for orders that were handed over.
    pub goods_back: bool,
}

/// How much of an order's money can still be given back, in minor units; and the page by which it came, when it came by one.
pub fn left(tx: &Read<'_>, o: &Order) -> Result<(i64, Option<Checkout>)> {
    let page = checkout::find_checkout_of(tx, o.id)?.filter(|c| c.state == CheckoutState::Paid);
    let by_hand = payments::find_payment(tx, o.id)?;
    let came = match &page {
        Some(c) => c.amount.amount_minor,
        None if by_hand.state.came() => by_hand.amount_minor,
        None => 0,
    };
    let gone: i64 = refund::list_refunds(tx, o.id)?.iter().filter(|f| f.state.counts()).map(|f| f.amount_minor).sum();
    Ok(((came - gone).max(0), page))
}

/// Gives money back. By hand it is done when it is said; by a gateway a job hands it over.
pub fn ask(tx: &mut Tx<'_>, order_id: Id, wish: &Wish, actor: &Actor) -> Result<Refund> {
    let o = order::find_order(tx, order_id)?;
    let (left, page) = left(tx, &o)?;
    if left == 0 {
        return Err(Error::conflict(format!("There is no money of order {} to give back.", o.number)));
    }
    let currency = meta::find_profile(tx)?.currency;
    let amount_minor = wish.amount_minor.unwrap_or(left);
    if amount_minor <= 0 || amount_minor > left {
        let why = if amount_minor <= 0 {
            "Write an amount above zero.".to_owned()
        } else {
            format!("At most {} can be given back.", Money::new(left, currency))
        };
        return Err(Error::field("amount", why));
    }
    let reason = wish.reason.trim();
    if reason.is_empty() {
        return Err(Error::field("reason", "Say why; the customer reads it."));
    }
    let by_gateway = page.filter(|c| c.gateway != Gateway::Sandbox);
    let f = Refund {
        id: Id::new(tx.now),
        order_id,
        gateway: by_gateway.as_ref().map_or("", |c| c.gateway.as_str()).to_owned(),
        amount_minor,
        reason: reason.to_owned(),
        state: if by_gateway.is_some() { RefundState::Planned } else { RefundState::Done },
        provider_id: String::new(),
        problem: String::new(),
        asked_by: actor.name().to_owned(),
        created_at: tx.now,
        settled_at: by_gateway.is_none().then_some(tx.now),
    };
    refund::insert_refund(tx, &f)?;
    if wish.goods_back && o.status == Status::Completed && !goods_are_back(tx, order_id)? {
        // They were with the customer: a count since then did not find them, whether or not they were counted when ordered.
        orders::give_stock_back(tx, &o, |_| true)?;
        order::insert_history(tx, o.id, Some(o.status), o.status, actor.name(), GOODS_BACK)?;
    }
    if by_gateway.is_some() {
        let now = tx.now;
        jobs::enqueue_job(tx, &Job::SendRefund { refund_id: f.id }, now, Some(&format!("refund:{}", f.id)))?;
    } else {
        given(tx, &o, &f)?;
    }
    Ok(f)
}

/// What the history says when goods came back; it says it once.
const GOODS_BACK: &str = "The goods came back.";

fn goods_are_back(tx: &Read<'_>, id: Id) -> Result<bool> {
    Ok(order::list_history(tx, id)?.iter().any(|c| c.note == GOODS_BACK))
}

/// What the history says when money of an order that was given up stays here by agreement; it says it once.
const SETTLED: &str = "The money is settled: nothing is to be given back.";

/// Money of orders that were given up, to be given back or settled; oldest first.
pub fn owed(tx: &Read<'_>, most: u32) -> Result<Vec<Owed>> {
    refund::list_owed(tx, SETTLED, most)
}

/// How many such orders there are.
pub fn count_owed(tx: &Read<'_>) -> Result<i64> {
    refund::count_owed(tx, SETTLED)
}

/// Whether the money of an order was settled in another way.
pub fn is_settled(tx: &Read<'_>, id: Id) -> Result<bool> {
    Ok(order::list_history(tx, id)?.iter().any(|c| c.note == SETTLED))
}

/// A person says that the money of an order that was given up stays here, or went back in a way we do not see. Saying it twice changes
/// nothing; what is left can still be given back.
pub fn settle(tx: &mut Tx<'_>, id: Id, actor: &Actor) -> Result<()> {
    let o = order::find_order(tx, id)?;
    if !matches!(o.status, Status::Cancelled | Status::Expired) || left(tx, &o)?.0 == 0 {
        return Err(Error::conflict(format!("There is no money of order {} to settle.", o.number)));
    }
    if is_settled(tx, id)? {
        return Ok(());
    }
    order::insert_history(tx, id, Some(o.status), o.status, actor.name(), SETTLED)?;
    payment::said(tx, &o, "settled")
}

/// What the job is to do with a refund.
#[derive(Debug)]
pub enum Errand {
    /// Hand it over.
    Send(Gateway, Back),
    /// It may have left before: look whether it did.
    Look(Gateway, Back),
    /// Nothing.
    Nothing,
}

/// Begins: from here on it counts as having left.
pub fn begin(tx: &mut Tx<'_>, id: Id) -> Result<Errand> {
    let mut f = refund::find_refund(tx, id)?;
    let page = checkout::find_checkout_of(tx, f.order_id)?;
    let (Some(by), Some(page)) = (Gateway::from_word(&f.gateway), page) else { return Ok(Errand::Nothing) };
    let back = Back {
        key: f.id.to_string(),
        payment_id: page.payment_id,
        amount: Money::new(f.amount_minor, page.amount.currency),
        reason: f.reason.clone(),
    };
    match f.state {
        RefundState::Planned => {
            f.state = RefundState::Sending;
            refund::update_refund(tx, &f, RefundState::Planned)?;
            Ok(Errand::Send(by, back))
        }
        RefundState::Sending | RefundState::Unknown => Ok(Errand::Look(by, back)),
        RefundState::Taken | RefundState::Done | RefundState::Failed => Ok(Errand::Nothing),
    }
}

/// What became of handing it over, or of looking.
#[derive(Debug)]
pub enum Outcome {
    /// The gateway has it.
    Known(Returned),
    /// It surely did not leave; it may be tried again.
    NotSent,
    /// The gateway refused it.
    Refused(String),
    /// Nobody knows.
    Unknown(String),
}

/// Writes down what became of a refund.
pub fn became(tx: &mut Tx<'_>, id: Id, outcome: Outcome) -> Result<()> {
    let mut f = refund::find_refund(tx, id)?;
    let from = f.state;
    if !matches!(from, RefundState::Sending | RefundState::Unknown) {
        return Ok(());
    }
    match outcome {
        Outcome::Known(r) if r.taken => {
            f.state = if r.settled { RefundState::Done } else { RefundState::Taken };
            f.provider_id = r.provider_id;
        }
        Outcome::Known(_) => (f.state, f.problem) = (RefundState::Failed, "The gateway refused it.".into()),
        Outcome::NotSent => f.state = RefundState::Planned,
        Outcome::Refused(why) => (f.state, f.problem) = (RefundState::Failed, why),
        Outcome::Unknown(why) => (f.state, f.problem) = (RefundState::Unknown, why),
    }
    end(tx, f, from)
}

/// A person has looked at the gateway's own page and says whether a refund of unknown outcome happened.
pub fn say_whether(tx: &mut Tx<'_>, order_id: Id, id: Id, happened: bool, actor: &Actor) -> Result<()> {
    let mut f = refund::find_refund(tx, id)?;
    if f.order_id != order_id {
        return Err(Error::not_found("refund"));
    }
    if f.state != RefundState::Unknown {
        return Err(Error::conflict("What became of this refund is known."));
    }
    f.state = if happened { RefundState::Done } else { RefundState::Failed };
    f.problem = format!("{} looked.", actor.name());
    end(tx, f, RefundState::Unknown)
}

fn end(tx: &mut Tx<'_>, mut f: Refund, from: RefundState) -> Result<()> {
    if matches!(f.state, RefundState::Done | RefundState::Failed) {
        f.settled_at = Some(tx.now);
    }
    if !refund::update_refund(tx, &f, from)? {
        return Ok(());
    }
    let o = order::find_order(tx, f.order_id)?;
    match f.state {
        s if s.is_given() && !from.is_given() => given(tx, &o, &f),
        RefundState::Failed if from.is_given() => taken_back(tx, &o, &f),
        s => payment::said(tx, &o, &format!("refund_{}", s.as_str())),
    }
}

/// Money has been given back: the payment says so, and the customer is told once. Points given for this money go
/// with it.
fn given(tx: &mut Tx<'_>, o: &Order, f: &Refund) -> Result<()> {
    let to = standing(tx, o.id)?;
    payments::update_after(tx, o.id, to, &f.reason)?;
    let amount = Money::new(f.amount_minor, meta::find_profile(tx)?.currency).to_string();
    order::insert_history(tx, o.id, Some(o.status), o.status, &f.asked_by, &format!("Gave back {amount}: {}", f.reason))?;
    payment::said(tx, o, to.as_str())?;
    if to != PaymentState::Approved {
        loyalty::on_refund(tx, o, f.id, f.amount_minor)?;
    }
    orders::notify_with(tx, o, "refunded", &format!("refund:{}", f.id), &[("amount", &amount), ("reason", &f.reason)])
}

fn taken_back(tx: &mut Tx<'_>, o: &Order, f: &Refund) -> Result<()> {
    let to = standing(tx, o.id)?;
    payments::update_after(tx, o.id, to, "A refund did not go through.")?;
    loyalty::on_refund_failed(tx, o, f.id)?;
    order::insert_history(tx, o.id, Some(o.status), o.status, "Steward", &format!("A refund did not go through: {}", f.problem))?;
    payment::said(tx, o, "refund_failed")
}

/// Where a payment stands by what was surely given back.
pub(super) fn standing(tx: &Read<'_>, order_id: Id) -> Result<PaymentState> {
    let payment = payments::find_payment(tx, order_id)?;
    let came = payment.amount_minor;
    // Paid by hand and then by the page as well: the page's money was one too many, and giving it back leaves the order paid.
    let twice = checkout::find_checkout_of(tx, order_id)?
        .filter(|c| c.state == CheckoutState::Paid && payment.state.came() && payment.decided_by != c.gateway.title())
        .map_or(0, |c| c.amount.amount_minor);
    let gone: i64 = refund::list_refunds(tx, order_id)?.iter().filter(|f| f.state.is_given()).map(|f| f.amount_minor).sum();
    Ok(match (gone - twice).max(0) {
        0 => PaymentState::Approved,
        g if g >= came => PaymentState::Refunded,
        _ => PaymentState::PartRefunded,
    })
}

/// A gateway that names the sum of all refunds counts ours under way in it: those are done. What is left of the sum.
fn under_way(tx: &mut Tx<'_>, all: &[Refund], ok: bool, mut rest: i64) -> Result<i64> {
    let open = |f: &&Refund| matches!(f.state, RefundState::Sending | RefundState::Unknown | RefundState::Taken);
    for f in all.iter().filter(open).filter(|_| ok) {
        if f.amount_minor <= rest {
            rest -= f.amount_minor;
            end(tx, Refund { state: RefundState::Done, problem: String::new(), ..f.clone() }, f.state)?;
        }
    }
    Ok(rest)
}

/// A dispute was lost: what was not given back before has gone with it, and points given for it.
pub(super) fn lost(tx: &mut Tx<'_>, c: &Checkout, o: &Order, note: &str) -> Result<()> {
    let (rest, _) = left(tx, o)?;
    if rest == 0 {
        return Ok(());
    }
    let f = Refund {
        id: Id::new(tx.now),
        order_id: o.id,
        gateway: c.gateway.as_str().into(),
        amount_minor: rest,
        reason: note.to_owned(),
        state: RefundState::Done,
        provider_id: String::new(),
        problem: String::new(),
        asked_by: "Steward".into(),
        created_at: tx.now,
        settled_at: Some(tx.now),
    };
    refund::insert_refund(tx, &f)?;
    loyalty::on_refund(tx, o, f.id, rest)
}

/// A gateway tells of a refund: one of ours that was under way, or one made on the gateway's own page.
pub(super) fn heard(tx: &mut Tx<'_>, c: &Checkout, ok: bool, amount: Amount) -> Result<()> {
    let all = refund::list_refunds(tx, c.order_id)?;
    let given: i64 = all.iter().filter(|f| f.state == RefundState::Done).map(|f| f.amount_minor).sum();
    let minor = match amount {
        Amount::Each(minor) => minor,
        Amount::Total(total) => under_way(tx, &all, ok, total - given)?,
    };
    let told = |f: &Refund| f.state == RefundState::Done && f.amount_minor == minor && f.asked_by != c.gateway.title();
    let open = |f: &&Refund| matches!(f.state, RefundState::Sending | RefundState::Unknown | RefundState::Taken) && f.amount_minor == minor;
    if let Some(ours) = all.iter().find(open) {
        let from = ours.state;
        let state = if ok { RefundState::Done } else { RefundState::Failed };
        let problem = if ok { String::new() } else { format!("{} says it failed.", c.gateway.title()) };
        return end(tx, Refund { state, problem, ..ours.clone() }, from);
    }
    // News of one of ours that is done already: the answer to our request, or a person, was faster. A second one of the same amount
    // made on the gateway's own page cannot be told from it.
    let late = matches!(amount, Amount::Each(_)) && all.iter().any(told);
    if !ok || late || minor <= 0 || c.state != CheckoutState::Paid {
        return Ok(());
    }
    let f = Refund {
        id: Id::new(tx.now),
        order_id: c.order_id,
        gateway: c.gateway.as_str().into(),
        amount_minor: minor,
        reason: format!("Given back in {}", c.gateway.title()),
        state: RefundState::Done,
        provider_id: String::new(),
        problem: String::new(),
        asked_by: c.gateway.title().into(),
        created_at: tx.now,
        settled_at: Some(tx.now),
    };
    refund::insert_refund(tx, &f)?;
    let o = order::find_order(tx, c.order_id)?;
    self::given(tx, &o, &f)
}
