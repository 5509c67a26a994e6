//! Reading a vendor's words by a model, where one is configured: a deed outside, before the talk goes on. What it wrote down is only a
//! proposal; the talk holds it against the words and reads them itself where it does not fit.

use super::deeds::id_of;
use crate::agents::models::Configured;
use crate::app::App;
use crate::domain::buying::need::Item;
use crate::domain::buying::quote_model::{TOOL, asked, schema};
use crate::domain::error::Result;
use crate::domain::house::briefing::Briefing;
use crate::domain::id::Id;
use crate::domain::text::clip;
use crate::graph::deed::Outside;
use crate::graph::{At, Performed};
use crate::providers::llm::router::Purpose;
use crate::providers::llm::{Request, ToolSpec};
use crate::store::buying::{call, purchase};
use crate::store::house::message;
use crate::store::meta;
use askama::Template;
use async_trait::async_trait;
use serde_json::{Value, json};
use std::sync::Arc;

/// Characters of a vendor's words a model reads.
const WORDS: usize = 4_000;

#[derive(Template)]
#[template(path = "prompts/quote.txt")]
struct Task<'a> {
    tool: &'a str,
    items: Vec<String>,
    currency: &'a str,
    asked: &'a str,
}

/// Asks a model what a vendor said.
pub(super) struct Read {
    app: Arc<App>,
    models: Configured,
}

impl Read {
    pub(super) fn new(app: &Arc<App>) -> Self {
        Self { app: app.clone(), models: Configured::alone(app) }
    }

    /// The request, and nothing of limits in it: what is needed, and the words.
    async fn request(&self, at: &At, input: &Value) -> Result<Option<Request>> {
        let (business, file) = self.app.business(at.business)?;
        let id = id_of(input, "call_id")?;
        let (message_id, said) =
            (input["message_id"].as_str().map(str::parse::<Id>).transpose()?, input["text"].as_str().map(str::to_owned));
        let found = file.read(move |tx| {
            let c = call::find_call(tx, id)?;
            let words = match message_id {
                Some(m) => message::find_message(tx, m)?.content.words(),
                None => said.unwrap_or_default(),
            };
            Ok((purchase::find_purchase(tx, c.purchase_id)?.need, c.ledger.asked, meta::find_profile(tx)?, words))
        });
        let (need, question, profile, words) = found.await?;
        if words.trim().is_empty() {
            return Ok(None);
        }
        let task = Task {
            tool: TOOL,
            items: need.items.iter().map(Item::words).collect(),
            currency: profile.currency.code(),
            asked: question.map_or("", asked),
        };
        let Ok(task) = task.render() else { return Ok(None) };
        let briefing = Briefing::without_customer(business.name, profile, self.app.clock().now());
        let tool = ToolSpec { name: TOOL, description: "Writes down what the seller said.", parameters: schema() };
        Ok(Some(Request {
            briefing: Arc::new(briefing),
            history: vec![],
            new: vec![clip(&words, WORDS)],
            rounds: vec![],
            objections: vec![],
            tools: Arc::new(vec![tool]),
            task: Some(task.into()),
        }))
    }
}

#[async_trait]
impl Outside for Read {
    fn name(&self) -> &'static str {
        "call.read"
    }
    async fn perform(&self, at: &At, input: &Value) -> Performed {
        let request = match self.request(at, input).await {
            Ok(Some(request)) => request,
            Ok(None) => return Performed::confirmed(Value::Null),
            Err(e) if e.is_transient() => return Performed::NotDone { problem: e.message, after_ms: 5_000 },
            Err(e) => return Performed::Failed(e.message),
        };
        let Some(routed) = self.models.routed(at.business, Purpose::Fast, &request).await else {
            return Performed::Failed("No model answered.".into());
        };
        let usage = routed.reply.usage;
        match routed.reply.calls.into_iter().find(|c| c.name == TOOL) {
            Some(c) => Performed::Confirmed { result: json!({ "model": routed.model, "read": c.arguments }), usage },
            None => Performed::Confirmed { result: Value::Null, usage },
        }
    }
    /// Reading changes nothing: when nobody knows what came of it, it is done again.
    fn keeps_key(&self) -> bool {
        true
    }
}
