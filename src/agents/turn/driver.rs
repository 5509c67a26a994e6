//! Performs a turn. With the built-in model the whole turn is one transaction. With a model on the network there is one
//! transaction at the start, one for each round of tools and one for the reply; each leaves a checkpoint, so a turn
//! that was killed goes on where it was.

use super::ending::give_up;
use super::incoming::{unanswered, words_for_model};
use super::machine::{Next, Turn};
use super::steps::{rows_used, step, tool_title};
use super::whole::whole_turn;
use crate::agents::guard::{Facts, objections};
use crate::agents::memory::{self, Scene, brief};
use crate::agents::tools::consent::Consent;
use crate::agents::tools::{self, Counter};
use crate::app::shelf::Shelf;
use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::house::business::Business;
use crate::domain::house::conversation::{Channel, Mode};
use crate::domain::house::message::{Author, Content, Direction};
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::json::object;
use crate::domain::lang::Lang;
use crate::domain::limits;
use crate::domain::shop::draft::Draft;
use crate::domain::shop::order::Status;
use crate::domain::text::clip;
use crate::domain::time::{MINUTE_MS, Time};
use crate::domain::usage::Usage;
use crate::providers::llm::tools::tool_specs;
use crate::providers::llm::{BUILT_IN, Model, Reply, Request, Said, Sink, ToolCall, ToolResult, ToolSpec};
use crate::services::buying::vendor_chat;
use crate::services::house::inbound::turn_key;
use crate::services::house::outbound;
use crate::services::shop::card;
use crate::store::events::{About, insert_event};
use crate::store::file::File;
use crate::store::house::conversation::TurnEnd;
use crate::store::house::message::NewMessage;
use crate::store::house::{contact, conversation as threads, message};
use crate::store::jobs;
use crate::store::runs::{self, Run};
use crate::store::tx::{Read, Tx};
use crate::telemetry::{breakpoint, metrics};
use async_trait::async_trait;
use serde_json::json;
use std::sync::Arc;
use std::time::Instant;

/// A model that was chosen for a turn, with what it cost and why others did not answer.
pub struct Answer {
    /// Its proposal.
    pub reply: Reply,
    /// Which model it was.
    pub model: String,
    /// Models that were asked first and did not answer, with the reason.
    pub passed_over: Vec<String>,
}

/// Chooses among models on the network, with their limits and costs. None for a business that has none.
#[async_trait]
pub trait Models: Send + Sync {
    /// Whether this business has a model on the network.
    async fn has_any(&self, business: Id) -> bool;
    /// Whether it is known at once, without looking anywhere, that it has none.
    fn surely_none(&self, business: Id) -> bool;
    /// Asks the models in order; an error when none answered.
    async fn ask(&self, business: Id, request: &Request, sink: Option<&Sink>) -> std::result::Result<Answer, String>;
}

/// Performs turns.
pub struct Turns {
    built_in: Arc<dyn Model>,
    pub(super) models: Arc<dyn Models>,
    shelf: Arc<Shelf>,
    tools: Arc<Vec<ToolSpec>>,
}

/// Where a turn works.
pub(super) struct Place {
    pub(super) business: Business,
    pub(super) shelf: Arc<Shelf>,
    pub(super) built_in: Arc<dyn Model>,
    pub(super) tools: Arc<Vec<ToolSpec>>,
    job: Option<i64>,
    began: Instant,
}

impl Place {
    pub(super) fn us(&self) -> i64 {
        i64::try_from(self.began.elapsed().as_micros()).unwrap_or(i64::MAX)
    }
}

impl Turns {
    /// With the built-in model, and others when a business has them.
    pub fn new(built_in: Arc<dyn Model>, models: Arc<dyn Models>, shelf: Arc<Shelf>) -> Self {
        Self { built_in, models, shelf, tools: Arc::new(tool_specs()) }
    }

    /// Answers what is new in a conversation. `job` is finished in the last transaction.
    pub async fn take(&self, business: &Business, file: &File, conversation: Id, job: Option<i64>, sink: Option<&Sink>) -> Result<()> {
        let place = self.place(business.clone(), job);
        if !self.models.has_any(business.id).await {
            let done = file.write(move |tx| whole_turn(tx, &place, conversation)).await;
            if done.is_err() {
                self.shelf.forget(business.id);
            }
            return done;
        }
        self.take_slowly(Arc::new(place), file, conversation, sink).await
    }

    pub(super) fn place(&self, business: Business, job: Option<i64>) -> Place {
        let (shelf, built_in, tools) = (self.shelf.clone(), self.built_in.clone(), self.tools.clone());
        Place { business, shelf, built_in, tools, job, began: Instant::now() }
    }

    async fn take_slowly(&self, place: Arc<Place>, file: &File, conversation: Id, sink: Option<&Sink>) -> Result<()> {
        let p = place.clone();
        let Some(mut turn) = file.write(move |tx| begin_slowly(tx, &p, conversation)).await? else { return Ok(()) };
        breakpoint::reach("turn.begun");
        let mut next = Next::Ask;
        loop {
            let p = place.clone();
            match next {
                Next::Ask => {
                    let (t, request) = file.read(move |tx| with_request(tx, &p, turn)).await?;
                    turn = t;
                    next = self.ask(&place, &mut turn, &request, sink).await;
                }
                Next::Run(calls) => {
                    let (t, n) = file.write(move |tx| run_and_save(tx, &p, turn, &calls)).await?;
                    (turn, next) = (t, n);
                    breakpoint::reach("turn.tools_saved");
                }
                end => return file.write(move |tx| conclude_slowly(tx, &p, turn, end)).await,
            }
        }
    }

    async fn ask(&self, place: &Place, turn: &mut Turn, request: &Request, sink: Option<&Sink>) -> Next {
        let at = place.us();
        let answer = if turn.fall_back || request.briefing.is_away() {
            let reply = self.built_in.propose_now(request).ok_or_else(|| "no model answered".to_owned());
            reply.map(|reply| Answer { reply, model: self.built_in.name().to_owned(), passed_over: vec![] })
        } else {
            self.models.ask(place.business.id, request, sink).await
        };
        match answer {
            Ok(a) => {
                // Who did not answer a moment ago is not waited for again in the same turn.
                turn.fall_back |= !a.passed_over.is_empty() && a.model == self.built_in.name();
                weigh(place, turn, request, a, at)
            }
            Err(why) => {
                turn.steps.push(step("model", format!("No model answered: {why}"), false, at, place.us() - at, json!({})));
                turn.no_answer(&why)
            }
        }
    }
}

/// Checks a proposal and lets the machine decide.
pub(super) fn weigh(place: &Place, turn: &mut Turn, request: &Request, a: Answer, at: i64) -> Next {
    turn.model.clone_from(&a.model);
    let b = &request.briefing;
    turn.rows = rows_used(b.menu.version, b.menu.items.len(), &b.draft, b.open_orders.len());
    turn.language = b.language;
    let results: Vec<&ToolResult> = turn.results().collect();
    let (said, new, built_in) = (&request.history, &request.new, a.model == BUILT_IN);
    let facts = Facts { briefing: &request.briefing, results: &results, said, new, reckoned: &a.reply.reckoned, built_in };
    let against = if a.reply.calls.is_empty() { objections(&a.reply.text, &facts) } else { Vec::new() };
    let took = place.us() - at;
    let title = match a.reply.understood.as_str() {
        "" if a.model == BUILT_IN => "Read the message".to_owned(),
        "" => format!("Asked {}", a.model),
        understood => format!("Understood: {understood}"),
    };
    if turn.rounds.is_empty() || a.reply.usage.tokens() > 0 {
        let intent = request.briefing.meant(&request.new);
        let detail = json!({ "model": a.model, "usage": a.reply.usage, "passed_over": a.passed_over, "intent": intent });
        turn.steps.push(step("understood", title, true, at, took, detail));
    }
    turn.proposed(a.reply, against, answered_at(request.briefing.now, at, place.us()))
}

/// When an answer came: the rows were read anew right before the question, so only the time since then is added to what they say.
fn answered_at(read: Time, asked_us: i64, now_us: i64) -> Time {
    read.plus_ms((now_us - asked_us) / 1000)
}

/// Starts a turn, or takes up one that was cut off.
fn begin_slowly(tx: &mut Tx<'_>, place: &Place, conversation: Id) -> Result<Option<Turn>> {
    if let Some(turn) = cut_off(tx, conversation)? {
        return Ok(Some(turn));
    }
    let Some((mut turn, scene, _)) = begin(tx, place, conversation, true)? else {
        finish(tx, place)?;
        return Ok(None);
    };
    save(tx, &mut turn, "running", "", None)?;
    if scene.row.thread.channel == Channel::Whatsapp
        && let Some(provider_id) = newest_inbound(tx, conversation)?
    {
        let now = tx.now;
        jobs::enqueue_job(tx, &Job::MarkRead { conversation_id: conversation, provider_id }, now, None)?;
    }
    Ok(Some(turn))
}

/// The turn that was cut off and can still be ended. One whose reply would be void is closed: the next begins anew, with all that waits.
fn cut_off(tx: &mut Tx<'_>, conversation: Id) -> Result<Option<Turn>> {
    let Some((_, checkpoint)) = runs::find_open_run(tx, conversation)? else { return Ok(None) };
    let epoch = threads::find_conversation(tx, conversation)?.turn_epoch;
    let turn = checkpoint.and_then(|c| serde_json::from_str::<Turn>(&c).ok());
    let why = if turn.is_some() { TAKEN_OVER } else { LOST };
    if let Some(mut turn) = turn.filter(|t| t.epoch == epoch) {
        turn.goes_on(tx.now);
        return Ok(Some(turn));
    }
    runs::close_open_runs(tx, conversation, "stopped", why)?;
    Ok(None)
}

/// What came of a turn whose conversation a person answered.
const TAKEN_OVER: &str = "A person took over.";
/// What came of a turn that was cut off and cannot be read any more, or that the models it was begun with are gone from.
pub(super) const LOST: &str = "It was cut off and begun anew.";

fn newest_inbound(tx: &Read<'_>, conversation: Id) -> Result<Option<String>> {
    let newest = message::list_messages(tx, conversation, None, 5)?;
    Ok(newest.into_iter().rev().find(|m| m.direction == Direction::In).and_then(|m| m.provider_id))
}

/// How long a voice note may take to be heard before turns go on without it.
const HEARING_MS: i64 = 3 * MINUTE_MS;

/// Messages taken up by one turn at most.
const MESSAGES: u32 = 200;

pub(super) fn look(tx: &Read<'_>, place: &Place, conversation: Id) -> Result<Scene> {
    memory::look(tx, &place.shelf, &place.business, conversation)
}

/// What is to be answered, and whether more may wait. None when there is nothing, or somebody else answers.
pub(super) fn begin(tx: &Read<'_>, place: &Place, conversation: Id, with_history: bool) -> Result<Option<(Turn, Scene, bool)>> {
    let scene = look(tx, place, conversation)?;
    let thread = &scene.row.thread;
    // A vendor we are buying from is answered by the talk with them alone.
    if thread.mode == Mode::Human || !scene.profile.answers || vendor_chat::is_vendor(tx, thread)? {
        return Ok(None);
    }
    let new = message::list_messages_after(tx, conversation, &scene.row.state.taken_up_to, MESSAGES)?;
    // A voice note that is still being heard is waited for: its words belong to the same turn.
    if new.iter().any(|m| m.content.unheard() == Some(true) && tx.now.since_ms(m.created_at) < HEARING_MS) {
        return Ok(None);
    }
    let full = new.len() >= MESSAGES as usize;
    let waiting = unanswered(new);
    let Some(last) = waiting.last() else { return Ok(None) };
    let first = waiting.first().map(|m| m.id);
    let history = if with_history { history(tx, conversation, first)? } else { Vec::new() };
    // Only a picture without words is read by whether money is expected.
    let unpaid = scene.orders.iter().any(|o| o.status == Status::AwaitingPayment);
    let turn = Turn {
        run_id: Id::new(tx.now),
        conversation_id: conversation,
        epoch: thread.turn_epoch,
        started_at: tx.now,
        saved_at: tx.now,
        away_ms: 0,
        taken_up_to: last.id.to_string(),
        history,
        new: waiting.iter().map(|m| words_for_model(&m.content, unpaid)).collect(),
        rounds: vec![],
        objections: vec![],
        objected: 0,
        fall_back: false,
        model: String::new(),
        understood: String::new(),
        usage: Usage::default(),
        steps: vec![],
        rows: serde_json::Value::Null,
        language: Lang::default(),
    };
    Ok(Some((turn, scene, full)))
}

pub(super) fn history(tx: &Read<'_>, conversation: Id, before: Option<Id>) -> Result<Vec<Said>> {
    let most = u32::try_from(limits::HISTORY_MESSAGES).unwrap_or(30);
    let messages = message::list_messages(tx, conversation, before, most)?;
    let said = messages.into_iter().filter_map(|m| {
        let text = clip(&m.content.words(), limits::CUSTOMER_TEXT_CHARS);
        if text.is_empty() || m.delivery == crate::domain::house::message::Delivery::Stopped {
            return None;
        }
        Some(match m.author {
            Author::Customer => Said::Customer { text },
            Author::Steward => Said::Steward { text },
            Author::Person => Said::Person { name: m.author_name, text },
        })
    });
    Ok(said.collect())
}

pub(super) fn request(place: &Place, turn: &Turn, scene: &Scene, now: Time) -> Request {
    Request {
        briefing: Arc::new(brief(scene, &place.business, now)),
        history: turn.history.clone(),
        new: turn.new.clone(),
        rounds: turn.rounds.clone(),
        objections: turn.objections.clone(),
        tools: place.tools.clone(),
        task: None,
    }
}

fn with_request(tx: &Read<'_>, place: &Place, turn: Turn) -> Result<(Turn, Request)> {
    let scene = look(tx, place, turn.conversation_id)?;
    let request = request(place, &turn, &scene, tx.now);
    Ok((turn, request))
}

pub(super) fn run_tools(tx: &mut Tx<'_>, place: &Place, turn: &mut Turn, scene: &mut Scene, calls: &[ToolCall]) -> Result<Vec<ToolResult>> {
    let before = scene.row.state.draft.clone();
    // The built-in model does nothing it did not read in the customer's words.
    let consent = (turn.model != BUILT_IN).then(|| {
        let places = scene.facts.iter().map(|f| f.text.clone()).chain(scene.orders.iter().map(|o| o.address.clone()));
        Consent::of(&scene.menu, &turn.new, &turn.history, places.chain([before.address.clone()]))
    });
    let results = run_calls(place, turn, scene, calls, |at, call| {
        consent.as_ref().and_then(|c| c.refusal(at, call)).unwrap_or_else(|| tools::run(tx, at, call))
    });
    keep_draft(tx, scene, &before)?;
    Ok(results)
}

/// Runs each call at the counter, with a line of the trace; the basket may be another afterwards.
pub(super) fn run_calls(
    place: &Place,
    turn: &mut Turn,
    scene: &mut Scene,
    calls: &[ToolCall],
    mut run: impl FnMut(&mut Counter, &ToolCall) -> ToolResult,
) -> Vec<ToolResult> {
    let mut at = Counter {
        profile: scene.profile.clone(),
        menu: scene.menu.clone(),
        thread: scene.row.thread.clone(),
        draft: std::mem::take(&mut scene.row.state.draft),
        assistant: scene.assistant.clone(),
        person_asked: false,
    };
    let mut results = Vec::with_capacity(calls.len());
    for call in calls {
        let began = place.us();
        let r = run(&mut at, call);
        let detail = object([("tool", call.name.as_str().into()), ("arguments", call.arguments.clone()), ("output", r.output.clone())]);
        turn.steps.push(step("tool", tool_title(&r), r.ok, began, place.us() - began, detail));
        results.push(r);
    }
    scene.row.state.draft = at.draft;
    results
}

/// Writes the basket when it is not as it was `before`.
pub(super) fn keep_draft(tx: &mut Tx<'_>, scene: &Scene, before: &Draft) -> Result<()> {
    let draft = &scene.row.state.draft;
    if draft == before { Ok(()) } else { threads::update_draft(tx, scene.row.thread.id, draft) }
}

fn run_and_save(tx: &mut Tx<'_>, place: &Place, mut turn: Turn, calls: &[ToolCall]) -> Result<(Turn, Next)> {
    let mut scene = look(tx, place, turn.conversation_id)?;
    if scene.row.thread.turn_epoch != turn.epoch {
        // A person has taken over: nothing more is done on the customer's behalf.
        return Ok((turn, Next::Person(String::new())));
    }
    let results = run_tools(tx, place, &mut turn, &mut scene, calls)?;
    let next = turn.ran(results);
    save(tx, &mut turn, "running", "", None)?;
    Ok((turn, next))
}

fn save(tx: &mut Tx<'_>, turn: &mut Turn, state: &str, outcome: &str, ended: Option<Time>) -> Result<()> {
    turn.saved_at = tx.now;
    let checkpoint = (state == "running").then(|| serde_json::to_string(turn)).transpose();
    let checkpoint = checkpoint.map_err(|e| Error::internal("A turn could not be written down.").with_source(e))?;
    // The steps are lent to the row: a trace is long.
    let run = Run {
        id: turn.run_id,
        agent: "turn".into(),
        version: 0,
        conversation_id: Some(turn.conversation_id),
        state: state.into(),
        model: turn.model.clone(),
        understood: turn.understood.clone(),
        outcome: outcome.into(),
        usage: turn.usage,
        trace: std::mem::take(&mut turn.steps),
        started_at: turn.started_at,
        ended_at: ended,
    };
    let saved = runs::upsert_run(tx, &run, checkpoint.as_deref());
    turn.steps = run.trace;
    saved
}

/// Ends a turn: the reply and all that goes with it, or a person, in one transaction. The basket is written when it is not as `stored`.
pub(super) fn conclude(tx: &mut Tx<'_>, place: &Place, mut turn: Turn, scene: &Scene, stored: &Draft, end: Next) -> Result<()> {
    let (thread, now) = (&scene.row.thread, tx.now);
    if thread.turn_epoch != turn.epoch || thread.mode == Mode::Human {
        turn.steps.push(step("stopped", "A person took over, so nothing was sent", true, place.us(), 0, json!({})));
        save(tx, &mut turn, "stopped", TAKEN_OVER, Some(now))?;
        metrics::turn(&turn.model, "stopped", place.began.elapsed().as_secs_f64(), turn.usage);
        return finish(tx, place);
    }
    let outcome = if matches!(end, Next::Say(_)) { "said" } else { "person" };
    let reply = match end {
        Next::Say(reply) => *reply,
        Next::Person(why) => {
            turn.steps.push(step("stopped", format!("Gave up: {why}"), false, place.us(), 0, json!({})));
            give_up(tx, place, scene, &turn, &why)?
        }
        Next::Ask | Next::Run(_) => return Err(Error::internal("A turn ended in the middle.")),
    };
    if let Some(language) = reply.language.filter(|l| *l != turn.language) {
        contact::update_contact_language(tx, thread.contact_id, language)?;
    }
    let content =
        if reply.choices.is_empty() { Content::text(reply.text) } else { Content::Buttons { text: reply.text, choices: reply.choices } };
    let rows = std::mem::take(&mut turn.rows);
    turn.steps.push(step("reply", clip(&content.words(), 160), true, place.us(), 0, rows));
    let new = NewMessage {
        conversation_id: thread.id,
        author: Author::Steward,
        author_name: "",
        content: &content,
        run_id: Some(turn.run_id),
        intent: &format!("turn:{}", turn.run_id),
        turn_epoch: Some(turn.epoch),
    };
    let draft = Some(&scene.row.state.draft).filter(|d| *d != stored);
    outbound::plan_reply(tx, thread, &new, &TurnEnd { memo: reply.memo.as_deref(), taken_up_to: &turn.taken_up_to, draft })?;
    if let Some(x) = card::named(&scene.menu.items, &turn.new) {
        card::show(tx, thread, x, scene.profile.currency, scene.menu.version)?;
    }
    save(tx, &mut turn, "done", &clip(&content.words(), 160), Some(now))?;
    metrics::turn(&turn.model, outcome, place.began.elapsed().as_secs_f64(), turn.usage);
    let about = About { conversation: Some(thread.id), order: None, run: Some(turn.run_id) };
    insert_event(tx, event::RUN, about, json!({ "state": "done", "model": turn.model }))?;
    finish(tx, place)?;
    breakpoint::reach("turn.before_commit");
    Ok(())
}

/// Ends a turn that took several transactions: the customer may have written more meanwhile.
fn conclude_slowly(tx: &mut Tx<'_>, place: &Place, turn: Turn, end: Next) -> Result<()> {
    let scene = look(tx, place, turn.conversation_id)?;
    let (thread, state) = (&scene.row.thread, &scene.row.state);
    let stopped = thread.turn_epoch != turn.epoch || thread.mode == Mode::Human;
    // Taken over and handed back meanwhile: nothing was said, and the turn that was planned then found this one running.
    let up_to = if stopped { state.taken_up_to.clone() } else { turn.taken_up_to.clone() };
    let with_people = thread.mode == Mode::Human || stopped && thread.closed;
    conclude(tx, place, turn, &scene, &state.draft, end)?;
    if with_people { Ok(()) } else { answer_the_rest(tx, thread.id, &up_to) }
}

pub(super) fn finish(tx: &mut Tx<'_>, place: &Place) -> Result<()> {
    place.job.map_or(Ok(()), |id| jobs::finish_job(tx, id))
}

/// What the customer wrote meanwhile gets the next turn.
pub(super) fn answer_the_rest(tx: &mut Tx<'_>, conversation_id: Id, taken_up_to: &str) -> Result<()> {
    if !message::is_customer_after(tx, conversation_id, taken_up_to)? {
        return Ok(());
    }
    let rest = unanswered(message::list_messages_after(tx, conversation_id, taken_up_to, MESSAGES)?);
    if rest.is_empty() {
        return Ok(());
    }
    let now = tx.now;
    jobs::enqueue_job(tx, &Job::RunAgent { conversation_id }, now, Some(&turn_key(conversation_id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_as_old_as_its_clock_says() {
        let began = Time::from_millis(0);
        // The second question was asked half a minute into the turn, with rows read then, and answered a second later.
        let answered = answered_at(began.plus_ms(30_000), 30_000_000, 31_000_000);
        assert_eq!(answered.since_ms(began), 31_000);
    }
}
