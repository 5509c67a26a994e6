//! Tools that remember what customers tell about themselves, and forget it.

use super::{Counter, Outcome};
use crate::domain::house::fact::{Fact, Proposal};
use crate::services::house::fact;
use crate::store::tx::Tx;
use serde::Deserialize;
use serde_json::{Value, json};

/// How sure we are of what a model read; a member's own word is 100.
const CONFIDENCE: u8 = 90;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Remember {
    facts: Vec<Proposal>,
}

pub(super) fn remember(tx: &mut Tx<'_>, at: &Counter, r: &Remember) -> Outcome {
    let kept = fact::remember(tx, at.thread.contact_id, at.thread.id, &r.facts, "steward", CONFIDENCE)?;
    Ok(json!({ "remembered": kept.iter().map(told).collect::<Vec<_>>() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Forget {
    about: Option<String>,
}

pub(super) fn forget(tx: &mut Tx<'_>, at: &Counter, f: &Forget) -> Outcome {
    let gone = fact::forget_about(tx, at.thread.contact_id, f.about.as_deref())?;
    Ok(json!({ "forgotten": gone.iter().map(told).collect::<Vec<_>>() }))
}

fn told(f: &Fact) -> Value {
    json!({ "kind": f.kind, "text": f.text })
}
