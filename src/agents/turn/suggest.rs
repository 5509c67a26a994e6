//! Drafts what a person could answer: by the same models and the same guard as a turn, but nothing is done on the customer's behalf
//! and nothing is sent. What a draft looks up is undone again; deeds are refused. Where no model has an answer, code words one from rows.

use super::driver::{Place, Turns, history, look};
use super::incoming::words_for_model;
use crate::agents::guard::{Facts, objections};
use crate::agents::memory::{Scene, brief};
use crate::agents::tools::{self, Counter};
use crate::domain::error::{Error, Result};
use crate::domain::house::business::Business;
use crate::domain::house::message::{Direction, Message};
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::money::Money;
use crate::domain::phrase::say;
use crate::domain::shop::order::{Order, Status};
use crate::domain::time::DAY_MS;
use crate::providers::llm::tools::only_looks;
use crate::providers::llm::{BUILT_IN, Reply, Request, Round, ToolCall, ToolResult};
use crate::services::house::case as cases;
use crate::store::file::File;
use crate::store::house::{case, message};
use crate::store::tx::{Read, Tx};
use serde_json::json;
use std::sync::Arc;

/// Questions to a model at most.
const ROUNDS: usize = 4;
/// Messages looked at.
const MESSAGES: u32 = 40;
/// The customer's newest messages a draft answers.
const NEW: usize = 8;
/// What a model on the network is told beside the facts.
const TOLD: &str = "A person of the business answers this customer now and will send your words in their own name. Write that person's next \
                    message: answer what the facts answer, say that you look into the rest. Call nobody, promise nothing, and do not say \
                    that somebody else will reply.";
/// Sentences of the built-in model that answer nothing; a person needs no draft of them.
const EMPTY: [&str; 14] = [
    "not_understood",
    "off_topic",
    "failed_plain",
    "hello_again",
    "how_can_i_help",
    "menu_ask",
    "basket_empty",
    "no_last_order",
    "no_orders",
    "bot",
    "inject",
    "cannot_read_this",
    "sorry_try_later",
    "ask_place",
];

/// Everything a draft is made of.
struct Brief {
    request: Request,
    /// The customer's newest message.
    made_for: String,
    /// What code words from rows.
    plain: String,
    language: Lang,
}

impl Turns {
    /// Drafts a reply for the person who takes care of a thread, and keeps it with the thread.
    pub async fn suggest(&self, business: &Business, file: &File, conversation: Id) -> Result<()> {
        let place = Arc::new(self.place(business.clone(), None));
        if !self.models.has_any(business.id).await {
            return file.write(move |tx| draft_at_once(tx, &place, conversation)).await;
        }
        let p = place.clone();
        let Some(b) = file.read(move |tx| begin(tx, &p, conversation)).await? else { return Ok(()) };
        let (made_for, plain) = (b.made_for.clone(), b.plain.clone());
        let text = self.draft_slowly(&place, file, conversation, b).await?.unwrap_or(plain);
        file.write(move |tx| cases::keep_suggestion(tx, conversation, &text, &made_for)).await
    }

    /// Asks the models of the business; none when no answer was fit.
    async fn draft_slowly(&self, place: &Arc<Place>, file: &File, conversation: Id, mut b: Brief) -> Result<Option<String>> {
        b.request.objections = vec![TOLD.to_owned()];
        for _ in 0..ROUNDS {
            let Ok(answer) = self.models.ask(place.business.id, &b.request, None).await else { return Ok(None) };
            let reply = answer.reply;
            if reply.calls.is_empty() {
                let against = faults(&b, &reply, answer.model == BUILT_IN);
                if against.is_empty() {
                    return Ok(fit(&b, reply.text));
                }
                b.request.objections = std::iter::once(TOLD.to_owned()).chain(against).collect();
                continue;
            }
            let (p, calls) = (place.clone(), reply.calls);
            let results = file.write(move |tx| {
                let scene = look(tx, &p, conversation)?;
                Ok(looked_up(tx, &scene, &calls))
            });
            b.request.rounds.push(Round { text: reply.text, results: results.await? });
        }
        Ok(None)
    }
}

/// The draft of the built-in model, in one transaction.
fn draft_at_once(tx: &mut Tx<'_>, place: &Place, conversation: Id) -> Result<()> {
    let Some(mut b) = begin(tx, place, conversation)? else { return Ok(()) };
    let text = propose(tx, place, conversation, &mut b)?.unwrap_or(b.plain);
    cases::keep_suggestion(tx, conversation, &text, &b.made_for)
}

fn propose(tx: &mut Tx<'_>, place: &Place, conversation: Id, b: &mut Brief) -> Result<Option<String>> {
    for _ in 0..ROUNDS {
        let Some(reply) = place.built_in.propose_now(&b.request) else { return Ok(None) };
        if reply.calls.is_empty() {
            return Ok(if faults(b, &reply, true).is_empty() { fit(b, reply.text) } else { None });
        }
        // Whoever wants to do something has not understood this as a question.
        if !reply.calls.iter().all(|c| only_looks(&c.name)) {
            return Ok(None);
        }
        let scene = look(tx, place, conversation)?;
        let results = looked_up(tx, &scene, &reply.calls);
        b.request.rounds.push(Round { text: reply.text, results });
    }
    Ok(None)
}

/// What the customer wrote since a person last answered, with the facts. None when they never wrote.
fn begin(tx: &Read<'_>, place: &Place, conversation: Id) -> Result<Option<Brief>> {
    let scene = look(tx, place, conversation)?;
    let all = message::list_messages(tx, conversation, None, MESSAGES)?;
    let new = newest(all);
    let Some(newest) = new.last() else { return Ok(None) };
    let request = Request {
        briefing: Arc::new(brief(&scene, &place.business, tx.now)),
        history: history(tx, conversation, new.first().map(|m| m.id))?,
        new: new.iter().map(|m| words_for_model(&m.content, false)).collect(),
        rounds: Vec::new(),
        objections: Vec::new(),
        tools: Arc::new(place.tools.iter().filter(|t| only_looks(t.name)).cloned().collect()),
        task: None,
    };
    let made_for = newest.id.to_string();
    let language = scene.row.language;
    Ok(Some(Brief { request, made_for, plain: plain(tx, &scene, &place.business)?, language }))
}

/// The customer's newest words: what they wrote since anybody last answered, or last wrote before an answer.
fn newest(all: Vec<Message>) -> Vec<Message> {
    let end = all.iter().rposition(|m| m.direction == Direction::In).map_or(0, |i| i + 1);
    let start = all[..end].iter().rposition(|m| m.direction == Direction::Out).map_or(0, |i| i + 1);
    let words = all.into_iter().take(end).skip(start.max(end.saturating_sub(NEW)));
    words.filter(|m| m.content.wants_reply() && m.content.unheard().is_none()).collect()
}

/// A reply from rows alone: who writes, that the words were read, and where the newest order stands.
fn plain(tx: &Read<'_>, scene: &Scene, business: &Business) -> Result<String> {
    let language = scene.row.language;
    let case = case::find_case(tx, scene.row.thread.id)?;
    let person = case.assignee.map_or_else(|| scene.profile.owner_name.clone(), |a| a.name);
    let who = if person.is_empty() { business.name.clone() } else { format!("{person}, {}", business.name) };
    let name = scene.row.name.trim();
    let hello = if name.is_empty() { "suggest_hello" } else { "suggest_hello_name" };
    let mut said = vec![say(language, hello, &[("name", name), ("who", &who)])];
    if matches!(scene.row.thread.waiting_reason.as_str(), "Is upset" | "Asks for money back") {
        said.push(say(language, "angry", &[]));
    }
    said.push(say(language, "suggest_look", &[]));
    let recent = |o: &&Order| !o.status.is_final() || o.status == Status::Completed && tx.now.since_ms(o.updated_at) < 7 * DAY_MS;
    if let Some(o) = scene.orders.iter().find(recent) {
        let total = Money::new(o.total_minor, scene.profile.currency).to_string();
        let places = [("number", o.number.to_string()), ("total", total), ("reference", o.reference.clone()), ("reason", String::new())];
        let places: Vec<(&str, &str)> = places.iter().map(|(k, v)| (*k, v.as_str())).collect();
        said.push(say(language, &format!("status_{}", o.status.as_str()), &places).trim().to_owned());
    }
    Ok(said.join(" "))
}

/// What the guard has against a draft.
fn faults(b: &Brief, reply: &Reply, built_in: bool) -> Vec<String> {
    if reply.text.trim().is_empty() {
        return vec!["The reply was empty.".to_owned()];
    }
    let results: Vec<&ToolResult> = b.request.rounds.iter().flat_map(|r| &r.results).collect();
    let (said, new) = (&b.request.history, &b.request.new);
    let facts = Facts { briefing: &b.request.briefing, results: &results, said, new, reckoned: &reply.reckoned, built_in };
    objections(&reply.text, &facts)
}

/// A draft, unless it answers nothing.
fn fit(b: &Brief, text: String) -> Option<String> {
    let places = [("business", b.request.briefing.business_name.as_str())];
    let empty = |key: &&str| text.contains(&say(b.language, key, &places));
    (!EMPTY.iter().any(empty)).then_some(text)
}

/// Runs what only looks and takes every trace of it back: a draft changes nothing.
fn looked_up(tx: &mut Tx<'_>, scene: &Scene, calls: &[ToolCall]) -> Vec<ToolResult> {
    let mut at = Counter {
        profile: scene.profile.clone(),
        menu: scene.menu.clone(),
        thread: scene.row.thread.clone(),
        draft: scene.row.state.draft.clone(),
        assistant: None,
        person_asked: false,
    };
    let mut results = Vec::with_capacity(calls.len());
    let looked = tx.attempt(|tx| {
        for call in calls {
            results.push(if only_looks(&call.name) {
                tools::run(tx, &mut at, call)
            } else {
                ToolResult { call: call.clone(), ok: false, output: json!({ "error": "A person answers here and does that." }) }
            });
        }
        Err::<(), _>(Error::conflict("It was only looked."))
    });
    debug_assert!(looked.is_err(), "what was looked up is undone");
    results
}
