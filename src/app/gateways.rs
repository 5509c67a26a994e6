//! Payment gateways of businesses: whose keys, sealed and opened; and from a webhook's bytes to the business it is for.

use super::App;
use super::vault::Vault;
use crate::config::Config;
use crate::config::gateways::Account;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::id::Id;
use crate::domain::secret::Secret;
use crate::domain::shop::gateway::{About, Gateway, News};
pub use crate::providers::gateway::Proofs;
use crate::providers::gateway::transfer::Payer;
use crate::providers::gateway::{self, Keys, Proof, Till};
use crate::store::buying::payment;
use crate::store::control::connection::{self, ConnectionRow};
use crate::store::shop::checkout;
use crate::store::tx::Read;
use serde::{Deserialize, Serialize};

/// Keys as they are sealed.
#[derive(Serialize, Deserialize)]
struct Sealed {
    secret: String,
    webhook_secret: String,
}

fn about(gateway: Gateway, business: Id) -> String {
    format!("{} {business}", gateway.as_str())
}

/// What the keys in a row were sealed for; none for rows of other things.
pub(super) fn sealed_for(row: &ConnectionRow) -> Option<String> {
    Gateway::from_word(&row.channel).map(|g| about(g, row.business_id))
}

fn account(config: &Config, gateway: Gateway) -> Option<&Account> {
    match gateway {
        Gateway::Sandbox => None,
        Gateway::Paystack => Some(&config.gateways.paystack),
        Gateway::Flutterwave => Some(&config.gateways.flutterwave),
        Gateway::Stripe => Some(&config.gateways.stripe),
    }
}

/// Keys of a row of the control file.
pub(super) fn opened(vault: &Vault, row: &ConnectionRow, gateway: Gateway, config: &Config) -> Result<Keys> {
    let s: Sealed = vault.open_json(&row.sealed, &about(gateway, row.business_id))?;
    let base_url = account(config, gateway).map_or_else(String::new, |a| a.base_url.clone());
    Ok(Keys { secret: Secret::new(s.secret), webhook_secret: Secret::new(s.webhook_secret), base_url })
}

/// The gateway the environment has keys of; it serves businesses that chose none.
pub fn given(config: &Config) -> Option<Gateway> {
    Gateway::BOUGHT.into_iter().find(|g| account(config, *g).is_some_and(|a| !a.secret.is_empty()))
}

/// A business's keys at a gateway: its own, else those of the environment.
pub fn keys(app: &App, business: Id, gateway: Gateway) -> Option<Keys> {
    let own = app.directory().own_keys(business, gateway).cloned();
    own.or_else(|| {
        let a = account(&app.config, gateway).filter(|a| !a.secret.is_empty() || !a.webhook_secret.is_empty())?;
        Some(Keys { secret: a.secret.clone(), webhook_secret: a.webhook_secret.clone(), base_url: a.base_url.clone() })
    })
}

/// A business's account at a gateway; an error that says where keys are entered when there are none.
pub fn till(app: &App, business: Id, by: Gateway) -> Result<Box<dyn Till>> {
    let missing = || Error::conflict(format!("{} has no key. Enter it in Settings, Payments.", by.title()));
    let keys = keys(app, business, by).filter(|k| !k.secret.is_empty()).ok_or_else(missing)?;
    gateway::till(app.net.clone(), by, keys).ok_or_else(missing)
}

/// What pays vendors from a business's Stripe account; an error that says where its key is entered when there is none.
pub fn payer(app: &App, business: Id) -> Result<Payer> {
    let keys = keys(app, business, Gateway::Stripe).filter(|k| !k.secret.is_empty());
    let keys = keys.ok_or_else(|| Error::field("pay_by", "Stripe has no key. Enter it in Settings, Payments, first."))?;
    Ok(Payer::new(app.net.clone(), keys))
}

/// Keeps a business's keys, sealed. An empty one keeps what was there.
pub async fn connect(app: &App, business: Id, gateway: Gateway, secret: &str, webhook_secret: &str) -> Result<()> {
    let old = app.directory().own_keys(business, gateway).cloned();
    let kept = |new: &str, old: Option<&Secret>| {
        if new.is_empty() { old.map_or_else(String::new, |s| s.reveal().to_owned()) } else { new.to_owned() }
    };
    let sealed = Sealed {
        secret: kept(secret, old.as_ref().map(|k| &k.secret)),
        webhook_secret: kept(webhook_secret, old.as_ref().map(|k| &k.webhook_secret)),
    };
    if sealed.secret.is_empty() {
        return Err(Error::field("secret", format!("Paste the secret key from {}.", gateway.title())));
    }
    if sealed.webhook_secret.is_empty() && gateway != Gateway::Paystack {
        return Err(Error::field("webhook_secret", "Without it nobody can tell the gateway's news from a stranger's."));
    }
    let row = ConnectionRow {
        channel: gateway.as_str().into(),
        account: business.to_string(),
        business_id: business,
        sealed: app.vault.seal_json(&sealed, &about(gateway, business))?,
        simulated: false,
        business_account: String::new(),
    };
    app.store.control_write(move |tx| connection::upsert_connection(tx, &row)).await?;
    app.reload().await
}

/// News for one business, or signed news that is about no payment of anybody here.
#[derive(Debug)]
pub struct Told {
    /// For this business.
    pub business: Id,
    /// What it says; none: it could not be read.
    pub news: Option<News>,
    /// The very bytes are the gateway's.
    pub signed: bool,
    /// Why nothing follows from it; empty when something does.
    pub problem: String,
}

/// Whether news is about a payment page of a business, or about money it sent to a vendor.
pub fn is_ours(tx: &Read<'_>, by: Gateway, news: &News) -> Result<bool> {
    match news.about {
        About::Transfer { .. } => Ok(payment::named(tx, &news.reference)?.is_some()),
        _ => Ok(checkout::find_checkout_named(tx, by, &news.reference, &news.payment_id)?.is_some()),
    }
}

/// Checks a webhook over its raw bytes, reads it, and finds the business whose payment it names among those whose secret proves
/// it: one business's secret says nothing about another's money. A bad signature is an error, and nothing is kept.
pub async fn read(app: &App, by: Gateway, proofs: Proofs<'_>, body: &[u8]) -> Result<Told> {
    let now = app.clock().now().millis() / 1_000;
    let mut proved: Vec<(Id, Proof)> = Vec::new();
    let mut all: Vec<Id> = app.directory().businesses().map(|b| b.id).collect();
    all.sort();
    for id in all {
        let Some(keys) = keys(app, id, by) else { continue };
        match gateway::prove(by, &keys, proofs, body, now) {
            Proof::None => {}
            proof => proved.push((id, proof)),
        }
    }
    let Some((first, _)) = proved.first().copied() else {
        return Err(Error::new(Kind::Unauthenticated, "The signature is wrong."));
    };
    let Some(news) = gateway::read(by, body) else {
        return Ok(Told { business: first, news: None, signed: true, problem: unreadable(by) });
    };
    let mut failed = None;
    for (id, proof) in &proved {
        let asked = news.clone();
        let ours = match app.store.business(*id) {
            Ok(file) => file.read(move |tx| is_ours(tx, by, &asked)).await,
            Err(e) => Err(e),
        };
        // One that cannot be asked keeps no other's money away.
        if ours.unwrap_or_else(|e| {
            failed = Some(e);
            false
        }) {
            return Ok(Told { business: *id, news: Some(news), signed: *proof == Proof::Body, problem: String::new() });
        }
    }
    if let Some(e) = failed {
        return Err(e);
    }
    let problem = stray(by, &news);
    Ok(Told { business: first, news: Some(news), signed: true, problem })
}

/// What the owner reads of a webhook that cannot be read.
pub fn unreadable(by: Gateway) -> String {
    format!("{} sent something that cannot be read.", by.title())
}

/// What the owner reads of news that is about no payment of anybody here.
pub fn stray(by: Gateway, news: &News) -> String {
    let what = match (&news.about, news.reference.as_str()) {
        (About::Transfer { .. }, _) => "money for a vendor, which is no payment of a purchase here".to_owned(),
        (_, "") => format!("{}, which is no payment of an order here", news.kind),
        (_, of) => format!("a payment with the reference {}, which is no payment of an order here", crate::domain::text::clip(of, 60)),
    };
    format!("{} tells of {what}. Nothing was changed.", by.title())
}
