//! Money for vendors: planned once for each vendor of a purchase, settled once.

use crate::domain::buying::ach::{self, Entry};
use crate::domain::buying::choice::Seller;
use crate::domain::buying::payment::{Method, Payment, State};
use crate::domain::buying::purchase::{Purchase, Status};
use crate::domain::error::{Error, Result};
use crate::domain::house::member::Actor;
use crate::domain::house::run::EffectState;
use crate::domain::id::Id;
use crate::domain::money::Money;
use crate::domain::text::clip;
use crate::services::buying::purchase::{moved, without};
use crate::services::buying::{settings, vendor_chat};
use crate::services::house::run as runs;
use crate::store::buying::{payment as rows, purchase as purchases, vendor as vendors};
use crate::store::house::effect::{self, EffectRow};
use crate::store::house::run as machines;
use crate::store::meta;
use crate::store::tx::{Read, Tx};
use serde::{Deserialize, Serialize};

/// The longest reference of a bank that is kept.
const REFERENCE_CHARS: usize = 100;

/// The key a payment is made under, everywhere: with the same one money moves once.
pub fn key(payment: Id) -> String {
    format!("pay:{payment}")
}

/// Payments of a purchase.
pub fn list(tx: &Read<'_>, purchase: Id) -> Result<Vec<Payment>> {
    rows::list_purchase_payments(tx, purchase)
}

/// Plans the money for a vendor.
pub(super) fn plan(tx: &mut Tx<'_>, p: &Purchase, to: &Seller, amount_minor: i64, wanted: Method) -> Result<()> {
    let reachable = wanted != Method::Stripe || !vendors::find_vendor(tx, to.vendor_id)?.stripe.is_empty();
    let method = if reachable { wanted } else { Method::Transfer };
    let new = Payment {
        id: Id::new(tx.now),
        purchase_id: p.id,
        vendor_id: to.vendor_id,
        vendor_name: to.name.clone(),
        method,
        amount_minor,
        state: if method.by_hand() { State::Due } else { State::Sending },
        reference: String::new(),
        problem: String::new(),
        created_at: tx.now,
        settled_at: None,
    };
    let new_one = rows::insert_purchase_payment(tx, &new)?;
    if new_one && method != wanted {
        let why = format!("{} has no Stripe account written down, so they are to be paid by bank transfer.", new.vendor_name);
        rows::update_purchase_payment(tx, new.id, State::Due, "", &why)?;
    }
    Ok(())
}

/// The provider took back what it had paid, or a part of it: shown on the purchase. `of`: the provider's id of the payment.
pub fn taken_back(tx: &mut Tx<'_>, key: &str, of: &str, taken_minor: i64) -> Result<()> {
    let Some(x) = rows::named(tx, key)?.filter(|x| taken_minor > 0 && x.reference == of) else { return Ok(()) };
    let money = Money::new(taken_minor.min(x.amount_minor), meta::find_profile(tx)?.currency);
    let (state, problem) = if taken_minor >= x.amount_minor {
        (State::TakenBack, format!("Stripe took all of it back ({money}): {} has not been paid.", x.vendor_name))
    } else {
        (State::Paid, format!("Stripe took {money} of it back."))
    };
    if rows::update_taken_back(tx, x.id, state, &problem)? {
        let p = purchases::find_purchase(tx, x.purchase_id)?;
        let problem = format!("{}: {problem}", x.vendor_name);
        moved(tx, &Purchase { problem, ..p })?;
    }
    Ok(())
}

/// What became of a payment through a provider.
pub fn settle(tx: &mut Tx<'_>, id: Id, paid: bool, reference: &str, problem: &str) -> Result<()> {
    let state = if paid { State::Paid } else { State::Failed };
    rows::update_purchase_payment(tx, id, state, reference, problem).map(drop)
}

/// Nobody knows whether money moved: the owner sees it and can settle it.
pub fn doubt(tx: &mut Tx<'_>, id: Id, problem: &str) -> Result<()> {
    let x = rows::find_purchase_payment(tx, id)?;
    if !matches!(x.state, State::Sending | State::Unknown) {
        return Ok(());
    }
    rows::update_purchase_payment(tx, id, State::Unknown, "", problem)?;
    let p = purchases::find_purchase(tx, x.purchase_id)?;
    if p.status == Status::Ordering {
        moved(tx, &Purchase { status: Status::PaymentUnknown, problem: problem.to_owned(), ..p })?;
    }
    Ok(())
}

const STOPPED: &str = "The purchase was stopped before it was paid.";

/// Whether a payment is off because the run that wanted it is over; with why. A bank that surely did not pay is asked again, but not for
/// what was stopped meanwhile: that is written down as not paid.
pub fn is_off(tx: &mut Tx<'_>, id: Id, run: Id) -> Result<Option<&'static str>> {
    if machines::find_machine(tx, run)?.is_some_and(|m| !m.state.is_over()) {
        return Ok(None);
    }
    let x = rows::find_purchase_payment(tx, id)?;
    if matches!(x.state, State::Sending | State::Unknown) {
        settle(tx, id, false, "", STOPPED)?;
        wind_up(tx, x.purchase_id)?;
    }
    Ok(Some(STOPPED))
}

/// The purchase is stopped: what the bank was not asked for yet is not paid, what it has paid is. True when nobody knows of some.
pub(super) fn stopped(tx: &mut Tx<'_>, purchase: Id) -> Result<bool> {
    let mut unknown = false;
    for x in list(tx, purchase)?.into_iter().filter(|x| matches!(x.state, State::Sending | State::Unknown)) {
        let deed = effect::find_effect_by_key(tx, &key(x.id))?;
        match deed.as_ref().map(|d| d.state) {
            Some(EffectState::Sending | EffectState::Unknown) => {
                unknown = true;
                let why = "The purchase was stopped while the bank was being asked. Look there whether it paid.";
                rows::update_purchase_payment(tx, x.id, State::Unknown, "", why)?;
            }
            Some(EffectState::Confirmed) => settle(tx, x.id, true, reference_of(deed.as_ref()), "")?,
            _ => settle(tx, x.id, false, "", STOPPED)?,
        }
    }
    Ok(unknown)
}

fn reference_of(deed: Option<&EffectRow>) -> &str {
    deed.and_then(|d| d.result["reference"].as_str()).unwrap_or("")
}

/// A person says whether the bank has paid what nobody knows of. What was found out meanwhile counts more than what they say. The run goes
/// on with it; where the purchase was stopped already, it is written down here.
pub fn settle_unknown(tx: &mut Tx<'_>, purchase: Id, id: Id, actor: &Actor, happened: bool) -> Result<()> {
    let x = rows::find_purchase_payment(tx, id)?;
    if x.purchase_id != purchase {
        return Err(Error::not_found("payment"));
    }
    let deed = effect::find_effect_by_key(tx, &key(id))?.filter(|_| x.state == State::Unknown);
    let Some(deed) = deed else { return Err(Error::conflict("What came of this payment is known already.")) };
    let deed = match deed.state {
        EffectState::Unknown => runs::settle_effect(tx, deed.id, actor, happened, "")?,
        EffectState::Sending => return Err(Error::conflict("It is being asked right now. Look again in a minute.")),
        // The bank knew of no such payment and is to be asked once more. Who saw the money go counts more: nothing is paid twice.
        EffectState::Planned if happened => runs::settle_effect(tx, deed.id, actor, true, "")?,
        EffectState::Planned => {
            return Err(Error::conflict(
                "The bank says so too, and is asked to pay once more in a moment. To keep it from paying, stop this purchase.",
            ));
        }
        _ => deed,
    };
    let p = purchases::find_purchase(tx, purchase)?;
    let goes_on = match p.run_id {
        Some(run) => machines::find_machine(tx, run)?.is_some_and(|m| !m.state.is_over()),
        None => false,
    };
    if goes_on {
        return Ok(());
    }
    settle(tx, id, deed.state == EffectState::Confirmed, reference_of(Some(&deed)), &deed.problem)?;
    wind_up(tx, purchase)
}

/// A purchase that was stopped is over once it is known of every payment whether it was made.
fn wind_up(tx: &mut Tx<'_>, purchase: Id) -> Result<()> {
    let (p, all) = (purchases::find_purchase(tx, purchase)?, list(tx, purchase)?);
    if p.status == Status::PaymentUnknown && all.iter().all(|x| x.state != State::Unknown) {
        let paid: Vec<&str> = all.iter().filter(|x| x.state == State::Paid).map(|x| x.vendor_name.as_str()).collect();
        let problem = if paid.is_empty() {
            "It was stopped before anything was paid.".to_owned()
        } else {
            format!("It was stopped after {} was paid. Ask for the money back, or order again.", paid.join(" and "))
        };
        moved(tx, &Purchase { status: Status::Cancelled, problem, ..p })?;
    }
    Ok(())
}

/// Why a vendor was not paid, as it stands on the purchase.
fn unpaid(x: &Payment) -> String {
    format!("{} was not paid: {}", x.vendor_name, x.problem)
}

/// All that can be done by the run is done: the purchase is ordered, whatever of it is still to be paid by hand.
pub fn confirm(tx: &mut Tx<'_>, purchase: Id) -> Result<Purchase> {
    let p = purchases::find_purchase(tx, purchase)?;
    if !matches!(p.status, Status::Ordering | Status::PaymentUnknown) {
        return Ok(p);
    }
    let mut notes = vendor_chat::untold(tx, &p)?;
    notes.extend(list(tx, purchase)?.iter().filter(|x| x.state == State::Failed).map(unpaid));
    let p = Purchase { status: Status::Confirmed, problem: notes.join(" "), ..p };
    moved(tx, &p)?;
    Ok(p)
}

/// A person paid at the bank and says so.
pub fn record(tx: &mut Tx<'_>, purchase: Id, id: Id, reference: &str) -> Result<Payment> {
    let x = rows::find_purchase_payment(tx, id)?;
    if x.purchase_id != purchase {
        return Err(Error::not_found("payment"));
    }
    if matches!(x.state, State::Sending | State::Unknown) {
        return Err(Error::conflict("This payment is with the provider. Say first whether it paid, so that nothing is paid twice."));
    }
    if !rows::update_purchase_payment(tx, id, State::Paid, &clip(reference.trim(), REFERENCE_CHARS), "")? {
        return Err(Error::conflict("This payment was recorded already."));
    }
    let p = purchases::find_purchase(tx, purchase)?;
    // Only what this settles is over: what was not brought, or nobody was told, stays.
    moved(tx, &Purchase { problem: without(&p.problem, &unpaid(&x)), ..p })?;
    rows::find_purchase_payment(tx, id)
}

/// The payment file for what is due to vendors with an account in the United States.
pub fn ach_file(tx: &Read<'_>, purchase: Id) -> Result<String> {
    let (p, s, profile) = (purchases::find_purchase(tx, purchase)?, settings::find(tx)?, meta::find_profile(tx)?);
    if profile.currency.code() != "USD" {
        return Err(Error::conflict("ACH moves US dollars; this business pays in another currency."));
    }
    let origin = s.origin.ok_or_else(|| Error::conflict("Write down your bank and company in the buying settings first."))?;
    let mut banks = Vec::new();
    for x in list(tx, purchase)?.into_iter().filter(|x| x.method == Method::Ach && x.state == State::Due) {
        let v = vendors::find_vendor(tx, x.vendor_id)?;
        let bank = v
            .bank
            .ok_or_else(|| Error::conflict(format!("{} has no account written down. Add it on the vendor's page.", x.vendor_name)))?;
        banks.push((bank, x.amount_minor));
    }
    if banks.is_empty() {
        return Err(Error::conflict("Nothing of this purchase waits to be paid by a file."));
    }
    let entries: Vec<Entry<'_>> =
        banks.iter().map(|(bank, amount_minor)| Entry { bank, amount_minor: *amount_minor, id: format!("P-{}", p.number) }).collect();
    ach::write(&origin, &entries, tx.now.in_zone(&profile.time_zone).datetime(), 'A')
}

/// How the pretended bank behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mood {
    /// It pays.
    #[default]
    Fine,
    /// It refuses.
    Refuses,
    /// It is away for now.
    Away,
    /// It pays and never says so.
    Lost,
}

const MOOD: &str = "sandbox_bank";

/// The pretended bank's mood.
pub fn mood(tx: &Read<'_>) -> Result<Mood> {
    Ok(meta::find_meta(tx, MOOD)?.and_then(|t| serde_json::from_str(&t).ok()).unwrap_or_default())
}

/// Sets the pretended bank's mood.
pub fn set_mood(tx: &mut Tx<'_>, mood: Mood) -> Result<()> {
    meta::upsert_meta(tx, MOOD, &serde_json::json!(mood).to_string())
}

/// The pretended bank is asked to pay. Its book is its own: the same key moves money once.
pub fn sandbox_pay(tx: &mut Tx<'_>, key: &str, amount_minor: i64, receiver: &str) -> Result<Mood> {
    let mood = mood(tx)?;
    if matches!(mood, Mood::Fine | Mood::Lost) {
        rows::insert_sandbox_payment(tx, key, amount_minor, receiver)?;
    }
    Ok(mood)
}

/// The pretended bank is asked whether it has paid. None while it does not answer.
pub fn sandbox_look(tx: &Read<'_>, key: &str) -> Result<Option<bool>> {
    if matches!(mood(tx)?, Mood::Lost | Mood::Away) {
        return Ok(None);
    }
    Ok(Some(rows::find_sandbox_payment(tx, key)?.is_some()))
}
