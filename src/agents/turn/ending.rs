//! How a turn ends that must end before a model has worded its reply.

use super::driver::{Place, request};
use super::machine::Turn;
use crate::agents::guard::{Facts, objections};
use crate::agents::memory::Scene;
use crate::domain::error::Result;
use crate::domain::phrase::say;
use crate::domain::text::clip;
use crate::domain::time::Time;
use crate::providers::llm::tools::only_looks;
use crate::providers::llm::{Reply, Request, ToolResult};
use crate::services::house::conversation;
use crate::store::tx::Tx;
use std::sync::Arc;

/// A person must take it: the owner learns why, the customer that somebody will reply.
pub(super) fn give_up(tx: &mut Tx<'_>, place: &Place, scene: &Scene, turn: &Turn, why: &str) -> Result<Reply> {
    let summary = format!("{why} The customer wrote: {}", clip(&turn.new.join(" / "), 300));
    conversation::ask_person(tx, turn.conversation_id, "Steward could not finish", &summary)?;
    let (owner, business) = (scene.profile.owner_name.as_str(), place.business.name.as_str());
    let person = if owner.is_empty() { business } else { owner };
    let call = say(scene.row.language, "person_will_reply", &[("name", person), ("business", business)]);
    let text = match what_was_done(place, scene, turn, tx.now) {
        Some(done) if done.contains(&call) => done,
        Some(done) => format!("{done}\n\n{call}"),
        None => call,
    };
    Ok(Reply { text, ..Reply::default() })
}

/// What tools did before a turn had to end, in the built-in model's words: an order that stands is told, whatever came after it.
fn what_was_done(place: &Place, scene: &Scene, turn: &Turn, now: Time) -> Option<String> {
    if !turn.results().any(|r| r.ok && !only_looks(&r.call.name)) {
        return None;
    }
    let request = Request { tools: Arc::default(), ..request(place, turn, scene, now) };
    let reply = place.built_in.propose_now(&request).filter(|r| r.calls.is_empty() && !r.text.trim().is_empty())?;
    let results: Vec<&ToolResult> = turn.results().collect();
    let (said, new) = (&request.history, &request.new);
    let facts = Facts { briefing: &request.briefing, results: &results, said, new, reckoned: &reply.reckoned, built_in: true };
    objections(&reply.text, &facts).is_empty().then_some(reply.text)
}
