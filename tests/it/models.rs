//! Language models against servers that behave as the providers do, also when they misbehave.

mod anthropic;
mod openai;
mod routing;

use std::sync::Arc;
use steward::domain::house::briefing::{Briefing, Menu};
use steward::domain::house::business::Profile;
use steward::domain::lang::Lang;
use steward::domain::secret::Secret;
use steward::domain::shop::draft::Draft;
use steward::domain::time::{Clock, Time};
use steward::net::client::Net;
use steward::providers::llm::settings::Settings;
use steward::providers::llm::{Model, Request, Round, ToolCall, ToolResult, ToolSpec};
use tokio::sync::mpsc::UnboundedReceiver;

pub fn clock() -> Clock {
    Clock::starting_at(Time::from_millis(1_800_000_000_000))
}

/// A model of `service` at the double's address.
pub fn model(service: &str, key: &str, url: &str, change: impl FnOnce(&mut Settings)) -> Arc<dyn Model> {
    let mut settings = Settings::preset(service, Secret::new(key), "model-of-the-day").expect("a preset");
    settings.base_url = format!("{url}/v1");
    change(&mut settings);
    settings.connect(&Arc::new(Net::new(clock())))
}

/// A customer asks for two jollof; one tool is there.
pub fn request() -> Request {
    let briefing = Briefing {
        business_name: "Mama Put".into(),
        profile: Arc::new(Profile::default()),
        menu: Arc::new(Menu::default()),
        now: clock().now(),
        contact_name: "Ada".into(),
        language: Lang::En,
        draft: Draft::default(),
        open_orders: vec![],
        last_finished: None,
        desk: None,
        bookings: vec![],
        returning: false,
        memo: None,
        facts: vec![],
        assistant: None,
        intents: None,
    };
    let parameters =
        serde_json::json!({"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": false});
    Request {
        briefing: Arc::new(briefing),
        history: vec![],
        new: vec!["two jollof please".into()],
        rounds: vec![],
        objections: vec![],
        tools: Arc::new(vec![ToolSpec { name: "add_item", description: "Adds to the basket.", parameters }]),
        task: None,
    }
}

/// The same after a round with two tools, one of which failed, and an objection.
pub fn second_request() -> Request {
    let result =
        |id: &str, arguments, ok, output| ToolResult { call: ToolCall { id: id.into(), name: "add_item".into(), arguments }, ok, output };
    let done = result("c1", serde_json::json!({"n": 2}), true, serde_json::json!({"basket": "2 jollof"}));
    let failed = result("c2", serde_json::json!({"n": 0}), false, serde_json::json!({"error": "A quantity is 1 to 10000."}));
    let round = Round { text: "Let me see.".into(), results: vec![done, failed] };
    Request { rounds: vec![round], objections: vec!["₦9 is not known.".into()], ..request() }
}

/// What was shown while the model wrote.
pub fn shown(pieces: &mut UnboundedReceiver<String>) -> String {
    let mut out = String::new();
    while let Ok(p) = pieces.try_recv() {
        out.push_str(&p);
    }
    out
}
