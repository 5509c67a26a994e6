//! Pretended sellers behind simulated phones. They read what arrives on their phone and write back as any phone would: by a signed
//! webhook of WhatsApp's, some time later.

use crate::channels::simulator::{self, Act, Line, Outgoing, Persona};
use crate::domain::error::Result;
use crate::services::house::simulator::bring;
use crate::store::buying::vendor::{find_seller, upsert_seller};
use crate::store::meta;
use crate::store::simulator::insert_simulator;
use crate::store::tx::Tx;
use serde_json::Value;

/// A message has arrived on a phone: if a pretended seller has it, the answer is on its way.
pub(super) fn answer(tx: &mut Tx<'_>, account: &str, phone: &str, wire: &Value) -> Result<()> {
    let Some(mut seller) = find_seller(tx, phone)? else { return Ok(()) };
    let Some(Outgoing::Bubble(bubble)) = simulator::outgoing(wire) else { return Ok(()) };
    let currency = meta::find_profile(tx)?.currency;
    let reply = seller.hear(&bubble.text, currency);
    upsert_seller(tx, phone, &seller)?;
    let Some(text) = reply else { return Ok(()) };
    let after = seller.temper.answers_after_ms();
    let line = Line { waba: "1".into(), phone_number_id: account.to_owned(), display_number: account.to_owned() };
    let persona = Persona { name: String::new(), wa_id: Some(phone.to_owned()), user_id: None };
    let (id, shown) = (simulator::wamid(), serde_json::json!({ "text": text }));
    let act = Act::Text { text };
    let body = simulator::message(&line, &persona, &id, tx.now, None, &act);
    insert_simulator(tx, phone, "out", &id, &shown)?;
    bring(tx, String::from_utf8_lossy(&simulator::bytes(&body)).into_owned(), after)
}
