//! What came of a purchase, told in the chat it was asked from.

use crate::domain::buying::purchase::{Purchase, Status};
use crate::domain::error::Result;
use crate::domain::house::message::Content;
use crate::domain::money::Money;
use crate::services::house::outbound;
use crate::store::house::message::NewMessage;
use crate::store::house::{conversation as threads, run};
use crate::store::meta;
use crate::store::tx::Tx;

/// Tells the member who asked by chat, once for each place the purchase comes to. After WhatsApp's 24 hours the page alone tells it.
pub(super) fn tell(tx: &mut Tx<'_>, p: &Purchase) -> Result<()> {
    let total = match p.total_minor {
        Some(minor) => format!(" for {}", Money::new(minor, meta::find_profile(tx)?.currency)),
        None => String::new(),
    };
    let more = if p.problem.is_empty() { String::new() } else { format!(" {}", p.problem) };
    let (n, title) = (p.number, p.title());
    let words = match p.status {
        Status::Confirmed => format!("Purchase {n} is ordered: {title}{total}.{more}"),
        Status::Failed => format!("Purchase {n} came to nothing: {title}.{more}"),
        Status::Cancelled => format!("Purchase {n} is given up: {title}.{more}"),
        Status::PaymentUnknown => {
            format!("Purchase {n}: nobody knows whether the bank has paid. Look there, then settle it on its page.{more}")
        }
        Status::Asking | Status::AwaitingApproval | Status::Ordering | Status::Delivered => return Ok(()),
    };
    let from = match p.run_id {
        Some(run) => run::find_machine(tx, run)?.and_then(|m| m.conversation_id),
        None => None,
    };
    let Some(from) = from else { return Ok(()) };
    let thread = threads::find_conversation(tx, from)?;
    if outbound::window_problem(&thread, tx.now).is_some() {
        return Ok(());
    }
    let (content, intent) = (Content::text(&words), format!("purchase:{}:{}", p.id, p.status.as_str()));
    let m = NewMessage::of_steward(from, &content, &intent);
    outbound::plan(tx, &thread, &m).map(drop)
}
