//! Paying a vendor from our Stripe account to theirs: once under the payment's key, looked for after a doubt.

use crate::app::{App, gateways};
use crate::domain::error::Result;
use crate::domain::id::Id;
use crate::domain::money::Money;
use crate::graph::{At, Performed};
use crate::providers::gateway::Trouble;
use crate::providers::gateway::transfer::{Moved, Transfer};
use crate::services::buying::payment;
use crate::store::buying::{payment as payments, purchase};
use crate::store::meta;
use serde_json::{Value, json};

/// Milliseconds before Stripe is asked again after it surely did nothing.
const AGAIN_MS: i64 = 15_000;

async fn transfer(app: &App, at: &At, id: Id, input: &Value) -> Result<Transfer> {
    let (business, file) = app.business(at.business)?;
    let (key, account) = (at.key.clone(), input["account"].as_str().unwrap_or_default().to_owned());
    file.read(move |tx| {
        let x = payments::find_purchase_payment(tx, id)?;
        let p = purchase::find_purchase(tx, x.purchase_id)?;
        let amount = Money::new(x.amount_minor, meta::find_profile(tx)?.currency);
        Ok(Transfer { key, account, amount, what: format!("{}, purchase {}", business.name, p.number) })
    })
    .await
}

/// Pays. Everything that can fail before Stripe is asked is an error; what comes after is told apart.
pub(super) async fn pay(app: &App, at: &At, id: Id, input: &Value) -> Result<Performed> {
    let t = transfer(app, at, id, input).await?;
    let payer = gateways::payer(app, at.business)?;
    match payer.pay(&t).await {
        Ok(m) if m.fits => Ok(done(&m)),
        Ok(_) => doubted(app, at, id, OTHER).await,
        Err(Trouble::Refused(why)) => Ok(Performed::Failed(why)),
        Err(Trouble::NotSent(problem)) => Ok(Performed::NotDone { problem, after_ms: AGAIN_MS }),
        Err(Trouble::Unknown(why)) => doubted(app, at, id, &why).await,
    }
}

/// What Stripe has under our key is not what we asked for.
const OTHER: &str = "Stripe has a payment under this number to another account or of another amount. Look there.";

/// Whether it was paid. What Stripe does not list was not done, and is asked for again under the same key; where it cannot tell, a person
/// says.
pub(super) async fn look(app: &App, at: &At, id: Id, input: &Value) -> Result<Performed> {
    let t = transfer(app, at, id, input).await?;
    let payer = gateways::payer(app, at.business)?;
    Ok(match payer.find(&t).await {
        Ok(Some(m)) if m.fits => done(&m),
        Ok(Some(_)) => doubted(app, at, id, OTHER).await?,
        Ok(None) => Performed::NotDone { problem: "Stripe knows of no such payment.".into(), after_ms: 1_000 },
        Err(t) => doubted(app, at, id, &t.to_string()).await?,
    })
}

fn done(m: &Moved) -> Performed {
    Performed::confirmed(json!({ "reference": m.provider_id }))
}

async fn doubted(app: &App, at: &At, id: Id, why: &str) -> Result<Performed> {
    let (_, file) = app.business(at.business)?;
    let words = why.to_owned();
    if let Err(e) = file.write(move |tx| payment::doubt(tx, id, &words)).await {
        tracing::warn!(error = %e, "a doubtful payment could not be marked");
    }
    Ok(Performed::Unknown(why.to_owned()))
}
