//! Telling members on their devices that something waits: a question to decide, a customer who wants a person, a payment to check. Each
//! device is told once; what is settled before it leaves is not told.

use crate::domain::error::Result;
use crate::domain::house::approval::Standing;
use crate::domain::house::device::{Device, Nudge, Waits};
use crate::domain::house::member::{Member, Role};
use crate::domain::house::message::Delivery;
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::money::Money;
use crate::domain::shop::order::Status;
use crate::domain::time::{HOUR_MS, Time};
use crate::services::house::approval as questions;
use crate::store::house::push::{self, PushRow};
use crate::store::house::{approval, case, contact, conversation};
use crate::store::shop::{order, payment};
use crate::store::tx::{Read, Tx};
use crate::store::{jobs, meta};

/// Written once somebody wanted to be told on a device: before that nothing is planned.
const USED: &str = "devices_used";
/// How long a nudge is worth delivering where nothing else says so.
const FRESH_MS: i64 = 12 * HOUR_MS;

/// Somebody wants to be told on a device from now on.
pub fn begin(tx: &mut Tx<'_>) -> Result<()> {
    meta::upsert_meta(tx, USED, "1")
}

/// Plans that devices are told of what waits, when no hours are quiet. Nothing where nobody ever wanted it.
pub fn tell(tx: &mut Tx<'_>, about: Waits, id: Id) -> Result<()> {
    if meta::find_meta(tx, USED)?.is_none() {
        return Ok(());
    }
    let at = questions::policy(tx)?.nudge_at(tx.now, &meta::find_profile(tx)?.time_zone);
    jobs::enqueue_job(tx, &Job::NudgeDevices { about, id }, at, Some(&format!("nudge:{}:{id}", about.as_str())))
}

/// Plans a nudge for each device of those whom it concerns, once.
pub fn plan(tx: &mut Tx<'_>, about: Waits, id: Id, members: &[Member], devices: &[Device]) -> Result<()> {
    let now = tx.now;
    for d in devices {
        let Some(m) = members.iter().find(|m| m.id == d.member_id) else { continue };
        let Some(since) = waits_for(tx, about, id, m)? else { continue };
        let intent = format!("push:{}:{id}:{}:{}", about.as_str(), since.millis(), d.id);
        if let Some(push_id) = push::insert_push(tx, m.id, d.id, about, id, &intent)? {
            jobs::enqueue_job(tx, &Job::SendPush { push_id }, now, None)?;
        }
    }
    Ok(())
}

/// Since when something waits for a member; none when it does not, or not for them.
fn waits_for(tx: &Read<'_>, about: Waits, id: Id, m: &Member) -> Result<Option<Time>> {
    match about {
        Waits::Approval => {
            let Ok(a) = approval::find_approval(tx, id) else { return Ok(None) };
            let (policy, currency) = (questions::policy(tx)?, meta::find_profile(tx)?.currency);
            let may = questions::may(&policy, m.id, m.role, a.question.amount, currency);
            let voted = a.votes.iter().any(|v| v.voter == questions::voter(m.id));
            let open = a.standing == Standing::Open && tx.now < a.expires_at;
            Ok((open && may && !voted).then_some(a.created_at))
        }
        Waits::Person => {
            let Ok(thread) = conversation::find_conversation(tx, id) else { return Ok(None) };
            let whose = case::find_case(tx, id)?.assignee;
            let theirs = whose.is_none_or(|a| a.id == m.id) && m.role >= Role::Agent;
            Ok(thread.waiting_since.filter(|_| theirs && !thread.closed))
        }
        Waits::Payment => {
            let Ok(o) = order::find_order(tx, id) else { return Ok(None) };
            let claimed = payment::find_payment(tx, id)?.claimed_at;
            Ok(claimed.filter(|_| o.status == Status::AwaitingConfirmation && m.role >= Role::Manager))
        }
    }
}

/// A nudge that may leave now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departing {
    /// Its row.
    pub row: PushRow,
    /// What the device shows.
    pub nudge: Nudge,
    /// Until when it is worth delivering.
    pub until: Time,
}

/// A nudge that may leave now. None when it must not: it left before, or nothing waits for that member any more. One that was leaving
/// when the process stopped has an unknown outcome and is not sent again. `slug`: of the business, for the page that is opened.
pub fn depart(tx: &mut Tx<'_>, id: Id, member: Option<&Member>, slug: &str) -> Result<Option<Departing>> {
    let row = push::find_push(tx, id)?;
    if row.state == Delivery::Sending {
        push::update_push(tx, id, Delivery::Unknown, "Steward was stopped while it was being sent.")?;
        return Ok(None);
    }
    if row.state != Delivery::Queued {
        return Ok(None);
    }
    let waits = match member {
        Some(m) => waits_for(tx, row.about, row.about_id, m)?,
        None => None,
    };
    if waits.is_none() {
        push::update_push(tx, id, Delivery::Stopped, "")?;
        return Ok(None);
    }
    push::update_push(tx, id, Delivery::Sending, "")?;
    let (nudge, until) = words(tx, &row, slug)?;
    Ok(Some(Departing { row, nudge, until }))
}

/// What is said: no more than a letter says.
fn words(tx: &Read<'_>, row: &PushRow, slug: &str) -> Result<(Nudge, Time)> {
    let (id, tag) = (row.about_id, format!("{}:{}", row.about.as_str(), row.about_id));
    let later = tx.now.plus_ms(FRESH_MS);
    Ok(match row.about {
        Waits::Approval => {
            let a = approval::find_approval(tx, id)?;
            let facts: Vec<String> = a.question.facts.iter().map(|(k, v)| format!("{k}: {v}")).collect();
            let url = format!("/app/approvals?b={slug}#ask-{id}");
            (Nudge::new(&format!("To decide: {}", a.question.title), &facts.join("\n"), url, tag), a.expires_at)
        }
        Waits::Person => {
            let thread = conversation::find_conversation(tx, id)?;
            let name = contact::find_contact(tx, thread.contact_id)?.name;
            let who = if name.trim().is_empty() { "A customer" } else { name.trim() };
            (
                Nudge::new(&format!("{who} is waiting for a person"), &thread.waiting_reason, format!("/app/messages/{id}?b={slug}"), tag),
                later,
            )
        }
        Waits::Payment => {
            let (o, currency) = (order::find_order(tx, id)?, meta::find_profile(tx)?.currency);
            let body = format!("{}. The customer says it is paid: look whether it came.", Money::new(o.total_minor, currency));
            (Nudge::new(&format!("A payment to check: order {}", o.number), &body, format!("/app/orders/{id}?b={slug}"), tag), later)
        }
    })
}
