//! The simulated network: carries our messages to the simulated phone, and webhooks from there to us, signed and read
//! like Meta's own.

use super::Work;
use super::sellers;
use crate::app::intake;
use crate::channels::meta::build;
use crate::channels::signature;
use crate::channels::simulator::{self, Line, Persona, Sent};
use crate::domain::error::{Error, Result};
use crate::domain::house::contact::{Identity, IdentityKind};
use crate::domain::house::message::{Content, Delivery, File, Problem, ProblemClass};
use crate::domain::id::Id;
use crate::services::house::simulator::{bring, switches};
use crate::services::house::{hook, outbound};
use crate::store::simulator::{insert_simulator, update_simulator_delivery};
use crate::store::tx::Tx;
use crate::store::{jobs, meta};

/// The phone reports a message as delivered and as read this many milliseconds after it was sent.
const REPORTS: [(Delivery, i64); 2] = [(Delivery::Delivered, 300), (Delivery::Read, 1_200)];

/// A webhook from the phone arrives.
pub(super) async fn run(w: &Work<'_>, body: &str) -> Result<()> {
    let directory = w.app.directory();
    let number = directory.numbers_of(w.business.id).find(|n| n.simulated && body.contains(n.phone_number_id.as_str()));
    let Some(number) = number else { return w.finish().await };
    let signed = signature::sign(&number.app_secret, body.as_bytes());
    let news = intake::read(w.app, &signed, body.as_bytes())?;
    let (id, business, body) = (w.id, w.business.id, body.as_bytes().to_vec());
    w.file
        .write(move |tx| {
            let profile = meta::find_profile(tx)?;
            for n in news.iter().filter(|n| n.business == business) {
                hook::accept(tx, &profile, n.source, &body, &n.items, n.problem.as_deref())?;
            }
            jobs::finish_job(tx, id)
        })
        .await
}

/// A message of ours goes to the phone: leaving, arriving and the news of it in one transaction.
pub(super) async fn carry(w: &Work<'_>, message_id: Id) -> Result<()> {
    let id = w.id;
    w.file
        .write(move |tx| {
            if let Some(d) = outbound::depart(tx, message_id)? {
                let outcome = arrive(tx, &d)?;
                outbound::departed(tx, message_id, &outcome)?;
            }
            jobs::finish_job(tx, id)
        })
        .await
}

fn arrive(tx: &mut Tx<'_>, d: &outbound::Departing) -> Result<outbound::Departed> {
    let Some(to) = super::carriers::address(d.channel, &d.to) else {
        return Ok(outbound::Departed::Failed(refused("The customer has no WhatsApp address.")));
    };
    let callback = d.message.id.to_string();
    let content = pretend_upload(&d.message.content);
    let wire = match build::build(to, &content, d.message.reply_to.as_deref(), Some(&callback)) {
        Ok(wire) => wire,
        Err(e) => return Ok(outbound::Departed::Failed(refused(&e.message))),
    };
    let s = switches(tx)?;
    let wamid = simulator::wamid();
    let phone = phone_of(to);
    if !s.failing {
        insert_simulator(tx, &phone, "in", &wamid, &wire)?;
    }
    if s.lost {
        // It is there, and nobody hears of it.
        return Ok(outbound::Departed::Unknown("The answer to the send was lost.".into()));
    }
    report(tx, d, to, &wamid, &callback, s.failing)?;
    if !s.failing {
        sellers::answer(tx, &d.account, &phone, &wire)?;
    }
    Ok(outbound::Departed::Sent(wamid))
}

/// A file of ours that would be uploaded first is named by what it holds: the simulated phone opens it under that name.
fn pretend_upload(content: &Content) -> Content {
    match content {
        Content::Media { media, file } if file.provider_id.is_none() && file.link.is_none() => {
            Content::Media { media: *media, file: File { provider_id: file.media.clone(), ..file.clone() } }
        }
        other => other.clone(),
    }
}

/// The phone's name in the simulator: digits of the number, or the user id.
pub fn phone_of(to: &Identity) -> String {
    to.value.trim_start_matches('+').to_owned()
}

fn report(tx: &mut Tx<'_>, d: &outbound::Departing, to: &Identity, wamid: &str, callback: &str, failing: bool) -> Result<()> {
    let line = Line { waba: "1".into(), phone_number_id: d.account.clone(), display_number: d.account.clone() };
    let phone = phone_of(to);
    let (wa_id, user_id) = if to.kind == IdentityKind::Phone { (Some(phone), None) } else { (None, Some(phone)) };
    let persona = Persona { name: String::new(), wa_id, user_id };
    let sent = Sent { provider_id: wamid, callback: Some(callback) };
    let news: &[(Delivery, i64)] = if failing { &[(Delivery::Failed, 300)] } else { &REPORTS };
    for (delivery, after) in news {
        let at = tx.now.plus_ms(*after);
        let body =
            simulator::status(&line, &persona, &sent, *delivery, at, None).ok_or_else(|| Error::internal("A status has no webhook."))?;
        bring(tx, String::from_utf8_lossy(&simulator::bytes(&body)).into_owned(), *after)?;
        update_simulator_delivery(tx, wamid, delivery.as_str())?;
    }
    Ok(())
}

fn refused(sentence: &str) -> Problem {
    Problem { code: 100, detail: sentence.to_owned(), meaning: sentence.to_owned(), class: ProblemClass::Content }
}
