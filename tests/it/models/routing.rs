//! The chain of models and its end.

use super::{clock, model, request, shown};
use crate::doubles::openai::{self, KEY, chunk, error, event, raw, says};
use crate::doubles::script::{Act, Stage};
use async_trait::async_trait;
use serde_json::json;
use std::sync::Arc;
use std::time::Instant;
use steward::domain::house::business::Profile;
use steward::domain::id::Id;
use steward::domain::time::Clock;
use steward::net::breaker::Settings as BreakerSettings;
use steward::net::retry::Backoff;
use steward::providers::llm::prices::{Ledger, MemoryLedger, Price};
use steward::providers::llm::router::{Candidate, Limits, Purpose, Router};
use steward::providers::llm::{Model, ModelError, Reply, Request, Sink};

struct BuiltIn;

#[async_trait]
impl Model for BuiltIn {
    fn name(&self) -> &str {
        "built-in"
    }
    async fn propose(&self, request: &Request, _: Option<&Sink>) -> Result<Reply, ModelError> {
        self.propose_now(request).ok_or(ModelError::Away(String::new()))
    }
    fn propose_now(&self, _: &Request) -> Option<Reply> {
        Some(Reply { text: "plain words".into(), ..Reply::default() })
    }
}

const LIMITS: Limits = Limits {
    deadline_ms: 20_000,
    attempt_ms: 5_000,
    backoff: Backoff { attempts: 2, base_ms: 5, cap_ms: 50 },
    breaker: BreakerSettings { threshold: 3, cool_down_ms: 30_000 },
};
const PRICE: Price = Price { prompt_micros_per_million: 1_000_000, completion_micros_per_million: 2_000_000 };

struct Scene {
    router: Router,
    ledger: Arc<MemoryLedger>,
    clock: Clock,
    stages: Vec<Stage>,
}

/// A chain of OpenAI-compatible models, one for each script, named model-0, model-1 …
async fn scene(scripts: Vec<Vec<Act>>, limits: Limits) -> Scene {
    let (ledger, clock) = (Arc::new(MemoryLedger::default()), clock());
    let mut router = Router::new(Arc::new(BuiltIn), Arc::clone(&ledger) as Arc<dyn Ledger>, clock.clone(), limits);
    let mut stages = Vec::new();
    for (n, script) in scripts.into_iter().enumerate() {
        let stage = openai::open(script).await;
        let model = model("openai", KEY, &stage.url, |s| s.model = format!("model-{n}"));
        router = router.with(Purpose::Smart, Candidate { model, price: Some(PRICE), max_tokens: 100 });
        stages.push(stage);
    }
    Scene { router, ledger, clock, stages }
}

impl Scene {
    /// The model that answered, its words, and those passed over as "name attempts".
    async fn ask(&self) -> (String, String, Vec<String>) {
        let routed = self.router.propose(Purpose::Smart, Id::NIL, &request(), None).await.expect("the built-in model answers");
        assert_eq!(self.ledger.promised_micros(Id::NIL), 0, "everything is settled");
        let passed = routed.passed_over.iter().map(|p| format!("{} {}", p.model.trim_start_matches("openai:"), p.attempts)).collect();
        (routed.model.trim_start_matches("openai:").to_owned(), routed.reply.text, passed)
    }
}

fn answered(model: &str, words: &str, passed: &[&str]) -> (String, String, Vec<String>) {
    (model.into(), words.into(), passed.iter().map(ToString::to_string).collect())
}

#[tokio::test]
async fn the_first_that_answers_is_taken_and_paid() {
    let s = scene(vec![vec![error(500, "x"), says("hello")], vec![says("other")]], LIMITS).await;
    assert_eq!(s.ask().await, answered("model-0", "hello", &[]), "one failure is tried again");
    assert_eq!(s.stages[1].times(), 0);
    let used = s.ledger.used(Id::NIL);
    assert_eq!((used.prompt_tokens, used.completion_tokens, used.cost_micros), (5, 7, 5 + 14));
    assert_eq!(s.router.names(Purpose::Smart), ["openai:model-0", "openai:model-1", "built-in"]);
}

#[tokio::test]
async fn the_chain_is_gone_down_and_ends_in_the_built_in_model() {
    let limits = Limits { attempt_ms: 1_000, ..LIMITS };
    let s = scene(vec![vec![error(401, "x")], vec![error(503, "x")], vec![Act::Hang]], limits).await;
    assert_eq!(s.ask().await, answered("built-in", "plain words", &["model-0 1", "model-1 2", "model-2 2"]));
    assert_eq!(s.ledger.used(Id::NIL).cost_micros, 0);
}

#[tokio::test]
async fn when_no_money_is_left_the_built_in_model_answers() {
    let s = scene(vec![vec![says("dear")]], LIMITS).await;
    let mut poor = request();
    let mut briefing = (*poor.briefing).clone();
    briefing.profile = Arc::new(Profile { daily_limit_micros: 100, ..Profile::default() });
    poor.briefing = Arc::new(briefing);
    let routed = s.router.propose(Purpose::Smart, Id::NIL, &poor, None).await.unwrap();
    assert_eq!((routed.model.as_str(), routed.passed_over[0].why.as_str()), ("built-in", "the day's limit for models is reached"));
    assert_eq!(s.stages[0].times(), 0);
    assert_eq!(s.ask().await.0, "model-0", "another business is not held back");
}

#[tokio::test]
async fn a_busy_model_is_waited_for_shortly_or_left_alone() {
    let soon = error(429, "rate_limit_exceeded").with("retry-after-ms", "20");
    let s = scene(vec![vec![soon, says("hello")]], LIMITS).await;
    assert_eq!(s.ask().await, answered("model-0", "hello", &[]));
    let late = error(429, "rate_limit_exceeded").with("retry-after", "2");
    let s = scene(vec![vec![late, says("back")], vec![says("other")]], LIMITS).await;
    assert_eq!(s.ask().await, answered("model-1", "other", &["model-0 1"]));
    assert_eq!(s.ask().await, answered("model-1", "other", &["model-0 0"]), "resting");
    s.clock.advance_ms(2_000);
    assert_eq!(s.ask().await, answered("model-0", "back", &[]));
}

#[tokio::test]
async fn an_empty_account_and_a_run_of_failures_rest() {
    let s = scene(vec![vec![error(429, "insufficient_quota"), says("paid")]], LIMITS).await;
    assert_eq!(s.ask().await.2, ["model-0 1"]);
    s.clock.advance_ms(60_000);
    assert_eq!(s.ask().await.2, ["model-0 0"]);
    s.clock.advance_ms(600_000);
    assert_eq!(s.ask().await.0, "model-0");
    let s = scene(vec![vec![error(401, "x")]], LIMITS).await;
    for attempts in [1, 1, 1, 0] {
        assert_eq!(s.ask().await.2, [format!("model-0 {attempts}")]);
    }
}

#[tokio::test]
async fn all_models_together_keep_the_deadline() {
    let limits = Limits { deadline_ms: 500, attempt_ms: 400, ..LIMITS };
    let s = scene(vec![vec![Act::Hang], vec![Act::Hang], vec![says("late")]], limits).await;
    let begin = Instant::now();
    let (model, _, passed) = s.ask().await;
    assert!(begin.elapsed().as_millis() < 4_000, "{:?}", begin.elapsed());
    assert_eq!((model.as_str(), passed.last().map(String::as_str)), ("built-in", Some("model-2 0")));
}

#[tokio::test]
async fn nothing_is_written_behind_half_an_answer() {
    let half = raw(&[&event(&chunk(&json!({"content": "Two jo"}), None))]).cut();
    let s = scene(vec![vec![half], vec![says("Two jollof.")]], LIMITS).await;
    let (tx, mut rx) = tokio::sync::mpsc::unbounded_channel();
    let routed = s.router.propose(Purpose::Smart, Id::NIL, &request(), Some(&tx)).await.unwrap();
    assert_eq!((routed.reply.text.as_str(), shown(&mut rx).as_str()), ("Two jollof.", "Two jo"));
}

#[tokio::test]
async fn without_models_nothing_waits() {
    let s = scene(vec![vec![says("x")]], LIMITS).await;
    assert_eq!(s.router.propose_now(&request()), None);
    let none = Router::new(Arc::new(BuiltIn), s.ledger.clone(), clock(), LIMITS);
    let routed = none.propose_now(&request()).unwrap();
    assert_eq!((routed.model.as_str(), routed.passed_over.len()), ("built-in", 0));
}

#[tokio::test]
async fn each_purpose_asks_its_own_models_first_and_the_others_before_none() {
    let mut router = Router::new(Arc::new(BuiltIn), Arc::new(MemoryLedger::default()), clock(), LIMITS);
    let mut stages = Vec::new();
    for (purpose, name, script) in [
        (Purpose::Smart, "large", vec![says("long"), error(500, "x"), error(500, "x")]),
        (Purpose::Fast, "small", vec![says("short"), says("short")]),
    ] {
        let stage = openai::open(script).await;
        let model = model("openai", KEY, &stage.url, |s| s.model = name.into());
        router = router.with(purpose, Candidate { model, price: Some(PRICE), max_tokens: 100 });
        stages.push(stage);
    }
    let said = async |purpose| router.propose(purpose, Id::NIL, &request(), None).await.unwrap();
    assert_eq!(said(Purpose::Smart).await.reply.text, "long");
    assert_eq!(said(Purpose::Fast).await.reply.text, "short");
    let after = said(Purpose::Smart).await;
    assert_eq!((after.model.as_str(), after.passed_over[0].model.as_str()), ("openai:small", "openai:large"));
}

fn ends(reason: &str) -> Act {
    let usage = json!({"choices": [], "usage": {"prompt_tokens": 50, "completion_tokens": 20}});
    let half = json!({"choices": [{"index": 0, "delta": {"content": "Two jo"}, "finish_reason": reason}]});
    raw(&[&event(&half), &event(&usage), "data: [DONE]\n\n"])
}

#[tokio::test]
async fn answers_that_cannot_be_used_are_paid_and_asked_for_once() {
    for reason in ["length", "content_filter"] {
        let s = scene(vec![vec![ends(reason), says("again")], vec![says("other")]], LIMITS).await;
        assert_eq!(s.ask().await, answered("model-1", "other", &["model-0 1"]), "{reason}");
        let used = s.ledger.used(Id::NIL);
        assert_eq!((used.prompt_tokens, used.completion_tokens), (55, 27), "{reason}");
        assert_eq!(used.cost_micros, 55 + 2 * 27, "{reason}");
    }
    let half = || raw(&[&event(&chunk(&json!({"content": "Two jollof rice"}), None))]).cut();
    let s = scene(vec![vec![half(), says("hello")]], LIMITS).await;
    assert_eq!(s.ask().await.0, "model-0");
    assert!(s.ledger.used(Id::NIL).prompt_tokens > 5, "what was cut off was read and is paid");
}

#[tokio::test]
async fn what_one_talk_may_not_say_closes_no_door_for_others() {
    let s =
        scene(vec![vec![ends("content_filter"), ends("content_filter"), ends("content_filter"), ends("length"), says("hello")]], LIMITS)
            .await;
    for _ in 0..4 {
        assert_eq!(s.ask().await.2, ["model-0 1"]);
    }
    assert_eq!(s.ask().await, answered("model-0", "hello", &[]));
}

#[tokio::test]
async fn replies_are_taken_as_a_chat_shows_them() {
    let s = scene(vec![vec![says("## Menu **Jollof**"), says("x".repeat(4_001).as_str())]], LIMITS).await;
    assert_eq!(s.ask().await.1, "Menu *Jollof*");
    assert_eq!(s.ask().await, answered("built-in", "plain words", &["model-0 1"]));
}
