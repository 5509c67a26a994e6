//! What the first page says of money to give back, and of messages that did not arrive or cannot leave.

use crate::channels::meta::problems::SLOWED_FOR_SPAM;
use crate::domain::error::Result;
use crate::domain::house::contact::Contact;
use crate::domain::house::message::Delivery;
use crate::domain::time::MINUTE_MS;
use crate::services::shop::refund;
use crate::store::house::{contact, conversation, message};
use crate::store::tx::Read;
use crate::web::pages::house::needs::Needs;
use crate::web::pages::session::{TROUBLE_MS, View};
use crate::web::view::house::today::Need;

/// Messages shown one by one.
const SHOWN: u32 = 10;
/// Orders shown whose money is to be given back.
const OWED: u32 = 20;
/// A message that waits no longer than this is no news: carriers have bad moments.
const HELD_MS: i64 = 5 * MINUTE_MS;

/// Messages that failed or may not have arrived: the newest few; how many more there are.
pub(super) fn undelivered(tx: &Read<'_>, v: &View, out: &mut Needs) -> Result<i64> {
    let since = v.now.plus_ms(-TROUBLE_MS);
    let shown = message::list_unsettled(tx, since, SHOWN)?;
    let more = message::count_unsettled(tx, since)? - i64::try_from(shown.len()).unwrap_or(0);
    for m in shown {
        let c = conversation::find_conversation(tx, m.conversation_id)?;
        let who = contact::find_contact(tx, c.contact_id).map(|c: Contact| c.display_name())?;
        let why = match m.problem {
            Some(p) => p.meaning,
            None if m.delivery == Delivery::Sending => "What became of it could not be written down.".into(),
            None => String::new(),
        };
        let title = match m.delivery {
            Delivery::Failed => format!("A message to {who} did not arrive"),
            _ => format!("A message to {who} may not have arrived"),
        };
        out.push((
            m.created_at.millis(),
            Need {
                id: format!("need-m-{}", m.id),
                icon: "alert",
                title,
                url: format!("/app/messages/{}#m-{}", c.id, m.id),
                age: v.age(m.created_at),
                why,
                link: "Look at it".into(),
                ..Need::default()
            },
        ));
    }
    Ok(more.max(0))
}

/// Money of orders that were given up: it stays in sight until it went back or a person says that it is settled.
pub(super) fn owed(tx: &Read<'_>, v: &View, can_decide: bool, out: &mut Needs) -> Result<()> {
    for m in refund::owed(tx, OWED)? {
        let who = contact::find_contact(tx, m.contact_id)?.display_name();
        out.push((
            m.since.millis(),
            Need {
                id: format!("need-back-{}", m.order_id),
                tone: "warn",
                icon: "receipt",
                title: format!("Give back {} for #{}", v.money(m.amount_minor), m.number),
                url: format!("/app/orders/{}#money", m.order_id),
                age: v.age(m.since),
                why: format!("{who} has paid, and the order will not be carried out."),
                link: if can_decide { "Give it back or settle it".into() } else { "Look at it".into() },
                ..Need::default()
            },
        ));
    }
    Ok(())
}

/// Messages that wait because they cannot leave: one line for each reason.
pub(super) fn held(tx: &Read<'_>, v: &View, out: &mut Needs) -> Result<()> {
    for (n, h) in message::list_held(tx, v.now.plus_ms(-HELD_MS), SLOWED_FOR_SPAM)?.into_iter().enumerate() {
        out.push((
            h.since.millis(),
            Need {
                id: format!("need-held-{n}"),
                tone: "warn",
                icon: "clock",
                title: match h.count {
                    1 => "1 message waits and cannot leave".into(),
                    n => format!("{n} messages wait and cannot leave"),
                },
                url: format!("/app/messages/{}", h.conversation_id),
                age: v.age(h.since),
                why: h.why,
                link: "Look at it".into(),
                ..Need::default()
            },
        ));
    }
    Ok(())
}

/// One line for what is not shown of each kind.
pub(super) fn rest(waiting: i64, undelivered: i64) -> Vec<Need> {
    let line = |id: &str, title: String, show: &str| Need {
        id: id.into(),
        icon: "list",
        title,
        url: format!("/app/messages?show={show}"),
        link: "See them all".into(),
        ..Need::default()
    };
    let mut out = Vec::new();
    match waiting {
        ..=0 => {}
        1 => out.push(line("need-c-more", "1 more customer waits for a person".into(), "needs")),
        n => out.push(line("need-c-more", format!("{n} more customers wait for a person"), "needs")),
    }
    match undelivered {
        ..=0 => {}
        1 => out.push(line("need-m-more", "1 more message did not arrive, or may not have".into(), "undelivered")),
        n => out.push(line("need-m-more", format!("{n} more messages did not arrive, or may not have"), "undelivered")),
    }
    out
}
