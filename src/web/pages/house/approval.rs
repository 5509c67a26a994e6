//! Questions that wait for a person: deciding them here or by a signed link, and the rules of asking.

use super::device;
use super::settings::base_url;
use crate::app::{App, links};
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::approval::{Approval, Policy, Standing, Way};
use crate::domain::house::hours::clock;
use crate::domain::house::member::{Actor, Member, Role};
use crate::domain::id::Id;
use crate::domain::money::{Currency, Money};
use crate::services::house::approval::{self as services, Answer as Said};
use crate::services::house::member_phone as phones;
use crate::store::control::member as members;
use crate::store::house::{approval, member_phone};
use crate::store::tx::Read;
use crate::web::error::status;
use crate::web::format;
use crate::web::pages::answer::{Answer, html, html_as};
use crate::web::pages::session::{Here, View};
use crate::web::view::house::approval::{ApprovalLinkPage, ApprovalsPage, Ask, PastAsk, PhoneCard, Rules};
use crate::web::view::{Errors, Note, Pick, Pill};
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;

type Fields = HashMap<String, String>;

/// Decided questions shown.
const PAST: u32 = 30;

/// A standing as a pill.
pub fn pill(s: Standing) -> Pill {
    match s {
        Standing::Open => Pill::new("wait", "Waits"),
        Standing::Approved => Pill::new("ok", "Approved"),
        Standing::Rejected => Pill::new("bad", "Rejected"),
        Standing::Expired => Pill::new("", "Given up"),
        Standing::Withdrawn => Pill::new("", "Not needed"),
    }
}

/// `GET /app/approvals`.
pub async fn page(here: Here, headers: HeaderMap) -> Answer {
    let page = shown(&here, &headers, None, Errors::default()).await?;
    here.page(&page)
}

async fn shown(here: &Here, headers: &HeaderMap, typed: Option<Fields>, errors: Errors) -> Result<ApprovalsPage> {
    let business = here.business.id;
    let people = here.app.store.control_read(move |tx| members::list_members(tx, business)).await?;
    let devices = device::list(here).await?;
    let (member, base) = (here.member.clone(), base_url(here, headers));
    let link = {
        let (app, id) = (here.app.clone(), here.member.id);
        move |a: Id| format!("{base}{}", links::approval_link(&app, a, business, id))
    };
    let connected = !here.connected().whatsapp && !here.connected().simulated;
    here.view("approvals", move |tx, v| {
        let policy = services::policy(tx)?;
        let currency = v.profile.currency;
        let open = approval::list_open_approvals(tx, 50)?;
        let past: Vec<Approval> =
            approval::list_approvals(tx, None, None, PAST)?.into_iter().filter(|a| a.standing != Standing::Open).collect();
        let sub = match open.len() {
            0 => "Nothing waits".to_owned(),
            n => format::count(i64::try_from(n).unwrap_or(0), "question waits", "questions wait"),
        };
        let asks = open.iter().map(|a| Ask { link: link(a.id), ..ask(&v, a, &policy, &member) });
        let decider = services::may(&policy, member.id, member.role, None, currency);
        Ok(ApprovalsPage {
            sub,
            open: asks.collect(),
            past: past.iter().map(|a| past_ask(&v, a)).collect(),
            rules: (member.role >= Role::Owner).then(|| match &typed {
                Some(f) => retyped(f, &people, currency),
                None => rules(&policy, &people, currency),
            }),
            phone: if decider { Some(phone_card(tx, &member, connected)?) } else { None },
            devices: device::card(&v, devices, "/app/approvals"),
            errors,
            chrome: v.chrome,
        })
    })
    .await
}

fn ask(v: &View, a: &Approval, policy: &Policy, member: &Member) -> Ask {
    let q = &a.question;
    let agreed: Vec<&str> = a.votes.iter().filter(|x| x.yes).map(|x| x.name.as_str()).collect();
    let mut when = format!("Asked {}, given up {}.", format::ago(a.created_at, v.now), v.moment_ahead(a.expires_at));
    if a.needed > 1 {
        let missing = a.needed.saturating_sub(a.agreed());
        let people = format::count(i64::from(missing), "more person", "more people");
        let so_far = if agreed.is_empty() { String::new() } else { format!("{} agreed; ", agreed.join(", ")) };
        when = format!("{when} {so_far}{people} must agree.");
    }
    let voted = a.votes.iter().any(|x| x.voter == services::voter(member.id));
    let allowed = services::may(policy, member.id, member.role, q.amount, v.profile.currency);
    let why_not = match (allowed, voted) {
        (false, _) => "Only an owner, or the one named in the rules, may decide this.",
        (true, true) => "You have agreed. Somebody else must agree as well.",
        (true, false) => "",
    };
    Ask {
        id: a.id.to_string(),
        title: q.title.clone(),
        facts: q.facts.clone(),
        yes: q.amount.map_or_else(|| "Approve".to_owned(), |m| format!("Approve {m}")),
        url: if q.url.starts_with("/app/") { q.url.clone() } else { String::new() },
        run_url: a.run_id.map_or_else(String::new, |r| format!("/app/work-log/{r}")),
        when,
        may: why_not.is_empty(),
        why_not: why_not.into(),
        link: String::new(),
    }
}

fn past_ask(v: &View, a: &Approval) -> PastAsk {
    let way = a.decided_way.map_or_else(String::new, |w| format!(" {}", w.title()));
    let note = if a.note.is_empty() { String::new() } else { format!(": {}", a.note) };
    PastAsk {
        title: a.question.title.clone(),
        by: format!("{}{way}{note}", a.decided_by),
        time: v.moment(a.decided_at.unwrap_or(a.created_at)),
        pill: pill(a.standing),
        run_url: a.run_id.map_or_else(String::new, |r| format!("/app/work-log/{r}")),
    }
}

fn plain(minor: i64, currency: Currency) -> String {
    Money::new(minor, currency).plain()
}

fn delegates(people: &[Member], on: &str) -> Vec<Pick> {
    let nobody = Pick { value: String::new(), label: "Nobody".into(), on: on.is_empty() };
    let others = people.iter().filter(|m| m.role < Role::Owner).map(|m| {
        let value = m.id.to_string();
        Pick { on: value == on, label: if m.name.is_empty() { m.email.clone() } else { m.name.clone() }, value }
    });
    std::iter::once(nobody).chain(others).collect()
}

fn rules(p: &Policy, people: &[Member], currency: Currency) -> Rules {
    let (quiet_from, quiet_to) = p.quiet.map_or_else(Default::default, |(from, to)| (clock(from), clock(to)));
    Rules {
        sign: currency.sign().trim().to_owned(),
        automatic: plain(p.automatic_up_to_minor, currency),
        two: p.two_above_minor.map_or_else(String::new, |m| plain(m, currency)),
        hours: p.expires_hours.to_string(),
        delegates: delegates(people, &p.delegate.map_or_else(String::new, |d| d.to_string())),
        delegate_most: p.delegate_up_to_minor.map_or_else(String::new, |m| plain(m, currency)),
        quiet_from,
        quiet_to,
    }
}

fn retyped(f: &Fields, people: &[Member], currency: Currency) -> Rules {
    let text = |k: &str| f.get(k).cloned().unwrap_or_default();
    Rules {
        sign: currency.sign().trim().to_owned(),
        automatic: text("automatic"),
        two: text("two"),
        hours: text("hours"),
        delegates: delegates(people, &text("delegate")),
        delegate_most: text("delegate_most"),
        quiet_from: text("quiet_from"),
        quiet_to: text("quiet_to"),
    }
}

fn phone_card(tx: &Read<'_>, member: &Member, unconnected: bool) -> Result<PhoneCard> {
    let known = member_phone::find_phone(tx, member.id)?;
    let number = known.as_ref().and_then(|p| p.phone.clone()).unwrap_or_default();
    let code = known.filter(|p| !p.code.is_empty() && p.code_until > tx.now).map_or_else(String::new, |p| phones::words_of(&p.code));
    Ok(PhoneCard { number, code, unconnected })
}

/// An answer, as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    decision: String,
    note: String,
    token: String,
}

impl Typed {
    fn is_yes(&self) -> Result<bool> {
        match self.decision.as_str() {
            "approve" => Ok(true),
            "reject" => Ok(false),
            _ => Err(Error::invalid("Choose to approve or to reject.")),
        }
    }
}

fn told(a: &Approval) -> String {
    match a.standing {
        Standing::Approved => format!("Approved: {}", a.question.title),
        Standing::Open => "Noted. Somebody else must agree as well.".into(),
        _ => format!("Rejected: {}", a.question.title),
    }
}

/// `POST /app/approvals/ID`. A late answer goes back to the page, which says what was decided, by whom.
pub async fn decide(here: Here, Path(id): Path<Id>, Form(typed): Form<Typed>) -> Answer {
    let (yes, actor, role, note) = (typed.is_yes()?, here.actor(), here.member.role, typed.note);
    let done = here.write(move |tx| services::answer(tx, id, &Said { actor: &actor, role, yes, note: &note, way: Way::Page })).await;
    match done {
        Ok(a) => Ok(here.back("/app/approvals", &told(&a))),
        Err(e) if e.kind == Kind::Conflict => Ok(here.back("/app/approvals", &e.message)),
        Err(e) => Err(e.into()),
    }
}

/// `POST /app/approvals/policy`.
pub async fn set_policy(here: Here, headers: HeaderMap, Form(typed): Form<Fields>) -> Answer {
    here.require(Role::Owner)?;
    let f = typed.clone();
    let saved = here.write(move |tx| {
        let currency = crate::store::meta::find_profile(tx)?.currency;
        services::set_policy(tx, &read_policy(&f, currency)?)
    });
    match saved.await {
        Ok(()) => Ok(here.back("/app/approvals", "Saved.")),
        Err(e) if status(&e).is_client_error() => {
            let here = here.at("/app/approvals");
            let page = shown(&here, &headers, Some(typed), Errors::from(&e)).await?;
            html_as(status(&e), &page)
        }
        Err(e) => Err(e.into()),
    }
}

fn read_policy(f: &Fields, currency: Currency) -> Result<Policy> {
    let text = |k: &str| f.get(k).map_or("", |t| t.trim());
    let amount = |k: &'static str| -> Result<Option<i64>> {
        match text(k) {
            "" => Ok(None),
            t => Money::parse(t, currency).map(|m| Some(m.amount_minor)).map_err(|e| Error::field(k, e.message)),
        }
    };
    let minute = |k: &'static str| -> Result<Option<u16>> {
        let wrong = || Error::field(k, "Write a time like 22:00.");
        match text(k) {
            "" => Ok(None),
            t => {
                let at: jiff::civil::Time = t.parse().map_err(|_| wrong())?;
                Ok(Some(u16::from(at.hour().unsigned_abs()) * 60 + u16::from(at.minute().unsigned_abs())))
            }
        }
    };
    let quiet = match (minute("quiet_from")?, minute("quiet_to")?) {
        (Some(from), Some(to)) => Some((from, to)),
        (None, None) => None,
        _ => return Err(Error::field("quiet_to", "Quiet hours need both times, or none.")),
    };
    Ok(Policy {
        automatic_up_to_minor: amount("automatic")?.unwrap_or(0),
        two_above_minor: amount("two")?,
        expires_hours: text("hours").parse().map_err(|_| Error::field("hours", "Hours are a whole number."))?,
        delegate: if text("delegate").is_empty() { None } else { Some(text("delegate").parse()?) },
        delegate_up_to_minor: amount("delegate_most")?,
        quiet,
    })
}

/// `POST /app/approvals/phone`: a code for whoever is signed in.
pub async fn ask_phone(here: Here) -> Answer {
    let (id, actor) = (here.member.id, here.actor());
    here.write(move |tx| phones::ask(tx, id, actor.name())).await?;
    Ok(here.back("/app/approvals", ""))
}

/// `POST /app/approvals/phone/forget`.
pub async fn forget_phone(here: Here) -> Answer {
    let id = here.member.id;
    here.write(move |tx| member_phone::delete_phone(tx, id)).await?;
    Ok(here.back("/app/approvals", "That phone decides nothing any more."))
}

/// The token of a link.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Linked {
    token: String,
}

/// `GET /approvals/ID?token=…`: one question, for whoever has the link. Opening it decides nothing.
pub async fn by_link(State(app): State<Arc<App>>, Path(id): Path<Id>, Query(q): Query<Linked>) -> Answer {
    let page = linked(&app, id, &q.token, None).await?;
    html(&page)
}

/// `POST /approvals/ID`: decides with the link.
pub async fn decide_by_link(State(app): State<Arc<App>>, Path(id): Path<Id>, Form(typed): Form<Typed>) -> Answer {
    let yes = typed.is_yes()?;
    let (member, file) = holder(&app, id, &typed.token).await?;
    let (actor, role, note) = (actor_of(&member), member.role, typed.note.clone());
    let said = file.write(move |tx| services::answer(tx, id, &Said { actor: &actor, role, yes, note: &note, way: Way::Link })).await;
    let note = match said {
        Ok(a) => Note { tone: "ok", icon: "okc", title: told(&a), text: String::new() },
        Err(e) if status(&e).is_client_error() => Note { tone: "warn", icon: "warn", title: e.message, text: String::new() },
        Err(e) => return Err(e.into()),
    };
    html(&linked(&app, id, &typed.token, Some(note)).await?)
}

fn actor_of(m: &Member) -> Actor {
    Actor::Member { id: m.id, name: if m.name.is_empty() { m.email.clone() } else { m.name.clone() } }
}

/// Whose link it is, with the role they have now.
async fn holder(app: &App, id: Id, token: &str) -> Result<(Member, Arc<crate::store::file::File>)> {
    let link = links::read_approval_token(app, id, token)?;
    let found = app.store.control_read(move |tx| members::find_member(tx, link.member, link.business)).await;
    let member = found.map_err(|_| Error::not_found("approval"))?;
    Ok((member, app.business(link.business)?.1))
}

async fn linked(app: &App, id: Id, token: &str, note: Option<Note>) -> Result<ApprovalLinkPage> {
    let (member, file) = holder(app, id, token).await?;
    let business = links::read_approval_token(app, id, token)?.business;
    let name = app.business(business)?.0.name;
    let (token, member_name) = (token.to_owned(), actor_of(&member).name().to_owned());
    file.read(move |tx| {
        let a = approval::find_approval(tx, id)?;
        let v = View { chrome: Default::default(), profile: crate::store::meta::find_profile(tx)?, now: tx.now };
        let decided =
            (a.standing != Standing::Open).then(|| Note { tone: "info", icon: "okc", title: services::late(&a), text: String::new() });
        let ask = ask(&v, &a, &services::policy(tx)?, &member);
        let ask = Ask { may: ask.may && a.standing == Standing::Open, url: String::new(), run_url: String::new(), ..ask };
        Ok(ApprovalLinkPage { business_name: name, member_name, action: format!("/approvals/{id}"), token, ask, note: note.or(decided) })
    })
    .await
}
