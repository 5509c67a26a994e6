//! Models on the network: a business's own, else those of the environment; paid from each business's daily limit.

use crate::agents::stream::Gate;
use crate::agents::turn::driver::{Answer, Models};
use crate::app::{App, models};
use crate::domain::error::Error;
use crate::domain::house::briefing::Briefing;
use crate::domain::house::business::{Business, Profile};
use crate::domain::house::intent::{Intent, Meant};
use crate::domain::house::model::{Look, OwnModel, Use};
use crate::domain::id::Id;
use crate::domain::price::Price;
use crate::domain::secret::Secret;
use crate::domain::text::clip;
use crate::domain::usage::Usage;
use crate::providers::llm::prices::{Ledger, NotReserved, Reservation};
use crate::providers::llm::router::{Candidate, Limits, Purpose, Routed, Router};
use crate::providers::llm::settings::Settings;
use crate::providers::llm::tools::BOOKING_TOOLS;
use crate::providers::llm::{Model, ModelError, Reply, Request, Sink};
use crate::store::Store;
use crate::store::{meta, usage};
use async_trait::async_trait;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

/// The ledger in each business's own file.
struct StoredLedger {
    store: Arc<Store>,
}

/// One row a day for what was promised and spent over all models.
const ALL: &str = "all";

#[async_trait]
impl Ledger for StoredLedger {
    async fn reserve(&self, business: Id, estimate_micros: u64, daily_limit_micros: u64) -> Result<Reservation, NotReserved> {
        let unwritten = |e: Error| NotReserved::Unwritten(e.message);
        let file = self.store.business(business).map_err(unwritten)?;
        let reserved = file.write(move |tx| {
            let day = usage::today(tx)?;
            let estimate = i64::try_from(estimate_micros).unwrap_or(i64::MAX);
            let limit = i64::try_from(daily_limit_micros).unwrap_or(i64::MAX);
            if estimate > 0 && usage::day_cost_micros(tx, &day)?.saturating_add(estimate) > limit {
                return Ok(None);
            }
            usage::reserve_usage(tx, &day, ALL, estimate)?;
            Ok(Some(Reservation { id: Id::new(tx.now), business, micros: estimate_micros, day }))
        });
        reserved.await.map_err(unwritten)?.ok_or(NotReserved::OverLimit)
    }
    async fn settle(&self, reservation: Reservation, used: Usage) {
        let Ok(file) = self.store.business(reservation.business) else { return };
        let micros = i64::try_from(reservation.micros).unwrap_or(i64::MAX);
        let settled = file.write(move |tx| usage::settle_usage(tx, &reservation.day, ALL, micros, used)).await;
        if let Err(e) = settled {
            tracing::error!(error = %e, "the cost of a model call could not be written down");
        }
    }
}

/// The settings of the models of the environment, best first.
fn of_environment(app: &App) -> impl Iterator<Item = Settings> {
    let ready = app.config.models.ready();
    ready.filter_map(|s| Some(Settings::preset(s.name, s.api_key.clone(), &s.model)?.at(&s.base_url)))
}

/// The settings of a model a business entered: its address is from outside.
fn of_business(m: &OwnModel, key: Secret) -> Option<Settings> {
    let settings = Settings::preset(&m.service, key, &m.model)?.at(&m.base_url);
    Some(Settings { outside: true, ..settings })
}

/// The services whose address Steward knows.
pub fn services() -> Vec<&'static str> {
    Settings::presets().collect()
}

/// The models a business may ask, by purpose; none when there is only the built-in one.
type Chain = Option<Arc<Router>>;

/// Models on the network: a business's own, else those of the environment.
pub struct Configured {
    app: Arc<App>,
    built_in: Arc<dyn Model>,
    environment: Chain,
    own: RwLock<(u64, HashMap<Id, Chain>)>,
}

/// Businesses whose chains are kept; the rest is read anew.
const KEPT: usize = 1_024;

impl Configured {
    /// Reads the configuration; without any ready model there is nothing to ask.
    pub fn new(app: &Arc<App>, built_in: Arc<dyn Model>) -> Self {
        let prices = &app.config.models.prices;
        let priced = of_environment(app).map(|s| {
            let price = prices.of(&s.model);
            (s, Use::All, price)
        });
        let environment = chain(app, &built_in, priced);
        Self { app: app.clone(), built_in, environment, own: RwLock::default() }
    }

    /// The same where no built-in model could do the work: for what is no turn.
    pub(super) fn alone(app: &Arc<App>) -> Self {
        Self::new(app, Arc::new(Nobody))
    }

    /// Asks for other work than a turn; none when no model is configured, or none answered.
    pub(super) async fn routed(&self, business: Id, purpose: Purpose, request: &Request) -> Option<Routed> {
        let router = self.chain(business).await?;
        let routed = router.propose(purpose, business, request, None).await.ok()?;
        (routed.model != Nobody.name()).then_some(routed)
    }

    async fn chain(&self, business: Id) -> Chain {
        let now = self.app.model_changes.now();
        {
            let kept = self.own.read().unwrap_or_else(PoisonError::into_inner);
            if kept.0 == now
                && let Some(own) = kept.1.get(&business)
            {
                return own.clone().or_else(|| self.environment.clone());
            }
        }
        let found = models::opened(&self.app, business).await.unwrap_or_else(|e| {
            tracing::error!(error = %e, "a business's models cannot be read");
            Vec::new()
        });
        let prices = &self.app.config.models.prices;
        let priced = found.into_iter().filter_map(|(m, key)| {
            let price = m.price.or_else(|| prices.of(&m.model));
            Some((of_business(&m, key)?, m.purpose, price))
        });
        let own = chain(&self.app, &self.built_in, priced);
        let mut kept = self.own.write().unwrap_or_else(PoisonError::into_inner);
        if kept.0 != now || kept.1.len() >= KEPT {
            *kept = (now, HashMap::new());
        }
        kept.1.insert(business, own.clone());
        own.or_else(|| self.environment.clone())
    }
}

fn chain(app: &App, built_in: &Arc<dyn Model>, models: impl Iterator<Item = (Settings, Use, Option<Price>)>) -> Chain {
    let ledger = Arc::new(StoredLedger { store: app.store.clone() });
    let mut router = Router::new(built_in.clone(), ledger, app.clock().clone(), Limits::default());
    let mut any = false;
    for (settings, purpose, price) in models.filter(|(_, purpose, _)| *purpose != Use::Sight) {
        let candidate = candidate(app, settings, price);
        if purpose != Use::Fast {
            router = router.with(Purpose::Smart, candidate.clone());
        }
        if purpose != Use::Smart {
            router = router.with(Purpose::Fast, candidate);
        }
        any = true;
    }
    any.then(|| Arc::new(router))
}

fn candidate(app: &App, settings: Settings, price: Option<Price>) -> Candidate {
    let max_tokens = settings.max_tokens;
    Candidate { model: settings.connect(&app.net), price, max_tokens }
}

/// The models that read pictures of receipts: the business's own, else the one of the environment; none when there is none.
pub async fn with_eyes(app: &App, business: Id) -> Option<Router> {
    let prices = &app.config.models.prices;
    let own = models::opened(app, business).await.unwrap_or_else(|e| {
        tracing::error!(error = %e, "a business's models cannot be read");
        Vec::new()
    });
    let own = own.into_iter().filter(|(m, _)| m.purpose == Use::Sight).filter_map(|(m, key)| {
        let price = m.price.or_else(|| prices.of(&m.model));
        Some(candidate(app, of_business(&m, key)?, price))
    });
    let mut eyes: Vec<Candidate> = own.collect();
    if eyes.is_empty() {
        let given = app.config.models.receipts.as_ref().filter(|s| s.is_ready());
        let settings = given.and_then(|s| Some(Settings::preset(s.name, s.api_key.clone(), &s.model)?.at(&s.base_url)));
        eyes.extend(settings.map(|s| {
            let price = prices.of(&s.model);
            candidate(app, s, price)
        }));
    }
    if eyes.is_empty() {
        return None;
    }
    let ledger = Arc::new(StoredLedger { store: app.store.clone() });
    let router = Router::new(Arc::new(Nobody), ledger, app.clock().clone(), Limits::default());
    Some(eyes.into_iter().fold(router, |r, c| r.with(Purpose::Sight, c)))
}

/// So sure must the reading of a customer's words be for the model for short work, in percent.
const CLEAR: u8 = 70;
/// So long may words be for it.
const SHORT_CHARS: usize = 160;

/// Short and clear questions go to the model for short work. Once the guard objected, or the turn needs many rounds, the other takes over.
fn purpose_of(request: &Request) -> Purpose {
    let simple = |m: Meant| matches!(m.intent, Intent::Faq | Intent::Pricing | Intent::Order) && m.confidence >= CLEAR;
    let short = request.new.iter().map(|t| t.chars().count()).sum::<usize>() <= SHORT_CHARS;
    let untroubled = request.objections.is_empty() && request.rounds.len() <= 2;
    if short && untroubled && request.briefing.meant(&request.new).is_some_and(simple) { Purpose::Fast } else { Purpose::Smart }
}

/// The request without the tools for bookings, where nothing can be booked.
fn offered(request: &Request) -> Option<Request> {
    if request.briefing.desk.is_some() || !request.tools.iter().any(|t| BOOKING_TOOLS.contains(&t.name)) {
        return None;
    }
    let tools = request.tools.iter().filter(|t| !BOOKING_TOOLS.contains(&t.name)).cloned().collect();
    Some(Request { tools: Arc::new(tools), ..request.clone() })
}

#[async_trait]
impl Models for Configured {
    async fn has_any(&self, business: Id) -> bool {
        self.chain(business).await.is_some_and(|r| r.has_models())
    }
    fn surely_none(&self, business: Id) -> bool {
        let kept = self.own.read().unwrap_or_else(PoisonError::into_inner);
        let own = (kept.0 == self.app.model_changes.now()).then(|| kept.1.get(&business)).flatten();
        let chain = own.map(|own| own.as_ref().or(self.environment.as_ref()));
        chain.is_some_and(|c| c.is_none_or(|r| !r.has_models()))
    }
    async fn ask(&self, business: Id, request: &Request, sink: Option<&Sink>) -> Result<Answer, String> {
        let fitting = offered(request);
        let request = fitting.as_ref().unwrap_or(request);
        let router = self.chain(business).await.ok_or("no model is configured")?;
        let routed = match sink {
            Some(sink) => previewed(&router, business, request, sink).await,
            None => router.propose(purpose_of(request), business, request, None).await,
        };
        let routed = routed.map_err(|e| e.to_string())?;
        let passed_over = routed.passed_over.into_iter().map(|p| format!("{}: {}", p.model, p.why)).collect();
        Ok(Answer { reply: routed.reply, model: routed.model, passed_over })
    }
}

/// Asks, and shows of the draft what states nothing while the rest is written.
async fn previewed(router: &Router, business: Id, request: &Request, sink: &Sink) -> Result<Routed, ModelError> {
    let (inner, mut pieces) = tokio::sync::mpsc::unbounded_channel();
    let mut gate = Gate::new(request.briefing.language);
    // Nobody may be watching any more; the reply itself is still wanted.
    let show = |words: String| drop(sink.send(words));
    show(String::new());
    let mut asked = std::pin::pin!(router.propose(purpose_of(request), business, request, Some(&inner)));
    loop {
        tokio::select! {
            biased;
            // What came before turned out to be no part of the reply.
            Some(piece) = pieces.recv() => if piece.is_empty() {
                gate = Gate::new(request.briefing.language);
                show(piece);
            } else {
                gate.push(&piece).map(show);
            },
            routed = &mut asked => return routed,
        }
    }
}

/// Stands at the end of a chain that is only tried.
struct Nobody;

#[async_trait]
impl Model for Nobody {
    fn name(&self) -> &str {
        "nobody"
    }
    async fn propose(&self, _: &Request, _: Option<&Sink>) -> Result<Reply, ModelError> {
        Ok(Reply::default())
    }
}

/// Asks every model of the environment for two words; nobody's day pays for it.
pub async fn try_environment(app: &Arc<App>) -> Vec<Look> {
    let mut out = Vec::new();
    for settings in of_environment(app) {
        out.push(try_settings(app, settings).await);
    }
    out
}

async fn try_settings(app: &Arc<App>, settings: Settings) -> Look {
    let at = app.clock().now();
    let name = settings.name();
    let request = small(Briefing::without_customer(String::new(), Profile::default(), at));
    match settings.connect(&app.net).propose(&request, None).await {
        Ok(reply) => Look { at, fine: true, words: format!("{name} answers: “{}”", clip(&reply.text, 60)) },
        Err(e) => Look { at, fine: false, words: format!("{name} does not answer. {}", sentence(&e.to_string())) },
    }
}

fn small(briefing: Briefing) -> Request {
    Request {
        briefing: Arc::new(briefing),
        history: vec![],
        new: vec!["Hello! Please answer with two words.".into()],
        rounds: vec![],
        objections: vec![],
        tools: Arc::default(),
        task: None,
    }
}

/// Asks one of a business's models for two words, paid from its day like any call; what came of it, in a sentence.
pub async fn try_out(app: &Arc<App>, business: &Business, id: Id) -> crate::domain::error::Result<Look> {
    let mut found = models::opened(app, business.id).await?;
    found.retain(|(m, _)| m.id == id);
    let (m, key) = found.pop().ok_or_else(|| Error::not_found("model"))?;
    let price = m.price.or_else(|| app.config.models.prices.of(&m.model));
    let settings = of_business(&m, key).into_iter().map(|s| (s, Use::All, price));
    let nobody: Arc<dyn Model> = Arc::new(Nobody);
    let router = chain(app, &nobody, settings).ok_or_else(|| Error::invalid("This model's service is not known any more."))?;
    let request = hello(app, business).await?;
    let began = Instant::now();
    let routed = router.propose(Purpose::Smart, business.id, &request, None).await;
    let took = began.elapsed().as_millis();
    let at = app.clock().now();
    let look = |fine, words: String| Look { at, fine, words: clip(&words, 300) };
    Ok(match routed {
        Ok(r) if r.model != "nobody" => {
            let used = r.reply.usage;
            let words =
                if r.reply.text.is_empty() { "nothing but tool calls".to_owned() } else { format!("“{}”", clip(&r.reply.text, 80)) };
            look(true, format!("It answered in {took} ms: {words} That took {} tokens.", used.tokens()))
        }
        Ok(r) => look(false, r.passed_over.first().map_or_else(|| "It did not answer.".to_owned(), |p| sentence(&p.why))),
        Err(e) => look(false, sentence(&e.to_string())),
    })
}

/// What an owner reads when an address of their own is not let through: who can change that, and how.
const NOT_LET: &str = "This address is not allowed: it must begin with https and be on the internet. Whoever runs Steward can allow a server of your own with STEWARD_MODEL_HOSTS.";

fn sentence(why: &str) -> String {
    if why.contains("an address from outside") || why.contains("private network") {
        return NOT_LET.into();
    }
    let mut letters = why.trim().trim_end_matches('.').chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).chain(['.']).collect()).unwrap_or_else(|| "It did not answer.".into())
}

async fn hello(app: &Arc<App>, business: &Business) -> crate::domain::error::Result<Request> {
    let (_, file) = app.business(business.id)?;
    let profile = file.read(meta::find_profile).await?;
    Ok(small(Briefing::without_customer(business.name.clone(), profile, app.clock().now())))
}

/// A model by the name of its service ("groq") or of itself ("groq:some-model"): of the business when one is given, else of the
/// environment.
pub async fn named(app: &Arc<App>, business: Option<Id>, name: &str) -> crate::domain::error::Result<Arc<dyn Model>> {
    let mut known: Vec<(String, String, Settings)> = Vec::new();
    if let Some(business) = business {
        for (m, key) in models::opened(app, business).await? {
            known.extend(of_business(&m, key).map(|s| (m.service.clone(), m.name(), s)));
        }
    } else {
        known.extend(of_environment(app).map(|s| (s.service.clone(), s.name(), s)));
    }
    let names: Vec<String> = known.iter().map(|(_, name, _)| name.clone()).collect();
    let found = known.into_iter().find(|(service, full, _)| service == name || full == name);
    found.map(|(_, _, s)| s.connect(&app.net)).ok_or_else(|| {
        let there = if names.is_empty() {
            "None is: set OPENAI_API_KEY and OPENAI_MODEL, or name a business that has its own with --business.".to_owned()
        } else {
            format!("There is: {}.", names.join(", "))
        };
        Error::invalid(format!("No model \"{name}\" is configured. {there}"))
    })
}
