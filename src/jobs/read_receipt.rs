//! Reads a receipt, by readers in order: the built-in one in a process of its own, the gateway when it is of a payment there, a model
//! with eyes when one is set. Killed anywhere, it begins again and ends the same.

use super::Work;
use crate::agents::eyes;
use crate::app::{gateways, media};
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::document::Format;
use crate::domain::id::Id;
use crate::domain::limits;
use crate::domain::shop::checkout::Checkout;
use crate::domain::shop::gateway::Gateway;
use crate::domain::shop::receipt::claim::{self, Claim};
use crate::domain::shop::receipt::fields::{self, Fields};
use crate::domain::shop::receipt::truth::Truth;
use crate::domain::shop::receipt::{Receipt, Seen, State};
use crate::providers::gateway::Trouble;
use crate::services::shop::receipt::{self, Reading};
use crate::services::shop::receipt_truth;
use crate::store::house::message;
use crate::store::jobs;
use crate::store::shop::receipt as rows;

/// How often a reader that cannot be started, or a gateway that does not answer, is tried.
const TRIES: u32 = 3;

pub(super) async fn run(w: &Work<'_>, receipt_id: Id) -> Result<()> {
    let found = w.file.read(move |tx| rows::find_receipt(tx, receipt_id)).await;
    let r = match found {
        Ok(r) if r.state == State::Waiting => r,
        Ok(_) => return w.finish().await,
        // Its customer was erased meanwhile.
        Err(e) if e.kind == Kind::NotFound => return w.finish().await,
        Err(e) => return Err(e),
    };
    let reading = match read(w, &r).await {
        Err(e) if e.is_transient() && w.attempts + 1 < TRIES => return Err(e),
        Err(e) => Reading { seen: Err(e), claim: None, truth: None },
        Ok(reading) => reading,
    };
    let (id, business) = (w.id, w.business.name.clone());
    w.file
        .write(move |tx| {
            receipt::settle(tx, receipt_id, &business, reading)?;
            jobs::finish_job(tx, id)
        })
        .await
}

async fn read(w: &Work<'_>, r: &Receipt) -> Result<Reading> {
    let bytes = media::read(w.app, w.business.id, &r.media).await?;
    let seen = see(w, bytes.clone()).await?;
    let own = fields::read(&seen);
    let truth = ask(w, r, text_of(w, r, &seen).await?, own.clone()).await?;
    if truth.as_ref().is_some_and(Truth::settles) {
        return Ok(Reading { seen: Ok(seen), claim: None, truth });
    }
    let claim = eyes::read(w.app, &w.business, bytes).await;
    let truth = match (&truth, &claim) {
        // The model may have read the reference the built-in reader could not.
        (None, Some((c, _))) => ask(w, r, words_of(c), claim::joined(own, c).0).await?,
        _ => truth,
    };
    Ok(Reading { seen: Ok(seen), claim, truth })
}

async fn see(w: &Work<'_>, bytes: Vec<u8>) -> Result<Seen> {
    if bytes.len() > limits::PICTURE_BYTES {
        return Err(Error::invalid("This file is too large for a receipt: at most 16 MB are read."));
    }
    if !bytes.starts_with(b"%PDF-") {
        return w.app.reader.see(bytes).await;
    }
    let content = w.app.reader.read(Format::Pdf, bytes).await?;
    let text: Vec<&str> = content.blocks.iter().map(|b| b.text.as_str()).collect();
    Ok(Seen::of_text(&text.join("\n")))
}

/// What stands on the picture, and what was written under it.
async fn text_of(w: &Work<'_>, r: &Receipt, seen: &Seen) -> Result<String> {
    let mut text: Vec<String> = seen.pieces.iter().map(|p| p.text.clone()).collect();
    if let Some(id) = r.message_id {
        text.push(w.file.read(move |tx| message::find_message(tx, id)).await?.content.words());
    }
    Ok(text.join("\n"))
}

fn words_of(c: &Claim) -> String {
    c.fields.references.iter().chain(&c.fields.note).cloned().collect::<Vec<_>>().join("\n")
}

/// Asks the gateway of the payment a receipt is of; none when it is of none.
async fn ask(w: &Work<'_>, r: &Receipt, text: String, fields: Fields) -> Result<Option<Truth>> {
    let about = r.clone();
    let found = w.file.read(move |tx| receipt_truth::page_of(tx, &about, &text, &fields)).await?;
    let Some((checkout, named)) = found else { return Ok(None) };
    let said = match look(w, &checkout).await {
        Ok(seen) => Ok(seen),
        Err(Trouble::Refused(why)) => Err(why),
        Err(t) if w.attempts + 1 < TRIES => return Err(Error::unavailable(t.to_string())),
        Err(t) => Err(t.to_string()),
    };
    Ok(Some(Truth { checkout, named, said }))
}

async fn look(w: &Work<'_>, c: &Checkout) -> std::result::Result<crate::domain::shop::gateway::Seen, Trouble> {
    if c.gateway == Gateway::Sandbox {
        return Ok(receipt_truth::sandbox_says(c));
    }
    let till = gateways::till(w.app, w.business.id, c.gateway).map_err(|e| Trouble::Refused(e.message))?;
    till.look(&c.reference, &c.provider_id, &c.payment_id).await
}
