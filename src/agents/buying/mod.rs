//! The buying desk at work: a purchase as a run, each talk with a vendor as a run of its own within it, and the deeds of both.

pub mod deeds;
mod phone;
pub mod purchase;
mod reading;
mod scout;
mod stripe;
pub mod talk;

use crate::agents::runs;
use crate::app::App;
use crate::domain::buying::call::Call;
use crate::domain::buying::need::Need;
use crate::domain::buying::purchase::{Purchase, Status};
use crate::domain::error::{Error, Result};
use crate::domain::house::approval::Standing;
use crate::domain::house::member::{Actor, Role};
use crate::domain::id::Id;
use crate::graph::Graphs;
use crate::graph::deed::Deeds;
use crate::graph::machine::NewRun;
use crate::services::buying::call::{SAID_CHARS, letter_key};
use crate::services::buying::{decision, purchase as purchases};
use crate::services::house::approval;
use crate::services::house::run as runs_of_house;
use crate::store::buying::{call as calls, purchase as rows};
use crate::store::house::approval as approvals;
use crate::store::house::run;
use crate::store::tx::Tx;
use serde_json::json;
use std::sync::Arc;

/// Adds the desk's graphs.
pub fn graphs(graphs: Graphs) -> Graphs {
    graphs.with(purchase::Buys).with(talk::Talks)
}

/// Adds the desk's deeds.
pub fn deeds(deeds: Deeds, app: &Arc<App>) -> Deeds {
    deeds::all(deeds, app)
}

/// Asks for a purchase: it is written down and its run begins, in one transaction. Sellers are asked in the background. What comes of
/// it is told in the thread `from` which it was asked, if any.
pub fn request(tx: &mut Tx<'_>, text: &str, need: Need, actor: &Actor, from: Option<Id>) -> Result<Purchase> {
    let p = purchases::add(tx, text, need, actor)?;
    let new = NewRun {
        graph: purchase::NAME.into(),
        input: json!({ "purchase_id": p.id }),
        key: format!("purchase:{}", p.id),
        conversation_id: from,
    };
    let run = runs::start(tx, &new)?;
    purchases::carried_by(tx, p.id, run)?;
    rows::find_purchase(tx, p.id)
}

/// The key of the question about a purchase.
pub fn question_key(purchase: Id) -> String {
    format!("purchase:{purchase}")
}

/// A person decides about a purchase; with `vendor`, another offer than the proposed one is taken first. Where two must agree they agree
/// to the same: what was asked.
pub fn decide(tx: &mut Tx<'_>, id: Id, vendor: Option<Id>, who: &approval::Answer<'_>) -> Result<Purchase> {
    let p = rows::find_purchase(tx, id)?;
    let asked = approvals::find_approval_by_key(tx, &question_key(id))?;
    let Some(asked) = asked else {
        return Err(Error::conflict(format!(
            "Purchase {} is {}; there is nothing to approve yet.",
            p.number,
            p.status.title().to_lowercase()
        )));
    };
    if let (Some(vendor), Standing::Open, true) = (vendor, asked.standing, who.yes) {
        let asked_one = p.comparison.as_ref().and_then(|c| c.plan.as_ref()).map(|plan| plan.shares.as_slice());
        let another = !matches!(asked_one, Some([one]) if one.seller.vendor_id == vendor);
        if another && asked.needed > 1 {
            return Err(Error::conflict(
                "Two people must agree to this, and to the same offer. Approve or reject the one that is asked about; to take another, stop this purchase and ask again.",
            ));
        }
        let p = decision::choose(tx, id, vendor)?;
        if p.total_minor > asked.question.amount.map(|m| m.amount_minor) {
            return Err(Error::conflict(
                "That offer costs more than the one you were asked about. Stop this purchase and ask again to take it.",
            ));
        }
    }
    approval::answer(tx, asked.id, who)?;
    rows::find_purchase(tx, id)
}

/// A person gives a purchase up.
pub fn cancel(tx: &mut Tx<'_>, id: Id, actor: &Actor, role: Role, why: &str) -> Result<Purchase> {
    role.require(Role::Manager)?;
    let p = rows::find_purchase(tx, id)?;
    if !p.status.is_open() {
        return Err(Error::conflict(format!("Purchase {} is {} already.", p.number, p.status.title().to_lowercase())));
    }
    match p.run_id {
        Some(run) => runs_of_house::stop(tx, run, actor, why)?,
        None => purchases::cancel(tx, id, why).map(drop)?,
    }
    rows::find_purchase(tx, id)
}

/// A person writes down what a vendor said in a talk by hand.
pub fn said(tx: &mut Tx<'_>, id: Id, text: &str) -> Result<Call> {
    let call = calls::find_call(tx, id)?;
    let p = rows::find_purchase(tx, call.purchase_id)?;
    if call.state.is_over() || p.status != Status::Asking {
        return Err(Error::conflict("This talk is over."));
    }
    if text.trim().is_empty() || text.chars().count() > SAID_CHARS {
        return Err(Error::field("text", format!("Write what they said, at most {SAID_CHARS} characters.")));
    }
    run::deliver(tx, &letter_key(id), &json!({ "text": text, "said": tx.now.millis() }))?;
    Ok(call)
}
