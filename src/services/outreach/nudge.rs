//! Reminders of baskets that were left and orders that were not paid: once each, inside the 24 hours, not at night, never to who said no.

use crate::domain::error::Result;
use crate::domain::house::message::Content;
use crate::domain::id::Id;
use crate::domain::money::Money;
use crate::domain::phrase::say;
use crate::domain::time::{HOUR_MS, MINUTE_MS};
use crate::services::house::outbound;
use crate::services::outreach::campaign;
use crate::store::house::message::NewMessage;
use crate::store::house::{contact, conversation as threads};
use crate::store::meta;
use crate::store::outreach::campaign as rows;
use crate::store::shop::order;
use crate::store::tx::Tx;

/// Reminders planned in one go.
const MOST: u32 = 200;
/// Who wrote longer ago is let be: soon WhatsApp's 24 hours are over.
const OLDEST_MS: i64 = 23 * HOUR_MS;

/// Reminds whoever is due; how many.
pub fn remind(tx: &mut Tx<'_>) -> Result<usize> {
    let (rules, profile) = (campaign::rules(tx)?, meta::find_profile(tx)?);
    if !rules.nudges || rules.quiet_until(tx.now, &profile.time_zone).is_some() {
        return Ok(0);
    }
    let (from, to) = (tx.now.plus_ms(-OLDEST_MS), tx.now.plus_ms(-rules.nudge_after_min * MINUTE_MS));
    let mut n = 0;
    for (order_id, contact_id, thread) in rows::list_unpaid(tx, from, to, MOST)? {
        let o = order::find_order(tx, order_id)?;
        let (number, total) = (o.number.to_string(), Money::new(o.total_minor, profile.currency).to_string());
        let places = [("number", number.as_str()), ("total", total.as_str()), ("reference", o.reference.as_str())];
        n += usize::from(once(tx, &format!("nudge:order:{order_id}"), contact_id, thread, "nudge_order", &places)?);
    }
    for (thread, contact_id, wrote) in rows::list_left_baskets(tx, from, to, MOST)? {
        let words = basket(tx, thread)?;
        if words.is_empty() {
            continue;
        }
        // Another message of theirs begins another wait.
        let intent = format!("nudge:basket:{thread}:{}", wrote.millis());
        n += usize::from(once(tx, &intent, contact_id, thread, "nudge_basket", &[("what", &words)])?);
    }
    Ok(n)
}

fn basket(tx: &Tx<'_>, thread: Id) -> Result<String> {
    let draft = threads::find_turn_state(tx, thread)?.draft;
    Ok(draft.lines.iter().map(crate::domain::shop::draft::Line::words).collect::<Vec<_>>().join(", "))
}

fn once(tx: &mut Tx<'_>, intent: &str, contact_id: Id, thread: Id, key: &str, places: &[(&str, &str)]) -> Result<bool> {
    if !rows::insert_planned(tx, intent, contact_id, None)? {
        return Ok(false);
    }
    let thread = threads::find_conversation(tx, thread)?;
    let language = contact::find_person(tx, contact_id)?.language;
    let content = Content::text(say(language, key, places));
    let m = NewMessage::of_steward(thread.id, &content, intent);
    let sent = outbound::plan(tx, &thread, &m)?;
    rows::update_sent(tx, intent, thread.id, sent)?;
    Ok(true)
}
