//! Payment pages: asked for with an order, made by a job, put into the chat, and settled when the gateway says that the money
//! is there. What a webhook says is never believed alone: the gateway is asked, and its answer compared with the order.

use crate::domain::error::{Error, Result};
use crate::domain::house::contact::IdentityKind;
use crate::domain::house::conversation::Channel;
use crate::domain::house::message::Content;
use crate::domain::id::{Id, token};
use crate::domain::job::Job;
use crate::domain::money::Money;
use crate::domain::phrase::say;
use crate::domain::shop::checkout::{Checkout, CheckoutState};
use crate::domain::shop::gateway::{Ask, Gateway, Made, Seen, Standing};
use crate::domain::shop::order::{Order, Status};
use crate::services::house::outbound;
use crate::services::reception::notice::LINK_BASE;
use crate::services::shop::{gateway, payment};
use crate::store::house::message::NewMessage;
use crate::store::house::{contact, conversation as threads};
use crate::store::shop::{checkout, order};
use crate::store::tx::{Read, Tx};
use crate::store::{jobs, meta};

/// Letters of our reference at a gateway besides the order's number: 96 random bits, in the characters every gateway takes.
const RANDOM_BYTES: usize = 12;

/// An order that waits for money gets a payment page, when the business takes payments by a gateway. Once for an order.
pub fn want(tx: &mut Tx<'_>, o: &Order) -> Result<()> {
    let Some(by) = gateway::chosen(tx)? else { return Ok(()) };
    if o.total_minor <= 0 || o.status != Status::AwaitingPayment {
        return Ok(());
    }
    let currency = meta::find_profile(tx)?.currency;
    let c = Checkout {
        id: Id::new(tx.now),
        order_id: o.id,
        gateway: by,
        reference: fresh_reference(o),
        amount: Money::new(o.total_minor, currency),
        state: CheckoutState::Wanted,
        token: token(18),
        url: String::new(),
        provider_id: String::new(),
        payment_id: String::new(),
        problem: String::new(),
        attempts: 0,
        created_at: tx.now,
        settled_at: None,
    };
    if !checkout::insert_checkout(tx, &c)? {
        return Ok(());
    }
    enqueue(tx, c.id)
}

/// The price of an unpaid order changed: its page is made anew for the new price. News of the old page fits no payment any more, so
/// what somebody still pays there is shown to the owner.
pub fn reprice(tx: &mut Tx<'_>, o: &Order) -> Result<()> {
    let Some(mut c) = checkout::find_checkout_of(tx, o.id)? else { return Ok(()) };
    if c.state == CheckoutState::Paid || c.amount.amount_minor == o.total_minor {
        return Ok(());
    }
    if o.total_minor <= 0 {
        (c.state, c.reference) = (CheckoutState::Failed, fresh_reference(o));
        c.url.clear();
        c.problem = "Points paid for this order, so there is nothing to pay on its page.".into();
        return checkout::update_checkout(tx, &c);
    }
    c.amount.amount_minor = o.total_minor;
    (c.state, c.reference, c.attempts) = (CheckoutState::Wanted, fresh_reference(o), 0);
    c.url.clear();
    checkout::update_checkout(tx, &c)?;
    enqueue(tx, c.id)
}

/// Where the built-in gateway's page is.
pub fn sandbox_page(tx: &Read<'_>, c: &Checkout) -> Result<Made> {
    let base = meta::find_meta(tx, LINK_BASE)?.unwrap_or_default();
    Ok(Made { url: format!("{base}/pay/{}", c.token), provider_id: String::new() })
}

fn enqueue(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    let now = tx.now;
    jobs::enqueue_job(tx, &Job::MakeCheckout { checkout_id: id }, now, Some(&format!("checkout:{id}")))
}

fn fresh_reference(o: &Order) -> String {
    let random: String = token(RANDOM_BYTES).chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '.' }).collect();
    format!("{}-{random}", o.number)
}

/// A person asks for the payment page of an order again, after it could not be made or the gateway was changed.
pub fn want_again(tx: &mut Tx<'_>, order_id: Id) -> Result<()> {
    let o = order::find_order(tx, order_id)?;
    if o.status != Status::AwaitingPayment {
        return Err(Error::conflict("Only an order that waits for money has a payment link."));
    }
    let by = gateway::chosen(tx)?.ok_or_else(|| Error::conflict("No gateway is set. Choose one in Settings, Payments."))?;
    match checkout::find_checkout_of(tx, order_id)? {
        None => want(tx, &o),
        Some(c) if may_be_made_again(&c, by) => {
            let again =
                Checkout { gateway: by, state: CheckoutState::Wanted, url: String::new(), problem: String::new(), attempts: 0, ..c };
            checkout::update_checkout(tx, &again)?;
            enqueue(tx, again.id)
        }
        Some(_) => Err(Error::conflict("This order has a payment link.")),
    }
}

/// Whether a page may be made anew: it could not be made, or it is one of a gateway that was left since.
pub fn may_be_made_again(c: &Checkout, chosen: Gateway) -> bool {
    c.state == CheckoutState::Failed || (c.state == CheckoutState::Open && c.gateway != chosen)
}

/// Begins to make a page: with a reference nobody has used, because a page whose address was lost is paid by nobody. None when
/// there is nothing to make.
pub fn begin(tx: &mut Tx<'_>, id: Id, business: &str) -> Result<Option<(Checkout, Ask)>> {
    let mut c = checkout::find_checkout(tx, id)?;
    let o = order::find_order(tx, c.order_id)?;
    if !matches!(c.state, CheckoutState::Wanted | CheckoutState::Making) || o.status != Status::AwaitingPayment {
        return Ok(None);
    }
    c.state = CheckoutState::Making;
    c.reference = fresh_reference(&o);
    c.attempts += 1;
    checkout::update_checkout(tx, &c)?;
    let who = contact::find_contact(tx, o.contact_id)?;
    let email = who.identities.iter().find(|i| i.kind == IdentityKind::Email).map(|i| i.value.clone());
    let base = meta::find_meta(tx, LINK_BASE)?.filter(|b| b.starts_with("http")).unwrap_or_default();
    let ask = Ask {
        reference: c.reference.clone(),
        amount: c.amount,
        email: match email {
            Some(email) => email,
            // Gateways insist on an address; example.com belongs to nobody (RFC 2606), so no stranger gets a receipt.
            None => gateway::fallback_email(tx)?.unwrap_or_else(|| format!("order-{}@example.com", o.number)),
        },
        name: who.name,
        what: format!("Order {}, {business}", o.number),
        back_url: base,
    };
    Ok(Some((c, ask)))
}

/// The page for a reference is there: the customer gets its address, once. False when the price changed meanwhile, so that it is a
/// page for another amount: nobody gets it, and another is to be made.
pub fn made(tx: &mut Tx<'_>, id: Id, reference: &str, m: &Made) -> Result<bool> {
    let mut c = checkout::find_checkout(tx, id)?;
    if c.state == CheckoutState::Paid {
        return Ok(true);
    }
    if c.reference != reference {
        return Ok(c.state != CheckoutState::Wanted);
    }
    c.state = CheckoutState::Open;
    c.url.clone_from(&m.url);
    c.provider_id.clone_from(&m.provider_id);
    c.problem.clear();
    checkout::update_checkout(tx, &c)?;
    let o = order::find_order(tx, c.order_id)?;
    // It may have been given up while the page was made.
    if o.status == Status::AwaitingPayment {
        tell(tx, &o, &c)?;
    }
    Ok(true)
}

fn tell(tx: &mut Tx<'_>, o: &Order, c: &Checkout) -> Result<()> {
    let Some(thread) = o.conversation_id else { return Ok(()) };
    let thread = threads::find_conversation(tx, thread)?;
    let lang = contact::find_contact(tx, o.contact_id)?.language;
    let (number, total) = (o.number.to_string(), c.amount.to_string());
    let text = say(lang, "pay_link", &[("number", &number), ("total", &total)]);
    // WhatsApp's button takes whole addresses only; without a public address ours is a path that the simulated phone opens.
    let content = if thread.channel == Channel::Whatsapp && !c.url.starts_with("http") {
        Content::text(format!("{text}\n{}", c.url))
    } else {
        Content::Link { text, label: say(lang, "pay_button", &[]), url: c.url.clone() }
    };
    let intent = format!("order:{}:pay:{}", o.id, c.reference);
    let m = NewMessage::of_steward(thread.id, &content, &intent);
    outbound::plan(tx, &thread, &m).map(drop)
}

/// The page for a reference could not be made; the owner reads why. The customer has the bank details of the order's own message.
/// False when the price changed meanwhile: another page is to be made.
pub fn failed(tx: &mut Tx<'_>, id: Id, reference: &str, problem: &str) -> Result<bool> {
    let mut c = checkout::find_checkout(tx, id)?;
    if c.reference != reference {
        return Ok(c.state != CheckoutState::Wanted);
    }
    if c.state == CheckoutState::Making {
        c.state = CheckoutState::Failed;
        c.problem = problem.to_owned();
        checkout::update_checkout(tx, &c)?;
        let o = order::find_order(tx, c.order_id)?;
        payment::said(tx, &o, "link_failed")?;
    }
    Ok(true)
}

/// What the gateway says of a payment when asked. Right in reference, amount and currency, it pays the order; anything else is
/// kept for the owner with a sentence, and changes nothing.
pub fn settle(tx: &mut Tx<'_>, id: Id, seen: &Seen) -> Result<()> {
    let mut c = checkout::find_checkout(tx, id)?;
    if c.state == CheckoutState::Paid || seen.standing != Standing::Paid {
        return Ok(());
    }
    let o = order::find_order(tx, c.order_id)?;
    let name = c.gateway.title();
    if let Some(problem) = c.mismatch(seen) {
        c.problem = format!("{problem} Look in {name} before you do anything.");
        checkout::update_checkout(tx, &c)?;
        return payment::said(tx, &o, "mismatch");
    }
    c.state = CheckoutState::Paid;
    c.payment_id.clone_from(&seen.payment_id);
    c.settled_at = Some(tx.now);
    c.problem.clear();
    let (number, status) = (o.number, o.status);
    if !payment::came(tx, o, name)? {
        c.problem = late(&c, number, status);
    }
    checkout::update_checkout(tx, &c)
}

fn late(c: &Checkout, number: i64, status: Status) -> String {
    let name = c.gateway.title();
    if matches!(status, Status::Cancelled | Status::Expired) {
        return format!("{name} got {} for order {number} after it was given up. Give the money back, or make the order anew.", c.amount);
    }
    format!("{name} got {} for order {number}, which was marked as paid before. It may have been paid twice.", c.amount)
}

/// The owner has seen what was odd about a payment.
pub fn note_seen(tx: &mut Tx<'_>, order_id: Id) -> Result<()> {
    if let Some(mut c) = checkout::find_checkout_of(tx, order_id)? {
        c.problem.clear();
        checkout::update_checkout(tx, &c)?;
    }
    Ok(())
}

/// What the built-in gateway would answer: the customer has pressed the button on its page, or not yet.
pub fn sandbox_pays(tx: &mut Tx<'_>, token: &str) -> Result<Checkout> {
    let c = of_token(tx, token)?;
    if c.state == CheckoutState::Paid {
        return Ok(c);
    }
    // A page of the practice time must not pay an order of a business that takes real money now.
    if gateway::chosen(tx)? != Some(Gateway::Sandbox) {
        return Err(Error::conflict("Practice payments are switched off. Ask for a new payment link."));
    }
    let o = order::find_order(tx, c.order_id)?;
    if !matches!(o.status, Status::AwaitingPayment | Status::AwaitingConfirmation) {
        return Err(Error::conflict(format!("Order {} is {}. There is nothing to pay.", o.number, o.status.title().to_lowercase())));
    }
    let seen = Seen {
        standing: Standing::Paid,
        reference: c.reference.clone(),
        amount_minor: c.amount.amount_minor,
        currency: c.amount.currency.code().to_owned(),
        payment_id: format!("practice-{}", c.id),
    };
    settle(tx, c.id, &seen)?;
    of_token(tx, token)
}

/// The payment page of the built-in gateway under a token.
pub fn of_token(tx: &Read<'_>, token: &str) -> Result<Checkout> {
    let found = checkout::find_checkout_by_token(tx, token)?.filter(|c| c.gateway == Gateway::Sandbox);
    found.ok_or_else(|| Error::not_found("payment page"))
}
