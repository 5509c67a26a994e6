//! Campaigns, groups, reminders and points.

use crate::domain::error::{Error, Result};
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::money::Money;
use crate::domain::outreach::campaign::{Campaign, CampaignState};
use crate::domain::outreach::rules::Rules;
use crate::domain::outreach::segment::Filter;
use crate::domain::shop::loyalty::Terms;
use crate::services::outreach::{campaign, segment};
use crate::services::shop::loyalty;
use crate::store::house::template;
use crate::store::outreach::{campaign as rows, segment as segments};
use crate::store::shop::loyalty as ledger;
use crate::store::tx::Read;
use crate::web::error::status;
use crate::web::format;
use crate::web::pages::answer::{Answer, html_as};
use crate::web::pages::session::{Here, View};
use crate::web::view::outreach::campaign::{CampaignPage, CampaignRow, OutreachPage};
use crate::web::view::{Errors, Pick, Pill};
use axum::Form;
use axum::extract::Path;
use serde::Deserialize;
use std::collections::HashMap;

/// Members of a group that are counted.
const COUNTED: u32 = 20_000;

/// `GET /app/outreach`.
pub async fn page(here: Here) -> Answer {
    let page = shown(&here, ("", ""), Errors::default()).await?;
    here.page(&page)
}

async fn shown(here: &Here, typed: (&str, &str), errors: Errors) -> Result<OutreachPage> {
    let accounts: Vec<String> = here.app.directory().numbers_of(here.business.id).map(|n| n.phone_number_id.clone()).collect();
    let (name, text) = (typed.0.to_owned(), typed.1.to_owned());
    here.view("outreach", move |tx, v| {
        let groups = segments::list_segments(tx)?;
        let mut templates = vec![pick("", "They get nothing")];
        for account in &accounts {
            let all = template::list_templates(tx, account, true)?;
            templates.extend(all.iter().filter(|t| campaign::is_for_many(t)).map(|t| pick(&t.name, &t.name.replace('_', " "))));
        }
        let mut campaigns = Vec::new();
        for c in rows::list_campaigns(tx, 50)? {
            campaigns.push(row(tx, &v, &c)?);
        }
        let mut listed = Vec::new();
        for s in &groups {
            let n = segments::list_members(tx, &s.filter, None, COUNTED)?.len();
            listed.push((s.id.to_string(), s.name.clone(), s.filter.words(|m| v.money(m)), n.to_string()));
        }
        let (rules, terms, (given, taken)) = (campaign::rules(tx)?, loyalty::terms(tx)?, ledger::sum_points(tx)?);
        let languages = [pick("", "Any language")].into_iter().chain(Lang::ALL.map(|l| pick(l.code(), l.name()))).collect();
        Ok(OutreachPage {
            campaigns,
            groups: listed,
            picks: groups.iter().map(|s| pick(&s.id.to_string(), &s.name)).collect(),
            templates,
            languages,
            typed_name: name,
            typed_text: text,
            nudges: rules.nudges,
            nudge_after: rules.nudge_after_min.to_string(),
            quiet_from: clock(rules.quiet_from_min),
            quiet_to: clock(rules.quiet_to_min),
            pause_days: rules.pause_days.to_string(),
            points_on: terms.on,
            terms: term_fields(&v, &terms),
            points_sum: format!("{given} points given, {taken} taken or expired."),
            errors,
            chrome: v.chrome,
        })
    })
    .await
}

fn pick(value: &str, label: &str) -> Pick {
    Pick { value: value.into(), label: label.into(), on: false }
}

fn clock(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn pill(s: CampaignState) -> Pill {
    match s {
        CampaignState::Draft => Pill::new("", "Draft"),
        CampaignState::Sending => Pill::new("info", "On its way"),
        CampaignState::Done => Pill::new("ok", "Sent"),
        CampaignState::Stopped => Pill::new("warn", "Stopped"),
    }
}

fn group_of(tx: &Read<'_>, v: &View, c: &Campaign) -> Result<String> {
    let found = c.segment_id.map(|id| segments::find_segment(tx, id)).transpose()?.flatten();
    Ok(found.map_or_else(|| "a group that was removed".into(), |s| format!("{} ({})", s.name, s.filter.words(|m| v.money(m)))))
}

fn row(tx: &Read<'_>, v: &View, c: &Campaign) -> Result<CampaignRow> {
    let r = rows::find_results(tx, c.id)?;
    let results = if c.state == CampaignState::Draft { String::new() } else { format!("{} sent, {} replied", r.sent, r.replied) };
    Ok(CampaignRow {
        url: format!("/app/outreach/{}", c.id),
        name: c.name.clone(),
        group: group_of(tx, v, c)?,
        pill: pill(c.state),
        results,
    })
}

/// A decimal amount without sign, as it is typed.
fn plain(v: &View, minor: i64) -> String {
    Money::new(minor, v.profile.currency).plain()
}

fn term_fields(v: &View, t: &Terms) -> Vec<(&'static str, &'static str, String, String)> {
    let sign = v.profile.currency.code();
    vec![
        ("per", "A point for each", plain(v, t.per_minor), format!("{sign} paid")),
        ("worth", "A point is worth", plain(v, t.worth_minor), format!("{sign} at the next order")),
        ("least", "Fewest points taken at once", t.least.to_string(), String::new()),
        ("visits", "Extra points every … paid orders", t.visits.to_string(), "0 for never".into()),
        ("visit_points", "How many extra", t.visit_points.to_string(), String::new()),
        ("expires_days", "Points expire after … days", t.expires_days.to_string(), "0 for never".into()),
    ]
}

/// What is typed for a campaign.
#[derive(Debug, Deserialize)]
pub struct New {
    name: String,
    segment: Id,
    text: String,
    #[serde(default)]
    template: String,
}

/// `POST /app/outreach`.
pub async fn add(here: Here, Form(form): Form<New>) -> Answer {
    here.require(Role::Manager)?;
    let (actor, name, text) = (here.actor(), form.name.clone(), form.text.clone());
    let made = here.write(move |tx| campaign::draft(tx, &form.name, form.segment, &form.text, &form.template, &actor)).await;
    match made {
        Ok(c) => Ok(here.back(&format!("/app/outreach/{}", c.id), "")),
        Err(e) if status(&e).is_client_error() => {
            let page = shown(&here, (&name, &text), Errors::from(&e)).await?;
            html_as(status(&e), &page)
        }
        Err(e) => Err(e.into()),
    }
}

/// `GET /app/outreach/ID`.
pub async fn one(here: Here, Path(id): Path<Id>) -> Answer {
    let page = here.view("outreach", move |tx, v| {
        let c = rows::find_campaign(tx, id)?;
        let draft = c.state == CampaignState::Draft;
        let mut out = CampaignPage {
            id: id.to_string(),
            name: c.name.clone(),
            sub: format!("By {}, {}", c.actor, v.moment(c.created_at)),
            pill: pill(c.state),
            text: c.text.clone(),
            group: group_of(tx, &v, &c)?,
            can_stop: c.state == CampaignState::Sending,
            ..CampaignPage::default()
        };
        if draft {
            let p = campaign::preview(tx, &c)?;
            let number = |n: usize| n.to_string();
            out.preview = vec![("In the group".into(), number(p.people)), ("Get it in these words".into(), number(p.in_words))];
            if !c.template.is_empty() {
                out.preview.push(("Get the approved message".into(), number(p.as_template)));
            }
            out.preview.extend(p.left_out.iter().map(|(why, n)| (format!("Left out: {why}"), number(*n))));
            let reached = p.in_words + p.as_template;
            out.can_start = reached > 0;
            out.count = format::count(i64::try_from(reached).unwrap_or(i64::MAX), "person", "people");
            out.waits = p.waits_until.map_or_else(String::new, |t| format!("It is quiet now: it goes out at {}.", v.moment_ahead(t)));
        } else {
            let r = rows::find_results(tx, id)?;
            out.results = vec![
                ("Sent".into(), r.sent.to_string()),
                ("Still to be sent".into(), r.planned.to_string()),
                ("Replied within 7 days".into(), r.replied.to_string()),
                ("Ordered within 7 days".into(), r.ordered.to_string()),
                ("Those orders".into(), v.money(r.revenue_minor)),
            ];
            out.results.extend(rows::count_skipped(tx, id)?.into_iter().map(|(why, n)| (format!("Left out: {why}"), n.to_string())));
        }
        out.chrome = v.chrome;
        Ok(out)
    });
    here.page(&page.await?)
}

/// `POST /app/outreach/ID/start`.
pub async fn start(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Manager)?;
    here.write(move |tx| campaign::start(tx, id).map(drop)).await?;
    Ok(here.back(&format!("/app/outreach/{id}"), "It is on its way."))
}

/// `POST /app/outreach/ID/stop`.
pub async fn stop(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Manager)?;
    here.write(move |tx| campaign::stop(tx, id)).await?;
    Ok(here.back(&format!("/app/outreach/{id}"), "Stopped. Who did not get it yet does not get it."))
}

type Fields = HashMap<String, String>;

/// A whole number of a form; empty is none.
fn number(f: &Fields, field: &str) -> Result<Option<i64>> {
    match f.get(field).map(|t| t.trim()).filter(|t| !t.is_empty()) {
        None => Ok(None),
        Some(t) => t.parse().map(Some).map_err(|_| Error::field(field, format!("{t} is no whole number."))),
    }
}

fn needed(f: &Fields, field: &str) -> Result<i64> {
    number(f, field)?.ok_or_else(|| Error::field(field, "A number is missing."))
}

/// Minutes since midnight of "20:00".
fn minutes(f: &Fields, field: &str) -> Result<i64> {
    let wrong = || Error::field(field, "Write a time like 20:00.");
    let (h, m) = f.get(field).and_then(|t| t.split_once(':')).ok_or_else(wrong)?;
    let (h, m): (i64, i64) = (h.parse().map_err(|_| wrong())?, m.get(..2).unwrap_or(m).parse().map_err(|_| wrong())?);
    if (0..24).contains(&h) && (0..60).contains(&m) { Ok(h * 60 + m) } else { Err(wrong()) }
}

/// `POST /app/outreach/rules`.
pub async fn set_rules(here: Here, Form(f): Form<Fields>) -> Answer {
    here.require(Role::Manager)?;
    let rules = Rules {
        nudges: f.contains_key("nudges"),
        nudge_after_min: needed(&f, "nudge_after")?,
        quiet_from_min: minutes(&f, "quiet_from")?,
        quiet_to_min: minutes(&f, "quiet_to")?,
        pause_days: needed(&f, "pause_days")?,
    };
    here.write(move |tx| campaign::save_rules(tx, &rules)).await?;
    Ok(here.back("/app/outreach", "Saved."))
}

/// `POST /app/outreach/points`.
pub async fn set_terms(here: Here, Form(f): Form<Fields>) -> Answer {
    here.require(Role::Manager)?;
    here.write(move |tx| {
        let currency = crate::store::meta::find_profile(tx)?.currency;
        let money = |field: &str| Money::parse(f.get(field).map_or("", String::as_str), currency).map(|m| m.amount_minor);
        let terms = Terms {
            on: f.contains_key("on"),
            per_minor: money("per")?,
            worth_minor: money("worth")?,
            visits: needed(&f, "visits")?,
            visit_points: needed(&f, "visit_points")?,
            expires_days: needed(&f, "expires_days")?,
            least: needed(&f, "least")?,
        };
        loyalty::save_terms(tx, terms)
    })
    .await?;
    Ok(here.back("/app/outreach#points", "Saved."))
}

/// `POST /app/outreach/groups`.
pub async fn add_group(here: Here, Form(f): Form<Fields>) -> Answer {
    here.require(Role::Manager)?;
    here.write(move |tx| {
        let currency = crate::store::meta::find_profile(tx)?.currency;
        let text = |field: &str| f.get(field).map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
        let filter = Filter {
            tag: text("tag"),
            bought_within_days: number(&f, "bought")?,
            not_seen_for_days: number(&f, "unseen")?,
            spent_from_minor: text("spent").map(|t| Money::parse(&t, currency).map(|m| m.amount_minor)).transpose()?,
            orders_from: number(&f, "orders")?,
            language: text("language").map(|c| Lang::from_code(&c)),
        };
        segment::add(tx, f.get("name").map_or("", String::as_str), filter).map(drop)
    })
    .await?;
    Ok(here.back("/app/outreach", "Kept. Who is in it is asked anew each time."))
}

/// `POST /app/outreach/groups/ID/remove`.
pub async fn remove_group(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Manager)?;
    here.write(move |tx| segment::remove(tx, id)).await?;
    Ok(here.back("/app/outreach", "Removed. Its customers stay."))
}
