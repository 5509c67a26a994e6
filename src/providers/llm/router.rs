//! Chooses the model for a purpose and goes down the chain when one does not answer. The chain ends in the built-in
//! model, so a turn always gets an answer: trouble means fewer words, never silence.

use crate::domain::id::Id;
use crate::domain::time::Clock;
use crate::domain::usage::Usage;
use crate::net::breaker::{Breaker, Breakers, Permit, Settings as BreakerSettings};
use crate::net::retry::Backoff;
use crate::providers::llm::look::Look;
use crate::providers::llm::prices::{Ledger, Price};
use crate::providers::llm::{Model, ModelError, Reply, Request, Sink, plain, prompt};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// What a model is wanted for; configuration names the models for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Turns whose meaning is clear from the first words.
    Fast,
    /// Everything else.
    Smart,
    /// Pictures of receipts. Nobody else stands in: not every model has eyes.
    Sight,
}

/// Limits of one question to the router.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Time for all models together, in milliseconds. Must leave a turn time to end (`domain::limits::TURN_MS`).
    pub deadline_ms: u64,
    /// Time for one attempt, in milliseconds.
    pub attempt_ms: u64,
    /// Attempts at one model and the waits between them.
    pub backoff: Backoff,
    /// When a model is left alone.
    pub breaker: BreakerSettings,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            deadline_ms: 45_000,
            attempt_ms: 25_000,
            backoff: Backoff { attempts: 2, base_ms: 400, cap_ms: 2_000 },
            breaker: BreakerSettings { threshold: 3, cool_down_ms: 30_000 },
        }
    }
}

/// How long a model whose account is empty is left alone, in milliseconds.
const NO_CREDIT_MS: i64 = 10 * 60_000;
/// Longest rest after a model says it is busy, in milliseconds.
const BUSY_MS: u64 = 60_000;

/// Characters of a reply at most: what a message of WhatsApp holds, nearly.
const LONGEST: usize = 4_000;

/// A model in a chain.
#[derive(Clone)]
pub struct Candidate {
    /// The model.
    pub model: Arc<dyn Model>,
    /// Its price; none is counted as costing nothing.
    pub price: Option<Price>,
    /// Tokens its answer may have, for the estimate.
    pub max_tokens: u32,
}

/// A model that was asked, or skipped, before the one that answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedOver {
    /// Its name.
    pub model: String,
    /// Why it did not answer, for the trace.
    pub why: String,
    /// How often it was asked; 0 when it was skipped.
    pub attempts: u32,
}

/// A reply and where it came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Routed {
    /// The proposal. Its usage holds the cost.
    pub reply: Reply,
    /// The name of the model that answered.
    pub model: String,
    /// Those before it in the chain.
    pub passed_over: Vec<PassedOver>,
}

struct Link {
    candidate: Candidate,
    breaker: Arc<Breaker>,
}

/// Chooses among models.
pub struct Router {
    fast: Vec<Link>,
    smart: Vec<Link>,
    sight: Vec<Link>,
    built_in: Arc<dyn Model>,
    ledger: Arc<dyn Ledger>,
    breakers: Breakers,
    limits: Limits,
}

impl Router {
    /// A router that knows the built-in model only.
    pub fn new(built_in: Arc<dyn Model>, ledger: Arc<dyn Ledger>, clock: Clock, limits: Limits) -> Self {
        let breakers = Breakers::new(clock, limits.breaker);
        Self { fast: Vec::new(), smart: Vec::new(), sight: Vec::new(), built_in, ledger, breakers, limits }
    }
    /// Adds a model at the end of the chain for `purpose`. The same model in both chains shares its breaker.
    pub fn with(mut self, purpose: Purpose, candidate: Candidate) -> Self {
        let breaker = self.breakers.of(candidate.model.name());
        let link = Link { candidate, breaker };
        match purpose {
            Purpose::Fast => self.fast.push(link),
            Purpose::Smart => self.smart.push(link),
            Purpose::Sight => self.sight.push(link),
        }
        self
    }
    /// The models for `purpose`, then those for the other one: any of them is better than none.
    fn chain(&self, purpose: Purpose) -> impl Iterator<Item = &Link> {
        let (first, then): (&[Link], &[Link]) = match purpose {
            Purpose::Fast => (&self.fast, &self.smart),
            Purpose::Smart => (&self.smart, &self.fast),
            Purpose::Sight => (&self.sight, &[]),
        };
        let known = |link: &&Link| !first.iter().any(|f| f.candidate.model.name() == link.candidate.model.name());
        first.iter().chain(then.iter().filter(known))
    }
    /// The names of the chain for `purpose`, the built-in model last.
    pub fn names(&self, purpose: Purpose) -> Vec<String> {
        let configured = self.chain(purpose).map(|l| l.candidate.model.name());
        configured.chain([self.built_in.name()]).map(str::to_owned).collect()
    }
    /// Whether a model beyond the built-in one is configured.
    pub fn has_models(&self) -> bool {
        !self.smart.is_empty() || !self.fast.is_empty()
    }
    /// The answer without waiting, when only the built-in model is there.
    pub fn propose_now(&self, request: &Request) -> Option<Routed> {
        if self.has_models() {
            return None;
        }
        let reply = self.built_in.propose_now(request)?;
        Some(Routed { reply, model: self.built_in.name().to_owned(), passed_over: Vec::new() })
    }
    /// Asks the chain for `purpose`. Fails only if the built-in model does.
    pub async fn propose(&self, purpose: Purpose, business: Id, request: &Request, sink: Option<&Sink>) -> Result<Routed, ModelError> {
        let deadline = Instant::now() + Duration::from_millis(self.limits.deadline_ms);
        let prompt_tokens = if self.has_models() { prompt::tokens_of(request) } else { 0 };
        let limit_micros = request.briefing.profile.daily_limit_micros;
        let mut ask = Ask {
            question: Question::Turn(request),
            sink,
            deadline,
            business,
            limit_micros,
            prompt_tokens,
            attempts: 0,
            spent: Usage::default(),
        };
        let mut passed_over = Vec::new();
        for link in self.chain(purpose) {
            let model = link.candidate.model.name().to_owned();
            ask.attempts = 0;
            match self.try_link(link, &mut ask).await {
                Ok(reply) => return Ok(Routed { reply, model, passed_over }),
                Err(why) => {
                    tracing::info!(model, why, attempts = ask.attempts, "a model did not answer; the next one is asked");
                    passed_over.push(PassedOver { model, why, attempts: ask.attempts });
                }
            }
        }
        let reply = self.built_in.propose(request, ask.sink).await?;
        Ok(Routed { reply, model: self.built_in.name().to_owned(), passed_over })
    }

    /// Asks the models with eyes about a picture, within a business's daily limit. The error says why none of them answered.
    pub async fn look(&self, business: Id, limit_micros: u64, look: &Look) -> Result<Routed, String> {
        let deadline = Instant::now() + Duration::from_millis(self.limits.deadline_ms);
        let (question, prompt_tokens) = (Question::Look(look), look.tokens());
        let mut ask = Ask { question, sink: None, deadline, business, limit_micros, prompt_tokens, attempts: 0, spent: Usage::default() };
        let mut passed_over: Vec<PassedOver> = Vec::new();
        for link in self.chain(Purpose::Sight) {
            let model = link.candidate.model.name().to_owned();
            ask.attempts = 0;
            match self.try_link(link, &mut ask).await {
                Ok(reply) => return Ok(Routed { reply, model, passed_over }),
                Err(why) => passed_over.push(PassedOver { model, why, attempts: ask.attempts }),
            }
        }
        Err(passed_over.iter().map(|p| format!("{}: {}", p.model, p.why)).collect::<Vec<_>>().join("; "))
    }

    async fn try_link(&self, link: &Link, ask: &mut Ask<'_>) -> Result<Reply, String> {
        if Instant::now() >= ask.deadline {
            return Err("no time was left".to_owned());
        }
        let permit = link.breaker.enter().map_err(|ms| format!("resting for {ms} ms after failures"))?;
        let price = link.candidate.price.unwrap_or_default();
        let estimate = price.cost_micros(ask.prompt_tokens, u64::from(link.candidate.max_tokens));
        let reservation = self.ledger.reserve(ask.business, estimate, ask.limit_micros).await.map_err(|e| e.to_string())?;
        ask.spent = Usage::default();
        let outcome = self.attempts(&*link.candidate.model, ask).await.map(|mut reply| {
            reply.usage.cost_micros = price.cost_micros(reply.usage.prompt_tokens, reply.usage.completion_tokens);
            reply
        });
        // Providers do not charge for errors, but for every answer they began, whatever it is worth to us.
        let mut used = ask.spent;
        used.cost_micros = price.cost_micros(used.prompt_tokens, used.completion_tokens);
        used.add(outcome.as_ref().map_or(Usage::default(), |r| r.usage));
        self.ledger.settle(reservation, used).await;
        judge(&link.breaker, permit, &outcome);
        outcome.map_err(|e| e.to_string())
    }

    async fn attempts(&self, model: &dyn Model, ask: &mut Ask<'_>) -> Result<Reply, ModelError> {
        loop {
            let (error, spent) = match self.attempt(model, ask).await.and_then(|reply| fit(ask.question, reply)) {
                Ok(reply) => return Ok(reply),
                Err(e) => e.apart(),
            };
            ask.attempts += 1;
            ask.spent.add(spent);
            let wait_ms = match &error {
                ModelError::Busy { retry_after_ms: Some(ms) } => *ms,
                ModelError::Busy { retry_after_ms: None } | ModelError::Away(_) => self.limits.backoff.wait_ms(ask.attempts - 1),
                // Asked again it would say the same.
                _ => return Err(error),
            };
            let wait = Duration::from_millis(wait_ms);
            let too_long = wait_ms > self.limits.backoff.cap_ms || Instant::now() + wait >= ask.deadline;
            if ask.attempts >= self.limits.backoff.attempts || too_long {
                return Err(error);
            }
            tokio::time::sleep(wait).await;
        }
    }

    async fn attempt(&self, model: &dyn Model, ask: &mut Ask<'_>) -> Result<Reply, ModelError> {
        let until = ask.deadline.min(Instant::now() + Duration::from_millis(self.limits.attempt_ms));
        let mut wrote = false;
        let asked = asked(model, ask.question, ask.sink, &mut wrote);
        let outcome = tokio::time::timeout_at(until, asked).await;
        let begun = Usage { prompt_tokens: ask.prompt_tokens, ..Usage::default() };
        let late = |wrote: bool| {
            let error = ModelError::Away("no answer in time".into());
            // What was read is paid for once words have come.
            if wrote { error.billed(begun) } else { error }
        };
        let outcome = outcome.unwrap_or_else(|_| Err(late(wrote)));
        if wrote && outcome.is_err() {
            ask.sink = None; // half an answer has been shown; another must not be written behind it
        }
        outcome
    }
}

/// What a model is asked.
#[derive(Clone, Copy)]
enum Question<'a> {
    /// The next step of a turn.
    Turn(&'a Request),
    /// What is on a picture.
    Look(&'a Look),
}

/// One question on its way down the chain.
struct Ask<'a> {
    question: Question<'a>,
    sink: Option<&'a Sink>,
    deadline: Instant,
    business: Id,
    limit_micros: u64,
    prompt_tokens: u64,
    attempts: u32,
    /// What answers of one model cost that could not be used.
    spent: Usage,
}

fn judge(breaker: &Breaker, permit: Permit, outcome: &Result<Reply, ModelError>) {
    match outcome {
        // A model that ran out of words, or will not speak about this talk, is well.
        Ok(_) | Err(ModelError::Cut(_) | ModelError::Declined(_)) => permit.worked(),
        Err(ModelError::OutOfCredit(_)) => breaker.trip(NO_CREDIT_MS),
        Err(ModelError::Busy { retry_after_ms: Some(ms) }) => breaker.trip(i64::try_from((*ms).clamp(1_000, BUSY_MS)).unwrap_or(1_000)),
        // A run of refusals means a wrong key or model name; a single one may be about this talk only.
        Err(ModelError::Busy { .. } | ModelError::Away(_) | ModelError::Refused(_) | ModelError::Billed { .. }) => permit.failed(),
    }
}

/// A reply as it may go to a customer: without marks no chat shows, and not a page long.
fn fit(question: Question<'_>, mut reply: Reply) -> Result<Reply, ModelError> {
    let Question::Turn(request) = question else { return Ok(reply) };
    if request.task.is_some() || !reply.calls.is_empty() {
        return Ok(reply);
    }
    reply.text = plain::words(&reply.text);
    if reply.text.chars().count() > LONGEST {
        return Err(ModelError::Cut("the answer is too long to send".into()).billed(reply.usage));
    }
    Ok(reply)
}

async fn asked(model: &dyn Model, question: Question<'_>, sink: Option<&Sink>, wrote: &mut bool) -> Result<Reply, ModelError> {
    match question {
        Question::Turn(request) => relayed(model, request, sink, wrote).await,
        Question::Look(look) => model.look(look).await,
    }
}

/// Asks with a sink in between, to know whether anything was shown.
async fn relayed(model: &dyn Model, request: &Request, sink: Option<&Sink>, wrote: &mut bool) -> Result<Reply, ModelError> {
    let Some(sink) = sink else { return model.propose(request, None).await };
    let (inner, mut pieces) = tokio::sync::mpsc::unbounded_channel();
    let mut forward = |piece: String| {
        *wrote = true;
        // Nobody may be watching any more.
        let _ = sink.send(piece);
    };
    let mut asked = std::pin::pin!(model.propose(request, Some(&inner)));
    loop {
        tokio::select! {
            biased;
            Some(piece) = pieces.recv() => forward(piece),
            outcome = &mut asked => {
                while let Ok(piece) = pieces.try_recv() {
                    forward(piece);
                }
                return outcome;
            }
        }
    }
}
