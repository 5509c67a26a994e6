//! Proofs of payment: taken from a chat or an upload, read by a job, held against the order. A receipt can call a person to look; it
//! never approves.

use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::house::message::{Content, Direction, MediaKind, Message};
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::shop::order::{Order, Status};
use crate::domain::shop::receipt::claim::{self, Claim};
use crate::domain::shop::receipt::fields::{self, Fields};
use crate::domain::shop::receipt::truth::Truth;
use crate::domain::shop::receipt::verdict::{self, Expected, Open};
use crate::domain::shop::receipt::{Receipt, Seen, State};
use crate::domain::time::DAY_MS;
use crate::services::shop::{order as orders, payment, receipt_truth};
use crate::store::events::{About, insert_event};
use crate::store::house::conversation as threads;
use crate::store::shop::{order, receipt};
use crate::store::tx::{Read, Tx};
use crate::store::{jobs, meta};
use serde_json::json;

/// Orders of one customer that may be waiting for money at once.
const OPEN: u32 = 20;

/// A new receipt that waits to be read.
struct New {
    order_id: Option<Id>,
    contact_id: Id,
    message_id: Option<Id>,
    media: String,
    name: String,
}

fn add(tx: &mut Tx<'_>, new: New) -> Result<Option<Receipt>> {
    let r = Receipt {
        id: Id::new(tx.now),
        order_id: new.order_id,
        contact_id: new.contact_id,
        message_id: new.message_id,
        media: new.media,
        name: new.name,
        state: State::Waiting,
        reader: String::new(),
        seen: Seen::default(),
        fields: Fields::default(),
        verdict: verdict::Verdict::default(),
        problem: String::new(),
        created_at: tx.now,
        read_at: None,
    };
    if !receipt::insert_receipt(tx, &r)? {
        return Ok(None);
    }
    let now = tx.now;
    jobs::enqueue_job(tx, &Job::ReadReceipt { receipt_id: r.id }, now, None)?;
    Ok(Some(r))
}

/// A picture or file of a customer has arrived. When an order of theirs waits for money, it may be a receipt and is read.
pub fn heed(tx: &mut Tx<'_>, m: &Message) -> Result<()> {
    let Content::Media { media: MediaKind::Image | MediaKind::Document, file } = &m.content else { return Ok(()) };
    let Some(media) = file.media.clone().filter(|_| m.direction == Direction::In) else { return Ok(()) };
    let contact_id = threads::find_conversation(tx, m.conversation_id)?.contact_id;
    if open_orders(tx, contact_id)?.is_empty() {
        return Ok(());
    }
    let name = file.filename.clone().unwrap_or_default();
    add(tx, New { order_id: None, contact_id, message_id: Some(m.id), media, name }).map(drop)
}

/// A person of the business uploads a receipt for an order.
pub fn upload(tx: &mut Tx<'_>, order_id: Id, media: String, name: String) -> Result<Receipt> {
    let o = order::find_order(tx, order_id)?;
    add(tx, New { order_id: Some(o.id), contact_id: o.contact_id, message_id: None, media, name })?
        .ok_or_else(|| Error::conflict("This receipt is here already."))
}

fn open_orders(tx: &Read<'_>, contact: Id) -> Result<Vec<Order>> {
    let all = order::list_orders_of(tx, contact, OPEN)?;
    Ok(all.into_iter().filter(|o| matches!(o.status, Status::AwaitingPayment | Status::AwaitingConfirmation)).collect())
}

/// What came of reading a receipt.
#[derive(Debug)]
pub struct Reading {
    /// What the built-in reader saw, or why it could not.
    pub seen: Result<Seen>,
    /// What a model with eyes claims, with its name; none when none was asked or none answered.
    pub claim: Option<(Claim, String)>,
    /// What a gateway said of the payment; none when there is none to ask about.
    pub truth: Option<Truth>,
}

impl Reading {
    fn reader(&self) -> String {
        self.claim.as_ref().map_or_else(|| "built-in".to_owned(), |(_, model)| format!("built-in, {model}"))
    }
}

/// What readers saw is written down, held against the order, and a person is called. What a gateway said counts first. Reading twice
/// changes nothing.
pub fn settle(tx: &mut Tx<'_>, id: Id, business: &str, reading: Reading) -> Result<()> {
    let mut r = receipt::find_receipt(tx, id)?;
    if r.state != State::Waiting {
        return Ok(());
    }
    let from_chat = r.message_id.is_some();
    r.reader = reading.reader();
    let Reading { seen, claim, truth } = reading;
    let named = truth.as_ref().is_some_and(|t| t.named);
    let mut compared = Vec::new();
    match seen {
        Ok(seen) => {
            (r.fields, compared) = read(&seen, claim.as_ref().map(|(c, _)| c));
            r.seen = seen;
            r.state = if !from_chat || named || r.fields.is_receipt() { State::Read } else { State::Other };
        }
        Err(e) => (r.state, r.problem) = (State::Unreadable, e.message),
    }
    if let Some(t) = &truth {
        receipt_truth::settle(tx, t)?;
        // Somebody else's payment says nothing about which order this customer means.
        let theirs = order::find_order(tx, t.checkout.order_id)?.contact_id == r.contact_id;
        r.order_id = r.order_id.or(theirs.then_some(t.checkout.order_id));
    }
    if r.order_id.is_none() {
        r.order_id = belongs(tx, &r)?;
    }
    let Some(o) = r.order_id.map(|o| order::find_order(tx, o)).transpose()? else {
        return receipt::update_receipt(tx, &r);
    };
    if r.state == State::Read {
        r.verdict = judged(tx, &r, &o, business)?;
        r.verdict.add(compared);
    }
    if let Some(t) = truth.filter(|_| r.state == State::Read) {
        receipt_truth::over(tx, &t, o.id, &mut r.verdict)?;
    }
    receipt::update_receipt(tx, &r)?;
    let data = json!({ "number": o.number, "receipt": id, "state": r.state.as_str(), "risk": r.verdict.risk });
    insert_event(tx, event::PAYMENT, About::order(o.id, o.conversation_id), data)?;
    call_a_person(tx, &r, o)
}

/// The fields, and what comparing the readers speaks against the receipt.
fn read(seen: &Seen, claim: Option<&Claim>) -> (Fields, Vec<verdict::Reason>) {
    let own = fields::read(seen);
    match claim {
        Some(claim) => claim::joined(own, claim),
        None => (own, Vec::new()),
    }
}

/// The order a receipt is for by what was read on it, before that is kept.
pub(super) fn order_of(tx: &Read<'_>, r: &Receipt, fields: &Fields) -> Result<Option<Id>> {
    if r.order_id.is_some() {
        return Ok(r.order_id);
    }
    belongs(tx, &Receipt { fields: fields.clone(), ..r.clone() })
}

/// The order it is for: a file that cannot be read is taken to be for the newest.
fn belongs(tx: &Read<'_>, r: &Receipt) -> Result<Option<Id>> {
    if r.state == State::Other {
        return Ok(None);
    }
    let currency = meta::find_profile(tx)?.currency;
    let hundredths = |minor: i64| match currency.exponent() {
        0 => minor.saturating_mul(100),
        3 => minor / 10,
        _ => minor,
    };
    let open = open_orders(tx, r.contact_id)?.into_iter().map(|o| (Open { id: o.id, total: hundredths(o.total_minor) }, o.reference));
    Ok(verdict::choose(&open.collect::<Vec<_>>(), &r.fields))
}

fn judged(tx: &Read<'_>, r: &Receipt, o: &Order, business: &str) -> Result<verdict::Verdict> {
    let profile = meta::find_profile(tx)?;
    let expected = Expected {
        total_minor: o.total_minor,
        currency: profile.currency,
        reference: o.reference.clone(),
        ordered_at: o.created_at,
        zone: profile.time_zone,
        instructions: profile.payment_instructions,
        business: business.to_owned(),
        now: r.created_at,
        recent: receipt::count_recent(tx, r.contact_id, r.created_at.plus_ms(-DAY_MS), r.id)?,
    };
    Ok(verdict::judge(&expected, &r.seen, &r.fields, &receipt::list_earlier(tx, r)?))
}

/// A receipt from the chat says that an order is paid: a person must look, and the customer is told so.
fn call_a_person(tx: &mut Tx<'_>, r: &Receipt, o: Order) -> Result<()> {
    if r.message_id.is_none() || !matches!(o.status, Status::AwaitingPayment | Status::AwaitingConfirmation) {
        return Ok(());
    }
    if r.state == State::Unreadable {
        return orders::notify(tx, &o, "receipt_unreadable", &format!("receipt:{}:unreadable", r.id), "");
    }
    let o = payment::claim(tx, o.id)?;
    orders::notify(tx, &o, "receipt_seen", &format!("receipt:{}:seen", r.id), "")
}
