//! What needs somebody, on the first page.

use super::trouble;
use crate::domain::error::Result;
use crate::domain::house::case::Case;
use crate::domain::house::conversation::Conversation;
use crate::domain::id::Id;
use crate::domain::shop::order::Status;
use crate::domain::time::Time;
use crate::services::house::run as services;
use crate::store::house::conversation::Which;
use crate::store::house::{approval, contact, conversation, effect, run};
use crate::store::reception::booking;
use crate::store::shop::{order, payment};
use crate::store::tx::Read;
use crate::web::pages::session::View;
use crate::web::view::house::today::Need;
use std::collections::BTreeSet;

/// What is needed, each with where it stands among those of its tone.
pub(super) type Needs = Vec<(i64, Need)>;

/// What a contact is called on a button: the first name.
fn first_name(name: &str) -> &str {
    if name.starts_with('+') { "the customer" } else { name.split_whitespace().next().unwrap_or("the customer") }
}

/// What needs somebody, and how much of it there is: of much of a kind only some is shown.
pub fn needs(tx: &Read<'_>, v: &View, can_decide: bool) -> Result<(Vec<Need>, i64)> {
    let mut out = Needs::new();
    let more_waiting = people(tx, v, &mut out)?;
    payments(tx, v, can_decide, &mut out)?;
    bookings(tx, v, &mut out)?;
    approvals(tx, v, &mut out)?;
    deeds(tx, v, &mut out)?;
    parked(tx, v, &mut out)?;
    trouble::owed(tx, v, can_decide, &mut out)?;
    let undelivered = trouble::undelivered(tx, v, &mut out)?;
    trouble::held(tx, v, &mut out)?;
    out.sort_by_key(|(at, n)| (n.tone != "bad", *at));
    let all = i64::try_from(out.len()).unwrap_or(i64::MAX).saturating_add(more_waiting + undelivered);
    let mut shown: Vec<Need> = out.into_iter().map(|(_, n)| n).collect();
    shown.extend(trouble::rest(more_waiting, undelivered));
    Ok((shown, all))
}

/// Customers who wait for a person, those before everybody else who should have been answered by now; how many more wait.
fn people(tx: &Read<'_>, v: &View, out: &mut Needs) -> Result<i64> {
    let late = conversation::list_conversations(tx, Which::Late, "", i64::MAX, 20)?;
    let (late, waiting) = (late.into_iter().map(|r| (r.conversation, r.case)), conversation::list_waiting(tx, 20)?);
    let mut shown = BTreeSet::new();
    let mut waits: BTreeSet<Id> = waiting.iter().map(|(c, _)| c.id).collect();
    for (c, k) in late {
        shown.insert(c.id);
        if c.waiting_since.is_some() {
            waits.insert(c.id);
        }
        out.push(overdue(tx, v, &c, k)?);
    }
    for (c, _) in waiting.into_iter().filter(|(c, _)| !shown.contains(&c.id)) {
        out.push(waiting_for_a_person(tx, v, c)?);
    }
    Ok((conversation::count_waiting(tx)? - i64::try_from(waits.len()).unwrap_or(0)).max(0))
}

/// A thread somebody should have answered by now: before everything else, the longest first.
fn overdue(tx: &Read<'_>, v: &View, c: &Conversation, k: Case) -> Result<(i64, Need)> {
    let due = k.due_at.unwrap_or(v.now);
    let whose = k.assignee.map_or_else(|| "Nobody has it yet.".to_owned(), |a| format!("{} has it.", a.name));
    let why = format!("{} {whose}", c.waiting_summary).trim().to_owned();
    let need = waits(tx, v, c, due, "clock", |who| format!("{who} has waited too long for a person"), why)?;
    Ok((due.millis() - v.now.millis().saturating_mul(2), need))
}

fn waiting_for_a_person(tx: &Read<'_>, v: &View, c: Conversation) -> Result<(i64, Need)> {
    let since = c.waiting_since.unwrap_or(c.last_message_at);
    let why = if c.waiting_summary.is_empty() { c.waiting_reason.clone() } else { c.waiting_summary.clone() };
    let need = waits(tx, v, &c, since, "hand", |who| format!("{who} is waiting for a person"), why)?;
    Ok((since.millis(), need))
}

fn waits(
    tx: &Read<'_>,
    v: &View,
    c: &Conversation,
    since: Time,
    icon: &'static str,
    title: impl Fn(&str) -> String,
    why: String,
) -> Result<Need> {
    let who = contact::find_contact(tx, c.contact_id)?.display_name();
    Ok(Need {
        id: format!("need-c-{}", c.id),
        tone: "bad",
        icon,
        title: title(&who),
        url: format!("/app/messages/{}", c.id),
        age: v.age(since),
        why,
        link: format!("Answer {}", first_name(&who)),
        ..Need::default()
    })
}

/// Orders a customer says are paid.
fn payments(tx: &Read<'_>, v: &View, can_decide: bool, out: &mut Needs) -> Result<()> {
    for row in order::list_orders(tx, Some(Status::AwaitingConfirmation), None, 20)? {
        let o = row.order;
        let who = contact::find_contact(tx, o.contact_id)?.display_name();
        let since = payment::find_payment(tx, o.id)?.claimed_at.unwrap_or(o.updated_at);
        let total = v.money(o.total_minor);
        let act = if can_decide { format!("Approve {total}") } else { String::new() };
        let need = Need {
            id: format!("need-o-{}", o.id),
            tone: "warn",
            icon: "receipt",
            title: format!("{who} says #{} is paid, {total}", o.number),
            url: format!("/app/orders/{}", o.id),
            age: v.age(since),
            why: format!("{}. Look for reference {} in your bank app.", o.words(), o.reference),
            link: "Look first".into(),
            act,
            act_url: format!("/app/orders/{}/approve-payment", o.id),
            key: o.id.to_string(),
        };
        out.push((since.millis(), need));
    }
    Ok(())
}

/// Bookings nobody has decided about.
fn bookings(tx: &Read<'_>, v: &View, out: &mut Needs) -> Result<()> {
    for b in booking::list_undecided(tx, 20)? {
        let at = b.starts_at.in_zone(&v.profile.time_zone).strftime("%A %-d %B, %H:%M").to_string();
        let need = Need {
            id: format!("need-b-{}", b.id),
            tone: "warn",
            icon: "clock",
            title: format!("{} asks for {at}, {} people", if b.name.is_empty() { "A guest" } else { &b.name }, b.party),
            url: format!("/app/bookings/{}", b.id),
            age: v.age(b.created_at),
            why: format!("{} is kept until you decide.", b.place_words()),
            link: "Decide".into(),
            ..Need::default()
        };
        out.push((b.created_at.millis(), need));
    }
    Ok(())
}

/// Questions runs ask.
fn approvals(tx: &Read<'_>, v: &View, out: &mut Needs) -> Result<()> {
    for a in approval::list_open_approvals(tx, 20)? {
        let need = Need {
            id: format!("need-a-{}", a.id),
            tone: "warn",
            icon: "hand",
            title: a.question.title.clone(),
            url: format!("/app/approvals#ask-{}", a.id),
            age: v.age(a.created_at),
            why: a.question.facts.iter().map(|(k, v)| format!("{k}: {v}")).collect::<Vec<_>>().join(". "),
            link: "Decide".into(),
            ..Need::default()
        };
        out.push((a.created_at.millis(), need));
    }
    Ok(())
}

/// Deeds of which nobody knows whether they happened.
fn deeds(tx: &Read<'_>, v: &View, out: &mut Needs) -> Result<()> {
    for e in effect::list_unknown_effects(tx, 10)? {
        let need = Need {
            id: format!("need-e-{}", e.id),
            tone: "bad",
            icon: "help",
            title: format!("Did this happen? {}", services::sentence(&e.deed)),
            url: format!("/app/work-log/{}#deed-{}", e.run_id, e.id),
            age: v.age(e.planned_at),
            why: e.problem,
            link: "Settle it".into(),
            ..Need::default()
        };
        out.push((e.planned_at.millis(), need));
    }
    Ok(())
}

/// Runs that cannot go on.
fn parked(tx: &Read<'_>, v: &View, out: &mut Needs) -> Result<()> {
    for m in run::list_parked(tx, 10)? {
        let need = Need {
            id: format!("need-r-{}", m.id),
            tone: "bad",
            icon: "alert",
            title: format!("{} cannot go on", if m.title.is_empty() { services::sentence(&m.graph) } else { m.title }),
            url: format!("/app/work-log/{}", m.id),
            age: v.age(m.started_at),
            why: m.outcome,
            link: "Look at it".into(),
            ..Need::default()
        };
        out.push((m.started_at.millis(), need));
    }
    Ok(())
}
