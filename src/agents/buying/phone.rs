//! Deeds of a talk by telephone: making the call, once, and finding out how it went when nobody tells.

use super::deeds::{Line, id_of};
use crate::app::{App, calling};
use crate::domain::buying::phone::{News, Script, Told};
use crate::domain::error::Result;
use crate::domain::id::Id;
use crate::domain::time::{MINUTE_MS, Time};
use crate::graph::deed::Outside;
use crate::graph::{At, Performed};
use crate::providers::calling::{Phones, Seen, Trouble};
use crate::services::buying::phone as services;
use crate::store::buying::call as calls;
use async_trait::async_trait;
use serde_json::{Value, json};
use std::sync::Arc;

/// How long before a call that could not be made is tried again, in milliseconds.
const AGAIN_MS: i64 = 15_000;
const NOBODY: &str = "Nobody phones for us: the key, the secret or the public address is not set.";

/// Makes a call.
pub(super) struct Dial {
    app: Arc<App>,
    phones: Option<Arc<dyn Phones>>,
}

impl Dial {
    pub(super) fn new(app: &Arc<App>) -> Self {
        Self { app: app.clone(), phones: calling::phones(app) }
    }

    async fn script(&self, at: &At, id: Id) -> Result<Script> {
        let (_, file) = self.app.business(at.business)?;
        let (line, business) = (Line::of(&self.app, at.business), at.business);
        file.read(move |tx| services::script(tx, id, business, line.desk())).await
    }

    /// Writes down what is known before the run hears of it.
    async fn made(&self, at: &At, id: Id, provider_id: String) -> Result<Performed> {
        let (_, file) = self.app.business(at.business)?;
        let result = json!({ "provider_id": provider_id });
        file.write(move |tx| services::dialled(tx, id, &provider_id)).await?;
        Ok(Performed::confirmed(result))
    }

    async fn doubted(&self, at: &At, id: Id, why: &str) -> Result<()> {
        let (_, file) = self.app.business(at.business)?;
        let words = format!("{why} Nobody knows yet whether they were called. It is found out; they are not called twice.");
        file.write(move |tx| services::doubt(tx, id, &words)).await
    }

    async fn dial(&self, at: &At, input: &Value) -> Result<Performed> {
        let Some(phones) = &self.phones else { return Ok(Performed::Failed(NOBODY.into())) };
        let id = id_of(input, "call_id")?;
        let script = self.script(at, id).await?;
        match phones.dial(&script).await {
            // From here on the call exists: what cannot be written down is found by looking.
            Ok(provider_id) => Ok(self.made(at, id, provider_id).await.unwrap_or_else(|e| Performed::Unknown(e.message))),
            Err(Trouble::Refused(why)) => Ok(Performed::Failed(why)),
            Err(Trouble::NotSent(problem)) => Ok(Performed::NotDone { problem, after_ms: AGAIN_MS }),
            Err(Trouble::Unknown(why)) => {
                if let Err(e) = self.doubted(at, id, &why).await {
                    tracing::warn!(error = %e, "a doubtful call could not be marked");
                }
                Ok(Performed::Unknown(why))
            }
        }
    }

    /// Whether the call was made: its own news says so, else the carrier's list of calls.
    async fn found(&self, at: &At, input: &Value) -> Result<Performed> {
        let id = id_of(input, "call_id")?;
        let (_, file) = self.app.business(at.business)?;
        let call = file.read(move |tx| calls::find_call(tx, id)).await?;
        if let Some(leg) = call.phone.filter(|l| !l.provider_id.is_empty()) {
            return self.made(at, id, leg.provider_id).await;
        }
        let Some(phones) = &self.phones else { return Ok(Performed::Unknown(NOBODY.into())) };
        let since = call.started_at.map_or(Time::from_millis(0), |t| t.plus_ms(-MINUTE_MS));
        match phones.find(id, since).await {
            Ok(Some(seen)) => self.made(at, id, seen.provider_id).await,
            Ok(None) => Ok(Performed::NotDone { problem: "The carrier knows of no such call.".into(), after_ms: 1_000 }),
            Err(t) => Ok(Performed::Unknown(t.to_string())),
        }
    }
}

#[async_trait]
impl Outside for Dial {
    fn name(&self) -> &'static str {
        "call.dial"
    }
    async fn perform(&self, at: &At, input: &Value) -> Performed {
        match self.dial(at, input).await {
            Ok(p) => p,
            // Everything that can fail here is before the carrier is asked.
            Err(e) if e.is_transient() => Performed::NotDone { problem: e.message, after_ms: 5_000 },
            Err(e) => Performed::Failed(e.message),
        }
    }
    async fn look(&self, at: &At, input: &Value) -> Performed {
        self.found(at, input).await.unwrap_or_else(|e| Performed::Unknown(e.message))
    }
}

/// Asks the carrier how a call went whose news did not come. It changes nothing there; what it finds is heard as its report.
pub(super) struct LookUp {
    app: Arc<App>,
    phones: Option<Arc<dyn Phones>>,
}

impl LookUp {
    pub(super) fn new(app: &Arc<App>) -> Self {
        Self { app: app.clone(), phones: calling::phones(app) }
    }

    async fn ask(&self, at: &At, input: &Value) -> Result<Performed> {
        let Some(phones) = &self.phones else { return Ok(Performed::Failed(NOBODY.into())) };
        let id = id_of(input, "call_id")?;
        let (_, file) = self.app.business(at.business)?;
        let call = file.read(move |tx| calls::find_call(tx, id)).await?;
        let Some(leg) = call.phone else { return Ok(Performed::Failed("The carrier's name of this call is not known.".into())) };
        match phones.look(&leg.provider_id).await {
            Ok(seen) => self.heard(at, id, seen).await,
            Err(Trouble::NotSent(problem)) => Ok(Performed::NotDone { problem, after_ms: AGAIN_MS }),
            Err(t) => Ok(Performed::Failed(t.to_string())),
        }
    }

    async fn heard(&self, at: &At, id: Id, seen: Seen) -> Result<Performed> {
        let over = seen.report.is_some();
        let (line, (_, file)) = (Line::of(&self.app, at.business), self.app.business(at.business)?);
        let (news, name) = match seen.report {
            Some(report) => (News::Over(report), calling::REPORT.to_owned()),
            None => (News::Status(seen.status.clone()), format!("seen {}", seen.status)),
        };
        let told = Told { provider_id: seen.provider_id, business: Some(at.business), call: Some(id), news };
        file.write(move |tx| services::hear(tx, id, &told, &name, b"", line.desk()).map(drop)).await?;
        Ok(Performed::confirmed(json!({ "over": over })))
    }
}

#[async_trait]
impl Outside for LookUp {
    fn name(&self) -> &'static str {
        "call.look_up"
    }
    async fn perform(&self, at: &At, input: &Value) -> Performed {
        match self.ask(at, input).await {
            Ok(p) => p,
            Err(e) if e.is_transient() => Performed::NotDone { problem: e.message, after_ms: 5_000 },
            Err(e) => Performed::Failed(e.message),
        }
    }
    /// Asking changes nothing: when nobody knows what came of it, it is asked again.
    fn keeps_key(&self) -> bool {
        true
    }
    fn pretend(&self, _: &Value) -> Value {
        json!({ "over": true })
    }
}
