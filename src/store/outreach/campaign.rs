//! Campaigns, and everything the business wrote first.

use crate::domain::error::{Error, Result};
use crate::domain::house::conversation::Channel;
use crate::domain::id::Id;
use crate::domain::outreach::campaign::{Campaign, CampaignState, Results};
use crate::domain::outreach::rules::Standing;
use crate::domain::time::{DAY_MS, Time};
use crate::store::tx::{Read, Tx, id_at, maybe_id_at, maybe_time_at, time_at, word_at};
use rusqlite::{Row, params};

const COLUMNS: &str = "id, name, segment_id, text, template, state, actor, created_at, started_at, ended_at";

fn campaign(r: &Row<'_>) -> rusqlite::Result<Campaign> {
    Ok(Campaign {
        id: id_at(r, 0)?,
        name: r.get(1)?,
        segment_id: maybe_id_at(r, 2)?,
        text: r.get(3)?,
        template: r.get(4)?,
        state: word_at(r, 5, CampaignState::from_word)?,
        actor: r.get(6)?,
        created_at: time_at(r, 7)?,
        started_at: maybe_time_at(r, 8)?,
        ended_at: maybe_time_at(r, 9)?,
    })
}

/// Campaigns, newest first.
pub fn list_campaigns(tx: &Read<'_>, most: u32) -> Result<Vec<Campaign>> {
    tx.all(&format!("select {COLUMNS} from campaigns order by id desc limit ?1"), [most], campaign)
}

/// One campaign.
pub fn find_campaign(tx: &Read<'_>, id: Id) -> Result<Campaign> {
    let found = tx.one(&format!("select {COLUMNS} from campaigns where id = ?1"), [id.to_string()], campaign)?;
    found.ok_or_else(|| Error::not_found("campaign"))
}

/// Adds a campaign.
pub fn insert_campaign(tx: &mut Tx<'_>, c: &Campaign) -> Result<()> {
    tx.run(
        "insert into campaigns (id, name, segment_id, text, template, state, actor, created_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            c.id.to_string(),
            c.name,
            c.segment_id.map(|s| s.to_string()),
            c.text,
            c.template,
            c.state.as_str(),
            c.actor,
            c.created_at.millis()
        ],
    )
    .map(drop)
}

/// Moves a campaign on; false when it stood elsewhere meanwhile.
pub fn update_campaign_state(tx: &mut Tx<'_>, id: Id, from: CampaignState, to: CampaignState) -> Result<bool> {
    let now = tx.now.millis();
    let n = tx.run(
        "update campaigns set state = ?3, started_at = case when ?3 = 'sending' then ?4 else started_at end,
           ended_at = case when ?3 in ('done', 'stopped') then ?4 else ended_at end where id = ?1 and state = ?2",
        params![id.to_string(), from.as_str(), to.as_str(), now],
    )?;
    Ok(n > 0)
}

/// What decides whether somebody may get a message, and the thread it would go to.
pub fn find_standing(tx: &Read<'_>, contact: Id) -> Result<(Standing, Option<Id>)> {
    let id = contact.to_string();
    let consent = tx.one("select consent from contacts where id = ?1", [&id], |r| r.get(0))?.flatten();
    let thread = tx.one(
        "select id, channel, last_inbound_at, mode = 'human' or waiting_since is not null from conversations
         where contact_id = ?1 and channel <> 'api' order by coalesce(last_inbound_at, 0) desc limit 1",
        [&id],
        |r| Ok((id_at(r, 0)?, word_at(r, 1, Channel::from_word)?, maybe_time_at(r, 2)?, r.get::<_, bool>(3)?)),
    )?;
    let last: Option<i64> =
        tx.value("select max(at) from outreach where contact_id = ?1 and state = 'sent' and campaign_id is not null", [&id])?;
    let mut s = Standing { consent, last_outreach_at: last.map(Time::from_millis), ..Standing::default() };
    let thread = thread.map(|(id, channel, inbound, person)| {
        (s.channel, s.last_inbound_at, s.with_a_person) = (Some(channel), inbound, person);
        id
    });
    Ok((s, thread))
}

/// Plans a message to somebody; false when it was planned before.
pub fn insert_planned(tx: &mut Tx<'_>, intent: &str, contact: Id, campaign: Option<Id>) -> Result<bool> {
    let now = tx.now.millis();
    let n = tx.run(
        "insert or ignore into outreach (intent, contact_id, campaign_id, state, at) values (?1, ?2, ?3, 'planned', ?4)",
        params![intent, contact.to_string(), campaign.map(|c| c.to_string()), now],
    )?;
    Ok(n > 0)
}

/// Who of a campaign is still to get it.
pub fn list_planned(tx: &Read<'_>, campaign: Id, most: u32) -> Result<Vec<(String, Id)>> {
    tx.all(
        "select intent, contact_id from outreach where campaign_id = ?1 and state = 'planned' order by contact_id limit ?2",
        params![campaign.to_string(), most],
        |r| Ok((r.get(0)?, id_at(r, 1)?)),
    )
}

/// It was sent.
pub fn update_sent(tx: &mut Tx<'_>, intent: &str, conversation: Id, message: Option<Id>) -> Result<()> {
    let now = tx.now.millis();
    tx.run(
        "update outreach set state = 'sent', conversation_id = ?2, message_id = ?3, at = ?4 where intent = ?1",
        params![intent, conversation.to_string(), message.map(|m| m.to_string()), now],
    )
    .map(drop)
}

/// They were left out after all.
pub fn update_skipped(tx: &mut Tx<'_>, intent: &str, why: &str) -> Result<()> {
    let now = tx.now.millis();
    tx.run("update outreach set state = 'skipped', why = ?2, at = ?3 where intent = ?1", params![intent, why, now]).map(drop)
}

/// Those left out of a campaign, by reason.
pub fn count_skipped(tx: &Read<'_>, campaign: Id) -> Result<Vec<(String, i64)>> {
    tx.all(
        "select why, count(*) from outreach where campaign_id = ?1 and state = 'skipped' group by why order by 2 desc",
        [campaign.to_string()],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}

/// What came of a campaign.
pub fn find_results(tx: &Read<'_>, campaign: Id) -> Result<Results> {
    let id = campaign.to_string();
    let count = |state: &str| tx.value("select count(*) from outreach where campaign_id = ?1 and state = ?2", [id.as_str(), state]);
    let week = 7 * DAY_MS;
    let replied = tx.value(
        "select count(*) from outreach o where campaign_id = ?1 and state = 'sent' and exists (
           select 1 from messages m where m.conversation_id = o.conversation_id and m.direction = 'in' and m.created_at between o.at and o.at + ?2)",
        params![id, week],
    )?;
    let (ordered, revenue_minor) = tx
        .one(
            "select count(distinct o.contact_id), coalesce(sum(d.total_minor), 0) from outreach o join orders d on d.contact_id = o.contact_id
             where o.campaign_id = ?1 and o.state = 'sent' and d.created_at between o.at and o.at + ?2 and d.status not in ('cancelled', 'expired')",
            params![id, week],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )?
        .unwrap_or_default();
    Ok(Results { planned: count("planned")?, sent: count("sent")?, skipped: count("skipped")?, replied, ordered, revenue_minor })
}

/// Talks with a full basket that fell silent between two moments, and in which nobody of the team is: thread, contact, when they last wrote.
pub fn list_left_baskets(tx: &Read<'_>, from: Time, to: Time, most: u32) -> Result<Vec<(Id, Id, Time)>> {
    tx.all(
        "select v.id, v.contact_id, v.last_inbound_at from conversations v join contacts c on c.id = v.contact_id
         where v.last_message_at > ?1 and v.last_inbound_at > ?1 and v.last_inbound_at <= ?2 and v.mode = 'agent' and v.waiting_since is null and v.closed = 0
           and json_array_length(v.draft, '$.lines') > 0 and coalesce(c.consent, 1) = 1 and v.channel <> 'api' limit ?3",
        params![from.millis(), to.millis(), most],
        |r| Ok((id_at(r, 0)?, id_at(r, 1)?, time_at(r, 2)?)),
    )
}

/// Orders of those who may be reminded that wait for payment since between two moments, with their thread.
pub fn list_unpaid(tx: &Read<'_>, from: Time, to: Time, most: u32) -> Result<Vec<(Id, Id, Id)>> {
    tx.all(
        "select o.id, o.contact_id, o.conversation_id from orders o join contacts c on c.id = o.contact_id join conversations v on v.id = o.conversation_id
         where o.status = 'awaiting_payment' and o.created_at > ?1 and o.created_at <= ?2 and v.mode = 'agent' and v.waiting_since is null
           and v.last_inbound_at <= ?2 and coalesce(c.consent, 1) = 1 limit ?3",
        params![from.millis(), to.millis(), most],
        |r| Ok((id_at(r, 0)?, id_at(r, 1)?, id_at(r, 2)?)),
    )
}

/// Whether a message to a contact is one we wrote first: a campaign's or a nudge.
pub fn is_outreach(tx: &Read<'_>, contact: Id, message: Id) -> Result<bool> {
    let key = [contact.to_string(), message.to_string()];
    tx.value("select exists (select 1 from outreach where contact_id = ?1 and message_id = ?2)", key)
}
