//! Vapi: `POST {base}/call` with an assistant made for this one call, `GET /call` and `GET /call/{id}` to find out, and `end-call` to the
//! call's own control address to end it. The wire is that of Vapi's OpenAPI of August 2026.
//!
//! The assistant is told what to buy and nothing of limits or other vendors. It speaks only our words: its one tool asks us what to say,
//! and Vapi says the answer out loud as it is.

use super::{Phones, Seen, Trouble};
use crate::domain::buying::phone::Script;
use crate::domain::id::Id;
use crate::domain::secret::Secret;
use crate::domain::text::clip;
use crate::domain::time::Time;
use crate::net::call::{Call, Repeat};
use crate::net::client::Net;
use crate::net::failure::Failure;
use crate::providers::calling::news;
use askama::Template;
use async_trait::async_trait;
use serde_json::{Value, json};
use std::sync::Arc;

const NAME: &str = "Vapi";
/// The only tool of the voice.
pub const TOOL: &str = "what_to_say";
/// Seconds a call may last.
const LONGEST_S: u32 = 600;
/// Seconds Vapi waits for our answer.
const ANSWER_S: u32 = 10;
/// Calls looked through when one is looked for.
const LISTED: usize = 100;

/// What it takes to call.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The private key.
    pub key: Secret,
    /// What we prove webhooks by; Vapi sends it back as a header.
    pub server_secret: Secret,
    /// Where Vapi is, without a slash at the end.
    pub base_url: String,
    /// Where news of calls goes.
    pub hook_url: String,
    /// The number to call from; empty for the account's first.
    pub phone_number_id: String,
    /// Whose model listens and speaks.
    pub model_provider: String,
    /// Which.
    pub model: String,
}

/// A connection to Vapi.
pub struct Vapi {
    net: Arc<Net>,
    settings: Settings,
}

#[derive(Template)]
#[template(path = "prompts/call.txt")]
struct Rules<'a> {
    business: &'a str,
    seller: &'a str,
    list: &'a str,
    language: &'a str,
    tool: &'a str,
}

impl Vapi {
    /// Asked through `net`.
    pub fn new(net: Arc<Net>, settings: Settings) -> Self {
        net.trust(&settings.base_url);
        Self { net, settings }
    }

    async fn ask(&self, call: Call) -> Result<Value, Trouble> {
        let call = call.bearer(&self.settings.key).breaker("vapi").repeat(Repeat::Never);
        let answer = self.net.send(&call).await.map_err(trouble)?;
        answer.json().map_err(|_| Trouble::Unknown("Vapi answered in a way that cannot be read.".into()))
    }

    /// The number that is called from.
    async fn number(&self) -> Result<String, Trouble> {
        if !self.settings.phone_number_id.is_empty() {
            return Ok(self.settings.phone_number_id.clone());
        }
        // Asking for numbers calls nobody: whatever went wrong, no call was made.
        let found = self.ask(Call::get(format!("{}/phone-number", self.settings.base_url)).query("limit", "1")).await;
        let found = found.map_err(|t| if let Trouble::Unknown(why) = t { Trouble::NotSent(why) } else { t })?;
        let id = found.pointer("/0/id").and_then(Value::as_str).map(str::to_owned);
        id.ok_or_else(|| Trouble::Refused("The account at Vapi has no phone number to call from. Get one there first.".into()))
    }

    fn assistant(&self, s: &Script) -> Result<Value, Trouble> {
        let set = &self.settings;
        let rules = Rules { business: &s.business, seller: &s.seller, list: &s.list, language: &s.language, tool: TOOL };
        let rules = rules.render().map_err(|e| Trouble::Refused(format!("The rules of a call cannot be written: {e}.")))?;
        let tool = json!({
            "type": "function",
            "function": {
                "name": TOOL,
                "description": "What you say next. Call it after everything the seller says, before you say anything yourself.",
                "parameters": {
                    "type": "object",
                    "properties": { "seller_said": { "type": "string", "description": "The seller's own words since the last time, complete, with every number" } },
                    "required": ["seller_said"],
                },
            },
        });
        Ok(json!({
            "name": "Steward",
            "firstMessage": s.opening,
            "firstMessageMode": "assistant-speaks-first",
            "model": {
                "provider": set.model_provider,
                "model": set.model,
                "messages": [{ "role": "system", "content": rules.trim() }],
                "tools": [tool, { "type": "endCall" }],
            },
            "maxDurationSeconds": LONGEST_S,
            "serverMessages": ["status-update", "transcript[transcriptType=\"final\"]", "tool-calls", "end-of-call-report"],
            "server": {
                "url": set.hook_url,
                "timeoutSeconds": ANSWER_S,
                "headers": { "X-Vapi-Secret": set.server_secret.reveal() },
                "backoffPlan": { "type": "exponential", "maxRetries": 5, "baseDelaySeconds": 1 },
            },
            "metadata": { "steward_business": s.business_id, "steward_call": s.call },
        }))
    }
}

fn is_dialling(status: &str) -> bool {
    matches!(status, "scheduled" | "queued" | "ringing")
}

/// A failure with Vapi's own words: `{"message": text or list of texts, "error", "statusCode"}`.
fn trouble(f: Failure) -> Trouble {
    let said = f.answer().and_then(|a| a.json::<Value>().ok()).and_then(|v| match &v["message"] {
        Value::String(text) => Some(text.clone()),
        Value::Array(all) => Some(all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; ")),
        _ => None,
    });
    Trouble::of(f, NAME, said.filter(|t| !t.is_empty()).map(|t| clip(&t, 200)))
}

#[async_trait]
impl Phones for Vapi {
    async fn dial(&self, s: &Script) -> Result<String, Trouble> {
        let from = self.number().await?;
        let body = json!({
            "name": s.call,
            "assistant": self.assistant(s)?,
            "phoneNumberId": from,
            "customer": { "number": s.number, "name": s.seller, "externalId": s.call },
        });
        let v = self.ask(Call::post(format!("{}/call", self.settings.base_url)).json(&body)).await?;
        let id = v["id"].as_str().filter(|id| !id.is_empty()).map(str::to_owned);
        id.ok_or_else(|| Trouble::Unknown("Vapi took the call and did not name it.".into()))
    }

    async fn find(&self, call: Id, since: Time) -> Result<Option<Seen>, Trouble> {
        let list = Call::get(format!("{}/call", self.settings.base_url))
            .query("limit", &LISTED.to_string())
            .query("createdAtGe", &since.rfc3339());
        let v = self.ask(list).await?;
        let all = v.as_array().ok_or_else(|| Trouble::Unknown("Vapi's list of calls cannot be read.".into()))?;
        let ours = call.to_string();
        let is_ours = |c: &&Value| c.pointer("/customer/externalId").and_then(Value::as_str) == Some(&ours) || c["name"] == ours.as_str();
        match all.iter().find(is_ours) {
            Some(c) => Ok(Some(news::seen(c))),
            // It may stand further down: nobody is called twice for a list that is cut off.
            None if all.len() >= LISTED => Err(Trouble::Unknown("Vapi lists more calls than can be looked through.".into())),
            None => Ok(None),
        }
    }

    async fn hang_up(&self, provider_id: &str) -> Result<Option<Seen>, Trouble> {
        let found = self.ask(Call::get(format!("{}/call/{provider_id}", self.settings.base_url))).await;
        // Looking ends nothing: whatever went wrong, it was not ended.
        let v = found.map_err(|t| if let Trouble::Unknown(why) = t { Trouble::NotSent(why) } else { t })?;
        if v["id"] != provider_id {
            return Err(Trouble::NotSent("Vapi answered for another call.".into()));
        }
        let seen = news::seen(&v);
        if seen.report.is_some() {
            return Ok(Some(seen));
        }
        let control = v.pointer("/monitor/controlUrl").and_then(Value::as_str).filter(|c| !c.is_empty());
        let control =
            control.ok_or_else(|| Trouble::Refused("Vapi gave no way to end this call. Look at its own list of calls.".into()))?;
        // The address is Vapi's word, so it is treated as any from outside, and our key is not sent to it.
        let end = Call::post(control).from_outside().json(&json!({ "type": "end-call" })).breaker("vapi line").repeat(Repeat::Never);
        match self.net.send(&end).await.map_err(trouble) {
            Ok(_) => Ok(None),
            // A call that nobody has picked up may not listen yet.
            Err(Trouble::Refused(why)) if is_dialling(&seen.status) => Err(Trouble::NotSent(why)),
            Err(t) => Err(t),
        }
    }

    async fn look(&self, provider_id: &str) -> Result<Seen, Trouble> {
        let v = self.ask(Call::get(format!("{}/call/{provider_id}", self.settings.base_url))).await?;
        if v["id"] == provider_id { Ok(news::seen(&v)) } else { Err(Trouble::Unknown("Vapi answered for another call.".into())) }
    }
}
