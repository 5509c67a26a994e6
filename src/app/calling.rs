//! Telephone calls: the connection that makes them, and from a webhook's bytes to the business whose call it is about.

use super::App;
use crate::domain::buying::phone::{Answer, News, Told};
use crate::domain::error::{Error, Kind, Result};
use crate::domain::id::Id;
pub use crate::providers::calling::news::Proofs;
use crate::providers::calling::vapi::{Settings, Vapi};
use crate::providers::calling::{Phones, news};
use crate::store::buying::{call, phone};
use crate::store::tx::Read;
use ring::digest;
use std::sync::Arc;

/// Who phones for us; none without a key, a secret and a public address.
pub fn phones(app: &App) -> Option<Arc<dyn Phones>> {
    let c = &app.config.calling;
    let base = app.config.server.public_url.as_deref();
    if !c.is_ready(base) {
        return None;
    }
    let settings = Settings {
        key: c.vapi_key.clone(),
        server_secret: c.server_secret.clone(),
        base_url: c.vapi_url.clone(),
        hook_url: format!("{}/webhooks/vapi", base.unwrap_or_default().trim_end_matches('/')),
        phone_number_id: c.phone_number_id.clone(),
        model_provider: c.model_provider.clone(),
        model: c.model.clone(),
    };
    Some(Arc::new(Vapi::new(app.net.clone(), settings)))
}

/// Whether vendors are phoned.
pub fn is_ready(app: &App) -> bool {
    app.config.calling.is_ready(app.config.server.public_url.as_deref())
}

/// A webhook, placed.
#[derive(Debug)]
pub enum Placed {
    /// News of a call of this business.
    Call {
        /// The business.
        business: Id,
        /// The call.
        call: Id,
        /// What it says.
        told: Box<Told>,
        /// Its name: told again, it has the same.
        news: String,
    },
    /// Signed, and about no call of anybody here.
    Stray {
        /// Who is shown it.
        business: Id,
        /// Why nothing follows from it.
        problem: String,
    },
}

/// Checks a webhook over its raw bytes, reads it, and finds the call it is about. What proves nothing is an error, and nothing is kept.
pub async fn read(app: &App, proofs: Proofs<'_>, body: &[u8]) -> Result<Placed> {
    if !news::prove(&app.config.calling.server_secret, proofs, body) {
        return Err(Error::new(Kind::Unauthenticated, "The secret is wrong."));
    }
    place(app, body).await
}

/// Reads what is proved, and finds the call it is about.
pub async fn place(app: &App, body: &[u8]) -> Result<Placed> {
    let Some(told) = news::read(body) else {
        return stray(app, "Vapi sent something that cannot be read.".into());
    };
    let directory = app.directory();
    let named = told.business.filter(|id| directory.business(*id).is_some());
    let mut all: Vec<Id> = named.map_or_else(|| directory.businesses().map(|b| b.id).collect(), |id| vec![id]);
    all.sort();
    for business in all {
        let (file, asked) = (app.store.business(business)?, told.clone());
        if let Some(call) = file.read(move |tx| find(tx, &asked)).await? {
            let news = name_of(&told, body);
            return Ok(Placed::Call { business, call, told: Box::new(told), news });
        }
    }
    let id = if told.provider_id.is_empty() { "without a name" } else { told.provider_id.as_str() };
    stray(app, format!("Vapi tells of a call nobody here has made ({id}). Nothing was changed."))
}

fn stray(app: &App, problem: String) -> Result<Placed> {
    let directory = app.directory();
    let first = || directory.businesses().map(|b| b.id).min();
    let business = directory.owner_of_environment(&app.config).or_else(first);
    let business = business.ok_or_else(|| Error::not_found("business"))?;
    Ok(Placed::Stray { business, problem })
}

/// The call news is about: by our own id, unless the carrier's id says that it is another; else by the carrier's.
fn find(tx: &Read<'_>, told: &Told) -> Result<Option<Id>> {
    if let Some(id) = told.call
        && let Ok(c) = call::find_call(tx, id)
    {
        let other = c.phone.as_ref().is_some_and(|l| !told.provider_id.is_empty() && l.provider_id != told.provider_id);
        return Ok((!other).then_some(id));
    }
    if told.provider_id.is_empty() { Ok(None) } else { Ok(phone::find_call_by_provider(tx, &told.provider_id)?.map(|c| c.id)) }
}

/// What names a piece of news. Vapi gives its news no ids: a report there is once for each call, a question has an id of its own, anything
/// else is its bytes.
fn name_of(told: &Told, body: &[u8]) -> String {
    match &told.news {
        News::Over(_) => REPORT.into(),
        News::Asks(all) if !all.is_empty() => format!("tool {}", all.iter().map(|a| a.id.as_str()).collect::<Vec<_>>().join(" ")),
        _ => hex::encode(digest::digest(&digest::SHA256, body)),
    }
}

/// The name of the report that ends a call, however it comes.
pub const REPORT: &str = "report";

/// What is answered to a webhook.
pub fn answer(answers: &[Answer]) -> String {
    news::answer(answers)
}
