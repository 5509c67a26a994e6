//! The owner's word on a purchase: what is asked, another offer chosen, yes and no.

use crate::domain::buying::choice::{Candidate, Plan, Share};
use crate::domain::buying::payment::{Method, Payment};
use crate::domain::buying::purchase::{Purchase, Status};
use crate::domain::buying::taste::Choice;
use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::money::Money;
use crate::services::buying::call::{self, Desk};
use crate::services::buying::purchase::moved;
use crate::services::buying::{payment, settings};
use crate::store::buying::{call as calls, purchase as rows, vendor as vendors};
use crate::store::meta;
use crate::store::tx::{Read, Tx};

/// Offers a choice is compared with.
const COMPARED: usize = 3;

/// What the owner is asked: the line, what there is to know, and what it spends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// "Buy 12 dozen eggs from Adeyemi Farms for $61?"
    pub title: String,
    /// Name and value.
    pub facts: Vec<(String, String)>,
    /// What it comes to.
    pub amount: Money,
}

/// The question about a purchase whose offers are compared.
pub fn question(tx: &Read<'_>, id: Id) -> Result<Asked> {
    let p = rows::find_purchase(tx, id)?;
    let currency = meta::find_profile(tx)?.currency;
    let plan = plan_of(&p)?;
    let money = |minor: i64| Money::new(minor, currency).to_string();
    let names: Vec<&str> = plan.shares.iter().map(|s| s.seller.name.as_str()).collect();
    let mut facts: Vec<(String, String)> = vec![("Why".into(), plan.why.clone())];
    for s in &plan.shares {
        let words: Vec<String> = s.items.iter().filter_map(|(n, _)| p.need.items.get(*n)).map(|i| i.words()).collect();
        facts.push((s.seller.name.clone(), format!("{} for {}", words.join(", "), money(s.total_minor))));
    }
    let others =
        p.comparison.iter().flat_map(|c| &c.candidates).filter(|c| !plan.shares.iter().any(|s| s.seller.vendor_id == c.seller.vendor_id));
    facts.extend(others.take(COMPARED).map(|c| (format!("Instead: {}", c.seller.name), money(c.total_minor))));
    if settings::find(tx)?.pay_by == Method::Stripe {
        facts.push(("Paid".into(), "At once, from your Stripe balance".into()));
    }
    let title = format!("Buy {} from {} for {}?", p.title(), names.join(" and "), money(plan.total_minor));
    Ok(Asked { title: crate::domain::text::clip(&title, 200), facts, amount: Money::new(plan.total_minor, currency) })
}

fn plan_of(p: &Purchase) -> Result<&Plan> {
    let plan = p.comparison.as_ref().and_then(|c| c.plan.as_ref());
    plan.ok_or_else(|| Error::conflict("There is no offer to decide on yet."))
}

/// Takes another offer than the one proposed. It may not cost more than what was asked about, so that nobody agrees to more than they
/// have seen.
pub fn choose(tx: &mut Tx<'_>, id: Id, vendor: Id) -> Result<Purchase> {
    let mut p = rows::find_purchase(tx, id)?;
    if p.status != Status::AwaitingApproval {
        return Err(Error::conflict(format!("Purchase {} is {}; nothing can be chosen now.", p.number, p.status.title().to_lowercase())));
    }
    let Some(comparison) = &mut p.comparison else { return Err(Error::conflict("There is no offer to choose yet.")) };
    let found = comparison.candidates.iter().find(|c| c.seller.vendor_id == vendor && c.complete);
    let c = found.ok_or_else(|| Error::not_found("complete offer of this vendor"))?.clone();
    if p.need.ceiling_minor.is_some_and(|m| c.total_minor > m) {
        return Err(Error::conflict("That offer is above the ceiling of this purchase. Ask again with a higher one."));
    }
    if c.offer.valid_until.is_some_and(|v| v <= tx.now) {
        return Err(Error::conflict("That price is no longer valid. Ask again."));
    }
    comparison.plan = Some(Plan { shares: vec![share(&c)], total_minor: c.total_minor, why: "Your choice.".into() });
    p.total_minor = Some(c.total_minor);
    moved(tx, &p)?;
    Ok(p)
}

fn share(c: &Candidate) -> Share {
    Share { seller: c.seller.clone(), items: c.items.clone(), carriage_minor: c.carriage_minor, total_minor: c.total_minor }
}

/// The yes: the order goes to the vendors of the plan, the others hear no, payments are planned, the choice is remembered. Done
/// before, it changes nothing. `agreed_minor` is what the owner was asked about.
pub fn ordered(tx: &mut Tx<'_>, id: Id, agreed_minor: i64, desk: Desk<'_>) -> Result<Vec<Payment>> {
    let mut p = rows::find_purchase(tx, id)?;
    if p.status != Status::AwaitingApproval {
        return payment::list(tx, id);
    }
    let plan = plan_of(&p)?.clone();
    if plan.total_minor > agreed_minor {
        return Err(Error::conflict("What would be ordered costs more than what was agreed to."));
    }
    if p.need.ceiling_minor.is_some_and(|c| plan.total_minor > c) {
        return Err(Error::conflict("What would be ordered is above the ceiling."));
    }
    for s in &plan.shares {
        let stands = calls::find_quote_of(tx, s.seller.call_id)?.filter(|q| q.id == s.seller.quote_id && q.valid_until > tx.now);
        if stands.is_none() {
            return Err(Error::conflict(format!("The price of {} is no longer valid. Ask again.", s.seller.name)));
        }
    }
    for s in &plan.shares {
        if vendors::find_vendor(tx, s.seller.vendor_id).is_ok_and(|v| v.do_not_contact) {
            return Err(Error::conflict(format!(
                "{} must not be contacted any more, so nothing is ordered there. Ask again.",
                s.seller.name
            )));
        }
    }
    let method = settings::find(tx)?.pay_by;
    for s in &plan.shares {
        let places: Vec<usize> = s.items.iter().map(|(n, _)| *n).collect();
        call::order(tx, s.seller.call_id, desk, &places, s.total_minor)?;
        payment::plan(tx, &p, &s.seller, s.total_minor, method)?;
    }
    let taken: Vec<Id> = plan.shares.iter().map(|s| s.seller.vendor_id).collect();
    let left: Vec<Candidate> =
        p.comparison.iter().flat_map(|c| &c.candidates).filter(|c| !taken.contains(&c.seller.vendor_id)).cloned().collect();
    for c in &left {
        call::decline(tx, c.seller.call_id, desk)?;
    }
    learn(tx, &p, &plan, &left)?;
    p.status = Status::Ordering;
    p.total_minor = Some(plan.total_minor);
    moved(tx, &p)?;
    payment::list(tx, id)
}

/// What was taken over what was left: a lesson when one vendor has it all.
fn learn(tx: &mut Tx<'_>, p: &Purchase, plan: &Plan, left: &[Candidate]) -> Result<()> {
    let [only] = plan.shares.as_slice() else { return Ok(()) };
    let all = p.comparison.as_ref().map(|c| c.candidates.as_slice()).unwrap_or_default();
    let Some(taken) = all.iter().find(|c| c.seller.vendor_id == only.seller.vendor_id) else { return Ok(()) };
    for other in left.iter().filter(|c| c.complete && !c.too_dear && !c.expired).take(COMPARED) {
        let choice = Choice {
            taken: taken.features,
            left: other.features,
            taken_name: taken.seller.name.clone(),
            left_name: other.seller.name.clone(),
        };
        rows::insert_choice(tx, p.id, &choice)?;
    }
    Ok(())
}

/// The no: everybody who named a price hears it.
pub fn rejected(tx: &mut Tx<'_>, id: Id, why: &str, desk: Desk<'_>) -> Result<()> {
    let p = rows::find_purchase(tx, id)?;
    if p.status != Status::AwaitingApproval {
        return Ok(());
    }
    let all: Vec<Id> = p.comparison.iter().flat_map(|c| &c.candidates).map(|c| c.seller.call_id).collect();
    for c in all {
        call::decline(tx, c, desk)?;
    }
    moved(tx, &Purchase { status: Status::Cancelled, problem: why.to_owned(), ..p })
}

/// A purchase is stopped while somebody works on it: talks end, an order that was sent is taken back.
pub fn called_off(tx: &mut Tx<'_>, id: Id, why: &str, desk: Desk<'_>) -> Result<()> {
    let p = rows::find_purchase(tx, id)?;
    if !p.status.is_open() {
        return Ok(());
    }
    for c in calls::list_calls_of(tx, id)? {
        call::hang_up(tx, c.id, why)?;
    }
    if matches!(p.status, Status::Ordering | Status::PaymentUnknown) {
        let taken: Vec<Id> =
            p.comparison.iter().filter_map(|c| c.plan.as_ref()).flat_map(|plan| &plan.shares).map(|s| s.seller.call_id).collect();
        for c in taken {
            call::take_back(tx, c, desk)?;
        }
        if payment::stopped(tx, id)? {
            let problem = format!("{why} Nobody knows yet whether the bank has paid.");
            return moved(tx, &Purchase { status: Status::PaymentUnknown, problem, ..p });
        }
    } else if p.status == Status::AwaitingApproval {
        return rejected(tx, id, why, desk);
    }
    moved(tx, &Purchase { status: Status::Cancelled, problem: why.to_owned(), ..p })
}

/// Forgets what was learned.
pub fn forget_taste(tx: &mut Tx<'_>) -> Result<()> {
    rows::delete_choices(tx)
}
