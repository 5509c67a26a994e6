//! Reads a stored webhook body again, after a mended reader or a number that was connected since.

use super::Work;
use crate::app::calling::{self, Placed};
use crate::app::gateways;
use crate::channels::{meta, page, twilio, vonage};
use crate::domain::error::Result;
use crate::domain::house::conversation::Channel;
use crate::domain::house::hook::HookItem;
use crate::domain::house::line::Carrier;
use crate::domain::job::Job;
use crate::domain::shop::gateway::{About, Gateway};
use crate::domain::time::Time;
use crate::providers::gateway as providers;
use crate::services::buying::call::Desk;
use crate::services::buying::phone;
use crate::services::house::hook;
use crate::services::shop::gateway;
use crate::store::tx::Tx;
use crate::store::{inbox, jobs, meta as meta_row};

pub(super) async fn run(w: &Work<'_>, inbox_id: i64) -> Result<()> {
    let (word, body) = w.file.read(move |tx| inbox::find_inbox(tx, inbox_id)).await?;
    if word == phone::INBOX {
        return call_news(w, inbox_id, body).await;
    }
    if let Some(by) = Gateway::from_word(&word) {
        return gateway_news(w, inbox_id, by, body).await;
    }
    let read = match Carrier::from_word(&word) {
        Some(carrier) => read(carrier, &body, w.app.clock().now()),
        None => Err(no_reader(&word)),
    };
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

/// A gateway's news, once more: news of a payment is a reason to ask the gateway, however often it is read. What else it may tell acts by
/// its signature alone, which is not kept.
async fn gateway_news(w: &Work<'_>, inbox_id: i64, by: Gateway, body: Vec<u8>) -> Result<()> {
    let id = w.id;
    w.file
        .write(move |tx| {
            let problem = ask_again(tx, inbox_id, by, &body)?;
            inbox::update_inbox(tx, inbox_id, problem.as_deref())?;
            jobs::finish_job(tx, id)
        })
        .await
}

/// Asks the gateway about the payment its news tells of; why not, when that cannot be done.
fn ask_again(tx: &mut Tx<'_>, inbox_id: i64, by: Gateway, body: &[u8]) -> Result<Option<String>> {
    let Some(news) = providers::read(by, body) else { return Ok(Some(gateways::unreadable(by))) };
    if !gateways::is_ours(tx, by, &news)? {
        return Ok(Some(gateways::stray(by, &news)));
    }
    let (About::Payment, Some(page)) = (&news.about, gateway::named(tx, by, &news)?) else {
        let name = by.title();
        return Ok(Some(format!("News of {name} about money that goes back is not acted on a second time. Look there how it stands.")));
    };
    let (job, now) = (Job::CheckPayment { checkout_id: page.id, payment_id: news.payment_id }, tx.now);
    jobs::enqueue_job(tx, &job, now, Some(&format!("check-payment:{}:replay {inbox_id}", page.id)))?;
    Ok(None)
}

/// What the owner reads of a body that came by something this Steward cannot read again.
fn no_reader(word: &str) -> String {
    format!("What came by {word} cannot be read again here.")
}

fn read(carrier: Carrier, body: &[u8], now: Time) -> std::result::Result<(Channel, Vec<HookItem>), String> {
    match carrier {
        // Letters stay in their inbox.
        Carrier::Email => Err(no_reader(carrier.as_str())),
        Carrier::Meta => meta::parse::parse(body).map(|h| (Channel::Whatsapp, h.items)).map_err(|e| e.0),
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
