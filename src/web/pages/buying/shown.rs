//! A purchase's rows as its page shows them.

use crate::agents::buying::question_key;
use crate::domain::buying::call::{By, Call, State};
use crate::domain::buying::choice::{Candidate, Plan, carriage_words};
use crate::domain::buying::payment::{Payment, State as Money};
use crate::domain::buying::purchase::{Purchase, Status};
use crate::domain::error::Result;
use crate::domain::house::approval::{Approval, Standing};
use crate::domain::house::member::Member;
use crate::domain::id::Id;
use crate::services::buying::{payment, purchase as services};
use crate::services::house::approval as approvals;
use crate::store::buying::{call, purchase as rows, vendor};
use crate::store::house::approval;
use crate::store::tx::Read;
use crate::web::format::count;
use crate::web::pages::session::View;
use crate::web::view::buying::purchase::{Decide, OfferRow, PayRow, PurchasePage, PurchaseRow, Talk};
use crate::web::view::{Note, Pill};

/// Lines of a talk that are open on the page.
const LAST: usize = 3;
/// Deliveries a vendor's record counts.
const RECORD: u32 = 8;

/// Where a purchase stands, as a pill.
pub fn pill(s: Status) -> Pill {
    let tone = match s {
        Status::Asking | Status::Ordering => "info",
        Status::AwaitingApproval => "warn",
        Status::PaymentUnknown | Status::Failed => "bad",
        Status::Confirmed | Status::Delivered => "ok",
        Status::Cancelled => "",
    };
    Pill::new(tone, s.title())
}

/// A purchase in the list.
pub fn row(v: &View, p: &Purchase) -> PurchaseRow {
    PurchaseRow {
        url: format!("/app/buying/{}", p.id),
        title: p.title(),
        about: about(v, p),
        total: p.total_minor.map_or_else(String::new, |m| v.money(m)),
        time: v.short(p.created_at),
        pill: pill(p.status),
    }
}

/// "#7, by Friday 27 November, at most $90".
fn about(v: &View, p: &Purchase) -> String {
    let mut parts = vec![format!("#{}", p.number)];
    parts.extend(p.need.deadline.map(|d| format!("by {}", d.in_zone(&v.profile.time_zone).strftime("%A %-d %B"))));
    parts.extend(p.need.ceiling_minor.map(|m| format!("at most {}", v.money(m))));
    parts.join(", ")
}

/// The page of one.
pub fn page(tx: &Read<'_>, v: View, id: Id, member: &Member) -> Result<PurchasePage> {
    let p = rows::find_purchase(tx, id)?;
    let calls = call::list_calls_of(tx, id)?;
    let asked = approval::find_approval_by_key(tx, &question_key(id))?.filter(|a| a.standing == Standing::Open);
    let may = match &asked {
        Some(a) => approvals::may(&approvals::policy(tx)?, member.id, member.role, a.question.amount, v.profile.currency),
        None => false,
    };
    let quoted = calls.iter().filter(|c| c.state == State::Quoted).count();
    let talking = calls.iter().filter(|c| !c.state.is_over()).count();
    let still = if talking > 0 { format!(", {talking} still talking") } else { String::new() };
    let mut talks = Vec::with_capacity(calls.len());
    for c in calls {
        talks.push(talk(tx, &v, c, &p)?);
    }
    let plan = p.comparison.as_ref().and_then(|c| c.plan.as_ref());
    let mut offers = Vec::new();
    for c in p.comparison.iter().flat_map(|c| &c.candidates) {
        // Two people who must agree agree to the same offer: no other can be taken.
        offers.push(offer(tx, &v, c, plan, asked.as_ref().filter(|a| may && a.needed <= 1))?);
    }
    let payments = payment::list(tx, id)?;
    let (checks, came) = super::delivery::rows(tx, &p, plan)?;
    let weights = services::taste(tx)?.percents().into_iter().filter(|(_, n)| *n > 0).map(|(name, n)| format!("{name} {n} %"));
    Ok(PurchasePage {
        id: id.to_string(),
        title: p.title(),
        sub: format!("{}. Asked for by {}.", about(&v, &p), p.asked_by),
        pill: pill(p.status),
        stages: stages(p.status),
        note: note(&p),
        may_stop: p.status.is_open() && v.chrome.can_decide,
        talks_sub: format!("{}{still}", count(i64::try_from(quoted).unwrap_or(0), "price in", "prices in")),
        talks,
        offers,
        weights: weights.collect::<Vec<_>>().join(", "),
        ask: asked.as_ref().zip(plan).map(|(a, plan)| decision(&v, &p, a, plan, may)),
        ach_url: ach_url(&p, &payments),
        checks,
        came,
        payments: payments.iter().map(|x| pay(&v, x)).collect(),
        run_url: p.run_id.map_or_else(String::new, |r| format!("/app/work-log/{r}")),
        chrome: v.chrome,
    })
}

/// The way through, with how far it is.
fn stages(s: Status) -> Vec<(&'static str, &'static str)> {
    const WAY: [&str; 4] = ["Asked", "Compared", "Ordered", "Delivered"];
    let (done, stopped) = match s {
        Status::Asking => (0, false),
        Status::AwaitingApproval => (1, false),
        Status::Ordering | Status::PaymentUnknown => (2, false),
        Status::Confirmed => (3, false),
        Status::Delivered => (4, false),
        Status::Failed | Status::Cancelled => (0, true),
    };
    let how = |i: usize| match i {
        _ if stopped => "",
        i if i < done => "done",
        i if i == done => "now",
        _ => "",
    };
    WAY.iter().enumerate().map(|(i, word)| (*word, how(i))).collect()
}

fn note(p: &Purchase) -> Option<Note> {
    let (tone, icon, text) = match p.status {
        Status::PaymentUnknown => {
            ("bad", "help", "Look at your bank, then say below whether it was paid. Nothing is paid twice meanwhile.")
        }
        Status::Failed => ("warn", "warn", ""),
        Status::Cancelled => ("info", "stop", ""),
        _ if !p.problem.is_empty() => ("warn", "warn", ""),
        _ => return None,
    };
    (!p.problem.is_empty()).then(|| Note { tone, icon, title: p.problem.clone(), text: text.into() })
}

fn talk(tx: &Read<'_>, v: &View, c: Call, p: &Purchase) -> Result<Talk> {
    let tone = match c.state {
        State::Waiting => "wait",
        State::Talking => "info",
        State::Quoted => "ok",
        State::NoAnswer => "warn",
        State::Failed => "bad",
        State::Refused | State::Stopped => "",
    };
    let lines: Vec<(&'static str, String)> =
        call::list_lines(tx, c.id)?.into_iter().map(|l| (if l.ours { "Steward" } else { "They" }, l.text)).collect();
    let quote = call::find_quote_of(tx, c.id)?;
    let asks = quote.as_ref().map(|q| q.total_minor).or_else(|| c.ledger.landed(&p.need.items).map(|l| l.total_minor));
    let until = quote.map_or_else(String::new, |q| format!(", valid until {}", v.moment_ahead(q.valid_until)));
    let claim = if c.ledger.claims { "They said that somebody of yours had agreed to something. It changed nothing. " } else { "" };
    let steps: Vec<String> = c.ledger.asks.iter().map(|m| v.money(*m)).collect();
    Ok(Talk {
        id: c.id.to_string(),
        pill: Pill::new(tone, c.state.title()),
        on: c.state == State::Talking,
        last: lines.iter().rev().take(LAST).rev().cloned().collect(),
        all: if lines.len() > LAST { lines } else { Vec::new() },
        asks: asks.map_or_else(String::new, |m| format!("{} all in{until}", v.money(m))),
        steps: if steps.len() > 1 { steps.join(", ") } else { String::new() },
        problem: format!("{claim}{}", c.problem),
        chat_url: c.conversation_id.map_or_else(String::new, |t| format!("/app/messages/{t}")),
        how: how(&c),
        by_hand: c.by == By::Hand && c.state == State::Talking,
        name: c.vendor_name,
    })
}

/// How a vendor is talked to, where it is not by chat.
fn how(c: &Call) -> &'static str {
    match (c.by, &c.phone) {
        (By::Call, Some(leg)) => leg.words(),
        (By::Call, None) => "By telephone",
        (By::Sms, _) => "By text message",
        (By::Email, _) => "By e-mail",
        (By::Whatsapp | By::Hand, _) => "",
    }
}

fn offer(tx: &Read<'_>, v: &View, c: &Candidate, plan: Option<&Plan>, asked: Option<&Approval>) -> Result<OfferRow> {
    let best = plan.is_some_and(|p| p.shares.iter().any(|s| s.seller.vendor_id == c.seller.vendor_id));
    let against = match (c.expired, c.too_dear, c.complete) {
        (true, ..) => "The price is no longer valid",
        (_, true, _) => "Above your limit",
        (_, _, false) => "Not everything",
        _ => "",
    };
    let past = vendor::list_deliveries(tx, c.seller.vendor_id, RECORD)?;
    let good = past.iter().filter(|d| d.is_good()).count();
    let most = asked.and_then(|a| a.question.amount).map(|m| m.amount_minor);
    let may_take = against.is_empty() && most.is_some_and(|m| c.total_minor <= m) && (!best || plan.is_some_and(|p| p.shares.len() > 1));
    let delivery = carriage_words(c.offer.carriage).map_or_else(|| v.money(c.carriage_minor), str::to_owned);
    Ok(OfferRow {
        vendor: c.seller.vendor_id.to_string(),
        name: c.seller.name.clone(),
        best,
        goods: v.money(c.total_minor - c.carriage_minor),
        delivery,
        total: v.money(c.total_minor),
        arrives: match c.offer.lead_days {
            None => "not said".into(),
            Some(0) => "same day".into(),
            Some(1) => "next day".into(),
            Some(n) => format!("in {n} days"),
        },
        late: c.late,
        against: against.into(),
        record: if past.is_empty() { String::new() } else { format!("{good} of {} as ordered", past.len()) },
        score: format!("{:.0}", c.score),
        may_take,
        take: format!("Take {} for {}", c.seller.name, v.money(c.total_minor)),
    })
}

fn decision(v: &View, p: &Purchase, a: &Approval, plan: &Plan, may: bool) -> Decide {
    let share = |s: &crate::domain::buying::choice::Share| {
        let words: Vec<String> =
            s.items.iter().filter_map(|(n, _)| p.need.items.get(*n)).map(crate::domain::buying::need::Item::words).collect();
        format!("{}: {} for {}", s.seller.name, words.join(", "), v.money(s.total_minor))
    };
    let parts: Vec<String> = plan.shares.iter().map(share).collect();
    let waits = if a.needed > 1 && !a.votes.is_empty() { " One person agreed; another must agree as well." } else { "" };
    Decide {
        why: format!("{} {}.{waits}", plan.why, parts.join("; ")),
        yes: format!("Approve {}", v.money(plan.total_minor)),
        until: format!("Given up {} unless somebody decides.", v.moment_ahead(a.expires_at)),
        may,
    }
}

fn ach_url(p: &Purchase, payments: &[Payment]) -> String {
    let due = payments.iter().any(|x| x.method == crate::domain::buying::payment::Method::Ach && x.state == Money::Due);
    if due { format!("/app/buying/{}/payments.ach", p.id) } else { String::new() }
}

fn pay(v: &View, x: &Payment) -> PayRow {
    let tone = match x.state {
        Money::Due => "wait",
        Money::Sending => "info",
        Money::Paid => "ok",
        Money::Failed | Money::TakenBack | Money::Unknown => "bad",
    };
    let text: Vec<&str> = [x.reference.as_str(), x.problem.as_str()].into_iter().filter(|t| !t.is_empty()).collect();
    PayRow {
        id: x.id.to_string(),
        name: x.vendor_name.clone(),
        amount: v.money(x.amount_minor),
        how: x.method.title(),
        pill: Pill::new(tone, x.state.title()),
        text: text.join(". "),
        may_record: matches!(x.state, Money::Due | Money::Failed | Money::TakenBack),
        may_settle: x.state == Money::Unknown,
        order_url: format!("/app/buying/{}/orders/{}.pdf", x.purchase_id, x.vendor_id),
    }
}
