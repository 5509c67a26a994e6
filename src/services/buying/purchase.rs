//! A purchase: asked for, its vendors chosen, its offers compared, given up.

use crate::domain::buying::call::{By, Call, State, Ways};
use crate::domain::buying::choice::{Rules, Seller, compare as compare_offers};
use crate::domain::buying::need::{Here, Need, read};
use crate::domain::buying::policy::Ledger;
use crate::domain::buying::purchase::{Purchase, Status};
use crate::domain::buying::taste::Taste;
use crate::domain::buying::unit::Unit;
use crate::domain::buying::vendor::Vendor;
use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::house::business::Profile;
use crate::domain::house::mail;
use crate::domain::house::member::Actor;
use crate::domain::id::Id;
use crate::domain::text::clip;
use crate::domain::time::Time;
use crate::services::buying::{news, settings};
use crate::store::buying::{call as calls, purchase as rows, vendor as vendors};
use crate::store::events::{About, insert_event};
use crate::store::meta;
use crate::store::tx::{Read, Tx};
use serde_json::json;

/// Choices the taste is learned from.
const CHOICES: u32 = 200;
/// The longest request.
const TEXT_CHARS: usize = 2_000;

/// Reads a request as the business would: its zone, its currency, its way of writing dates.
pub fn read_need(text: &str, profile: &Profile, now: Time) -> Result<Need> {
    if text.chars().count() > TEXT_CHARS {
        return Err(Error::field("text", format!("A request has at most {TEXT_CHARS} characters.")));
    }
    read(text, Here { now, zone: &profile.time_zone, currency: profile.currency, day_first: profile.country != "US" })
}

/// Words a request for a purchase may begin with; without one it needs a limit, or a day and a measure.
const BUY: [&str; 4] = ["buy ", "purchase ", "restock ", "source "];

/// Whether a member's message asks for something to be bought for the business, and is not what a customer would write.
pub fn is_request(text: &str, profile: &Profile, now: Time) -> bool {
    let folded = text.trim().to_lowercase();
    let folded = folded.strip_prefix("please ").unwrap_or(&folded);
    if BUY.iter().any(|w| folded.starts_with(w)) {
        return true;
    }
    let measured = |n: &Need| n.items.iter().any(|i| i.quantity.of.unit != Unit::Piece);
    read_need(text, profile, now).is_ok_and(|n| n.ceiling_minor.is_some() || (n.deadline.is_some() && measured(&n)))
}

/// Writes a request down.
pub fn add(tx: &mut Tx<'_>, text: &str, need: Need, actor: &Actor) -> Result<Purchase> {
    if need.deadline.is_some_and(|d| d <= tx.now) {
        return Err(Error::field("deadline", "The deadline has passed already."));
    }
    let p = Purchase {
        id: Id::new(tx.now),
        number: rows::next_purchase_number(tx)?,
        text: clip(text, TEXT_CHARS),
        need,
        status: Status::Asking,
        run_id: None,
        asked_by: actor.name().to_owned(),
        comparison: None,
        total_minor: None,
        problem: String::new(),
        created_at: tx.now,
        updated_at: tx.now,
    };
    rows::insert_purchase(tx, &p)?;
    tell(tx, &p)?;
    Ok(p)
}

/// The feed hears where a purchase stands.
pub(super) fn tell(tx: &mut Tx<'_>, p: &Purchase) -> Result<()> {
    let about = About { run: p.run_id, ..About::default() };
    let data = json!({ "purchase_id": p.id, "number": p.number, "status": p.status, "title": p.title() });
    insert_event(tx, event::PURCHASE, about, data)
}

/// Moves a purchase and says so.
pub(super) fn moved(tx: &mut Tx<'_>, p: &Purchase) -> Result<()> {
    rows::update_purchase(tx, p)?;
    tell(tx, p)?;
    news::tell(tx, p)
}

/// What is to be known of a purchase without a sentence that is settled.
pub(super) fn without(problem: &str, settled: &str) -> String {
    problem.replacen(settled, "", 1).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Ties a purchase to the run that carries it.
pub fn carried_by(tx: &mut Tx<'_>, id: Id, run: Id) -> Result<()> {
    let p = rows::find_purchase(tx, id)?;
    rows::update_purchase(tx, &Purchase { run_id: Some(run), ..p })
}

/// Makes a call for each vendor to ask: who sells something of it, those that have more of it and are more reliable first. `meant` are
/// vendors that search found by meaning. The calls' ids.
pub fn choose_vendors(tx: &mut Tx<'_>, id: Id, meant: &[Id], ways: Ways) -> Result<Vec<Id>> {
    let (p, s) = (rows::find_purchase(tx, id)?, settings::find(tx)?);
    let known = calls::list_calls_of(tx, id)?;
    if !known.is_empty() {
        return Ok(known.into_iter().map(|c| c.id).collect());
    }
    let mut found: Vec<(usize, Vendor)> = Vec::new();
    let mut after = String::new();
    loop {
        let page = vendors::list_vendors(tx, "", &after, 500)?;
        let Some(last) = page.last() else { break };
        after = last.id.to_string();
        found.extend(page.into_iter().filter(|v| !v.do_not_contact).map(|v| (has_of(&v, &p.need), v)).filter(|(n, _)| *n > 0));
    }
    for id in meant {
        if let Ok(v) = vendors::find_vendor(tx, *id)
            && !v.do_not_contact
            && !found.iter().any(|(_, f)| f.id == v.id)
        {
            found.push((0, v));
        }
    }
    let rank = |v: &Vendor| v.reliability.unwrap_or(50) + v.quality.unwrap_or(50);
    found.sort_by(|(a, x), (b, y)| b.cmp(a).then(rank(y).cmp(&rank(x))).then(x.id.cmp(&y.id)));
    let mut ids = Vec::new();
    for (_, v) in found.into_iter().take(s.vendors) {
        let by = By::of(v.reach, v.phone.is_some(), mail::address(&v.email).is_some(), ways);
        let c = Call {
            id: Id::new(tx.now),
            purchase_id: id,
            vendor_id: v.id,
            vendor_name: v.name,
            by,
            conversation_id: None,
            state: State::Waiting,
            ledger: Ledger::default(),
            problem: String::new(),
            phone: None,
            started_at: None,
            ended_at: None,
        };
        if calls::insert_call(tx, &c)? {
            ids.push(c.id);
        }
    }
    Ok(ids)
}

/// How many of the things a vendor sells.
fn has_of(v: &Vendor, need: &Need) -> usize {
    need.items.iter().filter(|i| v.sells(&i.name) || i.substitutes.iter().any(|s| v.sells(s))).count()
}

/// The owner's taste, from every choice so far.
pub fn taste(tx: &Read<'_>) -> Result<Taste> {
    Ok(Taste::learn(&rows::list_choices(tx, CHOICES)?))
}

/// Compares what was quoted. True when something can be proposed; else the purchase has failed and says why.
pub fn compare(tx: &mut Tx<'_>, id: Id) -> Result<bool> {
    let mut p = rows::find_purchase(tx, id)?;
    if p.status != Status::Asking {
        return Ok(p.status == Status::AwaitingApproval);
    }
    let mut offers = Vec::new();
    for c in calls::list_calls_of(tx, id)? {
        let Some(q) = calls::find_quote_of(tx, c.id)?.filter(|_| c.state == State::Quoted) else { continue };
        let v = vendors::find_vendor(tx, c.vendor_id).ok();
        // A price of somebody whom nobody may write to any more cannot be taken.
        if v.as_ref().is_some_and(|v| v.do_not_contact) {
            continue;
        }
        let seller = Seller {
            vendor_id: c.vendor_id,
            call_id: c.id,
            quote_id: q.id,
            name: c.vendor_name,
            quality: v.as_ref().and_then(|v| v.quality),
            reliability: v.as_ref().and_then(|v| v.reliability),
            certifications: v.as_ref().map_or(0, |v| v.certifications.len()),
            distance_km: v.as_ref().and_then(|v| v.distance_km),
        };
        offers.push((seller, crate::domain::buying::offer::Offer { valid_until: Some(q.valid_until), ..q.offer }));
    }
    let (none, taste) = (offers.is_empty(), taste(tx)?);
    let rules = Rules { items: &p.need.items, deadline: p.need.deadline, ceiling_minor: p.need.ceiling_minor, now: tx.now };
    let comparison = compare_offers(offers, rules, &taste);
    p.total_minor = comparison.plan.as_ref().map(|plan| plan.total_minor);
    let ok = comparison.plan.is_some();
    p.problem = match (ok, none) {
        (true, _) => String::new(),
        (false, true) => "Nobody named a price that fits. Look at the talks, add vendors, or raise the ceiling, and ask again.".into(),
        (false, false) => {
            "No offer has everything within the ceiling and in time. Look at the offers, or ask again with other limits.".into()
        }
    };
    p.comparison = Some(comparison);
    p.status = if ok { Status::AwaitingApproval } else { Status::Failed };
    moved(tx, &p)?;
    Ok(ok)
}

/// A purchase that came to nothing, with the reason.
pub fn fail(tx: &mut Tx<'_>, id: Id, why: &str) -> Result<()> {
    let p = rows::find_purchase(tx, id)?;
    if !p.status.is_open() {
        return Ok(());
    }
    moved(tx, &Purchase { status: Status::Failed, problem: why.to_owned(), ..p })
}

/// A purchase is given up: vendors that were told yes are told no.
pub fn cancel(tx: &mut Tx<'_>, id: Id, why: &str) -> Result<Purchase> {
    let p = rows::find_purchase(tx, id)?;
    if matches!(p.status, Status::Cancelled | Status::Failed | Status::Delivered) {
        return Ok(p);
    }
    let p = Purchase { status: Status::Cancelled, problem: why.to_owned(), ..p };
    moved(tx, &p)?;
    Ok(p)
}

/// The business's own name and currency for letters.
pub fn profile(tx: &Read<'_>) -> Result<Profile> {
    meta::find_profile(tx)
}
