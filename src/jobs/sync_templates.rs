//! Fetches the messages Meta has approved for a number. Meta is asked anew each time, so twice is as good as once.

use super::Work;
use crate::app::businesses;
use crate::channels::meta::client::Client;
use crate::channels::simulator;
use crate::domain::error::Result;
use crate::domain::house::message::{Problem, ProblemClass};
use crate::domain::house::template::Template;
use crate::domain::limits;
use crate::services::house::template;
use crate::store::jobs;

pub(super) async fn run(w: &Work<'_>, account: &str) -> Result<()> {
    let found = if w.is_simulated(account) {
        Ok(simulator::templates())
    } else {
        let Some(client) = w.client(account) else { return w.finish().await };
        ask(w, &client, account).await
    };
    if let Err(p) = &found
        && matches!(p.class, ProblemClass::Transient | ProblemClass::Rate)
        && w.attempts + 1 < limits::JOB_ATTEMPTS
    {
        return Err(crate::domain::error::Error::unavailable(p.meaning.clone()));
    }
    let (id, account) = (w.id, account.to_owned());
    w.file
        .write(move |tx| {
            template::keep(tx, &account, &found)?;
            jobs::finish_job(tx, id)
        })
        .await
}

async fn ask(w: &Work<'_>, client: &Client, account: &str) -> std::result::Result<Vec<Template>, Problem> {
    let known = w.app.directory().number(account).map(|n| n.business_account.clone()).unwrap_or_default();
    if !known.is_empty() {
        return client.templates(&known).await;
    }
    let above = client.business_account().await?;
    let all = client.templates(&above).await?;
    // Kept so that news about the account finds its business. A number of the environment has no row: it is asked each time.
    if let Err(e) = businesses::learn_business_account(w.app, account, &above).await {
        tracing::warn!(error = %e, "a business account could not be written down");
    }
    Ok(all)
}
