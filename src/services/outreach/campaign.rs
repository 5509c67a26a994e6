//! Campaigns: who would get it and why not, sending it once to each, stopping it.

use crate::domain::error::{Error, Result};
use crate::domain::house::member::Actor;
use crate::domain::house::message::Content;
use crate::domain::house::template::{Part, Template};
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::outreach::campaign::{Campaign, CampaignState, words_for};
use crate::domain::outreach::rules::{Rules, Way, Why, may_get};
use crate::domain::outreach::segment::Filter;
use crate::domain::time::{MINUTE_MS, SECOND_MS, Time};
use crate::services::house::{outbound, template};
use crate::store::house::message::NewMessage;
use crate::store::house::{contact, conversation as threads, template as templates};
use crate::store::outreach::{campaign as rows, segment};
use crate::store::tx::{Read, Tx};
use crate::store::{jobs, meta};
use serde::Serialize;
use std::collections::BTreeMap;

const RULES: &str = "outreach";
/// How often reminders are looked for, once they are switched on.
const NUDGE_EVERY_MS: i64 = 10 * MINUTE_MS;
/// People a campaign reaches at most.
const AUDIENCE: u32 = 20_000;
/// Messages planned in one transaction.
const PART: u32 = 50;
/// Time between two parts, so that answers to replies are not held up.
const BREATH_MS: i64 = 2 * SECOND_MS;

/// The owner's settings.
pub fn rules(tx: &Read<'_>) -> Result<Rules> {
    Ok(meta::find_meta(tx, RULES)?.and_then(|t| serde_json::from_str(&t).ok()).unwrap_or_default())
}

/// Keeps the settings.
pub fn save_rules(tx: &mut Tx<'_>, r: &Rules) -> Result<()> {
    let within = |n: i64, low: i64, high: i64, field: &str| {
        if (low..=high).contains(&n) { Ok(()) } else { Err(Error::field(field, format!("This is a number from {low} to {high}."))) }
    };
    within(r.nudge_after_min, 5, 1_380, "nudge_after_min")?;
    within(r.quiet_from_min, 0, 1_439, "quiet_from")?;
    within(r.quiet_to_min, 0, 1_439, "quiet_to")?;
    within(r.pause_days, 0, 365, "pause_days")?;
    if r.nudges {
        jobs::upsert_schedule(tx, "nudge", &Job::Nudge, NUDGE_EVERY_MS)?;
    }
    meta::upsert_meta(tx, RULES, &serde_json::json!(r).to_string())
}

/// Makes a draft.
pub fn draft(tx: &mut Tx<'_>, name: &str, segment_id: Id, text: &str, template: &str, actor: &Actor) -> Result<Campaign> {
    let (name, text) = (name.trim(), text.trim());
    if name.is_empty() || name.chars().count() > 80 {
        return Err(Error::field("name", "A campaign's name is 1 to 80 characters."));
    }
    if text.is_empty() || text.chars().count() > 1_000 {
        return Err(Error::field("text", "Write 1 to 1,000 characters."));
    }
    segment::find_segment(tx, segment_id)?.ok_or_else(|| Error::field("segment_id", "There is no such group."))?;
    let c = Campaign {
        id: Id::new(tx.now),
        name: name.to_owned(),
        segment_id: Some(segment_id),
        text: text.to_owned(),
        template: template.trim().to_owned(),
        state: CampaignState::Draft,
        actor: actor.name().to_owned(),
        created_at: tx.now,
        started_at: None,
        ended_at: None,
    };
    rows::insert_campaign(tx, &c)?;
    Ok(c)
}

/// Who would get it now, and why others would not.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Preview {
    /// People in the group.
    pub people: usize,
    /// Get it in its own words.
    pub in_words: usize,
    /// Get it as the approved message.
    pub as_template: usize,
    /// Do not get it, by reason.
    pub left_out: BTreeMap<&'static str, usize>,
    /// When quiet hours end, if it is quiet now.
    pub waits_until: Option<Time>,
}

/// Looks without sending.
pub fn preview(tx: &Read<'_>, c: &Campaign) -> Result<Preview> {
    let rules = rules(tx)?;
    let people = audience(tx, c)?;
    let mut out =
        Preview { people: people.len(), waits_until: rules.quiet_until(tx.now, &meta::find_profile(tx)?.time_zone), ..Preview::default() };
    for id in people {
        let (standing, _) = rows::find_standing(tx, id)?;
        match may_get(&standing, &rules, !c.template.is_empty(), None, tx.now) {
            Ok(Way::Words) => out.in_words += 1,
            Ok(Way::Template) => out.as_template += 1,
            Err(why) => *out.left_out.entry(why.words()).or_default() += 1,
        }
    }
    Ok(out)
}

fn audience(tx: &Read<'_>, c: &Campaign) -> Result<Vec<Id>> {
    let Some(id) = c.segment_id else { return Ok(Vec::new()) };
    let filter = segment::find_segment(tx, id)?.map_or_else(Filter::default, |s| s.filter);
    segment::list_members(tx, &filter, None, AUDIENCE)
}

/// Starts a draft: everybody of the group is written down, and a job goes through them. Started twice, it is one campaign.
pub fn start(tx: &mut Tx<'_>, id: Id) -> Result<Campaign> {
    let c = rows::find_campaign(tx, id)?;
    if c.segment_id.is_none() {
        return Err(Error::conflict("The group of this campaign was removed. Make a new campaign."));
    }
    if !rows::update_campaign_state(tx, id, CampaignState::Draft, CampaignState::Sending)? {
        return Err(Error::conflict("This campaign was started already."));
    }
    for contact in audience(tx, &c)? {
        rows::insert_planned(tx, &format!("campaign:{id}:{contact}"), contact, Some(id))?;
    }
    let now = tx.now;
    jobs::enqueue_job(tx, &Job::SendCampaign { campaign_id: id }, now, None)?;
    rows::find_campaign(tx, id)
}

/// Stops a campaign: who did not get it yet does not get it.
pub fn stop(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    rows::find_campaign(tx, id)?;
    if !rows::update_campaign_state(tx, id, CampaignState::Sending, CampaignState::Stopped)? {
        return Err(Error::conflict("This campaign is not being sent."));
    }
    Ok(())
}

/// Sends the next part, each person looked at anew. Ends with the next part enqueued, or the campaign done.
pub fn send_part(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    let c = rows::find_campaign(tx, id)?;
    if c.state != CampaignState::Sending {
        return Ok(());
    }
    let (rules, zone) = (rules(tx)?, meta::find_profile(tx)?.time_zone);
    if let Some(until) = rules.quiet_until(tx.now, &zone) {
        return jobs::enqueue_job(tx, &Job::SendCampaign { campaign_id: id }, until, None);
    }
    let part = rows::list_planned(tx, id, PART)?;
    if part.is_empty() {
        return rows::update_campaign_state(tx, id, CampaignState::Sending, CampaignState::Done).map(drop);
    }
    for (intent, contact_id) in part {
        match send_one(tx, &c, &rules, &intent, contact_id) {
            Ok(None) => {}
            Ok(Some(why)) => rows::update_skipped(tx, &intent, why.words())?,
            // One that cannot be sent must not keep the others waiting.
            Err(e) => rows::update_skipped(tx, &intent, &e.message)?,
        }
    }
    let due = tx.now.plus_ms(BREATH_MS);
    jobs::enqueue_job(tx, &Job::SendCampaign { campaign_id: id }, due, None)
}

fn send_one(tx: &mut Tx<'_>, c: &Campaign, rules: &Rules, intent: &str, contact_id: Id) -> Result<Option<Why>> {
    let (standing, thread) = rows::find_standing(tx, contact_id)?;
    let way = match may_get(&standing, rules, !c.template.is_empty(), c.started_at, tx.now) {
        Ok(way) => way,
        Err(why) => return Ok(Some(why)),
    };
    let Some(thread) = thread else { return Ok(Some(Why::NoChannel)) };
    let thread = threads::find_conversation(tx, thread)?;
    let name = contact::find_person(tx, contact_id)?.name;
    let content = match way {
        Way::Words => Content::text(words_for(&c.text, &name)),
        Way::Template => filled(tx, &thread.account, &c.template, &name)?,
    };
    let m = NewMessage::of_steward(thread.id, &content, intent);
    let sent = outbound::plan(tx, &thread, &m)?;
    rows::update_sent(tx, intent, thread.id, sent)?;
    Ok(None)
}

/// Whether an approved message can go to many: it has no place, or one in its words, which takes the first name. Nothing else is
/// known of each, and a name is no order number, picture or code.
pub fn is_for_many(t: &Template) -> bool {
    t.hindrance().is_none() && t.places.len() <= 1 && t.places.iter().all(|p| matches!(p.part, Part::Header | Part::Body))
}

/// An approved message with its place filled by the customer's first name.
fn filled(tx: &Read<'_>, account: &str, name: &str, customer: &str) -> Result<Content> {
    let all = templates::list_templates(tx, account, true)?;
    let t = all.into_iter().find(|t| t.name == name && is_for_many(t));
    let t = t.ok_or_else(|| Error::conflict("The approved message is not there any more, or needs more than a name."))?;
    let first = customer.split_whitespace().next().unwrap_or("there");
    let values = t.places.iter().map(|p| (p.key(), first.to_owned())).collect();
    template::fill(&t, &values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::house::message::MediaKind;
    use crate::domain::house::template::{APPROVED, Place};

    #[test]
    fn only_what_a_name_fills_goes_to_many() {
        let with = |parts: &[Part]| Template {
            status: APPROVED.into(),
            places: parts.iter().map(|part| Place { part: *part, name: "1".into(), value: String::new() }).collect(),
            ..Template::default()
        };
        assert!(is_for_many(&with(&[])) && is_for_many(&with(&[Part::Body])));
        for parts in [&[Part::Body, Part::Body][..], &[Part::File(MediaKind::Image)], &[Part::Code(0)], &[Part::Button(0)]] {
            assert!(!is_for_many(&with(parts)), "{parts:?}");
        }
        assert!(!is_for_many(&Template { status: "PENDING".into(), ..with(&[]) }));
    }
}
