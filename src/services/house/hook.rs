//! A webhook's news for one business: stored with all it sets in motion, in one transaction.

use crate::domain::error::Result;
use crate::domain::event;
use crate::domain::house::business::Profile;
use crate::domain::house::conversation::Channel;
use crate::domain::house::hook::{HookItem, Source};
use crate::domain::house::member::Actor;
use crate::domain::house::message::Content;
use crate::services::house::{inbound, template, timeline};
use crate::store::events::{About, insert_event};
use crate::store::house::contact;
use crate::store::inbox;
use crate::store::tx::Tx;
use serde_json::json;

/// Acts on what a body says, and keeps it. Seen before: nothing happens again, and it is kept once. `unread` says what of it could not be
/// read.
pub fn accept(tx: &mut Tx<'_>, profile: &Profile, source: Source, body: &[u8], items: &[HookItem], unread: Option<&str>) -> Result<()> {
    let news = act(tx, profile, source.channel, items)?;
    match unread {
        Some(problem) => keep_unread(tx, source, body, problem),
        None if news => inbox::insert_inbox(tx, source.carrier.as_str(), body, None).map(drop),
        None => Ok(()),
    }
}

/// Acts on what a body says; whether anything of it was new.
pub fn act(tx: &mut Tx<'_>, profile: &Profile, channel: Channel, items: &[HookItem]) -> Result<bool> {
    let mut news = false;
    for item in items {
        news |= one(tx, profile, channel, item)?;
    }
    Ok(news)
}

/// Keeps a body nobody can read, for the owner to see and replay.
fn keep_unread(tx: &mut Tx<'_>, source: Source, body: &[u8], problem: &str) -> Result<()> {
    if inbox::is_kept(tx, source.carrier.as_str(), body, problem)? {
        return Ok(());
    }
    inbox::insert_inbox(tx, source.carrier.as_str(), body, Some(problem))?;
    insert_event(tx, event::CHANNEL, About::default(), json!({ "channel": source.carrier.as_str(), "unread": problem }))
}

/// Acts on one thing a body says; whether it is known to be new.
fn one(tx: &mut Tx<'_>, profile: &Profile, channel: Channel, item: &HookItem) -> Result<bool> {
    let done = match item {
        HookItem::Message { account, inbound: m, .. } => {
            let raw = match &m.content {
                Content::Unknown { raw: Some(raw), .. } => Some(raw.to_string()),
                _ => None,
            };
            return inbound::receive(tx, profile, channel, account, m, raw.as_deref()).map(|stored| stored.is_some());
        }
        HookItem::Receipt { receipt, .. } => return inbound::settle(tx, receipt),
        HookItem::Problem { problem, .. } => {
            let data = json!({ "channel": channel.as_str(), "code": problem.code, "meaning": problem.meaning });
            insert_event(tx, event::CHANNEL, About::default(), data)
        }
        HookItem::Preference { identity, marketing, .. } => match contact::find_contact_id(tx, identity)? {
            Some(id) => timeline::set_consent(tx, id, *marketing, "WhatsApp's own switch", "", &Actor::Customer, None),
            None => Ok(()),
        },
        HookItem::Template { name, language, status, reason, .. } => {
            let words = if reason.is_empty() { String::new() } else { format!("Meta says: {}.", reason.to_lowercase().replace('_', " ")) };
            template::news(tx, name, language, status.as_deref(), &words)
        }
        HookItem::Other { field, .. } => {
            insert_event(tx, event::CHANNEL, About::default(), json!({ "channel": channel.as_str(), "news": field }))
        }
    };
    done.map(|()| true)
}
