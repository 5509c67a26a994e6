//! Who is who, kept in memory: businesses by id and short name, channel accounts with their opened credentials.

use super::gateways;
use super::lines::{self, Line};
use super::vault::Vault;
use crate::config::Config;
use crate::domain::error::Result;
use crate::domain::house::business::Business;
use crate::domain::house::line::split;
use crate::domain::id::Id;
use crate::domain::secret::Secret;
use crate::domain::shop::gateway::Gateway;
use crate::net::client::Net;
use crate::providers::gateway::Keys;
use crate::store::Store;
use crate::store::control::connection::ConnectionRow;
use crate::store::control::{business, connection};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A WhatsApp number and what is needed to speak for it.
#[derive(Debug, Clone)]
pub struct WhatsappNumber {
    /// Meta's id of the number.
    pub phone_number_id: String,
    /// Whose it is.
    pub business_id: Id,
    /// Meta's id of the business account above it, which owns the templates; empty until Meta named it.
    pub business_account: String,
    /// Access token.
    pub token: Secret,
    /// Proves that a webhook is Meta's.
    pub app_secret: Secret,
    /// Answers Meta's question when the webhook is entered there.
    pub verify_token: Secret,
    /// Carried by the phone simulator instead of Meta.
    pub simulated: bool,
    /// Set in the environment, so not changeable on the page.
    pub from_environment: bool,
}

/// A WhatsApp number's credentials as they are sealed.
#[derive(Serialize, Deserialize)]
pub struct Credentials {
    /// Access token.
    pub token: String,
    /// Proves that a webhook is Meta's.
    pub app_secret: String,
    /// Answers Meta's question.
    pub verify_token: String,
}

/// Who is who.
#[derive(Debug, Default)]
pub struct Directory {
    businesses: HashMap<Id, Business>,
    slugs: HashMap<String, Id>,
    numbers: HashMap<String, WhatsappNumber>,
    lines: Vec<Line>,
    tills: HashMap<(Id, Gateway), Keys>,
    /// Stored credentials that master.key does not open: whose, and the channel or gateway.
    unopened: Vec<(Id, String)>,
    base_url: String,
}

impl Directory {
    /// The business with an id.
    pub fn business(&self, id: Id) -> Option<&Business> {
        self.businesses.get(&id)
    }
    /// The business with a short name.
    pub fn by_slug(&self, slug: &str) -> Option<&Business> {
        self.slugs.get(slug).and_then(|id| self.businesses.get(id))
    }
    /// All businesses.
    pub fn businesses(&self) -> impl Iterator<Item = &Business> {
        self.businesses.values()
    }
    /// The number with Meta's id.
    pub fn number(&self, phone_number_id: &str) -> Option<&WhatsappNumber> {
        self.numbers.get(phone_number_id)
    }
    /// All numbers.
    pub fn numbers(&self) -> impl Iterator<Item = &WhatsappNumber> {
        self.numbers.values()
    }
    /// The numbers of one business.
    pub fn numbers_of(&self, business: Id) -> impl Iterator<Item = &WhatsappNumber> {
        self.numbers.values().filter(move |n| n.business_id == business)
    }
    /// Our ends of all other channels.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter()
    }
    /// Those of one business.
    pub fn lines_of(&self, business: Id) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |l| l.business_id == business)
    }
    /// What speaks for a conversation's account: the line it names, or another of the same carrier, because one set of credentials
    /// serves every number of its account.
    pub fn line_for(&self, business: Id, account: &str) -> Option<&Line> {
        let (carrier, line) = split(account);
        let mine = || self.lines_of(business).filter(|l| l.carrier == carrier);
        mine().find(|l| l.line == line).or_else(|| mine().next())
    }
    /// The business the channels of the environment belong to.
    pub(super) fn owner_of_environment(&self, config: &Config) -> Option<Id> {
        match &config.business {
            Some(slug) => self.by_slug(slug).map(|b| b.id),
            None if self.businesses.len() == 1 => self.businesses.keys().next().copied(),
            None => None,
        }
    }
    /// A business's own keys at a gateway.
    pub fn own_keys(&self, business: Id, gateway: Gateway) -> Option<&Keys> {
        self.tills.get(&(business, gateway))
    }
    /// Channels and gateways whose stored credentials master.key does not open, with their business.
    pub fn unopened(&self) -> &[(Id, String)] {
        &self.unopened
    }
    /// The address of the Graph API was chosen by the operator, so it may be private.
    pub fn trust_hosts(&self, net: &Net) {
        net.trust(&self.base_url);
    }
}

/// Reads the control file and the environment's number.
pub async fn read(store: &Store, vault: &Vault, config: &Config) -> Result<Directory> {
    let (businesses, rows) = store.control_read(|tx| Ok((business::list_businesses(tx)?, connection::list_connections(tx)?))).await?;
    let mut d = Directory { base_url: config.whatsapp.base_url.clone(), ..Directory::default() };
    for b in businesses {
        d.slugs.insert(b.slug.clone(), b.id);
        d.businesses.insert(b.id, b);
    }
    for row in rows.iter().filter(|r| r.channel == "whatsapp") {
        match opened(vault, row) {
            Ok(n) => drop(d.numbers.insert(n.phone_number_id.clone(), n)),
            Err(e) => {
                tracing::error!(error = %e, "stored WhatsApp credentials cannot be opened with master.key");
                d.unopened.push((row.business_id, row.channel.clone()));
            }
        }
    }
    for row in &rows {
        let Some(gateway) = Gateway::from_word(&row.channel) else { continue };
        match gateways::opened(vault, row, gateway, config) {
            Ok(keys) => drop(d.tills.insert((row.business_id, gateway), keys)),
            Err(e) => {
                tracing::error!(error = %e, "stored keys of a payment gateway cannot be opened with master.key");
                d.unopened.push((row.business_id, row.channel.clone()));
            }
        }
    }
    add_number_of_environment(&mut d, config);
    d.lines = lines::stored(vault, &rows, &mut d.unopened);
    let owner = d.owner_of_environment(config);
    lines::add_of_environment(&mut d.lines, owner, config);
    Ok(d)
}

fn opened(vault: &Vault, row: &ConnectionRow) -> Result<WhatsappNumber> {
    let c: Credentials = vault.open_json(&row.sealed, &row.account)?;
    Ok(WhatsappNumber {
        phone_number_id: row.account.clone(),
        business_id: row.business_id,
        business_account: row.business_account.clone(),
        token: Secret::new(c.token),
        app_secret: Secret::new(c.app_secret),
        verify_token: Secret::new(c.verify_token),
        simulated: row.simulated,
        from_environment: false,
    })
}

/// The number set in the environment belongs to the business named there, or to the only one.
fn add_number_of_environment(d: &mut Directory, config: &Config) {
    let w = &config.whatsapp;
    if !w.is_set() {
        return;
    }
    let Some(business_id) = d.owner_of_environment(config) else {
        tracing::warn!("WHATSAPP_PHONE_NUMBER_ID belongs to no business: set STEWARD_BUSINESS to the short name of one");
        return;
    };
    let number = WhatsappNumber {
        phone_number_id: w.phone_number_id.clone(),
        business_id,
        business_account: String::new(),
        token: w.token.clone(),
        app_secret: w.app_secret.clone(),
        verify_token: w.verify_token.clone(),
        simulated: false,
        from_environment: true,
    };
    d.numbers.insert(w.phone_number_id.clone(), number);
}
