//! Reads a stored webhook body again, after a mended reader or a number that was connected since.

use super::Work;
use crate::app::calling::{self, Placed};
use crate::channels::{meta, page, twilio, vonage};
use crate::domain::error::Result;
use crate::domain::house::conversation::Channel;
use crate::domain::house::hook::HookItem;
use crate::domain::house::line::Carrier;
use crate::domain::time::Time;
use crate::services::buying::call::Desk;
use crate::services::buying::phone;
use crate::services::house::hook;
use crate::store::{inbox, jobs, meta as meta_row};

pub(super) async fn run(w: &Work<'_>, inbox_id: i64) -> Result<()> {
    let (word, body) = w.file.read(move |tx| inbox::find_inbox(tx, inbox_id)).await?;
    if word == phone::INBOX {
        return call_news(w, inbox_id, body).await;
    }
    let read = read(Carrier::from_word(&word).unwrap_or(Carrier::Meta), &body, w.app.clock().now());
    let unread =
        read.as_ref().ok().filter(|(channel, _)| *channel == Channel::Whatsapp).and_then(|(_, items)| meta::parse::unread_part(items));
    let read = read.map(|(channel, items)| (channel, items.into_iter().filter(|i| is_ours(w, i)).collect::<Vec<_>>()));
    let id = w.id;
    w.file
        .write(move |tx| {
            match read {
                Ok((channel, items)) => {
                    let profile = meta_row::find_profile(tx)?;
                    hook::act(tx, &profile, channel, &items)?;
                    inbox::update_inbox(tx, inbox_id, unread)?;
                }
                Err(why) => inbox::update_inbox(tx, inbox_id, Some(&why))?,
            }
            jobs::finish_job(tx, id)
        })
        .await
}

/// News of a telephone call, once more: its call may be known by now.
async fn call_news(w: &Work<'_>, inbox_id: i64, body: Vec<u8>) -> Result<()> {
    let placed = calling::place(w.app, &body).await?;
    let (id, ours, name) = (w.id, w.business.id, w.business.name.clone());
    w.file
        .write(move |tx| {
            match placed {
                Placed::Call { business, call, told, news } if business == ours => {
                    let desk = Desk { account: None, sms: None, mailbox: None, calls: true, business: &name };
                    phone::hear(tx, call, &told, &news, b"", desk)?;
                    inbox::update_inbox(tx, inbox_id, None)?;
                }
                Placed::Call { .. } => inbox::update_inbox(tx, inbox_id, Some("This is about a call of another business."))?,
                Placed::Stray { problem, .. } => inbox::update_inbox(tx, inbox_id, Some(&problem))?,
            }
            jobs::finish_job(tx, id)
        })
        .await
}

fn read(carrier: Carrier, body: &[u8], now: Time) -> std::result::Result<(Channel, Vec<HookItem>), String> {
    match carrier {
        Carrier::Meta | Carrier::Email => meta::parse::parse(body).map(|h| (Channel::Whatsapp, h.items)).map_err(|e| e.0),
        Carrier::Twilio => twilio::parse::parse(body, None, now).map(|h| (h.channel, h.items)),
        Carrier::Vonage => {
            let hook = if vonage::parse::is_status(body) { vonage::parse::status(body, now) } else { vonage::parse::inbound(body, now) }?;
            Ok((hook.channel, hook.item.into_iter().collect()))
        }
        Carrier::Messenger => page::parse::parse(carrier, body, now).map(|items| (Channel::Messenger, items)),
        Carrier::Instagram => page::parse::parse(carrier, body, now).map(|items| (Channel::Instagram, items)),
    }
}

/// A body may hold news for several businesses; for the others it is in their own inbox.
fn is_ours(w: &Work<'_>, item: &HookItem) -> bool {
    let directory = w.app.directory();
    let ours = |account: &str| {
        let number = directory.number(account).is_some_and(|n| n.business_id == w.business.id);
        number || directory.line_for(w.business.id, account).is_some()
    };
    let above = |id: &str| directory.numbers_of(w.business.id).any(|n| n.business_account == id);
    item.account().is_some_and(ours) || item.business_account().is_some_and(above)
}
