//! The built-in model: the same trait and tools as a language model, without one. It reads orders and questions with
//! word lists and the menu itself, so it never names a price or a thing the menu does not have.

mod acts;
mod amends;
mod amounts;
mod answers;
mod asks;
mod bookings;
mod calls_off;
mod changes;
mod clause;
pub mod consent;
mod cue_words;
mod cues;
mod days;
mod deeds;
mod diets;
mod edits;
mod extras;
mod facts;
mod hear;
mod index;
mod inscriptions;
mod lines;
mod listed;
mod memo;
mod offers;
mod places;
mod plan;
mod post;
mod questions;
mod read;
mod recall;
mod recipients;
mod remarks;
mod removals;
mod repairs;
mod same;
mod scan;
mod several;
mod shares;
mod sizes;
mod speak;
mod sums;
#[cfg(test)]
mod tests;
mod told;
mod tongue;
mod tongue_words;
mod troubles;
mod turned;
mod units;
mod whens;
mod words;

use crate::domain::house::briefing::Menu;
use crate::domain::id::Id;
use crate::domain::phrase::say;
use crate::providers::llm::tools::only_looks;
use crate::providers::llm::{Model, ModelError, Reply, Request, Sink, ToolCall, ToolResult};
use async_trait::async_trait;
use index::Index;
use memo::{Aside, Memo};
use plan::Planner;
use std::sync::{Arc, RwLock};
pub use tongue::tell as tell_language;

/// Menus kept ready at once.
const KEPT: usize = 32;

type Kept = Vec<(Option<Id>, i64, Arc<Index>)>;

/// The built-in model.
#[derive(Debug, Default)]
pub struct BuiltIn {
    kept: RwLock<Kept>,
}

impl BuiltIn {
    /// A model with nothing read yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The menu made ready, from the kept ones when it has not changed.
    fn index(&self, menu: &Menu) -> Arc<Index> {
        let same = |k: &&(Option<Id>, i64, Arc<Index>)| k.0 == menu.business && k.1 == menu.version && menu.business.is_some();
        if let Some(hit) = self.kept.read().ok().and_then(|k| k.iter().find(same).map(|k| k.2.clone())) {
            return hit;
        }
        let ix = Arc::new(Index::new(menu));
        if let Ok(mut kept) = self.kept.write() {
            kept.retain(|k| k.0 != menu.business);
            if kept.len() >= KEPT {
                kept.remove(0);
            }
            kept.push((menu.business, menu.version, ix.clone()));
        }
        ix
    }

    /// Proposes the next step of a turn.
    pub fn next(&self, request: &Request) -> Reply {
        let b = &*request.briefing;
        // What another model began has no note of ours beside it.
        let own = request.rounds.iter().position(|r| serde_json::from_str::<Aside>(&r.text).is_ok());
        if let (Some(own), Some(last)) = (own, request.rounds.last()) {
            let mut aside: Aside = serde_json::from_str(&last.text).unwrap_or_default();
            let results: Vec<&ToolResult> = request.rounds[own..].iter().flat_map(|r| &r.results).collect();
            return match asks::settle(b, &mut aside, &results) {
                Some(calls) if !request.tools.is_empty() => Self::first(aside, calls),
                _ => speak::reply(b, aside, &results),
            };
        }
        let done: Vec<&ToolResult> = request.rounds.iter().flat_map(|r| &r.results).filter(|r| !only_looks(&r.call.name)).collect();
        if done.iter().any(|r| r.ok) {
            // The customer's words are done already: read anew beside the rows as they are now, they would be done twice.
            return speak::reply(b, self.after(request, &done), &done);
        }
        let (mut aside, calls) = self.plan(request);
        if calls.is_empty() || request.tools.is_empty() {
            asks::settle(b, &mut aside, &[]);
            return speak::reply(b, aside, &[]);
        }
        Self::first(aside, calls)
    }

    /// Calls to make before there are words; what is to be said beside travels with them.
    fn first(aside: Aside, calls: Vec<ToolCall>) -> Reply {
        Reply {
            understood: aside.understood.join("; "),
            language: aside.language,
            text: serde_json::to_string(&aside).unwrap_or_default(),
            calls,
            ..Reply::default()
        }
    }

    /// What is said beside the deeds of another model: only what their results do not say themselves.
    fn after(&self, request: &Request, done: &[&ToolResult]) -> Aside {
        let b = &*request.briefing;
        let planned = self.plan(request).0;
        let lang = planned.language.unwrap_or(b.language);
        let has = |tool: &str| done.iter().any(|r| r.ok && r.call.name == tool);
        let mut said = Vec::new();
        if has("clear_basket") {
            said.push(say(lang, "cleared", &[]));
        }
        if has("call_person") {
            let owner = b.profile.owner_name.as_str();
            let key = if owner.is_empty() { "person_will_reply" } else { "person_named" };
            said.push(say(lang, key, &[("name", owner), ("business", &b.business_name)]));
        }
        let memo = Memo { met: true, ..Memo::default() };
        Aside { said, memo, language: Some(lang), ..Aside::default() }
    }

    fn plan(&self, request: &Request) -> (Aside, Vec<ToolCall>) {
        let b = &*request.briefing;
        let ix = self.index(&b.menu);
        let mut p = Planner::new(b, &ix);
        if !p.is_away(&request.new) {
            request.new.iter().for_each(|text| p.text(text));
            p.warn();
        }
        if !p.memo.met && !b.returning && !p.calls.iter().any(|c| c.name == "call_person") {
            // The first answer to a new customer says who speaks, whatever was asked.
            let said = std::mem::take(&mut p.out.said);
            p.introduce();
            p.out.said.extend(said);
        }
        p.memo.met = true;
        p.keep_before();
        if p.calls.iter().any(|c| c.name == "call_person") {
            p.memo.called = Some(b.now);
        }
        let mut aside = p.out;
        aside.memo = p.memo;
        aside.language = Some(p.lang);
        (aside, p.calls)
    }
}

#[async_trait]
impl Model for BuiltIn {
    fn name(&self) -> &str {
        super::BUILT_IN
    }
    async fn propose(&self, request: &Request, _sink: Option<&Sink>) -> Result<Reply, ModelError> {
        Ok(self.next(request))
    }
    fn propose_now(&self, request: &Request) -> Option<Reply> {
        Some(self.next(request))
    }
}
